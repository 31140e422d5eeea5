// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: values and the right side of a match.
 */
#include <string.h>
#include "../libweir/alloc.h"
#include "datatype.h"
#include "json.h"
#include "print.h"

bool weir_json_uint(const json_t *json, uint64_t max, uint64_t *value)
{
	struct weir_num num;
	bool overflow;

	if (json_is_integer(json)) {
		if (json_integer_value(json) < 0)
			return false;
		*value = json_integer_value(json);
		return *value <= max;
	}
	if (!json_is_string(json) ||
	    !weir_number_parse(json_string_value(json), &num, &overflow) || num.hi)
		return false;
	*value = num.lo;
	return num.lo <= max;
}

static bool word_read(struct weir_json_reader *reader, const char *word,
		      const struct weir_datatype *type, unsigned int len,
		      struct weir_num *num)
{
	const char *why, *nearest;

	if (*word == '@' && type->base != WEIR_BASE_STRING)
		return weir_json_error(reader, "expected %s, not the set %s", type->text, word);
	if (weir_value_parse(type, word, len, num, &why))
		return true;
	nearest = weir_value_nearest(type, word);
	if (nearest)
		return weir_json_error(reader, "expected %s, not \"%s\"; did you mean %s?", why,
				       word, nearest);
	return weir_json_error(reader, "expected %s, not \"%s\"", why, word);
}

/* Several bits, as {"|": [a, b]} or, in a mask, as [a, b]. */
static bool bits_read(struct weir_json_reader *reader, const json_t *list,
		      const struct weir_datatype *type, unsigned int len,
		      struct weir_num *num)
{
	struct weir_num bits;
	const json_t *bit;
	size_t i, mark;

	*num = weir_num(0);
	json_array_foreach(list, i, bit) {
		mark = weir_json_enter_index(reader, i);
		if (!weir_json_read_value(reader, bit, type, len, &bits))
			return false;
		weir_json_leave(reader, mark);
		*num = weir_num_or(*num, bits);
	}
	return json_array_size(list) || weir_json_error(reader, "expected a value in the list");
}

bool weir_json_read_value(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_datatype *type, unsigned int len,
			  struct weir_num *num)
{
	uint64_t value;

	if (json_is_string(json))
		return word_read(reader, json_string_value(json), type, len, num);
	if (json_is_boolean(json)) {
		*num = weir_num(json_is_true(json));
		return true;
	}
	if (json_is_integer(json)) {
		*num = weir_num(0);
		if (type->base == WEIR_BASE_STRING || !weir_json_uint(json, UINT64_MAX, &value) ||
		    weir_num_cmp(weir_num(value), weir_num_ones(len)) > 0)
			return weir_json_error(reader,
					       "%lld is not %s, or does not fit into %u bits",
					       (long long)json_integer_value(json), type->text,
					       len);
		*num = weir_num(value);
		return true;
	}
	if (json_is_object(json) && json_object_size(json) == 1 && json_object_get(json, "|"))
		json = json_object_get(json, "|");
	if (json_is_array(json))
		return bits_read(reader, json, type, len, num);
	return weir_json_error(reader, "expected %s", type->text);
}

/* Ranges that grow. */
static void ranges_add(struct weir_item *item, size_t *size, struct weir_range range)
{
	if (item->n_ranges == *size) {
		*size = *size ? 2 * *size : 4;
		item->ranges = weir_realloc(item->ranges, *size, sizeof(*item->ranges));
	}
	item->ranges[item->n_ranges++] = range;
}

static bool prefix_read(struct weir_json_reader *reader, const json_t *json,
			const struct weir_datatype *type, unsigned int len,
			struct weir_range *range)
{
	struct weir_num addr;
	uint64_t prefix;

	if (type->base == WEIR_BASE_STRING)
		return weir_json_error(reader, "%s has no prefixes", type->name);
	if (!weir_json_uint(json_object_get(json, "len"), len, &prefix))
		return weir_json_error(reader, "expected a prefix length of at most %u in len",
				       len);
	if (!weir_json_read_value(reader, json_object_get(json, "addr"), type, len, &addr))
		return false;
	*range = weir_prefix_range(addr, prefix, len);
	return true;
}

static bool range_read(struct weir_json_reader *reader, const json_t *json,
		       const struct weir_datatype *type, unsigned int len,
		       struct weir_range ranges[2], unsigned int *n)
{
	struct weir_num from, to;

	if (!json_is_array(json) || json_array_size(json) != 2)
		return weir_json_error(reader, "expected two values in range");
	if (!weir_json_read_value(reader, json_array_get(json, 0), type, len, &from) ||
	    !weir_json_read_value(reader, json_array_get(json, 1), type, len, &to))
		return false;
	*n = weir_range_make(type, from, to, ranges);
	return *n || weir_json_error(reader, "the range ends below its start");
}

