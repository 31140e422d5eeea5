/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random values and rules as a reader could have made them.
 */
#ifndef LANGUAGE_MAKE_H
#define LANGUAGE_MAKE_H

#include "language/language.h"

/** make_bits() - A random number of @len bits, often with few or many bits set. */
struct weir_num make_bits(unsigned int len);
/** make_value() - A random value of a type; strings are not empty. */
struct weir_num make_value(const struct weir_datatype *type, unsigned int len);
/** make_opts() - Random options for printing. */
struct weir_print_opts make_opts(void);
/** make_cond() - A random condition on a field, in the form that readers make. */
struct weir_item *make_cond(const struct weir_field *field);
/** make_set() - A random "set" of a field that is writable. */
struct weir_item *make_set(const struct weir_field *field);
/** same_items() - Whether items mean the same; places are not compared. */
bool same_items(const struct weir_item *a, const struct weir_item *b);

#endif /* LANGUAGE_MAKE_H */
