// SPDX-License-Identifier: GPL-2.0
/* The items of a rule as attributes, over as many messages as they take. */

#include <errno.h>
#include <string.h>
#include "encode.h"
#include "language/ext.h"

static bool is_option(enum weir_header header)
{
	return header == WEIR_HEADER_IP_OPT || header == WEIR_HEADER_IP6_EXT ||
	       header == WEIR_HEADER_TCP_OPT;
}

void weir_put_key(struct weir_batch *batch, uint16_t type, const struct weir_key *key)
{
	struct nlmsghdr *nlh = batch->nlh;
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);
	struct nlattr *data;

	mnl_attr_put_u32(nlh, WEIR_A_KEY_TYPE, key->type);
	mnl_attr_put_u32(nlh, WEIR_A_KEY_LEN, key->len);
	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_OFFSET, key->offset);
		/* fall through */
	case WEIR_KEY_TYPE_EXISTS:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_HEADER, key->header);
		if (is_option(key->header))
			mnl_attr_put_u8(nlh, WEIR_A_KEY_OPTION, key->option);
		break;
	case WEIR_KEY_TYPE_META:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_META, key->meta);
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		mnl_attr_put_strz(nlh, WEIR_A_KEY_NAME, key->ext->name);
		data = mnl_attr_nest_start(nlh, WEIR_A_KEY_DATA);
		key->ext->put(nlh, key->data);
		mnl_attr_nest_end(nlh, data);
		break;
	}
	mnl_attr_nest_end(nlh, nest);
}

static void put_ops(struct weir_batch *batch, uint16_t type, const struct weir_keyop *ops,
		    unsigned int n, unsigned int bits, const struct weir_loc *loc)
{
	unsigned int i;

	if (n > WEIR_OPS_MAX) {
		weir_error_add(batch->errors, loc, E2BIG,
			       "%u operations on one key; at most %u are allowed", n, WEIR_OPS_MAX);
		batch->failed = true;
		return;
	}
	for (i = 0; i < n; i++) {
		struct nlattr *nest = mnl_attr_nest_start(batch->nlh, type);

		mnl_attr_put_u32(batch->nlh, WEIR_A_OP_TYPE, ops[i].op);
		weir_put_num(batch, WEIR_A_OP_VALUE, ops[i].val, bits);
		mnl_attr_nest_end(batch->nlh, nest);
	}
}

static void put_item_ops(struct weir_batch *batch, const struct weir_item *item,
			 const struct weir_key *key)
{
	put_ops(batch, WEIR_A_ITEM_OP, item->ops, item->n_ops, key->len, &item->loc);
}

/* Goes on in another message where this one is full. */
static void make_room(struct weir_batch *batch, const struct weir_loc *loc)
{
	if (batch->nlh->nlmsg_len <= WEIR_MESSAGE_FULL)
		return;
	mnl_attr_put(batch->nlh, WEIR_A_RULE_MORE, 0, NULL);
	weir_batch_end(batch);
	weir_batch_begin(batch, WEIR_CMD_RULE_PART, 0, loc);
}

/**
 * struct open_item - An item that is being written, and where its nest begins.
 */
struct open_item {
	const struct weir_item *item;
	struct nlattr *nest;
	uint32_t start;
};

static void start_item(struct weir_batch *batch, struct open_item *open, enum weir_item_type type)
{
	open->start = batch->nlh->nlmsg_len;
	open->nest = mnl_attr_nest_start(batch->nlh, WEIR_A_RULE_ITEM);
	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_TYPE, type);
}

static void end_item(struct weir_batch *batch, struct open_item *open)
{
	mnl_attr_nest_end(batch->nlh, open->nest);
	weir_batch_mark(batch, open->start, &open->item->loc);
}

/* What does not fit into one item goes on in another one, maybe of the next message. */
static void next_item(struct weir_batch *batch, struct open_item *open)
{
	end_item(batch, open);
	make_room(batch, &open->item->loc);
	start_item(batch, open, WEIR_ITEM_TYPE_ELEMS);
}

