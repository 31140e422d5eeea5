// SPDX-License-Identifier: GPL-2.0
/*
 * Commands to messages. Whatever has a bound in the UAPI that would burst a
 * message is checked here; everything else is for the kernel to judge.
 */

#include <errno.h>
#include <string.h>
#include "language/ext.h"
#include "wire.h"

static void put_text(struct weir_batch *batch, uint16_t type, const char *text, size_t max,
		     const char *what, const struct weir_loc *loc)
{
	uint32_t from = batch->nlh->nlmsg_len;

	if (!text)
		return;
	if (strlen(text) > max) {
		weir_error_add(batch->errors, loc, ENAMETOOLONG,
			       "%s is %zu bytes long; at most %zu are allowed", what,
			       strlen(text), max);
		batch->failed = true;
		return;
	}
	mnl_attr_put_strz(batch->nlh, type, text);
	weir_batch_mark(batch, from, loc);
}

static void put_name(struct weir_batch *batch, uint16_t type, const char *name,
		     const char *what, const struct weir_loc *loc)
{
	put_text(batch, type, name, WEIR_NAME_MAX, what, loc);
}

static void put_comment(struct weir_batch *batch, uint16_t type, const char *comment,
			const struct weir_loc *loc)
{
	put_text(batch, type, comment, WEIR_COMMENT_MAX, "the comment", loc);
}

static void put_u64(struct weir_batch *batch, uint16_t type, uint64_t value,
		    const struct weir_loc *loc)
{
	uint32_t from = batch->nlh->nlmsg_len;

	mnl_attr_put_u64(batch->nlh, type, value);
	weir_batch_mark(batch, from, loc);
}

static void put_value(struct weir_batch *batch, uint16_t type, struct weir_num value,
		      unsigned int bits)
{
	uint8_t bytes[WEIR_VALUE_MAX];

	weir_num_put(value, bytes, weir_value_size(bits));
	mnl_attr_put(batch->nlh, type, weir_value_size(bits), bytes);
}

static bool is_option(enum weir_header header)
{
	return header == WEIR_HEADER_IP_OPT || header == WEIR_HEADER_IP6_EXT ||
	       header == WEIR_HEADER_TCP_OPT;
}

static void put_key(struct weir_batch *batch, uint16_t type, const struct weir_key *key)
{
	struct nlmsghdr *nlh = batch->nlh;
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);
	struct nlattr *data;

	mnl_attr_put_u32(nlh, WEIR_A_KEY_TYPE, key->type);
	mnl_attr_put_u32(nlh, WEIR_A_KEY_LEN, key->len);
	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_OFFSET, key->offset);
		/* fall through */
	case WEIR_KEY_TYPE_EXISTS:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_HEADER, key->header);
		if (is_option(key->header))
			mnl_attr_put_u8(nlh, WEIR_A_KEY_OPTION, key->option);
		break;
	case WEIR_KEY_TYPE_META:
		mnl_attr_put_u32(nlh, WEIR_A_KEY_META, key->meta);
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		mnl_attr_put_strz(nlh, WEIR_A_KEY_NAME, key->ext->name);
		data = mnl_attr_nest_start(nlh, WEIR_A_KEY_DATA);
		key->ext->put(nlh, key->data);
		mnl_attr_nest_end(nlh, data);
		break;
	}
	mnl_attr_nest_end(nlh, nest);
}

static void put_ops(struct weir_batch *batch, const struct weir_item *item, unsigned int bits)
{
	unsigned int i;

	if (item->n_ops > WEIR_OPS_MAX) {
		weir_error_add(batch->errors, &item->loc, E2BIG,
			       "%u operations on one key; at most %u are allowed",
			       item->n_ops, WEIR_OPS_MAX);
		batch->failed = true;
		return;
	}
	for (i = 0; i < item->n_ops; i++) {
		struct nlattr *nest = mnl_attr_nest_start(batch->nlh, WEIR_A_ITEM_OP);

		mnl_attr_put_u32(batch->nlh, WEIR_A_OP_TYPE, item->ops[i].op);
		put_value(batch, WEIR_A_OP_VALUE, item->ops[i].val, bits);
		mnl_attr_nest_end(batch->nlh, nest);
	}
}

/* Goes on in another message where this one is full. */
static void make_room(struct weir_batch *batch, const struct weir_loc *loc)
{
	if (batch->nlh->nlmsg_len <= WEIR_MESSAGE_FULL)
		return;
	mnl_attr_put(batch->nlh, WEIR_A_RULE_MORE, 0, NULL);
	weir_batch_end(batch);
	weir_batch_begin(batch, WEIR_CMD_RULE_PART, 0, loc);
}

