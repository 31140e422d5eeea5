/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plug-in API. A plug-in is one module with one file: it fills a constant
 * structure of operations, registers it when the module is loaded and
 * unregisters it when the module is removed. The core finds a plug-in by name,
 * loading the module "weir-<kind>-<name>" where it must, and holds a reference
 * to the module as long as a rule uses it.
 *
 * Life of an instance: init() when a writer adds a rule that uses the plug-in,
 * within a transaction and in process context; the packet path callbacks once
 * the transaction is committed; destroy() after the last packet that could see
 * the rule, or when the transaction is aborted.
 */
#ifndef _WEIR_PLUGIN_H
#define _WEIR_PLUGIN_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <net/netlink.h>
#include <weir/packet.h>

struct net;

/**
 * WEIR_PLUGIN_NAME_MAX - Longest name of a plug-in without the trailing NUL.
 */
#define WEIR_PLUGIN_NAME_MAX	31

/**
 * WEIR_FAMILY() - A family's bit in the families of a plug-in.
 * @nfproto: %NFPROTO_IPV4, %NFPROTO_IPV6 or %NFPROTO_INET.
 */
#define WEIR_FAMILY(nfproto)	(1UL << (nfproto))
/** WEIR_FAMILIES_IP - The families ip, ip6 and inet. */
#define WEIR_FAMILIES_IP	(WEIR_FAMILY(NFPROTO_IPV4) | \
				 WEIR_FAMILY(NFPROTO_IPV6) | \
				 WEIR_FAMILY(NFPROTO_INET))
/** WEIR_HOOKS_ALL - All five hooks, as bits 1 << enum nf_inet_hooks. */
#define WEIR_HOOKS_ALL		((1U << NF_INET_NUMHOOKS) - 1)

/**
 * struct weir_ctx - Where an instance of a plug-in is made.
 * @net: The network namespace.
 * @family: Family of the table, NFPROTO_*.
 * @extack: Where a refusal is explained; every error return sets a message,
 *   with NL_SET_ERR_MSG_ATTR() where an attribute is at fault.
 */
struct weir_ctx {
	struct net *net;
	u8 family;
	struct netlink_ext_ack *extack;
};

/**
 * enum weir_plugin_kind - The registries; the names are those in aliases.
 * @WEIR_PLUGIN_MATCH: "weir-match-NAME".
 * @WEIR_PLUGIN_TARGET: "weir-target-NAME".
 * @WEIR_PLUGIN_SET: "weir-set-NAME".
 * @WEIR_PLUGIN_BALANCER: "weir-balancer-NAME".
 * @WEIR_PLUGIN_KINDS: How many there are.
 */
enum weir_plugin_kind {
	WEIR_PLUGIN_MATCH,
	WEIR_PLUGIN_TARGET,
	WEIR_PLUGIN_SET,
	WEIR_PLUGIN_BALANCER,
	WEIR_PLUGIN_KINDS,
};

/**
 * struct weir_plugin - What every plug-in has: its name and its control path.
 * @name: The name in rules, at most %WEIR_PLUGIN_NAME_MAX bytes.
 * @owner: %THIS_MODULE.
 * @families: Families of tables that may use it, bits of WEIR_FAMILY().
 * @hooks: Hooks where it is valid, bits 1 << enum nf_inet_hooks; checked at
 *   commit for every base chain that leads to the rule.
 * @maxattr: Highest attribute of @policy.
 * @policy: Policy of an instance's own attributes.
 * @priv_size: Bytes of private memory of an instance, zeroed before @init and
 *   aligned for any type.
 * @init: Check @tb (NULL entries are absent attributes) and fill @priv.
 *   Returns 0 or a negative errno with an extack message.
 * @destroy: Undo @init, after a grace period.
 * @dump: Put the attributes that @init would take. Returns 0 or -EMSGSIZE.
 * @same: Optional. Whether two instances mean the same, for deleting a rule by
 *   its text; without it their private memory is compared byte by byte.
 * @clone: Optional. A match that has it may be a statement of the elements of sets
 *   and a named object; it is valid in all hooks then. Make @priv, which is
 *   zeroed, mean the same as @from, as if no packet had met it yet. Returns 0 or
 *   -ENOMEM. Called by packets too: must not sleep, and @ctx has no extack. What it
 *   makes is destroyed without the namespace's lock.
 * @update: Optional, with @clone. Make @priv, the instance of a named object, mean what
 *   @from does, which @init has made; what packets have used stays, unless @init was
 *   told. Packets use @priv meanwhile. Cannot fail.
 * @differs: Optional, with @update. Whether that would change anything; without it
 *   if @same says that they do not mean the same.
 * @reset: Optional. Take back what has just been listed: @listed is the nest that
 *   @dump has filled. What packets added since then stays.
 * @list: Used by the registry.
 *
 * All callbacks but @clone run in process context with the namespace's lock held,
 * and may sleep. @init and @destroy are optional together where there is nothing
 * to do.
 */
struct weir_plugin {
	const char *name;
	struct module *owner;
	unsigned long families;
	unsigned int hooks;
	unsigned int maxattr;
	const struct nla_policy *policy;
	size_t priv_size;

