// SPDX-License-Identifier: GPL-2.0
/* The shim's allocators and grace periods. */
#include <malloc.h>
#include "shim_memory.h"

long shim_fail_after = -1;
long shim_allocated;
int shim_locked;
u64 shim_random = 1;

static struct rcu_head *shim_deferred;

void *shim_alloc(size_t size, size_t align, bool zero)
{
	void *p;

	if (!shim_fail_after)
		return NULL;
	if (shim_fail_after > 0)
		shim_fail_after--;
	p = aligned_alloc(align, round_up(size, align));
	assert(p);
	memset(p, zero ? 0 : 0xa5, size);
	shim_allocated += malloc_usable_size(p);
	return p;
}

void shim_free(const void *p)
{
	if (!p)
		return;
	shim_allocated -= malloc_usable_size((void *)p);
	free((void *)p);
}

void shim_call_rcu(void *p, void (*func)(void *rcu))
{
	struct rcu_head *rcu = p;

	rcu->func = (void (*)(struct rcu_head *))func;
	rcu->next = shim_deferred;
	shim_deferred = rcu;
}

void shim_grace_period(void)
{
	struct rcu_head *rcu;

	while ((rcu = shim_deferred)) {
		shim_deferred = rcu->next;
		rcu->func(rcu);
	}
}
