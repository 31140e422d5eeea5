// SPDX-License-Identifier: GPL-2.0
/*
 * Objects to messages and back: what comes back is what went in, no message or
 * attribute is too long however long the rule, each attribute remembers the
 * user's words, and messages that make no sense are refused without harm.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/genetlink.h>

#include "libweir/alloc.h"
#include "libweir/reset.h"
#include "libweir/wire.h"
#include "netlink_make.h"

static void assert_same_num(struct weir_num a, struct weir_num b)
{
	assert_true(weir_num_eq(a, b));
}

static void assert_same_key(const struct weir_key *a, const struct weir_key *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->header, b->header);
	assert_int_equal(a->option, b->option);
	assert_int_equal(a->meta, b->meta);
	assert_int_equal(a->len, b->len);
	assert_int_equal(a->offset, b->offset);
	assert_ptr_equal(a->ext, b->ext);
	if (a->ext)
		assert_memory_equal(a->data, b->data, sizeof(struct probe));
}

static void assert_same_item(const struct weir_item *a, const struct weir_item *b)
{
	size_t i;

	assert_int_equal(a->type, b->type);
	assert_same_key(&a->key, &b->key);
	assert_int_equal(a->has_source, b->has_source);
	assert_same_key(&a->source, &b->source);
	assert_int_equal(a->n_ops, b->n_ops);
	for (i = 0; i < a->n_ops; i++) {
		assert_int_equal(a->ops[i].op, b->ops[i].op);
		assert_same_num(a->ops[i].val, b->ops[i].val);
	}
	assert_int_equal(a->rel, b->rel);
	assert_same_num(a->val, b->val);
	assert_int_equal(a->n_ranges, b->n_ranges);
	for (i = 0; i < a->n_ranges; i++) {
		assert_same_num(a->ranges[i].from, b->ranges[i].from);
		assert_same_num(a->ranges[i].to, b->ranges[i].to);
	}
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(!a->chain, !b->chain);
	if (a->chain)
		assert_string_equal(a->chain, b->chain);
	assert_true(a->packets == b->packets && a->bytes == b->bytes);
	assert_ptr_equal(a->ext, b->ext);
	if (a->ext)
		assert_memory_equal(a->data, b->data, sizeof(struct probe));
}

static void assert_same_rule(const struct weir_rule *a, const struct weir_rule *b)
{
	const struct weir_item *x = a->items, *y = b->items;

	assert_int_equal(a->family, b->family);
	assert_string_equal(a->table, b->table);
	assert_string_equal(a->chain, b->chain);
	assert_int_equal(!a->comment, !b->comment);
	if (a->comment)
		assert_string_equal(a->comment, b->comment);
	for (; x && y; x = x->next, y = y->next)
		assert_same_item(x, y);
	assert_null(x);
	assert_null(y);
}

/* The other end: takes datagrams and makes rules again, as the kernel would. */
struct peer {
	struct weir_rule *open;
	struct weir_rule *rule;
	unsigned int messages;
	unsigned int datagrams;
	uint8_t *copy;
	size_t copied;
};

static void check_lengths(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	size_t sum = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		sum += MNL_ALIGN(attr->nla_len);
	assert_int_equal(sum + MNL_NLMSG_HDRLEN + GENL_HDRLEN, nlh->nlmsg_len);
}

static void take_message(struct peer *peer, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const char *why = NULL;
	bool more = false;

	check_lengths(nlh);
	peer->messages++;
	if (genl->cmd == WEIR_CMD_RULE_NEW) {
		assert_null(peer->open);
		peer->open = weir_decode_rule(nlh, NULL, &more, &why);
		assert_null(why);
		assert_non_null(peer->open);
	} else {
		assert_int_equal(genl->cmd, WEIR_CMD_RULE_PART);
		assert_non_null(peer->open);
		assert_true(weir_decode_part(nlh, peer->open, &more, &why));
	}
	if (more)
		return;
	weir_rule_free(peer->rule);
	peer->rule = peer->open;
	peer->open = NULL;
}

static bool take_datagram(struct weir_batch *batch, void *data)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf, *last = NULL;
	struct peer *peer = data;
	int left = batch->len;

	assert_in_range(batch->len, 1, DATAGRAM_MAX);
	peer->datagrams++;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		take_message(peer, nlh);
		last = nlh;
	}
	assert_int_equal(left, 0);
	assert_ptr_equal(last, batch->buf + batch->last);
	free(peer->copy);
	peer->copy = weir_alloc(batch->len);
	peer->copied = batch->len;
	memcpy(peer->copy, batch->buf, batch->len);
	return true;
}

static void free_peer(struct peer *peer)
{
	weir_rule_free(peer->rule);
	weir_rule_free(peer->open);
	free(peer->copy);
}

