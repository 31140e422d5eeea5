// SPDX-License-Identifier: GPL-2.0
/*
 * Making the classifier of a chain: boxes first, which tell the levels and the other
 * key that suit the rules best; then the size of every table and array; then each box
 * goes to its place, the last rule first, so that buckets are in order.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netfilter.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "class.h"

/* Kinds of keys that are counted to find the best other key. */
#define WEIR_CLASS_KINDS	8

/**
 * struct weir_classing - The state of making a classifier.
 * @class: The classifier.
 * @rules: The rules.
 * @n: How many.
 * @always: Even where it is not worth it.
 * @kinds: Loads of keys that rules compare, and how often.
 * @boxes: How many there are of each family.
 * @lens: Prefix lengths, how often: by family, address and length.
 */
struct weir_classing {
	struct weir_class *class;
	struct weir_code *const *rules;
	u32 n;
	bool always;
	struct {
		const struct weir_insn *load;
		u32 n;
	} kinds[WEIR_CLASS_KINDS];
	u32 boxes[2];
	u32 lens[2][2][129];
};

/**
 * typedef weir_box_fn - What is done with each box of each family.
 * @classing: The state.
 * @side: 0 for IPv4 and 1 for IPv6.
 * @box: The box.
 * @rule: Index of the rule.
 */
typedef void weir_box_fn(struct weir_classing *classing, u32 side, const struct weir_box *box,
			 u32 rule);

static void weir_box_sides(struct weir_classing *classing, const struct weir_box *box, u32 rule,
			   weir_box_fn *fn)
{
	if (box->nfproto != NFPROTO_IPV6)
		fn(classing, 0, box, rule);
	if (box->nfproto != NFPROTO_IPV4)
		fn(classing, 1, box, rule);
}

