// SPDX-License-Identifier: GPL-2.0
/* Commands on sets, maps and their elements. */

#include <errno.h>
#include "encode.h"

static void put_lens(struct weir_batch *batch, const struct weir_set *set)
{
	uint32_t from = batch->nlh->nlmsg_len;
	uint8_t lens[WEIR_FIELDS_MAX];
	unsigned int i;

	if (!set->type.n_fields)
		return;
	for (i = 0; i < set->type.n_fields; i++)
		lens[i] = set->type.fields[i].len;
	mnl_attr_put(batch->nlh, WEIR_A_SET_KEY_LENS, set->type.n_fields, lens);
	weir_put_text(batch, WEIR_A_SET_KEY_TEXT, set->type.text, WEIR_TYPE_TEXT_MAX,
		      "the set's type", &set->type_loc);
	weir_batch_mark(batch, from, &set->type_loc);
}

static void put_data_type(struct weir_batch *batch, const struct weir_set *set)
{
	uint32_t from = batch->nlh->nlmsg_len;

	if (set->data_type == WEIR_DATA_TYPE_NONE)
		return;
	mnl_attr_put_u32(batch->nlh, WEIR_A_SET_DATA_TYPE, set->data_type);
	if (set->data_type == WEIR_DATA_TYPE_VALUE)
		mnl_attr_put_u32(batch->nlh, WEIR_A_SET_DATA_LEN, set->data.fields[0].len);
	if (set->object_type)
		mnl_attr_put_strz(batch->nlh, WEIR_A_SET_OBJECT_TYPE, set->object_type);
	weir_put_text(batch, WEIR_A_SET_DATA_TEXT, set->data.text, WEIR_TYPE_TEXT_MAX,
		      "the map's type", &set->type_loc);
	weir_batch_mark(batch, from, &set->type_loc);
}

static void put_options(struct weir_batch *batch, const struct weir_set *set,
			const struct weir_loc *loc)
{
	mnl_attr_put_u32(batch->nlh, WEIR_A_SET_FLAGS, set->flags);
	if (set->has_timeout)
		weir_put_u64(batch, WEIR_A_SET_TIMEOUT, set->timeout, loc);
	if (set->gc_interval)
		mnl_attr_put_u32(batch->nlh, WEIR_A_SET_GC_INTERVAL, set->gc_interval);
	if (set->has_size)
		mnl_attr_put_u32(batch->nlh, WEIR_A_SET_SIZE, set->size);
	if (set->policy)
		mnl_attr_put_u32(batch->nlh, WEIR_A_SET_POLICY, set->policy);
	weir_put_comment(batch, WEIR_A_SET_COMMENT, set->comment, loc);
}

static void begin_set(struct weir_batch *batch, const struct weir_command *command, uint8_t cmd,
		      uint16_t flags)
{
	const struct weir_set *set = command->set;

	weir_batch_begin(batch, cmd, flags, &command->loc);
	weir_put_family(batch, WEIR_A_SET_FAMILY, set->family);
	weir_put_name(batch, WEIR_A_SET_TABLE, set->table, "the table's name", &set->table_loc);
	weir_put_name(batch, WEIR_A_SET_NAME, set->name, "the set's name", &set->loc);
}

static void encode_new(struct weir_batch *batch, const struct weir_command *command)
{
	const struct weir_set *set = command->set;

	begin_set(batch, command, WEIR_CMD_SET_NEW,
		  command->verb == WEIR_VERB_CREATE ? NLM_F_EXCL : 0);
	put_lens(batch, set);
	put_data_type(batch, set);
	put_options(batch, set, &command->loc);
	weir_put_stmts(batch, WEIR_A_SET_STMT, set->stmts);
	weir_batch_end(batch);
}

static void encode_other_name(struct weir_batch *batch, const struct weir_command *command)
{
	const struct weir_set *set = command->set;
	bool swap = command->verb == WEIR_VERB_SWAP;

	begin_set(batch, command, swap ? WEIR_CMD_SET_SWAP : WEIR_CMD_SET_NEW, 0);
	if (!swap && set->handle)
		weir_put_u64(batch, WEIR_A_SET_HANDLE, set->handle, &set->loc);
	weir_put_name(batch, WEIR_A_SET_NEW_NAME, set->new_name,
		      swap ? "the other set's name" : "the new name", &set->new_loc);
	weir_batch_end(batch);
}

static void encode_del(struct weir_batch *batch, const struct weir_command *command)
{
	const struct weir_set *set = command->set;

	begin_set(batch, command, WEIR_CMD_SET_DEL, 0);
	if (set->handle)
		weir_put_u64(batch, WEIR_A_SET_HANDLE, set->handle, &set->loc);
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_SET_DESTROY, 0, NULL);
	weir_batch_end(batch);
}

