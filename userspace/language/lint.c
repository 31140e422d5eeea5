// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at the rules of each chain in their order: what a rule asks must be the same
 * still when the later one asks for it, so it is remembered which rule wrote what last.
 */
#include <linux/netfilter.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "json.h"
#include "lint_rule.h"

/**
 * struct chain - A chain that commands are about; a table, if it has no name.
 * @next: In the order in which they were named.
 * @family: Of the table.
 * @table: The table; borrowed.
 * @name: Its name; borrowed.
 * @known: It had no rules before.
 * @opaque: Something was done to it whose outcome depends on what is in the kernel.
 * @front: Rules that were inserted, the last one is the first of the chain.
 * @n_front: How many.
 * @back: Rules that were added behind.
 * @n_back: How many.
 * @rules: All of them in order, once they are read.
 * @n: How many.
 * @writes: What a packet that comes here may find written when it comes back.
 */
struct chain {
	struct chain *next;
	uint8_t family;
	const char *table;
	const char *name;
	bool known;
	bool opaque;
	const struct weir_rule **front;
	size_t n_front;
	const struct weir_rule **back;
	size_t n_back;
	struct lint_rule *rules;
	size_t n;
	unsigned int writes;
};

/**
 * struct named_set - A set that commands declare.
 * @unsteady: Its elements may change while a packet is on its way.
 */
struct named_set {
	uint8_t family;
	const char *table;
	const char *name;
	bool unsteady;
};

/**
 * struct lint - The search.
 * @whole: As given.
 * @known: Families whose tables were all deleted.
 * @chains: By name.
 * @first: In order.
 * @end: To append.
 * @sets: By name.
 * @texts: Of keys and rules.
 * @found: What was found.
 * @found_end: To append.
 */
struct lint {
	bool whole;
	bool known[256];
	void *chains;
	struct chain *first;
	struct chain **end;
	void *sets;
	struct lint_texts *texts;
	struct weir_lint *found;
	struct weir_lint **found_end;
};

/* Names */

static int compare_names(const char *a, const char *b)
{
	if (!a || !b)
		return !b - !a;
	return strcmp(a, b);
}

static int compare_chains(const void *a, const void *b)
{
	const struct chain *left = a, *right = b;
	int order = left->family - right->family;

	if (!order)
		order = strcmp(left->table, right->table);
	return order ? order : compare_names(left->name, right->name);
}

static int compare_sets(const void *a, const void *b)
{
	const struct named_set *left = a, *right = b;
	int order = left->family - right->family;

	if (!order)
		order = strcmp(left->table, right->table);
	return order ? order : strcmp(left->name, right->name);
}

static struct chain *find_chain(const struct lint *lint, uint8_t family, const char *table,
				const char *name)
{
	struct chain key = { .family = family, .table = table, .name = name };
	struct chain *const *found = tfind(&key, &lint->chains, compare_chains);

	return found ? *found : NULL;
}

static struct chain *get_chain(struct lint *lint, uint8_t family, const char *table,
			       const char *name)
{
	struct chain *chain = find_chain(lint, family, table, name), *whole;

	if (chain)
		return chain;
	whole = find_chain(lint, family, table, NULL);
	chain = weir_alloc(sizeof(*chain));
	*chain = (struct chain){
		.family = family, .table = table, .name = name,
		.known = lint->whole || lint->known[family] || (whole && whole->known),
	};
	if (!tsearch(chain, &lint->chains, compare_chains))
		abort();
	*lint->end = chain;
	lint->end = &chain->next;
	return chain;
}

/* Commands */

static void forget_rules(struct chain *chain)
{
	chain->n_front = 0;
	chain->n_back = 0;
	chain->known = true;
	chain->opaque = false;
}

