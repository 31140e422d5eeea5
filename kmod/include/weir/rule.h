/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a rule means, as the core keeps it: the parsed form of the netlink
 * attributes. The core makes it (core/item.c), lists it, and compares it; the
 * engine reads it to make code. Neither sees the other's private structures.
 */
#ifndef _WEIR_RULE_H
#define _WEIR_RULE_H

#include <weir/packet.h>
#include <weir/plugin.h>
#include <weir/set.h>

struct weir_chain;
struct weir_code;
struct weir_counters;
struct weir_rule;
struct weir_set;

/**
 * struct weir_counter - Packets and bytes that one CPU counted.
 * @packets: Only ever grows; a reset is a snapshot in &weir_item.base.
 * @bytes: Bytes from the network header on.
 */
struct weir_counter {
	u64 packets;
	u64 bytes;
};

/**
 * struct weir_instance - A plug-in as one item of one rule uses it.
 * @plugin: Whose; a module reference is held.
 * @priv: &weir_plugin.priv_size bytes.
 */
struct weir_instance {
	const struct weir_plugin *plugin;
	u8 priv[] __aligned(8);
};

/**
 * struct weir_key - A key of the packet.
 * @type: enum weir_key_type.
 * @header: enum weir_header, for %WEIR_KEY_TYPE_PAYLOAD and _EXISTS.
 * @option: Option kind or protocol, for the option headers.
 * @meta: enum weir_meta, for %WEIR_KEY_TYPE_META.
 * @len: Bits, 1 to 128; set for every type.
 * @offset: Bits from the start of the header.
 * @instance: For %WEIR_KEY_TYPE_PLUGIN.
 */
struct weir_key {
	u8 type;
	u8 header;
	u8 option;
	u8 meta;
	u16 len;
	u32 offset;
	struct weir_instance *instance;
};

/**
 * struct weir_keyop - An operation on the value of a key.
 * @op: enum weir_op.
 * @val: Operand; for shifts, a number of bits in lo.
 */
struct weir_keyop {
	u8 op;
	struct weir_val val;
};

/**
 * struct weir_range - An inclusive range of values.
 * @from: Lowest.
 * @to: Highest.
 */
struct weir_range {
	struct weir_val from;
	struct weir_val to;
};

/**
 * struct weir_key_part - A field of a key of a set.
 * @key: What of the packet.
 * @ops: Operations on it.
 * @n_ops: Number of @ops.
 */
struct weir_key_part {
	struct weir_key key;
	struct weir_keyop *ops;
	u8 n_ops;
};

/**
 * struct weir_lookup - A key of the packet, and the set that is asked for it.
 * @list: In the lookups of @set, or empty.
 * @rule: Whose, once there is a rule.
 * @n_parts: Number of @parts, as many as the set has fields.
 * @parts: In order.
 * @set: A named set, or NULL.
 * @set_id: Its id, the index of its content in the ruleset.
 * @ops: The set module of the content; where a transaction moves a set to another
 *   one, the rules that use it are lowered again.
 * @spec: What the set holds.
 * @anon: The elements where the set is anonymous, owned by the item, immutable
 *   once the rule is complete; otherwise NULL. Its catch-all element is @catchall.
 * @anon_spec: Behind @spec, for an anonymous set; owned by the item.
 * @catchall: The catch-all element of an anonymous set, or NULL.
 */
struct weir_lookup {
	struct list_head list;
	struct weir_rule *rule;
	u32 n_parts;
	struct weir_key_part *parts;
	struct weir_set *set;
	u32 set_id;
	const struct weir_set_ops *ops;
	const struct weir_set_spec *spec;
	struct weir_content *anon;
	struct weir_set_spec *anon_spec;
	struct weir_elem *catchall;
};

/**
 * struct weir_update - What an item does to a dynamic set.
 * @op: enum weir_dyn_op.
 * @has_timeout: @timeout was given.
 * @timeout: Milliseconds, 0 for never.
 * @n_stmts: Number of @stmts.
 * @stmts: Statements of a new element (counter or match): templates of which each
 *   element gets a copy of its own.
 * @has_data: The set is a map, and @data is what a new element leads to.
 * @data: A value.
 * @source: Where the value comes from, instead of @data; @source.key.len 0 without.
 */
struct weir_update {
	u8 op;
	bool has_timeout;
	u64 timeout;
	u32 n_stmts;
	struct weir_item *stmts;
	bool has_data;
	struct weir_val data;
	struct weir_key_part source;
};

/**
 * struct weir_item - One item of a rule.
 * @type: enum weir_item_type; %WEIR_ITEM_TYPE_ELEMS never, its ranges are
 *   appended to the condition before it.
 * @rel: enum weir_rel, for a condition.
 * @verdict: enum weir_verdict.
 * @n_ops: Number of @ops.
 * @n_ranges: Number of @ranges.
 * @key: What is compared or written.
 * @source: For a set, what is written; %source.len 0 where @val is.
 * @ops: Operations on the key of a condition or the source of a set.
 * @val: Value to compare or to write.
 * @ranges: Ranges in the order the writer gave, for listing. The engine sorts
 *   and merges a copy of its own.
 * @counter: Per-CPU counts of a counter, which has none of the four before.
 * @counters: The block that it is from; of core/counter.c.
 * @base: What a counter listing adds to the per-CPU sum (modulo 2^64): initial
 *   value, less what was there at the last reset. Under the namespace's lock.
 * @chain: Where jump and goto lead; counted among the chain's users.
 * @chain_id: That chain's id, the index of its program in the ruleset.
 * @instance: Plug-in of a match or target.
 * @lookup: Of a lookup, vmap, update or object, or the map of a set; NULL without.
 * @update: Of an update.
 * @object: Of an object that no map gives; counted among its users.
 * @object_type: Of an object that a map gives.
 */
struct weir_item {
	u8 type;
	u8 rel;
	u8 verdict;
	u8 n_ops;
	u32 n_ranges;
	struct weir_key key;
	struct weir_key source;
	union {
		struct {
			struct weir_keyop *ops;
			struct weir_val val;
			struct weir_range *ranges;
		};
		struct {
			struct weir_counter __percpu *counter;
			struct weir_counters *counters;
			struct weir_counter base;
		};
	};
	struct weir_chain *chain;
	u32 chain_id;
	struct weir_instance *instance;
	struct weir_lookup *lookup;
	struct weir_update *update;
	struct weir_object_named *object;
	char *object_type;
};

/**
 * struct weir_rule_body - What a rule means.
 * @n_items: Number of @items.
 * @items: In order of evaluation.
 * @code: What the engine made of the items, by weir_code_create().
 * @next: What takes the place of @code at the commit that is being prepared, or NULL.
 */
struct weir_rule_body {
	u32 n_items;
	struct weir_item *items;
	struct weir_code *code;
	struct weir_code *next;
};

#endif /* _WEIR_RULE_H */
