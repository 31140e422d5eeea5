// SPDX-License-Identifier: GPL-2.0
/* Commands on named objects. */

#include "encode.h"

bool weir_encode_named(struct weir_batch *batch, const struct weir_command *command)
{
	bool new = command->verb == WEIR_VERB_ADD || command->verb == WEIR_VERB_CREATE;
	const struct weir_named *named = command->named;

	if (!new && command->verb != WEIR_VERB_DELETE && command->verb != WEIR_VERB_DESTROY)
		return false;
	weir_batch_begin(batch, new ? WEIR_CMD_OBJECT_NEW : WEIR_CMD_OBJECT_DEL,
			 command->verb == WEIR_VERB_CREATE ? NLM_F_EXCL : 0, &command->loc);
	weir_put_family(batch, WEIR_A_OBJECT_FAMILY, named->family);
	weir_put_name(batch, WEIR_A_OBJECT_TABLE, named->table, "the table's name",
		      &named->table_loc);
	weir_put_name(batch, WEIR_A_OBJECT_NAME, named->name, "the object's name", &named->loc);
	mnl_attr_put_strz(batch->nlh, WEIR_A_OBJECT_TYPE, named->type);
	if (new) {
		weir_put_stmts(batch, WEIR_A_OBJECT_STMT, named->stmt);
		weir_put_comment(batch, WEIR_A_OBJECT_COMMENT, named->comment, &command->loc);
	} else if (named->handle) {
		weir_put_u64(batch, WEIR_A_OBJECT_HANDLE, named->handle, &named->loc);
	}
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_OBJECT_DESTROY, 0, NULL);
	weir_batch_end(batch);
	return !batch->failed;
}
