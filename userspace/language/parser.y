/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structure of a ruleset: commands, blocks, definitions, includes. Where a
 * rule or a value begins, its tokens are collected up to the end of the
 * statement and read by others; see reader.h.
 *
 * A token that only tells which way to go, as the first one of a rule, is given
 * back by collect() and read again. That works because such a token is the
 * whole of a nonterminal whose action bison runs without a look at the next one.
 */
%define api.pure full
%define api.prefix {weir_yy}
%define api.location.type {struct weir_loc}
%define parse.error custom
%locations
%expect 0
%param {struct weir_parser *parser}

%code requires {
#include "language/reader.h"
}

%code top {
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include "language/ext.h"
}

%code {
static int weir_yylex(YYSTYPE *value, struct weir_loc *loc, struct weir_parser *parser);
static void weir_yyerror(const struct weir_loc *loc, struct weir_parser *parser,
			 const char *text);
static void skip(struct weir_parser *parser);
static void collect(struct weir_parser *parser);
static void check_name(struct weir_parser *parser, struct weir_token *name);
static uint8_t family(struct weir_parser *parser, const struct weir_token *name);
static struct weir_where place(struct weir_parser *parser, int type,
			       const struct weir_token *number);

/* Behind an error: go to the end of the statement and on from there. */
#define RECOVER						\
	do {						\
		if (yychar == END || parser->gave_up)	\
			YYABORT;			\
		skip(parser);				\
		yyclearin;				\
		yyerrok;				\
	} while (0)

#define YYLLOC_DEFAULT(all, rhs, n)						\
	((all) = (n) ? weir_loc_span(&YYRHSLOC(rhs, 1), &YYRHSLOC(rhs, n)) :	\
		       YYRHSLOC(rhs, 0))
}

%union {
	struct weir_token token;
	struct weir_names names;
	struct weir_where where;
	enum weir_verb verb;
	enum weir_object object;
}

%token END 0		"the end of the file"
%token SEP		"the end of the line"
%token <token> WORD	"a name"
%token <token> STRING	"a string in quotes"
%token <token> SIGN	"a sign"
%token <token> FAMILY	"a family"
%token <token> OBJECT	"an object"
%token <token> NAMED	"counter, limit, quota"
%token <token> OPEN	"{"
%token <token> MINUS	"-"
%token <token> PLUS	"+"
%token EQUAL		"="
%token COMMA		","
%token CLOSE		"}"
%token <token> ADD	"add"
%token <token> CREATE	"create"
%token <token> DELETE	"delete"
%token <token> RESET	"reset"
%token INSERT		"insert"
%token REPLACE		"replace"
%token DESTROY		"destroy"
%token FLUSH		"flush"
%token RENAME		"rename"
%token <token> GET	"get"
%token <token> TEST	"test"
%token <token> SWAP	"swap"
%token LIST		"list"
%token MONITOR		"monitor"
%token DESCRIBE		"describe"
%token DEFINE		"define"
%token UNDEFINE		"undefine"
%token REDEFINE		"redefine"
%token INCLUDE		"include"
%token TABLE		"table"
%token <token> TABLES		"tables"
%token CHAIN		"chain"
%token <token> CHAINS		"chains"
%token RULE		"rule"
%token <token> RULES		"rules"
%token <token> RULESET		"ruleset"
%token <token> NAMEDS		"counters, limits, quotas"
%token <token> SET		"set"
%token <token> MAP		"map"
%token <token> METER		"meter"
%token <token> ELEMENT		"element"
%token <token> SETS		"sets"
%token <token> MAPS		"maps"
%token <token> METERS		"meters"
%token ELEMENTS			"elements"
%token HANDLE		"handle"
%token POSITION		"position"
%token INDEX		"index"
%token TYPE		"type"
%token HOOK		"hook"
%token <token> DEVICE	"device"
%token PRIORITY		"priority"
%token POLICY		"policy"
%token COMMENT		"comment"
%token FLAGS		"flags"

%type <token> name list_word object_word word text
%type <names> table chain family scope table_scope
%type <where> where handle index
%type <verb> delete_verb ask_verb
%type <object> set_kind listed_set

%%

script:
	  %empty
	| script line
	;

line:
	  SEP
	| common
	| command SEP	{ parser->ignored = false; }
	| CLOSE		{ weir_parser_error(parser, &@1, "this } closes nothing"); }
	| error		{ RECOVER; parser->named = NULL; weir_block_set_drop(parser); weir_block_chain_leave(parser); weir_block_table_leave(parser); }
	;

