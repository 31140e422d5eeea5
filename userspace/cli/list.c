// SPDX-License-Identifier: GPL-2.0
/*
 * list, reset and get. The elements of a set are fetched when its turn to be printed
 * comes: those of small sets to be sorted, those of large ones to be printed as they
 * come, so that no listing holds a large set.
 */

#include <errno.h>
#include <stdlib.h>
#include "cli.h"

/* Larger sets are listed in the order in which the kernel has them. */
#define SORT_MAX 65536
/* Bytes of text that are collected before they are written. */
#define WRITE_AT (1u << 20)
#define MAX_TRIES 100

/**
 * struct listing - What is printed, and how far it is.
 * @cli: The program.
 * @opts: How to print.
 * @command: What was asked for.
 * @what: How much of it.
 * @ruleset: All but the elements.
 * @errors: Takes what is wrong.
 * @buf: Text that was not written yet.
 * @written: Some was written, so that it cannot begin anew.
 * @set: The set whose elements come.
 * @at: How far its text is.
 * @found: The elements to print instead of all, of a get.
 */
struct listing {
	struct cli *cli;
	struct weir_print_opts opts;
	const struct weir_command *command;
	enum weir_fetch_what what;
	struct weir_ruleset *ruleset;
	struct weir_errors errors;
	struct weir_buf buf;
	bool written;
	const struct weir_set *set;
	size_t *at;
	struct weir_elems *found;
};

static enum weir_fetch_what what_of(const struct weir_command *command)
{
	switch (command->object) {
	case WEIR_OBJECT_NAMEDS:
	case WEIR_OBJECT_NAMED:
		return command->verb == WEIR_VERB_RESET ? WEIR_FETCH_NAMEDS_RESET :
		       WEIR_FETCH_NAMEDS;
	case WEIR_OBJECT_SETS:
	case WEIR_OBJECT_MAPS:
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
	case WEIR_OBJECT_ELEMENT:
		return WEIR_FETCH_SETS;
	case WEIR_OBJECT_TABLES:
		return WEIR_FETCH_TABLES;
	case WEIR_OBJECT_CHAINS:
		return WEIR_FETCH_CHAINS;
	default:
		return command->verb == WEIR_VERB_RESET ? WEIR_FETCH_RESET : WEIR_FETCH_RULES;
	}
}

static void filter_set(struct weir_filter *filter, const struct weir_set *set)
{
	filter->family = set->family;
	filter->table = set->table;
	filter->table_loc = &set->table_loc;
	filter->set = set->name;
	filter->set_loc = &set->loc;
}

static void filter_named(struct weir_filter *filter, const struct weir_named *named)
{
	filter->family = named->family;
	filter->table = named->table;
	filter->table_loc = &named->table_loc;
	filter->named = named->name;
	filter->named_type = named->type;
	filter->set_loc = &named->loc;
}

struct weir_filter cli_filter(const struct weir_command *command)
{
	struct weir_filter filter = { 0 };

	if (command->table) {
		filter.family = command->table->family;
		filter.table = command->table->name;
		filter.table_loc = &command->table->loc;
	} else if (command->chain) {
		filter.family = command->chain->family;
		filter.table = command->chain->table;
		filter.table_loc = &command->chain->table_loc;
		filter.chain = command->chain->name;
		filter.chain_loc = &command->chain->loc;
	} else if (command->rule) {
		filter.family = command->rule->family;
		filter.table = command->rule->table;
		filter.table_loc = &command->rule->table_loc;
		filter.chain = command->rule->chain;
		filter.chain_loc = &command->rule->chain_loc;
		filter.handle = command->rule->handle;
		filter.rule_loc = &command->rule->where_loc;
	} else if (command->set) {
		filter_set(&filter, command->set);
	} else if (command->named) {
		filter_named(&filter, command->named);
	}
	return filter;
}

/* Of all tables, only those that have such objects. */
static void keep_tables(struct weir_ruleset *ruleset)
{
	struct weir_table_node **node;

	for (node = &ruleset->tables; *node;) {
		struct weir_table_node *table = *node;

		if (table->nameds) {
			node = &table->next;
			continue;
		}
		*node = table->next;
		weir_table_free(table->table);
		free(table);
	}
}

