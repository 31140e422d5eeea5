// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: how a request is received and refused.
 *
 * Messages that change something are parsed here and not by generic netlink,
 * with the same policies: a message that fails its policy is a refusal inside a
 * transaction, and the transaction has to know, or a commit behind it in the
 * same datagram would publish the rest.
 *
 * A refusal that names objects is formatted into the namespace's buffer, and
 * acknowledged from here while the namespace's lock protects it: the kernel's
 * own buffer for that holds 80 bytes, on older kernels none at all.
 */

#include <linux/ctype.h>
#include <linux/module.h>
#include "core.h"

static struct genl_ops weir_ops[__WEIR_CMD_MAX] __ro_after_init;

static const struct genl_multicast_group weir_groups[] = {
	{ .name = WEIR_MCGRP_RULESET },
};

struct genl_family weir_genl_family __ro_after_init = {
	.name		= WEIR_FAMILY_NAME,
	.version	= WEIR_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,
	.ops		= weir_ops,
	.mcgrps		= weir_groups,
	.n_mcgrps	= ARRAY_SIZE(weir_groups),
	/* Requests have flags of their own, NLM_F_EXCL. */
	.resv_start_op	= __WEIR_CMD_MAX,
};

/* Requests that are part of a transaction. */
static bool weir_is_change(const struct genl_ops *ops)
{
	return ops->doit && !ops->dumpit && ops->flags & GENL_ADMIN_PERM &&
	       ops->cmd != WEIR_CMD_TXN_BEGIN && ops->cmd != WEIR_CMD_TXN_ABORT;
}

int __init weir_genl_register(void)
{
	unsigned int i;

	if (WARN_ON(weir_genl_n_ops > ARRAY_SIZE(weir_ops)))
		return -EINVAL;
	for (i = 0; i < weir_genl_n_ops; i++) {
		weir_ops[i] = weir_genl_ops[i];
		if (weir_is_change(&weir_ops[i])) {
			weir_ops[i].maxattr = 0;
			/* Newer kernels would refuse every attribute then. */
			weir_ops[i].validate = GENL_DONT_VALIDATE_STRICT;
		}
	}
	weir_genl_family.n_ops = weir_genl_n_ops;
	return genl_register_family(&weir_genl_family);
}

void weir_genl_unregister(void)
{
	genl_unregister_family(&weir_genl_family);
}

/**
 * weir_refuse() - Explain a refusal.
 * @req: The request.
 * @attr: The attribute at fault, or NULL.
 * @err: Negative errno.
 * @fmt: printf format of the explanation.
 *
 * Return: @err.
 */
int weir_refuse(const struct weir_req *req, const struct nlattr *attr, int err,
		const char *fmt, ...)
{
	char *text = req->wn->msg, *c;
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(req->wn->msg), fmt, args);
	va_end(args);
	/* Names that were not found were not checked either. */
	for (c = text; *c; c++)
		if (iscntrl(*c))
			*c = '?';
	req->extack->_msg = text;
	req->extack->bad_attr = attr;
	return err;
}

/**
 * weir_nest_multi() - Take the attributes of a nest that fits its policy.
 * @req: The request.
 * @nest: The nest.
 * @tb: Filled, @maxattr + 1 entries; of those in @multi, with the first one.
 * @maxattr: Highest attribute.
 * @multi: Attributes that may be there more than once, as bits.
 *
 * Return: 0, or -EINVAL with an extack message.
 */
int weir_nest_multi(const struct weir_req *req, const struct nlattr *nest,
		    struct nlattr **tb, int maxattr, u32 multi)
{
	struct nlattr *attr;
	int left, type;

	memset(tb, 0, (maxattr + 1) * sizeof(*tb));
	nla_for_each_nested(attr, nest, left) {
		type = nla_type(attr);
		if (!type || type > maxattr)
			return weir_refuse(req, attr, -EINVAL, "unknown attribute");
		if (!tb[type])
			tb[type] = attr;
		else if (!(multi & BIT(type)))
			return weir_refuse(req, attr, -EINVAL, "the attribute is there twice");
	}
	return 0;
}

/* The same where one attribute, or with @multi 0 none, may be there more than once. */
int weir_nest(const struct weir_req *req, const struct nlattr *nest, struct nlattr **tb,
	      int maxattr, int multi)
{
	return weir_nest_multi(req, nest, tb, maxattr, multi ? BIT(multi) : 0);
}

/**
 * weir_only() - Refuse attributes that have no meaning in their place.
 * @req: The request.
 * @tb: The attributes.
 * @maxattr: Highest of them.
 * @allowed: Those that have one, as bits.
 *
 * Return: 0, or -EINVAL with an extack message.
 */
int weir_only(const struct weir_req *req, struct nlattr **tb, int maxattr, u32 allowed)
{
	int i;

	for (i = 1; i <= maxattr; i++)
		if (tb[i] && !(allowed & BIT(i)))
			return weir_refuse(req, tb[i], -EINVAL,
					   "the attribute has no meaning here");
	return 0;
}

static const struct genl_ops *weir_op(u8 cmd)
{
	unsigned int i;

	for (i = 0; i < weir_genl_n_ops; i++)
		if (weir_genl_ops[i].cmd == cmd)
			return &weir_genl_ops[i];
	return NULL;
}

