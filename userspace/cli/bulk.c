// SPDX-License-Identifier: GPL-2.0
/*
 * Plain lists of elements on standard input: one element a line. They are read in
 * large blocks, and each block is packed and sent before the next one is read, so
 * that a list of any length takes the same memory.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"
#include "libweir/alloc.h"

/* Bytes of a block; no line is longer. */
#define BLOCK (256u << 10)
/* After so many errors in a block the rest of it is not looked at. */
#define MAX_ERRORS 20

/**
 * struct cli_bulk - A list while it is read.
 * @input: The block, for errors.
 * @filled: Bytes that it holds; those behind @input.size begin the next one.
 * @ended: There is no more.
 * @command: Whose list it is.
 * @elems: The elements of the block.
 * @last: The run that the last of them went to.
 * @last_n: How many that had then.
 * @places: Where each of them stands in the block.
 * @n: How many.
 * @room: How many there is room for.
 */
struct cli_bulk {
	struct weir_input input;
	size_t filled;
	bool ended;
	const struct weir_command *command;
	struct weir_elems *elems;
	const struct weir_elems *last;
	size_t last_n;
	uint32_t *places;
	size_t n;
	size_t room;
};

static struct cli_bulk *bulk_new(const struct weir_command *command)
{
	struct cli_bulk *bulk = weir_alloc(sizeof(*bulk));

	bulk->input.name = weir_strdup("<stdin>");
	bulk->input.text = weir_alloc(BLOCK + 1);
	bulk->command = command;
	return bulk;
}

/* Fills the block as far as it goes. */
static bool fill(struct cli_bulk *bulk, struct weir_errors *errors)
{
	while (!bulk->ended && bulk->filled < BLOCK) {
		ssize_t n = read(STDIN_FILENO, bulk->input.text + bulk->filled,
				 BLOCK - bulk->filled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			weir_error_add(errors, NULL, errno, "standard input cannot be read: %s",
				       strerror(errno));
			return false;
		}
		bulk->ended = !n;
		bulk->filled += n;
	}
	bulk->input.text[bulk->filled] = '\0';
	return true;
}

static size_t count_lines(const char *text, size_t len)
{
	const char *end = text + len;
	size_t n = 0;

	while ((text = memchr(text, '\n', end - text))) {
		text++;
		n++;
	}
	return n;
}

/* Goes to the next block, which begins and ends with whole lines. */
static bool next_block(struct cli_bulk *bulk, struct weir_errors *errors)
{
	struct weir_input *input = &bulk->input;
	const char *end;

	input->line += count_lines(input->text, input->size);
	bulk->filled -= input->size;
	memmove(input->text, input->text + input->size, bulk->filled);
	input->size = 0;
	if (!fill(bulk, errors))
		return false;
	end = memrchr(input->text, '\n', bulk->filled);
	input->size = bulk->ended ? bulk->filled : end ? (size_t)(end + 1 - input->text) : 0;
	if (input->size || !bulk->filled)
		return true;
	input->size = bulk->filled;
	weir_error_add(errors, &(struct weir_loc){ input, 0, 1 }, E2BIG,
		       "a line has at most %u bytes", BLOCK);
	return false;
}

/* How many elements came since it was asked the last time. */
static size_t count_new(struct cli_bulk *bulk)
{
	const struct weir_elems *run = bulk->last ? bulk->last : bulk->elems;
	size_t n = 0;

	for (; run; run = run->next) {
		n += run == bulk->last ? run->n - bulk->last_n : run->n;
		bulk->last = run;
		bulk->last_n = run->n;
	}
	return n;
}

/* Room for the places of so many more elements. */
static uint32_t *more_places(struct cli_bulk *bulk, size_t more)
{
	if (bulk->n + more > bulk->room) {
		bulk->room = 2 * (bulk->n + more);
		bulk->places = weir_realloc(bulk->places, bulk->room, sizeof(*bulk->places));
	}
	return bulk->places + bulk->n;
}

