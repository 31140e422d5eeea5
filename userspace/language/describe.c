// SPDX-License-Identifier: GPL-2.0
/*
 * "weir describe": headers, fields, data types and statements as the tables and
 * plug-ins have them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "../libweir/error.h"
#include "ext.h"
#include "language.h"

/* Statements that are no plug-in. */
static const struct statement {
	const char *name;
	const char *text;
} statements[] = {
	{ "accept", "end the base chain: the packet goes on" },
	{ "drop", "drop the packet" },
	{ "continue", "go on with the next rule" },
	{ "return", "go back behind the jump that led here" },
	{ "jump", "evaluate another chain and come back" },
	{ "goto", "evaluate another chain and do not come back" },
	{ "counter", "count packets and bytes; name \"C\": a counter that rules share" },
	{ "vmap", "do what a map of verdicts says for a key: KEY vmap @m" },
	{ "map", "write what a map says for a key: meta mark set KEY map @m" },
	{ "add", "add a key of the packet to a set: add @s { KEY timeout 1m }" },
	{ "update", "add it, or start its timeout anew: update @s { KEY timeout 1m }" },
	{ "delete", "delete it from a set: delete @s { KEY }" },
	{}
};

/* What is declared in a table besides chains. */
static const struct statement declarations[] = {
	{ "set", "addresses, networks, ports or tuples of them: @s in rules" },
	{ "elements", "what a set has: a value, prefix or range, fields joined by dots, or *" },
	{ "type", "of a set's key: data types joined by dots; of a map, behind a colon, its values" },
	{ "typeof", "the same by fields, such as ip saddr . tcp dport" },
	{ "flags", "of a set: constant, dynamic, interval, timeout, evict, list" },
	{}
};

static const char *base_name(enum weir_base base)
{
	switch (base) {
	case WEIR_BASE_BITMASK:
		return "bitmask";
	case WEIR_BASE_STRING:
		return "string";
	case WEIR_BASE_ADDRESS:
		return "address";
	default:
		return "integer";
	}
}

static void symbols_describe(struct weir_buf *buf, const struct weir_datatype *type,
			     unsigned int len)
{
	const struct weir_symbol *symbol;

	if (type->symbols) {
		weir_buf_add(buf, "\nsymbolic constants (in %s):\n",
			     type->hex ? "hexadecimal" : "decimal");
		for (symbol = type->symbols; symbol->name; symbol++)
			weir_buf_add(buf, type->hex ? "\t%-30s\t0x%0*" PRIx64 "\n" :
				     "\t%-30s\t%*" PRIu64 "\n", symbol->name,
				     type->hex ? (int)(len + 3) / 4 : 20, symbol->value);
	} else if (type->load && len <= 16) {
		/* Few enough numbers to ask for the name of each. */
		weir_buf_str(buf, "\nnames of this system (in decimal):\n");
		for (uint64_t value = 0; value < 1ULL << len; value++) {
			const char *name = type->name_of(value);

			if (name)
				weir_buf_add(buf, "\t%-30s\t%20" PRIu64 "\n", name, value);
		}
	}
}

static void type_describe(struct weir_buf *buf, const struct weir_datatype *type,
			  unsigned int len)
{
	weir_buf_add(buf, "datatype %s (%s) (basetype %s)", type->name, type->text,
		     base_name(type->base));
	if (len)
		weir_buf_add(buf, type->base == WEIR_BASE_STRING ? ", %u characters" :
			     ", %u bits", type->base == WEIR_BASE_STRING ? len / 8 : len);
	weir_buf_str(buf, "\n");
	symbols_describe(buf, type, len);
}

static void field_describe(struct weir_buf *buf, const struct weir_header_desc *header,
			   const struct weir_field *field)
{
	const char *kind = header->name;

	if (field->key.type == WEIR_KEY_TYPE_EXISTS)
		kind = "existence";
	else if (field->key.type == WEIR_KEY_TYPE_PAYLOAD)
		kind = field->key.header >= WEIR_HEADER_IP_OPT ? "option" : "payload";
	weir_buf_add(buf, "%s %s: %s%s\n%s expression, ", header->name, field->name, field->text,
		     field->writable ? "; can be set" : "", kind);
	type_describe(buf, field->type, field->key.len);
}

static void header_describe(struct weir_buf *buf, const struct weir_header_desc *header)
{
	const struct weir_field *field;

	weir_buf_add(buf, "%s: %s\n", header->name, header->text);
	for (field = header->fields; field->name; field++)
		weir_buf_add(buf, "\t%s %-18s %-14s %3u bits  %s\n", header->name, field->name,
			     field->type->name, field->key.len, field->text);
}

static void statements_describe(struct weir_buf *buf, const struct statement *statement)
{
	for (; statement->name; statement++)
		weir_buf_add(buf, "\t%-12s %s\n", statement->name, statement->text);
}

