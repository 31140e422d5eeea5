/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_EXT_SIZE_H
#define WEIR_EXT_SIZE_H

#include "language/ext.h"
#include "language/parser.h"

/** weir_size_of() - The largest unit that a number of bytes is a multiple of. */
const struct weir_symbol *weir_size_of(uint64_t bytes);

/**
 * weir_size_unit() - Read a unit, and multiply the number that stands before it.
 * @number: The number.
 * @max: Most bytes.
 * @loc: The number's place, for errors.
 * @bytes: Set to the product.
 */
bool weir_size_unit(struct weir_parser *parser, uint64_t number, uint64_t max,
		    const struct weir_loc *loc, uint64_t *bytes);

/** weir_size_print() - A number of bytes with its unit. */
void weir_size_print(struct weir_buf *buf, uint64_t bytes);

/** weir_size_json() - A number times its unit, if that is at most @max. */
bool weir_size_json(json_int_t number, const char *unit, uint64_t max, uint64_t *bytes);

#endif /* WEIR_EXT_SIZE_H */
