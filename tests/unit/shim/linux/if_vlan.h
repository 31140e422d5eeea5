/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/if_vlan.h>
#include <shim.h>
