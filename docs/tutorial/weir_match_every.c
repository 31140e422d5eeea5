// SPDX-License-Identifier: GPL-2.0
/*
 * The match every: "every N" matches each Nth packet that gets to it. All CPUs
 * count together, so that of 1,000 packets exactly 1,000 / N match.
 */

#include <linux/atomic.h>
#include <linux/math64.h>
#include <weir/plugin.h>

/* Attributes are this plug-in's own; user space numbers them alike. */
enum {
	EVERY_A_UNSPEC,
	EVERY_A_N,
	__EVERY_A_MAX,
};

#define EVERY_A_MAX (__EVERY_A_MAX - 1)

static const struct nla_policy every_policy[EVERY_A_MAX + 1] = {
	[EVERY_A_N] = { .type = NLA_U32 },
};

/**
 * struct every - An instance: one "every N" in one rule.
 * @n: What the rule says.
 * @seen: Packets so far.
 */
struct every {
	u32 n;
	atomic64_t seen;
};

/* Control path: a writer adds a rule. The memory at priv is zeroed. */
static int every_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct every *every = priv;

	if (!tb[EVERY_A_N]) {
		NL_SET_ERR_MSG(ctx->extack, "every needs a number of packets");
		return -EINVAL;
	}
	every->n = nla_get_u32(tb[EVERY_A_N]);
	if (!every->n) {
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[EVERY_A_N], "every 0 packets never come");
		return -ERANGE;
	}
	return 0;
}

/* Control path: list what init would take. */
static int every_dump(struct sk_buff *skb, const void *priv)
{
	const struct every *every = priv;

	return nla_put_u32(skb, EVERY_A_N, every->n);
}

/* Control path: do two rules say the same? What was seen is not what they say. */
static bool every_same(const void *a, const void *b)
{
	return ((const struct every *)a)->n == ((const struct every *)b)->n;
}

/* Packet path: many CPUs at once, bottom halves disabled, must not sleep. */
static bool every_match(void *priv, struct weir_pkt *pkt)
{
	struct every *every = priv;
	u32 rest;

	div_u64_rem(atomic64_inc_return(&every->seen), every->n, &rest);
	return !rest;
}

static struct weir_match_ops every_ops = {
	.plugin = {
		.name		= "every",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
		.maxattr	= EVERY_A_MAX,
		.policy		= every_policy,
		.priv_size	= sizeof(struct every),
		.init		= every_init,
		.dump		= every_dump,
		.same		= every_same,
	},
	.match		= every_match,
};

static int __init every_module_init(void)
{
	return weir_register_match(&every_ops);
}

static void __exit every_module_exit(void)
{
	weir_unregister_match(&every_ops);
}

module_init(every_module_init);
module_exit(every_module_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("weir match every: each Nth packet");
MODULE_ALIAS_WEIR("match", "every");
