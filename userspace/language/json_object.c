// SPDX-License-Identifier: GPL-2.0
/*
 * Tables, chains, rules and rulesets as JSON.
 */
#include "json.h"

static json_t *head_json(uint8_t family, const char *table)
{
	json_t *json = json_pack("{s:s}", "family", weir_family_name(family));

	if (table)
		json_object_set_new(json, "table", weir_json_string(table));
	return json;
}

static void set_handle(json_t *json, uint64_t handle)
{
	if (handle)
		json_object_set_new(json, "handle", weir_json_number(handle));
}

static void set_comment(json_t *json, const char *comment)
{
	if (comment)
		json_object_set_new(json, "comment", weir_json_string(comment));
}

static json_t *flags_json(uint32_t flags)
{
	const struct weir_symbol *flag;
	json_t *list = json_array();

	for (flag = weir_table_flag_names; flag->name; flag++)
		if (flags & flag->value)
			json_array_append_new(list, json_string(flag->name));
	return list;
}

json_t *weir_json_table(const struct weir_table *table, const struct weir_print_opts *opts)
{
	json_t *json = head_json(table->family, NULL);

	if (table->name)
		json_object_set_new(json, "name", weir_json_string(table->name));
	set_handle(json, table->handle);
	if (table->flags)
		json_object_set_new(json, "flags", flags_json(table->flags));
	set_comment(json, table->comment);
	return json_pack("{s:o}", "table", json);
}

json_t *weir_json_chain(const struct weir_chain *chain, const struct weir_print_opts *opts)
{
	json_t *json = head_json(chain->family, chain->table);

	if (chain->name)
		json_object_set_new(json, "name", weir_json_string(chain->name));
	if (chain->new_name)
		json_object_set_new(json, "newname", weir_json_string(chain->new_name));
	set_handle(json, chain->handle);
	set_comment(json, chain->comment);
	if (chain->base) {
		json_object_set_new(json, "type", json_string("filter"));
		json_object_set_new(json, "hook", json_string(weir_hook_name(chain->hook)));
		json_object_set_new(json, "prio", json_integer(chain->priority));
	}
	if (chain->has_policy)
		json_object_set_new(json, "policy",
				    json_string(weir_verdict_name(chain->policy)));
	return json_pack("{s:o}", "chain", json);
}

json_t *weir_json_rule(const struct weir_rule *rule, const struct weir_print_opts *opts)
{
	struct weir_print_opts item_opts = *opts;
	json_t *json = head_json(rule->family, rule->table);

	item_opts.family = rule->family;
	if (rule->chain)
		json_object_set_new(json, "chain", weir_json_string(rule->chain));
	set_handle(json, rule->handle);
	if (rule->has_index)
		json_object_set_new(json, "index", json_integer(rule->index));
	set_comment(json, rule->comment);
	json_object_set_new(json, "expr", weir_json_items(rule->items, &item_opts));
	return json_pack("{s:o}", "rule", json);
}

static void append_chains(json_t *list, const struct weir_chain_node *chain,
			  const struct weir_print_opts *opts)
{
	for (; chain; chain = chain->next)
		json_array_append_new(list, weir_json_chain(chain->chain, opts));
}

static void append_rules(json_t *list, const struct weir_chain_node *chain,
			 const struct weir_print_opts *opts)
{
	const struct weir_rule_node *rule;

	for (; chain; chain = chain->next)
		for (rule = chain->rules; rule; rule = rule->next)
			json_array_append_new(list, weir_json_rule(rule->rule, opts));
}

/* As nft: of each table all chains, then all rules, so that it loads in order. */
json_t *weir_json_ruleset(const struct weir_ruleset *ruleset, enum weir_fetch_what detail,
			  const struct weir_print_opts *opts)
{
	const struct weir_table_node *node;
	json_t *list = json_array();

	json_array_append_new(list, json_pack("{s:{s:s, s:s, s:i}}", "metainfo",
					      "version", WEIR_VERSION,
					      "release_name", "weir",
					      "json_schema_version", 1));
	for (node = ruleset->tables; node; node = node->next) {
		if (detail != WEIR_FETCH_CHAINS)
			json_array_append_new(list, weir_json_table(node->table, opts));
		if (detail == WEIR_FETCH_TABLES)
			continue;
		append_chains(list, node->chains, opts);
		if (detail != WEIR_FETCH_CHAINS)
			append_rules(list, node->chains, opts);
	}
	return json_pack("{s:o}", "nftables", list);
}
