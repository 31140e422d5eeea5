// SPDX-License-Identifier: GPL-2.0
/* Attributes to the items of a rule. */

#include <string.h>
#include <linux/genetlink.h>
#include "alloc.h"
#include "decode.h"

bool weir_decode_num(const struct nlattr *attr, struct weir_num *num, const char **why)
{
	if (!attr || mnl_attr_get_payload_len(attr) > WEIR_VALUE_MAX)
		return weir_decode_refuse(why, "a value of the wrong length");
	*num = weir_num_get(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
	return true;
}

static bool decode_data(const struct weir_ext *ext, const struct nlattr *nest, void **data,
			const char **why)
{
	static const struct nlattr empty = { .nla_len = MNL_ATTR_HDRLEN };

	*data = weir_alloc(ext->data_size);
	if (!ext->get(nest ? nest : &empty, *data))
		return weir_decode_refuse(why, "a plug-in's attributes make no sense");
	return true;
}

/* Two kinds of plug-in may share a name, so the kind is part of the question. */
static const struct weir_ext *decode_ext(const struct nlattr *attr, enum weir_ext_kind kind,
					 const char **why)
{
	const struct weir_ext *ext = NULL;
	char *name = weir_attr_text(attr);

	if (name)
		ext = weir_ext_find(kind, name);
	if (!ext)
		weir_decode_refuse(why, "a plug-in that this version of weir does not know");
	free(name);
	return ext;
}

bool weir_decode_key(const struct nlattr *nest, struct weir_key *key, const char **why)
{
	const struct weir_field *field;
	const struct nlattr *attrs[WEIR_A_KEY_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_KEY_MAX);
	key->type = weir_attr_u32(attrs[WEIR_A_KEY_TYPE]);
	key->header = weir_attr_u32(attrs[WEIR_A_KEY_HEADER]);
	key->option = weir_attr_u8(attrs[WEIR_A_KEY_OPTION]);
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
		return weir_decode_refuse(why, "a kind of key that this version of weir does not know");
	}
	if (!key->len || key->len > 8 * WEIR_VALUE_MAX)
		return weir_decode_refuse(why, "a key without a sensible length");
	return true;
}

/* The operations among the attributes of a nest, those of type @type. */
static bool decode_ops(const struct nlattr *nest, uint16_t type, struct weir_keyop **ops,
		       unsigned int *n, const char **why)
{
	const struct nlattr *attr;
	const struct nlattr *attrs[WEIR_A_OP_MAX + 1];

	mnl_attr_for_each_nested(attr, nest) {
		struct weir_keyop *op;

		if (mnl_attr_get_type(attr) != type)
			continue;
		*ops = weir_realloc(*ops, *n + 1, sizeof(**ops));
		op = &(*ops)[*n];
		weir_decode_nest(attr, attrs, WEIR_A_OP_MAX);
		op->op = weir_attr_u32(attrs[WEIR_A_OP_TYPE]);
		if (!weir_decode_num(attrs[WEIR_A_OP_VALUE], &op->val, why))
			return false;
		(*n)++;
	}
	return true;
}

static bool decode_item_ops(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	return decode_ops(nest, WEIR_A_ITEM_OP, &item->ops, &item->n_ops, why);
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
		return weir_decode_refuse(why, "ranges of the wrong length");
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
		return weir_decode_refuse(why, "a condition without a key");
	if (!weir_decode_key(attrs[WEIR_A_ITEM_KEY], &item->key, why) ||
	    !decode_item_ops(nest, item, why))
		return false;
	if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
		return decode_ranges(attrs[WEIR_A_ITEM_RANGES], item, why);
	return weir_decode_num(attrs[WEIR_A_ITEM_VALUE], &item->val, why);
}

static bool decode_part(const struct nlattr *nest, struct weir_lookup *lookup, const char **why)
{
	const struct nlattr *attrs[WEIR_A_PART_MAX + 1];
	struct weir_part *part;

	if (lookup->n_parts == WEIR_FIELDS_MAX)
		return weir_decode_refuse(why, "a key of too many fields");
	lookup->parts = weir_realloc(lookup->parts, lookup->n_parts + 1, sizeof(*lookup->parts));
	part = &lookup->parts[lookup->n_parts++];
	*part = (struct weir_part){ 0 };
	weir_decode_nest(nest, attrs, WEIR_A_PART_MAX);
	if (!attrs[WEIR_A_PART_KEY])
		return weir_decode_refuse(why, "a field without a key");
	return weir_decode_key(attrs[WEIR_A_PART_KEY], &part->key, why) &&
	       decode_ops(nest, WEIR_A_PART_OP, &part->ops, &part->n_ops, why);
}

