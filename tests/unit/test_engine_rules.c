// SPDX-License-Identifier: GPL-2.0
/*
 * What rules mean: conditions against an oracle that reads bits one by one into
 * numbers of 128 bits, the conditions that headers imply, and jumps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "engine_make.h"

typedef unsigned __int128 number;

static number to_number(struct weir_val val)
{
	return (number)val.hi << 64 | val.lo;
}

static struct weir_val to_val(number n)
{
	return (struct weir_val){ .lo = n, .hi = n >> 64 };
}

static number random_number(u32 bits)
{
	number n = 0;
	u32 i;

	for (i = 0; i < 16; i++)
		n = n << 8 | make_random(make_random(3) ? 256 : 2);
	return bits < 128 ? n & (((number)1 << bits) - 1) : n;
}

/* Bits of a packet whose header starts at byte @start. */
static bool oracle_load(const struct make_packet *packet, u32 start, u32 offset, u32 bits,
			number *n)
{
	u32 i;

	*n = 0;
	for (i = offset; i < offset + bits; i++) {
		if (start + i / 8 >= packet->len)
			return false;
		*n = *n << 1 | (packet->data[start + i / 8] >> (7 - i % 8) & 1);
	}
	return true;
}

static bool oracle_rel(const struct weir_item *item, number n)
{
	number val = to_number(weir_item_val(item));
	bool in = false;
	u32 i;

	for (i = 0; weir_item_lists(item) && i < item->n_ranges; i++)
		in |= n >= to_number(item->ranges[i].from) && n <= to_number(item->ranges[i].to);
	switch (item->rel) {
	case WEIR_REL_EQ:
		return n == val;
	case WEIR_REL_NE:
		return n != val;
	case WEIR_REL_LT:
		return n < val;
	case WEIR_REL_LE:
		return n <= val;
	case WEIR_REL_GT:
		return n > val;
	case WEIR_REL_GE:
		return n >= val;
	case WEIR_REL_ANY:
		return n & val;
	case WEIR_REL_NONE:
		return !(n & val);
	case WEIR_REL_IN:
		return in;
	default:
		return !in;
	}
}

static number oracle_ops(const struct weir_item *item, number n)
{
	number all = item->key.len < 128 ? ((number)1 << item->key.len) - 1 : ~(number)0;
	u32 i;

	for (i = 0; i < item->n_ops; i++) {
		number val = to_number(item->ops[i].val);

		switch (item->ops[i].op) {
		case WEIR_OP_AND:
			n &= val;
			break;
		case WEIR_OP_OR:
			n |= val;
			break;
		case WEIR_OP_XOR:
			n ^= val;
			break;
		case WEIR_OP_LSHIFT:
			n = val < 128 ? n << val : 0;
			break;
		default:
			n = val < 128 ? n >> val : 0;
			break;
		}
		n &= all;
	}
	return n;
}

/* Whether the one condition holds, by the engine. */
static bool engine_says(struct weir_item *item, const struct make_packet *packet, u8 family,
			bool jit)
{
	struct weir_item items[2] = { *item, { .type = WEIR_ITEM_TYPE_VERDICT } };
	struct weir_rule_body body = { .items = items, .size = sizeof(items) };
	struct netlink_ext_ack extack = {};
	struct weir_prog_spec spec = { .n_rules = 1, .policy = NF_DROP, .jit = jit };
	struct weir_ruleset ruleset = {};
	struct nf_hook_state state;
	struct weir_prog *prog;
	struct sk_buff *skb;
	struct weir_pkt pkt;
	bool says;

	items[1].verdict = WEIR_VERDICT_ACCEPT;
	assert_int_equal(weir_code_create(&body, family, &extack), 0);
	spec.rules = &body.code;
	prog = weir_prog_create(&spec, NULL);
	skb = make_skb(packet);
	make_state(&state, packet);
	weir_pkt_init(&pkt, skb, &state);
	says = weir_eval(&ruleset, prog, &pkt) == WEIR_EXIT_ACCEPT;
	shim_skb_free(skb);
	weir_prog_destroy(prog);
	weir_code_destroy(body.code);
	return says;
}