/* What may stand between any two lines. */
common:
	  INCLUDE text SEP		{ weir_input_include(parser, &$text); }
	| DEFINE word EQUAL words SEP	{ weir_variable_define(parser, &$word, false); }
	| REDEFINE word EQUAL words SEP	{ weir_variable_define(parser, &$word, true); }
	| UNDEFINE word SEP		{ weir_variable_undefine(parser, &$word); }
	;

/* Commands */

command:
	  add_verb add
	| INSERT RULE chain where rule
		{ weir_command_rule(parser, WEIR_VERB_INSERT, &$chain, &$where, &@$); }
	| REPLACE RULE chain handle rule
		{ weir_command_rule(parser, WEIR_VERB_REPLACE, &$chain, &$handle, &@$); }
	| delete_verb TABLE table
		{ weir_command_table(parser, $1, &$table, NULL, &@$); }
	| delete_verb TABLE family handle
		{ weir_command_table(parser, $1, &$family, &$handle, &@$); }
	| delete_verb CHAIN chain
		{ weir_command_chain(parser, $1, &$chain, NULL, &@$); }
	| delete_verb CHAIN table handle
		{ weir_command_chain(parser, $1, &$table, &$handle, &@$); }
	| delete_verb RULE chain handle
		{ weir_command_rule(parser, $1, &$chain, &$handle, &@$); }
	| delete_verb RULE chain index
		{ weir_command_rule(parser, $1, &$chain, &$index, &@$); }
	| delete_verb RULE chain rule
		{ weir_command_rule(parser, $1, &$chain, NULL, &@$); }
	| delete_verb chain handle
		{ weir_command_rule(parser, $1, &$chain, &$handle, &@$); }
	| delete_verb NAMED chain
		{ weir_command_named(parser, $1, &$NAMED, &$chain, NULL, &@$); }
	| delete_verb NAMED table handle
		{ weir_command_named(parser, $1, &$NAMED, &$table, &$handle, &@$); }
	| delete_verb listed_set chain
		{ weir_command_set(parser, $1, $2, &$chain, NULL, &@$); }
	| delete_verb listed_set table handle
		{ weir_command_set(parser, $1, $2, &$table, &$handle, &@$); }
	| delete_verb ELEMENT chain
		{ weir_command_element(parser, $1, &$chain, &@chain); }
	  elements
	| delete_verb object
	| FLUSH RULESET family
		{ weir_command_all(parser, WEIR_VERB_FLUSH, WEIR_OBJECT_RULESET, &$family, &@$); }
	| FLUSH TABLE table
		{ weir_command_table(parser, WEIR_VERB_FLUSH, &$table, NULL, &@$); }
	| FLUSH CHAIN chain
		{ weir_command_chain(parser, WEIR_VERB_FLUSH, &$chain, NULL, &@$); }
	| FLUSH listed_set chain
		{ weir_command_set(parser, WEIR_VERB_FLUSH, $2, &$chain, NULL, &@$); }
	| FLUSH object
	| RENAME CHAIN chain name
		{ weir_command_rename(parser, &$chain, &$name, &@$); }
	| RENAME set_kind chain name
		{ weir_command_set_name(parser, WEIR_VERB_RENAME, $2, &$chain, &$name, &@$); }
	| SWAP set_kind chain name
		{ weir_command_set_name(parser, WEIR_VERB_SWAP, $2, &$chain, &$name, &@$); }
	| REPLACE ELEMENT chain
		{ weir_command_element(parser, WEIR_VERB_REPLACE, &$chain, &@chain); }
	  elements
	| ask_verb ELEMENT chain
		{ weir_command_element(parser, $1, &$chain, &@chain); }
	  elements
	| LIST RULESET family
		{ weir_command_all(parser, WEIR_VERB_LIST, WEIR_OBJECT_RULESET, &$family, &@$); }
	| LIST TABLES family
		{ weir_command_all(parser, WEIR_VERB_LIST, WEIR_OBJECT_TABLES, &$family, &@$); }
	| LIST TABLE table
		{ weir_command_table(parser, WEIR_VERB_LIST, &$table, NULL, &@$); }
	| LIST CHAINS scope
		{ weir_command_all(parser, WEIR_VERB_LIST, WEIR_OBJECT_CHAINS, &$scope, &@$); }
	| LIST CHAIN chain
		{ weir_command_chain(parser, WEIR_VERB_LIST, &$chain, NULL, &@$); }
	| LIST RULES scope
		{ weir_command_all(parser, WEIR_VERB_LIST, WEIR_OBJECT_RULES, &$scope, &@$); }
	| LIST NAMEDS table_scope
		{ weir_command_named(parser, WEIR_VERB_LIST, &$NAMEDS, &$table_scope, NULL, &@$); }
	| LIST NAMED chain
		{ weir_command_named(parser, WEIR_VERB_LIST, &$NAMED, &$chain, NULL, &@$); }
	| LIST SETS scope
		{ weir_command_set(parser, WEIR_VERB_LIST, WEIR_OBJECT_SETS, &$scope, NULL, &@$); }
	| LIST MAPS scope
		{ weir_command_set(parser, WEIR_VERB_LIST, WEIR_OBJECT_MAPS, &$scope, NULL, &@$); }
	| LIST METERS scope
		{ weir_command_meters(parser, &$scope, &@$); }
	| LIST listed_set chain
		{ weir_command_set(parser, WEIR_VERB_LIST, $2, &$chain, NULL, &@$); }
	| LIST object
	| RESET RULES scope
		{ weir_command_all(parser, WEIR_VERB_RESET, WEIR_OBJECT_RULES, &$scope, &@$); }
	| RESET NAMEDS table_scope
		{ weir_command_named(parser, WEIR_VERB_RESET, &$NAMEDS, &$table_scope, NULL, &@$); }
	| RESET NAMED chain
		{ weir_command_named(parser, WEIR_VERB_RESET, &$NAMED, &$chain, NULL, &@$); }
	| RESET RULE chain handle
		{ weir_command_rule(parser, WEIR_VERB_RESET, &$chain, &$handle, &@$); }
	| RESET listed_set chain
		{ weir_command_set(parser, WEIR_VERB_RESET, $2, &$chain, NULL, &@$); }
	| RESET ELEMENT chain
		{ weir_command_element(parser, WEIR_VERB_RESET, &$chain, &@chain); }
	  elements
	| RESET object
	| MONITOR optional_words
		{ weir_command_words(parser, WEIR_VERB_MONITOR, WEIR_OBJECT_EVENTS, &@$); }
	| DESCRIBE optional_words
		{ weir_command_words(parser, WEIR_VERB_DESCRIBE, WEIR_OBJECT_WORD, &@$); }
	;

