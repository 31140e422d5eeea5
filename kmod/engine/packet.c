// SPDX-License-Identifier: GPL-2.0
/*
 * The view of a packet, for all but the ordinary ones: engine/view.h has the short
 * way.
 *
 * Nothing that the packet says of itself is believed: a header that claims more
 * than there is leaves the keys behind it absent.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "view.h"

/* More extension headers than this are no packet but an attack. */
#define WEIR_IP6_EXT_MAX	32

static void weir_pkt_unknown(struct weir_pkt *pkt)
{
	pkt->flags = 0;
	pkt->th_proto = WEIR_PKT_TH_NONE;
	pkt->th = NULL;
	pkt->th_len = 0;
	pkt->thoff = 0;
	pkt->fragoff = 0;
	pkt->l4proto = 0;
}

/*
 * The transport header lies @thoff bytes behind the network header, in a packet
 * that is no later fragment. Copy its beginning if it is not linear.
 */
static void weir_pkt_set_th(struct weir_pkt *pkt, u32 thoff)
{
	if (unlikely(thoff >= pkt->len))
		return;

	if (likely(thoff + WEIR_PKT_TH_FAST <= pkt->nh_len)) {
		pkt->th = pkt->nh + thoff;
		pkt->th_len = pkt->nh_len - thoff;
	} else {
		u32 len = min_t(u32, pkt->len - thoff, WEIR_PKT_TH_BUF);

		if (skb_copy_bits(pkt->skb, pkt->nhoff + thoff, pkt->th_buf, len))
			return;
		if (len < WEIR_PKT_TH_FAST)
			pkt->flags &= ~WEIR_PKT_FAST;
		pkt->th = pkt->th_buf;
		pkt->th_len = len;
	}
	pkt->flags |= WEIR_PKT_TH;
	pkt->th_proto = pkt->l4proto;
}

/* The length that an IPv4 header states; big TCP packets have 0 there. */
static u32 weir_ip_len(const struct weir_pkt *pkt, const struct iphdr *iph)
{
	u32 len = ntohs(iph->tot_len);

	if (unlikely(!len) && skb_is_gso(pkt->skb))
		return pkt->len;
	return len;
}

static void weir_pkt_set_ip(struct weir_pkt *pkt)
{
	struct iphdr *iph, buf __uninitialized;
	u32 len, thoff;

	pkt->flags = WEIR_PKT_FAST;
	iph = (struct iphdr *)pkt->nh;
	if (unlikely(pkt->nh_len < sizeof(*iph))) {
		pkt->flags = 0;
		iph = skb_header_pointer(pkt->skb, pkt->nhoff, sizeof(buf), &buf);
		if (!iph)
			return;
	}

	len = weir_ip_len(pkt, iph);
	thoff = iph->ihl * 4;
	if (unlikely(iph->version != 4 || thoff < sizeof(*iph) || thoff > len || len > pkt->len))
		return;

	pkt->flags |= WEIR_PKT_L4;
	pkt->l4proto = iph->protocol;
	pkt->thoff = pkt->nhoff + thoff;
	pkt->fragoff = ntohs(iph->frag_off) & IP_OFFSET;
	if (likely(!pkt->fragoff))
		weir_pkt_set_th(pkt, thoff);
}

/* A place in a chain of extension headers, and what header is there. */
struct weir_ip6_walk {
	u32 offset;
	u16 fragoff;
	u8 proto;
	bool bad;
};

/*
 * Skip the extension header at @walk. False where that is none, which is the
 * transport header, and with @walk->bad set where the packet ends too early.
 * Behind the fragment header of a later fragment there are only data:
 * @walk->fragoff is set, and there is no next step.
 */
static bool weir_ip6_next(const struct weir_pkt *pkt, struct weir_ip6_walk *walk, bool skip_ah)
{
	struct ipv6_opt_hdr hdr;
	u32 len;

	switch (walk->proto) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_FRAGMENT:
		break;
	case IPPROTO_AH:
		if (skip_ah)
			break;
		return false;
	default:
		return false;
	}

	if (walk->fragoff || !weir_pkt_copy(pkt, WEIR_HEADER_NH, walk->offset, &hdr, sizeof(hdr)))
		goto truncated;

	if (walk->proto == IPPROTO_FRAGMENT) {
		__be16 off;

		if (!weir_pkt_copy(pkt, WEIR_HEADER_NH,
				   walk->offset + offsetof(struct frag_hdr, frag_off),
				   &off, sizeof(off)))
			goto truncated;
		walk->fragoff = ntohs(off) >> 3;
		len = sizeof(struct frag_hdr);
	} else if (walk->proto == IPPROTO_AH) {
		len = (hdr.hdrlen + 2) * 4;
	} else {
		len = (hdr.hdrlen + 1) * 8;
	}

	if (len > pkt->len - walk->offset)
		goto truncated;
	walk->offset += len;
	walk->proto = hdr.nexthdr;
	return true;

