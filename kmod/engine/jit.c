// SPDX-License-Identifier: GPL-2.0
/*
 * The JIT: from the intermediate representation to eBPF, which the kernel turns
 * into machine code (engine/native.c).
 *
 * A block of consecutive rules becomes one program. A rule is straight code with
 * jumps to the next rule where it fails, and leaves the program where it
 * decides:
 *
 *		reg_nh = pkt->nh		only if headers are read
 *		if pkt->rule goto entries	only if rules jump
 *	rule 0:	th_proto == tcp?		else goto rule 1
 *		16 bits at th + 2 == 22?	else goto rule 1
 *		return ACCEPT
 *	rule 1:	...
 *		return NEXT
 *	entries: a tree of comparisons that leads to the rules behind jumps
 *
 * What makes it short: it serves only packets whose fixed headers can be read
 * in place (%WEIR_PKT_FAST), so most loads need no check; others are checked,
 * and where a check fails the program hands over to the interpreter in the
 * middle of the rule (%WEIR_EXIT_PUNT), which is possible before a load because
 * the accumulator has nothing to hand over. Programs that call no function use
 * no register that must be saved. Whether one calls, or reads the network
 * header, is found out on the way; then it begins again.
 *
 * For a classifier a run is about a single rule: each has an entry. It returns NEXT where
 * it fails or does not decide, and NONE where it would only count and decide: the
 * classifier does that.
 *
 * The packet may lose WEIR_PKT_FAST when something writes to it, so that is
 * looked at again behind stores and targets.
 */
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include "jit.h"

/* What is kept free for the end of a program. */
#define WEIR_JIT_TAIL		8

/* Instructions that there is memory for at first: some, and as many for each rule. */
#define WEIR_JIT_FEW		128
#define WEIR_JIT_EACH		32

static void weir_jit_fail_unless(struct weir_jit *jit, u8 size, s16 off, u32 val)
{
	weir_jit_ldx(jit, size, WEIR_REG_LO, jit->reg_pkt, off);
	weir_jit_jmp(jit, BPF_JNE, WEIR_REG_LO, val, true, &jit->fail);
}

static void weir_jit_load_nh(struct weir_jit *jit)
{
	if (jit->nh)
		weir_jit_ldx(jit, BPF_DW, jit->reg_nh, jit->reg_pkt,
			     offsetof(struct weir_pkt, nh));
}

/* The packet may have changed: look at it again. Goes on at @insn of @rule. */
static void weir_jit_recheck(struct weir_jit *jit, u32 rule, u32 insn)
{
	struct weir_label fast = {};

	weir_jit_ldx(jit, BPF_B, WEIR_REG_TMP, jit->reg_pkt, offsetof(struct weir_pkt, flags));
	weir_jit_jmp(jit, BPF_JSET, WEIR_REG_TMP, WEIR_PKT_FAST, true, &fast);
	weir_jit_punt(jit, rule, insn);
	weir_jit_bind(jit, &fast);
	weir_jit_load_nh(jit);
}

/*
 * What may have changed the packet has returned: @on is where it lets the rule
 * go on, and here is where the rule fails. What runs single rules looks by itself.
 */
static void weir_jit_changed(struct weir_jit *jit, struct weir_label *on,
			     const struct weir_insn *next)
{
	if (!jit->single)
		weir_jit_recheck(jit, jit->rule + 1, 0);
	weir_jit_ja(jit, &jit->fail);
	weir_jit_bind(jit, on);
	weir_jit_recheck(jit, jit->rule, next - jit->code->insns);
}

static void weir_jit_th(struct weir_jit *jit, const struct weir_insn *insn)
{
	const s16 off = offsetof(struct weir_pkt, th_proto);

	if (insn->imm != WEIR_PKT_TH_NONE) {
		weir_jit_fail_unless(jit, BPF_H, off, insn->imm);
		return;
	}
	weir_jit_ldx(jit, BPF_H, WEIR_REG_LO, jit->reg_pkt, off);
	weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_LO, WEIR_PKT_TH_NONE, true, &jit->fail);
}

/* Add to one of a CPU's numbers; with real-time kernels, a CPU runs several. */
static void weir_jit_add(struct weir_jit *jit, s16 off, u8 what)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		weir_jit_insn(jit, BPF_STX | BPF_ATOMIC | BPF_DW, WEIR_REG_BASE, what, off,
			      BPF_ADD);
		return;
	}
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_LO, WEIR_REG_BASE, off);
	weir_jit_insn(jit, BPF_ALU64 | BPF_ADD | BPF_X, WEIR_REG_LO, what, 0, 0);
	weir_jit_stx(jit, BPF_DW, WEIR_REG_BASE, WEIR_REG_LO, off);
}

