// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the kernel to objects. What makes no sense is refused with a
 * reason rather than guessed: it means that the program and the modules are not
 * of the same version.
 */

#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include "alloc.h"
#include "language/ext.h"
#include "wire.h"

static const size_t payload_offset = sizeof(struct genlmsghdr);

static void note_attr(const struct nlattr *attr, const struct nlattr **attrs, unsigned int max)
{
	unsigned int type = mnl_attr_get_type(attr);

	if (type <= max)
		attrs[type] = attr;
}

void weir_decode_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs,
		       unsigned int max)
{
	const struct nlattr *attr;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	mnl_attr_for_each(attr, nlh, payload_offset)
		note_attr(attr, attrs, max);
}

static void decode_nest(const struct nlattr *nest, const struct nlattr **attrs,
			unsigned int max)
{
	const struct nlattr *attr;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	mnl_attr_for_each_nested(attr, nest)
		note_attr(attr, attrs, max);
}

uint64_t weir_attr_u64(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 8 ? mnl_attr_get_u64(attr) : 0;
}

uint32_t weir_attr_u32(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

static uint8_t attr_u8(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : 0;
}

static char *attr_text(const struct nlattr *attr)
{
	return attr ? weir_strndup(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr)) :
		      NULL;
}

void weir_attr_copy(const struct nlattr *attr, char *to, size_t size)
{
	char *text = attr_text(attr);

	snprintf(to, size, "%s", text ? text : "");
	free(text);
}

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool decode_value(const struct nlattr *attr, struct weir_num *num, const char **why)
{
	if (!attr || mnl_attr_get_payload_len(attr) > WEIR_VALUE_MAX)
		return refuse(why, "a value of the wrong length");
	*num = weir_num_get(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	return true;
}

static bool decode_data(const struct weir_ext *ext, const struct nlattr *nest, void **data,
			const char **why)
{
	static const struct nlattr empty = { .nla_len = MNL_ATTR_HDRLEN };

	*data = weir_alloc(ext->data_size);
	if (!ext->get(nest ? nest : &empty, *data))
		return refuse(why, "a plug-in's attributes make no sense");
	return true;
}

/* Two kinds of plug-in may share a name, so the kind is part of the question. */
static const struct weir_ext *decode_ext(const struct nlattr *attr, enum weir_ext_kind kind,
					 const char **why)
{
	const struct weir_ext *ext = NULL;
	char *name = attr_text(attr);

	if (name)
		ext = weir_ext_find(kind, name);
	if (!ext)
		refuse(why, "a plug-in that this version of weir does not know");
	free(name);
	return ext;
}

static bool decode_key(const struct nlattr *nest, struct weir_key *key, const char **why)
{
	const struct weir_field *field;
	const struct nlattr *attrs[WEIR_A_KEY_MAX + 1];

	decode_nest(nest, attrs, WEIR_A_KEY_MAX);
	key->type = weir_attr_u32(attrs[WEIR_A_KEY_TYPE]);
	key->header = weir_attr_u32(attrs[WEIR_A_KEY_HEADER]);
	key->option = attr_u8(attrs[WEIR_A_KEY_OPTION]);
	key->meta = weir_attr_u32(attrs[WEIR_A_KEY_META]);
	key->offset = weir_attr_u32(attrs[WEIR_A_KEY_OFFSET]);
	key->len = weir_attr_u32(attrs[WEIR_A_KEY_LEN]);
	if (key->type == WEIR_KEY_TYPE_PLUGIN) {
		key->ext = decode_ext(attrs[WEIR_A_KEY_NAME], WEIR_EXT_KEY, why);
		if (!key->ext)
			return false;
		if (!decode_data(key->ext, attrs[WEIR_A_KEY_DATA], &key->data, why))
			return false;
		field = key->ext->field(key->data);
		if (field && !key->len)
			key->len = field->key.len;
	} else if (key->type == WEIR_KEY_TYPE_EXISTS) {
		key->len = 1;
	} else if (key->type > WEIR_KEY_TYPE_PLUGIN) {
		return refuse(why, "a kind of key that this version of weir does not know");
	}
	if (!key->len || key->len > 8 * WEIR_VALUE_MAX)
		return refuse(why, "a key without a sensible length");
	return true;
}

static bool decode_ops(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attr;
	const struct nlattr *attrs[WEIR_A_OP_MAX + 1];

	mnl_attr_for_each_nested(attr, nest) {
		struct weir_keyop *op;

		if (mnl_attr_get_type(attr) != WEIR_A_ITEM_OP)
			continue;
		item->ops = weir_realloc(item->ops, item->n_ops + 1, sizeof(*item->ops));
		op = &item->ops[item->n_ops];
		decode_nest(attr, attrs, WEIR_A_OP_MAX);
		op->op = weir_attr_u32(attrs[WEIR_A_OP_TYPE]);
		if (!decode_value(attrs[WEIR_A_OP_VALUE], &op->val, why))
			return false;
		item->n_ops++;
	}
	return true;
}

/*
 * Room for so many ranges: what comes in thousands of messages must not be
 * copied for each of them.
 */
static size_t range_room(size_t n)
{
	size_t room = 1024;

	if (n <= room)
		return n;
	while (room < n)
		room *= 2;
	return room;
}

static bool decode_ranges(const struct nlattr *attr, struct weir_item *item, const char **why)
{
	unsigned int size = weir_value_size(item->key.len);
	const uint8_t *from;
	size_t n, i;

	if (!attr)
		return true;
	if (mnl_attr_get_payload_len(attr) % (2 * size))
		return refuse(why, "ranges of the wrong length");
	n = mnl_attr_get_payload_len(attr) / (2 * size);
	from = mnl_attr_get_payload(attr);
	if (range_room(item->n_ranges + n) != range_room(item->n_ranges))
		item->ranges = weir_realloc(item->ranges, range_room(item->n_ranges + n),
					    sizeof(*item->ranges));
	for (i = 0; i < n; i++, from += 2 * size) {
		item->ranges[item->n_ranges + i].from = weir_num_get(from, size);
		item->ranges[item->n_ranges + i].to = weir_num_get(from + size, size);
	}
	item->n_ranges += n;
	return true;
}

static bool decode_cond(const struct nlattr *nest, const struct nlattr **attrs,
			struct weir_item *item, const char **why)
{
	item->rel = weir_attr_u32(attrs[WEIR_A_ITEM_REL]);
	if (!attrs[WEIR_A_ITEM_KEY])
		return refuse(why, "a condition without a key");
	if (!decode_key(attrs[WEIR_A_ITEM_KEY], &item->key, why) ||
	    !decode_ops(nest, item, why))
		return false;
	if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
		return decode_ranges(attrs[WEIR_A_ITEM_RANGES], item, why);
	return decode_value(attrs[WEIR_A_ITEM_VALUE], &item->val, why);
}

static bool decode_set(const struct nlattr *nest, const struct nlattr **attrs,
		       struct weir_item *item, const char **why)
{
	if (!attrs[WEIR_A_ITEM_KEY])
		return refuse(why, "a set statement without a key");
	if (!decode_key(attrs[WEIR_A_ITEM_KEY], &item->key, why))
		return false;
	if (!attrs[WEIR_A_ITEM_SOURCE])
		return decode_value(attrs[WEIR_A_ITEM_VALUE], &item->val, why);
	item->has_source = true;
	return decode_key(attrs[WEIR_A_ITEM_SOURCE], &item->source, why) &&
	       decode_ops(nest, item, why);
}

static bool decode_plugin(const struct nlattr **attrs, struct weir_item *item,
			  enum weir_ext_kind kind, const char **why)
{
	item->ext = decode_ext(attrs[WEIR_A_ITEM_NAME], kind, why);
	return item->ext && decode_data(item->ext, attrs[WEIR_A_ITEM_DATA], &item->data, why);
}

static bool decode_item(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	item->type = weir_attr_u32(attrs[WEIR_A_ITEM_TYPE]);
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		return decode_cond(nest, attrs, item, why);
	case WEIR_ITEM_TYPE_SET:
		return decode_set(nest, attrs, item, why);
	case WEIR_ITEM_TYPE_VERDICT:
		item->verdict = weir_attr_u32(attrs[WEIR_A_ITEM_VERDICT]);
		item->chain = attr_text(attrs[WEIR_A_ITEM_CHAIN]);
		return true;
	case WEIR_ITEM_TYPE_COUNTER:
		item->packets = weir_attr_u64(attrs[WEIR_A_ITEM_PACKETS]);
		item->bytes = weir_attr_u64(attrs[WEIR_A_ITEM_BYTES]);
		return true;
	case WEIR_ITEM_TYPE_MATCH:
		return decode_plugin(attrs, item, WEIR_EXT_MATCH, why);
	case WEIR_ITEM_TYPE_TARGET:
		return decode_plugin(attrs, item, WEIR_EXT_TARGET, why);
	default:
		return refuse(why, "an item that this version of weir does not know");
	}
}

