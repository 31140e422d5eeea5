// SPDX-License-Identifier: GPL-2.0
/*
 * Sets and their elements to messages and back. What was read of a message is
 * written again and must make the same bytes; records arrive as they are, in
 * messages that are not too long, however many there are; and a record that is
 * refused is found in the user's text.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/genetlink.h>

#include "libweir/alloc.h"
#include "libweir/sock.h"
#include "libweir/wire.h"
#include "netlink_make.h"

/* Making */

static void random_type(struct weir_set_type *type, unsigned int n, const char *word)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%s", word);
	unsigned int i;

	for (i = 0; i < n; i++) {
		type->fields[i].len = 1 + below(128);
		len += snprintf(text + len, sizeof(text) - len, "%su%u", i ? " . " : "",
				type->fields[i].len);
	}
	type->n_fields = n;
	type->text = weir_strdup(text);
}

static struct weir_item *random_stmts(void)
{
	struct weir_item *stmts = NULL, **tail = &stmts;
	unsigned int n;

	for (n = below(WEIR_STMTS_MAX + 1); n; n--) {
		struct weir_item *item = weir_alloc(sizeof(*item));

		if (below(2)) {
			item->type = WEIR_ITEM_TYPE_COUNTER;
			item->packets = random_number();
			item->bytes = random_number();
		} else {
			item->type = WEIR_ITEM_TYPE_MATCH;
			item->ext = &probe;
			item->data = random_data();
		}
		*tail = item;
		tail = &item->next;
	}
	return stmts;
}

static struct weir_set *random_set(void)
{
	struct weir_set *set = weir_alloc(sizeof(*set));

	set->family = 2;
	set->table = weir_strdup("filter");
	set->name = weir_strdup("hosts");
	set->flags = below(1 << 7);
	random_type(&set->type, 1 + below(WEIR_FIELDS_MAX), "type ");
	set->data_type = below(WEIR_DATA_TYPE_OBJECT + 1);
	if (set->data_type == WEIR_DATA_TYPE_VALUE)
		random_type(&set->data, 1, "");
	else if (set->data_type != WEIR_DATA_TYPE_NONE)
		set->data.text = weir_strdup("verdict");
	if (set->data_type == WEIR_DATA_TYPE_OBJECT)
		set->object_type = "counter";
	set->has_timeout = below(2);
	set->timeout = set->has_timeout ? random_number() : 0;
	set->gc_interval = below(2) ? below(100000) : 0;
	set->has_size = below(2);
	set->size = set->has_size ? below(100000) : 0;
	set->policy = below(2);
	if (below(2))
		set->comment = weir_strdup("why it is there");
	set->stmts = random_stmts();
	return set;
}

static void random_data_of(const struct weir_set *set, struct weir_elem *elem)
{
	elem->has_data = set->data_type != WEIR_DATA_TYPE_NONE;
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		elem->data.val = random_num(set->data.fields[0].len);
		break;
	case WEIR_DATA_TYPE_VERDICT:
		elem->data.verdict = below(WEIR_VERDICT_GOTO + 1);
		if (elem->data.verdict >= WEIR_VERDICT_JUMP)
			elem->data.chain = weir_strdup("elsewhere");
		break;
	case WEIR_DATA_TYPE_OBJECT:
		elem->data.object = weir_strdup("c1");
		break;
	case WEIR_DATA_TYPE_NONE:
		break;
	}
}

static struct weir_elem *random_elem(const struct weir_set *set)
{
	struct weir_elem *elem = weir_alloc(sizeof(*elem));
	bool range = below(2);
	unsigned int i;

	random_data_of(set, elem);
	elem->has_timeout = below(2);
	elem->timeout = elem->has_timeout ? random_number() : 0;
	elem->has_expires = below(2);
	elem->expires = elem->has_expires ? random_number() : 0;
	if (below(2))
		elem->comment = weir_strdup("a friend");
	elem->stmts = random_stmts();
	switch (below(8)) {
	case 0:
		elem->flags = WEIR_ELEM_FLAGS_CATCHALL;
		return elem;
	case 1:
		elem->set = weir_strdup("others");
		elem->before = below(2) ? weir_strdup("more") : NULL;
		return elem;
	}
	elem->flags = below(2) ? WEIR_ELEM_FLAGS_NOMATCH : 0;
	for (i = 0; i < set->type.n_fields; i++) {
		elem->key[i].from = random_num(set->type.fields[i].len);
		elem->key[i].to = range ? random_num(set->type.fields[i].len) :
				  elem->key[i].from;
	}
	return elem;
}

