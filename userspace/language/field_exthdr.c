// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6 extension headers. srh, rt0, rt2 and rt4 are names of a routing header; as
 * in nft, its type is matched by "rt type" alone. Of names for the same bits the
 * first header in weir_headers[] prints.
 */
#include "field_table.h"

#define EXT(name, proto, offset, len, type, text)	\
	WEIR_FIELD_AT(name, IP6_EXT, proto, offset, len, type, false, text)

static const struct weir_field exthdr_fields[] = {
	WEIR_FIELD_EXISTS("hbh", IP6_EXT, IPPROTO_HOPOPTS,
			  "whether there is a header: hop-by-hop options"),
	WEIR_FIELD_EXISTS("rt", IP6_EXT, IPPROTO_ROUTING,
			  "whether there is a header: routing header"),
	WEIR_FIELD_EXISTS("frag", IP6_EXT, IPPROTO_FRAGMENT,
			  "whether there is a header: fragment header"),
	WEIR_FIELD_EXISTS("dst", IP6_EXT, IPPROTO_DSTOPTS,
			  "whether there is a header: destination options"),
	WEIR_FIELD_EXISTS("mh", IP6_EXT, IPPROTO_MH, "whether there is a header: mobility header"),
	{}
};

const struct weir_header_desc weir_header_exthdr = {
	.name = "exthdr",
	.text = "whether there is an IPv6 extension header",
	.fields = exthdr_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field hbh_fields[] = {
	EXT("nexthdr", IPPROTO_HOPOPTS, 0, 8, inet_proto, "protocol of the next header"),
	EXT("hdrlength", IPPROTO_HOPOPTS, 8, 8, integer,
	    "length in units of 8 bytes, without the first 8"),
	{}
};

const struct weir_header_desc weir_header_hbh = {
	.name = "hbh",
	.text = "hop-by-hop options",
	.fields = hbh_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field rt_fields[] = {
	EXT("nexthdr", IPPROTO_ROUTING, 0, 8, inet_proto, "protocol of the next header"),
	EXT("hdrlength", IPPROTO_ROUTING, 8, 8, integer,
	    "length in units of 8 bytes, without the first 8"),
	EXT("type", IPPROTO_ROUTING, 16, 8, integer, "routing type"),
	EXT("seg-left", IPPROTO_ROUTING, 24, 8, integer, "segments left"),
	{}
};

const struct weir_header_desc weir_header_rt = {
	.name = "rt",
	.text = "routing header",
	.fields = rt_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field srh_fields[] = {
	EXT("last-entry", IPPROTO_ROUTING, 32, 8, integer, "index of the last entry"),
	EXT("flags", IPPROTO_ROUTING, 40, 8, integer, "flags"),
	EXT("tag", IPPROTO_ROUTING, 48, 16, integer, "tag"),
	EXT("sid[1]", IPPROTO_ROUTING, 64, 128, ipv6_addr, "address 1"),
	EXT("sid[2]", IPPROTO_ROUTING, 192, 128, ipv6_addr, "address 2"),
	EXT("sid[3]", IPPROTO_ROUTING, 320, 128, ipv6_addr, "address 3"),
	EXT("sid[4]", IPPROTO_ROUTING, 448, 128, ipv6_addr, "address 4"),
	EXT("seg-left", IPPROTO_ROUTING, 24, 8, integer, "segments left"),
	{}
};

const struct weir_header_desc weir_header_srh = {
	.name = "srh",
	.text = "segment routing header",
	.fields = srh_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field rt0_fields[] = {
	EXT("addr[1]", IPPROTO_ROUTING, 64, 128, ipv6_addr, "address 1"),
	EXT("addr[2]", IPPROTO_ROUTING, 192, 128, ipv6_addr, "address 2"),
	EXT("addr[3]", IPPROTO_ROUTING, 320, 128, ipv6_addr, "address 3"),
	EXT("addr[4]", IPPROTO_ROUTING, 448, 128, ipv6_addr, "address 4"),
	{}
};

const struct weir_header_desc weir_header_rt0 = {
	.name = "rt0",
	.text = "routing header of type 0",
	.fields = rt0_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field rt2_fields[] = {
	EXT("addr", IPPROTO_ROUTING, 64, 128, ipv6_addr, "home address"),
	{}
};

const struct weir_header_desc weir_header_rt2 = {
	.name = "rt2",
	.text = "routing header of type 2",
	.fields = rt2_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

const struct weir_header_desc weir_header_rt4 = {
	.name = "rt4",
	.text = "routing header of type 4",
	.fields = srh_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field frag_fields[] = {
	EXT("nexthdr", IPPROTO_FRAGMENT, 0, 8, inet_proto, "protocol of the next header"),
	EXT("reserved", IPPROTO_FRAGMENT, 8, 8, integer, "reserved"),
	EXT("frag-off", IPPROTO_FRAGMENT, 16, 13, integer, "offset in units of 8 bytes"),
	EXT("reserved2", IPPROTO_FRAGMENT, 29, 2, integer, "reserved"),
	EXT("more-fragments", IPPROTO_FRAGMENT, 31, 1, integer, "whether more fragments follow"),
	EXT("id", IPPROTO_FRAGMENT, 32, 32, integer, "identification"),
	{}
};

const struct weir_header_desc weir_header_frag = {
	.name = "frag",
	.text = "fragment header",
	.fields = frag_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field dst_fields[] = {
	EXT("nexthdr", IPPROTO_DSTOPTS, 0, 8, inet_proto, "protocol of the next header"),
	EXT("hdrlength", IPPROTO_DSTOPTS, 8, 8, integer,
	    "length in units of 8 bytes, without the first 8"),
	{}
};

const struct weir_header_desc weir_header_dst = {
	.name = "dst",
	.text = "destination options",
	.fields = dst_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};

static const struct weir_field mh_fields[] = {
	EXT("nexthdr", IPPROTO_MH, 0, 8, inet_proto, "protocol of the next header"),
	EXT("hdrlength", IPPROTO_MH, 8, 8, integer,
	    "length in units of 8 bytes, without the first 8"),
	EXT("type", IPPROTO_MH, 16, 8, mh_type, "type"),
	EXT("reserved", IPPROTO_MH, 24, 8, integer, "reserved"),
	EXT("checksum", IPPROTO_MH, 32, 16, integer, "checksum"),
	{}
};

const struct weir_header_desc weir_header_mh = {
	.name = "mh",
	.text = "mobility header",
	.fields = mh_fields,
	.nfproto = NFPROTO_IPV6,
	.l4proto = WEIR_NO_L4PROTO,
};
