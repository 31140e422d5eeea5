// SPDX-License-Identifier: GPL-2.0
/* Persistent B+ trees: finding a place, and changes of one leaf; see tree.h. */

#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "tree_node.h"

/* The levels of a path that is being made, from the root on. */
static void weir_tree_enter(const struct weir_tree *tree, struct weir_tree_path *path)
{
	path->node[tree->height] = tree->root;
}

static void weir_tree_follow(struct weir_tree_path *path, unsigned int level)
{
	path->node[level - 1] = weir_tree_child(path->node[level], path->at[level]);
}

/* Let a path lead to the first or behind the last item below its node at @level. */
static void weir_tree_edge(struct weir_tree_path *path, unsigned int level, bool last)
{
	for (; level; level--) {
		path->at[level] = last ? path->node[level]->n - 1 : 0;
		weir_tree_follow(path, level);
	}
	path->at[0] = last ? path->node[0]->n : 0;
}

/* How many of the numbers of a node are at most @val, but 0 or 1 below the first child. */
static u32 weir_tree_count(const void *nums, u32 n, struct weir_val val, unsigned int width)
{
	const void *at;

	switch (width) {
	case 4:
		at = weir_tree_search(nums, n, val, 4);
		break;
	case 8:
		at = weir_tree_search(nums, n, val, 8);
		break;
	default:
		at = weir_tree_search(nums, n, val, 16);
		break;
	}
	return weir_tree_index(nums, at, width) + weir_tree_reached(at, 0, val, width);
}

/**
 * weir_tree_seek() - Go to the first item whose number is above @val.
 * @forest: Where the tree lives.
 * @tree: Not empty.
 * @val: The number.
 * @path: Is set. The item before it, if there is one, is in the same leaf.
 */
void weir_tree_seek(const struct weir_forest *forest, const struct weir_tree *tree,
		    struct weir_val val, struct weir_tree_path *path)
{
	unsigned int level;
	u32 count;

	weir_tree_enter(tree, path);
	for (level = tree->height; level; level--) {
		count = weir_tree_count(weir_tree_nums(forest, path->node[level], level),
					path->node[level]->n, val, forest->width);
		path->at[level] = count ? count - 1 : 0;
		weir_tree_follow(path, level);
	}
	path->at[0] = weir_tree_count(weir_tree_nums(forest, path->node[0], 0),
				      path->node[0]->n, val, forest->width);
}
EXPORT_SYMBOL_GPL(weir_tree_seek);

/* Whether the first item below a node ends at @val or before. */
static bool weir_tree_ended(const struct weir_forest *forest, const struct weir_tree_node *node,
			    unsigned int level, struct weir_val val)
{
	while (level--)
		node = weir_tree_child(node, 0);
	return weir_tree_reached(weir_tree_ends(forest, node, forest->width), 0, val,
				 forest->width);
}

/**
 * weir_tree_seek_end() - Go to the first item whose end is above @val.
 * @forest: Where the tree lives; its items have ends.
 * @tree: Not empty.
 * @val: The number.
 * @path: Is set. The item before it, if there is one, is in the same leaf.
 */
void weir_tree_seek_end(const struct weir_forest *forest, const struct weir_tree *tree,
			struct weir_val val, struct weir_tree_path *path)
{
	const struct weir_tree_node *node;
	unsigned int level;
	u32 low, high, mid;

	weir_tree_enter(tree, path);
	for (level = tree->height; level; level--) {
		node = path->node[level];
		for (low = 0, high = node->n; high - low > 1; ) {
			mid = low + (high - low) / 2;
			if (weir_tree_ended(forest, weir_tree_child(node, mid), level - 1, val))
				low = mid;
			else
				high = mid;
		}
		path->at[level] = low;
		weir_tree_follow(path, level);
	}
	node = path->node[0];
	path->at[0] = weir_tree_count(weir_tree_ends(forest, node, forest->width), node->n, val,
				      forest->width);
}
EXPORT_SYMBOL_GPL(weir_tree_seek_end);

/**
 * weir_tree_first() - Go to the first item.
 * @tree: Not empty.
 * @path: Is set.
 */
void weir_tree_first(const struct weir_tree *tree, struct weir_tree_path *path)
{
	weir_tree_enter(tree, path);
	weir_tree_edge(path, tree->height, false);
}
EXPORT_SYMBOL_GPL(weir_tree_first);

/**
 * weir_tree_last() - Go behind the last item.
 * @tree: Not empty.
 * @path: Is set.
 */
void weir_tree_last(const struct weir_tree *tree, struct weir_tree_path *path)
{
	weir_tree_enter(tree, path);
	weir_tree_edge(path, tree->height, true);
}
EXPORT_SYMBOL_GPL(weir_tree_last);

