// SPDX-License-Identifier: GPL-2.0
/*
 * reject: drop a packet and tell its sender; kmod/target/reject.c.
 *
 *	reject [with icmp CODE | icmpv6 CODE | icmpx CODE | tcp reset]
 *
 * Without more it is "with icmpx port-unreachable". The kernel lists icmpx in a
 * table of one family as that family's own code.
 */
#include <ctype.h>
#include <netinet/in.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/weir.h>
#include "language/ext.h"
#include "language/parser.h"
#include "attr.h"

struct reject {
	uint32_t type;
	uint8_t code;
};

static const struct weir_symbol icmpx_codes[] = {
	{ "no-route", WEIR_REJECT_ICMPX_NO_ROUTE },
	{ "port-unreachable", WEIR_REJECT_ICMPX_PORT_UNREACH },
	{ "host-unreachable", WEIR_REJECT_ICMPX_HOST_UNREACH },
	{ "admin-prohibited", WEIR_REJECT_ICMPX_ADMIN_PROHIBITED },
	{ NULL, 0 }
};

const struct weir_datatype weir_datatype_icmpx_code = {
	.name = "icmpx_code",
	.text = "ICMP or ICMPv6 code",
	.base = WEIR_BASE_NUMBER,
	.len = 8,
	.symbols = icmpx_codes,
};

/**
 * struct answer - What a sender can get, by enum weir_reject_type.
 * @name: As it is written, and in JSON.
 * @code_max: Highest code.
 * @needs: What the packet must be.
 */
static const struct answer {
	const char *name;
	uint8_t code_max;
	struct weir_ext_needs needs;
} answers[] = {
	[WEIR_REJECT_TYPE_ICMP] = { "icmp", NR_ICMP_UNREACH, { NFPROTO_IPV4, -1 } },
	[WEIR_REJECT_TYPE_ICMPV6] = { "icmpv6", 8, { NFPROTO_IPV6, -1 } },
	[WEIR_REJECT_TYPE_ICMPX] = { "icmpx", WEIR_REJECT_ICMPX_ADMIN_PROHIBITED,
				     { NFPROTO_UNSPEC, -1 } },
	[WEIR_REJECT_TYPE_TCP_RESET] = { "tcp reset", 0, { NFPROTO_UNSPEC, IPPROTO_TCP } },
};

#define N_ANSWERS (sizeof(answers) / sizeof(*answers))

/* How the codes of a type are written; those of ICMP are the field's. */
static const struct weir_datatype *code_type(uint32_t type)
{
	if (type == WEIR_REJECT_TYPE_ICMPX)
		return &weir_datatype_icmpx_code;
	return weir_field_find(weir_header_find(answers[type].name), "code")->type;
}

static bool parse_code(struct weir_parser *parser, struct reject *reject)
{
	const struct weir_datatype *type = code_type(reject->type);
	uint64_t code;
	bool ok;

	if (isdigit((unsigned char)*weir_tok(parser)->text))
		ok = weir_tok_number(parser, answers[reject->type].code_max, &code, "a code");
	else
		ok = weir_tok_choice(parser, type->symbols, &code, type->text);
	if (ok)
		reject->code = code;
	return ok;
}

static bool reject_parse(struct weir_parser *parser, void *data)
{
	struct reject *reject = data;

	reject->type = WEIR_REJECT_TYPE_ICMPX;
	reject->code = WEIR_REJECT_ICMPX_PORT_UNREACH;
	if (!weir_tok_accept(parser, "with"))
		return true;
	if (weir_tok_accept(parser, "tcp")) {
		reject->type = WEIR_REJECT_TYPE_TCP_RESET;
		reject->code = 0;
		return weir_tok_expect(parser, "reset");
	}
	for (uint32_t type = 0; type < WEIR_REJECT_TYPE_TCP_RESET; type++) {
		if (!weir_tok_accept(parser, answers[type].name))
			continue;
		reject->type = type;
		weir_tok_accept(parser, "type");
		return parse_code(parser, reject);
	}
	return weir_tok_error(parser, "expected icmp, icmpv6, icmpx or tcp reset");
}

/* Whether this is what "reject" means in a table of a family. */
static bool is_default(const struct reject *reject, uint8_t family)
{
	switch (reject->type) {
	case WEIR_REJECT_TYPE_ICMP:
		return family == NFPROTO_IPV4 && reject->code == ICMP_PORT_UNREACH;
	case WEIR_REJECT_TYPE_ICMPV6:
		return family == NFPROTO_IPV6 && reject->code == ICMPV6_PORT_UNREACH;
	case WEIR_REJECT_TYPE_ICMPX:
		return reject->code == WEIR_REJECT_ICMPX_PORT_UNREACH;
	default:
		return false;
	}
}

