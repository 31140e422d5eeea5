// SPDX-License-Identifier: GPL-2.0
/*
 * Printing: random conditions and statements on every field print as text and
 * as JSON and read back to the same items; the forms are those of nft(8).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <linux/netfilter.h>
#include "language/datatype.h"
#include "language/ext.h"
#include "language/json.h"
#include "language/language.h"
#include "libweir/alloc.h"
#include "language_make.h"

#define ROUNDS 60

static const struct weir_print_opts plain;

static struct weir_rule *rule_of(struct weir_item *items)
{
	struct weir_rule *rule = weir_alloc(sizeof(*rule));

	rule->family = NFPROTO_INET;
	rule->table = weir_strdup("t");
	rule->chain = weir_strdup("c");
	rule->items = items;
	weir_rule_needs(rule);
	return rule;
}

static void show_errors(const char *text, struct weir_errors *errors)
{
	print_error("%s\n", text);
	weir_errors_print(errors, stderr);
}

static void check_text(const struct weir_rule *rule, const struct weir_print_opts *opts)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_buf buf = {};

	weir_buf_str(&buf, "add rule inet t c ");
	weir_print_rule(&buf, rule, opts);
	if (weir_parse_text("<test>", buf.text, NULL, &script, &errors)) {
		show_errors(buf.text, &errors);
		fail();
	}
	if (!same_items(rule->items, script.commands->rule->items))
		fail_msg("not the same when read again: %s", buf.text);
	weir_script_free(&script);
	weir_errors_free(&errors);
	weir_buf_free(&buf);
}

static void check_json(const struct weir_rule *rule, const struct weir_print_opts *opts)
{
	json_t *json = json_pack("{s:[o]}", "nftables", weir_json_rule(rule, opts));
	struct weir_errors errors = {};
	struct weir_script script = {};
	char *text = json_dumps(json, 0);

	assert_non_null(text);
	if (weir_parse_json("<test>", text, NULL, &script, &errors)) {
		show_errors(text, &errors);
		fail();
	}
	if (!same_items(rule->items, script.commands->rule->items))
		fail_msg("not the same when read again: %s", text);
	weir_script_free(&script);
	weir_errors_free(&errors);
	json_decref(json);
	free(text);
}

/* A rule is for no family that has ARP. */
static bool in_text(const struct weir_header_desc *header)
{
	return header->nfproto != NFPROTO_ARP;
}

static void check_item(const struct weir_header_desc *header, struct weir_item *item)
{
	struct weir_rule *rule = rule_of(item);
	struct weir_print_opts opts = make_opts();

	if (in_text(header)) {
		check_text(rule, &plain);
		check_text(rule, &opts);
	}
	check_json(rule, &plain);
	check_json(rule, &opts);
	weir_rule_free(rule);
}

static void test_fields(void **state)
{
	const struct weir_header_desc *header;
	const struct weir_field *field;

	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		for (field = header->fields; field->name; field++) {
			for (int round = 0; round < ROUNDS; round++) {
				if (strcmp(field->name, "nftrace"))
					check_item(header, make_cond(field));
				if (field->writable && !round)
					check_item(header, make_set(field));
			}
		}
	}
}

static void test_sets(void **state)
{
	const struct weir_header_desc *header;
	const struct weir_field *field;

	for (unsigned int i = 0; (header = weir_header_at(i)); i++)
		for (field = header->fields; field->name; field++)
			for (int round = 0; field->writable && round < ROUNDS; round++)
				check_item(header, make_set(field));
}

/* Keys that have no name. */
static void test_raw(void **state)
{
	const struct weir_header_desc *ip = weir_header_find("ip");

	for (int round = 0; round < 1000; round++) {
		struct weir_field field = {
			.key = { .type = WEIR_KEY_TYPE_PAYLOAD,
				 .header = random() % (WEIR_HEADER_TCP_OPT + 1),
				 .offset = random() % 4000, .len = 1 + random() % 128 },
			.type = &weir_datatype_raw,
		};
		const struct weir_header_desc *header;

		if (field.key.header >= WEIR_HEADER_IP_OPT)
			field.key.option = 200 + random() % 56;
		if (!weir_field_of(&field.key, &header))
			check_item(ip, make_cond(&field));
		if (field.key.header < WEIR_HEADER_IP_OPT)
			continue;
		field.key.type = WEIR_KEY_TYPE_EXISTS;
		field.key.offset = 0;
		field.key.len = 1;
		check_item(ip, make_cond(&field));
	}
}

