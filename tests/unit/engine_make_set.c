// SPDX-License-Identifier: GPL-2.0
/* Random sets, for rules. */
#include "engine_make.h"

struct make_entry {
	u8 from[WEIR_KEY_MAX];
	u8 to[WEIR_KEY_MAX];
	struct weir_elem *elem;
};

struct make_array {
	struct weir_content content;
	struct make_entry *entries;
};

/* A counter, as the named object that elements of a map lead to. */
struct weir_object_named {
	struct weir_item item;
};

struct weir_set_slot make_slots[MAKE_SLOTS];
const struct weir_ruleset make_ruleset = { .sets = make_slots };
static u32 make_slot;

static bool make_entry_has(const struct weir_set_spec *spec, const struct make_entry *entry,
			   const u8 *key)
{
	u32 i;

	for (i = 0; i < spec->n_fields; i++)
		if (memcmp(key + spec->offset[i], entry->from + spec->offset[i], spec->size[i]) < 0 ||
		    memcmp(key + spec->offset[i], entry->to + spec->offset[i], spec->size[i]) > 0)
			return false;
	return true;
}

static struct weir_elem *make_array_lookup_wide(const struct weir_content *content, const u8 *key)
{
	const struct make_array *array = container_of(content, struct make_array, content);
	u32 i;

	assert((unsigned long)key % 8 == 0);
	for (i = 0; i < content->count; i++)
		if (make_entry_has(content->spec, &array->entries[i], key))
			return array->entries[i].elem;
	return NULL;
}

static struct weir_elem *make_array_lookup(const struct weir_content *content, u64 lo, u64 hi)
{
	u8 key[WEIR_KEY_MAX] __aligned(8);

	assert(content->spec->key_size <= 16 && (content->spec->key_size > 8 || !hi));
	weir_num_key((struct weir_val){ .lo = lo, .hi = hi }, key, content->spec->key_size);
	return make_array_lookup_wide(content, key);
}

static const struct weir_set_ops make_array_ops = {
	.plugin.name = "array",
	.lookup = make_array_lookup,
	.lookup_wide = make_array_lookup_wide,
};

void make_layout(struct weir_set_spec *spec)
{
	u32 i, at = sizeof(struct weir_elem);

	spec->key_size = 0;
	for (i = 0; i < spec->n_fields; i++) {
		spec->offset[i] = spec->key_size;
		spec->size[i] = DIV_ROUND_UP(spec->bits[i], 8);
		spec->key_size += spec->size[i];
	}
	spec->off_timeout = at;
	at += sizeof(struct weir_elem_timeout);
	spec->off_counter = at;
	at += sizeof(struct weir_elem_counter);
	spec->off_data = at;
	at += sizeof(struct weir_elem_data);
	spec->off_stmts = at;
	at += spec->n_stmts * sizeof(struct weir_instance *);
	spec->off_key = at;
	spec->elem_size = at + 2 * spec->key_size;
}

struct weir_content *make_content(const struct weir_set_spec *spec)
{
	struct make_array *array = calloc(1, sizeof(*array));

	array->content.ops = &make_array_ops;
	array->content.spec = spec;
	return &array->content;
}

struct weir_elem *make_elem(const struct weir_set_spec *spec)
{
	return calloc(1, spec->elem_size);
}

void make_insert(struct weir_content *content, const u8 *from, const u8 *to,
		 struct weir_elem *elem)
{
	struct make_array *array = container_of(content, struct make_array, content);
	u32 size = content->spec->key_size;
	struct make_entry *entry;

	array->entries = realloc(array->entries, (content->count + 1) * sizeof(*entry));
	entry = &array->entries[content->count++];
	memcpy(entry->from, from, size);
	memcpy(entry->to, to, size);
	entry->elem = elem ? elem : WEIR_ELEM_HIT;
	if (elem)
		memcpy(weir_elem_key(content->spec, elem), from, size);
}

static void make_object_free(struct weir_object_named *object)
{
	make_counter_free(&object->item);
	free(weir_item_instance(&object->item));
	free(object);
}

static void make_elem_free(const struct weir_set_spec *spec, struct weir_elem *elem)
{
	u32 i;

	if (!elem || elem == WEIR_ELEM_HIT)
		return;
	for (i = 0; i < spec->n_stmts; i++)
		free(weir_elem_stmts(spec, elem)[i]);
	if (spec->data_type == WEIR_DATA_TYPE_OBJECT) {
		struct weir_object_named *object = weir_elem_data(spec, elem)->object;

		make_object_free(object);
	}
	free(elem);
}

