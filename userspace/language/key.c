// SPDX-License-Identifier: GPL-2.0
/*
 * Keys: a header and a field of it, a property of the packet, raw bits. Which
 * there are is known by the tables of field.h and by plug-ins.
 */
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include "ext.h"
#include "reader.h"

#define ETHERTYPE_IP4 0x0800
#define ETHERTYPE_IP6 0x86dd

void weir_expr_clear(struct weir_expr *expr)
{
	struct weir_key *key = &expr->key;

	if (key->data && key->ext->clear)
		key->ext->clear(key->data);
	free(key->data);
	memset(key, 0, sizeof(*key));
}

static bool is_number(const char *text)
{
	return isdigit((unsigned char)*text);
}

/* The header named by one or two words from here; sets how many. */
static const struct weir_header_desc *find_header(const struct weir_parser *parser,
						  unsigned int *n)
{
	const struct weir_token *first = weir_tok(parser), *second = weir_tok_ahead(parser, 1);
	char name[64];

	if (first->type != WEIR_TOKEN_WORD)
		return NULL;
	if (second->type == WEIR_TOKEN_WORD && weir_same_word(second->text, "option") &&
	    strlen(first->text) < 32) {
		const struct weir_header_desc *header;

		snprintf(name, sizeof(name), "%s option", first->text);
		header = weir_header_find(name);
		*n = 2;
		if (header)
			return header;
	}
	*n = 1;
	return weir_header_find(first->text);
}

/* The field of a header named by one or two words; the longer name counts. */
static const struct weir_field *find_field(const struct weir_header_desc *header,
					   const struct weir_token *first,
					   const struct weir_token *second, unsigned int *n)
{
	const struct weir_field *field;
	char name[64];

	if (first->type != WEIR_TOKEN_WORD)
		return NULL;
	*n = 1;
	field = weir_field_find(header, first->text);
	if ((field && !strchr(header->name, ' ')) || second->type != WEIR_TOKEN_WORD ||
	    strlen(first->text) + strlen(second->text) > sizeof(name) - 2)
		return field;
	stpcpy(stpcpy(stpcpy(name, first->text), " "), second->text);
	if (!weir_field_find(header, name))
		return field;
	*n = 2;
	return weir_field_find(header, name);
}

bool weir_key_is_here(const struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);
	const struct weir_header_desc *header;
	unsigned int n, fields;

	if (token->type == WEIR_TOKEN_SIGN)
		return !strcmp(token->text, "@");
	header = find_header(parser, &n);
	if (!header)
		return token->type == WEIR_TOKEN_WORD && weir_meta_find(token->text);
	if (n == 2 || find_field(header, weir_tok_ahead(parser, n),
				 weir_tok_ahead(parser, n + 1), &fields))
		return true;
	return weir_meta_find(token->text);
}

static void no_such_field(struct weir_parser *parser, const struct weir_header_desc *header)
{
	const struct weir_token *token = weir_tok(parser);
	const char *const *missing;
	const char **names;
	size_t n = 0;
	char what[96];

	for (missing = header->missing; missing && *missing; missing++) {
		if (strcmp(*missing, token->text))
			continue;
		snprintf(what, sizeof(what), "%s %s", header->name, token->text);
		weir_unsupported(parser, &token->loc, what);
		return;
	}
	if (token->type == WEIR_TOKEN_WORD)
		weir_tok_error(parser, "%s has no field %s", header->name,
			       weir_token_name(token));
	else
		weir_tok_error(parser, "expected a field of %s, not %s", header->name,
			       weir_token_name(token));
	while (header->fields[n].name)
		n++;
	names = weir_realloc(NULL, n + 1, sizeof(*names));
	for (size_t i = 0; i <= n; i++)
		names[i] = header->fields[i].name;
	weir_token_hint(parser, token->text, names);
	free(names);
}

/* Protocols */

