// SPDX-License-Identifier: GPL-2.0
/*
 * From the structure that the grammar found to the list of commands. A block is
 * unfolded: its table, then its chains and sets, then elements that lead to others of
 * them, then the rules, so that all of these may use what stands further down.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include "reader.h"

void weir_command_append(struct weir_command_list *list, struct weir_command *command)
{
	if (list->last)
		list->last->next = command;
	else
		list->first = command;
	list->last = command;
}

void weir_command_append_list(struct weir_command_list *list, struct weir_command_list *more)
{
	if (!more->first)
		return;
	weir_command_append(list, more->first);
	list->last = more->last;
	memset(more, 0, sizeof(*more));
}

struct weir_command *weir_command_new(enum weir_verb verb, enum weir_object object,
				      const struct weir_loc *loc)
{
	struct weir_command *command = weir_alloc(sizeof(*command));

	command->verb = verb;
	command->object = object;
	command->loc = *loc;
	return command;
}

static struct weir_table *new_table(const struct weir_names *names)
{
	struct weir_table *table = weir_alloc(sizeof(*table));

	table->family = names->family;
	table->name = weir_strdup(names->table.text);
	table->loc = names->table.loc;
	return table;
}

static struct weir_chain *new_chain(const struct weir_names *names)
{
	struct weir_chain *chain = weir_alloc(sizeof(*chain));

	chain->family = names->family;
	chain->table = weir_strdup(names->table.text);
	chain->table_loc = names->table.loc;
	chain->name = weir_strdup(names->chain.text);
	chain->loc = names->chain.loc;
	return chain;
}

static struct weir_rule *new_rule(const struct weir_names *names)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));

	rule->family = names->family;
	rule->table = weir_strdup(names->table.text);
	rule->table_loc = names->table.loc;
	rule->chain = weir_strdup(names->chain.text);
	rule->chain_loc = names->chain.loc;
	return rule;
}

void weir_command_table(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_names *names, const struct weir_where *handle,
			const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, WEIR_OBJECT_TABLE, loc);

	command->table = new_table(names);
	if (handle) {
		command->table->handle = handle->number;
		command->table->loc = handle->loc;
		if (command->table->family == NFPROTO_UNSPEC)
			command->table->family = NFPROTO_IPV4;
	}
	if (verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE)
		parser->table = command->table;
	weir_command_append(&parser->commands, command);
}

void weir_command_chain(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_names *names, const struct weir_where *handle,
			const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, WEIR_OBJECT_CHAIN, loc);

	command->chain = new_chain(names);
	if (handle) {
		command->chain->handle = handle->number;
		command->chain->loc = handle->loc;
	}
	if (verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE)
		parser->chain = command->chain;
	weir_command_append(&parser->commands, command);
}

void weir_command_rename(struct weir_parser *parser, const struct weir_names *names,
			 const struct weir_token *new_name, const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(WEIR_VERB_RENAME, WEIR_OBJECT_CHAIN, loc);

	command->chain = new_chain(names);
	command->chain->new_name = weir_strdup(new_name->text);
	weir_command_append(&parser->commands, command);
}

void weir_command_all(struct weir_parser *parser, enum weir_verb verb,
		      enum weir_object object, const struct weir_names *names,
		      const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, object, loc);

	switch (object) {
	case WEIR_OBJECT_CHAINS:
		command->chain = new_chain(names);
		break;
	case WEIR_OBJECT_RULES:
		command->rule = new_rule(names);
		break;
	default:
		command->table = new_table(names);
		break;
	}
	weir_command_append(&parser->commands, command);
}

static void set_where(struct weir_rule *rule, const struct weir_where *where)
{
	rule->where_loc = where->loc;
	switch (where->type) {
	case WEIR_WHERE_NONE:
		break;
	case WEIR_WHERE_HANDLE:
		rule->handle = where->number;
		break;
	case WEIR_WHERE_POSITION:
		rule->position = where->number;
		break;
	case WEIR_WHERE_INDEX:
		rule->has_index = true;
		rule->index = where->number;
		break;
	}
}

/* Reads the tokens collected into a rule; what was read stays in it even in an error. */
static void read_rule(struct weir_parser *parser, struct weir_rule *rule)
{
	const struct weir_token *end = &parser->tokens[parser->n_tokens - 1];

	rule->loc = parser->tokens[0].loc;
	if (parser->n_tokens > 1)
		rule->loc = weir_loc_span(&rule->loc, &end[-1].loc);
	if (!weir_rule_parse(parser, rule) && !parser->table && !parser->chain)
		weir_keyword_hint(parser);
}