/* As if the kernel had listed it. */
static void forget_variants(struct weir_rule *rule)
{
	struct weir_item *item;

	for (item = rule->items; item; item = item->next)
		item->key.variant = NULL;
}

/* What must print just so. */
static void test_forms(void **state)
{
	static const char *const rules[] = {
		"tcp flags syn,ack", "tcp flags ! syn", "tcp flags == syn", "tcp flags == 0x0",
		"tcp flags != syn | ack", "tcp flags & (fin | syn) == syn",
		"tcp flags & syn == syn", "tcp flags { syn, syn | ack }", "tcp flags set syn | ack",
		"meta mark & 0x000000ff == 0x00000010", "meta mark 0x00000010",
		"meta mark set 0x00000001", "meta mark set meta mark & 0x000000ff | 0x00000001",
		"meta mark set (meta mark | 0x00000001) & 0x000000ff",
		"meta mark set meta mark << 3", "meta mark set ct mark",
		"meta priority set 1:2", "meta priority none", "ip dscp set cs1", "ip dscp 0x03",
		"ip saddr 10.0.0.0/8", "ip saddr != 10.0.0.0/8", "ip saddr 10.0.0.1-10.0.0.9",
		"ip saddr { 10.0.0.0/8, 1.2.3.4, 5.6.7.8-9.10.11.12 }",
		"ip saddr & 255.0.0.255 == 10.0.0.1", "ip saddr 0.0.0.0/0",
		"ip6 saddr fe80::/10", "ip6 saddr ::ffff:1.2.3.4",
		"ether saddr 00:11:22:33:44:55", "ether type 8021q", "ether type 0x1234",
		"icmp type { echo-reply, echo-request }", "icmp type 3-5",
		"icmp type { echo-reply, echo-request } icmp id 7",
		"icmp type destination-unreachable icmp mtu 1400",
		"icmpv6 type mld-listener-query icmpv6 max-delay 5", "comp flags 0x1",
		"tcp flags >= 0x3", "tcp flags 0x1-0x3", "icmpv6 type mld-listener-done", "icmpv6 type nd-neighbor-solicit",
		"ip protocol tcp", "ip6 nexthdr ipv6-icmp", "meta l4proto { tcp, udp }",
		"tcp dport 22", "tcp dport != 22", "tcp dport >= 1024", "tcp dport { 22, 80-90 }",
		"tcp dport & 255 == 22", "th dport 53", "@nh,8,8 0x5", "@ll,0,48 0x112233445566",
		"iif \"lo\"", "iifname \"eth*\"", "iifname != \"eth*\"", "iifname \"eth\\*\"",
		"iifname { \"eth0\", \"wlan*\" }", "iifgroup \"default\"", "meta iiftype loopback",
		"meta skuid 0", "meta pkttype host", "meta time \"2024-01-02 03:04:05\"",
		"meta day \"Monday\"", "meta day \"Saturday\"-\"Monday\"", "meta hour \"10:00\"",
		"meta hour \"22:00\"-\"06:00\"", "frag more-fragments 1", "exthdr frag exists",
		"exthdr mh missing", "srh sid[1] ::1", "rt type 4",
		"tcp option maxseg size 1400", "tcp option sack-perm exists",
		"tcp option sack1 left 5", "tcp option 42 exists", "tcp option @42,16,16 0x5",
		"ip option lsrr missing", "ct state established,related",
		"ct state { established, related }", "ct state != established | related",
		"counter packets 5 bytes 6", "counter packets 0 bytes 0 accept comment \"a \\ b\"",
		"accept comment \"a \\\"b\\\"\"", "jump x", "goto \"a b\"", "drop", "continue",
		"log prefix \"x\" reject",
	};
	struct weir_errors errors = {};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		struct weir_script script = {};
		struct weir_buf text = {}, back = {};

		weir_buf_add(&text, "add rule inet t c %s", rules[i]);
		if (weir_parse_text("<test>", text.text, NULL, &script, &errors)) {
			show_errors(text.text, &errors);
			fail();
		}
		forget_variants(script.commands->rule);
		weir_print_command(&back, script.commands, &plain);
		assert_string_equal(back.text, text.text);
		check_json(script.commands->rule, &plain);
		weir_script_free(&script);
		weir_buf_free(&text);
		weir_buf_free(&back);
	}
}

