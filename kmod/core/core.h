/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the core ask of each other, by file. All of it runs in
 * process context and may sleep; all of it wants weir_net.lock held unless it
 * says otherwise.
 */
#ifndef _WEIR_CORE_H
#define _WEIR_CORE_H

#include <linux/math64.h>
#include "object.h"
#include "policy.h"

struct weir_events;

/* net.c: state of a namespace. */
int weir_net_register(void);
void weir_net_unregister(void);
struct weir_net *weir_net(const struct net *net);

/* genl.c: requests and refusals. */

/**
 * struct weir_req - A request that is being served.
 * @wn: Its namespace.
 * @txn: The sender's open transaction, for a change.
 * @info: What came.
 * @attrs: Its attributes, checked by policy, none of them doubled.
 * @extack: Where a refusal is explained.
 * @table: The table it is about, once that is known.
 * @chain: The chain of the rule it is about.
 */
struct weir_req {
	struct weir_net *wn;
	struct weir_txn *txn;
	struct genl_info *info;
	struct nlattr **attrs;
	struct netlink_ext_ack *extack;
	struct weir_table *table;
	struct weir_chain *chain;
};

/** WEIR_ATTRS_MAX - Most attributes that any of the sets has. */
#define WEIR_ATTRS_MAX	31

extern struct genl_family weir_genl_family;

int weir_genl_register(void);
void weir_genl_unregister(void);
int weir_request(struct sk_buff *skb, struct genl_info *info,
		 int (*serve)(struct weir_req *req));
int weir_change(struct sk_buff *skb, struct genl_info *info,
		int (*serve)(struct weir_req *req));
int weir_refuse(const struct weir_req *req, const struct nlattr *attr, int err,
		const char *fmt, ...) __printf(4, 5);
int weir_nest_multi(const struct weir_req *req, const struct nlattr *nest,
		    struct nlattr **tb, int maxattr, u32 multi);
int weir_nest(const struct weir_req *req, const struct nlattr *nest, struct nlattr **tb,
	      int maxattr, int multi);
int weir_only(const struct weir_req *req, struct nlattr **tb, int maxattr, u32 allowed);
struct sk_buff *weir_reply_new(const struct weir_req *req, void **hdr);
int weir_reply_send(const struct weir_req *req, struct sk_buff *skb, void *hdr);
char *weir_strdup(const struct weir_req *req, const struct nlattr *attr);

/* name.c: from names to objects. */
int weir_names_init(struct rhltable *names);
struct weir_name *weir_name_add(struct rhltable *names, u8 family, const char *str,
				void *object);
void weir_name_del(struct rhltable *names, struct weir_name *name);
struct rhlist_head *weir_name_find(struct rhltable *names, u8 family, const char *str);
int weir_name_check(const struct weir_req *req, const struct nlattr *attr);

/* txn.c: transactions. */
bool weir_txn_holds(struct genl_info *info);
int weir_txn_enter(struct weir_req *req);
void weir_txn_fail(struct weir_txn *txn);
void weir_txn_note(struct weir_txn *txn, struct weir_object *obj);
struct weir_txn *weir_txn_new(struct weir_net *wn);
void weir_txn_free(struct weir_txn *txn);
void weir_txn_undo(struct weir_txn *txn);
void weir_txn_abort(struct weir_net *wn);
void weir_txn_sweep(struct weir_net *wn);
int weir_txn_register(void);
void weir_txn_unregister(void);

/* table.c */
struct weir_table *weir_table_find(struct weir_net *wn, u8 family, const char *name,
				   enum weir_view view);
struct weir_table *weir_table_get(struct weir_req *req, const struct nlattr *family,
				  const struct nlattr *name);
int weir_table_may_change(const struct weir_req *req, const struct weir_table *table,
			  const struct nlattr *attr);
int weir_table_handle(struct weir_table *table, u64 *handle);
int weir_table_fill(struct sk_buff *skb, const struct weir_table *table);
void weir_table_drop(struct weir_txn *txn, struct weir_table *table);
void weir_table_settle(struct weir_net *wn, struct weir_table *table);
void weir_table_revert(struct weir_table *table);
void weir_table_unlink(struct weir_net *wn, struct weir_table *table);
void weir_table_free(struct weir_table *table);
const char *weir_family_name(u8 family);
bool weir_table_dormant(const struct weir_table *table, enum weir_view view);

