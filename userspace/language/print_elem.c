// SPDX-License-Identifier: GPL-2.0
/*
 * The text of elements: as many to a line as it has room for, however they are cut
 * into chunks. A set of a million addresses goes through here without printf.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include "datatype.h"
#include "print.h"

/* A line, and where elements begin in it: behind "elements = { " in a block. */
#define LINE_WIDTH	80
#define LINE_BEGIN	29

#define MS_PER_SECOND	1000

void weir_period_print(struct weir_buf *buf, uint64_t ms, const struct weir_print_opts *opts)
{
	const struct weir_symbol *unit = weir_periods;

	if (!ms)
		weir_buf_str(buf, "0s");
	for (; unit->name && ms; unit++) {
		if (opts->numeric_time && unit->value > MS_PER_SECOND)
			continue;
		if (ms >= unit->value)
			weir_buf_add(buf, "%" PRIu64 "%s", ms / unit->value, unit->name);
		ms %= unit->value;
	}
}

void weir_verdict_print(struct weir_buf *buf, enum weir_verdict verdict, const char *chain)
{
	weir_buf_str(buf, weir_verdict_name(verdict));
	if (!chain)
		return;
	weir_buf_str(buf, " ");
	weir_print_name(buf, chain);
}

static void key_print(struct weir_buf *buf, const struct weir_set *set,
		      const struct weir_elem *elem, const struct weir_print_opts *opts)
{
	if (elem->flags & WEIR_ELEM_FLAGS_CATCHALL) {
		weir_buf_str(buf, "*");
		return;
	}
	if (elem->set) {
		weir_buf_str(buf, "@");
		weir_print_name(buf, elem->set);
		return;
	}
	for (unsigned int i = 0; i < set->type.n_fields; i++) {
		const struct weir_field_type *field = &set->type.fields[i];

		if (i)
			weir_buf_str(buf, " . ");
		weir_range_print(buf, field->type, field->len, elem->key[i], opts);
	}
}

static void data_print(struct weir_buf *buf, const struct weir_set *set,
		       const struct weir_data *data, const struct weir_print_opts *opts)
{
	weir_buf_str(buf, " : ");
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VERDICT:
		weir_verdict_print(buf, data->verdict, data->chain);
		break;
	case WEIR_DATA_TYPE_OBJECT:
		weir_buf_quote(buf, data->object);
		break;
	default:
		weir_value_print(buf, set->data.fields[0].type, data->val,
				 set->data.fields[0].len, opts);
		break;
	}
}

void weir_elem_print(struct weir_buf *buf, const struct weir_set *set,
		     const struct weir_elem *elem, const struct weir_print_opts *opts)
{
	key_print(buf, set, elem, opts);
	if (elem->before) {
		weir_buf_str(buf, " before @");
		weir_print_name(buf, elem->before);
	}
	if (elem->flags & WEIR_ELEM_FLAGS_NOMATCH)
		weir_buf_str(buf, " nomatch");
	if (elem->stmts) {
		weir_buf_str(buf, " ");
		weir_print_items(buf, elem->stmts, opts);
	}
	if (elem->has_timeout) {
		weir_buf_str(buf, " timeout ");
		weir_period_print(buf, elem->timeout, opts);
	}
	if (elem->has_expires && !opts->stateless) {
		weir_buf_str(buf, " expires ");
		weir_period_print(buf, elem->expires, opts);
	}
	if (elem->comment) {
		weir_buf_str(buf, " comment ");
		weir_buf_quote(buf, elem->comment);
	}
	if (elem->has_data)
		data_print(buf, set, &elem->data, opts);
}

#define BETWEEN		", "
#define NEXT_LINE	",\n\t\t\t     "

/* What stands in front of an element of @len bytes; returns where it begins. */
static size_t place(struct weir_buf *buf, size_t column, size_t len)
{
	if (!column) {
		weir_buf_str(buf, "\t\telements = { ");
		return LINE_BEGIN;
	}
	if (column + strlen(BETWEEN) + len > LINE_WIDTH) {
		weir_buf_str(buf, NEXT_LINE);
		return LINE_BEGIN;
	}
	weir_buf_str(buf, BETWEEN);
	return column + strlen(BETWEEN);
}

/*
 * IPv4 addresses and networks, the common case, have a way of their own: the text
 * of each is written where it belongs if the line goes on, and moved if it does not.
 */

#define ADDR_TEXT	(2 * WEIR_IPV4_TEXT)
#define ADDR_ROOM	(sizeof(NEXT_LINE) + ADDR_TEXT)

/* Elements that room is made for at a time. */
#define ADDR_BATCH	256

