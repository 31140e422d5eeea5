// SPDX-License-Identifier: GPL-2.0
/*
 * What a transaction makes of the elements of a set.
 *
 * The first change forks the committed content; the fork is changed in place as
 * often as the writer likes, and published at the commit. A content that is
 * replaced as a whole begins empty, and one that outgrows its set module is filled
 * into another one's. Elements that are more than keys live longer than contents:
 * those that the transaction added are freed when it is aborted, those that it took
 * out when it is committed and no packet can see them any more.
 *
 * The content of a dynamic set is packets' as well, and changed in place: what is
 * added is NEW until the commit, what is deleted is DYING, and packets leave both
 * alone.
 */

#include <linux/module.h>
#include <linux/slab.h>
#include "core.h"

static const char *const weir_set_modules[] = WEIR_SET_MODULES;

/* Load the set modules; no lock of the core is held. */
void weir_set_autoload(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(weir_set_modules); i++)
		weir_plugin_load(WEIR_PLUGIN_SET, weir_set_modules[i]);
}

/**
 * weir_set_choose() - Find the set module that holds elements best.
 * @family: Family of the table.
 * @spec: What is to be held.
 * @count: How many elements, 0 if that is not known.
 *
 * Return: The set module, with a reference, or NULL. That of lists of sets is the
 * core itself.
 */
const struct weir_set_ops *weir_set_choose(u8 family, const struct weir_set_spec *spec,
					   u32 count)
{
	const struct weir_set_ops *best = NULL, *ops;
	const struct weir_plugin *plugin;
	unsigned int i, score, most = 0;

	if (spec->list)
		return &weir_list_ops;
	for (i = 0; i < ARRAY_SIZE(weir_set_modules); i++) {
		plugin = weir_plugin_get(WEIR_PLUGIN_SET, weir_set_modules[i]);
		if (!plugin)
			continue;
		ops = container_of(plugin, struct weir_set_ops, plugin);
		score = plugin->families & WEIR_FAMILY(family) ? ops->score(spec, count) : 0;
		if (score > most) {
			swap(best, ops);
			most = score;
		}
		if (ops)
			module_put(ops->plugin.owner);
	}
	return best;
}

static struct weir_content *weir_content_by(const struct weir_set_ops *ops,
					    const struct weir_set_spec *spec)
{
	struct weir_content *content = ops->create(spec);

	if (IS_ERR(content))
		module_put(ops->plugin.owner);
	return content;
}

/**
 * weir_content_create() - Make an empty content.
 * @req: The request.
 * @family: Family of the table.
 * @spec: What it is to hold.
 * @count: How many elements, 0 if that is not known.
 *
 * Return: The content, or ERR_PTR() with an extack message.
 */
struct weir_content *weir_content_create(struct weir_req *req, u8 family,
					 const struct weir_set_spec *spec, u32 count)
{
	const struct weir_set_ops *ops = weir_set_choose(family, spec, count);
	struct weir_content *content;

	if (!ops)
		return ERR_PTR(weir_refuse(req, NULL, -EOPNOTSUPP,
					   "no set module holds such elements"));
	content = weir_content_by(ops, spec);
	if (IS_ERR(content))
		weir_refuse(req, NULL, PTR_ERR(content), "no memory for the elements");
	return content;
}

void weir_content_put(const struct weir_content *content)
{
	if (content)
		module_put(content->ops->plugin.owner);
}

/* Free a content's nodes. */
void weir_content_destroy(struct weir_content *content, bool put)
{
	struct module *owner = content->ops->plugin.owner;

	content->ops->destroy(content);
	if (put)
		module_put(owner);
}

/**
 * struct weir_free - What a walk frees.
 * @wn: The namespace.
 * @spec: What the elements are like.
 * @family: Family of the table.
 * @put: References to plug-ins' modules are still held.
 */
struct weir_free {
	struct weir_net *wn;
	const struct weir_set_spec *spec;
	u8 family;
	bool put;
};

