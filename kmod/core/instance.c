// SPDX-License-Identifier: GPL-2.0
/*
 * Plug-ins as rules use them: made from attributes, put into attributes,
 * compared and destroyed.
 */

#include <linux/slab.h>
#include "core.h"

static int weir_instance_parse(struct weir_req *req, const struct weir_plugin *plugin,
			       const struct nlattr *data, struct nlattr **tb)
{
	int err;

	if (!data)
		return 0;
	err = __nla_validate(nla_data(data), nla_len(data), plugin->maxattr, plugin->policy,
			     NL_VALIDATE_STRICT, req->extack);
	return err ?: weir_nest(req, data, tb, plugin->maxattr, 0);
}

static struct weir_instance *weir_instance_init(struct weir_req *req,
						const struct weir_plugin *plugin,
						const struct nlattr *data)
{
	struct weir_ctx ctx = {
		.net = req->wn->net,
		.family = req->table->family,
		.extack = req->extack,
	};
	struct weir_instance *instance;
	struct nlattr **tb;
	int err = -ENOMEM;

	tb = kcalloc(plugin->maxattr + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return ERR_PTR(-ENOMEM);
	instance = kvzalloc(struct_size(instance, priv, plugin->priv_size),
			    GFP_KERNEL_ACCOUNT);
	if (!instance)
		goto err_free_tb;
	instance->plugin = plugin;

	err = weir_instance_parse(req, plugin, data, tb);
	if (!err && plugin->init)
		err = plugin->init(&ctx, instance->priv, tb);
	if (err)
		goto err_free_instance;
	kfree(tb);
	return instance;

err_free_instance:
	kvfree(instance);
err_free_tb:
	kfree(tb);
	return ERR_PTR(err);
}

/* The plug-in's text may be gone with its module before the answer is sent. */
static void weir_refusal_copy(struct weir_req *req)
{
	const char *text = req->extack->_msg ?: "the plug-in refuses, or there is no memory";

	if (text == req->wn->msg)
		return;
	strscpy(req->wn->msg, text, sizeof(req->wn->msg));
	req->extack->_msg = req->wn->msg;
}

/**
 * weir_instance_create() - Make an instance of a plug-in.
 * @req: The request, its table set, and its chain if it is for a rule.
 * @kind: Which registry.
 * @name: Attribute with the plug-in's name.
 * @data: Nest of the plug-in's own attributes, or NULL.
 *
 * Return: The instance, holding a reference to the module, or ERR_PTR() with an
 * extack message.
 */
struct weir_instance *weir_instance_create(struct weir_req *req, enum weir_plugin_kind kind,
					   const struct nlattr *name,
					   const struct nlattr *data)
{
	const struct weir_plugin *plugin = weir_plugin_get(kind, nla_data(name));
	struct weir_instance *instance;
	int err;

	if (!plugin)
		return ERR_PTR(weir_refuse(req, name, -ENOENT,
					   "there is no plug-in %s, and no module for it",
					   (const char *)nla_data(name)));
	if (!(plugin->families & WEIR_FAMILY(req->table->family))) {
		err = weir_refuse(req, name, -EOPNOTSUPP,
				  "%s is not valid in a table of family %s", plugin->name,
				  weir_family_name(req->table->family));
		goto err_put_module;
	}
	if (req->chain && req->chain->base && !(plugin->hooks & BIT(req->chain->ops.hooknum))) {
		err = weir_refuse(req, name, -EOPNOTSUPP, "%s is not valid in hook %s",
				  plugin->name, weir_hook_name(req->chain->ops.hooknum));
		goto err_put_module;
	}
	instance = weir_instance_init(req, plugin, data);
	if (!IS_ERR(instance))
		return instance;
	err = PTR_ERR(instance);
	weir_refusal_copy(req);

err_put_module:
	module_put(plugin->owner);
	return ERR_PTR(err);
}

/**
 * weir_instance_destroy() - Destroy an instance that no packet sees any more.
 * @wn: The namespace.
 * @family: Family of its table.
 * @instance: The instance, or NULL.
 * @put: The reference to the module is still held.
 */
void weir_instance_destroy(struct weir_net *wn, u8 family, struct weir_instance *instance,
			   bool put)
{
	struct weir_ctx ctx = { .net = wn->net, .family = family };
	struct module *owner;

	if (!instance)
		return;
	owner = instance->plugin->owner;
	if (instance->plugin->destroy)
		instance->plugin->destroy(&ctx, instance->priv);
	kvfree(instance);
	if (put)
		module_put(owner);
}

int weir_instance_fill(struct sk_buff *skb, int name, int data,
		       const struct weir_instance *instance)
{
	const struct weir_plugin *plugin = instance->plugin;
	struct nlattr *nest;

	if (nla_put_string(skb, name, plugin->name))
		return -EMSGSIZE;
	if (!plugin->dump)
		return 0;
	nest = nla_nest_start(skb, data);
	if (!nest || plugin->dump(skb, instance->priv))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What was listed, in the nest @listed, is counted anew. */
void weir_instance_reset(struct weir_instance *instance, const struct nlattr *listed)
{
	if (instance->plugin->reset)
		instance->plugin->reset(instance->priv, listed);
}

/* Whether weir_instance_update() would change anything. */
bool weir_instance_differs(const struct weir_instance *instance,
			   const struct weir_instance *from)
{
	if (instance && from && instance->plugin == from->plugin && instance->plugin->differs)
		return instance->plugin->differs(instance->priv, from->priv);
	return !weir_instance_same(instance, from);
}

/* Make an instance mean what another one of its plug-in does, which can update. */
void weir_instance_update(struct weir_instance *instance, const struct weir_instance *from)
{
	instance->plugin->update(instance->priv, from->priv);
}

bool weir_instance_same(const struct weir_instance *a, const struct weir_instance *b)
{
	if (!a || !b)
		return a == b;
	if (a->plugin != b->plugin)
		return false;
	if (a->plugin->same)
		return a->plugin->same(a->priv, b->priv);
	return !memcmp(a->priv, b->priv, a->plugin->priv_size);
}
