// SPDX-License-Identifier: GPL-2.0
/*
 * Lists that take many messages. Between two of them others may commit: then
 * the list ends, marked as interrupted, and who asked starts again. As long as
 * the generation is the one at the start, what is committed stays where it is,
 * and the place in the list can be kept as pointers.
 */

#include <linux/slab.h>
#include <net/sock.h>
#include "core.h"

/**
 * struct weir_dump - A list that is being sent.
 * @wn: The namespace.
 * @gen: Generation at the start.
 * @family: Only tables of this family, if it is not 0.
 * @cmd: Command of the messages.
 * @reset: Reset counters.
 * @explain: Tell what packets meet of chains and rules.
 * @one_table: Only @table.
 * @one_chain: Only @chain.
 * @one_rule: Only @rule.
 * @table: The table that is next, or of what is next; NULL behind the last one.
 * @chain: Likewise.
 * @rule: Likewise.
 * @prev: Handle of the rule before @rule, 0 for none.
 * @part: How much of @rule was sent.
 * @object: Likewise.
 * @set: Likewise.
 * @one_set: Only @set.
 * @elems: How much of the elements of @set was sent.
 * @version: Which of its contents they are of.
 * @name: Only objects of this name, or NULL; text of the request.
 * @type: Only objects of this type, or NULL.
 * @err: The request is refused, where that could not be said at the start.
 * @refusal: Why.
 */
struct weir_dump {
	struct weir_net *wn;
	u64 gen;
	u8 family;
	u8 cmd;
	bool reset;
	bool explain;
	bool one_table;
	bool one_chain;
	bool one_rule;
	struct weir_table *table;
	struct weir_chain *chain;
	struct weir_rule *rule;
	u64 prev;
	struct weir_part part;
	struct weir_object_named *object;
	struct weir_set *set;
	bool one_set;
	struct weir_elems_pos elems;
	u32 version;
	const char *name;
	const char *type;
	int err;
	const char *refusal;
};

/* A sequence number for nl_dump_check_consistent(), never 0. */
static u32 weir_dump_seq(u64 gen)
{
	return (u32)gen % U32_MAX + 1;
}

static void weir_next_table(struct weir_dump *dump)
{
	struct list_head *tables = &dump->wn->tables, *pos;
	struct weir_table *table;

	if (dump->one_table) {
		dump->table = NULL;
		return;
	}
	pos = dump->table ? dump->table->list.next : tables->next;
	for (; pos != tables; pos = pos->next) {
		table = list_entry(pos, struct weir_table, list);
		if (weir_seen(&table->obj, WEIR_VIEW_COMMITTED) &&
		    (!dump->family || table->family == dump->family)) {
			dump->table = table;
			return;
		}
	}
	dump->table = NULL;
}

static void weir_next_chain(struct weir_dump *dump)
{
	struct weir_chain *chain = dump->chain;
	struct list_head *pos;

	dump->chain = NULL;
	if (dump->one_chain)
		return;
	for (; dump->table; weir_next_table(dump), chain = NULL) {
		pos = chain ? chain->list.next : dump->table->chains.next;
		for (; pos != &dump->table->chains; pos = pos->next) {
			chain = list_entry(pos, struct weir_chain, list);
			if (weir_seen(&chain->obj, WEIR_VIEW_COMMITTED)) {
				dump->chain = chain;
				return;
			}
		}
	}
}

static void weir_next_rule(struct weir_dump *dump)
{
	struct weir_rule *rule = dump->rule;
	struct list_head *pos;

	dump->part = (struct weir_part){};
	dump->prev = rule ? rule->handle : 0;
	dump->rule = NULL;
	if (dump->one_rule)
		return;
	for (; dump->chain; weir_next_chain(dump), rule = NULL, dump->prev = 0) {
		pos = rule ? rule->list.next : dump->chain->rules.next;
		for (; pos != &dump->chain->rules; pos = pos->next) {
			rule = list_entry(pos, struct weir_rule, list);
			if (weir_seen(&rule->obj, WEIR_VIEW_COMMITTED)) {
				dump->rule = rule;
				return;
			}
		}
	}
}

static bool weir_dump_wants(const struct weir_dump *dump,
			    const struct weir_object_named *object)
{
	return weir_seen(&object->obj, WEIR_VIEW_COMMITTED) &&
	       (!dump->name || !strcmp(object->name->str, dump->name)) &&
	       (!dump->type || !strcmp(object->type, dump->type));
}

