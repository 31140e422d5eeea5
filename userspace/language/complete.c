// SPDX-License-Identifier: GPL-2.0
/*
 * Words that may come next, for the prompt and for shells. The words before the
 * cursor are looked at, not parsed: what is there may be half of anything. What
 * may follow a header, a field or a plug-in is told by the tables that the
 * parser uses.
 */
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "complete.h"
#include "ext.h"
#include "reader.h"

void weir_offer_len(struct weir_completion *completion, const char *word, size_t len)
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

void weir_offer(struct weir_completion *completion, const char *word)
{
	weir_offer_len(completion, word, strlen(word));
}

void weir_offer_all(struct weir_completion *completion, const char *const *words)
{
	while (words && *words)
		weir_offer(completion, *words++);
}

void weir_offer_symbols(struct weir_completion *completion, const struct weir_symbol *symbols)
{
	for (; symbols && symbols->name; symbols++)
		weir_offer(completion, symbols->name);
}

const char *weir_word_before(const struct weir_completion *completion, unsigned int back)
{
	return back <= completion->n ? completion->words[completion->n - back] : "";
}

/* Rules */

/* The header that the last words are, one or two of them, @back words ago. */
static const struct weir_header_desc *header_before(const struct weir_completion *completion,
						    unsigned int back)
{
	const char *last = weir_word_before(completion, back + 1);
	char name[64];

	if (!strcmp(last, "option")) {
		snprintf(name, sizeof(name), "%.32s option", weir_word_before(completion, back + 2));
		return weir_header_find(name);
	}
	return weir_header_find(last);
}

/* Fields of a header, the part of their names that follows @first. */
static void offer_fields(struct weir_completion *completion, const struct weir_header_desc *header,
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
		weir_offer_len(completion, name, strcspn(name, " "));
	}
}

/* Whether what stands here may be the source of a "set". */
static bool is_source(const struct weir_completion *completion)
{
	for (unsigned int back = 1; back <= 4; back++)
		if (!strcmp(weir_word_before(completion, back), "set"))
			return true;
	return false;
}

static void offer_values(struct weir_completion *completion, const struct weir_field *field,
			 bool relation)
{
	static const char *const relations[] = { "!=", "<", ">", "<=", ">=", "{", ".", "vmap",
						 NULL };

	weir_offer_symbols(completion, field->type->symbols);
	weir_offer_refs(completion);
	if (!relation)
		return;
	weir_offer_all(completion, relations);
	if (is_source(completion))
		weir_offer(completion, "map");
	if (field->writable)
		weir_offer(completion, "set");
}

