// SPDX-License-Identifier: GPL-2.0
/* A rule: its conditions and statements one after the other, and its comment. */
#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include "ext.h"
#include "reader.h"

struct weir_item *weir_item_new(enum weir_item_type type, const struct weir_token *first)
{
	struct weir_item *item = weir_alloc(sizeof(*item));

	item->type = type;
	item->loc = first->loc;
	item->value_loc = first->loc;
	return item;
}

bool weir_verdict_parse(struct weir_parser *parser, enum weir_verdict *verdict, char **chain,
			struct weir_loc *chain_loc)
{
	uint64_t value;

	if (!weir_tok_choice(parser, weir_verdicts, &value, "a verdict"))
		return false;
	*verdict = value;
	if (value != WEIR_VERDICT_JUMP && value != WEIR_VERDICT_GOTO)
		return true;
	return weir_tok_name(parser, chain, chain_loc, "the name of a chain");
}

static bool parse_verdict(struct weir_parser *parser, struct weir_item *item)
{
	return weir_verdict_parse(parser, &item->verdict, &item->chain, &item->value_loc);
}

static bool parse_counter(struct weir_parser *parser, struct weir_item *item)
{
	weir_tok_next(parser);
	if (weir_tok_is(parser, "packets")) {
		weir_tok_next(parser);
		return weir_tok_number(parser, UINT64_MAX, &item->packets, "a number of packets") &&
		       weir_tok_expect(parser, "bytes") &&
		       weir_tok_number(parser, UINT64_MAX, &item->bytes, "a number of bytes");
	}
	return true;
}

static bool parse_ext(struct weir_parser *parser, struct weir_item *item)
{
	weir_tok_next(parser);
	item->data = weir_alloc(item->ext->data_size);
	return item->ext->parse(parser, item->data);
}

static const struct weir_ext *find_ext(const struct weir_parser *parser,
				       enum weir_ext_kind kind)
{
	const struct weir_token *token = weir_tok(parser);

	return token->type == WEIR_TOKEN_WORD ? weir_ext_find(kind, token->text) : NULL;
}

bool weir_stmt_is_here(const struct weir_parser *parser)
{
	return weir_tok_is(parser, "counter") || find_ext(parser, WEIR_EXT_MATCH);
}

struct weir_item *weir_stmt_parse(struct weir_parser *parser)
{
	struct weir_item *item = weir_item_new(WEIR_ITEM_TYPE_COUNTER, weir_tok(parser));
	bool ok;

	item->ext = find_ext(parser, WEIR_EXT_MATCH);
	if (item->ext)
		item->type = WEIR_ITEM_TYPE_MATCH;
	ok = item->ext ? parse_ext(parser, item) : parse_counter(parser, item);
	item->loc = weir_loc_span(&item->loc, &weir_tok(parser)[-1].loc);
	if (ok)
		return item;
	weir_item_free(item);
	return NULL;
}

bool weir_stmts_parse(struct weir_parser *parser, struct weir_item **stmts)
{
	unsigned int n = 0;

	for (; *stmts; stmts = &(*stmts)->next)
		n++;
	for (; weir_stmt_is_here(parser); stmts = &(*stmts)->next) {
		if (n++ == WEIR_STMTS_MAX)
			return weir_tok_error(parser, "an element has at most %d statements",
					      WEIR_STMTS_MAX);
		*stmts = weir_stmt_parse(parser);
		if (!*stmts)
			return false;
	}
	return true;
}

const char **weir_rule_words(void)
{
	static const char *const statements[] = {
		"accept", "drop", "continue", "return", "jump", "goto", "counter", "comment",
		"add", "update", "delete"
	};
	const struct weir_header_desc *header, *meta = weir_header_find("meta");
	const char **words = NULL;
	size_t n = 0, size = 0;

	for (unsigned int i = 0; (header = weir_header_at(i)); i++)
		size++;
	for (unsigned int i = 0; weir_exts[i]; i++)
		size++;
	for (unsigned int i = 0; meta && meta->fields[i].name; i++)
		size++;
	size += sizeof(statements) / sizeof(*statements);
	words = weir_realloc(NULL, size + 1, sizeof(*words));

	for (unsigned int i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		words[n++] = statements[i];
	for (unsigned int i = 0; weir_exts[i]; i++) {
		if (weir_exts[i]->kind != WEIR_EXT_KEY)
			words[n++] = weir_exts[i]->name;
	}
	for (unsigned int i = 0; (header = weir_header_at(i)); i++)
		words[n++] = header->name;
	for (unsigned int i = 0; meta && meta->fields[i].name; i++) {
		if (weir_meta_find(meta->fields[i].name))
			words[n++] = meta->fields[i].name;
	}
	words[n] = NULL;
	return words;
}

/* No item begins so: say what does. */
static void refuse_word(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);
	const struct weir_header_desc *header;
	const char **words;

	weir_tok_error(parser, "expected a condition or a statement, not %s",
		       weir_token_name(token));
	if (token->type != WEIR_TOKEN_WORD || !parser->last_error)
		return;
	/* A field without its header. */
	for (unsigned int i = 0; (header = weir_header_at(i)); i++) {
		if (!weir_field_find(header, token->text))
			continue;
		weir_error_hint(parser->last_error, "did you mean %s %s?", header->name,
				token->text);
		return;
	}
	words = weir_rule_words();
	weir_token_hint(parser, token->text, words);
	free(words);
}

