// SPDX-License-Identifier: GPL-2.0
/*
 * The set module range against a plain list of ranges, in which the most specific
 * one is the best of all that have a key. After changes its layers and trees are
 * looked at as well.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "chance.h"
#include "set_nets.h"
#include "shim_memory.h"
#include "set/range.c"
#include "set/tree_node.h"

#define u128 unsigned __int128

#define EXPIRED		999999
#define RANGES_MAX	400

struct range {
	u128 from, to;
	struct weir_elem *elem;
};

struct list {
	unsigned int n;
	struct range r[RANGES_MAX];
};

/* What is tested: bits of the field, elements or none, and numbers to choose from. */
struct world {
	struct weir_set_spec spec;
	unsigned int n_points;
	u128 point[200];
	struct list list;
	struct weir_elem **made;
	unsigned int n_made;
};

int weir_register_set(struct weir_set_ops *ops)
{
	return 0;
}

void weir_unregister_set(struct weir_set_ops *ops)
{
}

static const u8 *key_of(const struct world *world, u128 num, u8 *key)
{
	weir_num_key((struct weir_val){ .lo = num, .hi = num >> 64 }, key, world->spec.key_size);
	return key;
}

static u128 num_of(struct weir_val val)
{
	return (u128)val.hi << 64 | val.lo;
}

static void world_init(struct world *world, unsigned int bits, bool elems, unsigned int points)
{
	struct weir_set_spec *spec = &world->spec;
	unsigned int i;

	memset(world, 0, sizeof(*world));
	spec->n_fields = 1;
	spec->bits[0] = bits;
	spec->size[0] = DIV_ROUND_UP(bits, 8);
	spec->key_size = spec->size[0];
	spec->interval = true;
	spec->elems = elems;
	spec->timeout = elems;
	spec->off_timeout = elems ? sizeof(struct weir_elem) : 0;
	spec->off_key = sizeof(struct weir_elem) + sizeof(struct weir_elem_timeout);
	spec->elem_size = spec->off_key + 2 * spec->key_size;
	world->n_points = points;
	for (i = 0; i < points; i++)
		world->point[i] = chance128() & last(bits);
	/* Neighbours, and both ends of the world. */
	for (i = 0; i + 1 < points; i += 5)
		world->point[i + 1] = (world->point[i] + 1) & last(bits);
	world->point[0] = 0;
	world->point[1] = last(bits);
}

static void world_free(struct world *world)
{
	while (world->n_made)
		free(world->made[--world->n_made]);
	free(world->made);
}

static struct weir_elem *make_elem(struct world *world)
{
	struct weir_elem *elem;

	if (!world->spec.elems)
		return WEIR_ELEM_HIT;
	elem = calloc(1, world->spec.elem_size);
	if (chance() % 8 == 0)
		weir_elem_timeout(&world->spec, elem)->expires = EXPIRED;
	else if (chance() % 2)
		weir_elem_timeout(&world->spec, elem)->expires = 2000000;
	if (!(world->n_made & (world->n_made - 1)))
		world->made = realloc(world->made, (2 * world->n_made + 1) * sizeof(elem));
	world->made[world->n_made++] = elem;
	return elem;
}

/* A network, a range between two points, or a point. */
static struct range make_range(struct world *world)
{
	u128 a = world->point[chance() % world->n_points];
	u128 b = world->point[chance() % world->n_points];
	unsigned int bits = world->spec.bits[0], len;

	switch (chance() % 4) {
	case 0:
		b = a;
		break;
	case 1:
	case 2:
		len = chance() % (bits + 1);
		b = len == bits ? 0 : last(bits) >> len;
		a &= ~b;
		b |= a;
		break;
	}
	return (struct range){ .from = a < b ? a : b, .to = a < b ? b : a };
}

static struct range *list_find(struct list *list, const struct range *range)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (list->r[i].from == range->from && list->r[i].to == range->to)
			return &list->r[i];
	return NULL;
}

/* The definition of most specific. */
static struct weir_elem *list_best(const struct world *world, const struct list *list, u128 key)
{
	const struct range *best = NULL, *r;