static void weir_jit_inc(struct weir_jit *jit, s16 off)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		weir_jit_imm(jit, WEIR_REG_TMP, 1);
		weir_jit_add(jit, off, WEIR_REG_TMP);
		return;
	}
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_LO, WEIR_REG_BASE, off);
	weir_jit_alu(jit, BPF_ADD, WEIR_REG_LO, 1, false);
	weir_jit_stx(jit, BPF_DW, WEIR_REG_BASE, WEIR_REG_LO, off);
}

static void weir_jit_count(struct weir_jit *jit, const struct weir_insn *insn)
{
	weir_jit_imm(jit, WEIR_REG_BASE, (__force unsigned long)insn->counter);
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_TMP, jit->reg_pkt, offsetof(struct weir_pkt, cpu_off));
	weir_jit_insn(jit, BPF_ALU64 | BPF_ADD | BPF_X, WEIR_REG_BASE, WEIR_REG_TMP, 0, 0);
	weir_jit_inc(jit, offsetof(struct weir_counter, packets));
	weir_jit_ldx(jit, BPF_W, WEIR_REG_TMP, jit->reg_pkt, offsetof(struct weir_pkt, len));
	weir_jit_add(jit, offsetof(struct weir_counter, bytes), WEIR_REG_TMP);
}

static void weir_jit_match(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_match_ops *ops;

	ops = container_of(insn->instance->plugin, struct weir_match_ops, plugin);
	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_ptr(jit, BPF_REG_1, insn->instance->priv);
	weir_jit_call_bool(jit, ops->match, false);
}

