// SPDX-License-Identifier: GPL-2.0
/*
 * The token bucket of limit against a model in 128 bits, where time is counted in
 * the same ticks but nothing can overflow.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "chance.h"
#include "shim.h"
#ifndef check_mul_overflow
#define check_mul_overflow(a, b, to) __builtin_mul_overflow(a, b, to)
#endif
#include "match/bucket.h"

typedef unsigned __int128 u128;

/* A number of up to @bits bits, of any magnitude. */
static u64 magnitude(unsigned int bits)
{
	return chance() >> (64 - bits) >> chance() % bits;
}

static void one_bucket(void)
{
	u64 rate = magnitude(64) | 1, capacity = magnitude(34), now = magnitude(50);
	struct weir_bucket bucket;
	u128 level, full;
	u64 last = now;

	full = (u128)capacity * WEIR_BUCKET_SCALE;
	assert_int_equal(weir_bucket_init(&bucket, rate, capacity, now), full <= UINT64_MAX);
	if (full > UINT64_MAX)
		return;
	level = full;
	for (int i = 0; i < 300; i++) {
		u32 tokens = magnitude(32);
		u64 ready;
		bool taken;

		/* Now and then a CPU is late. */
		now = chance() % 8 ? last + magnitude(chance() % 2 ? 50 : 20) : last - last / 3;
		if (now > last) {
			level += (u128)(now - last) * rate;
			level = level < full ? level : full;
			last = now;
		}
		taken = (u128)tokens * WEIR_BUCKET_SCALE <= level;
		if (taken)
			level -= (u128)tokens * WEIR_BUCKET_SCALE;
		assert_int_equal(weir_bucket_take(&bucket, tokens, now), taken);
		assert_true(bucket.level == level);

		ready = weir_bucket_ready(&bucket);
		assert_int_equal(ready > last, level < WEIR_BUCKET_SCALE &&
				 (WEIR_BUCKET_SCALE - (u64)level) >= rate);
		if (ready > last && full >= WEIR_BUCKET_SCALE)
			assert_true(level + (u128)(ready - 1 - last) * rate < WEIR_BUCKET_SCALE);
	}
}

static void test_model(void **state)
{
	for (int i = 0; i < 20000; i++)
		one_bucket();
}

/* Looked at as often as can be, three tokens a second are three a second. */
static void test_no_drift(void **state)
{
	struct weir_bucket bucket;
	u64 now = 12345, taken = 0;
	const u64 start = now, seconds = 100000;

	assert_true(weir_bucket_init(&bucket, 3, 1, now));
	while (now < start + seconds * WEIR_BUCKET_SCALE) {
		taken += weir_bucket_take(&bucket, 1, now);
		now = weir_bucket_ready(&bucket) > now ? weir_bucket_ready(&bucket) : now + 1;
	}
	assert_int_equal(taken, 3 * seconds);
}

/* The largest there are. */
static void test_ends(void **state)
{
	struct weir_bucket bucket;

	assert_false(weir_bucket_init(&bucket, 1, 18446744074ULL, 0));
	assert_true(weir_bucket_init(&bucket, 1, 18446744073ULL, 0));
	assert_true(weir_bucket_take(&bucket, UINT32_MAX, 0));
	assert_true(weir_bucket_init(&bucket, UINT64_MAX, 1, 0));
	assert_true(weir_bucket_take(&bucket, 1, 0));
	assert_false(weir_bucket_take(&bucket, 1, 0));
	assert_true(weir_bucket_take(&bucket, 1, 1));
	assert_true(weir_bucket_take(&bucket, 1, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_no_drift),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
