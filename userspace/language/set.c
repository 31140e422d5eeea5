// SPDX-License-Identifier: GPL-2.0
/* What a set is: the lines of its block but its elements. */
#include <stdlib.h>
#include <string.h>
#include "datatype.h"
#include "ext.h"
#include "reader.h"

/* Types */

static const struct weir_datatype *find_type(const char *name)
{
	for (unsigned int i = 0; weir_datatypes[i]; i++) {
		if (!strcmp(weir_datatypes[i]->name, name))
			return weir_datatypes[i];
	}
	return NULL;
}

static void hint_type(struct weir_parser *parser, const char *word)
{
	const char *names[128];
	size_t n = 0;

	for (unsigned int i = 0; weir_datatypes[i] && n < 127; i++) {
		if (weir_datatypes[i]->len)
			names[n++] = weir_datatypes[i]->name;
	}
	names[n] = NULL;
	weir_token_hint(parser, word, names);
}

static bool parse_type_name(struct weir_parser *parser, struct weir_field_type *field)
{
	const struct weir_token *token = weir_tok(parser);
	const struct weir_datatype *type;

	type = token->type == WEIR_TOKEN_WORD ? find_type(token->text) : NULL;
	if (!type) {
		weir_tok_error(parser, "expected a data type, not %s", weir_token_name(token));
		hint_type(parser, token->text);
		return false;
	}
	if (!type->len) {
		weir_tok_error(parser, "%s has no size of its own", type->name);
		if (parser->last_error)
			weir_error_hint(parser->last_error, "write typeof and a field instead");
		return false;
	}
	weir_tok_next(parser);
	*field = (struct weir_field_type){ type, type->len };
	return true;
}

/* The type of "ip saddr & 255.255.0.0"; fields of any protocol may stand together. */
static bool parse_type_of(struct weir_parser *parser, struct weir_field_type *field)
{
	struct weir_expr expr = { .type = NULL };

	parser->nfproto = 0;
	parser->l4proto = -1;
	if (!weir_expr_parse(parser, &expr, true))
		return false;
	*field = (struct weir_field_type){ expr.type, expr.len };
	weir_expr_clear(&expr);
	return true;
}

bool weir_set_types_parse(struct weir_parser *parser, struct weir_set_type *type, bool names)
{
	type->n_fields = 0;
	do {
		struct weir_field_type *field = &type->fields[type->n_fields];

		if (type->n_fields == WEIR_FIELDS_MAX)
			return weir_tok_error(parser, "a key has more than %d fields",
					      WEIR_FIELDS_MAX);
		if (!(names ? parse_type_name(parser, field) : parse_type_of(parser, field)))
			return false;
		type->n_fields++;
	} while (weir_tok_accept(parser, "."));
	return true;
}

/* Keeps what was written from token @from on. */
static bool take_text(struct weir_parser *parser, struct weir_set_type *type, size_t from)
{
	free(type->text);
	type->text = weir_tok_text(parser, from);
	if (strlen(type->text) <= WEIR_TYPE_TEXT_MAX)
		return true;
	return weir_tok_error_at(parser, &parser->tokens[from].loc,
				 "a type of %zu bytes is too long, the longest has %d",
				 strlen(type->text), WEIR_TYPE_TEXT_MAX);
}

/* What a map may lead to beside values; static text, or NULL. */
static const char *object_type(const char *word)
{
	static const char *const matches[] = { "limit", "quota" };
	const struct weir_ext *ext;

	if (!strcmp(word, "counter"))
		return "counter";
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		ext = strcmp(word, matches[i]) ? NULL : weir_ext_find(WEIR_EXT_MATCH, word);
		if (ext)
			return ext->name;
	}
	return NULL;
}

