// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: sets and maps, and commands on them. Elements are read by
 * json_elem_in.c.
 */
#include <linux/netfilter.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "ext.h"
#include "json.h"
#include "print.h"
#include "reader.h"

bool weir_json_read_period(struct weir_json_reader *reader, const json_t *json,
			   const char *name, bool *has, uint64_t *ms)
{
	const json_t *value = json_object_get(json, name);
	double seconds;

	*has = value;
	if (!value)
		return true;
	if (weir_json_uint(value, UINT64_MAX / 1000, ms)) {
		*ms *= 1000;
		return true;
	}
	seconds = json_real_value(value);
	if (!json_is_real(value) || seconds < 0 || seconds > 1.8e16)
		return weir_json_error(reader, "expected a number of seconds in %s", name);
	*ms = seconds * 1000 + 0.5;
	return true;
}

/* Types */

static const struct weir_datatype *type_find(const char *name)
{
	for (size_t i = 0; weir_datatypes[i]; i++)
		if (!strcmp(weir_datatypes[i]->name, name))
			return weir_datatypes[i];
	return NULL;
}

static bool field_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_set_type *type, struct weir_buf *text)
{
	const char *name = json_string_value(json);
	const struct weir_datatype *datatype = name ? type_find(name) : NULL;

	if (!name)
		return weir_json_error(reader, "expected the name of a data type");
	if (!datatype)
		return weir_json_error(reader, "there is no data type %s", name);
	if (!datatype->len)
		return weir_json_error(reader, "the data type %s has no length of its own; use typeof",
				       name);
	if (type->n_fields == WEIR_FIELDS_MAX)
		return weir_json_error(reader, "a key has at most %d fields", WEIR_FIELDS_MAX);
	weir_buf_add(text, "%s%s", type->n_fields ? " . " : "", name);
	type->fields[type->n_fields++] = (struct weir_field_type){ datatype, datatype->len };
	return true;
}

static bool fields_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_set_type *type, struct weir_buf *text)
{
	const json_t *field;
	size_t i;

	if (!json_is_array(json))
		return field_read(reader, json, type, text);
	json_array_foreach(json, i, field)
		if (!field_read(reader, field, type, text))
			return false;
	return type->n_fields || weir_json_error(reader, "expected a data type in the array");
}

static bool typeof_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_set_type *type, struct weir_buf *text)
{
	static const struct weir_print_opts plain;
	struct weir_lookup *lookup = weir_alloc(sizeof(*lookup));
	bool ok = weir_json_read_lookup_key(reader, json, lookup);

	for (unsigned int i = 0; ok && i < lookup->n_parts; i++) {
		const struct weir_part *part = &lookup->parts[i];

		type->fields[type->n_fields++] = (struct weir_field_type){
			weir_key_type(&part->key), part->key.len
		};
		if (i)
			weir_buf_str(text, " . ");
		weir_print_expr(text, &part->key, part->ops, part->n_ops, &plain);
	}
	weir_lookup_free(lookup);
	return ok;
}

/* @typeof_key: Of the value, whether the key is given by a field; NULL for the key itself. */
static bool type_read(struct weir_json_reader *reader, const json_t *json,
		      const bool *typeof_key, struct weir_set_type *type)
{
	const json_t *expr = json_object_get(json, "typeof");
	struct weir_buf text = {};
	bool ok;

	if (typeof_key && *typeof_key != !!expr)
		return weir_json_error(reader, "type and map must both be data types or both typeof");
	if (!typeof_key)
		weir_buf_str(&text, expr ? "typeof " : "type ");
	ok = expr ? typeof_read(reader, expr, type, &text) :
		    fields_read(reader, json, type, &text);
	type->text = weir_strdup(text.text);
	weir_buf_free(&text);
	return ok;
}

static const char *object_type(const char *name)
{
	const struct weir_ext *ext = weir_ext_find(WEIR_EXT_MATCH, name);

	if (ext)
		return ext->name;
	return !strcmp(name, "counter") ? "counter" : NULL;
}

