// SPDX-License-Identifier: GPL-2.0
/*
 * The text of tables, chains, commands and whole rulesets.
 */
#include <inttypes.h>
#include <linux/netfilter.h>
#include <string.h>
#include "ext.h"
#include "print.h"

void weir_handle_print(struct weir_buf *buf, uint64_t handle,
		       const struct weir_print_opts *opts)
{
	if (opts->handles && handle)
		weir_buf_add(buf, " # handle %" PRIu64, handle);
}

static void flags_print(struct weir_buf *buf, uint32_t flags)
{
	const struct weir_symbol *flag;
	const char *between = "flags ";

	for (flag = weir_table_flag_names; flag->name; flag++) {
		if (!(flags & flag->value))
			continue;
		weir_buf_str(buf, between);
		weir_buf_str(buf, flag->name);
		between = ",";
	}
}

void weir_comment_print(struct weir_buf *buf, const char *comment)
{
	weir_buf_str(buf, "comment ");
	weir_buf_quote(buf, comment);
}

void weir_print_table(struct weir_buf *buf, const struct weir_table *table,
		      const struct weir_print_opts *opts)
{
	weir_buf_add(buf, "table %s ", weir_family_name(table->family));
	weir_print_name(buf, table->name);
	weir_buf_str(buf, " {");
	if (table->owner_pid) {
		weir_buf_str(buf, " # progname ");
		weir_buf_str(buf, table->owner_comm);
	}
	weir_handle_print(buf, table->handle, opts);
	weir_buf_str(buf, "\n");
	if (table->flags) {
		weir_buf_str(buf, "\t");
		flags_print(buf, table->flags);
		weir_buf_str(buf, "\n");
	}
	if (table->comment) {
		weir_buf_str(buf, "\t");
		weir_comment_print(buf, table->comment);
		weir_buf_str(buf, "\n");
	}
}

static void base_print(struct weir_buf *buf, const struct weir_chain *chain,
		       const struct weir_print_opts *opts)
{
	weir_buf_add(buf, "type filter hook %s priority ", weir_hook_name(chain->hook));
	weir_priority_print(buf, chain->priority, chain->family, chain->hook, opts);
	weir_buf_str(buf, ";");
	if (chain->has_policy)
		weir_buf_add(buf, " policy %s;", weir_verdict_name(chain->policy));
}

void weir_print_chain(struct weir_buf *buf, const struct weir_chain *chain,
		      const struct weir_print_opts *opts)
{
	weir_buf_str(buf, "\tchain ");
	weir_print_name(buf, chain->name);
	weir_buf_str(buf, " {");
	weir_handle_print(buf, chain->handle, opts);
	weir_buf_str(buf, "\n");
	if (opts->engine)
		weir_engine_print(buf, chain->engine, opts);
	if (chain->comment) {
		weir_buf_str(buf, "\t\t");
		weir_comment_print(buf, chain->comment);
		weir_buf_str(buf, "\n");
	}
	if (chain->base) {
		weir_buf_str(buf, "\t\t");
		base_print(buf, chain, opts);
		weir_buf_str(buf, "\n");
	}
}

/* Rulesets */

static void chain_node_print(struct weir_buf *buf, const struct weir_chain_node *node,
			     enum weir_fetch_what detail, const struct weir_print_opts *opts)
{
	const struct weir_rule_node *rule;

	weir_print_chain(buf, node->chain, opts);
	for (rule = detail == WEIR_FETCH_CHAINS ? NULL : node->rules; rule; rule = rule->next) {
		weir_buf_str(buf, "\t\t");
		weir_print_rule(buf, rule->rule, opts);
		weir_buf_str(buf, "\n");
	}
	weir_buf_str(buf, "\t}\n");
}

static int set_node_print(struct weir_buf *buf, const struct weir_set *set,
			  const struct weir_print_opts *opts,
			  const struct weir_elem_source *source)
{
	size_t column = 0;
	int ret = 0;

	weir_print_set(buf, set, opts);
	if (opts->terse)
		;	/* Without elements. */
	else if (source)
		ret = source->list(source->data, buf, set, &column);
	else
		weir_print_elems(buf, set, set->elems, &column, opts);
	weir_print_elems_end(buf, column);
	weir_print_set_end(buf);
	return ret;
}

/* An empty line between the parts of a table. */
static void blank_print(struct weir_buf *buf, bool *blank)
{
	if (*blank)
		weir_buf_str(buf, "\n");
	*blank = true;
}

