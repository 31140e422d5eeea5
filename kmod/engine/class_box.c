// SPDX-License-Identifier: GPL-2.0
/*
 * The box of a rule: what can be said of all packets that match it, found by following
 * its code as far as that only asks. What acts, or has a memory, ends the search, since
 * a condition behind it must not be asked before it has run.
 */
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include "class.h"
#include "probe.h"

/* What the accumulator has. */
enum weir_acc {
	WEIR_ACC_UNKNOWN,
	WEIR_ACC_SRC,
	WEIR_ACC_DST,
	WEIR_ACC_SPORT,
	WEIR_ACC_DPORT,
	WEIR_ACC_L4PROTO,
	WEIR_ACC_OTHER,
};

/**
 * struct weir_boxing - The search for a box.
 * @code: The rule.
 * @box: What is known.
 * @acc: What the accumulator has.
 * @masked: Only the bits of @mask of it.
 * @mask: See @masked.
 * @load: The load, of %WEIR_ACC_OTHER.
 * @l4proto: The protocol, whether or not its header is there; %WEIR_BOX_ANY for any.
 * @pending: What was loaded was not asked for anything yet.
 * @skips: &weir_box.skip may still move.
 */
struct weir_boxing {
	const struct weir_code *code;
	struct weir_box *box;
	enum weir_acc acc;
	bool masked;
	struct weir_val mask;
	const struct weir_insn *load;
	u16 l4proto;
	bool pending;
	bool skips;
};

/* Two conditions ask for different protocols, and the box has one: neither may be skipped. */
static void weir_boxing_conflict(struct weir_boxing *boxing)
{
	boxing->box->exact = false;
	boxing->skips = false;
	boxing->box->skip = boxing->code->insns;
}

static void weir_boxing_th(struct weir_boxing *boxing, u64 th)
{
	struct weir_box *box = boxing->box;

	if (th == WEIR_PKT_TH_NONE) {
		/* Any header; the protocol may be known already. */
		if (boxing->l4proto == WEIR_BOX_ANY) {
			box->exact = false;
			return;
		}
		th = boxing->l4proto;
	}
	th |= WEIR_BOX_TH;
	if (box->th != WEIR_BOX_ANY && box->th != th)
		weir_boxing_conflict(boxing);
	box->th = th;
}

static bool weir_load_is(const struct weir_insn *insn, enum weir_header header, u32 offset, u8 len)
{
	return insn->kind == header && insn->offset == offset && insn->len == len;
}

static enum weir_acc weir_boxing_header(const struct weir_box *box, const struct weir_insn *insn)
{
	if (weir_load_is(insn, WEIR_HEADER_TH, 0, 16))
		return WEIR_ACC_SPORT;
	if (weir_load_is(insn, WEIR_HEADER_TH, 16, 16))
		return WEIR_ACC_DPORT;
	if (box->nfproto == NFPROTO_IPV4) {
		if (weir_load_is(insn, WEIR_HEADER_NH, offsetof(struct iphdr, saddr) * 8, 32))
			return WEIR_ACC_SRC;
		if (weir_load_is(insn, WEIR_HEADER_NH, offsetof(struct iphdr, daddr) * 8, 32))
			return WEIR_ACC_DST;
		if (weir_load_is(insn, WEIR_HEADER_NH, offsetof(struct iphdr, protocol) * 8, 8))
			return WEIR_ACC_L4PROTO;
	} else if (box->nfproto == NFPROTO_IPV6) {
		if (weir_load_is(insn, WEIR_HEADER_NH, offsetof(struct ipv6hdr, saddr) * 8, 128))
			return WEIR_ACC_SRC;
		if (weir_load_is(insn, WEIR_HEADER_NH, offsetof(struct ipv6hdr, daddr) * 8, 128))
			return WEIR_ACC_DST;
	}
	return WEIR_ACC_OTHER;
}

/* Whether a meta key has one value for as long as nothing writes to the packet. */
static bool weir_meta_steady(u8 meta)
{
	return meta != WEIR_META_RANDOM && meta != WEIR_META_TIME && meta != WEIR_META_DAY &&
	       meta != WEIR_META_HOUR;
}

