// SPDX-License-Identifier: GPL-2.0
/*
 * What it means that a set has an element for a key.
 *
 * A set module knows keys. Where an element is more than that, it is looked at
 * here: one that has expired, or that the open transaction adds, is not there; an
 * exception says that the key is not in the set; where there is nothing else, the
 * catch-all element decides. Then the element's statements run: its matches, and
 * if they hold its counter. Where one does not hold, the element counts as missing.
 *
 * For most sets nothing of this can be, see weir_spec_is_plain(); then machine code
 * does not come here.
 *
 * A list of sets asks its members, one after the other.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include "probe.h"

bool weir_elem_seen(const struct weir_set_spec *spec, const struct weir_elem *elem)
{
	u8 state = READ_ONCE(elem->state);
	u64 expires;

	if (state == WEIR_ELEM_NEW || state == WEIR_ELEM_DEAD)
		return false;
	if (!spec->timeout)
		return true;
	expires = READ_ONCE(weir_elem_timeout(spec, elem)->expires);
	return !expires || time_before64(get_jiffies_64(), expires);
}

bool weir_elem_run(const struct weir_set_spec *spec, struct weir_elem *elem,
		   struct weir_pkt *pkt)
{
	const struct weir_match_ops *ops;
	struct weir_elem_counter *counter;
	struct weir_instance *instance;
	u32 i;

	for (i = 0; i < spec->n_stmts; i++) {
		instance = weir_elem_stmts(spec, elem)[i];
		if (!instance)
			continue;
		ops = container_of(instance->plugin, struct weir_match_ops, plugin);
		if (!ops->match(instance->priv, pkt))
			return false;
	}
	if (weir_elem_counts(spec, elem)) {
		counter = weir_elem_counter(spec, elem);
		atomic64_inc(&counter->packets);
		atomic64_add(pkt->len, &counter->bytes);
	}
	return true;
}

static struct weir_elem *weir_probe_catchall(const struct weir_probe *probe,
					     const struct weir_pkt *pkt)
{
	return probe->content ? probe->catchall : pkt->ruleset->sets[probe->set_id].catchall;
}

struct weir_elem *weir_probe_has(const struct weir_probe *probe, struct weir_pkt *pkt,
				 struct weir_elem *elem)
{
	if (!elem || !weir_elem_seen(probe->spec, elem)) {
		elem = weir_probe_catchall(probe, pkt);
		if (!elem || !weir_elem_seen(probe->spec, elem))
			return NULL;
	}
	return elem->flags & WEIR_ELEM_FLAGS_NOMATCH ? NULL : elem;
}

struct weir_elem *weir_probe_hit(const struct weir_probe *probe, struct weir_pkt *pkt,
				 struct weir_elem *elem)
{
	elem = weir_probe_has(probe, pkt, elem);
	return elem && weir_elem_run(probe->spec, elem, pkt) ? elem : NULL;
}

/*
 * A member is asked as a rule would ask it. Where its content has moved to another
 * set module, this generation's list finds it there: nothing about it was compiled.
 */
static struct weir_elem *weir_list_find(const struct weir_probe *probe, struct weir_pkt *pkt,
					const struct weir_val *num, bool run)
{
	const struct weir_list *list = weir_list_of(pkt->ruleset->sets[probe->set_id].content);
	const struct weir_set_spec *spec = probe->spec;
	struct weir_elem *elem = NULL;
	struct weir_val key = {};
	u32 i;

	if (spec->n_fields == 1)
		key = *num;
	else if (spec->key_size <= sizeof(key))
		key = weir_key_num(pkt->key, spec->key_size);
	for (i = 0; i < list->content.count && !elem; i++) {
		const struct weir_content *content = pkt->ruleset->sets[list->ids[i]].content;
		const struct weir_probe member = {
			.spec	= READ_ONCE(content->spec),
			.set_id	= list->ids[i],
		};

		elem = weir_probe_find(&member, pkt, &key, run);
	}
	return elem;
}

struct weir_elem *weir_list_hit(const struct weir_probe *probe, u64 lo, u64 hi,
				struct weir_pkt *pkt)
{
	const struct weir_val num = { .lo = lo, .hi = hi };

	return weir_list_find(probe, pkt, &num, true);
}

struct weir_elem *weir_list_has(const struct weir_probe *probe, u64 lo, u64 hi,
				struct weir_pkt *pkt)
{
	const struct weir_val num = { .lo = lo, .hi = hi };

	return weir_list_find(probe, pkt, &num, false);
}

struct weir_elem *weir_probe_find(const struct weir_probe *probe, struct weir_pkt *pkt,
				  const struct weir_val *num, bool run)
{
	const struct weir_content *content = probe->content;
	struct weir_elem *elem;

	if (probe->spec->list)
		return weir_list_find(probe, pkt, num, run);
	if (!content)
		content = pkt->ruleset->sets[probe->set_id].content;
	if (weir_spec_is_number(probe->spec))
		elem = content->ops->lookup(content, num->lo, num->hi);
	else
		elem = content->ops->lookup_wide(content, pkt->key);
	if (weir_spec_is_plain(probe->spec))
		return elem ?: weir_probe_catchall(probe, pkt);
	return run ? weir_probe_hit(probe, pkt, elem) : weir_probe_has(probe, pkt, elem);
}
