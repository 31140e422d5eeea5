/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_MATCH_BUCKET_H
#define _WEIR_MATCH_BUCKET_H

/*
 * A token bucket that counts exactly, whatever its rate.
 *
 * "R tokens in each unit of time, at most C at once" is a bucket that starts
 * with C tokens and gets R in each unit. Time is counted in ticks of one
 * billionth of the unit, and what the bucket holds in billionths of a token,
 * here called parts: each tick adds exactly R parts, and a token is exactly
 * 10^9 parts. Nothing is ever divided on the way, so there is no rounding error
 * to add up. An example: 3 tokens a second. A tick is 1 ns and adds 3 parts; an
 * empty bucket holds a token again after 333333334 ns, and in a year it gives
 * out 3 * 31536000 of them.
 *
 * What a bucket holds fits into 64 bits as long as C is below 2^64 / 10^9, about
 * 18.4 * 10^9 tokens. The time since the last look times R may not fit; but then
 * the bucket is full, which is asked first.
 */

#include <linux/math64.h>
#include <linux/overflow.h>
#include <linux/types.h>

/** WEIR_BUCKET_SCALE - Ticks in a unit of time, and parts in a token. */
#define WEIR_BUCKET_SCALE	1000000000ULL

/**
 * struct weir_bucket - A token bucket. The caller serialises.
 * @rate: Tokens in each unit of time, so parts in each tick; not 0.
 * @full: Parts in a full bucket.
 * @fill_ticks: Ticks in which an empty bucket is surely full.
 * @level: Parts that it held at @last.
 * @last: Latest tick at which somebody looked.
 */
struct weir_bucket {
	u64 rate;
	u64 full;
	u64 fill_ticks;
	u64 level;
	u64 last;
};

/**
 * weir_bucket_init() - Start with a full bucket.
 * @bucket: The bucket.
 * @rate: Tokens in each unit of time, not 0.
 * @capacity: Most tokens it holds.
 * @now: The tick.
 *
 * Return: false if so many tokens do not fit.
 */
static inline bool weir_bucket_init(struct weir_bucket *bucket, u64 rate, u64 capacity, u64 now)
{
	if (check_mul_overflow(capacity, WEIR_BUCKET_SCALE, &bucket->full))
		return false;
	bucket->rate = rate;
	bucket->fill_ticks = div64_u64(bucket->full, rate) + 1;
	bucket->level = bucket->full;
	bucket->last = now;
	return true;
}

/**
 * weir_bucket_take() - Take tokens if the bucket holds as many.
 * @bucket: The bucket.
 * @tokens: How many.
 * @now: The tick; may lie before that of an earlier call, by another CPU.
 *
 * Return: Whether they were taken.
 */
static inline bool weir_bucket_take(struct weir_bucket *bucket, u32 tokens, u64 now)
{
	u64 ticks = now > bucket->last ? now - bucket->last : 0;
	u64 cost = tokens * WEIR_BUCKET_SCALE;

	if (ticks >= bucket->fill_ticks ||
	    ticks * bucket->rate >= bucket->full - bucket->level)
		bucket->level = bucket->full;
	else
		bucket->level += ticks * bucket->rate;
	bucket->last += ticks;

	if (cost > bucket->level)
		return false;
	bucket->level -= cost;
	return true;
}

/**
 * weir_bucket_ready() - A tick before which the bucket holds less than a token.
 * @bucket: The bucket.
 *
 * Return: The tick; now or earlier if it holds a token.
 */
static inline u64 weir_bucket_ready(const struct weir_bucket *bucket)
{
	if (bucket->level >= WEIR_BUCKET_SCALE)
		return bucket->last;
	return bucket->last + div64_u64(WEIR_BUCKET_SCALE - bucket->level, bucket->rate);
}

#endif /* _WEIR_MATCH_BUCKET_H */
