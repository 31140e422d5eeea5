/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_WORD_H
#define WEIR_WORD_H

#include <stdbool.h>
#include <string.h>

/**
 * weir_same_word() - Whether two words are the same. A word of a rule is compared with
 * some hundreds of names, and most of them differ in the first letter already.
 */
static inline bool weir_same_word(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

#endif /* WEIR_WORD_H */
