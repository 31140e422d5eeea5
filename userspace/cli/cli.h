/* SPDX-License-Identifier: GPL-2.0 */
/* The command line program: what its files share. */
#ifndef WEIR_CLI_H
#define WEIR_CLI_H

#include <stdbool.h>
#include <stdio.h>
#include "language/language.h"
#include "libweir/weir.h"

/**
 * enum cli_status - Exit status, as weir(8) lists it.
 * @CLI_OK: Done.
 * @CLI_REFUSED: A mistake in the text, or a refusal of the kernel.
 * @CLI_USAGE: A mistake on the command line.
 * @CLI_NO_KERNEL: No kernel module, or no permission.
 * @CLI_BUSY: Another writer did not finish in time.
 * @CLI_WARNED: --lint found something.
 */
enum cli_status {
	CLI_OK,
	CLI_REFUSED,
	CLI_USAGE,
	CLI_NO_KERNEL,
	CLI_BUSY,
	CLI_WARNED,
};

struct cli_bulk;

/**
 * struct cli - The program's state.
 * @print: How to print.
 * @parse: How to parse.
 * @json: -j.
 * @check: -c.
 * @lint: -l.
 * @echo: -e.
 * @dump: -d netlink, show netlink messages.
 * @wait_ms: -w.
 * @sock: Connection to the kernel, made when it is first needed.
 * @script: What runs, until the next one does. The last one is left to the end of the
 *   program, as to free each of a hundred thousand rules takes its time.
 * @known: The sets that the kernel has, for the parser, or NULL.
 * @asked: It was asked for @known.
 * @stdin_used: The commands themselves come from standard input.
 * @bulk: A plain list on standard input, or NULL.
 */
struct cli {
	struct weir_print_opts print;
	struct weir_parse_opts parse;
	bool json;
	bool check;
	bool lint;
	bool echo;
	bool dump;
	unsigned int wait_ms;
	struct weir_sock *sock;
	struct weir_script script;
	struct weir_ruleset *known;
	bool asked;
	bool stdin_used;
	struct cli_bulk *bulk;
};

/** cli_connect() - Make sure that there is a connection; false with errors. */
bool cli_connect(struct cli *cli, struct weir_errors *errors);

/** cli_fail() - Print errors to stderr, free them, and say which exit status they make. */
enum cli_status cli_fail(struct weir_errors *errors);

/** cli_run_file() - Apply a file, "-" for standard input. */
enum cli_status cli_run_file(struct cli *cli, const char *path);
/** cli_run_text() - Apply a text; @name as in &weir_input.name. */
enum cli_status cli_run_text(struct cli *cli, const char *name, const char *text);
/** cli_interactive() - Read commands from the terminal until its end. */
enum cli_status cli_interactive(struct cli *cli);

/** cli_list() - List, or list and reset. */
enum cli_status cli_list(struct cli *cli, const struct weir_command *command);
/** cli_filter() - What a command that lists is about. */
struct weir_filter cli_filter(const struct weir_command *command);
/** cli_lint() - Warn of rules that no packet matches, in commands and what they list. */
enum cli_status cli_lint(struct cli *cli, const struct weir_command *commands);
/** cli_get() - get, test and reset of elements: show those that have given keys. */
enum cli_status cli_get(struct cli *cli, const struct weir_command *command);

/** cli_nearest_set() - The name that was probably meant, for the parser; @data is the program. */
const char *cli_nearest_set(void *data, uint8_t family, const char *table, const char *name);
/** cli_find_set() - The declaration of a set, for the parser; @data is the program. */
const struct weir_set *cli_find_set(void *data, uint8_t family, const char *table,
				    const char *name);
/** cli_forget_sets() - The next parse asks the kernel anew. */
void cli_forget_sets(struct cli *cli);

/** cli_bulk_read() - The next elements of standard input; see &weir_txn_opts.read. */
bool cli_bulk_read(struct cli *cli, const struct weir_command *command,
		   const struct weir_elems **elems, struct weir_errors *errors);
/** cli_bulk_end() - Forget the list; no error is about its text any more. */
void cli_bulk_end(struct cli *cli);

/** cli_monitor() - Show changes until a signal. */
enum cli_status cli_monitor(struct cli *cli, const struct weir_command *command);
/** cli_describe() - Explain a word. */
enum cli_status cli_describe(struct cli *cli, const struct weir_command *command);
/** cli_version() - Print the versions of the program and, with @long_form, of the modules. */
enum cli_status cli_version(struct cli *cli, bool long_form);
/** cli_complete() - Print what may stand at the end of a command line. */
enum cli_status cli_complete(struct cli *cli, const char *line);
/** cli_words() - weir_complete() with what the kernel has, if its module is there. */
char **cli_words(struct cli *cli, const char *line);

/**
 * struct cli_option - An option.
 * @letter: Short form, 0 without.
 * @name: Long form.
 * @arg: Name of its argument, or NULL.
 * @text: For help; NULL for what nobody needs to see.
 */
struct cli_option {
	int letter;
	const char *name;
	const char *arg;
	const char *text;
};

/** cli_options - All options; ends with name NULL. */
extern const struct cli_option cli_options[];
/** cli_debug_words - What -d takes; ends with NULL. */
extern const char *const cli_debug_words[];

/**
 * struct cli_change - A notice as the command that would make it.
 */
struct cli_change {
	struct weir_command command;
	struct weir_table table;
	struct weir_chain chain;
	struct weir_rule rule;
	struct weir_set set;
	struct weir_named named;
};

/** cli_change_of() - Borrows from the notice; false if it is about no object. */
bool cli_change_of(const struct weir_notice *notice, struct cli_change *change);
/** cli_change_json() - {"add": {"rule": {...}}}; a new reference. */
json_t *cli_change_json(const struct cli *cli, const struct cli_change *change);
/** cli_change_print() - Print it as a line of text. */
void cli_change_print(const struct cli *cli, const struct cli_change *change);

#endif /* WEIR_CLI_H */
