// SPDX-License-Identifier: GPL-2.0
/* Attributes that many messages have. */

#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include "alloc.h"
#include "decode.h"

static void note_attr(const struct nlattr *attr, const struct nlattr **attrs, unsigned int max)
{
	unsigned int type = mnl_attr_get_type(attr);

	if (type <= max)
		attrs[type] = attr;
}

void weir_decode_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs, unsigned int max)
{
	const struct nlattr *attr;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		note_attr(attr, attrs, max);
}

void weir_decode_nest(const struct nlattr *nest, const struct nlattr **attrs, unsigned int max)
{
	const struct nlattr *attr;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	mnl_attr_for_each_nested(attr, nest)
		note_attr(attr, attrs, max);
}

uint64_t weir_attr_u64(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 8 ? mnl_attr_get_u64(attr) : 0;
}

uint32_t weir_attr_u32(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

uint8_t weir_attr_u8(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : 0;
}

char *weir_attr_text(const struct nlattr *attr)
{
	return attr ? weir_strndup(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr)) :
		      NULL;
}

void weir_attr_copy(const struct nlattr *attr, char *to, size_t size)
{
	char *text = weir_attr_text(attr);

	snprintf(to, size, "%s", text ? text : "");
	free(text);
}

bool weir_decode_refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}
