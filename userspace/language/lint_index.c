// SPDX-License-Identifier: GPL-2.0
/*
 * Which earlier rule covers one? Rules are sorted by their shape: which keys they ask
 * for, and of each how long the prefix is that it must have, an exact value being the
 * longest. Within a shape they are found by a hash of their prefixes, and a later rule
 * is looked for under the prefixes that its own values have in common.
 *
 * A chain has few shapes as a rule. The work for a rule is bounded by so many shapes,
 * and by so many rules that are compared with it; what is beyond is not found.
 */
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "lint_rule.h"

/* Shapes of a chain that are kept. */
#define SHAPES_MAX	64
/* Conditions of a rule that is kept. */
#define KEYS_MAX	8
/* Rules that one is compared with. */
#define TRIES_MAX	256

/**
 * struct shape - What some rules ask for.
 * @n: Number of keys.
 * @keys: The keys, by address.
 * @prefixes: How many bits of each are hashed; -1 for a key with other values.
 */
struct shape {
	size_t n;
	struct {
		const char *key;
		int prefix;
	} keys[KEYS_MAX];
};

/**
 * struct entry - A rule.
 * @next: In the bucket, later ones behind.
 * @hash: Of the shape and the prefixes.
 * @rule: The rule.
 */
struct entry {
	struct entry *next;
	uint64_t hash;
	const struct lint_rule *rule;
};

/**
 * struct lint_index - The earlier rules of a chain.
 * @shapes: Their shapes.
 * @n_shapes: How many.
 * @buckets: By hash.
 * @size: Number of @buckets, a power of two, or 0.
 * @n: Number of rules.
 */
struct lint_index {
	struct shape shapes[SHAPES_MAX];
	size_t n_shapes;
	struct entry **buckets;
	size_t size;
	size_t n;
};

struct lint_index *lint_index_new(void)
{
	return weir_alloc(sizeof(struct lint_index));
}

void lint_index_free(struct lint_index *index)
{
	struct entry *entry, *next;
	size_t i;

	for (i = 0; i < index->size; i++) {
		for (entry = index->buckets[i]; entry; entry = next) {
			next = entry->next;
			free(entry);
		}
	}
	free(index->buckets);
	free(index);
}

