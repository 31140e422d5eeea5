// SPDX-License-Identifier: GPL-2.0
/*
 * Reading JSON: the document and its commands, in the schema of
 * libnftables-json(5). Statements are read by json_item.c.
 */
#include <limits.h>
#include <linux/netfilter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "ext.h"
#include "json.h"

#define ERRORS_MAX 20

/* Where it is */

bool weir_json_error(struct weir_json_reader *reader, const char *fmt, ...)
{
	struct weir_buf text = {};
	char *message;
	va_list args;
	int len;

	if (reader->n_errors++ >= ERRORS_MAX)
		return false;
	va_start(args, fmt);
	len = vasprintf(&message, fmt, args);
	va_end(args);
	if (len < 0)
		abort();
	weir_buf_add(&text, "%s: %s", reader->path.text, message);
	weir_error_add(reader->errors, NULL, 0, "%s", text.text);
	weir_buf_free(&text);
	free(message);
	return false;
}

size_t weir_json_enter(struct weir_json_reader *reader, const char *name)
{
	size_t mark = reader->path.len;

	weir_buf_add(&reader->path, "%s%.64s", mark ? "." : "", name);
	return mark;
}

size_t weir_json_enter_index(struct weir_json_reader *reader, size_t index)
{
	size_t mark = reader->path.len;

	weir_buf_add(&reader->path, "[%zu]", index);
	return mark;
}

void weir_json_leave(struct weir_json_reader *reader, size_t mark)
{
	reader->path.len = mark;
	reader->path.text[mark] = '\0';
}

/* Properties */

/* A property that is a text of at most @max bytes; absent is no error. */
bool weir_json_text(struct weir_json_reader *reader, const json_t *json, const char *name,
		    size_t max, char **text)
{
	const json_t *value = json_object_get(json, name);
	const char *c;

	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value) || !json_string_length(value))
		return weir_json_error(reader, "%s must be a string and not empty", name);
	if (json_string_length(value) > max)
		return weir_json_error(reader, "%s has more than %zu bytes", name, max);
	for (c = json_string_value(value); *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return weir_json_error(reader, "%s has control characters", name);
	*text = weir_strdup(json_string_value(value));
	return true;
}

bool weir_json_family(struct weir_json_reader *reader, const json_t *json, uint8_t otherwise,
		      uint8_t *family)
{
	const char *name = json_string_value(json_object_get(json, "family"));
	uint64_t value;

	*family = otherwise;
	if (!json_object_get(json, "family"))
		return true;
	if (!name || !weir_symbol_find(weir_families, name, &value))
		return weir_json_error(reader, "expected the family ip, ip6 or inet%s%s",
				       name ? ", not " : "", name ? name : "");
	*family = value;
	return true;
}

bool weir_json_property(struct weir_json_reader *reader, const json_t *json, const char *name,
			uint64_t max, uint64_t *value)
{
	const json_t *number = json_object_get(json, name);

	return !number || weir_json_uint(number, max, value) ||
	       weir_json_error(reader, "expected a number in %s", name);
}

/* Objects */

static bool flag_read(struct weir_json_reader *reader, const json_t *json,
		      const struct weir_symbol *names, uint32_t *flags)
{
	const char *name = json_string_value(json);
	struct weir_buf known = {};
	uint64_t flag;

	if (name && weir_symbol_find(names, name, &flag)) {
		*flags |= flag;
		return true;
	}
	for (; names->name; names++)
		weir_buf_add(&known, "%s%s", known.len ? ", " : "", names->name);
	weir_json_error(reader, "expected flags of %s", known.text);
	weir_buf_free(&known);
	return false;
}

bool weir_json_read_flags(struct weir_json_reader *reader, const json_t *json,
			  const struct weir_symbol *names, uint32_t *flags)
{
	const json_t *flag;
	size_t i;

	if (!json)
		return true;
	if (!json_is_array(json))
		return flag_read(reader, json, names, flags);
	json_array_foreach(json, i, flag)
		if (!flag_read(reader, flag, names, flags))
			return false;
	return true;
}

bool weir_json_makes(enum weir_verb verb)
{
	return verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE ||
	       verb == WEIR_VERB_INSERT || verb == WEIR_VERB_REPLACE;
}

