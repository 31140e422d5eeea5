// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: addresses.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
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

const struct weir_octet_text *weir_octet_texts(void)
{
	static struct weir_octet_text octets[256];
	char word[4];

	for (unsigned int i = 0; !octets[255].len && i < 256; i++) {
		octets[i].len = snprintf(word, sizeof(word), "%u", i);
		memcpy(octets[i].text, word, sizeof(octets[i].text));
	}
	return octets;
}

static void ipv4_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	char text[WEIR_IPV4_TEXT];

	weir_buf_mem(buf, text, weir_ipv4_put(text, weir_octet_texts(), num.lo) - text);
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

/* The first of the longest runs of zeros, two words at least; 8 without. */
static unsigned int longest_zeros(const uint16_t *words, unsigned int *len)
{
	unsigned int begin = 8, run, i;

	*len = 1;
	for (i = 0; i < 8; i += run + 1) {
		for (run = 0; i + run < 8 && !words[i + run]; run++)
			;
		if (run > *len) {
			begin = i;
			*len = run;
		}
	}
	return begin;
}

static char *word_put(char *to, unsigned int word)
{
	for (int shift = 12; shift >= 0; shift -= 4)
		if (word >> shift || !shift)
			*to++ = "0123456789abcdef"[word >> shift & 0xf];
	return to;
}

/* As inet_ntop() writes it, but a hundred thousand of them are a listing. */
static char *ipv6_put(char *to, struct weir_num num)
{
	unsigned int zeros, n_zeros, i;
	uint16_t words[8];

	for (i = 0; i < 8; i++)
		words[i] = (i < 4 ? num.hi : num.lo) >> 16 * (3 - i % 4);
	zeros = longest_zeros(words, &n_zeros);
	for (i = 0; i < 8; i++) {
		if (i == zeros) {
			*to++ = ':';
			i += n_zeros - 1;
			if (i == 7)
				*to++ = ':';
			continue;
		}
		if (i)
			*to++ = ':';
		/* An IPv4 address in an IPv6 one. */
		if (i == 6 && !zeros && (n_zeros == 6 || (n_zeros == 5 && words[5] == 0xffff)))
			return weir_ipv4_put(to, weir_octet_texts(), num.lo);
		to = word_put(to, words[i]);
	}
	return to;
}

static void ipv6_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	char text[INET6_ADDRSTRLEN + 1];

	weir_buf_mem(buf, text, ipv6_put(text, num) - text);
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