	int (*init)(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[]);
	void (*destroy)(const struct weir_ctx *ctx, void *priv);
	int (*dump)(struct sk_buff *skb, const void *priv);
	bool (*same)(const void *a, const void *b);
	int (*clone)(const struct weir_ctx *ctx, void *priv, const void *from);
	void (*update)(void *priv, const void *from);
	bool (*differs)(const void *priv, const void *from);
	void (*reset)(void *priv, const struct nlattr *listed);

	struct list_head list;
};

/**
 * struct weir_match_ops - A match module: a condition, or a key to compare.
 * @plugin: Name and control path.
 * @len: With @load. Bits of the key's value, 1 to 128.
 * @pure: @match or @load has no effect, and what it says depends on nothing but the
 *   packet: it may be asked later than the rule says, or not at all where another
 *   condition of the rule fails.
 * @writable: With @store, optional. Whether this instance can be written.
 * @match: A condition: whether the packet matches.
 * @load: A key: fetch its value. Returns false if the packet does not have it;
 *   then no condition on it holds, negated or not.
 * @store: With @load, optional: write the key. Returns false if it cannot be
 *   written for this packet, which ends the rule as a failed condition does.
 *
 * One of @match and @load is there. They and @store are the packet path: called
 * under rcu_read_lock() with bottom halves disabled; they must not sleep. @len
 * and @writable are the control path.
 */
struct weir_match_ops {
	struct weir_plugin plugin;
	bool pure;

	unsigned int (*len)(const void *priv);
	bool (*writable)(const void *priv);

	bool (*match)(void *priv, struct weir_pkt *pkt);
	bool (*load)(void *priv, struct weir_pkt *pkt, struct weir_val *val);
	bool (*store)(void *priv, struct weir_pkt *pkt, const struct weir_val *val);
};

/**
 * enum weir_result - What a target decided.
 * @WEIR_RESULT_CONTINUE: Go on with the next item of the rule.
 * @WEIR_RESULT_NEXT: This rule is done as if a condition failed; go on with
 *   the next rule.
 * @WEIR_RESULT_ACCEPT: Accept the packet.
 * @WEIR_RESULT_DROP: Drop the packet.
 * @WEIR_RESULT_STOLEN: The target took the packet; nobody else may touch it.
 */
enum weir_result {
	WEIR_RESULT_CONTINUE,
	WEIR_RESULT_NEXT,
	WEIR_RESULT_ACCEPT,
	WEIR_RESULT_DROP,
	WEIR_RESULT_STOLEN,
};

/**
 * struct weir_target_ops - A target module: it acts on the packet.
 * @plugin: Name and control path.
 * @terminal: The target always ends the rule; items behind it are refused.
 * @target: Packet path, under rcu_read_lock() with bottom halves disabled; must
 *   not sleep. A target that may reallocate or write the packet calls
 *   weir_pkt_refresh() before it lets the rule or the chain go on.
 */
struct weir_target_ops {
	struct weir_plugin plugin;
	bool terminal;

	enum weir_result (*target)(void *priv, struct weir_pkt *pkt);
};

/**
 * struct weir_sched_ops - A balancer module: it picks a real server.
 * @plugin: Name and control path.
 * @pick: Packet path, under rcu_read_lock() with bottom halves disabled: index
 *   of a server below @servers for a new flow, or -1 if there is none.
 */
struct weir_sched_ops {
	struct weir_plugin plugin;

	int (*pick)(void *priv, const struct weir_pkt *pkt, unsigned int servers);
};

/**
 * weir_register_match() - Make a match known.
 * @ops: Stays valid until weir_unregister_match().
 *
 * Context: Process context; may sleep.
 * Return: 0; -EEXIST if the name is taken; -EINVAL if a callback is missing.
 */
int weir_register_match(struct weir_match_ops *ops);

/**
 * weir_unregister_match() - Forget a match.
 * @ops: What was registered. No rule uses it, because rules hold the module.
 *
 * Context: Process context; may sleep. Waits for deferred frees.
 */
void weir_unregister_match(struct weir_match_ops *ops);

/**
 * weir_register_target() - Make a target known.
 * @ops: Stays valid until weir_unregister_target().
 *
 * Context: Process context; may sleep.
 * Return: 0; -EEXIST if the name is taken; -EINVAL if a callback is missing.
 */
int weir_register_target(struct weir_target_ops *ops);

/**
 * weir_unregister_target() - Forget a target.
 * @ops: What was registered.
 *
 * Context: Process context; may sleep. Waits for deferred frees.
 */
void weir_unregister_target(struct weir_target_ops *ops);

/**
 * weir_register_sched() - Make a balancer's scheduler known.
 * @ops: Stays valid until weir_unregister_sched().
 *
 * Context: Process context; may sleep.
 * Return: 0; -EEXIST if the name is taken; -EINVAL if a callback is missing.
 */
int weir_register_sched(struct weir_sched_ops *ops);

/**
 * weir_unregister_sched() - Forget a balancer's scheduler.
 * @ops: What was registered.
 *
 * Context: Process context; may sleep. Waits for deferred frees.
 */
void weir_unregister_sched(struct weir_sched_ops *ops);

/**
 * MODULE_ALIAS_WEIR() - Let the core load this module for a plug-in's name.
 * @kind: "match", "target", "set" or "balancer".
 * @name: The plug-in's name.
 *
 * Both are string literals.
 */
#define MODULE_ALIAS_WEIR(kind, name)	MODULE_ALIAS("weir-" kind "-" name)

#endif /* _WEIR_PLUGIN_H */
