// SPDX-License-Identifier: GPL-2.0
/*
 * Reading sets and maps: what commands come of a text, that elements mean the same
 * however they are read, that mistakes are told at their words, and that no broken
 * text does more than be refused.
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
#include "language_text.h"

#define MUTATIONS 4000
#define ELEMENTS 2000
#define MANY 200000

/* Declared by nobody but the kernel. */
static const struct weir_set *find_set(void *data, uint8_t family, const char *table,
				       const char *name)
{
	struct weir_set *set = data;

	if (family != NFPROTO_IPV4 || strcmp(table, "k") || strcmp(name, "s"))
		return NULL;
	set->family = family;
	set->table = (char *)"k";
	set->name = (char *)"s";
	return set;
}

static char *print_commands(const struct weir_script *script)
{
	struct weir_print_opts opts = {};
	struct weir_buf buf = {};

	for (struct weir_command *command = script->commands; command; command = command->next) {
		weir_print_command(&buf, command, &opts);
		weir_buf_add(&buf, "%s\n", command->from_stdin ? " <stdin>" : "");
	}
	return buf.text ? buf.text : weir_strdup("");
}

static struct weir_script parse_good(const char *text, struct weir_set *kernel)
{
	struct weir_parse_opts opts = { .find_set = kernel ? find_set : NULL, .data = kernel };
	struct weir_errors errors = {};
	struct weir_script script = {};

	if (weir_parse_text("<test>", text, &opts, &script, &errors)) {
		print_error("%s\n", text);
		weir_errors_print(&errors, stderr);
		fail();
	}
	return script;
}

