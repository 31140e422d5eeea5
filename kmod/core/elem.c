// SPDX-License-Identifier: GPL-2.0
/*
 * Elements of sets from attributes, and the memory of those that are more than a key.
 *
 * Elements come as records of equal length, one behind the other, or as nests. A
 * record is read where it lies: of a set that holds nothing but keys, an element
 * costs a glance at its bits and a call.
 */

#include <linux/jiffies.h>
#include <linux/slab.h>
#include "core.h"

#define WEIR_ELEM_COLUMNS_TIMES	(WEIR_ELEM_COLUMNS_TIMEOUT | WEIR_ELEM_COLUMNS_EXPIRES)

static u16 weir_layout_add(u16 *at, size_t size)
{
	u16 off = ALIGN(*at, 8);

	*at = off + size;
	return off;
}

/**
 * weir_set_spec_layout() - Decide where everything is, in a key and in an element.
 * @spec: Says how many fields there are and their bits, and what an element has;
 *   the rest is set.
 *
 * Return: 0, or -EINVAL where a key would be too long.
 */
int weir_set_spec_layout(struct weir_set_spec *spec)
{
	const u16 hole = offsetofend(struct weir_elem, flags);
	u16 at = sizeof(struct weir_elem), key_bytes;
	unsigned int i, size = 0;
	bool fits;

	for (i = 0; i < spec->n_fields; i++) {
		spec->offset[i] = size;
		spec->size[i] = DIV_ROUND_UP(spec->bits[i], 8);
		size += spec->size[i];
	}
	if (!size || size > WEIR_KEY_MAX)
		return -EINVAL;
	spec->key_size = size;
	spec->elems = spec->elems || spec->dynamic || spec->timeout || spec->counter ||
		      (spec->interval && spec->n_fields > 1) || size > sizeof(struct weir_val) ||
		      spec->n_stmts || spec->data_type;
	/* What a list has are neither keys nor elements. */
	spec->elems &= !spec->list;

	spec->off_timeout = !spec->timeout ? 0 :
			    weir_layout_add(&at, sizeof(struct weir_elem_timeout));
	spec->off_counter = !spec->counter ? 0 :
			    weir_layout_add(&at, sizeof(struct weir_elem_counter));
	spec->off_data = !spec->data_type ? 0 :
			 weir_layout_add(&at, sizeof(struct weir_elem_data));
	spec->off_stmts = !spec->n_stmts ? 0 :
			  weir_layout_add(&at, spec->n_stmts * sizeof(struct weir_instance *));
	/* A short key has room in what the compiler leaves. */
	key_bytes = size << spec->interval;
	fits = hole + key_bytes <= sizeof(struct weir_elem);
	spec->off_key = fits || at == sizeof(struct weir_elem) ? hole : at;
	spec->elem_size = max_t(u16, at, spec->off_key + key_bytes);
	return 0;
}

/**
 * struct weir_record - Where the columns of a record are.
 * @columns: Which it has.
 * @size: Bytes of a record.
 * @flags: Offsets of the columns behind the key and the end of a range.
 * @timeout: Likewise.
 * @expires: Likewise.
 * @counter: Likewise.
 * @data: Likewise.
 */
struct weir_record {
	u32 columns;
	u32 size;
	u32 flags;
	u32 timeout;
	u32 expires;
	u32 counter;
	u32 data;
};

static u32 weir_record_add(struct weir_record *rec, u32 column, u32 size)
{
	u32 at = rec->size;

	if (rec->columns & column)
		rec->size += size;
	return at;
}

