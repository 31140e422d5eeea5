// SPDX-License-Identifier: GPL-2.0
/*
 * Adding and deleting elements of sets. Of an element that is only a key, what
 * happens here is one call into the set module.
 */

#include <linux/slab.h>
#include "core.h"

/**
 * struct weir_take - Elements that are being added or deleted.
 * @set: The set.
 * @stage: Its stage.
 * @size: Most elements, 0 for no bound.
 * @excl: It is a mistake if an element that is added is there.
 * @destroy: It is none if one that is deleted is not.
 */
struct weir_take {
	struct weir_set *set;
	struct weir_stage *stage;
	u32 size;
	bool excl;
	bool destroy;
};

static const char *weir_take_name(const struct weir_take *take)
{
	return weir_set_name(take->set, WEIR_VIEW_WRITER);
}

static void weir_take_note(const struct weir_take *take, enum weir_event event,
			   const u8 *from, const u8 *to, struct weir_elem *elem)
{
	if (take->stage->heard)
		weir_note_elem(take->set, event, from, to, elem);
}

static int weir_take_exists(struct weir_req *req, const struct weir_take *take,
			    const struct weir_elem_src *src)
{
	return weir_refuse(req, src->attr, -EEXIST, "an element is in set %s already",
			   weir_take_name(take));
}

static int weir_take_absent(struct weir_req *req, const struct weir_take *take,
			    const struct weir_elem_src *src)
{
	return take->destroy ? 0 :
	       weir_refuse(req, src->attr, -ENOENT, "set %s has no such element",
			   weir_take_name(take));
}

static int weir_take_failed(struct weir_req *req, const struct weir_take *take,
			    const struct weir_elem_src *src, int err)
{
	return weir_refuse(req, src->attr, err, err == -E2BIG ?
			   "ranges of set %s are nested too deeply" :
			   "no memory for the elements of set %s", weir_take_name(take));
}

/* An element is out of the content. */
static void weir_take_away(const struct weir_take *take, struct weir_elem *elem)
{
	struct weir_stage *stage = take->stage;
	const struct weir_set_spec *spec = &take->set->spec;

	if (spec->data_type)
		weir_use_del(take->set, weir_elem_data(spec, elem));
	if (elem->state == WEIR_ELEM_NEW) {
		elem->state = WEIR_ELEM_DEAD;
		return;
	}
	elem->next = stage->removed;
	stage->removed = elem;
}

/**
 * struct weir_victims - Elements to be taken out of a content that is being changed.
 * @spec: What they are like.
 * @expired: Only those that have expired; otherwise one is enough.
 * @n: Number of them.
 * @from: Their keys.
 * @to: The ends of their ranges.
 */
struct weir_victims {
	const struct weir_set_spec *spec;
	bool expired;
	u32 n;
	u8 from[16][WEIR_KEY_MAX];
	u8 to[16][WEIR_KEY_MAX];
};

static int weir_victim_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_victims *victims = data;
	u32 size = victims->spec->key_size;

	if (victims->expired && !weir_elem_expired(victims->spec, elem))
		return 0;
	if (victims->spec->dynamic && elem->state != WEIR_ELEM_LIVE)
		return 0;
	if (victims->n == (victims->expired ? ARRAY_SIZE(victims->from) : 1))
		return 1;
	memcpy(victims->from[victims->n], from, size);
	memcpy(victims->to[victims->n], to, size);
	victims->n++;
	return 0;
}

/* Take out an element that the writer sees; false if it is not there any more. */
static bool weir_take_out(struct weir_take *take, const u8 *from, const u8 *to)
{
	struct weir_content *content = take->stage->content;
	struct weir_elem *elem;

	if (take->set->spec.dynamic) {
		rcu_read_lock();
		elem = content->ops->find(content, from, to);
		/* It is there until the commit. */
		if (elem && weir_elem_claim(elem, WEIR_ELEM_LIVE, WEIR_ELEM_DYING))
			weir_take_away(take, elem);
		else
			elem = NULL;
		rcu_read_unlock();
	} else {
		elem = content->ops->remove(content, from, to, NULL);
		if (!IS_ERR_OR_NULL(elem) && elem != WEIR_ELEM_HIT)
			weir_take_away(take, elem);
	}
	if (IS_ERR_OR_NULL(elem))
		return false;
	weir_take_note(take, WEIR_EVENT_DEL, from, to, WEIR_ELEM_HIT);
	return true;
}