/* chain.c */
struct weir_chain *weir_chain_find(struct weir_table *table, const char *name,
				   enum weir_view view);
int weir_chain_fill(struct sk_buff *skb, const struct weir_chain *chain, bool event);
void weir_chain_touch(struct weir_txn *txn, struct weir_chain *chain);
void weir_chain_dirty(struct weir_txn *txn, struct weir_chain *chain);
void weir_chains_settle(struct weir_txn *txn);
void weir_chain_drop(struct weir_txn *txn, struct weir_chain *chain);
void weir_chain_settle(struct weir_chain *chain);
void weir_chain_revert(struct weir_chain *chain);
void weir_chain_unlink(struct weir_chain *chain);
void weir_chain_free(struct weir_net *wn, struct weir_chain *chain);
const char *weir_chain_name(const struct weir_chain *chain, enum weir_view view);

/* rule.c */
struct weir_rule *weir_rule_find(struct weir_table *table, u64 handle, enum weir_view view);
void weir_rules_label(struct weir_chain *chain);
void weir_rule_drop(struct weir_txn *txn, struct weir_rule *rule);
void weir_rule_unlink(struct weir_rule *rule);
void weir_rule_free(struct weir_net *wn, struct weir_rule *rule, bool put);
void weir_pending_free(struct weir_net *wn, struct weir_pending *pending);

/* rule_fill.c: rules as messages. */

/**
 * struct weir_part - How much of a rule was put into messages.
 * @item: Next item.
 * @range: Next of its ranges, or of the elements of its anonymous set.
 * @pos: Where that element is.
 */
struct weir_part {
	u32 item;
	u32 range;
	struct weir_set_pos pos;
};

/**
 * struct weir_rule_msg - How to put a rule into messages.
 * @portid: To whom.
 * @seq: Answer to what.
 * @flags: NLM_F_*.
 * @cmd: Command of the first message; those behind are %WEIR_CMD_RULE_PART.
 * @prev: Handle of the rule before it, 0 for none.
 * @event: enum weir_event, or -1.
 * @reset: Set its counters to zero.
 * @explain: Tell what packets meet of it.
 * @whole: Rather nothing than a part.
 */
struct weir_rule_msg {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	u64 prev;
	int event;
	bool reset;
	bool explain;
	bool whole;
};

int weir_rule_fill(struct sk_buff *skb, struct weir_rule *rule, struct weir_part *part,
		   const struct weir_rule_msg *msg, struct nlmsghdr **nlh);

/* explain.c: what packets meet of them. */
int weir_chain_explain(struct sk_buff *skb, const struct weir_chain *chain);
int weir_rule_explain(struct sk_buff *skb, const struct weir_rule *rule);

/* item.c: items from attributes. */
void weir_items_autoload(const struct nlmsghdr *nlh);
int weir_ops_parse(struct weir_req *req, const struct nlattr *nest, int type,
		   unsigned int bits, struct weir_keyop **ops, u8 *n_ops);
int weir_draft_add(struct weir_req *req, struct weir_draft *draft, const struct nlattr *attr);

/* item_fill.c: items to attributes. */
int weir_ops_fill(struct sk_buff *skb, int type, const struct weir_keyop *ops, u8 n_ops,
		  unsigned int bits);
int weir_item_fill(struct sk_buff *skb, struct weir_item *item, struct weir_part *part,
		   bool reset);

/* body.c: memory and comparison of what a rule means. */

/** WEIR_ITEM_PLUGINS - Most plug-ins that an item has itself, for weir_item_plugin(). */
#define WEIR_ITEM_PLUGINS	2

struct weir_item *weir_draft_grow(struct weir_draft *draft);
int weir_draft_grow_ranges(struct weir_draft *draft, struct weir_item *item, u32 more);
size_t weir_draft_size(const struct weir_draft *draft);
void weir_draft_pack(const struct weir_draft *draft, void *to);
void weir_draft_empty(struct weir_draft *draft);
void weir_body_destroy(struct weir_net *wn, u8 family, const struct weir_rule_body *body, bool put);
void weir_body_put(const struct weir_rule_body *body);
void weir_body_use(const struct weir_rule_body *body, int more);
void weir_instance_put(const struct weir_instance *instance);
struct weir_instance *weir_item_plugin(const struct weir_item *item, u32 n);
bool weir_ops_same(const struct weir_keyop *a, u8 n_a, const struct weir_keyop *b, u8 n_b);
bool weir_body_same(const struct weir_rule_body *a, const struct weir_rule_body *b);