static void check_commands(const char *text, const char *expected)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_buf buf = {};
	const struct weir_command *command;

	if (weir_parse_text("<test>", text, NULL, &script, &errors)) {
		show_errors(text, &errors);
		fail();
	}
	for (command = script.commands; command; command = command->next) {
		weir_print_command(&buf, command, &plain);
		weir_buf_str(&buf, "\n");
	}
	assert_string_equal(buf.text, expected);
	weir_script_free(&script);
	weir_buf_free(&buf);
}

static void test_commands(void **state)
{
	static const char *const lines[] = {
		"add table inet t { flags dormant,persist; comment \"x\"; }\n",
		"add chain ip t c { type filter hook input priority filter + 5; policy drop; }\n",
		"add chain ip t c { policy drop; }\n",
		"create table ip6 t\n", "delete table ip handle 5\n", "destroy chain inet t c\n",
		"rename chain inet t c d\n", "flush ruleset\n", "flush chain ip t c\n",
		"insert rule inet t c position 7 accept\n", "add rule inet t c index 3 drop\n",
		"replace rule inet t c handle 9 accept\n", "delete rule inet t c handle 9\n",
		"delete rule inet t c tcp dport 22 accept\n", "list tables\n", "list table ip t\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		check_commands(lines[i], lines[i]);
}

/* The same commands as JSON. */
static void test_json_commands(void **state)
{
	check_commands("{\"nftables\": [{\"flush\": {\"ruleset\": null}},"
		       "{\"add\": {\"table\": {\"family\": \"inet\", \"name\": \"t\"}}},"
		       "{\"add\": {\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"c\","
		       "\"type\": \"filter\", \"hook\": \"input\", \"prio\": 0, \"policy\": \"drop\"}}},"
		       "{\"insert\": {\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\","
		       "\"handle\": 4, \"expr\": [{\"accept\": null}]}}},"
		       "{\"delete\": {\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\","
		       "\"handle\": 4}}},"
		       "{\"rename\": {\"chain\": {\"table\": \"t\", \"name\": \"c\", \"newname\": \"d\"}}},"
		       "{\"list\": {\"ruleset\": {\"family\": \"ip6\"}}},"
		       "{\"reset\": {\"counters\": null}}]}",
		       "flush ruleset\nadd table inet t\n"
		       "add chain inet t c { type filter hook input priority filter; policy drop; }\n"
		       "insert rule inet t c position 4 accept\n"
		       "delete rule inet t c handle 4\nrename chain ip t c d\n"
		       "list ruleset ip6\nreset counters\n");
	/* What a field and a statement imply. */
	check_commands("{\"nftables\": [{\"add\": {\"rule\": {\"family\": \"inet\", \"table\": \"t\","
		       "\"chain\": \"c\", \"expr\": [{\"match\": {\"op\": \"==\", \"left\":"
		       "{\"payload\": {\"protocol\": \"icmp\", \"field\": \"id\"}}, \"right\": 7}}]}}}]}",
		       "add rule inet t c icmp type { echo-reply, echo-request } icmp id 7\n");
	check_commands("{\"nftables\": [{\"add\": {\"rule\": {\"family\": \"inet\", \"table\": \"t\","
		       "\"chain\": \"c\", \"expr\": [{\"counter\": null},"
		       "{\"reject\": {\"type\": \"tcp reset\"}}]}}}]}",
		       "add rule inet t c meta l4proto tcp counter packets 0 bytes 0 reject with tcp reset\n");
}

static void check_refused(const char *json, const char *message)
{
	struct weir_errors errors = {};
	struct weir_script script = {};

	assert_int_equal(weir_parse_json("<test>", json, NULL, &script, &errors), -1);
	assert_non_null(errors.first);
	if (!strstr(errors.first->text, message))
		fail_msg("\"%s\" is not in \"%s\"", message, errors.first->text);
	weir_script_free(&script);
	weir_errors_free(&errors);
}

#define RULE(expr) "{\"nftables\": [{\"add\": {\"rule\": {\"family\": \"inet\", " \
	"\"table\": \"t\", \"chain\": \"c\", \"expr\": [" expr "]}}}]}"
#define MATCH(left, right) RULE("{\"match\": {\"op\": \"==\", \"left\": " left \
	", \"right\": " right "}}")
