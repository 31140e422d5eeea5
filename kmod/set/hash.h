/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the set module hash ask of each other; hash.c says how the
 * structure works.
 */
#ifndef _WEIR_SET_HASH_H
#define _WEIR_SET_HASH_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <weir/set.h>

/** WEIR_HASH_LINE - Bytes of a cache line, which is what nodes are made of. */
#define WEIR_HASH_LINE		64
/** WEIR_HASH_LINES_MAX - Most lines of a segment, its header not counted. */
#define WEIR_HASH_LINES_MAX	31
/** WEIR_HASH_BITS_MIN - Fewest bits of the hash that an inner node looks at. */
#define WEIR_HASH_BITS_MIN	3
/** WEIR_HASH_BITS_MAX - Most bits. */
#define WEIR_HASH_BITS_MAX	6
/** WEIR_HASH_DEPTH_MAX - Bits of the hash that lead to a segment: the upper half. */
#define WEIR_HASH_DEPTH_MAX	32

/**
 * enum weir_hash_format - What is in the buckets of a content.
 * @WEIR_HASH_U32: Keys of at most 4 bytes, 8 in half a line.
 * @WEIR_HASH_U64: Keys of at most 8 bytes, 8 in a line.
 * @WEIR_HASH_U128: Keys of at most 16 bytes, 4 in a line.
 * @WEIR_HASH_ELEM: 5 pointers to elements, each with the upper half of its hash.
 */
enum weir_hash_format {
	WEIR_HASH_U32,
	WEIR_HASH_U64,
	WEIR_HASH_U128,
	WEIR_HASH_ELEM,
};

struct weir_hash_u32 {
	u32 key[8];
};

struct weir_hash_u64 {
	u64 key[8];
};

struct weir_hash_u128 {
	u64 lo[4];
	u64 hi[4];
};

struct weir_hash_elems {
	u32 tag[5];
	struct weir_elem *elem[5];
} __aligned(WEIR_HASH_LINE);

/**
 * struct weir_hash_node - A segment or an inner node: a header of one line, and lines.
 * @overflow: Segment: bit N: elements that belong into bucket N are elsewhere.
 * @stamp: The version that made it; only that one may change it.
 * @rcu: To free it, of a dynamic content.
 * @stale: Next of the nodes that a version does not share any more. Readers of
 *   the old version are still there: they never look at it.
 * @count: Segment: its elements.
 * @limit: Segment: with so many it is to grow.
 * @depth: Bits of the hash that are the same for all below it.
 * @bits: Inner node: how many bits it looks at; 0 in a segment.
 * @lines: How many lines follow.
 * @class: Its size class, of hash_node.c.
 */
struct weir_hash_node {
	u64 overflow;
	u64 stamp;
	union {
		struct rcu_head rcu;
		struct weir_hash_node *stale;
	};
	u16 count;
	u16 limit;
	u8 depth;
	u8 bits;
	u8 lines;
	u8 class;

	union {
		DECLARE_FLEX_ARRAY(unsigned long, entry);
		DECLARE_FLEX_ARRAY(struct weir_hash_u32, u32);
		DECLARE_FLEX_ARRAY(struct weir_hash_u64, u64);
		DECLARE_FLEX_ARRAY(struct weir_hash_u128, u128);
		DECLARE_FLEX_ARRAY(struct weir_hash_elems, elems);
	} __aligned(WEIR_HASH_LINE);
};

/**
 * struct weir_hash - A content: the root of one version.
 * @content: What the core sees.
 * @format: enum weir_hash_format.
 * @zero: The key 0 is there, where keys stand for themselves: in a bucket 0 is
 *   nothing.
 * @secret: What the hash of a key depends on; the same in all versions.
 * @top: Entry of the topmost node.
 * @stamp: Of this version.
 * @stale: Nodes of older versions that this one does not share any more.
 * @bytes: Memory of all nodes of this version.
 * @built: Segments that weir_hash_trim() is to make smaller.
 * @lock: Dynamic contents: protects everything against other writers.
 */
struct weir_hash {
	struct weir_content content;
	u8 format;
	bool zero;
	u64 secret[2];
	unsigned long top;

	u64 stamp;
	struct weir_hash_node *stale;
	size_t bytes;
	u32 built;
	spinlock_t lock; /* everything, of a dynamic content */
};

/**
 * struct weir_hash_item - A key and what belongs to it, on its way.
 * @hash: Of the key.
 * @lo: Lower half of the key as a number; of a longer key nothing.
 * @hi: Upper half.
 * @key: The key, of one that is no number; otherwise NULL.
 * @elem: With %WEIR_HASH_ELEM: the element.
 */
struct weir_hash_item {
	u64 hash;
	u64 lo;
	u64 hi;
	const u8 *key;
	struct weir_elem *elem;
};

/** struct weir_hash_spot - A slot of a segment. */
struct weir_hash_spot {
	unsigned int bucket;
	unsigned int slot;
};

/*
 * An entry is a node's address and, in its low 6 bits, how many lines a segment has,
 * or by how much an inner node shifts the hash; that is 58 to 61.
 */
#define WEIR_HASH_ENTRY_LOW	63UL
#define WEIR_HASH_ENTRY_INNER	32UL

static inline unsigned long weir_hash_entry(const struct weir_hash_node *node)
{
	return (unsigned long)node | (node->bits ? 64 - node->bits : node->lines);
}

