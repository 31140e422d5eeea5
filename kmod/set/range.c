// SPDX-License-Identifier: GPL-2.0
/*
 * The set module range: ranges and networks of one field.
 *
 * Problem: a million networks, of which many contain others; which of them has an
 * address, and which is the most specific one that has it? Elements come and go
 * one by one, each with its own data and timeout, and packets must not notice but
 * by the result.
 *
 * A hash table for each length of prefix asks as often as there are lengths, and
 * knows no ranges. A trie asks a bit or a few at a time, and ranges fall into many
 * prefixes. Flattening all into disjoint segments answers with one binary search,
 * but then an element is many segments, and to take 0.0.0.0/0 away again touches
 * all of them.
 *
 * Here elements are in layers. An element that no other one contains is in layer
 * 0; one that is contained in elements of layer 0 only, in layer 1; and so on:
 *
 *	10.0.0.0/8, 10.1.0.0/16, 10.1.1.0/24, 10.1.0.100-10.1.1.20, 10.2.0.0/16
 *
 *	layer 0   [------------------- 10.0.0.0/8 -------------------]
 *	layer 1     [------- 10.1.0.0/16 -------]  [- 10.2.0.0/16 -]
 *	layer 2        [- .0.100-.1.20 -]
 *	                           [- 10.1.1.0/24 -]
 *
 * In a layer nobody contains another, so those that start later end later as well
 * (they may cross). Hence, of those that start at or before a key, the last one
 * ends last: if it has not the key, none in this layer has. And whoever has the
 * key in layer 2 is contained in somebody in layer 1, who has it too; a search that
 * starts at layer 0 can stop at the first layer that has not.
 *
 * Without data, counters or exceptions layer 0 alone answers: one binary search. With
 * them the most specific element is wanted: of those that have the key the one that
 * starts last, and of those that start there the shortest one. Of networks that is
 * the longest prefix. Each layer's candidate is that one within its layer.
 *
 * An element that is added goes into the first layer where none contains it. Those
 * that it contains there, always a run of neighbours, go one layer down, and drive
 * out a run in turn, and so on. When one is removed, those below it that neither its
 * left nor its right neighbour contains go one layer up, again a run, leaving room
 * for a run below. A run may have half a million elements: layers are trees, see
 * tree.h, and so most of it is a few pointers that move from tree to tree.
 *
 * A lookup costs about log2(n) steps for each layer it asks, which an attacker's
 * packets cannot change; a change costs one path for each layer it concerns. Of numbers
 * of up to 32 bits the first steps in layer 0 are saved: what the highest 8 bits say about
 * the child of the root is written down when a version is finished.
 *
 * Antichains of intervals like these layers, though to other ends, are known from
 * Dilworth's theorem; "nested containment lists" (Alekseyenko and Lee 2007) are a
 * static relative.
 */

#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <weir/set.h>
#include "expired.h"
#include "tree.h"

/* Prefixes nest 129 deep. */
#define WEIR_RANGE_LAYERS	130

/**
 * struct weir_range_top - Where to begin in layer 0, of numbers of up to 32 bits.
 * @tree: The layer, without a root before weir_range_finish() and if there is none.
 * @shift: Leaves the highest 8 bits of a number.
 * @child: For each value of these, the last child of the root that starts at or before
 *   the first such number, or the first child; and at the end the last child.
 */
struct weir_range_top {
	struct weir_tree tree;
	u8 shift;
	u8 child[257];
};

/**
 * struct weir_range_set - A content.
 * @content: What the core sees.
 * @n: Number of layers.
 * @layers: The layers.
 * @forest: Where their trees live.
 * @top: For packets.
 */
struct weir_range_set {
	struct weir_content content;
	u32 n;
	struct weir_tree *layers;
	struct weir_forest forest;
	struct weir_range_top top;
};

