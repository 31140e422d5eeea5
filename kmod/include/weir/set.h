/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Set modules: structures that hold the elements of a set. The core decides who
 * may change what and when; a set module only knows keys and, where an element
 * is more than its key, a pointer to a &struct weir_elem that the core owns.
 *
 * A key is the fields of the set one behind the other, each in as many bytes as
 * hold its bits, in network byte order. A key of at most 16 bytes is also a
 * number: those bytes read as one big endian number, lo and hi. "10.0.0.1 . 80"
 * is the 6 bytes 0a 00 00 01 00 50, and the number 0x0a0000010050.
 *
 * Two ways of changing. Most contents are persistent: what packets see is never
 * written to. A transaction forks the content, which costs little because the
 * fork shares all nodes, changes the fork as often as it likes, copying a node
 * before the first change to it, and the commit publishes the fork together
 * with everything else by the one pointer of the generation. If it is aborted,
 * the nodes that the fork made are freed, and that is all. The content of a
 * dynamic set, to which packets add elements, is changed in place instead; its
 * elements say themselves whether they are committed (&weir_elem.state).
 */
#ifndef _WEIR_SET_H
#define _WEIR_SET_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <weir/plugin.h>

struct weir_chain;
struct weir_elem;
struct weir_instance;
struct weir_object_named;

/** WEIR_SET_MODULES - Names of the set modules that the core asks, in this order. */
#define WEIR_SET_MODULES	{ "hash", "bitmap", "range", "concat" }

/**
 * struct weir_set_spec - What a content is to hold. Immutable.
 * @n_fields: Number of fields, 1 to %WEIR_FIELDS_MAX.
 * @bits: Bits of each field.
 * @offset: Where each field begins in the key, in bytes.
 * @size: Bytes of each field in the key.
 * @key_size: Bytes of a key, at most %WEIR_KEY_MAX.
 * @interval: Elements are ranges, inclusive in each field.
 * @dynamic: Packets change the content: it is changed in place.
 * @elems: Each element has a &struct weir_elem; otherwise it is only a key.
 * @memory: Rather save memory than time.
 * @list: It is a list of sets: the fields are those of its members, and what a
 *   content holds are sets. No set module has such a content.
 * @data_type: enum weir_data_type.
 * @data_bits: Bits of the value of a map.
 * @n_stmts: Statements of an element, counters not included.
 * @counter: Elements count.
 * @loose: A dynamic set that declares no statements leaves them to the rules that add
 *   elements: there is room for a counter and for @n_stmts others, and each element
 *   has what its rule gave it. It counts with %WEIR_ELEM_COUNTS in its flags.
 * @timeout: Elements may have a timeout.
 * @off_timeout: Where &struct weir_elem_timeout begins in an element, 0 without.
 * @off_counter: Where &struct weir_elem_counter begins, 0 without.
 * @off_data: Where &struct weir_elem_data begins, 0 without.
 * @off_stmts: Where the &struct weir_instance pointers begin, 0 without.
 * @off_key: Where the key begins; behind it, with @interval, the end of the range.
 * @elem_size: Bytes of an element, all of that included.
 */
struct weir_set_spec {
	u8 n_fields;
	u8 bits[WEIR_FIELDS_MAX];
	u8 offset[WEIR_FIELDS_MAX];
	u8 size[WEIR_FIELDS_MAX];
	u8 key_size;
	bool interval;
	bool dynamic;
	bool elems;
	bool memory;
	bool list;
	u8 data_type;
	u8 data_bits;
	u8 n_stmts;
	bool counter;
	bool loose;
	bool timeout;
	u16 off_timeout;
	u16 off_counter;
	u16 off_data;
	u16 off_stmts;
	u16 off_key;
	u16 elem_size;
};

/**
 * enum weir_elem_state - Whether packets see an element of a dynamic set. Those of
 *   other sets are always %WEIR_ELEM_LIVE: there the content says it.
 * @WEIR_ELEM_LIVE: They do.
 * @WEIR_ELEM_NEW: Added by the open transaction: not yet.
 * @WEIR_ELEM_DYING: Deleted by the open transaction: still.
 * @WEIR_ELEM_DEAD: Taken out of the content.
 */
