// SPDX-License-Identifier: GPL-2.0
/*
 * Sets that packets change: "add @s { ip saddr timeout 1m limit rate 5/second }", the
 * older "set add ip saddr @s", and meters, which are a set and its statement in one.
 */
#include <stdlib.h>
#include <string.h>
#include "datatype.h"
#include "reader.h"

/* Elements of a meter that does not say, as in nft. */
#define METER_SIZE 65535

static bool find_op(const struct weir_token *token, enum weir_dyn_op *op)
{
	uint64_t value;

	if (token->type != WEIR_TOKEN_WORD || !weir_symbol_find(weir_dyn_ops, token->text, &value))
		return false;
	*op = value;
	return true;
}

bool weir_update_is_here(const struct weir_parser *parser)
{
	const struct weir_token *next = weir_tok_ahead(parser, 1);
	enum weir_dyn_op op;

	if (weir_tok_is(parser, "meter"))
		return true;
	if (weir_tok_is(parser, "set"))
		return find_op(next, &op);
	return weir_token_is_sign(next, '@') && find_op(weir_tok(parser), &op);
}

/* The key, the timeout and the statements of an element; @text, the key as written. */
static bool parse_elem(struct weir_parser *parser, struct weir_update *update,
		       struct weir_tuple *tuple, char **text)
{
	size_t from = parser->pos;

	if (!weir_tuple_parse(parser, tuple))
		return false;
	if (text)
		*text = weir_tok_text(parser, from);
	if (weir_tok_accept(parser, "timeout")) {
		if (!weir_tok_period(parser, &update->timeout))
			goto err_clear_tuple;
		update->has_timeout = true;
	}
	if (weir_stmts_parse(parser, &update->stmts))
		return true;

err_clear_tuple:
	weir_tuple_clear(tuple);
	return false;
}

/* Where the map is not known, a value is of the type that it looks like. */
static struct weir_field_type guess_type(const char *word)
{
	static const struct weir_datatype *const types[] = {
		&weir_datatype_ipv4_addr, &weir_datatype_ether_addr, &weir_datatype_ipv6_addr,
	};
	struct weir_num num;
	const char *why;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i]->parse(word, types[i]->len, &num, &why))
			return (struct weir_field_type){ types[i], types[i]->len };
	}
	return (struct weir_field_type){ &weir_datatype_integer, 128 };
}

/* What stands behind the colon: a value, or a key that gives it. */
static bool parse_value(struct weir_parser *parser, struct weir_update *update,
			const char *set)
{
	struct weir_expr expr = { .type = NULL };
	const struct weir_set *declared;
	struct weir_field_type type;

	declared = weir_declared_ask(parser, parser->rule->family, parser->rule->table, set);
	if (declared && declared->data_type == WEIR_DATA_TYPE_VALUE)
		type = declared->data.fields[0];
	else
		type = guess_type(weir_tok(parser)->text);
	expr.type = type.type;
	expr.len = type.len;
	if (!weir_expr_parse(parser, &expr, true))
		return false;
	if (!expr.has_key) {
		update->has_data = true;
		update->data = expr.val;
		update->data_type = type;
		return true;
	}
	update->has_data = true;
	update->has_source = true;
	update->source = weir_part_of(&expr);
	return true;
}

/* "{ ip saddr timeout 1m counter : value }" */
static bool parse_braces(struct weir_parser *parser, struct weir_item *item,
			 const char *set, struct weir_tuple *tuple, char **text)
{
	struct weir_update *update = item->update;

	if (!weir_tok_expect(parser, "{") || !parse_elem(parser, update, tuple, text))
		return false;
	if (weir_tok_accept(parser, ":") && !parse_value(parser, update, set))
		goto err_clear_tuple;
	if (weir_tok_accept(parser, "}"))
		return true;
	if (!weir_unsupported_statement(parser))
		weir_tok_error(parser, "expected timeout, a statement, : or }, not %s",
			       weir_token_name(weir_tok(parser)));

err_clear_tuple:
	weir_tuple_clear(tuple);
	return false;
}

/* The key is read, and the set is known: they become the lookup of the item. */
static bool finish(struct weir_parser *parser, struct weir_item *item,
		   struct weir_tuple *tuple, char *set)
{
	enum weir_data_type data_type = WEIR_DATA_TYPE_NONE;
	bool ok;

