/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of completion share.
 */
#ifndef WEIR_COMPLETE_H
#define WEIR_COMPLETE_H

#include "field.h"
#include "language.h"

/* More words than this before the cursor are not looked at. */
#define WEIR_COMPLETE_WORDS	64

/**
 * enum weir_complete_block - The block that the cursor is in.
 */
enum weir_complete_block {
	WEIR_COMPLETE_NONE,
	WEIR_COMPLETE_TABLE,
	WEIR_COMPLETE_CHAIN,
	WEIR_COMPLETE_SET,
};

/**
 * struct weir_completion - What is before the cursor, and what may come.
 * @words: Words of the statement, the one at the cursor left out.
 * @n: Number of @words.
 * @begin: Beginning of the word at the cursor.
 * @block: The innermost block that is open.
 * @in_table: It stands in the block of a table.
 * @ruleset: What the kernel has, or NULL.
 * @family: Of the table that the statement is about.
 * @table: Its name, empty if it is not known.
 * @declared: Sets that the line declares, with a NUL behind each.
 * @found: The words found so far that begin so.
 * @n_found: Number of @found.
 * @size: Room in @found.
 */
struct weir_completion {
	char *words[WEIR_COMPLETE_WORDS];
	unsigned int n;
	const char *begin;
	enum weir_complete_block block;
	bool in_table;
	const struct weir_ruleset *ruleset;
	uint8_t family;
	char table[WEIR_NAME_MAX + 1];
	struct weir_buf declared;
	char **found;
	size_t n_found;
	size_t size;
};

/** weir_offer_len() - Offer the first @len bytes of a word, if it begins as the one at the cursor. */
void weir_offer_len(struct weir_completion *completion, const char *word, size_t len);
/** weir_offer() - Offer a word. */
void weir_offer(struct weir_completion *completion, const char *word);
/** weir_offer_all() - Offer the words of a list that ends with NULL. */
void weir_offer_all(struct weir_completion *completion, const char *const *words);
/** weir_offer_symbols() - Offer names of values. */
void weir_offer_symbols(struct weir_completion *completion, const struct weir_symbol *symbols);
/** weir_offer_rule() - Offer what may come next in a rule. */
void weir_offer_rule(struct weir_completion *completion);
/** weir_word_before() - The word @back words before the cursor, 1 for the last; "" if there is none. */
const char *weir_word_before(const struct weir_completion *completion, unsigned int back);

/** weir_offer_set_block() - Offer what may stand in the block of a set or map. */
void weir_offer_set_block(struct weir_completion *completion);
/** weir_offer_members() - Offer what may stand in the braces of elements, if set @name is a list. */
void weir_offer_members(struct weir_completion *completion, const char *name);
/** weir_offer_refs() - Offer "@NAME" of the sets of the table. */
void weir_offer_refs(struct weir_completion *completion);
/** weir_offer_tables() - Offer the tables of the family. */
void weir_offer_tables(struct weir_completion *completion);
/** weir_offer_names() - Offer what there is of a kind, such as "set", in the table. */
void weir_offer_names(struct weir_completion *completion, const char *kind);

#endif /* WEIR_COMPLETE_H */
