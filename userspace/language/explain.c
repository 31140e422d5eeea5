// SPDX-License-Identifier: GPL-2.0
/*
 * What packets meet of a chain, as remarks, which are not read back; and as JSON, in
 * the words of uapi/weir.yaml.
 */
#include <inttypes.h>
#include <linux/netfilter.h>
#include "json.h"
#include "print.h"

static const struct weir_symbol linear_words[] = {
	{ "disabled", WEIR_LINEAR_DISABLED },
	{ "few", WEIR_LINEAR_FEW },
	{ "unsuited", WEIR_LINEAR_UNSUITED },
	{}
};

static const char *const linear_texts[] = {
	[WEIR_LINEAR_DISABLED] = "net.weir.classify is 0",
	[WEIR_LINEAR_FEW] = "fewer rules than net.weir.classify",
	[WEIR_LINEAR_UNSUITED] = "too many rules cannot be indexed",
};

static const struct weir_symbol interpreted_words[] = {
	{ "disabled", WEIR_INTERPRETED_DISABLED },
	{ "arch", WEIR_INTERPRETED_ARCH },
	{ "memory", WEIR_INTERPRETED_MEMORY },
	{ "long", WEIR_INTERPRETED_LONG },
	{ "refused", WEIR_INTERPRETED_REFUSED },
	{}
};

static const char *const interpreted_texts[] = {
	[WEIR_INTERPRETED_DISABLED] = "net.weir.jit is 0",
	[WEIR_INTERPRETED_ARCH] = "no JIT for this kernel",
	[WEIR_INTERPRETED_MEMORY] = "no memory",
	[WEIR_INTERPRETED_LONG] = "rule too long",
	[WEIR_INTERPRETED_REFUSED] = "net.core.bpf_jit_enable is 0, or no memory",
};

static const struct weir_symbol unindexed_words[] = {
	{ "none", WEIR_UNINDEXED_NONE },
	{ "nothing", WEIR_UNINDEXED_NOTHING },
	{ "ports", WEIR_UNINDEXED_PORTS },
	{ "prefix", WEIR_UNINDEXED_PREFIX },
	{ "key", WEIR_UNINDEXED_KEY },
	{ "list", WEIR_UNINDEXED_LIST },
	{}
};

static const char *const unindexed_texts[] = {
	[WEIR_UNINDEXED_NOTHING] = "nothing to index",
	[WEIR_UNINDEXED_PORTS] = "a range of ports",
	[WEIR_UNINDEXED_PREFIX] = "prefixes shorter than those of the tables",
	[WEIR_UNINDEXED_KEY] = "another key than that of the tables",
	[WEIR_UNINDEXED_LIST] = "a list of too many values",
};

static const struct weir_symbol table_keys[] = {
	{ "none", WEIR_TABLE_KEY_NONE },
	{ "dport", WEIR_TABLE_KEY_DPORT },
	{ "sport", WEIR_TABLE_KEY_SPORT },
	{ "other", WEIR_TABLE_KEY_OTHER },
	{}
};

/* The kernel knows where the key lies; the name is that of a header that lies there. */
static struct weir_key named_key(const struct weir_engine *engine, uint8_t family)
{
	const struct weir_header_desc *header;
	struct weir_key key = engine->key;

	if (key.type != WEIR_KEY_TYPE_PAYLOAD)
		return key;
	if (key.header == WEIR_HEADER_LL)
		key.header = WEIR_HEADER_ETHER;
	else if (key.header == WEIR_HEADER_NH)
		key.header = family == NFPROTO_IPV6 ? WEIR_HEADER_IP6 : WEIR_HEADER_IP;
	return weir_field_of(&key, &header) ? key : engine->key;
}

static void addr_print(struct weir_buf *buf, const char *name, uint8_t bits, const char **between)
{
	if (!bits)
		return;
	weir_buf_add(buf, "%s%s/%u", *between, name, bits);
	*between = " . ";
}

static void table_print(struct weir_buf *buf, const struct weir_engine *engine,
			const struct weir_engine_table *table,
			const struct weir_print_opts *opts)
{
	struct weir_key key = named_key(engine, table->family);
	const char *between = "";

	weir_buf_add(buf, "\t\t#   %s: ", weir_family_name(table->family));
	addr_print(buf, "saddr", table->src, &between);
	addr_print(buf, "daddr", table->dst, &between);
	if (table->key == WEIR_TABLE_KEY_OTHER && engine->has_key) {
		weir_buf_str(buf, between);
		weir_print_expr(buf, &key, NULL, 0, opts);
	} else if (table->key != WEIR_TABLE_KEY_NONE) {
		weir_buf_add(buf, "%s%s", between, weir_symbol_name(table_keys, table->key));
	} else if (!*between) {
		weir_buf_str(buf, "no key");
	}
	weir_buf_add(buf, ", %" PRIu32 " entries\n", table->n);
}

