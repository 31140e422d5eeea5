// SPDX-License-Identifier: GPL-2.0
/*
 * Fields by name and by key. The tables stand in field_*.c, those of plug-ins
 * with the plug-in under ext/.
 */
#include <stdio.h>
#include <string.h>
#include "ext.h"
#include "field_table.h"

/* Of names for the same bits, the first prints: srh before rt0, sack before others. */
const struct weir_header_desc *const weir_headers[] = {
	&weir_header_ether,
	&weir_header_vlan,
	&weir_header_arp,
	&weir_header_ip,
	&weir_header_ip_option,
	&weir_header_icmp,
	&weir_header_igmp,
	&weir_header_ip6,
	&weir_header_exthdr,
	&weir_header_hbh,
	&weir_header_rt,
	&weir_header_srh,
	&weir_header_rt0,
	&weir_header_rt2,
	&weir_header_rt4,
	&weir_header_frag,
	&weir_header_dst,
	&weir_header_mh,
	&weir_header_icmpv6,
	&weir_header_tcp,
	&weir_header_tcp_option,
	&weir_header_udp,
	&weir_header_udplite,
	&weir_header_sctp,
	&weir_header_dccp,
	&weir_header_th,
	&weir_header_ah,
	&weir_header_esp,
	&weir_header_comp,
	&weir_header_meta,
	NULL
};

const struct weir_header_desc *weir_header_at(unsigned int index)
{
	const unsigned int n = sizeof(weir_headers) / sizeof(weir_headers[0]) - 1;
	const struct weir_ext *const *ext;

	if (index < n)
		return weir_headers[index];
	index -= n;
	for (ext = weir_exts; *ext; ext++)
		if ((*ext)->kind == WEIR_EXT_KEY && !index--)
			return (*ext)->header;
	return NULL;
}

const struct weir_header_desc *weir_header_find(const char *name)
{
	const struct weir_header_desc *const *header;
	const struct weir_ext *const *ext;

	for (header = weir_headers; *header; header++)
		if (weir_same_word((*header)->name, name))
			return *header;
	for (ext = weir_exts; *ext; ext++)
		if ((*ext)->kind == WEIR_EXT_KEY && weir_same_word((*ext)->header->name, name))
			return (*ext)->header;
	return NULL;
}

/* Other names that nft reads, by their beginning. */
static const struct alias {
	const struct weir_header_desc *header;
	const char *alias;
	const char *name;
} aliases[] = {
	{ &weir_header_tcp_option, "sack0", "sack" },
	{ &weir_header_tcp_option, "sack-permitted", "sack-perm" },
	{ &weir_header_tcp_option, "mss", "maxseg" },
	{ &weir_header_icmpv6, "packet-too-big", "mtu" },
	{ &weir_header_icmpv6, "param-problem", "parameter-problem" },
	{}
};

static const struct weir_field *field_find(const struct weir_header_desc *header,
					   const char *name)
{
	const struct weir_field *field;

	for (field = header->fields; field->name; field++)
		if (weir_same_word(field->name, name))
			return field;
	return NULL;
}

const struct weir_field *weir_field_find(const struct weir_header_desc *header,
					 const char *name)
{
	const struct weir_field *field = field_find(header, name);
	const struct alias *alias;
	char text[64];
	size_t len;

	for (alias = aliases; !field && alias->header; alias++) {
		len = strlen(alias->alias);
		if (alias->header != header || strncmp(alias->alias, name, len) ||
		    (name[len] && name[len] != ' '))
			continue;
		snprintf(text, sizeof(text), "%s%s", alias->name, name + len);
		field = field_find(header, text);
	}
	return field;
}

const struct weir_field *weir_meta_find(const char *name)
{
	static const char *const qualified[] = {
		"length", "nfproto", "l4proto", "protocol", "priority", "random", NULL
	};
	const char *const *word;

	for (word = qualified; *word; word++)
		if (weir_same_word(*word, name))
			return NULL;
	return field_find(&weir_header_meta, name);
}

