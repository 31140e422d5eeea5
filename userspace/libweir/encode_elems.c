// SPDX-License-Identifier: GPL-2.0
/*
 * Elements of sets. Records go out as they are, as many in one attribute as fit;
 * a mark remembers which they were, so that one that is refused is shown where
 * the user wrote it.
 */

#include <string.h>
#include "encode.h"

static void put_bytes(struct weir_batch *batch, uint16_t type, const struct weir_elem *elem,
		      const struct weir_set *set, bool to)
{
	uint8_t key[WEIR_KEY_MAX];

	mnl_attr_put(batch->nlh, type, weir_elem_key_put(set, elem, to, key), key);
}

static bool is_range(const struct weir_elem *elem, const struct weir_set *set)
{
	unsigned int i;

	for (i = 0; i < set->type.n_fields; i++)
		if (!weir_num_eq(elem->key[i].from, elem->key[i].to))
			return true;
	return false;
}

static void put_elem_key(struct weir_batch *batch, const struct weir_elem *elem,
			 const struct weir_set *set)
{
	if (elem->set) {
		weir_put_name(batch, WEIR_A_ELEM_SET, elem->set, "the set's name", &elem->loc);
		weir_put_name(batch, WEIR_A_ELEM_BEFORE, elem->before, "the set's name",
			      &elem->loc);
		return;
	}
	if (elem->flags & WEIR_ELEM_FLAGS_CATCHALL)
		return;
	put_bytes(batch, WEIR_A_ELEM_KEY, elem, set, false);
	if (is_range(elem, set))
		put_bytes(batch, WEIR_A_ELEM_TO, elem, set, true);
}

static void put_elem_data(struct weir_batch *batch, const struct weir_elem *elem,
			  const struct weir_set *set)
{
	const struct weir_data *data = &elem->data;

	if (!elem->has_data)
		return;
	switch (set->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		weir_put_num(batch, WEIR_A_ELEM_DATA, data->val, set->data.fields[0].len);
		break;
	case WEIR_DATA_TYPE_VERDICT:
		mnl_attr_put_u32(batch->nlh, WEIR_A_ELEM_VERDICT, data->verdict);
		weir_put_name(batch, WEIR_A_ELEM_CHAIN, data->chain, "the chain's name",
			      &elem->loc);
		break;
	case WEIR_DATA_TYPE_OBJECT:
		weir_put_name(batch, WEIR_A_ELEM_OBJECT, data->object, "the object's name",
			      &elem->loc);
		break;
	case WEIR_DATA_TYPE_NONE:
		break;
	}
}

static void put_elem(struct weir_batch *batch, uint16_t type, const struct weir_elem *elem,
		     const struct weir_set *set)
{
	uint32_t from = batch->nlh->nlmsg_len;
	struct nlattr *nest = mnl_attr_nest_start(batch->nlh, type);

	put_elem_key(batch, elem, set);
	if (elem->flags)
		mnl_attr_put_u32(batch->nlh, WEIR_A_ELEM_FLAGS, elem->flags);
	if (elem->has_timeout)
		mnl_attr_put_u64(batch->nlh, WEIR_A_ELEM_TIMEOUT, elem->timeout);
	if (elem->has_expires)
		mnl_attr_put_u64(batch->nlh, WEIR_A_ELEM_EXPIRES, elem->expires);
	put_elem_data(batch, elem, set);
	weir_put_comment(batch, WEIR_A_ELEM_COMMENT, elem->comment, &elem->loc);
	weir_put_stmts(batch, WEIR_A_ELEM_STMT, elem->stmts);
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, from, &elem->loc);
}

static void put_packed(struct weir_batch *batch, struct weir_cursor *cursor,
		       const struct weir_elem_attrs *attrs, size_t full)
{
	const struct weir_elems *run = cursor->run;
	size_t n = full / run->record;
	uint32_t from;

	if (n > run->n - cursor->done)
		n = run->n - cursor->done;
	if (run->columns)
		mnl_attr_put_u32(batch->nlh, attrs->columns, run->columns);
	from = batch->nlh->nlmsg_len;
	mnl_attr_put(batch->nlh, attrs->packed, n * run->record,
		     run->packed + cursor->done * run->record);
	weir_batch_mark_records(batch, from, run, cursor->done);
	cursor->done += n;
}

static void put_nests(struct weir_batch *batch, struct weir_cursor *cursor,
		      const struct weir_elem_attrs *attrs, const struct weir_set *set,
		      size_t full)
{
	uint32_t from = batch->nlh->nlmsg_len;

	if (!cursor->done)
		cursor->elem = cursor->run->first;
	while (cursor->elem && !batch->failed && batch->nlh->nlmsg_len - from < full) {
		put_elem(batch, attrs->elem, cursor->elem, set);
		cursor->elem = cursor->elem->next;
		cursor->done++;
	}
}

void weir_put_elems(struct weir_batch *batch, struct weir_cursor *cursor,
		    const struct weir_elem_attrs *attrs, const struct weir_set *set,
		    size_t full)
{
	size_t done = cursor->done;

	if (!cursor->run)
		return;
	if (cursor->run->packed)
		put_packed(batch, cursor, attrs, full);
	else
		put_nests(batch, cursor, attrs, set, full);
	batch->n_elems += cursor->done - done;
	if (cursor->done == cursor->run->n)
		*cursor = (struct weir_cursor){ .run = cursor->run->next };
}
