// SPDX-License-Identifier: GPL-2.0
/*
 * Counters. Each CPU counts in memory of its own, which only ever grows. What
 * is listed is the sum plus a base; a reset moves the base by what it listed,
 * so that no packet counted meanwhile is lost and none is listed twice.
 */

#include <linux/percpu.h>
#include "core.h"

int weir_counter_init(struct weir_item *item, u64 packets, u64 bytes)
{
	item->counter = alloc_percpu_gfp(struct weir_counter, GFP_KERNEL_ACCOUNT);
	if (!item->counter)
		return -ENOMEM;
	item->base.packets = packets;
	item->base.bytes = bytes;
	return 0;
}

void weir_counter_free(struct weir_item *item)
{
	free_percpu(item->counter);
}

/* Read a number that another CPU increments and that two stores may write. */
static u64 weir_counter_read(const u64 *count)
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
 * weir_counter_sum() - Add up what the CPUs counted.
 * @item: A counter.
 * @sum: Filled, without the base.
 *
 * Context: Any; packets may be counted meanwhile.
 */
void weir_counter_sum(const struct weir_item *item, struct weir_counter *sum)
{
	int cpu;

	*sum = (struct weir_counter){};
	for_each_possible_cpu(cpu) {
		const struct weir_counter *counter = per_cpu_ptr(item->counter, cpu);

		sum->packets += weir_counter_read(&counter->packets);
		sum->bytes += weir_counter_read(&counter->bytes);
	}
}