/* The field that ends @back words before the cursor, or NULL. */
static const struct weir_field *field_before(const struct weir_completion *completion,
					     unsigned int back)
{
	const char *last = weir_word_before(completion, back + 1);
	const struct weir_header_desc *header;
	const struct weir_field *field;
	char name[64];

	header = header_before(completion, back + 2);
	if (header) {
		snprintf(name, sizeof(name), "%.30s %.30s", weir_word_before(completion, back + 2),
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
static const struct weir_ext *ext_before(const struct weir_completion *completion)
{
	for (unsigned int back = 1; back <= completion->n; back++) {
		const char *word = weir_word_before(completion, back);

		for (unsigned int i = 0; weir_exts[i]; i++) {
			if (weir_exts[i]->kind != WEIR_EXT_KEY && !strcmp(weir_exts[i]->name, word))
				return weir_exts[i];
		}
	}
	return NULL;
}

/* Behind words that a name follows, or a set; false for all others. */
static bool offer_reference(struct weir_completion *completion)
{
	static const char *const maps[] = { "map", "vmap", "add", "update", "delete", NULL };
	const char *last = weir_word_before(completion, 1);

	if (!strcmp(last, "jump") || !strcmp(last, "goto")) {
		weir_offer_names(completion, "chain");
		return true;
	}
	if (!strcmp(last, "name")) {
		weir_offer_names(completion, weir_word_before(completion, 2));
		return true;
	}
	for (const char *const *map = maps; *map; map++) {
		if (strcmp(*map, last))
			continue;
		weir_offer_refs(completion);
		if (map < maps + 2)
			weir_offer(completion, "{");
		return true;
	}
	return false;
}

void weir_offer_rule(struct weir_completion *completion)
{
	static const char *const signs[] = { "!=", "==", "<", ">", "<=", ">=", "!", "set",
					     "{", ",", "&", "|", "/" };
	const struct weir_header_desc *header = header_before(completion, 0);
	const struct weir_field *field = field_before(completion, 0);
	const struct weir_ext *ext;
	const char **words;

	if (offer_reference(completion))
		return;
	if (header && !(field && field->key.type == WEIR_KEY_TYPE_META)) {
		offer_fields(completion, header, "");
		return;
	}
	header = header_before(completion, 1);
	if (header)
		offer_fields(completion, header, weir_word_before(completion, 1));
	if (field) {
		offer_values(completion, field, true);
		return;
	}
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (strcmp(signs[i], weir_word_before(completion, 1)))
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
	ext = ext_before(completion);
	if (ext)
		weir_offer_all(completion, ext->words);
	words = weir_rule_words();
	weir_offer_all(completion, words);
	free(words);
}

/* Commands */

static const char *const families[] = { "ip", "ip6", "inet", NULL };

static const char *const makes[] = { "table", "chain", "rule", "set", "map", "element", "counter",
				     "quota", "limit", NULL };

static const struct verb {
	const char *name;
	const char *const *objects;
} verbs[] = {
	{ "add", makes },
	{ "create", makes },
	{ "insert", (const char *const[]){ "rule", NULL } },
	{ "replace", (const char *const[]){ "rule", "element", NULL } },
	{ "delete", makes },
	{ "destroy", makes },
	{ "flush", (const char *const[]){ "ruleset", "table", "chain", "set", "map", NULL } },
	{ "rename", (const char *const[]){ "chain", "set", "map", NULL } },
	{ "swap", (const char *const[]){ "set", "map", NULL } },
	{ "get", (const char *const[]){ "element", NULL } },
	{ "test", (const char *const[]){ "element", NULL } },
	{ "reset", (const char *const[]){ "rules", "rule", "set", "map", "element", "counters",
					  "counter", "quotas", "quota", NULL } },
	{ "list", (const char *const[]){ "ruleset", "tables", "table", "chains", "chain", "rules",
					 "sets", "set", "maps", "map", "counters", "counter",
					 "quotas", "quota", "limits", "limit", NULL } },
	{ "monitor", (const char *const[]){ "new", "destroy", "tables", "chains", "rules",
					    "sets", "elements", "ruleset", "json", NULL } },
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

/* Takes family and table from the words from @at on; returns how many words they are. */
static unsigned int take_table(struct weir_completion *completion, unsigned int at)
{
	uint64_t family = NFPROTO_IPV4;
	unsigned int n = 0;

	if (completion->n > at && weir_symbol_find(weir_families, completion->words[at], &family))
		n++;
	completion->family = family;
	*completion->table = '\0';
	if (completion->n <= at + n)
		return n;
	snprintf(completion->table, sizeof(completion->table), "%s", completion->words[at + n]);
	return n + 1;
}

static void offer_describe(struct weir_completion *completion)
{
	const struct weir_header_desc *header;

	if (completion->n > 1) {
		header = header_before(completion, 0);
		if (header)
			offer_fields(completion, header, "");
		return;
	}
	for (unsigned int i = 0; (header = weir_header_at(i)); i++)
		weir_offer(completion, header->name);
	for (unsigned int i = 0; weir_datatypes[i]; i++)
		weir_offer(completion, weir_datatypes[i]->name);
}

/* Behind "VERB rule [family] table chain": [handle|position|index N] rule. */
static void offer_rule_command(struct weir_completion *completion, unsigned int names)
{
	static const char *const places[] = { "handle", "position", "index", NULL };

	if (completion->n == names)
		weir_offer_all(completion, places);
	for (unsigned int i = 0; places[i]; i++) {
		if (!strcmp(weir_word_before(completion, 1), places[i]))
			return;
	}
	weir_offer_rule(completion);
}

/* Behind "VERB OBJECT": [family] table name. */
static void offer_path(struct weir_completion *completion)
{
	const char *verb = completion->words[0], *object = completion->words[1];
	unsigned int names = 2 + take_table(completion, 2);
	bool element = !strcmp(object, "element");

	if (completion->n == 2)
		weir_offer_all(completion, families);
	if (!*completion->table)
		weir_offer_tables(completion);
	else if (completion->n == names && strcmp(object, "table"))
		weir_offer_names(completion, object);
	else if (!strcmp(object, "rule"))
		offer_rule_command(completion, names + 1);
	else if (completion->n == names + 1 && !strcmp(verb, "swap"))
		weir_offer_names(completion, object);
	else if (completion->n == names + 1 && element)
		weir_offer(completion, "{");
	else if (element)
		weir_offer_members(completion, completion->words[names]);
}

static void offer_command(struct weir_completion *completion)
{
	const struct verb *verb;

	if (!completion->n) {
		for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
			weir_offer(completion, verbs[i].name);
		return;
	}
	verb = find_verb(completion->words[0]);
	if (!verb)
		return;
	if (!strcmp(verb->name, "describe"))
		offer_describe(completion);
	else if (!strcmp(verb->name, "monitor") || completion->n == 1)
		weir_offer_all(completion, verb->objects);
	else if (verb->objects == families)
		weir_offer_tables(completion);
	else
		offer_path(completion);
}

/* In the block of a chain: its settings, or a rule. */
static void offer_chain(struct weir_completion *completion)
{
	static const char *const settings[] = { "type", "policy", "comment", NULL };
	static const char *const priorities[] = {
		"raw", "mangle", "dstnat", "filter", "security", "srcnat", NULL
	};
	const char *first = completion->n ? completion->words[0] : "";
	const char *last = weir_word_before(completion, 1);

	if (!strcmp(first, "policy")) {
		weir_offer(completion, "accept");
		weir_offer(completion, "drop");
	} else if (!strcmp(first, "type")) {
		if (!strcmp(last, "type"))
			weir_offer(completion, "filter");
		else if (!strcmp(last, "hook"))
			weir_offer_symbols(completion, weir_hooks);
		else if (!strcmp(last, "priority"))
			weir_offer_all(completion, priorities);
		else
			weir_offer(completion, completion->n == 2 ? "hook" : "priority");
	} else {
		if (!completion->n)
			weir_offer_all(completion, settings);
		weir_offer_rule(completion);
	}
}

static void offer_table(struct weir_completion *completion)
{
	static const char *const settings[] = { "chain", "set", "map", "counter", "quota", "limit",
						"flags", "comment", NULL };

	if (!completion->n)
		weir_offer_all(completion, settings);
	else if (!strcmp(completion->words[0], "flags"))
		weir_offer_symbols(completion, weir_table_flag_names);
}

/* Reading the line */

static void add_word(struct weir_completion *completion, const char *from, size_t len)
{
	if (completion->n == WEIR_COMPLETE_WORDS) {
		free(completion->words[0]);
		memmove(completion->words, completion->words + 1,
			(WEIR_COMPLETE_WORDS - 1) * sizeof(*completion->words));
		completion->n--;
	}
	completion->words[completion->n++] = weir_strndup(from, len);
}

static void forget_words(struct weir_completion *completion)
{
	while (completion->n)
		free(completion->words[--completion->n]);
}

/*
 * A brace opens a block where the statement is about a table, a chain, a set or a
 * map; in a rule it is the beginning of a set.
 */
static enum weir_complete_block opened_block(const struct weir_completion *completion,
					     unsigned int *head)
{
	static const struct weir_symbol blocks[] = {
		{ "table", WEIR_COMPLETE_TABLE },
		{ "chain", WEIR_COMPLETE_CHAIN },
		{ "set", WEIR_COMPLETE_SET },
		{ "map", WEIR_COMPLETE_SET },
		{}
	};
	bool top = completion->block == WEIR_COMPLETE_NONE;
	uint64_t block;

	if (completion->block > WEIR_COMPLETE_TABLE)
		return WEIR_COMPLETE_NONE;
	for (unsigned int i = 0; i < completion->n && i < 1 + top; i++)
		if (weir_symbol_find(blocks, completion->words[i], &block)) {
			*head = i + 1;
			return block;
		}
	return WEIR_COMPLETE_NONE;
}

/* Goes into a block, and remembers what is told in front of it, from word @head on. */
static void enter_block(struct weir_completion *completion, enum weir_complete_block block,
			unsigned int head)
{
	if (completion->block == WEIR_COMPLETE_NONE)
		head += take_table(completion, head);
	if (block == WEIR_COMPLETE_SET && completion->n > head)
		weir_buf_mem(&completion->declared, completion->words[head],
			     strlen(completion->words[head]) + 1);
	completion->in_table |= block == WEIR_COMPLETE_TABLE;
	completion->block = block;
}

static void leave_block(struct weir_completion *completion)
{
	bool table = completion->block == WEIR_COMPLETE_TABLE;

	completion->block = completion->in_table && !table ? WEIR_COMPLETE_TABLE :
							     WEIR_COMPLETE_NONE;
	completion->in_table &= !table;
}

/* Cuts the line into the words of its last statement. */
static void read_line(struct weir_completion *completion, const char *line)
{
	enum weir_complete_block block;
	unsigned int braces = 0, head = 0;

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
		block = *line == '{' ? opened_block(completion, &head) : WEIR_COMPLETE_NONE;
		if (block != WEIR_COMPLETE_NONE) {
			enter_block(completion, block, head);
			forget_words(completion);
		} else if (*line == '{' || *line == ',') {
			braces += *line == '{';
			add_word(completion, line, 1);
		} else if (*line == '}' && braces) {
			braces--;
			add_word(completion, line, 1);
		} else if (*line == '}') {
			leave_block(completion);
			forget_words(completion);
		} else if (*line == ';' || *line == '\n') {
			forget_words(completion);
		}
		line += *line != '\0';
		completion->begin = line;
	}
}

char **weir_complete(const char *line, const struct weir_ruleset *ruleset)
{
	struct weir_completion completion = { .ruleset = ruleset };

	read_line(&completion, line);
	if (*completion.begin == '"')
		;	/* Nothing is known of what is in quotes. */
	else if (completion.block == WEIR_COMPLETE_NONE)
		offer_command(&completion);
	else if (completion.block == WEIR_COMPLETE_TABLE)
		offer_table(&completion);
	else if (completion.block == WEIR_COMPLETE_CHAIN)
		offer_chain(&completion);
	else
		weir_offer_set_block(&completion);
	forget_words(&completion);
	weir_buf_free(&completion.declared);
	if (!completion.found)
		completion.found = weir_realloc(NULL, 1, sizeof(*completion.found));
	completion.found[completion.n_found] = NULL;
	return completion.found;
}
