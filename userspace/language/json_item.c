// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: statements and keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "datatype.h"
#include "ext.h"
#include "json.h"
#include "print.h"

#define RAW_OFFSET_MAX (0xffff * 8)
#define RAW_LEN_MAX 128

static const char *string_of(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static bool field_read(struct weir_json_reader *reader, const char *header_name,
		       const char *field_name, struct weir_key *key)
{
	const struct weir_header_desc *header = weir_header_find(header_name);
	const struct weir_field *field;
	const char *const *missing;

	if (!header)
		return weir_json_error(reader, "%s is not known", header_name);
	field = weir_field_find(header, field_name);
	for (missing = field ? NULL : header->missing; missing && *missing; missing++)
		if (!strcmp(*missing, field_name))
			return weir_json_error(reader, "%s %s is not in weir yet", header_name,
					       field_name);
	if (!field)
		return weir_json_error(reader, "%s has no field %s", header_name, field_name);
	*key = field->key;
	if (key->ext) {
		key->data = weir_alloc(key->ext->data_size);
		key->ext->make(field, key->data);
	}
	return true;
}

static bool bits_read(struct weir_json_reader *reader, const json_t *json,
		      struct weir_key *key)
{
	uint64_t offset, len;

	if (!weir_json_uint(json_object_get(json, "offset"), RAW_OFFSET_MAX, &offset))
		return weir_json_error(reader, "expected an offset in bits, up to %d",
				       RAW_OFFSET_MAX);
	if (!weir_json_uint(json_object_get(json, "len"), RAW_LEN_MAX, &len) || !len)
		return weir_json_error(reader, "expected a len in bits, 1 to %d", RAW_LEN_MAX);
	key->type = WEIR_KEY_TYPE_PAYLOAD;
	key->offset = offset;
	key->len = len;
	return true;
}

static bool payload_read(struct weir_json_reader *reader, const json_t *json,
			 struct weir_key *key)
{
	const char *protocol = string_of(json, "protocol"), *field = string_of(json, "field");
	const char *base = string_of(json, "base");

	if (protocol && field)
		return field_read(reader, protocol, field, key);
	if (!base)
		return weir_json_error(reader,
				       "expected protocol and field, or base, offset and len");
	if (!weir_base_find(base, &key->header))
		return weir_json_error(reader, "expected the base ll, nh or th, not \"%s\"", base);
	return bits_read(reader, json, key);
}

static bool meta_read(struct weir_json_reader *reader, const char *header,
		      const json_t *json, struct weir_key *key)
{
	const char *field = string_of(json, "key");

	if (json_object_get(json, "dir") || json_object_get(json, "family"))
		return weir_json_error(reader, "%s with dir or family is not in weir yet", header);
	if (!field)
		return weir_json_error(reader, "expected a key of %s", header);
	return field_read(reader, header, field, key);
}

/* An option by number: existence where no place is given, or by nft 0,8 and a boolean. */
static bool numbered_read(struct weir_json_reader *reader, const json_t *json,
			  enum weir_header header, bool exists, struct weir_key *key)
{
	uint64_t option;

	if (!weir_json_uint(json_object_get(json, "base"), 255, &option))
		return weir_json_error(reader, "expected the number of an option in base");
	key->header = header;
	key->option = option;
	if (json_object_get(json, "offset") && !exists)
		return bits_read(reader, json, key);
	key->type = WEIR_KEY_TYPE_EXISTS;
	key->len = 1;
	return true;
}

static bool option_read(struct weir_json_reader *reader, const char *object,
			const json_t *json, bool exists, struct weir_key *key)
{
	const char *name = string_of(json, "name"), *field = string_of(json, "field");
	enum weir_header header = !strcmp(object, "tcp option") ? WEIR_HEADER_TCP_OPT :
				  !strcmp(object, "ip option") ? WEIR_HEADER_IP_OPT :
				  WEIR_HEADER_IP6_EXT;
	char text[64];

	if (json_object_get(json, "base"))
		return numbered_read(reader, json, header, exists, key);
	if (!name)
		return weir_json_error(reader, "expected the name of %s", object);
	if (!field)
		return field_read(reader, object, name, key);
	if (header == WEIR_HEADER_IP6_EXT)
		return field_read(reader, name, field, key);
	snprintf(text, sizeof(text), "%s %s", name, field);
	return field_read(reader, object, text, key);
}

static bool key_read(struct weir_json_reader *reader, const json_t *json, bool exists,
		     struct weir_key *key)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)json));
	const json_t *value;
	size_t mark;
	bool ok;

	memset(key, 0, sizeof(*key));
	if (!name || json_object_size(json) != 1)
		return weir_json_error(reader, "expected an expression such as {\"payload\": ...}");
	value = json_object_get(json, name);
	mark = weir_json_enter(reader, name);
	if (!strcmp(name, "payload"))
		ok = payload_read(reader, value, key);
	else if (!strcmp(name, "exthdr") || !strcmp(name, "tcp option") ||
		 !strcmp(name, "ip option"))
		ok = option_read(reader, name, value, exists, key);
	else if (!strcmp(name, "meta") || weir_ext_find(WEIR_EXT_KEY, name))
		ok = meta_read(reader, name, value, key);
	else
		ok = weir_json_error(reader, "the expression %s is not in weir yet", name);
	weir_json_leave(reader, mark);
	return ok;
}

