// SPDX-License-Identifier: GPL-2.0
/*
 * Named objects: a counter, or a match with state such as a quota, that rules and
 * elements of maps share. Its address stays, and what packets have used: new settings
 * are taken over by the instance that is there, when the transaction is committed.
 */

#include <linux/slab.h>
#include "core.h"

static const char weir_counter_type[] = "counter";

/**
 * weir_object_find() - Find a named object.
 * @table: Its table.
 * @type: "counter" or the name of a match.
 * @name: Its name.
 * @view: Who looks.
 *
 * Return: The object, or NULL.
 */
struct weir_object_named *weir_object_find(struct weir_table *table, const char *type,
					   const char *name, enum weir_view view)
{
	struct weir_object_named *found = NULL, *object;
	struct rhlist_head *list, *pos;
	struct weir_name *entry;

	rcu_read_lock();
	list = weir_name_find(&table->object_names, 0, name);
	rhl_for_each_entry_rcu(entry, pos, list, node) {
		object = entry->object;
		if (weir_seen(&object->obj, view) && !strcmp(object->type, type))
			found = object;
	}
	rcu_read_unlock();
	return found;
}

/**
 * weir_object_get() - Find the object that a rule or an element is to use.
 * @req: The request, its table set.
 * @type: "counter" or the name of a match.
 * @name: Attribute with its name.
 *
 * Return: The object, as the writer sees it, or ERR_PTR() with an extack message.
 */
struct weir_object_named *weir_object_get(struct weir_req *req, const char *type,
					  const struct nlattr *name)
{
	struct weir_object_named *object;

	object = weir_object_find(req->table, type, nla_data(name), WEIR_VIEW_WRITER);
	return object ?: ERR_PTR(weir_refuse(req, name, -ENOENT,
					     "there is no %s %s in table %s", type,
					     (const char *)nla_data(name),
					     req->table->name->str));
}

int weir_object_fill(struct sk_buff *skb, struct weir_object_named *object, bool reset,
		     bool event)
{
	if (nla_put_u8(skb, WEIR_A_OBJECT_FAMILY, object->table->family) ||
	    nla_put_string(skb, WEIR_A_OBJECT_TABLE, object->table->name->str) ||
	    nla_put_string(skb, WEIR_A_OBJECT_NAME, object->name->str) ||
	    nla_put_u64_64bit(skb, WEIR_A_OBJECT_HANDLE, object->handle, WEIR_A_OBJECT_PAD) ||
	    nla_put_string(skb, WEIR_A_OBJECT_TYPE, object->type) ||
	    (object->comment && nla_put_string(skb, WEIR_A_OBJECT_COMMENT, object->comment)) ||
	    (!event && nla_put_u32(skb, WEIR_A_OBJECT_USERS, object->users)))
		return -EMSGSIZE;
	/* The last one, because a reset cannot be taken back. */
	return weir_stmt_fill(skb, WEIR_A_OBJECT_STMT, &object->item, reset);
}

static const char *weir_stmt_type(const struct weir_item *item)
{
	const struct weir_instance *instance = weir_item_instance(item);

	return instance ? instance->plugin->name : weir_counter_type;
}

/* Make an object of @item, which is emptied, and give it its place in all indices. */
static int weir_object_add(struct weir_req *req, struct weir_item *item)
{
	struct weir_table *table = req->table;
	struct weir_object_named *object;
	int err = -ENOMEM;

	object = kzalloc(sizeof(*object), GFP_KERNEL_ACCOUNT);
	if (!object)
		goto err;
	object->obj.kind = WEIR_KIND_OBJECT;
	object->obj.state = WEIR_STATE_NEW;
	INIT_LIST_HEAD(&object->obj.change);
	object->table = table;
	object->type = weir_stmt_type(item);
	if (req->attrs[WEIR_A_OBJECT_COMMENT]) {
		object->comment = nla_strdup(req->attrs[WEIR_A_OBJECT_COMMENT],
					     GFP_KERNEL_ACCOUNT);
		if (!object->comment)
			goto err_free_object;
	}
	err = weir_table_handle(table, &object->handle);
	if (err)
		goto err_free_comment;
	object->name = weir_name_add(&table->object_names, 0,
				     nla_data(req->attrs[WEIR_A_OBJECT_NAME]), object);
	if (IS_ERR(object->name)) {
		err = PTR_ERR(object->name);
		goto err_free_comment;
	}
	object->item = *item;
	*item = (struct weir_item){};
	list_add_tail(&object->list, &table->objects);
	weir_txn_note(req->txn, &object->obj);
	return 0;

err_free_comment:
	kfree(object->comment);
err_free_object:
	kfree(object);
err:
	return weir_refuse(req, req->attrs[WEIR_A_OBJECT_NAME], err, "no memory for the object");
}

