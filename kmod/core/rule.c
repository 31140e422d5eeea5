// SPDX-License-Identifier: GPL-2.0
/*
 * Rules: where they stand in their chain, and what they are called.
 *
 * A rule may come in several messages; until the last one came it is pending in
 * the transaction and part of nothing. A rule that is replaced stays in its
 * place, dying, with the new one behind it; they have the same handle.
 */

#include <linux/slab.h>
#include "core.h"

/* Of a new rule, the dying rule whose handle it takes, or NULL. */
static struct weir_rule *weir_rule_replaces(struct weir_rule *rule)
{
	const struct weir_rich_rule *rich = weir_rule_rich(rule);

	return rich ? rich->replaces : NULL;
}

/**
 * weir_rule_find() - Find a rule by handle.
 * @table: Its table.
 * @handle: Its handle.
 * @view: Who looks.
 *
 * Return: The rule, or NULL.
 */
struct weir_rule *weir_rule_find(struct weir_table *table, u64 handle, enum weir_view view)
{
	struct weir_rule *rule = NULL;

	if (handle <= ULONG_MAX)
		rule = xa_load(&table->rule_handles, handle);
	if (rule && view == WEIR_VIEW_COMMITTED && rule->obj.state == WEIR_STATE_NEW)
		rule = weir_rule_replaces(rule);
	return rule && weir_seen(&rule->obj, view) ? rule : NULL;
}

static struct weir_rule *weir_rule_at(const struct weir_chain *chain, u32 index)
{
	struct weir_rule *rule;

	list_for_each_entry(rule, &chain->rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_WRITER) && !index--)
			return rule;
	return NULL;
}

static void weir_rule_link_jump(struct weir_rule *rule, struct weir_jump **jump,
				struct weir_chain *to, u8 verdict)
{
	(*jump)->rule = rule;
	(*jump)->to = to;
	(*jump)->comes_back = verdict == WEIR_VERDICT_JUMP;
	list_add_tail(&(*jump)->list, &to->jumps);
	(*jump)++;
}

/**
 * struct weir_linking - The jumps of an anonymous map on their way to a rule.
 * @rule: The rule.
 * @spec: What the map holds.
 * @jump: The next one.
 */
struct weir_linking {
	struct weir_rule *rule;
	const struct weir_set_spec *spec;
	struct weir_jump **jump;
};

static int weir_rule_link_elem(void *data, const u8 *from, const u8 *to,
			       struct weir_elem *elem)
{
	struct weir_linking *linking = data;
	const struct weir_elem_data *leads = weir_elem_data(linking->spec, elem);

	if (leads->chain)
		weir_rule_link_jump(linking->rule, linking->jump, leads->chain,
				    leads->verdict);
	return 0;
}

static void weir_rule_link_map(struct weir_rule *rule, struct weir_jump **jump,
			       const struct weir_lookup *lookup)
{
	struct weir_linking linking = { .rule = rule, .spec = lookup->spec, .jump = jump };
	struct weir_set_pos pos = {};

	lookup->anon->ops->walk(lookup->anon, &pos, weir_rule_link_elem, &linking);
	if (lookup->catchall)
		weir_rule_link_elem(&linking, NULL, NULL, lookup->catchall);
}

static void weir_rule_link_jumps(struct weir_rule *rule, struct weir_jump *jump)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_item *item = NULL;

	while ((item = weir_body_next(&body, item))) {
		if (weir_item_chain(item))
			weir_rule_link_jump(rule, &jump, item->chain, item->verdict);
		if (item->type == WEIR_ITEM_TYPE_VMAP && item->lookup->anon)
			weir_rule_link_map(rule, &jump, item->lookup);
	}
}

/* Memory for a rule, rich or not, and for as many bytes of items. */
static struct weir_rule *weir_rule_alloc(bool rich, size_t items)
{
	size_t before = rich ? offsetof(struct weir_rich_rule, rule) : 0;
	struct weir_rule *rule;
	void *memory;

	memory = kvzalloc(before + struct_size(rule, items, items),
			  GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!memory)
		return NULL;
	rule = memory + before;
	rule->obj.rich = rich;
	return rule;
}

