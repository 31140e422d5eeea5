// SPDX-License-Identifier: GPL-2.0
/*
 * The classifier against the interpreter, one rule after the other: chains like those
 * of firewalls, whose rules ask for addresses, ports and protocols. All values come
 * from a few, so that rules overlap, ask twice for one key, and match now and then.
 * What is random in every respect is in test_engine_jit.c.
 *
 * WEIR_FUZZ_SEED and WEIR_FUZZ_ROUNDS make it another run, or a longer one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <cmocka.h>
#include <shim_memory.h>
#include <engine/class.h>
#include "engine_make.h"

#define RULES	120
#define PACKETS	40
#define ITEMS	8

struct chain {
	u8 family;
	u32 n;
	struct weir_rule_body *rules[RULES];
	struct weir_code *codes[RULES];
};

static u16 few_ports(void)
{
	static const u16 ports[] = { 0, 22, 53, 80, 443, 1023, 1024, 8080, 65535 };

	return ports[make_random(ARRAY_SIZE(ports))];
}

/* Few, and some of them share as many bits as can be. */
static struct weir_val few_addrs(bool ip6)
{
	u64 low = make_random(4) ? make_random(8) : make_random(1024);

	if (!ip6)
		return (struct weir_val){ .lo = 0x0a000000 | (u64)make_random(2) << 16 | low };
	return (struct weir_val){
		.hi = 0x20010db800000000ULL | make_random(2),
		.lo = (u64)make_random(2) << 63 | low,
	};
}

static struct weir_val few_values(const struct weir_key *key, bool addr)
{
	if (addr)
		return few_addrs(key->len == 128);
	if (key->len == 16)
		return (struct weir_val){ .lo = few_ports() };
	if (key->len == 8)
		return (struct weir_val){ .lo = make_random(2) ? 6 : 17 };
	return (struct weir_val){ .lo = make_random(3) };
}

/* A list of as many values or ranges as are split, or one more. */
static void make_list(struct weir_item *item, bool addr)
{
	u32 i;

	item->rel = make_random(4) ? WEIR_REL_IN : WEIR_REL_NOT_IN;
	item->n_ranges = 1 + make_random(WEIR_CLASS_SPLIT + 2);
	item->ranges = calloc(item->n_ranges, sizeof(*item->ranges));
	for (i = 0; i < item->n_ranges; i++) {
		struct weir_range *range = &item->ranges[i];

		range->from = few_values(&item->key, addr);
		range->to = few_values(&item->key, addr);
		if (make_random(2) || weir_val_cmp(range->from, range->to) > 0)
			range->to = range->from;
	}
}

/* The first bits of the key, as the language has prefixes; or others. */
static void make_prefix(struct weir_item *item)
{
	struct weir_val mask = weir_val_mask(item->key.len);

	mask = weir_val_and(mask, weir_val_shl(mask, make_random(item->key.len)));
	if (!make_random(8))
		mask.lo ^= 4;
	item->n_ops = 1;
	item->ops = calloc(1, sizeof(*item->ops));
	item->ops[0] = (struct weir_keyop){ .op = WEIR_OP_AND, .val = mask };
	if (make_random(8))
		item->val = weir_val_and(item->val, mask);
}

static void make_compare(struct weir_item *item, bool addr)
{
	static const u8 rels[] = { WEIR_REL_NE, WEIR_REL_LT, WEIR_REL_LE, WEIR_REL_GT,
				   WEIR_REL_GE };

	item->rel = make_random(3) ? WEIR_REL_EQ : rels[make_random(ARRAY_SIZE(rels))];
	item->val = few_values(&item->key, addr);
	if (make_random(2))
		make_prefix(item);
}

