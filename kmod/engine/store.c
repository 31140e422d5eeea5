// SPDX-License-Identifier: GPL-2.0
/*
 * Stores: writing keys of a packet.
 *
 * Checksums are repaired from the difference between the old and the new bytes,
 * 16 bits at a time, so a wrong checksum stays as wrong as it was. What a write
 * to a named header touches tells what to repair:
 *
 *	any byte of the IPv4 header	the header's own checksum
 *	addresses of either IP header	the transport checksum, whose pseudo
 *					header has them
 *	the transport header		the transport checksum
 *
 * The pseudo header has protocol and length as well, but to change those makes
 * another transport header, of which no checksum is known.
 * A write to a checksum itself stands as it is. Raw writes repair nothing, as
 * in nftables. A checksum of the whole packet that the device computed describes
 * another packet afterwards and is forgotten.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/sctp/checksum.h>
#include <net/tcp.h>
#include "ir.h"

/* 17 bytes of a value, and one at either end to make whole words. */
#define WEIR_STORE_MAX	20

/**
 * struct weir_patch - Bytes to write, in whole words of 16 bits.
 * @base: Offset of the header from skb->data; may be negative.
 * @offset: Of the first word from there.
 * @len: Bytes, even.
 * @from: What is there.
 * @to: What will be.
 */
struct weir_patch {
	int base;
	u32 offset;
	u32 len;
	__be16 from[WEIR_STORE_MAX / 2];
	__be16 to[WEIR_STORE_MAX / 2];
};

static enum weir_header weir_header_base(enum weir_header header)
{
	switch (header) {
	case WEIR_HEADER_LL:
	case WEIR_HEADER_ETHER:
		return WEIR_HEADER_LL;
	case WEIR_HEADER_NH:
	case WEIR_HEADER_IP:
	case WEIR_HEADER_IP6:
		return WEIR_HEADER_NH;
	default:
		return WEIR_HEADER_TH;
	}
}

static bool weir_store_base(const struct weir_pkt *pkt, enum weir_header base, u32 end, int *at)
{
	const struct sk_buff *skb = pkt->skb;

	switch (base) {
	case WEIR_HEADER_LL:
		if (!skb_mac_header_was_set(skb) || !skb_mac_header_len(skb))
			return false;
		/* Behind the addresses lies what the device took out. */
		if (skb_vlan_tag_present(skb) && end > 12)
			return false;
		*at = skb_mac_header(skb) - skb->data;
		return true;
	case WEIR_HEADER_NH:
		*at = pkt->nhoff;
		return true;
	default:
		*at = pkt->thoff;
		return pkt->flags & WEIR_PKT_TH;
	}
}

/* Put @len bits of @val at bit @first of @to. */
static void weir_bits_put(u8 *to, unsigned int first, unsigned int len, struct weir_val val)
{
	unsigned int last = first + len, bit;

	while (last > first) {
		unsigned int n = min(last - first, (last - 1) % 8 + 1);

		bit = 8 - ((last - 1) % 8 + 1);
		to[(last - 1) / 8] &= ~(GENMASK(n - 1, 0) << bit);
		to[(last - 1) / 8] |= (val.lo & GENMASK(n - 1, 0)) << bit;
		val = weir_val_shr(val, n);
		last -= n;
	}
}

/* Read the words around the bits and change the bits in them. */
static bool weir_patch_make(const struct weir_pkt *pkt, struct weir_patch *patch,
			    enum weir_header base, u32 offset, unsigned int len,
			    struct weir_val val)
{
	u32 first = offset / 8, end = DIV_ROUND_UP(offset + len, 8);
	u32 size = pkt->skb->len;

	if (!weir_store_base(pkt, base, end, &patch->base))
		return false;
	if (patch->base > 0 ? end > size - patch->base : end > size)
		return false;

	patch->offset = round_down(first, 2);
	patch->len = round_up(end, 2) - patch->offset;
	memset(patch->from, 0, sizeof(patch->from));
	/* The last word of a packet of odd length is half a word. */
	if (skb_copy_bits(pkt->skb, patch->base + (int)patch->offset, patch->from,
			  end - patch->offset))
		return false;
	if ((end & 1) && skb_copy_bits(pkt->skb, patch->base + (int)end,
				       (u8 *)patch->from + patch->len - 1, 1))
		patch->len--;
	memcpy(patch->to, patch->from, sizeof(patch->to));
	weir_bits_put((u8 *)patch->to, offset - patch->offset * 8, len, val);
	return true;
}

static bool weir_patch_covers(const struct weir_patch *patch, u32 offset, u32 len)
{
	return patch->offset < offset + len && offset < patch->offset + patch->len;
}

static bool weir_patch_write(struct weir_pkt *pkt, const struct weir_patch *patch)
{
	int at = patch->base + (int)patch->offset;

	return !skb_ensure_writable(pkt->skb, max(at + (int)patch->len, 0)) &&
	       !skb_store_bits(pkt->skb, at, patch->to, patch->len);
}

