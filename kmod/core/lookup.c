// SPDX-License-Identifier: GPL-2.0
/*
 * The sets of rules. A rule asks a named set of its table, which then has it in
 * its list of lookups, or an anonymous one, whose elements are the item's own: a
 * content that is made while the messages come in, and never changes afterwards.
 *
 * A rule's code calls the set module of the content. Where a transaction moves a
 * named set to another module, or gives its elements more than keys, the rules that
 * ask it get new code, which takes the place of the old one with the commit:
 * weir_lookup_relower() before the programs are compiled (from weir_rich_rule.next
 * where that is), weir_lookup_settle() once they are published, or
 * weir_lookup_unlower() if they are not.
 */

#include <linux/slab.h>
#include "core.h"

/**
 * weir_part_parse() - Read a key with the operations on it.
 * @req: The request.
 * @draft: The rule; told where the key is valid.
 * @key: Attribute with the key, or NULL.
 * @ops: The nest that has the operations, and what to blame.
 * @type: The attribute that is an operation.
 * @part: Zeroed; what it holds is freed with the item.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_part_parse(struct weir_req *req, struct weir_draft *draft, const struct nlattr *key,
		    const struct nlattr *ops, int type, struct weir_key_part *part)
{
	int err;

	if (!key)
		return weir_refuse(req, ops, -EINVAL, "the field has no key");
	err = weir_key_parse(req, key, &part->key, draft);
	if (!err)
		err = weir_key_may_read(req, &part->key, key);
	if (!err)
		err = weir_ops_parse(req, ops, type, part->key.len, &part->ops, &part->n_ops);
	return err;
}

static int weir_lookup_parts(struct weir_req *req, struct weir_draft *draft,
			     struct weir_lookup *lookup, const struct nlattr *nest)
{
	struct nlattr *tb[WEIR_A_PART_MAX + 1];
	const struct nlattr *attr;
	u32 n = 0;
	int err, left;

	nla_for_each_nested(attr, nest, left)
		n += nla_type(attr) == WEIR_A_LOOKUP_PART;
	if (!n || n > WEIR_FIELDS_MAX)
		return weir_refuse(req, nest, -EINVAL, "the key of a set has from 1 to %u fields",
				   WEIR_FIELDS_MAX);
	lookup->parts = kcalloc(n, sizeof(*lookup->parts), GFP_KERNEL_ACCOUNT);
	if (!lookup->parts)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the key");

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != WEIR_A_LOOKUP_PART)
			continue;
		err = weir_nest(req, attr, tb, WEIR_A_PART_MAX, WEIR_A_PART_OP);
		if (!err)
			err = weir_part_parse(req, draft, tb[WEIR_A_PART_KEY], attr,
					      WEIR_A_PART_OP, &lookup->parts[lookup->n_parts++]);
		if (err)
			return err;
	}
	return 0;
}

/* What the elements of an item's set lead to; _NONE where that does not matter. */
static u8 weir_item_data_type(const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_SET:
		return WEIR_DATA_TYPE_VALUE;
	case WEIR_ITEM_TYPE_VMAP:
		return WEIR_DATA_TYPE_VERDICT;
	case WEIR_ITEM_TYPE_OBJECT:
		return WEIR_DATA_TYPE_OBJECT;
	default:
		return WEIR_DATA_TYPE_NONE;
	}
}

/* Whether the key of the packet is a key of the set. */
static int weir_named_key(const struct weir_req *req, const struct weir_lookup *lookup,
			  const struct nlattr *name)
{
	const struct weir_set_spec *spec = lookup->spec;
	u32 i;

	if (spec->n_fields != lookup->n_parts)
		return weir_refuse(req, name, -EINVAL,
				   "the key has %u fields and set %s has %u", lookup->n_parts,
				   (const char *)nla_data(name), spec->n_fields);
	for (i = 0; i < spec->n_fields; i++)
		if (spec->bits[i] != lookup->parts[i].key.len)
			return weir_refuse(req, name, -EINVAL,
					   "field %u of the key has %u bits and that of set %s has %u",
					   i + 1, lookup->parts[i].key.len,
					   (const char *)nla_data(name), spec->bits[i]);
	return 0;
}

