// SPDX-License-Identifier: GPL-2.0
/*
 * The match quota: a number of bytes that may pass, which all CPUs share.
 *
 * Each packet adds its length to what was used; as long as the sum is at most the
 * quota, the packet is within it and matches, or, with "over", does not. Beyond
 * the quota nothing is added any more: all packets are over it, whatever their
 * size, until it is reset, and nobody writes the cache line.
 */

#include <linux/atomic.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>

/**
 * struct weir_quota - An instance.
 * @bytes: How many may pass, at most %S64_MAX.
 * @over: Match packets that exceed them.
 * @used: How many passed; above @bytes by the packet that was the first over it.
 */
struct weir_quota {
	u64 bytes;
	bool over;

	atomic64_t used;
};

static bool weir_quota_within(struct weir_quota *quota, u32 len)
{
	if ((u64)atomic64_read(&quota->used) > quota->bytes)
		return false;
	return (u64)atomic64_add_return(len, &quota->used) <= quota->bytes;
}

static bool weir_quota_match(void *priv, struct weir_pkt *pkt)
{
	struct weir_quota *quota = priv;

	return weir_quota_within(quota, pkt->len) != quota->over;
}

/* What is above the quota did not pass. */
static u64 weir_quota_used(const struct weir_quota *quota)
{
	return min_t(u64, atomic64_read(&quota->used), quota->bytes);
}

static int weir_quota_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_quota *quota = priv;
	u64 used = 0;

	if (!tb[WEIR_A_QUOTA_BYTES]) {
		NL_SET_ERR_MSG(ctx->extack, "quota needs a number of bytes");
		return -EINVAL;
	}
	quota->bytes = nla_get_u64(tb[WEIR_A_QUOTA_BYTES]);
	if (quota->bytes > S64_MAX) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_QUOTA_BYTES],
				    "a quota is at most 9223372036854775807 bytes");
		return -ERANGE;
	}
	if (tb[WEIR_A_QUOTA_USED])
		used = nla_get_u64(tb[WEIR_A_QUOTA_USED]);
	if (used > quota->bytes) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_QUOTA_USED],
				    "more than all of the quota cannot be used");
		return -ERANGE;
	}
	quota->over = nla_get_flag(tb[WEIR_A_QUOTA_OVER]);
	atomic64_set(&quota->used, used);
	return 0;
}

static int weir_quota_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_quota *quota = priv;

	if (nla_put_u64_64bit(skb, WEIR_A_QUOTA_BYTES, quota->bytes, WEIR_A_QUOTA_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_QUOTA_USED, weir_quota_used(quota),
			      WEIR_A_QUOTA_PAD) ||
	    (quota->over && nla_put_flag(skb, WEIR_A_QUOTA_OVER)))
		return -EMSGSIZE;
	return 0;
}

/* What was used is not what the rule says. */
static bool weir_quota_same(const void *a, const void *b)
{
	const struct weir_quota *x = a, *y = b;

	return x->bytes == y->bytes && x->over == y->over;
}

static int weir_quota_clone(const struct weir_ctx *ctx, void *priv, const void *from)
{
	const struct weir_quota *old = from;
	struct weir_quota *quota = priv;

	quota->bytes = old->bytes;
	quota->over = old->over;
	return 0;
}

static void weir_quota_reset(void *priv, const struct nlattr *listed)
{
	u64 used = nla_get_u64(nla_find_nested(listed, WEIR_A_QUOTA_USED));
	struct weir_quota *quota = priv;

	/* All of it: the packet that was the first over it goes as well. */
	if (used == quota->bytes)
		atomic64_set(&quota->used, 0);
	else
		atomic64_sub(used, &quota->used);
}

static struct weir_match_ops weir_quota_ops = {
	.plugin = {
		.name		= "quota",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
		.maxattr	= WEIR_A_QUOTA_MAX,
		.policy		= weir_quota_policy,
		.priv_size	= sizeof(struct weir_quota),
		.init		= weir_quota_init,
		.dump		= weir_quota_dump,
		.same		= weir_quota_same,
		.clone		= weir_quota_clone,
		.reset		= weir_quota_reset,
	},
	.match		= weir_quota_match,
};

static int __init weir_quota_module_init(void)
{
	return weir_register_match(&weir_quota_ops);
}

static void __exit weir_quota_module_exit(void)
{
	weir_unregister_match(&weir_quota_ops);
}

module_init(weir_quota_module_init);
module_exit(weir_quota_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir match quota: a number of bytes that may pass");
MODULE_ALIAS_WEIR("match", "quota");