bool weir_json_read_key(struct weir_json_reader *reader, const json_t *json,
			struct weir_key *key)
{
	return key_read(reader, json, false, key);
}

static bool operand_read(struct weir_json_reader *reader, const json_t *json, enum weir_op op,
			 struct weir_part *part)
{
	const struct weir_key *key = &part->key;
	const struct weir_datatype *type = weir_key_type(key);
	struct weir_num num;

	if (part->n_ops == WEIR_OPS_MAX)
		return weir_json_error(reader, "more than %d operations on one key",
				       WEIR_OPS_MAX);
	if (op == WEIR_OP_LSHIFT || op == WEIR_OP_RSHIFT) {
		if (!weir_json_read_value(reader, json, &weir_datatype_integer, 7, &num))
			return false;
	} else if (!weir_json_read_value(reader, json, type, key->len, &num)) {
		return false;
	}
	part->ops = weir_realloc(part->ops, part->n_ops + 1, sizeof(*part->ops));
	part->ops[part->n_ops++] = (struct weir_keyop){ op, num };
	return true;
}

/* A key, or {"&": [expression, value, ...]} around it. */
static bool part_read(struct weir_json_reader *reader, const json_t *json, bool exists,
		      struct weir_part *part)
{
	const char *sign = json_object_iter_key(json_object_iter((json_t *)json));
	const json_t *list;
	size_t i, mark;
	uint64_t op;

	if (!sign || json_object_size(json) != 1 || !weir_symbol_find(weir_ops, sign, &op))
		return key_read(reader, json, exists, &part->key);
	list = json_object_get(json, sign);
	if (!json_is_array(list) || json_array_size(list) < 2)
		return weir_json_error(reader, "expected two expressions in \"%s\"", sign);
	mark = weir_json_enter(reader, sign);
	if (!part_read(reader, json_array_get(list, 0), exists, part))
		return false;
	for (i = 1; i < json_array_size(list); i++)
		if (!operand_read(reader, json_array_get(list, i), op, part))
			return false;
	weir_json_leave(reader, mark);
	return true;
}

bool weir_json_read_part(struct weir_json_reader *reader, const json_t *json,
			 struct weir_part *part)
{
	return part_read(reader, json, false, part);
}

/* What is read of the operations belongs to the item, also after an error. */
static bool expr_read(struct weir_json_reader *reader, const json_t *json, bool exists,
		      struct weir_key *key, struct weir_item *item)
{
	struct weir_part part = {};
	bool ok = part_read(reader, json, exists, &part);

	*key = part.key;
	item->ops = part.ops;
	item->n_ops = part.n_ops;
	return ok;
}

