// SPDX-License-Identifier: GPL-2.0
/*
 * The text of rules. What is printed here reads back to exactly the same items:
 * rule.c and the files around it are the other half.
 */
#include <inttypes.h>
#include <string.h>
#include "datatype.h"
#include "ext.h"
#include "parser.h"
#include "print.h"

const struct weir_symbol weir_ops[] = {
	{ "&", WEIR_OP_AND },
	{ "|", WEIR_OP_OR },
	{ "^", WEIR_OP_XOR },
	{ "<<", WEIR_OP_LSHIFT },
	{ ">>", WEIR_OP_RSHIFT },
	{}
};

const struct weir_symbol weir_rels[] = {
	{ "==", WEIR_REL_EQ },
	{ "!=", WEIR_REL_NE },
	{ "<", WEIR_REL_LT },
	{ "<=", WEIR_REL_LE },
	{ ">", WEIR_REL_GT },
	{ ">=", WEIR_REL_GE },
	{}
};

const char *weir_op_sign(enum weir_op op)
{
	return weir_symbol_name(weir_ops, op);
}

const struct weir_datatype *weir_key_type(const struct weir_key *key)
{
	const struct weir_header_desc *header;
	const struct weir_field *field = weir_field_of(key, &header);

	if (field)
		return field->type;
	return key->type == WEIR_KEY_TYPE_EXISTS ? &weir_datatype_boolean : &weir_datatype_raw;
}

const struct weir_datatype *weir_operand_type(const struct weir_datatype *type,
					      enum weir_op op)
{
	if (op == WEIR_OP_LSHIFT || op == WEIR_OP_RSHIFT)
		return &weir_datatype_integer;
	if (type->base != WEIR_BASE_NUMBER || type == &weir_datatype_raw)
		return type;
	return type->hex ? &weir_datatype_mark : &weir_datatype_integer;
}

void weir_print_name(struct weir_buf *buf, const char *name)
{
	if (weir_name_plain(name))
		weir_buf_str(buf, name);
	else
		weir_buf_quote(buf, name);
}

/* nft leaves out "meta" before these. */
static bool is_unqualified(const struct weir_key *key)
{
	switch (key->meta) {
	case WEIR_META_IIF:
	case WEIR_META_OIF:
	case WEIR_META_IIFNAME:
	case WEIR_META_OIFNAME:
	case WEIR_META_IIFGROUP:
	case WEIR_META_OIFGROUP:
		return key->type == WEIR_KEY_TYPE_META;
	default:
		return false;
	}
}

static const char *option_header(enum weir_header header)
{
	switch (header) {
	case WEIR_HEADER_IP_OPT:
		return "ip option";
	case WEIR_HEADER_TCP_OPT:
		return "tcp option";
	default:
		return "exthdr";
	}
}

static void raw_key_print(struct weir_buf *buf, const struct weir_key *key)
{
	const char *base = weir_base_name(key->header);

	if (base)
		weir_buf_add(buf, "@%s,%u,%u", base, key->offset, key->len);
	else if (key->type == WEIR_KEY_TYPE_EXISTS)
		weir_buf_add(buf, "%s %u", option_header(key->header), key->option);
	else
		weir_buf_add(buf, "%s @%u,%u,%u", option_header(key->header), key->option,
			     key->offset, key->len);
}

static void key_print(struct weir_buf *buf, const struct weir_key *key)
{
	const struct weir_header_desc *header;
	const struct weir_field *field = weir_field_of(key, &header);

	if (!field) {
		raw_key_print(buf, key);
		return;
	}
	if (!is_unqualified(key)) {
		weir_buf_str(buf, header->name);
		weir_buf_mem(buf, " ", 1);
	}
	weir_buf_str(buf, field->name);
}

/* How tightly an operation binds, as expression.c reads it. */
static unsigned int op_level(enum weir_op op)
{
	switch (op) {
	case WEIR_OP_OR:
		return 0;
	case WEIR_OP_XOR:
		return 1;
	case WEIR_OP_AND:
		return 2;
	default:
		return 3;
	}
}

/*
 * Whether operation @i would be read before the one in front of it, so that all
 * before it must stand in brackets. Those in brackets bind most tightly.
 */
static bool op_brackets(const struct weir_keyop *ops, unsigned int i)
{
	return i && op_level(ops[i].op) > op_level(ops[i - 1].op);
}

static void operand_print(struct weir_buf *buf, const struct weir_keyop *op,
			  const struct weir_datatype *key_type, unsigned int len,
			  const struct weir_print_opts *opts)
{
	const struct weir_datatype *type = weir_operand_type(key_type, op->op);
	struct weir_buf word = {};

	weir_value_print(&word, type, op->val, len, opts);
	weir_buf_add(buf, type->base == WEIR_BASE_BITMASK && strchr(word.text, '|') ?
		     " %s (%s)" : " %s %s", weir_op_sign(op->op), word.text);
	weir_buf_free(&word);
}

void weir_print_expr(struct weir_buf *buf, const struct weir_key *key,
		     const struct weir_keyop *ops, unsigned int n_ops,
		     const struct weir_print_opts *opts)
{
	const struct weir_datatype *type = n_ops ? weir_key_type(key) : NULL;
	unsigned int i;

	for (i = 0; i < n_ops; i++)
		if (op_brackets(ops, i))
			weir_buf_str(buf, "(");
	key_print(buf, key);
	for (i = 0; i < n_ops; i++) {
		if (op_brackets(ops, i))
			weir_buf_str(buf, ")");
		operand_print(buf, &ops[i], type, key->len, opts);
	}
}

