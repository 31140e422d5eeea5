/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/filter.h>
#include <shim.h>
