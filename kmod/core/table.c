// SPDX-License-Identifier: GPL-2.0
/*
 * Tables: a family, a name, and chains, sets and objects.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include "core.h"

const char *weir_family_name(u8 family)
{
	switch (family) {
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	default:
		return "inet";
	}
}

bool weir_table_dormant(const struct weir_table *table, enum weir_view view)
{
	return weir_table_conf(table, view)->flags & WEIR_TABLE_FLAGS_DORMANT;
}

/* A handle for a chain or rule. Handles are indices of an xarray as well. */
int weir_table_handle(struct weir_table *table, u64 *handle)
{
	if (table->last_handle >= ULONG_MAX)
		return -EOVERFLOW;
	*handle = ++table->last_handle;
	return 0;
}

/**
 * weir_table_find() - Find a table by name.
 * @wn: The namespace.
 * @family: NFPROTO_*.
 * @name: Its name.
 * @view: Who looks.
 *
 * Return: The table, or NULL.
 */
struct weir_table *weir_table_find(struct weir_net *wn, u8 family, const char *name,
				   enum weir_view view)
{
	struct weir_table *found = NULL, *table;
	struct rhlist_head *list, *pos;
	struct weir_name *entry;

	rcu_read_lock();
	list = weir_name_find(&wn->table_names, family, name);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		table = entry->object;
		if (weir_seen(&table->obj, view))
			found = table;
	}
	rcu_read_unlock();
	return found;
}

/**
 * weir_table_may_change() - Whether the sender may change a table.
 * @req: The request.
 * @table: The table.
 * @attr: Attribute that named it.
 *
 * Return: 0, or -EPERM with an extack message.
 */
int weir_table_may_change(const struct weir_req *req, const struct weir_table *table,
			  const struct nlattr *attr)
{
	const struct weir_table_conf *conf = weir_table_conf(table, WEIR_VIEW_WRITER);

	if (!(conf->flags & WEIR_TABLE_FLAGS_OWNER) || conf->owner == req->info->snd_portid)
		return 0;
	if (!conf->owner)
		return weir_refuse(req, attr, -EPERM,
				   "the owner of table %s is gone; take it over with the flag owner first",
				   table->name->str);
	return weir_refuse(req, attr, -EPERM, "table %s belongs to pid %u (%s)",
			   table->name->str, conf->owner_pid, conf->owner_comm);
}

static int weir_family_parse(struct weir_req *req, const struct nlattr *attr, u8 *family)
{
	if (!attr)
		return weir_refuse(req, NULL, -EINVAL, "the family is missing");
	*family = nla_get_u8(attr);
	if (*family != NFPROTO_IPV4 && *family != NFPROTO_IPV6 && *family != NFPROTO_INET)
		return weir_refuse(req, attr, -EAFNOSUPPORT, "there is no such family");
	return 0;
}

/**
 * weir_table_get() - Find the table that a change is about.
 * @req: The request; its table is set.
 * @family: Attribute, or NULL.
 * @name: Attribute, or NULL.
 *
 * Return: The table, which the sender may change, or ERR_PTR() with an extack
 * message; ERR_PTR(-ENOENT) if there is none.
 */
struct weir_table *weir_table_get(struct weir_req *req, const struct nlattr *family,
				  const struct nlattr *name)
{
	u8 nfproto;
	int err;

	err = weir_family_parse(req, family, &nfproto);
	if (err)
		return ERR_PTR(err);
	if (!name)
		return ERR_PTR(weir_refuse(req, NULL, -EINVAL, "the table is missing"));
	req->table = weir_table_find(req->wn, nfproto, nla_data(name), WEIR_VIEW_WRITER);
	if (!req->table)
		return ERR_PTR(weir_refuse(req, name, -ENOENT, "there is no table %s %s",
					   weir_family_name(nfproto),
					   (const char *)nla_data(name)));
	err = weir_table_may_change(req, req->table, name);
	return err ? ERR_PTR(err) : req->table;
}

