/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classifier of long chains: which rule is the next that can match a packet?
 *
 * The conditions that a rule begins with confine it to a box: prefixes of the
 * addresses, ranges of the ports, a protocol. Lengths of prefixes are rounded down to
 * one of a few levels for each address, and rules with the same levels are in one hash
 * table, whose key is the bits of those prefixes (tuple space search, Srinivasan et
 * al., 1999). One more value may be part of the key: an exact port, or one key of the
 * chain's choice, for instance the MAC address.
 *
 * Most tables need not be asked: for each level of each address, and for port and
 * protocol, an array says which tables have rules for a value, as bits of a word; the
 * intersection of the words leaves a few. The arrays are hashed without looking for
 * collisions, so a bit too many is set now and then. That costs a probe, and nothing
 * else: all a box does is to spare the evaluation of rules that would fail.
 *
 * A change adds descriptors of the rules that come, marks those of the rules that go,
 * and takes them out after a grace period; see class_change.c. Every descriptor says in
 * which versions of the chain its rule is, for packets may be in an older one.
 *
 * Rules come out in their order, each one that may match; see class.c. What runs them
 * evaluates what the box does not say of the rule, or only counts and decides where the
 * box is all that there is to it; see residue.c.
 *
 * Hashing is multiplicative with secret random odd numbers (Dietzfelbinger et al.,
 * 1997), so that nobody can choose rules or packets that collide.
 */
#ifndef _WEIR_ENGINE_CLASS_H
#define _WEIR_ENGINE_CLASS_H

#include "prog.h"

/** WEIR_CLASS_LEVELS - Lengths of prefixes in keys of tables, 0 among them. */
#define WEIR_CLASS_LEVELS	6
/** WEIR_CLASS_LEVELS_IP - The same for IPv4, whose prefixes lie closer to each other. */
#define WEIR_CLASS_LEVELS_IP	4

/**
 * enum weir_class_more - What else is in the key of a table, enum weir_table_key.
 * @WEIR_CLASS_NONE: Nothing.
 * @WEIR_CLASS_DPORT: The destination port.
 * @WEIR_CLASS_SPORT: The source port.
 * @WEIR_CLASS_OTHER: &weir_class.other.
 */
enum weir_class_more {
	WEIR_CLASS_NONE = WEIR_TABLE_KEY_NONE,
	WEIR_CLASS_DPORT = WEIR_TABLE_KEY_DPORT,
	WEIR_CLASS_SPORT = WEIR_TABLE_KEY_SPORT,
	WEIR_CLASS_OTHER = WEIR_TABLE_KEY_OTHER,
	__WEIR_CLASS_MORE_MAX,
};

/** WEIR_CLASS_TABLES - Most tables of a family: the bits of a word. */
#define WEIR_CLASS_TABLES	64
/** WEIR_CLASS_NOWHERE - Instead of the index of a table: there is none. */
#define WEIR_CLASS_NOWHERE	0xff

/** WEIR_CLASS_SPLIT - A rule with a list of at most so many values has a box for each. */
#define WEIR_CLASS_SPLIT	16

/**
 * struct weir_prefix - The first bits of an address.
 * @hi: Bits 0 to 63, the rest 0. An IPv4 address is its upper half.
 * @lo: Bits 64 to 127.
 * @len: How many bits count.
 */
struct weir_prefix {
	u64 hi;
	u64 lo;
	u8 len;
};

/** weir_prefix_mask() - The first @len of 64 bits, or all of them. */
static inline u64 weir_prefix_mask(u32 len)
{
	return len >= 64 ? ~0ULL : ~(~0ULL >> len);
}

/** WEIR_BOX_ANY - Any protocol. */
#define WEIR_BOX_ANY		0xffff
/** WEIR_BOX_TH - Beside a protocol: the transport header is there. */
#define WEIR_BOX_TH		0x200
/** WEIR_BOX_PROTO - The bits of a protocol, %WEIR_PKT_TH_NONE for an unknown one. */
#define WEIR_BOX_PROTO		0x1ff

