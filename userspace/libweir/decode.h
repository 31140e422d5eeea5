/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that read messages share. */
#ifndef WEIR_DECODE_H
#define WEIR_DECODE_H

#include "language/ext.h"
#include "wire.h"

/** weir_decode_refuse() - Say what makes no sense, static text; always false. */
bool weir_decode_refuse(const char **why, const char *text);
/** weir_decode_nest() - Attributes of a nest by type; of several, the last one. */
void weir_decode_nest(const struct nlattr *nest, const struct nlattr **attrs,
		      unsigned int max);
/** weir_attr_u8() - The value of an attribute that may be absent. */
uint8_t weir_attr_u8(const struct nlattr *attr);
/** weir_attr_text() - A copy of a string, NULL if it is absent. */
char *weir_attr_text(const struct nlattr *attr);

bool weir_decode_num(const struct nlattr *attr, struct weir_num *num, const char **why);
bool weir_decode_key(const struct nlattr *nest, struct weir_key *key, const char **why);
/** weir_decode_engine() - What the kernel made of a chain; NULL with a reason. */
struct weir_engine *weir_decode_engine(const struct nlattr *nest, const char **why);
/** weir_decode_plugin() - A plug-in's name and data, into an item of its own. */
bool weir_decode_plugin(const struct nlattr *name, const struct nlattr *data,
			struct weir_item *item, enum weir_ext_kind kind, const char **why);
/** weir_decode_object_type() - A type of named objects as static text, or NULL. */
const char *weir_decode_object_type(const struct nlattr *attr);
/** weir_decode_stmts() - Add the statements among attributes, those of type @type. */
bool weir_decode_stmts(const void *attrs, size_t size, uint16_t type, struct weir_item **stmts,
		       const char **why);
/** weir_decode_elem_attrs() - Add the elements among attributes. */
bool weir_decode_elem_attrs(const void *attrs, size_t size,
			    const struct weir_elem_attrs *types,
			    const struct weir_set *set, struct weir_elems **elems,
			    const char **why);

#endif /* WEIR_DECODE_H */