/* All rules of some tables are gone. */
static void forget_tables(struct lint *lint, uint8_t family, const char *table)
{
	struct chain *chain;
	unsigned int i;

	for (chain = lint->first; chain; chain = chain->next)
		if ((family == NFPROTO_UNSPEC || chain->family == family) &&
		    (!table || !strcmp(chain->table, table)))
			forget_rules(chain);
	if (table)
		get_chain(lint, family, table, NULL)->known = true;
	for (i = 0; !table && i < 256; i++)
		if (family == NFPROTO_UNSPEC || family == i)
			lint->known[i] = true;
}

static bool removes(enum weir_verb verb)
{
	return verb == WEIR_VERB_FLUSH || verb == WEIR_VERB_DELETE || verb == WEIR_VERB_DESTROY;
}

static void take_table(struct lint *lint, const struct weir_command *command)
{
	if (command->table && removes(command->verb))
		forget_tables(lint, command->table->family, command->table->name);
}

static void take_chain(struct lint *lint, const struct weir_command *command)
{
	const struct weir_chain *named = command->chain;
	struct chain *chain;

	if (!named || !named->table)
		return;
	if (!named->name) {
		/* By handle, it may be any. */
		for (chain = lint->first; chain; chain = chain->next)
			chain->opaque = true;
		return;
	}
	chain = get_chain(lint, named->family, named->table, named->name);
	if (removes(command->verb))
		forget_rules(chain);
	if (command->verb != WEIR_VERB_RENAME || !named->new_name)
		return;
	chain->opaque = true;
	get_chain(lint, named->family, named->table, named->new_name)->opaque = true;
}

static void append(const struct weir_rule ***list, size_t *n, const struct weir_rule *rule)
{
	/* Room for a power of two. */
	if (!(*n & (*n - 1)))
		*list = weir_realloc(*list, *n ? 2 * *n : 1, sizeof(**list));
	(*list)[(*n)++] = rule;
}

static void take_rule(struct lint *lint, const struct weir_command *command)
{
	const struct weir_rule *rule = command->rule;
	struct chain *chain;

	if (!rule || !rule->table || !rule->chain || command->verb == WEIR_VERB_RESET)
		return;
	chain = get_chain(lint, rule->family, rule->table, rule->chain);
	if (rule->position || rule->has_index || rule->handle) {
		chain->opaque = true;
		return;
	}
	switch (command->verb) {
	case WEIR_VERB_ADD:
	case WEIR_VERB_CREATE:
		append(&chain->back, &chain->n_back, rule);
		break;
	case WEIR_VERB_INSERT:
		append(&chain->front, &chain->n_front, rule);
		break;
	default:
		chain->opaque = true;
		break;
	}
}

static void take_set(struct lint *lint, const struct weir_command *command)
{
	const struct weir_set *set = command->set;
	struct named_set *entry, **found;

	if (!set || !set->table || !set->name ||
	    (command->verb != WEIR_VERB_ADD && command->verb != WEIR_VERB_CREATE))
		return;
	entry = weir_alloc(sizeof(*entry));
	*entry = (struct named_set){ .family = set->family, .table = set->table,
				     .name = set->name };
	found = tsearch(entry, &lint->sets, compare_sets);
	if (!found)
		abort();
	if (*found != entry)
		free(entry);
	if (set->flags & (WEIR_SET_FLAGS_DYNAMIC | WEIR_SET_FLAGS_TIMEOUT | WEIR_SET_FLAGS_LIST) ||
	    set->stmts || set->has_timeout)
		(*found)->unsteady = true;
}

static void take_command(struct lint *lint, const struct weir_command *command)
{
	switch (command->object) {
	case WEIR_OBJECT_RULESET:
	case WEIR_OBJECT_TABLE:
	case WEIR_OBJECT_TABLES:
		take_table(lint, command);
		break;
	case WEIR_OBJECT_CHAIN:
		take_chain(lint, command);
		break;
	case WEIR_OBJECT_RULE:
		take_rule(lint, command);
		break;
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
		take_set(lint, command);
		break;
	default:
		break;
	}
}

