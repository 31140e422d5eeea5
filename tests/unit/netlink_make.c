// SPDX-License-Identifier: GPL-2.0
/* Random objects for the tests of messages. */

#include <stdlib.h>
#include <string.h>
#include "language/language.h"
#include "libweir/alloc.h"
#include "netlink_make.h"

static void probe_put(struct nlmsghdr *nlh, const void *data)
{
	mnl_attr_put_u32(nlh, 1, ((const struct probe *)data)->number);
}

static bool probe_get(const struct nlattr *nest, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == 1 && mnl_attr_get_payload_len(attr) == 4)
			((struct probe *)data)->number = mnl_attr_get_u32(attr);
	return ((struct probe *)data)->number != 0;
}

static const struct weir_field *probe_field(const void *data)
{
	return NULL;
}

const struct weir_ext probe = {
	.name = "probe",
	.data_size = sizeof(struct probe),
	.put = probe_put,
	.get = probe_get,
	.field = probe_field,
};

const struct weir_ext *weir_ext_find(enum weir_ext_kind kind, const char *name)
{
	return strcmp(name, "probe") ? NULL : &probe;
}

/* In these tests a type is its bits: "type u32 . u16". */
bool weir_set_type_parse(const char *text, struct weir_set_type *type)
{
	*type = (struct weir_set_type){ 0 };
	while ((text = strstr(text, " u"))) {
		text += 2;
		if (type->n_fields == WEIR_FIELDS_MAX)
			return false;
		type->fields[type->n_fields++].len = atoi(text);
	}
	return type->n_fields;
}

static uint64_t random_state = 42;

uint64_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

unsigned int below(unsigned int n)
{
	return random_number() % n;
}

struct weir_num random_num(unsigned int bits)
{
	struct weir_num num = { random_number(), random_number() };

	return weir_num_and(num, weir_num_ones(bits));
}

void *random_data(void)
{
	struct probe *data = weir_alloc(sizeof(*data));

	data->number = 1 + below(1000);
	return data;
}

struct weir_key random_key(void)
{
	static const enum weir_header options[] = {
		WEIR_HEADER_IP_OPT, WEIR_HEADER_IP6_EXT, WEIR_HEADER_TCP_OPT,
	};
	struct weir_key key = { .type = below(WEIR_KEY_TYPE_PLUGIN + 1), .len = 1 + below(128) };

	switch (key.type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		key.offset = below(4096);
		key.header = below(WEIR_HEADER_COMP + 1);
		if (below(2))
			break;
		key.header = options[below(3)];
		key.option = below(256);
		break;
	case WEIR_KEY_TYPE_EXISTS:
		key.len = 1;
		key.header = options[below(3)];
		key.option = below(256);
		break;
	case WEIR_KEY_TYPE_META:
		key.meta = below(WEIR_META_NFTRACE + 1);
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		key.ext = &probe;
		key.data = random_data();
		break;
	}
	return key;
}

static void random_ops(struct weir_item *item, unsigned int bits)
{
	unsigned int i;

	item->n_ops = below(WEIR_OPS_MAX + 1);
	item->ops = weir_realloc(NULL, item->n_ops, sizeof(*item->ops));
	for (i = 0; i < item->n_ops; i++) {
		item->ops[i].op = below(WEIR_OP_RSHIFT + 1);
		item->ops[i].val = random_num(bits);
	}
}

void random_ranges(struct weir_item *item, size_t n)
{
	size_t i;

	item->rel = below(2) ? WEIR_REL_IN : WEIR_REL_NOT_IN;
	item->n_ranges = n;
	item->ranges = weir_realloc(NULL, n, sizeof(*item->ranges));
	for (i = 0; i < n; i++) {
		item->ranges[i].from = random_num(item->key.len);
		item->ranges[i].to = random_num(item->key.len);
	}
}

struct weir_item *random_item(void)
{
	static const enum weir_item_type types[] = {
		WEIR_ITEM_TYPE_COND, WEIR_ITEM_TYPE_VERDICT, WEIR_ITEM_TYPE_COUNTER,
		WEIR_ITEM_TYPE_SET, WEIR_ITEM_TYPE_MATCH, WEIR_ITEM_TYPE_TARGET,
	};
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = types[below(6)];
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		item->key = random_key();
		random_ops(item, item->key.len);
		item->rel = below(WEIR_REL_NONE + 1);
		if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
			random_ranges(item, 1 + below(2000));
		else
			item->val = random_num(item->key.len);
		break;
	case WEIR_ITEM_TYPE_SET:
		item->key = random_key();
		item->has_source = below(2);
		if (item->has_source) {
			item->source = random_key();
			random_ops(item, item->source.len);
		} else {
			item->val = random_num(item->key.len);
		}
		break;
	case WEIR_ITEM_TYPE_VERDICT:
		item->verdict = below(WEIR_VERDICT_GOTO + 1);
		if (item->verdict >= WEIR_VERDICT_JUMP)
			item->chain = weir_strdup("elsewhere");
		break;
	case WEIR_ITEM_TYPE_COUNTER:
		item->packets = random_number();
		item->bytes = random_number();
		break;
	default:
		item->ext = &probe;
		item->data = random_data();
	}
	return item;
}

struct weir_rule *random_rule(unsigned int n_items)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));
	struct weir_item **tail = &rule->items;

	rule->family = 2;
	rule->table = weir_strdup("filter");
	rule->chain = weir_strdup("input");
	if (below(2))
		rule->comment = weir_strdup("why it is there");
	for (; n_items; n_items--) {
		*tail = random_item();
		tail = &(*tail)->next;
	}
	return rule;
}
