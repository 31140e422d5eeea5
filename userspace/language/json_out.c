// SPDX-License-Identifier: GPL-2.0
/*
 * Rules as JSON, in the schema of libnftables-json(5). json_in.c is the other
 * half.
 */
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "datatype.h"
#include "ext.h"
#include "json.h"
#include "print.h"

/* Numbers that JSON's reader has no room for are strings. */
json_t *weir_json_number(uint64_t value)
{
	char text[24];

	if (value <= INT64_MAX)
		return json_integer(value);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return json_string(text);
}

/* Names of devices and the like need not be UTF-8; what is none becomes "?". */
json_t *weir_json_string(const char *text)
{
	json_t *json = json_string(text);
	char *copy, *c;

	if (json)
		return json;
	copy = weir_strdup(text);
	for (c = copy; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

static json_t *word_json(const struct weir_datatype *type, struct weir_num num,
			 unsigned int len, const struct weir_print_opts *opts)
{
	struct weir_buf word = {};
	struct weir_num number;
	bool overflow;
	json_t *json;

	weir_value_word(&word, type, num, len, opts);
	if (type->base != WEIR_BASE_STRING && word.text &&
	    weir_number_parse(word.text, &number, &overflow) && !number.hi &&
	    number.lo <= INT64_MAX)
		json = json_integer(number.lo);
	else
		json = weir_json_string(word.text ? word.text : "");
	weir_buf_free(&word);
	return json;
}

/* The names of bits, and what has none as a number. */
static json_t *bits_json(const struct weir_datatype *type, struct weir_num num,
			 const struct weir_print_opts *opts)
{
	const struct weir_symbol *symbol = opts->numeric ? NULL : type->symbols;
	json_t *list = json_array();
	uint64_t bits = num.lo;

	for (; symbol && symbol->name; symbol++) {
		if (!symbol->value || (bits & symbol->value) != symbol->value)
			continue;
		json_array_append_new(list, json_string(symbol->name));
		bits &= ~symbol->value;
	}
	if (bits || !json_array_size(list))
		json_array_append_new(list, weir_json_number(bits));
	return list;
}

json_t *weir_json_value(const struct weir_datatype *type, struct weir_num num,
			unsigned int len, const struct weir_print_opts *opts)
{
	json_t *list, *only;

	if (type == &weir_datatype_boolean)
		return json_boolean(num.lo);
	if (type->base != WEIR_BASE_BITMASK || num.hi)
		return word_json(type, num, len, opts);
	list = bits_json(type, num, opts);
	if (json_array_size(list) > 1)
		return json_pack("{s:o}", "|", list);
	only = json_incref(json_array_get(list, 0));
	json_decref(list);
	return only;
}

static json_t *wildcard_json(const struct weir_range *range, unsigned int len)
{
	static const struct weir_print_opts plain;
	struct weir_buf word = {};
	json_t *json;

	weir_string_print(&word, range->from, len, &plain);
	weir_buf_str(&word, "*");
	json = weir_json_string(word.text);
	weir_buf_free(&word);
	return json;
}

json_t *weir_json_range(const struct weir_datatype *type, unsigned int len,
			struct weir_range range, const struct weir_print_opts *opts)
{
	unsigned int bytes;
	int prefix;

	if (weir_num_eq(range.from, range.to))
		return weir_json_value(type, range.from, len, opts);
	if (type->base == WEIR_BASE_STRING && weir_range_wildcard(&range, len, &bytes))
		return wildcard_json(&range, len);
	prefix = type->base == WEIR_BASE_ADDRESS ? weir_range_prefix(&range, len) : -1;
	if (prefix >= 0)
		return json_pack("{s:{s:o, s:i}}", "prefix",
				 "addr", weir_json_value(type, range.from, len, opts),
				 "len", prefix);
	return json_pack("{s:[o, o]}", "range", weir_json_value(type, range.from, len, opts),
			 weir_json_value(type, range.to, len, opts));
}

static json_t *ranges_json(const struct weir_item *item, const struct weir_datatype *type,
			   const struct weir_print_opts *opts)
{
	bool single = weir_ranges_single(type, item->ranges, item->n_ranges);
	const struct weir_range *ranges = item->ranges;
	json_t *set = single ? NULL : json_array(), *element;
	struct weir_range range;
	size_t i, step;

	for (i = 0; i < item->n_ranges; i += step) {
		step = weir_ranges_next(type, ranges + i, item->n_ranges - i);
		range = (struct weir_range){ ranges[i].from, ranges[i + step - 1].to };
		element = weir_json_range(type, item->key.len, range, opts);
		if (single)
			return element;
		json_array_append_new(set, element);
	}
	return json_pack("{s:o}", "set", set);
}

static const char *option_object(enum weir_header header)
{
	switch (header) {
	case WEIR_HEADER_TCP_OPT:
		return "tcp option";
	case WEIR_HEADER_IP_OPT:
		return "ip option";
	case WEIR_HEADER_IP6_EXT:
		return "exthdr";
	default:
		return NULL;
	}
}

static json_t *raw_key_json(const struct weir_key *key)
{
	const char *object = option_object(key->header);

	if (!object)
		return json_pack("{s:{s:s, s:i, s:i}}", "payload",
				 "base", weir_base_name(key->header),
				 "offset", (int)key->offset, "len", (int)key->len);
	if (key->type == WEIR_KEY_TYPE_EXISTS)
		return json_pack("{s:{s:i}}", object, "base", key->option);
	return json_pack("{s:{s:i, s:i, s:i}}", object, "base", key->option,
			 "offset", (int)key->offset, "len", (int)key->len);
}

/* "maxseg size" of "tcp option" is name and field; "frag" has them by itself. */
static json_t *option_key_json(const struct weir_header_desc *header,
			       const struct weir_field *field, const char *object)
{
	const char *blank = strchr(field->name, ' ');
	json_t *key = json_object();

	if (field->key.header == WEIR_HEADER_IP6_EXT) {
		if (field->key.type != WEIR_KEY_TYPE_EXISTS) {
			json_object_set_new(key, "name", json_string(header->name));
			json_object_set_new(key, "field", json_string(field->name));
		} else {
			json_object_set_new(key, "name", json_string(field->name));
		}
	} else if (blank) {
		json_object_set_new(key, "name",
				    json_stringn(field->name, blank - field->name));
		json_object_set_new(key, "field", json_string(blank + 1));
	} else {
		json_object_set_new(key, "name", json_string(field->name));
	}
	return json_pack("{s:o}", object, key);
}

static json_t *key_json(const struct weir_key *key)
{
	const struct weir_header_desc *header;
	const struct weir_field *field = weir_field_of(key, &header);

	if (!field)
		return raw_key_json(key);
	if (key->type == WEIR_KEY_TYPE_META || key->type == WEIR_KEY_TYPE_PLUGIN)
		return json_pack("{s:{s:s}}", header->name, "key", field->name);
	if (option_object(key->header))
		return option_key_json(header, field, option_object(key->header));
	return json_pack("{s:{s:s, s:s}}", "payload", "protocol", header->name,
			 "field", field->name);
}

json_t *weir_json_expr(const struct weir_key *key, const struct weir_keyop *ops,
		       unsigned int n_ops, const struct weir_print_opts *opts)
{
	const struct weir_datatype *type = weir_key_type(key);
	json_t *json = key_json(key), *operand;
	unsigned int i;

	for (i = 0; i < n_ops; i++) {
		operand = weir_json_value(weir_operand_type(type, ops[i].op), ops[i].val,
					  key->len, opts);
		json = json_pack("{s:[o, o]}", weir_op_sign(ops[i].op), json, operand);
	}
	return json;
}

static json_t *any_json(const struct weir_item *item, const struct weir_datatype *type,
			const struct weir_print_opts *opts)
{
	json_t *list, *only;

	if (type->base != WEIR_BASE_BITMASK || item->val.hi)
		return weir_json_value(weir_operand_type(type, WEIR_OP_AND), item->val,
				  item->key.len, opts);
	list = bits_json(type, item->val, opts);
	if (json_array_size(list) > 1)
		return list;
	only = json_incref(json_array_get(list, 0));
	json_decref(list);
	return only;
}

static json_t *match_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	const struct weir_datatype *type = weir_key_type(&item->key);
	const char *op = weir_symbol_name(weir_rels, item->rel);
	json_t *right;

	switch (item->rel) {
	case WEIR_REL_ANY:
	case WEIR_REL_NONE:
		op = item->rel == WEIR_REL_ANY ? "in" : "!";
		right = any_json(item, type, opts);
		break;
	case WEIR_REL_IN:
	case WEIR_REL_NOT_IN:
		op = item->rel == WEIR_REL_IN ? "==" : "!=";
		right = ranges_json(item, type, opts);
		break;
	default:
		right = weir_json_value(type, item->val, item->key.len, opts);
		break;
	}
	return json_pack("{s:{s:s, s:o, s:o}}", "match", "op", op,
			 "left", weir_json_expr(&item->key, item->ops, item->n_ops, opts),
			 "right", right);
}

static json_t *set_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	json_t *value;

	if (item->lookup)
		value = weir_json_map(item, opts);
	else if (item->has_source)
		value = weir_json_expr(&item->source, item->ops, item->n_ops, opts);
	else
		value = weir_json_value(weir_key_type(&item->key), item->val, item->key.len, opts);
	return json_pack("{s:{s:o, s:o}}", "mangle", "key", key_json(&item->key),
			 "value", value);
}

