// SPDX-License-Identifier: GPL-2.0
/*
 * Dynamic sets as packets change them: `add @s { ip saddr timeout 1m }`.
 *
 * Mostly the element is there already. Then nothing is locked: its timeout is a
 * number that is written, and its statements run. What is missing is made of memory
 * that may not be there, and inserted under the lock of the set module.
 *
 * Packets on all CPUs, the open transaction and the collector of expired elements
 * change the set at once; weir_elem_claim() says who frees an element. What packets
 * take out is freed by a work item after a grace period, because plug-ins are not
 * destroyed in the middle of a packet. An element that is NEW or DYING is there, for
 * an addition, and is left to the transaction otherwise.
 */

#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "core.h"

/* An element may come and go under our hands; then once more, but not for ever. */
#define WEIR_UPDATE_TRIES	4

static void weir_dynamic_discard(struct weir_set *set, struct weir_elem *elem)
{
	if (llist_add(&elem->gone, &set->gone))
		schedule_work(&set->reap);
}

/**
 * weir_dynamic_expel() - Take an element out.
 * @set: The set.
 * @content: What it holds.
 * @elem: The element, found under rcu_read_lock(), which is still held.
 *
 * Return: false if it is the open transaction's.
 */
bool weir_dynamic_expel(struct weir_set *set, struct weir_content *content,
			struct weir_elem *elem)
{
	const struct weir_set_spec *spec = &set->spec;
	bool mine = weir_elem_claim(elem, WEIR_ELEM_LIVE, WEIR_ELEM_DEAD);

	if (!mine && READ_ONCE(elem->state) != WEIR_ELEM_DEAD)
		return false;
	content->ops->remove(content, weir_elem_key(spec, elem), weir_elem_to(spec, elem), elem);
	if (mine)
		weir_dynamic_discard(set, elem);
	return true;
}

/* Whether an element is only in the way of a new one. */
static bool weir_dynamic_over(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	u8 state = READ_ONCE(elem->state);

	return state == WEIR_ELEM_DEAD ||
	       (state == WEIR_ELEM_LIVE && !weir_elem_seen(spec, elem));
}

/* Start an element's timeout anew; what does not change is not written. */
static void weir_dynamic_refresh(const struct weir_set *set, const struct weir_update *update,
				 const struct weir_set_slot *slot, struct weir_elem *elem)
{
	u64 timeout = update->has_timeout ? update->timeout : slot->timeout;
	struct weir_elem_timeout *to = weir_elem_timeout(&set->spec, elem);
	u64 expires = 0;

	if (!set->spec.timeout)
		return;
	if (timeout)
		expires = get_jiffies_64() + weir_timeout_jiffies(timeout);
	if (READ_ONCE(to->timeout) != timeout)
		WRITE_ONCE(to->timeout, timeout);
	if (READ_ONCE(to->expires) != expires)
		WRITE_ONCE(to->expires, expires);
}

/* Give an element its own copies of the statements, those of the set or of the rule. */
static bool weir_dynamic_stmts(const struct weir_set *set, const struct weir_update *update,
			       struct weir_elem *elem)
{
	const struct weir_item *stmt = set->spec.loose ? update->stmts : set->stmts;
	u32 i, n = set->spec.loose ? update->n_stmts : set->n_stmts;
	struct weir_instance **to = weir_elem_stmts(&set->spec, elem);

	for (i = 0; i < n; i++, stmt++) {
		if (stmt->type == WEIR_ITEM_TYPE_COUNTER) {
			elem->flags |= set->spec.loose ? WEIR_ELEM_COUNTS : 0;
			continue;
		}
		*to = weir_instance_clone(set->wn, set->table->family, stmt->instance);
		if (!*to++)
			return false;
	}
	return true;
}

static struct weir_elem *weir_dynamic_make(struct weir_set *set,
					   const struct weir_update *update,
					   const struct weir_set_slot *slot, const u8 *key,
					   struct weir_val val)
{
	const struct weir_set_spec *spec = &set->spec;
	struct weir_elem *elem;

	elem = kzalloc(spec->elem_size, GFP_ATOMIC | __GFP_ACCOUNT | __GFP_NOWARN);
	if (!elem)
		return NULL;
	elem->state = WEIR_ELEM_LIVE;
	memcpy(weir_elem_key(spec, elem), key, spec->key_size);
	memcpy(weir_elem_to(spec, elem), key, spec->key_size);
	weir_dynamic_refresh(set, update, slot, elem);
	if (spec->data_type)
		weir_elem_data(spec, elem)->val = val;
	if (weir_dynamic_stmts(set, update, elem))
		return elem;
	weir_dynamic_discard(set, elem);
	return NULL;
}

static int weir_victim_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_elem **victim = data;

	if (READ_ONCE(elem->state) != WEIR_ELEM_LIVE)
		return 0;
	*victim = elem;
	return 1;
}

