// SPDX-License-Identifier: GPL-2.0
/*
 * The interpreter: it defines what the intermediate representation means, runs
 * where there is no machine code, and takes over the packets that machine code
 * does not care for.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include "probe.h"

static enum weir_exit weir_test(bool holds)
{
	return holds ? WEIR_EXIT_NONE : WEIR_EXIT_FAIL;
}

static void weir_count(struct weir_counter __percpu *counter, const struct weir_pkt *pkt)
{
	this_cpu_inc(counter->packets);
	this_cpu_add(counter->bytes, pkt->len);
}

static bool weir_run_match(struct weir_instance *instance, struct weir_pkt *pkt)
{
	const struct weir_match_ops *ops;

	ops = container_of(instance->plugin, struct weir_match_ops, plugin);
	return ops->match(instance->priv, pkt);
}

enum weir_exit weir_run_target(struct weir_instance *instance, struct weir_pkt *pkt)
{
	const struct weir_target_ops *ops;

	ops = container_of(instance->plugin, struct weir_target_ops, plugin);
	switch (ops->target(instance->priv, pkt)) {
	case WEIR_RESULT_CONTINUE:
		return WEIR_EXIT_NONE;
	case WEIR_RESULT_NEXT:
		return WEIR_EXIT_FAIL;
	case WEIR_RESULT_ACCEPT:
		return WEIR_EXIT_ACCEPT;
	case WEIR_RESULT_STOLEN:
		return WEIR_EXIT_STOLEN;
	case WEIR_RESULT_DROP:
		break;
	}
	return WEIR_EXIT_DROP;
}

enum weir_exit weir_run_verdict(u8 verdict, u32 chain, struct weir_pkt *pkt)
{
	enum weir_exit exit = weir_verdict_exit(verdict);

	if (exit == WEIR_EXIT_JUMP || exit == WEIR_EXIT_GOTO)
		pkt->target = chain;
	return exit;
}

enum weir_exit weir_run_data_verdict(const struct weir_elem_data *data, struct weir_pkt *pkt)
{
	return weir_run_verdict(data->verdict, data->chain_id, pkt);
}

bool weir_run_data_object(const struct weir_elem_data *data, struct weir_pkt *pkt)
{
	/* A named object begins with what it is. */
	const struct weir_item *item = (const struct weir_item *)data->object;

	if (item->type == WEIR_ITEM_TYPE_MATCH)
		return weir_run_match(item->instance, pkt);
	weir_count(weir_item_counter(item), pkt);
	return true;
}

/* Instructions that ask a set. */
static enum weir_exit weir_run_probe(const struct weir_insn *insn, struct weir_pkt *pkt,
				     struct weir_val *acc)
{
	const struct weir_probe *probe = insn->probe;
	const struct weir_elem_data *data;
	struct weir_elem *elem;

	if (insn->op == WEIR_IR_UPDATE)
		return weir_test(weir_set_update(probe->set, probe->update, pkt,
						 insn->len ? acc->lo : 0,
						 insn->len ? acc->hi : 0));

	elem = weir_probe_find(probe, pkt, acc, insn->op != WEIR_IR_NOT_LOOKUP);
	if (insn->op == WEIR_IR_LOOKUP)
		return weir_test(elem);
	if (insn->op == WEIR_IR_NOT_LOOKUP)
		return weir_test(!elem);
	if (!elem)
		return insn->op == WEIR_IR_VMAP ? WEIR_EXIT_NONE : WEIR_EXIT_FAIL;

	data = weir_elem_data(probe->spec, elem);
	if (insn->op == WEIR_IR_VMAP)
		return weir_run_data_verdict(data, pkt);
	if (insn->op == WEIR_IR_OBJECT)
		return weir_test(weir_run_data_object(data, pkt));
	*acc = data->val;
	return WEIR_EXIT_NONE;
}

static bool weir_run_th(const struct weir_insn *insn, const struct weir_pkt *pkt)
{
	if (insn->imm == WEIR_PKT_TH_NONE)
		return pkt->th_proto != WEIR_PKT_TH_NONE;
	return pkt->th_proto == insn->imm;
}