static void random_cond(struct weir_item *item, struct weir_range *ranges, number real)
{
	u32 len = item->key.len, i;

	item->rel = make_random(WEIR_REL_NONE + 1);
	item->n_ops = make_random(3);
	for (i = 0; i < item->n_ops; i++) {
		item->ops[i].op = make_random(5);
		item->ops[i].val = to_val(item->ops[i].op < WEIR_OP_LSHIFT ? random_number(len) :
					  make_random(len + 3));
	}
	if (!weir_item_lists(item)) {
		item->val = to_val(make_random(2) ? real : random_number(len));
		return;
	}
	item->ranges = ranges;
	item->n_ranges = 1 + make_random(make_random(4) ? 4 : 50);
	for (i = 0; i < item->n_ranges; i++) {
		number a = make_random(2) ? real : random_number(len), b = a;

		if (make_random(2))
			b = random_number(len);
		item->ranges[i].from = to_val(min(a, b));
		item->ranges[i].to = to_val(max(a, b));
	}
}

static void test_oracle(void **state)
{
	static struct make_packet packet;
	struct weir_range ranges[64];
	struct weir_keyop ops[4];
	u32 i, held = 0;

	make_seed(11);
	for (i = 0; i < 60000; i++) {
		u8 family = make_random(2) ? NFPROTO_IPV4 : NFPROTO_IPV6;
		struct weir_item item = { .type = WEIR_ITEM_TYPE_COND };
		bool there, holds;
		number n;

		make_packet(&packet, family);
		item.ops = ops;
		item.key.header = WEIR_HEADER_NH;
		item.key.offset = make_random(500);
		item.key.len = 1 + make_random(128);
		there = oracle_load(&packet, 0, item.key.offset, item.key.len, &n);
		random_cond(&item, ranges, n);
		holds = there && oracle_rel(&item, oracle_ops(&item, n));
		held += holds;
		assert_int_equal(engine_says(&item, &packet, NFPROTO_INET, false), holds);
		assert_int_equal(engine_says(&item, &packet, NFPROTO_INET, true), holds);
	}
	assert_in_range(held, 10000, 50000);
}

/* Ports by header and raw, in packets that are simple enough to know. */
static void test_transport(void **state)
{
	static const u8 headers[] = { WEIR_HEADER_TCP, WEIR_HEADER_UDP, WEIR_HEADER_TH };
	static struct make_packet packet;
	u32 i, j;

	make_seed(12);
	for (i = 0; i < 20000; i++) {
		struct weir_item item = { .type = WEIR_ITEM_TYPE_COND, .rel = WEIR_REL_NE };
		u32 thoff, proto;
		bool sound;
		number n;

		make_packet(&packet, NFPROTO_IPV4);
		if (packet.len < 20)
			continue;
		thoff = (packet.data[0] & 15) * 4;
		proto = packet.data[9];
		sound = packet.data[0] >> 4 == 4 && thoff >= 20 &&
			(packet.data[2] << 8 | packet.data[3]) <= packet.len &&
			(packet.data[2] << 8 | packet.data[3]) >= (int)thoff &&
			!(packet.data[6] & 0x1f) && !packet.data[7];
		for (j = 0; j < 3; j++) {
			bool mine = j == 2 || proto == (j ? 17 : 6);

			item.key = (struct weir_key){ .header = headers[j], .len = 16 };
			item.key.offset = make_random(200);
			item.val.lo = make_random(2);
			n = 0;
			mine = mine && sound &&
			       oracle_load(&packet, thoff, item.key.offset, 16, &n) &&
			       n != item.val.lo;
			assert_int_equal(engine_says(&item, &packet, NFPROTO_IPV4, false), mine);
			assert_int_equal(engine_says(&item, &packet, NFPROTO_IPV4, true), mine);
		}
	}
}