/* What is read, and the commands that it is. */
static const struct {
	const char *text;
	const char *commands;
} texts[] = {
	/* Declarations */
	{ "table ip t { set s { type ipv4_addr; elements = { 1.2.3.4, 5.6.7.8, } } }",
	  "add table ip t\n"
	  "add set ip t s { type ipv4_addr; elements = { 1.2.3.4, 5.6.7.8 }; }\n" },
	{ "create set ip t s { typeof ip saddr & 255.255.0.0 . @th,16,16; size 10; }",
	  "create set ip t s { typeof ip saddr & 255.255.0.0 . @th,16,16; size 10; }\n" },
	{ "add set ip t s {\n\ttype ipv4_addr # keys\n\tflags interval, timeout\n"
	  "\ttimeout 1h30m; gc-interval 10s; policy memory\n\tauto-merge\n\tcounter\n"
	  "\tcomment \"x\"\n\telements = {\n\t\t10.0.0.0/8,\n\t\t1.2.3.4-1.2.3.9 timeout 500ms\n"
	  "\t\t, 10.1.0.0/16 nomatch } }",
	  "add set ip t s { type ipv4_addr; policy memory; flags interval,timeout; counter; "
	  "auto-merge; timeout 1h30m; gc-interval 10s; comment \"x\"; elements = { 10.0.0.0/8, "
	  "1.2.3.4-1.2.3.9 timeout 500ms, 10.1.0.0/16 nomatch }; }\n" },
	{ "add set ip t s { type ipv4_addr; flags evict; size 5; elements = { } }",
	  "add set ip t s { type ipv4_addr; size 5; flags evict; }\n" },
	{ "add set ip t s { type inet_service; elements = { 1-5 }; flags interval; }",
	  "add set ip t s { type inet_service; flags interval; elements = { 1-5 }; }\n" },
	{ "add set ip t s { type ifname; flags interval; elements = { \"eth*\", lo } }",
	  "add set ip t s { type ifname; flags interval; elements = { \"eth*\", \"lo\" }; }\n" },
	{ "add set ip t s { typeof ip saddr . tcp dport; flags interval; "
	  "elements = { 10.0.0.0/8 . 22, 1.1.1.1 . 80-90 } }",
	  "add set ip t s { typeof ip saddr . tcp dport; flags interval; "
	  "elements = { 10.0.0.0/8 . 22, 1.1.1.1 . 80-90 }; }\n" },
	{ "add set ip t s { type ipv4_addr; flags timeout; elements = { "
	  "1.1.1.1 timeout 30s expires 10s comment \"a\", 2.2.2.2 } }",
	  "add set ip t s { type ipv4_addr; flags timeout; elements = { "
	  "1.1.1.1 timeout 30s expires 10s comment \"a\", 2.2.2.2 }; }\n" },
	{ "add set ip t s { type ipv4_addr; counter; elements = { 1.1.1.1 counter packets 1 bytes 2 } }",
	  "add set ip t s { type ipv4_addr; counter; elements = { "
	  "1.1.1.1 counter packets 1 bytes 2 }; }\n" },
	/* Their elements may stand before all that says how to read them. */
	{ "define a = { 5, 6 }\nadd set ip t s {\n\telements = {\n\t\t1-4, # few\n\t\t$a\n\t}\n"
	  "\telements = { 7 comment \"x } y\" }; flags interval; size 9\n\ttype inet_service; "
	  "elements = { 8 }\n}\nadd table ip u",
	  "add set ip t s { type inet_service; size 9; flags interval; elements = { 8, 1-4, 5, 6, "
	  "7 comment \"x } y\" }; }\nadd table ip u\n" },
	{ "table ip t { map m { elements = { 22 : jump web }; type inet_service : verdict; }\n"
	  "set l { elements = { @s, @r }; flags list; type mark; }\nset s { type mark; elements = { 1 } }\n"
	  "chain web { } }",
	  "add table ip t\nadd map ip t m { type inet_service : verdict; }\n"
	  "add set ip t l { type mark; flags list; }\n"
	  "add set ip t s { type mark; elements = { 0x00000001 }; }\nadd chain ip t web\n"
	  "add element ip t m { 22 : jump web }\nadd element ip t l { @s, @r }\n" },
	/* Maps, and what they lead to, which may stand further down. */
	{ "table ip t { map m { type inet_service : verdict; elements = { 22 : accept, "
	  "80 : jump web, * : drop } }\n chain web { } }",
	  "add table ip t\nadd map ip t m { type inet_service : verdict; }\nadd chain ip t web\n"
	  "add element ip t m { 22 : accept, 80 : jump web, * : drop }\n" },
	{ "add map ip t m { typeof ip saddr : meta mark; elements = { 1.2.3.4 : 0x10, "
	  "2.2.2.2 comment \"a\" : 5 } }",
	  "add map ip t m { typeof ip saddr : meta mark; elements = { 1.2.3.4 : 0x00000010, "
	  "2.2.2.2 comment \"a\" : 0x00000005 }; }\n" },
	{ "add map ip t m { type ipv4_addr : counter; elements = { 1.1.1.1 : \"c\" } }",
	  "add map ip t m { type ipv4_addr : counter; }\n"
	  "add element ip t m { 1.1.1.1 : \"c\" }\n" },
	{ "table ip t { set l { type ipv4_addr; flags list; elements = { @a, @b before @a } } }",
	  "add table ip t\nadd set ip t l { type ipv4_addr; flags list; }\n"
	  "add element ip t l { @a, @b before @a }\n" },
	/* Elements, by the declarations of the text and of the kernel. */
	{ "define a = { 1.1.1.1, 2.2.2.2 }\ndefine b = 3.3.3.3\n"
	  "add set ip t s { type ipv4_addr; elements = $a }\nadd element ip t s { $a, $b, 4.4.4.4 }",
	  "add set ip t s { type ipv4_addr; elements = { 1.1.1.1, 2.2.2.2 }; }\n"
	  "add element ip t s { 1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4 }\n" },
	{ "add element ip k s { 22 }; create element ip k s { 1-2 }; get element ip k s { 5 }\n"
	  "test element ip k s { 5 }; reset element ip k s { 5 }; replace element ip k s { }\n"
	  "delete element ip k s { 5 }; destroy element ip k s { 5 }",
	  "add element ip k s { 22 }\ncreate element ip k s { 1-2 }\nget element ip k s { 5 }\n"
	  "test element ip k s { 5 }\nreset element ip k s { 5 }\nreplace element ip k s { }\n"
	  "delete element ip k s { 5 }\ndestroy element ip k s { 5 }\n" },
	{ "add element ip k s; delete element ip k s; replace element ip k s",
	  "add element ip k s <stdin>\ndelete element ip k s <stdin>\n"
	  "replace element ip k s <stdin>\n" },
	{ "rename set ip k s x; add element ip k x { 22 }",
	  "rename set ip k s x\nadd element ip k x { 22 }\n" },
	{ "rename set ip k s x; add set ip t s { type mark; }; rename set ip t s x\n"
	  "add element ip t x { 1 }",
	  "rename set ip k s x\nadd set ip t s { type mark; }\nrename set ip t s x\n"
	  "add element ip t x { 0x00000001 }\n" },
	/* Other commands */
	{ "list sets; list sets ip; list maps ip t; list set ip t s; list map ip t m",
	  "list sets\nlist sets ip\nlist maps ip t\nlist set ip t s\nlist map ip t m\n" },
	{ "flush set ip t s; flush map ip t m; reset set ip t s; swap set ip t a b",
	  "flush set ip t s\nflush map ip t m\nreset set ip t s\nswap set ip t a b\n" },
	{ "delete set ip t s; destroy map ip t m; delete set ip t handle 5; delete map t m",
	  "delete set ip t s\ndestroy map ip t m\ndelete set ip t handle 5\ndelete map ip t m\n" },
	/* Words that are still names */
	{ "add table ip test; add chain ip test swap; add rule ip test swap accept",
	  "add table ip test\nadd chain ip test swap\nadd rule ip test swap accept\n" },
	/* In rules */
	{ "add rule ip t c ip saddr @s drop", "add rule ip t c ip saddr @s drop\n" },
	{ "add rule ip t c ip saddr & 255.0.0.0 != @s drop",
	  "add rule ip t c ip saddr & 255.0.0.0 != @s drop\n" },
	{ "add rule ip t c ip saddr . tcp dport @s drop",
	  "add rule ip t c ip saddr . tcp dport @s drop\n" },
	{ "add rule ip t c ip saddr . tcp dport != { 10.0.0.1 . 22, 10.0.0.0/8 . 1-1024 } drop",
	  "add rule ip t c ip saddr . tcp dport != { 10.0.0.1 . 22, 10.0.0.0/8 . 1-1024 } drop\n" },
	{ "add rule ip t c ip saddr . tcp dport 10.0.0.1 . 22 drop",
	  "add rule ip t c ip saddr . tcp dport { 10.0.0.1 . 22 } drop\n" },
	{ "add rule ip t c tcp dport vmap @m", "add rule ip t c tcp dport vmap @m\n" },
	{ "add rule ip t c tcp dport vmap { 22 : accept, 80-90 : jump web, * : drop }",
	  "add rule ip t c tcp dport vmap { 22 : accept, 80-90 : jump web, * : drop }\n" },
	{ "add rule ip t c ip daddr . tcp dport vmap { 1.1.1.1 . 22 : goto a/b }",
	  "add rule ip t c ip daddr . tcp dport vmap { 1.1.1.1 . 22 : goto a/b }\n" },
	{ "add rule ip t c meta mark set ip saddr map @m",
	  "add rule ip t c meta mark set ip saddr map @m\n" },
	{ "add rule ip t c meta mark set ip saddr . tcp dport map { 1.1.1.1 . 5 : 1 }",
	  "add rule ip t c meta mark set ip saddr . tcp dport map { 1.1.1.1 . 5 : 0x00000001 }\n" },
	{ "add rule ip t c add @s { ip saddr timeout 1m limit rate 10/second } accept",
	  "add rule ip t c add @s { ip saddr timeout 1m limit rate 10/second } accept\n" },
	{ "add map ip t m { type ipv4_addr : mark; flags dynamic; }\n"
	  "add rule ip t c update @m { ip saddr counter : meta mark }",
	  "add map ip t m { type ipv4_addr : mark; flags dynamic; }\n"
	  "add rule ip t c update @m { ip saddr counter : meta mark }\n" },
	{ "add rule ip t c delete @s { ip saddr . tcp dport }",
	  "add rule ip t c delete @s { ip saddr . tcp dport }\n" },
	{ "add rule ip t c set add ip saddr @s", "add rule ip t c add @s { ip saddr }\n" },
	{ "add rule ip t c set update ip saddr timeout 5s @s",
	  "add rule ip t c update @s { ip saddr timeout 5s }\n" },
	{ "table ip t { chain c { meter m size 128 { ip saddr . tcp dport limit rate 10/second } } }",
	  "add table ip t\nadd chain ip t c\n"
	  "add set ip t m { typeof ip saddr . tcp dport; size 128; flags dynamic; }\n"
	  "add rule ip t c add @m { ip saddr . tcp dport limit rate 10/second }\n" },
	{ "add rule ip t c meter m { ip saddr timeout 1h counter }",
	  "add set ip t m { typeof ip saddr; size 65535; flags dynamic,timeout; }\n"
	  "add rule ip t c update @m { ip saddr timeout 1h counter }\n" },
};