static bool table_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_command *command)
{
	struct weir_table *table = weir_alloc(sizeof(*table));

	command->table = table;
	if (!weir_json_family(reader, json, NFPROTO_IPV4, &table->family) ||
	    !weir_json_text(reader, json, "name", WEIR_NAME_MAX, &table->name) ||
	    !weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &table->comment) ||
	    !weir_json_read_flags(reader, json_object_get(json, "flags"), weir_table_flag_names,
				  &table->flags) ||
	    !weir_json_property(reader, json, "handle", UINT64_MAX, &table->handle))
		return false;
	if (weir_json_makes(command->verb) || table->name)
		table->handle = 0;
	return table->name || (table->handle && command->verb != WEIR_VERB_LIST) ||
	       weir_json_error(reader, "expected the name of a table");
}

static bool priority_read(struct weir_json_reader *reader, const json_t *json,
			  struct weir_chain *chain)
{
	const json_t *prio = json_object_get(json, "prio");

	if (json_is_string(prio) &&
	    weir_priority_parse(json_string_value(prio), chain->family, &chain->priority))
		return true;
	if (!json_is_integer(prio) || json_integer_value(prio) < INT32_MIN ||
	    json_integer_value(prio) > INT32_MAX)
		return weir_json_error(reader, "expected a priority in prio");
	chain->priority = json_integer_value(prio);
	return true;
}

static bool base_read(struct weir_json_reader *reader, const json_t *json,
		      struct weir_chain *chain)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const char *hook = json_string_value(json_object_get(json, "hook"));
	uint64_t value;

	if (!type && !hook && !json_object_get(json, "prio"))
		return true;
	if (!type || strcmp(type, "filter"))
		return weir_json_error(reader, type ? "chain type %s is not in weir yet" :
				       "a base chain must have a type", type);
	if (!hook || !weir_symbol_find(weir_hooks, hook, &value))
		return weir_json_error(reader,
				       "expected a hook: prerouting, input, forward, output or postrouting");
	if (json_object_get(json, "dev"))
		return weir_json_error(reader, "chains of a device are not in weir yet");
	chain->base = true;
	chain->hook = value;
	return priority_read(reader, json, chain);
}

static bool policy_read(struct weir_json_reader *reader, const json_t *json,
			struct weir_chain *chain)
{
	const char *policy = json_string_value(json_object_get(json, "policy"));

	chain->policy = WEIR_VERDICT_ACCEPT;
	if (!json_object_get(json, "policy"))
		return true;
	if (!policy || (strcmp(policy, "accept") && strcmp(policy, "drop")))
		return weir_json_error(reader, "expected the policy accept or drop");
	chain->has_policy = true;
	if (!strcmp(policy, "drop"))
		chain->policy = WEIR_VERDICT_DROP;
	return true;
}

static bool chain_read(struct weir_json_reader *reader, const json_t *json,
		       struct weir_command *command)
{
	struct weir_chain *chain = weir_alloc(sizeof(*chain));

	command->chain = chain;
	if (!weir_json_family(reader, json, NFPROTO_IPV4, &chain->family) ||
	    !weir_json_text(reader, json, "table", WEIR_NAME_MAX, &chain->table) ||
	    !weir_json_text(reader, json, "name", WEIR_NAME_MAX, &chain->name) ||
	    !weir_json_text(reader, json, "newname", WEIR_NAME_MAX, &chain->new_name) ||
	    !weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &chain->comment) ||
	    !weir_json_property(reader, json, "handle", UINT64_MAX, &chain->handle))
		return false;
	if (weir_json_makes(command->verb) &&
	    (!base_read(reader, json, chain) || !policy_read(reader, json, chain)))
		return false;
	if (weir_json_makes(command->verb) || chain->name)
		chain->handle = 0;
	if (command->verb == WEIR_VERB_RENAME && !chain->new_name)
		return weir_json_error(reader, "expected the new name in newname");
	if (!chain->table)
		return weir_json_error(reader, "expected the name of the table in table");
	return chain->name || chain->handle ||
	       weir_json_error(reader, "expected the name of a chain");
}

/*
 * The handle of a rule: to replace and delete it is the rule, to a command that
 * adds it is the rule next to it, and in a listing that is read back a remark.
 */
