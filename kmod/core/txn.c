// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: who may write, and how to undo. docs/transactions.md tells the
 * same to writers of programs that speak to us.
 *
 * A namespace has one open transaction. Its holder is a netlink socket, so that
 * a program that is killed has its transaction undone when the kernel closes
 * the socket. A holder that says nothing for WEIR_TXN_IDLE while another writer
 * asks loses it.
 */

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include "core.h"

#define WEIR_TXN_IDLE	(10 * HZ)

/* Marks in weir_net.evicted. */
#define WEIR_EVICTED		xa_mk_value(1)
#define WEIR_EVICTED_TOLD	xa_mk_value(2)

/* Make a transaction of the current process, not open yet. */
struct weir_txn *weir_txn_new(struct weir_net *wn)
{
	struct weir_txn *txn = kzalloc(sizeof(*txn), GFP_KERNEL_ACCOUNT);
	int i;

	if (!txn)
		return NULL;
	txn->wn = wn;
	txn->pid = task_tgid_nr(current);
	get_task_comm(txn->comm, current);
	txn->used = jiffies;
	INIT_LIST_HEAD(&txn->changes);
	INIT_LIST_HEAD(&txn->chains);
	INIT_LIST_HEAD(&txn->staged);
	INIT_LIST_HEAD(&txn->stages);
	INIT_LIST_HEAD(&txn->orphans);
	for (i = 0; i < WEIR_KINDS; i++)
		INIT_LIST_HEAD(&txn->dead[i]);
	return txn;
}

/* Free what a transaction has of its own; its objects are settled or undone. */
void weir_txn_free(struct weir_txn *txn)
{
	kvfree(txn->stale);
	kvfree(txn->ruleset);
	kvfree(txn->codes);
	kfree(txn);
}

/* Link an object that the transaction changes. */
void weir_txn_note(struct weir_txn *txn, struct weir_object *obj)
{
	if (list_empty(&obj->change))
		list_add_tail(&obj->change, &txn->changes);
	else if (obj->state == WEIR_STATE_DYING)
		list_move_tail(&obj->change, &txn->changes);
}

static void weir_undo_rule(struct weir_net *wn, struct weir_rule *rule)
{
	struct weir_rule_body body = weir_rule_body(rule);

	if (rule->obj.state == WEIR_STATE_NEW) {
		weir_rule_unlink(rule);
		weir_rule_free(wn, rule, true);
		return;
	}
	weir_body_use(&body, 1);
	rule->obj.state = WEIR_STATE_LIVE;
	list_del_init(&rule->obj.change);
}

static void weir_undo_object(struct weir_net *wn, struct weir_object_named *object)
{
	if (object->obj.state == WEIR_STATE_NEW) {
		weir_object_unlink(object);
		weir_object_free(wn, object, true);
		return;
	}
	weir_object_revert(wn, object);
	object->obj.state = WEIR_STATE_LIVE;
	list_del_init(&object->obj.change);
}

static void weir_undo_chain(struct weir_net *wn, struct weir_chain *chain)
{
	if (chain->obj.state == WEIR_STATE_NEW) {
		weir_chain_unlink(chain);
		weir_chain_free(wn, chain);
		return;
	}
	weir_chain_revert(chain);
	chain->obj.state = WEIR_STATE_LIVE;
	list_del_init(&chain->obj.change);
}

static void weir_undo_set(struct weir_net *wn, struct weir_set *set)
{
	if (set->obj.state == WEIR_STATE_NEW) {
		weir_set_unlink(set);
		weir_set_free(wn, set, true);
		return;
	}
	weir_set_revert(set);
	set->obj.state = WEIR_STATE_LIVE;
	list_del_init(&set->obj.change);
}

static void weir_undo_table(struct weir_net *wn, struct weir_table *table)
{
	if (table->obj.state == WEIR_STATE_NEW) {
		weir_table_unlink(wn, table);
		weir_table_free(table);
		return;
	}
	weir_table_revert(table);
	table->obj.state = WEIR_STATE_LIVE;
	list_del_init(&table->obj.change);
}