static void add_records(struct weir_set *set, struct weir_elems **elems, uint32_t columns,
			size_t n)
{
	size_t size = weir_record_size(set, columns);
	uint8_t record[WEIR_RECORD_MAX];

	for (; n; n--) {
		for (size_t i = 0; i < size; i++)
			record[i] = random_number();
		weir_elems_add(elems, columns, record, size, NULL);
	}
}

static void random_elems(struct weir_set *set, struct weir_elems **elems)
{
	unsigned int runs, n;

	for (runs = below(6); runs; runs--) {
		if (below(2)) {
			add_records(set, elems, below(64) & ~(set->data_type ==
				    WEIR_DATA_TYPE_VALUE ? 0 : WEIR_ELEM_COLUMNS_DATA),
				    1 + below(500));
			continue;
		}
		for (n = 1 + below(60); n; n--)
			weir_elems_add_one(elems, random_elem(set));
	}
}

/* The other end, which reads what it gets and writes it again. */
struct peer {
	struct weir_set *set;
	const struct weir_set *known;
	struct weir_elems *elems;
	unsigned int news;
	unsigned int clears;
	unsigned int dels;
	unsigned int messages;
	unsigned int expected;
	uint8_t *bytes;
	size_t len;
};

static void keep_bytes(struct peer *peer, const void *bytes, size_t len)
{
	peer->bytes = weir_realloc(peer->bytes, peer->len + len, 1);
	memcpy(peer->bytes + peer->len, bytes, len);
	peer->len += len;
}

static void take_elems(struct peer *peer, const struct nlmsghdr *nlh, uint8_t cmd)
{
	const struct nlattr *attrs[WEIR_A_ELEMS_MAX + 1];
	const char *why = NULL;

	weir_decode_attrs(nlh, attrs, WEIR_A_ELEMS_MAX);
	assert_non_null(attrs[WEIR_A_ELEMS_TABLE]);
	assert_non_null(attrs[WEIR_A_ELEMS_SET]);
	if (attrs[WEIR_A_ELEMS_EXPECTED])
		peer->expected = weir_attr_u32(attrs[WEIR_A_ELEMS_EXPECTED]);
	if (!attrs[WEIR_A_ELEMS_PACKED] && !attrs[WEIR_A_ELEMS_ELEM]) {
		assert_int_equal(cmd, WEIR_CMD_ELEM_DEL);
		peer->clears++;
		return;
	}
	if (cmd == WEIR_CMD_ELEM_DEL)
		peer->dels++;
	else
		peer->news++;
	assert_true(weir_decode_elems(nlh, peer->known, &peer->elems, &why));
}

static void take_message(struct peer *peer, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const char *why = NULL;

	peer->messages++;
	switch (genl->cmd) {
	case WEIR_CMD_SET_NEW:
		weir_set_free(peer->set);
		peer->set = weir_decode_set(nlh, NULL, &why);
		if (!peer->set)
			fail_msg("%s", why);
		break;
	case WEIR_CMD_ELEM_NEW:
	case WEIR_CMD_ELEM_DEL:
		take_elems(peer, nlh, genl->cmd);
		break;
	default:
		fail();
	}
}

static bool take_datagram(struct weir_batch *batch, void *data)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf;
	struct peer *peer = data;
	int left = batch->len;

	assert_in_range(batch->len, 1, DATAGRAM_MAX);
	keep_bytes(peer, batch->buf, batch->len);
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		take_message(peer, nlh);
	assert_int_equal(left, 0);
	return true;
}

static void free_peer(struct peer *peer)
{
	weir_set_free(peer->set);
	weir_elems_free(peer->elems);
	free(peer->bytes);
}

static void send_set(struct peer *peer, enum weir_verb verb, enum weir_object object,
		     struct weir_set *set)
{
	struct weir_command command = { .verb = verb, .object = object, .set = set };
	struct weir_errors errors = { 0 };
	struct weir_batch batch;

