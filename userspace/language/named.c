// SPDX-License-Identifier: GPL-2.0
/*
 * Named objects: a counter, or a match with state such as a quota, that rules
 * share. What a plug-in reads behind its keyword in a rule is what stands in the
 * braces of its objects.
 *
 *	quota q { over 25 mbytes; comment "monthly"; }
 *	add rule ip t c quota name "q" drop
 */
#include <string.h>
#include "ext.h"
#include "reader.h"

static struct weir_item *new_stmt(const char *type, const struct weir_loc *loc)
{
	struct weir_item *stmt = weir_alloc(sizeof(*stmt));

	stmt->ext = weir_ext_find(WEIR_EXT_MATCH, type);
	stmt->type = stmt->ext ? WEIR_ITEM_TYPE_MATCH : WEIR_ITEM_TYPE_COUNTER;
	stmt->loc = *loc;
	stmt->value_loc = *loc;
	if (stmt->ext)
		stmt->data = weir_alloc(stmt->ext->data_size);
	return stmt;
}

void weir_command_named(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_token *type, const struct weir_names *names,
			const struct weir_where *handle, const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, WEIR_OBJECT_NAMED, loc);
	struct weir_named *named = weir_alloc(sizeof(*named));
	bool plural;

	command->named = named;
	named->type = weir_named_type(type->text, &plural);
	named->family = names->family;
	named->table = weir_strdup(names->table.text);
	named->table_loc = names->table.loc;
	named->name = names->chain.text ? weir_strdup(names->chain.text) : NULL;
	named->loc = names->chain.loc;
	if (plural)
		command->object = WEIR_OBJECT_NAMEDS;
	if (handle) {
		named->handle = handle->number;
		named->loc = handle->loc;
	}
	if (verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE)
		parser->named = named;
	weir_command_append(&parser->commands, command);
}

void weir_block_named(struct weir_parser *parser, const struct weir_token *type,
		      const struct weir_token *name)
{
	struct weir_names names = weir_block_names(parser, name);

	weir_command_named(parser, WEIR_VERB_ADD, type, &names, NULL, &name->loc);
}

void weir_block_named_leave(struct weir_parser *parser)
{
	struct weir_named *named = parser->named;

	parser->named = NULL;
	if (named->stmt)
		return;
	named->stmt = new_stmt(named->type, &named->loc);
	if (named->stmt->ext)
		weir_parser_error(parser, &named->loc, "it is not said what %s %s is", named->type,
				  named->name);
}

/* "packets 5 bytes 60" */
static bool parse_counter(struct weir_parser *parser, struct weir_item *stmt)
{
	return weir_tok_expect(parser, "packets") &&
	       weir_tok_number(parser, UINT64_MAX, &stmt->packets, "a number of packets") &&
	       weir_tok_expect(parser, "bytes") &&
	       weir_tok_number(parser, UINT64_MAX, &stmt->bytes, "a number of bytes");
}

static bool parse_state(struct weir_parser *parser, struct weir_item *stmt)
{
	return (stmt->ext ? stmt->ext->parse(parser, stmt->data) :
		parse_counter(parser, stmt)) && weir_tok_end(parser);
}

void weir_named_line(struct weir_parser *parser)
{
	struct weir_named *named = parser->named;
	const struct weir_token *end = &parser->tokens[parser->n_tokens - 1];
	struct weir_loc loc = parser->tokens[0].loc;

	if (parser->n_tokens > 1)
		loc = weir_loc_span(&loc, &end[-1].loc);
	if (named->stmt) {
		weir_parser_error(parser, &loc, "it is said already what %s %s is", named->type,
				  named->name);
		return;
	}
	named->stmt = new_stmt(named->type, &loc);
	parse_state(parser, named->stmt);
}

const char *weir_object_is_here(const struct weir_parser *parser)
{
	const struct weir_token *type = weir_tok(parser), *name = weir_tok_ahead(parser, 1);
	bool plural;

	if (type->type != WEIR_TOKEN_WORD || name->type != WEIR_TOKEN_WORD ||
	    !weir_same_word(name->text, "name"))
		return NULL;
	return weir_named_type(type->text, &plural);
}

bool weir_object_parse(struct weir_parser *parser, struct weir_item *item)
{
	weir_tok_next(parser);
	weir_tok_next(parser);
	if (!weir_key_is_here(parser))
		return weir_tok_name(parser, &item->object, &item->value_loc,
				     "the name of an object");
	item->value_loc = weir_tok(parser)->loc;
	item->lookup = weir_lookup_map(parser, WEIR_DATA_TYPE_OBJECT, NULL);
	return item->lookup;
}
