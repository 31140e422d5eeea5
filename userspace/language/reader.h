/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading, from the inside: what scanner.l, parser.y and the files around them
 * share. Plug-ins see parser.h only.
 *
 * Text (input.c) -> tokens (scanner.l) -> variables replaced (variable.c, token.c)
 * -> structure (parser.y) -> commands (command.c). Tokens of a rule -> items
 * (rule.c) -> conditions (condition.c) -> keys (key.c), arithmetic (expression.c)
 * and values (value.c). Sets: their blocks (set.c) and commands (set_command.c), their
 * elements (elem.c, plain.c), and what rules do with them (lookup.c, update.c).
 *
 * Nothing but the texts themselves outlives a statement: its tokens and their
 * words lie in memory that the next statement uses again.
 */
#ifndef WEIR_READER_H
#define WEIR_READER_H

#include "../libweir/alloc.h"
#include "language.h"
#include "parser.h"

/** Errors after which reading ends. */
#define WEIR_ERRORS_MAX 20
/** Files that include one another. */
#define WEIR_INCLUDE_DEPTH 16
/** Tokens that a statement may grow to by its variables. */
#define WEIR_EXPANSION_MAX (1 << 20)
/** Brackets within one another. */
#define WEIR_NESTING_MAX 64
/** Longest file that is read. */
#define WEIR_INPUT_MAX (1UL << 30)

/** A token that plug-ins never see: $name; the text is the name. */
#define WEIR_TOKEN_VARIABLE ((enum weir_token_type)(WEIR_TOKEN_END + 1))

/** Memory in pieces, freed at once. */
struct weir_arena {
	struct weir_arena_chunk *first;
	size_t used;
};

char *weir_arena_copy(struct weir_arena *arena, const char *text, size_t len);
/** Forget what was copied since @mark, a copy of the arena, was taken. */
void weir_arena_release(struct weir_arena *arena, const struct weir_arena *mark);
/** Forget everything; one piece of usual size is kept for the next use. */
void weir_arena_reset(struct weir_arena *arena);
void weir_arena_free(struct weir_arena *arena);

/**
 * struct weir_source - A text that is being read.
 * @next: What is read after it.
 * @parent: What included it, NULL for an outermost text.
 * @input: The text.
 * @buffer: The scanner's state.
 * @offset: Of the next token.
 * @pending: Tokens to be read again before the text goes on, last first.
 * @device: To find a file that includes itself; 0 for what is no file.
 */
struct weir_source {
	struct weir_source *next;
	struct weir_source *parent;
	struct weir_input *input;
	void *buffer;
	size_t offset;
	struct weir_token *pending;
	size_t n_pending;
	size_t size_pending;
	uint64_t device;
	uint64_t inode;
};

/** A list of commands that grows at its end. */
struct weir_command_list {
	struct weir_command *first;
	struct weir_command *last;
};

/** struct weir_priority - "filter - 10": name, sign and offset, each may be missing. */
struct weir_priority {
	struct weir_token name;
	char sign;
	struct weir_token offset;
};

struct weir_variables;
struct weir_declared;

/** Buckets of the sets that are declared. */
#define WEIR_DECLARED_BUCKETS 256

/**
 * struct weir_elem_reader - Elements while they are read.
 * @set: Their types; the set's own where it is one.
 * @elems: Takes them.
 * @n: How many there were.
 * @anonymous: They stand in a rule.
 * @declaring: They stand in the block of their set, where a flag may follow.
 * @data: Elements of a map need their value.
 * @keys: Keys alone will do; of a list of sets, also those that the sets may have.
 * @some: There has to be at least one.
 * @nowhere: Their places are not kept.
 * @quiet: A comma is missing; what follows may be no element.
 * @implied: Flags that elements need and the block did not say so far.
 * @range: Where the first range is, with an input if there was one.
 * @timeout: Where the first timeout is, the same.
 */