static void test_texts(void **state)
{
	struct weir_set kernel = { .flags = WEIR_SET_FLAGS_INTERVAL };
	unsigned int bad = 0;

	(void)state;
	assert_true(weir_set_type_parse("type inet_service", &kernel.type));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct weir_script script;
		char *commands;

		script = parse_good(texts[i].text, &kernel);
		commands = print_commands(&script);
		if (strcmp(commands, texts[i].commands)) {
			print_error("%s\nis\n%snot\n%s", texts[i].text, commands,
				    texts[i].commands);
			bad++;
		}
		free(commands);
		weir_script_free(&script);
	}
	weir_set_type_clear(&kernel.type);
	assert_int_equal(bad, 0);
}

static const struct mistake mistakes[] = {
	/* What a set is */
	{ "add set ip t s { type ipv4_adr; }", "ipv4_adr", "a data type", "ipv4_addr?" },
	{ "add set ip t s { type integer; }", "integer", "no size", "typeof" },
	{ "add set ip t s { typeof tcp dprt; }", "dprt", "no field", "dport?" },
	{ "add set ip t s { type ipv4_addr; flag constant; }", "flag", "a property", "flags?" },
	{ "add set ip t s { type ipv4_addr; flags constnt; }", "constnt", "a flag", "constant?" },
	{ "add set ip t s { type ipv4_addr; timeout 5x; }", "5x", "a time", NULL },
	{ "add set ip t s { type ipv4_addr; policy speed; }", "speed", "a policy", NULL },
	{ "add set ip t s { type ipv4_addr; gc-interval 50d; }", "50d", "49 days", NULL },
	{ "add set ip t s { type ipv4_addr; size 4294967296; }", "4294967296", "too big", NULL },
	{ "add set ip t s { type ipv4_addr . mark . mark . mark . mark . tcp_flag; }", "tcp_flag",
	  "more than 5 fields", NULL },
	{ "add set ip t s { type ipv4_addr : mark; }", ":", "leads to nothing", "map" },
	{ "add map ip t s { type ipv4_addr; }", ";", "what the map leads to", NULL },
	{ "add map ip t s { type ipv4_addr : ipv4_addr . mark; }", "ipv4_addr", "not in weir", NULL },
	{ "add set ip t s { flags interval; }", "s {", "no type", NULL },
	{ "add set ip t s { elements = { 1, x }; type mark; }", "x", "a packet mark", NULL },
	{ "add set ip t s { elements = { 1-2 }; type mark; }", "1-2", "flags interval", "add flags" },
	{ "add set ip t s { elements = { 1, 2 }; size 5; }", "s {", "no type", NULL },
	{ "add set ip t s { elements = { 1, 2", NULL, "expected }", NULL },
	{ "add set ip t s { elements = { $no }; type mark; }", "$no", "no variable", NULL },
	{ "add set ip t s { elements = { 1 { 2 }; type mark; }", NULL, "expected }", NULL },
	{ "add set ip t s", NULL, "expected {", NULL },
	/* Elements */
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1, 10.0.0.0/8 } }", "10.0.0.0/8",
	  "flags interval", "add flags interval" },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1 timeout 5s } }", "timeout",
	  "flags timeout", "add flags timeout" },
	{ "add set ip t s { type ipv4_addr; flags interval; elements = { 1.1.1.9-1.1.1.1 } }",
	  "1.1.1.9-1.1.1.1", "before its start", NULL },
	{ "add set ip t s { type ipv4_addr; flags interval; elements = { 1.1.1.1/33 } }", "33",
	  "a prefix length", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1, ::1 } }", "::1",
	  "an IPv4 address", NULL },
	{ "add set ip t s { type inet_service; elements = { 22, 65536 } }", "65536", "65535", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1 : 5 } }", ":", "of a map", NULL },
	{ "add map ip t s { type ipv4_addr : mark; elements = { 1.1.1.1 : 1, 2.2.2.2 } }", "} }",
	  "a packet mark", NULL },
	{ "add map ip t s { type ipv4_addr : verdict; elements = { 1.1.1.1 : acept } }", "acept",
	  "a verdict", "accept?" },
	{ "add set ip t s { type ipv4_addr . mark; elements = { 1.1.1.1, 2.2.2.2 . 1 } }", ", 2",
	  "2 fields", NULL },
	{ "add set ip t s { type ipv4_addr . mark; elements = { 1.1.1.1 . 1 . 2 } }", ". 2",
	  "2 fields", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1 2.2.2.2 } }", "2.2.2.2", ", or }",
	  NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1\n2.2.2.2 } }", "\n", ", or }", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { , } }", ",", "an element", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { $no } }", "$no", "no variable", NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1 last } }", "last", "not in weir",
	  NULL },
	{ "add set ip t s { type ipv4_addr; elements = { 1.1.1.1 ", NULL, "expected }", NULL },
	{ "add set ip t s { type mark; }; add element ip t s { 1-2 }", "1-2", "flags interval",
	  "declare set s" },
	{ "add element ip t s { 1.1.1.1 }", "s", "whose types", "declare" },
	{ "add set ip t s { type mark; }; delete element ip t s { }", "}", "an element", NULL },
	/* Rules */
	{ "add rule ip t c ip saddr . 22 @s", "22", "a field", NULL },
	{ "add rule ip t c ip saddr @", NULL, "the name of a set", NULL },
	{ "add rule ip t c ip saddr < @s", "<", "not a set", NULL },
	{ "add rule ip t c ip saddr . tcp dport 22", NULL, "2 fields", NULL },
	{ "add rule ip t c ip saddr vmap 5", "5", "the name of a map", NULL },
	{ "add rule ip t c ip saddr vmap { 1.1.1.1 }", "}", "a verdict", NULL },
	{ "add rule ip t c meta mark set ip saddr map { 1.1.1.1 : 2.2.2.2 }", "2.2.2.2",
	  "a packet mark", NULL },
	{ "add rule ip t c ip saddr { 1.1.1.1 : accept }", ":", "map or vmap", NULL },
	{ "add rule ip t c ip saddr vmap { 1.1.1.1 timeout 5s : drop }", "timeout", "with a name",
	  NULL },
	{ "add set ip t s { type mark; }; add rule ip t c ip saddr . tcp dport @s",
	  "ip saddr . tcp dport", "1 field", NULL },
	{ "add set ip t s { type mark; }; add rule ip t c tcp dport @s", "tcp dport", "32 bits", NULL },
	{ "add set ip t s { type mark; }; add rule ip t c meta mark vmap @s", "@s", "no map", NULL },
	{ "add rule ip t c add @s { ip saddr acept }", "acept", "a statement", NULL },
	{ "add rule ip t c add @s { ip saddr ct count over 3 }", "ct count", "not in weir", NULL },
	{ "add rule ip t c meter { ip saddr }", "{", "the name of a meter", NULL },
	{ "tesst element ip t s { 1 }", "element", NULL, "did you mean test?" },
};

