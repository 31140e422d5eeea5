// SPDX-License-Identifier: GPL-2.0
/*
 * Machine code for sets.
 *
 * The set module's function is called directly, with the key in registers: for
 * `ip saddr @s`, where an element is only a key,
 *
 *		r0 = 32 bits at nh + 12
 *		r1 = pkt->ruleset->sets[id].content
 *		r2 = r0, r3 = 0
 *		call lookup			of the set module
 *		if r0 goto hit
 *		r0 = pkt->ruleset->sets[id].catchall
 *		if !r0 goto next rule
 *	hit:	...
 *
 * Only where there is more to an element (see weir_spec_is_plain()) a second call
 * asks engine/set.c what it means; for a list of sets that does all. Fields of a key
 * are put together in memory, in &weir_pkt.key, and loaded from there as a number where
 * they are one.
 */
#include "jit.h"
#include "probe.h"

#define WEIR_JIT_KEY	offsetof(struct weir_pkt, key)

/* Store the low @bytes bytes of @from, at most 8, as a big endian number. */
static void weir_jit_put(struct weir_jit *jit, u8 from, u32 offset, unsigned int bytes)
{
	unsigned int size;

	for (; bytes; bytes -= size, offset += size) {
		size = weir_jit_piece(offset, bytes);
		weir_jit_mov(jit, WEIR_REG_TMP, from);
		if (bytes > size)
			weir_jit_alu(jit, BPF_RSH, WEIR_REG_TMP, (bytes - size) * 8, false);
		if (size > 1)
			weir_jit_insn(jit, BPF_ALU | BPF_END | BPF_TO_BE, WEIR_REG_TMP, 0, 0,
				      size * 8);
		weir_jit_stx(jit, weir_jit_size(size), jit->reg_pkt, WEIR_REG_TMP, offset);
	}
}

void weir_jit_key(struct weir_jit *jit, const struct weir_insn *insn)
{
	unsigned int bytes = DIV_ROUND_UP(insn->len, 8);
	u32 offset = WEIR_JIT_KEY + insn->offset;

	if (bytes > 8) {
		weir_jit_put(jit, WEIR_REG_HI, offset, bytes - 8);
		offset += bytes - 8;
		bytes = 8;
	}
	weir_jit_put(jit, WEIR_REG_LO, offset, bytes);
}

void weir_jit_key_load(struct weir_jit *jit, const struct weir_insn *insn)
{
	unsigned int bytes = insn->len / 8;
	u32 offset = WEIR_JIT_KEY;

	jit->wide = bytes > 8;
	if (jit->wide) {
		weir_jit_number(jit, WEIR_REG_HI, jit->reg_pkt, offset, bytes - 8);
		offset += bytes - 8;
		bytes = 8;
	}
	weir_jit_number(jit, WEIR_REG_LO, jit->reg_pkt, offset, bytes);
}

/* @dst = the pointer at @offset of the named set's slot. */
static void weir_jit_slot(struct weir_jit *jit, u8 dst, const struct weir_probe *probe,
			  u32 offset)
{
	u64 at = (u64)probe->set_id * sizeof(struct weir_set_slot) + offset;

	weir_jit_ldx(jit, BPF_DW, dst, jit->reg_pkt, offsetof(struct weir_pkt, ruleset));
	weir_jit_ldx(jit, BPF_DW, dst, dst, offsetof(struct weir_ruleset, sets));
	if (at > S16_MAX) {
		weir_jit_alu(jit, BPF_ADD, dst, at, false);
		at = 0;
	}
	weir_jit_ldx(jit, BPF_DW, dst, dst, at);
}

/* r2 and r3 = the key, or r2 = where it is, if it is no number. */
static void weir_jit_key_args(struct weir_jit *jit, const struct weir_insn *insn)
{
	if (!insn->len) {
		weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
		weir_jit_alu(jit, BPF_ADD, BPF_REG_2, WEIR_JIT_KEY, false);
		return;
	}
	if (insn->len > 64)
		weir_jit_mov(jit, BPF_REG_3, WEIR_REG_HI);
	else
		weir_jit_imm(jit, BPF_REG_3, 0);
	weir_jit_mov(jit, BPF_REG_2, WEIR_REG_LO);
}

/* Ask the set module for the key. */
static void weir_jit_ask(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_probe *probe = insn->probe;

	weir_jit_key_args(jit, insn);
	if (probe->content)
		weir_jit_ptr(jit, BPF_REG_1, probe->content);
	else
		weir_jit_slot(jit, BPF_REG_1, probe, offsetof(struct weir_set_slot, content));
	if (!insn->len)
		weir_jit_call_pure(jit, probe->ops->lookup_wide);
	else if (probe->ops->lookup_for)
		weir_jit_call_pure(jit, probe->ops->lookup_for(probe->spec));
	else
		weir_jit_call_pure(jit, probe->ops->lookup);
}

