// SPDX-License-Identifier: GPL-2.0
/*
 * Sets and maps without their elements: how they are declared, what can be changed
 * of them, and where they are found.
 */

#include <linux/slab.h>
#include "core.h"

const char *weir_set_name(const struct weir_set *set, enum weir_view view)
{
	return weir_set_conf(set, view)->name->str;
}

/**
 * weir_set_find() - Find a set by name.
 * @table: Its table.
 * @name: Its name, as who looks sees it.
 * @view: Who looks.
 *
 * Return: The set, or NULL.
 */
struct weir_set *weir_set_find(struct weir_table *table, const char *name, enum weir_view view)
{
	struct weir_set *found = NULL, *set;
	struct rhlist_head *list, *pos;
	struct weir_name *entry;

	rcu_read_lock();
	list = weir_name_find(&table->set_names, 0, name);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		set = entry->object;
		if (weir_seen(&set->obj, view) && weir_set_conf(set, view)->name == entry)
			found = set;
	}
	rcu_read_unlock();
	return found;
}

/**
 * weir_set_get() - Find the set that a change is about.
 * @req: The request, its table set.
 * @name: Attribute with the name, or NULL.
 *
 * Return: The set as the writer sees it, or ERR_PTR() with an extack message.
 */
struct weir_set *weir_set_get(struct weir_req *req, const struct nlattr *name)
{
	struct weir_set *set;

	if (!name)
		return ERR_PTR(weir_refuse(req, NULL, -EINVAL, "the set is missing"));
	set = weir_set_find(req->table, nla_data(name), WEIR_VIEW_WRITER);
	return set ?: ERR_PTR(weir_refuse(req, name, -ENOENT, "there is no set %s in table %s",
					  (const char *)nla_data(name),
					  req->table->name->str));
}

static int weir_set_stmts_fill(struct sk_buff *skb, const struct weir_set *set)
{
	u32 i;

	for (i = 0; i < set->n_stmts; i++)
		if (weir_stmt_fill(skb, WEIR_A_SET_STMT, &set->stmts[i], false))
			return -EMSGSIZE;
	return 0;
}

static int weir_set_map_fill(struct sk_buff *skb, const struct weir_set *set)
{
	if (!set->spec.data_type)
		return 0;
	if (nla_put_u32(skb, WEIR_A_SET_DATA_TYPE, set->spec.data_type) ||
	    (set->spec.data_bits &&
	     nla_put_u32(skb, WEIR_A_SET_DATA_LEN, set->spec.data_bits)) ||
	    (set->data_text && nla_put_string(skb, WEIR_A_SET_DATA_TEXT, set->data_text)) ||
	    (set->object_type && nla_put_string(skb, WEIR_A_SET_OBJECT_TYPE, set->object_type)))
		return -EMSGSIZE;
	return 0;
}

/* What a set holds right now. */
static int weir_set_state_fill(struct sk_buff *skb, const struct weir_set *set)
{
	const struct weir_content *content = set->content;
	size_t elem = kmalloc_size_roundup(set->spec.elem_size);
	u64 memory;

	if (!content)
		return 0;
	memory = content->ops->memory(content) + (set->catchall ? elem : 0);
	if (content->spec->elems)
		memory += (u64)content->count * elem;
	if (nla_put_u32(skb, WEIR_A_SET_COUNT, content->count + !!set->catchall) ||
	    nla_put_u64_64bit(skb, WEIR_A_SET_REFUSED, atomic64_read(&set->refused),
			      WEIR_A_SET_PAD) ||
	    nla_put_string(skb, WEIR_A_SET_BACKEND, content->ops->plugin.name) ||
	    nla_put_u64_64bit(skb, WEIR_A_SET_MEMORY, memory, WEIR_A_SET_PAD) ||
	    nla_put_u32(skb, WEIR_A_SET_USERS, set->users + weir_list_users(set)))
		return -EMSGSIZE;
	return 0;
}

