// SPDX-License-Identifier: GPL-2.0
/*
 * The set module concat against a plain list of tuples of ranges, in which the most
 * specific one is the best of all that have a key.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "chance.h"
#include "set_nets.h"
#include "shim_memory.h"
#include "set/concat.c"
#include "set/tree_node.h"

#define u128 unsigned __int128

#define EXPIRED		999999
#define TUPLES_MAX	300

struct list {
	unsigned int n;
	struct weir_elem *elem[TUPLES_MAX];
};

/* What is tested: the fields, and for each of them numbers to choose from. */
struct world {
	struct weir_set_spec spec;
	unsigned int n_points;
	u128 point[WEIR_FIELDS_MAX][24];
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

static void spec_init(struct weir_set_spec *spec, const u8 *bits)
{
	*spec = (struct weir_set_spec){ .interval = true, .elems = true, .timeout = true };
	for (; *bits; bits++) {
		spec->bits[spec->n_fields] = *bits;
		spec->offset[spec->n_fields] = spec->key_size;
		spec->size[spec->n_fields] = DIV_ROUND_UP(*bits, 8);
		spec->key_size += DIV_ROUND_UP(*bits, 8);
		spec->n_fields++;
	}
	spec->off_timeout = sizeof(struct weir_elem);
	spec->off_key = sizeof(struct weir_elem) + sizeof(struct weir_elem_timeout);
	spec->elem_size = spec->off_key + 2 * spec->key_size;
}

static void world_init(struct world *world, const u8 *bits, unsigned int points)
{
	unsigned int i, k;

	memset(world, 0, sizeof(*world));
	spec_init(&world->spec, bits);
	world->n_points = points;
	for (i = 0; i < world->spec.n_fields; i++) {
		u128 *point = world->point[i];

		for (k = 0; k < points; k++)
			point[k] = (k % 3 ? point[k - 1] ^ 1 << chance() % 8 : chance128()) &
				   last(bits[i]);
		point[0] = 0;
		point[1] = last(bits[i]);
	}
}

static void world_free(struct world *world)
{
	while (world->n_made)
		free(world->made[--world->n_made]);
	free(world->made);
}

static u128 field(const struct weir_set_spec *spec, const u8 *key, unsigned int i)
{
	struct weir_val val = weir_key_num(key + spec->offset[i], spec->size[i]);

	return (u128)val.hi << 64 | val.lo;
}

static void set_field(const struct weir_set_spec *spec, u8 *key, unsigned int i, u128 num)
{
	weir_num_key((struct weir_val){ .lo = num, .hi = num >> 64 }, key + spec->offset[i],
		     spec->size[i]);
}

static struct weir_elem *new_elem(struct world *world)
{
	struct weir_elem *elem = calloc(1, world->spec.elem_size);

	if (!(world->n_made & (world->n_made - 1)))
		world->made = realloc(world->made, (2 * world->n_made + 1) * sizeof(elem));
	world->made[world->n_made++] = elem;
	return elem;
}

/* In each field a network, a range between two points, a point, or anything. */
static struct weir_elem *make_elem(struct world *world)
{
	const struct weir_set_spec *spec = &world->spec;
	struct weir_elem *elem = new_elem(world);
	unsigned int i, len;

	if (chance() % 8 == 0)
		weir_elem_timeout(spec, elem)->expires = EXPIRED;
	for (i = 0; i < spec->n_fields; i++) {
		u128 a = world->point[i][chance() % world->n_points];
		u128 b = world->point[i][chance() % world->n_points];

		switch (chance() % 5) {
		case 0:
		case 1:
			b = a;
			break;
		case 2:
			len = chance() % (spec->bits[i] + 1);
			b = len == spec->bits[i] ? 0 : last(spec->bits[i]) >> len;
			a &= ~b;
			b |= a;
			break;
		case 3:
			a = 0;
			b = last(spec->bits[i]);
			break;
		}
		set_field(spec, weir_elem_key(spec, elem), i, a < b ? a : b);
		set_field(spec, weir_elem_to(spec, elem), i, a < b ? b : a);
	}
	return elem;
}

static struct weir_elem **list_find(const struct world *world, struct list *list,
				    const struct weir_elem *elem)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (!memcmp(weir_elem_key(&world->spec, list->elem[i]),
			    weir_elem_key(&world->spec, elem), 2 * world->spec.key_size))
			return &list->elem[i];
	return NULL;
}

