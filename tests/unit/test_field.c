// SPDX-License-Identifier: GPL-2.0
/*
 * Fields and data types: each value prints so that it reads back, each field is
 * found by its name and by its key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <linux/netfilter.h>
#include "language/datatype.h"
#include "language/ext.h"
#include "language/language.h"
#include "language_make.h"

static void check_value(const struct weir_datatype *type, struct weir_num num, unsigned int len,
			const struct weir_print_opts *opts)
{
	struct weir_buf word = {};
	struct weir_num back;
	const char *why;

	weir_value_word(&word, type, num, len, opts);
	if (type->base == WEIR_BASE_BITMASK && strchr(word.text, '|')) {
		weir_buf_free(&word);
		return;
	}
	if (!weir_value_parse(type, word.text, len, &back, &why))
		fail_msg("%s: \"%s\" is not %s", type->name, word.text, why);
	if (!weir_num_eq(num, back))
		fail_msg("%s: \"%s\" reads back as another value", type->name, word.text);
	weir_buf_free(&word);
}

/* Every data type with random values and with every value that has a name. */
static void test_values(void **state)
{
	const struct weir_datatype *const *type;
	const struct weir_symbol *symbol;
	struct weir_print_opts opts;
	unsigned int len;

	for (type = weir_datatypes; *type; type++) {
		len = (*type)->len ? (*type)->len : 32;
		for (int i = 0; i < 400; i++) {
			opts = make_opts();
			check_value(*type, make_value(*type, len), len, &opts);
		}
		for (symbol = (*type)->symbols; symbol && symbol->name; symbol++)
			check_value(*type, weir_num(symbol->value), len, &opts);
	}
}

static void test_wide_numbers(void **state)
{
	static const struct weir_print_opts opts;

	for (unsigned int len = 1; len <= 128; len++) {
		for (int i = 0; i < 20; i++) {
			check_value(&weir_datatype_integer, make_bits(len), len, &opts);
			check_value(&weir_datatype_raw, make_bits(len), len, &opts);
		}
	}
}

static void test_numbers(void **state)
{
	struct weir_num num;
	const char *why;
	bool overflow;

	assert_true(weir_number_parse("0x1F", &num, &overflow) && num.lo == 31);
	assert_true(weir_number_parse("010", &num, &overflow) && num.lo == 8);
	assert_true(weir_number_parse("08", &num, &overflow) && num.lo == 8);
	assert_true(weir_number_parse("0", &num, &overflow) && !num.lo);
	assert_false(weir_number_parse("", &num, &overflow));
	assert_false(weir_number_parse("0x", &num, &overflow));
	assert_false(weir_number_parse("-1", &num, &overflow));
	assert_false(weir_number_parse("12a", &num, &overflow) || overflow);
	assert_true(weir_number_parse("0xffffffffffffffffffffffffffffffff", &num, &overflow));
	assert_true(num.hi == UINT64_MAX && num.lo == UINT64_MAX);
	assert_false(weir_number_parse("0x1ffffffffffffffffffffffffffffffff", &num, &overflow));
	assert_true(overflow);
	assert_false(weir_value_parse(&weir_datatype_inet_service, "65536", 16, &num, &why));
	assert_string_equal(why, "a number up to 65535");
	assert_false(weir_value_parse(&weir_datatype_ipv4_addr, "10.0.0.256", 32, &num, &why));
	assert_false(weir_value_parse(&weir_datatype_icmp_type, "echo-reqest", 8, &num, &why));
	assert_string_equal(weir_value_nearest(&weir_datatype_icmp_type, "echo-reqest"),
			    "echo-request");
}

/* The first field that has a key is the one that prints; it has the same key. */
static void test_fields(void **state)
{
	const struct weir_header_desc *header, *back;
	const struct weir_field *field, *found;
	struct weir_key key;

	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		assert_ptr_equal(weir_header_find(header->name), header);
		for (field = header->fields; field->name; field++) {
			assert_ptr_equal(weir_field_find(header, field->name), field);
			assert_true(field->key.len >= 1 && field->key.len <= 128);
			if (field->type->len && field->type->len != field->key.len)
				fail_msg("%s %s: length is not its data type's", header->name,
					 field->name);
			key = field->key;
			if (key.ext) {
				key.data = calloc(1, key.ext->data_size);
				key.ext->make(field, key.data);
			}
			found = weir_field_of(&key, &back);
			free(key.data);
			assert_non_null(found);
			assert_ptr_equal(weir_field_find(back, found->name), found);
			assert_int_equal(found->key.offset, field->key.offset);
			assert_int_equal(found->key.len, field->key.len);
			assert_ptr_equal(found->type, field->type);
		}
	}
}

static void test_aliases(void **state)
{
	const struct weir_header_desc *option = weir_header_find("tcp option");

	assert_string_equal(weir_field_find(option, "sack0 left")->name, "sack left");
	assert_string_equal(weir_field_find(option, "sack-permitted")->name, "sack-perm");
	assert_string_equal(weir_field_find(option, "mss size")->name, "maxseg size");
	assert_null(weir_field_find(option, "sack0x left"));
	assert_null(weir_meta_find("length"));
	assert_string_equal(weir_meta_find("iifname")->name, "iifname");
}

