/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of a ruleset and how a transaction holds them.
 *
 * An object is LIVE, NEW (added in the open transaction) or DYING (deleted in
 * it). There is one open transaction at a time in a namespace, so an object has
 * one state and not one for each writer. Whoever lists sees LIVE and DYING
 * objects with the settings that were committed; the writer finds LIVE and NEW
 * objects with the settings it gave. Both are in the same lists, in place, so
 * that neither commit nor abort has to find where something belongs.
 *
 * An object that was changed is linked into the transaction once, in the order
 * of the first change. An object that was both added and deleted in the same
 * transaction is freed at once and leaves no trace.
 *
 * Everything here is under weir_net.lock, but for what packets follow.
 */
#ifndef _WEIR_OBJECT_H
#define _WEIR_OBJECT_H

#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/genetlink.h>
#include <weir/rule.h>
#include "engine/engine.h"

/**
 * enum weir_state - Where an object stands in the open transaction.
 * @WEIR_STATE_LIVE: Committed and staying, maybe with new settings.
 * @WEIR_STATE_NEW: Added in it.
 * @WEIR_STATE_DYING: Committed, and deleted in it.
 */
enum weir_state {
	WEIR_STATE_LIVE,
	WEIR_STATE_NEW,
	WEIR_STATE_DYING,
};

/**
 * enum weir_kind - Which object a &struct weir_object is part of.
 * @WEIR_KIND_RULE: &struct weir_rule.
 * @WEIR_KIND_SET: &struct weir_set.
 * @WEIR_KIND_OBJECT: &struct weir_object_named.
 * @WEIR_KIND_CHAIN: &struct weir_chain.
 * @WEIR_KIND_TABLE: &struct weir_table.
 * @WEIR_KINDS: How many there are. What stands earlier is freed earlier.
 */
enum weir_kind {
	WEIR_KIND_RULE,
	WEIR_KIND_SET,
	WEIR_KIND_OBJECT,
	WEIR_KIND_CHAIN,
	WEIR_KIND_TABLE,
	WEIR_KINDS,
};

/**
 * enum weir_view - Who looks.
 * @WEIR_VIEW_COMMITTED: Whoever lists, and packets.
 * @WEIR_VIEW_WRITER: The writer, and packets after the commit.
 */
enum weir_view {
	WEIR_VIEW_COMMITTED,
	WEIR_VIEW_WRITER,
};

/**
 * struct weir_object - What tables, chains and rules have in common.
 * @change: In weir_txn.changes; empty if the transaction does not touch it.
 * @kind: enum weir_kind.
 * @state: enum weir_state.
 * @rich: Of a rule: it is part of a &struct weir_rich_rule.
 * @size: Of a rule: bytes of its items. Rules are many, and here is room.
 */
struct weir_object {
	struct list_head change;
	u8 kind;
	u8 state;
	bool rich;
	u32 size;
};

/**
 * struct weir_name - A name in an index, and whose it is.
 * @node: In the index.
 * @rcu: To free it; the index may be resizing.
 * @object: The table or chain.
 * @family: NFPROTO_* of a table, 0 for a chain.
 * @str: NUL-terminated.
 */
struct weir_name {
	struct rhlist_head node;
	struct rcu_head rcu;
	void *object;
	u8 family;
	char str[];
};

/**
 * struct weir_table_conf - What can be changed of a table.
 * @comment: NULL without.
 * @flags: enum weir_table_flags.
 * @owner: Netlink port of the owner, 0 without or if it is gone.
 * @owner_pid: Its process.
 * @owner_comm: Its program.
 */
struct weir_table_conf {
	char *comment;
	u32 flags;
	u32 owner;
	u32 owner_pid;
	char owner_comm[TASK_COMM_LEN];
};

/**
 * struct weir_table - A table.
 * @obj: Common part.
 * @list: In weir_net.tables, in order of creation.
 * @name: In weir_net.table_names.
 * @conf: Committed settings.
 * @next: Settings after the transaction, NULL if they stay.
 * @handle: Unique in the namespace.
 * @last_handle: Last handle that a chain or rule of the table got.
 * @n_chains: Number of committed chains.
 * @family: NFPROTO_*.
 * @doomed: The owner is gone and the table follows it.
 * @rewired: For the check of the jump graph: a commit changes jumps.
 * @chains: In order of creation.
 * @chain_names: From name to chain.
 * @chain_handles: From handle to chain.
 * @sets: In order of creation.
 * @lists: Those of them that are lists of sets.
 * @set_names: From name to set.
 * @set_handles: From handle to set.
 * @objects: In order of creation.
 * @object_names: From name to named object; those of different types may share one.
 * @rule_handles: From handle to rule; of a rule that is being replaced, to the
 *   new one.
 */