/* Take out some elements from @pos on; false at the end. */
static bool weir_take_some(struct weir_take *take, struct weir_victims *victims,
			   struct weir_set_pos *pos, bool *any)
{
	struct weir_content *content = take->stage->content;
	bool more;
	u32 i;

	victims->n = 0;
	rcu_read_lock();
	more = content->ops->walk(content, pos, weir_victim_visit, victims);
	rcu_read_unlock();
	for (i = 0; i < victims->n; i++)
		*any |= weir_take_out(take, victims->from[i], victims->to[i]);
	return more;
}

/* Take out all elements that have expired; false if there were none. */
static bool weir_take_expired(struct weir_take *take)
{
	struct weir_victims *victims = kmalloc(sizeof(*victims), GFP_KERNEL);
	struct weir_set_pos pos = {};
	bool any = false;

	if (!victims)
		return false;
	victims->spec = &take->set->spec;
	victims->expired = true;
	while (weir_take_some(take, victims, &pos, &any))
		cond_resched();
	kfree(victims);
	return any;
}

/* Take out another element, the one behind the last one that had to go. */
static bool weir_take_evict(struct weir_take *take)
{
	struct weir_victims *victims = kmalloc(sizeof(*victims), GFP_KERNEL);
	struct weir_set *set = take->set;
	struct weir_set_pos pos;
	bool any = false;

	if (!victims)
		return false;
	victims->spec = &set->spec;
	victims->expired = false;
	spin_lock_bh(&set->evict_lock);
	pos = set->evict_at;
	spin_unlock_bh(&set->evict_lock);
	if (!weir_take_some(take, victims, &pos, &any))
		pos = (struct weir_set_pos){};
	if (!any)
		weir_take_some(take, victims, &pos, &any);
	spin_lock_bh(&set->evict_lock);
	set->evict_at = pos;
	spin_unlock_bh(&set->evict_lock);
	kfree(victims);
	return any;
}

/* Make room in a full set, unless the element is in it. */
static int weir_take_full(struct weir_req *req, struct weir_take *take,
			  const struct weir_elem_src *src)
{
	struct weir_content *content = take->stage->content;
	bool there;

	rcu_read_lock();
	there = content->ops->find(content, src->from, src->to);
	rcu_read_unlock();
	if (there || (take->set->spec.timeout && weir_take_expired(take)) ||
	    (take->set->flags & WEIR_SET_FLAGS_EVICT && weir_take_evict(take)))
		return 0;
	atomic64_inc(&take->set->refused);
	return weir_refuse(req, src->attr, -ENFILE, "set %s is full: it holds %u elements",
			   weir_take_name(take), content->count);
}

/* Add an element that is only a key. */
static int weir_take_key(struct weir_req *req, struct weir_take *take,
			 const struct weir_elem_src *src)
{
	struct weir_content *content = take->stage->content;
	int err;

	if (take->size && content->count >= take->size) {
		err = weir_take_full(req, take, src);
		if (err)
			return err;
	}
	err = content->ops->insert(content, src->from, src->to, WEIR_ELEM_HIT);
	if (!err)
		weir_take_note(take, WEIR_EVENT_NEW, src->from, src->to, WEIR_ELEM_HIT);
	else if (err == -EEXIST)
		err = take->excl ? weir_take_exists(req, take, src) : 0;
	else
		err = weir_take_failed(req, take, src, err);
	return err;
}

/* Keep new settings of an element until the commit; frees @with on failure. */
static int weir_take_change(struct weir_req *req, struct weir_take *take,
			    struct weir_elem *with, u32 given, bool heir)
{
	struct weir_change *change = kmalloc(sizeof(*change), GFP_KERNEL_ACCOUNT);