static void weir_next_object(struct weir_dump *dump)
{
	struct weir_object_named *object = dump->object;
	struct list_head *pos;

	dump->object = NULL;
	for (; dump->table; weir_next_table(dump), object = NULL) {
		pos = object ? object->list.next : dump->table->objects.next;
		for (; pos != &dump->table->objects; pos = pos->next) {
			object = list_entry(pos, struct weir_object_named, list);
			if (weir_dump_wants(dump, object)) {
				dump->object = object;
				return;
			}
		}
	}
}

static struct nlmsghdr *weir_dump_nlh(void *hdr)
{
	return (struct nlmsghdr *)((u8 *)hdr - GENL_HDRLEN - NLMSG_HDRLEN);
}

static void *weir_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &weir_genl_family, NLM_F_MULTI, cmd);
}

static int weir_dump_end(struct sk_buff *skb, struct netlink_callback *cb, void *hdr, int err)
{
	if (err) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	nl_dump_check_consistent(cb, weir_dump_nlh(hdr));
	genlmsg_end(skb, hdr);
	return 0;
}

static void weir_next_set(struct weir_dump *dump)
{
	struct weir_set *set = dump->set;
	struct list_head *pos;

	dump->set = NULL;
	if (dump->one_set)
		return;
	for (; dump->table; weir_next_table(dump), set = NULL) {
		pos = set ? set->list.next : dump->table->sets.next;
		for (; pos != &dump->table->sets; pos = pos->next) {
			set = list_entry(pos, struct weir_set, list);
			if (weir_seen(&set->obj, WEIR_VIEW_COMMITTED)) {
				dump->set = set;
				return;
			}
		}
	}
}

/* Each puts one object, or a part, and goes on to the next. */

static int weir_dump_table(struct sk_buff *skb, struct netlink_callback *cb,
			   struct weir_dump *dump)
{
	void *hdr = weir_dump_put(skb, cb, dump->cmd);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = weir_dump_end(skb, cb, hdr, weir_table_fill(skb, dump->table));
	if (!err)
		weir_next_table(dump);
	return err;
}

static int weir_dump_chain(struct sk_buff *skb, struct netlink_callback *cb,
			   struct weir_dump *dump)
{
	void *hdr = weir_dump_put(skb, cb, dump->cmd);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = weir_chain_fill(skb, dump->chain, false);
	if (!err && dump->explain)
		err = weir_chain_explain(skb, dump->chain);
	err = weir_dump_end(skb, cb, hdr, err);
	if (!err)
		weir_next_chain(dump);
	return err;
}

static int weir_dump_rule(struct sk_buff *skb, struct netlink_callback *cb,
			  struct weir_dump *dump)
{
	struct weir_rule_msg msg = {
		.portid	= NETLINK_CB(cb->skb).portid,
		.seq	= cb->nlh->nlmsg_seq,
		.flags	= NLM_F_MULTI,
		.cmd	= dump->cmd,
		.prev	= dump->prev,
		.event	= -1,
		.reset	= dump->reset,
		.explain = dump->explain,
		.whole	= skb->len,
	};
	struct nlmsghdr *nlh;
	int err;

	err = weir_rule_fill(skb, dump->rule, &dump->part, &msg, &nlh);
	if (err < 0)
		return err;
	nl_dump_check_consistent(cb, nlh);
	if (!err)
		weir_next_rule(dump);
	return err ? -EMSGSIZE : 0;
}

static int weir_dump_object(struct sk_buff *skb, struct netlink_callback *cb,
			    struct weir_dump *dump)
{
	void *hdr = weir_dump_put(skb, cb, dump->cmd);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = weir_dump_end(skb, cb, hdr, weir_object_fill(skb, dump->object, dump->reset, false));
	if (!err)
		weir_next_object(dump);
	return err;
}

static int weir_dump_set(struct sk_buff *skb, struct netlink_callback *cb,
			 struct weir_dump *dump)
{
	void *hdr = weir_dump_put(skb, cb, dump->cmd);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = weir_dump_end(skb, cb, hdr, weir_set_fill(skb, dump->set, false));
	if (!err)
		weir_next_set(dump);
	return err;
}

