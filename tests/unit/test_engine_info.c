// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of programs: blocks and why they are interpreted, tables, and the rules
 * that no table has a key for, each for its own reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <engine/class.h>
#include "engine_make.h"

#define RULES	200

struct chain {
	u32 n;
	struct weir_rule_body *rules[RULES];
	struct weir_code *codes[RULES];
};

static struct weir_rule_body *rule_begin(u32 n)
{
	struct weir_rule_body *body = calloc(1, sizeof(*body));

	body->items = calloc(n + 1, sizeof(*body->items));
	body->size = (n + 1) * sizeof(*body->items);
	body->items[n].type = WEIR_ITEM_TYPE_VERDICT;
	body->items[n].verdict = WEIR_VERDICT_ACCEPT;
	return body;
}

static void chain_add(struct chain *chain, struct weir_rule_body *body)
{
	struct netlink_ext_ack extack;

	assert_int_equal(weir_code_create(body, NFPROTO_IPV4, &extack), 0);
	chain->rules[chain->n] = body;
	chain->codes[chain->n++] = body->code;
}

static void chain_free(struct chain *chain)
{
	while (chain->n)
		make_rule_free(chain->rules[--chain->n]);
}

static struct weir_prog *chain_compile(const struct chain *chain, bool jit, u32 classify)
{
	struct weir_prog_spec spec = {
		.n_rules = chain->n, .rules = (struct weir_code *const *)chain->codes,
		.base = true, .policy = NF_ACCEPT, .jit = jit, .classify = classify,
	};
	struct weir_prog *prog = weir_prog_create(&spec, NULL);

	assert_false(IS_ERR(prog));
	return prog;
}

static struct weir_item *cond(struct weir_rule_body *body, u32 i, u8 header, u32 offset, u16 len)
{
	struct weir_item *item = &body->items[i];

	item->type = WEIR_ITEM_TYPE_COND;
	item->rel = WEIR_REL_EQ;
	item->key = (struct weir_key){ .type = WEIR_KEY_TYPE_PAYLOAD, .header = header,
				       .offset = offset, .len = len };
	return item;
}

/* saddr in a range, or one address */
static struct weir_rule_body *saddr_rule(u32 from, u32 to)
{
	struct weir_rule_body *body = rule_begin(1);
	struct weir_item *item = cond(body, 0, WEIR_HEADER_IP, 96, 32);

	item->rel = WEIR_REL_IN;
	item->n_ranges = 1;
	item->ranges = calloc(1, sizeof(*item->ranges));
	item->ranges[0] = (struct weir_range){ { .lo = from }, { .lo = to } };
	return body;
}

static struct weir_rule_body *dport_rule(u16 from, u16 to)
{
	struct weir_rule_body *body = rule_begin(1);
	struct weir_item *item = cond(body, 0, WEIR_HEADER_UDP, 16, 16);

	item->rel = WEIR_REL_IN;
	item->n_ranges = 1;
	item->ranges = calloc(1, sizeof(*item->ranges));
	item->ranges[0] = (struct weir_range){ { .lo = from }, { .lo = to } };
	return body;
}

static struct weir_rule_body *meta_rule(u8 meta, u16 len, u64 val)
{
	struct weir_rule_body *body = rule_begin(1);
	struct weir_item *item = cond(body, 0, 0, 0, len);

	item->key = (struct weir_key){ .type = WEIR_KEY_TYPE_META, .meta = meta, .len = len };
	item->val.lo = val;
	return body;
}

/* More addresses than a rule is split into, from both ends. */
static struct weir_rule_body *list_rule(void)
{
	struct weir_rule_body *body = saddr_rule(1, 1);
	struct weir_item *item = &body->items[0];
	u32 i;

	free(item->ranges);
	item->n_ranges = WEIR_CLASS_SPLIT + 1;
	item->ranges = calloc(item->n_ranges, sizeof(*item->ranges));
	for (i = 0; i < item->n_ranges; i++) {
		item->ranges[i].from.lo = 0x0f000000u * i + 1;
		item->ranges[i].to = item->ranges[i].from;
	}
	return body;
}

/* Rules that a classifier is for. */
static void add_good(struct chain *chain, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		chain_add(chain, saddr_rule(0x0a000000 + i, 0x0a000000 + i));
}

static void assert_unindexed(const struct weir_prog *prog, const struct chain *chain,
			     u32 i, enum weir_unindexed why)
{
	assert_int_equal(weir_prog_unindexed(prog, chain->codes[i]), why);
}