/* Elements lead to chains and objects: they are the first to go. */
static void weir_undo_elems(struct weir_txn *txn)
{
	struct weir_set *set = NULL;

	while ((set = weir_txn_next_set(txn, set)))
		weir_stage_undo(txn, set);
	weir_stage_undo_orphans(txn);
}

/**
 * weir_txn_undo() - Undo all changes of a transaction, the last one first.
 * @txn: The transaction.
 */
void weir_txn_undo(struct weir_txn *txn)
{
	struct weir_object *obj, *next;

	weir_pending_free(txn->wn, txn->pending);
	txn->pending = NULL;
	weir_undo_elems(txn);
	list_for_each_entry_safe_reverse(obj, next, &txn->changes, change) {
		switch (obj->kind) {
		case WEIR_KIND_RULE:
			weir_undo_rule(txn->wn, container_of(obj, struct weir_rule, obj));
			break;
		case WEIR_KIND_SET:
			weir_undo_set(txn->wn, container_of(obj, struct weir_set, obj));
			break;
		case WEIR_KIND_OBJECT:
			weir_undo_object(txn->wn,
					 container_of(obj, struct weir_object_named, obj));
			break;
		case WEIR_KIND_CHAIN:
			weir_undo_chain(txn->wn, container_of(obj, struct weir_chain, obj));
			break;
		case WEIR_KIND_TABLE:
			weir_undo_table(txn->wn, container_of(obj, struct weir_table, obj));
			break;
		}
	}
	weir_chains_settle(txn);
}

/**
 * weir_txn_abort() - Undo and close the open transaction.
 * @wn: The namespace; it has one.
 */
void weir_txn_abort(struct weir_net *wn)
{
	struct weir_txn *txn = wn->txn;

	weir_txn_undo(txn);
	wn->txn = NULL;
	/* Packets may still see elements that it had added to dynamic sets. */
	if (list_empty(&txn->stages))
		weir_txn_free(txn);
	else
		weir_retire(txn);
	module_put(THIS_MODULE);
}

/* Take no more changes; memory is given back when the writer ends it. */
void weir_txn_fail(struct weir_txn *txn)
{
	txn->failed = true;
}

/**
 * weir_txn_holds() - Whether the sender's changes are being taken.
 * @info: The request.
 *
 * Context: Process context; may sleep; no lock of the core is held.
 */
bool weir_txn_holds(struct genl_info *info)
{
	struct weir_net *wn = weir_net(genl_info_net(info));
	bool holds;

	mutex_lock(&wn->lock);
	holds = wn->txn && wn->txn->portid == info->snd_portid && !wn->txn->failed;
	mutex_unlock(&wn->lock);
	return holds;
}

/* What a writer whose changes were refused is told: errors once are enough. */
static int weir_txn_swallow(const struct weir_req *req)
{
	if (!(req->info->nlhdr->nlmsg_flags & NLM_F_ACK) &&
	    req->info->genlhdr->cmd != WEIR_CMD_TXN_COMMIT)
		return 1;
	return weir_refuse(req, NULL, -ECANCELED,
			   "an earlier change was refused; nothing has changed");
}

static int weir_txn_absent(struct weir_req *req)
{
	void *mark = xa_load(&req->wn->evicted, req->info->snd_portid);

	if (!mark)
		return weir_refuse(req, NULL, -ENOTCONN,
				   "this socket has no open transaction; begin one first");
	if (mark == WEIR_EVICTED_TOLD)
		return weir_txn_swallow(req);
	xa_store(&req->wn->evicted, req->info->snd_portid, WEIR_EVICTED_TOLD,
		 GFP_KERNEL_ACCOUNT);
	return weir_refuse(req, NULL, -ERESTART,
			   "the transaction was idle and another writer took over; nothing has changed, begin again");
}

/**
 * weir_txn_enter() - Whether a change may be served.
 * @req: The request; its transaction is set, where there is one.
 *
 * Return: 0; 1 if the change is to be passed over in silence; a negative errno
 * with an extack message.
 */