/* The reverse, with what a rich rule has; nothing of its items. */
static void weir_rule_dealloc(struct weir_rule *rule)
{
	struct weir_rich_rule *rich = weir_rule_rich(rule);

	if (!rich) {
		kvfree(rule);
		return;
	}
	weir_code_destroy(rich->next);
	kvfree(rich->jumps);
	kfree(rich->comment);
	kvfree(rich);
}

/* Whether a rule will have anything that few rules have. */
static bool weir_pending_is_rich(const struct weir_pending *pending)
{
	const struct weir_draft *draft = &pending->draft;

	return draft->n_jumps || draft->sets || draft->hooks != WEIR_HOOKS_ALL ||
	       pending->comment || pending->replaces;
}

/* What a rule has that is rich; its comment and its draft go with it. */
static void weir_rule_enrich(struct weir_rich_rule *rich, struct weir_pending *pending)
{
	const struct weir_draft *draft = &pending->draft;

	INIT_LIST_HEAD(&rich->special);
	rich->hooks = draft->hooks;
	rich->n_jumps = draft->n_jumps;
	rich->maps = draft->maps;
	swap(rich->comment, pending->comment);
	weir_rule_link_jumps(&rich->rule, rich->jumps);
	if (rich->n_jumps || rich->maps || rich->hooks != WEIR_HOOKS_ALL)
		list_add_tail(&rich->special, &rich->rule.chain->special);
}

/* A rule with the items of a draft, which keeps what they hold. */
static struct weir_rule *weir_rule_of(const struct weir_pending *pending,
				      struct netlink_ext_ack *extack)
{
	const struct weir_draft *draft = &pending->draft;
	size_t size = weir_draft_size(draft);
	struct weir_rule_body body;
	struct weir_jump *jumps;
	struct weir_rule *rule;
	int err = -ENOMEM;

	rule = weir_rule_alloc(weir_pending_is_rich(pending), size);
	if (!rule)
		return ERR_PTR(-ENOMEM);
	if (draft->n_jumps) {
		jumps = kvcalloc(draft->n_jumps, sizeof(*jumps),
				 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!jumps)
			goto err_free_rule;
		weir_rule_rich(rule)->jumps = jumps;
	}
	rule->obj.size = size;
	body = weir_rule_body(rule);
	weir_draft_pack(draft, rule->items);
	err = weir_code_create(&body, pending->chain->table->family, extack);
	if (err)
		goto err_free_rule;
	rule->code = body.code;
	return rule;

err_free_rule:
	weir_rule_dealloc(rule);
	return ERR_PTR(err);
}

/*
 * Make a rule of what is complete; draft and comment are empty then. It has no handle
 * and no place yet.
 */
static struct weir_rule *weir_rule_new(struct weir_pending *pending,
				       struct netlink_ext_ack *extack)
{
	struct weir_rule *rule = weir_rule_of(pending, extack);

	if (IS_ERR(rule))
		return rule;
	rule->obj.kind = WEIR_KIND_RULE;
	rule->obj.state = WEIR_STATE_NEW;
	INIT_LIST_HEAD(&rule->obj.change);
	INIT_LIST_HEAD(&rule->list);
	rule->chain = pending->chain;
	if (rule->obj.rich)
		weir_rule_enrich(weir_rule_rich(rule), pending);
	weir_draft_empty(&pending->draft);
	weir_lookup_link(rule);
	return rule;
}

/* Make a rule invisible to all but packets. */
void weir_rule_unlink(struct weir_rule *rule)
{
	struct xarray *handles = &rule->chain->table->rule_handles;
	struct weir_rich_rule *rich = weir_rule_rich(rule);
	u32 i;

	if (rule->handle && xa_load(handles, rule->handle) == rule) {
		if (weir_rule_replaces(rule))
			xa_store(handles, rule->handle, rich->replaces, GFP_KERNEL_ACCOUNT);
		else
			xa_erase(handles, rule->handle);
	}
	if (rich) {
		for (i = 0; i < rich->n_jumps; i++)
			list_del(&rich->jumps[i].list);
		list_del(&rich->special);
	}
	weir_lookup_unlink(rule);
	list_del(&rule->list);
	list_del_init(&rule->obj.change);
}

