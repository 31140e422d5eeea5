// SPDX-License-Identifier: GPL-2.0
/*
 * Rules that no packet matches: what has to be found, what must not be, and random
 * chains through which all packets are sent to see that no warning is false.
 *
 * WEIR_FUZZ_SEED and WEIR_FUZZ_ROUNDS make it another run, or a longer one.
 */
#include <netinet/in.h>
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
#include "language/lint.h"

static void parse(const char *text, struct weir_script *script)
{
	struct weir_errors errors = { 0 };

	if (weir_parse_text("test", text, NULL, script, &errors)) {
		weir_errors_print(&errors, stderr);
		fail_msg("cannot read %s", text);
	}
}

/* What was found as "c3<1 d4<2 u5<4+2": which rule, by which, and how many behind it. */
static void check_lint(const char *text, bool whole, const char *expected)
{
	struct weir_script script;
	struct weir_lint *found, *lint;
	struct weir_buf buf = { 0 };

	parse(text, &script);
	found = weir_lint(script.commands, whole);
	weir_buf_str(&buf, "");
	for (lint = found; lint; lint = lint->next) {
		weir_buf_add(&buf, "%s%c%zu<%zu", lint == found ? "" : " ", "cdu"[lint->kind],
			     lint->number, lint->by_number);
		if (lint->behind)
			weir_buf_add(&buf, "+%zu", lint->behind);
	}
	if (strcmp(buf.text, expected))
		fail_msg("%s\nwanted \"%s\", found \"%s\"", text, expected, buf.text);
	weir_buf_free(&buf);
	weir_lint_free(found);
	weir_script_free(&script);
}

/* A chain of a listing. */
static void check_rules(const char *rules, const char *expected)
{
	struct weir_buf buf = { 0 };

	weir_buf_add(&buf, "table inet t {\n"
		     "set still { type ipv4_addr; flags interval; }\n"
		     "set moves { type ipv4_addr; flags dynamic,timeout; }\n"
		     "set counts { type ipv4_addr; counter; }\n"
		     "chain writes { meta mark set 1; }\nchain reads { meta mark 1 accept; }\n"
		     "chain loops { jump reads; goto writes; }\n"
		     "chain c {\n%s\n}\n}\n", rules);
	check_lint(buf.text, true, expected);
	weir_buf_free(&buf);
}