static void test_reasons(void **state)
{
	struct weir_table_info info;
	struct chain chain = {};
	struct weir_prog *prog;
	struct weir_key key;
	u32 i, loose = 0;

	add_good(&chain, 100);
	chain_add(&chain, rule_begin(0));
	chain_add(&chain, dport_rule(1024, 65535));
	chain_add(&chain, saddr_rule(0x0a000000, 0x0affffff));
	chain_add(&chain, meta_rule(WEIR_META_MARK, 32, 1));
	chain_add(&chain, list_rule());
	chain_add(&chain, dport_rule(53, 53));
	for (i = 0; i < 3; i++)
		chain_add(&chain, meta_rule(WEIR_META_IIF, 32, i));

	prog = chain_compile(&chain, true, 64);
	assert_non_null(prog->class);
	for (i = 0; i < 100; i++)
		assert_unindexed(prog, &chain, i, WEIR_UNINDEXED_NONE);
	assert_unindexed(prog, &chain, 100, WEIR_UNINDEXED_NOTHING);
	assert_unindexed(prog, &chain, 101, WEIR_UNINDEXED_PORTS);
	assert_unindexed(prog, &chain, 103, WEIR_UNINDEXED_KEY);
	assert_unindexed(prog, &chain, 104, WEIR_UNINDEXED_LIST);
	assert_unindexed(prog, &chain, 105, WEIR_UNINDEXED_NONE);
	assert_unindexed(prog, &chain, 106, WEIR_UNINDEXED_NONE);
	assert_true(weir_prog_key(prog, &key));
	assert_int_equal(key.type, WEIR_KEY_TYPE_META);
	assert_int_equal(key.meta, WEIR_META_IIF);

	/* The tables know as many as the rules say, each of them one box. */
	for (i = 0; weir_prog_table(prog, i, &info); i++) {
		assert_int_equal(info.family, NFPROTO_IPV4);
		if (!info.src && !info.dst && info.key == WEIR_TABLE_KEY_NONE)
			loose += info.n;
	}
	assert_in_range(i, 2, WEIR_TABLES_MAX);
	for (i = 0; i < chain.n; i++)
		loose -= weir_prog_unindexed(prog, chain.codes[i]) != WEIR_UNINDEXED_NONE;
	assert_int_equal(loose, 0);
	weir_prog_destroy(prog);
	chain_free(&chain);
}

/* Prefixes that are shorter than every level of the chain. */
static void test_prefix(void **state)
{
	struct chain chain = {};
	struct weir_prog *prog;
	u32 i;

	for (i = 0; i < 40; i++) {
		chain_add(&chain, saddr_rule(0x0a000000 + i, 0x0a000000 + i));
		chain_add(&chain, saddr_rule(0x0b000000 + (i << 8), 0x0b0000ff + (i << 8)));
		chain_add(&chain, saddr_rule(0x0c000000 + (i << 16), 0x0c00ffff + (i << 16)));
	}
	chain_add(&chain, saddr_rule(0x80000000, 0xffffffff));
	prog = chain_compile(&chain, true, 64);
	assert_non_null(prog->class);
	assert_unindexed(prog, &chain, 0, WEIR_UNINDEXED_NONE);
	assert_unindexed(prog, &chain, 2, WEIR_UNINDEXED_NONE);
	assert_unindexed(prog, &chain, 120, WEIR_UNINDEXED_PREFIX);
	weir_prog_destroy(prog);
	chain_free(&chain);
}

static void test_linear(void **state)
{
	struct weir_prog_info info;
	struct chain chain = {};
	struct weir_prog *prog;
	u32 i;

	add_good(&chain, 10);
	for (i = 0; i < 90; i++)
		chain_add(&chain, dport_rule(i, 1000));
	prog = chain_compile(&chain, true, 64);
	weir_prog_info(prog, &info);
	assert_false(info.classified);
	assert_int_equal(info.linear, WEIR_LINEAR_UNSUITED);
	assert_unindexed(prog, &chain, 0, WEIR_UNINDEXED_NONE);
	assert_unindexed(prog, &chain, 50, WEIR_UNINDEXED_PORTS);
	weir_prog_destroy(prog);

	prog = chain_compile(&chain, true, 101);
	weir_prog_info(prog, &info);
	assert_int_equal(info.linear, WEIR_LINEAR_FEW);
	assert_int_equal(info.jit_blocks, info.blocks);
	assert_true(info.code && info.code < info.bytes);
	assert_unindexed(prog, &chain, 50, WEIR_UNINDEXED_NONE);
	weir_prog_destroy(prog);

	prog = chain_compile(&chain, false, 0);
	weir_prog_info(prog, &info);
	assert_int_equal(info.linear, WEIR_LINEAR_DISABLED);
	assert_int_equal(info.interpreted[WEIR_INTERPRETED_DISABLED], info.blocks);
	assert_int_equal(info.jit_blocks, 0);
	assert_int_equal(info.code, 0);
	weir_prog_destroy(prog);

	shim_jit = false;
	prog = chain_compile(&chain, true, 0);
	shim_jit = true;
	weir_prog_info(prog, &info);
	assert_int_equal(info.interpreted[WEIR_INTERPRETED_ARCH], info.blocks);
	weir_prog_destroy(prog);
	chain_free(&chain);
}

/* A rule of more instructions than a block takes. */
static void test_long(void **state)
{
	struct weir_rule_body *body = rule_begin(2000);
	struct weir_prog_info info;
	struct chain chain = {};
	struct weir_prog *prog;
	u32 i;

	for (i = 0; i < 2000; i++) {
		cond(body, i, WEIR_HEADER_UDP, 16, 16)->val.lo = i;
		body->items[i].rel = WEIR_REL_NE;
	}
	add_good(&chain, 2);
	chain_add(&chain, body);
	prog = chain_compile(&chain, true, 0);
	weir_prog_info(prog, &info);
	assert_int_equal(info.interpreted[WEIR_INTERPRETED_LONG], 1);
	assert_int_equal(info.jit_blocks, 1);
	assert_int_equal(info.blocks, 2);
	weir_prog_destroy(prog);
	chain_free(&chain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_linear),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
