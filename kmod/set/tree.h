/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_SET_TREE_H
#define _WEIR_SET_TREE_H

/*
 * Persistent B+ trees, for set modules whose elements have an order.
 *
 * Problem: packets read a content of a million elements while a transaction
 * changes it, and must see either all of the change or nothing. Copying the
 * content costs what it holds; changing it in place needs locks.
 *
 * A tree that is only ever copied along one path costs neither. All items are in
 * leaves, sorted by a number; an inner node holds, for each of its children, the
 * first number below it. A change copies the leaf, and the nodes that lead to it
 * because they have to point to the copy; all other nodes are shared:
 *
 *	old root [3 20 71]          new root [3 20 71]
 *	          |  |   \_________________ / |   |
 *	          |  |             ________/  |   |
 *	          |  [20 44 50]   /          [20 44 47 50]
 *	          [3 8 9]  <------	(and [71 90] is shared as well)
 *
 * Trees live in a forest, which is one version of a content. A node has the stamp
 * of the version that made it. What this version made nobody else sees, so it is
 * changed in place; another version's node is copied first and put on the list
 * of the stale, which are freed once the old version is gone. If instead the new
 * version is given up, it frees the nodes with its own stamp.
 *
 * Nodes of 64 bytes to about 2 kB have as many bytes as they need, in steps of 64,
 * which copying gives for nothing. Only a leaf that grows more than once within a
 * version gets a full node, from a slab cache of its own; weir_tree_finish()
 * makes it fit. So the slabs of such nodes are all given back, and a large set that
 * is loaded leaves no holes in the others.
 *
 * All changes but the simplest are made by a builder: it takes spans of trees and
 * single items in their order, opens the nodes at the ends of spans, shares those
 * between, and makes a new tree of it. The nodes that it used go when all of
 * its trees are done; if memory runs out, those that it made go instead. So a
 * change that concerns many trees happens, or does not happen, as a whole, and
 * one that moves half a million items from tree to tree costs a few nodes.
 *
 * The idea of sharing what a change does not touch: Driscoll, Sarnak, Sleator and
 * Tarjan, "Making data structures persistent", 1989; of B+ trees: Comer, "The
 * ubiquitous B-tree", 1979.
 */

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <weir/packet.h>

/** WEIR_TREE_HEIGHT - Most levels of a tree: a leaf and six above it. */
#define WEIR_TREE_HEIGHT	7

/**
 * struct weir_tree_node - A leaf or an inner node.
 * @stamp: The version that made it.
 * @grows: From the slab cache of leaves that grow: others would keep its slabs.
 * @state: Used by the builder.
 * @next: On the list of stale nodes, or one of the builder's.
 * @n: Items, or children.
 * @cap: How many there is room for.
 * @data: Pointers (inner nodes: to children; leaves: where the forest has
 *   pointers), numbers, ends (leaves: where the forest has them); @cap of each.
 *
 * Readers look at nothing but @n, @cap and @data, which do not change then.
 */
struct weir_tree_node {
	u64 stamp : 61;
	u64 grows : 1;
	u64 state : 2;
	struct weir_tree_node *next;
	u32 n;
	u32 cap;
	u64 data[];
};

/**
 * struct weir_tree - A tree.
 * @root: NULL if it is empty.
 * @height: Levels above the leaves.
 */
struct weir_tree {
	struct weir_tree_node *root;
	u8 height;
};

/**
 * struct weir_forest - Where trees of one version live.
 * @width: Bytes of a number: 4, 8 or 16.
 * @ends: An item has a second number, which grows with the first.
 * @ptrs: An item has a pointer.
 * @groups: A pointer with its lowest bit set leads to a node of pointers, which
 *   belongs to the tree.
 * @loose: There are nodes that weir_tree_finish() should move to other memory.
 * @stamp: Of this version.
 * @bytes: Memory of all nodes.
 * @stale: Nodes of older versions that this one does not have any more.
 * @open: Where the builder collects nodes, by level.
 */
struct weir_forest {
	u8 width;
	bool ends;
	bool ptrs;
	bool groups;
	bool loose;
	u64 stamp;
	size_t bytes;
	struct weir_tree_node *stale;
	struct weir_tree_node *open[WEIR_TREE_HEIGHT];
};

/**
 * struct weir_tree_item - An item.
 * @from: Its number.
 * @to: Its end.
 * @ptr: Its pointer.
 */
struct weir_tree_item {
	struct weir_val from;
	struct weir_val to;
	void *ptr;
};