/**
 * weir_rule_free() - Free a rule that no packet sees any more.
 * @wn: The namespace.
 * @rule: The rule.
 * @put: References to the plug-ins' modules are still held.
 */
void weir_rule_free(struct weir_net *wn, struct weir_rule *rule, bool put)
{
	struct weir_rule_body body = weir_rule_body(rule);

	weir_body_destroy(wn, rule->chain->table->family, &body, put);
	weir_rule_dealloc(rule);
}

/**
 * weir_rule_drop() - Delete a rule.
 * @txn: The transaction.
 * @rule: LIVE or NEW; a new one is gone afterwards.
 */
void weir_rule_drop(struct weir_txn *txn, struct weir_rule *rule)
{
	struct weir_rule_body body = weir_rule_body(rule);

	weir_chain_dirty(txn, rule->chain);
	if (rule->obj.state == WEIR_STATE_NEW) {
		weir_rule_unlink(rule);
		weir_rule_free(txn->wn, rule, true);
		return;
	}
	weir_body_use(&body, -1);
	rule->obj.state = WEIR_STATE_DYING;
	weir_txn_note(txn, &rule->obj);
}

void weir_pending_free(struct weir_net *wn, struct weir_pending *pending)
{
	if (!pending)
		return;
	weir_body_destroy(wn, pending->chain->table->family, &pending->draft.body, true);
	weir_draft_empty(&pending->draft);
	kfree(pending->comment);
	kfree(pending);
}

/* The handle a rule gets, and its entry in the index. */
static int weir_rule_index(struct weir_rule *rule, struct weir_rule *replaces)
{
	struct weir_table *table = rule->chain->table;
	int err;

	if (replaces) {
		/* The entry is there: this needs no memory. */
		rule->handle = replaces->handle;
		return xa_err(xa_store(&table->rule_handles, rule->handle, rule,
				       GFP_KERNEL_ACCOUNT));
	}
	err = weir_table_handle(table, &rule->handle);
	return err ?: xa_insert(&table->rule_handles, rule->handle, rule, GFP_KERNEL_ACCOUNT);
}

/* The first rule of a chain. */
#define WEIR_LABEL_FIRST	BIT_ULL(62)
/* From one rule that is appended to the next. */
#define WEIR_LABEL_GAP		BIT_ULL(32)
/* From a rule to one that is inserted beside it, or half of what there is. */
#define WEIR_LABEL_STEP		BIT_ULL(20)

/*
 * Give a rule that is in its place a label between those of its neighbours. Of several
 * rules that are inserted beside the same one, each finds room between that and the one
 * before: whoever is inserted before a rule stays away from it, and the other way round.
 */
static void weir_rule_label(struct weir_rule *rule, bool before)
{
	struct list_head *rules = &rule->chain->rules;
	u64 low = 0, high = U64_MAX, gap;

	if (rule->list.prev != rules)
		low = list_prev_entry(rule, list)->label;
	if (rule->list.next != rules)
		high = list_next_entry(rule, list)->label;
	if (low && high != U64_MAX) {
		gap = (high - low) / 2;
		gap = min(gap, WEIR_LABEL_STEP);
		rule->label = before ? low + gap : high - gap;
	} else if (low) {
		rule->label = low + WEIR_LABEL_GAP;
	} else if (high != U64_MAX) {
		rule->label = high - WEIR_LABEL_GAP;
	} else {
		rule->label = WEIR_LABEL_FIRST;
	}
	if (rule->label <= low || rule->label >= high)
		rule->chain->crowded = true;
}

/**
 * weir_rules_label() - Give all rules of a chain new labels.
 * @chain: The chain; its program must be made afresh.
 */
void weir_rules_label(struct weir_chain *chain)
{
	u64 label = WEIR_LABEL_FIRST;
	struct weir_rule *rule;

	list_for_each_entry(rule, &chain->rules, list) {
		rule->label = label;
		label += WEIR_LABEL_GAP;
	}
	chain->crowded = false;
	chain->afresh = true;
}