static void test_mistakes(void **state)
{
	(void)state;
	check_mistakes(mistakes, sizeof(mistakes) / sizeof(*mistakes));
}

/* Elements that are read without tokens, and by them, are the same. */

static void add_ipv4(struct weir_buf *buf)
{
	weir_buf_add(buf, "%d.%d.%d.%d", (int)random() % 260, (int)random() % 256,
		     (int)random() % 256, (int)random() % 256);
}

static void add_ipv6(struct weir_buf *buf)
{
	static const char *const shapes[] = { "::%x:%x", "%x::%x", "%x:1:2:3:4:5:6:%x", "::ffff:%x.%x.1.2" };

	weir_buf_add(buf, shapes[random() % 4], (int)random() % 0x10000, (int)random() % 0x10000);
}

static void add_value(struct weir_buf *buf, unsigned int field)
{
	static const char *const numbers[] = { "0", "7", "22", "010", "09", "65535", "65536",
					       "4294967295", "4294967296", "0x1f", "1e", "ssh" };

	if (field == 0)
		add_ipv4(buf);
	else if (field == 1)
		add_ipv6(buf);
	else
		weir_buf_str(buf, numbers[random() % 12]);
}

static void add_field(struct weir_buf *buf, unsigned int field)
{
	add_value(buf, field);
	switch (random() % 6) {
	case 0:
		weir_buf_add(buf, "/%d", (int)random() % 40);
		break;
	case 1:
		weir_buf_str(buf, random() % 2 ? "-" : " - ");
		add_value(buf, field);
		break;
	}
}