struct weir_table {
	struct weir_object obj;
	struct list_head list;
	struct weir_name *name;
	struct weir_table_conf *conf;
	struct weir_table_conf *next;
	u64 handle;
	u64 last_handle;
	u32 n_chains;
	u8 family;
	bool doomed;
	bool rewired;
	struct list_head chains;
	struct rhltable chain_names;
	struct xarray chain_handles;
	struct list_head sets;
	struct list_head lists;
	struct rhltable set_names;
	struct xarray set_handles;
	struct list_head objects;
	struct rhltable object_names;
	struct xarray rule_handles;
};

/**
 * struct weir_chain_conf - What can be changed of a chain.
 * @name: In weir_table.chain_names.
 * @comment: NULL without.
 * @policy: %NF_ACCEPT or %NF_DROP, of a base chain.
 */
struct weir_chain_conf {
	struct weir_name *name;
	char *comment;
	u8 policy;
};

/**
 * struct weir_edge - A place among the jumps of a rule.
 * @jump: Index among those of the rule itself.
 * @item: The item whose set comes behind them; NULL before the first.
 * @use: Index in that set's uses.
 */
struct weir_edge {
	u32 jump;
	const struct weir_item *item;
	unsigned long use;
};

/**
 * struct weir_walk - A chain's place in the walk of the jump graph.
 * @parent: The chain from which the walk came here.
 * @rule: The rule that is being followed.
 * @at: Which jump of @rule is being followed.
 * @colour: Whether the walk was here.
 * @height: Most chains that can be entered by jump from here.
 * @hooks: Hooks that lead here, bits 1 << enum nf_inet_hooks.
 * @order: In the list of chains in reverse order of the walk's ends.
 */
struct weir_walk {
	struct weir_chain *parent;
	struct weir_rich_rule *rule;
	struct weir_edge at;
	u8 colour;
	u32 height;
	unsigned int hooks;
	struct list_head order;
};

/**
 * struct weir_chain - A chain.
 * @obj: Common part.
 * @list: In weir_table.chains, in order of creation.
 * @table: Its table.
 * @conf: Committed settings.
 * @next: Settings after the transaction, NULL if they stay.
 * @handle: Unique in the table.
 * @id: Index in the ruleset, unique in the namespace.
 * @n_rules: Number of committed rules.
 * @base: A base chain.
 * @hooked: @ops is registered.
 * @touched: In weir_txn.chains of the open transaction, where that changes what packets
 *   meet here, or whether they come here.
 * @dirty: It changes what packets meet here.
 * @rewired: The open transaction adds rules that belong to @special, or the chain.
 * @crowded: Some rules have no label of their own: all need new ones.
 * @afresh: The next program cannot be made from @prog and the rules that change: labels
 *   have changed, or code of rules that stay.
 * @delta: Rules that the commit changes, while it is prepared.
 * @staged: In weir_txn.staged: @staged_prog replaces @prog at the publication that is
 *   prepared.
 * @rules: In order of evaluation.
 * @special: The &struct weir_rich_rule that jump, ask verdict maps, or are not valid in
 *   every hook.
 * @jumps: &struct weir_jump that lead here.
 * @prog: The published program, NULL if there is none.
 * @staged_prog: The next one, or NULL.
 * @ops: The hook function of a base chain.
 * @attach: Its argument.
 * @walk: For the walk of the jump graph.
 */
struct weir_chain {
	struct weir_object obj;
	struct list_head list;
	struct weir_table *table;
	struct weir_chain_conf *conf;
	struct weir_chain_conf *next;
	u64 handle;
	u32 id;
	u32 n_rules;
	bool base;
	bool hooked;
	struct list_head touched;
	bool dirty;
	bool rewired;
	bool crowded;
	bool afresh;
	struct weir_prog_delta delta;
	struct list_head staged;
	struct list_head rules;
	struct list_head special;
	struct list_head jumps;
	struct weir_prog *prog;
	struct weir_prog *staged_prog;
	struct nf_hook_ops ops;
	struct weir_attach attach;
	struct weir_walk walk;
};

