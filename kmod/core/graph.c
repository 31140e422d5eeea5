// SPDX-License-Identifier: GPL-2.0
/*
 * Where jumps lead. Before a commit, the chains of each table that changes are
 * walked along their jumps, and those of the verdict maps that their rules ask, as
 * they will be: a jump to a chain that the walk is
 * still in is a loop; a chain's height is one more than that of the highest
 * chain it jumps to; and in the reverse order of the walk's ends every chain
 * stands before those it leads to, so that the hooks that lead to a chain are
 * complete when its turn comes. Each jump is followed once. The walk keeps its
 * way back in the chains, because user space decides how long it is.
 */

#include "core.h"

enum weir_colour {
	WEIR_WALK_UNSEEN,
	WEIR_WALK_INSIDE,
	WEIR_WALK_DONE,
};

const char *weir_hook_name(unsigned int hook)
{
	static const char *const names[NF_INET_NUMHOOKS] = {
		[NF_INET_PRE_ROUTING]	= "prerouting",
		[NF_INET_LOCAL_IN]	= "input",
		[NF_INET_FORWARD]	= "forward",
		[NF_INET_LOCAL_OUT]	= "output",
		[NF_INET_POST_ROUTING]	= "postrouting",
	};

	return hook < NF_INET_NUMHOOKS ? names[hook] : "unknown";
}

static void weir_walk_enter(struct weir_chain *chain, struct weir_chain *parent)
{
	chain->walk.parent = parent;
	chain->walk.colour = WEIR_WALK_INSIDE;
	chain->walk.at = (struct weir_edge){};
	chain->walk.rule = list_first_entry_or_null(&chain->special, struct weir_rich_rule,
						    special);
}

/* The jump of a verdict map of the rule that is at @edge, or NULL behind the last one. */
static struct weir_jump *weir_map_jump(struct weir_rule *rule, struct weir_edge *edge)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_item *item;
	struct weir_use *use;

	if (!edge->item)
		edge->item = weir_body_next(&body, NULL);
	for (; edge->item; edge->item = weir_body_next(&body, item), edge->use = 0) {
		item = edge->item;
		if (item->type != WEIR_ITEM_TYPE_VMAP || !item->lookup->set)
			continue;
		use = xa_find(&item->lookup->set->uses, &edge->use, ULONG_MAX, XA_PRESENT);
		for (; use; use = xa_find_after(&item->lookup->set->uses, &edge->use, ULONG_MAX,
						XA_PRESENT))
			if (use->users)
				return &use->jump;
	}
	return NULL;
}

/* The jump that is at @edge, all zeroes being the first; NULL behind the last one. */
static struct weir_jump *weir_rule_jump(struct weir_rich_rule *rule, struct weir_edge *edge)
{
	if (edge->jump < rule->n_jumps)
		return &rule->jumps[edge->jump];
	return rule->maps ? weir_map_jump(&rule->rule, edge) : NULL;
}

/* Go on to the next one. */
static void weir_edge_next(const struct weir_rich_rule *rule, struct weir_edge *edge)
{
	if (edge->jump < rule->n_jumps)
		edge->jump++;
	else
		edge->use++;
}

/* The jump that the walk is at, or NULL behind the last one. */
static struct weir_jump *weir_walk_jump(struct weir_chain *chain)
{
	struct weir_walk *walk = &chain->walk;
	struct weir_jump *jump;

	while (walk->rule) {
		if (weir_seen(&walk->rule->rule.obj, WEIR_VIEW_WRITER)) {
			jump = weir_rule_jump(walk->rule, &walk->at);
			if (jump)
				return jump;
		}
		walk->rule = list_is_last(&walk->rule->special, &chain->special) ? NULL :
			     list_next_entry(walk->rule, special);
		walk->at = (struct weir_edge){};
	}
	return NULL;
}

static int weir_walk_loop(struct weir_req *req, const struct weir_chain *to,
			  const struct weir_chain *from)
{
	const char *name = weir_chain_name(to, WEIR_VIEW_WRITER);

	if (to == from)
		return weir_refuse(req, NULL, -ELOOP, "chain %s jumps to itself", name);
	return weir_refuse(req, NULL, -ELOOP, "chain %s jumps to itself through %s", name,
			   weir_chain_name(from, WEIR_VIEW_WRITER));
}

static int weir_walk_from(struct weir_req *req, struct weir_chain *chain,
			  struct list_head *order)
{
	struct weir_jump *jump;

