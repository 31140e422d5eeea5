// SPDX-License-Identifier: GPL-2.0
/*
 * Printing sets, maps, elements and what rules do with them: the forms are those
 * of nft(8) and libnftables-json(5), and all of them read back to the same.
 */
#include <arpa/inet.h>
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
#include "language/language.h"
#include "language/print.h"
#include "libweir/alloc.h"
#include "language_make.h"

static const struct weir_print_opts plain;

/* Declarations that texts and documents below refer to. */
static const char declarations[] =
	"table ip t {\n"
	" chain c { }\n"
	" set s { type ipv4_addr; }\n"
	" set n { type ipv4_addr; flags interval; }\n"
	" set p { type ipv4_addr . inet_service; }\n"
	" set np { type ipv4_addr . inet_proto . inet_service; flags interval; }\n"
	" set d { type ipv4_addr; flags dynamic,timeout; }\n"
	" set e { type ipv4_addr; timeout 1h; }\n"
	" set i { type ifname; flags interval; }\n"
	" set l { type ipv4_addr; flags list; }\n"
	" map m { type ipv4_addr : mark; }\n"
	" map a { type inet_service : ipv4_addr; }\n"
	" map v { type ipv4_addr : verdict; }\n"
	" map o { type ipv4_addr : counter; }\n"
	" }";

static struct weir_script declared;

static const struct weir_set *find_set(void *data, uint8_t family, const char *table,
				       const char *name)
{
	const struct weir_command *command;

	for (command = declared.commands; command; command = command->next)
		if (command->set && command->object != WEIR_OBJECT_ELEMENT &&
		    !strcmp(command->set->name, name))
			return command->set;
	return NULL;
}

static const struct weir_parse_opts parse_opts = { .find_set = find_set };

static void show(const char *text, struct weir_errors *errors)
{
	print_error("%s\n", text);
	weir_errors_print(errors, stderr);
	fail();
}

static void parse(const char *text, struct weir_script *script)
{
	struct weir_errors errors = {};

	memset(script, 0, sizeof(*script));
	if (weir_parse_text("<test>", text, &parse_opts, script, &errors))
		show(text, &errors);
	weir_errors_free(&errors);
}

static json_t *command_json(const struct weir_command *command,
			    const struct weir_print_opts *opts)
{
	if (command->object == WEIR_OBJECT_RULE)
		return weir_json_rule(command->rule, opts);
	if (command->object == WEIR_OBJECT_ELEMENT)
		return weir_json_element(command->set, opts);
	return weir_json_set(command->set, opts);
}

static char *print_command(const struct weir_command *command,
			   const struct weir_print_opts *opts)
{
	struct weir_buf buf = {};

	weir_print_command(&buf, command, opts);
	return buf.text;
}

/* All commands of a script, one a line. */
static char *print_script(const struct weir_script *script)
{
	const struct weir_command *command;
	struct weir_buf buf = {};

	for (command = script->commands; command; command = command->next) {
		weir_print_command(&buf, command, &plain);
		if (command->next)
			weir_buf_str(&buf, "\n");
	}
	return buf.text;
}

/* The command of a JSON object, printed as text and as JSON again. */
static void check_json(const char *object, const char *text)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_buf document = {};
	json_t *json, *expected;
	char *printed, *dump;

	weir_buf_add(&document, "{\"nftables\": [{\"add\": %s}]}", object);
	if (weir_parse_json("<test>", document.text, &parse_opts, &script, &errors))
		show(document.text, &errors);
	printed = print_command(script.commands, &plain);
	assert_string_equal(printed, text);

	json = command_json(script.commands, &plain);
	expected = json_loads(object, 0, NULL);
	dump = json_dumps(json, 0);
	if (!json_equal(json, expected))
		assert_string_equal(dump, object);
	json_decref(json);
	json_decref(expected);
	free(dump);
	free(printed);
	weir_script_free(&script);
	weir_buf_free(&document);
	weir_errors_free(&errors);
}

static void check_text(const char *text, const char *expected)
{
	struct weir_script script;
	char *printed;

	parse(text, &script);
	printed = print_script(&script);
	assert_string_equal(printed, expected);
	free(printed);
	weir_script_free(&script);
}

#define RULE(expr) \
	"{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", \"expr\": [" expr "]}}"
#define NAMES(name) "\"family\": \"ip\", \"table\": \"t\", \"name\": \"" name "\""
#define ELEMENT(name, elem) \
	"{\"element\": {" NAMES(name) ", \"elem\": [" elem "]}}"
#define SET(rest) "{\"set\": {" NAMES("x") ", " rest "}}"
#define MAP(rest) "{\"map\": {" NAMES("x") ", " rest "}}"

#define SADDR "{\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}}"
#define DADDR "{\"payload\": {\"protocol\": \"ip\", \"field\": \"daddr\"}}"
#define DPORT "{\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}}"
#define MARK "{\"meta\": {\"key\": \"mark\"}}"
#define BOTH "{\"concat\": [" SADDR ", " DPORT "]}"
#define MATCH(op, left, right) \
	"{\"match\": {\"op\": \"" op "\", \"left\": " left ", \"right\": " right "}}"

/**
 * struct form - Two forms of the same.
 * @parted: How @text is printed after it was read: elements that lead to something
 *   are a command of their own. NULL for as it is.
 */
