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
 * @config: How many bytes may pass, at most %S64_MAX, and %WEIR_QUOTA_OVER to match
 *   packets that exceed them. It is one number, because it may change while packets
 *   ask.
 * @used: How many passed; above the quota by the packet that was the first over it.
 * @given: The message said what @used is.
 */
struct weir_quota {
	atomic64_t config;
	atomic64_t used;
	bool given;
};

#define WEIR_QUOTA_OVER		BIT_ULL(63)

static u64 weir_quota_bytes(const struct weir_quota *quota)
{
	return atomic64_read(&quota->config) & ~WEIR_QUOTA_OVER;
}

static bool weir_quota_over(const struct weir_quota *quota)
{
	return atomic64_read(&quota->config) & WEIR_QUOTA_OVER;
}

static bool weir_quota_within(struct weir_quota *quota, u64 bytes, u32 len)
{
	if ((u64)atomic64_read(&quota->used) > bytes)
		return false;
	return (u64)atomic64_add_return(len, &quota->used) <= bytes;
}

static bool weir_quota_match(void *priv, struct weir_pkt *pkt)
{
	struct weir_quota *quota = priv;
	u64 config = atomic64_read(&quota->config);

	return weir_quota_within(quota, config & ~WEIR_QUOTA_OVER, pkt->len) !=
	       !!(config & WEIR_QUOTA_OVER);
}

/* What is above the quota did not pass. */
static u64 weir_quota_used(const struct weir_quota *quota)
{
	return min_t(u64, atomic64_read(&quota->used), weir_quota_bytes(quota));
}

static int weir_quota_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_quota *quota = priv;
	u64 bytes, used = 0;

	if (!tb[WEIR_A_QUOTA_BYTES]) {
		NL_SET_ERR_MSG(ctx->extack, "quota needs a number of bytes");
		return -EINVAL;
	}
	bytes = nla_get_u64(tb[WEIR_A_QUOTA_BYTES]);
	if (bytes > S64_MAX) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_QUOTA_BYTES],
				    "a quota is at most 9223372036854775807 bytes");
		return -ERANGE;
	}
	if (tb[WEIR_A_QUOTA_USED])
		used = nla_get_u64(tb[WEIR_A_QUOTA_USED]);
	if (used > bytes) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_QUOTA_USED],
				    "more than all of the quota cannot be used");
		return -ERANGE;
	}
	atomic64_set(&quota->config, bytes | (tb[WEIR_A_QUOTA_OVER] ? WEIR_QUOTA_OVER : 0));
	atomic64_set(&quota->used, used);
	quota->given = tb[WEIR_A_QUOTA_USED];
	return 0;
}

static int weir_quota_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_quota *quota = priv;

	if (nla_put_u64_64bit(skb, WEIR_A_QUOTA_BYTES, weir_quota_bytes(quota),
			      WEIR_A_QUOTA_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_QUOTA_USED, weir_quota_used(quota),
			      WEIR_A_QUOTA_PAD) ||
	    (weir_quota_over(quota) && nla_put_flag(skb, WEIR_A_QUOTA_OVER)))
		return -EMSGSIZE;
	return 0;
}

/* What was used is not what the rule says. */
static bool weir_quota_same(const void *a, const void *b)
{
	const struct weir_quota *x = a, *y = b;

	return atomic64_read(&x->config) == atomic64_read(&y->config);
}

static bool weir_quota_differs(const void *priv, const void *from)
{
	const struct weir_quota *new = from;

	return !weir_quota_same(priv, from) ||
	       (new->given && weir_quota_used(new) != weir_quota_used(priv));
}

static void weir_quota_update(void *priv, const void *from)
{
	const struct weir_quota *new = from;
	struct weir_quota *quota = priv;
	u64 used = atomic64_read(&quota->used);
	/* The packets that were over it did not pass. */
	u64 excess = used - min(used, weir_quota_bytes(quota));

	atomic64_set(&quota->config, atomic64_read(&new->config));
	if (!new->given) {
		atomic64_sub(excess, &quota->used);
		return;
	}
	atomic64_set(&quota->used, atomic64_read(&new->used));
	quota->given = true;
}

static int weir_quota_clone(const struct weir_ctx *ctx, void *priv, const void *from)
{
	const struct weir_quota *old = from;
	struct weir_quota *quota = priv;

	atomic64_set(&quota->config, atomic64_read(&old->config));
	return 0;
}

static void weir_quota_reset(void *priv, const struct nlattr *listed)
{
	u64 used = nla_get_u64(nla_find_nested(listed, WEIR_A_QUOTA_USED));
	struct weir_quota *quota = priv;

	/* All of it: the packet that was the first over it goes as well. */
	if (used == weir_quota_bytes(quota))
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
		.update		= weir_quota_update,
		.differs	= weir_quota_differs,
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
