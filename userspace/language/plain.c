// SPDX-License-Identifier: GPL-2.0
/*
 * Plain elements: addresses, networks, ports and numbers, ranges and tuples of them,
 * with a timeout or a value. They are read from the text itself, without tokens,
 * because lists of them are long. Anything else is left to elem.c, which reads all
 * of this too, and means the same by it.
 */
#include <stdlib.h>
#include <string.h>
#include "datatype.h"
#include "reader.h"

/* Longest word that is read here: an IPv6 address. */
#define WORD_MAX 45
/* Longest line of a plain list that is read here. */
#define LINE_MAX 255

/*
 * Each function below reads from @at on and returns where it ends, or NULL if this is
 * nothing for it. A text ends in a NUL, which goes on with nothing.
 */

static inline bool is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether a character goes on with a word, so that it did not end before it. */
static inline bool is_word(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 11 ||
	       c == '.' || c == '_';
}

static const char *skip_blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

/* Blanks, ends of lines and comments. */
static const char *skip_lines(const char *at)
{
	for (;;) {
		while (is_blank(*at) || *at == '\n' || *at == '\r')
			at++;
		if (*at != '#')
			return at;
		at += strcspn(at, "\n");
	}
}

/* A decimal number of up to 9 digits; octal ones are not read here. */
static inline const char *read_number(const char *at, uint32_t *number)
{
	const char *from = at;
	uint32_t value = 0;

	for (; is_digit(*at); at++)
		value = value * 10 + (*at - '0');
	*number = value;
	if ((unsigned long)(at - from) - 1 < 9 && (*from != '0' || at == from + 1))
		return at;
	return NULL;
}

/* The rest of an address whose first number was read. */
static inline const char *read_ipv4(const char *at, uint32_t number, uint64_t *addr)
{
	uint32_t sum = number;
	bool big = number > 255;

	for (int i = 0; i < 3; i++) {
		if (*at != '.')
			return NULL;
		at = read_number(at + 1, &number);
		if (!at)
			return NULL;
		big |= number > 255;
		sum = sum << 8 | number;
	}
	*addr = sum;
	return big || is_word(*at) ? NULL : at;
}

/* A word with colons, as addresses have. */
static const char *read_word(const char *at, const struct weir_field_type *field,
			     struct weir_num *num)
{
	char word[WORD_MAX + 1];
	bool colon = false;
	const char *why;
	size_t len = 0;

	for (; is_word(*at); at++) {
		if (len == WORD_MAX)
			return NULL;
		colon |= *at == ':';
		word[len++] = *at;
	}
	word[len] = '\0';
	return colon && field->type->parse && field->type->parse(word, field->len, num, &why) ?
	       at : NULL;
}

static const char *read_value(const char *from, const struct weir_field_type *field,
			      struct weir_num *num)
{
	uint32_t number;
	const char *at = read_number(from, &number);

	num->hi = 0;
	if (at && *at == '.' && field->type == &weir_datatype_ipv4_addr)
		return read_ipv4(at, number, &num->lo);
	if (at && !is_word(*at)) {
		num->lo = number;
		return field->len >= 32 || number < 1U << field->len ? at : NULL;
	}
	return read_word(from, field, num);
}

/* A value, a prefix or a range without blanks. */
static const char *read_field(const char *at, const struct weir_field_type *field,
			      struct weir_range *range)
{
	uint32_t prefix;

	if (field->type->base != WEIR_BASE_NUMBER && field->type->base != WEIR_BASE_ADDRESS)
		return NULL;
	at = read_value(at, field, &range->from);
	if (!at)
		return NULL;
	range->to = range->from;
	if (*at == '/') {
		at = read_number(at + 1, &prefix);
		if (!at || prefix > field->len || is_word(*at))
			return NULL;
		*range = weir_prefix_range(range->from, prefix, field->len);
	} else if (*at == '-') {
		at = read_value(at + 1, field, &range->to);
		if (weir_num_cmp(range->from, range->to) > 0)
			return NULL;
	}
	return at;
}

static const char *read_key(const char *at, const struct weir_set *set,
			    struct weir_elem *elem)
{
	for (unsigned int i = 0; i < set->type.n_fields; i++) {
		if (i) {
			at = skip_blanks(at);
			if (*at != '.')
				return NULL;
			at = skip_blanks(at + 1);
		}
		at = read_field(at, &set->type.fields[i], &elem->key[i]);
		if (!at || (!weir_num_eq(elem->key[i].from, elem->key[i].to) &&
			    !(set->flags & WEIR_SET_FLAGS_INTERVAL)))
			return NULL;
	}
	return at;
}