enum weir_elem_state {
	WEIR_ELEM_LIVE,
	WEIR_ELEM_NEW,
	WEIR_ELEM_DYING,
	WEIR_ELEM_DEAD,
};

/**
 * struct weir_elem - An element that is more than a key.
 * @rcu: To free it.
 * @link: The set module's own, as long as the element is in a content, and until
 *   a grace period after it was taken out.
 * @gone: In the elements of a dynamic set that packets took out.
 * @next: In a list of the open transaction: of elements that it added or takes out.
 * @comment: NULL without.
 * @state: enum weir_elem_state.
 * @flags: enum weir_elem_flags.
 *
 * Followed by what the set's &struct weir_set_spec says. Its address stays the
 * same as long as it lives, whatever happens to the content, so that counters
 * are exact.
 */
struct weir_elem {
	union {
		struct rcu_head rcu;
		struct {
			void *link;
			union {
				struct llist_node gone;
				struct weir_elem *next;
			};
		};
	};
	char *comment;
	u8 state;
	u8 flags;
};

/**
 * weir_elem_claim() - Take an element of a dynamic set from one state to another.
 * @elem: The element, found under rcu_read_lock().
 * @from: enum weir_elem_state that it is in.
 * @to: What it is to be.
 *
 * Packets, the open transaction and the collector of expired elements change such
 * a set all at once. Who makes an element DEAD, and only who does, sees to it that
 * it leaves the content and is freed after a grace period; a DEAD one that is
 * still in the way may be taken out of the content by anybody. Packets leave alone
 * what is NEW or DYING.
 *
 * Return: Whether it was in that state; otherwise somebody else was first.
 */
static inline bool weir_elem_claim(struct weir_elem *elem, u8 from, u8 to)
{
	return cmpxchg(&elem->state, from, to) == from;
}

/** WEIR_ELEM_COUNTS - In the flags of an element of a loose set: it has a counter. */
#define WEIR_ELEM_COUNTS	0x40

/** WEIR_LOOSE_STMTS - &weir_set_spec.n_stmts of a loose set. */
#define WEIR_LOOSE_STMTS	1

/** WEIR_ELEM_HIT - What a lookup returns for an element that is only a key. */
#define WEIR_ELEM_HIT	((struct weir_elem *)1UL)

/**
 * struct weir_elem_timeout - When an element goes.
 * @expires: In jiffies (64 bits), 0 for never.
 * @timeout: In milliseconds, for listing and for starting anew; 0 for never.
 */
struct weir_elem_timeout {
	u64 expires;
	u64 timeout;
};