	if (!change) {
		weir_elem_free(req->wn, &take->set->spec, take->stage->family, with, true);
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the element");
	}
	change->with = with;
	change->given = given;
	change->heir = heir;
	list_add_tail(&change->list, &take->stage->changes);
	return 0;
}

/* Whether the message may say this of an element that is there. */
static bool weir_take_fits(const struct weir_take *take, const struct weir_elem *old,
			   const struct weir_elem *elem)
{
	const struct weir_set_spec *spec = &take->set->spec;

	const u8 matter = WEIR_ELEM_FLAGS_NOMATCH | WEIR_ELEM_FLAGS_CATCHALL;

	return !((old->flags ^ elem->flags) & matter) &&
	       (!spec->data_type || weir_elem_data_same(spec, weir_elem_data(spec, old),
							weir_elem_data(spec, elem)));
}

/* The element is there: give it what the message gives, and take over @elem. */
static int weir_take_again(struct weir_req *req, struct weir_take *take,
			   const struct weir_elem_src *src, struct weir_elem *elem, bool fits)
{
	u32 given = 0;
	int err = 0;

	if (take->excl)
		err = weir_take_exists(req, take, src);
	else if (!fits)
		err = weir_refuse(req, src->attr, -EEXIST,
				  "an element is in set %s already, with other data",
				  weir_take_name(take));
	given |= src->has_timeout || src->has_expires ? WEIR_ELEM_COLUMNS_TIMEOUT : 0;
	given |= src->has_counter ? WEIR_ELEM_COLUMNS_COUNTER : 0;
	given |= src->comment ? WEIR_GIVEN_COMMENT : 0;
	if (err || !given) {
		weir_elem_free(req->wn, &take->set->spec, take->stage->family, elem, true);
		return err;
	}
	weir_take_note(take, WEIR_EVENT_CHANGE, src->from, src->to, elem);
	return weir_take_change(req, take, elem, given, false);
}

/* What is to take the place of a dying element, or NULL. */
static struct weir_change *weir_take_find_heir(const struct weir_take *take,
					       const struct weir_elem *old)
{
	const struct weir_set_spec *spec = &take->set->spec;
	struct weir_change *change;

	list_for_each_entry_reverse(change, &take->stage->changes, list)
		if (change->heir && !memcmp(weir_elem_key(spec, change->with),
					    weir_elem_key(spec, old), spec->key_size))
			return change;
	return NULL;
}

/* Whether an element may be added where a dying one has an heir already. */
static bool weir_take_fits_heir(const struct weir_take *take, const struct weir_elem *old,
				const struct weir_elem *elem)
{
	const struct weir_change *change;

	/* The search is long, and elements of a dynamic set differ in their data only. */
	if (!take->set->spec.data_type)
		return true;
	change = weir_take_find_heir(take, old);
	return !change || weir_take_fits(take, change->with, elem);
}

/* The element takes the place of one that is dying. */
static int weir_take_heir(struct weir_req *req, struct weir_take *take,
			  const struct weir_elem_src *src, struct weir_elem *old,
			  struct weir_elem *elem)
{
	const struct weir_set_spec *spec = &take->set->spec;
	u32 given = WEIR_GIVEN_COMMENT;

	if (old->flags & WEIR_ELEM_HEIR)
		return weir_take_again(req, take, src, elem,
				       weir_take_fits_heir(take, old, elem));
	given |= spec->timeout ? WEIR_ELEM_COLUMNS_TIMEOUT : 0;
	given |= spec->counter ? WEIR_ELEM_COLUMNS_COUNTER : 0;
	old->flags |= WEIR_ELEM_HEIR;
	weir_take_note(take, WEIR_EVENT_NEW, src->from, src->to, elem);
	return weir_take_change(req, take, elem, given, true);
}

/* Put an element into the content; -EEXIST and whether it fits one that is there. */
static int weir_take_insert(struct weir_take *take, const struct weir_elem_src *src,
			    struct weir_elem *elem, bool *fits)
{
	struct weir_content *content = take->stage->content;
	struct weir_elem *old;
	int err;

