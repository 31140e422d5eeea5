// SPDX-License-Identifier: GPL-2.0
/* Attributes that many messages have. */

#include <errno.h>
#include <string.h>
#include "encode.h"

void weir_put_text(struct weir_batch *batch, uint16_t type, const char *text, size_t max,
		   const char *what, const struct weir_loc *loc)
{
	uint32_t from = batch->nlh->nlmsg_len;

	if (!text)
		return;
	if (strlen(text) > max) {
		weir_error_add(batch->errors, loc, ENAMETOOLONG,
			       "%s is %zu bytes long; at most %zu are allowed", what, strlen(text),
			       max);
		batch->failed = true;
		return;
	}
	mnl_attr_put_strz(batch->nlh, type, text);
	weir_batch_mark(batch, from, loc);
}

void weir_put_name(struct weir_batch *batch, uint16_t type, const char *name, const char *what,
		   const struct weir_loc *loc)
{
	weir_put_text(batch, type, name, WEIR_NAME_MAX, what, loc);
}

void weir_put_comment(struct weir_batch *batch, uint16_t type, const char *comment,
		      const struct weir_loc *loc)
{
	weir_put_text(batch, type, comment, WEIR_COMMENT_MAX, "the comment", loc);
}

void weir_put_u64(struct weir_batch *batch, uint16_t type, uint64_t value,
		  const struct weir_loc *loc)
{
	uint32_t from = batch->nlh->nlmsg_len;

	mnl_attr_put_u64(batch->nlh, type, value);
	weir_batch_mark(batch, from, loc);
}

void weir_put_num(struct weir_batch *batch, uint16_t type, struct weir_num value, unsigned int bits)
{
	uint8_t bytes[WEIR_VALUE_MAX];

	weir_num_put(value, bytes, weir_value_size(bits));
	mnl_attr_put(batch->nlh, type, weir_value_size(bits), bytes);
}

void weir_put_family(struct weir_batch *batch, uint16_t type, uint8_t family)
{
	if (family)
		mnl_attr_put_u8(batch->nlh, type, family);
}
