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
#include "word.h"

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
 * @engine: -d engine, with what packets meet.
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
	bool engine;
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
 * @print: The reverse, without quotes. Optional; names and numbers otherwise.
 *   Where it is there it prints names too, as the options say.
 * @quote: What is not a number prints in quotes.
 * @wrap: Values go round: behind @wrap - 1 comes 0, and a range may end below
 *   its start. 0 for all others.
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
	bool quote;
	uint64_t wrap;
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

/** weir_headers - All headers but those of plug-ins; ends with NULL. */
extern const struct weir_header_desc *const weir_headers[];

/** weir_header_at() - The header at @index, plug-in keys last; NULL at the end. */
const struct weir_header_desc *weir_header_at(unsigned int index);

/** weir_header_find() - By name, or NULL. */
const struct weir_header_desc *weir_header_find(const char *name);

/** weir_field_find() - A field of a header by its name or by another that nft knows, or NULL. */
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

/**
 * weir_field_variant() - Which of the fields with the same bits a key of a rule
 * is, by the ICMP type that the rule asks for in front of it.
 * @items: Of the rule.
 * @end: The item that has the key; only items before it count.
 * @key: The key.
 *
 * Return: The variant, or NULL if there is only one or the rule does not tell.
 */
const struct weir_variant *weir_field_variant(const struct weir_item *items,
					      const struct weir_item *end,
					      const struct weir_key *key);

/** weir_is_message_type() - Whether a condition asks for the ICMP type of a header. */
bool weir_is_message_type(const struct weir_item *item, enum weir_header header);

/**
 * weir_base_find() - The header that a raw key "@NAME,offset,length" starts at.
 * @name: "ll", "nh", "th", or the name of a header, such as "ip" or "tcp".
 * @header: Set.
 */
bool weir_base_find(const char *name, enum weir_header *header);

/** weir_base_name() - The reverse; NULL for the option headers. */
const char *weir_base_name(enum weir_header header);

/** weir_datatypes - All data types by name, for describe; ends with NULL. */
extern const struct weir_datatype *const weir_datatypes[];

/** weir_datatype_raw - Of raw keys: a number in hexadecimal. */
extern const struct weir_datatype weir_datatype_raw;
/** weir_datatype_mark - "mark", of packets and connections. */
extern const struct weir_datatype weir_datatype_mark;

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

/** weir_value_word() - The same without quotes around it, for JSON and plug-ins. */
void weir_value_word(struct weir_buf *buf, const struct weir_datatype *type,
		     struct weir_num num, unsigned int len,
		     const struct weir_print_opts *opts);

/**
 * weir_number_parse() - Read a number: decimal, 0x hexadecimal, or octal after
 * a 0 as in nft (but 08 and 09 are decimal, there too).
 * @overflow: Set to whether it is a number, but above 128 bits.
 *
 * Return: false if @word is no number, or overflows.
 */
bool weir_number_parse(const char *word, struct weir_num *num, bool *overflow);

/**
 * weir_wildcard_parse() - Read a string that ends in a bare *, such as eth*.
 *
 * Return: true with the range of all strings that begin so; false if the type
 * is no string, there is no such *, or nothing or too much stands before it.
 */
bool weir_wildcard_parse(const struct weir_datatype *type, const char *word,
			 unsigned int len, struct weir_range *range);

/** weir_prefix_range() - The range of @addr/@prefix in @len bits; @prefix at most @len. */
struct weir_range weir_prefix_range(struct weir_num addr, unsigned int prefix,
				    unsigned int len);

/** weir_range_prefix() - The prefix length of a range, or -1 if it is not one prefix. */
int weir_range_prefix(const struct weir_range *range, unsigned int len);

/**
 * weir_range_make() - The ranges from one value to another.
 * @ranges: Takes one, or two where the type goes round and @to lies below @from.
 *
 * Return: How many, 0 where @to lies below @from and the type does not go round.
 */
unsigned int weir_range_make(const struct weir_datatype *type, struct weir_num from,
			     struct weir_num to, struct weir_range ranges[2]);

/** weir_range_print() - Print one range as a value, prefix, wildcard or range. */
void weir_range_print(struct weir_buf *buf, const struct weir_datatype *type,
		      unsigned int len, struct weir_range range,
		      const struct weir_print_opts *opts);

/**
 * weir_ranges_print() - Print the elements of a condition as they stand between
 * { and }, or the one that stands without.
 * @plain: One element that stands without { }.
 */
void weir_ranges_print(struct weir_buf *buf, const struct weir_datatype *type,
		       unsigned int len, const struct weir_range *ranges, size_t n,
		       bool plain, const struct weir_print_opts *opts);

/** weir_ranges_single() - Whether ranges are written as one element. */
bool weir_ranges_single(const struct weir_datatype *type, const struct weir_range *ranges,
			size_t n);

/** weir_ranges_next() - How many ranges, 1 or 2, the first element of @ranges covers. */
size_t weir_ranges_next(const struct weir_datatype *type, const struct weir_range *ranges,
			size_t n);

/** weir_range_wildcard() - Whether a range is all strings with the same first @bytes; sets it. */
bool weir_range_wildcard(const struct weir_range *range, unsigned int len,
			 unsigned int *bytes);

/**
 * weir_value_nearest() - The symbol of a data type that was probably meant, or
 * NULL.
 */
const char *weir_value_nearest(const struct weir_datatype *type, const char *word);

/** weir_priority_parse() - "filter", "raw" ... for a family; false if unknown. */
bool weir_priority_parse(const char *name, uint8_t family, int32_t *priority);

/** weir_priority_print() - "filter + 10" or a number, as nft does for the hook. */
void weir_priority_print(struct weir_buf *buf, int32_t priority, uint8_t family,
			 enum weir_hook hook, const struct weir_print_opts *opts);

/** weir_family_name() - "ip", "ip6" or "inet". */
const char *weir_family_name(uint8_t family);
/** weir_hook_name() - "prerouting" ... */
const char *weir_hook_name(enum weir_hook hook);
/** weir_verdict_name() - "accept" ... */
const char *weir_verdict_name(enum weir_verdict verdict);

/** weir_families, weir_hooks, weir_verdicts, weir_table_flag_names ... - The same as lists. */
extern const struct weir_symbol weir_families[];
extern const struct weir_symbol weir_hooks[];
extern const struct weir_symbol weir_verdicts[];
extern const struct weir_symbol weir_table_flag_names[];
/** weir_set_flag_names - Those that stand behind "flags"; auto-merge is a line of its own. */
extern const struct weir_symbol weir_set_flag_names[];
extern const struct weir_symbol weir_set_policies[];
/** weir_dyn_ops - What a rule does to a set: "add", "update", "delete". */
extern const struct weir_symbol weir_dyn_ops[];

/** weir_periods - Units of time in milliseconds, from the longest on. */
extern const struct weir_symbol weir_periods[];

/** weir_symbol_name() - The first name of a value, or NULL. @symbols may be NULL. */
const char *weir_symbol_name(const struct weir_symbol *symbols, uint64_t value);

/** weir_symbol_find() - The value of a name. @symbols may be NULL. */
bool weir_symbol_find(const struct weir_symbol *symbols, const char *name, uint64_t *value);

#endif /* WEIR_FIELD_H */
