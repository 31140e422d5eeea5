/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A plug-in as user space knows it: one file under ext/ holds one struct
 * weir_ext and all there is to say about its syntax, its JSON and its
 * attributes; a line in ext.c puts it into the list that everything else walks.
 */
#ifndef WEIR_EXT_H
#define WEIR_EXT_H

#include <libmnl/libmnl.h>
#include <jansson.h>
#include "field.h"

struct weir_parser;

/**
 * enum weir_ext_kind - What a plug-in is in a rule.
 * @WEIR_EXT_MATCH: A condition that is a statement of its own, as limit.
 * @WEIR_EXT_TARGET: A statement, as log.
 * @WEIR_EXT_KEY: Keys, as ct; compared and written like any other.
 */
enum weir_ext_kind {
	WEIR_EXT_MATCH,
	WEIR_EXT_TARGET,
	WEIR_EXT_KEY,
};

/**
 * struct weir_ext_needs - What a statement needs of a packet.
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6; NFPROTO_UNSPEC for any.
 * @l4proto: IPPROTO_*, or -1 for any.
 */
struct weir_ext_needs {
	uint8_t nfproto;
	int l4proto;
};

/**
 * struct weir_ext - A plug-in.
 * @name: Its keyword, its name in netlink and in JSON.
 * @kind: enum weir_ext_kind.
 * @text: One line for describe.
 * @plural: Of a match that may be a named object or a statement of an element: the
 *   word for several, "limits"; NULL for others.
 * @data_size: Bytes of its data, zeroed before parse, get or from_json.
 * @clear: Free what its data owns; optional.
 * @terminal: Ends the rule.
 * @passive: Of a target: what comes behind it in the rule, and other rules, meet the
 *   same packet as without it.
 *
 * For a match or target:
 * @parse: Read what stands behind the keyword, with the functions of parser.h.
 *   Returns false after it noted an error.
 * @print: Print all of it, the keyword too, so that it reads back.
 * @to_json: The value of {"NAME": value}.
 * @from_json: The reverse. Returns NULL, or what is wrong (static text).
 * @named_json: Optional: the properties of a named object, where they are not
 *   those of the statement. @from_json reads both.
 * @add: Optional: add what @from has counted to @to, for a reset in several steps.
 * @needs: Optional, for a statement that acts on packets of one family or
 *   protocol only: what must be true of them, so that rule.c puts a condition
 *   (meta nfproto, meta l4proto) at the front of the rule where no item of the
 *   rule implies it yet, as nft does, and counters before the statement do not
 *   count the others.
 *
 * For keys:
 * @header: The header "NAME" with its fields; @header.fields[i].key.data is
 *   made by @make.
 * @make: Fill the data for a field of @header; the key's len is the field's.
 * @field: The field that data means.
 * @steady: Optional: whether the key that data means says the same of a packet whenever
 *   it is asked; without, it may not.
 *
 * For netlink:
 * @put: Put the attributes into the nest that is open.
 * @get: Read the attributes of the nest. Returns false if they make no sense.
 *
 * @words: Words that may follow, for completion; NULL-terminated, or NULL.
 */
struct weir_ext {
	const char *name;
	enum weir_ext_kind kind;
	const char *text;
	const char *plural;
	size_t data_size;
	void (*clear)(void *data);
	bool terminal;
	bool passive;

	bool (*parse)(struct weir_parser *parser, void *data);
	void (*print)(struct weir_buf *buf, const void *data,
		      const struct weir_print_opts *opts);
	json_t *(*to_json)(const void *data, const struct weir_print_opts *opts);
	const char *(*from_json)(const json_t *json, void *data);
	json_t *(*named_json)(const void *data, const struct weir_print_opts *opts);
	void (*add)(void *to, const void *from);
	struct weir_ext_needs (*needs)(const void *data);

	const struct weir_header_desc *header;
	void (*make)(const struct weir_field *field, void *data);
	const struct weir_field *(*field)(const void *data);
	bool (*steady)(const void *data);

	void (*put)(struct nlmsghdr *nlh, const void *data);
	bool (*get)(const struct nlattr *nest, void *data);

	const char *const *words;
};

/** weir_exts - All plug-ins; ends with NULL. One line each in ext.c. */
extern const struct weir_ext *const weir_exts[];

/** weir_ext_find() - By kind and name; NULL if it is not known. */
const struct weir_ext *weir_ext_find(enum weir_ext_kind kind, const char *name);

/** weir_named_at() - The nth type of named objects, and the word for several; NULL behind the last. */
const char *weir_named_at(unsigned int n, const char **plural);
/**
 * weir_named_type() - The type of named objects that a word means.
 * @word: "counter" or "counters", "quota" or "quotas".
 * @plural: Set to whether it means several.
 *
 * Return: The type, static text, or NULL.
 */
const char *weir_named_type(const char *word, bool *plural);
/** weir_named_plural() - The word for several objects of a type. */
const char *weir_named_plural(const char *type);

#endif /* WEIR_EXT_H */