/* Chains */

static bool is_steady(void *data, const struct weir_rule *rule, const char *set)
{
	const struct lint *lint = data;
	struct named_set key = { .family = rule->family, .table = rule->table, .name = set };
	struct named_set *const *found = tfind(&key, &lint->sets, compare_sets);

	return found && !(*found)->unsteady;
}

static void read_chain(struct lint *lint, struct chain *chain)
{
	const struct weir_rule *rule;
	struct lint_rule *to;
	size_t i;

	chain->n = chain->n_front + chain->n_back;
	chain->rules = weir_alloc((chain->n + 1) * sizeof(*chain->rules));
	for (i = 0; i < chain->n; i++) {
		rule = i < chain->n_front ? chain->front[chain->n_front - 1 - i] :
		       chain->back[i - chain->n_front];
		to = &chain->rules[i];
		lint_rule_read(to, rule, lint->texts, is_steady, lint);
		to->number = i + 1;
		chain->writes |= to->writes;
	}
	if (chain->opaque || !chain->known)
		chain->writes = LINT_ALL;
}

/* What may be written in the chain that a rule leads to. */
static unsigned int target_writes(const struct lint *lint, const struct lint_rule *rule)
{
	const struct chain *target;

	if (!rule->target)
		return 0;
	target = find_chain(lint, rule->rule->family, rule->rule->table, rule->target);
	return target ? target->writes : LINT_ALL;
}

/* Chains write what those write that they lead to. */
static bool spread_writes(struct lint *lint)
{
	struct chain *chain;
	unsigned int writes;
	bool changed = false;
	size_t i;

	for (chain = lint->first; chain; chain = chain->next) {
		writes = chain->writes;
		for (i = 0; i < chain->n && chain->writes != LINT_ALL; i++)
			chain->writes |= target_writes(lint, &chain->rules[i]);
		changed |= chain->writes != writes;
	}
	return changed;
}

/**
 * struct walk - A way along a chain.
 * @lint: The search.
 * @index: Rules that decide.
 * @same: The last rule of each text, as a tree.
 * @written: The number of the last rule that may have written something, by class.
 * @left: The number of the last rule that some packets do not go on from.
 */
struct walk {
	struct lint *lint;
	struct lint_index *index;
	void *same;
	size_t written[LINT_CLASSES];
	size_t left;
};

static void note_writes(struct walk *walk, unsigned int writes, size_t number)
{
	unsigned int i;

	for (i = 0; i < LINT_CLASSES; i++)
		if (writes & 1u << i)
			walk->written[i] = number;
}

/* Whether what a rule asked for is the same still; it may have written to it itself. */
static bool is_valid(void *data, const struct lint_rule *rule)
{
	const struct walk *walk = data;
	unsigned int i;

	for (i = 0; i < LINT_CLASSES; i++)
		if (rule->reads & 1u << i && walk->written[i] >= rule->number)
			return false;
	return true;
}

/* Whether an equal rule is of no use now: it never matches, or does again what was done. */
static bool is_valid_same(const struct walk *walk, const struct lint_rule *rule)
{
	unsigned int i;

	if (!rule->plain || !is_valid((void *)walk, rule))
		return false;
	if (rule->ends)
		return true;
	for (i = 0; i < LINT_CLASSES; i++)
		if (rule->writes & 1u << i && walk->written[i] > rule->number)
			return false;
	return walk->left < rule->number;
}

static int compare_same(const void *a, const void *b)
{
	const struct lint_rule *left = a, *right = b;

	return left->text < right->text ? -1 : left->text > right->text;
}

/* An earlier rule of the same text; otherwise it is the one for later ones. */
static const struct lint_rule *find_same(struct walk *walk, const struct lint_rule *rule)
{
	const struct lint_rule **found = tsearch(rule, &walk->same, compare_same);

	if (!found)
		abort();
	if (*found == rule)
		return NULL;
	if (is_valid_same(walk, *found))
		return *found;
	*found = rule;
	return NULL;
}

