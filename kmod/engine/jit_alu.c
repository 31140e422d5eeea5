// SPDX-License-Identifier: GPL-2.0
/* Machine code for arithmetic and comparisons of the accumulator. */
#include "jit.h"

/* Ranges that are compared one by one; more are searched by a function. */
#define WEIR_JIT_RANGES		32

static void weir_jit_shl(struct weir_jit *jit, const struct weir_insn *insn)
{
	const u8 lo = WEIR_REG_LO, hi = WEIR_REG_HI, tmp = WEIR_REG_TMP;
	struct weir_val mask = weir_val_mask(insn->len);
	u32 n = insn->offset;

	if (insn->len <= 64) {
		weir_jit_alu(jit, BPF_LSH, lo, n, false);
		if (insn->len < 64)
			weir_jit_alu(jit, BPF_AND, lo, mask.lo, insn->len <= 32);
		return;
	}
	if (n >= 64) {
		weir_jit_mov(jit, hi, lo);
		weir_jit_alu(jit, BPF_LSH, hi, n - 64, false);
		weir_jit_imm(jit, lo, 0);
	} else if (n) {
		weir_jit_alu(jit, BPF_LSH, hi, n, false);
		weir_jit_mov(jit, tmp, lo);
		weir_jit_alu(jit, BPF_RSH, tmp, 64 - n, false);
		weir_jit_insn(jit, BPF_ALU64 | BPF_OR | BPF_X, hi, tmp, 0, 0);
		weir_jit_alu(jit, BPF_LSH, lo, n, false);
	}
	if (insn->len < 128)
		weir_jit_alu(jit, BPF_AND, hi, mask.hi, false);
}

static void weir_jit_shr(struct weir_jit *jit, const struct weir_insn *insn)
{
	const u8 lo = WEIR_REG_LO, hi = WEIR_REG_HI, tmp = WEIR_REG_TMP;
	u32 n = insn->offset;

	if (insn->len <= 64) {
		weir_jit_alu(jit, BPF_RSH, lo, n, false);
	} else if (n >= 64) {
		weir_jit_mov(jit, lo, hi);
		weir_jit_alu(jit, BPF_RSH, lo, n - 64, false);
		weir_jit_imm(jit, hi, 0);
	} else if (n) {
		weir_jit_alu(jit, BPF_RSH, lo, n, false);
		weir_jit_mov(jit, tmp, hi);
		weir_jit_alu(jit, BPF_LSH, tmp, 64 - n, false);
		weir_jit_insn(jit, BPF_ALU64 | BPF_OR | BPF_X, lo, tmp, 0, 0);
		weir_jit_alu(jit, BPF_RSH, hi, n, false);
	}
}

static void weir_jit_logic(struct weir_jit *jit, const struct weir_insn *insn, u8 op)
{
	struct weir_val val = weir_val_and(weir_insn_const(insn), weir_val_mask(insn->len));

	weir_jit_alu(jit, op, WEIR_REG_LO, val.lo, insn->len <= 32);
	if (insn->len > 64)
		weir_jit_alu(jit, op, WEIR_REG_HI, val.hi, false);
}

void weir_jit_ir_alu(struct weir_jit *jit, const struct weir_insn *insn)
{
	switch (insn->op) {
	case WEIR_IR_AND:
		weir_jit_logic(jit, insn, BPF_AND);
		break;
	case WEIR_IR_OR:
		weir_jit_logic(jit, insn, BPF_OR);
		break;
	case WEIR_IR_XOR:
		weir_jit_logic(jit, insn, BPF_XOR);
		break;
	case WEIR_IR_SHL:
		weir_jit_shl(jit, insn);
		break;
	case WEIR_IR_SHR:
		weir_jit_shr(jit, insn);
		break;
	}
}

/*
 * The order of two numbers of two halves: the high halves decide unless they
 * are equal. @above and @below are where to jump for a high half that does.
 */
static void weir_jit_cmp_order(struct weir_jit *jit, struct weir_val val, u8 fails,
			       bool above_holds)
{
	struct weir_label pass = {};

	weir_jit_jmp(jit, BPF_JGT, WEIR_REG_HI, val.hi, false, above_holds ? &pass : &jit->fail);
	weir_jit_jmp(jit, BPF_JLT, WEIR_REG_HI, val.hi, false, above_holds ? &jit->fail : &pass);
	weir_jit_jmp(jit, fails, WEIR_REG_LO, val.lo, false, &jit->fail);
	weir_jit_bind(jit, &pass);
}

