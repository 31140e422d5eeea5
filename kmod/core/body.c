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

	if (draft->n_items == draft->cap) {
		cap = max(2 * draft->cap, 4U);
		items = weir_resize(body->items, body->size, cap * sizeof(*items));
		if (!items)
			return NULL;
		body->items = items;
		draft->cap = cap;
	}
	draft->ranges_cap = 0;
	body->size += sizeof(*items);
	return &body->items[draft->n_items++];
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
 * weir_draft_size() - What complete items need one behind the other.
 * @draft: The rule.
 *
 * Return: Bytes.
 */
size_t weir_draft_size(const struct weir_draft *draft)
{
	const struct weir_item *item = NULL;
	size_t size = 0;

	while ((item = weir_body_next(&draft->body, item)))
		size += ALIGN(weir_item_size(item), sizeof(u64));
	return size;
}

/**
 * weir_draft_pack() - Put complete items one behind the other.
 * @draft: The rule; what its items hold belongs to both until it is emptied.
 * @to: Zeroed memory of weir_draft_size() bytes.
 */
void weir_draft_pack(const struct weir_draft *draft, void *to)
{
	const struct weir_item *item = NULL;
	struct weir_item *packed;
	size_t size;

	while ((item = weir_body_next(&draft->body, item))) {
		size = weir_item_size(item);
		packed = memcpy(to, item, size);
		packed->words = DIV_ROUND_UP(size, sizeof(u64));
		to += ALIGN(size, sizeof(u64));
	}
}

/**
 * weir_draft_empty() - Forget the items of a draft, but not what they hold.
 * @draft: The rule.
 */
void weir_draft_empty(struct weir_draft *draft)
{
	kvfree(draft->body.items);
	*draft = (struct weir_draft){};
}

/**
 * weir_item_plugin() - The plug-ins of an item, but for those of its lookup.
 * @item: The item.
 * @n: Which one, below %WEIR_ITEM_PLUGINS.
 *
 * Return: The plug-in of a match or target or of a key, or NULL.
 */
struct weir_instance *weir_item_plugin(const struct weir_item *item, u32 n)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_SET:
		if (n)
			return item->from == WEIR_FROM_KEY ?
			       weir_key_instance(&item->source) : NULL;
		fallthrough;
	case WEIR_ITEM_TYPE_COND:
		return n ? NULL : weir_key_instance(&item->key);
	default:
		return n ? NULL : weir_item_instance(item);
	}
}

static void weir_item_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put)
{
	u32 i;

	for (i = 0; i < WEIR_ITEM_PLUGINS; i++)
		weir_instance_destroy(wn, family, weir_item_plugin(item, i), put);
	/* A rule that was dying has given back its objects and sets already. */
	if (put && weir_item_object(item))
		item->object->users--;
	if (weir_item_lookup(item))
		weir_lookup_destroy(wn, family, item, put);
	if (item->type == WEIR_ITEM_TYPE_OBJECT && item->from == WEIR_FROM_MAP)
		kfree(item->object_type);
	if (item->type == WEIR_ITEM_TYPE_COUNTER)
		weir_counter_free(item);
	if (weir_item_lists(item))
		kvfree(item->ranges);
	kfree(weir_item_ops(item));
}

/**
 * weir_body_destroy() - Free the code of a rule and what its items hold.
 * @wn: The namespace.
 * @family: Family of the table.
 * @body: No packet sees it any more.
 * @put: References to the plug-ins' modules are still held.
 */
void weir_body_destroy(struct weir_net *wn, u8 family, const struct weir_rule_body *body, bool put)
{
	struct weir_item *item = NULL;

	weir_code_destroy(body->code);
	while ((item = weir_body_next(body, item)))
		weir_item_destroy(wn, family, item, put);
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
void weir_body_put(const struct weir_rule_body *body)
{
	const struct weir_item *item = NULL;
	u32 n;

	while ((item = weir_body_next(body, item))) {
		for (n = 0; n < WEIR_ITEM_PLUGINS; n++)
			weir_instance_put(weir_item_plugin(item, n));
		if (weir_item_lookup(item))
			weir_lookup_put(item);
	}
}

/**
 * weir_body_use() - Count a rule among the users of its sets and objects, or no more.
 * @body: What the rule means.
 * @more: 1 or -1. What parses a rule has counted it; while it is dying it is none.
 */
void weir_body_use(const struct weir_rule_body *body, int more)
{
	const struct weir_item *item = NULL;

	while ((item = weir_body_next(body, item))) {
		if (weir_item_object(item))
			item->object->users += more;
		if (weir_item_lookup(item))
			weir_lookup_use(item, more);
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

static bool weir_item_ops_same(const struct weir_item *a, const struct weir_item *b)
{
	return weir_ops_same(weir_item_ops(a), a->n_ops, weir_item_ops(b), b->n_ops);
}

static bool weir_item_vals_same(const struct weir_item *a, const struct weir_item *b)
{
	struct weir_val x = weir_item_val(a), y = weir_item_val(b);

	return weir_vals_same(&x, &y);
}

static bool weir_cond_same(const struct weir_item *a, const struct weir_item *b)
{
	if (a->rel != b->rel || !weir_key_same(&a->key, &b->key) || !weir_item_ops_same(a, b))
		return false;
	if (!weir_item_lists(a))
		return weir_item_vals_same(a, b);
	return a->n_ranges == b->n_ranges &&
	       !memcmp(a->ranges, b->ranges, a->n_ranges * sizeof(*a->ranges));
}

static bool weir_set_item_same(const struct weir_item *a, const struct weir_item *b)
{
	if (a->from != b->from || !weir_key_same(&a->key, &b->key))
		return false;
	switch (a->from) {
	case WEIR_FROM_KEY:
		return weir_key_same(&a->source, &b->source) && weir_item_ops_same(a, b);
	case WEIR_FROM_MAP:
		return weir_lookup_same(a, b);
	default:
		return weir_item_vals_same(a, b);
	}
}

static bool weir_item_same(const struct weir_item *a, const struct weir_item *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case WEIR_ITEM_TYPE_COND:
		return weir_cond_same(a, b);
	case WEIR_ITEM_TYPE_SET:
		return weir_set_item_same(a, b);
	case WEIR_ITEM_TYPE_VERDICT:
		return a->verdict == b->verdict && weir_item_chain(a) == weir_item_chain(b);
	case WEIR_ITEM_TYPE_COUNTER:
		return true;
	case WEIR_ITEM_TYPE_LOOKUP:
		return a->rel == b->rel && weir_lookup_same(a, b);
	case WEIR_ITEM_TYPE_OBJECT:
		return weir_item_object(a) == weir_item_object(b) && weir_lookup_same(a, b);
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
		return weir_lookup_same(a, b);
	default:
		return weir_instance_same(a->instance, b->instance);
	}
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
	const struct weir_item *x = NULL, *y = NULL;

	do {
		x = weir_body_next(a, x);
		y = weir_body_next(b, y);
		if (!x || !y)
			return x == y;
	} while (weir_item_same(x, y));
	return false;
}
