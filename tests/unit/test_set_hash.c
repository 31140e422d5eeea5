// SPDX-License-Identifier: GPL-2.0
/*
 * The set hash against a sorted list: transactions in each format, dynamic sets that
 * change under walks and readers, memory that runs out at each allocation, keys of
 * somebody who means ill, and what a million elements take.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <cmocka.h>
#include "shim_memory.h"
#include "set_oracle.h"
#include "set/hash_bucket.h"

static int setup(void **state)
{
	return weir_hash_nodes_init();
}

static int teardown(void **state)
{
	shim_grace_period();
	weir_hash_nodes_exit();
	return shim_allocated != 0;
}

static const unsigned int sizes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 20, 36, 80 };

static void transactions(void **state)
{
	struct set_oracle oracle;
	int elems;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (elems = sizes[i] > 16; elems < 2; elems++) {
			oracle_init(&oracle, &weir_hash_ops, sizes[i], elems, false, 2000);
			oracle_transactions(&oracle, 40, 6000);
			oracle_free(&oracle);
		}
	}
}

/* The longest transactions that a test can afford: several levels of inner nodes. */
static void large_transactions(void **state)
{
	static const unsigned int large[] = { 4, 8, 16, 20 };
	struct set_oracle oracle;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(large); i++) {
		oracle_init(&oracle, &weir_hash_ops, large[i], large[i] > 16, false, 60000);
		oracle_transactions(&oracle, 6, 200000);
		oracle_free(&oracle);
	}
}

static void dynamic(void **state)
{
	struct weir_content *content;
	struct set_oracle oracle;
	unsigned int changes;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		oracle_init(&oracle, &weir_hash_ops, sizes[i], true, true, 5000);
		content = weir_hash_ops.create(&oracle.spec);
		for (changes = 0; changes < 20000; changes++) {
			oracle_change(&oracle, content, chance() % oracle.n, chance() % 4 == 0);
			if (chance() % 1000)
				continue;
			oracle_check(&oracle, content, oracle.in);
			shim_grace_period();
			oracle_check(&oracle, content, oracle.in);
		}
		weir_hash_ops.destroy(content);
		shim_grace_period();
		oracle_free(&oracle);
	}
}

/* A removal from a dynamic set takes the very element, and needs no memory. */
static void dynamic_remove(void **state)
{
	struct weir_elem *first, *second;
	struct weir_content *content;
	struct set_oracle oracle;
	const u8 *key;

	oracle_init(&oracle, &weir_hash_ops, 4, true, true, 100);
	key = oracle.key[7];
	first = calloc(2, oracle.spec.elem_size + 8);
	second = (struct weir_elem *)((u8 *)first + round_up(oracle.spec.elem_size, 8));
	memcpy(weir_elem_key(&oracle.spec, first), key, 4);
	memcpy(weir_elem_key(&oracle.spec, second), key, 4);
	content = weir_hash_ops.create(&oracle.spec);
	assert_int_equal(weir_hash_ops.insert(content, key, key, first), 0);
	assert_null(weir_hash_ops.remove(content, key, key, second));
	assert_ptr_equal(weir_hash_ops.replace(content, key, key, second), first);
	assert_null(weir_hash_ops.remove(content, key, key, first));
	shim_fail_after = 0;
	assert_ptr_equal(weir_hash_ops.remove(content, key, key, second), second);
	shim_fail_after = -1;
	weir_hash_ops.destroy(content);
	free(first);
	oracle_free(&oracle);
}

struct stay {
	struct set_oracle *oracle;
	u8 *seen;
	unsigned int stop;
};

static int visit_staying(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct stay *stay = data;
	u32 key;

	if (!stay->stop--)
		return 1;
	memcpy(&key, from, 4);
	stay->seen[be32toh(key)]++;
	return 0;
}

static struct weir_elem *elem_of(struct set_oracle *oracle, u32 number)
{
	struct weir_elem *elem = calloc(1, oracle->spec.elem_size);
	__be32 key = htobe32(number);

	memcpy(weir_elem_key(&oracle->spec, elem), &key, 4);
	return elem;
}