static bool decode_lookup_elems(const struct nlattr *nest, struct weir_lookup *lookup,
				const char **why)
{
	struct weir_set set;

	weir_lookup_as_set(lookup, &set);
	return weir_decode_elem_attrs(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest),
				      &weir_lookup_elem_attrs, &set, &lookup->elems, why);
}

static bool decode_lookup(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attrs[WEIR_A_LOOKUP_MAX + 1], *attr;
	struct weir_lookup *lookup;

	if (!nest)
		return weir_decode_refuse(why, "a lookup without a key");
	weir_decode_nest(nest, attrs, WEIR_A_LOOKUP_MAX);
	lookup = weir_alloc(sizeof(*lookup));
	item->lookup = lookup;
	lookup->set = weir_attr_text(attrs[WEIR_A_LOOKUP_SET]);
	lookup->interval = weir_attr_u32(attrs[WEIR_A_LOOKUP_FLAGS]) & WEIR_SET_FLAGS_INTERVAL;
	lookup->data_type = weir_attr_u32(attrs[WEIR_A_LOOKUP_DATA_TYPE]);
	lookup->data.len = weir_attr_u32(attrs[WEIR_A_LOOKUP_DATA_LEN]);
	if (lookup->data_type > WEIR_DATA_TYPE_OBJECT || lookup->data.len > 8 * WEIR_VALUE_MAX)
		return weir_decode_refuse(why, "a map to something unknown");
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == WEIR_A_LOOKUP_PART &&
		    !decode_part(attr, lookup, why))
			return false;
	}
	if (!lookup->n_parts)
		return weir_decode_refuse(why, "a lookup without a key");
	return lookup->set || decode_lookup_elems(nest, lookup, why);
}

static bool decode_update_data(const struct nlattr *nest, const struct nlattr **attrs,
			       struct weir_update *update, const char **why)
{
	const struct nlattr *value = attrs[WEIR_A_ITEM_VALUE];

	if (attrs[WEIR_A_ITEM_SOURCE]) {
		update->has_data = true;
		update->has_source = true;
		return weir_decode_key(attrs[WEIR_A_ITEM_SOURCE], &update->source.key, why) &&
		       decode_ops(nest, WEIR_A_ITEM_OP, &update->source.ops,
				  &update->source.n_ops, why);
	}
	if (!value)
		return true;
	update->has_data = true;
	update->data_type.len = 8 * mnl_attr_get_payload_len(value);
	return weir_decode_num(value, &update->data, why);
}

static bool decode_update(const struct nlattr *nest, const struct nlattr **attrs,
			  struct weir_item *item, const char **why)
{
	struct weir_update *update = weir_alloc(sizeof(*update));

	item->update = update;
	update->op = weir_attr_u32(attrs[WEIR_A_ITEM_DYN_OP]);
	if (update->op > WEIR_DYN_OP_DELETE)
		return weir_decode_refuse(why, "a change of a set that is unknown");
	update->has_timeout = attrs[WEIR_A_ITEM_TIMEOUT];
	update->timeout = weir_attr_u64(attrs[WEIR_A_ITEM_TIMEOUT]);
	return decode_lookup(attrs[WEIR_A_ITEM_LOOKUP], item, why) &&
	       decode_update_data(nest, attrs, update, why) &&
	       weir_decode_stmts(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest),
				 WEIR_A_ITEM_STMT, &update->stmts, why);
}

static bool decode_object(const struct nlattr **attrs, struct weir_item *item, const char **why)
{
	item->object = weir_attr_text(attrs[WEIR_A_ITEM_OBJECT]);
	item->object_type = weir_decode_object_type(attrs[WEIR_A_ITEM_OBJECT_TYPE]);
	if (!item->object_type)
		return weir_decode_refuse(why, "an object of an unknown type");
	return item->object || decode_lookup(attrs[WEIR_A_ITEM_LOOKUP], item, why);
}