/** struct weir_elem_counter - Packets and bytes. */
struct weir_elem_counter {
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct weir_elem_data - What an element of a map leads to.
 * @val: A value.
 * @verdict: enum weir_verdict.
 * @chain_id: Id of @chain.
 * @chain: Where a verdict leads, or NULL.
 * @object: A named object.
 */
struct weir_elem_data {
	union {
		struct weir_val val;
		struct {
			u8 verdict;
			u32 chain_id;
			struct weir_chain *chain;
		};
		struct weir_object_named *object;
	};
};

static inline struct weir_elem_timeout *
weir_elem_timeout(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return (struct weir_elem_timeout *)((u8 *)elem + spec->off_timeout);
}

static inline struct weir_elem_counter *
weir_elem_counter(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return (struct weir_elem_counter *)((u8 *)elem + spec->off_counter);
}

static inline struct weir_elem_data *
weir_elem_data(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return (struct weir_elem_data *)((u8 *)elem + spec->off_data);
}

static inline struct weir_instance **
weir_elem_stmts(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return (struct weir_instance **)((u8 *)elem + spec->off_stmts);
}

/** weir_elem_counts() - Whether an element has a counter. */
static inline bool weir_elem_counts(const struct weir_set_spec *spec,
				    const struct weir_elem *elem)
{
	return spec->counter && (!spec->loose || elem->flags & WEIR_ELEM_COUNTS);
}

/** weir_elem_key() - An element's key; without @interval, its end is the same. */
static inline u8 *weir_elem_key(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return (u8 *)elem + spec->off_key;
}

/** weir_elem_to() - The end of an element's range. */
static inline u8 *weir_elem_to(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	return weir_elem_key(spec, elem) + (spec->interval ? spec->key_size : 0);
}

/**
 * struct weir_content - One version of what a set holds. The first member of a
 * set module's own structure.
 * @ops: Whose.
 * @spec: What it holds.
 * @count: Number of elements.
 */
struct weir_content {
	const struct weir_set_ops *ops;
	const struct weir_set_spec *spec;
	u32 count;
};

/**
 * struct weir_set_pos - A place in a content; all zeroes is the start. What the
 * numbers mean is the set module's own.
 */
struct weir_set_pos {
	u64 at[2];
};

/**
 * typedef weir_set_visit - Called for each element of a walk.
 * @data: The caller's.
 * @from: The key.
 * @to: The end of the range; @from where elements are no ranges.
 * @elem: The element, %WEIR_ELEM_HIT where it is only a key.
 *
 * Return: 0 to go on; otherwise the walk ends with this result, and its place is
 * before this element.
 */
typedef int (*weir_set_visit)(void *data, const u8 *from, const u8 *to,
			      struct weir_elem *elem);

/** typedef weir_set_lookup - See &weir_set_ops.lookup. */
typedef struct weir_elem *(*weir_set_lookup)(const struct weir_content *content, u64 lo, u64 hi);

/**
 * struct weir_set_ops - A set module.
 * @plugin: Name, owner, families, hooks; no attributes of its own.
 * @score: How well it would hold @count elements (0 if that is not known yet) of
 *   @spec: 0 not at all; the module with the highest score is taken, of equal
 *   ones the first. The core asks again when a set has grown.
 * @create: Make an empty content, which may be changed. ERR_PTR(-ENOMEM).
 * @fork: Make a version of @old that may be changed; it shares what @old has.
 *   Never called for a dynamic content. ERR_PTR(-ENOMEM).
 * @insert: Add an element. @elem is %WEIR_ELEM_HIT where the spec has no elements;
 *   otherwise it has its key already. @to is @from unless the spec has ranges.
 *   -EEXIST if there is one with the same key (and end): the content is as it
 *   was; -ENOMEM likewise; -E2BIG for ranges nested too deeply. Dynamic: also
 *   called by packets (softirq), with GFP_ATOMIC; serialised by a lock of the
 *   module's own.
 * @remove: Take an element out. Returns it (%WEIR_ELEM_HIT where it is only a
 *   key), NULL if it is not there, or ERR_PTR(-ENOMEM), and nothing has changed.
 *   Dynamic: takes the very element @elem out if that is not NULL, under the
 *   module's lock; needs no memory.
 * @replace: Put @elem in the place of the one that has the same key. Returns the
 *   one replaced, NULL if there is none, or ERR_PTR(-ENOMEM). Optional without
 *   elements. Dynamic: needs no memory.
 * @find: The element with exactly this key (and end), or NULL.
 * @walk: Call @visit for each element from @pos on; @pos is moved along. Returns
 *   0 at the end. A dynamic content may change meanwhile: what is there all the
 *   time is visited once. The caller holds rcu_read_lock() then.
 * @finish: Optional: the content will not be changed any more before it is
 *   published; give back memory that is not needed. Cannot fail.
 * @commit: @new was published in the place of @old, from which it was forked, and
 *   a grace period has passed: free what @new does not share. @old is gone. By then
 *   @new may have been forked itself, and that fork published or aborted; commits
 *   come in the order of the publications.
 * @abort: Free @new, and of its nodes those that it does not share with @old.
 * @destroy: Free a content that is not forked, and all its nodes. Elements are
 *   freed by the core, which has walked it.
 * @memory: Bytes of kernel memory of all nodes, as the allocator rounds them.
 * @lookup: Packet path, under rcu_read_lock(), BH disabled, no lock. The most
 *   specific element that has the key, a number, or NULL. For contents whose key
 *   is at most 16 bytes, and a single field where elements are ranges; otherwise
 *   NULL.
 * @lookup_wide: The same for all other contents; @key is aligned to 8 bytes.
 * @lookup_for: Optional: a function that may be called in the place of @lookup for
 *   all contents with this specification that are finished, for machine code to save
 *   the question.
 *
 * All but the packet path, and @insert and @remove of dynamic contents, run in
 * process context with the namespace's lock held, and may sleep; a module need
 * not lock anything else. Memory is taken with GFP_KERNEL_ACCOUNT.
 *
 * @lookup and @lookup_wide see every element that is there all the time, also
 * while a dynamic content grows. They may return elements that are expired, NEW
 * or exceptions: the caller looks at that.
 */
struct weir_set_ops {
	struct weir_plugin plugin;

