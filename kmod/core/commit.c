// SPDX-License-Identifier: GPL-2.0
/*
 * From one generation to the next. What can fail comes first: elements of the sets
 * that changed are made ready, programs of the chains that changed are staged, an
 * array of all programs and sets is made of them, new
 * hooks are registered, where packets pass until the array is published. Behind
 * the publication nothing fails: objects settle, who listens is told, and what
 * the generation before alone used waits for a grace period.
 *
 * A program is made of the one before and the rules that change, where the engine can
 * do that; of all rules otherwise.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include "core.h"

static struct weir_code *weir_rule_code(struct weir_rule *rule, enum weir_view view)
{
	const struct weir_rich_rule *rich = weir_rule_rich(rule);

	return view == WEIR_VIEW_WRITER && rich && rich->next ? rich->next : rule->code;
}

/* Whether packets will meet a chain. */
static bool weir_chain_awake(const struct weir_chain *chain, enum weir_view view)
{
	return weir_seen(&chain->obj, view) && !weir_table_dormant(chain->table, view);
}

/* A program of all rules. */
static struct weir_prog *weir_chain_compile_all(struct weir_prog_spec *spec,
						struct weir_chain *chain, enum weir_view view)
{
	struct weir_code **rules;
	struct weir_prog *prog;
	struct weir_rule *rule;
	u64 *labels;
	u32 n = 0;

	if (chain->crowded)
		weir_rules_label(chain);
	list_for_each_entry(rule, &chain->rules, list)
		n += weir_seen(&rule->obj, view);
	labels = kvmalloc_array(max(n, 1U), sizeof(*labels) + sizeof(*rules),
				GFP_KERNEL | __GFP_NOWARN);
	if (!labels)
		return ERR_PTR(-ENOMEM);
	rules = (void *)(labels + n);
	list_for_each_entry(rule, &chain->rules, list) {
		if (!weir_seen(&rule->obj, view))
			continue;
		labels[spec->n_rules] = rule->label;
		rules[spec->n_rules++] = weir_rule_code(rule, view);
	}
	spec->rules = rules;
	spec->labels = labels;
	prog = weir_prog_create(spec, chain->prog);
	kvfree(labels);
	return prog;
}

static struct weir_prog *weir_chain_compile(struct weir_net *wn, struct weir_chain *chain,
					    enum weir_view view)
{
	struct weir_prog_spec spec = {
		.base	= chain->base,
		.policy	= weir_chain_conf(chain, view)->policy,
		.jit	= wn->jit,
		.classify = wn->classify,
	};
	struct weir_prog *prog = NULL;

	if (view == WEIR_VIEW_WRITER && !chain->afresh && !chain->crowded)
		prog = weir_prog_update(&spec, &chain->delta, chain->prog);
	return prog ?: weir_chain_compile_all(&spec, chain, view);
}

static int weir_placed_add(struct weir_placed_list *list, struct weir_code *code, u64 label)
{
	u32 cap = max(2 * list->cap, 4U);
	struct weir_placed *rules;

	if (list->n == list->cap) {
		rules = kvmalloc_array(cap, sizeof(*rules), GFP_KERNEL | __GFP_NOWARN);
		if (!rules)
			return -ENOMEM;
		if (list->n)
			memcpy(rules, list->rules, array_size(list->n, sizeof(*rules)));
		kvfree(list->rules);
		list->rules = rules;
		list->cap = cap;
	}
	list->rules[list->n++] = (struct weir_placed){ .code = code, .label = label };
	return 0;
}

/* Sort the rules that change by chain, for programs that can be updated. */
static int weir_deltas_collect(struct weir_txn *txn)
{
	struct weir_prog_delta *delta;
	struct weir_object *obj;
	struct weir_rule *rule;
	int err;

	list_for_each_entry(obj, &txn->changes, change) {
		if (obj->kind != WEIR_KIND_RULE)
			continue;
		rule = container_of(obj, struct weir_rule, obj);
		if (!rule->chain->prog || rule->chain->afresh || rule->chain->crowded)
			continue;
		delta = &rule->chain->delta;
		err = weir_placed_add(obj->state == WEIR_STATE_NEW ? &delta->added :
				      &delta->removed, rule->code, rule->label);
		if (err)
			return err;
	}
	return 0;
}

