// SPDX-License-Identifier: GPL-2.0
/*
 * Where a box belongs in a classifier, and how it gets there: its levels, its table,
 * its bucket, its descriptor.
 */
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "class.h"

static bool weir_box_sides(const struct weir_placed *rule, const struct weir_box *box,
			   weir_box_fn *fn, void *data)
{
	return (box->nfproto == NFPROTO_IPV6 || fn(data, 0, box, rule)) &&
	       (box->nfproto == NFPROTO_IPV4 || fn(data, 1, box, rule));
}

bool weir_boxes(const struct weir_placed *rule, weir_box_fn *fn, void *data)
{
	struct weir_box box, part;
	u32 i;

	weir_box_of(&box, rule->code);
	if (!box.split)
		return weir_box_sides(rule, &box, fn, data);
	for (i = 0; i < box.split->n; i++) {
		part = box;
		if (box.split_addr)
			part.split_addr = box.split_addr == &box.src ? &part.src : &part.dst;
		weir_box_split(&part, i);
		if (!weir_box_sides(rule, &part, fn, data))
			return false;
	}
	return true;
}

/* The highest level whose prefixes are no longer than @len. */
static u32 weir_side_level(const struct weir_side *side, u32 addr, u32 len)
{
	u32 i, best = 0;

	for (i = 1; i < side->levels[addr]; i++)
		if (side->level[addr][i].len <= len)
			best = i;
	return best;
}