static int weir_object_update(struct weir_req *req, struct weir_object_named *object)
{
	const struct nlattr *attr = req->attrs[WEIR_A_OBJECT_COMMENT];
	const char *old = object->next_comment ?: object->comment;
	char *comment;

	if (!attr || (old && !strcmp(nla_data(attr), old)))
		return 0;
	comment = weir_strdup(req, attr);
	if (IS_ERR(comment))
		return PTR_ERR(comment);
	if (object->obj.state == WEIR_STATE_NEW) {
		kfree(object->comment);
		object->comment = comment;
	} else {
		kfree(object->next_comment);
		object->next_comment = comment;
	}
	weir_txn_note(req->txn, &object->obj);
	return 0;
}

/* Give an object the settings of @item, which is emptied. */
static void weir_object_set(struct weir_req *req, struct weir_object_named *object,
			    struct weir_item *item)
{
	/* Rules may use a new object already, but no packet does. */
	struct weir_instance *instance = object->obj.state == WEIR_STATE_NEW ?
					 object->item.instance : object->next;

	if (instance) {
		weir_instance_update(instance, item->instance);
	} else {
		object->next = item->instance;
		*item = (struct weir_item){};
	}
	weir_txn_note(req->txn, &object->obj);
}

/* The object is there: it gets what is new, if its plug-in can do that. */
static int weir_object_again(struct weir_req *req, struct weir_object_named *object,
			     struct weir_item *item)
{
	const struct weir_instance *instance = object->next ?: weir_item_instance(&object->item);
	const struct nlattr *name = req->attrs[WEIR_A_OBJECT_NAME];

	if (req->info->nlhdr->nlmsg_flags & NLM_F_EXCL)
		return weir_refuse(req, name, -EEXIST, "%s %s exists already", object->type,
				   object->name->str);
	if (!weir_instance_differs(instance, weir_item_instance(item)))
		return weir_object_update(req, object);
	if (!instance->plugin->update)
		return weir_refuse(req, name, -EEXIST,
				   "%s %s is there with other settings, which do not change",
				   object->type, object->name->str);
	weir_object_set(req, object, item);
	return weir_object_update(req, object);
}

static int weir_object_names_check(const struct weir_req *req)
{
	if (!req->attrs[WEIR_A_OBJECT_TYPE])
		return weir_refuse(req, NULL, -EINVAL, "the type of the object is missing");
	if (!req->attrs[WEIR_A_OBJECT_NAME])
		return weir_refuse(req, NULL, -EINVAL, "the name of the object is missing");
	return weir_name_check(req, req->attrs[WEIR_A_OBJECT_NAME]);
}

static int weir_object_new(struct weir_req *req)
{
	const struct nlattr *type = req->attrs[WEIR_A_OBJECT_TYPE];
	const struct nlattr *stmt = req->attrs[WEIR_A_OBJECT_STMT];
	struct weir_object_named *object;
	struct weir_table *table;
	struct weir_item item;
	int err;

	table = weir_table_get(req, req->attrs[WEIR_A_OBJECT_FAMILY],
			       req->attrs[WEIR_A_OBJECT_TABLE]);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = weir_object_names_check(req);
	if (err)
		return err;
	if (!stmt)
		return weir_refuse(req, type, -EINVAL, "what the object is, is missing");
	err = weir_stmt_parse(req, stmt, &item);
	if (err)
		return err;

	object = weir_object_find(table, nla_data(type),
				  nla_data(req->attrs[WEIR_A_OBJECT_NAME]), WEIR_VIEW_WRITER);
	if (strcmp(weir_stmt_type(&item), nla_data(type)))
		err = weir_refuse(req, type, -EINVAL, "the statement is a %s and no %s",
				  weir_stmt_type(&item), (const char *)nla_data(type));
	else if (object)
		err = weir_object_again(req, object, &item);
	else
		err = weir_object_add(req, &item);
	weir_stmt_destroy(req->wn, table->family, &item, true);
	return err;
}

/* Modules are loaded without a lock, and only for a message that will be read. */
int weir_nl_object_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	if (weir_txn_holds(info))
		weir_stmts_autoload(info->nlhdr, WEIR_A_OBJECT_STMT);
	return weir_change(skb, info, weir_object_new);
}

/**
 * weir_object_drop() - Delete a named object.
 * @txn: The transaction.
 * @object: LIVE or NEW, and without users; a new one is gone afterwards.
 */
void weir_object_drop(struct weir_txn *txn, struct weir_object_named *object)
{
	if (object->obj.state == WEIR_STATE_NEW) {
		weir_object_unlink(object);
		weir_object_free(txn->wn, object, true);
		return;
	}
	weir_object_revert(txn->wn, object);
	object->obj.state = WEIR_STATE_DYING;
	weir_txn_note(txn, &object->obj);
}

static struct weir_object_named *weir_object_by_handle(struct weir_req *req)
{
	const struct nlattr *handle = req->attrs[WEIR_A_OBJECT_HANDLE];
	const struct nlattr *type = req->attrs[WEIR_A_OBJECT_TYPE];
	struct weir_object_named *object;