/* Of all sets, only the maps, or only the others. */
static void keep_kind(struct weir_ruleset *ruleset, bool maps)
{
	struct weir_table_node *table;
	struct weir_set_node **node;

	for (table = ruleset->tables; table; table = table->next) {
		for (node = &table->sets; *node;) {
			struct weir_set_node *set = *node;
			bool is_map = set->set->data_type != WEIR_DATA_TYPE_NONE;

			if (is_map == maps) {
				node = &set->next;
				continue;
			}
			*node = set->next;
			weir_set_free(set->set);
			free(set);
		}
	}
}

static int write_out(struct listing *listing)
{
	if (listing->buf.len)
		fwrite(listing->buf.text, 1, listing->buf.len, stdout);
	listing->buf.len = 0;
	listing->written = true;
	return ferror(stdout);
}

static void print_elems(struct listing *listing, const struct weir_elems *elems)
{
	const struct weir_print_opts *opts = &listing->opts;

	if (listing->cli->json)
		weir_json_print_elems(&listing->buf, listing->set, elems, listing->at, opts);
	else
		weir_print_elems(&listing->buf, listing->set, elems, listing->at, opts);
}

static int take_to_print(void *data, struct weir_elems **elems)
{
	struct listing *listing = data;

	print_elems(listing, *elems);
	return listing->buf.len < WRITE_AT ? 0 : write_out(listing);
}

static int take_to_sort(void *data, struct weir_elems **elems)
{
	weir_elems_join(data, *elems);
	*elems = NULL;
	return 0;
}

/* A list of sets has an order of its own. */
static bool is_sorted(const struct weir_set *set)
{
	return set->count <= SORT_MAX && !(set->flags & WEIR_SET_FLAGS_LIST);
}

static int list_sorted(struct listing *listing, uint64_t gen, bool reset)
{
	struct weir_elems *elems = NULL;
	int result;

	result = weir_fetch_elems(listing->cli->sock, listing->set, gen, reset, take_to_sort,
				  &elems, &listing->errors);
	/* What was reset is shown in any case. */
	if (!result || reset) {
		weir_elems_sort(&elems, listing->set);
		print_elems(listing, elems);
	}
	weir_elems_free(elems);
	return result;
}

static int list_elems(void *data, struct weir_buf *buf, const struct weir_set *set, size_t *at)
{
	struct listing *listing = data;
	bool reset = listing->command->verb == WEIR_VERB_RESET;
	uint64_t gen = reset ? 0 : listing->ruleset->gen;

	listing->set = set;
	listing->at = at;
	if (listing->command->object == WEIR_OBJECT_ELEMENT) {
		print_elems(listing, listing->found);
		return 0;
	}
	if (is_sorted(set))
		return list_sorted(listing, gen, reset);
	return weir_fetch_elems(listing->cli->sock, set, gen, reset, take_to_print, listing,
				&listing->errors);
}

static int print(struct listing *listing)
{
	const struct weir_elem_source source = { list_elems, listing };
	const struct weir_print_opts *opts = &listing->opts;
	int result;

	if (!listing->cli->json)
		return weir_print_listing(&listing->buf, listing->ruleset, listing->what, opts,
					  &source);
	result = weir_json_listing(&listing->buf, listing->ruleset, listing->what, opts, &source);
	weir_buf_str(&listing->buf, "\n");
	return result;
}

/* Whether another writer came between, and nothing was shown yet. */
static bool is_to_repeat(const struct listing *listing)
{
	return listing->errors.first && listing->errors.first->code == EAGAIN &&
	       !listing->written && listing->command->verb != WEIR_VERB_RESET;
}

static int fetch(struct listing *listing)
{
	struct weir_filter filter = cli_filter(listing->command);
	enum weir_object object = listing->command->object;

	filter.explain = listing->opts.engine;
	listing->ruleset = weir_fetch(listing->cli->sock, listing->what, &filter,
				      &listing->errors);
	if (!listing->ruleset)
		return -1;
	if (object == WEIR_OBJECT_SETS || object == WEIR_OBJECT_MAPS)
		keep_kind(listing->ruleset, object == WEIR_OBJECT_MAPS);
	if (object == WEIR_OBJECT_NAMEDS)
		keep_tables(listing->ruleset);
	return 0;
}

