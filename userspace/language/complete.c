// SPDX-License-Identifier: GPL-2.0
/*
 * Words that may come next, for the prompt and for shells. The words before the
 * cursor are looked at, not parsed: what is there may be half of anything. What
 * may follow a header, a field or a plug-in is told by the tables that the
 * parser uses.
 */
#include <stdlib.h>
#include <string.h>
#include "ext.h"
#include "reader.h"

/* More words than this before the cursor are not looked at. */
#define WORDS_MAX 64

/**
 * struct completion - What is before the cursor, and what may come.
 * @words: Words of the statement, the one at the cursor left out.
 * @n: Number of @words.
 * @begin: Beginning of the word at the cursor.
 * @depth: Blocks that are open.
 * @found: The words found so far that begin so.
 * @n_found: Number of @found.
 * @size: Room in @found.
 */
struct completion {
	char *words[WORDS_MAX];
	unsigned int n;
	const char *begin;
	unsigned int depth;
	char **found;
	size_t n_found;
	size_t size;
};

static void offer_len(struct completion *completion, const char *word, size_t len)
{
	if (strncmp(word, completion->begin, strlen(completion->begin)) ||
	    len < strlen(completion->begin))
		return;
	for (size_t i = 0; i < completion->n_found; i++) {
		if (strlen(completion->found[i]) == len &&
		    !strncmp(completion->found[i], word, len))
			return;
	}
	if (completion->n_found + 1 >= completion->size) {
		completion->size = completion->size ? 2 * completion->size : 64;
		completion->found = weir_realloc(completion->found, completion->size,
						 sizeof(*completion->found));
	}
	completion->found[completion->n_found++] = weir_strndup(word, len);
}

static void offer(struct completion *completion, const char *word)
{
	offer_len(completion, word, strlen(word));
}

static void offer_all(struct completion *completion, const char *const *words)
{
	while (words && *words)
		offer(completion, *words++);
}

static void offer_symbols(struct completion *completion, const struct weir_symbol *symbols)
{
	for (; symbols && symbols->name; symbols++)
		offer(completion, symbols->name);
}

/* The word @back words before the cursor, 1 for the last; "" if there is none. */
static const char *word_before(const struct completion *completion, unsigned int back)
{
	return back <= completion->n ? completion->words[completion->n - back] : "";
}

/* Rules */

/* The header that the last words are, one or two of them, @back words ago. */
static const struct weir_header_desc *header_before(const struct completion *completion,
						    unsigned int back)
{
	const char *last = word_before(completion, back + 1);
	char name[64];

	if (!strcmp(last, "option")) {
		snprintf(name, sizeof(name), "%.32s option", word_before(completion, back + 2));
		return weir_header_find(name);
	}
	return weir_header_find(last);
}

/* Fields of a header, the part of their names that follows @first. */
static void offer_fields(struct completion *completion, const struct weir_header_desc *header,
			 const char *first)
{
	const struct weir_field *field;
	size_t len = strlen(first);

	for (field = header->fields; field->name; field++) {
		const char *name = field->name;

		if (len) {
			if (strncmp(name, first, len) || name[len] != ' ')
				continue;
			name += len + 1;
		}
		offer_len(completion, name, strcspn(name, " "));
	}
}

static void offer_values(struct completion *completion, const struct weir_field *field,
			 bool relation)
{
	static const char *const relations[] = { "!=", "<", ">", "<=", ">=", "{", NULL };

	offer_symbols(completion, field->type->symbols);
	if (!relation)
		return;
	offer_all(completion, relations);
	if (field->writable)
		offer(completion, "set");
}

/* The field that ends @back words before the cursor, or NULL. */
static const struct weir_field *field_before(const struct completion *completion,
					     unsigned int back)
{
	const char *last = word_before(completion, back + 1);
	const struct weir_header_desc *header;
	const struct weir_field *field;
	char name[64];

	header = header_before(completion, back + 2);
	if (header) {
		snprintf(name, sizeof(name), "%.30s %.30s", word_before(completion, back + 2),
			 last);
		field = weir_field_find(header, name);
		if (field)
			return field;
	}
	header = header_before(completion, back + 1);
	if (header)
		return weir_field_find(header, last);
	return weir_meta_find(last);
}