struct weir_elem_reader {
	struct weir_set *set;
	struct weir_elems **elems;
	size_t n;
	bool anonymous;
	bool declaring;
	bool data;
	bool keys;
	bool some;
	bool nowhere;
	bool quiet;
	uint32_t implied;
	struct weir_loc range;
	struct weir_loc timeout;
};

/**
 * struct weir_late - Elements that stand before the type of their set: they are read
 *   when its block ends.
 * @tokens: Their tokens, each list up to the brace that closes it.
 * @n: How many.
 * @size: How many there is room for.
 * @lists: How many lists of elements these are.
 * @words: Text of the tokens.
 */
struct weir_late {
	struct weir_token *tokens;
	size_t n;
	size_t size;
	unsigned int lists;
	struct weir_arena words;
};

/**
 * struct weir_parser - The state of reading one script.
 * @opts: As given.
 * @script: Takes inputs.
 * @errors: Takes errors.
 * @n_errors: Errors of this run.
 * @gave_up: There were too many.
 * @muted: Errors of this statement are not told any more.
 * @last_error: The error noted last, NULL if it was not told.
 * @scanner: flex.
 * @source: The innermost text.
 * @n_pending: Pending tokens of all texts.
 * @fresh: The next token begins a statement.
 * @blank: A blank stands before the next token.
 * @last: The token that the grammar read last.
 * @end: Where the last token ended, for errors at the end of a statement.
 * @words: Text of the tokens of this statement.
 * @variables: Definitions.
 * @tokens: Tokens of the rule or value being read, the last one is
 *   %WEIR_TOKEN_END.
 * @pos: The current one.
 * @depth: Brackets open in an expression.
 * @start: First words of the statement that are names, to guess what was meant.
 * @n_start: How many.
 * @verb: Of the command being read.
 * @priority: Of the chain being read.
 * @ignored: The block is of something that is not there; its errors are not told.
 * @commands: Of the script.
 * @rules: Of the table block, which follow its chains.
 * @elements: Of the table block, those that lead to its chains and objects.
 * @meters: Sets that the rule being read makes, which come before it.
 * @declared: Sets that are known, by their names.
 * @in_table: Inside a table block.
 * @table: The table of the block being read, borrowed from its command.
 * @chain: The chain of the block being read, borrowed from its command.
 * @set: The set whose block or elements are read, borrowed from its command.
 * @set_command: That command.
 * @elem_reader: The elements of @set.
 * @late: Those that came before its type.
 * @rule: The rule being read.
 * @nfproto: Of the packets that the rule can meet, NFPROTO_UNSPEC for any.
 * @l4proto: The same of the transport protocol, -1 for any.
 * @l4_name: What to call @l4proto.
 */
struct weir_parser {
	const struct weir_parse_opts *opts;
	struct weir_script *script;
	struct weir_errors *errors;
	unsigned int n_errors;
	bool gave_up;
	bool muted;
	struct weir_error *last_error;

	void *scanner;
	struct weir_source *source;
	size_t n_pending;
	bool fresh;
	bool blank;
	struct weir_token last;
	struct weir_loc end;
	struct weir_arena words;
	struct weir_variables *variables;

	struct weir_token *tokens;
	size_t n_tokens;
	size_t size_tokens;
	size_t pos;
	unsigned int depth;
	const char *start[2];
	unsigned int n_start;
	enum weir_verb verb;
	struct weir_priority priority;
	bool ignored;

	struct weir_command_list commands;
	struct weir_command_list rules;
	struct weir_command_list elements;
	struct weir_command_list meters;
	struct weir_declared *declared[WEIR_DECLARED_BUCKETS];
	bool in_table;
	struct weir_table *table;
	struct weir_chain *chain;
	struct weir_named *named;
	struct weir_set *set;
	struct weir_command *set_command;
	struct weir_elem_reader elem_reader;
	struct weir_late late;
	const struct weir_rule *rule;
	uint8_t nfproto;
	int l4proto;
	const char *l4_name;
};