	peer->known = set;
	weir_batch_init(&batch, 100, &errors);
	batch.flush = take_datagram;
	batch.data = peer;
	assert_true(weir_encode_command(&batch, &command));
	assert_true(weir_batch_flush(&batch));
	assert_int_equal(errors.count, 0);
	weir_batch_free(&batch);
}

/* Testing */

static void test_sets(void **state)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct peer there = { 0 }, back = { 0 };
		struct weir_set *set = random_set();

		send_set(&there, WEIR_VERB_ADD, WEIR_OBJECT_SET, set);
		assert_int_equal(there.messages, 1);
		assert_string_equal(there.set->type.text, set->type.text);
		assert_int_equal(there.set->data_type, set->data_type);
		send_set(&back, WEIR_VERB_ADD, WEIR_OBJECT_SET, there.set);
		assert_int_equal(there.len, back.len);
		assert_memory_equal(there.bytes, back.bytes, there.len);
		free_peer(&there);
		free_peer(&back);
		weir_set_free(set);
	}
}

static void test_elems(void **state)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		struct peer there = { 0 }, back = { 0 };
		struct weir_set *set = random_set();

		random_elems(set, &set->elems);
		send_set(&there, WEIR_VERB_ADD, WEIR_OBJECT_ELEMENT, set);
		assert_int_equal(weir_elems_count(there.elems), weir_elems_count(set->elems));
		assert_int_equal(there.expected, weir_elems_count(set->elems));
		weir_elems_free(set->elems);
		set->elems = there.elems;
		there.elems = NULL;
		send_set(&back, WEIR_VERB_ADD, WEIR_OBJECT_ELEMENT, set);
		assert_int_equal(there.len, back.len);
		assert_memory_equal(there.bytes, back.bytes, there.len);
		free_peer(&there);
		free_peer(&back);
		weir_set_free(set);
	}
}

/* A million records are as many bytes, and little more. */
static void test_million(void **state)
{
	struct weir_set *set = random_set();
	struct peer peer = { 0 };
	size_t n = 1000000;

	set->type.n_fields = 1;
	set->type.fields[0].len = 32;
	add_records(set, &set->elems, 0, n);
	send_set(&peer, WEIR_VERB_ADD, WEIR_OBJECT_ELEMENT, set);
	assert_null(peer.elems->next);
	assert_int_equal(peer.elems->n, n);
	assert_memory_equal(peer.elems->packed, set->elems->packed, 4 * n);
	assert_in_range(peer.len, 4 * n, 4 * n + 4 * n / 100);
	free_peer(&peer);
	weir_set_free(set);
}

static void test_commands(void **state)
{
	struct weir_set *set = random_set();
	struct peer peer = { 0 };

	/* None to delete must not mean all of them. */
	send_set(&peer, WEIR_VERB_DELETE, WEIR_OBJECT_ELEMENT, set);
	send_set(&peer, WEIR_VERB_DESTROY, WEIR_OBJECT_ELEMENT, set);
	assert_int_equal(peer.messages, 0);
	send_set(&peer, WEIR_VERB_FLUSH, WEIR_OBJECT_SET, set);
	assert_int_equal(peer.clears, 1);
	send_set(&peer, WEIR_VERB_REPLACE, WEIR_OBJECT_ELEMENT, set);
	assert_int_equal(peer.clears, 2);
	assert_int_equal(peer.messages, 2);
	add_records(set, &set->elems, 0, 3);
	send_set(&peer, WEIR_VERB_DELETE, WEIR_OBJECT_ELEMENT, set);
	assert_int_equal(peer.dels, 1);
	send_set(&peer, WEIR_VERB_REPLACE, WEIR_OBJECT_ELEMENT, set);
	assert_int_equal(peer.clears, 3);
	assert_int_equal(peer.news, 1);
	send_set(&peer, WEIR_VERB_ADD, WEIR_OBJECT_MAP, set);
	assert_int_equal(peer.news, 2);
	assert_non_null(peer.set);
	free_peer(&peer);
	weir_set_free(set);
}

