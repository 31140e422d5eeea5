// SPDX-License-Identifier: GPL-2.0
/*
 * The way to the segments, and how it changes. A place in the tree is the inner
 * node above a segment and the entry that leads to that node; both are this
 * version's own before anything is changed.
 */

#include <linux/log2.h>
#include "hash.h"

/**
 * struct weir_hash_place - Where a segment hangs.
 * @up: The entry that leads to @inner; without that, to the segment.
 * @inner: The inner node above it, NULL if it is the topmost node.
 * @segment: The segment.
 * @index: With @inner: the entry of the hash that was looked for.
 */
struct weir_hash_place {
	unsigned long *up;
	struct weir_hash_node *inner;
	struct weir_hash_node *segment;
	unsigned int index;
};

/* Readers may be there, of a dynamic content. */
static void weir_hash_lead(unsigned long *entry, const struct weir_hash_node *node)
{
	/* Whoever sees the node sees what is in it. */
	smp_store_release(entry, weir_hash_entry(node));
}

/* Make the node that an entry leads to this version's own. */
static struct weir_hash_node *weir_hash_own_node(struct weir_hash *root, unsigned long *entry)
{
	struct weir_hash_node *old = weir_hash_node(*entry), *node;

	if (weir_hash_own(root, old))
		return old;
	node = weir_hash_node_copy(root, old);
	if (!node)
		return NULL;
	weir_hash_lead(entry, node);
	weir_hash_node_retire(root, old);
	return node;
}

/* Find the segment of a hash, and make the way there this version's own. */
static int weir_hash_way(struct weir_hash *root, u64 hash, struct weir_hash_place *place)
{
	unsigned long *entry = &root->top;

	place->up = entry;
	place->inner = NULL;
	while (weir_hash_is_inner(*entry)) {
		place->up = entry;
		place->inner = weir_hash_own_node(root, entry);
		if (!place->inner)
			return -ENOMEM;
		place->index = hash >> (64 - place->inner->bits);
		hash <<= place->inner->bits;
		entry = &place->inner->entry[place->index];
	}
	place->segment = weir_hash_node(*entry);
	return 0;
}

/* How many bits of an inner node's index its entries for a segment of this depth share. */
static unsigned int weir_hash_span(const struct weir_hash_node *inner, unsigned int depth)
{
	return inner->depth + inner->bits - depth;
}

/* Let all entries of a segment's depth around an index lead to it. */
static void weir_hash_hang(const struct weir_hash_place *place, unsigned int index,
			   const struct weir_hash_node *segment)
{
	unsigned int n, i;

	if (!place->inner) {
		weir_hash_lead(place->up, segment);
		return;
	}
	n = 1U << weir_hash_span(place->inner, segment->depth);
	index &= ~(n - 1);
	for (i = 0; i < n; i++)
		weir_hash_lead(&place->inner->entry[index + i], segment);
}

/*
 * A new segment with all that is in one or two others, and one element more;
 * ERR_PTR(-ENOSPC) if it does not fit.
 */
static struct weir_hash_node *weir_hash_rebuilt(struct weir_hash *root, unsigned int class,
						unsigned int depth,
						const struct weir_hash_node *a,
						const struct weir_hash_node *b,
						const struct weir_hash_item *item)
{
	struct weir_hash_node *segment = weir_hash_segment_new(root, class, depth);
	struct weir_hash_node *const to[2] = { segment, segment };

	if (!segment)
		return ERR_PTR(-ENOMEM);
	if (weir_hash_segment_move(root, a, to) &&
	    (!b || weir_hash_segment_move(root, b, to)) &&
	    (!item || weir_hash_segment_place(root, segment, item, true)))
		return segment;
	weir_hash_node_free(root, segment);
	return ERR_PTR(-ENOSPC);
}

/* One segment in the first class from @class on in which it fits. */
static struct weir_hash_node *weir_hash_resized(struct weir_hash *root,
						const struct weir_hash_node *old,
						unsigned int class,
						const struct weir_hash_item *item)
{
	struct weir_hash_node *segment;

	do
		segment = weir_hash_rebuilt(root, class, old->depth, old, NULL, item);
	while (PTR_ERR_OR_ZERO(segment) == -ENOSPC && class++ < WEIR_HASH_CLASS_MAX);
	return segment;
}