static void begin_elems(struct weir_batch *batch, const struct weir_command *command,
			uint8_t cmd)
{
	const struct weir_set *set = command->set;
	uint16_t flags = 0;

	if (command->verb == WEIR_VERB_CREATE && command->object == WEIR_OBJECT_ELEMENT)
		flags = NLM_F_EXCL;
	weir_batch_begin(batch, cmd, flags, &command->loc);
	weir_put_family(batch, WEIR_A_ELEMS_FAMILY, set->family);
	weir_put_name(batch, WEIR_A_ELEMS_TABLE, set->table, "the table's name",
		      &set->table_loc);
	weir_put_name(batch, WEIR_A_ELEMS_SET, set->name, "the set's name", &set->loc);
	if (command->verb == WEIR_VERB_DESTROY)
		mnl_attr_put(batch->nlh, WEIR_A_ELEMS_DESTROY, 0, NULL);
}

/* As many messages as the elements take; the first one says how many will come. */
static void encode_runs(struct weir_batch *batch, const struct weir_command *command, uint8_t cmd,
			const struct weir_elems *elems, size_t expected)
{
	struct weir_cursor cursor = { .run = elems };

	while (cursor.run && !batch->failed) {
		begin_elems(batch, command, cmd);
		if (expected && cmd == WEIR_CMD_ELEM_NEW)
			mnl_attr_put_u32(batch->nlh, WEIR_A_ELEMS_EXPECTED, expected);
		expected = 0;
		weir_put_elems(batch, &cursor, &weir_elem_attrs, command->set, WEIR_ELEMS_FULL);
		weir_batch_end(batch);
	}
}

/*
 * Elements that are read while they are sent. What was read at one time is sent
 * and answered before more is read, so that its text is still there for errors.
 */
static void encode_stream(struct weir_batch *batch, const struct weir_command *command,
			  uint8_t cmd)
{
	const struct weir_elems *elems;

	while (!batch->failed) {
		elems = NULL;
		if (!batch->more || !batch->more(batch, command, &elems)) {
			batch->failed = true;
			return;
		}
		if (!elems)
			return;
		encode_runs(batch, command, cmd, elems, 0);
		weir_batch_flush(batch);
	}
}

static void encode_elems(struct weir_batch *batch, const struct weir_command *command,
			 uint8_t cmd)
{
	const struct weir_elems *elems = command->set->elems;

	if (command->from_stdin)
		encode_stream(batch, command, cmd);
	else
		encode_runs(batch, command, cmd, elems, weir_elems_count(elems));
}

/* Deletes all elements of a set. */
static void encode_clear(struct weir_batch *batch, const struct weir_command *command)
{
	begin_elems(batch, command, WEIR_CMD_ELEM_DEL);
	weir_batch_end(batch);
}

static bool encode_element(struct weir_batch *batch, const struct weir_command *command)
{
	switch (command->verb) {
	case WEIR_VERB_REPLACE:
		encode_clear(batch, command);
		/* fall through */
	case WEIR_VERB_ADD:
	case WEIR_VERB_CREATE:
		encode_elems(batch, command, WEIR_CMD_ELEM_NEW);
		return true;
	case WEIR_VERB_DELETE:
	case WEIR_VERB_DESTROY:
		/* Without any a message would mean all of them; none is sent then. */
		encode_elems(batch, command, WEIR_CMD_ELEM_DEL);
		return true;
	default:
		return false;
	}
}

bool weir_encode_set(struct weir_batch *batch, const struct weir_command *command)
{
	if (command->object == WEIR_OBJECT_ELEMENT)
		return encode_element(batch, command);
	switch (command->verb) {
	case WEIR_VERB_ADD:
	case WEIR_VERB_CREATE:
		encode_new(batch, command);
		if (!batch->failed)
			encode_elems(batch, command, WEIR_CMD_ELEM_NEW);
		return true;
	case WEIR_VERB_RENAME:
	case WEIR_VERB_SWAP:
		encode_other_name(batch, command);
		return true;
	case WEIR_VERB_DELETE:
	case WEIR_VERB_DESTROY:
		encode_del(batch, command);
		return true;
	case WEIR_VERB_FLUSH:
		encode_clear(batch, command);
		return true;
	default:
		return false;
	}
}

bool weir_encode_test(struct weir_batch *batch, const struct weir_set *set, bool reset)
{
	struct weir_command command = {
		.verb = WEIR_VERB_TEST,
		.object = WEIR_OBJECT_ELEMENT,
		.set = (struct weir_set *)set,
	};

	encode_runs(batch, &command, reset ? WEIR_CMD_ELEM_RESET : WEIR_CMD_ELEM_TEST,
		    set->elems, 0);
	return !batch->failed;
}