static void test_covered(void **state)
{
	check_rules("tcp dport 22 accept\ntcp dport 22 drop", "c2<1");
	check_rules("tcp dport { 22, 80-90 } accept\ntcp dport 85 drop\ntcp dport 85-91 drop", "c2<1");
	check_rules("tcp dport != 5 accept\ntcp dport { 1, 7 } drop\ntcp dport 4-6 drop", "c2<1");
	check_rules("tcp dport < 5 accept\ntcp dport 4 drop\ntcp dport 5 drop", "c2<1");
	check_rules("tcp dport > 5 accept\ntcp dport 6 drop\ntcp dport 5 drop", "c2<1");
	check_rules("tcp dport <= 5 accept\ntcp dport 5 drop\ntcp dport >= 6 drop\ntcp dport 9 drop",
		    "c2<1 c4<3");
	check_rules("ip saddr 10.0.0.0/8 drop\nip saddr 10.1.2.3 tcp dport 22 accept", "c2<1");
	check_rules("ip saddr 10.0.0.0/8 tcp dport 22 drop\nip saddr 10.1.2.3 accept", "");
	check_rules("ip6 saddr fd00::/8 drop\nip6 saddr fd00::1 accept\nip6 saddr fe80::1 drop", "c2<1");
	check_rules("ip saddr & 255.0.0.255 == 10.0.0.1 drop\n"
		    "ip saddr & 255.0.0.255 == 10.0.0.1 udp dport 1 accept\n"
		    "ip saddr 10.0.0.1 udp dport 1 accept", "c2<1");
	check_rules("ct state established,related accept\nct state established drop\nct state new drop",
		    "c2<1");
	check_rules("tcp flags syn drop\ntcp flags == syn accept\ntcp flags ! syn drop\n"
		    "tcp flags == ack drop", "c2<1 c4<3");
	check_rules("iifname \"lo\" accept\niifname \"lo\" tcp dport 22 drop", "c2<1");
	check_rules("iifname \"eth*\" accept\niifname \"eth0\" tcp dport 22 drop", "c2<1");
	/* What a header implies. */
	check_rules("meta l4proto tcp accept\ntcp dport 22 drop\nudp dport 22 drop", "c2<1");
	check_rules("meta nfproto ipv4 accept\nip saddr 10.0.0.1 drop\nip6 saddr ::1 drop", "c2<1");
	check_rules("tcp dport 0-65535 accept\nmeta l4proto tcp drop", "");
	/* Every verdict that ends the chain, whatever the later rule does. */
	check_rules("tcp dport 22 return\ntcp dport 22 counter", "c2<1");
	check_rules("tcp dport 22 goto reads\ntcp dport 22 log", "c2<1");
	check_rules("tcp dport 22 reject\ntcp dport 22 accept", "c2<1");
	check_rules("tcp dport 22 jump reads\ntcp dport 22 accept", "");
	check_rules("tcp dport 22 continue\ntcp dport 22 accept", "");
	check_rules("tcp dport 22 counter log prefix \"x\" accept\ntcp dport 22 limit rate 1/second drop",
		    "c2<1");
	check_rules("meta l4proto tcp reject with tcp reset\ntcp dport 1 accept", "c2<1");
	check_rules("reject with tcp reset\ntcp dport 1 accept\nudp dport 1 accept", "c2<1");
	/* What is covered covers nothing, so that each points at the first. */
	check_rules("tcp dport 1-9 accept\ntcp dport 2-8 accept\ntcp dport 3 accept", "c2<1 c3<1");
}

static void test_unsure(void **state)
{
	/* A state of its own, or one that others change. */
	check_rules("tcp dport 22 limit rate 1/second accept\ntcp dport 22 accept", "");
	check_rules("limit rate 1/second accept\nlimit rate 1/second accept", "");
	check_rules("quota 100 bytes accept\nquota 100 bytes accept", "");
	check_rules("ct mark 1 accept\nct mark 1 drop", "");
	check_rules("meta random 5 accept\nmeta random 5 accept", "");
	check_rules("ip saddr @moves accept\nip saddr @moves udp dport 1 drop", "");
	check_rules("ip saddr @counts accept\nip saddr @counts udp dport 1 drop", "");
	check_rules("ip saddr @other accept\nip saddr @other udp dport 1 drop", "");
	check_rules("ip saddr @still accept\nip saddr @still udp dport 1 drop", "c2<1");
	check_rules("ip saddr @still accept\nip saddr != @still udp dport 1 drop\n"
		    "ip daddr @still udp dport 1 drop", "");
	check_rules("ip saddr . tcp dport { 10.0.0.1 . 22 } accept\n"
		    "ip saddr . tcp dport { 10.0.0.1 . 22 } iif 1 drop\n"
		    "ip saddr . tcp dport { 10.0.0.1 . 23 } iif 1 drop", "c2<1");
	/* What is written between. */
	check_rules("meta mark 1 accept\ntcp dport 1 meta mark set 1\nmeta mark 1 drop", "");
	check_rules("meta mark 1 accept\ntcp dport 1 meta mark set 1 drop\nmeta mark 1 drop", "");
	check_rules("meta mark 1 accept\njump writes\nmeta mark 1 drop", "");
	check_rules("meta mark 1 accept\njump reads\nmeta mark 1 drop", "c3<1");
	check_rules("meta mark 1 accept\njump loops\nmeta mark 1 drop", "");
	check_rules("meta mark 1 accept\njump nowhere\nmeta mark 1 drop", "");
	check_rules("tcp dport 1 accept\njump writes\ntcp dport 1 drop", "c3<1");
	check_rules("tcp dport 1 accept\nip ttl set 3\ntcp dport 1 drop", "");
	check_rules("iif 1 accept\nip ttl set 3\niif 1 tcp dport 1 drop", "c3<1");
	check_rules("ip ttl 1 accept\ntcp dport vmap { 1 : jump writes }\nip ttl 1 drop", "");
	check_rules("meta mark 1 accept\nmeta mark set 1 meta mark 1 drop", "");
	check_rules("meta mark set 1 meta mark 1 accept\nmeta mark 1 drop", "");
	check_rules("meta mark set 1 accept\ntcp dport 1 drop", "u2<1");
	/* It may not be there to be written. */
	check_rules("ip ttl set 1 accept\ntcp dport 1 drop", "");
	check_rules("tcp dport 1 tcp dport set 2 accept\ntcp dport 1 iif 1 drop", "");
	check_rules("counter name \"x\" accept\ntcp dport 1 drop", "u2<1");
	check_rules("limit name \"x\" accept\ntcp dport 1 drop", "");
	check_rules("tcp dport 1 update @moves { ip saddr } accept\ntcp dport 1 drop", "");
	check_rules("tcp dport vmap { 1 : accept }\ntcp dport 1 drop", "");
}