/**
 * struct weir_box - What the packets that match a rule have in common.
 * @nfproto: NFPROTO_IPV4, NFPROTO_IPV6, or 0 for both.
 * @exact: All packets in the box match: nothing else is asked before the rule acts.
 * @th: The protocol, with %WEIR_BOX_TH where its header must be there; %WEIR_BOX_ANY
 *   for none of it.
 * @src: Source address; with an @nfproto.
 * @dst: Destination address.
 * @sport: Lowest source port, or other first 16 bits of the transport header.
 * @sport_to: Highest.
 * @dport: Lowest destination port.
 * @dport_to: Highest.
 * @other: The load of a key that must be equal to @val; NULL for none.
 * @val: See @other.
 * @split: One of these is the destination port, or @split_addr; NULL for none.
 * @split_addr: @src or @dst, where @split is about that.
 * @tail: What the rule does where it matches; of an @exact box.
 * @skip: Before this instruction there are only conditions of which the box says all.
 */
struct weir_box {
	u8 nfproto;
	bool exact;
	u16 th;
	struct weir_prefix src;
	struct weir_prefix dst;
	u16 sport;
	u16 sport_to;
	u16 dport;
	u16 dport_to;
	const struct weir_insn *other;
	struct weir_val val;
	const struct weir_ranges *split;
	struct weir_prefix *split_addr;
	const struct weir_insn *tail;
	const struct weir_insn *skip;
};

/**
 * weir_box_of() - Find the box of a rule.
 * @box: Filled.
 * @code: The rule.
 *
 * Context: Any.
 */
void weir_box_of(struct weir_box *box, const struct weir_code *code);

/**
 * weir_box_split() - One of the boxes that a box with &weir_box.split stands for.
 * @box: The box; changed to the one of range @i.
 * @i: Below the number of ranges.
 *
 * Context: Any.
 */
void weir_box_split(struct weir_box *box, u32 i);

/**
 * struct weir_desc - A rule in a table.
 * @next: Behind it in the bucket; buckets are in the order of labels.
 * @label: Place of the rule in the chain.
 * @code: The rule.
 * @limbo: Next of those that were taken out of their buckets; packets may still stand
 *   there, but none runs the rule.
 * @born: The first version of the chain that has the rule.
 * @life: How many versions have it; %WEIR_DESC_ALIVE until it is deleted.
 * @sport: Lowest source port.
 * @sport_span: Highest, less @sport.
 * @dport: Lowest destination port.
 * @dport_span: Highest, less @dport.
 * @th: The protocol, see &weir_box.th.
 * @th_mask: Which bits of it count; 0 for any.
 * @simple: All packets in the box match, and &weir_code.simple.
 * @single: It was allocated by itself, after the classifier was made.
 * @ip: Source and destination address of IPv4, see weir_ip_addrs(), and which bits of
 *   them count. Only one of @ip and @ip6 is allocated.
 * @ip6: Addresses of IPv6, upper and lower halves.
 */
struct weir_desc {
	struct weir_desc *next;
	u64 label;
	union {
		const struct weir_code *code;
		struct weir_desc *limbo;
	};
	u32 born;
	u32 life;
	u16 sport;
	u16 sport_span;
	u16 dport;
	u16 dport_span;
	u16 th;
	u16 th_mask;
	bool simple;
	bool single;
	union {
		struct {
			u64 addrs;
			u64 mask;
		} ip;
		struct {
			u64 src[2];
			u64 src_mask[2];
			u64 dst[2];
			u64 dst_mask[2];
		} ip6;
	};
};

/** weir_ip_addrs() - A source and a destination address, in host byte order, as one number. */
static __always_inline u64 weir_ip_addrs(u32 src, u32 dst)
{
	return (u64)src << 32 | dst;
}

