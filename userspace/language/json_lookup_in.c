// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: what rules do with sets and maps.
 */
#include <string.h>
#include "../libweir/alloc.h"
#include "json.h"
#include "print.h"

static bool parts_read(struct weir_json_reader *reader, const json_t *list,
		       struct weir_lookup *lookup)
{
	const json_t *json;
	size_t i, mark;

	if (!json_array_size(list) || json_array_size(list) > WEIR_FIELDS_MAX)
		return weir_json_error(reader, "a key has 1 to %d fields", WEIR_FIELDS_MAX);
	lookup->parts = weir_alloc(json_array_size(list) * sizeof(*lookup->parts));
	json_array_foreach(list, i, json) {
		mark = weir_json_enter_index(reader, i);
		/* Counted also where it fails, to be freed. */
		lookup->n_parts++;
		if (!weir_json_read_part(reader, json, &lookup->parts[i]))
			return false;
		weir_json_leave(reader, mark);
	}
	return true;
}

bool weir_json_read_lookup_key(struct weir_json_reader *reader, const json_t *json,
			       struct weir_lookup *lookup)
{
	const json_t *list = json_object_get(json, "concat");

	if (list)
		return parts_read(reader, list, lookup);
	lookup->parts = weir_alloc(sizeof(*lookup->parts));
	lookup->n_parts = 1;
	return weir_json_read_part(reader, json, lookup->parts);
}

/* Whether an element has more than a key; a list of keys alone is a condition. */
static bool has_extras(const json_t *list)
{
	const json_t *json;
	size_t i;

	if (!json_is_array(list))
		return json_object_get(list, "elem");
	json_array_foreach(list, i, json)
		if (json_object_get(json, "elem"))
			return true;
	return false;
}

bool weir_json_is_lookup(const json_t *left, const json_t *right)
{
	return json_object_get(left, "concat") || weir_json_ref(right) ||
	       has_extras(json_object_get(right, "set"));
}

/* Whether a field of an element of an anonymous set is a range. */
static bool is_interval(const struct weir_set *set, const struct weir_elems *elems)
{
	const struct weir_elem *elem;
	struct weir_elem_iter iter;

	for (elem = weir_elem_first(&iter, set, elems); elem; elem = weir_elem_next(&iter))
		for (unsigned int i = 0; i < set->type.n_fields; i++)
			if (!weir_num_eq(elem->key[i].from, elem->key[i].to))
				return true;
	return false;
}

/* As ranges first; if there is none after all, once more as single keys. */
static bool anonymous_read(struct weir_json_reader *reader, const json_t *json,
			   struct weir_item *item)
{
	struct weir_lookup *lookup = item->lookup;
	struct weir_set set;

	lookup->interval = true;
	weir_lookup_set(item, &set);
	if (!weir_json_read_elems(reader, json, &set, true, &lookup->elems))
		return false;
	if (!lookup->elems)
		return weir_json_error(reader, "an empty set matches nothing");
	lookup->interval = is_interval(&set, lookup->elems);
	if (lookup->interval)
		return true;
	weir_elems_free(lookup->elems);
	lookup->elems = NULL;
	set.flags = 0;
	return weir_json_read_elems(reader, json, &set, true, &lookup->elems);
}

/* "@NAME", or {"set": [...]} with elements. */
static bool set_read(struct weir_json_reader *reader, const json_t *json,
		     enum weir_data_type data_type, struct weir_item *item)
{
	const json_t *list = json_object_get(json, "set");
	const char *ref = weir_json_ref(json);
	bool ok;

	if (ref && strlen(ref) > WEIR_NAME_MAX)
		return weir_json_error(reader, "a name has at most %d bytes", WEIR_NAME_MAX);
	if (ref) {
		item->lookup->set = weir_strdup(ref);
		return true;
	}
	item->lookup->data_type = data_type;
	if (data_type == WEIR_DATA_TYPE_VALUE)
		item->lookup->data = (struct weir_field_type){
			weir_key_type(&item->key), item->key.len
		};
	if (list) {
		size_t mark = weir_json_enter(reader, "set");

		ok = anonymous_read(reader, list, item);
		weir_json_leave(reader, mark);
		return ok;
	}
	/* One key that stands alone. */
	return anonymous_read(reader, json, item);
}

