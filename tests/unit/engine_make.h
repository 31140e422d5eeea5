/* SPDX-License-Identifier: GPL-2.0 */
/* Random packets and random rules for the tests of the engine. */
#ifndef WEIR_UNIT_ENGINE_MAKE_H
#define WEIR_UNIT_ENGINE_MAKE_H

#include <shim.h>
#include <engine/prog.h>
#include <engine/view.h>

/* A number below @n, the same in every run with the same seed. */
u32 make_random(u32 n);
void make_seed(u64 seed);

struct make_packet {
	u8 family;
	u8 mac[14];
	bool has_mac;
	u8 data[600];
	u32 len;
	u32 linear;
	u32 mark;
	u8 pkt_type;
	u8 ip_summed;
	bool has_vlan;
	u16 vlan_tci;
	struct net_device *in;
	struct net_device *out;
};

/* A packet of @family; most are sound, some are cut, bent or fragments. */
void make_packet(struct make_packet *packet, u8 family);
struct sk_buff *make_skb(const struct make_packet *packet);
void make_state(struct nf_hook_state *state, const struct make_packet *packet);

/*
 * A rule for tables of @family. Values are taken from @packet as often as not,
 * so that conditions hold. Jumps lead to chains from @chain to before @chains.
 */
struct weir_rule_body *make_rule(u8 family, const struct make_packet *packet, u32 chain,
				 u32 chains);
void make_rule_free(struct weir_rule_body *body);
/* The next item of a rule with room for it; each is there as a whole, until all are packed. */
struct weir_item *make_item_at_end(struct weir_rule_body *body);
/* Leave each item as much memory as it needs, as the core does with a finished rule. */
void make_packed(struct weir_rule_body *body);
void make_counter_item(struct weir_item *item);
void make_counter_free(struct weir_item *item);
/* What an item counts in, or NULL. */
static inline struct weir_counter *make_item_counter(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_COUNTER ? weir_item_counter(item) : NULL;
}

/* What make_rule() and engine_make_set.c have of each other. */
extern struct weir_match_ops make_match_ops;
struct weir_instance *make_instance(const struct weir_plugin *plugin);
void make_part(struct weir_key_part *part, u8 family);
struct weir_val make_any(u16 len);
struct weir_val make_value(const struct weir_key *key, const struct make_packet *packet);

/*
 * Sets. Their back end is an array, asked from its first element to its last.
 * Named sets are slots of make_slots, which make_ruleset has.
 */
#define MAKE_SLOTS	4096
extern struct weir_set_slot make_slots[MAKE_SLOTS];
extern const struct weir_ruleset make_ruleset;

struct weir_set {
	struct weir_set_spec spec;
	u32 id;
};

/* Offsets of what the elements of @spec have, whose fields and flags are there. */
void make_layout(struct weir_set_spec *spec);
struct weir_content *make_content(const struct weir_set_spec *spec);
struct weir_elem *make_elem(const struct weir_set_spec *spec);
/* @elem is the content's then; NULL where an element is only a key. */
void make_insert(struct weir_content *content, const u8 *from, const u8 *to,
		 struct weir_elem *elem);
void make_content_free(struct weir_content *content);

/* Give @item a random set, or map to @type of @bits. */
void make_lookup(struct weir_item *item, u8 family, const struct make_packet *packet, u8 type,
		 u32 bits, u32 chain, u32 chains);
/* A random item that is about a set. */
void make_set_item(struct weir_item *item, u8 family, const struct make_packet *packet,
		   u32 chain, u32 chains);
void make_lookup_free(struct weir_item *item);
/* Take the counts of an item, and of the elements of its set, to @to. */
u32 make_counts(struct weir_item *item, struct weir_counter *to);

#endif /* WEIR_UNIT_ENGINE_MAKE_H */
