// SPDX-License-Identifier: GPL-2.0
/*
 * Elements of sets and maps. Those of a set with a name are read as they come, one
 * after the other, because there may be millions: what stays of each is a record of
 * a few bytes. Those of a set in a rule are read from the tokens of the rule.
 */
#include <stdlib.h>
#include <string.h>
#include "ext.h"
#include "reader.h"

/* A flag that an element needs; in the set's own block it may still follow. */
static bool need_flag(struct weir_parser *parser, struct weir_elem_reader *reader,
		      enum weir_set_flags flag, const struct weir_loc *loc, const char *what)
{
	const char *name = weir_symbol_name(weir_set_flag_names, flag);
	struct weir_error *error;

	if (reader->set->flags & flag)
		return true;
	if (reader->declaring) {
		reader->set->flags |= flag;
		reader->implied |= flag;
		return true;
	}
	error = weir_parser_error(parser, loc, "%s needs a set with flags %s", what, name);
	if (error && reader->set->name)
		weir_error_hint(error, "declare set %s with flags %s", reader->set->name, name);
	return false;
}

/* The key */

static bool parse_field(struct weir_parser *parser, struct weir_elem_reader *reader,
			const struct weir_field_type *field, struct weir_range *key)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	struct weir_range ranges[2];
	unsigned int n;
	bool single;

	if (!weir_range_read(parser, field->type, field->len, ranges, &n, &single))
		return false;
	loc = weir_loc_span(&loc, &weir_tok(parser)[-1].loc);
	if (n > 1)
		return weir_tok_error_at(parser, &loc,
					 "the end of this range is before its start: write two elements");
	*key = *ranges;
	if (weir_num_eq(key->from, key->to))
		return true;
	if (!reader->range.input)
		reader->range = loc;
	return need_flag(parser, reader, WEIR_SET_FLAGS_INTERVAL, &loc, "a range");
}

static bool parse_key(struct weir_parser *parser, struct weir_elem_reader *reader,
		      struct weir_elem *elem)
{
	const struct weir_set_type *type = &reader->set->type;

	for (unsigned int i = 0; i < type->n_fields; i++) {
		if (i && !weir_tok_accept(parser, "."))
			return weir_tok_error(parser,
					      "expected . and %s%s, not %s: a key has %u fields here",
					      weir_article(type->fields[i].type->text),
					      type->fields[i].type->text,
					      weir_token_name(weir_tok(parser)), type->n_fields);
		if (!parse_field(parser, reader, &type->fields[i], &elem->key[i]))
			return false;
	}
	if (!weir_tok_is(parser, "."))
		return true;
	if (type->n_fields == 1)
		return weir_tok_error(parser, "a key has one field here");
	return weir_tok_error(parser, "a key has %u fields here", type->n_fields);
}

/* In a list of sets: "@a before @b". */
static bool parse_member(struct weir_parser *parser, struct weir_elem *elem)
{
	struct weir_loc loc;

	return weir_tok_set(parser, &elem->set, &loc) &&
	       (!weir_tok_accept(parser, "before") ||
		weir_tok_set(parser, &elem->before, &loc));
}

/* Options */

static bool parse_period(struct weir_parser *parser, struct weir_elem_reader *reader,
			 bool *has, uint64_t *ms)
{
	struct weir_loc loc = weir_tok_next(parser)->loc;

	if (!weir_tok_period(parser, ms))
		return false;
	*has = true;
	if (!reader->timeout.input)
		reader->timeout = loc;
	return need_flag(parser, reader, WEIR_SET_FLAGS_TIMEOUT, &loc, "a timeout");
}

static bool parse_comment(struct weir_parser *parser, struct weir_elem *elem)
{
	const char *text;

	weir_tok_next(parser);
	if (!weir_tok_string(parser, WEIR_COMMENT_MAX, &text, "a comment"))
		return false;
	free(elem->comment);
	elem->comment = weir_strdup(text);
	return true;
}

static bool parse_nomatch(struct weir_parser *parser, struct weir_elem_reader *reader,
			  struct weir_elem *elem)
{
	struct weir_loc loc = weir_tok_next(parser)->loc;

	if (!reader->range.input)
		reader->range = loc;
	elem->flags |= WEIR_ELEM_FLAGS_NOMATCH;
	return need_flag(parser, reader, WEIR_SET_FLAGS_INTERVAL, &loc, "an exception");
}

