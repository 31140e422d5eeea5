// SPDX-License-Identifier: GPL-2.0
/*
 * The set hash: exact keys, from one to many millions.
 *
 * The problem. A million addresses of 4 bytes should take little more than the 4
 * bytes each; a packet should find out with two or three cache misses whether one
 * of them is its own; adding one must not copy or rehash the others, neither to
 * give the transaction a version of its own nor when the set grows; and whoever
 * chooses the keys must not be able to make any of that slow.
 *
 * The structure. Keys are hashed to 64 bits. The set is a tree over the upper bits,
 * whose leaves, the segments, are small hash tables over the lower bits:
 *
 *   root --> inner node, 3 to 6 bits of the hash
 *             000 -----> segment A, all hashes of 0....
 *             001 -----'
 *             010 -----'
 *             011 -----'
 *             100 -----> segment B, 100...		segment: a header and
 *             101 -----> segment C, 101...		1 to 31 lines of 64 bytes,
 *             110 -----> inner node, the bits behind	made of buckets
 *             111 -----> segment D, 111...
 *
 * An inner node is a directory of extendible hashing: entries share a segment until
 * it is split. When A is full it is replaced by a larger one; when it has 31 lines,
 * by two halves, for 00... and 01...; when it has one entry only, the directory is
 * doubled first, up to 64 entries, and then an inner node goes in between. Each step
 * touches 2 KB or so, however large the set is. The upper limit of 31 lines is what a
 * transaction that adds one element has to copy, beside a node of 64 entries for each
 * level of the tree; there are two levels up to a million addresses.
 *
 * An example. 10.0.0.1 is the number 0x0a000001; say that it has the hash
 * 0xa0c4...80000000.... The bits 101 lead to C. Say C has 20 lines, 40 buckets of 8
 * keys: the lower half of the hash, as a fraction of 2^32, says 1/2, so bucket 20 is
 * its first. If that is full, the last 16 bits choose another one, its second, and
 * the header of C notes that bucket 20 overflows. If both are full, one of the keys
 * in them moves to its other bucket. A lookup compares the 8 keys of bucket 20, and
 * looks no further unless the header says so.
 *
 * Where a key of at most 16 bytes is all there is to an element, the keys themselves
 * are in the buckets, and a slot of zeroes is empty; whether the key 0 is there, the
 * root says. Otherwise a bucket has 5 pointers, each with 32 bits of the hash, so
 * that hardly ever an element is looked at that is not the one.
 *
 * Versions. A node bears the stamp of the version that made it. A fork is a new root
 * with a new stamp. It copies a node before it changes it, and the nodes above it;
 * what it has copied already it changes in place. Nodes that it has replaced are
 * remembered in a list and freed when the fork is committed and a grace period has
 * passed; if it is aborted, those with its stamp are freed.
 *
 * While a set is loaded, segments are made as large as can be at once, which saves
 * most of the rebuilding; finish() gives each the size that it needs.
 *
 * Dynamic contents are changed in place, by packets too, under one lock. Readers take
 * none: a slot's tag is written before its pointer; no element ever moves within
 * a segment; and a segment that grows or is split is replaced, complete, by one store,
 * and freed after a grace period. So whoever looks for an element that is there all
 * the time finds it. A walk goes in the order of the hash, which does not change when
 * segments do.
 *
 * The bound. The hash depends on 128 random bits that nobody is told, so keys can not
 * be chosen to collide but by chance. And if they were: a lookup looks at one bucket,
 * or two; behind as many inner nodes as bits of the hash can be consumed, 3 to 6 at
 * a time, by a segment's depth, which is at most log2 of the number of elements, plus
 * one. An insert may split a segment as often, at the most, and takes the nine keys or
 * more that collide to do so: that is what bounds the number of nodes by the number of
 * elements. There is no chain that could grow. Where that is not enough, because more
 * keys collide than fit into two buckets, the insert fails with -ENOMEM, and everything
 * is as it was. Random keys do not get there: the depth that they need is less by about
 * the logarithm of the elements of a segment, 6 to 9.
 *
 * Sources: Fagin, Nievergelt, Pippenger, Strong, "Extendible Hashing", 1979; Bagwell,
 * "Ideal Hash Trees", 2001; two choices: Azar, Broder, Karlin, Upfal, "Balanced
 * Allocations", 1994; moving keys: Pagh, Rodler, "Cuckoo Hashing", 2001; persistent
 * nodes: Driscoll, Sarnak, Sleator, Tarjan, "Making Data Structures Persistent", 1986;
 * the hash of numbers: wyhash by Wang Yi, with secrets that are secret.
 */

#include <linux/random.h>
#include <linux/slab.h>
#include "hash.h"

static atomic64_t weir_hash_stamps;

/* Short keys of few elements have better: the set bitmap. */
static unsigned int weir_hash_score(const struct weir_set_spec *spec, u32 count)
{
	if (spec->interval || (!spec->elems && (spec->dynamic || spec->key_size > 16)))
		return 0;
	return 100;
}