/* key.c: keys and values. */
int weir_key_parse(struct weir_req *req, const struct nlattr *attr, struct weir_key *key,
		   struct weir_draft *draft);
int weir_key_may_read(const struct weir_req *req, const struct weir_key *key,
		      const struct nlattr *attr);
int weir_key_may_write(const struct weir_req *req, const struct weir_key *key,
		       const struct nlattr *attr);
int weir_key_fill(struct sk_buff *skb, int type, const struct weir_key *key);
bool weir_key_same(const struct weir_key *a, const struct weir_key *b);

/* value.c: numbers in attributes. */
struct weir_val weir_val_get(const u8 *from, unsigned int bytes);
void weir_val_put(struct weir_val val, u8 *to, unsigned int bytes);
int weir_val_cmp(const struct weir_val *a, const struct weir_val *b);
bool weir_val_fits(const struct weir_val *val, unsigned int bits);
int weir_val_parse(const struct weir_req *req, const struct nlattr *attr, unsigned int bits,
		   struct weir_val *val);
int weir_val_fill(struct sk_buff *skb, int type, const struct weir_val *val,
		  unsigned int bits);

/* instance.c: plug-ins as rules use them. */
struct weir_instance *weir_instance_create(struct weir_req *req, enum weir_plugin_kind kind,
					   const struct nlattr *name,
					   const struct nlattr *data);
void weir_instance_destroy(struct weir_net *wn, u8 family, struct weir_instance *instance,
			   bool put);
int weir_instance_fill(struct sk_buff *skb, int name, int data,
		       const struct weir_instance *instance);
void weir_instance_reset(struct weir_instance *instance, const struct nlattr *listed);
bool weir_instance_differs(const struct weir_instance *instance,
			   const struct weir_instance *from);
void weir_instance_update(struct weir_instance *instance, const struct weir_instance *from);
bool weir_instance_same(const struct weir_instance *a, const struct weir_instance *b);

/* registry.c: plug-ins by name. */
const struct weir_plugin *weir_plugin_get(enum weir_plugin_kind kind, const char *name);
void weir_plugin_load(enum weir_plugin_kind kind, const char *name);

/* counter.c: packets and bytes. */
int weir_counter_init(struct weir_item *item, u64 packets, u64 bytes);
void weir_counter_free(struct weir_item *item);
void weir_counter_read(const struct weir_item *item, struct weir_counter *value);
void weir_counter_reset(const struct weir_item *item, const struct weir_counter *value);

/* graph.c: where jumps lead. */
const char *weir_hook_name(unsigned int hook);
int weir_graph_check(struct weir_req *req, const struct weir_txn *txn);

/* commit.c: one generation to the next. */
int weir_commit(struct weir_req *req, struct weir_txn *txn, bool check);
int weir_recompile(struct weir_net *wn);
int weir_republish(struct weir_net *wn, struct weir_txn *txn, enum weir_view view);

/* retire.c: freeing what packets may still follow. */
int weir_retire_register(void);
void weir_retire_unregister(void);
void weir_retire(struct weir_txn *txn);
void weir_queue(struct delayed_work *work, unsigned long delay);
void weir_retire_flush(void);

/* set.c: sets without their elements. */
struct weir_set *weir_set_find(struct weir_table *table, const char *name,
			       enum weir_view view);
struct weir_set *weir_set_get(struct weir_req *req, const struct nlattr *name);
int weir_set_fill(struct sk_buff *skb, const struct weir_set *set, bool event);
void weir_set_drop(struct weir_txn *txn, struct weir_set *set);
void weir_set_settle(struct weir_set *set);
void weir_set_revert(struct weir_set *set);
void weir_set_unlink(struct weir_set *set);
void weir_set_free(struct weir_net *wn, struct weir_set *set, bool put);
void weir_set_put(const struct weir_set *set);
const char *weir_set_name(const struct weir_set *set, enum weir_view view);
int weir_set_spec_layout(struct weir_set_spec *spec);
void weir_set_autoload(void);