/**
 * struct weir_set_conf - What can be changed of a set.
 * @name: In weir_table.set_names.
 * @comment: NULL without.
 * @timeout: Of elements that give none, milliseconds; 0 for never.
 * @gc_interval: Milliseconds, 0 for the default.
 * @size: Most elements, 0 for no bound.
 */
struct weir_set_conf {
	struct weir_name *name;
	char *comment;
	u64 timeout;
	u32 gc_interval;
	u32 size;
};

/**
 * struct weir_change - New settings of an element that is there, from the commit on.
 * @list: In weir_stage.changes.
 * @with: Has its key and the settings. An heir takes its place.
 * @given: Which settings count, enum weir_elem_columns and %WEIR_GIVEN_COMMENT.
 * @heir: It was added where an element is dying.
 */
struct weir_change {
	struct list_head list;
	struct weir_elem *with;
	u32 given;
	bool heir;
};

/** WEIR_GIVEN_COMMENT - The comment in &weir_change.given. */
#define WEIR_GIVEN_COMMENT	BIT(31)

/** WEIR_ELEM_HEIR - In the flags of a dying element: a &struct weir_change replaces it. */
#define WEIR_ELEM_HEIR		0x80

/**
 * struct weir_stage - What the open transaction makes of the elements of a set; once
 *   that is over, what is to be freed.
 * @list: In weir_txn.stages, then.
 * @spec: What the elements that are freed are like.
 * @family: Family of the table.
 * @content: The elements as the writer sees them.
 * @origin: The committed content that @content is, or is made of; NULL if it began
 *   empty.
 * @shares: @content is a fork of @origin. Otherwise, if they are not the same, it has
 *   nodes of its own, but the elements of @origin.
 * @dropped: A committed content all of whose elements go, or NULL.
 * @catchall: The catch-all element as the writer sees it, or NULL.
 * @old_catchall: The committed one that goes, or NULL.
 * @added: Elements that the transaction added, by their next. Those that are DEAD
 *   were taken out again.
 * @removed: Elements of @origin that it took out; those of a dynamic set are still
 *   there, dying.
 * @gone: Elements that only packets may still see.
 * @changes: &struct weir_change, in order.
 * @notes: Events of elements, core/set_note.c's own.
 * @whole: The events are that all elements went and that those of @content came.
 * @touched: Elements have changed.
 * @heard: Somebody listens.
 * @unheard: There were changes that have no event, because nobody listened.
 *
 * Two sets that exchange their elements exchange these.
 */
struct weir_stage {
	struct list_head list;
	const struct weir_set_spec *spec;
	u8 family;
	struct weir_content *content;
	struct weir_content *origin;
	bool shares;
	struct weir_content *dropped;
	struct weir_elem *catchall;
	struct weir_elem *old_catchall;
	struct weir_elem *added;
	struct weir_elem *removed;
	struct weir_elem *gone;
	struct list_head changes;
	struct list_head notes;
	bool whole;
	bool touched;
	bool heard;
	bool unheard;
};

/**
 * struct weir_set - A set or map.
 * @obj: Common part.
 * @list: In weir_table.sets; empty once it waits to be freed.
 * @of_lists: In weir_table.lists, if it is a list of sets.
 * @table: Its table.
 * @wn: Its namespace.
 * @conf: Committed settings.
 * @next: Settings after the transaction, NULL if they stay.
 * @handle: Unique in the table.
 * @id: Index in the ruleset's sets, unique in the namespace.
 * @flags: enum weir_set_flags.
 * @policy: enum weir_set_policy.
 * @spec: What it is declared to hold.
 * @rich: The same with elements that are more than keys: what a content has once an
 *   element of a set of keys has a comment or is an exception.
 * @hooks: Hooks where all its statements are valid.
 * @key_text: As declared, for listing.
 * @data_text: Likewise, NULL if it is no map.
 * @object_type: Of a map to objects.
 * @stmts: Statements that each element gets, templates.
 * @n_stmts: Number of @stmts.
 * @content: The committed elements; NULL as long as the set is new.
 * @catchall: The committed catch-all element, NULL without.
 * @stage: What the open transaction makes of them, NULL if they stay.
 * @version: Counts the contents that were published.
 * @uses: &struct weir_use, the chains and objects that its elements lead to.
 * @users: Rules that use it, as the writer sees them. Lists of sets are not counted,
 *   but looked through, see core/set_list.c.
 * @lookups: &struct weir_lookup of rules that use it, for lowering them again.
 * @refused: Elements refused because it was full.
 * @gone: Elements that packets took out of a dynamic set.
 * @reap: Frees them after a grace period.
 * @evict_lock: Protects @evict_at.
 * @evict_at: Where the last element was evicted.
 * @collected: When expired elements were looked for, in jiffies.
 * @listed: When it was listed, in jiffies.
 *
 * The content of a list of sets (%WEIR_SET_FLAGS_LIST) is a &struct weir_list.
 */