static struct weir_hash *weir_hash_root_new(void)
{
	struct weir_hash *root = kzalloc(sizeof(*root), GFP_KERNEL_ACCOUNT);

	if (root) {
		root->stamp = atomic64_inc_return(&weir_hash_stamps);
		spin_lock_init(&root->lock);
	}
	return root;
}

static struct weir_content *weir_hash_create(const struct weir_set_spec *spec)
{
	struct weir_hash *root = weir_hash_root_new();
	struct weir_hash_node *segment;

	if (!root)
		return ERR_PTR(-ENOMEM);
	root->content.ops = &weir_hash_ops;
	root->content.spec = spec;
	root->format = weir_hash_format(spec);
	get_random_bytes(root->secret, sizeof(root->secret));
	segment = weir_hash_segment_new(root, 0, 0);
	if (!segment)
		goto err_free_root;
	root->top = weir_hash_entry(segment);
	return &root->content;

err_free_root:
	kfree(root);
	return ERR_PTR(-ENOMEM);
}

static struct weir_content *weir_hash_fork(struct weir_content *content)
{
	const struct weir_hash *old = weir_hash_of(content);
	struct weir_hash *root = weir_hash_root_new();

	if (!root)
		return ERR_PTR(-ENOMEM);
	root->content = old->content;
	root->format = old->format;
	root->zero = old->zero;
	memcpy(root->secret, old->secret, sizeof(root->secret));
	root->top = old->top;
	root->bytes = old->bytes;
	return &root->content;
}

static void weir_hash_finish(struct weir_content *content)
{
	weir_hash_trim(weir_hash_of(content));
}

static void weir_hash_commit(struct weir_content *old, struct weir_content *new)
{
	weir_hash_stale_free(weir_hash_of(new));
	kfree(weir_hash_of(old));
}

static void weir_hash_abort(struct weir_content *old, struct weir_content *new)
{
	weir_hash_tree_free(weir_hash_of(new), false);
	kfree(weir_hash_of(new));
}

static void weir_hash_destroy(struct weir_content *content)
{
	weir_hash_tree_free(weir_hash_of(content), true);
	kfree(weir_hash_of(content));
}

static size_t weir_hash_memory(const struct weir_content *content)
{
	return kmalloc_size_roundup(sizeof(struct weir_hash)) +
	       READ_ONCE(weir_hash_of(content)->bytes);
}

/* Only dynamic contents have more than one writer. Sparse sees a lock either way. */
static void weir_hash_lock(struct weir_hash *root)
	__acquires(&root->lock)
{
	if (root->content.spec->dynamic)
		spin_lock_bh(&root->lock);
	else
		__acquire(&root->lock);
}

static void weir_hash_unlock(struct weir_hash *root)
	__releases(&root->lock)
{
	if (root->content.spec->dynamic)
		spin_unlock_bh(&root->lock);
	else
		__release(&root->lock);
}

static void weir_hash_counted(struct weir_hash *root, int more)
{
	WRITE_ONCE(root->content.count, root->content.count + more);
}

/* Whether an item is the key 0 that stands for itself. */
static bool weir_hash_is_zero(const struct weir_hash *root, const struct weir_hash_item *item)
{
	return root->format != WEIR_HASH_ELEM && !(item->lo | item->hi);
}

static int weir_hash_add(struct weir_hash *root, const struct weir_hash_item *item)
{
	struct weir_hash_node *segment = weir_hash_segment(root, item->hash);
	bool dynamic = root->content.spec->dynamic;
	struct weir_hash_spot spot;
	int err;

	err = weir_hash_segment_try(root, segment, item);
	if (likely(err != -EAGAIN))
		return err;
	if (weir_hash_segment_find(root, segment, item, &spot))
		return -EEXIST;
	do {
		if (dynamic || segment->count < segment->limit) {
			if (!weir_hash_own(root, segment))
				segment = weir_hash_unshare(root, item->hash);
			if (!segment)
				return -ENOMEM;
			if (weir_hash_segment_place(root, segment, item, !dynamic))
				return 0;
		}
		err = weir_hash_grow(root, item);
		segment = weir_hash_segment(root, item->hash);
	} while (err == -EAGAIN);
	return err;
}

static int weir_hash_insert(struct weir_content *content, const u8 *from, const u8 *to,
			    struct weir_elem *elem)
{
	struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item;
	int err;

	weir_hash_item(root, from, elem, &item);
	weir_hash_lock(root);
	if (weir_hash_is_zero(root, &item)) {
		err = root->zero ? -EEXIST : 0;
		root->zero = true;
	} else {
		err = weir_hash_add(root, &item);
	}
	if (!err)
		weir_hash_counted(root, 1);
	weir_hash_unlock(root);
	return err;
}

/* The segment, or a copy of its own that this version may write to; NULL without memory. */
static struct weir_hash_node *weir_hash_writable(struct weir_hash *root,
						 struct weir_hash_node *segment, u64 hash)
{
	return weir_hash_own(root, segment) ? segment : weir_hash_unshare(root, hash);
}

