// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of nodes. There is a slab cache for each size, so that a node takes what
 * it needs and hardly more, and one for leaves that grow: they will be made
 * smaller before anybody sees them, and then whole slabs of them are given back.
 * Between others they would leave holes.
 *
 * Nodes are freed by kvfree(), which finds out by itself where they are from.
 */

#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "tree_node.h"

#define WEIR_TREE_STEP		64
#define WEIR_TREE_CACHES	(WEIR_TREE_NODE_MAX / WEIR_TREE_STEP)
#define WEIR_TREE_FULL(i) \
	((i) ? WEIR_TREE_NODE_MAX : round_up(WEIR_TREE_NODE_MAX / 2, WEIR_TREE_STEP))
/* Who cannot get memory can rather do without the change than see processes killed for it. */
#define WEIR_TREE_GFP		(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

static struct kmem_cache *weir_tree_caches[WEIR_TREE_CACHES];
/* Of half a node, which is enough for the shortest items, and of a whole one. */
static struct kmem_cache *weir_tree_full_caches[2];

/* The allocator merges caches of one size, unless they have a constructor. */
static void weir_tree_full_construct(void *node)
{
}

void weir_tree_nodes_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(weir_tree_full_caches); i++)
		kmem_cache_destroy(weir_tree_full_caches[i]);
	for (i = 0; i < ARRAY_SIZE(weir_tree_caches); i++)
		kmem_cache_destroy(weir_tree_caches[i]);
}

static struct kmem_cache *weir_tree_cache(const char *kind, size_t bytes, void (*ctor)(void *))
{
	char name[32];

	snprintf(name, sizeof(name), "weir_tree%s_%zu", kind, bytes);
	return kmem_cache_create(name, bytes, WEIR_TREE_STEP, SLAB_ACCOUNT, ctor);
}

int weir_tree_nodes_init(void)
{
	bool failed = false;
	int i;

	for (i = 0; i < ARRAY_SIZE(weir_tree_full_caches); i++) {
		weir_tree_full_caches[i] = weir_tree_cache("_full", WEIR_TREE_FULL(i),
							   weir_tree_full_construct);
		failed |= !weir_tree_full_caches[i];
	}
	for (i = 0; i < ARRAY_SIZE(weir_tree_caches); i++) {
		weir_tree_caches[i] = weir_tree_cache("", WEIR_TREE_STEP * (i + 1), NULL);
		failed |= !weir_tree_caches[i];
	}
	if (failed)
		weir_tree_nodes_exit();
	return failed ? -ENOMEM : 0;
}

/* Bytes of an item or a child. */
static size_t weir_tree_item_bytes(const struct weir_forest *forest, unsigned int level)
{
	if (level)
		return sizeof(void *) + forest->width;
	return (forest->ptrs ? sizeof(void *) : 0) + (forest->ends ? 2 : 1) * forest->width;
}

/* Most items or children of a node. */
u32 weir_tree_max(const struct weir_forest *forest, unsigned int level)
{
	u32 fit = (WEIR_TREE_NODE_MAX - sizeof(struct weir_tree_node)) /
		  weir_tree_item_bytes(forest, level);

	return min(fit, 2 * weir_tree_usual(forest->width));
}

/* Bytes of memory of a node for @n items. */
size_t weir_tree_node_bytes(const struct weir_forest *forest, u32 n, unsigned int level)
{
	return round_up(sizeof(struct weir_tree_node) + n * weir_tree_item_bytes(forest, level),
			WEIR_TREE_STEP);
}

static u32 weir_tree_cap(const struct weir_forest *forest, size_t bytes, unsigned int level)
{
	return (bytes - sizeof(struct weir_tree_node)) / weir_tree_item_bytes(forest, level);
}

/* Whether a smaller node would do, or one from another slab cache. */
bool weir_tree_node_loose(const struct weir_forest *forest, const struct weir_tree_node *node,
			  unsigned int level)
{
	size_t bytes = weir_tree_node_bytes(forest, node->n, level);

	return node->grows || node->cap > weir_tree_cap(forest, bytes, level);
}

static struct weir_tree_node *weir_tree_node_init(struct weir_forest *forest, void *memory,
						  size_t bytes, u32 cap)
{
	struct weir_tree_node *node = memory;

	if (!node)
		return NULL;
	node->stamp = forest->stamp;
	node->grows = false;
	node->state = WEIR_TREE_PLAIN;
	node->next = NULL;
	node->n = 0;
	node->cap = cap;
	forest->bytes += bytes;
	return node;
}

/* A node for @n items, and as many as there is room for then. */
struct weir_tree_node *weir_tree_node_new(struct weir_forest *forest, u32 n,
					  unsigned int level)
{
	size_t bytes = weir_tree_node_bytes(forest, n, level);
	struct kmem_cache *cache = weir_tree_caches[bytes / WEIR_TREE_STEP - 1];

	return weir_tree_node_init(forest, kmem_cache_alloc(cache, WEIR_TREE_GFP), bytes,
				   weir_tree_cap(forest, bytes, level));
}