static void weir_rule_place(struct weir_txn *txn, struct weir_rule *rule,
			    const struct weir_pending *pending)
{
	struct weir_rich_rule *rich = weir_rule_rich(rule);
	struct weir_rule *old = pending->replaces;

	if (old) {
		list_add(&rule->list, &old->list);
		rich->replaces = old->obj.state == WEIR_STATE_NEW ? weir_rule_replaces(old) : old;
		weir_rule_drop(txn, old);
	} else if (pending->where) {
		if (pending->before)
			list_add_tail(&rule->list, &pending->where->list);
		else
			list_add(&rule->list, &pending->where->list);
	} else if (pending->before) {
		list_add(&rule->list, &rule->chain->rules);
	} else {
		list_add_tail(&rule->list, &rule->chain->rules);
	}
	weir_rule_label(rule, pending->before);
	weir_chain_dirty(txn, rule->chain);
	rule->chain->rewired |= rich && !list_empty(&rich->special);
	weir_txn_note(txn, &rule->obj);
}

/* NLM_F_ECHO asks for the handle of the rule. */
static int weir_rule_echo(struct weir_req *req, const struct weir_rule *rule)
{
	struct sk_buff *skb;
	void *hdr;

	if (!(req->info->nlhdr->nlmsg_flags & NLM_F_ECHO))
		return 0;
	skb = weir_reply_new(req, &hdr);
	if (!skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (nla_put_u64_64bit(skb, WEIR_A_RULE_HANDLE, rule->handle, WEIR_A_RULE_PAD)) {
		nlmsg_free(skb);
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	return weir_reply_send(req, skb, hdr);
}

static int weir_rule_insert(struct weir_req *req, struct weir_pending *pending)
{
	struct weir_rule *rule;
	int err;

	rule = weir_rule_new(pending, req->extack);
	if (IS_ERR(rule)) {
		err = PTR_ERR(rule);
		return req->extack->_msg ? err :
		       weir_refuse(req, NULL, err, "no memory for the rule");
	}
	err = weir_rule_index(rule, pending->replaces);
	if (err) {
		rule->handle = 0;
		weir_rule_unlink(rule);
		weir_rule_free(req->wn, rule, true);
		return weir_refuse(req, NULL, err, "no memory for the rule");
	}
	weir_rule_place(req->txn, rule, pending);
	return weir_rule_echo(req, rule);
}

static int weir_rule_del_same(struct weir_req *req, struct weir_pending *pending)
{
	struct weir_chain *chain = pending->chain;
	struct weir_rule_body body;
	struct weir_rule *rule;

	list_for_each_entry(rule, &chain->rules, list) {
		if (!weir_seen(&rule->obj, WEIR_VIEW_WRITER))
			continue;
		body = weir_rule_body(rule);
		if (!weir_body_same(&body, &pending->draft.body))
			continue;
		weir_rule_drop(req->txn, rule);
		return 0;
	}
	if (pending->destroy)
		return 0;
	return weir_refuse(req, req->attrs[WEIR_A_RULE_CHAIN], -ENOENT,
			   "chain %s has no such rule",
			   weir_chain_name(chain, WEIR_VIEW_WRITER));
}

/* Take the items of a message; with the last of them, do what was asked. */
static int weir_rule_items(struct weir_req *req)
{
	struct weir_pending *pending = req->txn->pending;
	const struct nlattr *attr;
	int err, left;

	nlmsg_for_each_attr(attr, req->info->nlhdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != WEIR_A_RULE_ITEM)
			continue;
		err = weir_draft_add(req, &pending->draft, attr);
		if (err)
			return err;
	}
	if (req->attrs[WEIR_A_RULE_MORE])
		return 0;
	if (!pending->draft.n_items)
		return weir_refuse(req, NULL, -EINVAL, "the rule is empty");

	err = pending->del ? weir_rule_del_same(req, pending) :
	      weir_rule_insert(req, pending);
	req->txn->pending = NULL;
	weir_pending_free(req->wn, pending);
	return err;
}

static struct weir_chain *weir_rule_chain(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_RULE_CHAIN];
	struct weir_chain *chain;

	if (!name)
		return ERR_PTR(weir_refuse(req, NULL, -EINVAL, "the chain is missing"));
	chain = weir_chain_find(req->table, nla_data(name), WEIR_VIEW_WRITER);
	return chain ?: ERR_PTR(weir_refuse(req, name, -ENOENT,
					    "there is no chain %s in table %s",
					    (const char *)nla_data(name),
					    req->table->name->str));
}