static const char *read_timeout(const char *at, const struct weir_set *set,
				struct weir_elem *elem)
{
	const char *from;

	elem->has_timeout = true;
	at = skip_blanks(at + strlen("timeout "));
	for (from = at; is_word(*at); at++)
		;
	return set->flags & WEIR_SET_FLAGS_TIMEOUT &&
	       weir_period_parse(from, at - from, &elem->timeout) ? at : NULL;
}

static const char *read_data(const char *at, const struct weir_set *set,
			     struct weir_elem *elem)
{
	const struct weir_field_type *field = &set->data.fields[0];

	at = skip_blanks(at);
	if (*at != ':' || set->data_type != WEIR_DATA_TYPE_VALUE ||
	    (field->type->base != WEIR_BASE_NUMBER && field->type->base != WEIR_BASE_ADDRESS))
		return NULL;
	elem->has_data = true;
	return read_value(skip_blanks(at + 1), field, &elem->data.val);
}

static const char *read_plain(const char *at, const struct weir_elem_reader *reader,
			      struct weir_elem *elem)
{
	const struct weir_set *set = reader->set;

	at = read_key(at, set, elem);
	if (!at)
		return NULL;
	at = skip_blanks(at);
	elem->has_timeout = false;
	if (*at == 't') {
		at = strncmp(at, "timeout ", strlen("timeout ")) ? NULL :
		     read_timeout(at, set, elem);
		if (!at)
			return NULL;
	}
	return reader->data ? read_data(at, set, elem) : at;
}

static void take(struct weir_elem_reader *reader, struct weir_elem *elem)
{
	uint8_t record[WEIR_RECORD_MAX];
	uint32_t columns;
	size_t size = weir_record_put(reader->set, elem, &columns, record);

	reader->n++;
	weir_elems_add(reader->elems, columns, record, size, &elem->loc);
}

bool weir_plain_read(struct weir_parser *parser, struct weir_elem_reader *reader)
{
	const struct weir_input *input = parser->source ? parser->source->input : NULL;
	struct weir_elem elem = { .loc = { .input = input, .len = 1 } };
	const char *text, *at, *done;
	bool last = false;

	if (!input || parser->n_pending || reader->set->flags & WEIR_SET_FLAGS_LIST)
		return false;
	text = weir_scan_rest(parser);
	for (done = text; !last; done = at) {
		at = skip_lines(done);
		elem.loc.offset = at - input->text;
		at = read_plain(at, reader, &elem);
		if (!at)
			break;
		at = skip_lines(at);
		if (*at != ',' && *at != '}')
			break;
		last = *at == '}';
		at += !last;
		take(reader, &elem);
	}
	weir_scan_pass(parser, done - text);
	return last;
}

/* Lines of plain lists */

/* Reads a line by its tokens. */
static bool parse_line(struct weir_elem_reader *reader, const char *line, size_t len,
		       const char **why)
{
	static char said[256];
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_parser parser;
	char *text = weir_strndup(line, len);
	bool ok;

	weir_parser_open(&parser, NULL, &script, &errors);
	weir_input_open_text(&parser, "<line>", text);
	weir_token_collect(&parser);
	ok = parser.n_tokens == 1 || weir_elem_parse_line(&parser, reader);
	if (!ok || errors.first) {
		snprintf(said, sizeof(said), "%s", errors.first ? errors.first->text : "");
		*why = said;
	}
	ok = ok && !errors.first;
	weir_parser_close(&parser);
	weir_script_free(&script);
	weir_errors_free(&errors);
	free(text);
	return ok;
}

bool weir_elem_line_parse(const struct weir_set *set, bool keys, const char *line, size_t len,
			  struct weir_elems **elems, const char **why)
{
	struct weir_elem_reader reader = {
		.set = (struct weir_set *)set, .elems = elems, .nowhere = true,
		.data = set->data_type != WEIR_DATA_TYPE_NONE && !keys, .keys = keys,
	};
	struct weir_elem elem = {};
	char copy[LINE_MAX + 1];
	const char *at;

	if (len > LINE_MAX || set->flags & WEIR_SET_FLAGS_LIST)
		return parse_line(&reader, line, len, why);
	memcpy(copy, line, len);
	copy[len] = '\0';
	at = skip_lines(copy);
	if (at == copy + len)
		return true;
	at = read_plain(at, &reader, &elem);
	if (!at || skip_lines(at) != copy + len)
		return parse_line(&reader, line, len, why);
	take(&reader, &elem);
	return true;
}
