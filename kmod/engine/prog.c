// SPDX-License-Identifier: GPL-2.0
/*
 * Programs: making one generation of a chain from the one before.
 *
 * Blocks whose rules are all there, in their order, are taken over; what lies
 * between them is compiled anew. A small neighbour of what is compiled is
 * compiled with it, otherwise one rule at a time would make one block a rule:
 * as in a binary counter, a rule is then compiled again a logarithm of times.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "class.h"
#include "jit.h"

/* Rules of a block that is only interpreted. */
#define WEIR_INTERP_RULES	512

/**
 * struct weir_build - The state of making a program.
 * @spec: What of.
 * @jit: Memory for translating, or NULL: interpret.
 * @slots: What is done; room for as many as there are rules.
 * @n: Number of @slots.
 * @class: The classifier instead, or NULL.
 * @linear: Why there is none, enum weir_linear.
 */
struct weir_build {
	const struct weir_prog_spec *spec;
	struct weir_jit *jit;
	struct weir_slot *slots;
	u32 n;
	struct weir_class *class;
	u8 linear;
};

static void weir_block_put(struct weir_block *block)
{
	if (--block->refs)
		return;
	weir_native_destroy(block->bpf);
	kvfree(block);
}

/* Why a block has no machine code, of whose rules @fit were translated. */
static enum weir_interpreted weir_block_why(const struct weir_build *build, u32 fit)
{
	if (!build->spec->jit)
		return WEIR_INTERPRETED_DISABLED;
	if (!weir_jit_available())
		return WEIR_INTERPRETED_ARCH;
	if (!build->jit)
		return WEIR_INTERPRETED_MEMORY;
	return fit ? WEIR_INTERPRETED_REFUSED : WEIR_INTERPRETED_LONG;
}

/* The block with the rules from @first on, as many of @n as fit. */
static struct weir_block *weir_block_create(struct weir_build *build, u32 first, u32 n)
{
	struct weir_code *const *rules = build->spec->rules + first;
	struct weir_block *block;
	u32 fit = 0;

	if (build->jit) {
		fit = weir_jit_emit(build->jit, rules, n, false);
		n = fit ? fit : 1;
	}
	n = min_t(u32, n, WEIR_INTERP_RULES);

	block = kvmalloc(struct_size(block, rules, n), GFP_KERNEL_ACCOUNT);
	if (!block)
		return NULL;
	block->refs = 1;
	block->n_rules = n;
	block->bpf = NULL;
	block->lean = false;
	block->size = 0;
	block->interpreted = weir_block_why(build, fit);
	memcpy(block->rules, rules, array_size(n, sizeof(*rules)));
	if (fit) {
		block->size = build->jit->n;
		block->lean = build->jit->lean;
		block->bpf = weir_native_create(build->jit->insns, build->jit->n);
	}
	return block;
}

static int weir_build_range(struct weir_build *build, u32 first, u32 end)
{
	while (first < end) {
		struct weir_block *block = weir_block_create(build, first, end - first);

		if (!block)
			return -ENOMEM;
		build->slots[build->n++] = (struct weir_slot){ .first = first, .block = block };
		first += block->n_rules;
	}
	return 0;
}

/* Where the rules of @block are in the new generation, from @pos on; U32_MAX if not there. */
static u32 weir_block_find(const struct weir_block *block, const struct weir_build *build,
			   u32 pos)
{
	const struct weir_prog_spec *spec = build->spec;

	while (pos < spec->n_rules && spec->rules[pos] != block->rules[0])
		pos++;
	if (block->n_rules > spec->n_rules - pos)
		return U32_MAX;
	/* A block that was interpreted may have been so for want of memory. */
	if (spec->jit && weir_jit_available() && !block->bpf)
		return U32_MAX;
	if (!spec->jit && block->bpf)
		return U32_MAX;
	if (memcmp(block->rules, spec->rules + pos,
		   array_size(block->n_rules, sizeof(block->rules[0]))))
		return U32_MAX;
	return pos;
}

/* Whether to compile @block again together with @n new rules beside it. */
static bool weir_block_absorb(const struct weir_block *block, u32 n)
{
	return n && block->n_rules <= n && block->n_rules < WEIR_JIT_RULES / 2;
}

/* Take blocks of @old over, and compile what is between them. */
static int weir_build_slots(struct weir_build *build, const struct weir_prog *old)
{
	u32 i, done = 0;
	int err;

	for (i = 0; old && i < old->n_slots; i++) {
		struct weir_block *block = old->slots[i].block;
		u32 pos = weir_block_find(block, build, done);

		if (pos == U32_MAX)
			continue;
		while (pos > done && build->n) {
			struct weir_slot *last = &build->slots[build->n - 1];

			if (!weir_block_absorb(last->block, pos - done))
				break;
			done = last->first;
			weir_block_put(last->block);
			build->n--;
		}
		if (weir_block_absorb(block, pos - done))
			continue;
		err = weir_build_range(build, done, pos);
		if (err)
			return err;
		block->refs++;
		build->slots[build->n++] = (struct weir_slot){ .first = pos, .block = block };
		done = pos + block->n_rules;
	}

	while (done < build->spec->n_rules && build->n) {
		struct weir_slot *last = &build->slots[build->n - 1];

		if (!weir_block_absorb(last->block, build->spec->n_rules - done))
			break;
		done = last->first;
		weir_block_put(last->block);
		build->n--;
	}
	return weir_build_range(build, done, build->spec->n_rules);
}

