// SPDX-License-Identifier: GPL-2.0
/* The set bitmap against a list. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "shim_memory.h"
#include "set_oracle.h"
#include "set/bitmap.c"

static void transactions(void **state)
{
	struct set_oracle oracle;
	unsigned int size;

	for (size = 1; size <= 2; size++) {
		oracle_init(&oracle, &weir_bitmap_ops, size, false, false, 4000);
		oracle_transactions(&oracle, 60, 4000);
		oracle_free(&oracle);
	}
}

static void without_memory(void **state)
{
	struct weir_content *content;
	struct set_oracle oracle;
	int n;

	oracle_init(&oracle, &weir_bitmap_ops, 2, false, false, 10);
	content = weir_bitmap_ops.create(&oracle.spec);
	for (n = 0; n < 2; n++) {
		shim_fail_after = n;
		assert_int_equal(PTR_ERR(weir_bitmap_ops.create(&oracle.spec)), -ENOMEM);
		shim_fail_after = n;
		assert_int_equal(PTR_ERR(weir_bitmap_ops.fork(content)), -ENOMEM);
	}
	shim_fail_after = -1;
	weir_bitmap_ops.destroy(content);
	oracle_free(&oracle);
	assert_int_equal(shim_allocated, 0);
}

/* A field of fewer bits than its bytes have; what cannot be is not there. */
static void few_bits(void **state)
{
	struct weir_set_spec spec = {
		.n_fields = 1, .bits = { 9 }, .size = { 2 }, .key_size = 2,
	};
	struct weir_content *content = weir_bitmap_ops.create(&spec);
	const u8 last[] = { 1, 0xff };

	assert_int_equal(weir_bitmap_ops.insert(content, last, last, WEIR_ELEM_HIT), 0);
	assert_ptr_equal(weir_bitmap_ops.lookup(content, 0x1ff, 0), WEIR_ELEM_HIT);
	assert_null(weir_bitmap_ops.lookup(content, 0x200, 0));
	assert_null(weir_bitmap_ops.lookup(content, 0xffffffff, 0));
	assert_true(weir_bitmap_ops.memory(content) <= 128);
	weir_bitmap_ops.destroy(content);
}

static void score(void **state)
{
	struct weir_set_spec port = {
		.n_fields = 1, .bits = { 16 }, .size = { 2 }, .key_size = 2,
	};
	struct weir_set_spec proto = {
		.n_fields = 1, .bits = { 8 }, .size = { 1 }, .key_size = 1,
	};
	struct weir_set_spec both = {
		.n_fields = 2, .bits = { 8, 8 }, .size = { 1, 1 }, .key_size = 2,
	};

	assert_in_range(weir_bitmap_ops.score(&port, 0), 1, 99);
	assert_in_range(weir_bitmap_ops.score(&port, 10000), 101, 1000);
	assert_in_range(weir_bitmap_ops.score(&both, 0), 1, 99);
	assert_in_range(weir_bitmap_ops.score(&proto, 0), 101, 1000);
	proto.elems = true;
	assert_int_equal(weir_bitmap_ops.score(&proto, 0), 0);
	port.interval = true;
	assert_int_equal(weir_bitmap_ops.score(&port, 10000), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(score),
		cmocka_unit_test(few_bits),
		cmocka_unit_test(without_memory),
		cmocka_unit_test(transactions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
