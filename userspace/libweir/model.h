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

struct weir_datatype;
struct weir_ext;

/**
 * struct weir_input - A text that was read: a file, standard input, a command.
 * @name: File name, "<stdin>", "<cmdline>" or "<interactive>".
 * @text: All of it, NUL-terminated.
 * @size: Bytes without the NUL.
 * @line: Lines that were before the text, where it is a piece of a longer one.
 * @from: Where it was included, NULL for an outermost text.
 * @next: All inputs of one parse, freed together.
 */
struct weir_input {
	char *name;
	char *text;
	size_t size;
	size_t line;
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
 * struct weir_field_type - The type of one field of a set's key, or of its value.
 * @type: Data type; owned by the language.
 * @len: Bits.
 */
struct weir_field_type {
	const struct weir_datatype *type;
	unsigned int len;
};

/**
 * struct weir_set_type - What the keys or the values of a set are.
 * @n_fields: 0 for none.
 * @fields: In order.
 * @text: As declared, "type ipv4_addr . inet_service" or "typeof ip saddr"; owned.
 *   For a value, what stands behind the colon: "verdict", "mark", "tcp dport".
 */
struct weir_set_type {
	unsigned int n_fields;
	struct weir_field_type fields[WEIR_FIELDS_MAX];
	char *text;
};

/**
 * struct weir_data - What an element of a map leads to; which of them is said by
 * enum weir_data_type of the set.
 * @val: A value.
 * @verdict: A verdict.
 * @chain: Where it leads, owned; NULL without.
 * @object: The name of an object, owned.
 */
struct weir_data {
	struct weir_num val;
	enum weir_verdict verdict;
	char *chain;
	char *object;
};

/**
 * struct weir_elem - An element that a record cannot say; see &struct weir_elems.
 * @next: The next one.
 * @loc: All of its text.
 * @key: Each field; from and to are the same where it is no range.
 * @set: In a list of sets, the name of one, owned.
 * @before: The set before which it goes, owned; NULL for the end.
 * @flags: enum weir_elem_flags.
 * @has_timeout: @timeout was given.
 * @timeout: Milliseconds, 0 for never.
 * @has_expires: @expires was given.
 * @expires: Milliseconds left.
 * @has_data: @data was given.
 * @data: What it leads to.
 * @comment: Owned, NULL without.
 * @stmts: Its statements with their state: counters and matches.
 */
struct weir_elem {
	struct weir_elem *next;
	struct weir_loc loc;
	struct weir_range key[WEIR_FIELDS_MAX];
	char *set;
	char *before;
	uint32_t flags;
	bool has_timeout;
	uint64_t timeout;
	bool has_expires;
	uint64_t expires;
	bool has_data;
	struct weir_data data;
	char *comment;
	struct weir_item *stmts;
};

/**
 * struct weir_elems - Elements in order: a list of runs. A run is either packed
 * records, as they go over the wire, or elements one by one. A million addresses
 * are one run of 4 bytes each, and 4 more to remember where they stand.
 * @next: The next run.
 * @columns: enum weir_elem_columns of the records.
 * @record: Bytes of a record.
 * @packed: The records, owned; NULL for elements one by one.
 * @n: Number of elements of the run.
 * @size: Room in @packed and @offsets, in records.
 * @input: The text that they come from, or NULL.
 * @offsets: Where each stands in it, for errors, owned; or NULL.
 * @first: Elements one by one.
 * @last: The last of them.
 * @end: Of the first run, the last one, to append to.
 */
struct weir_elems {
	struct weir_elems *next;
	uint32_t columns;
	size_t record;
	uint8_t *packed;
	size_t n;
	size_t size;
	const struct weir_input *input;
	uint32_t *offsets;
	struct weir_elem *first;
	struct weir_elem *last;
	struct weir_elems *end;
};

/**
 * struct weir_part - A field of a key that a set is asked for.
 * @key: What of the packet.
 * @ops: Operations on it, owned.
 * @n_ops: How many.
 */
struct weir_part {
	struct weir_key key;
	struct weir_keyop *ops;
	unsigned int n_ops;
};

/**
 * struct weir_lookup - A key of the packet, and the set that is asked for it.
 * @parts: In order, owned; the first one is the key of a set of one field.
 * @n_parts: How many.
 * @set: Name of the set, owned; NULL for an anonymous one.
 * @interval: An anonymous set has ranges.
 * @data_type: Of an anonymous set.
 * @data: Of an anonymous map to values, their type.
 * @elems: Of an anonymous set.
 */
struct weir_lookup {
	struct weir_part *parts;
	unsigned int n_parts;
	char *set;
	bool interval;
	enum weir_data_type data_type;
	struct weir_field_type data;
	struct weir_elems *elems;
};

/**
 * struct weir_update - What a statement does to a dynamic set.
 * @op: Add, update or delete.
 * @has_timeout: @timeout was given.
 * @timeout: Milliseconds.
 * @stmts: Statements that a new element gets.
 * @has_data: The set is a map, and a new element leads to @data or @source.
 * @data: A value.
 * @data_type: Its type, which the map has; without, it prints as a number.
 * @has_source: @source gives the value.
 * @source: Where from.
 */
struct weir_update {
	enum weir_dyn_op op;
	bool has_timeout;
	uint64_t timeout;
	struct weir_item *stmts;
	bool has_data;
	struct weir_num data;
	struct weir_field_type data_type;
	bool has_source;
	struct weir_part source;
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
 * @lookup: Of a lookup, vmap, update or object by map; of a set, the map that
 *   gives what is written. Owned, NULL without.
 * @update: Of an update, owned.
 * @object: Of an object, its name, owned; NULL where a map gives it.
 * @object_type: Of an object: "counter", or the name of a match, static text.
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
	struct weir_lookup *lookup;
	struct weir_update *update;
	char *object;
	const char *object_type;
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
 * struct weir_engine_table - A table of a classifier.
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6.
 * @src: Bits of the source address in its key.
 * @dst: Bits of the destination address.
 * @key: What else is in it.
 * @n: Number of entries.
 */
struct weir_engine_table {
	uint8_t family;
	uint8_t src;
	uint8_t dst;
	enum weir_table_key key;
	uint32_t n;
};

/**
 * struct weir_engine - What packets meet of a chain.
 * @memory: Bytes.
 * @code: Bytes of machine code among them.
 * @blocks: Number of blocks of rules.
 * @native: How many of them, or of @residual, are machine code.
 * @interpreted: The other blocks, by reason.
 * @residual: Rules of a classifier that are more than a table tells.
 * @classified: It has a classifier and no blocks.
 * @linear: Why it has none.
 * @tables: Of the classifier, owned.
 * @n_tables: How many.
 * @has_key: There is @key.
 * @key: What tables with %WEIR_TABLE_KEY_OTHER have.
 * @unindexed: How many of the rules that were listed with it no table has a key for.
 */
struct weir_engine {
	uint64_t memory;
	uint64_t code;
	uint32_t blocks;
	uint32_t native;
	uint32_t interpreted[WEIR_INTERPRETED_REFUSED + 1];
	uint32_t residual;
	bool classified;
	enum weir_linear linear;
	struct weir_engine_table *tables;
	size_t n_tables;
	bool has_key;
	struct weir_key key;
	size_t unindexed;
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
 * @engine: Of a listing that asked for it, owned; NULL without, and where no packets
 *   come.
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
	struct weir_engine *engine;
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
 * @unindexed: Of a listing that asked for it, why the classifier cannot find it by a key.
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
	enum weir_unindexed unindexed;
	struct weir_item *items;
	struct weir_loc loc;
	struct weir_loc table_loc;
	struct weir_loc chain_loc;
	struct weir_loc where_loc;
};

/**
 * struct weir_set - A set or map; with elements, what a command does with them.
 * @family: As in a table.
 * @table: Owned.
 * @name: Owned; NULL for all sets in a command.
 * @new_name: To rename or to swap with, owned.
 * @handle: 0 if not known.
 * @flags: enum weir_set_flags.
 * @type: Of the key.
 * @data_type: What the elements lead to.
 * @data: The type of a value, @data_type value.
 * @object_type: Of a map to objects, static text.
 * @has_timeout: @timeout was given.
 * @timeout: Milliseconds, 0 for never.
 * @gc_interval: Milliseconds, 0 for the default.
 * @has_size: @size was given.
 * @size: Most elements, 0 for no bound.
 * @policy: enum weir_set_policy.
 * @comment: Owned, NULL without.
 * @stmts: Statements that each element has.
 * @elems: The elements, of a declaration or of a command on elements; owned. Of a
 *   listing, only where they were asked for and are few.
 * @count: Of a listing, number of elements.
 * @refused: Of a listing.
 * @backend: Of a listing, the set module.
 * @memory: Of a listing, bytes.
 * @loc: The name's place.
 * @table_loc: The table name's place.
 * @new_loc: The place of @new_name.
 * @type_loc: The place of the type.
 */
struct weir_set {
	uint8_t family;
	char *table;
	char *name;
	char *new_name;
	uint64_t handle;
	uint32_t flags;
	struct weir_set_type type;
	enum weir_data_type data_type;
	struct weir_set_type data;
	const char *object_type;
	bool has_timeout;
	uint64_t timeout;
	uint32_t gc_interval;
	bool has_size;
	uint32_t size;
	enum weir_set_policy policy;
	char *comment;
	struct weir_item *stmts;
	struct weir_elems *elems;
	uint32_t count;
	uint64_t refused;
	char backend[32];
	uint64_t memory;
	struct weir_loc loc;
	struct weir_loc table_loc;
	struct weir_loc new_loc;
	struct weir_loc type_loc;
};

/**
 * struct weir_named - A named object: a statement with state that rules share.
 * @family: As in a table.
 * @table: Owned.
 * @name: Owned; NULL for all objects of the type in a command.
 * @handle: 0 if not known.
 * @type: "counter" or the name of a match, static text; NULL for all.
 * @stmt: What it is, one item: a counter or a match; NULL in a command without.
 * @comment: Owned, NULL without.
 * @loc: The name's place.
 * @table_loc: The table name's place.
 */
struct weir_named {
	uint8_t family;
	char *table;
	char *name;
	uint64_t handle;
	const char *type;
	struct weir_item *stmt;
	char *comment;
	struct weir_loc loc;
	struct weir_loc table_loc;
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
	WEIR_VERB_GET,
	WEIR_VERB_TEST,
	WEIR_VERB_SWAP,
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
 * @WEIR_OBJECT_EVENTS: What monitor shows.
 * @WEIR_OBJECT_WORD: What describe explains.
 * @WEIR_OBJECT_SETS: The list of sets.
 * @WEIR_OBJECT_SET: One set.
 * @WEIR_OBJECT_MAPS: The list of maps.
 * @WEIR_OBJECT_MAP: One map.
 * @WEIR_OBJECT_ELEMENT: Elements of a set or map.
 * @WEIR_OBJECT_NAMEDS: All named objects of a type: "counters", "quotas", "limits".
 * @WEIR_OBJECT_NAMED: One of them.
 */
enum weir_object {
	WEIR_OBJECT_RULESET,
	WEIR_OBJECT_TABLES,
	WEIR_OBJECT_TABLE,
	WEIR_OBJECT_CHAINS,
	WEIR_OBJECT_CHAIN,
	WEIR_OBJECT_RULES,
	WEIR_OBJECT_RULE,
	WEIR_OBJECT_EVENTS,
	WEIR_OBJECT_WORD,
	WEIR_OBJECT_SETS,
	WEIR_OBJECT_SET,
	WEIR_OBJECT_MAPS,
	WEIR_OBJECT_MAP,
	WEIR_OBJECT_ELEMENT,
	WEIR_OBJECT_NAMEDS,
	WEIR_OBJECT_NAMED,
};

/**
 * struct weir_command - A command; a nested block of a file is a list of them.
 * @next: The next one.
 * @verb: What to do.
 * @object: With what.
 * @loc: All of its text.
 * @table: For table, tables, ruleset (family, maybe name).
 * @chain: For chain, chains.
 * @rule: For rule, rules (with family, maybe table and chain).
 * @set: For set, map, element, sets, maps.
 * @named: For named objects.
 * @from_stdin: The elements are a plain list on standard input, one a line.
 * @word: For describe and monitor: the words behind, owned.
 *
 * One of @table to @named is set as @object says; owned.
 */
struct weir_command {
	struct weir_command *next;
	enum weir_verb verb;
	enum weir_object object;
	struct weir_loc loc;
	struct weir_table *table;
	struct weir_chain *chain;
	struct weir_rule *rule;
	struct weir_set *set;
	struct weir_named *named;
	bool from_stdin;
	char *word;
};

void weir_item_free(struct weir_item *item);
void weir_items_free(struct weir_item *items);
void weir_table_free(struct weir_table *table);
void weir_engine_free(struct weir_engine *engine);
void weir_chain_free(struct weir_chain *chain);
void weir_rule_free(struct weir_rule *rule);
void weir_set_type_clear(struct weir_set_type *type);
void weir_elem_free(struct weir_elem *elem);
void weir_elems_free(struct weir_elems *elems);
void weir_lookup_free(struct weir_lookup *lookup);
void weir_set_free(struct weir_set *set);
void weir_named_free(struct weir_named *named);

/**
 * weir_elems_add() - Append a record to the last run, or begin a run.
 * @elems: The list of runs.
 * @columns: enum weir_elem_columns of the record.
 * @record: The bytes.
 * @size: How many, the same for all records of a set with the same columns.
 * @loc: Where it stands.
 */
void weir_elems_add(struct weir_elems **elems, uint32_t columns, const uint8_t *record,
		    size_t size, const struct weir_loc *loc);
/** weir_elems_add_many() - Append @n records that stand behind each other in @records. */
void weir_elems_add_many(struct weir_elems **elems, uint32_t columns, const uint8_t *records,
			 size_t size, size_t n);
/** weir_elems_add_one() - Append an element that no record can say; takes it over. */
void weir_elems_add_one(struct weir_elems **elems, struct weir_elem *elem);
/** weir_elems_join() - Append elements, which are taken over. */
void weir_elems_join(struct weir_elems **elems, struct weir_elems *more);
/**
 * weir_elems_place() - Say where elements stand.
 * @elems: Elements without places.
 * @input: The text.
 * @offsets: Where each stands in it.
 */
void weir_elems_place(struct weir_elems *elems, const struct weir_input *input,
		      const uint32_t *offsets);
/**
 * weir_elems_sort() - Put elements in the order of their keys, catch-all ones last.
 * @set: Their types.
 */
void weir_elems_sort(struct weir_elems **elems, const struct weir_set *set);
/** weir_elem_key_put() - The bytes of an element's key, or of its end; returns how many. */
size_t weir_elem_key_put(const struct weir_set *set, const struct weir_elem *elem, bool to,
			 uint8_t *bytes);
/** weir_elems_count() - Number of elements of all runs. */
size_t weir_elems_count(const struct weir_elems *elems);
/** WEIR_RECORD_MAX - The longest record in bytes. */
#define WEIR_RECORD_MAX		(2 * WEIR_KEY_MAX + 1 + 4 * 8 + WEIR_VALUE_MAX)

/** weir_timeout_given() - Whether a timeout that was read is one of the element's own. */
bool weir_timeout_given(const struct weir_set *set, uint64_t timeout);
/** weir_record_size() - Bytes of a record of a set with these columns. */
size_t weir_record_size(const struct weir_set *set, uint32_t columns);
/**
 * weir_record_get() - The element that a record is.
 * @set: Its types.
 * @columns: enum weir_elem_columns.
 * @record: The bytes.
 * @elem: Set; owns nothing.
 * @counter: Takes the counter, to which @elem then points.
 */
void weir_record_get(const struct weir_set *set, uint32_t columns, const uint8_t *record,
		     struct weir_elem *elem, struct weir_item *counter);
/**
 * struct weir_elem_iter - Walks over elements, whatever the form of their runs.
 * @set: Their types.
 * @run: The run that it is in.
 * @i: Which record of it comes next.
 * @one: Which of the elements one by one comes next.
 * @elem: The element that a record is, with its @counter.
 */
struct weir_elem_iter {
	const struct weir_set *set;
	const struct weir_elems *run;
	size_t i;
	const struct weir_elem *one;
	struct weir_elem elem;
	struct weir_item counter;
};

/** weir_elem_first() - The first element of a list of runs, or NULL. */
const struct weir_elem *weir_elem_first(struct weir_elem_iter *iter, const struct weir_set *set,
					const struct weir_elems *elems);
/** weir_elem_next() - The next one, or NULL; the one before is gone then. */
const struct weir_elem *weir_elem_next(struct weir_elem_iter *iter);

/**
 * weir_record_put() - An element as a record.
 * @columns: Set; in a set of ranges they always have the end.
 * @record: Takes at most %WEIR_RECORD_MAX bytes.
 *
 * Return: Bytes of the record, 0 if no record can say what the element has.
 */
size_t weir_record_put(const struct weir_set *set, const struct weir_elem *elem,
		       uint32_t *columns, uint8_t *record);
/** weir_elems_put() - Append an element, as a record where one can say it; takes it over. */
void weir_elems_put(struct weir_elems **elems, const struct weir_set *set,
		    struct weir_elem *elem);
void weir_command_free(struct weir_command *command);
void weir_commands_free(struct weir_command *commands);
void weir_inputs_free(struct weir_input *inputs);

#endif /* WEIR_MODEL_H */
