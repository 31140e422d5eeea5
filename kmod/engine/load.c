// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: what the keys of a packet are. A key that is not there makes the rule
 * fail. The meanings are those of nftables, down to an absent device, which has
 * the index 0 and the empty name but neither type nor group.
 */
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/uidgid.h>
#include <net/cls_cgroup.h>
#include <net/ip.h>
#include <net/sock.h>
#include "ir.h"

/* A value of 128 bits that does not start at a byte. */
#define WEIR_BYTES_MAX	17

bool weir_payload_load(const struct weir_pkt *pkt, enum weir_header base, u32 offset,
		       unsigned int len, struct weir_val *val)
{
	unsigned int first = offset % 8;
	unsigned int bytes = DIV_ROUND_UP(first + len, 8);
	unsigned int shift = bytes * 8 - first - len;
	struct weir_val v = {};
	u8 buf[WEIR_BYTES_MAX];
	unsigned int i;

	if (!weir_pkt_copy(pkt, base, offset / 8, buf, bytes))
		return false;

	for (i = 0; i < bytes - 1; i++) {
		v = weir_val_shl(v, 8);
		v.lo |= buf[i];
	}
	v = weir_val_shl(v, 8 - shift);
	v.lo |= buf[i] >> shift;
	*val = weir_val_and(v, weir_val_mask(len));
	return true;
}

static bool weir_opt_load(const struct weir_insn *insn, const struct weir_pkt *pkt,
			  struct weir_val *val)
{
	enum weir_header base = WEIR_HEADER_NH;
	u32 offset, len = 0;

	switch (insn->kind) {
	case WEIR_HEADER_IP_OPT:
		if (!weir_pkt_find_ip_opt(pkt, insn->option, &offset, &len))
			return false;
		break;
	case WEIR_HEADER_TCP_OPT:
		if (!weir_pkt_find_tcp_opt(pkt, insn->option, &offset, &len))
			return false;
		base = WEIR_HEADER_TH;
		break;
	default:
		/* Headers are not bounded by their length, as in nftables. */
		if (!weir_pkt_find_ip6_ext(pkt, insn->option, &offset))
			return false;
		return weir_payload_load(pkt, base, offset * 8 + insn->offset, insn->len, val);
	}
	if (insn->offset > len * 8 || insn->len > len * 8 - insn->offset)
		return false;
	return weir_payload_load(pkt, base, offset * 8 + insn->offset, insn->len, val);
}

static bool weir_opt_exists(const struct weir_insn *insn, const struct weir_pkt *pkt)
{
	u32 offset, len;

	switch (insn->kind) {
	case WEIR_HEADER_IP_OPT:
		return weir_pkt_find_ip_opt(pkt, insn->option, &offset, &len);
	case WEIR_HEADER_TCP_OPT:
		return weir_pkt_find_tcp_opt(pkt, insn->option, &offset, &len);
	default:
		return weir_pkt_find_ip6_ext(pkt, insn->option, &offset);
	}
}

/* A name as a number: its bytes in network order, NUL behind them. */
static void weir_ifname_load(const struct net_device *dev, struct weir_val *val)
{
	unsigned int i;

	*val = (struct weir_val){};
	for (i = 0; dev && i < 8 && dev->name[i]; i++)
		val->hi |= (u64)(u8)dev->name[i] << (56 - 8 * i);
	for (; i >= 8 && i < IFNAMSIZ && dev->name[i]; i++)
		val->lo |= (u64)(u8)dev->name[i] << (56 - 8 * (i - 8));
}

/* The socket whose packet this is, if it belongs to this namespace. */
static struct sock *weir_full_sk(const struct weir_pkt *pkt)
{
	struct sock *sk = skb_to_full_sk(pkt->skb);

	if (!sk || !sk_fullsock(sk) || !net_eq(pkt->state->net, sock_net(sk)))
		return NULL;
	return sk;
}

static bool weir_owner_load(const struct weir_pkt *pkt, enum weir_meta key, u64 *val)
{
	struct sock *sk = weir_full_sk(pkt);
	const struct cred *cred;
	struct socket *sock;
	bool there = false;

	if (!sk)
		return false;

	read_lock_bh(&sk->sk_callback_lock);
	sock = sk->sk_socket;
	if (sock && sock->file) {
		cred = sock->file->f_cred;
		if (key == WEIR_META_SKUID)
			*val = from_kuid_munged(sock_net(sk)->user_ns, cred->fsuid);
		else
			*val = from_kgid_munged(sock_net(sk)->user_ns, cred->fsgid);
		there = true;
	}
	read_unlock_bh(&sk->sk_callback_lock);
	return there;
}

static bool weir_cgroup_load(const struct weir_pkt *pkt, u64 *val)
{
#ifdef CONFIG_CGROUP_NET_CLASSID
	struct sock *sk = weir_full_sk(pkt);

	if (sk) {
		*val = sock_cgroup_classid(&sk->sk_cgrp_data);
		return true;
	}
#endif
	return false;
}

