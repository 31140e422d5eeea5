/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets in code: what a lookup asks, and what the element it finds means. See
 * engine/set.c.
 */
#ifndef _WEIR_ENGINE_PROBE_H
#define _WEIR_ENGINE_PROBE_H

#include "prog.h"

/**
 * struct weir_probe - What code asks of a set: the rule's &struct weir_lookup as it
 *   was when the code was made.
 * @ops: The set module; machine code calls its functions.
 * @spec: What the set holds.
 * @set: A named set, or NULL.
 * @set_id: Its id.
 * @content: The elements of an anonymous set, otherwise NULL.
 * @catchall: The catch-all element of an anonymous set, or NULL.
 * @update: What is done to a dynamic set, owned by the rule; otherwise NULL.
 */
struct weir_probe {
	const struct weir_set_ops *ops;
	const struct weir_set_spec *spec;
	struct weir_set *set;
	u32 set_id;
	const struct weir_content *content;
	struct weir_elem *catchall;
	const struct weir_update *update;
};

/**
 * weir_spec_is_plain() - Whether a key is in the set if there is an element for it,
 *   and that is all.
 */
static inline bool weir_spec_is_plain(const struct weir_set_spec *spec)
{
	return !spec->elems || !(spec->interval || spec->dynamic || spec->timeout ||
				 spec->counter || spec->n_stmts);
}

/**
 * weir_probe_hit() - What the element that was found for a key means.
 * @probe: Its set has elements and is not plain.
 * @pkt: The packet.
 * @elem: What the content has for the key, or NULL.
 *
 * Context: Packet path; called by machine code.
 * Return: The element that decides, whose statements have run; NULL where the set
 * does not have the key.
 */
struct weir_elem *weir_probe_hit(const struct weir_probe *probe, struct weir_pkt *pkt,
				 struct weir_elem *elem);

/**
 * weir_probe_has() - The same, for who only asks whether the key is there.
 * @probe: Its set has elements and is not plain.
 * @pkt: The packet.
 * @elem: What the content has for the key, or NULL.
 *
 * Context: Packet path; called by machine code. No statement runs.
 * Return: The element that decides, or NULL.
 */
struct weir_elem *weir_probe_has(const struct weir_probe *probe, struct weir_pkt *pkt,
				 struct weir_elem *elem);

/**
 * weir_list_hit() - Which element of a list's members decides about a key.
 * @probe: A list of sets.
 * @lo: The key where it is one field; otherwise it is in the packet.
 * @hi: Its high half.
 * @pkt: The packet.
 *
 * Context: Packet path; called by machine code.
 * Return: The first member's element that is there and whose statements hold, or NULL.
 */
struct weir_elem *weir_list_hit(const struct weir_probe *probe, u64 lo, u64 hi,
				struct weir_pkt *pkt);

/**
 * weir_list_has() - The same, for who only asks whether the key is there.
 * @probe: A list of sets.
 * @lo: The key where it is one field; otherwise it is in the packet.
 * @hi: Its high half.
 * @pkt: The packet.
 *
 * Context: Packet path; called by machine code. No statement runs.
 * Return: The element, or NULL.
 */
struct weir_elem *weir_list_has(const struct weir_probe *probe, u64 lo, u64 hi,
				struct weir_pkt *pkt);

/**
 * weir_probe_find() - The element that decides about a key.
 * @probe: The set.
 * @pkt: The packet, with the whole key where it is no number.
 * @num: The key where it is a number.
 * @run: Statements of the element run.
 *
 * Context: Packet path; what machine code does by itself.
 * Return: The element, %WEIR_ELEM_HIT where it is only a key, or NULL.
 */
struct weir_elem *weir_probe_find(const struct weir_probe *probe, struct weir_pkt *pkt,
				  const struct weir_val *num, bool run);

/**
 * weir_run_verdict() - Decide.
 * @verdict: enum weir_verdict.
 * @chain: Where it leads.
 * @pkt: The packet; &weir_pkt.target is set for jump and goto.
 *
 * Context: Packet path.
 * Return: How the block ends, or _NONE for continue.
 */
enum weir_exit weir_run_verdict(u8 verdict, u32 chain, struct weir_pkt *pkt);

/**
 * weir_run_data_verdict() - Decide what an element of a verdict map leads to.
 * @data: The element's.
 * @pkt: The packet; &weir_pkt.rule is the rule in the block.
 *
 * Context: Packet path; called by machine code.
 * Return: As weir_run_verdict().
 */
enum weir_exit weir_run_data_verdict(const struct weir_elem_data *data, struct weir_pkt *pkt);

/**
 * weir_run_data_object() - Use the named object that an element leads to.
 * @data: The element's.
 * @pkt: The packet.
 *
 * Context: Packet path; called by machine code.
 * Return: Whether the rule goes on.
 */
bool weir_run_data_object(const struct weir_elem_data *data, struct weir_pkt *pkt);

#endif /* _WEIR_ENGINE_PROBE_H */
