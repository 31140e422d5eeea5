/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of a ruleset, as every part of user space sees them. Text, JSON
 * and netlink are three forms of the same objects: language/ reads and prints
 * the first two, libweir/ the third. An object remembers where it came from,
 * so that whoever refuses it, the kernel too, can point at the user's words.
 */
#ifndef WEIR_MODEL_H
#define WEIR_MODEL_H

#include <stddef.h>
#include <linux/weir.h>
#include "num.h"

struct weir_ext;

/**
 * struct weir_input - A text that was read: a file, standard input, a command.
 * @name: File name, "<stdin>", "<cmdline>" or "<interactive>".
 * @text: All of it, NUL-terminated.
 * @size: Bytes without the NUL.
 * @from: Where it was included, NULL for an outermost text.
 * @next: All inputs of one parse, freed together.
 */
struct weir_input {
	char *name;
	char *text;
	size_t size;
	struct weir_input *from;
	size_t from_offset;
	struct weir_input *next;
};

/**
 * struct weir_loc - A place in an input. Line and column are found from the
 * offset only when an error is printed.
 * @input: NULL where there is no text, as for JSON or objects of the kernel.
 * @offset: In bytes.
 * @len: In bytes, at least 1 for a place in a text.
 */
struct weir_loc {
	const struct weir_input *input;
	size_t offset;
	size_t len;
};

/**
 * struct weir_range - An inclusive range of values.
 */
struct weir_range {
	struct weir_num from;
	struct weir_num to;
};

/**
 * struct weir_variant - Where a field is, if not in all messages that have its
 * header: the same bits mean other things in others.
 * @n_types: Number of @types.
 * @types: ICMP types that have the field.
 */
struct weir_variant {
	unsigned int n_types;
	uint8_t types[6];
};

/**
 * struct weir_key - A key of the packet; see enum weir_key_type in the UAPI.
 * @type: enum weir_key_type.
 * @header: enum weir_header.
 * @option: Option kind or protocol number of an option header.
 * @meta: enum weir_meta.
 * @len: Bits, always set.
 * @offset: Bits from the start of the header.
 * @variant: The field that was written, where others have the same bits; NULL
 *   for all others and for keys of the kernel.
 * @ext: For %WEIR_KEY_TYPE_PLUGIN: who describes it.
 * @data: @ext's own, &weir_ext.data_size bytes, owned.
 */
struct weir_key {
	enum weir_key_type type;
	enum weir_header header;
	uint8_t option;
	enum weir_meta meta;
	unsigned int len;
	unsigned int offset;
	const struct weir_variant *variant;
	const struct weir_ext *ext;
	void *data;
};

/**
 * struct weir_keyop - An operation on a key's value.
 */
struct weir_keyop {
	enum weir_op op;
	struct weir_num val;
};

/**
 * struct weir_item - A condition or statement of a rule.
 * @next: The next item.
 * @loc: All of its text.
 * @value_loc: The text of its value, jump target or the like; may be the same.
 * @type: enum weir_item_type, never %WEIR_ITEM_TYPE_ELEMS.
 * @key: What a condition compares or a set writes.
 * @source: What a set writes, where it is not @val; then @has_source.
 * @ops: Operations on the key of a condition or the source of a set, owned.
 * @rel: Relation.
 * @val: Value.
 * @ranges: For rel in and not-in.
 * @verdict: For a verdict.
 * @chain: Name that jump and goto lead to, owned.
 * @packets: Of a counter, as bytes.
 * @ext: Of a match or target.
 * @data: @ext's own, &weir_ext.data_size bytes, owned.
 */
struct weir_item {
	struct weir_item *next;
	struct weir_loc loc;
	struct weir_loc value_loc;
	enum weir_item_type type;
	struct weir_key key;
	struct weir_key source;
	bool has_source;
	struct weir_keyop *ops;
	unsigned int n_ops;
	enum weir_rel rel;
	struct weir_num val;
	struct weir_range *ranges;
	size_t n_ranges;
	enum weir_verdict verdict;
	char *chain;
	uint64_t packets;
	uint64_t bytes;
	const struct weir_ext *ext;
	void *data;
};

/**
 * struct weir_table - A table.
 * @family: NFPROTO_IPV4, NFPROTO_IPV6 or NFPROTO_INET; NFPROTO_UNSPEC for all
 *   families in a command.
 * @name: Owned; NULL for all tables in a command.
 * @handle: 0 if not known.
 * @flags: enum weir_table_flags.
 * @comment: Owned, NULL without.
 * @owner_pid: 0 without owner.
 * @owner_comm: Program of the owner, empty without.
 * @loc: The name's place.
 */
struct weir_table {
	uint8_t family;
	char *name;
	uint64_t handle;
	uint32_t flags;
	char *comment;
	uint32_t owner_pid;
	char owner_comm[16];
	struct weir_loc loc;
};

