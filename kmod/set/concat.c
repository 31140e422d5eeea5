// SPDX-License-Identifier: GPL-2.0
/*
 * The set module concat: elements of several fields, each of them a range.
 *
 * Problem: elements such as "10.0.0.0/8 . 1000-2000" and "10.1.0.0/16 . 80"; which
 * of them have the key "10.1.2.3 . 80"? A hash table needs to know which bits of a
 * key to look at, and those differ from element to element.
 *
 * Tuple space search: each field of an element has a length, that of the longest
 * prefix that covers its range. "10.1.0.0/16 . 80" has the lengths (16, 16), and
 * "10.0.0.0/8 . 1000-2000" has (8, 5), for 1000 = 00000 011.. and 2000 = 00000 111..
 * differ in their sixth bit. Elements of the same lengths, a tuple, are in a table
 * of their own, by a hash of the bits that the lengths leave. A lookup asks each
 * tuple with one hash, and looks at the whole ranges of what it finds there.
 *
 * What it costs is the number of tuples, so lengths are rounded down to multiples of
 * 8: lengths of 24 to 31 share a tuple. But then elements that differ only behind
 * the 24th bit are in one group, and that should not be long either. If it has 16
 * already, the next one goes into a tuple of lengths rounded to multiples of 4, then
 * of 2, then into its exact one. An example with networks, and the port 80:
 *
 *	10.1.0.0/24 to 10.1.9.0/24	tuple (24, 16), groups of one
 *	10.1.0.0/28 to 10.1.0.240/28	tuple (24, 16), in the group of 10.1.0.0/24
 *	others within 10.1.0.0/24	tuple (28, 16), or (26, 16)
 *
 * There are at most 64 tuples. The last ones are kept for coarser lengths, and in the
 * end for no bits at all, so that every element finds a place; a set whose lengths
 * vary that much in all fields is slow, but correct. Elements of one tuple that have
 * the same bits (many ranges of ports for one network) are a group that is searched
 * one by one, the most specific first.
 *
 * The most specific element is the one whose first field is; of those with the same
 * range there, the one whose second field is, and so on. Of two ranges that have a
 * value the one that starts last is more specific, and of those that start at the
 * same place the shorter one; of networks this is the longer prefix.
 *
 * The table of a tuple is a tree whose numbers are hashes, see tree.h, because that
 * gives persistence; the pointer of an item is an element, or a group of them. The
 * hash is keyed, although it is elements that an administrator adds and not packets
 * who would have to collide.
 *
 * Sources: Srinivasan, Suri and Varghese, "Packet classification using tuple space
 * search", SIGCOMM 1999; Daly et al., "TupleMerge: fast software packet processing
 * for online packet classification", 2019, for sharing tuples as long as groups are
 * short.
 */

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <weir/set.h>
#include "expired.h"
#include "tree.h"

/* Elements with the same bits, before a finer tuple is tried. */
#define WEIR_CONCAT_GROUP	16
/* Most tuples. */
#define WEIR_CONCAT_TUPLES	64

/**
 * struct weir_concat_tuple - Elements of the same lengths.
 * @tree: By hash.
 * @length: Of each field, rounded.
 * @mask: The bits that are hashed.
 */
struct weir_concat_tuple {
	struct weir_tree tree;
	u8 length[WEIR_FIELDS_MAX];
	struct weir_val mask[WEIR_FIELDS_MAX];
};

/**
 * struct weir_concat - A content.
 * @content: What the core sees.
 * @seed: Key of the hash.
 * @n: Number of tuples.
 * @tuples: The tuples.
 * @forest: Where their trees live.
 */
struct weir_concat {
	struct weir_content content;
	u64 seed;
	u32 n;
	struct weir_concat_tuple *tuples;
	struct weir_forest forest;
};

/**
 * struct weir_concat_key - A key, or an element, on its way.
 * @from: Each field as a number.
 * @to: Of an element, the end.
 * @length: Of an element, the length of each field.
 */
struct weir_concat_key {
	struct weir_val from[WEIR_FIELDS_MAX];
	struct weir_val to[WEIR_FIELDS_MAX];
	u8 length[WEIR_FIELDS_MAX];
};

/**
 * struct weir_concat_place - Where an element is or would be.
 * @tuple: The tuple.
 * @path: In its tree.
 * @hash: The number of the item there.
 * @elems: The elements that the item has, NULL without an item.
 * @n: How many.
 * @at: Which of them; where it would be, if it is not there.
 */