static void test_ranges(void **state)
{
	struct weir_range from[20];
	u32 i, j, n;

	make_seed(13);
	for (i = 0; i < 3000; i++) {
		u32 len = make_random(2) ? 5 : 70;
		struct weir_ranges *ranges;

		n = make_random(20);
		for (j = 0; j < n; j++) {
			u32 a = make_random(32), b = make_random(32);

			from[j].from = to_val((number)min(a, b) << (len - 5));
			from[j].to = to_val((number)max(a, b) << (len - 5));
		}
		ranges = weir_ranges_create(from, n, len);
		for (j = 0; j < 32; j++) {
			struct weir_val val = to_val((number)j << (len - 5));
			bool in = false;
			u32 k;

			for (k = 0; k < n; k++)
				in |= weir_val_cmp(val, from[k].from) >= 0 &&
				      weir_val_cmp(val, from[k].to) <= 0;
			assert_int_equal(weir_ranges_has(ranges, val.lo, val.hi), in);
		}
		kvfree(ranges);
	}
}

/* Lower items and count what was emitted, by operation. */
static u32 count_ops(struct weir_item *items, u32 n, u8 family, u8 op, int *err)
{
	struct weir_rule_body body = { .items = items, .size = n * sizeof(*items) };
	struct netlink_ext_ack extack = {};
	const struct weir_insn *insn;
	u32 found = 0;

	*err = weir_code_create(&body, family, &extack);
	if (*err) {
		assert_non_null(extack.msg);
		return 0;
	}
	for (insn = body.code->insns; insn < body.code->insns + body.code->n_insns;
	     insn = weir_insn_next(insn))
		found += insn->op == op;
	weir_code_destroy(body.code);
	return found;
}

static struct weir_item cond(u8 type, u8 header_or_meta, u32 offset, u16 len, u64 val)
{
	struct weir_item item = { .type = WEIR_ITEM_TYPE_COND, .val.lo = val };

	item.key.type = type;
	item.key.offset = offset;
	item.key.len = len;
	if (type == WEIR_KEY_TYPE_META)
		item.key.meta = header_or_meta;
	else
		item.key.header = header_or_meta;
	return item;
}

