// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "shim_memory.h"
#include "set_oracle.h"

/* The set modules' own registry is not needed. */
int weir_register_set(struct weir_set_ops *ops)
{
	return ops->lookup ? 0 : -EINVAL;
}

void weir_unregister_set(struct weir_set_ops *ops)
{
}

static int key_order(const void *a, const void *b)
{
	return memcmp(a, b, WEIR_KEY_MAX);
}

/* Random keys, but many of them next to each other, and 0 and the last one. */
static void make_keys(struct set_oracle *oracle)
{
	unsigned int size = oracle->spec.key_size, i, byte, n = 0;

	for (i = 0; i < oracle->n; i++) {
		u8 *key = oracle->key[i];

		memset(key, 0, WEIR_KEY_MAX);
		for (byte = 0; byte < size; byte++)
			key[byte] = i % 2 ? chance() >> 56 : i >> 8 * min(size - 1 - byte, 3U);
		if (i == 1)
			memset(key, 0xff, size);
	}
	qsort(oracle->key, oracle->n, sizeof(*oracle->key), key_order);
	for (i = 0; i < oracle->n; i++)
		if (!n || key_order(oracle->key[n - 1], oracle->key[i]))
			memmove(oracle->key[n++], oracle->key[i], WEIR_KEY_MAX);
	oracle->n = n;
}

void oracle_init(struct set_oracle *oracle, struct weir_set_ops *ops, unsigned int key_size,
		 bool elems, bool dynamic, unsigned int keys)
{
	struct weir_set_spec *spec = &oracle->spec;

	*oracle = (struct set_oracle){ .ops = ops, .n = keys };
	spec->n_fields = 1;
	spec->bits[0] = min(8 * key_size, 255U);
	spec->size[0] = key_size;
	spec->key_size = key_size;
	spec->elems = elems;
	spec->dynamic = dynamic;
	spec->off_key = sizeof(struct weir_elem) + 3;
	spec->elem_size = spec->off_key + key_size;
	oracle->key = calloc(keys, sizeof(*oracle->key));
	make_keys(oracle);
	oracle->in = calloc(oracle->n, sizeof(*oracle->in));
}

void oracle_free(struct set_oracle *oracle)
{
	while (oracle->n_made)
		free(oracle->made[--oracle->n_made]);
	free(oracle->made);
	free(oracle->in);
	free(oracle->key);
}

struct weir_elem **oracle_copy(const struct set_oracle *oracle)
{
	struct weir_elem **in = calloc(oracle->n, sizeof(*in));

	memcpy(in, oracle->in, oracle->n * sizeof(*in));
	return in;
}

static struct weir_elem *make_elem(struct set_oracle *oracle, unsigned int i)
{
	struct weir_elem *elem;

	if (!oracle->spec.elems)
		return WEIR_ELEM_HIT;
	elem = calloc(1, oracle->spec.elem_size);
	memcpy(weir_elem_key(&oracle->spec, elem), oracle->key[i], oracle->spec.key_size);
	if (!(oracle->n_made & (oracle->n_made - 1)))
		oracle->made = realloc(oracle->made,
				       max(2 * oracle->n_made, 1U) * sizeof(*oracle->made));
	oracle->made[oracle->n_made++] = elem;
	return elem;
}

struct weir_elem *oracle_lookup(const struct set_oracle *oracle,
				const struct weir_content *content, unsigned int i)
{
	u64 key[WEIR_KEY_MAX / 8];
	struct weir_val val;

	if (oracle->spec.key_size <= 16) {
		val = weir_key_num(oracle->key[i], oracle->spec.key_size);
		return content->ops->lookup(content, val.lo, val.hi);
	}
	memcpy(key, oracle->key[i], WEIR_KEY_MAX);
	return content->ops->lookup_wide(content, (u8 *)key);
}