/**
 * struct weir_range_run - Elements of a layer that leave it.
 * @from: Before the first one.
 * @to: Behind the last one.
 */
struct weir_range_run {
	struct weir_tree_path from;
	struct weir_tree_path to;
};

static struct weir_set_ops weir_range_ops;

static struct weir_range_set *weir_range_of(const struct weir_content *content)
{
	return container_of(content, struct weir_range_set, content);
}

/*
 * Where a layer's last element is that starts at or before the key, or its first element:
 * the place of its number in a leaf.
 */
static __always_inline const void *
weir_range_candidate(const struct weir_tree *layer, bool ptrs, struct weir_val key,
		     unsigned int width, const struct weir_tree_node **leaf)
{
	*leaf = weir_tree_leaf(layer, key, width);
	return weir_tree_search(weir_tree_nums_at(*leaf, ptrs), (*leaf)->n, key, width);
}

/* Whether an element starts at @from or before, and ends at @to or later; ends are behind. */
static __always_inline bool weir_range_has(const struct weir_tree_node *leaf, const void *at,
					   struct weir_val from, struct weir_val to,
					   unsigned int width)
{
	return weir_tree_reached(at, 0, from, width) &&
	       weir_tree_covers(weir_tree_at(at, leaf->cap, width), 0, to, width);
}

/* Of elements that are only keys: leaves have no pointers, and layer 0 alone answers. */

static __always_inline struct weir_elem *
weir_range_in(const struct weir_tree *layer, struct weir_val key, unsigned int width)
{
	const struct weir_tree_node *leaf;
	const void *at = weir_range_candidate(layer, false, key, width, &leaf);

	return weir_range_has(leaf, at, key, key, width) ? WEIR_ELEM_HIT : NULL;
}

static __always_inline struct weir_elem *
weir_range_any(const struct weir_range_set *range, struct weir_val key, unsigned int width)
{
	return range->n ? weir_range_in(range->layers, key, width) : NULL;
}

/*
 * Whether a layer has the key; @item is its best element that is not expired. One
 * that is hides those before it, which may have the key as well.
 */
static __always_inline bool weir_range_ask(const struct weir_range_set *range,
					   const struct weir_tree *layer, struct weir_val key,
					   unsigned int width, struct weir_tree_item *item)
{
	const struct weir_tree_node *leaf;
	struct weir_val from = key;
	bool has = false;
	const void *at;
	u32 i;

	for (;;) {
		at = weir_range_candidate(layer, true, from, width, &leaf);
		if (!weir_range_has(leaf, at, from, key, width))
			return has;
		has = true;
		i = weir_tree_index(weir_tree_nums_at(leaf, true), at, width);
		item->ptr = weir_tree_ptrs(leaf)[i];
		item->from = weir_tree_num(at, 0, width);
		if (likely(!weir_set_expired(range->content.spec, item->ptr)))
			return true;
		item->ptr = NULL;
		from = item->from;
		if (!from.lo-- && !from.hi--)
			return true;
	}
}

/*
 * All layers in turn. A deeper one wins also where both elements start at the same
 * place: there it is the shorter one.
 */
static __always_inline struct weir_elem *
weir_range_best(const struct weir_range_set *range, struct weir_val key, unsigned int width)
{
	struct weir_tree_item item = {}, best = {};
	u32 i;

	for (i = 0; i < range->n; i++) {
		if (!weir_range_ask(range, &range->layers[i], key, width, &item))
			break;
		if (item.ptr && (!best.ptr || !weir_val_less(item.from, best.from)))
			best = item;
	}
	return best.ptr;
}

static struct weir_val weir_range_key(u64 lo, u64 hi)
{
	return (struct weir_val){ .lo = lo, .hi = hi };
}

