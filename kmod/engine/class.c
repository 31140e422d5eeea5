// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet through a classified chain: find the tables that can have a rule
 * for it, and in each the first rule of its bucket whose box the packet is in; take the
 * one that comes first in the chain; run it; go on behind it. The places in the buckets
 * are kept, so that the rule after costs no second search, unless a rule has written to
 * the packet.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include "class.h"
#include "view.h"

/**
 * struct weir_search - A packet among the rules of a chain.
 * @addrs: Both addresses of IPv4, see weir_ip_addrs().
 * @src: Source address of IPv6, the upper half.
 * @dst: Destination address.
 * @src_lo: The lower half.
 * @dst_lo: The lower half.
 * @sport: First 16 bits of the transport header.
 * @dport: The next 16 bits.
 * @th: The protocol, see &weir_box.th.
 * @loose: Some of these are not there: boxes are not looked at, and every rule is
 *   evaluated.
 * @version: Of the chain that the packet sees.
 * @from: Rules before that label are not asked for any more. A rule may be in several
 *   buckets, or several times in one.
 * @n: Number of @at.
 * @at: What is next in each bucket that was found.
 */
struct weir_search {
	u64 addrs;
	u64 src;
	u64 dst;
	u64 src_lo;
	u64 dst_lo;
	u16 sport;
	u16 dport;
	u16 th;
	bool loose;
	u32 version;
	u64 from;
	u32 n;
	const struct weir_desc *at[WEIR_CLASS_TABLES];
};

static __always_inline bool weir_desc_has(const struct weir_desc *desc,
					  const struct weir_search *search, bool wide)
{
	if (wide) {
		if (((search->src ^ desc->ip6.src[0]) & desc->ip6.src_mask[0]) |
		    ((search->src_lo ^ desc->ip6.src[1]) & desc->ip6.src_mask[1]) |
		    ((search->dst ^ desc->ip6.dst[0]) & desc->ip6.dst_mask[0]) |
		    ((search->dst_lo ^ desc->ip6.dst[1]) & desc->ip6.dst_mask[1]))
			return false;
	} else if ((search->addrs ^ desc->ip.addrs) & desc->ip.mask) {
		return false;
	}
	return (u16)(search->dport - desc->dport) <= desc->dport_span &&
	       !((search->th ^ desc->th) & desc->th_mask) &&
	       (u16)(search->sport - desc->sport) <= desc->sport_span;
}

/* Whether the rule is in the version that the packet sees. */
static __always_inline bool weir_desc_lives(const struct weir_desc *desc,
					    const struct weir_search *search)
{
	return search->version - desc->born < READ_ONCE(desc->life);
}

/*
 * Go on in a bucket to the first rule that the packet may match; it is the @best one so
 * far, or not looked at where it comes behind that.
 */
static __always_inline const struct weir_desc *
weir_search_bucket(const struct weir_search *search, const struct weir_desc *desc,
		   const struct weir_desc **best, u64 *limit, bool wide)
{
	for (; desc && desc->label < *limit; desc = READ_ONCE(desc->next)) {
		if (desc->label < search->from ||
		    (likely(!search->loose) && !weir_desc_has(desc, search, wide)) ||
		    !weir_desc_lives(desc, search))
			continue;
		*limit = desc->label;
		*best = desc;
		break;
	}
	return desc;
}

/* The rule that was found is not looked for any more. */
static __always_inline const struct weir_desc *
weir_search_take(struct weir_search *search, const struct weir_desc *best, u64 limit)
{
	search->from = limit + 1;
	return best;
}

/* The next rule; after weir_search_begin(). */
static noinline const struct weir_desc *weir_search_next(struct weir_search *search, bool wide)
{
	const struct weir_desc *best = NULL;
	u64 limit = U64_MAX;
	u32 i;

	for (i = 0; i < search->n; i++)
		search->at[i] = weir_search_bucket(search, search->at[i], &best, &limit, wide);
	return weir_search_take(search, best, limit);
}

/*
 * The hashes of an address at each level, and the tables that have rules for it. A change
 * sets bits meanwhile, each after the table that it leads to is there, and the address of
 * the table depends on the bit; which of them are seen does not matter.
 */
static __always_inline u64 weir_side_addr(const struct weir_side *side, u32 addr, u64 hi, u64 lo,
					  u64 mul, u64 mul_lo, u64 *hashes, bool wide)
{
	const u32 levels = wide ? side->levels[addr] : WEIR_CLASS_LEVELS_IP;
	u64 tables = data_race(side->any[addr]); /* see above */
	u32 i;

	hashes[0] = 0;
#pragma GCC unroll 4
	for (i = 1; i < levels; i++) {
		const struct weir_level *level = &side->level[addr][i];

		hashes[i] = weir_class_hash_addr(level, hi, lo, mul, mul_lo, wide);
		tables |= data_race(level->tables[hashes[i] >> level->shift]); /* see above */
	}
	return tables;
}

