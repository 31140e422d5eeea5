/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transport: objects to and from the kernel over generic netlink. Nothing here
 * knows the language.
 */
#ifndef WEIR_H
#define WEIR_H

#include "error.h"
#include "model.h"

struct weir_sock;

/**
 * weir_open() - Connect to the kernel modules in the current network namespace.
 * @errors: Takes what is wrong: module not loaded and not loadable (with the
 *   reason: not built for this kernel, rejected by Secure Boot, no permission).
 *
 * Loads the module weir if the family is not there.
 *
 * Return: The socket, or NULL.
 */
struct weir_sock *weir_open(struct weir_errors *errors);
void weir_close(struct weir_sock *sock);

/**
 * struct weir_status - State of the kernel side.
 */
struct weir_status {
	uint64_t gen;
	char version[32];
	bool jit;
	uint32_t open_pid;
	char open_comm[16];
};

/**
 * weir_is_loaded() - Whether the module is there; never loads it.
 */
bool weir_is_loaded(void);

/**
 * weir_set_dump() - Show every message sent and received from now on.
 * @to: Where to, NULL for nowhere.
 */
void weir_set_dump(struct weir_sock *sock, FILE *to);

/**
 * weir_get_status() - Ask for the state of the kernel side.
 *
 * Return: 0, or -1 with an error.
 */
int weir_get_status(struct weir_sock *sock, struct weir_status *status,
		    struct weir_errors *errors);

/**
 * struct weir_notice - One event.
 * @lost: Events were lost because they were not read fast enough; nothing else
 *   is set. What the kernel has can only be learnt by listing it.
 * @event: New, change or del; for the end of a transaction without an object.
 * @table: One of these, or none at the end of a transaction.
 * @chain:
 * @rule:
 * @set: A set without its elements.
 * @elements: Not @set itself but its elements: those that came or went, or none
 *   where all of them went.
 * @named: A named object.
 * @gen: At the end of a transaction, with who made it.
 * @pid:
 * @comm:
 * @changes:
 */
struct weir_notice {
	bool lost;
	enum weir_event event;
	const struct weir_table *table;
	const struct weir_chain *chain;
	const struct weir_rule *rule;
	const struct weir_set *set;
	bool elements;
	const struct weir_named *named;
	uint64_t gen;
	uint32_t pid;
	char comm[16];
	uint32_t changes;
};

/**
 * struct weir_txn_opts - How to run a transaction.
 * @check: Validate only.
 * @gen: Generation the writer has seen, 0 for any.
 * @wait_ms: How long to wait for another writer to finish.
 * @echo: Called for each object that was changed, as the kernel has it now, and
 *   once at the end; NULL if not of interest.
 * @progress: Called now and then with the number of commands and of elements sent,
 *   or NULL.
 * @read: Called for a command with from_stdin until it leaves @elems NULL: the next
 *   elements. They and their text must stay until the next call. Returns false with
 *   an error.
 * @data: Passed to @echo, @progress and @read.
 */
struct weir_txn_opts {
	bool check;
	uint64_t gen;
	unsigned int wait_ms;
	int (*echo)(void *data, const struct weir_notice *notice);
	void (*progress)(void *data, size_t done, size_t total, size_t elements);
	bool (*read)(void *data, const struct weir_command *command,
		     const struct weir_elems **elems, struct weir_errors *errors);
	void *data;
};

/**
 * weir_apply() - Send the commands that change something in one transaction.
 * @sock: The socket.
 * @commands: Those that only read are passed over.
 * @opts: How.
 * @errors: Takes refusals, each at the token that caused it.
 *
 * Return: 0, or -1 and nothing has changed.
 */
int weir_apply(struct weir_sock *sock, const struct weir_command *commands,
	       const struct weir_txn_opts *opts, struct weir_errors *errors);

/**
 * struct weir_filter - What to list. Members that are 0 or NULL do not restrict.
 * @family: Only tables of this family.
 * @table: Only this table.
 * @chain: Only this chain; with @table.
 * @set: Only this set; with @table.
 * @named: Only this object; with @table.
 * @named_type: Only objects of this type.
 * @handle: Only this rule; with @chain.
 * @explain: Also tell what packets meet of chains and rules; not where they are reset.
 * @table_loc: Where the user named the table, for errors; may be NULL.
 * @chain_loc: Where the user named the chain.
 * @rule_loc: Where the user named the rule.
 * @set_loc: Where the user named the set or object.
 */
