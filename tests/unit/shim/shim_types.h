/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's names of integers; the system's own headers may include this. */
#ifndef WEIR_UNIT_SHIM_TYPES_H
#define WEIR_UNIT_SHIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define __force
#define __percpu
#define __rcu
#define __aligned(x)		__attribute__((aligned(x)))

#endif /* WEIR_UNIT_SHIM_TYPES_H */
