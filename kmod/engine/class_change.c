// SPDX-License-Identifier: GPL-2.0
/*
 * Changing a classifier while packets use it. A version of the chain lives as long as
 * packets may see it, and each rule says in which versions it is:
 *
 *	stage	all that can fail: descriptors of the rules that come, and their tables
 *	publish	puts these into their buckets, born in the next version, and ends the life
 *		of the rules that go with this one; no packet sees a difference before the
 *		program with the next version is published
 *	reap	after a grace period no packet is in the version before: descriptors of
 *		rules that went leave their buckets
 *	free	after another one, for a packet may have been on its way along the bucket
 *
 * Tables and arrays do not grow. When so much has changed that they should, or rules come
 * that the classifier has no place for, it is made anew, which is as rare as long as the
 * chain: on the average a change costs what it touches.
 */
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "class.h"

/* So many boxes may change before a classifier is made anew, if it is small. */
#define WEIR_CLASS_CHANGES	256

/* Most rules for each bucket of a table, on the average. */
#define WEIR_CLASS_FILL		4

/**
 * struct weir_changing - A change at work.
 * @class: The classifier.
 * @change: The change.
 * @version: In which it takes effect.
 * @n: Boxes so far.
 * @next: Where the next staged descriptor goes, or comes from.
 * @err: Why it could not go on; 0 if the classifier has no place.
 */
struct weir_changing {
	struct weir_class *class;
	struct weir_class_change *change;
	u32 version;
	u32 n;
	struct weir_desc **next;
	int err;
};

static bool weir_changing_rules(struct weir_changing *changing, u32 from, u32 n,
				weir_box_fn *fn)
{
	u32 i;

	for (i = from; i < from + n; i++)
		if (!weir_boxes(&changing->change->rules[i], fn, changing))
			return false;
	return true;
}

static bool weir_change_added(struct weir_changing *changing, weir_box_fn *fn)
{
	return weir_changing_rules(changing, 0, changing->change->n_added, fn);
}

static bool weir_change_removed(struct weir_changing *changing, weir_box_fn *fn)
{
	return weir_changing_rules(changing, changing->change->n_added,
				   changing->change->n_removed, fn);
}

/* Whether so much has changed that the classifier does not suit its rules any more. */
static bool weir_change_is_much(const struct weir_changing *changing)
{
	const struct weir_class *class = changing->class;

	return class->changed + changing->n > max_t(u32, class->built, WEIR_CLASS_CHANGES);
}

/* Whether there is a table for a box, with room for it; a new one if there must be. */
static bool weir_stage_table(struct weir_changing *changing, u32 side, const struct weir_box *box)
{
	struct weir_class *class = changing->class;
	struct weir_table_hash *table;
	struct weir_place place;

	if (!class->side[side])
		return false;
	place = weir_place_of(class, side, box);
	table = weir_place_table(&place);
	if (place.table == WEIR_CLASS_TABLES)
		return false;
	if (place.table == place.in->n_tables) {
		*table = (struct weir_table_hash){
			.src = place.level[0], .dst = place.level[1], .more = place.more,
			.first = U64_MAX,
		};
		changing->err = weir_table_alloc(class, table, 0);
		if (changing->err)
			return false;
		*weir_place_index(&place) = place.table;
		/* Packets find no bit of it before a rule is there. */
		WRITE_ONCE(place.in->n_tables, place.in->n_tables + 1);
	}
	return (table->n + changing->n) >> (64 - table->shift) < WEIR_CLASS_FILL;
}

static bool weir_stage_box(void *data, u32 side, const struct weir_box *box,
			   const struct weir_placed *rule)
{
	struct weir_changing *changing = data;
	struct weir_desc *desc;

	changing->n++;
	if (weir_change_is_much(changing) || !weir_stage_table(changing, side, box))
		return false;
	desc = kmalloc(weir_desc_size(side), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!desc) {
		changing->err = -ENOMEM;
		return false;
	}
	weir_desc_init(desc, side, box, rule);
	desc->born = changing->version;
	desc->single = true;
	*changing->next = desc;
	changing->next = &desc->next;
	return true;
}

static void weir_change_append(struct weir_class_change *change, u32 *n,
			       const struct weir_placed_list *list)
{
	if (list->n)
		memcpy(change->rules + change->n_added, list->rules,
		       array_size(list->n, sizeof(*list->rules)));
	*n = list->n;
}

