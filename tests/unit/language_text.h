/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts of the language with mistakes in them, made by people or at random.
 */
#ifndef LANGUAGE_TEXT_H
#define LANGUAGE_TEXT_H

#include <stddef.h>

/**
 * struct mistake - A text with a mistake.
 * @text: The text.
 * @at: The words that the first error is at, the last time they stand there; or NULL.
 * @said: A part of what is said.
 * @hint: A part of the hint.
 */
struct mistake {
	const char *text;
	const char *at;
	const char *said;
	const char *hint;
};

/** check_mistakes() - Read each; all have to be refused as they say. */
void check_mistakes(const struct mistake *mistakes, size_t n);

/** parse_any() - Read a text that may be anything: it is taken or refused, no more. */
void parse_any(const char *text);

/** mutate() - Break a text at random; it does not become longer. */
void mutate(char *text);

/** check_mutations() - Read @n broken copies of a good text. */
void check_mutations(const char *sample, unsigned int n);

#endif /* LANGUAGE_TEXT_H */
