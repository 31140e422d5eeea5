// SPDX-License-Identifier: GPL-2.0
#include "engine_make.h"

static u64 make_state_word = 1;

static struct net_device make_devs[] = {
	{ .name = "eth0", .ifindex = 2, .type = 1, .group = 0 },
	{ .name = "lan-0123456789a", .ifindex = 77, .type = 1, .group = 7 },
	/* Renamed from a longer name: there is something behind the NUL. */
	{ .name = "lo\0leftover", .ifindex = 1, .type = 772, .group = 0 },
};

static struct net make_net;

void make_seed(u64 seed)
{
	make_state_word = seed * 0x9e3779b97f4a7c15ULL + 1;
}

u32 make_random(u32 n)
{
	make_state_word ^= make_state_word << 13;
	make_state_word ^= make_state_word >> 7;
	make_state_word ^= make_state_word << 17;
	return (make_state_word >> 16) % n;
}

static void put8(struct make_packet *packet, u8 byte)
{
	if (packet->len < sizeof(packet->data))
		packet->data[packet->len++] = byte;
}

static void put16(struct make_packet *packet, u16 word)
{
	put8(packet, word >> 8);
	put8(packet, word);
}

static void put_random(struct make_packet *packet, u32 n)
{
	while (n--)
		put8(packet, make_random(256));
}

static const u8 make_protos[] = { 6, 6, 6, 17, 17, 1, 58, 132, 33, 136, 50, 51, 108, 2, 59, 47 };
static const u16 make_ports[] = { 22, 53, 80, 443, 8080, 65535 };

static void put_port(struct make_packet *packet)
{
	put16(packet, make_random(2) ? make_ports[make_random(6)] : make_random(65536));
}

static void put_tcp_options(struct make_packet *packet, u32 bytes)
{
	while (bytes) {
		u32 kind = make_random(9), len = 2 + make_random(9);

		if (kind < 2 || bytes < 2) {
			put8(packet, kind & 1);
			bytes--;
			continue;
		}
		if (len > bytes && make_random(8))
			len = bytes;
		put8(packet, kind);
		/* Some lie about their length. */
		put8(packet, make_random(12) ? len : make_random(256));
		put_random(packet, min(len, bytes) - 2);
		bytes -= min(len, bytes);
	}
}

static void put_transport(struct make_packet *packet, u8 proto)
{
	u32 words = make_random(2) ? 0 : make_random(11);

	if (proto == 6) {
		put_port(packet);
		put_port(packet);
		put_random(packet, 8);
		put8(packet, (make_random(20) ? 5 + words : make_random(16)) << 4);
		put8(packet, make_random(64));
		put_random(packet, 6);
		put_tcp_options(packet, words * 4);
	} else if (proto == 17 || proto == 136 || proto == 33 || proto == 132) {
		put_port(packet);
		put_port(packet);
		put16(packet, make_random(3) ? 8 + make_random(30) : 0);
		put16(packet, make_random(3) ? make_random(65536) : 0);
		put_random(packet, 4);
	} else {
		put8(packet, make_random(3) ? 8 : make_random(256));
		put8(packet, make_random(4));
		put_random(packet, 6);
	}
	put_random(packet, make_random(3) ? make_random(40) : 0);
}

static void put_ip_options(struct make_packet *packet, u32 bytes)
{
	static const u8 kinds[] = { 0, 1, 7, 131, 137, 148, 68 };

	while (bytes) {
		u32 kind = kinds[make_random(7)], len = 2 + make_random(10);

		if (kind < 2 || bytes < 2) {
			put8(packet, kind & 1);
			bytes--;
			continue;
		}
		len = min(len, bytes);
		put8(packet, kind);
		put8(packet, make_random(12) ? len : make_random(256));
		put_random(packet, len - 2);
		bytes -= len;
	}
}

static void make_ip(struct make_packet *packet, u8 proto)
{
	u32 words = make_random(4) ? 0 : make_random(11);
	u32 frag = make_random(5) ? 0x4000 : make_random(2) ? 0x2000 : make_random(0x4000);

	put8(packet, 0x45 + words);
	put8(packet, make_random(256));
	put16(packet, 0);
	put_random(packet, 2);
	put16(packet, frag);
	put8(packet, 1 + make_random(64));
	put8(packet, proto);
	put_random(packet, 2);
	put16(packet, 0x0a00);
	put16(packet, make_random(4));
	put16(packet, make_random(4) ? 0xc0a8 : 0xe000);
	put16(packet, make_random(4));
	put_ip_options(packet, words * 4);
	put_transport(packet, proto);
	packet->data[2] = packet->len >> 8;
	packet->data[3] = packet->len;
}