void weir_command_rule(struct weir_parser *parser, enum weir_verb verb,
		       const struct weir_names *names, const struct weir_where *where,
		       const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, WEIR_OBJECT_RULE, loc);
	bool by_text = !where && (verb == WEIR_VERB_DELETE || verb == WEIR_VERB_DESTROY);
	bool makes = verb == WEIR_VERB_ADD || verb == WEIR_VERB_CREATE ||
		     verb == WEIR_VERB_INSERT || verb == WEIR_VERB_REPLACE;

	command->rule = new_rule(names);
	if (where)
		set_where(command->rule, where);
	/* "add rule ... handle N" is how position was written first. */
	if (makes && verb != WEIR_VERB_REPLACE && command->rule->handle) {
		command->rule->position = command->rule->handle;
		command->rule->handle = 0;
	}
	if (makes || by_text)
		read_rule(parser, command->rule);
	/* A rule that is deleted makes no sets. */
	if (makes)
		weir_command_append_list(&parser->commands, &parser->meters);
	weir_commands_free(parser->meters.first);
	memset(&parser->meters, 0, sizeof(parser->meters));
	weir_command_append(&parser->commands, command);
}

/* monitor [new|destroy] [tables|chains|sets|elements|objects|rules|ruleset] [json] */
static void check_monitor(struct weir_parser *parser)
{
	static const char *const words[] = {
		"new", "destroy", "tables", "chains", "sets", "elements", "objects", "rules",
		"ruleset", "json", NULL
	};
	static const char *const others[] = { "trace", "xml", NULL };
	unsigned int last = 0;

	parser->pos = 0;
	while (weir_tok(parser)->type != WEIR_TOKEN_END) {
		const struct weir_token *token = weir_tok_next(parser);
		unsigned int i = 0, group;
		char what[32];

		while (words[i] && strcmp(words[i], token->text))
			i++;
		group = i < 2 ? 1 : i < 9 ? 2 : 3;
		if (words[i] && group > last) {
			last = group;
			continue;
		}
		for (i = 0; others[i]; i++) {
			if (strcmp(others[i], token->text))
				continue;
			snprintf(what, sizeof(what), "monitor %s", token->text);
			weir_unsupported(parser, &token->loc, what);
			return;
		}
		weir_parser_error(parser, &token->loc,
				  "expected [new|destroy] [tables|chains|sets|elements|objects|rules|ruleset] [json], not %s",
				  weir_token_name(token));
		weir_token_hint(parser, token->text, words);
		return;
	}
}

void weir_command_words(struct weir_parser *parser, enum weir_verb verb,
			enum weir_object object, const struct weir_loc *loc)
{
	struct weir_command *command = weir_command_new(verb, object, loc);
	struct weir_buf buf = { NULL };

	if (verb == WEIR_VERB_MONITOR && parser->n_tokens)
		check_monitor(parser);
	for (size_t i = 0; i + 1 < parser->n_tokens; i++) {
		const struct weir_token *token = &parser->tokens[i];

		weir_buf_add(&buf, "%s%s", i && !token->glued ? " " : "", token->text);
	}
	command->word = weir_strdup(buf.text ? buf.text : "");
	weir_buf_free(&buf);
	weir_command_append(&parser->commands, command);
}

/* Blocks */

void weir_block_table_leave(struct weir_parser *parser)
{
	weir_command_append_list(&parser->commands, &parser->elements);
	weir_command_append_list(&parser->commands, &parser->rules);
	parser->table = NULL;
}

struct weir_names weir_block_names(const struct weir_parser *parser,
				   const struct weir_token *name)
{
	const struct weir_table *table = parser->table;

	return (struct weir_names){
		.family = table->family,
		.table = { .text = table->name, .loc = table->loc },
		.chain = *name,
	};
}

void weir_block_chain(struct weir_parser *parser, const struct weir_token *name)
{
	struct weir_names names = weir_block_names(parser, name);

	weir_command_chain(parser, WEIR_VERB_ADD, &names, NULL, &name->loc);
}

void weir_block_chain_leave(struct weir_parser *parser)
{
	if (!parser->table)
		weir_command_append_list(&parser->commands, &parser->rules);
	parser->chain = NULL;
}

void weir_block_comment(struct weir_parser *parser, const struct weir_token *text)
{
	char **comment = parser->named ? &parser->named->comment :
			 parser->chain ? &parser->chain->comment : &parser->table->comment;
	size_t len = strlen(text->text);

	if (len > WEIR_COMMENT_MAX)
		weir_parser_error(parser, &text->loc,
				  "a comment of %zu bytes is too long, the longest has %d", len,
				  WEIR_COMMENT_MAX);
	if (*comment)
		weir_parser_error(parser, &text->loc, "there is a comment already");
	free(*comment);
	*comment = weir_strdup(text->text);
}

void weir_block_table_flag(struct weir_parser *parser, const struct weir_token *flag)
{
	uint64_t value;

	if (weir_symbol_find(weir_table_flag_names, flag->text, &value)) {
		parser->table->flags |= value;
		return;
	}
	weir_parser_error(parser, &flag->loc,
			  "expected a flag: dormant, owner or persist, not %s",
			  weir_token_name(flag));
	weir_token_hint(parser, flag->text,
			(const char *const[]){ "dormant", "owner", "persist", NULL });
}

/* Chains */

