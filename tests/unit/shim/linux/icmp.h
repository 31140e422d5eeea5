/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/icmp.h>
#include <shim.h>
