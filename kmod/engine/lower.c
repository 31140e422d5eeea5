// SPDX-License-Identifier: GPL-2.0
/*
 * From items to the intermediate representation.
 *
 * A named header implies conditions: `tcp dport 22` is about TCP packets only.
 * They are emitted before the key that needs them, once in a rule: what is
 * known of every packet that gets this far is kept in struct weir_facts, by
 * what was emitted and by explicit conditions such as `meta l4proto tcp`. What
 * changes the packet ends that knowledge.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/if_ether.h>
#include <linux/mm.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include "probe.h"

/* No fact about the protocol; see &weir_facts. */
#define WEIR_UNKNOWN	(-1)

/* The most instructions that a key needs before and for itself. */
#define WEIR_KEY_INSNS	8

/**
 * struct weir_facts - What is known of the packet at a place in a rule.
 * @nfproto: NFPROTO_IPV4, NFPROTO_IPV6 or %WEIR_UNKNOWN.
 * @l4proto: What the transport header is if there is one, or %WEIR_UNKNOWN.
 * @th: There is a transport header.
 * @ether: There is an Ethernet header.
 * @vlan: There is a VLAN header behind it.
 */
struct weir_facts {
	s16 nfproto;
	s16 l4proto;
	bool th;
	bool ether;
	bool vlan;
};

/**
 * struct weir_lower - The state of lowering a rule.
 * @insns: Enough memory for all instructions.
 * @n: Number of them so far.
 * @family: Family of the table.
 * @facts: What is known here.
 * @done: What comes behind is never evaluated.
 * @jumps: The rule jumps.
 * @extack: For the reason of a refusal.
 */
struct weir_lower {
	struct weir_insn *insns;
	u32 n;
	u8 family;
	struct weir_facts facts;
	bool done;
	bool jumps;
	struct netlink_ext_ack *extack;
};

static void weir_facts_init(struct weir_lower *low)
{
	low->facts = (struct weir_facts){
		.nfproto = low->family == NFPROTO_INET ? WEIR_UNKNOWN : low->family,
		.l4proto = WEIR_UNKNOWN,
	};
}

/* The packet may have changed; it stays in its family. */
static void weir_facts_forget(struct weir_lower *low)
{
	s16 nfproto = low->facts.nfproto;

	weir_facts_init(low);
	low->facts.nfproto = nfproto;
}

static int weir_lower_item(struct weir_lower *low, const struct weir_item *item);

static struct weir_insn *weir_emit(struct weir_lower *low, enum weir_ir_op op)
{
	struct weir_insn *insn = &low->insns[low->n++];

	*insn = (struct weir_insn){ .op = op };
	return insn;
}

/* An instruction with a constant of @len bits. */
static struct weir_insn *weir_emit_const(struct weir_lower *low, enum weir_ir_op op,
					 unsigned int len, struct weir_val val)
{
	struct weir_insn *insn = weir_emit(low, op);

	insn->len = len;
	if (len <= 64)
		insn->imm = val.lo;
	else
		low->insns[low->n++].val = val;
	return insn;
}

static void weir_emit_cmp(struct weir_lower *low, unsigned int len, enum weir_rel rel,
			  struct weir_val val)
{
	weir_emit_const(low, WEIR_IR_CMP, len, val)->kind = rel;
}

static int weir_need_nfproto(struct weir_lower *low, u8 nfproto)
{
	if (low->facts.nfproto == nfproto)
		return 0;
	if (low->facts.nfproto != WEIR_UNKNOWN && low->family != NFPROTO_INET) {
		NL_SET_ERR_MSG(low->extack, "Header belongs to another address family");
		return -EOPNOTSUPP;
	}
	weir_emit(low, WEIR_IR_NFPROTO)->kind = nfproto;
	low->facts.nfproto = nfproto;
	return 0;
}