add_verb:
	  %empty	{ parser->verb = WEIR_VERB_ADD; }
	| ADD		{ parser->verb = WEIR_VERB_ADD; }
	| CREATE	{ parser->verb = WEIR_VERB_CREATE; }
	;

add:
	  TABLE table
		{ weir_command_table(parser, parser->verb, &$table, NULL, &@table); }
	  table_body
		{ weir_block_table_leave(parser); }
	| CHAIN chain
		{ weir_command_chain(parser, parser->verb, &$chain, NULL, &@chain); }
	  chain_body
		{ weir_block_chain_leave(parser); }
	| NAMED chain
		{ weir_command_named(parser, parser->verb, &$NAMED, &$chain, NULL, &@chain); }
	  named_body
		{ weir_block_named_leave(parser); }
	| set_kind chain
		{ weir_block_set(parser, parser->verb, $1, &$chain, &@chain); }
	  set_body
		{ weir_block_set_leave(parser); }
	| ELEMENT chain
		{ weir_command_element(parser, parser->verb, &$chain, &@chain); }
	  elements
	| RULE chain where rule
		{ weir_command_rule(parser, parser->verb, &$chain, &$where, &@$); }
	| chain where rule
		{ weir_command_rule(parser, parser->verb, &$chain, &$where, &@$); }
	| object
	;

delete_verb:
	  DELETE	{ $$ = WEIR_VERB_DELETE; }
	| DESTROY	{ $$ = WEIR_VERB_DESTROY; }
	;

ask_verb:
	  GET		{ $$ = WEIR_VERB_GET; }
	| TEST		{ $$ = WEIR_VERB_TEST; }
	;

set_kind:
	  SET		{ $$ = WEIR_OBJECT_SET; }
	| MAP		{ $$ = WEIR_OBJECT_MAP; }
	;

/* A meter is a set that a rule made. */
listed_set:
	  set_kind
	| METER		{ $$ = WEIR_OBJECT_SET; }
	;

