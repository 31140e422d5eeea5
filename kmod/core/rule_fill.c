// SPDX-License-Identifier: GPL-2.0
/*
 * Rules as messages. A rule that does not fit into one message goes on in
 * messages rule-part, and a condition's ranges in items elems.
 */

#include "core.h"

static int weir_rule_head_fill(struct sk_buff *skb, struct weir_rule *rule,
			       const struct weir_rule_msg *msg)
{
	const struct weir_rich_rule *rich = weir_rule_rich(rule);
	const struct weir_table *table = rule->chain->table;

	if (nla_put_u8(skb, WEIR_A_RULE_FAMILY, table->family) ||
	    nla_put_string(skb, WEIR_A_RULE_TABLE, table->name->str) ||
	    nla_put_string(skb, WEIR_A_RULE_CHAIN,
			   weir_chain_name(rule->chain, WEIR_VIEW_COMMITTED)) ||
	    nla_put_u64_64bit(skb, WEIR_A_RULE_HANDLE, rule->handle, WEIR_A_RULE_PAD) ||
	    (msg->prev && nla_put_u64_64bit(skb, WEIR_A_RULE_POSITION, msg->prev,
					    WEIR_A_RULE_PAD)) ||
	    (rich && rich->comment &&
	     nla_put_string(skb, WEIR_A_RULE_COMMENT, rich->comment)) ||
	    (msg->event >= 0 && nla_put_u32(skb, WEIR_A_RULE_EVENT, msg->event)) ||
	    (msg->explain && weir_rule_explain(skb, rule)))
		return -EMSGSIZE;
	return 0;
}

/* Put as many items as there is room for; returns whether those were all. */
static bool weir_items_fill(struct sk_buff *skb, const struct weir_rule_body *body,
			    struct weir_part *part, bool reset)
{
	struct weir_item *item = NULL;
	u32 i;

	for (i = 0; (item = weir_body_next(body, item)); i++)
		while (part->item == i)
			if (weir_item_fill(skb, item, part, reset))
				return false;
	return true;
}

/**
 * weir_rule_fill() - Put a rule, or as much of it as fits, into a message.
 * @skb: Where to.
 * @rule: The rule.
 * @part: What was put before; moved on.
 * @msg: How.
 * @nlh: Set to the header of the message.
 *
 * Return: 0 if the rule is complete; 1 if there is more; -EMSGSIZE if nothing
 * was put.
 */
int weir_rule_fill(struct sk_buff *skb, struct weir_rule *rule, struct weir_part *part,
		   const struct weir_rule_msg *msg, struct nlmsghdr **nlh)
{
	struct weir_rule_body body = weir_rule_body(rule);
	bool first = !part->item && !part->range;
	struct weir_part from = *part;
	void *hdr;

	hdr = genlmsg_put(skb, msg->portid, msg->seq, &weir_genl_family, msg->flags,
			  first ? msg->cmd : WEIR_CMD_RULE_PART);
	if (!hdr)
		return -EMSGSIZE;
	*nlh = (struct nlmsghdr *)((u8 *)hdr - GENL_HDRLEN - NLMSG_HDRLEN);
	if (first && weir_rule_head_fill(skb, rule, msg))
		goto cancel;

	if (weir_items_fill(skb, &body, part, msg->reset)) {
		genlmsg_end(skb, hdr);
		return 0;
	}
	/* What was reset cannot be taken back; then whatever fits is sent. */
	if (part->item == from.item && part->range == from.range)
		goto cancel;
	if (msg->whole && !msg->reset)
		goto cancel;
	if (nla_put_flag(skb, WEIR_A_RULE_MORE))
		goto cancel;
	genlmsg_end(skb, hdr);
	return 1;

cancel:
	*part = from;
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}
