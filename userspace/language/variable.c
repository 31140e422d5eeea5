// SPDX-License-Identifier: GPL-2.0
/*
 * Variables stand for tokens. They are replaced as they are read, so that they
 * may stand anywhere: in a rule, in a set, for a priority, for a name.
 */
#include <stdlib.h>
#include <string.h>
#include "reader.h"

#define BUCKETS 1024

/**
 * struct variable - A definition.
 * @next: In the bucket; inner scopes first.
 * @level: Number of blocks around it.
 * @words: The text of its tokens.
 */
struct variable {
	struct variable *next;
	char *name;
	unsigned int level;
	struct weir_token *tokens;
	size_t n_tokens;
	struct weir_arena words;
};

struct weir_variables {
	struct variable *buckets[BUCKETS];
	unsigned int level;
	size_t n_inner;
};

static unsigned int hash(const char *name)
{
	unsigned int sum = 5381;

	while (*name)
		sum = sum * 33 + (unsigned char)*name++;
	return sum % BUCKETS;
}

static void free_variable(struct variable *variable)
{
	weir_arena_free(&variable->words);
	free(variable->tokens);
	free(variable->name);
	free(variable);
}

/* Frees the definitions of inner scopes, down to and including @level. */
static void drop_levels(struct weir_variables *variables, unsigned int level)
{
	for (unsigned int i = 0; i < BUCKETS; i++) {
		struct variable **at = &variables->buckets[i];

		while (*at) {
			struct variable *variable = *at;

			if (variable->level < level) {
				at = &variable->next;
				continue;
			}
			*at = variable->next;
			free_variable(variable);
		}
	}
}

struct weir_variables *weir_variables_new(void)
{
	return weir_alloc(sizeof(struct weir_variables));
}

void weir_variables_free(struct weir_variables *variables)
{
	drop_levels(variables, 0);
	free(variables);
}

void weir_variables_enter(struct weir_variables *variables)
{
	variables->level++;
}

void weir_variables_leave(struct weir_variables *variables)
{
	if (variables->n_inner)
		drop_levels(variables, variables->level);
	variables->level--;
	if (!variables->level)
		variables->n_inner = 0;
}

/* The place in the list of what @name means here, or of nothing. */
static struct variable **find(struct weir_variables *variables, const char *name)
{
	struct variable **at = &variables->buckets[hash(name)], **found = NULL;

	/* A redefinition in an outer scope may stand before an inner one. */
	for (; *at; at = &(*at)->next) {
		if (strcmp((*at)->name, name))
			continue;
		if (!found || (*at)->level > (*found)->level)
			found = at;
	}
	return found ? found : at;
}

/* Whether tokens side by side with others would be torn apart by precedence. */
static bool needs_parentheses(const struct weir_token *tokens, size_t n)
{
	unsigned int depth = 0;

	for (size_t i = 0; i < n; i++) {
		const struct weir_token *token = &tokens[i];

		if (token->type != WEIR_TOKEN_SIGN)
			continue;
		if (strchr("{(", *token->text))
			depth++;
		else if (strchr("})", *token->text))
			depth--;
		else if (!depth && (strchr("&|^", *token->text) ||
				    !strcmp(token->text, "<<") || !strcmp(token->text, ">>")))
			return true;
	}
	return false;
}

static void set_tokens(struct variable *variable, const struct weir_token *tokens, size_t n)
{
	bool wrap = needs_parentheses(tokens, n);
	struct weir_token sign = { .type = WEIR_TOKEN_SIGN };
	size_t to = 0;

	variable->tokens = weir_realloc(NULL, n + 2, sizeof(*tokens));
	if (wrap) {
		sign.text = "(";
		variable->tokens[to++] = sign;
	}
	for (size_t i = 0; i < n; i++) {
		variable->tokens[to] = tokens[i];
		if (tokens[i].type != WEIR_TOKEN_SIGN)
			variable->tokens[to].text = weir_arena_copy(&variable->words,
								    tokens[i].text,
								    strlen(tokens[i].text));
		to++;
	}
	if (wrap) {
		sign.text = ")";
		variable->tokens[to++] = sign;
	}
	variable->n_tokens = to;
}