static void weir_need_th(struct weir_lower *low, s16 l4proto)
{
	struct weir_insn *insn;

	if (low->facts.th && (l4proto == WEIR_UNKNOWN || low->facts.l4proto == l4proto))
		return;

	insn = weir_emit(low, WEIR_IR_TH);
	insn->imm = l4proto;
	if (l4proto == WEIR_UNKNOWN || low->facts.l4proto == l4proto)
		insn->imm = WEIR_PKT_TH_NONE;
	low->facts.th = true;
	if (l4proto != WEIR_UNKNOWN)
		low->facts.l4proto = l4proto;
}

static void weir_need_ether(struct weir_lower *low)
{
	if (!low->facts.ether)
		weir_emit(low, WEIR_IR_ETHER);
	low->facts.ether = true;
}

static void weir_emit_load(struct weir_lower *low, enum weir_header base, u32 offset, u8 len)
{
	struct weir_insn *insn = weir_emit(low, WEIR_IR_LOAD);

	insn->kind = base;
	insn->offset = offset;
	insn->len = len;
}

static void weir_need_vlan(struct weir_lower *low)
{
	const u32 type = offsetof(struct ethhdr, h_proto) * 8;

	weir_need_ether(low);
	if (low->facts.vlan)
		return;
	weir_emit_load(low, WEIR_HEADER_LL, type, 16);
	weir_emit_cmp(low, 16, WEIR_REL_EQ, (struct weir_val){ .lo = ETH_P_8021Q });
	low->facts.vlan = true;
}

static s16 weir_header_l4proto(enum weir_header header)
{
	switch (header) {
	case WEIR_HEADER_ICMP:
		return IPPROTO_ICMP;
	case WEIR_HEADER_ICMPV6:
		return IPPROTO_ICMPV6;
	case WEIR_HEADER_IGMP:
		return IPPROTO_IGMP;
	case WEIR_HEADER_TCP:
	case WEIR_HEADER_TCP_OPT:
		return IPPROTO_TCP;
	case WEIR_HEADER_UDP:
		return IPPROTO_UDP;
	case WEIR_HEADER_UDPLITE:
		return IPPROTO_UDPLITE;
	case WEIR_HEADER_SCTP:
		return IPPROTO_SCTP;
	case WEIR_HEADER_DCCP:
		return IPPROTO_DCCP;
	case WEIR_HEADER_AH:
		return IPPROTO_AH;
	case WEIR_HEADER_ESP:
		return IPPROTO_ESP;
	case WEIR_HEADER_COMP:
		return IPPROTO_COMP;
	default:
		return WEIR_UNKNOWN;
	}
}

/* The conditions that a header implies. */
static int weir_need_header(struct weir_lower *low, enum weir_header header)
{
	int err = 0;

	switch (header) {
	case WEIR_HEADER_LL:
	case WEIR_HEADER_NH:
		return 0;
	case WEIR_HEADER_ETHER:
		weir_need_ether(low);
		return 0;
	case WEIR_HEADER_VLAN:
		weir_need_vlan(low);
		return 0;
	case WEIR_HEADER_ARP:
		NL_SET_ERR_MSG(low->extack, "ARP headers do not occur in this family");
		return -EOPNOTSUPP;
	case WEIR_HEADER_IP:
	case WEIR_HEADER_IP_OPT:
		return weir_need_nfproto(low, NFPROTO_IPV4);
	case WEIR_HEADER_IP6:
	case WEIR_HEADER_IP6_EXT:
		return weir_need_nfproto(low, NFPROTO_IPV6);
	case WEIR_HEADER_ICMP:
		err = weir_need_nfproto(low, NFPROTO_IPV4);
		break;
	case WEIR_HEADER_ICMPV6:
		err = weir_need_nfproto(low, NFPROTO_IPV6);
		break;
	default:
		break;
	}
	if (!err)
		weir_need_th(low, weir_header_l4proto(header));
	return err;
}

static bool weir_header_is_opt(enum weir_header header)
{
	return header == WEIR_HEADER_IP_OPT || header == WEIR_HEADER_IP6_EXT ||
	       header == WEIR_HEADER_TCP_OPT;
}