static const char *const blanks[] = { "", " ", " \t ", "\n\t", " # a comment, }\n" };

static void add_element(struct weir_buf *buf, const unsigned int *fields, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (i)
			weir_buf_str(buf, random() % 4 ? " . " : " .\t");
		add_field(buf, fields[i]);
	}
	if (random() % 4 == 0)
		weir_buf_str(buf, random() % 4 ? " timeout 1m30s" : " timeout  5x");
	if (random() % 4)
		weir_buf_add(buf, "%s:%s%d", random() % 2 ? " " : "", random() % 2 ? " " : "",
			     (int)random() % 100);
}

/* Reads the element in a set; what was made of it, NULL for nothing. */
static char *read_element(const char *before, const char *type, const char *element,
			  const char *blank)
{
	struct weir_errors errors = {};
	struct weir_script script = {};
	struct weir_buf text = {};
	char *result = NULL;

	weir_buf_add(&text, "%sadd map ip t s { type %s : mark; flags interval,timeout; "
		     "elements = {%s%s%s} }", before, type, blank, element, blank);
	if (!weir_parse_text("<test>", text.text, NULL, &script, &errors))
		result = print_commands(&script);
	weir_buf_free(&text);
	weir_script_free(&script);
	weir_errors_free(&errors);
	return result;
}

