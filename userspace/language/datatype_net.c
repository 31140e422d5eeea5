// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: numbers of protocols that have names. Where a value has several
 * names, the first is printed.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include "datatype.h"

static const struct weir_symbol ether_types[] = {
	{ "ip", ETH_P_IP },
	{ "arp", ETH_P_ARP },
	{ "ip6", ETH_P_IPV6 },
	{ "8021q", ETH_P_8021Q },
	{ "8021ad", ETH_P_8021AD },
	{ "vlan", ETH_P_8021Q },
	{}
};

static const struct weir_symbol arp_ops[] = {
	{ "request", ARPOP_REQUEST },
	{ "reply", ARPOP_REPLY },
	{ "rrequest", ARPOP_RREQUEST },
	{ "rreply", ARPOP_RREPLY },
	{ "inrequest", ARPOP_InREQUEST },
	{ "inreply", ARPOP_InREPLY },
	{ "nak", ARPOP_NAK },
	{}
};

static const struct weir_symbol icmp_types[] = {
	{ "echo-reply", ICMP_ECHOREPLY },
	{ "destination-unreachable", ICMP_DEST_UNREACH },
	{ "source-quench", ICMP_SOURCE_QUENCH },
	{ "redirect", ICMP_REDIRECT },
	{ "echo-request", ICMP_ECHO },
	{ "router-advertisement", 9 },
	{ "router-solicitation", 10 },
	{ "time-exceeded", ICMP_TIME_EXCEEDED },
	{ "parameter-problem", ICMP_PARAMETERPROB },
	{ "timestamp-request", ICMP_TIMESTAMP },
	{ "timestamp-reply", ICMP_TIMESTAMPREPLY },
	{ "info-request", ICMP_INFO_REQUEST },
	{ "info-reply", ICMP_INFO_REPLY },
	{ "address-mask-request", ICMP_ADDRESS },
	{ "address-mask-reply", ICMP_ADDRESSREPLY },
	{}
};

static const struct weir_symbol icmp_codes[] = {
	{ "net-unreachable", ICMP_NET_UNREACH },
	{ "host-unreachable", ICMP_HOST_UNREACH },
	{ "prot-unreachable", ICMP_PROT_UNREACH },
	{ "port-unreachable", ICMP_PORT_UNREACH },
	{ "frag-needed", ICMP_FRAG_NEEDED },
	{ "net-prohibited", ICMP_NET_ANO },
	{ "host-prohibited", ICMP_HOST_ANO },
	{ "admin-prohibited", ICMP_PKT_FILTERED },
	{}
};

static const struct weir_symbol icmpv6_types[] = {
	{ "destination-unreachable", ICMPV6_DEST_UNREACH },
	{ "packet-too-big", ICMPV6_PKT_TOOBIG },
	{ "time-exceeded", ICMPV6_TIME_EXCEED },
	{ "parameter-problem", ICMPV6_PARAMPROB },
	{ "echo-request", ICMPV6_ECHO_REQUEST },
	{ "echo-reply", ICMPV6_ECHO_REPLY },
	{ "mld-listener-query", ICMPV6_MGM_QUERY },
	{ "mld-listener-report", ICMPV6_MGM_REPORT },
	{ "mld-listener-done", ICMPV6_MGM_REDUCTION },
	{ "mld-listener-reduction", ICMPV6_MGM_REDUCTION },
	{ "nd-router-solicit", 133 },
	{ "nd-router-advert", 134 },
	{ "nd-neighbor-solicit", 135 },
	{ "nd-neighbor-advert", 136 },
	{ "nd-redirect", 137 },
	{ "router-renumbering", 138 },
	{ "ind-neighbor-solicit", 141 },
	{ "ind-neighbor-advert", 142 },
	{ "mld2-listener-report", ICMPV6_MLD2_REPORT },
	{}
};

static const struct weir_symbol icmpv6_codes[] = {
	{ "no-route", ICMPV6_NOROUTE },
	{ "admin-prohibited", ICMPV6_ADM_PROHIBITED },
	{ "addr-unreachable", ICMPV6_ADDR_UNREACH },
	{ "port-unreachable", ICMPV6_PORT_UNREACH },
	{ "policy-fail", ICMPV6_POLICY_FAIL },
	{ "reject-route", ICMPV6_REJECT_ROUTE },
	{}
};

static const struct weir_symbol igmp_types[] = {
	{ "membership-query", 0x11 },
	{ "membership-report-v1", 0x12 },
	{ "membership-report-v2", 0x16 },
	{ "membership-report-v3", 0x22 },
	{ "leave-group", 0x17 },
	{}
};

static const struct weir_symbol tcp_flags[] = {
	{ "fin", 0x01 },
	{ "syn", 0x02 },
	{ "rst", 0x04 },
	{ "psh", 0x08 },
	{ "ack", 0x10 },
	{ "urg", 0x20 },
	{ "ecn", 0x40 },
	{ "cwr", 0x80 },
	{}
};

static const struct weir_symbol dscp_names[] = {
	{ "cs0", 0x00 },
	{ "cs1", 0x08 },
	{ "cs2", 0x10 },
	{ "cs3", 0x18 },
	{ "cs4", 0x20 },
	{ "cs5", 0x28 },
	{ "cs6", 0x30 },
	{ "cs7", 0x38 },
	{ "df", 0x00 },
	{ "be", 0x00 },
	{ "lephb", 0x01 },
	{ "af11", 0x0a },
	{ "af12", 0x0c },
	{ "af13", 0x0e },
	{ "af21", 0x12 },
	{ "af22", 0x14 },
	{ "af23", 0x16 },
	{ "af31", 0x1a },
	{ "af32", 0x1c },
	{ "af33", 0x1e },
	{ "af41", 0x22 },
	{ "af42", 0x24 },
	{ "af43", 0x26 },
	{ "va", 0x2c },
	{ "ef", 0x2e },
	{}
};

