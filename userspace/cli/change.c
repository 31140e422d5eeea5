// SPDX-License-Identifier: GPL-2.0
/* A change that the kernel tells of, as the command that would make it. */

#include <stdlib.h>
#include "cli.h"

static enum weir_verb verb_of(const struct weir_notice *notice)
{
	switch (notice->event) {
	case WEIR_EVENT_DEL:
		return WEIR_VERB_DELETE;
	case WEIR_EVENT_CHANGE:
		return notice->rule ? WEIR_VERB_REPLACE : WEIR_VERB_ADD;
	default:
		return WEIR_VERB_ADD;
	}
}

/* A set, or what became of its elements: all gone is the work of flush. */
static void set_change(const struct weir_notice *notice, struct cli_change *change)
{
	bool map = notice->set->data_type != WEIR_DATA_TYPE_NONE;

	change->set = *notice->set;
	change->command.set = &change->set;
	change->command.object = map ? WEIR_OBJECT_MAP : WEIR_OBJECT_SET;
	if (change->set.new_name && !notice->elements)
		change->command.verb = WEIR_VERB_RENAME;
	if (!notice->elements)
		return;
	if (change->set.elems)
		change->command.object = WEIR_OBJECT_ELEMENT;
	else
		change->command.verb = WEIR_VERB_FLUSH;
}

bool cli_change_of(const struct weir_notice *notice, struct cli_change *change)
{
	*change = (struct cli_change){ .command.verb = verb_of(notice) };
	if (notice->table) {
		change->command.object = WEIR_OBJECT_TABLE;
		change->table = *notice->table;
		change->command.table = &change->table;
	} else if (notice->chain) {
		change->command.object = WEIR_OBJECT_CHAIN;
		change->chain = *notice->chain;
		change->command.chain = &change->chain;
		if (change->chain.new_name)
			change->command.verb = WEIR_VERB_RENAME;
	} else if (notice->rule) {
		change->command.object = WEIR_OBJECT_RULE;
		change->rule = *notice->rule;
		/* Where the rule stands is no part of its text. */
		change->rule.position = 0;
		change->command.rule = &change->rule;
	} else if (notice->set) {
		set_change(notice, change);
	} else if (notice->named) {
		change->command.object = WEIR_OBJECT_NAMED;
		change->named = *notice->named;
		change->command.named = &change->named;
	} else {
		return false;
	}
	return true;
}

static json_t *object_json(const struct cli *cli, const struct cli_change *change)
{
	switch (change->command.object) {
	case WEIR_OBJECT_TABLE:
		return weir_json_table(&change->table, &cli->print);
	case WEIR_OBJECT_CHAIN:
		return weir_json_chain(&change->chain, &cli->print);
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
		return weir_json_set(&change->set, &cli->print);
	case WEIR_OBJECT_ELEMENT:
		return weir_json_element(&change->set, &cli->print);
	case WEIR_OBJECT_NAMED:
		return weir_json_named(&change->named, &cli->print);
	default:
		return weir_json_rule(&change->rule, &cli->print);
	}
}

json_t *cli_change_json(const struct cli *cli, const struct cli_change *change)
{
	const char *verb = "add";

	if (change->command.verb == WEIR_VERB_DELETE)
		verb = "delete";
	else if (change->command.verb == WEIR_VERB_REPLACE)
		verb = "replace";
	else if (change->command.verb == WEIR_VERB_RENAME)
		verb = "rename";
	else if (change->command.verb == WEIR_VERB_FLUSH)
		verb = "flush";
	return json_pack("{s:o}", verb, object_json(cli, change));
}

void cli_change_print(const struct cli *cli, const struct cli_change *change)
{
	struct weir_buf buf = { 0 };

	weir_print_command(&buf, &change->command, &cli->print);
	puts(buf.text);
	weir_buf_free(&buf);
}
