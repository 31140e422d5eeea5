// SPDX-License-Identifier: GPL-2.0
/*
 * What is in a segment. An element is in its first bucket unless that was full,
 * and then in its second one; the first says so by its overflow bit, which stays
 * until the segment is rebuilt. If both are full, and there are no readers, one
 * of the elements in them is asked to go where it may also be.
 */

#include "hash_bucket.h"

static __always_inline unsigned int weir_hash_format_slots(enum weir_hash_format format,
							   unsigned int lines)
{
	return weir_hash_slots(format) * weir_hash_buckets(format, lines);
}

/* Slots in as many lines. */
unsigned int weir_hash_all_slots(const struct weir_hash *root, unsigned int lines)
{
	return weir_hash_call(root->format, weir_hash_format_slots, lines);
}

/*
 * As many elements as there should be, so that most of them find a place at once. With
 * readers, where nobody can be asked to move, they are less.
 */
unsigned int weir_hash_limit(const struct weir_hash *root, unsigned int lines)
{
	unsigned int slots = weir_hash_all_slots(root, lines);

	return root->content.spec->dynamic ? slots * 3 / 5 : slots * 3 / 4;
}

/* The smallest class for so many elements. */
unsigned int weir_hash_fit(const struct weir_hash *root, unsigned int count)
{
	unsigned int class = 0;

	while (class < WEIR_HASH_CLASS_MAX &&
	       weir_hash_limit(root, weir_hash_class_lines(class)) < count)
		class++;
	return class;
}

static __always_inline bool weir_hash_bucket_find(enum weir_hash_format format,
						  const struct weir_set_spec *spec,
						  const struct weir_hash_node *segment,
						  const struct weir_hash_item *item,
						  struct weir_hash_spot *spot)
{
	unsigned int slot;

#pragma GCC unroll 8
	for (slot = 0; slot < weir_hash_slots(format); slot++) {
		if (weir_hash_is(format, spec, segment, spot->bucket, slot, item)) {
			spot->slot = slot;
			return true;
		}
	}
	return false;
}

static __always_inline bool weir_hash_format_find(enum weir_hash_format format,
						  const struct weir_set_spec *spec,
						  const struct weir_hash_node *segment,
						  const struct weir_hash_item *item,
						  struct weir_hash_spot *spot)
{
	unsigned int buckets = weir_hash_buckets(format, segment->lines);
	unsigned int first = weir_hash_first(item->hash, buckets);

	spot->bucket = first;
	if (weir_hash_bucket_find(format, spec, segment, item, spot))
		return true;
	if (!weir_hash_overflows(segment, first))
		return false;
	spot->bucket = weir_hash_second(item->hash, buckets, first);
	return weir_hash_bucket_find(format, spec, segment, item, spot);
}

bool weir_hash_segment_find(const struct weir_hash *root, const struct weir_hash_node *segment,
			    const struct weir_hash_item *item, struct weir_hash_spot *spot)
{
	return weir_hash_call(root->format, weir_hash_format_find, root->content.spec, segment,
			      item, spot);
}

/* The first empty slot of a bucket, or as many as there are. */
static __always_inline unsigned int weir_hash_vacant(enum weir_hash_format format,
						     const struct weir_hash_node *segment,
						     unsigned int bucket)
{
	unsigned int slot;

#pragma GCC unroll 8
	for (slot = 0; slot < weir_hash_slots(format); slot++)
		if (!weir_hash_used(format, segment, bucket, slot))
			break;
	return slot;
}

static __always_inline void weir_hash_overflow(struct weir_hash_node *segment,
					       unsigned int bucket)
{
	WRITE_ONCE(segment->overflow, segment->overflow | BIT_ULL(bucket));
}

