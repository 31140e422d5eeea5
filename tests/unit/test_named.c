// SPDX-License-Identifier: GPL-2.0
/*
 * Named objects and quotas: what is read prints as it was written, as text, as JSON
 * and over the wire; mistakes are told at their place.
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
#include "language/language.h"
#include "libweir/alloc.h"
#include "libweir/reset.h"
#include "libweir/wire.h"

static const struct weir_print_opts plain;

static void parse(const char *text, struct weir_script *script)
{
	struct weir_errors errors = {};

	if (weir_parse_text("<test>", text, NULL, script, &errors)) {
		print_error("%s\n", text);
		weir_errors_print(&errors, stderr);
		fail();
	}
}

static void check_commands(const char *text, const char *expected)
{
	const struct weir_command *command;
	struct weir_script script = {};
	struct weir_buf buf = {};

	parse(text, &script);
	for (command = script.commands; command; command = command->next) {
		weir_print_command(&buf, command, &plain);
		weir_buf_str(&buf, "\n");
	}
	assert_string_equal(buf.text, expected);
	weir_script_free(&script);
	weir_buf_free(&buf);
}

/* Lines that print as they are written. */
static const char *const lines[] = {
	"add counter ip t c { packets 0 bytes 0; }\n",
	"add counter inet t c { packets 5 bytes 18446744073709551615; }\n",
	"create counter ip6 t c { comment \"a \\\"b\\\"\"; packets 1 bytes 2; }\n",
	"add counter ip t \"a b\" { packets 0 bytes 0; }\n",
	"add quota ip t q { over 25 mbytes; }\n",
	"add quota ip t q { 500 mbytes used 3 kbytes; }\n",
	"add quota ip t q { comment \"x\"; 0 bytes; }\n",
	"add quota ip t q { 9223372036854775807 bytes used 9223372036854775807 bytes; }\n",
	"add limit ip t l { rate over 10/second burst 6 packets; }\n",
	"add limit ip t l { rate 1 mbytes/week; }\n",
	"delete counter ip t c\n", "destroy quota ip t q\n", "delete limit ip t handle 7\n",
	"list counters\n", "list quotas ip6\n", "list limits inet t\n", "list counter ip t c\n",
	"reset counters\n", "reset quotas ip t\n", "reset quota ip t q\n",
	"add rule ip t c counter name \"c\"\n",
	"add rule ip t c quota name \"q\" drop\n",
	"add rule ip t c limit name \"l\" accept comment \"x\"\n",
	"add rule ip t c quota over 1 mbytes used 1023 bytes drop\n",
	"add rule ip t c counter name ip saddr map @m drop\n",
	"add rule ip t c quota name ip saddr . tcp dport map @m\n",
	"add rule ip t c counter name ip saddr map { 10.0.0.1 : \"a\", 10.0.0.2 : \"b\" }\n",
};

static void test_lines(void **state)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		check_commands(lines[i], lines[i]);
}

static void test_forms(void **state)
{
	static const char *const forms[][2] = {
		{ "table ip t {\n\tcounter a {\n\t\tcomment \"x\"\n\t\tpackets 1 bytes 2\n\t}\n"
		  "\tcounter b { }; counter c;\n\tquota q { over 1 gbytes; }\n"
		  "\tchain c { counter name a; quota name \"q\" drop; }\n"
		  "\tlimit l rate 5/minute\n}\n",
		  "add table ip t\n"
		  "add counter ip t a { comment \"x\"; packets 1 bytes 2; }\n"
		  "add counter ip t b { packets 0 bytes 0; }\n"
		  "add counter ip t c { packets 0 bytes 0; }\n"
		  "add quota ip t q { over 1024 mbytes; }\n"
		  "add chain ip t c\n"
		  "add limit ip t l { rate 5/minute; }\n"
		  "add rule ip t c counter name \"a\"\n"
		  "add rule ip t c quota name \"q\" drop\n" },
		{ "add quota t q over 25 mbytes used 5 kbytes",
		  "add quota ip t q { over 25 mbytes used 5 kbytes; }\n" },
		{ "add quota t q until 25 kbytes", "add quota ip t q { 25 kbytes; }\n" },
		{ "counter t c packets 5 bytes 6", "add counter ip t c { packets 5 bytes 6; }\n" },
		{ "list counters table inet t; reset limits t",
		  "list counters inet t\nreset limits ip t\n" },
		{ "define n = 7\nadd counter t c { packets $n bytes 0; }",
		  "add counter ip t c { packets 7 bytes 0; }\n" },
		{ "add table ip counter; add chain ip quotas limits",
		  "add table ip \"counter\"\nadd chain ip \"quotas\" \"limits\"\n" },
		{ "add rule ip t c quota until 5 bytes counter",
		  "add rule ip t c quota 5 bytes counter packets 0 bytes 0\n" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		check_commands(forms[i][0], forms[i][1]);
}

static json_t *object_json(const struct weir_command *command)
{
	return command->named ? weir_json_named(command->named, &plain) :
	       weir_json_rule(command->rule, &plain);
}

/* Commands that make something are the same as JSON. */
static void test_json(void **state)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct weir_script script = {};
		char *text;
		json_t *json;

		if (strncmp(lines[i], "add", 3))
			continue;
		parse(lines[i], &script);
		json = json_pack("{s:[{s:o}]}", "nftables", "add", object_json(script.commands));
		text = json_dumps(json, 0);
		check_commands(text, lines[i]);
		free(text);
		json_decref(json);
		weir_script_free(&script);
	}
}

