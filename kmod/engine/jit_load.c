// SPDX-License-Identifier: GPL-2.0
/*
 * Machine code for loads.
 *
 * Most conditions compare some bits of a header with a constant for equality.
 * Those need no number: the bytes are compared as they lie in memory with a
 * constant in the same order, masked where not all bits count, in pieces of 8,
 * 4, 2 and 1 bytes. See struct weir_bits. Anything else is loaded as a number
 * first, and what is rare by the function that the interpreter calls.
 */
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include "jit.h"

/* Offsets beyond are left to the function. */
#define WEIR_JIT_OFFSET_MAX	4096

/**
 * struct weir_bits - A comparison of bits in memory.
 * @base: Register with the address of the header.
 * @offset: Bytes from there.
 * @bytes: How many bytes the bits spread over, at most 16.
 * @rel: _EQ, _NE, _ANY or _NONE.
 * @mask: Which bits count, as a number of @bytes bytes.
 * @val: What to compare with, in the same way.
 */
struct weir_bits {
	u8 base;
	s16 offset;
	u8 bytes;
	enum weir_rel rel;
	struct weir_val mask;
	struct weir_val val;
};

unsigned int weir_jit_piece(u32 offset, unsigned int bytes)
{
	unsigned int size = bytes >= 8 ? 8 : bytes >= 4 ? 4 : bytes >= 2 ? 2 : 1;

	/* Headers are aligned to 4 bytes where that matters. */
	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		while (size > 4 || offset % size)
			size /= 2;
	return size;
}

u8 weir_jit_size(unsigned int bytes)
{
	return bytes == 8 ? BPF_DW : bytes == 4 ? BPF_W : bytes == 2 ? BPF_H : BPF_B;
}

/* @size bytes of a big endian number as they are when loaded from memory. */
static u64 weir_raw(u64 val, unsigned int size)
{
	switch (size) {
	case 8:
		return (__force u64)cpu_to_be64(val);
	case 4:
		return (__force u32)cpu_to_be32(val);
	case 2:
		return (__force u16)cpu_to_be16(val);
	default:
		return val;
	}
}

/* The bits of @val that lie in @size bytes, @rest bytes before its end. */
static u64 weir_raw_part(struct weir_val val, unsigned int rest, unsigned int size)
{
	val = weir_val_and(weir_val_shr(val, rest * 8), weir_val_mask(size * 8));
	return weir_raw(val.lo, size);
}

static void weir_jit_bits_piece(struct weir_jit *jit, const struct weir_bits *bits, u64 mask,
				u64 val, unsigned int size, bool last, struct weir_label *pass)
{
	u64 all = weir_val_mask(size * 8).lo;
	bool narrow = size <= 4;

	if (mask != all)
		weir_jit_alu(jit, BPF_AND, WEIR_REG_LO, mask, narrow);
	if (bits->rel == WEIR_REL_ANY || bits->rel == WEIR_REL_NONE)
		val = 0;
	if (bits->rel == WEIR_REL_EQ || bits->rel == WEIR_REL_NONE)
		weir_jit_jmp(jit, BPF_JNE, WEIR_REG_LO, val, narrow, &jit->fail);
	else if (last)
		weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_LO, val, narrow, &jit->fail);
	else
		weir_jit_jmp(jit, BPF_JNE, WEIR_REG_LO, val, narrow, pass);
}

static void weir_jit_bits(struct weir_jit *jit, const struct weir_bits *bits)
{
	struct weir_label pass = {};
	unsigned int at, size;

	if (!(bits->mask.lo | bits->mask.hi)) {
		/* No bit counts: equality holds, and no bit is set. */
		if (bits->rel == WEIR_REL_NE || bits->rel == WEIR_REL_ANY)
			weir_jit_ja(jit, &jit->fail);
		return;
	}

	for (at = 0; at < bits->bytes; at += size) {
		unsigned int rest;
		struct weir_val behind;
		u64 mask;

		size = weir_jit_piece(bits->offset + at, bits->bytes - at);
		rest = bits->bytes - at - size;
		mask = weir_raw_part(bits->mask, rest, size);
		if (!mask)
			continue;
		behind = weir_val_and(bits->mask, weir_val_mask(rest * 8));
		weir_jit_ldx(jit, weir_jit_size(size), WEIR_REG_LO, bits->base, bits->offset + at);
		weir_jit_bits_piece(jit, bits, mask, weir_raw_part(bits->val, rest, size), size,
				    !rest || !(behind.lo | behind.hi), &pass);
	}
	weir_jit_bind(jit, &pass);
}