/* Every even number stays while odd ones come and go, and the set grows and shrinks. */
static void walk_meanwhile(void **state)
{
	enum { N = 20000 };
	struct weir_elem **odd = calloc(N, sizeof(*odd)), **even = calloc(N, sizeof(*even));
	struct weir_content *content;
	struct set_oracle oracle;
	struct stay stay = { .oracle = &oracle, .seen = calloc(2, N) };
	int round, err;
	u32 i;

	oracle_init(&oracle, &weir_hash_ops, 4, true, true, 1);
	content = weir_hash_ops.create(&oracle.spec);
	for (i = 0; i < N / 10; i++) {
		even[i] = elem_of(&oracle, 2 * i);
		err = weir_hash_ops.insert(content, weir_elem_key(&oracle.spec, even[i]), NULL,
					   even[i]);
		assert_int_equal(err, 0);
	}
	for (i = 0; i < N; i++)
		odd[i] = elem_of(&oracle, 2 * i + 1);

	for (round = 0; round < 20; round++) {
		struct weir_set_pos pos = {};
		bool grow = round % 2 == 0;
		u32 at = 0;

		memset(stay.seen, 0, 2 * N);
		do {
			for (i = 0; i < N / 40 && at < N; i++, at++) {
				u8 *key = weir_elem_key(&oracle.spec, odd[at]);

				if (grow)
					weir_hash_ops.insert(content, key, key, odd[at]);
				else
					weir_hash_ops.remove(content, key, key, NULL);
			}
			shim_grace_period();
			stay.stop = chance() % (N / 20);
		} while (weir_hash_ops.walk(content, &pos, visit_staying, &stay));
		for (i = 0; i < N / 10; i++)
			assert_int_equal(stay.seen[2 * i], 1);
		for (i = 0; i < N; i++)
			assert_in_range(stay.seen[2 * i + 1], 0, 1);
	}
	weir_hash_ops.destroy(content);
	shim_grace_period();
	for (i = 0; i < N; i++) {
		free(odd[i]);
		free(even[i]);
	}
	free(odd);
	free(even);
	free(stay.seen);
	oracle_free(&oracle);
}

struct reader {
	struct weir_content *content;
	struct weir_elem **stays;
	u32 n;
	bool done;
	u64 lookups;
	u64 missed;
};

static void *read_on(void *data)
{
	struct reader *reader = data;
	u32 i;

	while (!__atomic_load_n(&reader->done, __ATOMIC_RELAXED)) {
		for (i = 0; i < reader->n; i++) {
			reader->lookups++;
			reader->missed += weir_hash_ops.lookup(reader->content, 2 * i, 0) !=
					  reader->stays[i];
		}
	}
	return NULL;
}

/* The same with a reader at the same time, whose grace period does not end. */
static void read_meanwhile(void **state)
{
	enum { N = 3000, ODD = 30000 };
	struct weir_elem **odd = calloc(ODD, sizeof(*odd));
	struct reader reader = { .stays = calloc(N, sizeof(*odd)), .n = N };
	struct set_oracle oracle;
	pthread_t thread;
	int round;
	u32 i;

	oracle_init(&oracle, &weir_hash_ops, 4, true, true, 1);
	reader.content = weir_hash_ops.create(&oracle.spec);
	for (i = 0; i < N; i++) {
		reader.stays[i] = elem_of(&oracle, 2 * i);
		weir_hash_ops.insert(reader.content,
				     weir_elem_key(&oracle.spec, reader.stays[i]), NULL,
				     reader.stays[i]);
	}
	for (i = 0; i < ODD; i++)
		odd[i] = elem_of(&oracle, 2 * i + 1);

	assert_int_equal(pthread_create(&thread, NULL, read_on, &reader), 0);
	for (round = 0; round < 10; round++) {
		for (i = 0; i < ODD; i++) {
			u8 *key = weir_elem_key(&oracle.spec, odd[i]);

			if (round % 2)
				assert_ptr_equal(weir_hash_ops.remove(reader.content, key, key,
								      odd[i]), odd[i]);
			else
				assert_int_equal(weir_hash_ops.insert(reader.content, key, key,
								      odd[i]), 0);
		}
	}
	__atomic_store_n(&reader.done, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal(reader.missed, 0);
	assert_int_not_equal(reader.lookups, 0);

	weir_hash_ops.destroy(reader.content);
	shim_grace_period();
	for (i = 0; i < N; i++)
		free(reader.stays[i]);
	for (i = 0; i < ODD; i++)
		free(odd[i]);
	free(reader.stays);
	free(odd);
	oracle_free(&oracle);
}

/* A content of @n keys made by a function. */
static struct weir_content *keys_of(struct set_oracle *oracle, u32 n,
				    struct weir_val (*make)(u32 i))
{
	struct weir_content *content = weir_hash_ops.create(&oracle->spec);
	u8 key[16];
	u32 i;

	for (i = 0; i < n; i++) {
		weir_num_key(make(i), key, oracle->spec.key_size);
		assert_int_equal(weir_hash_ops.insert(content, key, key, WEIR_ELEM_HIT), 0);
	}
	weir_hash_ops.finish(content);
	assert_int_equal(content->count, n);
	return content;
}

static struct weir_val sequential(u32 i)
{
	return (struct weir_val){ .lo = i };
}

static struct weir_val same_low_bits(u32 i)
{
	return (struct weir_val){ .lo = (u64)i << 32 | 0x50, .hi = (u64)i << 32 };
}

static struct weir_val same_high_bits(u32 i)
{
	return (struct weir_val){ .lo = 0xfe80000000000000 | i, .hi = 0xfe80000000000000 };
}

static struct weir_val opposite(u32 i)
{
	return (struct weir_val){ .lo = ~(u64)i, .hi = i };
}

/* What a multiplication by nothing secret would map to the same: a * b for many a, b. */
static struct weir_val same_product(u32 i)
{
	return (struct weir_val){ .lo = 1ULL << (31 + i % 32),
				  .hi = (i / 32 * 2 + 1ULL) << (31 - i % 32) };
}

static struct weir_val one_bit(u32 i)
{
	return (struct weir_val){ .lo = 1ULL << i % 64, .hi = i / 64 };
}

static unsigned int deepest_below(const struct weir_hash_node *node)
{
	unsigned int deepest = node->depth, i;

	for (i = 0; node->bits && i < 1U << node->bits; i++)
		deepest = max(deepest, deepest_below(weir_hash_node(node->entry[i])));
	return deepest;
}

/* Keys of a pattern are spread as well as random ones. */
static void hostile_keys(void **state)
{
	static struct weir_val (*const patterns[])(u32 i) = {
		sequential, same_low_bits, same_high_bits, opposite, same_product, one_bit,
	};
	enum { N = 50000 };
	struct weir_content *content;
	struct set_oracle oracle;
	unsigned int depth;
	size_t i;
	u32 j;

	oracle_init(&oracle, &weir_hash_ops, 16, false, false, 1);
	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		content = keys_of(&oracle, N, patterns[i]);
		for (j = 0; j < N; j++)
			assert_non_null(weir_hash_ops.lookup(content, patterns[i](j).lo,
							     patterns[i](j).hi));
		depth = deepest_below(weir_hash_node(weir_hash_of(content)->top));
		print_message("# pattern %zu: %.2f bytes an element, depth %u\n", i,
			      (double)weir_hash_ops.memory(content) / N, depth);
		assert_in_range(weir_hash_ops.memory(content), 16 * N, 27 * N);
		assert_in_range(depth, 9, 11);
		weir_hash_ops.destroy(content);
	}
	oracle_free(&oracle);
}