int weir_set_fill(struct sk_buff *skb, const struct weir_set *set, bool event)
{
	const struct weir_set_conf *old = set->conf, *conf = old;

	if (event && set->next && set->obj.state == WEIR_STATE_LIVE)
		conf = set->next;
	if (nla_put_u8(skb, WEIR_A_SET_FAMILY, set->table->family) ||
	    nla_put_string(skb, WEIR_A_SET_TABLE, set->table->name->str) ||
	    nla_put_string(skb, WEIR_A_SET_NAME, old->name->str) ||
	    (conf->name != old->name &&
	     nla_put_string(skb, WEIR_A_SET_NEW_NAME, conf->name->str)) ||
	    nla_put_u64_64bit(skb, WEIR_A_SET_HANDLE, set->handle, WEIR_A_SET_PAD) ||
	    nla_put_u32(skb, WEIR_A_SET_FLAGS, set->flags) ||
	    nla_put(skb, WEIR_A_SET_KEY_LENS, set->spec.n_fields, set->spec.bits) ||
	    (set->key_text && nla_put_string(skb, WEIR_A_SET_KEY_TEXT, set->key_text)) ||
	    weir_set_map_fill(skb, set))
		return -EMSGSIZE;
	if ((conf->timeout && nla_put_u64_64bit(skb, WEIR_A_SET_TIMEOUT, conf->timeout,
						WEIR_A_SET_PAD)) ||
	    (conf->gc_interval && nla_put_u32(skb, WEIR_A_SET_GC_INTERVAL, conf->gc_interval)) ||
	    (conf->size && nla_put_u32(skb, WEIR_A_SET_SIZE, conf->size)) ||
	    (set->policy && nla_put_u32(skb, WEIR_A_SET_POLICY, set->policy)) ||
	    (conf->comment && nla_put_string(skb, WEIR_A_SET_COMMENT, conf->comment)))
		return -EMSGSIZE;
	return weir_set_stmts_fill(skb, set) ?: event ? 0 : weir_set_state_fill(skb, set);
}

/* Free settings, but for a name that other settings of the set share with them. */
static void weir_set_conf_free(struct weir_set *set, struct weir_set_conf *conf,
			       const struct weir_set_conf *other)
{
	if (!conf)
		return;
	if (conf->name && (!other || other->name != conf->name))
		weir_name_del(&set->table->set_names, conf->name);
	kfree(conf->comment);
	kfree(conf);
}

/* The settings that a message gives. */
static void weir_set_conf_parse(const struct weir_req *req, struct weir_set_conf *conf)
{
	if (req->attrs[WEIR_A_SET_TIMEOUT])
		conf->timeout = nla_get_u64(req->attrs[WEIR_A_SET_TIMEOUT]);
	if (req->attrs[WEIR_A_SET_GC_INTERVAL])
		conf->gc_interval = nla_get_u32(req->attrs[WEIR_A_SET_GC_INTERVAL]);
	if (req->attrs[WEIR_A_SET_SIZE])
		conf->size = nla_get_u32(req->attrs[WEIR_A_SET_SIZE]);
}

static int weir_set_conf_check(const struct weir_req *req, const struct weir_set_conf *conf,
			       u32 flags)
{
	if (conf->timeout > WEIR_TIMEOUT_MAX)
		return weir_refuse(req, req->attrs[WEIR_A_SET_TIMEOUT], -ERANGE,
				   "a timeout is at most %llu milliseconds", WEIR_TIMEOUT_MAX);
	if ((conf->timeout || conf->gc_interval) && !(flags & WEIR_SET_FLAGS_TIMEOUT))
		return weir_refuse(req, req->attrs[WEIR_A_SET_TIMEOUT] ?:
				   req->attrs[WEIR_A_SET_GC_INTERVAL], -EINVAL,
				   "the set has no flag timeout");
	if (flags & WEIR_SET_FLAGS_LIST && conf->size > WEIR_LIST_MAX)
		return weir_refuse(req, req->attrs[WEIR_A_SET_SIZE], -ERANGE,
				   "a list holds at most %u sets", WEIR_LIST_MAX);
	if (flags & WEIR_SET_FLAGS_EVICT && !conf->size)
		return weir_refuse(req, req->attrs[WEIR_A_SET_FLAGS], -EINVAL,
				   "only a set with a size is ever full and evicts");
	return 0;
}

