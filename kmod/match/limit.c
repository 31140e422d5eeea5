// SPDX-License-Identifier: GPL-2.0
/*
 * The match limit: a token bucket that all CPUs share.
 *
 * "rate R in each unit U, burst B" is a bucket that gets R tokens in each unit of
 * time and holds at most C of them. For packets a token is a packet and C is B;
 * for bytes a token is a byte and C is R + B, so that one unit's worth of bytes
 * may pass at once even with no burst. A packet conforms if the bucket holds what
 * it costs; then the tokens are taken. It matches if it conforms, or, with
 * "over", if it does not. The arithmetic is in bucket.h; it is exact.
 *
 * The bucket is under a spinlock of the instance, for a few instructions. Where
 * packets exceed the limit by far, most do not get there: whoever finds the
 * bucket empty notes when it will hold a token again, and before that nobody
 * takes the lock or writes the cache line.
 */

#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>
#include "bucket.h"

/**
 * struct weir_limit_config - What the rule says; compared and listed.
 * @rate: Packets or bytes in each unit, not 0.
 * @unit: Seconds.
 * @burst: Packets or bytes.
 * @type: enum weir_limit_type.
 * @over: Match packets that do not conform.
 */
struct weir_limit_config {
	u64 rate;
	u32 unit;
	u32 burst;
	u32 type;
	bool over;
};

/**
 * struct weir_limit - An instance.
 * @config: What the rule says.
 * @ready: Before this tick the bucket holds less than one token.
 * @lock: Protects @bucket, and @config where it changes.
 * @bucket: Packets or bytes that may pass.
 */
struct weir_limit {
	struct weir_limit_config config;

	atomic64_t ready;
	spinlock_t lock; /* bucket, changes of config */
	struct weir_bucket bucket;
};

/* The clock in ticks of the bucket; what the division drops is not lost to it. */
static u64 weir_limit_now(u32 unit)
{
	return div_u64(ktime_get_ns(), unit);
}

/* Take what a packet costs; the lock is held. */
static bool weir_limit_take(struct weir_limit *limit, u32 len, u64 now)
{
	u32 tokens = limit->config.type == WEIR_LIMIT_TYPE_BYTES ? len : 1;
	bool conforms = weir_bucket_take(&limit->bucket, tokens, now);

	if (!conforms)
		atomic64_set(&limit->ready, weir_bucket_ready(&limit->bucket));
	return conforms != limit->config.over;
}

static bool weir_limit_match(void *priv, struct weir_pkt *pkt)
{
	struct weir_limit *limit = priv;
	u32 unit = READ_ONCE(limit->config.unit);
	u64 now = weir_limit_now(unit);
	bool match;

	if (now < (u64)atomic64_read(&limit->ready))
		return READ_ONCE(limit->config.over);

	spin_lock(&limit->lock);
	/* It has new settings: ticks of another length. */
	if (unlikely(unit != limit->config.unit))
		now = weir_limit_now(limit->config.unit);
	match = weir_limit_take(limit, pkt->len, now);
	spin_unlock(&limit->lock);
	return match;
}

/* Those that the language has a word for, so that every limit can be listed. */
static bool weir_limit_unit_valid(u64 seconds)
{
	return seconds == 1 || seconds == 60 || seconds == 3600 || seconds == 24 * 3600 ||
	       seconds == 7 * 24 * 3600;
}

static int weir_limit_parse(struct weir_limit_config *config, struct nlattr *const tb[],
			    struct netlink_ext_ack *extack)
{
	u64 unit;

	if (!tb[WEIR_A_LIMIT_RATE] || !tb[WEIR_A_LIMIT_UNIT]) {
		NL_SET_ERR_MSG(extack, "limit needs a rate and a unit of time");
		return -EINVAL;
	}
	config->rate = nla_get_u64(tb[WEIR_A_LIMIT_RATE]);
	if (!config->rate) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LIMIT_RATE],
				    "the rate of a limit must not be 0");
		return -ERANGE;
	}
	unit = nla_get_u64(tb[WEIR_A_LIMIT_UNIT]);
	if (!weir_limit_unit_valid(unit)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LIMIT_UNIT],
				    "the unit of a limit must be a second, minute, hour, day or week");
		return -ERANGE;
	}
	config->unit = unit;
	config->over = nla_get_flag(tb[WEIR_A_LIMIT_OVER]);
	if (tb[WEIR_A_LIMIT_TYPE])
		config->type = nla_get_u32(tb[WEIR_A_LIMIT_TYPE]);
	if (tb[WEIR_A_LIMIT_BURST])
		config->burst = nla_get_u32(tb[WEIR_A_LIMIT_BURST]);
	if (config->type == WEIR_LIMIT_TYPE_PACKETS && !config->burst) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LIMIT_BURST],
				    "a limit of packets needs a burst of at least 1");
		return -ERANGE;
	}
	return 0;
}