/**
 * struct weir_tree_path - A place in a tree: before an item, or at the end of a leaf.
 * @node: The way there; @node[0] is the leaf.
 * @at: The child to follow; in the leaf, the item.
 */
struct weir_tree_path {
	struct weir_tree_node *node[WEIR_TREE_HEIGHT];
	u32 at[WEIR_TREE_HEIGHT];
};

/**
 * struct weir_tree_build - A change that makes new trees.
 * @forest: Where.
 * @made: Nodes that it made.
 * @used: Nodes that it took apart.
 * @bytes: By how much memory grows.
 * @append: Items are appended: leave full nodes behind, and do not halve them.
 * @err: What went wrong.
 */
struct weir_tree_build {
	struct weir_forest *forest;
	struct weir_tree_node *made;
	struct weir_tree_node *used;
	ssize_t bytes;
	bool append;
	int err;
};

static inline bool weir_val_less(struct weir_val a, struct weir_val b)
{
	return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

static inline bool weir_val_same(struct weir_val a, struct weir_val b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline void **weir_tree_ptrs(const struct weir_tree_node *node)
{
	return (void **)node->data;
}

/* The numbers of a node, behind its pointers. */
static __always_inline void *weir_tree_nums_at(const struct weir_tree_node *node, bool ptrs)
{
	return (u64 *)node->data + (ptrs ? node->cap : 0);
}

/* The numbers of a node at a level. */
static __always_inline void *weir_tree_nums(const struct weir_forest *forest,
					    const struct weir_tree_node *node, unsigned int level)
{
	return weir_tree_nums_at(node, level || forest->ptrs);
}

/* The ends of a leaf, behind its numbers. */
static __always_inline void *weir_tree_ends(const struct weir_forest *forest,
					    const struct weir_tree_node *leaf, unsigned int width)
{
	return (u8 *)weir_tree_nums(forest, leaf, 0) + leaf->cap * width;
}

static __always_inline struct weir_val weir_tree_num(const void *nums, u32 i, unsigned int width)
{
	struct weir_val val = {};

	if (width == 4)
		val.lo = ((const u32 *)nums)[i];
	else if (width == 8)
		val.lo = ((const u64 *)nums)[i];
	else
		val = ((const struct weir_val *)nums)[i];
	return val;
}

/* Whether number @i is at least @val. */
static __always_inline bool weir_tree_covers(const void *nums, u32 i, struct weir_val val,
					     unsigned int width)
{
	if (width == 4)
		return ((const u32 *)nums)[i] >= (u32)val.lo;
	if (width == 8)
		return ((const u64 *)nums)[i] >= val.lo;
	return !weir_val_less(((const struct weir_val *)nums)[i], val);
}

/* Whether number @i is at most @val. */
static __always_inline bool weir_tree_reached(const void *nums, u32 i, struct weir_val val,
					      unsigned int width)
{
	if (width == 4)
		return ((const u32 *)nums)[i] <= (u32)val.lo;
	if (width == 8)
		return ((const u64 *)nums)[i] <= val.lo;
	return !weir_val_less(val, ((const struct weir_val *)nums)[i]);
}

/* Bytes of a number of so many bits. */
static inline unsigned int weir_tree_width(unsigned int bits)
{
	return bits <= 32 ? 4 : bits <= 64 ? 8 : 16;
}

/* How many items a node of full trees has at least; most have up to twice as many. */
static __always_inline u32 weir_tree_usual(unsigned int width)
{
	return width == 16 ? 32 : 64;
}

/* Number @i of the place @at on. */
static __always_inline const void *weir_tree_at(const void *at, u32 i, unsigned int width)
{
	return (const u8 *)at + (size_t)i * width;
}

/* How many numbers are between two places. */
static __always_inline u32 weir_tree_index(const void *nums, const void *at, unsigned int width)
{
	return (size_t)((const u8 *)at - (const u8 *)nums) / width;
}

/* Half of the times it steps: a branch here would be guessed wrong as often. */
static __always_inline const void *weir_tree_step(const void *at, u32 step, struct weir_val val,
						  unsigned int width)
{
	const void *there = weir_tree_at(at, step, width);

	OPTIMIZER_HIDE_VAR(there);
	return weir_tree_reached(there, 0, val, width) ? there : at;
}

/* The last of 1 + @more sorted numbers that is at most @val; the first one if none is. */
static __always_inline const void *weir_tree_narrow(const void *at, u32 more,
						    struct weir_val val, unsigned int width)
{
	for (; more; more /= 2)
		at = weir_tree_step(at, more - more / 2, val, width);
	return at;
}

/*
 * The last of @n sorted numbers, at least 1, that is at most @val; the first one if none is.
 * No branch depends on the numbers. Without a loop for leaves and what is right above
 * them: a first step leaves a power of two of them.
 */
static __always_inline const void *weir_tree_search(const void *nums, u32 n,
						    struct weir_val val, unsigned int width)
{
	const u32 usual = weir_tree_usual(width);
	u32 step;

	if (unlikely(n - usual > usual))
		return weir_tree_narrow(nums, n - 1, val, width);

	nums = weir_tree_step(nums, n - usual, val, width);
#pragma GCC unroll 8
	for (step = usual / 2; step; step /= 2)
		nums = weir_tree_step(nums, step, val, width);
	return nums;
}

/**
 * weir_tree_leaf() - The leaf where a number would be.
 * @tree: Not empty.
 * @val: The number.
 * @width: Of the forest; a constant makes this fast.
 *
 * Context: Packet path too.
 */
static __always_inline const struct weir_tree_node *
weir_tree_leaf(const struct weir_tree *tree, struct weir_val val, unsigned int width)
{
	const struct weir_tree_node *node = tree->root;
	const void *nums, *at;
	unsigned int level;

	for (level = tree->height; level; level--) {
		nums = weir_tree_nums_at(node, true);
		at = weir_tree_search(nums, node->n, val, width);
		node = weir_tree_ptrs(node)[weir_tree_index(nums, at, width)];
	}
	return node;
}

/* Places; see tree.c. */
void weir_tree_seek(const struct weir_forest *forest, const struct weir_tree *tree,
		    struct weir_val val, struct weir_tree_path *path);
void weir_tree_seek_end(const struct weir_forest *forest, const struct weir_tree *tree,
			struct weir_val val, struct weir_tree_path *path);
void weir_tree_first(const struct weir_tree *tree, struct weir_tree_path *path);
void weir_tree_last(const struct weir_tree *tree, struct weir_tree_path *path);
bool weir_tree_get(const struct weir_forest *forest, const struct weir_tree *tree,
		   struct weir_tree_path *path, struct weir_tree_item *item);
bool weir_tree_back(const struct weir_forest *forest, const struct weir_tree *tree,
		    struct weir_tree_path *path, struct weir_tree_item *item);
u64 weir_tree_mark(const struct weir_tree_path *path);
void weir_tree_goto(const struct weir_tree *tree, u64 mark, struct weir_tree_path *path);

/* Changes. */
int weir_tree_own(struct weir_forest *forest, struct weir_tree *tree,
		  struct weir_tree_path *path, u32 room);
int weir_tree_insert(struct weir_forest *forest, struct weir_tree *tree,
		     struct weir_tree_path *path, const struct weir_tree_item *item);
int weir_tree_remove(struct weir_forest *forest, struct weir_tree *tree,
		     struct weir_tree_path *path);
void weir_tree_free(struct weir_forest *forest, struct weir_tree *tree, bool all);

/* Nodes of pointers. */
static inline bool weir_tree_is_group(const void *ptr)
{
	return (unsigned long)ptr & 1;
}

static inline struct weir_tree_node *weir_tree_group_of(void *ptr)
{
	return (struct weir_tree_node *)((unsigned long)ptr & ~1UL);
}

static inline void *weir_tree_group_ptr(struct weir_tree_node *group)
{
	return (void *)((unsigned long)group | 1);
}

struct weir_tree_node *weir_tree_group(struct weir_forest *forest, u32 n);
void weir_tree_group_drop(struct weir_forest *forest, struct weir_tree_node *group);

/* Changes of many trees at once. */
void weir_build_start(struct weir_tree_build *build, struct weir_forest *forest);
void weir_build_span(struct weir_tree_build *build, const struct weir_tree *tree,
		     const struct weir_tree_path *from, const struct weir_tree_path *to);
void weir_build_item(struct weir_tree_build *build, const struct weir_tree_item *item);
void weir_build_tree(struct weir_tree_build *build, struct weir_tree *tree);
int weir_build_end(struct weir_tree_build *build);

/* Versions. */
void weir_forest_init(struct weir_forest *forest, unsigned int bits);
void weir_forest_fork(struct weir_forest *forest, const struct weir_forest *old);
void weir_tree_finish(struct weir_forest *forest, struct weir_tree *tree);
void weir_forest_close(struct weir_forest *forest);
void weir_forest_commit(struct weir_forest *forest);

#endif /* _WEIR_SET_TREE_H */
