// SPDX-License-Identifier: GPL-2.0
/*
 * The target reject: drop a packet and tell its sender.
 *
 * The answer is an ICMP or ICMPv6 destination unreachable with a code, or a TCP
 * reset. ICMP and ICMPv6 number their codes differently, so a rule either names
 * a code of one of them, and then packets of the other family do not match it,
 * or one of the four meanings that both have (icmpx). A TCP reset answers TCP
 * only, and other packets do not match.
 *
 * The packet is dropped whether an answer was sent or not. None is sent for
 * what must not be answered: later fragments, bad checksums, resets, ICMP
 * errors, and what the kernel's own rate limit on ICMP holds back.
 *
 * In a table of one family, icmpx is turned into that family's code at once, so
 * that rules which do the same are the same and are listed alike.
 *
 * The answer goes back by a route to the sender, so it is for hooks where the
 * packet still has an input device, or is of this host: all but postrouting.
 */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>

/** WEIR_REJECT_ICMPV6_MAX - Highest ICMPv6 unreachable code, RFC 8883. */
#define WEIR_REJECT_ICMPV6_MAX	8

#define WEIR_REJECT_HOOKS	(WEIR_HOOKS_ALL & ~BIT(NF_INET_POST_ROUTING))

/**
 * struct weir_reject - An instance.
 * @type: enum weir_reject_type.
 * @code: Of that type.
 */
struct weir_reject {
	u32 type;
	u8 code;
};

static const u8 weir_reject_icmpx4[] = {
	[WEIR_REJECT_ICMPX_NO_ROUTE]		= ICMP_NET_UNREACH,
	[WEIR_REJECT_ICMPX_PORT_UNREACH]	= ICMP_PORT_UNREACH,
	[WEIR_REJECT_ICMPX_HOST_UNREACH]	= ICMP_HOST_UNREACH,
	[WEIR_REJECT_ICMPX_ADMIN_PROHIBITED]	= ICMP_PKT_FILTERED,
};

static const u8 weir_reject_icmpx6[] = {
	[WEIR_REJECT_ICMPX_NO_ROUTE]		= ICMPV6_NOROUTE,
	[WEIR_REJECT_ICMPX_PORT_UNREACH]	= ICMPV6_PORT_UNREACH,
	[WEIR_REJECT_ICMPX_HOST_UNREACH]	= ICMPV6_ADDR_UNREACH,
	[WEIR_REJECT_ICMPX_ADMIN_PROHIBITED]	= ICMPV6_ADM_PROHIBITED,
};

/* The highest code of a type of answer. */
static u8 weir_reject_code_max(u32 type)
{
	switch (type) {
	case WEIR_REJECT_TYPE_ICMP:
		return NR_ICMP_UNREACH;
	case WEIR_REJECT_TYPE_ICMPV6:
		return WEIR_REJECT_ICMPV6_MAX;
	default:
		return ARRAY_SIZE(weir_reject_icmpx4) - 1;
	}
}

static int weir_reject_parse_code(struct weir_reject *reject, struct nlattr *const tb[],
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = tb[WEIR_A_REJECT_CODE];

	if (reject->type == WEIR_REJECT_TYPE_TCP_RESET) {
		if (!attr)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, attr, "a TCP reset has no code");
		return -EINVAL;
	}
	if (!attr) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_REJECT_TYPE], "reject needs a code");
		return -EINVAL;
	}
	reject->code = nla_get_u8(attr);
	if (reject->code > weir_reject_code_max(reject->type)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "there is no such unreachable code");
		return -ERANGE;
	}
	return 0;
}

/* Make a code of icmpx that of the table's family, if it has only one. */
static void weir_reject_resolve_icmpx(struct weir_reject *reject, u8 family)
{
	if (family == NFPROTO_IPV4) {
		reject->type = WEIR_REJECT_TYPE_ICMP;
		reject->code = weir_reject_icmpx4[reject->code];
	} else if (family == NFPROTO_IPV6) {
		reject->type = WEIR_REJECT_TYPE_ICMPV6;
		reject->code = weir_reject_icmpx6[reject->code];
	}
}