static noinline struct weir_elem *weir_range_lookup_wider(const struct weir_content *content,
							  u64 lo, u64 hi)
{
	const struct weir_range_set *range = weir_range_of(content);
	struct weir_val key = weir_range_key(lo, hi);

	if (range->forest.width == 8)
		return range->forest.ptrs ? weir_range_best(range, key, 8) :
					    weir_range_any(range, key, 8);
	return range->forest.ptrs ? weir_range_best(range, key, 16) :
				    weir_range_any(range, key, 16);
}

/* Numbers of up to 32 bits, with more to elements than the key. */
static noinline struct weir_elem *weir_range_lookup_best(const struct weir_content *content,
							 u64 lo, u64 hi)
{
	return weir_range_best(weir_range_of(content), weir_range_key(lo, hi), 4);
}

/* The child of layer 0's root that has the key, mostly without a search. */
static __always_inline struct weir_tree weir_range_child(const struct weir_range_top *top,
							 struct weir_val key)
{
	const u8 *child = &top->child[(u8)((u32)key.lo >> top->shift)];
	const struct weir_tree_node *root = top->tree.root;
	const u32 *nums = weir_tree_nums_at(root, true);
	u32 i = child[0], more = child[1] - i;

	if (unlikely(more))
		i = weir_tree_index(nums, weir_tree_narrow(nums + i, more, key, 4), 4);
	return (struct weir_tree) {
		.root	= weir_tree_ptrs(root)[i],
		.height	= top->tree.height - 1,
	};
}

/*
 * Numbers of up to 32 bits, with elements that are only keys; of contents that are
 * finished.
 */
static noinline struct weir_elem *weir_range_lookup_any(const struct weir_content *content,
							u64 lo, u64 hi)
{
	const struct weir_range_set *range = weir_range_of(content);
	struct weir_tree tree = range->top.tree;
	struct weir_val key = { .lo = lo };

	if (!tree.root)
		return NULL;
	if (tree.height)
		tree = weir_range_child(&range->top, key);
	return weir_range_in(&tree, key, 4);
}

static weir_set_lookup weir_range_lookup_for(const struct weir_set_spec *spec)
{
	if (weir_tree_width(spec->bits[0]) != 4)
		return weir_range_lookup_wider;
	return spec->elems ? weir_range_lookup_best : weir_range_lookup_any;
}

static struct weir_elem *weir_range_lookup(const struct weir_content *content, u64 lo, u64 hi)
{
	const struct weir_range_set *range = weir_range_of(content);

	if (range->forest.width != 4)
		return weir_range_lookup_wider(content, lo, hi);
	return range->forest.ptrs ? weir_range_lookup_best(content, lo, hi) :
				    weir_range_any(range, weir_range_key(lo, hi), 4);
}

static unsigned int weir_range_score(const struct weir_set_spec *spec, u32 count)
{
	return spec->interval && spec->n_fields == 1 && !spec->dynamic ? 100 : 0;
}

static struct weir_range_set *weir_range_alloc(const struct weir_set_spec *spec)
{
	struct weir_range_set *range = kzalloc(sizeof(*range), GFP_KERNEL_ACCOUNT);

	if (range) {
		range->content.ops = &weir_range_ops;
		range->content.spec = spec;
	}
	return range;
}

static struct weir_content *weir_range_create(const struct weir_set_spec *spec)
{
	struct weir_range_set *range = weir_range_alloc(spec);

	if (!range)
		return ERR_PTR(-ENOMEM);
	weir_forest_init(&range->forest, spec->bits[0]);
	range->forest.ends = true;
	range->forest.ptrs = spec->elems;
	return &range->content;
}

/* Room for one layer more. */
static struct weir_tree *weir_range_copy_layers(const struct weir_range_set *range)
{
	struct weir_tree *layers = kmalloc_array(range->n + 1, sizeof(*layers),
						 GFP_KERNEL_ACCOUNT);

	if (layers && range->n)
		memcpy(layers, range->layers, range->n * sizeof(*layers));
	return layers;
}

