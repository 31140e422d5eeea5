// SPDX-License-Identifier: GPL-2.0
/*
 * What a rule asks, and whether it asks for less than another one. Keys are compared as
 * texts: what is printed for a key reads back as the same key and no other.
 */
#include <linux/netfilter.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "ext.h"
#include "lint_rule.h"
#include "print.h"

/* Texts */

/**
 * struct lint_texts - A collection of texts.
 * @root: Tree of them.
 */
struct lint_texts {
	void *root;
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct lint_texts *lint_texts_new(void)
{
	return weir_alloc(sizeof(struct lint_texts));
}

const char *lint_text(struct lint_texts *texts, const char *text)
{
	char *const *found = tfind(text, &texts->root, compare_texts);
	char *copy;

	if (found)
		return *found;
	copy = weir_strdup(text);
	if (!tsearch(copy, &texts->root, compare_texts))
		abort();
	return copy;
}

void lint_texts_free(struct lint_texts *texts)
{
	tdestroy(texts->root, free);
	free(texts);
}

/* Conditions */

/**
 * struct reading - A rule that is being read.
 * @lint: What is known of it.
 * @rule: The rule.
 * @texts: Has its texts.
 * @written: What its items up to here may have written.
 * @sure: Nothing up to here can fail but the conditions that are noted.
 * @steady: As given.
 * @data: As given.
 */
struct reading {
	struct lint_rule *lint;
	const struct weir_rule *rule;
	struct lint_texts *texts;
	unsigned int written;
	bool sure;
	bool (*steady)(void *data, const struct weir_rule *rule, const char *set);
	void *data;
};

static const struct weir_print_opts plain = { .numeric = true, .stateless = true };

static unsigned int meta_class(enum weir_meta meta)
{
	switch (meta) {
	case WEIR_META_MARK:
		return LINT_MARK;
	case WEIR_META_PRIORITY:
		return LINT_PRIORITY;
	case WEIR_META_PKTTYPE:
		return LINT_PKTTYPE;
	case WEIR_META_RANDOM:
	case WEIR_META_TIME:
	case WEIR_META_DAY:
	case WEIR_META_HOUR:
	case WEIR_META_NFTRACE:
	case WEIR_META_CGROUP:
		return LINT_UNSTEADY;
	case WEIR_META_NFPROTO:
	case WEIR_META_L4PROTO:
	case WEIR_META_PROTOCOL:
	case WEIR_META_LENGTH:
		return LINT_PACKET;
	default:
		/* What the packet came with stays: devices, its socket, the processor. */
		return 0;
	}
}

static unsigned int plugin_class(const struct weir_key *key)
{
	return key->ext->steady && key->ext->steady(key->data) ? 0 : LINT_UNSTEADY;
}

static unsigned int key_class(const struct weir_key *key)
{
	switch (key->type) {
	case WEIR_KEY_TYPE_META:
		return meta_class(key->meta);
	case WEIR_KEY_TYPE_PLUGIN:
		return plugin_class(key);
	default:
		return LINT_PACKET;
	}
}

static const char *key_text(struct reading *reading, const struct weir_key *key,
			    const struct weir_keyop *ops, unsigned int n_ops)
{
	struct weir_buf buf = { 0 };
	const char *text;

	weir_buf_add(&buf, "%u %u ", key->type, key->len);
	weir_print_expr(&buf, key, ops, n_ops, &plain);
	text = lint_text(reading->texts, buf.text);
	weir_buf_free(&buf);
	return text;
}

static struct lint_cond *add_cond(struct reading *reading, const char *key, unsigned int len,
				  enum lint_values values)
{
	struct lint_rule *lint = reading->lint;
	struct lint_cond *cond = &lint->conds[lint->n_conds++];

