/* SPDX-License-Identifier: GPL-2.0 */
/* What a rule asks, as the search for rules that never match compares it. */
#ifndef WEIR_LINT_RULE_H
#define WEIR_LINT_RULE_H

#include "lint.h"

/**
 * Bits of what keys are about; a rule that writes one of them changes what later
 * conditions of the same chain see.
 * @LINT_PACKET: Headers, and what is known of the packet by them.
 * @LINT_MARK: The mark.
 * @LINT_PRIORITY: The priority.
 * @LINT_PKTTYPE: The kind of packet.
 * @LINT_ALL: All of these.
 * @LINT_UNSTEADY: Never written, but another value may come by itself: a condition on
 *   it says nothing of another one.
 */
enum {
	LINT_PACKET = 1,
	LINT_MARK = 2,
	LINT_PRIORITY = 4,
	LINT_PKTTYPE = 8,
	LINT_ALL = 15,
	LINT_UNSTEADY = 16,
};

/** LINT_CLASSES - Number of bits in LINT_ALL. */
#define LINT_CLASSES	4

/** LINT_CONDS - So many conditions of a rule are looked at, its own and implied ones. */
#define LINT_CONDS	64

struct lint_texts;

/** lint_texts_new() - A collection of texts, in which the same text is the same pointer. */
struct lint_texts *lint_texts_new(void);
/** lint_text() - A text of the collection. */
const char *lint_text(struct lint_texts *texts, const char *text);
void lint_texts_free(struct lint_texts *texts);

/**
 * enum lint_values - What a condition says of its key.
 * @LINT_RANGES: It is in one of the ranges.
 * @LINT_ANY: One of the bits of val is set.
 * @LINT_NONE: None of them is.
 * @LINT_SAME: What the text of the condition says, which is the key then.
 */
enum lint_values {
	LINT_RANGES,
	LINT_ANY,
	LINT_NONE,
	LINT_SAME,
};

/**
 * struct lint_cond - A condition.
 * @key: Text of the key with its operations; the same pointer for the same key.
 * @len: Bits of the key.
 * @values: enum lint_values.
 * @val: Bits, see @values.
 * @ranges: Sorted ranges that do not touch; owned.
 * @n_ranges: How many.
 */
struct lint_cond {
	const char *key;
	unsigned int len;
	enum lint_values values;
	struct weir_num val;
	struct weir_range *ranges;
	size_t n_ranges;
};

/**
 * struct lint_rule - A rule.
 * @rule: Of the commands.
 * @number: Its place in the chain, from 1.
 * @conds: What is true of each packet that it matches. First its own conditions, in
 *   order, then what those imply; not all of it, if there is too much.
 * @n_conds: How many.
 * @n_own: How many of them are its own.
 * @decides: It ends the evaluation of the chain for all packets of which its own
 *   conditions are true.
 * @ends: It does so for packets that match.
 * @leaves: It may end that for some, or other chains see the packet before the next rule.
 * @plain: Nothing in it may say different things of the same packet, nor does what it
 *   writes come from elsewhere.
 * @reads: What its conditions are about.
 * @writes: What it may write.
 * @target: The chain that it jumps or goes to, or NULL.
 * @text: All of it, for comparison; the same pointer for the same text.
 */
struct lint_rule {
	const struct weir_rule *rule;
	size_t number;
	struct lint_cond *conds;
	size_t n_conds;
	size_t n_own;
	bool decides;
	bool ends;
	bool leaves;
	bool plain;
	unsigned int reads;
	unsigned int writes;
	const char *target;
	const char *text;
};

/**
 * lint_rule_read() - Make it of a rule.
 * @lint: Zeroed.
 * @rule: The rule.
 * @texts: Has its texts.
 * @steady: Whether a named set has the same elements for all rules that a packet meets.
 * @data: For @steady.
 */
void lint_rule_read(struct lint_rule *lint, const struct weir_rule *rule,
		    struct lint_texts *texts,
		    bool (*steady)(void *data, const struct weir_rule *rule, const char *set),
		    void *data);
void lint_rule_clear(struct lint_rule *lint);

/** lint_covers() - Whether all packets that @late matches meet the conditions of @early. */
bool lint_covers(const struct lint_rule *early, const struct lint_rule *late);

/** lint_cond_prefix() - Bits of the one prefix that the values are; -1 if they are none. */
int lint_cond_prefix(const struct lint_cond *cond);

struct lint_index;

struct lint_index *lint_index_new(void);
void lint_index_free(struct lint_index *index);
/** lint_index_add() - From now on, @rule may be found, until it cannot be any more. */
void lint_index_add(struct lint_index *index, const struct lint_rule *rule);
/**
 * lint_index_find() - The first rule found that covers another one.
 * @index: The earlier rules.
 * @late: The rule.
 * @valid: Whether what a rule asks is the same still.
 * @data: For @valid.
 */
const struct lint_rule *lint_index_find(const struct lint_index *index,
					const struct lint_rule *late,
					bool (*valid)(void *data, const struct lint_rule *rule),
					void *data);

#endif /* WEIR_LINT_RULE_H */
