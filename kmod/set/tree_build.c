// SPDX-License-Identifier: GPL-2.0
/*
 * Persistent B+ trees: making new trees of pieces of old ones; see tree.h.
 *
 * On each level there is an open node with room for twice as many as a node has.
 * Single items come into the one of the leaves. A whole node is not taken apart: what
 * the open nodes up to its level hold is closed, which makes one or two nodes of each
 * and puts them into the open node above, and then it is put there itself. An example
 * with at most 4 in a node, the span from c to the end, and y behind it:
 *
 *	     [a   e   i]
 *	   /      |      \
 *	[abcd]  [efgh]  [ijk]
 *
 *	c d		come into the open leaf
 *	[efgh]		closes it to [cd]; the open node above has c and e now
 *	[ijk]		is put there as well
 *	y		comes into the open leaf; at the end that is closed to [y], and
 *			all that is open above is the root [c e i y]
 *
 * A node that would be small is joined with its neighbour, before it or behind it,
 * so that nodes do not crumble away at the seams.
 */

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include "tree_node.h"

static bool weir_build_few(const struct weir_tree_build *build, u32 n, unsigned int level)
{
	return n < weir_tree_max(build->forest, level) / 4;
}

static u32 weir_build_open(const struct weir_tree_build *build, unsigned int level)
{
	const struct weir_tree_node *open =
		level < WEIR_TREE_HEIGHT ? build->forest->open[level] : NULL;

	return open ? open->n : 0;
}

/**
 * weir_build_start() - Begin a change.
 * @build: Is set.
 * @forest: The version that is changed.
 */
void weir_build_start(struct weir_tree_build *build, struct weir_forest *forest)
{
	*build = (struct weir_tree_build){ .forest = forest };
}
EXPORT_SYMBOL_GPL(weir_build_start);

/* A node was taken apart; it is somebody's until all is done. */
static void weir_build_use(struct weir_tree_build *build, struct weir_tree_node *node,
			   unsigned int level)
{
	if (node->state == WEIR_TREE_USED || node->state == WEIR_TREE_GONE)
		return;
	build->bytes -= weir_tree_node_bytes(build->forest, node->cap, level);
	if (node->state == WEIR_TREE_MADE) {
		node->state = WEIR_TREE_GONE;
		return;
	}
	node->state = WEIR_TREE_USED;
	node->next = build->used;
	build->used = node;
}

static struct weir_tree_node *weir_build_make(struct weir_tree_build *build, u32 n,
					      unsigned int level)
{
	struct weir_tree_node *open = build->forest->open[level];
	struct weir_tree_node *node = weir_tree_node_new(build->forest, n, level);

	if (!node) {
		build->err = -ENOMEM;
		return NULL;
	}
	/* weir_build_end() counts, or does not. */
	build->forest->bytes -= weir_tree_node_bytes(build->forest, node->cap, level);
	build->bytes += weir_tree_node_bytes(build->forest, node->cap, level);
	node->state = WEIR_TREE_MADE;
	node->next = build->made;
	build->made = node;

	weir_tree_move(build->forest, node, 0, open, 0, n, level);
	node->n = n;
	open->n -= n;
	weir_tree_move(build->forest, open, 0, open, n, open->n, level);
	return node;
}

static void weir_build_close_some(struct weir_tree_build *build, u32 n, unsigned int level);

/* The open node of a level, with room for @n more; NULL if there is no memory. */
static struct weir_tree_node *weir_build_room(struct weir_tree_build *build, u32 n,
					      unsigned int level)
{
	struct weir_tree_node **open;

	/* As many levels do not come about with 2^32 items. */
	if (level >= WEIR_TREE_HEIGHT)
		build->err = -E2BIG;
	if (build->err)
		return NULL;
	open = &build->forest->open[level];
	if (!*open)
		*open = weir_tree_node_scratch(build->forest, level);
	if (!*open) {
		build->err = -ENOMEM;
		return NULL;
	}
	if ((*open)->n + n > (*open)->cap)
		weir_build_close_some(build, weir_tree_max(build->forest, level), level);
	return build->err ? NULL : *open;
}