static bool option_is_here(const struct weir_parser *parser)
{
	return weir_tok_is(parser, "timeout") || weir_tok_is(parser, "expires") ||
	       weir_tok_is(parser, "comment") || weir_tok_is(parser, "nomatch") ||
	       weir_stmt_is_here(parser);
}

static bool parse_option(struct weir_parser *parser, struct weir_elem_reader *reader,
			 struct weir_elem *elem)
{
	if (reader->anonymous)
		return weir_tok_error(parser, "an element has %s only in a set with a name",
				      weir_token_name(weir_tok(parser)));
	if (weir_tok_is(parser, "timeout"))
		return parse_period(parser, reader, &elem->has_timeout, &elem->timeout);
	if (weir_tok_is(parser, "expires"))
		return parse_period(parser, reader, &elem->has_expires, &elem->expires);
	if (weir_tok_is(parser, "comment"))
		return parse_comment(parser, elem);
	if (weir_tok_is(parser, "nomatch"))
		return parse_nomatch(parser, reader, elem);
	return weir_stmts_parse(parser, &elem->stmts);
}

static bool parse_options(struct weir_parser *parser, struct weir_elem_reader *reader,
			  struct weir_elem *elem)
{
	while (option_is_here(parser)) {
		if (!parse_option(parser, reader, elem))
			return false;
	}
	return true;
}

/* What a map leads to */

static bool parse_value(struct weir_parser *parser, const struct weir_field_type *field,
			struct weir_data *data)
{
	struct weir_loc loc;

	if (!weir_constant_read(parser, field->type, field->len, &data->val))
		return false;
	loc = weir_tok(parser)->loc;
	if (weir_tok_is(parser, ".") || weir_tok_is(parser, "-") || weir_tok_is(parser, "/"))
		return weir_unsupported(parser, &loc, "a map to more than one value");
	return true;
}

static bool parse_data(struct weir_parser *parser, struct weir_elem_reader *reader,
		       struct weir_elem *elem)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	const struct weir_set *set = reader->set;

	if (set->data_type == WEIR_DATA_TYPE_NONE)
		return weir_tok_error(parser, "elements of a set lead to nothing, those of a map do");
	weir_tok_next(parser);
	elem->has_data = true;
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VERDICT:
		return weir_verdict_parse(parser, &elem->data.verdict, &elem->data.chain, &loc);
	case WEIR_DATA_TYPE_OBJECT:
		return weir_tok_name(parser, &elem->data.object, &loc, "the name of an object");
	default:
		return parse_value(parser, &set->data.fields[0], &elem->data);
	}
}

/* A map whose element has no value. */
static bool miss_data(struct weir_parser *parser, const struct weir_set *set)
{
	const char *what = set->data_type == WEIR_DATA_TYPE_VERDICT ? "a verdict" :
			   set->data_type == WEIR_DATA_TYPE_OBJECT ? "the name of an object" :
			   set->data.fields[0].type->text;

	return weir_tok_error(parser, "expected : and %s%s, not %s", weir_article(what), what,
			      weir_token_name(weir_tok(parser)));
}

/* One element */

static bool parse_elem(struct weir_parser *parser, struct weir_elem_reader *reader,
		       struct weir_elem *elem)
{
	bool ok;

	if (reader->set->flags & WEIR_SET_FLAGS_LIST &&
	    (!reader->keys || weir_tok_is(parser, "@"))) {
		ok = parse_member(parser, elem);
	} else if (weir_tok_accept(parser, "*")) {
		elem->flags |= WEIR_ELEM_FLAGS_CATCHALL;
		ok = true;
	} else {
		ok = parse_key(parser, reader, elem);
	}
	if (!ok || !parse_options(parser, reader, elem))
		return false;
	if (weir_tok_is(parser, ":") &&
	    (!parse_data(parser, reader, elem) || !parse_options(parser, reader, elem)))
		return false;
	return elem->has_data || !reader->data || miss_data(parser, reader->set);
}

/* Whether the element ends here, at a comma or a closing brace. */
static bool expect_end(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	if (token->type == WEIR_TOKEN_END || weir_tok_is(parser, ",") || weir_tok_is(parser, "}"))
		return true;
	if (weir_unsupported_statement(parser))
		return false;
	return weir_tok_error(parser, "expected , or }, not %s", weir_token_name(token));
}

