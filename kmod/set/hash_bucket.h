/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hashes, buckets and slots. Everything here is given the format as a constant,
 * so that each function that uses it is compiled once for each format.
 */
#ifndef _WEIR_SET_HASH_BUCKET_H
#define _WEIR_SET_HASH_BUCKET_H

#include <linux/string.h>
#include "hash.h"

/*
 * weir_hash_call(FORMAT, FUNCTION, ARGUMENT...): call an inline function with the
 * format, as a constant, before the other arguments.
 */
#define __weir_hash_call(format, fn, ...) fn(format, __VA_ARGS__)
#define weir_hash_call(variable, ...)						\
({										\
	u8 __format = (variable);						\
										\
	__format == WEIR_HASH_U32 ? __weir_hash_call(WEIR_HASH_U32, __VA_ARGS__) :	\
	__format == WEIR_HASH_U64 ? __weir_hash_call(WEIR_HASH_U64, __VA_ARGS__) :	\
	__format == WEIR_HASH_U128 ? __weir_hash_call(WEIR_HASH_U128, __VA_ARGS__) :	\
				     __weir_hash_call(WEIR_HASH_ELEM, __VA_ARGS__);	\
})

/* Both halves of a product: each bit of it depends on many of both factors. */
static __always_inline u64 weir_hash_mix(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (u64)product ^ (u64)(product >> 64);
}

/* Of a key that is a number; wyhash's way of hashing two words. */
static __always_inline u64 weir_hash_of_num(const u64 secret[2], u64 lo, u64 hi)
{
	unsigned __int128 product = (unsigned __int128)(lo ^ secret[0]) * (hi ^ secret[1]);

	return weir_hash_mix((u64)product ^ secret[0], (u64)(product >> 64) ^ secret[1]);
}

/*
 * The hash of an element is made of the upper half of its key's hash, its tag,
 * alone: so nobody needs to look at the element to move it.
 */
static __always_inline u64 weir_hash_of_tag(u32 tag)
{
	return (u64)tag << 32 | (u32)(tag * 0x9e3779b1U);
}

static __always_inline u32 weir_hash_tag(u64 hash)
{
	return hash >> 32;
}

/* At most 8 bytes as a number: two reads that overlap, rather than a loop. */
static __always_inline u64 weir_hash_word(const u8 *key, unsigned int size)
{
	__be64 all;
	__be32 half[2];
	__be16 quarter[2];

	if (size == 8) {
		memcpy(&all, key, 8);
		return be64_to_cpu(all);
	}
	if (size >= 4) {
		memcpy(&half[0], key, 4);
		memcpy(&half[1], key + size - 4, 4);
		return (u64)be32_to_cpu(half[0]) << 8 * (size - 4) | be32_to_cpu(half[1]);
	}
	if (size >= 2) {
		memcpy(&quarter[0], key, 2);
		memcpy(&quarter[1], key + size - 2, 2);
		return (u64)be16_to_cpu(quarter[0]) << 8 * (size - 2) | be16_to_cpu(quarter[1]);
	}
	return *key;
}

/* Whether an element has the key of an item. */
static __always_inline bool weir_hash_same(const struct weir_set_spec *spec,
					   const struct weir_elem *elem,
					   const struct weir_hash_item *item)
{
	if (item->key)
		return !memcmp(weir_elem_key(spec, elem), item->key, spec->key_size);
	return weir_hash_same_num(spec, elem, item->lo, item->hi);
}

/* Slots of a bucket. */
static __always_inline unsigned int weir_hash_slots(enum weir_hash_format format)
{
	switch (format) {
	case WEIR_HASH_U32:
	case WEIR_HASH_U64:
		return 8;
	case WEIR_HASH_U128:
		return 4;
	case WEIR_HASH_ELEM:
		break;
	}
	return 5;
}

/* Buckets in as many lines. */
static __always_inline unsigned int weir_hash_buckets(enum weir_hash_format format,
						      unsigned int lines)
{
	return format == WEIR_HASH_U32 ? 2 * lines : lines;
}

/* The bucket of @n in which an element should be, and the only other one in which it may be. */
static __always_inline unsigned int weir_hash_first(u64 hash, unsigned int n)
{
	return (u64)(u32)hash * n >> 32;
}

static __always_inline unsigned int weir_hash_second(u64 hash, unsigned int n,
						     unsigned int first)
{
	unsigned int second = first + 1 + ((u16)hash * (n - 1) >> 16);

	return second < n ? second : second - n;
}

