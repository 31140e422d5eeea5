// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of transport headers and IPsec.
 */
#include "field_table.h"

#define TCP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, TCP, 0, offset, len, type, true, text)

static const struct weir_field tcp_fields[] = {
	TCP("sport", 0, 16, inet_service, "source port"),
	TCP("dport", 16, 16, inet_service, "destination port"),
	TCP("sequence", 32, 32, integer, "sequence number"),
	TCP("ackseq", 64, 32, integer, "acknowledgment number"),
	TCP("doff", 96, 4, integer, "length of the header in units of 4 bytes"),
	TCP("reserved", 100, 4, integer, "reserved"),
	TCP("flags", 104, 8, tcp_flag, "flags"),
	TCP("window", 112, 16, integer, "window"),
	TCP("checksum", 128, 16, integer, "checksum"),
	TCP("urgptr", 144, 16, integer, "urgent pointer"),
	{}
};

const struct weir_header_desc weir_header_tcp = {
	.name = "tcp",
	.text = "TCP header",
	.fields = tcp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_TCP,
};

#define UDP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, UDP, 0, offset, len, type, true, text)

static const struct weir_field udp_fields[] = {
	UDP("sport", 0, 16, inet_service, "source port"),
	UDP("dport", 16, 16, inet_service, "destination port"),
	UDP("length", 32, 16, integer, "length in bytes"),
	UDP("checksum", 48, 16, integer, "checksum"),
	{}
};

const struct weir_header_desc weir_header_udp = {
	.name = "udp",
	.text = "UDP header",
	.fields = udp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_UDP,
};

#define UDPLITE(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, UDPLITE, 0, offset, len, type, true, text)

static const struct weir_field udplite_fields[] = {
	UDPLITE("sport", 0, 16, inet_service, "source port"),
	UDPLITE("dport", 16, 16, inet_service, "destination port"),
	UDPLITE("csumcov", 32, 16, integer, "bytes that the checksum covers"),
	UDPLITE("checksum", 48, 16, integer, "checksum"),
	{}
};

const struct weir_header_desc weir_header_udplite = {
	.name = "udplite",
	.text = "UDP-Lite header",
	.fields = udplite_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_UDPLITE,
};

#define SCTP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, SCTP, 0, offset, len, type, true, text)

static const struct weir_field sctp_fields[] = {
	SCTP("sport", 0, 16, inet_service, "source port"),
	SCTP("dport", 16, 16, inet_service, "destination port"),
	SCTP("vtag", 32, 32, integer, "verification tag"),
	SCTP("checksum", 64, 32, integer, "checksum"),
	{}
};

const struct weir_header_desc weir_header_sctp = {
	.name = "sctp",
	.text = "SCTP header",
	.fields = sctp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_SCTP,
};

#define DCCP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, DCCP, 0, offset, len, type, true, text)

static const struct weir_field dccp_fields[] = {
	DCCP("sport", 0, 16, inet_service, "source port"),
	DCCP("dport", 16, 16, inet_service, "destination port"),
	DCCP("type", 67, 4, dccp_pkttype, "packet type"),
	{}
};

const struct weir_header_desc weir_header_dccp = {
	.name = "dccp",
	.text = "DCCP header",
	.fields = dccp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_DCCP,
};

#define TH(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, TH, 0, offset, len, type, true, text)

static const struct weir_field th_fields[] = {
	TH("sport", 0, 16, inet_service, "source port"),
	TH("dport", 16, 16, inet_service, "destination port"),
	{}
};

const struct weir_header_desc weir_header_th = {
	.name = "th",
	.text = "header of any transport protocol",
	.fields = th_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = WEIR_NO_L4PROTO,
};

#define AH(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, AH, 0, offset, len, type, true, text)

static const struct weir_field ah_fields[] = {
	AH("nexthdr", 0, 8, inet_proto, "protocol of the next header"),
	AH("hdrlength", 8, 8, integer, "length in units of 4 bytes, minus 2"),
	AH("reserved", 16, 16, integer, "reserved"),
	AH("spi", 32, 32, integer, "security parameter index"),
	AH("sequence", 64, 32, integer, "sequence number"),
	{}
};

const struct weir_header_desc weir_header_ah = {
	.name = "ah",
	.text = "authentication header",
	.fields = ah_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_AH,
};

#define ESP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, ESP, 0, offset, len, type, true, text)

static const struct weir_field esp_fields[] = {
	ESP("spi", 0, 32, integer, "security parameter index"),
	ESP("sequence", 32, 32, integer, "sequence number"),
	{}
};

const struct weir_header_desc weir_header_esp = {
	.name = "esp",
	.text = "encapsulating security payload",
	.fields = esp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_ESP,
};

#define COMP(name, offset, len, type, text)	\
	WEIR_FIELD_AT(name, COMP, 0, offset, len, type, true, text)

static const struct weir_field comp_fields[] = {
	COMP("nexthdr", 0, 8, inet_proto, "protocol of the next header"),
	COMP("flags", 8, 8, bitmask, "flags"),
	COMP("cpi", 16, 16, integer, "compression parameter index"),
	{}
};

const struct weir_header_desc weir_header_comp = {
	.name = "comp",
	.text = "IP payload compression header",
	.fields = comp_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_COMP,
};
