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
	struct weir_item *item;

	make_counter_item(make_item_at_end(body));
	if (!make_random(6)) {
		item = make_item_at_end(body);
		item->type = WEIR_ITEM_TYPE_SET;
		item->key = (struct weir_key){
			.type = WEIR_KEY_TYPE_META, .meta = WEIR_META_MARK, .len = 32,
		};
		item->val.lo = make_random(3);
	}
	if (make_random(3)) {
		item = make_item_at_end(body);
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
		make_condition(make_item_at_end(body), ip6);
	make_actions(body);
	make_packed(body);
	assert_int_equal(weir_code_create(body, family, &extack), 0);
	return body;
}

/* A condition on the first bits of an address of IPv6, or on a port. */
static void make_key(struct weir_item *item, u8 header, u32 offset, u32 len, struct weir_val val)
{
	item->type = WEIR_ITEM_TYPE_COND;
	item->key.header = header;
	item->key.offset = offset;
	item->key.len = len;
	item->val = val;
}

static void make_first_bits(struct weir_rule_body *body, u32 offset, u32 len)
{
	struct weir_item *item;
	struct weir_val mask;

	if (!len)
		return;
	mask = weir_val_shl(weir_val_mask(128), 128 - len);
	item = make_item_at_end(body);
	make_key(item, WEIR_HEADER_IP6, offset, 128, weir_val_and(few_addrs(true), mask));
	item->n_ops = 1;
	item->ops = calloc(1, sizeof(*item->ops));
	item->ops[0] = (struct weir_keyop){ .op = WEIR_OP_AND, .val = mask };
}

/* Rules with as many pairs of prefix lengths and kinds of ports as tables could have. */
#define COMBINATIONS	108

static struct weir_rule_body *make_combination(u32 i)
{
	static const u32 lens[] = { 0, 64, 80, 96, 120, 128 };
	struct weir_rule_body *body = calloc(1, sizeof(*body));
	struct netlink_ext_ack extack;

	body->items = calloc(ITEMS, sizeof(*body->items));
	make_first_bits(body, 64, lens[i % 6]);
	make_first_bits(body, 192, lens[i / 6 % 6]);
	if (i / 36)
		make_key(make_item_at_end(body), WEIR_HEADER_UDP, i / 36 == 1 ? 0 : 16, 16,
			 (struct weir_val){ .lo = few_ports() });
	make_actions(body);
	make_packed(body);
	assert_int_equal(weir_code_create(body, NFPROTO_IPV6, &extack), 0);
	return body;
}

static void chain_init_combinations(struct chain *chain)
{
	u32 i;

	chain->family = NFPROTO_IPV6;
	chain->n = COMBINATIONS;
	for (i = 0; i < chain->n; i++) {
		chain->rules[i] = make_combination((i * 7 + 5) % COMBINATIONS);
		chain->codes[i] = chain->rules[i]->code;
	}
}

/* Rules with the same first bits of an address, which a mark tells apart or ports do not. */
static struct weir_rule_body *make_crowded(u32 i, bool marks)
{
	struct weir_rule_body *body = calloc(1, sizeof(*body));
	struct netlink_ext_ack extack;
	struct weir_item *item;

	body->items = calloc(ITEMS, sizeof(*body->items));
	make_first_bits(body, 64, 48);
	item = make_item_at_end(body);
	if (marks) {
		item->type = WEIR_ITEM_TYPE_COND;
		item->key = (struct weir_key){
			.type = WEIR_KEY_TYPE_META, .meta = WEIR_META_MARK, .len = 32,
		};
		item->val.lo = i % 40;
	} else {
		make_key(item, WEIR_HEADER_UDP, 16, 16, (struct weir_val){ .lo = 3 * i });
		item->rel = WEIR_REL_GE;
	}
	make_actions(body);
	make_packed(body);
	assert_int_equal(weir_code_create(body, NFPROTO_IPV6, &extack), 0);
	return body;
}

