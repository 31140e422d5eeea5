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

/* The option that a word is, if an argument stands behind it; NULL if not. */
static const struct cli_option *option_with_argument(const char *word, size_t len)
{
	const struct cli_option *option;

	for (option = cli_options; option->letter; option++) {
		if (!option->arg)
			continue;
		if (len == 2 && word[0] == '-' && word[1] == option->letter)
			return option;
		if (option->name && len == strlen(option->name) + 2 &&
		    !strncmp(word, "--", 2) && !strncmp(word + 2, option->name, len - 2))
			return option;
	}
	return NULL;
}

/* What the argument of an option may be, where the program knows. */
static void print_argument(const struct cli_option *option, const char *begin)
{
	const char *const *word = cli_debug_words;

	for (; option->letter == 'd' && *word; word++)
		if (!strncmp(*word, begin, strlen(begin)))
			puts(*word);
}

/*
 * Passes over options and their arguments, to where the command begins; or to the last
 * argument, whose @option that is.
 */
static const char *skip_options(const char *line, const struct cli_option **option)
{
	for (;;) {
		size_t len;

		line += strspn(line, " \t");
		len = strcspn(line, " \t");
		if (*line != '-' || !line[len])
			return line;
		*option = option_with_argument(line, len);
		if (*option) {
			line += len;
			line += strspn(line, " \t");
			len = strcspn(line, " \t");
			if (!line[len])
				return line;
			*option = NULL;
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
	const struct cli_option *option = NULL;
	const char *command = skip_options(line, &option);
	char **words, **word;

	if (option) {
		print_argument(option, command);
		return CLI_OK;
	}
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
