// SPDX-License-Identifier: GPL-2.0
/* The same with small nodes, so that trees of a few hundred elements are high. */
#include "test_set_range.c"
