// SPDX-License-Identifier: GPL-2.0
/* Memory, or the end of the program. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alloc.h"

static void *or_die(void *mem)
{
	if (!mem) {
		fputs("weir: out of memory\n", stderr);
		exit(1);
	}
	return mem;
}

void *weir_alloc(size_t size)
{
	return or_die(calloc(1, size ? size : 1));
}

void *weir_realloc(void *old, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return or_die(NULL);
	return or_die(realloc(old, total ? total : 1));
}

char *weir_strdup(const char *text)
{
	return text ? or_die(strdup(text)) : NULL;
}

char *weir_strndup(const char *text, size_t len)
{
	return or_die(strndup(text, len));
}
