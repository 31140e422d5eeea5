// SPDX-License-Identifier: GPL-2.0
/* Messages of the kernel to named objects. */

#include <linux/genetlink.h>
#include "alloc.h"
#include "decode.h"

struct weir_named *weir_decode_named(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why)
{
	struct weir_named *named = weir_alloc(sizeof(*named));
	const struct nlattr *attrs[WEIR_A_OBJECT_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_OBJECT_MAX);
	named->family = weir_attr_u8(attrs[WEIR_A_OBJECT_FAMILY]);
	named->table = weir_attr_text(attrs[WEIR_A_OBJECT_TABLE]);
	named->name = weir_attr_text(attrs[WEIR_A_OBJECT_NAME]);
	named->handle = weir_attr_u64(attrs[WEIR_A_OBJECT_HANDLE]);
	named->type = weir_decode_object_type(attrs[WEIR_A_OBJECT_TYPE]);
	named->comment = weir_attr_text(attrs[WEIR_A_OBJECT_COMMENT]);
	if (event)
		*event = weir_attr_u32(attrs[WEIR_A_OBJECT_EVENT]);
	if (!named->table || !named->name)
		weir_decode_refuse(why, "an object without table and name");
	else if (!named->type)
		weir_decode_refuse(why, "an object that this version of weir does not know");
	else if (!attrs[WEIR_A_OBJECT_STMT])
		weir_decode_refuse(why, "an object that is nothing");
	else if (weir_decode_stmts(mnl_nlmsg_get_payload_offset(nlh, sizeof(struct genlmsghdr)),
				   mnl_nlmsg_get_payload_len(nlh) - sizeof(struct genlmsghdr),
				   WEIR_A_OBJECT_STMT, &named->stmt, why))
		return named;
	weir_named_free(named);
	return NULL;
}