/**
 * WEIR_DESC_ALIVE - &weir_desc.life of a rule that is in the newest version. Versions are
 *   below it: less &weir_desc.born of a later one, an unsigned number, they are above it.
 */
#define WEIR_DESC_ALIVE		S32_MAX

/**
 * struct weir_level - The values of one prefix length of one address.
 * @hi: Mask of the prefix: of an IPv4 address, or the upper half of an IPv6 address.
 * @lo: Mask of the lower half.
 * @shift: Of a hash, to get the index.
 * @len: The prefix length.
 * @tables: Which tables have rules for a hashed value; &weir_side.none without rules.
 */
struct weir_level {
	u64 hi;
	u64 lo;
	u8 shift;
	u8 len;
	u64 *tables;
};

/**
 * struct weir_table_hash - A table.
 * @buckets: By hash.
 * @shift: Of a hash, to get the index.
 * @src: Level of the source address in its key.
 * @dst: Level of the destination address.
 * @more: enum weir_class_more.
 * @n: Number of boxes.
 * @first: No rule here, or in a table behind this one, has a label below it.
 */
struct weir_table_hash {
	struct weir_desc **buckets;
	u8 shift;
	u8 src;
	u8 dst;
	u8 more;
	u32 n;
	u64 first;
};

/** WEIR_CLASS_PORTS - Buckets of destination ports. */
#define WEIR_CLASS_PORTS	256
/** WEIR_CLASS_THS - Buckets of protocols. */
#define WEIR_CLASS_THS		16

/**
 * struct weir_side - The rules of a chain for one family.
 * @n: Number of boxes.
 * @level: By address, source and destination, and level; level 0 is all addresses.
 * @levels: Number of levels, by address; the others are never looked at in IPv6.
 * @any: Tables of level 0, by address.
 * @none: 0: no tables, what unused levels point to.
 * @dport_hi: Tables that have rules for a destination port, by its upper 8 bits.
 * @dport_lo: The same by its lower 8 bits.
 * @every_port: Tables that are in all of these: nothing is left to be told of ports.
 * @ths: Tables that have rules for a protocol.
 * @table: The tables, in the order of their first rules when the classifier was made: a
 *   rule that is found early ends the search. Later ones are behind them.
 * @n_tables: Number of them.
 * @index: By levels and enum weir_class_more of a box: its table, which may have
 *   lower levels or less in its key, or %WEIR_CLASS_NOWHERE.
 * @descs: The descriptors of the rules that the classifier was made of.
 */
struct weir_side {
	u32 n;
	struct weir_level level[2][WEIR_CLASS_LEVELS];
	u8 levels[2];
	u64 any[2];
	u64 none;
	u64 dport_hi[WEIR_CLASS_PORTS];
	u64 dport_lo[WEIR_CLASS_PORTS];
	u64 every_port;
	u64 ths[WEIR_CLASS_THS];
	struct weir_table_hash table[WEIR_CLASS_TABLES];
	u32 n_tables;
	u8 index[WEIR_CLASS_LEVELS][WEIR_CLASS_LEVELS][__WEIR_CLASS_MORE_MAX];
	void *descs;
};

/**
 * struct weir_class - The classifier of a chain. All versions of the chain have the same
 *   one until it is made anew; rules in it say which versions they are part of.
 * @refs: How many programs have it.
 * @version: Of the newest version that was published.
 * @built: Number of boxes when it was made.
 * @changed: Number of boxes that came or went since then.
 * @mul: Secret odd numbers: for source and destination address, their lower halves,
 *   and what else is in a key.
 * @other: The load of the key that tables of %WEIR_CLASS_OTHER have.
 * @has_other: There is such a key.
 * @native: There is machine code for rules that are more than their boxes.
 * @residues: How many programs that are, those included that went since it was made.
 * @bytes: Memory, without machine code.
 * @side: For IPv4 and for IPv6; NULL where no rule can match.
 *
 * All but what packets do with it is under the namespace's lock.
 */
