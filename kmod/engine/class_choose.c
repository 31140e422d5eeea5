// SPDX-License-Identifier: GPL-2.0
/*
 * What suits the rules of a chain: the lengths that prefixes are rounded down to, and
 * which boxes share a table where there would be more tables than a word has bits.
 */
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "class.h"

/* Most bits of a prefix that count, and what a port or another key counts as. */
#define WEIR_CHOOSE_BITS	16U

/* How many bits of prefixes with a length of @from up to before @to are not used. */
static u64 weir_level_loss(const u32 *lens, u32 from, u32 to)
{
	u64 loss = 0;
	u32 len;

	for (len = from; len < to; len++)
		loss += (u64)lens[len] * min(len - from, WEIR_CHOOSE_BITS);
	return loss;
}

/* Each length is the best one beside those that are there. */
u32 weir_choose_levels(const u32 *lens, u32 width, u8 *levels)
{
	u32 max = width == 32 ? WEIR_CLASS_LEVELS_IP : WEIR_CLASS_LEVELS, i, n, len;

	levels[0] = 0;
	for (n = 1; n < max; n++) {
		u32 best = 0, place = 0;
		u64 most = 0;

		for (i = 0; i < n; i++) {
			u32 from = levels[i], to = i + 1 < n ? levels[i + 1] : width + 1;
			u64 whole = weir_level_loss(lens, from, to);

			for (len = from + 1; len < to; len++) {
				u64 gain = whole - weir_level_loss(lens, from, len) -
					   weir_level_loss(lens, len, to);

				if (gain <= most)
					continue;
				most = gain;
				best = len;
				place = i + 1;
			}
		}
		if (!best)
			break;
		memmove(levels + place + 1, levels + place, n - place);
		levels[place] = best;
	}
	return n;
}

/**
 * struct weir_chosen - What boxes of a combination have in common.
 * @src: Level of the source address.
 * @dst: Level of the destination address.
 * @more: enum weir_class_more.
 */
struct weir_chosen {
	u32 src;
	u32 dst;
	u32 more;
};

static struct weir_chosen weir_chosen(u32 i)
{
	return (struct weir_chosen){
		.src = i / __WEIR_CLASS_MORE_MAX / WEIR_CLASS_LEVELS,
		.dst = i / __WEIR_CLASS_MORE_MAX % WEIR_CLASS_LEVELS,
		.more = i % __WEIR_CLASS_MORE_MAX,
	};
}

static u32 weir_lower_loss(const struct weir_side *in, u32 addr, u32 from, u32 to)
{
	u32 bits = in->level[addr][from].len - in->level[addr][to].len;

	return min(bits, WEIR_CHOOSE_BITS);
}

/* How many bits boxes of one combination lose in the table of another; 0 if they cannot. */
static u32 weir_combination_loss(const struct weir_side *in, u32 from, u32 to)
{
	struct weir_chosen a = weir_chosen(from), b = weir_chosen(to);

	if (from == to || b.src > a.src || b.dst > a.dst ||
	    (b.more != a.more && b.more != WEIR_CLASS_NONE))
		return 0;
	return weir_lower_loss(in, 0, a.src, b.src) + weir_lower_loss(in, 1, a.dst, b.dst) +
	       (b.more != a.more ? WEIR_CHOOSE_BITS : 0);
}

/*
 * Put the boxes of one combination into the table of another, where the fewest bits are
 * lost. There is always a pair: of combinations none of which is below another one there
 * are no more than levels for each of what else is in a key.
 */
static void weir_choose_merge(const struct weir_side *in, struct weir_combination *combinations)
{
	u32 i, j, from = 0, to = 0;
	u64 least = U64_MAX;

	for (i = 0; i < WEIR_COMBINATIONS; i++) {
		for (j = 0; combinations[i].n && j < i; j++) {
			u64 loss = weir_combination_loss(in, i, j) * (u64)combinations[i].n;

			if (!loss || !combinations[j].n || loss >= least)
				continue;
			least = loss;
			from = i;
			to = j;
		}
	}
	combinations[to].n += combinations[from].n;
	combinations[to].first = min(combinations[to].first, combinations[from].first);
	combinations[from].n = 0;
	combinations[from].to = to;
}

static int weir_table_order(const void *a, const void *b)
{
	const struct weir_table_hash *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

/* The index of each combination: its table, or that of where it went. */
static void weir_choose_index(struct weir_side *in, const struct weir_combination *combinations)
{
	u8 *index = &in->index[0][0][0];
	u32 i;

	for (i = 0; i < in->n_tables; i++) {
		const struct weir_table_hash *table = &in->table[i];

		in->index[table->src][table->dst][table->more] = i;
	}
	/* Where a combination goes is below it, and done already. */
	for (i = 0; i < WEIR_COMBINATIONS; i++)
		if (combinations[i].to != i)
			index[i] = index[combinations[i].to];
}

void weir_choose_tables(struct weir_side *in, struct weir_combination *combinations)
{
	u32 i, n = 0;

	static_assert(WEIR_CLASS_LEVELS * __WEIR_CLASS_MORE_MAX < WEIR_CLASS_TABLES);
	for (i = 0; i < WEIR_COMBINATIONS; i++) {
		combinations[i].to = i;
		n += combinations[i].n > 0;
	}
	for (; n > WEIR_CLASS_TABLES; n--)
		weir_choose_merge(in, combinations);
	for (i = 0; i < WEIR_COMBINATIONS; i++) {
		struct weir_chosen chosen = weir_chosen(i);

		if (!combinations[i].n)
			continue;
		in->table[in->n_tables++] = (struct weir_table_hash){
			.src = chosen.src, .dst = chosen.dst, .more = chosen.more,
			.n = combinations[i].n, .first = combinations[i].first,
		};
	}
	sort(in->table, in->n_tables, sizeof(in->table[0]), weir_table_order, NULL);
	weir_choose_index(in, combinations);
}
