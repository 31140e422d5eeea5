// SPDX-License-Identifier: GPL-2.0
/* Freeing what was listed, and what one object tells of another. */

#include <stdlib.h>
#include <string.h>
#include "fetch.h"
#include "weir.h"

static void free_rules(struct weir_rule_node *rules)
{
	while (rules) {
		struct weir_rule_node *next = rules->next;

		weir_rule_free(rules->rule);
		free(rules);
		rules = next;
	}
}

static void free_chains(struct weir_chain_node *chains)
{
	while (chains) {
		struct weir_chain_node *next = chains->next;

		free_rules(chains->rules);
		weir_chain_free(chains->chain);
		free(chains);
		chains = next;
	}
}

static void free_sets(struct weir_set_node *sets)
{
	while (sets) {
		struct weir_set_node *next = sets->next;

		weir_set_free(sets->set);
		free(sets);
		sets = next;
	}
}

static void free_nameds(struct weir_named_node *nameds)
{
	while (nameds) {
		struct weir_named_node *next = nameds->next;

		weir_named_free(nameds->named);
		free(nameds);
		nameds = next;
	}
}

void weir_ruleset_free(struct weir_ruleset *ruleset)
{
	struct weir_table_node *table, *next;

	if (!ruleset)
		return;
	for (table = ruleset->tables; table; table = next) {
		next = table->next;
		free_chains(table->chains);
		free_sets(table->sets);
		free_nameds(table->nameds);
		weir_table_free(table->table);
		free(table);
	}
	free(ruleset);
}

/* What a rule writes into a map has the type that the map declares. */
static void find_type(const struct weir_table_node *table, struct weir_item *item)
{
	const struct weir_set_node *node;

	for (node = table->sets; node; node = node->next) {
		const struct weir_set *set = node->set;

		if (set->data_type == WEIR_DATA_TYPE_VALUE &&
		    !strcmp(set->name, item->lookup->set))
			item->update->data_type = set->data.fields[0];
	}
}

void weir_ruleset_types(struct weir_ruleset *ruleset)
{
	const struct weir_table_node *table;
	const struct weir_chain_node *chain;
	const struct weir_rule_node *rule;
	struct weir_item *item;

	for (table = ruleset->tables; table; table = table->next)
		for (chain = table->chains; chain; chain = chain->next)
			for (rule = chain->rules; rule; rule = rule->next)
				for (item = rule->rule->items; item; item = item->next)
					if (item->update && item->update->has_data)
						find_type(table, item);
}