/* Whether the elements of the set lead to what the item wants. */
static int weir_named_data(const struct weir_req *req, const struct weir_item *item,
			   const struct nlattr *name)
{
	static const char *const wants[] = {
		[WEIR_DATA_TYPE_VALUE]	 = "map to values",
		[WEIR_DATA_TYPE_VERDICT] = "map to verdicts",
		[WEIR_DATA_TYPE_OBJECT]	 = "map to objects",
	};
	const struct weir_set *set = weir_item_lookup(item)->set;
	u8 type = weir_item_data_type(item);

	if (!type)
		return 0;
	if (type != set->spec.data_type)
		return weir_refuse(req, name, -EINVAL, "set %s is no %s",
				   (const char *)nla_data(name), wants[type]);
	if (type == WEIR_DATA_TYPE_VALUE && set->spec.data_bits > item->key.len)
		return weir_refuse(req, name, -ERANGE,
				   "the values of map %s have %u bits and the key has %u",
				   (const char *)nla_data(name), set->spec.data_bits,
				   item->key.len);
	if (type == WEIR_DATA_TYPE_OBJECT && strcmp(set->object_type, item->object_type))
		return weir_refuse(req, name, -EINVAL, "map %s leads to objects of type %s",
				   (const char *)nla_data(name), set->object_type);
	return 0;
}

static int weir_lookup_named(struct weir_req *req, struct weir_draft *draft,
			     struct weir_item *item, const struct nlattr *name)
{
	struct weir_lookup *lookup = weir_item_lookup(item);
	const struct weir_content *content;
	struct weir_set *set;
	int err;

	set = weir_set_get(req, name);
	if (IS_ERR(set))
		return PTR_ERR(set);
	content = weir_set_content(set, WEIR_VIEW_WRITER);
	lookup->set = set;
	lookup->set_id = set->id;
	lookup->ops = content->ops;
	lookup->spec = weir_set_spec(set, content);
	set->users++;

	err = weir_named_key(req, lookup, name);
	if (!err)
		err = weir_named_data(req, item, name);
	if (err)
		return err;
	draft->hooks &= set->hooks;
	draft->sets = true;
	draft->maps |= item->type == WEIR_ITEM_TYPE_VMAP;
	return 0;
}

static int weir_anon_spec(struct weir_req *req, const struct weir_item *item,
			  const struct nlattr *nest, struct nlattr **tb,
			  struct weir_set_spec *spec)
{
	const struct weir_lookup *lookup = weir_item_lookup(item);
	u32 i, bits = 0, most = 0, flags = 0, type = WEIR_DATA_TYPE_NONE;

	if (tb[WEIR_A_LOOKUP_FLAGS])
		flags = nla_get_u32(tb[WEIR_A_LOOKUP_FLAGS]);
	if (tb[WEIR_A_LOOKUP_DATA_TYPE])
		type = nla_get_u32(tb[WEIR_A_LOOKUP_DATA_TYPE]);
	if (tb[WEIR_A_LOOKUP_DATA_LEN])
		bits = nla_get_u32(tb[WEIR_A_LOOKUP_DATA_LEN]);
	if (flags & ~WEIR_SET_FLAGS_INTERVAL)
		return weir_refuse(req, tb[WEIR_A_LOOKUP_FLAGS], -EINVAL,
				   "an anonymous set has no flag but interval");
	if (type != weir_item_data_type(item))
		return weir_refuse(req, tb[WEIR_A_LOOKUP_DATA_TYPE] ?: nest, -EINVAL,
				   "the elements do not lead to what the item wants");
	if (type == WEIR_DATA_TYPE_VALUE)
		most = item->key.len;
	if (!most != !bits || bits > most)
		return weir_refuse(req, tb[WEIR_A_LOOKUP_DATA_LEN] ?: nest, -ERANGE,
				   "a map to values has from 1 to %u bits here", most);

