// SPDX-License-Identifier: GPL-2.0
/*
 * Statements with state: counters and matches such as limit and quota, as the
 * elements of a set have them and as named objects are.
 */

#include <linux/slab.h>
#include "core.h"

/* Attributes that a statement of each type may have. */
static const u32 weir_stmt_attrs[] = {
	[WEIR_STMT_TYPE_COUNTER] = BIT(WEIR_A_STMT_PACKETS) | BIT(WEIR_A_STMT_BYTES),
	[WEIR_STMT_TYPE_MATCH]	 = BIT(WEIR_A_STMT_NAME) | BIT(WEIR_A_STMT_DATA),
};

/**
 * weir_stmts_autoload() - Load the modules of the statements in a message.
 * @nlh: The message; nothing in it is checked yet.
 * @type: The attribute that is a statement.
 *
 * Context: Process context; may sleep; no lock of the core is held.
 */
void weir_stmts_autoload(const struct nlmsghdr *nlh, int type)
{
	const struct nlattr *attr, *name;
	char str[WEIR_PLUGIN_NAME_MAX + 1];
	int left;

	if (nlmsg_len(nlh) < GENL_HDRLEN)
		return;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, left) {
		if (nla_type(attr) != type)
			continue;
		name = nla_find_nested(attr, WEIR_A_STMT_NAME);
		if (name && nla_strscpy(str, name, sizeof(str)) > 0)
			weir_plugin_load(WEIR_PLUGIN_MATCH, str);
	}
}

static int weir_stmt_counter(struct weir_req *req, const struct nlattr *nest,
			     struct nlattr **tb, struct weir_item *item)
{
	u64 packets = 0, bytes = 0;

	if (tb[WEIR_A_STMT_PACKETS])
		packets = nla_get_u64(tb[WEIR_A_STMT_PACKETS]);
	if (tb[WEIR_A_STMT_BYTES])
		bytes = nla_get_u64(tb[WEIR_A_STMT_BYTES]);
	if (weir_counter_init(item, packets, bytes))
		return weir_refuse(req, nest, -ENOMEM, "no memory for the counter");
	return 0;
}

static int weir_stmt_match(struct weir_req *req, const struct nlattr *nest,
			   struct nlattr **tb, struct weir_item *item)
{
	const struct nlattr *name = tb[WEIR_A_STMT_NAME];
	const struct weir_plugin *plugin;
	struct weir_instance *instance;

	if (!name)
		return weir_refuse(req, nest, -EINVAL, "the statement does not name its plug-in");
	instance = weir_instance_create(req, WEIR_PLUGIN_MATCH, name, tb[WEIR_A_STMT_DATA]);
	if (IS_ERR(instance))
		return PTR_ERR(instance);

	plugin = instance->plugin;
	if (plugin->clone && container_of(plugin, struct weir_match_ops, plugin)->match) {
		item->instance = instance;
		return 0;
	}
	weir_instance_destroy(req->wn, req->table->family, instance, true);
	return weir_refuse(req, name, -EOPNOTSUPP,
			   "%s cannot be a statement of an element or a named object",
			   (const char *)nla_data(name));
}

/**
 * weir_stmt_parse() - Make a statement of its attributes.
 * @req: The request, its table set.
 * @nest: Attribute with a nest "stmt" that fits its policy.
 * @item: Set to a counter or a match, for weir_stmt_destroy().
 *
 * Return: 0, or a negative errno with an extack message, and there is nothing to
 * destroy.
 */
int weir_stmt_parse(struct weir_req *req, const struct nlattr *nest, struct weir_item *item)
{
	struct nlattr *tb[WEIR_A_STMT_MAX + 1];
	u32 type;
	int err;

	*item = (struct weir_item){};
	err = weir_nest(req, nest, tb, WEIR_A_STMT_MAX, 0);
	if (err)
		return err;
	if (!tb[WEIR_A_STMT_TYPE])
		return weir_refuse(req, nest, -EINVAL, "the statement has no type");
	type = nla_get_u32(tb[WEIR_A_STMT_TYPE]);
	err = weir_only(req, tb, WEIR_A_STMT_MAX, weir_stmt_attrs[type] | BIT(WEIR_A_STMT_TYPE));
	if (err)
		return err;
	if (type == WEIR_STMT_TYPE_COUNTER) {
		item->type = WEIR_ITEM_TYPE_COUNTER;
		return weir_stmt_counter(req, nest, tb, item);
	}
	item->type = WEIR_ITEM_TYPE_MATCH;
	return weir_stmt_match(req, nest, tb, item);
}