/* Read as they come; see weir_elems_read(). */
elements:
	  %empty	{ weir_command_element_none(parser); }
	| elements_read
	;

elements_read:
	  OPEN		{ weir_elems_read(parser); }
	;

/* What nft has and weir has not: flowtables, ... */
object:
	  OBJECT	{ weir_unsupported_object(parser, &$1); skip(parser); }
	;

/* Who a command is about */

name:
	  WORD		{ $$ = $1; check_name(parser, &$$); }
	| STRING	{ $$ = $1; check_name(parser, &$$); }
	| list_word	{ $$ = $1; check_name(parser, &$$); }
	;

/* Words that mean something behind "list" only. */
list_word:
	  TABLES | CHAINS | RULES | RULESET | NAMEDS | SETS | MAPS | METERS
	;

/* Words of objects, which are names only behind a family. */
object_word:
	  OBJECT | NAMED | SET | MAP | METER | ELEMENT
	;

table:
	  name		{ $$ = (struct weir_names){ .family = NFPROTO_IPV4, .table = $1 }; }
	| FAMILY name	{ $$ = (struct weir_names){ .family = family(parser, &$1), .table = $2 }; }
	| FAMILY object_word	{ $$ = (struct weir_names){ .family = family(parser, &$1), .table = $2 }; }
	;

chain:
	  table name	{ $$ = $1; $$.chain = $2; }
	;

family:
	  %empty	{ $$ = (struct weir_names){ .family = NFPROTO_UNSPEC }; }
	| FAMILY	{ $$ = (struct weir_names){ .family = family(parser, &$1) }; }
	;

scope:
	  family
	| table
	| chain
	| TABLE table	{ $$ = $2; }
	| CHAIN chain	{ $$ = $2; }
	;

table_scope:
	  family
	| table
	| TABLE table	{ $$ = $2; }
	;

where:
	  %empty	{ $$ = (struct weir_where){ .type = WEIR_WHERE_NONE }; }
	| handle
	| index
	| POSITION word	{ $$ = place(parser, WEIR_WHERE_POSITION, &$word); }
	;

handle:
	  HANDLE word	{ $$ = place(parser, WEIR_WHERE_HANDLE, &$word); }
	;

index:
	  INDEX word	{ $$ = place(parser, WEIR_WHERE_INDEX, &$word); }
	;

word:
	  WORD
	;

text:
	  STRING
	| WORD
	;

/* Blocks */

table_body:
	  %empty
	| OPEN		{ weir_variables_enter(parser->variables); }
	  table_items CLOSE
			{ weir_variables_leave(parser->variables); }
	;

table_items:
	  table_lines
	| table_lines table_item
	;

table_lines:
	  %empty
	| table_lines SEP
	| table_lines common
	| table_lines table_item SEP
	| table_lines error	{ RECOVER; parser->named = NULL; }
	;

table_item:
	  COMMENT text	{ weir_block_comment(parser, &$text); }
	| FLAGS table_flags
	| CHAIN name	{ weir_block_chain(parser, &$name); }
	  chain_body	{ weir_block_chain_leave(parser); }
	| NAMED name	{ weir_block_named(parser, &$NAMED, &$name); }
	  named_body	{ weir_block_named_leave(parser); }
	| set_kind name
		{
			struct weir_names names = weir_block_names(parser, &$name);

			weir_block_set(parser, WEIR_VERB_ADD, $1, &names, &@name);
		}
	  set_body	{ weir_block_set_leave(parser); }
	| object
	;

table_flags:
	  word			{ weir_block_table_flag(parser, &$word); }
	| table_flags COMMA word	{ weir_block_table_flag(parser, &$word); }
	;

named_body:
	  %empty
	| named_state
	| OPEN		{ weir_variables_enter(parser->variables); }
	  named_items CLOSE
			{ weir_variables_leave(parser->variables); }
	;

named_items:
	  named_lines
	| named_lines named_item
	;

named_lines:
	  %empty
	| named_lines SEP
	| named_lines common
	| named_lines named_item SEP
	| named_lines error	{ RECOVER; }
	;

named_item:
	  COMMENT text	{ weir_block_comment(parser, &$text); }
	| named_state
	;

named_state:
	  WORD		{ collect(parser); weir_named_line(parser); }
	;

chain_body:
	  %empty
	| OPEN		{ weir_variables_enter(parser->variables); }
	  chain_items CLOSE
			{ weir_variables_leave(parser->variables); }
	;