static bool is_elems(const struct nlattr *nest)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	return weir_attr_u32(attrs[WEIR_A_ITEM_TYPE]) == WEIR_ITEM_TYPE_ELEMS;
}

static bool decode_elems(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	if (!item || item->type != WEIR_ITEM_TYPE_COND)
		return refuse(why, "elements that belong to no condition");
	decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	return decode_ranges(attrs[WEIR_A_ITEM_RANGES], item, why);
}

bool weir_decode_part(const struct nlmsghdr *nlh, struct weir_rule *rule, bool *more,
		      const char **why)
{
	struct weir_item **tail = &rule->items, *last = NULL;
	const struct nlattr *attr;

	for (; *tail; tail = &last->next)
		last = *tail;
	*more = false;
	mnl_attr_for_each(attr, nlh, payload_offset) {
		switch (mnl_attr_get_type(attr)) {
		case WEIR_A_RULE_MORE:
			*more = true;
			break;
		case WEIR_A_RULE_ITEM:
			if (is_elems(attr)) {
				if (!decode_elems(attr, last, why))
					return false;
				break;
			}
			last = weir_alloc(sizeof(*last));
			*tail = last;
			tail = &last->next;
			if (!decode_item(attr, last, why))
				return false;
			break;
		}
	}
	return true;
}