/* Where the internet checksum of the transport header lies, or -1. */
static int weir_th_csum(const struct weir_pkt *pkt)
{
	__sum16 sum;

	switch (pkt->th_proto) {
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_UDP:
		/* Without a checksum; it stays without. */
		if (!weir_pkt_copy(pkt, WEIR_HEADER_TH, offsetof(struct udphdr, check), &sum,
				   sizeof(sum)) || !sum)
			return -1;
		return offsetof(struct udphdr, check);
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return offsetof(struct udphdr, check);
	case IPPROTO_ICMP:
		return offsetof(struct icmphdr, checksum);
	case IPPROTO_ICMPV6:
		return offsetof(struct icmp6hdr, icmp6_cksum);
	case IPPROTO_IGMP:
		return offsetof(struct igmphdr, csum);
	}
	return -1;
}

static bool weir_th_pseudo(const struct weir_pkt *pkt)
{
	return pkt->th_proto != IPPROTO_ICMP && pkt->th_proto != IPPROTO_IGMP;
}

/* Sums that are not left to the device: the IPv4 header's own. */
static bool weir_csum_repair_ip(struct weir_pkt *pkt, const struct weir_patch *patch)
{
	int at = pkt->nhoff + offsetof(struct iphdr, check);
	struct sk_buff *skb = pkt->skb;
	__sum16 sum;
	u32 i;

	if (skb_copy_bits(skb, at, &sum, sizeof(sum)))
		return false;
	for (i = 0; i < patch->len / 2; i++)
		csum_replace2(&sum, patch->from[i], patch->to[i]);
	return !skb_ensure_writable(skb, at + sizeof(sum)) &&
	       !skb_store_bits(skb, at, &sum, sizeof(sum));
}

/* Repair the transport checksum for the words of @patch from @first to @last. */
static bool weir_csum_repair_th(struct weir_pkt *pkt, int csum, const struct weir_patch *patch,
				u32 first, u32 last, bool pseudo)
{
	struct sk_buff *skb = pkt->skb;
	int at = pkt->thoff + csum;
	__sum16 sum;
	u32 i;

	if (skb_copy_bits(skb, at, &sum, sizeof(sum)))
		return false;
	for (i = 0; i < DIV_ROUND_UP(patch->len, 2); i++) {
		u32 byte = patch->offset + i * 2;

		if (byte >= first && byte <= last)
			inet_proto_csum_replace2(&sum, skb, patch->from[i], patch->to[i], pseudo);
	}
	/* 0 means that a UDP packet has no checksum. */
	if (!sum && skb->ip_summed != CHECKSUM_PARTIAL &&
	    (pkt->th_proto == IPPROTO_UDP || pkt->th_proto == IPPROTO_UDPLITE))
		sum = CSUM_MANGLED_0;
	return !skb_ensure_writable(skb, at + sizeof(sum)) &&
	       !skb_store_bits(skb, at, &sum, sizeof(sum));
}

/* The pseudo header has the addresses, @len bytes from @first on. */
static bool weir_repair_addrs(struct weir_pkt *pkt, const struct weir_patch *patch,
			      u32 first, u32 len)
{
	int csum = weir_th_csum(pkt);

	if (csum < 0 || !weir_th_pseudo(pkt) ||
	    !weir_patch_covers(patch, first, len))
		return true;
	return weir_csum_repair_th(pkt, csum, patch, first, first + len - 1, true);
}

static bool weir_repair_nh(struct weir_pkt *pkt, const struct weir_patch *patch)
{
	u32 len = sizeof(struct iphdr);

	if (pkt->nfproto == NFPROTO_IPV6)
		return weir_repair_addrs(pkt, patch, offsetof(struct ipv6hdr, saddr),
					 2 * sizeof(struct in6_addr));

	if (pkt->flags & WEIR_PKT_L4)
		len = pkt->thoff - pkt->nhoff;
	if (!weir_patch_covers(patch, offsetof(struct iphdr, check), sizeof(__sum16)) &&
	    patch->offset + patch->len <= len && !weir_csum_repair_ip(pkt, patch))
		return false;
	return weir_repair_addrs(pkt, patch, offsetof(struct iphdr, saddr), 2 * sizeof(__be32));
}

/* A checksum that covers only the beginning of the packet ends here. */
static u32 weir_th_coverage(const struct weir_pkt *pkt)
{
	u8 th[10];
	u32 cov;

	switch (pkt->th_proto) {
	case IPPROTO_UDPLITE:
		if (weir_pkt_copy(pkt, WEIR_HEADER_TH, 0, th, 8)) {
			cov = th[4] << 8 | th[5];
			return cov ? cov : U32_MAX;
		}
		break;
	case IPPROTO_DCCP:
		if (weir_pkt_copy(pkt, WEIR_HEADER_TH, 0, th, 10)) {
			cov = th[5] & 0xf;
			return cov ? th[4] * 4 + (cov - 1) * 4 : U32_MAX;
		}
		break;
	}
	return U32_MAX;
}

