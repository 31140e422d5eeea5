/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _WEIR_COMPAT_LINUX_SYSCTL_H
#define _WEIR_COMPAT_LINUX_SYSCTL_H

#include_next <linux/sysctl.h>

#ifndef WEIR_COMPAT_PROBE
#include "weir_compat_config.h"

/* What a handler gets; before 6.11 it was not const. */
#ifdef WEIR_HAVE_CONST_CTL_TABLE
#define WEIR_CTL_TABLE const struct ctl_table
#else
#define WEIR_CTL_TABLE struct ctl_table
#endif
#endif

#endif /* _WEIR_COMPAT_LINUX_SYSCTL_H */