	err = content->ops->insert(content, src->from, src->to, elem);
	if (err != -EEXIST)
		return err;
	old = content->ops->find(content, src->from, src->to);
	if (!weir_elem_expired(&take->set->spec, old)) {
		*fits = weir_take_fits(take, old, elem);
		return err;
	}
	if (!weir_take_out(take, src->from, src->to))
		return -ENOMEM;
	return content->ops->insert(content, src->from, src->to, elem);
}

/* The same for a dynamic set, and @dying, if it is that what is there. */
static int weir_take_insert_dynamic(struct weir_take *take, const struct weir_elem_src *src,
				    struct weir_elem *elem, bool *fits,
				    struct weir_elem **dying)
{
	struct weir_content *content = take->stage->content;
	struct weir_elem *old;
	int err;

	rcu_read_lock();
	for (;;) {
		err = content->ops->insert(content, src->from, src->to, elem);
		if (err != -EEXIST)
			break;
		old = content->ops->find(content, src->from, src->to);
		if (!old)
			continue;
		if (old->state == WEIR_ELEM_DEAD) {
			/* Packets are about to take it out. */
			content->ops->remove(content, src->from, src->to, old);
			continue;
		}
		if (weir_elem_expired(&take->set->spec, old) &&
		    weir_elem_claim(old, WEIR_ELEM_LIVE, WEIR_ELEM_DYING))
			weir_take_away(take, old);
		if (old->state == WEIR_ELEM_DYING)
			*dying = old;
		else
			*fits = weir_take_fits(take, old, elem);
		break;
	}
	rcu_read_unlock();
	return err;
}

/* An element is in the content. */
static int weir_take_added(struct weir_req *req, struct weir_take *take,
			   const struct weir_elem_src *src, struct weir_elem *elem)
{
	const struct weir_set_spec *spec = &take->set->spec;
	struct weir_stage *stage = take->stage;

	elem->next = stage->added;
	stage->added = elem;
	if (spec->data_type && weir_use_add(take->set, weir_elem_data(spec, elem)))
		return weir_take_failed(req, take, src, -ENOMEM);
	weir_take_note(take, WEIR_EVENT_NEW, src->from, src->to, elem);
	return 0;
}

static int weir_take_elem(struct weir_req *req, struct weir_take *take,
			  const struct weir_elem_src *src, struct weir_elem *elem)
{
	const struct weir_set_spec *spec = &take->set->spec;
	struct weir_elem *dying = NULL;
	bool fits;
	int err;

	if (take->size && take->stage->content->count >= take->size) {
		err = weir_take_full(req, take, src);
		if (err)
			goto err_free_elem;
	}
	err = spec->dynamic ? weir_take_insert_dynamic(take, src, elem, &fits, &dying) :
	      weir_take_insert(take, src, elem, &fits);
	if (!err)
		return weir_take_added(req, take, src, elem);
	if (dying)
		return weir_take_heir(req, take, src, dying, elem);
	if (err == -EEXIST)
		return weir_take_again(req, take, src, elem, fits);
	err = weir_take_failed(req, take, src, err);

err_free_elem:
	weir_elem_free(req->wn, spec, take->stage->family, elem, true);
	return err;
}

static int weir_take_catchall(struct weir_req *req, struct weir_take *take,
			      const struct weir_elem_src *src, struct weir_elem *elem)
{
	if (take->stage->catchall)
		return weir_take_again(req, take, src, elem,
				       weir_take_fits(take, take->stage->catchall, elem));
	take->stage->catchall = elem;
	return weir_take_added(req, take, src, elem);
}

/* What the element of a map leads to. */
static int weir_take_data(struct weir_req *req, const struct weir_take *take,
			  struct weir_elem_src *src)
{
	struct weir_object_named *object;

	if (!src->has_data)
		return weir_refuse(req, src->attr, -EINVAL,
				   "an element of map %s leads to something, which is missing",
				   weir_take_name(take));
	if (!src->object)
		return 0;
	object = weir_object_get(req, take->set->object_type, src->object);
	if (IS_ERR(object))
		return PTR_ERR(object);
	src->data.object = object;
	return 0;
}

