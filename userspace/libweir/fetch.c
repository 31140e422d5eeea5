// SPDX-License-Identifier: GPL-2.0
/*
 * Listing. Tables, chains and rules are three dumps; they are one generation if
 * none was interrupted and the generation is the same before and after. If not,
 * all is fetched again. A reset that has to be repeated would lose what it took
 * at first, so that is added to what it takes next.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "reset.h"
#include "sock.h"
#include "wire.h"

#define MAX_TRIES 100

struct fetch {
	struct weir_sock *sock;
	const struct weir_filter *filter;
	struct weir_errors *errors;
	struct weir_ruleset *ruleset;
	/* Where the next object probably belongs, as the kernel lists in order. */
	struct weir_table_node *table;
	struct weir_table_node **table_end;
	struct weir_chain_node **chain_end;
	struct weir_table_node *rule_table;
	struct weir_chain_node *chain;
	struct weir_rule_node **rule_end;
	/* A rule that goes on in the next message. */
	struct weir_rule *open;
	const char *why;
	bool changed;
};

static bool wanted(const struct fetch *fetch, uint8_t family, const char *table,
		   const char *chain)
{
	const struct weir_filter *filter = fetch->filter;

	return (!filter->family || filter->family == family) &&
	       (!filter->table || !strcmp(filter->table, table)) &&
	       (!filter->chain || !chain || !strcmp(filter->chain, chain));
}

static void take_table(void *data, const struct nlmsghdr *nlh)
{
	struct fetch *fetch = data;
	struct weir_table_node *node;
	struct weir_table *table;

	table = weir_decode_table(nlh, NULL, &fetch->why);
	if (!table)
		return;
	if (!wanted(fetch, table->family, table->name, NULL)) {
		weir_table_free(table);
		return;
	}
	node = weir_alloc(sizeof(*node));
	node->table = table;
	*fetch->table_end = node;
	fetch->table_end = &node->next;
}

static bool is_table(const struct weir_table_node *node, uint8_t family, const char *name)
{
	return node->table->family == family && !strcmp(node->table->name, name);
}

static struct weir_table_node *find_table(const struct fetch *fetch, uint8_t family,
					  const char *name)
{
	struct weir_table_node *node;

	for (node = fetch->ruleset->tables; node; node = node->next)
		if (is_table(node, family, name))
			return node;
	return NULL;
}

/* Makes @fetch->table the one of this name and @chain_end the end of its chains. */
static bool go_to_table(struct fetch *fetch, uint8_t family, const char *name)
{
	if (fetch->table && is_table(fetch->table, family, name))
		return true;
	fetch->table = find_table(fetch, family, name);
	if (!fetch->table)
		return false;
	fetch->chain_end = &fetch->table->chains;
	while (*fetch->chain_end)
		fetch->chain_end = &(*fetch->chain_end)->next;
	return true;
}

static void take_chain(void *data, const struct nlmsghdr *nlh)
{
	struct fetch *fetch = data;
	struct weir_chain_node *node;
	struct weir_chain *chain;

	chain = weir_decode_chain(nlh, NULL, &fetch->why);
	if (!chain)
		return;
	if (!wanted(fetch, chain->family, chain->table, chain->name)) {
		weir_chain_free(chain);
		return;
	}
	if (!go_to_table(fetch, chain->family, chain->table)) {
		fetch->changed = true;
		weir_chain_free(chain);
		return;
	}
	node = weir_alloc(sizeof(*node));
	node->chain = chain;
	*fetch->chain_end = node;
	fetch->chain_end = &node->next;
}

/* The chain of a rule: the one at hand, the next one, or any. */
static struct weir_chain_node *find_chain(struct fetch *fetch, const struct weir_rule *rule)
{
	struct weir_chain_node *node;

	if (!fetch->rule_table || !is_table(fetch->rule_table, rule->family, rule->table)) {
		fetch->rule_table = find_table(fetch, rule->family, rule->table);
		fetch->chain = NULL;
	}
	if (!fetch->rule_table)
		return NULL;
	if (fetch->chain) {
		if (!strcmp(fetch->chain->chain->name, rule->chain))
			return fetch->chain;
		node = fetch->chain->next;
		if (node && !strcmp(node->chain->name, rule->chain))
			return node;
	}
	for (node = fetch->rule_table->chains; node; node = node->next)
		if (!strcmp(node->chain->name, rule->chain))
			return node;
	return NULL;
}

static void add_rule(struct fetch *fetch, struct weir_rule *rule)
{
	struct weir_chain_node *chain;
	struct weir_rule_node *node;

	if (!wanted(fetch, rule->family, rule->table, rule->chain) ||
	    (fetch->filter->handle && rule->handle != fetch->filter->handle)) {
		weir_rule_free(rule);
		return;
	}
	chain = find_chain(fetch, rule);
	if (!chain) {
		fetch->changed = true;
		weir_rule_free(rule);
		return;
	}
	if (chain != fetch->chain) {
		fetch->chain = chain;
		fetch->rule_end = &chain->rules;
		while (*fetch->rule_end)
			fetch->rule_end = &(*fetch->rule_end)->next;
	}
	node = weir_alloc(sizeof(*node));
	node->rule = rule;
	*fetch->rule_end = node;
	fetch->rule_end = &node->next;
}

