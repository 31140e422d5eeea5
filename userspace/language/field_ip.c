// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of IPv4, IPv6 and their control messages.
 */
#include "field_table.h"
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#define NEIGHBOUR_SOLICITATION 135
#define NEIGHBOUR_ADVERTISEMENT 136
#define REDIRECT 137

#define IP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, IP, 0, offset, len, type, true, text)

static const struct weir_field ip_fields[] = {
	IP("version", 0, 4, integer, "version, 4"),
	IP("hdrlength", 4, 4, integer, "length of the header in units of 4 bytes"),
	IP("dscp", 8, 6, dscp, "differentiated services code point"),
	IP("ecn", 14, 2, ecn, "explicit congestion notification"),
	IP("length", 16, 16, integer, "length of the packet in bytes"),
	IP("id", 32, 16, integer, "identification"),
	IP("frag-off", 48, 16, integer, "flags and fragment offset in units of 8 bytes"),
	IP("ttl", 64, 8, integer, "time to live"),
	IP("protocol", 72, 8, inet_proto, "protocol of the payload"),
	IP("checksum", 80, 16, integer, "checksum of the header"),
	IP("saddr", 96, 32, ipv4_addr, "source address"),
	IP("daddr", 128, 32, ipv4_addr, "destination address"),
	{}
};

const struct weir_header_desc weir_header_ip = {
	.name = "ip",
	.text = "IPv4 header",
	.fields = ip_fields,
	.nfproto = NFPROTO_IPV4,
	.l4proto = WEIR_NO_L4PROTO,
};

#define LSRR 131
#define RA 148
#define RR 7
#define SSRR 137

#define IP_OPT(name, kind, offset, len, type, text)	\
	WEIR_FIELD_AT(name, IP_OPT, kind, offset, len, type, false, text)

static const struct weir_field ip_option_fields[] = {
	WEIR_FIELD_EXISTS("lsrr", IP_OPT, LSRR, "whether there is a loose source route option"),
	IP_OPT("lsrr type", LSRR, 0, 8, integer, "loose source route: type"),
	IP_OPT("lsrr length", LSRR, 8, 8, integer, "loose source route: length in bytes"),
	IP_OPT("lsrr ptr", LSRR, 16, 8, integer, "loose source route: pointer to the next address"),
	IP_OPT("lsrr addr", LSRR, 24, 32, ipv4_addr, "loose source route: first address"),
	WEIR_FIELD_EXISTS("ra", IP_OPT, RA, "whether there is a router alert option"),
	IP_OPT("ra type", RA, 0, 8, integer, "router alert: type"),
	IP_OPT("ra length", RA, 8, 8, integer, "router alert: length in bytes"),
	IP_OPT("ra value", RA, 16, 16, integer, "router alert: value"),
	WEIR_FIELD_EXISTS("rr", IP_OPT, RR, "whether there is a record route option"),
	IP_OPT("rr type", RR, 0, 8, integer, "record route: type"),
	IP_OPT("rr length", RR, 8, 8, integer, "record route: length in bytes"),
	IP_OPT("rr ptr", RR, 16, 8, integer, "record route: pointer to the next address"),
	IP_OPT("rr addr", RR, 24, 32, ipv4_addr, "record route: first address"),
	WEIR_FIELD_EXISTS("ssrr", IP_OPT, SSRR, "whether there is a strict source route option"),
	IP_OPT("ssrr type", SSRR, 0, 8, integer, "strict source route: type"),
	IP_OPT("ssrr length", SSRR, 8, 8, integer, "strict source route: length in bytes"),
	IP_OPT("ssrr ptr", SSRR, 16, 8, integer,
	       "strict source route: pointer to the next address"),
	IP_OPT("ssrr addr", SSRR, 24, 32, ipv4_addr, "strict source route: first address"),
	{}
};

const struct weir_header_desc weir_header_ip_option = {
	.name = "ip option",
	.text = "IPv4 option",
	.fields = ip_option_fields,
	.nfproto = NFPROTO_IPV4,
	.l4proto = WEIR_NO_L4PROTO,
};

#define IP6(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, IP6, 0, offset, len, type, true, text)

static const struct weir_field ip6_fields[] = {
	IP6("version", 0, 4, integer, "version, 6"),
	IP6("dscp", 4, 6, dscp, "differentiated services code point"),
	IP6("ecn", 10, 2, ecn, "explicit congestion notification"),
	IP6("flowlabel", 12, 20, integer, "flow label"),
	IP6("length", 32, 16, integer, "length of the payload in bytes"),
	IP6("nexthdr", 48, 8, inet_proto, "protocol of the next header"),
	IP6("hoplimit", 56, 8, integer, "hop limit"),
	IP6("saddr", 64, 128, ipv6_addr, "source address"),
	IP6("daddr", 192, 128, ipv6_addr, "destination address"),
	{}
};

