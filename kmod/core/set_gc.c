// SPDX-License-Identifier: GPL-2.0
/*
 * Elements that have expired. Packets do not see them any more, so all that is left
 * to do is to give back their memory, and that is in no hurry. One work item of the
 * namespace looks at each set from time to time.
 *
 * The elements of a static set are taken out of a fork, as a transaction would do
 * it, and the fork is published. For whoever lists, nothing has changed by that, so
 * it is no generation and no event. It waits until no transaction is open, and until
 * nobody is in the middle of a list of the set.
 */

#include <linux/slab.h>
#include "core.h"

/* How often to look for a set that is due, at least and at most. */
#define WEIR_GC_TICK	HZ
#define WEIR_GC_TICK_MIN	(HZ / 10)

/* Without a wish of the user, so many elements are looked at in a second. */
#define WEIR_GC_RATE	10000
#define WEIR_GC_MAX	(300 * HZ)

static unsigned long weir_gc_interval(const struct weir_set *set)
{
	if (set->conf->gc_interval)
		return msecs_to_jiffies(set->conf->gc_interval);
	return min_t(unsigned long, HZ + set->content->count / WEIR_GC_RATE * HZ, WEIR_GC_MAX);
}

static bool weir_gc_due(const struct weir_set *set)
{
	return set->spec.timeout && set->content && set->content->count &&
	       time_after_eq(jiffies, set->collected + weir_gc_interval(set));
}

/**
 * struct weir_gc - Elements of a set that have expired.
 * @spec: What they are like.
 * @n: Number of them.
 * @elems: They are still in the content.
 */
struct weir_gc {
	const struct weir_set_spec *spec;
	u32 n;
	struct weir_elem *elems[256];
};

static int weir_gc_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_gc *gc = data;

	if (!weir_elem_expired(gc->spec, elem))
		return 0;
	if (gc->n == ARRAY_SIZE(gc->elems))
		return 1;
	gc->elems[gc->n++] = elem;
	return 0;
}

static void weir_gc_dynamic(struct weir_set *set, struct weir_gc *gc)
{
	struct weir_set_pos pos = {};
	bool more;
	u32 i;

	do {
		gc->n = 0;
		rcu_read_lock();
		more = set->content->ops->walk(set->content, &pos, weir_gc_visit, gc);
		for (i = 0; i < gc->n; i++)
			weir_dynamic_expel(set, set->content, gc->elems[i]);
		rcu_read_unlock();
		cond_resched();
	} while (more);
}

/* Take expired elements out of the fork; false if there is no memory for that. */
static bool weir_gc_take_out(struct weir_set *set, struct weir_gc *gc)
{
	const struct weir_set_spec *spec = &set->spec;
	struct weir_stage *stage = set->stage;
	struct weir_elem *elem;
	u32 i;

	for (i = 0; i < gc->n; i++) {
		elem = stage->content->ops->remove(stage->content,
						   weir_elem_key(spec, gc->elems[i]),
						   weir_elem_to(spec, gc->elems[i]), NULL);
		if (IS_ERR_OR_NULL(elem))
			return false;
		if (spec->data_type)
			weir_use_del(set, weir_elem_data(spec, elem));
		elem->next = stage->removed;
		stage->removed = elem;
	}
	return true;
}

/* Begin a version without expired elements, where there are any. */
static void weir_gc_static(struct weir_req *req, struct weir_set *set, struct weir_gc *gc)
{
	const struct weir_content *content = set->content;
	struct weir_set_pos pos = {};
	bool more;

	do {
		gc->n = 0;
		more = content->ops->walk(content, &pos, weir_gc_visit, gc);
		if (!gc->n || weir_stage_change(req, set, 0) || !weir_gc_take_out(set, gc))
			return;
		cond_resched();
	} while (more);
}

/* Publish the versions that were begun. */
static void weir_gc_publish(struct weir_txn *txn)
{
	struct weir_object *obj, *next;
	struct weir_content *content;
	struct weir_set *set;

	list_for_each_entry(obj, &txn->changes, change) {
		content = container_of(obj, struct weir_set, obj)->stage->content;
		if (content->ops->finish)
			content->ops->finish(content);
	}
	if (list_empty(&txn->changes) || weir_republish(txn->wn, txn, WEIR_VIEW_WRITER)) {
		weir_txn_undo(txn);
		weir_txn_free(txn);
		return;
	}
	list_for_each_entry_safe(obj, next, &txn->changes, change) {
		set = container_of(obj, struct weir_set, obj);
		weir_stage_settle(txn, set, NULL);
		list_del_init(&obj->change);
	}
	weir_retire(txn);
}

static void weir_gc_sets(struct weir_net *wn, struct weir_txn *txn, struct weir_gc *gc)
{
	struct netlink_ext_ack extack = {};
	struct weir_req req = { .wn = wn, .txn = txn, .extack = &extack };
	struct weir_set *set;
	unsigned long id;

	xa_for_each(&wn->sets, id, set) {
		if (list_empty(&set->list) || !weir_gc_due(set))
			continue;
		gc->spec = &set->spec;
		if (set->spec.dynamic)
			weir_gc_dynamic(set, gc);
		else if (!txn || time_before(jiffies, set->listed + HZ))
			continue;
		else
			weir_gc_static(&req, set, gc);
		set->collected = jiffies;
	}
}

/* Returns when sets have to be looked at again, in jiffies; 0 for never. */
static unsigned long weir_gc_collect(struct weir_net *wn)
{
	struct weir_gc *gc = kmalloc(sizeof(*gc), GFP_KERNEL);
	struct weir_txn *txn = wn->txn ? NULL : weir_txn_new(wn);
	unsigned long id, delay = 0;
	struct weir_set *set;

	if (gc)
		weir_gc_sets(wn, txn, gc);
	kfree(gc);
	if (txn)
		weir_gc_publish(txn);
	xa_for_each(&wn->sets, id, set) {
		if (!set->spec.timeout)
			continue;
		delay = delay ?: WEIR_GC_TICK;
		if (set->content)
			delay = clamp(weir_gc_interval(set), WEIR_GC_TICK_MIN, delay);
	}
	return delay;
}

static void weir_gc_work(struct work_struct *work)
{
	struct weir_net *wn = container_of(to_delayed_work(work), struct weir_net, gc);
	unsigned long delay;

	mutex_lock(&wn->lock);
	delay = weir_gc_collect(wn);
	mutex_unlock(&wn->lock);
	if (delay)
		weir_queue(&wn->gc, delay);
}

void weir_gc_init(struct weir_net *wn)
{
	INIT_DELAYED_WORK(&wn->gc, weir_gc_work);
}

/* No lock is held. No set is made any more. */
void weir_gc_exit(struct weir_net *wn)
{
	cancel_delayed_work_sync(&wn->gc);
}

/* There is a set whose elements may expire. */
void weir_gc_kick(struct weir_net *wn)
{
	weir_queue(&wn->gc, WEIR_GC_TICK);
}
