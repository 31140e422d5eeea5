// SPDX-License-Identifier: GPL-2.0
/*
 * What statements and fields need of packets. "reject with tcp reset" answers
 * TCP only; as in nft, a condition at the front of the rule says so, and a
 * counter between does not count what is never answered. "icmp id" is only in
 * some messages, and a condition in front of it says in which.
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
static const struct weir_header_desc *header_of(const struct weir_key *key)
{
	const struct weir_header_desc *header = NULL;

	if (key->type == WEIR_KEY_TYPE_PAYLOAD)
		weir_field_of(key, &header);
	return header;
}

static bool key_has_family(const struct weir_key *key, uint8_t nfproto)
{
	const struct weir_header_desc *header = header_of(key);

	return header && header->nfproto == nfproto;
}

static bool key_has_transport(const struct weir_key *key, int l4proto)
{
	const struct weir_header_desc *header = header_of(key);

	return header && header->l4proto == l4proto;
}

static bool implies_family(const struct weir_item *item, uint8_t nfproto)
{
	uint16_t ether = nfproto == NFPROTO_IPV4 ? ETH_P_IP : ETH_P_IPV6;

	return key_has_family(&item->key, nfproto) ||
	       is_equal(item, WEIR_META_NFPROTO, nfproto) ||
	       is_equal(item, WEIR_META_PROTOCOL, ether);
}

static bool implies_transport(const struct weir_item *item, int l4proto)
{
	const struct weir_header_desc *header = header_of(&item->key);
	const struct weir_field *field;

	if (key_has_transport(&item->key, l4proto) ||
	    is_equal(item, WEIR_META_L4PROTO, l4proto))
		return true;
	if (!header || item->rel != WEIR_REL_EQ || item->n_ops ||
	    (int)item->val.lo != l4proto)
		return false;
	field = weir_field_of(&item->key, &header);
	return field == weir_field_find(weir_header_find("ip"), "protocol") ||
	       field == weir_field_find(weir_header_find("ip6"), "nexthdr");
}

/* A lookup fails where one of its fields is not there. */
static bool lookup_implies_family(const struct weir_lookup *lookup, uint8_t nfproto)
{
	for (unsigned int i = 0; i < lookup->n_parts; i++) {
		if (key_has_family(&lookup->parts[i].key, nfproto))
			return true;
	}
	return false;
}

static bool lookup_implies_transport(const struct weir_lookup *lookup, int l4proto)
{
	for (unsigned int i = 0; i < lookup->n_parts; i++) {
		if (key_has_transport(&lookup->parts[i].key, l4proto))
			return true;
	}
	return false;
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
		if (item->type == WEIR_ITEM_TYPE_LOOKUP) {
			family = family || lookup_implies_family(item->lookup, needs.nfproto);
			transport = transport ||
				    lookup_implies_transport(item->lookup, needs.l4proto);
		}
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

/* A condition on the type of an ICMP message, in front of a field that only some have. */
static struct weir_item *type_condition(const struct weir_item *item,
					const struct weir_key *key)
{
	const struct weir_variant *variant = key->variant;
	struct weir_item *type = weir_alloc(sizeof(*type));

	type->loc = item->loc;
	type->value_loc = item->loc;
	type->key = (struct weir_key){
		.type = WEIR_KEY_TYPE_PAYLOAD, .header = key->header, .len = 8
	};
	type->val = weir_num(variant->types[0]);
	if (variant->n_types == 1)
		return type;
	type->rel = WEIR_REL_IN;
	type->val = weir_num(0);
	type->ranges = weir_realloc(NULL, variant->n_types, sizeof(*type->ranges));
	for (; type->n_ranges < variant->n_types; type->n_ranges++)
		type->ranges[type->n_ranges] = (struct weir_range){
			weir_num(variant->types[type->n_ranges]),
			weir_num(variant->types[type->n_ranges]),
		};
	return type;
}

/* Whether a condition was put in front of @at, which is that one then. */
static bool add_types(struct weir_rule *rule, struct weir_item **at, const struct weir_key *key)
{
	const struct weir_item *before;
	struct weir_item *type;

	if (!key->variant)
		return false;
	for (before = rule->items; before != *at; before = before->next)
		if (weir_is_message_type(before, key->header))
			return false;
	type = type_condition(*at, key);
	type->next = *at;
	*at = type;
	return true;
}

static void add_types_of(struct weir_rule *rule, struct weir_item **at)
{
	const struct weir_item *item = *at;
	const struct weir_lookup *lookup = item->lookup;

	if (add_types(rule, at, &item->key) || add_types(rule, at, &item->source))
		return;
	for (unsigned int i = 0; lookup && i < lookup->n_parts; i++) {
		if (add_types(rule, at, &lookup->parts[i].key))
			return;
	}
	if (item->update)
		add_types(rule, at, &item->update->source.key);
}

void weir_rule_needs(struct weir_rule *rule)
{
	struct weir_item *item, **at;

	for (at = &rule->items; (item = *at); at = &item->next)
		add_types_of(rule, at);
	for (item = rule->items; item; item = item->next)
		if (item->ext && item->ext->needs)
			add_needs(rule, item->ext->needs(item->data));
}