/* A source of elements that ends after three times. */
static bool more(struct weir_batch *batch, const struct weir_command *command,
		 const struct weir_elems **elems)
{
	struct peer *peer = batch->data;

	/* What it gave before was sent, so that it may be gone. */
	assert_int_equal(batch->len, 0);
	assert_int_equal(peer->news, peer->messages);
	*elems = peer->news < 3 ? command->set->elems : NULL;
	return true;
}

static void test_stream(void **state)
{
	struct weir_set *set = random_set();
	struct weir_command command = {
		.object = WEIR_OBJECT_ELEMENT,
		.set = set,
		.from_stdin = true,
	};
	struct peer peer = { .known = set };
	struct weir_errors errors = { 0 };
	struct weir_batch batch;

	add_records(set, &set->elems, WEIR_ELEM_COLUMNS_TO, 10);
	weir_batch_init(&batch, 100, &errors);
	batch.flush = take_datagram;
	batch.more = more;
	batch.data = &peer;
	assert_true(weir_encode_command(&batch, &command));
	assert_int_equal(weir_elems_count(peer.elems), 30);
	assert_int_equal(batch.n_elems, 30);
	weir_batch_free(&batch);
	free_peer(&peer);
	weir_set_free(set);
}

/* Where the records of a message begin in it. */
static uint32_t packed_offset(const struct weir_batch *batch, uint32_t seq)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf;
	const struct nlattr *attr;
	int left = batch->len;

	for (; nlh->nlmsg_seq != seq; nlh = mnl_nlmsg_next(nlh, &left))
		assert_true(mnl_nlmsg_ok(nlh, left));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == WEIR_A_ELEMS_PACKED)
			return (uint8_t *)attr - (uint8_t *)nlh;
	fail();
	return 0;
}

/* Lines of addresses; the seventh one of the second message is refused. */
static void test_places(void **state)
{
	static const char line[] = "10.0.0.1 - 10.0.0.9 timeout 1m\n";
	size_t n = WEIR_ELEMS_FULL / 4 + 10, i;
	struct weir_input input = { .name = (char *)"<stdin>" };
	struct weir_reply reply = { .seq = 2, .code = EEXIST };
	struct weir_set *set = random_set();
	struct weir_command command = { .object = WEIR_OBJECT_ELEMENT, .set = set,
					.loc = { &input, 3, 4 } };
	struct weir_errors errors = { 0 };
	struct weir_batch batch;
	struct weir_loc loc;

	input.size = n * strlen(line);
	input.text = weir_alloc(input.size + 1);
	set->type.n_fields = 1;
	set->type.fields[0].len = 32;
	for (i = 0; i < n; i++) {
		loc = (struct weir_loc){ &input, i * strlen(line), 8 };
		memcpy(input.text + loc.offset, line, strlen(line));
		weir_elems_add(&set->elems, 0, (const uint8_t *)"abcd", 4, &loc);
	}
	weir_batch_init(&batch, 100, &errors);
	assert_true(weir_encode_command(&batch, &command));
	reply.at = true;
	reply.offset = packed_offset(&batch, 2) + MNL_ATTR_HDRLEN + 6 * 4;
	assert_true(weir_batch_refused(&batch, &reply, &loc));
	assert_int_equal(loc.offset, (n - 10 + 6) * strlen(line));
	assert_int_equal(loc.len, strlen("10.0.0.1 - 10.0.0.9"));
	/* The attribute itself, or nothing, is the command. */
	reply.offset = packed_offset(&batch, 2);
	assert_true(weir_batch_refused(&batch, &reply, &loc));
	assert_int_equal(loc.offset, 3);
	reply.at = false;
	assert_true(weir_batch_refused(&batch, &reply, &loc));
	assert_int_equal(loc.offset, 3);
	weir_batch_free(&batch);
	weir_set_free(set);
	free(input.text);
}

static struct weir_lookup *random_lookup(void)
{
	struct weir_lookup *lookup = weir_alloc(sizeof(*lookup));
	struct weir_set like = { 0 };
	unsigned int i;

