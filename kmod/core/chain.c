// SPDX-License-Identifier: GPL-2.0
/*
 * Chains: lists of rules. A base chain is attached to a hook; other chains are
 * entered by jump and goto.
 */

#include <linux/slab.h>
#include "core.h"

const char *weir_chain_name(const struct weir_chain *chain, enum weir_view view)
{
	return weir_chain_conf(chain, view)->name->str;
}

/**
 * weir_chain_find() - Find a chain by name.
 * @table: Its table.
 * @name: Its name, as who looks sees it.
 * @view: Who looks.
 *
 * Return: The chain, or NULL.
 */
struct weir_chain *weir_chain_find(struct weir_table *table, const char *name,
				   enum weir_view view)
{
	struct weir_chain *found = NULL, *chain;
	struct rhlist_head *list, *pos;
	struct weir_name *entry;

	rcu_read_lock();
	list = weir_name_find(&table->chain_names, 0, name);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		chain = entry->object;
		if (weir_seen(&chain->obj, view) &&
		    weir_chain_conf(chain, view)->name == entry)
			found = chain;
	}
	rcu_read_unlock();
	return found;
}

static struct weir_chain *weir_chain_by_handle(struct weir_table *table, u64 handle,
					       enum weir_view view)
{
	struct weir_chain *chain = NULL;

	if (handle <= ULONG_MAX)
		chain = xa_load(&table->chain_handles, handle);
	return chain && weir_seen(&chain->obj, view) ? chain : NULL;
}

static u32 weir_chain_users(const struct weir_chain *chain)
{
	const struct weir_jump *jump;
	u32 users = 0;

	list_for_each_entry(jump, &chain->jumps, list)
		users += jump->rule ? weir_seen(&jump->rule->obj, WEIR_VIEW_COMMITTED) :
			 !!container_of(jump, struct weir_use, jump)->committed;
	return users;
}