void make_content_free(struct weir_content *content)
{
	struct make_array *array = container_of(content, struct make_array, content);
	u32 i;

	for (i = 0; i < content->count; i++)
		make_elem_free(content->spec, array->entries[i].elem);
	free(array->entries);
	free(array);
}

static struct weir_object_named *make_object(void)
{
	struct weir_object_named *object = calloc(1, sizeof(*object));

	if (make_random(2)) {
		make_counter_item(&object->item);
	} else {
		object->item.type = WEIR_ITEM_TYPE_MATCH;
		object->item.instance = make_instance(&make_match_ops.plugin);
	}
	return object;
}

/* An element with all that the set's elements can have, as chance wants it. */
static struct weir_elem *make_some_elem(const struct weir_set_spec *spec, u32 chain, u32 chains)
{
	struct weir_elem *elem = make_elem(spec);
	struct weir_elem_data *data = weir_elem_data(spec, elem);
	u32 i;

	if (spec->dynamic)
		elem->state = make_random(4) ? WEIR_ELEM_LIVE : make_random(WEIR_ELEM_DEAD + 1);
	if (spec->interval && !make_random(4))
		elem->flags = WEIR_ELEM_FLAGS_NOMATCH;
	if (spec->timeout && make_random(2))
		weir_elem_timeout(spec, elem)->expires = get_jiffies_64() - 1 + make_random(3);
	for (i = 0; i < spec->n_stmts; i++)
		if (make_random(3))
			weir_elem_stmts(spec, elem)[i] = make_instance(&make_match_ops.plugin);

	switch (spec->data_type) {
	case WEIR_DATA_TYPE_VALUE:
		data->val = make_any(spec->data_bits);
		break;
	case WEIR_DATA_TYPE_VERDICT:
		data->verdict = make_random(chain < chains ? 6 : 4);
		data->chain_id = ~0U;
		if (data->verdict >= WEIR_VERDICT_JUMP)
			data->chain_id = chain + make_random(chains - chain);
		break;
	case WEIR_DATA_TYPE_OBJECT:
		data->object = make_object();
		break;
	}
	return elem;
}

static struct weir_elem *make_some(const struct weir_set_spec *spec, u32 chain, u32 chains)
{
	return spec->elems ? make_some_elem(spec, chain, chains) : NULL;
}

/* A key with the values of @packet in its fields, or most of them. */
static void make_keys(const struct weir_lookup *lookup, const struct make_packet *packet,
		      u8 *from, u8 *to)
{
	const struct weir_set_spec *spec = lookup->spec;
	u32 i;

	for (i = 0; i < lookup->n_parts; i++) {
		struct weir_val a = make_value(&lookup->parts[i].key, packet), b = a;

		if (spec->interval && make_random(2))
			b = make_any(spec->bits[i]);
		if (weir_val_cmp(a, b) > 0) {
			struct weir_val c = a;

			a = b;
			b = c;
		}
		weir_num_key(a, from + spec->offset[i], spec->size[i]);
		weir_num_key(b, to + spec->offset[i], spec->size[i]);
	}
}

static void make_spec(struct weir_set_spec *spec, struct weir_lookup *lookup, u8 type, u32 bits)
{
	u32 i;

	spec->n_fields = lookup->n_parts;
	for (i = 0; i < spec->n_fields; i++)
		spec->bits[i] = lookup->parts[i].key.len;
	spec->interval = make_random(2);
	spec->data_type = type;
	spec->data_bits = bits;
	spec->elems = type || make_random(2);
	if (spec->elems && make_random(2)) {
		spec->dynamic = !make_random(3);
		spec->timeout = make_random(2);
		spec->counter = make_random(2);
		spec->n_stmts = make_random(3);
	}
	make_layout(spec);
}

/* A set for the keys of @lookup, with elements as chance wants them. */
static struct weir_content *make_set(struct weir_set *set, struct weir_lookup *lookup,
				     const struct make_packet *packet, u8 type, u32 bits,
				     u32 chain, u32 chains, struct weir_elem **catchall)
{
	u8 from[WEIR_KEY_MAX], to[WEIR_KEY_MAX];
	struct weir_content *content;
	u32 i;

	make_spec(&set->spec, lookup, type, bits);
	lookup->spec = &set->spec;
	content = make_content(&set->spec);
	for (i = make_random(6); i; i--) {
		make_keys(lookup, packet, from, to);
		make_insert(content, from, to, make_some(&set->spec, chain, chains));
	}
	*catchall = NULL;
	if (!make_random(4))
		*catchall = set->spec.elems ? make_some(&set->spec, chain, chains) :
			    WEIR_ELEM_HIT;
	return content;
}

