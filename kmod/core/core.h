/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the core ask of each other, by file. All of it runs in
 * process context and may sleep; all of it wants weir_net.lock held unless it
 * says otherwise.
 */
#ifndef _WEIR_CORE_H
#define _WEIR_CORE_H

#include "object.h"
#include "policy.h"

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
void weir_chain_drop(struct weir_txn *txn, struct weir_chain *chain);
void weir_chain_settle(struct weir_chain *chain);
void weir_chain_revert(struct weir_chain *chain);
void weir_chain_unlink(struct weir_chain *chain);
void weir_chain_free(struct weir_net *wn, struct weir_chain *chain);
const char *weir_chain_name(const struct weir_chain *chain, enum weir_view view);

/* rule.c */
struct weir_rule *weir_rule_find(struct weir_table *table, u64 handle, enum weir_view view);
struct weir_rule *weir_rule_new(struct weir_chain *chain, struct weir_draft *draft,
				struct netlink_ext_ack *extack);
void weir_rule_drop(struct weir_txn *txn, struct weir_rule *rule);
void weir_rule_unlink(struct weir_rule *rule);
void weir_rule_free(struct weir_net *wn, struct weir_rule *rule, bool put);
void weir_pending_free(struct weir_net *wn, struct weir_pending *pending);

/* rule_fill.c: rules as messages. */

/**
 * struct weir_part - How much of a rule was put into messages.
 * @item: Next item.
 * @range: Next of its ranges.
 */
struct weir_part {
	u32 item;
	u32 range;
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
	bool whole;
};

int weir_rule_fill(struct sk_buff *skb, struct weir_rule *rule, struct weir_part *part,
		   const struct weir_rule_msg *msg, struct nlmsghdr **nlh);

/* item.c: items from attributes. */
void weir_items_autoload(const struct nlmsghdr *nlh);
int weir_draft_add(struct weir_req *req, struct weir_draft *draft, const struct nlattr *attr);

/* item_fill.c: items to attributes. */
int weir_item_fill(struct sk_buff *skb, struct weir_item *item, struct weir_part *part,
		   bool reset);

/* body.c: memory and comparison of what a rule means. */
struct weir_item *weir_draft_grow(struct weir_draft *draft);
int weir_draft_grow_ranges(struct weir_draft *draft, struct weir_item *item, u32 more);
int weir_draft_finish(struct weir_draft *draft);
void weir_body_destroy(struct weir_net *wn, u8 family, struct weir_rule_body *body, bool put);
void weir_body_put(struct weir_rule_body *body);
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
bool weir_instance_same(const struct weir_instance *a, const struct weir_instance *b);

/* registry.c: plug-ins by name. */
const struct weir_plugin *weir_plugin_get(enum weir_plugin_kind kind, const char *name);
void weir_plugin_load(enum weir_plugin_kind kind, const char *name);

/* counter.c: packets and bytes. */
int weir_counter_init(struct weir_item *item, u64 packets, u64 bytes);
void weir_counter_free(struct weir_item *item);
void weir_counter_sum(const struct weir_item *item, struct weir_counter *sum);

/* graph.c: where jumps lead. */
const char *weir_hook_name(unsigned int hook);
int weir_graph_check(struct weir_req *req);

/* commit.c: one generation to the next. */
int weir_commit(struct weir_req *req, struct weir_txn *txn, bool check);
int weir_recompile(struct weir_net *wn);

/* retire.c: freeing what packets may still follow. */
int weir_retire_register(void);
void weir_retire_unregister(void);
void weir_retire(struct weir_txn *txn);
void weir_retire_flush(void);

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

void weir_events_init(struct weir_events *events, struct weir_net *wn);
void weir_event_table(struct weir_events *events, const struct weir_table *table,
		      enum weir_event event);
void weir_event_chain(struct weir_events *events, const struct weir_chain *chain,
		      enum weir_event event);
void weir_event_rule(struct weir_events *events, struct weir_rule *rule,
		     enum weir_event event);
void weir_events_end(struct weir_events *events, const struct weir_txn *txn);

#endif /* _WEIR_CORE_H */
