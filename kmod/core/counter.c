// SPDX-License-Identifier: GPL-2.0
/*
 * Counters. Each CPU counts in memory of its own, which only ever grows. What
 * is listed is the sum plus a base; a reset moves the base by what it listed,
 * so that no packet counted meanwhile is lost and none is listed twice.
 */

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "core.h"

/* Counters of a block: as many as bits of a word. */
#define WEIR_COUNTERS	64

static DEFINE_SPINLOCK(weir_counters_lock);
static LIST_HEAD(weir_counters_open);

static void weir_counters_free(struct weir_counters *block)
{
	if (!block)
		return;
	free_percpu(block->counts);
	kfree(block->bases);
	kfree(block);
}

static struct weir_counters *weir_counters_new(void)
{
	struct weir_counters *block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);

	if (!block)
		return NULL;
	block->bases = kmalloc_array(WEIR_COUNTERS, sizeof(*block->bases), GFP_KERNEL_ACCOUNT);
	if (!block->bases)
		goto err_free_block;
	block->counts = __alloc_percpu_gfp(WEIR_COUNTERS * sizeof(*block->counts),
					   __alignof__(*block->counts), GFP_KERNEL_ACCOUNT);
	if (!block->counts)
		goto err_free_block;
	block->free = ~0ULL;
	return block;

err_free_block:
	weir_counters_free(block);
	return NULL;
}

/* Take a counter from a block that has one; @new comes to those, unless it is NULL. */
static bool weir_counter_take(struct weir_item *item, struct weir_counters *new)
{
	struct weir_counters *block;
	u32 i;

	spin_lock_bh(&weir_counters_lock);
	if (new)
		list_add(&new->list, &weir_counters_open);
	block = list_first_entry_or_null(&weir_counters_open, struct weir_counters, list);
	if (block) {
		i = __ffs64(block->free);
		block->free &= block->free - 1;
		if (!block->free)
			list_del_init(&block->list);
		item->counters = block;
		item->index = i;
	}
	spin_unlock_bh(&weir_counters_lock);
	return block;
}

/**
 * weir_counter_init() - Give an item something to count in.
 * @item: A counter, otherwise zeroed.
 * @packets: Where it starts.
 * @bytes: Likewise.
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM; either way weir_counter_free() may follow.
 */
int weir_counter_init(struct weir_item *item, u64 packets, u64 bytes)
{
	struct weir_counters *new;

	if (!weir_counter_take(item, NULL)) {
		new = weir_counters_new();
		if (!new)
			return -ENOMEM;
		weir_counter_take(item, new);
	}
	item->counters->bases[item->index] = (struct weir_counter){
		.packets = packets, .bytes = bytes,
	};
	return 0;
}

/**
 * weir_counter_free() - Give back what an item counts in.
 * @item: A counter that no packet sees any more.
 *
 * Context: Process context.
 */
void weir_counter_free(struct weir_item *item)
{
	struct weir_counters *block = item->counters;
	int cpu;

	/* There was no memory for it. */
	if (!block)
		return;
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(weir_item_counter(item), cpu), 0, sizeof(struct weir_counter));

	spin_lock_bh(&weir_counters_lock);
	if (!block->free)
		list_add_tail(&block->list, &weir_counters_open);
	block->free |= BIT_ULL(item->index);
	if (block->free == ~0ULL)
		list_del(&block->list);
	else
		block = NULL;
	spin_unlock_bh(&weir_counters_lock);
	weir_counters_free(block);
}

/* Read a number that another CPU increments and that two stores may write. */
static u64 weir_count_read(const u64 *count)
{
#if BITS_PER_LONG == 64
	return READ_ONCE(*count);
#else
	const u32 *half = (const u32 *)count;
	const int high = IS_ENABLED(CONFIG_CPU_BIG_ENDIAN) ? 0 : 1;
	u32 hi, lo, again;

	/* It only grows: an unchanged high half belongs to the low one. */
	again = READ_ONCE(half[high]);
	do {
		hi = again;
		smp_rmb(); /* The high half was read before the low one, */
		lo = READ_ONCE(half[!high]);
		smp_rmb(); /* and is read again behind it. */
		again = READ_ONCE(half[high]);
	} while (again != hi);
	return (u64)hi << 32 | lo;
#endif
}

/**
 * weir_counter_read() - What a counter has counted since it was made or reset.
 * @item: A counter.
 * @value: Filled.
 *
 * Context: Process context, with the lock of the user's namespace; packets may be counted
 * meanwhile.
 */
void weir_counter_read(const struct weir_item *item, struct weir_counter *value)
{
	int cpu;

	*value = item->counters->bases[item->index];
	for_each_possible_cpu(cpu) {
		const struct weir_counter *counter = per_cpu_ptr(weir_item_counter(item), cpu);

		value->packets += weir_count_read(&counter->packets);
		value->bytes += weir_count_read(&counter->bytes);
	}
}

/**
 * weir_counter_reset() - Count from zero again.
 * @item: A counter.
 * @value: What weir_counter_read() found; what was counted since then stays.
 *
 * Context: Process context, with the lock of the user's namespace.
 */
void weir_counter_reset(const struct weir_item *item, const struct weir_counter *value)
{
	struct weir_counter *base = &item->counters->bases[item->index];

	base->packets -= value->packets;
	base->bytes -= value->bytes;
}