/* Whether the element is one at all. */
static bool compare_ways(const char *type, const char *element)
{
	struct weir_buf define = {};
	char *plain, *tokens;
	bool good;

	weir_buf_add(&define, "define x = { %s }\n", element);
	plain = read_element("", type, element, blanks[random() % 5]);
	tokens = read_element(define.text, type, "$x", " ");
	if (!plain != !tokens || (plain && strcmp(plain, tokens))) {
		print_error("%s is\n%sand by tokens\n%s\n", element, plain ? plain : "refused\n",
			    tokens ? tokens : "refused\n");
		fail();
	}
	good = plain;
	free(plain);
	free(tokens);
	weir_buf_free(&define);
	return good;
}

static void test_plain(void **state)
{
	static const unsigned int fields[][3] = { { 0 }, { 1 }, { 2 }, { 3 }, { 0, 2 }, { 1, 0, 2 } };
	static const unsigned int n_fields[] = { 1, 1, 1, 1, 2, 3 };
	static const char *const types[] = {
		"ipv4_addr", "ipv6_addr", "inet_service", "mark", "ipv4_addr . inet_service",
		"ipv6_addr . ipv4_addr . inet_service",
	};
	unsigned int good = 0;

	(void)state;
	srandom(2);
	for (int i = 0; i < ELEMENTS; i++) {
		struct weir_buf element = {};
		unsigned int type = random() % 6;

		add_element(&element, fields[type], n_fields[type]);
		good += compare_ways(types[type], element.text);
		weir_buf_free(&element);
	}
	assert_in_range(good, ELEMENTS / 10, ELEMENTS * 9 / 10);
}