static void make_ip6(struct make_packet *packet, u8 proto)
{
	static const u8 exts[] = { 0, 43, 44, 60, 51, 60, 44 };
	u32 n = make_random(3) ? 0 : make_random(5), i;
	u8 *next;

	put16(packet, 0x6000 | make_random(4096));
	put_random(packet, 2);
	put16(packet, 0);
	next = &packet->data[packet->len];
	put8(packet, proto);
	put8(packet, 64);
	for (i = 0; i < 2; i++) {
		put16(packet, make_random(3) ? 0x2001 : 0xfe80);
		put16(packet, 0xdb8);
		put_random(packet, 11);
		put8(packet, make_random(4));
	}
	for (i = 0; i < n; i++) {
		u8 ext = exts[make_random(7)];
		u32 len = make_random(3);

		*next = ext;
		next = &packet->data[packet->len];
		put8(packet, proto);
		if (ext == 44) {
			put8(packet, 0);
			put16(packet, make_random(2) ? make_random(2) : make_random(65536));
			put_random(packet, 4);
		} else if (ext == 51) {
			put8(packet, len + 1);
			put_random(packet, (len + 3) * 4 - 2);
		} else {
			put8(packet, make_random(15) ? len : make_random(256));
			put_random(packet, (len + 1) * 8 - 2);
		}
	}
	put_transport(packet, proto);
	packet->data[4] = (packet->len - 40) >> 8;
	packet->data[5] = packet->len - 40;
}

void make_packet(struct make_packet *packet, u8 family)
{
	u8 proto = make_protos[make_random(sizeof(make_protos))];
	u32 i;

	memset(packet, 0, sizeof(*packet));
	packet->family = family;
	if (family == NFPROTO_IPV4)
		make_ip(packet, proto);
	else
		make_ip6(packet, proto);

	if (!make_random(6))
		packet->len = make_random(packet->len + 1);
	for (i = make_random(6) ? 0 : make_random(4); i && packet->len; i--)
		packet->data[make_random(packet->len)] = make_random(256);
	packet->linear = packet->len;
	if (!make_random(3))
		packet->linear = make_random(packet->len + 1);

	packet->has_mac = make_random(3);
	for (i = 0; i < 12; i++)
		packet->mac[i] = make_random(4);
	packet->mac[12] = make_random(4) ? 8 : 0x81;
	packet->mark = make_random(2) ? make_random(4) : 0xdeadbeef;
	packet->pkt_type = make_random(6);
	packet->ip_summed = make_random(4);
	packet->has_vlan = !make_random(5);
	packet->vlan_tci = make_random(4096);
	packet->in = make_random(4) ? &make_devs[make_random(3)] : NULL;
	packet->out = make_random(2) ? &make_devs[make_random(3)] : NULL;
}

struct sk_buff *make_skb(const struct make_packet *packet)
{
	struct sk_buff *skb;

	skb = shim_skb(packet->has_mac ? packet->mac : NULL, packet->has_mac ? 14 : 0,
		       packet->data, packet->len, packet->linear);
	skb->mark = packet->mark;
	skb->priority = packet->mark ^ 5;
	skb->protocol = htons(packet->family == NFPROTO_IPV4 ? 0x0800 : 0x86dd);
	skb->pkt_type = packet->pkt_type;
	skb->ip_summed = packet->ip_summed;
	skb->vlan_present = packet->has_vlan;
	skb->vlan_proto = htons(0x8100);
	skb->vlan_tci = packet->vlan_tci;
	return skb;
}

void make_state(struct nf_hook_state *state, const struct make_packet *packet)
{
	*state = (struct nf_hook_state){
		.hook = NF_INET_FORWARD,
		.pf = packet->family,
		.in = packet->in,
		.out = packet->out,
		.net = &make_net,
	};
}

/* A plug-in of each kind, whose answers follow from the packet. */
static bool make_match(void *priv, struct weir_pkt *pkt)
{
	return (pkt->len + *(u8 *)priv) & 1;
}

static bool make_load(void *priv, struct weir_pkt *pkt, struct weir_val *val)
{
	val->lo = pkt->len & 0xff;
	return pkt->skb->mark != *(u8 *)priv;
}

