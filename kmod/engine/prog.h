/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs of chains, inside the engine. A program is a row of blocks, and a
 * block is some consecutive rules: as machine code, and always as code for the
 * interpreter. Blocks are shared by the generations of a chain that have them.
 */
#ifndef _WEIR_ENGINE_PROG_H
#define _WEIR_ENGINE_PROG_H

#include <linux/filter.h>
#include <linux/types.h>
#include "engine.h"
#include "ir.h"

/**
 * enum weir_exit - How the run of a block ended. What decides about the packet is
 *   numbered as netfilter's verdicts are.
 * @WEIR_EXIT_DROP: Drop the packet.
 * @WEIR_EXIT_ACCEPT: Accept it.
 * @WEIR_EXIT_STOLEN: A target took it.
 * @WEIR_EXIT_NEXT: No rule of the block decided.
 * @WEIR_EXIT_RETURN: Return to the chain before.
 * @WEIR_EXIT_JUMP: Jump to &weir_pkt.target, from the rule &weir_pkt.rule of
 *   the block.
 * @WEIR_EXIT_GOTO: Go to &weir_pkt.target.
 * @WEIR_EXIT_PUNT: Machine code cannot do this; the interpreter goes on at
 *   instruction &weir_pkt.insn of rule &weir_pkt.rule of the block.
 * @WEIR_EXIT_NONE: Only inside, and from a &weir_residue: the rule goes on.
 * @WEIR_EXIT_FAIL: Only inside: the rule failed.
 */
enum weir_exit {
	WEIR_EXIT_DROP = NF_DROP,
	WEIR_EXIT_ACCEPT = NF_ACCEPT,
	WEIR_EXIT_STOLEN = NF_STOLEN,
	WEIR_EXIT_NEXT,
	WEIR_EXIT_RETURN,
	WEIR_EXIT_JUMP,
	WEIR_EXIT_GOTO,
	WEIR_EXIT_PUNT,
	WEIR_EXIT_NONE,
	WEIR_EXIT_FAIL,
};

/** weir_verdict_exit() - How a rule ends with a verdict, enum weir_verdict. */
static inline enum weir_exit weir_verdict_exit(u8 verdict)
{
	switch ((enum weir_verdict)verdict) {
	case WEIR_VERDICT_ACCEPT:
		return WEIR_EXIT_ACCEPT;
	case WEIR_VERDICT_RETURN:
		return WEIR_EXIT_RETURN;
	case WEIR_VERDICT_JUMP:
		return WEIR_EXIT_JUMP;
	case WEIR_VERDICT_GOTO:
		return WEIR_EXIT_GOTO;
	case WEIR_VERDICT_CONTINUE:
		return WEIR_EXIT_NONE;
	case WEIR_VERDICT_DROP:
		break;
	}
	return WEIR_EXIT_DROP;
}

/**
 * struct weir_block - Consecutive rules of a chain.
 * @refs: How many programs have it; under the namespace's lock.
 * @n_rules: Number of @rules.
 * @bpf: Machine code of them, or NULL.
 * @lean: @bpf reads no more of the packet's view than weir_pkt_init_lean() sets.
 * @interpreted: Why there is no @bpf, enum weir_interpreted.
 * @size: eBPF instructions of @bpf.
 * @rules: Code of the rules.
 *
 * Machine code is entered at the first rule, and at each rule behind one that
 * jumps.
 */
struct weir_block {
	u32 refs;
	u32 n_rules;
	struct bpf_prog *bpf;
	bool lean;
	u8 interpreted;
	u32 size;
	const struct weir_code *rules[];
};

/**
 * struct weir_residue - Machine code of rules of which a run is about one.
 * @refs: How many of the rules are still there; under the namespace's lock.
 * @bpf: The machine code.
 *
 * It is entered at the rule &weir_pkt.rule, without &weir_code.skip. It ends with _NEXT
 * where that does not decide, and with _NONE where the conditions of a &weir_code.simple
 * rule hold.
 */
struct weir_residue {
	u32 refs;
	struct bpf_prog *bpf;
};

/** weir_code_residual() - Whether a rule is more than its boxes. */
static inline bool weir_code_residual(const struct weir_code *code)
{
	return !code->simple || code->beyond;
}

/**
 * weir_residue_put() - Drop a rule's reference to machine code.
 * @residue: May be NULL; no packet runs the rule any more.
 *
 * Context: Process context, with the namespace's lock.
 */
void weir_residue_put(struct weir_residue *residue);

/**
 * struct weir_slot - A block's place in a program.
 * @first: Index in the chain of the block's first rule.
 * @block: The block.
 */
struct weir_slot {
	u32 first;
	struct weir_block *block;
};

