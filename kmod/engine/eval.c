// SPDX-License-Identifier: GPL-2.0
/*
 * Evaluation: the way of a packet through the chains. Blocks run one after the
 * other; what a block cannot do by itself, to follow jumps and to come back, is
 * done here with a stack that is as deep as the core allows chains to be.
 */
#include <linux/netfilter.h>
#include "class.h"

/**
 * struct weir_frame - Where to go on after a chain.
 * @prog: The chain that jumped.
 * @label: The place behind the rule that jumped: an index, or a label.
 */
struct weir_frame {
	const struct weir_prog *prog;
	u64 label;
};

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

/* Run the blocks of a chain from @rule on until something decides, or to their end. */
static enum weir_exit weir_slots_run(const struct weir_prog *prog, struct weir_pkt *pkt, u32 rule)
{
	const struct weir_slot *slot;
	enum weir_exit exit;

	while (rule < prog->n_rules) {
		slot = weir_prog_slot(prog, rule);
		exit = weir_block_run(slot->block, pkt, rule - slot->first);
		if (exit == WEIR_EXIT_JUMP)
			pkt->label = slot->first + pkt->rule;
		if (exit != WEIR_EXIT_NEXT)
			return exit;
		rule = slot->first + slot->block->n_rules;
	}
	return WEIR_EXIT_RETURN;
}

/* Run a chain from a place on. */
static enum weir_exit weir_prog_run(const struct weir_prog *prog, struct weir_pkt *pkt, u64 label)
{
	if (prog->class)
		return weir_class_run(prog, pkt, label);
	return weir_slots_run(prog, pkt, label);
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
	u64 label;

	for (;;) {
		switch (exit) {
		case WEIR_EXIT_JUMP:
			/* The core refuses deeper chains. */
			if (WARN_ON_ONCE(depth == WEIR_DEPTH_MAX))
				return WEIR_EXIT_DROP;
			stack[depth].prog = prog;
			stack[depth++].label = pkt->label + 1;
			fallthrough;
		case WEIR_EXIT_GOTO:
			if (WARN_ON_ONCE(pkt->target >= ruleset->n_progs))
				return WEIR_EXIT_DROP;
			prog = ruleset->progs[pkt->target];
			if (WARN_ON_ONCE(!prog))
				return WEIR_EXIT_DROP;
			label = 0;
			break;
		case WEIR_EXIT_RETURN:
			if (!depth)
				return exit;
			prog = stack[--depth].prog;
			label = stack[depth].label;
			break;
		default:
			return exit;
		}
		exit = weir_prog_run(prog, pkt, label);
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
	const struct weir_block *block;

	if (prog->class)
		return weir_eval_end(ruleset, prog, pkt, exit);
	block = prog->slots[0].block;
	if (exit == WEIR_EXIT_PUNT)
		exit = weir_interp(block, pkt, pkt->rule, pkt->insn);
	if (exit == WEIR_EXIT_NEXT)
		exit = weir_slots_run(prog, pkt, block->n_rules);
	else if (exit == WEIR_EXIT_JUMP)
		pkt->label = pkt->rule;
	return weir_eval_end(ruleset, prog, pkt, exit);
}
