// SPDX-License-Identifier: GPL-2.0
/*
 * What nft has and weir has not yet. Each is refused by its name, so that a
 * ruleset for nft is either taken as it is meant or not at all.
 */
#include <stdio.h>
#include <string.h>
#include "reader.h"

/* Objects: words that stand where "table" or "chain" may. */
static const char *const objects[][2] = {
	{ "ct", "a conntrack object" },
	{ "flowtable", "a flowtable" },
	{ "flowtables", "a flowtable" },
	{ "hooks", "list hooks" },
	{ "secmark", "secmark" },
	{ "secmarks", "secmark" },
	{ "synproxy", "synproxy" },
	{ "synproxys", "synproxy" },
	{ "tunnel", "a tunnel" },
};

/* Where in a rule a construct is looked for. */
enum place {
	/* As a condition or statement. */
	STATEMENT = 1,
	/* As a value. */
	VALUE = 2,
};

static const struct construct {
	const char *word;
	const char *second;
	enum place places;
	const char *what;
} constructs[] = {
	{ "flow", NULL, STATEMENT, "flow offload (flow)" },
	{ "snat", NULL, STATEMENT, "NAT (snat)" },
	{ "dnat", NULL, STATEMENT, "NAT (dnat)" },
	{ "masquerade", NULL, STATEMENT, "NAT (masquerade)" },
	{ "redirect", NULL, STATEMENT, "NAT (redirect)" },
	{ "queue", NULL, STATEMENT, "queue" },
	{ "notrack", NULL, STATEMENT, "notrack" },
	{ "tproxy", NULL, STATEMENT, "tproxy" },
	{ "synproxy", NULL, STATEMENT, "synproxy" },
	{ "dup", NULL, STATEMENT, "dup" },
	{ "fwd", NULL, STATEMENT, "fwd" },
	{ "last", NULL, STATEMENT, "last" },
	{ "xt", NULL, STATEMENT, "a rule of iptables (xt)" },
	{ "reset", NULL, STATEMENT, "reset of an option" },
	{ "fib", NULL, STATEMENT | VALUE, "fib" },
	{ "socket", NULL, STATEMENT | VALUE, "socket" },
	{ "osf", NULL, STATEMENT | VALUE, "osf" },
	{ "numgen", NULL, STATEMENT | VALUE, "numgen" },
	{ "jhash", NULL, STATEMENT | VALUE, "jhash" },
	{ "symhash", NULL, STATEMENT | VALUE, "symhash" },
	{ "ipsec", NULL, STATEMENT | VALUE, "ipsec" },
	{ "rt", "classid", STATEMENT | VALUE, "rt classid" },
	{ "rt", "nexthop", STATEMENT | VALUE, "rt nexthop" },
	{ "rt", "mtu", STATEMENT | VALUE, "rt mtu" },
	{ "rt", "ipsec", STATEMENT | VALUE, "rt ipsec" },
	{ "rt", "ip", STATEMENT | VALUE, "rt ip nexthop" },
	{ "rt", "ip6", STATEMENT | VALUE, "rt ip6 nexthop" },
	{ "ct", "count", STATEMENT, "ct count" },
	{ "geneve", NULL, STATEMENT | VALUE, "geneve" },
	{ "gre", NULL, STATEMENT | VALUE, "gre" },
	{ "gretap", NULL, STATEMENT | VALUE, "gretap" },
	{ "vxlan", NULL, STATEMENT | VALUE, "vxlan" },
	{ "sctp", "chunk", STATEMENT | VALUE, "sctp chunk" },
	{ "dccp", "option", STATEMENT | VALUE, "dccp option" },
};

bool weir_unsupported(struct weir_parser *parser, const struct weir_loc *loc,
		      const char *what)
{
	return weir_tok_error_at(parser, loc, "%s is not in weir yet", what);
}

static const char *find_object(const char *word)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		if (weir_same_word(objects[i][0], word))
			return objects[i][1];
	}
	return NULL;
}

bool weir_unsupported_is_object(const char *word)
{
	return find_object(word);
}

bool weir_unsupported_object(struct weir_parser *parser, const struct weir_token *token)
{
	return weir_unsupported(parser, &token->loc, find_object(token->text));
}

static bool find(struct weir_parser *parser, enum place place)
{
	const struct weir_token *token = weir_tok(parser), *next = weir_tok_ahead(parser, 1);
	struct weir_loc loc = token->loc;
	size_t i;

	if (token->type != WEIR_TOKEN_WORD && token->type != WEIR_TOKEN_SIGN)
		return false;
	for (i = 0; i < sizeof(constructs) / sizeof(*constructs); i++) {
		const struct construct *construct = &constructs[i];

		if (!(construct->places & place) || !weir_same_word(construct->word, token->text))
			continue;
		if (construct->second) {
			if (strcmp(construct->second, next->text))
				continue;
			loc = weir_loc_span(&loc, &next->loc);
		}
		weir_unsupported(parser, &loc, construct->what);
		return true;
	}
	return false;
}

bool weir_unsupported_statement(struct weir_parser *parser)
{
	return find(parser, STATEMENT);
}

bool weir_unsupported_value(struct weir_parser *parser)
{
	return find(parser, VALUE);
}
