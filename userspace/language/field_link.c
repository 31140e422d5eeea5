// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of the link layer.
 */
#include "field_table.h"

#define ETHER(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, ETHER, 0, offset, len, type, true, text)

static const struct weir_field ether_fields[] = {
	ETHER("daddr", 0, 48, ether_addr, "destination address"),
	ETHER("saddr", 48, 48, ether_addr, "source address"),
	ETHER("type", 96, 16, ether_type, "protocol of the payload"),
	{}
};

const struct weir_header_desc weir_header_ether = {
	.name = "ether",
	.text = "Ethernet header",
	.fields = ether_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = WEIR_NO_L4PROTO,
};

#define VLAN(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, VLAN, 0, offset, len, type, false, text)

static const struct weir_field vlan_fields[] = {
	VLAN("pcp", 0, 3, integer, "priority code point"),
	VLAN("dei", 3, 1, integer, "drop eligible indicator"),
	VLAN("id", 4, 12, integer, "VLAN identifier"),
	VLAN("type", 16, 16, ether_type, "protocol of the payload"),
	{}
};

const struct weir_header_desc weir_header_vlan = {
	.name = "vlan",
	.text = "VLAN tag",
	.fields = vlan_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = WEIR_NO_L4PROTO,
};

#define ARP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, ARP, 0, offset, len, type, false, text)

static const struct weir_field arp_fields[] = {
	ARP("htype", 0, 16, integer, "hardware type"),
	ARP("ptype", 16, 16, ether_type, "protocol type"),
	ARP("hlen", 32, 8, integer, "bytes of a hardware address"),
	ARP("plen", 40, 8, integer, "bytes of a protocol address"),
	ARP("operation", 48, 16, arp_op, "operation"),
	ARP("saddr ether", 64, 48, ether_addr, "Ethernet address of the sender"),
	ARP("saddr ip", 112, 32, ipv4_addr, "IPv4 address of the sender"),
	ARP("daddr ether", 144, 48, ether_addr, "Ethernet address of the target"),
	ARP("daddr ip", 192, 32, ipv4_addr, "IPv4 address of the target"),
	{}
};

const struct weir_header_desc weir_header_arp = {
	.name = "arp",
	.text = "ARP message",
	.fields = arp_fields,
	.nfproto = NFPROTO_ARP,
	.l4proto = WEIR_NO_L4PROTO,
};
