// SPDX-License-Identifier: GPL-2.0
/*
 * log: tell the kernel log, a group of nfnetlink_log, or audit of a packet;
 * kmod/target/log.c.
 *
 *	log [prefix "text"] [level warn] [flags tcp sequence,options] [flags all]
 *	log [prefix "text"] group 1 [snaplen 100] [queue-threshold 10]
 *	log level audit
 */
#include <inttypes.h>
#include <linux/netfilter/nf_log.h>
#include <linux/weir.h>
#include "language/ext.h"
#include "language/parser.h"
#include "attr.h"

#define LOG_LEVEL_WARN	4
#define LOG_LEVEL_AUDIT	8

/* The options in the order in which they are printed. */
enum {
	LOG_PREFIX,
	LOG_GROUP,
	LOG_SNAPLEN,
	LOG_QTHRESHOLD,
	LOG_LEVEL,
	LOG_FLAGS,
	LOG_OPTIONS,
};

#define GIVEN(option) (1u << (option))

/**
 * struct log - A statement.
 * @given: The options that were given, bits of GIVEN().
 * @prefix: Value of the one option that is a text.
 * @number: Values of the others.
 */
struct log {
	unsigned int given;
	char prefix[NF_LOG_PREFIXLEN];
	uint32_t number[LOG_OPTIONS];
};

/**
 * struct log_option - An option, in text, JSON and netlink.
 * @name: In text and JSON.
 * @attr: Netlink attribute.
 * @type: Its type.
 * @max: Highest number.
 * @what: What is expected behind the name.
 * @wrong: What to say of a value of JSON that is none.
 */
static const struct log_option {
	const char *name;
	uint16_t attr;
	enum mnl_attr_data_type type;
	uint32_t max;
	const char *what;
	const char *wrong;
} log_options[LOG_OPTIONS] = {
	[LOG_PREFIX] = {
		"prefix", WEIR_A_LOG_PREFIX, MNL_TYPE_NUL_STRING, 0, "a prefix",
		"prefix must be a string of at most 127 bytes"
	},
	[LOG_GROUP] = {
		"group", WEIR_A_LOG_GROUP, MNL_TYPE_U16, UINT16_MAX, "a group",
		"group must be a number from 0 to 65535"
	},
	[LOG_SNAPLEN] = {
		"snaplen", WEIR_A_LOG_SNAPLEN, MNL_TYPE_U32, UINT32_MAX, "a number of bytes",
		"snaplen must be a number of 32 bits"
	},
	[LOG_QTHRESHOLD] = {
		"queue-threshold", WEIR_A_LOG_QTHRESHOLD, MNL_TYPE_U16, UINT16_MAX,
		"a number of packets", "queue-threshold must be a number from 0 to 65535"
	},
	[LOG_LEVEL] = {
		"level", WEIR_A_LOG_LEVEL, MNL_TYPE_U32, LOG_LEVEL_AUDIT, "a level",
		"level must be emerg, alert, crit, err, warn, notice, info, debug or audit"
	},
	[LOG_FLAGS] = {
		"flags", WEIR_A_LOG_FLAGS, MNL_TYPE_U32, NF_LOG_MASK, "a flag",
		"flags must be tcp sequence, tcp options, ip options, skuid, ether or all"
	},
};

static const struct weir_symbol log_levels[] = {
	{ "emerg", 0 },
	{ "alert", 1 },
	{ "crit", 2 },
	{ "err", 3 },
	{ "warn", LOG_LEVEL_WARN },
	{ "notice", 5 },
	{ "info", 6 },
	{ "debug", 7 },
	{ "audit", LOG_LEVEL_AUDIT },
	{ NULL, 0 }
};

/*
 * Flags as JSON names them. In text, those that begin with the same word can
 * share it: "tcp sequence,options".
 */
static const struct weir_symbol log_flags[] = {
	{ "all", NF_LOG_MASK },
	{ "tcp sequence", NF_LOG_TCPSEQ },
	{ "tcp options", NF_LOG_TCPOPT },
	{ "ip options", NF_LOG_IPOPT },
	{ "skuid", NF_LOG_UID },
	{ "ether", NF_LOG_MACDECODE },
	{ NULL, 0 }
};

/* Why the options exclude one another, or NULL if they do not. */
static const char *log_conflict(const struct log *log)
{
	if (log->number[LOG_LEVEL] == LOG_LEVEL_AUDIT && (log->given & ~GIVEN(LOG_LEVEL)))
		return "level audit takes no further option";
	if (!(log->given & GIVEN(LOG_GROUP)))
		return log->given & (GIVEN(LOG_SNAPLEN) | GIVEN(LOG_QTHRESHOLD)) ?
		       "snaplen and queue-threshold need a group" : NULL;
	return log->given & (GIVEN(LOG_LEVEL) | GIVEN(LOG_FLAGS)) ?
	       "level and flags are of the kernel log and exclude group" : NULL;
}

