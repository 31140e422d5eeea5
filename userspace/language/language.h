/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ruleset language: text and JSON to commands, objects to text and JSON.
 * The schema of JSON is that of libnftables-json(5).
 */
#ifndef WEIR_LANGUAGE_H
#define WEIR_LANGUAGE_H

#include <jansson.h>
#include "../libweir/error.h"
#include "../libweir/model.h"
#include "../libweir/weir.h"
#include "buf.h"
#include "field.h"

/**
 * struct weir_parse_opts - How to parse.
 * @include_dirs: Where include looks for names without a slash at the start;
 *   NULL-terminated, or NULL for the default.
 * @defines: "NAME=VALUE" from the command line (-D); NULL-terminated, or NULL.
 */
struct weir_parse_opts {
	const char *const *include_dirs;
	const char *const *defines;
};

/**
 * struct weir_script - What was parsed.
 * @commands: In order; nested blocks unfolded: "add table", "add chain", "add rule".
 * @inputs: Texts that locations point into; keep as long as those are used.
 */
struct weir_script {
	struct weir_command *commands;
	struct weir_input *inputs;
};

/**
 * weir_parse_file() - Parse a file, "-" for standard input; text, or JSON if
 * it begins with a brace.
 * @errors: Takes up to 20 errors; parsing goes on behind an error where it can.
 *
 * Return: 0, or -1 with errors.
 */
int weir_parse_file(const char *path, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors);

/** weir_parse_text() - Parse a text; @name as in &weir_input.name. */
int weir_parse_text(const char *name, const char *text, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors);

/** weir_parse_json() - Commands of a JSON document; used by the two above. */
int weir_parse_json(const char *name, const char *text, struct weir_script *script,
		    struct weir_errors *errors);

void weir_script_free(struct weir_script *script);

/**
 * weir_rule_needs() - Put the conditions that statements of a rule need in front
 * of it, where none of its items implies them; see &weir_ext.needs. For readers.
 */
void weir_rule_needs(struct weir_rule *rule);

/** weir_print_table() - The head of a table block: "table inet x {", flags and comment lines. */
void weir_print_table(struct weir_buf *buf, const struct weir_table *table,
		      const struct weir_print_opts *opts);
/** weir_print_chain() - The head of a chain block: "chain x {", its type line and comment, indented. */
void weir_print_chain(struct weir_buf *buf, const struct weir_chain *chain,
		      const struct weir_print_opts *opts);
/** weir_print_rule() - A rule's text in one line without indent and newline. */
void weir_print_rule(struct weir_buf *buf, const struct weir_rule *rule,
		     const struct weir_print_opts *opts);
/** weir_print_command() - A change as a command line, for echo and monitor: "add rule ip t c ...". */
void weir_print_command(struct weir_buf *buf, const struct weir_command *command,
			const struct weir_print_opts *opts);

/**
 * weir_print_ruleset() - A listing as nested blocks that load again.
 * @detail: How far to go, as it was fetched.
 */
void weir_print_ruleset(struct weir_buf *buf, const struct weir_ruleset *ruleset,
			enum weir_fetch_what detail, const struct weir_print_opts *opts);

/** weir_json_table() - {"table": {...}}, and so on; a new reference. */
json_t *weir_json_table(const struct weir_table *table, const struct weir_print_opts *opts);
json_t *weir_json_chain(const struct weir_chain *chain, const struct weir_print_opts *opts);
json_t *weir_json_rule(const struct weir_rule *rule, const struct weir_print_opts *opts);
/** weir_json_ruleset() - {"nftables": [metainfo, ...]}. */
json_t *weir_json_ruleset(const struct weir_ruleset *ruleset, enum weir_fetch_what detail,
			  const struct weir_print_opts *opts);

/**
 * weir_describe() - Explain a header, field or data type, or list all of them.
 * @words: Such as "tcp dport", "ipv4_addr"; empty lists headers.
 *
 * Return: 0, or -1 if there is none, with an error that suggests one.
 */
int weir_describe(struct weir_buf *buf, const char *words, struct weir_errors *errors);

/**
 * weir_complete() - Words that may stand at the end of a line, for the prompt
 * and for shells.
 * @line: Up to the cursor.
 *
 * Return: NULL-terminated list to be freed with free() of each and of the list.
 */
char **weir_complete(const char *line);

#endif /* WEIR_LANGUAGE_H */