	*cond = (struct lint_cond){ .key = key, .len = len, .values = values };
	return cond;
}

static void add_range(struct lint_cond *cond, struct weir_num from, struct weir_num to)
{
	cond->ranges = weir_realloc(cond->ranges, cond->n_ranges + 1, sizeof(*cond->ranges));
	cond->ranges[cond->n_ranges++] = (struct weir_range){ from, to };
}

static struct weir_num num_add(struct weir_num a, uint64_t more)
{
	a.lo += more;
	a.hi += a.lo < more;
	return a;
}

static struct weir_num num_before(struct weir_num a)
{
	a.hi -= !a.lo;
	a.lo--;
	return a;
}

static int compare_ranges(const void *a, const void *b)
{
	return weir_num_cmp(((const struct weir_range *)a)->from,
			    ((const struct weir_range *)b)->from);
}

/* Sort ranges, and make one of those that overlap or touch. */
static void merge_ranges(struct lint_cond *cond)
{
	struct weir_range *to = cond->ranges, *from;
	size_t i;

	if (!cond->n_ranges)
		return;
	qsort(cond->ranges, cond->n_ranges, sizeof(*cond->ranges), compare_ranges);
	for (i = 1; i < cond->n_ranges; i++) {
		from = &cond->ranges[i];
		if (weir_num_cmp(to->to, weir_num_ones(128)) &&
		    weir_num_cmp(from->from, num_add(to->to, 1)) > 0)
			*++to = *from;
		else if (weir_num_cmp(from->to, to->to) > 0)
			to->to = from->to;
	}
	cond->n_ranges = to + 1 - cond->ranges;
}

/* All other values of the key. */
static void invert_ranges(struct lint_cond *cond)
{
	struct lint_cond out = *cond;
	struct weir_num next = { 0, 0 }, last = weir_num_ones(cond->len);
	size_t i;

	out.ranges = NULL;
	out.n_ranges = 0;
	for (i = 0; i < cond->n_ranges; i++) {
		const struct weir_range *range = &cond->ranges[i];

		if (weir_num_cmp(next, range->from) < 0)
			add_range(&out, next, num_before(range->from));
		if (weir_num_cmp(range->to, last) >= 0)
			goto done;
		next = num_add(range->to, 1);
	}
	add_range(&out, next, last);
done:
	free(cond->ranges);
	*cond = out;
}

static void list_values(struct lint_cond *cond, const struct weir_item *item)
{
	cond->ranges = weir_realloc(NULL, item->n_ranges + 1, sizeof(*cond->ranges));
	if (item->n_ranges)
		memcpy(cond->ranges, item->ranges, item->n_ranges * sizeof(*cond->ranges));
	cond->n_ranges = item->n_ranges;
	merge_ranges(cond);
	if (item->rel == WEIR_REL_NOT_IN)
		invert_ranges(cond);
}

static void cond_values(struct lint_cond *cond, const struct weir_item *item)
{
	struct weir_num zero = { 0, 0 }, last = weir_num_ones(cond->len), val = item->val;

	switch (item->rel) {
	case WEIR_REL_EQ:
		add_range(cond, val, val);
		break;
	case WEIR_REL_NE:
		add_range(cond, val, val);
		invert_ranges(cond);
		break;
	case WEIR_REL_LE:
		add_range(cond, zero, val);
		break;
	case WEIR_REL_GE:
		add_range(cond, val, last);
		break;
	case WEIR_REL_LT:
		if (weir_num_cmp(val, zero))
			add_range(cond, zero, num_before(val));
		break;
	case WEIR_REL_GT:
		if (weir_num_cmp(val, last) < 0)
			add_range(cond, num_add(val, 1), last);
		break;
	case WEIR_REL_ANY:
	case WEIR_REL_NONE:
		cond->values = item->rel == WEIR_REL_ANY ? LINT_ANY : LINT_NONE;
		cond->val = val;
		break;
	default:
		list_values(cond, item);
		break;
	}
}

/*
 * Whether a condition on keys of a class can be noted: it must see what came with the
 * packet to this rule. If not, the rule matches less than is known of it.
 */
static bool takes_cond(struct reading *reading, unsigned int class)
{
	reading->lint->reads |= class & LINT_ALL;
	if (class & LINT_UNSTEADY)
		reading->lint->plain = false;
	if (class & (reading->written | LINT_UNSTEADY) ||
	    reading->lint->n_conds >= LINT_CONDS / 2) {
		reading->sure = false;
		return false;
	}
	return true;
}

static void read_cond(struct reading *reading, const struct weir_item *item)
{
	struct lint_cond *cond;

	if (!takes_cond(reading, key_class(&item->key)))
		return;
	cond = add_cond(reading, key_text(reading, &item->key, item->ops, item->n_ops),
			item->key.len, LINT_RANGES);
	cond_values(cond, item);
}

static bool has_statements(const struct weir_elems *elems)
{
	const struct weir_elem *elem;

	for (; elems; elems = elems->next)
		for (elem = elems->packed ? NULL : elems->first; elem; elem = elem->next)
			if (elem->stmts || elem->has_timeout)
				return true;
	return false;
}

/* A set that says the same whenever it is asked makes a condition like any other. */
static void read_lookup(struct reading *reading, const struct weir_item *item)
{
	const struct weir_lookup *lookup = item->lookup;
	struct weir_item alone = *item;
	struct weir_buf buf = { 0 };
	unsigned int class = 0, i;

	for (i = 0; i < lookup->n_parts; i++)
		class |= key_class(&lookup->parts[i].key);
	if (lookup->set ? !reading->steady(reading->data, reading->rule, lookup->set) :
	    has_statements(lookup->elems))
		class |= LINT_UNSTEADY;
	if (!takes_cond(reading, class))
		return;
	alone.next = NULL;
	weir_print_items(&buf, &alone, &plain);
	add_cond(reading, lint_text(reading->texts, buf.text), 0, LINT_SAME);
	weir_buf_free(&buf);
}

/* Statements */

static void read_set(struct reading *reading, const struct weir_item *item)
{
	unsigned int class = key_class(&item->key);

	/* What a rule writes is seen by its own conditions, and by those of later rules. */
	reading->written |= class & LINT_ALL;
	if (item->has_source || item->lookup)
		reading->lint->plain = false;
	/* There may be no such bits in the packet, or nothing to write: the rule fails. */
	if (item->key.type != WEIR_KEY_TYPE_META || item->has_source || item->lookup)
		reading->sure = false;
}

/* A condition that the target is known to ask itself. */
static void add_meta(struct reading *reading, enum weir_meta meta, uint64_t value)
{
	struct weir_key key = { .type = WEIR_KEY_TYPE_META, .meta = meta, .len = 8 };
	struct weir_num val = weir_num(value);

	add_range(add_cond(reading, key_text(reading, &key, NULL, 0), 8, LINT_RANGES), val, val);
}

static void read_needs(struct reading *reading, struct weir_ext_needs needs)
{
	if (needs.nfproto == NFPROTO_UNSPEC && needs.l4proto < 0)
		return;
	if (!takes_cond(reading, LINT_PACKET))
		return;
	if (needs.nfproto != NFPROTO_UNSPEC)
		add_meta(reading, WEIR_META_NFPROTO, needs.nfproto);
	if (needs.l4proto >= 0)
		add_meta(reading, WEIR_META_L4PROTO, needs.l4proto);
}

/* Packets that come here do not meet the next rule. */
static void end_rule(struct reading *reading)
{
	reading->lint->leaves = true;
	reading->lint->ends = true;
	reading->lint->decides = reading->sure;
}

static void read_target(struct reading *reading, const struct weir_item *item)
{
	const struct weir_ext *ext = item->ext;

	if (ext->terminal) {
		if (ext->needs)
			read_needs(reading, ext->needs(item->data));
		end_rule(reading);
		return;
	}
	if (ext->passive)
		return;
	reading->sure = false;
	reading->lint->plain = false;
	reading->lint->leaves = true;
	reading->written |= LINT_ALL;
}

static void read_verdict(struct reading *reading, const struct weir_item *item)
{
	struct lint_rule *lint = reading->lint;

	if (item->chain)
		lint->target = lint_text(reading->texts, item->chain);
	switch (item->verdict) {
	case WEIR_VERDICT_CONTINUE:
		return;
	case WEIR_VERDICT_JUMP:
		break;
	default:
		end_rule(reading);
		break;
	}
	lint->leaves = true;
}

static void read_item(struct reading *reading, const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		read_cond(reading, item);
		break;
	case WEIR_ITEM_TYPE_LOOKUP:
		read_lookup(reading, item);
		break;
	case WEIR_ITEM_TYPE_VERDICT:
		read_verdict(reading, item);
		break;
	case WEIR_ITEM_TYPE_SET:
		read_set(reading, item);
		break;
	case WEIR_ITEM_TYPE_TARGET:
		read_target(reading, item);
		break;
	case WEIR_ITEM_TYPE_COUNTER:
		break;
	case WEIR_ITEM_TYPE_OBJECT:
		if (!item->lookup && !strcmp(item->object_type, "counter"))
			break;
		reading->sure = false;
		reading->lint->plain = false;
		break;
	case WEIR_ITEM_TYPE_VMAP:
		/* It may lead to any chain, and back. */
		reading->written |= LINT_ALL;
		reading->lint->leaves = true;
		reading->sure = false;
		reading->lint->plain = false;
		break;
	default:
		reading->sure = false;
		reading->lint->plain = false;
		break;
	}
}