/* Each message has as many elements as it takes, of one shape. */
static int weir_dump_elems(struct sk_buff *skb, struct netlink_callback *cb,
			   struct weir_dump *dump)
{
	void *hdr = weir_dump_put(skb, cb, dump->cmd);
	int more;

	if (!hdr)
		return -EMSGSIZE;
	more = weir_elems_fill(skb, dump->set, &dump->elems, dump->reset);
	if (!more)
		dump->set = NULL;
	if (!more && !dump->elems.some)
		genlmsg_cancel(skb, hdr);
	else
		more = weir_dump_end(skb, cb, hdr, min(more, 0));
	return more;
}

static bool weir_dump_left(const struct weir_dump *dump)
{
	switch (dump->cmd) {
	case WEIR_CMD_TABLE_GET:
		return dump->table;
	case WEIR_CMD_CHAIN_GET:
		return dump->chain;
	case WEIR_CMD_OBJECT_GET:
	case WEIR_CMD_OBJECT_RESET:
		return dump->object;
	case WEIR_CMD_SET_GET:
	case WEIR_CMD_ELEM_GET:
	case WEIR_CMD_ELEM_RESET:
		return dump->set;
	default:
		return dump->rule;
	}
}

/* Whether what is being listed is not what it was at the start. */
static bool weir_dump_stale(const struct weir_dump *dump)
{
	if (dump->gen != dump->wn->gen)
		return true;
	return (dump->cmd == WEIR_CMD_ELEM_GET || dump->cmd == WEIR_CMD_ELEM_RESET) &&
	       dump->set && dump->set->version != dump->version;
}

static int weir_dump_refuse(struct weir_dump *dump, struct netlink_callback *cb,
			    const struct nlattr *attr, int err, const char *refusal)
{
	dump->err = err;
	dump->refusal = refusal;
	if (cb->extack) {
		cb->extack->_msg = refusal;
		cb->extack->bad_attr = attr;
	}
	return err;
}

/* Which attributes say what to list; those of rules are numbered otherwise. */
struct weir_dump_filter {
	const struct nlattr *family;
	const struct nlattr *table;
	const struct nlattr *chain;
	const struct nlattr *handle;
};

static int weir_dump_filter(struct netlink_callback *cb, struct weir_dump *dump,
			    const struct weir_dump_filter *filter)
{
	if (filter->family)
		dump->family = nla_get_u8(filter->family);
	if ((filter->table && !dump->family) ||
	    ((filter->chain || filter->handle) && !filter->table))
		return weir_dump_refuse(dump, cb, NULL, -EINVAL,
					"the family or the table is missing");
	if (filter->table) {
		dump->table = weir_table_find(dump->wn, dump->family,
					      nla_data(filter->table), WEIR_VIEW_COMMITTED);
		if (!dump->table)
			return weir_dump_refuse(dump, cb, filter->table, -ENOENT,
						"there is no such table");
		dump->one_table = true;
	}
	if (filter->chain) {
		dump->chain = weir_chain_find(dump->table, nla_data(filter->chain),
					      WEIR_VIEW_COMMITTED);
		if (!dump->chain)
			return weir_dump_refuse(dump, cb, filter->chain, -ENOENT,
						"there is no such chain");
		dump->one_chain = true;
	}
	if (filter->handle) {
		dump->rule = weir_rule_find(dump->table, nla_get_u64(filter->handle),
					    WEIR_VIEW_COMMITTED);
		if (!dump->rule || (dump->chain && dump->rule->chain != dump->chain))
			return weir_dump_refuse(dump, cb, filter->handle, -ENOENT,
						"there is no such rule");
		dump->one_rule = true;
	}
	return 0;
}

static u64 weir_rule_before(struct weir_rule *rule)
{
	struct list_head *rules = &rule->chain->rules;

	list_for_each_entry_continue_reverse(rule, rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_COMMITTED))
			return rule->handle;
	return 0;
}

/* Go to the first object to list. */
static void weir_dump_rewind(struct weir_dump *dump)
{
	if (dump->cmd == WEIR_CMD_ELEM_GET || dump->cmd == WEIR_CMD_ELEM_RESET)
		return;
	if (dump->one_rule) {
		dump->prev = weir_rule_before(dump->rule);
		return;
	}
	if (!dump->one_table)
		weir_next_table(dump);
	if (dump->cmd == WEIR_CMD_TABLE_GET)
		return;
	if (dump->cmd == WEIR_CMD_OBJECT_GET || dump->cmd == WEIR_CMD_OBJECT_RESET) {
		weir_next_object(dump);
		return;
	}
	if (dump->cmd == WEIR_CMD_SET_GET) {
		if (!dump->one_set)
			weir_next_set(dump);
		return;
	}
	if (!dump->one_chain)
		weir_next_chain(dump);
	if (dump->cmd != WEIR_CMD_CHAIN_GET)
		weir_next_rule(dump);
}

