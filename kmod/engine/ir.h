/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The intermediate representation of a rule: a typed, straight line of
 * instructions over one accumulator, an unsigned number of 1 to 128 bits.
 *
 * Each instruction either goes on with the next one or ends the rule: the rule
 * fails, which leads to the next rule of the chain, or it decides. There are no
 * other jumps, so a rule takes a bounded time.
 *
 *	tcp dport 22 counter accept		in a table of family inet:
 *
 *	TH	tcp	there is a TCP header, or the rule fails
 *	LOAD_TH	16@16	acc = 16 bits at bit 16, or the rule fails
 *	CMP	eq 22	or the rule fails
 *	COUNT
 *	VERDICT	accept
 *
 * engine/lower.c makes it, engine/interp.c defines what it means, and
 * engine/jit.c translates it.
 */
#ifndef _WEIR_ENGINE_IR_H
#define _WEIR_ENGINE_IR_H

#include <linux/build_bug.h>
#include <weir/rule.h>

struct weir_probe;

/**
 * enum weir_ir_op - Operations. In &weir_insn, @len is the number of bits of
 *   the accumulator, and @kind, @option, @offset and the argument as said here.
 * @WEIR_IR_END: The rule has nothing more to do; go on with the next rule.
 * @WEIR_IR_NFPROTO: Fail unless the packet is of @kind, NFPROTO_*.
 * @WEIR_IR_TH: Fail unless the transport header is there, of protocol @imm;
 *   of any where @imm is %WEIR_PKT_TH_NONE.
 * @WEIR_IR_ETHER: Fail unless there is an Ethernet header.
 * @WEIR_IR_LOAD: Load @len bits at bit @offset of header @kind, which is
 *   %WEIR_HEADER_LL, _NH or _TH; for _TH, there is a WEIR_IR_TH before it.
 * @WEIR_IR_LOAD_OPT: Load @len bits at bit @offset of option @option of header
 *   @kind, which is %WEIR_HEADER_IP_OPT, _IP6_EXT or _TCP_OPT.
 * @WEIR_IR_LOAD_EXISTS: Load 1 if that option is there, otherwise 0.
 * @WEIR_IR_LOAD_META: Load enum weir_meta @kind.
 * @WEIR_IR_LOAD_PLUGIN: Load the key of @instance.
 * @WEIR_IR_LOAD_IMM: Load the constant.
 * @WEIR_IR_AND: With the constant.
 * @WEIR_IR_OR: With the constant.
 * @WEIR_IR_XOR: With the constant.
 * @WEIR_IR_SHL: By @offset bits, below @len.
 * @WEIR_IR_SHR: By @offset bits, below @len.
 * @WEIR_IR_CMP: Fail unless enum weir_rel @kind, neither _IN nor _NOT_IN, holds
 *   between the accumulator and the constant.
 * @WEIR_IR_IN: Fail unless @ranges have the accumulator.
 * @WEIR_IR_NOT_IN: Fail if @ranges have the accumulator.
 * @WEIR_IR_MATCH: Fail unless @instance matches.
 * @WEIR_IR_TARGET: Run @instance; it may end the rule or decide, and change
 *   the packet.
 * @WEIR_IR_COUNT: Count in @counter.
 * @WEIR_IR_STORE: Write the accumulator, @len bits, to bit @offset of header
 *   @kind, any but the options, and repair checksums where it is named.
 * @WEIR_IR_STORE_OPT: Write it to bit @offset of TCP option @option.
 * @WEIR_IR_STORE_META: Write it to enum weir_meta @kind.
 * @WEIR_IR_STORE_PLUGIN: Write it to the key of @instance.
 * @WEIR_IR_VERDICT: Decide @kind, enum weir_verdict; the chain is @offset.
 * @WEIR_IR_KEY: Put the accumulator into the key of a set, at byte @offset, in as
 *   many bytes as hold @len bits.
 * @WEIR_IR_KEY_LOAD: Load the first @len bits of that key.
 * @WEIR_IR_LOOKUP: Fail unless the set of @probe has the key: the accumulator, or
 *   with a @len of 0 what WEIR_IR_KEY has put together. The accumulator is spoiled.
 * @WEIR_IR_NOT_LOOKUP: Fail if it has the key.
 * @WEIR_IR_MAP: Fail unless it has the key; load what the key leads to.
 * @WEIR_IR_VMAP: Decide what the key leads to; without an element, or where that is
 *   continue, go on.
 * @WEIR_IR_OBJECT: Fail unless it has the key; use the named object that it leads to.
 * @WEIR_IR_UPDATE: Do to the set of @probe what its update says, with the key that
 *   WEIR_IR_KEY has put together. The accumulator is the value of a new element; with
 *   a @len of 0 there is none. Fail if the element is not there afterwards, or its
 *   statements do not hold.
 */