/* scanner.l */
void *weir_scan_init(void);
void weir_scan_exit(void *scanner);
/** Begin with a text that ends in two NULs, which are not part of its @size. */
void *weir_scan_open(void *scanner, char *text, size_t size);
/** Go on with a text. */
void weir_scan_switch(void *scanner, void *buffer);
void weir_scan_close(void *scanner, void *buffer);
/** The next token of the text; false at its end. */
bool weir_scan(struct weir_parser *parser, struct weir_token *token);

/**
 * weir_scan_rest() - The text behind the last token, for who reads it faster than
 * by tokens. It has two NULs at its end.
 */
const char *weir_scan_rest(struct weir_parser *parser);
/** weir_scan_pass() - Go on @len bytes further. */
void weir_scan_pass(struct weir_parser *parser, size_t len);

/* script.c */
/** Make a parser that has no text yet. */
void weir_parser_open(struct weir_parser *parser, const struct weir_parse_opts *opts,
		      struct weir_script *script, struct weir_errors *errors);
/** Free all but the commands, which go to the script. */
void weir_parser_close(struct weir_parser *parser);

/* input.c: texts */
/** Read @path next, included by @parent or by none. */
bool weir_input_open_file(struct weir_parser *parser, struct weir_source *parent,
			  const char *path, const struct weir_loc *loc);
void weir_input_open_text(struct weir_parser *parser, const char *name, const char *text);
/** Go on with the next text; false if there is none. */
bool weir_input_close(struct weir_parser *parser);
bool weir_input_include(struct weir_parser *parser, const struct weir_token *name);
/** Read all of a file; NULL with an error. @size does not count the two NULs behind. */
char *weir_input_read(const char *path, size_t *size, struct weir_errors *errors,
		      const struct weir_loc *loc);

/* token.c */
/** The next token, variables replaced; a token that is left for later is taken back first. */
void weir_token_read(struct weir_parser *parser, struct weir_token *token);
/** Leave a token to be read again. */
void weir_token_unread(struct weir_parser *parser, const struct weir_token *token);
bool weir_token_is_end_of_line(const struct weir_token *token);
/** Add a token to @tokens. */
void weir_token_collect_one(struct weir_parser *parser, const struct weir_token *token);
/** End @tokens. */
void weir_token_collect_end(struct weir_parser *parser);
/** Collect the tokens up to the end of the statement into @tokens, brackets balanced. */
void weir_token_collect(struct weir_parser *parser);
/** The same without replacing variables: in an error, only to get past it. */
void weir_token_skip(struct weir_parser *parser);
/** Join "a" "/" "b" written without blanks, as names may have slashes. */
const char *weir_token_join(struct weir_parser *parser, struct weir_token *token);
/** Whether a token is this sign of one character. */
bool weir_token_is_sign(const struct weir_token *token, char sign);
/**
 * weir_tok_name() - Read the name of a chain, set or object, which may have slashes.
 * @name: Set to a copy.
 * @loc: Set to its place.
 * @what: What is expected: "the name of a chain".
 */
bool weir_tok_name(struct weir_parser *parser, char **name, struct weir_loc *loc,
		   const char *what);
/** weir_tok_end() - Nothing may follow; false with an error if something does. */
bool weir_tok_end(struct weir_parser *parser);
/** The words from token @from up to the current one, as they were written; owned by the caller. */
char *weir_tok_text(const struct weir_parser *parser, size_t from);
/** Add a candidate for a word that is not known to the error just noted. */
void weir_token_hint(struct weir_parser *parser, const char *word,
		     const char *const *candidates);
