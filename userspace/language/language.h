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
 * @find_set: The declaration of a set that the text itself does not declare, to
 *   read elements by its types: from the kernel. Returns NULL if there is none or
 *   it cannot be asked; valid as long as the parse. Optional.
 * @nearest_set: The name of a set of the kernel's that was probably meant by one
 *   that is not there, or NULL. Optional.
 * @data: Passed to @find_set and @nearest_set.
 */
struct weir_parse_opts {
	const char *const *include_dirs;
	const char *const *defines;
	const struct weir_set *(*find_set)(void *data, uint8_t family, const char *table,
					   const char *name);
	const char *(*nearest_set)(void *data, uint8_t family, const char *table,
				   const char *name);
	void *data;
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
int weir_parse_json(const char *name, const char *text, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors);

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
/**
 * weir_print_set() - A set's block up to its elements: "set x {", type, flags and so
 * on, indented; weir_print_set_end() ends it. Elements stand between.
 */
void weir_print_set(struct weir_buf *buf, const struct weir_set *set,
		    const struct weir_print_opts *opts);
void weir_print_set_end(struct weir_buf *buf);
/**
 * weir_print_elems() - Elements of a set, some to a line.
 * @set: Its types.
 * @elems: The elements.
 * @column: Where the line ends that was begun. 0 before the first element, and then
 *   "elements = { " comes first; kept between calls, so that the text is the same
 *   however the elements are cut into chunks.
 */
void weir_print_elems(struct weir_buf *buf, const struct weir_set *set,
		      const struct weir_elems *elems, size_t *column,
		      const struct weir_print_opts *opts);
/** weir_print_elems_end() - Behind the last of them: " }"; nothing if there was none. */
void weir_print_elems_end(struct weir_buf *buf, size_t column);
/** weir_print_named() - A named object's block, indented. */
void weir_print_named(struct weir_buf *buf, const struct weir_named *named,
		      const struct weir_print_opts *opts);
/** weir_set_type_parse() - The types of a set from the text that declared them; false if it makes no sense. */
bool weir_set_type_parse(const char *text, struct weir_set_type *type);
/** weir_verb_takes_keys() - Whether what a verb does to elements needs no more than keys. */
bool weir_verb_takes_keys(enum weir_verb verb);
/** WEIR_LINES_MAX - Lines that are read at a time. */
#define WEIR_LINES_MAX	512
/**
 * weir_elem_lines_parse() - Read lines of a plain list, fast, as long as they are of
 * the kinds that long lists have.
 * @set: Its types.
 * @text: The list; each line that is read ends with a newline, and the text with NUL.
 * @offset: Where to begin.
 * @elems: Takes the elements, without places.
 * @places: Set to where each stands in the text.
 * @n: Set to their number.
 *
 * Return: The offset of the first line that was not read; weir_elem_line_parse() can.
 */
size_t weir_elem_lines_parse(const struct weir_set *set, const char *text, size_t offset,
			     struct weir_elems **elems, uint32_t places[WEIR_LINES_MAX],
			     size_t *n);
/**
 * weir_elem_line_parse() - Read a line of a plain list of elements.
 * @set: Its types.
 * @keys: Keys alone will do, without the values of a map; of a list of sets, keys too.
 * @line: An element with what it may have behind it: a timeout, a comment, the value
 *   of a map. Blanks and # with what follows are passed over; there may be nothing.
 * @len: Of the line.
 * @elems: Takes the element, without a place.
 * @why: Set to what is wrong, valid until the next call.
 *
 * Return: false if it is no element of the set.
 */
bool weir_elem_line_parse(const struct weir_set *set, bool keys, const char *line, size_t len,
			  struct weir_elems **elems, const char **why);
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

/**
 * struct weir_elem_source - Where a listing gets the elements of its sets.
 * @list: Append the elements of a set to the text, by calls of weir_print_elems()
 *   or weir_json_print_elems() with @at, which is 0 at first. It may write the text
 *   out and empty it at any time. Not 0 ends the listing.
 * @data: Passed to @list.
 */
struct weir_elem_source {
	int (*list)(void *data, struct weir_buf *buf, const struct weir_set *set, size_t *at);
	void *data;
};

/**
 * weir_print_listing() - The text of weir_print_ruleset(), its elements streamed.
 * @source: Asked for each set, unless the elements are left out (-t).
 *
 * Return: 0, or what @source returned.
 */
int weir_print_listing(struct weir_buf *buf, const struct weir_ruleset *ruleset,
		       enum weir_fetch_what detail, const struct weir_print_opts *opts,
		       const struct weir_elem_source *source);

/** weir_json_table() - {"table": {...}}, and so on; a new reference. */
json_t *weir_json_table(const struct weir_table *table, const struct weir_print_opts *opts);
json_t *weir_json_chain(const struct weir_chain *chain, const struct weir_print_opts *opts);
/** weir_json_set() - {"set": {...}} or {"map": {...}}, with the elements that @set has. */
json_t *weir_json_set(const struct weir_set *set, const struct weir_print_opts *opts);
/** weir_json_element() - {"element": {...}}: what a command does with elements of a set. */
json_t *weir_json_element(const struct weir_set *set, const struct weir_print_opts *opts);
/** weir_json_elems() - Elements of a set, appended to the array @array. */
void weir_json_elems(json_t *array, const struct weir_set *set, const struct weir_elems *elems,
		     const struct weir_print_opts *opts);
json_t *weir_json_named(const struct weir_named *named, const struct weir_print_opts *opts);
json_t *weir_json_rule(const struct weir_rule *rule, const struct weir_print_opts *opts);
/** weir_json_ruleset() - {"nftables": [metainfo, ...]}. */
json_t *weir_json_ruleset(const struct weir_ruleset *ruleset, enum weir_fetch_what detail,
			  const struct weir_print_opts *opts);
/** weir_json_listing() - The same as text in one line, its elements streamed; see weir_print_listing(). */
int weir_json_listing(struct weir_buf *buf, const struct weir_ruleset *ruleset,
		      enum weir_fetch_what detail, const struct weir_print_opts *opts,
		      const struct weir_elem_source *source);
/**
 * weir_json_print_elems() - Elements of a set as the text of JSON values with commas
 * between them, without brackets around.
 * @at: How many there were before.
 */
void weir_json_print_elems(struct weir_buf *buf, const struct weir_set *set,
			   const struct weir_elems *elems, size_t *at,
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
 * @ruleset: What the kernel has, for names of tables, chains, sets and objects;
 *   NULL if it is not known. Rules and elements are not looked at.
 *
 * Return: NULL-terminated list to be freed with free() of each and of the list.
 */
char **weir_complete(const char *line, const struct weir_ruleset *ruleset);

#endif /* WEIR_LANGUAGE_H */