static void test_duplicates(void **state)
{
	check_rules("tcp dport 22 accept\nudp dport 1 drop\ntcp dport 22 accept", "d3<1");
	check_rules("counter packets 5 bytes 6\ncounter", "d2<1");
	check_rules("counter\ntcp dport 1 accept\ncounter", "");
	check_rules("counter\nmeta mark set 1\ncounter", "d3<1");
	check_rules("meta mark set 1\nmeta mark set 2\nmeta mark set 1", "");
	check_rules("meta mark set 1\ncounter\nmeta mark set 1", "d3<1");
	check_rules("meta mark set meta mark | 1\nmeta mark set meta mark | 1", "");
	check_rules("tcp dport 22 jump reads\ntcp dport 22 jump reads", "");
	check_rules("tcp dport 22 accept comment \"a\"\ntcp dport 22 accept comment \"b\"", "d2<1");
	check_rules("tcp dport 22 log\ntcp dport 22 log", "d2<1");
	check_rules("ip ttl set 1 accept\nip ttl set 1 accept", "d2<1");
}

static void test_unreached(void **state)
{
	check_rules("accept\ntcp dport 1 drop\ntcp dport 2 drop\ncounter", "u2<1+2");
	check_rules("counter drop\naccept", "u2<1");
	check_rules("counter\naccept", "");
	check_rules("meta nfproto ipv4 accept\naccept\ndrop", "u3<2");
}

