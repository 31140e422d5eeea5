// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: what reading and printing a value have in common, and the types
 * that belong to no protocol.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "../libweir/error.h"
#include "datatype.h"

const char *weir_symbol_name(const struct weir_symbol *symbols, uint64_t value)
{
	for (; symbols && symbols->name; symbols++)
		if (symbols->value == value)
			return symbols->name;
	return NULL;
}

bool weir_symbol_find(const struct weir_symbol *symbols, const char *name, uint64_t *value)
{
	for (; symbols && symbols->name; symbols++) {
		if (weir_same_word(symbols->name, name)) {
			*value = symbols->value;
			return true;
		}
	}
	return false;
}

/* num = num * base + digit, false if it leaves 128 bits. */
static bool number_append(struct weir_num *num, unsigned int base, unsigned int digit)
{
	unsigned __int128 value = (unsigned __int128)num->hi << 64 | num->lo;

	if (__builtin_mul_overflow(value, (unsigned __int128)base, &value) ||
	    __builtin_add_overflow(value, (unsigned __int128)digit, &value))
		return false;
	num->hi = value >> 64;
	num->lo = value;
	return true;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

bool weir_number_parse(const char *word, struct weir_num *num, bool *overflow)
{
	struct weir_num value = { 0, 0 };
	unsigned int base = 10;
	const char *c;

	*overflow = false;
	if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		base = 16;
		word += 2;
	} else if (word[0] == '0' && !word[strspn(word, "01234567")]) {
		base = 8;
	}
	if (!*word)
		return false;
	for (c = word; *c; c++)
		if (digit_of(*c) >= base)
			return false;
	for (c = word; *c; c++) {
		if (!number_append(&value, base, digit_of(*c))) {
			*overflow = true;
			return false;
		}
	}
	*num = value;
	return true;
}

static const char *too_big(unsigned int len)
{
	static char text[64];

	if (len < 64)
		snprintf(text, sizeof(text), "a number up to %" PRIu64, weir_num_ones(len).lo);
	else
		snprintf(text, sizeof(text), "a number of at most %u bits", len);
	return text;
}

bool weir_value_parse(const struct weir_datatype *type, const char *word,
		      unsigned int len, struct weir_num *num, const char **why)
{
	bool overflow = false;
	uint64_t value;

	*why = type->text;
	if (type->base == WEIR_BASE_STRING)
		return type->parse(word, len, num, why);
	if (weir_number_parse(word, num, &overflow)) {
		if (weir_num_cmp(*num, weir_num_ones(len)) <= 0)
			return true;
		overflow = true;
	}
	if (overflow) {
		*why = too_big(len);
		return false;
	}
	if (weir_symbol_find(type->symbols, word, &value) ||
	    (type->load && type->load(word, &value))) {
		*num = weir_num(value);
		return true;
	}
	return type->parse && type->parse(word, len, num, why);
}

static void decimal_print(struct weir_buf *buf, struct weir_num num)
{
	unsigned __int128 value = (unsigned __int128)num.hi << 64 | num.lo;
	char text[40], *at = text + sizeof(text);

	if (!num.hi) {
		weir_buf_number(buf, num.lo);
		return;
	}
	for (; value; value /= 10)
		*--at = '0' + (int)(value % 10);
	weir_buf_mem(buf, at, text + sizeof(text) - at);
}

static void hex_print(struct weir_buf *buf, struct weir_num num, unsigned int digits)
{
	if (num.hi || digits > 16)
		weir_buf_add(buf, "0x%0*" PRIx64 "%016" PRIx64,
			     digits > 16 ? (int)digits - 16 : 1, num.hi, num.lo);
	else
		weir_buf_add(buf, "0x%0*" PRIx64, (int)digits, num.lo);
}

/* The bits of a bitmask by name, and what has no name as a number. */
static void bits_print(struct weir_buf *buf, const struct weir_datatype *type,
		       struct weir_num num, const char *between)
{
	const struct weir_symbol *symbol = type->symbols;
	uint64_t bits = num.lo;
	bool first = true;

