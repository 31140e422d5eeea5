// SPDX-License-Identifier: GPL-2.0
/* Times of sets and elements, such as 1h30m; in milliseconds. */
#include <ctype.h>
#include <string.h>
#include "reader.h"

static uint64_t find_unit(const char *name, size_t len)
{
	for (const struct weir_symbol *unit = weir_periods; unit->name; unit++) {
		if (strlen(unit->name) == len && !memcmp(unit->name, name, len))
			return unit->value;
	}
	return 0;
}

/* A number and its unit from @at on; where it ends, or NULL. */
static const char *parse_unit(const char *at, const char *end, uint64_t *ms)
{
	const char *name;
	uint64_t number = 0, unit;

	if (at == end || !isdigit((unsigned char)*at))
		return NULL;
	for (; at < end && isdigit((unsigned char)*at); at++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *at - '0', &number))
			return NULL;
	}
	for (name = at; at < end && isalpha((unsigned char)*at); at++)
		;
	unit = at == name ? 1000 : find_unit(name, at - name);
	/* All ones means something else to the kernel. */
	if (!unit || __builtin_mul_overflow(number, unit, &number) ||
	    __builtin_add_overflow(*ms, number, ms) || *ms > INT64_MAX)
		return NULL;
	return at == name && at < end ? NULL : at;
}

bool weir_period_parse(const char *word, size_t len, uint64_t *ms)
{
	const char *end = word + len;

	*ms = 0;
	do {
		word = parse_unit(word, end, ms);
	} while (word && word < end);
	return word;
}

bool weir_tok_period(struct weir_parser *parser, uint64_t *ms)
{
	const struct weir_token *token = weir_tok(parser);

	if (token->type == WEIR_TOKEN_SIGN ||
	    !weir_period_parse(token->text, strlen(token->text), ms))
		return weir_tok_error(parser, "expected a time as 1h30m, not %s",
				      weir_token_name(token));
	weir_tok_next(parser);
	return true;
}