static bool map_type_read(struct weir_json_reader *reader, const json_t *json,
			  struct weir_set *set)
{
	bool typeof_key = !strncmp(set->type.text, "typeof ", strlen("typeof "));
	const char *name = json_string_value(json);

	if (name && !strcmp(name, "verdict")) {
		set->data_type = WEIR_DATA_TYPE_VERDICT;
		set->data.text = weir_strdup(name);
		return true;
	}
	set->object_type = name ? object_type(name) : NULL;
	if (set->object_type) {
		set->data_type = WEIR_DATA_TYPE_OBJECT;
		set->data.text = weir_strdup(name);
		return true;
	}
	set->data_type = WEIR_DATA_TYPE_VALUE;
	if (!type_read(reader, json, &typeof_key, &set->data))
		return false;
	return set->data.n_fields == 1 ||
	       weir_json_error(reader, "maps to several fields are not in weir yet");
}

static bool types_read(struct weir_json_reader *reader, const json_t *json, bool is_map,
		       struct weir_set *set)
{
	const json_t *type = json_object_get(json, "type"), *map = json_object_get(json, "map");

	if (!type)
		return weir_json_error(reader, "expected the type of the key in type");
	if (is_map != !!map)
		return weir_json_error(reader, is_map ? "expected the type of the value in map" :
				       "a set has no map");
	return type_read(reader, type, NULL, &set->type) &&
	       (!is_map || map_type_read(reader, map, set));
}

/* Settings */

static bool policy_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_set *set)
{
	const char *name = json_string_value(json_object_get(json, "policy"));
	uint64_t policy;

	if (!json_object_get(json, "policy"))
		return true;
	if (!name || !weir_symbol_find(weir_set_policies, name, &policy))
		return weir_json_error(reader, "expected the policy performance or memory");
	set->policy = policy;
	return true;
}

static bool stmts_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_set *set)
{
	const json_t *list = json_object_get(json, "stmt");
	size_t mark;
	bool ok;

	if (!list)
		return true;
	mark = weir_json_enter(reader, "stmt");
	ok = weir_json_read_stmts(reader, list, &set->stmts);
	weir_json_leave(reader, mark);
	return ok;
}

static bool times_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_set *set)
{
	uint64_t gc = 0;
	bool has;

	if (!weir_json_read_period(reader, json, "timeout", &set->has_timeout, &set->timeout) ||
	    !weir_json_read_period(reader, json, "gc-interval", &has, &gc))
		return false;
	if (gc > UINT32_MAX)
		return weir_json_error(reader, "gc-interval is too long");
	set->gc_interval = gc;
	if (set->timeout)
		set->flags |= WEIR_SET_FLAGS_TIMEOUT;
	return true;
}

static bool settings_read(struct weir_json_reader *reader, const json_t *json,
			  struct weir_set *set)
{
	uint64_t size = 0;

	if (!weir_json_read_flags(reader, json_object_get(json, "flags"), weir_set_flag_names,
				  &set->flags) ||
	    !weir_json_property(reader, json, "size", UINT32_MAX, &size) ||
	    !times_read(reader, json, set) || !policy_read(reader, json, set) ||
	    !stmts_read(reader, json, set) ||
	    !weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &set->comment))
		return false;
	set->has_size = json_object_get(json, "size");
	set->size = size;
	if (json_is_true(json_object_get(json, "auto-merge")))
		set->flags |= WEIR_SET_FLAGS_AUTO_MERGE;
	return true;
}

static bool elems_read(struct weir_json_reader *reader, const json_t *json, bool values,
		       struct weir_set *set)
{
	const json_t *list = json_object_get(json, "elem");
	size_t mark;
	bool ok;

	if (!list)
		return true;
	mark = weir_json_enter(reader, "elem");
	ok = weir_json_read_elems(reader, list, set, values, &set->elems);
	weir_json_leave(reader, mark);
	return ok;
}

/* Commands */

