/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of nodes and what is in them: between the files of weir_set_tree. */
#ifndef _WEIR_SET_TREE_NODE_H
#define _WEIR_SET_TREE_NODE_H

#include "tree.h"

/** WEIR_TREE_NODE_MAX - Bytes of a full node. A unit test makes them smaller and trees higher. */
#ifndef WEIR_TREE_NODE_MAX
#define WEIR_TREE_NODE_MAX	(33 * 64)
#endif

/**
 * enum weir_tree_state - &weir_tree_node.state.
 * @WEIR_TREE_PLAIN: Nothing is being done to it.
 * @WEIR_TREE_MADE: On the builder's list of nodes that it made.
 * @WEIR_TREE_USED: Taken apart; on the list of such nodes.
 * @WEIR_TREE_GONE: Made, and taken apart again.
 */
enum weir_tree_state {
	WEIR_TREE_PLAIN,
	WEIR_TREE_MADE,
	WEIR_TREE_USED,
	WEIR_TREE_GONE,
};

int weir_tree_nodes_init(void);
void weir_tree_nodes_exit(void);

u32 weir_tree_max(const struct weir_forest *forest, unsigned int level);
size_t weir_tree_node_bytes(const struct weir_forest *forest, u32 n, unsigned int level);
bool weir_tree_node_loose(const struct weir_forest *forest, const struct weir_tree_node *node,
			  unsigned int level);
struct weir_tree_node *weir_tree_node_new(struct weir_forest *forest, u32 n,
					  unsigned int level);
struct weir_tree_node *weir_tree_node_full(struct weir_forest *forest, unsigned int level);
struct weir_tree_node *weir_tree_node_scratch(const struct weir_forest *forest,
					      unsigned int level);
void weir_tree_node_free(struct weir_tree_node *node);
void weir_tree_node_release(struct weir_forest *forest, struct weir_tree_node *node);
void weir_tree_node_drop(struct weir_forest *forest, struct weir_tree_node *node,
			 unsigned int level);
void weir_tree_move(const struct weir_forest *forest, struct weir_tree_node *to, u32 at,
		    const struct weir_tree_node *from, u32 first, u32 n, unsigned int level);
void weir_tree_put(const struct weir_forest *forest, struct weir_tree_node *leaf, u32 at,
		   const struct weir_tree_item *item);
void weir_tree_put_num(const struct weir_forest *forest, void *nums, u32 i,
		       struct weir_val val);

static inline struct weir_tree_node *weir_tree_child(const struct weir_tree_node *node, u32 i)
{
	return weir_tree_ptrs(node)[i];
}

#endif /* _WEIR_SET_TREE_NODE_H */