static int weir_base_fill(struct sk_buff *skb, const struct weir_chain *chain,
			  const struct weir_chain_conf *conf)
{
	struct nlattr *nest = nla_nest_start(skb, WEIR_A_CHAIN_BASE);

	if (!nest || nla_put_u32(skb, WEIR_A_BASE_HOOK, chain->ops.hooknum) ||
	    nla_put_s32(skb, WEIR_A_BASE_PRIORITY, chain->ops.priority) ||
	    nla_put_u32(skb, WEIR_A_BASE_POLICY, conf->policy == NF_ACCEPT ?
			WEIR_VERDICT_ACCEPT : WEIR_VERDICT_DROP))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int weir_chain_fill(struct sk_buff *skb, const struct weir_chain *chain, bool event)
{
	const struct weir_chain_conf *old = chain->conf, *conf = old;

	if (event && chain->next && chain->obj.state == WEIR_STATE_LIVE)
		conf = chain->next;
	if (nla_put_u8(skb, WEIR_A_CHAIN_FAMILY, chain->table->family) ||
	    nla_put_string(skb, WEIR_A_CHAIN_TABLE, chain->table->name->str) ||
	    nla_put_string(skb, WEIR_A_CHAIN_NAME, old->name->str) ||
	    (conf->name != old->name &&
	     nla_put_string(skb, WEIR_A_CHAIN_NEW_NAME, conf->name->str)) ||
	    nla_put_u64_64bit(skb, WEIR_A_CHAIN_HANDLE, chain->handle, WEIR_A_CHAIN_PAD) ||
	    (conf->comment && nla_put_string(skb, WEIR_A_CHAIN_COMMENT, conf->comment)) ||
	    (chain->base && weir_base_fill(skb, chain, conf)))
		return -EMSGSIZE;
	if (event)
		return 0;
	if (nla_put_u32(skb, WEIR_A_CHAIN_RULES, chain->n_rules) ||
	    nla_put_u32(skb, WEIR_A_CHAIN_USERS, weir_chain_users(chain)))
		return -EMSGSIZE;
	return 0;
}

/* Free settings, but for what other settings of the chain share with them. */
static void weir_chain_conf_free(struct weir_chain *chain, struct weir_chain_conf *conf,
				 const struct weir_chain_conf *other)
{
	if (!conf)
		return;
	if (conf->name && (!other || other->name != conf->name))
		weir_name_del(&chain->table->chain_names, conf->name);
	kfree(conf->comment);
	kfree(conf);
}

/**
 * struct weir_base - How a chain is to be attached, from attributes.
 * @hook: The hook, -1 if it was not given.
 * @has_priority: @priority was given.
 * @priority: The priority.
 * @policy: %NF_ACCEPT or %NF_DROP, -1 if it was not given.
 */
struct weir_base {
	int hook;
	bool has_priority;
	s32 priority;
	int policy;
};

static int weir_base_parse(struct weir_req *req, struct weir_base *base)
{
	const struct nlattr *nest = req->attrs[WEIR_A_CHAIN_BASE];
	struct nlattr *tb[WEIR_A_BASE_MAX + 1];
	int err;

	*base = (struct weir_base){ .hook = -1, .policy = -1 };
	if (!nest)
		return 0;
	err = weir_nest(req, nest, tb, WEIR_A_BASE_MAX, 0);
	if (err)
		return err;
	if (tb[WEIR_A_BASE_HOOK])
		base->hook = nla_get_u32(tb[WEIR_A_BASE_HOOK]);
	if (tb[WEIR_A_BASE_PRIORITY]) {
		base->has_priority = true;
		base->priority = nla_get_s32(tb[WEIR_A_BASE_PRIORITY]);
	}
	if (!tb[WEIR_A_BASE_POLICY])
		return 0;
	switch (nla_get_u32(tb[WEIR_A_BASE_POLICY])) {
	case WEIR_VERDICT_ACCEPT:
		base->policy = NF_ACCEPT;
		return 0;
	case WEIR_VERDICT_DROP:
		base->policy = NF_DROP;
		return 0;
	default:
		return weir_refuse(req, tb[WEIR_A_BASE_POLICY], -EINVAL,
				   "a policy is accept or drop");
	}
}

/* Give a chain its place in all indices. */
static int weir_chain_index(struct weir_net *wn, struct weir_chain *chain, const char *str)
{
	struct weir_table *table = chain->table;
	struct weir_name *name;
	int err;

	err = weir_table_handle(table, &chain->handle);
	if (err)
		return err;
	err = xa_alloc(&wn->chains, &chain->id, chain, xa_limit_31b, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	err = xa_insert(&table->chain_handles, chain->handle, chain, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_free_id;
	name = weir_name_add(&table->chain_names, 0, str, chain);
	if (IS_ERR(name)) {
		err = PTR_ERR(name);
		goto err_erase_handle;
	}
	chain->conf->name = name;
	return 0;

err_erase_handle:
	xa_erase(&table->chain_handles, chain->handle);
err_free_id:
	xa_erase(&wn->chains, chain->id);
	return err;
}

static void weir_chain_attach(struct weir_net *wn, struct weir_chain *chain,
			      const struct weir_base *base)
{
	chain->base = true;
	chain->conf->policy = base->policy < 0 ? NF_ACCEPT : base->policy;
	chain->attach.ruleset = &wn->ruleset;
	chain->attach.chain = chain->id;
	chain->ops.hook = weir_hook;
	chain->ops.priv = &chain->attach;
	chain->ops.pf = chain->table->family;
	chain->ops.hooknum = base->hook;
	chain->ops.priority = base->priority;
}

static int weir_chain_add(struct weir_req *req, const struct nlattr *name,
			  const struct weir_base *base)
{
	const struct nlattr *comment = req->attrs[WEIR_A_CHAIN_COMMENT];
	bool is_base = req->attrs[WEIR_A_CHAIN_BASE];
	struct weir_chain *chain;
	int err = -ENOMEM;

	if (is_base && (base->hook < 0 || !base->has_priority))
		return weir_refuse(req, req->attrs[WEIR_A_CHAIN_BASE], -EINVAL,
				   "a base chain has a hook and a priority");
	chain = kzalloc(sizeof(*chain), GFP_KERNEL_ACCOUNT);
	if (!chain)
		goto err;
	chain->obj.kind = WEIR_KIND_CHAIN;
	chain->obj.state = WEIR_STATE_NEW;
	INIT_LIST_HEAD(&chain->obj.change);
	INIT_LIST_HEAD(&chain->touched);
	INIT_LIST_HEAD(&chain->staged);
	INIT_LIST_HEAD(&chain->rules);
	INIT_LIST_HEAD(&chain->special);
	INIT_LIST_HEAD(&chain->jumps);
	chain->table = req->table;

	chain->conf = kzalloc(sizeof(*chain->conf), GFP_KERNEL_ACCOUNT);
	if (!chain->conf)
		goto err_free_chain;
	if (comment) {
		chain->conf->comment = nla_strdup(comment, GFP_KERNEL_ACCOUNT);
		if (!chain->conf->comment)
			goto err_free_conf;
	}
	err = weir_chain_index(req->wn, chain, nla_data(name));
	if (err)
		goto err_free_conf;
	if (is_base)
		weir_chain_attach(req->wn, chain, base);
	weir_chain_dirty(req->txn, chain);
	chain->rewired = true;
	list_add_tail(&chain->list, &req->table->chains);
	weir_txn_note(req->txn, &chain->obj);
	return 0;

err_free_conf:
	kfree(chain->conf->comment);
	kfree(chain->conf);
err_free_chain:
	kfree(chain);
err:
	return weir_refuse(req, name, err, "no memory for the chain");
}

/* Settings like those of the chain, with the attributes applied. */
static struct weir_chain_conf *weir_chain_conf_new(struct weir_req *req,
						   struct weir_chain *chain,
						   const struct weir_base *base)
{
	const struct weir_chain_conf *old = weir_chain_conf(chain, WEIR_VIEW_WRITER);
	const struct nlattr *comment = req->attrs[WEIR_A_CHAIN_COMMENT];
	const struct nlattr *rename = req->attrs[WEIR_A_CHAIN_NEW_NAME];
	struct weir_chain_conf *conf;
	struct weir_name *name;

	conf = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return NULL;
	conf->comment = comment ? nla_strdup(comment, GFP_KERNEL_ACCOUNT) :
			kstrdup(old->comment, GFP_KERNEL_ACCOUNT);
	if (!conf->comment && (comment || old->comment))
		goto err_free_conf;
	if (base->policy >= 0)
		conf->policy = base->policy;
	if (rename) {
		name = weir_name_add(&chain->table->chain_names, 0, nla_data(rename), chain);
		if (IS_ERR(name))
			goto err_free_comment;
		conf->name = name;
	}
	return conf;

err_free_comment:
	kfree(conf->comment);
err_free_conf:
	kfree(conf);
	return NULL;
}

static int weir_chain_rename_check(struct weir_req *req, struct weir_chain *chain)
{
	const struct nlattr *rename = req->attrs[WEIR_A_CHAIN_NEW_NAME];
	int err;

	if (!rename)
		return 0;
	err = weir_name_check(req, rename);
	if (err)
		return err;
	if (weir_chain_find(chain->table, nla_data(rename), WEIR_VIEW_WRITER))
		return weir_refuse(req, rename, -EEXIST, "chain %s exists already",
				   (const char *)nla_data(rename));
	return 0;
}

static bool weir_chain_changes(const struct weir_req *req, const struct weir_chain_conf *old,
			       const struct weir_base *base)
{
	const struct nlattr *comment = req->attrs[WEIR_A_CHAIN_COMMENT];

	return req->attrs[WEIR_A_CHAIN_NEW_NAME] ||
	       (base->policy >= 0 && base->policy != old->policy) ||
	       (comment && (!old->comment || strcmp(nla_data(comment), old->comment)));
}

static int weir_chain_update(struct weir_req *req, struct weir_chain *chain,
			     const struct weir_base *base)
{
	struct weir_chain_conf *old = weir_chain_conf(chain, WEIR_VIEW_WRITER), *conf;
	const struct nlattr *nest = req->attrs[WEIR_A_CHAIN_BASE];
	int err;

	if (nest && !chain->base)
		return weir_refuse(req, nest, -EEXIST, "chain %s is there and no base chain",
				   old->name->str);
	if ((base->hook >= 0 && base->hook != chain->ops.hooknum) ||
	    (base->has_priority && base->priority != chain->ops.priority))
		return weir_refuse(req, nest, -EEXIST,
				   "chain %s has another hook or priority, which do not change",
				   old->name->str);
	err = weir_chain_rename_check(req, chain);
	if (err || !weir_chain_changes(req, old, base))
		return err;

	conf = weir_chain_conf_new(req, chain, base);
	if (!conf)
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the chain's settings");
	if (conf->policy != old->policy)
		weir_chain_dirty(req->txn, chain);
	if (chain->obj.state == WEIR_STATE_NEW) {
		weir_chain_conf_free(chain, chain->conf, conf);
		chain->conf = conf;
	} else {
		/* A name that was given before in this transaction goes. */
		if (chain->next && chain->next->name == chain->conf->name)
			weir_chain_conf_free(chain, chain->next, chain->conf);
		else
			weir_chain_conf_free(chain, chain->next, conf);
		chain->next = conf;
	}
	weir_txn_note(req->txn, &chain->obj);
	return 0;
}

/* The chain that a request names; NULL if there is none. */
static struct weir_chain *weir_chain_named(const struct weir_req *req,
					   struct weir_table *table, enum weir_view view)
{
	const struct nlattr *name = req->attrs[WEIR_A_CHAIN_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_CHAIN_HANDLE];

	if (name)
		return weir_chain_find(table, nla_data(name), view);
	return weir_chain_by_handle(table, nla_get_u64(handle), view);
}

static int weir_chain_name_check(const struct weir_req *req)
{
	if (!req->attrs[WEIR_A_CHAIN_NAME] == !req->attrs[WEIR_A_CHAIN_HANDLE])
		return weir_refuse(req, req->attrs[WEIR_A_CHAIN_HANDLE], -EINVAL,
				   "a chain is named by name or by handle");
	return 0;
}

static int weir_chain_absent(const struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_CHAIN_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_CHAIN_HANDLE];

	if (name)
		return weir_refuse(req, name, -ENOENT, "there is no chain %s",
				   (const char *)nla_data(name));
	return weir_refuse(req, handle, -ENOENT, "there is no chain with handle %llu",
			   nla_get_u64(handle));
}

static int weir_chain_new(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_CHAIN_NAME];
	const struct nlattr *rename = req->attrs[WEIR_A_CHAIN_NEW_NAME];
	struct weir_chain *chain;
	struct weir_table *table;
	struct weir_base base;
	int err;

	table = weir_table_get(req, req->attrs[WEIR_A_CHAIN_FAMILY],
			       req->attrs[WEIR_A_CHAIN_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = weir_chain_name_check(req);
	if (!err && name)
		err = weir_name_check(req, name);
	if (!err)
		err = weir_base_parse(req, &base);
	if (err)
		return err;

	chain = weir_chain_named(req, table, WEIR_VIEW_WRITER);
	if (!chain)
		return rename || !name ? weir_chain_absent(req) :
		       weir_chain_add(req, name, &base);
	if (req->info->nlhdr->nlmsg_flags & NLM_F_EXCL)
		return weir_refuse(req, name, -EEXIST, "chain %s exists already",
				   weir_chain_name(chain, WEIR_VIEW_WRITER));
	return weir_chain_update(req, chain, &base);
}

int weir_nl_chain_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_chain_new);
}

/* A rule of another chain that stays and leads here, or NULL. */
static const struct weir_rule *weir_chain_user(const struct weir_chain *chain)
{
	const struct weir_jump *jump;

	list_for_each_entry(jump, &chain->jumps, list)
		if (jump->rule && jump->rule->chain != chain &&
		    weir_seen(&jump->rule->obj, WEIR_VIEW_WRITER))
			return jump->rule;
	return NULL;
}

/* A set whose elements lead here, or NULL. */
static const struct weir_set *weir_chain_map(const struct weir_chain *chain)
{
	const struct weir_jump *jump;

	list_for_each_entry(jump, &chain->jumps, list)
		if (jump->set && container_of(jump, struct weir_use, jump)->users)
			return jump->set;
	return NULL;
}

/**
 * weir_chain_touch() - Have the commit look at a chain.
 * @txn: The open transaction.
 * @chain: What packets meet there changes, or whether they come there.
 */
void weir_chain_touch(struct weir_txn *txn, struct weir_chain *chain)
{
	if (list_empty(&chain->touched))
		list_add_tail(&chain->touched, &txn->chains);
}

/* What packets meet in a chain changes. */
void weir_chain_dirty(struct weir_txn *txn, struct weir_chain *chain)
{
	chain->dirty = true;
	weir_chain_touch(txn, chain);
}

/**
 * weir_chains_settle() - Chains are as the transaction left them, or as they were.
 * @txn: Committed or undone.
 */
void weir_chains_settle(struct weir_txn *txn)
{
	struct weir_chain *chain, *next;

	list_for_each_entry_safe(chain, next, &txn->chains, touched) {
		chain->dirty = false;
		chain->rewired = false;
		list_del_init(&chain->touched);
	}
}

/**
 * weir_chain_drop() - Delete a chain with its rules.
 * @txn: The transaction.
 * @chain: LIVE or NEW, and no rule of another chain nor element leads to it; a new one is
 *   gone afterwards.
 */
void weir_chain_drop(struct weir_txn *txn, struct weir_chain *chain)
{
	struct weir_rule *rule, *next;

	list_for_each_entry_safe(rule, next, &chain->rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_WRITER))
			weir_rule_drop(txn, rule);

	if (chain->obj.state == WEIR_STATE_NEW) {
		weir_chain_unlink(chain);
		weir_chain_free(txn->wn, chain);
		return;
	}
	weir_chain_revert(chain);
	weir_chain_dirty(txn, chain);
	chain->obj.state = WEIR_STATE_DYING;
	weir_txn_note(txn, &chain->obj);
}

