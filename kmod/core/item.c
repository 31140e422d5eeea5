// SPDX-License-Identifier: GPL-2.0
/*
 * Items of a rule from attributes. What passes here is complete and makes
 * sense; the engine need not check it again.
 */

#include <linux/slab.h>
#include "core.h"

/* Attributes that an item of each type may have. */
static const u32 weir_item_attrs[] = {
	[WEIR_ITEM_TYPE_COND]	 = BIT(WEIR_A_ITEM_KEY) | BIT(WEIR_A_ITEM_OP) |
				   BIT(WEIR_A_ITEM_REL) | BIT(WEIR_A_ITEM_VALUE) |
				   BIT(WEIR_A_ITEM_RANGES),
	[WEIR_ITEM_TYPE_ELEMS]	 = BIT(WEIR_A_ITEM_RANGES) | BIT(WEIR_A_ITEM_LOOKUP),
	[WEIR_ITEM_TYPE_VERDICT] = BIT(WEIR_A_ITEM_VERDICT) | BIT(WEIR_A_ITEM_CHAIN),
	[WEIR_ITEM_TYPE_COUNTER] = BIT(WEIR_A_ITEM_PACKETS) | BIT(WEIR_A_ITEM_BYTES),
	[WEIR_ITEM_TYPE_SET]	 = BIT(WEIR_A_ITEM_KEY) | BIT(WEIR_A_ITEM_SOURCE) |
				   BIT(WEIR_A_ITEM_OP) | BIT(WEIR_A_ITEM_VALUE) |
				   BIT(WEIR_A_ITEM_LOOKUP),
	[WEIR_ITEM_TYPE_MATCH]	 = BIT(WEIR_A_ITEM_NAME) | BIT(WEIR_A_ITEM_DATA),
	[WEIR_ITEM_TYPE_TARGET]	 = BIT(WEIR_A_ITEM_NAME) | BIT(WEIR_A_ITEM_DATA),
	[WEIR_ITEM_TYPE_LOOKUP]	 = BIT(WEIR_A_ITEM_REL) | BIT(WEIR_A_ITEM_LOOKUP),
	[WEIR_ITEM_TYPE_VMAP]	 = BIT(WEIR_A_ITEM_LOOKUP),
	[WEIR_ITEM_TYPE_UPDATE]	 = BIT(WEIR_A_ITEM_LOOKUP) | BIT(WEIR_A_ITEM_DYN_OP) |
				   BIT(WEIR_A_ITEM_TIMEOUT) | BIT(WEIR_A_ITEM_STMT) |
				   BIT(WEIR_A_ITEM_VALUE) | BIT(WEIR_A_ITEM_SOURCE) |
				   BIT(WEIR_A_ITEM_OP),
	[WEIR_ITEM_TYPE_OBJECT]	 = BIT(WEIR_A_ITEM_OBJECT) | BIT(WEIR_A_ITEM_OBJECT_TYPE) |
				   BIT(WEIR_A_ITEM_LOOKUP),
};

static void weir_autoload(enum weir_plugin_kind kind, const struct nlattr *name)
{
	char str[WEIR_PLUGIN_NAME_MAX + 1];

	if (nla_strscpy(str, name, sizeof(str)) > 0)
		weir_plugin_load(kind, str);
}

static void weir_key_autoload(const struct nlattr *nest)
{
	const struct nlattr *name = nla_find_nested(nest, WEIR_A_KEY_NAME);

	if (name)
		weir_autoload(WEIR_PLUGIN_MATCH, name);
}

static void weir_lookup_autoload(const struct nlattr *lookup)
{
	const struct nlattr *attr, *key;
	int left;

	if (!nla_find_nested(lookup, WEIR_A_LOOKUP_SET))
		weir_set_autoload();
	nla_for_each_nested(attr, lookup, left) {
		if (nla_type(attr) != WEIR_A_LOOKUP_PART)
			continue;
		key = nla_find_nested(attr, WEIR_A_PART_KEY);
		if (key)
			weir_key_autoload(key);
	}
}