	if (item->update->has_data || item->update->has_source)
		data_type = WEIR_DATA_TYPE_VALUE;
	ok = weir_lookup_check(parser, tuple, set, &item->value_loc, data_type, NULL);
	if (ok) {
		item->lookup = weir_lookup_new(tuple);
		item->lookup->set = set;
		return true;
	}
	weir_tuple_clear(tuple);
	free(set);
	return false;
}

/* add @s { ... } */
static bool parse_update(struct weir_parser *parser, struct weir_item *item)
{
	struct weir_tuple tuple;
	char *set = NULL;

	find_op(weir_tok_next(parser), &item->update->op);
	if (!weir_tok_set(parser, &set, &item->value_loc) ||
	    !parse_braces(parser, item, set, &tuple, NULL)) {
		free(set);
		return false;
	}
	return finish(parser, item, &tuple, set);
}

/* set add ip saddr timeout 1m @s */
static bool parse_old(struct weir_parser *parser, struct weir_item *item)
{
	struct weir_tuple tuple;
	char *set = NULL;

	weir_tok_next(parser);
	find_op(weir_tok_next(parser), &item->update->op);
	if (!parse_elem(parser, item->update, &tuple, NULL))
		return false;
	if (!weir_tok_set(parser, &set, &item->value_loc)) {
		weir_tuple_clear(&tuple);
		free(set);
		return false;
	}
	return finish(parser, item, &tuple, set);
}

/* Meters */

/* The set that a meter is, with the key that its statement has. */
static void make_set(struct weir_parser *parser, const struct weir_item *item,
		     const struct weir_tuple *tuple, const char *name, uint32_t size,
		     const char *key)
{
	const struct weir_rule *rule = parser->rule;
	struct weir_set *set = weir_alloc(sizeof(*set));
	struct weir_buf text = { NULL };
	struct weir_command *command;

	command = weir_command_new(WEIR_VERB_ADD, WEIR_OBJECT_SET, &item->value_loc);
	command->set = set;
	weir_command_append(&parser->meters, command);
	set->family = rule->family;
	set->table = weir_strdup(rule->table);
	set->table_loc = rule->table_loc;
	set->name = weir_strdup(name);
	set->loc = item->value_loc;
	set->flags = WEIR_SET_FLAGS_DYNAMIC;
	if (item->update->has_timeout)
		set->flags |= WEIR_SET_FLAGS_TIMEOUT;
	set->has_size = true;
	set->size = size;
	weir_buf_add(&text, "typeof %s", key);
	set->type.text = text.text;
	set->type_loc = tuple->loc;
	for (; set->type.n_fields < tuple->n; set->type.n_fields++)
		set->type.fields[set->type.n_fields] = (struct weir_field_type){
			tuple->parts[set->type.n_fields].type,
			tuple->parts[set->type.n_fields].len,
		};
}

/* meter m size 128 { ip saddr limit rate 5/second } */
static bool parse_meter(struct weir_parser *parser, struct weir_item *item)
{
	char *name = NULL, *key = NULL;
	uint64_t size = METER_SIZE;
	struct weir_tuple tuple;
	bool ok;

	weir_tok_next(parser);
	ok = weir_tok_name(parser, &name, &item->value_loc, "the name of a meter") &&
	     (!weir_tok_accept(parser, "size") ||
	      weir_tok_number(parser, UINT32_MAX, &size, "a number of elements")) &&
	     parse_braces(parser, item, name, &tuple, &key);
	if (ok && strlen(key) > WEIR_TYPE_TEXT_MAX - strlen("typeof ")) {
		weir_tok_error_at(parser, &tuple.loc, "this key is too long for a meter");
		weir_tuple_clear(&tuple);
		ok = false;
	}
	if (ok) {
		item->update->op = item->update->has_timeout ? WEIR_DYN_OP_UPDATE :
							       WEIR_DYN_OP_ADD;
		make_set(parser, item, &tuple, name, size, key);
		ok = finish(parser, item, &tuple, name);
		name = NULL;
	}
	free(name);
	free(key);
	return ok;
}

bool weir_update_parse(struct weir_parser *parser, struct weir_item *item)
{
	item->update = weir_alloc(sizeof(*item->update));
	if (weir_tok_is(parser, "meter"))
		return parse_meter(parser, item);
	if (weir_tok_is(parser, "set"))
		return parse_old(parser, item);
	return parse_update(parser, item);
}
