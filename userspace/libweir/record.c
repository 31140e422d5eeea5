// SPDX-License-Identifier: GPL-2.0
/*
 * Records of packed elements: the bytes of enum weir_elem_columns, and the element
 * that they are. Whatever reads or writes records does it here.
 */
#include <string.h>
#include "model.h"

/* A timeout that is the set's own. */
#define OWN_TIMEOUT UINT64_MAX

/* "Never" need not be said where the set says nothing else. */
bool weir_timeout_given(const struct weir_set *set, uint64_t timeout)
{
	return timeout != OWN_TIMEOUT && (timeout || set->timeout);
}

static size_t bytes_of(unsigned int bits)
{
	return (bits + 7) / 8;
}

static size_t key_size(const struct weir_set *set)
{
	size_t size = 0;

	for (unsigned int i = 0; i < set->type.n_fields; i++)
		size += bytes_of(set->type.fields[i].len);
	return size;
}

size_t weir_record_size(const struct weir_set *set, uint32_t columns)
{
	size_t key = key_size(set), size = key;

	if (columns & WEIR_ELEM_COLUMNS_TO)
		size += key;
	if (columns & WEIR_ELEM_COLUMNS_FLAGS)
		size += 1;
	if (columns & WEIR_ELEM_COLUMNS_TIMEOUT)
		size += 8;
	if (columns & WEIR_ELEM_COLUMNS_EXPIRES)
		size += 8;
	if (columns & WEIR_ELEM_COLUMNS_COUNTER)
		size += 16;
	if (columns & WEIR_ELEM_COLUMNS_DATA)
		size += bytes_of(set->data.fields[0].len);
	return size;
}

static const uint8_t *get_u64(const uint8_t *at, uint64_t *value)
{
	*value = weir_num_get(at, 8).lo;
	return at + 8;
}

static const uint8_t *get_key(const struct weir_set *set, const uint8_t *at, bool to,
			      struct weir_range *key)
{
	for (unsigned int i = 0; i < set->type.n_fields; i++) {
		size_t size = bytes_of(set->type.fields[i].len);
		struct weir_num num = weir_num_get(at, size);

		if (!to)
			key[i].from = num;
		key[i].to = num;
		at += size;
	}
	return at;
}

void weir_record_get(const struct weir_set *set, uint32_t columns, const uint8_t *record,
		     struct weir_elem *elem, struct weir_item *counter)
{
	const uint8_t *at = get_key(set, record, false, elem->key);

	memset(&elem->next, 0, offsetof(struct weir_elem, key));
	memset(&elem->set, 0, sizeof(*elem) - offsetof(struct weir_elem, set));
	if (columns & WEIR_ELEM_COLUMNS_TO)
		at = get_key(set, at, true, elem->key);
	if (columns & WEIR_ELEM_COLUMNS_FLAGS)
		elem->flags = *at++;
	if (columns & WEIR_ELEM_COLUMNS_TIMEOUT) {
		at = get_u64(at, &elem->timeout);
		elem->has_timeout = weir_timeout_given(set, elem->timeout);
	}
	if (columns & WEIR_ELEM_COLUMNS_EXPIRES) {
		at = get_u64(at, &elem->expires);
		elem->has_expires = elem->expires;
	}
	if (columns & WEIR_ELEM_COLUMNS_COUNTER) {
		memset(counter, 0, sizeof(*counter));
		counter->type = WEIR_ITEM_TYPE_COUNTER;
		at = get_u64(at, &counter->packets);
		at = get_u64(at, &counter->bytes);
		elem->stmts = counter;
	}
	if (columns & WEIR_ELEM_COLUMNS_DATA) {
		elem->data.val = weir_num_get(at, bytes_of(set->data.fields[0].len));
		elem->has_data = true;
	}
}

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
	weir_num_put(weir_num(value), at, 8);
	return at + 8;
}

static uint8_t *put_key(const struct weir_set *set, uint8_t *at, bool to,
			const struct weir_range *key)
{
	for (unsigned int i = 0; i < set->type.n_fields; i++) {
		size_t size = bytes_of(set->type.fields[i].len);

		weir_num_put(to ? key[i].to : key[i].from, at, size);
		at += size;
	}
	return at;
}

