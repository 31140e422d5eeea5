// SPDX-License-Identifier: GPL-2.0
/*
 * Sums over the tries of a reset. Rules are matched by handle, as counters are
 * by their order in the rule.
 */

#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "reset.h"

static int compare_rules(const void *a, const void *b)
{
	const struct weir_rule *x = *(struct weir_rule *const *)a;
	const struct weir_rule *y = *(struct weir_rule *const *)b;
	int order;

	if (x->handle != y->handle)
		return x->handle < y->handle ? -1 : 1;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	order = strcmp(x->table, y->table);
	return order ? order : strcmp(x->chain, y->chain);
}

/* Adds the nth counter of one rule to the nth of another. */
static void add_counters(struct weir_rule *to, const struct weir_rule *from)
{
	const struct weir_item *item = from->items;
	struct weir_item *sum;

	for (sum = to->items; sum; sum = sum->next) {
		if (sum->type != WEIR_ITEM_TYPE_COUNTER)
			continue;
		while (item && item->type != WEIR_ITEM_TYPE_COUNTER)
			item = item->next;
		if (!item)
			return;
		sum->packets += item->packets;
		sum->bytes += item->bytes;
		item = item->next;
	}
}

static void visit_rules(struct weir_ruleset *ruleset, struct weir_taken *taken,
			void (*visit)(struct weir_taken *taken, struct weir_rule_node *node))
{
	struct weir_table_node *table;
	struct weir_chain_node *chain;
	struct weir_rule_node *rule;

	for (table = ruleset->tables; table; table = table->next)
		for (chain = table->chains; chain; chain = chain->next)
			for (rule = chain->rules; rule; rule = rule->next)
				visit(taken, rule);
}

static void merge_rule(struct weir_taken *taken, struct weir_rule_node *node)
{
	struct weir_rule **before;

	before = bsearch(&node->rule, taken->rules, taken->n, sizeof(*taken->rules),
			 compare_rules);
	if (before)
		add_counters(node->rule, *before);
}

/* Takes the rule over; the node is left without one. */
static void keep_rule(struct weir_taken *taken, struct weir_rule_node *node)
{
	taken->rules = weir_realloc(taken->rules, taken->n + 1, sizeof(*taken->rules));
	taken->rules[taken->n++] = node->rule;
	node->rule = NULL;
}

void weir_taken_free(struct weir_taken *taken)
{
	size_t i;

	for (i = 0; i < taken->n; i++)
		weir_rule_free(taken->rules[i]);
	free(taken->rules);
	*taken = (struct weir_taken){ 0 };
}

void weir_taken_merge(struct weir_ruleset *ruleset, struct weir_taken *taken, bool again)
{
	struct weir_taken sums = { 0 };
	size_t i, n;

	if (taken->n)
		visit_rules(ruleset, taken, merge_rule);
	if (!again)
		return;
	visit_rules(ruleset, &sums, keep_rule);
	n = sums.n;
	if (n)
		qsort(sums.rules, n, sizeof(*sums.rules), compare_rules);
	for (i = 0; i < taken->n; i++) {
		if (n && bsearch(&taken->rules[i], sums.rules, n, sizeof(*sums.rules),
				 compare_rules))
			continue;
		sums.rules = weir_realloc(sums.rules, sums.n + 1, sizeof(*sums.rules));
		sums.rules[sums.n++] = taken->rules[i];
		taken->rules[i] = NULL;
	}
	weir_taken_free(taken);
	*taken = sums;
	if (taken->n)
		qsort(taken->rules, taken->n, sizeof(*taken->rules), compare_rules);
}