static void take_rule(void *data, const struct nlmsghdr *nlh)
{
	struct fetch *fetch = data;
	struct weir_rule *rule = fetch->open;
	bool more = false;

	if (fetch->why)
		return;
	if (rule) {
		if (!weir_decode_part(nlh, rule, &more, &fetch->why))
			return;
	} else {
		rule = weir_decode_rule(nlh, NULL, &more, &fetch->why);
		if (!rule)
			return;
	}
	fetch->open = more ? rule : NULL;
	if (!more)
		add_rule(fetch, rule);
}

static void put_filter(struct weir_request *request, const struct weir_filter *filter,
		       const uint16_t *types)
{
	if (filter->family)
		mnl_attr_put_u8(&request->nlh, types[0], filter->family);
	if (filter->table)
		mnl_attr_put_strz(&request->nlh, types[1], filter->table);
	if (types[2] && filter->chain)
		mnl_attr_put_strz(&request->nlh, types[2], filter->chain);
	if (types[3] && filter->handle)
		mnl_attr_put_u64(&request->nlh, types[3], filter->handle);
}

static bool dump(struct fetch *fetch, uint8_t cmd, const uint16_t *types,
		 void (*take)(void *data, const struct nlmsghdr *nlh))
{
	struct weir_request request;
	struct weir_reply reply;

	weir_request_init(fetch->sock, &request, cmd, NLM_F_DUMP);
	if (types)
		put_filter(&request, fetch->filter, types);
	if (weir_ask(fetch->sock, &request, take, fetch, &reply) == WEIR_TALK_CHANGED)
		fetch->changed = true;
	/* What is not there leaves the list empty; whether it was is seen by the generation. */
	if (reply.code == EAGAIN || reply.code == EINTR) {
		fetch->changed = true;
	} else if (reply.code && reply.code != ENOENT) {
		weir_refusal(fetch->errors, NULL, &reply);
		return false;
	}
	if (fetch->why) {
		struct weir_error *error;

		error = weir_error_add(fetch->errors, NULL, EPROTO,
				       "the kernel listed %s", fetch->why);
		weir_error_hint(error, "program and kernel module are probably of different versions; weir -V shows them");
		return false;
	}
	return true;
}

/* A name too long for any object is not asked for; it is nowhere. */
static bool check_names(const struct fetch *fetch)
{
	const struct weir_filter *filter = fetch->filter;

	if (filter->table && strlen(filter->table) > WEIR_NAME_MAX) {
		weir_error_add(fetch->errors, filter->table_loc, ENAMETOOLONG,
			       "a table's name has at most %u bytes", WEIR_NAME_MAX);
		return false;
	}
	if (filter->chain && strlen(filter->chain) > WEIR_NAME_MAX) {
		weir_error_add(fetch->errors, filter->chain_loc, ENAMETOOLONG,
			       "a chain's name has at most %u bytes", WEIR_NAME_MAX);
		return false;
	}
	return true;
}

/* Fetches everything once; false with an error. */
static bool fetch_once(struct fetch *fetch, enum weir_fetch_what what)
{
	static const uint16_t chain_types[] = {
		WEIR_A_CHAIN_FAMILY, WEIR_A_CHAIN_TABLE, 0, 0,
	};
	static const uint16_t rule_types[] = {
		WEIR_A_RULE_FAMILY, WEIR_A_RULE_TABLE, WEIR_A_RULE_CHAIN, WEIR_A_RULE_HANDLE,
	};
	struct weir_status before, after;
	bool fine;

	if (weir_get_status(fetch->sock, &before, fetch->errors))
		return false;
	fetch->ruleset->gen = before.gen;
	if (!dump(fetch, WEIR_CMD_TABLE_GET, NULL, take_table))
		return false;
	if (what >= WEIR_FETCH_CHAINS && fetch->ruleset->tables &&
	    !dump(fetch, WEIR_CMD_CHAIN_GET, chain_types, take_chain))
		return false;
	if (what >= WEIR_FETCH_RULES && fetch->ruleset->tables) {
		fine = dump(fetch, what == WEIR_FETCH_RESET ? WEIR_CMD_RULE_RESET :
			    WEIR_CMD_RULE_GET, rule_types, take_rule);
		weir_rule_free(fetch->open);
		if (!fine)
			return false;
	}
	if (weir_get_status(fetch->sock, &after, fetch->errors))
		return false;
	if (after.gen != before.gen)
		fetch->changed = true;
	return true;
}