static bool make_store(void *priv, struct weir_pkt *pkt, const struct weir_val *val)
{
	pkt->skb->priority = val->lo ^ *(u8 *)priv;
	return pkt->skb->mark != 3;
}

struct weir_match_ops make_match_ops = {
	.plugin.name = "test",
	.match = make_match,
	.load = make_load,
	.store = make_store,
};

/* It moves the packet, and may bend its header. */
static enum weir_result make_target(void *priv, struct weir_pkt *pkt)
{
	static const enum weir_result results[] = {
		WEIR_RESULT_CONTINUE, WEIR_RESULT_CONTINUE, WEIR_RESULT_CONTINUE,
		WEIR_RESULT_NEXT, WEIR_RESULT_NEXT, WEIR_RESULT_ACCEPT, WEIR_RESULT_DROP,
		WEIR_RESULT_STOLEN,
	};
	u8 how = *(u8 *)priv;

	assert(!skb_ensure_writable(pkt->skb, min(pkt->skb->len, 4U)));
	if (how & 8 && pkt->skb->len)
		pkt->skb->data[0] ^= how >> 4;
	weir_pkt_refresh(pkt);
	return results[how % 8];
}

static struct weir_target_ops make_target_ops = {
	.plugin.name = "test",
	.target = make_target,
};

struct weir_instance *make_instance(const struct weir_plugin *plugin)
{
	struct weir_instance *instance = calloc(1, sizeof(*instance) + 8);

	instance->plugin = plugin;
	instance->priv[0] = make_random(256);
	return instance;
}

struct make_field {
	u8 header;
	u16 offset;
	u16 len;
};

static const struct make_field make_fields[] = {
	{ WEIR_HEADER_IP, 4, 4 }, { WEIR_HEADER_IP, 8, 6 }, { WEIR_HEADER_IP, 64, 8 },
	{ WEIR_HEADER_IP, 72, 8 }, { WEIR_HEADER_IP, 51, 13 }, { WEIR_HEADER_IP, 96, 32 },
	{ WEIR_HEADER_IP, 128, 32 }, { WEIR_HEADER_IP, 128, 32 },
	{ WEIR_HEADER_IP6, 4, 6 }, { WEIR_HEADER_IP6, 12, 20 }, { WEIR_HEADER_IP6, 64, 128 },
	{ WEIR_HEADER_IP6, 192, 128 }, { WEIR_HEADER_IP6, 48, 8 },
	{ WEIR_HEADER_TCP, 0, 16 }, { WEIR_HEADER_TCP, 16, 16 }, { WEIR_HEADER_TCP, 96, 4 },
	{ WEIR_HEADER_TCP, 104, 8 }, { WEIR_HEADER_TCP, 32, 32 }, { WEIR_HEADER_TCP, 112, 16 },
	{ WEIR_HEADER_UDP, 0, 16 }, { WEIR_HEADER_UDP, 16, 16 }, { WEIR_HEADER_UDP, 32, 16 },
	{ WEIR_HEADER_TH, 0, 16 }, { WEIR_HEADER_TH, 16, 16 },
	{ WEIR_HEADER_ICMP, 0, 8 }, { WEIR_HEADER_ICMPV6, 0, 8 }, { WEIR_HEADER_SCTP, 32, 32 },
	{ WEIR_HEADER_DCCP, 68, 4 }, { WEIR_HEADER_AH, 0, 8 }, { WEIR_HEADER_IGMP, 0, 8 },
	{ WEIR_HEADER_UDPLITE, 32, 16 }, { WEIR_HEADER_ETHER, 0, 48 },
	{ WEIR_HEADER_ETHER, 48, 48 }, { WEIR_HEADER_ETHER, 96, 16 }, { WEIR_HEADER_VLAN, 4, 12 },
};

static bool make_header_fits(u8 family, u8 header)
{
	bool ip = header == WEIR_HEADER_IP || header == WEIR_HEADER_ICMP ||
		  header == WEIR_HEADER_IP_OPT;
	bool ip6 = header == WEIR_HEADER_IP6 || header == WEIR_HEADER_ICMPV6 ||
		   header == WEIR_HEADER_IP6_EXT;

	return header != WEIR_HEADER_ARP && !(ip && family == NFPROTO_IPV6) &&
	       !(ip6 && family == NFPROTO_IPV4);
}

