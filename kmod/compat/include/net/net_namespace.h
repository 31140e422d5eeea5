/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_COMPAT_NET_NET_NAMESPACE_H
#define _WEIR_COMPAT_NET_NET_NAMESPACE_H

#include_next <net/net_namespace.h>

#ifndef WEIR_COMPAT_PROBE
#include "weir_compat_config.h"

/* Before 6.6 a table ended with an empty entry instead of having a size. */
#ifndef WEIR_HAVE_REGISTER_NET_SYSCTL_SZ
#define register_net_sysctl_sz(net, path, table, size)	\
	((void)(size), register_net_sysctl(net, path, table))
#endif
#endif

#endif /* _WEIR_COMPAT_NET_NET_NAMESPACE_H */