	for (r = list->r; r < list->r + list->n; r++) {
		if (key < r->from || key > r->to ||
		    (world->spec.elems &&
		     weir_elem_timeout(&world->spec, r->elem)->expires == EXPIRED))
			continue;
		if (!best || r->from > best->from || (r->from == best->from && r->to < best->to))
			best = r;
	}
	return best ? best->elem : NULL;
}

/* As machine code asks, once a content is finished. */
static struct weir_elem *lookup_native(const struct weir_content *content, u128 key)
{
	weir_set_lookup find = weir_range_ops.lookup_for(content->spec);

	return find(content, key, key >> 64);
}

static struct weir_elem *lookup(const struct weir_content *content, u128 key)
{
	struct weir_elem *got = weir_range_ops.lookup(content, key, key >> 64);

	if (weir_range_of(content)->top.tree.root)
		assert_ptr_equal(lookup_native(content, key), got);
	return got;
}

/* The numbers of a node ascend, and those above it tell the first one of each child. */
static unsigned int check_node(const struct weir_range_set *range, struct weir_tree_node *node,
			       unsigned int level, size_t *bytes)
{
	const struct weir_forest *forest = &range->forest;
	const void *nums = weir_tree_nums(forest, node, level);
	unsigned int i, n = 0, width = forest->width;

	assert_in_range(node->n, 1, node->cap);
	assert_in_range(node->n, 1, weir_tree_max(forest, level));
	assert_true(node->stamp <= forest->stamp);
	assert_int_equal(node->state, WEIR_TREE_PLAIN);
	*bytes += weir_tree_node_bytes(forest, node->cap, level);
	for (i = 0; i < node->n; i++) {
		struct weir_val num = weir_tree_num(nums, i, width);
		struct weir_tree_node *child = level ? weir_tree_child(node, i) : NULL;

		if (i)
			assert_true(weir_val_less(weir_tree_num(nums, i - 1, width), num));
		if (!level)
			continue;
		assert_true(weir_val_same(weir_tree_num(weir_tree_nums(forest, child, level - 1),
							0, width), num));
		n += check_node(range, child, level - 1, bytes);
	}
	return level ? n : node->n;
}

/* In a layer nobody contains another; each is contained in somebody one layer up. */
static void check_layers(const struct weir_content *content)
{
	const struct weir_range_set *range = weir_range_of(content);
	struct weir_tree_item item, prev, above;
	struct weir_tree_path path, up;
	unsigned int i, count = 0;
	size_t bytes = 0;

	for (i = 0; i < range->n; i++) {
		const struct weir_tree *layer = &range->layers[i];
		bool first = true;

		assert_non_null(layer->root);
		assert_true(!layer->height || layer->root->n > 1);
		count += check_node(range, layer->root, layer->height, &bytes);
		weir_tree_first(layer, &path);
		for (; weir_tree_get(&range->forest, layer, &path, &item); path.at[0]++) {
			assert_false(weir_val_less(item.to, item.from));
			if (!first) {
				assert_true(weir_val_less(prev.from, item.from));
				assert_true(weir_val_less(prev.to, item.to));
			}
			first = false;
			prev = item;
			if (!i)
				continue;
			weir_tree_seek(&range->forest, layer - 1, item.from, &up);
			assert_true(weir_tree_back(&range->forest, layer - 1, &up, &above));
			assert_false(weir_val_less(above.to, item.to));
		}
	}
	assert_int_equal(count, content->count);
	assert_int_equal(bytes, range->forest.bytes);
}

struct walk {
	struct world *world;
	struct list *list;
	unsigned int count, stop;
	u8 seen[RANGES_MAX];
};

static int visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct walk *walk = data;
	unsigned int size = walk->world->spec.key_size;
	struct range range = { num_of(weir_key_num(from, size)), num_of(weir_key_num(to, size)) };
	struct range *r;

	if (!walk->stop--)
		return -ENOBUFS;
	r = list_find(walk->list, &range);
	assert_non_null(r);
	assert_ptr_equal(r->elem, elem);
	assert_false(walk->seen[r - walk->list->r]++);
	walk->count++;
	return 0;
}