static int weir_record_layout(const struct weir_req *req, const struct weir_set_spec *spec,
			      const struct nlattr *columns, struct weir_record *rec)
{
	*rec = (struct weir_record){ .columns = columns ? nla_get_u32(columns) : 0 };
	if (rec->columns & WEIR_ELEM_COLUMNS_TO && !spec->interval)
		return weir_refuse(req, columns, -EINVAL, "elements of this set are no ranges");
	if (rec->columns & WEIR_ELEM_COLUMNS_TIMES && !spec->timeout)
		return weir_refuse(req, columns, -EINVAL,
				   "elements of this set have no timeouts");
	if (rec->columns & WEIR_ELEM_COLUMNS_COUNTER && !spec->counter)
		return weir_refuse(req, columns, -EINVAL, "elements of this set do not count");
	if (rec->columns & WEIR_ELEM_COLUMNS_DATA && spec->data_type != WEIR_DATA_TYPE_VALUE)
		return weir_refuse(req, columns, -EINVAL,
				   "elements of this set do not lead to values");

	rec->size = spec->key_size;
	weir_record_add(rec, WEIR_ELEM_COLUMNS_TO, spec->key_size);
	rec->flags = weir_record_add(rec, WEIR_ELEM_COLUMNS_FLAGS, 1);
	rec->timeout = weir_record_add(rec, WEIR_ELEM_COLUMNS_TIMEOUT, 8);
	rec->expires = weir_record_add(rec, WEIR_ELEM_COLUMNS_EXPIRES, 8);
	rec->counter = weir_record_add(rec, WEIR_ELEM_COLUMNS_COUNTER, 16);
	rec->data = weir_record_add(rec, WEIR_ELEM_COLUMNS_DATA, DIV_ROUND_UP(spec->data_bits, 8));
	return 0;
}

/* Whether any field has unused bits, which have to be zero. */
static bool weir_spec_odd(const struct weir_set_spec *spec)
{
	u8 i, bits = 0;

	for (i = 0; i < spec->n_fields; i++)
		bits |= spec->bits[i];
	return bits % 8;
}

static bool weir_key_fits(const struct weir_set_spec *spec, const u8 *key)
{
	u8 i;

	for (i = 0; i < spec->n_fields; i++)
		if (spec->bits[i] % 8 && key[spec->offset[i]] >> spec->bits[i] % 8)
			return false;
	return true;
}

/* Whether a range ends behind its start, in each field. */
static bool weir_key_ordered(const struct weir_set_spec *spec, const u8 *from, const u8 *to)
{
	u8 i;

	for (i = 0; i < spec->n_fields; i++)
		if (memcmp(from + spec->offset[i], to + spec->offset[i], spec->size[i]) > 0)
			return false;
	return true;
}

static int weir_src_bits(const struct weir_req *req, const struct weir_elem_src *src)
{
	return weir_refuse(req, src->attr, -ERANGE,
			   "an element has more bits than the fields of the key");
}

static int weir_src_order(const struct weir_req *req, const struct weir_elem_src *src)
{
	return weir_refuse(req, src->attr, -EINVAL, "a range ends before it starts");
}

static int weir_src_flags(const struct weir_req *req, const struct weir_set_spec *spec,
			  struct weir_elem_src *src, u32 flags)
{
	if (flags & ~(u32)(WEIR_ELEM_FLAGS_NOMATCH | WEIR_ELEM_FLAGS_CATCHALL))
		return weir_refuse(req, src->attr, -EINVAL, "an element has unknown flags");
	if (flags & WEIR_ELEM_FLAGS_NOMATCH && !spec->interval)
		return weir_refuse(req, src->attr, -EINVAL,
				   "only a set of ranges has exceptions");
	if (flags & WEIR_ELEM_FLAGS_NOMATCH && flags & WEIR_ELEM_FLAGS_CATCHALL)
		return weir_refuse(req, src->attr, -EINVAL,
				   "the catch-all element is no exception");
	src->flags = flags;
	return 0;
}

static int weir_src_times(const struct weir_req *req, struct weir_elem_src *src)
{
	if ((src->has_timeout && src->timeout > WEIR_TIMEOUT_MAX) ||
	    (src->has_expires && src->expires > WEIR_TIMEOUT_MAX))
		return weir_refuse(req, src->attr, -ERANGE,
				   "a timeout is at most %llu milliseconds", WEIR_TIMEOUT_MAX);
	return 0;
}

static int weir_src_value(const struct weir_req *req, const struct weir_set_spec *spec,
			  struct weir_elem_src *src, const u8 *value)
{
	src->data.val = weir_val_get(value, DIV_ROUND_UP(spec->data_bits, 8));
	src->has_data = true;
	if (!weir_val_fits(&src->data.val, spec->data_bits))
		return weir_refuse(req, src->attr, -ERANGE,
				   "a value has more than the %u bits of the map",
				   spec->data_bits);
	return 0;
}

static u64 weir_get_be64(const u8 *from)
{
	__be64 raw;

	memcpy(&raw, from, sizeof(raw));
	return be64_to_cpu(raw);
}