/* Puts as many ranges from @done on as one attribute takes; returns how many. */
static size_t put_range_attr(struct weir_batch *batch, const struct weir_item *item, size_t done)
{
	unsigned int size = weir_value_size(item->key.len);
	size_t n = WEIR_RANGES_FULL / (2 * size);
	struct nlattr *attr;
	uint8_t *to;
	size_t i;

	if (n > item->n_ranges - done)
		n = item->n_ranges - done;
	attr = mnl_nlmsg_get_payload_tail(batch->nlh);
	attr->nla_type = WEIR_A_ITEM_RANGES;
	attr->nla_len = MNL_ATTR_HDRLEN + n * 2 * size;
	to = mnl_attr_get_payload(attr);
	for (i = done; i < done + n; i++) {
		weir_num_put(item->ranges[i].from, to, size);
		weir_num_put(item->ranges[i].to, to + size, size);
		to += 2 * size;
	}
	memset(to, 0, MNL_ALIGN(attr->nla_len) - attr->nla_len);
	batch->nlh->nlmsg_len += MNL_ALIGN(attr->nla_len);
	return n;
}

static void put_ranges(struct weir_batch *batch, struct open_item *open)
{
	const struct weir_item *item = open->item;
	size_t done = 0;

	if (item->n_ranges > WEIR_RANGES_MAX) {
		weir_error_add(batch->errors, &item->value_loc, E2BIG,
			       "%zu values in one condition; at most %u are allowed",
			       item->n_ranges, WEIR_RANGES_MAX);
		batch->failed = true;
		return;
	}
	for (;;) {
		uint32_t from = batch->nlh->nlmsg_len;

		done += put_range_attr(batch, item, done);
		weir_batch_mark(batch, from, &item->value_loc);
		if (done == item->n_ranges || batch->failed)
			return;
		next_item(batch, open);
	}
}

void weir_put_plugin(struct weir_batch *batch, uint16_t name, uint16_t data,
		     const struct weir_item *item)
{
	uint32_t from = batch->nlh->nlmsg_len;
	struct nlattr *nest;

	mnl_attr_put_strz(batch->nlh, name, item->ext->name);
	nest = mnl_attr_nest_start(batch->nlh, data);
	item->ext->put(batch->nlh, item->data);
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, from, &item->value_loc);
}

static void put_item_value(struct weir_batch *batch, const struct weir_item *item)
{
	uint32_t from = batch->nlh->nlmsg_len;

	weir_put_num(batch, WEIR_A_ITEM_VALUE, item->val, item->key.len);
	weir_batch_mark(batch, from, &item->value_loc);
}

static void put_verdict(struct weir_batch *batch, const struct weir_item *item)
{
	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_VERDICT, item->verdict);
	weir_put_name(batch, WEIR_A_ITEM_CHAIN, item->chain, "the chain's name", &item->value_loc);
}

static void put_part(struct weir_batch *batch, uint16_t key, uint16_t op,
		     const struct weir_part *part, const struct weir_loc *loc)
{
	weir_put_key(batch, key, &part->key);
	put_ops(batch, op, part->ops, part->n_ops, part->key.len, loc);
}

static void put_parts(struct weir_batch *batch, const struct weir_item *item)
{
	const struct weir_lookup *lookup = item->lookup;
	unsigned int i;

	if (lookup->n_parts > WEIR_FIELDS_MAX) {
		weir_error_add(batch->errors, &item->loc, E2BIG,
			       "%u fields in one key; at most %u are allowed", lookup->n_parts,
			       WEIR_FIELDS_MAX);
		batch->failed = true;
		return;
	}
	for (i = 0; i < lookup->n_parts; i++) {
		struct nlattr *nest = mnl_attr_nest_start(batch->nlh, WEIR_A_LOOKUP_PART);

		put_part(batch, WEIR_A_PART_KEY, WEIR_A_PART_OP, &lookup->parts[i], &item->loc);
		mnl_attr_nest_end(batch->nlh, nest);
	}
}

/* Puts the elements of an anonymous set, into as many items as they take. */
static void put_lookup_elems(struct weir_batch *batch, struct open_item *open,
			     struct nlattr *nest)
{
	const struct weir_lookup *lookup = open->item->lookup;
	struct weir_cursor cursor = { .run = lookup->elems };
	struct weir_set set;

	weir_lookup_as_set(lookup, &set);
	for (;;) {
		weir_put_elems(batch, &cursor, &weir_lookup_elem_attrs, &set,
			       WEIR_RANGES_FULL);
		mnl_attr_nest_end(batch->nlh, nest);
		if (!cursor.run || batch->failed)
			return;
		next_item(batch, open);
		nest = mnl_attr_nest_start(batch->nlh, WEIR_A_ITEM_LOOKUP);
	}
}

