// SPDX-License-Identifier: GPL-2.0
/* Freeing the objects of a ruleset; each owns what model.h says. */
#include <stdlib.h>
#include "../language/ext.h"
#include "model.h"

static void free_data(const struct weir_ext *ext, void *data)
{
	if (data && ext && ext->clear)
		ext->clear(data);
	free(data);
}

static void clear_key(struct weir_key *key)
{
	free_data(key->ext, key->data);
}

static void clear_part(struct weir_part *part)
{
	clear_key(&part->key);
	free(part->ops);
}

void weir_lookup_free(struct weir_lookup *lookup)
{
	unsigned int i;

	if (!lookup)
		return;
	for (i = 0; i < lookup->n_parts; i++)
		clear_part(&lookup->parts[i]);
	free(lookup->parts);
	free(lookup->set);
	weir_elems_free(lookup->elems);
	free(lookup);
}

static void free_update(struct weir_update *update)
{
	if (!update)
		return;
	weir_items_free(update->stmts);
	clear_part(&update->source);
	free(update);
}

void weir_item_free(struct weir_item *item)
{
	if (!item)
		return;
	clear_key(&item->key);
	clear_key(&item->source);
	free_data(item->ext, item->data);
	weir_lookup_free(item->lookup);
	free_update(item->update);
	free(item->object);
	free(item->ops);
	free(item->ranges);
	free(item->chain);
	free(item);
}

void weir_items_free(struct weir_item *items)
{
	while (items) {
		struct weir_item *item = items;

		items = item->next;
		weir_item_free(item);
	}
}

void weir_table_free(struct weir_table *table)
{
	if (!table)
		return;
	free(table->name);
	free(table->comment);
	free(table);
}

void weir_engine_free(struct weir_engine *engine)
{
	if (!engine)
		return;
	clear_key(&engine->key);
	free(engine->tables);
	free(engine);
}

void weir_chain_free(struct weir_chain *chain)
{
	if (!chain)
		return;
	free(chain->table);
	free(chain->name);
	free(chain->comment);
	free(chain->new_name);
	weir_engine_free(chain->engine);
	free(chain);
}

void weir_rule_free(struct weir_rule *rule)
{
	if (!rule)
		return;
	weir_items_free(rule->items);
	free(rule->table);
	free(rule->chain);
	free(rule->comment);
	free(rule);
}

void weir_set_type_clear(struct weir_set_type *type)
{
	free(type->text);
	*type = (struct weir_set_type){ 0 };
}

void weir_set_free(struct weir_set *set)
{
	if (!set)
		return;
	weir_set_type_clear(&set->type);
	weir_set_type_clear(&set->data);
	weir_items_free(set->stmts);
	weir_elems_free(set->elems);
	free(set->table);
	free(set->name);
	free(set->new_name);
	free(set->comment);
	free(set);
}

void weir_named_free(struct weir_named *named)
{
	if (!named)
		return;
	weir_item_free(named->stmt);
	free(named->table);
	free(named->name);
	free(named->comment);
	free(named);
}

void weir_command_free(struct weir_command *command)
{
	if (!command)
		return;
	weir_table_free(command->table);
	weir_chain_free(command->chain);
	weir_rule_free(command->rule);
	weir_set_free(command->set);
	weir_named_free(command->named);
	free(command->word);
	free(command);
}

void weir_commands_free(struct weir_command *commands)
{
	while (commands) {
		struct weir_command *command = commands;

		commands = command->next;
		weir_command_free(command);
	}
}

void weir_inputs_free(struct weir_input *inputs)
{
	while (inputs) {
		struct weir_input *input = inputs;

		inputs = input->next;
		free(input->name);
		free(input->text);
		free(input);
	}
}