static void test_implied(void **state)
{
	const u8 payload = WEIR_KEY_TYPE_PAYLOAD, meta = WEIR_KEY_TYPE_META;
	struct weir_item items[4];
	int err;

	/* tcp sport 1 tcp dport 2: once. */
	items[0] = cond(payload, WEIR_HEADER_TCP, 0, 16, 1);
	items[1] = cond(payload, WEIR_HEADER_TCP, 16, 16, 2);
	assert_int_equal(count_ops(items, 2, NFPROTO_IPV4, WEIR_IR_TH, &err), 1);
	/* With udp between, never both: each is asked. */
	items[2] = cond(payload, WEIR_HEADER_UDP, 16, 16, 2);
	assert_int_equal(count_ops(items, 3, NFPROTO_IPV4, WEIR_IR_TH, &err), 2);

	/* ip saddr: only in inet it needs to be asked, and once. */
	items[0] = cond(payload, WEIR_HEADER_IP, 96, 32, 1);
	items[1] = cond(payload, WEIR_HEADER_IP, 128, 32, 2);
	assert_int_equal(count_ops(items, 2, NFPROTO_IPV4, WEIR_IR_NFPROTO, &err), 0);
	assert_int_equal(count_ops(items, 2, NFPROTO_INET, WEIR_IR_NFPROTO, &err), 1);
	count_ops(items, 1, NFPROTO_IPV6, WEIR_IR_NFPROTO, &err);
	assert_int_equal(err, -EOPNOTSUPP);

	/* meta nfproto ipv4 says it too. */
	items[0] = cond(meta, WEIR_META_NFPROTO, 0, 8, NFPROTO_IPV4);
	assert_int_equal(count_ops(items, 2, NFPROTO_INET, WEIR_IR_NFPROTO, &err), 0);

	/* What writes to the packet ends what is known, and families stay. */
	items[0] = cond(payload, WEIR_HEADER_TCP, 0, 16, 1);
	items[1] = cond(payload, WEIR_HEADER_TCP, 32, 32, 1);
	items[1].type = WEIR_ITEM_TYPE_SET;
	items[2] = cond(payload, WEIR_HEADER_TCP, 16, 16, 2);
	assert_int_equal(count_ops(items, 3, NFPROTO_IPV4, WEIR_IR_TH, &err), 2);
	items[1] = cond(meta, WEIR_META_MARK, 0, 32, 1);
	items[1].type = WEIR_ITEM_TYPE_SET;
	assert_int_equal(count_ops(items, 3, NFPROTO_IPV4, WEIR_IR_TH, &err), 1);

	/* What cannot be. */
	items[0] = cond(payload, WEIR_HEADER_ARP, 0, 16, 1);
	count_ops(items, 1, NFPROTO_INET, WEIR_IR_TH, &err);
	assert_int_equal(err, -EOPNOTSUPP);
	items[0] = cond(meta, WEIR_META_NFTRACE, 0, 1, 1);
	count_ops(items, 1, NFPROTO_INET, WEIR_IR_TH, &err);
	assert_int_equal(err, -EOPNOTSUPP);
	items[0] = cond(meta, WEIR_META_LENGTH, 0, 32, 1);
	items[0].type = WEIR_ITEM_TYPE_SET;
	count_ops(items, 1, NFPROTO_INET, WEIR_IR_TH, &err);
	assert_int_equal(err, -EOPNOTSUPP);
}

/* Chains as strings of rules, each one character: see below. */
static u32 run_chains(const char *const *chains, u8 policy, bool jit, u32 *mark)
{
	struct {
		struct weir_ruleset set;
		struct weir_prog *progs[20];
	} ruleset = {};
	struct weir_rule_body bodies[20][20] = {};
	struct weir_item items[20][20] = {};
	static struct make_packet packet;
	struct netlink_ext_ack extack = {};
	struct nf_hook_state state;
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u32 i, j, exit, n = 0;

	for (; chains[n]; n++) {
		struct weir_code *codes[20];
		struct weir_prog_spec spec = { .rules = codes, .policy = policy, .jit = jit };

		for (j = 0; chains[n][j]; j++) {
			struct weir_item *item = &items[n][j];
			char c = chains[n][j];

			item->type = WEIR_ITEM_TYPE_VERDICT;
			if (c >= '0' && c <= '9') {
				/* Mark the packet. */
				item->type = WEIR_ITEM_TYPE_SET;
				item->key.type = WEIR_KEY_TYPE_META;
				item->key.meta = WEIR_META_MARK;
				item->key.len = 32;
				item->val.lo = c - '0';
			} else if (c >= 'a' && c <= 'o') {
				item->verdict = WEIR_VERDICT_JUMP;
				item->chain_id = c - 'a';
			} else if (c >= 'A' && c <= 'O') {
				item->verdict = WEIR_VERDICT_GOTO;
				item->chain_id = c - 'A';
			} else {
				item->verdict = c == '+' ? WEIR_VERDICT_ACCEPT :
						c == '-' ? WEIR_VERDICT_DROP :
						c == '<' ? WEIR_VERDICT_RETURN :
						WEIR_VERDICT_CONTINUE;
			}
			bodies[n][j].items = item;
			bodies[n][j].size = sizeof(*item);
			assert_int_equal(weir_code_create(&bodies[n][j], NFPROTO_IPV4, &extack), 0);
			codes[j] = bodies[n][j].code;
		}
		spec.n_rules = j;
		spec.base = !n;
		ruleset.set.progs[n] = weir_prog_create(&spec, NULL);
	}
	ruleset.set.n_progs = n;

	make_seed(1);
	do
		make_packet(&packet, NFPROTO_IPV4);
	while (packet.linear < 40);
	packet.mark = 0;
	skb = make_skb(&packet);
	make_state(&state, &packet);
	weir_pkt_init(&pkt, skb, &state);
	exit = weir_eval(&ruleset.set, ruleset.set.progs[0], &pkt);
	*mark = skb->mark;
	shim_skb_free(skb);
	for (i = 0; i < n; i++) {
		weir_prog_destroy(ruleset.set.progs[i]);
		for (j = 0; chains[i][j]; j++)
			weir_code_destroy(bodies[i][j].code);
	}
	return exit;
}

