// SPDX-License-Identifier: GPL-2.0
/*
 * The text of tables, chains, commands and whole rulesets.
 */
#include <inttypes.h>
#include <linux/netfilter.h>
#include <string.h>
#include "print.h"

static void handle_print(struct weir_buf *buf, uint64_t handle,
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

static void comment_print(struct weir_buf *buf, const char *comment)
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
	handle_print(buf, table->handle, opts);
	weir_buf_str(buf, "\n");
	if (table->flags) {
		weir_buf_str(buf, "\t");
		flags_print(buf, table->flags);
		weir_buf_str(buf, "\n");
	}
	if (table->comment) {
		weir_buf_str(buf, "\t");
		comment_print(buf, table->comment);
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
	handle_print(buf, chain->handle, opts);
	weir_buf_str(buf, "\n");
	if (chain->comment) {
		weir_buf_str(buf, "\t\t");
		comment_print(buf, chain->comment);
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

static void table_node_print(struct weir_buf *buf, const struct weir_table_node *node,
			     enum weir_fetch_what detail, const struct weir_print_opts *opts)
{
	bool blank = node->table->flags || node->table->comment;
	const struct weir_chain_node *chain;

	weir_print_table(buf, node->table, opts);
	for (chain = node->chains; chain; chain = chain->next) {
		if (blank && detail != WEIR_FETCH_CHAINS)
			weir_buf_str(buf, "\n");
		chain_node_print(buf, chain, detail, opts);
		blank = true;
	}
	weir_buf_str(buf, "}\n");
}

void weir_print_ruleset(struct weir_buf *buf, const struct weir_ruleset *ruleset,
			enum weir_fetch_what detail, const struct weir_print_opts *opts)
{
	const struct weir_table_node *node;

	for (node = ruleset->tables; node; node = node->next) {
		if (detail != WEIR_FETCH_TABLES) {
			table_node_print(buf, node, detail, opts);
			continue;
		}
		weir_buf_add(buf, "table %s ", weir_family_name(node->table->family));
		weir_print_name(buf, node->table->name);
		handle_print(buf, node->table->handle, opts);
		weir_buf_str(buf, "\n");
	}
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
};

static const char *const objects[] = {
	[WEIR_OBJECT_RULESET] = "ruleset",
	[WEIR_OBJECT_TABLES] = "tables",
	[WEIR_OBJECT_TABLE] = "table",
	[WEIR_OBJECT_CHAINS] = "chains",
	[WEIR_OBJECT_CHAIN] = "chain",
	[WEIR_OBJECT_RULES] = "rules",
	[WEIR_OBJECT_RULE] = "rule",
	[WEIR_OBJECT_COUNTERS] = "counters",
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
			comment_print(buf, table->comment);
			weir_buf_str(buf, ";");
		}
		weir_buf_str(buf, " }");
	}
	handle_print(buf, table->handle, opts);
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
		comment_print(buf, chain->comment);
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
	handle_print(buf, chain->handle, opts);
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

void weir_print_command(struct weir_buf *buf, const struct weir_command *command,
			const struct weir_print_opts *opts)
{
	weir_buf_str(buf, verbs[command->verb]);
	if (command->object == WEIR_OBJECT_WORD || command->object == WEIR_OBJECT_EVENTS) {
		if (command->word && *command->word)
			weir_buf_add(buf, " %s", command->word);
		return;
	}
	weir_buf_add(buf, " %s", objects[command->object]);
	if (command->table)
		table_command_print(buf, command->verb, command->table, opts);
	if (command->chain)
		chain_command_print(buf, command->verb, command->chain, opts);
	if (command->rule)
		rule_command_print(buf, command->verb, command->rule, opts);
}
