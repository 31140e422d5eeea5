// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of sets. A list has named sets of its table in an order, and a key is in it if
 * it is in one of them: packets ask each, see engine/set.c.
 *
 * What a list holds is a content like any other, made by the "set module" below, so
 * that transactions treat it as they treat elements: a fork is changed and published
 * with all else, or dropped. But it holds ids and no keys, and where other contents
 * are given a key, this one is given the id of a member. Ids stay right whatever
 * becomes of the members' own contents, which are looked up in the same generation;
 * and as a set that is in a list cannot be deleted, no id is ever left over.
 */

#include <linux/slab.h>
#include "core.h"

static unsigned int weir_list_score(const struct weir_set_spec *spec, u32 count)
{
	return 1;
}

static struct weir_content *weir_list_create(const struct weir_set_spec *spec)
{
	struct weir_list *list = kzalloc(sizeof(*list), GFP_KERNEL_ACCOUNT);

	if (!list)
		return ERR_PTR(-ENOMEM);
	list->content.ops = &weir_list_ops;
	list->content.spec = spec;
	return &list->content;
}

static struct weir_content *weir_list_fork(struct weir_content *old)
{
	struct weir_list *list;

	list = kmemdup(weir_list_of(old), sizeof(*list), GFP_KERNEL_ACCOUNT);
	return list ? &list->content : ERR_PTR(-ENOMEM);
}

static int weir_list_walk(const struct weir_content *content, struct weir_set_pos *pos,
			  weir_set_visit visit, void *data)
{
	const struct weir_list *list = weir_list_of(content);
	int err;

	for (; pos->at[0] < content->count; pos->at[0]++) {
		const u8 *id = (const u8 *)&list->ids[pos->at[0]];

		err = visit(data, id, id, WEIR_ELEM_HIT);
		if (err)
			return err;
	}
	return 0;
}

static void weir_list_free(struct weir_content *content)
{
	kfree(weir_list_of(content));
}

static void weir_list_commit(struct weir_content *old, struct weir_content *new)
{
	weir_list_free(old);
}

static void weir_list_abort(struct weir_content *old, struct weir_content *new)
{
	weir_list_free(new);
}

static size_t weir_list_memory(const struct weir_content *content)
{
	return kmalloc_size_roundup(sizeof(struct weir_list));
}

/* Never registered: only lists have it, and they have no other. */
const struct weir_set_ops weir_list_ops = {
	.plugin = {
		.name		= "list",
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
	},
	.score		= weir_list_score,
	.create		= weir_list_create,
	.fork		= weir_list_fork,
	.walk		= weir_list_walk,
	.commit		= weir_list_commit,
	.abort		= weir_list_abort,
	.destroy	= weir_list_free,
	.memory		= weir_list_memory,
};

/* Where a member is; the number of members if it is none. */
static u32 weir_list_at(const struct weir_list *list, u32 id)
{
	u32 i;

	for (i = 0; i < list->content.count; i++)
		if (list->ids[i] == id)
			break;
	return i;
}

static void weir_list_insert(struct weir_list *list, u32 at, u32 id)
{
	memmove(&list->ids[at + 1], &list->ids[at],
		(list->content.count++ - at) * sizeof(list->ids[0]));
	list->ids[at] = id;
}

static void weir_list_remove(struct weir_list *list, u32 at)
{
	memmove(&list->ids[at], &list->ids[at + 1],
		(--list->content.count - at) * sizeof(list->ids[0]));
}