static u32 make_put(struct weir_content *content, struct weir_elem *catchall)
{
	do
		make_slot = (make_slot + 1) % MAKE_SLOTS;
	while (make_slots[make_slot].content);
	make_slots[make_slot].content = content;
	make_slots[make_slot].catchall = catchall;
	return make_slot;
}

/* A list of sets, none of which is like the others. */
static void make_list(struct weir_lookup *lookup, const struct make_packet *packet)
{
	struct weir_set_spec *spec = &lookup->set->spec;
	struct weir_list *list = calloc(1, sizeof(*list));
	struct weir_content *content;
	struct weir_elem *catchall;
	u32 i;

	for (i = make_random(4); i; i--) {
		content = make_set(calloc(1, sizeof(struct weir_set)), lookup, packet,
				   WEIR_DATA_TYPE_NONE, 0, 0, 0, &catchall);
		list->ids[list->content.count++] = make_put(content, catchall);
	}
	spec->list = true;
	spec->n_fields = lookup->n_parts;
	for (i = 0; i < lookup->n_parts; i++)
		spec->bits[i] = lookup->parts[i].key.len;
	make_layout(spec);
	lookup->spec = spec;
	list->content.spec = spec;
	lookup->set_id = make_put(&list->content, NULL);
}

void make_lookup(struct weir_item *item, u8 family, const struct make_packet *packet, u8 type,
		 u32 bits, u32 chain, u32 chains)
{
	struct weir_lookup *lookup = calloc(1, sizeof(*lookup));
	struct weir_content *content;
	struct weir_elem *catchall;
	u32 i;

	if (item->type == WEIR_ITEM_TYPE_SET)
		item->map = lookup;
	else
		item->lookup = lookup;
	lookup->n_parts = make_random(2) ? 1 : 1 + make_random(WEIR_FIELDS_MAX);
	lookup->parts = calloc(lookup->n_parts, sizeof(*lookup->parts));
	for (i = 0; i < lookup->n_parts; i++)
		make_part(&lookup->parts[i], family);
	lookup->set = calloc(1, sizeof(*lookup->set));
	if (item->type == WEIR_ITEM_TYPE_LOOKUP && !make_random(4)) {
		make_list(lookup, packet);
		return;
	}
	content = make_set(lookup->set, lookup, packet, type, bits, chain, chains, &catchall);
	lookup->ops = &make_array_ops;
	if (make_random(2)) {
		lookup->anon = content;
		lookup->catchall = catchall;
		return;
	}
	lookup->set_id = make_put(content, catchall);
	lookup->set->id = lookup->set_id;
}

static void make_update(struct weir_item *item, u8 family, const struct make_packet *packet)
{
	struct weir_update *update = calloc(1, sizeof(*update));

	make_lookup(item, family, packet, WEIR_DATA_TYPE_NONE, 0, 0, 0);
	item->update = update;
	update->op = make_random(3);
	if (make_random(2)) {
		make_part(&update->source, family);
	} else if (make_random(2)) {
		update->has_data = true;
		item->lookup->set->spec.data_bits = 1 + make_random(128);
		update->data = make_any(item->lookup->set->spec.data_bits);
	}
}

void make_set_item(struct weir_item *item, u8 family, const struct make_packet *packet,
		   u32 chain, u32 chains)
{
	switch (make_random(6)) {
	case 0:
		item->type = WEIR_ITEM_TYPE_VMAP;
		make_lookup(item, family, packet, WEIR_DATA_TYPE_VERDICT, 0, chain, chains);
		break;
	case 1:
		item->type = WEIR_ITEM_TYPE_OBJECT;
		if (make_random(2)) {
			item->from = WEIR_FROM_MAP;
			make_lookup(item, family, packet, WEIR_DATA_TYPE_OBJECT, 0, 0, 0);
		} else {
			item->object = make_object();
		}
		break;
	case 2:
		item->type = WEIR_ITEM_TYPE_UPDATE;
		make_update(item, family, packet);
		break;
	default:
		item->type = WEIR_ITEM_TYPE_LOOKUP;
		item->rel = make_random(2) ? WEIR_REL_IN : WEIR_REL_NOT_IN;
		make_lookup(item, family, packet, WEIR_DATA_TYPE_NONE, 0, 0, 0);
		break;
	}
}