static struct weir_content *weir_range_fork(struct weir_content *content)
{
	const struct weir_range_set *old = weir_range_of(content);
	struct weir_range_set *range = weir_range_alloc(content->spec);

	if (!range)
		return ERR_PTR(-ENOMEM);
	range->layers = weir_range_copy_layers(old);
	if (!range->layers) {
		kfree(range);
		return ERR_PTR(-ENOMEM);
	}
	range->content.count = old->content.count;
	range->n = old->n;
	weir_forest_fork(&range->forest, &old->forest);
	return &range->content;
}

static void weir_range_free(struct weir_range_set *range)
{
	weir_forest_close(&range->forest);
	kfree(range->layers);
	kfree(range);
}

static void weir_range_free_nodes(struct weir_range_set *range, bool all)
{
	u32 i;

	for (i = 0; i < range->n; i++)
		weir_tree_free(&range->forest, &range->layers[i], all);
}

static void weir_range_commit(struct weir_content *old, struct weir_content *new)
{
	weir_forest_commit(&weir_range_of(new)->forest);
	weir_range_free(weir_range_of(old));
}

static void weir_range_abort(struct weir_content *old, struct weir_content *new)
{
	weir_range_free_nodes(weir_range_of(new), false);
	weir_range_free(weir_range_of(new));
}

static void weir_range_destroy(struct weir_content *content)
{
	weir_range_free_nodes(weir_range_of(content), true);
	weir_range_free(weir_range_of(content));
}

/* Write down where packets begin; a content may be finished again after more changes. */
static void weir_range_make_top(struct weir_range_set *range)
{
	struct weir_range_top *top = &range->top;
	const struct weir_tree_node *root;
	const u32 *nums;
	u32 p, at = 0;

	top->tree = range->n ? range->layers[0] : (struct weir_tree){};
	if (range->forest.width != 4 || !top->tree.height)
		return;
	root = top->tree.root;
	nums = weir_tree_nums_at(root, true);
	top->shift = max_t(u32, range->content.spec->bits[0], 8) - 8;
	for (p = 0; p < ARRAY_SIZE(top->child) - 1; p++) {
		while (at + 1 < root->n && nums[at + 1] <= p << top->shift)
			at++;
		top->child[p] = at;
	}
	top->child[p] = root->n - 1;
}

static void weir_range_finish(struct weir_content *content)
{
	struct weir_range_set *range = weir_range_of(content);
	u32 i;

	for (i = 0; i < range->n; i++)
		weir_tree_finish(&range->forest, &range->layers[i]);
	weir_forest_close(&range->forest);
	weir_range_make_top(range);
}

static size_t weir_range_memory(const struct weir_content *content)
{
	const struct weir_range_set *range = weir_range_of(content);

	return sizeof(*range) + range->n * sizeof(*range->layers) + range->forest.bytes;
}

static struct weir_tree_item weir_range_item(const struct weir_range_set *range, const u8 *from,
					     const u8 *to, struct weir_elem *elem)
{
	unsigned int size = range->content.spec->key_size;

	return (struct weir_tree_item) {
		.from	= weir_key_num(from, size),
		.to	= weir_key_num(to, size),
		.ptr	= elem,
	};
}

/* The item before a place, and the one behind it, without moving the place. */
static bool weir_range_prev(const struct weir_range_set *range, const struct weir_tree *layer,
			    const struct weir_tree_path *path, struct weir_tree_item *item)
{
	struct weir_tree_path there = *path;

	return weir_tree_back(&range->forest, layer, &there, item);
}

static bool weir_range_next(const struct weir_range_set *range, const struct weir_tree *layer,
			    const struct weir_tree_path *path, struct weir_tree_item *item)
{
	struct weir_tree_path there = *path;

	return weir_tree_get(&range->forest, layer, &there, item);
}

/* Go to a layer's first element that starts at @from or later. */
static void weir_range_seek(const struct weir_range_set *range, const struct weir_tree *layer,
			    struct weir_val from, struct weir_tree_path *path)
{
	struct weir_tree_item prev;