/* Whether all that an element has is in columns. */
static bool fits(const struct weir_set *set, const struct weir_elem *elem)
{
	if (elem->set || elem->comment || elem->flags & WEIR_ELEM_FLAGS_CATCHALL ||
	    (elem->stmts && (elem->stmts->type != WEIR_ITEM_TYPE_COUNTER || elem->stmts->next)))
		return false;
	return !elem->has_data || set->data_type == WEIR_DATA_TYPE_VALUE;
}

static uint32_t columns_of(const struct weir_set *set, const struct weir_elem *elem)
{
	uint32_t columns = 0;

	if (set->flags & WEIR_SET_FLAGS_INTERVAL)
		columns |= WEIR_ELEM_COLUMNS_TO;
	if (elem->flags)
		columns |= WEIR_ELEM_COLUMNS_FLAGS;
	if (elem->has_timeout)
		columns |= WEIR_ELEM_COLUMNS_TIMEOUT;
	if (elem->has_expires)
		columns |= WEIR_ELEM_COLUMNS_EXPIRES;
	if (elem->stmts)
		columns |= WEIR_ELEM_COLUMNS_COUNTER;
	if (elem->has_data)
		columns |= WEIR_ELEM_COLUMNS_DATA;
	return columns;
}

static size_t put(const struct weir_set *set, const struct weir_elem *elem, uint32_t columns,
		  uint8_t *record)
{
	uint8_t *at = put_key(set, record, false, elem->key);
	size_t size;

	if (columns & WEIR_ELEM_COLUMNS_TO)
		at = put_key(set, at, true, elem->key);
	if (columns & WEIR_ELEM_COLUMNS_FLAGS)
		*at++ = elem->flags;
	if (columns & WEIR_ELEM_COLUMNS_TIMEOUT)
		at = put_u64(at, elem->has_timeout ? elem->timeout : OWN_TIMEOUT);
	if (columns & WEIR_ELEM_COLUMNS_EXPIRES)
		at = put_u64(at, elem->expires);
	if (columns & WEIR_ELEM_COLUMNS_COUNTER) {
		at = put_u64(at, elem->stmts->packets);
		at = put_u64(at, elem->stmts->bytes);
	}
	if (columns & WEIR_ELEM_COLUMNS_DATA) {
		size = bytes_of(set->data.fields[0].len);
		weir_num_put(elem->data.val, at, size);
		at += size;
	}
	return at - record;
}

size_t weir_record_put(const struct weir_set *set, const struct weir_elem *elem,
		       uint32_t *columns, uint8_t *record)
{
	if (!fits(set, elem))
		return 0;
	*columns = columns_of(set, elem);
	return put(set, elem, *columns, record);
}

/* Among elements with a timeout, one without takes room for it rather than a run. */
static uint32_t columns_in(const struct weir_elems *elems, const struct weir_set *set,
			   const struct weir_elem *elem)
{
	const struct weir_elems *last = elems ? elems->end : NULL;
	uint32_t columns = columns_of(set, elem);

	if (last && last->packed)
		columns |= last->columns & WEIR_ELEM_COLUMNS_TIMEOUT;
	return columns;
}

void weir_elems_put(struct weir_elems **elems, const struct weir_set *set,
		    struct weir_elem *elem)
{
	uint8_t record[WEIR_RECORD_MAX];
	uint32_t columns;

	if (!fits(set, elem)) {
		weir_elems_add_one(elems, elem);
		return;
	}
	columns = columns_in(*elems, set, elem);
	weir_elems_add(elems, columns, record, put(set, elem, columns, record), &elem->loc);
	weir_elem_free(elem);
}

/* Walking */

static void begin(struct weir_elem_iter *iter, const struct weir_elems *run)
{
	iter->run = run;
	iter->i = 0;
	iter->one = run ? run->first : NULL;
}

const struct weir_elem *weir_elem_next(struct weir_elem_iter *iter)
{
	const struct weir_elems *run;
	const struct weir_elem *elem;

	while ((run = iter->run)) {
		if (run->packed && iter->i < run->n) {
			weir_record_get(iter->set, run->columns,
					run->packed + iter->i++ * run->record, &iter->elem,
					&iter->counter);
			return &iter->elem;
		}
		elem = run->packed ? NULL : iter->one;
		if (elem) {
			iter->one = elem->next;
			return elem;
		}
		begin(iter, run->next);
	}
	return NULL;
}

const struct weir_elem *weir_elem_first(struct weir_elem_iter *iter, const struct weir_set *set,
					const struct weir_elems *elems)
{
	iter->set = set;
	begin(iter, elems);
	return weir_elem_next(iter);
}
