// SPDX-License-Identifier: GPL-2.0
/*
 * What packets meet of chains and rules, to attributes, for whoever asks for it. What
 * there is of each rule is said with the rule: a chain may have any number of them.
 */

#include "core.h"

/* A table in the attribute tables, see uapi/weir.yaml. */
struct weir_table_record {
	u8 family;
	u8 src;
	u8 dst;
	u8 key;
	__be32 n;
};

static int weir_tables_fill(struct sk_buff *skb, const struct weir_prog *prog)
{
	struct weir_table_record *records;
	struct weir_table_info info;
	struct nlattr *attr;
	u32 i, n = 0;

	while (n < WEIR_TABLES_MAX && weir_prog_table(prog, n, &info))
		n++;
	attr = nla_reserve(skb, WEIR_A_ENGINE_TABLES, n * sizeof(*records));
	if (!attr)
		return -EMSGSIZE;
	records = nla_data(attr);
	for (i = 0; i < n; i++) {
		weir_prog_table(prog, i, &info);
		records[i] = (struct weir_table_record){
			.family = info.family, .src = info.src, .dst = info.dst,
			.key = info.key, .n = cpu_to_be32(info.n),
		};
	}
	return 0;
}

static int weir_classifier_fill(struct sk_buff *skb, const struct weir_prog *prog,
				const struct weir_prog_info *info)
{
	struct weir_key key;

	if (weir_tables_fill(skb, prog) ||
	    nla_put_u32(skb, WEIR_A_ENGINE_RESIDUAL, info->residual) ||
	    nla_put_u32(skb, WEIR_A_ENGINE_NATIVE, info->jit_rules))
		return -EMSGSIZE;
	return weir_prog_key(prog, &key) ? weir_key_fill(skb, WEIR_A_ENGINE_KEY, &key) : 0;
}

static int weir_interpreted_fill(struct sk_buff *skb, u32 why, u32 blocks)
{
	struct nlattr *nest;

	if (!blocks)
		return 0;
	nest = nla_nest_start(skb, WEIR_A_ENGINE_INTERPRETED);
	if (!nest || nla_put_u32(skb, WEIR_A_INTERPRETED_WHY, why) ||
	    nla_put_u32(skb, WEIR_A_INTERPRETED_BLOCKS, blocks))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int weir_blocks_fill(struct sk_buff *skb, const struct weir_prog_info *info)
{
	u32 i;

	if (nla_put_u32(skb, WEIR_A_ENGINE_BLOCKS, info->blocks) ||
	    nla_put_u32(skb, WEIR_A_ENGINE_NATIVE, info->jit_blocks) ||
	    nla_put_u32(skb, WEIR_A_ENGINE_LINEAR, info->linear))
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(info->interpreted); i++)
		if (weir_interpreted_fill(skb, i, info->interpreted[i]))
			return -EMSGSIZE;
	return 0;
}

static void weir_chain_info(const struct weir_chain *chain, struct weir_prog_info *info)
{
	const struct weir_rule *rule;

	weir_prog_info(chain->prog, info);
	list_for_each_entry(rule, &chain->rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_COMMITTED))
			weir_prog_info_rule(chain->prog, rule->code, info);
}

/**
 * weir_chain_explain() - Put what packets meet of a chain into a message.
 * @skb: Where to.
 * @chain: The chain.
 *
 * Return: 0 or -EMSGSIZE.
 */
int weir_chain_explain(struct sk_buff *skb, const struct weir_chain *chain)
{
	struct weir_prog_info info;
	struct nlattr *nest;
	int err;

	if (!chain->prog)
		return 0;
	weir_chain_info(chain, &info);
	nest = nla_nest_start(skb, WEIR_A_CHAIN_ENGINE);
	if (!nest ||
	    nla_put_u64_64bit(skb, WEIR_A_ENGINE_MEMORY, info.bytes, WEIR_A_ENGINE_PAD) ||
	    nla_put_u64_64bit(skb, WEIR_A_ENGINE_CODE, info.code, WEIR_A_ENGINE_PAD))
		return -EMSGSIZE;
	err = info.classified ? weir_classifier_fill(skb, chain->prog, &info) :
	      weir_blocks_fill(skb, &info);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * weir_rule_explain() - Put what packets meet of a rule into a message.
 * @skb: Where to.
 * @rule: The rule, as it was committed.
 *
 * Return: 0 or -EMSGSIZE.
 */
int weir_rule_explain(struct sk_buff *skb, const struct weir_rule *rule)
{
	enum weir_unindexed why = WEIR_UNINDEXED_NONE;

	if (rule->chain->prog)
		why = weir_prog_unindexed(rule->chain->prog, rule->code);
	return why == WEIR_UNINDEXED_NONE ? 0 :
	       nla_put_u32(skb, WEIR_A_RULE_UNINDEXED, why);
}