static void reject_print(struct weir_buf *buf, const void *data,
			 const struct weir_print_opts *opts)
{
	const struct reject *reject = data;

	weir_buf_add(buf, "reject");
	if (is_default(reject, opts->family))
		return;
	weir_buf_add(buf, " with %s", answers[reject->type].name);
	if (reject->type == WEIR_REJECT_TYPE_TCP_RESET)
		return;
	weir_buf_add(buf, " ");
	weir_value_print(buf, code_type(reject->type), (struct weir_num){ 0, reject->code }, 8,
			 opts);
}

static json_t *code_to_json(const struct reject *reject, const struct weir_print_opts *opts)
{
	const char *name = weir_symbol_name(code_type(reject->type)->symbols, reject->code);

	return name && !opts->numeric ? json_string(name) : json_integer(reject->code);
}

static json_t *reject_to_json(const void *data, const struct weir_print_opts *opts)
{
	const struct reject *reject = data;
	json_t *json = json_pack("{s:s}", "type", answers[reject->type].name);

	if (reject->type != WEIR_REJECT_TYPE_TCP_RESET)
		json_object_set_new(json, "expr", code_to_json(reject, opts));
	return json;
}

static bool code_from_json(const json_t *json, struct reject *reject)
{
	json_int_t number = json_integer_value(json);
	uint64_t code = number;

	if (json_is_string(json)) {
		if (!weir_symbol_find(code_type(reject->type)->symbols, json_string_value(json),
				      &code))
			return false;
	} else if (!json_is_integer(json) || number < 0 ||
		   number > answers[reject->type].code_max) {
		return false;
	}
	reject->code = code;
	return true;
}

static const char *reject_from_json(const json_t *json, void *data)
{
	const json_t *expr = json_object_get(json, "expr");
	const char *name = "icmpx";
	struct reject *reject = data;

	reject->type = WEIR_REJECT_TYPE_ICMPX;
	reject->code = WEIR_REJECT_ICMPX_PORT_UNREACH;
	if (json_is_null(json))
		return NULL;
	if (json_unpack((json_t *)json, "{s?s}", "type", &name))
		return "reject must be null or an object with type and expr";

	for (reject->type = 0; reject->type < N_ANSWERS; reject->type++)
		if (strcmp(answers[reject->type].name, name) == 0)
			break;
	if (reject->type == N_ANSWERS)
		return "type must be icmp, icmpv6, icmpx or tcp reset";
	if (reject->type == WEIR_REJECT_TYPE_TCP_RESET)
		return expr ? "tcp reset has no expr" : NULL;
	if (!expr)
		return reject->type == WEIR_REJECT_TYPE_ICMPX ? NULL : "this type needs an expr";
	return code_from_json(expr, reject) ? NULL : "expr is no code of this type";
}

static struct weir_ext_needs reject_needs(const void *data)
{
	const struct reject *reject = data;

	return answers[reject->type].needs;
}

static void reject_put(struct nlmsghdr *nlh, const void *data)
{
	const struct reject *reject = data;

	mnl_attr_put_u32(nlh, WEIR_A_REJECT_TYPE, reject->type);
	if (reject->type != WEIR_REJECT_TYPE_TCP_RESET)
		mnl_attr_put_u8(nlh, WEIR_A_REJECT_CODE, reject->code);
}

static bool reject_get(const struct nlattr *nest, void *data)
{
	static const enum mnl_attr_data_type types[WEIR_A_REJECT_MAX + 1] = {
		[WEIR_A_REJECT_TYPE] = MNL_TYPE_U32,
		[WEIR_A_REJECT_CODE] = MNL_TYPE_U8,
	};
	const struct nlattr *tb[WEIR_A_REJECT_MAX + 1];
	struct reject *reject = data;

	if (!weir_ext_attrs(nest, types, WEIR_A_REJECT_MAX, tb) || !tb[WEIR_A_REJECT_TYPE])
		return false;
	reject->type = mnl_attr_get_u32(tb[WEIR_A_REJECT_TYPE]);
	if (reject->type == WEIR_REJECT_TYPE_TCP_RESET)
		return true;
	if (reject->type >= N_ANSWERS || !tb[WEIR_A_REJECT_CODE])
		return false;
	reject->code = mnl_attr_get_u8(tb[WEIR_A_REJECT_CODE]);
	return true;
}

static const char *const reject_words[] = {
	"with", "icmp", "icmpv6", "icmpx", "tcp", "reset", NULL
};

const struct weir_ext weir_ext_reject = {
	.name = "reject",
	.kind = WEIR_EXT_TARGET,
	.text = "drop the packet and answer with an ICMP error or a TCP reset",
	.data_size = sizeof(struct reject),
	.terminal = true,
	.parse = reject_parse,
	.print = reject_print,
	.to_json = reject_to_json,
	.from_json = reject_from_json,
	.needs = reject_needs,
	.put = reject_put,
	.get = reject_get,
	.words = reject_words,
};
