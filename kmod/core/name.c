// SPDX-License-Identifier: GPL-2.0
/*
 * From names to objects. A name can be in an index more than once: while a
 * transaction is open a dying chain may share its name with a new one, and a
 * chain that is being renamed has two. Who looks picks the one it sees.
 */

#include <linux/jhash.h>
#include <linux/slab.h>
#include "core.h"

struct weir_name_key {
	u8 family;
	const char *str;
};

static u32 weir_name_hash(const void *data, u32 len, u32 seed)
{
	const struct weir_name_key *key = data;

	return jhash(key->str, strlen(key->str), seed ^ key->family);
}

static u32 weir_name_hash_obj(const void *data, u32 len, u32 seed)
{
	const struct weir_name *name = data;

	return jhash(name->str, strlen(name->str), seed ^ name->family);
}

static int weir_name_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct weir_name_key *key = arg->key;
	const struct weir_name *name = obj;

	return name->family != key->family || strcmp(name->str, key->str);
}

static const struct rhashtable_params weir_name_params = {
	.head_offset		= offsetof(struct weir_name, node),
	.hashfn			= weir_name_hash,
	.obj_hashfn		= weir_name_hash_obj,
	.obj_cmpfn		= weir_name_cmp,
	.automatic_shrinking	= true,
};

int weir_names_init(struct rhltable *names)
{
	return rhltable_init(names, &weir_name_params);
}

/* Returns the name, or ERR_PTR(). */
struct weir_name *weir_name_add(struct rhltable *names, u8 family, const char *str,
				void *object)
{
	struct weir_name_key key = { .family = family, .str = str };
	size_t size = strlen(str) + 1;
	struct weir_name *name;
	int err;

	name = kmalloc(struct_size(name, str, size), GFP_KERNEL_ACCOUNT);
	if (!name)
		return ERR_PTR(-ENOMEM);
	name->object = object;
	name->family = family;
	memcpy(name->str, str, size);

	err = rhltable_insert_key(names, &key, &name->node, weir_name_params);
	if (err) {
		kfree(name);
		return ERR_PTR(err);
	}
	return name;
}

void weir_name_del(struct rhltable *names, struct weir_name *name)
{
	rhltable_remove(names, &name->node, weir_name_params);
	kfree_rcu(name, rcu);
}

/* All names that are equal, to be walked under rcu_read_lock(). */
struct rhlist_head *weir_name_find(struct rhltable *names, u8 family, const char *str)
{
	struct weir_name_key key = { .family = family, .str = str };

	return rhltable_lookup(names, &key, weir_name_params);
}

/* Names reach terminals and logs. */
int weir_name_check(const struct weir_req *req, const struct nlattr *attr)
{
	const unsigned char *c = nla_data(attr);

	if (!*c)
		return weir_refuse(req, attr, -EINVAL, "the name is empty");
	for (; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			return weir_refuse(req, attr, -EINVAL,
					   "the name holds a control character");
	return 0;
}
