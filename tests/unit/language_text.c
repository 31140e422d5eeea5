// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "language/language.h"
#include "libweir/alloc.h"
#include "language_text.h"

/* What is wrong with what is said of a mistake, or NULL. */
static const char *judge(const struct mistake *mistake, const struct weir_error *error)
{
	const char *at = NULL, *next;
	size_t offset;

	if (mistake->at) {
		/* The last of them: the words may stand in what comes before, too. */
		for (next = mistake->text; (next = strstr(next, mistake->at)); next++)
			at = next;
		offset = at - mistake->text;
		if (error->loc.offset > offset || error->loc.offset + error->loc.len <= offset)
			return "is at another place";
	}
	if (mistake->said && !strstr(error->text, mistake->said))
		return "says something else";
	if (mistake->hint && (!error->hint || !strstr(error->hint, mistake->hint)))
		return "has another hint";
	return NULL;
}

/* Whether one was refused as it should be. */
static bool check_mistake(const struct mistake *mistake)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	const char *wrong = "is not there";

	if (weir_parse_text("<test>", mistake->text, NULL, &script, &errors) && errors.first)
		wrong = judge(mistake, errors.first);
	if (wrong) {
		print_error("%s: the error %s\n", mistake->text, wrong);
		weir_errors_print(&errors, stderr);
	}
	weir_script_free(&script);
	weir_errors_free(&errors);
	return !wrong;
}

void check_mistakes(const struct mistake *mistakes, size_t n)
{
	unsigned int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += !check_mistake(&mistakes[i]);
	assert_int_equal(bad, 0);
}

void parse_any(const char *text)
{
	struct weir_errors errors = {};
	struct weir_script script = {};

	if (weir_parse_text("<test>", text, NULL, &script, &errors))
		assert_true(errors.count > 0);
	else
		assert_int_equal(errors.count, 0);
	assert_true(errors.count <= 20);
	weir_script_free(&script);
	weir_errors_free(&errors);
}

void mutate(char *text)
{
	static const char bytes[] = "{}()[]$@\"\\/-+.,;:!=<>&|^*#\n\t 0a%\x01\xff";
	size_t len = strlen(text), at = random() % len, to = random() % len;
	size_t n = 1 + random() % 8;

	switch (random() % 4) {
	case 0:
		text[at] = bytes[random() % (sizeof(bytes) - 1)];
		break;
	case 1:
		text[at] = '\0';
		break;
	case 2:
		if (at + n < len)
			memmove(text + at, text + at + n, len - at - n + 1);
		break;
	case 3:
		if (at + n < len && to + n < len)
			memmove(text + to, text + at, n);
		break;
	}
}

void check_mutations(const char *sample, unsigned int n)
{
	size_t size = strlen(sample) + 1;
	char *text = weir_strdup(sample);

	srandom(1);
	parse_any(sample);
	while (n--) {
		memcpy(text, sample, size);
		for (int i = 1 + random() % 4; i && *text; i--)
			mutate(text);
		parse_any(text);
	}
	free(text);
}