#define DPORT "{\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}}"

static void test_json_refusals(void **state)
{
	check_refused("{", "1:1");
	check_refused("{}", "expected {\"nftables\"");
	check_refused("{\"nftables\": 5}", "expected {\"nftables\"");
	check_refused("{\"nftables\": [5, {}, {\"add\": 3}]}", "nftables[0]: ");
	check_refused("{\"nftables\": [{\"add\": {\"flowtable\": {}}}]}", "flowtable is not in weir yet");
	check_refused("{\"nftables\": [{\"insert\": {\"table\": {\"name\": \"t\"}}}]}",
		      "insert does not go with table");
	check_refused("{\"nftables\": [{\"add\": {\"table\": {\"name\": \"a\\nb\"}}}]}",
		      "control characters");
	check_refused("{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 2}}]}", "newer");
	check_refused(RULE("{\"dnat\": {}}"), "dnat is not in weir yet");
	check_refused(RULE("{\"match\": {}}"), "left and right");
	check_refused(RULE("{\"jump\": {}}"), "target");
	check_refused(RULE("{\"counter\": \"\"}"), "name of an object");
	check_refused(MATCH(DPORT, "65536"), "16 bits");
	check_refused(MATCH(DPORT, "-1"), "16 bits");
	check_refused(MATCH(DPORT, "1.5"), "expected a port");
	check_refused(MATCH(DPORT, "{\"set\": [\"@set\"]}"), "not the set @set");
	check_refused(MATCH(DPORT, "{\"range\": [5, 4]}"), "below its start");
	check_refused(MATCH(DPORT, "{\"set\": []}"), "empty set");
	check_refused(MATCH(DPORT, "{\"prefix\": {\"addr\": 5, \"len\": 17}}"), "prefix length");
	check_refused(MATCH("{\"meta\": {\"key\": \"nope\"}}", "1"), "no field nope");
	check_refused(MATCH("{\"payload\": {\"base\": \"nh\", \"offset\": 0, \"len\": 129}}", "1"),
		      "1 to 128");
	check_refused(MATCH("{\"&\": [" DPORT "]}", "1"), "two expressions");
	check_refused(RULE("{\"mangle\": {\"key\": {\"meta\": {\"key\": \"cpu\"}}, \"value\": 1}}"),
		      "cannot be written");
}

static struct weir_ruleset *ruleset_of(void)
{
	struct weir_ruleset *ruleset = weir_alloc(sizeof(*ruleset));
	struct weir_table_node *table = weir_alloc(sizeof(*table));
	struct weir_chain_node *base = weir_alloc(sizeof(*base));
	struct weir_chain_node *other = weir_alloc(sizeof(*other));
	struct weir_item *counter = weir_alloc(sizeof(*counter));