/* The columns of a record behind the key. */
static int weir_record_parse(const struct weir_req *req, const struct weir_set_spec *spec,
			     const struct weir_record *rec, const u8 *at,
			     struct weir_elem_src *src)
{
	int err = 0;

	if (rec->columns & WEIR_ELEM_COLUMNS_FLAGS) {
		if (at[rec->flags] & WEIR_ELEM_FLAGS_CATCHALL)
			return weir_refuse(req, src->attr, -EINVAL,
					   "the catch-all element has no key, and no record");
		err = weir_src_flags(req, spec, src, at[rec->flags]);
	}
	if (rec->columns & WEIR_ELEM_COLUMNS_TIMEOUT) {
		src->timeout = weir_get_be64(at + rec->timeout);
		src->has_timeout = src->timeout != U64_MAX;
	}
	if (rec->columns & WEIR_ELEM_COLUMNS_EXPIRES) {
		src->expires = weir_get_be64(at + rec->expires);
		src->has_expires = src->expires;
	}
	if (rec->columns & WEIR_ELEM_COLUMNS_COUNTER) {
		src->has_counter = true;
		src->packets = weir_get_be64(at + rec->counter);
		src->bytes = weir_get_be64(at + rec->counter + 8);
	}
	if (!err)
		err = weir_src_times(req, src);
	if (!err && rec->columns & WEIR_ELEM_COLUMNS_DATA)
		err = weir_src_value(req, spec, src, at + rec->data);
	return err;
}

static int weir_packed_parse(struct weir_req *req, const struct weir_set_spec *spec,
			     const struct nlattr *columns, const struct nlattr *packed,
			     int (*take)(struct weir_req *req, void *data,
					 const struct weir_elem_src *src), void *data)
{
	const u8 *at = nla_data(packed), *end = at + nla_len(packed);
	struct weir_elem_src src = { .attr = packed };
	bool odd = weir_spec_odd(spec);
	struct weir_record rec;
	u32 off_to;
	int err;

	err = weir_record_layout(req, spec, columns, &rec);
	if (err)
		return err;
	if (at == end || nla_len(packed) % rec.size)
		return weir_refuse(req, packed, -EINVAL,
				   "records of %u bytes are expected, and there are %u bytes",
				   rec.size, nla_len(packed));
	off_to = rec.columns & WEIR_ELEM_COLUMNS_TO ? spec->key_size : 0;

	for (; at < end; at += rec.size) {
		/* Whoever is told of an error learns which record it is by its place. */
		src.attr = (const void *)at;
		src.from = at;
		src.to = at + off_to;
		if (odd && (!weir_key_fits(spec, src.from) || !weir_key_fits(spec, src.to)))
			return weir_src_bits(req, &src);
		if (off_to && !weir_key_ordered(spec, src.from, src.to))
			return weir_src_order(req, &src);
		if (rec.columns & ~(u32)WEIR_ELEM_COLUMNS_TO)
			err = weir_record_parse(req, spec, &rec, at, &src);
		if (!err)
			err = take(req, data, &src);
		if (err)
			return err;
	}
	return 0;
}

static int weir_nest_key(const struct weir_req *req, const struct weir_set_spec *spec,
			 struct nlattr **tb, struct weir_elem_src *src)
{
	const struct nlattr *key = tb[WEIR_A_ELEM_KEY], *to = tb[WEIR_A_ELEM_TO];

	if (src->flags & WEIR_ELEM_FLAGS_CATCHALL) {
		if (key || to)
			return weir_refuse(req, key ?: to, -EINVAL,
					   "the catch-all element has no key");
		return 0;
	}
	if (!key)
		return weir_refuse(req, src->nest, -EINVAL, "the element has no key");
	if (to && !spec->interval)
		return weir_refuse(req, to, -EINVAL, "elements of this set are no ranges");
	if (nla_len(key) != spec->key_size || (to && nla_len(to) != spec->key_size))
		return weir_refuse(req, nla_len(key) != spec->key_size ? key : to, -EINVAL,
				   "the key has %u bytes where %u are expected",
				   nla_len(nla_len(key) != spec->key_size ? key : to),
				   spec->key_size);
	src->from = nla_data(key);
	src->to = nla_data(to ?: key);
	if (!weir_key_fits(spec, src->from) || !weir_key_fits(spec, src->to))
		return weir_src_bits(req, src);
	if (!weir_key_ordered(spec, src->from, src->to))
		return weir_src_order(req, src);
	return 0;
}