/* A looped back packet does not say whom it was for; its address does. */
static u8 weir_pkttype(const struct weir_pkt *pkt)
{
	__be32 daddr;

	if (pkt->skb->pkt_type != PACKET_LOOPBACK)
		return pkt->skb->pkt_type;
	if (pkt->nfproto == NFPROTO_IPV4 &&
	    weir_pkt_copy(pkt, WEIR_HEADER_NH, offsetof(struct iphdr, daddr), &daddr,
			  sizeof(daddr)) &&
	    !ipv4_is_multicast(daddr))
		return PACKET_BROADCAST;
	return PACKET_MULTICAST;
}

static bool weir_dev_load(const struct net_device *dev, enum weir_meta key, struct weir_val *val)
{
	switch (key) {
	case WEIR_META_IIF:
	case WEIR_META_OIF:
		val->lo = dev ? dev->ifindex : 0;
		return true;
	case WEIR_META_IIFTYPE:
	case WEIR_META_OIFTYPE:
		if (dev)
			val->lo = dev->type;
		return dev;
	case WEIR_META_IIFGROUP:
	case WEIR_META_OIFGROUP:
		if (dev)
			val->lo = (u32)dev->group;
		return dev;
	default:
		weir_ifname_load(dev, val);
		return true;
	}
}

static u64 weir_clock_load(enum weir_meta key)
{
	u64 days, secs;

	if (key == WEIR_META_TIME)
		return ktime_get_real_ns();
	days = ktime_get_real_seconds();
	secs = do_div(days, 86400);
	/* 1970 began on a Thursday. */
	return key == WEIR_META_HOUR ? secs : ((u32)days + 4) % 7;
}

bool weir_meta_load(const struct weir_pkt *pkt, enum weir_meta key, struct weir_val *val)
{
	const struct sk_buff *skb = pkt->skb;

	*val = (struct weir_val){};
	switch (key) {
	case WEIR_META_NFPROTO:
		val->lo = pkt->nfproto;
		return true;
	case WEIR_META_L4PROTO:
		val->lo = pkt->l4proto;
		return pkt->flags & WEIR_PKT_L4;
	case WEIR_META_PROTOCOL:
		val->lo = ntohs(skb->protocol);
		return true;
	case WEIR_META_LENGTH:
		val->lo = pkt->len;
		return true;
	case WEIR_META_MARK:
		val->lo = skb->mark;
		return true;
	case WEIR_META_PRIORITY:
		val->lo = skb->priority;
		return true;
	case WEIR_META_IIF:
	case WEIR_META_IIFNAME:
	case WEIR_META_IIFTYPE:
	case WEIR_META_IIFGROUP:
		return weir_dev_load(pkt->state->in, key, val);
	case WEIR_META_OIF:
	case WEIR_META_OIFNAME:
	case WEIR_META_OIFTYPE:
	case WEIR_META_OIFGROUP:
		return weir_dev_load(pkt->state->out, key, val);
	case WEIR_META_SKUID:
	case WEIR_META_SKGID:
		return weir_owner_load(pkt, key, &val->lo);
	case WEIR_META_PKTTYPE:
		val->lo = weir_pkttype(pkt);
		return true;
	case WEIR_META_CPU:
		val->lo = raw_smp_processor_id();
		return true;
	case WEIR_META_CGROUP:
		return weir_cgroup_load(pkt, &val->lo);
	case WEIR_META_RANDOM:
		val->lo = get_random_u32();
		return true;
	case WEIR_META_TIME:
	case WEIR_META_DAY:
	case WEIR_META_HOUR:
		val->lo = weir_clock_load(key);
		return true;
	case WEIR_META_NFTRACE:
		break;
	}
	return false;
}

static bool weir_plugin_load(const struct weir_insn *insn, struct weir_pkt *pkt,
			     struct weir_val *val)
{
	struct weir_instance *instance = insn->instance;
	const struct weir_match_ops *ops;

	ops = container_of(instance->plugin, struct weir_match_ops, plugin);
	return ops->load(instance->priv, pkt, val);
}

bool weir_ir_load(const struct weir_insn *insn, struct weir_pkt *pkt, struct weir_val *acc)
{
	*acc = (struct weir_val){};
	switch (insn->op) {
	case WEIR_IR_LOAD:
		return weir_payload_load(pkt, insn->kind, insn->offset, insn->len, acc);
	case WEIR_IR_LOAD_OPT:
		return weir_opt_load(insn, pkt, acc);
	case WEIR_IR_LOAD_EXISTS:
		acc->lo = weir_opt_exists(insn, pkt);
		return true;
	case WEIR_IR_LOAD_META:
		return weir_meta_load(pkt, insn->kind, acc);
	case WEIR_IR_LOAD_PLUGIN:
		return weir_plugin_load(insn, pkt, acc);
	case WEIR_IR_LOAD_IMM:
		*acc = weir_insn_const(insn);
		return true;
	}
	return false;
}
