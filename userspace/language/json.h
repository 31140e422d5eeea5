/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that read and write JSON share.
 */
#ifndef WEIR_JSON_H
#define WEIR_JSON_H

#include <jansson.h>
#include "language.h"

/** weir_json_number() - An integer, or a string above what JSON's reader takes. */
json_t *weir_json_number(uint64_t value);

/** weir_json_string() - A string; bytes that are not UTF-8 become question marks. */
json_t *weir_json_string(const char *text);

/** weir_json_items() - The items of a rule as an array. */
json_t *weir_json_items(const struct weir_item *items, const struct weir_print_opts *opts);

/** weir_json_value() - A value of a data type. */
json_t *weir_json_value(const struct weir_datatype *type, struct weir_num num,
			unsigned int len, const struct weir_print_opts *opts);

/** weir_json_range() - A value, prefix, wildcard or range. */
json_t *weir_json_range(const struct weir_datatype *type, unsigned int len,
			struct weir_range range, const struct weir_print_opts *opts);

/** weir_json_expr() - A key and the operations on it. */
json_t *weir_json_expr(const struct weir_key *key, const struct weir_keyop *ops,
		       unsigned int n_ops, const struct weir_print_opts *opts);

/** weir_json_verdict() - A verdict and where it leads; @chain may be NULL. */
json_t *weir_json_verdict(enum weir_verdict verdict, const char *chain);

/** weir_json_period() - A time of @ms milliseconds in seconds. */
json_t *weir_json_period(uint64_t ms);

/** weir_json_lookup() - An item of a rule that uses a set. */
json_t *weir_json_lookup(const struct weir_item *item, const struct weir_print_opts *opts);

/** weir_json_map() - {"map": {"key": ..., "data": ...}} of an item that uses a map. */
json_t *weir_json_map(const struct weir_item *item, const struct weir_print_opts *opts);

/** weir_json_lookup_key() - A key, maybe of several fields: {"concat": [...]}. */
json_t *weir_json_lookup_key(const struct weir_lookup *lookup);

/** weir_json_set_ref() - "@NAME". */
json_t *weir_json_set_ref(const char *name);

/** weir_json_head() - An object with family and, unless it is NULL, table. */
json_t *weir_json_head(uint8_t family, const char *table);

/** weir_json_engine() - What packets meet of a chain, null for nothing; a new reference. */
json_t *weir_json_engine(const struct weir_engine *engine, const struct weir_print_opts *opts);
/** weir_json_unindexed() - Why a rule is not indexed, in one word. */
json_t *weir_json_unindexed(enum weir_unindexed why);
/** weir_json_set_handle() - Its handle, if it is known. */
void weir_json_set_handle(json_t *json, uint64_t handle);

/** weir_json_set_comment() - Its comment, if there is one. */
void weir_json_set_comment(json_t *json, const char *comment);

/** weir_json_flags() - The flags that are set, as an array of their names. */
json_t *weir_json_flags(const struct weir_symbol *names, uint32_t flags);

/**
 * struct weir_json_reader - Where reading a document is.
 * @opts: How to parse, or NULL.
 * @script: Takes the commands; those before declare sets.
 * @rule: The rule that is read.
 * @errors: Takes errors.
 * @path: Such as "nftables[3].add.rule.expr[0]", told in errors.
 * @n_errors: How many there were.
 */
struct weir_json_reader {
	const struct weir_parse_opts *opts;
	const struct weir_script *script;
	const struct weir_rule *rule;
	struct weir_errors *errors;
	struct weir_buf path;
	unsigned int n_errors;
};

