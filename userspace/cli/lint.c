// SPDX-License-Identifier: GPL-2.0
/*
 * --lint: warnings about rules that no packet matches, in commands, which are not run
 * then, and in the ruleset where the command is to list it. What the kernel has is
 * listed and read again, so that warnings have a line to show.
 */

#include <stdlib.h>
#include <string.h>
#include "cli.h"
#include "language/lint.h"

/**
 * struct linting - What was found so far.
 * @cli: The program.
 * @json: Of -j, or NULL.
 * @any: There was something.
 */
struct linting {
	struct cli *cli;
	json_t *json;
	bool any;
};

/* Frees what was found. */
static void report(struct linting *linting, struct weir_lint *found)
{
	struct weir_errors warnings = { 0 };

	linting->any = linting->any || found;
	if (linting->json) {
		weir_lint_json(found, linting->json);
	} else {
		weir_lint_warn(found, &warnings);
		weir_errors_print(&warnings, stderr);
		weir_errors_free(&warnings);
	}
	weir_lint_free(found);
}

/* The rules of the text get the handles of those that it was printed from. */
static void give_handles(struct weir_command *command, const struct weir_ruleset *ruleset)
{
	const struct weir_table_node *table;
	const struct weir_chain_node *chain;
	const struct weir_rule_node *rule;

	for (table = ruleset->tables; table; table = table->next) {
		for (chain = table->chains; chain; chain = chain->next) {
			for (rule = chain->rules; rule; rule = rule->next) {
				while (command && command->object != WEIR_OBJECT_RULE)
					command = command->next;
				if (!command)
					return;
				command->rule->handle = rule->rule->handle;
				command = command->next;
			}
		}
	}
}

/* Of a command about one chain, only that is of interest; others tell what it leads to. */
static struct weir_lint *keep_chain(struct weir_lint *found, const char *chain)
{
	struct weir_lint **at = &found, *lint;

	while ((lint = *at)) {
		if (!chain || !strcmp(lint->rule->chain, chain)) {
			at = &lint->next;
			continue;
		}
		*at = lint->next;
		lint->next = NULL;
		weir_lint_free(lint);
	}
	return found;
}

static enum cli_status lint_listing(struct linting *linting, const char *text,
				    const struct weir_ruleset *ruleset, const char *chain)
{
	struct weir_script script = { 0 };
	struct weir_errors errors = { 0 };
	struct weir_lint *found;

	if (weir_parse_text("<ruleset>", text, &linting->cli->parse, &script, &errors)) {
		weir_script_free(&script);
		return cli_fail(&errors);
	}
	found = keep_chain(weir_lint(script.commands, true), chain);
	give_handles(script.commands, ruleset);
	report(linting, found);
	weir_script_free(&script);
	return CLI_OK;
}

/* What a command names, which must be there, and all of the table where it may jump to. */
static struct weir_ruleset *fetch_around(struct cli *cli, struct weir_filter *filter,
					 struct weir_errors *errors)
{
	struct weir_ruleset *ruleset;

	if (filter->chain) {
		ruleset = weir_fetch(cli->sock, WEIR_FETCH_CHAINS, filter, errors);
		if (!ruleset)
			return NULL;
		weir_ruleset_free(ruleset);
		filter->chain = NULL;
	}
	return weir_fetch(cli->sock, WEIR_FETCH_RULES, filter, errors);
}

static enum cli_status lint_kernel(struct linting *linting, const struct weir_command *command)
{
	struct weir_print_opts opts = linting->cli->print;
	struct weir_filter filter = cli_filter(command);
	struct weir_errors errors = { 0 };
	struct weir_ruleset *ruleset;
	struct weir_buf buf = { 0 };
	enum cli_status status;

	if (!cli_connect(linting->cli, &errors)) {
		cli_fail(&errors);
		return CLI_NO_KERNEL;
	}
	ruleset = fetch_around(linting->cli, &filter, &errors);
	if (!ruleset)
		return cli_fail(&errors);
	opts.handles = true;
	opts.terse = true;
	opts.engine = false;
	weir_print_ruleset(&buf, ruleset, WEIR_FETCH_RULES, &opts);
	status = lint_listing(linting, buf.text ? buf.text : "", ruleset,
			      command->chain ? command->chain->name : NULL);
	weir_buf_free(&buf);
	weir_ruleset_free(ruleset);
	return status;
}

static enum cli_status lint_command(struct linting *linting, const struct weir_command *command)
{
	if (command->verb != WEIR_VERB_LIST)
		return CLI_OK;
	switch (command->object) {
	case WEIR_OBJECT_RULESET:
	case WEIR_OBJECT_TABLES:
	case WEIR_OBJECT_TABLE:
	case WEIR_OBJECT_CHAINS:
	case WEIR_OBJECT_CHAIN:
		return lint_kernel(linting, command);
	default:
		return CLI_OK;
	}
}

enum cli_status cli_lint(struct cli *cli, const struct weir_command *commands)
{
	struct linting linting = { .cli = cli, .json = cli->json ? json_array() : NULL };
	enum cli_status status = CLI_OK;
	const struct weir_command *command;
	json_t *document;

	report(&linting, weir_lint(commands, false));
	for (command = commands; command && status == CLI_OK; command = command->next)
		status = lint_command(&linting, command);
	if (linting.json) {
		document = json_pack("{s:o}", "lint", linting.json);
		json_dumpf(document, stdout, 0);
		putchar('\n');
		json_decref(document);
	}
	return status == CLI_OK && linting.any ? CLI_WARNED : status;
}
