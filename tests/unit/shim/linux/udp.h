/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/udp.h>
#include <shim.h>