struct weir_class {
	u32 refs;
	u32 version;
	u32 built;
	u32 changed;
	u64 mul[5];
	struct weir_insn other;
	bool has_other;
	bool native;
	u32 residues;
	size_t bytes;
	struct weir_side *side[2];
};

/**
 * struct weir_class_change - What one version of a chain changed.
 * @n_added: Number of rules that came.
 * @n_removed: Number of rules that went.
 * @staged: Descriptors of the rules that come, in the order in which
 *   weir_boxes() has their boxes; not in their buckets yet.
 * @limbo: Descriptors that were taken out of their buckets.
 * @rules: Those that came, and behind them those that went.
 */
struct weir_class_change {
	u32 n_added;
	u32 n_removed;
	struct weir_desc *staged;
	struct weir_desc *limbo;
	struct weir_placed rules[];
};

/* Places in &weir_class.mul: an address, source or destination, is added. */
enum {
	WEIR_MUL_SRC,
	WEIR_MUL_DST,
	WEIR_MUL_SRC_LO,
	WEIR_MUL_DST_LO,
	WEIR_MUL_MORE,
};

/** weir_class_hash_addr() - The part of an address in a hash. */
static __always_inline u64 weir_class_hash_addr(const struct weir_level *level, u64 hi, u64 lo,
						u64 mul, u64 mul_lo, bool wide)
{
	u64 hash = (hi & level->hi) * mul;

	if (wide)
		hash += (lo & level->lo) * mul_lo;
	return hash;
}

/** weir_class_fold() - The number that stands for the value of the other key. */
static inline u64 weir_class_fold(struct weir_val val)
{
	return val.lo ^ val.hi * 0x9e3779b97f4a7c15ULL;
}

/** weir_class_same_load() - Whether two instructions load the same key. */
static inline bool weir_class_same_load(const struct weir_insn *a, const struct weir_insn *b)
{
	return a->op == b->op && a->len == b->len && a->kind == b->kind &&
	       a->option == b->option && a->offset == b->offset;
}

/**
 * typedef weir_box_fn - What is done with each box of a rule, for each family.
 * @data: As given.
 * @side: 0 for IPv4 and 1 for IPv6.
 * @box: The box.
 * @rule: The rule.
 *
 * Return: Whether to go on.
 */
typedef bool weir_box_fn(void *data, u32 side, const struct weir_box *box,
			 const struct weir_placed *rule);

/**
 * weir_boxes() - Find the boxes of a rule; always the same, in the same order.
 * @rule: The rule.
 * @fn: Called for each of them.
 * @data: For @fn.
 *
 * Context: Whatever @fn wants.
 * Return: false where @fn did not go on.
 */
bool weir_boxes(const struct weir_placed *rule, weir_box_fn *fn, void *data);

/**
 * struct weir_place - Where a box belongs.
 * @in: The rules of its family.
 * @level: Levels of its table, by address.
 * @more: What else is in the key of its table.
 * @table: Index of the table, or &weir_side.n_tables where there is none yet: then
 *   the levels and @more are the most that the box has.
 * @part: What its addresses add to the hash.
 * @hash: Hash of its key.
 */
struct weir_place {
	struct weir_side *in;
	u32 level[2];
	enum weir_class_more more;
	u32 table;
	u64 part[2];
	u64 hash;
};

/**
 * weir_place_of() - Find out where a box belongs.
 * @class: The classifier, which has rules of that family.
 * @side: 0 for IPv4 and 1 for IPv6.
 * @box: The box.
 *
 * Context: Process context, with the namespace's lock.
 * Return: The place.
 */
struct weir_place weir_place_of(const struct weir_class *class, u32 side,
				const struct weir_box *box);

/** weir_place_index() - Where a side says which table boxes of a place go to. */
static inline u8 *weir_place_index(const struct weir_place *place)
{
	return &place->in->index[place->level[0]][place->level[1]][place->more];
}