static void check_lookups(struct world *world, const struct weir_content *content,
			  struct list *list)
{
	unsigned int i;
	int d;

	for (i = 0; i < world->n_points; i++)
		for (d = -1; d <= 1; d++) {
			u128 key = (world->point[i] + d) & last(world->spec.bits[0]);
			struct weir_elem *best = list_best(world, list, key);

			assert_ptr_equal(lookup(content, key), best);
		}
}

static void check(struct world *world, const struct weir_content *content, struct list *list)
{
	struct walk walk = { .world = world, .list = list };
	struct weir_set_pos pos = {};

	check_layers(content);
	check_lookups(world, content, list);
	do
		walk.stop = 1 + chance() % (chance() % 2 ? 3 : 1000);
	while (weir_range_ops.walk(content, &pos, visit, &walk));
	assert_int_equal(walk.count, list->n);
	assert_int_equal(content->count, list->n);
}

static void change(struct world *world, struct weir_content *content, bool may_fail)
{
	struct range range = make_range(world), *old;
	struct list *list = &world->list;
	struct weir_elem *got;
	u8 from[16], to[16];
	int err;

	if (list->n && chance() % 3 == 0)
		range = list->r[chance() % list->n];
	range.elem = make_elem(world);
	key_of(world, range.from, from);
	key_of(world, range.to, to);
	old = list_find(list, &range);
	if (may_fail)
		shim_fail_after = chance() % 12;
	switch (chance() % 8) {
	case 0:
	case 1:
	case 2:
		got = weir_range_ops.remove(content, from, to, NULL);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old ? old->elem : NULL);
		if (old)
			*old = list->r[--list->n];
		break;
	case 3:
		got = weir_range_ops.replace(content, from, to, range.elem);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old ? old->elem : NULL);
		if (old)
			old->elem = range.elem;
		break;
	default:
		if (list->n == RANGES_MAX)
			break;
		err = weir_range_ops.insert(content, from, to, range.elem);
		if (may_fail && err == -ENOMEM)
			break;
		assert_int_equal(err, old ? -EEXIST : 0);
		if (!old)
			list->r[list->n++] = range;
		break;
	}
	shim_fail_after = -1;
	old = list_find(list, &range);
	assert_ptr_equal(weir_range_ops.find(content, from, to), old ? old->elem : NULL);
	assert_ptr_equal(lookup(content, range.to), list_best(world, list, range.to));
	assert_int_equal(content->count, list->n);
}

static const struct {
	unsigned int bits, points;
} shapes[] = {
	{ 1, 8 }, { 3, 8 }, { 8, 60 }, { 16, 60 }, { 20, 12 }, { 32, 150 }, { 33, 60 },
	{ 48, 150 }, { 64, 20 }, { 65, 60 }, { 100, 12 }, { 128, 150 },
};

/* Changes of one version. */
static void test_changes(void **state)
{
	unsigned int shape, round, i;

	for (shape = 0; shape < 2 * ARRAY_SIZE(shapes); shape++) {
		struct world world;
		struct weir_content *content;
		long before = shim_allocated;

		world_init(&world, shapes[shape / 2].bits, shape % 2, shapes[shape / 2].points);
		content = weir_range_ops.create(&world.spec);
		for (round = 0; round < 60; round++) {
			for (i = 0; i < 60; i++)
				change(&world, content, round % 4 == 3);
			check(&world, content, &world.list);
		}
		while (world.list.n) {
			struct range r = world.list.r[--world.list.n];
			u8 from[16], to[16];

			assert_ptr_equal(weir_range_ops.remove(content,
							       key_of(&world, r.from, from),
							       key_of(&world, r.to, to), NULL),
					 r.elem);
			if (world.list.n % 16 == 0)
				check(&world, content, &world.list);
		}
		assert_int_equal(weir_range_of(content)->n, 0);
		weir_range_ops.destroy(content);
		assert_int_equal(shim_allocated, before);
		world_free(&world);
	}
}

/*
 * Versions: what was published stays as it is, though the next one is on its way, and
 * though older ones are freed late.
 */