static void weir_deltas_free(struct weir_txn *txn)
{
	struct weir_object *obj;
	struct weir_chain *chain;

	list_for_each_entry(obj, &txn->changes, change) {
		if (obj->kind != WEIR_KIND_RULE)
			continue;
		chain = container_of(obj, struct weir_rule, obj)->chain;
		kvfree(chain->delta.added.rules);
		kvfree(chain->delta.removed.rules);
		chain->delta = (struct weir_prog_delta){};
	}
}

static void weir_unstage(struct weir_txn *txn)
{
	struct weir_chain *chain, *next;

	list_for_each_entry_safe(chain, next, &txn->staged, staged) {
		weir_prog_destroy(chain->staged_prog);
		chain->staged_prog = NULL;
		list_del_init(&chain->staged);
	}
}

/* Stage a new program of a chain. */
static int weir_stage_chain(struct weir_txn *txn, struct weir_chain *chain, enum weir_view view)
{
	struct weir_prog *prog = weir_chain_compile(txn->wn, chain, view);

	if (IS_ERR(prog))
		return PTR_ERR(prog);
	chain->staged_prog = prog;
	list_add_tail(&chain->staged, &txn->staged);
	return 0;
}

/* Stage the programs that change, and that there is none where packets do not come. */
static int weir_stage_chains(struct weir_txn *txn)
{
	struct weir_chain *chain;
	int err = 0;

	list_for_each_entry(chain, &txn->chains, touched) {
		if (weir_chain_awake(chain, WEIR_VIEW_WRITER)) {
			if (chain->dirty || !chain->prog)
				err = weir_stage_chain(txn, chain, WEIR_VIEW_WRITER);
		} else if (chain->prog) {
			list_add_tail(&chain->staged, &txn->staged);
		}
		if (err)
			goto err_unstage;
	}
	return 0;

err_unstage:
	weir_unstage(txn);
	return err;
}

static int weir_stage(struct weir_txn *txn)
{
	int err = weir_deltas_collect(txn);

	if (!err)
		err = weir_stage_chains(txn);
	weir_deltas_free(txn);
	return err;
}

/* Stage all programs anew, as they were committed. */
static int weir_stage_again(struct weir_txn *txn)
{
	struct weir_chain *chain;
	unsigned long id;
	int err = 0;

	xa_for_each(&txn->wn->chains, id, chain) {
		if (chain->prog)
			err = weir_stage_chain(txn, chain, WEIR_VIEW_COMMITTED);
		if (err)
			goto err_unstage;
	}
	return 0;

err_unstage:
	weir_unstage(txn);
	return err;
}

/* Get the elements of the sets that change ready. */
static int weir_stage_sets(struct weir_req *req, struct weir_txn *txn)
{
	struct weir_set *set = NULL;
	int err;

	while ((set = weir_txn_next_set(txn, set))) {
		err = weir_stage_prepare(req, txn, set);
		if (err)
			return err;
	}
	return 0;
}

static void weir_unstage_sets(struct weir_txn *txn)
{
	struct weir_set *set = NULL;

	while ((set = weir_txn_next_set(txn, set)))
		weir_stage_unprepare(set);
}

static struct weir_ruleset *weir_ruleset_alloc(u32 n_progs, u32 n_sets)
{
	struct weir_ruleset *ruleset;
	size_t progs = ALIGN(struct_size(ruleset, progs, n_progs), __alignof__(*ruleset->sets));

	ruleset = kvzalloc(size_add(progs, array_size(n_sets, sizeof(*ruleset->sets))),
			   GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!ruleset)
		return NULL;
	ruleset->n_progs = n_progs;
	ruleset->n_sets = n_sets;
	if (n_sets)
		ruleset->sets = (void *)ruleset + progs;
	return ruleset;
}

/* What packets will see of a set; nothing of one that goes. */
static struct weir_set_slot weir_set_slot(const struct weir_set *set, enum weir_view view)
{
	if (!weir_seen(&set->obj, view))
		return (struct weir_set_slot){};
	return (struct weir_set_slot){
		.content = weir_set_content(set, view),
		.catchall = weir_set_catchall(set, view),
		.timeout = weir_set_conf(set, view)->timeout,
		.size = weir_set_conf(set, view)->size,
	};
}