/* What is said already without saying it is not kept, so that it lists alike. */
static void log_settle(struct log *log)
{
	if (!(log->given & GIVEN(LOG_LEVEL)))
		log->number[LOG_LEVEL] = LOG_LEVEL_WARN;
	if (log->number[LOG_LEVEL] == LOG_LEVEL_WARN)
		log->given &= ~GIVEN(LOG_LEVEL);
	if (!log->number[LOG_FLAGS])
		log->given &= ~GIVEN(LOG_FLAGS);
	if (!log->number[LOG_QTHRESHOLD])
		log->given &= ~GIVEN(LOG_QTHRESHOLD);
}

/* Behind "tcp" or "ip": words of the flags that begin with it. */
static bool parse_flag_words(struct weir_parser *parser, const char *first, uint32_t *flags)
{
	const size_t len = strlen(first);
	struct weir_symbol words[LOG_OPTIONS] = { { NULL, 0 } };
	uint64_t flag;
	size_t n = 0;

	for (const struct weir_symbol *f = log_flags; f->name; f++)
		if (strncmp(f->name, first, len) == 0 && f->name[len] == ' ')
			words[n++] = (struct weir_symbol){ f->name + len + 1, f->value };
	do {
		if (!weir_tok_choice(parser, words, &flag, "what to log"))
			return false;
		*flags |= flag;
	} while (weir_tok_accept(parser, ","));
	return true;
}

static bool parse_flags(struct weir_parser *parser, uint32_t *flags)
{
	uint64_t flag;

	if (weir_symbol_find(log_flags, weir_tok(parser)->text, &flag)) {
		*flags |= flag;
		weir_tok_next(parser);
		return true;
	}
	if (weir_tok_accept(parser, "tcp"))
		return parse_flag_words(parser, "tcp", flags);
	if (weir_tok_accept(parser, "ip"))
		return parse_flag_words(parser, "ip", flags);
	return weir_tok_error(parser, "expected tcp, ip, skuid, ether or all");
}

static bool parse_value(struct weir_parser *parser, int option, struct log *log)
{
	const struct log_option *desc = &log_options[option];
	const char *text;
	uint64_t number;

	switch (option) {
	case LOG_PREFIX:
		if (!weir_tok_string(parser, sizeof(log->prefix) - 1, &text, desc->what))
			return false;
		snprintf(log->prefix, sizeof(log->prefix), "%s", text);
		return true;
	case LOG_FLAGS:
		return parse_flags(parser, &log->number[option]);
	case LOG_LEVEL:
		if (!weir_tok_choice(parser, log_levels, &number, desc->what))
			return false;
		break;
	default:
		if (!weir_tok_number(parser, desc->max, &number, desc->what))
			return false;
	}
	log->number[option] = number;
	return true;
}

static bool log_parse(struct weir_parser *parser, void *data)
{
	struct weir_loc last = weir_tok(parser)->loc;
	struct log *log = data;
	const char *conflict;
	int option = 0;

	while (option < LOG_OPTIONS) {
		struct weir_loc loc = weir_tok(parser)->loc;

		if (!weir_tok_accept(parser, log_options[option].name)) {
			option++;
			continue;
		}
		if (!parse_value(parser, option, log))
			return false;
		log->given |= GIVEN(option);
		last = loc;
		option = 0;
	}
	conflict = log_conflict(log);
	if (conflict)
		return weir_tok_error_at(parser, &last, "%s", conflict);
	log_settle(log);
	return true;
}

static void print_flags(struct weir_buf *buf, uint32_t flags)
{
	const char *last = NULL;

	for (const struct weir_symbol *f = log_flags; f->name && flags; f++) {
		const char *blank = strchr(f->name, ' ');

		if ((flags & f->value) != f->value)
			continue;
		flags &= ~f->value;
		if (blank && last && strncmp(last, f->name, blank - f->name + 1) == 0)
			weir_buf_add(buf, ",%s", blank + 1);
		else
			weir_buf_add(buf, "%s%s", last ? " flags " : "", f->name);
		last = f->name;
	}
}

static void log_print(struct weir_buf *buf, const void *data, const struct weir_print_opts *opts)
{
	const struct log *log = data;

	weir_buf_add(buf, "log");
	for (int option = 0; option < LOG_OPTIONS; option++) {
		if (!(log->given & GIVEN(option)))
			continue;
		weir_buf_add(buf, " %s ", log_options[option].name);
		if (option == LOG_PREFIX)
			weir_buf_quote(buf, log->prefix);
		else if (option == LOG_LEVEL)
			weir_buf_add(buf, "%s", weir_symbol_name(log_levels, log->number[option]));
		else if (option == LOG_FLAGS)
			print_flags(buf, log->number[option]);
		else
			weir_buf_add(buf, "%" PRIu32, log->number[option]);
	}
}

static json_t *flags_to_json(uint32_t flags)
{
	json_t *list = json_array(), *only;

	for (const struct weir_symbol *f = log_flags; f->name && flags; f++) {
		if ((flags & f->value) != f->value)
			continue;
		flags &= ~f->value;
		json_array_append_new(list, json_string(f->name));
	}
	if (json_array_size(list) != 1)
		return list;
	only = json_incref(json_array_get(list, 0));
	json_decref(list);
	return only;
}

