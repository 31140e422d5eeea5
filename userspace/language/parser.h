/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parser's inner side. flex makes tokens; bison reads the structure of a
 * ruleset: commands, blocks, definitions, includes. A rule is handed on as its
 * tokens, because what may follow "tcp" or "log" is known by the tables of
 * fields and by plug-ins, not by a grammar: rule.c and the plug-ins read them
 * with the functions below.
 */
#ifndef WEIR_PARSER_H
#define WEIR_PARSER_H

#include <stdbool.h>
#include "../libweir/error.h"
#include "../libweir/model.h"
#include "field.h"

/**
 * enum weir_token_type - Kinds of tokens in a rule.
 * @WEIR_TOKEN_WORD: A word: name, number, address, anything without blanks that
 *   is not one of the signs.
 * @WEIR_TOKEN_STRING: A string in quotes; text without them.
 * @WEIR_TOKEN_SIGN: One of { } ( ) , - / . : ! == != < > <= >= & | ^ << >> = @
 *   and the like; text is the sign.
 * @WEIR_TOKEN_END: Behind the last token; its place is the end of the rule.
 */
enum weir_token_type {
	WEIR_TOKEN_WORD,
	WEIR_TOKEN_STRING,
	WEIR_TOKEN_SIGN,
	WEIR_TOKEN_END,
};

/**
 * struct weir_token - One token.
 * @type: enum weir_token_type.
 * @glued: No blank stands before it.
 * @text: NUL-terminated.
 * @loc: Its place.
 */
struct weir_token {
	enum weir_token_type type;
	bool glued;
	const char *text;
	struct weir_loc loc;
};

struct weir_parser;

/** weir_tok() - The current token; never NULL. */
const struct weir_token *weir_tok(const struct weir_parser *parser);
/** weir_tok_ahead() - The token @n behind the current one; weir_tok_ahead(p, 0) is weir_tok(p). */
const struct weir_token *weir_tok_ahead(const struct weir_parser *parser, unsigned int n);
/** weir_tok_next() - Go to the next token; returns the one left. */
const struct weir_token *weir_tok_next(struct weir_parser *parser);
/** weir_tok_is() - Whether the current token is this word or sign (not a string in quotes). */
bool weir_tok_is(const struct weir_parser *parser, const char *text);
/** weir_tok_accept() - If the current token is this word or sign, go on and return true. */
bool weir_tok_accept(struct weir_parser *parser, const char *text);
/** weir_tok_expect() - The same, but note an error if it is not. */
bool weir_tok_expect(struct weir_parser *parser, const char *text);
/**
 * weir_tok_number() - Read a number of at most @max.
 * @what: What is expected, for the error: "a port".
 */
bool weir_tok_number(struct weir_parser *parser, uint64_t max, uint64_t *value,
		     const char *what);
/** weir_tok_string() - Read a string in quotes or a word of at most @max bytes; the result is owned by the parser. */
bool weir_tok_string(struct weir_parser *parser, size_t max, const char **text,
		     const char *what);
/** weir_tok_choice() - Read one of the symbols; the error lists or suggests them. */
bool weir_tok_choice(struct weir_parser *parser, const struct weir_symbol *symbols,
		     uint64_t *value, const char *what);
/**
 * weir_tok_error() - Note an error at the current token. Always returns false,
 * so that `return weir_tok_error(...)` reads well.
 */
bool weir_tok_error(struct weir_parser *parser, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** weir_tok_error_at() - The same at another place. */
bool weir_tok_error_at(struct weir_parser *parser, const struct weir_loc *loc,
		       const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * weir_name_plain() - Whether the name of a table or chain reads back without
 * quotes.
 */
bool weir_name_plain(const char *name);

#endif /* WEIR_PARSER_H */