static int weir_chain_del(struct weir_req *req)
{
	const struct weir_rule *user;
	const struct weir_set *map;
	struct weir_chain *chain;
	struct weir_table *table;
	bool destroy;
	int err;

	destroy = req->attrs[WEIR_A_CHAIN_DESTROY];
	table = weir_table_get(req, req->attrs[WEIR_A_CHAIN_FAMILY],
			       req->attrs[WEIR_A_CHAIN_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table) == -ENOENT && destroy ? 0 : PTR_ERR(table);
	err = weir_chain_name_check(req);
	if (err)
		return err;
	chain = weir_chain_named(req, table, WEIR_VIEW_WRITER);
	if (!chain)
		return destroy ? 0 : weir_chain_absent(req);
	user = weir_chain_user(chain);
	if (user)
		return weir_refuse(req, req->attrs[WEIR_A_CHAIN_NAME] ?:
				   req->attrs[WEIR_A_CHAIN_HANDLE], -EBUSY,
				   "chain %s is used by rule handle %llu in chain %s",
				   weir_chain_name(chain, WEIR_VIEW_WRITER), user->handle,
				   weir_chain_name(user->chain, WEIR_VIEW_WRITER));
	map = weir_chain_map(chain);
	if (map)
		return weir_refuse(req, req->attrs[WEIR_A_CHAIN_NAME] ?:
				   req->attrs[WEIR_A_CHAIN_HANDLE], -EBUSY,
				   "chain %s is used by elements of map %s",
				   weir_chain_name(chain, WEIR_VIEW_WRITER),
				   weir_set_name(map, WEIR_VIEW_WRITER));
	weir_chain_drop(req->txn, chain);
	return 0;
}

int weir_nl_chain_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_chain_del);
}