static int weir_dump_attrs(struct netlink_callback *cb, struct weir_dump *dump,
			   struct nlattr **tb)
{
	struct nlattr *attr;
	int left;

	memset(tb, 0, (WEIR_ATTRS_MAX + 1) * sizeof(*tb));
	nlmsg_for_each_attr(attr, cb->nlh, GENL_HDRLEN, left) {
		if (tb[nla_type(attr)])
			return weir_dump_refuse(dump, cb, attr, -EINVAL,
						"the attribute is there twice");
		tb[nla_type(attr)] = attr;
	}
	return 0;
}

static int weir_choose_tables(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_dump_filter filter = {};
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	if (tb[WEIR_A_TABLE_HANDLE])
		return weir_dump_refuse(dump, cb, tb[WEIR_A_TABLE_HANDLE], -EINVAL,
					"a list has no handle");
	filter.family = tb[WEIR_A_TABLE_FAMILY];
	filter.table = tb[WEIR_A_TABLE_NAME];
	return weir_dump_filter(cb, dump, &filter);
}

static int weir_choose_chains(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_dump_filter filter = {};
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	if (tb[WEIR_A_CHAIN_HANDLE])
		return weir_dump_refuse(dump, cb, tb[WEIR_A_CHAIN_HANDLE], -EINVAL,
					"a list has no handle");
	filter.family = tb[WEIR_A_CHAIN_FAMILY];
	filter.table = tb[WEIR_A_CHAIN_TABLE];
	filter.chain = tb[WEIR_A_CHAIN_NAME];
	dump->explain = tb[WEIR_A_CHAIN_EXPLAIN];
	return weir_dump_filter(cb, dump, &filter);
}

static int weir_choose_rules(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_dump_filter filter;
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	filter.family = tb[WEIR_A_RULE_FAMILY];
	filter.table = tb[WEIR_A_RULE_TABLE];
	filter.chain = tb[WEIR_A_RULE_CHAIN];
	filter.handle = tb[WEIR_A_RULE_HANDLE];
	dump->explain = tb[WEIR_A_RULE_EXPLAIN];
	return weir_dump_filter(cb, dump, &filter);
}

static int weir_dump_one_set(struct netlink_callback *cb, struct weir_dump *dump,
			     const struct nlattr *name)
{
	if (!dump->one_table)
		return weir_dump_refuse(dump, cb, NULL, -EINVAL,
					"the family or the table is missing");
	dump->set = weir_set_find(dump->table, nla_data(name), WEIR_VIEW_COMMITTED);
	if (!dump->set)
		return weir_dump_refuse(dump, cb, name, -ENOENT, "there is no such set");
	dump->one_set = true;
	dump->version = dump->set->version;
	return 0;
}

static int weir_choose_sets(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_dump_filter filter = {};
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	filter.family = tb[WEIR_A_SET_FAMILY];
	filter.table = tb[WEIR_A_SET_TABLE];
	err = weir_dump_filter(cb, dump, &filter);
	if (err || !tb[WEIR_A_SET_NAME])
		return err;
	return weir_dump_one_set(cb, dump, tb[WEIR_A_SET_NAME]);
}

static int weir_choose_elems(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_dump_filter filter = {};
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	filter.family = tb[WEIR_A_ELEMS_FAMILY];
	filter.table = tb[WEIR_A_ELEMS_TABLE];
	err = weir_dump_filter(cb, dump, &filter);
	if (err)
		return err;
	if (!tb[WEIR_A_ELEMS_SET])
		return weir_dump_refuse(dump, cb, NULL, -EINVAL, "the set is missing");
	return weir_dump_one_set(cb, dump, tb[WEIR_A_ELEMS_SET]);
}

