// SPDX-License-Identifier: GPL-2.0
/*
 * Reading: by packets, who look up a key, and by whoever walks over everything.
 */

#include "hash_bucket.h"

/* Whether an element has a key that is a number. */
bool weir_hash_same_num(const struct weir_set_spec *spec, const struct weir_elem *elem, u64 lo,
			u64 hi)
{
	const u8 *key = weir_elem_key(spec, elem);
	unsigned int size = spec->key_size;

	if (size <= 8)
		return weir_hash_word(key, size) == lo;
	return weir_hash_word(key + size - 8, 8) == lo && weir_hash_word(key, size - 8) == hi;
}

/*
 * Compilers would rather compute the address of a bucket anew for each of its slots;
 * hiding where it comes from keeps it in a register.
 */
static __always_inline bool weir_hash_bucket_has(enum weir_hash_format format,
						 const struct weir_hash_node *segment,
						 unsigned int bucket,
						 const struct weir_hash_item *item)
{
	const void *line = weir_hash_line(format, segment, bucket);
	unsigned int slot;

	OPTIMIZER_HIDE_VAR(line);
#pragma GCC unroll 8
	for (slot = 0; slot < weir_hash_slots(format); slot++)
		if (weir_hash_line_is(format, line, slot, item))
			return true;
	return false;
}

/* Whether a key is there that stands for itself. */
static __always_inline bool weir_hash_has(enum weir_hash_format format,
					  const struct weir_hash *root,
					  const struct weir_hash_item *item)
{
	unsigned long entry = weir_hash_descend(root, item->hash);
	const struct weir_hash_node *segment = weir_hash_node(entry);
	unsigned int buckets = weir_hash_buckets(format, entry & WEIR_HASH_ENTRY_LOW);
	unsigned int first = weir_hash_first(item->hash, buckets);

	if (unlikely(!(item->lo | item->hi)))
		return root->zero;
	if (weir_hash_bucket_has(format, segment, first, item))
		return true;
	if (likely(!weir_hash_overflows(segment, first)))
		return false;
	return weir_hash_bucket_has(format, segment,
				    weir_hash_second(item->hash, buckets, first), item);
}

static __always_inline struct weir_elem *
weir_hash_bucket_elem(const struct weir_set_spec *spec, const struct weir_hash_node *segment,
		      unsigned int bucket, const struct weir_hash_item *item)
{
	const struct weir_hash_elems *elems = &segment->elems[bucket];
	struct weir_elem *elem;
	unsigned int slot;

	OPTIMIZER_HIDE_VAR(elems);
#pragma GCC unroll 5
	for (slot = 0; slot < weir_hash_slots(WEIR_HASH_ELEM); slot++) {
		if (READ_ONCE(elems->tag[slot]) != weir_hash_tag(item->hash))
			continue;
		elem = READ_ONCE(elems->elem[slot]);
		if (elem && weir_hash_same(spec, elem, item))
			return elem;
	}
	return NULL;
}

static __always_inline struct weir_elem *weir_hash_elem(const struct weir_hash *root,
							const struct weir_hash_item *item)
{
	const struct weir_set_spec *spec = root->content.spec;
	unsigned long entry = weir_hash_descend(root, item->hash);
	const struct weir_hash_node *segment = weir_hash_node(entry);
	unsigned int buckets = entry & WEIR_HASH_ENTRY_LOW;
	unsigned int first = weir_hash_first(item->hash, buckets);
	struct weir_elem *elem;

	elem = weir_hash_bucket_elem(spec, segment, first, item);
	if (elem || likely(!weir_hash_overflows(segment, first)))
		return elem;
	return weir_hash_bucket_elem(spec, segment,
				     weir_hash_second(item->hash, buckets, first), item);
}

/* One function for each format, so that none needs many registers. */
static noinline struct weir_elem *weir_hash_lookup_elem(const struct weir_content *content,
							u64 lo, u64 hi)
{
	const struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item = { .lo = lo, .hi = hi };

	item.hash = weir_hash_of_tag(weir_hash_tag(weir_hash_of_num(root->secret, lo, hi)));
	return weir_hash_elem(root, &item);
}

static noinline struct weir_elem *weir_hash_lookup_u32(const struct weir_content *content,
						       u64 lo, u64 hi)
{
	const struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item = { .lo = lo, .hash = weir_hash_of_num(root->secret, lo, 0) };

	return weir_hash_has(WEIR_HASH_U32, root, &item) ? WEIR_ELEM_HIT : NULL;
}