static const struct form {
	const char *json;
	const char *text;
	const char *parted;
} forms[] = {
	/* Sets */
	{ SET("\"type\": \"ipv4_addr\""), "add set ip t x { type ipv4_addr; }" },
	{ SET("\"type\": [\"ipv4_addr\", \"inet_service\"]"),
	  "add set ip t x { type ipv4_addr . inet_service; }" },
	{ SET("\"type\": {\"typeof\": " SADDR "}"), "add set ip t x { typeof ip saddr; }" },
	{ SET("\"type\": {\"typeof\": " BOTH "}"),
	  "add set ip t x { typeof ip saddr . tcp dport; }" },
	{ SET("\"type\": \"ipv4_addr\", \"flags\": [\"constant\", \"interval\"]"),
	  "add set ip t x { type ipv4_addr; flags constant,interval; }" },
	{ SET("\"type\": \"ipv4_addr\", \"flags\": [\"dynamic\", \"timeout\", \"evict\"], "
	      "\"policy\": \"memory\", \"size\": 1000, \"timeout\": 5400, \"gc-interval\": 10, "
	      "\"stmt\": [{\"counter\": null}], \"comment\": \"a b\""),
	  "add set ip t x { type ipv4_addr; policy memory; size 1000; "
	  "flags dynamic,timeout,evict; counter; timeout 1h30m; gc-interval 10s; "
	  "comment \"a b\"; }" },
	{ SET("\"type\": \"ipv4_addr\", \"flags\": [\"interval\"], \"auto-merge\": true, "
	      "\"elem\": [{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, \"192.0.2.1\"]"),
	  "add set ip t x { type ipv4_addr; flags interval; auto-merge; "
	  "elements = { 10.0.0.0/8, 192.0.2.1 }; }" },
	{ SET("\"type\": \"ipv4_addr\", \"flags\": [\"timeout\"], \"timeout\": 1.5"),
	  "add set ip t x { type ipv4_addr; flags timeout; timeout 1s500ms; }" },
	{ MAP("\"type\": \"ipv4_addr\", \"map\": \"verdict\", \"elem\": [[\"192.0.2.1\", "
	      "{\"jump\": {\"target\": \"c\"}}], [\"*\", {\"drop\": null}]]"),
	  "add map ip t x { type ipv4_addr : verdict; "
	  "elements = { 192.0.2.1 : jump c, * : drop }; }",
	  "add map ip t x { type ipv4_addr : verdict; }\n"
	  "add element ip t x { 192.0.2.1 : jump c, * : drop }" },
	{ MAP("\"type\": \"inet_service\", \"map\": \"mark\", \"elem\": [[22, 1]]"),
	  "add map ip t x { type inet_service : mark; elements = { 22 : 0x00000001 }; }" },
	{ MAP("\"type\": {\"typeof\": " SADDR "}, \"map\": {\"typeof\": " MARK "}"),
	  "add map ip t x { typeof ip saddr : meta mark; }" },
	{ MAP("\"type\": \"ipv4_addr\", \"map\": \"counter\", \"elem\": [[\"192.0.2.1\", \"c1\"]]"),
	  "add map ip t x { type ipv4_addr : counter; elements = { 192.0.2.1 : \"c1\" }; }",
	  "add map ip t x { type ipv4_addr : counter; }\n"
	  "add element ip t x { 192.0.2.1 : \"c1\" }" },

	/* Elements */
	{ ELEMENT("s", "\"192.0.2.1\", \"192.0.2.2\""),
	  "add element ip t s { 192.0.2.1, 192.0.2.2 }" },
	{ ELEMENT("n", "{\"range\": [\"192.0.2.1\", \"192.0.2.9\"]}, \"192.0.2.77\""),
	  "add element ip t n { 192.0.2.1-192.0.2.9, 192.0.2.77 }" },
	{ ELEMENT("n", "{\"elem\": {\"val\": \"192.0.2.1\", \"nomatch\": true}}"),
	  "add element ip t n { 192.0.2.1 nomatch }" },
	{ ELEMENT("d", "{\"elem\": {\"val\": \"192.0.2.1\", \"timeout\": 60, \"expires\": 59, "
		       "\"comment\": \"x\", \"counter\": {\"packets\": 1, \"bytes\": 2}}}"),
	  "add element ip t d { 192.0.2.1 counter packets 1 bytes 2 timeout 1m expires 59s "
	  "comment \"x\" }" },
	{ ELEMENT("e", "{\"elem\": {\"val\": \"192.0.2.1\", \"timeout\": 0}}"),
	  "add element ip t e { 192.0.2.1 timeout 0s }" },
	{ ELEMENT("p", "{\"concat\": [\"192.0.2.1\", 22]}"),
	  "add element ip t p { 192.0.2.1 . 22 }" },
	{ ELEMENT("np", "{\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, "
			"\"tcp\", {\"range\": [1, 1023]}]}"),
	  "add element ip t np { 10.0.0.0/8 . tcp . 1-1023 }" },
	{ ELEMENT("i", "\"eth*\", \"lo\""), "add element ip t i { \"eth*\", \"lo\" }" },
	{ ELEMENT("l", "\"@s\", {\"elem\": {\"val\": \"@n\", \"before\": \"@s\"}}"),
	  "add element ip t l { @s, @n before @s }" },
	{ ELEMENT("m", "[\"192.0.2.1\", 16]"), "add element ip t m { 192.0.2.1 : 0x00000010 }" },
	{ ELEMENT("v", "[{\"elem\": {\"val\": \"192.0.2.1\", \"comment\": \"x\"}}, "
		       "{\"accept\": null}]"),
	  "add element ip t v { 192.0.2.1 comment \"x\" : accept }" },
	{ ELEMENT("o", "[\"192.0.2.1\", \"c 1\"]"),
	  "add element ip t o { 192.0.2.1 : \"c 1\" }" },

	/* Rules */
	{ RULE(MATCH("==", SADDR, "\"@s\"")), "add rule ip t c ip saddr @s" },
	{ RULE(MATCH("!=", SADDR, "\"@s\"")), "add rule ip t c ip saddr != @s" },
	{ RULE(MATCH("==", "{\"&\": [" SADDR ", \"255.255.255.0\"]}", "\"@s\"")),
	  "add rule ip t c ip saddr & 255.255.255.0 @s" },
	{ RULE(MATCH("==", BOTH, "\"@p\"")), "add rule ip t c ip saddr . tcp dport @p" },
	{ RULE(MATCH("!=", BOTH, "{\"set\": [{\"concat\": [\"192.0.2.1\", 22]}, "
				 "{\"concat\": [\"192.0.2.1\", 80]}]}")),
	  "add rule ip t c ip saddr . tcp dport != { 192.0.2.1 . 22, 192.0.2.1 . 80 }" },
	{ RULE(MATCH("==", BOTH, "{\"set\": [{\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", "
				 "\"len\": 8}}, {\"range\": [1, 1023]}]}]}")),
	  "add rule ip t c ip saddr . tcp dport { 10.0.0.0/8 . 1-1023 }" },
	{ RULE("{\"vmap\": {\"key\": " SADDR ", \"data\": \"@v\"}}"),
	  "add rule ip t c ip saddr vmap @v" },
	{ RULE("{\"vmap\": {\"key\": " DPORT ", \"data\": {\"set\": [[22, {\"accept\": null}], "
	       "[{\"range\": [80, 90]}, {\"goto\": {\"target\": \"c\"}}]]}}}"),
	  "add rule ip t c tcp dport vmap { 22 : accept, 80-90 : goto c }" },
	{ RULE("{\"mangle\": {\"key\": " MARK ", \"value\": {\"map\": {\"key\": " SADDR
	       ", \"data\": \"@m\"}}}}"),
	  "add rule ip t c meta mark set ip saddr map @m" },
	{ RULE("{\"mangle\": {\"key\": " MARK ", \"value\": {\"map\": {\"key\": " SADDR
	       ", \"data\": {\"set\": [[\"192.0.2.1\", 1], [\"*\", 2]]}}}}}"),
	  "add rule ip t c meta mark set ip saddr map { 192.0.2.1 : 0x00000001, "
	  "* : 0x00000002 }" },
	{ RULE("{\"set\": {\"op\": \"add\", \"elem\": " SADDR ", \"set\": \"@d\"}}"),
	  "add rule ip t c add @d { ip saddr }" },
	{ RULE("{\"set\": {\"op\": \"update\", \"elem\": {\"elem\": {\"val\": " SADDR
	       ", \"timeout\": 60}}, \"set\": \"@d\", \"stmt\": [{\"limit\": {\"rate\": 10, "
	       "\"burst\": 5, \"per\": \"second\"}}, {\"counter\": null}]}}"),
	  "add rule ip t c update @d { ip saddr timeout 1m limit rate 10/second counter }" },
	{ RULE("{\"set\": {\"op\": \"delete\", \"elem\": " BOTH ", \"set\": \"@p\"}}"),
	  "add rule ip t c delete @p { ip saddr . tcp dport }" },
	{ RULE("{\"map\": {\"op\": \"add\", \"elem\": " DPORT ", \"data\": " DADDR
	       ", \"map\": \"@a\"}}"),
	  "add rule ip t c add @a { tcp dport : ip daddr }" },
	{ RULE("{\"map\": {\"op\": \"add\", \"elem\": " DPORT ", \"data\": \"192.0.2.1\""
	       ", \"map\": \"@a\"}}"),
	  "add rule ip t c add @a { tcp dport : 192.0.2.1 }" },
	{ RULE("{\"counter\": \"c 1\"}, {\"limit\": \"l\"}"),
	  "add rule ip t c counter name \"c 1\" limit name \"l\"" },
	{ RULE("{\"counter\": {\"map\": {\"key\": " SADDR ", \"data\": \"@o\"}}}"),
	  "add rule ip t c counter name ip saddr map @o" },
	{ RULE("{\"counter\": {\"map\": {\"key\": " SADDR ", \"data\": {\"set\": "
	       "[[\"192.0.2.1\", \"c1\"]]}}}}"),
	  "add rule ip t c counter name ip saddr map { 192.0.2.1 : \"c1\" }" },
	{}
};