static enum weir_exit weir_run_insn(const struct weir_insn *insn, struct weir_pkt *pkt,
				    struct weir_val *acc)
{
	switch ((enum weir_ir_op)insn->op) {
	case WEIR_IR_END:
		break;
	case WEIR_IR_NFPROTO:
		return weir_test(pkt->nfproto == insn->kind);
	case WEIR_IR_TH:
		return weir_test(weir_run_th(insn, pkt));
	case WEIR_IR_ETHER:
		return weir_test(weir_pkt_ll_ether(pkt));
	case WEIR_IR_LOAD:
	case WEIR_IR_LOAD_OPT:
	case WEIR_IR_LOAD_EXISTS:
	case WEIR_IR_LOAD_META:
	case WEIR_IR_LOAD_PLUGIN:
	case WEIR_IR_LOAD_IMM:
		return weir_test(weir_ir_load(insn, pkt, acc));
	case WEIR_IR_AND:
	case WEIR_IR_OR:
	case WEIR_IR_XOR:
	case WEIR_IR_SHL:
	case WEIR_IR_SHR:
		*acc = weir_ir_alu(insn, *acc);
		return WEIR_EXIT_NONE;
	case WEIR_IR_CMP:
		return weir_test(weir_ir_cmp(insn, *acc));
	case WEIR_IR_IN:
		return weir_test(weir_ranges_has(insn->ranges, acc->lo, acc->hi));
	case WEIR_IR_NOT_IN:
		return weir_test(!weir_ranges_has(insn->ranges, acc->lo, acc->hi));
	case WEIR_IR_MATCH:
		return weir_test(weir_run_match(insn->instance, pkt));
	case WEIR_IR_TARGET:
		return weir_run_target(insn->instance, pkt);
	case WEIR_IR_COUNT:
		weir_count(insn->counter, pkt);
		return WEIR_EXIT_NONE;
	case WEIR_IR_STORE:
	case WEIR_IR_STORE_OPT:
	case WEIR_IR_STORE_META:
	case WEIR_IR_STORE_PLUGIN:
		return weir_test(weir_ir_store(insn, pkt, acc));
	case WEIR_IR_VERDICT:
		return weir_run_verdict(insn->kind, insn->offset, pkt);
	case WEIR_IR_KEY:
		weir_num_key(*acc, pkt->key + insn->offset, DIV_ROUND_UP(insn->len, 8));
		return WEIR_EXIT_NONE;
	case WEIR_IR_KEY_LOAD:
		*acc = weir_key_num(pkt->key, insn->len / 8);
		return WEIR_EXIT_NONE;
	case WEIR_IR_LOOKUP:
	case WEIR_IR_NOT_LOOKUP:
	case WEIR_IR_MAP:
	case WEIR_IR_VMAP:
	case WEIR_IR_OBJECT:
	case WEIR_IR_UPDATE:
		return weir_run_probe(insn, pkt, acc);
	}
	return WEIR_EXIT_FAIL;
}

enum weir_exit weir_interp_rule(const struct weir_code *code, struct weir_pkt *pkt, u32 insn)
{
	const struct weir_insn *at = &code->insns[insn];
	struct weir_val acc = {};
	enum weir_exit exit;

	do {
		exit = weir_run_insn(at, pkt, &acc);
		at = weir_insn_next(at);
	} while (exit == WEIR_EXIT_NONE);
	return exit == WEIR_EXIT_FAIL ? WEIR_EXIT_NEXT : exit;
}

enum weir_exit weir_interp(const struct weir_block *block, struct weir_pkt *pkt, u32 rule,
			   u32 insn)
{
	for (; rule < block->n_rules; rule++) {
		enum weir_exit exit = weir_interp_rule(block->rules[rule], pkt, insn);

		if (exit != WEIR_EXIT_NEXT) {
			pkt->rule = rule;
			return exit;
		}
		insn = 0;
	}
	return WEIR_EXIT_NEXT;
}