/**
 * struct weir_keys - What the hash of a table's key is made of.
 * @src: By level.
 * @dst: By level.
 * @more: By enum weir_class_more.
 */
struct weir_keys {
	u64 src[WEIR_CLASS_LEVELS];
	u64 dst[WEIR_CLASS_LEVELS];
	u64 more[__WEIR_CLASS_MORE_MAX];
};

/* Tables whose key has something that is not there; @more is bits of weir_class_more. */
static u64 weir_side_without(const struct weir_side *side, bool src, bool dst,
			     u64 more)
{
	const struct weir_table_hash *table;
	u64 tables = 0;
	u32 i;

	for (i = 0; i < side->n_tables; i++) {
		table = &side->table[i];
		if ((!src && table->src) || (!dst && table->dst) || (more & BIT_ULL(table->more)))
			tables |= BIT_ULL(i);
	}
	return tables;
}

/* The value of the other key; the tables that need it, if it is not there. */
static noinline u64 weir_search_other(const struct weir_class *class,
				      const struct weir_side *side, struct weir_pkt *pkt,
				      u64 *hash)
{
	const struct weir_insn *load = &class->other;
	struct weir_val val = {};

	if ((load->op == WEIR_IR_LOAD && load->kind == WEIR_HEADER_TH &&
	     !(pkt->flags & WEIR_PKT_TH)) || !weir_ir_load(load, pkt, &val))
		return weir_side_without(side, true, true, BIT_ULL(WEIR_CLASS_OTHER));
	*hash = weir_class_fold(val) * class->mul[WEIR_MUL_MORE];
	return 0;
}

/* Whether ports and addresses can be read at once. */
static __always_inline bool weir_pkt_ordinary(const struct weir_pkt *pkt)
{
	const u8 flags = WEIR_PKT_FAST | WEIR_PKT_TH;

	return (pkt->flags & flags) == flags;
}

/* The key of a packet whose headers are not all there; tables that it is not in. */
static noinline u64 weir_search_slow(struct weir_search *search, const struct weir_side *side,
				     const struct weir_pkt *pkt)
{
	bool ip6 = pkt->nfproto != NFPROTO_IPV4, src, dst, sport = true, dport = true;
	u32 at = (ip6 ? offsetof(struct ipv6hdr, saddr) : offsetof(struct iphdr, saddr)) * 8;
	u32 len = ip6 ? 128 : 32;
	struct weir_val val = {};

	search->th = pkt->flags & WEIR_PKT_L4 ? pkt->l4proto : WEIR_PKT_TH_NONE;
	search->sport = 0;
	search->dport = 0;
	src = weir_payload_load(pkt, WEIR_HEADER_NH, at, len, &val);
	search->src = val.hi;
	search->src_lo = val.lo;
	dst = weir_payload_load(pkt, WEIR_HEADER_NH, at + len, len, &val);
	search->dst = val.hi;
	search->dst_lo = val.lo;
	search->addrs = weir_ip_addrs(search->src_lo, search->dst_lo);
	/* Without a header nothing asks for ports, or it says first that it needs one. */
	if (pkt->flags & WEIR_PKT_TH) {
		search->th |= WEIR_BOX_TH;
		sport = weir_payload_load(pkt, WEIR_HEADER_TH, 0, 16, &val);
		search->sport = val.lo;
		dport = weir_payload_load(pkt, WEIR_HEADER_TH, 16, 16, &val);
		search->dport = val.lo;
	}
	search->loose = !src || !dst || !sport || !dport || !(pkt->flags & WEIR_PKT_L4);
	return weir_side_without(side, src, dst, (dport ? 0 : BIT_ULL(WEIR_CLASS_DPORT)) |
				 (sport ? 0 : BIT_ULL(WEIR_CLASS_SPORT)));
}

static __always_inline u64 weir_be64_at(const u8 *at)
{
	__be64 val;

	memcpy(&val, at, sizeof(val));
	return be64_to_cpu(val);
}

static __always_inline u16 weir_be16_at(const u8 *at)
{
	__be16 val;

	memcpy(&val, at, sizeof(val));
	return be16_to_cpu(val);
}

