// SPDX-License-Identifier: GPL-2.0
/* Named objects as JSON. */
#include <string.h>
#include <linux/netfilter.h>
#include "../libweir/alloc.h"
#include "ext.h"
#include "json.h"

static json_t *state_json(const struct weir_item *stmt, const struct weir_print_opts *opts)
{
	const struct weir_ext *ext = stmt->ext;

	if (ext)
		return ext->named_json ? ext->named_json(stmt->data, opts) :
		       ext->to_json(stmt->data, opts);
	return json_pack("{s:o, s:o}",
			 "packets", weir_json_number(opts->stateless ? 0 : stmt->packets),
			 "bytes", weir_json_number(opts->stateless ? 0 : stmt->bytes));
}

json_t *weir_json_named(const struct weir_named *named, const struct weir_print_opts *opts)
{
	json_t *json = weir_json_head(named->family, named->table), *state;

	if (named->name)
		json_object_set_new(json, "name", weir_json_string(named->name));
	weir_json_set_handle(json, named->handle);
	weir_json_set_comment(json, named->comment);
	if (named->stmt) {
		state = state_json(named->stmt, opts);
		json_object_update(json, state);
		json_decref(state);
	}
	return json_pack("{s:o}", named->type, json);
}

static bool state_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_named *named)
{
	const struct weir_ext *ext = weir_ext_find(WEIR_EXT_MATCH, named->type);
	struct weir_item *stmt = weir_alloc(sizeof(*stmt));
	const char *wrong;

	named->stmt = stmt;
	if (!ext) {
		stmt->type = WEIR_ITEM_TYPE_COUNTER;
		return weir_json_property(reader, json, "packets", UINT64_MAX, &stmt->packets) &&
		       weir_json_property(reader, json, "bytes", UINT64_MAX, &stmt->bytes);
	}
	stmt->type = WEIR_ITEM_TYPE_MATCH;
	stmt->ext = ext;
	stmt->data = weir_alloc(ext->data_size);
	wrong = ext->from_json(json, stmt->data);
	return !wrong || weir_json_error(reader, "%s", wrong);
}

bool weir_json_read_named(struct weir_json_reader *reader, const json_t *json,
			  const char *type, struct weir_command *command)
{
	struct weir_named *named = weir_alloc(sizeof(*named));
	bool makes = weir_json_makes(command->verb);

	command->named = named;
	named->type = type;
	if (!weir_json_family(reader, json, NFPROTO_IPV4, &named->family) ||
	    !weir_json_text(reader, json, "table", WEIR_NAME_MAX, &named->table) ||
	    !weir_json_text(reader, json, "name", WEIR_NAME_MAX, &named->name) ||
	    !weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &named->comment) ||
	    !weir_json_property(reader, json, "handle", UINT64_MAX, &named->handle))
		return false;
	if (makes || named->name)
		named->handle = 0;
	if (!named->table)
		return weir_json_error(reader, "expected the name of the table in table");
	if (!named->name && !named->handle)
		return weir_json_error(reader, "expected the name of the %s", type);
	return !makes || state_read(reader, json, named);
}