static int weir_free_elem(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	const struct weir_free *free = data;

	weir_elem_free(free->wn, free->spec, free->family, elem, free->put);
	cond_resched();
	return 0;
}

/**
 * weir_content_free() - Free a content and its elements.
 * @wn: The namespace.
 * @family: Family of the table.
 * @spec: What the elements are like.
 * @content: No packet sees it any more; may be NULL.
 * @put: References to modules are still held.
 */
void weir_content_free(struct weir_net *wn, u8 family, const struct weir_set_spec *spec,
		       struct weir_content *content, bool put)
{
	struct weir_free free = { .wn = wn, .spec = spec, .family = family, .put = put };
	struct weir_set_pos pos = {};

	if (!content)
		return;
	if (content->spec->elems)
		content->ops->walk(content, &pos, weir_free_elem, &free);
	weir_content_destroy(content, put);
}

void weir_elems_free(struct weir_net *wn, const struct weir_set_spec *spec, u8 family,
		     struct weir_elem *list, bool put)
{
	struct weir_elem *elem;

	while (list) {
		elem = list;
		list = elem->next;
		weir_elem_free(wn, spec, family, elem, put);
		cond_resched();
	}
}

static int weir_put_elem(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	weir_elem_put(data, elem);
	return 0;
}

/* Give back the references that a content holds to modules. */
static void weir_content_put_all(const struct weir_content *content,
				 const struct weir_set_spec *spec)
{
	struct weir_set_pos pos = {};

	if (!content)
		return;
	if (spec->n_stmts)
		content->ops->walk(content, &pos, weir_put_elem, (void *)spec);
	weir_content_put(content);
}

/* Give back the references of a set that is deleted. */
void weir_set_put(const struct weir_set *set)
{
	u32 i;

	weir_content_put_all(set->content, &set->spec);
	if (set->catchall)
		weir_elem_put(&set->spec, set->catchall);
	for (i = 0; i < set->n_stmts; i++)
		weir_instance_put(weir_item_instance(&set->stmts[i]));
}

/**
 * weir_stage_open() - Begin to change the elements of a set.
 * @req: The request, with its transaction.
 * @set: The set, as the writer sees it.
 *
 * Return: Its stage, or ERR_PTR() with an extack message.
 */
struct weir_stage *weir_stage_open(struct weir_req *req, struct weir_set *set)
{
	struct weir_stage *stage = set->stage;

	if (stage)
		return stage;
	stage = kzalloc(sizeof(*stage), GFP_KERNEL_ACCOUNT);
	if (!stage)
		return ERR_PTR(weir_refuse(req, NULL, -ENOMEM, "no memory for the elements"));
	INIT_LIST_HEAD(&stage->list);
	INIT_LIST_HEAD(&stage->changes);
	INIT_LIST_HEAD(&stage->notes);
	stage->family = set->table->family;
	stage->content = set->content;
	stage->origin = set->content;
	stage->catchall = set->catchall;
	set->stage = stage;
	weir_txn_note(req->txn, &set->obj);
	return stage;
}

/* An empty content takes the place of the one that the writer sees. */
static int weir_stage_begin(struct weir_req *req, struct weir_set *set, u32 count)
{
	struct weir_stage *stage = set->stage;
	struct weir_content *content;

	content = weir_content_create(req, stage->family, &set->spec, count);
	if (IS_ERR(content))
		return PTR_ERR(content);
	if (stage->content && !stage->origin)
		weir_content_destroy(stage->content, true);
	stage->content = content;
	return 0;
}

/**
 * weir_stage_change() - Make ready for changes of elements.
 * @req: The request.
 * @set: The set, as the writer sees it.
 * @expected: About how many elements will come, 0 if that is not known.
 *
 * Return: 0, and the content of the set's stage may be changed; or a negative errno
 * with an extack message.
 */