int weir_table_fill(struct sk_buff *skb, const struct weir_table *table)
{
	const struct weir_table_conf *conf = table->conf;

	if (nla_put_u8(skb, WEIR_A_TABLE_FAMILY, table->family) ||
	    nla_put_string(skb, WEIR_A_TABLE_NAME, table->name->str) ||
	    nla_put_u64_64bit(skb, WEIR_A_TABLE_HANDLE, table->handle, WEIR_A_TABLE_PAD) ||
	    nla_put_u32(skb, WEIR_A_TABLE_FLAGS, conf->flags) ||
	    nla_put_u32(skb, WEIR_A_TABLE_CHAINS, table->n_chains))
		return -EMSGSIZE;
	if (conf->comment && nla_put_string(skb, WEIR_A_TABLE_COMMENT, conf->comment))
		return -EMSGSIZE;
	if (conf->owner && (nla_put_u32(skb, WEIR_A_TABLE_OWNER_PID, conf->owner_pid) ||
			    nla_put_string(skb, WEIR_A_TABLE_OWNER_COMM, conf->owner_comm)))
		return -EMSGSIZE;
	return 0;
}

static void weir_table_conf_free(struct weir_table_conf *conf)
{
	if (!conf)
		return;
	kfree(conf->comment);
	kfree(conf);
}

/* Settings like @old, or empty ones, with the attributes applied. */
static struct weir_table_conf *weir_table_conf_new(struct weir_req *req,
						   const struct weir_table_conf *old)
{
	const struct nlattr *comment = req->attrs[WEIR_A_TABLE_COMMENT];
	struct weir_table_conf *conf;

	conf = old ? kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT) :
	       kzalloc(sizeof(*conf), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return ERR_PTR(weir_refuse(req, NULL, -ENOMEM, "no memory for the table"));
	if (req->attrs[WEIR_A_TABLE_FLAGS])
		conf->flags = nla_get_u32(req->attrs[WEIR_A_TABLE_FLAGS]);
	if (conf->flags & WEIR_TABLE_FLAGS_OWNER) {
		conf->owner = req->info->snd_portid;
		conf->owner_pid = req->txn->pid;
		strscpy(conf->owner_comm, req->txn->comm, sizeof(conf->owner_comm));
	}
	conf->comment = comment ? nla_strdup(comment, GFP_KERNEL_ACCOUNT) :
			kstrdup(old ? old->comment : NULL, GFP_KERNEL_ACCOUNT);
	if (!conf->comment && (comment || (old && old->comment))) {
		kfree(conf);
		return ERR_PTR(weir_refuse(req, comment, -ENOMEM, "no memory for the comment"));
	}
	return conf;
}

static int weir_table_flags(struct weir_req *req, const struct weir_table_conf *old)
{
	const struct nlattr *attr = req->attrs[WEIR_A_TABLE_FLAGS];
	u32 fixed = WEIR_TABLE_FLAGS_OWNER | WEIR_TABLE_FLAGS_PERSIST;
	u32 flags = attr ? nla_get_u32(attr) : 0;

	if (flags & WEIR_TABLE_FLAGS_PERSIST && !(flags & WEIR_TABLE_FLAGS_OWNER))
		return weir_refuse(req, attr, -EINVAL, "only a table with an owner can persist");
	if (attr && old && (flags ^ old->flags) & fixed)
		return weir_refuse(req, attr, -EOPNOTSUPP,
				   "owner and persist are set when a table is made and stay");
	return 0;
}

