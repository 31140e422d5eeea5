/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data types by name, for tables of fields and for plug-ins. Each is
 * defined in one of datatype*.c and stands in weir_datatypes[].
 */
#ifndef WEIR_DATATYPE_H
#define WEIR_DATATYPE_H

#include <string.h>
#include "field.h"

/* datatype.c */
extern const struct weir_datatype weir_datatype_integer;
extern const struct weir_datatype weir_datatype_bitmask;
extern const struct weir_datatype weir_datatype_string;
extern const struct weir_datatype weir_datatype_boolean;
extern const struct weir_datatype weir_datatype_verdict;

/* datatype_addr.c */
extern const struct weir_datatype weir_datatype_ipv4_addr;
extern const struct weir_datatype weir_datatype_ipv6_addr;
extern const struct weir_datatype weir_datatype_ether_addr;

/* datatype_net.c */
extern const struct weir_datatype weir_datatype_ether_type;
extern const struct weir_datatype weir_datatype_arp_op;
extern const struct weir_datatype weir_datatype_icmp_type;
extern const struct weir_datatype weir_datatype_icmp_code;
extern const struct weir_datatype weir_datatype_icmpv6_type;
extern const struct weir_datatype weir_datatype_icmpv6_code;
extern const struct weir_datatype weir_datatype_igmp_type;
extern const struct weir_datatype weir_datatype_tcp_flag;
extern const struct weir_datatype weir_datatype_dscp;
extern const struct weir_datatype weir_datatype_ecn;
extern const struct weir_datatype weir_datatype_dccp_pkttype;
extern const struct weir_datatype weir_datatype_mh_type;
extern const struct weir_datatype weir_datatype_nf_proto;
extern const struct weir_datatype weir_datatype_pkt_type;
extern const struct weir_datatype weir_datatype_iface_type;

/* datatype_names.c */
extern const struct weir_datatype weir_datatype_inet_proto;
extern const struct weir_datatype weir_datatype_inet_service;
extern const struct weir_datatype weir_datatype_devgroup;
extern const struct weir_datatype weir_datatype_uid;
extern const struct weir_datatype weir_datatype_gid;

/* datatype_dev.c */
extern const struct weir_datatype weir_datatype_iface_index;
extern const struct weir_datatype weir_datatype_ifname;
extern const struct weir_datatype weir_datatype_classid;

/* datatype_time.c */
extern const struct weir_datatype weir_datatype_time;
extern const struct weir_datatype weir_datatype_day;
extern const struct weir_datatype weir_datatype_hour;

/* Plug-ins, under ext/. */
extern const struct weir_datatype weir_datatype_ct_state;
extern const struct weir_datatype weir_datatype_ct_status;
extern const struct weir_datatype weir_datatype_ct_dir;
extern const struct weir_datatype weir_datatype_icmpx_code;

/** struct weir_octet_text - The text of a number up to 255 and its length. */
struct weir_octet_text {
	char text[3];
	uint8_t len;
};

/** weir_octet_texts() - Those of all 256. */
const struct weir_octet_text *weir_octet_texts(void);

/** WEIR_IPV4_TEXT - Room that an IPv4 address needs; it has at most 15 bytes. */
#define WEIR_IPV4_TEXT	17

/** weir_octet_put() - Write a number up to 255 as text, 4 bytes of which count those returned. */
static inline char *weir_octet_put(char *to, const struct weir_octet_text *octet)
{
	memcpy(to, octet, sizeof(*octet));
	return to + octet->len;
}

/** weir_ipv4_put() - Write an IPv4 address as text, into %WEIR_IPV4_TEXT bytes; returns its end. */
static inline char *weir_ipv4_put(char *to, const struct weir_octet_text *octets, uint32_t addr)
{
	to = weir_octet_put(to, &octets[addr >> 24]);
	*to++ = '.';
	to = weir_octet_put(to, &octets[addr >> 16 & 0xff]);
	*to++ = '.';
	to = weir_octet_put(to, &octets[addr >> 8 & 0xff]);
	*to++ = '.';
	return weir_octet_put(to, &octets[addr & 0xff]);
}

/** weir_bits_print() - Print a bitmask's names with @between between them. */
void weir_bits_print(struct weir_buf *buf, const struct weir_datatype *type,
		     struct weir_num num, const char *between,
		     const struct weir_print_opts *opts);

/** weir_string_parse() - Bytes of a name into the high end of a number; for strings. */
bool weir_string_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why);
/** weir_string_print() - The reverse. */
void weir_string_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts);

#endif /* WEIR_DATATYPE_H */