/**
 * weir_list_check() - Whether a set may be declared as a list.
 * @req: The request.
 * @set: What it declares, but for its statements.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_list_check(const struct weir_req *req, const struct weir_set *set)
{
	const u32 allowed = WEIR_SET_FLAGS_LIST | WEIR_SET_FLAGS_CONSTANT;

	if (set->flags & ~allowed)
		return weir_refuse(req, req->attrs[WEIR_A_SET_FLAGS], -EINVAL,
				   "a list of sets is neither dynamic nor of ranges, and nothing in it expires");
	if (set->spec.data_type)
		return weir_refuse(req, req->attrs[WEIR_A_SET_DATA_TYPE], -EINVAL,
				   "a list of sets is no map");
	if (req->attrs[WEIR_A_SET_STMT])
		return weir_refuse(req, req->attrs[WEIR_A_SET_STMT], -EINVAL,
				   "a list of sets has no statements; declare them with its sets");
	return 0;
}

/* Whether a set may be a member. */
static int weir_list_takes(const struct weir_req *req, const struct weir_set *list,
			   const struct weir_set *member, const struct nlattr *name)
{
	const struct weir_set_spec *a = &list->spec, *b = &member->spec;
	const char *str = nla_data(name);

	if (b->list)
		return weir_refuse(req, name, -EINVAL,
				   "set %s is a list itself: a list has no lists", str);
	if (a->n_fields != b->n_fields || memcmp(a->bits, b->bits, a->n_fields))
		return weir_refuse(req, name, -EINVAL,
				   "the keys of set %s are not of the type of those of list %s",
				   str, weir_set_name(list, WEIR_VIEW_WRITER));
	/* Rules that ask the list were told that they may do so anywhere. */
	if (member->hooks != WEIR_HOOKS_ALL)
		return weir_refuse(req, name, -EINVAL,
				   "statements of set %s are not valid in every hook, as those of a list's sets are",
				   str);
	return 0;
}

static int weir_list_full(const struct weir_req *req, struct weir_set *set, u32 size,
			  const struct nlattr *name)
{
	atomic64_inc(&set->refused);
	return weir_refuse(req, name, -ENFILE, "list %s is full: it holds %u sets",
			   weir_set_name(set, WEIR_VIEW_WRITER), size);
}

/* Note what happens to a member; @before as for weir_list_fill(). */
static void weir_list_note(struct weir_set *set, enum weir_event event, u32 id, u32 before)
{
	if (set->stage->heard)
		weir_note_elem(set, event, (const u8 *)&id, (const u8 *)&before, WEIR_ELEM_HIT);
}

/* Where a new member goes; also to @before, the member before which that is, or @member. */
static int weir_list_place(struct weir_req *req, const struct weir_set *set,
			   const struct weir_list *list, const struct nlattr *name,
			   const struct weir_set *member, u32 *at, u32 *before)
{
	const struct weir_set *next;

	*at = list->content.count;
	*before = member->id;
	if (!name)
		return 0;
	next = weir_set_get(req, name);
	if (IS_ERR(next))
		return PTR_ERR(next);
	*at = weir_list_at(list, next->id);
	*before = next->id;
	if (*at == list->content.count || next == member)
		return weir_refuse(req, name, -ENOENT, next == member ?
				   "set %s cannot stand before itself in list %s" :
				   "set %s is not in list %s",
				   (const char *)nla_data(name),
				   weir_set_name(set, WEIR_VIEW_WRITER));
	return 0;
}