static int weir_table_add(struct weir_req *req, u8 family, const char *name)
{
	struct weir_net *wn = req->wn;
	struct weir_table *table;
	int err;

	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the table");
	table->obj.kind = WEIR_KIND_TABLE;
	table->obj.state = WEIR_STATE_NEW;
	INIT_LIST_HEAD(&table->obj.change);
	INIT_LIST_HEAD(&table->chains);
	INIT_LIST_HEAD(&table->sets);
	INIT_LIST_HEAD(&table->lists);
	INIT_LIST_HEAD(&table->objects);
	xa_init_flags(&table->chain_handles, XA_FLAGS_ACCOUNT);
	xa_init_flags(&table->set_handles, XA_FLAGS_ACCOUNT);
	xa_init_flags(&table->rule_handles, XA_FLAGS_ACCOUNT);
	table->family = family;

	table->conf = weir_table_conf_new(req, NULL);
	if (IS_ERR(table->conf)) {
		err = PTR_ERR(table->conf);
		goto err_free_table;
	}
	err = weir_names_init(&table->chain_names);
	if (err)
		goto err_free_conf;
	err = weir_names_init(&table->set_names);
	if (err)
		goto err_destroy_chain_names;
	err = weir_names_init(&table->object_names);
	if (err)
		goto err_destroy_set_names;
	table->name = weir_name_add(&wn->table_names, family, name, table);
	if (IS_ERR(table->name)) {
		err = PTR_ERR(table->name);
		goto err_destroy_object_names;
	}
	table->handle = ++wn->last_table;
	list_add_tail(&table->list, &wn->tables);
	wn->n_owned += !!table->conf->owner;
	/* The holder of the transaction has a reference already. */
	__module_get(THIS_MODULE);
	weir_txn_note(req->txn, &table->obj);
	return 0;

err_destroy_object_names:
	rhltable_destroy(&table->object_names);
err_destroy_set_names:
	rhltable_destroy(&table->set_names);
err_destroy_chain_names:
	rhltable_destroy(&table->chain_names);
err_free_conf:
	weir_table_conf_free(table->conf);
err_free_table:
	kfree(table);
	return req->extack->_msg ? err : weir_refuse(req, NULL, err, "no memory for the table");
}

static bool weir_table_changes(const struct weir_req *req, const struct weir_table_conf *old)
{
	const struct nlattr *comment = req->attrs[WEIR_A_TABLE_COMMENT];
	const struct nlattr *flags = req->attrs[WEIR_A_TABLE_FLAGS];

	return (flags && nla_get_u32(flags) != old->flags) ||
	       (comment && (!old->comment || strcmp(nla_data(comment), old->comment))) ||
	       (old->flags & WEIR_TABLE_FLAGS_OWNER && !old->owner);
}

/* Packets come to the chains of a table, or do not any more. */
static void weir_table_touch(struct weir_txn *txn, struct weir_table *table)
{
	struct weir_chain *chain;

	list_for_each_entry(chain, &table->chains, list)
		weir_chain_touch(txn, chain);
}

static int weir_table_update(struct weir_req *req, struct weir_table *table)
{
	struct weir_table_conf *old = weir_table_conf(table, WEIR_VIEW_WRITER), *conf;
	const struct nlattr *flags = req->attrs[WEIR_A_TABLE_FLAGS];
	bool orphan = old->flags & WEIR_TABLE_FLAGS_OWNER && !old->owner;
	int err;

	if (!orphan || !flags || !(nla_get_u32(flags) & WEIR_TABLE_FLAGS_OWNER)) {
		err = weir_table_may_change(req, table, req->attrs[WEIR_A_TABLE_NAME]);
		if (err)
			return err;
	}
	err = weir_table_flags(req, old);
	if (err || !weir_table_changes(req, old))
		return err;
	conf = weir_table_conf_new(req, old);
	if (IS_ERR(conf))
		return PTR_ERR(conf);

	if ((conf->flags ^ old->flags) & WEIR_TABLE_FLAGS_DORMANT)
		weir_table_touch(req->txn, table);
	if (table->obj.state == WEIR_STATE_NEW) {
		weir_table_conf_free(table->conf);
		table->conf = conf;
	} else {
		weir_table_conf_free(table->next);
		table->next = conf;
	}
	weir_txn_note(req->txn, &table->obj);
	return 0;
}

