// SPDX-License-Identifier: GPL-2.0
/*
 * Sets, maps and their elements as JSON. json_set_in.c is the other half.
 */
#include <string.h>
#include "json.h"
#include "print.h"

#define MS_PER_SECOND 1000

/* Whole seconds are a number as nft writes it. */
json_t *weir_json_period(uint64_t ms)
{
	if (ms % MS_PER_SECOND)
		return json_real((double)ms / MS_PER_SECOND);
	return weir_json_number(ms / MS_PER_SECOND);
}

json_t *weir_json_set_ref(const char *name)
{
	struct weir_buf ref = {};
	json_t *json;

	weir_buf_add(&ref, "@%s", name);
	json = weir_json_string(ref.text);
	weir_buf_free(&ref);
	return json;
}

/* Elements */

static json_t *key_json(const struct weir_set *set, const struct weir_elem *elem,
			const struct weir_print_opts *opts)
{
	const struct weir_field_type *field = set->type.fields;
	json_t *list;

	if (elem->flags & WEIR_ELEM_FLAGS_CATCHALL)
		return json_string("*");
	if (elem->set)
		return weir_json_set_ref(elem->set);
	if (set->type.n_fields == 1)
		return weir_json_range(field->type, field->len, elem->key[0], opts);
	list = json_array();
	for (unsigned int i = 0; i < set->type.n_fields; i++, field++)
		json_array_append_new(list, weir_json_range(field->type, field->len,
							    elem->key[i], opts));
	return json_pack("{s:o}", "concat", list);
}

/* What an element has besides its key; empty if it has nothing. */
static json_t *extras_json(const struct weir_elem *elem, const struct weir_print_opts *opts)
{
	json_t *json = json_object(), *stmts, *stmt;
	size_t i;

	if (elem->before)
		json_object_set_new(json, "before", weir_json_set_ref(elem->before));
	if (elem->flags & WEIR_ELEM_FLAGS_NOMATCH)
		json_object_set_new(json, "nomatch", json_true());
	if (elem->has_timeout)
		json_object_set_new(json, "timeout", weir_json_period(elem->timeout));
	if (elem->has_expires && !opts->stateless)
		json_object_set_new(json, "expires", weir_json_period(elem->expires));
	weir_json_set_comment(json, elem->comment);
	if (!elem->stmts)
		return json;
	stmts = weir_json_items(elem->stmts, opts);
	json_array_foreach(stmts, i, stmt)
		json_object_update(json, stmt);
	json_decref(stmts);
	return json;
}

static json_t *data_json(const struct weir_set *set, const struct weir_data *data,
			 const struct weir_print_opts *opts)
{
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VERDICT:
		return weir_json_verdict(data->verdict, data->chain);
	case WEIR_DATA_TYPE_OBJECT:
		return weir_json_string(data->object);
	default:
		return weir_json_value(set->data.fields[0].type, data->val,
				       set->data.fields[0].len, opts);
	}
}

static json_t *elem_json(const struct weir_set *set, const struct weir_elem *elem,
			 const struct weir_print_opts *opts)
{
	json_t *json = key_json(set, elem, opts), *extras = extras_json(elem, opts), *whole;

	if (json_object_size(extras)) {
		whole = json_pack("{s:{s:o}}", "elem", "val", json);
		json_object_update(json_object_get(whole, "elem"), extras);
		json = whole;
	}
	json_decref(extras);
	if (!elem->has_data)
		return json;
	return json_pack("[o, o]", json, data_json(set, &elem->data, opts));
}

void weir_json_elems(json_t *array, const struct weir_set *set, const struct weir_elems *elems,
		     const struct weir_print_opts *opts)
{
	const struct weir_elem *elem;
	struct weir_elem_iter iter;

	for (elem = weir_elem_first(&iter, set, elems); elem; elem = weir_elem_next(&iter))
		json_array_append_new(array, elem_json(set, elem, opts));
}

static void set_elems(json_t *json, const struct weir_set *set,
		      const struct weir_print_opts *opts)
{
	json_t *array;

	if (!set->elems)
		return;
	array = json_array();
	weir_json_elems(array, set, set->elems, opts);
	json_object_set_new(json, "elem", array);
}

/* Types */

/*
 * The fields that a declaration names behind "typeof": what a rule would ask a map
 * for. NULL where they make no sense.
 */