struct weir_concat_place {
	struct weir_concat_tuple *tuple;
	struct weir_tree_path path;
	struct weir_val hash;
	struct weir_elem **elems;
	u32 n;
	u32 at;
};

/*
 * How lengths are rounded, and as long as there are how many tuples a new one is made
 * for that. First from coarse to fine, while groups are too long; then, if there are
 * enough tuples, from fine to coarse.
 */
static const struct {
	u8 step;
	u8 tuples;
} weir_concat_steps[] = {
	{ 8, 48 }, { 4, 48 }, { 2, 48 }, { 1, 48 },
	{ 16, 56 }, { 32, 60 }, { 64, 63 }, { 255, WEIR_CONCAT_TUPLES },
};

/* The finest of the first ones. */
#define WEIR_CONCAT_EXACT	3

static struct weir_set_ops weir_concat_ops;

static struct weir_concat *weir_concat_of(const struct weir_content *content)
{
	return container_of(content, struct weir_concat, content);
}

static __always_inline struct weir_val weir_concat_num(const u8 *field, unsigned int size)
{
	struct weir_val val = {};

	__be64 be[2];
	__be32 be32;
	__be16 be16;

	switch (size) {
	case 1:
		val.lo = field[0];
		return val;
	case 2:
		memcpy(&be16, field, sizeof(be16));
		val.lo = be16_to_cpu(be16);
		return val;
	case 4:
		memcpy(&be32, field, sizeof(be32));
		val.lo = be32_to_cpu(be32);
		return val;
	case 16:
		memcpy(be, field, sizeof(be));
		val.hi = be64_to_cpu(be[0]);
		val.lo = be64_to_cpu(be[1]);
		return val;
	default:
		return weir_key_num(field, size);
	}
}

static __always_inline void weir_concat_nums(const struct weir_set_spec *spec, const u8 *key,
					     struct weir_val *nums)
{
	int i;

	for (i = 0; i < spec->n_fields; i++)
		nums[i] = weir_concat_num(key + spec->offset[i], spec->size[i]);
}