/**
 * weir_stmt_destroy() - Free what a statement holds.
 * @wn: The namespace.
 * @family: Family of its table.
 * @item: The statement; no packet sees it any more.
 * @put: The reference to the plug-in's module is still held.
 */
void weir_stmt_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put)
{
	weir_instance_destroy(wn, family, weir_item_instance(item), put);
	if (item->type == WEIR_ITEM_TYPE_COUNTER)
		weir_counter_free(item);
}

/* Whether two statements mean the same, whatever they have counted. */
bool weir_stmt_same(const struct weir_item *a, const struct weir_item *b)
{
	return a->type == b->type &&
	       weir_instance_same(weir_item_instance(a), weir_item_instance(b));
}

static int weir_stmt_counter_fill(struct sk_buff *skb, const struct weir_counter *value)
{
	if (nla_put_u32(skb, WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER) ||
	    nla_put_u64_64bit(skb, WEIR_A_STMT_PACKETS, value->packets, WEIR_A_STMT_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_STMT_BYTES, value->bytes, WEIR_A_STMT_PAD))
		return -EMSGSIZE;
	return 0;
}

static int weir_stmt_match_fill(struct sk_buff *skb, const struct weir_item *item)
{
	if (nla_put_u32(skb, WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_MATCH))
		return -EMSGSIZE;
	return weir_instance_fill(skb, WEIR_A_STMT_NAME, WEIR_A_STMT_DATA, item->instance);
}

/* What was put into the message is counted anew. */
static void weir_stmt_reset(struct weir_item *item, const struct nlattr *nest,
			    const struct weir_counter *value)
{
	if (item->type == WEIR_ITEM_TYPE_COUNTER)
		weir_counter_reset(item, value);
	else
		weir_instance_reset(item->instance, nla_find_nested(nest, WEIR_A_STMT_DATA));
}

/**
 * weir_stmt_fill() - Put a statement with its state into a message.
 * @skb: The message.
 * @type: The attribute.
 * @item: A counter or a match.
 * @reset: Set to zero what it has counted, once it is in the message; nothing of
 *   the message may be taken back then.
 *
 * Return: 0, or -EMSGSIZE and nothing was put.
 */
int weir_stmt_fill(struct sk_buff *skb, int type, struct weir_item *item, bool reset)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	struct weir_counter value = {};
	int err;

	if (!nest)
		return -EMSGSIZE;
	if (item->type == WEIR_ITEM_TYPE_COUNTER) {
		weir_counter_read(item, &value);
		err = weir_stmt_counter_fill(skb, &value);
	} else {
		err = weir_stmt_match_fill(skb, item);
	}
	if (err) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	if (reset)
		weir_stmt_reset(item, nest, &value);
	return 0;
}

/**
 * weir_instance_clone() - Copy an instance that may be a statement, without its state.
 * @wn: The namespace.
 * @family: Family of its table.
 * @from: The instance, which holds its module.
 *
 * Context: Any; does not sleep. Packets make elements, too.
 * Return: The copy, holding a reference to the module of its own, for
 * weir_instance_destroy(); NULL if there is no memory.
 */
struct weir_instance *weir_instance_clone(const struct weir_net *wn, u8 family,
					  const struct weir_instance *from)
{
	const struct weir_plugin *plugin = from->plugin;
	struct weir_ctx ctx = { .net = wn->net, .family = family };
	struct weir_instance *instance;

	instance = kzalloc(struct_size(instance, priv, plugin->priv_size),
			   GFP_ATOMIC | __GFP_ACCOUNT | __GFP_NOWARN);
	if (!instance)
		return NULL;
	instance->plugin = plugin;
	if (plugin->clone(&ctx, instance->priv, from->priv)) {
		kfree(instance);
		return NULL;
	}
	__module_get(plugin->owner);
	return instance;
}