const struct weir_set *weir_json_find_set(struct weir_json_reader *reader, uint8_t family,
					  const char *table, const char *name)
{
	const struct weir_parse_opts *opts = reader->opts;
	const struct weir_set *found = NULL, *set;
	const struct weir_command *command;

	for (command = reader->script->commands; command; command = command->next) {
		set = command->set;
		if (weir_json_makes(command->verb) && set && set->type.n_fields &&
		    command->object != WEIR_OBJECT_ELEMENT && set->family == family &&
		    !strcmp(set->table, table) && !strcmp(set->name, name))
			found = set;
	}
	if (!found && opts && opts->find_set)
		found = opts->find_set(opts->data, family, table, name);
	return found;
}

/* The types of a set whose elements are given, from its declaration. */
static bool types_find(struct weir_json_reader *reader, struct weir_set *set)
{
	const struct weir_set *known = weir_json_find_set(reader, set->family, set->table,
							  set->name);

	if (!known)
		return weir_json_error(reader, "there is no set %s in table %s %s", set->name,
				       weir_family_name(set->family), set->table);
	weir_set_copy_types(set, known);
	return true;
}

static bool element_read(struct weir_json_reader *reader, const json_t *json,
			 struct weir_command *command)
{
	if (!command->set->name)
		return weir_json_error(reader, "expected the name of the set in name");
	if (!json_object_get(json, "elem"))
		return weir_json_error(reader, "expected the elements in elem");
	return types_find(reader, command->set) &&
	       elems_read(reader, json, weir_json_makes(command->verb), command->set);
}

static bool names_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_command *command)
{
	bool renames = command->verb == WEIR_VERB_RENAME || command->verb == WEIR_VERB_SWAP;
	struct weir_set *set = command->set;

	if (!weir_json_family(reader, json, NFPROTO_IPV4, &set->family) ||
	    !weir_json_text(reader, json, "table", WEIR_NAME_MAX, &set->table) ||
	    !weir_json_text(reader, json, "name", WEIR_NAME_MAX, &set->name) ||
	    !weir_json_property(reader, json, "handle", UINT64_MAX, &set->handle) ||
	    (renames &&
	     !weir_json_text(reader, json, "newname", WEIR_NAME_MAX, &set->new_name)))
		return false;
	if (!set->table)
		return weir_json_error(reader, "expected the name of the table in table");
	if (renames && !set->new_name)
		return weir_json_error(reader, "expected the other name in newname");
	if (weir_json_makes(command->verb) || set->name)
		set->handle = 0;
	return set->name || set->handle ||
	       weir_json_error(reader, "expected the name of a set or map");
}

struct weir_command *weir_json_part_elements(struct weir_command *command)
{
	struct weir_set *set = command->set;
	struct weir_command *elements;

	if (!set || !set->elems || command->object == WEIR_OBJECT_ELEMENT ||
	    !weir_set_refers(set))
		return NULL;
	elements = weir_alloc(sizeof(*elements));
	elements->verb = WEIR_VERB_ADD;
	elements->object = WEIR_OBJECT_ELEMENT;
	elements->set = weir_alloc(sizeof(*elements->set));
	elements->set->family = set->family;
	elements->set->table = weir_strdup(set->table);
	elements->set->name = weir_strdup(set->name);
	weir_set_copy_types(elements->set, set);
	elements->set->elems = set->elems;
	set->elems = NULL;
	return elements;
}

bool weir_json_read_set(struct weir_json_reader *reader, const json_t *json,
			struct weir_command *command)
{
	bool is_map = command->object == WEIR_OBJECT_MAP;
	struct weir_set *set = weir_alloc(sizeof(*set));

	command->set = set;
	if (!names_read(reader, json, command))
		return false;
	if (command->object == WEIR_OBJECT_ELEMENT)
		return element_read(reader, json, command);
	if (!weir_json_makes(command->verb))
		return true;
	return types_read(reader, json, is_map, set) && settings_read(reader, json, set) &&
	       elems_read(reader, json, true, set);
}
