// SPDX-License-Identifier: GPL-2.0
/*
 * Elements in messages: a list of all of them, and those that decide about keys.
 */

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "core.h"

static int weir_elems_head(struct sk_buff *skb, const struct weir_set *set)
{
	if (nla_put_u8(skb, WEIR_A_ELEMS_FAMILY, set->table->family) ||
	    nla_put_string(skb, WEIR_A_ELEMS_TABLE, set->table->name->str) ||
	    nla_put_string(skb, WEIR_A_ELEMS_SET, set->conf->name->str))
		return -EMSGSIZE;
	return 0;
}

static int weir_list_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_elem_out *out = data;

	if (elem != WEIR_ELEM_HIT && !weir_elem_seen(out->spec, elem))
		return 0;
	return weir_elem_fill(out, from, to, elem);
}

static int weir_list_walk(struct weir_elem_out *out, struct weir_set *set,
			  struct weir_elems_pos *pos)
{
	int err;

	if (set->catchall && !pos->caught) {
		err = weir_list_visit(out, NULL, NULL, set->catchall);
		if (err)
			return err;
	}
	pos->caught = true;
	rcu_read_lock();
	err = set->content->ops->walk(set->content, &pos->pos, weir_list_visit, out);
	rcu_read_unlock();
	return err;
}

/**
 * weir_elems_fill() - Put as many elements of a set into a message as it takes.
 * @skb: The message, empty but for its header.
 * @set: The set; those of its committed elements that have not expired.
 * @pos: Where to begin, all zeroes at first; moved on.
 * @reset: Set to zero what elements have counted.
 *
 * Return: 0 at the end, and @pos.some tells whether there was any in this message; 1
 * if there are more; -EMSGSIZE if nothing was put.
 */
int weir_elems_fill(struct sk_buff *skb, struct weir_set *set, struct weir_elems_pos *pos,
		    bool reset)
{
	struct weir_elem_out out;
	int err;

	if (weir_elems_head(skb, set))
		return -EMSGSIZE;
	weir_elem_out_init(&out, skb, set);
	out.reset = reset;
	err = weir_list_walk(&out, set, pos);
	pos->some = out.start || out.n_nests;
	weir_elem_fill_end(&out);
	set->listed = jiffies;
	if (!err)
		return 0;
	return pos->some ? 1 : -EMSGSIZE;
}

/**
 * struct weir_test - An answer about keys.
 * @set: The set.
 * @reset: Set to zero what the elements have counted.
 * @ready: Messages that are full.
 * @skb: The message that is being filled, or NULL.
 * @hdr: Its header.
 * @out: Its elements.
 */
struct weir_test {
	struct weir_set *set;
	bool reset;
	struct sk_buff_head ready;
	struct sk_buff *skb;
	void *hdr;
	struct weir_elem_out out;
};

static void weir_test_flush(struct weir_test *test)
{
	if (!test->skb)
		return;
	weir_elem_fill_end(&test->out);
	genlmsg_end(test->skb, test->hdr);
	__skb_queue_tail(&test->ready, test->skb);
	test->skb = NULL;
}

static int weir_test_fresh(struct weir_req *req, struct weir_test *test)
{
	weir_test_flush(test);
	test->skb = weir_reply_new(req, &test->hdr);
	if (!test->skb)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	if (weir_elems_head(test->skb, test->set)) {
		nlmsg_free(test->skb);
		test->skb = NULL;
		return weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	}
	weir_elem_out_init(&test->out, test->skb, test->set);
	test->out.reset = test->reset;
	return 0;
}

static int weir_test_put(struct weir_req *req, struct weir_test *test, const u8 *from,
			 const u8 *to, struct weir_elem *elem)
{
	int err;

	if (test->skb && !weir_elem_fill(&test->out, from, to, elem))
		return 0;
	err = weir_test_fresh(req, test);
	if (!err && weir_elem_fill(&test->out, from, to, elem))
		err = weir_refuse(req, NULL, -EMSGSIZE, "the answer is too long");
	return err;
}

/**
 * struct weir_narrow - The search for the narrowest range that has a key.
 * @spec: What the set holds.
 * @key: The key.
 * @found: There is one.
 * @from: Its start.
 * @to: Its end.
 */
struct weir_narrow {
	const struct weir_set_spec *spec;
	const u8 *key;
	bool found;
	u8 from[WEIR_KEY_MAX];
	u8 to[WEIR_KEY_MAX];
};