static void weir_build_child(struct weir_tree_build *build, struct weir_tree_node *child,
			     struct weir_val first, unsigned int level)
{
	struct weir_tree_node *open = weir_build_room(build, 1, level);

	if (!open)
		return;
	weir_tree_ptrs(open)[open->n] = child;
	weir_tree_put_num(build->forest, weir_tree_nums(build->forest, open, level), open->n,
			  first);
	open->n++;
}

/* Make a node of the first @n of an open node. */
static void weir_build_close_some(struct weir_tree_build *build, u32 n, unsigned int level)
{
	struct weir_tree_node *open = build->forest->open[level];
	struct weir_val first = weir_tree_num(weir_tree_nums(build->forest, open, level), 0,
					      build->forest->width);
	struct weir_tree_node *node = weir_build_make(build, n, level);

	if (node)
		weir_build_child(build, node, first, level + 1);
}

/* Join the open node with the one before it. */
static void weir_build_join(struct weir_tree_build *build, unsigned int level)
{
	struct weir_tree_node *above = build->forest->open[level + 1];
	struct weir_tree_node *open = build->forest->open[level];
	struct weir_tree_node *child = weir_tree_child(above, --above->n);

	weir_tree_move(build->forest, open, child->n, open, 0, open->n, level);
	weir_tree_move(build->forest, open, 0, child, 0, child->n, level);
	open->n += child->n;
	weir_build_use(build, child, level);
}

static void weir_build_close(struct weir_tree_build *build, unsigned int level)
{
	u32 max = weir_tree_max(build->forest, level);
	u32 n = weir_build_open(build, level);

	if (!n || build->err)
		return;
	if (weir_build_few(build, n, level) && weir_build_open(build, level + 1)) {
		weir_build_join(build, level);
		n = weir_build_open(build, level);
	}
	if (n > max) {
		weir_build_close_some(build, build->append ? max : n / 2, level);
		n = weir_build_open(build, level);
	}
	if (!build->err)
		weir_build_close_some(build, n, level);
}

/* Add items @first to @end - 1 of a node. */
static void weir_build_part(struct weir_tree_build *build, struct weir_tree_node *node,
			    u32 first, u32 end, unsigned int level)
{
	struct weir_tree_node *open;

	weir_build_use(build, node, level);
	open = weir_build_room(build, end - first, level);
	if (!open)
		return;
	weir_tree_move(build->forest, open, open->n, node, first, end - first, level);
	open->n += end - first;
}

/* Add a whole node. */
static void weir_build_node(struct weir_tree_build *build, struct weir_tree_node *node,
			    struct weir_val first, unsigned int level)
{
	unsigned int i;
	u32 n;

	for (i = 0; i < level; i++)
		weir_build_close(build, i);
	n = weir_build_open(build, level);
	if (n && weir_build_few(build, n, level)) {
		weir_build_part(build, node, 0, node->n, level);
		return;
	}
	weir_build_close(build, level);
	weir_build_child(build, node, first, level + 1);
}

/* Whether all open nodes below a level are empty. */
static bool weir_build_closed(const struct weir_tree_build *build, unsigned int level)
{
	while (level--)
		if (weir_build_open(build, level))
			return false;
	return true;
}

/* What lies below a path's node at a level, between two paths if they lead there. */
static void weir_build_below(struct weir_tree_build *build, struct weir_tree_node *node,
			     unsigned int level, const struct weir_tree_path *from,
			     const struct weir_tree_path *to)
{
	const void *nums = weir_tree_nums(build->forest, node, level);
	u32 first = from ? from->at[level] : 0;
	u32 end, i;

	if (!level) {
		end = to ? to->at[0] : node->n;
		weir_build_part(build, node, first, end, 0);
		return;
	}

	weir_build_use(build, node, level);
	end = to ? to->at[level] : node->n;
	if (from) {
		weir_build_below(build, weir_tree_child(node, first), level - 1, from,
				 to && first == end ? to : NULL);
		first++;
	}
	for (i = first; i < end && !build->err; i++) {
		if (weir_build_closed(build, level)) {
			weir_build_part(build, node, i, end, level);
			break;
		}
		weir_build_node(build, weir_tree_child(node, i),
				weir_tree_num(nums, i, build->forest->width), level - 1);
	}
	if (to && first <= end)
		weir_build_below(build, weir_tree_child(node, end), level - 1, NULL, to);
}