static void place_rule(struct weir_rule *rule, enum weir_verb verb, bool listed)
{
	if (!weir_json_makes(verb) || verb == WEIR_VERB_REPLACE)
		return;
	if (!listed)
		rule->position = rule->handle;
	else
		rule->has_index = false;
	rule->handle = 0;
}

static bool rule_expr_read(struct weir_json_reader *reader, const json_t *json,
			   struct weir_rule *rule)
{
	size_t mark = weir_json_enter(reader, "expr");
	bool ok;

	reader->rule = rule;
	ok = weir_json_read_items(reader, json, &rule->items);

	weir_json_leave(reader, mark);
	if (ok)
		weir_rule_needs(rule);
	return ok;
}

static bool rule_read(struct weir_json_reader *reader, const json_t *json,
		      struct weir_command *command, bool listed)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));
	const json_t *expr = json_object_get(json, "expr");
	enum weir_verb verb = command->verb;
	uint64_t index = 0;

	command->rule = rule;
	if (!weir_json_family(reader, json, NFPROTO_IPV4, &rule->family) ||
	    !weir_json_text(reader, json, "table", WEIR_NAME_MAX, &rule->table) ||
	    !weir_json_text(reader, json, "chain", WEIR_NAME_MAX, &rule->chain) ||
	    !weir_json_text(reader, json, "comment", WEIR_COMMENT_MAX, &rule->comment) ||
	    !weir_json_property(reader, json, "handle", UINT64_MAX, &rule->handle) ||
	    !weir_json_property(reader, json, "index", UINT32_MAX, &index))
		return false;
	rule->has_index = json_object_get(json, "index");
	rule->index = index;
	place_rule(rule, verb, listed);
	if (!rule->table || !rule->chain)
		return weir_json_error(reader, "expected the names of table and chain");
	if (verb == WEIR_VERB_REPLACE && !rule->handle)
		return weir_json_error(reader, "expected the handle of the rule");
	if (weir_json_makes(verb) && !expr)
		return weir_json_error(reader, "expected the statements of the rule in expr");
	if (!weir_json_makes(verb) && !rule->handle && !rule->has_index && !expr)
		return weir_json_error(reader, "expected the handle of the rule, or its expr");
	if (expr && (weir_json_makes(verb) || (!rule->handle && !rule->has_index)))
		return rule_expr_read(reader, expr, rule);
	return true;
}

/* "ruleset", "tables", "chains", "sets", "rules": may have a family, and names. */
static bool all_read(struct weir_json_reader *reader, const json_t *json,
		     struct weir_command *command)
{
	char *table = NULL, *chain = NULL;
	uint8_t family;
	bool ok;

	ok = weir_json_family(reader, json, NFPROTO_UNSPEC, &family) &&
	     weir_json_text(reader, json, "table", WEIR_NAME_MAX, &table) &&
	     weir_json_text(reader, json, "chain", WEIR_NAME_MAX, &chain);
	if (command->object == WEIR_OBJECT_CHAINS) {
		command->chain = weir_alloc(sizeof(*command->chain));
		command->chain->family = family;
		command->chain->table = table;
		free(chain);
	} else if (command->object == WEIR_OBJECT_SETS ||
		   command->object == WEIR_OBJECT_MAPS) {
		command->set = weir_alloc(sizeof(*command->set));
		command->set->family = family;
		command->set->table = table;
		free(chain);
	} else if (command->object == WEIR_OBJECT_NAMEDS) {
		command->named = weir_alloc(sizeof(*command->named));
		command->named->family = family;
		command->named->table = table;
		free(chain);
	} else if (command->object == WEIR_OBJECT_RULES) {
		command->rule = weir_alloc(sizeof(*command->rule));
		command->rule->family = family;
		command->rule->table = table;
		command->rule->chain = chain;
	} else {
		command->table = weir_alloc(sizeof(*command->table));
		command->table->family = family;
		free(table);
		free(chain);
	}
	return ok;
}

/* Commands */

#define VERB(verb) (1U << WEIR_VERB_##verb)
#define VERBS_MAKE (VERB(ADD) | VERB(CREATE))
#define VERBS_REMOVE (VERB(DELETE) | VERB(DESTROY))
#define VERBS_SET (VERBS_MAKE | VERBS_REMOVE | VERB(FLUSH) | VERB(LIST) | VERB(RENAME) | \
		   VERB(SWAP) | VERB(RESET))