/* The definition of most specific: field by field. */
static bool better(const struct weir_set_spec *spec, const struct weir_elem *a,
		   const struct weir_elem *b)
{
	unsigned int i;

	for (i = 0; i < spec->n_fields; i++) {
		u128 from = field(spec, weir_elem_key(spec, a), i);
		u128 to = field(spec, weir_elem_to(spec, a), i);
		u128 other_from = field(spec, weir_elem_key(spec, b), i);
		u128 other_to = field(spec, weir_elem_to(spec, b), i);

		if (from != other_from)
			return from > other_from;
		if (to != other_to)
			return to < other_to;
	}
	return false;
}

static bool has(const struct weir_set_spec *spec, const struct weir_elem *elem, const u8 *key)
{
	unsigned int i;

	for (i = 0; i < spec->n_fields; i++)
		if (field(spec, key, i) < field(spec, weir_elem_key(spec, elem), i) ||
		    field(spec, key, i) > field(spec, weir_elem_to(spec, elem), i))
			return false;
	return weir_elem_timeout(spec, elem)->expires != EXPIRED;
}

static struct weir_elem *list_best(const struct world *world, const struct list *list,
				   const u8 *key)
{
	struct weir_elem *best = NULL;
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (has(&world->spec, list->elem[i], key) &&
		    (!best || better(&world->spec, list->elem[i], best)))
			best = list->elem[i];
	return best;
}

/* Of all bytes behind the key none may be looked at. */
static struct weir_elem *lookup(const struct world *world, const struct weir_content *content,
				const u8 *key)
{
	u8 *copy = malloc(world->spec.key_size);
	struct weir_elem *elem;

	memcpy(copy, key, world->spec.key_size);
	elem = weir_concat_ops.lookup_wide(content, copy);
	free(copy);
	return elem;
}

static void make_key(const struct world *world, const struct list *list, u8 *key)
{
	const struct weir_set_spec *spec = &world->spec;
	const struct weir_elem *elem = list->n ? list->elem[chance() % list->n] : NULL;
	unsigned int i;

	for (i = 0; i < spec->n_fields; i++) {
		u128 num = world->point[i][chance() % world->n_points];

		if (elem && chance() % 4)
			num = field(spec, chance() % 2 ? weir_elem_key(spec, elem) :
							 weir_elem_to(spec, elem), i);
		if (chance() % 4 == 0)
			num = (num + chance() % 3 - 1) & last(spec->bits[i]);
		set_field(spec, key, i, num);
	}
}

struct walk {
	struct world *world;
	struct list *list;
	unsigned int count, stop;
	u8 seen[TUPLES_MAX];
};

static int visit(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	struct walk *walk = data;
	struct weir_elem **at = list_find(walk->world, walk->list, elem);

	if (!walk->stop--)
		return -ENOBUFS;
	assert_non_null(at);
	assert_ptr_equal(*at, elem);
	assert_memory_equal(from, weir_elem_key(&walk->world->spec, elem),
			    walk->world->spec.key_size);
	assert_memory_equal(to, weir_elem_to(&walk->world->spec, elem),
			    walk->world->spec.key_size);
	assert_false(walk->seen[at - walk->list->elem]++);
	walk->count++;
	return 0;
}

static void check(struct world *world, const struct weir_content *content, struct list *list)
{
	struct walk walk = { .world = world, .list = list };
	struct weir_set_pos pos = {};
	u8 key[WEIR_KEY_MAX];
	unsigned int i;

	assert_int_equal(content->count, list->n);
	assert_in_range(weir_concat_of(content)->n, 0, WEIR_CONCAT_TUPLES);
	for (i = 0; i < 100; i++) {
		make_key(world, list, key);
		assert_ptr_equal(lookup(world, content, key), list_best(world, list, key));
	}
	do
		walk.stop = 1 + chance() % (chance() % 2 ? 3 : 1000);
	while (weir_concat_ops.walk(content, &pos, visit, &walk));
	assert_int_equal(walk.count, list->n);
}