/* Conditions on a header imply its family and protocol; behind a write, of another packet. */
static void add_implied(struct reading *reading)
{
	const struct weir_rule *rule = reading->rule;
	const struct weir_header_desc *header;
	const struct weir_item *item;

	if (rule->family != NFPROTO_INET)
		add_meta(reading, WEIR_META_NFPROTO, rule->family);
	for (item = rule->items; item; item = item->next) {
		if (reading->lint->n_conds + 2 > LINT_CONDS)
			return;
		if (item->type == WEIR_ITEM_TYPE_SET || item->type == WEIR_ITEM_TYPE_TARGET ||
		    item->type == WEIR_ITEM_TYPE_VMAP)
			return;
		if (item->type != WEIR_ITEM_TYPE_COND ||
		    item->key.type != WEIR_KEY_TYPE_PAYLOAD ||
		    !weir_field_of(&item->key, &header))
			continue;
		if (header->nfproto != NFPROTO_UNSPEC)
			add_meta(reading, WEIR_META_NFPROTO, header->nfproto);
		if (header->l4proto >= 0)
			add_meta(reading, WEIR_META_L4PROTO, header->l4proto);
	}
}

void lint_rule_read(struct lint_rule *lint, const struct weir_rule *rule,
		    struct lint_texts *texts,
		    bool (*steady)(void *data, const struct weir_rule *rule, const char *set),
		    void *data)
{
	struct reading reading = {
		.lint = lint, .rule = rule, .texts = texts, .sure = true, .steady = steady,
		.data = data,
	};
	struct weir_buf buf = { 0 };
	const struct weir_item *item;

	lint->rule = rule;
	lint->plain = true;
	lint->conds = weir_realloc(NULL, LINT_CONDS + 1, sizeof(*lint->conds));
	for (item = rule->items; item; item = item->next)
		read_item(&reading, item);
	lint->n_own = lint->n_conds;
	add_implied(&reading);
	lint->conds = weir_realloc(lint->conds, lint->n_conds + 1, sizeof(*lint->conds));
	lint->writes = reading.written;
	weir_print_items(&buf, rule->items, &plain);
	lint->text = lint_text(texts, buf.text ? buf.text : "");
	weir_buf_free(&buf);
}

