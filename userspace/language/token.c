// SPDX-License-Identifier: GPL-2.0
/*
 * Tokens: the stream that the grammar reads, and the tokens of a rule that
 * rule.c and the plug-ins read.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "reader.h"

struct weir_loc weir_loc_span(const struct weir_loc *from, const struct weir_loc *to)
{
	struct weir_loc loc = *from;

	if (!loc.input)
		return *to;
	if (to->input == loc.input && to->offset + to->len > loc.offset + loc.len)
		loc.len = to->offset + to->len - loc.offset;
	return loc;
}

/* The stream */

void weir_token_unread(struct weir_parser *parser, const struct weir_token *token)
{
	struct weir_source *source = parser->source;

	if (!source)
		return;
	if (source->n_pending == source->size_pending) {
		source->size_pending = source->size_pending ? source->size_pending * 2 : 16;
		source->pending = weir_realloc(source->pending, source->size_pending,
					       sizeof(*source->pending));
	}
	source->pending[source->n_pending++] = *token;
	parser->n_pending++;
}

static void end_token(struct weir_parser *parser, struct weir_token *token)
{
	*token = (struct weir_token){ .type = WEIR_TOKEN_END, .text = "", .loc = parser->end };
}

/* One token of the innermost text or, at its end, of the next one. */
static void read_raw(struct weir_parser *parser, struct weir_token *token)
{
	for (;;) {
		struct weir_source *source = parser->source;

		if (!source || parser->gave_up) {
			end_token(parser, token);
			return;
		}
		if (source->n_pending) {
			*token = source->pending[--source->n_pending];
			parser->n_pending--;
			break;
		}
		if (weir_scan(parser, token))
			break;
		if (!parser->gave_up)
			weir_input_close(parser);
	}
	if (token->type != WEIR_TOKEN_END)
		parser->end = token->loc;
}

void weir_token_read(struct weir_parser *parser, struct weir_token *token)
{
	for (;;) {
		read_raw(parser, token);
		if (token->type != WEIR_TOKEN_VARIABLE)
			return;
		weir_variable_expand(parser, token);
	}
}

bool weir_token_is_end_of_line(const struct weir_token *token)
{
	return token->type == WEIR_TOKEN_SIGN && (*token->text == '\n' || *token->text == ';');
}

void weir_token_collect_one(struct weir_parser *parser, const struct weir_token *token)
{
	if (parser->n_tokens == parser->size_tokens) {
		parser->size_tokens = parser->size_tokens ? parser->size_tokens * 2 : 64;
		parser->tokens = weir_realloc(parser->tokens, parser->size_tokens,
					      sizeof(*parser->tokens));
	}
	parser->tokens[parser->n_tokens++] = *token;
}

bool weir_token_is_sign(const struct weir_token *token, char sign)
{
	return token->type == WEIR_TOKEN_SIGN && token->text[0] == sign && !token->text[1];
}

/*
 * Inside brackets a line may end behind an opening bracket or a comma, and
 * before a closing bracket or a comma. Anywhere else the bracket was not closed.
 */
static bool line_goes_on(struct weir_parser *parser, const struct weir_token *newline)
{
	const struct weir_token *before = &parser->tokens[parser->n_tokens - 1];
	struct weir_token next;

	if (weir_token_is_sign(before, ',') || weir_token_is_sign(before, '{') || weir_token_is_sign(before, '('))
		return true;
	do {
		weir_token_read(parser, &next);
	} while (weir_token_is_sign(&next, '\n'));
	weir_token_unread(parser, &next);
	if (weir_token_is_sign(&next, ',') || weir_token_is_sign(&next, '}') || weir_token_is_sign(&next, ')'))
		return true;
	weir_token_unread(parser, newline);
	return false;
}

void weir_token_collect_end(struct weir_parser *parser)
{
	struct weir_token token = { .type = WEIR_TOKEN_END, .text = "", .loc = parser->end };

	if (parser->n_tokens) {
		token.loc = parser->tokens[parser->n_tokens - 1].loc;
		token.loc.offset += token.loc.len;
		token.loc.len = 1;
	}
	weir_token_collect_one(parser, &token);
}

void weir_token_collect(struct weir_parser *parser)
{
	struct weir_token token;
	size_t depth = 0;

	parser->n_tokens = 0;
	parser->pos = 0;
	parser->depth = 0;
	for (;;) {
		weir_token_read(parser, &token);
		if (token.type == WEIR_TOKEN_END)
			break;
		if (weir_token_is_sign(&token, '\n') && depth) {
			if (line_goes_on(parser, &token))
				continue;
			break;
		}
		if (weir_token_is_end_of_line(&token) || (weir_token_is_sign(&token, '}') && !depth)) {
			weir_token_unread(parser, &token);
			break;
		}
		if (weir_token_is_sign(&token, '{') || weir_token_is_sign(&token, '('))
			depth++;
		else if (depth && (weir_token_is_sign(&token, '}') || weir_token_is_sign(&token, ')')))
			depth--;
		weir_token_collect_one(parser, &token);
		if (parser->n_tokens > WEIR_EXPANSION_MAX &&
		    parser->n_tokens > parser->source->input->size) {
			weir_tok_error_at(parser, &token.loc, "variables make this too long");
			parser->gave_up = true;
			break;
		}
	}
	weir_token_collect_end(parser);
}