/* set_stage.c: what a transaction makes of the elements of a set. */
const struct weir_set_ops *weir_set_choose(u8 family, const struct weir_set_spec *spec,
					   u32 count);
struct weir_content *weir_content_create(struct weir_req *req, u8 family,
					 const struct weir_set_spec *spec, u32 count);
void weir_content_destroy(struct weir_content *content, bool put);
void weir_content_free(struct weir_net *wn, u8 family, const struct weir_set_spec *spec,
		       struct weir_content *content, bool put);
void weir_content_put(const struct weir_content *content);
void weir_elems_free(struct weir_net *wn, const struct weir_set_spec *spec, u8 family,
		     struct weir_elem *list, bool put);
struct weir_stage *weir_stage_open(struct weir_req *req, struct weir_set *set);
int weir_stage_change(struct weir_req *req, struct weir_set *set, u32 expected);
int weir_stage_enrich(struct weir_req *req, struct weir_set *set);
int weir_stage_flush(struct weir_req *req, struct weir_set *set);
void weir_stage_drop(struct weir_txn *txn, struct weir_set *set);
void weir_stage_undo(struct weir_txn *txn, struct weir_set *set);
void weir_stage_undo_orphans(struct weir_txn *txn);
void weir_stage_uncatch(struct weir_stage *stage);
int weir_stage_prepare(struct weir_req *req, struct weir_txn *txn, struct weir_set *set);
void weir_stage_unprepare(struct weir_set *set);
void weir_stage_publish(struct weir_set *set);
void weir_stage_settle(struct weir_txn *txn, struct weir_set *set,
		       struct weir_events *events);
void weir_stage_settle_orphans(struct weir_txn *txn);
void weir_stage_free(struct weir_net *wn, struct weir_stage *stage);

/* set_use.c: what elements lead to. */
int weir_use_add(struct weir_set *set, const struct weir_elem_data *data);
void weir_use_del(struct weir_set *set, const struct weir_elem_data *data);
void weir_use_none(struct weir_set *set);
int weir_use_swap(struct weir_set *a, struct weir_set *b);
void weir_use_settle(struct weir_set *set);
void weir_use_revert(struct weir_set *set);

/* elem.c: elements from attributes, and their memory. */

/**
 * struct weir_elem_src - One element as a message says it.
 * @from: Its key, in the message.
 * @to: The end of its range; @from where it is none.
 * @flags: enum weir_elem_flags. A catch-all element has no key.
 * @has_timeout: @timeout was given.
 * @has_expires: @expires was given.
 * @has_counter: @packets and @bytes were given.
 * @has_data: @data was given, or @object.
 * @timeout: Milliseconds, 0 for never.
 * @expires: Milliseconds left.
 * @packets: Where its counter starts.
 * @bytes: Likewise.
 * @data: What it leads to, a value or a verdict; without the chain's users.
 * @object: Attribute with the name of the object that it leads to, or NULL: who takes
 *   it knows the type, and sets the object in @data.
 * @comment: Attribute, or NULL.
 * @member: In a list of sets, attribute with the name of one, or NULL; then there is
 *   nothing else but @before.
 * @before: Attribute with the name of the set before which it goes, or NULL.
 * @attr: What to blame: the place of the record, which is no attribute, or the nest.
 * @nest: The nest that it comes from, NULL for a record.
 */
struct weir_elem_src {
	const u8 *from;
	const u8 *to;
	u8 flags;
	bool has_timeout;
	bool has_expires;
	bool has_counter;
	bool has_data;
	u64 timeout;
	u64 expires;
	u64 packets;
	u64 bytes;
	struct weir_elem_data data;
	const struct nlattr *object;
	const struct nlattr *comment;
	const struct nlattr *member;
	const struct nlattr *before;
	const struct nlattr *attr;
	const struct nlattr *nest;
};

/** WEIR_GFP_ELEM - Elements come by the million: rather none than a process killed. */
#define WEIR_GFP_ELEM		(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/** WEIR_TIMEOUT_MAX - Longest timeout in milliseconds. */
#define WEIR_TIMEOUT_MAX	((u64)S64_MAX)

int weir_elems_parse(struct weir_req *req, const struct weir_set_spec *spec,
		     const struct nlattr *columns, const struct nlattr *packed,
		     const struct nlattr *nest, int type,
		     int (*take)(struct weir_req *req, void *data,
				 const struct weir_elem_src *src), void *data);