static bool weir_boxing_pure(const struct weir_insn *insn)
{
	return container_of(insn->instance->plugin, struct weir_match_ops, plugin)->pure;
}

static void weir_boxing_load(struct weir_boxing *boxing, const struct weir_insn *insn)
{
	boxing->masked = false;
	boxing->pending = true;
	boxing->load = insn;
	boxing->acc = WEIR_ACC_UNKNOWN;
	if (insn->op == WEIR_IR_LOAD)
		boxing->acc = weir_boxing_header(boxing->box, insn);
	else if (insn->op == WEIR_IR_LOAD_META && insn->kind == WEIR_META_L4PROTO)
		boxing->acc = WEIR_ACC_L4PROTO;
	else if (insn->op == WEIR_IR_LOAD_META && weir_meta_steady(insn->kind))
		boxing->acc = WEIR_ACC_OTHER;
}

/* How many bits from the top of @len the two have in common. */
static u32 weir_common_bits(struct weir_val a, struct weir_val b, u32 len)
{
	u64 hi = a.hi ^ b.hi, lo = a.lo ^ b.lo;
	u32 low = hi ? 64 + fls64(hi) : fls64(lo);

	return len - low;
}

/* The prefix that has @val and @to in it; an IPv4 address becomes an upper half. */
static struct weir_prefix weir_prefix_of(struct weir_val val, struct weir_val to, u32 width)
{
	struct weir_prefix prefix = { .len = weir_common_bits(val, to, width) };

	if (width == 32)
		val = (struct weir_val){ .hi = val.lo << 32 };
	prefix.hi = val.hi & weir_prefix_mask(prefix.len);
	if (prefix.len > 64)
		prefix.lo = val.lo & weir_prefix_mask(prefix.len - 64);
	return prefix;
}

/* The highest value that is @val under the mask; false where those are no range. */
static bool weir_boxing_to(const struct weir_boxing *boxing, struct weir_val val, u32 width,
			   struct weir_val *to)
{
	struct weir_val rest = weir_val_mask(width), above;

	*to = val;
	if (!boxing->masked)
		return true;
	rest.lo &= ~boxing->mask.lo;
	rest.hi &= ~boxing->mask.hi;
	above = rest;
	if (!++above.lo)
		above.hi++;
	if ((rest.lo & above.lo) | (rest.hi & above.hi) | (val.lo & rest.lo) | (val.hi & rest.hi))
		return false;
	to->lo |= rest.lo;
	to->hi |= rest.hi;
	return true;
}

/* Confine an address to a range; true where the box says all of it. */
static bool weir_boxing_addr(struct weir_prefix *prefix, struct weir_val from, struct weir_val to,
			     u32 width)
{
	struct weir_val rest;

	if (prefix->len)
		return false;
	*prefix = weir_prefix_of(from, to, width);
	rest = weir_val_mask(width - prefix->len);
	return !(from.lo & rest.lo) && !(from.hi & rest.hi) &&
	       (to.lo & rest.lo) == rest.lo && (to.hi & rest.hi) == rest.hi;
}

static bool weir_boxing_port(u16 *from, u16 *to, u64 low, u64 high)
{
	if (*from || *to != U16_MAX || low > high)
		return false;
	*from = low;
	*to = high;
	return true;
}

/* Whether a list that the box is split by is about what the accumulator has. */
static bool weir_boxing_splits(const struct weir_boxing *boxing)
{
	const struct weir_box *box = boxing->box;

	if (!box->split)
		return false;
	switch (boxing->acc) {
	case WEIR_ACC_SRC:
		return box->split_addr == &box->src;
	case WEIR_ACC_DST:
		return box->split_addr == &box->dst;
	case WEIR_ACC_DPORT:
		return !box->split_addr;
	default:
		return false;
	}
}

/* The accumulator is in a range; true where the box says all of that. */
static bool weir_boxing_range(struct weir_boxing *boxing, struct weir_val from,
			      struct weir_val to)
{
	struct weir_box *box = boxing->box;
	u32 width = box->nfproto == NFPROTO_IPV4 ? 32 : 128;

