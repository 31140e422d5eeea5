// SPDX-License-Identifier: GPL-2.0
/* weir, the command line program. */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"
#include "libweir/alloc.h"

#define DEFAULT_WAIT_MS 10000

enum {
	OPTION_COMPLETE = 256,
};

const struct cli_option cli_options[] = {
	{ 'f', "file", "FILE", "read commands from FILE, - for standard input" },
	{ 'i', "interactive", NULL, "read commands from a prompt" },
	{ 'c', "check", NULL, "check commands, in the kernel too, but change nothing" },
	{ 'l', "lint", NULL, "warn of rules that no packet matches, and change nothing" },
	{ 'e', "echo", NULL, "print what was added, as the kernel has it" },
	{ 'w', "wait", "SECONDS", "wait this long for another writer to finish (10)" },
	{ 'I', "includepath", "FOLDER", "look there for included files; may be repeated" },
	{ 'D', "define", "NAME=VALUE", "define a variable; may be repeated" },
	{ 'j', "json", NULL, "print JSON; input may always be JSON" },
	{ 'a', "handle", NULL, "print handles" },
	{ 's', "stateless", NULL, "leave out counters' values and other state" },
	{ 't', "terse", NULL, "leave out the content of sets" },
	{ 'n', "numeric", NULL, "print all values as numbers" },
	{ 'y', "numeric-priority", NULL, "print priorities as numbers" },
	{ 'p', "numeric-protocol", NULL, "print protocols as numbers" },
	{ 'T', "numeric-time", NULL, "print times as numbers" },
	{ 'S', "service", NULL, "print ports as names of /etc/services" },
	{ 'u', "guid", NULL, "print users and groups as names" },
	{ 'd', "debug", "WHAT", "show what is sent to the kernel, netlink; what packets meet, engine" },
	{ 'v', "version", NULL, "print the version" },
	{ 'V', NULL, NULL, "print the versions of program and kernel module, and their state" },
	{ 'h', "help", NULL, "print this" },
	{ 'N', "reversedns", NULL, NULL },
	{ 'o', "optimize", NULL, NULL },
	{ OPTION_COMPLETE, "complete", "LINE", NULL },
	{ 0 },
};

enum {
	DEBUG_NETLINK,
	DEBUG_ENGINE,
	DEBUG_ALL,
};

const char *const cli_debug_words[] = {
	[DEBUG_NETLINK] = "netlink",
	[DEBUG_ENGINE] = "engine",
	[DEBUG_ALL] = "all",
	NULL
};

#define N_OPTIONS (sizeof(cli_options) / sizeof(*cli_options))

/**
 * struct choice - What the command line asked for.
 */
struct choice {
	const char *file;
	const char *complete;
	bool interactive;
	bool version;
	bool long_version;
	bool help;
};

static void print_help(FILE *to)
{
	const struct cli_option *option;

	fputs("usage: weir [OPTION...] COMMAND...\n"
	      "       weir [OPTION...] -f FILE\n"
	      "       weir [OPTION...] -i\n\n", to);
	for (option = cli_options; option->text; option++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s%s", option->name ? ", --" : "",
			 option->name ? option->name : "", option->arg ? " " : "",
			 option->arg ? option->arg : "");
		fprintf(to, "  -%c%-30s %s\n", option->letter, name, option->text);
	}
	fputs("\nweir(8) explains commands and exit statuses, weir-language(7) the language.\n", to);
}

static enum cli_status usage(const char *fmt, const char *word)
{
	fputs("weir: ", stderr);
	fprintf(stderr, fmt, word);
	fputs("\nTry \"weir --help\".\n", stderr);
	return CLI_USAGE;
}