static void test_versions(void **state)
{
	unsigned int shape, round, i, n, freed;
	static struct list was[4];

	for (shape = 0; shape < 2 * ARRAY_SIZE(shapes); shape++) {
		struct weir_content *version[4], *fork;
		long before = shim_allocated;
		struct world world;

		world_init(&world, shapes[shape / 2].bits, shape % 2, shapes[shape / 2].points);
		version[0] = weir_range_ops.create(&world.spec);
		was[0] = world.list;
		n = 1;
		for (round = 0; round < 150; round++) {
			fork = weir_range_ops.fork(version[n - 1]);
			for (i = chance() % 100 >> chance() % 6; i; i--)
				change(&world, fork, chance() % 4 == 0);
			if (chance() % 3 == 0) {
				check(&world, fork, &world.list);
				weir_range_ops.abort(version[n - 1], fork);
				world.list = was[n - 1];
			} else {
				if (chance() % 4 == 0)
					shim_fail_after = chance() % 10;
				weir_range_ops.finish(fork);
				shim_fail_after = -1;
				check(&world, fork, &world.list);
				version[n] = fork;
				was[n++] = world.list;
			}
			for (i = 0; i < n; i++)
				check(&world, version[i], &was[i]);
			/* Grace periods end now and then, and for some versions at once. */
			freed = n == 4 ? 1 + chance() % 3 : chance() % n;
			for (i = 0; i < freed; i++)
				weir_range_ops.commit(version[i], version[i + 1]);
			memmove(version, version + freed, (n - freed) * sizeof(*version));
			memmove(was, was + freed, (n - freed) * sizeof(*was));
			n -= freed;
		}
		for (i = 0; i + 1 < n; i++)
			weir_range_ops.commit(version[i], version[i + 1]);
		assert_true((long)weir_range_ops.memory(version[n - 1]) <=
			    shim_allocated - before);
		weir_range_ops.destroy(version[n - 1]);
		assert_int_equal(shim_allocated, before);
		world_free(&world);
	}
}

/* Each allocation of a change fails once, and nothing has happened. */
static void test_failures(void **state)
{
	unsigned int shape, round, i, after;

	for (shape = 0; shape < 2 * ARRAY_SIZE(shapes); shape++) {
		struct weir_content *old, *new;
		long before = shim_allocated;
		struct world world;

		world_init(&world, shapes[shape / 2].bits, shape % 2, shapes[shape / 2].points);
		old = weir_range_ops.create(&world.spec);
		for (i = 0; i < 300; i++)
			change(&world, old, false);
		for (round = 0; round < 40; round++) {
			struct range r = make_range(&world), *there;
			u8 from[16], to[16];
			int err = -ENOMEM;

			if (round % 2 && world.list.n)
				r = world.list.r[chance() % world.list.n];
			r.elem = make_elem(&world);
			key_of(&world, r.from, from);
			key_of(&world, r.to, to);
			there = list_find(&world.list, &r);
			for (after = 0; err == -ENOMEM; after++) {
				shim_fail_after = after;
				new = weir_range_ops.fork(old);
				if (IS_ERR(new))
					continue;
				if (there)
					err = PTR_ERR_OR_ZERO(weir_range_ops.remove(new, from, to,
										    NULL));
				else
					err = weir_range_ops.insert(new, from, to, r.elem);
				shim_fail_after = -1;
				if (err) {
					assert_int_equal(err, -ENOMEM);
					check(&world, new, &world.list);
					weir_range_ops.abort(old, new);
				}
			}
			check(&world, old, &world.list);
			weir_range_ops.finish(new);
			weir_range_ops.commit(old, new);
			old = new;
			if (there)
				*there = world.list.r[--world.list.n];
			else if (world.list.n < RANGES_MAX)
				world.list.r[world.list.n++] = r;
			check(&world, old, &world.list);
		}
		weir_range_ops.destroy(old);
		assert_int_equal(shim_allocated, before);
		world_free(&world);
	}
}