static void weir_tree_item(const struct weir_forest *forest, const struct weir_tree_path *path,
			   struct weir_tree_item *item)
{
	const struct weir_tree_node *leaf = path->node[0];
	u32 i = path->at[0];

	item->ptr = forest->ptrs ? weir_tree_ptrs(leaf)[i] : NULL;
	item->from = weir_tree_num(weir_tree_nums(forest, leaf, 0), i, forest->width);
	item->to = item->from;
	if (forest->ends)
		item->to = weir_tree_num(weir_tree_ends(forest, leaf, forest->width), i,
					 forest->width);
}

/**
 * weir_tree_get() - Look at the item behind a place.
 * @forest: Where the tree lives.
 * @tree: The tree, not empty.
 * @path: The place; is moved to the next leaf if this one has no more.
 * @item: Is set.
 *
 * Return: false if there is none.
 */
bool weir_tree_get(const struct weir_forest *forest, const struct weir_tree *tree,
		   struct weir_tree_path *path, struct weir_tree_item *item)
{
	unsigned int level = 0;

	if (path->at[0] >= path->node[0]->n) {
		do {
			if (level++ == tree->height)
				return false;
		} while (path->at[level] + 1 >= path->node[level]->n);
		path->at[level]++;
		weir_tree_follow(path, level);
		weir_tree_edge(path, level - 1, false);
	}
	weir_tree_item(forest, path, item);
	return true;
}
EXPORT_SYMBOL_GPL(weir_tree_get);

/**
 * weir_tree_back() - Go to the item before a place.
 * @forest: Where the tree lives.
 * @tree: The tree, not empty.
 * @path: The place; is moved before that item.
 * @item: Is set.
 *
 * Return: false if there is none.
 */
bool weir_tree_back(const struct weir_forest *forest, const struct weir_tree *tree,
		    struct weir_tree_path *path, struct weir_tree_item *item)
{
	unsigned int level = 0;

	while (!path->at[level])
		if (level++ == tree->height)
			return false;
	path->at[level]--;
	if (level) {
		weir_tree_follow(path, level);
		weir_tree_edge(path, level - 1, true);
		path->at[0]--;
	}
	weir_tree_item(forest, path, item);
	return true;
}
EXPORT_SYMBOL_GPL(weir_tree_back);

/**
 * weir_tree_mark() - A number that tells a place, 0 for the start.
 * @path: The place.
 *
 * Return: The number.
 */
u64 weir_tree_mark(const struct weir_tree_path *path)
{
	u64 mark = path->at[0];
	int level;

	for (level = 1; level < WEIR_TREE_HEIGHT; level++)
		mark |= (u64)path->at[level] << (8 + 8 * level);
	return mark;
}
EXPORT_SYMBOL_GPL(weir_tree_mark);

/**
 * weir_tree_goto() - Go to a place.
 * @tree: Not empty.
 * @mark: From weir_tree_mark(), of this tree or another.
 * @path: Is set; to some place, if @mark was of another tree.
 */
void weir_tree_goto(const struct weir_tree *tree, u64 mark, struct weir_tree_path *path)
{
	unsigned int level;

	memset(path, 0, sizeof(*path));
	weir_tree_enter(tree, path);
	for (level = tree->height; level; level--) {
		path->at[level] = min_t(u32, (u8)(mark >> (8 + 8 * level)),
					path->node[level]->n - 1);
		weir_tree_follow(path, level);
	}
	path->at[0] = (u16)mark;
}
EXPORT_SYMBOL_GPL(weir_tree_goto);

/* What leads to a path's node. */
static void weir_tree_link(struct weir_tree *tree, struct weir_tree_path *path,
			   unsigned int level, struct weir_tree_node *node)
{
	if (level == tree->height)
		tree->root = node;
	else
		weir_tree_ptrs(path->node[level + 1])[path->at[level + 1]] = node;
	path->node[level] = node;
}

/**
 * weir_tree_own() - Make the nodes of a path this version's own.
 * @forest: Where the tree lives.
 * @tree: The tree, not empty.
 * @path: The place; the same afterwards.
 * @room: How many items the leaf should have room for, at most %weir_tree_max().
 *
 * Return: 0, or -ENOMEM; either way the tree holds what it held.
 */
int weir_tree_own(struct weir_forest *forest, struct weir_tree *tree,
		  struct weir_tree_path *path, u32 room)
{
	unsigned int level = tree->height + 1;
	struct weir_tree_node *node, *old;
	bool own;

