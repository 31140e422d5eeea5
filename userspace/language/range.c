// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges: the one form that prefixes, wildcards, sets and hours that go past
 * midnight are compiled to, and the way back to what was written.
 */
#include "datatype.h"

struct weir_range weir_prefix_range(struct weir_num addr, unsigned int prefix,
				    unsigned int len)
{
	struct weir_num rest = weir_num_ones(len - prefix);
	struct weir_range range;

	range.to = weir_num_or(addr, rest);
	range.from = weir_num_xor(range.to, rest);
	return range;
}

int weir_range_prefix(const struct weir_range *range, unsigned int len)
{
	struct weir_num rest = weir_num_xor(range->from, range->to);
	unsigned int bits = 0;

	while (bits < len && (bits < 64 ? rest.lo >> bits : rest.hi >> (bits - 64)) & 1)
		bits++;
	/* The bits that differ are the lowest ones, all 0 in from. */
	if (!weir_num_eq(rest, weir_num_ones(bits)))
		return -1;
	rest = weir_num_and(range->from, rest);
	return rest.lo || rest.hi ? -1 : (int)(len - bits);
}

unsigned int weir_range_make(const struct weir_datatype *type, struct weir_num from,
			     struct weir_num to, struct weir_range ranges[2])
{
	ranges[0] = (struct weir_range){ from, to };
	if (weir_num_cmp(from, to) <= 0)
		return 1;
	if (!type->wrap || from.hi || from.lo >= type->wrap)
		return 0;
	ranges[0].to = weir_num(type->wrap - 1);
	ranges[1] = (struct weir_range){ weir_num(0), to };
	return 2;
}

static bool range_is_value(const struct weir_range *range)
{
	return weir_num_eq(range->from, range->to);
}

/* Two single values, as Saturday and Sunday, are no range to people. */
size_t weir_ranges_next(const struct weir_datatype *type, const struct weir_range *ranges,
			size_t n)
{
	if (!type->wrap || n < 2 || (range_is_value(ranges) && range_is_value(ranges + 1)))
		return 1;
	if (weir_num_eq(ranges[0].to, weir_num(type->wrap - 1)) &&
	    weir_num_eq(ranges[1].from, weir_num(0)) &&
	    weir_num_cmp(ranges[0].from, ranges[1].to) > 0)
		return 2;
	return 1;
}

bool weir_ranges_single(const struct weir_datatype *type, const struct weir_range *ranges,
			size_t n)
{
	return n && weir_ranges_next(type, ranges, n) == n;
}

static void wildcard_print(struct weir_buf *buf, const struct weir_range *range,
			   unsigned int len, unsigned int bytes)
{
	static const struct weir_print_opts plain;
	struct weir_buf word = {};

	/* Without its last bytes, of which those of the start are NUL. */
	weir_string_print(&word, range->from, len, &plain);
	weir_buf_str(&word, "*");
	weir_buf_quote(buf, word.text);
	weir_buf_free(&word);
}

/* Names have hyphens: only what stands in quotes keeps them in a range. */
static struct weir_print_opts bound_opts(const struct weir_datatype *type,
					 const struct weir_print_opts *opts)
{
	struct weir_print_opts bound = *opts;

	if (type->quote)
		return bound;
	bound.numeric = true;
	bound.numeric_protocol = true;
	bound.service_names = false;
	bound.user_names = false;
	return bound;
}

void weir_range_print(struct weir_buf *buf, const struct weir_datatype *type,
		      unsigned int len, struct weir_range range,
		      const struct weir_print_opts *opts)
{
	struct weir_print_opts bound;
	unsigned int bytes;
	int prefix;

	if (range_is_value(&range)) {
		weir_value_print(buf, type, range.from, len, opts);
		return;
	}
	if (type->base == WEIR_BASE_STRING && weir_range_wildcard(&range, len, &bytes)) {
		wildcard_print(buf, &range, len, bytes);
		return;
	}
	prefix = type->base == WEIR_BASE_ADDRESS ? weir_range_prefix(&range, len) : -1;
	if (prefix >= 0) {
		weir_value_print(buf, type, range.from, len, opts);
		weir_buf_add(buf, "/%d", prefix);
		return;
	}
	bound = bound_opts(type, opts);
	weir_value_print(buf, type, range.from, len, &bound);
	weir_buf_str(buf, "-");
	weir_value_print(buf, type, range.to, len, &bound);
}

void weir_ranges_print(struct weir_buf *buf, const struct weir_datatype *type,
		       unsigned int len, const struct weir_range *ranges, size_t n,
		       bool plain, const struct weir_print_opts *opts)
{
	size_t i, step;

	if (!plain)
		weir_buf_str(buf, "{ ");
	for (i = 0; i < n; i += step) {
		step = weir_ranges_next(type, ranges + i, n - i);
		if (i)
			weir_buf_str(buf, ", ");
		weir_range_print(buf, type, len,
				 (struct weir_range){ ranges[i].from,
						      ranges[i + step - 1].to }, opts);
	}
	if (!plain)
		weir_buf_str(buf, " }");
}
