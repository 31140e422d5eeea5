/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Libraries that few commands need. To map and link one costs as much as half of a
 * small change of the ruleset does, so each of them is loaded when it is called.
 */
#ifndef WEIR_LIBRARY_H
#define WEIR_LIBRARY_H

/**
 * struct weir_library_symbol - A function or variable of a library.
 * @name: As the library calls it; NULL behind the last one.
 * @where: The pointer to set.
 */
struct weir_library_symbol {
	const char *name;
	void *where;
};

/**
 * weir_library_load() - Load a library and find its symbols.
 * @file: Such as "libkmod.so.2".
 *
 * Return: NULL, or what is wrong.
 */
const char *weir_library_load(const char *file, const struct weir_library_symbol *symbols);

#endif /* WEIR_LIBRARY_H */
