// SPDX-License-Identifier: GPL-2.0
/*
 * Commands on sets, maps and their elements. Elements are read by the declaration of
 * their set: that of the same text, or the one that the kernel has.
 */
#include <stdlib.h>
#include <string.h>
#include "reader.h"

/* Declarations */

/**
 * struct weir_declared - A set that is known.
 * @next: In the bucket; later declarations first.
 * @family: Of its table.
 * @table: Its table, borrowed.
 * @name: What it is called, borrowed.
 * @set: Its declaration, borrowed.
 */
struct weir_declared {
	struct weir_declared *next;
	uint8_t family;
	const char *table;
	const char *name;
	const struct weir_set *set;
};

static unsigned int hash(const char *name)
{
	unsigned int sum = 5381;

	while (*name)
		sum = sum * 33 + (unsigned char)*name++;
	return sum % WEIR_DECLARED_BUCKETS;
}

static void declare(struct weir_parser *parser, const struct weir_set *as, const char *name,
		    const struct weir_set *set)
{
	struct weir_declared *declared = weir_alloc(sizeof(*declared));
	unsigned int bucket = hash(name);

	declared->family = as->family;
	declared->table = as->table;
	declared->name = name;
	declared->set = set;
	declared->next = parser->declared[bucket];
	parser->declared[bucket] = declared;
}

void weir_declared_free(struct weir_parser *parser)
{
	for (unsigned int i = 0; i < WEIR_DECLARED_BUCKETS; i++) {
		struct weir_declared *declared = parser->declared[i], *next;

		for (; declared; declared = next) {
			next = declared->next;
			free(declared);
		}
	}
}

const struct weir_set *weir_declared_find(struct weir_parser *parser, uint8_t family,
					  const char *table, const char *name)
{
	const struct weir_declared *declared = parser->declared[hash(name)];

	while (declared && (declared->family != family || strcmp(declared->name, name) ||
			    strcmp(declared->table, table)))
		declared = declared->next;
	return declared ? declared->set : NULL;
}

const struct weir_set *weir_declared_ask(struct weir_parser *parser, uint8_t family,
					 const char *table, const char *name)
{
	const struct weir_set *set = weir_declared_find(parser, family, table, name);
	const struct weir_parse_opts *opts = parser->opts;

	if (set || !opts || !opts->find_set)
		return set;
	set = opts->find_set(opts->data, family, table, name);
	if (set)
		declare(parser, set, set->name, set);
	return set;
}

static void copy_type(struct weir_set_type *to, const struct weir_set_type *from)
{
	*to = *from;
	to->text = weir_strdup(from->text);
}

void weir_set_copy_types(struct weir_set *to, const struct weir_set *from)
{
	copy_type(&to->type, &from->type);
	copy_type(&to->data, &from->data);
	to->data_type = from->data_type;
	to->object_type = from->object_type;
	to->flags = from->flags;
	/* What an element without a timeout of its own has. */
	to->timeout = from->timeout;
}

/* Commands */

static struct weir_command *new_command(enum weir_verb verb, enum weir_object object,
					const struct weir_names *names,
					const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, object, loc);
	struct weir_set *set = weir_alloc(sizeof(*set));

	set->family = names->family;
	set->table = weir_strdup(names->table.text);
	set->table_loc = names->table.loc;
	set->name = weir_strdup(names->chain.text);
	set->loc = names->chain.loc;
	command->set = set;
	return command;
}

void weir_command_set(struct weir_parser *parser, enum weir_verb verb, enum weir_object object,
		      const struct weir_names *names, const struct weir_where *handle,
		      const struct weir_loc *loc)
{
	struct weir_command *command = new_command(verb, object, names, loc);

	if (handle) {
		command->set->handle = handle->number;
		command->set->loc = handle->loc;
	}
	weir_command_append(&parser->commands, command);
}

void weir_command_meters(struct weir_parser *parser, const struct weir_names *names,
			 const struct weir_loc *loc)
{
	struct weir_command *command = new_command(WEIR_VERB_LIST, WEIR_OBJECT_SETS, names, loc);

	command->set->flags = WEIR_SET_FLAGS_DYNAMIC;
	weir_command_append(&parser->commands, command);
}

void weir_command_set_name(struct weir_parser *parser, enum weir_verb verb,
			   enum weir_object object, const struct weir_names *names,
			   const struct weir_token *new_name, const struct weir_loc *loc)
{
	struct weir_command *command = new_command(verb, object, names, loc);
	struct weir_set *set = command->set;
	const struct weir_set *declared;

	set->new_name = weir_strdup(new_name->text);
	set->new_loc = new_name->loc;
	weir_command_append(&parser->commands, command);
	if (verb != WEIR_VERB_RENAME)
		return;
	declared = weir_declared_ask(parser, set->family, set->table, set->name);
	if (declared)
		declare(parser, set, set->new_name, declared);
}