int weir_stage_change(struct weir_req *req, struct weir_set *set, u32 expected)
{
	struct weir_stage *stage = weir_stage_open(req, set);
	struct weir_content *fork;

	if (IS_ERR(stage))
		return PTR_ERR(stage);
	stage->touched = true;
	stage->heard = weir_events_wanted(req->wn);
	stage->unheard |= !stage->heard;
	if (!stage->origin)
		return stage->content && (stage->content->count || !expected) ? 0 :
		       weir_stage_begin(req, set, expected);
	if (stage->content != stage->origin || set->spec.dynamic)
		return 0;

	fork = stage->content->ops->fork(stage->content);
	if (IS_ERR(fork))
		return weir_refuse(req, NULL, PTR_ERR(fork), "no memory for the elements");
	stage->content = fork;
	stage->shares = true;
	return 0;
}

/* Forget the content that was made in this transaction, but not its elements. */
static void weir_stage_forget(struct weir_stage *stage)
{
	if (stage->content == stage->origin)
		return;
	if (stage->shares)
		stage->content->ops->abort(stage->origin, stage->content);
	else if (stage->content)
		weir_content_destroy(stage->content, true);
	stage->content = stage->origin;
	stage->shares = false;
}

/**
 * struct weir_refill - A walk that fills elements into another content.
 * @to: The other content.
 * @stage: Takes the elements that are made of keys, or NULL if none are.
 */
struct weir_refill {
	struct weir_content *to;
	struct weir_stage *stage;
};

static int weir_refill_elem(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	const struct weir_refill *refill = data;
	const struct weir_set_spec *spec = refill->to->spec;
	int err;

	cond_resched();
	if (!refill->stage)
		return refill->to->ops->insert(refill->to, from, to, elem);
	elem = kzalloc(spec->elem_size, WEIR_GFP_ELEM);
	if (!elem)
		return -ENOMEM;
	elem->state = WEIR_ELEM_NEW;
	memcpy(weir_elem_key(spec, elem), from, spec->key_size);
	memcpy(weir_elem_to(spec, elem), to, spec->key_size);
	err = refill->to->ops->insert(refill->to, from, to, elem);
	if (err) {
		kfree(elem);
		return err;
	}
	elem->next = refill->stage->added;
	refill->stage->added = elem;
	return 0;
}

/* Fill the elements into a content of @ops, whose module is put on failure. */
static int weir_stage_move(struct weir_set *set, const struct weir_set_ops *ops,
			   const struct weir_set_spec *spec)
{
	struct weir_stage *stage = set->stage;
	struct weir_content *old = stage->content;
	struct weir_refill refill = {
		.stage = spec->elems && !old->spec->elems ? stage : NULL,
	};
	struct weir_set_pos pos = {};
	int err;

	refill.to = weir_content_by(ops, spec);
	if (IS_ERR(refill.to))
		return PTR_ERR(refill.to);
	err = old->ops->walk(old, &pos, weir_refill_elem, &refill);
	if (err) {
		weir_content_destroy(refill.to, true);
		return err;
	}
	weir_stage_forget(stage);
	stage->content = refill.to;
	return 0;
}

/**
 * weir_stage_enrich() - Turn the keys of a set into elements.
 * @req: The request.
 * @set: Its stage may be changed, and its content has only keys.
 *
 * Return: 0, or a negative errno with an extack message; then the transaction has
 * to be aborted.
 */