static void test_json_forms(void **state)
{
	for (const struct form *form = forms; form->json; form++)
		check_json(form->json, form->text);
}

static void test_text_forms(void **state)
{
	for (const struct form *form = forms; form->json; form++) {
		check_text(form->text, form->parted ? form->parted : form->text);
		if (form->parted)
			check_text(form->parted, form->parted);
	}
}

/* Commands that make nothing, in both directions. */
static void test_commands(void **state)
{
	static const char *const texts[] = {
		"delete set ip t s",
		"delete map ip t handle 5",
		"destroy set ip t s",
		"flush set ip t s",
		"rename set ip t s s2",
		"swap set ip t s n",
		"list set ip t s",
		"list sets",
		"list maps ip t",
		"reset map ip t m",
		"create element ip t s { 192.0.2.1 }",
		"delete element ip t s { 192.0.2.1, 192.0.2.2 }",
		"get element ip t n { 192.0.2.1 }",
		"test element ip t m { 192.0.2.1 }",
		"reset element ip t s { 192.0.2.1 }",
		"replace element ip t s { 192.0.2.1 }",
		"get element ip t l { 192.0.2.1, @s }",
		"test element ip t l { @s }",
		"add element ip t s",
		NULL
	};

	for (const char *const *text = texts; *text; text++)
		check_text(*text, *text);
}

