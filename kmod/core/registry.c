// SPDX-License-Identifier: GPL-2.0
/*
 * The plug-in registries. A plug-in that is not there is looked for as a module
 * before the namespace's lock is taken (weir_plugin_load()), and then found
 * under the lock (weir_plugin_get()): a module's init, and what it depends on,
 * may take any lock of its own.
 *
 * The reference to a plug-in's module is given back when no committed rule uses
 * it any more, before the instances are destroyed: unregistering waits until
 * they are, and the module's code stays for so long.
 */

#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include "core.h"

static const char *const weir_plugin_kinds[WEIR_PLUGIN_KINDS] = {
	[WEIR_PLUGIN_MATCH]	= "match",
	[WEIR_PLUGIN_TARGET]	= "target",
	[WEIR_PLUGIN_SET]	= "set",
	[WEIR_PLUGIN_BALANCER]	= "balancer",
};

static struct list_head weir_plugins[WEIR_PLUGIN_KINDS] = {
	LIST_HEAD_INIT(weir_plugins[WEIR_PLUGIN_MATCH]),
	LIST_HEAD_INIT(weir_plugins[WEIR_PLUGIN_TARGET]),
	LIST_HEAD_INIT(weir_plugins[WEIR_PLUGIN_SET]),
	LIST_HEAD_INIT(weir_plugins[WEIR_PLUGIN_BALANCER]),
};

static DEFINE_MUTEX(weir_plugins_lock);

/* Most attributes of a plug-in, which bounds what one request allocates. */
#define WEIR_PLUGIN_ATTRS_MAX	255

static struct weir_plugin *weir_plugin_find(enum weir_plugin_kind kind, const char *name)
{
	struct weir_plugin *plugin;

	lockdep_assert_held(&weir_plugins_lock);

	list_for_each_entry(plugin, &weir_plugins[kind], list)
		if (!strcmp(plugin->name, name))
			return plugin;
	return NULL;
}

static bool weir_plugin_valid(const struct weir_plugin *plugin)
{
	size_t len = plugin->name ? strlen(plugin->name) : 0;

	return len && len <= WEIR_PLUGIN_NAME_MAX && plugin->families && plugin->hooks &&
	       plugin->maxattr <= WEIR_PLUGIN_ATTRS_MAX &&
	       (!plugin->maxattr || plugin->policy) &&
	       (plugin->init || !plugin->destroy) &&
	       (plugin->dump || (!plugin->maxattr && !plugin->reset)) &&
	       (!plugin->clone || plugin->hooks == WEIR_HOOKS_ALL);
}

static int weir_plugin_register(enum weir_plugin_kind kind, struct weir_plugin *plugin)
{
	int err = 0;

	if (!weir_plugin_valid(plugin))
		return -EINVAL;

	mutex_lock(&weir_plugins_lock);
	if (weir_plugin_find(kind, plugin->name))
		err = -EEXIST;
	else
		list_add_tail(&plugin->list, &weir_plugins[kind]);
	mutex_unlock(&weir_plugins_lock);
	return err;
}

static void weir_plugin_unregister(struct weir_plugin *plugin)
{
	mutex_lock(&weir_plugins_lock);
	list_del(&plugin->list);
	mutex_unlock(&weir_plugins_lock);
	weir_retire_flush();
}

/**
 * weir_plugin_get() - Find a plug-in and take a reference to its module.
 * @kind: Which registry.
 * @name: Its name.
 *
 * Context: Process context; may sleep.
 * Return: The plug-in, or NULL.
 */
const struct weir_plugin *weir_plugin_get(enum weir_plugin_kind kind, const char *name)
{
	struct weir_plugin *plugin;

	mutex_lock(&weir_plugins_lock);
	plugin = weir_plugin_find(kind, name);
	if (plugin && !try_module_get(plugin->owner))
		plugin = NULL;
	mutex_unlock(&weir_plugins_lock);
	return plugin;
}

/**
 * weir_plugin_load() - Load a plug-in's module unless the plug-in is there.
 * @kind: Which registry.
 * @name: Its name.
 *
 * Context: Process context; may sleep; no lock of the core is held.
 */
void weir_plugin_load(enum weir_plugin_kind kind, const char *name)
{
	bool found;

	mutex_lock(&weir_plugins_lock);
	found = weir_plugin_find(kind, name);
	mutex_unlock(&weir_plugins_lock);
	if (!found)
		request_module("weir-%s-%s", weir_plugin_kinds[kind], name);
}

int weir_register_match(struct weir_match_ops *ops)
{
	if ((!ops->match && !ops->load) || (ops->load && !ops->len) ||
	    (ops->store && !ops->load))
		return -EINVAL;
	return weir_plugin_register(WEIR_PLUGIN_MATCH, &ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_register_match);

void weir_unregister_match(struct weir_match_ops *ops)
{
	weir_plugin_unregister(&ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_unregister_match);

int weir_register_target(struct weir_target_ops *ops)
{
	if (!ops->target)
		return -EINVAL;
	return weir_plugin_register(WEIR_PLUGIN_TARGET, &ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_register_target);

void weir_unregister_target(struct weir_target_ops *ops)
{
	weir_plugin_unregister(&ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_unregister_target);

int weir_register_set(struct weir_set_ops *ops)
{
	if (!ops->score || !ops->create || !ops->fork || !ops->insert || !ops->remove ||
	    !ops->find || !ops->walk || !ops->commit || !ops->abort || !ops->destroy ||
	    !ops->memory || (!ops->lookup && !ops->lookup_wide))
		return -EINVAL;
	return weir_plugin_register(WEIR_PLUGIN_SET, &ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_register_set);

void weir_unregister_set(struct weir_set_ops *ops)
{
	weir_plugin_unregister(&ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_unregister_set);

int weir_register_sched(struct weir_sched_ops *ops)
{
	if (!ops->pick)
		return -EINVAL;
	return weir_plugin_register(WEIR_PLUGIN_BALANCER, &ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_register_sched);

void weir_unregister_sched(struct weir_sched_ops *ops)
{
	weir_plugin_unregister(&ops->plugin);
}
EXPORT_SYMBOL_GPL(weir_unregister_sched);
