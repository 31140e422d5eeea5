// SPDX-License-Identifier: GPL-2.0
/*
 * Elements of sets to attributes: records as long as they have the same columns,
 * and nests for what no record can say. A message has one or the other.
 */

#include <linux/jiffies.h>
#include "core.h"

/* Bytes that an attribute can have, with something left for what is around it. */
#define WEIR_PACKED_MAX	60000

/* Elements that follow another one as nests, though a record could say them. */
#define WEIR_NESTS_MAX	64

/**
 * weir_elem_out_init() - Begin to put elements of a set into a message.
 * @out: Set up.
 * @skb: The message, its other attributes put.
 * @set: The set.
 */
void weir_elem_out_init(struct weir_elem_out *out, struct sk_buff *skb,
			const struct weir_set *set)
{
	*out = (struct weir_elem_out){
		.skb	 = skb,
		.spec	 = &set->spec,
		.sets	 = &set->wn->sets,
		.stmts	 = set->stmts,
		.columns = WEIR_A_ELEMS_COLUMNS,
		.packed	 = WEIR_A_ELEMS_PACKED,
		.elem	 = WEIR_A_ELEMS_ELEM,
	};
}

/* Whether an element has statements other than a counter. */
static bool weir_elem_acts(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	unsigned int i;

	for (i = 0; i < spec->n_stmts; i++)
		if (weir_elem_stmts(spec, elem)[i])
			return true;
	return false;
}

/* Whether a record can say it. */
static bool weir_elem_packs(const struct weir_elem_out *out, const struct weir_elem *elem)
{
	if (elem == WEIR_ELEM_HIT)
		return true;
	if (elem->flags & WEIR_ELEM_FLAGS_CATCHALL)
		return false;
	return out->bare || (!elem->comment && !weir_elem_acts(out->spec, elem) &&
			     out->spec->data_type <= WEIR_DATA_TYPE_VALUE);
}

static u32 weir_elem_columns(const struct weir_elem_out *out, const struct weir_elem *elem)
{
	const struct weir_set_spec *spec = out->spec;
	u32 columns = spec->interval ? WEIR_ELEM_COLUMNS_TO : 0;

	if (elem == WEIR_ELEM_HIT || out->bare)
		return columns;
	if (elem->flags & WEIR_ELEM_FLAGS_NOMATCH)
		columns |= WEIR_ELEM_COLUMNS_FLAGS;
	if (spec->timeout)
		columns |= WEIR_ELEM_COLUMNS_TIMEOUT | WEIR_ELEM_COLUMNS_EXPIRES;
	if (weir_elem_counts(spec, elem))
		columns |= WEIR_ELEM_COLUMNS_COUNTER;
	if (spec->data_type)
		columns |= WEIR_ELEM_COLUMNS_DATA;
	return columns;
}

static u32 weir_columns_size(const struct weir_set_spec *spec, u32 columns)
{
	u32 size = spec->key_size;

	size += columns & WEIR_ELEM_COLUMNS_TO ? spec->key_size : 0;
	size += columns & WEIR_ELEM_COLUMNS_FLAGS ? 1 : 0;
	size += columns & WEIR_ELEM_COLUMNS_TIMEOUT ? 8 : 0;
	size += columns & WEIR_ELEM_COLUMNS_EXPIRES ? 8 : 0;
	size += columns & WEIR_ELEM_COLUMNS_COUNTER ? 16 : 0;
	size += columns & WEIR_ELEM_COLUMNS_DATA ? DIV_ROUND_UP(spec->data_bits, 8) : 0;
	return size;
}

/* Begin records: as many as there is room for. */
static int weir_records_begin(struct weir_elem_out *out, u32 columns)
{
	struct sk_buff *skb = out->skb;
	void *before = skb_tail_pointer(skb);
	int room;

	if (columns && nla_put_u32(skb, out->columns, columns))
		return -EMSGSIZE;
	out->record = weir_columns_size(out->spec, columns);
	/* What fills up the last record to four bytes is room as well. */
	room = min(skb_tailroom(skb) - NLA_HDRLEN - NLA_ALIGNTO, WEIR_PACKED_MAX);
	if (room < (int)out->record) {
		nlmsg_trim(skb, before);
		return -EMSGSIZE;
	}
	out->start = nla_reserve(skb, out->packed, 0);
	out->has = columns;
	out->at = nla_data(out->start);
	out->end = out->at + room - room % out->record;
	return 0;
}

/**
 * weir_elem_fill_end() - The last element of a message is in it.
 * @out: The elements.
 */
void weir_elem_fill_end(struct weir_elem_out *out)
{
	u32 len;

	if (!out->start)
		return;
	len = out->at - (u8 *)nla_data(out->start);
	out->start->nla_len = nla_attr_size(len);
	skb_put(out->skb, len);
	skb_put_zero(out->skb, nla_padlen(len));
	out->start = NULL;
}