static const char *nearest_table(struct fetch *fetch)
{
	const char **names = NULL, *nearest;
	struct weir_table_node *node;
	size_t n = 0;

	for (node = fetch->ruleset->tables; node; node = node->next) {
		names = weir_realloc(names, n + 2, sizeof(*names));
		names[n++] = node->table->name;
		names[n] = NULL;
	}
	nearest = names ? weir_nearest(fetch->filter->table, names) : NULL;
	free(names);
	return nearest;
}

static const char *nearest_chain(struct fetch *fetch)
{
	const char **names = NULL, *nearest;
	struct weir_chain_node *node;
	size_t n = 0;

	for (node = fetch->ruleset->tables->chains; node; node = node->next) {
		names = weir_realloc(names, n + 2, sizeof(*names));
		names[n++] = node->chain->name;
		names[n] = NULL;
	}
	nearest = names ? weir_nearest(fetch->filter->chain, names) : NULL;
	free(names);
	return nearest;
}

static struct weir_ruleset *fetch_all(struct weir_sock *sock, enum weir_fetch_what what,
				      const struct weir_filter *filter,
				      struct weir_errors *errors);

/* A table that is not there, and the one that was meant: those of all families. */
static void explain_table(const struct fetch *fetch)
{
	struct weir_filter all = { .family = fetch->filter->family };
	const char *nearest = NULL;
	struct weir_error *error;
	struct fetch other = *fetch;

	error = weir_error_add(fetch->errors, fetch->filter->table_loc, ENOENT,
			       "there is no table \"%s\" of this family", fetch->filter->table);
	other.ruleset = fetch_all(fetch->sock, WEIR_FETCH_TABLES, &all, fetch->errors);
	if (other.ruleset)
		nearest = nearest_table(&other);
	if (nearest)
		weir_error_hint(error, "did you mean \"%s\"?", nearest);
	weir_ruleset_free(other.ruleset);
}

static void explain_chain(const struct fetch *fetch)
{
	struct weir_filter table = {
		.family = fetch->filter->family,
		.table = fetch->filter->table,
	};
	const char *nearest = NULL;
	struct weir_error *error;
	struct fetch other = *fetch;

	error = weir_error_add(fetch->errors, fetch->filter->chain_loc, ENOENT,
			       "there is no chain \"%s\" in table \"%s\"",
			       fetch->filter->chain, fetch->filter->table);
	other.ruleset = fetch_all(fetch->sock, WEIR_FETCH_CHAINS, &table, fetch->errors);
	if (other.ruleset && other.ruleset->tables)
		nearest = nearest_chain(&other);
	if (nearest)
		weir_error_hint(error, "did you mean \"%s\"?", nearest);
	weir_ruleset_free(other.ruleset);
}

/* What was asked for by name must be there. */
static bool check_found(const struct fetch *fetch, enum weir_fetch_what what)
{
	const struct weir_filter *filter = fetch->filter;
	const struct weir_table_node *table = fetch->ruleset->tables;

	if (filter->table && !table) {
		explain_table(fetch);
		return false;
	}
	if (filter->chain && table && what >= WEIR_FETCH_CHAINS && !table->chains) {
		explain_chain(fetch);
		return false;
	}
	if (filter->handle && filter->chain && table && what >= WEIR_FETCH_RULES &&
	    !table->chains->rules) {
		weir_error_add(fetch->errors, filter->rule_loc, ENOENT,
			       "there is no rule with handle %llu in this chain",
			       (unsigned long long)filter->handle);
		return false;
	}
	return true;
}

static struct weir_ruleset *fetch_all(struct weir_sock *sock, enum weir_fetch_what what,
				      const struct weir_filter *filter,
				      struct weir_errors *errors)
{
	struct weir_taken taken = { 0 };
	struct fetch fetch;
	unsigned int tries;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		fetch = (struct fetch){ .sock = sock, .filter = filter, .errors = errors };
		fetch.ruleset = weir_alloc(sizeof(*fetch.ruleset));
		fetch.table_end = &fetch.ruleset->tables;
		if (!check_names(&fetch) || !fetch_once(&fetch, what))
			goto err_free_ruleset;
		if (what == WEIR_FETCH_RESET)
			weir_taken_merge(fetch.ruleset, &taken, fetch.changed);
		if (!fetch.changed) {
			weir_taken_free(&taken);
			if (check_found(&fetch, what))
				return fetch.ruleset;
			goto err_free_ruleset;
		}
		weir_ruleset_free(fetch.ruleset);
	}
	weir_error_add(errors, NULL, EAGAIN,
		       "the ruleset changes faster than it can be listed; tried %u times",
		       MAX_TRIES);
	weir_taken_free(&taken);
	return NULL;

err_free_ruleset:
	weir_taken_free(&taken);
	weir_ruleset_free(fetch.ruleset);
	return NULL;
}

struct weir_ruleset *weir_fetch(struct weir_sock *sock, enum weir_fetch_what what,
				const struct weir_filter *filter, struct weir_errors *errors)
{
	static const struct weir_filter everything;

	return fetch_all(sock, what, filter ? filter : &everything, errors);
}