/*
 * Whether a load at @insn is only compared, bit by bit: @bits gets relation,
 * mask and value as numbers of the key's length. Returns what comes behind.
 */
static const struct weir_insn *weir_bits_find(const struct weir_insn *insn,
					      struct weir_bits *bits)
{
	struct weir_val mask = weir_val_mask(insn->len);
	struct weir_val val;

	for (insn = weir_insn_next(insn); insn->op == WEIR_IR_AND; insn = weir_insn_next(insn))
		mask = weir_val_and(mask, weir_insn_const(insn));
	if (insn->op != WEIR_IR_CMP)
		return NULL;

	val = weir_insn_const(insn);
	bits->rel = insn->kind;
	switch (bits->rel) {
	case WEIR_REL_EQ:
	case WEIR_REL_NE:
		if (val.lo & ~mask.lo || val.hi & ~mask.hi)
			return NULL;
		break;
	case WEIR_REL_ANY:
	case WEIR_REL_NONE:
		mask = weir_val_and(mask, val);
		break;
	default:
		return NULL;
	}
	bits->mask = mask;
	bits->val = val;
	return weir_insn_next(insn);
}

/* The register with the header of @insn, whose bytes up to @end are there. */
static u8 weir_jit_header(struct weir_jit *jit, const struct weir_insn *insn, u32 end)
{
	u32 sure = WEIR_PKT_TH_FAST;
	s16 len = offsetof(struct weir_pkt, th_len);
	struct weir_label there = {};

	if (insn->kind == WEIR_HEADER_NH) {
		sure = jit->nfproto == NFPROTO_IPV6 ? 40 : 20;
		len = offsetof(struct weir_pkt, nh_len);
	}
	if (end > sure) {
		weir_jit_ldx(jit, BPF_W, WEIR_REG_TMP, jit->reg_pkt, len);
		weir_jit_jmp(jit, BPF_JGE, WEIR_REG_TMP, end, true, &there);
		weir_jit_punt(jit, jit->rule, insn - jit->code->insns);
		weir_jit_bind(jit, &there);
	}

	if (insn->kind == WEIR_HEADER_NH) {
		if (!jit->nh)
			jit->want_nh = true;
		return jit->reg_nh;
	}
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_BASE, jit->reg_pkt, offsetof(struct weir_pkt, th));
	return WEIR_REG_BASE;
}

void weir_jit_number(struct weir_jit *jit, u8 dst, u8 base, u32 offset, unsigned int bytes)
{
	unsigned int at, size;

	for (at = 0; at < bytes; at += size) {
		u8 to = at ? WEIR_REG_TMP : dst;

		size = weir_jit_piece(offset + at, bytes - at);
		weir_jit_ldx(jit, weir_jit_size(size), to, base, offset + at);
		if (size > 1)
			weir_jit_insn(jit, BPF_ALU | BPF_END | BPF_TO_BE, to, 0, 0, size * 8);
		if (at) {
			weir_jit_alu(jit, BPF_LSH, dst, size * 8, false);
			weir_jit_insn(jit, BPF_ALU64 | BPF_OR | BPF_X, dst, to, 0, 0);
		}
	}
}

/* Load by the function that the interpreter calls. */
static void weir_jit_load_slow(struct weir_jit *jit, const struct weir_insn *insn)
{
	const s16 val = offsetof(struct weir_pkt, val);
	const struct weir_match_ops *ops;

	weir_jit_mov(jit, BPF_REG_2, jit->reg_pkt);
	weir_jit_mov(jit, BPF_REG_3, jit->reg_pkt);
	weir_jit_alu(jit, BPF_ADD, BPF_REG_3, val, false);
	if (insn->op == WEIR_IR_LOAD_PLUGIN) {
		ops = container_of(insn->instance->plugin, struct weir_match_ops, plugin);
		weir_jit_ptr(jit, BPF_REG_1, insn->instance->priv);
		weir_jit_call_bool(jit, ops->load, false);
	} else {
		weir_jit_ptr(jit, BPF_REG_1, insn);
		weir_jit_call_bool(jit, weir_ir_load, false);
	}
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_LO, jit->reg_pkt, val + offsetof(struct weir_val, lo));
	if (insn->len > 64)
		weir_jit_ldx(jit, BPF_DW, WEIR_REG_HI, jit->reg_pkt,
			     val + offsetof(struct weir_val, hi));
}