static json_t *log_to_json(const void *data, const struct weir_print_opts *opts)
{
	const struct log *log = data;
	json_t *json, *value;

	if (!log->given)
		return json_null();
	json = json_object();
	for (int option = 0; option < LOG_OPTIONS; option++) {
		if (!(log->given & GIVEN(option)))
			continue;
		if (option == LOG_PREFIX)
			value = json_string(log->prefix);
		else if (option == LOG_LEVEL)
			value = json_string(weir_symbol_name(log_levels, log->number[option]));
		else if (option == LOG_FLAGS)
			value = flags_to_json(log->number[option]);
		else
			value = json_integer(log->number[option]);
		json_object_set_new(json, log_options[option].name, value);
	}
	return json;
}

static bool symbol_from_json(const json_t *json, const struct weir_symbol *symbols,
			     uint32_t *bits)
{
	const char *name = json_string_value(json);
	uint64_t value;

	if (!name || !weir_symbol_find(symbols, name, &value))
		return false;
	*bits |= value;
	return true;
}

static bool value_from_json(const json_t *json, int option, struct log *log)
{
	json_int_t number = json_integer_value(json);
	const json_t *each;
	size_t i;

	switch (option) {
	case LOG_PREFIX:
		if (!json_is_string(json) || json_string_length(json) >= sizeof(log->prefix))
			return false;
		snprintf(log->prefix, sizeof(log->prefix), "%s", json_string_value(json));
		return true;
	case LOG_LEVEL:
		return symbol_from_json(json, log_levels, &log->number[option]);
	case LOG_FLAGS:
		if (!json_is_array(json))
			return symbol_from_json(json, log_flags, &log->number[option]);
		json_array_foreach(json, i, each)
			if (!symbol_from_json(each, log_flags, &log->number[option]))
				return false;
		return true;
	default:
		log->number[option] = number;
		return json_is_integer(json) && number >= 0 && number <= log_options[option].max;
	}
}

static const char *log_from_json(const json_t *json, void *data)
{
	struct log *log = data;
	const char *conflict;

	if (!json_is_object(json) && !json_is_null(json))
		return "log must be an object or null";
	for (int option = 0; option < LOG_OPTIONS; option++) {
		const json_t *value = json_object_get(json, log_options[option].name);

		if (!value)
			continue;
		if (!value_from_json(value, option, log))
			return log_options[option].wrong;
		log->given |= GIVEN(option);
	}
	conflict = log_conflict(log);
	if (!conflict)
		log_settle(log);
	return conflict;
}

static void log_put(struct nlmsghdr *nlh, const void *data)
{
	const struct log *log = data;

	for (int option = 0; option < LOG_OPTIONS; option++) {
		const struct log_option *desc = &log_options[option];

		if (!(log->given & GIVEN(option)))
			continue;
		if (desc->type == MNL_TYPE_NUL_STRING)
			mnl_attr_put_strz(nlh, desc->attr, log->prefix);
		else if (desc->type == MNL_TYPE_U16)
			mnl_attr_put_u16(nlh, desc->attr, log->number[option]);
		else
			mnl_attr_put_u32(nlh, desc->attr, log->number[option]);
	}
}

static bool log_get(const struct nlattr *nest, void *data)
{
	enum mnl_attr_data_type types[WEIR_A_LOG_MAX + 1] = { MNL_TYPE_UNSPEC };
	const struct nlattr *tb[WEIR_A_LOG_MAX + 1];
	struct log *log = data;

	for (int option = 0; option < LOG_OPTIONS; option++)
		types[log_options[option].attr] = log_options[option].type;
	if (!weir_ext_attrs(nest, types, WEIR_A_LOG_MAX, tb))
		return false;

	for (int option = 0; option < LOG_OPTIONS; option++) {
		const struct log_option *desc = &log_options[option];

		if (!tb[desc->attr])
			continue;
		log->given |= GIVEN(option);
		if (desc->type == MNL_TYPE_NUL_STRING)
			snprintf(log->prefix, sizeof(log->prefix), "%s",
				 mnl_attr_get_str(tb[desc->attr]));
		else if (desc->type == MNL_TYPE_U16)
			log->number[option] = mnl_attr_get_u16(tb[desc->attr]);
		else
			log->number[option] = mnl_attr_get_u32(tb[desc->attr]);
		if (option != LOG_PREFIX && log->number[option] > desc->max)
			return false;
	}
	log_settle(log);
	return true;
}

static const char *const log_words[] = {
	"prefix", "group", "snaplen", "queue-threshold", "level", "flags", NULL
};

const struct weir_ext weir_ext_log = {
	.name = "log",
	.kind = WEIR_EXT_TARGET,
	.text = "log the packet to the kernel log, a netlink group or audit",
	.data_size = sizeof(struct log),
	.passive = true,
	.parse = log_parse,
	.print = log_print,
	.to_json = log_to_json,
	.from_json = log_from_json,
	.put = log_put,
	.get = log_get,
	.words = log_words,
};
