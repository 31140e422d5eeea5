/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers at random that are the same in each run: xorshift64* (Vigna, 2014). */
#ifndef WEIR_UNIT_CHANCE_H
#define WEIR_UNIT_CHANCE_H

#include <stdint.h>

static inline uint64_t chance(void)
{
	static uint64_t seed = 1;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dULL;
}

static inline unsigned __int128 chance128(void)
{
	unsigned __int128 high = chance();

	return high << 64 | chance();
}

/* The highest number of @bits bits, 1 to 128. */
static inline unsigned __int128 last(unsigned int bits)
{
	return ~(unsigned __int128)0 >> (128 - bits);
}

#endif /* WEIR_UNIT_CHANCE_H */