int weir_txn_enter(struct weir_req *req)
{
	struct weir_txn *txn = req->wn->txn;
	u8 cmd = req->info->genlhdr->cmd;
	int err;

	if (!txn || txn->portid != req->info->snd_portid)
		return weir_txn_absent(req);

	txn->used = jiffies;
	if (txn->failed) {
		err = weir_txn_swallow(req);
		if (cmd == WEIR_CMD_TXN_COMMIT)
			weir_txn_abort(req->wn);
		return err;
	}
	req->txn = txn;
	if (txn->pending && cmd != WEIR_CMD_RULE_PART) {
		weir_txn_fail(txn);
		err = weir_refuse(req, NULL, -EINVAL,
				  "the rest of the rule in the message before is missing");
		if (cmd == WEIR_CMD_TXN_COMMIT) {
			req->txn = NULL;
			weir_txn_abort(req->wn);
		}
		return err;
	}
	return 0;
}

/* Make room for another writer, if the holder has gone to sleep. */
static int weir_txn_evict(struct weir_req *req)
{
	struct weir_txn *txn = req->wn->txn;

	if (time_before(jiffies, txn->used + WEIR_TXN_IDLE))
		return weir_refuse(req, NULL, -EBUSY, "pid %u (%s) is changing the ruleset",
				   txn->pid, txn->comm);
	if (xa_err(xa_store(&req->wn->evicted, txn->portid, WEIR_EVICTED, GFP_KERNEL_ACCOUNT)))
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	weir_txn_abort(req->wn);
	return 0;
}

static int weir_txn_gen(const struct weir_req *req)
{
	const struct nlattr *attr = req->attrs[WEIR_A_TXN_GEN];

	if (!attr || nla_get_u64(attr) == req->wn->gen)
		return 0;
	return weir_refuse(req, attr, -ERESTART,
			   "the ruleset has changed: it is at generation %llu, not %llu",
			   req->wn->gen, nla_get_u64(attr));
}

static int weir_txn_answer(struct weir_req *req)
{
	struct sk_buff *skb;
	void *hdr;

	skb = weir_reply_new(req, &hdr);
	if (!skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (nla_put_u64_64bit(skb, WEIR_A_TXN_GEN, req->wn->gen, WEIR_A_TXN_PAD)) {
		nlmsg_free(skb);
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	return weir_reply_send(req, skb, hdr);
}

static int weir_txn_begin(struct weir_req *req)
{
	struct weir_net *wn = req->wn;
	struct weir_txn *txn;
	int err;

	if (wn->txn && wn->txn->portid == req->info->snd_portid) {
		req->txn = wn->txn;
		return weir_refuse(req, NULL, -EALREADY,
				   "this socket has an open transaction already");
	}
	err = weir_txn_gen(req);
	if (!err && wn->txn)
		err = weir_txn_evict(req);
	if (err)
		return err;
	xa_erase(&wn->evicted, req->info->snd_portid);

	if (!try_module_get(THIS_MODULE))
		return weir_refuse(req, NULL, -ENODEV, "the module weir is being removed");
	txn = weir_txn_new(wn);
	if (!txn) {
		module_put(THIS_MODULE);
		return weir_refuse(req, NULL, -ENOMEM, "no memory for a transaction");
	}
	txn->portid = req->info->snd_portid;
	wn->txn = txn;

	err = weir_txn_answer(req);
	if (err)
		weir_txn_abort(wn);
	return err;
}

int weir_nl_txn_begin_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_txn_begin);
}

/* Whatever comes of it, the transaction is over. */
static int weir_txn_commit(struct weir_req *req)
{
	struct weir_net *wn = req->wn;
	struct weir_txn *txn = req->txn;
	int err;

	req->txn = NULL;
	err = weir_txn_gen(req);
	if (!err)
		err = weir_commit(req, txn, req->attrs[WEIR_A_TXN_CHECK]);
	if (wn->txn)
		weir_txn_abort(wn);
	weir_txn_sweep(wn);
	/* It is done: an answer that gets lost makes no difference. */
	return err ?: (weir_txn_answer(req), 0);
}

int weir_nl_txn_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_txn_commit);
}

