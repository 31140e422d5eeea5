/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the JIT: how eBPF is written down. */
#ifndef _WEIR_ENGINE_JIT_H
#define _WEIR_ENGINE_JIT_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include "prog.h"

/**
 * WEIR_JIT_MAX - Most eBPF instructions of a block. Every jump must reach its
 * target with 16 bits after constant blinding, which makes up to 3 of 1.
 */
#define WEIR_JIT_MAX		4096
/** WEIR_JIT_RULES - Most rules of a block. */
#define WEIR_JIT_RULES		512

/* Registers that no call keeps. */
#define WEIR_REG_LO		BPF_REG_0	/* low half of the accumulator */
#define WEIR_REG_HI		BPF_REG_2	/* high half, above 64 bits */
#define WEIR_REG_TMP		BPF_REG_4
#define WEIR_REG_BASE		BPF_REG_5	/* what is loaded from */

/**
 * struct weir_label - A place to jump to that is not known yet.
 * @last: 1 + index of the last jump to it, whose offset tells the one before
 *   it in the same way; 0 for none.
 */
struct weir_label {
	u16 last;
};

/**
 * struct weir_jit - The state of translating a block.
 * @insns: What was emitted.
 * @max: How many there is memory for, at most %WEIR_JIT_MAX.
 * @n: How many.
 * @limit: How many fit; room for the way to the entries is kept.
 * @calls: Functions are called: the packet lives in a register that calls keep.
 *   Without them, no register needs saving.
 * @nh: A register has the network header.
 * @single: A run is about one rule, whichever it is: see &struct weir_residue.
 * @want_calls: Begin again with @calls.
 * @want_nh: Begin again with @nh.
 * @lean: So far, no more is read of the packet's view than weir_pkt_init_lean() sets.
 * @full: An instruction did not fit.
 * @broken: This cannot be translated here.
 * @reg_pkt: Register of the packet.
 * @reg_nh: Register of the network header.
 * @nfproto: Family of the packet where it is known, or 0.
 * @wide: The accumulator has a high half.
 * @rule: Index of the rule in the block.
 * @code: The rule.
 * @fail: The next rule.
 * @n_entries: Number of rules that jumps return to.
 * @entry_rule: Their indexes.
 * @entry_at: Where they begin.
 */
struct weir_jit {
	struct bpf_insn *insns;
	u32 max;
	u32 n;
	u32 limit;
	bool calls;
	bool nh;
	bool single;
	bool want_calls;
	bool want_nh;
	bool lean;
	bool full;
	bool broken;
	u8 reg_pkt;
	u8 reg_nh;
	u8 nfproto;
	bool wide;
	u32 rule;
	const struct weir_code *code;
	struct weir_label fail;
	u32 n_entries;
	u16 entry_rule[WEIR_JIT_RULES];
	u16 entry_at[WEIR_JIT_RULES];
};

/* eBPF, engine/jit_bpf.c. Offsets are in bytes, immediates as eBPF has them. */
void weir_jit_insn(struct weir_jit *jit, u8 code, u8 dst, u8 src, s16 off, s32 imm);
void weir_jit_ldx(struct weir_jit *jit, u8 size, u8 dst, u8 src, s16 off);
void weir_jit_stx(struct weir_jit *jit, u8 size, u8 dst, u8 src, s16 off);
void weir_jit_st(struct weir_jit *jit, u8 size, u8 dst, s16 off, s32 imm);
void weir_jit_mov(struct weir_jit *jit, u8 dst, u8 src);
void weir_jit_imm(struct weir_jit *jit, u8 dst, u64 imm);
void weir_jit_ptr(struct weir_jit *jit, u8 dst, const void *ptr);
void weir_jit_call(struct weir_jit *jit, const void *fn);
/* The same for a function that gets no packet. */
void weir_jit_call_pure(struct weir_jit *jit, const void *fn);
void weir_jit_exit(struct weir_jit *jit, enum weir_exit exit);

/* @dst = @dst @op @imm, in 32 bits where @narrow, which clears the others. */
void weir_jit_alu(struct weir_jit *jit, u8 op, u8 dst, u64 imm, bool narrow);

/* Jump to @to if @dst @op @imm. */
void weir_jit_jmp(struct weir_jit *jit, u8 op, u8 dst, u64 imm, bool narrow,
		  struct weir_label *to);
void weir_jit_ja(struct weir_jit *jit, struct weir_label *to);

/* The place of @label is here. */
void weir_jit_bind(struct weir_jit *jit, struct weir_label *label);

/* Call @fn; it returns a bool: fail if it is @failed. */
void weir_jit_call_bool(struct weir_jit *jit, const void *fn, bool failed);

/* The interpreter goes on at instruction @insn of @rule. */
void weir_jit_punt(struct weir_jit *jit, u32 rule, u32 insn);

/* Loads and comparisons, engine/jit_load.c. */

/**
 * weir_jit_load() - Translate a load, and what follows where that is cheaper.
 * @jit: The state.
 * @insn: %WEIR_IR_LOAD to %WEIR_IR_LOAD_IMM.
 *
 * Return: The next instruction to translate.
 */
const struct weir_insn *weir_jit_load(struct weir_jit *jit, const struct weir_insn *insn);

/* @dst = the big endian number of @bytes bytes, at most 8, at @base + @offset. */
void weir_jit_number(struct weir_jit *jit, u8 dst, u8 base, u32 offset, unsigned int bytes);

/* How many of @bytes bytes at @offset one instruction can load or store. */
unsigned int weir_jit_piece(u32 offset, unsigned int bytes);
u8 weir_jit_size(unsigned int bytes);

/* Keys and sets, engine/jit_set.c. */
void weir_jit_key(struct weir_jit *jit, const struct weir_insn *insn);
void weir_jit_key_load(struct weir_jit *jit, const struct weir_insn *insn);
void weir_jit_lookup(struct weir_jit *jit, const struct weir_insn *insn);
void weir_jit_update(struct weir_jit *jit, const struct weir_insn *insn);

/* Arithmetic and comparisons of the accumulator, engine/jit_alu.c. */
void weir_jit_ir_alu(struct weir_jit *jit, const struct weir_insn *insn);
void weir_jit_ir_cmp(struct weir_jit *jit, const struct weir_insn *insn);
void weir_jit_ir_in(struct weir_jit *jit, const struct weir_insn *insn);

/**
 * weir_jit_create() - Get memory for translating.
 * @n: About how many rules at a time; it grows where they do not fit.
 *
 * Context: Process context; may sleep.
 * Return: The state, or NULL.
 */
struct weir_jit *weir_jit_create(u32 n);

/**
 * weir_jit_destroy() - Free it.
 * @jit: May be NULL.
 */
void weir_jit_destroy(struct weir_jit *jit);

/**
 * weir_jit_emit() - Translate rules to eBPF.
 * @jit: Made by weir_jit_create(); filled.
 * @rules: Code of consecutive rules of a chain.
 * @n: How many, at least 1.
 * @single: Only the rule &weir_pkt.rule runs, without &weir_code.skip; otherwise they
 *   run from that one on, which is the first or comes behind one that jumps.
 *
 * Context: Process context; may sleep.
 * Return: How many of them fitted, or 0 where the first one cannot be
 *   translated.
 */
u32 weir_jit_emit(struct weir_jit *jit, struct weir_code *const *rules, u32 n, bool single);

#endif /* _WEIR_ENGINE_JIT_H */
