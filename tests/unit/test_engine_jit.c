// SPDX-License-Identifier: GPL-2.0
/*
 * The JIT against the interpreter: the same random rules and the same random
 * packets through both must give the same verdicts, marks, counters and bytes.
 * Chains are changed on the way, so that blocks are shared between generations.
 *
 * WEIR_FUZZ_SEED and WEIR_FUZZ_ROUNDS make it another run, or a longer one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "engine_make.h"

#define CHAINS	4
#define RULES	40
#define PACKETS	6

/* The interpreter is the oracle: one rule after the other. */
enum mode {
	INTERP,
	JIT,
	CLASS,
	MODES,
};

struct world {
	u8 family;
	struct make_packet packets[PACKETS];
	struct weir_rule_body *rules[CHAINS][RULES];
	u32 n[CHAINS];
	/* The generation that is interpreted, and the one that is compiled. */
	struct weir_ruleset *ruleset[MODES];
	/* Rules of classifiers that had machine code, over all generations. */
	u64 residual;
};

/* What a packet leaves behind. */
struct outcome {
	enum weir_exit exit;
	u32 mark;
	u32 priority;
	u8 pkt_type;
	u8 nf_trace;
	u8 ip_summed;
	u8 bytes[700];
};

static const char *fuzz_env(const char *name, const char *other)
{
	const char *val = getenv(name);

	return val ? val : other;
}

static void world_run(struct world *world, const struct make_packet *packet, enum mode mode,
		      struct outcome *outcome)
{
	const struct weir_ruleset *ruleset = world->ruleset[mode];
	struct sk_buff *skb = make_skb(packet);
	struct weir_ruleset *current = (struct weir_ruleset *)ruleset;
	struct weir_attach attach = { .ruleset = &current };
	struct nf_hook_state state;
	struct weir_pkt pkt;

	memset(outcome, 0, sizeof(*outcome));
	memset(&pkt, 0x5a, sizeof(pkt));
	make_state(&state, packet);
	if (mode != INTERP) {
		outcome->exit = weir_hook(&attach, skb, &state);
	} else {
		weir_pkt_init(&pkt, skb, &state);
		pkt.ruleset = ruleset;
		outcome->exit = weir_eval(ruleset, ruleset->progs[0], &pkt);
	}
	outcome->mark = skb->mark;
	outcome->priority = skb->priority;
	outcome->pkt_type = skb->pkt_type;
	outcome->nf_trace = skb->nf_trace;
	outcome->ip_summed = skb->ip_summed;
	skb_copy_bits(skb, 0, outcome->bytes, skb->len);
	if (packet->has_mac)
		memcpy(outcome->bytes + 680, skb->head, 14);
	shim_skb_free(skb);
}

static void world_counters(struct world *world, struct weir_counter *counters)
{
	u32 chain, rule, n = 0;

	for (chain = 0; chain < CHAINS; chain++) {
		for (rule = 0; rule < world->n[chain]; rule++) {
			struct weir_rule_body *body = world->rules[chain][rule];
			struct weir_item *item = NULL;

			while ((item = weir_body_next(body, item)))
				n += make_counts(item, &counters[n]);
		}
	}
}

/* What a person needs to find the difference. */
static void world_print(const struct world *world)
{
	u32 chain, rule, i;

	for (chain = 0; chain < CHAINS; chain++) {
		for (rule = 0; rule < world->n[chain]; rule++) {
			const struct weir_code *code = world->rules[chain][rule]->code;

			fprintf(stderr, "chain %u rule %u\n", chain, rule);
			for (i = 0; i < code->n_insns; i++)
				fprintf(stderr,
					"  op %2u len %3u kind %2u option %3u at %5u %#llx\n",
					code->insns[i].op, code->insns[i].len, code->insns[i].kind,
					code->insns[i].option, code->insns[i].offset,
					(unsigned long long)code->insns[i].imm);
		}
	}
}

/* Print which parts of two outcomes differ. */
static void outcome_print(const struct outcome *a, const struct outcome *b)
{
	u32 i;

	fprintf(stderr, "exit %u %u, mark %#x %#x, priority %#x %#x, type %u %u, sum %u %u\n",
		a->exit, b->exit, a->mark, b->mark, a->priority, b->priority, a->pkt_type,
		b->pkt_type, a->ip_summed, b->ip_summed);
	for (i = 0; i < sizeof(a->bytes); i++)
		if (a->bytes[i] != b->bytes[i])
			fprintf(stderr, "byte %u: %02x %02x\n", i, a->bytes[i], b->bytes[i]);
}

static void world_compare(struct world *world, u64 seed)
{
	static struct weir_counter counters[MODES][CHAINS * RULES * 8 * 16];
	struct outcome outcomes[MODES];
	enum mode mode;
	u32 i;

	for (i = 0; i < PACKETS; i++) {
		memset(counters, 0, sizeof(counters));
		for (mode = 0; mode < MODES; mode++) {
			world_run(world, &world->packets[i], mode, &outcomes[mode]);
			world_counters(world, counters[mode]);
			if (!memcmp(&outcomes[0], &outcomes[mode], sizeof(outcomes[0])) &&
			    !memcmp(counters[0], counters[mode], sizeof(counters[0])))
				continue;
			world_print(world);
			outcome_print(&outcomes[0], &outcomes[mode]);
			fprintf(stderr, "seed %llu: packet %u, mode %u\n",
				(unsigned long long)seed, i, mode);
			fail();
		}
	}
}