static int weir_chain_show(struct weir_req *req)
{
	const struct nlattr *family = req->attrs[WEIR_A_CHAIN_FAMILY];
	const struct nlattr *name = req->attrs[WEIR_A_CHAIN_TABLE];
	struct weir_table *table = NULL;
	struct weir_chain *chain;
	struct sk_buff *skb;
	void *hdr;
	int err;

	if (!family || !name)
		return weir_refuse(req, NULL, -EINVAL, "the table is missing");
	err = weir_chain_name_check(req);
	if (err)
		return err;
	table = weir_table_find(req->wn, nla_get_u8(family), nla_data(name),
				WEIR_VIEW_COMMITTED);
	if (!table)
		return weir_refuse(req, name, -ENOENT, "there is no such table");
	chain = weir_chain_named(req, table, WEIR_VIEW_COMMITTED);
	if (!chain)
		return weir_chain_absent(req);

	skb = weir_reply_new(req, &hdr);
	if (!skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (weir_chain_fill(skb, chain, false) ||
	    (req->attrs[WEIR_A_CHAIN_EXPLAIN] && weir_chain_explain(skb, chain))) {
		nlmsg_free(skb);
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	return weir_reply_send(req, skb, hdr);
}

int weir_nl_chain_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_chain_show);
}

/* The transaction is committed: the settings it gave count. */
void weir_chain_settle(struct weir_chain *chain)
{
	if (!chain->next)
		return;
	weir_chain_conf_free(chain, chain->conf, chain->next);
	chain->conf = chain->next;
	chain->next = NULL;
}

/* Forget the settings that the transaction gave. */
void weir_chain_revert(struct weir_chain *chain)
{
	weir_chain_conf_free(chain, chain->next, chain->conf);
	chain->next = NULL;
}

/* Make a chain that has no rules any more invisible to all but packets. */
void weir_chain_unlink(struct weir_chain *chain)
{
	weir_name_del(&chain->table->chain_names, chain->conf->name);
	chain->conf->name = NULL;
	xa_erase(&chain->table->chain_handles, chain->handle);
	list_del(&chain->list);
	list_del_init(&chain->touched);
	list_del_init(&chain->obj.change);
}

/* The id is free for another chain only now that no packet follows it. */
void weir_chain_free(struct weir_net *wn, struct weir_chain *chain)
{
	xa_erase(&wn->chains, chain->id);
	weir_prog_destroy(chain->prog);
	weir_chain_conf_free(chain, chain->conf, NULL);
	kfree(chain);
}