/** Note an error unless there are too many. NULL if there are. */
struct weir_error *weir_parser_error(struct weir_parser *parser, const struct weir_loc *loc,
				     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** What to call a token in an error: "22", end of line. The result is valid until the next call. */
const char *weir_token_name(const struct weir_token *token);
/** From the first to the last of two places. */
struct weir_loc weir_loc_span(const struct weir_loc *from, const struct weir_loc *to);

/* variable.c */
struct weir_variables *weir_variables_new(void);
void weir_variables_free(struct weir_variables *variables);
void weir_variables_enter(struct weir_variables *variables);
void weir_variables_leave(struct weir_variables *variables);
/** Define @name as the tokens collected. */
void weir_variable_define(struct weir_parser *parser, const struct weir_token *name, bool again);
void weir_variable_undefine(struct weir_parser *parser, const struct weir_token *name);
/** Leave the tokens of a variable to be read next; an error if there is none. */
void weir_variable_expand(struct weir_parser *parser, const struct weir_token *name);
/** NAME=VALUE of the command line. */
void weir_variable_option(struct weir_parser *parser, const char *option);

/* parser.y */
int weir_yyparse(struct weir_parser *parser);
/** Whether a word is one of the grammar, and a name only in quotes. */
bool weir_keyword_is(const char *word);
/** Suggest a word of the grammar for one of the first words of the statement. */
void weir_keyword_hint(struct weir_parser *parser);

/* unsupported.c: what nft has and weir has not; these are true after an error that names it */
bool weir_unsupported_statement(struct weir_parser *parser);
bool weir_unsupported_value(struct weir_parser *parser);
/** Name an object such as "flowtable"; false. */
bool weir_unsupported_object(struct weir_parser *parser, const struct weir_token *token);
bool weir_unsupported_is_object(const char *word);
/** Say that weir has not got @what yet; false. */
bool weir_unsupported(struct weir_parser *parser, const struct weir_loc *loc,
		      const char *what);

/* rule.c: a rule from its tokens */
/** Read the tokens of @parser as a rule; false with an error. */
bool weir_rule_parse(struct weir_parser *parser, struct weir_rule *rule);
/** An item that begins at a token. */
struct weir_item *weir_item_new(enum weir_item_type type, const struct weir_token *first);
/** Whether a statement with state begins here, such as elements of sets have. */
bool weir_stmt_is_here(const struct weir_parser *parser);
/** Read it: a counter or a match; NULL with an error. */
struct weir_item *weir_stmt_parse(struct weir_parser *parser);
/** Read up to %WEIR_STMTS_MAX statements with state behind those in @stmts; false with an error. */
bool weir_stmts_parse(struct weir_parser *parser, struct weir_item **stmts);
/** Read a verdict with its chain: accept, jump c; false with an error. */
bool weir_verdict_parse(struct weir_parser *parser, enum weir_verdict *verdict, char **chain,
			struct weir_loc *chain_loc);
/** Words that a rule may begin with, to guess what was meant; free the list. */
const char **weir_rule_words(void);

/* key.c: what of a packet */
/** Whether a key begins here. */
bool weir_key_is_here(const struct weir_parser *parser);

/**
 * struct weir_expr - A key with operations, or a constant.
 * @has_key: A key, else @val.
 * @type: Data type, that of constants before they are read.
 * @len: Bits, the same.
 * @key: The key; owns its data.
 * @ops: Operations on it.
 * @n_ops: How many.
 * @val: The constant.
 * @writable: The key may be set.
 * @loc: All of it.
 */
struct weir_expr {
	bool has_key;
	const struct weir_datatype *type;
	unsigned int len;
	struct weir_key key;
	struct weir_keyop ops[WEIR_OPS_MAX];
	unsigned int n_ops;
	struct weir_num val;
	bool writable;
	struct weir_loc loc;
};

/** Read a key; false with an error. */
bool weir_key_parse(struct weir_parser *parser, struct weir_expr *expr);
void weir_expr_clear(struct weir_expr *expr);
/** Note what a condition says about the protocols of the packet. */
void weir_key_learn(struct weir_parser *parser, const struct weir_item *item);

/* expression.c: arithmetic on keys and constants */
/**
 * weir_expr_parse() - Read an expression.
 * @expr: Set but for the type and length of constants, which it holds already.
 * @keys: Keys may be part of it.
 *
 * Return: false with an error; nothing is to be freed then.
 */
bool weir_expr_parse(struct weir_parser *parser, struct weir_expr *expr, bool keys);

/* value.c: constants, ranges and sets */
/** Read one value of a type, a host name too. */
bool weir_value_read(struct weir_parser *parser, const struct weir_datatype *type,
		     unsigned int len, struct weir_num *num);
/**
 * weir_values_read() - Read what a key is compared with.
 * @item: Takes one plain value in val, anything else in ranges.
 */
bool weir_values_read(struct weir_parser *parser, const struct weir_datatype *type,
		      unsigned int len, struct weir_item *item);
/**
 * weir_range_read() - Read one value, range, prefix or wildcard.
 * @ranges: Takes one, or two where the type goes round.
 * @n: Set to how many.
 * @single: Set to whether it is one plain value.
 */
bool weir_range_read(struct weir_parser *parser, const struct weir_datatype *type,
		     unsigned int len, struct weir_range ranges[2], unsigned int *n,
		     bool *single);
/** Read one value of a type with arithmetic. */
bool weir_constant_read(struct weir_parser *parser, const struct weir_datatype *type,
			unsigned int len, struct weir_num *num);
/** "a " or "an " before a text that has none. */
const char *weir_article(const char *text);
/**
 * weir_braces_read() - Read what stands in braces, with commas between.
 * @read: Reads one, up to the comma or brace that must follow; false with an error.
 */
bool weir_braces_read(struct weir_parser *parser,
		      bool (*read)(struct weir_parser *parser, void *data), void *data);
/** Read bits joined by commas. */
bool weir_bits_read(struct weir_parser *parser, const struct weir_datatype *type,
		    unsigned int len, struct weir_num *num);

/* condition.c: comparisons and assignments */
struct weir_item *weir_condition_parse(struct weir_parser *parser);

/* period.c */
/** A time of so many days, hours, minutes, seconds, as "1h30m"; a number is of seconds. */
bool weir_period_parse(const char *word, size_t len, uint64_t *ms);
/** Read one from the tokens. */
bool weir_tok_period(struct weir_parser *parser, uint64_t *ms);

/* lookup.c: keys of several fields, and sets that are asked for them */

/**
 * struct weir_tuple - The key of a lookup.
 * @parts: Its fields.
 * @n: How many.
 * @loc: All of it.
 */
struct weir_tuple {
	struct weir_expr parts[WEIR_FIELDS_MAX];
	unsigned int n;
	struct weir_loc loc;
};

/** Read "KEY . KEY"; false with an error, and nothing is to be freed. */
bool weir_tuple_parse(struct weir_parser *parser, struct weir_tuple *tuple);
/** Read ". KEY . KEY" behind the first one, which is there; the same. */
bool weir_tuple_more(struct weir_parser *parser, struct weir_tuple *tuple);
void weir_tuple_clear(struct weir_tuple *tuple);
/** A key with its operations as a part of a lookup; it is moved. */
struct weir_part weir_part_of(struct weir_expr *expr);
/** Make a lookup of a key, which is cleared, without a set. */
struct weir_lookup *weir_lookup_new(struct weir_tuple *tuple);
/**
 * weir_lookup_parse() - Read the set or map that is asked for a key: "@s" or "{ ... }".
 * @tuple: The key; cleared.
 * @data_type: What the map leads to, %WEIR_DATA_TYPE_NONE for a set.
 * @data: The type of its values.
 *
 * Return: The lookup, or NULL with an error.
 */
struct weir_lookup *weir_lookup_parse(struct weir_parser *parser, struct weir_tuple *tuple,
				      enum weir_data_type data_type,
				      const struct weir_field_type *data);
/**
 * weir_lookup_map() - Read "KEY . KEY map @m" or "KEY map { a : b }", for statements
 * whose value a map gives.
 */
struct weir_lookup *weir_lookup_map(struct weir_parser *parser, enum weir_data_type data_type,
				    const struct weir_field_type *data);
/** Read the name of a set behind its @. */
bool weir_tok_set(struct weir_parser *parser, char **name, struct weir_loc *loc);
/**
 * weir_lookup_check() - Compare a key with the declaration of its set, where the text
 * has one.
 * @set: Its name.
 * @loc: Where that stands.
 * @data_type: What it has to lead to; a set may lead to anything.
 * @data: The type of the value, or NULL for any.
 *
 * Return: false with an error.
 */
bool weir_lookup_check(struct weir_parser *parser, const struct weir_tuple *tuple,
		       const char *set, const struct weir_loc *loc,
		       enum weir_data_type data_type, const struct weir_field_type *data);

/* update.c: sets that packets change */
/** Whether such a statement begins here: "add @s", "set add", "meter". */
bool weir_update_is_here(const struct weir_parser *parser);
bool weir_update_parse(struct weir_parser *parser, struct weir_item *item);

/* elem.c: elements of sets */
/** Begin to read elements of a set. */
void weir_elems_begin(struct weir_parser *parser, struct weir_set *set);
/** Read elements up to the brace that closes them, as they come. */
void weir_elems_read(struct weir_parser *parser);
/** Read the elements that came before the type of their set, which is known now. */
void weir_elems_read_late(struct weir_parser *parser);
/** Forget them. */
void weir_elems_drop_late(struct weir_parser *parser);
/** Read elements in braces, or one without, from the tokens of a rule. */
bool weir_elems_parse(struct weir_parser *parser, struct weir_elem_reader *reader);
/** Read the only element that the tokens are. */
bool weir_elem_parse_line(struct weir_parser *parser, struct weir_elem_reader *reader);

/* plain.c: elements that need no tokens */
/** Read as many as there are in the text behind the last token; whether the last has no comma behind. */
bool weir_plain_read(struct weir_parser *parser, struct weir_elem_reader *reader);

/* set.c: what a set is */
/** Read the tokens collected as a line of a set's block. */
void weir_set_line(struct weir_parser *parser);
/** Read types joined by ".", by their names or by fields that have them. */
bool weir_set_types_parse(struct weir_parser *parser, struct weir_set_type *type, bool names);

/* resolve.c */
/** The address of a host of @len bits; false with the reason in *@why, static text. */
bool weir_resolve(const char *name, unsigned int len, struct weir_num *num, const char **why);

/* command.c */

/** struct weir_names - Who a command is about, as far as it says so. */
struct weir_names {
	uint8_t family;
	struct weir_token table;
	struct weir_token chain;
};

/** struct weir_where - The place of a rule. */
struct weir_where {
	enum { WEIR_WHERE_NONE, WEIR_WHERE_HANDLE, WEIR_WHERE_POSITION, WEIR_WHERE_INDEX } type;
	uint64_t number;
	struct weir_loc loc;
};

struct weir_command *weir_command_new(enum weir_verb verb, enum weir_object object,
				      const struct weir_loc *loc);
void weir_command_append(struct weir_command_list *list, struct weir_command *command);
void weir_command_append_list(struct weir_command_list *list, struct weir_command_list *more);

void weir_command_table(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_names *names, const struct weir_where *handle,
			const struct weir_loc *loc);
void weir_command_chain(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_names *names, const struct weir_where *handle,
			const struct weir_loc *loc);
void weir_command_rename(struct weir_parser *parser, const struct weir_names *names,
			 const struct weir_token *new_name, const struct weir_loc *loc);
/** A command on tables, chains, rules, counters or the ruleset. */
void weir_command_all(struct weir_parser *parser, enum weir_verb verb,
		      enum weir_object object, const struct weir_names *names,
		      const struct weir_loc *loc);
/** A rule: that at @where if only that was given, else one of the tokens collected. */
void weir_command_rule(struct weir_parser *parser, enum weir_verb verb,
		       const struct weir_names *names, const struct weir_where *where,
		       const struct weir_loc *loc);
/** The tokens collected as words. */
void weir_command_words(struct weir_parser *parser, enum weir_verb verb,
			enum weir_object object, const struct weir_loc *loc);

/* named.c: named objects */
/** A command on an object of the type that a word means, or on all of them. */
void weir_command_named(struct weir_parser *parser, enum weir_verb verb,
			const struct weir_token *type, const struct weir_names *names,
			const struct weir_where *handle, const struct weir_loc *loc);
/** An object inside the block of its table. */
void weir_block_named(struct weir_parser *parser, const struct weir_token *type,
		      const struct weir_token *name);
void weir_block_named_leave(struct weir_parser *parser);
/** Read the tokens collected as what the object is. */
void weir_named_line(struct weir_parser *parser);
/** The type of the object that a rule uses here, "counter name", or NULL. */
const char *weir_object_is_here(const struct weir_parser *parser);
/** Read it; false with an error. */
bool weir_object_parse(struct weir_parser *parser, struct weir_item *item);

/* set_command.c */
/** A command on a set or map, on all of them where it has no name. */
void weir_command_set(struct weir_parser *parser, enum weir_verb verb, enum weir_object object,
		      const struct weir_names *names, const struct weir_where *handle,
		      const struct weir_loc *loc);
/** List the sets that rules change. */
void weir_command_meters(struct weir_parser *parser, const struct weir_names *names,
			 const struct weir_loc *loc);
/** Rename a set, or swap it with another one. */
void weir_command_set_name(struct weir_parser *parser, enum weir_verb verb,
			   enum weir_object object, const struct weir_names *names,
			   const struct weir_token *new_name, const struct weir_loc *loc);
/** A command on elements, which are read next. */
void weir_command_element(struct weir_parser *parser, enum weir_verb verb,
			  const struct weir_names *names, const struct weir_loc *loc);
/** It has none: they come from standard input. */
void weir_command_element_none(struct weir_parser *parser);
/** The declaration of a set that the text has, or NULL. */
const struct weir_set *weir_declared_find(struct weir_parser *parser, uint8_t family,
					  const char *table, const char *name);
/** The same, or that of the kernel. */
const struct weir_set *weir_declared_ask(struct weir_parser *parser, uint8_t family,
					 const char *table, const char *name);
void weir_declared_free(struct weir_parser *parser);
/** A set with the types of another one, without its name and elements. */
void weir_set_copy_types(struct weir_set *to, const struct weir_set *from);
/** Whether elements of a set lead to chains, objects or other sets. */
bool weir_set_refers(const struct weir_set *set);

/* Blocks; they are about the table, chain or set made last. */
/** A set or map, inside the block of its table or as a command. */
void weir_block_set(struct weir_parser *parser, enum weir_verb verb, enum weir_object object,
		    const struct weir_names *names, const struct weir_loc *loc);
void weir_block_set_leave(struct weir_parser *parser);
/** Behind an error: the block of a set that was not left. */
void weir_block_set_drop(struct weir_parser *parser);
/** Who a set or chain inside the block of its table is. */
struct weir_names weir_block_names(const struct weir_parser *parser,
				   const struct weir_token *name);
void weir_block_table_leave(struct weir_parser *parser);
/** A chain inside the block of its table. */
void weir_block_chain(struct weir_parser *parser, const struct weir_token *name);
void weir_block_chain_leave(struct weir_parser *parser);
void weir_block_comment(struct weir_parser *parser, const struct weir_token *text);
void weir_block_table_flag(struct weir_parser *parser, const struct weir_token *flag);
void weir_block_base(struct weir_parser *parser, const struct weir_token *type,
		     const struct weir_token *hook, const struct weir_priority *priority,
		     const struct weir_loc *loc);
void weir_block_policy(struct weir_parser *parser, const struct weir_token *policy);
/** A rule of the chain, of the tokens collected. */
void weir_block_rule(struct weir_parser *parser);

#endif /* WEIR_READER_H */
