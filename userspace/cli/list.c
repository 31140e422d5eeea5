// SPDX-License-Identifier: GPL-2.0
/* list and reset. */

#include "cli.h"

static enum weir_fetch_what what_of(const struct weir_command *command)
{
	if (command->verb == WEIR_VERB_RESET)
		return WEIR_FETCH_RESET;
	switch (command->object) {
	case WEIR_OBJECT_TABLES:
		return WEIR_FETCH_TABLES;
	case WEIR_OBJECT_CHAINS:
		return WEIR_FETCH_CHAINS;
	default:
		return WEIR_FETCH_RULES;
	}
}

static struct weir_filter filter_of(const struct weir_command *command)
{
	struct weir_filter filter = { 0 };

	if (command->table) {
		filter.family = command->table->family;
		filter.table = command->table->name;
		filter.table_loc = &command->table->loc;
	} else if (command->chain) {
		filter.family = command->chain->family;
		filter.table = command->chain->table;
		filter.table_loc = &command->chain->table_loc;
		filter.chain = command->chain->name;
		filter.chain_loc = &command->chain->loc;
	} else if (command->rule) {
		filter.family = command->rule->family;
		filter.table = command->rule->table;
		filter.table_loc = &command->rule->table_loc;
		filter.chain = command->rule->chain;
		filter.chain_loc = &command->rule->chain_loc;
		filter.handle = command->rule->handle;
		filter.rule_loc = &command->rule->where_loc;
	}
	return filter;
}

static void print(const struct cli *cli, const struct weir_ruleset *ruleset,
		  enum weir_fetch_what what)
{
	struct weir_buf buf = { 0 };
	json_t *json;

	if (cli->json) {
		json = weir_json_ruleset(ruleset, what, &cli->print);
		json_dumpf(json, stdout, 0);
		putchar('\n');
		json_decref(json);
		return;
	}
	weir_print_ruleset(&buf, ruleset, what, &cli->print);
	if (buf.len)
		fwrite(buf.text, 1, buf.len, stdout);
	weir_buf_free(&buf);
}

enum cli_status cli_list(struct cli *cli, const struct weir_command *command)
{
	struct weir_filter filter = filter_of(command);
	enum weir_fetch_what what = what_of(command);
	struct weir_errors errors = { 0 };
	struct weir_ruleset *ruleset;

	if (!cli_connect(cli, &errors)) {
		cli_fail(&errors);
		return CLI_NO_KERNEL;
	}
	ruleset = weir_fetch(cli->sock, what, &filter, &errors);
	if (!ruleset)
		return cli_fail(&errors);
	print(cli, ruleset, what);
	weir_ruleset_free(ruleset);
	return CLI_OK;
}