const struct weir_header_desc weir_header_ip6 = {
	.name = "ip6",
	.text = "IPv6 header",
	.fields = ip6_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

/* Messages of ICMP that have the fields behind the first 4 bytes. */
static const struct weir_variant icmp_echo = { 2, { ICMP_ECHOREPLY, ICMP_ECHO } };
static const struct weir_variant icmp_redirect = { 1, { ICMP_REDIRECT } };
static const struct weir_variant icmp_unreachable = { 1, { ICMP_DEST_UNREACH } };

#define ICMP_OF(name, variant, offset, len, type, text)	\
	WEIR_FIELD_OF(name, ICMP, offset, len, type, variant, text)

#define ICMP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, ICMP, 0, offset, len, type, true, text)

static const struct weir_field icmp_fields[] = {
	ICMP("type", 0, 8, icmp_type, "type"),
	ICMP("code", 8, 8, icmp_code, "code"),
	ICMP("checksum", 16, 16, integer, "checksum"),
	ICMP_OF("id", icmp_echo, 32, 16, integer, "identifier of an echo"),
	ICMP_OF("sequence", icmp_echo, 48, 16, integer, "sequence number of an echo"),
	ICMP_OF("gateway", icmp_redirect, 32, 32, ipv4_addr, "gateway of a redirect"),
	ICMP_OF("mtu", icmp_unreachable, 48, 16, integer, "MTU of the next hop in frag-needed"),
	{}
};

const struct weir_header_desc weir_header_icmp = {
	.name = "icmp",
	.text = "ICMP message",
	.fields = icmp_fields,
	.nfproto = NFPROTO_IPV4,
	.l4proto = IPPROTO_ICMP,
};

static const struct weir_variant icmpv6_problem = { 1, { ICMPV6_PARAMPROB } };
static const struct weir_variant icmpv6_too_big = { 1, { ICMPV6_PKT_TOOBIG } };
static const struct weir_variant icmpv6_echo = { 2, { ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY } };
static const struct weir_variant icmpv6_query = { 1, { ICMPV6_MGM_QUERY } };
static const struct weir_variant icmpv6_target = {
	6, { ICMPV6_MGM_QUERY, ICMPV6_MGM_REPORT, ICMPV6_MGM_REDUCTION, NEIGHBOUR_SOLICITATION,
	     NEIGHBOUR_ADVERTISEMENT, REDIRECT }
};

static const struct weir_variant icmpv6_redirect = { 1, { REDIRECT } };

#define ICMPV6_OF(name, variant, offset, len, type, text)	\
	WEIR_FIELD_OF(name, ICMPV6, offset, len, type, variant, text)

#define ICMPV6(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, ICMPV6, 0, offset, len, type, true, text)

static const struct weir_field icmpv6_fields[] = {
	ICMPV6("type", 0, 8, icmpv6_type, "type"),
	ICMPV6("code", 8, 8, icmpv6_code, "code"),
	ICMPV6("checksum", 16, 16, integer, "checksum"),
	ICMPV6_OF("parameter-problem", icmpv6_problem, 32, 32, integer, "pointer to the problem"),
	ICMPV6_OF("mtu", icmpv6_too_big, 32, 32, integer, "MTU of the next hop in packet-too-big"),
	ICMPV6_OF("id", icmpv6_echo, 32, 16, integer, "identifier of an echo"),
	ICMPV6_OF("sequence", icmpv6_echo, 48, 16, integer, "sequence number of an echo"),
	ICMPV6_OF("max-delay", icmpv6_query, 32, 16, integer,
		  "maximum response delay of an MLD query"),
	ICMPV6_OF("taddr", icmpv6_target, 64, 128, ipv6_addr,
		  "target address of neighbour discovery and MLD"),
	ICMPV6_OF("daddr", icmpv6_redirect, 192, 128, ipv6_addr,
		  "destination address of a redirect"),
	{}
};

const struct weir_header_desc weir_header_icmpv6 = {
	.name = "icmpv6",
	.text = "ICMPv6 message",
	.fields = icmpv6_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = IPPROTO_ICMPV6,
};

#define IGMP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, IGMP, 0, offset, len, type, true, text)

static const struct weir_field igmp_fields[] = {
	IGMP("type", 0, 8, igmp_type, "type"),
	IGMP("mrt", 8, 8, integer, "maximum response time"),
	IGMP("checksum", 16, 16, integer, "checksum"),
	IGMP("group", 32, 32, ipv4_addr, "group address"),
	{}
};

const struct weir_header_desc weir_header_igmp = {
	.name = "igmp",
	.text = "IGMP message",
	.fields = igmp_fields,
	.nfproto = NFPROTO_IPV4,
	.l4proto = IPPROTO_IGMP,
};
