// SPDX-License-Identifier: GPL-2.0
/* What reading and writing of elements share. */

#include "wire.h"

const struct weir_elem_attrs weir_elem_attrs = {
	WEIR_A_ELEMS_COLUMNS,
	WEIR_A_ELEMS_PACKED,
	WEIR_A_ELEMS_ELEM,
};

const struct weir_elem_attrs weir_lookup_elem_attrs = {
	WEIR_A_LOOKUP_COLUMNS,
	WEIR_A_LOOKUP_PACKED,
	WEIR_A_LOOKUP_ELEM,
};

void weir_lookup_as_set(const struct weir_lookup *lookup, struct weir_set *set)
{
	unsigned int i;

	*set = (struct weir_set){ .type.n_fields = lookup->n_parts };
	for (i = 0; i < lookup->n_parts; i++)
		set->type.fields[i].len = lookup->parts[i].key.len;
	set->data_type = lookup->data_type;
	set->data.fields[0] = lookup->data;
}