/** weir_place_table() - The table of a place that has one. */
static inline struct weir_table_hash *weir_place_table(const struct weir_place *place)
{
	return &place->in->table[place->table];
}

/** weir_place_bucket() - The bucket of a place that has a table. */
static inline struct weir_desc **weir_place_bucket(const struct weir_place *place)
{
	const struct weir_table_hash *table = weir_place_table(place);

	return &table->buckets[place->hash >> table->shift];
}

/**
 * weir_place_mark() - Tell packets that they find a box in its table.
 * @place: Its place; what packets find there is complete.
 * @box: The box.
 *
 * Context: Process context, with the namespace's lock; packets read meanwhile.
 */
void weir_place_mark(const struct weir_place *place, const struct weir_box *box);

/**
 * weir_table_alloc() - Get the buckets of a table.
 * @class: Gets the bytes added.
 * @table: The table.
 * @n: About how many boxes it will have.
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int weir_table_alloc(struct weir_class *class, struct weir_table_hash *table, u32 n);

/**
 * weir_class_array() - Memory for an array that hashes index.
 * @class: Gets the bytes added.
 * @shift: Made by weir_class_shift().
 * @size: Bytes of an element.
 *
 * Context: Process context; may sleep.
 * Return: Zeroed memory for kvfree(), or NULL.
 */
void *weir_class_array(struct weir_class *class, u8 shift, size_t size);

/** weir_class_shift() - The shift that makes an index of a hash, for about @n values. */
u8 weir_class_shift(u32 n);

/** weir_desc_size() - Bytes of a descriptor. */
static inline size_t weir_desc_size(u32 side)
{
	return side ? sizeof(struct weir_desc) : offsetofend(struct weir_desc, ip);
}

/**
 * weir_desc_init() - Fill a descriptor.
 * @desc: Room for it.
 * @side: 0 for IPv4 and 1 for IPv6.
 * @box: What it says.
 * @rule: Of which rule.
 */
void weir_desc_init(struct weir_desc *desc, u32 side, const struct weir_box *box,
		    const struct weir_placed *rule);

/**
 * weir_choose_levels() - The lengths that leave the fewest bits of prefixes unused.
 * @lens: How many prefixes there are of each length.
 * @width: Bits of an address.
 * @levels: Gets the lengths, ascending, 0 first; at most %WEIR_CLASS_LEVELS.
 *
 * Context: Any.
 * Return: Number of @levels.
 */
u32 weir_choose_levels(const u32 *lens, u32 width, u8 *levels);

/**
 * struct weir_combination - The boxes with the same levels and the same more in a key.
 * @n: How many boxes.
 * @first: Label of the first rule.
 * @to: Where they go instead: a combination; itself if it has a table.
 */
struct weir_combination {
	u32 n;
	u64 first;
	u16 to;
};

/** WEIR_COMBINATIONS - How many there are, in the order of &weir_side.index. */
#define WEIR_COMBINATIONS	(WEIR_CLASS_LEVELS * WEIR_CLASS_LEVELS * __WEIR_CLASS_MORE_MAX)

/**
 * weir_choose_tables() - Say which boxes are in one table, so that the tables are few.
 * @in: The rules of a family; gets tables without buckets, and the index.
 * @combinations: All %WEIR_COMBINATIONS, with @n and @first.
 *
 * Context: Any.
 */
void weir_choose_tables(struct weir_side *in, struct weir_combination *combinations);

/**
 * struct weir_class_spec - What a classifier is made of.
 * @rules: The rules, in order.
 * @labels: Their places, or NULL: their indices.
 * @n: How many.
 * @always: Even if one rule after the other would be faster.
 */
struct weir_class_spec {
	struct weir_code *const *rules;
	const u64 *labels;
	u32 n;
	bool always;
};