bool weir_json_read_range(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_datatype *type, unsigned int len,
			  struct weir_range ranges[2], unsigned int *n)
{
	*n = 1;
	if (json_object_get(json, "prefix"))
		return prefix_read(reader, json_object_get(json, "prefix"), type, len, ranges);
	if (json_object_get(json, "range"))
		return range_read(reader, json_object_get(json, "range"), type, len, ranges, n);
	if (json_is_string(json) &&
	    weir_wildcard_parse(type, json_string_value(json), len, ranges))
		return true;
	if (!weir_json_read_value(reader, json, type, len, &ranges[0].from))
		return false;
	ranges[0].to = ranges[0].from;
	return true;
}

static bool element_read(struct weir_json_reader *reader, const json_t *json,
			 struct weir_item *item, const struct weir_datatype *type, size_t *size)
{
	struct weir_range ranges[2];
	unsigned int n;

	if (json_object_get(json, "concat"))
		return weir_json_error(reader, "the key has one field, and this has several");
	if (!weir_json_read_range(reader, json, type, item->key.len, ranges, &n))
		return false;
	for (unsigned int i = 0; i < n; i++)
		ranges_add(item, size, ranges[i]);
	return true;
}

static bool set_read(struct weir_json_reader *reader, const json_t *json,
		     struct weir_item *item, const struct weir_datatype *type)
{
	const json_t *element;
	size_t i, mark, size = 0;

	if (!json_is_array(json))
		return element_read(reader, json, item, type, &size);
	if (!json_array_size(json))
		return weir_json_error(reader, "an empty set matches nothing");
	json_array_foreach(json, i, element) {
		mark = weir_json_enter_index(reader, i);
		if (!element_read(reader, element, item, type, &size))
			return false;
		weir_json_leave(reader, mark);
	}
	return item->n_ranges <= WEIR_RANGES_MAX ||
	       weir_json_error(reader, "a set of %zu elements is too long, the longest has %d",
			       item->n_ranges, WEIR_RANGES_MAX);
}

/* One single value is compared, not looked up: as text is read. */
static void simplify(struct weir_item *item)
{
	if (item->n_ranges != 1 || !weir_num_eq(item->ranges->from, item->ranges->to))
		return;
	item->rel = item->rel == WEIR_REL_IN ? WEIR_REL_EQ : WEIR_REL_NE;
	item->val = item->ranges->from;
	free(item->ranges);
	item->ranges = NULL;
	item->n_ranges = 0;
}

/* What text would print as a set, prefix, range or wildcard. */
static bool is_ranges(const json_t *json, const struct weir_item *item,
		      const struct weir_datatype *type)
{
	struct weir_range range;

	return json_object_get(json, "set") || json_object_get(json, "range") ||
	       json_object_get(json, "prefix") || json_object_get(json, "concat") ||
	       (json_is_string(json) &&
		weir_wildcard_parse(type, json_string_value(json), item->key.len, &range));
}

static bool rel_read(struct weir_json_reader *reader, const char *op, bool ranges,
		     const struct weir_datatype *type, enum weir_rel *rel)
{
	bool implicit = !*op || !strcmp(op, "in");
	uint64_t value;

	if (implicit && !ranges)
		*rel = type->base == WEIR_BASE_BITMASK ? WEIR_REL_ANY : WEIR_REL_EQ;
	else if (implicit || (ranges && !strcmp(op, "==")))
		*rel = WEIR_REL_IN;
	else if (ranges && !strcmp(op, "!="))
		*rel = WEIR_REL_NOT_IN;
	else if (ranges)
		return weir_json_error(reader, "\"%s\" does not go with sets and ranges", op);
	else if (!strcmp(op, "!"))
		*rel = WEIR_REL_NONE;
	else if (weir_symbol_find(weir_rels, op, &value))
		*rel = value;
	else
		return weir_json_error(reader,
				       "expected an op: ==, !=, <, <=, >, >=, in or !, not \"%s\"",
				       op);
	return true;
}

bool weir_json_read_right(struct weir_json_reader *reader, const json_t *json,
			  const char *op, struct weir_item *item)
{
	const struct weir_datatype *type = weir_key_type(&item->key);
	bool ranges = is_ranges(json, item, type), ok;
	size_t mark, size = 0;

	if (!rel_read(reader, op, ranges, type, &item->rel))
		return false;
	if (!ranges)
		return weir_json_read_value(reader, json, type, item->key.len, &item->val);
	if (!json_object_get(json, "set")) {
		ok = element_read(reader, json, item, type, &size);
	} else {
		mark = weir_json_enter(reader, "set");
		ok = set_read(reader, json_object_get(json, "set"), item, type);
		weir_json_leave(reader, mark);
	}
	if (ok)
		simplify(item);
	return ok;
}
