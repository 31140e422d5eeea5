// SPDX-License-Identifier: GPL-2.0
/*
 * TCP options. Offsets count from the kind of the option; fields of the blocks of
 * a selective acknowledgment behind the first one are those of sack1 to sack3.
 */
#include "field_table.h"

enum {
	KIND_EOL = 0,
	KIND_NOP = 1,
	KIND_MAXSEG = 2,
	KIND_WINDOW = 3,
	KIND_SACK_PERM = 4,
	KIND_SACK = 5,
	KIND_TIMESTAMP = 8,
	KIND_MD5SIG = 19,
	KIND_MPTCP = 30,
	KIND_FASTOPEN = 34,
};

#define TCP_OPT(name, kind, offset, len, text)	\
	WEIR_FIELD_AT(name, TCP_OPT, kind, offset, len, integer, false, text)

static const struct weir_field tcp_option_fields[] = {
	WEIR_FIELD_EXISTS("eol", TCP_OPT, KIND_EOL, "whether there is this option: end of options"),
	WEIR_FIELD_EXISTS("nop", TCP_OPT, KIND_NOP, "whether there is this option: no operation"),
	WEIR_FIELD_EXISTS("maxseg", TCP_OPT, KIND_MAXSEG,
			  "whether there is this option: maximum segment size"),
	TCP_OPT("maxseg length", KIND_MAXSEG, 8, 8, "length in bytes"),
	TCP_OPT("maxseg size", KIND_MAXSEG, 16, 16, "size in bytes"),
	WEIR_FIELD_EXISTS("window", TCP_OPT, KIND_WINDOW,
			  "whether there is this option: window scale"),
	TCP_OPT("window length", KIND_WINDOW, 8, 8, "length in bytes"),
	TCP_OPT("window count", KIND_WINDOW, 16, 8, "bits to shift"),
	WEIR_FIELD_EXISTS("sack-perm", TCP_OPT, KIND_SACK_PERM,
			  "whether there is this option: SACK permitted"),
	TCP_OPT("sack-perm length", KIND_SACK_PERM, 8, 8, "length in bytes"),
	WEIR_FIELD_EXISTS("sack", TCP_OPT, KIND_SACK,
			  "whether there is this option: selective acknowledgment"),
	TCP_OPT("sack length", KIND_SACK, 8, 8, "length in bytes"),
	TCP_OPT("sack left", KIND_SACK, 16, 32, "left edge of the first block"),
	TCP_OPT("sack right", KIND_SACK, 48, 32, "right edge of the first block"),
	TCP_OPT("sack1 left", KIND_SACK, 80, 32, "left edge of the second block"),
	TCP_OPT("sack1 right", KIND_SACK, 112, 32, "right edge of the second block"),
	TCP_OPT("sack2 left", KIND_SACK, 144, 32, "left edge of the third block"),
	TCP_OPT("sack2 right", KIND_SACK, 176, 32, "right edge of the third block"),
	TCP_OPT("sack3 left", KIND_SACK, 208, 32, "left edge of the fourth block"),
	TCP_OPT("sack3 right", KIND_SACK, 240, 32, "right edge of the fourth block"),
	WEIR_FIELD_EXISTS("timestamp", TCP_OPT, KIND_TIMESTAMP,
			  "whether there is this option: timestamps"),
	TCP_OPT("timestamp length", KIND_TIMESTAMP, 8, 8, "length in bytes"),
	TCP_OPT("timestamp tsval", KIND_TIMESTAMP, 16, 32, "timestamp"),
	TCP_OPT("timestamp tsecr", KIND_TIMESTAMP, 48, 32, "timestamp echoed"),
	WEIR_FIELD_EXISTS("md5sig", TCP_OPT, KIND_MD5SIG,
			  "whether there is this option: MD5 signature"),
	TCP_OPT("md5sig length", KIND_MD5SIG, 8, 8, "length in bytes"),
	WEIR_FIELD_EXISTS("mptcp", TCP_OPT, KIND_MPTCP,
			  "whether there is this option: multipath TCP"),
	TCP_OPT("mptcp length", KIND_MPTCP, 8, 8, "length in bytes"),
	TCP_OPT("mptcp subtype", KIND_MPTCP, 16, 4, "subtype"),
	WEIR_FIELD_EXISTS("fastopen", TCP_OPT, KIND_FASTOPEN,
			  "whether there is this option: fast open"),
	TCP_OPT("fastopen length", KIND_FASTOPEN, 8, 8, "length in bytes"),
	{}
};

const struct weir_header_desc weir_header_tcp_option = {
	.name = "tcp option",
	.text = "TCP option",
	.fields = tcp_option_fields,
	.nfproto = NFPROTO_UNSPEC,
	.l4proto = IPPROTO_TCP,
};