/*
 * Somebody who does know the secret makes keys that collide in all bits: the first
 * factor of the product is 0. What two buckets hold fits in, the rest is refused.
 */
static void known_secret(void **state)
{
	enum { N = 5000, SAME = 100 };
	struct weir_content *content;
	struct set_oracle oracle;
	int err = 0, fit = 0, dynamic;
	struct weir_elem *elem[SAME];
	size_t before;
	u8 key[16];
	u64 secret;
	u32 i;

	for (dynamic = 0; dynamic < 2; dynamic++) {
		oracle_init(&oracle, &weir_hash_ops, 16, dynamic, dynamic, 1);
		content = weir_hash_ops.create(&oracle.spec);
		for (i = 0; i < SAME; i++)
			elem[i] = dynamic ? calloc(1, oracle.spec.elem_size) : WEIR_ELEM_HIT;
		content = dynamic ? content : (weir_hash_ops.destroy(content),
					       keys_of(&oracle, N, sequential));
		before = weir_hash_ops.memory(content);
		secret = weir_hash_of(content)->secret[0];
		for (i = 0, fit = 0; i < SAME; i++) {
			weir_num_key((struct weir_val){ .lo = secret, .hi = i }, key, 16);
			if (dynamic)
				memcpy(weir_elem_key(&oracle.spec, elem[i]), key, 16);
			err = weir_hash_ops.insert(content, key, key, elem[i]);
			assert_true(!err || err == -ENOMEM);
			assert_ptr_equal(weir_hash_ops.lookup(content, secret, i),
					 err ? NULL : elem[i]);
			fit += !err;
		}
		assert_int_equal(err, -ENOMEM);
		assert_in_range(fit, 1, 10);
		assert_int_equal(content->count, (dynamic ? 0 : N) + fit);
		assert_in_range(deepest_below(weir_hash_node(weir_hash_of(content)->top)), 0, 14);
		assert_true(weir_hash_ops.memory(content) < before + 16384);
		for (i = 0; i < N && !dynamic; i++)
			assert_non_null(weir_hash_ops.lookup(content, i, 0));
		weir_hash_ops.destroy(content);
		shim_grace_period();
		for (i = 0; i < SAME && dynamic; i++)
			free(elem[i]);
		oracle_free(&oracle);
	}
}

static struct weir_val anything(u32 i)
{
	return (struct weir_val){ .lo = chance(), .hi = chance() };
}