static void test_json_commands(void **state)
{
	static const struct form commands[] = {
		{ "{\"delete\": {\"set\": {" NAMES("s") "}}}", "delete set ip t s" },
		{ "{\"delete\": {\"map\": {\"family\": \"ip\", \"table\": \"t\", \"handle\": 5}}}",
		  "delete map ip t handle 5" },
		{ "{\"rename\": {\"set\": {" NAMES("s") ", \"newname\": \"s2\"}}}",
		  "rename set ip t s s2" },
		{ "{\"swap\": {\"set\": {" NAMES("s") ", \"newname\": \"n\"}}}",
		  "swap set ip t s n" },
		{ "{\"flush\": {\"map\": {" NAMES("m") "}}}", "flush map ip t m" },
		{ "{\"list\": {\"sets\": {\"family\": \"ip\"}}}", "list sets ip" },
		{ "{\"get\": {\"element\": {" NAMES("m") ", \"elem\": \"192.0.2.1\"}}}",
		  "get element ip t m { 192.0.2.1 }" },
		{ "{\"test\": {\"element\": {" NAMES("l") ", \"elem\": [\"@s\", \"192.0.2.1\"]}}}",
		  "test element ip t l { @s, 192.0.2.1 }" },
		{ "{\"create\": {\"element\": {" NAMES("s") ", \"elem\": [\"192.0.2.1\"]}}}",
		  "create element ip t s { 192.0.2.1 }" },
		{}
	};

	for (const struct form *form = commands; form->json; form++) {
		struct weir_errors errors = {};
		struct weir_script script = {};
		struct weir_buf document = {};
		char *printed;

		weir_buf_add(&document, "{\"nftables\": [%s]}", form->json);
		if (weir_parse_json("<test>", document.text, &parse_opts, &script, &errors))
			show(document.text, &errors);
		printed = print_command(script.commands, &plain);
		assert_string_equal(printed, form->text);
		free(printed);
		weir_script_free(&script);
		weir_buf_free(&document);
		weir_errors_free(&errors);
	}
}

static void test_json_refused(void **state)
{
	static const struct form bad[] = {
		{ SET("\"type\": \"ipv4\""), "there is no data type ipv4" },
		{ SET("\"type\": \"integer\""), "has no length of its own" },
		{ SET("\"flags\": [\"interval\"]"), "expected the type of the key" },
		{ SET("\"type\": \"ipv4_addr\", \"map\": \"mark\""), "a set has no map" },
		{ MAP("\"type\": \"ipv4_addr\""), "expected the type of the value in map" },
		{ SET("\"type\": \"ipv4_addr\", \"flags\": [\"x\"]"),
		  "expected flags of constant, dynamic, interval" },
		{ SET("\"type\": \"ipv4_addr\", \"timeout\": -1"), "a number of seconds in timeout" },
		{ SET("\"type\": \"ipv4_addr\", \"stmt\": [{\"accept\": null}]"),
		  "statements that have a state" },
		{ ELEMENT("zz", "\"192.0.2.1\""), "there is no set zz in table ip t" },
		{ ELEMENT("s", "\"x\""), "expected an IPv4 address" },
		{ ELEMENT("s", "[\"192.0.2.1\", 1]"), "an element of a set has no value" },
		{ ELEMENT("m", "\"192.0.2.1\""), "expected [key, value] in a map" },
		{ ELEMENT("p", "\"192.0.2.1\""), "expected a concat of 2 fields" },
		{ ELEMENT("p", "{\"concat\": [\"192.0.2.1\"]}"), "expected 2 fields in concat" },
		{ ELEMENT("n", "{\"range\": [\"192.0.2.9\", \"192.0.2.1\"]}"),
		  "the range ends below its start" },
		{ ELEMENT("v", "[\"192.0.2.1\", {\"log\": null}]"), "expected a verdict" },
		{ RULE(MATCH("<", SADDR, "\"@s\"")), "does not go with sets" },
		{ RULE("{\"set\": {\"op\": \"put\", \"elem\": " SADDR ", \"set\": \"@d\"}}"),
		  "expected the op add, update or delete" },
		{ RULE("{\"vmap\": {\"key\": " SADDR "}}"), "expected key and data" },
		{ RULE("{\"map\": {\"op\": \"add\", \"elem\": " DPORT ", \"data\": 1"
		       ", \"map\": \"@zz\"}}"), "there is no map zz to values" },
		{}
	};

	for (const struct form *form = bad; form->json; form++) {
		struct weir_errors errors = {};
		struct weir_script script = {};
		struct weir_buf document = {};
		char *text = NULL;
		size_t size;
		FILE *file;

		weir_buf_add(&document, "{\"nftables\": [%s]}", form->json);
		assert_int_equal(weir_parse_json("<test>", document.text, &parse_opts, &script,
						 &errors), -1);
		file = open_memstream(&text, &size);
		weir_errors_print(&errors, file);
		fclose(file);
		if (!strstr(text, form->text))
			fail_msg("%s: %s, not %s", form->json, text, form->text);
		free(text);
		weir_script_free(&script);
		weir_buf_free(&document);
		weir_errors_free(&errors);
	}
}

