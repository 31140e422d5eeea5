// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: addresses.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "datatype.h"

static bool ipv4_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why)
{
	uint8_t bytes[4];

	if (inet_pton(AF_INET, word, bytes) != 1) {
		*why = strpbrk(word, "ghijklmnopqrstuvwxyz") ?
		       "an IPv4 address (host names are not looked up)" : "an IPv4 address";
		return false;
	}
	*num = weir_num_get(bytes, sizeof(bytes));
	return true;
}

static void ipv4_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	uint32_t addr = num.lo;

	weir_buf_add(buf, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 0xff, addr >> 8 & 0xff,
		     addr & 0xff);
}

static bool ipv6_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET6, word, bytes) != 1)
		return false;
	*num = weir_num_get(bytes, sizeof(bytes));
	return true;
}

static void ipv6_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[16];

	weir_num_put(num, bytes, sizeof(bytes));
	weir_buf_str(buf, inet_ntop(AF_INET6, bytes, text, sizeof(text)));
}

static bool ether_parse(const char *word, unsigned int len, struct weir_num *num,
			const char **why)
{
	uint8_t bytes[6];
	size_t i, digits;

	for (i = 0; i < sizeof(bytes); i++) {
		digits = strspn(word, "0123456789abcdefABCDEF");
		if (!digits || digits > 2)
			return false;
		bytes[i] = strtoul(word, NULL, 16);
		word += digits;
		if (*word != (i + 1 < sizeof(bytes) ? ':' : '\0'))
			return false;
		word++;
	}
	*num = weir_num_get(bytes, sizeof(bytes));
	return true;
}

static void ether_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			const struct weir_print_opts *opts)
{
	uint8_t b[6];

	weir_num_put(num, b, sizeof(b));
	weir_buf_add(buf, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

const struct weir_datatype weir_datatype_ipv4_addr = {
	.name = "ipv4_addr",
	.text = "an IPv4 address",
	.base = WEIR_BASE_ADDRESS,
	.len = 32,
	.parse = ipv4_parse,
	.print = ipv4_print,
};

const struct weir_datatype weir_datatype_ipv6_addr = {
	.name = "ipv6_addr",
	.text = "an IPv6 address",
	.base = WEIR_BASE_ADDRESS,
	.len = 128,
	.parse = ipv6_parse,
	.print = ipv6_print,
};

const struct weir_datatype weir_datatype_ether_addr = {
	.name = "ether_addr",
	.text = "an Ethernet address",
	.base = WEIR_BASE_ADDRESS,
	.len = 48,
	.parse = ether_parse,
	.print = ether_print,
};