static void describe_all(struct weir_buf *buf)
{
	const struct weir_header_desc *header;
	const struct weir_datatype *const *type;
	unsigned int i;

	weir_buf_str(buf, "headers and other keys, with their fields:\n");
	for (i = 0; (header = weir_header_at(i)); i++)
		weir_buf_add(buf, "\t%-12s %s\n", header->name, header->text);
	weir_buf_str(buf, "\nstatements:\n");
	statements_describe(buf, statements);
	for (i = 0; weir_exts[i]; i++)
		if (weir_exts[i]->kind != WEIR_EXT_KEY)
			weir_buf_add(buf, "\t%-12s %s\n", weir_exts[i]->name, weir_exts[i]->text);
	weir_buf_str(buf, "\nsets and maps:\n");
	statements_describe(buf, declarations);
	weir_buf_str(buf, "\ndata types:\n");
	for (type = weir_datatypes; *type; type++)
		weir_buf_add(buf, "\t%-12s %s\n", (*type)->name, (*type)->text);
}

static bool describe_type(struct weir_buf *buf, const char *name)
{
	const struct weir_datatype *const *type;

	for (type = weir_datatypes; *type; type++) {
		if (!strcmp((*type)->name, name)) {
			type_describe(buf, *type, (*type)->len);
			return true;
		}
	}
	return false;
}

static const struct statement *find_statement(const struct statement *statement,
					      const char *name)
{
	while (statement->name && strcmp(statement->name, name))
		statement++;
	return statement->name ? statement : NULL;
}

static bool describe_statement(struct weir_buf *buf, const char *name)
{
	const struct statement *statement = find_statement(statements, name);
	unsigned int i;

	if (!statement)
		statement = find_statement(declarations, name);
	if (statement) {
		weir_buf_add(buf, "%s: %s\n", name, statement->text);
		return true;
	}
	for (i = 0; weir_exts[i]; i++) {
		if (weir_exts[i]->kind != WEIR_EXT_KEY && !strcmp(weir_exts[i]->name, name)) {
			weir_buf_add(buf, "%s: %s\n", name, weir_exts[i]->text);
			return true;
		}
	}
	return false;
}

/* Header and field in one line; names of either may have a blank. */
static bool describe_field(struct weir_buf *buf, const char *words)
{
	const struct weir_header_desc *header;
	const struct weir_field *field;
	unsigned int i;
	size_t len;

	for (i = 0; (header = weir_header_at(i)); i++) {
		len = strlen(header->name);
		if (strncmp(header->name, words, len) || words[len] != ' ')
			continue;
		field = weir_field_find(header, words + len + 1);
		if (!field)
			continue;
		field_describe(buf, header, field);
		return true;
	}
	field = weir_meta_find(words);
	if (field)
		field_describe(buf, weir_header_find("meta"), field);
	return field;
}

/* All that can be described, to guess what was meant. */
static const char **all_words(char **memory)
{
	const struct weir_header_desc *header;
	const struct weir_datatype *const *type;
	const struct weir_field *field;
	struct weir_buf names = {};
	const char **words;
	size_t n = 0, at;
	unsigned int i;

	for (i = 0; (header = weir_header_at(i)); i++) {
		weir_buf_mem(&names, header->name, strlen(header->name) + 1);
		n++;
		for (field = header->fields; field->name; field++, n++) {
			weir_buf_add(&names, "%s %s", header->name, field->name);
			weir_buf_mem(&names, "", 1);
		}
	}
	for (type = weir_datatypes; *type; type++, n++)
		weir_buf_mem(&names, (*type)->name, strlen((*type)->name) + 1);
	words = weir_realloc(NULL, n + 1, sizeof(*words));
	for (i = 0, at = 0; i < n; i++, at += strlen(names.text + at) + 1)
		words[i] = names.text + at;
	words[n] = NULL;
	*memory = names.text;
	return words;
}

static int not_found(const char *words, struct weir_errors *errors)
{
	struct weir_error *error;
	const char **candidates, *nearest;
	char *memory;

	error = weir_error_add(errors, NULL, 0, "there is no header, field or data type \"%s\"",
			       words);
	candidates = all_words(&memory);
	nearest = weir_nearest(words, candidates);
	if (nearest)
		weir_error_hint(error, "did you mean %s?", nearest);
	free(candidates);
	free(memory);
	return -1;
}

/* One blank between words, none around them. */
static char *normalize(const char *words)
{
	char *copy = weir_strdup(words), *to = copy;

	for (; *words; words++)
		if (*words != ' ' || (to > copy && to[-1] != ' '))
			*to++ = *words;
	while (to > copy && to[-1] == ' ')
		to--;
	*to = '\0';
	return copy;
}

int weir_describe(struct weir_buf *buf, const char *words, struct weir_errors *errors)
{
	const struct weir_header_desc *header;
	char *name = normalize(words ? words : "");
	int ret = 0;

	header = weir_header_find(name);
	if (!*name)
		describe_all(buf);
	else if (header)
		header_describe(buf, header);
	else if (!describe_field(buf, name) && !describe_type(buf, name) &&
		 !describe_statement(buf, name))
		ret = not_found(name, errors);
	free(name);
	return ret;
}