/* Make room: the next one around the clock goes. */
static bool weir_dynamic_evict(struct weir_set *set, struct weir_content *content)
{
	struct weir_elem *victim = NULL;
	int round;

	spin_lock(&set->evict_lock);
	for (round = 0; round < 2 && !victim; round++)
		if (!content->ops->walk(content, &set->evict_at, weir_victim_visit, &victim))
			set->evict_at = (struct weir_set_pos){};
	spin_unlock(&set->evict_lock);
	return victim && weir_dynamic_expel(set, content, victim);
}

/* Whether there is room for @more elements, or it was made. */
static bool weir_dynamic_room(struct weir_set *set, struct weir_content *content, u32 size,
			      u32 more)
{
	if (!size || READ_ONCE(content->count) + more <= size)
		return true;
	return set->flags & WEIR_SET_FLAGS_EVICT && weir_dynamic_evict(set, content);
}

/* Insert @elem, or find that another CPU was first; returns what is there then. */
static struct weir_elem *weir_dynamic_insert(struct weir_set *set,
					     struct weir_content *content, const u8 *key,
					     struct weir_elem *elem)
{
	struct weir_elem *old;
	int err, try;

	for (try = 0; try < WEIR_UPDATE_TRIES; try++) {
		err = content->ops->insert(content, weir_elem_key(&set->spec, elem),
					   weir_elem_to(&set->spec, elem), elem);
		if (!err)
			return elem;
		if (err != -EEXIST)
			break;
		old = weir_content_lookup(content, key);
		if (old && !weir_dynamic_over(&set->spec, old)) {
			weir_dynamic_discard(set, elem);
			return old;
		}
		if (old)
			weir_dynamic_expel(set, content, old);
	}
	weir_dynamic_discard(set, elem);
	return NULL;
}

static struct weir_elem *weir_dynamic_add(struct weir_set *set,
					  const struct weir_update *update,
					  const struct weir_set_slot *slot,
					  struct weir_content *content, const u8 *key,
					  struct weir_val val)
{
	struct weir_elem *made, *elem;

	if (!weir_dynamic_room(set, content, slot->size, 1))
		goto refused;
	made = weir_dynamic_make(set, update, slot, key, val);
	elem = made ? weir_dynamic_insert(set, content, key, made) : NULL;
	if (elem != made || !elem)
		return elem;
	/* Others may have taken the room meanwhile. */
	if (weir_dynamic_room(set, content, slot->size, 0))
		return elem;
	weir_dynamic_expel(set, content, elem);

refused:
	atomic64_inc(&set->refused);
	return NULL;
}

bool weir_set_update(struct weir_set *set, const struct weir_update *update,
		     struct weir_pkt *pkt, u64 lo, u64 hi)
{
	const struct weir_set_slot *slot = &pkt->ruleset->sets[set->id];
	/* What packets may change of a generation is what is in a dynamic set. */
	struct weir_content *content = (struct weir_content *)slot->content;
	struct weir_val val = { .lo = lo, .hi = hi };
	struct weir_elem *elem;

	elem = weir_content_lookup(content, pkt->key);
	if (elem && (update->op == WEIR_DYN_OP_DELETE || weir_dynamic_over(&set->spec, elem))) {
		weir_dynamic_expel(set, content, elem);
		elem = NULL;
	}
	if (update->op == WEIR_DYN_OP_DELETE)
		return true;

	if (!elem)
		elem = weir_dynamic_add(set, update, slot, content, pkt->key, val);
	else if (update->op == WEIR_DYN_OP_UPDATE)
		weir_dynamic_refresh(set, update, slot, elem);
	return elem && weir_elem_run(&set->spec, elem, pkt);
}

static void weir_dynamic_reap(struct work_struct *work)
{
	struct weir_set *set = container_of(work, struct weir_set, reap);
	struct llist_node *gone = llist_del_all(&set->gone);
	struct weir_elem *elem, *next;

	if (!gone)
		return;
	synchronize_rcu();
	llist_for_each_entry_safe(elem, next, gone, gone) {
		weir_elem_free(set->wn, &set->spec, set->table->family, elem, true);
		cond_resched();
	}
}

/**
 * weir_dynamic_init() - Make a set ready for packets that change it.
 * @wn: Its namespace.
 * @set: A set; also one that is not dynamic.
 */
void weir_dynamic_init(struct weir_net *wn, struct weir_set *set)
{
	set->wn = wn;
	init_llist_head(&set->gone);
	INIT_WORK(&set->reap, weir_dynamic_reap);
	spin_lock_init(&set->evict_lock);
}

/**
 * weir_dynamic_exit() - Free what packets took out of a set.
 * @set: No packet sees it any more.
 *
 * Context: Process context; sleeps.
 */
void weir_dynamic_exit(struct weir_set *set)
{
	flush_work(&set->reap);
}