truncated:
	walk->bad = true;
	return false;
}

/* Find the transport header behind extension headers. */
static noinline bool weir_ip6_skip(const struct weir_pkt *pkt, struct weir_ip6_walk *walk)
{
	unsigned int i;

	for (i = 0; i < WEIR_IP6_EXT_MAX; i++)
		if (!weir_ip6_next(pkt, walk, false))
			return !walk->bad;
	return false;
}

static void weir_pkt_set_ip6(struct weir_pkt *pkt)
{
	struct weir_ip6_walk walk = { .offset = sizeof(struct ipv6hdr) };
	struct ipv6hdr *ip6h, buf __uninitialized;
	u32 len;

	pkt->flags = WEIR_PKT_FAST;
	ip6h = (struct ipv6hdr *)pkt->nh;
	if (unlikely(pkt->nh_len < sizeof(*ip6h))) {
		pkt->flags = 0;
		ip6h = skb_header_pointer(pkt->skb, pkt->nhoff, sizeof(buf), &buf);
		if (!ip6h)
			return;
	}

	/* A payload length of 0 belongs to a jumbogram or a big TCP packet. */
	len = ntohs(ip6h->payload_len) + sizeof(*ip6h);
	if (unlikely(ip6h->version != 6 || len > pkt->len))
		return;

	walk.proto = ip6h->nexthdr;
	if (unlikely(weir_ip6_ext(walk.proto)) &&
	    (!weir_ip6_skip(pkt, &walk) || pkt->nhoff + walk.offset > U16_MAX))
		return;

	pkt->flags |= WEIR_PKT_L4;
	pkt->l4proto = walk.proto;
	pkt->thoff = pkt->nhoff + walk.offset;
	pkt->fragoff = walk.fragoff;
	if (likely(!walk.fragoff))
		weir_pkt_set_th(pkt, walk.offset);
}

void weir_pkt_refresh(struct weir_pkt *pkt)
{
	const struct sk_buff *skb = pkt->skb;
	u32 nhoff = skb_network_offset(skb);
	u32 headlen = skb_headlen(skb);

	weir_pkt_unknown(pkt);
	pkt->nhoff = nhoff;
	pkt->nh = skb_network_header(skb);
	pkt->len = skb->len - nhoff;
	pkt->nh_len = headlen - nhoff;
	if (unlikely(nhoff > min_t(u32, headlen, U16_MAX))) {
		pkt->nhoff = 0;
		pkt->len = 0;
		pkt->nh_len = 0;
	} else if (pkt->nfproto == NFPROTO_IPV4) {
		weir_pkt_set_ip(pkt);
	} else {
		weir_pkt_set_ip6(pkt);
	}
}

/*
 * The link layer header, with the VLAN tag that the device took out of the
 * packet put back where it was.
 */
static bool weir_pkt_copy_ll(const struct weir_pkt *pkt, u32 offset, u8 *to, u32 len)
{
	const struct sk_buff *skb = pkt->skb;
	const u32 addrs = 2 * ETH_ALEN;
	__be16 tag[2];
	int mac;
	u32 n;

	if (!skb_mac_header_was_set(skb) || !skb_mac_header_len(skb))
		return false;
	mac = skb_mac_header(skb) - skb->data;
	if (!skb_vlan_tag_present(skb))
		return !skb_copy_bits(skb, mac + (int)offset, to, len);

	tag[0] = skb->vlan_proto;
	tag[1] = htons(skb_vlan_tag_get(skb));
	if (offset < addrs) {
		n = min(len, addrs - offset);
		if (skb_copy_bits(skb, mac + (int)offset, to, n))
			return false;
		offset += n;
		to += n;
		len -= n;
	}
	if (len && offset < addrs + VLAN_HLEN) {
		n = min_t(u32, len, addrs + VLAN_HLEN - offset);
		memcpy(to, (u8 *)tag + offset - addrs, n);
		offset += n;
		to += n;
		len -= n;
	}
	return !len || !skb_copy_bits(skb, mac + (int)(offset - VLAN_HLEN), to, len);
}