enum weir_ir_op {
	WEIR_IR_END,
	WEIR_IR_NFPROTO,
	WEIR_IR_TH,
	WEIR_IR_ETHER,
	WEIR_IR_LOAD,
	WEIR_IR_LOAD_OPT,
	WEIR_IR_LOAD_EXISTS,
	WEIR_IR_LOAD_META,
	WEIR_IR_LOAD_PLUGIN,
	WEIR_IR_LOAD_IMM,
	WEIR_IR_AND,
	WEIR_IR_OR,
	WEIR_IR_XOR,
	WEIR_IR_SHL,
	WEIR_IR_SHR,
	WEIR_IR_CMP,
	WEIR_IR_IN,
	WEIR_IR_NOT_IN,
	WEIR_IR_MATCH,
	WEIR_IR_TARGET,
	WEIR_IR_COUNT,
	WEIR_IR_STORE,
	WEIR_IR_STORE_OPT,
	WEIR_IR_STORE_META,
	WEIR_IR_STORE_PLUGIN,
	WEIR_IR_VERDICT,
	WEIR_IR_KEY,
	WEIR_IR_KEY_LOAD,
	WEIR_IR_LOOKUP,
	WEIR_IR_NOT_LOOKUP,
	WEIR_IR_MAP,
	WEIR_IR_VMAP,
	WEIR_IR_OBJECT,
	WEIR_IR_UPDATE,
};

/**
 * struct weir_span - A range of values of at most 64 bits.
 * @from: Lowest.
 * @to: Highest.
 */
struct weir_span {
	u64 from;
	u64 to;
};

/**
 * struct weir_ranges - Sorted ranges that neither overlap nor touch.
 * @n: How many.
 * @wide: They are in @range; otherwise in @span.
 * @span: Of a key of at most 64 bits.
 * @range: Of a wider key.
 */
struct weir_ranges {
	u32 n;
	bool wide;
	union {
		DECLARE_FLEX_ARRAY(struct weir_span, span);
		DECLARE_FLEX_ARRAY(struct weir_range, range);
	};
};

/**
 * struct weir_insn - An instruction, or the constant of the one before it.
 * @op: enum weir_ir_op.
 * @len: Bits of the accumulator.
 * @kind: See enum weir_ir_op.
 * @option: Option kind or protocol.
 * @offset: Bits, or a chain.
 * @imm: The constant, where @len is at most 64. A wider constant is in @val of
 *   the next &struct weir_insn; see weir_insn_wide().
 * @ranges: Owned by the code.
 * @instance: Owned by the rule.
 * @counter: Owned by the rule.
 * @probe: Owned by the code.
 * @val: A constant; no instruction.
 */
struct weir_insn {
	union {
		struct {
			u8 op;
			u8 len;
			u8 kind;
			u8 option;
			u32 offset;
			union {
				u64 imm;
				struct weir_ranges *ranges;
				struct weir_instance *instance;
				struct weir_counter __percpu *counter;
				struct weir_probe *probe;
			};
		};
		struct weir_val val;
	};
};

static_assert(sizeof(struct weir_insn) == 16);

