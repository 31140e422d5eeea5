/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that write messages share. All of it adds to the message that
 * is open; what cannot be sent is noted as an error, and the batch has failed.
 */
#ifndef WEIR_ENCODE_H
#define WEIR_ENCODE_H

#include "wire.h"

/** weir_put_text() - A string of at most @max bytes, called @what in errors; nothing of NULL. */
void weir_put_text(struct weir_batch *batch, uint16_t type, const char *text, size_t max,
		   const char *what, const struct weir_loc *loc);
void weir_put_name(struct weir_batch *batch, uint16_t type, const char *name,
		   const char *what, const struct weir_loc *loc);
void weir_put_comment(struct weir_batch *batch, uint16_t type, const char *comment,
		      const struct weir_loc *loc);
void weir_put_u64(struct weir_batch *batch, uint16_t type, uint64_t value,
		  const struct weir_loc *loc);
/** weir_put_num() - A value of @bits bits in as many bytes as hold them. */
void weir_put_num(struct weir_batch *batch, uint16_t type, struct weir_num value,
		  unsigned int bits);
/** weir_put_family() - The family; nothing for all of them. */
void weir_put_family(struct weir_batch *batch, uint16_t type, uint8_t family);

void weir_put_key(struct weir_batch *batch, uint16_t type, const struct weir_key *key);
/** weir_put_plugin() - A plug-in: its name, and the nest with its own attributes. */
void weir_put_plugin(struct weir_batch *batch, uint16_t name, uint16_t data,
		     const struct weir_item *item);
/** weir_put_stmts() - Statements with state, a nest each: counters and matches. */
void weir_put_stmts(struct weir_batch *batch, uint16_t type, const struct weir_item *stmts);
/** weir_put_items() - The items of a rule; goes on in other messages where one is full. */
void weir_put_items(struct weir_batch *batch, const struct weir_rule *rule);

/**
 * struct weir_cursor - The elements that were not put yet.
 * @run: The run at hand, NULL at the end.
 * @done: Elements of it that were put.
 * @elem: The next one, of a run of elements one by one.
 */
struct weir_cursor {
	const struct weir_elems *run;
	size_t done;
	const struct weir_elem *elem;
};

/**
 * weir_put_elems() - As many elements of one run as make about @full bytes.
 * @cursor: Moved behind them.
 * @set: Whose they are; its types say what they look like.
 */
void weir_put_elems(struct weir_batch *batch, struct weir_cursor *cursor,
		    const struct weir_elem_attrs *attrs, const struct weir_set *set,
		    size_t full);

/** weir_encode_set() - The messages of a command on a set, map or elements. */
bool weir_encode_set(struct weir_batch *batch, const struct weir_command *command);
/** weir_encode_named() - The message of a command on a named object. */
bool weir_encode_named(struct weir_batch *batch, const struct weir_command *command);
/** weir_encode_test() - The messages that ask for the elements of a set, or reset them. */
bool weir_encode_test(struct weir_batch *batch, const struct weir_set *set, bool reset);

#endif /* WEIR_ENCODE_H */
