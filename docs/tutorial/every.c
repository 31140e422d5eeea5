// SPDX-License-Identifier: GPL-2.0
/*
 * every: each Nth packet; weir_match_every.c.
 *
 *	every 3
 */
#include <inttypes.h>
#include "language/ext.h"
#include "language/parser.h"
#include "attr.h"

/* The kernel module numbers them alike. */
enum {
	EVERY_A_N = 1,
};

struct every {
	uint32_t n;
};

/* Text to data; the keyword has been read. */
static bool every_parse(struct weir_parser *parser, void *data)
{
	struct every *every = data;
	uint64_t n;

	if (!weir_tok_number(parser, UINT32_MAX, &n, "a number of packets"))
		return false;
	every->n = n;
	return true;
}

/* Data to text that reads back. */
static void every_print(struct weir_buf *buf, const void *data,
			const struct weir_print_opts *opts)
{
	const struct every *every = data;

	weir_buf_add(buf, "every %" PRIu32, every->n);
}

/* The value in {"every": 3}, and back. */
static json_t *every_to_json(const void *data, const struct weir_print_opts *opts)
{
	const struct every *every = data;

	return json_integer(every->n);
}

static const char *every_from_json(const json_t *json, void *data)
{
	json_int_t n = json_integer_value(json);
	struct every *every = data;

	if (!json_is_integer(json) || n < 0 || n > UINT32_MAX)
		return "every must be a number of packets";
	every->n = n;
	return NULL;
}

/* Data to the kernel, and back. */
static void every_put(struct nlmsghdr *nlh, const void *data)
{
	const struct every *every = data;

	mnl_attr_put_u32(nlh, EVERY_A_N, every->n);
}

static bool every_get(const struct nlattr *nest, void *data)
{
	static const enum mnl_attr_data_type types[] = { [EVERY_A_N] = MNL_TYPE_U32 };
	const struct nlattr *tb[EVERY_A_N + 1];
	struct every *every = data;

	if (!weir_ext_attrs(nest, types, EVERY_A_N, tb) || !tb[EVERY_A_N])
		return false;
	every->n = mnl_attr_get_u32(tb[EVERY_A_N]);
	return true;
}

const struct weir_ext weir_ext_every = {
	.name = "every",
	.kind = WEIR_EXT_MATCH,
	.text = "match each Nth packet",
	.data_size = sizeof(struct every),
	.parse = every_parse,
	.print = every_print,
	.to_json = every_to_json,
	.from_json = every_from_json,
	.put = every_put,
	.get = every_get,
};
