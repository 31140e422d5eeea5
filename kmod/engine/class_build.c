// SPDX-License-Identifier: GPL-2.0
/*
 * Making the classifier of a chain: boxes first, which tell the levels and the other
 * key that suit the rules best; then the size of every table and array; then each box
 * goes to its place, the last rule first, so that buckets are in order.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "class.h"

/* Kinds of keys that are counted to find the best other key. */
#define WEIR_CLASS_KINDS	8

/**
 * struct weir_classing - The state of making a classifier.
 * @class: The classifier.
 * @rules: The rules.
 * @labels: Their places, or NULL.
 * @n: How many.
 * @always: Even where it is not worth it.
 * @keys: Rules that have addresses get the other key as well.
 * @kinds: Loads of keys that rules compare, and how often.
 * @boxes: How many there are of each family.
 * @lens: Prefix lengths, how often: by family, address and length.
 * @combinations: By family and combination.
 */
struct weir_classing {
	struct weir_class *class;
	struct weir_code *const *rules;
	const u64 *labels;
	u32 n;
	bool always;
	bool keys;
	struct {
		const struct weir_insn *load;
		u32 n;
	} kinds[WEIR_CLASS_KINDS];
	u32 boxes[2];
	u32 lens[2][2][129];
	struct weir_combination combinations[2][WEIR_COMBINATIONS];
};

/* The boxes of all rules, those of the last one first. */
static void weir_classing_boxes(struct weir_classing *classing, weir_box_fn *fn)
{
	u32 i;

	for (i = classing->n; i-- > 0;) {
		struct weir_placed rule = {
			.code = classing->rules[i],
			.label = classing->labels ? classing->labels[i] : i,
		};

		weir_boxes(&rule, fn, classing);
	}
}

static void weir_class_count_kind(struct weir_classing *classing, const struct weir_insn *load)
{
	u32 i;

	for (i = 0; i < WEIR_CLASS_KINDS; i++) {
		if (!classing->kinds[i].load)
			classing->kinds[i].load = load;
		if (!weir_class_same_load(classing->kinds[i].load, load))
			continue;
		classing->kinds[i].n++;
		return;
	}
}

static bool weir_class_survey(void *data, u32 side, const struct weir_box *box,
			      const struct weir_placed *rule)
{
	struct weir_classing *classing = data;

	classing->boxes[side]++;
	classing->lens[side][0][box->src.len]++;
	classing->lens[side][1][box->dst.len]++;
	if (box->other && (classing->keys || (!box->src.len && !box->dst.len)))
		weir_class_count_kind(classing, box->other);
	return true;
}

/* The key that most rules compare, of those which have no address to go by, or of all. */
static void weir_class_choose_other(struct weir_classing *classing)
{
	u32 i, most = 0;

	for (i = 0; i < WEIR_CLASS_KINDS; i++) {
		if (classing->kinds[i].n <= most)
			continue;
		most = classing->kinds[i].n;
		classing->class->other = *classing->kinds[i].load;
		classing->class->has_other = true;
	}
}

static int weir_side_create(struct weir_classing *classing, u32 side)
{
	u32 width = side ? 128 : 32, addr, i;
	u8 levels[WEIR_CLASS_LEVELS];
	struct weir_side *to;

	if (!classing->boxes[side])
		return 0;
	to = kvzalloc(sizeof(*to), GFP_KERNEL_ACCOUNT);
	if (!to)
		return -ENOMEM;
	classing->class->side[side] = to;
	classing->class->bytes += sizeof(*to);
	memset(to->index, WEIR_CLASS_NOWHERE, sizeof(to->index));
	for (addr = 0; addr < 2; addr++) {
		to->levels[addr] = weir_choose_levels(classing->lens[side][addr], width, levels);
		for (i = 1; i < to->levels[addr]; i++) {
			struct weir_level *level = &to->level[addr][i];

			level->len = levels[i];
			level->hi = weir_prefix_mask(level->len) >> (side ? 0 : 32);
			if (level->len > 64)
				level->lo = weir_prefix_mask(level->len - 64);
		}
	}
	return 0;
}