static json_t *counter_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	if (opts->stateless)
		return json_pack("{s:n}", "counter");
	return json_pack("{s:{s:o, s:o}}", "counter", "packets", weir_json_number(item->packets),
			 "bytes", weir_json_number(item->bytes));
}

json_t *weir_json_verdict(enum weir_verdict verdict, const char *chain)
{
	if (chain)
		return json_pack("{s:{s:o}}", weir_verdict_name(verdict),
				 "target", weir_json_string(chain));
	return json_pack("{s:n}", weir_verdict_name(verdict));
}

static json_t *item_json(const struct weir_item *item, const struct weir_print_opts *opts)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		return match_json(item, opts);
	case WEIR_ITEM_TYPE_SET:
		return set_json(item, opts);
	case WEIR_ITEM_TYPE_COUNTER:
		return counter_json(item, opts);
	case WEIR_ITEM_TYPE_VERDICT:
		return weir_json_verdict(item->verdict, item->chain);
	case WEIR_ITEM_TYPE_MATCH:
	case WEIR_ITEM_TYPE_TARGET:
		return json_pack("{s:o}", item->ext->name,
				 item->ext->to_json(item->data, opts));
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
	case WEIR_ITEM_TYPE_OBJECT:
		return weir_json_lookup(item, opts);
	default:
		return NULL;
	}
}

json_t *weir_json_items(const struct weir_item *items, const struct weir_print_opts *opts)
{
	const struct weir_item *item;
	json_t *list = json_array();
	struct weir_known known;

	for (item = items; item; item = item->next)
		json_array_append_new(list, item_json(weir_item_known(items, item, &known), opts));
	return list;
}
