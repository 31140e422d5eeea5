// SPDX-License-Identifier: GPL-2.0
/* Reading a script from its first byte to the list of its commands. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "reader.h"

void weir_parser_open(struct weir_parser *parser, const struct weir_parse_opts *opts,
		      struct weir_script *script, struct weir_errors *errors)
{
	const char *const *define;

	memset(parser, 0, sizeof(*parser));
	memset(script, 0, sizeof(*script));
	parser->opts = opts;
	parser->script = script;
	parser->errors = errors;
	parser->scanner = weir_scan_init();
	if (!parser->scanner)
		abort();
	parser->variables = weir_variables_new();
	for (define = opts ? opts->defines : NULL; define && *define; define++)
		weir_variable_option(parser, *define);
}

void weir_parser_close(struct weir_parser *parser)
{
	while (parser->source)
		weir_input_close(parser);
	/* What the grammar left behind when it gave up. */
	weir_commands_free(parser->rules.first);
	weir_commands_free(parser->elements.first);
	weir_commands_free(parser->meters.first);
	parser->script->commands = parser->commands.first;
	weir_declared_free(parser);
	weir_variables_free(parser->variables);
	weir_arena_free(&parser->words);
	weir_arena_free(&parser->late.words);
	free(parser->late.tokens);
	weir_scan_exit(parser->scanner);
	free(parser->tokens);
}

static int parser_run(struct weir_parser *parser)
{
	int ret;

	parser->fresh = true;
	ret = weir_yyparse(parser);
	weir_parser_close(parser);
	return ret || parser->n_errors ? -1 : 0;
}

static bool is_json(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return *text == '{';
}

/* JSON has a reader of its own. */
static int parse_json(const struct weir_parse_opts *opts, struct weir_script *script,
		      struct weir_errors *errors)
{
	const struct weir_input *input = script->inputs;
	struct weir_script json = { NULL };
	int ret = weir_parse_json(input->name, input->text, opts, &json, errors);

	script->commands = json.commands;
	weir_inputs_free(json.inputs);
	return ret;
}

static int parse(const char *name, const char *path, const char *text,
		 const struct weir_parse_opts *opts, struct weir_script *script,
		 struct weir_errors *errors)
{
	struct weir_parser parser;
	bool json;
	int ret;

	weir_parser_open(&parser, opts, script, errors);
	if (path)
		weir_input_open_file(&parser, NULL, path, NULL);
	else
		weir_input_open_text(&parser, name, text);
	json = parser.source && is_json(parser.source->input->text);
	if (json)
		weir_input_close(&parser);
	ret = parser_run(&parser);
	return json && !ret ? parse_json(opts, script, errors) : ret;
}

int weir_parse_file(const char *path, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors)
{
	return parse(NULL, path, NULL, opts, script, errors);
}

int weir_parse_text(const char *name, const char *text, const struct weir_parse_opts *opts,
		    struct weir_script *script, struct weir_errors *errors)
{
	return parse(name, NULL, text, opts, script, errors);
}

void weir_script_free(struct weir_script *script)
{
	weir_commands_free(script->commands);
	weir_inputs_free(script->inputs);
	memset(script, 0, sizeof(*script));
}