/* A rule of the chain by its handle, or ERR_PTR() with an extack message. */
static struct weir_rule *weir_rule_by_handle(struct weir_req *req,
					     const struct weir_chain *chain,
					     const struct nlattr *attr)
{
	struct weir_rule *rule = weir_rule_find(req->table, nla_get_u64(attr),
						WEIR_VIEW_WRITER);

	if (!rule)
		return ERR_PTR(weir_refuse(req, attr, -ENOENT,
					   "table %s has no rule with handle %llu",
					   req->table->name->str, nla_get_u64(attr)));
	if (chain && rule->chain != chain)
		return ERR_PTR(weir_refuse(req, attr, -ENOENT,
					   "the rule with handle %llu is in chain %s",
					   rule->handle,
					   weir_chain_name(rule->chain, WEIR_VIEW_WRITER)));
	return rule;
}

static struct weir_rule *weir_rule_by_index(struct weir_req *req,
					    const struct weir_chain *chain,
					    const struct nlattr *attr)
{
	struct weir_rule *rule = weir_rule_at(chain, nla_get_u32(attr));

	return rule ?: ERR_PTR(weir_refuse(req, attr, -ENOENT, "chain %s has no rule %u",
					   weir_chain_name(chain, WEIR_VIEW_WRITER),
					   nla_get_u32(attr)));
}

static int weir_rule_where(struct weir_req *req, struct weir_pending *pending)
{
	const struct nlattr *handle = req->attrs[WEIR_A_RULE_HANDLE];
	const struct nlattr *position = req->attrs[WEIR_A_RULE_POSITION];
	const struct nlattr *index = req->attrs[WEIR_A_RULE_INDEX];
	struct weir_rule *rule = NULL;

	pending->before = req->attrs[WEIR_A_RULE_BEFORE];
	if (!!handle + !!position + !!index > 1 || (handle && pending->before))
		return weir_refuse(req, index ?: position ?: handle, -EINVAL,
				   "the place of the rule is given more than once");
	if (handle || position)
		rule = weir_rule_by_handle(req, pending->chain, handle ?: position);
	else if (index)
		rule = weir_rule_by_index(req, pending->chain, index);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	if (handle)
		pending->replaces = rule;
	else
		pending->where = rule;
	return 0;
}

/* Begin a message, or several, about a rule given by its items. */
static struct weir_pending *weir_rule_begin(struct weir_req *req, struct weir_chain *chain)
{
	struct weir_pending *pending = kzalloc(sizeof(*pending), GFP_KERNEL_ACCOUNT);

	if (!pending)
		return ERR_PTR(weir_refuse(req, NULL, -ENOMEM, "no memory for the rule"));
	pending->chain = chain;
	pending->draft.hooks = WEIR_HOOKS_ALL;
	req->txn->pending = pending;
	req->chain = chain;
	return pending;
}

static int weir_rule_add(struct weir_req *req)
{
	struct weir_pending *pending;
	struct weir_table *table;
	struct weir_chain *chain;
	int err;

	table = weir_table_get(req, req->attrs[WEIR_A_RULE_FAMILY],
			       req->attrs[WEIR_A_RULE_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	chain = weir_rule_chain(req);
	if (IS_ERR(chain))
		return PTR_ERR(chain);
	pending = weir_rule_begin(req, chain);
	if (IS_ERR(pending))
		return PTR_ERR(pending);
	err = weir_rule_where(req, pending);
	if (err)
		return err;
	pending->comment = weir_strdup(req, req->attrs[WEIR_A_RULE_COMMENT]);
	if (IS_ERR(pending->comment)) {
		err = PTR_ERR(pending->comment);
		pending->comment = NULL;
		return err;
	}
	return weir_rule_items(req);
}

/* Modules are loaded without a lock, and only for a message that will be read. */
static int weir_rule_change(struct sk_buff *skb, struct genl_info *info,
			    int (*serve)(struct weir_req *req))
{
	if (weir_txn_holds(info))
		weir_items_autoload(info->nlhdr);
	return weir_change(skb, info, serve);
}

int weir_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_rule_change(skb, info, weir_rule_add);
}

static int weir_rule_part(struct weir_req *req)
{
	if (!req->txn->pending)
		return weir_refuse(req, NULL, -EINVAL, "no rule is waiting for more items");
	req->chain = req->txn->pending->chain;
	req->table = req->chain->table;
	return weir_rule_items(req);
}

int weir_nl_rule_part_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_rule_change(skb, info, weir_rule_part);
}