static const struct weir_insn *weir_jit_load_header(struct weir_jit *jit,
						    const struct weir_insn *insn)
{
	unsigned int first = insn->offset % 8;
	unsigned int bytes = DIV_ROUND_UP(first + insn->len, 8);
	unsigned int shift = bytes * 8 - first - insn->len;
	u32 offset = insn->offset / 8;
	const struct weir_insn *next;
	struct weir_bits bits;
	u8 base;

	if (insn->kind == WEIR_HEADER_LL || bytes > 16 || offset > WEIR_JIT_OFFSET_MAX)
		goto slow;

	next = weir_bits_find(insn, &bits);
	if (next) {
		bits.base = weir_jit_header(jit, insn, offset + bytes);
		bits.offset = offset;
		bits.bytes = bytes;
		bits.mask = weir_val_shl(bits.mask, shift);
		bits.val = weir_val_shl(bits.val, shift);
		weir_jit_bits(jit, &bits);
		return next;
	}

	if (bytes > 8 && (shift || insn->len <= 64))
		goto slow;
	base = weir_jit_header(jit, insn, offset + bytes);
	if (bytes > 8) {
		weir_jit_number(jit, WEIR_REG_HI, base, offset, bytes - 8);
		weir_jit_number(jit, WEIR_REG_LO, base, offset + bytes - 8, 8);
		if (first)
			weir_jit_alu(jit, BPF_AND, WEIR_REG_HI, weir_val_mask(insn->len).hi, false);
		return weir_insn_next(insn);
	}
	weir_jit_number(jit, WEIR_REG_LO, base, offset, bytes);
	if (shift)
		weir_jit_alu(jit, BPF_RSH, WEIR_REG_LO, shift, false);
	if (first)
		weir_jit_alu(jit, BPF_AND, WEIR_REG_LO, weir_val_mask(insn->len).lo,
			     insn->len <= 32);
	return weir_insn_next(insn);

slow:
	weir_jit_load_slow(jit, insn);
	return weir_insn_next(insn);
}

/* Put a device into the register for bases, NULL if there is none. */
static void weir_jit_dev(struct weir_jit *jit, enum weir_meta key)
{
	bool in = key == WEIR_META_IIF || key == WEIR_META_IIFNAME ||
		  key == WEIR_META_IIFTYPE || key == WEIR_META_IIFGROUP;

	weir_jit_ldx(jit, BPF_DW, WEIR_REG_BASE, jit->reg_pkt, offsetof(struct weir_pkt, state));
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_BASE, WEIR_REG_BASE,
		     in ? offsetof(struct nf_hook_state, in) : offsetof(struct nf_hook_state, out));
}

/*
 * Compare a device's name in place. Behind the NUL of a name there may be
 * anything, so this goes for a whole name or the beginning of one.
 */
static const struct weir_insn *weir_jit_ifname(struct weir_jit *jit,
					       const struct weir_insn *insn)
{
	const struct weir_insn *next;
	struct weir_label pass = {};
	struct weir_bits bits;
	struct weir_val known;
	unsigned int len = 0;

	next = weir_bits_find(insn, &bits);
	if (!next || (bits.rel != WEIR_REL_EQ && bits.rel != WEIR_REL_NE) ||
	    !IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return NULL;

	while (len < IFNAMSIZ && weir_val_shr(bits.val, (IFNAMSIZ - 1 - len) * 8).lo & 0xff)
		len++;
	/* The mask must have all of the name, and then all or nothing. */
	known = weir_val_shl(weir_val_mask(128), (IFNAMSIZ - len) * 8 % 128);
	if (!len || (bits.val.lo & ~known.lo) || (bits.val.hi & ~known.hi) ||
	    (known.lo & ~bits.mask.lo) || (known.hi & ~bits.mask.hi))
		return NULL;
	if (weir_val_cmp(bits.mask, known)) {
		if (weir_val_cmp(bits.mask, weir_val_mask(128)))
			return NULL;
		/* One NUL tells that the name ends. */
		bits.mask = weir_val_shl(weir_val_mask(128), (IFNAMSIZ - 1 - len) * 8);
	}

	weir_jit_dev(jit, insn->kind);
	weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_BASE, 0, false,
		     bits.rel == WEIR_REL_EQ ? &jit->fail : &pass);
	bits.base = WEIR_REG_BASE;
	bits.offset = offsetof(struct net_device, name);
	bits.bytes = IFNAMSIZ;
	weir_jit_bits(jit, &bits);
	weir_jit_bind(jit, &pass);
	return next;
}