/**
 * struct weir_chain - A chain.
 * @family: As in a table.
 * @table: Owned.
 * @name: Owned; NULL for all chains in a command.
 * @handle: 0 if not known.
 * @base: A base chain; the next three count. A command that only changes the
 *   policy has @has_policy without @base.
 * @hook: enum weir_hook.
 * @priority: Lower runs first.
 * @policy: Accept or drop.
 * @has_policy: The policy was given.
 * @comment: Owned, NULL without.
 * @new_name: To rename, owned.
 * @loc: The name's place.
 * @table_loc: The table name's place.
 * @base_loc: The place of "type ... hook ... priority ...".
 */
struct weir_chain {
	uint8_t family;
	char *table;
	char *name;
	uint64_t handle;
	bool base;
	enum weir_hook hook;
	int32_t priority;
	bool has_policy;
	enum weir_verdict policy;
	char *comment;
	char *new_name;
	struct weir_loc loc;
	struct weir_loc table_loc;
	struct weir_loc base_loc;
};

/**
 * struct weir_rule - A rule.
 * @family: As in a table.
 * @table: Owned.
 * @chain: Owned.
 * @handle: The rule to replace or delete; 0 if not known.
 * @position: Handle of the rule before or behind which it goes; 0 for none.
 * @has_index: @index counts instead.
 * @index: From 0.
 * @comment: Owned, NULL without.
 * @items: In order.
 * @loc: All of the rule's text.
 * @table_loc: The table name's place.
 * @chain_loc: The chain name's place.
 * @where_loc: The place of handle, position or index.
 */
struct weir_rule {
	uint8_t family;
	char *table;
	char *chain;
	uint64_t handle;
	uint64_t position;
	bool has_index;
	uint32_t index;
	char *comment;
	struct weir_item *items;
	struct weir_loc loc;
	struct weir_loc table_loc;
	struct weir_loc chain_loc;
	struct weir_loc where_loc;
};

/**
 * enum weir_verb - What a command does.
 */
enum weir_verb {
	WEIR_VERB_ADD,
	WEIR_VERB_CREATE,
	WEIR_VERB_INSERT,
	WEIR_VERB_REPLACE,
	WEIR_VERB_DELETE,
	WEIR_VERB_DESTROY,
	WEIR_VERB_FLUSH,
	WEIR_VERB_RENAME,
	WEIR_VERB_RESET,
	WEIR_VERB_LIST,
	WEIR_VERB_MONITOR,
	WEIR_VERB_DESCRIBE,
};

/**
 * enum weir_object - What a command is about.
 * @WEIR_OBJECT_RULESET: All tables, of one family or of all.
 * @WEIR_OBJECT_TABLES: The list of tables.
 * @WEIR_OBJECT_TABLE: One table.
 * @WEIR_OBJECT_CHAINS: The list of chains.
 * @WEIR_OBJECT_CHAIN: One chain.
 * @WEIR_OBJECT_RULES: All rules, as in "reset rules".
 * @WEIR_OBJECT_RULE: One rule.
 * @WEIR_OBJECT_COUNTERS: As rules, for "reset counters".
 * @WEIR_OBJECT_EVENTS: What monitor shows.
 * @WEIR_OBJECT_WORD: What describe explains.
 */
enum weir_object {
	WEIR_OBJECT_RULESET,
	WEIR_OBJECT_TABLES,
	WEIR_OBJECT_TABLE,
	WEIR_OBJECT_CHAINS,
	WEIR_OBJECT_CHAIN,
	WEIR_OBJECT_RULES,
	WEIR_OBJECT_RULE,
	WEIR_OBJECT_COUNTERS,
	WEIR_OBJECT_EVENTS,
	WEIR_OBJECT_WORD,
};

/**
 * struct weir_command - A command; a nested block of a file is a list of them.
 * @next: The next one.
 * @verb: What to do.
 * @object: With what.
 * @loc: All of its text.
 * @table: For table, tables, ruleset (family, maybe name).
 * @chain: For chain, chains.
 * @rule: For rule, rules, counters (with family, maybe table and chain).
 * @word: For describe and monitor: the words behind, owned.
 *
 * One of @table, @chain and @rule is set as @object says; owned.
 */
struct weir_command {
	struct weir_command *next;
	enum weir_verb verb;
	enum weir_object object;
	struct weir_loc loc;
	struct weir_table *table;
	struct weir_chain *chain;
	struct weir_rule *rule;
	char *word;
};

void weir_item_free(struct weir_item *item);
void weir_items_free(struct weir_item *items);
void weir_table_free(struct weir_table *table);
void weir_chain_free(struct weir_chain *chain);
void weir_rule_free(struct weir_rule *rule);
void weir_command_free(struct weir_command *command);
void weir_commands_free(struct weir_command *commands);
void weir_inputs_free(struct weir_input *inputs);

#endif /* WEIR_MODEL_H */
