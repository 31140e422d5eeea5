/* SPDX-License-Identifier: GPL-2.0 */
#include <shim.h>

#define div64_u64(dividend, divisor)	((dividend) / (divisor))
