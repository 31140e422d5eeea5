/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How tables of fields are written: name, place in bits, data type without its
 * "weir_datatype_", one line for describe. Included by the files that hold a table, and by field.c.
 */
#ifndef WEIR_FIELD_TABLE_H
#define WEIR_FIELD_TABLE_H

#include <netinet/in.h>
#include <linux/netfilter.h>
#include "datatype.h"

#define WEIR_NO_L4PROTO -1

/* A field of a header, option or extension header. */
#define WEIR_FIELD_AT(name_, header_, option_, offset_, len_, type_, writable_, text_)	\
	{ .name = (name_),								\
	  .key = { .type = WEIR_KEY_TYPE_PAYLOAD, .header = WEIR_HEADER_##header_,	\
		   .option = (option_), .offset = (offset_), .len = (len_) },		\
	  .type = &weir_datatype_##type_, .writable = (writable_), .text = (text_) }

/* A field that only some types of ICMP messages have. */
#define WEIR_FIELD_OF(name_, header_, offset_, len_, type_, variant_, text_)		\
	{ .name = (name_),								\
	  .key = { .type = WEIR_KEY_TYPE_PAYLOAD, .header = WEIR_HEADER_##header_,	\
		   .offset = (offset_), .len = (len_), .variant = &(variant_) },	\
	  .type = &weir_datatype_##type_, .writable = true, .text = (text_) }

/* Whether an option or extension header is there. */
#define WEIR_FIELD_EXISTS(name_, header_, option_, text_)				\
	{ .name = (name_),								\
	  .key = { .type = WEIR_KEY_TYPE_EXISTS, .header = WEIR_HEADER_##header_,	\
		   .option = (option_), .len = 1 },					\
	  .type = &weir_datatype_boolean, .text = (text_) }

/* A property of the packet. */
#define WEIR_FIELD_META(name_, meta_, len_, type_, writable_, text_)			\
	{ .name = (name_),								\
	  .key = { .type = WEIR_KEY_TYPE_META, .meta = WEIR_META_##meta_, .len = (len_) }, \
	  .type = &weir_datatype_##type_, .writable = (writable_), .text = (text_) }

/* field_link.c */
extern const struct weir_header_desc weir_header_ether;
extern const struct weir_header_desc weir_header_vlan;
extern const struct weir_header_desc weir_header_arp;

/* field_ip.c */
extern const struct weir_header_desc weir_header_ip;
extern const struct weir_header_desc weir_header_ip_option;
extern const struct weir_header_desc weir_header_ip6;
extern const struct weir_header_desc weir_header_icmp;
extern const struct weir_header_desc weir_header_icmpv6;
extern const struct weir_header_desc weir_header_igmp;

/* field_exthdr.c */
extern const struct weir_header_desc weir_header_exthdr;
extern const struct weir_header_desc weir_header_hbh;
extern const struct weir_header_desc weir_header_rt;
extern const struct weir_header_desc weir_header_srh;
extern const struct weir_header_desc weir_header_rt0;
extern const struct weir_header_desc weir_header_rt2;
extern const struct weir_header_desc weir_header_rt4;
extern const struct weir_header_desc weir_header_frag;
extern const struct weir_header_desc weir_header_dst;
extern const struct weir_header_desc weir_header_mh;

/* field_transport.c */
extern const struct weir_header_desc weir_header_tcp;
extern const struct weir_header_desc weir_header_udp;
extern const struct weir_header_desc weir_header_udplite;
extern const struct weir_header_desc weir_header_sctp;
extern const struct weir_header_desc weir_header_dccp;
extern const struct weir_header_desc weir_header_th;
extern const struct weir_header_desc weir_header_ah;
extern const struct weir_header_desc weir_header_esp;
extern const struct weir_header_desc weir_header_comp;

/* field_tcp_option.c */
extern const struct weir_header_desc weir_header_tcp_option;

/* field_meta.c */
extern const struct weir_header_desc weir_header_meta;

#endif /* WEIR_FIELD_TABLE_H */