static int weir_lower_header_key(struct weir_lower *low, const struct weir_key *key)
{
	enum weir_header base = WEIR_HEADER_TH;
	u32 offset = key->offset;
	struct weir_insn *insn;
	int err;

	if (key->type == WEIR_KEY_TYPE_EXISTS && !weir_header_is_opt(key->header)) {
		NL_SET_ERR_MSG(low->extack, "Only options and extension headers can exist or not");
		return -EOPNOTSUPP;
	}
	/* As in nftables, a packet that is no TCP has no TCP option: it is missing. */
	if (key->type != WEIR_KEY_TYPE_EXISTS || key->header != WEIR_HEADER_TCP_OPT) {
		err = weir_need_header(low, key->header);
		if (err)
			return err;
	}

	if (weir_header_is_opt(key->header)) {
		insn = weir_emit(low, key->type == WEIR_KEY_TYPE_EXISTS ?
				 WEIR_IR_LOAD_EXISTS : WEIR_IR_LOAD_OPT);
		insn->kind = key->header;
		insn->option = key->option;
		insn->offset = offset;
		insn->len = key->len;
		return 0;
	}

	switch (key->header) {
	case WEIR_HEADER_VLAN:
		offset += ETH_HLEN * 8;
		fallthrough;
	case WEIR_HEADER_LL:
	case WEIR_HEADER_ETHER:
		base = WEIR_HEADER_LL;
		break;
	case WEIR_HEADER_NH:
	case WEIR_HEADER_IP:
	case WEIR_HEADER_IP6:
		base = WEIR_HEADER_NH;
		break;
	}
	weir_emit_load(low, base, offset, key->len);
	return 0;
}

static int weir_lower_key(struct weir_lower *low, const struct weir_key *key)
{
	struct weir_insn *insn;

	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
	case WEIR_KEY_TYPE_EXISTS:
		return weir_lower_header_key(low, key);
	case WEIR_KEY_TYPE_META:
		if (key->meta == WEIR_META_NFTRACE) {
			NL_SET_ERR_MSG(low->extack, "This meta key can only be set");
			return -EOPNOTSUPP;
		}
		insn = weir_emit(low, WEIR_IR_LOAD_META);
		insn->kind = key->meta;
		insn->len = key->len;
		return 0;
	case WEIR_KEY_TYPE_PLUGIN:
		insn = weir_emit(low, WEIR_IR_LOAD_PLUGIN);
		insn->instance = key->instance;
		insn->len = key->len;
		return 0;
	}
	NL_SET_ERR_MSG(low->extack, "Unknown type of key");
	return -EOPNOTSUPP;
}

static void weir_lower_ops(struct weir_lower *low, const struct weir_keyop *op, u32 n_ops,
			   unsigned int len)
{
	static const u8 ops[] = {
		[WEIR_OP_AND] = WEIR_IR_AND,
		[WEIR_OP_OR] = WEIR_IR_OR,
		[WEIR_OP_XOR] = WEIR_IR_XOR,
		[WEIR_OP_LSHIFT] = WEIR_IR_SHL,
		[WEIR_OP_RSHIFT] = WEIR_IR_SHR,
	};
	const struct weir_keyop *end = op + n_ops;

	for (; op < end; op++) {
		bool shift = op->op == WEIR_OP_LSHIFT || op->op == WEIR_OP_RSHIFT;
		struct weir_insn *insn;

		if (!shift) {
			weir_emit_const(low, ops[op->op], len,
					weir_val_and(op->val, weir_val_mask(len)));
		} else if (op->val.hi || op->val.lo >= len) {
			/* All bits are shifted out. */
			weir_emit_const(low, WEIR_IR_AND, len, (struct weir_val){});
		} else {
			insn = weir_emit(low, ops[op->op]);
			insn->len = len;
			insn->offset = op->val.lo;
		}
	}
}