/* All boxes, those of the last rule first. */
static void weir_boxes(struct weir_classing *classing, weir_box_fn *fn)
{
	u32 rule, i;

	for (rule = classing->n; rule-- > 0;) {
		struct weir_box box, part;

		weir_box_of(&box, classing->rules[rule]);
		if (!box.split) {
			weir_box_sides(classing, &box, rule, fn);
			continue;
		}
		for (i = 0; i < box.split->n; i++) {
			part = box;
			if (box.split_addr)
				part.split_addr = box.split_addr == &box.src ? &part.src :
										&part.dst;
			weir_box_split(&part, i);
			weir_box_sides(classing, &part, rule, fn);
		}
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

static void weir_class_survey(struct weir_classing *classing, u32 side,
			      const struct weir_box *box, u32 rule)
{
	classing->boxes[side]++;
	classing->lens[side][0][box->src.len]++;
	classing->lens[side][1][box->dst.len]++;
	if (box->other && !box->src.len && !box->dst.len)
		weir_class_count_kind(classing, box->other);
}

/* The key that most rules compare which have no address to go by. */
static void weir_class_choose_other(struct weir_classing *classing)
{
	u32 i, most = 0;

	for (i = 0; i < WEIR_CLASS_KINDS; i++) {
		if (classing->kinds[i].n <= most)
			continue;
		most = classing->kinds[i].n;
		classing->class->other = classing->kinds[i].load;
	}
}

/* How many bits of prefixes with a length of @from up to before @to are not used. */
static u64 weir_level_loss(const u32 *lens, u32 from, u32 to)
{
	u64 loss = 0;
	u32 len;

	for (len = from; len < to; len++)
		loss += (u64)lens[len] * min(len - from, 16U);
	return loss;
}

/*
 * The three lengths that leave the fewest bits of prefixes unused, one after the other:
 * each is the best one beside those that are there.
 */
static void weir_class_choose_levels(const u32 *lens, u32 width, u8 *levels)
{
	u32 i, n, len;

	levels[0] = 0;
	for (n = 1; n < WEIR_CLASS_LEVELS; n++) {
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
	for (; n < WEIR_CLASS_LEVELS; n++)
		levels[n] = width + 1;
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
	for (addr = 0; addr < 2; addr++) {
		weir_class_choose_levels(classing->lens[side][addr], width, levels);
		for (i = 1; i < WEIR_CLASS_LEVELS && levels[i] <= width; i++) {
			struct weir_level *level = &to->level[addr][i];

			level->len = levels[i];
			level->hi = weir_prefix_mask(level->len) >> (side ? 0 : 32);
			if (level->len > 64)
				level->lo = weir_prefix_mask(level->len - 64);
		}
	}
	return 0;
}

/* The highest level whose prefixes are no longer than @len. */
static u32 weir_side_level(const struct weir_side *side, u32 addr, u32 len)
{
	u32 i, best = 0;

	for (i = 1; i < WEIR_CLASS_LEVELS; i++)
		if (side->level[addr][i].len && side->level[addr][i].len <= len)
			best = i;
	return best;
}

/**
 * struct weir_place - Where a box goes.
 * @level: Its levels, by address.
 * @more: What else is in the key.
 */
struct weir_place {
	u32 level[2];
	enum weir_class_more more;
};

static void weir_class_place(const struct weir_class *class, u32 side,
			     const struct weir_box *box, struct weir_place *place)
{
	const struct weir_side *in = class->side[side];

	place->level[0] = weir_side_level(in, 0, box->src.len);
	place->level[1] = weir_side_level(in, 1, box->dst.len);
	place->more = WEIR_CLASS_NONE;
	if (box->dport == box->dport_to)
		place->more = WEIR_CLASS_DPORT;
	else if (box->sport == box->sport_to)
		place->more = WEIR_CLASS_SPORT;
	else if (box->other && class->other && weir_class_same_load(box->other, class->other))
		place->more = WEIR_CLASS_OTHER;
}

/* The table for a place: one that is there, or the one behind the last. */
static u32 weir_side_table(const struct weir_side *side, const struct weir_place *place)
{
	u32 i;

	for (i = 0; i < side->n_tables; i++)
		if (side->table[i].src == place->level[0] &&
		    side->table[i].dst == place->level[1] && side->table[i].more == place->more)
			break;
	return i;
}

/* Count what goes where. */
static void weir_class_measure(struct weir_classing *classing, u32 side,
			       const struct weir_box *box, u32 rule)
{
	struct weir_side *in = classing->class->side[side];
	struct weir_table_hash *table;
	struct weir_place place;

	weir_class_place(classing->class, side, box, &place);
	table = &in->table[weir_side_table(in, &place)];
	if (!table->n++) {
		table->src = place.level[0];
		table->dst = place.level[1];
		table->more = place.more;
		in->n_tables++;
	}
	/* The last rule comes first. */
	table->first = rule;
	in->n++;
}

static int weir_table_order(const void *a, const void *b)
{
	const struct weir_table_hash *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

/* The shift that makes an index of a hash for about @n values. */
static u8 weir_class_shift(u32 n)
{
	return 64 - max(order_base_2(n), 4);
}

static void *weir_class_array(struct weir_class *class, u8 shift, size_t size)
{
	size_t bytes = size << (64 - shift);
	void *array = kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (array)
		class->bytes += bytes;
	return array;
}

static u32 weir_side_level_size(const struct weir_side *side, u32 addr, u32 level)
{
	u32 i, n = 0;

	for (i = 0; i < side->n_tables; i++)
		if ((addr ? side->table[i].dst : side->table[i].src) == level)
			n += side->table[i].n;
	return n;
}

static size_t weir_desc_size(u32 side)
{
	return side ? sizeof(struct weir_desc) : offsetofend(struct weir_desc, ip);
}

/* Memory for all that was measured. */
static int weir_side_alloc(struct weir_class *class, u32 side)
{
	struct weir_side *in = class->side[side];
	u32 addr, i, n;
	u64 *array;

	if (!in)
		return 0;
	in->descs = kvmalloc_array(in->n, weir_desc_size(side),
				   GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!in->descs)
		return -ENOMEM;
	class->bytes += (size_t)in->n * weir_desc_size(side);
	sort(in->table, in->n_tables, sizeof(in->table[0]), weir_table_order, NULL);
	for (i = 0; i < in->n_tables; i++) {
		struct weir_table_hash *table = &in->table[i];

		table->shift = weir_class_shift(table->n);
		table->buckets = weir_class_array(class, table->shift, sizeof(*table->buckets));
		if (!table->buckets)
			return -ENOMEM;
	}
	for (addr = 0; addr < 2; addr++) {
		for (i = 1; i < WEIR_CLASS_LEVELS; i++) {
			struct weir_level *level = &in->level[addr][i];

			n = weir_side_level_size(in, addr, i);
			level->tables = &in->none;
			level->shift = 63;
			if (!n) {
				level->hi = 0;
				level->lo = 0;
				continue;
			}
			level->shift = weir_class_shift(n);
			array = weir_class_array(class, level->shift, sizeof(*level->tables));
			if (!array)
				return -ENOMEM;
			level->tables = array;
		}
	}
	in->n = 0;
	return 0;
}

static void weir_desc_simplify(struct weir_desc *desc, const struct weir_insn *tail)
{
	desc->exit = WEIR_EXIT_NEXT;
	if (tail->op == WEIR_IR_COUNT) {
		desc->counter = tail->counter;
		tail = weir_insn_next(tail);
	}
	if (tail->op == WEIR_IR_VERDICT) {
		desc->exit = weir_verdict_exit(tail->kind);
		desc->target = tail->offset;
	} else if (tail->op != WEIR_IR_END) {
		return;
	}
	desc->simple = true;
}

static void weir_desc_addrs(struct weir_desc *desc, const struct weir_box *box, u32 side)
{
	if (!side) {
		desc->ip.src = box->src.hi >> 32;
		desc->ip.src_mask = weir_prefix_mask(box->src.len) >> 32;
		desc->ip.dst = box->dst.hi >> 32;
		desc->ip.dst_mask = weir_prefix_mask(box->dst.len) >> 32;
		return;
	}
	desc->ip6.src[0] = box->src.hi;
	desc->ip6.src[1] = box->src.lo;
	desc->ip6.src_mask[0] = weir_prefix_mask(box->src.len);
	desc->ip6.src_mask[1] = weir_prefix_mask(max_t(u32, box->src.len, 64) - 64);
	desc->ip6.dst[0] = box->dst.hi;
	desc->ip6.dst[1] = box->dst.lo;
	desc->ip6.dst_mask[0] = weir_prefix_mask(box->dst.len);
	desc->ip6.dst_mask[1] = weir_prefix_mask(max_t(u32, box->dst.len, 64) - 64);
}

static void weir_desc_init(struct weir_desc *desc, const struct weir_box *box,
			   const struct weir_code *code, u64 label, u32 side)
{
	memset(desc, 0, weir_desc_size(side));
	desc->label = label;
	desc->code = code;
	desc->sport = box->sport;
	desc->sport_span = box->sport_to - box->sport;
	desc->dport = box->dport;
	desc->dport_span = box->dport_to - box->dport;
	if (box->th != WEIR_BOX_ANY) {
		desc->th = box->th;
		desc->th_mask = box->th & WEIR_BOX_TH ? U16_MAX : WEIR_BOX_PROTO;
	}
	weir_desc_addrs(desc, box, side);
	if (box->exact)
		weir_desc_simplify(desc, box->tail);
}

/* The parts of the hash of a box's key. */
static u64 weir_class_hash_box(const struct weir_class *class, u32 side, u32 addr,
			       const struct weir_level *level, const struct weir_prefix *prefix)
{
	u64 hi = prefix->hi >> (side ? 0 : 32);

	return weir_class_hash_addr(level, hi, prefix->lo, class->mul[WEIR_MUL_SRC + addr],
				    class->mul[WEIR_MUL_SRC_LO + addr], side);
}

static u64 weir_class_hash_more(const struct weir_class *class, const struct weir_box *box,
				enum weir_class_more more)
{
	switch (more) {
	case WEIR_CLASS_DPORT:
		return (box->dport + 1) * class->mul[WEIR_MUL_MORE];
	case WEIR_CLASS_SPORT:
		return (box->sport + 1) * class->mul[WEIR_MUL_MORE];
	case WEIR_CLASS_OTHER:
		return weir_class_fold(box->val) * class->mul[WEIR_MUL_MORE];
	default:
		return 0;
	}
}

/* Say for which values of each field the table has a rule. */
static void weir_side_mark(struct weir_side *in, const struct weir_box *box, u32 table)
{
	u32 i;

	for (i = box->dport >> 8; i <= box->dport_to >> 8; i++)
		in->dport_hi[i] |= BIT_ULL(table);
	for (i = 0; i < WEIR_CLASS_PORTS && i <= box->dport_to - box->dport; i++)
		in->dport_lo[(box->dport + i) % WEIR_CLASS_PORTS] |= BIT_ULL(table);
	for (i = 0; i < WEIR_CLASS_THS; i++)
		if (box->th == WEIR_BOX_ANY || box->th % WEIR_CLASS_THS == i)
			in->ths[i] |= BIT_ULL(table);
}

static void weir_class_insert(struct weir_classing *classing, u32 side,
			      const struct weir_box *box, u32 rule)
{
	struct weir_class *class = classing->class;
	struct weir_side *in = class->side[side];
	struct weir_table_hash *table;
	const struct weir_desc **bucket;
	struct weir_desc *desc;
	struct weir_place place;
	u64 hash, part;
	u32 addr, i;

	weir_class_place(class, side, box, &place);
	i = weir_side_table(in, &place);
	table = &in->table[i];
	hash = weir_class_hash_more(class, box, place.more);
	for (addr = 0; addr < 2; addr++) {
		struct weir_level *level = &in->level[addr][place.level[addr]];

		if (!place.level[addr]) {
			in->any[addr] |= BIT_ULL(i);
			continue;
		}
		part = weir_class_hash_box(class, side, addr, level, addr ? &box->dst : &box->src);
		level->tables[part >> level->shift] |= BIT_ULL(i);
		hash += part;
	}
	weir_side_mark(in, box, i);

	desc = in->descs + (size_t)in->n++ * weir_desc_size(side);
	weir_desc_init(desc, box, classing->rules[rule], rule, side);
	bucket = &table->buckets[hash >> table->shift];
	desc->next = *bucket;
	*bucket = desc;
}

static void weir_side_destroy(struct weir_side *side)
{
	struct weir_level *level;
	u32 i;

	if (!side)
		return;
	for (i = 0; i < side->n_tables; i++)
		kvfree(side->table[i].buckets);
	for (i = 0; i < 2 * WEIR_CLASS_LEVELS; i++) {
		level = &side->level[i / WEIR_CLASS_LEVELS][i % WEIR_CLASS_LEVELS];
		if (level->tables != &side->none)
			kvfree(level->tables);
	}
	kvfree(side->descs);
	kvfree(side);
}

void weir_class_destroy(struct weir_class *class)
{
	if (!class)
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
	const struct weir_place none = { .more = WEIR_CLASS_NONE };
	u32 side, i;

	for (side = 0; side < 2; side++) {
		const struct weir_side *in = classing->class->side[side];

		i = in ? weir_side_table(in, &none) : 0;
		if (in && i < in->n_tables && in->table[i].n > classing->n / 8 + 4)
			return false;
	}
	return true;
}

static int weir_class_fill(struct weir_classing *classing)
{
	u32 side;
	int err;

	weir_boxes(classing, weir_class_survey);
	weir_class_choose_other(classing);
	for (side = 0; side < 2; side++) {
		err = weir_side_create(classing, side);
		if (err)
			return err;
	}
	weir_boxes(classing, weir_class_measure);
	if (!classing->always && !weir_class_worth(classing))
		return -EOPNOTSUPP;
	for (side = 0; side < 2; side++) {
		err = weir_side_alloc(classing->class, side);
		if (err)
			return err;
	}
	weir_boxes(classing, weir_class_insert);
	return 0;
}

struct weir_class *weir_class_create(struct weir_code *const *rules, u32 n, bool always)
{
	struct weir_classing *classing;
	struct weir_class *class;
	u32 i;
	int err;

	classing = kvzalloc(sizeof(*classing), GFP_KERNEL);
	class = kzalloc(sizeof(*class), GFP_KERNEL_ACCOUNT);
	if (!classing || !class) {
		err = -ENOMEM;
		goto err_free;
	}
	class->bytes = sizeof(*class);
	get_random_bytes(class->mul, sizeof(class->mul));
	for (i = 0; i < ARRAY_SIZE(class->mul); i++)
		class->mul[i] |= 1;
	*classing = (struct weir_classing){ .class = class, .rules = rules, .n = n,
					     .always = always };
	err = weir_class_fill(classing);
	if (err)
		goto err_free;
	kvfree(classing);
	return class;

err_free:
	weir_class_destroy(class);
	kvfree(classing);
	return err == -EOPNOTSUPP ? NULL : ERR_PTR(err);
}