int weir_stage_enrich(struct weir_req *req, struct weir_set *set)
{
	struct weir_content *old = set->stage->content;
	const struct weir_set_ops *ops;
	int err = -EOPNOTSUPP;

	ops = weir_set_choose(set->stage->family, &set->rich, old->count);
	if (ops)
		err = weir_stage_move(set, ops, &set->rich);
	if (err)
		return weir_refuse(req, NULL, err,
				   "no memory to give the elements of set %s more than keys",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	return 0;
}

static void weir_change_free(struct weir_net *wn, struct weir_stage *stage,
			     const struct weir_set_spec *spec, struct weir_change *change)
{
	list_del(&change->list);
	if (change->with)
		weir_elem_free(wn, spec, stage->family, change->with, true);
	kfree(change);
}

static void weir_stage_unchange(struct weir_net *wn, struct weir_stage *stage,
				const struct weir_set_spec *spec)
{
	struct weir_change *change, *next;

	list_for_each_entry_safe(change, next, &stage->changes, list)
		weir_change_free(wn, stage, spec, change);
}

/* Take out what was added to a dynamic set; packets may still see it. */
static void weir_stage_unadd(struct weir_set *set, struct weir_stage *stage)
{
	const struct weir_set_spec *spec = &set->spec;
	struct weir_elem *elem;

	while (stage->added) {
		elem = stage->added;
		stage->added = elem->next;
		if (elem->state == WEIR_ELEM_NEW && elem != stage->catchall) {
			elem->state = WEIR_ELEM_DEAD;
			stage->content->ops->remove(stage->content, weir_elem_key(spec, elem),
						    weir_elem_to(spec, elem), elem);
		}
		elem->next = stage->gone;
		stage->gone = elem;
	}
}

static int weir_kill_elem(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_stage *stage = data;

	if (!weir_elem_claim(elem, WEIR_ELEM_LIVE, WEIR_ELEM_DYING))
		return 0;
	elem->next = stage->removed;
	stage->removed = elem;
	return 0;
}

/* Delete all elements of a dynamic set. */
static void weir_stage_kill(struct weir_set *set, struct weir_stage *stage)
{
	struct weir_set_pos pos = {};
	struct weir_elem *elem;

	weir_stage_unadd(set, stage);
	for (elem = stage->removed; elem; elem = elem->next)
		elem->flags &= ~WEIR_ELEM_HEIR;
	rcu_read_lock();
	stage->content->ops->walk(stage->content, &pos, weir_kill_elem, stage);
	rcu_read_unlock();
}

/* Delete all elements of a set that is not dynamic; its content is NULL then. */
static void weir_stage_empty(struct weir_net *wn, struct weir_set *set,
			     struct weir_stage *stage)
{
	weir_stage_forget(stage);
	if (stage->origin)
		stage->dropped = stage->origin;
	stage->origin = NULL;
	stage->content = NULL;
	/* Those of a dynamic set are dying, and live again if this is undone. */
	if (!set->spec.dynamic)
		stage->removed = NULL;
	weir_elems_free(wn, &set->spec, stage->family, stage->added, true);
	stage->added = NULL;
}

/* Delete the catch-all element; one that was added goes with the others. */
void weir_stage_uncatch(struct weir_stage *stage)
{
	struct weir_elem *elem = stage->catchall;

	stage->catchall = NULL;
	if (elem && elem->state == WEIR_ELEM_NEW)
		elem->state = WEIR_ELEM_DEAD;
	else if (elem)
		stage->old_catchall = elem;
}

/**
 * weir_stage_flush() - Delete all elements.
 * @req: The request.
 * @set: The set, as the writer sees it.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_stage_flush(struct weir_req *req, struct weir_set *set)
{
	struct weir_stage *stage = weir_stage_open(req, set);

	if (IS_ERR(stage))
		return PTR_ERR(stage);
	stage->touched = true;
	weir_note_whole(stage);
	weir_stage_unchange(req->wn, stage, &set->spec);
	weir_use_none(set);
	if (set->spec.dynamic) {
		weir_stage_kill(set, stage);
		weir_stage_uncatch(stage);
		return 0;
	}
	weir_stage_uncatch(stage);
	weir_stage_empty(req->wn, set, stage);
	return weir_stage_begin(req, set, 0);
}

/**
 * weir_stage_drop() - Delete the elements of a set that is deleted itself.
 * @txn: The transaction.
 * @set: LIVE or NEW. Without a stage, its elements go when it is freed.
 *
 * Elements that another set brought in by an exchange go with the transaction.
 */
void weir_stage_drop(struct weir_txn *txn, struct weir_set *set)
{
	struct weir_stage *stage = set->stage;

	weir_use_none(set);
	if (!stage)
		return;
	weir_notes_free(stage);
	weir_stage_unchange(txn->wn, stage, &set->spec);
	if (set->spec.dynamic && stage->content == stage->origin && stage->content)
		weir_stage_unadd(set, stage);
	weir_stage_uncatch(stage);
	weir_stage_empty(txn->wn, set, stage);
	if (set->obj.state != WEIR_STATE_NEW)
		return;
	set->stage = NULL;
	if (!stage->dropped) {
		weir_elems_free(txn->wn, &set->spec, stage->family, stage->gone, true);
		kfree(stage);
		return;
	}
	/* These are those of a set that stays, until the commit. */
	stage->spec = stage->dropped->spec;
	list_add_tail(&stage->list, &txn->orphans);
}

/* What was dying lives. */
static void weir_stage_revive(struct weir_stage *stage)
{
	struct weir_elem *elem, *next;

	for (elem = stage->removed; elem; elem = next) {
		next = elem->next;
		elem->flags &= ~WEIR_ELEM_HEIR;
		/* From here on packets may delete it, and link it elsewhere. */
		smp_store_release(&elem->state, WEIR_ELEM_LIVE);
	}
	stage->removed = NULL;
}

/* Of a stage that is undone, only what packets may still see is left. */
static void weir_stage_leave(struct weir_txn *txn, struct weir_stage *stage)
{
	struct weir_elem *elem;

	if (!stage->gone) {
		kfree(stage);
		return;
	}
	stage->content = NULL;
	stage->origin = NULL;
	stage->dropped = NULL;
	stage->old_catchall = NULL;
	stage->added = NULL;
	stage->removed = NULL;
	for (elem = stage->gone; elem; elem = elem->next)
		weir_elem_put(stage->spec, elem);
	list_add_tail(&stage->list, &txn->stages);
}

/* Sets that came and went have left stages; they are undone as well. */
void weir_stage_undo_orphans(struct weir_txn *txn)
{
	struct weir_stage *stage, *next;

	list_for_each_entry_safe(stage, next, &txn->orphans, list) {
		list_del(&stage->list);
		weir_stage_leave(txn, stage);
	}
}

/**
 * weir_stage_undo() - Undo all changes of a set's elements.
 * @txn: The transaction.
 * @set: The set; it has no stage any more.
 */
void weir_stage_undo(struct weir_txn *txn, struct weir_set *set)
{
	struct weir_stage *stage = set->stage;

	weir_use_revert(set);
	if (!stage)
		return;
	set->stage = NULL;
	weir_notes_free(stage);
	weir_stage_unchange(txn->wn, stage, &set->spec);
	if (set->spec.dynamic) {
		if (stage->content)
			weir_stage_unadd(set, stage);
		weir_stage_revive(stage);
	}
	weir_stage_forget(stage);
	weir_elems_free(txn->wn, &set->spec, stage->family, stage->added, true);
	stage->spec = &set->spec;
	weir_stage_leave(txn, stage);
}

/* Whether another set module holds the content better; it has a reference then. */
static const struct weir_set_ops *weir_stage_better(const struct weir_stage *stage)
{
	const struct weir_content *content = stage->content;
	const struct weir_set_ops *ops;

	ops = weir_set_choose(stage->family, content->spec, content->count);
	if (!ops)
		return NULL;
	if (ops->score(content->spec, content->count) >
	    content->ops->score(content->spec, content->count))
		return ops;
	module_put(ops->plugin.owner);
	return NULL;
}

/**
 * weir_stage_prepare() - Make the elements of a set ready to be published.
 * @req: The request.
 * @txn: The transaction.
 * @set: Its stage is what is to be published, or NULL.
 *
 * Return: 0, or a negative errno with an extack message; weir_stage_unprepare()
 * undoes what has to be.
 */
int weir_stage_prepare(struct weir_req *req, struct weir_txn *txn, struct weir_set *set)
{
	struct weir_stage *stage = set->stage;
	const struct weir_set_ops *ops;
	int err;

	if (!stage || !stage->content)
		return 0;
	if (!set->spec.dynamic && stage->content != stage->origin) {
		/* What has no memory to move stays where it is. */
		ops = weir_stage_better(stage);
		if (ops)
			weir_stage_move(set, ops, stage->content->spec);
		if (stage->content->ops->finish)
			stage->content->ops->finish(stage->content);
	}
	err = weir_lookup_relower(txn, set, stage->content->ops,
				  weir_set_spec(set, stage->content), req->extack);
	if (err && !req->extack->_msg)
		weir_refuse(req, NULL, err, "no memory for the rules that use set %s",
			    weir_set_name(set, WEIR_VIEW_WRITER));
	return err;
}

void weir_stage_unprepare(struct weir_set *set)
{
	weir_lookup_unlower(set);
}

/* Just before the publication: elements that it makes visible are complete. */
void weir_stage_publish(struct weir_set *set)
{
	struct weir_stage *stage = set->stage;
	struct weir_elem *elem, **link;

	if (!stage || set->spec.dynamic)
		return;
	for (link = &stage->added; (elem = *link);) {
		if (elem->state == WEIR_ELEM_DEAD) {
			*link = elem->next;
			elem->next = stage->gone;
			stage->gone = elem;
			continue;
		}
		elem->state = WEIR_ELEM_LIVE;
		link = &elem->next;
	}
	stage->added = NULL;
}

/* New settings of an element; its comment is only ours. */
static void weir_change_apply(const struct weir_set_spec *spec, struct weir_elem *elem,
			      struct weir_change *change)
{
	struct weir_elem_counter *counter, *with;

	if (change->given & WEIR_ELEM_COLUMNS_TIMEOUT) {
		weir_elem_timeout(spec, elem)->timeout =
			weir_elem_timeout(spec, change->with)->timeout;
		WRITE_ONCE(weir_elem_timeout(spec, elem)->expires,
			   weir_elem_timeout(spec, change->with)->expires);
	}
	if (change->given & WEIR_ELEM_COLUMNS_COUNTER) {
		counter = weir_elem_counter(spec, elem);
		with = weir_elem_counter(spec, change->with);
		atomic64_set(&counter->packets, atomic64_read(&with->packets));
		atomic64_set(&counter->bytes, atomic64_read(&with->bytes));
		elem->flags |= change->with->flags & WEIR_ELEM_COUNTS;
	}
	if (change->given & WEIR_GIVEN_COMMENT)
		swap(elem->comment, change->with->comment);
}

/* The element takes the place of a dying one, which is freed with the others. */
static void weir_change_inherit(struct weir_content *content, const struct weir_set_spec *spec,
				struct weir_change *change)
{
	struct weir_elem *heir = change->with;

	heir->state = WEIR_ELEM_LIVE;
	if (!WARN_ON_ONCE(IS_ERR_OR_NULL(content->ops->replace(content,
							       weir_elem_key(spec, heir),
							       weir_elem_to(spec, heir), heir))))
		change->with = NULL;
}

static void weir_stage_apply(struct weir_net *wn, struct weir_set *set)
{
	const struct weir_set_spec *spec = &set->spec;
	struct weir_stage *stage = set->stage;
	struct weir_change *change, *next;
	struct weir_elem *elem;

	list_for_each_entry_safe(change, next, &stage->changes, list) {
		rcu_read_lock();
		elem = change->with->flags & WEIR_ELEM_FLAGS_CATCHALL ? stage->catchall :
		       stage->content->ops->find(stage->content,
						 weir_elem_key(spec, change->with),
						 weir_elem_to(spec, change->with));
		if (elem && elem->state != WEIR_ELEM_DYING)
			weir_change_apply(spec, elem, change);
		else if (elem && change->heir)
			weir_change_inherit(stage->content, spec, change);
		rcu_read_unlock();
		weir_change_free(wn, stage, spec, change);
	}
}

/* The commit of a dynamic set: what is NEW lives, what is DYING goes. */
static void weir_stage_settle_dynamic(struct weir_set *set, struct weir_stage *stage)
{
	struct weir_content *content = stage->content;
	const struct weir_set_spec *spec = &set->spec;
	struct weir_elem *elem, *next;

	for (elem = stage->removed; elem; elem = next) {
		next = elem->next;
		elem->state = WEIR_ELEM_DEAD;
		/* Where there is an heir, that has its place already. */
		if (!(elem->flags & WEIR_ELEM_HEIR))
			content->ops->remove(content, weir_elem_key(spec, elem),
					     weir_elem_to(spec, elem), elem);
		elem->next = stage->gone;
		stage->gone = elem;
	}
	stage->removed = NULL;
	for (elem = stage->added; elem; elem = next) {
		next = elem->next;
		if (elem->state == WEIR_ELEM_DEAD) {
			elem->next = stage->gone;
			stage->gone = elem;
			continue;
		}
		/* From here on packets may delete it, and link it elsewhere. */
		smp_store_release(&elem->state, WEIR_ELEM_LIVE);
	}
	stage->added = NULL;
}

static void weir_stage_settle_content(struct weir_net *wn, struct weir_set *set,
				      struct weir_stage *stage)
{
	struct weir_content *content = stage->content;

	weir_stage_apply(wn, set);
	if (set->spec.dynamic)
		weir_stage_settle_dynamic(set, stage);
	/* After an exchange it was another set's. */
	WRITE_ONCE(content->spec, weir_set_spec(set, content));
}

/* References to modules that what goes has held. */
static void weir_stage_put(struct weir_stage *stage)
{
	struct weir_elem *elem;

	weir_content_put_all(stage->dropped, stage->spec);
	if (stage->origin && stage->origin != stage->content && !stage->shares)
		weir_content_put(stage->origin);
	if (!stage->spec->n_stmts)
		return;
	for (elem = stage->gone; elem; elem = elem->next)
		weir_elem_put(stage->spec, elem);
	for (elem = stage->removed; elem; elem = elem->next)
		weir_elem_put(stage->spec, elem);
	if (stage->old_catchall)
		weir_elem_put(stage->spec, stage->old_catchall);
}

/**
 * weir_stage_settle() - The elements of a set are published.
 * @txn: The transaction.
 * @set: The set.
 * @events: Takes the events of its elements, or NULL.
 */
void weir_stage_settle(struct weir_txn *txn, struct weir_set *set, struct weir_events *events)
{
	struct weir_stage *stage = set->stage;

	weir_use_settle(set);
	weir_lookup_settle(txn, set);
	if (!stage)
		return;
	stage->spec = &set->spec;
	if (stage->content)
		weir_stage_settle_content(txn->wn, set, stage);
	else
		stage->removed = NULL;
	if (events)
		weir_event_elems(events, set);
	weir_notes_free(stage);
	set->content = stage->content;
	set->catchall = stage->catchall;
	set->version++;
	set->stage = NULL;
	weir_stage_put(stage);
	list_add_tail(&stage->list, &txn->stages);
}

/* What sets that came and went had of others is no more. */
void weir_stage_settle_orphans(struct weir_txn *txn)
{
	struct weir_stage *stage;

	list_for_each_entry(stage, &txn->orphans, list)
		weir_stage_put(stage);
	list_splice_tail_init(&txn->orphans, &txn->stages);
}

/**
 * weir_stage_free() - Free what a settled or undone stage leaves.
 * @wn: The namespace.
 * @stage: A grace period has passed.
 */
void weir_stage_free(struct weir_net *wn, struct weir_stage *stage)
{
	struct weir_content *origin = stage->origin;

	weir_content_free(wn, stage->family, stage->spec, stage->dropped, false);
	if (origin && stage->shares)
		origin->ops->commit(origin, stage->content);
	else if (origin && origin != stage->content)
		weir_content_destroy(origin, false);
	weir_elems_free(wn, stage->spec, stage->family, stage->gone, false);
	weir_elems_free(wn, stage->spec, stage->family, stage->removed, false);
	if (stage->old_catchall)
		weir_elem_free(wn, stage->spec, stage->family, stage->old_catchall, false);
	kfree(stage);
}
