/* SPDX-License-Identifier: GPL-2.0 */
/* What an interrupted reset of counters has taken already; see fetch.c. */
#ifndef WEIR_RESET_H
#define WEIR_RESET_H

#include "weir.h"

/**
 * struct weir_counted - A rule or named object that was set to zero.
 * @family: Of its table.
 * @table: Its table, owned.
 * @handle: Unique in the table.
 * @items: With what they had counted, owned.
 */
struct weir_counted {
	uint8_t family;
	char *table;
	uint64_t handle;
	struct weir_item *items;
};

/**
 * struct weir_taken - What an interrupted reset has set to zero already.
 * @counted: Sorted.
 * @n: How many.
 */
struct weir_taken {
	struct weir_counted *counted;
	size_t n;
};

/**
 * weir_taken_merge() - Add what was taken before to what was taken now.
 * @ruleset: Taken now.
 * @taken: Taken before.
 * @again: This try has to be repeated as well: the sums are moved to @taken,
 *   and @ruleset is only good for being freed. What this try did not reach keeps
 *   what it had.
 */
void weir_taken_merge(struct weir_ruleset *ruleset, struct weir_taken *taken, bool again);
void weir_taken_free(struct weir_taken *taken);

#endif /* WEIR_RESET_H */
