// SPDX-License-Identifier: GPL-2.0
/* All plug-ins. A new one is a file under ext/ and two lines here. */
#include <string.h>
#include "ext.h"

extern const struct weir_ext weir_ext_ct;
extern const struct weir_ext weir_ext_limit;
extern const struct weir_ext weir_ext_log;
extern const struct weir_ext weir_ext_quota;
extern const struct weir_ext weir_ext_reject;

const struct weir_ext *const weir_exts[] = {
	&weir_ext_ct,
	&weir_ext_limit,
	&weir_ext_log,
	&weir_ext_quota,
	&weir_ext_reject,
	NULL
};

const struct weir_ext *weir_ext_find(enum weir_ext_kind kind, const char *name)
{
	const struct weir_ext *const *ext;

	for (ext = weir_exts; *ext; ext++) {
		if ((*ext)->kind == kind && weir_same_word((*ext)->name, name))
			return *ext;
	}
	return NULL;
}

/* A counter is no plug-in; the others are matches that may be named objects. */
const char *weir_named_at(unsigned int n, const char **plural)
{
	const struct weir_ext *const *ext;

	*plural = "counters";
	if (!n--)
		return "counter";
	for (ext = weir_exts; *ext; ext++) {
		*plural = (*ext)->plural;
		if (*plural && !n--)
			return (*ext)->name;
	}
	return NULL;
}

const char *weir_named_type(const char *word, bool *plural)
{
	const char *type, *several;

	for (unsigned int n = 0; (type = weir_named_at(n, &several)); n++) {
		*plural = weir_same_word(word, several);
		if (*plural || weir_same_word(word, type))
			return type;
	}
	return NULL;
}

const char *weir_named_plural(const char *type)
{
	const char *other, *several;

	for (unsigned int n = 0; (other = weir_named_at(n, &several)); n++)
		if (!strcmp(type, other))
			return several;
	return type;
}