	spec->n_fields = lookup->n_parts;
	for (i = 0; i < lookup->n_parts; i++)
		spec->bits[i] = lookup->parts[i].key.len;
	spec->interval = flags & WEIR_SET_FLAGS_INTERVAL;
	/* Elements may come later that have a comment. */
	spec->elems = true;
	spec->data_type = type;
	spec->data_bits = bits;
	if (weir_set_spec_layout(spec))
		return weir_refuse(req, nest, -E2BIG, "the key is longer than %u bytes",
				   WEIR_KEY_MAX);
	return 0;
}

/**
 * struct weir_anon - An anonymous set that gets elements.
 * @draft: The rule.
 * @item: The item.
 */
struct weir_anon {
	struct weir_draft *draft;
	struct weir_item *item;
};

static int weir_anon_data(struct weir_req *req, const struct weir_item *item,
			  const struct weir_elem_src *src, struct weir_elem_data *data)
{
	u8 type = weir_item_lookup(item)->spec->data_type;

	if (type && !src->has_data)
		return weir_refuse(req, src->attr, -EINVAL,
				   "the element does not say where it leads");
	*data = src->data;
	if (type != WEIR_DATA_TYPE_OBJECT)
		return 0;
	data->object = weir_object_get(req, item->object_type, src->object);
	return PTR_ERR_OR_ZERO(data->object);
}

/* There is an element with the key: no harm is done if it means the same. */
static int weir_anon_again(const struct weir_req *req, const struct weir_lookup *lookup,
			   const struct weir_elem_src *src, const struct weir_elem *elem)
{
	const struct weir_set_spec *spec = lookup->spec;
	const struct weir_elem *old = lookup->catchall;

	if (src->from)
		old = lookup->ops->find(lookup->anon, src->from, src->to);
	if (old && old->flags == elem->flags &&
	    weir_elem_data_same(spec, weir_elem_data(spec, old), weir_elem_data(spec, elem)))
		return 0;
	return weir_refuse(req, src->attr, -EEXIST, "the element is there twice");
}

static int weir_anon_insert(struct weir_lookup *lookup, struct weir_elem *elem)
{
	const struct weir_set_spec *spec = lookup->spec;

	if (!(elem->flags & WEIR_ELEM_FLAGS_CATCHALL))
		return lookup->ops->insert(lookup->anon, weir_elem_key(spec, elem),
					   weir_elem_to(spec, elem), elem);
	if (lookup->catchall)
		return -EEXIST;
	lookup->catchall = elem;
	return 0;
}

static int weir_anon_take(struct weir_req *req, void *data, const struct weir_elem_src *src)
{
	struct weir_anon *anon = data;
	struct weir_lookup *lookup = weir_item_lookup(anon->item);
	struct weir_elem_data leads;
	struct weir_elem *elem;
	int err;

	if (lookup->anon->count >= WEIR_RANGES_MAX)
		return weir_refuse(req, src->attr, -E2BIG,
				   "an anonymous set has at most %u elements", WEIR_RANGES_MAX);
	err = weir_anon_data(req, anon->item, src, &leads);
	if (err)
		return err;
	elem = weir_elem_create(req, lookup->spec, src, 0, NULL);
	if (IS_ERR(elem))
		return PTR_ERR(elem);
	elem->state = WEIR_ELEM_LIVE;
	if (lookup->spec->data_type)
		*weir_elem_data(lookup->spec, elem) = leads;

	err = weir_anon_insert(lookup, elem);
	if (err) {
		if (err == -EEXIST)
			err = weir_anon_again(req, lookup, src, elem);
		else
			weir_refuse(req, src->attr, err, err == -E2BIG ?
				    "ranges are nested too deeply" : "no memory for the element");
		weir_elem_free(req->wn, lookup->spec, req->table->family, elem, true);
		return err;
	}
	if (lookup->spec->data_type == WEIR_DATA_TYPE_OBJECT)
		leads.object->users++;
	if (lookup->spec->data_type == WEIR_DATA_TYPE_VERDICT && leads.chain)
		anon->draft->n_jumps++;
	return 0;
}