/* A new generation is the one before, but for the chains and sets that change. */
static void weir_ruleset_fill(struct weir_txn *txn, struct weir_ruleset *ruleset,
			      const struct weir_ruleset *old, enum weir_view view)
{
	struct weir_chain *chain;
	struct weir_set *set = NULL;

	if (old) {
		memcpy(ruleset->progs, old->progs, array_size(old->n_progs, sizeof(*old->progs)));
		if (old->n_sets)
			memcpy(ruleset->sets, old->sets,
			       array_size(old->n_sets, sizeof(*old->sets)));
	}
	list_for_each_entry(chain, &txn->staged, staged)
		ruleset->progs[chain->id] = chain->staged_prog;
	while ((set = weir_txn_next_set(txn, set)))
		ruleset->sets[set->id] = weir_set_slot(set, view);
	while (ruleset->n_progs && !ruleset->progs[ruleset->n_progs - 1])
		ruleset->n_progs--;
}

/* Make the arrays that will be published, and room for the programs that are replaced. */
static int weir_stage_ruleset(struct weir_net *wn, struct weir_txn *txn, u64 gen,
			      enum weir_view view)
{
	const struct weir_ruleset *old = rcu_dereference_protected(wn->ruleset,
								   lockdep_is_held(&wn->lock));
	u32 n_progs = old ? old->n_progs : 0, n_sets = old ? old->n_sets : 0, n_stale = 0;
	struct weir_ruleset *ruleset;
	struct weir_chain *chain;
	struct weir_set *set = NULL;

	list_for_each_entry(chain, &txn->staged, staged) {
		n_progs = max(n_progs, chain->id + 1);
		n_stale += !!chain->prog;
	}
	while ((set = weir_txn_next_set(txn, set)))
		n_sets = max(n_sets, set->id + 1);
	ruleset = weir_ruleset_alloc(n_progs, n_sets);
	if (!ruleset)
		return -ENOMEM;
	txn->stale = kvcalloc(max(n_stale, 1U), sizeof(*txn->stale),
			      GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!txn->stale)
		goto err_free_ruleset;

	ruleset->gen = gen;
	weir_ruleset_fill(txn, ruleset, old, view);
	txn->ruleset = ruleset;
	return 0;

err_free_ruleset:
	kvfree(ruleset);
	return -ENOMEM;
}

static void weir_unstage_ruleset(struct weir_txn *txn)
{
	kvfree(txn->stale);
	txn->stale = NULL;
	kvfree(txn->ruleset);
	txn->ruleset = NULL;
}

/* Take back the hooks of chains that had none before. */
static void weir_unhook_new(struct weir_txn *txn)
{
	struct weir_chain *chain;
	bool any = false;

	list_for_each_entry(chain, &txn->staged, staged) {
		if (!chain->hooked || chain->prog)
			continue;
		nf_unregister_net_hook(txn->wn->net, &chain->ops);
		chain->hooked = false;
		any = true;
	}
	/* Packets in there look at the chain, which is freed next. */
	if (any)
		synchronize_net();
}

static int weir_hook_new(struct weir_txn *txn)
{
	struct weir_chain *chain;
	int err;

	list_for_each_entry(chain, &txn->staged, staged) {
		if (!chain->base || !chain->staged_prog || chain->hooked)
			continue;
		err = nf_register_net_hook(txn->wn->net, &chain->ops);
		if (err) {
			weir_unhook_new(txn);
			return err;
		}
		chain->hooked = true;
	}
	return 0;
}

/* The point of no return: one pointer. */
static void weir_publish(struct weir_net *wn, struct weir_txn *txn)
{
	struct weir_ruleset *old = rcu_dereference_protected(wn->ruleset,
							     lockdep_is_held(&wn->lock));
	struct weir_chain *chain, *next;
	struct weir_set *set = NULL;

	while ((set = weir_txn_next_set(txn, set)))
		weir_stage_publish(set);
	list_for_each_entry(chain, &txn->staged, staged)
		if (chain->staged_prog)
			weir_prog_publish(chain->staged_prog, chain->prog);
	rcu_assign_pointer(wn->ruleset, txn->ruleset);
	txn->ruleset = old;

	list_for_each_entry_safe(chain, next, &txn->staged, staged) {
		chain->afresh = false;
		if (chain->hooked && !chain->staged_prog) {
			nf_unregister_net_hook(wn->net, &chain->ops);
			chain->hooked = false;
		}
		if (chain->prog)
			txn->stale[txn->n_stale++] = chain->prog;
		chain->prog = chain->staged_prog;
		chain->staged_prog = NULL;
		list_del_init(&chain->staged);
	}
}

