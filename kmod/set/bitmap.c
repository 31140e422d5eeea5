// SPDX-License-Identifier: GPL-2.0
/*
 * The set bitmap: keys of at most 16 bits, such as ports, marks of a byte or
 * protocols, one bit for each that there could be. A version is a copy of all of
 * them, at most 8 KB.
 *
 * It is taken rather than hash where it is smaller, which for 16 bits is from some
 * 1,500 elements on, or where it is small anyway.
 */

#include <linux/bitmap.h>
#include <linux/slab.h>
#include <weir/set.h>

/**
 * struct weir_bitmap - A content.
 * @content: What the core sees.
 * @keys: How many there could be.
 * @bits: One for each.
 */
struct weir_bitmap {
	struct weir_content content;
	u32 keys;
	unsigned long *bits;
};

static struct weir_set_ops weir_bitmap_ops;

static struct weir_bitmap *weir_bitmap_of(const struct weir_content *content)
{
	return container_of(content, struct weir_bitmap, content);
}

/* Bits of a key that is a number; a field fills up its bytes unless it is the first. */
static unsigned int weir_bitmap_key_bits(const struct weir_set_spec *spec)
{
	return 8 * (spec->key_size - spec->size[0]) + spec->bits[0];
}

static unsigned int weir_bitmap_score(const struct weir_set_spec *spec, u32 count)
{
	if (spec->interval || spec->dynamic || spec->elems || spec->key_size > 2)
		return 0;
	return weir_bitmap_key_bits(spec) <= 9 || count > 1U << weir_bitmap_key_bits(spec) >> 6 ?
	       200 : 50;
}

static struct weir_content *weir_bitmap_create(const struct weir_set_spec *spec)
{
	struct weir_bitmap *map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);

	if (!map)
		return ERR_PTR(-ENOMEM);
	map->content.ops = &weir_bitmap_ops;
	map->content.spec = spec;
	map->keys = 1U << weir_bitmap_key_bits(spec);
	map->bits = kcalloc(BITS_TO_LONGS(map->keys), sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!map->bits)
		goto err_free_map;
	return &map->content;

err_free_map:
	kfree(map);
	return ERR_PTR(-ENOMEM);
}

static void weir_bitmap_destroy(struct weir_content *content)
{
	kfree(weir_bitmap_of(content)->bits);
	kfree(weir_bitmap_of(content));
}

static struct weir_content *weir_bitmap_fork(struct weir_content *content)
{
	const struct weir_bitmap *old = weir_bitmap_of(content);
	struct weir_content *new = weir_bitmap_create(content->spec);

	if (!IS_ERR(new)) {
		new->count = content->count;
		bitmap_copy(weir_bitmap_of(new)->bits, old->bits, old->keys);
	}
	return new;
}

static void weir_bitmap_commit(struct weir_content *old, struct weir_content *new)
{
	weir_bitmap_destroy(old);
}

static void weir_bitmap_abort(struct weir_content *old, struct weir_content *new)
{
	weir_bitmap_destroy(new);
}

static bool weir_bitmap_has(const struct weir_bitmap *map, u64 key)
{
	return key < map->keys && test_bit(key, map->bits);
}

static u64 weir_bitmap_key(const struct weir_bitmap *map, const u8 *key)
{
	return weir_key_num(key, map->content.spec->key_size).lo;
}

static int weir_bitmap_insert(struct weir_content *content, const u8 *from, const u8 *to,
			      struct weir_elem *elem)
{
	struct weir_bitmap *map = weir_bitmap_of(content);
	u64 key = weir_bitmap_key(map, from);

	if (WARN_ON_ONCE(key >= map->keys))
		return -ERANGE;
	if (weir_bitmap_has(map, key))
		return -EEXIST;
	__set_bit(key, map->bits);
	content->count++;
	return 0;
}

static struct weir_elem *weir_bitmap_remove(struct weir_content *content, const u8 *from,
					    const u8 *to, struct weir_elem *elem)
{
	struct weir_bitmap *map = weir_bitmap_of(content);
	u64 key = weir_bitmap_key(map, from);

	if (!weir_bitmap_has(map, key))
		return NULL;
	__clear_bit(key, map->bits);
	content->count--;
	return WEIR_ELEM_HIT;
}

static struct weir_elem *weir_bitmap_find(const struct weir_content *content, const u8 *from,
					  const u8 *to)
{
	const struct weir_bitmap *map = weir_bitmap_of(content);

	return weir_bitmap_has(map, weir_bitmap_key(map, from)) ? WEIR_ELEM_HIT : NULL;
}

static int weir_bitmap_walk(const struct weir_content *content, struct weir_set_pos *pos,
			    weir_set_visit visit, void *data)
{
	const struct weir_bitmap *map = weir_bitmap_of(content);
	u8 key[2];
	int err;

	for (;;) {
		pos->at[0] = find_next_bit(map->bits, map->keys, pos->at[0]);
		if (pos->at[0] >= map->keys)
			return 0;
		weir_num_key((struct weir_val){ .lo = pos->at[0] }, key, content->spec->key_size);
		err = visit(data, key, key, WEIR_ELEM_HIT);
		if (err)
			return err;
		pos->at[0]++;
	}
}

static size_t weir_bitmap_memory(const struct weir_content *content)
{
	return kmalloc_size_roundup(sizeof(struct weir_bitmap)) +
	       kmalloc_size_roundup(BITS_TO_LONGS(weir_bitmap_of(content)->keys) * sizeof(long));
}

static struct weir_elem *weir_bitmap_lookup(const struct weir_content *content, u64 lo, u64 hi)
{
	return weir_bitmap_has(weir_bitmap_of(content), lo) ? WEIR_ELEM_HIT : NULL;
}

static struct weir_set_ops weir_bitmap_ops = {
	.plugin = {
		.name		= "bitmap",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
	},
	.score		= weir_bitmap_score,
	.create		= weir_bitmap_create,
	.fork		= weir_bitmap_fork,
	.insert		= weir_bitmap_insert,
	.remove		= weir_bitmap_remove,
	.find		= weir_bitmap_find,
	.walk		= weir_bitmap_walk,
	.commit		= weir_bitmap_commit,
	.abort		= weir_bitmap_abort,
	.destroy	= weir_bitmap_destroy,
	.memory		= weir_bitmap_memory,
	.lookup		= weir_bitmap_lookup,
};

static int __init weir_bitmap_module_init(void)
{
	return weir_register_set(&weir_bitmap_ops);
}

static void __exit weir_bitmap_module_exit(void)
{
	weir_unregister_set(&weir_bitmap_ops);
}

module_init(weir_bitmap_module_init);
module_exit(weir_bitmap_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir set bitmap: exact keys of at most 16 bits");
MODULE_ALIAS_WEIR("set", "bitmap");