static bool match_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_item *item)
{
	const json_t *left = json_object_get(json, "left"), *right = json_object_get(json, "right");
	const char *op = string_of(json, "op");
	size_t mark;

	item->type = WEIR_ITEM_TYPE_COND;
	if (!left || !right)
		return weir_json_error(reader, "match must have left and right");
	if (weir_json_is_lookup(left, right))
		return weir_json_read_lookup(reader, json, item);
	mark = weir_json_enter(reader, "left");
	if (!expr_read(reader, left, json_is_boolean(right), &item->key, item))
		return false;
	weir_json_leave(reader, mark);
	mark = weir_json_enter(reader, "right");
	if (!weir_json_read_right(reader, right, op ? op : "", item))
		return false;
	weir_json_leave(reader, mark);
	return true;
}

/* Whether a value is a constant: anything but an expression with a key in it. */
static bool is_constant(const json_t *json)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)json));
	const json_t *list;

	if (!name)
		return true;
	list = json_object_get(json, name);
	return !strcmp(name, "|") && is_constant(json_array_get(list, 0));
}

static bool mangle_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_item *item)
{
	const json_t *key = json_object_get(json, "key"), *value = json_object_get(json, "value");
	const struct weir_header_desc *header;
	const struct weir_field *field;
	size_t mark;

	item->type = WEIR_ITEM_TYPE_SET;
	if (!key || !value)
		return weir_json_error(reader, "mangle must have key and value");
	mark = weir_json_enter(reader, "key");
	if (!key_read(reader, key, false, &item->key))
		return false;
	field = weir_field_of(&item->key, &header);
	if (field ? !field->writable : item->key.type != WEIR_KEY_TYPE_PAYLOAD)
		return weir_json_error(reader, "it cannot be written to");
	weir_json_leave(reader, mark);
	mark = weir_json_enter(reader, "value");
	if (json_object_get(value, "map")) {
		if (!weir_json_read_map(reader, json_object_get(value, "map"), item,
					WEIR_DATA_TYPE_VALUE))
			return false;
	} else if (is_constant(value)) {
		if (!weir_json_read_value(reader, value, weir_key_type(&item->key),
					  item->key.len, &item->val))
			return false;
	} else {
		if (!expr_read(reader, value, false, &item->source, item))
			return false;
		item->has_source = true;
	}
	weir_json_leave(reader, mark);
	return true;
}

static bool counter_read(struct weir_json_reader *reader, const json_t *json,
			 struct weir_item *item)
{
	const json_t *packets = json_object_get(json, "packets");
	const json_t *bytes = json_object_get(json, "bytes");

	item->type = WEIR_ITEM_TYPE_COUNTER;
	if ((packets && !weir_json_uint(packets, UINT64_MAX, &item->packets)) ||
	    (bytes && !weir_json_uint(bytes, UINT64_MAX, &item->bytes)))
		return weir_json_error(reader, "expected numbers in packets and bytes");
	return true;
}

static bool target_read(struct weir_json_reader *reader, const json_t *json,
			enum weir_verdict verdict, char **chain)
{
	const char *target = string_of(json, "target");

	if (verdict != WEIR_VERDICT_JUMP && verdict != WEIR_VERDICT_GOTO)
		return true;
	if (!target || !*target || strlen(target) > WEIR_NAME_MAX)
		return weir_json_error(reader, "expected the name of a chain in target");
	*chain = weir_strdup(target);
	return true;
}

bool weir_json_read_verdict(struct weir_json_reader *reader, const json_t *json,
			    enum weir_verdict *verdict, char **chain)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)json));
	uint64_t value;

	if (!name || !weir_symbol_find(weir_verdicts, name, &value))
		return weir_json_error(reader, "expected a verdict such as {\"accept\": null}");
	*verdict = value;
	return target_read(reader, json_object_get(json, name), value, chain);
}