static void weir_jit_cmp_wide(struct weir_jit *jit, enum weir_rel rel, struct weir_val val)
{
	const u8 lo = WEIR_REG_LO, hi = WEIR_REG_HI;
	struct weir_label pass = {};

	switch (rel) {
	case WEIR_REL_EQ:
		weir_jit_jmp(jit, BPF_JNE, hi, val.hi, false, &jit->fail);
		weir_jit_jmp(jit, BPF_JNE, lo, val.lo, false, &jit->fail);
		break;
	case WEIR_REL_NE:
		weir_jit_jmp(jit, BPF_JNE, hi, val.hi, false, &pass);
		weir_jit_jmp(jit, BPF_JEQ, lo, val.lo, false, &jit->fail);
		break;
	case WEIR_REL_LT:
		weir_jit_cmp_order(jit, val, BPF_JGE, false);
		break;
	case WEIR_REL_LE:
		weir_jit_cmp_order(jit, val, BPF_JGT, false);
		break;
	case WEIR_REL_GT:
		weir_jit_cmp_order(jit, val, BPF_JLE, true);
		break;
	case WEIR_REL_GE:
		weir_jit_cmp_order(jit, val, BPF_JLT, true);
		break;
	case WEIR_REL_ANY:
		weir_jit_jmp(jit, BPF_JSET, hi, val.hi, false, &pass);
		weir_jit_alu(jit, BPF_AND, lo, val.lo, false);
		weir_jit_jmp(jit, BPF_JEQ, lo, 0, false, &jit->fail);
		break;
	case WEIR_REL_NONE:
		weir_jit_jmp(jit, BPF_JSET, hi, val.hi, false, &jit->fail);
		weir_jit_jmp(jit, BPF_JSET, lo, val.lo, false, &jit->fail);
		break;
	case WEIR_REL_IN:
	case WEIR_REL_NOT_IN:
		jit->broken = true;
		break;
	}
	weir_jit_bind(jit, &pass);
}

void weir_jit_ir_cmp(struct weir_jit *jit, const struct weir_insn *insn)
{
	/* What jumps to the next rule where the relation does not hold. */
	static const u8 fails[] = {
		[WEIR_REL_EQ] = BPF_JNE,
		[WEIR_REL_NE] = BPF_JEQ,
		[WEIR_REL_LT] = BPF_JGE,
		[WEIR_REL_LE] = BPF_JGT,
		[WEIR_REL_GT] = BPF_JLE,
		[WEIR_REL_GE] = BPF_JLT,
		[WEIR_REL_NONE] = BPF_JSET,
	};
	struct weir_val val = weir_insn_const(insn);
	bool narrow = insn->len <= 32 && val.lo <= U32_MAX;

	if (insn->len > 64) {
		weir_jit_cmp_wide(jit, insn->kind, val);
	} else if (insn->kind == WEIR_REL_ANY) {
		weir_jit_alu(jit, BPF_AND, WEIR_REG_LO, val.lo, narrow);
		weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_LO, 0, false, &jit->fail);
	} else {
		weir_jit_jmp(jit, fails[insn->kind], WEIR_REG_LO, val.lo, narrow, &jit->fail);
	}
}

/* A binary tree of comparisons with the spans from @from to before @to. */
static void weir_jit_tree(struct weir_jit *jit, const struct weir_span *span, u32 from, u32 to,
			  bool narrow, struct weir_label *hit, struct weir_label *miss)
{
	u32 mid = from + (to - from) / 2;
	struct weir_label left = {};

	if (from == to) {
		weir_jit_ja(jit, miss);
		return;
	}
	if (span[mid].from == span[mid].to) {
		weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_LO, span[mid].from, narrow, hit);
		if (from < mid)
			weir_jit_jmp(jit, BPF_JLT, WEIR_REG_LO, span[mid].from, narrow, &left);
	} else {
		weir_jit_jmp(jit, BPF_JLT, WEIR_REG_LO, span[mid].from, narrow,
			     from < mid ? &left : miss);
		weir_jit_jmp(jit, BPF_JLE, WEIR_REG_LO, span[mid].to, narrow, hit);
	}
	weir_jit_tree(jit, span, mid + 1, to, narrow, hit, miss);
	if (from < mid) {
		weir_jit_bind(jit, &left);
		weir_jit_tree(jit, span, from, mid, narrow, hit, miss);
	}
}

void weir_jit_ir_in(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_ranges *ranges = insn->ranges;
	bool in = insn->op == WEIR_IR_IN;
	struct weir_label pass = {};

	if (!ranges->wide && ranges->n <= WEIR_JIT_RANGES) {
		bool narrow = insn->len <= 32 &&
			      (!ranges->n || ranges->span[ranges->n - 1].to <= U32_MAX);

		weir_jit_tree(jit, ranges->span, 0, ranges->n, narrow,
			      in ? &pass : &jit->fail, in ? &jit->fail : &pass);
		weir_jit_bind(jit, &pass);
		return;
	}

	if (ranges->wide)
		weir_jit_mov(jit, BPF_REG_3, WEIR_REG_HI);
	else
		weir_jit_imm(jit, BPF_REG_3, 0);
	weir_jit_mov(jit, BPF_REG_2, WEIR_REG_LO);
	weir_jit_ptr(jit, BPF_REG_1, ranges);
	weir_jit_call_bool(jit, weir_ranges_has, !in);
}