static __always_inline u64 weir_concat_mix(u64 hash, u64 num)
{
	hash = (hash ^ num) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

static __always_inline struct weir_val
weir_concat_hash(const struct weir_concat *concat, const struct weir_concat_tuple *tuple,
		 const struct weir_val *nums)
{
	const struct weir_set_spec *spec = concat->content.spec;
	struct weir_val hash = { .lo = concat->seed };
	int i;

	for (i = 0; i < spec->n_fields; i++) {
		hash.lo = weir_concat_mix(hash.lo, nums[i].lo & tuple->mask[i].lo);
		if (spec->bits[i] > 64)
			hash.lo = weir_concat_mix(hash.lo, nums[i].hi & tuple->mask[i].hi);
	}
	return hash;
}

static __always_inline bool weir_concat_has(const struct weir_set_spec *spec,
					    const struct weir_elem *elem,
					    const struct weir_val *nums)
{
	const u8 *from = weir_elem_key(spec, elem);
	const u8 *to = weir_elem_to(spec, elem);
	int i;

	for (i = 0; i < spec->n_fields; i++) {
		u8 offset = spec->offset[i], size = spec->size[i];

		if (weir_val_less(nums[i], weir_concat_num(from + offset, size)) ||
		    weir_val_less(weir_concat_num(to + offset, size), nums[i]))
			return false;
	}
	return true;
}

/*
 * Which of two elements is more specific, if both have a key: the first one, if the
 * result is negative. 0 for the same ranges. This order is one for elements that have
 * no key in common as well.
 */
static int weir_concat_compare(const struct weir_set_spec *spec, const u8 *from, const u8 *to,
			       const struct weir_elem *elem)
{
	const u8 *other_from = weir_elem_key(spec, elem);
	const u8 *other_to = weir_elem_to(spec, elem);
	int i, diff;

	for (i = 0; i < spec->n_fields; i++) {
		u8 offset = spec->offset[i], size = spec->size[i];

		diff = memcmp(other_from + offset, from + offset, size) ?:
		       memcmp(to + offset, other_to + offset, size);
		if (diff)
			return diff;
	}
	return 0;
}

/* The elements that an item's pointer stands for. */
static __always_inline struct weir_elem **weir_concat_elems(void **ptr, u32 *n)
{
	struct weir_tree_node *group;

	if (!weir_tree_is_group(*ptr)) {
		*n = 1;
		return (struct weir_elem **)ptr;
	}
	group = weir_tree_group_of(*ptr);
	*n = group->n;
	return (struct weir_elem **)weir_tree_ptrs(group);
}

/* The most specific element of a tuple that has the key. */
static __always_inline struct weir_elem *
weir_concat_ask(const struct weir_concat *concat, const struct weir_concat_tuple *tuple,
		const struct weir_val *nums)
{
	const struct weir_set_spec *spec = concat->content.spec;
	struct weir_val hash = weir_concat_hash(concat, tuple, nums);
	const struct weir_tree_node *leaf = weir_tree_leaf(&tuple->tree, hash, 8);
	const u64 *hashes = weir_tree_nums(&concat->forest, leaf, 0);
	const u64 *at = weir_tree_search(hashes, leaf->n, hash, 8);
	struct weir_elem **elems;
	u32 i, n;

	if (*at != hash.lo)
		return NULL;
	elems = weir_concat_elems(weir_tree_ptrs(leaf) + (at - hashes), &n);
	for (i = 0; i < n; i++)
		if (weir_concat_has(spec, elems[i], nums) && !weir_set_expired(spec, elems[i]))
			return elems[i];
	return NULL;
}

static struct weir_elem *weir_concat_lookup(const struct weir_content *content, const u8 *key)
{
	const struct weir_concat *concat = weir_concat_of(content);
	const struct weir_set_spec *spec = content->spec;
	struct weir_val nums[WEIR_FIELDS_MAX];
	struct weir_elem *elem, *best = NULL;
	u32 i;

	weir_concat_nums(spec, key, nums);
	for (i = 0; i < concat->n; i++) {
		elem = weir_concat_ask(concat, &concat->tuples[i], nums);
		if (elem && (!best || weir_concat_compare(spec, weir_elem_key(spec, elem),
							  weir_elem_to(spec, elem), best) < 0))
			best = elem;
	}
	return best;
}

static unsigned int weir_concat_score(const struct weir_set_spec *spec, u32 count)
{
	return spec->interval && spec->elems && spec->n_fields > 1 && !spec->dynamic ? 100 : 0;
}

static struct weir_concat *weir_concat_alloc(const struct weir_set_spec *spec)
{
	struct weir_concat *concat = kzalloc(sizeof(*concat), GFP_KERNEL_ACCOUNT);

	if (concat) {
		concat->content.ops = &weir_concat_ops;
		concat->content.spec = spec;
	}
	return concat;
}

static struct weir_content *weir_concat_create(const struct weir_set_spec *spec)
{
	struct weir_concat *concat = weir_concat_alloc(spec);

	if (!concat)
		return ERR_PTR(-ENOMEM);
	get_random_bytes(&concat->seed, sizeof(concat->seed));
	weir_forest_init(&concat->forest, 64);
	concat->forest.ptrs = true;
	concat->forest.groups = true;
	return &concat->content;
}

/* Room for one more. */
static struct weir_concat_tuple *weir_concat_copy_tuples(const struct weir_concat *concat)
{
	struct weir_concat_tuple *tuples = kmalloc_array(concat->n + 1, sizeof(*tuples),
							  GFP_KERNEL_ACCOUNT);

	if (tuples && concat->n)
		memcpy(tuples, concat->tuples, concat->n * sizeof(*tuples));
	return tuples;
}

static struct weir_content *weir_concat_fork(struct weir_content *content)
{
	const struct weir_concat *old = weir_concat_of(content);
	struct weir_concat *concat = weir_concat_alloc(content->spec);

	if (!concat)
		return ERR_PTR(-ENOMEM);
	concat->tuples = weir_concat_copy_tuples(old);
	if (!concat->tuples) {
		kfree(concat);
		return ERR_PTR(-ENOMEM);
	}
	concat->content.count = content->count;
	concat->seed = old->seed;
	concat->n = old->n;
	weir_forest_fork(&concat->forest, &old->forest);
	return &concat->content;
}

static void weir_concat_free(struct weir_concat *concat)
{
	weir_forest_close(&concat->forest);
	kfree(concat->tuples);
	kfree(concat);
}

static void weir_concat_free_nodes(struct weir_concat *concat, bool all)
{
	u32 i;

	for (i = 0; i < concat->n; i++)
		weir_tree_free(&concat->forest, &concat->tuples[i].tree, all);
}

static void weir_concat_commit(struct weir_content *old, struct weir_content *new)
{
	weir_forest_commit(&weir_concat_of(new)->forest);
	weir_concat_free(weir_concat_of(old));
}

static void weir_concat_abort(struct weir_content *old, struct weir_content *new)
{
	weir_concat_free_nodes(weir_concat_of(new), false);
	weir_concat_free(weir_concat_of(new));
}

static void weir_concat_destroy(struct weir_content *content)
{
	weir_concat_free_nodes(weir_concat_of(content), true);
	weir_concat_free(weir_concat_of(content));
}

static void weir_concat_finish(struct weir_content *content)
{
	struct weir_concat *concat = weir_concat_of(content);
	u32 i;

	for (i = 0; i < concat->n; i++)
		weir_tree_finish(&concat->forest, &concat->tuples[i].tree);
	weir_forest_close(&concat->forest);
}

static size_t weir_concat_memory(const struct weir_content *content)
{
	const struct weir_concat *concat = weir_concat_of(content);

	return sizeof(*concat) + concat->n * sizeof(*concat->tuples) + concat->forest.bytes;
}

/* Of the longest prefix that covers a range. */
static unsigned int weir_concat_length(struct weir_val from, struct weir_val to,
				       unsigned int bits)
{
	if (from.hi != to.hi)
		return bits - 64 - fls64(from.hi ^ to.hi);
	return bits - fls64(from.lo ^ to.lo);
}

/* A number of @bits bits, of which the first @length are set. */
static struct weir_val weir_concat_mask(unsigned int bits, unsigned int length)
{
	struct weir_val mask = {};
	unsigned int i;

	for (i = bits - length; i < bits; i++) {
		if (i < 64)
			mask.lo |= 1ULL << i;
		else
			mask.hi |= 1ULL << (i - 64);
	}
	return mask;
}

static void weir_concat_key(const struct weir_set_spec *spec, const u8 *from, const u8 *to,
			    struct weir_concat_key *key)
{
	int i;

	weir_concat_nums(spec, from, key->from);
	weir_concat_nums(spec, to, key->to);
	for (i = 0; i < spec->n_fields; i++)
		key->length[i] = weir_concat_length(key->from[i], key->to[i], spec->bits[i]);
}

/* The tuple of an element whose lengths are rounded like that, or NULL. */
static struct weir_concat_tuple *weir_concat_tuple(const struct weir_concat *concat,
						   const struct weir_concat_key *key, u8 step)
{
	struct weir_concat_tuple *tuple;
	u32 i;
	int k;

	for (i = 0; i < concat->n; i++) {
		tuple = &concat->tuples[i];
		for (k = 0; k < concat->content.spec->n_fields; k++)
			if (tuple->length[k] != key->length[k] / step * step)
				break;
		if (k == concat->content.spec->n_fields)
			return tuple;
	}
	return NULL;
}

/* Go to the item of an element in its tuple. */
static void weir_concat_seek(const struct weir_concat *concat,
			     const struct weir_concat_key *key,
			     struct weir_concat_place *place)
{
	const struct weir_tree *tree = &place->tuple->tree;
	struct weir_tree_path before;
	struct weir_tree_item item;

	place->hash = weir_concat_hash(concat, place->tuple, key->from);
	place->elems = NULL;
	place->n = 0;
	place->at = 0;
	if (!tree->root)
		return;
	weir_tree_seek(&concat->forest, tree, place->hash, &place->path);
	before = place->path;
	if (weir_tree_back(&concat->forest, tree, &before, &item) &&
	    weir_val_same(item.from, place->hash)) {
		place->path = before;
		place->elems = weir_concat_elems(weir_tree_ptrs(before.node[0]) + before.at[0],
						 &place->n);
	}
}

/* Whether the element itself is in its tuple. */
static bool weir_concat_is_at(const struct weir_set_spec *spec, const u8 *from, const u8 *to,
			      struct weir_concat_place *place)
{
	u32 low = 0, high = place->n, mid;
	int diff;

	while (low < high) {
		mid = low + (high - low) / 2;
		diff = weir_concat_compare(spec, from, to, place->elems[mid]);
		if (!diff) {
			place->at = mid;
			return true;
		}
		if (diff < 0)
			high = mid;
		else
			low = mid + 1;
	}
	place->at = low;
	return false;
}

/* Look for an element in all tuples in which it can be. */
static bool weir_concat_locate(const struct weir_concat *concat, const u8 *from, const u8 *to,
			       const struct weir_concat_key *key,
			       struct weir_concat_place *place)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(weir_concat_steps); i++) {
		place->tuple = weir_concat_tuple(concat, key, weir_concat_steps[i].step);
		if (!place->tuple)
			continue;
		weir_concat_seek(concat, key, place);
		if (weir_concat_is_at(concat->content.spec, from, to, place))
			return true;
	}
	return false;
}