/* A file is not all there is, unless it begins by deleting that. */
static void test_files(void **state)
{
	static const char two[] = "add rule ip t c tcp dport 1 accept; add rule ip t c tcp dport 1 drop;";

	check_lint(two, false, "c2<1");
	/* Rules that are inserted stand in front of rules that are there, which may write. */
	check_lint("insert rule ip t c tcp dport 1 accept; add rule ip t c tcp dport 1 drop", false, "");
	check_lint("insert rule ip t c iif 1 accept; add rule ip t c iif 1 drop", false, "c2<1");
	check_lint("flush chain ip t c; insert rule ip t c tcp dport 1 accept; add rule ip t c tcp dport 1 drop",
		   false, "c2<1");
	check_lint("add rule ip t c tcp dport 1 drop; insert rule ip t c tcp dport 1 accept;"
		   "insert rule ip t c tcp dport 1 return", false, "c2<1");
	/* What stands elsewhere, nobody knows. */
	check_lint("add rule ip t c index 0 tcp dport 1 accept; add rule ip t c tcp dport 1 drop", false, "");
	check_lint("add rule ip t c tcp dport 1 accept; delete rule ip t c handle 5;"
		   "add rule ip t c tcp dport 1 drop", false, "");
	check_lint("add rule ip t c tcp dport 1 accept; flush chain ip t c; add rule ip t c tcp dport 1 drop",
		   false, "");
	check_lint("add rule ip t c tcp dport 1 accept; flush ruleset; add rule ip t c tcp dport 1 drop",
		   false, "");
	check_lint("add rule ip t c tcp dport 1 accept; delete table ip t; add table ip t; add chain ip t c;"
		   "add rule ip t c tcp dport 1 drop", false, "");
	check_lint("add rule ip t c tcp dport 1 accept; add rule ip6 t c tcp dport 1 drop;"
		   "add rule ip u c tcp dport 1 drop; add rule ip t d tcp dport 1 drop", false, "");
	/* A chain that is jumped to may have more in it than the file says. */
	check_lint("add rule ip t c tcp dport 1 accept; add rule ip t c jump d; add rule ip t d accept;"
		   "add rule ip t c tcp dport 1 drop", false, "");
	check_lint("flush ruleset; add rule ip t c tcp dport 1 accept; add rule ip t c jump d;"
		   "add rule ip t d accept; add rule ip t c tcp dport 1 drop", false, "c3<1");
	check_lint("flush ruleset ip6; add rule ip t c tcp dport 1 accept; add rule ip t c jump d;"
		   "add rule ip t d accept; add rule ip t c tcp dport 1 drop", false, "");
	check_lint("destroy table ip t; add rule ip t c tcp dport 1 accept; add rule ip t c jump d;"
		   "add rule ip t d accept; add rule ip t c tcp dport 1 drop", false, "c3<1");
}

static void test_report(void **state)
{
	struct weir_errors warnings = { 0 };
	struct weir_script script;
	struct weir_lint *found;
	char text[1000] = "";
	json_t *array = json_array(), *wanted;
	FILE *to = fmemopen(text, sizeof(text), "w");

	parse("add rule ip t c tcp dport 1 accept\n  add rule ip t c tcp dport 1 drop\n"
	      "add rule ip t c accept\nadd rule ip t c drop\nadd rule ip t c drop", &script);
	found = weir_lint(script.commands, false);
	weir_lint_warn(found, &warnings);
	weir_errors_print(&warnings, to);
	fclose(to);
	assert_string_equal(text,
			    "test:2:19: warning: no packet matches this rule: the rule in line 1 decides about all that would\n"
			    "  add rule ip t c tcp dport 1 drop\n"
			    "                  ^^^^^^^^^^^^^^^^\n"
			    "test:4:17: warning: no packet comes to this rule or the 1 behind it: the rule in line 3 decides about all\n"
			    "add rule ip t c drop\n"
			    "                ^^^^\n");
	weir_lint_json(found, array);
	wanted = json_loads("[{\"kind\": \"covered\", \"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", "
			    "\"rule\": 2, \"file\": \"test\", \"line\": 2, \"column\": 19, "
			    "\"by\": {\"rule\": 1, \"file\": \"test\", \"line\": 1, \"column\": 17}}, "
			    "{\"kind\": \"unreached\", \"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", "
			    "\"rule\": 4, \"file\": \"test\", \"line\": 4, \"column\": 17, \"behind\": 1, "
			    "\"by\": {\"rule\": 3, \"file\": \"test\", \"line\": 3, \"column\": 17}}]",
			    0, NULL);
	assert_non_null(wanted);
	assert_true(json_equal(array, wanted));
	json_decref(wanted);
	json_decref(array);
	weir_errors_free(&warnings);
	weir_lint_free(found);
	weir_script_free(&script);
}

/* Random chains */

#define RULES	24
#define CHAINS	3

/**
 * struct packet - A packet of all that there are.
 */