static void weir_jit_load_skb(struct weir_jit *jit, u8 size, s16 offset)
{
	weir_jit_ldx(jit, BPF_DW, WEIR_REG_BASE, jit->reg_pkt, offsetof(struct weir_pkt, skb));
	weir_jit_ldx(jit, size, WEIR_REG_LO, WEIR_REG_BASE, offset);
}

static void weir_jit_load_dev(struct weir_jit *jit, enum weir_meta key, u8 size, s16 offset)
{
	weir_jit_dev(jit, key);
	weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_BASE, 0, false, &jit->fail);
	weir_jit_ldx(jit, size, WEIR_REG_LO, WEIR_REG_BASE, offset);
}

static const struct weir_insn *weir_jit_load_meta(struct weir_jit *jit,
						  const struct weir_insn *insn)
{
	const struct weir_insn *next;
	struct weir_label none = {};

	switch (insn->kind) {
	case WEIR_META_NFPROTO:
		weir_jit_ldx(jit, BPF_B, WEIR_REG_LO, jit->reg_pkt,
			     offsetof(struct weir_pkt, nfproto));
		break;
	case WEIR_META_L4PROTO:
		weir_jit_ldx(jit, BPF_B, WEIR_REG_LO, jit->reg_pkt,
			     offsetof(struct weir_pkt, flags));
		weir_jit_alu(jit, BPF_AND, WEIR_REG_LO, WEIR_PKT_L4, true);
		weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_LO, 0, true, &jit->fail);
		weir_jit_ldx(jit, BPF_B, WEIR_REG_LO, jit->reg_pkt,
			     offsetof(struct weir_pkt, l4proto));
		break;
	case WEIR_META_PROTOCOL:
		weir_jit_load_skb(jit, BPF_H, offsetof(struct sk_buff, protocol));
		weir_jit_insn(jit, BPF_ALU | BPF_END | BPF_TO_BE, WEIR_REG_LO, 0, 0, 16);
		break;
	case WEIR_META_LENGTH:
		weir_jit_ldx(jit, BPF_W, WEIR_REG_LO, jit->reg_pkt,
			     offsetof(struct weir_pkt, len));
		break;
	case WEIR_META_MARK:
		weir_jit_load_skb(jit, BPF_W, offsetof(struct sk_buff, mark));
		break;
	case WEIR_META_PRIORITY:
		weir_jit_load_skb(jit, BPF_W, offsetof(struct sk_buff, priority));
		break;
	case WEIR_META_IIF:
	case WEIR_META_OIF:
		weir_jit_dev(jit, insn->kind);
		weir_jit_imm(jit, WEIR_REG_LO, 0);
		weir_jit_jmp(jit, BPF_JEQ, WEIR_REG_BASE, 0, false, &none);
		weir_jit_ldx(jit, BPF_W, WEIR_REG_LO, WEIR_REG_BASE,
			     offsetof(struct net_device, ifindex));
		weir_jit_bind(jit, &none);
		break;
	case WEIR_META_IIFTYPE:
	case WEIR_META_OIFTYPE:
		weir_jit_load_dev(jit, insn->kind, BPF_H, offsetof(struct net_device, type));
		break;
	case WEIR_META_IIFGROUP:
	case WEIR_META_OIFGROUP:
		weir_jit_load_dev(jit, insn->kind, BPF_W, offsetof(struct net_device, group));
		break;
	case WEIR_META_IIFNAME:
	case WEIR_META_OIFNAME:
		next = weir_jit_ifname(jit, insn);
		if (next)
			return next;
		fallthrough;
	default:
		weir_jit_load_slow(jit, insn);
		break;
	}
	return weir_insn_next(insn);
}

const struct weir_insn *weir_jit_load(struct weir_jit *jit, const struct weir_insn *insn)
{
	struct weir_val val;

	jit->wide = insn->len > 64;
	switch (insn->op) {
	case WEIR_IR_LOAD:
		return weir_jit_load_header(jit, insn);
	case WEIR_IR_LOAD_META:
		return weir_jit_load_meta(jit, insn);
	case WEIR_IR_LOAD_IMM:
		val = weir_insn_const(insn);
		weir_jit_imm(jit, WEIR_REG_LO, val.lo);
		if (insn->len > 64)
			weir_jit_imm(jit, WEIR_REG_HI, val.hi);
		break;
	default:
		weir_jit_load_slow(jit, insn);
		break;
	}
	return weir_insn_next(insn);
}
