// SPDX-License-Identifier: GPL-2.0
/*
 * ct: what connection tracking knows of a packet; kmod/match/ct.c.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/weir.h>
#include "language/ext.h"
#include "attr.h"

extern const struct weir_ext weir_ext_ct;

/* What a field's data is. */
struct ct {
	uint32_t key;
};

static const struct weir_symbol ct_states[] = {
	{ "invalid", WEIR_CT_STATE_INVALID },
	{ "established", WEIR_CT_STATE_ESTABLISHED },
	{ "related", WEIR_CT_STATE_RELATED },
	{ "new", WEIR_CT_STATE_NEW },
	{ "untracked", WEIR_CT_STATE_UNTRACKED },
	{ NULL, 0 }
};

static const struct weir_symbol ct_statuses[] = {
	{ "expected", IPS_EXPECTED },
	{ "seen-reply", IPS_SEEN_REPLY },
	{ "assured", IPS_ASSURED },
	{ "confirmed", IPS_CONFIRMED },
	{ "snat", IPS_SRC_NAT },
	{ "dnat", IPS_DST_NAT },
	{ "dying", IPS_DYING },
	{ NULL, 0 }
};

static const struct weir_symbol ct_directions[] = {
	{ "original", 0 },
	{ "reply", 1 },
	{ NULL, 0 }
};

const struct weir_datatype weir_datatype_ct_state = {
	.name = "ct_state",
	.text = "conntrack state",
	.base = WEIR_BASE_BITMASK,
	.len = 32,
	.symbols = ct_states,
	.hex = true,
};

const struct weir_datatype weir_datatype_ct_status = {
	.name = "ct_status",
	.text = "conntrack status",
	.base = WEIR_BASE_BITMASK,
	.len = 32,
	.symbols = ct_statuses,
	.hex = true,
};

const struct weir_datatype weir_datatype_ct_dir = {
	.name = "ct_dir",
	.text = "conntrack direction",
	.base = WEIR_BASE_NUMBER,
	.len = 8,
	.symbols = ct_directions,
};

static const struct weir_field ct_fields[] = {
	[WEIR_CT_KEY_STATE] = {
		.name = "state",
		.key = { .type = WEIR_KEY_TYPE_PLUGIN, .len = 32, .ext = &weir_ext_ct },
		.type = &weir_datatype_ct_state,
		.text = "state of the connection",
	},
	[WEIR_CT_KEY_STATUS] = {
		.name = "status",
		.key = { .type = WEIR_KEY_TYPE_PLUGIN, .len = 32, .ext = &weir_ext_ct },
		.type = &weir_datatype_ct_status,
		.text = "status of the connection",
	},
	[WEIR_CT_KEY_DIRECTION] = {
		.name = "direction",
		.key = { .type = WEIR_KEY_TYPE_PLUGIN, .len = 8, .ext = &weir_ext_ct },
		.type = &weir_datatype_ct_dir,
		.text = "direction of the packet in its connection",
	},
	[WEIR_CT_KEY_MARK] = {
		.name = "mark",
		.key = { .type = WEIR_KEY_TYPE_PLUGIN, .len = 32, .ext = &weir_ext_ct },
		.type = &weir_datatype_mark,
		.writable = true,
		.text = "mark of the connection",
	},
	{ .name = NULL }
};

static const char *const ct_missing[] = {
	"avgpkt", "bytes", "count", "event", "expectation", "expiration", "helper", "id", "ip",
	"ip6", "l3proto", "label", "original", "packets", "proto-dst", "proto-src", "protocol",
	"reply", "secmark", "timeout", "zone", NULL
};

static const struct weir_header_desc ct_header = {
	.name = "ct",
	.text = "what connection tracking knows of the packet",
	.fields = ct_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = -1,
	.missing = ct_missing,
};

static void ct_make(const struct weir_field *field, void *data)
{
	struct ct *ct = data;

	ct->key = field - ct_fields;
}

static const struct weir_field *ct_field(const void *data)
{
	const struct ct *ct = data;

	return &ct_fields[ct->key];
}

/* Other processors change a connection's mark and status; what a packet is to it stays. */
static bool ct_steady(const void *data)
{
	const struct ct *ct = data;

	return ct->key == WEIR_CT_KEY_STATE || ct->key == WEIR_CT_KEY_DIRECTION;
}

static void ct_put(struct nlmsghdr *nlh, const void *data)
{
	const struct ct *ct = data;

	mnl_attr_put_u32(nlh, WEIR_A_CT_KEY, ct->key);
}

static bool ct_get(const struct nlattr *nest, void *data)
{
	static const enum mnl_attr_data_type types[WEIR_A_CT_MAX + 1] = {
		[WEIR_A_CT_KEY] = MNL_TYPE_U32,
	};
	const struct nlattr *tb[WEIR_A_CT_MAX + 1];
	struct ct *ct = data;

	if (!weir_ext_attrs(nest, types, WEIR_A_CT_MAX, tb) || !tb[WEIR_A_CT_KEY])
		return false;
	ct->key = mnl_attr_get_u32(tb[WEIR_A_CT_KEY]);
	return ct->key <= WEIR_CT_KEY_MARK;
}

const struct weir_ext weir_ext_ct = {
	.name = "ct",
	.kind = WEIR_EXT_KEY,
	.text = "connection tracking: state, status, direction, mark",
	.data_size = sizeof(struct ct),
	.header = &ct_header,
	.make = ct_make,
	.field = ct_field,
	.steady = ct_steady,
	.put = ct_put,
	.get = ct_get,
};