static void make_getopt(struct option *options, char *letters)
{
	const struct cli_option *option;

	/* "+": the first word that is no option begins the command. */
	*letters++ = '+';
	*letters++ = ':';
	for (option = cli_options; option->letter; option++) {
		if (option->letter < 256) {
			*letters++ = option->letter;
			if (option->arg)
				*letters++ = ':';
		}
		if (option->name)
			*options++ = (struct option){ option->name, !!option->arg, NULL,
						      option->letter };
	}
	*letters = '\0';
	*options = (struct option){ 0 };
}

static void add_string(const char *const **list, const char *text)
{
	const char **copy = (const char **)*list;
	size_t n = 0;

	while (copy && copy[n])
		n++;
	copy = weir_realloc(copy, n + 2, sizeof(*copy));
	copy[n] = text;
	copy[n + 1] = NULL;
	*list = copy;
}

static bool read_seconds(const char *text, unsigned int *ms)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(text, &end);
	if (errno || end == text || *end || !(seconds >= 0 && seconds <= 1e6))
		return false;
	*ms = seconds * 1000;
	return true;
}

static enum cli_status take_print_option(struct weir_print_opts *print, int letter)
{
	switch (letter) {
	case 'a':
		print->handles = true;
		break;
	case 'n':
		print->numeric = true;
		break;
	case 'y':
		print->numeric_priority = true;
		break;
	case 'p':
		print->numeric_protocol = true;
		break;
	case 'T':
		print->numeric_time = true;
		break;
	case 'S':
		print->service_names = true;
		break;
	case 'u':
		print->user_names = true;
		break;
	case 's':
		print->stateless = true;
		break;
	case 't':
		print->terse = true;
		break;
	}
	return CLI_OK;
}

/* One word, or several with commas between them. */
static enum cli_status take_debug(struct cli *cli, const char *words)
{
	const char *const *word;
	size_t len;

	for (;; words += len + 1) {
		len = strcspn(words, ",");
		for (word = cli_debug_words; *word; word++)
			if (strlen(*word) == len && !strncmp(words, *word, len))
				break;
		if (!*word)
			return usage("--debug knows netlink, engine and all, not \"%s\"", words);
		if (word - cli_debug_words != DEBUG_ENGINE)
			cli->dump = true;
		if (word - cli_debug_words != DEBUG_NETLINK)
			cli->print.engine = true;
		if (!words[len])
			return CLI_OK;
	}
}

static enum cli_status take_option(struct cli *cli, struct choice *choice, int letter)
{
	switch (letter) {
	case 'f':
		if (choice->file)
			return usage("one -f only; use include in \"%s\"", choice->file);
		choice->file = optarg;
		break;
	case 'i':
		choice->interactive = true;
		break;
	case 'c':
		cli->check = true;
		break;
	case 'l':
		cli->lint = true;
		break;
	case 'e':
		cli->echo = true;
		break;
	case 'j':
		cli->json = true;
		break;
	case 'w':
		if (!read_seconds(optarg, &cli->wait_ms))
			return usage("--wait takes a number of seconds, not \"%s\"", optarg);
		break;
	case 'I':
		add_string(&cli->parse.include_dirs, optarg);
		break;
	case 'D':
		if (!strchr(optarg, '=') || *optarg == '=')
			return usage("--define takes NAME=VALUE, not \"%s\"", optarg);
		add_string(&cli->parse.defines, optarg);
		break;
	case 'd':
		return take_debug(cli, optarg);
	case 'v':
		choice->version = true;
		break;
	case 'V':
		choice->long_version = true;
		break;
	case 'h':
		choice->help = true;
		break;
	case 'N':
		return usage("%s: names of addresses are never looked up", "--reversedns");
	case 'o':
		return usage("%s: not needed, as many rules cost a packet about what few do", "--optimize");
	case OPTION_COMPLETE:
		choice->complete = optarg;
		break;
	case ':':
		return usage("%s needs an argument", "the last option");
	case '?':
		return CLI_USAGE;
	default:
		return take_print_option(&cli->print, letter);
	}
	return CLI_OK;
}

