// SPDX-License-Identifier: GPL-2.0
/*
 * Keys: what a condition compares and what a set writes.
 */

#include "core.h"

#define WEIR_BITS(bytes)	((bytes) * 8)
#define WEIR_IN_IP		BIT(0)
#define WEIR_IN_IP6		BIT(1)
#define WEIR_IN_BOTH		(WEIR_IN_IP | WEIR_IN_IP6)

/* Largest distance into a packet that a raw key can have. */
#define WEIR_RAW_MAX		WEIR_BITS(65536)

/**
 * struct weir_header_info - What the core knows of a header.
 * @name: For messages, with its article.
 * @bits: Its largest size.
 * @in: Packets that can have it.
 * @option: It is one of several, named by kind or protocol number.
 * @readonly: It cannot be written to.
 */
struct weir_header_info {
	const char *name;
	u32 bits;
	u8 in;
	bool option;
	bool readonly;
};

static const struct weir_header_info weir_headers[] = {
	[WEIR_HEADER_LL]	= { "a link layer", WEIR_RAW_MAX, WEIR_IN_BOTH },
	[WEIR_HEADER_NH]	= { "a network", WEIR_RAW_MAX, WEIR_IN_BOTH },
	[WEIR_HEADER_TH]	= { "a transport", WEIR_RAW_MAX, WEIR_IN_BOTH },
	[WEIR_HEADER_ETHER]	= { "an Ethernet", WEIR_BITS(14), WEIR_IN_BOTH },
	[WEIR_HEADER_VLAN]	= { "a VLAN", WEIR_BITS(18), 0 },
	[WEIR_HEADER_ARP]	= { "an ARP", WEIR_BITS(28), 0 },
	[WEIR_HEADER_IP]	= { "an IPv4", WEIR_BITS(60), WEIR_IN_IP },
	[WEIR_HEADER_IP6]	= { "an IPv6", WEIR_BITS(40), WEIR_IN_IP6 },
	[WEIR_HEADER_ICMP]	= { "an ICMP", WEIR_BITS(64), WEIR_IN_IP },
	[WEIR_HEADER_ICMPV6]	= { "an ICMPv6", WEIR_BITS(64), WEIR_IN_IP6 },
	[WEIR_HEADER_IGMP]	= { "an IGMP", WEIR_BITS(64), WEIR_IN_IP },
	[WEIR_HEADER_TCP]	= { "a TCP", WEIR_BITS(60), WEIR_IN_BOTH },
	[WEIR_HEADER_UDP]	= { "a UDP", WEIR_BITS(8), WEIR_IN_BOTH },
	[WEIR_HEADER_UDPLITE]	= { "a UDP-Lite", WEIR_BITS(8), WEIR_IN_BOTH },
	[WEIR_HEADER_SCTP]	= { "an SCTP", WEIR_BITS(12), WEIR_IN_BOTH },
	[WEIR_HEADER_DCCP]	= { "a DCCP", WEIR_BITS(64), WEIR_IN_BOTH },
	[WEIR_HEADER_AH]	= { "an AH", WEIR_BITS(64), WEIR_IN_BOTH },
	[WEIR_HEADER_ESP]	= { "an ESP", WEIR_BITS(8), WEIR_IN_BOTH },
	[WEIR_HEADER_COMP]	= { "an IPComp", WEIR_BITS(4), WEIR_IN_BOTH },
	[WEIR_HEADER_IP_OPT]	= { "an IPv4 option", WEIR_BITS(40), WEIR_IN_IP, true, true },
	[WEIR_HEADER_IP6_EXT]	= { "an IPv6 extension", WEIR_BITS(2048), WEIR_IN_IP6, true, true },
	[WEIR_HEADER_TCP_OPT]	= { "a TCP option", WEIR_BITS(40), WEIR_IN_BOTH, true, true },
};

static const u8 weir_meta_bits[] = {
	[WEIR_META_NFPROTO]	= 8,
	[WEIR_META_L4PROTO]	= 8,
	[WEIR_META_PROTOCOL]	= 16,
	[WEIR_META_LENGTH]	= 32,
	[WEIR_META_MARK]	= 32,
	[WEIR_META_PRIORITY]	= 32,
	[WEIR_META_IIF]		= 32,
	[WEIR_META_OIF]		= 32,
	[WEIR_META_IIFNAME]	= 128,
	[WEIR_META_OIFNAME]	= 128,
	[WEIR_META_IIFTYPE]	= 16,
	[WEIR_META_OIFTYPE]	= 16,
	[WEIR_META_IIFGROUP]	= 32,
	[WEIR_META_OIFGROUP]	= 32,
	[WEIR_META_SKUID]	= 32,
	[WEIR_META_SKGID]	= 32,
	[WEIR_META_PKTTYPE]	= 8,
	[WEIR_META_CPU]		= 32,
	[WEIR_META_CGROUP]	= 32,
	[WEIR_META_RANDOM]	= 32,
	[WEIR_META_TIME]	= 64,
	[WEIR_META_DAY]		= 8,
	[WEIR_META_HOUR]	= 32,
	[WEIR_META_NFTRACE]	= 1,
};