static noinline struct weir_elem *weir_hash_lookup_u64(const struct weir_content *content,
						       u64 lo, u64 hi)
{
	const struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item = { .lo = lo, .hash = weir_hash_of_num(root->secret, lo, 0) };

	return weir_hash_has(WEIR_HASH_U64, root, &item) ? WEIR_ELEM_HIT : NULL;
}

static noinline struct weir_elem *weir_hash_lookup_u128(const struct weir_content *content,
							u64 lo, u64 hi)
{
	const struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item = { .lo = lo, .hi = hi };

	item.hash = weir_hash_of_num(root->secret, lo, hi);
	return weir_hash_has(WEIR_HASH_U128, root, &item) ? WEIR_ELEM_HIT : NULL;
}

static weir_set_lookup weir_hash_lookup_of(enum weir_hash_format format)
{
	switch (format) {
	case WEIR_HASH_U32:
		return weir_hash_lookup_u32;
	case WEIR_HASH_U64:
		return weir_hash_lookup_u64;
	case WEIR_HASH_U128:
		return weir_hash_lookup_u128;
	default:
		return weir_hash_lookup_elem;
	}
}

struct weir_elem *weir_hash_lookup(const struct weir_content *content, u64 lo, u64 hi)
{
	return weir_hash_lookup_of(weir_hash_of(content)->format)(content, lo, hi);
}

weir_set_lookup weir_hash_lookup_for(const struct weir_set_spec *spec)
{
	return weir_hash_lookup_of(weir_hash_format(spec));
}

/* Of a key of more than 16 bytes, two words at a time; the last two may overlap others. */
static u64 weir_hash_of_wide(const u64 secret[2], const u8 *key, unsigned int size)
{
	u64 word[2], hash = secret[1];
	unsigned int i;

	for (i = 0; i < size; i += sizeof(word)) {
		memcpy(word, key + min_t(unsigned int, i, size - sizeof(word)), sizeof(word));
		hash = weir_hash_mix(word[0] ^ secret[0], word[1] ^ hash);
	}
	return weir_hash_mix(hash ^ secret[0], size ^ secret[1]);
}

struct weir_elem *weir_hash_lookup_wide(const struct weir_content *content, const u8 *key)
{
	const struct weir_hash *root = weir_hash_of(content);
	struct weir_hash_item item = { .key = key };
	u64 hash = weir_hash_of_wide(root->secret, key, content->spec->key_size);

	item.hash = weir_hash_of_tag(weir_hash_tag(hash));
	return weir_hash_elem(root, &item);
}

/* Fill in an item. */
void weir_hash_item(const struct weir_hash *root, const u8 *key, struct weir_elem *elem,
		    struct weir_hash_item *item)
{
	unsigned int size = root->content.spec->key_size;

	*item = (struct weir_hash_item){ .elem = elem };
	if (size <= 8) {
		item->lo = weir_hash_word(key, size);
		item->hash = weir_hash_of_num(root->secret, item->lo, 0);
	} else if (size <= 16) {
		item->hi = weir_hash_word(key, size - 8);
		item->lo = weir_hash_word(key + size - 8, 8);
		item->hash = weir_hash_of_num(root->secret, item->lo, item->hi);
	} else {
		item->key = key;
		item->hash = weir_hash_of_wide(root->secret, key, size);
	}
	if (root->format == WEIR_HASH_ELEM)
		item->hash = weir_hash_of_tag(weir_hash_tag(item->hash));
}

/* Visit one element. */
static int weir_hash_visit(const struct weir_hash *root, const struct weir_hash_item *item,
			   weir_set_visit visit, void *data)
{
	const struct weir_set_spec *spec = root->content.spec;
	struct weir_val val = { .lo = item->lo, .hi = item->hi };
	u8 key[16], *from = key;

	if (root->format == WEIR_HASH_ELEM)
		from = weir_elem_key(spec, item->elem);
	else
		weir_num_key(val, key, spec->key_size);
	return visit(data, from, from, item->elem);
}

/*
 * A segment that does not change as long as anybody walks over it. Its slots are
 * counted from 1; the key 0 counts as slot 0 of the first segment.
 */