static void test_jumps(void **state)
{
	static const struct {
		const char *chains[20];
		u32 exit;
		u32 mark;
	} cases[] = {
		/* The policy, here drop, at the end of a base chain. */
		{ { "" }, WEIR_EXIT_DROP, 0 },
		{ { "1.2" }, WEIR_EXIT_DROP, 2 },
		{ { "1+2" }, WEIR_EXIT_ACCEPT, 1 },
		/* Return in a base chain is the policy. */
		{ { "1<2+" }, WEIR_EXIT_DROP, 1 },
		/* Jump comes back, at the end and by return. */
		{ { "b2+", "1" }, WEIR_EXIT_ACCEPT, 2 },
		{ { "b+", "1<2" }, WEIR_EXIT_ACCEPT, 1 },
		{ { "bb3b+", "" }, WEIR_EXIT_ACCEPT, 3 },
		/* Goto does not, but to where its chain was entered from. */
		{ { "B2+", "1" }, WEIR_EXIT_DROP, 1 },
		{ { "b+", "C2", "1" }, WEIR_EXIT_ACCEPT, 1 },
		{ { "b+", "c3", "D2", "1<" }, WEIR_EXIT_ACCEPT, 3 },
		/* As deep as it goes: the base chain and 16 jumps. */
		{ { "b+", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o",
		    "7" }, WEIR_EXIT_ACCEPT, 7 },
	};
	u32 i, mark;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(run_chains(cases[i].chains, NF_DROP, false, &mark), cases[i].exit);
		assert_int_equal(mark, cases[i].mark);
		assert_int_equal(run_chains(cases[i].chains, NF_DROP, true, &mark), cases[i].exit);
		assert_int_equal(mark, cases[i].mark);
	}
	assert_int_equal(run_chains(cases[1].chains, NF_ACCEPT, true, &mark), WEIR_EXIT_ACCEPT);
}

/* A set or map with one element, which is asked for the mark of the packet. */
struct asked {
	struct weir_set_spec spec;
	struct weir_set set;
	struct weir_key_part part;
	struct weir_lookup lookup;
	struct weir_elem *elem;
};

static void asked_init(struct asked *asked, const struct weir_set_spec *spec, u32 mark)
{
	u8 key[WEIR_KEY_MAX] = {};
	struct weir_content *content;

	memset(asked, 0, sizeof(*asked));
	asked->spec = *spec;
	asked->spec.n_fields = 1;
	asked->spec.bits[0] = 32;
	make_layout(&asked->spec);
	asked->part.key = (struct weir_key){
		.type = WEIR_KEY_TYPE_META, .meta = WEIR_META_MARK, .len = 32,
	};
	content = make_content(&asked->spec);
	if (spec->elems)
		asked->elem = make_elem(&asked->spec);
	weir_num_key((struct weir_val){ .lo = mark }, key, 4);
	make_insert(content, key, key, asked->elem);
	asked->lookup = (struct weir_lookup){
		.n_parts = 1, .parts = &asked->part, .set_id = 5, .set = &asked->set,
		.ops = content->ops, .spec = &asked->spec,
	};
	make_slots[5].content = content;
}