static int weir_set_flags_check(const struct weir_req *req, u32 flags, u8 data_type)
{
	const struct nlattr *attr = req->attrs[WEIR_A_SET_FLAGS];

	if (!(flags & WEIR_SET_FLAGS_DYNAMIC))
		return 0;
	if (flags & WEIR_SET_FLAGS_CONSTANT)
		return weir_refuse(req, attr, -EINVAL, "a constant set is not dynamic");
	if (flags & WEIR_SET_FLAGS_INTERVAL)
		return weir_refuse(req, attr, -EOPNOTSUPP,
				   "packets add keys and no ranges: a dynamic set has none");
	if (data_type > WEIR_DATA_TYPE_VALUE)
		return weir_refuse(req, attr, -EOPNOTSUPP, "a dynamic map leads to values only");
	return 0;
}

static int weir_set_parse_key(const struct weir_req *req, struct weir_set_spec *spec)
{
	const struct nlattr *attr = req->attrs[WEIR_A_SET_KEY_LENS];
	unsigned int i;

	if (!attr || !nla_len(attr))
		return weir_refuse(req, attr, -EINVAL, "the fields of the key are missing");
	spec->n_fields = nla_len(attr);
	memcpy(spec->bits, nla_data(attr), spec->n_fields);
	for (i = 0; i < spec->n_fields; i++)
		if (!spec->bits[i] || spec->bits[i] > 128)
			return weir_refuse(req, attr, -ERANGE,
					   "a field of the key has 1 to 128 bits");
	return 0;
}

static int weir_set_parse_data(const struct weir_req *req, struct weir_set_spec *spec)
{
	const struct nlattr *type = req->attrs[WEIR_A_SET_DATA_TYPE];
	const struct nlattr *len = req->attrs[WEIR_A_SET_DATA_LEN];
	const struct nlattr *object = req->attrs[WEIR_A_SET_OBJECT_TYPE];
	bool values, objects;

	if (type)
		spec->data_type = nla_get_u32(type);
	values = spec->data_type == WEIR_DATA_TYPE_VALUE;
	objects = spec->data_type == WEIR_DATA_TYPE_OBJECT;
	if (!len == values)
		return weir_refuse(req, len ?: type, -EINVAL, len ?
				   "only values have a length" :
				   "the length of the values is missing");
	if (!object == objects)
		return weir_refuse(req, object ?: type, -EINVAL, object ?
				   "only objects have a type" :
				   "the type of the objects is missing");
	if (req->attrs[WEIR_A_SET_DATA_TEXT] && !spec->data_type)
		return weir_refuse(req, req->attrs[WEIR_A_SET_DATA_TEXT], -EINVAL,
				   "elements of a set lead to nothing");
	if (!len)
		return 0;
	if (!nla_get_u32(len) || nla_get_u32(len) > 128)
		return weir_refuse(req, len, -ERANGE, "a value has 1 to 128 bits");
	spec->data_bits = nla_get_u32(len);
	return 0;
}

/* What the message declares, but for the statements. */
static int weir_set_parse(const struct weir_req *req, struct weir_set *set)
{
	const struct nlattr *flags = req->attrs[WEIR_A_SET_FLAGS];
	const struct nlattr *policy = req->attrs[WEIR_A_SET_POLICY];
	struct weir_set_spec *spec = &set->spec;
	int err;

	set->flags = flags ? nla_get_u32(flags) : 0;
	if (req->attrs[WEIR_A_SET_TIMEOUT] || req->attrs[WEIR_A_SET_GC_INTERVAL])
		set->flags |= WEIR_SET_FLAGS_TIMEOUT;
	set->policy = policy ? nla_get_u32(policy) : WEIR_SET_POLICY_PERFORMANCE;
	err = weir_set_parse_key(req, spec);
	if (!err)
		err = weir_set_parse_data(req, spec);
	if (!err)
		err = set->flags & WEIR_SET_FLAGS_LIST ? weir_list_check(req, set) :
		      weir_set_flags_check(req, set->flags, spec->data_type);
	if (!err)
		err = weir_set_conf_check(req, set->conf, set->flags);
	spec->interval = set->flags & WEIR_SET_FLAGS_INTERVAL;
	spec->dynamic = set->flags & WEIR_SET_FLAGS_DYNAMIC;
	spec->timeout = set->flags & WEIR_SET_FLAGS_TIMEOUT;
	spec->memory = set->policy == WEIR_SET_POLICY_MEMORY;
	spec->list = set->flags & WEIR_SET_FLAGS_LIST;
	return err;
}

