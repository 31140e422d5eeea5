/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/igmp.h>
#include <shim.h>