	while (level--) {
		old = path->node[level];
		own = old->stamp == forest->stamp;
		if (own && (level || old->cap >= room))
			continue;
		if (own)
			node = weir_tree_node_full(forest, level);
		else
			node = weir_tree_node_new(forest, level ? old->n : room, level);
		if (!node)
			return -ENOMEM;
		weir_tree_move(forest, node, 0, old, 0, old->n, level);
		node->n = old->n;
		weir_tree_link(tree, path, level, node);
		weir_tree_node_drop(forest, old, level);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(weir_tree_own);

/* The first item of a path's leaf is another one: tell the nodes above. */
static void weir_tree_rekey(const struct weir_forest *forest, const struct weir_tree *tree,
			    const struct weir_tree_path *path)
{
	struct weir_val first = weir_tree_num(weir_tree_nums(forest, path->node[0], 0), 0,
					      forest->width);
	unsigned int level;

	for (level = 1; level <= tree->height; level++) {
		weir_tree_put_num(forest, weir_tree_nums(forest, path->node[level], level),
				  path->at[level], first);
		if (path->at[level])
			break;
	}
}

/* Where the leaf is full: @item may be NULL, then the one at @path goes. */
static int weir_tree_rebuild(struct weir_forest *forest, struct weir_tree *tree,
			     const struct weir_tree_path *path,
			     const struct weir_tree_item *item)
{
	struct weir_tree_path behind;
	struct weir_tree_build build;
	struct weir_tree new;
	unsigned int level;
	int err;

	weir_build_start(&build, forest);
	if (tree->root) {
		behind = *path;
		behind.at[0] += !item;
		build.append = item && path->at[0] == path->node[0]->n;
		for (level = 1; level <= tree->height; level++)
			build.append &= path->at[level] + 1 == path->node[level]->n;
		weir_build_span(&build, tree, NULL, path);
	}
	if (item)
		weir_build_item(&build, item);
	if (tree->root)
		weir_build_span(&build, tree, &behind, NULL);
	weir_build_tree(&build, &new);
	err = weir_build_end(&build);
	if (!err)
		*tree = new;
	return err;
}

/**
 * weir_tree_insert() - Put an item into a tree.
 * @forest: Where the tree lives.
 * @tree: The tree, may be empty.
 * @path: Where, from weir_tree_seek() with the item's number; not valid afterwards.
 * @item: The item.
 *
 * Return: 0; -ENOMEM, and the tree holds what it held.
 */
int weir_tree_insert(struct weir_forest *forest, struct weir_tree *tree,
		     struct weir_tree_path *path, const struct weir_tree_item *item)
{
	struct weir_tree_node *leaf;
	u32 at;
	int err;

	if (!tree->root || path->node[0]->n == weir_tree_max(forest, 0))
		return weir_tree_rebuild(forest, tree, path, item);

	err = weir_tree_own(forest, tree, path, path->node[0]->n + 1);
	if (err)
		return err;
	leaf = path->node[0];
	at = path->at[0];
	weir_tree_move(forest, leaf, at + 1, leaf, at, leaf->n - at, 0);
	weir_tree_put(forest, leaf, at, item);
	leaf->n++;
	if (!at)
		weir_tree_rekey(forest, tree, path);
	return 0;
}
EXPORT_SYMBOL_GPL(weir_tree_insert);

/**
 * weir_tree_remove() - Take an item out of a tree.
 * @forest: Where the tree lives.
 * @tree: The tree; afterwards it may be empty.
 * @path: Before that item, in its leaf; not valid afterwards.
 *
 * Return: 0; -ENOMEM, and the tree holds what it held.
 */
int weir_tree_remove(struct weir_forest *forest, struct weir_tree *tree,
		     struct weir_tree_path *path)
{
	u32 few = tree->height ? weir_tree_max(forest, 0) / 4 : 1;
	struct weir_tree_node *leaf = path->node[0];
	u32 at = path->at[0];
	int err;

	if (leaf->n <= few)
		return weir_tree_rebuild(forest, tree, path, NULL);

	err = weir_tree_own(forest, tree, path, leaf->n);
	if (err)
		return err;
	leaf = path->node[0];
	leaf->n--;
	weir_tree_move(forest, leaf, at, leaf, at + 1, leaf->n - at, 0);
	if (weir_tree_node_loose(forest, leaf, 0))
		forest->loose = true;
	if (!at)
		weir_tree_rekey(forest, tree, path);
	return 0;
}
EXPORT_SYMBOL_GPL(weir_tree_remove);

static void weir_tree_free_groups(struct weir_forest *forest, struct weir_tree_node *leaf,
				  bool all)
{
	struct weir_tree_node *group;
	u32 i;

	for (i = 0; i < leaf->n; i++) {
		if (!weir_tree_is_group(weir_tree_ptrs(leaf)[i]))
			continue;
		group = weir_tree_group_of(weir_tree_ptrs(leaf)[i]);
		if (all || group->stamp == forest->stamp)
			weir_tree_node_free(group);
	}
}

static void weir_tree_free_node(struct weir_forest *forest, struct weir_tree_node *node,
				unsigned int level, bool all)
{
	u32 i;

	if (!all && node->stamp != forest->stamp)
		return;
	for (i = 0; level && i < node->n; i++)
		weir_tree_free_node(forest, weir_tree_child(node, i), level - 1, all);
	if (!level && forest->groups)
		weir_tree_free_groups(forest, node, all);
	weir_tree_node_free(node);
	cond_resched();
}

/**
 * weir_tree_free() - Free the nodes of a tree.
 * @forest: Where the tree lives.
 * @tree: The tree.
 * @all: All of them; otherwise those that this version made.
 */
void weir_tree_free(struct weir_forest *forest, struct weir_tree *tree, bool all)
{
	if (tree->root)
		weir_tree_free_node(forest, tree->root, tree->height, all);
	tree->root = NULL;
}
EXPORT_SYMBOL_GPL(weir_tree_free);

/**
 * weir_forest_init() - The first version of a forest, without trees.
 * @forest: Is set; the caller says then what else items have.
 * @bits: Bits of a number.
 */
void weir_forest_init(struct weir_forest *forest, unsigned int bits)
{
	memset(forest, 0, sizeof(*forest));
	forest->width = weir_tree_width(bits);
}
EXPORT_SYMBOL_GPL(weir_forest_init);

/**
 * weir_forest_fork() - A new version.
 * @forest: Is set. Its trees start as copies of the old ones.
 * @old: The version before it.
 */
void weir_forest_fork(struct weir_forest *forest, const struct weir_forest *old)
{
	*forest = *old;
	forest->stamp++;
	forest->loose = false;
	forest->stale = NULL;
	memset(forest->open, 0, sizeof(forest->open));
}
EXPORT_SYMBOL_GPL(weir_forest_fork);

/* A node that grew or shrank gets the memory that it needs, if there is any. */
static void weir_tree_fit(struct weir_forest *forest, struct weir_tree_node **link,
			  unsigned int level)
{
	struct weir_tree_node *node, *old = *link;
	u32 i;

	if (old->stamp != forest->stamp)
		return;
	for (i = 0; level && i < old->n; i++)
		weir_tree_fit(forest, (struct weir_tree_node **)weir_tree_ptrs(old) + i,
			      level - 1);
	if (!weir_tree_node_loose(forest, old, level))
		return;
	node = weir_tree_node_new(forest, old->n, level);
	if (!node)
		return;
	weir_tree_move(forest, node, 0, old, 0, old->n, level);
	node->n = old->n;
	*link = node;
	weir_tree_node_drop(forest, old, level);
	cond_resched();
}

/**
 * weir_tree_finish() - A version is about to be published: give back what a tree
 *   does not need.
 * @forest: Where the tree lives.
 * @tree: One of its trees.
 */
void weir_tree_finish(struct weir_forest *forest, struct weir_tree *tree)
{
	if (forest->loose && tree->root)
		weir_tree_fit(forest, &tree->root, tree->height);
}
EXPORT_SYMBOL_GPL(weir_tree_finish);

/**
 * weir_forest_close() - A version will not be changed any more.
 * @forest: The version.
 */
void weir_forest_close(struct weir_forest *forest)
{
	int level;

	for (level = 0; level < WEIR_TREE_HEIGHT; level++) {
		if (forest->open[level])
			weir_tree_node_free(forest->open[level]);
		forest->open[level] = NULL;
	}
}
EXPORT_SYMBOL_GPL(weir_forest_close);

/**
 * weir_forest_commit() - Older versions are gone: free the nodes that this one does
 *   not have any more.
 * @forest: The version.
 */
void weir_forest_commit(struct weir_forest *forest)
{
	struct weir_tree_node *node;

	while ((node = forest->stale)) {
		forest->stale = node->next;
		weir_tree_node_free(node);
		cond_resched();
	}
}
EXPORT_SYMBOL_GPL(weir_forest_commit);

static int __init weir_tree_module_init(void)
{
	return weir_tree_nodes_init();
}

static void __exit weir_tree_module_exit(void)
{
	weir_tree_nodes_exit();
}

module_init(weir_tree_module_init);
module_exit(weir_tree_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir sets: persistent trees");
