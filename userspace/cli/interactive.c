// SPDX-License-Identifier: GPL-2.0
/*
 * -i: a prompt with history and completion. A command may span lines: it goes
 * on while a brace, a bracket or a quote is open, or a line ends in a backslash.
 */

#include <editline/readline.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli.h"
#include "libweir/alloc.h"
#include "libweir/library.h"

#define HISTORY_LINES 1000

/* What is used of libedit, which is loaded for a prompt only. */
static struct {
	__typeof__(readline) *readline;
	__typeof__(rl_completion_matches) *completion_matches;
	__typeof__(add_history) *add_history;
	__typeof__(using_history) *using_history;
	__typeof__(stifle_history) *stifle_history;
	__typeof__(read_history) *read_history;
	__typeof__(write_history) *write_history;
	__typeof__(rl_line_buffer) *line_buffer;
	__typeof__(rl_readline_name) *name;
	__typeof__(rl_attempted_completion_function) *completion_function;
	__typeof__(rl_attempted_completion_over) *completion_over;
	__typeof__(rl_basic_word_break_characters) *break_characters;
} edit;

static const struct weir_library_symbol symbols[] = {
	{ "readline", &edit.readline },
	{ "rl_completion_matches", &edit.completion_matches },
	{ "add_history", &edit.add_history },
	{ "using_history", &edit.using_history },
	{ "stifle_history", &edit.stifle_history },
	{ "read_history", &edit.read_history },
	{ "write_history", &edit.write_history },
	{ "rl_line_buffer", &edit.line_buffer },
	{ "rl_readline_name", &edit.name },
	{ "rl_attempted_completion_function", &edit.completion_function },
	{ "rl_attempted_completion_over", &edit.completion_over },
	{ "rl_basic_word_break_characters", &edit.break_characters },
	{ NULL }
};

/* Debian numbers the library in its own way. */
static bool find_edit(void)
{
	const char *why = weir_library_load("libedit.so.2", symbols);

	if (why)
		why = weir_library_load("libedit.so.0", symbols);
	if (why)
		fprintf(stderr, "weir: a prompt needs libedit: %s\n", why);
	return !why;
}

static char **words;
/* For whom words are completed: the library does not pass it on. */
static struct cli *user;

static char *next_word(const char *text, int state)
{
	static size_t at;
	size_t len = strlen(text);

	if (!state)
		at = 0;
	while (words && words[at]) {
		const char *word = words[at++];

		if (!strncmp(word, text, len))
			return weir_strdup(word);
	}
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	char *line = weir_strndup(*edit.line_buffer, end);
	char **matches;
	size_t i;

	words = cli_words(user, line);
	matches = edit.completion_matches(text, next_word);
	for (i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
	words = NULL;
	free(line);
	*edit.completion_over = 1;
	return matches;
}

/* Makes the folders above a file; what cannot be made shows when it is written. */
static void make_folders(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static char *history_file(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct weir_buf path = { 0 };

	if (state && *state == '/')
		weir_buf_add(&path, "%s/weir/history", state);
	else if (home && *home == '/')
		weir_buf_add(&path, "%s/.local/state/weir/history", home);
	else
		return NULL;
	make_folders(path.text);
	return path.text;
}

/* Whether the text is a whole command: nothing is left open. */
static bool is_whole(const char *text)
{
	bool quoted = false, comment = false;
	size_t len = strlen(text);
	int depth = 0;

	if (len && text[len - 1] == '\\')
		return false;
	for (; *text; text++) {
		if (comment) {
			comment = *text != '\n';
		} else if (quoted) {
			if (*text == '\\' && text[1])
				text++;
			else if (*text == '"' || *text == '\n')
				quoted = false;
		} else if (*text == '"') {
			quoted = true;
		} else if (*text == '#') {
			comment = true;
		} else if (strchr("{[(", *text)) {
			depth++;
		} else if (strchr("}])", *text)) {
			depth--;
		}
	}
	return depth <= 0;
}

/* Reads one command; NULL at the end of the input. */
static char *read_command(void)
{
	struct weir_buf text = { 0 };
	char *line;

	do {
		line = edit.readline(text.len ? "....> " : "weir> ");
		if (!line) {
			weir_buf_free(&text);
			return NULL;
		}
		weir_buf_add(&text, "%s%s", text.len ? "\n" : "", line);
		if (*line)
			edit.add_history(line);
		free(line);
	} while (!is_whole(text.text));
	return text.text;
}

static void print_help(void)
{
	puts("Commands are those of weir-language(7), such as:\n"
	     "  list ruleset\n"
	     "  add table inet filter\n"
	     "  describe tcp dport\n"
	     "The tab key completes words; quit leaves.");
}

/* Interrupts what runs, such as monitor, but not the prompt. */
static void interrupted(int sig)
{
}

static void catch_interrupts(void)
{
	struct sigaction action = { .sa_handler = interrupted };

	/* Without SA_RESTART, so that waiting for events ends. */
	sigaction(SIGINT, &action, NULL);
}

static bool is_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	text += strspn(text, " \t");
	return !strncmp(text, word, len) && !text[len + strspn(text + len, " \t;")];
}

static void set_up(const char *history)
{
	*edit.name = (char *)"weir";
	*edit.completion_function = complete;
	*edit.break_characters = (char *)" \t\n{};,";
	edit.using_history();
	edit.stifle_history(HISTORY_LINES);
	if (history)
		edit.read_history(history);
}

enum cli_status cli_interactive(struct cli *cli)
{
	enum cli_status status = CLI_OK;
	char *history, *text;

	if (!find_edit())
		return CLI_REFUSED;
	history = history_file();
	user = cli;
	set_up(history);
	catch_interrupts();
	cli->stdin_used = true;
	while ((text = read_command())) {
		if (is_word(text, "quit") || is_word(text, "exit")) {
			free(text);
			break;
		}
		if (is_word(text, "help"))
			print_help();
		else
			status = cli_run_text(cli, "<interactive>", text);
		fflush(stdout);
		free(text);
	}
	if (!text && isatty(STDIN_FILENO))
		putchar('\n');
	if (history)
		edit.write_history(history);
	free(history);
	return status;
}
