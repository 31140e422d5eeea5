// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of IPv4 addresses and networks, one a line, as blocklists are: millions of
 * lines, for which reading is most of the work. Whatever is not exactly that is left
 * to weir_elem_line_parse(), which reads this too, and means the same by it.
 */
#include <string.h>
#include "datatype.h"
#include "language.h"

/* The number before a dot or the end; octal ones are not read here. */
static inline const char *read_octet(const char *at, uint32_t *octet)
{
	uint32_t value = (uint8_t)(*at - '0'), digit;

	if (value > 9)
		return NULL;
	digit = (uint8_t)(*++at - '0');
	if (digit > 9) {
		*octet = value;
		return at;
	}
	if (!value)
		return NULL;
	value = value * 10 + digit;
	digit = (uint8_t)(*++at - '0');
	if (digit <= 9) {
		value = value * 10 + digit;
		at++;
	}
	*octet = value;
	return value > 255 ? NULL : at;
}

static inline const char *read_addr(const char *at, uint32_t *addr)
{
	uint32_t octet;

	*addr = 0;
	for (int i = 0; i < 4; i++) {
		if (i && *at++ != '.')
			return NULL;
		at = read_octet(at, &octet);
		if (!at)
			return NULL;
		*addr = *addr << 8 | octet;
	}
	return at;
}

/* What may stand behind an address in a set of ranges; sets the last one of them. */
static inline const char *read_end(const char *at, uint32_t *from, uint32_t *to)
{
	uint32_t prefix, rest;

	*to = *from;
	if (*at == '-') {
		at = read_addr(at + 1, to);
		return at && *from <= *to ? at : NULL;
	}
	if (*at != '/')
		return at;
	at = read_octet(at + 1, &prefix);
	if (!at || prefix > 32)
		return NULL;
	rest = prefix ? (1ull << (32 - prefix)) - 1 : UINT32_MAX;
	*from &= ~rest;
	*to = *from | rest;
	return at;
}

static void put_addr(uint8_t *to, uint32_t addr)
{
	addr = __builtin_bswap32(addr);
	memcpy(to, &addr, sizeof(addr));
}

/* Only keys, and one field of them. */
static bool is_ipv4(const struct weir_set *set)
{
	return set->type.n_fields == 1 && set->type.fields[0].type == &weir_datatype_ipv4_addr &&
	       set->data_type == WEIR_DATA_TYPE_NONE && !(set->flags & WEIR_SET_FLAGS_LIST);
}

size_t weir_elem_lines_parse(const struct weir_set *set, const char *text, size_t offset,
			     struct weir_elems **elems, uint32_t places[WEIR_LINES_MAX],
			     size_t *n)
{
	bool interval = set->flags & WEIR_SET_FLAGS_INTERVAL;
	uint8_t records[8 * WEIR_LINES_MAX], *record = records;
	const char *line = text + offset;

	*n = 0;
	while (*n < WEIR_LINES_MAX && is_ipv4(set)) {
		uint32_t from, to;
		const char *at = read_addr(line, &from);

		if (at && interval)
			at = read_end(at, &from, &to);
		if (!at || *at != '\n')
			break;
		put_addr(record, from);
		if (interval)
			put_addr(record + 4, to);
		record += interval ? 8 : 4;
		places[(*n)++] = line - text;
		line = at + 1;
	}
	if (*n)
		weir_elems_add_many(elems, interval ? WEIR_ELEM_COLUMNS_TO : 0, records,
				    interval ? 8 : 4, *n);
	return line - text;
}