/* Sends a rule and asserts that it arrives. */
static void send_rule(struct peer *peer, struct weir_rule *rule)
{
	struct weir_command command = { .object = WEIR_OBJECT_RULE, .rule = rule };
	struct weir_errors errors = { 0 };
	struct weir_batch batch;

	weir_batch_init(&batch, 100, &errors);
	batch.flush = take_datagram;
	batch.data = peer;
	assert_true(weir_encode_command(&batch, &command));
	assert_true(weir_batch_flush(&batch));
	assert_int_equal(errors.count, 0);
	assert_non_null(peer->rule);
	assert_same_rule(rule, peer->rule);
	weir_batch_free(&batch);
}

static void test_random_rules(void **state)
{
	unsigned int i;

	for (i = 0; i < 500; i++) {
		struct weir_rule *rule = random_rule(below(20));
		struct peer peer = { 0 };

		send_rule(&peer, rule);
		free_peer(&peer);
		weir_rule_free(rule);
	}
}

static void test_most_items(void **state)
{
	struct weir_rule *rule = random_rule(WEIR_ITEMS_MAX);
	struct peer peer = { 0 };

	send_rule(&peer, rule);
	assert_true(peer.messages > 1);
	free_peer(&peer);
	weir_rule_free(rule);
}

static void try_ranges(unsigned int bits, size_t n)
{
	struct weir_rule *rule = random_rule(0);
	struct weir_item *item = weir_alloc(sizeof(*item));
	struct peer peer = { 0 };

	item->type = WEIR_ITEM_TYPE_COND;
	item->key = (struct weir_key){ .len = bits };
	random_ranges(item, n);
	rule->items = item;
	item->next = random_item();
	send_rule(&peer, rule);
	free_peer(&peer);
	weir_rule_free(rule);
}

static void test_huge_ranges(void **state)
{
	size_t full = WEIR_RANGES_FULL / 32;

	try_ranges(128, full - 1);
	try_ranges(128, full);
	try_ranges(128, full + 1);
	try_ranges(1, 3);
	try_ranges(12, 100000);
	try_ranges(16, 65536);
	try_ranges(128, WEIR_RANGES_MAX);
}

static void test_limits(void **state)
{
	char *name = weir_alloc(1000001);
	struct weir_table table = { .family = 2, .name = name };
	struct weir_command command = { .object = WEIR_OBJECT_TABLE, .table = &table };
	struct weir_errors errors = { 0 };
	struct peer peer = { 0 };
	struct weir_batch batch;

	memset(name, 'x', 1000000);
	weir_batch_init(&batch, 100, &errors);
	batch.flush = take_datagram;
	batch.data = &peer;
	assert_false(weir_encode_command(&batch, &command));
	assert_false(weir_batch_flush(&batch));
	assert_int_equal(errors.count, 1);
	assert_int_equal(errors.first->code, ENAMETOOLONG);
	assert_int_equal(peer.datagrams, 0);
	weir_batch_free(&batch);
	weir_errors_free(&errors);
	free(name);
}

/* "delete rule" that says nothing of the rule must not mean every rule. */
static void test_delete_nothing(void **state)
{
	struct weir_rule rule = { .family = 2, .table = (char *)"t", .chain = (char *)"c" };
	struct weir_command command = {
		.verb = WEIR_VERB_DELETE,
		.object = WEIR_OBJECT_RULE,
		.rule = &rule,
	};
	struct weir_errors errors = { 0 };
	struct weir_batch batch;

	weir_batch_init(&batch, 100, &errors);
	assert_false(weir_encode_command(&batch, &command));
	assert_int_equal(errors.count, 1);
	weir_batch_free(&batch);
	weir_errors_free(&errors);
}