/* Which statements elements of a set have that declares none. */
static void weir_set_loosen(struct weir_set_spec *spec)
{
	if (!spec->dynamic || spec->counter || spec->n_stmts)
		return;
	spec->loose = true;
	spec->counter = true;
	spec->n_stmts = WEIR_LOOSE_STMTS;
}

static int weir_set_parse_stmt(struct weir_req *req, struct weir_set *set,
			       const struct nlattr *attr)
{
	struct weir_item *item = &set->stmts[set->n_stmts];
	int err;

	err = weir_stmt_parse(req, attr, item);
	if (err)
		return err;
	set->n_stmts++;
	if (weir_item_instance(item)) {
		set->spec.n_stmts++;
		set->hooks &= item->instance->plugin->hooks;
		return 0;
	}
	if (set->spec.counter)
		return weir_refuse(req, attr, -EINVAL, "an element has one counter");
	set->spec.counter = true;
	return 0;
}

static int weir_set_parse_stmts(struct weir_req *req, struct weir_set *set)
{
	const struct nlattr *attr;
	int err, left, n = 0;

	nlmsg_for_each_attr(attr, req->info->nlhdr, GENL_HDRLEN, left)
		n += nla_type(attr) == WEIR_A_SET_STMT;
	if (!n)
		return 0;
	if (n > WEIR_STMTS_MAX)
		return weir_refuse(req, req->attrs[WEIR_A_SET_STMT], -E2BIG,
				   "an element has at most %u statements", WEIR_STMTS_MAX);
	set->stmts = kcalloc(n, sizeof(*set->stmts), GFP_KERNEL_ACCOUNT);
	if (!set->stmts)
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the set");
	nlmsg_for_each_attr(attr, req->info->nlhdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != WEIR_A_SET_STMT)
			continue;
		err = weir_set_parse_stmt(req, set, attr);
		if (err)
			return err;
	}
	return 0;
}

/* The texts that are only kept for listing. */
static int weir_set_texts(const struct weir_req *req, struct weir_set *set)
{
	const struct {
		const struct nlattr *attr;
		char **to;
	} texts[] = {
		{ req->attrs[WEIR_A_SET_KEY_TEXT], &set->key_text },
		{ req->attrs[WEIR_A_SET_DATA_TEXT], &set->data_text },
		{ req->attrs[WEIR_A_SET_OBJECT_TYPE], &set->object_type },
		{ req->attrs[WEIR_A_SET_COMMENT], &set->conf->comment },
	};
	unsigned int i;
	char *text;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		text = weir_strdup(req, texts[i].attr);
		if (IS_ERR(text))
			return PTR_ERR(text);
		*texts[i].to = text;
	}
	return 0;
}