/* Make room in a bucket by moving one of its elements to where it may also be. */
static __always_inline unsigned int weir_hash_kick(enum weir_hash_format format,
						   const u64 secret[2],
						   struct weir_hash_node *segment,
						   unsigned int bucket)
{
	unsigned int buckets = weir_hash_buckets(format, segment->lines);
	unsigned int slot, first, other, vacant;
	struct weir_hash_item item;

	for (slot = 0; slot < weir_hash_slots(format); slot++) {
		weir_hash_get(format, secret, segment, bucket, slot, &item);
		first = weir_hash_first(item.hash, buckets);
		other = first != bucket ? first : weir_hash_second(item.hash, buckets, first);
		vacant = weir_hash_vacant(format, segment, other);
		if (vacant == weir_hash_slots(format))
			continue;

		weir_hash_put(format, segment, other, vacant, &item);
		if (other != first)
			weir_hash_overflow(segment, first);
		break;
	}
	return slot;
}

/* Fill an empty slot. */
static __always_inline void weir_hash_fill(enum weir_hash_format format,
					   struct weir_hash_node *segment, unsigned int first,
					   unsigned int bucket, unsigned int slot,
					   const struct weir_hash_item *item)
{
	if (bucket != first)
		weir_hash_overflow(segment, first);
	weir_hash_put(format, segment, bucket, slot, item);
	segment->count++;
}

static __always_inline bool weir_hash_format_place(enum weir_hash_format format,
						   const struct weir_hash *root,
						   struct weir_hash_node *segment,
						   const struct weir_hash_item *item, bool kick)
{
	unsigned int buckets = weir_hash_buckets(format, segment->lines);
	unsigned int full = weir_hash_slots(format);
	unsigned int first, bucket, slot;

	first = weir_hash_first(item->hash, buckets);
	bucket = first;
	slot = weir_hash_vacant(format, segment, bucket);
	if (unlikely(slot == full)) {
		bucket = weir_hash_second(item->hash, buckets, first);
		slot = weir_hash_vacant(format, segment, bucket);
	}
	if (unlikely(slot == full) && kick) {
		slot = weir_hash_kick(format, root->secret, segment, bucket);
		if (slot == full) {
			bucket = first;
			slot = weir_hash_kick(format, root->secret, segment, bucket);
		}
	}
	if (unlikely(slot == full))
		return false;

	weir_hash_fill(format, segment, first, bucket, slot, item);
	return true;
}

/*
 * Put an element into a segment, without growing it; false if there is no room. With
 * @kick others may be moved: there are no readers, or not yet.
 */
bool weir_hash_segment_place(const struct weir_hash *root, struct weir_hash_node *segment,
			     const struct weir_hash_item *item, bool kick)
{
	return weir_hash_call(root->format, weir_hash_format_place, root, segment, item, kick);
}

static __always_inline int weir_hash_format_try(enum weir_hash_format format,
						const struct weir_hash *root,
						struct weir_hash_node *segment,
						const struct weir_hash_item *item)
{
	unsigned int first = weir_hash_first(item->hash,
					     weir_hash_buckets(format, segment->lines));
	unsigned int slot;

	if (format == WEIR_HASH_ELEM)
		return -EAGAIN;
#pragma GCC unroll 8
	for (slot = 0; slot < weir_hash_slots(format); slot++) {
		if (!weir_hash_used(format, segment, first, slot))
			break;
		if (weir_hash_is(format, NULL, segment, first, slot, item))
			return -EEXIST;
	}
	if (slot == weir_hash_slots(format) || weir_hash_overflows(segment, first) ||
	    segment->count >= segment->limit || !weir_hash_own(root, segment))
		return -EAGAIN;
	weir_hash_put(format, segment, first, slot, item);
	segment->count++;
	return 0;
}

/*
 * Most elements, where keys have no holes between them, need only one look at the first
 * bucket: 0 or -EEXIST. Otherwise -EAGAIN: it takes more than that.
 */
int weir_hash_segment_try(const struct weir_hash *root, struct weir_hash_node *segment,
			  const struct weir_hash_item *item)
{
	return weir_hash_call(root->format, weir_hash_format_try, root, segment, item);
}