/* Many addresses are one run of records, and each knows its place. */
static void test_many(void **state)
{
	const struct weir_elems *elems;
	struct weir_script script;
	struct weir_buf text = {};

	(void)state;
	weir_buf_str(&text, "add set ip t s { type ipv4_addr; elements = { ");
	for (unsigned int i = 0; i < MANY; i++)
		weir_buf_add(&text, "10.%u.%u.%u,\n", i >> 16, i >> 8 & 255, i & 255);
	weir_buf_str(&text, "} }");
	script = parse_good(text.text, NULL);
	elems = script.commands->set->elems;
	assert_int_equal(elems->n, MANY);
	assert_int_equal(elems->record, 4);
	assert_int_equal(elems->columns, 0);
	assert_null(elems->next);
	for (unsigned int i = 0; i < MANY; i += 997) {
		const char *at = elems->input->text + elems->offsets[i];
		char address[32];

		snprintf(address, sizeof(address), "10.%u.%u.%u,", i >> 16, i >> 8 & 255, i & 255);
		assert_memory_equal(at, address, strlen(address));
		assert_int_equal(weir_num_get(elems->packed + 4 * i, 4).lo, 10U << 24 | i);
	}
	weir_script_free(&script);
	weir_buf_free(&text);
}

/* Lines of plain lists */
static const struct {
	const char *line;
	size_t n;
	const char *why;
} lines[] = {
	{ "10.0.0.1 . 22", 1, NULL },
	{ "  10.0.0.0/8 . 1-1024\t# a comment", 1, NULL },
	{ "10.0.0.1 . ssh", 1, NULL },
	{ "10.0.0.1 . 22 timeout 1h", 1, NULL },
	{ "10.0.0.1 . 22 timeout 1h comment \"x\"", 1, NULL },
	{ "", 0, NULL },
	{ "# 10.0.0.1", 0, NULL },
	{ " \t\r", 0, NULL },
	{ "10.0.0.1", 0, "2 fields" },
	{ "10.0.0.1 . 22, 10.0.0.2 . 22", 0, "can't stand here" },
	{ "10.0.0.1 . 22 : 5", 0, "of a map" },
	{ "10.0.0.256 . 22", 0, "IPv4 address" },
	{ "$x", 0, "no variable" },
	{ "\"", 0, "no closing quote" },
};

static void test_lines(void **state)
{
	struct weir_set set = { .flags = WEIR_SET_FLAGS_INTERVAL | WEIR_SET_FLAGS_TIMEOUT };
	char line[64];

	(void)state;
	assert_true(weir_set_type_parse("type ipv4_addr . inet_service", &set.type));
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct weir_elems *elems = NULL;
		const char *why = NULL;
		size_t len = strlen(lines[i].line);
		bool ok;

		/* The line ends where it is said to. */
		snprintf(line, sizeof(line), "%s5", lines[i].line);
		ok = weir_elem_line_parse(&set, false, line, len, &elems, &why);
		assert_int_equal(ok, !lines[i].why);
		if (!ok && !strstr(why, lines[i].why))
			fail_msg("%s: %s", lines[i].line, why);
		if (ok)
			assert_int_equal(weir_elems_count(elems), lines[i].n);
		weir_elems_free(elems);
	}
	weir_set_type_clear(&set.type);
}

