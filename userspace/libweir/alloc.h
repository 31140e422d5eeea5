/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of a program that has no use for going on without it: out of memory
 * ends the program with a message.
 */
#ifndef WEIR_ALLOC_H
#define WEIR_ALLOC_H

#include <stddef.h>

/** weir_alloc() - @size zeroed bytes; never NULL. */
void *weir_alloc(size_t size);
/** weir_realloc() - An array of @n members of @size bytes each; never NULL. */
void *weir_realloc(void *old, size_t n, size_t size);
/** weir_strdup() - A copy of @text, or NULL of NULL. */
char *weir_strdup(const char *text);
/** weir_strndup() - A copy of at most @len bytes of @text. */
char *weir_strndup(const char *text, size_t len);

#endif /* WEIR_ALLOC_H */
