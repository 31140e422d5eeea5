// SPDX-License-Identifier: GPL-2.0
/* Writing eBPF down: instructions, constants, labels and calls. */
#include "jit.h"

void weir_jit_insn(struct weir_jit *jit, u8 code, u8 dst, u8 src, s16 off, s32 imm)
{
	if (jit->n >= jit->limit) {
		jit->full = true;
		return;
	}
	jit->insns[jit->n++] = (struct bpf_insn){
		.code = code,
		.dst_reg = dst,
		.src_reg = src,
		.off = off,
		.imm = imm,
	};
}

/* Whether weir_pkt_init_lean() sets the member of the view at @off. */
static bool weir_jit_off_lean(s16 off)
{
	switch (off) {
	case offsetof(struct weir_pkt, skb):
	case offsetof(struct weir_pkt, nh):
	case offsetof(struct weir_pkt, th):
	case offsetof(struct weir_pkt, cpu_off):
	case offsetof(struct weir_pkt, len):
	case offsetof(struct weir_pkt, th_proto):
	case offsetof(struct weir_pkt, nfproto):
	case offsetof(struct weir_pkt, ruleset):
		return true;
	default:
		return off >= (s16)offsetof(struct weir_pkt, key) &&
		       off < (s16)offsetofend(struct weir_pkt, key);
	}
}

void weir_jit_ldx(struct weir_jit *jit, u8 size, u8 dst, u8 src, s16 off)
{
	if (src == jit->reg_pkt && !weir_jit_off_lean(off))
		jit->lean = false;
	weir_jit_insn(jit, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

void weir_jit_stx(struct weir_jit *jit, u8 size, u8 dst, u8 src, s16 off)
{
	weir_jit_insn(jit, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

void weir_jit_st(struct weir_jit *jit, u8 size, u8 dst, s16 off, s32 imm)
{
	weir_jit_insn(jit, BPF_ST | BPF_MEM | size, dst, 0, off, imm);
}

void weir_jit_mov(struct weir_jit *jit, u8 dst, u8 src)
{
	weir_jit_insn(jit, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

/* Whether sign extension of the low half gives the whole. */
static bool weir_imm_is_short(u64 imm)
{
	return (u64)(s64)(s32)imm == imm;
}

void weir_jit_imm(struct weir_jit *jit, u8 dst, u64 imm)
{
	if (imm <= U32_MAX) {
		weir_jit_insn(jit, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, imm);
		return;
	}
	if (weir_imm_is_short(imm)) {
		weir_jit_insn(jit, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
		return;
	}
	weir_jit_insn(jit, BPF_LD | BPF_IMM | BPF_DW, dst, 0, 0, imm);
	weir_jit_insn(jit, 0, 0, 0, 0, imm >> 32);
}

void weir_jit_ptr(struct weir_jit *jit, u8 dst, const void *ptr)
{
	weir_jit_imm(jit, dst, (unsigned long)ptr);
}

void weir_jit_call_pure(struct weir_jit *jit, const void *fn)
{
	s64 distance = (unsigned long)fn - (unsigned long)__bpf_call_base;

	if (distance != (s32)distance)
		jit->broken = true;
	if (!jit->calls)
		jit->want_calls = true;
	weir_jit_insn(jit, BPF_JMP | BPF_CALL, 0, 0, 0, distance);
}

void weir_jit_call(struct weir_jit *jit, const void *fn)
{
	jit->lean = false;
	weir_jit_call_pure(jit, fn);
}

void weir_jit_exit(struct weir_jit *jit, enum weir_exit exit)
{
	weir_jit_imm(jit, BPF_REG_0, exit);
	weir_jit_insn(jit, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

void weir_jit_alu(struct weir_jit *jit, u8 op, u8 dst, u64 imm, bool narrow)
{
	if (narrow) {
		weir_jit_insn(jit, BPF_ALU | op | BPF_K, dst, 0, 0, imm);
	} else if (weir_imm_is_short(imm)) {
		weir_jit_insn(jit, BPF_ALU64 | op | BPF_K, dst, 0, 0, imm);
	} else {
		weir_jit_imm(jit, WEIR_REG_TMP, imm);
		weir_jit_insn(jit, BPF_ALU64 | op | BPF_X, dst, WEIR_REG_TMP, 0, 0);
	}
}

/* The jump that was emitted last goes to @to. */
static void weir_jit_link(struct weir_jit *jit, struct weir_label *to)
{
	if (jit->full)
		return;
	jit->insns[jit->n - 1].off = to->last;
	to->last = jit->n;
}

void weir_jit_jmp(struct weir_jit *jit, u8 op, u8 dst, u64 imm, bool narrow,
		  struct weir_label *to)
{
	if (narrow) {
		weir_jit_insn(jit, BPF_JMP32 | op | BPF_K, dst, 0, 0, imm);
	} else if (weir_imm_is_short(imm)) {
		weir_jit_insn(jit, BPF_JMP | op | BPF_K, dst, 0, 0, imm);
	} else {
		weir_jit_imm(jit, WEIR_REG_TMP, imm);
		weir_jit_insn(jit, BPF_JMP | op | BPF_X, dst, WEIR_REG_TMP, 0, 0);
	}
	weir_jit_link(jit, to);
}

void weir_jit_ja(struct weir_jit *jit, struct weir_label *to)
{
	weir_jit_insn(jit, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	weir_jit_link(jit, to);
}

void weir_jit_bind(struct weir_jit *jit, struct weir_label *label)
{
	while (label->last) {
		struct bpf_insn *insn = &jit->insns[label->last - 1];
		u32 next = label->last;

		label->last = insn->off;
		insn->off = jit->n - next;
	}
}

void weir_jit_call_bool(struct weir_jit *jit, const void *fn, bool failed)
{
	weir_jit_call(jit, fn);
	/* Of a bool only the low byte counts. */
	weir_jit_alu(jit, BPF_AND, BPF_REG_0, 0xff, true);
	weir_jit_jmp(jit, failed ? BPF_JNE : BPF_JEQ, BPF_REG_0, 0, true, &jit->fail);
}

void weir_jit_punt(struct weir_jit *jit, u32 rule, u32 insn)
{
	weir_jit_st(jit, BPF_W, jit->reg_pkt, offsetof(struct weir_pkt, rule), rule);
	weir_jit_st(jit, BPF_W, jit->reg_pkt, offsetof(struct weir_pkt, insn), insn);
	weir_jit_exit(jit, WEIR_EXIT_PUNT);
}