static int weir_table_new(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_TABLE_NAME];
	struct weir_table *table;
	u8 family;
	int err;

	err = weir_family_parse(req, req->attrs[WEIR_A_TABLE_FAMILY], &family);
	if (err)
		return err;
	if (!name)
		return weir_refuse(req, NULL, -EINVAL, "the name of the table is missing");
	err = weir_name_check(req, name);
	if (err)
		return err;

	table = weir_table_find(req->wn, family, nla_data(name), WEIR_VIEW_WRITER);
	if (!table) {
		err = weir_table_flags(req, NULL);
		return err ?: weir_table_add(req, family, nla_data(name));
	}
	if (req->info->nlhdr->nlmsg_flags & NLM_F_EXCL)
		return weir_refuse(req, name, -EEXIST, "table %s %s exists already",
				   weir_family_name(family), table->name->str);
	return weir_table_update(req, table);
}

int weir_nl_table_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_table_new);
}

/**
 * weir_table_drop() - Delete a table with all in it.
 * @txn: The transaction.
 * @table: LIVE or NEW; a new one is gone afterwards.
 */
void weir_table_drop(struct weir_txn *txn, struct weir_table *table)
{
	struct weir_chain *chain, *next;
	struct weir_object_named *object, *next_object;
	struct weir_rule *rule, *next_rule;
	struct weir_set *set, *next_set;

	/* Rules use sets, and chains lead to each other: first all rules. */
	list_for_each_entry(chain, &table->chains, list)
		list_for_each_entry_safe(rule, next_rule, &chain->rules, list)
			if (weir_seen(&rule->obj, WEIR_VIEW_WRITER))
				weir_rule_drop(txn, rule);
	list_for_each_entry_safe(set, next_set, &table->sets, list)
		if (weir_seen(&set->obj, WEIR_VIEW_WRITER))
			weir_set_drop(txn, set);
	list_for_each_entry_safe(chain, next, &table->chains, list)
		if (weir_seen(&chain->obj, WEIR_VIEW_WRITER))
			weir_chain_drop(txn, chain);
	list_for_each_entry_safe(object, next_object, &table->objects, list)
		if (weir_seen(&object->obj, WEIR_VIEW_WRITER))
			weir_object_drop(txn, object);

	if (table->obj.state == WEIR_STATE_NEW) {
		weir_table_unlink(txn->wn, table);
		weir_table_free(table);
		return;
	}
	weir_table_revert(table);
	table->obj.state = WEIR_STATE_DYING;
	weir_txn_note(txn, &table->obj);
}

/* Delete all tables of a family, but for those that belong to others. */
static int weir_table_del_all(struct weir_req *req)
{
	const struct nlattr *attr = req->attrs[WEIR_A_TABLE_FAMILY];
	u8 family = attr ? nla_get_u8(attr) : NFPROTO_UNSPEC;
	struct weir_table *table, *next;

	list_for_each_entry_safe(table, next, &req->wn->tables, list) {
		const struct weir_table_conf *conf = weir_table_conf(table, WEIR_VIEW_WRITER);

		if (!weir_seen(&table->obj, WEIR_VIEW_WRITER) ||
		    (family && table->family != family) ||
		    (conf->owner && conf->owner != req->info->snd_portid))
			continue;
		weir_table_drop(req->txn, table);
	}
	return 0;
}

static struct weir_table *weir_table_by_handle(struct weir_net *wn, u64 handle,
					       enum weir_view view)
{
	struct weir_table *table;

	list_for_each_entry(table, &wn->tables, list)
		if (table->handle == handle && weir_seen(&table->obj, view))
			return table;
	return NULL;
}