	unsigned int (*score)(const struct weir_set_spec *spec, u32 count);
	struct weir_content *(*create)(const struct weir_set_spec *spec);
	struct weir_content *(*fork)(struct weir_content *old);
	int (*insert)(struct weir_content *content, const u8 *from, const u8 *to,
		      struct weir_elem *elem);
	struct weir_elem *(*remove)(struct weir_content *content, const u8 *from, const u8 *to,
				    struct weir_elem *elem);
	struct weir_elem *(*replace)(struct weir_content *content, const u8 *from,
				     const u8 *to, struct weir_elem *elem);
	struct weir_elem *(*find)(const struct weir_content *content, const u8 *from,
				  const u8 *to);
	int (*walk)(const struct weir_content *content, struct weir_set_pos *pos,
		    weir_set_visit visit, void *data);
	void (*finish)(struct weir_content *content);
	void (*commit)(struct weir_content *old, struct weir_content *new);
	void (*abort)(struct weir_content *old, struct weir_content *new);
	void (*destroy)(struct weir_content *content);
	size_t (*memory)(const struct weir_content *content);

	weir_set_lookup lookup;
	weir_set_lookup (*lookup_for)(const struct weir_set_spec *spec);
	struct weir_elem *(*lookup_wide)(const struct weir_content *content, const u8 *key);
};

/** weir_key_num() - A key of at most 16 bytes as a number. */
static inline struct weir_val weir_key_num(const u8 *key, unsigned int size)
{
	struct weir_val val = {};

	while (size--) {
		val.hi = val.hi << 8 | val.lo >> 56;
		val.lo = val.lo << 8 | *key++;
	}
	return val;
}

/** weir_num_key() - The reverse. */
static inline void weir_num_key(struct weir_val val, u8 *key, unsigned int size)
{
	while (size--) {
		key[size] = val.lo;
		val.lo = val.lo >> 8 | val.hi << 56;
		val.hi >>= 8;
	}
}

/**
 * weir_spec_is_number() - Whether contents are asked by &weir_set_ops.lookup, for a
 *   number; otherwise by &weir_set_ops.lookup_wide. A list of sets may have members
 *   of both kinds where there are more fields than one: it wants the key in memory.
 */
static inline bool weir_spec_is_number(const struct weir_set_spec *spec)
{
	return spec->key_size <= 16 &&
	       (spec->n_fields == 1 || !(spec->interval || spec->list));
}

/**
 * weir_content_lookup() - The most specific element that has a key.
 * @content: The elements.
 * @key: The key, aligned to 8 bytes.
 *
 * Context: That of &weir_set_ops.lookup.
 * Return: The element, %WEIR_ELEM_HIT where it is only a key, or NULL.
 */
static inline struct weir_elem *weir_content_lookup(const struct weir_content *content,
						    const u8 *key)
{
	struct weir_val num;

	if (!weir_spec_is_number(content->spec))
		return content->ops->lookup_wide(content, key);
	num = weir_key_num(key, content->spec->key_size);
	return content->ops->lookup(content, num.lo, num.hi);
}

/**
 * weir_register_set() - Make a set module known.
 * @ops: Stays valid until weir_unregister_set().
 *
 * Context: Process context; may sleep.
 * Return: 0; -EEXIST if the name is taken; -EINVAL if a callback is missing.
 */
int weir_register_set(struct weir_set_ops *ops);

/**
 * weir_unregister_set() - Forget a set module.
 * @ops: What was registered. No set uses it, because sets hold the module.
 *
 * Context: Process context; may sleep. Waits for deferred frees.
 */
void weir_unregister_set(struct weir_set_ops *ops);

#endif /* _WEIR_SET_H */
