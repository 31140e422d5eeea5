// SPDX-License-Identifier: GPL-2.0
/*
 * libjansson, loaded when the first of its functions is called: only JSON needs it.
 * The functions here have the names of those they pass their arguments on to, so that
 * the header of the library is all that the others know.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "../libweir/library.h"

/* Type, name, parameters and arguments of each function that is used. */
#define FUNCTIONS(F) \
	F(json_t *, json_object, (void), ()) \
	F(json_t *, json_array, (void), ()) \
	F(json_t *, json_string, (const char *value), (value)) \
	F(json_t *, json_stringn, (const char *value, size_t len), (value, len)) \
	F(json_t *, json_integer, (json_int_t value), (value)) \
	F(json_t *, json_real, (double value), (value)) \
	F(json_t *, json_true, (void), ()) \
	F(json_t *, json_false, (void), ()) \
	F(json_t *, json_null, (void), ()) \
	F(void, json_delete, (json_t *json), (json)) \
	F(size_t, json_object_size, (const json_t *object), (object)) \
	F(json_t *, json_object_get, (const json_t *object, const char *key), (object, key)) \
	F(int, json_object_set_new, (json_t *object, const char *key, json_t *value), \
	  (object, key, value)) \
	F(int, json_object_update, (json_t *object, json_t *other), (object, other)) \
	F(void *, json_object_iter, (json_t *object), (object)) \
	F(void *, json_object_key_to_iter, (const char *key), (key)) \
	F(void *, json_object_iter_next, (json_t *object, void *iter), (object, iter)) \
	F(const char *, json_object_iter_key, (void *iter), (iter)) \
	F(json_t *, json_object_iter_value, (void *iter), (iter)) \
	F(size_t, json_array_size, (const json_t *array), (array)) \
	F(json_t *, json_array_get, (const json_t *array, size_t index), (array, index)) \
	F(int, json_array_append_new, (json_t *array, json_t *value), (array, value)) \
	F(const char *, json_string_value, (const json_t *string), (string)) \
	F(size_t, json_string_length, (const json_t *string), (string)) \
	F(json_int_t, json_integer_value, (const json_t *integer), (integer)) \
	F(double, json_real_value, (const json_t *real), (real)) \
	F(json_t *, json_vpack_ex, (json_error_t *error, size_t flags, const char *fmt, va_list args), \
	  (error, flags, fmt, args)) \
	F(int, json_vunpack_ex, (json_t *root, json_error_t *error, size_t flags, const char *fmt, \
				 va_list args), \
	  (root, error, flags, fmt, args)) \
	F(json_t *, json_loads, (const char *text, size_t flags, json_error_t *error), \
	  (text, flags, error)) \
	F(size_t, json_dumpb, (const json_t *json, char *buffer, size_t size, size_t flags), \
	  (json, buffer, size, flags)) \
	F(int, json_dumpf, (const json_t *json, FILE *output, size_t flags), (json, output, flags))

static struct {
#define POINTER(type, name, params, args) __typeof__(name) *name;
	FUNCTIONS(POINTER)
} jansson;

static const struct weir_library_symbol symbols[] = {
#define SYMBOL(type, name, params, args) { #name, &jansson.name },
	FUNCTIONS(SYMBOL)
	{ NULL }
};

static void load(void)
{
	const char *why = weir_library_load("libjansson.so.4", symbols);

	if (!why)
		return;
	fprintf(stderr, "weir: JSON needs libjansson: %s\n", why);
	exit(1);
}

#define FUNCTION(type, name, params, args)	\
	type name params			\
	{					\
		if (!jansson.name)		\
			load();			\
		return jansson.name args;	\
	}
FUNCTIONS(FUNCTION)

json_t *json_pack(const char *fmt, ...)
{
	va_list args;
	json_t *json;

	va_start(args, fmt);
	json = json_vpack_ex(NULL, 0, fmt, args);
	va_end(args);
	return json;
}

int json_unpack(json_t *root, const char *fmt, ...)
{
	va_list args;
	int result;

	va_start(args, fmt);
	result = json_vunpack_ex(root, NULL, 0, fmt, args);
	va_end(args);
	return result;
}
