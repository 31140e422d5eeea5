// SPDX-License-Identifier: GPL-2.0
/*
 * Keys of several fields, "ip saddr . tcp dport", and the sets and maps that are
 * asked for them: by name, or written into the rule.
 */
#include <stdlib.h>
#include <string.h>
#include "reader.h"

void weir_tuple_clear(struct weir_tuple *tuple)
{
	while (tuple->n)
		weir_expr_clear(&tuple->parts[--tuple->n]);
}

static bool parse_part(struct weir_parser *parser, struct weir_tuple *tuple)
{
	struct weir_expr *part = &tuple->parts[tuple->n];

	if (tuple->n == WEIR_FIELDS_MAX)
		return weir_tok_error(parser, "a key has more than %d fields", WEIR_FIELDS_MAX);
	memset(part, 0, sizeof(*part));
	if (!weir_expr_parse(parser, part, true))
		return false;
	tuple->loc = tuple->n ? weir_loc_span(&tuple->loc, &part->loc) : part->loc;
	tuple->n++;
	return true;
}

bool weir_tuple_more(struct weir_parser *parser, struct weir_tuple *tuple)
{
	while (weir_tok_accept(parser, ".")) {
		if (parse_part(parser, tuple))
			continue;
		weir_tuple_clear(tuple);
		return false;
	}
	return true;
}

bool weir_tuple_parse(struct weir_parser *parser, struct weir_tuple *tuple)
{
	tuple->n = 0;
	return parse_part(parser, tuple) && weir_tuple_more(parser, tuple);
}

struct weir_part weir_part_of(struct weir_expr *expr)
{
	struct weir_part part = { .key = expr->key, .n_ops = expr->n_ops };

	memset(&expr->key, 0, sizeof(expr->key));
	if (!expr->n_ops)
		return part;
	part.ops = weir_realloc(NULL, expr->n_ops, sizeof(*part.ops));
	memcpy(part.ops, expr->ops, expr->n_ops * sizeof(*part.ops));
	return part;
}

struct weir_lookup *weir_lookup_new(struct weir_tuple *tuple)
{
	struct weir_lookup *lookup = weir_alloc(sizeof(*lookup));

	lookup->parts = weir_alloc(tuple->n * sizeof(*lookup->parts));
	for (; lookup->n_parts < tuple->n; lookup->n_parts++)
		lookup->parts[lookup->n_parts] = weir_part_of(&tuple->parts[lookup->n_parts]);
	tuple->n = 0;
	return lookup;
}

/* Sets with a name */

bool weir_tok_set(struct weir_parser *parser, char **name, struct weir_loc *loc)
{
	struct weir_loc at = weir_tok(parser)->loc;
	bool ok;

	if (!weir_tok_expect(parser, "@"))
		return false;
	ok = weir_tok_name(parser, name, loc, "the name of a set");
	*loc = weir_loc_span(&at, loc);
	return ok;
}

static bool check_key(struct weir_parser *parser, const struct weir_tuple *tuple,
		      const struct weir_set *set)
{
	const struct weir_set_type *type = &set->type;

	if (type->n_fields != tuple->n)
		return weir_tok_error_at(parser, &tuple->loc,
					 "a key of set %s has %u field%s, and this has %u",
					 set->name, type->n_fields,
					 type->n_fields == 1 ? "" : "s", tuple->n);
	for (unsigned int i = 0; i < tuple->n; i++) {
		if (type->fields[i].len == tuple->parts[i].len)
			continue;
		return weir_tok_error_at(parser, &tuple->parts[i].loc,
					 "set %s has %s of %u bits here, and this has %u",
					 set->name, type->fields[i].type->name,
					 type->fields[i].len, tuple->parts[i].len);
	}
	return true;
}

static bool check_data(struct weir_parser *parser, const struct weir_set *set,
		       const struct weir_loc *loc, enum weir_data_type data_type,
		       const struct weir_field_type *data)
{
	static const char *const to[] = {
		[WEIR_DATA_TYPE_VALUE] = "values",
		[WEIR_DATA_TYPE_VERDICT] = "verdicts",
		[WEIR_DATA_TYPE_OBJECT] = "objects",
	};

	if (data_type == WEIR_DATA_TYPE_NONE)
		return true;
	if (set->data_type != data_type)
		return weir_tok_error_at(parser, loc, "%s is no map to %s", set->name,
					 to[data_type]);
	if (!data || set->data.fields->len == data->len)
		return true;
	return weir_tok_error_at(parser, loc, "map %s leads to %s of %u bits, and %u are needed",
				 set->name, set->data.fields->type->name, set->data.fields->len,
				 data->len);
}