static bool ext_read(struct weir_json_reader *reader, const json_t *json,
		     const struct weir_ext *ext, struct weir_item *item)
{
	const char *wrong;

	item->type = ext->kind == WEIR_EXT_MATCH ? WEIR_ITEM_TYPE_MATCH :
		     WEIR_ITEM_TYPE_TARGET;
	item->ext = ext;
	item->data = weir_alloc(ext->data_size);
	wrong = ext->from_json(json, item->data);
	return !wrong || weir_json_error(reader, "%s", wrong);
}

/* A counter or match by the name of an object, or by a map to objects. */
static bool is_object(const char *name, const json_t *json)
{
	return (!strcmp(name, "counter") || weir_ext_find(WEIR_EXT_MATCH, name)) &&
	       (json_is_string(json) || json_object_get(json, "map"));
}

static bool object_read(struct weir_json_reader *reader, const json_t *json,
			const char *type, struct weir_item *item)
{
	item->type = WEIR_ITEM_TYPE_OBJECT;
	item->object_type = type;
	if (!json_is_string(json))
		return weir_json_read_map(reader, json_object_get(json, "map"), item,
					  WEIR_DATA_TYPE_OBJECT);
	if (!json_string_length(json) || json_string_length(json) > WEIR_NAME_MAX)
		return weir_json_error(reader, "expected the name of an object");
	item->object = weir_strdup(json_string_value(json));
	return true;
}

static bool item_read(struct weir_json_reader *reader, const char *name, const json_t *json,
		      struct weir_item *item)
{
	const struct weir_ext *ext = weir_ext_find(WEIR_EXT_MATCH, name);
	uint64_t verdict;

	if (!ext)
		ext = weir_ext_find(WEIR_EXT_TARGET, name);
	if (is_object(name, json))
		return object_read(reader, json, ext ? ext->name : "counter", item);
	if (ext)
		return ext_read(reader, json, ext, item);
	if (!strcmp(name, "match"))
		return match_read(reader, json, item);
	if (!strcmp(name, "mangle"))
		return mangle_read(reader, json, item);
	if (!strcmp(name, "counter"))
		return counter_read(reader, json, item);
	if (!strcmp(name, "vmap")) {
		item->type = WEIR_ITEM_TYPE_VMAP;
		return weir_json_read_map(reader, json, item, WEIR_DATA_TYPE_VERDICT);
	}
	if (!strcmp(name, "set") || !strcmp(name, "map"))
		return weir_json_read_update(reader, json, item);
	if (weir_symbol_find(weir_verdicts, name, &verdict)) {
		item->verdict = verdict;
		return target_read(reader, json, verdict, &item->chain);
	}
	return weir_json_error(reader, "the statement %s is not in weir yet", name);
}

struct weir_item *weir_json_read_item(struct weir_json_reader *reader, const json_t *json)
{
	const char *name = json_object_iter_key(json_object_iter((json_t *)json));
	struct weir_item *item;
	size_t mark;
	bool ok;

	if (!name || json_object_size(json) != 1) {
		weir_json_error(reader, "expected a statement such as {\"accept\": null}");
		return NULL;
	}
	item = weir_alloc(sizeof(*item));
	item->type = WEIR_ITEM_TYPE_VERDICT;
	mark = weir_json_enter(reader, name);
	ok = item_read(reader, name, json_object_get(json, name), item);
	weir_json_leave(reader, mark);
	if (ok)
		return item;
	weir_item_free(item);
	return NULL;
}

bool weir_json_read_items(struct weir_json_reader *reader, const json_t *list,
			  struct weir_item **items)
{
	struct weir_item **end = items;
	const json_t *json;
	size_t i, mark;
	bool ok = true;

	if (!json_is_array(list))
		return weir_json_error(reader, "expected an array of statements");
	if (json_array_size(list) > WEIR_ITEMS_MAX)
		return weir_json_error(reader,
				       "a rule of %zu statements is too long, the longest has %d",
				       json_array_size(list), WEIR_ITEMS_MAX);
	json_array_foreach(list, i, json) {
		mark = weir_json_enter_index(reader, i);
		*end = weir_json_read_item(reader, json);
		if (*end)
			end = &(*end)->next;
		else
			ok = false;
		weir_json_leave(reader, mark);
	}
	return ok;
}