/* Make a tuple for the element, which is not counted yet. */
static struct weir_concat_tuple *weir_concat_new_tuple(struct weir_concat *concat,
						       const struct weir_concat_key *key,
						       u8 step)
{
	const struct weir_set_spec *spec = concat->content.spec;
	struct weir_concat_tuple *tuples = weir_concat_copy_tuples(concat);
	struct weir_concat_tuple *tuple;
	int i;

	if (!tuples)
		return NULL;
	kfree(concat->tuples);
	concat->tuples = tuples;
	tuple = &tuples[concat->n];
	memset(tuple, 0, sizeof(*tuple));
	for (i = 0; i < spec->n_fields; i++) {
		tuple->length[i] = key->length[i] / step * step;
		tuple->mask[i] = weir_concat_mask(spec->bits[i], tuple->length[i]);
	}
	return tuple;
}

/* Choose the tuple of a new element. */
static int weir_concat_choose(struct weir_concat *concat, const struct weir_concat_key *key,
			      struct weir_concat_place *place)
{
	struct weir_concat_tuple *crowded = NULL;
	int i;

	for (i = 0; i < ARRAY_SIZE(weir_concat_steps); i++) {
		u8 step = weir_concat_steps[i].step;

		place->tuple = weir_concat_tuple(concat, key, step);
		if (place->tuple) {
			weir_concat_seek(concat, key, place);
			if (place->n < WEIR_CONCAT_GROUP)
				return 0;
			crowded = place->tuple;
		} else if (concat->n < weir_concat_steps[i].tuples) {
			place->tuple = weir_concat_new_tuple(concat, key, step);
			if (!place->tuple)
				return -ENOMEM;
			weir_concat_seek(concat, key, place);
			return 0;
		}
		if (i >= WEIR_CONCAT_EXACT && crowded)
			break;
	}
	place->tuple = crowded;
	weir_concat_seek(concat, key, place);
	return 0;
}

