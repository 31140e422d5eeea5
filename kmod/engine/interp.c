// SPDX-License-Identifier: GPL-2.0
/*
 * The interpreter: it defines what the intermediate representation means, runs
 * where there is no machine code, and takes over the packets that machine code
 * does not care for.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>
#include "prog.h"

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

static enum weir_exit weir_run_verdict(const struct weir_insn *insn, struct weir_pkt *pkt,
				       u32 rule)
{
	switch ((enum weir_verdict)insn->kind) {
	case WEIR_VERDICT_ACCEPT:
		return WEIR_EXIT_ACCEPT;
	case WEIR_VERDICT_RETURN:
		return WEIR_EXIT_RETURN;
	case WEIR_VERDICT_JUMP:
		pkt->rule = rule;
		pkt->target = insn->offset;
		return WEIR_EXIT_JUMP;
	case WEIR_VERDICT_GOTO:
		pkt->target = insn->offset;
		return WEIR_EXIT_GOTO;
	case WEIR_VERDICT_CONTINUE:
		return WEIR_EXIT_FAIL;
	case WEIR_VERDICT_DROP:
		break;
	}
	return WEIR_EXIT_DROP;
}

static bool weir_run_th(const struct weir_insn *insn, const struct weir_pkt *pkt)
{
	if (insn->imm == WEIR_PKT_TH_NONE)
		return pkt->th_proto != WEIR_PKT_TH_NONE;
	return pkt->th_proto == insn->imm;
}

static enum weir_exit weir_test(bool holds)
{
	return holds ? WEIR_EXIT_NONE : WEIR_EXIT_FAIL;
}

static enum weir_exit weir_run_insn(const struct weir_insn *insn, struct weir_pkt *pkt,
				    struct weir_val *acc, u32 rule)
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
		return weir_run_verdict(insn, pkt, rule);
	}
	return WEIR_EXIT_FAIL;
}

enum weir_exit weir_interp(const struct weir_block *block, struct weir_pkt *pkt, u32 rule,
			   u32 insn)
{
	for (; rule < block->n_rules; rule++) {
		const struct weir_insn *at = &block->rules[rule]->insns[insn];
		struct weir_val acc = {};
		enum weir_exit exit;

		do {
			exit = weir_run_insn(at, pkt, &acc, rule);
			at = weir_insn_next(at);
		} while (exit == WEIR_EXIT_NONE);

		if (exit != WEIR_EXIT_FAIL)
			return exit;
		insn = 0;
	}
	return WEIR_EXIT_NEXT;
}