bool weir_pkt_copy(const struct weir_pkt *pkt, enum weir_header base, u32 offset,
		   void *to, u32 len)
{
	u32 start;

	switch (base) {
	case WEIR_HEADER_LL:
		return offset <= U16_MAX && weir_pkt_copy_ll(pkt, offset, to, len);
	case WEIR_HEADER_NH:
		start = 0;
		break;
	case WEIR_HEADER_TH:
		if (!(pkt->flags & WEIR_PKT_TH))
			return false;
		start = pkt->thoff - pkt->nhoff;
		break;
	default:
		return false;
	}
	if (offset > pkt->len - start || len > pkt->len - start - offset)
		return false;
	return !skb_copy_bits(pkt->skb, pkt->nhoff + start + offset, to, len);
}

bool weir_pkt_ll_ether(const struct weir_pkt *pkt)
{
	const struct net_device *in = pkt->state->in;

	return in && in->type == ARPHRD_ETHER && skb_mac_header_was_set(pkt->skb) &&
	       skb_mac_header_len(pkt->skb) >= ETH_HLEN;
}

bool weir_pkt_find_ip_opt(const struct weir_pkt *pkt, u8 kind, u32 *offset, u32 *len)
{
	u8 opts[60 - sizeof(struct iphdr)];
	bool found = false;
	u32 n, i, optlen;

	if (pkt->nfproto != NFPROTO_IPV4 || !(pkt->flags & WEIR_PKT_L4))
		return false;
	n = pkt->thoff - pkt->nhoff - sizeof(struct iphdr);
	if (!weir_pkt_copy(pkt, WEIR_HEADER_NH, sizeof(struct iphdr), opts, n))
		return false;

	for (i = 0; i < n && opts[i] != IPOPT_END; i += optlen) {
		if (opts[i] == IPOPT_NOOP) {
			optlen = 1;
		} else {
			optlen = i + 1 < n ? opts[i + 1] : 0;
			if (optlen < 2 || optlen > n - i)
				return false;
		}
		if (opts[i] == kind && !found) {
			*offset = sizeof(struct iphdr) + i;
			*len = optlen;
			found = true;
		}
	}
	return found;
}

bool weir_pkt_find_ip6_ext(const struct weir_pkt *pkt, u8 proto, u32 *offset)
{
	struct weir_ip6_walk walk = { .offset = sizeof(struct ipv6hdr) };
	unsigned int i;

	if (pkt->nfproto != NFPROTO_IPV6 ||
	    !weir_pkt_copy(pkt, WEIR_HEADER_NH, offsetof(struct ipv6hdr, nexthdr),
			   &walk.proto, sizeof(walk.proto)))
		return false;

	for (i = 0; i <= WEIR_IP6_EXT_MAX; i++) {
		/* What lies behind the header of a later fragment is data. */
		if (walk.fragoff)
			return false;
		if (walk.proto == proto) {
			*offset = walk.offset;
			return walk.offset < pkt->len;
		}
		if (!weir_ip6_next(pkt, &walk, true))
			return false;
	}
	return false;
}

bool weir_pkt_find_tcp_opt(const struct weir_pkt *pkt, u8 kind, u32 *offset, u32 *len)
{
	const u32 fixed = 20;
	u32 end, i, optlen;
	u8 th[60];

	if (pkt->th_proto != IPPROTO_TCP || !weir_pkt_copy(pkt, WEIR_HEADER_TH, 0, th, fixed))
		return false;
	end = (th[12] >> 4) * 4;
	if (end <= fixed ||
	    !weir_pkt_copy(pkt, WEIR_HEADER_TH, fixed, th + fixed, end - fixed))
		return false;

	/* As nftables does, go on behind the end of the list and make progress. */
	for (i = fixed; i < end - 1; i += optlen) {
		optlen = th[i] <= 1 || !th[i + 1] ? 1 : th[i + 1];
		if (th[i] != kind)
			continue;
		*offset = i;
		*len = optlen;
		return optlen <= end - i;
	}
	return false;
}
