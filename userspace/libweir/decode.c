// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the kernel to objects. What makes no sense is refused with a
 * reason rather than guessed: it means that the program and the modules are not
 * of the same version.
 */

#include "alloc.h"
#include "decode.h"

struct weir_rule *weir_decode_rule(const struct nlmsghdr *nlh, uint32_t *event, bool *more,
				   const char **why)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));
	const struct nlattr *attrs[WEIR_A_RULE_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_RULE_MAX);
	rule->family = weir_attr_u8(attrs[WEIR_A_RULE_FAMILY]);
	rule->table = weir_attr_text(attrs[WEIR_A_RULE_TABLE]);
	rule->chain = weir_attr_text(attrs[WEIR_A_RULE_CHAIN]);
	rule->handle = weir_attr_u64(attrs[WEIR_A_RULE_HANDLE]);
	rule->position = weir_attr_u64(attrs[WEIR_A_RULE_POSITION]);
	rule->comment = weir_attr_text(attrs[WEIR_A_RULE_COMMENT]);
	rule->unindexed = weir_attr_u32(attrs[WEIR_A_RULE_UNINDEXED]);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_RULE_EVENT]);
	if (!rule->table || !rule->chain) {
		weir_decode_refuse(why, "a rule without table and chain");
		goto err_free_rule;
	}
	if (rule->unindexed > WEIR_UNINDEXED_LIST) {
		weir_decode_refuse(why, "a rule for whose place this version of weir has no word");
		goto err_free_rule;
	}
	if (!weir_decode_part(nlh, rule, more, why))
		goto err_free_rule;
	return rule;

err_free_rule:
	weir_rule_free(rule);
	return NULL;
}

struct weir_table *weir_decode_table(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why)
{
	struct weir_table *table = weir_alloc(sizeof(*table));
	const struct nlattr *attrs[WEIR_A_TABLE_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_TABLE_MAX);
	table->family = weir_attr_u8(attrs[WEIR_A_TABLE_FAMILY]);
	table->name = weir_attr_text(attrs[WEIR_A_TABLE_NAME]);
	table->handle = weir_attr_u64(attrs[WEIR_A_TABLE_HANDLE]);
	table->flags = weir_attr_u32(attrs[WEIR_A_TABLE_FLAGS]);
	table->comment = weir_attr_text(attrs[WEIR_A_TABLE_COMMENT]);
	table->owner_pid = weir_attr_u32(attrs[WEIR_A_TABLE_OWNER_PID]);
	weir_attr_copy(attrs[WEIR_A_TABLE_OWNER_COMM], table->owner_comm,
		       sizeof(table->owner_comm));
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_TABLE_EVENT]);
	if (!table->name) {
		weir_decode_refuse(why, "a table without a name");
		weir_table_free(table);
		return NULL;
	}
	return table;
}

static void decode_base(const struct nlattr *nest, struct weir_chain *chain)
{
	const struct nlattr *attrs[WEIR_A_BASE_MAX + 1];

	weir_decode_nest(nest, attrs, WEIR_A_BASE_MAX);
	chain->base = true;
	chain->hook = weir_attr_u32(attrs[WEIR_A_BASE_HOOK]);
	chain->priority = (int32_t)weir_attr_u32(attrs[WEIR_A_BASE_PRIORITY]);
	chain->has_policy = attrs[WEIR_A_BASE_POLICY];
	chain->policy = weir_attr_u32(attrs[WEIR_A_BASE_POLICY]);
}

struct weir_chain *weir_decode_chain(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why)
{
	struct weir_chain *chain = weir_alloc(sizeof(*chain));
	const struct nlattr *attrs[WEIR_A_CHAIN_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_CHAIN_MAX);
	chain->family = weir_attr_u8(attrs[WEIR_A_CHAIN_FAMILY]);
	chain->table = weir_attr_text(attrs[WEIR_A_CHAIN_TABLE]);
	chain->name = weir_attr_text(attrs[WEIR_A_CHAIN_NAME]);
	chain->handle = weir_attr_u64(attrs[WEIR_A_CHAIN_HANDLE]);
	chain->comment = weir_attr_text(attrs[WEIR_A_CHAIN_COMMENT]);
	chain->new_name = weir_attr_text(attrs[WEIR_A_CHAIN_NEW_NAME]);
	if (attrs[WEIR_A_CHAIN_BASE])
		decode_base(attrs[WEIR_A_CHAIN_BASE], chain);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_CHAIN_EVENT]);
	if (!chain->table || !chain->name) {
		weir_decode_refuse(why, "a chain without table and name");
		goto err_free_chain;
	}
	if (attrs[WEIR_A_CHAIN_ENGINE]) {
		chain->engine = weir_decode_engine(attrs[WEIR_A_CHAIN_ENGINE], why);
		if (!chain->engine)
			goto err_free_chain;
	}
	return chain;

err_free_chain:
	weir_chain_free(chain);
	return NULL;
}