/* All prefixes of an address nest; so do as many ranges as may, and no more. */
static void test_depth(void **state)
{
	static const unsigned int bits[] = { 32, 64, 128 };
	unsigned int i, len, order;

	for (i = 0; i < 2 * ARRAY_SIZE(bits); i++)
		for (order = 0; order < 3; order++) {
			unsigned int width = bits[i / 2], n = width + 1;
			struct weir_content *content;
			struct world world;
			u8 from[16], to[16];
			u128 address;

			world_init(&world, width, i % 2, 200);
			address = world.point[3];
			content = weir_range_ops.create(&world.spec);
			for (len = 0; len < n; len++) {
				unsigned int l = order == 0 ? len : order == 1 ? n - 1 - len :
								    len * 7 % n;
				u128 rest = l == width ? 0 : last(width) >> l;
				struct range r = { address & ~rest, address | rest,
						   make_elem(&world) };

				key_of(&world, r.from, from);
				key_of(&world, r.to, to);
				assert_int_equal(weir_range_ops.insert(content, from, to, r.elem),
						 0);
				world.list.r[world.list.n++] = r;
				world.point[len] = r.from;
			}
			check(&world, content, &world.list);
			assert_int_equal(weir_range_of(content)->n, n);
			while (world.list.n > 1) {
				struct range *r = &world.list.r[chance() % world.list.n];

				key_of(&world, r->from, from);
				key_of(&world, r->to, to);
				assert_ptr_equal(weir_range_ops.remove(content, from, to, NULL),
						 r->elem);
				*r = world.list.r[--world.list.n];
				check(&world, content, &world.list);
			}
			weir_range_ops.destroy(content);
			world_free(&world);
		}
}

static void test_too_deep(void **state)
{
	struct weir_content *content;
	struct world world;
	u8 from[4], to[4];
	unsigned int i;

	world_init(&world, 32, false, 10);
	content = weir_range_ops.create(&world.spec);
	for (i = 0; i < WEIR_RANGE_LAYERS; i++) {
		struct range r = { i + 10, 1000 - i, WEIR_ELEM_HIT };

		assert_int_equal(weir_range_ops.insert(content, key_of(&world, r.from, from),
						       key_of(&world, r.to, to), r.elem), 0);
		world.list.r[world.list.n++] = r;
	}
	for (i = 9; i < 11 + WEIR_RANGE_LAYERS; i++) {
		key_of(&world, i, from);
		key_of(&world, 1010 - i - (i > 50), to);
		assert_int_equal(weir_range_ops.insert(content, from, to, WEIR_ELEM_HIT),
				 i < 51 && i > 9 ? -EEXIST : -E2BIG);
	}
	check(&world, content, &world.list);
	weir_range_ops.destroy(content);
}

/* A set of very many, which no plain list could hold; loaded in some order. */
struct many {
	unsigned int n;
	u32 *from, *to;
};

static void put(struct weir_content *content, u32 from, u32 to, int expected)
{
	__be32 a = htonl(from), b = htonl(to);

	assert_int_equal(content->ops->insert(content, (u8 *)&a, (u8 *)&b, WEIR_ELEM_HIT),
			 expected);
}

static void take(struct weir_content *content, u32 from, u32 to)
{
	__be32 a = htonl(from), b = htonl(to);

	assert_ptr_equal(content->ops->remove(content, (u8 *)&a, (u8 *)&b, NULL),
			 WEIR_ELEM_HIT);
}

/* Networks of 24 to 32 bits, and every fourth one some other range. */
static struct weir_content *load_many(const struct weir_set_spec *spec, unsigned int n)
{
	struct weir_content *content = weir_range_ops.create(spec);
	u32 from, rest;
	int err;

	while (content->count < n) {
		__be32 a, b;

		from = chance();
		rest = (u32)(0xff >> chance() % 9);
		if (chance() % 4)
			from &= ~rest;
		else
			from &= ~0x100U;
		a = htonl(from);
		b = htonl(from + rest);
		err = weir_range_ops.insert(content, (u8 *)&a, (u8 *)&b, WEIR_ELEM_HIT);
		assert_true(!err || err == -EEXIST);
	}
	return content;
}

