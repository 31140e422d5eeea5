// SPDX-License-Identifier: GPL-2.0
/*
 * The target log: tell somebody of a packet and let the rule go on.
 *
 * There are three places to tell it to, and each instance has one. The kernel
 * log takes a line of text with a prefix, a level and flags for what the line
 * holds. A group of nfnetlink_log takes the packet itself for a program that
 * listens to the group. The audit subsystem takes a record of its own form and
 * nothing that would change it. Options of one place are refused with another.
 *
 * The first two are netfilter's loggers, which are modules. An instance holds a
 * reference to the logger of each family of its table, so that it is there as
 * long as the rule is. In a namespace other than the initial one the kernel log
 * takes nothing unless the sysctl net.netfilter.nf_log_all_netns is set.
 */

#include <linux/audit.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter/nf_log.h>
#include <net/netfilter/nf_log.h>
#include <weir/plugin.h>
#include <weir/plugin_policy.h>

/* Levels 0 to 7 are those of the kernel log. */
#define WEIR_LOG_LEVEL_WARNING	4
#define WEIR_LOG_LEVEL_DEBUG	7
#define WEIR_LOG_LEVEL_AUDIT	8

/**
 * struct weir_log - An instance.
 * @info: Where to and how, for netfilter's loggers.
 * @audit: To the audit subsystem; @info is not used.
 * @has_prefix: @prefix was given.
 * @prefix: What the line or the message begins with, may be empty.
 */
struct weir_log {
	struct nf_loginfo info;
	bool audit;
	bool has_prefix;
	char prefix[NF_LOG_PREFIXLEN];
};

/* Refuse the first of @attrs (ended by 0) that was given. */
static int weir_log_refuse(struct nlattr *const tb[], const int *attrs,
			   struct netlink_ext_ack *extack, const char *why)
{
	for (; *attrs; attrs++) {
		if (tb[*attrs]) {
			NL_SET_BAD_ATTR(extack, tb[*attrs]);
			extack->_msg = why;
			return -EINVAL;
		}
	}
	return 0;
}

static int weir_log_parse_group(struct weir_log *log, struct nlattr *const tb[],
				struct netlink_ext_ack *extack)
{
	static const int not_here[] = { WEIR_A_LOG_LEVEL, WEIR_A_LOG_FLAGS, 0 };
	int err;

	err = weir_log_refuse(tb, not_here, extack,
			      "level and flags are of the kernel log and exclude group");
	if (err)
		return err;

	log->info.type = NF_LOG_TYPE_ULOG;
	log->info.u.ulog.group = nla_get_u16(tb[WEIR_A_LOG_GROUP]);
	if (tb[WEIR_A_LOG_SNAPLEN]) {
		log->info.u.ulog.flags = NF_LOG_F_COPY_LEN;
		log->info.u.ulog.copy_len = nla_get_u32(tb[WEIR_A_LOG_SNAPLEN]);
	}
	if (tb[WEIR_A_LOG_QTHRESHOLD])
		log->info.u.ulog.qthreshold = nla_get_u16(tb[WEIR_A_LOG_QTHRESHOLD]);
	return 0;
}

static int weir_log_parse_kernel(struct weir_log *log, struct nlattr *const tb[],
				 struct netlink_ext_ack *extack)
{
	static const int need_group[] = { WEIR_A_LOG_SNAPLEN, WEIR_A_LOG_QTHRESHOLD, 0 };
	static const int not_audit[] = { WEIR_A_LOG_PREFIX, WEIR_A_LOG_FLAGS, 0 };
	u32 level = WEIR_LOG_LEVEL_WARNING, flags = 0;
	int err;

	err = weir_log_refuse(tb, need_group, extack,
			      "snaplen and queue-threshold need a group");
	if (err)
		return err;

	if (tb[WEIR_A_LOG_LEVEL])
		level = nla_get_u32(tb[WEIR_A_LOG_LEVEL]);
	if (level == WEIR_LOG_LEVEL_AUDIT) {
		log->audit = true;
		if (!IS_ENABLED(CONFIG_AUDIT)) {
			NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LOG_LEVEL],
					    "this kernel has no audit subsystem (CONFIG_AUDIT)");
			return -EOPNOTSUPP;
		}
		return weir_log_refuse(tb, not_audit, extack,
				       "level audit takes no further option");
	}
	if (level > WEIR_LOG_LEVEL_DEBUG) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LOG_LEVEL],
				    "level must be 0 (emerg) to 7 (debug), or 8 (audit)");
		return -ERANGE;
	}
	if (tb[WEIR_A_LOG_FLAGS])
		flags = nla_get_u32(tb[WEIR_A_LOG_FLAGS]);
	if (flags & ~NF_LOG_MASK) {
		NL_SET_ERR_MSG_ATTR(extack, tb[WEIR_A_LOG_FLAGS], "unknown log flag");
		return -EOPNOTSUPP;
	}
	log->info.type = NF_LOG_TYPE_LOG;
	log->info.u.log.level = level;
	log->info.u.log.logflags = flags;
	return 0;
}

static int weir_log_logger_get(const struct weir_ctx *ctx, const struct weir_log *log)
{
	int err;

	err = nf_logger_find_get(ctx->family, log->info.type);
	if (err != -ENOENT)
		return err;

	if (log->info.type == NF_LOG_TYPE_ULOG)
		request_module("nfnetlink_log");
	else
		request_module("nf_log_syslog");
	return nf_logger_find_get(ctx->family, log->info.type);
}

