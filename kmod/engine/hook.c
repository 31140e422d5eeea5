// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come in: the hook function of every base chain. What nearly every
 * packet needs is here in one piece: the view, and machine code of the first rules.
 */
#include <linux/bottom_half.h>
#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include "class.h"
#include "view.h"

/* Any packet, and any chain. */
static noinline unsigned int weir_hook_slow(const struct weir_ruleset *ruleset,
					    const struct weir_prog *prog, struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	struct weir_pkt pkt __uninitialized;

	if (!prog->n_rules)
		return prog->policy;
	weir_pkt_init(&pkt, skb, state);
	pkt.ruleset = ruleset;
	return weir_eval(ruleset, prog, &pkt);
}

/* The view of an ordinary packet, as far as chains need it that end early. */
static __always_inline bool weir_hook_view(struct weir_pkt *pkt,
					   const struct weir_ruleset *ruleset,
					   struct sk_buff *skb,
					   const struct nf_hook_state *state, u8 nfproto)
{
	if (unlikely(!weir_pkt_init_lean(pkt, skb, nfproto)))
		return false;
	pkt->state = state;
	pkt->ruleset = ruleset;
	return true;
}

/* Chains with a classifier. */
static __always_inline unsigned int weir_hook_class(const struct weir_ruleset *ruleset,
						    const struct weir_prog *prog,
						    struct sk_buff *skb,
						    const struct nf_hook_state *state, u8 nfproto)
{
	struct weir_pkt pkt __uninitialized;
	enum weir_exit exit;

	if (unlikely(!weir_hook_view(&pkt, ruleset, skb, state, nfproto)))
		return weir_hook_slow(ruleset, prog, skb, state);
	exit = nfproto == NFPROTO_IPV4 ? weir_class_run_lean_ip(prog, &pkt) :
					 weir_class_run_lean_ip6(prog, &pkt);
	if (likely(exit <= WEIR_EXIT_STOLEN))
		return exit;
	if (likely(exit == WEIR_EXIT_RETURN))
		return prog->policy;
	return weir_eval_on(ruleset, prog, &pkt, exit);
}

static noinline unsigned int weir_hook_class_ip(const struct weir_ruleset *ruleset,
						const struct weir_prog *prog, struct sk_buff *skb,
						const struct nf_hook_state *state)
{
	return weir_hook_class(ruleset, prog, skb, state, NFPROTO_IPV4);
}

static noinline unsigned int weir_hook_class_ip6(const struct weir_ruleset *ruleset,
						 const struct weir_prog *prog, struct sk_buff *skb,
						 const struct nf_hook_state *state)
{
	return weir_hook_class(ruleset, prog, skb, state, NFPROTO_IPV6);
}

/* The first block of the base chain has not decided, and there is more to do. */
static noinline unsigned int weir_hook_on(struct weir_pkt *pkt, enum weir_exit exit)
{
	const struct weir_prog *prog = pkt->prog;

	if (prog->lean)
		weir_pkt_init_rest(pkt);
	return weir_eval_on(pkt->ruleset, prog, pkt, exit);
}

/*
 * Arguments that are needed later are put into the view, so that no register has to
 * be saved for them.
 */
static __always_inline unsigned int weir_hook_run(const struct weir_ruleset *ruleset,
						  const struct weir_prog *prog,
						  struct sk_buff *skb,
						  const struct nf_hook_state *state, u8 nfproto)
{
	struct weir_pkt pkt __uninitialized;
	enum weir_exit exit;

	if (unlikely(!weir_hook_view(&pkt, ruleset, skb, state, nfproto)))
		return weir_hook_slow(ruleset, prog, skb, state);
	pkt.prog = prog;
	if (!prog->lean) {
		weir_pkt_init_rest(&pkt);
		pkt.rule = 0;
	}
	exit = weir_native_run(prog->native, &pkt);
	if (likely(exit <= WEIR_EXIT_STOLEN))
		return exit;
	if (likely(exit == WEIR_EXIT_NEXT && pkt.prog->n_slots == 1))
		return pkt.prog->policy;
	return weir_hook_on(&pkt, exit);
}

/* A function for each family: what is the same for all its packets is a constant. */
static noinline unsigned int weir_hook_ip(const struct weir_ruleset *ruleset,
					  const struct weir_prog *prog, struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	return weir_hook_run(ruleset, prog, skb, state, NFPROTO_IPV4);
}

static noinline unsigned int weir_hook_ip6(const struct weir_ruleset *ruleset,
					   const struct weir_prog *prog, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	return weir_hook_run(ruleset, prog, skb, state, NFPROTO_IPV6);
}

static __always_inline unsigned int weir_hook_any(const struct weir_ruleset *ruleset,
						  const struct weir_prog *prog,
						  struct sk_buff *skb,
						  const struct nf_hook_state *state)
{
	const bool ip = state->pf == NFPROTO_IPV4;

	if (prog->native)
		return ip ? weir_hook_ip(ruleset, prog, skb, state) :
			    weir_hook_ip6(ruleset, prog, skb, state);
	if (prog->class)
		return ip ? weir_hook_class_ip(ruleset, prog, skb, state) :
			    weir_hook_class_ip6(ruleset, prog, skb, state);
	return weir_hook_slow(ruleset, prog, skb, state);
}

/* Counters are exact because one CPU runs one packet at a time. */
static noinline unsigned int weir_hook_process(const struct weir_ruleset *ruleset,
					       const struct weir_prog *prog,
					       struct sk_buff *skb,
					       const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = weir_hook_any(ruleset, prog, skb, state);
	local_bh_enable();
	return verdict;
}

unsigned int weir_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct weir_attach *attach = priv;
	const struct weir_ruleset *ruleset = rcu_dereference(*attach->ruleset);
	const struct weir_prog *prog;

	/* A chain that is not in this generation yet, or not any more. */
	if (unlikely(!ruleset || attach->chain >= ruleset->n_progs))
		return NF_ACCEPT;
	prog = ruleset->progs[attach->chain];
	if (unlikely(!prog))
		return NF_ACCEPT;
	if (unlikely(!softirq_count()))
		return weir_hook_process(ruleset, prog, skb, state);
	return weir_hook_any(ruleset, prog, skb, state);
}