	weir_tree_seek(&range->forest, layer, from, path);
	if (weir_range_prev(range, layer, path, &prev) && weir_val_same(prev.from, from))
		weir_tree_back(&range->forest, layer, path, &prev);
}

/*
 * Go down until a layer has nobody who contains @item, and to where it belongs there.
 * Returns whether the last one who did is @item itself; then @path leads to it.
 */
static bool weir_range_descend(const struct weir_range_set *range,
			       const struct weir_tree_item *item, u32 *layer,
			       struct weir_tree_path *path, struct weir_tree_item *found)
{
	const struct weir_tree *tree = range->layers;
	u32 i;

	for (i = 0; i < range->n; i++, tree++) {
		weir_tree_seek(&range->forest, tree, item->from, path);
		if (!weir_range_prev(range, tree, path, found) ||
		    weir_val_less(found->to, item->to))
			break;
		if (weir_val_same(found->from, item->from) && weir_val_same(found->to, item->to)) {
			weir_tree_back(&range->forest, tree, path, found);
			*layer = i;
			return true;
		}
	}
	*layer = i;
	return false;
}

/* A layer without its elements @out, with @item or those between @in of @other instead. */
static void weir_range_swap(struct weir_tree_build *build, const struct weir_tree *layer,
			    const struct weir_range_run *out, const struct weir_tree_item *item,
			    const struct weir_tree *other, const struct weir_range_run *in,
			    struct weir_tree *new)
{
	weir_build_span(build, layer, NULL, &out->from);
	if (item)
		weir_build_item(build, item);
	if (in)
		weir_build_span(build, other, &in->from, &in->to);
	weir_build_span(build, layer, &out->to, NULL);
	weir_build_tree(build, new);
}

/* End a change that makes the layers @new, @n of them. */
static int weir_range_settle(struct weir_range_set *range, struct weir_tree_build *build,
			     struct weir_tree *new, u32 n)
{
	int err = weir_build_end(build);

	if (err) {
		kfree(new);
		return err;
	}
	kfree(range->layers);
	range->layers = new;
	range->n = n;
	return 0;
}

/*
 * What elements from @first to @last drive out of a layer: those that they contain.
 * Returns false if that is nobody; then @run is empty, where they belong.
 */
static bool weir_range_run_below(const struct weir_range_set *range, const struct weir_tree *layer,
				 const struct weir_tree_item *first,
				 const struct weir_tree_item *last, struct weir_range_run *run)
{
	struct weir_tree_item item;

	weir_range_seek(range, layer, first->from, &run->from);
	if (!weir_tree_get(&range->forest, layer, &run->from, &item) ||
	    weir_val_less(last->to, item.to)) {
		run->to = run->from;
		return false;
	}
	weir_tree_seek_end(&range->forest, layer, last->to, &run->to);
	return true;
}

/* Add an element to layer @i, and move those that it contains there down. */
static int weir_range_displace(struct weir_range_set *range, u32 i,
			       const struct weir_tree_item *item)
{
	struct weir_tree *new = weir_range_copy_layers(range);
	struct weir_range_run run[2], *out = &run[0], *in = NULL;
	struct weir_tree_item first = *item, last = *item;
	const struct weir_tree *old = range->layers;
	struct weir_tree_build build;
	u32 n = range->n;
	bool more = true;

	if (!new)
		return -ENOMEM;
	weir_build_start(&build, &range->forest);
	for (; more && i < range->n; i++) {
		more = weir_range_run_below(range, &old[i], &first, &last, out);
		weir_range_swap(&build, &old[i], out, in ? NULL : item, &old[i - !!in], in,
				&new[i]);
		if (more) {
			weir_range_next(range, &old[i], &out->from, &first);
			weir_range_prev(range, &old[i], &out->to, &last);
		}
		in = out;
		out = &run[in == &run[0]];
	}
	if (more) {
		if (n == WEIR_RANGE_LAYERS)
			build.err = -E2BIG;
		if (in)
			weir_build_span(&build, &old[n - 1], &in->from, &in->to);
		else
			weir_build_item(&build, item);
		weir_build_tree(&build, &new[n++]);
	}
	return weir_range_settle(range, &build, new, n);
}