bool weir_lookup_check(struct weir_parser *parser, const struct weir_tuple *tuple,
		       const char *set, const struct weir_loc *loc,
		       enum weir_data_type data_type, const struct weir_field_type *data)
{
	const struct weir_set *declared;

	declared = weir_declared_find(parser, parser->rule->family, parser->rule->table, set);
	if (!declared || !declared->type.n_fields)
		return true;
	return check_key(parser, tuple, declared) &&
	       check_data(parser, declared, loc, data_type, data);
}

static struct weir_lookup *parse_named(struct weir_parser *parser, struct weir_tuple *tuple,
				       enum weir_data_type data_type,
				       const struct weir_field_type *data)
{
	struct weir_lookup *lookup;
	struct weir_loc loc;
	char *name = NULL;

	if (!weir_tok_set(parser, &name, &loc) ||
	    !weir_lookup_check(parser, tuple, name, &loc, data_type, data)) {
		free(name);
		return NULL;
	}
	lookup = weir_lookup_new(tuple);
	lookup->set = name;
	return lookup;
}

/* Sets without a name */

/* Records with an end that is always the key itself need none. */
static void drop_ends(struct weir_elems *elems, size_t key)
{
	for (; elems; elems = elems->next) {
		size_t size = elems->record - key;

		if (!elems->packed)
			continue;
		for (size_t i = 0; i < elems->n; i++) {
			const uint8_t *from = elems->packed + i * elems->record;
			uint8_t *to = elems->packed + i * size;

			memmove(to, from, key);
			memmove(to + key, from + 2 * key, size - key);
		}
		elems->columns &= ~WEIR_ELEM_COLUMNS_TO;
		elems->record = size;
	}
}

static struct weir_lookup *parse_anonymous(struct weir_parser *parser,
					   struct weir_tuple *tuple,
					   enum weir_data_type data_type,
					   const struct weir_field_type *data)
{
	struct weir_set set = { .flags = WEIR_SET_FLAGS_INTERVAL, .data_type = data_type };
	struct weir_elems *elems = NULL;
	struct weir_elem_reader reader = {
		.set = &set, .elems = &elems, .anonymous = true,
		.data = data_type != WEIR_DATA_TYPE_NONE,
	};
	struct weir_lookup *lookup;

	for (; set.type.n_fields < tuple->n; set.type.n_fields++) {
		const struct weir_expr *part = &tuple->parts[set.type.n_fields];

		set.type.fields[set.type.n_fields] = (struct weir_field_type){
			part->type, part->len
		};
	}
	if (data) {
		set.data.fields[0] = *data;
		set.data.n_fields = 1;
	}
	if (!weir_elems_parse(parser, &reader)) {
		weir_elems_free(elems);
		return NULL;
	}
	lookup = weir_lookup_new(tuple);
	lookup->interval = reader.range.input;
	if (!lookup->interval)
		drop_ends(elems, weir_record_size(&set, 0));
	lookup->data_type = data_type;
	if (data)
		lookup->data = *data;
	lookup->elems = elems;
	return lookup;
}

struct weir_lookup *weir_lookup_parse(struct weir_parser *parser, struct weir_tuple *tuple,
				      enum weir_data_type data_type,
				      const struct weir_field_type *data)
{
	bool map = data_type != WEIR_DATA_TYPE_NONE;
	struct weir_lookup *lookup = NULL;

	if (weir_tok_is(parser, "@"))
		lookup = parse_named(parser, tuple, data_type, data);
	else if (map && !weir_tok_is(parser, "{"))
		weir_tok_error(parser, "expected @ and the name of a map, or {, not %s",
			       weir_token_name(weir_tok(parser)));
	else
		lookup = parse_anonymous(parser, tuple, data_type, data);
	weir_tuple_clear(tuple);
	return lookup;
}

struct weir_lookup *weir_lookup_map(struct weir_parser *parser, enum weir_data_type data_type,
				    const struct weir_field_type *data)
{
	struct weir_tuple tuple;

	if (!weir_tuple_parse(parser, &tuple))
		return NULL;
	if (weir_tok_expect(parser, "map"))
		return weir_lookup_parse(parser, &tuple, data_type, data);
	weir_tuple_clear(&tuple);
	return NULL;
}