/* An inner node of twice as many entries in the place of one. */
static int weir_hash_widen(struct weir_hash *root, struct weir_hash_place *place)
{
	struct weir_hash_node *old = place->inner, *inner;
	unsigned int i;

	inner = weir_hash_inner_new(root, old->bits + 1, old->depth);
	if (!inner)
		return -ENOMEM;
	for (i = 0; i < 1U << inner->bits; i++)
		inner->entry[i] = old->entry[i >> 1];
	weir_hash_lead(place->up, inner);
	weir_hash_node_retire(root, old);
	place->inner = inner;
	return 0;
}

/* An inner node between a segment and the one entry that leads to it. */
static int weir_hash_deepen(struct weir_hash *root, struct weir_hash_place *place)
{
	struct weir_hash_node *inner;
	unsigned int i;

	inner = weir_hash_inner_new(root, WEIR_HASH_BITS_MIN, place->segment->depth);
	if (!inner)
		return -ENOMEM;
	for (i = 0; i < 1U << inner->bits; i++)
		inner->entry[i] = weir_hash_entry(place->segment);
	if (place->inner)
		place->up = &place->inner->entry[place->index];
	weir_hash_lead(place->up, inner);
	place->inner = inner;
	return 0;
}

/* See to it that two entries lead to the segment, so that it can be split. */
static int weir_hash_branch(struct weir_hash *root, u64 hash, struct weir_hash_place *place)
{
	struct weir_hash_node *inner = place->inner;
	int err = 0;

	if (!inner)
		err = weir_hash_deepen(root, place);
	else if (!weir_hash_span(inner, place->segment->depth))
		err = inner->bits < WEIR_HASH_BITS_MAX ? weir_hash_widen(root, place) :
							 weir_hash_deepen(root, place);
	if (!err)
		place->index = hash << place->inner->depth >> (64 - place->inner->bits);
	return err;
}

/* The two halves of a segment, in nodes of a class. */
static int weir_hash_halves(struct weir_hash *root, const struct weir_hash_node *segment,
			    unsigned int class, struct weir_hash_node *half[2])
{
	int err = -ENOMEM;

	half[0] = weir_hash_segment_new(root, class, segment->depth + 1);
	if (!half[0])
		return err;
	half[1] = weir_hash_segment_new(root, class, segment->depth + 1);
	if (!half[1])
		goto err_free_half;
	if (weir_hash_segment_move(root, segment, half))
		return 0;

	err = -ENOSPC;
	weir_hash_node_free(root, half[1]);
err_free_half:
	weir_hash_node_free(root, half[0]);
	return err;
}

/* By chance, segments are split when they hold a hundred elements and more. */
static unsigned int weir_hash_deepest(const struct weir_hash *root)
{
	return min_t(unsigned int, ilog2(root->content.count + 1) + 1, WEIR_HASH_DEPTH_MAX);
}

static int weir_hash_split(struct weir_hash *root, const struct weir_hash_item *item,
			   struct weir_hash_place *place)
{
	struct weir_hash_node *segment = place->segment, *half[2];
	unsigned int class = WEIR_HASH_CLASS_BUILD;
	unsigned int index;
	bool placed;
	int err;

	if (segment->depth >= weir_hash_deepest(root))
		return -ENOMEM;
	err = weir_hash_branch(root, item->hash, place);
	if (err)
		return err;

	if (!weir_hash_own(root, segment) || root->content.spec->dynamic)
		class = weir_hash_fit(root, segment->count / 2 + segment->count / 8);
	do
		err = weir_hash_halves(root, segment, class, half);
	while (err == -ENOSPC && class++ < WEIR_HASH_CLASS_MAX);
	if (err)
		return -ENOMEM;

