// SPDX-License-Identifier: GPL-2.0
/*
 * Commands to messages. Whatever has a bound in the UAPI that would burst a
 * message is checked here; everything else is for the kernel to judge.
 */

#include <errno.h>
#include <string.h>
#include "encode.h"

static bool encode_table(struct weir_batch *batch, const struct weir_command *command,
			 uint8_t cmd, uint16_t flags)
{
	const struct weir_table *table = command->table;
	bool new = cmd == WEIR_CMD_TABLE_NEW;

	weir_batch_begin(batch, cmd, flags, &command->loc);
	weir_put_family(batch, WEIR_A_TABLE_FAMILY, table->family);
	weir_put_name(batch, WEIR_A_TABLE_NAME, table->name, "the table's name", &table->loc);
	if (new) {
		mnl_attr_put_u32(batch->nlh, WEIR_A_TABLE_FLAGS, table->flags);
		weir_put_comment(batch, WEIR_A_TABLE_COMMENT, table->comment, &command->loc);
	} else if (table->handle) {
		weir_put_u64(batch, WEIR_A_TABLE_HANDLE, table->handle, &table->loc);
	}
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_TABLE_DESTROY, 0, NULL);
	weir_batch_end(batch);
	return !batch->failed;
}

static void put_base(struct weir_batch *batch, const struct weir_chain *chain)
{
	uint32_t from = batch->nlh->nlmsg_len;
	struct nlattr *nest;

	if (!chain->base && !chain->has_policy)
		return;
	nest = mnl_attr_nest_start(batch->nlh, WEIR_A_CHAIN_BASE);
	if (chain->base) {
		mnl_attr_put_u32(batch->nlh, WEIR_A_BASE_HOOK, chain->hook);
		mnl_attr_put_u32(batch->nlh, WEIR_A_BASE_PRIORITY, chain->priority);
	}
	if (chain->has_policy)
		mnl_attr_put_u32(batch->nlh, WEIR_A_BASE_POLICY, chain->policy);
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, from, &chain->base_loc);
}

static bool encode_chain(struct weir_batch *batch, const struct weir_command *command,
			 uint8_t cmd, uint16_t flags)
{
	const struct weir_chain *chain = command->chain;

	weir_batch_begin(batch, cmd, flags, &command->loc);
	weir_put_family(batch, WEIR_A_CHAIN_FAMILY, chain->family);
	weir_put_name(batch, WEIR_A_CHAIN_TABLE, chain->table, "the table's name",
		      &chain->table_loc);
	weir_put_name(batch, WEIR_A_CHAIN_NAME, chain->name, "the chain's name", &chain->loc);
	if (command->verb != WEIR_VERB_ADD && chain->handle)
		weir_put_u64(batch, WEIR_A_CHAIN_HANDLE, chain->handle, &chain->loc);
	if (cmd == WEIR_CMD_CHAIN_NEW) {
		put_base(batch, chain);
		weir_put_name(batch, WEIR_A_CHAIN_NEW_NAME, chain->new_name, "the new name",
			      &command->loc);
		weir_put_comment(batch, WEIR_A_CHAIN_COMMENT, chain->comment, &command->loc);
	}
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_CHAIN_DESTROY, 0, NULL);
	weir_batch_end(batch);
	return !batch->failed;
}

static void put_rule_owner(struct weir_batch *batch, const struct weir_rule *rule)
{
	weir_put_family(batch, WEIR_A_RULE_FAMILY, rule->family);
	weir_put_name(batch, WEIR_A_RULE_TABLE, rule->table, "the table's name", &rule->table_loc);
	weir_put_name(batch, WEIR_A_RULE_CHAIN, rule->chain, "the chain's name", &rule->chain_loc);
}

static void put_index(struct weir_batch *batch, const struct weir_rule *rule)
{
	uint32_t from = batch->nlh->nlmsg_len;

	if (!rule->has_index)
		return;
	mnl_attr_put_u32(batch->nlh, WEIR_A_RULE_INDEX, rule->index);
	weir_batch_mark(batch, from, &rule->where_loc);
}

static const struct weir_loc *rule_loc(const struct weir_command *command)
{
	return command->rule->loc.input ? &command->rule->loc : &command->loc;
}

static bool encode_rule_new(struct weir_batch *batch, const struct weir_command *command)
{
	const struct weir_rule *rule = command->rule;

	weir_batch_begin(batch, WEIR_CMD_RULE_NEW, 0, rule_loc(command));
	put_rule_owner(batch, rule);
	if (command->verb == WEIR_VERB_REPLACE) {
		weir_put_u64(batch, WEIR_A_RULE_HANDLE, rule->handle, &rule->where_loc);
	} else {
		if (rule->position)
			weir_put_u64(batch, WEIR_A_RULE_POSITION, rule->position, &rule->where_loc);
		put_index(batch, rule);
	}
	if (command->verb == WEIR_VERB_INSERT)
		mnl_attr_put(batch->nlh, WEIR_A_RULE_BEFORE, 0, NULL);
	weir_put_comment(batch, WEIR_A_RULE_COMMENT, rule->comment, &rule->loc);
	weir_put_items(batch, rule);
	weir_batch_end(batch);
	return !batch->failed;
}