/* A node for as many as can be, which moves to other memory when the version is finished. */
struct weir_tree_node *weir_tree_node_full(struct weir_forest *forest, unsigned int level)
{
	size_t bytes = weir_tree_node_bytes(forest, weir_tree_max(forest, level), level);
	bool whole = bytes > WEIR_TREE_FULL(0);
	struct weir_tree_node *node;

	forest->loose = true;
	bytes = WEIR_TREE_FULL(whole);
	node = weir_tree_node_init(forest,
				   kmem_cache_alloc(weir_tree_full_caches[whole], WEIR_TREE_GFP),
				   bytes, weir_tree_cap(forest, bytes, level));
	if (node)
		node->grows = true;
	return node;
}

/* Room for twice as many, for the builder. */
struct weir_tree_node *weir_tree_node_scratch(const struct weir_forest *forest,
					      unsigned int level)
{
	struct weir_tree_node *node = kvzalloc(2 * WEIR_TREE_NODE_MAX, WEIR_TREE_GFP);

	if (node)
		node->cap = 2 * weir_tree_max(forest, level);
	return node;
}

void weir_tree_node_free(struct weir_tree_node *node)
{
	kvfree(node);
}

/* This version does not have a node any more; others may. */
void weir_tree_node_release(struct weir_forest *forest, struct weir_tree_node *node)
{
	if (node->stamp == forest->stamp) {
		weir_tree_node_free(node);
	} else {
		node->next = forest->stale;
		forest->stale = node;
	}
}

void weir_tree_node_drop(struct weir_forest *forest, struct weir_tree_node *node,
			 unsigned int level)
{
	forest->bytes -= weir_tree_node_bytes(forest, node->cap, level);
	weir_tree_node_release(forest, node);
}

/* Bytes of a node of @n pointers. */
static size_t weir_tree_group_bytes(u32 n)
{
	size_t bytes = sizeof(struct weir_tree_node) + n * sizeof(void *);

	return bytes <= WEIR_TREE_NODE_MAX ? round_up(bytes, WEIR_TREE_STEP) :
					     roundup_pow_of_two(bytes);
}

/**
 * weir_tree_group() - Make a node of pointers.
 * @forest: Where.
 * @n: Pointers that it has.
 *
 * Return: The node, to be filled; NULL without memory.
 */
struct weir_tree_node *weir_tree_group(struct weir_forest *forest, u32 n)
{
	size_t bytes = weir_tree_group_bytes(n);
	struct weir_tree_node *group;
	void *memory;

	if (bytes <= WEIR_TREE_NODE_MAX)
		memory = kmem_cache_alloc(weir_tree_caches[bytes / WEIR_TREE_STEP - 1],
					  WEIR_TREE_GFP);
	else
		memory = kvmalloc(bytes, WEIR_TREE_GFP);
	group = weir_tree_node_init(forest, memory, bytes, n);
	if (group)
		group->n = n;
	return group;
}
EXPORT_SYMBOL_GPL(weir_tree_group);

/**
 * weir_tree_group_drop() - This version does not have a node of pointers any more.
 * @forest: Where.
 * @group: The node.
 */
void weir_tree_group_drop(struct weir_forest *forest, struct weir_tree_node *group)
{
	forest->bytes -= weir_tree_group_bytes(group->cap);
	weir_tree_node_release(forest, group);
}
EXPORT_SYMBOL_GPL(weir_tree_group_drop);

/* Copy items @first to @first + @n - 1 to @at; within one node too. */
void weir_tree_move(const struct weir_forest *forest, struct weir_tree_node *to, u32 at,
		    const struct weir_tree_node *from, u32 first, u32 n, unsigned int level)
{
	unsigned int width = forest->width;

	if (level || forest->ptrs)
		memmove(weir_tree_ptrs(to) + at, weir_tree_ptrs(from) + first,
			n * sizeof(void *));
	memmove((u8 *)weir_tree_nums(forest, to, level) + at * width,
		(u8 *)weir_tree_nums(forest, from, level) + first * width, n * width);
	if (!level && forest->ends)
		memmove((u8 *)weir_tree_ends(forest, to, width) + at * width,
			(u8 *)weir_tree_ends(forest, from, width) + first * width, n * width);
}

void weir_tree_put_num(const struct weir_forest *forest, void *nums, u32 i,
		       struct weir_val val)
{
	if (forest->width == 4)
		((u32 *)nums)[i] = val.lo;
	else if (forest->width == 8)
		((u64 *)nums)[i] = val.lo;
	else
		((struct weir_val *)nums)[i] = val;
}

void weir_tree_put(const struct weir_forest *forest, struct weir_tree_node *leaf, u32 at,
		   const struct weir_tree_item *item)
{
	if (forest->ptrs)
		weir_tree_ptrs(leaf)[at] = item->ptr;
	weir_tree_put_num(forest, weir_tree_nums(forest, leaf, 0), at, item->from);
	if (forest->ends)
		weir_tree_put_num(forest, weir_tree_ends(forest, leaf, forest->width), at,
				  item->to);
}
