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
struct weir_rule;
struct weir_set;

/**
 * struct weir_counter - Packets and bytes that one CPU counted.
 * @packets: Only ever grows; a reset is a snapshot in &weir_counters.bases.
 * @bytes: Bytes from the network header on.
 */
struct weir_counter {
	u64 packets;
	u64 bytes;
};

/**
 * struct weir_counters - A block of counters. The allocator of per-CPU memory takes
 *   thousands of instructions each time, as much as all else that a rule needs: it is
 *   asked once a block.
 * @list: Among the blocks that have a free one.
 * @free: Which ones are free; they are 0.
 * @counts: The counters.
 * @bases: For each what a listing adds to the per-CPU sum (modulo 2^64): initial value,
 *   less what was there at the last reset. Under the lock of the user's namespace.
 */
struct weir_counters {
	struct list_head list;
	u64 free;
	struct weir_counter __percpu *counts;
	struct weir_counter *bases;
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
 * @instance: For %WEIR_KEY_TYPE_PLUGIN, which has no offset; see weir_key_instance().
 */
struct weir_key {
	u8 type;
	u8 header;
	u8 option;
	u8 meta;
	u16 len;
	union {
		u32 offset;
		struct weir_instance *instance;
	};
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
 * enum weir_item_from - Where an item has from what it writes or uses.
 * @WEIR_FROM_ITEM: It says so itself: a value, or the name of an object.
 * @WEIR_FROM_KEY: Another key of the packet.
 * @WEIR_FROM_MAP: A map.
 */
enum weir_item_from {
	WEIR_FROM_ITEM,
	WEIR_FROM_KEY,
	WEIR_FROM_MAP,
};

/**
 * struct weir_item - One item of a rule.
 * @type: enum weir_item_type; %WEIR_ITEM_TYPE_ELEMS never, its ranges are
 *   appended to the condition before it.
 * @words: Units of 8 bytes to the next item of the rule; 0 where all of this structure
 *   is there, and no more than the item's type needs otherwise.
 * @rel: enum weir_rel, of a condition or lookup.
 * @verdict: enum weir_verdict, of a verdict.
 * @from: enum weir_item_from, of a set or object.
 * @index: Which one of @counters, of a counter.
 * @n_ops: Number of @ops.
 * @n_ranges: Number of @ranges.
 * @chain_id: Id of @chain, the index of its program in the ruleset.
 * @key: What a condition compares or a set writes.
 * @val: Value to compare or to write; see weir_item_val().
 * @ranges: Ranges in the order the writer gave, for listing. The engine sorts
 *   and merges a copy of its own. Where weir_item_lists().
 * @source: What a set writes, %WEIR_FROM_KEY.
 * @map: What a set asks for it, %WEIR_FROM_MAP.
 * @ops: Operations on the key of a condition or the source of a set; weir_item_ops().
 * @chain: Where jump and goto lead; counted among the chain's users. Other verdicts
 *   have none, see weir_item_chain().
 * @counters: The block that a counter is from; see weir_item_counter().
 * @instance: Plug-in of a match or target.
 * @object: Of an object, %WEIR_FROM_ITEM; counted among its users.
 * @lookup: Of a lookup, vmap or update, or an object, %WEIR_FROM_MAP.
 * @update: Of an update.
 * @object_type: Of an object that a map gives.
 */
struct weir_item {
	u8 type;
	u8 words;
	union {
		u8 rel;
		u8 verdict;
		u8 from;
		u8 index;
	};
	u8 n_ops;
	union {
		u32 n_ranges;
		u32 chain_id;
	};
	union {
		struct {
			struct weir_key key;
			union {
				struct weir_val val;
				struct weir_range *ranges;
				struct weir_key source;
				struct weir_lookup *map;
			};
			struct weir_keyop *ops;
		};
		struct weir_chain *chain;
		struct weir_counters *counters;
		struct weir_instance *instance;
		struct weir_object_named *object;
		struct {
			struct weir_lookup *lookup;
			union {
				struct weir_update *update;
				char *object_type;
			};
		};
	};
} __aligned(8);

/**
 * struct weir_rule_body - What a rule means.
 * @items: In order of evaluation, for weir_body_next().
 * @size: Bytes of @items.
 * @code: What the engine made of the items, by weir_code_create().
 */
struct weir_rule_body {
	struct weir_item *items;
	u32 size;
	struct weir_code *code;
};

/**
 * weir_body_next() - Go through the items of a rule.
 * @body: What the rule means.
 * @item: One of its items; NULL for a beginning.
 *
 * Return: The item behind it, or NULL behind the last one.
 */
static inline struct weir_item *weir_body_next(const struct weir_rule_body *body,
					       const struct weir_item *item)
{
	void *next = body->items;

	if (item)
		next = (u64 *)item + (item->words ?: sizeof(*item) / sizeof(u64));
	return next < (void *)body->items + body->size ? next : NULL;
}

/** weir_key_instance() - The plug-in of a key, or NULL. */
static inline struct weir_instance *weir_key_instance(const struct weir_key *key)
{
	return key->type == WEIR_KEY_TYPE_PLUGIN ? key->instance : NULL;
}

/** weir_item_lists() - Whether a condition has ranges instead of a value. */
static inline bool weir_item_lists(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_COND &&
	       (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN);
}

/** weir_item_val() - The value of a condition or set, which has no @val.hi where it is 0. */
static inline struct weir_val weir_item_val(const struct weir_item *item)
{
	if (item->key.len > 64)
		return item->val;
	return (struct weir_val){ .lo = item->val.lo };
}

/** weir_item_ops() - The operations of a condition or set; NULL without. */
static inline struct weir_keyop *weir_item_ops(const struct weir_item *item)
{
	return item->n_ops ? item->ops : NULL;
}

/** weir_item_chain() - Where an item leads, or NULL. */
static inline struct weir_chain *weir_item_chain(const struct weir_item *item)
{
	if (item->type != WEIR_ITEM_TYPE_VERDICT)
		return NULL;
	return item->verdict == WEIR_VERDICT_JUMP || item->verdict == WEIR_VERDICT_GOTO ?
	       item->chain : NULL;
}

/** weir_item_counter() - What a counter counts in. */
static inline struct weir_counter __percpu *weir_item_counter(const struct weir_item *item)
{
	return item->counters->counts + item->index;
}

/** weir_item_instance() - The plug-in of a match or target, or NULL. */
static inline struct weir_instance *weir_item_instance(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_MATCH || item->type == WEIR_ITEM_TYPE_TARGET ?
	       item->instance : NULL;
}

/** weir_item_object() - The object that an item names, or NULL. */
static inline struct weir_object_named *weir_item_object(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_OBJECT && item->from == WEIR_FROM_ITEM ?
	       item->object : NULL;
}

/** weir_item_lookup() - What an item asks a set, or NULL. */
static inline struct weir_lookup *weir_item_lookup(const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
		return item->lookup;
	case WEIR_ITEM_TYPE_OBJECT:
		return item->from == WEIR_FROM_MAP ? item->lookup : NULL;
	case WEIR_ITEM_TYPE_SET:
		return item->from == WEIR_FROM_MAP ? item->map : NULL;
	default:
		return NULL;
	}
}

/** weir_item_update() - What an item does to its set, or NULL. */
static inline struct weir_update *weir_item_update(const struct weir_item *item)
{
	return item->type == WEIR_ITEM_TYPE_UPDATE ? item->update : NULL;
}

/* That of a condition or set. */
static inline size_t weir_item_key_size(const struct weir_item *item)
{
	if (item->n_ops)
		return offsetofend(struct weir_item, ops);
	if (weir_item_lists(item))
		return offsetofend(struct weir_item, ranges);
	if (item->type == WEIR_ITEM_TYPE_SET && item->from == WEIR_FROM_KEY)
		return offsetofend(struct weir_item, source);
	if (item->type == WEIR_ITEM_TYPE_SET && item->from == WEIR_FROM_MAP)
		return offsetofend(struct weir_item, map);
	return item->key.len > 64 ? offsetofend(struct weir_item, val) :
	       offsetofend(struct weir_item, val.lo);
}

/** weir_item_size() - Bytes that an item needs in a finished rule. */
static inline size_t weir_item_size(const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
	case WEIR_ITEM_TYPE_SET:
		return weir_item_key_size(item);
	case WEIR_ITEM_TYPE_VERDICT:
		return weir_item_chain(item) ? offsetofend(struct weir_item, chain) :
		       offsetof(struct weir_item, chain);
	case WEIR_ITEM_TYPE_COUNTER:
		return offsetofend(struct weir_item, counters);
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
		return offsetofend(struct weir_item, lookup);
	case WEIR_ITEM_TYPE_UPDATE:
		return offsetofend(struct weir_item, update);
	case WEIR_ITEM_TYPE_OBJECT:
		return item->from == WEIR_FROM_MAP ? offsetofend(struct weir_item, object_type) :
		       offsetofend(struct weir_item, object);
	default:
		return offsetofend(struct weir_item, instance);
	}
}

#endif /* _WEIR_RULE_H */