void lint_rule_clear(struct lint_rule *lint)
{
	size_t i;

	for (i = 0; i < lint->n_conds; i++)
		free(lint->conds[i].ranges);
	free(lint->conds);
}

/* Comparison */

static bool has_range(const struct lint_cond *cond, const struct weir_range *range)
{
	size_t low = 0, high = cond->n_ranges, middle;

	/* The last one that begins no later. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (weir_num_cmp(cond->ranges[middle].from, range->from) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low && weir_num_cmp(range->to, cond->ranges[low - 1].to) <= 0;
}

static bool in_ranges(const struct lint_cond *early, const struct lint_cond *late)
{
	size_t i;

	for (i = 0; i < late->n_ranges; i++)
		if (!has_range(early, &late->ranges[i]))
			return false;
	return true;
}

/* Whether each value has one of the bits, or none of them. */
static bool have_bits(const struct lint_cond *late, struct weir_num bits, bool any)
{
	struct weir_num zero = { 0, 0 };
	size_t i;

	for (i = 0; i < late->n_ranges; i++) {
		const struct weir_range *range = &late->ranges[i];

		if (!weir_num_eq(range->from, range->to) ||
		    weir_num_eq(weir_num_and(range->from, bits), zero) == any)
			return false;
	}
	return true;
}

static bool is_subset(struct weir_num bits, struct weir_num of)
{
	return weir_num_eq(weir_num_and(bits, of), bits);
}

/* Whether @early is true of all values of which @late is, of the same key. */
static bool cond_implied(const struct lint_cond *early, const struct lint_cond *late)
{
	switch (early->values) {
	case LINT_RANGES:
		return late->values == LINT_RANGES && in_ranges(early, late);
	case LINT_ANY:
		if (late->values == LINT_ANY)
			return is_subset(late->val, early->val);
		return late->values == LINT_RANGES && have_bits(late, early->val, true);
	case LINT_NONE:
		if (late->values == LINT_NONE)
			return is_subset(early->val, late->val);
		return late->values == LINT_RANGES && have_bits(late, early->val, false);
	case LINT_SAME:
		return late->values == LINT_SAME;
	}
	return false;
}

bool lint_covers(const struct lint_rule *early, const struct lint_rule *late)
{
	size_t i, j;

	for (i = 0; i < early->n_own; i++) {
		for (j = 0; j < late->n_conds; j++)
			if (early->conds[i].key == late->conds[j].key &&
			    cond_implied(&early->conds[i], &late->conds[j]))
				break;
		if (j == late->n_conds)
			return false;
	}
	return true;
}

int lint_cond_prefix(const struct lint_cond *cond)
{
	struct weir_num rest;
	unsigned int len;

	if (cond->values != LINT_RANGES || cond->n_ranges != 1)
		return -1;
	rest = weir_num_xor(cond->ranges[0].from, cond->ranges[0].to);
	for (len = cond->len; len && !weir_num_eq(rest, (struct weir_num){ 0, 0 }); len--)
		rest = weir_num_shr(rest, 1);
	rest = weir_num_ones(cond->len - len);
	if (!weir_num_eq(weir_num_and(cond->ranges[0].from, rest), (struct weir_num){ 0, 0 }) ||
	    !weir_num_eq(weir_num_and(cond->ranges[0].to, rest), rest))
		return -1;
	return len;
}
