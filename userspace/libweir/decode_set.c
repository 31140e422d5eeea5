// SPDX-License-Identifier: GPL-2.0
/* Messages to sets and maps, without elements. */

#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "decode.h"
#include "language/language.h"

static bool same_lens(const struct weir_set_type *type, const struct nlattr *attr)
{
	const uint8_t *lens = mnl_attr_get_payload(attr);
	unsigned int i;

	if (mnl_attr_get_payload_len(attr) != type->n_fields)
		return false;
	for (i = 0; i < type->n_fields; i++)
		if (lens[i] != type->fields[i].len)
			return false;
	return true;
}

/* The types of the key as they were declared, if the lengths agree. */
static bool decode_key_type(const struct nlattr **attrs, struct weir_set *set, const char **why)
{
	char *text = weir_attr_text(attrs[WEIR_A_SET_KEY_TEXT]);
	bool known = text && weir_set_type_parse(text, &set->type);

	if (known && !set->type.text)
		set->type.text = weir_strdup(text);
	free(text);
	if (!known || !attrs[WEIR_A_SET_KEY_LENS] ||
	    !same_lens(&set->type, attrs[WEIR_A_SET_KEY_LENS]))
		return weir_decode_refuse(why, "a set of a type that this version of weir does not know");
	return true;
}

/* A value is declared by the same word as the key, "type" or "typeof". */
static bool parse_value_type(const struct weir_set *set, const char *text,
			     struct weir_set_type *type)
{
	const char *declared = set->type.text;
	size_t word = strcspn(declared, " ");
	char *whole;
	bool known;

	if (asprintf(&whole, "%.*s %s", (int)word, declared, text) < 0)
		return false;
	known = weir_set_type_parse(whole, type);
	free(whole);
	return known && type->n_fields == 1;
}

static bool decode_data_type(const struct nlattr **attrs, struct weir_set *set, const char **why)
{
	uint32_t len = weir_attr_u32(attrs[WEIR_A_SET_DATA_LEN]);
	char *text;

	set->data_type = weir_attr_u32(attrs[WEIR_A_SET_DATA_TYPE]);
	if (set->data_type == WEIR_DATA_TYPE_NONE)
		return true;
	if (set->data_type > WEIR_DATA_TYPE_OBJECT)
		return weir_decode_refuse(why, "a map to something unknown");
	set->object_type = weir_decode_object_type(attrs[WEIR_A_SET_OBJECT_TYPE]);
	if (set->data_type == WEIR_DATA_TYPE_OBJECT && !set->object_type)
		return weir_decode_refuse(why, "a map to objects of an unknown type");
	text = weir_attr_text(attrs[WEIR_A_SET_DATA_TEXT]);
	if (set->data_type == WEIR_DATA_TYPE_VALUE &&
	    (!text || !parse_value_type(set, text, &set->data) ||
	     set->data.fields[0].len != len)) {
		free(text);
		return weir_decode_refuse(why, "a map to values that this version of weir does not know");
	}
	/* What was parsed is the text with its first word. */
	free(set->data.text);
	set->data.text = text;
	return true;
}

static void decode_options(const struct nlattr **attrs, struct weir_set *set)
{
	set->flags = weir_attr_u32(attrs[WEIR_A_SET_FLAGS]);
	set->has_timeout = attrs[WEIR_A_SET_TIMEOUT];
	set->timeout = weir_attr_u64(attrs[WEIR_A_SET_TIMEOUT]);
	set->gc_interval = weir_attr_u32(attrs[WEIR_A_SET_GC_INTERVAL]);
	set->has_size = attrs[WEIR_A_SET_SIZE];
	set->size = weir_attr_u32(attrs[WEIR_A_SET_SIZE]);
	set->policy = weir_attr_u32(attrs[WEIR_A_SET_POLICY]);
	set->comment = weir_attr_text(attrs[WEIR_A_SET_COMMENT]);
	set->count = weir_attr_u32(attrs[WEIR_A_SET_COUNT]);
	set->refused = weir_attr_u64(attrs[WEIR_A_SET_REFUSED]);
	set->memory = weir_attr_u64(attrs[WEIR_A_SET_MEMORY]);
	weir_attr_copy(attrs[WEIR_A_SET_BACKEND], set->backend, sizeof(set->backend));
}

static bool decode_set(const struct nlmsghdr *nlh, const struct nlattr **attrs,
		       struct weir_set *set, const char **why)
{
	size_t header = sizeof(struct genlmsghdr);

	set->family = weir_attr_u8(attrs[WEIR_A_SET_FAMILY]);
	set->table = weir_attr_text(attrs[WEIR_A_SET_TABLE]);
	set->name = weir_attr_text(attrs[WEIR_A_SET_NAME]);
	set->new_name = weir_attr_text(attrs[WEIR_A_SET_NEW_NAME]);
	set->handle = weir_attr_u64(attrs[WEIR_A_SET_HANDLE]);
	if (!set->table || !set->name)
		return weir_decode_refuse(why, "a set without table and name");
	decode_options(attrs, set);
	return decode_key_type(attrs, set, why) && decode_data_type(attrs, set, why) &&
	       weir_decode_stmts(mnl_nlmsg_get_payload_offset(nlh, header),
				 mnl_nlmsg_get_payload_len(nlh) - MNL_ALIGN(header),
				 WEIR_A_SET_STMT, &set->stmts, why);
}

struct weir_set *weir_decode_set(const struct nlmsghdr *nlh, uint32_t *event, const char **why)
{
	struct weir_set *set = weir_alloc(sizeof(*set));
	const struct nlattr *attrs[WEIR_A_SET_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_SET_MAX);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_SET_EVENT]);
	if (decode_set(nlh, attrs, set, why))
		return set;
	weir_set_free(set);
	return NULL;
}