static void weir_jit_target(struct weir_jit *jit, const struct weir_insn *insn,
			    const struct weir_insn *next)
{
	struct weir_label failed = {}, on = {};

	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_ptr(jit, BPF_REG_1, insn->instance);
	weir_jit_call(jit, weir_run_target);
	weir_jit_jmp(jit, BPF_JEQ, BPF_REG_0, WEIR_EXIT_NONE, true, &on);
	weir_jit_jmp(jit, BPF_JEQ, BPF_REG_0, WEIR_EXIT_FAIL, true, &failed);
	weir_jit_insn(jit, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	weir_jit_bind(jit, &failed);
	weir_jit_changed(jit, &on, next);
}

static void weir_jit_store(struct weir_jit *jit, const struct weir_insn *insn,
			   const struct weir_insn *next)
{
	const s16 val = offsetof(struct weir_pkt, val);
	struct weir_label on = {};
	s16 off = -1;

	if (insn->op == WEIR_IR_STORE_META && insn->kind == WEIR_META_MARK)
		off = offsetof(struct sk_buff, mark);
	else if (insn->op == WEIR_IR_STORE_META && insn->kind == WEIR_META_PRIORITY)
		off = offsetof(struct sk_buff, priority);
	if (off >= 0) {
		weir_jit_ldx(jit, BPF_DW, WEIR_REG_BASE, jit->reg_pkt,
			     offsetof(struct weir_pkt, skb));
		weir_jit_stx(jit, BPF_W, WEIR_REG_BASE, WEIR_REG_LO, off);
		return;
	}

	weir_jit_stx(jit, BPF_DW, jit->reg_pkt, WEIR_REG_LO, val + offsetof(struct weir_val, lo));
	if (insn->len > 64 && jit->wide)
		weir_jit_stx(jit, BPF_DW, jit->reg_pkt, WEIR_REG_HI,
			     val + offsetof(struct weir_val, hi));
	else
		weir_jit_st(jit, BPF_DW, jit->reg_pkt, val + offsetof(struct weir_val, hi), 0);
	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_mov(jit, BPF_REG_3, jit->reg_pkt);
	weir_jit_alu(jit, BPF_ADD, BPF_REG_3, val, false);
	weir_jit_ptr(jit, BPF_REG_1, insn);
	weir_jit_call(jit, weir_ir_store);
	weir_jit_alu(jit, BPF_AND, BPF_REG_0, 0xff, true);
	weir_jit_jmp(jit, BPF_JNE, BPF_REG_0, 0, true, &on);
	weir_jit_changed(jit, &on, next);
}

static void weir_jit_verdict(struct weir_jit *jit, const struct weir_insn *insn)
{
	if (insn->kind == WEIR_VERDICT_JUMP)
		weir_jit_st(jit, BPF_W, jit->reg_pkt, offsetof(struct weir_pkt, rule), jit->rule);
	if (insn->kind == WEIR_VERDICT_JUMP || insn->kind == WEIR_VERDICT_GOTO)
		weir_jit_st(jit, BPF_W, jit->reg_pkt, offsetof(struct weir_pkt, target),
			    insn->offset);
	weir_jit_exit(jit, weir_verdict_exit(insn->kind));
}

/* Returns the next instruction. */
static const struct weir_insn *weir_jit_ir(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_insn *next = weir_insn_next(insn);

	switch ((enum weir_ir_op)insn->op) {
	case WEIR_IR_END:
		break;
	case WEIR_IR_NFPROTO:
		weir_jit_fail_unless(jit, BPF_B, offsetof(struct weir_pkt, nfproto), insn->kind);
		jit->nfproto = insn->kind;
		break;
	case WEIR_IR_TH:
		weir_jit_th(jit, insn);
		break;
	case WEIR_IR_ETHER:
		weir_jit_mov(jit, BPF_REG_1, jit->reg_pkt);
		weir_jit_call_bool(jit, weir_pkt_ll_ether, false);
		break;
	case WEIR_IR_LOAD:
	case WEIR_IR_LOAD_OPT:
	case WEIR_IR_LOAD_EXISTS:
	case WEIR_IR_LOAD_META:
	case WEIR_IR_LOAD_PLUGIN:
	case WEIR_IR_LOAD_IMM:
		return weir_jit_load(jit, insn);
	case WEIR_IR_AND:
	case WEIR_IR_OR:
	case WEIR_IR_XOR:
	case WEIR_IR_SHL:
	case WEIR_IR_SHR:
		weir_jit_ir_alu(jit, insn);
		break;
	case WEIR_IR_CMP:
		weir_jit_ir_cmp(jit, insn);
		break;
	case WEIR_IR_IN:
	case WEIR_IR_NOT_IN:
		weir_jit_ir_in(jit, insn);
		break;
	case WEIR_IR_MATCH:
		weir_jit_match(jit, insn);
		break;
	case WEIR_IR_TARGET:
		weir_jit_target(jit, insn, next);
		break;
	case WEIR_IR_COUNT:
		weir_jit_count(jit, insn);
		break;
	case WEIR_IR_STORE:
	case WEIR_IR_STORE_OPT:
	case WEIR_IR_STORE_META:
	case WEIR_IR_STORE_PLUGIN:
		weir_jit_store(jit, insn, next);
		break;
	case WEIR_IR_VERDICT:
		weir_jit_verdict(jit, insn);
		break;
	case WEIR_IR_KEY:
		weir_jit_key(jit, insn);
		break;
	case WEIR_IR_KEY_LOAD:
		weir_jit_key_load(jit, insn);
		break;
	case WEIR_IR_LOOKUP:
	case WEIR_IR_NOT_LOOKUP:
	case WEIR_IR_MAP:
	case WEIR_IR_VMAP:
	case WEIR_IR_OBJECT:
		weir_jit_lookup(jit, insn);
		break;
	case WEIR_IR_UPDATE:
		weir_jit_update(jit, insn);
		break;
	}
	return next;
}

/* Where a rule begins: behind what a classifier has made sure of, which is known then. */
static const struct weir_insn *weir_jit_start(struct weir_jit *jit, const struct weir_code *code)
{
	const struct weir_insn *insn = code->insns;
	const struct weir_insn *end = insn + (jit->single ? code->skip : 0);

	jit->code = code;
	jit->nfproto = code->family == NFPROTO_INET ? 0 : code->family;
	for (; insn < end; insn = weir_insn_next(insn))
		if (insn->op == WEIR_IR_NFPROTO)
			jit->nfproto = insn->kind;
	return insn;
}

static void weir_jit_rule(struct weir_jit *jit, const struct weir_code *code)
{
	const struct weir_insn *insn = weir_jit_start(jit, code);
	const struct weir_insn *end = code->insns + code->n_insns;

	while (insn < end && !jit->full)
		insn = weir_jit_ir(jit, insn);
	weir_jit_bind(jit, &jit->fail);
}

/* The same for a classifier. Where rules fail is bound once for all of them. */
static void weir_jit_single(struct weir_jit *jit, const struct weir_code *code)
{
	const struct weir_insn *insn = weir_jit_start(jit, code);
	const struct weir_insn *end = code->insns + code->n_insns;

	while (insn < end && !jit->full && !(code->simple && weir_insn_acts(insn)))
		insn = weir_jit_ir(jit, insn);
	if (code->simple)
		weir_jit_exit(jit, WEIR_EXIT_NONE);
	else
		weir_jit_ja(jit, &jit->fail);
}

/* Whether there must be a way into rule @i. */
static bool weir_jit_enters(const struct weir_jit *jit, struct weir_code *const *rules, u32 i)
{
	return i && (jit->single || rules[i - 1]->jumps);
}

/* Lead to the entries from @from to before @to; one of them it is. */
static void weir_jit_entries(struct weir_jit *jit, u32 from, u32 to)
{
	u32 mid = from + (to - from) / 2;
	struct weir_label right = {};

	if (to - from == 1) {
		weir_jit_insn(jit, BPF_JMP | BPF_JA, 0, 0, jit->entry_at[from] - (jit->n + 1), 0);
		return;
	}
	weir_jit_jmp(jit, BPF_JGE, WEIR_REG_TMP, jit->entry_rule[mid], true, &right);
	weir_jit_entries(jit, from, mid);
	weir_jit_bind(jit, &right);
	weir_jit_entries(jit, mid, to);
}

static void weir_jit_begin(struct weir_jit *jit)
{
	jit->n = 0;
	jit->limit = jit->max - WEIR_JIT_TAIL;
	jit->want_calls = false;
	jit->want_nh = false;
	jit->lean = true;
	jit->full = false;
	jit->broken = false;
	jit->fail.last = 0;
	jit->n_entries = 0;
	jit->reg_pkt = jit->calls ? BPF_REG_6 : BPF_REG_1;
	jit->reg_nh = jit->calls ? BPF_REG_7 : BPF_REG_3;
	if (jit->calls)
		weir_jit_mov(jit, jit->reg_pkt, BPF_REG_1);
	weir_jit_load_nh(jit);
}

/* One try, with what is known so far. Returns how many rules fitted. */
static u32 weir_jit_try(struct weir_jit *jit, struct weir_code *const *rules, u32 n)
{
	struct weir_label entries = {};
	bool enters = false;
	u32 i;

	for (i = 0; i < n; i++)
		enters |= weir_jit_enters(jit, rules, i);

	weir_jit_begin(jit);
	if (enters) {
		weir_jit_ldx(jit, BPF_W, WEIR_REG_TMP, jit->reg_pkt,
			     offsetof(struct weir_pkt, rule));
		weir_jit_jmp(jit, BPF_JNE, WEIR_REG_TMP, 0, true, &entries);
	}

	for (i = 0; i < n; i++) {
		struct weir_label fail = jit->fail;
		u32 start = jit->n;

		if (weir_jit_enters(jit, rules, i)) {
			jit->entry_rule[jit->n_entries] = i;
			jit->entry_at[jit->n_entries++] = start;
			jit->limit -= 2;
		}
		jit->rule = i;
		if (jit->single)
			weir_jit_single(jit, rules[i]);
		else
			weir_jit_rule(jit, rules[i]);
		if (jit->want_calls || jit->want_nh || jit->broken)
			return i;
		if (jit->full) {
			/* Without this rule, and without a way into it. */
			jit->n = start;
			jit->fail = fail;
			if (weir_jit_enters(jit, rules, i))
				jit->n_entries--;
			break;
		}
	}

	jit->full = false;
	jit->limit = jit->max;
	weir_jit_bind(jit, &jit->fail);
	weir_jit_exit(jit, WEIR_EXIT_NEXT);
	weir_jit_bind(jit, &entries);
	if (jit->n_entries)
		weir_jit_entries(jit, 0, jit->n_entries);
	else if (enters)
		weir_jit_exit(jit, WEIR_EXIT_NEXT);
	return i;
}

/* Rules do not fit: get all the memory there may be, unless there is that much. */
static bool weir_jit_grow(struct weir_jit *jit)
{
	struct bpf_insn *insns;

	if (jit->max == WEIR_JIT_MAX)
		return false;
	insns = kvmalloc_array(WEIR_JIT_MAX, sizeof(*insns), GFP_KERNEL | __GFP_NOWARN);
	if (!insns)
		return false;
	kvfree(jit->insns);
	jit->insns = insns;
	jit->max = WEIR_JIT_MAX;
	return true;
}

/* Kernels that clear all memory they give make it dear to ask for more than it takes. */
struct weir_jit *weir_jit_create(u32 n)
{
	struct weir_jit *jit = kmalloc(sizeof(*jit), GFP_KERNEL | __GFP_NOWARN);

	if (!jit)
		return NULL;
	jit->max = min_t(u32, WEIR_JIT_FEW + WEIR_JIT_EACH * min_t(u32, n, WEIR_JIT_RULES),
			 WEIR_JIT_MAX);
	jit->insns = kvmalloc_array(jit->max, sizeof(*jit->insns), GFP_KERNEL | __GFP_NOWARN);
	if (jit->insns)
		return jit;
	kfree(jit);
	return NULL;
}

void weir_jit_destroy(struct weir_jit *jit)
{
	if (!jit)
		return;
	kvfree(jit->insns);
	kfree(jit);
}

u32 weir_jit_emit(struct weir_jit *jit, struct weir_code *const *rules, u32 n, bool single)
{
	u32 done;

	n = min_t(u32, n, WEIR_JIT_RULES);
	jit->calls = false;
	jit->nh = false;
	jit->single = single;
	for (;;) {
		done = weir_jit_try(jit, rules, n);
		if (!jit->want_calls && !jit->want_nh && (done == n || !weir_jit_grow(jit)))
			break;
		jit->calls |= jit->want_calls;
		jit->nh |= jit->want_nh;
	}
	return jit->broken || jit->full ? 0 : done;
}
