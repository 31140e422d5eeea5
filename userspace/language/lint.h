/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules that no packet can match, or that are there twice: found by what the rules of a
 * chain say, without a kernel and without packets.
 *
 * A warning is never false. What is not sure is passed over: what else is in a chain
 * that the text adds to, where a chain writes that a rule jumps to, what a limit or a
 * set that changes will say.
 *
 * What is found is bounded, so that time grows with the number of rules and not with its
 * square: see lint_index.c.
 */
#ifndef WEIR_LINT_H
#define WEIR_LINT_H

#include <jansson.h>
#include "../libweir/error.h"
#include "../libweir/model.h"

/**
 * enum weir_lint_kind - What is wrong with a rule.
 * @WEIR_LINT_COVERED: All packets that it matches are decided about by an earlier rule.
 * @WEIR_LINT_DUPLICATE: An earlier rule has the same conditions and statements.
 * @WEIR_LINT_UNREACHED: An earlier rule decides about every packet.
 */
enum weir_lint_kind {
	WEIR_LINT_COVERED,
	WEIR_LINT_DUPLICATE,
	WEIR_LINT_UNREACHED,
};

/**
 * struct weir_lint - A rule with which something is wrong.
 * @next: The next one, in the order of the text within each chain.
 * @kind: What is wrong.
 * @rule: The rule; borrowed.
 * @number: Its place in the chain, from 1.
 * @by: The earlier rule.
 * @by_number: Its place.
 * @behind: Of a rule that is not reached, how many more behind it are not.
 */
struct weir_lint {
	struct weir_lint *next;
	enum weir_lint_kind kind;
	const struct weir_rule *rule;
	size_t number;
	const struct weir_rule *by;
	size_t by_number;
	size_t behind;
};

/**
 * weir_lint() - Look at the rules that commands make.
 * @commands: The commands.
 * @whole: They are all there is, as in a listing: nothing else is in the kernel.
 *
 * Return: What was found, for weir_lint_free(); NULL for nothing.
 */
struct weir_lint *weir_lint(const struct weir_command *commands, bool whole);
void weir_lint_free(struct weir_lint *lint);

/** weir_lint_warn() - What was found as warnings, at the places of the rules. */
void weir_lint_warn(const struct weir_lint *lint, struct weir_errors *warnings);
/** weir_lint_json() - What was found, appended to an array. */
void weir_lint_json(const struct weir_lint *lint, json_t *array);

#endif /* WEIR_LINT_H */
