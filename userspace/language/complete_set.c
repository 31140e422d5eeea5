// SPDX-License-Identifier: GPL-2.0
/*
 * Words that may come next: names of what the kernel has, and what stands in the
 * block of a set or map.
 */
#include <string.h>
#include "complete.h"
#include "ext.h"

/* Names */

static bool is_table(const struct weir_completion *completion, const struct weir_table *table)
{
	return table->family == completion->family && !strcmp(table->name, completion->table);
}

static const struct weir_table_node *find_table(const struct weir_completion *completion)
{
	const struct weir_table_node *node;

	node = completion->ruleset ? completion->ruleset->tables : NULL;
	while (node && !is_table(completion, node->table))
		node = node->next;
	return node;
}

void weir_offer_tables(struct weir_completion *completion)
{
	const struct weir_table_node *node;

	node = completion->ruleset ? completion->ruleset->tables : NULL;
	for (; node; node = node->next)
		if (node->table->family == completion->family)
			weir_offer(completion, node->table->name);
}

static bool is_kind(const struct weir_set *set, const char *kind)
{
	bool is_map = set->data_type != WEIR_DATA_TYPE_NONE;

	return !strcmp(kind, "element") || !strcmp(kind, is_map ? "map" : "set");
}

void weir_offer_names(struct weir_completion *completion, const char *kind)
{
	const struct weir_table_node *table = find_table(completion);
	const struct weir_named_node *named;
	const struct weir_chain_node *chain;
	const struct weir_set_node *set;

	if (!table)
		return;
	if (!strcmp(kind, "chain") || !strcmp(kind, "rule"))
		for (chain = table->chains; chain; chain = chain->next)
			weir_offer(completion, chain->chain->name);
	for (set = table->sets; set; set = set->next)
		if (is_kind(set->set, kind))
			weir_offer(completion, set->set->name);
	for (named = table->nameds; named; named = named->next)
		if (!strcmp(named->named->type, kind))
			weir_offer(completion, named->named->name);
}

static void offer_ref(struct weir_completion *completion, const char *name)
{
	struct weir_buf ref = {};

	weir_buf_add(&ref, "@%s", name);
	weir_offer(completion, ref.text);
	weir_buf_free(&ref);
}

void weir_offer_refs(struct weir_completion *completion)
{
	const struct weir_table_node *table = find_table(completion);
	const struct weir_set_node *set;
	size_t at;

	for (set = table ? table->sets : NULL; set; set = set->next)
		offer_ref(completion, set->set->name);
	for (at = 0; at < completion->declared.len;
	     at += strlen(completion->declared.text + at) + 1)
		offer_ref(completion, completion->declared.text + at);
}

/* Members of lists */

static bool is_list(const struct weir_completion *completion, const char *name)
{
	const struct weir_table_node *table = find_table(completion);
	const struct weir_set_node *set;

	for (set = table ? table->sets : NULL; set; set = set->next)
		if (!strcmp(set->set->name, name))
			return set->set->flags & WEIR_SET_FLAGS_LIST;
	return false;
}

void weir_offer_members(struct weir_completion *completion, const char *name)
{
	const char *last = weir_word_before(completion, 1);

	if (!is_list(completion, name))
		return;
	if (!strcmp(last, "{") || !strcmp(last, ",") || !strcmp(last, "before"))
		weir_offer_refs(completion);
	else if (*last == '@' && strcmp(weir_word_before(completion, 2), "before"))
		weir_offer(completion, "before");
}

/* Blocks */

static void offer_types(struct weir_completion *completion)
{
	for (unsigned int i = 0; weir_datatypes[i]; i++)
		if (weir_datatypes[i]->len)
			weir_offer(completion, weir_datatypes[i]->name);
}

/* Behind the colon: what the elements of a map lead to. */
static void offer_map_types(struct weir_completion *completion, bool types)
{
	static const char *const objects[] = { "verdict", "counter", "quota", "limit", NULL };

	weir_offer_all(completion, objects);
	if (types)
		offer_types(completion);
	else
		weir_offer_rule(completion);
}

static void offer_elements(struct weir_completion *completion)
{
	static const char *const options[] = { "timeout", "expires", "comment", "counter",
					       "nomatch", NULL };
	const char *last = weir_word_before(completion, 1);

	if (!strcmp(last, "elements"))
		weir_offer(completion, "=");
	else if (!strcmp(last, "="))
		weir_offer(completion, "{");
	else if (*completion->begin == '@')
		weir_offer_refs(completion);
	else if (strcmp(last, "{") && strcmp(last, ","))
		weir_offer_all(completion, options);
}

void weir_offer_set_block(struct weir_completion *completion)
{
	static const char *const settings[] = {
		"type", "typeof", "flags", "timeout", "gc-interval", "size", "policy",
		"elements", "auto-merge", "counter", "limit", "quota", "comment", NULL
	};
	const char *first = completion->n ? completion->words[0] : "";
	const char *last = weir_word_before(completion, 1);
	bool types = !strcmp(first, "type");

	if (!completion->n)
		weir_offer_all(completion, settings);
	else if ((types || !strcmp(first, "typeof")) && !strcmp(last, ":"))
		offer_map_types(completion, types);
	else if (types)
		offer_types(completion);
	else if (!strcmp(first, "typeof"))
		weir_offer_rule(completion);
	else if (!strcmp(first, "flags"))
		weir_offer_symbols(completion, weir_set_flag_names);
	else if (!strcmp(first, "policy"))
		weir_offer_symbols(completion, weir_set_policies);
	else if (!strcmp(first, "elements"))
		offer_elements(completion);
	else if (weir_ext_find(WEIR_EXT_MATCH, first))
		weir_offer_all(completion, weir_ext_find(WEIR_EXT_MATCH, first)->words);
}