/* Let the item at a place stand for @n elements: what @ptr means. */
static int weir_concat_set_item(struct weir_concat *concat, struct weir_concat_place *place,
				void *ptr)
{
	struct weir_tree_node *leaf;
	void **slot;
	int err;

	err = weir_tree_own(&concat->forest, &place->tuple->tree, &place->path,
			    place->path.node[0]->n);
	if (err)
		return err;
	leaf = place->path.node[0];
	slot = weir_tree_ptrs(leaf) + place->path.at[0];
	if (weir_tree_is_group(*slot))
		weir_tree_group_drop(&concat->forest, weir_tree_group_of(*slot));
	*slot = ptr;
	return 0;
}

/*
 * Let the item at a place stand for the elements that it had, with @elem instead of
 * those @out of them that begin with @place->at; NULL for nothing instead.
 */
static int weir_concat_change(struct weir_concat *concat, struct weir_concat_place *place,
			      u32 out, struct weir_elem *elem)
{
	u32 n = place->n - out + !!elem, at = place->at;
	struct weir_tree_node *group;
	struct weir_elem **elems;
	int err;

	if (n == 1)
		return weir_concat_set_item(concat, place,
					    elem ?: place->elems[at ? 0 : out]);

	group = weir_tree_group(&concat->forest, n);
	if (!group)
		return -ENOMEM;
	elems = (struct weir_elem **)weir_tree_ptrs(group);
	memcpy(elems, place->elems, at * sizeof(*elems));
	if (elem)
		elems[at] = elem;
	memcpy(elems + at + !!elem, place->elems + at + out,
	       (place->n - at - out) * sizeof(*elems));
	err = weir_concat_set_item(concat, place, weir_tree_group_ptr(group));
	if (err)
		weir_tree_group_drop(&concat->forest, group);
	return err;
}

static int weir_concat_insert(struct weir_content *content, const u8 *from, const u8 *to,
			      struct weir_elem *elem)
{
	struct weir_concat *concat = weir_concat_of(content);
	struct weir_concat_place place;
	struct weir_concat_key key;
	int err;

	weir_concat_key(content->spec, from, to, &key);
	if (weir_concat_locate(concat, from, to, &key, &place))
		return -EEXIST;