static inline struct weir_hash_node *weir_hash_node(unsigned long entry)
{
	return (struct weir_hash_node *)(entry & ~WEIR_HASH_ENTRY_LOW);
}

static inline bool weir_hash_is_inner(unsigned long entry)
{
	return entry & WEIR_HASH_ENTRY_INNER;
}

/* From the root to the entry of the segment that a hash belongs into. */
static __always_inline unsigned long weir_hash_descend(const struct weir_hash *root, u64 hash)
{
	unsigned long entry = READ_ONCE(root->top);

	while (weir_hash_is_inner(entry)) {
		const struct weir_hash_node *inner = weir_hash_node(entry);
		u64 index = hash >> (entry & WEIR_HASH_ENTRY_LOW);

		hash <<= -entry & WEIR_HASH_ENTRY_LOW;
		entry = READ_ONCE(inner->entry[index]);
	}
	return entry;
}

static inline struct weir_hash_node *weir_hash_segment(const struct weir_hash *root, u64 hash)
{
	return weir_hash_node(weir_hash_descend(root, hash));
}

/* How contents with a specification keep their elements. */
static inline enum weir_hash_format weir_hash_format(const struct weir_set_spec *spec)
{
	if (spec->elems)
		return WEIR_HASH_ELEM;
	if (spec->key_size <= 4)
		return WEIR_HASH_U32;
	return spec->key_size <= 8 ? WEIR_HASH_U64 : WEIR_HASH_U128;
}

static inline struct weir_hash *weir_hash_of(const struct weir_content *content)
{
	return container_of(content, struct weir_hash, content);
}

/* Whether this version made a node, and may change it. */
static inline bool weir_hash_own(const struct weir_hash *root, const struct weir_hash_node *node)
{
	return node->stamp == root->stamp;
}

/* hash_node.c: memory of nodes. */
int weir_hash_nodes_init(void);
void weir_hash_nodes_exit(void);
unsigned int weir_hash_class(unsigned int lines);
unsigned int weir_hash_class_lines(unsigned int class);
struct weir_hash_node *weir_hash_segment_new(struct weir_hash *root, unsigned int class,
					     unsigned int depth);
struct weir_hash_node *weir_hash_inner_new(struct weir_hash *root, unsigned int bits,
					   unsigned int depth);
struct weir_hash_node *weir_hash_node_copy(struct weir_hash *root,
					   const struct weir_hash_node *old);
void weir_hash_node_free(struct weir_hash *root, struct weir_hash_node *node);
void weir_hash_node_retire(struct weir_hash *root, struct weir_hash_node *node);
void weir_hash_stale_free(struct weir_hash *root);

/** WEIR_HASH_CLASS_MAX - The class of the largest segments. */
#define WEIR_HASH_CLASS_MAX	13
/** WEIR_HASH_CLASS_BUILD - As large, for segments that weir_hash_trim() will make smaller. */
#define WEIR_HASH_CLASS_BUILD	14

/* hash_segment.c: what is in a segment. */
unsigned int weir_hash_fit(const struct weir_hash *root, unsigned int count);
unsigned int weir_hash_all_slots(const struct weir_hash *root, unsigned int lines);
unsigned int weir_hash_limit(const struct weir_hash *root, unsigned int lines);
bool weir_hash_segment_find(const struct weir_hash *root, const struct weir_hash_node *segment,
			    const struct weir_hash_item *item, struct weir_hash_spot *spot);
bool weir_hash_segment_place(const struct weir_hash *root, struct weir_hash_node *segment,
			     const struct weir_hash_item *item, bool kick);
int weir_hash_segment_try(const struct weir_hash *root, struct weir_hash_node *segment,
			  const struct weir_hash_item *item);
bool weir_hash_segment_get(const struct weir_hash *root, const struct weir_hash_node *segment,
			   struct weir_hash_spot spot, struct weir_hash_item *item);
void weir_hash_segment_take(const struct weir_hash *root, struct weir_hash_node *segment,
			    struct weir_hash_spot spot);
bool weir_hash_segment_move(const struct weir_hash *root, const struct weir_hash_node *from,
			    struct weir_hash_node *const to[2]);

/* hash_tree.c: the way to the segments. */
struct weir_hash_node *weir_hash_unshare(struct weir_hash *root, u64 hash);
int weir_hash_grow(struct weir_hash *root, const struct weir_hash_item *item);
void weir_hash_shrink(struct weir_hash *root, u64 hash);
void weir_hash_trim(struct weir_hash *root);
void weir_hash_tree_free(struct weir_hash *root, bool all);

/* hash_read.c: who does not change anything. */
bool weir_hash_same_num(const struct weir_set_spec *spec, const struct weir_elem *elem, u64 lo,
			u64 hi);
void weir_hash_item(const struct weir_hash *root, const u8 *key, struct weir_elem *elem,
		    struct weir_hash_item *item);
struct weir_elem *weir_hash_lookup(const struct weir_content *content, u64 lo, u64 hi);
weir_set_lookup weir_hash_lookup_for(const struct weir_set_spec *spec);
struct weir_elem *weir_hash_lookup_wide(const struct weir_content *content, const u8 *key);
int weir_hash_walk(const struct weir_content *content, struct weir_set_pos *pos,
		   weir_set_visit visit, void *data);

/* hash.c */
extern struct weir_set_ops weir_hash_ops;

#endif /* _WEIR_SET_HASH_H */
