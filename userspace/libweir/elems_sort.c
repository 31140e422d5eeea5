// SPDX-License-Identifier: GPL-2.0
/*
 * Sorting elements for people. As numbers are in network byte order, the order of
 * keys is that of their bytes, and a run of records is sorted as it is.
 */
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "model.h"
#include "wire.h"

size_t weir_elem_key_put(const struct weir_set *set, const struct weir_elem *elem, bool to,
			 uint8_t *bytes)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < set->type.n_fields; i++) {
		unsigned int len = weir_value_size(set->type.fields[i].len);

		weir_num_put(to ? elem->key[i].to : elem->key[i].from, bytes + size, len);
		size += len;
	}
	return size;
}

static int compare_bytes(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(size_t *)size);
}

/**
 * struct sorted - An element on its way to its place.
 * @last: Catch-all elements come last.
 * @from: Bytes of its key.
 * @to: Bytes of the end of its range.
 * @run: The run that it was in.
 * @record: Its record there, or NULL.
 * @elem: Itself, where it is no record.
 */
struct sorted {
	bool last;
	const uint8_t *from;
	const uint8_t *to;
	const struct weir_elems *run;
	const uint8_t *record;
	struct weir_elem *elem;
};

static int compare(const void *a, const void *b, void *size)
{
	const struct sorted *x = a, *y = b;
	int order;

	if (x->last != y->last)
		return x->last - y->last;
	order = memcmp(x->from, y->from, *(size_t *)size);
	return order ? order : memcmp(x->to, y->to, *(size_t *)size);
}

/* Writes the elements of a run down, and the keys of those that have no bytes yet. */
static struct sorted *collect(struct weir_elems *run, const struct weir_set *set, size_t key,
			      struct sorted *to, uint8_t **keys)
{
	struct weir_elem *elem;
	size_t i;

	for (i = 0; run->packed && i < run->n; i++) {
		const uint8_t *record = run->packed + i * run->record;
		const uint8_t *end = run->columns & WEIR_ELEM_COLUMNS_TO ? record + key : record;
		uint8_t flags = run->columns & WEIR_ELEM_COLUMNS_FLAGS ? end[key] : 0;

		*to++ = (struct sorted){ .last = flags & WEIR_ELEM_FLAGS_CATCHALL, .from = record,
					 .to = end, .run = run, .record = record };
	}
	for (elem = run->first; elem; elem = elem->next) {
		weir_elem_key_put(set, elem, false, *keys);
		weir_elem_key_put(set, elem, true, *keys + key);
		*to++ = (struct sorted){ .last = elem->flags & WEIR_ELEM_FLAGS_CATCHALL,
					 .from = *keys, .to = *keys + key, .elem = elem };
		*keys += 2 * key;
	}
	return to;
}

static size_t count_ones(const struct weir_elems *run)
{
	size_t n = 0;

	for (; run; run = run->next)
		n += run->packed ? 0 : run->n;
	return n;
}

static void sort_mixed(struct weir_elems **elems, const struct weir_set *set, size_t key)
{
	size_t n = weir_elems_count(*elems), i;
	struct sorted *list = weir_realloc(NULL, n + 1, sizeof(*list)), *end = list;
	uint8_t *keys = weir_realloc(NULL, count_ones(*elems) + 1, 2 * key + 1), *at = keys;
	struct weir_elems *result = NULL, *run;

	for (run = *elems; run; run = run->next)
		end = collect(run, set, key, end, &at);
	qsort_r(list, end - list, sizeof(*list), compare, &key);
	/* From here on the elements one by one belong to the new list. */
	for (run = *elems; run; run = run->next)
		run->first = NULL;
	for (i = 0; i < end - list; i++) {
		if (list[i].record)
			weir_elems_add(&result, list[i].run->columns, list[i].record,
				       list[i].run->record, NULL);
		else
			weir_elems_add_one(&result, list[i].elem);
	}
	free(keys);
	free(list);
	weir_elems_free(*elems);
	*elems = result;
}

void weir_elems_sort(struct weir_elems **elems, const struct weir_set *set)
{
	size_t key = weir_record_size(set, 0);
	struct weir_elems *run = *elems;

	if (!run)
		return;
	if (run->next || !run->packed || run->offsets || run->columns & WEIR_ELEM_COLUMNS_FLAGS) {
		sort_mixed(elems, set, key);
		return;
	}
	if (run->columns & WEIR_ELEM_COLUMNS_TO)
		key *= 2;
	qsort_r(run->packed, run->n, run->record, compare_bytes, &key);
}