struct weir_set {
	struct weir_object obj;
	struct list_head list;
	struct list_head of_lists;
	struct weir_table *table;
	struct weir_net *wn;
	struct weir_set_conf *conf;
	struct weir_set_conf *next;
	u64 handle;
	u32 id;
	u32 flags;
	u8 policy;
	struct weir_set_spec spec;
	struct weir_set_spec rich;
	unsigned int hooks;
	char *key_text;
	char *data_text;
	char *object_type;
	struct weir_item *stmts;
	u32 n_stmts;
	struct weir_content *content;
	struct weir_elem *catchall;
	struct weir_stage *stage;
	u32 version;
	struct xarray uses;
	u32 users;
	struct list_head lookups;
	atomic64_t refused;
	struct llist_head gone;
	struct work_struct reap;
	spinlock_t evict_lock; /* evict_at */
	struct weir_set_pos evict_at;
	unsigned long collected;
	unsigned long listed;
};

/**
 * struct weir_object_named - A named object: a statement with state that rules share.
 * @item: What it is, a counter or a match; the first member, because the engine
 *   knows a named object by it.
 * @obj: Common part.
 * @list: In weir_table.objects.
 * @table: Its table.
 * @name: In weir_table.object_names.
 * @handle: Unique in the table.
 * @type: "counter" or the plug-in's name.
 * @comment: NULL without.
 * @next_comment: The comment after the transaction, NULL if it stays.
 * @next: The settings after the transaction, as an instance of the same plug-in; NULL
 *   if they stay.
 * @users: Rules and elements that use it, as the writer sees them.
 */
struct weir_object_named {
	struct weir_item item;
	struct weir_object obj;
	struct list_head list;
	struct weir_table *table;
	struct weir_name *name;
	u64 handle;
	const char *type;
	char *comment;
	char *next_comment;
	struct weir_instance *next;
	u32 users;
};

/**
 * struct weir_jump - An edge of the jump graph.
 * @list: In the jumps of @to.
 * @rule: Where from, or NULL.
 * @set: Where from, of elements of a set: from every rule that asks it.
 * @to: Where to.
 * @comes_back: It is a jump, not a goto.
 */
struct weir_jump {
	struct list_head list;
	struct weir_rule *rule;
	struct weir_set *set;
	struct weir_chain *to;
	bool comes_back;
};

/**
 * struct weir_use - What elements of a set lead to: a chain, by jump or goto, or an
 *   object.
 * @jump: In the jump graph; without a chain where @object is.
 * @object: An object.
 * @users: Number of elements that do, as the writer sees them.
 * @committed: The same without the open transaction.
 */
struct weir_use {
	struct weir_jump jump;
	struct weir_object_named *object;
	u32 users;
	u32 committed;
};

/**
 * struct weir_rule - A rule.
 * @obj: Common part.
 * @list: In weir_chain.rules, in order of evaluation.
 * @chain: Its chain.
 * @label: Its place, for the engine: grows along weir_chain.rules.
 * @handle: Unique in the table.
 * @code: What the engine made of it.
 * @items: What it means, for weir_rule_body(): its items, one behind the other.
 */
struct weir_rule {
	struct weir_object obj;
	struct list_head list;
	struct weir_chain *chain;
	u64 label;
	u64 handle;
	struct weir_code *code;
	u8 items[] __aligned(8);
};

