// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: network devices, and classes of their queues. An index is looked
 * up when the ruleset is loaded and may be that of another device later; a name
 * is compared when a packet comes.
 */
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include "datatype.h"

static bool index_load(const char *name, uint64_t *value)
{
	*value = if_nametoindex(name);
	return *value;
}

static const char *index_name_of(uint64_t value)
{
	static char name[IF_NAMESIZE];

	return value <= INT32_MAX ? if_indextoname(value, name) : NULL;
}

/* As in nft, -n does not make indexes of names: they differ at the next boot. */
static void index_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			const struct weir_print_opts *opts)
{
	const char *name = index_name_of(num.lo);
	struct weir_num number;
	bool overflow;

	/* A name that looks like a number would read back as that number. */
	if (name && !weir_number_parse(name, &number, &overflow) && !overflow)
		weir_buf_str(buf, name);
	else
		weir_buf_number(buf, num.lo);
}

static const struct weir_symbol classids[] = {
	{ "none", TC_H_UNSPEC },
	{ "root", TC_H_ROOT },
	{}
};

/* "1:2", "1:" or ":2", hexadecimal. */
static bool half_parse(const char *word, size_t size, unsigned int *half)
{
	if (size > 4 || strspn(word, "0123456789abcdefABCDEF") < size)
		return false;
	*half = size ? strtoul(word, NULL, 16) : 0;
	return true;
}

static bool classid_parse(const char *word, unsigned int len, struct weir_num *num,
			  const char **why)
{
	const char *colon = strchr(word, ':');
	unsigned int major, minor;

	if (!colon || !half_parse(word, colon - word, &major) ||
	    !half_parse(colon + 1, strlen(colon + 1), &minor))
		return false;
	*num = weir_num((uint64_t)major << 16 | minor);
	return true;
}

static void classid_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			  const struct weir_print_opts *opts)
{
	const char *name = opts->numeric ? NULL : weir_symbol_name(classids, num.lo);

	if (name)
		weir_buf_str(buf, name);
	else
		weir_buf_add(buf, "%x:%x", (unsigned int)(num.lo >> 16),
			     (unsigned int)(num.lo & 0xffff));
}

const struct weir_datatype weir_datatype_iface_index = {
	.name = "iface_index",
	.text = "a network device that exists, or its index",
	.len = 32,
	.load = index_load,
	.name_of = index_name_of,
	.print = index_print,
	.quote = true,
};

/* The kernel's names have room for a NUL behind them. */
static bool ifname_parse(const char *word, unsigned int len, struct weir_num *num,
			 const char **why)
{
	if (!weir_string_parse(word, len - 8, num, why)) {
		*why = "the name of a device, 1 to 15 bytes";
		return false;
	}
	*num = weir_num_shl(*num, 8);
	return true;
}

const struct weir_datatype weir_datatype_ifname = {
	.name = "ifname",
	.text = "the name of a network device",
	.base = WEIR_BASE_STRING,
	.len = 128,
	.parse = ifname_parse,
	.print = weir_string_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_classid = {
	.name = "classid",
	.text = "a class of traffic control as 1:2, none or root",
	.len = 32,
	.symbols = classids,
	.parse = classid_parse,
	.print = classid_print,
};
