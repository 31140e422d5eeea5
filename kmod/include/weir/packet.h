/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_PACKET_H
#define _WEIR_PACKET_H

#include <linux/types.h>
#include <linux/weir.h>

struct nf_hook_state;
struct sk_buff;
struct weir_prog;
struct weir_ruleset;

/**
 * WEIR_PKT_TH_BUF - Most bytes of transport header that are copied when they
 *   do not lie in the linear part of the packet. Holds a TCP header with all
 *   its options.
 */
#define WEIR_PKT_TH_BUF		64

/**
 * struct weir_val - A value of a key: an unsigned number of up to 128 bits.
 * @lo: The low 64 bits, in host byte order.
 * @hi: The high 64 bits, 0 for keys of at most 64 bits.
 */
struct weir_val {
	u64 lo;
	u64 hi;
};

/**
 * enum weir_pkt_flags - What is known of a packet.
 * @WEIR_PKT_L4: @weir_pkt.l4proto is known.
 * @WEIR_PKT_TH: The transport header is in this packet: it is no later
 *   fragment, and at least one byte of the header is there.
 * @WEIR_PKT_STOLEN: A target took the packet; it must not be touched again.
 * @WEIR_PKT_FAST: What machine code takes for granted: the whole fixed network
 *   header can be read at @weir_pkt.nh, and either there is no transport header
 *   or its first %WEIR_PKT_TH_FAST bytes can be read at @weir_pkt.th.
 */
enum weir_pkt_flags {
	WEIR_PKT_L4	= 1 << 0,
	WEIR_PKT_TH	= 1 << 1,
	WEIR_PKT_STOLEN	= 1 << 2,
	WEIR_PKT_FAST	= 1 << 3,
};

/** WEIR_PKT_TH_FAST - Bytes of a transport header that %WEIR_PKT_FAST is about. */
#define WEIR_PKT_TH_FAST	8

/** WEIR_PKT_TH_NONE - &weir_pkt.th_proto without a transport header. */
#define WEIR_PKT_TH_NONE	0x100

/**
 * struct weir_pkt - The view of one packet in one hook call, on the stack.
 * @skb: The packet.
 * @state: The hook's arguments: namespace, devices, hook number.
 * @nh: Network header; @nh_len bytes can be read there. May be stale after
 *   the packet was written to; weir_pkt_refresh() sets it anew.
 * @th: Transport header, NULL without %WEIR_PKT_TH; @th_len bytes can be read
 *   there. It may be a copy: never write through it.
 * @cpu_off: Offset of this CPU's per-CPU memory; counters are at base + cpu_off.
 * @len: Bytes from the network header on: what counters count.
 * @nh_len: Bytes that can be read at @nh.
 * @th_len: Bytes that can be read at @th, 0 without %WEIR_PKT_TH.
 * @nhoff: Offset of the network header from skb->data.
 * @thoff: Offset of the transport header from skb->data, with %WEIR_PKT_L4.
 * @fragoff: Offset of a fragment in units of 8 bytes, 0 in a first fragment.
 * @th_proto: @l4proto with %WEIR_PKT_TH, otherwise %WEIR_PKT_TH_NONE: one
 *   comparison tells that a TCP header is there.
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6.
 * @l4proto: IPPROTO_* behind extension headers, with %WEIR_PKT_L4.
 * @flags: enum weir_pkt_flags.
 * @rule: Index of a rule, between the engine's parts: in the chain, or in the
 *   block of rules that runs.
 * @target: Chain that a jump or goto leads to, set with the verdict.
 * @label: Place in its chain of the rule that jumps, set with the verdict: its index, or
 *   its label in a classified chain.
 * @insn: Where in the rule the interpreter takes over from machine code.
 * @ruleset: The generation that this packet sees.
 * @prog: The base chain's program; inside engine/hook.c only.
 * @key: The key of a set, field by field, where it is more than one number.
 * @val: The value of a key on its way between machine code and functions.
 * @th_buf: Copy of the transport header where it is not linear.
 *
 * The members up to @l4proto share one cache line; nothing is allocated.
 */
struct weir_pkt {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	const u8 *nh;
	const u8 *th;
	unsigned long cpu_off;
	u32 len;
	u16 nhoff;
	u16 thoff;
	u32 nh_len;
	u16 fragoff;
	u16 th_proto;
	u32 th_len;
	u8 nfproto;
	u8 flags;
	u8 l4proto;
	u32 rule;
	u32 target;
	u32 insn;
	u64 label;
	const struct weir_ruleset *ruleset;
	const struct weir_prog *prog;
	u8 key[WEIR_KEY_MAX] __aligned(8);
	struct weir_val val;
	u8 th_buf[WEIR_PKT_TH_BUF] __aligned(8);
};

/**
 * weir_pkt_refresh() - Set the view's pointers anew after the packet changed.
 * @pkt: The view; skb may have been reallocated or its headers rewritten.
 *
 * Context: Any; no locks.
 */
void weir_pkt_refresh(struct weir_pkt *pkt);

/**
 * weir_pkt_copy() - Copy bytes of a packet that need not be linear.
 * @pkt: The view.
 * @base: %WEIR_HEADER_LL, %WEIR_HEADER_NH or %WEIR_HEADER_TH.
 * @offset: Bytes from the start of that header.
 * @to: Where to.
 * @len: How many bytes.
 *
 * Context: Any; no locks.
 * Return: true, or false if the packet does not have all the bytes.
 */
bool weir_pkt_copy(const struct weir_pkt *pkt, enum weir_header base, u32 offset,
		   void *to, u32 len);

/**
 * weir_pkt_ll_ether() - Whether there is an Ethernet header to look at.
 * @pkt: The view.
 *
 * As in nftables, only a packet that came in through an Ethernet device has
 * one: what lies before the network header on the way out is leftovers.
 *
 * Context: Any; no locks.
 */
bool weir_pkt_ll_ether(const struct weir_pkt *pkt);

/**
 * weir_pkt_find_ip_opt() - Find an IPv4 option.
 * @pkt: The view of an IPv4 packet.
 * @kind: Its kind, with the copied flag and class.
 * @offset: Set to its offset from the network header.
 * @len: Set to its length in bytes.
 *
 * Context: Any; no locks.
 * Return: Whether it is there; never in a header whose options are malformed.
 */
bool weir_pkt_find_ip_opt(const struct weir_pkt *pkt, u8 kind, u32 *offset, u32 *len);

/**
 * weir_pkt_find_ip6_ext() - Find an IPv6 extension header.
 * @pkt: The view of an IPv6 packet.
 * @proto: Its protocol number.
 * @offset: Set to its offset from the network header.
 *
 * Context: Any; no locks.
 * Return: Whether it is there.
 */
bool weir_pkt_find_ip6_ext(const struct weir_pkt *pkt, u8 proto, u32 *offset);

/**
 * weir_pkt_find_tcp_opt() - Find a TCP option.
 * @pkt: The view.
 * @kind: Its kind.
 * @offset: Set to its offset from the transport header.
 * @len: Set to its length in bytes.
 *
 * Context: Any; no locks.
 * Return: Whether it is there, whole, in a TCP header that is whole.
 */
bool weir_pkt_find_tcp_opt(const struct weir_pkt *pkt, u8 kind, u32 *offset, u32 *len);

#endif /* _WEIR_PACKET_H */