	placed = weir_hash_segment_place(root, half[item->hash << segment->depth >> 63], item,
					 true);
	index = place->index & ~((1U << weir_hash_span(place->inner, segment->depth)) - 1);
	weir_hash_hang(place, index, half[0]);
	index += 1U << weir_hash_span(place->inner, half[1]->depth);
	weir_hash_hang(place, index, half[1]);
	weir_hash_node_retire(root, segment);
	return placed ? 0 : -EAGAIN;
}

/* Whether a segment cannot get any larger. */
static bool weir_hash_largest(const struct weir_hash *root, const struct weir_hash_node *segment)
{
	return segment->lines == WEIR_HASH_LINES_MAX &&
	       (!root->content.spec->dynamic || segment->count >= segment->limit);
}

/*
 * Which class a segment should have that has no room. One that had none before this
 * version changed it gets a little larger. One that fills up again is about to get
 * many more, and becomes as large as can be; weir_hash_trim() will take back what it
 * does not need. With readers a segment may only be untidy, because nobody could be
 * moved while they are there; otherwise it grows by two steps, because time counts more
 * than memory then: elements are much larger than what a slot takes.
 */
static unsigned int weir_hash_next_class(const struct weir_hash *root,
					 const struct weir_hash_node *segment)
{
	if (root->content.spec->dynamic)
		return segment->count < segment->limit ? segment->class :
			min_t(unsigned int, segment->class + 2, WEIR_HASH_CLASS_MAX);
	return weir_hash_own(root, segment) ? WEIR_HASH_CLASS_BUILD : segment->class + 1;
}

/**
 * weir_hash_grow() - Add an element where there is no room, by making some.
 * @root: The content.
 * @item: The element.
 *
 * Return: 0; -EAGAIN if there is more room now, but still not enough; -ENOMEM, and
 * nothing is lost.
 */
int weir_hash_grow(struct weir_hash *root, const struct weir_hash_item *item)
{
	struct weir_hash_node *segment = ERR_PTR(-ENOSPC);
	struct weir_hash_place place;
	int err;

	err = weir_hash_way(root, item->hash, &place);
	if (err)
		return err;
	if (!weir_hash_largest(root, place.segment))
		segment = weir_hash_resized(root, place.segment,
					    weir_hash_next_class(root, place.segment), item);
	if (PTR_ERR_OR_ZERO(segment) == -ENOSPC)
		return weir_hash_split(root, item, &place);
	if (IS_ERR(segment))
		return PTR_ERR(segment);
	weir_hash_hang(&place, place.index, segment);
	weir_hash_node_retire(root, place.segment);
	return 0;
}

/**
 * weir_hash_unshare() - Make a segment this version's own.
 * @root: The content.
 * @hash: Whose segment.
 *
 * Return: The segment, or NULL if there is no memory.
 */
struct weir_hash_node *weir_hash_unshare(struct weir_hash *root, u64 hash)
{
	struct weir_hash_node *segment;
	struct weir_hash_place place;

	if (weir_hash_way(root, hash, &place))
		return NULL;
	if (weir_hash_own(root, place.segment))
		return place.segment;
	segment = weir_hash_node_copy(root, place.segment);
	if (!segment)
		return NULL;
	weir_hash_hang(&place, place.index, segment);
	weir_hash_node_retire(root, place.segment);
	return segment;
}

/* The other half of what a segment is one half of, if that is a segment. */
static struct weir_hash_node *weir_hash_buddy(const struct weir_hash_place *place)
{
	unsigned int depth = place->segment->depth;
	struct weir_hash_node *buddy;
	unsigned long entry;

	if (!place->inner || depth == place->inner->depth)
		return NULL;
	entry = place->inner->entry[place->index ^ 1U << weir_hash_span(place->inner, depth)];
	buddy = weir_hash_node(entry);
	return weir_hash_is_inner(entry) || buddy->depth != depth ? NULL : buddy;
}