static __always_inline bool weir_hash_overflows(const struct weir_hash_node *segment,
						unsigned int bucket)
{
	return READ_ONCE(segment->overflow) >> bucket & 1;
}

static __always_inline bool weir_hash_used(enum weir_hash_format format,
					   const struct weir_hash_node *segment,
					   unsigned int bucket, unsigned int slot)
{
	switch (format) {
	case WEIR_HASH_U32:
		return segment->u32[bucket].key[slot];
	case WEIR_HASH_U64:
		return segment->u64[bucket].key[slot];
	case WEIR_HASH_U128:
		return segment->u128[bucket].lo[slot] | segment->u128[bucket].hi[slot];
	case WEIR_HASH_ELEM:
		break;
	}
	return READ_ONCE(segment->elems[bucket].elem[slot]);
}

/* Where a bucket of keys that stand for themselves begins. */
static __always_inline const void *weir_hash_line(enum weir_hash_format format,
						  const struct weir_hash_node *segment,
						  unsigned int bucket)
{
	return format == WEIR_HASH_U32 ? (const void *)&segment->u32[bucket] :
					 (const void *)&segment->u64[bucket];
}

/* Whether a slot of such a bucket holds this key. */
static __always_inline bool weir_hash_line_is(enum weir_hash_format format, const void *line,
					      unsigned int slot,
					      const struct weir_hash_item *item)
{
	const struct weir_hash_u128 *wide = line;

	switch (format) {
	case WEIR_HASH_U32:
		return ((const struct weir_hash_u32 *)line)->key[slot] == (u32)item->lo;
	case WEIR_HASH_U64:
		return ((const struct weir_hash_u64 *)line)->key[slot] == item->lo;
	default:
		return wide->lo[slot] == item->lo && wide->hi[slot] == item->hi;
	}
}

/* Whether a slot holds this key. */
static __always_inline bool weir_hash_is(enum weir_hash_format format,
					 const struct weir_set_spec *spec,
					 const struct weir_hash_node *segment,
					 unsigned int bucket, unsigned int slot,
					 const struct weir_hash_item *item)
{
	const struct weir_elem *elem;

	if (format != WEIR_HASH_ELEM)
		return weir_hash_line_is(format, weir_hash_line(format, segment, bucket), slot,
					 item);
	if (READ_ONCE(segment->elems[bucket].tag[slot]) != weir_hash_tag(item->hash))
		return false;
	elem = READ_ONCE(segment->elems[bucket].elem[slot]);
	return elem && weir_hash_same(spec, elem, item);
}

static __always_inline void weir_hash_get(enum weir_hash_format format, const u64 secret[2],
					  const struct weir_hash_node *segment,
					  unsigned int bucket, unsigned int slot,
					  struct weir_hash_item *item)
{
	*item = (struct weir_hash_item){ .elem = WEIR_ELEM_HIT };
	switch (format) {
	case WEIR_HASH_U32:
		item->lo = segment->u32[bucket].key[slot];
		break;
	case WEIR_HASH_U64:
		item->lo = segment->u64[bucket].key[slot];
		break;
	case WEIR_HASH_U128:
		item->lo = segment->u128[bucket].lo[slot];
		item->hi = segment->u128[bucket].hi[slot];
		break;
	case WEIR_HASH_ELEM:
		item->elem = READ_ONCE(segment->elems[bucket].elem[slot]);
		item->hash = weir_hash_of_tag(READ_ONCE(segment->elems[bucket].tag[slot]));
		return;
	}
	item->hash = weir_hash_of_num(secret, item->lo, item->hi);
}

/* Readers may be there, of a dynamic content: the element last. */
static __always_inline void weir_hash_put(enum weir_hash_format format,
					  struct weir_hash_node *segment, unsigned int bucket,
					  unsigned int slot, const struct weir_hash_item *item)
{
	switch (format) {
	case WEIR_HASH_U32:
		segment->u32[bucket].key[slot] = item->lo;
		break;
	case WEIR_HASH_U64:
		segment->u64[bucket].key[slot] = item->lo;
		break;
	case WEIR_HASH_U128:
		segment->u128[bucket].lo[slot] = item->lo;
		segment->u128[bucket].hi[slot] = item->hi;
		break;
	case WEIR_HASH_ELEM:
		WRITE_ONCE(segment->elems[bucket].tag[slot], weir_hash_tag(item->hash));
		/* Whoever sees the element sees what is in it. */
		smp_store_release(&segment->elems[bucket].elem[slot], item->elem);
		break;
	}
}

#endif /* _WEIR_SET_HASH_BUCKET_H */
