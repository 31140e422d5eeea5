// SPDX-License-Identifier: GPL-2.0
/*
 * Items of a rule to attributes.
 */

#include "core.h"

int weir_ops_fill(struct sk_buff *skb, int type, const struct weir_keyop *ops, u8 n_ops,
		  unsigned int bits)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i < n_ops; i++) {
		nest = nla_nest_start(skb, type);
		if (!nest || nla_put_u32(skb, WEIR_A_OP_TYPE, ops[i].op) ||
		    weir_val_fill(skb, WEIR_A_OP_VALUE, &ops[i].val, bits))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int weir_item_ops_fill(struct sk_buff *skb, const struct weir_item *item,
			      unsigned int bits)
{
	return weir_ops_fill(skb, WEIR_A_ITEM_OP, weir_item_ops(item), item->n_ops, bits);
}

/* Puts as many ranges as there is room for, but for the flag "more". */
static int weir_ranges_fill(struct sk_buff *skb, const struct weir_item *item, u32 *next)
{
	unsigned int bytes = DIV_ROUND_UP(item->key.len, 8);
	int room = skb_tailroom(skb) - nla_total_size(0) - nla_total_size(0);
	u32 i, n = item->n_ranges - *next;
	struct nlattr *attr;
	u8 *data;

	/* What an attribute can be long, with something left for its nest. */
	room = min(room, 60000);
	if (room < (int)(2 * bytes))
		return -EMSGSIZE;
	n = min_t(u32, n, room / (2 * bytes));
	attr = nla_reserve(skb, WEIR_A_ITEM_RANGES, n * 2 * bytes);
	if (!attr)
		return -EMSGSIZE;

	data = nla_data(attr);
	for (i = 0; i < n; i++, data += 2 * bytes) {
		const struct weir_range *range = &item->ranges[*next + i];

		weir_val_put(range->from, data, bytes);
		weir_val_put(range->to, data + bytes, bytes);
	}
	*next += n;
	return 0;
}

static int weir_item_val_fill(struct sk_buff *skb, const struct weir_item *item)
{
	struct weir_val val = weir_item_val(item);

	return weir_val_fill(skb, WEIR_A_ITEM_VALUE, &val, item->key.len);
}

static int weir_cond_fill(struct sk_buff *skb, const struct weir_item *item, u32 *range)
{
	if (weir_key_fill(skb, WEIR_A_ITEM_KEY, &item->key) ||
	    weir_item_ops_fill(skb, item, item->key.len) ||
	    nla_put_u32(skb, WEIR_A_ITEM_REL, item->rel))
		return -EMSGSIZE;
	return weir_item_lists(item) ? weir_ranges_fill(skb, item, range) :
	       weir_item_val_fill(skb, item);
}

static int weir_verdict_fill(struct sk_buff *skb, const struct weir_item *item)
{
	const struct weir_chain *chain = weir_item_chain(item);

	if (nla_put_u32(skb, WEIR_A_ITEM_VERDICT, item->verdict) ||
	    (chain && nla_put_string(skb, WEIR_A_ITEM_CHAIN,
				     weir_chain_name(chain, WEIR_VIEW_COMMITTED))))
		return -EMSGSIZE;
	return 0;
}

static int weir_counter_fill(struct sk_buff *skb, const struct weir_counter *value)
{
	if (nla_put_u64_64bit(skb, WEIR_A_ITEM_PACKETS, value->packets, WEIR_A_ITEM_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_ITEM_BYTES, value->bytes, WEIR_A_ITEM_PAD))
		return -EMSGSIZE;
	return 0;
}

static int weir_object_item_fill(struct sk_buff *skb, struct weir_item *item,
				 struct weir_part *part)
{
	const struct weir_object_named *object = weir_item_object(item);

	if (nla_put_string(skb, WEIR_A_ITEM_OBJECT_TYPE,
			   object ? object->type : item->object_type))
		return -EMSGSIZE;
	return object ? nla_put_string(skb, WEIR_A_ITEM_OBJECT, object->name->str) :
	       weir_lookup_fill(skb, item, part);
}

static int weir_set_item_fill(struct sk_buff *skb, struct weir_item *item,
			      struct weir_part *part)
{
	if (weir_key_fill(skb, WEIR_A_ITEM_KEY, &item->key))
		return -EMSGSIZE;
	if (item->from == WEIR_FROM_MAP)
		return weir_lookup_fill(skb, item, part);
	if (item->from == WEIR_FROM_ITEM)
		return weir_item_val_fill(skb, item);
	if (weir_key_fill(skb, WEIR_A_ITEM_SOURCE, &item->source) ||
	    weir_item_ops_fill(skb, item, item->source.len))
		return -EMSGSIZE;
	return 0;
}

static int weir_content_fill(struct sk_buff *skb, struct weir_item *item,
			     struct weir_part *part, const struct weir_counter *value)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		return weir_cond_fill(skb, item, &part->range);
	case WEIR_ITEM_TYPE_VERDICT:
		return weir_verdict_fill(skb, item);
	case WEIR_ITEM_TYPE_COUNTER:
		return weir_counter_fill(skb, value);
	case WEIR_ITEM_TYPE_SET:
		return weir_set_item_fill(skb, item, part);
	case WEIR_ITEM_TYPE_OBJECT:
		return weir_object_item_fill(skb, item, part);
	case WEIR_ITEM_TYPE_LOOKUP:
		if (nla_put_u32(skb, WEIR_A_ITEM_REL, item->rel))
			return -EMSGSIZE;
		fallthrough;
	case WEIR_ITEM_TYPE_VMAP:
		return weir_lookup_fill(skb, item, part);
	case WEIR_ITEM_TYPE_UPDATE:
		return weir_update_fill(skb, item) ?: weir_lookup_fill(skb, item, part);
	default:
		return weir_instance_fill(skb, WEIR_A_ITEM_NAME, WEIR_A_ITEM_DATA,
					  item->instance);
	}
}

