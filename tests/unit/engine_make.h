/* SPDX-License-Identifier: GPL-2.0 */
/* Random packets and random rules for the tests of the engine. */
#ifndef WEIR_UNIT_ENGINE_MAKE_H
#define WEIR_UNIT_ENGINE_MAKE_H

#include <shim.h>
#include <engine/prog.h>

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

#endif /* WEIR_UNIT_ENGINE_MAKE_H */