chain_items:
	  chain_lines
	| chain_lines chain_item
	;

chain_lines:
	  %empty
	| chain_lines SEP
	| chain_lines common
	| chain_lines chain_item SEP
	| chain_lines error	{ RECOVER; }
	;

chain_item:
	  TYPE word[type] HOOK word[hook] devices PRIORITY priority
		{ weir_block_base(parser, &$type, &$hook, &parser->priority, &@$); }
	| POLICY word	{ weir_block_policy(parser, &$word); }
	| COMMENT text	{ weir_block_comment(parser, &$text); }
	| FLAGS		{ weir_unsupported(parser, &@1, "flow offload of chains"); skip(parser); }
	| DEVICE	{ weir_unsupported(parser, &@1, "a chain on devices"); skip(parser); }
	| rule		{ weir_block_rule(parser); }
	;

set_body:
	  OPEN		{ weir_variables_enter(parser->variables); }
	  set_items CLOSE
			{ weir_variables_leave(parser->variables); }
	;

set_items:
	  set_lines
	| set_lines set_item
	;

set_lines:
	  %empty
	| set_lines SEP
	| set_lines common
	| set_lines set_item SEP
	| set_lines error	{ RECOVER; }
	;

set_item:
	  ELEMENTS EQUAL elements_read
	| set_line	{ weir_set_line(parser); }
	;

set_line:
	  set_line_first	{ collect(parser); }
	;

set_line_first:
	  word_first | TYPE | FLAGS | POLICY | COMMENT
	;

devices:
	  %empty
	| DEVICE word	{ weir_unsupported(parser, &@1, "a chain on devices"); }
	;

priority:
	  word			{ parser->priority = (struct weir_priority){ .name = $1 }; }
	| MINUS word		{ parser->priority = (struct weir_priority){ .sign = '-', .offset = $2 }; }
	| word[base] MINUS word[by]
		{ parser->priority = (struct weir_priority){ $base, '-', $by }; }
	| word[base] PLUS word[by]
		{ parser->priority = (struct weir_priority){ $base, '+', $by }; }
	;

/* Text that others read: collected into the parser's tokens */

rule:
	  words
	;

words:
	  word_first	{ collect(parser); }
	;

word_first:
	  WORD | STRING | SIGN | FAMILY | OBJECT | NAMED | OPEN | MINUS | PLUS | ADD | DELETE | RESET
	| SET | METER
	;

optional_words:
	  %empty	{ parser->n_tokens = 0; }
	| words
	| monitor_first	{ collect(parser); }
	;

monitor_first:
	  TABLE | TABLES | CHAIN | CHAINS | RULE | RULES | RULESET | NAMEDS | DESTROY
	| SETS | MAPS | METERS | ELEMENT | PRIORITY | FLAGS | TYPE
	;

%%

/* Words of the grammar, in the order of strcmp(). */
static const struct keyword {
	const char *name;
	int token;
} keywords[] = {
	{ "add", ADD },
	{ "arp", FAMILY },
	{ "bridge", FAMILY },
	{ "chain", CHAIN },
	{ "chains", CHAINS },
	{ "comment", COMMENT },
	{ "create", CREATE },
	{ "define", DEFINE },
	{ "delete", DELETE },
	{ "describe", DESCRIBE },
	{ "destroy", DESTROY },
	{ "device", DEVICE },
	{ "devices", DEVICE },
	{ "element", ELEMENT },
	{ "elements", ELEMENTS },
	{ "flags", FLAGS },
	{ "flush", FLUSH },
	{ "get", GET },
	{ "handle", HANDLE },
	{ "hook", HOOK },
	{ "include", INCLUDE },
	{ "index", INDEX },
	{ "inet", FAMILY },
	{ "insert", INSERT },
	{ "ip", FAMILY },
	{ "ip6", FAMILY },
	{ "list", LIST },
	{ "map", MAP },
	{ "maps", MAPS },
	{ "meter", METER },
	{ "meters", METERS },
	{ "monitor", MONITOR },
	{ "netdev", FAMILY },
	{ "policy", POLICY },
	{ "position", POSITION },
	{ "priority", PRIORITY },
	{ "redefine", REDEFINE },
	{ "rename", RENAME },
	{ "replace", REPLACE },
	{ "reset", RESET },
	{ "rule", RULE },
	{ "rules", RULES },
	{ "ruleset", RULESET },
	{ "set", SET },
	{ "sets", SETS },
	{ "swap", SWAP },
	{ "table", TABLE },
	{ "tables", TABLES },
	{ "test", TEST },
	{ "type", TYPE },
	{ "undefine", UNDEFINE },
};

