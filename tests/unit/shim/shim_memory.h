/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as set modules need beyond shim.h: allocators whose every
 * call a test can let fail, grace periods that end when the test says so, and locks
 * of which a test looks only at the balance.
 */
#ifndef WEIR_UNIT_SHIM_MEMORY_H
#define WEIR_UNIT_SHIM_MEMORY_H

#include <stdio.h>
#include <shim.h>

/* What tests look at and set. */
extern long shim_fail_after;	/* How many allocations succeed yet; negative: all. */
extern long shim_allocated;	/* Bytes that are allocated. */
extern int shim_locked;		/* Locks held. */
extern u64 shim_random;		/* What get_random_bytes() goes on from. */

void *shim_alloc(size_t size, size_t align, bool zero);
void shim_free(const void *p);
void shim_call_rcu(void *rcu, void (*func)(void *rcu));
void shim_grace_period(void);

/* Memory. */
typedef unsigned int gfp_t;
#define GFP_ATOMIC		0
#define __GFP_NOWARN		0
#define __GFP_ZERO		1
#define __GFP_RETRY_MAYFAIL	0
#define SLAB_ACCOUNT		0
#define kzalloc(size, gfp)	shim_alloc(size, 8, true)
#define kvzalloc(size, gfp)	shim_alloc(size, 8, true)
#define kcalloc(n, size, gfp)	shim_alloc(array_size(n, size), 8, true)
#undef kmalloc
#define kmalloc(size, gfp)	shim_alloc(size, 8, false)
#undef kfree
#define kfree(p)		shim_free(p)
#undef kvmalloc
#define kvmalloc(size, gfp)	kmalloc(size, gfp)
#undef kvmalloc_array
#define kvmalloc_array(n, size, gfp) kmalloc(array_size(n, size), gfp)
#undef kvfree
#define kvfree(p)		kfree(p)

/* As 6.12 has them on x86-64. */
static inline size_t kmalloc_size_roundup(size_t size)
{
	size_t rounded = 8;

	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	while (rounded < size)
		rounded *= 2;
	return rounded;
}

struct kmem_cache {
	size_t size;
	size_t align;
};

static inline struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align,
						   unsigned long flags, void *ctor)
{
	struct kmem_cache *cache = shim_alloc(sizeof(*cache), 8, true);

	if (cache) {
		cache->size = size;
		cache->align = align;
	}
	return cache;
}

#define kmem_cache_destroy(cache) shim_free(cache)
#define kmem_cache_alloc(cache, gfp) \
	shim_alloc((cache)->size, (cache)->align, (gfp) & __GFP_ZERO)
#define kmem_cache_zalloc(cache, gfp) kmem_cache_alloc(cache, (gfp) | __GFP_ZERO)
#define kmem_cache_free(cache, p) shim_free(p)

/* RCU. Readers are whoever runs between two grace periods. */
#define rcu_read_lock()		do { } while (0)
#define rcu_read_unlock()	do { } while (0)
#define rcu_barrier()		shim_grace_period()
#define call_rcu(rcu, func)	shim_call_rcu(rcu, (void (*)(void *))(func))
#define WRITE_ONCE(x, v)	(*(volatile typeof(x) *)&(x) = (v))
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)

/* Locks. */
typedef struct {
	int held;
} spinlock_t;
#define spin_lock_init(lock)	((lock)->held = 0)
#define spin_lock_bh(lock)	(assert(!(lock)->held++), shim_locked++)
#define spin_unlock_bh(lock)	(assert((lock)->held--), shim_locked--)
#define __acquires(lock)
#define __releases(lock)
#define __acquire(lock)		do { } while (0)
#define __release(lock)		do { } while (0)

/* Chance. */
static inline void get_random_bytes(void *to, size_t size)
{
	u8 *byte = to;

	while (size--) {
		shim_random ^= shim_random << 13;
		shim_random ^= shim_random >> 7;
		shim_random ^= shim_random << 17;
		*byte++ = shim_random * 0x2545f4914f6cdd1dULL >> 56;
	}
}

/* Numbers and bits. */
#define OPTIMIZER_HIDE_VAR(v)	__asm__("" : "=r" (v) : "0" (v))
#define U64_MAX			UINT64_MAX
#define BUILD_BUG_ON(x)		_Static_assert(!(x), #x)
#define ilog2(n)		(63 - __builtin_clzll(n))
#define be16_to_cpu(x)		be16toh(x)
#define be32_to_cpu(x)		be32toh(x)
#define be64_to_cpu(x)		be64toh(x)
#define BITS_TO_LONGS(n)	DIV_ROUND_UP(n, 64)
#define test_bit(bit, map)	((map)[(bit) / 64] >> (bit) % 64 & 1)
#define __set_bit(bit, map)	((map)[(bit) / 64] |= 1UL << (bit) % 64)
#define __clear_bit(bit, map)	((map)[(bit) / 64] &= ~(1UL << (bit) % 64))
#define bitmap_copy(to, from, n) memcpy(to, from, 8 * BITS_TO_LONGS(n))

static inline unsigned long find_next_bit(const unsigned long *map, unsigned long n,
					  unsigned long from)
{
	while (from < n && !test_bit(from, map))
		from++;
	return from < n ? from : n;
}

/* Errors in pointers. */
#define PTR_ERR(p)		((long)(p))
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define ERR_CAST(p)		((void *)(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)

/* Modules: a test calls what it needs. */
#define __init			__attribute__((unused))
#define __exit			__attribute__((unused))
#define THIS_MODULE		NULL
#define module_init(f)
#define module_exit(f)
#define MODULE_LICENSE(s)
#define MODULE_VERSION(s)
#define MODULE_DESCRIPTION(s)
#define MODULE_ALIAS(s)

#endif /* WEIR_UNIT_SHIM_MEMORY_H */