static int weir_log_init(const struct weir_ctx *ctx, void *priv, struct nlattr *const tb[])
{
	struct weir_log *log = priv;
	int err;

	if (tb[WEIR_A_LOG_GROUP])
		err = weir_log_parse_group(log, tb, ctx->extack);
	else
		err = weir_log_parse_kernel(log, tb, ctx->extack);
	if (err || log->audit)
		return err;

	if (tb[WEIR_A_LOG_PREFIX]) {
		log->has_prefix = true;
		nla_strscpy(log->prefix, tb[WEIR_A_LOG_PREFIX], sizeof(log->prefix));
	}

	err = weir_log_logger_get(ctx, log);
	if (err && log->info.type == NF_LOG_TYPE_ULOG)
		NL_SET_ERR_MSG_ATTR(ctx->extack, tb[WEIR_A_LOG_GROUP],
				    "log groups need the module nfnetlink_log");
	else if (err)
		NL_SET_ERR_MSG(ctx->extack, "the kernel log needs the module nf_log_syslog");
	return err;
}

static void weir_log_destroy(const struct weir_ctx *ctx, void *priv)
{
	const struct weir_log *log = priv;

	if (!log->audit)
		nf_logger_put(ctx->family, log->info.type);
}

static int weir_log_dump_group(struct sk_buff *skb, const struct nf_loginfo *info)
{
	if (nla_put_u16(skb, WEIR_A_LOG_GROUP, info->u.ulog.group) ||
	    ((info->u.ulog.flags & NF_LOG_F_COPY_LEN) &&
	     nla_put_u32(skb, WEIR_A_LOG_SNAPLEN, info->u.ulog.copy_len)) ||
	    (info->u.ulog.qthreshold &&
	     nla_put_u16(skb, WEIR_A_LOG_QTHRESHOLD, info->u.ulog.qthreshold)))
		return -EMSGSIZE;
	return 0;
}

static int weir_log_dump(struct sk_buff *skb, const void *priv)
{
	const struct weir_log *log = priv;

	if (log->audit)
		return nla_put_u32(skb, WEIR_A_LOG_LEVEL, WEIR_LOG_LEVEL_AUDIT);
	if (log->has_prefix && nla_put_string(skb, WEIR_A_LOG_PREFIX, log->prefix))
		return -EMSGSIZE;
	if (log->info.type == NF_LOG_TYPE_ULOG)
		return weir_log_dump_group(skb, &log->info);
	if (nla_put_u32(skb, WEIR_A_LOG_LEVEL, log->info.u.log.level) ||
	    (log->info.u.log.logflags &&
	     nla_put_u32(skb, WEIR_A_LOG_FLAGS, log->info.u.log.logflags)))
		return -EMSGSIZE;
	return 0;
}

/* The fields, and their order, are those of the record's other writers. */
static void weir_log_audit(const struct weir_pkt *pkt)
{
	const struct ipv6hdr *ip6;
	const struct iphdr *ip;
	struct audit_buffer *ab;

	if (audit_enabled == AUDIT_OFF)
		return;
	ab = audit_log_start(NULL, GFP_ATOMIC, AUDIT_NETFILTER_PKT);
	if (!ab)
		return;

	audit_log_format(ab, "mark=%#x", pkt->skb->mark);
	if (pkt->nfproto == NFPROTO_IPV4 && pkt->nh_len >= sizeof(*ip)) {
		ip = (const struct iphdr *)pkt->nh;
		audit_log_format(ab, " saddr=%pI4 daddr=%pI4 proto=%hhu",
				 &ip->saddr, &ip->daddr, ip->protocol);
	} else if (pkt->nfproto == NFPROTO_IPV6 && pkt->nh_len >= sizeof(*ip6)) {
		ip6 = (const struct ipv6hdr *)pkt->nh;
		audit_log_format(ab, " saddr=%pI6c daddr=%pI6c proto=%hhu",
				 &ip6->saddr, &ip6->daddr,
				 pkt->flags & WEIR_PKT_L4 ? pkt->l4proto : ip6->nexthdr);
	} else {
		audit_log_format(ab, " saddr=? daddr=? proto=-1");
	}
	audit_log_end(ab);
}

static enum weir_result weir_log_target(void *priv, struct weir_pkt *pkt)
{
	const struct nf_hook_state *state = pkt->state;
	const struct weir_log *log = priv;

	if (log->audit)
		weir_log_audit(pkt);
	else
		nf_log_packet(state->net, pkt->nfproto, state->hook, pkt->skb, state->in,
			      state->out, &log->info, "%s", log->prefix);
	return WEIR_RESULT_CONTINUE;
}

static struct weir_target_ops weir_log_ops = {
	.plugin = {
		.name		= "log",
		.owner		= THIS_MODULE,
		.families	= WEIR_FAMILIES_IP,
		.hooks		= WEIR_HOOKS_ALL,
		.maxattr	= WEIR_A_LOG_MAX,
		.policy		= weir_log_policy,
		.priv_size	= sizeof(struct weir_log),
		.init		= weir_log_init,
		.destroy	= weir_log_destroy,
		.dump		= weir_log_dump,
	},
	.target		= weir_log_target,
};

static int __init weir_log_module_init(void)
{
	return weir_register_target(&weir_log_ops);
}

static void __exit weir_log_module_exit(void)
{
	weir_unregister_target(&weir_log_ops);
}

module_init(weir_log_module_init);
module_exit(weir_log_module_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(WEIR_VERSION);
MODULE_DESCRIPTION("weir target log: to the kernel log, nfnetlink_log or audit");
MODULE_ALIAS_WEIR("target", "log");