/* What is asked for or deleted are keys: of a map without values, of a list also such. */
static void test_key_lines(void **state)
{
	static const struct {
		const char *line;
		uint32_t flags;
		bool map;
		bool adds;
		bool asks;
	} keys[] = {
		{ "10.0.0.1", 0, true, false, true },
		{ "10.0.0.1 : 5", 0, true, true, true },
		{ "10.0.0.1", WEIR_SET_FLAGS_LIST, false, false, true },
		{ "@s", WEIR_SET_FLAGS_LIST, false, true, true },
		{ "@s", 0, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct weir_set set = { .flags = keys[i].flags };

		assert_true(weir_set_type_parse("type ipv4_addr", &set.type));
		if (keys[i].map) {
			set.data_type = WEIR_DATA_TYPE_VALUE;
			assert_true(weir_set_type_parse("type mark", &set.data));
		}
		for (int asks = 0; asks < 2; asks++) {
			struct weir_elems *elems = NULL;
			const char *why;

			assert_int_equal(weir_elem_line_parse(&set, asks, keys[i].line,
							      strlen(keys[i].line), &elems, &why),
					 asks ? keys[i].asks : keys[i].adds);
			weir_elems_free(elems);
		}
		weir_set_type_clear(&set.type);
		weir_set_type_clear(&set.data);
	}
}

static void test_types(void **state)
{
	struct weir_set_type type;

	(void)state;
	assert_true(weir_set_type_parse("typeof ip saddr . tcp dport", &type));
	assert_int_equal(type.n_fields, 2);
	assert_int_equal(type.fields[0].len, 32);
	assert_string_equal(type.fields[1].type->name, "inet_service");
	assert_string_equal(type.text, "typeof ip saddr . tcp dport");
	weir_set_type_clear(&type);
	assert_true(weir_set_type_parse("verdict", &type));
	assert_int_equal(type.n_fields, 0);
	weir_set_type_clear(&type);
	assert_true(weir_set_type_parse("meta mark", &type));
	assert_string_equal(type.fields[0].type->name, "mark");
	weir_set_type_clear(&type);
	assert_true(weir_set_type_parse("ether_addr", &type));
	assert_int_equal(type.fields[0].len, 48);
	weir_set_type_clear(&type);
	assert_false(weir_set_type_parse("type nonsense", &type));
	assert_false(weir_set_type_parse("", &type));
	assert_false(weir_set_type_parse("type ipv4_addr . ", &type));
}

/* A good text for the mutations: something of everything. */
static const char sample[] =
	"define nets = { 10.0.0.0/8, 192.168.0.0/16 }\n"
	"table inet t {\n"
	"\tset s { type ipv4_addr; flags interval,timeout; timeout 1h30m; size 100; counter\n"
	"\t\telements = { $nets, 1.2.3.4 timeout 30s counter packets 1 bytes 2 comment \"x\",\n"
	"\t\t\t10.1.0.0/16 nomatch, 5.5.5.5-6.6.6.6, # c\n\t\t\t7.7.7.7 expires 5s } }\n"
	"\tset c { typeof ip saddr . tcp dport; flags interval; elements = { 10.0.0.0/8 . 22 } }\n"
	"\tmap m { type inet_service : verdict; elements = { 22 : accept, 80 : jump web, * : drop } }\n"
	"\tmap o { type ipv4_addr : counter; elements = { 1.1.1.1 : \"c\" } }\n"
	"\tset l { type ipv4_addr; flags list; elements = { @s, @c before @s } }\n"
	"\tchain web {\n"
	"\t\tip saddr . tcp dport { 10.0.0.1 . 22, 10.0.0.0/8 . 1-1024 } ip daddr != @s drop\n"
	"\t\tmeta mark set ip saddr . meta mark map { 1.1.1.1 . 5 : 1 } tcp dport vmap @m\n"
	"\t\tadd @d { ip saddr timeout 1m limit rate 10/second : meta mark }\n"
	"\t\tset update ip saddr timeout 5s @d\n"
	"\t\tmeter x size 128 { ip saddr . tcp dport counter } tcp dport vmap { 22 : goto web }\n"
	"\t}\n"
	"}\n"
	"add element inet t s { 1.1.1.1, 2.2.2.2 }; get element inet t c { 1.1.1.1 . 5 }\n"
	"delete element inet t m { 22 }; add element inet t s; swap set inet t s l\n"
	"rename map inet t m n; list sets; flush set inet t s; delete map inet t handle 7\n";

static void test_mutations(void **state)
{
	(void)state;
	check_mutations(sample, MUTATIONS);
}

/* A text of a million of something is taken or refused, and quickly. */
static void test_large(void **state)
{
	static const char *const units[] = {
		"{", "}", "(", ",", "1.1.1.1", "1.1.1.1,", "1.1.1.1\n", "@", ".", ":", "1.1.1.1 . ",
		"$a,", "{$a},", "1.1.1.1 timeout 1s,", "1.1.1.1 comment \"a\",", "#\n",
	};
	struct weir_buf buf = {};

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		weir_buf_add(&buf, "define a = 1.1.1.1\nadd set ip t s { type ipv4_addr; "
			     "flags timeout; elements = {");
		while (buf.len < 1000000)
			weir_buf_add(&buf, "%s", units[i]);
		parse_any(buf.text);
		weir_buf_add(&buf, "} }");
		parse_any(buf.text);
		weir_buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_key_lines),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
