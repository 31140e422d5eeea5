// SPDX-License-Identifier: GPL-2.0
/*
 * Elements of sets. Millions of them come one by one and are to cost no more
 * than their bytes, so records stand behind each other in arrays that double.
 */
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "model.h"

/* Records that a run begins with room for. */
#define FIRST_ROOM 16

static struct weir_elems *add_run(struct weir_elems **elems, struct weir_elems *last)
{
	struct weir_elems *run = weir_alloc(sizeof(*run));

	if (last)
		last->next = run;
	else
		*elems = run;
	(*elems)->end = run;
	return run;
}

/* The last run, also where runs were put behind each other by hand. */
static struct weir_elems *last_run(const struct weir_elems *elems)
{
	const struct weir_elems *last = elems;

	if (elems && elems->end)
		last = elems->end;
	while (last && last->next)
		last = last->next;
	return (struct weir_elems *)last;
}

static bool fits(const struct weir_elems *run, uint32_t columns, size_t record,
		 const struct weir_input *input)
{
	return run && run->packed && run->columns == columns && run->record == record &&
	       run->input == input;
}

static void make_room(struct weir_elems *run, size_t n)
{
	if (run->size - run->n >= n)
		return;
	if (!run->size)
		run->size = FIRST_ROOM;
	while (run->size - run->n < n)
		run->size *= 2;
	run->packed = weir_realloc(run->packed, run->size, run->record);
	if (run->input)
		run->offsets = weir_realloc(run->offsets, run->size, sizeof(*run->offsets));
}

/* The run that takes @n such records, with room for them. */
static struct weir_elems *run_for(struct weir_elems **elems, uint32_t columns, size_t record,
				  const struct weir_input *input, size_t n)
{
	struct weir_elems *run = last_run(*elems);

	if (!fits(run, columns, record, input)) {
		run = add_run(elems, run);
		run->columns = columns;
		run->record = record;
		run->input = input;
	}
	make_room(run, n);
	return run;
}

void weir_elems_add(struct weir_elems **elems, uint32_t columns, const uint8_t *record,
		    size_t size, const struct weir_loc *loc)
{
	const struct weir_input *input = loc ? loc->input : NULL;
	struct weir_elems *run = run_for(elems, columns, size, input, 1);

	memcpy(run->packed + run->n * size, record, size);
	if (input)
		run->offsets[run->n] = loc->offset < UINT32_MAX ? loc->offset : UINT32_MAX;
	run->n++;
}

void weir_elems_add_many(struct weir_elems **elems, uint32_t columns, const uint8_t *records,
			 size_t size, size_t n)
{
	struct weir_elems *run = run_for(elems, columns, size, NULL, n);

	memcpy(run->packed + run->n * size, records, n * size);
	run->n += n;
}

void weir_elems_add_one(struct weir_elems **elems, struct weir_elem *elem)
{
	struct weir_elems *run = last_run(*elems);

	if (!run || run->packed)
		run = add_run(elems, run);
	elem->next = NULL;
	if (!run->first) {
		run->first = elem;
	} else {
		if (!run->last)
			run->last = run->first;
		while (run->last->next)
			run->last = run->last->next;
		run->last->next = elem;
	}
	run->last = elem;
	run->n++;
}

void weir_elems_join(struct weir_elems **elems, struct weir_elems *more)
{
	struct weir_elems *last = last_run(*elems), *next;

	/* Records that go on are put behind those that are there. */
	while (more && more->packed && !more->offsets &&
	       fits(last, more->columns, more->record, NULL)) {
		weir_elems_add_many(elems, more->columns, more->packed, more->record, more->n);
		next = more->next;
		more->next = NULL;
		weir_elems_free(more);
		more = next;
	}
	if (!more)
		return;
	if (last)
		last->next = more;
	else
		*elems = more;
	(*elems)->end = last_run(more);
}

void weir_elems_place(struct weir_elems *elems, const struct weir_input *input,
		      const uint32_t *offsets)
{
	struct weir_elem *elem;

	for (; elems; elems = elems->next) {
		for (elem = elems->first; elem; elem = elem->next)
			elem->loc = (struct weir_loc){ input, *offsets++, 1 };
		if (!elems->packed)
			continue;
		elems->input = input;
		elems->offsets = weir_realloc(elems->offsets, elems->size,
					      sizeof(*elems->offsets));
		memcpy(elems->offsets, offsets, elems->n * sizeof(*offsets));
		offsets += elems->n;
	}
}

size_t weir_elems_count(const struct weir_elems *elems)
{
	size_t n = 0;

	for (; elems; elems = elems->next)
		n += elems->n;
	return n;
}

void weir_elem_free(struct weir_elem *elem)
{
	if (!elem)
		return;
	free(elem->set);
	free(elem->before);
	free(elem->data.chain);
	free(elem->data.object);
	free(elem->comment);
	weir_items_free(elem->stmts);
	free(elem);
}

void weir_elems_free(struct weir_elems *elems)
{
	while (elems) {
		struct weir_elems *run = elems;
		struct weir_elem *elem = run->first, *next;

		elems = run->next;
		for (; elem; elem = next) {
			next = elem->next;
			weir_elem_free(elem);
		}
		free(run->packed);
		free(run->offsets);
		free(run);
	}
}
