/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/bpf.h>
#include <shim.h>
