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

/**
 * struct weir_json_reader - Where reading a document is.
 * @errors: Takes errors.
 * @path: Such as "nftables[3].add.rule.expr[0]", told in errors.
 * @n_errors: How many there were.
 */
struct weir_json_reader {
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