/**
 * struct weir_code - A rule's code.
 * @family: Family of its table.
 * @exit: How it ends, enum weir_exit; of a @simple rule.
 * @simple: Behind its conditions it only counts and decides: @counter, @exit and
 *   @target are all of that.
 * @beyond: A box of it does not say all of its conditions, see class.h.
 * @jumps: It may end in a jump, so the rule behind it may be entered.
 * @writes: It may write to the packet, or have a target do so.
 * @skip: How many instructions at the beginning a classifier has made sure of.
 * @entry: Which of the rules in @residue it is.
 * @target: Where to, for a jump or goto.
 * @n_insns: Number of @insns.
 * @counter: What counts; may be NULL.
 * @residue: Machine code for packets that a classifier has found the rule for, or NULL.
 * @insns: The last one is %WEIR_IR_END or a verdict.
 */
struct weir_code {
	u8 family;
	u8 exit;
	bool simple;
	bool beyond;
	u8 jumps : 1;
	u8 writes : 1;
	u8 skip;
	u8 entry;
	u32 target;
	u32 n_insns;
	struct weir_counter __percpu *counter;
	struct weir_residue *residue;
	struct weir_insn insns[];
};

/**
 * weir_insn_wide() - Whether the constant of an instruction is in the next one.
 * @insn: The instruction.
 */
static inline bool weir_insn_wide(const struct weir_insn *insn)
{
	if (insn->len <= 64)
		return false;
	switch (insn->op) {
	case WEIR_IR_LOAD_IMM:
	case WEIR_IR_AND:
	case WEIR_IR_OR:
	case WEIR_IR_XOR:
	case WEIR_IR_CMP:
		return true;
	default:
		return false;
	}
}

/**
 * weir_insn_acts() - Whether a rule that is &weir_code.simple ends its conditions here.
 * @insn: The instruction.
 */
static inline bool weir_insn_acts(const struct weir_insn *insn)
{
	return insn->op == WEIR_IR_COUNT || insn->op == WEIR_IR_VERDICT || insn->op == WEIR_IR_END;
}

/** weir_insn_next() - The instruction behind @insn and its constant. */
static inline const struct weir_insn *weir_insn_next(const struct weir_insn *insn)
{
	return insn + 1 + weir_insn_wide(insn);
}

/** weir_insn_const() - The constant of @insn. */
static inline struct weir_val weir_insn_const(const struct weir_insn *insn)
{
	if (weir_insn_wide(insn))
		return insn[1].val;
	return (struct weir_val){ .lo = insn->imm };
}

/** weir_val_mask() - The number of @len one bits. */
static inline struct weir_val weir_val_mask(unsigned int len)
{
	struct weir_val val = { .lo = ~0ULL };

	if (len < 64)
		val.lo = (1ULL << len) - 1;
	else if (len > 64)
		val.hi = ~0ULL >> (128 - len);
	return val;
}

/** weir_val_and() - Bitwise and. */
static inline struct weir_val weir_val_and(struct weir_val a, struct weir_val b)
{
	return (struct weir_val){ .lo = a.lo & b.lo, .hi = a.hi & b.hi };
}

/** weir_val_shl() - Shift left by @n bits, 0 to 127. */
static inline struct weir_val weir_val_shl(struct weir_val a, unsigned int n)
{
	if (n >= 64)
		return (struct weir_val){ .hi = a.lo << (n - 64) };
	if (n)
		a.hi = a.hi << n | a.lo >> (64 - n);
	a.lo <<= n;
	return a;
}

/** weir_val_shr() - Shift right by @n bits, 0 to 127. */
static inline struct weir_val weir_val_shr(struct weir_val a, unsigned int n)
{
	if (n >= 64)
		return (struct weir_val){ .lo = a.hi >> (n - 64) };
	if (n)
		a.lo = a.lo >> n | a.hi << (64 - n);
	a.hi >>= n;
	return a;
}

/** weir_val_cmp() - Negative, 0 or positive, as @a is below, at or above @b. */
static inline int weir_val_cmp(struct weir_val a, struct weir_val b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	if (a.lo != b.lo)
		return a.lo < b.lo ? -1 : 1;
	return 0;
}

/**
 * weir_insn_probes() - Whether an instruction has a &weir_insn.probe.
 * @insn: The instruction.
 */