static const struct object {
	const char *name;
	enum weir_object object;
	unsigned int verbs;
} objects[] = {
	{ "table", WEIR_OBJECT_TABLE, VERBS_MAKE | VERBS_REMOVE | VERB(FLUSH) | VERB(LIST) },
	{ "chain", WEIR_OBJECT_CHAIN,
	  VERBS_MAKE | VERBS_REMOVE | VERB(FLUSH) | VERB(LIST) | VERB(RENAME) },
	{ "rule", WEIR_OBJECT_RULE,
	  VERBS_MAKE | VERBS_REMOVE | VERB(INSERT) | VERB(REPLACE) | VERB(RESET) },
	{ "ruleset", WEIR_OBJECT_RULESET, VERB(FLUSH) | VERB(LIST) },
	{ "tables", WEIR_OBJECT_TABLES, VERB(LIST) },
	{ "chains", WEIR_OBJECT_CHAINS, VERB(LIST) },
	{ "rules", WEIR_OBJECT_RULES, VERB(LIST) | VERB(RESET) },
	{ "set", WEIR_OBJECT_SET, VERBS_SET },
	{ "map", WEIR_OBJECT_MAP, VERBS_SET },
	{ "sets", WEIR_OBJECT_SETS, VERB(LIST) },
	{ "maps", WEIR_OBJECT_MAPS, VERB(LIST) },
	{ "element", WEIR_OBJECT_ELEMENT,
	  VERBS_MAKE | VERBS_REMOVE | VERB(REPLACE) | VERB(GET) | VERB(TEST) | VERB(RESET) },
	{}
};

static const struct weir_symbol verbs[] = {
	{ "add", WEIR_VERB_ADD },
	{ "create", WEIR_VERB_CREATE },
	{ "insert", WEIR_VERB_INSERT },
	{ "replace", WEIR_VERB_REPLACE },
	{ "delete", WEIR_VERB_DELETE },
	{ "destroy", WEIR_VERB_DESTROY },
	{ "flush", WEIR_VERB_FLUSH },
	{ "rename", WEIR_VERB_RENAME },
	{ "reset", WEIR_VERB_RESET },
	{ "list", WEIR_VERB_LIST },
	{ "get", WEIR_VERB_GET },
	{ "test", WEIR_VERB_TEST },
	{ "swap", WEIR_VERB_SWAP },
	{}
};

/* Named objects, which plug-ins make known. */
static const struct object named_object = {
	.object = WEIR_OBJECT_NAMED,
	.verbs = VERBS_MAKE | VERBS_REMOVE | VERB(LIST) | VERB(RESET),
};

static const struct object named_objects = {
	.object = WEIR_OBJECT_NAMEDS,
	.verbs = VERB(LIST) | VERB(RESET),
};

static const struct object *find_object(const char *name, const char **type)
{
	const struct object *object;
	bool plural;

	for (object = objects; object->name; object++)
		if (!strcmp(object->name, name))
			return object;
	*type = weir_named_type(name, &plural);
	if (!*type)
		return NULL;
	return plural ? &named_objects : &named_object;
}

static bool object_read(struct weir_json_reader *reader, const char *verb, const char *name,
			const json_t *json, struct weir_command *command, bool listed)
{
	const char *type = NULL;
	const struct object *object = find_object(name, &type);
	bool ok;

	if (!object)
		return weir_json_error(reader, "%s is not in weir yet", name);
	if (!(object->verbs & 1U << command->verb))
		return weir_json_error(reader, "%s does not go with %s", verb, name);
	command->object = object->object;
	switch (object->object) {
	case WEIR_OBJECT_TABLE:
		return table_read(reader, json, command);
	case WEIR_OBJECT_CHAIN:
		return chain_read(reader, json, command);
	case WEIR_OBJECT_RULE:
		return rule_read(reader, json, command, listed);
	case WEIR_OBJECT_SET:
	case WEIR_OBJECT_MAP:
	case WEIR_OBJECT_ELEMENT:
		return weir_json_read_set(reader, json, command);
	case WEIR_OBJECT_NAMED:
		return weir_json_read_named(reader, json, type, command);
	default:
		ok = all_read(reader, json, command);
		if (command->named)
			command->named->type = type;
		return ok;
	}
}

