// SPDX-License-Identifier: GPL-2.0
/*
 * State of a network namespace, and its sysctls net.weir.jit and net.weir.classify.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "core.h"

static unsigned int weir_net_id __read_mostly;

static bool weir_jit = true;
module_param_named(jit, weir_jit, bool, 0644);
MODULE_PARM_DESC(jit, "Make machine code of rules in namespaces made from now on (sysctl net.weir.jit)");

struct weir_net *weir_net(const struct net *net)
{
	return net_generic(net, weir_net_id);
}

/* Set what is not NULL, and compile all chains so; on failure they are as before. */
static int weir_tune(struct weir_net *wn, const u8 *jit, const unsigned int *classify)
{
	unsigned int old_classify;
	int err = 0;
	u8 old_jit;

	mutex_lock(&wn->lock);
	old_jit = wn->jit;
	old_classify = wn->classify;
	if (jit)
		wn->jit = *jit;
	if (classify)
		wn->classify = *classify;
	if (wn->jit != old_jit || wn->classify != old_classify)
		err = weir_recompile(wn);
	if (err) {
		wn->jit = old_jit;
		wn->classify = old_classify;
	}
	mutex_unlock(&wn->lock);
	return err;
}

static int weir_jit_sysctl(WEIR_CTL_TABLE *table, int write, void *buffer, size_t *lenp,
			   loff_t *ppos)
{
	struct weir_net *wn = container_of((u8 *)table->data, struct weir_net, jit);
	struct ctl_table value = *table;
	u8 jit = wn->jit;
	int err;

	value.data = &jit;
	err = proc_dou8vec_minmax(&value, write, buffer, lenp, ppos);
	return err || !write ? err : weir_tune(wn, &jit, NULL);
}

static int weir_classify_sysctl(WEIR_CTL_TABLE *table, int write, void *buffer, size_t *lenp,
				loff_t *ppos)
{
	struct weir_net *wn = container_of((unsigned int *)table->data, struct weir_net, classify);
	unsigned int classify = wn->classify;
	struct ctl_table value = *table;
	int err;

	value.data = &classify;
	err = proc_douintvec(&value, write, buffer, lenp, ppos);
	return err || !write ? err : weir_tune(wn, NULL, &classify);
}

static const struct ctl_table weir_sysctl[] = {
	{
		.procname	= "jit",
		.maxlen		= sizeof(u8),
		.mode		= 0644,
		.proc_handler	= weir_jit_sysctl,
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
	},
	{
		.procname	= "classify",
		.maxlen		= sizeof(unsigned int),
		.mode		= 0644,
		.proc_handler	= weir_classify_sysctl,
	},
};

static int weir_sysctl_init(struct weir_net *wn)
{
	/* One empty entry more, where older kernels look for the end. */
	wn->sysctl_table = kcalloc(ARRAY_SIZE(weir_sysctl) + 1, sizeof(*weir_sysctl), GFP_KERNEL);
	if (!wn->sysctl_table)
		return -ENOMEM;
	memcpy(wn->sysctl_table, weir_sysctl, sizeof(weir_sysctl));
	wn->sysctl_table[0].data = &wn->jit;
	wn->sysctl_table[1].data = &wn->classify;
	wn->sysctl = register_net_sysctl_sz(wn->net, "net/weir", wn->sysctl_table,
					    ARRAY_SIZE(weir_sysctl));
	if (wn->sysctl)
		return 0;
	kfree(wn->sysctl_table);
	return -ENOMEM;
}

static void weir_sysctl_exit(struct weir_net *wn)
{
	unregister_net_sysctl_table(wn->sysctl);
	kfree(wn->sysctl_table);
}

static int __net_init weir_net_init(struct net *net)
{
	struct weir_net *wn = weir_net(net);
	int err;

	wn->net = net;
	wn->gen = 1;
	wn->jit = READ_ONCE(weir_jit);
	wn->classify = WEIR_CLASSIFY_DEFAULT;
	mutex_init(&wn->lock);
	INIT_LIST_HEAD(&wn->tables);
	xa_init_flags(&wn->evicted, XA_FLAGS_ACCOUNT);
	xa_init_flags(&wn->chains, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	xa_init_flags(&wn->sets, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	weir_gc_init(wn);
	err = weir_names_init(&wn->table_names);
	if (err)
		return err;
	err = weir_sysctl_init(wn);
	if (err)
		goto err_destroy_names;
	return 0;

err_destroy_names:
	rhltable_destroy(&wn->table_names);
	return err;
}

/* No packet comes any more; a grace period follows before weir_net_exit(). */
static void __net_exit weir_net_pre_exit(struct net *net)
{
	struct weir_net *wn = weir_net(net);
	struct weir_chain *chain;
	unsigned long id;

	weir_sysctl_exit(wn);
	weir_gc_exit(wn);
	mutex_lock(&wn->lock);
	xa_for_each(&wn->chains, id, chain) {
		if (!chain->hooked)
			continue;
		nf_unregister_net_hook(net, &chain->ops);
		chain->hooked = false;
	}
	mutex_unlock(&wn->lock);
}

static void weir_net_free_chain(struct weir_net *wn, struct weir_chain *chain)
{
	struct weir_rule *rule, *next;

	list_for_each_entry_safe(rule, next, &chain->rules, list) {
		weir_rule_unlink(rule);
		weir_rule_free(wn, rule, true);
	}
}

static void weir_net_free_table(struct weir_net *wn, struct weir_table *table)
{
	struct weir_object_named *object, *next_object;
	struct weir_chain *chain, *next;
	struct weir_set *set, *next_set;

	/* Programs point to the code of rules, rules to sets, and all of them to chains. */
	list_for_each_entry(chain, &table->chains, list) {
		weir_prog_destroy(chain->prog);
		chain->prog = NULL;
	}
	list_for_each_entry(chain, &table->chains, list)
		weir_net_free_chain(wn, chain);
	list_for_each_entry_safe(set, next_set, &table->sets, list) {
		weir_set_unlink(set);
		weir_set_free(wn, set, true);
	}
	list_for_each_entry_safe(object, next_object, &table->objects, list) {
		weir_object_unlink(object);
		weir_object_free(wn, object, true);
	}
	list_for_each_entry_safe(chain, next, &table->chains, list) {
		weir_chain_unlink(chain);
		weir_chain_free(wn, chain);
	}
	weir_table_unlink(wn, table);
	weir_table_free(table);
}

static void __net_exit weir_net_exit(struct net *net)
{
	struct weir_net *wn = weir_net(net);
	struct weir_table *table, *next;

	weir_retire_flush();
	mutex_lock(&wn->lock);
	list_for_each_entry_safe(table, next, &wn->tables, list)
		weir_net_free_table(wn, table);
	mutex_unlock(&wn->lock);
	kvfree(rcu_dereference_protected(wn->ruleset, true));
	rhltable_destroy(&wn->table_names);
	xa_destroy(&wn->chains);
	xa_destroy(&wn->sets);
	xa_destroy(&wn->evicted);
	mutex_destroy(&wn->lock);
}

static struct pernet_operations weir_net_ops = {
	.init		= weir_net_init,
	.pre_exit	= weir_net_pre_exit,
	.exit		= weir_net_exit,
	.id		= &weir_net_id,
	.size		= sizeof(struct weir_net),
};

int __init weir_net_register(void)
{
	return register_pernet_subsys(&weir_net_ops);
}

void weir_net_unregister(void)
{
	unregister_pernet_subsys(&weir_net_ops);
}
