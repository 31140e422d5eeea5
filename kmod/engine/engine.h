/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core asks of the engine. The core owns objects and transactions;
 * the engine turns rules into code, chains into programs and a namespace's
 * programs into one immutable ruleset, and runs packets through it.
 *
 * Ownership. A &struct weir_code belongs to its rule. A &struct weir_prog is
 * one generation of one chain; it points to code of rules and to machine code
 * blocks that later generations of the chain may share. A &struct weir_ruleset
 * is one generation of a namespace: an array of programs by chain id, which is
 * the only thing that packets follow, so replacing the pointer to it changes
 * every chain in one step.
 *
 * Order at commit: create code (at each message), create programs of changed
 * chains, create the ruleset, publish it, wait for a grace period, destroy what
 * the old generation alone used. Everything that can fail comes before publish.
 */
#ifndef _WEIR_ENGINE_H
#define _WEIR_ENGINE_H

#include <linux/netfilter.h>
#include <linux/types.h>
#include <weir/rule.h>

struct netlink_ext_ack;
struct seq_file;

/**
 * WEIR_CHAIN_NONE - No chain: an id that no chain has.
 */
#define WEIR_CHAIN_NONE		(~0U)

/**
 * weir_code_create() - Lower the items of a rule to IR.
 * @body: Items are complete and checked; on success @body->code is set.
 * @family: Family of the table.
 * @extack: Takes the reason of a refusal.
 *
 * Chains that the rule leads to must have their ids.
 *
 * Context: Process context; may sleep.
 * Return: 0, -ENOMEM, or -EOPNOTSUPP for what has no code.
 */
int weir_code_create(struct weir_rule_body *body, u8 family,
		     struct netlink_ext_ack *extack);

/**
 * weir_code_destroy() - Free a rule's code after a grace period, or before it
 * was ever published.
 * @code: May be NULL.
 *
 * Context: Process context; may sleep.
 */
void weir_code_destroy(struct weir_code *code);

/**
 * WEIR_CLASSIFY_DEFAULT - Fewer rules are faster one after the other: about what a
 *   classifier costs a packet, over what a rule does that fails.
 */
#define WEIR_CLASSIFY_DEFAULT	64

/**
 * struct weir_placed - A rule in its place.
 * @code: Its code.
 * @label: Its place: a number between those of the rules before and behind it.
 */
struct weir_placed {
	struct weir_code *code;
	u64 label;
};

/**
 * struct weir_placed_list - Rules in no order.
 * @n: How many.
 * @cap: How many there is room for.
 * @rules: The rules.
 */
struct weir_placed_list {
	u32 n;
	u32 cap;
	struct weir_placed *rules;
};

/**
 * struct weir_prog_delta - How a chain differs from the version before.
 * @added: Rules that came.
 * @removed: Rules that went.
 */
struct weir_prog_delta {
	struct weir_placed_list added;
	struct weir_placed_list removed;
};

/**
 * struct weir_prog_spec - What a chain's program is made of.
 * @n_rules: Number of @rules.
 * @rules: Code of the rules in order.
 * @labels: Their places, or NULL: their indices.
 * @base: A base chain.
 * @policy: %NF_ACCEPT or %NF_DROP, for a base chain.
 * @jit: Make machine code where possible.
 * @classify: A chain of at least so many rules gets a classifier if that is worth it;
 *   1 for every chain, and 0 for none.
 */
struct weir_prog_spec {
	u32 n_rules;
	struct weir_code *const *rules;
	const u64 *labels;
	bool base;
	u8 policy;
	bool jit;
	u32 classify;
};

/**
 * weir_prog_create() - Compile one generation of a chain.
 * @spec: What of; copied.
 * @old: The chain's program so far, or NULL. Blocks of machine code whose rules
 *   did not change are shared with it.
 *
 * A block that cannot be turned into machine code, for want of memory or of a
 * JIT, is interpreted; that is no error.
 *
 * Context: Process context; may sleep.
 * Return: The program or ERR_PTR(-ENOMEM).
 */
struct weir_prog *weir_prog_create(const struct weir_prog_spec *spec,
				   struct weir_prog *old);