static void put_lookup(struct weir_batch *batch, struct open_item *open)
{
	const struct weir_lookup *lookup = open->item->lookup;
	struct nlattr *nest;

	if (!lookup)
		return;
	nest = mnl_attr_nest_start(batch->nlh, WEIR_A_ITEM_LOOKUP);
	put_parts(batch, open->item);
	if (lookup->set) {
		weir_put_name(batch, WEIR_A_LOOKUP_SET, lookup->set, "the set's name",
			      &open->item->value_loc);
		mnl_attr_nest_end(batch->nlh, nest);
		return;
	}
	mnl_attr_put_u32(batch->nlh, WEIR_A_LOOKUP_FLAGS,
			 lookup->interval ? WEIR_SET_FLAGS_INTERVAL : 0);
	mnl_attr_put_u32(batch->nlh, WEIR_A_LOOKUP_DATA_TYPE, lookup->data_type);
	if (lookup->data_type == WEIR_DATA_TYPE_VALUE)
		mnl_attr_put_u32(batch->nlh, WEIR_A_LOOKUP_DATA_LEN, lookup->data.len);
	put_lookup_elems(batch, open, nest);
}

/* What an update does stands before its set, which may go on in other items. */
static void put_update(struct weir_batch *batch, const struct weir_item *item)
{
	const struct weir_update *update = item->update;

	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_DYN_OP, update->op);
	if (update->has_timeout)
		mnl_attr_put_u64(batch->nlh, WEIR_A_ITEM_TIMEOUT, update->timeout);
	weir_put_stmts(batch, WEIR_A_ITEM_STMT, update->stmts);
	if (!update->has_data)
		return;
	if (update->has_source)
		put_part(batch, WEIR_A_ITEM_SOURCE, WEIR_A_ITEM_OP, &update->source, &item->loc);
	else
		weir_put_num(batch, WEIR_A_ITEM_VALUE, update->data, update->data_type.len);
}

static void put_object(struct weir_batch *batch, const struct weir_item *item)
{
	mnl_attr_put_strz(batch->nlh, WEIR_A_ITEM_OBJECT_TYPE, item->object_type);
	weir_put_name(batch, WEIR_A_ITEM_OBJECT, item->object, "the object's name",
		      &item->value_loc);
}

static void put_set(struct weir_batch *batch, struct open_item *open)
{
	const struct weir_item *item = open->item;

	weir_put_key(batch, WEIR_A_ITEM_KEY, &item->key);
	if (item->lookup) {
		put_lookup(batch, open);
	} else if (item->has_source) {
		weir_put_key(batch, WEIR_A_ITEM_SOURCE, &item->source);
		put_item_ops(batch, item, &item->source);
	} else {
		put_item_value(batch, item);
	}
}

static void put_cond(struct weir_batch *batch, struct open_item *open)
{
	const struct weir_item *item = open->item;

	weir_put_key(batch, WEIR_A_ITEM_KEY, &item->key);
	put_item_ops(batch, item, &item->key);
	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_REL, item->rel);
	if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
		put_ranges(batch, open);
	else
		put_item_value(batch, item);
}

static void put_item(struct weir_batch *batch, const struct weir_item *item)
{
	struct open_item open = { .item = item };

	start_item(batch, &open, item->type);
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		put_cond(batch, &open);
		break;
	case WEIR_ITEM_TYPE_SET:
		put_set(batch, &open);
		break;
	case WEIR_ITEM_TYPE_VERDICT:
		put_verdict(batch, item);
		break;
	case WEIR_ITEM_TYPE_COUNTER:
		mnl_attr_put_u64(batch->nlh, WEIR_A_ITEM_PACKETS, item->packets);
		mnl_attr_put_u64(batch->nlh, WEIR_A_ITEM_BYTES, item->bytes);
		break;
	case WEIR_ITEM_TYPE_MATCH:
	case WEIR_ITEM_TYPE_TARGET:
		weir_put_plugin(batch, WEIR_A_ITEM_NAME, WEIR_A_ITEM_DATA, item);
		break;
	case WEIR_ITEM_TYPE_LOOKUP:
		mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_REL, item->rel);
		put_lookup(batch, &open);
		break;
	case WEIR_ITEM_TYPE_VMAP:
		put_lookup(batch, &open);
		break;
	case WEIR_ITEM_TYPE_UPDATE:
		put_update(batch, item);
		put_lookup(batch, &open);
		break;
	case WEIR_ITEM_TYPE_OBJECT:
		put_object(batch, item);
		put_lookup(batch, &open);
		break;
	case WEIR_ITEM_TYPE_ELEMS:
		break;
	}
	end_item(batch, &open);
}

void weir_put_items(struct weir_batch *batch, const struct weir_rule *rule)
{
	const struct weir_item *item;

	for (item = rule->items; item && !batch->failed; item = item->next) {
		make_room(batch, &rule->loc);
		put_item(batch, item);
	}
}
