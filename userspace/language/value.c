// SPDX-License-Identifier: GPL-2.0
/* Values: constants, ranges, prefixes, wildcards and sets of them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include "ext.h"
#include "reader.h"

/* Whether a word that is no address looks like the name of a host. */
static bool is_host_name(const struct weir_token *token)
{
	const char *at = token->text;
	bool letter = false;

	for (; *at; at++) {
		if (isalpha((unsigned char)*at))
			letter = true;
		else if (!isdigit((unsigned char)*at) && !strchr(".-", *at))
			return false;
	}
	return letter && isalnum((unsigned char)*token->text);
}

/* Whether a word has a meaning of its own in a rule: then a value was left out. */
static bool is_rule_word(const char *word)
{
	return weir_header_find(word) || weir_meta_find(word) ||
	       weir_ext_find(WEIR_EXT_MATCH, word) || weir_ext_find(WEIR_EXT_TARGET, word) ||
	       weir_symbol_find(weir_verdicts, word, &(uint64_t){ 0 }) ||
	       !strcmp(word, "counter") || !strcmp(word, "comment");
}

static bool resolve(struct weir_parser *parser, const struct weir_token *token,
		    const struct weir_datatype *type, unsigned int len, struct weir_num *num)
{
	const char *why;

	if (weir_resolve(token->text, len, num, &why))
		return true;
	return weir_tok_error(parser, "%s is not %s, nor a host that has one: %s",
			      weir_token_name(token), type->text, why);
}

const char *weir_article(const char *text)
{
	if (!strncmp(text, "a ", 2) || !strncmp(text, "an ", 3) || !strncmp(text, "the ", 4))
		return "";
	return strchr("aeiou", *text) ? "an " : "a ";
}

bool weir_value_read(struct weir_parser *parser, const struct weir_datatype *type,
		     unsigned int len, struct weir_num *num)
{
	const struct weir_token *token = weir_tok(parser);
	bool word = token->type == WEIR_TOKEN_WORD || token->type == WEIR_TOKEN_STRING;
	const char *why = type->text, *nearest;
	struct weir_error *error;

	if (word && weir_value_parse(type, token->text, len, num, &why)) {
		weir_tok_next(parser);
		return true;
	}
	if (token->type != WEIR_TOKEN_STRING && weir_unsupported_value(parser))
		return false;
	if (word && type->base == WEIR_BASE_ADDRESS && (len == 32 || len == 128) &&
	    is_host_name(token) && !is_rule_word(token->text)) {
		if (!resolve(parser, token, type, len, num))
			return false;
		weir_tok_next(parser);
		return true;
	}
	error = weir_parser_error(parser, &token->loc, "expected %s%s, not %s", weir_article(why), why,
				  weir_token_name(token));
	nearest = word && error ? weir_value_nearest(type, token->text) : NULL;
	if (nearest)
		weir_error_hint(error, "did you mean %s?", nearest);
	return false;
}

bool weir_constant_read(struct weir_parser *parser, const struct weir_datatype *type,
			unsigned int len, struct weir_num *num)
{
	struct weir_expr expr = { .type = type, .len = len };

	if (!weir_expr_parse(parser, &expr, false))
		return false;
	*num = expr.val;
	return true;
}

bool weir_bits_read(struct weir_parser *parser, const struct weir_datatype *type,
		    unsigned int len, struct weir_num *num)
{
	struct weir_num more;

	if (!weir_constant_read(parser, type, len, num))
		return false;
	while (weir_tok_accept(parser, ",")) {
		if (!weir_constant_read(parser, type, len, &more))
			return false;
		*num = weir_num_or(*num, more);
	}
	return true;
}

/* What stands behind "from -". */
static bool parse_range_end(struct weir_parser *parser, const struct weir_datatype *type,
			    unsigned int len, const struct weir_loc *first,
			    struct weir_range ranges[2], unsigned int *n)
{
	struct weir_loc loc;
	struct weir_num to;

	if (!weir_constant_read(parser, type, len, &to))
		return false;
	loc = weir_loc_span(first, &weir_tok(parser)[-1].loc);
	*n = weir_range_make(type, ranges->from, to, ranges);
	if (!*n)
		return weir_tok_error_at(parser, &loc,
					 "the end of this range is before its start");
	return true;
}

/* What stands behind "address /". */
static bool parse_prefix(struct weir_parser *parser, const struct weir_datatype *type,
			 unsigned int len, struct weir_range *range)
{
	uint64_t prefix;

	if (type->base == WEIR_BASE_STRING || type->base == WEIR_BASE_BITMASK)
		return weir_tok_error(parser, "%s has no prefix", type->text);
	if (!weir_tok_number(parser, len, &prefix, "a prefix length"))
		return false;
	*range = weir_prefix_range(range->from, prefix, len);
	return true;
}

bool weir_range_read(struct weir_parser *parser, const struct weir_datatype *type,
		     unsigned int len, struct weir_range ranges[2], unsigned int *n,
		     bool *single)
{
	const struct weir_token *token = weir_tok(parser);
	struct weir_loc loc = token->loc;

	*n = 1;
	*single = false;
	if ((token->type == WEIR_TOKEN_WORD || token->type == WEIR_TOKEN_STRING) &&
	    type->base == WEIR_BASE_STRING &&
	    weir_wildcard_parse(type, token->text, len, ranges)) {
		weir_tok_next(parser);
		return true;
	}
	if (!weir_constant_read(parser, type, len, &ranges->from))
		return false;
	ranges->to = ranges->from;
	if (weir_tok_accept(parser, "-"))
		return parse_range_end(parser, type, len, &loc, ranges, n);
	if (type->base != WEIR_BASE_BITMASK && weir_tok_accept(parser, "/") &&
	    !parse_prefix(parser, type, len, ranges))
		return false;
	*single = weir_num_eq(ranges->from, ranges->to);
	return true;
}