/**
 * weir_prog_update() - Make the next generation of a long chain, at a cost that depends
 * on what changes and not on the chain's length.
 * @spec: What of; its rules are not looked at.
 * @delta: What is different from @old; copied.
 * @old: The chain's program.
 *
 * Code of rules that went must live until weir_prog_reap() of @old.
 *
 * Context: Process context; may sleep.
 * Return: The program; ERR_PTR(-ENOMEM); or NULL where weir_prog_create() must make it,
 * as it must for chains without a classifier, and now and then for others.
 */
struct weir_prog *weir_prog_update(const struct weir_prog_spec *spec,
				   const struct weir_prog_delta *delta, struct weir_prog *old);

/**
 * weir_prog_publish() - Make a program ready to be published next; cannot fail.
 * @prog: The program.
 * @old: The chain's program until then, or NULL.
 *
 * Context: Process context.
 */
void weir_prog_publish(struct weir_prog *prog, struct weir_prog *old);

/**
 * weir_prog_reap() - Part from a program that no packet sees any more; with it code may
 * go that only this generation had.
 * @prog: The program.
 *
 * Context: Process context.
 * Return: Whether another grace period must pass before weir_prog_destroy().
 */
bool weir_prog_reap(struct weir_prog *prog);

/**
 * weir_prog_destroy() - Free a program, before it was ever published, or after
 * weir_prog_reap().
 * @prog: May be NULL.
 *
 * Context: Process context; may sleep.
 */
void weir_prog_destroy(struct weir_prog *prog);

/**
 * struct weir_prog_info - What a program is, for people.
 * @blocks: Number of blocks.
 * @jit_blocks: How many of them are machine code.
 * @interpreted: The others, by enum weir_interpreted.
 * @classified: It has a classifier, and no blocks.
 * @residual: Its rules that are more than their boxes, added by weir_prog_info_rule().
 * @jit_rules: How many of them are machine code.
 * @linear: Why it has none, enum weir_linear.
 * @bytes: Memory in bytes, code of rules not included.
 * @code: Bytes of machine code among them.
 */
struct weir_prog_info {
	u32 blocks;
	u32 jit_blocks;
	u32 interpreted[WEIR_INTERPRETED_REFUSED + 1];
	bool classified;
	u32 residual;
	u32 jit_rules;
	u8 linear;
	size_t bytes;
	size_t code;
};

/**
 * weir_prog_info() - Describe a program.
 * @prog: The program.
 * @info: Filled.
 *
 * Context: Process context, with the namespace's lock.
 */
void weir_prog_info(const struct weir_prog *prog, struct weir_prog_info *info);

/**
 * weir_prog_info_rule() - Add what there is of a rule of a classifier.
 * @prog: The program; nothing is added if it has none.
 * @code: The rule.
 * @info: Filled by weir_prog_info().
 *
 * Context: Process context, with the namespace's lock.
 */
void weir_prog_info_rule(const struct weir_prog *prog, const struct weir_code *code,
			 struct weir_prog_info *info);

/**
 * struct weir_table_info - What a table of a classifier is, for people.
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6.
 * @src: Bits of the source address in its key.
 * @dst: Bits of the destination address.
 * @key: What else, enum weir_table_key.
 * @n: Number of entries.
 */
struct weir_table_info {
	u8 family;
	u8 src;
	u8 dst;
	u8 key;
	u32 n;
};

/**
 * WEIR_TABLES_MAX - Most tables that a classifier has; what lists them in one message
 *   relies on it.
 */
#define WEIR_TABLES_MAX		128

/**
 * weir_prog_table() - Describe a table of a program's classifier.
 * @prog: The program.
 * @i: Which of them, below %WEIR_TABLES_MAX.
 * @info: Filled.
 *
 * Context: Process context, with the namespace's lock.
 * Return: false where there are no more.
 */
bool weir_prog_table(const struct weir_prog *prog, u32 i, struct weir_table_info *info);

/**
 * weir_prog_key() - The key that tables with %WEIR_TABLE_KEY_OTHER have.
 * @prog: The program.
 * @key: Filled.
 *
 * Context: Process context, with the namespace's lock.
 * Return: false where there is none.
 */
bool weir_prog_key(const struct weir_prog *prog, struct weir_key *key);

