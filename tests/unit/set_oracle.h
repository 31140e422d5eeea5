/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact sets against the plainest of all: a sorted list of all keys that a test may
 * use, and for each of them whether it is in. A version of the list is a copy of it.
 */
#ifndef WEIR_UNIT_SET_ORACLE_H
#define WEIR_UNIT_SET_ORACLE_H

#include <weir/set.h>
#include "chance.h"

struct set_oracle {
	struct weir_set_spec spec;
	struct weir_set_ops *ops;
	unsigned int n;				/* Keys that there may be. */
	u8 (*key)[WEIR_KEY_MAX];
	struct weir_elem **in;			/* The element with each key, or NULL. */
	unsigned int count;
	struct weir_elem **made;		/* Elements to be freed in the end. */
	unsigned int n_made;
};

void oracle_init(struct set_oracle *oracle, struct weir_set_ops *ops, unsigned int key_size,
		 bool elems, bool dynamic, unsigned int keys);
void oracle_free(struct set_oracle *oracle);
struct weir_elem **oracle_copy(const struct set_oracle *oracle);
struct weir_elem *oracle_lookup(const struct set_oracle *oracle,
				const struct weir_content *content, unsigned int i);
void oracle_change(struct set_oracle *oracle, struct weir_content *content, unsigned int i,
		   bool may_fail);
void oracle_check(const struct set_oracle *oracle, const struct weir_content *content,
		  struct weir_elem **in);
void oracle_transactions(struct set_oracle *oracle, unsigned int n, unsigned int changes);

#endif /* WEIR_UNIT_SET_ORACLE_H */
