/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_BUF_H
#define WEIR_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct weir_buf - A string that grows; zero-initialise. Out of memory ends
 * the program.
 */
struct weir_buf {
	char *text;
	size_t len;
	size_t size;
};

/** weir_buf_add() - Append formatted text. */
void weir_buf_add(struct weir_buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** weir_buf_str() - Append a string as it is. */
void weir_buf_str(struct weir_buf *buf, const char *text);
/** weir_buf_number() - Append a number in decimal, fast. */
void weir_buf_number(struct weir_buf *buf, uint64_t value);
/** weir_buf_mem() - Append bytes as they are. */
void weir_buf_mem(struct weir_buf *buf, const char *text, size_t len);
/**
 * weir_buf_room() - Room for @more bytes behind the string, to be written directly.
 * Whoever writes there adds what was written to the length; there is no NUL.
 */
char *weir_buf_room(struct weir_buf *buf, size_t more);
/**
 * weir_buf_quote() - Append a string in quotes, escaped so that it reads back:
 * \" is a quote, \\ a backslash, and any other backslash stands for itself.
 */
void weir_buf_quote(struct weir_buf *buf, const char *text);
/** weir_buf_free() - Free and zero. */
void weir_buf_free(struct weir_buf *buf);

#endif /* WEIR_BUF_H */