static void test_json_forms(void **state)
{
	check_commands("{\"nftables\": ["
		       "{\"counter\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\","
		       "\"handle\": 4}},"
		       "{\"add\": {\"quota\": {\"table\": \"t\", \"name\": \"q\", \"bytes\": 5,"
		       "\"used\": 2, \"inv\": false}}},"
		       "{\"add\": {\"limit\": {\"table\": \"t\", \"name\": \"l\", \"rate\": 5,"
		       "\"per\": \"hour\"}}},"
		       "{\"delete\": {\"counter\": {\"table\": \"t\", \"handle\": 4}}},"
		       "{\"list\": {\"counters\": {\"family\": \"inet\", \"table\": \"t\"}}},"
		       "{\"list\": {\"quota\": {\"table\": \"t\", \"name\": \"q\"}}},"
		       "{\"reset\": {\"counters\": null}}]}",
		       "add counter ip t c { packets 0 bytes 0; }\n"
		       "add quota ip t q { 5 bytes used 2 bytes; }\n"
		       "add limit ip t l { rate 5/hour; }\n"
		       "delete counter ip t handle 4\nlist counters inet t\n"
		       "list quota ip t q\nreset counters\n");
}

static void check_json(const char *text, const char *expected)
{
	struct weir_script script = {};
	char *got;
	json_t *json;

	parse(text, &script);
	json = object_json(script.commands);
	got = json_dumps(json, 0);
	assert_string_equal(got, expected);
	free(got);
	json_decref(json);
	weir_script_free(&script);
}

/* As libnftables-json(5) has them. */
static void test_schema(void **state)
{
	check_json("add counter t c { packets 5 bytes 6; comment \"x\"; }",
		   "{\"counter\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\", "
		   "\"comment\": \"x\", \"packets\": 5, \"bytes\": 6}}");
	check_json("add quota t q { over 1 kbytes used 5 bytes; }",
		   "{\"quota\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"q\", "
		   "\"bytes\": 1024, \"used\": 5, \"inv\": true}}");
	check_json("add limit t l { rate 5/second; }",
		   "{\"limit\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"l\", "
		   "\"rate\": 5, \"burst\": 5, \"per\": \"second\"}}");
	check_json("add rule t c counter name \"a\" quota over 2 kbytes",
		   "{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", "
		   "\"expr\": [{\"counter\": \"a\"}, {\"quota\": {\"val\": 2, "
		   "\"val_unit\": \"kbytes\", \"inv\": true}}]}}");
}

static void check_listing(const char *text, const struct weir_print_opts *opts,
			  const char *expected)
{
	struct weir_script script = {};
	struct weir_buf buf = {};

	parse(text, &script);
	script.commands->named->handle = 4;
	weir_print_named(&buf, script.commands->named, opts);
	assert_string_equal(buf.text, expected);
	weir_script_free(&script);
	weir_buf_free(&buf);
}

static void test_listing(void **state)
{
	static const struct weir_print_opts handles = { .handles = true };
	static const struct weir_print_opts stateless = { .stateless = true };

	check_listing("add counter t c { packets 5 bytes 6; comment \"x\"; }", &plain,
		      "\tcounter c {\n\t\tcomment \"x\"\n\t\tpackets 5 bytes 6\n\t}\n");
	check_listing("add counter t c", &handles,
		      "\tcounter c { # handle 4\n\t\tpackets 0 bytes 0\n\t}\n");
	check_listing("add counter t c", &stateless, "\tcounter c {\n\t}\n");
	check_listing("add quota t q over 5 mbytes used 2 bytes", &plain,
		      "\tquota q {\n\t\tover 5 mbytes used 2 bytes\n\t}\n");
	check_listing("add quota t q over 5 mbytes used 2 bytes", &stateless,
		      "\tquota q {\n\t\tover 5 mbytes\n\t}\n");
}

static const struct mistake {
	const char *text;
	const char *at;
	const char *said;
} mistakes[] = {
	{ "add quota t q", "q", "it is not said what quota q is" },
	{ "table t { limit l { }; }", "l", "it is not said what limit l is" },
	{ "add counter t c { packets 1 bytes 2; packets 3 bytes 4; }", "packets 3 bytes 4",
	  "it is said already" },
	{ "add counter t c { packets 1; }", ";", "expected bytes" },
	{ "add counter t c { bytes 1 packets 2; }", "bytes", "expected packets" },
	{ "add quota t q { over 5 mbytes over; }", "over;", NULL },
	{ "add quota t q { over 5 mbites; }", "mbites", "a unit of bytes" },
	{ "add quota t q { over 9223372036854775808 bytes; }", "9223372036854775808",
	  "is too big" },
	{ "add quota t q { 10 bytes used 1 kbytes; }", "1 kbytes", "too many bytes, at most 10" },
	{ "add quota t q { 9007199254740992 gbytes; }", "9007199254740992", "too many bytes" },
	{ "add counter t c { comment \"a\"; comment \"b\"; }", "\"b\"", "a comment already" },
	{ "add rule t c counter name", NULL, "expected the name of an object" },
	{ "add rule t c counter name \"\"", "\"\"", "expected the name of an object" },
	{ "add rule t c quota", NULL, "expected a number of bytes" },
	{ "add rule t c counter name ip saddr", NULL, NULL },
	{ "list counters t c", "c", NULL },
	{ "flush counters", "counters", NULL },
	{ "list quotass", "quotass", NULL },
};