static int weir_anon_elems(struct weir_req *req, struct weir_draft *draft,
			   struct weir_item *item, const struct nlattr *nest,
			   struct nlattr **tb)
{
	struct weir_anon anon = { .draft = draft, .item = item };

	return weir_elems_parse(req, weir_item_lookup(item)->spec, tb[WEIR_A_LOOKUP_COLUMNS],
				tb[WEIR_A_LOOKUP_PACKED], nest, WEIR_A_LOOKUP_ELEM,
				weir_anon_take, &anon);
}

static int weir_lookup_anon(struct weir_req *req, struct weir_draft *draft,
			    struct weir_item *item, const struct nlattr *nest,
			    struct nlattr **tb)
{
	struct weir_lookup *lookup = weir_item_lookup(item);
	struct weir_content *content;
	int err;

	lookup->anon_spec = kzalloc(sizeof(*lookup->anon_spec), GFP_KERNEL_ACCOUNT);
	if (!lookup->anon_spec)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the set");
	lookup->spec = lookup->anon_spec;
	err = weir_anon_spec(req, item, nest, tb, lookup->anon_spec);
	if (err)
		return err;
	content = weir_content_create(req, req->table->family, lookup->spec, 0);
	if (IS_ERR(content))
		return PTR_ERR(content);
	lookup->anon = content;
	lookup->ops = content->ops;
	return weir_anon_elems(req, draft, item, nest, tb);
}

