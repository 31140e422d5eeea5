// SPDX-License-Identifier: GPL-2.0
/* Numbers of bytes with a unit, as plug-ins have them: "25 mbytes". */
#include <inttypes.h>
#include "size.h"

/*
 * From the largest on, so that the first that divides a number is the best. What
 * stands behind bytes is read and never written, because nft does not know it.
 */
static const struct weir_symbol sizes[] = {
	{ "mbytes", 1 << 20 },
	{ "kbytes", 1 << 10 },
	{ "bytes", 1 },
	{ "gbytes", 1 << 30 },
	{ NULL, 0 }
};

const struct weir_symbol *weir_size_of(uint64_t bytes)
{
	const struct weir_symbol *symbol = sizes;

	while (symbol->value > 1 && (!bytes || bytes % symbol->value))
		symbol++;
	return symbol;
}

bool weir_size_unit(struct weir_parser *parser, uint64_t number, uint64_t max,
		    const struct weir_loc *loc, uint64_t *bytes)
{
	uint64_t size;

	if (!weir_tok_choice(parser, sizes, &size, "a unit of bytes"))
		return false;
	if (number > max / size)
		return weir_tok_error_at(parser, loc, "this is too many bytes, at most %" PRIu64,
					 max);
	*bytes = number * size;
	return true;
}

void weir_size_print(struct weir_buf *buf, uint64_t bytes)
{
	const struct weir_symbol *size = weir_size_of(bytes);

	weir_buf_add(buf, "%" PRIu64 " %s", bytes / size->value, size->name);
}

bool weir_size_json(json_int_t number, const char *unit, uint64_t max, uint64_t *bytes)
{
	uint64_t size;

	if (!weir_symbol_find(sizes, unit, &size) || number < 0 ||
	    (uint64_t)number > max / size)
		return false;
	*bytes = number * size;
	return true;
}
