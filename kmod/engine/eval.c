// SPDX-License-Identifier: GPL-2.0
/*
 * Evaluation: the way of a packet through the chains. Blocks run one after the
 * other; what a block cannot do by itself, to follow jumps and to come back, is
 * done here with a stack that is as deep as the core allows chains to be.
 */
#include <linux/netfilter.h>
#include "prog.h"

/**
 * struct weir_frame - Where to go on after a chain.
 * @prog: The chain that jumped.
 * @rule: The rule behind the jump.
 */
struct weir_frame {
	const struct weir_prog *prog;
	u32 rule;
};

/*
 * The next rule at or after @rule that can match the packet; n_rules if there is
 * none. This is where a classifier will tell; for now each rule can.
 */
static inline u32 weir_prog_next(const struct weir_prog *prog, const struct weir_pkt *pkt,
				 u32 rule)
{
	return rule;
}

/* The slot that has @rule. */
static const struct weir_slot *weir_prog_slot(const struct weir_prog *prog, u32 rule)
{
	u32 left = 0, right = prog->n_slots;

	while (right - left > 1) {
		u32 mid = left + (right - left) / 2;

		if (prog->slots[mid].first <= rule)
			left = mid;
		else
			right = mid;
	}
	return &prog->slots[left];
}

static enum weir_exit weir_block_run(const struct weir_block *block, struct weir_pkt *pkt,
				     u32 rule)
{
	u32 insn = 0;

	if (likely(block->bpf && pkt->flags & WEIR_PKT_FAST)) {
		enum weir_exit exit;

		pkt->rule = rule;
		exit = weir_native_run(block->bpf, pkt);
		if (likely(exit != WEIR_EXIT_PUNT))
			return exit;
		rule = pkt->rule;
		insn = pkt->insn;
	}
	return weir_interp(block, pkt, rule, insn);
}

/* Run a chain from @rule on until something decides, or to its end. */
static __always_inline enum weir_exit weir_prog_run(const struct weir_prog *prog,
						    struct weir_pkt *pkt, u32 rule)
{
	const struct weir_slot *slot;
	enum weir_exit exit;

	rule = weir_prog_next(prog, pkt, rule);
	while (rule < prog->n_rules) {
		slot = weir_prog_slot(prog, rule);
		exit = weir_block_run(slot->block, pkt, rule - slot->first);
		if (exit == WEIR_EXIT_JUMP)
			pkt->rule += slot->first;
		if (exit != WEIR_EXIT_NEXT)
			return exit;
		rule = weir_prog_next(prog, pkt, slot->first + slot->block->n_rules);
	}
	return WEIR_EXIT_RETURN;
}

/*
 * Follow the jump or goto @exit of @prog, and all behind it, until something
 * decides; _RETURN where the base chain ends. Apart, because most packets need
 * no stack and its memory has a price.
 */
static noinline enum weir_exit weir_eval_jumps(const struct weir_ruleset *ruleset,
					       const struct weir_prog *prog,
					       struct weir_pkt *pkt, enum weir_exit exit)
{
	struct weir_frame stack[WEIR_DEPTH_MAX] __uninitialized;
	unsigned int depth = 0;
	u32 rule;

	for (;;) {
		switch (exit) {
		case WEIR_EXIT_JUMP:
			/* The core refuses deeper chains. */
			if (WARN_ON_ONCE(depth == WEIR_DEPTH_MAX))
				return WEIR_EXIT_DROP;
			stack[depth++] = (struct weir_frame){ .prog = prog, .rule = pkt->rule + 1 };
			fallthrough;
		case WEIR_EXIT_GOTO:
			if (WARN_ON_ONCE(pkt->target >= ruleset->n_progs))
				return WEIR_EXIT_DROP;
			prog = ruleset->progs[pkt->target];
			if (WARN_ON_ONCE(!prog))
				return WEIR_EXIT_DROP;
			rule = 0;
			break;
		case WEIR_EXIT_RETURN:
			if (!depth)
				return exit;
			prog = stack[--depth].prog;
			rule = stack[depth].rule;
			break;
		default:
			return exit;
		}
		exit = weir_prog_run(prog, pkt, rule);
	}
}

/* The base chain has been run, from its start or from anywhere. */
static enum weir_exit weir_eval_end(const struct weir_ruleset *ruleset,
				    const struct weir_prog *prog, struct weir_pkt *pkt,
				    enum weir_exit exit)
{
	if (exit == WEIR_EXIT_JUMP || exit == WEIR_EXIT_GOTO)
		exit = weir_eval_jumps(ruleset, prog, pkt, exit);
	if (exit != WEIR_EXIT_RETURN)
		return exit;
	return prog->policy == NF_ACCEPT ? WEIR_EXIT_ACCEPT : WEIR_EXIT_DROP;
}

enum weir_exit weir_eval(const struct weir_ruleset *ruleset, const struct weir_prog *prog,
			 struct weir_pkt *pkt)
{
	return weir_eval_end(ruleset, prog, pkt, weir_prog_run(prog, pkt, 0));
}

enum weir_exit weir_eval_on(const struct weir_ruleset *ruleset, const struct weir_prog *prog,
			    struct weir_pkt *pkt, enum weir_exit exit)
{
	const struct weir_block *block = prog->slots[0].block;

	if (exit == WEIR_EXIT_PUNT)
		exit = weir_interp(block, pkt, pkt->rule, pkt->insn);
	if (exit == WEIR_EXIT_NEXT)
		exit = weir_prog_run(prog, pkt, block->n_rules);
	return weir_eval_end(ruleset, prog, pkt, exit);
}