static void make_option_key(struct weir_key *key)
{
	static const u8 ip[] = { 7, 131, 137, 148 };
	static const u8 ip6[] = { 0, 43, 44, 60, 51, 135 };

	key->option = make_random(9);
	if (key->header == WEIR_HEADER_IP_OPT)
		key->option = ip[make_random(4)];
	else if (key->header == WEIR_HEADER_IP6_EXT)
		key->option = ip6[make_random(6)];
	key->offset = make_random(2) ? 16 : make_random(40);
	key->len = make_random(2) ? 16 : 1 + make_random(40);
	if (key->type == WEIR_KEY_TYPE_EXISTS)
		key->len = 1;
}

static void make_payload_key(struct weir_key *key, u8 family)
{
	const struct make_field *field;

	key->type = WEIR_KEY_TYPE_PAYLOAD;
	do {
		field = &make_fields[make_random(sizeof(make_fields) / sizeof(*field))];
		key->header = make_random(6) ? field->header : make_random(WEIR_HEADER_TCP_OPT + 1);
	} while (!make_header_fits(family, key->header));

	if (key->header >= WEIR_HEADER_IP_OPT) {
		if (make_random(2))
			key->type = WEIR_KEY_TYPE_EXISTS;
		make_option_key(key);
	} else if (key->header == field->header && make_random(6)) {
		key->offset = field->offset;
		key->len = field->len;
	} else {
		key->offset = make_random(8) ? make_random(400) : make_random(40000);
		key->len = make_random(2) ? 1 + make_random(128) : 8 * (1 + make_random(16));
	}
}

static void make_meta_key(struct weir_key *key)
{
	static const u8 lens[] = { 8, 8, 16, 32, 32, 32, 32, 32, 128, 128, 16, 16, 32, 32, 32,
				   32, 8, 32, 32, 32, 64, 8, 32 };

	key->type = WEIR_KEY_TYPE_META;
	key->meta = make_random(WEIR_META_NFTRACE);
	if (make_random(3) == 0)
		key->meta = WEIR_META_L4PROTO + make_random(9);
	key->len = lens[key->meta];
}

static void make_key(struct weir_key *key, u8 family)
{
	switch (make_random(12)) {
	case 0:
		key->type = WEIR_KEY_TYPE_PLUGIN;
		key->instance = make_instance(&make_match_ops.plugin);
		key->len = 8;
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		make_meta_key(key);
		break;
	default:
		make_payload_key(key, family);
		break;
	}
}

struct weir_val make_any(u16 len)
{
	struct weir_val val;

	val.lo = (u64)make_random(1U << 31) << 33 ^ (u64)make_random(1U << 31) << 8 ^
		 make_random(256);
	val.hi = make_random(2) ? val.lo * 77 : 0;
	if (!make_random(3))
		val = (struct weir_val){ .lo = make_random(256) };
	if (!make_random(8))
		val = weir_val_mask(128);
	return weir_val_and(val, weir_val_mask(len));
}

/* The key's value in @packet, changed a little now and then. */
struct weir_val make_value(const struct weir_key *key, const struct make_packet *packet)
{
	struct weir_item item = { .type = WEIR_ITEM_TYPE_COND, .key = *key };
	struct weir_rule_body body = { .items = &item, .size = sizeof(item) };
	struct netlink_ext_ack extack;
	struct weir_val val = make_any(key->len);
	struct nf_hook_state state;
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u32 i;

	if (!make_random(3) || weir_code_create(&body, packet->family, &extack))
		return val;
	skb = make_skb(packet);
	make_state(&state, packet);
	weir_pkt_init(&pkt, skb, &state);
	for (i = 0; i + 1 < body.code->n_insns; i++)
		if (body.code->insns[i].op >= WEIR_IR_LOAD &&
		    body.code->insns[i].op <= WEIR_IR_LOAD_PLUGIN)
			weir_ir_load(&body.code->insns[i], &pkt, &val);
	shim_skb_free(skb);
	weir_code_destroy(body.code);

	if (!make_random(4))
		val.lo ^= 1ULL << make_random(min_t(u32, key->len, 64));
	return weir_val_and(val, weir_val_mask(key->len));
}

static struct weir_keyop *make_ops(u8 *n_ops, u16 len)
{
	struct weir_keyop *ops;
	u32 i;