static void change(struct world *world, struct weir_content *content, bool may_fail)
{
	const struct weir_set_spec *spec = &world->spec;
	struct weir_elem *elem = make_elem(world), **old, *got;
	struct list *list = &world->list;
	const u8 *from, *to;
	int err;

	if (list->n && chance() % 3 == 0)
		memcpy(weir_elem_key(spec, elem),
		       weir_elem_key(spec, list->elem[chance() % list->n]), 2 * spec->key_size);
	from = weir_elem_key(spec, elem);
	to = weir_elem_to(spec, elem);
	old = list_find(world, list, elem);
	if (may_fail)
		shim_fail_after = chance() % 8;
	switch (chance() % 8) {
	case 0:
	case 1:
	case 2:
		got = weir_concat_ops.remove(content, from, to, NULL);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old ? *old : NULL);
		if (old)
			*old = list->elem[--list->n];
		break;
	case 3:
		got = weir_concat_ops.replace(content, from, to, elem);
		if (may_fail && IS_ERR(got))
			break;
		assert_ptr_equal(got, old ? *old : NULL);
		if (old)
			*old = elem;
		break;
	default:
		if (list->n == TUPLES_MAX)
			break;
		err = weir_concat_ops.insert(content, from, to, elem);
		if (may_fail && err == -ENOMEM)
			break;
		assert_int_equal(err, old ? -EEXIST : 0);
		if (!old)
			list->elem[list->n++] = elem;
		break;
	}
	shim_fail_after = -1;
	old = list_find(world, list, elem);
	assert_ptr_equal(weir_concat_ops.find(content, from, to), old ? *old : NULL);
	assert_ptr_equal(lookup(world, content, to), list_best(world, list, to));
	assert_int_equal(content->count, list->n);
}

static const u8 shapes[][WEIR_FIELDS_MAX + 1] = {
	{ 32, 16 }, { 32, 32 }, { 16, 8 }, { 128, 16 }, { 128, 128, 8 }, { 48, 32, 16 },
	{ 1, 3 }, { 32, 8, 16 }, { 20, 12, 6, 32 }, { 128, 128, 16, 16, 8 }, { 8, 8, 8, 8, 8 },
	{ 65, 33 },
};