/* Take out what has the key of @item, if it is @elem or that is NULL. */
static struct weir_elem *weir_hash_del(struct weir_hash *root, struct weir_hash_item *item,
				       const struct weir_elem *elem)
{
	struct weir_hash_node *segment = weir_hash_segment(root, item->hash);
	struct weir_hash_spot spot;
	struct weir_hash_item old;

	if (!weir_hash_segment_find(root, segment, item, &spot))
		return NULL;
	weir_hash_segment_get(root, segment, spot, &old);
	if (elem && elem != old.elem)
		return NULL;
	segment = weir_hash_writable(root, segment, item->hash);
	if (!segment)
		return ERR_PTR(-ENOMEM);
	weir_hash_segment_take(root, segment, spot);
	weir_hash_shrink(root, item->hash);
	return old.elem;
}

static struct weir_elem *weir_hash_remove(struct weir_content *content, const u8 *from,
					  const u8 *to, struct weir_elem *elem)
{
	struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item;
	struct weir_elem *old;

	weir_hash_item(root, from, NULL, &item);
	weir_hash_lock(root);
	if (weir_hash_is_zero(root, &item)) {
		old = root->zero ? WEIR_ELEM_HIT : NULL;
		root->zero = false;
	} else {
		old = weir_hash_del(root, &item, content->spec->dynamic ? elem : NULL);
	}
	if (!IS_ERR_OR_NULL(old))
		weir_hash_counted(root, -1);
	weir_hash_unlock(root);
	return old;
}

static struct weir_elem *weir_hash_exchange(struct weir_hash *root,
					    const struct weir_hash_item *item)
{
	struct weir_hash_node *segment = weir_hash_segment(root, item->hash);
	struct weir_hash_spot spot;
	struct weir_hash_item old;

	if (!weir_hash_segment_find(root, segment, item, &spot))
		return NULL;
	if (root->format != WEIR_HASH_ELEM)
		return WEIR_ELEM_HIT;
	weir_hash_segment_get(root, segment, spot, &old);
	segment = weir_hash_writable(root, segment, item->hash);
	if (!segment)
		return ERR_PTR(-ENOMEM);
	/* Whoever sees the element sees what is in it. */
	smp_store_release(&segment->elems[spot.bucket].elem[spot.slot], item->elem);
	return old.elem;
}

static struct weir_elem *weir_hash_replace(struct weir_content *content, const u8 *from,
					   const u8 *to, struct weir_elem *elem)
{
	struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item;
	struct weir_elem *old;

	weir_hash_item(root, from, elem, &item);
	weir_hash_lock(root);
	if (weir_hash_is_zero(root, &item))
		old = root->zero ? WEIR_ELEM_HIT : NULL;
	else
		old = weir_hash_exchange(root, &item);
	weir_hash_unlock(root);
	return old;
}

static struct weir_elem *weir_hash_find(const struct weir_content *content, const u8 *from,
					const u8 *to)
{
	const struct weir_hash *root = weir_hash_of(content);
	const struct weir_hash_node *segment;
	struct weir_hash_item item, found;
	struct weir_hash_spot spot;

	weir_hash_item(root, from, NULL, &item);
	if (weir_hash_is_zero(root, &item))
		return root->zero ? WEIR_ELEM_HIT : NULL;

	found.elem = NULL;
	rcu_read_lock();
	segment = weir_hash_segment(root, item.hash);
	if (weir_hash_segment_find(root, segment, &item, &spot))
		weir_hash_segment_get(root, segment, spot, &found);
	rcu_read_unlock();
	return found.elem;
}

struct weir_set_ops weir_hash_ops = {
	.plugin = {
		.name		= "hash",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
	},
	.score		= weir_hash_score,
	.create		= weir_hash_create,
	.fork		= weir_hash_fork,
	.insert		= weir_hash_insert,
	.remove		= weir_hash_remove,
	.replace	= weir_hash_replace,
	.find		= weir_hash_find,
	.walk		= weir_hash_walk,
	.finish		= weir_hash_finish,
	.commit		= weir_hash_commit,
	.abort		= weir_hash_abort,
	.destroy	= weir_hash_destroy,
	.memory		= weir_hash_memory,
	.lookup		= weir_hash_lookup,
	.lookup_for	= weir_hash_lookup_for,
	.lookup_wide	= weir_hash_lookup_wide,
};

static int __init weir_hash_module_init(void)
{
	int err = weir_hash_nodes_init();

	if (err)
		return err;
	err = weir_register_set(&weir_hash_ops);
	if (err)
		weir_hash_nodes_exit();
	return err;
}

static void __exit weir_hash_module_exit(void)
{
	weir_unregister_set(&weir_hash_ops);
	rcu_barrier();
	weir_hash_nodes_exit();
}

module_init(weir_hash_module_init);
module_exit(weir_hash_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir set hash: exact keys");
MODULE_ALIAS_WEIR("set", "hash");