static bool require_family(struct weir_parser *parser, const struct weir_header_desc *header,
			   const struct weir_loc *loc)
{
	const char *word = header->nfproto == NFPROTO_IPV6 ? "IPv6" : "IPv4";

	if (header->nfproto == NFPROTO_UNSPEC)
		return true;
	if (header->nfproto != NFPROTO_IPV4 && header->nfproto != NFPROTO_IPV6)
		return weir_tok_error_at(parser, loc, "%s is in no packet of this family",
					 header->name);
	if (parser->nfproto == NFPROTO_UNSPEC)
		parser->nfproto = header->nfproto;
	if (parser->nfproto == header->nfproto)
		return true;
	return weir_tok_error_at(parser, loc, "%s is in %s packets only, and the rule is for %s ones",
				 header->name, word,
				 parser->nfproto == NFPROTO_IPV6 ? "IPv6" : "IPv4");
}

static bool require_transport(struct weir_parser *parser,
			      const struct weir_header_desc *header,
			      const struct weir_loc *loc)
{
	if (header->l4proto < 0)
		return true;
	if (parser->l4proto < 0) {
		parser->l4proto = header->l4proto;
		parser->l4_name = header->name;
	}
	if (parser->l4proto == header->l4proto)
		return true;
	return weir_tok_error_at(parser, loc, "conflicting protocols: %s, and %s before",
				 header->name, parser->l4_name);
}

static void learn_family(struct weir_parser *parser, uint8_t nfproto)
{
	if (parser->nfproto == NFPROTO_UNSPEC)
		parser->nfproto = nfproto;
}

static void learn_transport(struct weir_parser *parser, uint64_t proto)
{
	const struct weir_header_desc *header;

	if (parser->l4proto >= 0)
		return;
	/* A protocol that has no header may be an extension header: "ip6 nexthdr". */
	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		if (header->l4proto < 0 || (uint64_t)header->l4proto != proto)
			continue;
		parser->l4proto = proto;
		parser->l4_name = header->name;
		return;
	}
}

/* ip protocol and ip6 nexthdr. */
static bool is_protocol_field(const struct weir_key *key)
{
	return key->type == WEIR_KEY_TYPE_PAYLOAD && key->len == 8 &&
	       ((key->header == WEIR_HEADER_IP && key->offset == 72) ||
		(key->header == WEIR_HEADER_IP6 && key->offset == 48));
}

static bool is_ether_type(const struct weir_key *key)
{
	if (key->type == WEIR_KEY_TYPE_META)
		return key->meta == WEIR_META_PROTOCOL;
	return key->type == WEIR_KEY_TYPE_PAYLOAD && key->header == WEIR_HEADER_ETHER &&
	       key->offset == 96 && key->len == 16;
}