/* Listings */

static struct weir_set *set_of(const char *text)
{
	struct weir_script script;
	struct weir_set *set;

	parse(text, &script);
	set = script.commands->set;
	script.commands->set = NULL;
	weir_script_free(&script);
	return set;
}

static char *print_block(const struct weir_set *set, const struct weir_print_opts *opts)
{
	struct weir_buf buf = {};
	size_t column = 0;

	weir_print_set(&buf, set, opts);
	weir_print_elems(&buf, set, set->elems, &column, opts);
	weir_print_elems_end(&buf, column);
	weir_print_set_end(&buf);
	return buf.text;
}

static void test_block(void **state)
{
	struct weir_set *set = set_of("add map ip t x { typeof ip saddr . tcp dport : meta mark; "
				      "size 10; flags interval,timeout; counter; timeout 1d; "
				      "comment \"c\"; elements = { 10.0.0.0/8 . 22 : 1, "
				      "192.0.2.1 . 80 counter packets 1 bytes 2 timeout 1m "
				      "expires 30s : 2 }; }");
	struct weir_print_opts stateless = { .stateless = true, .handles = true };
	char *text = print_block(set, &plain);

	assert_string_equal(text,
			    "\tmap x {\n"
			    "\t\ttypeof ip saddr . tcp dport : meta mark\n"
			    "\t\tsize 10\n"
			    "\t\tflags interval,timeout\n"
			    "\t\tcounter\n"
			    "\t\ttimeout 1d\n"
			    "\t\tcomment \"c\"\n"
			    "\t\telements = { 10.0.0.0/8 . 22 : 0x00000001,\n"
			    "\t\t\t     192.0.2.1 . 80 counter packets 1 bytes 2 timeout 1m "
			    "expires 30s : 0x00000002 }\n"
			    "\t}\n");
	free(text);
	set->handle = 7;
	memcpy(set->backend, "concat", sizeof("concat"));
	set->count = 2;
	set->memory = 100;
	text = print_block(set, &stateless);
	assert_non_null(strstr(text, "map x { # handle 7\n\t\t# concat, 2 elements, 100 bytes\n"));
	assert_non_null(strstr(text, "192.0.2.1 . 80 counter timeout 1m : 0x00000002"));
	free(text);
	weir_set_free(set);
}

static struct weir_set plain_set(const struct weir_datatype *type, uint32_t flags)
{
	return (struct weir_set){
		.flags = flags,
		.type = { .n_fields = 1, .fields = { { type, type->len } } },
	};
}

/* A set of ranges and single addresses, as a reader packs it. */
static void fill(struct weir_set *set, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct weir_elem *elem = weir_alloc(sizeof(*elem));
		struct weir_num addr = weir_num((uint32_t)random() << 1 ^ random());
		struct weir_range *key = elem->key;

		if (!(random() % 4))
			addr.lo &= 0x0f0f0f0f;
		*key = (struct weir_range){ addr, addr };
		if (set->flags & WEIR_SET_FLAGS_INTERVAL && random() % 4)
			*key = weir_prefix_range(addr, random() % 33, 32);
		if (set->flags & WEIR_SET_FLAGS_INTERVAL && !(random() % 4))
			key->to.lo = key->from.lo + random() % (0xffffffff - key->from.lo + 1);
		weir_elems_put(&set->elems, set, elem);
	}
}

static void check_lines(const char *text)
{
	const char *line, *end;

	for (line = text; *line; line = end + 1) {
		size_t columns = 0;

		end = strchr(line, '\n');
		for (const char *c = line; c < end; c++)
			columns += *c == '\t' ? 8 : 1;
		assert_true(columns <= 82);
	}
}

/* The fast way says what the slow one says, in lines that are not too long. */
static void test_ipv4(void **state)
{
	for (int round = 0; round < 100; round++) {
		struct weir_set set = plain_set(&weir_datatype_ipv4_addr,
					       round % 2 ? WEIR_SET_FLAGS_INTERVAL : 0);
		struct weir_buf fast = {}, slow = {};
		size_t column = 0, n = 0;

		fill(&set, 1 + random() % 200);
		assert_null(set.elems->next);
		weir_print_elems(&fast, &set, set.elems, &column, &plain);
		weir_print_elems_end(&fast, column);
		check_lines(fast.text);
		for (char *c = fast.text; *c; c++)
			if (!strchr("\n\t", *c) && (*c != ' ' || (n && slow.text[n - 1] != ' '))) {
				weir_buf_mem(&slow, c, 1);
				n++;
			}
		weir_buf_free(&fast);
		weir_buf_str(&fast, "elements = ");
		weir_elems_print_inline(&fast, &set, set.elems, &plain);
		assert_string_equal(slow.text, fast.text);
		weir_buf_free(&slow);
		weir_buf_free(&fast);
		weir_elems_free(set.elems);
	}
}