	lookup->n_parts = 1 + below(WEIR_FIELDS_MAX);
	lookup->parts = weir_realloc(NULL, lookup->n_parts, sizeof(*lookup->parts));
	for (i = 0; i < lookup->n_parts; i++) {
		lookup->parts[i] = (struct weir_part){ .key = random_key() };
		lookup->parts[i].ops = weir_alloc(sizeof(struct weir_keyop));
		lookup->parts[i].n_ops = 1;
		lookup->parts[i].ops->val = random_num(lookup->parts[i].key.len);
	}
	if (below(2)) {
		lookup->set = weir_strdup("hosts");
		return lookup;
	}
	lookup->interval = below(2);
	lookup->data_type = below(WEIR_DATA_TYPE_OBJECT + 1);
	lookup->data.len = lookup->data_type == WEIR_DATA_TYPE_VALUE ? 1 + below(128) : 0;
	weir_lookup_as_set(lookup, &like);
	random_elems(&like, &lookup->elems);
	return lookup;
}

static struct weir_item *random_use(void)
{
	static const enum weir_item_type types[] = {
		WEIR_ITEM_TYPE_LOOKUP, WEIR_ITEM_TYPE_VMAP, WEIR_ITEM_TYPE_UPDATE,
		WEIR_ITEM_TYPE_OBJECT, WEIR_ITEM_TYPE_SET,
	};
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = types[below(5)];
	if (item->type == WEIR_ITEM_TYPE_LOOKUP)
		item->rel = below(2) ? WEIR_REL_IN : WEIR_REL_NOT_IN;
	if (item->type == WEIR_ITEM_TYPE_SET)
		item->key = random_key();
	if (item->type == WEIR_ITEM_TYPE_OBJECT) {
		item->object_type = "counter";
		item->object = below(2) ? weir_strdup("c1") : NULL;
	}
	if (!item->object)
		item->lookup = random_lookup();
	if (item->type != WEIR_ITEM_TYPE_UPDATE)
		return item;
	item->update = weir_alloc(sizeof(*item->update));
	item->update->op = below(3);
	item->update->has_timeout = below(2);
	item->update->timeout = item->update->has_timeout ? random_number() : 0;
	item->update->stmts = random_stmts();
	item->update->has_data = below(2);
	item->update->has_source = item->update->has_data && below(2);
	item->update->data_type.len = 8 * (1 + below(16));
	if (item->update->has_source)
		item->update->source.key = random_key();
	return item;
}

/**
 * struct rules - The other end, which makes rules again.
 */
struct rules {
	struct weir_rule *rule;
	uint8_t *bytes;
	size_t len;
};

static bool take_rules(struct weir_batch *batch, void *data)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf;
	struct rules *rules = data;
	int left = batch->len;
	const char *why = NULL;
	bool open;

	assert_in_range(batch->len, 1, DATAGRAM_MAX);
	rules->bytes = weir_realloc(rules->bytes, rules->len + batch->len, 1);
	memcpy(rules->bytes + rules->len, batch->buf, batch->len);
	rules->len += batch->len;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (!rules->rule)
			rules->rule = weir_decode_rule(nlh, NULL, &open, &why);
		else
			assert_true(weir_decode_part(nlh, rules->rule, &open, &why));
		if (why)
			fail_msg("%s", why);
	}
	return true;
}

static void send_rule(struct rules *rules, struct weir_rule *rule)
{
	struct weir_command command = { .object = WEIR_OBJECT_RULE, .rule = rule };
	struct weir_errors errors = { 0 };
	struct weir_batch batch;

	weir_batch_init(&batch, 100, &errors);
	batch.flush = take_rules;
	batch.data = rules;
	assert_true(weir_encode_command(&batch, &command));
	assert_true(weir_batch_flush(&batch));
	weir_batch_free(&batch);
}

/* Bits turned at random: refused or read, but nothing else. */
static void try_garbage(const struct rules *rules)
{
	const struct nlmsghdr *first = (const void *)rules->bytes;
	uint8_t *copy = weir_alloc(first->nlmsg_len);
	const char *why = NULL;
	struct weir_rule *rule;
	unsigned int n;
	bool open;

	memcpy(copy, first, first->nlmsg_len);
	for (n = 1 + below(4); n; n--)
		copy[20 + below(first->nlmsg_len - 20)] = random_number();
	rule = weir_decode_rule((const void *)copy, NULL, &open, &why);
	assert_true(rule || why);
	weir_rule_free(rule);
	free(copy);
}