/**
 * weir_list_add() - Add a set to a list, or move it there.
 * @req: The request, its table set.
 * @set: The list; the content of its stage may be changed.
 * @src: The member and its place.
 * @excl: It is a mistake if it is there.
 *
 * One that is there stays where it is, unless @src says before which it belongs.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_list_add(struct weir_req *req, struct weir_set *set, const struct weir_elem_src *src,
		  bool excl)
{
	struct weir_list *list = weir_list_of(set->stage->content);
	u32 size = weir_set_conf(set, WEIR_VIEW_WRITER)->size ?: WEIR_LIST_MAX;
	struct weir_set *member;
	u32 at, old, before;
	int err;

	if (!src->member)
		return weir_refuse(req, src->attr, -EINVAL, "an element of list %s is a set",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	member = weir_set_get(req, src->member);
	err = PTR_ERR_OR_ZERO(member);
	if (!err)
		err = weir_list_takes(req, set, member, src->member);
	if (!err)
		err = weir_list_place(req, set, list, src->before, member, &at, &before);
	if (err)
		return err;

	old = weir_list_at(list, member->id);
	if (old < list->content.count) {
		if (excl)
			return weir_refuse(req, src->member, -EEXIST,
					   "set %s is in list %s already",
					   (const char *)nla_data(src->member),
					   weir_set_name(set, WEIR_VIEW_WRITER));
		if (!src->before || old + 1 == at)
			return 0;
		weir_list_remove(list, old);
		at -= old < at;
		weir_list_note(set, WEIR_EVENT_DEL, member->id, member->id);
	} else if (list->content.count >= size) {
		return weir_list_full(req, set, size, src->member);
	}
	weir_list_insert(list, at, member->id);
	weir_list_note(set, WEIR_EVENT_NEW, member->id, before);
	return 0;
}

/**
 * weir_list_del() - Take a set out of a list.
 * @req: The request, its table set.
 * @set: The list; the content of its stage may be changed.
 * @src: The member.
 * @destroy: It is no mistake if it is not there.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_list_del(struct weir_req *req, struct weir_set *set, const struct weir_elem_src *src,
		  bool destroy)
{
	struct weir_list *list = weir_list_of(set->stage->content);
	const struct weir_set *member;
	u32 at = list->content.count;

	if (!src->member || src->before)
		return weir_refuse(req, src->before ?: src->attr, -EINVAL,
				   "an element of list %s is a set",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	member = weir_set_find(req->table, nla_data(src->member), WEIR_VIEW_WRITER);
	if (member)
		at = weir_list_at(list, member->id);
	if (at < list->content.count) {
		weir_list_remove(list, at);
		weir_list_note(set, WEIR_EVENT_DEL, member->id, member->id);
		return 0;
	}
	return destroy ? 0 : weir_refuse(req, src->member, -ENOENT, "set %s is not in list %s",
					 (const char *)nla_data(src->member),
					 weir_set_name(set, WEIR_VIEW_WRITER));
}

/* The next list after @list that has a set, for who looks; the first if @list is NULL. */
static struct weir_set *weir_list_next(const struct weir_set *set, struct weir_set *list,
				       enum weir_view view)
{
	const struct weir_content *content;

	list = list_prepare_entry(list, &set->table->lists, of_lists);
	list_for_each_entry_continue(list, &set->table->lists, of_lists) {
		content = weir_set_content(list, view);
		if (weir_seen(&list->obj, view) && content &&
		    weir_list_at(weir_list_of(content), set->id) < content->count)
			return list;
	}
	return NULL;
}

/**
 * weir_list_with() - A list that has a set, as the writer sees it.
 * @set: The set.
 *
 * Return: The first such list, or NULL.
 */
const struct weir_set *weir_list_with(const struct weir_set *set)
{
	return weir_list_next(set, NULL, WEIR_VIEW_WRITER);
}

/* In how many committed lists a set is. */
u32 weir_list_users(const struct weir_set *set)
{
	struct weir_set *list = NULL;
	u32 n = 0;

	while ((list = weir_list_next(set, list, WEIR_VIEW_COMMITTED)))
		n++;
	return n;
}

/**
 * weir_list_fill() - Put a member into a message.
 * @skb: The message.
 * @type: The attribute that is an element.
 * @sets: From id to set.
 * @id: Of the member.
 * @before: Of the member before which it stands, @id to leave that open.
 *
 * Return: 0 or -EMSGSIZE, and nothing was put.
 */
int weir_list_fill(struct sk_buff *skb, int type, struct xarray *sets, u32 id, u32 before)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	const struct weir_set *set = xa_load(sets, id), *next = xa_load(sets, before);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, WEIR_A_ELEM_SET, weir_set_name(set, WEIR_VIEW_COMMITTED)) ||
	    (next != set && nla_put_string(skb, WEIR_A_ELEM_BEFORE,
					   weir_set_name(next, WEIR_VIEW_COMMITTED)))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * weir_list_ask() - Which member has a key.
 * @set: A list, as it is committed.
 * @key: The key, aligned to 8 bytes.
 * @has: Whether a set that is no list has it.
 *
 * Return: The first member that has it, or NULL.
 */
const struct weir_set *weir_list_ask(const struct weir_set *set, const u8 *key,
				     bool (*has)(const struct weir_set *set, const u8 *key))
{
	const struct weir_list *list = weir_list_of(set->content);
	const struct weir_set *member;
	u32 i;

	for (i = 0; i < list->content.count; i++) {
		member = xa_load(&set->wn->sets, list->ids[i]);
		if (has(member, key))
			return member;
	}
	return NULL;
}

/* Whether a set is in a committed list. */
bool weir_list_has_set(const struct weir_set *set, const struct weir_set *member)
{
	return weir_list_at(weir_list_of(set->content), member->id) < set->content->count;
}
