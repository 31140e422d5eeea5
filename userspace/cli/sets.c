// SPDX-License-Identifier: GPL-2.0
/* Sets of the kernel, for the parser: how to read an element is said by its set. */

#include <stdlib.h>
#include <string.h>
#include "cli.h"
#include "libweir/alloc.h"

/* Errors do not matter: then there are no sets. */
static struct weir_ruleset *fetch(struct cli *cli)
{
	struct weir_ruleset *ruleset = NULL;
	struct weir_errors ignored = { 0 };

	if (cli_connect(cli, &ignored))
		ruleset = weir_fetch(cli->sock, WEIR_FETCH_SETS, NULL, &ignored);
	weir_errors_free(&ignored);
	return ruleset;
}

/* The sets of a table, asked for once. */
static const struct weir_set_node *known_sets(struct cli *cli, uint8_t family,
					      const char *table)
{
	const struct weir_table_node *node;

	if (!cli->asked)
		cli->known = fetch(cli);
	cli->asked = true;
	for (node = cli->known ? cli->known->tables : NULL; node; node = node->next)
		if (node->table->family == family && !strcmp(node->table->name, table))
			return node->sets;
	return NULL;
}

const struct weir_set *cli_find_set(void *data, uint8_t family, const char *table,
				    const char *name)
{
	const struct weir_set_node *set;

	for (set = known_sets(data, family, table); set; set = set->next)
		if (!strcmp(set->set->name, name))
			return set->set;
	return NULL;
}

const char *cli_nearest_set(void *data, uint8_t family, const char *table, const char *name)
{
	const struct weir_set_node *set;
	const char **names = NULL, *nearest;
	size_t n = 0;

	for (set = known_sets(data, family, table); set; set = set->next) {
		names = weir_realloc(names, n + 2, sizeof(*names));
		names[n++] = set->set->name;
		names[n] = NULL;
	}
	nearest = names ? weir_nearest(name, names) : NULL;
	free(names);
	return nearest;
}

void cli_forget_sets(struct cli *cli)
{
	weir_ruleset_free(cli->known);
	cli->known = NULL;
	cli->asked = false;
}