	weir_walk_enter(chain, NULL);
	while (chain) {
		jump = weir_walk_jump(chain);
		if (!jump) {
			chain->walk.colour = WEIR_WALK_DONE;
			list_add(&chain->walk.order, order);
			chain = chain->walk.parent;
			continue;
		}
		switch (jump->to->walk.colour) {
		case WEIR_WALK_INSIDE:
			return weir_walk_loop(req, jump->to, chain);
		case WEIR_WALK_UNSEEN:
			weir_walk_enter(jump->to, chain);
			chain = jump->to;
			break;
		case WEIR_WALK_DONE:
			chain->walk.height = max(chain->walk.height, jump->to->walk.height +
						 jump->comes_back);
			weir_edge_next(chain->walk.rule, &chain->walk.at);
			break;
		}
	}
	return 0;
}

static bool weir_instance_lacks(const struct weir_instance *instance, unsigned int hook)
{
	return instance && !(instance->plugin->hooks & BIT(hook));
}

/* The plug-in of a rule that is not valid in a hook. */
static const char *weir_rule_culprit(struct weir_rule *rule, unsigned int hook)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_instance *instance;
	const struct weir_item *item = NULL;
	u32 n;

	while ((item = weir_body_next(&body, item))) {
		for (n = 0; n < WEIR_ITEM_PLUGINS; n++) {
			instance = weir_item_plugin(item, n);
			if (weir_instance_lacks(instance, hook))
				return instance->plugin->name;
		}
	}
	return "a plug-in";
}

/* All hooks that lead to a chain are known: check its rules, pass them on. */
static int weir_walk_hooks(struct weir_req *req, struct weir_chain *chain)
{
	unsigned int hook, wrong;
	struct weir_rich_rule *rule;
	struct weir_jump *jump;
	struct weir_edge edge;

	if (chain->base)
		chain->walk.hooks |= BIT(chain->ops.hooknum);
	list_for_each_entry(rule, &chain->special, special) {
		if (!weir_seen(&rule->rule.obj, WEIR_VIEW_WRITER))
			continue;
		wrong = chain->walk.hooks & ~rule->hooks;
		if (wrong) {
			hook = __ffs(wrong);
			return weir_refuse(req, NULL, -EOPNOTSUPP,
					   "%s in rule handle %llu of chain %s is not valid in hook %s, which leads there",
					   weir_rule_culprit(&rule->rule, hook), rule->rule.handle,
					   weir_chain_name(chain, WEIR_VIEW_WRITER),
					   weir_hook_name(hook));
		}
		edge = (struct weir_edge){};
		for (; (jump = weir_rule_jump(rule, &edge)); weir_edge_next(rule, &edge))
			jump->to->walk.hooks |= chain->walk.hooks;
	}
	return 0;
}

static int weir_graph_table(struct weir_req *req, struct weir_table *table)
{
	struct weir_chain *chain;
	LIST_HEAD(order);
	int err;

	list_for_each_entry(chain, &table->chains, list)
		chain->walk = (struct weir_walk){};

	list_for_each_entry(chain, &table->chains, list) {
		if (!weir_seen(&chain->obj, WEIR_VIEW_WRITER) || chain->walk.colour)
			continue;
		err = weir_walk_from(req, chain, &order);
		if (err)
			return err;
	}
	list_for_each_entry(chain, &order, walk.order) {
		if (chain->base && chain->walk.height > WEIR_DEPTH_MAX)
			return weir_refuse(req, NULL, -EMLINK,
					   "below chain %s jumps are %u deep, where %u is the most",
					   weir_chain_name(chain, WEIR_VIEW_WRITER),
					   chain->walk.height, WEIR_DEPTH_MAX);
		err = weir_walk_hooks(req, chain);
		if (err)
			return err;
	}
	return 0;
}

/* Tables with new chains, new jumps or new limits where a rule is valid. */
static void weir_graph_mark(const struct weir_txn *txn)
{
	const struct weir_chain *chain;
	struct weir_set *set = NULL;

	list_for_each_entry(chain, &txn->chains, touched)
		chain->table->rewired |= chain->rewired;
	while ((set = weir_txn_next_set(txn, set)))
		set->table->rewired |= set->stage && set->spec.data_type == WEIR_DATA_TYPE_VERDICT;
}

/**
 * weir_graph_check() - Check the jumps of what will be committed.
 * @req: The request.
 * @txn: The transaction.
 *
 * Return: 0; -ELOOP, -EMLINK or -EOPNOTSUPP with an extack message.
 */
int weir_graph_check(struct weir_req *req, const struct weir_txn *txn)
{
	struct weir_table *table;
	int err = 0;

	weir_graph_mark(txn);
	list_for_each_entry(table, &req->wn->tables, list) {
		if (!err && table->rewired && weir_seen(&table->obj, WEIR_VIEW_WRITER))
			err = weir_graph_table(req, table);
		table->rewired = false;
	}
	return err;
}
