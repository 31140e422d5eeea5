// SPDX-License-Identifier: GPL-2.0
/*
 * The match limit: a token bucket that all CPUs share.
 *
 * "rate R in each unit U, burst B" is a bucket that is filled with R tokens in
 * each unit of time and holds at most C of them. For packets a token is a
 * packet and C is B; for bytes a token is a byte and C is R + B, so that
 * one unit's worth of bytes may pass at once even with no burst. A packet
 * conforms if the bucket holds what it costs; then the tokens are taken. It
 * matches if it conforms, or, with "over", if it does not. The bucket starts
 * full.
 *
 * Counting is exact, whatever the rate. Time is counted in ticks of one
 * billionth of the unit, and the bucket in billionths of a token: each tick
 * adds exactly R of them and a packet takes exactly 10^9 for each of its
 * tokens. Nothing is divided but the clock, whose remainder is not lost
 * because every reading starts from the same zero; so there is no rounding
 * error to add up. An example: 3 packets a second. One tick is 1 ns and adds
 * 3, a packet costs 1000000000; after three packets, a fourth passes when
 * 333333334 ns have gone by, and over a year 3 * 31536000 pass.
 *
 * What a bucket holds fits into 64 bits as long as C is below 2^64 / 10^9,
 * about 18.4 * 10^9 tokens; more is refused. The time since the last packet
 * times R may not fit; but then the bucket is full, which is asked first.
 *
 * The critical section is an addition, a comparison and a subtraction under a
 * spinlock of the instance. Where packets exceed the limit by far, most do not
 * get there: whoever finds the bucket empty notes when it will hold a token
 * again, and before that nobody takes the lock or writes the cache line.
 */

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/spinlock.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>

/** WEIR_LIMIT_SCALE - Ticks in a unit of time, and parts in a token. */
#define WEIR_LIMIT_SCALE	1000000000ULL

/**
 * struct weir_limit_config - What the rule says; compared and listed.
 * @rate: Tokens in each unit, not 0.
 * @unit: Seconds.
 * @burst: Tokens.
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
 * @full: What the bucket holds when it is full, in parts of a token.
 * @fill_ticks: Ticks in which an empty bucket is surely full.
 * @ready: Before this tick the bucket holds less than one token.
 * @lock: Protects the members below.
 * @level: What the bucket held at @last, in parts of a token.
 * @last: Tick of the last packet that looked.
 */
struct weir_limit {
	struct weir_limit_config config;
	u64 full;
	u64 fill_ticks;

	atomic64_t ready;
	spinlock_t lock; /* level and last */
	u64 level;
	u64 last;
};

static u64 weir_limit_now(const struct weir_limit *limit)
{
	return div_u64(ktime_get_ns(), limit->config.unit);
}

/* What the bucket holds now; other CPUs may have seen a later tick already. */
static u64 weir_limit_level(const struct weir_limit *limit, u64 now)
{
	u64 ticks = now > limit->last ? now - limit->last : 0;
	u64 room = limit->full - limit->level;

	if (ticks >= limit->fill_ticks || ticks * limit->config.rate >= room)
		return limit->full;
	return limit->level + ticks * limit->config.rate;
}

/* Take @tokens if the bucket holds as many. */
static bool weir_limit_conforms(struct weir_limit *limit, u32 tokens)
{
	u64 now = weir_limit_now(limit), cost = tokens * WEIR_LIMIT_SCALE;
	bool conforms;

	if (now < (u64)atomic64_read(&limit->ready))
		return false;

	spin_lock(&limit->lock);
	limit->level = weir_limit_level(limit, now);
	limit->last = max(limit->last, now);
	conforms = cost <= limit->level;
	if (conforms)
		limit->level -= cost;
	else if (limit->level < WEIR_LIMIT_SCALE)
		atomic64_set(&limit->ready, limit->last +
			     div64_u64(WEIR_LIMIT_SCALE - limit->level, limit->config.rate));
	spin_unlock(&limit->lock);
	return conforms;
}

static bool weir_limit_match(void *priv, struct weir_pkt *pkt)
{
	struct weir_limit *limit = priv;
	u32 tokens = limit->config.type == WEIR_LIMIT_TYPE_BYTES ? pkt->len : 1;

	return weir_limit_conforms(limit, tokens) != limit->config.over;
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

static int weir_limit_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_limit *limit = priv;
	struct weir_limit_config *config = &limit->config;
	u64 capacity;
	int err;

	err = weir_limit_parse(config, tb, ctx->extack);
	if (err)
		return err;

	capacity = config->burst;
	if ((config->type == WEIR_LIMIT_TYPE_BYTES &&
	     check_add_overflow(capacity, config->rate, &capacity)) ||
	    check_mul_overflow(capacity, WEIR_LIMIT_SCALE, &limit->full)) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_LIMIT_RATE],
				    "rate and burst of a limit of bytes must be below 18446744074");
		return -EOVERFLOW;
	}
	limit->fill_ticks = div64_u64(limit->full, config->rate) + 1;

	spin_lock_init(&limit->lock);
	limit->level = limit->full;
	limit->last = weir_limit_now(limit);
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