static void asked_exit(struct asked *asked)
{
	make_content_free((struct weir_content *)make_slots[5].content);
	memset(&make_slots[5], 0, sizeof(make_slots[5]));
}

/*
 * What becomes of a packet with @mark in a chain of one rule, @item and accept, and
 * policy drop; the same by both. Chain 1 marks with 7 and ends.
 */
static u32 asked_run(struct weir_item *item, u32 mark, u32 *after)
{
	struct weir_item items[2] = { *item, { .type = WEIR_ITEM_TYPE_VERDICT } };
	struct weir_item seven = { .type = WEIR_ITEM_TYPE_SET, .val.lo = 7 };
	struct weir_rule_body bodies[2] = {
		{ .items = items, .size = sizeof(items) },
		{ .items = &seven, .size = sizeof(seven) },
	};
	struct {
		struct weir_ruleset set;
		struct weir_prog *progs[2];
	} ruleset = { .set.n_progs = 2 };
	static struct make_packet packet;
	struct netlink_ext_ack extack;
	struct nf_hook_state state;
	u32 i, jit, exits[2];
	struct sk_buff *skb;
	struct weir_pkt pkt;

	items[1].verdict = WEIR_VERDICT_ACCEPT;
	seven.key = (struct weir_key){
		.type = WEIR_KEY_TYPE_META, .meta = WEIR_META_MARK, .len = 32,
	};
	make_seed(1);
	do
		make_packet(&packet, NFPROTO_IPV4);
	while (packet.linear < 40);
	packet.mark = mark;
	make_state(&state, &packet);

	for (jit = 0; jit < 2; jit++) {
		for (i = 0; i < 2; i++) {
			struct weir_prog_spec spec = {
				.n_rules = 1, .rules = &bodies[i].code, .base = !i,
				.policy = NF_DROP, .jit = jit,
			};

			assert_int_equal(weir_code_create(&bodies[i], NFPROTO_IPV4, &extack), 0);
			ruleset.set.progs[i] = weir_prog_create(&spec, NULL);
		}
		skb = make_skb(&packet);
		weir_pkt_init(&pkt, skb, &state);
		pkt.ruleset = &make_ruleset;
		exits[jit] = weir_eval(&ruleset.set, ruleset.set.progs[0], &pkt);
		*after = skb->mark;
		shim_skb_free(skb);
		for (i = 0; i < 2; i++) {
			weir_prog_destroy(ruleset.set.progs[i]);
			weir_code_destroy(bodies[i].code);
		}
	}
	assert_int_equal(exits[0], exits[1]);
	return exits[0];
}

static bool asked_has(struct asked *asked, u32 mark)
{
	struct weir_item item = { .type = WEIR_ITEM_TYPE_LOOKUP, .rel = WEIR_REL_IN };
	u32 after, in, out;

	item.lookup = &asked->lookup;
	in = asked_run(&item, mark, &after);
	item.rel = WEIR_REL_NOT_IN;
	out = asked_run(&item, mark, &after);
	assert_int_equal(in == WEIR_EXIT_ACCEPT, out != WEIR_EXIT_ACCEPT);
	return in == WEIR_EXIT_ACCEPT;
}

