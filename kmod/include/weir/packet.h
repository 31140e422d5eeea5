/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_PACKET_H
#define _WEIR_PACKET_H

#include <linux/types.h>
#include <linux/weir.h>

struct nf_hook_state;
struct sk_buff;

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
 */
enum weir_pkt_flags {
	WEIR_PKT_L4	= 1 << 0,
	WEIR_PKT_TH	= 1 << 1,
	WEIR_PKT_STOLEN	= 1 << 2,
};

/**
 * struct weir_pkt - The view of one packet in one hook call, on the stack.
 * @skb: The packet.
 * @state: The hook's arguments: namespace, devices, hook number.
 * @nh: Network header; @nh_len bytes can be read there. May be stale after
 *   the packet was written to; weir_pkt_refresh() sets it anew.
 * @th: Transport header, NULL without %WEIR_PKT_TH; @th_len bytes can be read
 *   there. It may be a copy: write through weir_pkt_store() only.
 * @cpu_off: Offset of this CPU's per-CPU memory; counters are at base + cpu_off.
 * @len: Bytes from the network header on: what counters count.
 * @nhoff: Offset of the network header from skb->data.
 * @thoff: Offset of the transport header from skb->data, with %WEIR_PKT_L4.
 * @nh_len: Bytes that can be read at @nh.
 * @th_len: Bytes that can be read at @th, 0 without %WEIR_PKT_TH.
 * @fragoff: Offset of a fragment in units of 8 bytes, 0 in a first fragment.
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6.
 * @l4proto: IPPROTO_* behind extension headers, with %WEIR_PKT_L4.
 * @flags: enum weir_pkt_flags.
 * @hook: enum nf_inet_hooks.
 * @rule: Index in its chain of the rule that is evaluated.
 * @target: Chain that a jump or goto leads to, set with the verdict.
 * @th_buf: Copy of the transport header where it is not linear.
 *
 * The members up to @target share one cache line; nothing is allocated.
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
	u16 nh_len;
	u16 th_len;
	u16 fragoff;
	u8 nfproto;
	u8 l4proto;
	u8 flags;
	u8 hook;
	u32 rule;
	u32 target;
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

#endif /* _WEIR_PACKET_H */