static int table_node_print(struct weir_buf *buf, const struct weir_table_node *node,
			    enum weir_fetch_what detail, const struct weir_print_opts *opts,
			    const struct weir_elem_source *source)
{
	bool blank = node->table->flags || node->table->comment;
	bool all = detail != WEIR_FETCH_CHAINS;
	const struct weir_named_node *named;
	const struct weir_chain_node *chain;
	const struct weir_set_node *set;
	int ret = 0;

	weir_print_table(buf, node->table, opts);
	for (named = all ? node->nameds : NULL; named; named = named->next) {
		blank_print(buf, &blank);
		weir_print_named(buf, named->named, opts);
	}
	for (set = all ? node->sets : NULL; set && !ret; set = set->next) {
		blank_print(buf, &blank);
		ret = set_node_print(buf, set->set, opts, source);
	}
	for (chain = node->chains; chain; chain = chain->next) {
		if (all)
			blank_print(buf, &blank);
		chain_node_print(buf, chain, detail, opts);
	}
	weir_buf_str(buf, "}\n");
	return ret;
}

int weir_print_listing(struct weir_buf *buf, const struct weir_ruleset *ruleset,
		       enum weir_fetch_what detail, const struct weir_print_opts *opts,
		       const struct weir_elem_source *source)
{
	const struct weir_table_node *node;
	int ret = 0;

	for (node = ruleset->tables; node && !ret; node = node->next) {
		if (detail != WEIR_FETCH_TABLES) {
			ret = table_node_print(buf, node, detail, opts, source);
			continue;
		}
		weir_buf_add(buf, "table %s ", weir_family_name(node->table->family));
		weir_print_name(buf, node->table->name);
		weir_handle_print(buf, node->table->handle, opts);
		weir_buf_str(buf, "\n");
	}
	return ret;
}

void weir_print_ruleset(struct weir_buf *buf, const struct weir_ruleset *ruleset,
			enum weir_fetch_what detail, const struct weir_print_opts *opts)
{
	weir_print_listing(buf, ruleset, detail, opts, NULL);
}

/* Commands */

static const char *const verbs[] = {
	[WEIR_VERB_ADD] = "add",
	[WEIR_VERB_CREATE] = "create",
	[WEIR_VERB_INSERT] = "insert",
	[WEIR_VERB_REPLACE] = "replace",
	[WEIR_VERB_DELETE] = "delete",
	[WEIR_VERB_DESTROY] = "destroy",
	[WEIR_VERB_FLUSH] = "flush",
	[WEIR_VERB_RENAME] = "rename",
	[WEIR_VERB_RESET] = "reset",
	[WEIR_VERB_LIST] = "list",
	[WEIR_VERB_MONITOR] = "monitor",
	[WEIR_VERB_DESCRIBE] = "describe",
	[WEIR_VERB_GET] = "get",
	[WEIR_VERB_TEST] = "test",
	[WEIR_VERB_SWAP] = "swap",
};

static const char *const objects[] = {
	[WEIR_OBJECT_RULESET] = "ruleset",
	[WEIR_OBJECT_TABLES] = "tables",
	[WEIR_OBJECT_TABLE] = "table",
	[WEIR_OBJECT_CHAINS] = "chains",
	[WEIR_OBJECT_CHAIN] = "chain",
	[WEIR_OBJECT_RULES] = "rules",
	[WEIR_OBJECT_RULE] = "rule",
	[WEIR_OBJECT_SETS] = "sets",
	[WEIR_OBJECT_SET] = "set",
	[WEIR_OBJECT_MAPS] = "maps",
	[WEIR_OBJECT_MAP] = "map",
	[WEIR_OBJECT_ELEMENT] = "element",
};

static bool makes(enum weir_verb verb)
{
	return verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE ||
	       verb == WEIR_VERB_INSERT || verb == WEIR_VERB_REPLACE;
}

/* " inet t c": what is there of it. */
static void path_print(struct weir_buf *buf, uint8_t family, const char *table,
		       const char *chain)
{
	if (family != NFPROTO_UNSPEC)
		weir_buf_add(buf, " %s", weir_family_name(family));
	if (table) {
		weir_buf_str(buf, " ");
		weir_print_name(buf, table);
	}
	if (chain) {
		weir_buf_str(buf, " ");
		weir_print_name(buf, chain);
	}
}

static void named_handle_print(struct weir_buf *buf, const char *what, uint64_t handle)
{
	weir_buf_add(buf, " %s %" PRIu64, what, handle);
}

static void table_command_print(struct weir_buf *buf, enum weir_verb verb,
				const struct weir_table *table,
				const struct weir_print_opts *opts)
{
	path_print(buf, table->family, table->name, NULL);
	if (!table->name && table->handle)
		named_handle_print(buf, "handle", table->handle);
	if (!makes(verb))
		return;
	if (table->flags || table->comment) {
		weir_buf_str(buf, " {");
		if (table->flags) {
			weir_buf_str(buf, " ");
			flags_print(buf, table->flags);
			weir_buf_str(buf, ";");
		}
		if (table->comment) {
			weir_buf_str(buf, " ");
			weir_comment_print(buf, table->comment);
			weir_buf_str(buf, ";");
		}
		weir_buf_str(buf, " }");
	}
	weir_handle_print(buf, table->handle, opts);
}

