/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_NUM_H
#define WEIR_NUM_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/**
 * struct weir_num - An unsigned number of up to 128 bits, the value of a key.
 * @hi: The high 64 bits.
 * @lo: The low 64 bits.
 *
 * On the wire it is big endian, in as many bytes as hold the bits of the key.
 */
struct weir_num {
	uint64_t hi;
	uint64_t lo;
};

/** weir_num() - A number of up to 64 bits. */
static inline struct weir_num weir_num(uint64_t lo)
{
	return (struct weir_num){ .lo = lo };
}

/** weir_num_cmp() - Less than, equal to or greater than 0 as @a is to @b. */
static inline int weir_num_cmp(struct weir_num a, struct weir_num b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo < b.lo ? -1 : a.lo > b.lo;
}

static inline bool weir_num_eq(struct weir_num a, struct weir_num b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline struct weir_num weir_num_and(struct weir_num a, struct weir_num b)
{
	return (struct weir_num){ a.hi & b.hi, a.lo & b.lo };
}

static inline struct weir_num weir_num_or(struct weir_num a, struct weir_num b)
{
	return (struct weir_num){ a.hi | b.hi, a.lo | b.lo };
}

static inline struct weir_num weir_num_xor(struct weir_num a, struct weir_num b)
{
	return (struct weir_num){ a.hi ^ b.hi, a.lo ^ b.lo };
}

/** weir_num_shl() - Shift left by @bits, 0 to 127; bits above 128 are lost. */
static inline struct weir_num weir_num_shl(struct weir_num a, unsigned int bits)
{
	if (bits >= 64)
		return (struct weir_num){ a.lo << (bits - 64), 0 };
	if (!bits)
		return a;
	return (struct weir_num){ a.hi << bits | a.lo >> (64 - bits), a.lo << bits };
}

/** weir_num_shr() - Shift right by @bits, 0 to 127. */
static inline struct weir_num weir_num_shr(struct weir_num a, unsigned int bits)
{
	if (bits >= 64)
		return (struct weir_num){ 0, a.hi >> (bits - 64) };
	if (!bits)
		return a;
	return (struct weir_num){ a.hi >> bits, a.lo >> bits | a.hi << (64 - bits) };
}

/** weir_num_ones() - The highest number of @bits bits, 0 to 128. */
static inline struct weir_num weir_num_ones(unsigned int bits)
{
	struct weir_num all = { UINT64_MAX, UINT64_MAX };

	return bits ? weir_num_shr(all, 128 - bits) : (struct weir_num){ 0, 0 };
}

/** weir_num_get() - Read @len bytes, 0 to 16, in network byte order. */
static inline struct weir_num weir_num_get(const uint8_t *from, unsigned int len)
{
	uint64_t words[2] = { 0, 0 };

	memcpy((uint8_t *)words + sizeof(words) - len, from, len);
	return (struct weir_num){ be64toh(words[0]), be64toh(words[1]) };
}

/** weir_num_put() - Write the low @len bytes, 0 to 16, in network byte order. */
static inline void weir_num_put(struct weir_num num, uint8_t *to, unsigned int len)
{
	const uint64_t words[2] = { htobe64(num.hi), htobe64(num.lo) };

	memcpy(to, (const uint8_t *)words + sizeof(words) - len, len);
}

#endif /* WEIR_NUM_H */