static int weir_reject_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_reject *reject = priv;
	int err;

	if (!tb[WEIR_A_REJECT_TYPE]) {
		NL_SET_ERR_MSG(ctx->extack, "reject needs a type of answer");
		return -EINVAL;
	}
	reject->type = nla_get_u32(tb[WEIR_A_REJECT_TYPE]);
	if (reject->type == WEIR_REJECT_TYPE_ICMP && ctx->family == NFPROTO_IPV6) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_REJECT_TYPE],
				    "a table of family ip6 cannot reject with icmp");
		return -EINVAL;
	}
	if (reject->type == WEIR_REJECT_TYPE_ICMPV6 && ctx->family == NFPROTO_IPV4) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_REJECT_TYPE],
				    "a table of family ip cannot reject with icmpv6");
		return -EINVAL;
	}

	err = weir_reject_parse_code(reject, tb, ctx->extack);
	if (err)
		return err;
	if (reject->type == WEIR_REJECT_TYPE_ICMPX)
		weir_reject_resolve_icmpx(reject, ctx->family);
	return 0;
}

static int weir_reject_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_reject *reject = priv;

	if (nla_put_u32(skb, WEIR_A_REJECT_TYPE, reject->type) ||
	    (reject->type != WEIR_REJECT_TYPE_TCP_RESET &&
	     nla_put_u8(skb, WEIR_A_REJECT_CODE, reject->code)))
		return -EMSGSIZE;
	return 0;
}

static bool weir_reject_applies(const struct weir_reject *reject, const struct weir_pkt *pkt)
{
	switch (reject->type) {
	case WEIR_REJECT_TYPE_ICMP:
		return pkt->nfproto == NFPROTO_IPV4;
	case WEIR_REJECT_TYPE_ICMPV6:
		return pkt->nfproto == NFPROTO_IPV6;
	case WEIR_REJECT_TYPE_TCP_RESET:
		return (pkt->flags & WEIR_PKT_L4) && pkt->l4proto == IPPROTO_TCP;
	default:
		return true;
	}
}

static void weir_reject_reset(const struct weir_pkt *pkt)
{
	const struct nf_hook_state *state = pkt->state;

	if (pkt->nfproto == NFPROTO_IPV4)
		nf_send_reset(state->net, state->sk, pkt->skb, state->hook);
	else
		nf_send_reset6(state->net, state->sk, pkt->skb, state->hook);
}

static void weir_reject_unreach(const struct weir_reject *reject, const struct weir_pkt *pkt)
{
	bool icmpx = reject->type == WEIR_REJECT_TYPE_ICMPX;
	const struct nf_hook_state *state = pkt->state;
	u8 code = reject->code;

	if (pkt->nfproto == NFPROTO_IPV4)
		nf_send_unreach(pkt->skb, icmpx ? weir_reject_icmpx4[code] : code, state->hook);
	else
		nf_send_unreach6(state->net, pkt->skb, icmpx ? weir_reject_icmpx6[code] : code,
				 state->hook);
}

static enum weir_result weir_reject_target(void *priv, struct weir_pkt *pkt)
{
	const struct weir_reject *reject = priv;

	if (!weir_reject_applies(reject, pkt))
		return WEIR_RESULT_NEXT;

	if (reject->type == WEIR_REJECT_TYPE_TCP_RESET)
		weir_reject_reset(pkt);
	else
		weir_reject_unreach(reject, pkt);
	return WEIR_RESULT_DROP;
}

static struct weir_target_ops weir_reject_ops = {
	.plugin = {
		.name		= "reject",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_REJECT_HOOKS,
		.maxattr	= WEIR_A_REJECT_MAX,
		.policy		= weir_reject_policy,
		.priv_size	= sizeof(struct weir_reject),
		.init		= weir_reject_init,
		.dump		= weir_reject_dump,
	},
	.terminal	= true,
	.target		= weir_reject_target,
};

static int __init weir_reject_module_init(void)
{
	return weir_register_target(&weir_reject_ops);
}

static void __exit weir_reject_module_exit(void)
{
	weir_unregister_target(&weir_reject_ops);
}

module_init(weir_reject_module_init);
module_exit(weir_reject_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir target reject: drop and answer with ICMP, ICMPv6 or a TCP reset");
MODULE_ALIAS_WEIR("target", "reject");