static void world_compile(struct world *world, enum mode mode)
{
	struct weir_ruleset *ruleset = world->ruleset[mode];
	struct weir_code *codes[RULES];
	u32 chain, i;

	for (chain = 0; chain < CHAINS; chain++) {
		struct weir_prog *old = ruleset->progs[chain];
		struct weir_prog_spec spec = {
			.n_rules = world->n[chain],
			.rules = codes,
			.base = !chain,
			.policy = NF_ACCEPT,
			.jit = mode != INTERP,
			.classify = mode == CLASS,
		};
		struct weir_prog_info info;

		for (i = 0; i < spec.n_rules; i++)
			codes[i] = world->rules[chain][i]->code;
		ruleset->progs[chain] = weir_prog_create(&spec, old);
		assert_false(IS_ERR(ruleset->progs[chain]));
		weir_prog_destroy(old);
		weir_prog_info(ruleset->progs[chain], &info);
		for (i = 0; i < spec.n_rules; i++)
			weir_prog_info_rule(ruleset->progs[chain], codes[i], &info);
		assert_int_equal(info.jit_blocks, mode != INTERP ? info.blocks : 0);
		assert_int_equal(info.jit_rules, info.residual);
		world->residual += info.residual;
		assert_int_equal(info.classified, mode == CLASS && spec.n_rules);
	}
}

static void world_compile_all(struct world *world)
{
	enum mode mode;

	for (mode = 0; mode < MODES; mode++)
		world_compile(world, mode);
}

static void world_init(struct world *world)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET };
	u32 chain, i;

	memset(world, 0, sizeof(*world));
	world->family = families[make_random(3)];
	for (i = 0; i < PACKETS; i++)
		make_packet(&world->packets[i], world->family != NFPROTO_INET ? world->family :
			    make_random(2) ? NFPROTO_IPV4 : NFPROTO_IPV6);
	for (chain = 0; chain < CHAINS; chain++) {
		world->n[chain] = make_random(chain ? 6 : 20);
		for (i = 0; i < world->n[chain]; i++)
			world->rules[chain][i] = make_rule(world->family,
							   &world->packets[make_random(PACKETS)],
							   chain + 1, CHAINS);
	}
	for (i = 0; i < MODES; i++) {
		world->ruleset[i] = calloc(1, struct_size(world->ruleset[i], progs, CHAINS));
		world->ruleset[i]->n_progs = CHAINS;
		world->ruleset[i]->sets = make_slots;
	}
}

/* Delete a rule, or insert one. */
static struct weir_rule_body *world_change(struct world *world)
{
	u32 chain = make_random(CHAINS), n = world->n[chain];
	struct weir_rule_body **rules = world->rules[chain], *gone = NULL;
	u32 at;

	if (n && make_random(2)) {
		at = make_random(n);
		gone = rules[at];
		memmove(rules + at, rules + at + 1, (n - at - 1) * sizeof(*rules));
		world->n[chain]--;
	} else if (n < RULES) {
		at = make_random(n + 1);
		memmove(rules + at + 1, rules + at, (n - at) * sizeof(*rules));
		rules[at] = make_rule(world->family, &world->packets[0], chain + 1, CHAINS);
		world->n[chain]++;
	}
	return gone;
}

static void world_exit(struct world *world)
{
	u32 chain, i;

	for (chain = 0; chain < CHAINS; chain++) {
		for (i = 0; i < MODES; i++)
			weir_prog_destroy(world->ruleset[i]->progs[chain]);
		for (i = 0; i < world->n[chain]; i++)
			make_rule_free(world->rules[chain][i]);
	}
	for (i = 0; i < MODES; i++)
		free(world->ruleset[i]);
}

static void test_fuzz(void **state)
{
	u64 seed = strtoull(fuzz_env("WEIR_FUZZ_SEED", "1"), NULL, 0);
	u64 rounds = strtoull(fuzz_env("WEIR_FUZZ_ROUNDS", "3000"), NULL, 0);
	static struct world world;
	u64 end = seed + rounds, residual = 0;

	for (; seed < end; seed++) {
		u32 changes;

		make_seed(seed);
		world_init(&world);
		world_compile_all(&world);
		world_compare(&world, seed);
		for (changes = make_random(4); changes; changes--) {
			struct weir_rule_body *gone = world_change(&world);

			world_compile_all(&world);
			if (gone)
				make_rule_free(gone);
			world_compare(&world, seed);
		}
		residual += world.residual;
		world_exit(&world);
	}
	assert_true(shim_bpf_runs > rounds);
	assert_true(residual > rounds);
}

/* A chain of more rules than a block has, appended to one by one. */
static void test_blocks(void **state)
{
	static struct weir_rule_body *rules[2000];
	static struct weir_code *codes[2000];
	struct weir_prog *prog = NULL;
	struct weir_prog_info info;
	struct make_packet packet;
	u32 i, step = 1;

	make_seed(7);
	make_packet(&packet, NFPROTO_IPV4);
	for (i = 0; i < 2000; i++) {
		rules[i] = make_rule(NFPROTO_IPV4, &packet, 1, 1);
		codes[i] = rules[i]->code;
	}
	for (i = 1; i <= 2000; i += step) {
		struct weir_prog_spec spec = { .n_rules = i, .rules = codes, .jit = true };
		struct weir_prog *old = prog;

		prog = weir_prog_create(&spec, old);
		weir_prog_destroy(old);
		if (i > 600)
			step = 100;
	}
	weir_prog_info(prog, &info);
	assert_in_range(info.blocks, 2000 / 512, 40);
	weir_prog_destroy(prog);
	for (i = 0; i < 2000; i++)
		make_rule_free(rules[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
