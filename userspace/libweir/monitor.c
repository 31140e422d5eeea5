// SPDX-License-Identifier: GPL-2.0
/* Events of the kernel: who changed what. */

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "alloc.h"
#include "sock.h"
#include "wire.h"

/* So many events may wait to be read, in bytes of the kernel's accounting. */
#define MONITOR_ROOM (64 << 20)

/**
 * struct weir_listener - Receives events.
 * @sk: Joined to the group.
 * @errors: Takes what makes no sense.
 * @notice: Called for each event.
 * @data: Passed to it.
 * @rule: A rule that goes on in the next message, or NULL.
 * @event: What happened to it.
 * @result: What @notice returned.
 */
struct weir_listener {
	struct nl_sock *sk;
	struct weir_errors *errors;
	int (*notice)(void *data, const struct weir_notice *notice);
	void *data;
	struct weir_rule *rule;
	uint32_t event;
	int result;
};

static void end_notice(const struct nlmsghdr *nlh, struct weir_notice *notice)
{
	const struct nlattr *attrs[WEIR_A_TXN_MAX + 1];

	weir_decode_attrs(nlh, attrs, WEIR_A_TXN_MAX);
	notice->gen = weir_attr_u64(attrs[WEIR_A_TXN_GEN]);
	notice->pid = weir_attr_u32(attrs[WEIR_A_TXN_PID]);
	notice->changes = weir_attr_u32(attrs[WEIR_A_TXN_CHANGES]);
	weir_attr_copy(attrs[WEIR_A_TXN_COMM], notice->comm, sizeof(notice->comm));
}

static void tell(struct weir_listener *listener, const struct weir_notice *notice)
{
	if (!listener->result)
		listener->result = listener->notice(listener->data, notice);
}

static void take_rule(struct weir_listener *listener, const struct nlmsghdr *nlh,
		      bool part, const char **why)
{
	struct weir_notice notice = { 0 };
	bool more = false;

	if (part) {
		/* The parts of a rule whose beginning was lost are of no use. */
		if (!listener->rule)
			return;
		if (!weir_decode_part(nlh, listener->rule, &more, why))
			return;
	} else {
		weir_rule_free(listener->rule);
		listener->rule = weir_decode_rule(nlh, &listener->event, &more, why);
	}
	if (!listener->rule || more)
		return;
	notice.event = listener->event;
	notice.rule = listener->rule;
	tell(listener, &notice);
	weir_rule_free(listener->rule);
	listener->rule = NULL;
}

static void take_table(struct weir_listener *listener, const struct nlmsghdr *nlh,
		       const char **why)
{
	struct weir_notice notice = { 0 };
	struct weir_table *table;
	uint32_t event;

	table = weir_decode_table(nlh, &event, why);
	if (!table)
		return;
	notice.event = event;
	notice.table = table;
	tell(listener, &notice);
	weir_table_free(table);
}

static void take_chain(struct weir_listener *listener, const struct nlmsghdr *nlh,
		       const char **why)
{
	struct weir_notice notice = { 0 };
	struct weir_chain *chain;
	uint32_t event;

	chain = weir_decode_chain(nlh, &event, why);
	if (!chain)
		return;
	notice.event = event;
	notice.chain = chain;
	tell(listener, &notice);
	weir_chain_free(chain);
}

static int take_event(struct nl_msg *msg, void *data)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);
	const struct genlmsghdr *genl = nlmsg_data(nlh);
	struct weir_listener *listener = data;
	struct weir_notice end = { 0 };
	const char *why = NULL;

	if (nlmsg_datalen(nlh) < (int)sizeof(*genl))
		return NL_SKIP;
	switch (genl->cmd) {
	case WEIR_CMD_TABLE_NTF:
		take_table(listener, nlh, &why);
		break;
	case WEIR_CMD_CHAIN_NTF:
		take_chain(listener, nlh, &why);
		break;
	case WEIR_CMD_RULE_NTF:
	case WEIR_CMD_RULE_PART:
		take_rule(listener, nlh, genl->cmd == WEIR_CMD_RULE_PART, &why);
		break;
	case WEIR_CMD_TXN_NTF:
		end_notice(nlh, &end);
		tell(listener, &end);
		break;
	}
	if (why && !listener->result) {
		weir_error_add(listener->errors, NULL, EPROTO, "the kernel sent %s", why);
		listener->result = -1;
	}
	return listener->result ? NL_STOP : NL_OK;
}

/* Events were dropped: what is half received is dropped as well. */
static void tell_lost(struct weir_listener *listener)
{
	struct weir_notice lost = { .lost = true };

	weir_rule_free(listener->rule);
	listener->rule = NULL;
	tell(listener, &lost);
}

struct weir_listener *weir_listen(struct weir_sock *sock, int room,
				  int (*notice)(void *data, const struct weir_notice *),
				  void *data, struct weir_errors *errors)
{
	struct weir_listener *listener = weir_alloc(sizeof(*listener));
	int err, fd;

	listener->errors = errors;
	listener->notice = notice;
	listener->data = data;
	listener->sk = nl_socket_alloc();
	err = listener->sk ? genl_connect(listener->sk) : -NLE_NOMEM;
	if (err < 0)
		goto err_close;
	nl_socket_disable_seq_check(listener->sk);
	nl_socket_set_msg_buf_size(listener->sk, WEIR_RECV_SIZE);
	nl_socket_set_nonblocking(listener->sk);
	nl_socket_modify_cb(listener->sk, NL_CB_VALID, NL_CB_CUSTOM, take_event, listener);
	fd = nl_socket_get_fd(listener->sk);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	err = nl_socket_add_membership(listener->sk, sock->group);
	if (err < 0)
		goto err_close;
	return listener;

err_close:
	weir_error_add(errors, NULL, EPERM, "the kernel's events cannot be received: %s",
		       nl_geterror(err));
	weir_listen_close(listener);
	return NULL;
}

int weir_listen_read(struct weir_listener *listener)
{
	while (!listener->result) {
		int err = nl_recvmsgs_default(listener->sk);

		if (err == -NLE_AGAIN)
			break;
		/* libnl says "no memory" where the kernel says ENOBUFS. */
		if (err == -NLE_NOMEM) {
			tell_lost(listener);
		} else if (err < 0) {
			weir_error_add(listener->errors, NULL, EIO,
				       "the kernel's events cannot be read: %s",
				       nl_geterror(err));
			listener->result = -1;
		}
	}
	return listener->result;
}

int weir_listen_fd(const struct weir_listener *listener)
{
	return nl_socket_get_fd(listener->sk);
}

void weir_listen_close(struct weir_listener *listener)
{
	weir_rule_free(listener->rule);
	nl_socket_free(listener->sk);
	free(listener);
}

int weir_monitor(struct weir_sock *sock, int (*notice)(void *data, const struct weir_notice *),
		 void (*ready)(void *data), void *data, struct weir_errors *errors)
{
	struct weir_listener *listener;
	struct pollfd fd = { .events = POLLIN };
	int result = 0;

	listener = weir_listen(sock, MONITOR_ROOM, notice, data, errors);
	if (!listener)
		return -1;
	if (ready)
		ready(data);
	fd.fd = weir_listen_fd(listener);
	while (!result) {
		if (poll(&fd, 1, -1) < 0) {
			if (errno == EINTR)
				break;
			weir_error_add(errors, NULL, errno, "events cannot be waited for: %s",
				       strerror(errno));
			result = -1;
			break;
		}
		result = weir_listen_read(listener);
	}
	weir_listen_close(listener);
	return result;
}
