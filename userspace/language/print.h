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
