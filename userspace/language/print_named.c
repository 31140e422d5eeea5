// SPDX-License-Identifier: GPL-2.0
/*
 * The text of named objects: the block of a listing, and the line of a command.
 */
#include <inttypes.h>
#include <string.h>
#include "ext.h"
#include "print.h"

/* What stands behind the keyword of the statement. */
static void state_print(struct weir_buf *buf, const struct weir_item *stmt,
			const struct weir_print_opts *opts)
{
	struct weir_buf text = {};

	if (stmt->ext) {
		stmt->ext->print(&text, stmt->data, opts);
		weir_buf_str(buf, text.text + strlen(stmt->ext->name) + 1);
		weir_buf_free(&text);
	} else {
		weir_buf_add(buf, "packets %" PRIu64 " bytes %" PRIu64, stmt->packets,
			     stmt->bytes);
	}
}

/* A counter that tells nothing of its state has nothing to tell. */
static bool has_state(const struct weir_item *stmt, const struct weir_print_opts *opts)
{
	return stmt && (stmt->ext || !opts->stateless);
}

void weir_print_named(struct weir_buf *buf, const struct weir_named *named,
		      const struct weir_print_opts *opts)
{
	weir_buf_add(buf, "\t%s ", named->type);
	weir_print_name(buf, named->name);
	weir_buf_str(buf, " {");
	weir_handle_print(buf, named->handle, opts);
	weir_buf_str(buf, "\n");
	if (named->comment) {
		weir_buf_str(buf, "\t\t");
		weir_comment_print(buf, named->comment);
		weir_buf_str(buf, "\n");
	}
	if (has_state(named->stmt, opts)) {
		weir_buf_str(buf, "\t\t");
		state_print(buf, named->stmt, opts);
		weir_buf_str(buf, "\n");
	}
	weir_buf_str(buf, "\t}\n");
}

void weir_named_block_print(struct weir_buf *buf, const struct weir_named *named,
			    const struct weir_print_opts *opts)
{
	bool state = has_state(named->stmt, opts);

	if (!state && !named->comment)
		return;
	weir_buf_str(buf, " {");
	if (named->comment) {
		weir_buf_str(buf, " ");
		weir_comment_print(buf, named->comment);
		weir_buf_str(buf, ";");
	}
	if (state) {
		weir_buf_str(buf, " ");
		state_print(buf, named->stmt, opts);
		weir_buf_str(buf, ";");
	}
	weir_buf_str(buf, " }");
}
