// SPDX-License-Identifier: GPL-2.0
/* Errors: noting them, and showing them where they are. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "error.h"

/* Columns of a source line that are shown; longer ones are cut around the place. */
#define LINE_MAX_COLUMNS 100
/* Of these, at most so many before the place. */
#define LINE_BEFORE 60

static char *format(const char *fmt, va_list args)
{
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		abort();
	return text;
}

struct weir_error *weir_error_add(struct weir_errors *errors, const struct weir_loc *loc,
				  int code, const char *fmt, ...)
{
	struct weir_error *error = weir_alloc(sizeof(*error));
	va_list args;

	va_start(args, fmt);
	error->text = format(fmt, args);
	va_end(args);
	error->code = code;
	if (loc)
		error->loc = *loc;
	if (errors->last)
		errors->last->next = error;
	else
		errors->first = error;
	errors->last = error;
	errors->count++;
	return error;
}

void weir_error_hint(struct weir_error *error, const char *fmt, ...)
{
	va_list args;

	free(error->hint);
	va_start(args, fmt);
	error->hint = format(fmt, args);
	va_end(args);
}

void weir_errors_free(struct weir_errors *errors)
{
	struct weir_error *error = errors->first;

	while (error) {
		struct weir_error *next = error->next;

		free(error->text);
		free(error->hint);
		free(error);
		error = next;
	}
	memset(errors, 0, sizeof(*errors));
}

/* Bytes of a well-formed UTF-8 character that a terminal may get, or 0. */
static size_t printable(const char *text, size_t left)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 :
		     at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

	if (len == 1)
		return at[0] >= 0x20 && at[0] != 0x7f;
	if (!len || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	/* U+0080 to U+009f are control characters, U+d800 to U+dfff are none. */
	if ((at[0] == 0xc2 && at[1] < 0xa0) || (at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
	    (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	/* U+202a to U+202e and U+2066 to U+2069 turn the direction of writing. */
	if (at[0] == 0xe2 && ((at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) ||
			      (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9)))
		return 0;
	return len;
}

/* Prints @len bytes, what is not printable as '?', a tab as a blank. */
static void print_escaped(const char *text, size_t len, FILE *to)
{
	while (len) {
		size_t bytes = printable(text, len);

		if (bytes)
			fwrite(text, 1, bytes, to);
		else
			fputc(*text == '\t' || *text == '\r' ? ' ' : '?', to);
		if (!bytes)
			bytes = 1;
		text += bytes;
		len -= bytes;
	}
}

static size_t count_columns(const char *text, size_t len)
{
	size_t columns = 0;

	while (len) {
		size_t bytes = printable(text, len);

		if (!bytes)
			bytes = 1;
		text += bytes;
		len -= bytes;
		columns++;
	}
	return columns;
}

void weir_place_find(struct weir_place *place, const struct weir_input *input, size_t offset)
{
	const char *end;

	if (place->input != input || offset < place->start)
		*place = (struct weir_place){ .input = input, .line = 1 + input->line };
	for (;;) {
		end = memchr(input->text + place->start, '\n', input->size - place->start);
		if (!end || end >= input->text + offset ||
		    end + 1 == input->text + input->size)
			break;
		place->start = end + 1 - input->text;
		place->line++;
	}
	place->len = (end ? (size_t)(end - input->text) : input->size) - place->start;
}

size_t weir_place_column(const struct weir_place *place, size_t offset)
{
	return 1 + count_columns(place->input->text + place->start, offset - place->start);
}

static void print_includers(const struct weir_input *input, FILE *to)
{
	struct weir_place place = { 0 };

	if (!input->from)
		return;
	print_includers(input->from, to);
	fputs("in ", to);
	print_escaped(input->name, strlen(input->name), to);
	fputs(", included at ", to);
	print_escaped(input->from->name, strlen(input->from->name), to);
	weir_place_find(&place, input->from, input->from_offset);
	fprintf(to, ":%zu:\n", place.line);
}

/* Whether a byte is inside a UTF-8 character, where no line may be cut. */
static bool is_inside(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Prints the line, cut around the place, and underlines the place. */
static void print_line(const struct weir_input *input, const struct weir_place *place,
		       size_t offset, size_t len, FILE *to)
{
	const char *line = input->text + place->start;
	size_t at = offset - place->start, from = 0, end = place->len, before, under;

	if (at + len > place->len)
		len = at < place->len ? place->len - at : 1;
	if (place->len > LINE_MAX_COLUMNS) {
		if (at > LINE_BEFORE)
			from = at - LINE_BEFORE;
		while (from < at && is_inside(line[from]))
			from++;
		if (end - from > LINE_MAX_COLUMNS)
			end = from + LINE_MAX_COLUMNS;
		while (end < place->len && is_inside(line[end]))
			end++;
	}
	if (from)
		fputs("...", to);
	print_escaped(line + from, end - from, to);
	before = (from ? 3 : 0) + count_columns(line + from, at - from);
	fputs(end < place->len ? "...\n" : "\n", to);
	under = at + len > end ? end > at ? end - at : 1 : len;
	under = at < place->len ? count_columns(line + at, under) : 1;
	fprintf(to, "%*s", (int)before, "");
	while (under--)
		fputc('^', to);
	fputc('\n', to);
}

static void print_error(const struct weir_error *error, struct weir_place *place, FILE *to)
{
	const struct weir_input *input = error->loc.input;
	size_t offset = error->loc.offset;

	if (input) {
		if (offset > input->size)
			offset = input->size;
		weir_place_find(place, input, offset);
		if (offset > place->start + place->len)
			offset = place->start + place->len;
		print_includers(input, to);
		print_escaped(input->name, strlen(input->name), to);
		fprintf(to, ":%zu:%zu: ", place->line, weir_place_column(place, offset));
	}
	fputs(error->warning ? "warning: " : "error: ", to);
	print_escaped(error->text, strlen(error->text), to);
	fputc('\n', to);
	if (input)
		print_line(input, place, offset, error->loc.len, to);
	if (error->hint) {
		fputs("hint: ", to);
		print_escaped(error->hint, strlen(error->hint), to);
		fputc('\n', to);
	}
}

void weir_errors_print(const struct weir_errors *errors, FILE *to)
{
	const struct weir_error *error;
	struct weir_place place = { 0 };

	for (error = errors->first; error; error = error->next)
		print_error(error, &place, to);
}

/*
 * Edit distance with transpositions of neighbours (Damerau 1964, in the
 * restricted form of "optimal string alignment"), over three rows of the table.
 */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][64];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a_len % 3][b_len];
}

const char *weir_nearest(const char *word, const char *const *candidates)
{
	size_t len = strlen(word), limit = len < 3 ? 1 : (len + 2) / 3, best = limit + 1;
	const char *nearest = NULL;

	if (!len || len >= 60)
		return NULL;
	for (; *candidates; candidates++) {
		size_t other = strlen(*candidates), d;

		if (other >= 60 || !other || (other > len ? other - len : len - other) > limit)
			continue;
		d = distance(word, len, *candidates, other);
		if (d < best && d < (len > other ? len : other)) {
			best = d;
			nearest = *candidates;
		}
	}
	return nearest;
}
