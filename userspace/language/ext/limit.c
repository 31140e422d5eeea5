// SPDX-License-Identifier: GPL-2.0
/*
 * limit: a rate limit on packets or bytes; kmod/match/limit.c.
 *
 *	limit rate [over] 10/second [burst 5 packets]
 *	limit rate [over] 1 mbytes/second [burst 1500 bytes]
 */
#include <inttypes.h>
#include <linux/weir.h>
#include "language/ext.h"
#include "language/parser.h"
#include "attr.h"
#include "size.h"

/* The burst of a limit of packets where none is given. */
#define LIMIT_BURST 5

struct limit {
	uint64_t rate;
	uint64_t unit;
	uint32_t burst;
	uint32_t type;
	bool over;
};

static const struct weir_symbol limit_times[] = {
	{ "second", 1 },
	{ "minute", 60 },
	{ "hour", 60 * 60 },
	{ "day", 24 * 60 * 60 },
	{ "week", 7 * 24 * 60 * 60 },
	{ NULL, 0 }
};

static bool parse_burst(struct weir_parser *parser, struct limit *limit)
{
	const struct weir_loc loc = weir_tok(parser)->loc;
	uint64_t burst;

	if (!weir_tok_number(parser, UINT32_MAX, &burst, "a burst"))
		return false;
	if (limit->type == WEIR_LIMIT_TYPE_BYTES) {
		if (!weir_size_unit(parser, burst, UINT32_MAX, &loc, &burst))
			return false;
	} else if (!weir_tok_expect(parser, "packets")) {
		return false;
	} else if (!burst) {
		return weir_tok_error_at(parser, &loc,
					 "the burst of a limit of packets must not be 0");
	}
	limit->burst = burst;
	return true;
}

static bool limit_parse(struct weir_parser *parser, void *data)
{
	struct limit *limit = data;
	struct weir_loc loc;

	if (!weir_tok_expect(parser, "rate"))
		return false;
	limit->over = weir_tok_accept(parser, "over");

	loc = weir_tok(parser)->loc;
	if (!weir_tok_number(parser, INT64_MAX, &limit->rate, "a rate"))
		return false;
	if (!limit->rate)
		return weir_tok_error_at(parser, &loc, "a rate must not be 0");
	if (!weir_tok_is(parser, "/")) {
		limit->type = WEIR_LIMIT_TYPE_BYTES;
		if (!weir_size_unit(parser, limit->rate, INT64_MAX, &loc, &limit->rate))
			return false;
	}
	if (!weir_tok_expect(parser, "/") ||
	    !weir_tok_choice(parser, limit_times, &limit->unit, "a unit of time"))
		return false;

	limit->burst = limit->type == WEIR_LIMIT_TYPE_PACKETS ? LIMIT_BURST : 0;
	return !weir_tok_accept(parser, "burst") || parse_burst(parser, limit);
}

static void limit_print(struct weir_buf *buf, const void *data,
			const struct weir_print_opts *opts)
{
	const struct limit *limit = data;

	weir_buf_add(buf, "limit rate %s", limit->over ? "over " : "");
	if (limit->type == WEIR_LIMIT_TYPE_BYTES)
		weir_size_print(buf, limit->rate);
	else
		weir_buf_add(buf, "%" PRIu64, limit->rate);
	weir_buf_add(buf, "/%s", weir_symbol_name(limit_times, limit->unit));

	if (limit->type == WEIR_LIMIT_TYPE_PACKETS && limit->burst != LIMIT_BURST) {
		weir_buf_add(buf, " burst %" PRIu32 " packets", limit->burst);
	} else if (limit->type == WEIR_LIMIT_TYPE_BYTES && limit->burst) {
		weir_buf_add(buf, " burst ");
		weir_size_print(buf, limit->burst);
	}
}

static json_t *limit_to_json(const void *data, const struct weir_print_opts *opts)
{
	const struct weir_symbol *rate, *burst;
	const struct limit *limit = data;
	json_t *json;

	if (limit->type == WEIR_LIMIT_TYPE_BYTES) {
		rate = weir_size_of(limit->rate);
		burst = weir_size_of(limit->burst);
		json = json_pack("{s:I, s:I, s:s, s:s, s:s}",
				 "rate", (json_int_t)(limit->rate / rate->value),
				 "burst", (json_int_t)(limit->burst / burst->value),
				 "per", weir_symbol_name(limit_times, limit->unit),
				 "rate_unit", rate->name, "burst_unit", burst->name);
	} else {
		json = json_pack("{s:I, s:I, s:s}", "rate", (json_int_t)limit->rate,
				 "burst", (json_int_t)limit->burst,
				 "per", weir_symbol_name(limit_times, limit->unit));
	}
	if (limit->over)
		json_object_set_new(json, "inv", json_true());
	return json;
}