/**
 * weir_lookup_parse() - Read which set an item asks for which key.
 * @req: The request, its table set.
 * @draft: The rule.
 * @item: The item, its own attributes read; what it gets here goes with it.
 * @nest: The nest "lookup".
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_lookup_parse(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		      const struct nlattr *nest)
{
	const u32 named = BIT(WEIR_A_LOOKUP_PART) | BIT(WEIR_A_LOOKUP_SET);
	struct nlattr *tb[WEIR_A_LOOKUP_MAX + 1];
	struct weir_lookup *lookup;
	int err;

	err = weir_nest_multi(req, nest, tb, WEIR_A_LOOKUP_MAX,
			      BIT(WEIR_A_LOOKUP_PART) | BIT(WEIR_A_LOOKUP_ELEM));
	if (!err && tb[WEIR_A_LOOKUP_SET])
		err = weir_only(req, tb, WEIR_A_LOOKUP_MAX, named);
	if (err)
		return err;
	lookup = kzalloc(sizeof(*lookup), GFP_KERNEL_ACCOUNT);
	if (!lookup)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the lookup");
	INIT_LIST_HEAD(&lookup->list);
	if (item->type == WEIR_ITEM_TYPE_SET)
		item->map = lookup;
	else
		item->lookup = lookup;

	err = weir_lookup_parts(req, draft, lookup, nest);
	if (err)
		return err;
	if (tb[WEIR_A_LOOKUP_SET])
		return weir_lookup_named(req, draft, item, tb[WEIR_A_LOOKUP_SET]);
	return weir_lookup_anon(req, draft, item, nest, tb);
}

/**
 * weir_lookup_more() - Read more elements of an anonymous set.
 * @req: The request, its table set.
 * @draft: The rule.
 * @item: Its last item, which has the set.
 * @nest: The nest "lookup".
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_lookup_more(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		     const struct nlattr *nest)
{
	const u32 allowed = BIT(WEIR_A_LOOKUP_COLUMNS) | BIT(WEIR_A_LOOKUP_PACKED) |
			    BIT(WEIR_A_LOOKUP_ELEM);
	struct nlattr *tb[WEIR_A_LOOKUP_MAX + 1];
	int err;

	err = weir_nest_multi(req, nest, tb, WEIR_A_LOOKUP_MAX, BIT(WEIR_A_LOOKUP_ELEM));
	if (!err)
		err = weir_only(req, tb, WEIR_A_LOOKUP_MAX, allowed);
	return err ?: weir_anon_elems(req, draft, item, nest, tb);
}

/* The statements that new elements get: those of the set, or of a loose one the rule's. */
static int weir_update_stmts_fit(const struct weir_req *req, const struct weir_item *item,
				 const struct nlattr *nest)
{
	const struct weir_update *update = item->update;
	const struct weir_set *set = item->lookup->set;
	u32 i, counters = 0, others = 0;

	if (!update->n_stmts)
		return 0;
	if (!set->spec.loose) {
		for (i = 0; i < update->n_stmts && i < set->n_stmts; i++)
			if (!weir_stmt_same(&update->stmts[i], &set->stmts[i]))
				break;
		if (i == update->n_stmts && i == set->n_stmts)
			return 0;
		return weir_refuse(req, nest, -EINVAL,
				   "the statements are not those that set %s declares",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	}
	for (i = 0; i < update->n_stmts; i++) {
		if (update->stmts[i].type == WEIR_ITEM_TYPE_COUNTER)
			counters++;
		else
			others++;
	}
	if (counters <= set->spec.counter && others <= set->spec.n_stmts)
		return 0;
	return weir_refuse(req, nest, -EOPNOTSUPP,
			   "set %s has room for a counter and %u other statement; declare them with the set",
			   weir_set_name(set, WEIR_VIEW_WRITER), set->spec.n_stmts);
}

static int weir_update_stmts(struct weir_req *req, struct weir_draft *draft,
			     struct weir_item *item, const struct nlattr *nest)
{
	struct weir_update *update = item->update;
	const struct nlattr *attr;
	struct weir_item *stmt;
	u32 n = 0;
	int err, left;

	nla_for_each_nested(attr, nest, left)
		n += nla_type(attr) == WEIR_A_ITEM_STMT;
	if (!n)
		return 0;
	if (n > WEIR_STMTS_MAX)
		return weir_refuse(req, nest, -E2BIG, "an element has at most %u statements",
				   WEIR_STMTS_MAX);
	update->stmts = kcalloc(n, sizeof(*update->stmts), GFP_KERNEL_ACCOUNT);
	if (!update->stmts)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the statements");

	nla_for_each_nested(attr, nest, left) {
		if (nla_type(attr) != WEIR_A_ITEM_STMT)
			continue;
		stmt = &update->stmts[update->n_stmts++];
		err = weir_stmt_parse(req, attr, stmt);
		if (err)
			return err;
		if (weir_item_instance(stmt))
			draft->hooks &= stmt->instance->plugin->hooks;
	}
	return weir_update_stmts_fit(req, item, nest);
}

/* What a new element of a map leads to. */
static int weir_update_data(struct weir_req *req, struct weir_draft *draft,
			    struct weir_item *item, const struct nlattr *nest,
			    struct nlattr **tb)
{
	const struct weir_set_spec *spec = item->lookup->spec;
	struct weir_update *update = item->update;
	const struct nlattr *value = tb[WEIR_A_ITEM_VALUE], *source = tb[WEIR_A_ITEM_SOURCE];
	bool wants = spec->data_type && update->op != WEIR_DYN_OP_DELETE;
	int err;

	if (!!value + !!source != wants)
		return weir_refuse(req, value ?: source ?: nest, -EINVAL,
				   wants ? "a new element of a map needs a value or a source" :
				   "there is nothing that the value could be of");
	if (tb[WEIR_A_ITEM_OP] && !source)
		return weir_refuse(req, tb[WEIR_A_ITEM_OP], -EINVAL,
				   "the operations of an update are for its source");
	if (value) {
		update->has_data = true;
		return weir_val_parse(req, value, spec->data_bits, &update->data);
	}
	if (!source)
		return 0;
	err = weir_part_parse(req, draft, source, nest, WEIR_A_ITEM_OP, &update->source);
	if (!err && update->source.key.len > spec->data_bits)
		err = weir_refuse(req, source, -ERANGE,
				  "the source has %u bits and the values of the map have %u",
				  update->source.key.len, spec->data_bits);
	return err;
}

static int weir_update_set(struct weir_req *req, const struct weir_item *item,
			   struct nlattr **tb)
{
	const struct weir_set *set = item->lookup->set;

	if (!set || !set->spec.dynamic)
		return weir_refuse(req, tb[WEIR_A_ITEM_LOOKUP], -EOPNOTSUPP,
				   "packets change sets with the flag dynamic only");
	if (set->spec.data_type > WEIR_DATA_TYPE_VALUE)
		return weir_refuse(req, tb[WEIR_A_ITEM_LOOKUP], -EOPNOTSUPP,
				   "packets change no maps to verdicts or objects");
	if (tb[WEIR_A_ITEM_TIMEOUT] && !set->spec.timeout)
		return weir_refuse(req, tb[WEIR_A_ITEM_TIMEOUT], -EINVAL,
				   "elements of set %s have no timeouts",
				   weir_set_name(set, WEIR_VIEW_WRITER));
	if (tb[WEIR_A_ITEM_TIMEOUT] &&
	    nla_get_u64(tb[WEIR_A_ITEM_TIMEOUT]) > WEIR_TIMEOUT_MAX)
		return weir_refuse(req, tb[WEIR_A_ITEM_TIMEOUT], -ERANGE,
				   "the timeout is too long");
	return 0;
}

/**
 * weir_update_parse() - Read what an item does to a dynamic set.
 * @req: The request, its table set.
 * @draft: The rule.
 * @item: The item; what it gets here goes with it.
 * @nest: The item's nest.
 * @tb: Its attributes.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_update_parse(struct weir_req *req, struct weir_draft *draft, struct weir_item *item,
		      const struct nlattr *nest, struct nlattr **tb)
{
	struct weir_update *update;
	int err;

	if (!tb[WEIR_A_ITEM_DYN_OP])
		return weir_refuse(req, nest, -EINVAL, "the update does not say what to do");
	err = weir_lookup_parse(req, draft, item, tb[WEIR_A_ITEM_LOOKUP]);
	if (!err)
		err = weir_update_set(req, item, tb);
	if (err)
		return err;
	update = kzalloc(sizeof(*update), GFP_KERNEL_ACCOUNT);
	if (!update)
		return weir_refuse(req, nest, -ENOMEM, "no memory for the update");
	item->update = update;
	update->op = nla_get_u32(tb[WEIR_A_ITEM_DYN_OP]);
	if (update->op == WEIR_DYN_OP_DELETE &&
	    (tb[WEIR_A_ITEM_TIMEOUT] || tb[WEIR_A_ITEM_STMT]))
		return weir_refuse(req, tb[WEIR_A_ITEM_TIMEOUT] ?: tb[WEIR_A_ITEM_STMT], -EINVAL,
				   "what is deleted has neither timeout nor statements");
	if (tb[WEIR_A_ITEM_TIMEOUT]) {
		update->has_timeout = true;
		update->timeout = nla_get_u64(tb[WEIR_A_ITEM_TIMEOUT]);
	}
	err = weir_update_data(req, draft, item, nest, tb);
	return err ?: weir_update_stmts(req, draft, item, nest);
}

static void weir_part_destroy(struct weir_net *wn, u8 family, struct weir_key_part *part,
			      bool put)
{
	weir_instance_destroy(wn, family, weir_key_instance(&part->key), put);
	kfree(part->ops);
}

static void weir_update_destroy(struct weir_net *wn, u8 family, struct weir_update *update,
				bool put)
{
	u32 i;

	if (!update)
		return;
	for (i = 0; i < update->n_stmts; i++)
		weir_stmt_destroy(wn, family, &update->stmts[i], put);
	weir_part_destroy(wn, family, &update->source, put);
	kfree(update->stmts);
	kfree(update);
}

/**
 * weir_lookup_destroy() - Free the lookup of an item, and its update.
 * @wn: The namespace.
 * @family: Family of the table.
 * @item: The item; no packet sees it any more.
 * @put: References to modules are still held, and the item counts as a user.
 */
void weir_lookup_destroy(struct weir_net *wn, u8 family, struct weir_item *item, bool put)
{
	struct weir_lookup *lookup = weir_item_lookup(item);
	u32 i;

	if (put)
		weir_lookup_use(item, -1);
	weir_update_destroy(wn, family, weir_item_update(item), put);
	weir_content_free(wn, family, lookup->anon_spec, lookup->anon, put);
	if (lookup->catchall)
		weir_elem_free(wn, lookup->anon_spec, family, lookup->catchall, put);
	for (i = 0; i < lookup->n_parts; i++)
		weir_part_destroy(wn, family, &lookup->parts[i], put);
	kfree(lookup->parts);
	kfree(lookup->anon_spec);
	kfree(lookup);
}

/**
 * weir_lookup_put() - Give back the references to modules that a lookup holds.
 * @item: Of a rule that is no longer part of the ruleset.
 */
void weir_lookup_put(const struct weir_item *item)
{
	const struct weir_lookup *lookup = weir_item_lookup(item);
	const struct weir_update *update = weir_item_update(item);
	u32 i;

	weir_content_put(lookup->anon);
	for (i = 0; i < lookup->n_parts; i++)
		weir_instance_put(weir_key_instance(&lookup->parts[i].key));
	if (!update)
		return;
	weir_instance_put(weir_key_instance(&update->source.key));
	for (i = 0; i < update->n_stmts; i++)
		weir_instance_put(weir_item_instance(&update->stmts[i]));
}

/**
 * struct weir_using - Counting the users of the objects that a map leads to.
 * @spec: What the map holds.
 * @more: 1 or -1.
 */
struct weir_using {
	const struct weir_set_spec *spec;
	int more;
};

static int weir_use_object(void *data, const u8 *from, const u8 *to, struct weir_elem *elem)
{
	const struct weir_using *using = data;

	weir_elem_data(using->spec, elem)->object->users += using->more;
	return 0;
}

/**
 * weir_lookup_use() - Count an item among the users of its set, or no more.
 * @item: It has a lookup.
 * @more: 1 or -1.
 */
void weir_lookup_use(const struct weir_item *item, int more)
{
	const struct weir_lookup *lookup = weir_item_lookup(item);
	struct weir_using using = { .spec = lookup->spec, .more = more };
	struct weir_set_pos pos = {};

	if (lookup->set)
		lookup->set->users += more;
	if (!lookup->anon || lookup->spec->data_type != WEIR_DATA_TYPE_OBJECT)
		return;
	lookup->ops->walk(lookup->anon, &pos, weir_use_object, &using);
	if (lookup->catchall)
		weir_use_object(&using, NULL, NULL, lookup->catchall);
}

/**
 * weir_lookup_link() - Make a complete rule's lookups known to its sets.
 * @rule: The rule.
 */
void weir_lookup_link(struct weir_rule *rule)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_item *item = NULL;
	struct weir_lookup *lookup;

	while ((item = weir_body_next(&body, item))) {
		lookup = weir_item_lookup(item);
		if (!lookup)
			continue;
		lookup->rule = rule;
		if (lookup->set)
			list_add_tail(&lookup->list, &lookup->set->lookups);
		else if (lookup->ops->finish)
			lookup->ops->finish(lookup->anon);
	}
}