static u64 weir_elem_left(const struct weir_elem_timeout *to)
{
	u64 now = get_jiffies_64(), expires = READ_ONCE(to->expires);

	if (!expires)
		return 0;
	/* One that is there has some time left. */
	return time_after64(expires, now) ? max(jiffies64_to_msecs(expires - now), 1ULL) : 1;
}

static u8 *weir_put_be64(u8 *at, u64 value)
{
	__be64 raw = cpu_to_be64(value);

	memcpy(at, &raw, sizeof(raw));
	return at + sizeof(raw);
}

/* Packets and bytes; with @reset, from now on they are counted anew. */
static void weir_elem_count(struct weir_elem_counter *counter, bool reset,
			    struct weir_counter *count)
{
	count->packets = reset ? atomic64_xchg(&counter->packets, 0) :
			 atomic64_read(&counter->packets);
	count->bytes = reset ? atomic64_xchg(&counter->bytes, 0) :
		       atomic64_read(&counter->bytes);
}

static void weir_record_rest(struct weir_elem_out *out, u8 *at, struct weir_elem *elem)
{
	const struct weir_set_spec *spec = out->spec;
	struct weir_counter count;

	if (out->has & WEIR_ELEM_COLUMNS_FLAGS)
		*at++ = elem->flags & WEIR_ELEM_FLAGS_NOMATCH;
	if (out->has & WEIR_ELEM_COLUMNS_TIMEOUT) {
		at = weir_put_be64(at, weir_elem_timeout(spec, elem)->timeout);
		at = weir_put_be64(at, weir_elem_left(weir_elem_timeout(spec, elem)));
	}
	if (out->has & WEIR_ELEM_COLUMNS_COUNTER) {
		weir_elem_count(weir_elem_counter(spec, elem), out->reset, &count);
		at = weir_put_be64(at, count.packets);
		at = weir_put_be64(at, count.bytes);
	}
	if (out->has & WEIR_ELEM_COLUMNS_DATA)
		weir_val_put(weir_elem_data(spec, elem)->val, at,
			     DIV_ROUND_UP(spec->data_bits, 8));
}

static int weir_record_fill(struct weir_elem_out *out, const u8 *from, const u8 *to,
			    struct weir_elem *elem)
{
	u32 size = out->spec->key_size;
	u8 *at = out->at;

	if (at == out->end)
		return -EMSGSIZE;
	memcpy(at, from, size);
	at += size;
	if (out->has & WEIR_ELEM_COLUMNS_TO) {
		memcpy(at, to, size);
		at += size;
	}
	if (out->has & ~(u32)WEIR_ELEM_COLUMNS_TO)
		weir_record_rest(out, at, elem);
	out->at += out->record;
	return 0;
}

static int weir_nest_counter_fill(struct weir_elem_out *out, struct weir_elem *elem,
				  bool reset)
{
	struct weir_elem_counter *counter = weir_elem_counter(out->spec, elem);
	struct nlattr *nest = nla_nest_start(out->skb, WEIR_A_ELEM_STMT);
	struct weir_counter count;

	if (!nest)
		return -EMSGSIZE;
	weir_elem_count(counter, reset, &count);
	if (nla_put_u32(out->skb, WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER) ||
	    nla_put_u64_64bit(out->skb, WEIR_A_STMT_PACKETS, count.packets, WEIR_A_STMT_PAD) ||
	    nla_put_u64_64bit(out->skb, WEIR_A_STMT_BYTES, count.bytes, WEIR_A_STMT_PAD))
		return -EMSGSIZE;
	nla_nest_end(out->skb, nest);
	return 0;
}

/* The statements in the order of the declaration. */
static int weir_nest_stmts_fill(struct weir_elem_out *out, struct weir_elem *elem, bool reset)
{
	const struct weir_set_spec *spec = out->spec;
	struct weir_item item = { .type = WEIR_ITEM_TYPE_MATCH };
	unsigned int i, match = 0, n = spec->n_stmts + spec->counter;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		/* A loose set has no order: the counter comes first. */
		if (out->stmts ? !weir_item_instance(&out->stmts[i]) : spec->counter && !i) {
			if (weir_elem_counts(spec, elem))
				err = weir_nest_counter_fill(out, elem, reset);
			continue;
		}
		item.instance = weir_elem_stmts(spec, elem)[match++];
		if (item.instance)
			err = weir_stmt_fill(out->skb, WEIR_A_ELEM_STMT, &item, reset);
	}
	return err;
}