	list_for_each_entry(object, &req->table->objects, list)
		if (object->handle == nla_get_u64(handle) &&
		    weir_seen(&object->obj, WEIR_VIEW_WRITER) &&
		    (!type || !strcmp(object->type, nla_data(type))))
			return object;
	return ERR_PTR(weir_refuse(req, handle, -ENOENT, "there is no %s with handle %llu",
				   type ? (const char *)nla_data(type) : "object",
				   nla_get_u64(handle)));
}

static struct weir_object_named *weir_object_named(struct weir_req *req)
{
	const struct nlattr *name = req->attrs[WEIR_A_OBJECT_NAME];
	const struct nlattr *handle = req->attrs[WEIR_A_OBJECT_HANDLE];
	int err;

	if (!name == !handle)
		return ERR_PTR(weir_refuse(req, handle, -EINVAL,
					   "an object is named by name or by handle"));
	if (handle)
		return weir_object_by_handle(req);
	err = weir_object_names_check(req);
	return err ? ERR_PTR(err) :
	       weir_object_get(req, nla_data(req->attrs[WEIR_A_OBJECT_TYPE]), name);
}

static bool weir_rule_uses(struct weir_rule *rule, const struct weir_object_named *object)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_item *item = NULL;

	while ((item = weir_body_next(&body, item)))
		if (weir_item_object(item) == object)
			return true;
	return false;
}

/* A rule that stays and uses an object by its name, or NULL: then elements do. */
static const struct weir_rule *weir_object_user(const struct weir_object_named *object)
{
	const struct weir_chain *chain;
	struct weir_rule *rule;

	list_for_each_entry(chain, &object->table->chains, list)
		list_for_each_entry(rule, &chain->rules, list)
			if (weir_seen(&rule->obj, WEIR_VIEW_WRITER) &&
			    weir_rule_uses(rule, object))
				return rule;
	return NULL;
}

static int weir_object_in_use(struct weir_req *req, const struct weir_object_named *object)
{
	const struct nlattr *attr = req->attrs[WEIR_A_OBJECT_NAME] ?:
				    req->attrs[WEIR_A_OBJECT_HANDLE];
	const struct weir_rule *rule = weir_object_user(object);

	if (rule)
		return weir_refuse(req, attr, -EBUSY,
				   "%s %s is used by rule handle %llu in chain %s",
				   object->type, object->name->str, rule->handle,
				   weir_chain_name(rule->chain, WEIR_VIEW_WRITER));
	return weir_refuse(req, attr, -EBUSY, "elements of maps lead to %s %s", object->type,
			   object->name->str);
}

static int weir_object_del(struct weir_req *req)
{
	struct weir_object_named *object;
	struct weir_table *table;
	int err;

	table = weir_table_get(req, req->attrs[WEIR_A_OBJECT_FAMILY],
			       req->attrs[WEIR_A_OBJECT_TABLE]);
	err = PTR_ERR_OR_ZERO(table);
	if (!err) {
		object = weir_object_named(req);
		err = PTR_ERR_OR_ZERO(object);
	}
	if (err)
		return err == -ENOENT && req->attrs[WEIR_A_OBJECT_DESTROY] ? 0 : err;
	if (object->users)
		return weir_object_in_use(req, object);
	weir_object_drop(req->txn, object);
	return 0;
}

int weir_nl_object_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return weir_change(skb, info, weir_object_del);
}

/* The transaction is committed: the settings and the comment it gave count. */
void weir_object_settle(struct weir_net *wn, struct weir_object_named *object)
{
	if (object->next)
		weir_instance_update(object->item.instance, object->next);
	if (object->next_comment)
		swap(object->comment, object->next_comment);
	weir_object_revert(wn, object);
}

/* Forget the settings and the comment that the transaction gave. */
void weir_object_revert(struct weir_net *wn, struct weir_object_named *object)
{
	weir_instance_destroy(wn, object->table->family, object->next, true);
	object->next = NULL;
	kfree(object->next_comment);
	object->next_comment = NULL;
}

/* Give back the reference to the plug-in's module, once the object is deleted. */
void weir_object_put(const struct weir_object_named *object)
{
	weir_instance_put(weir_item_instance(&object->item));
}

/* Make an object invisible to all but packets. */
void weir_object_unlink(struct weir_object_named *object)
{
	weir_name_del(&object->table->object_names, object->name);
	list_del(&object->list);
	list_del_init(&object->obj.change);
}

/**
 * weir_object_free() - Free a named object that no packet sees any more.
 * @wn: The namespace.
 * @object: The object.
 * @put: The reference to the plug-in's module is still held.
 */
void weir_object_free(struct weir_net *wn, struct weir_object_named *object, bool put)
{
	weir_object_revert(wn, object);
	weir_stmt_destroy(wn, object->table->family, &object->item, put);
	kfree(object->comment);
	kfree(object);
}
