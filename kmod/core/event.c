// SPDX-License-Identifier: GPL-2.0
/*
 * Events: one message for each object that a commit changed, several messages
 * to a datagram, and one that says who it was. Without a listener none is made.
 */

#include "core.h"

static const u32 weir_group;

/* Whether somebody listens. */
bool weir_events_wanted(const struct weir_net *wn)
{
	return genl_has_listeners(&weir_genl_family, wn->net, weir_group);
}

void weir_events_init(struct weir_events *events, struct weir_net *wn)
{
	*events = (struct weir_events){
		.wn	= wn,
		.wanted	= weir_events_wanted(wn),
	};
}

void weir_events_send(struct weir_events *events)
{
	if (events->skb)
		genlmsg_multicast_netns(&weir_genl_family, events->wn->net, events->skb, 0,
					weir_group, GFP_KERNEL);
	events->skb = NULL;
}

/* A datagram with nothing in it yet; the event is lost without one. */
bool weir_events_fresh(struct weir_events *events)
{
	weir_events_send(events);
	events->skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!events->skb)
		events->lost = true;
	return events->skb;
}

/* Put a message into the datagram by @fill, or into the next one. */
static void weir_event_put(struct weir_events *events, u8 cmd, const void *object, u32 event,
			   int (*fill)(struct sk_buff *skb, const void *object, u32 event))
{
	bool fresh = false;
	void *hdr;

	for (;;) {
		if (!events->skb) {
			if (!weir_events_fresh(events))
				return;
			fresh = true;
		}
		hdr = genlmsg_put(events->skb, 0, 0, &weir_genl_family, 0, cmd);
		if (hdr && !fill(events->skb, object, event)) {
			genlmsg_end(events->skb, hdr);
			return;
		}
		if (hdr)
			genlmsg_cancel(events->skb, hdr);
		if (fresh) {
			events->lost = true;
			return;
		}
		weir_events_send(events);
	}
}

static int weir_table_event_fill(struct sk_buff *skb, const void *object, u32 event)
{
	return weir_table_fill(skb, object) ?: nla_put_u32(skb, WEIR_A_TABLE_EVENT, event);
}

void weir_event_table(struct weir_events *events, const struct weir_table *table,
		      enum weir_event event)
{
	events->count++;
	if (events->wanted)
		weir_event_put(events, WEIR_CMD_TABLE_NTF, table, event,
			       weir_table_event_fill);
}

static int weir_chain_event_fill(struct sk_buff *skb, const void *object, u32 event)
{
	return weir_chain_fill(skb, object, true) ?:
	       nla_put_u32(skb, WEIR_A_CHAIN_EVENT, event);
}

void weir_event_chain(struct weir_events *events, const struct weir_chain *chain,
		      enum weir_event event)
{
	events->count++;
	if (events->wanted)
		weir_event_put(events, WEIR_CMD_CHAIN_NTF, chain, event,
			       weir_chain_event_fill);
}

static int weir_set_event_fill(struct sk_buff *skb, const void *object, u32 event)
{
	return weir_set_fill(skb, object, true) ?: nla_put_u32(skb, WEIR_A_SET_EVENT, event);
}

void weir_event_set(struct weir_events *events, const struct weir_set *set,
		    enum weir_event event)
{
	events->count++;
	if (events->wanted)
		weir_event_put(events, WEIR_CMD_SET_NTF, set, event, weir_set_event_fill);
}

static int weir_object_event_fill(struct sk_buff *skb, const void *object, u32 event)
{
	return weir_object_fill(skb, (void *)object, false, true) ?:
	       nla_put_u32(skb, WEIR_A_OBJECT_EVENT, event);
}

void weir_event_object(struct weir_events *events, struct weir_object_named *object,
		       enum weir_event event)
{
	events->count++;
	if (events->wanted)
		weir_event_put(events, WEIR_CMD_OBJECT_NTF, object, event,
			       weir_object_event_fill);
}

/* Handle of the rule that will stand before a rule, 0 if there is none. */
static u64 weir_rule_prev(const struct weir_rule *rule)
{
	const struct list_head *rules = &rule->chain->rules;

	list_for_each_entry_continue_reverse(rule, rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_WRITER))
			return rule->handle;
	return 0;
}

void weir_event_rule(struct weir_events *events, struct weir_rule *rule,
		     enum weir_event event)
{
	struct weir_rule_msg msg = {
		.cmd	= WEIR_CMD_RULE_NTF,
		.event	= event,
		.whole	= true,
	};
	struct weir_part part = {};
	struct nlmsghdr *nlh;
	int err;

	events->count++;
	if (!events->wanted)
		return;
	if (event != WEIR_EVENT_DEL)
		msg.prev = weir_rule_prev(rule);
	do {
		if (!events->skb) {
			if (!weir_events_fresh(events))
				return;
			msg.whole = false;
		}
		err = weir_rule_fill(events->skb, rule, &part, &msg, &nlh);
		if (err < 0 && !msg.whole) {
			events->lost = true;
			return;
		}
		if (err)
			weir_events_send(events);
	} while (err);
}

static int weir_txn_event_fill(struct sk_buff *skb, const void *object, u32 event)
{
	const struct weir_txn *txn = object;

	if (nla_put_u64_64bit(skb, WEIR_A_TXN_GEN, txn->wn->gen, WEIR_A_TXN_PAD) ||
	    nla_put_u32(skb, WEIR_A_TXN_PID, txn->pid) ||
	    nla_put_string(skb, WEIR_A_TXN_COMM, txn->comm) ||
	    nla_put_u32(skb, WEIR_A_TXN_CHANGES, txn->n_changes))
		return -EMSGSIZE;
	return 0;
}

/* End the events of a transaction, whose changes are counted. */
void weir_events_end(struct weir_events *events, const struct weir_txn *txn)
{
	if (!events->wanted)
		return;
	weir_event_put(events, WEIR_CMD_TXN_NTF, txn, 0, weir_txn_event_fill);
	weir_events_send(events);
	/* Who listens learns that it has missed something. */
	if (events->lost)
		genl_set_err(&weir_genl_family, events->wn->net, 0, weir_group, -ENOBUFS);
}