static void chain_init_crowded(struct chain *chain, bool marks)
{
	u32 i;

	chain->family = NFPROTO_IPV6;
	chain->n = RULES;
	for (i = 0; i < chain->n; i++) {
		chain->rules[i] = make_crowded(i, marks);
		chain->codes[i] = chain->rules[i]->code;
	}
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
	u32 i;

	memset(outcome, 0, sizeof(*outcome));
	ruleset->n_progs = 1;
	ruleset->progs[0] = prog;
	make_state(&state, packet);
	outcome->verdict = weir_hook(&attach, skb, &state);
	outcome->mark = skb->mark;
	for (i = 0; i < chain->n; i++) {
		struct weir_item *item = NULL;

		while ((item = weir_body_next(chain->rules[i], item))) {
			struct weir_counter *counter = make_item_counter(item);

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
		.policy = NF_ACCEPT, .classify = classify, .jit = classify,
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

static void test_combinations(void **state)
{
	u64 seed = fuzz_env("WEIR_FUZZ_SEED", 1);
	u64 end = seed + fuzz_env("WEIR_FUZZ_ROUNDS", 400) / 8;

	for (; seed < end; seed++) {
		struct weir_prog *linear, *class;
		struct weir_table_info info;
		struct chain chain;
		u32 boxes = 0, i;

		make_seed(seed);
		chain_init_combinations(&chain);
		linear = chain_compile(&chain, 0);
		class = chain_compile(&chain, 1);
		for (i = 0; weir_prog_table(class, i, &info); i++)
			boxes += info.n;
		assert_int_equal(i, WEIR_CLASS_TABLES);
		assert_int_equal(boxes, COMBINATIONS);
		chain_compare(&chain, linear, class, seed);
		weir_prog_destroy(linear);
		weir_prog_destroy(class);
		chain_exit(&chain);
	}
}

static void test_crowded(void **state)
{
	struct weir_prog *linear, *class;
	struct weir_prog_info info;
	struct weir_table_info table;
	struct chain chain;

	make_seed(8);
	chain_init_crowded(&chain, true);
	linear = chain_compile(&chain, 0);
	class = chain_compile(&chain, 2);
	assert_true(weir_prog_table(class, 0, &table));
	assert_int_equal(table.key, WEIR_TABLE_KEY_OTHER);
	chain_compare(&chain, linear, class, 8);
	weir_prog_destroy(linear);
	weir_prog_destroy(class);
	chain_exit(&chain);

	chain_init_crowded(&chain, false);
	class = chain_compile(&chain, 2);
	weir_prog_info(class, &info);
	assert_false(info.classified);
	assert_int_equal(info.linear, WEIR_LINEAR_UNSUITED);
	weir_prog_destroy(class);
	chain_exit(&chain);
}

/* Programs are counted as long as any rule of theirs is there, not just the first one. */
static void test_programs(void **state)
{
	struct weir_prog_spec spec = { .jit = true, .classify = 2, .policy = NF_ACCEPT };
	struct weir_prog *first, *second;
	struct chain chain;

	make_seed(9);
	chain_init_crowded(&chain, true);
	first = chain_compile(&chain, 2);
	assert_int_equal(first->class->residues, 2);
	make_rule_free(chain.rules[0]);
	spec.rules = chain.codes + 1;
	spec.n_rules = --chain.n;
	second = weir_prog_create(&spec, NULL);
	assert_int_equal(second->class->residues, 2);
	weir_prog_destroy(first);
	weir_prog_destroy(second);
	memmove(chain.rules, chain.rules + 1, chain.n * sizeof(*chain.rules));
	chain_exit(&chain);
}

/*
 * A chain that changes while packets are in versions before: each generation of the test
 * has its own list of rules, and the classifiers of all of them, which share what they
 * have, must do what their own rules say.
 */
#define GENERATIONS	3

struct generation {
	struct chain chain;
	u64 labels[RULES];
	struct weir_prog *linear;
	struct weir_prog *class;
	struct weir_rule_body *gone[RULES];
	u32 n_gone;
};

struct history {
	struct generation generations[GENERATIONS];
	u32 n;
	u32 updates;
};

static struct generation *history_last(struct history *history)
{
	return &history->generations[history->n - 1];
}

/* No packet is in the oldest generation any more. */
static void history_forget(struct history *history)
{
	struct generation *old = &history->generations[0];
	u32 i;

	weir_prog_reap(old->class);
	for (i = 0; i < old->n_gone; i++)
		make_rule_free(old->gone[i]);
	weir_prog_destroy(old->class);
	weir_prog_destroy(old->linear);
	memmove(old, old + 1, --history->n * sizeof(*old));
}

static void generation_delete(struct generation *next, struct generation *last,
			      struct weir_placed_list *removed)
{
	struct chain *chain = &next->chain;
	u32 at = make_random(chain->n);
	u32 i;

	/* One that the last generation does not have was never seen. */
	for (i = 0; i < last->chain.n; i++)
		if (last->chain.rules[i] == chain->rules[at])
			break;
	if (i == last->chain.n)
		return;
	removed->rules[removed->n++] = (struct weir_placed){
		.code = chain->codes[at], .label = next->labels[at],
	};
	last->gone[last->n_gone++] = chain->rules[at];
	chain->n--;
	memmove(chain->rules + at, chain->rules + at + 1, (chain->n - at) * sizeof(*chain->rules));
	memmove(chain->codes + at, chain->codes + at + 1, (chain->n - at) * sizeof(*chain->codes));
	memmove(next->labels + at, next->labels + at + 1, (chain->n - at) * sizeof(*next->labels));
}

static void generation_insert(struct generation *next, struct weir_placed_list *added)
{
	struct chain *chain = &next->chain;
	u32 at = make_random(chain->n + 1);
	u64 low = at ? next->labels[at - 1] : 0;
	u64 high = at < chain->n ? next->labels[at] : U64_MAX;

	if (high - low < 2)
		return;
	memmove(chain->rules + at + 1, chain->rules + at, (chain->n - at) * sizeof(*chain->rules));
	memmove(chain->codes + at + 1, chain->codes + at, (chain->n - at) * sizeof(*chain->codes));
	memmove(next->labels + at + 1, next->labels + at, (chain->n - at) * sizeof(*next->labels));
	chain->n++;
	chain->rules[at] = make_firewall_rule(chain->family);
	chain->codes[at] = chain->rules[at]->code;
	next->labels[at] = low + (high - low) / 2;
	added->rules[added->n++] = (struct weir_placed){
		.code = chain->codes[at], .label = next->labels[at],
	};
}

static struct weir_prog_spec generation_spec(const struct generation *generation, u32 classify)
{
	return (struct weir_prog_spec){
		.n_rules = generation->chain.n, .rules = generation->chain.codes,
		.labels = generation->labels, .base = true, .policy = NF_ACCEPT,
		.classify = classify, .jit = classify,
	};
}

static void history_change(struct history *history)
{
	struct weir_placed added[8], removed[8];
	struct weir_prog_delta delta = { .added.rules = added, .removed.rules = removed };
	struct generation *last = history_last(history), *next = last + 1;
	struct weir_prog_spec spec;
	u32 i;

	*next = *last;
	next->n_gone = 0;
	for (i = make_random(8); i > 0; i--) {
		if (make_random(2) && next->chain.n > 4)
			generation_delete(next, last, &delta.removed);
		else if (next->chain.n < RULES)
			generation_insert(next, &delta.added);
	}
	spec = generation_spec(next, 0);
	next->linear = weir_prog_create(&spec, NULL);
	spec = generation_spec(next, 1);
	next->class = weir_prog_update(&spec, &delta, last->class);
	assert_false(IS_ERR(next->class));
	history->updates += !!next->class;
	if (!next->class)
		next->class = weir_prog_create(&spec, last->class);
	/* A change that is prepared and not made leaves no trace. */
	if (!make_random(4)) {
		struct weir_prog *other = weir_prog_update(&spec, &delta, last->class);

		weir_prog_destroy(other);
	}
	weir_prog_publish(next->class, last->class);
	history->n++;
}

static void history_begin(struct history *history, void (*init)(struct chain *))
{
	struct generation *first = history->generations;
	struct weir_prog_spec spec;
	u32 i;

	memset(history, 0, sizeof(*history));
	history->n = 1;
	init(&first->chain);
	for (i = 0; i < first->chain.n; i++)
		first->labels[i] = (u64)(i + 1) << 32;
	spec = generation_spec(first, 0);
	first->linear = weir_prog_create(&spec, NULL);
	spec = generation_spec(first, 1);
	first->class = weir_prog_create(&spec, NULL);
}

static void history_end(struct history *history)
{
	struct chain *chain = &history_last(history)->chain;
	u32 i;

	while (history->n > 1)
		history_forget(history);
	weir_prog_destroy(history->generations[0].class);
	weir_prog_destroy(history->generations[0].linear);
	for (i = 0; i < chain->n; i++)
		make_rule_free(history->generations[0].chain.rules[i]);
}

static void test_changes(void **state)
{
	u64 seed = fuzz_env("WEIR_FUZZ_SEED", 1);
	u64 end = seed + fuzz_env("WEIR_FUZZ_ROUNDS", 150);
	static struct history history;
	u32 updates = 0;

	for (; seed < end; seed++) {
		u32 changes, i;

		make_seed(seed);
		history_begin(&history, make_random(16) ? chain_init : chain_init_combinations);
		for (changes = make_random(40); changes > 0; changes--) {
			if (history.n == GENERATIONS || (history.n > 1 && !make_random(3)))
				history_forget(&history);
			history_change(&history);
			for (i = 0; i < history.n; i++)
				chain_compare(&history.generations[i].chain,
					      history.generations[i].linear,
					      history.generations[i].class, seed);
		}
		history_end(&history);
		updates += history.updates;
	}
	assert_true(updates > 1000);
}

/* Every allocation fails once: there is an error then, and nothing is left. */
static void test_no_memory(void **state)
{
	struct weir_class_spec spec = { .always = true };
	struct chain chain;
	long before, n;

	make_seed(3);
	chain_init(&chain);
	spec.rules = chain.codes;
	spec.n = chain.n;
	before = shim_allocated;
	for (n = 0;; n++) {
		struct weir_class *class;

		shim_fail_after = n;
		class = weir_class_create(&spec);
		shim_fail_after = -1;
		if (!IS_ERR(class)) {
			weir_class_put(class);
			assert_int_equal(shim_allocated, before);
			break;
		}
		assert_int_equal(PTR_ERR(class), -ENOMEM);
		assert_int_equal(shim_allocated, before);
	}
	assert_true(n > 5);
	chain_exit(&chain);
}

/* Nor of a whole chain: what has no machine code for want of memory does the same. */
static void test_no_memory_native(void **state)
{
	u32 failed = 0, interpreted = 0, i;
	struct weir_prog *linear;
	struct chain chain;
	bool whole = false;
	long n;

	make_seed(4);
	chain_init(&chain);
	linear = chain_compile(&chain, 0);
	for (n = 0; !whole; n++) {
		struct weir_prog_info info;
		struct weir_prog *class;

		shim_fail_after = n;
		class = chain_compile(&chain, 1);
		shim_fail_after = -1;
		if (IS_ERR(class)) {
			assert_int_equal(PTR_ERR(class), -ENOMEM);
			failed++;
			continue;
		}
		chain_compare(&chain, linear, class, 4);
		weir_prog_info(class, &info);
		for (i = 0; i < chain.n; i++) {
			weir_prog_info_rule(class, chain.codes[i], &info);
			weir_residue_put(chain.codes[i]->residue);
			chain.codes[i]->residue = NULL;
		}
		whole = info.jit_rules == info.residual;
		interpreted += !whole;
		weir_prog_destroy(class);
	}
	assert_true(failed > 5);
	assert_true(interpreted > 1);
	weir_prog_destroy(linear);
	chain_exit(&chain);
}

/* The same of a change: the classifier is as it was, and the change can still be made. */
static void test_no_memory_change(void **state)
{
	static struct history history;
	struct weir_placed added[8], removed[8];
	struct weir_prog_delta delta = { .added.rules = added, .removed.rules = removed };
	struct generation *last, *next;
	struct weir_prog_spec spec;
	u32 i, failed = 0;
	long n;

	make_seed(5);
	history_begin(&history, chain_init);
	last = history_last(&history);
	next = last + 1;
	*next = *last;
	next->chain.n -= min(next->chain.n, 16U);
	for (i = 0; i < 8; i++)
		generation_insert(next, &delta.added);
	spec = generation_spec(next, 1);
	for (n = 0;; n++) {
		shim_fail_after = n;
		next->class = weir_prog_update(&spec, &delta, last->class);
		shim_fail_after = -1;
		if (!IS_ERR(next->class))
			break;
		assert_int_equal(PTR_ERR(next->class), -ENOMEM);
		failed++;
		chain_compare(&last->chain, last->linear, last->class, 5);
	}
	assert_non_null(next->class);
	assert_true(failed > 8);
	weir_prog_destroy(next->class);
	for (i = 0; i < delta.added.n; i++) {
		u32 at = 0;

		while (next->chain.codes[at] != added[i].code)
			at++;
		make_rule_free(next->chain.rules[at]);
	}
	history_end(&history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_combinations),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_memory_native),
		cmocka_unit_test(test_no_memory_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