static const char *limit_from_json(const json_t *json, void *data)
{
	const char *rate_unit = "packets", *burst_unit = "bytes", *per = "second";
	json_int_t rate, burst = 0;
	struct limit *limit = data;
	uint64_t bytes;
	int over = 0;

	if (json_unpack((json_t *)json, "{s:I, s?I, s?s, s?s, s?s, s?b}", "rate", &rate,
			"burst", &burst, "per", &per, "rate_unit", &rate_unit,
			"burst_unit", &burst_unit, "inv", &over))
		return "limit must have rate, and may have per, burst, rate_unit, burst_unit, inv";

	if (!weir_symbol_find(limit_times, per, &limit->unit))
		return "per must be second, minute, hour, day or week";
	limit->over = over;
	if (strcmp(rate_unit, "packets") == 0) {
		if (rate <= 0 || burst < 0 || burst > UINT32_MAX)
			return "rate or burst is out of range";
		limit->rate = rate;
		limit->burst = burst ? burst : LIMIT_BURST;
		return NULL;
	}
	limit->type = WEIR_LIMIT_TYPE_BYTES;
	if (rate <= 0 || !weir_size_json(rate, rate_unit, INT64_MAX, &limit->rate))
		return "rate or rate_unit is out of range";
	if (!weir_size_json(burst, burst_unit, UINT32_MAX, &bytes))
		return "burst or burst_unit is out of range";
	limit->burst = bytes;
	return NULL;
}

static void limit_put(struct nlmsghdr *nlh, const void *data)
{
	const struct limit *limit = data;

	mnl_attr_put_u64(nlh, WEIR_A_LIMIT_RATE, limit->rate);
	mnl_attr_put_u64(nlh, WEIR_A_LIMIT_UNIT, limit->unit);
	mnl_attr_put_u32(nlh, WEIR_A_LIMIT_BURST, limit->burst);
	mnl_attr_put_u32(nlh, WEIR_A_LIMIT_TYPE, limit->type);
	if (limit->over)
		mnl_attr_put(nlh, WEIR_A_LIMIT_OVER, 0, NULL);
}

static bool limit_get(const struct nlattr *nest, void *data)
{
	static const enum mnl_attr_data_type types[WEIR_A_LIMIT_MAX + 1] = {
		[WEIR_A_LIMIT_RATE] = MNL_TYPE_U64,
		[WEIR_A_LIMIT_UNIT] = MNL_TYPE_U64,
		[WEIR_A_LIMIT_BURST] = MNL_TYPE_U32,
		[WEIR_A_LIMIT_TYPE] = MNL_TYPE_U32,
		[WEIR_A_LIMIT_OVER] = MNL_TYPE_FLAG,
	};
	const struct nlattr *tb[WEIR_A_LIMIT_MAX + 1];
	struct limit *limit = data;

	if (!weir_ext_attrs(nest, types, WEIR_A_LIMIT_MAX, tb) || !tb[WEIR_A_LIMIT_RATE] ||
	    !tb[WEIR_A_LIMIT_UNIT] || !tb[WEIR_A_LIMIT_BURST] || !tb[WEIR_A_LIMIT_TYPE])
		return false;
	limit->rate = mnl_attr_get_u64(tb[WEIR_A_LIMIT_RATE]);
	limit->unit = mnl_attr_get_u64(tb[WEIR_A_LIMIT_UNIT]);
	limit->burst = mnl_attr_get_u32(tb[WEIR_A_LIMIT_BURST]);
	limit->type = mnl_attr_get_u32(tb[WEIR_A_LIMIT_TYPE]);
	limit->over = tb[WEIR_A_LIMIT_OVER];
	return limit->rate && limit->type <= WEIR_LIMIT_TYPE_BYTES &&
	       weir_symbol_name(limit_times, limit->unit);
}

static const char *const limit_words[] = { "rate", "over", "burst", NULL };

const struct weir_ext weir_ext_limit = {
	.name = "limit",
	.kind = WEIR_EXT_MATCH,
	.plural = "limits",
	.text = "match up to, or over, a rate of packets or bytes",
	.data_size = sizeof(struct limit),
	.parse = limit_parse,
	.print = limit_print,
	.to_json = limit_to_json,
	.from_json = limit_from_json,
	.put = limit_put,
	.get = limit_get,
	.words = limit_words,
};