static int weir_range_insert(struct weir_content *content, const u8 *from, const u8 *to,
			     struct weir_elem *elem)
{
	struct weir_range_set *range = weir_range_of(content);
	struct weir_tree_item item = weir_range_item(range, from, to, elem);
	struct weir_tree_item prev, next;
	struct weir_tree_path path;
	struct weir_tree *layer;
	bool contains;
	u32 i;
	int err;

	if (weir_range_descend(range, &item, &i, &path, &prev))
		return -EEXIST;

	layer = &range->layers[i];
	contains = i == range->n ||
		   (weir_range_prev(range, layer, &path, &prev) &&
		    weir_val_same(prev.from, item.from)) ||
		   (weir_range_next(range, layer, &path, &next) &&
		    !weir_val_less(item.to, next.to));
	if (contains)
		err = weir_range_displace(range, i, &item);
	else
		err = weir_tree_insert(&range->forest, layer, &path, &item);
	if (!err)
		content->count++;
	return err;
}

/*
 * What goes up from a layer if @out leaves the layer above it: those who are not in
 * one of the neighbours of @out. Returns false if that is nobody.
 */
static bool weir_range_run_up(const struct weir_range_set *range, const struct weir_tree *layer,
			      const struct weir_range_run *out, struct weir_range_run *run)
{
	const struct weir_tree *below = layer + 1;
	struct weir_tree_item prev, next, item;
	bool has_next = weir_range_next(range, layer, &out->to, &next);

	if (below == range->layers + range->n)
		return false;
	if (weir_range_prev(range, layer, &out->from, &prev))
		weir_tree_seek_end(&range->forest, below, prev.to, &run->from);
	else
		weir_tree_first(below, &run->from);
	if (!weir_tree_get(&range->forest, below, &run->from, &item) ||
	    (has_next && !weir_val_less(item.from, next.from)))
		return false;
	if (has_next)
		weir_range_seek(range, below, next.from, &run->to);
	else
		weir_tree_last(below, &run->to);
	return true;
}

/* Remove the run @out of layer @i, and move up what it alone contains. */
static int weir_range_promote(struct weir_range_set *range, u32 i, struct weir_range_run *out)
{
	struct weir_tree *new = weir_range_copy_layers(range);
	const struct weir_tree *old = range->layers;
	struct weir_tree_build build;
	struct weir_range_run in;
	u32 n = range->n;
	bool more;

	if (!new)
		return -ENOMEM;
	weir_build_start(&build, &range->forest);
	do {
		more = weir_range_run_up(range, &old[i], out, &in);
		weir_range_swap(&build, &old[i], out, NULL, &old[i + 1], more ? &in : NULL,
				&new[i]);
		*out = in;
		i++;
	} while (more);
	/* Only the last layer can have become empty. */
	if (!build.err && i == n && !new[n - 1].root)
		n--;
	return weir_range_settle(range, &build, new, n);
}

static struct weir_elem *weir_range_remove(struct weir_content *content, const u8 *from,
					   const u8 *to, struct weir_elem *elem)
{
	struct weir_range_set *range = weir_range_of(content);
	struct weir_tree_item item = weir_range_item(range, from, to, NULL);
	struct weir_range_run out, in;
	struct weir_tree_item found;
	int err;
	u32 i;

	if (!weir_range_descend(range, &item, &i, &out.from, &found))
		return NULL;

	out.to = out.from;
	out.to.at[0]++;
	if (weir_range_run_up(range, &range->layers[i], &out, &in)) {
		err = weir_range_promote(range, i, &out);
	} else {
		err = weir_tree_remove(&range->forest, &range->layers[i], &out.from);
		if (!err && !range->layers[i].root)
			range->n--;
	}
	if (err)
		return ERR_PTR(err);
	content->count--;
	return range->forest.ptrs ? found.ptr : WEIR_ELEM_HIT;
}