/* IPv6 addresses as the C library writes them. */
static void test_ipv6(void **state)
{
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[16] = {};
		char text[INET6_ADDRSTRLEN];
		struct weir_buf buf = {};

		for (int i = round % 4 ? 0 : 10; i < 16; i++)
			bytes[i] = random() % 3 ? 0 : random();
		if (round % 4 == 1)
			memset(bytes, 0, 2 * (random() % 9));
		if (!(round % 8))
			memset(bytes + 10, 0xff, 2);
		weir_value_print(&buf, &weir_datatype_ipv6_addr, weir_num_get(bytes, 16), 128,
				 &plain);
		assert_string_equal(buf.text, inet_ntop(AF_INET6, bytes, text, sizeof(text)));
		weir_buf_free(&buf);
	}
}

/* However elements are cut into chunks, and the text is written out meanwhile. */
static void test_chunks(void **state)
{
	struct weir_set set = plain_set(&weir_datatype_ipv4_addr, 0);
	struct weir_buf whole = {}, buf = {}, parts = {};
	size_t column = 0, n, from;

	fill(&set, 1000);
	weir_print_elems(&whole, &set, set.elems, &column, &plain);
	column = 0;
	for (from = 0; from < 1000; from += n) {
		struct weir_elems chunk = *set.elems;

		n = 1 + random() % 50;
		if (n > 1000 - from)
			n = 1000 - from;
		chunk.packed += from * chunk.record;
		chunk.n = n;
		weir_print_elems(&buf, &set, &chunk, &column, &plain);
		weir_buf_mem(&parts, buf.text, buf.len);
		buf.len = 0;
	}
	assert_string_equal(parts.text, whole.text);
	weir_buf_free(&whole);
	weir_buf_free(&parts);
	weir_buf_free(&buf);
	weir_elems_free(set.elems);
}

/* A listing of a table with a set, from a source as the cli is one. */

static const struct weir_set *streamed;

static int list_text(void *data, struct weir_buf *buf, const struct weir_set *set, size_t *at)
{
	assert_ptr_equal(set, streamed);
	weir_print_elems(buf, set, data, at, &plain);
	return 0;
}

static int list_json(void *data, struct weir_buf *buf, const struct weir_set *set, size_t *at)
{
	weir_json_print_elems(buf, set, data, at, &plain);
	return 0;
}

static int list_fails(void *data, struct weir_buf *buf, const struct weir_set *set, size_t *at)
{
	return -7;
}

static void check_streamed(const struct weir_ruleset *ruleset, struct weir_set *set,
			   bool text)
{
	struct weir_elem_source source = { .list = text ? list_text : list_json };
	struct weir_buf whole = {}, parts = {};
	json_t *json;
	char *dump;

	if (text) {
		weir_print_ruleset(&whole, ruleset, WEIR_FETCH_RULES, &plain);
	} else {
		json = weir_json_ruleset(ruleset, WEIR_FETCH_RULES, &plain);
		dump = json_dumps(json, 0);
		weir_buf_str(&whole, dump);
		json_decref(json);
		free(dump);
	}
	source.data = set->elems;
	set->elems = NULL;
	streamed = set;
	assert_int_equal((text ? weir_print_listing : weir_json_listing)
			 (&parts, ruleset, WEIR_FETCH_RULES, &plain, &source), 0);
	set->elems = source.data;
	assert_string_equal(parts.text, whole.text);
	parts.len = 0;
	source.list = list_fails;
	assert_int_equal((text ? weir_print_listing : weir_json_listing)
			 (&parts, ruleset, WEIR_FETCH_RULES, &plain, &source), -7);
	weir_buf_free(&whole);
	weir_buf_free(&parts);
}

static void test_listing(void **state)
{
	struct weir_set *set = set_of("add set ip t x { type ipv4_addr; }");
	struct weir_table table = { .family = NFPROTO_IPV4, .name = "t" };
	struct weir_chain chain = { .family = NFPROTO_IPV4, .table = "t", .name = "c" };
	struct weir_chain_node chain_node = { .chain = &chain };
	struct weir_set_node set_node = { .set = set };
	struct weir_table_node node = { .table = &table, .chains = &chain_node, .sets = &set_node };
	struct weir_ruleset ruleset = { .tables = &node };
	struct weir_print_opts terse = { .terse = true };
	struct weir_buf buf = {};

	fill(set, 3);
	check_streamed(&ruleset, set, true);
	check_streamed(&ruleset, set, false);
	weir_print_ruleset(&buf, &ruleset, WEIR_FETCH_RULES, &terse);
	assert_string_equal(buf.text, "table ip t {\n\tset x {\n\t\ttype ipv4_addr\n\t}\n\n"
				      "\tchain c {\n\t}\n}\n");
	weir_buf_free(&buf);
	weir_set_free(set);
}

/* Records */