static void make_condition(struct weir_item *item, bool ip6)
{
	static const u8 headers[] = { WEIR_HEADER_TCP, WEIR_HEADER_UDP, WEIR_HEADER_TH };
	u32 pick = make_random(8);
	bool addr = pick < 3;

	item->type = WEIR_ITEM_TYPE_COND;
	if (addr) {
		item->key.header = ip6 ? WEIR_HEADER_IP6 : WEIR_HEADER_IP;
		item->key.len = ip6 ? 128 : 32;
		item->key.offset = (ip6 ? 64 : 96) + make_random(2) * item->key.len;
	} else if (pick < 6) {
		item->key.header = headers[make_random(ARRAY_SIZE(headers))];
		item->key.len = 16;
		item->key.offset = make_random(2) * 16;
	} else if (pick == 6) {
		item->key.type = WEIR_KEY_TYPE_META;
		item->key.meta = WEIR_META_L4PROTO;
		item->key.len = 8;
	} else {
		item->key.type = WEIR_KEY_TYPE_META;
		item->key.meta = WEIR_META_MARK;
		item->key.len = 32;
	}
	if (make_random(3))
		make_compare(item, addr);
	else
		make_list(item, addr);
}

/* What a rule does: count, perhaps set the mark, perhaps decide. */
static void make_actions(struct weir_rule_body *body)
{
	static const u8 verdicts[] = { WEIR_VERDICT_ACCEPT, WEIR_VERDICT_DROP,
				       WEIR_VERDICT_RETURN };
	struct weir_item *item = &body->items[body->n_items++];

	item->type = WEIR_ITEM_TYPE_COUNTER;
	item->counter = calloc(1, sizeof(*item->counter));
	if (!make_random(6)) {
		item = &body->items[body->n_items++];
		item->type = WEIR_ITEM_TYPE_SET;
		item->key = (struct weir_key){
			.type = WEIR_KEY_TYPE_META, .meta = WEIR_META_MARK, .len = 32,
		};
		item->val.lo = make_random(3);
	}
	if (make_random(3)) {
		item = &body->items[body->n_items++];
		item->type = WEIR_ITEM_TYPE_VERDICT;
		item->verdict = verdicts[make_random(ARRAY_SIZE(verdicts))];
	}
}

static struct weir_rule_body *make_firewall_rule(u8 family)
{
	struct weir_rule_body *body = calloc(1, sizeof(*body));
	bool ip6 = family == NFPROTO_INET ? make_random(2) : family == NFPROTO_IPV6;
	struct netlink_ext_ack extack;
	u32 i, n = make_random(5);

	body->items = calloc(ITEMS, sizeof(*body->items));
	for (i = 0; i < n; i++)
		make_condition(&body->items[body->n_items++], ip6);
	make_actions(body);
	assert_int_equal(weir_code_create(body, family, &extack), 0);
	return body;
}

static void chain_init(struct chain *chain)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET };
	u32 i;

	chain->family = families[make_random(3)];
	chain->n = 1 + make_random(RULES);
	for (i = 0; i < chain->n; i++) {
		chain->rules[i] = make_firewall_rule(chain->family);
		chain->codes[i] = chain->rules[i]->code;
	}
}

static void chain_exit(struct chain *chain)
{
	u32 i;

	for (i = 0; i < chain->n; i++)
		make_rule_free(chain->rules[i]);
}

static void put_be(u8 *to, struct weir_val val, u32 bytes)
{
	while (bytes--) {
		to[bytes] = val.lo;
		val = weir_val_shr(val, 8);
	}
}

/* A packet as it may be, with values that rules ask for where it has room. */
static void make_firewall_packet(struct make_packet *packet, u8 family)
{
	u32 th, addrs, size;

	if (family == NFPROTO_INET)
		family = make_random(2) ? NFPROTO_IPV4 : NFPROTO_IPV6;
	make_packet(packet, family);
	packet->mark = make_random(3);
	addrs = family == NFPROTO_IPV4 ? 12 : 8;
	size = family == NFPROTO_IPV4 ? 4 : 16;
	th = family == NFPROTO_IPV4 ? (packet->data[0] & 15) * 4 : 40;
	if (packet->len >= addrs + 2 * size) {
		put_be(packet->data + addrs, few_addrs(size == 16), size);
		put_be(packet->data + addrs + size, few_addrs(size == 16), size);
	}
	if (th >= addrs + 2 * size && packet->len >= th + 4) {
		put_be(packet->data + th, (struct weir_val){ .lo = few_ports() }, 2);
		put_be(packet->data + th + 2, (struct weir_val){ .lo = few_ports() }, 2);
	}
}

struct outcome {
	u32 verdict;
	u32 mark;
	struct weir_counter counts[RULES];
};