static const struct cli_option *option_of(const char *word)
{
	const struct cli_option *option;

	for (option = cli_options; option->letter; option++) {
		if (word[0] == '-' && word[1] && word[1] == option->letter && !word[2])
			return option;
		if (!strncmp(word, "--", 2) && option->name && !strcmp(word + 2, option->name))
			return option;
	}
	return NULL;
}

static const char *nearest_option(const char *word)
{
	const char *names[N_OPTIONS + 1];
	const struct cli_option *option;
	size_t n = 0;

	for (option = cli_options; option->letter; option++)
		if (option->name && option->text)
			names[n++] = option->name;
	names[n] = NULL;
	return weir_nearest(word, names);
}

static enum cli_status unknown_option(const char *word)
{
	const char *nearest = NULL;

	if (!strncmp(word, "--", 2))
		nearest = nearest_option(word + 2);
	if (nearest)
		fprintf(stderr, "weir: unknown option \"%s\"; did you mean --%s?\n", word, nearest);
	else
		fprintf(stderr, "weir: unknown option \"%s\"\n", word);
	fputs("Try \"weir --help\".\n", stderr);
	return CLI_USAGE;
}

static enum cli_status read_options(int argc, char **argv, struct cli *cli,
				    struct choice *choice)
{
	struct option options[N_OPTIONS];
	char letters[2 * N_OPTIONS + 3];
	enum cli_status status;
	int letter, here;

	make_getopt(options, letters);
	opterr = 0;
	for (;;) {
		char word[3] = "-";

		here = optind ? optind : 1;
		letter = getopt_long(argc, argv, letters, options, NULL);
		if (letter < 0)
			return CLI_OK;
		if (letter == '?') {
			word[1] = optopt && optopt < 256 ? optopt : 0;
			return unknown_option(word[1] ? word : argv[here]);
		}
		if (letter == ':')
			return usage("%s needs an argument", argv[here]);
		status = take_option(cli, choice, letter);
		if (status != CLI_OK)
			return status;
	}
}

/* Joins the words of the command with blanks, as the shell has split them. */
static char *join(char **words)
{
	struct weir_buf buf = { 0 };

	for (; *words; words++)
		weir_buf_add(&buf, "%s%s", *words, words[1] ? " " : "");
	return buf.text;
}

static enum cli_status run_words(struct cli *cli, char **words)
{
	enum cli_status status;
	char *text;
	size_t i;

	for (i = 1; words[0] && words[i]; i++)
		if (option_of(words[i]))
			return usage("options go before the command, \"%s\" too", words[i]);
	text = join(words);
	status = cli_run_text(cli, "<cmdline>", text);
	free(text);
	return status;
}

static enum cli_status run(struct cli *cli, const struct choice *choice, char **words)
{
	if (choice->help) {
		print_help(stdout);
		return CLI_OK;
	}
	if (choice->version || choice->long_version)
		return cli_version(cli, choice->long_version);
	if (choice->complete)
		return cli_complete(cli, choice->complete);
	if (!!choice->file + choice->interactive + !!*words > 1)
		return usage("%s", "a command, -f or -i, but not two of them");
	if (choice->interactive)
		return cli_interactive(cli);
	if (choice->file)
		return cli_run_file(cli, choice->file);
	if (*words)
		return run_words(cli, words);
	print_help(stderr);
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	static struct cli cli = { .wait_ms = DEFAULT_WAIT_MS };
	struct choice choice = { 0 };
	enum cli_status status;

	cli.parse.find_set = cli_find_set;
	cli.parse.nearest_set = cli_nearest_set;
	cli.parse.data = &cli;
	status = read_options(argc, argv, &cli, &choice);
	if (status == CLI_OK)
		status = run(&cli, &choice, argv + optind);
	weir_close(cli.sock);
	free((void *)cli.parse.include_dirs);
	free((void *)cli.parse.defines);
	if (fflush(stdout) || ferror(stdout)) {
		perror("weir: standard output");
		return status ? status : CLI_REFUSED;
	}
	return status;
}
