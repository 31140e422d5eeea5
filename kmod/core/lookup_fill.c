// SPDX-License-Identifier: GPL-2.0
/*
 * The sets of rules to attributes, and whether two items ask the same.
 */

#include "core.h"

static int weir_parts_fill(struct sk_buff *skb, const struct weir_lookup *lookup)
{
	const struct weir_key_part *part = lookup->parts, *end = part + lookup->n_parts;
	struct nlattr *nest;

	for (; part < end; part++) {
		nest = nla_nest_start(skb, WEIR_A_LOOKUP_PART);
		if (!nest || weir_key_fill(skb, WEIR_A_PART_KEY, &part->key) ||
		    weir_ops_fill(skb, WEIR_A_PART_OP, part->ops, part->n_ops, part->key.len))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int weir_anon_fill(struct sk_buff *skb, const struct weir_set_spec *spec)
{
	if ((spec->interval &&
	     nla_put_u32(skb, WEIR_A_LOOKUP_FLAGS, WEIR_SET_FLAGS_INTERVAL)) ||
	    (spec->data_type &&
	     nla_put_u32(skb, WEIR_A_LOOKUP_DATA_TYPE, spec->data_type)) ||
	    (spec->data_bits && nla_put_u32(skb, WEIR_A_LOOKUP_DATA_LEN, spec->data_bits)))
		return -EMSGSIZE;
	return 0;
}

/**
 * struct weir_anon_out - Elements of an anonymous set on their way into a message.
 * @out: The message.
 * @n: How many were put.
 */
struct weir_anon_out {
	struct weir_elem_out out;
	u32 n;
};

static int weir_anon_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_anon_out *anon = data;

	if (weir_elem_fill(&anon->out, from, to, elem))
		return -EMSGSIZE;
	anon->n++;
	return 0;
}

/* Put as many elements as there is room for. The catch-all element is the last one. */
static int weir_anon_elems_fill(struct sk_buff *skb, const struct weir_lookup *lookup,
				struct weir_part *part)
{
	struct weir_anon_out anon = {
		.out = {
			.skb	 = skb,
			.spec	 = lookup->spec,
			.columns = WEIR_A_LOOKUP_COLUMNS,
			.packed	 = WEIR_A_LOOKUP_PACKED,
			.elem	 = WEIR_A_LOOKUP_ELEM,
		},
	};
	int err;

	if (skb_tailroom(skb) < nla_total_size(0))
		return -EMSGSIZE;
	/* The flag "more" must fit behind them. */
	skb->end -= nla_total_size(0);
	err = lookup->ops->walk(lookup->anon, &part->pos, weir_anon_visit, &anon);
	if (!err && lookup->catchall)
		weir_anon_visit(&anon, NULL, NULL, lookup->catchall);
	weir_elem_fill_end(&anon.out);
	skb->end += nla_total_size(0);
	if (!anon.n && (lookup->anon->count || lookup->catchall))
		return -EMSGSIZE;
	part->range += anon.n;
	return 0;
}

/**
 * weir_lookup_fill() - Put a lookup, or some of the elements of its set, into a message.
 * @skb: The message, in the nest of an item.
 * @item: The item.
 * @part: Where to begin; with @part->range only elements. Moved on.
 *
 * Return: 0, or -EMSGSIZE if not even one element could be put.
 */
int weir_lookup_fill(struct sk_buff *skb, struct weir_item *item, struct weir_part *part)
{
	struct nlattr *nest = nla_nest_start(skb, WEIR_A_ITEM_LOOKUP);
	const struct weir_lookup *lookup = weir_item_lookup(item);

	if (!nest)
		return -EMSGSIZE;
	if (!part->range && weir_parts_fill(skb, lookup))
		return -EMSGSIZE;
	if (lookup->set) {
		if (nla_put_string(skb, WEIR_A_LOOKUP_SET,
				   weir_set_name(lookup->set, WEIR_VIEW_COMMITTED)))
			return -EMSGSIZE;
	} else if ((!part->range && weir_anon_fill(skb, lookup->spec)) ||
		   weir_anon_elems_fill(skb, lookup, part)) {
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Put what an item does to its set, but for the lookup. */
int weir_update_fill(struct sk_buff *skb, struct weir_item *item)
{
	const struct weir_update *update = item->update;
	const struct weir_key *source = &update->source.key;
	u32 i;

	if (nla_put_u32(skb, WEIR_A_ITEM_DYN_OP, update->op) ||
	    (update->has_timeout &&
	     nla_put_u64_64bit(skb, WEIR_A_ITEM_TIMEOUT, update->timeout, WEIR_A_ITEM_PAD)) ||
	    (update->has_data && weir_val_fill(skb, WEIR_A_ITEM_VALUE, &update->data,
					       item->lookup->spec->data_bits)))
		return -EMSGSIZE;
	if (source->len &&
	    (weir_key_fill(skb, WEIR_A_ITEM_SOURCE, source) ||
	     weir_ops_fill(skb, WEIR_A_ITEM_OP, update->source.ops, update->source.n_ops,
			   source->len)))
		return -EMSGSIZE;
	for (i = 0; i < update->n_stmts; i++)
		if (weir_stmt_fill(skb, WEIR_A_ITEM_STMT, &update->stmts[i], false))
			return -EMSGSIZE;
	return 0;
}

static bool weir_parts_same(const struct weir_key_part *a, const struct weir_key_part *b)
{
	return weir_key_same(&a->key, &b->key) &&
	       weir_ops_same(a->ops, a->n_ops, b->ops, b->n_ops);
}

/* Whether the set @data has the same element; ends the walk if it has not. */
static int weir_same_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	const struct weir_lookup *other = data;
	const struct weir_elem *same = other->catchall;

	if (from)
		same = other->ops->find(other->anon, from, to);
	return !same || same->flags != elem->flags ||
	       !weir_elem_data_same(other->spec, weir_elem_data(other->spec, same),
				    weir_elem_data(other->spec, elem));
}

static bool weir_anon_same(const struct weir_lookup *a, struct weir_lookup *b)
{
	struct weir_set_pos pos = {};

	if (a->spec->interval != b->spec->interval ||
	    a->spec->data_type != b->spec->data_type ||
	    a->spec->data_bits != b->spec->data_bits ||
	    a->anon->count != b->anon->count || !a->catchall != !b->catchall)
		return false;
	if (a->catchall && weir_same_visit(b, NULL, NULL, a->catchall))
		return false;
	return !a->ops->walk(a->anon, &pos, weir_same_visit, b);
}

static bool weir_update_same(const struct weir_update *a, const struct weir_update *b)
{
	u32 i;

	if (!a || !b)
		return a == b;
	if (a->op != b->op || a->has_timeout != b->has_timeout || a->timeout != b->timeout ||
	    a->has_data != b->has_data || weir_val_cmp(&a->data, &b->data) ||
	    !weir_parts_same(&a->source, &b->source) || a->n_stmts != b->n_stmts)
		return false;
	for (i = 0; i < a->n_stmts; i++)
		if (!weir_stmt_same(&a->stmts[i], &b->stmts[i]))
			return false;
	return true;
}

/* Whether two items of a table do the same with the same set. */
bool weir_lookup_same(const struct weir_item *a, const struct weir_item *b)
{
	struct weir_lookup *x = weir_item_lookup(a), *y = weir_item_lookup(b);
	u32 i;

	if (!x || !y)
		return x == y;
	if (x->set != y->set || x->n_parts != y->n_parts)
		return false;
	for (i = 0; i < x->n_parts; i++)
		if (!weir_parts_same(&x->parts[i], &y->parts[i]))
			return false;
	return weir_update_same(weir_item_update(a), weir_item_update(b)) &&
	       (x->set || weir_anon_same(x, y));
}