static int weir_table_del(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_TABLE_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_TABLE_HANDLE];
	const struct nlattr *family = req->attrs[WEIR_A_TABLE_FAMILY];
	struct weir_table *table;
	int err;

	if (name && handle)
		return weir_refuse(req, handle, -EINVAL, "a table is named once");
	if (family && nla_get_u8(family)) {
		u8 nfproto;

		err = weir_family_parse(req, family, &nfproto);
		if (err)
			return err;
	}
	if (!name && !handle)
		return weir_table_del_all(req);

	if (name) {
		table = weir_table_get(req, family, name);
		if (PTR_ERR_OR_ZERO(table) == -ENOENT && req->attrs[WEIR_A_TABLE_DESTROY])
			return 0;
		if (IS_ERR(table))
			return PTR_ERR(table);
	} else {
		table = weir_table_by_handle(req->wn, nla_get_u64(handle), WEIR_VIEW_WRITER);
		if (table && family && nla_get_u8(family) &&
		    nla_get_u8(family) != table->family)
			table = NULL;
		if (!table)
			return req->attrs[WEIR_A_TABLE_DESTROY] ? 0 :
			       weir_refuse(req, handle, -ENOENT,
					   "there is no table with handle %llu",
					   nla_get_u64(handle));
		err = weir_table_may_change(req, table, handle);
		if (err)
			return err;
	}
	weir_table_drop(req->txn, table);
	return 0;
}

int weir_nl_table_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_table_del);
}

static struct weir_table *weir_table_listed(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_TABLE_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_TABLE_HANDLE];
	struct weir_table *table;
	u8 family;
	int err;

	if (!name == !handle)
		return ERR_PTR(weir_refuse(req, handle, -EINVAL,
					   "a table is named by name or by handle"));
	if (handle) {
		table = weir_table_by_handle(req->wn, nla_get_u64(handle),
					     WEIR_VIEW_COMMITTED);
	} else {
		err = weir_family_parse(req, req->attrs[WEIR_A_TABLE_FAMILY], &family);
		if (err)
			return ERR_PTR(err);
		table = weir_table_find(req->wn, family, nla_data(name), WEIR_VIEW_COMMITTED);
	}
	return table ?: ERR_PTR(weir_refuse(req, name ?: handle, -ENOENT,
					    "there is no such table"));
}

static int weir_table_show(struct weir_req *req)
{
	struct weir_table *table = weir_table_listed(req);
	struct sk_buff *skb;
	void *hdr;

	if (IS_ERR(table))
		return PTR_ERR(table);
	skb = weir_reply_new(req, &hdr);
	if (!skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (weir_table_fill(skb, table)) {
		nlmsg_free(skb);
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	return weir_reply_send(req, skb, hdr);
}

int weir_nl_table_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_table_show);
}

/* Count the tables whose owner is there when a table's settings change. */
static void weir_table_owned(struct weir_net *wn, const struct weir_table_conf *from,
			     const struct weir_table_conf *to)
{
	wn->n_owned += (to && to->owner) - (from && from->owner);
}

/* The transaction is committed: the settings it gave count. */
void weir_table_settle(struct weir_net *wn, struct weir_table *table)
{
	if (!table->next)
		return;
	weir_table_owned(wn, table->conf, table->next);
	weir_table_conf_free(table->conf);
	table->conf = table->next;
	table->next = NULL;
}

/* Forget the settings that the transaction gave. */
void weir_table_revert(struct weir_table *table)
{
	weir_table_conf_free(table->next);
	table->next = NULL;
}

/* Make a table that has nothing any more invisible to all. */
void weir_table_unlink(struct weir_net *wn, struct weir_table *table)
{
	weir_table_owned(wn, table->conf, NULL);
	weir_name_del(&wn->table_names, table->name);
	list_del(&table->list);
	list_del_init(&table->obj.change);
	module_put(THIS_MODULE);
}

void weir_table_free(struct weir_table *table)
{
	rhltable_destroy(&table->chain_names);
	rhltable_destroy(&table->set_names);
	rhltable_destroy(&table->object_names);
	xa_destroy(&table->chain_handles);
	xa_destroy(&table->set_handles);
	xa_destroy(&table->rule_handles);
	weir_table_conf_free(table->next);
	weir_table_conf_free(table->conf);
	kfree(table);
}
