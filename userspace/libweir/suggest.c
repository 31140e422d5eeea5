// SPDX-License-Identifier: GPL-2.0
/* "Did you mean": names that exist, beside one that does not. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "sock.h"
#include "wire.h"

struct names {
	const char **list;
	size_t n;
};

static void add_name(struct names *names, const char *name)
{
	if (!name)
		return;
	names->list = weir_realloc(names->list, names->n + 2, sizeof(*names->list));
	names->list[names->n++] = name;
	names->list[names->n] = NULL;
}

static void add_kernel_names(struct names *names, const struct weir_ruleset *ruleset)
{
	struct weir_table_node *table;
	struct weir_chain_node *chain;
	struct weir_set_node *set;

	for (table = ruleset->tables; table; table = table->next) {
		add_name(names, table->table->name);
		for (chain = table->chains; chain; chain = chain->next)
			add_name(names, chain->chain->name);
		for (set = table->sets; set; set = set->next)
			add_name(names, set->set->name);
	}
}

/* Names that the commands would have made. */
static void add_new_names(struct names *names, const struct weir_command *command)
{
	for (; command; command = command->next) {
		if (command->verb != WEIR_VERB_ADD && command->verb != WEIR_VERB_CREATE)
			continue;
		if (command->object == WEIR_OBJECT_TABLE && command->table)
			add_name(names, command->table->name);
		if (command->object == WEIR_OBJECT_CHAIN && command->chain)
			add_name(names, command->chain->name);
		if (command->set && command->object != WEIR_OBJECT_ELEMENT)
			add_name(names, command->set->name);
	}
}

static void suggest_one(const struct names *names, struct weir_error *error)
{
	const char *nearest;
	char *word;

	if (error->code != ENOENT || error->hint || !error->loc.input ||
	    error->loc.len > WEIR_NAME_MAX)
		return;
	word = weir_strndup(error->loc.input->text + error->loc.offset, error->loc.len);
	nearest = weir_nearest(word, names->list);
	if (nearest && strcmp(nearest, word))
		weir_error_hint(error, "did you mean \"%s\"?", nearest);
	free(word);
}

void weir_suggest(struct weir_sock *sock, const struct weir_command *commands,
		  struct weir_errors *errors)
{
	struct weir_ruleset *ruleset;
	struct weir_errors ignored = { 0 };
	struct names names = { 0 };
	struct weir_error *error;

	for (error = errors->first; error; error = error->next)
		if (error->code == ENOENT && error->loc.input)
			break;
	if (!error)
		return;
	ruleset = weir_fetch(sock, WEIR_FETCH_NAMES, NULL, &ignored);
	if (ruleset)
		add_kernel_names(&names, ruleset);
	add_new_names(&names, commands);
	for (error = errors->first; error && names.n; error = error->next)
		suggest_one(&names, error);
	free(names.list);
	weir_ruleset_free(ruleset);
	weir_errors_free(&ignored);
}