/* Elements */

static void refuse_set(struct weir_parser *parser, const struct weir_set *set)
{
	const struct weir_parse_opts *opts = parser->opts;
	const char *nearest = NULL;
	struct weir_error *error;

	error = weir_parser_error(parser, &set->loc,
				  "there is no set %s whose types would tell how to read its elements",
				  set->name);
	if (error && opts && opts->nearest_set)
		nearest = opts->nearest_set(opts->data, set->family, set->table, set->name);
	if (nearest)
		weir_error_hint(error, "did you mean \"%s\"?", nearest);
	else if (error)
		weir_error_hint(error, "declare the set before its elements");
}

bool weir_verb_takes_keys(enum weir_verb verb)
{
	return verb != WEIR_VERB_ADD && verb != WEIR_VERB_CREATE && verb != WEIR_VERB_REPLACE;
}

void weir_command_element(struct weir_parser *parser, enum weir_verb verb,
			  const struct weir_names *names, const struct weir_loc *loc)
{
	struct weir_command *command = new_command(verb, WEIR_OBJECT_ELEMENT, names, loc);
	struct weir_set *set = command->set;
	const struct weir_set *declared;

	weir_command_append(&parser->commands, command);
	declared = weir_declared_ask(parser, set->family, set->table, set->name);
	if (declared)
		weir_set_copy_types(set, declared);
	else
		refuse_set(parser, set);
	weir_elems_begin(parser, set);
	parser->elem_reader.keys = weir_verb_takes_keys(verb);
	parser->elem_reader.data &= !parser->elem_reader.keys;
	/* No element at all would mean all of them to the kernel. */
	parser->elem_reader.some = verb != WEIR_VERB_REPLACE;
	parser->set_command = command;
}

void weir_command_element_none(struct weir_parser *parser)
{
	parser->set_command->from_stdin = true;
}

/* Blocks */

void weir_block_set(struct weir_parser *parser, enum weir_verb verb, enum weir_object object,
		    const struct weir_names *names, const struct weir_loc *loc)
{
	struct weir_command *command = new_command(verb, object, names, loc);

	weir_command_append(&parser->commands, command);
	parser->set_command = command;
	parser->set = command->set;
	weir_elems_begin(parser, command->set);
	parser->elem_reader.data = object == WEIR_OBJECT_MAP;
	parser->elem_reader.declaring = true;
}

/* A flag that the elements needed and no line of the block has. */
static void check_flags(struct weir_parser *parser)
{
	const struct weir_elem_reader *reader = &parser->elem_reader;
	struct weir_error *error;

	if (reader->implied & WEIR_SET_FLAGS_INTERVAL) {
		error = weir_parser_error(parser, &reader->range,
					  "a range needs a set with flags interval");
		if (error)
			weir_error_hint(error, "add flags interval to set %s", reader->set->name);
	}
	if (reader->implied & WEIR_SET_FLAGS_TIMEOUT) {
		error = weir_parser_error(parser, &reader->timeout,
					  "a timeout needs a set with flags timeout");
		if (error)
			weir_error_hint(error, "add flags timeout to set %s", reader->set->name);
	}
}

bool weir_set_refers(const struct weir_set *set)
{
	return set->data_type == WEIR_DATA_TYPE_VERDICT ||
	       set->data_type == WEIR_DATA_TYPE_OBJECT || set->flags & WEIR_SET_FLAGS_LIST;
}

/* Elements that lead to something come when all of that is there. */
static void part_elements(struct weir_parser *parser)
{
	struct weir_set *set = parser->set;
	struct weir_command *command;
	struct weir_names names = {
		.family = set->family,
		.table = { .text = set->table, .loc = set->table_loc },
		.chain = { .text = set->name, .loc = set->loc },
	};

	if (!set->elems || !weir_set_refers(set))
		return;
	command = new_command(WEIR_VERB_ADD, WEIR_OBJECT_ELEMENT, &names, &set->loc);
	weir_set_copy_types(command->set, set);
	command->set->elems = set->elems;
	set->elems = NULL;
	weir_command_append(parser->table ? &parser->elements : &parser->commands, command);
}

void weir_block_set_leave(struct weir_parser *parser)
{
	struct weir_set *set = parser->set;

	if (!set->type_loc.input)
		weir_parser_error(parser, &set->loc, "%s %s has no type",
				  parser->set_command->object == WEIR_OBJECT_MAP ? "map" : "set",
				  set->name);
	else
		weir_elems_read_late(parser);
	check_flags(parser);
	declare(parser, set, set->name, set);
	part_elements(parser);
	weir_block_set_drop(parser);
}

void weir_block_set_drop(struct weir_parser *parser)
{
	parser->set = NULL;
	parser->set_command = NULL;
	weir_elems_drop_late(parser);
}
