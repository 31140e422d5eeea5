/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filling the view of a packet. This is the price that every packet pays at every
 * hook: the ordinary packet, whose headers are linear and sound, takes the short way
 * here, and all others the careful one in engine/packet.c.
 */
#ifndef _WEIR_ENGINE_VIEW_H
#define _WEIR_ENGINE_VIEW_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <weir/packet.h>

/** weir_ip6_ext() - Whether a protocol is an extension header to be skipped. */
static inline bool weir_ip6_ext(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_FRAGMENT;
}

/* Version 4, no options, no later fragment, and as long as it says. */
static __always_inline bool weir_ip_sound(const struct iphdr *iph, u32 len)
{
	u32 tot_len = ntohs(iph->tot_len);

	return *(const u8 *)iph == 0x45 && !(iph->frag_off & htons(IP_OFFSET)) &&
	       tot_len >= sizeof(*iph) + WEIR_PKT_TH_FAST && tot_len <= len;
}

/* Version 6, no extension header, and as long as it says. */
static __always_inline bool weir_ip6_sound(const struct ipv6hdr *ip6h, u32 len)
{
	return *(const u8 *)ip6h >> 4 == 6 && !weir_ip6_ext(ip6h->nexthdr) &&
	       ntohs(ip6h->payload_len) + sizeof(*ip6h) <= len;
}

/* The part of the fixed network header of a family that can be read at once. */
static __always_inline u32 weir_nh_fixed(u8 nfproto)
{
	return nfproto == NFPROTO_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/**
 * weir_pkt_init_lean() - Begin the view of an ordinary packet: what code of a lean
 *   block reads, &weir_block.lean.
 * @pkt: The view. Only @nh, @th, @len, @th_proto, @nfproto, @cpu_off, @skb, @key
 *   and what the caller sets may be used until weir_pkt_init_rest() has set the others.
 * @skb: The packet; skb->data is at the network header or before it.
 * @nfproto: Its family, a constant.
 *
 * This is what almost every packet is, in as few instructions as can be. It must agree
 * with weir_pkt_refresh(), to which a test compares it.
 *
 * Context: Bottom halves disabled, so that the CPU stays.
 * Return: Whether the packet is an ordinary one: it has %WEIR_PKT_FAST and nothing else
 * that is special. Otherwise weir_pkt_init() can do it.
 */
static __always_inline bool weir_pkt_init_lean(struct weir_pkt *pkt, struct sk_buff *skb,
					       u8 nfproto)
{
	const u32 len = skb->len;
	u8 *nh = skb->data;
	u8 l4proto;

	if (unlikely(skb_network_header(skb) != nh ||
		     len - skb->data_len < weir_nh_fixed(nfproto) + WEIR_PKT_TH_FAST))
		return false;
	if (nfproto == NFPROTO_IPV4) {
		if (unlikely(!weir_ip_sound((const struct iphdr *)nh, len)))
			return false;
		l4proto = ((const struct iphdr *)nh)->protocol;
	} else {
		if (unlikely(!weir_ip6_sound((const struct ipv6hdr *)nh, len)))
			return false;
		l4proto = ((const struct ipv6hdr *)nh)->nexthdr;
	}
	pkt->skb = skb;
	pkt->nh = nh;
	pkt->th = nh + weir_nh_fixed(nfproto);
	pkt->len = len;
	pkt->th_proto = l4proto;
	pkt->nfproto = nfproto;
	/* The distance of this CPU's copy of a per-CPU variable from its base. */
	pkt->cpu_off = (unsigned long)raw_cpu_ptr((u8 __percpu *)NULL);
	return true;
}

/**
 * weir_pkt_init_rest() - Complete a view that weir_pkt_init_lean() has begun.
 * @pkt: The view, with @state.
 *
 * Context: Packet path; what ran since has not changed the packet's headers.
 */
static inline void weir_pkt_init_rest(struct weir_pkt *pkt)
{
	const u32 fixed = weir_nh_fixed(pkt->nfproto);

	pkt->nh_len = skb_headlen(pkt->skb);
	pkt->th_len = pkt->nh_len - fixed;
	pkt->nhoff = 0;
	pkt->thoff = fixed;
	pkt->fragoff = 0;
	pkt->l4proto = pkt->th_proto;
	pkt->flags = WEIR_PKT_L4 | WEIR_PKT_TH | WEIR_PKT_FAST;
}

/**
 * weir_pkt_init() - Fill the view of any packet at a hook.
 * @pkt: The view.
 * @skb: The packet; skb->data is at the network header or before it.
 * @state: The hook.
 *
 * Context: Bottom halves disabled, so that the CPU stays.
 */
static inline void weir_pkt_init(struct weir_pkt *pkt, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_IPV4 ? weir_pkt_init_lean(pkt, skb, NFPROTO_IPV4) :
					weir_pkt_init_lean(pkt, skb, NFPROTO_IPV6)) {
		pkt->state = state;
		weir_pkt_init_rest(pkt);
		return;
	}
	pkt->skb = skb;
	pkt->state = state;
	pkt->nfproto = state->pf;
	pkt->cpu_off = (unsigned long)raw_cpu_ptr((u8 __percpu *)NULL);
	weir_pkt_refresh(pkt);
}

#endif /* _WEIR_ENGINE_VIEW_H */