void weir_variable_define(struct weir_parser *parser, const struct weir_token *name, bool again)
{
	struct weir_variables *variables = parser->variables;
	struct variable **at = find(variables, name->text);
	struct variable *old = *at, *variable;
	unsigned int bucket = hash(name->text);

	if (old && old->level != variables->level)
		old = NULL;
	if (old && !again) {
		struct weir_error *error;

		error = weir_parser_error(parser, &name->loc, "variable %s is defined already",
					  name->text);
		if (error)
			weir_error_hint(error, "use redefine to give it another value");
		return;
	}
	if (old) {
		*at = old->next;
		free_variable(old);
	}
	variable = weir_alloc(sizeof(*variable));
	variable->name = weir_strdup(name->text);
	variable->level = variables->level;
	if (variables->level)
		variables->n_inner++;
	set_tokens(variable, parser->tokens, parser->n_tokens - 1);
	variable->next = variables->buckets[bucket];
	variables->buckets[bucket] = variable;
}

static void no_such_variable(struct weir_parser *parser, const struct weir_token *name)
{
	const char *names[256];
	size_t n = 0;

	if (!weir_parser_error(parser, &name->loc, "there is no variable %s", name->text))
		return;
	for (unsigned int i = 0; i < BUCKETS; i++) {
		const struct variable *variable = parser->variables->buckets[i];

		for (; variable && n < 255; variable = variable->next)
			names[n++] = variable->name;
	}
	names[n] = NULL;
	weir_token_hint(parser, name->text, names);
}

void weir_variable_undefine(struct weir_parser *parser, const struct weir_token *name)
{
	struct variable **at = find(parser->variables, name->text);
	struct variable *variable = *at;

	if (!variable) {
		no_such_variable(parser, name);
		return;
	}
	*at = variable->next;
	free_variable(variable);
}

void weir_variable_expand(struct weir_parser *parser, const struct weir_token *name)
{
	const struct variable *variable = *find(parser->variables, name->text);
	struct weir_token token;

	if (!variable) {
		/* Some word stands in its place, and what is wrong with that is not told. */
		no_such_variable(parser, name);
		parser->muted = true;
		token = *name;
		token.type = WEIR_TOKEN_WORD;
		weir_token_unread(parser, &token);
		return;
	}
	/* Errors in its tokens are shown where it is used. */
	for (size_t i = variable->n_tokens; i-- > 0; ) {
		token = variable->tokens[i];
		token.loc = name->loc;
		if (!i)
			token.glued = name->glued;
		weir_token_unread(parser, &token);
	}
}

void weir_variable_option(struct weir_parser *parser, const char *option)
{
	const char *equal = strchr(option, '=');
	struct weir_token name = { .type = WEIR_TOKEN_WORD };
	struct weir_token token;

	if (!equal || equal == option) {
		weir_parser_error(parser, NULL, "-D %s: expected NAME=VALUE", option);
		return;
	}
	weir_input_open_text(parser, "<define>", equal + 1);
	name.text = weir_arena_copy(&parser->words, option, equal - option);
	weir_token_collect(parser);
	name.loc = weir_tok(parser)->loc;
	if (parser->n_tokens == 1)
		weir_parser_error(parser, NULL, "-D %s: there is no value", option);
	else
		weir_variable_define(parser, &name, true);
	weir_token_read(parser, &token);
	if (token.type != WEIR_TOKEN_END && *token.text != '\n')
		weir_parser_error(parser, &token.loc, "%s can't be part of a variable",
				  weir_token_name(&token));
	while (parser->source)
		weir_input_close(parser);
}
