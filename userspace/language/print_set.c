// SPDX-License-Identifier: GPL-2.0
/*
 * The text of sets and maps: the block of a listing, and the line of a command,
 * which have the same settings. Elements are in print_elem.c.
 */
#include <inttypes.h>
#include "print.h"

/**
 * struct layout - Around each setting.
 */
struct layout {
	const char *before;
	const char *after;
};

static const struct layout block_layout = { "\t\t", "\n" };
static const struct layout line_layout = { " ", ";" };

static const char *kind(const struct weir_set *set)
{
	return set->data_type == WEIR_DATA_TYPE_NONE ? "set" : "map";
}

static void fields_print(struct weir_buf *buf, const struct weir_set_type *type)
{
	for (unsigned int i = 0; i < type->n_fields; i++)
		weir_buf_add(buf, "%s%s", i ? " . " : "", type->fields[i].type->name);
}

void weir_set_type_print(struct weir_buf *buf, const struct weir_set *set)
{
	if (set->type.text) {
		weir_buf_str(buf, set->type.text);
	} else {
		weir_buf_str(buf, "type ");
		fields_print(buf, &set->type);
	}
	if (set->data_type == WEIR_DATA_TYPE_NONE)
		return;
	weir_buf_str(buf, " : ");
	if (set->data_type == WEIR_DATA_TYPE_VERDICT)
		weir_buf_str(buf, "verdict");
	else if (set->data_type == WEIR_DATA_TYPE_OBJECT)
		weir_buf_str(buf, set->object_type);
	else if (set->data.text)
		weir_buf_str(buf, set->data.text);
	else
		fields_print(buf, &set->data);
}

static void flags_print(struct weir_buf *buf, uint32_t flags)
{
	const char *between = "flags ";

	for (const struct weir_symbol *flag = weir_set_flag_names; flag->name; flag++) {
		if (!(flags & flag->value))
			continue;
		weir_buf_add(buf, "%s%s", between, flag->name);
		between = ",";
	}
}

static void period_print(struct weir_buf *buf, const struct layout *layout, const char *word,
			 uint64_t ms, const struct weir_print_opts *opts)
{
	if (!ms)
		return;
	weir_buf_add(buf, "%s%s ", layout->before, word);
	weir_period_print(buf, ms, opts);
	weir_buf_str(buf, layout->after);
}

static void bounds_print(struct weir_buf *buf, const struct weir_set *set,
			 const struct layout *layout)
{
	if (set->policy != WEIR_SET_POLICY_PERFORMANCE)
		weir_buf_add(buf, "%spolicy %s%s", layout->before,
			     weir_symbol_name(weir_set_policies, set->policy), layout->after);
	if (set->has_size && set->size)
		weir_buf_add(buf, "%ssize %" PRIu32 "%s", layout->before, set->size,
			     layout->after);
	if (!(set->flags & ~WEIR_SET_FLAGS_AUTO_MERGE))
		return;
	weir_buf_str(buf, layout->before);
	flags_print(buf, set->flags);
	weir_buf_str(buf, layout->after);
}

static void settings_print(struct weir_buf *buf, const struct weir_set *set,
			   const struct layout *layout, const struct weir_print_opts *opts)
{
	struct weir_print_opts stmt_opts = *opts;

	weir_buf_str(buf, layout->before);
	weir_set_type_print(buf, set);
	weir_buf_str(buf, layout->after);
	bounds_print(buf, set, layout);
	if (set->stmts) {
		/* They say what a new element begins with, and that is nothing. */
		stmt_opts.stateless = true;
		weir_buf_str(buf, layout->before);
		weir_print_items(buf, set->stmts, &stmt_opts);
		weir_buf_str(buf, layout->after);
	}
	if (set->flags & WEIR_SET_FLAGS_AUTO_MERGE)
		weir_buf_add(buf, "%sauto-merge%s", layout->before, layout->after);
	period_print(buf, layout, "timeout", set->has_timeout ? set->timeout : 0, opts);
	period_print(buf, layout, "gc-interval", set->gc_interval, opts);
	if (set->comment) {
		weir_buf_str(buf, layout->before);
		weir_comment_print(buf, set->comment);
		weir_buf_str(buf, layout->after);
	}
}

/* How the kernel keeps it: a remark, which is not read back. */
static void backend_print(struct weir_buf *buf, const struct weir_set *set)
{
	weir_buf_add(buf, "\t\t# %s, %" PRIu32 " elements, %" PRIu64 " bytes", set->backend,
		     set->count, set->memory);
	if (set->refused)
		weir_buf_add(buf, ", %" PRIu64 " refused", set->refused);
	weir_buf_str(buf, "\n");
}

void weir_print_set(struct weir_buf *buf, const struct weir_set *set,
		    const struct weir_print_opts *opts)
{
	weir_buf_add(buf, "\t%s ", kind(set));
	weir_print_name(buf, set->name);
	weir_buf_str(buf, " {");
	weir_handle_print(buf, set->handle, opts);
	weir_buf_str(buf, "\n");
	if ((opts->handles || opts->engine) && *set->backend)
		backend_print(buf, set);
	settings_print(buf, set, &block_layout, opts);
}

void weir_print_set_end(struct weir_buf *buf)
{
	weir_buf_str(buf, "\t}\n");
}

void weir_set_block_print(struct weir_buf *buf, const struct weir_set *set,
			  const struct weir_print_opts *opts)
{
	weir_buf_str(buf, " {");
	settings_print(buf, set, &line_layout, opts);
	if (set->elems && !opts->terse) {
		weir_buf_str(buf, " elements = ");
		weir_elems_print_inline(buf, set, set->elems, opts);
		weir_buf_str(buf, ";");
	}
	weir_buf_str(buf, " }");
}