static __always_inline bool weir_hash_format_get(enum weir_hash_format format,
						 const struct weir_hash *root,
						 const struct weir_hash_node *segment,
						 struct weir_hash_spot spot,
						 struct weir_hash_item *item)
{
	if (!weir_hash_used(format, segment, spot.bucket, spot.slot))
		return false;
	weir_hash_get(format, root->secret, segment, spot.bucket, spot.slot, item);
	return item->elem;
}

/* What is in a slot; false if there is nothing. */
bool weir_hash_segment_get(const struct weir_hash *root, const struct weir_hash_node *segment,
			   struct weir_hash_spot spot, struct weir_hash_item *item)
{
	return weir_hash_call(root->format, weir_hash_format_get, root, segment, spot, item);
}

/* Keys are kept without holes; pointers stay where they are, for readers. */
static __always_inline bool weir_hash_format_take(enum weir_hash_format format,
						  const struct weir_hash *root,
						  struct weir_hash_node *segment,
						  struct weir_hash_spot spot)
{
	const struct weir_hash_item nothing = {};
	struct weir_hash_item item;
	unsigned int last;

	segment->count--;
	if (format == WEIR_HASH_ELEM) {
		WRITE_ONCE(segment->elems[spot.bucket].elem[spot.slot], NULL);
		return true;
	}
	last = weir_hash_vacant(format, segment, spot.bucket) - 1;
	weir_hash_get(format, root->secret, segment, spot.bucket, last, &item);
	weir_hash_put(format, segment, spot.bucket, spot.slot, &item);
	weir_hash_put(format, segment, spot.bucket, last, &nothing);
	return true;
}

/* Empty a slot. */
void weir_hash_segment_take(const struct weir_hash *root, struct weir_hash_node *segment,
			    struct weir_hash_spot spot)
{
	weir_hash_call(root->format, weir_hash_format_take, root, segment, spot);
}

/*
 * Put an element into a segment of as many lines as it was in, and into the same bucket:
 * what was there together fits in together.
 */
static __always_inline bool weir_hash_stay(enum weir_hash_format format,
					   struct weir_hash_node *segment, unsigned int bucket,
					   const struct weir_hash_item *item)
{
	unsigned int buckets = weir_hash_buckets(format, segment->lines);
	unsigned int slot = weir_hash_vacant(format, segment, bucket);

	if (slot == weir_hash_slots(format))
		return false;
	weir_hash_fill(format, segment, weir_hash_first(item->hash, buckets), bucket, slot, item);
	return true;
}

static __always_inline bool weir_hash_format_move(enum weir_hash_format format,
						  const struct weir_hash *root,
						  const struct weir_hash_node *from,
						  struct weir_hash_node *const to[2])
{
	unsigned int buckets = weir_hash_buckets(format, from->lines);
	struct weir_hash_node *segment;
	struct weir_hash_item item;
	unsigned int bucket, slot;

	for (bucket = 0; bucket < buckets; bucket++) {
		for (slot = 0; slot < weir_hash_slots(format); slot++) {
			if (!weir_hash_used(format, from, bucket, slot)) {
				if (format == WEIR_HASH_ELEM)
					continue;
				break;
			}
			weir_hash_get(format, root->secret, from, bucket, slot, &item);
			segment = to[item.hash << from->depth >> 63];
			if (segment->lines == from->lines &&
			    weir_hash_stay(format, segment, bucket, &item))
				continue;
			if (!weir_hash_format_place(format, root, segment, &item, true))
				return false;
		}
	}
	return true;
}

/*
 * Put all that is in a segment into others as well, by the first bit of the hash in
 * which they may differ; false if there is no room.
 */
bool weir_hash_segment_move(const struct weir_hash *root, const struct weir_hash_node *from,
			    struct weir_hash_node *const to[2])
{
	return weir_hash_call(root->format, weir_hash_format_move, root, from, to);
}