/* The text is gone when the elements are used. */
static void forget_places(struct weir_elem *elem)
{
	elem->loc = (struct weir_loc){ NULL };
	for (struct weir_item *stmt = elem->stmts; stmt; stmt = stmt->next) {
		stmt->loc = elem->loc;
		stmt->value_loc = elem->loc;
	}
}

static bool read_one(struct weir_parser *parser, struct weir_elem_reader *reader)
{
	struct weir_elem *elem = weir_alloc(sizeof(*elem));
	bool ok;

	elem->loc = weir_tok(parser)->loc;
	reader->n++;
	ok = parse_elem(parser, reader, elem);
	if (ok)
		elem->loc = weir_loc_span(&elem->loc, &weir_tok(parser)[-1].loc);
	if (ok && reader->n > WEIR_RANGES_MAX && reader->anonymous)
		ok = weir_tok_error_at(parser, &elem->loc, "a set has more than %d elements",
				       WEIR_RANGES_MAX);
	if (!ok) {
		weir_elem_free(elem);
		return false;
	}
	if (reader->nowhere)
		forget_places(elem);
	weir_elems_put(reader->elems, reader->set, elem);
	return true;
}

static bool read_elem(struct weir_parser *parser, void *data)
{
	return read_one(parser, data) && expect_end(parser);
}

bool weir_elems_parse(struct weir_parser *parser, struct weir_elem_reader *reader)
{
	if (weir_tok_is(parser, "{"))
		return weir_braces_read(parser, read_elem, reader);
	return read_one(parser, reader);
}

/* Elements as they come */

void weir_elems_begin(struct weir_parser *parser, struct weir_set *set)
{
	parser->elem_reader = (struct weir_elem_reader){
		.set = set, .elems = &set->elems, .data = set->data_type != WEIR_DATA_TYPE_NONE,
	};
}

/*
 * A line may end between elements. Inside of one it ends only before a comma or a
 * brace, which is @token then; otherwise @token is the end of the line.
 */
static bool line_ends(struct weir_parser *parser, struct weir_token *token)
{
	struct weir_token next;

	if (!parser->n_tokens)
		return false;
	do {
		weir_token_read(parser, &next);
	} while (weir_token_is_sign(&next, '\n'));
	if (weir_token_is_sign(&next, ',') || weir_token_is_sign(&next, '}') ||
	    next.type == WEIR_TOKEN_END)
		*token = next;
	else
		weir_token_unread(parser, &next);
	return true;
}

/* Collects the tokens of one element; @end is what ends it, or a brace that opens. */
static void collect_elem(struct weir_parser *parser, struct weir_token *end)
{
	size_t depth = 0;

	parser->n_tokens = 0;
	for (;;) {
		weir_token_read(parser, end);
		if (end->type == WEIR_TOKEN_END)
			break;
		if (weir_token_is_sign(end, '\n')) {
			if (line_ends(parser, end))
				break;
			continue;
		}
		if (!depth && (weir_token_is_sign(end, ',') || weir_token_is_sign(end, '}')))
			break;
		if (!parser->n_tokens && weir_token_is_sign(end, '{'))
			break;
		if (weir_token_is_sign(end, '{') || weir_token_is_sign(end, '('))
			depth++;
		else if (depth && (weir_token_is_sign(end, '}') || weir_token_is_sign(end, ')')))
			depth--;
		weir_token_collect_one(parser, end);
	}
	weir_token_collect_end(parser);
	if (weir_token_is_sign(end, ',') || weir_token_is_sign(end, '}')) {
		parser->tokens[parser->n_tokens - 1].text = end->text;
		parser->tokens[parser->n_tokens - 1].loc = end->loc;
	}
	parser->pos = 0;
	parser->depth = 0;
}