#define N_KEYWORDS (sizeof(keywords) / sizeof(*keywords))
/* Types of named objects that are suggested. */
#define N_NAMED_MAX 8

static int compare_keyword(const void *word, const void *keyword)
{
	return strcmp(word, ((const struct keyword *)keyword)->name);
}

static int keyword_token(const char *word)
{
	const struct keyword *keyword = bsearch(word, keywords, N_KEYWORDS, sizeof(*keywords),
						compare_keyword);

	bool plural;

	if (keyword)
		return keyword->token;
	if (weir_named_type(word, &plural))
		return plural ? NAMEDS : NAMED;
	return weir_unsupported_is_object(word) ? OBJECT : WORD;
}

/* Words that are names, too: they mean something at the start of a statement only. */
static bool is_verb_or_name(int token)
{
	return token == GET || token == TEST || token == SWAP || token == ELEMENTS;
}

static bool may_start(const struct weir_parser *parser, int token)
{
	if (token == ELEMENTS)
		return parser->set;
	return !parser->table && !parser->chain && !parser->set;
}

bool weir_keyword_is(const char *word)
{
	int token = keyword_token(word);

	return token != WORD && !is_verb_or_name(token);
}

static int sign_token(char sign)
{
	switch (sign) {
	case '\n':
	case ';':
		return SEP;
	case '{':
		return OPEN;
	case '}':
		return CLOSE;
	case '=':
		return EQUAL;
	case ',':
		return COMMA;
	case '-':
		return MINUS;
	case '+':
		return PLUS;
	default:
		return SIGN;
	}
}

/* A new statement: what was said of the one before is forgotten. */
static void begin_statement(struct weir_parser *parser)
{
	parser->fresh = false;
	parser->muted = parser->ignored;
	parser->n_start = 0;
	if (!parser->n_pending)
		weir_arena_reset(&parser->words);
}

static int weir_yylex(YYSTYPE *value, struct weir_loc *loc, struct weir_parser *parser)
{
	struct weir_token *token = &parser->last;
	bool first = parser->fresh;
	int type = SIGN;

	if (first)
		begin_statement(parser);
	weir_token_read(parser, token);
	value->token = *token;
	*loc = token->loc;
	switch ((int)token->type) {
	case WEIR_TOKEN_END:
		return END;
	case WEIR_TOKEN_STRING:
		return STRING;
	case WEIR_TOKEN_WORD:
		type = keyword_token(token->text);
		if (is_verb_or_name(type) && !(first && may_start(parser, type)))
			type = WORD;
		if (type == WORD && parser->n_start < 2)
			parser->start[parser->n_start++] = token->text;
		return type;
	}
	if (!token->text[1])
		type = sign_token(*token->text);
	parser->fresh = type == SEP || type == OPEN || type == CLOSE;
	return type;
}

static void weir_yyerror(const struct weir_loc *loc, struct weir_parser *parser,
			 const char *text)
{
	weir_parser_error(parser, loc, "%s", text);
}

/* Suggests a word of the grammar for one of the first words of the statement. */
static void hint_keyword(struct weir_parser *parser, const char *word)
{
	const char *names[N_KEYWORDS + 2 * N_NAMED_MAX + 1], *plural, *type;
	size_t n, i;

	for (n = 0; n < N_KEYWORDS; n++)
		names[n] = keywords[n].name;
	for (i = 0; i < N_NAMED_MAX && (type = weir_named_at(i, &plural)); i++) {
		names[n++] = type;
		names[n++] = plural;
	}
	names[n] = NULL;
	weir_token_hint(parser, word, names);
}

void weir_keyword_hint(struct weir_parser *parser)
{
	for (unsigned int i = 0; i < parser->n_start; i++)
		hint_keyword(parser, parser->start[i]);
}

