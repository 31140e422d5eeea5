// SPDX-License-Identifier: GPL-2.0
/*
 * Machine code of rules that a classifier finds, and that do more than count and decide
 * where their box is all they ask for. Some of them share a program, which is entered at
 * the rule that was found and left where that ends. What a box says of a packet is not
 * asked again, and what is left of a rule is often a condition or two: to count and decide
 * is not in the program either.
 *
 * A program belongs to its rules, and goes with the last of them. It takes pages of memory
 * however short it is, so none is made for rules that come one by one where there is one
 * for sixteen rules already, and some more: they are interpreted until the classifier is
 * made anew, and get programs together.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include "class.h"
#include "jit.h"

/* Rules of a program: six comparisons lead to one of them. */
#define WEIR_RESIDUE_RULES	64

/* There may be a program for so many rules, and as many more, before others must wait. */
#define WEIR_RESIDUE_SHARE	16

/* A program, in parts: each of its rules has as many as the others. */
#define WEIR_RESIDUE_PARTS	65536U

/* Whether there must be machine code for a rule, and is none. */
static bool weir_residue_wants(const struct weir_code *code)
{
	return weir_code_residual(code) && !code->residue;
}

static void weir_residue_set(struct weir_residue *residue, struct weir_code *code, u8 entry)
{
	code->entry = entry;
	/* Packets that see the program know where to enter it. */
	smp_store_release(&code->residue, residue);
	residue->refs++;
}

/* Make a program of as many of some rules as fit; returns how many were looked at. */
static u32 weir_residue_create(struct weir_class *class, struct weir_jit *jit,
			       struct weir_code *const *codes, u32 n)
{
	struct weir_residue *residue;
	u32 i, fit;

	fit = weir_jit_emit(jit, codes, n, true);
	if (!fit)
		return 1;
	residue = kzalloc(sizeof(*residue), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!residue)
		return fit;
	residue->bpf = weir_native_create(jit->insns, jit->n);
	if (!residue->bpf) {
		kfree(residue);
		return fit;
	}
	for (i = 0; i < fit; i++)
		weir_residue_set(residue, codes[i], i);
	class->residues++;
	return fit;
}

/**
 * struct weir_residues - Programs in the making.
 * @class: The classifier.
 * @jit: Memory for translating, once there is something to translate.
 * @codes: Rules that have none yet.
 * @n: How many.
 */
struct weir_residues {
	struct weir_class *class;
	struct weir_jit *jit;
	struct weir_code *codes[WEIR_RESIDUE_RULES];
	u32 n;
};

static void weir_residues_flush(struct weir_residues *residues)
{
	u32 done = 0;

	if (residues->n && !residues->jit)
		residues->jit = weir_jit_create(residues->n);
	while (residues->jit && done < residues->n)
		done += weir_residue_create(residues->class, residues->jit, residues->codes + done,
					    residues->n - done);
	residues->n = 0;
}

static void weir_residues_add(struct weir_residues *residues, struct weir_code *code)
{
	if (!weir_residue_wants(code))
		return;
	residues->codes[residues->n++] = code;
	if (residues->n == WEIR_RESIDUE_RULES)
		weir_residues_flush(residues);
}

static void weir_residues_end(struct weir_residues *residues)
{
	weir_residues_flush(residues);
	weir_jit_destroy(residues->jit);
}

void weir_class_compile(struct weir_class *class, struct weir_code *const *codes, u32 n)
{
	struct weir_residues residues = { .class = class };
	u64 parts = 0;
	u32 i;

	class->native = true;
	for (i = 0; i < n; i++)
		if (codes[i]->residue)
			parts += WEIR_RESIDUE_PARTS / codes[i]->residue->refs;
	class->residues = DIV_ROUND_UP_ULL(parts, WEIR_RESIDUE_PARTS);
	for (i = 0; i < n; i++)
		weir_residues_add(&residues, codes[i]);
	weir_residues_end(&residues);
}

void weir_class_compile_added(struct weir_class *class, const struct weir_placed_list *added)
{
	struct weir_residues residues = { .class = class };
	u32 most = class->built / WEIR_RESIDUE_SHARE + WEIR_RESIDUE_SHARE, i;

	if (!class->native || class->residues >= most)
		return;
	for (i = 0; i < added->n; i++)
		weir_residues_add(&residues, added->rules[i].code);
	weir_residues_end(&residues);
}

void weir_residue_put(struct weir_residue *residue)
{
	if (!residue || --residue->refs)
		return;
	weir_native_destroy(residue->bpf);
	kfree(residue);
}
