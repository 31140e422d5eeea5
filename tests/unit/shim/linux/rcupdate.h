/* SPDX-License-Identifier: GPL-2.0 */
#include <shim.h>
#include <shim_memory.h>
