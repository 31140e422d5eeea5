// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "language/datatype.h"
#include "language/ext.h"
#include "libweir/alloc.h"
#include "language_make.h"

static uint64_t random64(void)
{
	return (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ random();
}

struct weir_num make_bits(unsigned int len)
{
	struct weir_num num = { random64(), random64() };

	switch (random() % 4) {
	case 0:
		num = weir_num(random() % 16);
		break;
	case 1:
		num = weir_num_shl(weir_num(1), random() % len);
		break;
	case 2:
		num = weir_num_ones(len);
		break;
	}
	return weir_num_and(num, weir_num_ones(len));
}

static struct weir_num make_string(unsigned int len)
{
	static const char chars[] = "abcxyz019._-*\\\" ";
	uint8_t bytes[WEIR_VALUE_MAX] = {};
	/* Shorter than its room: the name of a device ends in a NUL. */
	unsigned int n = 1 + random() % (len / 8 - 1);

	for (unsigned int i = 0; i < n; i++)
		bytes[i] = chars[random() % (sizeof(chars) - 1)];
	return weir_num_get(bytes, len / 8);
}

struct weir_num make_value(const struct weir_datatype *type, unsigned int len)
{
	const struct weir_symbol *symbol = type->symbols;
	struct weir_num num;

	if (type->base == WEIR_BASE_STRING)
		return make_string(len);
	if (type == &weir_datatype_time && random() % 2)
		return weir_num(random() % 4102444800LL * 1000000000ULL);
	if (type->wrap && random() % 4)
		return weir_num(random() % type->wrap);
	if (symbol && random() % 2) {
		for (int skip = random() % 8; skip && symbol[1].name; skip--)
			symbol++;
		if (symbol->name)
			return weir_num(symbol->value);
	}
	num = make_bits(len);
	return num;
}

struct weir_print_opts make_opts(void)
{
	unsigned int bits = random();

	return (struct weir_print_opts){
		.numeric = bits & 1,
		.numeric_priority = bits & 2,
		.numeric_protocol = bits & 4,
		.numeric_time = bits & 8,
		.service_names = bits & 16,
		.user_names = bits & 32,
	};
}

static struct weir_key key_of(const struct weir_field *field)
{
	struct weir_key key = field->key;

	if (key.ext) {
		key.data = weir_alloc(key.ext->data_size);
		key.ext->make(field, key.data);
	}
	return key;
}

static struct weir_range make_range(const struct weir_datatype *type, unsigned int len)
{
	struct weir_range range = { make_value(type, len), make_value(type, len) };
	struct weir_num swap;
	char word[8];

	if (type->base == WEIR_BASE_ADDRESS && random() % 2)
		return weir_prefix_range(range.from, random() % (len + 1), len);
	if (type->base == WEIR_BASE_STRING) {
		snprintf(word, sizeof(word), "%.*s*", 1 + (int)(random() % 4), "wlan");
		if (!weir_wildcard_parse(type, word, len, &range))
			abort();
		return range;
	}
	if (weir_num_cmp(range.from, range.to) > 0) {
		swap = range.from;
		range.from = range.to;
		range.to = swap;
	}
	return range;
}

static void make_ranges(struct weir_item *item, const struct weir_datatype *type)
{
	size_t n = random() % 3 ? 1 + random() % 6 : 1;

	item->rel = random() % 2 ? WEIR_REL_IN : WEIR_REL_NOT_IN;
	item->ranges = weir_realloc(NULL, n, sizeof(*item->ranges));
	for (size_t i = 0; i < n; i++) {
		item->ranges[i] = make_range(type, item->key.len);
		if (random() % 2)
			item->ranges[i].to = item->ranges[i].from;
	}
	item->n_ranges = n;
	if (n == 1 && weir_num_eq(item->ranges->from, item->ranges->to)) {
		item->rel = item->rel == WEIR_REL_IN ? WEIR_REL_EQ : WEIR_REL_NE;
		item->val = item->ranges->from;
		item->n_ranges = 0;
		free(item->ranges);
		item->ranges = NULL;
	}
}

static void make_ops(struct weir_item *item, unsigned int len)
{
	unsigned int n = random() % 4;

	item->ops = weir_realloc(NULL, n + 1, sizeof(*item->ops));
	for (unsigned int i = 0; i < n; i++) {
		item->ops[i].op = random() % 5;
		item->ops[i].val = item->ops[i].op < WEIR_OP_LSHIFT ? make_bits(len) :
				   weir_num(random() % len);
	}
	item->n_ops = n;
}

struct weir_item *make_cond(const struct weir_field *field)
{
	const struct weir_datatype *type = field->type;
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = WEIR_ITEM_TYPE_COND;
	item->key = key_of(field);
	if (item->key.type == WEIR_KEY_TYPE_EXISTS) {
		item->val = weir_num(random() % 2);
		return item;
	}
	if (type->base != WEIR_BASE_STRING && !type->wrap && item->key.len > 1 && !(random() % 3))
		make_ops(item, item->key.len);
	if (random() % 2) {
		make_ranges(item, type);
		return item;
	}
	item->val = make_value(type, item->key.len);
	item->rel = random() % (type->base == WEIR_BASE_STRING ? 2 : 6);
	if (type->base == WEIR_BASE_BITMASK && random() % 2 && !item->n_ops)
		item->rel = random() % 2 ? WEIR_REL_ANY : WEIR_REL_NONE;
	return item;
}

struct weir_item *make_set(const struct weir_field *field)
{
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = WEIR_ITEM_TYPE_SET;
	item->key = key_of(field);
	if (random() % 2 || item->key.len == 1) {
		item->val = make_value(field->type, item->key.len);
		return item;
	}
	item->source = key_of(field);
	item->has_source = true;
	make_ops(item, item->key.len);
	return item;
}

static bool same_key(const struct weir_key *a, const struct weir_key *b)
{
	return a->type == b->type && a->header == b->header && a->option == b->option &&
	       a->meta == b->meta && a->len == b->len && a->offset == b->offset &&
	       a->ext == b->ext && (!a->ext || !memcmp(a->data, b->data, a->ext->data_size));
}

static bool same_values(const struct weir_item *a, const struct weir_item *b)
{
	if (a->n_ops != b->n_ops || a->n_ranges != b->n_ranges || a->rel != b->rel)
		return false;
	for (unsigned int i = 0; i < a->n_ops; i++)
		if (a->ops[i].op != b->ops[i].op ||
		    !weir_num_eq(a->ops[i].val, b->ops[i].val))
			return false;
	for (size_t i = 0; i < a->n_ranges; i++)
		if (!weir_num_eq(a->ranges[i].from, b->ranges[i].from) ||
		    !weir_num_eq(a->ranges[i].to, b->ranges[i].to))
			return false;
	return weir_num_eq(a->val, b->val);
}

bool same_items(const struct weir_item *a, const struct weir_item *b)
{
	for (; a && b; a = a->next, b = b->next) {
		if (a->type != b->type || !same_key(&a->key, &b->key) ||
		    a->has_source != b->has_source || !same_key(&a->source, &b->source) ||
		    !same_values(a, b) || a->verdict != b->verdict || a->ext != b->ext ||
		    a->packets != b->packets || a->bytes != b->bytes ||
		    strcmp(a->chain ? a->chain : "", b->chain ? b->chain : ""))
			return false;
		if (a->ext && memcmp(a->data, b->data, a->ext->data_size))
			return false;
	}
	return !a && !b;
}