/* Whether the range is all values that begin with the same bits. */
static bool weir_range_is_prefix(const struct weir_range *range, struct weir_val *mask)
{
	struct weir_val rest = {
		.lo = range->from.lo ^ range->to.lo,
		.hi = range->from.hi ^ range->to.hi,
	};
	struct weir_val above = rest;

	if (!++above.lo)
		above.hi++;
	mask->lo = ~rest.lo;
	mask->hi = ~rest.hi;
	return !(rest.lo & above.lo) && !(rest.hi & above.hi) &&
	       !(range->from.lo & rest.lo) && !(range->from.hi & rest.hi);
}

/* One range is no search but a comparison or two. */
static bool weir_lower_range(struct weir_lower *low, const struct weir_range *range,
			     unsigned int len, bool in)
{
	const struct weir_val all = weir_val_mask(len);
	struct weir_val mask;

	if (!weir_val_cmp(range->from, range->to)) {
		weir_emit_cmp(low, len, in ? WEIR_REL_EQ : WEIR_REL_NE, range->from);
	} else if (weir_range_is_prefix(range, &mask)) {
		weir_emit_const(low, WEIR_IR_AND, len, weir_val_and(mask, all));
		weir_emit_cmp(low, len, in ? WEIR_REL_EQ : WEIR_REL_NE, range->from);
	} else if (!(range->from.lo | range->from.hi)) {
		weir_emit_cmp(low, len, in ? WEIR_REL_LE : WEIR_REL_GT, range->to);
	} else if (weir_val_cmp(range->to, all) >= 0) {
		weir_emit_cmp(low, len, in ? WEIR_REL_GE : WEIR_REL_LT, range->from);
	} else {
		return false;
	}
	return true;
}

static int weir_lower_ranges(struct weir_lower *low, const struct weir_item *item,
			     unsigned int len)
{
	bool in = item->rel == WEIR_REL_IN;
	struct weir_ranges *ranges;
	struct weir_insn *insn;

	ranges = weir_ranges_create(item->ranges, item->n_ranges, len);
	if (!ranges)
		return -ENOMEM;

	if (ranges->n == 1) {
		struct weir_range range;

		if (ranges->wide)
			range = ranges->range[0];
		else
			range = (struct weir_range){
				.from.lo = ranges->span[0].from,
				.to.lo = ranges->span[0].to,
			};
		if (weir_lower_range(low, &range, len, in)) {
			kvfree(ranges);
			return 0;
		}
	}
	insn = weir_emit(low, in ? WEIR_IR_IN : WEIR_IR_NOT_IN);
	insn->len = len;
	insn->ranges = ranges;
	return 0;
}

/* What an explicit condition tells of every packet behind it. */
static void weir_learn(struct weir_lower *low, const struct weir_item *item)
{
	const u32 protocol = offsetof(struct iphdr, protocol) * 8;
	const struct weir_val val = weir_item_val(item);
	const struct weir_key *key = &item->key;

	if (item->rel != WEIR_REL_EQ || item->n_ops || val.hi || val.lo > U8_MAX)
		return;
	if (key->type == WEIR_KEY_TYPE_META && key->meta == WEIR_META_L4PROTO)
		low->facts.l4proto = val.lo;
	else if (key->type == WEIR_KEY_TYPE_META && key->meta == WEIR_META_NFPROTO &&
		 low->family == NFPROTO_INET)
		low->facts.nfproto = val.lo;
	else if (key->type == WEIR_KEY_TYPE_PAYLOAD && key->header == WEIR_HEADER_IP &&
		 key->offset == protocol && key->len == 8)
		low->facts.l4proto = val.lo;
}

static int weir_lower_cond(struct weir_lower *low, const struct weir_item *item)
{
	int err;

	err = weir_lower_key(low, &item->key);
	if (err)
		return err;
	weir_lower_ops(low, weir_item_ops(item), item->n_ops, item->key.len);
	if (weir_item_lists(item))
		return weir_lower_ranges(low, item, item->key.len);
	weir_emit_cmp(low, item->key.len, item->rel, weir_item_val(item));
	weir_learn(low, item);
	return 0;
}

static int weir_lower_part(struct weir_lower *low, const struct weir_key_part *part)
{
	int err = weir_lower_key(low, &part->key);

	if (!err)
		weir_lower_ops(low, part->ops, part->n_ops, part->key.len);
	return err;
}