static void blocks_print(struct weir_buf *buf, const struct weir_engine *engine)
{
	unsigned int i;

	weir_buf_add(buf, "%" PRIu32 " blocks", engine->blocks);
	if (engine->native)
		weir_buf_add(buf, ", %" PRIu32 " of machine code of %" PRIu64 " bytes",
			     engine->native, engine->code);
	for (i = 0; i <= WEIR_INTERPRETED_REFUSED; i++)
		if (engine->interpreted[i])
			weir_buf_add(buf, ", %" PRIu32 " interpreted (%s)",
				     engine->interpreted[i], interpreted_texts[i]);
	weir_buf_add(buf, ", %" PRIu64 " bytes, no classifier (%s)", engine->memory,
		     linear_texts[engine->linear]);
}

void weir_engine_print(struct weir_buf *buf, const struct weir_engine *engine,
		       const struct weir_print_opts *opts)
{
	size_t i;

	weir_buf_str(buf, "\t\t# ");
	if (!engine)
		weir_buf_str(buf, "not compiled: no packets come here");
	else if (engine->classified)
		weir_buf_add(buf, "classifier, %zu tables, %" PRIu64 " bytes", engine->n_tables,
			     engine->memory);
	else
		blocks_print(buf, engine);
	if (engine && engine->unindexed)
		weir_buf_add(buf, ", %zu rules not indexed", engine->unindexed);
	weir_buf_str(buf, "\n");
	for (i = 0; engine && i < engine->n_tables; i++)
		table_print(buf, engine, &engine->tables[i], opts);
}

void weir_unindexed_print(struct weir_buf *buf, enum weir_unindexed unindexed)
{
	if (unindexed != WEIR_UNINDEXED_NONE)
		weir_buf_add(buf, " # not indexed: %s", unindexed_texts[unindexed]);
}

static json_t *table_json(const struct weir_engine *engine, const struct weir_engine_table *table,
			  const struct weir_print_opts *opts)
{
	struct weir_key key = named_key(engine, table->family);
	json_t *json = json_pack("{s:s, s:i, s:i, s:I}", "family",
				 weir_family_name(table->family), "saddr", table->src,
				 "daddr", table->dst, "entries", (json_int_t)table->n);

	if (table->key == WEIR_TABLE_KEY_OTHER && engine->has_key)
		json_object_set_new(json, "key", weir_json_expr(&key, NULL, 0, opts));
	else if (table->key != WEIR_TABLE_KEY_NONE)
		json_object_set_new(json, "key",
				    json_string(weir_symbol_name(table_keys, table->key)));
	return json;
}

static json_t *blocks_json(const struct weir_engine *engine)
{
	json_t *interpreted = json_object();
	unsigned int i;

	for (i = 0; i <= WEIR_INTERPRETED_REFUSED; i++)
		if (engine->interpreted[i])
			json_object_set_new(interpreted, weir_symbol_name(interpreted_words, i),
					    json_integer(engine->interpreted[i]));
	return json_pack("{s:s, s:I, s:I, s:o, s:s}", "type", "blocks",
			 "blocks", (json_int_t)engine->blocks,
			 "native", (json_int_t)engine->native, "interpreted", interpreted,
			 "linear", weir_symbol_name(linear_words, engine->linear));
}

json_t *weir_json_engine(const struct weir_engine *engine, const struct weir_print_opts *opts)
{
	json_t *json, *tables;
	size_t i;

	if (!engine)
		return json_null();
	if (engine->classified) {
		tables = json_array();
		for (i = 0; i < engine->n_tables; i++)
			json_array_append_new(tables, table_json(engine, &engine->tables[i], opts));
		json = json_pack("{s:s, s:o}", "type", "classifier", "tables", tables);
	} else {
		json = blocks_json(engine);
	}
	json_object_set_new(json, "memory", weir_json_number(engine->memory));
	json_object_set_new(json, "code", weir_json_number(engine->code));
	json_object_set_new(json, "unindexed", weir_json_number(engine->unindexed));
	return json;
}

json_t *weir_json_unindexed(enum weir_unindexed unindexed)
{
	return json_string(weir_symbol_name(unindexed_words, unindexed));
}