/* The plug-in whose statement the cursor may still be in. */
static const struct weir_ext *ext_before(const struct completion *completion)
{
	for (unsigned int back = 1; back <= completion->n; back++) {
		const char *word = word_before(completion, back);

		for (unsigned int i = 0; weir_exts[i]; i++) {
			if (weir_exts[i]->kind != WEIR_EXT_KEY && !strcmp(weir_exts[i]->name, word))
				return weir_exts[i];
		}
	}
	return NULL;
}

static void offer_rule(struct completion *completion)
{
	static const char *const signs[] = { "!=", "==", "<", ">", "<=", ">=", "!", "set",
					     "{", ",", "&", "|", "/" };
	const struct weir_header_desc *header = header_before(completion, 0);
	const struct weir_field *field = field_before(completion, 0);
	const struct weir_ext *ext;
	const char **words;

	if (header && !(field && field->key.type == WEIR_KEY_TYPE_META)) {
		offer_fields(completion, header, "");
		return;
	}
	header = header_before(completion, 1);
	if (header)
		offer_fields(completion, header, word_before(completion, 1));
	if (field) {
		offer_values(completion, field, true);
		return;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (strcmp(signs[i], word_before(completion, 1)))
			continue;
		/* Other values may stand between the field and here. */
		for (unsigned int back = 1; back < completion->n; back++) {
			field = field_before(completion, back);
			if (!field)
				continue;
			offer_values(completion, field, false);
			return;
		}
		return;
	}
	if (!strcmp(word_before(completion, 1), "jump") ||
	    !strcmp(word_before(completion, 1), "goto"))
		return;
	ext = ext_before(completion);
	if (ext)
		offer_all(completion, ext->words);
	words = weir_rule_words();
	offer_all(completion, words);
	free(words);
}

/* Commands */

static const char *const families[] = { "ip", "ip6", "inet", NULL };

static const struct verb {
	const char *name;
	const char *const *objects;
} verbs[] = {
	{ "add", (const char *const[]){ "table", "chain", "rule", NULL } },
	{ "create", (const char *const[]){ "table", "chain", "rule", NULL } },
	{ "insert", (const char *const[]){ "rule", NULL } },
	{ "replace", (const char *const[]){ "rule", NULL } },
	{ "delete", (const char *const[]){ "table", "chain", "rule", NULL } },
	{ "destroy", (const char *const[]){ "table", "chain", "rule", NULL } },
	{ "flush", (const char *const[]){ "ruleset", "table", "chain", NULL } },
	{ "rename", (const char *const[]){ "chain", NULL } },
	{ "reset", (const char *const[]){ "rules", "rule", "counters", NULL } },
	{ "list", (const char *const[]){ "ruleset", "tables", "table", "chains", "chain",
					 "rules", "counters", NULL } },
	{ "monitor", (const char *const[]){ "new", "destroy", "tables", "chains", "rules",
					    "ruleset", "json", NULL } },
	{ "describe", NULL },
	{ "table", families },
	{ "include", NULL },
	{ "define", NULL },
	{ "redefine", NULL },
	{ "undefine", NULL },
};

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	}
	return NULL;
}

static bool is_family(const char *word)
{
	return !strcmp(word, "ip") || !strcmp(word, "ip6") || !strcmp(word, "inet");
}

static void offer_describe(struct completion *completion)
{
	const struct weir_header_desc *header;

	if (completion->n > 1) {
		header = header_before(completion, 0);
		if (header)
			offer_fields(completion, header, "");
		return;
	}
	for (unsigned int i = 0; (header = weir_header_at(i)); i++)
		offer(completion, header->name);
	for (unsigned int i = 0; weir_datatypes[i]; i++)
		offer(completion, weir_datatypes[i]->name);
}

/* Behind "VERB rule": [family] table chain [handle|position|index N] rule. */
static void offer_rule_command(struct completion *completion)
{
	static const char *const places[] = { "handle", "position", "index", NULL };
	unsigned int names = completion->n - 2;

	if (names && is_family(completion->words[2]))
		names--;
	if (completion->n == 2)
		offer_all(completion, families);
	if (names < 2)
		return;
	if (names == 2)
		offer_all(completion, places);
	for (unsigned int i = 0; places[i]; i++) {
		if (!strcmp(word_before(completion, 1), places[i]))
			return;
	}
	offer_rule(completion);
}