	/* Each part of the box gets its own place there. */
	if (weir_boxing_splits(boxing))
		return false;
	switch (boxing->acc) {
	case WEIR_ACC_SRC:
		return weir_boxing_addr(&box->src, from, to, width);
	case WEIR_ACC_DST:
		return weir_boxing_addr(&box->dst, from, to, width);
	case WEIR_ACC_SPORT:
		return weir_boxing_port(&box->sport, &box->sport_to, from.lo, to.lo);
	case WEIR_ACC_DPORT:
		return weir_boxing_port(&box->dport, &box->dport_to, from.lo, to.lo);
	case WEIR_ACC_L4PROTO:
		if (from.lo != to.lo || boxing->l4proto != WEIR_BOX_ANY)
			return false;
		boxing->l4proto = from.lo;
		return true;
	case WEIR_ACC_OTHER:
		if (!weir_val_cmp(from, to) && !boxing->masked && !box->other) {
			box->other = boxing->load;
			box->val = from;
		}
		return false;
	case WEIR_ACC_UNKNOWN:
		break;
	}
	return false;
}

static bool weir_boxing_cmp(struct weir_boxing *boxing, const struct weir_insn *insn)
{
	struct weir_val val = weir_insn_const(insn), all = weir_val_mask(insn->len), to;

	if (boxing->masked && insn->kind != WEIR_REL_EQ)
		return false;
	switch ((enum weir_rel)insn->kind) {
	case WEIR_REL_EQ:
		if (!weir_boxing_to(boxing, val, insn->len, &to))
			return false;
		return weir_boxing_range(boxing, val, to);
	case WEIR_REL_LE:
		return weir_boxing_range(boxing, (struct weir_val){}, val);
	case WEIR_REL_GE:
		return weir_boxing_range(boxing, val, all);
	default:
		return false;
	}
}

/* A list of values: a box for each, if they are few, otherwise one around all. */
static bool weir_boxing_in(struct weir_boxing *boxing, const struct weir_insn *insn)
{
	const struct weir_ranges *ranges = insn->ranges;
	struct weir_box *box = boxing->box;
	struct weir_val from, to;
	bool exact;

	if (boxing->masked || !ranges->n)
		return false;
	if (ranges->wide) {
		from = ranges->range[0].from;
		to = ranges->range[ranges->n - 1].to;
	} else {
		from = (struct weir_val){ .lo = ranges->span[0].from };
		to = (struct weir_val){ .lo = ranges->span[ranges->n - 1].to };
	}
	if (ranges->n == 1)
		return weir_boxing_range(boxing, from, to);

	if (ranges->n > WEIR_CLASS_SPLIT || box->split ||
	    (boxing->acc != WEIR_ACC_SRC && boxing->acc != WEIR_ACC_DST &&
	     boxing->acc != WEIR_ACC_DPORT)) {
		if (boxing->acc != WEIR_ACC_OTHER)
			weir_boxing_range(boxing, from, to);
		return false;
	}
	box->split_addr = boxing->acc == WEIR_ACC_SRC ? &box->src :
			  boxing->acc == WEIR_ACC_DST ? &box->dst : NULL;
	exact = box->split_addr ? !box->split_addr->len :
				  !box->dport && box->dport_to == U16_MAX;
	if (exact)
		box->split = ranges;
	/* Of a range that is no prefix, a part of the box does not say all. */
	boxing->skips &= !box->split_addr;
	return exact;
}

/* Whether what comes with an instruction needs nothing of what was before it. */
static bool weir_insn_begins(const struct weir_insn *insn)
{
	switch ((enum weir_ir_op)insn->op) {
	case WEIR_IR_AND:
	case WEIR_IR_OR:
	case WEIR_IR_XOR:
	case WEIR_IR_SHL:
	case WEIR_IR_SHR:
	case WEIR_IR_CMP:
	case WEIR_IR_IN:
	case WEIR_IR_NOT_IN:
		return false;
	default:
		return true;
	}
}

