/* SPDX-License-Identifier: GPL-2.0 */
/* As much of the kernel as persistent trees need beyond shim_memory.h. */
#ifndef WEIR_UNIT_SHIM_SET_H
#define WEIR_UNIT_SHIM_SET_H

#include <sys/types.h>
#include <shim_memory.h>

#ifndef kmalloc_array
#define kmalloc_array(n, size, gfp) kmalloc(array_size(n, size), gfp)
#endif
#ifndef kvzalloc
#define kvzalloc(size, gfp)	kzalloc(size, gfp)
#endif

#ifndef roundup_pow_of_two
#define roundup_pow_of_two(n)	(1UL << (64 - __builtin_clzl((n) - 1)))
#endif
#ifndef __fls
#define __fls(n)		(63 - __builtin_clzl(n))
#endif
#ifndef fls64
#define fls64(n)		((n) ? 64 - __builtin_clzll(n) : 0)
#endif

#ifndef get_jiffies_64
#define get_jiffies_64()	1000000ULL
#define time_before64(a, b)	((s64)((a) - (b)) < 0)
#endif
#ifndef OPTIMIZER_HIDE_VAR
#define OPTIMIZER_HIDE_VAR(x)	asm("" : "+r" (x))
#endif
#ifndef cond_resched
#define cond_resched()		((void)0)
#endif
#ifndef EXPORT_SYMBOL_GPL
#define EXPORT_SYMBOL_GPL(symbol)
#endif

#endif /* WEIR_UNIT_SHIM_SET_H */
