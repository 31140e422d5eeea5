// SPDX-License-Identifier: GPL-2.0
/*
 * The manual of the language has every header, field, data type and symbol that
 * the program has, and says the same of them. With an argument it prints the
 * tables as they should stand in the manual.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "language/ext.h"
#include "language/language.h"

#define MANUAL "userspace/man/weir-language.7"

static char *manual;

static void check_line(const struct weir_buf *line)
{
	if (manual && !strstr(manual, line->text))
		fail_msg("%s does not have: %s", MANUAL, line->text);
	if (!manual)
		fputs(line->text, stdout);
}

static void __attribute__((format(printf, 1, 2))) line(const char *fmt, ...)
{
	struct weir_buf buf = {};
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	weir_buf_str(&buf, text);
	check_line(&buf);
	weir_buf_free(&buf);
}

static void test_fields(void **state)
{
	const struct weir_header_desc *header;
	const struct weir_field *field;

	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		line(".Ss %s: %s\n", header->name, header->text);
		line(".Bl -column \"more-fragments\" \"inet_service\" \"bits\"\n");
		for (field = header->fields; field->name; field++)
			line(".It Cm %s Ta %s Ta %u Ta %s%s\n", field->name, field->type->name,
			     field->key.len, field->text, field->writable ? " (set)" : "");
		line(".El\n");
	}
}

/* Whatever the locale. */
static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static void test_types(void **state)
{
	const struct weir_datatype *const *type;
	const struct weir_symbol *symbol;

	for (type = weir_datatypes; *type; type++) {
		line(".It Cm %s\n", (*type)->name);
		line("%c%s.\n", upper((*type)->text[0]), (*type)->text + 1);
		for (symbol = (*type)->symbols; symbol && symbol->name; symbol++)
			line((*type)->hex ? ".Cm %s Pq 0x%02llx%s\n" : ".Cm %s Pq %llu%s\n",
			     symbol->name, (unsigned long long)symbol->value,
			     symbol[1].name ? " ," : " .");
	}
}

static void test_statements(void **state)
{
	for (unsigned int i = 0; weir_exts[i]; i++)
		if (weir_exts[i]->kind != WEIR_EXT_KEY)
			line(".It Cm %s", weir_exts[i]->name);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	long size;

	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = calloc(1, size + 1);
	if (fread(text, 1, size, file) != (size_t)size)
		abort();
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_statements),
	};
	int ret;

	if (argc > 1) {
		strcmp(argv[1], "types") ? test_fields(NULL) : test_types(NULL);
		return 0;
	}
	manual = read_file(MANUAL);
	if (!manual) {
		fprintf(stderr, "cannot read %s; run from the top of the tree\n", MANUAL);
		return 1;
	}
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	free(manual);
	return ret;
}