static struct weir_val address(u32 i)
{
	/* Each number once, in no order. */
	return (struct weir_val){ .lo = i * 0x9e3779b1U };
}

static struct weir_val address_port(u32 i)
{
	return (struct weir_val){ .lo = anything(i).lo >> 16 };
}

/* By some thousands, as transactions would; the last version. */
static struct weir_content *add_by_thousands(struct set_oracle *oracle, u32 n,
					     struct weir_val (*make)(u32 i))
{
	struct weir_content *old = weir_hash_ops.create(&oracle->spec), *new;
	u32 i = 0, j;
	u8 key[16];

	while (i < n) {
		new = weir_hash_ops.fork(old);
		for (j = 0; j < 5000; j++, i++) {
			weir_num_key(make(i), key, oracle->spec.key_size);
			weir_hash_ops.insert(new, key, key, WEIR_ELEM_HIT);
		}
		weir_hash_ops.finish(new);
		weir_hash_ops.commit(old, new);
		old = new;
	}
	return old;
}

/* The figures that are promised for 1,000,000 elements, loaded at once or bit by bit. */
static void memory(void **state)
{
	static const struct {
		const char *name;
		unsigned int size;
		struct weir_val (*make)(u32 i);
		unsigned int bytes;
	} kinds[] = {
		{ "addresses", 4, address, 8 },
		{ "addresses with ports", 6, address_port, 16 },
		{ "IPv6 addresses", 16, anything, 28 },
	};
	enum { N = 1000000 };
	struct weir_content *content;
	struct set_oracle oracle;
	size_t i, bytes;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		oracle_init(&oracle, &weir_hash_ops, kinds[i].size, false, false, 1);
		content = keys_of(&oracle, N, kinds[i].make);
		bytes = weir_hash_ops.memory(content);
		weir_hash_ops.destroy(content);
		print_message("# %s: %.2f bytes each at once", kinds[i].name, (double)bytes / N);
		assert_true(bytes <= (size_t)kinds[i].bytes * N);

		content = add_by_thousands(&oracle, N, kinds[i].make);
		bytes = weir_hash_ops.memory(content);
		weir_hash_ops.destroy(content);
		print_message(", %.2f by thousands\n", (double)bytes / N);
		assert_true(bytes <= (size_t)kinds[i].bytes * N);
		oracle_free(&oracle);
	}
}

/* A set that was large does not stay so. */
static void emptied(void **state)
{
	struct weir_content *old, *new;
	struct set_oracle oracle;
	u8 key[4];
	u32 i;

	oracle_init(&oracle, &weir_hash_ops, 4, false, false, 1);
	old = keys_of(&oracle, 100000, sequential);
	new = weir_hash_ops.fork(old);
	for (i = 100; i < 100000; i++) {
		weir_num_key(sequential(i), key, 4);
		assert_ptr_equal(weir_hash_ops.remove(new, key, key, NULL), WEIR_ELEM_HIT);
	}
	weir_hash_ops.finish(new);
	weir_hash_ops.commit(old, new);
	print_message("# 100 left: %zu bytes\n", weir_hash_ops.memory(new));
	assert_true(weir_hash_ops.memory(new) < 8192);
	weir_hash_ops.destroy(new);
	oracle_free(&oracle);
}

static void create_without_memory(void **state)
{
	struct set_oracle oracle;
	int n;

	oracle_init(&oracle, &weir_hash_ops, 4, false, false, 1);
	for (n = 0; n < 2; n++) {
		shim_fail_after = n;
		assert_int_equal(PTR_ERR(weir_hash_ops.create(&oracle.spec)), -ENOMEM);
	}
	shim_fail_after = -1;
	oracle_free(&oracle);
}

static void score(void **state)
{
	struct weir_set_spec spec = { .n_fields = 1, .key_size = 4 };

	assert_true(weir_hash_ops.score(&spec, 0));
	spec.interval = true;
	assert_false(weir_hash_ops.score(&spec, 0));
	spec.interval = false;
	spec.key_size = 20;
	assert_false(weir_hash_ops.score(&spec, 0));
	spec.elems = true;
	assert_true(weir_hash_ops.score(&spec, 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(score),
		cmocka_unit_test(create_without_memory),
		cmocka_unit_test(transactions),
		cmocka_unit_test(large_transactions),
		cmocka_unit_test(dynamic),
		cmocka_unit_test(dynamic_remove),
		cmocka_unit_test(walk_meanwhile),
		cmocka_unit_test(read_meanwhile),
		cmocka_unit_test(hostile_keys),
		cmocka_unit_test(known_secret),
		cmocka_unit_test(memory),
		cmocka_unit_test(emptied),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