/* Attributes that a key of each type may have. */
static const u32 weir_key_attrs[] = {
	[WEIR_KEY_TYPE_PAYLOAD]	= BIT(WEIR_A_KEY_HEADER) | BIT(WEIR_A_KEY_OPTION) |
				  BIT(WEIR_A_KEY_OFFSET) | BIT(WEIR_A_KEY_LEN),
	[WEIR_KEY_TYPE_EXISTS]	= BIT(WEIR_A_KEY_HEADER) | BIT(WEIR_A_KEY_OPTION) |
				  BIT(WEIR_A_KEY_LEN),
	[WEIR_KEY_TYPE_META]	= BIT(WEIR_A_KEY_META) | BIT(WEIR_A_KEY_LEN),
	[WEIR_KEY_TYPE_PLUGIN]	= BIT(WEIR_A_KEY_NAME) | BIT(WEIR_A_KEY_DATA) |
				  BIT(WEIR_A_KEY_LEN),
};

static u8 weir_packets_in(u8 family)
{
	switch (family) {
	case NFPROTO_IPV4:
		return WEIR_IN_IP;
	case NFPROTO_IPV6:
		return WEIR_IN_IP6;
	default:
		return WEIR_IN_BOTH;
	}
}

static int weir_key_header(struct weir_req *req, const struct nlattr *nest,
			   struct nlattr **tb, struct weir_key *key)
{
	const struct weir_header_info *header;
	const struct nlattr *attr = tb[WEIR_A_KEY_HEADER];

	if (!attr)
		return weir_refuse(req, nest, -EINVAL, "the key has no header");
	key->header = nla_get_u32(attr);
	if (key->header >= ARRAY_SIZE(weir_headers))
		return weir_refuse(req, attr, -EINVAL, "there is no such header");
	header = &weir_headers[key->header];
	if (!(header->in & weir_packets_in(req->table->family)))
		return weir_refuse(req, attr, -EOPNOTSUPP,
				   "%s header never occurs in a table of family %s",
				   header->name, weir_family_name(req->table->family));

	if (!tb[WEIR_A_KEY_OPTION] != !header->option)
		return weir_refuse(req, tb[WEIR_A_KEY_OPTION] ?: nest, -EINVAL,
				   header->option ? "%s header is named by its number as well" :
				   "%s header has no number in a key", header->name);
	if (header->option)
		key->option = nla_get_u8(tb[WEIR_A_KEY_OPTION]);
	return 0;
}

static int weir_key_payload(struct weir_req *req, const struct nlattr *nest,
			    struct nlattr **tb, struct weir_key *key)
{
	const struct weir_header_info *header;
	u32 offset = 0, len;
	int err;

	err = weir_key_header(req, nest, tb, key);
	if (err)
		return err;
	header = &weir_headers[key->header];

	if (!tb[WEIR_A_KEY_LEN])
		return weir_refuse(req, nest, -EINVAL, "the key has no length");
	len = nla_get_u32(tb[WEIR_A_KEY_LEN]);
	if (!len || len > WEIR_BITS(WEIR_VALUE_MAX))
		return weir_refuse(req, tb[WEIR_A_KEY_LEN], -ERANGE,
				   "a key has from 1 to %u bits", WEIR_BITS(WEIR_VALUE_MAX));
	if (tb[WEIR_A_KEY_OFFSET])
		offset = nla_get_u32(tb[WEIR_A_KEY_OFFSET]);
	if (offset > header->bits || len > header->bits - offset)
		return weir_refuse(req, tb[WEIR_A_KEY_OFFSET] ?: tb[WEIR_A_KEY_LEN], -ERANGE,
				   "the key ends behind the %u bytes that %s header can have",
				   header->bits / 8, header->name);
	key->len = len;
	key->offset = offset;
	return 0;
}

static int weir_key_meta(struct weir_req *req, const struct nlattr *nest,
			 struct nlattr **tb, struct weir_key *key)
{
	if (!tb[WEIR_A_KEY_META])
		return weir_refuse(req, nest, -EINVAL, "the key does not say which");
	key->meta = nla_get_u32(tb[WEIR_A_KEY_META]);
	if (key->meta >= ARRAY_SIZE(weir_meta_bits))
		return weir_refuse(req, tb[WEIR_A_KEY_META], -EINVAL, "there is no such key");
	key->len = weir_meta_bits[key->meta];
	return 0;
}

static const struct weir_match_ops *weir_key_ops(const struct weir_key *key)
{
	return container_of(key->instance->plugin, struct weir_match_ops, plugin);
}

static int weir_key_plugin(struct weir_req *req, const struct nlattr *nest,
			   struct nlattr **tb, struct weir_key *key)
{
	struct weir_instance *instance;