/**
 * weir_class_create() - Make the classifier of a chain.
 * @spec: What of.
 *
 * Context: Process context; may sleep.
 * Return: The classifier with one reference, NULL where one would not be faster than no
 * classifier, or ERR_PTR(-ENOMEM).
 */
struct weir_class *weir_class_create(const struct weir_class_spec *spec);

/**
 * weir_class_compile() - Make machine code of rules that are more than their boxes.
 * @class: A new classifier.
 * @codes: Its rules, in order. Those that have machine code already keep it.
 * @n: How many.
 *
 * Rules without it, for instance for want of memory, are interpreted.
 *
 * Context: Process context, with the namespace's lock; may sleep.
 */
void weir_class_compile(struct weir_class *class, struct weir_code *const *codes, u32 n);

/**
 * weir_class_compile_added() - The same of rules that come.
 * @class: The classifier; nothing is made if it has no machine code, or many programs for
 *   the number of its rules.
 * @added: The rules.
 *
 * Context: Process context, with the namespace's lock; may sleep.
 */
void weir_class_compile_added(struct weir_class *class, const struct weir_placed_list *added);

/**
 * weir_class_put() - Drop a reference to a classifier.
 * @class: May be NULL. With the last one, no packet uses it any more.
 *
 * Context: Process context.
 */
void weir_class_put(struct weir_class *class);

/**
 * weir_class_stage() - Prepare a change.
 * @class: The classifier.
 * @delta: The change.
 *
 * Packets see nothing of it.
 *
 * Context: Process context; may sleep.
 * Return: The change; ERR_PTR(-ENOMEM); or NULL where it is better to make the
 * classifier anew, for it does not suit its rules any more.
 */
struct weir_class_change *weir_class_stage(struct weir_class *class,
					   const struct weir_prog_delta *delta);

/**
 * weir_class_publish() - Put a change into effect for packets of the next version.
 * @class: The classifier; its version is the next one now.
 * @change: Made by weir_class_stage(), since the last change.
 *
 * Context: Process context.
 */
void weir_class_publish(struct weir_class *class, struct weir_class_change *change);

/**
 * weir_class_reap() - Take the rules that went out of their buckets.
 * @class: The classifier.
 * @change: Published; no packet sees a version before it any more.
 *
 * Context: Process context.
 * Return: Whether a grace period must pass before weir_class_change_free().
 */
bool weir_class_reap(struct weir_class *class, struct weir_class_change *change);

/**
 * weir_class_change_free() - Free a change.
 * @change: May be NULL. It was not published, or it was reaped.
 *
 * Context: Process context.
 */
void weir_class_change_free(struct weir_class_change *change);

/**
 * weir_class_run() - Run a chain from a place on until something decides.
 * @prog: The chain, which has a classifier.
 * @pkt: The packet. Where the chain is left by a jump, &weir_pkt.label is the place of
 *   the rule that jumps.
 * @from: Label of the first rule that counts.
 *
 * Context: Packet path.
 * Return: How it ended, _RETURN at the end of the chain.
 */
enum weir_exit weir_class_run(const struct weir_prog *prog, struct weir_pkt *pkt, u64 from);

/**
 * weir_class_run_lean_ip() - Run a chain from its start on, for an ordinary packet.
 * @prog: The chain, which has a classifier.
 * @pkt: The packet, of IPv4, after weir_pkt_init_lean(), with its state and ruleset. It is
 *   completed where the way that the chain ended is none of the verdicts, or _RETURN.
 *
 * Context: Packet path.
 * Return: As weir_class_run().
 */
enum weir_exit weir_class_run_lean_ip(const struct weir_prog *prog, struct weir_pkt *pkt);

/** weir_class_run_lean_ip6() - The same for IPv6. */
enum weir_exit weir_class_run_lean_ip6(const struct weir_prog *prog, struct weir_pkt *pkt);

#endif /* _WEIR_ENGINE_CLASS_H */
