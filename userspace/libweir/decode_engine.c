// SPDX-License-Identifier: GPL-2.0
/* What the kernel made of a chain. */

#include <arpa/inet.h>
#include <string.h>
#include "alloc.h"
#include "decode.h"

/* Bytes of a table in the attribute tables; see uapi/weir.yaml. */
#define TABLE_RECORD 8

static bool decode_tables(const struct nlattr *attr, struct weir_engine *engine, const char **why)
{
	const uint8_t *record = mnl_attr_get_payload(attr);
	size_t size = mnl_attr_get_payload_len(attr), i;
	struct weir_engine_table *table;
	uint32_t n;

	if (size % TABLE_RECORD)
		return weir_decode_refuse(why, "half a table of a classifier");
	engine->n_tables = size / TABLE_RECORD;
	engine->tables = weir_realloc(NULL, engine->n_tables + 1, sizeof(*table));
	for (i = 0; i < engine->n_tables; i++, record += TABLE_RECORD) {
		table = &engine->tables[i];
		memcpy(&n, record + 4, sizeof(n));
		*table = (struct weir_engine_table){
			.family = record[0], .src = record[1], .dst = record[2],
			.key = record[3], .n = ntohl(n),
		};
		if (table->key > WEIR_TABLE_KEY_OTHER)
			return weir_decode_refuse(why, "a table that this version of weir does not know");
	}
	return true;
}

static void decode_interpreted(const struct nlattr *nest, struct weir_engine *engine)
{
	const struct nlattr *attrs[WEIR_A_INTERPRETED_MAX + 1];
	uint32_t reason;

	weir_decode_nest(nest, attrs, WEIR_A_INTERPRETED_MAX);
	reason = weir_attr_u32(attrs[WEIR_A_INTERPRETED_WHY]);
	if (reason <= WEIR_INTERPRETED_REFUSED)
		engine->interpreted[reason] = weir_attr_u32(attrs[WEIR_A_INTERPRETED_BLOCKS]);
}

struct weir_engine *weir_decode_engine(const struct nlattr *nest, const char **why)
{
	struct weir_engine *engine = weir_alloc(sizeof(*engine));
	const struct nlattr *attrs[WEIR_A_ENGINE_MAX + 1], *attr;

	weir_decode_nest(nest, attrs, WEIR_A_ENGINE_MAX);
	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == WEIR_A_ENGINE_INTERPRETED)
			decode_interpreted(attr, engine);
	engine->memory = weir_attr_u64(attrs[WEIR_A_ENGINE_MEMORY]);
	engine->code = weir_attr_u64(attrs[WEIR_A_ENGINE_CODE]);
	engine->blocks = weir_attr_u32(attrs[WEIR_A_ENGINE_BLOCKS]);
	engine->native = weir_attr_u32(attrs[WEIR_A_ENGINE_NATIVE]);
	engine->residual = weir_attr_u32(attrs[WEIR_A_ENGINE_RESIDUAL]);
	engine->classified = !attrs[WEIR_A_ENGINE_LINEAR];
	engine->linear = weir_attr_u32(attrs[WEIR_A_ENGINE_LINEAR]);
	if (engine->linear > WEIR_LINEAR_UNSUITED) {
		weir_decode_refuse(why, "a chain that is evaluated in a way that this version of weir does not know");
		goto err_free_engine;
	}
	if (attrs[WEIR_A_ENGINE_TABLES] &&
	    !decode_tables(attrs[WEIR_A_ENGINE_TABLES], engine, why))
		goto err_free_engine;
	engine->has_key = attrs[WEIR_A_ENGINE_KEY];
	if (engine->has_key && !weir_decode_key(attrs[WEIR_A_ENGINE_KEY], &engine->key, why))
		goto err_free_engine;
	return engine;

err_free_engine:
	weir_engine_free(engine);
	return NULL;
}
