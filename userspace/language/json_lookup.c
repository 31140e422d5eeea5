// SPDX-License-Identifier: GPL-2.0
/*
 * What rules do with sets and maps, as JSON. json_lookup_in.c is the other half.
 */
#include "json.h"
#include "print.h"

static json_t *key_json(const struct weir_lookup *lookup,
			const struct weir_print_opts *opts)
{
	const struct weir_part *part = lookup->parts;
	json_t *list;

	if (lookup->n_parts == 1)
		return weir_json_expr(&part->key, part->ops, part->n_ops, opts);
	list = json_array();
	for (; part < lookup->parts + lookup->n_parts; part++)
		json_array_append_new(list, weir_json_expr(&part->key, part->ops, part->n_ops,
							   opts));
	return json_pack("{s:o}", "concat", list);
}

json_t *weir_json_lookup_key(const struct weir_lookup *lookup)
{
	static const struct weir_print_opts plain;

	return key_json(lookup, &plain);
}

static json_t *set_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	struct weir_set set;
	json_t *list;

	if (item->lookup->set)
		return weir_json_set_ref(item->lookup->set);
	weir_lookup_set(item, &set);
	list = json_array();
	weir_json_elems(list, &set, set.elems, opts);
	return json_pack("{s:o}", "set", list);
}

static json_t *map_json(const struct weir_item *item, const char *name,
			const struct weir_print_opts *opts)
{
	return json_pack("{s:{s:o, s:o}}", name, "key", key_json(item->lookup, opts),
			 "data", set_json(item, opts));
}

json_t *weir_json_map(const struct weir_item *item, const struct weir_print_opts *opts)
{
	return map_json(item, "map", opts);
}

static json_t *update_data_json(const struct weir_update *update,
				const struct weir_print_opts *opts)
{
	const struct weir_field_type *data = &update->data_type;
	const struct weir_part *source = &update->source;

	if (update->has_source)
		return weir_json_expr(&source->key, source->ops, source->n_ops, opts);
	return weir_json_value(data->type ? data->type : &weir_datatype_raw, update->data,
			       data->len, opts);
}

static json_t *update_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	const struct weir_update *update = item->update;
	bool is_map = update->has_data || update->has_source;
	struct weir_print_opts stateless = *opts;
	json_t *elem, *json;

	elem = key_json(item->lookup, opts);
	if (update->has_timeout)
		elem = json_pack("{s:{s:o, s:o}}", "elem", "val", elem,
				 "timeout", weir_json_period(update->timeout));
	json = json_pack("{s:s, s:o, s:o}", "op", weir_symbol_name(weir_dyn_ops, update->op),
			 "elem", elem, is_map ? "map" : "set",
			 weir_json_set_ref(item->lookup->set));
	if (is_map)
		json_object_set_new(json, "data", update_data_json(update, opts));
	stateless.stateless = true;
	if (update->stmts)
		json_object_set_new(json, "stmt", weir_json_items(update->stmts, &stateless));
	return json_pack("{s:o}", is_map ? "map" : "set", json);
}

json_t *weir_json_lookup(const struct weir_item *item, const struct weir_print_opts *opts)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_LOOKUP:
		return json_pack("{s:{s:s, s:o, s:o}}", "match",
				 "op", item->rel == WEIR_REL_NOT_IN ? "!=" : "==",
				 "left", key_json(item->lookup, opts),
				 "right", set_json(item, opts));
	case WEIR_ITEM_TYPE_VMAP:
		return map_json(item, "vmap", opts);
	case WEIR_ITEM_TYPE_UPDATE:
		return update_json(item, opts);
	default:
		if (item->object)
			return json_pack("{s:o}", item->object_type,
					 weir_json_string(item->object));
		return json_pack("{s:o}", item->object_type, weir_json_map(item, opts));
	}
}