	for (; !num.hi && symbol && symbol->name; symbol++) {
		if (!symbol->value || (bits & symbol->value) != symbol->value)
			continue;
		if (!first)
			weir_buf_str(buf, between);
		weir_buf_str(buf, symbol->name);
		bits &= ~symbol->value;
		first = false;
	}
	if (!bits && !first && !num.hi)
		return;
	if (!first)
		weir_buf_str(buf, between);
	hex_print(buf, (struct weir_num){ num.hi, bits }, 1);
}

void weir_bits_print(struct weir_buf *buf, const struct weir_datatype *type,
		     struct weir_num num, const char *between,
		     const struct weir_print_opts *opts)
{
	if (opts->numeric)
		hex_print(buf, num, 1);
	else
		bits_print(buf, type, num, between);
}

void weir_value_word(struct weir_buf *buf, const struct weir_datatype *type,
		     struct weir_num num, unsigned int len,
		     const struct weir_print_opts *opts)
{
	const char *name = NULL;

	if (type->base == WEIR_BASE_BITMASK) {
		weir_bits_print(buf, type, num, " | ", opts);
		return;
	}
	if (type->print) {
		type->print(buf, num, len, opts);
		return;
	}
	if (!opts->numeric && !num.hi) {
		name = weir_symbol_name(type->symbols, num.lo);
		if (!name && type->name_of)
			name = type->name_of(num.lo);
	}
	if (name)
		weir_buf_str(buf, name);
	else if (type->hex)
		hex_print(buf, num, (len + 3) / 4);
	else
		decimal_print(buf, num);
}

void weir_value_print(struct weir_buf *buf, const struct weir_datatype *type,
		      struct weir_num num, unsigned int len,
		      const struct weir_print_opts *opts)
{
	struct weir_buf word = {};

	if (!type->quote) {
		weir_value_word(buf, type, num, len, opts);
		return;
	}
	weir_value_word(&word, type, num, len, opts);
	if (!word.text)
		weir_buf_str(buf, "\"\"");
	else if (type->base != WEIR_BASE_STRING && !word.text[strspn(word.text, "0123456789")])
		weir_buf_str(buf, word.text);
	else
		weir_buf_quote(buf, word.text);
	weir_buf_free(&word);
}

const char *weir_value_nearest(const struct weir_datatype *type, const char *word)
{
	const char **names, *nearest;
	size_t n = 0, i;

	for (; type->symbols && type->symbols[n].name; n++)
		;
	if (!n)
		return NULL;
	names = weir_realloc(NULL, n + 1, sizeof(*names));
	for (i = 0; i < n; i++)
		names[i] = type->symbols[i].name;
	names[n] = NULL;
	nearest = weir_nearest(word, names);
	free(names);
	return nearest;
}

/*
 * Strings. The only escape is a backslash before * or a backslash: a bare * at
 * the end is a wildcard. The bytes stand at the high end, NULs fill the rest.
 */
static bool string_get(const char *word, size_t size, unsigned int len, struct weir_num *num)
{
	uint8_t bytes[WEIR_VALUE_MAX] = {};
	size_t used = 0, i;

	for (i = 0; i < size; i++) {
		if (word[i] == '\\' && i + 1 < size && (word[i + 1] == '*' || word[i + 1] == '\\'))
			i++;
		if (used == len / 8)
			return false;
		bytes[used++] = word[i];
	}
	*num = weir_num_get(bytes, len / 8);
	return used;
}

bool weir_string_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why)
{
	static char text[64];

	if (string_get(word, strlen(word), len, num))
		return true;
	snprintf(text, sizeof(text), "a string of 1 to %u bytes", len / 8);
	*why = text;
	return false;
}

static void string_put(struct weir_buf *buf, const uint8_t *bytes, size_t size)
{
	size_t i, n = strnlen((const char *)bytes, size);

	for (i = 0; i < n; i++) {
		bool escape = bytes[i] == '*' && i + 1 == n;

		if (bytes[i] == '\\')
			escape = i + 1 == n || bytes[i + 1] == '\\' || bytes[i + 1] == '*';
		if (escape)
			weir_buf_mem(buf, "\\", 1);
		weir_buf_mem(buf, (const char *)bytes + i, 1);
	}
}

