/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/netlink.h>
#include <shim.h>
