// SPDX-License-Identifier: GPL-2.0
/* Comparisons, "tcp dport != 22", and assignments, "meta mark set 1". */
#include <string.h>
#include <stdlib.h>
#include "reader.h"

static const struct relation {
	const char *sign;
	const char *word;
	enum weir_rel rel;
} relations[] = {
	{ "==", "eq", WEIR_REL_EQ },
	{ "!=", "ne", WEIR_REL_NE },
	{ "<", "lt", WEIR_REL_LT },
	{ ">", "gt", WEIR_REL_GT },
	{ "<=", "le", WEIR_REL_LE },
	{ ">=", "ge", WEIR_REL_GE },
	{ "!", "not", WEIR_REL_NONE },
};

/* The relation that is here, or NULL where none is written. */
static const struct relation *parse_relation(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++) {
		const char *name = token->type == WEIR_TOKEN_SIGN ? relations[i].sign :
				   token->type == WEIR_TOKEN_WORD ? relations[i].word : NULL;

		if (!name || !weir_same_word(name, token->text))
			continue;
		weir_tok_next(parser);
		return &relations[i];
	}
	return NULL;
}

/* Moves the key and its operations to an item. */
static void give_key(struct weir_expr *expr, struct weir_key *key, struct weir_item *item)
{
	*key = expr->key;
	memset(&expr->key, 0, sizeof(expr->key));
	item->n_ops = expr->n_ops;
	if (!expr->n_ops)
		return;
	item->ops = weir_realloc(NULL, expr->n_ops, sizeof(*item->ops));
	memcpy(item->ops, expr->ops, expr->n_ops * sizeof(*item->ops));
}

/* "flags syn / syn,ack": compare under a mask. */
static bool parse_mask(struct weir_parser *parser, const struct weir_expr *left,
		       struct weir_item *item)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	struct weir_num mask;

	if (!weir_bits_read(parser, left->type, left->len, &mask))
		return false;
	if (item->n_ops == WEIR_OPS_MAX)
		return weir_tok_error_at(parser, &loc, "a key has more than %d operations",
					 WEIR_OPS_MAX);
	item->ops = weir_realloc(item->ops, item->n_ops + 1, sizeof(*item->ops));
	item->ops[item->n_ops++] = (struct weir_keyop){ WEIR_OP_AND, mask };
	return true;
}

/* The relation of the item, from the one written and the kind of value. */
static bool choose_relation(struct weir_parser *parser, const struct weir_expr *left,
			    const struct relation *written, const struct weir_loc *loc,
			    struct weir_item *item)
{
	bool bits = left->type->base == WEIR_BASE_BITMASK;
	struct weir_error *error;

	if (item->n_ranges) {
		if (written && written->rel != WEIR_REL_EQ && written->rel != WEIR_REL_NE)
			return weir_tok_error_at(parser, loc, "%s needs one value, not a range or set",
						 written->sign);
		item->rel = written && written->rel == WEIR_REL_NE ? WEIR_REL_NOT_IN :
								     WEIR_REL_IN;
		return true;
	}
	if (!written) {
		/* As in nft: a bare bit mask asks for any of its bits. */
		item->rel = bits && !item->n_ops ? WEIR_REL_ANY : WEIR_REL_EQ;
		return true;
	}
	item->rel = written->rel;
	if (written->rel != WEIR_REL_NONE || (bits && !item->n_ops))
		return true;
	error = weir_parser_error(parser, loc, "! is for bit masks without operations");
	if (error)
		weir_error_hint(error, "write != for \"is not\"");
	return false;
}

/* Whether a set has a key: "@s", or "{ ... }" behind a key of several fields. */
static bool parse_membership(struct weir_parser *parser, struct weir_tuple *tuple,
			     const struct relation *relation, const struct weir_loc *loc,
			     struct weir_item *item)
{
	if (relation && relation->rel != WEIR_REL_EQ && relation->rel != WEIR_REL_NE)
		return weir_tok_error_at(parser, loc, "%s needs one value, not a set",
					 relation->sign);
	item->type = WEIR_ITEM_TYPE_LOOKUP;
	item->rel = relation && relation->rel == WEIR_REL_NE ? WEIR_REL_NOT_IN : WEIR_REL_IN;
	item->lookup = weir_lookup_parse(parser, tuple, WEIR_DATA_TYPE_NONE, NULL);
	return item->lookup;
}

static bool parse_values(struct weir_parser *parser, struct weir_expr *left,
			 const struct relation *relation, const struct weir_loc *loc,
			 struct weir_item *item)
{
	give_key(left, &item->key, item);
	if (!weir_values_read(parser, left->type, left->len, item))
		return false;
	if (!item->n_ranges && left->type->base == WEIR_BASE_BITMASK &&
	    weir_tok_accept(parser, "/") && !parse_mask(parser, left, item))
		return false;
	return choose_relation(parser, left, relation, loc, item);
}

