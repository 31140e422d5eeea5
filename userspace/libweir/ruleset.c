// SPDX-License-Identifier: GPL-2.0
/* Freeing what was listed. */

#include <stdlib.h>
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

void weir_ruleset_free(struct weir_ruleset *ruleset)
{
	struct weir_table_node *table, *next;

	if (!ruleset)
		return;
	for (table = ruleset->tables; table; table = next) {
		next = table->next;
		free_chains(table->chains);
		weir_table_free(table->table);
		free(table);
	}
	free(ruleset);
}