static void weir_rules_drop(struct weir_txn *txn, struct weir_chain *chain)
{
	struct weir_rule *rule, *next;

	list_for_each_entry_safe(rule, next, &chain->rules, list)
		if (weir_seen(&rule->obj, WEIR_VIEW_WRITER))
			weir_rule_drop(txn, rule);
}

/* Delete all rules of a chain, or of a table where no chain is given. */
static int weir_rule_flush(struct weir_req *req, struct weir_chain *chain)
{
	if (chain) {
		weir_rules_drop(req->txn, chain);
		return 0;
	}
	list_for_each_entry(chain, &req->table->chains, list)
		if (weir_seen(&chain->obj, WEIR_VIEW_WRITER))
			weir_rules_drop(req->txn, chain);
	return 0;
}

static int weir_rule_del_check(struct weir_req *req)
{
	struct nlattr **attrs = req->attrs;

	if (!!attrs[WEIR_A_RULE_HANDLE] + !!attrs[WEIR_A_RULE_INDEX] +
	    !!attrs[WEIR_A_RULE_BY_ITEMS] > 1)
		return weir_refuse(req, attrs[WEIR_A_RULE_BY_ITEMS] ?: attrs[WEIR_A_RULE_INDEX],
				   -EINVAL, "the rule is given more than once");
	if (!attrs[WEIR_A_RULE_BY_ITEMS] && (attrs[WEIR_A_RULE_ITEM] || attrs[WEIR_A_RULE_MORE]))
		return weir_refuse(req, attrs[WEIR_A_RULE_ITEM] ?: attrs[WEIR_A_RULE_MORE],
				   -EINVAL, "items have no meaning here");
	if (!attrs[WEIR_A_RULE_CHAIN] && (attrs[WEIR_A_RULE_BY_ITEMS] || attrs[WEIR_A_RULE_INDEX]))
		return weir_refuse(req, NULL, -EINVAL, "the chain is missing");
	return 0;
}

static int weir_rule_del_in(struct weir_req *req, struct weir_chain *chain)
{
	const struct nlattr *handle = req->attrs[WEIR_A_RULE_HANDLE];
	const struct nlattr *index = req->attrs[WEIR_A_RULE_INDEX];
	struct weir_pending *pending;
	struct weir_rule *rule;

	if (req->attrs[WEIR_A_RULE_BY_ITEMS]) {
		pending = weir_rule_begin(req, chain);
		if (IS_ERR(pending))
			return PTR_ERR(pending);
		pending->del = true;
		pending->destroy = req->attrs[WEIR_A_RULE_DESTROY];
		return weir_rule_items(req);
	}
	if (!handle && !index)
		return weir_rule_flush(req, chain);
	rule = handle ? weir_rule_by_handle(req, chain, handle) :
	       weir_rule_by_index(req, chain, index);
	if (IS_ERR(rule))
		return PTR_ERR(rule);
	weir_rule_drop(req->txn, rule);
	return 0;
}

static int weir_rule_del(struct weir_req *req)
{
	struct weir_chain *chain = NULL;
	struct weir_table *table;
	int err;

	err = weir_rule_del_check(req);
	if (err)
		return err;
	table = weir_table_get(req, req->attrs[WEIR_A_RULE_FAMILY],
			       req->attrs[WEIR_A_RULE_TABLE]);
	err = PTR_ERR_OR_ZERO(table);
	if (!err && req->attrs[WEIR_A_RULE_CHAIN]) {
		chain = weir_rule_chain(req);
		err = PTR_ERR_OR_ZERO(chain);
	}
	if (!err)
		err = weir_rule_del_in(req, chain);
	/* Items that a plug-in is missing for are not "none" but a mistake. */
	if (err == -ENOENT && req->attrs[WEIR_A_RULE_DESTROY] && !req->txn->pending)
		return 0;
	return err;
}

int weir_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_rule_change(skb, info, weir_rule_del);
}
