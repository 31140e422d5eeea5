/* SPDX-License-Identifier: GPL-2.0 */
/* A listing while it is received; what the files that fetch share. */
#ifndef WEIR_FETCH_H
#define WEIR_FETCH_H

#include "sock.h"

struct weir_fetch {
	struct weir_sock *sock;
	const struct weir_filter *filter;
	struct weir_errors *errors;
	struct weir_ruleset *ruleset;
	/* Where the next object probably belongs, as the kernel lists in order. */
	struct weir_table_node *table;
	struct weir_table_node **table_end;
	struct weir_chain_node **chain_end;
	struct weir_set_node **set_end;
	struct weir_named_node **named_end;
	struct weir_table_node *rule_table;
	struct weir_chain_node *chain;
	struct weir_rule_node **rule_end;
	/* A rule that goes on in the next message. */
	struct weir_rule *open;
	const char *why;
	bool changed;
};

/** weir_fetch_wanted() - Whether the filter has this table, and chain if not NULL. */
bool weir_fetch_wanted(const struct weir_fetch *fetch, uint8_t family, const char *table,
		       const char *chain);
/**
 * weir_fetch_table() - Make @fetch->table the one of this name, and where its next
 * objects go the ends of its lists; false if it is not there.
 */
bool weir_fetch_table(struct weir_fetch *fetch, uint8_t family, const char *name);
/** weir_fetch_take_set() - A set of the listing. */
void weir_fetch_take_set(void *data, const struct nlmsghdr *nlh);
/** weir_fetch_take_named() - A named object of the listing. */
void weir_fetch_take_named(void *data, const struct nlmsghdr *nlh);
/** weir_fetch_sense() - Whether the messages made sense, @why NULL; otherwise an error. */
bool weir_fetch_sense(struct weir_errors *errors, const char *why);

/** weir_ruleset_types() - Tell rules the types of what they write into maps. */
void weir_ruleset_types(struct weir_ruleset *ruleset);

#endif /* WEIR_FETCH_H */