	table->table = weir_alloc(sizeof(*table->table));
	*table->table = (struct weir_table){
		.family = NFPROTO_INET, .name = weir_strdup("t"), .handle = 1,
		.flags = WEIR_TABLE_FLAGS_DORMANT, .comment = weir_strdup("x"),
	};
	base->chain = weir_alloc(sizeof(*base->chain));
	*base->chain = (struct weir_chain){
		.family = NFPROTO_INET, .table = weir_strdup("t"), .name = weir_strdup("in"),
		.handle = 2, .base = true, .hook = WEIR_HOOK_INPUT, .has_policy = true,
		.policy = WEIR_VERDICT_DROP,
	};
	other->chain = weir_alloc(sizeof(*other->chain));
	*other->chain = (struct weir_chain){
		.family = NFPROTO_INET, .table = weir_strdup("t"), .name = weir_strdup("table"),
		.handle = 3,
	};
	counter->type = WEIR_ITEM_TYPE_COUNTER;
	counter->packets = UINT64_MAX;
	base->rules = weir_alloc(sizeof(*base->rules));
	base->rules->rule = rule_of(counter);
	base->rules->rule->handle = 4;
	base->rules->rule->comment = weir_strdup("y");
	table->chains = base;
	base->next = other;
	ruleset->tables = table;
	return ruleset;
}

static void check_ruleset(const struct weir_ruleset *ruleset, enum weir_fetch_what detail,
			  const struct weir_print_opts *opts, const char *expected)
{
	struct weir_buf buf = {};

	weir_print_ruleset(&buf, ruleset, detail, opts);
	assert_string_equal(buf.text, expected);
	weir_buf_free(&buf);
}

static void test_ruleset(void **state)
{
	static const struct weir_print_opts handles = { .handles = true, .stateless = true };
	struct weir_ruleset *ruleset = ruleset_of();
	json_t *json;

	check_ruleset(ruleset, WEIR_FETCH_TABLES, &plain, "table inet t\n");
	check_ruleset(ruleset, WEIR_FETCH_RULES, &plain,
		      "table inet t {\n\tflags dormant\n\tcomment \"x\"\n\n"
		      "\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n"
		      "\t\tcounter packets 18446744073709551615 bytes 0 comment \"y\"\n\t}\n\n"
		      "\tchain \"table\" {\n\t}\n}\n");
	check_ruleset(ruleset, WEIR_FETCH_RULES, &handles,
		      "table inet t { # handle 1\n\tflags dormant\n\tcomment \"x\"\n\n"
		      "\tchain in { # handle 2\n"
		      "\t\ttype filter hook input priority filter; policy drop;\n"
		      "\t\tcounter comment \"y\" # handle 4\n\t}\n\n"
		      "\tchain \"table\" { # handle 3\n\t}\n}\n");
	json = weir_json_ruleset(ruleset, WEIR_FETCH_RULES, &plain);
	assert_int_equal(json_array_size(json_object_get(json, "nftables")), 5);
	json_decref(json);
	weir_ruleset_free(ruleset);
}

static struct weir_engine *classifier(void)
{
	static const struct weir_engine_table tables[] = {
		{ .family = NFPROTO_IPV4, .src = 24, .key = WEIR_TABLE_KEY_DPORT, .n = 1000 },
		{ .family = NFPROTO_IPV6, .key = WEIR_TABLE_KEY_NONE, .n = 2 },
		{ .family = NFPROTO_IPV4, .src = 32, .dst = 8, .key = WEIR_TABLE_KEY_OTHER,
		  .n = 3 },
	};
	struct weir_engine *engine = weir_alloc(sizeof(*engine));

	*engine = (struct weir_engine){
		.classified = true, .memory = 5000, .n_tables = 3, .unindexed = 1,
		.tables = weir_realloc(NULL, 3, sizeof(*tables)), .has_key = true,
		.residual = 7, .native = 5, .code = 900,
		.key = { .type = WEIR_KEY_TYPE_PAYLOAD, .header = WEIR_HEADER_LL,
			 .offset = 48, .len = 48 },
	};
	memcpy(engine->tables, tables, sizeof(tables));
	return engine;
}

static const struct weir_engine blocks = {
	.memory = 9000, .code = 700, .blocks = 3, .native = 1,
	.interpreted[WEIR_INTERPRETED_LONG] = 2, .linear = WEIR_LINEAR_FEW,
};

