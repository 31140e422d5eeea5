// SPDX-License-Identifier: GPL-2.0
/*
 * Whose fault a refused commit is. The kernel judges the whole ruleset there
 * and names chains and plug-ins in its words instead of an attribute: the last
 * command all of whose names it mentions is the one to show.
 */

#include <string.h>
#include "language/ext.h"
#include "sock.h"
#include "wire.h"

/* Whether the name stands in the text as a word of its own. */
static bool mentions(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at = text;

	if (!len)
		return false;
	while ((at = strstr(at, name))) {
		if ((at == text || at[-1] == ' ') && (!at[len] || strchr(" ,;:", at[len])))
			return true;
		at++;
	}
	return false;
}

/* What a rule does that only the whole ruleset shows to be wrong. */
static const char *item_name(const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_VERDICT:
		return item->chain;
	case WEIR_ITEM_TYPE_MATCH:
	case WEIR_ITEM_TYPE_TARGET:
		return item->ext->name;
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
		return item->lookup ? item->lookup->set : NULL;
	case WEIR_ITEM_TYPE_OBJECT:
		return item->object ? item->object : item->lookup ? item->lookup->set : NULL;
	case WEIR_ITEM_TYPE_COND:
	case WEIR_ITEM_TYPE_SET:
		return item->key.ext ? item->key.ext->name : NULL;
	default:
		return NULL;
	}
}

static const struct weir_loc *blame_rule(const struct weir_rule *rule, const char *text)
{
	const struct weir_item *item;

	if (!rule->chain || !mentions(text, rule->chain))
		return NULL;
	for (item = rule->items; item; item = item->next) {
		const char *name = item_name(item);

		if (name && mentions(text, name))
			return &item->loc;
	}
	return NULL;
}

/* The name of a chain or set that a command is about, and its place. */
static const char *object_name(const struct weir_command *command, const struct weir_loc **loc)
{
	switch (command->object) {
	case WEIR_OBJECT_CHAIN:
		*loc = &command->chain->loc;
		return command->chain->name;
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
	case WEIR_OBJECT_ELEMENT:
		*loc = &command->set->loc;
		return command->set->name;
	default:
		return NULL;
	}
}

const struct weir_loc *weir_blame(const struct weir_command *commands, const char *text)
{
	const struct weir_loc *object = NULL, *rule = NULL;
	const struct weir_command *command;

	for (command = commands; command; command = command->next) {
		const struct weir_loc *loc = NULL;
		const char *name;

		if (!weir_command_changes(command))
			continue;
		if (command->object == WEIR_OBJECT_RULE)
			loc = blame_rule(command->rule, text);
		if (loc)
			rule = loc;
		name = object_name(command, &loc);
		if (name && mentions(text, name))
			object = loc;
	}
	return rule ? rule : object;
}