static bool key_is(const struct weir_key *key, const struct weir_key *other)
{
	if (key->type != other->type || key->len != other->len)
		return false;
	if (key->type == WEIR_KEY_TYPE_META)
		return key->meta == other->meta;
	if (key->variant && key->variant != other->variant)
		return false;
	return key->header == other->header && key->option == other->option &&
	       key->offset == other->offset;
}

const struct weir_field *weir_field_of(const struct weir_key *key,
				       const struct weir_header_desc **header)
{
	const struct weir_field *field;
	unsigned int i;

	if (key->type == WEIR_KEY_TYPE_PLUGIN) {
		*header = key->ext->header;
		return key->ext->field(key->data);
	}
	for (i = 0; weir_headers[i]; i++) {
		*header = weir_headers[i];
		/* All fields of a header lie in the same one. */
		if (weir_headers[i]->fields->key.type == WEIR_KEY_TYPE_META) {
			if (key->type != WEIR_KEY_TYPE_META)
				continue;
		} else if (weir_headers[i]->fields->key.header != key->header) {
			continue;
		}
		for (field = weir_headers[i]->fields; field->name; field++)
			if (key_is(key, &field->key))
				return field;
	}
	*header = NULL;
	return NULL;
}

bool weir_is_message_type(const struct weir_item *item, enum weir_header header)
{
	return item->type == WEIR_ITEM_TYPE_COND && item->key.type == WEIR_KEY_TYPE_PAYLOAD &&
	       item->key.header == header && !item->key.offset && item->key.len == 8 &&
	       !item->n_ops && (item->rel == WEIR_REL_EQ || item->rel == WEIR_REL_IN);
}

/* Whether a condition on the type lets through one of those that have the field. */
static bool variant_fits(const struct weir_variant *variant, const struct weir_item *item)
{
	uint64_t type = item->rel == WEIR_REL_EQ ? item->val.lo : item->ranges->from.lo;

	for (unsigned int i = 0; i < variant->n_types; i++)
		if (variant->types[i] == type)
			return true;
	return false;
}

const struct weir_variant *weir_field_variant(const struct weir_item *items,
					      const struct weir_item *end,
					      const struct weir_key *key)
{
	const struct weir_header_desc *header;
	const struct weir_item *type = NULL;
	const struct weir_field *field;

	if (key->type != WEIR_KEY_TYPE_PAYLOAD || key->variant ||
	    (key->header != WEIR_HEADER_ICMP && key->header != WEIR_HEADER_ICMPV6))
		return key->variant;
	for (; items && items != end; items = items->next)
		if (weir_is_message_type(items, key->header))
			type = items;
	if (!type || !weir_field_of(key, &header))
		return NULL;
	for (field = header->fields; field->name; field++)
		if (key_is(key, &field->key) && field->key.variant &&
		    variant_fits(field->key.variant, type))
			return field->key.variant;
	return NULL;
}

static const struct weir_symbol bases[] = {
	{ "ll", WEIR_HEADER_LL },
	{ "nh", WEIR_HEADER_NH },
	{ "th", WEIR_HEADER_TH },
	{ "ether", WEIR_HEADER_ETHER },
	{ "vlan", WEIR_HEADER_VLAN },
	{ "arp", WEIR_HEADER_ARP },
	{ "ip", WEIR_HEADER_IP },
	{ "ip6", WEIR_HEADER_IP6 },
	{ "icmp", WEIR_HEADER_ICMP },
	{ "icmpv6", WEIR_HEADER_ICMPV6 },
	{ "igmp", WEIR_HEADER_IGMP },
	{ "tcp", WEIR_HEADER_TCP },
	{ "udp", WEIR_HEADER_UDP },
	{ "udplite", WEIR_HEADER_UDPLITE },
	{ "sctp", WEIR_HEADER_SCTP },
	{ "dccp", WEIR_HEADER_DCCP },
	{ "ah", WEIR_HEADER_AH },
	{ "esp", WEIR_HEADER_ESP },
	{ "comp", WEIR_HEADER_COMP },
	{}
};

bool weir_base_find(const char *name, enum weir_header *header)
{
	uint64_t value;

	if (!weir_symbol_find(bases, name, &value))
		return false;
	*header = value;
	return true;
}

const char *weir_base_name(enum weir_header header)
{
	return weir_symbol_name(bases, header);
}