/* Put the fields of a key together. */
static int weir_lower_fields(struct weir_lower *low, const struct weir_lookup *lookup)
{
	struct weir_insn *insn;
	u32 i;
	int err;

	for (i = 0; i < lookup->n_parts; i++) {
		err = weir_lower_part(low, &lookup->parts[i]);
		if (err)
			return err;
		insn = weir_emit(low, WEIR_IR_KEY);
		insn->len = lookup->spec->bits[i];
		insn->offset = lookup->spec->offset[i];
	}
	return 0;
}

/* An instruction that asks a set; its memory goes with the code. */
static struct weir_insn *weir_emit_probe(struct weir_lower *low, enum weir_ir_op op,
					 const struct weir_lookup *lookup,
					 const struct weir_update *update)
{
	struct weir_probe *probe = kmalloc(sizeof(*probe), GFP_KERNEL_ACCOUNT);
	struct weir_insn *insn;

	if (!probe)
		return NULL;
	*probe = (struct weir_probe){
		.ops		= lookup->ops,
		.spec		= lookup->spec,
		.set		= lookup->set,
		.set_id		= lookup->set_id,
		.content	= lookup->anon,
		.catchall	= lookup->catchall,
		.update		= update,
	};
	insn = weir_emit(low, op);
	insn->probe = probe;
	return insn;
}

/* Ask a set for a key: for the accumulator where that is the whole key. */
static int weir_lower_lookup(struct weir_lower *low, const struct weir_lookup *lookup,
			     enum weir_ir_op op)
{
	const struct weir_set_spec *spec = lookup->spec;
	bool number = weir_spec_is_number(spec);
	unsigned int len = spec->bits[0];
	struct weir_insn *insn;
	int err;

	if (number && spec->n_fields == 1) {
		err = weir_lower_part(low, &lookup->parts[0]);
	} else {
		err = weir_lower_fields(low, lookup);
		len = spec->key_size * 8;
		if (!err && number)
			weir_emit(low, WEIR_IR_KEY_LOAD)->len = len;
	}
	if (err)
		return err;
	insn = weir_emit_probe(low, op, lookup, NULL);
	if (!insn)
		return -ENOMEM;
	insn->len = number ? len : 0;
	return 0;
}

static int weir_lower_update(struct weir_lower *low, const struct weir_item *item)
{
	const struct weir_set_spec *spec = item->lookup->spec;
	const struct weir_update *update = item->update;
	struct weir_insn *insn;
	int err;

	err = weir_lower_fields(low, item->lookup);
	if (!err && update->source.key.len)
		err = weir_lower_part(low, &update->source);
	else if (!err && update->has_data)
		weir_emit_const(low, WEIR_IR_LOAD_IMM, spec->data_bits, update->data);
	if (err)
		return err;
	insn = weir_emit_probe(low, WEIR_IR_UPDATE, item->lookup, update);
	if (!insn)
		return -ENOMEM;
	insn->len = update->source.key.len;
	if (!insn->len && update->has_data)
		insn->len = spec->data_bits;
	return 0;
}

/* A named object is an item that others share; it begins with what it is. */
static int weir_lower_object(struct weir_lower *low, const struct weir_item *item)
{
	if (item->from == WEIR_FROM_MAP)
		return weir_lower_lookup(low, item->lookup, WEIR_IR_OBJECT);
	return weir_lower_item(low, (const struct weir_item *)item->object);
}