static bool check_type(struct weir_parser *parser, const struct weir_token *type)
{
	char what[32];

	if (!strcmp(type->text, "filter"))
		return true;
	if (!strcmp(type->text, "nat") || !strcmp(type->text, "route")) {
		snprintf(what, sizeof(what), "chain type %s", type->text);
		return weir_unsupported(parser, &type->loc, what);
	}
	weir_parser_error(parser, &type->loc, "expected the chain type filter, not %s",
			  weir_token_name(type));
	weir_token_hint(parser, type->text, (const char *const[]){ "filter", NULL });
	return false;
}

static bool find_hook(struct weir_parser *parser, const struct weir_token *name,
		      enum weir_hook *hook)
{
	const char *const hooks[] = {
		"prerouting", "input", "forward", "output", "postrouting", NULL
	};
	uint64_t value;
	char what[32];

	if (weir_symbol_find(weir_hooks, name->text, &value)) {
		*hook = value;
		return true;
	}
	if (!strcmp(name->text, "ingress") || !strcmp(name->text, "egress")) {
		snprintf(what, sizeof(what), "hook %s", name->text);
		return weir_unsupported(parser, &name->loc, what);
	}
	weir_parser_error(parser, &name->loc,
			  "expected a hook: prerouting, input, forward, output or postrouting, not %s",
			  weir_token_name(name));
	weir_token_hint(parser, name->text, hooks);
	return false;
}

static const char *const priorities[] = {
	"raw", "mangle", "dstnat", "filter", "security", "srcnat", NULL
};

static bool read_number(const char *text, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 0);
	return end != text && !*end && !errno;
}

/* "filter-10" is one word; cut it at its last sign. */
static bool split_priority(struct weir_parser *parser, const char *word, char **name,
			   long long *offset)
{
	const char *minus = strrchr(word, '-');

	if (!minus || !read_number(minus + 1, offset))
		return false;
	*offset = -*offset;
	*name = weir_arena_copy(&parser->words, word, minus - word);
	return true;
}

static bool find_priority(struct weir_parser *parser, const struct weir_priority *priority,
			  uint8_t family, int32_t *result)
{
	const char *name = priority->name.text;
	long long base = 0, offset = 0;
	int32_t named;
	char *start;

	if (priority->offset.text && !read_number(priority->offset.text, &offset)) {
		weir_parser_error(parser, &priority->offset.loc, "expected a number, not %s",
				  weir_token_name(&priority->offset));
		return false;
	}
	if (priority->sign == '-')
		offset = -offset;
	if (name && !read_number(name, &base)) {
		if (!weir_priority_parse(name, family, &named) &&
		    (priority->sign || !split_priority(parser, name, &start, &offset) ||
		     !weir_priority_parse(start, family, &named))) {
			weir_parser_error(parser, &priority->name.loc,
					  "expected a priority: a number, raw, mangle, dstnat, filter, security or srcnat, not %s",
					  weir_token_name(&priority->name));
			weir_token_hint(parser, name, priorities);
			return false;
		}
		base = named;
	}
	if (llabs(base) > (1LL << 32) || llabs(offset) > (1LL << 32) ||
	    base + offset > INT32_MAX || base + offset < INT32_MIN) {
		weir_parser_error(parser, name ? &priority->name.loc : &priority->offset.loc,
				  "a priority is from %d to %d", INT32_MIN, INT32_MAX);
		return false;
	}
	*result = base + offset;
	return true;
}

void weir_block_base(struct weir_parser *parser, const struct weir_token *type,
		     const struct weir_token *hook, const struct weir_priority *priority,
		     const struct weir_loc *loc)
{
	struct weir_chain *chain = parser->chain;

	if (!check_type(parser, type) || !find_hook(parser, hook, &chain->hook) ||
	    !find_priority(parser, priority, chain->family, &chain->priority))
		return;
	if (chain->base)
		weir_parser_error(parser, loc, "the chain has a hook already");
	chain->base = true;
	chain->base_loc = *loc;
}

void weir_block_policy(struct weir_parser *parser, const struct weir_token *policy)
{
	struct weir_chain *chain = parser->chain;

	if (!strcmp(policy->text, "accept")) {
		chain->policy = WEIR_VERDICT_ACCEPT;
	} else if (!strcmp(policy->text, "drop")) {
		chain->policy = WEIR_VERDICT_DROP;
	} else {
		weir_parser_error(parser, &policy->loc,
				  "expected a policy: accept or drop, not %s",
				  weir_token_name(policy));
		weir_token_hint(parser, policy->text,
				(const char *const[]){ "accept", "drop", NULL });
		return;
	}
	chain->has_policy = true;
}

void weir_block_rule(struct weir_parser *parser)
{
	const struct weir_chain *chain = parser->chain;
	struct weir_command *command;
	struct weir_names names = {
		.family = chain->family,
		.table = { .text = chain->table, .loc = chain->table_loc },
		.chain = { .text = chain->name, .loc = chain->loc },
	};

	command = weir_command_new(WEIR_VERB_ADD, WEIR_OBJECT_RULE, &parser->tokens[0].loc);
	command->rule = new_rule(&names);
	read_rule(parser, command->rule);
	command->loc = command->rule->loc;
	weir_command_append_list(&parser->commands, &parser->meters);
	weir_command_append(&parser->rules, command);
}
