// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine made of a chain, for people: blocks or a classifier, what is machine
 * code and why the rest is not, tables, and the rules that no table has a key for.
 */
#include <linux/netfilter.h>
#include <linux/overflow.h>
#include "class.h"

static_assert(2 * WEIR_CLASS_TABLES == WEIR_TABLES_MAX);

void weir_prog_info(const struct weir_prog *prog, struct weir_prog_info *info)
{
	u32 i;

	*info = (struct weir_prog_info){
		.blocks = prog->n_slots,
		.classified = prog->class,
		.linear = prog->linear,
		.bytes = struct_size(prog, slots, prog->n_slots) +
			 (prog->class ? prog->class->bytes : 0),
	};
	for (i = 0; i < prog->n_slots; i++) {
		const struct weir_block *block = prog->slots[i].block;

		if (block->bpf)
			info->jit_blocks++;
		else
			info->interpreted[block->interpreted]++;
		info->code += weir_native_len(block->bpf);
		info->bytes += struct_size(block, rules, block->n_rules) +
			       weir_native_size(block->bpf);
	}
}

void weir_prog_info_rule(const struct weir_prog *prog, const struct weir_code *code,
			 struct weir_prog_info *info)
{
	const struct weir_residue *residue = code->residue;

	if (!prog->class || !weir_code_residual(code))
		return;
	info->residual++;
	if (!residue)
		return;
	info->jit_rules += prog->class->native;
	/* Each of the rules that share it has a part. */
	info->code += weir_native_len(residue->bpf) / residue->refs;
	info->bytes += (sizeof(*residue) + weir_native_size(residue->bpf)) / residue->refs;
}

bool weir_prog_table(const struct weir_prog *prog, u32 i, struct weir_table_info *info)
{
	const struct weir_class *class = prog->class;
	const struct weir_table_hash *table;
	const struct weir_side *in;
	u32 side;

	for (side = 0; class && side < 2; side++) {
		in = class->side[side];
		if (!in)
			continue;
		if (i >= in->n_tables) {
			i -= in->n_tables;
			continue;
		}
		table = &in->table[i];
		*info = (struct weir_table_info){
			.family = side ? NFPROTO_IPV6 : NFPROTO_IPV4,
			.src = table->src ? in->level[0][table->src].len : 0,
			.dst = table->dst ? in->level[1][table->dst].len : 0,
			.key = table->more,
			.n = table->n,
		};
		return true;
	}
	return false;
}

bool weir_prog_key(const struct weir_prog *prog, struct weir_key *key)
{
	const struct weir_insn *load;

	if (!prog->class || !prog->class->has_other)
		return false;
	load = &prog->class->other;
	*key = (struct weir_key){
		.type = load->op == WEIR_IR_LOAD_META ? WEIR_KEY_TYPE_META :
						       WEIR_KEY_TYPE_PAYLOAD,
		.len = load->len,
	};
	if (key->type == WEIR_KEY_TYPE_META) {
		key->meta = load->kind;
	} else {
		key->header = load->kind;
		key->offset = load->offset;
	}
	return true;
}

/* Whether a rule has a list that is too long to be split. */
static bool weir_code_lists(const struct weir_code *code)
{
	const struct weir_insn *insn;

	for (insn = code->insns; insn < code->insns + code->n_insns; insn = weir_insn_next(insn))
		if (insn->op == WEIR_IR_IN && insn->ranges->n > WEIR_CLASS_SPLIT)
			return true;
	return false;
}

/* What there is of a box that has no place in a table with a key. */
static enum weir_unindexed weir_box_why(const struct weir_box *box, const struct weir_code *code)
{
	if (weir_code_lists(code))
		return WEIR_UNINDEXED_LIST;
	if (box->src.len || box->dst.len)
		return WEIR_UNINDEXED_PREFIX;
	if (box->other)
		return WEIR_UNINDEXED_KEY;
	if (box->sport || box->sport_to != U16_MAX || box->dport || box->dport_to != U16_MAX)
		return WEIR_UNINDEXED_PORTS;
	return WEIR_UNINDEXED_NOTHING;
}

/* Whether a box could have a place, where there is no classifier that says so. */
static bool weir_box_could(const struct weir_box *box)
{
	return box->src.len || box->dst.len || box->other || box->sport == box->sport_to ||
	       box->dport == box->dport_to;
}

/**
 * struct weir_indexing - Looking for the boxes of a rule.
 * @class: The classifier, or NULL.
 * @why: Why one of them is not found by a key.
 */
struct weir_indexing {
	const struct weir_class *class;
	enum weir_unindexed why;
};

static bool weir_indexing_box(void *data, u32 side, const struct weir_box *box,
			      const struct weir_placed *rule)
{
	struct weir_indexing *indexing = data;
	struct weir_place place;
	bool found;

	if (indexing->class) {
		place = weir_place_of(indexing->class, side, box);
		found = place.level[0] || place.level[1] || place.more != WEIR_CLASS_NONE;
	} else {
		found = weir_box_could(box);
	}
	if (!found)
		indexing->why = weir_box_why(box, rule->code);
	return found;
}

enum weir_unindexed weir_prog_unindexed(const struct weir_prog *prog,
					struct weir_code *code)
{
	struct weir_indexing indexing = { .class = prog->class };
	struct weir_placed rule = { .code = code };

	if (prog->class || prog->linear == WEIR_LINEAR_UNSUITED)
		weir_boxes(&rule, weir_indexing_box, &indexing);
	return indexing.why;
}
