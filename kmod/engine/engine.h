/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core asks of the engine. The core owns objects and transactions;
 * the engine turns rules into code, chains into programs and a namespace's
 * programs into one immutable ruleset, and runs packets through it.
 *
 * Ownership. A &struct weir_code belongs to its rule. A &struct weir_prog is
 * one generation of one chain; it points to code of rules and to machine code
 * blocks that later generations of the chain may share. A &struct weir_ruleset
 * is one generation of a namespace: an array of programs by chain id, which is
 * the only thing that packets follow, so replacing the pointer to it changes
 * every chain in one step.
 *
 * Order at commit: create code (at each message), create programs of changed
 * chains, create the ruleset, publish it, wait for a grace period, destroy what
 * the old generation alone used. Everything that can fail comes before publish.
 */
#ifndef _WEIR_ENGINE_H
#define _WEIR_ENGINE_H

#include <linux/netfilter.h>
#include <linux/types.h>
#include <weir/rule.h>

struct netlink_ext_ack;
struct seq_file;

/**
 * WEIR_CHAIN_NONE - No chain: an id that no chain has.
 */
#define WEIR_CHAIN_NONE		(~0U)

/**
 * weir_code_create() - Lower the items of a rule to IR.
 * @body: Items are complete and checked; on success @body->code is set.
 * @family: Family of the table.
 * @extack: Takes the reason of a refusal.
 *
 * Chains that the rule leads to must have their ids.
 *
 * Context: Process context; may sleep.
 * Return: 0, -ENOMEM, or -EOPNOTSUPP for what has no code.
 */
int weir_code_create(struct weir_rule_body *body, u8 family,
		     struct netlink_ext_ack *extack);

/**
 * weir_code_destroy() - Free a rule's code after a grace period, or before it
 * was ever published.
 * @code: May be NULL.
 *
 * Context: Process context; may sleep.
 */
void weir_code_destroy(struct weir_code *code);

/**
 * struct weir_prog_spec - What a chain's program is made of.
 * @n_rules: Number of @rules.
 * @rules: Code of the rules in order.
 * @base: A base chain.
 * @policy: %NF_ACCEPT or %NF_DROP, for a base chain.
 * @jit: Make machine code where possible.
 */
struct weir_prog_spec {
	u32 n_rules;
	struct weir_code *const *rules;
	bool base;
	u8 policy;
	bool jit;
};

/**
 * weir_prog_create() - Compile one generation of a chain.
 * @spec: What of; copied.
 * @old: The chain's program so far, or NULL. Blocks of machine code whose rules
 *   did not change are shared with it.
 *
 * A block that cannot be turned into machine code, for want of memory or of a
 * JIT, is interpreted; that is no error.
 *
 * Context: Process context; may sleep.
 * Return: The program or ERR_PTR(-ENOMEM).
 */
struct weir_prog *weir_prog_create(const struct weir_prog_spec *spec,
				   struct weir_prog *old);

/**
 * weir_prog_destroy() - Free a program after a grace period, or before it was
 * ever published.
 * @prog: May be NULL.
 *
 * Context: Process context; may sleep.
 */
void weir_prog_destroy(struct weir_prog *prog);

/**
 * struct weir_prog_info - What a program is, for people.
 * @blocks: Number of blocks.
 * @jit_blocks: How many of them are machine code.
 * @bytes: Memory in bytes, code of rules not included.
 */
struct weir_prog_info {
	u32 blocks;
	u32 jit_blocks;
	size_t bytes;
};

/**
 * weir_prog_info() - Describe a program.
 * @prog: The program.
 * @info: Filled.
 *
 * Context: Whatever keeps @prog alive.
 */
void weir_prog_info(const struct weir_prog *prog, struct weir_prog_info *info);

/**
 * struct weir_ruleset - One generation of a namespace's programs.
 * @gen: The generation.
 * @n_progs: Number of @progs.
 * @progs: By chain id; NULL where there is no chain or its table is dormant.
 *
 * Immutable once it is published. The core allocates it, fills it and frees it
 * (kvfree()) after a grace period.
 */
struct weir_ruleset {
	u64 gen;
	u32 n_progs;
	struct weir_prog *progs[];
};

/**
 * struct weir_attach - Where a base chain meets packets; the private argument
 * of its hook function.
 * @ruleset: The namespace's current ruleset pointer.
 * @chain: Id of the base chain.
 */
struct weir_attach {
	struct weir_ruleset __rcu *const *ruleset;
	u32 chain;
};

/**
 * weir_hook() - The hook function of every base chain.
 * @priv: &struct weir_attach.
 * @skb: The packet.
 * @state: Where it is.
 *
 * Context: rcu_read_lock(), as netfilter calls it; bottom halves may be enabled.
 * Return: A netfilter verdict.
 */
unsigned int weir_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif /* _WEIR_ENGINE_H */