struct packet {
	uint8_t l4proto;
	uint32_t saddr;
	uint32_t mark;
	uint16_t dport;
	uint16_t ct;
	uint8_t ttl;
};

/**
 * struct run - A packet on its way.
 * @rules: By chain.
 * @n: How many.
 * @hits: Rules that it matched to their end in this run.
 */
struct run {
	struct packet packet;
	const struct weir_rule *rules[CHAINS][RULES];
	size_t n[CHAINS];
	bool hits[CHAINS][RULES];
};

static unsigned int below(unsigned int n)
{
	return random() % n;
}

static bool load(const struct packet *packet, const struct weir_key *key, struct weir_num *val)
{
	if (key->type == WEIR_KEY_TYPE_PLUGIN) {
		*val = weir_num(packet->ct);
		return true;
	}
	if (key->type == WEIR_KEY_TYPE_META) {
		*val = weir_num(key->meta == WEIR_META_MARK ? packet->mark :
				key->meta == WEIR_META_L4PROTO ? packet->l4proto : NFPROTO_IPV4);
		return true;
	}
	if (key->header == WEIR_HEADER_IP) {
		*val = weir_num(key->offset == 96 ? packet->saddr : packet->ttl);
		return true;
	}
	*val = weir_num(packet->dport);
	return key->header == (packet->l4proto == IPPROTO_TCP ? WEIR_HEADER_TCP : WEIR_HEADER_UDP);
}

static bool in_ranges(const struct weir_item *item, struct weir_num val)
{
	size_t i;

	for (i = 0; i < item->n_ranges; i++)
		if (weir_num_cmp(item->ranges[i].from, val) <= 0 &&
		    weir_num_cmp(val, item->ranges[i].to) <= 0)
			return true;
	return false;
}

static bool holds(const struct packet *packet, const struct weir_item *item)
{
	struct weir_num val, bits;
	unsigned int i;
	int order;

	if (!load(packet, &item->key, &val))
		return false;
	for (i = 0; i < item->n_ops; i++)
		val = weir_num_and(val, item->ops[i].val);
	bits = weir_num_and(val, item->val);
	order = weir_num_cmp(val, item->val);
	switch (item->rel) {
	case WEIR_REL_EQ:
		return !order;
	case WEIR_REL_NE:
		return order;
	case WEIR_REL_LT:
		return order < 0;
	case WEIR_REL_LE:
		return order <= 0;
	case WEIR_REL_GT:
		return order > 0;
	case WEIR_REL_GE:
		return order >= 0;
	case WEIR_REL_IN:
		return in_ranges(item, val);
	case WEIR_REL_NOT_IN:
		return !in_ranges(item, val);
	case WEIR_REL_ANY:
		return bits.lo;
	case WEIR_REL_NONE:
		return !bits.lo;
	}
	return false;
}

enum outcome {
	GO_ON,
	LEAVE,
	DONE,
};

static enum outcome run_chain(struct run *run, size_t chain);

static enum outcome run_verdict(struct run *run, const struct weir_item *item)
{
	enum outcome outcome;

	switch (item->verdict) {
	case WEIR_VERDICT_CONTINUE:
		return GO_ON;
	case WEIR_VERDICT_RETURN:
		return LEAVE;
	case WEIR_VERDICT_JUMP:
		return run_chain(run, item->chain[0] - 'a') == DONE ? DONE : GO_ON;
	case WEIR_VERDICT_GOTO:
		outcome = run_chain(run, item->chain[0] - 'a');
		return outcome == DONE ? DONE : LEAVE;
	default:
		return DONE;
	}
}

static enum outcome run_rule(struct run *run, const struct weir_rule *rule, bool *hit)
{
	const struct weir_item *item;