	*n_ops = make_random(3) ? 0 : 1 + make_random(3);
	ops = calloc(*n_ops + 1, sizeof(*ops));
	for (i = 0; i < *n_ops; i++) {
		ops[i].op = make_random(2) ? WEIR_OP_AND : make_random(5);
		ops[i].val = make_any(len);
		if (ops[i].op >= WEIR_OP_LSHIFT)
			ops[i].val = (struct weir_val){ .lo = make_random(len + 2) };
	}
	return ops;
}

void make_part(struct weir_key_part *part, u8 family)
{
	make_key(&part->key, family);
	part->ops = make_ops(&part->n_ops, part->key.len);
	if (make_random(2))
		part->n_ops = 0;
}

static void make_ranges(struct weir_item *item, const struct make_packet *packet)
{
	u32 i;

	item->n_ranges = make_random(3) ? 1 + make_random(5) : 1 + make_random(60);
	item->ranges = calloc(item->n_ranges, sizeof(*item->ranges));
	for (i = 0; i < item->n_ranges; i++) {
		struct weir_range *range = &item->ranges[i];

		range->from = make_value(&item->key, packet);
		range->to = make_random(2) ? range->from : make_any(item->key.len);
		if (!make_random(4)) {
			/* A prefix. */
			struct weir_val low = weir_val_mask(1 + make_random(item->key.len));

			range->from.lo &= ~low.lo;
			range->from.hi &= ~low.hi;
			range->to.lo = range->from.lo | low.lo;
			range->to.hi = range->from.hi | low.hi;
		}
		if (weir_val_cmp(range->from, range->to) > 0) {
			struct weir_val from = range->from;

			range->from = range->to;
			range->to = from;
		}
	}
}

/* A name, or the beginning of one. */
static void make_ifname(struct weir_item *item)
{
	const char *name = make_devs[make_random(3)].name;
	u32 i, len = strlen(name);

	item->rel = make_random(2);
	item->val = (struct weir_val){};
	item->n_ops = 0;
	for (i = 0; i < len; i++)
		*(i < 8 ? &item->val.hi : &item->val.lo) |= (u64)(u8)name[i] << (56 - i % 8 * 8);
	if (make_random(2)) {
		u32 bytes = 1 + make_random(len);

		item->n_ops = 1;
		item->ops[0].op = WEIR_OP_AND;
		item->ops[0].val = weir_val_shl(weir_val_mask(128), (16 - bytes) * 8 % 128);
		item->val = weir_val_and(item->val, item->ops[0].val);
	}
}

static void make_cond(struct weir_item *item, u8 family, const struct make_packet *packet)
{
	item->type = WEIR_ITEM_TYPE_COND;
	make_key(&item->key, family);
	item->ops = make_ops(&item->n_ops, item->key.len);
	item->rel = make_random(3) ? make_random(2) : make_random(WEIR_REL_NONE + 1);
	if (make_random(2))
		item->n_ops = 0;
	if (item->rel == WEIR_REL_IN || item->rel == WEIR_REL_NOT_IN)
		make_ranges(item, packet);
	else
		item->val = make_value(&item->key, packet);
	if (item->key.type == WEIR_KEY_TYPE_META && item->rel <= WEIR_REL_NE &&
	    (item->key.meta == WEIR_META_IIFNAME || item->key.meta == WEIR_META_OIFNAME) &&
	    make_random(4)) {
		free(item->ops);
		item->ops = calloc(1, sizeof(*item->ops));
		make_ifname(item);
	}
}

static void make_set(struct weir_item *item, u8 family, const struct make_packet *packet)
{
	static const u8 metas[] = { WEIR_META_MARK, WEIR_META_PRIORITY, WEIR_META_PKTTYPE,
				    WEIR_META_NFTRACE };
	static const u8 lens[] = { 32, 32, 8, 1 };
	u32 which = make_random(6);

	item->type = WEIR_ITEM_TYPE_SET;
	if (which < 4) {
		item->key.type = WEIR_KEY_TYPE_META;
		item->key.meta = metas[which];
		item->key.len = lens[which];
	} else if (which == 4) {
		item->key.type = WEIR_KEY_TYPE_PLUGIN;
		item->key.instance = make_instance(&make_match_ops.plugin);
		item->key.len = 8;
	} else {
		do
			make_payload_key(&item->key, family);
		while (item->key.type == WEIR_KEY_TYPE_EXISTS ||
		       item->key.header == WEIR_HEADER_VLAN ||
		       item->key.header == WEIR_HEADER_IP_OPT ||
		       item->key.header == WEIR_HEADER_IP6_EXT);
	}
	if (!make_random(3)) {
		item->from = WEIR_FROM_MAP;
		make_lookup(item, family, packet, WEIR_DATA_TYPE_VALUE, item->key.len, 0, 0);
	} else if (!make_random(2)) {
		item->val = make_any(item->key.len);
	} else {
		item->from = WEIR_FROM_KEY;
		make_key(&item->source, family);
		item->ops = make_ops(&item->n_ops, item->source.len);
	}
}