/* Add an element that is more than a key. */
static int weir_take_rich(struct weir_req *req, struct weir_take *take,
			  const struct weir_elem_src *src)
{
	struct weir_set *set = take->set;
	struct weir_elem_src full = *src;
	struct weir_elem *elem;
	int err;

	if (set->spec.data_type) {
		err = weir_take_data(req, take, &full);
		if (err)
			return err;
	}
	if (!(src->flags & WEIR_ELEM_FLAGS_CATCHALL) && !take->stage->content->spec->elems) {
		err = weir_stage_enrich(req, set);
		if (err)
			return err;
	}
	elem = weir_elem_create(req, &set->spec, &full,
				weir_set_conf(set, WEIR_VIEW_WRITER)->timeout, set->stmts);
	if (IS_ERR(elem))
		return PTR_ERR(elem);
	return src->flags & WEIR_ELEM_FLAGS_CATCHALL ?
	       weir_take_catchall(req, take, &full, elem) :
	       weir_take_elem(req, take, &full, elem);
}

static int weir_take_new(struct weir_req *req, void *data, const struct weir_elem_src *src)
{
	struct weir_take *take = data;

	if (take->set->spec.list)
		return weir_list_add(req, take->set, src, take->excl);
	if (take->stage->content->spec->elems || src->flags || src->comment)
		return weir_take_rich(req, take, src);
	return weir_take_key(req, take, src);
}

