// SPDX-License-Identifier: GPL-2.0
/* Statements with state, as elements of sets and named objects have them. */

#include <errno.h>
#include "encode.h"

static void put_stmt(struct weir_batch *batch, uint16_t type, const struct weir_item *stmt)
{
	uint32_t from = batch->nlh->nlmsg_len;
	struct nlattr *nest = mnl_attr_nest_start(batch->nlh, type);

	if (stmt->type == WEIR_ITEM_TYPE_COUNTER) {
		mnl_attr_put_u32(batch->nlh, WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER);
		mnl_attr_put_u64(batch->nlh, WEIR_A_STMT_PACKETS, stmt->packets);
		mnl_attr_put_u64(batch->nlh, WEIR_A_STMT_BYTES, stmt->bytes);
	} else {
		mnl_attr_put_u32(batch->nlh, WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_MATCH);
		weir_put_plugin(batch, WEIR_A_STMT_NAME, WEIR_A_STMT_DATA, stmt);
	}
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, from, &stmt->loc);
}

void weir_put_stmts(struct weir_batch *batch, uint16_t type, const struct weir_item *stmts)
{
	unsigned int n = 0;

	for (; stmts && !batch->failed; stmts = stmts->next) {
		if (n++ == WEIR_STMTS_MAX) {
			weir_error_add(batch->errors, &stmts->loc, E2BIG,
				       "an element has at most %u statements", WEIR_STMTS_MAX);
			batch->failed = true;
			return;
		}
		put_stmt(batch, type, stmts);
	}
}