/**
 * weir_build_span() - Add the items of a span of a tree.
 * @build: The change.
 * @tree: The tree; the spans of it that are added do not overlap.
 * @from: Where it begins, NULL for the first item.
 * @to: Before which item it ends, not before @from; NULL for the last one.
 */
void weir_build_span(struct weir_tree_build *build, const struct weir_tree *tree,
		     const struct weir_tree_path *from, const struct weir_tree_path *to)
{
	if (tree->root && !build->err)
		weir_build_below(build, tree->root, tree->height, from, to);
}
EXPORT_SYMBOL_GPL(weir_build_span);

/**
 * weir_build_item() - Add an item.
 * @build: The change.
 * @item: The item.
 */
void weir_build_item(struct weir_tree_build *build, const struct weir_tree_item *item)
{
	struct weir_tree_node *open = weir_build_room(build, 1, 0);

	if (open)
		weir_tree_put(build->forest, open, open->n++, item);
}
EXPORT_SYMBOL_GPL(weir_build_item);

/* Whether all is in the open node of this level, and fits into one node. */
static bool weir_build_is_top(const struct weir_tree_build *build, unsigned int level)
{
	u32 max = weir_tree_max(build->forest, level);

	if (weir_build_open(build, level) > max)
		return false;
	while (++level < WEIR_TREE_HEIGHT)
		if (weir_build_open(build, level))
			return false;
	return true;
}

/**
 * weir_build_tree() - Make a tree of what was added.
 * @build: The change, which may go on with another tree.
 * @tree: Is set; valid if weir_build_end() says so.
 */
void weir_build_tree(struct weir_tree_build *build, struct weir_tree *tree)
{
	unsigned int level = 0;

	while (level < WEIR_TREE_HEIGHT && !weir_build_is_top(build, level))
		weir_build_close(build, level++);
	if (build->err)
		return;

	tree->root = NULL;
	tree->height = level;
	if (weir_build_open(build, level))
		tree->root = weir_build_make(build, weir_build_open(build, level), level);
	/* A root with one child leads nowhere else. */
	while (tree->root && tree->height && tree->root->n == 1) {
		weir_build_use(build, tree->root, tree->height);
		tree->root = weir_tree_child(tree->root, 0);
		tree->height--;
	}
}
EXPORT_SYMBOL_GPL(weir_build_tree);

/**
 * weir_build_end() - Do the change, or undo it.
 * @build: The change. If @err is set, or was by the builder, everything is as it
 *   was; otherwise the new trees are valid, and the old ones are not any more.
 *
 * Return: @err.
 */
int weir_build_end(struct weir_tree_build *build)
{
	struct weir_forest *forest = build->forest;
	struct weir_tree_node *node;
	unsigned int level;

	while ((node = build->made)) {
		build->made = node->next;
		node->next = NULL;
		if (build->err || node->state == WEIR_TREE_GONE)
			weir_tree_node_free(node);
		else
			node->state = WEIR_TREE_PLAIN;
	}
	while ((node = build->used)) {
		build->used = node->next;
		node->next = NULL;
		node->state = WEIR_TREE_PLAIN;
		if (!build->err)
			weir_tree_node_release(forest, node);
	}
	for (level = 0; level < WEIR_TREE_HEIGHT; level++)
		if (forest->open[level])
			forest->open[level]->n = 0;
	if (!build->err)
		forest->bytes += build->bytes;
	return build->err;
}
EXPORT_SYMBOL_GPL(weir_build_end);