static const struct nlattr *find_attr(const struct nlattr *nest, unsigned int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

static void test_places(void **state)
{
	struct weir_input input = { .text = (char *)"add rule t c tcp dport 22 accept" };
	struct weir_item verdict = {
		.type = WEIR_ITEM_TYPE_VERDICT,
		.loc = { &input, 26, 6 },
		.value_loc = { &input, 26, 6 },
	};
	struct weir_item cond = {
		.next = &verdict,
		.type = WEIR_ITEM_TYPE_COND,
		.key = { .header = WEIR_HEADER_TCP, .len = 16, .offset = 16 },
		.val = { 0, 22 },
		.loc = { &input, 13, 12 },
		.value_loc = { &input, 23, 2 },
	};
	struct weir_rule rule = {
		.table = (char *)"t",
		.chain = (char *)"c",
		.items = &cond,
		.loc = { &input, 13, 19 },
		.table_loc = { &input, 9, 1 },
		.chain_loc = { &input, 11, 1 },
	};
	struct weir_command command = {
		.object = WEIR_OBJECT_RULE,
		.rule = &rule,
		.loc = { &input, 0, 32 },
	};
	const struct nlattr *attr, *value;
	struct weir_errors errors = { 0 };
	const struct nlmsghdr *nlh;
	struct weir_batch batch;
	unsigned int items = 0;

	weir_batch_init(&batch, 100, &errors);
	assert_true(weir_encode_command(&batch, &command));
	nlh = (const void *)batch.buf;
	assert_int_equal(weir_batch_find(&batch, nlh->nlmsg_seq, 0)->offset, 13);
	assert_int_equal(weir_batch_find(&batch, nlh->nlmsg_seq, 0)->len, 19);
	assert_null(weir_batch_find(&batch, nlh->nlmsg_seq + 1, 0));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		const struct weir_loc *loc;

		loc = weir_batch_find(&batch, nlh->nlmsg_seq, (uint8_t *)attr - batch.buf);
		if (mnl_attr_get_type(attr) == WEIR_A_RULE_TABLE)
			assert_int_equal(loc->offset, 9);
		if (mnl_attr_get_type(attr) == WEIR_A_RULE_CHAIN)
			assert_int_equal(loc->offset, 11);
		if (mnl_attr_get_type(attr) != WEIR_A_RULE_ITEM)
			continue;
		assert_int_equal(loc->offset, items ? 26 : 13);
		value = find_attr(attr, WEIR_A_ITEM_VALUE);
		if (!items++) {
			loc = weir_batch_find(&batch, nlh->nlmsg_seq,
					      (uint8_t *)value - batch.buf);
			assert_int_equal(loc->offset, 23);
			assert_int_equal(loc->len, 2);
		}
	}
	assert_int_equal(items, 2);
	weir_batch_free(&batch);
}

/* Bits turned at random: refused or read, but nothing else. */
static void test_garbage(void **state)
{
	unsigned int round, i;

	for (round = 0; round < 100; round++) {
		struct weir_rule *rule = random_rule(1 + below(6));
		struct peer peer = { 0 };

		send_rule(&peer, rule);
		for (i = 0; i < 100; i++) {
			uint8_t *copy = weir_alloc(peer.copied);
			struct nlmsghdr *nlh = (void *)copy;
			const char *why = NULL;
			struct weir_rule *read;
			bool more;
			int n;

			memcpy(copy, peer.copy, peer.copied);
			for (n = 1 + below(4); n; n--)
				copy[20 + below(nlh->nlmsg_len - 20)] = random_number();
			read = weir_decode_rule(nlh, NULL, &more, &why);
			assert_true(read || why);
			weir_rule_free(read);
			free(copy);
		}
		free_peer(&peer);
		weir_rule_free(rule);
	}
}

/* A ruleset of one chain with rules of the given handles, one counter each. */
static struct weir_ruleset *counted(const uint64_t *handles, uint64_t packets)
{
	struct weir_ruleset *ruleset = weir_alloc(sizeof(*ruleset));
	struct weir_table_node *table = weir_alloc(sizeof(*table));
	struct weir_chain_node *chain = weir_alloc(sizeof(*chain));
	struct weir_rule_node **tail = &chain->rules;

	table->table = weir_alloc(sizeof(*table->table));
	chain->chain = weir_alloc(sizeof(*chain->chain));
	ruleset->tables = table;
	table->chains = chain;
	for (; *handles; handles++) {
		struct weir_rule *rule = random_rule(0);

		rule->handle = *handles;
		rule->items = weir_alloc(sizeof(*rule->items));
		rule->items->type = WEIR_ITEM_TYPE_COUNTER;
		rule->items->packets = packets;
		*tail = weir_alloc(sizeof(**tail));
		(*tail)->rule = rule;
		tail = &(*tail)->next;
	}
	return ruleset;
}

static uint64_t count_of(const struct weir_ruleset *ruleset, uint64_t handle)
{
	const struct weir_rule_node *node = ruleset->tables->chains->rules;

	for (; node; node = node->next)
		if (node->rule->handle == handle)
			return node->rule->items->packets;
	return 0;
}

static void test_reset_sums(void **state)
{
	static const uint64_t first[] = { 1, 2, 3, 0 }, second[] = { 1, 0 },
			      third[] = { 4, 3, 1, 0 };
	struct weir_taken taken = { 0 };
	struct weir_ruleset *ruleset;

	ruleset = counted(first, 100);
	weir_taken_merge(ruleset, &taken, true);
	weir_ruleset_free(ruleset);
	ruleset = counted(second, 20);
	weir_taken_merge(ruleset, &taken, true);
	weir_ruleset_free(ruleset);
	ruleset = counted(third, 3);
	weir_taken_merge(ruleset, &taken, false);
	assert_int_equal(count_of(ruleset, 1), 123);
	assert_int_equal(count_of(ruleset, 3), 103);
	assert_int_equal(count_of(ruleset, 4), 3);
	weir_ruleset_free(ruleset);
	weir_taken_free(&taken);
}

