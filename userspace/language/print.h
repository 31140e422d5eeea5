/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What printing text and printing JSON share.
 */
#ifndef WEIR_PRINT_H
#define WEIR_PRINT_H

#include "language.h"

/** weir_print_items() - The items of a rule, with a blank between them. */
void weir_print_items(struct weir_buf *buf, const struct weir_item *items,
		      const struct weir_print_opts *opts);

/** weir_print_name() - The name of a table or chain, in quotes where it needs them. */
void weir_print_name(struct weir_buf *buf, const char *name);

/**
 * weir_print_expr() - A key and the operations on it.
 */
void weir_print_expr(struct weir_buf *buf, const struct weir_key *key,
		     const struct weir_keyop *ops, unsigned int n_ops,
		     const struct weir_print_opts *opts);

/** weir_verdict_print() - A verdict and where it leads; @chain may be NULL. */
void weir_verdict_print(struct weir_buf *buf, enum weir_verdict verdict, const char *chain);

/** weir_period_print() - A time of @ms milliseconds as "1h30m"; -T in seconds. */
void weir_period_print(struct weir_buf *buf, uint64_t ms, const struct weir_print_opts *opts);

/** weir_handle_print() - " # handle 5" where -a asks for it. */
void weir_handle_print(struct weir_buf *buf, uint64_t handle,
		       const struct weir_print_opts *opts);

/** weir_comment_print() - A comment, with its keyword. */
void weir_comment_print(struct weir_buf *buf, const char *comment);

/** weir_engine_print() - What packets meet of a chain, as remarks; @engine may be NULL. */
void weir_engine_print(struct weir_buf *buf, const struct weir_engine *engine,
		       const struct weir_print_opts *opts);

/** weir_unindexed_print() - " # not indexed: nothing to index", if that is so. */
void weir_unindexed_print(struct weir_buf *buf, enum weir_unindexed why);

/** weir_elem_print() - One element of a set with all that it has. */
void weir_elem_print(struct weir_buf *buf, const struct weir_set *set,
		     const struct weir_elem *elem, const struct weir_print_opts *opts);

/** weir_elems_print_inline() - Elements in braces in the line that is there. */
void weir_elems_print_inline(struct weir_buf *buf, const struct weir_set *set,
			     const struct weir_elems *elems, const struct weir_print_opts *opts);

/** weir_set_type_print() - "type ipv4_addr : verdict", as it was declared. */
void weir_set_type_print(struct weir_buf *buf, const struct weir_set *set);

/** weir_set_block_print() - What stands in a set's braces, in one line; for commands. */
void weir_set_block_print(struct weir_buf *buf, const struct weir_set *set,
			  const struct weir_print_opts *opts);

/** weir_named_block_print() - What stands in a named object's braces, in one line. */
void weir_named_block_print(struct weir_buf *buf, const struct weir_named *named,
			    const struct weir_print_opts *opts);

/** weir_print_lookup() - An item of a rule that uses a set: lookup, vmap, update, object. */
void weir_print_lookup(struct weir_buf *buf, const struct weir_item *item,
		       const struct weir_print_opts *opts);

/** weir_print_map() - A key and the map that is asked for it: "ip saddr map @m". */
void weir_print_map(struct weir_buf *buf, const struct weir_item *item, const char *word,
		    const struct weir_print_opts *opts);

/**
 * weir_lookup_set() - The types of the set that an item of a rule uses, to print its
 * elements by them.
 * @set: Filled; owns nothing.
 */
void weir_lookup_set(const struct weir_item *item, struct weir_set *set);

/**
 * struct weir_known - An item of a rule whose keys say which of several fields with
 * the same bits they are; see weir_field_variant().
 */
struct weir_known {
	struct weir_item item;
	struct weir_lookup lookup;
	struct weir_part parts[WEIR_FIELDS_MAX];
	struct weir_update update;
};

/** weir_item_known() - Fill @known by the items of the rule in front of @item. */
const struct weir_item *weir_item_known(const struct weir_item *items,
					const struct weir_item *item,
					struct weir_known *known);

/** weir_key_type() - The data type of a key, never NULL. */
const struct weir_datatype *weir_key_type(const struct weir_key *key);

/**
 * weir_operand_type() - The data type that the operand of an operation is
 * printed in: names of ports or protocols make no sense as masks.
 */
const struct weir_datatype *weir_operand_type(const struct weir_datatype *type,
					      enum weir_op op);

/** weir_op_sign() - "&" ... */
const char *weir_op_sign(enum weir_op op);

/** weir_ops - The signs of operations. */
extern const struct weir_symbol weir_ops[];

/** weir_rels - The signs of the relations that have one value: "==" ... */
extern const struct weir_symbol weir_rels[];

#endif /* WEIR_PRINT_H */