struct weir_rule *weir_decode_rule(const struct nlmsghdr *nlh, uint32_t *event, bool *more,
				   const char **why)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));
	const struct nlattr *attrs[WEIR_A_RULE_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_RULE_MAX);
	rule->family = attr_u8(attrs[WEIR_A_RULE_FAMILY]);
	rule->table = attr_text(attrs[WEIR_A_RULE_TABLE]);
	rule->chain = attr_text(attrs[WEIR_A_RULE_CHAIN]);
	rule->handle = weir_attr_u64(attrs[WEIR_A_RULE_HANDLE]);
	rule->position = weir_attr_u64(attrs[WEIR_A_RULE_POSITION]);
	rule->comment = attr_text(attrs[WEIR_A_RULE_COMMENT]);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_RULE_EVENT]);
	if (!rule->table || !rule->chain) {
		refuse(why, "a rule without table and chain");
		goto err_free_rule;
	}
	if (!weir_decode_part(nlh, rule, more, why))
		goto err_free_rule;
	return rule;

err_free_rule:
	weir_rule_free(rule);
	return NULL;
}

struct weir_table *weir_decode_table(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why)
{
	struct weir_table *table = weir_alloc(sizeof(*table));
	const struct nlattr *attrs[WEIR_A_TABLE_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_TABLE_MAX);
	table->family = attr_u8(attrs[WEIR_A_TABLE_FAMILY]);
	table->name = attr_text(attrs[WEIR_A_TABLE_NAME]);
	table->handle = weir_attr_u64(attrs[WEIR_A_TABLE_HANDLE]);
	table->flags = weir_attr_u32(attrs[WEIR_A_TABLE_FLAGS]);
	table->comment = attr_text(attrs[WEIR_A_TABLE_COMMENT]);
	table->owner_pid = weir_attr_u32(attrs[WEIR_A_TABLE_OWNER_PID]);
	weir_attr_copy(attrs[WEIR_A_TABLE_OWNER_COMM], table->owner_comm,
		       sizeof(table->owner_comm));
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_TABLE_EVENT]);
	if (!table->name) {
		refuse(why, "a table without a name");
		weir_table_free(table);
		return NULL;
	}
	return table;
}

static void decode_base(const struct nlattr *nest, struct weir_chain *chain)
{
	const struct nlattr *attrs[WEIR_A_BASE_MAX + 1];

	decode_nest(nest, attrs, WEIR_A_BASE_MAX);
	chain->base = true;
	chain->hook = weir_attr_u32(attrs[WEIR_A_BASE_HOOK]);
	chain->priority = (int32_t)weir_attr_u32(attrs[WEIR_A_BASE_PRIORITY]);
	chain->has_policy = attrs[WEIR_A_BASE_POLICY];
	chain->policy = weir_attr_u32(attrs[WEIR_A_BASE_POLICY]);
}

struct weir_chain *weir_decode_chain(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why)
{
	struct weir_chain *chain = weir_alloc(sizeof(*chain));
	const struct nlattr *attrs[WEIR_A_CHAIN_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_CHAIN_MAX);
	chain->family = attr_u8(attrs[WEIR_A_CHAIN_FAMILY]);
	chain->table = attr_text(attrs[WEIR_A_CHAIN_TABLE]);
	chain->name = attr_text(attrs[WEIR_A_CHAIN_NAME]);
	chain->handle = weir_attr_u64(attrs[WEIR_A_CHAIN_HANDLE]);
	chain->comment = attr_text(attrs[WEIR_A_CHAIN_COMMENT]);
	chain->new_name = attr_text(attrs[WEIR_A_CHAIN_NEW_NAME]);
	if (attrs[WEIR_A_CHAIN_BASE])
		decode_base(attrs[WEIR_A_CHAIN_BASE], chain);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_CHAIN_EVENT]);
	if (!chain->table || !chain->name) {
		refuse(why, "a chain without table and name");
		weir_chain_free(chain);
		return NULL;
	}
	return chain;
}