static struct weir_elem *weir_range_replace(struct weir_content *content, const u8 *from,
					    const u8 *to, struct weir_elem *elem)
{
	struct weir_range_set *range = weir_range_of(content);
	struct weir_tree_item item = weir_range_item(range, from, to, NULL);
	struct weir_tree_item found;
	struct weir_tree_path path;
	int err;
	u32 i;

	if (!weir_range_descend(range, &item, &i, &path, &found))
		return NULL;
	if (!range->forest.ptrs)
		return WEIR_ELEM_HIT;

	err = weir_tree_own(&range->forest, &range->layers[i], &path, path.node[0]->n);
	if (err)
		return ERR_PTR(err);
	weir_tree_ptrs(path.node[0])[path.at[0]] = elem;
	return found.ptr;
}

static struct weir_elem *weir_range_find(const struct weir_content *content, const u8 *from,
					 const u8 *to)
{
	const struct weir_range_set *range = weir_range_of(content);
	struct weir_tree_item item = weir_range_item(range, from, to, NULL);
	struct weir_tree_item found;
	struct weir_tree_path path;
	u32 i;

	if (!weir_range_descend(range, &item, &i, &path, &found))
		return NULL;
	return range->forest.ptrs ? found.ptr : WEIR_ELEM_HIT;
}

/* @pos: the layer, and a mark in its tree. */
static int weir_range_walk(const struct weir_content *content, struct weir_set_pos *pos,
			   weir_set_visit visit, void *data)
{
	const struct weir_range_set *range = weir_range_of(content);
	unsigned int size = content->spec->key_size;
	u8 from[sizeof(struct weir_val)], to[sizeof(struct weir_val)];
	struct weir_tree_item item;
	struct weir_tree_path path;
	const struct weir_tree *layer;
	int err;

	for (; pos->at[0] < range->n; pos->at[0]++, pos->at[1] = 0) {
		layer = &range->layers[pos->at[0]];
		weir_tree_goto(layer, pos->at[1], &path);
		for (; weir_tree_get(&range->forest, layer, &path, &item); path.at[0]++) {
			weir_num_key(item.from, from, size);
			weir_num_key(item.to, to, size);
			err = visit(data, from, to,
				    range->forest.ptrs ? item.ptr : WEIR_ELEM_HIT);
			if (err) {
				pos->at[1] = weir_tree_mark(&path);
				return err;
			}
		}
	}
	return 0;
}

static struct weir_set_ops weir_range_ops = {
	.plugin = {
		.name		= "range",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
	},
	.score		= weir_range_score,
	.create		= weir_range_create,
	.fork		= weir_range_fork,
	.insert		= weir_range_insert,
	.remove		= weir_range_remove,
	.replace	= weir_range_replace,
	.find		= weir_range_find,
	.walk		= weir_range_walk,
	.finish		= weir_range_finish,
	.commit		= weir_range_commit,
	.abort		= weir_range_abort,
	.destroy	= weir_range_destroy,
	.memory		= weir_range_memory,
	.lookup		= weir_range_lookup,
	.lookup_for	= weir_range_lookup_for,
};

static int __init weir_range_module_init(void)
{
	return weir_register_set(&weir_range_ops);
}

static void __exit weir_range_module_exit(void)
{
	weir_unregister_set(&weir_range_ops);
}

module_init(weir_range_module_init);
module_exit(weir_range_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir set range: ranges and networks");
MODULE_ALIAS_WEIR("set", "range");