/* The attribute that a request may have more than once, or 0. */
static int weir_op_multi(u8 cmd)
{
	switch (cmd) {
	case WEIR_CMD_RULE_NEW:
	case WEIR_CMD_RULE_PART:
	case WEIR_CMD_RULE_DEL:
		return WEIR_A_RULE_ITEM;
	case WEIR_CMD_SET_NEW:
		return WEIR_A_SET_STMT;
	case WEIR_CMD_ELEM_NEW:
	case WEIR_CMD_ELEM_DEL:
	case WEIR_CMD_ELEM_TEST:
	case WEIR_CMD_ELEM_RESET:
		return WEIR_A_ELEMS_ELEM;
	default:
		return 0;
	}
}

/* Fill req->attrs, which has WEIR_ATTRS_MAX + 1 entries. */
static int weir_req_parse(struct weir_req *req)
{
	const struct nlmsghdr *nlh = req->info->nlhdr;
	const struct genl_ops *op = weir_op(req->info->genlhdr->cmd);
	struct nlattr *attr;
	int multi = weir_op_multi(op->cmd);
	int err, left, type;

	if (req->info->genlhdr->reserved)
		return weir_refuse(req, NULL, -EINVAL, "a reserved field is not 0");
	err = __nlmsg_parse(nlh, GENL_HDRLEN, req->attrs, op->maxattr, op->policy,
			    NL_VALIDATE_STRICT, req->extack);
	if (err)
		return err;

	memset(req->attrs, 0, (WEIR_ATTRS_MAX + 1) * sizeof(*req->attrs));
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, left) {
		type = nla_type(attr);
		if (!req->attrs[type])
			req->attrs[type] = attr;
		else if (type != multi)
			return weir_refuse(req, attr, -EINVAL, "the attribute is there twice");
	}
	return 0;
}

/* Answer while the lock still protects the message; -EINTR says that we did. */
static int weir_req_end(struct weir_req *req, struct sk_buff *skb, int err)
{
	if (req->extack->_msg == req->wn->msg) {
		if (err) {
			netlink_ack(skb, nlmsg_hdr(skb), err, req->extack);
			err = -EINTR;
		}
		req->extack->_msg = NULL;
		req->extack->bad_attr = NULL;
	}
	mutex_unlock(&req->wn->lock);
	return err;
}

static int weir_serve(struct sk_buff *skb, struct genl_info *info, bool change,
		      int (*serve)(struct weir_req *req))
{
	struct nlattr *attrs[WEIR_ATTRS_MAX + 1] = {};
	struct weir_req req = {
		.wn	= weir_net(genl_info_net(info)),
		.info	= info,
		.attrs	= attrs,
		.extack	= info->extack,
	};
	int err = 0;

	mutex_lock(&req.wn->lock);
	if (change)
		err = weir_txn_enter(&req);
	if (err > 0)
		return weir_req_end(&req, skb, 0);
	if (!err)
		err = weir_req_parse(&req);
	if (!err)
		err = serve(&req);
	if (err && req.txn)
		weir_txn_fail(req.txn);
	return weir_req_end(&req, skb, err);
}

/**
 * weir_request() - Serve a request.
 * @skb: Its datagram.
 * @info: The request.
 * @serve: Called with the namespace's lock held.
 *
 * Return: For generic netlink.
 */
int weir_request(struct sk_buff *skb, struct genl_info *info,
		 int (*serve)(struct weir_req *req))
{
	return weir_serve(skb, info, false, serve);
}

/**
 * weir_change() - Serve a request that is part of a transaction.
 * @skb: Its datagram.
 * @info: The request.
 * @serve: Called with the namespace's lock held, if the sender's transaction is
 *   open; an error fails the transaction.
 *
 * Return: For generic netlink.
 */
int weir_change(struct sk_buff *skb, struct genl_info *info,
		int (*serve)(struct weir_req *req))
{
	return weir_serve(skb, info, true, serve);
}

/**
 * weir_reply_new() - Begin an answer.
 * @req: The request.
 * @hdr: Set; for weir_reply_send().
 *
 * Return: The message, or NULL.
 */
struct sk_buff *weir_reply_new(const struct weir_req *req, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, req->info, &weir_genl_family, 0,
				 req->info->genlhdr->cmd);
	if (!*hdr) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/* Send an answer; the message is gone whatever the result. */
int weir_reply_send(const struct weir_req *req, struct sk_buff *skb, void *hdr)
{
	int err;

	genlmsg_end(skb, hdr);
	err = genlmsg_reply(skb, req->info);
	return err ? weir_refuse(req, NULL, err, "the answer could not be delivered") : 0;
}

/* Copy a string attribute; ERR_PTR() with an extack message. NULL for NULL. */
char *weir_strdup(const struct weir_req *req, const struct nlattr *attr)
{
	char *str;

	if (!attr)
		return NULL;
	str = nla_strdup(attr, GFP_KERNEL_ACCOUNT);
	return str ?: ERR_PTR(weir_refuse(req, attr, -ENOMEM, "no memory for the text"));
}