static void weir_item_autoload(const struct nlattr *item)
{
	const struct nlattr *attr, *name, *type = nla_find_nested(item, WEIR_A_ITEM_TYPE);
	enum weir_plugin_kind kind = WEIR_PLUGIN_MATCH;
	int left;

	if (!type || nla_len(type) != sizeof(u32))
		return;
	if (nla_get_u32(type) == WEIR_ITEM_TYPE_TARGET)
		kind = WEIR_PLUGIN_TARGET;

	nla_for_each_nested(attr, item, left) {
		switch (nla_type(attr)) {
		case WEIR_A_ITEM_NAME:
			weir_autoload(kind, attr);
			break;
		case WEIR_A_ITEM_KEY:
		case WEIR_A_ITEM_SOURCE:
			weir_key_autoload(attr);
			break;
		case WEIR_A_ITEM_LOOKUP:
			/* A rule's other parts hold no lookup that needs a module. */
			if (nla_get_u32(type) != WEIR_ITEM_TYPE_ELEMS)
				weir_lookup_autoload(attr);
			break;
		case WEIR_A_ITEM_STMT:
			name = nla_find_nested(attr, WEIR_A_STMT_NAME);
			if (name)
				weir_autoload(WEIR_PLUGIN_MATCH, name);
			break;
		}
	}
}

/**
 * weir_items_autoload() - Load the modules of the plug-ins that a message names.
 * @nlh: A message about a rule; nothing in it is checked yet.
 *
 * Context: Process context; may sleep; no lock of the core is held.
 */
void weir_items_autoload(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	int left;

	if (nlmsg_len(nlh) < GENL_HDRLEN)
		return;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, left)
		if (nla_type(attr) == WEIR_A_RULE_ITEM)
			weir_item_autoload(attr);
}

static int weir_parse_ranges(struct weir_req *req, struct weir_draft *draft,
			     struct weir_item *item, const struct nlattr *attr)
{
	unsigned int bytes = DIV_ROUND_UP(item->key.len, 8);
	const u8 *data = nla_data(attr);
	struct weir_range *range;
	u32 i, n = nla_len(attr) / (2 * bytes);

	if (!n || nla_len(attr) % (2 * bytes))
		return weir_refuse(req, attr, -EINVAL, "ranges are pairs of %u bytes each", bytes);
	if (n > WEIR_RANGES_MAX - item->n_ranges)
		return weir_refuse(req, attr, -E2BIG, "a condition has at most %u ranges",
				   WEIR_RANGES_MAX);
	if (weir_draft_grow_ranges(draft, item, n))
		return weir_refuse(req, attr, -ENOMEM, "no memory for the ranges");

	for (i = 0; i < n; i++, data += 2 * bytes) {
		range = &item->ranges[item->n_ranges + i];
		range->from = weir_val_get(data, bytes);
		range->to = weir_val_get(data + bytes, bytes);
		if (!weir_val_fits(&range->to, item->key.len))
			return weir_refuse(req, attr, -ERANGE,
					   "range %u has more than the %u bits of the key",
					   item->n_ranges + i, item->key.len);
		if (weir_val_cmp(&range->from, &range->to) > 0)
			return weir_refuse(req, attr, -EINVAL, "range %u ends before it starts",
					   item->n_ranges + i);
	}
	item->n_ranges += n;
	return 0;
}

static int weir_parse_op(struct weir_req *req, const struct nlattr *nest, unsigned int bits,
			 struct weir_keyop *op)
{
	struct nlattr *tb[WEIR_A_OP_MAX + 1];
	int err;

	err = weir_nest(req, nest, tb, WEIR_A_OP_MAX, 0);
	if (err)
		return err;
	if (!tb[WEIR_A_OP_TYPE] || !tb[WEIR_A_OP_VALUE])
		return weir_refuse(req, nest, -EINVAL, "an operation has a type and a value");
	op->op = nla_get_u32(tb[WEIR_A_OP_TYPE]);
	err = weir_val_parse(req, tb[WEIR_A_OP_VALUE], bits, &op->val);
	if (err)
		return err;
	if ((op->op == WEIR_OP_LSHIFT || op->op == WEIR_OP_RSHIFT) &&
	    (op->val.hi || op->val.lo >= bits))
		return weir_refuse(req, tb[WEIR_A_OP_VALUE], -ERANGE,
				   "a key of %u bits cannot be shifted so far", bits);
	return 0;
}