static int weir_nest_times(const struct weir_req *req, const struct weir_set_spec *spec,
			   struct nlattr **tb, struct weir_elem_src *src)
{
	const struct nlattr *timeout = tb[WEIR_A_ELEM_TIMEOUT];
	const struct nlattr *expires = tb[WEIR_A_ELEM_EXPIRES];

	if (!timeout && !expires)
		return 0;
	if (!spec->timeout)
		return weir_refuse(req, timeout ?: expires, -EINVAL,
				   "elements of this set have no timeouts");
	if (timeout) {
		src->has_timeout = true;
		src->timeout = nla_get_u64(timeout);
	}
	if (expires) {
		src->expires = nla_get_u64(expires);
		src->has_expires = src->expires;
	}
	return weir_src_times(req, src);
}

static int weir_nest_verdict(const struct weir_req *req, struct nlattr **tb,
			     struct weir_elem_src *src)
{
	const struct nlattr *name = tb[WEIR_A_ELEM_CHAIN];
	u8 verdict = nla_get_u32(tb[WEIR_A_ELEM_VERDICT]);
	bool leads = verdict == WEIR_VERDICT_JUMP || verdict == WEIR_VERDICT_GOTO;

	if (leads != !!name)
		return weir_refuse(req, tb[WEIR_A_ELEM_VERDICT], -EINVAL,
				   leads ? "this verdict leads to a chain, which is missing" :
				   "this verdict leads to no chain");
	src->has_data = true;
	src->data.verdict = verdict;
	src->data.chain_id = WEIR_CHAIN_NONE;
	if (!leads)
		return 0;
	src->data.chain = weir_chain_find(req->table, nla_data(name), WEIR_VIEW_WRITER);
	if (!src->data.chain)
		return weir_refuse(req, name, -ENOENT, "there is no chain %s in table %s",
				   (const char *)nla_data(name), req->table->name->str);
	if (src->data.chain->base)
		return weir_refuse(req, name, -EOPNOTSUPP,
				   "chain %s is a base chain; elements lead to regular chains only",
				   (const char *)nla_data(name));
	src->data.chain_id = src->data.chain->id;
	return 0;
}

static int weir_nest_data(const struct weir_req *req, const struct weir_set_spec *spec,
			  struct nlattr **tb, struct weir_elem_src *src)
{
	static const u32 allowed[] = {
		[WEIR_DATA_TYPE_NONE]	 = 0,
		[WEIR_DATA_TYPE_VALUE]	 = BIT(WEIR_A_ELEM_DATA),
		[WEIR_DATA_TYPE_VERDICT] = BIT(WEIR_A_ELEM_VERDICT) | BIT(WEIR_A_ELEM_CHAIN),
		[WEIR_DATA_TYPE_OBJECT]	 = BIT(WEIR_A_ELEM_OBJECT),
	};
	const u32 any = BIT(WEIR_A_ELEM_DATA) | BIT(WEIR_A_ELEM_VERDICT) |
			BIT(WEIR_A_ELEM_CHAIN) | BIT(WEIR_A_ELEM_OBJECT);
	int err;

	err = weir_only(req, tb, WEIR_A_ELEM_MAX, ~any | allowed[spec->data_type]);
	if (err)
		return err;
	if (tb[WEIR_A_ELEM_DATA]) {
		if (nla_len(tb[WEIR_A_ELEM_DATA]) != DIV_ROUND_UP(spec->data_bits, 8))
			return weir_refuse(req, tb[WEIR_A_ELEM_DATA], -EINVAL,
					   "the value has %u bytes where the map has %u bits",
					   nla_len(tb[WEIR_A_ELEM_DATA]), spec->data_bits);
		return weir_src_value(req, spec, src, nla_data(tb[WEIR_A_ELEM_DATA]));
	}
	if (tb[WEIR_A_ELEM_OBJECT]) {
		src->object = tb[WEIR_A_ELEM_OBJECT];
		src->has_data = true;
		return 0;
	}
	if (tb[WEIR_A_ELEM_VERDICT])
		return weir_nest_verdict(req, tb, src);
	return tb[WEIR_A_ELEM_CHAIN] ?
	       weir_refuse(req, tb[WEIR_A_ELEM_CHAIN], -EINVAL, "the verdict is missing") : 0;
}

