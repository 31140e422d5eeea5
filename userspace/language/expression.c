// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic: keys and constants joined by << >> & ^ |, which bind in this
 * order. Constants are folded; what is left is one key with operations in the
 * order in which they are applied.
 */
#include <string.h>
#include "reader.h"

static const struct operator {
	const char *sign;
	const char *word;
	enum weir_op op;
	unsigned int level;
} operators[] = {
	{ "|", "or", WEIR_OP_OR, 0 },
	{ "^", "xor", WEIR_OP_XOR, 1 },
	{ "&", "and", WEIR_OP_AND, 2 },
	{ "<<", "lshift", WEIR_OP_LSHIFT, 3 },
	{ ">>", "rshift", WEIR_OP_RSHIFT, 3 },
};

#define N_OPERATORS (sizeof(operators) / sizeof(*operators))

static bool is_shift(enum weir_op op)
{
	return op == WEIR_OP_LSHIFT || op == WEIR_OP_RSHIFT;
}

/* The operator that is here, if it binds as much as @level does. */
static const struct operator *find_operator(const struct weir_parser *parser,
					    unsigned int level)
{
	const struct weir_token *token = weir_tok(parser);

	for (size_t i = 0; i < N_OPERATORS; i++) {
		const char *name = token->type == WEIR_TOKEN_SIGN ? operators[i].sign :
				   token->type == WEIR_TOKEN_WORD ? operators[i].word : NULL;

		if (operators[i].level >= level && name && weir_same_word(name, token->text))
			return &operators[i];
	}
	return NULL;
}

static struct weir_num fold(enum weir_op op, struct weir_num a, struct weir_num b,
			    unsigned int len)
{
	switch (op) {
	case WEIR_OP_AND:
		return weir_num_and(a, b);
	case WEIR_OP_OR:
		return weir_num_or(a, b);
	case WEIR_OP_XOR:
		return weir_num_xor(a, b);
	case WEIR_OP_LSHIFT:
		return weir_num_and(weir_num_shl(a, b.lo), weir_num_ones(len));
	case WEIR_OP_RSHIFT:
		return weir_num_shr(a, b.lo);
	}
	return a;
}

/* left = left op right */
static bool combine(struct weir_parser *parser, const struct operator *operator,
		    struct weir_expr *left, struct weir_expr *right)
{
	struct weir_loc loc = weir_loc_span(&left->loc, &right->loc);
	struct weir_expr swap;

	if (left->has_key && right->has_key) {
		weir_expr_clear(right);
		return weir_unsupported(parser, &loc, "arithmetic on two keys");
	}
	if (right->has_key) {
		if (is_shift(operator->op)) {
			weir_expr_clear(right);
			return weir_tok_error_at(parser, &loc, "a number can't be shifted by a key");
		}
		swap = *left;
		*left = *right;
		*right = swap;
	}
	left->loc = loc;
	if (!left->has_key) {
		left->val = fold(operator->op, left->val, right->val, left->len);
		return true;
	}
	if (left->type->base == WEIR_BASE_STRING)
		return weir_tok_error_at(parser, &loc, "there is no arithmetic on %s",
					 left->type->text);
	if (left->n_ops == WEIR_OPS_MAX)
		return weir_tok_error_at(parser, &loc, "a key has more than %d operations",
					 WEIR_OPS_MAX);
	left->ops[left->n_ops++] = (struct weir_keyop){ operator->op, right->val };
	return true;
}

static bool parse_level(struct weir_parser *parser, struct weir_expr *expr, bool keys,
			unsigned int level);

static bool parse_parentheses(struct weir_parser *parser, struct weir_expr *expr, bool keys)
{
	struct weir_loc open = weir_tok_next(parser)->loc;
	bool ok;

	if (++parser->depth > WEIR_NESTING_MAX)
		return weir_tok_error_at(parser, &open, "brackets are more than %d deep",
					 WEIR_NESTING_MAX);
	ok = parse_level(parser, expr, keys, 0);
	if (ok && !weir_tok_expect(parser, ")")) {
		weir_expr_clear(expr);
		ok = false;
	}
	parser->depth--;
	return ok;
}

/*
 * Where no constant can stand, the name of a header begins a key, and it is the
 * field that is wrong if it is not known.
 */
static bool is_header(const struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	return token->type == WEIR_TOKEN_WORD && weir_header_find(token->text);
}

static bool parse_primary(struct weir_parser *parser, struct weir_expr *expr, bool keys)
{
	if (weir_tok_is(parser, "("))
		return parse_parentheses(parser, expr, keys);
	if (keys && (weir_key_is_here(parser) || (!expr->type && is_header(parser))))
		return weir_key_parse(parser, expr);
	expr->has_key = false;
	expr->n_ops = 0;
	memset(&expr->key, 0, sizeof(expr->key));
	expr->loc = weir_tok(parser)->loc;
	if (!expr->type)
		return weir_tok_error(parser, "expected a field of the packet, not %s",
				      weir_token_name(weir_tok(parser)));
	return weir_value_read(parser, expr->type, expr->len, &expr->val);
}

/* A number of bits to shift by. */
static bool parse_shift(struct weir_parser *parser, const struct weir_expr *left,
			struct weir_expr *expr)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	uint64_t bits;

	memset(expr, 0, sizeof(*expr));
	expr->loc = loc;
	if (!weir_tok_number(parser, UINT64_MAX, &bits, "a number of bits"))
		return false;
	if (bits >= left->len)
		return weir_tok_error_at(parser, &loc, "a shift of %u bits is of 0 to %u",
					 left->len, left->len - 1);
	expr->val = weir_num(bits);
	return true;
}

/* An operand and the operators behind it that bind as much as @level does. */
static bool parse_level(struct weir_parser *parser, struct weir_expr *expr, bool keys,
			unsigned int level)
{
	const struct operator *operator;
	struct weir_expr right;
	bool ok;

	if (!parse_primary(parser, expr, keys))
		return false;
	while ((operator = find_operator(parser, level))) {
		weir_tok_next(parser);
		right.type = expr->type;
		right.len = expr->len;
		if (is_shift(operator->op))
			ok = parse_shift(parser, expr, &right);
		else
			ok = parse_level(parser, &right, keys, operator->level + 1);
		if (!ok || !combine(parser, operator, expr, &right)) {
			weir_expr_clear(expr);
			return false;
		}
	}
	return true;
}

bool weir_expr_parse(struct weir_parser *parser, struct weir_expr *expr, bool keys)
{
	return parse_level(parser, expr, keys, 0);
}