static struct weir_lint *found(struct lint *lint, enum weir_lint_kind kind,
			       const struct lint_rule *rule, const struct lint_rule *by)
{
	struct weir_lint *new = weir_alloc(sizeof(*new));

	*new = (struct weir_lint){
		.kind = kind, .rule = rule->rule, .number = rule->number, .by = by->rule,
		.by_number = by->number,
	};
	*lint->found_end = new;
	lint->found_end = &new->next;
	return new;
}

/* A rule in its turn; true if it decides about every packet. */
static bool walk_rule(struct walk *walk, const struct lint_rule *rule)
{
	const struct lint_rule *by = find_same(walk, rule);

	if (by) {
		found(walk->lint, WEIR_LINT_DUPLICATE, rule, by);
	} else {
		by = lint_index_find(walk->index, rule, is_valid, walk);
		if (by)
			found(walk->lint, WEIR_LINT_COVERED, rule, by);
	}
	if (rule->decides && !by)
		lint_index_add(walk->index, rule);
	note_writes(walk, rule->writes, rule->number);
	if (!rule->ends)
		note_writes(walk, target_writes(walk->lint, rule), rule->number);
	if (rule->leaves)
		walk->left = rule->number;
	return rule->decides && !rule->n_own;
}

static void keep_node(void *node)
{
	/* The rules in the tree are the chain's. */
}

static void walk_chain(struct lint *lint, const struct chain *chain)
{
	struct walk walk = { .lint = lint, .index = lint_index_new() };
	size_t i;

	for (i = 0; i < chain->n; i++) {
		/* What was inserted is in front of rules that may be there, not of these. */
		if (i == chain->n_front && !chain->known) {
			note_writes(&walk, LINT_ALL, i);
			walk.left = i;
		}
		if (walk_rule(&walk, &chain->rules[i]))
			break;
	}
	if (i + 1 < chain->n)
		found(lint, WEIR_LINT_UNREACHED, &chain->rules[i + 1],
		      &chain->rules[i])->behind = chain->n - i - 2;
	tdestroy(walk.same, keep_node);
	lint_index_free(walk.index);
}

static void free_chain(struct chain *chain)
{
	size_t i;

	for (i = 0; i < chain->n; i++)
		lint_rule_clear(&chain->rules[i]);
	free(chain->rules);
	free(chain->front);
	free(chain->back);
	free(chain);
}

static void close_lint(struct lint *lint)
{
	struct chain *chain, *next;

	tdestroy(lint->chains, keep_node);
	tdestroy(lint->sets, free);
	for (chain = lint->first; chain; chain = next) {
		next = chain->next;
		free_chain(chain);
	}
	lint_texts_free(lint->texts);
}

struct weir_lint *weir_lint(const struct weir_command *commands, bool whole)
{
	struct lint lint = { .whole = whole, .texts = lint_texts_new() };
	const struct weir_command *command;
	struct chain *chain;

	lint.end = &lint.first;
	lint.found_end = &lint.found;
	for (command = commands; command; command = command->next)
		take_command(&lint, command);
	for (chain = lint.first; chain; chain = chain->next)
		read_chain(&lint, chain);
	while (spread_writes(&lint))
		;
	for (chain = lint.first; chain; chain = chain->next)
		if (!chain->opaque)
			walk_chain(&lint, chain);
	close_lint(&lint);
	return lint.found;
}

void weir_lint_free(struct weir_lint *lint)
{
	struct weir_lint *next;

	for (; lint; lint = next) {
		next = lint->next;
		free(lint);
	}
}

/* Reports */