/* The counter among the statements of an element; who makes it reads the others. */
static int weir_nest_counter(const struct weir_req *req, const struct weir_set_spec *spec,
			     struct weir_elem_src *src)
{
	struct nlattr *tb[WEIR_A_STMT_MAX + 1];
	const struct nlattr *attr;
	int err, left;

	nla_for_each_nested(attr, src->nest, left) {
		if (nla_type(attr) != WEIR_A_ELEM_STMT)
			continue;
		err = weir_nest(req, attr, tb, WEIR_A_STMT_MAX, 0);
		if (err)
			return err;
		if (!tb[WEIR_A_STMT_TYPE])
			return weir_refuse(req, attr, -EINVAL, "the statement has no type");
		if (nla_get_u32(tb[WEIR_A_STMT_TYPE]) != WEIR_STMT_TYPE_COUNTER) {
			if (!spec->n_stmts)
				return weir_refuse(req, attr, -EINVAL,
						   "elements of this set have no such statements");
			continue;
		}
		if (!spec->counter)
			return weir_refuse(req, attr, -EINVAL,
					   "elements of this set do not count");
		if (src->has_counter)
			return weir_refuse(req, attr, -EINVAL, "the element has two counters");
		src->has_counter = true;
		if (tb[WEIR_A_STMT_PACKETS])
			src->packets = nla_get_u64(tb[WEIR_A_STMT_PACKETS]);
		if (tb[WEIR_A_STMT_BYTES])
			src->bytes = nla_get_u64(tb[WEIR_A_STMT_BYTES]);
	}
	return 0;
}

/* A set of a list; what elements may have besides is not for them. */
static int weir_nest_member(const struct weir_req *req, const struct weir_set_spec *spec,
			    struct nlattr **tb, struct weir_elem_src *src)
{
	const struct nlattr *set = tb[WEIR_A_ELEM_SET], *before = tb[WEIR_A_ELEM_BEFORE];

	if (!spec->list)
		return weir_refuse(req, set ?: before, -EINVAL,
				   "elements of this set are no sets");
	if (!set)
		return weir_refuse(req, before, -EINVAL, "the name of the set is missing");
	src->member = set;
	src->before = before;
	return weir_only(req, tb, WEIR_A_ELEM_MAX,
			 BIT(WEIR_A_ELEM_SET) | BIT(WEIR_A_ELEM_BEFORE));
}

static int weir_nest_parse(struct weir_req *req, const struct weir_set_spec *spec,
			   const struct nlattr *nest, struct weir_elem_src *src)
{
	struct nlattr *tb[WEIR_A_ELEM_MAX + 1];
	int err;

	*src = (struct weir_elem_src){ .attr = nest, .nest = nest };
	err = weir_nest(req, nest, tb, WEIR_A_ELEM_MAX, WEIR_A_ELEM_STMT);
	if (err)
		return err;
	if (tb[WEIR_A_ELEM_SET] || tb[WEIR_A_ELEM_BEFORE])
		return weir_nest_member(req, spec, tb, src);
	src->comment = tb[WEIR_A_ELEM_COMMENT];
	if (tb[WEIR_A_ELEM_FLAGS])
		err = weir_src_flags(req, spec, src, nla_get_u32(tb[WEIR_A_ELEM_FLAGS]));
	if (!err)
		err = weir_nest_key(req, spec, tb, src);
	if (!err)
		err = weir_nest_times(req, spec, tb, src);
	if (!err)
		err = weir_nest_data(req, spec, tb, src);
	if (!err && tb[WEIR_A_ELEM_STMT])
		err = weir_nest_counter(req, spec, src);
	return err;
}

static int weir_nest_take(struct weir_req *req, const struct weir_set_spec *spec,
			  const struct nlattr *nest,
			  int (*take)(struct weir_req *req, void *data,
				      const struct weir_elem_src *src), void *data)
{
	struct weir_elem_src src;

	return weir_nest_parse(req, spec, nest, &src) ?: take(req, data, &src);
}

/**
 * weir_elems_parse() - Read elements.
 * @req: The request, its table set.
 * @spec: What the set holds.
 * @columns: Attribute that says what @packed has, or NULL.
 * @packed: Attribute with records, or NULL.
 * @nest: The attribute in which elements are nests; NULL for the message itself.
 * @type: The attribute that is an element, 0 if there are none.
 * @take: Called for each element.
 * @data: For @take.
 *
 * Return: 0; a negative errno with an extack message, or what @take returned.
 */
