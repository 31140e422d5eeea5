/* SPDX-License-Identifier: GPL-2.0 */
/* Random objects for the tests of messages. */
#ifndef NETLINK_MAKE_H
#define NETLINK_MAKE_H

#include "language/ext.h"
#include "libweir/model.h"

/* What sk_sndbuf is by default, less what the kernel takes for itself. */
#define DATAGRAM_MAX (212992 - 32)

/* A plug-in of the tests' own, so that no other decides what is tried. */
struct probe {
	uint32_t number;
};

extern const struct weir_ext probe;

uint64_t random_number(void);
/* A number below @n. */
unsigned int below(unsigned int n);
/* A number of @bits bits. */
struct weir_num random_num(unsigned int bits);
void *random_data(void);
struct weir_key random_key(void);
void random_ranges(struct weir_item *item, size_t n);
struct weir_item *random_item(void);
struct weir_rule *random_rule(unsigned int n_items);

#endif /* NETLINK_MAKE_H */