static struct weir_class_change *weir_change_alloc(const struct weir_prog_delta *delta)
{
	u32 n = delta->added.n + delta->removed.n;
	struct weir_class_change *change;

	change = kvzalloc(struct_size(change, rules, n), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!change)
		return NULL;
	weir_change_append(change, &change->n_added, &delta->added);
	weir_change_append(change, &change->n_removed, &delta->removed);
	return change;
}

struct weir_class_change *weir_class_stage(struct weir_class *class,
					   const struct weir_prog_delta *delta)
{
	struct weir_changing changing = { .class = class, .version = class->version + 1 };

	/* Every rule that goes has a box, or more. */
	changing.n = delta->removed.n;
	if (changing.version == WEIR_DESC_ALIVE || weir_change_is_much(&changing))
		return NULL;
	changing.change = weir_change_alloc(delta);
	if (!changing.change)
		return ERR_PTR(-ENOMEM);
	changing.next = &changing.change->staged;
	if (weir_change_added(&changing, weir_stage_box))
		return changing.change;
	weir_class_change_free(changing.change);
	return changing.err ? ERR_PTR(changing.err) : NULL;
}

/* A rule with this label comes to a table: the search must not end before it. */
static void weir_publish_first(struct weir_side *in, u32 table, u64 label)
{
	for (;; table--) {
		if (in->table[table].first <= label)
			break;
		WRITE_ONCE(in->table[table].first, label);
		if (!table)
			break;
	}
}

static bool weir_publish_box(void *data, u32 side, const struct weir_box *box,
			     const struct weir_placed *rule)
{
	struct weir_changing *changing = data;
	struct weir_class *class = changing->class;
	struct weir_place place = weir_place_of(class, side, box);
	struct weir_table_hash *table = weir_place_table(&place);
	struct weir_desc **at = weir_place_bucket(&place), *desc = *changing->next;

	*changing->next = desc->next;
	while (*at && (*at)->label < desc->label)
		at = &(*at)->next;
	desc->next = *at;
	weir_publish_first(place.in, place.table, desc->label);
	/* Packets in there find a whole descriptor. */
	smp_store_release(at, desc);
	weir_place_mark(&place, box);
	table->n++;
	place.in->n++;
	class->bytes += weir_desc_size(side);
	class->changed++;
	return true;
}

static bool weir_publish_end(void *data, u32 side, const struct weir_box *box,
			     const struct weir_placed *rule)
{
	struct weir_changing *changing = data;
	struct weir_place place = weir_place_of(changing->class, side, box);
	struct weir_desc *desc = *weir_place_bucket(&place);

	for (; desc; desc = desc->next)
		if (desc->code == rule->code)
			WRITE_ONCE(desc->life, changing->version - desc->born);
	changing->class->changed++;
	return true;
}

void weir_class_publish(struct weir_class *class, struct weir_class_change *change)
{
	struct weir_changing changing = {
		.class = class, .change = change, .version = ++class->version,
		.next = &change->staged,
	};

	weir_change_added(&changing, weir_publish_box);
	weir_change_removed(&changing, weir_publish_end);
}

static bool weir_reap_box(void *data, u32 side, const struct weir_box *box,
			  const struct weir_placed *rule)
{
	struct weir_changing *changing = data;
	struct weir_class *class = changing->class;
	struct weir_place place = weir_place_of(class, side, box);
	struct weir_desc **at = weir_place_bucket(&place), *desc;

	while ((*at)->code != rule->code)
		at = &(*at)->next;
	desc = *at;
	WRITE_ONCE(*at, desc->next);
	weir_place_table(&place)->n--;
	place.in->n--;
	if (!desc->single)
		return true;
	class->bytes -= weir_desc_size(side);
	desc->limbo = changing->change->limbo;
	changing->change->limbo = desc;
	return true;
}

bool weir_class_reap(struct weir_class *class, struct weir_class_change *change)
{
	struct weir_changing changing = { .class = class, .change = change };

	weir_change_removed(&changing, weir_reap_box);
	return change->limbo;
}

void weir_class_change_free(struct weir_class_change *change)
{
	struct weir_desc *desc, *next;

	if (!change)
		return;
	for (desc = change->staged; desc; desc = next) {
		next = desc->next;
		kfree(desc);
	}
	for (desc = change->limbo; desc; desc = next) {
		next = desc->limbo;
		kfree(desc);
	}
	kvfree(change);
}
