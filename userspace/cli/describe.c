// SPDX-License-Identifier: GPL-2.0
/* describe: what a word of the language means. Needs no kernel. */

#include "cli.h"

enum cli_status cli_describe(struct cli *cli, const struct weir_command *command)
{
	struct weir_errors errors = { 0 };
	struct weir_buf buf = { 0 };
	struct weir_error *error;
	int result;

	result = weir_describe(&buf, command->word ? command->word : "", &errors);
	if (buf.len)
		fwrite(buf.text, 1, buf.len, stdout);
	weir_buf_free(&buf);
	if (!result)
		return CLI_OK;
	for (error = errors.first; error; error = error->next)
		if (!error->loc.input)
			error->loc = command->loc;
	return cli_fail(&errors);
}