/* What it takes that an element is there. */
static void test_elements(void **state)
{
	const struct weir_set_spec all = {
		.elems = true, .dynamic = true, .interval = true, .timeout = true,
	};
	struct weir_elem_timeout *timeout;
	struct weir_elem *rest;
	struct asked asked;

	asked_init(&asked, &(struct weir_set_spec){}, 5);
	assert_true(asked_has(&asked, 5));
	assert_false(asked_has(&asked, 6));
	make_slots[5].catchall = WEIR_ELEM_HIT;
	assert_true(asked_has(&asked, 6));
	asked_exit(&asked);

	asked_init(&asked, &all, 5);
	timeout = weir_elem_timeout(&asked.spec, asked.elem);
	assert_true(asked_has(&asked, 5));
	timeout->expires = get_jiffies_64() + 1;
	assert_true(asked_has(&asked, 5));
	timeout->expires = get_jiffies_64();
	assert_false(asked_has(&asked, 5));
	rest = make_elem(&asked.spec);
	make_slots[5].catchall = rest;
	/* What has expired is not there: the rest decides. */
	assert_true(asked_has(&asked, 5));
	rest->flags = WEIR_ELEM_FLAGS_NOMATCH;
	assert_false(asked_has(&asked, 5));
	rest->flags = 0;
	timeout->expires = 0;
	/* An exception is there: the rest does not decide. */
	asked.elem->flags = WEIR_ELEM_FLAGS_NOMATCH;
	assert_false(asked_has(&asked, 5));
	assert_true(asked_has(&asked, 6));
	make_slots[5].catchall = NULL;
	free(rest);
	asked.elem->flags = 0;
	asked.elem->state = WEIR_ELEM_NEW;
	assert_false(asked_has(&asked, 5));
	asked.elem->state = WEIR_ELEM_DYING;
	assert_true(asked_has(&asked, 5));
	asked.elem->state = WEIR_ELEM_DEAD;
	assert_false(asked_has(&asked, 5));
	asked_exit(&asked);
}

/* Statements of elements: who asks "not in" does not run them. */
static void test_statements(void **state)
{
	const struct weir_set_spec spec = { .elems = true, .counter = true, .n_stmts = 1 };
	struct weir_item item = { .type = WEIR_ITEM_TYPE_LOOKUP, .rel = WEIR_REL_IN };
	struct weir_instance *instance = make_instance(&make_match_ops.plugin);
	struct weir_elem_counter *counter;
	struct asked asked;
	u32 after, how, hits = 0;

	asked_init(&asked, &spec, 5);
	item.lookup = &asked.lookup;
	weir_elem_stmts(&asked.spec, asked.elem)[0] = instance;
	counter = weir_elem_counter(&asked.spec, asked.elem);
	/* The match holds for one of the two. */
	for (how = 0; how < 2; how++) {
		instance->priv[0] = how;
		if (asked_run(&item, 5, &after) == WEIR_EXIT_ACCEPT)
			hits++;
		assert_int_equal(counter->packets.counter, 2 * hits);
	}
	assert_int_equal(hits, 1);
	assert_true(counter->bytes.counter > 0);
	item.rel = WEIR_REL_NOT_IN;
	assert_int_equal(asked_run(&item, 5, &after), WEIR_EXIT_DROP);
	assert_int_equal(counter->packets.counter, 2);
	asked_exit(&asked);
}

static void test_maps(void **state)
{
	const struct weir_set_spec values = {
		.elems = true, .data_type = WEIR_DATA_TYPE_VALUE, .data_bits = 32,
	};
	const struct weir_set_spec verdicts = {
		.elems = true, .data_type = WEIR_DATA_TYPE_VERDICT,
	};
	static const struct {
		u8 verdict;
		u32 exit;
		u32 mark;
	} cases[] = {
		{ WEIR_VERDICT_DROP, WEIR_EXIT_DROP, 5 },
		{ WEIR_VERDICT_ACCEPT, WEIR_EXIT_ACCEPT, 5 },
		{ WEIR_VERDICT_CONTINUE, WEIR_EXIT_ACCEPT, 5 },
		{ WEIR_VERDICT_RETURN, WEIR_EXIT_DROP, 5 },
		/* It comes back behind the rule, to the policy. */
		{ WEIR_VERDICT_JUMP, WEIR_EXIT_DROP, 7 },
		{ WEIR_VERDICT_GOTO, WEIR_EXIT_DROP, 7 },
	};
	struct weir_item item = { .type = WEIR_ITEM_TYPE_SET };
	struct weir_elem_data *data;
	struct asked asked;
	u32 after, i;

	asked_init(&asked, &values, 5);
	item.from = WEIR_FROM_MAP;
	item.map = &asked.lookup;
	item.key = asked.part.key;
	weir_elem_data(&asked.spec, asked.elem)->val.lo = 0x12345678;
	assert_int_equal(asked_run(&item, 5, &after), WEIR_EXIT_ACCEPT);
	assert_int_equal(after, 0x12345678);
	/* Without an element there is nothing to write: the rule fails. */
	assert_int_equal(asked_run(&item, 6, &after), WEIR_EXIT_DROP);
	assert_int_equal(after, 6);
	asked_exit(&asked);

	asked_init(&asked, &verdicts, 5);
	item = (struct weir_item){ .type = WEIR_ITEM_TYPE_VMAP, .lookup = &asked.lookup };
	data = weir_elem_data(&asked.spec, asked.elem);
	data->chain_id = 1;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		data->verdict = cases[i].verdict;
		assert_int_equal(asked_run(&item, 5, &after), cases[i].exit);
		assert_int_equal(after, cases[i].mark);
	}
	/* Without an element the rule goes on. */
	assert_int_equal(asked_run(&item, 6, &after), WEIR_EXIT_ACCEPT);
	asked_exit(&asked);
}