/* Count what goes where, before there is a table. */
static bool weir_class_measure(void *data, u32 side, const struct weir_box *box,
			       const struct weir_placed *rule)
{
	struct weir_classing *classing = data;
	struct weir_place place = weir_place_of(classing->class, side, box);
	u32 i = weir_place_index(&place) - place.in->index[0][0];

	classing->combinations[side][i].n++;
	/* The last rule comes first. */
	classing->combinations[side][i].first = rule->label;
	place.in->n++;
	return true;
}

static u32 weir_side_level_size(const struct weir_side *side, u32 addr, u32 level)
{
	u32 i, n = 0;

	for (i = 0; i < side->n_tables; i++)
		if ((addr ? side->table[i].dst : side->table[i].src) == level)
			n += side->table[i].n;
	return n;
}

static int weir_side_alloc_levels(struct weir_class *class, struct weir_side *in)
{
	u32 addr, i;

	for (addr = 0; addr < 2; addr++) {
		for (i = 1; i < WEIR_CLASS_LEVELS; i++) {
			struct weir_level *level = &in->level[addr][i];
			u8 shift = weir_class_shift(weir_side_level_size(in, addr, i));
			u64 *array;

			level->tables = &in->none;
			level->shift = 63;
			if (!level->len)
				continue;
			array = weir_class_array(class, shift, sizeof(*level->tables));
			if (!array)
				return -ENOMEM;
			level->shift = shift;
			level->tables = array;
		}
	}
	return 0;
}

/* Memory for all that was measured. */
static int weir_side_alloc(struct weir_class *class, u32 side)
{
	struct weir_side *in = class->side[side];
	u32 i;

	if (!in)
		return 0;
	in->descs = kvmalloc_array(in->n, weir_desc_size(side),
				   GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!in->descs)
		return -ENOMEM;
	class->bytes += (size_t)in->n * weir_desc_size(side);
	for (i = 0; i < in->n_tables; i++) {
		if (weir_table_alloc(class, &in->table[i], in->table[i].n))
			return -ENOMEM;
	}
	class->built += in->n;
	in->n = 0;
	return weir_side_alloc_levels(class, in);
}

static bool weir_class_insert(void *data, u32 side, const struct weir_box *box,
			      const struct weir_placed *rule)
{
	struct weir_classing *classing = data;
	struct weir_place place = weir_place_of(classing->class, side, box);
	struct weir_side *in = place.in;
	struct weir_desc *desc = in->descs + (size_t)in->n++ * weir_desc_size(side);
	struct weir_desc **bucket = weir_place_bucket(&place);

	weir_desc_init(desc, side, box, rule);
	desc->next = *bucket;
	*bucket = desc;
	weir_place_mark(&place, box);
	return true;
}

/* Free the descriptors that were allocated one by one. */
static void weir_table_destroy(struct weir_table_hash *table)
{
	struct weir_desc *desc, *next;
	size_t i;

	for (i = 0; table->buckets && i < 1ULL << (64 - table->shift); i++) {
		for (desc = table->buckets[i]; desc; desc = next) {
			next = desc->next;
			if (desc->single)
				kfree(desc);
		}
	}
	kvfree(table->buckets);
}

static void weir_side_destroy(struct weir_side *side)
{
	struct weir_level *level;
	u32 i;

	if (!side)
		return;
	for (i = 0; i < side->n_tables; i++)
		weir_table_destroy(&side->table[i]);
	for (i = 0; i < 2 * WEIR_CLASS_LEVELS; i++) {
		level = &side->level[i / WEIR_CLASS_LEVELS][i % WEIR_CLASS_LEVELS];
		if (level->tables != &side->none)
			kvfree(level->tables);
	}
	kvfree(side->descs);
	kvfree(side);
}

void weir_class_put(struct weir_class *class)
{
	if (!class || --class->refs)
		return;
	weir_side_destroy(class->side[0]);
	weir_side_destroy(class->side[1]);
	kfree(class);
}

/*
 * Whether the classifier is faster than one rule after the other. What it cannot tell
 * apart, because nothing about them is in a key, is evaluated in a row after all, and
 * at a higher price.
 */