/**
 * struct weir_rich_rule - A rule with something that few rules have.
 * @special: In weir_chain.special, or empty.
 * @replaces: Of a new rule, the dying rule whose handle it takes.
 * @next: What takes the place of its code at the commit that is being prepared, or NULL.
 * @comment: NULL without.
 * @hooks: Hooks where all its plug-ins are valid.
 * @n_jumps: Number of @jumps.
 * @jumps: Where it leads, the elements of its anonymous maps included.
 * @maps: It asks named verdict maps, and leads where &weir_set.uses of those lead.
 * @rule: The rule.
 */
struct weir_rich_rule {
	struct list_head special;
	struct weir_rule *replaces;
	struct weir_code *next;
	char *comment;
	unsigned int hooks;
	u32 n_jumps;
	struct weir_jump *jumps;
	bool maps;
	struct weir_rule rule;
};

/**
 * struct weir_draft - Items of a rule that are still coming in.
 * @body: What came so far, each item as a whole.
 * @n_items: Number of items.
 * @cap: Items that there is room for.
 * @ranges_cap: Ranges that the last item has room for.
 * @n_jumps: Number of items, and of elements of anonymous maps, that lead to a chain.
 * @sets: It asks named sets.
 * @maps: It asks named verdict maps.
 * @hooks: Hooks where all plug-ins so far are valid.
 * @ended: A verdict or a terminal target came: nothing may follow.
 */
struct weir_draft {
	struct weir_rule_body body;
	u32 n_items;
	u32 cap;
	u32 ranges_cap;
	u32 n_jumps;
	bool sets;
	bool maps;
	unsigned int hooks;
	bool ended;
};

/**
 * struct weir_pending - A message about a rule whose items are still coming in.
 * @draft: The items.
 * @chain: The rule's chain.
 * @comment: The rule's comment, or NULL.
 * @replaces: The rule to replace, or NULL.
 * @where: Rule next to which it goes, or NULL for an end of the chain.
 * @before: Before @where, or at the head of the chain.
 * @del: Delete the first rule that has these items.
 * @destroy: It is no error if there is none.
 */
struct weir_pending {
	struct weir_draft draft;
	struct weir_chain *chain;
	char *comment;
	struct weir_rule *replaces;
	struct weir_rule *where;
	bool before;
	bool del;
	bool destroy;
};

/**
 * struct weir_txn - A transaction; once committed, what it leaves to be freed.
 * @wn: Its namespace.
 * @portid: Netlink port of the writer.
 * @pid: Its process.
 * @comm: Its program.
 * @used: When its last message came, in jiffies.
 * @failed: A message was refused: no more are taken.
 * @changes: &weir_object.change, in order.
 * @n_changes: Number of events.
 * @chains: &weir_chain.touched.
 * @staged: &weir_chain.staged, while a publication is prepared.
 * @pending: The rule whose items are still coming in, or NULL.
 * @ruleset: Prepared; after the publication the one before it.
 * @n_stale: Number of @stale.
 * @stale: Programs that were replaced.
 * @stages: Of sets, once they are settled or undone.
 * @orphans: Of sets that came and went, with what they had from others.
 * @codes: Code of rules that was replaced, and that packets may still run.
 * @n_codes: Number of @codes.
 * @cap_codes: How many there is room for.
 * @new_codes: How many rules have new code, for each of which there is room.
 * @retired: In the list of what is to be freed.
 * @dead: Objects that were deleted, by kind.
 */
struct weir_txn {
	struct weir_net *wn;
	u32 portid;
	u32 pid;
	char comm[TASK_COMM_LEN];
	unsigned long used;
	bool failed;
	struct list_head changes;
	u32 n_changes;
	struct list_head chains;
	struct list_head staged;
	struct weir_pending *pending;
	struct weir_ruleset *ruleset;
	u32 n_stale;
	struct weir_prog **stale;
	struct list_head stages;
	struct list_head orphans;
	struct weir_code **codes;
	u32 n_codes;
	u32 cap_codes;
	u32 new_codes;
	struct list_head retired;
	struct list_head dead[WEIR_KINDS];
};

/** WEIR_MSG_MAX - Longest refusal: two names and what is wrong with them. */
#define WEIR_MSG_MAX	(2 * WEIR_NAME_MAX + 256)