static int weir_hash_walk_slots(const struct weir_hash *root,
				const struct weir_hash_node *segment, struct weir_set_pos *pos,
				weir_set_visit visit, void *data)
{
	unsigned int slots = weir_hash_all_slots(root, segment->lines);
	unsigned int in_bucket = slots / (root->format == WEIR_HASH_U32 ? 2 * segment->lines :
									  segment->lines);
	struct weir_hash_item item = { .elem = WEIR_ELEM_HIT };
	struct weir_hash_spot spot;
	bool there;
	int err;

	for (; pos->at[1] <= slots; pos->at[1]++) {
		if (!pos->at[1]) {
			there = !pos->at[0] && root->zero;
		} else {
			spot.bucket = (pos->at[1] - 1) / in_bucket;
			spot.slot = (pos->at[1] - 1) % in_bucket;
			there = weir_hash_segment_get(root, segment, spot, &item);
		}
		err = there ? weir_hash_visit(root, &item, visit, data) : 0;
		if (err)
			return err;
	}
	return 0;
}

/* Elements that are looked for at once in a segment that changes. */
#define WEIR_HASH_AHEAD	16

/**
 * struct weir_hash_mark - An element's place in the order of a walk.
 * @tag: Upper half of the hash, which is the order of the segments.
 * @elem: Where it lies, in place of a second number that does not change.
 */
struct weir_hash_mark {
	u32 tag;
	struct weir_elem *elem;
};

static bool weir_hash_before(const struct weir_hash_mark *a, const struct weir_hash_mark *b)
{
	return a->tag < b->tag || (a->tag == b->tag && a->elem < b->elem);
}

/* Find the first elements of a segment that are not before @least, in order. */
static unsigned int weir_hash_ahead(const struct weir_hash *root,
				    const struct weir_hash_node *segment,
				    const struct weir_hash_mark *least,
				    struct weir_hash_mark *ahead)
{
	struct weir_hash_spot spot;
	struct weir_hash_item item;
	unsigned int n = 0, i;

	for (spot.bucket = 0; spot.bucket < segment->lines; spot.bucket++) {
		for (spot.slot = 0; spot.slot < weir_hash_slots(WEIR_HASH_ELEM); spot.slot++) {
			struct weir_hash_mark mark;

			if (!weir_hash_segment_get(root, segment, spot, &item))
				continue;
			mark.tag = weir_hash_tag(item.hash);
			mark.elem = item.elem;
			if (weir_hash_before(&mark, least) ||
			    (n == WEIR_HASH_AHEAD && !weir_hash_before(&mark, &ahead[n - 1])))
				continue;
			if (n < WEIR_HASH_AHEAD)
				n++;
			for (i = n - 1; i && weir_hash_before(&mark, &ahead[i - 1]); i--)
				ahead[i] = ahead[i - 1];
			ahead[i] = mark;
		}
	}
	return n;
}

/* A segment whose elements come and go, and which may be another one the next time. */
static int weir_hash_walk_marks(const struct weir_hash *root,
				const struct weir_hash_node *segment, struct weir_set_pos *pos,
				weir_set_visit visit, void *data)
{
	struct weir_hash_mark ahead[WEIR_HASH_AHEAD], least;
	struct weir_hash_item item = {};
	unsigned int n, i;
	int err;

	do {
		least.tag = weir_hash_tag(pos->at[0]);
		least.elem = (struct weir_elem *)(unsigned long)pos->at[1];
		n = weir_hash_ahead(root, segment, &least, ahead);
		for (i = 0; i < n; i++) {
			pos->at[0] = (u64)ahead[i].tag << 32;
			pos->at[1] = (unsigned long)ahead[i].elem;
			item.elem = ahead[i].elem;
			err = weir_hash_visit(root, &item, visit, data);
			if (err)
				return err;
			pos->at[1]++;
		}
	} while (n == WEIR_HASH_AHEAD);
	return 0;
}

/* In the order of the hash, so that it does not matter how it is split into segments. */
int weir_hash_walk(const struct weir_content *content, struct weir_set_pos *pos,
		   weir_set_visit visit, void *data)
{
	const struct weir_hash *root = weir_hash_of(content);
	const struct weir_hash_node *segment;
	int err;

	if (pos->at[1] == U64_MAX)
		return 0;
	do {
		segment = weir_hash_segment(root, pos->at[0]);
		err = content->spec->dynamic ?
			weir_hash_walk_marks(root, segment, pos, visit, data) :
			weir_hash_walk_slots(root, segment, pos, visit, data);
		if (err)
			return err;
		pos->at[0] = (pos->at[0] | U64_MAX >> segment->depth) + 1;
		pos->at[1] = 0;
	} while (pos->at[0]);
	pos->at[1] = U64_MAX;
	return 0;
}
