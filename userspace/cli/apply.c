// SPDX-License-Identifier: GPL-2.0
/*
 * Running commands: all that change something in one transaction, then those
 * that read, in their order.
 */

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "cli.h"
#include "libweir/wire.h"

/**
 * struct run - What the callbacks of a transaction need.
 * @cli: The program.
 * @start: When it began, in seconds.
 * @shown: Progress is on the terminal.
 * @changes: Echo in JSON, or NULL.
 */
struct run {
	struct cli *cli;
	time_t start;
	bool shown;
	json_t *changes;
};

bool cli_connect(struct cli *cli, struct weir_errors *errors)
{
	if (!cli->sock)
		cli->sock = weir_open(errors);
	if (cli->sock && cli->dump)
		weir_set_dump(cli->sock, stderr);
	return cli->sock;
}

enum cli_status cli_fail(struct weir_errors *errors)
{
	enum cli_status status = CLI_REFUSED;

	if (errors->first && errors->first->code == ETIMEDOUT)
		status = CLI_BUSY;
	else if (errors->first && errors->first->code == EPERM && !errors->first->loc.input)
		status = CLI_NO_KERNEL;
	fflush(stdout);
	weir_errors_print(errors, stderr);
	weir_errors_free(errors);
	return status;
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Only people want to see progress, and only of what takes long. */
static void show_progress(void *data, size_t done, size_t total, size_t elements)
{
	struct run *run = data;

	if (!isatty(STDERR_FILENO) || seconds() - run->start < 2)
		return;
	fprintf(stderr, "\r%zu of %zu commands", done, total);
	if (elements)
		fprintf(stderr, ", %zu elements", elements);
	run->shown = true;
}

static bool read_elems(void *data, const struct weir_command *command,
		       const struct weir_elems **elems, struct weir_errors *errors)
{
	struct run *run = data;

	return cli_bulk_read(run->cli, command, elems, errors);
}

static void clear_progress(const struct run *run)
{
	if (run->shown)
		fputs("\r\033[K", stderr);
}

static int echo_change(void *data, const struct weir_notice *notice)
{
	struct run *run = data;
	struct cli_change change;

	if (notice->lost) {
		fputs("weir: the echo is not complete; list the ruleset to see all of it\n",
		      stderr);
		return 0;
	}
	if (notice->event == WEIR_EVENT_DEL || !cli_change_of(notice, &change))
		return 0;
	if (run->changes)
		json_array_append_new(run->changes, cli_change_json(run->cli, &change));
	else
		cli_change_print(run->cli, &change);
	return 0;
}

static void end_echo(struct run *run)
{
	json_t *document;

	if (!run->changes)
		return;
	document = json_pack("{s:o}", "nftables", run->changes);
	json_dumpf(document, stdout, 0);
	putchar('\n');
	json_decref(document);
}

static bool any_changes(const struct weir_command *command)
{
	for (; command; command = command->next)
		if (weir_command_changes(command))
			return true;
	return false;
}

static enum cli_status apply(struct run *run, const struct weir_command *commands)
{
	struct cli *cli = run->cli;
	struct weir_txn_opts opts = {
		.check = cli->check,
		.wait_ms = cli->wait_ms,
		.echo = cli->echo ? echo_change : NULL,
		.progress = show_progress,
		.read = read_elems,
		.data = run,
	};
	struct weir_errors errors = { 0 };
	int result;

	if (!cli_connect(cli, &errors)) {
		cli_fail(&errors);
		return CLI_NO_KERNEL;
	}
	if (cli->echo && cli->json && !cli->check)
		run->changes = json_array();
	result = weir_apply(cli->sock, commands, &opts, &errors);
	clear_progress(run);
	if (result) {
		json_decref(run->changes);
		return cli_fail(&errors);
	}
	end_echo(run);
	/* It is done; what may be wrong with the echo does not change that. */
	weir_errors_print(&errors, stderr);
	weir_errors_free(&errors);
	return CLI_OK;
}

static enum cli_status change(struct cli *cli, const struct weir_command *commands)
{
	struct run run = { .cli = cli, .start = seconds() };

	return any_changes(commands) ? apply(&run, commands) : CLI_OK;
}

static enum cli_status run_reading(struct cli *cli, const struct weir_command *command)
{
	switch (command->verb) {
	case WEIR_VERB_RESET:
		/* A check must not set counters to zero. */
		if (cli->check)
			return CLI_OK;
		return command->object == WEIR_OBJECT_ELEMENT ? cli_get(cli, command) :
		       cli_list(cli, command);
	case WEIR_VERB_LIST:
		return cli_list(cli, command);
	case WEIR_VERB_GET:
	case WEIR_VERB_TEST:
		return cli_get(cli, command);
	case WEIR_VERB_MONITOR:
		return cli->check ? CLI_OK : cli_monitor(cli, command);
	case WEIR_VERB_DESCRIBE:
		return cli_describe(cli, command);
	default:
		return CLI_OK;
	}
}

/* Nothing happens; with -c, the kernel is asked as well what it would say. */
static enum cli_status lint_script(struct cli *cli, const struct weir_script *script)
{
	enum cli_status warned = cli_lint(cli, script->commands), status = CLI_OK;

	if (cli->check)
		status = change(cli, script->commands);
	return status == CLI_OK ? warned : status;
}

static enum cli_status run_script(struct cli *cli, const struct weir_script *script)
{
	const struct weir_command *command;
	enum cli_status status;

	if (cli->lint)
		return lint_script(cli, script);
	status = change(cli, script->commands);
	for (command = script->commands; command && status == CLI_OK; command = command->next)
		status = run_reading(cli, command);
	return status;
}

static enum cli_status end_script(struct cli *cli, int result, struct weir_errors *errors)
{
	enum cli_status status;

	if (result)
		status = cli_fail(errors);
	else
		status = run_script(cli, &cli->script);
	weir_errors_free(errors);
	cli_bulk_end(cli);
	cli_forget_sets(cli);
	return status;
}

enum cli_status cli_run_file(struct cli *cli, const char *path)
{
	struct weir_errors errors = { 0 };
	int result;

	weir_script_free(&cli->script);
	cli->stdin_used = !strcmp(path, "-");
	result = weir_parse_file(path, &cli->parse, &cli->script, &errors);
	return end_script(cli, result, &errors);
}

enum cli_status cli_run_text(struct cli *cli, const char *name, const char *text)
{
	struct weir_errors errors = { 0 };
	int result;

	weir_script_free(&cli->script);
	result = weir_parse_text(name, text, &cli->parse, &cli->script, &errors);
	return end_script(cli, result, &errors);
}
