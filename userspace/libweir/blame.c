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

const struct weir_loc *weir_blame(const struct weir_command *commands, const char *text)
{
	const struct weir_loc *chain = NULL, *rule = NULL;
	const struct weir_command *command;

	for (command = commands; command; command = command->next) {
		const struct weir_loc *loc = NULL;

		if (!weir_command_changes(command))
			continue;
		if (command->object == WEIR_OBJECT_RULE)
			loc = blame_rule(command->rule, text);
		else if (command->object == WEIR_OBJECT_CHAIN && command->chain->name &&
			 mentions(text, command->chain->name))
			chain = &command->chain->loc;
		if (loc)
			rule = loc;
	}
	return rule ? rule : chain;
}