/* One instruction; false where the rule does more than ask. */
static bool weir_boxing_step(struct weir_boxing *boxing, const struct weir_insn *insn)
{
	struct weir_box *box = boxing->box;

	switch ((enum weir_ir_op)insn->op) {
	case WEIR_IR_NFPROTO:
		if (box->nfproto && box->nfproto != insn->kind)
			box->exact = false;
		else
			box->nfproto = insn->kind;
		return true;
	case WEIR_IR_TH:
		weir_boxing_th(boxing, insn->imm);
		return true;
	case WEIR_IR_LOAD:
	case WEIR_IR_LOAD_OPT:
	case WEIR_IR_LOAD_EXISTS:
	case WEIR_IR_LOAD_IMM:
		weir_boxing_load(boxing, insn);
		return true;
	case WEIR_IR_LOAD_META:
		weir_boxing_load(boxing, insn);
		return insn->kind != WEIR_META_RANDOM;
	case WEIR_IR_LOAD_PLUGIN:
		weir_boxing_load(boxing, insn);
		return weir_boxing_pure(insn);
	case WEIR_IR_MATCH:
		box->exact = false;
		return weir_boxing_pure(insn);
	case WEIR_IR_AND:
		if (boxing->masked)
			boxing->acc = WEIR_ACC_UNKNOWN;
		boxing->masked = true;
		boxing->mask = weir_insn_const(insn);
		return true;
	case WEIR_IR_OR:
	case WEIR_IR_XOR:
	case WEIR_IR_SHL:
	case WEIR_IR_SHR:
	case WEIR_IR_KEY_LOAD:
		boxing->acc = WEIR_ACC_UNKNOWN;
		return true;
	case WEIR_IR_KEY:
		return true;
	case WEIR_IR_CMP:
		boxing->pending = false;
		if (!weir_boxing_cmp(boxing, insn))
			box->exact = false;
		return true;
	case WEIR_IR_IN:
		boxing->pending = false;
		if (!weir_boxing_in(boxing, insn))
			box->exact = false;
		return true;
	case WEIR_IR_ETHER:
	case WEIR_IR_NOT_IN:
		box->exact = false;
		return true;
	case WEIR_IR_LOOKUP:
	case WEIR_IR_NOT_LOOKUP:
		/* Elements may count, which is no question any more. */
		box->exact = false;
		boxing->acc = WEIR_ACC_UNKNOWN;
		return weir_spec_is_plain(insn->probe->spec) && !insn->probe->spec->list;
	default:
		return false;
	}
}

void weir_box_of(struct weir_box *box, const struct weir_code *code)
{
	struct weir_boxing boxing = {
		.code = code, .box = box, .l4proto = WEIR_BOX_ANY, .skips = true,
	};
	const struct weir_insn *insn = code->insns;

	*box = (struct weir_box){
		.nfproto = code->family == NFPROTO_INET ? 0 : code->family,
		.exact = true,
		.th = WEIR_BOX_ANY,
		.sport_to = U16_MAX,
		.dport_to = U16_MAX,
		.skip = insn,
	};
	for (;;) {
		if (boxing.skips && box->exact && !boxing.pending && weir_insn_begins(insn))
			box->skip = insn;
		if (!weir_boxing_step(&boxing, insn))
			break;
		insn = weir_insn_next(insn);
	}
	box->tail = insn;
	if (boxing.l4proto == WEIR_BOX_ANY)
		return;
	if (box->th == WEIR_BOX_ANY)
		box->th = boxing.l4proto;
	else if ((box->th & WEIR_BOX_PROTO) != boxing.l4proto)
		weir_boxing_conflict(&boxing);
}

void weir_box_split(struct weir_box *box, u32 i)
{
	const struct weir_ranges *ranges = box->split;
	struct weir_val from, to;

	if (ranges->wide) {
		from = ranges->range[i].from;
		to = ranges->range[i].to;
	} else {
		from = (struct weir_val){ .lo = ranges->span[i].from };
		to = (struct weir_val){ .lo = ranges->span[i].to };
	}
	if (!box->split_addr) {
		box->dport = from.lo;
		box->dport_to = to.lo;
		return;
	}
	box->split_addr->len = 0;
	if (!weir_boxing_addr(box->split_addr, from, to, box->nfproto == NFPROTO_IPV4 ? 32 : 128))
		box->exact = false;
}