/* The key of an ordinary packet. */
static __always_inline void weir_search_key(struct weir_search *search,
					    const struct weir_pkt *pkt, bool wide)
{
	if (wide) {
		const u8 *addrs = pkt->nh + offsetof(struct ipv6hdr, saddr);

		search->src = weir_be64_at(addrs);
		search->src_lo = weir_be64_at(addrs + 8);
		search->dst = weir_be64_at(addrs + 16);
		search->dst_lo = weir_be64_at(addrs + 24);
	} else {
		search->addrs = weir_be64_at(pkt->nh + offsetof(struct iphdr, saddr));
	}
	search->sport = weir_be16_at(pkt->th);
	search->dport = weir_be16_at(pkt->th + 2);
	search->th = pkt->th_proto | WEIR_BOX_TH;
	search->loose = false;
}

/**
 * enum weir_search_kind - What a search is for; a constant.
 * @WEIR_SEARCH_LEAN: The first rule of all, for a packet that is known to be ordinary.
 * @WEIR_SEARCH_FIRST: The first rule from a place on.
 * @WEIR_SEARCH_ALL: That, and weir_search_next() goes on.
 */
enum weir_search_kind {
	WEIR_SEARCH_LEAN,
	WEIR_SEARCH_FIRST,
	WEIR_SEARCH_ALL,
};

/* The key of a packet, and the tables that can have a rule for it. */
static __always_inline u64 weir_search_tables(struct weir_search *search,
					      const struct weir_class *class,
					      const struct weir_side *side, struct weir_pkt *pkt,
					      bool wide, bool ordinary, struct weir_keys *keys)
{
	u64 tables, without = 0;

	if (ordinary)
		weir_search_key(search, pkt, wide);
	else
		without = weir_search_slow(search, side, pkt);
	tables = weir_side_addr(side, 0, wide ? search->src : search->addrs >> 32,
				search->src_lo, class->mul[WEIR_MUL_SRC],
				class->mul[WEIR_MUL_SRC_LO], keys->src, wide);
	tables &= weir_side_addr(side, 1, wide ? search->dst : (u32)search->addrs,
				 search->dst_lo, class->mul[WEIR_MUL_DST],
				 class->mul[WEIR_MUL_DST_LO], keys->dst, wide);
	if (likely(!search->loose))
		tables &= data_race(side->dport_hi[search->dport >> 8]) & /* as there */
			  data_race(side->dport_lo[search->dport % WEIR_CLASS_PORTS]) & /* same */
			  data_race(side->ths[search->th % WEIR_CLASS_THS]); /* as there */
	tables &= ~without;
	keys->more[WEIR_CLASS_NONE] = 0;
	keys->more[WEIR_CLASS_DPORT] = (search->dport + 1) * class->mul[WEIR_MUL_MORE];
	keys->more[WEIR_CLASS_SPORT] = (search->sport + 1) * class->mul[WEIR_MUL_MORE];
	if (class->has_other)
		tables &= ~weir_search_other(class, side, pkt, &keys->more[WEIR_CLASS_OTHER]);
	return tables;
}

/* Find the buckets for a packet, and the first rule from @from on. */
static __always_inline const struct weir_desc *
weir_search_begin(struct weir_search *search, const struct weir_class *class,
		  struct weir_pkt *pkt, u64 from, bool wide, enum weir_search_kind kind)
{
	const bool ordinary = kind == WEIR_SEARCH_LEAN || likely(weir_pkt_ordinary(pkt));
	const bool keep = kind == WEIR_SEARCH_ALL;
	const struct weir_side *side = class->side[wide];
	struct weir_keys keys __uninitialized;
	const struct weir_desc *best = NULL;
	u64 tables, limit = U64_MAX;

	tables = weir_search_tables(search, class, side, pkt, wide, ordinary, &keys);
	search->from = from;
	search->n = 0;
	while (tables) {
		const struct weir_table_hash *table = &side->table[__ffs64(tables)];
		u64 hash = keys.src[table->src] + keys.dst[table->dst] + keys.more[table->more];
		const struct weir_desc *desc;

		tables &= tables - 1;
		if (READ_ONCE(table->first) >= limit && !keep)
			break;
		desc = READ_ONCE(table->buckets[hash >> table->shift]);
		desc = weir_search_bucket(search, desc, &best, &limit, wide);
		if (keep && desc)
			search->at[search->n++] = desc;
	}
	return weir_search_take(search, best, limit);
}

/* Run a rule whose conditions hold and that is simple. */
static __always_inline enum weir_exit weir_code_act(const struct weir_code *code,
						    struct weir_pkt *pkt)
{
	struct weir_counter __percpu *counter = code->counter;

	if (counter) {
		this_cpu_inc(counter->packets);
		this_cpu_add(counter->bytes, pkt->len);
	}
	pkt->target = code->target;
	return code->exit;
}