/* What may stand here, for people: "table, chain or rule". */
static void list_expected(const yypcontext_t *context, char *list, size_t size)
{
	yysymbol_kind_t expected[YYNTOKENS];
	int n = yypcontext_expected_tokens(context, expected, YYNTOKENS);
	size_t used = 0;
	bool rule = false;
	int shown = 0;

	for (int i = 0; i < n; i++)
		rule |= expected[i] == YYSYMBOL_SIGN;
	for (int i = 0; i < n; i++) {
		switch (expected[i]) {
		case YYSYMBOL_SEP:
			if (n > 1)
				continue;
			break;
		case YYSYMBOL_OBJECT:
		case YYSYMBOL_DEFINE:
		case YYSYMBOL_UNDEFINE:
		case YYSYMBOL_REDEFINE:
		case YYSYMBOL_INCLUDE:
		case YYSYMBOL_DEVICE:
			continue;
		default:
			break;
		}
		if (rule && expected[i] != YYSYMBOL_CLOSE && expected[i] != YYSYMBOL_HANDLE &&
		    expected[i] != YYSYMBOL_INDEX && expected[i] != YYSYMBOL_POSITION)
			continue;
		if (used < size)
			used += snprintf(list + used, size - used, "%s%s", shown++ ? ", " : "",
					 yysymbol_name(expected[i]));
	}
	if (rule && used < size)
		snprintf(list + used, size - used, "%sa rule", shown ? ", " : "");
}

static int yyreport_syntax_error(const yypcontext_t *context, struct weir_parser *parser)
{
	const struct weir_loc *loc = yypcontext_location(context);
	const struct weir_token *token = &parser->last;
	const char *found = token->type == WEIR_TOKEN_END ? "the end of the file" :
			    weir_token_name(token);
	char expected[200] = "";

	list_expected(context, expected, sizeof(expected));
	if (*expected)
		weir_parser_error(parser, loc, "expected %s, not %s", expected, found);
	else
		weir_parser_error(parser, loc, "%s can't stand here", found);
	if (token->type == WEIR_TOKEN_WORD && keyword_token(token->text) == WORD)
		hint_keyword(parser, token->text);
	weir_keyword_hint(parser);
	return 0;
}

/* Goes to the end of the statement; what ends it is read next. */
static void skip(struct weir_parser *parser)
{
	if (parser->last.type != WEIR_TOKEN_END)
		weir_token_unread(parser, &parser->last);
	weir_token_skip(parser);
}

static void collect(struct weir_parser *parser)
{
	weir_token_unread(parser, &parser->last);
	weir_token_collect(parser);
}

static void check_name(struct weir_parser *parser, struct weir_token *name)
{
	const char *text = weir_token_join(parser, name);
	size_t len = strlen(text);

	if (!len)
		weir_parser_error(parser, &name->loc, "a name can't be empty");
	else if (len > WEIR_NAME_MAX)
		weir_parser_error(parser, &name->loc,
				  "a name of %zu bytes is too long, the longest has %d", len,
				  WEIR_NAME_MAX);
	else if (name->type == WEIR_TOKEN_WORD && !isalpha((unsigned char)*text) && *text != '_')
		weir_parser_error(parser, &name->loc,
				  "a name that does not begin with a letter needs quotes");
	else if (name->type == WEIR_TOKEN_WORD && strpbrk(text, ":*\\"))
		weir_parser_error(parser, &name->loc, "a name with '%c' needs quotes",
				  *strpbrk(text, ":*\\"));
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x20 && *text != 0x7f)
			continue;
		weir_parser_error(parser, &name->loc, "a name can't have control characters");
		return;
	}
}

static uint8_t family(struct weir_parser *parser, const struct weir_token *name)
{
	if (!strcmp(name->text, "ip"))
		return NFPROTO_IPV4;
	if (!strcmp(name->text, "ip6"))
		return NFPROTO_IPV6;
	if (strcmp(name->text, "inet")) {
		weir_parser_error(parser, &name->loc, "family %s is not in weir yet",
				  name->text);
		/* Nor are the things that it would need. */
		parser->ignored = true;
		parser->muted = true;
	}
	return NFPROTO_INET;
}

static struct weir_where place(struct weir_parser *parser, int type,
			       const struct weir_token *number)
{
	struct weir_where where = { .type = type, .loc = number->loc };
	char *end;

	errno = 0;
	where.number = strtoull(number->text, &end, 0);
	if (!isdigit((unsigned char)*number->text) || *end || errno ||
	    (type == WEIR_WHERE_INDEX && where.number > UINT32_MAX) ||
	    (type != WEIR_WHERE_INDEX && !where.number))
		weir_parser_error(parser, &number->loc, "expected a number, not %s",
				  weir_token_name(number));
	return where;
}