/**
 * weir_ops_parse() - Read the operations on a key.
 * @req: The request.
 * @nest: The nest that has them, in order.
 * @type: The attribute that is an operation.
 * @bits: Bits of the key.
 * @ops: Set; for kfree(), also after an error.
 * @n_ops: Set to their number.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_ops_parse(struct weir_req *req, const struct nlattr *nest, int type,
		   unsigned int bits, struct weir_keyop **ops, u8 *n_ops)
{
	const struct nlattr *attr;
	u32 n = 0, i = 0;
	int err, left;

	nla_for_each_nested(attr, nest, left)
		n += nla_type(attr) == type;
	if (!n)
		return 0;
	if (n > WEIR_OPS_MAX)
		return weir_refuse(req, nest, -E2BIG, "a key has at most %u operations",
				   WEIR_OPS_MAX);
	*ops = kcalloc(n, sizeof(**ops), GFP_KERNEL_ACCOUNT);
	if (!*ops)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the operations");
	*n_ops = n;

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != type)
			continue;
		err = weir_parse_op(req, attr, bits, &(*ops)[i++]);
		if (err)
			return err;
	}
	return 0;
}

static int weir_parse_ops(struct weir_req *req, const struct nlattr *nest, unsigned int bits,
			  struct weir_item *item)
{
	return weir_ops_parse(req, nest, WEIR_A_ITEM_OP, bits, &item->ops, &item->n_ops);
}

static int weir_parse_cond(struct weir_req *req, struct weir_draft *draft,
			   const struct nlattr *nest, struct nlattr **tb,
			   struct weir_item *item)
{
	bool ranges;
	int err;

	if (!tb[WEIR_A_ITEM_KEY])
		return weir_refuse(req, nest, -EINVAL, "a condition has a key");
	if (!tb[WEIR_A_ITEM_REL])
		return weir_refuse(req, nest, -EINVAL, "a condition has a relation");
	item->rel = nla_get_u32(tb[WEIR_A_ITEM_REL]);
	err = weir_key_parse(req, tb[WEIR_A_ITEM_KEY], &item->key, draft);
	if (!err)
		err = weir_key_may_read(req, &item->key, tb[WEIR_A_ITEM_KEY]);
	if (!err)
		err = weir_parse_ops(req, nest, item->key.len, item);
	if (err)
		return err;

	ranges = item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN;
	if (!tb[WEIR_A_ITEM_RANGES] == ranges || !tb[WEIR_A_ITEM_VALUE] == !ranges)
		return weir_refuse(req, tb[WEIR_A_ITEM_REL], -EINVAL,
				   ranges ? "this relation has ranges and no value" :
				   "this relation has a value and no ranges");
	return ranges ? weir_parse_ranges(req, draft, item, tb[WEIR_A_ITEM_RANGES]) :
	       weir_val_parse(req, tb[WEIR_A_ITEM_VALUE], item->key.len, &item->val);
}

static int weir_parse_verdict(struct weir_req *req, struct weir_draft *draft,
			      const struct nlattr *nest, struct nlattr **tb,
			      struct weir_item *item)
{
	const struct nlattr *name = tb[WEIR_A_ITEM_CHAIN];
	bool leads;

	if (!tb[WEIR_A_ITEM_VERDICT])
		return weir_refuse(req, nest, -EINVAL, "the verdict is missing");
	item->verdict = nla_get_u32(tb[WEIR_A_ITEM_VERDICT]);
	item->chain_id = WEIR_CHAIN_NONE;
	draft->ended = item->verdict != WEIR_VERDICT_CONTINUE;

	leads = item->verdict == WEIR_VERDICT_JUMP || item->verdict == WEIR_VERDICT_GOTO;
	if (leads != !!name)
		return weir_refuse(req, tb[WEIR_A_ITEM_VERDICT], -EINVAL,
				   leads ? "this verdict leads to a chain, which is missing" :
				   "this verdict leads to no chain");
	if (!leads)
		return 0;
	item->chain = weir_chain_find(req->table, nla_data(name), WEIR_VIEW_WRITER);
	if (!item->chain)
		return weir_refuse(req, name, -ENOENT, "there is no chain %s in table %s",
				   (const char *)nla_data(name), req->table->name->str);
	if (item->chain->base)
		return weir_refuse(req, name, -EOPNOTSUPP,
				   "chain %s is a base chain; rules lead to regular chains only",
				   (const char *)nla_data(name));
	item->chain_id = item->chain->id;
	draft->n_jumps++;
	return 0;
}

static int weir_parse_counter(struct weir_req *req, const struct nlattr *nest,
			      struct nlattr **tb, struct weir_item *item)
{
	u64 packets = 0, bytes = 0;

	if (tb[WEIR_A_ITEM_PACKETS])
		packets = nla_get_u64(tb[WEIR_A_ITEM_PACKETS]);
	if (tb[WEIR_A_ITEM_BYTES])
		bytes = nla_get_u64(tb[WEIR_A_ITEM_BYTES]);
	if (weir_counter_init(item, packets, bytes))
		return weir_refuse(req, nest, -ENOMEM, "no memory for the counter");
	return 0;
}

static int weir_parse_set(struct weir_req *req, struct weir_draft *draft,
			  const struct nlattr *nest, struct nlattr **tb,
			  struct weir_item *item)
{
	int err;

	if (!tb[WEIR_A_ITEM_KEY])
		return weir_refuse(req, nest, -EINVAL, "a set has a key");
	if (!!tb[WEIR_A_ITEM_SOURCE] + !!tb[WEIR_A_ITEM_VALUE] + !!tb[WEIR_A_ITEM_LOOKUP] != 1)
		return weir_refuse(req, nest, -EINVAL,
				   "a set has either a value, a source or a map");
	if (tb[WEIR_A_ITEM_OP] && !tb[WEIR_A_ITEM_SOURCE])
		return weir_refuse(req, tb[WEIR_A_ITEM_OP], -EINVAL,
				   "the operations of a set are for its source");
	err = weir_key_parse(req, tb[WEIR_A_ITEM_KEY], &item->key, draft);
	if (!err)
		err = weir_key_may_write(req, &item->key, tb[WEIR_A_ITEM_KEY]);
	if (err)
		return err;
	if (tb[WEIR_A_ITEM_VALUE])
		return weir_val_parse(req, tb[WEIR_A_ITEM_VALUE], item->key.len, &item->val);
	if (tb[WEIR_A_ITEM_LOOKUP]) {
		item->from = WEIR_FROM_MAP;
		return weir_lookup_parse(req, draft, item, tb[WEIR_A_ITEM_LOOKUP]);
	}

	item->from = WEIR_FROM_KEY;
	err = weir_key_parse(req, tb[WEIR_A_ITEM_SOURCE], &item->source, draft);
	if (!err)
		err = weir_key_may_read(req, &item->source, tb[WEIR_A_ITEM_SOURCE]);
	if (err)
		return err;
	if (item->source.len > item->key.len)
		return weir_refuse(req, tb[WEIR_A_ITEM_SOURCE], -ERANGE,
				   "the source has %u bits and the key has %u",
				   item->source.len, item->key.len);
	return weir_parse_ops(req, nest, item->source.len, item);
}

static int weir_parse_plugin(struct weir_req *req, struct weir_draft *draft,
			     const struct nlattr *nest, struct nlattr **tb,
			     struct weir_item *item)
{
	bool target = item->type == WEIR_ITEM_TYPE_TARGET;
	const struct weir_plugin *plugin;
	struct weir_instance *instance;

	if (!tb[WEIR_A_ITEM_NAME])
		return weir_refuse(req, nest, -EINVAL, "the item does not name its plug-in");
	instance = weir_instance_create(req, target ? WEIR_PLUGIN_TARGET : WEIR_PLUGIN_MATCH,
					tb[WEIR_A_ITEM_NAME], tb[WEIR_A_ITEM_DATA]);
	if (IS_ERR(instance))
		return PTR_ERR(instance);
	item->instance = instance;
	plugin = instance->plugin;
	draft->hooks &= plugin->hooks;

	if (target)
		draft->ended = container_of(plugin, struct weir_target_ops, plugin)->terminal;
	else if (!container_of(plugin, struct weir_match_ops, plugin)->match)
		return weir_refuse(req, tb[WEIR_A_ITEM_NAME], -EOPNOTSUPP,
				   "%s is a key and needs a value to compare with", plugin->name);
	return 0;
}

static int weir_parse_object(struct weir_req *req, struct weir_draft *draft,
			     const struct nlattr *nest, struct nlattr **tb,
			     struct weir_item *item)
{
	struct weir_object_named *object;

	if (!tb[WEIR_A_ITEM_OBJECT_TYPE] ||
	    !tb[WEIR_A_ITEM_OBJECT] == !tb[WEIR_A_ITEM_LOOKUP])
		return weir_refuse(req, nest, -EINVAL,
				   "an object has a type, and either a name or a map");
	if (tb[WEIR_A_ITEM_LOOKUP]) {
		item->from = WEIR_FROM_MAP;
		item->object_type = weir_strdup(req, tb[WEIR_A_ITEM_OBJECT_TYPE]);
		if (!IS_ERR(item->object_type))
			return weir_lookup_parse(req, draft, item, tb[WEIR_A_ITEM_LOOKUP]);
		item->object_type = NULL;
		return -ENOMEM;
	}
	object = weir_object_get(req, nla_data(tb[WEIR_A_ITEM_OBJECT_TYPE]),
				 tb[WEIR_A_ITEM_OBJECT]);
	if (IS_ERR(object))
		return PTR_ERR(object);
	item->object = object;
	object->users++;
	return 0;
}

static int weir_parse_lookup(struct weir_req *req, struct weir_draft *draft,
			     const struct nlattr *nest, struct nlattr **tb,
			     struct weir_item *item)
{
	if (!tb[WEIR_A_ITEM_LOOKUP])
		return weir_refuse(req, nest, -EINVAL, "the item does not say which set");
	if (item->type == WEIR_ITEM_TYPE_UPDATE)
		return weir_update_parse(req, draft, item, nest, tb);
	if (item->type == WEIR_ITEM_TYPE_LOOKUP) {
		if (tb[WEIR_A_ITEM_REL])
			item->rel = nla_get_u32(tb[WEIR_A_ITEM_REL]);
		if (item->rel != WEIR_REL_IN && item->rel != WEIR_REL_NOT_IN)
			return weir_refuse(req, tb[WEIR_A_ITEM_REL] ?: nest, -EINVAL,
					   "a key is in a set or it is not");
	}
	return weir_lookup_parse(req, draft, item, tb[WEIR_A_ITEM_LOOKUP]);
}

static int weir_parse_elems(struct weir_req *req, struct weir_draft *draft,
			    const struct nlattr *nest, struct nlattr **tb)
{
	const struct weir_lookup *lookup;
	struct weir_item *item = NULL;

	if (draft->n_items)
		item = &draft->body.items[draft->n_items - 1];
	if (!tb[WEIR_A_ITEM_LOOKUP] == !tb[WEIR_A_ITEM_RANGES])
		return weir_refuse(req, nest, -EINVAL, "the item has either ranges or a lookup");
	if (tb[WEIR_A_ITEM_LOOKUP]) {
		lookup = item ? weir_item_lookup(item) : NULL;
		if (!lookup || !lookup->anon)
			return weir_refuse(req, nest, -EINVAL,
					   "elements follow an anonymous set");
		return weir_lookup_more(req, draft, item, tb[WEIR_A_ITEM_LOOKUP]);
	}
	if (!item || !weir_item_lists(item))
		return weir_refuse(req, nest, -EINVAL, "ranges follow a condition that has some");
	return weir_parse_ranges(req, draft, item, tb[WEIR_A_ITEM_RANGES]);
}

/**
 * weir_draft_add() - Append an item to a rule.
 * @req: The request, its table set.
 * @draft: The rule so far. After an error it can only be destroyed.
 * @attr: The item.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_draft_add(struct weir_req *req, struct weir_draft *draft, const struct nlattr *attr)
{
	struct nlattr *tb[WEIR_A_ITEM_MAX + 1];
	struct weir_item *item;
	u32 type;
	int err;

	err = weir_nest_multi(req, attr, tb, WEIR_A_ITEM_MAX,
			      BIT(WEIR_A_ITEM_OP) | BIT(WEIR_A_ITEM_STMT));
	if (err)
		return err;
	if (!tb[WEIR_A_ITEM_TYPE])
		return weir_refuse(req, attr, -EINVAL, "the item has no type");
	type = nla_get_u32(tb[WEIR_A_ITEM_TYPE]);
	if (type >= ARRAY_SIZE(weir_item_attrs))
		return weir_refuse(req, tb[WEIR_A_ITEM_TYPE], -EINVAL,
				   "there is no such type of item");
	err = weir_only(req, tb, WEIR_A_ITEM_MAX, weir_item_attrs[type] | BIT(WEIR_A_ITEM_TYPE));
	if (err)
		return err;
	if (draft->ended)
		return weir_refuse(req, attr, -EINVAL, "nothing can follow what ends the rule");
	if (type == WEIR_ITEM_TYPE_ELEMS)
		return weir_parse_elems(req, draft, attr, tb);

	if (draft->n_items == WEIR_ITEMS_MAX)
		return weir_refuse(req, attr, -E2BIG, "a rule has at most %u items",
				   WEIR_ITEMS_MAX);
	item = weir_draft_grow(draft);
	if (!item)
		return weir_refuse(req, attr, -ENOMEM, "no memory for the item");
	item->type = type;

	switch (type) {
	case WEIR_ITEM_TYPE_COND:
		return weir_parse_cond(req, draft, attr, tb, item);
	case WEIR_ITEM_TYPE_VERDICT:
		return weir_parse_verdict(req, draft, attr, tb, item);
	case WEIR_ITEM_TYPE_COUNTER:
		return weir_parse_counter(req, attr, tb, item);
	case WEIR_ITEM_TYPE_SET:
		return weir_parse_set(req, draft, attr, tb, item);
	case WEIR_ITEM_TYPE_OBJECT:
		return weir_parse_object(req, draft, attr, tb, item);
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
		return weir_parse_lookup(req, draft, attr, tb, item);
	default:
		return weir_parse_plugin(req, draft, attr, tb, item);
	}
}