void weir_token_skip(struct weir_parser *parser)
{
	struct weir_token token;
	size_t depth = 0;

	for (;;) {
		read_raw(parser, &token);
		if (token.type == WEIR_TOKEN_END)
			return;
		if (weir_token_is_sign(&token, '{')) {
			depth++;
		} else if (weir_token_is_sign(&token, '}')) {
			if (!depth)
				break;
			depth--;
		} else if (!depth && weir_token_is_end_of_line(&token)) {
			break;
		}
	}
	weir_token_unread(parser, &token);
}

const char *weir_token_join(struct weir_parser *parser, struct weir_token *token)
{
	struct weir_token slash, word;
	const char *text;
	char *joined;
	size_t len;

	while (token->type == WEIR_TOKEN_WORD) {
		read_raw(parser, &slash);
		if (!weir_token_is_sign(&slash, '/') || !slash.glued) {
			weir_token_unread(parser, &slash);
			break;
		}
		read_raw(parser, &word);
		if (word.type != WEIR_TOKEN_WORD || !word.glued) {
			weir_token_unread(parser, &word);
			weir_token_unread(parser, &slash);
			break;
		}
		len = strlen(token->text) + strlen(word.text) + 2;
		joined = weir_alloc(len);
		snprintf(joined, len, "%s/%s", token->text, word.text);
		text = weir_arena_copy(&parser->words, joined, len - 1);
		free(joined);
		token->text = text;
		token->loc = weir_loc_span(&token->loc, &word.loc);
	}
	return token->text;
}

/* The tokens of a rule */

const struct weir_token *weir_tok(const struct weir_parser *parser)
{
	return &parser->tokens[parser->pos];
}

const struct weir_token *weir_tok_ahead(const struct weir_parser *parser, unsigned int n)
{
	size_t left = parser->n_tokens - 1 - parser->pos;

	return &parser->tokens[parser->pos + (n < left ? n : left)];
}

const struct weir_token *weir_tok_next(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	if (token->type != WEIR_TOKEN_END)
		parser->pos++;
	return token;
}

bool weir_tok_is(const struct weir_parser *parser, const char *text)
{
	const struct weir_token *token = weir_tok(parser);

	return (token->type == WEIR_TOKEN_WORD || token->type == WEIR_TOKEN_SIGN) &&
	       weir_same_word(token->text, text);
}

bool weir_tok_accept(struct weir_parser *parser, const char *text)
{
	if (!weir_tok_is(parser, text))
		return false;
	weir_tok_next(parser);
	return true;
}

bool weir_tok_expect(struct weir_parser *parser, const char *text)
{
	if (weir_tok_accept(parser, text))
		return true;
	return weir_tok_error(parser, "expected %s, not %s", text,
			      weir_token_name(weir_tok(parser)));
}

bool weir_tok_number(struct weir_parser *parser, uint64_t max, uint64_t *value,
		     const char *what)
{
	const struct weir_token *token = weir_tok(parser);
	unsigned long long number;
	char *end;

	if (token->type != WEIR_TOKEN_WORD || !isdigit((unsigned char)*token->text))
		goto err_expected;
	errno = 0;
	number = strtoull(token->text, &end, 0);
	if (*end)
		goto err_expected;
	if (errno || number > max)
		return weir_tok_error(parser, "%s is too big: expected %s of at most %llu",
				      weir_token_name(token), what, (unsigned long long)max);
	weir_tok_next(parser);
	*value = number;
	return true;

err_expected:
	return weir_tok_error(parser, "expected %s, not %s", what, weir_token_name(token));
}

bool weir_tok_string(struct weir_parser *parser, size_t max, const char **text,
		     const char *what)
{
	const struct weir_token *token = weir_tok(parser);

	if (token->type != WEIR_TOKEN_STRING && token->type != WEIR_TOKEN_WORD)
		return weir_tok_error(parser, "expected %s, not %s", what,
				      weir_token_name(token));
	if (strlen(token->text) > max)
		return weir_tok_error(parser, "%s of %zu bytes is too long, the longest has %zu",
				      what, strlen(token->text), max);
	*text = weir_tok_next(parser)->text;
	return true;
}

