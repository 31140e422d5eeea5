// SPDX-License-Identifier: GPL-2.0
/* The arithmetic of the intermediate representation. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include "ir.h"

static int weir_range_cmp(const void *a, const void *b)
{
	const struct weir_range *left = a, *right = b;

	return weir_val_cmp(left->from, right->from);
}

/* Whether @next, which starts no lower, overlaps or touches @range. */
static bool weir_range_meets(const struct weir_range *range, const struct weir_range *next)
{
	struct weir_val behind = range->to;

	if (weir_val_cmp(next->from, range->to) <= 0)
		return true;
	if (!++behind.lo)
		behind.hi++;
	return !weir_val_cmp(next->from, behind);
}

static u32 weir_ranges_merge(struct weir_range *range, u32 n)
{
	u32 i, last = 0;

	sort(range, n, sizeof(*range), weir_range_cmp, NULL);
	for (i = 1; i < n; i++) {
		if (!weir_range_meets(&range[last], &range[i]))
			range[++last] = range[i];
		else if (weir_val_cmp(range[i].to, range[last].to) > 0)
			range[last].to = range[i].to;
	}
	return n ? last + 1 : 0;
}

struct weir_ranges *weir_ranges_create(const struct weir_range *from, u32 n, unsigned int len)
{
	struct weir_ranges *ranges;
	u32 i;

	ranges = kvmalloc(struct_size(ranges, range, n), GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return NULL;
	memcpy(ranges->range, from, array_size(n, sizeof(*from)));
	ranges->n = weir_ranges_merge(ranges->range, n);
	ranges->wide = len > 64;
	/* A span is half as long as a range, so they can be packed in place. */
	for (i = 0; !ranges->wide && i < ranges->n; i++) {
		struct weir_range range = ranges->range[i];

		ranges->span[i] = (struct weir_span){ .from = range.from.lo, .to = range.to.lo };
	}
	return ranges;
}

bool weir_ranges_has(const struct weir_ranges *ranges, u64 lo, u64 hi)
{
	const struct weir_val val = { .lo = lo, .hi = hi };
	u32 left = 0, right = ranges->n;

	while (left < right) {
		u32 mid = left + (right - left) / 2;

		if (ranges->wide) {
			if (weir_val_cmp(val, ranges->range[mid].from) < 0)
				right = mid;
			else if (weir_val_cmp(val, ranges->range[mid].to) > 0)
				left = mid + 1;
			else
				return true;
		} else {
			if (lo < ranges->span[mid].from)
				right = mid;
			else if (lo > ranges->span[mid].to)
				left = mid + 1;
			else
				return true;
		}
	}
	return false;
}

struct weir_val weir_ir_alu(const struct weir_insn *insn, struct weir_val acc)
{
	struct weir_val val = weir_insn_const(insn);

	switch (insn->op) {
	case WEIR_IR_AND:
		return weir_val_and(acc, val);
	case WEIR_IR_OR:
		acc.lo |= val.lo;
		acc.hi |= val.hi;
		break;
	case WEIR_IR_XOR:
		acc.lo ^= val.lo;
		acc.hi ^= val.hi;
		break;
	case WEIR_IR_SHL:
		acc = weir_val_shl(acc, insn->offset);
		break;
	case WEIR_IR_SHR:
		return weir_val_shr(acc, insn->offset);
	}
	return weir_val_and(acc, weir_val_mask(insn->len));
}

bool weir_ir_cmp(const struct weir_insn *insn, struct weir_val acc)
{
	struct weir_val val = weir_insn_const(insn);
	struct weir_val both = weir_val_and(acc, val);

	switch ((enum weir_rel)insn->kind) {
	case WEIR_REL_EQ:
		return !weir_val_cmp(acc, val);
	case WEIR_REL_NE:
		return weir_val_cmp(acc, val);
	case WEIR_REL_LT:
		return weir_val_cmp(acc, val) < 0;
	case WEIR_REL_LE:
		return weir_val_cmp(acc, val) <= 0;
	case WEIR_REL_GT:
		return weir_val_cmp(acc, val) > 0;
	case WEIR_REL_GE:
		return weir_val_cmp(acc, val) >= 0;
	case WEIR_REL_ANY:
		return both.lo | both.hi;
	case WEIR_REL_NONE:
		return !(both.lo | both.hi);
	case WEIR_REL_IN:
	case WEIR_REL_NOT_IN:
		break;
	}
	return false;
}
