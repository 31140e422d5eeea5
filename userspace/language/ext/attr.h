/* SPDX-License-Identifier: GPL-2.0 */
#ifndef WEIR_EXT_ATTR_H
#define WEIR_EXT_ATTR_H

#include <stdbool.h>
#include <string.h>
#include <libmnl/libmnl.h>

/**
 * weir_ext_attrs() - Find and check the attributes of a plug-in.
 * @nest: The nest that they are in.
 * @types: Their types by number, from 0 to @max.
 * @max: Highest number.
 * @tb: @max + 1 entries, set to the attributes or NULL. Numbers that are not
 *   known, of a newer kernel module, are passed over.
 *
 * Return: false if one is not of its type.
 */
static inline bool weir_ext_attrs(const struct nlattr *nest,
				  const enum mnl_attr_data_type *types, unsigned int max,
				  const struct nlattr **tb)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each_nested(attr, nest) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type > max || types[type] == MNL_TYPE_UNSPEC)
			continue;
		if (mnl_attr_validate(attr, types[type]) < 0)
			return false;
		tb[type] = attr;
	}
	return true;
}

#endif /* WEIR_EXT_ATTR_H */