/* Check that @key can be set, and emit the conditions that it implies. */
static int weir_lower_store_need(struct weir_lower *low, const struct weir_key *key)
{
	const struct weir_match_ops *ops;

	switch (key->type) {
	case WEIR_KEY_TYPE_PAYLOAD:
		if (key->header == WEIR_HEADER_VLAN || key->header == WEIR_HEADER_IP_OPT ||
		    key->header == WEIR_HEADER_IP6_EXT)
			break;
		return weir_need_header(low, key->header);
	case WEIR_KEY_TYPE_META:
		if (key->meta != WEIR_META_MARK && key->meta != WEIR_META_PRIORITY &&
		    key->meta != WEIR_META_PKTTYPE && key->meta != WEIR_META_NFTRACE)
			break;
		return 0;
	case WEIR_KEY_TYPE_PLUGIN:
		ops = container_of(key->instance->plugin, struct weir_match_ops, plugin);
		if (!ops->store || (ops->writable && !ops->writable(key->instance->priv)))
			break;
		return 0;
	}
	NL_SET_ERR_MSG(low->extack, "This key cannot be set");
	return -EOPNOTSUPP;
}

/* The store of the accumulator to @key. */
static void weir_lower_store(struct weir_lower *low, const struct weir_key *key)
{
	struct weir_insn *insn;

	switch (key->type) {
	case WEIR_KEY_TYPE_META:
		insn = weir_emit(low, WEIR_IR_STORE_META);
		insn->kind = key->meta;
		insn->len = key->len;
		break;
	case WEIR_KEY_TYPE_PLUGIN:
		insn = weir_emit(low, WEIR_IR_STORE_PLUGIN);
		insn->instance = key->instance;
		insn->len = key->len;
		weir_facts_forget(low);
		break;
	default:
		insn = weir_emit(low, key->header == WEIR_HEADER_TCP_OPT ?
				 WEIR_IR_STORE_OPT : WEIR_IR_STORE);
		insn->kind = key->header;
		insn->option = key->option;
		insn->offset = key->offset;
		insn->len = key->len;
		weir_facts_forget(low);
		break;
	}
}

static int weir_lower_set(struct weir_lower *low, const struct weir_item *item)
{
	const struct weir_val all = weir_val_mask(item->key.len);
	int err;

	/* Conditions spoil the accumulator, so they come before it is loaded. */
	err = weir_lower_store_need(low, &item->key);
	if (err)
		return err;

	switch (item->from) {
	case WEIR_FROM_MAP:
		err = weir_lower_lookup(low, item->map, WEIR_IR_MAP);
		break;
	case WEIR_FROM_KEY:
		err = weir_lower_key(low, &item->source);
		if (err)
			break;
		weir_lower_ops(low, weir_item_ops(item), item->n_ops, item->source.len);
		if (item->source.len > item->key.len)
			weir_emit_const(low, WEIR_IR_AND, item->source.len, all);
		break;
	default:
		weir_emit_const(low, WEIR_IR_LOAD_IMM, item->key.len,
				weir_val_and(weir_item_val(item), all));
	}
	if (err)
		return err;
	weir_lower_store(low, &item->key);
	return 0;
}

static void weir_lower_verdict(struct weir_lower *low, const struct weir_item *item)
{
	struct weir_insn *insn;

	if (item->verdict == WEIR_VERDICT_CONTINUE)
		return;
	low->done = true;
	insn = weir_emit(low, WEIR_IR_VERDICT);
	insn->kind = item->verdict;
	insn->offset = WEIR_CHAIN_NONE;
	if (item->verdict == WEIR_VERDICT_JUMP || item->verdict == WEIR_VERDICT_GOTO)
		insn->offset = item->chain_id;
	if (item->verdict == WEIR_VERDICT_JUMP)
		low->jumps = true;
}