/* Whether the sender may change the elements; sets up @take. */
static int weir_take_begin(struct weir_req *req, struct weir_take *take)
{
	const struct nlattr *name = req->attrs[WEIR_A_ELEMS_SET];
	struct weir_table *table;
	struct weir_set *set;

	table = weir_table_get(req, req->attrs[WEIR_A_ELEMS_FAMILY],
			       req->attrs[WEIR_A_ELEMS_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	set = weir_set_get(req, name);
	if (IS_ERR(set))
		return PTR_ERR(set);
	if (set->flags & WEIR_SET_FLAGS_CONSTANT && set->obj.state != WEIR_STATE_NEW)
		return weir_refuse(req, name, -EBUSY, "set %s is constant",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	take->set = set;
	take->size = weir_set_conf(set, WEIR_VIEW_WRITER)->size;
	return 0;
}

static int weir_elem_new(struct weir_req *req)
{
	struct weir_take take = {
		.excl = req->info->nlhdr->nlmsg_flags & NLM_F_EXCL,
	};
	const struct nlattr *expected = req->attrs[WEIR_A_ELEMS_EXPECTED];
	int err;

	err = weir_take_begin(req, &take);
	if (err)
		return err;
	if (!req->attrs[WEIR_A_ELEMS_PACKED] && !req->attrs[WEIR_A_ELEMS_ELEM])
		return weir_refuse(req, NULL, -EINVAL, "the elements are missing");
	err = weir_stage_change(req, take.set, expected ? nla_get_u32(expected) : 0);
	if (err)
		return err;
	take.stage = take.set->stage;
	return weir_elems_parse(req, &take.set->spec, req->attrs[WEIR_A_ELEMS_COLUMNS],
				req->attrs[WEIR_A_ELEMS_PACKED], NULL, WEIR_A_ELEMS_ELEM,
				weir_take_new, &take);
}

/* Modules are loaded without a lock, and only for a message that will be read. */
int weir_nl_elem_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_elem_new);
}

static int weir_take_del_catchall(struct weir_req *req, struct weir_take *take,
				  const struct weir_elem_src *src)
{
	struct weir_elem *elem = take->stage->catchall;
	const struct weir_set_spec *spec = &take->set->spec;

	if (!elem)
		return weir_take_absent(req, take, src);
	if (spec->data_type)
		weir_use_del(take->set, weir_elem_data(spec, elem));
	weir_take_note(take, WEIR_EVENT_DEL, NULL, NULL, elem);
	weir_stage_uncatch(take->stage);
	return 0;
}

/* Delete what is to take the place of a dying element. */
static void weir_take_del_heir(struct weir_req *req, struct weir_take *take,
			       struct weir_elem *old)
{
	struct weir_change *change = weir_take_find_heir(take, old);

	old->flags &= ~WEIR_ELEM_HEIR;
	if (WARN_ON_ONCE(!change))
		return;
	list_del(&change->list);
	weir_elem_free(req->wn, &take->set->spec, take->stage->family, change->with, true);
	kfree(change);
}

/* Delete an element of a dynamic set; false if it is not there. */
static bool weir_take_del_dynamic(struct weir_req *req, struct weir_take *take,
				  const struct weir_elem_src *src)
{
	struct weir_content *content = take->stage->content;
	struct weir_elem *elem;

	rcu_read_lock();
	elem = content->ops->find(content, src->from, src->to);
	if (elem && elem->state == WEIR_ELEM_DYING && elem->flags & WEIR_ELEM_HEIR) {
		weir_take_del_heir(req, take, elem);
	} else if (elem && elem->state == WEIR_ELEM_NEW) {
		weir_take_away(take, elem);
		content->ops->remove(content, src->from, src->to, elem);
	} else if (elem && !weir_elem_expired(&take->set->spec, elem) &&
		   weir_elem_claim(elem, WEIR_ELEM_LIVE, WEIR_ELEM_DYING)) {
		weir_take_away(take, elem);
	} else {
		elem = NULL;
	}
	rcu_read_unlock();
	return elem;
}

static int weir_take_del(struct weir_req *req, void *data, const struct weir_elem_src *src)
{
	struct weir_take *take = data;
	struct weir_content *content = take->stage->content;
	struct weir_elem *elem;

	if (take->set->spec.list)
		return weir_list_del(req, take->set, src, take->destroy);
	if (src->flags & WEIR_ELEM_FLAGS_CATCHALL)
		return weir_take_del_catchall(req, take, src);
	if (take->set->spec.dynamic) {
		if (!weir_take_del_dynamic(req, take, src))
			return weir_take_absent(req, take, src);
		weir_take_note(take, WEIR_EVENT_DEL, src->from, src->to, WEIR_ELEM_HIT);
		return 0;
	}
	elem = content->ops->remove(content, src->from, src->to, NULL);
	if (IS_ERR(elem))
		return weir_take_failed(req, take, src, PTR_ERR(elem));
	if (elem && elem != WEIR_ELEM_HIT) {
		bool expired = weir_elem_expired(&take->set->spec, elem);

		weir_take_away(take, elem);
		elem = expired ? NULL : elem;
	}
	if (!elem)
		return weir_take_absent(req, take, src);
	weir_take_note(take, WEIR_EVENT_DEL, src->from, src->to, WEIR_ELEM_HIT);
	return 0;
}

static int weir_elem_del(struct weir_req *req)
{
	struct weir_take take = { .destroy = req->attrs[WEIR_A_ELEMS_DESTROY] };
	int err;

	err = weir_take_begin(req, &take);
	if (err)
		return err == -ENOENT && take.destroy ? 0 : err;
	if (!req->attrs[WEIR_A_ELEMS_PACKED] && !req->attrs[WEIR_A_ELEMS_ELEM])
		return req->attrs[WEIR_A_ELEMS_COLUMNS] ?
		       weir_refuse(req, req->attrs[WEIR_A_ELEMS_COLUMNS], -EINVAL,
				   "columns without records") :
		       weir_stage_flush(req, take.set);
	err = weir_stage_change(req, take.set, 0);
	if (err)
		return err;
	take.stage = take.set->stage;
	return weir_elems_parse(req, &take.set->spec, req->attrs[WEIR_A_ELEMS_COLUMNS],
				req->attrs[WEIR_A_ELEMS_PACKED], NULL, WEIR_A_ELEMS_ELEM,
				weir_take_del, &take);
}

int weir_nl_elem_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_elem_del);
}