/* Ask a list of sets for the key, which is in the packet where it is no number. */
static void weir_jit_ask_list(struct weir_jit *jit, const struct weir_insn *insn)
{
	if (insn->len) {
		weir_jit_key_args(jit, insn);
	} else {
		weir_jit_imm(jit, BPF_REG_2, 0);
		weir_jit_imm(jit, BPF_REG_3, 0);
	}
	weir_jit_mov(jit, BPF_REG_4, jit->reg_pkt);
	weir_jit_ptr(jit, BPF_REG_1, insn->probe);
	weir_jit_call(jit, insn->op == WEIR_IR_NOT_LOOKUP ? weir_list_has : weir_list_hit);
}

/* r0 = the element that decides, or 0; what weir_probe_find() does. */
static void weir_jit_find(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_probe *probe = insn->probe;
	struct weir_label found = {};

	if (probe->spec->list) {
		weir_jit_ask_list(jit, insn);
		return;
	}
	weir_jit_ask(jit, insn);
	if (!weir_spec_is_plain(probe->spec)) {
		weir_jit_mov(jit, BPF_REG_3, BPF_REG_0);
		weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
		weir_jit_ptr(jit, BPF_REG_1, probe);
		weir_jit_call(jit, insn->op == WEIR_IR_NOT_LOOKUP ? weir_probe_has :
			      weir_probe_hit);
		return;
	}
	if (probe->content && !probe->catchall)
		return;
	weir_jit_jmp(jit, BPF_JNE, BPF_REG_0, 0, false, &found);
	if (probe->content)
		weir_jit_ptr(jit, BPF_REG_0, probe->catchall);
	else
		weir_jit_slot(jit, BPF_REG_0, probe, offsetof(struct weir_set_slot, catchall));
	weir_jit_bind(jit, &found);
}

/* r0 is an element of a map: load its value. */
static void weir_jit_value(struct weir_jit *jit, const struct weir_set_spec *spec)
{
	const s16 val = spec->off_data + offsetof(struct weir_elem_data, val);

	jit->wide = spec->data_bits > 64;
	if (jit->wide)
		weir_jit_ldx(jit, BPF_DW, WEIR_REG_HI, BPF_REG_0,
			     val + offsetof(struct weir_val, hi));
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_LO, BPF_REG_0, val + offsetof(struct weir_val, lo));
}

/* r0 is an element of a verdict map: do what it says. */
static void weir_jit_data_verdict(struct weir_jit *jit, const struct weir_set_spec *spec,
				  struct weir_label *on)
{
	weir_jit_st(jit, BPF_W, jit->reg_pkt, offsetof(struct weir_pkt, rule), jit->rule);
	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_mov(jit, BPF_REG_1, BPF_REG_0);
	weir_jit_alu(jit, BPF_ADD, BPF_REG_1, spec->off_data, false);
	weir_jit_call(jit, weir_run_data_verdict);
	weir_jit_jmp(jit, BPF_JEQ, BPF_REG_0, WEIR_EXIT_NONE, true, on);
	weir_jit_insn(jit, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void weir_jit_data_object(struct weir_jit *jit, const struct weir_set_spec *spec)
{
	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_mov(jit, BPF_REG_1, BPF_REG_0);
	weir_jit_alu(jit, BPF_ADD, BPF_REG_1, spec->off_data, false);
	weir_jit_call_bool(jit, weir_run_data_object, false);
}

void weir_jit_lookup(struct weir_jit *jit, const struct weir_insn *insn)
{
	const struct weir_set_spec *spec = insn->probe->spec;
	struct weir_label on = {};

	weir_jit_find(jit, insn);
	weir_jit_jmp(jit, insn->op == WEIR_IR_NOT_LOOKUP ? BPF_JNE : BPF_JEQ, BPF_REG_0, 0,
		     false, insn->op == WEIR_IR_VMAP ? &on : &jit->fail);
	if (insn->op == WEIR_IR_MAP)
		weir_jit_value(jit, spec);
	else if (insn->op == WEIR_IR_VMAP)
		weir_jit_data_verdict(jit, spec, &on);
	else if (insn->op == WEIR_IR_OBJECT)
		weir_jit_data_object(jit, spec);
	weir_jit_bind(jit, &on);
}

void weir_jit_update(struct weir_jit *jit, const struct weir_insn *insn)
{
	if (insn->len > 64)
		weir_jit_mov(jit, BPF_REG_5, WEIR_REG_HI);
	else
		weir_jit_imm(jit, BPF_REG_5, 0);
	if (insn->len)
		weir_jit_mov(jit, BPF_REG_4, WEIR_REG_LO);
	else
		weir_jit_imm(jit, BPF_REG_4, 0);
	weir_jit_mov(jit, BPF_REG_3, jit->reg_pkt);
	weir_jit_ptr(jit, BPF_REG_2, insn->probe->update);
	weir_jit_ptr(jit, BPF_REG_1, insn->probe->set);
	weir_jit_call_bool(jit, weir_set_update, false);
}