/* What a change allocates, of @content in a new version; the result is published. */
static unsigned int cost(struct weir_content **content, u32 from, u32 to, bool insert)
{
	struct weir_content *new;
	const long plenty = 1000000;
	long left;

	shim_fail_after = plenty;
	new = weir_range_ops.fork(*content);
	if (insert)
		put(new, from, to, 0);
	else
		take(new, from, to);
	left = shim_fail_after;
	shim_fail_after = -1;
	weir_range_ops.finish(new);
	weir_range_ops.commit(*content, new);
	*content = new;
	return plenty - left;
}

static void test_many(void **state)
{
	long before = shim_allocated, loaded;
	struct weir_content *content;
	const unsigned int n = 1000000;
	struct world world;
	unsigned int i;

	world_init(&world, 32, false, 10);
	content = load_many(&world.spec, n);
	weir_range_ops.finish(content);
	loaded = shim_allocated - before;
	check_layers(content);
	print_message("# %u random ranges: %.2f bytes an element, %.2f of malloc; %u layers\n", n,
		      (double)weir_range_ops.memory(content) / n, (double)loaded / n,
		      weir_range_of(content)->n);
	if (WEIR_TREE_NODE_MAX > 2000)
		assert_true(weir_range_ops.memory(content) <= 12UL * n);

	/* One element more or less does not cost what there is; nor does half the world. */
	for (i = 0; i < 200; i++) {
		u32 bits = i % 32, rest = bits ? UINT32_MAX >> bits : UINT32_MAX;
		u32 from = ((u32)chance() & ~rest) | (bits > 8);

		if (from + rest < from)
			continue;
		assert_in_range(cost(&content, from, from + rest, true), 1, 150);
		if (i % 20 < 2)
			check_layers(content);
		assert_in_range(cost(&content, from, from + rest, false), 1, 150);
	}
	check_layers(content);
	assert_int_equal(content->count, n);
	weir_range_ops.destroy(content);
	assert_int_equal(shim_allocated, before);
}

/* Lists that are sorted, either way, take hardly more than what is in them. */
static void test_sorted(void **state)
{
	const unsigned int n = 100000;
	unsigned int i, way;
	struct world world;

	world_init(&world, 32, false, 10);
	for (way = 0; way < 2; way++) {
		struct weir_content *content = weir_range_ops.create(&world.spec);

		for (i = 0; i < n; i++) {
			u32 from = (way ? n - i : i) * 16;

			put(content, from, from + 9, 0);
		}
		weir_range_ops.finish(content);
		check_layers(content);
		print_message("# sorted, %s: %.2f bytes an element\n", way ? "down" : "up",
			      (double)weir_range_ops.memory(content) / n);
		if (WEIR_TREE_NODE_MAX > 2000)
			assert_true(weir_range_ops.memory(content) <= (way ? 10UL : 9UL) * n);
		/* From the front and from the back. */
		for (i = 0; i < n; i++) {
			u32 from = (way ? i + 1 : n - 1 - i) * 16;

			take(content, from, from + 9);
			if (i % 10000 == 0)
				check_layers(content);
		}
		weir_range_ops.destroy(content);
	}
}

/* The last one of the sorted nets that has the key is the most specific one. */
static const struct set_net *net_best(const struct set_net *nets, unsigned int n, u128 key)
{
	unsigned int low = 0, high = n;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (nets[mid].from <= key)
			low = mid + 1;
		else
			high = mid;
	}
	while (low--)
		if (nets[low].to >= key)
			return &nets[low];
	return NULL;
}