/* Reads what was collected; @done: the element was complete before. */
static void read_collected(struct weir_parser *parser, struct weir_elem_reader *reader,
			   bool done, const struct weir_token *end)
{
	parser->muted = parser->ignored || reader->quiet;
	if (weir_tok(parser)->type != WEIR_TOKEN_END) {
		if (done)
			expect_end(parser);
		else
			read_elem(parser, reader);
	} else if (!done && weir_token_is_sign(end, ',')) {
		weir_tok_error_at(parser, &end->loc, "expected an element, not ,");
	}
	if (!weir_token_is_sign(end, '\n'))
		return;
	/* The brace may be missing, too, and what follows be anything. */
	parser->muted |= !!parser->last_error;
	weir_tok_error_at(parser, &end->loc, "expected , or }, not the end of the line");
	reader->quiet = true;
}

static void pass_over(struct weir_parser *parser)
{
	struct weir_token token;

	for (size_t depth = 1; depth; ) {
		weir_token_read(parser, &token);
		if (token.type == WEIR_TOKEN_END)
			return;
		depth += weir_token_is_sign(&token, '{');
		depth -= weir_token_is_sign(&token, '}');
	}
}

static void keep_token(struct weir_late *late, const struct weir_token *token)
{
	if (late->n == late->size) {
		late->size = late->size ? late->size * 2 : 64;
		late->tokens = weir_realloc(late->tokens, late->size, sizeof(*late->tokens));
	}
	late->tokens[late->n] = *token;
	late->tokens[late->n++].text = weir_arena_copy(&late->words, token->text,
						       strlen(token->text));
}

static void refuse_end(struct weir_parser *parser, const struct weir_token *end)
{
	weir_tok_error_at(parser, &end->loc, "expected }, not the end of the file");
	parser->gave_up = true;
}

/* Keeps the tokens of elements for the time when their type is known. */
static void keep_elems(struct weir_parser *parser)
{
	struct weir_late *late = &parser->late;
	struct weir_token token;

	late->lists++;
	for (size_t depth = 1; depth; ) {
		weir_token_read(parser, &token);
		if (token.type == WEIR_TOKEN_END) {
			refuse_end(parser, &token);
			return;
		}
		keep_token(late, &token);
		depth += weir_token_is_sign(&token, '{');
		depth -= weir_token_is_sign(&token, '}');
		if (late->n <= WEIR_EXPANSION_MAX || late->n <= parser->source->input->size)
			continue;
		weir_tok_error_at(parser, &token.loc, "variables make this too long");
		parser->gave_up = true;
	}
}

void weir_elems_drop_late(struct weir_parser *parser)
{
	parser->late.n = 0;
	parser->late.lists = 0;
	weir_arena_reset(&parser->late.words);
}

void weir_elems_read_late(struct weir_parser *parser)
{
	struct weir_late *late = &parser->late;

	while (late->n)
		weir_token_unread(parser, &late->tokens[--late->n]);
	for (; late->lists; late->lists--)
		weir_elems_read(parser);
	weir_elems_drop_late(parser);
}

static bool types_are_known(const struct weir_elem_reader *reader)
{
	const struct weir_set *set = reader->set;

	/* What is wrong with them was told. */
	return set->type.n_fields && (set->data_type != WEIR_DATA_TYPE_NONE || !reader->data);
}

void weir_elems_read(struct weir_parser *parser)
{
	struct weir_elem_reader *reader = &parser->elem_reader;
	const struct weir_arena mark = parser->words;
	struct weir_token end = { .type = WEIR_TOKEN_END };
	size_t depth = 1;
	bool done = false;

	if (reader->declaring && !reader->set->type_loc.input) {
		keep_elems(parser);
		return;
	}
	if (!types_are_known(reader)) {
		pass_over(parser);
		return;
	}
	while (depth) {
		parser->last_error = NULL;
		done = done || weir_plain_read(parser, reader);
		collect_elem(parser, &end);
		if (end.type == WEIR_TOKEN_END) {
			refuse_end(parser, &end);
			return;
		}
		if (weir_token_is_sign(&end, '{') && !done) {
			depth++;
			continue;
		}
		read_collected(parser, reader, done, &end);
		done = weir_token_is_sign(&end, '}');
		depth -= done;
		if (!parser->n_pending)
			weir_arena_release(&parser->words, &mark);
	}
	parser->n_tokens = 0;
	if (reader->some && !reader->n)
		weir_tok_error_at(parser, &end.loc, "expected an element, not }");
}

bool weir_elem_parse_line(struct weir_parser *parser, struct weir_elem_reader *reader)
{
	parser->pos = 0;
	return read_elem(parser, reader) && weir_tok_end(parser);
}