static void make_verdict(struct weir_item *item, u32 chain, u32 chains)
{
	item->type = WEIR_ITEM_TYPE_VERDICT;
	item->verdict = make_random(6);
	if (chain >= chains && item->verdict >= WEIR_VERDICT_JUMP)
		item->verdict = make_random(4);
	if (item->verdict >= WEIR_VERDICT_JUMP)
		item->chain_id = chain + make_random(chains - chain);
}

void make_counter_item(struct weir_item *item)
{
	item->type = WEIR_ITEM_TYPE_COUNTER;
	item->counters = calloc(1, sizeof(*item->counters));
	item->counters->counts = calloc(1, sizeof(*item->counters->counts));
}

void make_counter_free(struct weir_item *item)
{
	if (item->type != WEIR_ITEM_TYPE_COUNTER)
		return;
	free(item->counters->counts);
	free(item->counters);
}

static void make_item(struct weir_item *item, u8 family, const struct make_packet *packet,
		      u32 chain, u32 chains)
{
	if (!make_random(4)) {
		make_set_item(item, family, packet, chain, chains);
		return;
	}
	switch (make_random(12)) {
	case 0:
		item->type = WEIR_ITEM_TYPE_MATCH;
		item->instance = make_instance(&make_match_ops.plugin);
		break;
	case 1:
		if (make_random(2)) {
			item->type = WEIR_ITEM_TYPE_TARGET;
			item->instance = make_instance(&make_target_ops.plugin);
			break;
		}
		fallthrough;
	case 2:
		make_set(item, family, packet);
		break;
	case 3:
	case 4:
	case 5:
		make_counter_item(item);
		break;
	default:
		make_cond(item, family, packet);
		break;
	}
}

struct weir_item *make_item_at_end(struct weir_rule_body *body)
{
	struct weir_item *item = (void *)body->items + body->size;

	body->size += sizeof(*item);
	return item;
}

void make_packed(struct weir_rule_body *body)
{
	struct weir_item *item = NULL;
	void *packed = NULL;
	u32 size = 0, more;

	while ((item = weir_body_next(body, item))) {
		/* Even where there are none in the end. */
		if ((item->type == WEIR_ITEM_TYPE_COND || item->type == WEIR_ITEM_TYPE_SET) &&
		    !item->n_ops)
			free(item->ops);
		more = weir_item_size(item);
		packed = realloc(packed, size + more);
		item->words = more / sizeof(u64);
		memcpy(packed + size, item, more);
		item->words = 0;
		size += more;
	}
	free(body->items);
	body->items = packed;
	body->size = size;
}

struct weir_rule_body *make_rule(u8 family, const struct make_packet *packet, u32 chain,
				 u32 chains)
{
	struct weir_rule_body *body = calloc(1, sizeof(*body));
	struct netlink_ext_ack extack = {};
	u32 i, n = make_random(6);

	body->items = calloc(n + 2, sizeof(*body->items));
	for (i = 0; i < n; i++)
		make_item(make_item_at_end(body), family, packet, chain, chains);
	make_counter_item(make_item_at_end(body));
	if (make_random(2))
		make_verdict(make_item_at_end(body), chain, chains);
	make_packed(body);
	assert(!weir_code_create(body, family, &extack));
	return body;
}

void make_rule_free(struct weir_rule_body *body)
{
	struct weir_item *item = NULL;

	weir_code_destroy(body->code);
	while ((item = weir_body_next(body, item))) {
		make_counter_free(item);
		free(weir_item_instance(item));
		free(weir_item_ops(item));
		if (item->type == WEIR_ITEM_TYPE_COND || item->type == WEIR_ITEM_TYPE_SET)
			free(weir_key_instance(&item->key));
		if (weir_item_lists(item))
			free(item->ranges);
		if (item->type == WEIR_ITEM_TYPE_SET && item->from == WEIR_FROM_KEY)
			free(weir_key_instance(&item->source));
		make_lookup_free(item);
	}
	free(body->items);
	free(body);
}
