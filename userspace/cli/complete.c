// SPDX-License-Identifier: GPL-2.0
/*
 * --complete: words that may stand at the end of a command line, one a line,
 * for shells. Options come from the table of options, everything else from the
 * language.
 */

#include <stdlib.h>
#include <string.h>
#include "cli.h"

static const char *last_word(const char *line)
{
	const char *blank = strrchr(line, ' ');

	return blank ? blank + 1 : line;
}

static void print_options(const char *begin)
{
	const struct cli_option *option;
	char word[64];

	for (option = cli_options; option->letter; option++) {
		if (!option->text)
			continue;
		if (option->name)
			snprintf(word, sizeof(word), "--%s", option->name);
		else
			snprintf(word, sizeof(word), "-%c", option->letter);
		if (!strncmp(word, begin, strlen(begin)))
			puts(word);
	}
}

/* Whether the word that ends at @end is an option with an argument behind it. */
static bool takes_argument(const char *word, size_t len)
{
	const struct cli_option *option;

	for (option = cli_options; option->letter; option++) {
		if (!option->arg)
			continue;
		if (len == 2 && word[0] == '-' && word[1] == option->letter)
			return true;
		if (option->name && len == strlen(option->name) + 2 &&
		    !strncmp(word, "--", 2) && !strncmp(word + 2, option->name, len - 2))
			return true;
	}
	return false;
}

/* Passes over options and their arguments, to where the command begins. */
static const char *skip_options(const char *line)
{
	for (;;) {
		size_t len;

		line += strspn(line, " \t");
		len = strcspn(line, " \t");
		if (*line != '-' || !line[len])
			return line;
		if (takes_argument(line, len)) {
			line += len;
			line += strspn(line, " \t");
			len = strcspn(line, " \t");
			if (!line[len])
				return NULL;
		}
		line += len;
	}
}

/* Errors do not matter: then there are no names. */
char **cli_words(struct cli *cli, const char *line)
{
	struct weir_errors errors = { 0 };
	struct weir_ruleset *ruleset = NULL;
	char **words;

	if (weir_is_loaded() && cli_connect(cli, &errors))
		ruleset = weir_fetch(cli->sock, WEIR_FETCH_NAMES, NULL, &errors);
	words = weir_complete(line, ruleset);
	weir_ruleset_free(ruleset);
	weir_errors_free(&errors);
	return words;
}

enum cli_status cli_complete(struct cli *cli, const char *line)
{
	const char *command = skip_options(line);
	char **words, **word;

	if (!command)
		return CLI_OK;
	if (*command == '-') {
		print_options(last_word(command));
		return CLI_OK;
	}
	words = cli_words(cli, command);
	for (word = words; word && *word; word++) {
		puts(*word);
		free(*word);
	}
	free(words);
	return CLI_OK;
}