/* What packets meet is said in comments, and only to those who ask. */
static void test_engine(void **state)
{
	static const struct weir_print_opts engine = { .engine = true, .handles = true,
						       .stateless = true };
	struct weir_ruleset *ruleset = ruleset_of();
	struct weir_chain_node *base = ruleset->tables->chains;

	base->chain->engine = classifier();
	base->rules->rule->unindexed = WEIR_UNINDEXED_PORTS;
	base->next->next = weir_alloc(sizeof(*base));
	base->next->next->chain = weir_alloc(sizeof(struct weir_chain));
	*base->next->next->chain = (struct weir_chain){
		.family = NFPROTO_INET, .table = weir_strdup("t"), .name = weir_strdup("b"),
		.engine = weir_alloc(sizeof(blocks)),
	};
	*base->next->next->chain->engine = blocks;
	check_ruleset(ruleset, WEIR_FETCH_RULES, &engine,
		      "table inet t { # handle 1\n\tflags dormant\n\tcomment \"x\"\n\n"
		      "\tchain in { # handle 2\n"
		      "\t\t# classifier, 3 tables, 5000 bytes, 7 rules with more than a table tells, "
		      "5 of them machine code of 900 bytes, 1 rules not indexed\n"
		      "\t\t#   ip: saddr/24 . dport, 1000 entries\n"
		      "\t\t#   ip6: no key, 2 entries\n"
		      "\t\t#   ip: saddr/32 . daddr/8 . ether saddr, 3 entries\n"
		      "\t\ttype filter hook input priority filter; policy drop;\n"
		      "\t\tcounter comment \"y\" # not indexed: a range of ports # handle 4\n"
		      "\t}\n\n"
		      "\tchain \"table\" { # handle 3\n"
		      "\t\t# not compiled: no packets come here\n\t}\n\n"
		      "\tchain b {\n"
		      "\t\t# 3 blocks, 1 of machine code of 700 bytes, 2 interpreted (rule too long), "
		      "9000 bytes, no classifier (fewer rules than net.weir.classify)\n\t}\n}\n");
	weir_ruleset_free(ruleset);
}

static void check_engine_json(const struct weir_engine *engine, const char *expected)
{
	json_t *json = weir_json_engine(engine, &plain), *wanted = json_loads(expected, 0, NULL);

	assert_non_null(wanted);
	assert_true(json_equal(json, wanted));
	json_decref(json);
	json_decref(wanted);
}

static void test_engine_json(void **state)
{
	struct weir_engine *engine = classifier();
	struct weir_ruleset *ruleset;
	json_t *json;

	check_engine_json(engine,
			  "{\"type\": \"classifier\", \"memory\": 5000, \"code\": 900, "
			  "\"residual\": 7, \"native\": 5, "
			  "\"unindexed\": 1, \"tables\": ["
			  "{\"family\": \"ip\", \"saddr\": 24, \"daddr\": 0, "
			  "\"entries\": 1000, \"key\": \"dport\"}, "
			  "{\"family\": \"ip6\", \"saddr\": 0, \"daddr\": 0, \"entries\": 2}, "
			  "{\"family\": \"ip\", \"saddr\": 32, \"daddr\": 8, \"entries\": 3, "
			  "\"key\": {\"payload\": {\"protocol\": \"ether\", "
			  "\"field\": \"saddr\"}}}]}");
	check_engine_json(&blocks,
			  "{\"type\": \"blocks\", \"memory\": 9000, \"code\": 700, "
			  "\"blocks\": 3, \"native\": 1, \"interpreted\": {\"long\": 2}, "
			  "\"linear\": \"few\", \"unindexed\": 0}");
	weir_engine_free(engine);

	/* Only a listing that asks for it has it. */
	ruleset = ruleset_of();
	ruleset->tables->chains->rules->rule->unindexed = WEIR_UNINDEXED_LIST;
	json = weir_json_rule(ruleset->tables->chains->rules->rule, &plain);
	assert_null(json_object_get(json_object_get(json, "rule"), "unindexed"));
	json_decref(json);
	json = weir_json_chain(ruleset->tables->chains->chain, &plain);
	assert_null(json_object_get(json_object_get(json, "chain"), "engine"));
	json_decref(json);
	weir_ruleset_free(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_json_commands),
		cmocka_unit_test(test_json_refusals),
		cmocka_unit_test(test_ruleset),
		cmocka_unit_test(test_engine),
		cmocka_unit_test(test_engine_json),
	};

	srandom(1);
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