static bool encode_rule_del(struct weir_batch *batch, const struct weir_command *command)
{
	const struct weir_rule *rule = command->rule;

	/* Without any of them the message would mean all rules of the chain. */
	if (!rule->handle && !rule->has_index && !rule->items) {
		weir_error_add(batch->errors, &command->loc, EINVAL,
			       "which rule? Give its handle or its text");
		batch->failed = true;
		return false;
	}
	weir_batch_begin(batch, WEIR_CMD_RULE_DEL, 0, rule_loc(command));
	put_rule_owner(batch, rule);
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_RULE_DESTROY, 0, NULL);
	if (rule->handle) {
		weir_put_u64(batch, WEIR_A_RULE_HANDLE, rule->handle, &rule->where_loc);
	} else if (rule->has_index) {
		put_index(batch, rule);
	} else {
		mnl_attr_put(batch->nlh, WEIR_A_RULE_BY_ITEMS, 0, NULL);
		weir_put_items(batch, rule);
	}
	weir_batch_end(batch);
	return !batch->failed;
}

/* Deletes all rules of a chain or of a table, and nothing else. */
static bool encode_flush(struct weir_batch *batch, const struct weir_command *command)
{
	struct weir_rule all = { 0 };

	if (command->table) {
		all.family = command->table->family;
		all.table = command->table->name;
		all.table_loc = command->table->loc;
	} else if (command->chain) {
		all.family = command->chain->family;
		all.table = command->chain->table;
		all.table_loc = command->chain->table_loc;
		all.chain = command->chain->name;
		all.chain_loc = command->chain->loc;
	}
	weir_batch_begin(batch, WEIR_CMD_RULE_DEL, 0, &command->loc);
	put_rule_owner(batch, &all);
	weir_batch_end(batch);
	return !batch->failed;
}

static bool encode_deletion(struct weir_batch *batch, const struct weir_command *command)
{
	switch (command->object) {
	case WEIR_OBJECT_TABLE:
		return encode_table(batch, command, WEIR_CMD_TABLE_DEL, 0);
	case WEIR_OBJECT_CHAIN:
		return encode_chain(batch, command, WEIR_CMD_CHAIN_DEL, 0);
	case WEIR_OBJECT_RULE:
		return encode_rule_del(batch, command);
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
	case WEIR_OBJECT_ELEMENT:
		return weir_encode_set(batch, command);
	case WEIR_OBJECT_NAMED:
		return weir_encode_named(batch, command);
	default:
		return false;
	}
}

static bool encode_addition(struct weir_batch *batch, const struct weir_command *command)
{
	uint16_t flags = command->verb == WEIR_VERB_CREATE ? NLM_F_EXCL : 0;

	switch (command->object) {
	case WEIR_OBJECT_TABLE:
		return encode_table(batch, command, WEIR_CMD_TABLE_NEW, flags);
	case WEIR_OBJECT_CHAIN:
		return encode_chain(batch, command, WEIR_CMD_CHAIN_NEW, flags);
	case WEIR_OBJECT_RULE:
		return encode_rule_new(batch, command);
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
	case WEIR_OBJECT_ELEMENT:
		return weir_encode_set(batch, command);
	case WEIR_OBJECT_NAMED:
		return weir_encode_named(batch, command);
	default:
		return false;
	}
}

bool weir_encode_command(struct weir_batch *batch, const struct weir_command *command)
{
	bool known = true;

	if (batch->failed)
		return false;
	switch (command->verb) {
	case WEIR_VERB_ADD:
	case WEIR_VERB_CREATE:
	case WEIR_VERB_INSERT:
	case WEIR_VERB_REPLACE:
	case WEIR_VERB_RENAME:
	case WEIR_VERB_SWAP:
		known = encode_addition(batch, command);
		break;
	case WEIR_VERB_DELETE:
	case WEIR_VERB_DESTROY:
		known = encode_deletion(batch, command);
		break;
	case WEIR_VERB_FLUSH:
		/* The whole ruleset goes with its tables. */
		if (command->object == WEIR_OBJECT_RULESET)
			known = encode_table(batch, command, WEIR_CMD_TABLE_DEL, 0);
		else if (command->set)
			known = weir_encode_set(batch, command);
		else
			known = encode_flush(batch, command);
		break;
	default:
		break;
	}
	if (!known && !batch->failed) {
		weir_error_add(batch->errors, &command->loc, EOPNOTSUPP,
			       "this command cannot be applied to this kind of object");
		batch->failed = true;
	}
	return !batch->failed;
}

bool weir_command_changes(const struct weir_command *command)
{
	switch (command->verb) {
	case WEIR_VERB_RESET:
	case WEIR_VERB_LIST:
	case WEIR_VERB_MONITOR:
	case WEIR_VERB_DESCRIBE:
	case WEIR_VERB_GET:
	case WEIR_VERB_TEST:
		return false;
	default:
		return true;
	}
}
