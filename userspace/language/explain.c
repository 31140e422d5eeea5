// SPDX-License-Identifier: GPL-2.0
/*
 * What packets meet of a chain, as remarks, which are not read back; and as JSON, in
 * the words of uapi/weir.yaml.
 */
#include <inttypes.h>
#include <linux/netfilter.h>
#include "json.h"
#include "print.h"

/**
 * struct reason - Why something is as it is.
 * @word: In JSON.
 * @text: For people.
 */
struct reason {
	const char *word;
	const char *text;
};

static const struct reason linear[] = {
	[WEIR_LINEAR_DISABLED] = { "disabled", "net.weir.classify is 0" },
	[WEIR_LINEAR_FEW] = { "few", "fewer rules than net.weir.classify" },
	[WEIR_LINEAR_UNSUITED] = { "unsuited", "too many rules cannot be indexed" },
};

static const struct reason interpreted[] = {
	[WEIR_INTERPRETED_DISABLED] = { "disabled", "net.weir.jit is 0" },
	[WEIR_INTERPRETED_ARCH] = { "arch", "no JIT for this kernel" },
	[WEIR_INTERPRETED_MEMORY] = { "memory", "no memory" },
	[WEIR_INTERPRETED_LONG] = { "long", "rule too long" },
	[WEIR_INTERPRETED_REFUSED] = { "refused", "net.core.bpf_jit_enable is 0, or no memory" },
};

static const struct reason unindexed[] = {
	[WEIR_UNINDEXED_NONE] = { "none", "" },
	[WEIR_UNINDEXED_NOTHING] = { "nothing", "nothing to index" },
	[WEIR_UNINDEXED_PORTS] = { "ports", "a range of ports" },
	[WEIR_UNINDEXED_PREFIX] = { "prefix", "prefixes shorter than those of the tables" },
	[WEIR_UNINDEXED_KEY] = { "key", "another key than that of the tables" },
	[WEIR_UNINDEXED_LIST] = { "list", "a list of too many values" },
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
				     engine->interpreted[i], interpreted[i].text);
	weir_buf_add(buf, ", %" PRIu64 " bytes, no classifier (%s)", engine->memory,
		     linear[engine->linear].text);
}

static void classifier_print(struct weir_buf *buf, const struct weir_engine *engine)
{
	weir_buf_add(buf, "classifier, %zu tables, %" PRIu64 " bytes", engine->n_tables,
		     engine->memory);
	if (engine->residual)
		weir_buf_add(buf, ", %" PRIu32 " rules with more than a table tells",
			     engine->residual);
	if (engine->native)
		weir_buf_add(buf, ", %" PRIu32 " of them machine code of %" PRIu64 " bytes",
			     engine->native, engine->code);
}

void weir_engine_print(struct weir_buf *buf, const struct weir_engine *engine,
		       const struct weir_print_opts *opts)
{
	size_t i;

	weir_buf_str(buf, "\t\t# ");
	if (!engine)
		weir_buf_str(buf, "not compiled: no packets come here");
	else if (engine->classified)
		classifier_print(buf, engine);
	else
		blocks_print(buf, engine);
	if (engine && engine->unindexed)
		weir_buf_add(buf, ", %zu rules not indexed", engine->unindexed);
	weir_buf_str(buf, "\n");
	for (i = 0; engine && i < engine->n_tables; i++)
		table_print(buf, engine, &engine->tables[i], opts);
}

void weir_unindexed_print(struct weir_buf *buf, enum weir_unindexed why)
{
	if (why != WEIR_UNINDEXED_NONE)
		weir_buf_add(buf, " # not indexed: %s", unindexed[why].text);
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
	json_t *others = json_object();
	unsigned int i;

	for (i = 0; i <= WEIR_INTERPRETED_REFUSED; i++)
		if (engine->interpreted[i])
			json_object_set_new(others, interpreted[i].word,
					    json_integer(engine->interpreted[i]));
	return json_pack("{s:s, s:I, s:I, s:o, s:s}", "type", "blocks",
			 "blocks", (json_int_t)engine->blocks,
			 "native", (json_int_t)engine->native, "interpreted", others,
			 "linear", linear[engine->linear].word);
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
		json = json_pack("{s:s, s:o, s:I, s:I}", "type", "classifier", "tables", tables,
				 "residual", (json_int_t)engine->residual,
				 "native", (json_int_t)engine->native);
	} else {
		json = blocks_json(engine);
	}
	json_object_set_new(json, "memory", weir_json_number(engine->memory));
	json_object_set_new(json, "code", weir_json_number(engine->code));
	json_object_set_new(json, "unindexed", weir_json_number(engine->unindexed));
	return json;
}

json_t *weir_json_unindexed(enum weir_unindexed why)
{
	return json_string(unindexed[why].word);
}