/* What is wrong with a line, at its text without blanks around and comment. */
static void line_error(struct cli_bulk *bulk, size_t offset, size_t len, const char *why,
		       struct weir_errors *errors)
{
	const char *line = bulk->input.text + offset, *comment = memchr(line, '#', len);
	struct weir_loc loc = { &bulk->input, offset, len };
	size_t blanks;

	if (comment)
		loc.len = comment - line;
	while (loc.len > 1 && strchr(" \t\r", line[loc.len - 1]))
		loc.len--;
	blanks = strspn(line, " \t");
	if (blanks < loc.len) {
		loc.offset += blanks;
		loc.len -= blanks;
	}
	weir_error_add(errors, &loc, 0, "%s", why);
}

/* Reads the lines that are read fast; returns where the first other one begins. */
static size_t parse_fast(struct cli_bulk *bulk, const struct weir_set *set, size_t offset)
{
	size_t n;

	do {
		offset = weir_elem_lines_parse(set, bulk->input.text, offset, &bulk->elems,
					       more_places(bulk, WEIR_LINES_MAX), &n);
		bulk->n += n;
	} while (n == WEIR_LINES_MAX);
	return offset;
}

static bool parse_line(struct cli_bulk *bulk, size_t offset, size_t len,
		       struct weir_errors *errors)
{
	const char *line = bulk->input.text + offset, *why;
	bool keys = weir_verb_takes_keys(bulk->command->verb);
	size_t more;
	bool fine;

	fine = weir_elem_line_parse(bulk->command->set, keys, line, len, &bulk->elems, &why);
	if (!fine)
		line_error(bulk, offset, len, why, errors);
	for (more = count_new(bulk); more; more--) {
		*more_places(bulk, 1) = offset + strspn(line, " \t");
		bulk->n++;
	}
	return fine;
}

static bool parse_block(struct cli_bulk *bulk, struct weir_errors *errors)
{
	const char *text = bulk->input.text, *end;
	size_t at = 0, size = bulk->input.size;
	unsigned int wrong = 0;

	while (wrong < MAX_ERRORS) {
		at = parse_fast(bulk, bulk->command->set, at);
		count_new(bulk);
		if (at >= size)
			break;
		end = memchr(text + at, '\n', size - at);
		if (!end)
			end = text + size;
		wrong += !parse_line(bulk, at, end - text - at, errors);
		at = end + 1 - text;
		if (at >= size)
			break;
	}
	if (wrong)
		return false;
	weir_elems_place(bulk->elems, &bulk->input, bulk->places);
	return true;
}

/* Standard input belongs to one command. */
static bool is_free(struct cli *cli, const struct weir_command *command,
		    struct weir_errors *errors)
{
	const char *why = NULL;

	if (cli->stdin_used)
		why = "standard input has the commands; it cannot have the elements, too";
	else if (cli->bulk && cli->bulk->command != command)
		why = "another command has read standard input already";
	if (why)
		weir_error_add(errors, &command->loc, 0, "%s", why);
	return !why;
}

bool cli_bulk_read(struct cli *cli, const struct weir_command *command,
		   const struct weir_elems **elems, struct weir_errors *errors)
{
	struct cli_bulk *bulk;

	if (!is_free(cli, command, errors))
		return false;
	if (!cli->bulk)
		cli->bulk = bulk_new(command);
	bulk = cli->bulk;
	do {
		weir_elems_free(bulk->elems);
		bulk->elems = NULL;
		bulk->last = NULL;
		bulk->n = 0;
		if (!next_block(bulk, errors) || !parse_block(bulk, errors))
			return false;
	} while (!bulk->elems && bulk->input.size);
	*elems = bulk->elems;
	return true;
}

void cli_bulk_end(struct cli *cli)
{
	struct cli_bulk *bulk = cli->bulk;

	if (!bulk)
		return;
	weir_elems_free(bulk->elems);
	free(bulk->places);
	free(bulk->input.name);
	free(bulk->input.text);
	free(bulk);
	cli->bulk = NULL;
}