static json_t *typeof_json(const char *text, unsigned int n_fields)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	const struct weir_item *item;
	struct weir_buf rule = {};
	json_t *json = NULL;

	weir_buf_add(&rule, "add rule inet t c %s vmap @m", text);
	if (!weir_parse_text("<typeof>", rule.text, NULL, &script, &errors)) {
		for (item = script.commands->rule->items; item; item = item->next)
			if (item->lookup && item->lookup->n_parts == n_fields && !json)
				json = weir_json_lookup_key(item->lookup);
	}
	weir_script_free(&script);
	weir_errors_free(&errors);
	weir_buf_free(&rule);
	return json ? json_pack("{s:o}", "typeof", json) : NULL;
}

/* As declared: "typeof ip saddr"; of a value only what stands behind the colon. */
static json_t *type_json(const struct weir_set_type *type, bool is_typeof)
{
	const char *text = type->text;
	json_t *json = NULL, *list;

	if (text && !strncmp(text, "typeof ", strlen("typeof ")))
		text += strlen("typeof ");
	if (is_typeof && text)
		json = typeof_json(text, type->n_fields);
	if (json)
		return json;
	if (type->n_fields == 1)
		return json_string(type->fields[0].type->name);
	list = json_array();
	for (unsigned int i = 0; i < type->n_fields; i++)
		json_array_append_new(list, json_string(type->fields[i].type->name));
	return list;
}

static json_t *map_type_json(const struct weir_set *set, bool is_typeof)
{
	if (set->data_type == WEIR_DATA_TYPE_VERDICT)
		return json_string("verdict");
	if (set->data_type == WEIR_DATA_TYPE_OBJECT)
		return json_string(set->object_type);
	return type_json(&set->data, is_typeof);
}

/* Sets */

static void set_stmts(json_t *json, const struct weir_set *set,
		      const struct weir_print_opts *opts)
{
	struct weir_print_opts stateless = *opts;

	if (!set->stmts)
		return;
	stateless.stateless = true;
	json_object_set_new(json, "stmt", weir_json_items(set->stmts, &stateless));
}

static void set_settings(json_t *json, const struct weir_set *set)
{
	uint32_t flags = set->flags & ~WEIR_SET_FLAGS_AUTO_MERGE;

	if (flags)
		json_object_set_new(json, "flags", weir_json_flags(weir_set_flag_names, flags));
	if (set->flags & WEIR_SET_FLAGS_AUTO_MERGE)
		json_object_set_new(json, "auto-merge", json_true());
	if (set->policy != WEIR_SET_POLICY_PERFORMANCE)
		json_object_set_new(json, "policy",
				    json_string(weir_symbol_name(weir_set_policies,
								 set->policy)));
	if (set->has_size && set->size)
		json_object_set_new(json, "size", weir_json_number(set->size));
	if (set->has_timeout && set->timeout)
		json_object_set_new(json, "timeout", weir_json_period(set->timeout));
	if (set->gc_interval)
		json_object_set_new(json, "gc-interval", weir_json_period(set->gc_interval));
}

static void set_backend(json_t *json, const struct weir_set *set)
{
	json_object_set_new(json, "backend", json_string(set->backend));
	json_object_set_new(json, "count", weir_json_number(set->count));
	json_object_set_new(json, "memory", weir_json_number(set->memory));
	json_object_set_new(json, "refused", weir_json_number(set->refused));
}

static json_t *names_json(const struct weir_set *set)
{
	json_t *json = weir_json_head(set->family, set->table);

	if (set->name)
		json_object_set_new(json, "name", weir_json_string(set->name));
	if (set->new_name)
		json_object_set_new(json, "newname", weir_json_string(set->new_name));
	return json;
}

json_t *weir_json_set(const struct weir_set *set, const struct weir_print_opts *opts)
{
	bool is_map = set->data_type != WEIR_DATA_TYPE_NONE;
	json_t *json = names_json(set);
	bool is_typeof;

	weir_json_set_handle(json, set->handle);
	if (set->type.n_fields) {
		is_typeof = set->type.text && !strncmp(set->type.text, "typeof", 6);
		json_object_set_new(json, "type", type_json(&set->type, is_typeof));
		if (is_map)
			json_object_set_new(json, "map", map_type_json(set, is_typeof));
	}
	set_settings(json, set);
	set_stmts(json, set, opts);
	weir_json_set_comment(json, set->comment);
	if ((opts->handles || opts->engine) && *set->backend)
		set_backend(json, set);
	if (!opts->terse)
		set_elems(json, set, opts);
	return json_pack("{s:o}", is_map ? "map" : "set", json);
}

json_t *weir_json_element(const struct weir_set *set, const struct weir_print_opts *opts)
{
	json_t *json = names_json(set);

	set_elems(json, set, opts);
	return json_pack("{s:o}", "element", json);
}
