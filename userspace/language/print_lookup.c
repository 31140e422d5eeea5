// SPDX-License-Identifier: GPL-2.0
/*
 * The text of what rules do with sets and maps:
 *
 *	ip saddr . tcp dport != @s		ip saddr vmap { 10.0.0.0/8 : drop }
 *	meta mark set ip saddr map @m		add @s { ip saddr timeout 1m counter }
 *	counter name "c"			counter name ip saddr map @m
 */
#include <string.h>
#include "print.h"

const struct weir_item *weir_item_known(const struct weir_item *items,
					const struct weir_item *item,
					struct weir_known *known)
{
	known->item = *item;
	known->item.key.variant = weir_field_variant(items, item, &item->key);
	known->item.source.variant = weir_field_variant(items, item, &item->source);
	if (item->lookup) {
		known->lookup = *item->lookup;
		known->lookup.parts = known->parts;
		known->item.lookup = &known->lookup;
		for (unsigned int i = 0; i < item->lookup->n_parts; i++) {
			struct weir_key *key = &known->parts[i].key;

			known->parts[i] = item->lookup->parts[i];
			key->variant = weir_field_variant(items, item, key);
		}
	}
	if (item->update) {
		struct weir_key *key = &known->update.source.key;

		known->update = *item->update;
		key->variant = weir_field_variant(items, item, key);
		known->item.update = &known->update;
	}
	return &known->item;
}

/* What the elements of an anonymous map lead to is what the rule does with it. */
void weir_lookup_set(const struct weir_item *item, struct weir_set *set)
{
	const struct weir_lookup *lookup = item->lookup;

	memset(set, 0, sizeof(*set));
	set->flags = lookup->interval ? WEIR_SET_FLAGS_INTERVAL : 0;
	set->type.n_fields = lookup->n_parts;
	for (unsigned int i = 0; i < lookup->n_parts; i++) {
		const struct weir_key *key = &lookup->parts[i].key;

		set->type.fields[i] = (struct weir_field_type){ weir_key_type(key), key->len };
	}
	set->data_type = lookup->data_type;
	set->data.n_fields = 1;
	set->data.fields[0] = lookup->data;
	if (item->type == WEIR_ITEM_TYPE_SET && !lookup->data.type)
		set->data.fields[0] = (struct weir_field_type){
			weir_key_type(&item->key), item->key.len
		};
	set->elems = lookup->elems;
}

static void key_print(struct weir_buf *buf, const struct weir_lookup *lookup,
		      const struct weir_print_opts *opts)
{
	for (unsigned int i = 0; i < lookup->n_parts; i++) {
		const struct weir_part *part = &lookup->parts[i];

		if (i)
			weir_buf_str(buf, " . ");
		weir_print_expr(buf, &part->key, part->ops, part->n_ops, opts);
	}
}

static void set_print(struct weir_buf *buf, const struct weir_item *item,
		      const struct weir_print_opts *opts)
{
	struct weir_set set;

	if (item->lookup->set) {
		weir_buf_str(buf, "@");
		weir_print_name(buf, item->lookup->set);
		return;
	}
	weir_lookup_set(item, &set);
	weir_elems_print_inline(buf, &set, set.elems, opts);
}

void weir_print_map(struct weir_buf *buf, const struct weir_item *item, const char *word,
		    const struct weir_print_opts *opts)
{
	key_print(buf, item->lookup, opts);
	weir_buf_add(buf, " %s ", word);
	set_print(buf, item, opts);
}

static void update_data_print(struct weir_buf *buf, const struct weir_update *update,
			      const struct weir_print_opts *opts)
{
	const struct weir_field_type *data = &update->data_type;
	const struct weir_part *source = &update->source;

	if (!update->has_source && !update->has_data)
		return;
	weir_buf_str(buf, " : ");
	if (update->has_source)
		weir_print_expr(buf, &source->key, source->ops, source->n_ops, opts);
	else
		weir_value_print(buf, data->type ? data->type : &weir_datatype_raw,
				 update->data, data->len, opts);
}

static void update_print(struct weir_buf *buf, const struct weir_item *item,
			 const struct weir_print_opts *opts)
{
	const struct weir_update *update = item->update;
	struct weir_print_opts stmt_opts = *opts;

	weir_buf_add(buf, "%s ", weir_symbol_name(weir_dyn_ops, update->op));
	set_print(buf, item, opts);
	weir_buf_str(buf, " { ");
	key_print(buf, item->lookup, opts);
	if (update->has_timeout) {
		weir_buf_str(buf, " timeout ");
		weir_period_print(buf, update->timeout, opts);
	}
	if (update->stmts) {
		/* They say what a new element begins with, and that is nothing. */
		stmt_opts.stateless = true;
		weir_buf_str(buf, " ");
		weir_print_items(buf, update->stmts, &stmt_opts);
	}
	update_data_print(buf, update, opts);
	weir_buf_str(buf, " }");
}

static void object_print(struct weir_buf *buf, const struct weir_item *item,
			 const struct weir_print_opts *opts)
{
	weir_buf_add(buf, "%s name ", item->object_type);
	if (item->object)
		weir_buf_quote(buf, item->object);
	else
		weir_print_map(buf, item, "map", opts);
}

void weir_print_lookup(struct weir_buf *buf, const struct weir_item *item,
		       const struct weir_print_opts *opts)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_LOOKUP:
		key_print(buf, item->lookup, opts);
		weir_buf_str(buf, item->rel == WEIR_REL_NOT_IN ? " != " : " ");
		set_print(buf, item, opts);
		break;
	case WEIR_ITEM_TYPE_VMAP:
		weir_print_map(buf, item, "vmap", opts);
		break;
	case WEIR_ITEM_TYPE_UPDATE:
		update_print(buf, item, opts);
		break;
	default:
		object_print(buf, item, opts);
		break;
	}
}