static void chain_block_print(struct weir_buf *buf, const struct weir_chain *chain,
			      const struct weir_print_opts *opts)
{
	if (!chain->base && !chain->has_policy && !chain->comment)
		return;
	weir_buf_str(buf, " {");
	if (chain->base) {
		weir_buf_str(buf, " ");
		base_print(buf, chain, opts);
	} else if (chain->has_policy) {
		weir_buf_add(buf, " policy %s;", weir_verdict_name(chain->policy));
	}
	if (chain->comment) {
		weir_buf_str(buf, " ");
		weir_comment_print(buf, chain->comment);
		weir_buf_str(buf, ";");
	}
	weir_buf_str(buf, " }");
}

static void chain_command_print(struct weir_buf *buf, enum weir_verb verb,
				const struct weir_chain *chain,
				const struct weir_print_opts *opts)
{
	path_print(buf, chain->family, chain->table, chain->name);
	if (!chain->name && chain->handle)
		named_handle_print(buf, "handle", chain->handle);
	if (verb == WEIR_VERB_RENAME && chain->new_name) {
		weir_buf_str(buf, " ");
		weir_print_name(buf, chain->new_name);
	}
	if (!makes(verb))
		return;
	chain_block_print(buf, chain, opts);
	weir_handle_print(buf, chain->handle, opts);
}

static void rule_command_print(struct weir_buf *buf, enum weir_verb verb,
			       const struct weir_rule *rule,
			       const struct weir_print_opts *opts)
{
	struct weir_print_opts rule_opts = *opts;

	path_print(buf, rule->family, rule->table, rule->chain);
	/* To these verbs the handle says which rule; to add it is a remark. */
	if (verb != WEIR_VERB_ADD && verb != WEIR_VERB_CREATE && verb != WEIR_VERB_INSERT &&
	    rule->handle) {
		named_handle_print(buf, "handle", rule->handle);
		if (verb != WEIR_VERB_REPLACE)
			return;
		rule_opts.handles = false;
	} else if (rule->position) {
		named_handle_print(buf, "position", rule->position);
	} else if (rule->has_index) {
		named_handle_print(buf, "index", rule->index);
	}
	if (!rule->items && !rule->comment)
		return;
	weir_buf_str(buf, " ");
	weir_print_rule(buf, rule, &rule_opts);
}

static void set_command_print(struct weir_buf *buf, const struct weir_command *command,
			      const struct weir_print_opts *opts)
{
	const struct weir_set *set = command->set;

	path_print(buf, set->family, set->table, set->name);
	if (!set->name && set->handle)
		named_handle_print(buf, "handle", set->handle);
	if (set->new_name) {
		weir_buf_str(buf, " ");
		weir_print_name(buf, set->new_name);
	}
	if (command->object == WEIR_OBJECT_ELEMENT) {
		if (command->from_stdin)
			return;
		weir_buf_str(buf, " ");
		weir_elems_print_inline(buf, set, set->elems, opts);
	} else if (makes(command->verb)) {
		weir_set_block_print(buf, set, opts);
		weir_handle_print(buf, set->handle, opts);
	}
}

static void named_command_print(struct weir_buf *buf, const struct weir_command *command,
				const struct weir_print_opts *opts)
{
	const struct weir_named *named = command->named;

	weir_buf_add(buf, " %s", command->object == WEIR_OBJECT_NAMEDS ?
		     weir_named_plural(named->type) : named->type);
	path_print(buf, named->family, named->table, named->name);
	if (!named->name && named->handle)
		named_handle_print(buf, "handle", named->handle);
	if (!makes(command->verb))
		return;
	weir_named_block_print(buf, named, opts);
	weir_handle_print(buf, named->handle, opts);
}

void weir_print_command(struct weir_buf *buf, const struct weir_command *command,
			const struct weir_print_opts *opts)
{
	weir_buf_str(buf, verbs[command->verb]);
	if (command->object == WEIR_OBJECT_WORD || command->object == WEIR_OBJECT_EVENTS) {
		if (command->word && *command->word)
			weir_buf_add(buf, " %s", command->word);
		return;
	}
	if (command->named) {
		named_command_print(buf, command, opts);
		return;
	}
	weir_buf_add(buf, " %s", objects[command->object]);
	if (command->table)
		table_command_print(buf, command->verb, command->table, opts);
	if (command->chain)
		chain_command_print(buf, command->verb, command->chain, opts);
	if (command->rule)
		rule_command_print(buf, command->verb, command->rule, opts);
	if (command->set)
		set_command_print(buf, command, opts);
}
