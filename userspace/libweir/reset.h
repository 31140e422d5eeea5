/* SPDX-License-Identifier: GPL-2.0 */
/* What an interrupted reset of counters has taken already; see fetch.c. */
#ifndef WEIR_RESET_H
#define WEIR_RESET_H

#include "weir.h"

/**
 * struct weir_taken - Rules that an interrupted reset has set to zero already.
 * @rules: With what their counters had, sorted.
 * @n: How many.
 */
struct weir_taken {
	struct weir_rule **rules;
	size_t n;
};

/**
 * weir_taken_merge() - Add what was taken before to what was taken now.
 * @ruleset: Taken now.
 * @taken: Taken before.
 * @again: This try has to be repeated as well: the sums are moved to @taken,
 *   and @ruleset is only good for being freed. A rule that this try did not
 *   reach keeps what it had.
 */
void weir_taken_merge(struct weir_ruleset *ruleset, struct weir_taken *taken, bool again);
void weir_taken_free(struct weir_taken *taken);

#endif /* WEIR_RESET_H */
