// SPDX-License-Identifier: GPL-2.0
/*
 * quota: a number of bytes that may pass; kmod/match/quota.c.
 *
 *	quota [over|until] 25 mbytes [used 5 kbytes]
 */
#include <linux/weir.h>
#include "language/ext.h"
#include "language/parser.h"
#include "attr.h"
#include "size.h"

struct quota {
	uint64_t bytes;
	uint64_t used;
	/* It was said, also where it is nothing: a named quota has that from then on. */
	bool has_used;
	bool over;
};

static bool parse_bytes(struct weir_parser *parser, uint64_t max, uint64_t *bytes,
			const char *what)
{
	const struct weir_loc loc = weir_tok(parser)->loc;

	return weir_tok_number(parser, max, bytes, what) &&
	       weir_size_unit(parser, *bytes, max, &loc, bytes);
}

static bool quota_parse(struct weir_parser *parser, void *data)
{
	struct quota *quota = data;

	quota->over = weir_tok_accept(parser, "over");
	if (!quota->over)
		weir_tok_accept(parser, "until");
	if (!parse_bytes(parser, INT64_MAX, &quota->bytes, "a number of bytes"))
		return false;
	quota->has_used = weir_tok_accept(parser, "used");
	return !quota->has_used ||
	       parse_bytes(parser, quota->bytes, &quota->used, "how much of it was used");
}

static void quota_print(struct weir_buf *buf, const void *data,
			const struct weir_print_opts *opts)
{
	const struct quota *quota = data;

	weir_buf_add(buf, "quota %s", quota->over ? "over " : "");
	weir_size_print(buf, quota->bytes);
	if (quota->used && !opts->stateless) {
		weir_buf_add(buf, " used ");
		weir_size_print(buf, quota->used);
	}
}

static json_t *quota_to_json(const void *data, const struct weir_print_opts *opts)
{
	const struct quota *quota = data;
	const struct weir_symbol *size = weir_size_of(quota->bytes);
	json_t *json;

	json = json_pack("{s:I, s:s}", "val", (json_int_t)(quota->bytes / size->value),
			 "val_unit", size->name);
	if (quota->used && !opts->stateless) {
		size = weir_size_of(quota->used);
		json_object_set_new(json, "used", json_integer(quota->used / size->value));
		json_object_set_new(json, "used_unit", json_string(size->name));
	}
	if (quota->over)
		json_object_set_new(json, "inv", json_true());
	return json;
}

static json_t *quota_named_json(const void *data, const struct weir_print_opts *opts)
{
	const struct quota *quota = data;

	return json_pack("{s:I, s:I, s:b}", "bytes", (json_int_t)quota->bytes, "used",
			 (json_int_t)(opts->stateless ? 0 : quota->used), "inv", quota->over);
}

static const char *quota_from_json(const json_t *json, void *data)
{
	const char *unit = "bytes", *used_unit = "bytes";
	json_int_t bytes, used = 0;
	struct quota *quota = data;
	int over = 0;

	if (json_unpack((json_t *)json, "{s:I, s:s, s?I, s?s, s?b}", "val", &bytes, "val_unit",
			&unit, "used", &used, "used_unit", &used_unit, "inv", &over) &&
	    json_unpack((json_t *)json, "{s:I, s?I, s?b}", "bytes", &bytes, "used", &used,
			"inv", &over))
		return "quota must have val and val_unit, and may have used, used_unit, inv";
	if (!weir_size_json(bytes, unit, INT64_MAX, &quota->bytes))
		return "val or val_unit is out of range";
	if (!weir_size_json(used, used_unit, quota->bytes, &quota->used))
		return "used or used_unit is out of range";
	/* Listings say it of every named quota. */
	quota->has_used = quota->used;
	quota->over = over;
	return NULL;
}

static void quota_add(void *to, const void *from)
{
	struct quota *quota = to;

	quota->used += ((const struct quota *)from)->used;
}

static void quota_put(struct nlmsghdr *nlh, const void *data)
{
	const struct quota *quota = data;

	mnl_attr_put_u64(nlh, WEIR_A_QUOTA_BYTES, quota->bytes);
	if (quota->has_used)
		mnl_attr_put_u64(nlh, WEIR_A_QUOTA_USED, quota->used);
	if (quota->over)
		mnl_attr_put(nlh, WEIR_A_QUOTA_OVER, 0, NULL);
}

static bool quota_get(const struct nlattr *nest, void *data)
{
	static const enum mnl_attr_data_type types[WEIR_A_QUOTA_MAX + 1] = {
		[WEIR_A_QUOTA_BYTES] = MNL_TYPE_U64,
		[WEIR_A_QUOTA_USED] = MNL_TYPE_U64,
		[WEIR_A_QUOTA_OVER] = MNL_TYPE_FLAG,
	};
	const struct nlattr *tb[WEIR_A_QUOTA_MAX + 1];
	struct quota *quota = data;

	if (!weir_ext_attrs(nest, types, WEIR_A_QUOTA_MAX, tb) || !tb[WEIR_A_QUOTA_BYTES])
		return false;
	quota->bytes = mnl_attr_get_u64(tb[WEIR_A_QUOTA_BYTES]);
	if (tb[WEIR_A_QUOTA_USED])
		quota->used = mnl_attr_get_u64(tb[WEIR_A_QUOTA_USED]);
	quota->has_used = quota->used;
	quota->over = tb[WEIR_A_QUOTA_OVER];
	return true;
}

static const char *const quota_words[] = { "over", "until", "used", NULL };

const struct weir_ext weir_ext_quota = {
	.name = "quota",
	.kind = WEIR_EXT_MATCH,
	.text = "match as long as, or once, so many bytes have passed",
	.plural = "quotas",
	.data_size = sizeof(struct quota),
	.parse = quota_parse,
	.print = quota_print,
	.to_json = quota_to_json,
	.from_json = quota_from_json,
	.named_json = quota_named_json,
	.add = quota_add,
	.put = quota_put,
	.get = quota_get,
	.words = quota_words,
};