/* Add, remove or replace key @i; if memory may run out, it fails or does it. */
void oracle_change(struct set_oracle *oracle, struct weir_content *content, unsigned int i,
		   bool may_fail)
{
	struct weir_elem *elem = make_elem(oracle, i), *old = oracle->in[i], *got;
	const u8 *key = oracle->key[i];
	int err;

	if (may_fail)
		shim_fail_after = chance() % 6;
	switch (chance() % 8) {
	case 0:
	case 1:
	case 2:
		/* As the core does it: the very element, or whichever has the key. */
		got = content->ops->remove(content, key, key, chance() % 2 ? old : NULL);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old);
		oracle->in[i] = NULL;
		oracle->count -= !!old;
		break;
	case 3:
		if (!content->ops->replace)
			break;
		got = content->ops->replace(content, key, key, elem);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old);
		if (old)
			oracle->in[i] = elem;
		break;
	default:
		err = content->ops->insert(content, key, key, elem);
		if (may_fail && err == -ENOMEM)
			break;
		assert_int_equal(err, old ? -EEXIST : 0);
		if (!old)
			oracle->in[i] = elem;
		oracle->count += !old;
		break;
	}
	shim_fail_after = -1;
	assert_int_equal(shim_locked, 0);
	assert_int_equal(content->count, oracle->count);
	assert_ptr_equal(content->ops->find(content, key, key), oracle->in[i]);
	assert_ptr_equal(oracle_lookup(oracle, content, i), oracle->in[i]);
}

struct walk {
	const struct set_oracle *oracle;
	struct weir_elem **in;
	u8 *seen;
	unsigned int count;
	unsigned int stop;
};

static int visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct walk *walk = data;
	const struct set_oracle *oracle = walk->oracle;
	u8 key[WEIR_KEY_MAX] = {}, (*at)[WEIR_KEY_MAX];

	if (!walk->stop--)
		return -ENOBUFS;
	assert_ptr_equal(from, to);
	memcpy(key, from, oracle->spec.key_size);
	at = bsearch(key, oracle->key, oracle->n, sizeof(key), key_order);
	assert_non_null(at);
	assert_ptr_equal(elem, walk->in[at - oracle->key]);
	assert_false(walk->seen[at - oracle->key]++);
	walk->count++;
	return 0;
}

/* That a content is what it should be, looked at from all sides. */
void oracle_check(const struct set_oracle *oracle, const struct weir_content *content,
		  struct weir_elem **in)
{
	struct walk walk = { .oracle = oracle, .in = in };
	struct weir_set_pos pos = {};
	unsigned int i, count = 0;

	for (i = 0; i < oracle->n; i++) {
		assert_ptr_equal(oracle_lookup(oracle, content, i), in[i]);
		count += !!in[i];
	}
	assert_int_equal(content->count, count);
	walk.seen = calloc(1, oracle->n);
	do
		walk.stop = 1 + chance() % (chance() % 2 ? 3 : 1000);
	while (content->ops->walk(content, &pos, visit, &walk));
	assert_int_equal(walk.count, count);
	free(walk.seen);
}

/* Transactions, some of which are aborted, and some of which lack memory. */
void oracle_transactions(struct set_oracle *oracle, unsigned int n, unsigned int changes)
{
	long before = shim_allocated;
	struct weir_content *old, *new;
	struct weir_elem **in;
	unsigned int count, i;
	bool may_fail;

	old = oracle->ops->create(&oracle->spec);
	assert_false(IS_ERR(old));
	while (n--) {
		in = oracle_copy(oracle);
		count = oracle->count;
		new = old->ops->fork(old);
		assert_false(IS_ERR(new));
		may_fail = chance() % 3 == 0;
		for (i = chance() % changes >> chance() % 8; i; i--)
			oracle_change(oracle, new, chance() % oracle->n, may_fail);

		if (chance() % 3) {
			if (may_fail)
				shim_fail_after = chance() % 30;
			if (new->ops->finish)
				new->ops->finish(new);
			shim_fail_after = -1;
			oracle_check(oracle, new, oracle->in);
			oracle_check(oracle, old, in);
			old->ops->commit(old, new);
			old = new;
		} else {
			oracle_check(oracle, old, in);
			old->ops->abort(old, new);
			memcpy(oracle->in, in, oracle->n * sizeof(*in));
			oracle->count = count;
		}
		/* What a set says it takes is what is allocated, as kmalloc() would round it. */
		assert_in_range(old->ops->memory(old), shim_allocated - before,
				shim_allocated - before + 64);
		free(in);
	}
	new = old->ops->fork(old);
	for (i = 0; i < oracle->n; i++)
		new->ops->remove(new, oracle->key[i], oracle->key[i], NULL);
	assert_int_equal(new->count, 0);
	oracle_check(oracle, old, oracle->in);
	old->ops->commit(old, new);
	new->ops->destroy(new);
	assert_int_equal(shim_allocated, before);
}