	err = weir_concat_choose(concat, &key, &place);
	if (err)
		return err;
	if (place.elems) {
		weir_concat_is_at(content->spec, from, to, &place);
		err = weir_concat_change(concat, &place, 0, elem);
	} else {
		struct weir_tree_item item = { .from = place.hash, .ptr = elem };

		err = weir_tree_insert(&concat->forest, &place.tuple->tree, &place.path, &item);
	}
	if (err)
		return err;
	if (place.tuple == &concat->tuples[concat->n])
		concat->n++;
	content->count++;
	return 0;
}

static struct weir_elem *weir_concat_remove(struct weir_content *content, const u8 *from,
					    const u8 *to, struct weir_elem *elem)
{
	struct weir_concat *concat = weir_concat_of(content);
	struct weir_concat_place place;
	struct weir_concat_key key;
	int err;

	weir_concat_key(content->spec, from, to, &key);
	if (!weir_concat_locate(concat, from, to, &key, &place))
		return NULL;

	elem = place.elems[place.at];
	if (place.n > 1)
		err = weir_concat_change(concat, &place, 1, NULL);
	else
		err = weir_tree_remove(&concat->forest, &place.tuple->tree, &place.path);
	if (err)
		return ERR_PTR(err);
	if (!place.tuple->tree.root)
		*place.tuple = concat->tuples[--concat->n];
	content->count--;
	return elem;
}

static struct weir_elem *weir_concat_replace(struct weir_content *content, const u8 *from,
					     const u8 *to, struct weir_elem *elem)
{
	struct weir_concat *concat = weir_concat_of(content);
	struct weir_concat_place place;
	struct weir_concat_key key;
	struct weir_elem *old;
	int err;

	weir_concat_key(content->spec, from, to, &key);
	if (!weir_concat_locate(concat, from, to, &key, &place))
		return NULL;

	old = place.elems[place.at];
	err = weir_concat_change(concat, &place, 1, elem);
	return err ? ERR_PTR(err) : old;
}

static struct weir_elem *weir_concat_find(const struct weir_content *content, const u8 *from,
					  const u8 *to)
{
	const struct weir_concat *concat = weir_concat_of(content);
	struct weir_concat_place place;
	struct weir_concat_key key;

	weir_concat_key(content->spec, from, to, &key);
	if (!weir_concat_locate(concat, from, to, &key, &place))
		return NULL;
	return place.elems[place.at];
}

/* @pos: the tuple and, in its upper half, the place in a group; and a mark in its tree. */
static int weir_concat_walk(const struct weir_content *content, struct weir_set_pos *pos,
			    weir_set_visit visit, void *data)
{
	const struct weir_concat *concat = weir_concat_of(content);
	const struct weir_set_spec *spec = content->spec;
	u32 i = pos->at[0], k = pos->at[0] >> 32, n;
	struct weir_tree_item item;
	struct weir_tree_path path;
	struct weir_elem **elems;
	const struct weir_tree *tree;
	int err;

	for (; i < concat->n; i++, pos->at[1] = 0) {
		tree = &concat->tuples[i].tree;
		weir_tree_goto(tree, pos->at[1], &path);
		for (; weir_tree_get(&concat->forest, tree, &path, &item); path.at[0]++, k = 0) {
			elems = weir_concat_elems(&item.ptr, &n);
			for (; k < n; k++) {
				err = visit(data, weir_elem_key(spec, elems[k]),
					    weir_elem_to(spec, elems[k]), elems[k]);
				if (err) {
					pos->at[0] = (u64)k << 32 | i;
					pos->at[1] = weir_tree_mark(&path);
					return err;
				}
			}
		}
	}
	pos->at[0] = i;
	return 0;
}

static struct weir_set_ops weir_concat_ops = {
	.plugin = {
		.name		= "concat",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
	},
	.score		= weir_concat_score,
	.create		= weir_concat_create,
	.fork		= weir_concat_fork,
	.insert		= weir_concat_insert,
	.remove		= weir_concat_remove,
	.replace	= weir_concat_replace,
	.find		= weir_concat_find,
	.walk		= weir_concat_walk,
	.finish		= weir_concat_finish,
	.commit		= weir_concat_commit,
	.abort		= weir_concat_abort,
	.destroy	= weir_concat_destroy,
	.memory		= weir_concat_memory,
	.lookup_wide	= weir_concat_lookup,
};

static int __init weir_concat_module_init(void)
{
	return weir_register_set(&weir_concat_ops);
}

static void __exit weir_concat_module_exit(void)
{
	weir_unregister_set(&weir_concat_ops);
}

module_init(weir_concat_module_init);
module_exit(weir_concat_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir set concat: tuples of ranges");
MODULE_ALIAS_WEIR("set", "concat");