static bool rel_read(struct weir_json_reader *reader, const char *op, enum weir_rel *rel)
{
	*rel = WEIR_REL_IN;
	if (!op || !*op || !strcmp(op, "==") || !strcmp(op, "in"))
		return true;
	*rel = WEIR_REL_NOT_IN;
	return !strcmp(op, "!=") ||
	       weir_json_error(reader, "\"%s\" does not go with sets", op);
}

static bool sides_read(struct weir_json_reader *reader, const json_t *json, const char *key,
		       const char *data, enum weir_data_type data_type, struct weir_item *item)
{
	const json_t *left = json_object_get(json, key), *right = json_object_get(json, data);
	size_t mark;

	if (!left || !right)
		return weir_json_error(reader, "expected %s and %s", key, data);
	item->lookup = weir_alloc(sizeof(*item->lookup));
	mark = weir_json_enter(reader, key);
	if (!weir_json_read_lookup_key(reader, left, item->lookup))
		return false;
	weir_json_leave(reader, mark);
	mark = weir_json_enter(reader, data);
	if (!set_read(reader, right, data_type, item))
		return false;
	weir_json_leave(reader, mark);
	return true;
}

bool weir_json_read_lookup(struct weir_json_reader *reader, const json_t *json,
			   struct weir_item *item)
{
	item->type = WEIR_ITEM_TYPE_LOOKUP;
	return rel_read(reader, json_string_value(json_object_get(json, "op")), &item->rel) &&
	       sides_read(reader, json, "left", "right", WEIR_DATA_TYPE_NONE, item);
}

bool weir_json_read_map(struct weir_json_reader *reader, const json_t *json,
			struct weir_item *item, enum weir_data_type data_type)
{
	return sides_read(reader, json, "key", "data", data_type, item);
}

/* Updates */

static bool elem_read(struct weir_json_reader *reader, const json_t *json,
		      struct weir_item *item)
{
	struct weir_update *update = item->update;
	const json_t *extras = json_object_get(json, "elem");

	if (extras) {
		json = json_object_get(extras, "val");
		if (!weir_json_read_period(reader, extras, "timeout", &update->has_timeout,
					   &update->timeout))
			return false;
	}
	if (!json)
		return weir_json_error(reader, "expected the key in elem");
	return weir_json_read_lookup_key(reader, json, item->lookup);
}

/* What stands for a constant is said by the declaration of the map. */
static bool data_read(struct weir_json_reader *reader, const json_t *json,
		      struct weir_item *item)
{
	struct weir_update *update = item->update;
	const struct weir_rule *rule = reader->rule;
	const char *name = item->lookup->set;
	const struct weir_set *map;

	if (json_is_object(json)) {
		update->has_source = true;
		return weir_json_read_part(reader, json, &update->source);
	}
	map = weir_json_find_set(reader, rule->family, rule->table, name);
	if (!map || map->data_type != WEIR_DATA_TYPE_VALUE)
		return weir_json_error(reader, "there is no map %s to values in table %s %s",
				       name, weir_family_name(rule->family), rule->table);
	update->has_data = true;
	update->data_type = map->data.fields[0];
	return weir_json_read_value(reader, json, update->data_type.type,
				    update->data_type.len, &update->data);
}

bool weir_json_read_update(struct weir_json_reader *reader, const json_t *json,
			   struct weir_item *item)
{
	const char *name = weir_json_ref(json_object_get(json, "set")), *op;
	const char *map = weir_json_ref(json_object_get(json, "map"));
	const json_t *stmts = json_object_get(json, "stmt");
	uint64_t value;

	item->type = WEIR_ITEM_TYPE_UPDATE;
	item->lookup = weir_alloc(sizeof(*item->lookup));
	item->update = weir_alloc(sizeof(*item->update));
	op = json_string_value(json_object_get(json, "op"));
	if (!op || !weir_symbol_find(weir_dyn_ops, op, &value))
		return weir_json_error(reader, "expected the op add, update or delete");
	if ((!name && !map) || strlen(map ? map : name) > WEIR_NAME_MAX)
		return weir_json_error(reader, "expected the name of a set, \"@NAME\"");
	item->update->op = value;
	item->lookup->set = weir_strdup(map ? map : name);
	if (!elem_read(reader, json_object_get(json, "elem"), item) ||
	    (stmts && !weir_json_read_stmts(reader, stmts, &item->update->stmts)))
		return false;
	return !json_object_get(json, "data") ||
	       data_read(reader, json_object_get(json, "data"), item);
}