/* A list of sets: the first that has the key decides. */
static void test_lists(void **state)
{
	const struct weir_set_spec counts = { .elems = true, .interval = true, .counter = true };
	struct weir_elem_counter *counter;
	struct asked first, second, list;
	struct weir_list members = { .content.count = 2, .ids = { 6, 8 } };
	const struct weir_set_slot none = {};

	asked_init(&first, &(struct weir_set_spec){}, 5);
	make_slots[6] = make_slots[5];
	asked_init(&second, &counts, 7);
	make_slots[8] = make_slots[5];
	counter = weir_elem_counter(&second.spec, second.elem);
	list = first;
	list.spec.list = true;
	list.lookup.spec = &list.spec;
	list.lookup.parts = &list.part;
	list.lookup.ops = NULL;
	members.content.spec = &list.spec;
	make_slots[5] = (struct weir_set_slot){ .content = &members.content };

	assert_true(asked_has(&list, 5));
	assert_int_equal(counter->packets.counter, 0);
	assert_true(asked_has(&list, 7));
	/* Who asks "not in" does not count. */
	assert_int_equal(counter->packets.counter, 2);
	assert_false(asked_has(&list, 6));
	/* An exception of one set says nothing about the others. */
	second.elem->flags = WEIR_ELEM_FLAGS_NOMATCH;
	assert_false(asked_has(&list, 7));
	make_slots[6].catchall = WEIR_ELEM_HIT;
	assert_true(asked_has(&list, 7));
	members.content.count = 0;
	assert_false(asked_has(&list, 5));

	make_slots[5] = make_slots[6];
	asked_exit(&first);
	make_slots[5] = make_slots[8];
	asked_exit(&second);
	make_slots[6] = none;
	make_slots[8] = none;
}

/* How the fields of a key lie one behind the other, and what is the number of it. */
static void test_fields(void **state)
{
	static const u8 bytes[] = { 0x0a, 0x01, 0x02, 0x03, 0x00, 0x50, 0x01 };
	struct weir_set_spec spec = { .n_fields = 3, .bits = { 32, 16, 3 } };
	struct weir_val num;

	make_layout(&spec);
	assert_int_equal(spec.key_size, sizeof(bytes));
	num = weir_key_num(bytes, sizeof(bytes));
	assert_int_equal(num.lo, 0x0a010203005001);
	assert_true(weir_spec_is_number(&spec));
	spec.interval = true;
	assert_false(weir_spec_is_number(&spec));
	spec.interval = false;
	spec.list = true;
	assert_false(weir_spec_is_number(&spec));
	spec.n_fields = 1;
	assert_true(weir_spec_is_number(&spec));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_implied),
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
