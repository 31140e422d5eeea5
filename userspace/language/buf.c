// SPDX-License-Identifier: GPL-2.0
/*
 * A string that grows. It doubles, so that a listing of any length costs time
 * in proportion to its length.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "buf.h"

static void buf_reserve(struct weir_buf *buf, size_t more)
{
	size_t size = buf->size ? buf->size : 256;

	if (more < buf->size - buf->len)
		return;
	while (size - buf->len <= more)
		size *= 2;
	buf->text = weir_realloc(buf->text, size, 1);
	buf->size = size;
}

void weir_buf_add(struct weir_buf *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	buf_reserve(buf, 64);
	va_start(args, fmt);
	len = vsnprintf(buf->text + buf->len, buf->size - buf->len, fmt, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= buf->size - buf->len) {
		buf_reserve(buf, len);
		va_start(args, fmt);
		vsnprintf(buf->text + buf->len, buf->size - buf->len, fmt, args);
		va_end(args);
	}
	buf->len += len;
}

void weir_buf_str(struct weir_buf *buf, const char *text)
{
	weir_buf_mem(buf, text, strlen(text));
}

void weir_buf_mem(struct weir_buf *buf, const char *text, size_t len)
{
	buf_reserve(buf, len);
	memcpy(buf->text + buf->len, text, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void weir_buf_number(struct weir_buf *buf, uint64_t value)
{
	char text[20], *at = text + sizeof(text);

	do {
		*--at = '0' + value % 10;
		value /= 10;
	} while (value);
	weir_buf_mem(buf, at, text + sizeof(text) - at);
}

char *weir_buf_room(struct weir_buf *buf, size_t more)
{
	buf_reserve(buf, more);
	return buf->text + buf->len;
}

/*
 * A backslash is doubled only where it would be read as an escape, so that
 * "eth\*" looks as administrators know it from nft.
 */
void weir_buf_quote(struct weir_buf *buf, const char *text)
{
	weir_buf_mem(buf, "\"", 1);
	for (; *text; text++) {
		if (*text == '"' ||
		    (*text == '\\' && (text[1] == '\\' || text[1] == '"' || !text[1])))
			weir_buf_mem(buf, "\\", 1);
		weir_buf_mem(buf, text, 1);
	}
	weir_buf_mem(buf, "\"", 1);
}

void weir_buf_free(struct weir_buf *buf)
{
	free(buf->text);
	memset(buf, 0, sizeof(*buf));
}