static void real_list(const char *name, unsigned int bits, bool elems)
{
	unsigned int n, i, unique = 0;
	struct weir_content *content;
	struct weir_elem **elem;
	struct world world;
	struct set_net *nets;
	u8 from[16], to[16];

	nets = set_nets(name, bits, &n);
	if (!nets) {
		print_message("# %s is not here\n", name);
		skip();
	}
	world_init(&world, bits, elems, 10);
	content = weir_range_ops.create(&world.spec);
	elem = calloc(n, sizeof(*elem));
	for (i = 0; i < n; i++) {
		struct weir_elem *new = make_elem(&world);
		int err;

		if (elems) {
			weir_elem_timeout(&world.spec, new)->expires = 0;
			memcpy(weir_elem_key(&world.spec, new), key_of(&world, nets[i].from, from),
			       bits / 8);
			memcpy(weir_elem_to(&world.spec, new), key_of(&world, nets[i].to, to),
			       bits / 8);
		}
		err = weir_range_ops.insert(content, key_of(&world, nets[i].from, from),
					    key_of(&world, nets[i].to, to), new);
		assert_true(!err || err == -EEXIST);
	}
	weir_range_ops.finish(content);
	check_layers(content);
	qsort(nets, n, sizeof(*nets), set_net_order);
	for (i = 0; i < n; i++)
		if (!unique || set_net_order(&nets[unique - 1], &nets[i]))
			nets[unique++] = nets[i];
	assert_int_equal(content->count, unique);
	print_message("# %s: %u elements, %u layers, %.2f bytes an element\n", name, unique,
		      weir_range_of(content)->n, (double)weir_range_ops.memory(content) / unique);
	for (i = 0; i < 20000; i++) {
		const struct set_net *net = &nets[chance() % unique], *best;
		struct weir_elem *got;
		u128 key;

		switch (chance() % 4) {
		case 0:
			key = chance128() & last(bits);
			break;
		case 1:
			key = net->from - chance() % 2;
			break;
		case 2:
			key = net->to + chance() % 2;
			break;
		default:
			key = net->from + chance128() % (net->to - net->from + 1);
			break;
		}
		key &= last(bits);
		best = net_best(nets, unique, key);
		got = lookup(content, key);
		assert_int_equal(!got, !best);
		if (got && elems) {
			key_of(&world, best->from, from);
			key_of(&world, best->to, to);
			assert_memory_equal(weir_elem_key(&world.spec, got), from, bits / 8);
			assert_memory_equal(weir_elem_to(&world.spec, got), to, bits / 8);
		}
	}
	weir_range_ops.destroy(content);
	world_free(&world);
	free(elem);
	free(nets);
}

/* A commit that is refused leaves a finished content to its transaction, which goes on. */
static void test_finished_again(void **state)
{
	struct weir_content *content;
	struct world world;
	u32 i, n = 1000;

	world_init(&world, 32, false, 10);
	content = weir_range_ops.create(&world.spec);
	for (i = 0; i < n; i++)
		put(content, i * 16, i * 16 + 9, 0);
	weir_range_ops.finish(content);
	assert_non_null(lookup(content, 5));
	for (i = 0; i < n; i++)
		take(content, i * 16, i * 16 + 9);
	weir_range_ops.finish(content);
	assert_null(lookup_native(content, 5));
	for (i = 0; i < n; i++)
		put(content, i * 32, i * 32 + 9, 0);
	weir_range_ops.finish(content);
	assert_non_null(lookup(content, 32));
	assert_null(lookup(content, 16));
	weir_range_ops.destroy(content);
	world_free(&world);
}

static void test_country_v4(void **state)
{
	real_list("country_v4_herrbischoff.txt", 32, false);
}

static void test_country_v4_elems(void **state)
{
	real_list("country_v4_herrbischoff.txt", 32, true);
}

static void test_country_v6(void **state)
{
	real_list("country_v6_ipverse.txt", 128, true);
}

static void test_ips(void **state)
{
	real_list("ipsum_level1_120k_ips.txt", 32, false);
}

static void test_score(void **state)
{
	struct weir_set_spec spec = { .n_fields = 1, .interval = true };

	assert_true(weir_range_ops.score(&spec, 0));
	spec.dynamic = true;
	assert_false(weir_range_ops.score(&spec, 0));
	spec.dynamic = false;
	spec.n_fields = 2;
	assert_false(weir_range_ops.score(&spec, 0));
	spec.n_fields = 1;
	spec.interval = false;
	assert_false(weir_range_ops.score(&spec, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_finished_again),
		cmocka_unit_test(test_country_v4),
		cmocka_unit_test(test_country_v4_elems),
		cmocka_unit_test(test_country_v6),
		cmocka_unit_test(test_ips),
	};
	int failed;

	if (weir_tree_nodes_init())
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	weir_tree_nodes_exit();
	return failed;
}