static void chain_run(const struct chain *chain, struct weir_prog *prog,
		      const struct make_packet *packet, struct outcome *outcome)
{
	struct weir_ruleset *ruleset = calloc(1, struct_size(ruleset, progs, 1));
	struct weir_attach attach = { .ruleset = &ruleset };
	struct sk_buff *skb = make_skb(packet);
	struct nf_hook_state state;
	u32 i, j;

	memset(outcome, 0, sizeof(*outcome));
	ruleset->n_progs = 1;
	ruleset->progs[0] = prog;
	make_state(&state, packet);
	outcome->verdict = weir_hook(&attach, skb, &state);
	outcome->mark = skb->mark;
	for (i = 0; i < chain->n; i++) {
		for (j = 0; j < chain->rules[i]->n_items; j++) {
			struct weir_counter *counter = chain->rules[i]->items[j].counter;

			if (!counter)
				continue;
			outcome->counts[i] = *counter;
			*counter = (struct weir_counter){};
		}
	}
	shim_skb_free(skb);
	free(ruleset);
}

static struct weir_prog *chain_compile(const struct chain *chain, u32 classify)
{
	struct weir_prog_spec spec = {
		.n_rules = chain->n, .rules = chain->codes, .base = true,
		.policy = NF_ACCEPT, .classify = classify,
	};

	return weir_prog_create(&spec, NULL);
}

static void chain_compare(const struct chain *chain, struct weir_prog *linear,
			  struct weir_prog *class, u64 seed)
{
	static struct outcome wanted, got;
	struct make_packet packet;
	u32 i, j;

	for (i = 0; i < PACKETS; i++) {
		make_firewall_packet(&packet, chain->family);
		chain_run(chain, linear, &packet, &wanted);
		chain_run(chain, class, &packet, &got);
		if (!memcmp(&wanted, &got, sizeof(got)))
			continue;
		for (j = 0; j < chain->n; j++)
			if (memcmp(&wanted.counts[j], &got.counts[j], sizeof(got.counts[j])))
				fprintf(stderr, "rule %u: %llu packets, %llu wanted\n", j,
					(unsigned long long)got.counts[j].packets,
					(unsigned long long)wanted.counts[j].packets);
		fprintf(stderr, "verdict %u, %u wanted; mark %u, %u wanted\n", got.verdict,
			wanted.verdict, got.mark, wanted.mark);
		fprintf(stderr, "seed %llu: packet %u\n", (unsigned long long)seed, i);
		fail();
	}
}

static u64 fuzz_env(const char *name, u64 other)
{
	const char *val = getenv(name);

	return val ? strtoull(val, NULL, 0) : other;
}

static void test_fuzz(void **state)
{
	u64 seed = fuzz_env("WEIR_FUZZ_SEED", 1);
	u64 end = seed + fuzz_env("WEIR_FUZZ_ROUNDS", 400);

	for (; seed < end; seed++) {
		struct weir_prog *linear, *class;
		struct chain chain;

		make_seed(seed);
		chain_init(&chain);
		linear = chain_compile(&chain, 0);
		class = chain_compile(&chain, 1);
		assert_false(IS_ERR(linear) || IS_ERR(class));
		assert_null(linear->class);
		assert_non_null(class->class);
		chain_compare(&chain, linear, class, seed);
		weir_prog_destroy(linear);
		weir_prog_destroy(class);
		chain_exit(&chain);
	}
}

/* Every allocation fails once: there is an error then, and nothing is left. */
static void test_no_memory(void **state)
{
	struct chain chain;
	long before, n;

	make_seed(3);
	chain_init(&chain);
	before = shim_allocated;
	for (n = 0;; n++) {
		struct weir_class *class;

		shim_fail_after = n;
		class = weir_class_create(chain.codes, chain.n, true);
		shim_fail_after = -1;
		if (!IS_ERR(class)) {
			weir_class_destroy(class);
			assert_int_equal(shim_allocated, before);
			break;
		}
		assert_int_equal(PTR_ERR(class), -ENOMEM);
		assert_int_equal(shim_allocated, before);
	}
	assert_true(n > 5);
	chain_exit(&chain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