/* Run what there is to a rule beside its box, which has the packet. */
static noinline enum weir_exit weir_code_run(const struct weir_code *code, struct weir_pkt *pkt,
					     bool native)
{
	/* With the program its entry is there. */
	const struct weir_residue *residue = smp_load_acquire(&code->residue);
	enum weir_exit exit;

	if (!residue || !native || !(pkt->flags & WEIR_PKT_FAST))
		return weir_interp_rule(code, pkt, READ_ONCE(code->skip));
	pkt->rule = code->entry;
	exit = weir_native_run(residue->bpf, pkt);
	if (likely(exit == WEIR_EXIT_NONE))
		return weir_code_act(code, pkt);
	if (unlikely(exit == WEIR_EXIT_PUNT))
		return weir_interp_rule(code, pkt, pkt->insn);
	return exit;
}

static __always_inline enum weir_exit weir_desc_run(const struct weir_desc *desc,
						    const struct weir_search *search,
						    struct weir_pkt *pkt, bool native)
{
	if (unlikely(search->loose))
		return weir_interp_rule(desc->code, pkt, 0);
	if (likely(desc->simple))
		return weir_code_act(desc->code, pkt);
	return weir_code_run(desc->code, pkt, native);
}

/*
 * A rule that was found was left by @exit. If it did not decide, those behind it are
 * run, and the places in the buckets are kept now.
 */
static __always_inline enum weir_exit weir_class_on(const struct weir_prog *prog,
						    struct weir_pkt *pkt,
						    const struct weir_desc *desc,
						    enum weir_exit exit, bool wide)
{
	struct weir_search search __uninitialized;
	bool kept = false;

	search.version = prog->version;
	while (exit == WEIR_EXIT_NEXT) {
		if (kept && !desc->code->writes)
			desc = weir_search_next(&search, wide);
		else
			desc = weir_search_begin(&search, prog->class, pkt, desc->label + 1, wide,
						 WEIR_SEARCH_ALL);
		if (!desc)
			return WEIR_EXIT_RETURN;
		exit = weir_desc_run(desc, &search, pkt, prog->class->native);
		kept = true;
	}
	pkt->label = desc->label;
	return exit;
}

static noinline enum weir_exit weir_class_on_ip(const struct weir_prog *prog,
						struct weir_pkt *pkt,
						const struct weir_desc *desc, enum weir_exit exit)
{
	return weir_class_on(prog, pkt, desc, exit, false);
}

static noinline enum weir_exit weir_class_on_ip6(const struct weir_prog *prog,
						 struct weir_pkt *pkt,
						 const struct weir_desc *desc, enum weir_exit exit)
{
	return weir_class_on(prog, pkt, desc, exit, true);
}

/*
 * Most packets are decided by a simple rule that is the first one for them. The view of
 * one that is searched for by _LEAN is completed only where that is not so.
 */
static __always_inline enum weir_exit weir_class_run_side(const struct weir_prog *prog,
							  struct weir_pkt *pkt, u64 from,
							  bool wide, enum weir_search_kind kind)
{
	const bool lean = kind == WEIR_SEARCH_LEAN;
	const struct weir_class *class = prog->class;
	struct weir_search search __uninitialized;
	const struct weir_desc *desc;
	enum weir_exit exit;

	if (unlikely(!class->side[wide]))
		return WEIR_EXIT_RETURN;
	if (lean && unlikely(class->has_other))
		weir_pkt_init_rest(pkt);
	search.version = prog->version;
	desc = weir_search_begin(&search, class, pkt, from, wide, kind);
	if (!desc)
		return WEIR_EXIT_RETURN;
	if (lean && unlikely(!desc->simple))
		weir_pkt_init_rest(pkt);
	exit = weir_desc_run(desc, &search, pkt, class->native);
	if (likely(exit <= WEIR_EXIT_STOLEN))
		return exit;
	if (lean && desc->simple)
		weir_pkt_init_rest(pkt);
	return wide ? weir_class_on_ip6(prog, pkt, desc, exit) :
		      weir_class_on_ip(prog, pkt, desc, exit);
}

enum weir_exit weir_class_run(const struct weir_prog *prog, struct weir_pkt *pkt, u64 from)
{
	if (likely(pkt->nfproto == NFPROTO_IPV4))
		return weir_class_run_side(prog, pkt, from, false, WEIR_SEARCH_FIRST);
	return weir_class_run_side(prog, pkt, from, true, WEIR_SEARCH_FIRST);
}

enum weir_exit weir_class_run_lean_ip(const struct weir_prog *prog, struct weir_pkt *pkt)
{
	return weir_class_run_side(prog, pkt, 0, false, WEIR_SEARCH_LEAN);
}

enum weir_exit weir_class_run_lean_ip6(const struct weir_prog *prog, struct weir_pkt *pkt)
{
	return weir_class_run_side(prog, pkt, 0, true, WEIR_SEARCH_LEAN);
}
