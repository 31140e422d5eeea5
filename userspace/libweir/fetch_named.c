// SPDX-License-Identifier: GPL-2.0
/* Named objects of a listing. */

#include "alloc.h"
#include "fetch.h"
#include "wire.h"

void weir_fetch_take_named(void *data, const struct nlmsghdr *nlh)
{
	struct weir_fetch *fetch = data;
	struct weir_named_node *node;
	struct weir_named *named;

	named = weir_decode_named(nlh, NULL, &fetch->why);
	if (!named)
		return;
	if (!weir_fetch_table(fetch, named->family, named->table)) {
		fetch->changed = true;
		weir_named_free(named);
		return;
	}
	node = weir_alloc(sizeof(*node));
	node->named = named;
	*fetch->named_end = node;
	fetch->named_end = &node->next;
}