static void test_records(void **state)
{
	for (int round = 0; round < 2000; round++) {
		struct weir_set set = plain_set(&weir_datatype_ipv4_addr, 0);
		struct weir_item counter = { .type = WEIR_ITEM_TYPE_COUNTER, .packets = random(),
					     .bytes = random() }, count;
		struct weir_elem elem = { .key = { { weir_num(5), weir_num(9) },
						   { weir_num(random()), weir_num(random()) } } };
		uint8_t record[WEIR_RECORD_MAX];
		struct weir_elem got;
		uint32_t columns;
		size_t size;

		set.flags = WEIR_SET_FLAGS_INTERVAL;
		set.type.n_fields = 2;
		set.type.fields[1] = set.type.fields[0];
		set.data_type = WEIR_DATA_TYPE_VALUE;
		set.data.fields[0] = (struct weir_field_type){ &weir_datatype_mark, 32 };
		elem.flags = random() % 2;
		elem.has_timeout = random() % 2;
		elem.timeout = elem.has_timeout ? random() : 0;
		elem.has_expires = random() % 2;
		elem.expires = elem.has_expires ? random() : 0;
		elem.has_data = random() % 2;
		elem.data.val = weir_num(elem.has_data ? random() : 0);
		elem.stmts = random() % 2 ? &counter : NULL;
		size = weir_record_put(&set, &elem, &columns, record);
		assert_int_equal(size, weir_record_size(&set, columns));
		weir_record_get(&set, columns, record, &got, &count);
		assert_memory_equal(got.key, elem.key, 2 * sizeof(*elem.key));
		assert_int_equal(got.flags, elem.flags);
		assert_int_equal(got.has_timeout, elem.has_timeout);
		assert_int_equal(got.timeout, elem.timeout);
		assert_int_equal(got.has_expires, elem.has_expires);
		assert_int_equal(got.expires, elem.expires);
		assert_int_equal(got.has_data, elem.has_data);
		assert_true(weir_num_eq(got.data.val, elem.data.val));
		assert_int_equal(!!got.stmts, !!elem.stmts);
		if (got.stmts)
			assert_true(count.packets == counter.packets &&
				    count.bytes == counter.bytes);
	}
}

/* Random sets of all types read back to the same, from text and from JSON. */

static const struct weir_datatype *random_type(void)
{
	size_t n = 0, i;

	while (weir_datatypes[n])
		n++;
	do {
		i = random() % n;
	} while (!weir_datatypes[i]->len);
	return weir_datatypes[i];
}

static void random_types(struct weir_set_type *type, unsigned int n, const char *word)
{
	struct weir_buf text = {};

	weir_buf_str(&text, word);
	type->n_fields = n;
	for (unsigned int i = 0; i < n; i++) {
		const struct weir_datatype *field = random_type();

		type->fields[i] = (struct weir_field_type){ field, field->len };
		weir_buf_add(&text, "%s%s", i ? " . " : "", field->name);
	}
	type->text = text.text;
}

static struct weir_range random_range(const struct weir_field_type *field, bool interval)
{
	struct weir_num from = make_value(field->type, field->len), to;

	to = interval && field->type->base < WEIR_BASE_BITMASK && random() % 2 ?
	     make_value(field->type, field->len) : from;
	if (interval && field->type->base == WEIR_BASE_ADDRESS && random() % 2)
		return weir_prefix_range(from, random() % (field->len + 1), field->len);
	if (weir_num_cmp(from, to) > 0)
		return (struct weir_range){ to, from };
	return (struct weir_range){ from, to };
}

static struct weir_elem *random_elem(const struct weir_set *set)
{
	static const char *const comments[] = { "x", "a \"b\"", "\\", "a, b }" };
	struct weir_elem *elem = weir_alloc(sizeof(*elem));

	for (unsigned int i = 0; i < set->type.n_fields; i++)
		elem->key[i] = random_range(&set->type.fields[i],
					    set->flags & WEIR_SET_FLAGS_INTERVAL);
	if (set->flags & WEIR_SET_FLAGS_INTERVAL && !(random() % 8))
		elem->flags = WEIR_ELEM_FLAGS_NOMATCH;
	if (!(random() % 8))
		elem->comment = weir_strdup(comments[random() % 4]);
	if (set->flags & WEIR_SET_FLAGS_TIMEOUT && random() % 2) {
		elem->has_timeout = true;
		elem->timeout = random() % 1000000000;
		elem->has_expires = random() % 2;
		elem->expires = elem->has_expires ? random() % (elem->timeout + 1) : 0;
	}
	if (set->stmts) {
		elem->stmts = weir_alloc(sizeof(*elem->stmts));
		elem->stmts->type = WEIR_ITEM_TYPE_COUNTER;
		elem->stmts->packets = random();
		elem->stmts->bytes = random();
	}
	elem->has_data = set->data_type == WEIR_DATA_TYPE_VALUE;
	if (elem->has_data)
		elem->data.val = make_value(set->data.fields[0].type, set->data.fields[0].len);
	return elem;
}

static struct weir_set *random_set(void)
{
	struct weir_set *set = weir_alloc(sizeof(*set));

	set->family = NFPROTO_IPV4;
	set->table = weir_strdup("t");
	set->name = weir_strdup("x");
	random_types(&set->type, 1 + random() % WEIR_FIELDS_MAX, "type ");
	if (random() % 2) {
		set->data_type = WEIR_DATA_TYPE_VALUE;
		random_types(&set->data, 1, "");
	}
	if (random() % 2)
		set->flags |= WEIR_SET_FLAGS_INTERVAL;
	if (random() % 2)
		set->flags |= WEIR_SET_FLAGS_TIMEOUT;
	if (!(random() % 4)) {
		set->stmts = weir_alloc(sizeof(*set->stmts));
		set->stmts->type = WEIR_ITEM_TYPE_COUNTER;
	}
	for (int n = 1 + random() % 6; n; n--)
		weir_elems_put(&set->elems, set, random_elem(set));
	return set;
}

static void check_back(const char *text, const char *expected)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	char *printed;

	if (weir_parse_text("<test>", text, &parse_opts, &script, &errors))
		show(text, &errors);
	printed = print_script(&script);
	if (strcmp(printed, expected)) {
		print_error("%s\n reads back as\n", text);
		print_error("%s\n not\n", printed);
		print_error("%s\n", expected);
		fail();
	}
	free(printed);
	weir_script_free(&script);
	weir_errors_free(&errors);
}