/* Make one of two small segments; an inner node with only one is not needed. */
static bool weir_hash_merge(struct weir_hash *root, const struct weir_hash_place *place)
{
	struct weir_hash_node *buddy = weir_hash_buddy(place), *segment;
	unsigned int count, class;

	if (!buddy)
		return false;
	count = place->segment->count + buddy->count;
	class = weir_hash_fit(root, count + count / 4);
	if (weir_hash_class_lines(class) > WEIR_HASH_LINES_MAX / 2)
		return false;
	segment = weir_hash_rebuilt(root, class, buddy->depth - 1, place->segment, buddy, NULL);
	if (IS_ERR(segment))
		return false;

	if (segment->depth == place->inner->depth) {
		weir_hash_lead(place->up, segment);
		weir_hash_node_retire(root, place->inner);
	} else {
		weir_hash_hang(place, place->index, segment);
	}
	weir_hash_node_retire(root, place->segment);
	weir_hash_node_retire(root, buddy);
	return true;
}

/**
 * weir_hash_shrink() - Give back memory of a segment that is mostly empty, if possible.
 * @root: The content.
 * @hash: Whose segment.
 */
void weir_hash_shrink(struct weir_hash *root, u64 hash)
{
	struct weir_hash_node *segment = weir_hash_segment(root, hash);
	struct weir_hash_place place;
	unsigned int class;

	if (segment->count > segment->limit / 4 ||
	    weir_hash_way(root, hash, &place) || weir_hash_merge(root, &place))
		return;

	class = weir_hash_fit(root, segment->count + segment->count / 4);
	if (weir_hash_class_lines(class) > segment->lines / 2)
		return;
	segment = weir_hash_rebuilt(root, class, place.segment->depth, place.segment, NULL, NULL);
	if (IS_ERR(segment))
		return;
	weir_hash_hang(&place, place.index, segment);
	weir_hash_node_retire(root, place.segment);
}

static void weir_hash_trim_segment(struct weir_hash *root, struct weir_hash_place *place)
{
	struct weir_hash_node *old = place->segment, *segment;

	if (old->class != WEIR_HASH_CLASS_BUILD)
		return;
	segment = weir_hash_resized(root, old, weir_hash_fit(root, old->count), NULL);
	if (IS_ERR(segment))
		return;
	weir_hash_hang(place, place->index, segment);
	weir_hash_node_retire(root, old);
}

/* Below an entry. As deep as the tree, which consumes 3 to 6 of 32 bits in each node. */
static void weir_hash_trim_below(struct weir_hash *root, unsigned long *entry)
{
	struct weir_hash_node *node = weir_hash_node(*entry), *below;
	struct weir_hash_place place = { .up = entry, .inner = node };
	unsigned int i;

	if (!weir_hash_own(root, node))
		return;
	if (!node->bits) {
		place.inner = NULL;
		place.segment = node;
		weir_hash_trim_segment(root, &place);
		return;
	}
	for (i = 0; i < 1U << node->bits; i += 1U << weir_hash_span(node, below->depth)) {
		below = weir_hash_node(node->entry[i]);
		if (below->bits) {
			weir_hash_trim_below(root, &node->entry[i]);
		} else if (weir_hash_own(root, below)) {
			place.segment = below;
			place.index = i;
			weir_hash_trim_segment(root, &place);
			below = weir_hash_node(node->entry[i]);
		}
	}
}

/**
 * weir_hash_trim() - Make segments that were built larger than needed smaller.
 * @root: The content.
 */
void weir_hash_trim(struct weir_hash *root)
{
	if (root->built)
		weir_hash_trim_below(root, &root->top);
}

/* As deep as weir_hash_trim_below(). */
static void weir_hash_free_below(struct weir_hash *root, struct weir_hash_node *node, bool all)
{
	struct weir_hash_node *below;
	unsigned int i, span;

	if (!all && !weir_hash_own(root, node))
		return;
	for (i = 0; node->bits && i < 1U << node->bits; i += 1U << span) {
		below = weir_hash_node(node->entry[i]);
		span = weir_hash_span(node, below->depth);
		weir_hash_free_below(root, below, all);
	}
	weir_hash_node_free(root, node);
}

/**
 * weir_hash_tree_free() - Free nodes.
 * @root: The content.
 * @all: All of them, not only those that this version made.
 */
void weir_hash_tree_free(struct weir_hash *root, bool all)
{
	weir_hash_free_below(root, weir_hash_node(root->top), all);
}
