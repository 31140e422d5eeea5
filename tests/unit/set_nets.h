/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_UNIT_SET_NETS_H
#define WEIR_UNIT_SET_NETS_H

/* A network, as its first and its last address. */
struct set_net {
	unsigned __int128 from, to;
};

/*
 * Read a real list: an address or a network at the start of each line, and anything
 * behind a blank. Lists are in a folder beside the tree, or $WEIR_ADDRESSES; NULL
 * where there are none. To be freed.
 */
struct set_net *set_nets(const char *name, unsigned int bits, unsigned int *n);

/* By start; of those that start at the same place the longest comes first. */
int set_net_order(const void *a, const void *b);

#endif /* WEIR_UNIT_SET_NETS_H */