/* Fill the bucket, as the config says; false if it would be too large. */
static bool weir_limit_fill(struct weir_limit *limit)
{
	const struct weir_limit_config *config = &limit->config;
	u64 capacity = config->burst;

	if (config->type == WEIR_LIMIT_TYPE_BYTES &&
	    check_add_overflow(capacity, config->rate, &capacity))
		return false;
	return weir_bucket_init(&limit->bucket, config->rate, capacity,
				weir_limit_now(config->unit));
}

static bool weir_limit_start(struct weir_limit *limit)
{
	spin_lock_init(&limit->lock);
	return weir_limit_fill(limit);
}

static int weir_limit_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_limit *limit = priv;
	int err;

	err = weir_limit_parse(&limit->config, tb, ctx->extack);
	if (err)
		return err;
	if (!weir_limit_start(limit)) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_LIMIT_RATE],
				    "rate and burst of a limit of bytes must be below 18446744074");
		return -EOVERFLOW;
	}
	return 0;
}

static int weir_limit_clone(const struct weir_ctx *ctx, void *priv, const void *from)
{
	struct weir_limit *limit = priv;

	limit->config = ((const struct weir_limit *)from)->config;
	weir_limit_start(limit);
	return 0;
}

static int weir_limit_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_limit_config *config = &((const struct weir_limit *)priv)->config;

	if (nla_put_u64_64bit(skb, WEIR_A_LIMIT_RATE, config->rate, WEIR_A_LIMIT_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_LIMIT_UNIT, config->unit, WEIR_A_LIMIT_PAD) ||
	    nla_put_u32(skb, WEIR_A_LIMIT_BURST, config->burst) ||
	    nla_put_u32(skb, WEIR_A_LIMIT_TYPE, config->type) ||
	    (config->over && nla_put_flag(skb, WEIR_A_LIMIT_OVER)))
		return -EMSGSIZE;
	return 0;
}

/* What is left in the bucket is not what the rule says. */
static bool weir_limit_same(const void *a, const void *b)
{
	const struct weir_limit_config *x = &((const struct weir_limit *)a)->config;
	const struct weir_limit_config *y = &((const struct weir_limit *)b)->config;

	return x->rate == y->rate && x->unit == y->unit && x->burst == y->burst &&
	       x->type == y->type && x->over == y->over;
}

/* With new settings it begins anew, with a full bucket. */
static void weir_limit_update(void *priv, const void *from)
{
	const struct weir_limit_config *config = &((const struct weir_limit *)from)->config;
	struct weir_limit *limit = priv;

	spin_lock_bh(&limit->lock);
	limit->config = *config;
	weir_limit_fill(limit);
	atomic64_set(&limit->ready, 0);
	spin_unlock_bh(&limit->lock);
}

static struct weir_match_ops weir_limit_ops = {
	.plugin = {
		.name		= "limit",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
		.maxattr	= WEIR_A_LIMIT_MAX,
		.policy		= weir_limit_policy,
		.priv_size	= sizeof(struct weir_limit),
		.init		= weir_limit_init,
		.dump		= weir_limit_dump,
		.same		= weir_limit_same,
		.clone		= weir_limit_clone,
		.update		= weir_limit_update,
	},
	.match		= weir_limit_match,
};

static int __init weir_limit_module_init(void)
{
	return weir_register_match(&weir_limit_ops);
}

static void __exit weir_limit_module_exit(void)
{
	weir_unregister_match(&weir_limit_ops);
}

module_init(weir_limit_module_init);
module_exit(weir_limit_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir match limit: rate limit on packets or bytes");
MODULE_ALIAS_WEIR("match", "limit");
