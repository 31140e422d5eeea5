// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the language: each mistake is told at its words, and no text, however
 * broken, does more than be refused. The sanitizers watch the second half.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "language/language.h"
#include "libweir/alloc.h"

#define MUTATIONS 4000

/* A mistake: the words it is at, a part of what is said, and of the hint. */
static const struct mistake {
	const char *text;
	const char *at;
	const char *said;
	const char *hint;
} mistakes[] = {
	{ "add rule ip t c tpc dport 22", "tpc", "expected a condition", "did you mean tcp?" },
	{ "add rule ip t c tcp dprt 22", "dprt", "tcp has no field dprt", "did you mean dport?" },
	{ "add rule ip t c tcp dport 65536", "65536", "up to 65535", NULL },
	{ "add rule ip t c tcp dport 90-80", "90-80", NULL, NULL },
	{ "add rule ip t c ip saddr 10.0.0.256", "10.0.0.256", "IPv4 address", NULL },
	{ "add rule ip t c ip saddr 10.0.0.0/33", "33", NULL, NULL },
	{ "add rule ip t c ip6 saddr ::1", "ip6", "IPv6 packets only", NULL },
	{ "add rule inet t c udp sport 1 tcp dport 2", "tcp", "conflicting protocols", NULL },
	{ "add rule inet t c arp operation request", "arp", "no packet of this family", NULL },
	{ "add rule ip t c ct state establised", "establised", NULL, "did you mean established?" },
	{ "add rule ip t c ct helper \"ftp\"", "helper", "is not in weir yet", NULL },
	{ "add rule ip t c tcp dport vmap { 1 : drop }", "vmap", "is not in weir yet", NULL },
	{ "add rule ip t c ip saddr @s drop", "@s", "is not in weir yet", NULL },
	{ "add rule ip t c masquerade", "masquerade", "is not in weir yet", NULL },
	{ "add rule ip t c accept drop", "drop", "nothing can follow", NULL },
	{ "add rule ip t c jump", NULL, "the name of a chain", NULL },
	{ "add rule ip t c limit rate 10/secnd", "secnd", NULL, "did you mean second?" },
	{ "add rule ip t c log level inf", "inf", NULL, "did you mean info?" },
	{ "add rule ip t c iifname abcdefghijklmnop", "abcdefghijklmnop", "1 to 15 bytes", NULL },
	{ "add rule ip t c drop comment \"a", "\"a", "no closing quote", NULL },
	{ "add rule ip t c ip saddr $none", "$none", NULL, NULL },
	{ "add tabel ip t", "ip", NULL, "did you mean table?" },
	{ "table ip t { chain c { type filter hook inptu priority 0; } }", "inptu", "a hook",
	  "did you mean input?" },
	{ "table ip t { chain c { policy acept; } }", "acept", "accept or drop",
	  "did you mean accept?" },
	{ "table bridge t { }", "bridge", "is not in weir yet", NULL },
	{ "include \"/nowhere/at/all\"", "\"/nowhere/at/all\"", "no file", NULL },
	{ "list rulset", "rulset", NULL, "did you mean ruleset?" },
};

/* What is wrong with what is said of a mistake, or NULL. */
static const char *judge(const struct mistake *mistake, const struct weir_error *error)
{
	const char *at = NULL, *next;
	size_t offset;

	if (mistake->at) {
		/* The last of them: the words may stand in what comes before, too. */
		for (next = mistake->text; (next = strstr(next, mistake->at)); next++)
			at = next;
		offset = at - mistake->text;
		if (error->loc.offset > offset || error->loc.offset + error->loc.len <= offset)
			return "is at another place";
	}
	if (mistake->said && !strstr(error->text, mistake->said))
		return "says something else";
	if (mistake->hint && (!error->hint || !strstr(error->hint, mistake->hint)))
		return "has another hint";
	return NULL;
}

static void test_mistakes(void **state)
{
	unsigned int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct weir_errors errors = {};
		struct weir_script script = {};
		const char *wrong;

		assert_int_equal(weir_parse_text("<test>", mistakes[i].text, NULL, &script, &errors),
				 -1);
		assert_non_null(errors.first);
		assert_non_null(errors.first->loc.input);
		wrong = judge(&mistakes[i], errors.first);
		if (wrong) {
			print_error("%s: the error %s\n", mistakes[i].text, wrong);
			weir_errors_print(&errors, stderr);
			bad++;
		}
		weir_script_free(&script);
		weir_errors_free(&errors);
	}
	assert_int_equal(bad, 0);
}

/* A good text for the mutations: something of everything. */
static const char sample[] =
	"define ports = { 22, 80-90 }\n"
	"table inet t {\n"
	"\tcomment \"a table\"; flags dormant\n"
	"\tchain in {\n"
	"\t\ttype filter hook input priority filter + 10; policy drop;\n"
	"\t\tiifname { \"lo\", \"eth*\" } ct state established,related counter accept\n"
	"\t\tip saddr != 10.0.0.0/8 tcp dport $ports tcp flags & (syn | ack) == syn drop\n"
	"\t\tip6 daddr { ::1, fe80::/10 } icmpv6 type echo-request limit rate over 5/minute\n"
	"\t\tmeta mark set meta mark & 0xff | 0x10 log prefix \"x \" level info flags all\n"
	"\t\t@th,16,16 22 tcp option maxseg size 1-1460 ip dscp set cs1 jump out comment \"y\"\n"
	"\t\tmeta hour \"17:00\"-\"19:00\" meta day Sunday reject with icmpx admin-prohibited\n"
	"\t}\n"
	"\tchain out { return; }\n"
	"}\n"
	"insert rule inet t in position 5 drop\n"
	"delete rule inet t in handle 7; list ruleset; reset rules; flush chain inet t in\n";

static void parse(const char *text)
{
	struct weir_errors errors = {};
	struct weir_script script = {};

	if (weir_parse_text("<test>", text, NULL, &script, &errors))
		assert_true(errors.count > 0);
	else
		assert_int_equal(errors.count, 0);
	assert_true(errors.count <= 20);
	weir_script_free(&script);
	weir_errors_free(&errors);
}

static void mutate(char *text)
{
	static const char bytes[] = "{}()[]$@\"\\/-+.,;:!=<>&|^*#\n\t 0a%\x01\xff";
	size_t len = strlen(text), at = random() % len, to = random() % len;
	size_t n = 1 + random() % 8;

	switch (random() % 4) {
	case 0:
		text[at] = bytes[random() % (sizeof(bytes) - 1)];
		break;
	case 1:
		text[at] = '\0';
		break;
	case 2:
		if (at + n < len)
			memmove(text + at, text + at + n, len - at - n + 1);
		break;
	case 3:
		if (at + n < len && to + n < len)
			memmove(text + to, text + at, n);
		break;
	}
}

static void test_mutations(void **state)
{
	char text[sizeof(sample)];

	(void)state;
	srandom(1);
	parse(sample);
	for (int i = 0; i < MUTATIONS; i++) {
		strcpy(text, sample);
		for (int n = 1 + random() % 4; n && *text; n--)
			mutate(text);
		parse(text);
	}
}

/* A text of a million brackets or of one long word is refused, and quickly. */
static void test_large(void **state)
{
	static const char *const units[] = { "{", "(", "!", "a", "1", "-", "\"", "$a", "tcp " };
	struct weir_buf buf = {};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		weir_buf_add(&buf, "add rule ip t c ");
		while (buf.len < 1000000)
			weir_buf_add(&buf, "%s", units[i]);
		parse(buf.text);
		weir_buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
