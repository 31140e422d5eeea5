/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_ERROR_H
#define WEIR_ERROR_H

#include <stdio.h>
#include "model.h"

/**
 * struct weir_error - One thing that is wrong, and where.
 * @next: The next one, in the order they were found.
 * @loc: Where; loc.input NULL for no place.
 * @code: errno of the refusal, 0 for a mistake in the text.
 * @text: What is wrong and what was expected, without the place.
 * @hint: What to do, such as "did you mean tcp?", or NULL.
 * @warning: It is none, but worth a look.
 */
struct weir_error {
	struct weir_error *next;
	struct weir_loc loc;
	int code;
	char *text;
	char *hint;
	bool warning;
};

/**
 * struct weir_errors - The errors of one run; zero-initialise.
 * @first: In order.
 * @last: To append.
 * @count: How many.
 */
struct weir_errors {
	struct weir_error *first;
	struct weir_error *last;
	unsigned int count;
};

/**
 * weir_error_add() - Note an error.
 * @errors: Where to.
 * @loc: The place, or NULL.
 * @code: errno, or 0.
 * @fmt: printf format of the text.
 *
 * Return: The error, so that a hint can be added; never NULL (out of memory
 * ends the program).
 */
struct weir_error *weir_error_add(struct weir_errors *errors, const struct weir_loc *loc,
				  int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * weir_error_hint() - Add a hint to an error.
 */
void weir_error_hint(struct weir_error *error, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * struct weir_place - A location as people count it; zero-initialise.
 * @input: The text.
 * @line: From 1.
 * @start: Offset of the line.
 * @len: Of the line without its end.
 */
struct weir_place {
	const struct weir_input *input;
	size_t line;
	size_t start;
	size_t len;
};

/**
 * weir_place_find() - Find the line of an offset.
 * @place: The one found last, or zero. From there the search goes on, so that places
 *   that come in order cost what the text is long, all of them.
 * @input: The text.
 * @offset: In bytes.
 */
void weir_place_find(struct weir_place *place, const struct weir_input *input, size_t offset);
/** weir_place_column() - The column of an offset in its line, from 1. */
size_t weir_place_column(const struct weir_place *place, size_t offset);

/**
 * weir_errors_print() - Print errors: file:line:column, the line with the
 * token underlined, the hint; files that included it before that.
 * @errors: What.
 * @to: Where to.
 *
 * A line too long for people is cut around the token. Control characters of the
 * text are never sent to the terminal as they are.
 */
void weir_errors_print(const struct weir_errors *errors, FILE *to);

/**
 * weir_errors_free() - Free all and zero.
 */
void weir_errors_free(struct weir_errors *errors);

/**
 * weir_nearest() - The candidate that the user probably meant.
 * @word: What was written.
 * @candidates: NULL-terminated.
 *
 * Return: A candidate at most a third of the word away (edit distance with
 * transpositions), or NULL.
 */
const char *weir_nearest(const char *word, const char *const *candidates);

#endif /* WEIR_ERROR_H */