void weir_string_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	uint8_t bytes[WEIR_VALUE_MAX] = {};

	weir_num_put(num, bytes, len / 8);
	string_put(buf, bytes, len / 8);
}

bool weir_wildcard_parse(const struct weir_datatype *type, const char *word,
			 unsigned int len, struct weir_range *range)
{
	size_t size = strlen(word), escapes = 0, used;
	uint8_t bytes[WEIR_VALUE_MAX];

	if (type->base != WEIR_BASE_STRING || size < 2 || word[size - 1] != '*')
		return false;
	while (escapes < size - 1 && word[size - 2 - escapes] == '\\')
		escapes++;
	if (escapes % 2 || !string_get(word, size - 1, len, &range->from))
		return false;
	weir_num_put(range->from, bytes, len / 8);
	used = strnlen((char *)bytes, len / 8);
	range->to = weir_num_or(range->from, weir_num_ones(len - 8 * used));
	return used < len / 8;
}

bool weir_range_wildcard(const struct weir_range *range, unsigned int len,
			 unsigned int *bytes)
{
	int prefix = len % 8 ? -1 : weir_range_prefix(range, len);
	uint8_t from[WEIR_VALUE_MAX];

	if (prefix <= 0 || prefix % 8 || prefix == len)
		return false;
	*bytes = prefix / 8;
	weir_num_put(range->from, from, len / 8);
	return !memchr(from, 0, *bytes);
}

static const struct weir_symbol boolean_symbols[] = {
	{ "exists", 1 },
	{ "missing", 0 },
	{}
};

static void raw_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		      const struct weir_print_opts *opts)
{
	hex_print(buf, num, 1);
}

const struct weir_datatype weir_datatype_integer = {
	.name = "integer",
	.text = "a number",
};

const struct weir_datatype weir_datatype_raw = {
	.name = "raw",
	.text = "a number",
	.hex = true,
	.print = raw_print,
};

const struct weir_datatype weir_datatype_bitmask = {
	.name = "bitmask",
	.text = "a number whose bits are flags",
	.hex = true,
	.print = raw_print,
};

const struct weir_datatype weir_datatype_string = {
	.name = "string",
	.text = "a string",
	.base = WEIR_BASE_STRING,
	.parse = weir_string_parse,
	.print = weir_string_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_boolean = {
	.name = "boolean",
	.text = "exists or missing",
	.len = 1,
	.symbols = boolean_symbols,
};

const struct weir_datatype weir_datatype_mark = {
	.name = "mark",
	.text = "a packet mark",
	.len = 32,
	.hex = true,
};

const struct weir_datatype weir_datatype_verdict = {
	.name = "verdict",
	.text = "a verdict",
	.symbols = weir_verdicts,
};

const struct weir_datatype *const weir_datatypes[] = {
	&weir_datatype_integer,
	&weir_datatype_bitmask,
	&weir_datatype_string,
	&weir_datatype_boolean,
	&weir_datatype_verdict,
	&weir_datatype_ipv4_addr,
	&weir_datatype_ipv6_addr,
	&weir_datatype_ether_addr,
	&weir_datatype_ether_type,
	&weir_datatype_inet_proto,
	&weir_datatype_inet_service,
	&weir_datatype_arp_op,
	&weir_datatype_icmp_type,
	&weir_datatype_icmp_code,
	&weir_datatype_icmpv6_type,
	&weir_datatype_icmpv6_code,
	&weir_datatype_icmpx_code,
	&weir_datatype_igmp_type,
	&weir_datatype_tcp_flag,
	&weir_datatype_dscp,
	&weir_datatype_ecn,
	&weir_datatype_dccp_pkttype,
	&weir_datatype_mh_type,
	&weir_datatype_nf_proto,
	&weir_datatype_mark,
	&weir_datatype_iface_index,
	&weir_datatype_ifname,
	&weir_datatype_iface_type,
	&weir_datatype_devgroup,
	&weir_datatype_uid,
	&weir_datatype_gid,
	&weir_datatype_classid,
	&weir_datatype_pkt_type,
	&weir_datatype_time,
	&weir_datatype_day,
	&weir_datatype_hour,
	&weir_datatype_ct_state,
	&weir_datatype_ct_status,
	&weir_datatype_ct_dir,
	NULL
};