/* Changes of one version. */
static void test_changes(void **state)
{
	unsigned int shape, round, i;

	for (shape = 0; shape < ARRAY_SIZE(shapes); shape++) {
		struct weir_content *content;
		long before = shim_allocated;
		struct world world;

		world_init(&world, shapes[shape], 3 + 7 * (shape % 4));
		content = weir_concat_ops.create(&world.spec);
		for (round = 0; round < 40; round++) {
			for (i = 0; i < 60; i++)
				change(&world, content, round % 4 == 3);
			check(&world, content, &world.list);
		}
		while (world.list.n) {
			struct weir_elem *elem = world.list.elem[--world.list.n];

			assert_ptr_equal(weir_concat_ops.remove(content,
								weir_elem_key(&world.spec, elem),
								weir_elem_to(&world.spec, elem),
								NULL), elem);
			if (world.list.n % 16 == 0)
				check(&world, content, &world.list);
		}
		assert_int_equal(weir_concat_of(content)->n, 0);
		assert_int_equal(weir_concat_of(content)->forest.bytes, 0);
		weir_concat_ops.destroy(content);
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

	for (shape = 0; shape < ARRAY_SIZE(shapes); shape++) {
		struct weir_content *version[4], *fork;
		long before = shim_allocated;
		struct world world;

		world_init(&world, shapes[shape], 3 + 7 * (shape % 4));
		version[0] = weir_concat_ops.create(&world.spec);
		was[0] = world.list;
		n = 1;
		for (round = 0; round < 120; round++) {
			fork = weir_concat_ops.fork(version[n - 1]);
			for (i = chance() % 100 >> chance() % 6; i; i--)
				change(&world, fork, chance() % 4 == 0);
			if (chance() % 3 == 0) {
				check(&world, fork, &world.list);
				weir_concat_ops.abort(version[n - 1], fork);
				world.list = was[n - 1];
			} else {
				if (chance() % 4 == 0)
					shim_fail_after = chance() % 10;
				weir_concat_ops.finish(fork);
				shim_fail_after = -1;
				version[n] = fork;
				was[n++] = world.list;
			}
			for (i = 0; i < n; i++)
				check(&world, version[i], &was[i]);
			/* Grace periods end now and then, and for some versions at once. */
			freed = n == 4 ? 1 + chance() % 3 : chance() % n;
			for (i = 0; i < freed; i++)
				weir_concat_ops.commit(version[i], version[i + 1]);
			memmove(version, version + freed, (n - freed) * sizeof(*version));
			memmove(was, was + freed, (n - freed) * sizeof(*was));
			n -= freed;
		}
		for (i = 0; i + 1 < n; i++)
			weir_concat_ops.commit(version[i], version[i + 1]);
		assert_true((long)weir_concat_ops.memory(version[n - 1]) <=
			    shim_allocated - before);
		weir_concat_ops.destroy(version[n - 1]);
		assert_int_equal(shim_allocated, before);
		world_free(&world);
	}
}

/* Each allocation of a change fails once, and nothing has happened. */
static void test_failures(void **state)
{
	unsigned int shape, round, i, after;

	for (shape = 0; shape < ARRAY_SIZE(shapes); shape++) {
		struct weir_content *old, *new;
		long before = shim_allocated;
		struct world world;

		world_init(&world, shapes[shape], 3 + 7 * (shape % 4));
		old = weir_concat_ops.create(&world.spec);
		for (i = 0; i < 300; i++)
			change(&world, old, false);
		for (round = 0; round < 40; round++) {
			struct weir_elem *elem = make_elem(&world), **there;
			const u8 *from, *to;
			int err = -ENOMEM;

			if (round % 2 && world.list.n)
				elem = world.list.elem[chance() % world.list.n];
			from = weir_elem_key(&world.spec, elem);
			to = weir_elem_to(&world.spec, elem);
			there = list_find(&world, &world.list, elem);
			for (after = 0; err == -ENOMEM; after++) {
				shim_fail_after = after;
				new = weir_concat_ops.fork(old);
				if (IS_ERR(new))
					continue;
				if (there)
					err = PTR_ERR_OR_ZERO(weir_concat_ops.remove(new, from,
										     to, NULL));
				else
					err = weir_concat_ops.insert(new, from, to, elem);
				shim_fail_after = -1;
				if (err) {
					assert_int_equal(err, -ENOMEM);
					check(&world, new, &world.list);
					weir_concat_ops.abort(old, new);
				}
			}
			weir_concat_ops.finish(new);
			weir_concat_ops.commit(old, new);
			old = new;
			if (there)
				*there = world.list.elem[--world.list.n];
			else if (world.list.n < TUPLES_MAX)
				world.list.elem[world.list.n++] = elem;
			else
				weir_concat_ops.remove(old, from, to, NULL);
			check(&world, old, &world.list);
		}
		weir_concat_ops.destroy(old);
		assert_int_equal(shim_allocated, before);
		world_free(&world);
	}
}

static void put(struct world *world, struct weir_content *content, const u128 *from,
		const u128 *to)
{
	struct weir_elem *elem = new_elem(world);
	unsigned int i;
	int err;

	for (i = 0; i < world->spec.n_fields; i++) {
		set_field(&world->spec, weir_elem_key(&world->spec, elem), i, from[i]);
		set_field(&world->spec, weir_elem_to(&world->spec, elem), i, to[i]);
	}
	err = weir_concat_ops.insert(content, weir_elem_key(&world->spec, elem),
				     weir_elem_to(&world->spec, elem), elem);
	assert_true(!err || err == -EEXIST);
}

/* Many ranges of ports for one network: all of them are one group. */
static void test_one_network(void **state)
{
	static const u8 bits[] = { 32, 16, 0 };
	struct weir_content *content, *fork;
	struct weir_elem *elem;
	struct world world;
	unsigned int i;
	u8 key[6];

	world_init(&world, bits, 10);
	content = weir_concat_ops.create(&world.spec);
	for (i = 0; i < 3000; i++) {
		const u128 from[] = { 0x0a000000, 20000 + i }, to[] = { 0x0affffff, 60000 - i };

		put(&world, content, from, to);
	}
	assert_int_equal(weir_concat_of(content)->n, 1);
	fork = weir_concat_ops.fork(content);
	for (i = 0; i < 3000; i++) {
		set_field(&world.spec, key, 0, 0x0a010203);
		set_field(&world.spec, key, 1, 60000 - i);
		elem = lookup(&world, content, key);
		assert_int_equal(field(&world.spec, weir_elem_to(&world.spec, elem), 1),
				 60000 - i);
		assert_ptr_equal(lookup(&world, fork, key), elem);
		assert_ptr_equal(weir_concat_ops.remove(fork, weir_elem_key(&world.spec, elem),
							weir_elem_to(&world.spec, elem), NULL),
				 elem);
		if (i < 2999)
			assert_ptr_not_equal(lookup(&world, fork, key), elem);
	}
	weir_concat_ops.commit(content, fork);
	assert_int_equal(fork->count, 0);
	weir_concat_ops.destroy(fork);
	world_free(&world);
}

/* All lengths in all fields: more tuples than there may be. */
static void test_all_lengths(void **state)
{
	static const u8 bits[] = { 32, 16, 128, 0 };
	struct weir_content *content;
	unsigned int i, k, found = 0;
	struct world world;
	u8 key[22];

	world_init(&world, bits, 10);
	content = weir_concat_ops.create(&world.spec);
	for (i = 0; i < 20000; i++) {
		u128 from[3], to[3];

		for (k = 0; k < 3; k++) {
			unsigned int len = chance() % (bits[k] + 1);
			u128 rest = len == bits[k] ? 0 : last(bits[k]) >> len;

			from[k] = chance128() & last(bits[k]) & ~rest;
			to[k] = from[k] | rest;
		}
		put(&world, content, from, to);
	}
	assert_in_range(weir_concat_of(content)->n, 1, WEIR_CONCAT_TUPLES);
	for (i = 0; i < 300; i++) {
		struct weir_elem *some = world.made[chance() % world.n_made], *best = NULL;

		for (k = 0; k < 3; k++)
			set_field(&world.spec, key, k,
				  field(&world.spec, weir_elem_key(&world.spec, some), k));
		for (k = 0; k < world.n_made; k++)
			if (weir_concat_ops.find(content,
						 weir_elem_key(&world.spec, world.made[k]),
						 weir_elem_to(&world.spec, world.made[k])) ==
			    world.made[k] && has(&world.spec, world.made[k], key) &&
			    (!best || better(&world.spec, world.made[k], best)))
				best = world.made[k];
		assert_ptr_equal(lookup(&world, content, key), best);
		found += best != some;
	}
	weir_concat_ops.destroy(content);
	world_free(&world);
}

/* Real networks, each with a port or a range of them. */
static void test_country(void **state)
{
	static const u128 ports[][2] = { { 80, 80 }, { 443, 443 }, { 0, 65535 }, { 1024, 2047 },
					 { 6000, 6100 } };
	static const u8 bits[] = { 32, 16, 0 };
	unsigned int n, i, k, hits = 0;
	struct weir_content *content;
	struct world world;
	struct set_net *nets;
	u8 key[6];

	nets = set_nets("country_v4_herrbischoff.txt", 32, &n);
	if (!nets) {
		print_message("# country_v4_herrbischoff.txt is not here\n");
		skip();
	}
	world_init(&world, bits, 10);
	content = weir_concat_ops.create(&world.spec);
	for (i = 0; i < n; i++) {
		k = i % ARRAY_SIZE(ports);
		put(&world, content, (u128[]){ nets[i].from, ports[k][0] },
		    (u128[]){ nets[i].to, ports[k][1] });
	}
	weir_concat_ops.finish(content);
	print_message("# %u networks with ports: %u tuples, %.2f bytes an element\n",
		      content->count, weir_concat_of(content)->n,
		      (double)weir_concat_ops.memory(content) / content->count);
	assert_in_range(weir_concat_of(content)->n, 1, 40);
	for (i = 0; i < 300; i++) {
		const struct set_net *net = &nets[chance() % n];
		struct weir_elem *best = NULL;

		set_field(&world.spec, key, 0,
			  net->from + chance128() % (net->to - net->from + 1));
		set_field(&world.spec, key, 1, ports[chance() % ARRAY_SIZE(ports)][0]);
		for (k = 0; k < world.n_made; k++)
			if (has(&world.spec, world.made[k], key) &&
			    (!best || better(&world.spec, world.made[k], best)))
				best = world.made[k];
		hits += !!best;
		if (best && weir_concat_ops.find(content, weir_elem_key(&world.spec, best),
						 weir_elem_to(&world.spec, best)) == best)
			assert_ptr_equal(lookup(&world, content, key), best);
		else
			assert_int_equal(!lookup(&world, content, key), !best);
	}
	assert_in_range(hits, 50, 300);
	weir_concat_ops.destroy(content);
	world_free(&world);
	free(nets);
}

static void test_score(void **state)
{
	struct weir_set_spec spec = { .n_fields = 2, .interval = true, .elems = true };

	assert_true(weir_concat_ops.score(&spec, 0));
	spec.dynamic = true;
	assert_false(weir_concat_ops.score(&spec, 0));
	spec.dynamic = false;
	spec.n_fields = 1;
	assert_false(weir_concat_ops.score(&spec, 0));
	spec.n_fields = 2;
	spec.interval = false;
	assert_false(weir_concat_ops.score(&spec, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_one_network),
		cmocka_unit_test(test_all_lengths),
		cmocka_unit_test(test_country),
	};
	int failed;

	if (weir_tree_nodes_init())
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	weir_tree_nodes_exit();
	return failed;
}