bool weir_tok_name(struct weir_parser *parser, char **name, struct weir_loc *loc,
		   const char *what)
{
	const struct weir_token *token = weir_tok(parser);
	struct weir_buf text = { NULL };
	size_t len;

	*loc = token->loc;
	if ((token->type != WEIR_TOKEN_WORD && token->type != WEIR_TOKEN_STRING) || !*token->text)
		return weir_tok_error(parser, "expected %s, not %s", what, weir_token_name(token));
	weir_buf_add(&text, "%s", weir_tok_next(parser)->text);
	while (weir_tok_is(parser, "/") && weir_tok(parser)->glued &&
	       weir_tok_ahead(parser, 1)->glued) {
		weir_tok_next(parser);
		weir_buf_add(&text, "/%s", weir_tok_next(parser)->text);
	}
	*loc = weir_loc_span(loc, &weir_tok(parser)[-1].loc);
	len = strlen(text.text);
	free(*name);
	*name = text.text;
	if (len > WEIR_NAME_MAX)
		return weir_tok_error_at(parser, loc,
					 "a name of %zu bytes is too long, the longest has %d", len,
					 WEIR_NAME_MAX);
	return true;
}

bool weir_tok_end(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	return token->type == WEIR_TOKEN_END ||
	       weir_tok_error(parser, "%s can't stand here", weir_token_name(token));
}

char *weir_tok_text(const struct weir_parser *parser, size_t from)
{
	struct weir_buf text = { NULL };

	for (size_t i = from; i < parser->pos; i++) {
		const struct weir_token *token = &parser->tokens[i];

		weir_buf_add(&text, "%s%s", i > from && !token->glued ? " " : "", token->text);
	}
	return text.text ? text.text : weir_strdup("");
}

/* "a, b or c" for short lists; empty for long ones. */
static void list_symbols(const struct weir_symbol *symbols, char *list, size_t size)
{
	size_t used = 0;

	*list = '\0';
	for (; symbols->name; symbols++) {
		const char *sep = !used ? "" : symbols[1].name ? ", " : " or ";
		int len = snprintf(list + used, size - used, "%s%s", sep, symbols->name);

		used += len;
		if (used >= size) {
			*list = '\0';
			return;
		}
	}
}

bool weir_tok_choice(struct weir_parser *parser, const struct weir_symbol *symbols,
		     uint64_t *value, const char *what)
{
	const struct weir_token *token = weir_tok(parser);
	const char *names[256];
	char list[120];
	size_t n = 0;

	for (; symbols[n].name; n++) {
		if (token->type == WEIR_TOKEN_WORD && weir_same_word(token->text, symbols[n].name)) {
			weir_tok_next(parser);
			*value = symbols[n].value;
			return true;
		}
		if (n < 255)
			names[n] = symbols[n].name;
	}
	names[n < 255 ? n : 255] = NULL;
	list_symbols(symbols, list, sizeof(list));
	weir_tok_error(parser, "expected %s%s%s, not %s", what, *list ? ": " : "", list,
		       weir_token_name(token));
	weir_token_hint(parser, token->text, names);
	return false;
}

/* Errors */

const char *weir_token_name(const struct weir_token *token)
{
	static char name[64];
	const char *shape = token->type == WEIR_TOKEN_STRING ? "\"%.*s%s\"" : "%.*s%s";
	size_t len = strlen(token->text);

	if (token->type == WEIR_TOKEN_END && !*token->text)
		return "the end of the line";
	if (weir_token_is_sign(token, '\n'))
		return "the end of the line";
	snprintf(name, sizeof(name), shape, len > 40 ? 40 : (int)len, token->text,
		 len > 40 ? "..." : "");
	return name;
}

static struct weir_error *add_error(struct weir_parser *parser, const struct weir_loc *loc,
				    const char *fmt, va_list args)
{
	struct weir_error *error;
	char *text;

	parser->last_error = NULL;
	if (parser->gave_up || parser->muted)
		return NULL;
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	error = weir_error_add(parser->errors, loc, 0, "%s", text);
	free(text);
	if (++parser->n_errors == WEIR_ERRORS_MAX)
		parser->gave_up = true;
	parser->last_error = error;
	return error;
}

struct weir_error *weir_parser_error(struct weir_parser *parser, const struct weir_loc *loc,
				     const char *fmt, ...)
{
	struct weir_error *error;
	va_list args;

	va_start(args, fmt);
	error = add_error(parser, loc, fmt, args);
	va_end(args);
	return error;
}

bool weir_tok_error(struct weir_parser *parser, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_error(parser, &weir_tok(parser)->loc, fmt, args);
	va_end(args);
	return false;
}

bool weir_tok_error_at(struct weir_parser *parser, const struct weir_loc *loc,
		       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_error(parser, loc, fmt, args);
	va_end(args);
	return false;
}

void weir_token_hint(struct weir_parser *parser, const char *word,
		     const char *const *candidates)
{
	struct weir_error *error = parser->last_error;
	const char *nearest;

	if (!error || error->hint)
		return;
	nearest = weir_nearest(word, candidates);
	if (nearest)
		weir_error_hint(error, "did you mean %s?", nearest);
}

/* Names */

bool weir_name_plain(const char *name)
{
	const char *at = name;

	if (!isalpha((unsigned char)*at) && *at != '_')
		return false;
	for (; *at; at++) {
		if (isalnum((unsigned char)*at) || *at == '_')
			continue;
		if (!*at || !strchr("/.-", *at) || !isalnum((unsigned char)at[1]))
			return false;
	}
	return !weir_keyword_is(name);
}