static const char *only_key(const json_t *json)
{
	return json_object_size(json) == 1 ?
	       json_object_iter_key(json_object_iter((json_t *)json)) : NULL;
}

static bool metainfo_read(struct weir_json_reader *reader, const json_t *json)
{
	const json_t *version = json_object_get(json, "json_schema_version");

	return !version || (json_is_integer(version) && json_integer_value(version) <= 1) ||
	       weir_json_error(reader, "the schema is newer than version 1");
}

/* {"add": {"table": ...}}, or {"table": ...} as it is listed. */
static bool command_read(struct weir_json_reader *reader, const json_t *json,
			 struct weir_command *command, bool *listed)
{
	const char *verb = only_key(json), *name = verb;
	bool ok;
	uint64_t value;
	size_t mark;

	if (!verb)
		return weir_json_error(reader, "expected a command such as {\"add\": ...}");
	if (weir_symbol_find(verbs, verb, &value)) {
		command->verb = value;
		json = json_object_get(json, verb);
		name = only_key(json);
	} else {
		command->verb = WEIR_VERB_ADD;
		*listed = true;
	}
	mark = weir_json_enter(reader, verb);
	if (!name)
		ok = weir_json_error(reader, "expected an object such as {\"table\": ...}");
	else
		ok = object_read(reader, *listed ? "add" : verb, name,
				 json_object_get(json, name), command, *listed);
	weir_json_leave(reader, mark);
	return ok;
}

/* Appends a command where @end is, and returns the new end. */
static struct weir_command **append(struct weir_command **end, struct weir_command *command)
{
	*end = command;
	return command ? &command->next : end;
}

static void list_read(struct weir_json_reader *reader, const json_t *list,
		      struct weir_script *script)
{
	struct weir_command *later = NULL, **later_end = &later;
	struct weir_command **end = &script->commands, *command;
	const json_t *json;
	bool listed;
	size_t i, mark;

	while (*end)
		end = &(*end)->next;
	json_array_foreach(list, i, json) {
		mark = weir_json_enter_index(reader, i);
		if (json_object_get(json, "metainfo")) {
			metainfo_read(reader, json_object_get(json, "metainfo"));
			weir_json_leave(reader, mark);
			continue;
		}
		command = weir_alloc(sizeof(*command));
		listed = false;
		if (command_read(reader, json, command, &listed)) {
			end = append(end, command);
			/* In a listing, what elements lead to may stand behind them. */
			if (listed)
				later_end = append(later_end, weir_json_part_elements(command));
		} else {
			weir_command_free(command);
		}
		weir_json_leave(reader, mark);
	}
	*end = later;
}

/* The text that errors may point into is the one that the script keeps. */
static void syntax_error(const char *name, const char *text, const struct weir_script *script,
			 const json_error_t *error, struct weir_errors *errors)
{
	const struct weir_input *input = script->inputs;
	struct weir_loc loc = { .len = 1 };

	while (input && input->text != text)
		input = input->next;
	if (!input) {
		weir_error_add(errors, NULL, 0, "%s:%d:%d: %s", name, error->line,
			       error->column, error->text);
		return;
	}
	loc.input = input;
	loc.offset = error->position > 0 && (size_t)error->position <= input->size ?
		     error->position - 1 : 0;
	weir_error_add(errors, &loc, 0, "%s", error->text);
}

int weir_parse_json(const char *name, const char *text, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors)
{
	struct weir_json_reader reader = { .opts = opts, .script = script, .errors = errors };
	const json_t *list;
	json_error_t error;
	json_t *root;

	root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		syntax_error(name, text, script, &error, errors);
		return -1;
	}
	weir_json_enter(&reader, "nftables");
	list = json_object_get(root, "nftables");
	if (json_is_array(list))
		list_read(&reader, list, script);
	else
		weir_json_error(&reader, "expected {\"nftables\": [...]}");
	weir_buf_free(&reader.path);
	json_decref(root);
	return reader.n_errors ? -1 : 0;
}