	if (!tb[WEIR_A_KEY_NAME])
		return weir_refuse(req, nest, -EINVAL, "the key does not name its plug-in");
	instance = weir_instance_create(req, WEIR_PLUGIN_MATCH, tb[WEIR_A_KEY_NAME],
					tb[WEIR_A_KEY_DATA]);
	if (IS_ERR(instance))
		return PTR_ERR(instance);
	/* From here on the instance goes with the item. */
	key->instance = instance;
	if (!weir_key_ops(key)->load)
		return weir_refuse(req, tb[WEIR_A_KEY_NAME], -EOPNOTSUPP,
				   "%s is a match and has no value to compare",
				   instance->plugin->name);
	key->len = weir_key_ops(key)->len(instance->priv);
	return 0;
}

/**
 * weir_key_parse() - Make a key from a nest of attributes.
 * @req: The request, its table set.
 * @attr: The nest.
 * @key: Part of an item, zeroed; what it holds is freed with the item.
 * @draft: The rule; told where the key is valid.
 *
 * Return: 0, or a negative errno with an extack message.
 */
int weir_key_parse(struct weir_req *req, const struct nlattr *attr, struct weir_key *key,
		   struct weir_draft *draft)
{
	struct nlattr *tb[WEIR_A_KEY_MAX + 1];
	int err;

	err = weir_nest(req, attr, tb, WEIR_A_KEY_MAX, 0);
	if (err)
		return err;
	if (!tb[WEIR_A_KEY_TYPE])
		return weir_refuse(req, attr, -EINVAL, "the key has no type");
	key->type = nla_get_u32(tb[WEIR_A_KEY_TYPE]);
	if (key->type >= ARRAY_SIZE(weir_key_attrs))
		return weir_refuse(req, tb[WEIR_A_KEY_TYPE], -EINVAL,
				   "there is no such type of key");
	err = weir_only(req, tb, WEIR_A_KEY_MAX,
			weir_key_attrs[key->type] | BIT(WEIR_A_KEY_TYPE));
	if (err)
		return err;

	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		return weir_key_payload(req, attr, tb, key);
	case WEIR_KEY_TYPE_EXISTS:
		err = weir_key_header(req, attr, tb, key);
		key->len = 1;
		break;
	case WEIR_KEY_TYPE_META:
		err = weir_key_meta(req, attr, tb, key);
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		err = weir_key_plugin(req, attr, tb, key);
		if (!err)
			draft->hooks &= key->instance->plugin->hooks;
		break;
	}
	if (!err && tb[WEIR_A_KEY_LEN] && nla_get_u32(tb[WEIR_A_KEY_LEN]) != key->len)
		err = weir_refuse(req, tb[WEIR_A_KEY_LEN], -EINVAL, "this key has %u bits",
				  key->len);
	return err;
}

/* Whether a key can be compared, or be the source of a set. */
int weir_key_may_read(const struct weir_req *req, const struct weir_key *key,
		      const struct nlattr *attr)
{
	if (key->type == WEIR_KEY_TYPE_META && key->meta == WEIR_META_NFTRACE)
		return weir_refuse(req, attr, -EOPNOTSUPP, "this key can only be written");
	return 0;
}

/* Whether a set can write a key. */
int weir_key_may_write(const struct weir_req *req, const struct weir_key *key,
		       const struct nlattr *attr)
{
	const struct weir_match_ops *ops;
	bool may = false;

	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		may = !weir_headers[key->header].readonly;
		break;
	case WEIR_KEY_TYPE_META:
		may = key->meta == WEIR_META_MARK || key->meta == WEIR_META_PRIORITY ||
		      key->meta == WEIR_META_PKTTYPE || key->meta == WEIR_META_NFTRACE;
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		ops = weir_key_ops(key);
		may = ops->store && (!ops->writable || ops->writable(key->instance->priv));
		break;
	}
	return may ? 0 : weir_refuse(req, attr, -EOPNOTSUPP, "this key cannot be written");
}

int weir_key_fill(struct sk_buff *skb, int type, const struct weir_key *key)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, WEIR_A_KEY_TYPE, key->type) ||
	    nla_put_u32(skb, WEIR_A_KEY_LEN, key->len))
		return -EMSGSIZE;

	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		if (nla_put_u32(skb, WEIR_A_KEY_OFFSET, key->offset))
			return -EMSGSIZE;
		fallthrough;
	case WEIR_KEY_TYPE_EXISTS:
		if (nla_put_u32(skb, WEIR_A_KEY_HEADER, key->header) ||
		    (weir_headers[key->header].option &&
		     nla_put_u8(skb, WEIR_A_KEY_OPTION, key->option)))
			return -EMSGSIZE;
		break;
	case WEIR_KEY_TYPE_META:
		if (nla_put_u32(skb, WEIR_A_KEY_META, key->meta))
			return -EMSGSIZE;
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		if (weir_instance_fill(skb, WEIR_A_KEY_NAME, WEIR_A_KEY_DATA, key->instance))
			return -EMSGSIZE;
		break;
	}
	nla_nest_end(skb, nest);
	return 0;
}

bool weir_key_same(const struct weir_key *a, const struct weir_key *b)
{
	return a->type == b->type && a->header == b->header && a->option == b->option &&
	       a->meta == b->meta && a->len == b->len &&
	       (a->type == WEIR_KEY_TYPE_PLUGIN ? weir_instance_same(a->instance, b->instance) :
		a->offset == b->offset);
}