static bool parse_object_type(struct weir_parser *parser, struct weir_set *set)
{
	static const char *const others[] = { "quota", "ct", "synproxy", "secmark", "tunnel" };
	const struct weir_token *token = weir_tok(parser);
	char what[32];

	if (token->type != WEIR_TOKEN_WORD)
		return false;
	set->object_type = object_type(token->text);
	if (set->object_type) {
		set->data_type = WEIR_DATA_TYPE_OBJECT;
		weir_tok_next(parser);
		return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (strcmp(others[i], token->text))
			continue;
		/* "ct mark" is a field, and has a type. */
		if (!strcmp(token->text, "ct") && strcmp(weir_tok_ahead(parser, 1)->text, "helper"))
			continue;
		snprintf(what, sizeof(what), "a map to %s", token->text);
		weir_unsupported(parser, &token->loc, what);
		return false;
	}
	return false;
}

static bool parse_values(struct weir_parser *parser, struct weir_set *set, bool names)
{
	struct weir_loc loc = weir_tok(parser)->loc;

	if (weir_tok_is(parser, "interval"))
		return weir_unsupported(parser, &loc, "a map to ranges");
	if (!weir_set_types_parse(parser, &set->data, names))
		return false;
	if (set->data.n_fields > 1)
		return weir_unsupported(parser, &loc, "a map to more than one value");
	set->data_type = WEIR_DATA_TYPE_VALUE;
	return true;
}

/* What stands behind the colon of a map's type. */
static bool parse_data(struct weir_parser *parser, struct weir_set *set, bool names)
{
	size_t from = parser->pos;
	unsigned int errors = parser->n_errors;

	if (weir_tok_accept(parser, "verdict"))
		set->data_type = WEIR_DATA_TYPE_VERDICT;
	else if (!parse_object_type(parser, set) &&
		 (parser->n_errors != errors || !parse_values(parser, set, names)))
		return false;
	return take_text(parser, &set->data, from);
}

static bool parse_type(struct weir_parser *parser, struct weir_set *set)
{
	const struct weir_token *word = &parser->tokens[parser->pos - 1];
	bool map = parser->set_command->object == WEIR_OBJECT_MAP;

	if (set->type_loc.input)
		return weir_tok_error_at(parser, &word->loc, "the type was given already");
	set->type_loc = word->loc;
	if (!weir_set_types_parse(parser, &set->type, !strcmp(word->text, "type")) ||
	    !take_text(parser, &set->type, 0))
		return false;
	set->type_loc = weir_loc_span(&word->loc, &weir_tok(parser)[-1].loc);
	if (!weir_tok_is(parser, ":")) {
		if (!map)
			return true;
		weir_tok_error(parser, "expected : and what the map leads to, not %s",
			       weir_token_name(weir_tok(parser)));
		return false;
	}
	if (!map) {
		weir_tok_error(parser, "a set leads to nothing");
		if (parser->last_error)
			weir_error_hint(parser->last_error, "write map instead of set");
		return false;
	}
	weir_tok_next(parser);
	if (!parse_data(parser, set, !strcmp(word->text, "type")))
		return false;
	set->type_loc = weir_loc_span(&set->type_loc, &weir_tok(parser)[-1].loc);
	return true;
}

/* Other lines */

static bool parse_flags(struct weir_parser *parser, struct weir_set *set)
{
	uint64_t flag;

	do {
		if (!weir_tok_choice(parser, weir_set_flag_names, &flag, "a flag"))
			return false;
		set->flags |= flag;
		parser->elem_reader.implied &= ~flag;
	} while (weir_tok_accept(parser, ","));
	return true;
}

static bool parse_timeout(struct weir_parser *parser, struct weir_set *set)
{
	if (!weir_tok_period(parser, &set->timeout))
		return false;
	set->has_timeout = true;
	set->flags |= WEIR_SET_FLAGS_TIMEOUT;
	parser->elem_reader.implied &= ~WEIR_SET_FLAGS_TIMEOUT;
	return true;
}

static bool parse_gc_interval(struct weir_parser *parser, struct weir_set *set)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	uint64_t ms;

	if (!weir_tok_period(parser, &ms))
		return false;
	if (ms > UINT32_MAX)
		return weir_tok_error_at(parser, &loc, "an interval is at most 49 days");
	set->gc_interval = ms;
	return true;
}