static struct nlattr *start_item(struct weir_batch *batch, enum weir_item_type type)
{
	struct nlattr *nest = mnl_attr_nest_start(batch->nlh, WEIR_A_RULE_ITEM);

	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_TYPE, type);
	return nest;
}

/* Puts as many ranges from @done on as one attribute takes; returns how many. */
static size_t put_range_attr(struct weir_batch *batch, const struct weir_item *item, size_t done)
{
	unsigned int size = weir_value_size(item->key.len);
	size_t n = WEIR_RANGES_FULL / (2 * size);
	struct nlattr *attr;
	uint8_t *to;
	size_t i;

	if (n > item->n_ranges - done)
		n = item->n_ranges - done;
	attr = mnl_nlmsg_get_payload_tail(batch->nlh);
	attr->nla_type = WEIR_A_ITEM_RANGES;
	attr->nla_len = MNL_ATTR_HDRLEN + n * 2 * size;
	to = mnl_attr_get_payload(attr);
	for (i = done; i < done + n; i++) {
		weir_num_put(item->ranges[i].from, to, size);
		weir_num_put(item->ranges[i].to, to + size, size);
		to += 2 * size;
	}
	memset(to, 0, MNL_ALIGN(attr->nla_len) - attr->nla_len);
	batch->nlh->nlmsg_len += MNL_ALIGN(attr->nla_len);
	return n;
}

/* Puts a condition's ranges; the item @nest is open, the last one is left open. */
static struct nlattr *put_ranges(struct weir_batch *batch, const struct weir_item *item,
				 uint32_t *start, struct nlattr *nest)
{
	size_t done = 0;

	if (item->n_ranges > WEIR_RANGES_MAX) {
		weir_error_add(batch->errors, &item->value_loc, E2BIG,
			       "%zu values in one condition; at most %u are allowed",
			       item->n_ranges, WEIR_RANGES_MAX);
		batch->failed = true;
		return nest;
	}
	for (;;) {
		uint32_t from = batch->nlh->nlmsg_len;

		done += put_range_attr(batch, item, done);
		weir_batch_mark(batch, from, &item->value_loc);
		if (done == item->n_ranges || batch->failed)
			return nest;
		mnl_attr_nest_end(batch->nlh, nest);
		weir_batch_mark(batch, *start, &item->loc);
		make_room(batch, &item->loc);
		*start = batch->nlh->nlmsg_len;
		nest = start_item(batch, WEIR_ITEM_TYPE_ELEMS);
	}
}

static void put_data(struct weir_batch *batch, const struct weir_item *item)
{
	uint32_t from = batch->nlh->nlmsg_len;
	struct nlattr *nest;

	mnl_attr_put_strz(batch->nlh, WEIR_A_ITEM_NAME, item->ext->name);
	nest = mnl_attr_nest_start(batch->nlh, WEIR_A_ITEM_DATA);
	item->ext->put(batch->nlh, item->data);
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, from, &item->value_loc);
}

static void put_item_value(struct weir_batch *batch, const struct weir_item *item)
{
	uint32_t from = batch->nlh->nlmsg_len;

	put_value(batch, WEIR_A_ITEM_VALUE, item->val, item->key.len);
	weir_batch_mark(batch, from, &item->value_loc);
}

static void put_verdict(struct weir_batch *batch, const struct weir_item *item)
{
	mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_VERDICT, item->verdict);
	put_name(batch, WEIR_A_ITEM_CHAIN, item->chain, "the chain's name", &item->value_loc);
}