/**
 * struct weir_net - State of one network namespace.
 * @net: The namespace.
 * @lock: Serialises everything but packets.
 * @ruleset: What packets follow.
 * @gen: Current generation.
 * @last_table: Last handle that a table got.
 * @txn: The open transaction, or NULL.
 * @evicted: By netlink port, writers that lost their transaction.
 * @tables: In order of creation.
 * @table_names: From family and name to table.
 * @chains: From id to chain.
 * @sets: From id to set.
 * @n_owned: Number of tables with a living owner.
 * @gc: Takes out elements that have expired.
 * @jit: Make machine code; the sysctl net.weir.jit.
 * @classify: Chains of at least so many rules get a classifier, 0 for none; the sysctl
 *   net.weir.classify.
 * @sysctl: The sysctl.
 * @sysctl_table: Its description.
 * @msg: Text of the refusal that is being sent.
 */
struct weir_net {
	struct net *net;
	/* All of this but ruleset, and all objects. */
	struct mutex lock;
	struct weir_ruleset __rcu *ruleset;
	u64 gen;
	u64 last_table;
	struct weir_txn *txn;
	struct xarray evicted;
	struct list_head tables;
	struct rhltable table_names;
	struct xarray chains;
	struct xarray sets;
	u32 n_owned;
	struct delayed_work gc;
	u8 jit;
	unsigned int classify;
	struct ctl_table_header *sysctl;
	struct ctl_table *sysctl_table;
	char msg[WEIR_MSG_MAX];
};

/**
 * weir_txn_next_set() - Go through the sets that a transaction changes.
 * @txn: The transaction.
 * @set: One of them; NULL for a beginning.
 *
 * Return: The next one, or NULL behind the last.
 */
static inline struct weir_set *weir_txn_next_set(const struct weir_txn *txn, struct weir_set *set)
{
	struct weir_object *obj;

	obj = set ? &set->obj : list_entry(&txn->changes, struct weir_object, change);
	list_for_each_entry_continue(obj, &txn->changes, change)
		if (obj->kind == WEIR_KIND_SET)
			return container_of(obj, struct weir_set, obj);
	return NULL;
}

/** weir_seen() - Whether an object is there for who looks. */
static inline bool weir_seen(const struct weir_object *obj, enum weir_view view)
{
	return obj->state != (view == WEIR_VIEW_WRITER ? WEIR_STATE_DYING : WEIR_STATE_NEW);
}

/** weir_rule_rich() - What few rules have, or NULL. */
static inline struct weir_rich_rule *weir_rule_rich(struct weir_rule *rule)
{
	return rule->obj.rich ? container_of(rule, struct weir_rich_rule, rule) : NULL;
}

/** weir_rule_body() - What a rule means. */
static inline struct weir_rule_body weir_rule_body(struct weir_rule *rule)
{
	return (struct weir_rule_body){
		.items	= (struct weir_item *)rule->items,
		.size	= rule->obj.size,
		.code	= rule->code,
	};
}

/** weir_table_conf() - A table's settings for who looks. */
static inline struct weir_table_conf *weir_table_conf(const struct weir_table *table,
						      enum weir_view view)
{
	return view == WEIR_VIEW_WRITER && table->next ? table->next : table->conf;
}

/** weir_chain_conf() - A chain's settings for who looks. */
static inline struct weir_chain_conf *weir_chain_conf(const struct weir_chain *chain,
						      enum weir_view view)
{
	return view == WEIR_VIEW_WRITER && chain->next ? chain->next : chain->conf;
}

/** weir_set_conf() - A set's settings for who looks. */
static inline struct weir_set_conf *weir_set_conf(const struct weir_set *set,
						  enum weir_view view)
{
	return view == WEIR_VIEW_WRITER && set->next ? set->next : set->conf;
}

/** weir_set_content() - A set's elements for who looks; NULL to others where it is new. */
static inline struct weir_content *weir_set_content(const struct weir_set *set,
						    enum weir_view view)
{
	return view == WEIR_VIEW_WRITER && set->stage ? set->stage->content : set->content;
}

/** weir_set_spec() - The set's own description of a content that it holds or will hold. */
static inline const struct weir_set_spec *weir_set_spec(const struct weir_set *set,
							const struct weir_content *content)
{
	return content->spec->elems == set->spec.elems ? &set->spec : &set->rich;
}

/** weir_set_catchall() - A set's catch-all element for who looks. */
static inline struct weir_elem *weir_set_catchall(const struct weir_set *set,
						  enum weir_view view)
{
	return view == WEIR_VIEW_WRITER && set->stage ? set->stage->catchall : set->catchall;
}

#endif /* _WEIR_OBJECT_H */