static bool parse_size(struct weir_parser *parser, struct weir_set *set)
{
	uint64_t size;

	if (!weir_tok_number(parser, UINT32_MAX, &size, "a number of elements"))
		return false;
	set->has_size = true;
	set->size = size;
	return true;
}

static bool parse_policy(struct weir_parser *parser, struct weir_set *set)
{
	uint64_t policy;

	if (!weir_tok_choice(parser, weir_set_policies, &policy, "a policy"))
		return false;
	set->policy = policy;
	return true;
}

static bool parse_auto_merge(struct weir_parser *parser, struct weir_set *set)
{
	set->flags |= WEIR_SET_FLAGS_AUTO_MERGE;
	return true;
}

static bool parse_comment(struct weir_parser *parser, struct weir_set *set)
{
	const char *text;

	if (set->comment)
		return weir_tok_error(parser, "there is a comment already");
	if (!weir_tok_string(parser, WEIR_COMMENT_MAX, &text, "a comment"))
		return false;
	set->comment = weir_strdup(text);
	return true;
}

static const struct line {
	const char *word;
	bool (*parse)(struct weir_parser *parser, struct weir_set *set);
} lines[] = {
	{ "type", parse_type },
	{ "typeof", parse_type },
	{ "flags", parse_flags },
	{ "timeout", parse_timeout },
	{ "gc-interval", parse_gc_interval },
	{ "size", parse_size },
	{ "policy", parse_policy },
	{ "auto-merge", parse_auto_merge },
	{ "comment", parse_comment },
};

#define N_LINES (sizeof(lines) / sizeof(*lines))

static bool refuse_line(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);
	const char *words[N_LINES + 3];
	size_t n = 0;

	if (weir_unsupported_statement(parser))
		return false;
	weir_tok_error(parser, "expected a property of a set, not %s", weir_token_name(token));
	for (; n < N_LINES; n++)
		words[n] = lines[n].word;
	words[n++] = "elements";
	words[n++] = "counter";
	words[n] = NULL;
	weir_token_hint(parser, token->text, words);
	return false;
}

void weir_set_line(struct weir_parser *parser)
{
	struct weir_set *set = parser->set;
	size_t i = 0;

	parser->pos = 0;
	while (i < N_LINES && !weir_tok_is(parser, lines[i].word))
		i++;
	if (i < N_LINES) {
		weir_tok_next(parser);
		if (lines[i].parse(parser, set))
			weir_tok_end(parser);
	} else if (weir_stmt_is_here(parser)) {
		if (weir_stmts_parse(parser, &set->stmts))
			weir_tok_end(parser);
	} else {
		refuse_line(parser);
	}
}

/* Types that come back from the kernel */

/* "type a . b", "typeof ip saddr", or what stands behind a colon. */
static bool parse_text(struct weir_parser *parser, struct weir_set_type *type)
{
	bool names = weir_tok_accept(parser, "type");

	type->n_fields = 0;
	if (weir_tok_is(parser, "verdict") || object_type(weir_tok(parser)->text)) {
		weir_tok_next(parser);
		return weir_tok_end(parser);
	}
	if (!names && !weir_tok_accept(parser, "typeof"))
		names = find_type(weir_tok(parser)->text);
	return weir_set_types_parse(parser, type, names) && weir_tok_end(parser);
}

bool weir_set_type_parse(const char *text, struct weir_set_type *type)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_parser parser;
	bool ok;

	memset(type, 0, sizeof(*type));
	weir_parser_open(&parser, NULL, &script, &errors);
	weir_input_open_text(&parser, "<type>", text);
	weir_token_collect(&parser);
	ok = parse_text(&parser, type);
	weir_parser_close(&parser);
	weir_script_free(&script);
	weir_errors_free(&errors);
	if (!ok)
		return false;
	type->text = weir_strdup(text);
	return true;
}