/* "the rule in line 5": as near as the two are to each other. */
static void by_print(struct weir_buf *buf, const struct weir_lint *lint, struct weir_place *place)
{
	const struct weir_loc *loc = &lint->by->loc;

	if (!loc->input) {
		weir_buf_add(buf, "rule %zu", lint->by_number);
		return;
	}
	weir_place_find(place, loc->input, loc->offset);
	if (loc->input == lint->rule->loc.input)
		weir_buf_add(buf, "the rule in line %zu", place->line);
	else
		weir_buf_add(buf, "the rule at %s:%zu", loc->input->name, place->line);
}

static void rule_print(struct weir_buf *buf, const struct weir_lint *lint)
{
	const struct weir_rule *rule = lint->rule;

	if (rule->loc.input)
		weir_buf_str(buf, "this rule");
	else
		weir_buf_add(buf, "rule %zu of chain \"%s\" in table \"%s\" of family %s",
			     lint->number, rule->chain, rule->table,
			     weir_family_name(rule->family));
}

static void text_print(struct weir_buf *buf, const struct weir_lint *lint,
		       struct weir_place *place)
{
	switch (lint->kind) {
	case WEIR_LINT_COVERED:
		weir_buf_str(buf, "no packet matches ");
		rule_print(buf, lint);
		weir_buf_str(buf, ": ");
		by_print(buf, lint, place);
		weir_buf_str(buf, " decides about all that would");
		break;
	case WEIR_LINT_DUPLICATE:
		rule_print(buf, lint);
		weir_buf_str(buf, " is the same as ");
		by_print(buf, lint, place);
		break;
	case WEIR_LINT_UNREACHED:
		weir_buf_str(buf, "no packet comes to ");
		rule_print(buf, lint);
		if (lint->behind)
			weir_buf_add(buf, " or the %zu behind it", lint->behind);
		weir_buf_str(buf, ": ");
		by_print(buf, lint, place);
		weir_buf_str(buf, " decides about all");
		break;
	}
}

void weir_lint_warn(const struct weir_lint *lint, struct weir_errors *warnings)
{
	struct weir_place place = { 0 };
	struct weir_buf buf = { 0 };

	for (; lint; lint = lint->next) {
		text_print(&buf, lint, &place);
		weir_error_add(warnings, &lint->rule->loc, 0, "%s", buf.text)->warning = true;
		buf.len = 0;
	}
	weir_buf_free(&buf);
}

static json_t *place_json(const struct weir_rule *rule, size_t number, struct weir_place *place)
{
	json_t *json = json_pack("{s:I}", "rule", (json_int_t)number);
	const struct weir_loc *loc = &rule->loc;

	weir_json_set_handle(json, rule->handle);
	if (!loc->input)
		return json;
	weir_place_find(place, loc->input, loc->offset);
	json_object_set_new(json, "file", weir_json_string(loc->input->name));
	json_object_set_new(json, "line", json_integer(place->line));
	json_object_set_new(json, "column", json_integer(weir_place_column(place, loc->offset)));
	return json;
}

static const char *const kinds[] = {
	[WEIR_LINT_COVERED] = "covered",
	[WEIR_LINT_DUPLICATE] = "duplicate",
	[WEIR_LINT_UNREACHED] = "unreached",
};

void weir_lint_json(const struct weir_lint *lint, json_t *array)
{
	struct weir_place place = { 0 }, by = { 0 };
	const struct weir_rule *rule;
	json_t *json;

	for (; lint; lint = lint->next) {
		rule = lint->rule;
		json = json_pack("{s:s, s:s, s:o, s:o}", "kind", kinds[lint->kind],
				 "family", weir_family_name(rule->family),
				 "table", weir_json_string(rule->table),
				 "chain", weir_json_string(rule->chain));
		json_object_update_new(json, place_json(rule, lint->number, &place));
		json_object_set_new(json, "by", place_json(lint->by, lint->by_number, &by));
		if (lint->kind == WEIR_LINT_UNREACHED)
			json_object_set_new(json, "behind", json_integer(lint->behind));
		json_array_append_new(array, json);
	}
}