/* Whether a range has another one in it, or a key that is both its ends. */
static bool weir_range_has(const struct weir_set_spec *spec, const u8 *from, const u8 *to,
			   const u8 *low, const u8 *high)
{
	unsigned int i, at;

	for (i = 0; i < spec->n_fields; i++) {
		at = spec->offset[i];
		if (memcmp(from + at, low + at, spec->size[i]) > 0 ||
		    memcmp(to + at, high + at, spec->size[i]) < 0)
			return false;
	}
	return true;
}

static int weir_narrow_visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct weir_narrow *narrow = data;
	const struct weir_set_spec *spec = narrow->spec;

	if (!weir_range_has(spec, from, to, narrow->key, narrow->key) ||
	    (narrow->found && !weir_range_has(spec, narrow->from, narrow->to, from, to)))
		return 0;
	memcpy(narrow->from, from, spec->key_size);
	memcpy(narrow->to, to, spec->key_size);
	narrow->found = true;
	return 0;
}

/* A content of ranges without elements says that it has a key, but not in which. */
static int weir_test_range(struct weir_req *req, struct weir_test *test, const u8 *key)
{
	struct weir_narrow *narrow = kzalloc(sizeof(*narrow), GFP_KERNEL);
	struct weir_content *content = test->set->content;
	struct weir_set_pos pos = {};
	int err;

	if (!narrow)
		return weir_refuse(req, NULL, -ENOMEM, "no memory");
	narrow->spec = &test->set->spec;
	narrow->key = key;
	content->ops->walk(content, &pos, weir_narrow_visit, narrow);
	err = weir_test_put(req, test, narrow->found ? narrow->from : key,
			    narrow->found ? narrow->to : key, WEIR_ELEM_HIT);
	kfree(narrow);
	return err;
}

/* What packets would find, exceptions included. */
static struct weir_elem *weir_test_lookup(const struct weir_set *set, const u8 *key)
{
	struct weir_elem *elem;

	local_bh_disable();
	elem = weir_content_lookup(set->content, key);
	local_bh_enable();
	if (elem && elem != WEIR_ELEM_HIT && !weir_elem_seen(&set->spec, elem))
		elem = NULL;
	return elem ?: set->catchall;
}

/* Put what decides about a key, or say that it is @bare, only a key. */
static int weir_test_try(struct weir_test *test, const u8 *key, bool *bare)
{
	const struct weir_set_spec *spec = &test->set->spec;
	struct weir_elem *elem;
	int err = 0;

	rcu_read_lock();
	elem = weir_test_lookup(test->set, key);
	*bare = elem == WEIR_ELEM_HIT;
	if (!elem)
		err = -ENOENT;
	else if (!*bare && weir_elem_fill(&test->out, weir_elem_key(spec, elem),
					  weir_elem_to(spec, elem), elem))
		err = -EMSGSIZE;
	rcu_read_unlock();
	return err;
}

/* Whether a set has a key, for a list that it is in. */
static bool weir_test_has(const struct weir_set *set, const u8 *key)
{
	const struct weir_elem *elem;
	bool has;

	rcu_read_lock();
	elem = weir_test_lookup(set, key);
	has = elem && (elem == WEIR_ELEM_HIT || !(elem->flags & WEIR_ELEM_FLAGS_NOMATCH));
	rcu_read_unlock();
	return has;
}

/* Put the set of a list that is asked for, or the one that has a key. */
static int weir_test_list(struct weir_req *req, struct weir_test *test,
			  const struct weir_elem_src *src)
{
	u8 key[WEIR_KEY_MAX] __aligned(8);
	const struct weir_set *member = NULL, *list = test->set;

	if (src->member) {
		member = weir_set_find(req->table, nla_data(src->member), WEIR_VIEW_COMMITTED);
		if (!member || !weir_list_has_set(list, member))
			return weir_refuse(req, src->member, -ENOENT, "set %s is not in list %s",
					   (const char *)nla_data(src->member),
					   list->conf->name->str);
	} else if (src->from) {
		memcpy(key, src->from, list->spec.key_size);
		member = weir_list_ask(list, key, weir_test_has);
	}
	if (!member)
		return weir_refuse(req, src->attr, -ENOENT,
				   "no set of list %s has an element for a key",
				   list->conf->name->str);
	return weir_test_put(req, test, (const u8 *)&member->id, (const u8 *)&member->id,
			     WEIR_ELEM_HIT);
}

