// SPDX-License-Identifier: GPL-2.0
/*
 * The match ct: what connection tracking knows of a packet, as keys.
 *
 * Connection tracking costs every packet of a namespace, so it is taken when
 * the first instance in a namespace is made and given back with the last one,
 * per family of the tables that ask. nf_ct_netns_get() counts the users,
 * registers conntrack's hooks and enables defragmentation in front of them:
 * with an instance in a namespace no packet filter behind priority -400 sees
 * fragments.
 *
 * Three kinds of packets have no connection. Those exempted from tracking have
 * the state "untracked". Those that conntrack refused, and those that it has
 * not seen yet because the chain runs before it, have the state "invalid". A
 * template, which only tells conntrack how to make a connection, is none
 * itself: the state then is what the template announces. The other keys are
 * not there in all three cases, and conditions on them fail, negated or not.
 * Writing to a connection that is not there does nothing and lets the rule go
 * on, as it does in nftables.
 */

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>

/**
 * struct weir_ct - An instance: one key.
 * @key: enum weir_ct_key.
 */
struct weir_ct {
	u32 key;
};

static int weir_ct_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_ct *ct = priv;
	int err;

	if (!tb[WEIR_A_CT_KEY]) {
		NL_SET_ERR_MSG(ctx->extack, "ct needs a key");
		return -EINVAL;
	}
	ct->key = nla_get_u32(tb[WEIR_A_CT_KEY]);
	if (ct->key == WEIR_CT_KEY_MARK && !IS_ENABLED(CONFIG_NF_CONNTRACK_MARK)) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_CT_KEY],
				    "this kernel has no connection marks (CONFIG_NF_CONNTRACK_MARK)");
		return -EOPNOTSUPP;
	}

	err = nf_ct_netns_get(ctx->net, ctx->family);
	if (err)
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_CT_KEY],
				    "connection tracking is not available for this family");
	return err;
}

static void weir_ct_destroy(const struct weir_ctx *ctx, void *priv)
{
	nf_ct_netns_put(ctx->net, ctx->family);
}

static int weir_ct_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_ct *ct = priv;

	return nla_put_u32(skb, WEIR_A_CT_KEY, ct->key);
}

static unsigned int weir_ct_len(const void *priv)
{
	const struct weir_ct *ct = priv;

	return ct->key == WEIR_CT_KEY_DIRECTION ? 8 : 32;
}

static bool weir_ct_writable(const void *priv)
{
	const struct weir_ct *ct = priv;

	return ct->key == WEIR_CT_KEY_MARK;
}

static u32 weir_ct_state(const struct nf_conn *conn, enum ip_conntrack_info info)
{
	if (conn)
		return NF_CT_STATE_BIT(info);
	return info == IP_CT_UNTRACKED ? WEIR_CT_STATE_UNTRACKED : WEIR_CT_STATE_INVALID;
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK_MARK)
static u32 weir_ct_mark(const struct nf_conn *conn)
{
	return READ_ONCE(conn->mark);
}

static void weir_ct_set_mark(struct nf_conn *conn, u32 mark)
{
	if (READ_ONCE(conn->mark) == mark)
		return;
	WRITE_ONCE(conn->mark, mark);
	nf_conntrack_event_cache(IPCT_MARK, conn);
}
#else
static u32 weir_ct_mark(const struct nf_conn *conn)
{
	return 0;
}

static void weir_ct_set_mark(struct nf_conn *conn, u32 mark)
{
}
#endif

static bool weir_ct_load(void *priv, struct weir_pkt *pkt, struct weir_val *val)
{
	const struct weir_ct *ct = priv;
	enum ip_conntrack_info info;
	const struct nf_conn *conn;

	conn = nf_ct_get(pkt->skb, &info);
	val->hi = 0;
	if (ct->key == WEIR_CT_KEY_STATE) {
		val->lo = weir_ct_state(conn, info);
		return true;
	}
	if (!conn || nf_ct_is_template(conn))
		return false;

	switch (ct->key) {
	case WEIR_CT_KEY_STATUS:
		val->lo = (u32)READ_ONCE(conn->status);
		return true;
	case WEIR_CT_KEY_DIRECTION:
		val->lo = CTINFO2DIR(info);
		return true;
	case WEIR_CT_KEY_MARK:
		val->lo = weir_ct_mark(conn);
		return true;
	}
	return false;
}

static bool weir_ct_store(void *priv, struct weir_pkt *pkt, const struct weir_val *val)
{
	enum ip_conntrack_info info;
	struct nf_conn *conn;

	conn = nf_ct_get(pkt->skb, &info);
	if (conn && !nf_ct_is_template(conn))
		weir_ct_set_mark(conn, val->lo);
	return true;
}

static struct weir_match_ops weir_ct_ops = {
	.pure = true,
	.plugin = {
		.name		= "ct",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
		.maxattr	= WEIR_A_CT_MAX,
		.policy		= weir_ct_policy,
		.priv_size	= sizeof(struct weir_ct),
		.init		= weir_ct_init,
		.destroy	= weir_ct_destroy,
		.dump		= weir_ct_dump,
	},
	.len		= weir_ct_len,
	.writable	= weir_ct_writable,
	.load		= weir_ct_load,
	.store		= weir_ct_store,
};

static int __init weir_ct_module_init(void)
{
	/* The states are conntrack's own bits; no translation per packet. */
	BUILD_BUG_ON(NF_CT_STATE_INVALID_BIT != (u32)WEIR_CT_STATE_INVALID);
	BUILD_BUG_ON(NF_CT_STATE_BIT(IP_CT_ESTABLISHED) != (u32)WEIR_CT_STATE_ESTABLISHED);
	BUILD_BUG_ON(NF_CT_STATE_BIT(IP_CT_RELATED) != (u32)WEIR_CT_STATE_RELATED);
	BUILD_BUG_ON(NF_CT_STATE_BIT(IP_CT_NEW) != (u32)WEIR_CT_STATE_NEW);
	BUILD_BUG_ON(NF_CT_STATE_UNTRACKED_BIT != (u32)WEIR_CT_STATE_UNTRACKED);

	return weir_register_match(&weir_ct_ops);
}

static void __exit weir_ct_module_exit(void)
{
	weir_unregister_match(&weir_ct_ops);
}

module_init(weir_ct_module_init);
module_exit(weir_ct_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir match ct: connection tracking state, status, direction and mark");
MODULE_ALIAS_WEIR("match", "ct");