/** weir_json_error() - Note an error at the reader's path. Always returns false. */
bool weir_json_error(struct weir_json_reader *reader, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** weir_json_enter() - Go to a member; returns what weir_json_leave() needs. */
size_t weir_json_enter(struct weir_json_reader *reader, const char *name);
/** weir_json_enter_index() - Go to an element of an array. */
size_t weir_json_enter_index(struct weir_json_reader *reader, size_t index);
/** weir_json_leave() - Go back. */
void weir_json_leave(struct weir_json_reader *reader, size_t mark);

/** weir_json_uint() - Read a number of at most @max; a string where it has no room. */
bool weir_json_uint(const json_t *json, uint64_t max, uint64_t *value);

/** weir_json_text() - A property that is a text of at most @max bytes; absent is no error. */
bool weir_json_text(struct weir_json_reader *reader, const json_t *json, const char *name,
		    size_t max, char **text);
/** weir_json_family() - The property "family"; @otherwise where it is absent. */
bool weir_json_family(struct weir_json_reader *reader, const json_t *json, uint8_t otherwise,
		      uint8_t *family);
/** weir_json_property() - A property that is a number; absent is no error. */
bool weir_json_property(struct weir_json_reader *reader, const json_t *json, const char *name,
			uint64_t max, uint64_t *value);
/** weir_json_read_flags() - One flag or an array of them; NULL is no error. */
bool weir_json_read_flags(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_symbol *names, uint32_t *flags);
/** weir_json_makes() - Whether a verb makes what it is about. */
bool weir_json_makes(enum weir_verb verb);
/** weir_json_ref() - The name in "@NAME", or NULL. */
const char *weir_json_ref(const json_t *json);

/**
 * weir_json_part_elements() - Take elements that lead to chains, objects or sets out of
 * the declaration of their set, as a command for when all of these are there.
 *
 * Return: The command, or NULL if there are none.
 */
struct weir_command *weir_json_part_elements(struct weir_command *command);
/** weir_json_read_set() - A command on a set, a map or elements. */
bool weir_json_read_set(struct weir_json_reader *reader, const json_t *json,
			struct weir_command *command);
/** weir_json_read_named() - A command on a named object of a type. */
bool weir_json_read_named(struct weir_json_reader *reader, const json_t *json,
			  const char *type, struct weir_command *command);
/** weir_json_find_set() - The declaration of a set: of the document, or else of the kernel; or NULL. */
const struct weir_set *weir_json_find_set(struct weir_json_reader *reader, uint8_t family,
					  const char *table, const char *name);
/**
 * weir_json_read_elems() - Elements of a set by its types: one, or an array of them.
 * @values: In a map they must have a value.
 */
bool weir_json_read_elems(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_set *set, bool values, struct weir_elems **elems);
/** weir_json_read_stmts() - The statements of an element. */
bool weir_json_read_stmts(struct weir_json_reader *reader, const json_t *list,
			  struct weir_item **stmts);
/** weir_json_read_period() - A property in seconds, which may be a fraction, as milliseconds; absent is no error. */
bool weir_json_read_period(struct weir_json_reader *reader, const json_t *json,
			   const char *name, bool *has, uint64_t *ms);

/** weir_json_is_lookup() - Whether a match asks a set that is no list of values. */
bool weir_json_is_lookup(const json_t *left, const json_t *right);
/** weir_json_read_lookup() - The two sides of a match that asks a set. */
bool weir_json_read_lookup(struct weir_json_reader *reader, const json_t *json,
			   struct weir_item *item);
/** weir_json_read_map() - {"key": ..., "data": ...} of a vmap, a map or an object. */
bool weir_json_read_map(struct weir_json_reader *reader, const json_t *json,
			struct weir_item *item, enum weir_data_type data_type);
/** weir_json_read_update() - The statement "set" or "map". */
bool weir_json_read_update(struct weir_json_reader *reader, const json_t *json,
			   struct weir_item *item);
/** weir_json_read_lookup_key() - A key, or {"concat": [...]} of several, into a lookup. */
bool weir_json_read_lookup_key(struct weir_json_reader *reader, const json_t *json,
			       struct weir_lookup *lookup);

/** weir_json_read_part() - A key with operations on it. */
bool weir_json_read_part(struct weir_json_reader *reader, const json_t *json,
			 struct weir_part *part);
/** weir_json_read_verdict() - {"jump": {"target": "c"}}. */
bool weir_json_read_verdict(struct weir_json_reader *reader, const json_t *json,
			    enum weir_verdict *verdict, char **chain);
/**
 * weir_json_read_range() - A value, prefix, range or wildcard.
 * @n: Set to 1, or to 2 where the type goes round.
 */
bool weir_json_read_range(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_datatype *type, unsigned int len,
			  struct weir_range ranges[2], unsigned int *n);

/** weir_json_read_items() - Read the array "expr" of a rule. Returns false after errors. */
bool weir_json_read_items(struct weir_json_reader *reader, const json_t *list,
			  struct weir_item **items);

/** weir_json_read_item() - Read one statement. Returns NULL after an error. */
struct weir_item *weir_json_read_item(struct weir_json_reader *reader, const json_t *json);

/** weir_json_read_key() - Read an expression that is a key. */
bool weir_json_read_key(struct weir_json_reader *reader, const json_t *json,
			struct weir_key *key);

/** weir_json_read_value() - Read a single value of a data type. */
bool weir_json_read_value(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_datatype *type, unsigned int len,
			  struct weir_num *num);

/** weir_json_read_right() - Read the right side of a match into relation and values. */
bool weir_json_read_right(struct weir_json_reader *reader, const json_t *json,
			  const char *op, struct weir_item *item);

#endif /* WEIR_JSON_H */