/**
 * weir_lookup_unlink() - The reverse; only packets see the rule any more.
 * @rule: The rule.
 */
void weir_lookup_unlink(struct weir_rule *rule)
{
	struct weir_rule_body body = weir_rule_body(rule);
	const struct weir_item *item = NULL;
	struct weir_lookup *lookup;

	while ((item = weir_body_next(&body, item))) {
		lookup = weir_item_lookup(item);
		if (lookup)
			list_del_init(&lookup->list);
	}
}

/* A rule that asks a named set is rich. */
static struct weir_rich_rule *weir_lookup_rule(const struct weir_lookup *lookup)
{
	return container_of(lookup->rule, struct weir_rich_rule, rule);
}

/* See that there is room for the code that one more rule has now. */
static int weir_codes_reserve(struct weir_txn *txn)
{
	u32 cap = max(2 * txn->cap_codes, 4U);
	struct weir_code **codes;

	if (txn->new_codes == txn->cap_codes) {
		codes = kvcalloc(cap, sizeof(*codes), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!codes)
			return -ENOMEM;
		kvfree(txn->codes);
		txn->codes = codes;
		txn->cap_codes = cap;
	}
	txn->new_codes++;
	return 0;
}

static int weir_rule_relower(struct weir_txn *txn, struct weir_rich_rule *rich,
			     struct netlink_ext_ack *extack)
{
	struct weir_rule_body body = weir_rule_body(&rich->rule);
	struct weir_chain *chain = rich->rule.chain;
	int err;