static void test_rules(void **state)
{
	unsigned int i, n;

	for (i = 0; i < 100; i++) {
		struct weir_rule *rule = random_rule(below(3));
		struct rules there = { 0 }, back = { 0 };
		struct weir_item **tail = &rule->items;

		for (n = 1 + below(3); n; n--) {
			while (*tail)
				tail = &(*tail)->next;
			*tail = random_use();
		}
		send_rule(&there, rule);
		send_rule(&back, there.rule);
		assert_int_equal(there.len, back.len);
		assert_memory_equal(there.bytes, back.bytes, there.len);
		for (n = 0; n < 20; n++)
			try_garbage(&there);
		weir_rule_free(rule);
		weir_rule_free(there.rule);
		weir_rule_free(back.rule);
		free(there.bytes);
		free(back.bytes);
	}
}

static void test_garbage_elems(void **state)
{
	unsigned int i, n;

	for (i = 0; i < 1000; i++) {
		struct weir_set *set = random_set();
		struct weir_elems *elems = NULL;
		struct peer peer = { 0 };
		const char *why = NULL;
		struct nlmsghdr *nlh;

		weir_elems_add_one(&set->elems, random_elem(set));
		add_records(set, &set->elems, 0, 2);
		send_set(&peer, WEIR_VERB_ADD, WEIR_OBJECT_ELEMENT, set);
		nlh = (void *)peer.bytes;
		for (n = 1 + below(4); n; n--)
			peer.bytes[20 + below(nlh->nlmsg_len - 20)] = random_number();
		assert_true(weir_decode_elems(nlh, set, &elems, &why) || why);
		weir_elems_free(elems);
		free_peer(&peer);
		weir_set_free(set);
	}
}

/* The bytes of an element's key and of its end, catch-all ones behind all others. */
static size_t order_of(const struct weir_set *set, const struct weir_elem *elem, uint8_t *bytes)
{
	size_t size;

	*bytes = !!(elem->flags & WEIR_ELEM_FLAGS_CATCHALL);
	size = weir_elem_key_put(set, elem, false, bytes + 1);
	return 1 + size + weir_elem_key_put(set, elem, true, bytes + 1 + size);
}

static void try_sort(struct weir_set *set)
{
	uint8_t before[2 * WEIR_KEY_MAX + 1], here[2 * WEIR_KEY_MAX + 1];
	size_t n = weir_elems_count(set->elems);
	struct weir_elem_iter iter;
	const struct weir_elem *elem;
	size_t size = 0, walked = 0;

	weir_elems_sort(&set->elems, set);
	assert_int_equal(weir_elems_count(set->elems), n);
	elem = weir_elem_first(&iter, set, set->elems);
	for (; elem; elem = weir_elem_next(&iter)) {
		if (elem->set)
			continue;
		size = order_of(set, elem, here);
		if (walked++)
			assert_true(memcmp(before, here, size) <= 0);
		memcpy(before, here, size);
	}
}

static void test_sort(void **state)
{
	unsigned int i;

	for (i = 0; i < 200; i++) {
		struct weir_set *set = random_set();

		set->type.n_fields = 1 + below(2);
		set->type.fields[0].len = 1 + below(16);
		set->flags |= WEIR_SET_FLAGS_INTERVAL;
		if (below(2))
			add_records(set, &set->elems, below(2), 1 + below(1000));
		else
			random_elems(set, &set->elems);
		try_sort(set);
		weir_set_free(set);
	}
}

/* Elements that came in pieces are as if they had come at once. */
static void test_join(void **state)
{
	struct weir_set *set = random_set();
	struct weir_elems *all = NULL, *piece;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		piece = NULL;
		add_records(set, &piece, 0, 10);
		weir_elems_join(&all, piece);
	}
	assert_null(all->next);
	assert_int_equal(all->n, 1000);
	piece = NULL;
	weir_elems_add_one(&piece, random_elem(set));
	weir_elems_join(&all, piece);
	add_records(set, &all, 0, 1);
	assert_int_equal(weir_elems_count(all), 1002);
	assert_ptr_equal(all->end, all->next->next);
	weir_elems_free(all);
	weir_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_elems),
		cmocka_unit_test(test_million),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_garbage_elems),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