static void test_random(void **state)
{
	for (int round = 0; round < 1500; round++) {
		struct weir_set *set = random_set();
		struct weir_command command = {
			.object = set->data_type ? WEIR_OBJECT_MAP : WEIR_OBJECT_SET, .set = set
		};
		struct weir_print_opts opts = make_opts();
		char *expected = print_command(&command, &plain), *text, *dump;
		json_t *json;

		check_back(expected, expected);
		text = print_command(&command, &opts);
		check_back(text, expected);
		json = json_pack("{s:[o]}", "nftables", weir_json_set(set, &opts));
		dump = json_dumps(json, 0);
		check_back(dump, expected);
		json_decref(json);
		free(dump);
		free(text);
		free(expected);
		weir_set_free(set);
	}
}

/* Completion */

static bool offers(const char *line, const struct weir_ruleset *ruleset, const char *word)
{
	char **words = weir_complete(line, ruleset);
	bool found = false;

	for (char **at = words; *at; at++) {
		found |= !strcmp(*at, word);
		free(*at);
	}
	free(words);
	return found;
}

static void test_complete(void **state)
{
	struct weir_table table = { .family = NFPROTO_INET, .name = "filter" };
	struct weir_set set = { .name = "hosts" }, map = { .name = "marks", .data_type = 1 };
	struct weir_chain chain = { .name = "input" };
	struct weir_chain_node chain_node = { .chain = &chain };
	struct weir_set list = { .name = "all", .flags = WEIR_SET_FLAGS_LIST };
	struct weir_set_node list_node = { .set = &list };
	struct weir_set_node map_node = { &list_node, &map }, set_node = { &map_node, &set };
	struct weir_table_node node = { .table = &table, .chains = &chain_node, .sets = &set_node };
	struct weir_ruleset known = { .tables = &node };

	assert_true(offers("add ", NULL, "element"));
	assert_true(offers("swap ", NULL, "set"));
	assert_true(offers("add set ", NULL, "inet"));
	assert_true(offers("add set inet ", &known, "filter"));
	assert_false(offers("add set ip ", &known, "filter"));
	assert_true(offers("flush set inet filter ", &known, "hosts"));
	assert_false(offers("flush set inet filter ", &known, "marks"));
	assert_true(offers("flush map inet filter ", &known, "marks"));
	assert_true(offers("add element inet filter ", &known, "marks"));
	assert_true(offers("add element inet filter all { ", &known, "@hosts"));
	assert_true(offers("add element inet filter all { @marks, ", &known, "@hosts"));
	assert_true(offers("add element inet filter all { @hosts ", &known, "before"));
	assert_true(offers("add element inet filter all { @hosts before ", &known, "@marks"));
	assert_false(offers("add element inet filter all { @hosts before @marks ", &known, "before"));
	assert_false(offers("add element inet filter hosts { ", &known, "@hosts"));
	assert_true(offers("table inet filter { set x { elements = { @", &known, "@hosts"));
	assert_true(offers("swap set inet filter hosts ", &known, "hosts"));
	assert_true(offers("add rule inet filter ", &known, "input"));
	assert_true(offers("add rule inet filter input ", &known, "position"));
	assert_true(offers("add rule inet filter input ip saddr ", &known, "@hosts"));
	assert_true(offers("add rule inet filter input ip saddr @", &known, "@hosts"));
	assert_true(offers("add rule inet filter input ip saddr vmap ", &known, "@marks"));
	assert_true(offers("add rule inet filter input jump ", &known, "input"));
	assert_true(offers("table inet filter { chain c { ip saddr != ", &known, "@hosts"));
	assert_true(offers("table ip t { set mine { type ipv4_addr; } chain c { ip saddr ", NULL,
			   "@mine"));
	assert_true(offers("table ip t { ", NULL, "map"));
	assert_true(offers("table ip t { set s { ", NULL, "typeof"));
	assert_true(offers("table ip t { set s { type ", NULL, "ipv4_addr"));
	assert_true(offers("table ip t { map m { type ipv4_addr : ", NULL, "verdict"));
	assert_true(offers("table ip t { set s { flags interval,", NULL, "timeout"));
	assert_true(offers("table ip t { set s { policy ", NULL, "memory"));
	assert_true(offers("table ip t { set s { typeof ip ", NULL, "saddr"));
	assert_true(offers("add set ip t s { ", NULL, "flags"));
	assert_true(offers("add chain ip t c { ", NULL, "policy"));
	assert_true(offers("table ip t { set s { } chain c { } ", NULL, "set"));
	assert_true(offers("foo table { ", NULL, "chain"));
	assert_false(offers("meta mark set { ", NULL, "typeof"));
}

static void test_describe(void **state)
{
	struct weir_errors errors = {};
	struct weir_buf buf = {};

	assert_int_equal(weir_describe(&buf, "vmap", &errors), 0);
	assert_int_equal(weir_describe(&buf, "set", &errors), 0);
	assert_int_equal(weir_describe(&buf, "", &errors), 0);
	assert_non_null(strstr(buf.text, "typeof"));
	weir_buf_free(&buf);
}

static int setup(void **state)
{
	parse(declarations, &declared);
	return 0;
}

static int teardown(void **state)
{
	weir_script_free(&declared);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_forms),
		cmocka_unit_test(test_json_commands),
		cmocka_unit_test(test_json_refused),
		cmocka_unit_test(test_text_forms),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_ipv4),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_listing),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