	err = weir_codes_reserve(txn);
	if (!err)
		err = weir_code_create(&body, chain->table->family, extack);
	if (err)
		return err;
	weir_code_destroy(rich->next);
	rich->next = body.code;
	weir_chain_dirty(txn, chain);
	chain->afresh = true;
	return 0;
}

/**
 * weir_lookup_relower() - Make new code for the rules that ask a set.
 * @txn: The open transaction.
 * @set: The set.
 * @ops: The set module that will hold it after the commit that is being prepared.
 * @spec: What it will hold.
 * @extack: Takes the reason of a refusal.
 *
 * Before programs are compiled; rules whose code is right stay as they are.
 *
 * Return: 0 or a negative errno; then, as after any other failure of the commit,
 * weir_lookup_unlower() takes it back.
 */
int weir_lookup_relower(struct weir_txn *txn, struct weir_set *set, const struct weir_set_ops *ops,
			const struct weir_set_spec *spec, struct netlink_ext_ack *extack)
{
	struct weir_lookup *lookup;
	int err;

	list_for_each_entry(lookup, &set->lookups, list) {
		if (lookup->ops == ops && lookup->spec == spec)
			continue;
		if (!weir_seen(&lookup->rule->obj, WEIR_VIEW_WRITER))
			continue;
		lookup->ops = ops;
		lookup->spec = spec;
		err = weir_rule_relower(txn, weir_lookup_rule(lookup), extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * weir_lookup_unlower() - Rules keep the code that they have.
 * @set: A set; also one that was not relowered.
 */
void weir_lookup_unlower(struct weir_set *set)
{
	struct weir_rich_rule *rich;
	struct weir_lookup *lookup;

	list_for_each_entry(lookup, &set->lookups, list) {
		rich = weir_lookup_rule(lookup);
		weir_code_destroy(rich->next);
		rich->next = NULL;
		/* A new rule that asks what was never committed goes with it. */
		if (!set->content)
			continue;
		lookup->ops = set->content->ops;
		lookup->spec = weir_set_spec(set, set->content);
	}
}

/**
 * weir_lookup_settle() - Rules have the new code: it is published.
 * @txn: The transaction; gets the code that only packets may still run.
 * @set: A set; also one that was not relowered.
 */
void weir_lookup_settle(struct weir_txn *txn, struct weir_set *set)
{
	struct weir_rich_rule *rich;
	struct weir_lookup *lookup;

	list_for_each_entry(lookup, &set->lookups, list) {
		rich = weir_lookup_rule(lookup);
		if (!rich->next)
			continue;
		txn->codes[txn->n_codes++] = rich->rule.code;
		rich->rule.code = rich->next;
		rich->next = NULL;
	}
}