void weir_key_learn(struct weir_parser *parser, const struct weir_item *item)
{
	const struct weir_key *key = &item->key;
	bool meta = key->type == WEIR_KEY_TYPE_META;
	uint64_t val = item->val.lo;

	if (item->rel != WEIR_REL_EQ || item->n_ops)
		return;
	if (meta && key->meta == WEIR_META_NFPROTO &&
	    (val == NFPROTO_IPV4 || val == NFPROTO_IPV6))
		learn_family(parser, val);
	else if (is_ether_type(key) && (val == ETHERTYPE_IP4 || val == ETHERTYPE_IP6))
		learn_family(parser, val == ETHERTYPE_IP4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	else if ((meta && key->meta == WEIR_META_L4PROTO) || is_protocol_field(key))
		learn_transport(parser, val);
}

/* Reading */

/* @BASE,OFFSET,LENGTH, or @OPTION,OFFSET,LENGTH where a header of options is given. */
static bool parse_raw(struct weir_parser *parser, const struct weir_header_desc *options,
		      struct weir_expr *expr)
{
	struct weir_key *key = &expr->key;
	const struct weir_token *base;
	uint64_t offset, len, option;
	struct weir_loc loc;

	weir_tok_next(parser);
	base = weir_tok(parser);
	key->type = WEIR_KEY_TYPE_PAYLOAD;
	if (options) {
		if (!weir_tok_number(parser, 255, &option, "the number of an option"))
			return false;
		key->header = options->fields->key.header;
		key->option = option;
	} else {
		if (base->type != WEIR_TOKEN_WORD || !weir_base_find(base->text, &key->header))
			return weir_tok_error(parser, "expected ll, nh, th or the name of a header, not %s",
					      weir_token_name(base));
		weir_tok_next(parser);
	}
	if (!weir_tok_expect(parser, ",") ||
	    !weir_tok_number(parser, 0xffff * 8, &offset, "an offset in bits") ||
	    !weir_tok_expect(parser, ","))
		return false;
	loc = weir_tok(parser)->loc;
	if (!weir_tok_number(parser, 128, &len, "a length in bits"))
		return false;
	if (!len)
		return weir_tok_error_at(parser, &loc, "a length is at least 1 bit");
	key->offset = offset;
	key->len = len;
	expr->type = &weir_datatype_raw;
	return true;
}

/* An option by its number: "tcp option 254 exists". */
static bool parse_numbered(struct weir_parser *parser, const struct weir_header_desc *options,
			   struct weir_expr *expr)
{
	const struct weir_field *field = options->fields;
	uint64_t number;

	while (field->name && field->key.type != WEIR_KEY_TYPE_EXISTS)
		field++;
	if (!field->name) {
		no_such_field(parser, options);
		return false;
	}
	if (!weir_tok_number(parser, 255, &number, "a number of an option"))
		return false;
	expr->key = field->key;
	expr->key.option = number;
	expr->type = field->type;
	return true;
}

static void take_field(struct weir_expr *expr, const struct weir_field *field)
{
	expr->key = field->key;
	expr->type = field->type;
	expr->writable = field->writable;
	if (!field->key.ext)
		return;
	expr->key.data = weir_alloc(field->key.ext->data_size);
	field->key.ext->make(field, expr->key.data);
}

static bool parse_of_header(struct weir_parser *parser, const struct weir_header_desc *header,
			    struct weir_expr *expr)
{
	bool options = strchr(header->name, ' ') ||
		       header->fields->key.type == WEIR_KEY_TYPE_EXISTS;
	const struct weir_field *field;
	unsigned int n;

	if (options && weir_tok_is(parser, "@"))
		return parse_raw(parser, header, expr);
	if (options && weir_tok(parser)->type == WEIR_TOKEN_WORD &&
	    is_number(weir_tok(parser)->text))
		return parse_numbered(parser, header, expr);
	field = find_field(header, weir_tok(parser), weir_tok_ahead(parser, 1), &n);
	if (!field) {
		if (weir_meta_find(header->name)) {
			take_field(expr, weir_meta_find(header->name));
			return true;
		}
		no_such_field(parser, header);
		return false;
	}
	while (n--)
		weir_tok_next(parser);
	take_field(expr, field);
	return true;
}

bool weir_key_parse(struct weir_parser *parser, struct weir_expr *expr)
{
	struct weir_loc first = weir_tok(parser)->loc;
	const struct weir_header_desc *header;
	unsigned int n;

	memset(&expr->key, 0, sizeof(expr->key));
	expr->has_key = true;
	expr->writable = false;
	expr->n_ops = 0;
	if (weir_tok_is(parser, "@")) {
		if (!parse_raw(parser, NULL, expr))
			return false;
	} else {
		header = find_header(parser, &n);
		if (!header) {
			take_field(expr, weir_meta_find(weir_tok_next(parser)->text));
		} else {
			if (!require_family(parser, header, &first) ||
			    !require_transport(parser, header, &first))
				return false;
			while (n--)
				weir_tok_next(parser);
			if (!parse_of_header(parser, header, expr))
				return false;
		}
	}
	expr->len = expr->key.len;
	expr->loc = weir_loc_span(&first, &weir_tok(parser)[-1].loc);
	return true;
}