static int weir_txn_cancel(struct weir_req *req)
{
	struct weir_net *wn = req->wn;

	xa_erase(&wn->evicted, req->info->snd_portid);
	if (wn->txn && wn->txn->portid == req->info->snd_portid) {
		weir_txn_abort(wn);
		weir_txn_sweep(wn);
	}
	return 0;
}

int weir_nl_txn_abort_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_txn_cancel);
}

/* Put what gen-get answers, but for the generation. */
static int weir_gen_fill(struct sk_buff *skb, const struct weir_net *wn)
{
	if (nla_put_u64_64bit(skb, WEIR_A_TXN_GEN, wn->gen, WEIR_A_TXN_PAD) ||
	    nla_put_string(skb, WEIR_A_TXN_VERSION, WEIR_VERSION) ||
	    nla_put_u8(skb, WEIR_A_TXN_JIT, wn->jit) ||
	    (wn->txn && (nla_put_u32(skb, WEIR_A_TXN_OPEN_PID, wn->txn->pid) ||
			 nla_put_string(skb, WEIR_A_TXN_OPEN_COMM, wn->txn->comm))))
		return -EMSGSIZE;
	return 0;
}

static int weir_gen_get(struct weir_req *req)
{
	struct sk_buff *skb;
	void *hdr;

	skb = weir_reply_new(req, &hdr);
	if (!skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (weir_gen_fill(skb, req->wn)) {
		nlmsg_free(skb);
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	return weir_reply_send(req, skb, hdr);
}

int weir_nl_gen_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_gen_get);
}

static bool weir_any_doomed(const struct weir_net *wn)
{
	const struct weir_table *table;

	list_for_each_entry(table, &wn->tables, list)
		if (table->doomed)
			return true;
	return false;
}

/**
 * weir_txn_sweep() - Delete the tables whose owner is gone.
 * @wn: The namespace. While a transaction is open, they wait for its end.
 */
void weir_txn_sweep(struct weir_net *wn)
{
	struct netlink_ext_ack extack = {};
	struct weir_req req = { .wn = wn, .extack = &extack };
	struct weir_table *table;
	struct weir_txn *txn;

	if (wn->txn || !weir_any_doomed(wn))
		return;
	txn = weir_txn_new(wn);
	if (!txn)
		return;
	__module_get(THIS_MODULE);
	wn->txn = txn;
	list_for_each_entry(table, &wn->tables, list)
		if (table->doomed)
			weir_table_drop(txn, table);
	/* For want of memory: the next transaction tries again. */
	if (weir_commit(&req, txn, false))
		weir_txn_abort(wn);
}

/* A socket was closed: leave its tables to others, or to the sweep. */
static void weir_txn_disown(struct weir_net *wn, u32 portid)
{
	struct weir_table *table;

	list_for_each_entry(table, &wn->tables, list) {
		if (table->conf->owner != portid)
			continue;
		table->conf->owner = 0;
		table->conf->owner_pid = 0;
		wn->n_owned--;
		if (!(table->conf->flags & WEIR_TABLE_FLAGS_PERSIST))
			table->doomed = true;
	}
}

static void weir_txn_closed(struct weir_net *wn, u32 portid)
{
	mutex_lock(&wn->lock);
	if (wn->txn && wn->txn->portid == portid)
		weir_txn_abort(wn);
	xa_erase(&wn->evicted, portid);
	if (wn->n_owned)
		weir_txn_disown(wn, portid);
	weir_txn_sweep(wn);
	mutex_unlock(&wn->lock);
}

/* Whether a socket that is closed may concern us; a glance without the lock. */
static bool weir_txn_concerned(struct weir_net *wn)
{
	return READ_ONCE(wn->txn) || READ_ONCE(wn->n_owned) || !xa_empty(&wn->evicted);
}

static int weir_netlink_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct netlink_notify *notify = ptr;
	struct weir_net *wn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	wn = weir_net(notify->net);
	if (weir_txn_concerned(wn))
		weir_txn_closed(wn, notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block weir_netlink_notifier = {
	.notifier_call = weir_netlink_event,
};

int __init weir_txn_register(void)
{
	return netlink_register_notifier(&weir_netlink_notifier);
}

void weir_txn_unregister(void)
{
	netlink_unregister_notifier(&weir_netlink_notifier);
}
