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
#include "fetch.h"
#include "reset.h"
#include "wire.h"

#define MAX_TRIES 100

bool weir_fetch_wanted(const struct weir_fetch *fetch, uint8_t family, const char *table,
		       const char *chain)
{
	const struct weir_filter *filter = fetch->filter;

	return (!filter->family || filter->family == family) &&
	       (!filter->table || !strcmp(filter->table, table)) &&
	       (!filter->chain || !chain || !strcmp(filter->chain, chain));
}

static void take_table(void *data, const struct nlmsghdr *nlh)
{
	struct weir_fetch *fetch = data;
	struct weir_table_node *node;
	struct weir_table *table;

	table = weir_decode_table(nlh, NULL, &fetch->why);
	if (!table)
		return;
	if (!weir_fetch_wanted(fetch, table->family, table->name, NULL)) {
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

static struct weir_table_node *find_table(const struct weir_fetch *fetch, uint8_t family,
					  const char *name)
{
	struct weir_table_node *node;

	for (node = fetch->ruleset->tables; node; node = node->next)
		if (is_table(node, family, name))
			return node;
	return NULL;
}

bool weir_fetch_table(struct weir_fetch *fetch, uint8_t family, const char *name)
{
	if (fetch->table && is_table(fetch->table, family, name))
		return true;
	fetch->table = find_table(fetch, family, name);
	if (!fetch->table)
		return false;
	fetch->chain_end = &fetch->table->chains;
	while (*fetch->chain_end)
		fetch->chain_end = &(*fetch->chain_end)->next;
	fetch->set_end = &fetch->table->sets;
	while (*fetch->set_end)
		fetch->set_end = &(*fetch->set_end)->next;
	fetch->named_end = &fetch->table->nameds;
	while (*fetch->named_end)
		fetch->named_end = &(*fetch->named_end)->next;
	return true;
}

static void take_chain(void *data, const struct nlmsghdr *nlh)
{
	struct weir_fetch *fetch = data;
	struct weir_chain_node *node;
	struct weir_chain *chain;

	chain = weir_decode_chain(nlh, NULL, &fetch->why);
	if (!chain)
		return;
	if (!weir_fetch_wanted(fetch, chain->family, chain->table, chain->name)) {
		weir_chain_free(chain);
		return;
	}
	if (!weir_fetch_table(fetch, chain->family, chain->table)) {
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
static struct weir_chain_node *find_chain(struct weir_fetch *fetch, const struct weir_rule *rule)
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

static void add_rule(struct weir_fetch *fetch, struct weir_rule *rule)
{
	struct weir_chain_node *chain;
	struct weir_rule_node *node;

	if (!weir_fetch_wanted(fetch, rule->family, rule->table, rule->chain) ||
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
	if (rule->unindexed != WEIR_UNINDEXED_NONE && chain->chain->engine)
		chain->chain->engine->unindexed++;
	node = weir_alloc(sizeof(*node));
	node->rule = rule;
	*fetch->rule_end = node;
	fetch->rule_end = &node->next;
}

static void take_rule(void *data, const struct nlmsghdr *nlh)
{
	struct weir_fetch *fetch = data;
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

/**
 * struct filter_types - Attributes of a dump that restrict it, 0 for what it has not.
 */
struct filter_types {
	uint16_t family;
	uint16_t table;
	uint16_t chain;
	uint16_t handle;
	uint16_t set;
	uint16_t named;
	uint16_t named_type;
	uint16_t explain;
};

static void put_filter(struct weir_request *request, const struct weir_filter *filter,
		       const struct filter_types *types)
{
	if (filter->family)
		mnl_attr_put_u8(&request->nlh, types->family, filter->family);
	if (filter->table)
		mnl_attr_put_strz(&request->nlh, types->table, filter->table);
	if (types->chain && filter->chain)
		mnl_attr_put_strz(&request->nlh, types->chain, filter->chain);
	if (types->handle && filter->handle)
		mnl_attr_put_u64(&request->nlh, types->handle, filter->handle);
	if (types->set && filter->set)
		mnl_attr_put_strz(&request->nlh, types->set, filter->set);
	if (types->named && filter->named)
		mnl_attr_put_strz(&request->nlh, types->named, filter->named);
	if (types->named_type && filter->named_type)
		mnl_attr_put_strz(&request->nlh, types->named_type, filter->named_type);
	if (types->explain && filter->explain)
		mnl_attr_put(&request->nlh, types->explain, 0, NULL);
}

/* Whether the kernel's messages made sense. */
bool weir_fetch_sense(struct weir_errors *errors, const char *why)
{
	struct weir_error *error;

	if (!why)
		return true;
	error = weir_error_add(errors, NULL, EPROTO, "the kernel listed %s", why);
	weir_error_hint(error, "program and kernel module are probably of different versions; weir -V shows them");
	return false;
}

static bool dump(struct weir_fetch *fetch, uint8_t cmd, const struct filter_types *types,
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
	return weir_fetch_sense(fetch->errors, fetch->why);
}

/* A name too long for any object is not asked for; it is nowhere. */
static bool check_name(const struct weir_fetch *fetch, const char *name, const char *what,
		       const struct weir_loc *loc)
{
	if (!name || strlen(name) <= WEIR_NAME_MAX)
		return true;
	weir_error_add(fetch->errors, loc, ENAMETOOLONG, "a %s's name has at most %u bytes", what,
		       WEIR_NAME_MAX);
	return false;
}

static bool check_names(const struct weir_fetch *fetch)
{
	const struct weir_filter *filter = fetch->filter;

	return check_name(fetch, filter->table, "table", filter->table_loc) &&
	       check_name(fetch, filter->chain, "chain", filter->chain_loc) &&
	       check_name(fetch, filter->set, "set", filter->set_loc) &&
	       check_name(fetch, filter->named, "object", filter->set_loc);
}

static bool fetch_chains(struct weir_fetch *fetch)
{
	static const struct filter_types types = {
		.family = WEIR_A_CHAIN_FAMILY,
		.table = WEIR_A_CHAIN_TABLE,
		.explain = WEIR_A_CHAIN_EXPLAIN,
	};

	return dump(fetch, WEIR_CMD_CHAIN_GET, &types, take_chain);
}

static bool fetch_sets(struct weir_fetch *fetch)
{
	static const struct filter_types types = {
		.family = WEIR_A_SET_FAMILY,
		.table = WEIR_A_SET_TABLE,
		.set = WEIR_A_SET_NAME,
	};

	fetch->table = NULL;
	return dump(fetch, WEIR_CMD_SET_GET, &types, weir_fetch_take_set);
}

static bool fetch_nameds(struct weir_fetch *fetch, bool reset)
{
	static const struct filter_types types = {
		.family = WEIR_A_OBJECT_FAMILY,
		.table = WEIR_A_OBJECT_TABLE,
		.named = WEIR_A_OBJECT_NAME,
		.named_type = WEIR_A_OBJECT_TYPE,
	};

	fetch->table = NULL;
	return dump(fetch, reset ? WEIR_CMD_OBJECT_RESET : WEIR_CMD_OBJECT_GET, &types,
		    weir_fetch_take_named);
}

static bool fetch_rules(struct weir_fetch *fetch, bool reset)
{
	struct filter_types types = {
		.family = WEIR_A_RULE_FAMILY,
		.table = WEIR_A_RULE_TABLE,
		.chain = WEIR_A_RULE_CHAIN,
		.handle = WEIR_A_RULE_HANDLE,
		.explain = reset ? 0 : WEIR_A_RULE_EXPLAIN,
	};
	bool fine = dump(fetch, reset ? WEIR_CMD_RULE_RESET : WEIR_CMD_RULE_GET, &types, take_rule);

	weir_rule_free(fetch->open);
	return fine;
}

static bool has_only_nameds(enum weir_fetch_what what)
{
	return what == WEIR_FETCH_NAMEDS || what == WEIR_FETCH_NAMEDS_RESET;
}

static bool has_chains(enum weir_fetch_what what)
{
	return what != WEIR_FETCH_TABLES && what != WEIR_FETCH_SETS && !has_only_nameds(what);
}

static bool has_rules(enum weir_fetch_what what)
{
	return what == WEIR_FETCH_RULES || what == WEIR_FETCH_RESET;
}

/* Who asks for one chain does not want the sets of its table. */
static bool has_sets(const struct weir_fetch *fetch, enum weir_fetch_what what)
{
	return what == WEIR_FETCH_SETS || what == WEIR_FETCH_NAMES ||
	       (what == WEIR_FETCH_RULES && !fetch->filter->chain);
}

static bool has_nameds(const struct weir_fetch *fetch, enum weir_fetch_what what)
{
	return has_only_nameds(what) || what == WEIR_FETCH_NAMES ||
	       (what == WEIR_FETCH_RULES && !fetch->filter->chain);
}

/* Fetches everything once; false with an error. */
static bool fetch_once(struct weir_fetch *fetch, enum weir_fetch_what what)
{
	struct weir_status before, after;

	if (weir_get_status(fetch->sock, &before, fetch->errors))
		return false;
	fetch->ruleset->gen = before.gen;
	if (!dump(fetch, WEIR_CMD_TABLE_GET, NULL, take_table))
		return false;
	if (fetch->ruleset->tables) {
		if (has_chains(what) && !fetch_chains(fetch))
			return false;
		if (has_sets(fetch, what) && !fetch_sets(fetch))
			return false;
		if (has_nameds(fetch, what) &&
		    !fetch_nameds(fetch, what == WEIR_FETCH_NAMEDS_RESET))
			return false;
		if (has_rules(what) && !fetch_rules(fetch, what == WEIR_FETCH_RESET))
			return false;
	}
	if (weir_get_status(fetch->sock, &after, fetch->errors))
		return false;
	if (after.gen != before.gen)
		fetch->changed = true;
	return true;
}

static const char **add_listed(const char **names, size_t *n, const char *name)
{
	names = weir_realloc(names, *n + 2, sizeof(*names));
	names[(*n)++] = name;
	names[*n] = NULL;
	return names;
}

/* The names of all tables, or of all that is in them, that were fetched. */
static const char **list_names(const struct weir_ruleset *ruleset, enum weir_fetch_what what)
{
	const char **names = weir_alloc(sizeof(*names));
	struct weir_table_node *table;
	struct weir_chain_node *chain;
	struct weir_named_node *named;
	struct weir_set_node *set;
	size_t n = 0;

	for (table = ruleset->tables; table; table = table->next) {
		if (what == WEIR_FETCH_TABLES)
			names = add_listed(names, &n, table->table->name);
		for (chain = table->chains; chain; chain = chain->next)
			names = add_listed(names, &n, chain->chain->name);
		for (set = table->sets; set; set = set->next)
			names = add_listed(names, &n, set->set->name);
		for (named = table->nameds; named; named = named->next)
			names = add_listed(names, &n, named->named->name);
	}
	return names;
}

static struct weir_ruleset *fetch_all(struct weir_sock *sock, enum weir_fetch_what what,
				      const struct weir_filter *filter,
				      struct weir_errors *errors);

/* Names the one that was probably meant, of those that are there. */
static void suggest(const struct weir_fetch *fetch, enum weir_fetch_what what,
		    const struct weir_filter *filter, const char *name, struct weir_error *error)
{
	struct weir_ruleset *others;
	const char *nearest, **names;

	others = fetch_all(fetch->sock, what, filter, fetch->errors);
	if (!others)
		return;
	names = list_names(others, what);
	nearest = weir_nearest(name, names);
	if (nearest)
		weir_error_hint(error, "did you mean \"%s\"?", nearest);
	free(names);
	weir_ruleset_free(others);
}

/* A table that is not there, and the one that was meant: those of all families. */
static void explain_table(const struct weir_fetch *fetch)
{
	struct weir_filter all = { .family = fetch->filter->family };
	struct weir_error *error;

	error = weir_error_add(fetch->errors, fetch->filter->table_loc, ENOENT,
			       "there is no table \"%s\" of this family", fetch->filter->table);
	suggest(fetch, WEIR_FETCH_TABLES, &all, fetch->filter->table, error);
}

static void explain_in_table(const struct weir_fetch *fetch, enum weir_fetch_what what,
			     const char *kind, const char *name, const struct weir_loc *loc)
{
	struct weir_filter table = {
		.family = fetch->filter->family,
		.table = fetch->filter->table,
		.named_type = fetch->filter->named_type,
	};
	struct weir_error *error;

	error = weir_error_add(fetch->errors, loc, ENOENT,
			       "there is no %s \"%s\" in table \"%s\"", kind, name,
			       fetch->filter->table);
	suggest(fetch, what, &table, name, error);
}

/* What was asked for by name must be there. */
static bool check_found(const struct weir_fetch *fetch, enum weir_fetch_what what)
{
	const struct weir_filter *filter = fetch->filter;
	const struct weir_table_node *table = fetch->ruleset->tables;

	if (filter->table && !table) {
		explain_table(fetch);
		return false;
	}
	if (filter->chain && table && has_chains(what) && !table->chains) {
		explain_in_table(fetch, WEIR_FETCH_CHAINS, "chain", filter->chain,
				 filter->chain_loc);
		return false;
	}
	if (filter->set && table && what == WEIR_FETCH_SETS && !table->sets) {
		explain_in_table(fetch, WEIR_FETCH_SETS, "set", filter->set, filter->set_loc);
		return false;
	}
	if (filter->named && table && !table->nameds) {
		explain_in_table(fetch, WEIR_FETCH_NAMEDS, filter->named_type, filter->named,
				 filter->set_loc);
		return false;
	}
	if (filter->handle && filter->chain && table && has_rules(what) &&
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
	struct weir_fetch fetch;
	unsigned int tries;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		fetch = (struct weir_fetch){ .sock = sock, .filter = filter, .errors = errors };
		fetch.ruleset = weir_alloc(sizeof(*fetch.ruleset));
		fetch.table_end = &fetch.ruleset->tables;
		if (!check_names(&fetch) || !fetch_once(&fetch, what))
			goto err_free_ruleset;
		if (what == WEIR_FETCH_RESET || what == WEIR_FETCH_NAMEDS_RESET)
			weir_taken_merge(fetch.ruleset, &taken, fetch.changed);
		if (!fetch.changed) {
			weir_taken_free(&taken);
			weir_ruleset_types(fetch.ruleset);
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