	for (item = rule->items; item; item = item->next) {
		switch (item->type) {
		case WEIR_ITEM_TYPE_COND:
			if (!holds(&run->packet, item))
				return GO_ON;
			break;
		case WEIR_ITEM_TYPE_MATCH:
			/* A limit. */
			if (below(2))
				return GO_ON;
			break;
		case WEIR_ITEM_TYPE_SET:
			if (item->key.type == WEIR_KEY_TYPE_META)
				run->packet.mark = item->val.lo;
			else
				run->packet.ttl = item->val.lo;
			break;
		case WEIR_ITEM_TYPE_VERDICT:
			*hit = true;
			return run_verdict(run, item);
		default:
			break;
		}
	}
	*hit = true;
	return GO_ON;
}

static enum outcome run_chain(struct run *run, size_t chain)
{
	enum outcome outcome;
	size_t i;

	for (i = 0; i < run->n[chain]; i++) {
		outcome = run_rule(run, run->rules[chain][i], &run->hits[chain][i]);
		if (outcome != GO_ON)
			return outcome;
	}
	return GO_ON;
}

/* Rule @chain of the way may lead to those behind it only. */
static void random_rule(struct weir_buf *buf, unsigned int chain)
{
	static const char *const rels[] = { "", "!= ", "< ", "> ", "<= ", ">= " };
	static const char *const states[] = { "new", "established", "established,related" };
	static const char *const ends[] = { "accept", "drop", "return", "continue", "counter", "",
					    "meta mark set 1", "meta mark set 2 accept",
					    "ip ttl set 1", "ip ttl set 2 drop" };
	const char *proto = below(2) ? "tcp" : "udp";
	unsigned int n = below(12) ? 1 + below(3) : 0;
	size_t start = buf->len;

	while (n--) {
		switch (below(9)) {
		case 0:
			weir_buf_add(buf, "%s dport %s%u ", proto, rels[below(6)], 1 + below(4));
			break;
		case 1:
			weir_buf_add(buf, "%s dport { %u, %u-5 } ", proto, below(3), 3 + below(2));
			break;
		case 2:
			weir_buf_add(buf, "ip saddr 10.0.0.%u/%u ", below(4) & ~1u, 31 - below(2));
			break;
		case 3:
			weir_buf_add(buf, "ip saddr %s10.0.0.%u ", below(3) ? "" : "!= ", below(4));
			break;
		case 4:
			weir_buf_add(buf, "meta mark %s%u ", rels[below(6)], 1 + below(2));
			break;
		case 5:
			weir_buf_add(buf, "ct state %s ", states[below(3)]);
			break;
		case 6:
			weir_buf_add(buf, "meta l4proto %s ", proto);
			break;
		case 7:
			weir_buf_add(buf, "ip ttl %u ", 1 + below(2));
			break;
		case 8:
			weir_buf_add(buf, below(3) ? "meta mark & 1 == %u " :
				     "limit rate 10/second meta mark %u ", below(2));
			break;
		}
	}
	if (chain + 1 < CHAINS && !below(4))
		weir_buf_add(buf, "%s %c", below(3) ? "jump" : "goto", 'a' + CHAINS - 1 -
			     below(CHAINS - 1 - chain));
	else
		weir_buf_str(buf, ends[below(10)]);
	if (buf->len == start)
		weir_buf_str(buf, "counter");
	weir_buf_str(buf, "\n");
}

static void random_ruleset(struct weir_buf *buf)
{
	int chain, n;

	weir_buf_str(buf, "table inet t {\n");
	for (chain = CHAINS - 1; chain >= 0; chain--) {
		weir_buf_add(buf, "chain %c {\n", 'a' + chain);
		for (n = 1 + below(chain ? 4 : RULES); n; n--)
			random_rule(buf, chain);
		weir_buf_str(buf, "}\n");
	}
	weir_buf_str(buf, "}\n");
}

