// SPDX-License-Identifier: GPL-2.0
/* -v and -V. */

#include "cli.h"

static void print_status(const struct weir_status *status)
{
	printf("kernel module %s, generation %llu, rules are %s\n", status->version,
	       (unsigned long long)status->gen,
	       status->jit ? "compiled to machine code" : "interpreted");
	if (status->open_pid)
		printf("process %u (%s) is changing the ruleset\n", status->open_pid,
		       status->open_comm);
}

enum cli_status cli_version(struct cli *cli, bool long_form)
{
	struct weir_errors errors = { 0 };
	struct weir_status status;

	printf("weir %s\n", WEIR_VERSION);
	if (!long_form)
		return CLI_OK;
	/* To ask for a version is no reason to load anything. */
	if (!weir_is_loaded()) {
		puts("kernel module not loaded");
		return CLI_OK;
	}
	if (!cli_connect(cli, &errors) || weir_get_status(cli->sock, &status, &errors))
		return cli_fail(&errors);
	print_status(&status);
	return CLI_OK;
}