static int weir_lower_item(struct weir_lower *low, const struct weir_item *item)
{
	switch (item->type) {
	case WEIR_ITEM_TYPE_COND:
		return weir_lower_cond(low, item);
	case WEIR_ITEM_TYPE_VERDICT:
		weir_lower_verdict(low, item);
		return 0;
	case WEIR_ITEM_TYPE_COUNTER:
		weir_emit(low, WEIR_IR_COUNT)->counter = weir_item_counter(item);
		return 0;
	case WEIR_ITEM_TYPE_SET:
		return weir_lower_set(low, item);
	case WEIR_ITEM_TYPE_MATCH:
		weir_emit(low, WEIR_IR_MATCH)->instance = item->instance;
		return 0;
	case WEIR_ITEM_TYPE_TARGET:
		weir_emit(low, WEIR_IR_TARGET)->instance = item->instance;
		weir_facts_forget(low);
		return 0;
	case WEIR_ITEM_TYPE_LOOKUP:
		return weir_lower_lookup(low, item->lookup, item->rel == WEIR_REL_IN ?
					 WEIR_IR_LOOKUP : WEIR_IR_NOT_LOOKUP);
	case WEIR_ITEM_TYPE_VMAP:
		low->jumps = true;
		return weir_lower_lookup(low, item->lookup, WEIR_IR_VMAP);
	case WEIR_ITEM_TYPE_UPDATE:
		return weir_lower_update(low, item);
	case WEIR_ITEM_TYPE_OBJECT:
		return weir_lower_object(low, item);
	}
	NL_SET_ERR_MSG(low->extack, "Unknown type of item");
	return -EOPNOTSUPP;
}

static size_t weir_part_room(const struct weir_key_part *part)
{
	return WEIR_KEY_INSNS + 2 * part->n_ops;
}

/* Room for every instruction that the items can need. */
static size_t weir_lower_room(const struct weir_rule_body *body)
{
	const struct weir_item *item = NULL;
	const struct weir_lookup *lookup;
	size_t room = 1;
	u32 i;

	while ((item = weir_body_next(body, item))) {
		lookup = weir_item_lookup(item);
		room += 2 * WEIR_KEY_INSNS + 2 * item->n_ops;
		for (i = 0; lookup && i < lookup->n_parts; i++)
			room += weir_part_room(&lookup->parts[i]);
		if (weir_item_update(item))
			room += weir_part_room(&item->update->source);
	}
	return room;
}

static void weir_insns_release(const struct weir_insn *insn, const struct weir_insn *end)
{
	for (; insn < end; insn = weir_insn_next(insn)) {
		if (insn->op == WEIR_IR_IN || insn->op == WEIR_IR_NOT_IN)
			kvfree(insn->ranges);
		else if (weir_insn_probes(insn))
			kfree(insn->probe);
	}
}

static bool weir_insns_write(const struct weir_insn *insn, const struct weir_insn *end)
{
	for (; insn < end; insn = weir_insn_next(insn))
		if (insn->op == WEIR_IR_TARGET ||
		    (insn->op >= WEIR_IR_STORE && insn->op <= WEIR_IR_STORE_PLUGIN))
			return true;
	return false;
}

int weir_code_create(struct weir_rule_body *body, u8 family, struct netlink_ext_ack *extack)
{
	struct weir_lower low = { .family = family, .extack = extack };
	const struct weir_item *item = NULL;
	struct weir_code *code;
	int err = 0;

	low.insns = kvmalloc_array(weir_lower_room(body), sizeof(*low.insns), GFP_KERNEL);
	if (!low.insns)
		return -ENOMEM;

	weir_facts_init(&low);
	while (!low.done && (item = weir_body_next(body, item))) {
		err = weir_lower_item(&low, item);
		if (err)
			goto err_release;
	}
	if (!low.done)
		weir_emit(&low, WEIR_IR_END);

	err = -ENOMEM;
	code = kvmalloc(struct_size(code, insns, low.n), GFP_KERNEL_ACCOUNT);
	if (!code)
		goto err_release;
	*code = (struct weir_code){
		.family = family, .jumps = low.jumps, .n_insns = low.n,
		.writes = weir_insns_write(low.insns, low.insns + low.n),
	};
	memcpy(code->insns, low.insns, array_size(low.n, sizeof(*low.insns)));
	kvfree(low.insns);
	body->code = code;
	return 0;

err_release:
	weir_insns_release(low.insns, low.insns + low.n);
	kvfree(low.insns);
	return err;
}

void weir_code_destroy(struct weir_code *code)
{
	if (!code)
		return;
	weir_residue_put(code->residue);
	weir_insns_release(code->insns, code->insns + code->n_insns);
	kvfree(code);
}