/* Give a set its place in all indices. */
static int weir_set_index(struct weir_net *wn, struct weir_set *set, const char *str)
{
	struct weir_table *table = set->table;
	struct weir_name *name;
	int err;

	err = weir_table_handle(table, &set->handle);
	if (err)
		return err;
	err = xa_alloc(&wn->sets, &set->id, set, xa_limit_31b, GFP_KERNEL_ACCOUNT);
	if (err)
		return err;
	err = xa_insert(&table->set_handles, set->handle, set, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_free_id;
	name = weir_name_add(&table->set_names, 0, str, set);
	if (IS_ERR(name)) {
		err = PTR_ERR(name);
		goto err_erase_handle;
	}
	set->conf->name = name;
	list_add_tail(&set->list, &table->sets);
	if (set->spec.list)
		list_add_tail(&set->of_lists, &table->lists);
	return 0;

err_erase_handle:
	xa_erase(&table->set_handles, set->handle);
err_free_id:
	xa_erase(&wn->sets, set->id);
	return err;
}

/* Free what a declaration has. */
static void weir_set_destroy(struct weir_net *wn, struct weir_set *set, bool put)
{
	u32 i;

	for (i = 0; i < set->n_stmts; i++)
		weir_stmt_destroy(wn, set->table->family, &set->stmts[i], put);
	kfree(set->stmts);
	kfree(set->key_text);
	kfree(set->data_text);
	kfree(set->object_type);
	weir_set_conf_free(set, set->conf, NULL);
	kfree(set);
}

static struct weir_set *weir_set_create(struct weir_req *req)
{
	struct weir_set *set;

	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return NULL;
	set->conf = kzalloc(sizeof(*set->conf), GFP_KERNEL_ACCOUNT);
	if (!set->conf) {
		kfree(set);
		return NULL;
	}
	set->obj.kind = WEIR_KIND_SET;
	set->obj.state = WEIR_STATE_NEW;
	INIT_LIST_HEAD(&set->obj.change);
	INIT_LIST_HEAD(&set->list);
	INIT_LIST_HEAD(&set->of_lists);
	INIT_LIST_HEAD(&set->lookups);
	xa_init_flags(&set->uses, XA_FLAGS_ACCOUNT);
	set->table = req->table;
	set->hooks = WEIR_HOOKS_ALL;
	set->collected = jiffies;
	set->listed = jiffies - HZ;
	weir_dynamic_init(req->wn, set);
	return set;
}

static int weir_set_add(struct weir_req *req, const struct nlattr *name)
{
	struct weir_set *set = weir_set_create(req);
	int err;

	if (!set)
		return weir_refuse(req, name, -ENOMEM, "no memory for the set");
	weir_set_conf_parse(req, set->conf);
	err = weir_set_parse(req, set);
	if (!err)
		err = weir_set_texts(req, set);
	if (!err)
		err = weir_set_parse_stmts(req, set);
	if (err)
		goto err_destroy_set;
	weir_set_loosen(&set->spec);
	weir_set_spec_layout(&set->spec);
	set->rich = set->spec;
	set->rich.elems = true;
	err = weir_set_index(req->wn, set, nla_data(name));
	if (err) {
		weir_refuse(req, name, err, "no memory for the set");
		goto err_destroy_set;
	}
	if (set->spec.timeout)
		weir_gc_kick(req->wn);
	/* From here on the transaction frees it. */
	weir_txn_note(req->txn, &set->obj);
	return weir_stage_change(req, set, set->conf->size);

err_destroy_set:
	weir_set_destroy(req->wn, set, true);
	return err;
}

/* Settings like those of the set, with the attributes applied. */
static struct weir_set_conf *weir_set_conf_new(struct weir_req *req, struct weir_set *set)
{
	const struct weir_set_conf *old = weir_set_conf(set, WEIR_VIEW_WRITER);
	const struct nlattr *comment = req->attrs[WEIR_A_SET_COMMENT];
	const struct nlattr *rename = req->attrs[WEIR_A_SET_NEW_NAME];
	struct weir_set_conf *conf;
	struct weir_name *name;

	conf = kmemdup(old, sizeof(*old), GFP_KERNEL_ACCOUNT);
	if (!conf)
		return NULL;
	conf->comment = comment ? nla_strdup(comment, GFP_KERNEL_ACCOUNT) :
			kstrdup(old->comment, GFP_KERNEL_ACCOUNT);
	if (!conf->comment && (comment || old->comment))
		goto err_free_conf;
	weir_set_conf_parse(req, conf);
	if (rename) {
		name = weir_name_add(&set->table->set_names, 0, nla_data(rename), set);
		if (IS_ERR(name))
			goto err_free_comment;
		conf->name = name;
	}
	return conf;

err_free_comment:
	kfree(conf->comment);
err_free_conf:
	kfree(conf);
	return NULL;
}

static bool weir_text_differs(const struct nlattr *attr, const char *text)
{
	return attr && (!text || strcmp(nla_data(attr), text));
}

static bool weir_number_differs(const struct nlattr *attr, u64 number)
{
	return attr && (nla_len(attr) == sizeof(u64) ? nla_get_u64(attr) : nla_get_u32(attr)) !=
	       number;
}

/* What is declared again is what was declared. */
static int weir_set_same(struct weir_req *req, const struct weir_set *set)
{
	struct nlattr **attrs = req->attrs;
	const struct nlattr *lens = attrs[WEIR_A_SET_KEY_LENS];

	if ((lens && (nla_len(lens) != set->spec.n_fields ||
		      memcmp(nla_data(lens), set->spec.bits, set->spec.n_fields))) ||
	    weir_number_differs(attrs[WEIR_A_SET_DATA_TYPE], set->spec.data_type) ||
	    weir_number_differs(attrs[WEIR_A_SET_DATA_LEN], set->spec.data_bits) ||
	    weir_text_differs(attrs[WEIR_A_SET_OBJECT_TYPE], set->object_type))
		return weir_refuse(req, attrs[WEIR_A_SET_NAME], -EEXIST,
				   "set %s is there and has other types",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	if (attrs[WEIR_A_SET_FLAGS] &&
	    (nla_get_u32(attrs[WEIR_A_SET_FLAGS]) ^ set->flags) & ~WEIR_SET_FLAGS_TIMEOUT)
		return weir_refuse(req, attrs[WEIR_A_SET_FLAGS], -EEXIST,
				   "set %s is there and has other flags",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	if (weir_number_differs(attrs[WEIR_A_SET_POLICY], set->policy))
		return weir_refuse(req, attrs[WEIR_A_SET_POLICY], -EEXIST,
				   "set %s is there and has another policy",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	return 0;
}

static bool weir_set_changes(const struct weir_req *req, const struct weir_set_conf *old)
{
	return req->attrs[WEIR_A_SET_NEW_NAME] ||
	       weir_number_differs(req->attrs[WEIR_A_SET_TIMEOUT], old->timeout) ||
	       weir_number_differs(req->attrs[WEIR_A_SET_GC_INTERVAL], old->gc_interval) ||
	       weir_number_differs(req->attrs[WEIR_A_SET_SIZE], old->size) ||
	       weir_text_differs(req->attrs[WEIR_A_SET_COMMENT], old->comment);
}

static int weir_set_rename_check(struct weir_req *req, struct weir_set *set)
{
	const struct nlattr *rename = req->attrs[WEIR_A_SET_NEW_NAME];
	int err;

	if (!rename)
		return 0;
	err = weir_name_check(req, rename);
	if (err)
		return err;
	if (weir_set_find(set->table, nla_data(rename), WEIR_VIEW_WRITER))
		return weir_refuse(req, rename, -EEXIST, "set %s exists already",
				   (const char *)nla_data(rename));
	return 0;
}

/* Whether the set may have new settings, given its elements. */
static int weir_set_fits(struct weir_req *req, const struct weir_set *set,
			 const struct weir_set_conf *conf)
{
	const struct weir_content *content = weir_set_content(set, WEIR_VIEW_WRITER);
	int err;

	err = weir_set_conf_check(req, conf, set->flags);
	if (!err && conf->size && content && content->count > conf->size)
		err = weir_refuse(req, req->attrs[WEIR_A_SET_SIZE], -ENFILE,
				  "set %s holds %u elements already", conf->name->str,
				  content->count);
	return err;
}

static int weir_set_alter(struct weir_req *req, struct weir_set *set)
{
	struct weir_set_conf *old = weir_set_conf(set, WEIR_VIEW_WRITER), *conf;
	int err;

	err = weir_set_same(req, set);
	if (!err)
		err = weir_set_rename_check(req, set);
	if (err || !weir_set_changes(req, old))
		return err;
	conf = weir_set_conf_new(req, set);
	if (!conf)
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the set's settings");
	err = weir_set_fits(req, set, conf);
	if (err) {
		weir_set_conf_free(set, conf, old);
		return err;
	}
	if (set->obj.state == WEIR_STATE_NEW) {
		weir_set_conf_free(set, set->conf, conf);
		set->conf = conf;
	} else {
		/* A name that was given before in this transaction goes. */
		if (set->next && set->next->name == set->conf->name)
			weir_set_conf_free(set, set->next, set->conf);
		else
			weir_set_conf_free(set, set->next, conf);
		set->next = conf;
	}
	weir_txn_note(req->txn, &set->obj);
	return 0;
}

static struct weir_set *weir_set_by_handle(struct weir_table *table, u64 handle)
{
	struct weir_set *set = NULL;

	if (handle <= ULONG_MAX)
		set = xa_load(&table->set_handles, handle);
	return set && weir_seen(&set->obj, WEIR_VIEW_WRITER) ? set : NULL;
}

/* The set that a change names, and its table; NULL if there is none, or ERR_PTR(). */
static struct weir_set *weir_set_named(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_SET_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_SET_HANDLE];
	struct weir_table *table;
	int err;

	table = weir_table_get(req, req->attrs[WEIR_A_SET_FAMILY],
			       req->attrs[WEIR_A_SET_TABLE]);
	if (IS_ERR(table))
		return ERR_CAST(table);
	if (!name == !handle)
		return ERR_PTR(weir_refuse(req, handle, -EINVAL,
					   "a set is named by name or by handle"));
	if (handle)
		return weir_set_by_handle(req->table, nla_get_u64(handle));
	err = weir_name_check(req, name);
	return err ? ERR_PTR(err) : weir_set_find(req->table, nla_data(name), WEIR_VIEW_WRITER);
}

static int weir_set_absent(const struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_SET_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_SET_HANDLE];

	if (name)
		return weir_refuse(req, name, -ENOENT, "there is no set %s in table %s",
				   (const char *)nla_data(name), req->table->name->str);
	return weir_refuse(req, handle, -ENOENT, "there is no set with handle %llu",
			   nla_get_u64(handle));
}

static int weir_set_new(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_SET_NAME];
	struct weir_set *set;

	set = weir_set_named(req);
	if (IS_ERR(set))
		return PTR_ERR(set);
	if (!set)
		return !name || req->attrs[WEIR_A_SET_NEW_NAME] ? weir_set_absent(req) :
		       weir_set_add(req, name);
	if (req->info->nlhdr->nlmsg_flags & NLM_F_EXCL)
		return weir_refuse(req, name, -EEXIST, "set %s exists already",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	return weir_set_alter(req, set);
}

/* Modules are loaded without a lock, and only for a message that will be read. */
int weir_nl_set_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (weir_txn_holds(info)) {
		weir_set_autoload();
		weir_stmts_autoload(info->nlhdr, WEIR_A_SET_STMT);
	}
	return weir_change(skb, info, weir_set_new);
}

/**
 * weir_set_drop() - Delete a set with its elements.
 * @txn: The transaction.
 * @set: LIVE or NEW, and nothing uses it; a new one is gone afterwards.
 */
void weir_set_drop(struct weir_txn *txn, struct weir_set *set)
{
	weir_stage_drop(txn, set);
	if (set->obj.state == WEIR_STATE_NEW) {
		weir_set_unlink(set);
		weir_set_free(txn->wn, set, true);
		return;
	}
	weir_set_conf_free(set, set->next, set->conf);
	set->next = NULL;
	set->obj.state = WEIR_STATE_DYING;
	weir_txn_note(txn, &set->obj);
}

/* A rule that stays and uses a set, or NULL. */
static const struct weir_rule *weir_set_user(const struct weir_set *set)
{
	const struct weir_lookup *lookup;

	list_for_each_entry(lookup, &set->lookups, list)
		if (weir_seen(&lookup->rule->obj, WEIR_VIEW_WRITER))
			return lookup->rule;
	return NULL;
}

/* Whether nothing uses a set any more. */
static int weir_set_idle(struct weir_req *req, const struct weir_set *set)
{
	const struct nlattr *attr = req->attrs[WEIR_A_SET_NAME] ?: req->attrs[WEIR_A_SET_HANDLE];
	const struct weir_rule *user = weir_set_user(set);
	const struct weir_set *list = weir_list_with(set);

	if (user)
		return weir_refuse(req, attr, -EBUSY,
				   "set %s is used by rule handle %llu in chain %s",
				   weir_set_name(set, WEIR_VIEW_WRITER), user->handle,
				   weir_chain_name(user->chain, WEIR_VIEW_WRITER));
	if (list)
		return weir_refuse(req, attr, -EBUSY, "set %s is in list %s",
				   weir_set_name(set, WEIR_VIEW_WRITER),
				   weir_set_name(list, WEIR_VIEW_WRITER));
	return 0;
}

static int weir_set_del_named(struct weir_req *req)
{
	struct weir_set *set;
	int err;

	set = weir_set_named(req);
	if (IS_ERR_OR_NULL(set))
		return set ? PTR_ERR(set) : weir_set_absent(req);
	err = weir_set_idle(req, set);
	if (!err)
		weir_set_drop(req->txn, set);
	return err;
}

static int weir_set_del(struct weir_req *req)
{
	int err = weir_set_del_named(req);

	return err == -ENOENT && req->attrs[WEIR_A_SET_DESTROY] ? 0 : err;
}

int weir_nl_set_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_set_del);
}