static bool is_plain_ipv4(const struct weir_set *set, const struct weir_elems *elems)
{
	return elems->packed && set->type.n_fields == 1 &&
	       set->type.fields[0].type == &weir_datatype_ipv4_addr &&
	       !(elems->columns & ~WEIR_ELEM_COLUMNS_TO);
}

static uint32_t addr_get(const uint8_t *at)
{
	uint32_t addr;

	memcpy(&addr, at, sizeof(addr));
	return ntohl(addr);
}

static char *network_put(char *to, const struct weir_octet_text *octets, uint32_t from,
			 uint32_t end)
{
	uint32_t rest = from ^ end;

	to = weir_ipv4_put(to, octets, from);
	if (!rest)
		return to;
	if (rest & (rest + 1) || from & rest) {
		*to++ = '-';
		return weir_ipv4_put(to, octets, end);
	}
	*to++ = '/';
	return weir_octet_put(to, &octets[rest + 1 ? __builtin_clz(rest) : 0]);
}

/* @n addresses or networks to @to; returns their end. */
static char *batch_put(char *to, const uint8_t *from, size_t record, bool network, size_t n,
		       size_t *column)
{
	const struct weir_octet_text *octets = weir_octet_texts();
	const size_t between = strlen(BETWEEN);
	size_t at = *column, len;
	char *end;

	for (; n; n--, from += record) {
		end = network ? network_put(to + between, octets, addr_get(from),
					    addr_get(from + sizeof(uint32_t))) :
				weir_ipv4_put(to + between, octets, addr_get(from));
		at += end - to;
		if (at <= LINE_WIDTH) {
			memcpy(to, BETWEEN, between);
			to = end;
			continue;
		}
		len = end - to - between;
		memmove(to + strlen(NEXT_LINE), to + between, ADDR_TEXT);
		memcpy(to, NEXT_LINE, strlen(NEXT_LINE));
		to += strlen(NEXT_LINE) + len;
		at = LINE_BEGIN + len;
	}
	*column = at;
	return to;
}

static size_t ipv4_run_print(struct weir_buf *buf, const struct weir_elems *elems, size_t column)
{
	bool network = elems->columns & WEIR_ELEM_COLUMNS_TO;
	const uint8_t *from = elems->packed;
	size_t left = elems->n, begin = 0, n;
	char *to, *end;

	if (left && !column) {
		/* In place of the comma in front of the first one is the brace. */
		column = place(buf, 0, 0) - strlen(BETWEEN);
		buf->len -= strlen(BETWEEN);
		begin = buf->len;
	}
	for (; left; left -= n, from += n * elems->record) {
		n = left < ADDR_BATCH ? left : ADDR_BATCH;
		to = weir_buf_room(buf, n * ADDR_ROOM);
		end = batch_put(to, from, elems->record, network, n, &column);
		buf->len += end - to;
	}
	if (begin)
		memcpy(buf->text + begin, "{ ", strlen(BETWEEN));
	return column;
}

static size_t run_print(struct weir_buf *buf, const struct weir_set *set,
			const struct weir_elems *elems, size_t column,
			const struct weir_print_opts *opts)
{
	struct weir_elems run = *elems;
	const struct weir_elem *elem;
	struct weir_elem_iter iter;
	struct weir_buf word = {};

	run.next = NULL;
	for (elem = weir_elem_first(&iter, set, &run); elem; elem = weir_elem_next(&iter)) {
		word.len = 0;
		weir_elem_print(&word, set, elem, opts);
		column = place(buf, column, word.len) + word.len;
		weir_buf_mem(buf, word.text, word.len);
	}
	weir_buf_free(&word);
	return column;
}

void weir_print_elems(struct weir_buf *buf, const struct weir_set *set,
		      const struct weir_elems *elems, size_t *column,
		      const struct weir_print_opts *opts)
{
	for (; elems; elems = elems->next)
		*column = is_plain_ipv4(set, elems) ?
			  ipv4_run_print(buf, elems, *column) :
			  run_print(buf, set, elems, *column, opts);
	if (buf->text)
		buf->text[buf->len] = '\0';
}

void weir_print_elems_end(struct weir_buf *buf, size_t column)
{
	if (column)
		weir_buf_str(buf, " }\n");
}

void weir_elems_print_inline(struct weir_buf *buf, const struct weir_set *set,
			     const struct weir_elems *elems, const struct weir_print_opts *opts)
{
	const char *between = " ";
	const struct weir_elem *elem;
	struct weir_elem_iter iter;

	weir_buf_str(buf, "{");
	for (elem = weir_elem_first(&iter, set, elems); elem; elem = weir_elem_next(&iter)) {
		weir_buf_str(buf, between);
		weir_elem_print(buf, set, elem, opts);
		between = ", ";
	}
	weir_buf_str(buf, " }");
}