struct weir_elem *weir_elem_create(struct weir_req *req, const struct weir_set_spec *spec,
				   const struct weir_elem_src *src, u64 timeout,
				   const struct weir_item *stmts);
void weir_elem_free(struct weir_net *wn, const struct weir_set_spec *spec, u8 family,
		    struct weir_elem *elem, bool put);
void weir_elem_put(const struct weir_set_spec *spec, const struct weir_elem *elem);
bool weir_elem_expired(const struct weir_set_spec *spec, const struct weir_elem *elem);
bool weir_elem_data_same(const struct weir_set_spec *spec, const struct weir_elem_data *a,
			 const struct weir_elem_data *b);

/* elem_fill.c: elements to attributes. */

/**
 * struct weir_elem_out - Elements on their way into a message.
 * @skb: The message, its other attributes put.
 * @spec: What the elements are like.
 * @sets: From id to set, for the members of a list.
 * @stmts: Their statements, templates, in order.
 * @columns: The attributes: what @packed has,
 * @packed: records,
 * @elem: and an element.
 * @bare: Nothing but keys.
 * @reset: Set to zero what elements have counted, once it is in the message.
 * @record: Bytes of a record.
 * @has: Columns of a record.
 * @start: Attribute with the records, NULL before the first and where there are nests.
 * @at: Where the next record goes.
 * @end: End of the room for records.
 * @n_nests: Number of nests.
 */
struct weir_elem_out {
	struct sk_buff *skb;
	const struct weir_set_spec *spec;
	struct xarray *sets;
	struct weir_item *stmts;
	u8 columns;
	u8 packed;
	u8 elem;
	bool bare;
	bool reset;
	u32 record;
	u32 has;
	struct nlattr *start;
	u8 *at;
	u8 *end;
	u32 n_nests;
};

void weir_elem_out_init(struct weir_elem_out *out, struct sk_buff *skb,
			const struct weir_set *set);
int weir_elem_fill(struct weir_elem_out *out, const u8 *from, const u8 *to,
		   struct weir_elem *elem);
void weir_elem_fill_end(struct weir_elem_out *out);

/* elem_list.c: elements in messages. */

/**
 * struct weir_elems_pos - How much of the elements of a set was put into messages.
 * @pos: Place in the content.
 * @caught: The catch-all element was.
 * @some: The last message has elements.
 */
struct weir_elems_pos {
	struct weir_set_pos pos;
	bool caught;
	bool some;
};

int weir_elems_fill(struct sk_buff *skb, struct weir_set *set, struct weir_elems_pos *pos,
		    bool reset);

/* set_list.c: lists of sets. */
extern const struct weir_set_ops weir_list_ops;
int weir_list_check(const struct weir_req *req, const struct weir_set *set);
int weir_list_add(struct weir_req *req, struct weir_set *set, const struct weir_elem_src *src,
		  bool excl);
int weir_list_del(struct weir_req *req, struct weir_set *set, const struct weir_elem_src *src,
		  bool destroy);
const struct weir_set *weir_list_with(const struct weir_set *set);
u32 weir_list_users(const struct weir_set *set);
int weir_list_fill(struct sk_buff *skb, int type, struct xarray *sets, u32 id, u32 before);
const struct weir_set *weir_list_ask(const struct weir_set *set, const u8 *key,
				     bool (*has)(const struct weir_set *set, const u8 *key));
bool weir_list_has_set(const struct weir_set *set, const struct weir_set *member);

/* set_note.c: events of elements. */
void weir_note_elem(struct weir_set *set, enum weir_event event, const u8 *from,
		    const u8 *to, struct weir_elem *elem);
void weir_note_whole(struct weir_stage *stage);
void weir_notes_free(struct weir_stage *stage);
void weir_event_elems(struct weir_events *events, struct weir_set *set);

/* set_gc.c: elements that have expired. */
void weir_gc_init(struct weir_net *wn);
void weir_gc_exit(struct weir_net *wn);
void weir_gc_kick(struct weir_net *wn);

/** weir_timeout_jiffies() - Milliseconds as jiffies, rounded up. */
static inline u64 weir_timeout_jiffies(u64 msecs)
{
	u32 rest = do_div(msecs, 1000);

	return msecs * HZ + DIV_ROUND_UP(rest * HZ, 1000);
}

