// SPDX-License-Identifier: GPL-2.0
/*
 * An eBPF interpreter, only for tests: it runs what the JIT would turn into
 * machine code. It knows the instructions that the engine uses and no others,
 * and, as a call would, spoils the registers that calls do not keep.
 */
#include <stdio.h>
#include "shim.h"
#include <engine/prog.h>

bool shim_jit = true;
u64 shim_bpf_runs;

u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5)
{
	return 0;
}

bool weir_jit_available(void)
{
	return shim_jit;
}

struct bpf_prog *weir_native_create(const struct bpf_insn *insns, u32 n)
{
	struct bpf_prog *prog = malloc(struct_size(prog, insnsi, n));

	prog->len = n;
	prog->bpf_func = shim_bpf_run;
	memcpy(prog->insnsi, insns, n * sizeof(*insns));
	return prog;
}

void weir_native_destroy(struct bpf_prog *prog)
{
	free(prog);
}

size_t weir_native_size(const struct bpf_prog *prog)
{
	return prog ? prog->len * sizeof(prog->insnsi[0]) : 0;
}

size_t weir_native_len(const struct bpf_prog *prog)
{
	return weir_native_size(prog);
}

static void ebpf_bad(const struct bpf_insn *insn)
{
	fprintf(stderr, "unknown eBPF instruction %#x imm %d\n", insn->code, insn->imm);
	abort();
}

static u64 ebpf_load(const struct bpf_insn *insn, u64 addr)
{
	u64 v64;
	u32 v32;
	u16 v16;

	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return *(u8 *)addr;
	case BPF_H:
		memcpy(&v16, (void *)addr, 2);
		return v16;
	case BPF_W:
		memcpy(&v32, (void *)addr, 4);
		return v32;
	default:
		memcpy(&v64, (void *)addr, 8);
		return v64;
	}
}

static void ebpf_store(const struct bpf_insn *insn, u64 addr, u64 val)
{
	static const u8 bytes[] = { [BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1,
				    [BPF_DW >> 3] = 8 };

	/* Tests run on little endian machines. */
	memcpy((void *)addr, &val, bytes[BPF_SIZE(insn->code) >> 3]);
}

static u64 ebpf_swap(const struct bpf_insn *insn, u64 a)
{
	if (BPF_SRC(insn->code) != BPF_TO_BE)
		ebpf_bad(insn);
	switch (insn->imm) {
	case 16:
		return htobe16(a);
	case 32:
		return htobe32(a);
	default:
		return htobe64(a);
	}
}

static u64 ebpf_alu(const struct bpf_insn *insn, u64 a, u64 b)
{
	bool narrow = BPF_CLASS(insn->code) == BPF_ALU;
	u64 r = 0;

	if (BPF_OP(insn->code) == BPF_END)
		return ebpf_swap(insn, a);
	if (narrow) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		r = b;
		break;
	case BPF_ADD:
		r = a + b;
		break;
	case BPF_AND:
		r = a & b;
		break;
	case BPF_OR:
		r = a | b;
		break;
	case BPF_XOR:
		r = a ^ b;
		break;
	case BPF_LSH:
		assert(b < (narrow ? 32 : 64));
		r = a << b;
		break;
	case BPF_RSH:
		assert(b < (narrow ? 32 : 64));
		r = a >> b;
		break;
	default:
		ebpf_bad(insn);
	}
	return narrow ? (u32)r : r;
}

static bool ebpf_jump(const struct bpf_insn *insn, u64 a, u64 b)
{
	if (BPF_CLASS(insn->code) == BPF_JMP32) {
		a = (u32)a;
		b = (u32)b;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JA:
		return true;
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JSET:
		return a & b;
	}
	ebpf_bad(insn);
	return false;
}

static void ebpf_call(const struct bpf_insn *insn, u64 *r)
{
	u64 (*fn)(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
	int i;

	fn = (void *)((unsigned long)__bpf_call_base + (s64)insn->imm);
	r[0] = fn(r[1], r[2], r[3], r[4], r[5]);
	for (i = 1; i <= 5; i++)
		r[i] = 0xdeadbeefdeadbeefULL;
}

unsigned int shim_bpf_run(const void *ctx, const struct bpf_insn *insns)
{
	const struct bpf_prog *prog = container_of(insns, struct bpf_prog, insnsi[0]);
	u64 r[MAX_BPF_REG];
	u32 pc = 0;

	memset(r, 0xa5, sizeof(r));
	r[BPF_REG_1] = (unsigned long)ctx;
	shim_bpf_runs++;
	for (;;) {
		const struct bpf_insn *insn = &insns[pc++];
		u64 *dst = &r[insn->dst_reg];
		u64 src = BPF_SRC(insn->code) == BPF_X ? r[insn->src_reg] : (u64)(s64)insn->imm;

		assert(pc <= prog->len);
		switch (BPF_CLASS(insn->code)) {
		case BPF_LD:
			*dst = (u32)insn->imm | (u64)(u32)insn[1].imm << 32;
			pc++;
			break;
		case BPF_LDX:
			*dst = ebpf_load(insn, r[insn->src_reg] + insn->off);
			break;
		case BPF_ST:
			ebpf_store(insn, *dst + insn->off, (s64)insn->imm);
			break;
		case BPF_STX:
			ebpf_store(insn, *dst + insn->off, r[insn->src_reg]);
			break;
		case BPF_ALU:
		case BPF_ALU64:
			*dst = ebpf_alu(insn, *dst, src);
			break;
		default:
			if (insn->code == (BPF_JMP | BPF_EXIT))
				return r[0];
			if (insn->code == (BPF_JMP | BPF_CALL))
				ebpf_call(insn, r);
			else if (ebpf_jump(insn, *dst, src))
				pc += insn->off;
			break;
		}
	}
}