static bool parse_comparison(struct weir_parser *parser, struct weir_tuple *tuple,
			     struct weir_item *item)
{
	struct weir_loc loc = weir_tok(parser)->loc;
	const struct relation *relation = parse_relation(parser);
	bool ok;

	item->value_loc = weir_tok(parser)->loc;
	if (weir_tok(parser)->type == WEIR_TOKEN_END)
		ok = weir_tok_error(parser, "expected %s, not the end of the line",
				    tuple->n == 1 ? tuple->parts->type->text : "a set");
	else if (tuple->n > 1 || weir_tok_is(parser, "@"))
		ok = parse_membership(parser, tuple, relation, &loc, item);
	else
		ok = parse_values(parser, tuple->parts, relation, &loc, item);
	item->value_loc = weir_loc_span(&item->value_loc, &weir_tok(parser)[-1].loc);
	return ok;
}

/* "ip saddr vmap { ... }" */
static bool parse_vmap(struct weir_parser *parser, struct weir_tuple *tuple,
		       struct weir_item *item)
{
	weir_tok_next(parser);
	item->type = WEIR_ITEM_TYPE_VMAP;
	item->value_loc = weir_tok(parser)->loc;
	item->lookup = weir_lookup_parse(parser, tuple, WEIR_DATA_TYPE_VERDICT, NULL);
	item->value_loc = weir_loc_span(&item->value_loc, &weir_tok(parser)[-1].loc);
	return item->lookup;
}

/* What a map gives is written: "meta mark set ip saddr . tcp dport map @m". */
static bool parse_map(struct weir_parser *parser, const struct weir_expr *left,
		      struct weir_tuple *right, struct weir_item *item)
{
	struct weir_field_type data = { .type = left->type, .len = left->len };

	if (!weir_tuple_more(parser, right))
		return false;
	if (!weir_tok_expect(parser, "map"))
		return false;
	item->lookup = weir_lookup_parse(parser, right, WEIR_DATA_TYPE_VALUE, &data);
	return item->lookup;
}

/* A key or a constant is written. */
static bool parse_source(struct weir_parser *parser, const struct weir_expr *left,
			 struct weir_expr *right, struct weir_item *item)
{
	struct weir_num more;

	if (right->has_key) {
		item->has_source = true;
		give_key(right, &item->source, item);
		if (right->len > left->len)
			return weir_tok_error_at(parser, &right->loc, "%u bits do not fit into %u",
						 right->len, left->len);
		return true;
	}
	item->val = right->val;
	while (left->type->base == WEIR_BASE_BITMASK && weir_tok_accept(parser, ",")) {
		if (!weir_value_read(parser, left->type, left->len, &more))
			return false;
		item->val = weir_num_or(item->val, more);
	}
	return true;
}

/* What stands behind "set". */
static bool parse_assignment(struct weir_parser *parser, const struct weir_expr *left,
			     struct weir_item *item)
{
	struct weir_tuple right = { .n = 1 };
	bool ok;

	item->value_loc = weir_tok(parser)->loc;
	if (!left->writable && left->type != &weir_datatype_raw)
		return weir_tok_error_at(parser, &left->loc, "this can't be set");
	if (left->n_ops)
		return weir_tok_error_at(parser, &left->loc, "only a key can be set, not a calculation");
	right.parts->type = left->type;
	right.parts->len = left->len;
	if (!weir_expr_parse(parser, right.parts, true))
		return false;
	right.loc = right.parts->loc;
	if (right.parts->has_key && (weir_tok_is(parser, ".") || weir_tok_is(parser, "map")))
		ok = parse_map(parser, left, &right, item);
	else
		ok = parse_source(parser, left, right.parts, item);
	item->value_loc = weir_loc_span(&item->value_loc, &weir_tok(parser)[-1].loc);
	weir_tuple_clear(&right);
	return ok;
}

struct weir_item *weir_condition_parse(struct weir_parser *parser)
{
	struct weir_item *item = weir_item_new(WEIR_ITEM_TYPE_COND, weir_tok(parser));
	struct weir_tuple left;
	bool ok;

	if (!weir_tuple_parse(parser, &left))
		goto err_free_item;
	if (left.n == 1 && weir_tok_accept(parser, "set")) {
		item->type = WEIR_ITEM_TYPE_SET;
		item->key = left.parts->key;
		ok = parse_assignment(parser, left.parts, item);
		memset(&left.parts->key, 0, sizeof(left.parts->key));
	} else if (weir_tok_is(parser, "vmap")) {
		ok = parse_vmap(parser, &left, item);
	} else {
		ok = parse_comparison(parser, &left, item);
	}
	weir_tuple_clear(&left);
	if (!ok)
		goto err_free_item;
	if (item->type == WEIR_ITEM_TYPE_COND)
		weir_key_learn(parser, item);
	return item;

err_free_item:
	weir_item_free(item);
	return NULL;
}