static int weir_nest_data_fill(struct weir_elem_out *out, struct weir_elem *elem)
{
	const struct weir_set_spec *spec = out->spec;
	const struct weir_elem_data *data = weir_elem_data(spec, elem);

	switch (spec->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		return weir_val_fill(out->skb, WEIR_A_ELEM_DATA, &data->val, spec->data_bits);
	case WEIR_DATA_TYPE_VERDICT:
		if (nla_put_u32(out->skb, WEIR_A_ELEM_VERDICT, data->verdict))
			return -EMSGSIZE;
		return data->chain ? nla_put_string(out->skb, WEIR_A_ELEM_CHAIN,
				     weir_chain_name(data->chain, WEIR_VIEW_COMMITTED)) : 0;
	case WEIR_DATA_TYPE_OBJECT:
		return nla_put_string(out->skb, WEIR_A_ELEM_OBJECT, data->object->name->str);
	default:
		return 0;
	}
}

static int weir_nest_times_fill(struct weir_elem_out *out, struct weir_elem *elem)
{
	const struct weir_elem_timeout *to = weir_elem_timeout(out->spec, elem);

	if (nla_put_u64_64bit(out->skb, WEIR_A_ELEM_TIMEOUT, to->timeout, WEIR_A_ELEM_PAD))
		return -EMSGSIZE;
	return to->timeout ? nla_put_u64_64bit(out->skb, WEIR_A_ELEM_EXPIRES,
					       weir_elem_left(to), WEIR_A_ELEM_PAD) : 0;
}

static int weir_nest_rest(struct weir_elem_out *out, struct weir_elem *elem, bool reset)
{
	const struct weir_set_spec *spec = out->spec;
	u32 flags = elem->flags & (WEIR_ELEM_FLAGS_NOMATCH | WEIR_ELEM_FLAGS_CATCHALL);

	if (flags && nla_put_u32(out->skb, WEIR_A_ELEM_FLAGS, flags))
		return -EMSGSIZE;
	if (out->bare)
		return 0;
	if ((spec->timeout && weir_nest_times_fill(out, elem)) ||
	    (spec->data_type && weir_nest_data_fill(out, elem)) ||
	    (elem->comment && nla_put_string(out->skb, WEIR_A_ELEM_COMMENT, elem->comment)))
		return -EMSGSIZE;
	return weir_nest_stmts_fill(out, elem, reset);
}

static int weir_nest_fill(struct weir_elem_out *out, const u8 *from, const u8 *to,
			  struct weir_elem *elem, bool reset)
{
	const struct weir_set_spec *spec = out->spec;
	struct nlattr *nest = nla_nest_start(out->skb, out->elem);
	bool key = elem == WEIR_ELEM_HIT || !(elem->flags & WEIR_ELEM_FLAGS_CATCHALL);

	if (!nest)
		return -EMSGSIZE;
	if ((key && nla_put(out->skb, WEIR_A_ELEM_KEY, spec->key_size, from)) ||
	    (key && spec->interval && nla_put(out->skb, WEIR_A_ELEM_TO, spec->key_size, to)) ||
	    (elem != WEIR_ELEM_HIT && weir_nest_rest(out, elem, reset))) {
		nla_nest_cancel(out->skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(out->skb, nest);
	return 0;
}

/* What was reset cannot be taken back: first see whether it fits. */
static int weir_nest_reset(struct weir_elem_out *out, const u8 *from, const u8 *to,
			   struct weir_elem *elem)
{
	void *before = skb_tail_pointer(out->skb);

	if (weir_nest_fill(out, from, to, elem, false))
		return -EMSGSIZE;
	if (!out->reset || elem == WEIR_ELEM_HIT)
		return 0;
	nlmsg_trim(out->skb, before);
	return weir_nest_fill(out, from, to, elem, true);
}

/* A set of a list: @from is its id, and @to that of the set before which it stands. */
static int weir_member_fill(struct weir_elem_out *out, const u8 *from, const u8 *to)
{
	int err = weir_list_fill(out->skb, out->elem, out->sets, *(const u32 *)from,
				 *(const u32 *)to);

	if (!err)
		out->n_nests++;
	return err;
}

/**
 * weir_elem_fill() - Put an element into a message.
 * @out: The elements of the message.
 * @from: Its key.
 * @to: The end of its range.
 * @elem: The element, %WEIR_ELEM_HIT where it is only a key.
 *
 * Return: 0; -EMSGSIZE if there is no room; 1 if it needs a message of another shape.
 * Then nothing was put.
 */
int weir_elem_fill(struct weir_elem_out *out, const u8 *from, const u8 *to,
		   struct weir_elem *elem)
{
	int err;

	if (out->spec->list)
		return weir_member_fill(out, from, to);
	if (weir_elem_packs(out, elem)) {
		u32 columns = weir_elem_columns(out, elem);

		if (!out->start && !out->n_nests) {
			err = weir_records_begin(out, columns);
			if (err)
				return err;
		}
		if (out->start && out->has == columns)
			return weir_record_fill(out, from, to, elem);
		if (out->n_nests >= WEIR_NESTS_MAX)
			return 1;
	}
	if (out->start)
		return 1;
	err = weir_nest_reset(out, from, to, elem);
	if (!err)
		out->n_nests++;
	return err;
}
