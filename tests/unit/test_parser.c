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
#include "language_text.h"

#define MUTATIONS 4000

static const struct mistake mistakes[] = {
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

static void test_mistakes(void **state)
{
	(void)state;
	check_mistakes(mistakes, sizeof(mistakes) / sizeof(*mistakes));
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

static void test_mutations(void **state)
{
	(void)state;
	check_mutations(sample, MUTATIONS);
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
		parse_any(buf.text);
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
