// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of nodes: one slab cache for each size, so that a node takes what its
 * lines take and hardly more.
 *
 * Segments that are being built, and will be made smaller before anybody sees
 * them, come from a cache of their own. All of them go at once, and so their
 * slabs are given back whole; between others they would leave holes.
 */

#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "hash.h"

/* Steps of a fifth, so that segments that grow are four fifths full on average. */
static const u8 weir_hash_classes[] = {
	1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26,
	[WEIR_HASH_CLASS_MAX] = WEIR_HASH_LINES_MAX,
	[WEIR_HASH_CLASS_BUILD] = WEIR_HASH_LINES_MAX,
};

static struct kmem_cache *weir_hash_caches[ARRAY_SIZE(weir_hash_classes)];

static size_t weir_hash_node_size(unsigned int class)
{
	return WEIR_HASH_LINE * (1 + weir_hash_classes[class]);
}

void weir_hash_nodes_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(weir_hash_caches); i++) {
		kmem_cache_destroy(weir_hash_caches[i]);
		weir_hash_caches[i] = NULL;
	}
}

int weir_hash_nodes_init(void)
{
	char name[32];
	int i;

	BUILD_BUG_ON(sizeof(struct weir_hash_node) != WEIR_HASH_LINE);

	for (i = 0; i < ARRAY_SIZE(weir_hash_caches); i++) {
		snprintf(name, sizeof(name), "weir_hash_%s%u",
			 i == WEIR_HASH_CLASS_BUILD ? "build_" : "", weir_hash_classes[i]);
		weir_hash_caches[i] = kmem_cache_create(name, weir_hash_node_size(i),
							WEIR_HASH_LINE, SLAB_ACCOUNT, NULL);
		if (!weir_hash_caches[i]) {
			weir_hash_nodes_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

/* The smallest class with so many lines. */
unsigned int weir_hash_class(unsigned int lines)
{
	unsigned int class = 0;

	while (class < WEIR_HASH_CLASS_MAX && weir_hash_classes[class] < lines)
		class++;
	return class;
}

unsigned int weir_hash_class_lines(unsigned int class)
{
	return weir_hash_classes[class];
}

/*
 * Memory is taken for a dynamic content by packets; otherwise by somebody who can
 * rather do without the change than have other processes killed for it.
 */
static struct weir_hash_node *weir_hash_node_alloc(struct weir_hash *root, unsigned int class,
						   gfp_t flags)
{
	gfp_t gfp = root->content.spec->dynamic ? GFP_ATOMIC :
						  GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL;
	struct weir_hash_node *node;

	node = kmem_cache_alloc(weir_hash_caches[class], gfp | __GFP_NOWARN | flags);
	if (!node)
		return NULL;
	WRITE_ONCE(root->bytes, root->bytes + weir_hash_node_size(class));
	root->built += class == WEIR_HASH_CLASS_BUILD;
	return node;
}

static struct weir_hash_node *weir_hash_node_new(struct weir_hash *root, unsigned int class,
						 unsigned int depth)
{
	struct weir_hash_node *node = weir_hash_node_alloc(root, class, __GFP_ZERO);

	if (!node)
		return NULL;
	node->stamp = root->stamp;
	node->class = class;
	node->lines = weir_hash_classes[class];
	node->depth = depth;
	return node;
}

struct weir_hash_node *weir_hash_segment_new(struct weir_hash *root, unsigned int class,
					     unsigned int depth)
{
	struct weir_hash_node *segment = weir_hash_node_new(root, class, depth);

	if (segment)
		segment->limit = weir_hash_limit(root, segment->lines);
	return segment;
}

struct weir_hash_node *weir_hash_inner_new(struct weir_hash *root, unsigned int bits,
					   unsigned int depth)
{
	unsigned int lines = DIV_ROUND_UP(sizeof(unsigned long) << bits, WEIR_HASH_LINE);
	struct weir_hash_node *inner = weir_hash_node_new(root, weir_hash_class(lines), depth);

	if (inner)
		inner->bits = bits;
	return inner;
}

/* This version's own copy of a node. */
struct weir_hash_node *weir_hash_node_copy(struct weir_hash *root,
					   const struct weir_hash_node *old)
{
	struct weir_hash_node *node = weir_hash_node_alloc(root, old->class, 0);

	if (!node)
		return NULL;
	memcpy(node, old, sizeof(*node));
	memcpy(node->entry, old->entry, WEIR_HASH_LINE * old->lines);
	node->stamp = root->stamp;
	return node;
}

/* Free a node that this version made and nobody else sees. */
void weir_hash_node_free(struct weir_hash *root, struct weir_hash_node *node)
{
	root->built -= node->class == WEIR_HASH_CLASS_BUILD;
	WRITE_ONCE(root->bytes, root->bytes - weir_hash_node_size(node->class));
	kmem_cache_free(weir_hash_caches[node->class], node);
}

static void weir_hash_node_rcu(struct rcu_head *rcu)
{
	struct weir_hash_node *node = container_of(rcu, struct weir_hash_node, rcu);

	kmem_cache_free(weir_hash_caches[node->class], node);
}

/* This version has no use for a node any more; others may have. */
void weir_hash_node_retire(struct weir_hash *root, struct weir_hash_node *node)
{
	if (weir_hash_own(root, node) && !root->content.spec->dynamic) {
		weir_hash_node_free(root, node);
		return;
	}

	WRITE_ONCE(root->bytes, root->bytes - weir_hash_node_size(node->class));
	if (root->content.spec->dynamic) {
		call_rcu(&node->rcu, weir_hash_node_rcu);
	} else {
		node->stale = root->stale;
		root->stale = node;
	}
}

/* The versions that shared these nodes are gone. */
void weir_hash_stale_free(struct weir_hash *root)
{
	struct weir_hash_node *node;

	while ((node = root->stale)) {
		root->stale = node->stale;
		kmem_cache_free(weir_hash_caches[node->class], node);
	}
}
