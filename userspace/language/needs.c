// SPDX-License-Identifier: GPL-2.0
/*
 * What statements need of packets. "reject with tcp reset" answers TCP only; as
 * in nft, a condition at the front of the rule says so, and a counter between
 * does not count what is never answered.
 */
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include "../libweir/alloc.h"
#include "ext.h"
#include "language.h"

static bool is_equal(const struct weir_item *item, enum weir_meta meta, uint64_t value)
{
	return item->key.type == WEIR_KEY_TYPE_META && item->key.meta == meta &&
	       item->rel == WEIR_REL_EQ && !item->n_ops && item->val.lo == value;
}

/* A condition on a field of a header fails where the header is not there. */
static const struct weir_header_desc *header_of(const struct weir_item *item)
{
	const struct weir_header_desc *header = NULL;

	if (item->key.type == WEIR_KEY_TYPE_PAYLOAD)
		weir_field_of(&item->key, &header);
	return header;
}

static bool implies_family(const struct weir_item *item, uint8_t nfproto)
{
	const struct weir_header_desc *header = header_of(item);
	uint16_t ether = nfproto == NFPROTO_IPV4 ? ETH_P_IP : ETH_P_IPV6;

	return (header && header->nfproto == nfproto) ||
	       is_equal(item, WEIR_META_NFPROTO, nfproto) ||
	       is_equal(item, WEIR_META_PROTOCOL, ether);
}

static bool implies_transport(const struct weir_item *item, int l4proto)
{
	const struct weir_header_desc *header = header_of(item);
	const struct weir_field *field;

	if ((header && header->l4proto == l4proto) ||
	    is_equal(item, WEIR_META_L4PROTO, l4proto))
		return true;
	if (!header || item->rel != WEIR_REL_EQ || item->n_ops ||
	    (int)item->val.lo != l4proto)
		return false;
	field = weir_field_of(&item->key, &header);
	return field == weir_field_find(weir_header_find("ip"), "protocol") ||
	       field == weir_field_find(weir_header_find("ip6"), "nexthdr");
}

static void prepend(struct weir_rule *rule, enum weir_meta meta, uint64_t value)
{
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = WEIR_ITEM_TYPE_COND;
	item->key = (struct weir_key){ .type = WEIR_KEY_TYPE_META, .meta = meta, .len = 8 };
	item->rel = WEIR_REL_EQ;
	item->val = weir_num(value);
	item->next = rule->items;
	if (rule->items) {
		item->loc = rule->items->loc;
		item->value_loc = rule->items->loc;
	}
	rule->items = item;
}

static void add_needs(struct weir_rule *rule, struct weir_ext_needs needs)
{
	bool family = needs.nfproto == NFPROTO_UNSPEC || rule->family == needs.nfproto;
	bool transport = needs.l4proto < 0;
	const struct weir_item *item;

	for (item = rule->items; item; item = item->next) {
		if (item->type != WEIR_ITEM_TYPE_COND)
			continue;
		family = family || implies_family(item, needs.nfproto);
		transport = transport || implies_transport(item, needs.l4proto);
	}
	if (!transport)
		prepend(rule, WEIR_META_L4PROTO, needs.l4proto);
	if (!family)
		prepend(rule, WEIR_META_NFPROTO, needs.nfproto);
}

void weir_rule_needs(struct weir_rule *rule)
{
	const struct weir_item *item;

	for (item = rule->items; item; item = item->next)
		if (item->ext && item->ext->needs)
			add_needs(rule, item->ext->needs(item->data));
}
