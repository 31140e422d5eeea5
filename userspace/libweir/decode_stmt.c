// SPDX-License-Identifier: GPL-2.0
/* Attributes to statements with state. */

#include <stdlib.h>
#include <string.h>
#include "alloc.h"
#include "decode.h"

static struct weir_item *decode_stmt(const struct nlattr *nest, const char **why)
{
	struct weir_item *stmt = weir_alloc(sizeof(*stmt));
	const struct nlattr *attrs[WEIR_A_STMT_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_STMT_MAX);
	switch (weir_attr_u32(attrs[WEIR_A_STMT_TYPE])) {
	case WEIR_STMT_TYPE_COUNTER:
		stmt->type = WEIR_ITEM_TYPE_COUNTER;
		stmt->packets = weir_attr_u64(attrs[WEIR_A_STMT_PACKETS]);
		stmt->bytes = weir_attr_u64(attrs[WEIR_A_STMT_BYTES]);
		return stmt;
	case WEIR_STMT_TYPE_MATCH:
		stmt->type = WEIR_ITEM_TYPE_MATCH;
		if (weir_decode_plugin(attrs[WEIR_A_STMT_NAME], attrs[WEIR_A_STMT_DATA], stmt,
				       WEIR_EXT_MATCH, why))
			return stmt;
		break;
	default:
		weir_decode_refuse(why, "a statement that this version of weir does not know");
	}
	weir_item_free(stmt);
	return NULL;
}

bool weir_decode_stmts(const void *attrs, size_t size, uint16_t type, struct weir_item **stmts,
		       const char **why)
{
	const struct nlattr *attr;

	while (*stmts)
		stmts = &(*stmts)->next;
	mnl_attr_for_each_payload(attrs, size) {
		if (mnl_attr_get_type(attr) != type)
			continue;
		*stmts = decode_stmt(attr, why);
		if (!*stmts)
			return false;
		stmts = &(*stmts)->next;
	}
	return true;
}

const char *weir_decode_object_type(const struct nlattr *attr)
{
	char *name = weir_attr_text(attr);
	const struct weir_ext *ext = NULL;
	const char *type = NULL;

	if (name && !strcmp(name, "counter"))
		type = "counter";
	else if (name)
		ext = weir_ext_find(WEIR_EXT_MATCH, name);
	if (ext)
		type = ext->name;
	free(name);
	return type;
}
