// SPDX-License-Identifier: GPL-2.0
/* Loading a library when it is needed. */

#include <dlfcn.h>
#include <stddef.h>
#include "library.h"

const char *weir_library_load(const char *file, const struct weir_library_symbol *symbols)
{
	void *library = dlopen(file, RTLD_NOW);
	void *symbol = library;

	for (; symbol && symbols->name; symbols++) {
		symbol = dlsym(library, symbols->name);
		*(void **)symbols->where = symbol;
	}
	return symbol ? NULL : dlerror();
}
