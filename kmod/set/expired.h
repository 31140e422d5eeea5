/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_SET_EXPIRED_H
#define _WEIR_SET_EXPIRED_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <weir/set.h>

/* Whether an element is there no more, although nobody has taken it out yet. Where
 * elements hide others, those look again.
 */
static inline bool weir_set_expired(const struct weir_set_spec *spec,
				    const struct weir_elem *elem)
{
	u64 expires;

	if (!spec->off_timeout)
		return false;
	expires = READ_ONCE(weir_elem_timeout(spec, elem)->expires);
	return expires && !time_before64(get_jiffies_64(), expires);
}

#endif /* _WEIR_SET_EXPIRED_H */