/* A message of a chain, with the attributes of @put in its engine. */
static struct weir_chain *engine_chain(void (*put)(struct nlmsghdr *nlh), const char **why)
{
	static uint8_t buf[4096];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *nest;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_strz(nlh, WEIR_A_CHAIN_TABLE, "t");
	mnl_attr_put_strz(nlh, WEIR_A_CHAIN_NAME, "c");
	nest = mnl_attr_nest_start(nlh, WEIR_A_CHAIN_ENGINE);
	mnl_attr_put_u64(nlh, WEIR_A_ENGINE_MEMORY, 77);
	put(nlh);
	mnl_attr_nest_end(nlh, nest);
	*why = NULL;
	return weir_decode_chain(nlh, NULL, why);
}

static void put_blocks(struct nlmsghdr *nlh)
{
	struct nlattr *nest;
	unsigned int i;

	mnl_attr_put_u32(nlh, WEIR_A_ENGINE_BLOCKS, 5);
	mnl_attr_put_u32(nlh, WEIR_A_ENGINE_NATIVE, 2);
	mnl_attr_put_u32(nlh, WEIR_A_ENGINE_LINEAR, WEIR_LINEAR_UNSUITED);
	for (i = 0; i < 2; i++) {
		nest = mnl_attr_nest_start(nlh, WEIR_A_ENGINE_INTERPRETED);
		mnl_attr_put_u32(nlh, WEIR_A_INTERPRETED_WHY, i ? 99 : WEIR_INTERPRETED_LONG);
		mnl_attr_put_u32(nlh, WEIR_A_INTERPRETED_BLOCKS, 3);
		mnl_attr_nest_end(nlh, nest);
	}
}

static void put_tables(struct nlmsghdr *nlh)
{
	static const uint8_t tables[] = { 2, 24, 32, WEIR_TABLE_KEY_SPORT, 0, 1, 0, 0,
					  10, 0, 0, WEIR_TABLE_KEY_NONE, 0, 0, 0, 9 };

	mnl_attr_put(nlh, WEIR_A_ENGINE_TABLES, sizeof(tables), tables);
}

static void put_half_table(struct nlmsghdr *nlh)
{
	mnl_attr_put(nlh, WEIR_A_ENGINE_TABLES, 7, "1234567");
}

static void put_strange_table(struct nlmsghdr *nlh)
{
	mnl_attr_put(nlh, WEIR_A_ENGINE_TABLES, 8, "\2\0\0\77\0\0\0");
}

static void put_strange_reason(struct nlmsghdr *nlh)
{
	mnl_attr_put_u32(nlh, WEIR_A_ENGINE_LINEAR, 99);
}

static void test_engine(void **state)
{
	const char *why;
	struct weir_chain *chain = engine_chain(put_blocks, &why);

	assert_non_null(chain);
	assert_false(chain->engine->classified);
	assert_int_equal(chain->engine->memory, 77);
	assert_int_equal(chain->engine->blocks, 5);
	assert_int_equal(chain->engine->native, 2);
	assert_int_equal(chain->engine->linear, WEIR_LINEAR_UNSUITED);
	assert_int_equal(chain->engine->interpreted[WEIR_INTERPRETED_LONG], 3);
	weir_chain_free(chain);

	chain = engine_chain(put_tables, &why);
	assert_non_null(chain);
	assert_true(chain->engine->classified);
	assert_int_equal(chain->engine->n_tables, 2);
	assert_int_equal(chain->engine->tables[0].src, 24);
	assert_int_equal(chain->engine->tables[0].dst, 32);
	assert_int_equal(chain->engine->tables[0].key, WEIR_TABLE_KEY_SPORT);
	assert_int_equal(chain->engine->tables[0].n, 65536);
	assert_int_equal(chain->engine->tables[1].family, 10);
	assert_int_equal(chain->engine->tables[1].n, 9);
	weir_chain_free(chain);

	assert_null(engine_chain(put_half_table, &why));
	assert_non_null(why);
	assert_null(engine_chain(put_strange_table, &why));
	assert_non_null(why);
	assert_null(engine_chain(put_strange_reason, &why));
	assert_non_null(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_rules),
		cmocka_unit_test(test_most_items),
		cmocka_unit_test(test_huge_ranges),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_delete_nothing),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_reset_sums),
		cmocka_unit_test(test_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