static bool decode_set(const struct nlattr *nest, const struct nlattr **attrs,
		       struct weir_item *item, const char **why)
{
	if (!attrs[WEIR_A_ITEM_KEY])
		return weir_decode_refuse(why, "a set statement without a key");
	if (!weir_decode_key(attrs[WEIR_A_ITEM_KEY], &item->key, why))
		return false;
	if (attrs[WEIR_A_ITEM_LOOKUP])
		return decode_lookup(attrs[WEIR_A_ITEM_LOOKUP], item, why);
	if (!attrs[WEIR_A_ITEM_SOURCE])
		return weir_decode_num(attrs[WEIR_A_ITEM_VALUE], &item->val, why);
	item->has_source = true;
	return weir_decode_key(attrs[WEIR_A_ITEM_SOURCE], &item->source, why) &&
	       decode_item_ops(nest, item, why);
}

bool weir_decode_plugin(const struct nlattr *name, const struct nlattr *data,
			struct weir_item *item, enum weir_ext_kind kind, const char **why)
{
	item->ext = decode_ext(name, kind, why);
	return item->ext && decode_data(item->ext, data, &item->data, why);
}

static bool decode_item(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	item->type = weir_attr_u32(attrs[WEIR_A_ITEM_TYPE]);
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		return decode_cond(nest, attrs, item, why);
	case WEIR_ITEM_TYPE_SET:
		return decode_set(nest, attrs, item, why);
	case WEIR_ITEM_TYPE_VERDICT:
		item->verdict = weir_attr_u32(attrs[WEIR_A_ITEM_VERDICT]);
		item->chain = weir_attr_text(attrs[WEIR_A_ITEM_CHAIN]);
		return true;
	case WEIR_ITEM_TYPE_COUNTER:
		item->packets = weir_attr_u64(attrs[WEIR_A_ITEM_PACKETS]);
		item->bytes = weir_attr_u64(attrs[WEIR_A_ITEM_BYTES]);
		return true;
	case WEIR_ITEM_TYPE_MATCH:
		return weir_decode_plugin(attrs[WEIR_A_ITEM_NAME], attrs[WEIR_A_ITEM_DATA],
					  item, WEIR_EXT_MATCH, why);
	case WEIR_ITEM_TYPE_TARGET:
		return weir_decode_plugin(attrs[WEIR_A_ITEM_NAME], attrs[WEIR_A_ITEM_DATA],
					  item, WEIR_EXT_TARGET, why);
	case WEIR_ITEM_TYPE_LOOKUP:
		item->rel = weir_attr_u32(attrs[WEIR_A_ITEM_REL]);
		return decode_lookup(attrs[WEIR_A_ITEM_LOOKUP], item, why);
	case WEIR_ITEM_TYPE_VMAP:
		return decode_lookup(attrs[WEIR_A_ITEM_LOOKUP], item, why);
	case WEIR_ITEM_TYPE_UPDATE:
		return decode_update(nest, attrs, item, why);
	case WEIR_ITEM_TYPE_OBJECT:
		return decode_object(attrs, item, why);
	default:
		return weir_decode_refuse(why, "an item that this version of weir does not know");
	}
}

static bool is_elems(const struct nlattr *nest)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	return weir_attr_u32(attrs[WEIR_A_ITEM_TYPE]) == WEIR_ITEM_TYPE_ELEMS;
}

static bool decode_elems(const struct nlattr *nest, struct weir_item *item, const char **why)
{
	const struct nlattr *attrs[WEIR_A_ITEM_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_ITEM_MAX);
	if (item && item->type == WEIR_ITEM_TYPE_COND)
		return decode_ranges(attrs[WEIR_A_ITEM_RANGES], item, why);
	if (item && item->lookup && !item->lookup->set && attrs[WEIR_A_ITEM_LOOKUP])
		return decode_lookup_elems(attrs[WEIR_A_ITEM_LOOKUP], item->lookup, why);
	return weir_decode_refuse(why, "elements that belong to nothing");
}

bool weir_decode_part(const struct nlmsghdr *nlh, struct weir_rule *rule, bool *more,
		      const char **why)
{
	struct weir_item **tail = &rule->items, *last = NULL;
	const struct nlattr *attr;

	for (; *tail; tail = &last->next)
		last = *tail;
	*more = false;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
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