static void test_mistakes(void **state)
{
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		const char *at = NULL, *next;
		struct weir_errors errors = {};
		struct weir_script script = {};

		if (!weir_parse_text("<test>", mistake->text, NULL, &script, &errors))
			fail_msg("\"%s\" is taken", mistake->text);
		/* The last of them: the words may stand in what comes before, too. */
		next = mistake->at ? mistake->text : NULL;
		for (; next && (next = strstr(next, mistake->at)); next++)
			at = next;
		if (at && errors.first->loc.offset != (size_t)(at - mistake->text))
			fail_msg("\"%s\": %s at byte %zu", mistake->text, errors.first->text,
				 errors.first->loc.offset);
		if (mistake->said && !strstr(errors.first->text, mistake->said))
			fail_msg("\"%s\" says %s", mistake->text, errors.first->text);
		weir_script_free(&script);
		weir_errors_free(&errors);
	}
}

/* The other end: what comes is the object that was sent. */
static bool take_datagram(struct weir_batch *batch, void *data)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf;
	struct weir_command command = { .object = WEIR_OBJECT_NAMED };
	struct weir_buf buf = {};
	const char *why = NULL;

	command.named = weir_decode_named(nlh, NULL, &why);
	assert_null(why);
	weir_print_command(&buf, &command, &plain);
	weir_buf_str(&buf, "\n");
	assert_string_equal(buf.text, data);
	weir_named_free(command.named);
	weir_buf_free(&buf);
	return true;
}

static void test_wire(void **state)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct weir_errors errors = {};
		struct weir_script script = {};
		struct weir_batch batch;

		parse(lines[i], &script);
		if (script.commands->named && script.commands->named->stmt &&
		    script.commands->verb == WEIR_VERB_ADD) {
			weir_batch_init(&batch, 100, &errors);
			batch.flush = take_datagram;
			batch.data = (void *)lines[i];
			assert_true(weir_encode_command(&batch, script.commands));
			assert_true(weir_batch_flush(&batch));
			weir_batch_free(&batch);
		}
		weir_script_free(&script);
	}
}

/* A ruleset of one table with what the command makes, its handle 4. */
static struct weir_ruleset *ruleset_of(const char *text, struct weir_script *script)
{
	struct weir_ruleset *ruleset = weir_alloc(sizeof(*ruleset));

	parse(text, script);
	ruleset->tables = weir_alloc(sizeof(*ruleset->tables));
	ruleset->tables->table = weir_alloc(sizeof(*ruleset->tables->table));
	ruleset->tables->nameds = weir_alloc(sizeof(*ruleset->tables->nameds));
	ruleset->tables->nameds->named = script->commands->named;
	ruleset->tables->nameds->named->handle = 4;
	script->commands->named = NULL;
	return ruleset;
}

/* A reset in three steps: what the first two took is not lost. */
static void check_sum(const char *first, const char *second, const char *third,
		      const char *expected)
{
	const char *const texts[] = { first, second, third };
	struct weir_taken taken = { 0 };
	struct weir_buf buf = {};

	for (int i = 0; i < 3; i++) {
		struct weir_script script = {};
		struct weir_ruleset *ruleset = ruleset_of(texts[i], &script);

		weir_taken_merge(ruleset, &taken, i < 2);
		if (i == 2)
			weir_print_named(&buf, ruleset->tables->nameds->named, &plain);
		weir_ruleset_free(ruleset);
		weir_script_free(&script);
	}
	assert_string_equal(buf.text, expected);
	weir_taken_free(&taken);
	weir_buf_free(&buf);
}

static void test_reset_sums(void **state)
{
	check_sum("add counter t c { packets 1 bytes 10; }",
		  "add counter t c { packets 2 bytes 20; }",
		  "add counter t c { packets 3 bytes 30; }",
		  "\tcounter c {\n\t\tpackets 6 bytes 60\n\t}\n");
	check_sum("add quota t c over 90 bytes used 5 bytes", "add quota t c over 90 bytes",
		  "add quota t c over 90 bytes used 7 bytes",
		  "\tquota c {\n\t\tover 90 bytes used 12 bytes\n\t}\n");
	check_sum("add limit t c rate 5/hour", "add limit t c rate 5/hour",
		  "add limit t c rate 5/hour", "\tlimit c {\n\t\trate 5/hour\n\t}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_forms),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_listing),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_reset_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