static bool weir_class_worth(const struct weir_classing *classing)
{
	const struct weir_table_hash *table;
	u32 side, i;

	for (side = 0; side < 2; side++) {
		const struct weir_side *in = classing->class->side[side];

		for (i = 0; in && i < in->n_tables; i++) {
			table = &in->table[i];
			if (!table->src && !table->dst && table->more == WEIR_CLASS_NONE &&
			    table->n > classing->n / 8 + 4)
				return false;
		}
	}
	return true;
}

static int weir_class_fill(struct weir_classing *classing)
{
	u32 side;
	int err;

	weir_classing_boxes(classing, weir_class_survey);
	weir_class_choose_other(classing);
	for (side = 0; side < 2; side++) {
		err = weir_side_create(classing, side);
		if (err)
			return err;
	}
	weir_classing_boxes(classing, weir_class_measure);
	for (side = 0; side < 2; side++)
		if (classing->class->side[side])
			weir_choose_tables(classing->class->side[side],
					   classing->combinations[side]);
	if (!classing->always && !weir_class_worth(classing))
		return -EOPNOTSUPP;
	for (side = 0; side < 2; side++) {
		err = weir_side_alloc(classing->class, side);
		if (err)
			return err;
	}
	weir_classing_boxes(classing, weir_class_insert);
	return 0;
}

/* A classifier, with keys for rules that have addresses or without. */
static struct weir_class *weir_class_make(const struct weir_class_spec *spec, bool keys)
{
	struct weir_classing *classing;
	struct weir_class *class;
	u32 i;
	int err;

	classing = kvzalloc(sizeof(*classing), GFP_KERNEL);
	if (!classing)
		return ERR_PTR(-ENOMEM);
	class = kzalloc(sizeof(*class), GFP_KERNEL_ACCOUNT);
	if (!class) {
		err = -ENOMEM;
		goto err_free_classing;
	}
	class->refs = 1;
	class->bytes = sizeof(*class);
	get_random_bytes(class->mul, sizeof(class->mul));
	for (i = 0; i < ARRAY_SIZE(class->mul); i++)
		class->mul[i] |= 1;
	classing->class = class;
	classing->rules = spec->rules;
	classing->labels = spec->labels;
	classing->n = spec->n;
	classing->always = spec->always;
	classing->keys = keys;
	err = weir_class_fill(classing);
	if (err)
		goto err_put_class;
	kvfree(classing);
	return class;

err_put_class:
	weir_class_put(class);
err_free_classing:
	kvfree(classing);
	return err == -EOPNOTSUPP ? NULL : ERR_PTR(err);
}

static u32 weir_table_longest(const struct weir_table_hash *table)
{
	size_t i, buckets = 1ULL << (64 - table->shift);
	const struct weir_desc *desc;
	u32 longest = 0, n;

	for (i = 0; i < buckets; i++) {
		n = 0;
		for (desc = table->buckets[i]; desc; desc = desc->next)
			n++;
		longest = max(longest, n);
	}
	return longest;
}

/* Rules in the longest of all buckets: what some packets are compared with one by one. */
static u32 weir_class_longest(const struct weir_class *class)
{
	u32 side, longest = 0, i;

	for (side = 0; side < 2; side++) {
		const struct weir_side *in = class->side[side];

		for (i = 0; in && i < in->n_tables; i++)
			longest = max(longest, weir_table_longest(&in->table[i]));
	}
	return longest;
}

/*
 * Where many rules have the same addresses and no port, try whether another key tells
 * them apart. It must be loaded for each packet, so it must be worth that.
 */
static struct weir_class *weir_class_improve(const struct weir_class_spec *spec,
					     struct weir_class *class)
{
	u32 longest = weir_class_longest(class);
	struct weir_class *other;

	if (longest <= spec->n / 64 + 16)
		return class;
	other = weir_class_make(spec, true);
	if (!IS_ERR_OR_NULL(other) && weir_class_longest(other) <= longest / 2) {
		swap(class, other);
		longest = weir_class_longest(class);
	}
	if (!IS_ERR(other))
		weir_class_put(other);
	if (spec->always || longest <= spec->n / 4 + 4)
		return class;
	weir_class_put(class);
	return NULL;
}

struct weir_class *weir_class_create(const struct weir_class_spec *spec)
{
	struct weir_class *class = weir_class_make(spec, false);

	return IS_ERR_OR_NULL(class) ? class : weir_class_improve(spec, class);
}