/* The parts of the hash of a box's key. */
static u64 weir_class_hash_box(const struct weir_class *class, u32 side, u32 addr, u32 level,
			       const struct weir_box *box)
{
	const struct weir_prefix *prefix = addr ? &box->dst : &box->src;

	if (!level)
		return 0;
	return weir_class_hash_addr(&class->side[side]->level[addr][level],
				    prefix->hi >> (side ? 0 : 32), prefix->lo,
				    class->mul[WEIR_MUL_SRC + addr],
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

static enum weir_class_more weir_place_more(const struct weir_class *class,
					    const struct weir_box *box)
{
	if (box->dport == box->dport_to)
		return WEIR_CLASS_DPORT;
	if (box->sport == box->sport_to)
		return WEIR_CLASS_SPORT;
	if (box->other && class->has_other && weir_class_same_load(box->other, &class->other))
		return WEIR_CLASS_OTHER;
	return WEIR_CLASS_NONE;
}

/* The table that boxes of a place go to, if there is one. */
static void weir_place_find_table(struct weir_place *place)
{
	const struct weir_table_hash *table;
	u8 index = *weir_place_index(place);

	place->table = place->in->n_tables;
	if (index == WEIR_CLASS_NOWHERE)
		return;
	place->table = index;
	table = weir_place_table(place);
	place->level[0] = table->src;
	place->level[1] = table->dst;
	place->more = table->more;
}

struct weir_place weir_place_of(const struct weir_class *class, u32 side,
				const struct weir_box *box)
{
	struct weir_place place = { .in = class->side[side] };
	u32 addr;

	place.level[0] = weir_side_level(place.in, 0, box->src.len);
	place.level[1] = weir_side_level(place.in, 1, box->dst.len);
	place.more = weir_place_more(class, box);
	weir_place_find_table(&place);
	place.hash = weir_class_hash_more(class, box, place.more);
	for (addr = 0; addr < 2; addr++) {
		place.part[addr] = weir_class_hash_box(class, side, addr, place.level[addr], box);
		place.hash += place.part[addr];
	}
	return place;
}

/* Packets read the word meanwhile. */
static void weir_mark(u64 *word, u32 table)
{
	/* With the bit they see the table that it leads to. */
	smp_store_release(word, *word | BIT_ULL(table));
}

static void weir_mark_addr(const struct weir_place *place, u32 addr)
{
	struct weir_level *level = &place->in->level[addr][place->level[addr]];

	if (place->level[addr])
		weir_mark(&level->tables[place->part[addr] >> level->shift], place->table);
	else
		weir_mark(&place->in->any[addr], place->table);
}

static void weir_mark_ports(const struct weir_place *place, const struct weir_box *box)
{
	struct weir_side *in = place->in;
	u32 i;

	if (in->every_port & BIT_ULL(place->table))
		return;
	for (i = box->dport >> 8; i <= box->dport_to >> 8; i++)
		weir_mark(&in->dport_hi[i], place->table);
	for (i = 0; i < WEIR_CLASS_PORTS && i <= box->dport_to - box->dport; i++)
		weir_mark(&in->dport_lo[(box->dport + i) % WEIR_CLASS_PORTS], place->table);
	if (!box->dport && box->dport_to == U16_MAX)
		in->every_port |= BIT_ULL(place->table);
}

void weir_place_mark(const struct weir_place *place, const struct weir_box *box)
{
	u32 i;

	weir_mark_ports(place, box);
	for (i = 0; i < WEIR_CLASS_THS; i++)
		if (box->th == WEIR_BOX_ANY || box->th % WEIR_CLASS_THS == i)
			weir_mark(&place->in->ths[i], place->table);
	weir_mark_addr(place, 0);
	weir_mark_addr(place, 1);
}

u8 weir_class_shift(u32 n)
{
	return 64 - max(order_base_2(n), 4);
}

void *weir_class_array(struct weir_class *class, u8 shift, size_t size)
{
	size_t bytes = size << (64 - shift);
	void *array = kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (array)
		class->bytes += bytes;
	return array;
}

int weir_table_alloc(struct weir_class *class, struct weir_table_hash *table, u32 n)
{
	table->shift = weir_class_shift(n);
	table->buckets = weir_class_array(class, table->shift, sizeof(*table->buckets));
	return table->buckets ? 0 : -ENOMEM;
}

/* What a rule does whose conditions end at @tail. Packets may use what is there already. */
static bool weir_code_simplify(struct weir_code *code, const struct weir_insn *tail)
{
	if (code->simple)
		return true;
	code->exit = WEIR_EXIT_NEXT;
	if (tail->op == WEIR_IR_COUNT) {
		code->counter = tail->counter;
		tail = weir_insn_next(tail);
	}
	if (tail->op == WEIR_IR_VERDICT) {
		code->exit = weir_verdict_exit(tail->kind);
		code->target = tail->offset;
	} else if (tail->op != WEIR_IR_END) {
		return false;
	}
	code->simple = true;
	return true;
}

static void weir_desc_addrs(struct weir_desc *desc, const struct weir_box *box, u32 side)
{
	if (!side) {
		desc->ip.addrs = weir_ip_addrs(box->src.hi >> 32, box->dst.hi >> 32);
		desc->ip.mask = weir_ip_addrs(weir_prefix_mask(box->src.len) >> 32,
					      weir_prefix_mask(box->dst.len) >> 32);
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

void weir_desc_init(struct weir_desc *desc, u32 side, const struct weir_box *box,
		    const struct weir_placed *rule)
{
	u32 skip;

	memset(desc, 0, weir_desc_size(side));
	desc->label = rule->label;
	desc->code = rule->code;
	desc->life = WEIR_DESC_ALIVE;
	desc->sport = box->sport;
	desc->sport_span = box->sport_to - box->sport;
	desc->dport = box->dport;
	desc->dport_span = box->dport_to - box->dport;
	if (box->th != WEIR_BOX_ANY) {
		desc->th = box->th;
		desc->th_mask = box->th & WEIR_BOX_TH ? U16_MAX : WEIR_BOX_PROTO;
	}
	weir_desc_addrs(desc, box, side);
	desc->simple = weir_code_simplify(rule->code, box->tail) && box->exact;
	if (!box->exact)
		rule->code->beyond = true;
	/* The same for all boxes of the rule, and packets may use it already. */
	skip = box->skip - rule->code->insns;
	WRITE_ONCE(rule->code->skip, skip <= U8_MAX ? skip : 0);
}
