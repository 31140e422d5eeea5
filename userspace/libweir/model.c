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

void weir_item_free(struct weir_item *item)
{
	if (!item)
		return;
	free_data(item->key.ext, item->key.data);
	free_data(item->source.ext, item->source.data);
	free_data(item->ext, item->data);
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

void weir_chain_free(struct weir_chain *chain)
{
	if (!chain)
		return;
	free(chain->table);
	free(chain->name);
	free(chain->comment);
	free(chain->new_name);
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

void weir_command_free(struct weir_command *command)
{
	if (!command)
		return;
	weir_table_free(command->table);
	weir_chain_free(command->chain);
	weir_rule_free(command->rule);
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
