// SPDX-License-Identifier: GPL-2.0
/*
 * What a rule means: the memory of its items while they come in, when they are
 * complete and when they go, and whether two rules mean the same.
 */

#include <linux/slab.h>
#include "core.h"

/*
 * Copies what there is into memory of another size. User space decides on the size,
 * and is told if there is no memory: that needs no lines in the log.
 */
static void *weir_resize(void *old, size_t used, size_t size)
{
	void *new = kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (!new)
		return NULL;
	if (used)
		memcpy(new, old, used);
	kvfree(old);
	return new;
}

/**
 * weir_draft_grow() - Append an item.
 * @draft: The rule so far.
 *
 * Return: A zeroed item that counts among the body's already, or NULL if there
 * is no memory. It moves when the next one is appended.
 */
struct weir_item *weir_draft_grow(struct weir_draft *draft)
{
	struct weir_rule_body *body = &draft->body;
	struct weir_item *items;
	u32 cap;

	if (body->n_items == draft->cap) {
		cap = max(2 * draft->cap, 4U);
		items = weir_resize(body->items, body->n_items * sizeof(*items),
				    cap * sizeof(*items));
		if (!items)
			return NULL;
		body->items = items;
		draft->cap = cap;
	}
	draft->ranges_cap = 0;
	return &body->items[body->n_items++];
}

/**
 * weir_draft_grow_ranges() - Make room for ranges of the last item.
 * @draft: The rule so far.
 * @item: Its last item.
 * @more: How many ranges are added next.
 *
 * Return: 0 or -ENOMEM.
 */
int weir_draft_grow_ranges(struct weir_draft *draft, struct weir_item *item, u32 more)
{
	u32 need = item->n_ranges + more;
	struct weir_range *ranges;
	u32 cap;

	if (need <= draft->ranges_cap)
		return 0;
	/* Exact at first, because most conditions are complete in one message. */
	cap = item->n_ranges ? max(2 * draft->ranges_cap, need) : need;
	ranges = weir_resize(item->ranges, item->n_ranges * sizeof(*ranges),
			     cap * sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	item->ranges = ranges;
	draft->ranges_cap = cap;
	return 0;
}

/**
 * weir_draft_finish() - Give back the room that complete items do not need.
 * @draft: The rule.
 *
 * Return: 0 or -ENOMEM.
 */
int weir_draft_finish(struct weir_draft *draft)
{
	struct weir_rule_body *body = &draft->body;
	size_t used = body->n_items * sizeof(*body->items);
	struct weir_item *items;

	if (body->n_items == draft->cap)
		return 0;
	items = weir_resize(body->items, used, used);
	if (!items)
		return -ENOMEM;
	body->items = items;
	draft->cap = body->n_items;
	return 0;
}

static void weir_item_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put)
{
	weir_instance_destroy(wn, family, item->instance, put);
	weir_instance_destroy(wn, family, item->key.instance, put);
	weir_instance_destroy(wn, family, item->source.instance, put);
	/* A rule that was dying has given back its objects and sets already. */
	if (put && item->object)
		item->object->users--;
	if (item->lookup)
		weir_lookup_destroy(wn, family, item, put);
	kfree(item->object_type);
	if (item->type == WEIR_ITEM_TYPE_COUNTER) {
		weir_counter_free(item);
	} else {
		kvfree(item->ranges);
		kfree(item->ops);
	}
}

/**
 * weir_body_destroy() - Free what a rule means.
 * @wn: The namespace.
 * @family: Family of the table.
 * @body: No packet sees it any more.
 * @put: References to the plug-ins' modules are still held.
 */
void weir_body_destroy(struct weir_net *wn, u8 family, struct weir_rule_body *body, bool put)
{
	u32 i;

	weir_code_destroy(body->code);
	weir_code_destroy(body->next);
	for (i = 0; i < body->n_items; i++)
		weir_item_destroy(wn, family, &body->items[i], put);
	kvfree(body->items);
	*body = (struct weir_rule_body){};
}

void weir_instance_put(const struct weir_instance *instance)
{
	if (instance)
		module_put(instance->plugin->owner);
}

/**
 * weir_body_put() - Give back the references to the plug-ins' modules.
 * @body: Of a rule that is no longer part of the ruleset; packets may see it,
 *   and the plug-ins' modules wait for its destruction when they are removed.
 */
void weir_body_put(struct weir_rule_body *body)
{
	u32 i;

	for (i = 0; i < body->n_items; i++) {
		weir_instance_put(body->items[i].instance);
		weir_instance_put(body->items[i].key.instance);
		weir_instance_put(body->items[i].source.instance);
		if (body->items[i].lookup)
			weir_lookup_put(&body->items[i]);
	}
}

/**
 * weir_body_use() - Count a rule among the users of its sets and objects, or no more.
 * @body: What the rule means.
 * @more: 1 or -1. What parses a rule has counted it; while it is dying it is none.
 */
void weir_body_use(const struct weir_rule_body *body, int more)
{
	u32 i;

	for (i = 0; i < body->n_items; i++) {
		if (body->items[i].object)
			body->items[i].object->users += more;
		if (body->items[i].lookup)
			weir_lookup_use(&body->items[i], more);
	}
}

static bool weir_vals_same(const struct weir_val *a, const struct weir_val *b)
{
	return a->lo == b->lo && a->hi == b->hi;
}

bool weir_ops_same(const struct weir_keyop *a, u8 n_a, const struct weir_keyop *b, u8 n_b)
{
	u32 i;

	if (n_a != n_b)
		return false;
	for (i = 0; i < n_a; i++)
		if (a[i].op != b[i].op || !weir_vals_same(&a[i].val, &b[i].val))
			return false;
	return true;
}

static bool weir_item_same(const struct weir_item *a, const struct weir_item *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == WEIR_ITEM_TYPE_COUNTER)
		return true;
	return a->rel == b->rel && a->verdict == b->verdict &&
	       a->chain == b->chain && a->object == b->object && a->n_ranges == b->n_ranges &&
	       weir_vals_same(&a->val, &b->val) &&
	       weir_key_same(&a->key, &b->key) && weir_key_same(&a->source, &b->source) &&
	       weir_ops_same(a->ops, a->n_ops, b->ops, b->n_ops) &&
	       weir_lookup_same(a, b) && weir_instance_same(a->instance, b->instance) &&
	       (!a->n_ranges ||
		!memcmp(a->ranges, b->ranges, a->n_ranges * sizeof(*a->ranges)));
}

/**
 * weir_body_same() - Whether two rules of a table mean the same.
 * @a: One.
 * @b: The other.
 *
 * Counters' values do not count.
 */
bool weir_body_same(const struct weir_rule_body *a, const struct weir_rule_body *b)
{
	u32 i;

	if (a->n_items != b->n_items)
		return false;
	for (i = 0; i < a->n_items; i++)
		if (!weir_item_same(&a->items[i], &b->items[i]))
			return false;
	return true;
}
