// SPDX-License-Identifier: GPL-2.0
/*
 * Tables, chains, rules and rulesets as JSON. Sets are in json_set.c.
 */
#include "json.h"

json_t *weir_json_head(uint8_t family, const char *table)
{
	json_t *json = json_pack("{s:s}", "family", weir_family_name(family));

	if (table)
		json_object_set_new(json, "table", weir_json_string(table));
	return json;
}

void weir_json_set_handle(json_t *json, uint64_t handle)
{
	if (handle)
		json_object_set_new(json, "handle", weir_json_number(handle));
}

void weir_json_set_comment(json_t *json, const char *comment)
{
	if (comment)
		json_object_set_new(json, "comment", weir_json_string(comment));
}

json_t *weir_json_flags(const struct weir_symbol *names, uint32_t flags)
{
	json_t *list = json_array();

	for (; names->name; names++)
		if (flags & names->value)
			json_array_append_new(list, json_string(names->name));
	return list;
}

json_t *weir_json_table(const struct weir_table *table, const struct weir_print_opts *opts)
{
	json_t *json = weir_json_head(table->family, NULL);

	if (table->name)
		json_object_set_new(json, "name", weir_json_string(table->name));
	weir_json_set_handle(json, table->handle);
	if (table->flags)
		json_object_set_new(json, "flags",
				    weir_json_flags(weir_table_flag_names, table->flags));
	weir_json_set_comment(json, table->comment);
	return json_pack("{s:o}", "table", json);
}

json_t *weir_json_chain(const struct weir_chain *chain, const struct weir_print_opts *opts)
{
	json_t *json = weir_json_head(chain->family, chain->table);

	if (chain->name)
		json_object_set_new(json, "name", weir_json_string(chain->name));
	if (chain->new_name)
		json_object_set_new(json, "newname", weir_json_string(chain->new_name));
	weir_json_set_handle(json, chain->handle);
	weir_json_set_comment(json, chain->comment);
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
	json_t *json = weir_json_head(rule->family, rule->table);

	item_opts.family = rule->family;
	if (rule->chain)
		json_object_set_new(json, "chain", weir_json_string(rule->chain));
	weir_json_set_handle(json, rule->handle);
	if (rule->has_index)
		json_object_set_new(json, "index", json_integer(rule->index));
	weir_json_set_comment(json, rule->comment);
	if (opts->engine && rule->unindexed != WEIR_UNINDEXED_NONE)
		json_object_set_new(json, "unindexed", weir_json_unindexed(rule->unindexed));
	json_object_set_new(json, "expr", weir_json_items(rule->items, &item_opts));
	return json_pack("{s:o}", "rule", json);
}

/* Rulesets */

/**
 * struct listing - Where the objects of a listing go.
 * @list: An array, or NULL for @buf.
 * @buf: Text.
 * @source: Of the elements, or NULL.
 */
struct listing {
	json_t *list;
	struct weir_buf *buf;
	const struct weir_print_opts *opts;
	const struct weir_elem_source *source;
};

static void text_add(struct weir_buf *buf, const json_t *json)
{
	size_t len = json_dumpb(json, NULL, 0, JSON_ENCODE_ANY);

	json_dumpb(json, weir_buf_room(buf, len), len, JSON_ENCODE_ANY);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void weir_json_print_elems(struct weir_buf *buf, const struct weir_set *set,
			   const struct weir_elems *elems, size_t *at,
			   const struct weir_print_opts *opts)
{
	json_t *array = json_array(), *elem;
	size_t i;

	weir_json_elems(array, set, elems, opts);
	json_array_foreach(array, i, elem) {
		if ((*at)++)
			weir_buf_str(buf, ", ");
		text_add(buf, elem);
	}
	json_decref(array);
}

/* Takes over @json. */
static void emit(const struct listing *listing, json_t *json)
{
	if (listing->list) {
		json_array_append_new(listing->list, json);
		return;
	}
	weir_buf_str(listing->buf, ", ");
	text_add(listing->buf, json);
	json_decref(json);
}

/* In text, elements are put in front of the braces that end their set. */
static int emit_set(const struct listing *listing, const struct weir_set *set)
{
	struct weir_buf *buf = listing->buf;
	struct weir_set bare = *set;
	size_t at = 0;
	int ret;

	if (listing->source)
		bare.elems = NULL;
	emit(listing, weir_json_set(&bare, listing->opts));
	if (!listing->source || listing->opts->terse)
		return 0;
	buf->len -= 2;
	weir_buf_str(buf, ", \"elem\": [");
	ret = listing->source->list(listing->source->data, buf, set, &at);
	weir_buf_str(buf, "]}}");
	return ret;
}

static void emit_chains(const struct listing *listing, const struct weir_chain_node *chain)
{
	json_t *json;

	for (; chain; chain = chain->next) {
		json = weir_json_chain(chain->chain, listing->opts);
		if (listing->opts->engine)
			json_object_set_new(json_object_get(json, "chain"), "engine",
					    weir_json_engine(chain->chain->engine,
							     listing->opts));
		emit(listing, json);
	}
}

static void emit_rules(const struct listing *listing, const struct weir_chain_node *chain)
{
	const struct weir_rule_node *rule;

	for (; chain; chain = chain->next)
		for (rule = chain->rules; rule; rule = rule->next)
			emit(listing, weir_json_rule(rule->rule, listing->opts));
}

/*
 * What others refer to comes first, so that it loads in order: chains before maps
 * that lead there, sets before rules.
 */
static int emit_table(const struct listing *listing, const struct weir_table_node *node,
		      enum weir_fetch_what detail)
{
	const struct weir_named_node *named;
	const struct weir_set_node *set;
	int ret = 0;

	if (detail != WEIR_FETCH_CHAINS && detail != WEIR_FETCH_NAMEDS)
		emit(listing, weir_json_table(node->table, listing->opts));
	if (detail == WEIR_FETCH_TABLES)
		return 0;
	emit_chains(listing, node->chains);
	if (detail == WEIR_FETCH_CHAINS)
		return 0;
	for (named = node->nameds; named; named = named->next)
		emit(listing, weir_json_named(named->named, listing->opts));
	for (set = node->sets; set && !ret; set = set->next)
		ret = emit_set(listing, set->set);
	emit_rules(listing, node->chains);
	return ret;
}

static json_t *metainfo(void)
{
	return json_pack("{s:{s:s, s:s, s:i}}", "metainfo", "version", WEIR_VERSION,
			 "release_name", "weir", "json_schema_version", 1);
}

json_t *weir_json_ruleset(const struct weir_ruleset *ruleset, enum weir_fetch_what detail,
			  const struct weir_print_opts *opts)
{
	struct listing listing = { .list = json_array(), .opts = opts };
	const struct weir_table_node *node;

	json_array_append_new(listing.list, metainfo());
	for (node = ruleset->tables; node; node = node->next)
		emit_table(&listing, node, detail);
	return json_pack("{s:o}", "nftables", listing.list);
}

int weir_json_listing(struct weir_buf *buf, const struct weir_ruleset *ruleset,
		      enum weir_fetch_what detail, const struct weir_print_opts *opts,
		      const struct weir_elem_source *source)
{
	struct listing listing = { .buf = buf, .opts = opts, .source = source };
	const struct weir_table_node *node;
	json_t *first = metainfo();
	int ret = 0;

	weir_buf_str(buf, "{\"nftables\": [");
	text_add(buf, first);
	json_decref(first);
	for (node = ruleset->tables; node && !ret; node = node->next)
		ret = emit_table(&listing, node, detail);
	weir_buf_str(buf, "]}");
	return ret;
}