/* A rule that was warned of, after a packet has gone. */
static void check_found(const struct run *run, const struct weir_lint *lint, const char *text)
{
	size_t chain = lint->rule->chain[0] - 'a';
	bool hit = run->hits[chain][lint->number - 1];

	assert_ptr_equal(run->rules[chain][lint->number - 1], lint->rule);
	/* What does again what was done may be met by whom that met. */
	if (lint->kind == WEIR_LINT_DUPLICATE)
		hit = hit && !run->hits[chain][lint->by_number - 1];
	if (hit)
		fail_msg("%s\nrule %zu of chain %c is of use, in spite of %zu", text, lint->number,
			 'a' + (int)chain, lint->by_number);
}

static void try_packet(struct run *run, const struct weir_lint *found, const char *text,
		       const struct packet *packet)
{
	size_t chain;

	for (chain = 0; chain < CHAINS; chain++) {
		memset(run->hits, 0, sizeof(run->hits));
		run->packet = *packet;
		run_chain(run, chain);
		for (const struct weir_lint *lint = found; lint; lint = lint->next)
			if (lint->rule->chain[0] - 'a' == (int)chain)
				check_found(run, lint, text);
	}
}

static void try_packets(struct run *run, const struct weir_lint *found, const char *text)
{
	unsigned int i;

	for (i = 0; i < 2 * 4 * 3 * 6 * 3 * 2; i++) {
		const struct packet packet = {
			.l4proto = i % 2 ? IPPROTO_TCP : IPPROTO_UDP,
			.saddr = 0x0a000000 + i / 2 % 4,
			.mark = i / 8 % 3,
			.dport = i / 24 % 6,
			.ct = 2 << i / 144 % 3,
			.ttl = 1 + i / 432,
		};

		try_packet(run, found, text, &packet);
	}
}

static unsigned long fuzz_env(const char *name, unsigned long other)
{
	const char *val = getenv(name);

	return val ? strtoul(val, NULL, 0) : other;
}

static void test_random(void **state)
{
	unsigned long seed = fuzz_env("WEIR_FUZZ_SEED", 1);
	unsigned long end = seed + fuzz_env("WEIR_FUZZ_ROUNDS", 600);
	unsigned int kinds[3] = { 0 };
	static struct run run;

	for (; seed < end; seed++) {
		const struct weir_command *command;
		struct weir_lint *found, *lint;
		struct weir_script script;
		struct weir_buf buf = { 0 };

		srandom(seed);
		random_ruleset(&buf);
		parse(buf.text, &script);
		memset(&run, 0, sizeof(run));
		for (command = script.commands; command; command = command->next) {
			size_t chain;

			if (command->object != WEIR_OBJECT_RULE)
				continue;
			chain = command->rule->chain[0] - 'a';
			run.rules[chain][run.n[chain]++] = command->rule;
		}
		found = weir_lint(script.commands, true);
		for (lint = found; lint; lint = lint->next)
			kinds[lint->kind]++;
		try_packets(&run, found, buf.text);
		weir_lint_free(found);
		weir_script_free(&script);
		weir_buf_free(&buf);
	}
	/* It is no use if nothing was found. */
	assert_true(kinds[0] > 100 && kinds[1] > 10 && kinds[2] > 10);
}

/* Chains that would take for ever if each rule were compared with all others. */
static void test_long(void **state)
{
	struct weir_buf buf = { 0 };
	struct weir_script script;
	unsigned int i;

	weir_buf_str(&buf, "flush ruleset; table ip t { chain c {\n");
	for (i = 0; i < 100000; i++)
		weir_buf_add(&buf, "udp dport %u-%u ip saddr 10.%u.%u.0/24 drop\n", i % 60000,
			     i % 60000 + 2, i >> 8 & 255, i & 255);
	weir_buf_str(&buf, "}}");
	parse(buf.text, &script);
	weir_lint_free(weir_lint(script.commands, false));
	weir_script_free(&script);
	weir_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covered),
		cmocka_unit_test(test_unsure),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_unreached),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
