// SPDX-License-Identifier: GPL-2.0
/*
 * What the elements of a set lead to: chains, and named objects. A verdict map may
 * have a million elements and lead to ten chains, so elements that lead to the same
 * are counted together, and each of these counts is one edge of the jump graph.
 */

#include <linux/slab.h>
#include "core.h"

/* The index of what an element leads to; false if it leads nowhere. */
static bool weir_use_index(const struct weir_set *set, const struct weir_elem_data *data,
			   unsigned long *index)
{
	switch (set->spec.data_type) {
	case WEIR_DATA_TYPE_VERDICT:
		if (!data->chain)
			return false;
		*index = 2UL * data->chain_id + (data->verdict == WEIR_VERDICT_JUMP);
		return true;
	case WEIR_DATA_TYPE_OBJECT:
		*index = data->object->handle;
		return true;
	default:
		return false;
	}
}

static void weir_use_free(struct weir_set *set, unsigned long index, struct weir_use *use)
{
	xa_erase(&set->uses, index);
	list_del(&use->jump.list);
	kfree(use);
}

/*
 * Count users of what the elements lead to, and so of an object that it is. What only
 * the open transaction led to is forgotten with the last one: it may go before that ends.
 */
static void weir_use_set(struct weir_set *set, unsigned long index, struct weir_use *use,
			 u32 users)
{
	if (use->object)
		use->object->users += users - use->users;
	use->users = users;
	if (!users && !use->committed)
		weir_use_free(set, index, use);
}

/* Like @like, without users. */
static struct weir_use *weir_use_new(struct weir_set *set, unsigned long index,
				     const struct weir_use *like)
{
	struct weir_use *use = kzalloc(sizeof(*use), GFP_KERNEL_ACCOUNT);

	if (!use)
		return NULL;
	use->object = like->object;
	use->jump.set = set;
	use->jump.to = like->jump.to;
	use->jump.comes_back = like->jump.comes_back;
	INIT_LIST_HEAD(&use->jump.list);
	if (xa_err(xa_store(&set->uses, index, use, GFP_KERNEL_ACCOUNT))) {
		kfree(use);
		return NULL;
	}
	if (use->jump.to)
		list_add_tail(&use->jump.list, &use->jump.to->jumps);
	return use;
}

/**
 * weir_use_add() - An element leads somewhere.
 * @set: Its set.
 * @data: Where.
 *
 * Return: 0 or -ENOMEM.
 */
int weir_use_add(struct weir_set *set, const struct weir_elem_data *data)
{
	struct weir_use like = {};
	struct weir_use *use;
	unsigned long index;

	if (!weir_use_index(set, data, &index))
		return 0;
	use = xa_load(&set->uses, index);
	if (!use) {
		if (set->spec.data_type == WEIR_DATA_TYPE_OBJECT) {
			like.object = data->object;
		} else {
			like.jump.to = data->chain;
			like.jump.comes_back = data->verdict == WEIR_VERDICT_JUMP;
		}
		use = weir_use_new(set, index, &like);
		if (!use)
			return -ENOMEM;
	}
	weir_use_set(set, index, use, use->users + 1);
	return 0;
}

/* An element does so no more. */
void weir_use_del(struct weir_set *set, const struct weir_elem_data *data)
{
	struct weir_use *use;
	unsigned long index;

	if (!weir_use_index(set, data, &index))
		return;
	use = xa_load(&set->uses, index);
	if (!WARN_ON_ONCE(!use))
		weir_use_set(set, index, use, use->users - 1);
}

/* No element is left. */
void weir_use_none(struct weir_set *set)
{
	struct weir_use *use;
	unsigned long index;

	xa_for_each(&set->uses, index, use)
		weir_use_set(set, index, use, 0);
}

/* Exchange what the elements of two sets lead to. After -ENOMEM it is to be reverted. */
int weir_use_swap(struct weir_set *a, struct weir_set *b)
{
	struct weir_use *use, *other;
	unsigned long index;
	u32 users;

	xa_for_each(&b->uses, index, use)
		if (!xa_load(&a->uses, index) && !weir_use_new(a, index, use))
			return -ENOMEM;
	xa_for_each(&a->uses, index, use) {
		other = xa_load(&b->uses, index) ?: weir_use_new(b, index, use);
		if (!other)
			return -ENOMEM;
		users = use->users;
		weir_use_set(a, index, use, other->users);
		weir_use_set(b, index, other, users);
	}
	return 0;
}

/* The transaction is committed. */
void weir_use_settle(struct weir_set *set)
{
	struct weir_use *use;
	unsigned long index;

	xa_for_each(&set->uses, index, use) {
		use->committed = use->users;
		if (!use->users)
			weir_use_free(set, index, use);
	}
}

/* It is undone. */
void weir_use_revert(struct weir_set *set)
{
	struct weir_use *use;
	unsigned long index;

	xa_for_each(&set->uses, index, use)
		weir_use_set(set, index, use, use->committed);
}