/* How many ranges an item has, or elements; it may take several messages. */
static u32 weir_item_count(const struct weir_item *item)
{
	const struct weir_lookup *lookup = weir_item_lookup(item);

	if (!lookup || !lookup->anon)
		return weir_item_lists(item) ? item->n_ranges : 0;
	return lookup->anon->count + !!lookup->catchall;
}

/**
 * weir_item_fill() - Put an item into a message, or some of its ranges.
 * @skb: The message.
 * @item: The item.
 * @part: Where to begin in it; moved on, to the next item where it is done.
 * @reset: Set a counter or quota to zero once it is in the message.
 *
 * Room for the flag "more" is left.
 *
 * Return: 0, or -EMSGSIZE and nothing was put.
 */
int weir_item_fill(struct sk_buff *skb, struct weir_item *item, struct weir_part *part,
		   bool reset)
{
	struct nlattr *nest = nla_nest_start(skb, WEIR_A_RULE_ITEM);
	struct weir_counter value = {};
	struct weir_part next = *part;
	int err;

	if (!nest)
		return -EMSGSIZE;
	if (item->type == WEIR_ITEM_TYPE_COUNTER)
		weir_counter_read(item, &value);

	err = nla_put_u32(skb, WEIR_A_ITEM_TYPE,
			  part->range ? WEIR_ITEM_TYPE_ELEMS : item->type);
	if (!err && !part->range)
		err = weir_content_fill(skb, item, &next, &value);
	else if (!err)
		err = weir_item_lookup(item) ? weir_lookup_fill(skb, item, &next) :
		      weir_ranges_fill(skb, item, &next.range);
	if (err || skb_tailroom(skb) < nla_total_size(0)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);

	if (reset && item->type == WEIR_ITEM_TYPE_COUNTER)
		weir_counter_reset(item, &value);
	else if (reset && item->type == WEIR_ITEM_TYPE_MATCH)
		weir_instance_reset(item->instance, nla_find_nested(nest, WEIR_A_ITEM_DATA));
	*part = next;
	if (next.range >= weir_item_count(item))
		*part = (struct weir_part){ .item = next.item + 1 };
	return 0;
}