/**
 * weir_prog_unindexed() - Why a rule is asked of each packet.
 * @prog: The program.
 * @code: The rule, one of those of the program.
 *
 * A chain that has no classifier because of such rules tells of them as well.
 *
 * Context: Process context, with the namespace's lock. Takes a bounded time.
 * Return: The reason, or %WEIR_UNINDEXED_NONE.
 */
enum weir_unindexed weir_prog_unindexed(const struct weir_prog *prog, struct weir_code *code);

/**
 * struct weir_set_slot - What a set holds in one generation.
 * @content: Its elements; NULL where there is no such set.
 * @catchall: Its catch-all element, or NULL.
 * @timeout: Of elements that packets add to a dynamic set, milliseconds.
 * @size: Most elements of a dynamic set, 0 for no bound.
 */
struct weir_set_slot {
	const struct weir_content *content;
	struct weir_elem *catchall;
	u64 timeout;
	u32 size;
};

/**
 * struct weir_list - What a list of sets holds in one generation: its members, of
 *   which the first that has a key decides. The core makes it, in core/set_list.c.
 * @content: Common part; its count is the number of members.
 * @ids: Ids of the members, none of which is a list, in order.
 *
 * A member is asked for what it holds in the same generation.
 */
struct weir_list {
	struct weir_content content;
	u32 ids[WEIR_LIST_MAX];
};

/** weir_list_of() - The list that a content is. */
static inline struct weir_list *weir_list_of(const struct weir_content *content)
{
	return container_of(content, struct weir_list, content);
}

/**
 * weir_elem_seen() - Whether packets see an element.
 * @spec: What its set holds.
 * @elem: The element, not %WEIR_ELEM_HIT.
 *
 * Context: Any, under rcu_read_lock() or whatever else keeps @elem.
 * Return: false if it has expired, is NEW or DEAD.
 */
bool weir_elem_seen(const struct weir_set_spec *spec, const struct weir_elem *elem);

/**
 * weir_elem_run() - Run the statements of an element.
 * @spec: What its set holds.
 * @elem: The element, not %WEIR_ELEM_HIT.
 * @pkt: The packet.
 *
 * Context: Packet path.
 * Return: Whether they hold.
 */
bool weir_elem_run(const struct weir_set_spec *spec, struct weir_elem *elem,
		   struct weir_pkt *pkt);

/**
 * weir_set_update() - Change a dynamic set from a packet. The core has it, in
 *   core/set_update.c.
 * @set: The set.
 * @update: What to do.
 * @pkt: The packet, with the whole key.
 * @lo: The value of a new element of a map, its low half.
 * @hi: Its high half.
 *
 * Context: Packet path; called by machine code.
 * Return: Whether the rule goes on: a deletion always; otherwise if the element is
 * there and its statements hold.
 */
bool weir_set_update(struct weir_set *set, const struct weir_update *update,
		     struct weir_pkt *pkt, u64 lo, u64 hi);

/**
 * struct weir_ruleset - One generation of a namespace's programs and sets.
 * @gen: The generation.
 * @n_sets: Number of @sets.
 * @sets: By set id; allocated with the ruleset, behind @progs. NULL without sets.
 * @n_progs: Number of @progs.
 * @progs: By chain id; NULL where there is no chain or its table is dormant.
 *
 * Immutable once it is published. The core allocates it, fills it and frees it
 * (kvfree()) after a grace period.
 */
struct weir_ruleset {
	u64 gen;
	u32 n_sets;
	struct weir_set_slot *sets;
	u32 n_progs;
	struct weir_prog *progs[];
};

/**
 * struct weir_attach - Where a base chain meets packets; the private argument
 * of its hook function.
 * @ruleset: The namespace's current ruleset pointer.
 * @chain: Id of the base chain.
 */
struct weir_attach {
	struct weir_ruleset __rcu *const *ruleset;
	u32 chain;
};

/**
 * weir_hook() - The hook function of every base chain.
 * @priv: &struct weir_attach.
 * @skb: The packet.
 * @state: Where it is.
 *
 * Context: rcu_read_lock(), as netfilter calls it; bottom halves may be enabled.
 * Return: A netfilter verdict.
 */
unsigned int weir_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif /* _WEIR_ENGINE_H */