/* A header or option without a field of it has an error of its own. */
static bool is_header(struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);

	return token->type == WEIR_TOKEN_WORD && weir_header_find(token->text);
}

static bool is_verdict(const struct weir_parser *parser)
{
	const struct weir_token *token = weir_tok(parser);
	uint64_t verdict;

	return token->type == WEIR_TOKEN_WORD &&
	       weir_symbol_find(weir_verdicts, token->text, &verdict);
}

/* Verdicts and counters are no keys; to be sure that a word is none costs most. */
static bool is_condition(struct weir_parser *parser)
{
	return !is_verdict(parser) && !weir_tok_is(parser, "counter") &&
	       (weir_tok_is(parser, "(") || weir_key_is_here(parser));
}

typedef bool item_parser(struct weir_parser *parser, struct weir_item *item);

/*
 * What parses the statement that begins here; the item learns of what type it is. NULL
 * if none does.
 */
static item_parser *statement_here(const struct weir_parser *parser, struct weir_item *item)
{
	if (is_verdict(parser))
		return parse_verdict;
	if (weir_update_is_here(parser)) {
		item->type = WEIR_ITEM_TYPE_UPDATE;
		return weir_update_parse;
	}
	item->object_type = weir_object_is_here(parser);
	if (item->object_type) {
		item->type = WEIR_ITEM_TYPE_OBJECT;
		return weir_object_parse;
	}
	if (weir_tok_is(parser, "counter")) {
		item->type = WEIR_ITEM_TYPE_COUNTER;
		return parse_counter;
	}
	item->ext = find_ext(parser, WEIR_EXT_MATCH);
	if (item->ext) {
		item->type = WEIR_ITEM_TYPE_MATCH;
		return parse_ext;
	}
	item->ext = find_ext(parser, WEIR_EXT_TARGET);
	if (item->ext) {
		item->type = WEIR_ITEM_TYPE_TARGET;
		return parse_ext;
	}
	return NULL;
}

static struct weir_item *parse_item(struct weir_parser *parser)
{
	struct weir_item *item;
	item_parser *parse;

	if (is_condition(parser))
		return weir_condition_parse(parser);
	item = weir_item_new(WEIR_ITEM_TYPE_VERDICT, weir_tok(parser));
	parse = statement_here(parser, item);
	if (parse && parse(parser, item))
		return item;
	weir_item_free(item);
	if (parse || weir_unsupported_statement(parser))
		return NULL;
	if (is_header(parser))
		return weir_condition_parse(parser);
	refuse_word(parser);
	return NULL;
}

static bool parse_comment(struct weir_parser *parser, struct weir_rule *rule)
{
	const char *text;

	weir_tok_next(parser);
	if (!weir_tok_string(parser, WEIR_COMMENT_MAX, &text, "a comment"))
		return false;
	rule->comment = weir_strdup(text);
	if (weir_tok(parser)->type == WEIR_TOKEN_END)
		return true;
	return weir_tok_error(parser, "a comment is the last part of a rule, and %s follows",
			      weir_token_name(weir_tok(parser)));
}

static bool is_terminal(const struct weir_item *item)
{
	if (item->type == WEIR_ITEM_TYPE_VERDICT)
		return item->verdict != WEIR_VERDICT_CONTINUE;
	return item->type == WEIR_ITEM_TYPE_TARGET && item->ext->terminal;
}

/* Whether statements are for packets that the rule can meet. */
static bool check_needs(struct weir_parser *parser, const struct weir_rule *rule)
{
	const struct weir_item *item;

	for (item = rule->items; item; item = item->next) {
		struct weir_ext_needs needs;

		if (!item->ext || !item->ext->needs)
			continue;
		needs = item->ext->needs(item->data);
		if ((needs.l4proto >= 0 && parser->l4proto >= 0 &&
		     needs.l4proto != parser->l4proto) ||
		    (needs.nfproto != NFPROTO_UNSPEC && parser->nfproto != NFPROTO_UNSPEC &&
		     needs.nfproto != parser->nfproto))
			return weir_tok_error_at(parser, &item->loc,
						 "this %s is for other packets than the rule",
						 item->ext->name);
	}
	return true;
}

bool weir_rule_parse(struct weir_parser *parser, struct weir_rule *rule)
{
	struct weir_item **end = &rule->items, *last = NULL;
	unsigned int n = 0;

	parser->nfproto = rule->family == NFPROTO_INET ? NFPROTO_UNSPEC : rule->family;
	parser->l4proto = -1;
	parser->rule = rule;
	parser->pos = 0;
	while (weir_tok(parser)->type != WEIR_TOKEN_END) {
		const struct weir_token *first = weir_tok(parser);

		if (weir_tok_is(parser, "comment")) {
			if (!parse_comment(parser, rule))
				return false;
			break;
		}
		if (last && is_terminal(last))
			return weir_tok_error(parser, "nothing can follow a statement that ends the rule");
		if (n++ == WEIR_ITEMS_MAX)
			return weir_tok_error(parser, "a rule has more than %d parts",
					      WEIR_ITEMS_MAX);
		last = parse_item(parser);
		if (!last)
			return false;
		last->loc = weir_loc_span(&first->loc, &weir_tok(parser)[-1].loc);
		*end = last;
		end = &last->next;
	}
	if (!rule->items)
		return weir_tok_error(parser, "expected a condition or a statement, not %s",
				      weir_token_name(weir_tok(parser)));
	if (!check_needs(parser, rule))
		return false;
	weir_rule_needs(rule);
	return true;
}
