// SPDX-License-Identifier: GPL-2.0
/*
 * Sums over the tries of a reset. Rules and named objects are matched by handle,
 * as counters and quotas are by their order in the rule.
 */

#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "language/ext.h"
#include "reset.h"

static int compare(const void *a, const void *b)
{
	const struct weir_counted *x = a, *y = b;

	if (x->handle != y->handle)
		return x->handle < y->handle ? -1 : 1;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return strcmp(x->table, y->table);
}

static bool counts(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_COUNTER ||
	       (item->type == WEIR_ITEM_TYPE_MATCH && item->ext->add);
}

static void add_item(struct weir_item *to, const struct weir_item *from)
{
	if (to->type != from->type || to->ext != from->ext)
		return;
	if (to->ext) {
		to->ext->add(to->data, from->data);
	} else {
		to->packets += from->packets;
		to->bytes += from->bytes;
	}
}

/* Adds the nth item that counts of one rule to the nth of another. */
static void add_items(struct weir_item *to, const struct weir_item *from)
{
	for (; to; to = to->next) {
		if (!counts(to))
			continue;
		while (from && !counts(from))
			from = from->next;
		if (!from)
			return;
		add_item(to, from);
		from = from->next;
	}
}

/* A visit may take the items over and leave none. */
typedef void (*visit_fn)(struct weir_taken *taken, uint8_t family, const char *table,
			 uint64_t handle, struct weir_item **items);

static void visit_rules(struct weir_chain_node *chain, struct weir_taken *taken, visit_fn visit)
{
	struct weir_rule_node *node;

	for (; chain; chain = chain->next)
		for (node = chain->rules; node; node = node->next)
			visit(taken, node->rule->family, node->rule->table, node->rule->handle,
			      &node->rule->items);
}

static void visit_all(struct weir_ruleset *ruleset, struct weir_taken *taken, visit_fn visit)
{
	struct weir_table_node *table;
	struct weir_named_node *node;

	for (table = ruleset->tables; table; table = table->next) {
		visit_rules(table->chains, taken, visit);
		for (node = table->nameds; node; node = node->next)
			visit(taken, node->named->family, node->named->table,
			      node->named->handle, &node->named->stmt);
	}
}

static void merge(struct weir_taken *taken, uint8_t family, const char *table, uint64_t handle,
		  struct weir_item **items)
{
	struct weir_counted key = { family, (char *)table, handle, NULL }, *before;

	before = bsearch(&key, taken->counted, taken->n, sizeof(key), compare);
	if (before)
		add_items(*items, before->items);
}

static void append(struct weir_taken *taken, struct weir_counted counted)
{
	taken->counted = weir_realloc(taken->counted, taken->n + 1, sizeof(counted));
	taken->counted[taken->n++] = counted;
}

static void keep(struct weir_taken *taken, uint8_t family, const char *table, uint64_t handle,
		 struct weir_item **items)
{
	append(taken, (struct weir_counted){ family, weir_strdup(table), handle, *items });
	*items = NULL;
}

static void sort(struct weir_taken *taken)
{
	if (taken->n)
		qsort(taken->counted, taken->n, sizeof(*taken->counted), compare);
}

void weir_taken_free(struct weir_taken *taken)
{
	size_t i;

	for (i = 0; i < taken->n; i++) {
		free(taken->counted[i].table);
		weir_items_free(taken->counted[i].items);
	}
	free(taken->counted);
	*taken = (struct weir_taken){ 0 };
}

void weir_taken_merge(struct weir_ruleset *ruleset, struct weir_taken *taken, bool again)
{
	struct weir_taken sums = { 0 };
	size_t i, n;

	if (taken->n)
		visit_all(ruleset, taken, merge);
	if (!again)
		return;
	visit_all(ruleset, &sums, keep);
	sort(&sums);
	n = sums.n;
	for (i = 0; i < taken->n; i++) {
		struct weir_counted *before = &taken->counted[i];

		if (n && bsearch(before, sums.counted, n, sizeof(*before), compare))
			continue;
		append(&sums, *before);
		before->table = NULL;
		before->items = NULL;
	}
	weir_taken_free(taken);
	*taken = sums;
	sort(taken);
}