/**
 * struct ranges - The ranges of a value or set as they are read.
 * @single: One plain value, not in braces.
 * @size: Room in the item's ranges.
 */
struct ranges {
	struct weir_item *item;
	const struct weir_datatype *type;
	unsigned int len;
	bool single;
	size_t size;
};

static bool add_range(struct weir_parser *parser, struct ranges *ranges,
		      const struct weir_loc *loc, struct weir_range range)
{
	struct weir_item *item = ranges->item;

	if (item->n_ranges == WEIR_RANGES_MAX)
		return weir_tok_error_at(parser, loc, "a set has more than %d elements",
					 WEIR_RANGES_MAX);
	if (item->n_ranges == ranges->size) {
		ranges->size = ranges->size ? ranges->size * 2 : 1;
		item->ranges = weir_realloc(item->ranges, ranges->size, sizeof(range));
	}
	item->ranges[item->n_ranges++] = range;
	return true;
}

/* One value, range, prefix or wildcard. */
static bool parse_element(struct weir_parser *parser, struct ranges *ranges)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	struct weir_range range[2];
	unsigned int n;

	if (!weir_range_read(parser, ranges->type, ranges->len, range, &n, &ranges->single))
		return false;
	loc = weir_loc_span(&loc, &weir_tok(parser)[-1].loc);
	for (unsigned int i = 0; i < n; i++) {
		if (!add_range(parser, ranges, &loc, range[i]))
			return false;
	}
	return true;
}

/* What may stand behind an element of a set that has a name. */
static bool refuse_element_option(struct weir_parser *parser)
{
	static const char *const options[] = { "timeout", "expires", "comment", "counter",
					       "limit", "quota", "last", "nomatch" };

	if (weir_tok_is(parser, ":"))
		return weir_tok_error(parser, "a set has no values: a map is written with map or vmap before it");
	if (weir_tok_is(parser, "."))
		return weir_tok_error(parser, "the key before this set has one field only");
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (weir_tok_is(parser, options[i]))
			return weir_tok_error(parser, "an element has %s only in a set with a name",
					      options[i]);
	}
	return weir_tok_error(parser, "expected , or }, not %s",
			      weir_token_name(weir_tok(parser)));
}

bool weir_braces_read(struct weir_parser *parser,
		      bool (*read)(struct weir_parser *parser, void *data), void *data)
{
	struct weir_loc open = weir_tok_next(parser)->loc;
	bool ok;

	if (++parser->depth > WEIR_NESTING_MAX)
		return weir_tok_error_at(parser, &open, "brackets are more than %d deep",
					 WEIR_NESTING_MAX);
	if (weir_tok_is(parser, "}"))
		return weir_tok_error(parser, "a set has at least one element");
	do {
		/* A variable that is a set may be part of another. */
		ok = weir_tok_is(parser, "{") ? weir_braces_read(parser, read, data) :
						read(parser, data);
		if (!ok)
			return false;
		if (!weir_tok_is(parser, ",") && !weir_tok_is(parser, "}"))
			return weir_tok_error(parser, "expected , or }, not %s",
					      weir_token_name(weir_tok(parser)));
		weir_tok_accept(parser, ",");
	} while (!weir_tok_accept(parser, "}"));
	parser->depth--;
	return true;
}

static bool read_element(struct weir_parser *parser, void *data)
{
	struct ranges *ranges = data;

	if (!parse_element(parser, ranges))
		return false;
	ranges->single = false;
	return weir_tok_is(parser, ",") || weir_tok_is(parser, "}") ||
	       refuse_element_option(parser);
}

/* One plain value is no range. */
static void take_single(struct weir_item *item)
{
	item->val = item->ranges[0].from;
	free(item->ranges);
	item->ranges = NULL;
	item->n_ranges = 0;
}

/* "22, 80" without braces. */
static bool refuse_list(struct weir_parser *parser)
{
	struct weir_error *error;

	error = weir_parser_error(parser, &weir_tok(parser)->loc,
				  "only bits are joined by commas");
	if (error)
		weir_error_hint(error, "write several values as { a, b }");
	return false;
}

bool weir_values_read(struct weir_parser *parser, const struct weir_datatype *type,
		      unsigned int len, struct weir_item *item)
{
	struct ranges ranges = { .item = item, .type = type, .len = len };

	if (weir_tok_is(parser, "{"))
		return weir_braces_read(parser, read_element, &ranges);
	if (!parse_element(parser, &ranges))
		return false;
	if (ranges.single)
		take_single(item);
	if (!weir_tok_is(parser, ","))
		return true;
	if (!ranges.single || type->base != WEIR_BASE_BITMASK)
		return refuse_list(parser);
	while (weir_tok_accept(parser, ",")) {
		struct weir_num more;

		if (!weir_constant_read(parser, type, len, &more))
			return false;
		item->val = weir_num_or(item->val, more);
	}
	return true;
}
