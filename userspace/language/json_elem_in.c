// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: elements of sets and maps. A key is a value, a prefix, a range or
 * a concatenation of them; {"elem": {"val": key, ...}} has more than a key; in a
 * map [key, value] is an element.
 */
#include <string.h>
#include "../libweir/alloc.h"
#include "json.h"

const char *weir_json_ref(const json_t *json)
{
	const char *text = json_string_value(json);

	return text && text[0] == '@' && text[1] ? text + 1 : NULL;
}

static bool ref_read(struct weir_json_reader *reader, const json_t *json, char **name)
{
	const char *ref = weir_json_ref(json);

	if (!ref || strlen(ref) > WEIR_NAME_MAX)
		return weir_json_error(reader, "expected the name of a set, \"@NAME\"");
	*name = weir_strdup(ref);
	return true;
}

/* Keys */

static bool field_read(struct weir_json_reader *reader, const json_t *json,
		       const struct weir_field_type *field, struct weir_range *key)
{
	struct weir_range ranges[2];
	unsigned int n;

	if (!weir_json_read_range(reader, json, field->type, field->len, ranges, &n))
		return false;
	*key = *ranges;
	return n == 1 ||
	       weir_json_error(reader, "the range ends below its start: give two elements");
}

static bool concat_read(struct weir_json_reader *reader, const json_t *list,
			const struct weir_set *set, struct weir_elem *elem)
{
	const json_t *json;
	size_t i, mark;

	if (json_array_size(list) != set->type.n_fields)
		return weir_json_error(reader, "expected %u fields in concat",
				       set->type.n_fields);
	json_array_foreach(list, i, json) {
		mark = weir_json_enter_index(reader, i);
		if (!field_read(reader, json, &set->type.fields[i], &elem->key[i]))
			return false;
		weir_json_leave(reader, mark);
	}
	return true;
}

/* Of a list of sets, who only asks may also name a key; @makes: it is no question. */
static bool key_read(struct weir_json_reader *reader, const json_t *json,
		     const struct weir_set *set, bool makes, struct weir_elem *elem)
{
	const char *text = json_string_value(json);

	if (text && !strcmp(text, "*")) {
		elem->flags |= WEIR_ELEM_FLAGS_CATCHALL;
		return true;
	}
	if (set->flags & WEIR_SET_FLAGS_LIST && (makes || weir_json_ref(json)))
		return ref_read(reader, json, &elem->set);
	if (json_object_get(json, "concat"))
		return concat_read(reader, json_object_get(json, "concat"), set, elem);
	if (set->type.n_fields != 1)
		return weir_json_error(reader, "expected a concat of %u fields",
				       set->type.n_fields);
	return field_read(reader, json, set->type.fields, elem->key);
}

/* What an element has besides */

bool weir_json_read_stmts(struct weir_json_reader *reader, const json_t *list,
			  struct weir_item **stmts)
{
	const struct weir_item *item;
	unsigned int n = 0;

	if (!weir_json_read_items(reader, list, stmts))
		return false;
	for (item = *stmts; item; item = item->next, n++)
		if (item->type != WEIR_ITEM_TYPE_COUNTER && item->type != WEIR_ITEM_TYPE_MATCH)
			return weir_json_error(reader, "expected statements that have a state, such as counter");
	return n <= WEIR_STMTS_MAX ||
	       weir_json_error(reader, "an element has at most %d statements", WEIR_STMTS_MAX);
}

static bool is_extra(const char *name)
{
	static const char *const names[] = { "val", "timeout", "expires", "comment", "nomatch",
					     "before", NULL };

	for (const char *const *at = names; *at; at++)
		if (!strcmp(*at, name))
			return true;
	return false;
}

/* All other properties are statements. */
static bool stmts_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_item **stmts)
{
	json_t *list = json_array(), *value;
	const char *name;
	bool ok;

	json_object_foreach((json_t *)json, name, value)
		if (!is_extra(name))
			json_array_append_new(list, json_pack("{s:O}", name, value));
	ok = weir_json_read_stmts(reader, list, stmts);
	json_decref(list);
	return ok;
}

static bool extras_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_elem *elem)
{
	const json_t *before = json_object_get(json, "before");

	if (json_is_true(json_object_get(json, "nomatch")))
		elem->flags |= WEIR_ELEM_FLAGS_NOMATCH;
	return weir_json_read_period(reader, json, "timeout", &elem->has_timeout,
				     &elem->timeout) &&
	       weir_json_read_period(reader, json, "expires", &elem->has_expires,
				     &elem->expires) &&
	       weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &elem->comment) &&
	       (!before || ref_read(reader, before, &elem->before)) &&
	       stmts_read(reader, json, &elem->stmts);
}

static bool data_read(struct weir_json_reader *reader, const json_t *json,
		      const struct weir_set *set, struct weir_data *data)
{
	const struct weir_field_type *field = set->data.fields;

	switch (set->data_type) {
	case WEIR_DATA_TYPE_VERDICT:
		return weir_json_read_verdict(reader, json, &data->verdict, &data->chain);
	case WEIR_DATA_TYPE_OBJECT:
		if (!json_is_string(json) || !json_string_length(json) ||
		    json_string_length(json) > WEIR_NAME_MAX)
			return weir_json_error(reader, "expected the name of an object");
		data->object = weir_strdup(json_string_value(json));
		return true;
	default:
		return weir_json_read_value(reader, json, field->type, field->len, &data->val);
	}
}

/* Elements */

static bool elem_read(struct weir_json_reader *reader, const json_t *json,
		      const struct weir_set *set, bool values, struct weir_elems **elems)
{
	bool pair = json_is_array(json) && json_array_size(json) == 2;
	const json_t *key = pair ? json_array_get(json, 0) : json, *extras;
	struct weir_elem *elem = weir_alloc(sizeof(*elem));
	bool is_map = set->data_type != WEIR_DATA_TYPE_NONE;
	bool ok = true;

	extras = json_object_get(key, "elem");
	if (extras) {
		key = json_object_get(extras, "val");
		ok = key || weir_json_error(reader, "expected the key in val");
	}
	if (ok && pair != is_map && (pair || values))
		ok = weir_json_error(reader, pair ? "an element of a set has no value" :
				     "expected [key, value] in a map");
	ok = ok && key_read(reader, key, set, values, elem) &&
	     (!extras || extras_read(reader, extras, elem));
	/* As in text. */
	if (ok && extras && !set->name && json_object_size(extras) > 1)
		ok = weir_json_error(reader, "an element has no more than a key in a set without a name");
	if (ok && pair) {
		elem->has_data = true;
		ok = data_read(reader, json_array_get(json, 1), set, &elem->data);
	}
	if (ok)
		weir_elems_put(elems, set, elem);
	else
		weir_elem_free(elem);
	return ok;
}

bool weir_json_read_elems(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_set *set, bool values, struct weir_elems **elems)
{
	const json_t *elem;
	size_t i, mark;
	bool ok = true;

	if (!json_is_array(json))
		return elem_read(reader, json, set, values, elems);
	json_array_foreach(json, i, elem) {
		mark = weir_json_enter_index(reader, i);
		ok &= elem_read(reader, elem, set, values, elems);
		weir_json_leave(reader, mark);
	}
	return ok;
}
