// SPDX-License-Identifier: GPL-2.0
/*
 * Freeing what packets may still follow. A committed transaction holds what the
 * generation before it alone used; it waits here for a grace period that it
 * shares with the others that came meanwhile. Memory is freed in the order of
 * the commits, because a rule's chain is gone no sooner than the rule.
 *
 * Programs go in two steps, because a packet may be standing at a rule of the next
 * generation that is on the list of a rule that goes.
 */

#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "core.h"

static LIST_HEAD(weir_retired);
static DEFINE_SPINLOCK(weir_retired_lock);
static struct workqueue_struct *weir_wq;

static void weir_free_objects(struct weir_net *wn, struct list_head *dead,
			      enum weir_kind kind)
{
	struct weir_object *obj, *next;

	list_for_each_entry_safe(obj, next, dead, change) {
		switch (kind) {
		case WEIR_KIND_RULE:
			weir_rule_free(wn, container_of(obj, struct weir_rule, obj), false);
			break;
		case WEIR_KIND_SET:
			weir_set_free(wn, container_of(obj, struct weir_set, obj), false);
			break;
		case WEIR_KIND_OBJECT:
			weir_object_free(wn, container_of(obj, struct weir_object_named, obj),
					 false);
			break;
		case WEIR_KIND_CHAIN:
			weir_chain_free(wn, container_of(obj, struct weir_chain, obj));
			break;
		default:
			weir_table_free(container_of(obj, struct weir_table, obj));
			break;
		}
		cond_resched();
	}
}

/* Free all but the programs; whether these must wait for another grace period. */
static bool weir_reap_txn(struct weir_txn *txn)
{
	struct weir_net *wn = txn->wn;
	struct weir_stage *stage, *next;
	bool wait = false;
	int kind;
	u32 i;

	mutex_lock(&wn->lock);
	/* Programs point to the code of rules. */
	for (i = 0; i < txn->n_stale; i++)
		wait |= weir_prog_reap(txn->stale[i]);
	for (i = 0; i < txn->n_codes; i++)
		weir_code_destroy(txn->codes[i]);
	list_for_each_entry_safe(stage, next, &txn->stages, list)
		weir_stage_free(wn, stage);
	for (kind = 0; kind < WEIR_KINDS; kind++)
		weir_free_objects(wn, &txn->dead[kind], kind);
	mutex_unlock(&wn->lock);
	return wait;
}

static void weir_free_txn(struct weir_txn *txn)
{
	u32 i;

	mutex_lock(&txn->wn->lock);
	for (i = 0; i < txn->n_stale; i++)
		weir_prog_destroy(txn->stale[i]);
	mutex_unlock(&txn->wn->lock);
	weir_txn_free(txn);
}

static void weir_retire_work(struct work_struct *work)
{
	struct weir_txn *txn, *next;
	bool wait = false;
	LIST_HEAD(list);

	spin_lock(&weir_retired_lock);
	list_splice_init(&weir_retired, &list);
	spin_unlock(&weir_retired_lock);
	if (list_empty(&list))
		return;

	synchronize_rcu();
	list_for_each_entry(txn, &list, retired)
		wait |= weir_reap_txn(txn);
	if (wait)
		synchronize_rcu();
	list_for_each_entry_safe(txn, next, &list, retired)
		weir_free_txn(txn);
}

static DECLARE_WORK(weir_retire_item, weir_retire_work);

/**
 * weir_retire() - Free what a transaction left, after a grace period.
 * @txn: Committed, and not open any more.
 */
void weir_retire(struct weir_txn *txn)
{
	spin_lock(&weir_retired_lock);
	list_add_tail(&txn->retired, &weir_retired);
	spin_unlock(&weir_retired_lock);
	queue_work(weir_wq, &weir_retire_item);
}

/* Queue work that takes its turn with what is retired. */
void weir_queue(struct delayed_work *work, unsigned long delay)
{
	queue_delayed_work(weir_wq, work, delay);
}

/**
 * weir_retire_flush() - Wait until all that was retired is freed.
 *
 * Context: Process context; sleeps; no namespace's lock is held.
 */
void weir_retire_flush(void)
{
	flush_workqueue(weir_wq);
}

int __init weir_retire_register(void)
{
	weir_wq = alloc_workqueue("weir", WQ_UNBOUND, 1);
	return weir_wq ? 0 : -ENOMEM;
}

void weir_retire_unregister(void)
{
	destroy_workqueue(weir_wq);
}