static int compare_keys(const void *a, const void *b)
{
	const struct lint_cond *const *left = a, *const *right = b;

	return (*left)->key < (*right)->key ? -1 : (*left)->key > (*right)->key;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* The first bits of a value. */
static uint64_t mix_prefix(uint64_t hash, const struct lint_cond *cond, struct weir_num val,
			   int prefix)
{
	if (prefix <= 0)
		return hash;
	val = weir_num_shr(val, cond->len - prefix);
	return mix(mix(hash, val.lo), val.hi);
}

/* The shape of a rule and its hash; false where it has too many keys. */
static bool shape_of(const struct lint_rule *rule, struct shape *shape, uint64_t *hash)
{
	const struct lint_cond *conds[KEYS_MAX];
	size_t i;

	if (rule->n_own > KEYS_MAX)
		return false;
	memset(shape, 0, sizeof(*shape));
	shape->n = rule->n_own;
	for (i = 0; i < rule->n_own; i++)
		conds[i] = &rule->conds[i];
	qsort(conds, shape->n, sizeof(*conds), compare_keys);
	*hash = 0;
	for (i = 0; i < shape->n; i++) {
		shape->keys[i].key = conds[i]->key;
		shape->keys[i].prefix = lint_cond_prefix(conds[i]);
		if (shape->keys[i].prefix > 0)
			*hash = mix_prefix(*hash, conds[i], conds[i]->ranges[0].from,
					   shape->keys[i].prefix);
	}
	return true;
}

static void insert(struct lint_index *index, struct entry *entry)
{
	struct entry **at = &index->buckets[entry->hash & (index->size - 1)];

	while (*at)
		at = &(*at)->next;
	entry->next = NULL;
	*at = entry;
}

static void grow(struct lint_index *index)
{
	size_t old = index->size, i;
	struct entry **buckets = index->buckets, *entry, *next;

	index->size = old ? 2 * old : 64;
	index->buckets = weir_alloc(index->size * sizeof(*index->buckets));
	for (i = 0; i < old; i++) {
		for (entry = buckets[i]; entry; entry = next) {
			next = entry->next;
			insert(index, entry);
		}
	}
	free(buckets);
}

/* Which of the shapes it is, a new one if there is room; SHAPES_MAX for none. */
static size_t take_shape(struct lint_index *index, const struct shape *shape)
{
	size_t i;

	for (i = 0; i < index->n_shapes; i++)
		if (!memcmp(&index->shapes[i], shape, sizeof(*shape)))
			return i;
	if (i < SHAPES_MAX)
		index->shapes[index->n_shapes++] = *shape;
	return i;
}

/* Whether there are as many rules of a hash as are ever compared. */
static bool is_full(const struct lint_index *index, uint64_t hash)
{
	const struct entry *entry;
	size_t n = 0;

	if (!index->size)
		return false;
	for (entry = index->buckets[hash & (index->size - 1)]; entry; entry = entry->next)
		if (++n == TRIES_MAX)
			return true;
	return false;
}

void lint_index_add(struct lint_index *index, const struct lint_rule *rule)
{
	struct shape shape;
	struct entry *entry;
	uint64_t hash;
	size_t number;

	if (!shape_of(rule, &shape, &hash))
		return;
	number = take_shape(index, &shape);
	if (number == SHAPES_MAX)
		return;
	hash = mix(hash, number + 1);
	if (is_full(index, hash))
		return;
	if (index->n >= index->size)
		grow(index);
	entry = weir_alloc(sizeof(*entry));
	*entry = (struct entry){ .hash = hash, .rule = rule };
	insert(index, entry);
	index->n++;
}

/* A condition on a key all of whose values share so many bits, or NULL. */
static const struct lint_cond *cond_on(const struct lint_rule *rule, const char *key, int prefix)
{
	size_t i;

	for (i = 0; i < rule->n_conds; i++) {
		const struct lint_cond *cond = &rule->conds[i];
		struct weir_num differ;

		if (cond->key != key)
			continue;
		if (prefix <= 0)
			return cond;
		if (cond->values != LINT_RANGES || !cond->n_ranges)
			continue;
		differ = weir_num_xor(cond->ranges[0].from,
				      cond->ranges[cond->n_ranges - 1].to);
		differ = weir_num_shr(differ, cond->len - prefix);
		if (!differ.lo && !differ.hi)
			return cond;
	}
	return NULL;
}

/* Where rules of a shape are that may cover one; false if none does. */
static bool hash_under(const struct shape *shape, const struct lint_rule *late, uint64_t *hash)
{
	const struct lint_cond *cond;
	size_t i;

	*hash = 0;
	for (i = 0; i < shape->n; i++) {
		cond = cond_on(late, shape->keys[i].key, shape->keys[i].prefix);
		if (!cond)
			return false;
		if (shape->keys[i].prefix > 0)
			*hash = mix_prefix(*hash, cond, cond->ranges[0].from,
					   shape->keys[i].prefix);
	}
	return true;
}

const struct lint_rule *lint_index_find(const struct lint_index *index,
					const struct lint_rule *late,
					bool (*valid)(void *data, const struct lint_rule *rule),
					void *data)
{
	const struct entry *entry;
	size_t i, tries = 0;
	uint64_t hash;

	for (i = 0; i < index->n_shapes; i++) {
		if (!hash_under(&index->shapes[i], late, &hash))
			continue;
		hash = mix(hash, i + 1);
		entry = index->buckets[hash & (index->size - 1)];
		for (; entry && tries < TRIES_MAX; entry = entry->next) {
			tries++;
			if (entry->hash == hash && valid(data, entry->rule) &&
			    lint_covers(entry->rule, late))
				return entry->rule;
		}
	}
	return NULL;
}