static bool weir_sets_alike(const struct weir_set *a, const struct weir_set *b)
{
	const u32 matter = ~(u32)(WEIR_SET_FLAGS_AUTO_MERGE | WEIR_SET_FLAGS_EVICT);
	u32 i;

	if ((a->flags ^ b->flags) & matter || a->spec.n_fields != b->spec.n_fields ||
	    memcmp(a->spec.bits, b->spec.bits, a->spec.n_fields) ||
	    a->spec.data_type != b->spec.data_type || a->spec.data_bits != b->spec.data_bits ||
	    (a->object_type && strcmp(a->object_type, b->object_type)) ||
	    a->n_stmts != b->n_stmts)
		return false;
	for (i = 0; i < a->n_stmts; i++)
		if (!weir_stmt_same(&a->stmts[i], &b->stmts[i]))
			return false;
	return true;
}

/*
 * What this transaction made for the set that had it before is described by the set that
 * has it now: the other one may be gone before the commit. A committed content is seen by
 * packets, and so is its set until then.
 */
static void weir_set_adopt(struct weir_set *set)
{
	struct weir_content *content = set->stage->content;

	if (content && content != set->stage->origin)
		content->spec = weir_set_spec(set, content);
}

static int weir_set_exchange(struct weir_req *req, struct weir_set *a, struct weir_set *b)
{
	struct weir_stage *stage;

	stage = weir_stage_open(req, a);
	if (!IS_ERR(stage))
		stage = weir_stage_open(req, b);
	if (IS_ERR(stage))
		return PTR_ERR(stage);
	if (weir_use_swap(a, b))
		return weir_refuse(req, NULL, -ENOMEM, "no memory for the exchange");
	swap(a->stage, b->stage);
	weir_set_adopt(a);
	weir_set_adopt(b);
	a->stage->touched = true;
	b->stage->touched = true;
	weir_note_whole(a->stage);
	weir_note_whole(b->stage);
	return 0;
}