static inline bool weir_insn_probes(const struct weir_insn *insn)
{
	return insn->op >= WEIR_IR_LOOKUP && insn->op <= WEIR_IR_UPDATE;
}

/**
 * weir_ranges_create() - Sort and merge ranges.
 * @from: Ranges in any order, each with from <= to.
 * @n: How many.
 * @len: Bits of the key.
 *
 * Context: Process context; may sleep.
 * Return: The ranges, for kvfree(), or NULL without memory.
 */
struct weir_ranges *weir_ranges_create(const struct weir_range *from, u32 n, unsigned int len);

/**
 * weir_ranges_has() - Whether a value is in one of the ranges.
 * @ranges: The ranges.
 * @lo: Low 64 bits of the value.
 * @hi: High 64 bits.
 *
 * Context: Any; called by machine code.
 */
bool weir_ranges_has(const struct weir_ranges *ranges, u64 lo, u64 hi);

/**
 * weir_ir_alu() - One arithmetic instruction.
 * @insn: %WEIR_IR_AND to %WEIR_IR_SHR.
 * @acc: The accumulator.
 *
 * Return: The new accumulator, cut to its length.
 */
struct weir_val weir_ir_alu(const struct weir_insn *insn, struct weir_val acc);

/**
 * weir_ir_cmp() - Whether a %WEIR_IR_CMP holds.
 * @insn: The instruction.
 * @acc: The accumulator.
 */
bool weir_ir_cmp(const struct weir_insn *insn, struct weir_val acc);

/**
 * weir_ir_load() - Run one of the load instructions.
 * @insn: %WEIR_IR_LOAD to %WEIR_IR_LOAD_IMM.
 * @pkt: The packet.
 * @acc: The accumulator.
 *
 * Context: Packet path; called by machine code.
 * Return: Whether the key is there.
 */
bool weir_ir_load(const struct weir_insn *insn, struct weir_pkt *pkt, struct weir_val *acc);

/**
 * weir_ir_store() - Run one of the store instructions.
 * @insn: %WEIR_IR_STORE to %WEIR_IR_STORE_PLUGIN.
 * @pkt: The packet; refreshed where it was written to.
 * @acc: The accumulator.
 *
 * Context: Packet path; called by machine code.
 * Return: Whether the key could be written.
 */
bool weir_ir_store(const struct weir_insn *insn, struct weir_pkt *pkt,
		   const struct weir_val *acc);

/**
 * weir_meta_load() - Load a meta key.
 * @pkt: The packet.
 * @key: Any but %WEIR_META_NFTRACE.
 * @val: The value.
 *
 * Context: Packet path.
 * Return: Whether the packet has it.
 */
bool weir_meta_load(const struct weir_pkt *pkt, enum weir_meta key, struct weir_val *val);

/**
 * weir_meta_store() - Write a meta key.
 * @pkt: The packet.
 * @key: %WEIR_META_MARK, _PRIORITY, _PKTTYPE or _NFTRACE.
 * @val: The value.
 *
 * Context: Packet path.
 */
void weir_meta_store(struct weir_pkt *pkt, enum weir_meta key, u64 val);

/**
 * weir_payload_store() - Write bits of a header.
 * @pkt: The packet; refreshed.
 * @header: enum weir_header, no option.
 * @offset: Bits from its start.
 * @len: Bits.
 * @val: What to write.
 *
 * Checksums of what is written to are repaired where @header is a named one.
 *
 * Context: Packet path.
 * Return: Whether all the bits are there and could be written.
 */
bool weir_payload_store(struct weir_pkt *pkt, enum weir_header header, u32 offset,
			unsigned int len, struct weir_val val);

/**
 * weir_payload_load() - Load bits of a header.
 * @pkt: The packet.
 * @base: %WEIR_HEADER_LL, _NH or _TH.
 * @offset: Bits from its start.
 * @len: Bits.
 * @val: The value.
 *
 * Context: Packet path.
 * Return: Whether the packet has them all.
 */
bool weir_payload_load(const struct weir_pkt *pkt, enum weir_header base, u32 offset,
		       unsigned int len, struct weir_val *val);

#endif /* _WEIR_ENGINE_IR_H */