static int weir_test_key(struct weir_req *req, void *data, const struct weir_elem_src *src)
{
	struct weir_test *test = data;
	u8 key[WEIR_KEY_MAX] __aligned(8);
	bool bare;
	int err;

	if (test->set->spec.list)
		return weir_test_list(req, test, src);
	if (!src->from)
		return weir_refuse(req, src->attr, -EINVAL, "the key is missing");
	memcpy(key, src->from, test->set->spec.key_size);
	err = test->skb ? 0 : weir_test_fresh(req, test);
	if (err)
		return err;
	err = weir_test_try(test, key, &bare);
	if (err == -EMSGSIZE) {
		err = weir_test_fresh(req, test);
		if (err)
			return err;
		err = weir_test_try(test, key, &bare);
	}
	if (err)
		return weir_refuse(req, src->attr, err, err == -ENOENT ?
				   "set %s has no element for a key" :
				   "an element of set %s is too long for an answer",
				   test->set->conf->name->str);
	if (!bare)
		return 0;
	return test->set->spec.interval ? weir_test_range(req, test, key) :
	       weir_test_put(req, test, key, key, WEIR_ELEM_HIT);
}

static struct weir_set *weir_test_set(struct weir_req *req)
{
	const struct nlattr *family = req->attrs[WEIR_A_ELEMS_FAMILY];
	const struct nlattr *name = req->attrs[WEIR_A_ELEMS_TABLE];
	const struct nlattr *set_name = req->attrs[WEIR_A_ELEMS_SET];
	struct weir_set *set;

	if (!family || !name || !set_name)
		return ERR_PTR(weir_refuse(req, NULL, -EINVAL,
					   "the table or the set is missing"));
	req->table = weir_table_find(req->wn, nla_get_u8(family), nla_data(name),
				     WEIR_VIEW_COMMITTED);
	if (!req->table)
		return ERR_PTR(weir_refuse(req, name, -ENOENT, "there is no such table"));
	set = weir_set_find(req->table, nla_data(set_name), WEIR_VIEW_COMMITTED);
	return set ?: ERR_PTR(weir_refuse(req, set_name, -ENOENT,
					  "there is no set %s in table %s",
					  (const char *)nla_data(set_name),
					  req->table->name->str));
}

/* Make the answer; without one for each key there is none at all. */
static int weir_test_keys(struct weir_req *req, struct weir_test *test)
{
	int err;

	err = weir_elems_parse(req, &test->set->spec, req->attrs[WEIR_A_ELEMS_COLUMNS],
			       req->attrs[WEIR_A_ELEMS_PACKED], NULL, WEIR_A_ELEMS_ELEM,
			       weir_test_key, test);
	weir_test_flush(test);
	if (err)
		__skb_queue_purge(&test->ready);
	return err;
}

static int weir_test_answer(struct weir_req *req, bool reset)
{
	struct weir_test test = { .set = weir_test_set(req) };
	struct sk_buff *skb;
	int err;

	if (IS_ERR(test.set))
		return PTR_ERR(test.set);
	if (!req->attrs[WEIR_A_ELEMS_PACKED] && !req->attrs[WEIR_A_ELEMS_ELEM])
		return weir_refuse(req, NULL, -EINVAL, "the keys are missing");
	if (reset && test.set->spec.list)
		return weir_refuse(req, req->attrs[WEIR_A_ELEMS_SET], -EOPNOTSUPP,
				   "list %s counts nothing: reset the elements of its sets",
				   test.set->conf->name->str);
	__skb_queue_head_init(&test.ready);
	err = weir_test_keys(req, &test);
	if (!err && reset) {
		/* What is reset cannot be taken back: all of it is there. */
		__skb_queue_purge(&test.ready);
		test.reset = true;
		err = weir_test_keys(req, &test);
	}
	while ((skb = __skb_dequeue(&test.ready)))
		if (genlmsg_reply(skb, req->info))
			err = weir_refuse(req, NULL, -ENOBUFS,
					  "the answer could not be delivered");
	return err;
}

static int weir_elem_test(struct weir_req *req)
{
	return weir_test_answer(req, false);
}

int weir_nl_elem_test_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_elem_test);
}

static int weir_elem_reset(struct weir_req *req)
{
	return weir_test_answer(req, true);
}

int weir_nl_elem_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_request(skb, info, weir_elem_reset);
}
