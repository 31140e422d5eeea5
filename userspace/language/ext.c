// SPDX-License-Identifier: GPL-2.0
/* All plug-ins. A new one is a file under ext/ and two lines here. */
#include <string.h>
#include "ext.h"

extern const struct weir_ext weir_ext_ct;
extern const struct weir_ext weir_ext_limit;
extern const struct weir_ext weir_ext_log;
extern const struct weir_ext weir_ext_reject;

const struct weir_ext *const weir_exts[] = {
	&weir_ext_ct,
	&weir_ext_limit,
	&weir_ext_log,
	&weir_ext_reject,
	NULL
};

const struct weir_ext *weir_ext_find(enum weir_ext_kind kind, const char *name)
{
	const struct weir_ext *const *ext;

	for (ext = weir_exts; *ext; ext++) {
		if ((*ext)->kind == kind && !strcmp((*ext)->name, name))
			return *ext;
	}
	return NULL;
}