static void offer_command(struct completion *completion)
{
	const struct verb *verb;

	if (!completion->n) {
		for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
			offer(completion, verbs[i].name);
		return;
	}
	verb = find_verb(completion->words[0]);
	if (!verb)
		return;
	if (!strcmp(verb->name, "describe"))
		offer_describe(completion);
	else if (!strcmp(verb->name, "monitor") || completion->n == 1)
		offer_all(completion, verb->objects);
	else if (!strcmp(completion->words[1], "rule"))
		offer_rule_command(completion);
	else if (completion->n == 2)
		offer_all(completion, families);
}

/* In the block of a chain: its settings, or a rule. */
static void offer_chain(struct completion *completion)
{
	static const char *const settings[] = { "type", "policy", "comment", NULL };
	static const char *const priorities[] = {
		"raw", "mangle", "dstnat", "filter", "security", "srcnat", NULL
	};
	const char *first = completion->n ? completion->words[0] : "";
	const char *last = word_before(completion, 1);

	if (!strcmp(first, "policy")) {
		offer(completion, "accept");
		offer(completion, "drop");
	} else if (!strcmp(first, "type")) {
		if (!strcmp(last, "type"))
			offer(completion, "filter");
		else if (!strcmp(last, "hook"))
			offer_symbols(completion, weir_hooks);
		else if (!strcmp(last, "priority"))
			offer_all(completion, priorities);
		else
			offer(completion, completion->n == 2 ? "hook" : "priority");
	} else {
		if (!completion->n)
			offer_all(completion, settings);
		offer_rule(completion);
	}
}

static void offer_table(struct completion *completion)
{
	static const char *const settings[] = { "chain", "flags", "comment", NULL };

	if (!completion->n)
		offer_all(completion, settings);
	else if (!strcmp(completion->words[0], "flags"))
		offer_symbols(completion, weir_table_flag_names);
}

/* Reading the line */

static void add_word(struct completion *completion, const char *from, size_t len)
{
	if (completion->n == WORDS_MAX) {
		free(completion->words[0]);
		memmove(completion->words, completion->words + 1,
			(WORDS_MAX - 1) * sizeof(*completion->words));
		completion->n--;
	}
	completion->words[completion->n++] = weir_strndup(from, len);
}

static void forget_words(struct completion *completion)
{
	while (completion->n)
		free(completion->words[--completion->n]);
}

/*
 * A brace opens a block where the statement is about a table or a chain; in a
 * rule it is the beginning of a set.
 */
static bool opens_block(const struct completion *completion)
{
	for (unsigned int i = 0; i < completion->n && i < 2; i++) {
		if (!strcmp(completion->words[i], "table") || !strcmp(completion->words[i], "chain"))
			return true;
	}
	return false;
}

/* Cuts the line into the words of its last statement. */
static void read_line(struct completion *completion, const char *line)
{
	unsigned int braces = 0;

	completion->begin = line;
	while (*line) {
		size_t len = strcspn(line, " \t\n;{},\"");

		if (len && !line[len])
			break;
		if (len)
			add_word(completion, line, len);
		line += len;
		if (*line == '"') {
			len = strcspn(line + 1, "\"");
			if (!line[len + 1]) {
				completion->begin = line;
				return;
			}
			add_word(completion, line, len + 2);
			line += len + 2;
			completion->begin = line;
			continue;
		}
		if (*line == '{' && opens_block(completion)) {
			completion->depth++;
			forget_words(completion);
		} else if (*line == '{' || *line == ',') {
			braces += *line == '{';
			add_word(completion, line, 1);
		} else if (*line == '}' && braces) {
			braces--;
			add_word(completion, line, 1);
		} else if (*line == '}') {
			completion->depth -= completion->depth > 0;
			forget_words(completion);
		} else if (*line == ';' || *line == '\n') {
			forget_words(completion);
		}
		line += *line != '\0';
		completion->begin = line;
	}
}

char **weir_complete(const char *line)
{
	struct completion completion = { .n = 0 };

	read_line(&completion, line);
	if (*completion.begin == '"')
		;	/* Nothing is known of what is in quotes. */
	else if (!completion.depth)
		offer_command(&completion);
	else if (completion.depth == 1)
		offer_table(&completion);
	else
		offer_chain(&completion);
	forget_words(&completion);
	if (!completion.found)
		completion.found = weir_realloc(NULL, 1, sizeof(*completion.found));
	completion.found[completion.n_found] = NULL;
	return completion.found;
}