/* lookup.c: the sets of rules, named and anonymous. */
int weir_part_parse(struct weir_req *req, struct weir_draft *draft, const struct nlattr *key,
		    const struct nlattr *ops, int type, struct weir_key_part *part);
int weir_lookup_parse(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		      const struct nlattr *nest);
int weir_lookup_more(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		     const struct nlattr *nest);
int weir_update_parse(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		      const struct nlattr *nest, struct nlattr **tb);
void weir_lookup_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put);
void weir_lookup_put(const struct weir_item *item);
void weir_lookup_use(const struct weir_item *item, int more);
void weir_lookup_link(struct weir_rule *rule);
void weir_lookup_unlink(struct weir_rule *rule);
int weir_lookup_relower(struct weir_txn *txn, struct weir_set *set, const struct weir_set_ops *ops,
			const struct weir_set_spec *spec, struct netlink_ext_ack *extack);
void weir_lookup_unlower(struct weir_set *set);
void weir_lookup_settle(struct weir_txn *txn, struct weir_set *set);

/* lookup_fill.c: the same to attributes, and comparison. */
int weir_lookup_fill(struct sk_buff *skb, struct weir_item *item, struct weir_part *part);
int weir_update_fill(struct sk_buff *skb, struct weir_item *item);
bool weir_lookup_same(const struct weir_item *a, const struct weir_item *b);

/* set_update.c: dynamic sets as packets change them. */
void weir_dynamic_init(struct weir_net *wn, struct weir_set *set);
void weir_dynamic_exit(struct weir_set *set);
bool weir_dynamic_expel(struct weir_set *set, struct weir_content *content,
			struct weir_elem *elem);

/* stmt.c: statements with state, as elements and named objects have them. */
void weir_stmts_autoload(const struct nlmsghdr *nlh, int type);
int weir_stmt_parse(struct weir_req *req, const struct nlattr *nest, struct weir_item *item);
void weir_stmt_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put);
int weir_stmt_fill(struct sk_buff *skb, int type, struct weir_item *item, bool reset);
bool weir_stmt_same(const struct weir_item *a, const struct weir_item *b);
struct weir_instance *weir_instance_clone(const struct weir_net *wn, u8 family,
					  const struct weir_instance *from);

/* named.c: named objects. */
struct weir_object_named *weir_object_find(struct weir_table *table, const char *type,
					   const char *name, enum weir_view view);
struct weir_object_named *weir_object_get(struct weir_req *req, const char *type,
					  const struct nlattr *name);
int weir_object_fill(struct sk_buff *skb, struct weir_object_named *object, bool reset,
		     bool event);
void weir_object_drop(struct weir_txn *txn, struct weir_object_named *object);
void weir_object_settle(struct weir_net *wn, struct weir_object_named *object);
void weir_object_revert(struct weir_net *wn, struct weir_object_named *object);
void weir_object_put(const struct weir_object_named *object);
void weir_object_unlink(struct weir_object_named *object);
void weir_object_free(struct weir_net *wn, struct weir_object_named *object, bool put);

/* event.c: telling who listens. */

/**
 * struct weir_events - Events of one transaction.
 * @wn: Its namespace.
 * @skb: Messages that were not sent yet, or NULL.
 * @wanted: Somebody listens.
 * @lost: An event could not be made.
 * @count: How many events there were, wanted or not.
 */
struct weir_events {
	struct weir_net *wn;
	struct sk_buff *skb;
	bool wanted;
	bool lost;
	u32 count;
};

bool weir_events_wanted(const struct weir_net *wn);
bool weir_events_fresh(struct weir_events *events);
void weir_events_send(struct weir_events *events);
void weir_events_init(struct weir_events *events, struct weir_net *wn);
void weir_event_table(struct weir_events *events, const struct weir_table *table,
		      enum weir_event event);
void weir_event_chain(struct weir_events *events, const struct weir_chain *chain,
		      enum weir_event event);
void weir_event_rule(struct weir_events *events, struct weir_rule *rule,
		     enum weir_event event);
void weir_event_set(struct weir_events *events, const struct weir_set *set,
		    enum weir_event event);
void weir_event_object(struct weir_events *events, struct weir_object_named *object,
		       enum weir_event event);
void weir_events_end(struct weir_events *events, const struct weir_txn *txn);

#endif /* _WEIR_CORE_H */