static void weir_settle_rule(struct weir_txn *txn, struct weir_rule *rule,
			     struct weir_events *events)
{
	struct xarray *handles = &rule->chain->table->rule_handles;
	struct weir_rich_rule *rich = weir_rule_rich(rule);
	struct weir_rule_body body = weir_rule_body(rule);

	if (rule->obj.state == WEIR_STATE_NEW) {
		weir_event_rule(events, rule, rich && rich->replaces ? WEIR_EVENT_CHANGE :
				WEIR_EVENT_NEW);
		rule->obj.state = WEIR_STATE_LIVE;
		if (rich)
			rich->replaces = NULL;
		rule->chain->n_rules++;
		list_del_init(&rule->obj.change);
		return;
	}
	/* Of two rules with one handle, the new one tells of the change. */
	if (xa_load(handles, rule->handle) == rule)
		weir_event_rule(events, rule, WEIR_EVENT_DEL);
	rule->chain->n_rules--;
	weir_rule_unlink(rule);
	weir_body_put(&body);
	list_add_tail(&rule->obj.change, &txn->dead[WEIR_KIND_RULE]);
}

static void weir_settle_object(struct weir_txn *txn, struct weir_object_named *object,
			       struct weir_events *events)
{
	switch (object->obj.state) {
	case WEIR_STATE_NEW:
		object->obj.state = WEIR_STATE_LIVE;
		list_del_init(&object->obj.change);
		weir_event_object(events, object, WEIR_EVENT_NEW);
		break;
	case WEIR_STATE_DYING:
		weir_event_object(events, object, WEIR_EVENT_DEL);
		weir_object_unlink(object);
		weir_object_put(object);
		list_add_tail(&object->obj.change, &txn->dead[WEIR_KIND_OBJECT]);
		break;
	default:
		weir_object_settle(txn->wn, object);
		list_del_init(&object->obj.change);
		weir_event_object(events, object, WEIR_EVENT_CHANGE);
		break;
	}
}

static void weir_settle_chain(struct weir_txn *txn, struct weir_chain *chain,
			      struct weir_events *events)
{
	switch (chain->obj.state) {
	case WEIR_STATE_NEW:
		chain->obj.state = WEIR_STATE_LIVE;
		chain->table->n_chains++;
		list_del_init(&chain->obj.change);
		weir_event_chain(events, chain, WEIR_EVENT_NEW);
		break;
	case WEIR_STATE_DYING:
		weir_event_chain(events, chain, WEIR_EVENT_DEL);
		chain->table->n_chains--;
		weir_chain_unlink(chain);
		list_add_tail(&chain->obj.change, &txn->dead[WEIR_KIND_CHAIN]);
		break;
	default:
		weir_event_chain(events, chain, WEIR_EVENT_CHANGE);
		weir_chain_settle(chain);
		list_del_init(&chain->obj.change);
		break;
	}
}

static void weir_settle_set(struct weir_txn *txn, struct weir_set *set,
			    struct weir_events *events)
{
	if (set->next && set->obj.state == WEIR_STATE_LIVE)
		weir_event_set(events, set, WEIR_EVENT_CHANGE);
	weir_set_settle(set);
	switch (set->obj.state) {
	case WEIR_STATE_NEW:
		weir_event_set(events, set, WEIR_EVENT_NEW);
		break;
	case WEIR_STATE_DYING:
		weir_event_set(events, set, WEIR_EVENT_DEL);
		weir_stage_settle(txn, set, events);
		weir_set_put(set);
		weir_set_unlink(set);
		list_add_tail(&set->obj.change, &txn->dead[WEIR_KIND_SET]);
		return;
	default:
		break;
	}
	weir_stage_settle(txn, set, events);
	set->obj.state = WEIR_STATE_LIVE;
	list_del_init(&set->obj.change);
}

static void weir_settle_table(struct weir_txn *txn, struct weir_table *table,
			      struct weir_events *events)
{
	switch (table->obj.state) {
	case WEIR_STATE_NEW:
		table->obj.state = WEIR_STATE_LIVE;
		list_del_init(&table->obj.change);
		weir_event_table(events, table, WEIR_EVENT_NEW);
		break;
	case WEIR_STATE_DYING:
		weir_event_table(events, table, WEIR_EVENT_DEL);
		weir_table_unlink(txn->wn, table);
		list_add_tail(&table->obj.change, &txn->dead[WEIR_KIND_TABLE]);
		break;
	default:
		weir_table_settle(txn->wn, table);
		list_del_init(&table->obj.change);
		weir_event_table(events, table, WEIR_EVENT_CHANGE);
		break;
	}
}

