// SPDX-License-Identifier: GPL-2.0
/* Where packets come in: the hook function of every base chain. */
#include <linux/bottom_half.h>
#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include "prog.h"

static unsigned int weir_hook_run(const struct weir_ruleset *ruleset,
				  const struct weir_prog *prog, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	struct weir_pkt pkt __uninitialized;

	weir_pkt_init(&pkt, skb, state);
	pkt.sets = ruleset->sets;
	switch (weir_eval(ruleset, prog, &pkt)) {
	case WEIR_EXIT_ACCEPT:
		return NF_ACCEPT;
	case WEIR_EXIT_STOLEN:
		return NF_STOLEN;
	default:
		return NF_DROP;
	}
}

unsigned int weir_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct weir_attach *attach = priv;
	const struct weir_ruleset *ruleset = rcu_dereference(*attach->ruleset);
	const struct weir_prog *prog;
	unsigned int verdict;

	/* A chain that is not in this generation yet, or not any more. */
	if (unlikely(!ruleset || attach->chain >= ruleset->n_progs))
		return NF_ACCEPT;
	prog = ruleset->progs[attach->chain];
	if (unlikely(!prog))
		return NF_ACCEPT;

	/* Counters are exact because one CPU runs one packet at a time. */
	if (likely(softirq_count()))
		return weir_hook_run(ruleset, prog, skb, state);
	local_bh_disable();
	verdict = weir_hook_run(ruleset, prog, skb, state);
	local_bh_enable();
	return verdict;
}