static const struct weir_symbol ecn_names[] = {
	{ "not-ect", 0 },
	{ "ect1", 1 },
	{ "ect0", 2 },
	{ "ce", 3 },
	{}
};

static const struct weir_symbol dccp_types[] = {
	{ "request", 0 },
	{ "response", 1 },
	{ "data", 2 },
	{ "ack", 3 },
	{ "dataack", 4 },
	{ "closereq", 5 },
	{ "close", 6 },
	{ "reset", 7 },
	{ "sync", 8 },
	{ "syncack", 9 },
	{}
};

static const struct weir_symbol mh_types[] = {
	{ "binding-refresh-request", 0 },
	{ "home-test-init", 1 },
	{ "careof-test-init", 2 },
	{ "home-test", 3 },
	{ "careof-test", 4 },
	{ "binding-update", 5 },
	{ "binding-acknowledgement", 6 },
	{ "binding-error", 7 },
	{ "fast-binding-update", 8 },
	{ "fast-binding-acknowledgement", 9 },
	{ "fast-binding-advertisement", 10 },
	{ "experimental-mobility-header", 11 },
	{ "home-agent-switch-message", 12 },
	{}
};

static const struct weir_symbol nf_protos[] = {
	{ "ipv4", NFPROTO_IPV4 },
	{ "ipv6", NFPROTO_IPV6 },
	{}
};

static const struct weir_symbol pkt_types[] = {
	{ "host", PACKET_HOST },
	{ "unicast", PACKET_HOST },
	{ "broadcast", PACKET_BROADCAST },
	{ "multicast", PACKET_MULTICAST },
	{ "other", PACKET_OTHERHOST },
	{}
};

static const struct weir_symbol iface_types[] = {
	{ "ether", ARPHRD_ETHER },
	{ "ppp", ARPHRD_PPP },
	{ "ipip", ARPHRD_TUNNEL },
	{ "ipip6", ARPHRD_TUNNEL6 },
	{ "loopback", ARPHRD_LOOPBACK },
	{ "sit", ARPHRD_SIT },
	{ "ipgre", ARPHRD_IPGRE },
	{}
};

const struct weir_datatype weir_datatype_ether_type = {
	.name = "ether_type",
	.text = "an EtherType",
	.len = 16,
	.symbols = ether_types,
	.hex = true,
};

const struct weir_datatype weir_datatype_arp_op = {
	.name = "arp_op",
	.text = "an ARP operation",
	.len = 16,
	.symbols = arp_ops,
};

const struct weir_datatype weir_datatype_icmp_type = {
	.name = "icmp_type",
	.text = "an ICMP type",
	.len = 8,
	.symbols = icmp_types,
};

const struct weir_datatype weir_datatype_icmp_code = {
	.name = "icmp_code",
	.text = "an ICMP code",
	.len = 8,
	.symbols = icmp_codes,
};

const struct weir_datatype weir_datatype_icmpv6_type = {
	.name = "icmpv6_type",
	.text = "an ICMPv6 type",
	.len = 8,
	.symbols = icmpv6_types,
};

const struct weir_datatype weir_datatype_icmpv6_code = {
	.name = "icmpv6_code",
	.text = "an ICMPv6 code",
	.len = 8,
	.symbols = icmpv6_codes,
};

const struct weir_datatype weir_datatype_igmp_type = {
	.name = "igmp_type",
	.text = "an IGMP type",
	.len = 8,
	.symbols = igmp_types,
};

const struct weir_datatype weir_datatype_tcp_flag = {
	.name = "tcp_flag",
	.text = "TCP flags",
	.base = WEIR_BASE_BITMASK,
	.len = 8,
	.symbols = tcp_flags,
	.hex = true,
};

const struct weir_datatype weir_datatype_dscp = {
	.name = "dscp",
	.text = "a differentiated services code point",
	.len = 6,
	.symbols = dscp_names,
	.hex = true,
};

const struct weir_datatype weir_datatype_ecn = {
	.name = "ecn",
	.text = "an explicit congestion notification",
	.len = 2,
	.symbols = ecn_names,
	.hex = true,
};

const struct weir_datatype weir_datatype_dccp_pkttype = {
	.name = "dccp_pkttype",
	.text = "a DCCP packet type",
	.len = 4,
	.symbols = dccp_types,
};

const struct weir_datatype weir_datatype_mh_type = {
	.name = "mh_type",
	.text = "a mobility header type",
	.len = 8,
	.symbols = mh_types,
};

const struct weir_datatype weir_datatype_nf_proto = {
	.name = "nf_proto",
	.text = "ipv4 or ipv6",
	.len = 8,
	.symbols = nf_protos,
};

const struct weir_datatype weir_datatype_pkt_type = {
	.name = "pkt_type",
	.text = "a packet type",
	.len = 8,
	.symbols = pkt_types,
};

const struct weir_datatype weir_datatype_iface_type = {
	.name = "iface_type",
	.text = "a network interface type",
	.len = 16,
	.symbols = iface_types,
};