static void test_prefixes(void **state)
{
	struct weir_range range;

	for (unsigned int len = 32; len <= 128; len += 96) {
		for (unsigned int prefix = 0; prefix <= len; prefix++) {
			range = weir_prefix_range(make_bits(len), prefix, len);
			assert_true(weir_num_cmp(range.from, range.to) <= 0);
			assert_int_equal(weir_range_prefix(&range, len), prefix);
		}
	}
	range = (struct weir_range){ weir_num(1), weir_num(2) };
	assert_int_equal(weir_range_prefix(&range, 32), -1);
	range = (struct weir_range){ weir_num(1), weir_num(3) };
	assert_int_equal(weir_range_prefix(&range, 32), -1);
}

static void check_wildcard(const char *word, bool is)
{
	struct weir_range range;

	assert_int_equal(weir_wildcard_parse(&weir_datatype_ifname, word, 128, &range), is);
}

static void test_wildcards(void **state)
{
	check_wildcard("eth*", true);
	check_wildcard("eth\\*", false);
	check_wildcard("eth\\\\*", true);
	check_wildcard("*", false);
	check_wildcard("eth", false);
	check_wildcard("123456789012345*", true);
	check_wildcard("1234567890123456*", false);
}

static void check_priority(int32_t priority, uint8_t family, enum weir_hook hook,
			   const char *text)
{
	static const struct weir_print_opts opts;
	struct weir_buf buf = {};

	weir_priority_print(&buf, priority, family, hook, &opts);
	assert_string_equal(buf.text, text);
	weir_buf_free(&buf);
}

static void test_priorities(void **state)
{
	check_priority(0, NFPROTO_INET, WEIR_HOOK_INPUT, "filter");
	check_priority(-5, NFPROTO_INET, WEIR_HOOK_INPUT, "filter - 5");
	check_priority(300, NFPROTO_IPV4, WEIR_HOOK_INPUT, "300");
	check_priority(-310, NFPROTO_IPV4, WEIR_HOOK_PREROUTING, "raw - 10");
	check_priority(-289, NFPROTO_IPV4, WEIR_HOOK_PREROUTING, "-289");
	check_priority(-90, NFPROTO_IPV4, WEIR_HOOK_PREROUTING, "dstnat + 10");
	check_priority(-100, NFPROTO_IPV4, WEIR_HOOK_OUTPUT, "-100");
	check_priority(97, NFPROTO_IPV4, WEIR_HOOK_POSTROUTING, "srcnat - 3");
	check_priority(INT32_MIN, NFPROTO_IPV4, WEIR_HOOK_INPUT, "-2147483648");
	check_priority(INT32_MAX, NFPROTO_IPV4, WEIR_HOOK_INPUT, "2147483647");
}

/* Local time, where the day is long, short, or of an odd offset. */
static void test_time_zones(void **state)
{
	static const char *const zones[] = {
		"UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "EST5EDT"
	};
	static const struct weir_print_opts opts;
	struct weir_num num;
	const char *why;

	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		setenv("TZ", zones[i], 1);
		tzset();
		for (int j = 0; j < 500; j++) {
			num = make_value(&weir_datatype_time, 64);
			check_value(&weir_datatype_time, num, 64, &opts);
			num = make_value(&weir_datatype_hour, 32);
			check_value(&weir_datatype_hour, num, 32, &opts);
		}
	}
	setenv("TZ", "UTC", 1);
	tzset();
	assert_true(weir_value_parse(&weir_datatype_time, "2026-01-02 03:04", 64, &num, &why));
	assert_int_equal(num.lo, 1767323040ULL * 1000000000);
	assert_false(weir_value_parse(&weir_datatype_time, "2026-02-31", 64, &num, &why));
	assert_false(weir_value_parse(&weir_datatype_hour, "24:00", 32, &num, &why));
}

static void test_describe(void **state)
{
	const struct weir_header_desc *header;
	const struct weir_field *field;
	struct weir_errors errors = {};
	struct weir_buf buf = {};
	char words[128];

	assert_int_equal(weir_describe(&buf, "", &errors), 0);
	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		assert_int_equal(weir_describe(&buf, header->name, &errors), 0);
		for (field = header->fields; field->name; field++) {
			snprintf(words, sizeof(words), "%s  %s ", header->name, field->name);
			assert_int_equal(weir_describe(&buf, words, &errors), 0);
		}
	}
	assert_int_equal(weir_describe(&buf, "ipv4_addr", &errors), 0);
	assert_int_equal(weir_describe(&buf, "log", &errors), 0);
	assert_int_equal(errors.count, 0);
	assert_int_equal(weir_describe(&buf, "tcp dprot", &errors), -1);
	assert_string_equal(errors.first->hint, "did you mean tcp dport?");
	weir_errors_free(&errors);
	weir_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_wide_numbers),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_time_zones),
		cmocka_unit_test(test_describe),
	};

	srandom(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