/* Bits that any of, or none of, must be set. */
static void any_print(struct weir_buf *buf, const struct weir_item *item,
		      const struct weir_datatype *type, const struct weir_print_opts *opts)
{
	bool none = item->rel == WEIR_REL_NONE;

	if (type->base == WEIR_BASE_BITMASK) {
		weir_buf_str(buf, none ? " ! " : " ");
		weir_bits_print(buf, type, item->val, ",", opts);
		return;
	}
	/* Reads back as another form of the same; only a bitmask is written as any. */
	weir_buf_str(buf, " & ");
	weir_value_print(buf, weir_operand_type(type, WEIR_OP_AND), item->val, item->key.len,
			 opts);
	weir_buf_str(buf, none ? " == 0" : " != 0");
}

static void ranges_print(struct weir_buf *buf, const struct weir_item *item,
			 const struct weir_datatype *type, const struct weir_print_opts *opts)
{
	bool single = weir_ranges_single(type, item->ranges, item->n_ranges);

	if (item->rel == WEIR_REL_NOT_IN)
		weir_buf_str(buf, " != ");
	else if (item->n_ops || (single && type->base == WEIR_BASE_BITMASK &&
				 weir_num_eq(item->ranges->from, item->ranges->to)))
		weir_buf_str(buf, " == ");
	else
		weir_buf_str(buf, " ");
	weir_ranges_print(buf, type, item->key.len, item->ranges, item->n_ranges, single, opts);
}

static void cond_print(struct weir_buf *buf, const struct weir_item *item,
		       const struct weir_print_opts *opts)
{
	const struct weir_datatype *type = weir_key_type(&item->key);
	struct weir_print_opts value_opts = *opts;

	weir_print_expr(buf, &item->key, item->ops, item->n_ops, opts);
	switch (item->rel) {
	case WEIR_REL_ANY:
	case WEIR_REL_NONE:
		any_print(buf, item, type, opts);
		return;
	case WEIR_REL_IN:
	case WEIR_REL_NOT_IN:
		ranges_print(buf, item, type, opts);
		return;
	case WEIR_REL_EQ:
		if (item->n_ops || type->base == WEIR_BASE_BITMASK)
			weir_buf_str(buf, " ==");
		break;
	case WEIR_REL_NE:
		weir_buf_str(buf, " !=");
		break;
	default:
		/* Of bits that are more or less than others, the number tells. */
		value_opts.numeric = opts->numeric || type->base == WEIR_BASE_BITMASK;
		weir_buf_add(buf, " %s", weir_symbol_name(weir_rels, item->rel));
		break;
	}
	weir_buf_str(buf, " ");
	weir_value_print(buf, type, item->val, item->key.len, &value_opts);
}

static void set_print(struct weir_buf *buf, const struct weir_item *item,
		      const struct weir_print_opts *opts)
{
	key_print(buf, &item->key);
	weir_buf_str(buf, " set ");
	if (item->lookup) {
		weir_print_map(buf, item, "map", opts);
		return;
	}
	if (!item->has_source) {
		weir_value_print(buf, weir_key_type(&item->key), item->val, item->key.len, opts);
		return;
	}
	weir_print_expr(buf, &item->source, item->ops, item->n_ops, opts);
}

static void counter_print(struct weir_buf *buf, const struct weir_item *item,
			  const struct weir_print_opts *opts)
{
	weir_buf_str(buf, "counter");
	if (!opts->stateless)
		weir_buf_add(buf, " packets %" PRIu64 " bytes %" PRIu64, item->packets,
			     item->bytes);
}

static void item_print(struct weir_buf *buf, const struct weir_item *item,
		       const struct weir_print_opts *opts)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		cond_print(buf, item, opts);
		break;
	case WEIR_ITEM_TYPE_VERDICT:
		weir_verdict_print(buf, item->verdict, item->chain);
		break;
	case WEIR_ITEM_TYPE_COUNTER:
		counter_print(buf, item, opts);
		break;
	case WEIR_ITEM_TYPE_SET:
		set_print(buf, item, opts);
		break;
	case WEIR_ITEM_TYPE_MATCH:
	case WEIR_ITEM_TYPE_TARGET:
		item->ext->print(buf, item->data, opts);
		break;
	case WEIR_ITEM_TYPE_LOOKUP:
	case WEIR_ITEM_TYPE_VMAP:
	case WEIR_ITEM_TYPE_UPDATE:
	case WEIR_ITEM_TYPE_OBJECT:
		weir_print_lookup(buf, item, opts);
		break;
	case WEIR_ITEM_TYPE_ELEMS:
		break;
	}
}

void weir_print_items(struct weir_buf *buf, const struct weir_item *items,
		      const struct weir_print_opts *opts)
{
	const struct weir_item *item;
	struct weir_known known;

	for (item = items; item; item = item->next) {
		if (item != items)
			weir_buf_mem(buf, " ", 1);
		item_print(buf, weir_item_known(items, item, &known), opts);
	}
}

void weir_print_rule(struct weir_buf *buf, const struct weir_rule *rule,
		     const struct weir_print_opts *opts)
{
	struct weir_print_opts item_opts = *opts;
	size_t start = buf->len;

	item_opts.family = rule->family;
	weir_print_items(buf, rule->items, &item_opts);
	if (rule->comment) {
		weir_buf_str(buf, buf->len > start ? " comment " : "comment ");
		weir_buf_quote(buf, rule->comment);
	}
	if (opts->engine)
		weir_unindexed_print(buf, rule->unindexed);
	weir_handle_print(buf, rule->handle, opts);
}