int weir_elems_parse(struct weir_req *req, const struct weir_set_spec *spec,
		     const struct nlattr *columns, const struct nlattr *packed,
		     const struct nlattr *nest, int type,
		     int (*take)(struct weir_req *req, void *data,
				 const struct weir_elem_src *src), void *data)
{
	const struct nlmsghdr *nlh = req->info->nlhdr;
	const struct nlattr *attr, *head;
	int err, left, len;

	if (columns && !packed)
		return weir_refuse(req, columns, -EINVAL, "columns without records");
	if (packed) {
		err = weir_packed_parse(req, spec, columns, packed, take, data);
		if (err)
			return err;
	}
	if (!type)
		return 0;
	head = nest ? nla_data(nest) : nlmsg_attrdata(nlh, GENL_HDRLEN);
	len = nest ? nla_len(nest) : nlmsg_attrlen(nlh, GENL_HDRLEN);
	nla_for_each_attr(attr, head, len, left) {
		if (nla_type(attr) != type)
			continue;
		err = weir_nest_take(req, spec, attr, take, data);
		if (err)
			return err;
	}
	return 0;
}

/* The statement of an element that the message gives, or one like the template. */
static int weir_elem_stmt(struct weir_req *req, const struct nlattr *nest,
			  const struct weir_item *template, struct weir_instance **instance)
{
	struct weir_item item = {};
	int err;

	if (nest) {
		err = weir_stmt_parse(req, nest, &item);
		if (err)
			return err;
		*instance = weir_item_instance(&item);
		if (*instance && (*instance)->plugin == template->instance->plugin)
			return 0;
		weir_stmt_destroy(req->wn, req->table->family, &item, true);
		*instance = NULL;
		return weir_refuse(req, nest, -EINVAL,
				   "the statements are not those of the set, in order");
	}
	*instance = weir_instance_clone(req->wn, req->table->family, template->instance);
	return *instance ? 0 : weir_refuse(req, nest, -ENOMEM, "no memory for the element");
}

/* The next statement in a nest that is no counter, or NULL. */
static const struct nlattr *weir_next_stmt(const struct nlattr *nest,
					   const struct nlattr *last)
{
	const struct nlattr *attr, *type;
	bool behind = !last;
	int left;

	if (!nest)
		return NULL;
	nla_for_each_nested(attr, nest, left) {
		if (!behind) {
			behind = attr == last;
			continue;
		}
		if (nla_type(attr) != WEIR_A_ELEM_STMT)
			continue;
		type = nla_find_nested(attr, WEIR_A_STMT_TYPE);
		if (type && nla_get_u32(type) != WEIR_STMT_TYPE_COUNTER)
			return attr;
	}
	return NULL;
}

/* The statements that the message gives an element of a loose set. */
static int weir_elem_stmts_loose(struct weir_req *req, const struct weir_set_spec *spec,
				 const struct nlattr *nest, struct weir_elem *elem)
{
	const struct nlattr *attr = NULL;
	struct weir_item item = {};
	unsigned int i;
	int err;

	for (i = 0; (attr = weir_next_stmt(nest, attr)); i++) {
		if (i == spec->n_stmts)
			return weir_refuse(req, attr, -E2BIG,
					   "an element of this set has at most %u statements and a counter",
					   spec->n_stmts);
		err = weir_stmt_parse(req, attr, &item);
		if (err)
			return err;
		weir_elem_stmts(spec, elem)[i] = weir_item_instance(&item);
	}
	return 0;
}

static int weir_elem_stmts_create(struct weir_req *req, const struct weir_set_spec *spec,
				  const struct nlattr *nest, const struct weir_item *stmts,
				  struct weir_elem *elem)
{
	const struct nlattr *attr = weir_next_stmt(nest, NULL);
	bool given = attr;
	unsigned int i = 0;
	int err;

	if (spec->loose)
		return weir_elem_stmts_loose(req, spec, nest, elem);
	for (; i < spec->n_stmts; stmts++) {
		if (!weir_item_instance(stmts))
			continue;
		if (given && !attr)
			break;
		err = weir_elem_stmt(req, attr, stmts, &weir_elem_stmts(spec, elem)[i]);
		if (err)
			return err;
		i++;
		if (given)
			attr = weir_next_stmt(nest, attr);
	}
	if (i < spec->n_stmts || attr)
		return weir_refuse(req, attr ?: nest, -EINVAL,
				   "the statements are not those of the set, in order");
	return 0;
}