static bool weir_repair_th(struct weir_pkt *pkt, const struct weir_patch *patch)
{
	int csum = weir_th_csum(pkt);

	/* What is still to be summed up needs no repair. */
	if (csum < 0 || pkt->skb->ip_summed == CHECKSUM_PARTIAL ||
	    weir_patch_covers(patch, csum, sizeof(__sum16)) ||
	    patch->offset >= weir_th_coverage(pkt))
		return true;
	return weir_csum_repair_th(pkt, csum, patch, 0, U32_MAX, false);
}

/* SCTP's checksum has no difference to go by; it is computed anew. */
static bool weir_repair_sctp(struct weir_pkt *pkt)
{
	const u32 check = offsetof(struct sctphdr, checksum);
	struct sk_buff *skb = pkt->skb;
	__le32 sum;

	if (pkt->th_proto != IPPROTO_SCTP || skb->ip_summed == CHECKSUM_PARTIAL)
		return true;
	if (skb_ensure_writable(skb, pkt->thoff + sizeof(struct sctphdr)))
		return false;
	sum = sctp_compute_cksum(skb, pkt->thoff);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return !skb_store_bits(skb, pkt->thoff + check, &sum, sizeof(sum));
}

bool weir_payload_store(struct weir_pkt *pkt, enum weir_header header, u32 offset,
			unsigned int len, struct weir_val val)
{
	enum weir_header base = weir_header_base(header);
	struct weir_patch patch;
	bool done = true;

	if (!weir_patch_make(pkt, &patch, base, offset, len, val))
		return false;
	if (pkt->skb->ip_summed == CHECKSUM_COMPLETE)
		pkt->skb->ip_summed = CHECKSUM_NONE;

	if (header != base && base == WEIR_HEADER_NH)
		done = weir_repair_nh(pkt, &patch);
	else if (header != base && base == WEIR_HEADER_TH)
		done = weir_repair_th(pkt, &patch);
	done = done && weir_patch_write(pkt, &patch);
	if (done && header == WEIR_HEADER_SCTP && offset / 8 != offsetof(struct sctphdr, checksum))
		done = weir_repair_sctp(pkt);
	weir_pkt_refresh(pkt);
	return done;
}

/*
 * Write a TCP option. The maximum segment size is only ever lowered, because a
 * larger one than the sender meant stalls the connection.
 */
static bool weir_opt_store(const struct weir_insn *insn, struct weir_pkt *pkt,
			   const struct weir_val *val)
{
	struct weir_val old;
	u32 offset, len;

	if (!weir_pkt_find_tcp_opt(pkt, insn->option, &offset, &len))
		return true;
	if (insn->offset > len * 8 || insn->len > len * 8 - insn->offset)
		return false;
	if (!weir_payload_load(pkt, WEIR_HEADER_TH, offset * 8 + insn->offset, insn->len, &old))
		return false;
	if (insn->option == TCPOPT_MSS && insn->len == 16 && old.lo <= val->lo)
		return true;
	return weir_payload_store(pkt, WEIR_HEADER_TCP, offset * 8 + insn->offset,
				  insn->len, *val);
}

/* Types that may be exchanged for one another. */
static bool weir_pkttype_ok(u64 type)
{
	return type <= PACKET_OTHERHOST;
}

void weir_meta_store(struct weir_pkt *pkt, enum weir_meta key, u64 val)
{
	struct sk_buff *skb = pkt->skb;

	switch (key) {
	case WEIR_META_MARK:
		skb->mark = val;
		break;
	case WEIR_META_PRIORITY:
		skb->priority = val;
		break;
	case WEIR_META_PKTTYPE:
		if (weir_pkttype_ok(val) && weir_pkttype_ok(skb->pkt_type))
			skb->pkt_type = val;
		break;
	case WEIR_META_NFTRACE:
#if IS_ENABLED(CONFIG_NETFILTER_XT_TARGET_TRACE) || IS_ENABLED(CONFIG_NF_TABLES)
		skb->nf_trace = !!val;
#endif
		break;
	default:
		break;
	}
}

bool weir_ir_store(const struct weir_insn *insn, struct weir_pkt *pkt,
		   const struct weir_val *acc)
{
	const struct weir_match_ops *ops;

	switch (insn->op) {
	case WEIR_IR_STORE:
		return weir_payload_store(pkt, insn->kind, insn->offset, insn->len, *acc);
	case WEIR_IR_STORE_OPT:
		return weir_opt_store(insn, pkt, acc);
	case WEIR_IR_STORE_META:
		weir_meta_store(pkt, insn->kind, acc->lo);
		return true;
	case WEIR_IR_STORE_PLUGIN:
		ops = container_of(insn->instance->plugin, struct weir_match_ops, plugin);
		return ops->store(insn->instance->priv, pkt, acc);
	}
	return false;
}