/**
 * struct weir_prog - One generation of a chain.
 * @n_rules: Number of rules.
 * @n_slots: Number of @slots.
 * @base: A base chain.
 * @policy: %NF_ACCEPT or %NF_DROP, of a base chain.
 * @lean: &weir_block.lean of the first slot.
 * @native: Machine code of the first slot, or NULL: where most packets end.
 * @linear: Why there is no @class, enum weir_linear.
 * @class: The classifier, which stands for the slots then, or NULL.
 * @version: Of the chain, for the classifier.
 * @change: Of the classifier: what it takes to publish this version, and once the next
 *   one is published, what that has removed. NULL in between.
 * @slots: In order, without gaps.
 */
struct weir_prog {
	u32 n_rules;
	u32 n_slots;
	bool base;
	u8 policy;
	bool lean;
	u8 linear;
	const struct bpf_prog *native;
	struct weir_class *class;
	u32 version;
	struct weir_class_change *change;
	struct weir_slot slots[];
};

/**
 * weir_interp() - Run the rules of a block.
 * @block: The block.
 * @pkt: The packet.
 * @rule: Rule to begin with.
 * @insn: Instruction of that rule to begin with.
 *
 * Context: Packet path.
 * Return: How it ended, neither _PUNT nor the inside ones.
 */
enum weir_exit weir_interp(const struct weir_block *block, struct weir_pkt *pkt, u32 rule,
			   u32 insn);

/**
 * weir_interp_rule() - Run one rule.
 * @code: The rule.
 * @pkt: The packet.
 * @insn: Instruction to begin with.
 *
 * Context: Packet path.
 * Return: How it ended, neither _PUNT nor the inside ones; _NEXT where it did not
 * decide.
 */
enum weir_exit weir_interp_rule(const struct weir_code *code, struct weir_pkt *pkt, u32 insn);

/**
 * weir_run_target() - Run a target.
 * @instance: The target.
 * @pkt: The packet.
 *
 * Context: Packet path; called by machine code.
 * Return: _NONE, _FAIL, _ACCEPT, _DROP or _STOLEN.
 */
enum weir_exit weir_run_target(struct weir_instance *instance, struct weir_pkt *pkt);

/**
 * weir_eval() - Run a packet through a base chain and what it leads to.
 * @ruleset: The generation.
 * @prog: The base chain's program.
 * @pkt: The packet.
 *
 * Context: Packet path.
 * Return: _ACCEPT, _DROP or _STOLEN.
 */
enum weir_exit weir_eval(const struct weir_ruleset *ruleset, const struct weir_prog *prog,
			 struct weir_pkt *pkt);

/**
 * weir_eval_on() - The same, where machine code of the first block, or the classifier,
 *   has run already.
 * @ruleset: The generation.
 * @prog: The base chain's program.
 * @pkt: The packet.
 * @exit: How that ended; nothing that decides.
 *
 * Context: Packet path.
 * Return: _ACCEPT, _DROP or _STOLEN.
 */
enum weir_exit weir_eval_on(const struct weir_ruleset *ruleset, const struct weir_prog *prog,
			    struct weir_pkt *pkt, enum weir_exit exit);

/**
 * weir_jit_available() - Whether there can be machine code here.
 *
 * Context: Any.
 */
bool weir_jit_available(void);

/**
 * weir_native_run() - Run machine code.
 * @bpf: Of a block.
 * @pkt: A packet with %WEIR_PKT_FAST; &weir_pkt.rule is where to begin.
 *
 * It is bpf_prog_run() without the statistics of sysctl kernel.bpf_stats_enabled,
 * which nobody could attribute to a rule.
 *
 * Context: Packet path.
 * Return: How it ended.
 */
static __always_inline enum weir_exit weir_native_run(const struct bpf_prog *bpf,
						      struct weir_pkt *pkt)
{
	return (enum weir_exit)bpf_dispatcher_nop_func(pkt, bpf->insnsi, bpf->bpf_func);
}

/**
 * weir_native_create() - Turn eBPF into machine code.
 * @insns: The program.
 * @n: Number of @insns.
 *
 * Context: Process context; may sleep.
 * Return: The program, or NULL where there is no JIT or no memory.
 */
struct bpf_prog *weir_native_create(const struct bpf_insn *insns, u32 n);

/**
 * weir_native_destroy() - Free machine code.
 * @bpf: May be NULL; nothing runs it.
 */
void weir_native_destroy(struct bpf_prog *bpf);

/**
 * weir_native_size() - Bytes of memory of machine code.
 * @bpf: May be NULL.
 */
size_t weir_native_size(const struct bpf_prog *bpf);

/**
 * weir_native_len() - Bytes of machine code in it.
 * @bpf: May be NULL.
 */
size_t weir_native_len(const struct bpf_prog *bpf);

#endif /* _WEIR_ENGINE_PROG_H */