static int weir_set_swap(struct weir_req *req)
{
	const struct nlattr *other = req->attrs[WEIR_A_SET_NEW_NAME];
	const struct nlattr *name = req->attrs[WEIR_A_SET_NAME];
	struct weir_table *table;
	struct weir_set *a, *b;

	table = weir_table_get(req, req->attrs[WEIR_A_SET_FAMILY],
			       req->attrs[WEIR_A_SET_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	a = weir_set_get(req, name);
	if (IS_ERR(a))
		return PTR_ERR(a);
	b = weir_set_get(req, other);
	if (IS_ERR(b))
		return PTR_ERR(b);
	if (!weir_sets_alike(a, b))
		return weir_refuse(req, other, -EINVAL, "sets %s and %s are declared differently",
				   (const char *)nla_data(name), (const char *)nla_data(other));
	if (a->flags & WEIR_SET_FLAGS_CONSTANT)
		return weir_refuse(req, name, -EBUSY, "set %s is constant",
				   (const char *)nla_data(name));
	return a == b ? 0 : weir_set_exchange(req, a, b);
}

int weir_nl_set_swap_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_set_swap);
}

/* The transaction is committed: the settings it gave count. */
void weir_set_settle(struct weir_set *set)
{
	if (!set->next)
		return;
	weir_set_conf_free(set, set->conf, set->next);
	set->conf = set->next;
	set->next = NULL;
}