static void make_slot_free(u32 slot)
{
	struct weir_content *content = (struct weir_content *)make_slots[slot].content;

	make_elem_free(content->spec, make_slots[slot].catchall);
	make_content_free(content);
	make_slots[slot] = (struct weir_set_slot){};
}

static void make_list_free(u32 slot)
{
	struct weir_list *list = weir_list_of(make_slots[slot].content);
	const struct weir_set_spec *spec;
	u32 i;

	for (i = 0; i < list->content.count; i++) {
		spec = make_slots[list->ids[i]].content->spec;
		make_slot_free(list->ids[i]);
		free(container_of(spec, struct weir_set, spec));
	}
	free(list);
	make_slots[slot] = (struct weir_set_slot){};
}

static void make_part_free(struct weir_key_part *part)
{
	free(weir_key_instance(&part->key));
	free(part->ops);
}

void make_lookup_free(struct weir_item *item)
{
	struct weir_lookup *lookup = weir_item_lookup(item);
	u32 i;

	if (weir_item_object(item))
		make_object_free(item->object);
	if (weir_item_update(item))
		make_part_free(&item->update->source);
	free(weir_item_update(item));
	if (!lookup)
		return;
	for (i = 0; i < lookup->n_parts; i++)
		make_part_free(&lookup->parts[i]);
	free(lookup->parts);
	if (lookup->anon) {
		make_elem_free(lookup->spec, lookup->catchall);
		make_content_free(lookup->anon);
	} else if (lookup->spec->list) {
		make_list_free(lookup->set_id);
	} else {
		make_slot_free(lookup->set_id);
	}
	free(lookup->set);
	free(lookup);
}

static u32 make_counter(struct weir_counter *counter, struct weir_counter *to)
{
	if (!counter)
		return 0;
	*to = *counter;
	*counter = (struct weir_counter){};
	return 1;
}

static u32 make_elem_counts(const struct weir_set_spec *spec, struct weir_elem *elem,
			    struct weir_counter *to)
{
	struct weir_elem_counter *counter;
	u32 n = 0;

	if (!elem || elem == WEIR_ELEM_HIT)
		return 0;
	counter = weir_elem_counter(spec, elem);
	to[n].packets = counter->packets.counter;
	to[n++].bytes = counter->bytes.counter;
	*counter = (struct weir_elem_counter){};
	if (spec->data_type == WEIR_DATA_TYPE_OBJECT)
		n += make_counter(make_item_counter(&weir_elem_data(spec, elem)->object->item),
				  &to[n]);
	return n;
}

static u32 make_set_counts(const struct weir_content *content, struct weir_elem *catchall,
			   struct weir_counter *to)
{
	const struct make_array *array = container_of(content, struct make_array, content);
	u32 i, n = 0;

	for (i = 0; i < content->count; i++)
		n += make_elem_counts(content->spec, array->entries[i].elem, &to[n]);
	return n + make_elem_counts(content->spec, catchall, &to[n]);
}

static u32 make_slot_counts(u32 slot, struct weir_counter *to)
{
	return make_set_counts(make_slots[slot].content, make_slots[slot].catchall, to);
}

u32 make_counts(struct weir_item *item, struct weir_counter *to)
{
	const struct weir_lookup *lookup = weir_item_lookup(item);
	const struct weir_list *list;
	u32 i, n;

	n = make_counter(make_item_counter(item), to);
	if (weir_item_object(item))
		n += make_counter(make_item_counter(&item->object->item), &to[n]);
	if (!lookup)
		return n;
	if (lookup->anon)
		return n + make_set_counts(lookup->anon, lookup->catchall, &to[n]);
	if (!lookup->spec->list)
		return n + make_slot_counts(lookup->set_id, &to[n]);
	list = weir_list_of(make_slots[lookup->set_id].content);
	for (i = 0; i < list->content.count; i++)
		n += make_slot_counts(list->ids[i], &to[n]);
	return n;
}

/* In the place of the core's: what it was told shows in the packet. */
bool weir_set_update(struct weir_set *set, const struct weir_update *update,
		     struct weir_pkt *pkt, u64 lo, u64 hi)
{
	u32 i, mark = pkt->skb->mark;

	for (i = 0; i < set->spec.key_size; i++)
		mark = mark * 31 + pkt->key[i];
	mark = mark * 31 + (u32)lo + (u32)(lo >> 32) * 3 + (u32)hi * 7 + update->op;
	pkt->skb->mark = mark;
	return mark & 3;
}