static int list_once(struct listing *listing)
{
	int result = fetch(listing);

	if (!result)
		result = print(listing);
	if (!result || listing->command->verb == WEIR_VERB_RESET)
		write_out(listing);
	weir_buf_free(&listing->buf);
	weir_ruleset_free(listing->ruleset);
	return result;
}

/* Why a listing that another writer interrupted was not repeated. */
static void explain(const struct listing *listing)
{
	struct weir_error *error = listing->errors.first;

	if (!error || error->code != EAGAIN)
		return;
	if (listing->command->verb == WEIR_VERB_RESET)
		weir_error_hint(error, "what is shown was reset, and is not all; reset it again for the rest");
	else if (listing->written)
		weir_error_hint(error, "what is shown is not all of it; list it again");
	else
		weir_error_hint(error, "this happened %u times in a row; somebody changes it all the time",
				MAX_TRIES);
}

enum cli_status cli_list(struct cli *cli, const struct weir_command *command)
{
	struct listing listing = {
		.cli = cli,
		.opts = cli->print,
		.command = command,
		.what = what_of(command),
	};
	unsigned int tries = 0;
	int result;

	/* Elements that nobody sees would not be reset. */
	if (command->verb == WEIR_VERB_RESET)
		listing.opts.terse = false;

	if (!cli_connect(cli, &listing.errors)) {
		cli_fail(&listing.errors);
		return CLI_NO_KERNEL;
	}
	while ((result = list_once(&listing)) && is_to_repeat(&listing) && ++tries < MAX_TRIES)
		weir_errors_free(&listing.errors);
	if (result)
		explain(&listing);
	return result ? cli_fail(&listing.errors) : CLI_OK;
}

/* Asks for keys in the set as the kernel declares it; 1 if it has them all, 0 if not. */
static int test_some(struct listing *listing, const struct weir_elems *elems)
{
	struct weir_set *set = listing->ruleset->tables->sets->set;
	struct weir_elems *found = NULL;
	int result;

	set->elems = (struct weir_elems *)elems;
	result = weir_test_elems(listing->cli->sock, set, listing->command->verb == WEIR_VERB_RESET,
				 &found, &listing->errors);
	set->elems = NULL;
	if (result > 0)
		weir_elems_join(&listing->found, found);
	else
		weir_elems_free(found);
	return result;
}

/* The keys of the command: its own, or those on standard input. */
static int test(struct listing *listing)
{
	const struct weir_elems *elems;
	int result;

	if (!listing->command->from_stdin)
		return test_some(listing, listing->command->set->elems);
	do {
		if (!cli_bulk_read(listing->cli, listing->command, &elems, &listing->errors))
			return -1;
		result = elems ? test_some(listing, elems) : 1;
	} while (elems && result > 0);
	return result;
}

static enum cli_status get(struct listing *listing)
{
	enum weir_verb verb = listing->command->verb;
	int result;

	if (fetch(listing))
		return cli_fail(&listing->errors);
	result = test(listing);
	/* Of a long list, some may have been reset when another one was not there. */
	if ((result > 0 && verb != WEIR_VERB_TEST) ||
	    (verb == WEIR_VERB_RESET && listing->found)) {
		print(listing);
		write_out(listing);
	}
	if (result < 0 || (!result && verb != WEIR_VERB_TEST))
		return cli_fail(&listing->errors);
	weir_errors_free(&listing->errors);
	return result ? CLI_OK : CLI_REFUSED;
}

enum cli_status cli_get(struct cli *cli, const struct weir_command *command)
{
	struct listing listing = {
		.cli = cli,
		.opts = cli->print,
		.command = command,
		.what = WEIR_FETCH_SETS,
	};
	enum cli_status status;

	if (!cli_connect(cli, &listing.errors)) {
		cli_fail(&listing.errors);
		return CLI_NO_KERNEL;
	}
	status = get(&listing);
	weir_elems_free(listing.found);
	weir_ruleset_free(listing.ruleset);
	weir_buf_free(&listing.buf);
	return status;
}
