// SPDX-License-Identifier: GPL-2.0
/*
 * Names of families, hooks, verdicts, flags and priorities.
 */
#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>
#include "field.h"

const struct weir_symbol weir_families[] = {
	{ "ip", NFPROTO_IPV4 },
	{ "ip6", NFPROTO_IPV6 },
	{ "inet", NFPROTO_INET },
	{}
};

const struct weir_symbol weir_hooks[] = {
	{ "prerouting", WEIR_HOOK_PREROUTING },
	{ "input", WEIR_HOOK_INPUT },
	{ "forward", WEIR_HOOK_FORWARD },
	{ "output", WEIR_HOOK_OUTPUT },
	{ "postrouting", WEIR_HOOK_POSTROUTING },
	{}
};

const struct weir_symbol weir_verdicts[] = {
	{ "accept", WEIR_VERDICT_ACCEPT },
	{ "drop", WEIR_VERDICT_DROP },
	{ "continue", WEIR_VERDICT_CONTINUE },
	{ "return", WEIR_VERDICT_RETURN },
	{ "jump", WEIR_VERDICT_JUMP },
	{ "goto", WEIR_VERDICT_GOTO },
	{}
};

const struct weir_symbol weir_table_flag_names[] = {
	{ "dormant", WEIR_TABLE_FLAGS_DORMANT },
	{ "owner", WEIR_TABLE_FLAGS_OWNER },
	{ "persist", WEIR_TABLE_FLAGS_PERSIST },
	{}
};

const struct weir_symbol weir_set_flag_names[] = {
	{ "constant", WEIR_SET_FLAGS_CONSTANT },
	{ "dynamic", WEIR_SET_FLAGS_DYNAMIC },
	{ "interval", WEIR_SET_FLAGS_INTERVAL },
	{ "timeout", WEIR_SET_FLAGS_TIMEOUT },
	{ "evict", WEIR_SET_FLAGS_EVICT },
	{ "list", WEIR_SET_FLAGS_LIST },
	{}
};

const struct weir_symbol weir_set_policies[] = {
	{ "performance", WEIR_SET_POLICY_PERFORMANCE },
	{ "memory", WEIR_SET_POLICY_MEMORY },
	{}
};

const struct weir_symbol weir_dyn_ops[] = {
	{ "add", WEIR_DYN_OP_ADD },
	{ "update", WEIR_DYN_OP_UPDATE },
	{ "delete", WEIR_DYN_OP_DELETE },
	{}
};

const struct weir_symbol weir_periods[] = {
	{ "d", 24 * 60 * 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "m", 60 * 1000 },
	{ "s", 1000 },
	{ "ms", 1 },
	{}
};

static const char *name_or(const struct weir_symbol *symbols, uint64_t value)
{
	const char *name = weir_symbol_name(symbols, value);

	return name ? name : "unknown";
}

const char *weir_family_name(uint8_t family)
{
	return name_or(weir_families, family);
}

const char *weir_hook_name(enum weir_hook hook)
{
	return name_or(weir_hooks, hook);
}

const char *weir_verdict_name(enum weir_verdict verdict)
{
	return name_or(weir_verdicts, verdict);
}

/*
 * Priorities that have a name. A number within OFFSET_MAX of one prints relative
 * to it; raw is the lowest.
 */
#define OFFSET_MAX 10
#define ANY_HOOK -1

static const struct priority_name {
	const char *name;
	int32_t priority;
	int hook;
} priorities[] = {
	{ "raw", -300, ANY_HOOK },
	{ "mangle", -150, ANY_HOOK },
	{ "dstnat", -100, WEIR_HOOK_PREROUTING },
	{ "filter", 0, ANY_HOOK },
	{ "security", 50, ANY_HOOK },
	{ "srcnat", 100, WEIR_HOOK_POSTROUTING },
	{}
};

bool weir_priority_parse(const char *name, uint8_t family, int32_t *priority)
{
	const struct priority_name *named;

	for (named = priorities; named->name; named++) {
		if (!strcmp(named->name, name)) {
			*priority = named->priority;
			return true;
		}
	}
	return false;
}

void weir_priority_print(struct weir_buf *buf, int32_t priority, uint8_t family,
			 enum weir_hook hook, const struct weir_print_opts *opts)
{
	const struct priority_name *named;
	int64_t offset;

	for (named = priorities; named->name; named++) {
		offset = (int64_t)priority - named->priority;
		if (llabs(offset) <= OFFSET_MAX &&
		    (named->hook == ANY_HOOK || named->hook == (int)hook))
			break;
	}
	if (!named->name || opts->numeric_priority || opts->numeric) {
		weir_buf_add(buf, "%d", priority);
		return;
	}
	weir_buf_str(buf, named->name);
	if (offset)
		weir_buf_add(buf, " %c %d", offset < 0 ? '-' : '+', (int)llabs(offset));
}