struct weir_filter {
	uint8_t family;
	const char *table;
	const char *chain;
	const char *set;
	const char *named;
	const char *named_type;
	uint64_t handle;
	bool explain;
	const struct weir_loc *table_loc;
	const struct weir_loc *chain_loc;
	const struct weir_loc *rule_loc;
	const struct weir_loc *set_loc;
};

/**
 * struct weir_ruleset - A consistent copy of what the kernel has.
 * @gen: Its generation.
 * @tables: In the kernel's order, with their chains and rules.
 */
struct weir_ruleset {
	uint64_t gen;
	struct weir_table_node *tables;
};

/**
 * struct weir_table_node - A table with its chains.
 */
struct weir_table_node {
	struct weir_table_node *next;
	struct weir_table *table;
	struct weir_chain_node *chains;
	struct weir_set_node *sets;
	struct weir_named_node *nameds;
};

/**
 * struct weir_set_node - A set, without its elements.
 */
struct weir_set_node {
	struct weir_set_node *next;
	struct weir_set *set;
};

/**
 * struct weir_named_node - A named object.
 */
struct weir_named_node {
	struct weir_named_node *next;
	struct weir_named *named;
};

/**
 * struct weir_chain_node - A chain with its rules.
 */
struct weir_chain_node {
	struct weir_chain_node *next;
	struct weir_chain *chain;
	struct weir_rule_node *rules;
};

/**
 * struct weir_rule_node - A rule.
 */
struct weir_rule_node {
	struct weir_rule_node *next;
	struct weir_rule *rule;
};

/**
 * enum weir_fetch_what - How much to fetch.
 */
enum weir_fetch_what {
	WEIR_FETCH_TABLES,
	WEIR_FETCH_CHAINS,
	WEIR_FETCH_RULES,
	WEIR_FETCH_RESET,
	WEIR_FETCH_SETS,
	WEIR_FETCH_NAMES,
	WEIR_FETCH_NAMEDS,
	WEIR_FETCH_NAMEDS_RESET,
};

/**
 * weir_fetch() - Fetch a consistent copy of the ruleset or of a part.
 * @sock: The socket.
 * @what: Tables only, with chains, with rules and all else, with rules and
 *   resetting their counters, with sets only, all but rules, with named objects
 *   only, or with these and resetting them.
 * @filter: Restricts; a table, chain or set named that is not there is an error.
 * @errors: Takes what is wrong.
 *
 * Starts again where another writer committed meanwhile, so that what is
 * returned is one generation. A reset that is interrupted adds up what it had
 * taken already.
 *
 * Return: The ruleset, or NULL.
 */
struct weir_ruleset *weir_fetch(struct weir_sock *sock, enum weir_fetch_what what,
				const struct weir_filter *filter, struct weir_errors *errors);
void weir_ruleset_free(struct weir_ruleset *ruleset);

/**
 * weir_fetch_elems() - The elements of a set, as they come: never all at once.
 * @sock: The socket.
 * @set: The set, as weir_fetch() returned it.
 * @gen: The generation that it must be, 0 for any.
 * @reset: Set counters and quotas to zero.
 * @take: Called for some elements at a time; they are gone when it returns, unless it
 *   takes them over and sets *@elems to NULL. Not 0 ends it.
 * @data: Passed to @take.
 * @errors: Takes what is wrong; if another writer committed meanwhile, EAGAIN.
 *
 * Return: 0, what @take returned, or -1.
 */
int weir_fetch_elems(struct weir_sock *sock, const struct weir_set *set, uint64_t gen, bool reset,
		     int (*take)(void *data, struct weir_elems **elems), void *data,
		     struct weir_errors *errors);

/**
 * weir_test_elems() - Which elements decide about given keys.
 * @sock: The socket.
 * @set: The set, as weir_fetch() returned it, its elems the keys.
 * @reset: Set their counters and quotas to zero.
 * @found: Set to the elements, to be freed; their number may be less.
 * @errors: Takes what is wrong, also that a key is not in the set.
 *
 * Return: 1 if all keys are in the set, 0 if one is not, -1 for any other error.
 */
int weir_test_elems(struct weir_sock *sock, const struct weir_set *set, bool reset,
		    struct weir_elems **found, struct weir_errors *errors);

/**
 * weir_monitor() - Receive events until the callback returns not 0 or a signal.
 * @sock: The socket.
 * @notice: Called for each event.
 * @ready: Called once when no event can be missed any more, or NULL.
 * @data: Passed to both.
 * @errors: Takes what is wrong.
 *
 * Return: What the callback returned, or -1.
 */
int weir_monitor(struct weir_sock *sock, int (*notice)(void *data, const struct weir_notice *),
		 void (*ready)(void *data), void *data, struct weir_errors *errors);

#endif /* WEIR_H */
