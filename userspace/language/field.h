/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields and data types: what can be compared and how its values are written.
 * Each is described once, in the tables of field.c and datatype.c; parsing,
 * printing, JSON, describe and completion are driven by them.
 */
#ifndef WEIR_FIELD_H
#define WEIR_FIELD_H

#include <stdbool.h>
#include <jansson.h>
#include "../libweir/model.h"
#include "buf.h"

/**
 * struct weir_symbol - A name of a value. Lists end with name NULL.
 */
struct weir_symbol {
	const char *name;
	uint64_t value;
};

/**
 * struct weir_print_opts - How to print.
 * @handles: -a, with handles.
 * @numeric: -n, all values as numbers.
 * @numeric_priority: -y, priorities of chains as numbers.
 * @numeric_protocol: -p, protocols as numbers.
 * @numeric_time: -T, times as numbers.
 * @service_names: -S, ports by name of /etc/services.
 * @user_names: -u, users and groups by name.
 * @stateless: -s, without counters' values and other state.
 * @terse: -t, without the content of sets.
 * @family: Family of the table that a rule is printed for, where it is known:
 *   what need not be said there is not printed. Set by weir_print_rule() and
 *   weir_json_rule() in a copy for the items, not by callers.
 */
struct weir_print_opts {
	bool handles;
	bool numeric;
	bool numeric_priority;
	bool numeric_protocol;
	bool numeric_time;
	bool service_names;
	bool user_names;
	bool stateless;
	bool terse;
	uint8_t family;
};

/**
 * enum weir_base - What kind of number a data type is, which decides how values
 * may be combined.
 * @WEIR_BASE_NUMBER: Values, ranges, sets.
 * @WEIR_BASE_ADDRESS: Also prefixes; ranges that are a prefix print as one.
 * @WEIR_BASE_BITMASK: Names of bits, joined by commas or |; a bare value means
 *   that any of its bits is set, as in nft.
 * @WEIR_BASE_STRING: Bytes of a name, padded with NUL at the end; a trailing *
 *   is a prefix.
 */
enum weir_base {
	WEIR_BASE_NUMBER,
	WEIR_BASE_ADDRESS,
	WEIR_BASE_BITMASK,
	WEIR_BASE_STRING,
};

/**
 * struct weir_datatype - How values of a field are written.
 * @name: As describe shows it, such as "ipv4_addr".
 * @text: For people, such as "IPv4 address".
 * @base: enum weir_base.
 * @len: Bits, 0 if the field decides.
 * @symbols: Names of values, or NULL. Printed unless -n.
 * @hex: Print numbers in hexadecimal.
 * @load: Symbols that come from a file of the system (/etc/protocols,
 *   /etc/services, /etc/passwd, iproute2's groups, net devices): by name.
 *   Optional.
 * @name_of: By value; returns NULL or a string valid until the next call. Optional.
 * @parse: For values that are neither a number nor a symbol, such as addresses:
 *   read @word of @len bits. Returns false and sets *@why (static text) if it
 *   is none. Optional.
 * @print: The reverse. Optional; numbers and symbols otherwise.
 */
struct weir_datatype {
	const char *name;
	const char *text;
	enum weir_base base;
	unsigned int len;
	const struct weir_symbol *symbols;
	bool hex;
	bool (*load)(const char *name, uint64_t *value);
	const char *(*name_of)(uint64_t value);
	bool (*parse)(const char *word, unsigned int len, struct weir_num *num,
		      const char **why);
	void (*print)(struct weir_buf *buf, struct weir_num num, unsigned int len,
		      const struct weir_print_opts *opts);
};

/**
 * struct weir_field - A key by name.
 * @name: Such as "saddr"; for options such as "maxseg size".
 * @key: What it is; for plug-ins, @key.ext is set and @key.data NULL.
 * @type: Its data type.
 * @writable: May stand left of "set".
 * @text: One line for describe.
 */
struct weir_field {
	const char *name;
	struct weir_key key;
	const struct weir_datatype *type;
	bool writable;
	const char *text;
};

/**
 * struct weir_header_desc - A header or another name that fields belong to.
 * @name: "ip", "tcp", "meta", "ct", "tcp option", "ip option", "frag", ...
 * @text: One line for describe.
 * @fields: Ends with name NULL.
 * @nfproto: The only family where it occurs, NFPROTO_UNSPEC for any: "ip" is in
 *   no table of family ip6.
 * @l4proto: Its protocol number, or -1.
 * @missing: Names of fields that nft has and weir does not have yet, refused as
 *   "ct helper is not in weir yet"; NULL-terminated, or NULL.
 */
struct weir_header_desc {
	const char *name;
	const char *text;
	const struct weir_field *fields;
	uint8_t nfproto;
	int l4proto;
	const char *const *missing;
};

/** weir_headers - All headers; ends with NULL. Plug-in keys are appended. */
extern const struct weir_header_desc *const weir_headers[];

/** weir_header_find() - By name, or NULL. */
const struct weir_header_desc *weir_header_find(const char *name);

/** weir_field_find() - A field of a header, or NULL. */
const struct weir_field *weir_field_find(const struct weir_header_desc *header,
					 const char *name);

/** weir_meta_find() - A meta key that may stand without "meta", such as "iifname". */
const struct weir_field *weir_meta_find(const char *name);

/**
 * weir_field_of() - The field that a key is.
 * @key: As the kernel listed it.
 * @header: Set to the header it belongs to.
 *
 * Return: The field, or NULL for a raw key that has no name; it prints as
 * @base,offset,length.
 */
const struct weir_field *weir_field_of(const struct weir_key *key,
				       const struct weir_header_desc **header);

/** weir_datatypes - All data types by name, for describe; ends with NULL. */
extern const struct weir_datatype *const weir_datatypes[];

/** weir_datatype_raw - Of raw keys: a number in hexadecimal. */
extern const struct weir_datatype weir_datatype_raw;

/**
 * weir_value_parse() - Read one value, neither range nor set.
 * @type: Data type.
 * @word: One word as the user wrote it, quotes taken off.
 * @len: Bits of the key.
 * @num: Set.
 * @why: Set to what was expected where it fails, static text.
 *
 * Reads a symbol, a number that fits, or what the type reads.
 */
bool weir_value_parse(const struct weir_datatype *type, const char *word,
		      unsigned int len, struct weir_num *num, const char **why);

/** weir_value_print() - Print one value so that weir_value_parse() reads it. */
void weir_value_print(struct weir_buf *buf, const struct weir_datatype *type,
		      struct weir_num num, unsigned int len,
		      const struct weir_print_opts *opts);

/**
 * weir_value_nearest() - The symbol of a data type that was probably meant, or
 * NULL.
 */
const char *weir_value_nearest(const struct weir_datatype *type, const char *word);

/** weir_priority_parse() - "filter", "raw" ... for a family; false if unknown. */
bool weir_priority_parse(const char *name, uint8_t family, int32_t *priority);

/** weir_priority_print() - "filter + 10" or a number. */
void weir_priority_print(struct weir_buf *buf, int32_t priority, uint8_t family,
			 const struct weir_print_opts *opts);

/** weir_family_name() - "ip", "ip6" or "inet". */
const char *weir_family_name(uint8_t family);
/** weir_hook_name() - "prerouting" ... */
const char *weir_hook_name(enum weir_hook hook);

#endif /* WEIR_FIELD_H */
