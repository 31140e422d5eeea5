// SPDX-License-Identifier: GPL-2.0
/*
 * Properties of a packet that are not in it.
 */
#include "field_table.h"

static const struct weir_field meta_fields[] = {
	WEIR_FIELD_META("length", LENGTH, 32, integer, false, "bytes from the network header on"),
	WEIR_FIELD_META("nfproto", NFPROTO, 8, nf_proto, false, "IPv4 or IPv6"),
	WEIR_FIELD_META("l4proto", L4PROTO, 8, inet_proto, false,
			"transport protocol, behind IPv6 extension headers"),
	WEIR_FIELD_META("protocol", PROTOCOL, 16, ether_type, false, "EtherType"),
	WEIR_FIELD_META("priority", PRIORITY, 32, classid, true, "class of traffic control"),
	WEIR_FIELD_META("mark", MARK, 32, mark, true, "packet mark"),
	WEIR_FIELD_META("iif", IIF, 32, iface_index, false, "index of the input device"),
	WEIR_FIELD_META("iifname", IIFNAME, 128, ifname, false, "name of the input device"),
	WEIR_FIELD_META("iiftype", IIFTYPE, 16, iface_type, false, "type of the input device"),
	WEIR_FIELD_META("iifgroup", IIFGROUP, 32, devgroup, false, "group of the input device"),
	WEIR_FIELD_META("oif", OIF, 32, iface_index, false, "index of the output device"),
	WEIR_FIELD_META("oifname", OIFNAME, 128, ifname, false, "name of the output device"),
	WEIR_FIELD_META("oiftype", OIFTYPE, 16, iface_type, false, "type of the output device"),
	WEIR_FIELD_META("oifgroup", OIFGROUP, 32, devgroup, false, "group of the output device"),
	WEIR_FIELD_META("skuid", SKUID, 32, uid, false, "user of the local socket"),
	WEIR_FIELD_META("skgid", SKGID, 32, gid, false, "group of the local socket"),
	WEIR_FIELD_META("pkttype", PKTTYPE, 8, pkt_type, true,
			"to whom the packet was sent on the link"),
	WEIR_FIELD_META("cpu", CPU, 32, integer, false, "number of the CPU"),
	WEIR_FIELD_META("cgroup", CGROUP, 32, integer, false, "net_cls class of the local socket"),
	WEIR_FIELD_META("random", RANDOM, 32, integer, false, "a random number"),
	WEIR_FIELD_META("time", TIME, 64, time, false, "time of reception"),
	WEIR_FIELD_META("day", DAY, 8, day, false, "day of the week, in UTC"),
	WEIR_FIELD_META("hour", HOUR, 32, hour, false, "hour of the day"),
	WEIR_FIELD_META("nftrace", NFTRACE, 1, integer, true,
			"whether the packet is traced; can only be set"),
	{}
};

/* What nft has besides. */
static const char *const meta_missing[] = {
	"broute", "bri_iifname", "bri_oifname", "ibrname", "obrname", "ibrpvid", "ibrvproto",
	"iifkind", "oifkind", "ipsec", "rtclassid", "sdif", "sdifname", "secmark", "secpath", NULL
};

const struct weir_header_desc weir_header_meta = {
	.name = "meta",
	.text = "property of the packet",
	.fields = meta_fields,
	.missing = meta_missing,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = WEIR_NO_L4PROTO,
};
