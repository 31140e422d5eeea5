// SPDX-License-Identifier: GPL-2.0
/*
 * Events of elements. As long as somebody listens, what changes is noted as it does,
 * as the attributes that the event will have: of a set that only has keys, nobody
 * could say later what they were. Where a set got its elements as a whole, they are
 * told from what it holds.
 */

#include <linux/slab.h>
#include "core.h"

/**
 * struct weir_note - Some elements with the same event.
 * @list: In weir_stage.notes.
 * @event: What happened to them.
 * @out: Their attributes.
 */
struct weir_note {
	struct list_head list;
	enum weir_event event;
	struct weir_elem_out out;
};

/* Room for attributes, so that an event fits into any message. */
#define WEIR_NOTE_SIZE	(NLMSG_GOODSIZE - 1024)

static struct weir_note *weir_note_new(struct weir_set *set, enum weir_event event)
{
	struct weir_note *note = kmalloc(sizeof(*note), GFP_KERNEL_ACCOUNT);
	struct sk_buff *skb;

	if (!note)
		return NULL;
	skb = alloc_skb(WEIR_NOTE_SIZE, GFP_KERNEL_ACCOUNT);
	if (!skb) {
		kfree(note);
		return NULL;
	}
	note->event = event;
	weir_elem_out_init(&note->out, skb, set);
	note->out.bare = event == WEIR_EVENT_DEL;
	list_add_tail(&note->list, &set->stage->notes);
	return note;
}

/**
 * weir_note_elem() - Note that an element is added, changed or deleted.
 * @set: The set; somebody listens.
 * @event: What happens.
 * @from: The key.
 * @to: The end of the range.
 * @elem: The element, %WEIR_ELEM_HIT where it is only a key.
 */
void weir_note_elem(struct weir_set *set, enum weir_event event, const u8 *from,
		    const u8 *to, struct weir_elem *elem)
{
	struct weir_stage *stage = set->stage;
	struct weir_note *note = NULL;

	if (stage->whole || set->obj.state == WEIR_STATE_NEW)
		return;
	if (!list_empty(&stage->notes))
		note = list_last_entry(&stage->notes, struct weir_note, list);
	if (note && note->event == event && !weir_elem_fill(&note->out, from, to, elem))
		return;
	note = weir_note_new(set, event);
	if (!note || weir_elem_fill(&note->out, from, to, elem))
		stage->unheard = true;
}

void weir_notes_free(struct weir_stage *stage)
{
	struct weir_note *note, *next;

	list_for_each_entry_safe(note, next, &stage->notes, list) {
		list_del(&note->list);
		kfree_skb(note->out.skb);
		kfree(note);
	}
}

/* All elements are others. */
void weir_note_whole(struct weir_stage *stage)
{
	weir_notes_free(stage);
	stage->whole = true;
}

static int weir_elems_head_fill(struct sk_buff *skb, const struct weir_set *set,
				enum weir_event event)
{
	if (nla_put_u8(skb, WEIR_A_ELEMS_FAMILY, set->table->family) ||
	    nla_put_string(skb, WEIR_A_ELEMS_TABLE, set->table->name->str) ||
	    nla_put_string(skb, WEIR_A_ELEMS_SET, weir_set_name(set, WEIR_VIEW_COMMITTED)) ||
	    nla_put_u32(skb, WEIR_A_ELEMS_EVENT, event))
		return -EMSGSIZE;
	return 0;
}

/* Begin a message that has @room for elements; NULL if there is no memory. */
static void *weir_elems_event(struct weir_events *events, const struct weir_set *set,
			      enum weir_event event, unsigned int room)
{
	bool fresh = !events->skb;
	void *hdr;

	for (;; fresh = true) {
		if (fresh && !weir_events_fresh(events))
			return NULL;
		hdr = genlmsg_put(events->skb, 0, 0, &weir_genl_family, 0, WEIR_CMD_ELEM_NTF);
		if (hdr && !weir_elems_head_fill(events->skb, set, event) &&
		    skb_tailroom(events->skb) >= room)
			return hdr;
		if (hdr)
			genlmsg_cancel(events->skb, hdr);
		if (fresh) {
			events->lost = true;
			return NULL;
		}
	}
}

static void weir_event_note(struct weir_events *events, const struct weir_set *set,
			    struct weir_note *note)
{
	const struct sk_buff *from = note->out.skb;
	void *hdr;

	weir_elem_fill_end(&note->out);
	hdr = weir_elems_event(events, set, note->event, from->len);
	if (!hdr)
		return;
	skb_put_data(events->skb, from->data, from->len);
	genlmsg_end(events->skb, hdr);
}

static int weir_event_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_elem_out *out = data;

	if (elem != WEIR_ELEM_HIT &&
	    (elem->state != WEIR_ELEM_LIVE || !weir_elem_seen(out->spec, elem)))
		return 0;
	return weir_elem_fill(out, from, to, elem);
}

static int weir_event_walk(struct weir_elem_out *out, struct weir_elem **catchall,
			   struct weir_content *content, struct weir_set_pos *pos)
{
	int err;

	if (*catchall) {
		err = weir_event_visit(out, NULL, NULL, *catchall);
		if (err)
			return err;
		*catchall = NULL;
	}
	rcu_read_lock();
	err = content->ops->walk(content, pos, weir_event_visit, out);
	rcu_read_unlock();
	return err;
}

/* Tell of all elements as if they had come one by one. */
static void weir_event_content(struct weir_events *events, struct weir_set *set)
{
	struct weir_elem *catchall = set->stage->catchall;
	struct weir_elem_out out;
	struct weir_set_pos pos = {};
	unsigned int room = 0;
	void *hdr;
	int err;

	do {
		hdr = weir_elems_event(events, set, WEIR_EVENT_NEW, room);
		if (!hdr)
			return;
		weir_elem_out_init(&out, events->skb, set);
		err = weir_event_walk(&out, &catchall, set->stage->content, &pos);
		if (!out.start && !out.n_nests) {
			genlmsg_cancel(events->skb, hdr);
			/* Not even in a message of its own. */
			if (err && room)
				events->lost = true;
			if (err && room)
				return;
			room = WEIR_NOTE_SIZE - 1024;
			continue;
		}
		weir_elem_fill_end(&out);
		genlmsg_end(events->skb, hdr);
		room = err == -EMSGSIZE ? WEIR_NOTE_SIZE - 1024 : 0;
	} while (err);
}

/**
 * weir_event_elems() - Tell of the elements that a transaction changes.
 * @events: The events.
 * @set: The set, with its stage, as it is published.
 */
void weir_event_elems(struct weir_events *events, struct weir_set *set)
{
	bool new = set->obj.state == WEIR_STATE_NEW;
	struct weir_stage *stage = set->stage;
	struct weir_note *note;
	void *hdr;

	if (!stage->touched || !stage->content)
		return;
	events->count += !new;
	if (!events->wanted)
		return;
	if (new || stage->whole) {
		hdr = new ? NULL : weir_elems_event(events, set, WEIR_EVENT_DEL, 0);
		if (hdr)
			genlmsg_end(events->skb, hdr);
		weir_event_content(events, set);
		return;
	}
	events->lost |= stage->unheard;
	list_for_each_entry(note, &stage->notes, list)
		weir_event_note(events, set, note);
}
