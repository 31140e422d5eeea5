// SPDX-License-Identifier: GPL-2.0
/* Attributes to elements: records as they are, others one by one. */

#include <linux/genetlink.h>
#include "alloc.h"
#include "decode.h"

#define ALL_COLUMNS (2 * WEIR_ELEM_COLUMNS_DATA - 1)

static bool decode_bytes(const struct nlattr *attr, const struct weir_set *set,
			 struct weir_elem *elem, bool to, const char **why)
{
	const uint8_t *bytes = mnl_attr_get_payload(attr);
	unsigned int i;

	if (mnl_attr_get_payload_len(attr) != weir_record_size(set, 0))
		return weir_decode_refuse(why, "an element of the wrong length");
	for (i = 0; i < set->type.n_fields; i++) {
		unsigned int size = weir_value_size(set->type.fields[i].len);
		struct weir_num num = weir_num_get(bytes, size);

		if (!to)
			elem->key[i].from = num;
		elem->key[i].to = num;
		bytes += size;
	}
	return true;
}

static bool decode_elem_key(const struct nlattr **attrs, const struct weir_set *set,
			    struct weir_elem *elem, const char **why)
{
	elem->set = weir_attr_text(attrs[WEIR_A_ELEM_SET]);
	elem->before = weir_attr_text(attrs[WEIR_A_ELEM_BEFORE]);
	elem->flags = weir_attr_u32(attrs[WEIR_A_ELEM_FLAGS]);
	if (elem->set || elem->flags & WEIR_ELEM_FLAGS_CATCHALL)
		return true;
	if (!attrs[WEIR_A_ELEM_KEY])
		return weir_decode_refuse(why, "an element without a key");
	return decode_bytes(attrs[WEIR_A_ELEM_KEY], set, elem, false, why) &&
	       (!attrs[WEIR_A_ELEM_TO] ||
		decode_bytes(attrs[WEIR_A_ELEM_TO], set, elem, true, why));
}

static bool decode_elem_data(const struct nlattr **attrs, const struct weir_set *set,
			     struct weir_elem *elem, const char **why)
{
	struct weir_data *data = &elem->data;

	data->verdict = weir_attr_u32(attrs[WEIR_A_ELEM_VERDICT]);
	data->chain = weir_attr_text(attrs[WEIR_A_ELEM_CHAIN]);
	data->object = weir_attr_text(attrs[WEIR_A_ELEM_OBJECT]);
	if (attrs[WEIR_A_ELEM_DATA] && !weir_decode_num(attrs[WEIR_A_ELEM_DATA], &data->val, why))
		return false;
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		elem->has_data = attrs[WEIR_A_ELEM_DATA];
		break;
	case WEIR_DATA_TYPE_VERDICT:
		elem->has_data = attrs[WEIR_A_ELEM_VERDICT];
		break;
	case WEIR_DATA_TYPE_OBJECT:
		elem->has_data = data->object;
		break;
	case WEIR_DATA_TYPE_NONE:
		break;
	}
	return true;
}

static bool decode_elem(const struct nlattr *nest, const struct weir_set *set,
			struct weir_elems **elems, const char **why)
{
	struct weir_elem *elem = weir_alloc(sizeof(*elem));
	const struct nlattr *attrs[WEIR_A_ELEM_MAX + 1];

	/* The list owns it, whatever is wrong with it. */
	weir_elems_add_one(elems, elem);
	weir_decode_nest(nest, attrs, WEIR_A_ELEM_MAX);
	elem->timeout = weir_attr_u64(attrs[WEIR_A_ELEM_TIMEOUT]);
	elem->has_timeout = attrs[WEIR_A_ELEM_TIMEOUT] && weir_timeout_given(set, elem->timeout);
	elem->expires = weir_attr_u64(attrs[WEIR_A_ELEM_EXPIRES]);
	elem->has_expires = elem->expires;
	elem->comment = weir_attr_text(attrs[WEIR_A_ELEM_COMMENT]);
	return decode_elem_key(attrs, set, elem, why) &&
	       decode_elem_data(attrs, set, elem, why) &&
	       weir_decode_stmts(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest),
				 WEIR_A_ELEM_STMT, &elem->stmts, why);
}

static bool decode_packed(const struct nlattr *attr, uint32_t columns,
			  const struct weir_set *set, struct weir_elems **elems,
			  const char **why)
{
	size_t record = weir_record_size(set, columns);
	size_t size = mnl_attr_get_payload_len(attr);

	if (columns > ALL_COLUMNS || !record || size % record)
		return weir_decode_refuse(why, "elements of the wrong length");
	if (size)
		weir_elems_add_many(elems, columns, mnl_attr_get_payload(attr), record,
				    size / record);
	return true;
}

bool weir_decode_elem_attrs(const void *attrs, size_t size, const struct weir_elem_attrs *types,
			    const struct weir_set *set, struct weir_elems **elems,
			    const char **why)
{
	const struct nlattr *attr;
	uint32_t columns = 0;

	mnl_attr_for_each_payload(attrs, size) {
		if (mnl_attr_get_type(attr) == types->columns)
			columns = weir_attr_u32(attr);
		else if (mnl_attr_get_type(attr) == types->packed &&
			 !decode_packed(attr, columns, set, elems, why))
			return false;
		else if (mnl_attr_get_type(attr) == types->elem &&
			 !decode_elem(attr, set, elems, why))
			return false;
	}
	return true;
}

bool weir_decode_elems(const struct nlmsghdr *nlh, const struct weir_set *set,
		       struct weir_elems **elems, const char **why)
{
	size_t header = sizeof(struct genlmsghdr);

	return weir_decode_elem_attrs(mnl_nlmsg_get_payload_offset(nlh, header),
				      mnl_nlmsg_get_payload_len(nlh) - MNL_ALIGN(header),
				      &weir_elem_attrs, set, elems, why);
}