static struct weir_prog *weir_build_prog(const struct weir_build *build)
{
	struct weir_prog *prog;

	prog = kvzalloc(struct_size(prog, slots, build->n), GFP_KERNEL_ACCOUNT);
	if (!prog)
		return NULL;
	prog->n_rules = build->spec->n_rules;
	prog->n_slots = build->n;
	prog->class = build->class;
	prog->linear = build->linear;
	prog->base = build->spec->base;
	prog->policy = build->spec->policy;
	prog->native = build->n ? build->slots[0].block->bpf : NULL;
	prog->lean = build->n && build->slots[0].block->lean;
	if (build->n)
		memcpy(prog->slots, build->slots, array_size(build->n, sizeof(build->slots[0])));
	return prog;
}

/* A classifier for a chain that is long enough; NULL where there is none. */
static struct weir_class *weir_build_class(struct weir_build *build)
{
	const struct weir_prog_spec *spec = build->spec;
	const struct weir_class_spec class = {
		.rules = spec->rules, .labels = spec->labels, .n = spec->n_rules,
		.always = spec->classify == 1,
	};

	build->linear = WEIR_LINEAR_DISABLED;
	if (!spec->classify)
		return NULL;
	build->linear = WEIR_LINEAR_FEW;
	if (spec->n_rules < spec->classify)
		return NULL;
	build->linear = WEIR_LINEAR_UNSUITED;
	return weir_class_create(&class);
}

struct weir_prog *weir_prog_create(const struct weir_prog_spec *spec, struct weir_prog *old)
{
	struct weir_build build = { .spec = spec };
	struct weir_prog *prog = NULL;

	build.class = weir_build_class(&build);
	if (IS_ERR(build.class))
		return ERR_PTR(PTR_ERR(build.class));
	if (build.class) {
		prog = weir_build_prog(&build);
		if (!prog) {
			weir_class_put(build.class);
			return ERR_PTR(-ENOMEM);
		}
		if (spec->jit && weir_jit_available())
			weir_class_compile(build.class, spec->rules, spec->n_rules);
		return prog;
	}

	build.slots = kvmalloc_array(max(spec->n_rules, 1U), sizeof(*build.slots), GFP_KERNEL);
	if (!build.slots)
		return ERR_PTR(-ENOMEM);
	if (spec->jit && spec->n_rules && weir_jit_available())
		build.jit = weir_jit_create(spec->n_rules);

	if (!weir_build_slots(&build, old))
		prog = weir_build_prog(&build);
	while (!prog && build.n)
		weir_block_put(build.slots[--build.n].block);
	weir_jit_destroy(build.jit);
	kvfree(build.slots);
	return prog ? prog : ERR_PTR(-ENOMEM);
}

struct weir_prog *weir_prog_update(const struct weir_prog_spec *spec,
				   const struct weir_prog_delta *delta, struct weir_prog *old)
{
	struct weir_class_change *change;
	struct weir_prog *prog;
	u32 n;

	if (!old || !old->class)
		return NULL;
	n = old->n_rules + delta->added.n - delta->removed.n;
	if (n < max(spec->classify / 2, 1U))
		return NULL;
	change = weir_class_stage(old->class, delta);
	if (IS_ERR_OR_NULL(change))
		return ERR_CAST(change);
	prog = kzalloc(sizeof(*prog), GFP_KERNEL_ACCOUNT);
	if (!prog) {
		weir_class_change_free(change);
		return ERR_PTR(-ENOMEM);
	}
	weir_class_compile_added(old->class, &delta->added);
	prog->n_rules = n;
	prog->base = spec->base;
	prog->policy = spec->policy;
	prog->class = old->class;
	prog->class->refs++;
	prog->version = old->version + 1;
	prog->change = change;
	return prog;
}

void weir_prog_publish(struct weir_prog *prog, struct weir_prog *old)
{
	if (!prog->change)
		return;
	weir_class_publish(prog->class, prog->change);
	old->change = prog->change;
	prog->change = NULL;
}

bool weir_prog_reap(struct weir_prog *prog)
{
	return prog->change && weir_class_reap(prog->class, prog->change);
}

void weir_prog_destroy(struct weir_prog *prog)
{
	u32 i;

	if (!prog)
		return;
	for (i = 0; i < prog->n_slots; i++)
		weir_block_put(prog->slots[i].block);
	weir_class_change_free(prog->change);
	weir_class_put(prog->class);
	kvfree(prog);
}