/* The transaction is published: its objects are what is committed now. */
static void weir_settle(struct weir_txn *txn)
{
	struct weir_object *obj, *next;
	struct weir_events events;

	weir_events_init(&events, txn->wn);
	list_for_each_entry_safe(obj, next, &txn->changes, change) {
		switch (obj->kind) {
		case WEIR_KIND_RULE:
			weir_settle_rule(txn, container_of(obj, struct weir_rule, obj), &events);
			break;
		case WEIR_KIND_SET:
			weir_settle_set(txn, container_of(obj, struct weir_set, obj), &events);
			break;
		case WEIR_KIND_OBJECT:
			weir_settle_object(txn, container_of(obj, struct weir_object_named, obj),
					   &events);
			break;
		case WEIR_KIND_CHAIN:
			weir_settle_chain(txn, container_of(obj, struct weir_chain, obj), &events);
			break;
		default:
			weir_settle_table(txn, container_of(obj, struct weir_table, obj), &events);
			break;
		}
	}
	weir_stage_settle_orphans(txn);
	txn->n_changes = events.count;
	weir_events_end(&events, txn);
}

/**
 * weir_commit() - Publish a transaction.
 * @req: The request.
 * @txn: The open transaction.
 * @check: Do all that can fail, and nothing more.
 *
 * Return: 0, and without @check the transaction is closed and not the caller's
 * any more; or a negative errno with an extack message.
 */
int weir_commit(struct weir_req *req, struct weir_txn *txn, bool check)
{
	struct weir_net *wn = req->wn;
	int err;

	if (list_empty(&txn->changes))
		return 0;
	err = weir_graph_check(req, txn);
	if (err)
		return err;
	err = weir_stage_sets(req, txn);
	if (err)
		goto unstage_sets;
	err = weir_stage(txn);
	if (err) {
		weir_refuse(req, NULL, err, "no memory to compile the chains");
		goto unstage_sets;
	}
	err = weir_stage_ruleset(wn, txn, wn->gen + 1, WEIR_VIEW_WRITER);
	if (err) {
		weir_refuse(req, NULL, err, "no memory for the generation");
		goto unstage;
	}
	if (check)
		goto unstage_ruleset;
	err = weir_hook_new(txn);
	if (err) {
		weir_refuse(req, NULL, err, "a chain could not be attached to its hook");
		goto unstage_ruleset;
	}

	wn->gen++;
	weir_publish(wn, txn);
	weir_settle(txn);
	weir_chains_settle(txn);
	wn->txn = NULL;
	weir_retire(txn);
	module_put(THIS_MODULE);
	return 0;

unstage_ruleset:
	weir_unstage_ruleset(txn);
unstage:
	weir_unstage(txn);
unstage_sets:
	weir_unstage_sets(txn);
	return err;
}

/**
 * weir_republish() - Publish programs and elements that mean the same as before.
 * @wn: The namespace. Its generation stays.
 * @txn: Not the open one. Its changes are sets with stages, or none; programs that
 *   change are staged.
 * @view: Whose elements.
 *
 * Return: 0, and the changes are to be settled and @txn to be retired; or -ENOMEM.
 */
int weir_republish(struct weir_net *wn, struct weir_txn *txn, enum weir_view view)
{
	int err = weir_stage_ruleset(wn, txn, wn->gen, view);

	if (!err)
		weir_publish(wn, txn);
	return err;
}

/**
 * weir_recompile() - Compile all chains again, after weir_net.jit changed.
 * @wn: The namespace. Its generation and an open transaction stay.
 *
 * Return: 0 or -ENOMEM, and nothing has changed.
 */
int weir_recompile(struct weir_net *wn)
{
	struct weir_txn *txn = weir_txn_new(wn);
	int err;

	if (!txn)
		return -ENOMEM;
	err = weir_stage_again(txn);
	if (err)
		goto err_free_txn;
	err = weir_republish(wn, txn, WEIR_VIEW_COMMITTED);
	if (err)
		goto err_unstage;
	weir_retire(txn);
	return 0;

err_unstage:
	weir_unstage(txn);
err_free_txn:
	weir_txn_free(txn);
	return err;
}