static void put_item(struct weir_batch *batch, const struct weir_item *item)
{
	uint32_t start = batch->nlh->nlmsg_len;
	struct nlattr *nest = start_item(batch, item->type);

	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		put_key(batch, WEIR_A_ITEM_KEY, &item->key);
		put_ops(batch, item, item->key.len);
		mnl_attr_put_u32(batch->nlh, WEIR_A_ITEM_REL, item->rel);
		if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
			nest = put_ranges(batch, item, &start, nest);
		else
			put_item_value(batch, item);
		break;
	case WEIR_ITEM_TYPE_SET:
		put_key(batch, WEIR_A_ITEM_KEY, &item->key);
		if (item->has_source) {
			put_key(batch, WEIR_A_ITEM_SOURCE, &item->source);
			put_ops(batch, item, item->source.len);
		} else {
			put_item_value(batch, item);
		}
		break;
	case WEIR_ITEM_TYPE_VERDICT:
		put_verdict(batch, item);
		break;
	case WEIR_ITEM_TYPE_COUNTER:
		mnl_attr_put_u64(batch->nlh, WEIR_A_ITEM_PACKETS, item->packets);
		mnl_attr_put_u64(batch->nlh, WEIR_A_ITEM_BYTES, item->bytes);
		break;
	case WEIR_ITEM_TYPE_MATCH:
	case WEIR_ITEM_TYPE_TARGET:
		put_data(batch, item);
		break;
	case WEIR_ITEM_TYPE_ELEMS:
		break;
	}
	mnl_attr_nest_end(batch->nlh, nest);
	weir_batch_mark(batch, start, &item->loc);
}

static void put_items(struct weir_batch *batch, const struct weir_rule *rule)
{
	const struct weir_item *item;

	for (item = rule->items; item && !batch->failed; item = item->next) {
		make_room(batch, &rule->loc);
		put_item(batch, item);
	}
}

static void put_family(struct weir_batch *batch, uint16_t type, uint8_t family)
{
	if (family)
		mnl_attr_put_u8(batch->nlh, type, family);
}

static bool encode_table(struct weir_batch *batch, const struct weir_command *command,
			 uint8_t cmd, uint16_t flags)
{
	const struct weir_table *table = command->table;
	bool new = cmd == WEIR_CMD_TABLE_NEW;

	weir_batch_begin(batch, cmd, flags, &command->loc);
	put_family(batch, WEIR_A_TABLE_FAMILY, table->family);
	put_name(batch, WEIR_A_TABLE_NAME, table->name, "the table's name", &table->loc);
	if (new) {
		mnl_attr_put_u32(batch->nlh, WEIR_A_TABLE_FLAGS, table->flags);
		put_comment(batch, WEIR_A_TABLE_COMMENT, table->comment, &command->loc);
	} else if (table->handle) {
		put_u64(batch, WEIR_A_TABLE_HANDLE, table->handle, &table->loc);
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
	put_family(batch, WEIR_A_CHAIN_FAMILY, chain->family);
	put_name(batch, WEIR_A_CHAIN_TABLE, chain->table, "the table's name", &chain->table_loc);
	put_name(batch, WEIR_A_CHAIN_NAME, chain->name, "the chain's name", &chain->loc);
	if (command->verb != WEIR_VERB_ADD && chain->handle)
		put_u64(batch, WEIR_A_CHAIN_HANDLE, chain->handle, &chain->loc);
	if (cmd == WEIR_CMD_CHAIN_NEW) {
		put_base(batch, chain);
		put_name(batch, WEIR_A_CHAIN_NEW_NAME, chain->new_name, "the new name",
			 &command->loc);
		put_comment(batch, WEIR_A_CHAIN_COMMENT, chain->comment, &command->loc);
	}
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_CHAIN_DESTROY, 0, NULL);
	weir_batch_end(batch);
	return !batch->failed;
}

static void put_rule_owner(struct weir_batch *batch, const struct weir_rule *rule)
{
	put_family(batch, WEIR_A_RULE_FAMILY, rule->family);
	put_name(batch, WEIR_A_RULE_TABLE, rule->table, "the table's name", &rule->table_loc);
	put_name(batch, WEIR_A_RULE_CHAIN, rule->chain, "the chain's name", &rule->chain_loc);
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
		put_u64(batch, WEIR_A_RULE_HANDLE, rule->handle, &rule->where_loc);
	} else {
		if (rule->position)
			put_u64(batch, WEIR_A_RULE_POSITION, rule->position, &rule->where_loc);
		put_index(batch, rule);
	}
	if (command->verb == WEIR_VERB_INSERT)
		mnl_attr_put(batch->nlh, WEIR_A_RULE_BEFORE, 0, NULL);
	put_comment(batch, WEIR_A_RULE_COMMENT, rule->comment, &rule->loc);
	put_items(batch, rule);
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
		put_u64(batch, WEIR_A_RULE_HANDLE, rule->handle, &rule->where_loc);
	} else if (rule->has_index) {
		put_index(batch, rule);
	} else {
		mnl_attr_put(batch->nlh, WEIR_A_RULE_BY_ITEMS, 0, NULL);
		put_items(batch, rule);
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
		return false;
	default:
		return true;
	}
}