static int weir_choose_objects(struct netlink_callback *cb, struct weir_dump *dump)
{
	struct nlattr *tb[WEIR_ATTRS_MAX + 1];
	struct weir_object_named *object;
	struct weir_dump_filter filter = {};
	int err = weir_dump_attrs(cb, dump, tb);

	if (err)
		return err;
	filter.family = tb[WEIR_A_OBJECT_FAMILY];
	filter.table = tb[WEIR_A_OBJECT_TABLE];
	err = weir_dump_filter(cb, dump, &filter);
	if (err)
		return err;
	if (tb[WEIR_A_OBJECT_TYPE])
		dump->type = nla_data(tb[WEIR_A_OBJECT_TYPE]);
	if (!tb[WEIR_A_OBJECT_NAME])
		return 0;
	if (!dump->one_table)
		return weir_dump_refuse(dump, cb, NULL, -EINVAL,
					"the family or the table is missing");
	dump->name = nla_data(tb[WEIR_A_OBJECT_NAME]);
	list_for_each_entry(object, &dump->table->objects, list)
		if (weir_dump_wants(dump, object))
			return 0;
	return weir_dump_refuse(dump, cb, tb[WEIR_A_OBJECT_NAME], -ENOENT,
				"there is no such object");
}

/**
 * struct weir_dump_kind - What an operation lists.
 * @choose: Find what the request asks for.
 * @put: Put one object, or a part, and go on to the next.
 * @reset: It resets counters as well.
 */
struct weir_dump_kind {
	int (*choose)(struct netlink_callback *cb, struct weir_dump *dump);
	int (*put)(struct sk_buff *skb, struct netlink_callback *cb, struct weir_dump *dump);
	bool reset;
};

static const struct weir_dump_kind weir_dump_kinds[] = {
	[WEIR_CMD_TABLE_GET]	= { weir_choose_tables, weir_dump_table },
	[WEIR_CMD_CHAIN_GET]	= { weir_choose_chains, weir_dump_chain },
	[WEIR_CMD_RULE_GET]	= { weir_choose_rules, weir_dump_rule },
	[WEIR_CMD_RULE_RESET]	= { weir_choose_rules, weir_dump_rule, true },
	[WEIR_CMD_OBJECT_GET]	= { weir_choose_objects, weir_dump_object },
	[WEIR_CMD_OBJECT_RESET]	= { weir_choose_objects, weir_dump_object, true },
	[WEIR_CMD_SET_GET]	= { weir_choose_sets, weir_dump_set },
	[WEIR_CMD_ELEM_GET]	= { weir_choose_elems, weir_dump_elems },
	[WEIR_CMD_ELEM_RESET]	= { weir_choose_elems, weir_dump_elems, true },
};

/*
 * Begin a list. Older kernels give no place for words here: then the list
 * begins, and ends with the refusal.
 */
int weir_nl_dump_start(struct netlink_callback *cb)
{
	const struct genlmsghdr *genlh = nlmsg_data(cb->nlh);
	struct weir_dump *dump;
	int err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;
	dump->wn = weir_net(sock_net(cb->skb->sk));
	dump->cmd = genlh->cmd;
	dump->reset = weir_dump_kinds[dump->cmd].reset;

	mutex_lock(&dump->wn->lock);
	dump->gen = dump->wn->gen;
	err = weir_dump_kinds[dump->cmd].choose(cb, dump);
	if (!err)
		weir_dump_rewind(dump);
	mutex_unlock(&dump->wn->lock);
	if (err && cb->extack) {
		kfree(dump);
		return err;
	}
	cb->seq = weir_dump_seq(dump->gen);
	cb->prev_seq = cb->seq;
	cb->args[0] = (long)dump;
	return 0;
}

int weir_nl_dump_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct weir_dump *dump = (struct weir_dump *)cb->args[0];
	int err = 0;

	if (dump->err) {
		cb->extack->_msg = dump->refusal;
		return dump->err;
	}
	mutex_lock(&dump->wn->lock);
	if (weir_dump_stale(dump))
		cb->seq = weir_dump_seq(dump->gen + 1);
	else
		while (!err && weir_dump_left(dump))
			err = weir_dump_kinds[dump->cmd].put(skb, cb, dump);
	mutex_unlock(&dump->wn->lock);
	/* An empty message that is too small for one object would never end. */
	return err && !skb->len ? err : skb->len;
}

int weir_nl_dump_done(struct netlink_callback *cb)
{
	kfree((void *)cb->args[0]);
	return 0;
}