/* Forget the settings that the transaction gave. */
void weir_set_revert(struct weir_set *set)
{
	weir_set_conf_free(set, set->next, set->conf);
	set->next = NULL;
}

/* Make a set that nothing uses any more invisible to all but packets. */
void weir_set_unlink(struct weir_set *set)
{
	weir_name_del(&set->table->set_names, set->conf->name);
	set->conf->name = NULL;
	xa_erase(&set->table->set_handles, set->handle);
	list_del_init(&set->list);
	list_del_init(&set->of_lists);
	list_del_init(&set->obj.change);
}

/**
 * weir_set_free() - Free a set that no packet sees any more.
 * @wn: The namespace.
 * @set: The set.
 * @put: References to modules are still held.
 */
void weir_set_free(struct weir_net *wn, struct weir_set *set, bool put)
{
	u8 family = set->table->family;

	/* The id is free for another set only now. */
	xa_erase(&wn->sets, set->id);
	weir_dynamic_exit(set);
	weir_use_none(set);
	weir_use_settle(set);
	xa_destroy(&set->uses);
	weir_content_free(wn, family, &set->spec, set->content, put);
	if (set->catchall)
		weir_elem_free(wn, &set->spec, family, set->catchall, put);
	weir_set_destroy(wn, set, put);
}