static void weir_elem_timeout_init(struct weir_elem_timeout *to,
				   const struct weir_elem_src *src, u64 timeout)
{
	u64 left;

	to->timeout = src->has_timeout ? src->timeout : timeout;
	left = src->has_expires ? src->expires : to->timeout;
	to->expires = to->timeout ? get_jiffies_64() + weir_timeout_jiffies(left) : 0;
}

/**
 * weir_elem_create() - Make an element.
 * @req: The request, its table set.
 * @spec: What the set holds; its elements are more than keys.
 * @src: What the message says.
 * @timeout: Of an element that gives none, milliseconds.
 * @stmts: Statements of the set, templates, counters among them; NULL without.
 *
 * Return: The element, NEW, or ERR_PTR() with an extack message.
 */
struct weir_elem *weir_elem_create(struct weir_req *req, const struct weir_set_spec *spec,
				   const struct weir_elem_src *src, u64 timeout,
				   const struct weir_item *stmts)
{
	struct weir_elem *elem = kzalloc(spec->elem_size, WEIR_GFP_ELEM);
	int err;

	if (!elem)
		return ERR_PTR(weir_refuse(req, src->attr, -ENOMEM, "no memory for the element"));
	elem->state = WEIR_ELEM_NEW;
	elem->flags = src->flags;
	if (src->from) {
		memcpy(weir_elem_key(spec, elem), src->from, spec->key_size);
		memcpy(weir_elem_to(spec, elem), src->to, spec->key_size);
	}
	if (spec->timeout)
		weir_elem_timeout_init(weir_elem_timeout(spec, elem), src, timeout);
	if (spec->counter) {
		atomic64_set(&weir_elem_counter(spec, elem)->packets, src->packets);
		atomic64_set(&weir_elem_counter(spec, elem)->bytes, src->bytes);
		if (spec->loose && src->has_counter)
			elem->flags |= WEIR_ELEM_COUNTS;
	}
	if (spec->data_type)
		*weir_elem_data(spec, elem) = src->data;
	if (src->comment) {
		elem->comment = weir_strdup(req, src->comment);
		if (IS_ERR(elem->comment)) {
			err = PTR_ERR(elem->comment);
			elem->comment = NULL;
			goto err_free_elem;
		}
	}
	err = weir_elem_stmts_create(req, spec, src->nest, stmts, elem);
	if (err)
		goto err_free_elem;
	return elem;

err_free_elem:
	weir_elem_free(req->wn, spec, req->table->family, elem, true);
	return ERR_PTR(err);
}

/**
 * weir_elem_free() - Free an element that no packet sees any more.
 * @wn: The namespace.
 * @spec: What its set holds.
 * @family: Family of the table.
 * @elem: The element.
 * @put: References to the plug-ins' modules are still held.
 */
void weir_elem_free(struct weir_net *wn, const struct weir_set_spec *spec, u8 family,
		    struct weir_elem *elem, bool put)
{
	unsigned int i;

	for (i = 0; i < spec->n_stmts; i++)
		weir_instance_destroy(wn, family, weir_elem_stmts(spec, elem)[i], put);
	kfree(elem->comment);
	kfree(elem);
}

/* Give back the references to the modules of an element's plug-ins. */
void weir_elem_put(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	unsigned int i;

	for (i = 0; i < spec->n_stmts; i++)
		if (weir_elem_stmts(spec, elem)[i])
			module_put(weir_elem_stmts(spec, elem)[i]->plugin->owner);
}

/* Whether an element is there no more, but for its memory. */
bool weir_elem_expired(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	u64 expires = spec->timeout ? READ_ONCE(weir_elem_timeout(spec, elem)->expires) : 0;

	return expires && !time_before64(get_jiffies_64(), expires);
}

/* Whether two elements of a map lead to the same. */
bool weir_elem_data_same(const struct weir_set_spec *spec, const struct weir_elem_data *a,
			 const struct weir_elem_data *b)
{
	switch (spec->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		return !weir_val_cmp(&a->val, &b->val);
	case WEIR_DATA_TYPE_VERDICT:
		return a->verdict == b->verdict && a->chain == b->chain;
	case WEIR_DATA_TYPE_OBJECT:
		return a->object == b->object;
	default:
		return true;
	}
}
