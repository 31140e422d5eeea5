// SPDX-License-Identifier: GPL-2.0
/* The connection to the kernel. */

#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "alloc.h"
#include "sock.h"
#include "wire.h"

/*
 * Room for answers: each message of a datagram may be refused, and a refusal
 * takes about a kilobyte of the kernel's accounting.
 */
#define RECV_ROOM (8 << 20)
#define SEND_ROOM (256 << 10)

bool weir_is_loaded(void)
{
	/* To ask for the family would load the module, as the kernel sees to that. */
	return !access("/sys/module/weir", F_OK);
}

static void set_size(int fd, int force, int option, int size)
{
	if (setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
}

struct mnl_socket *weir_connect(int room)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);

	if (!nl)
		return NULL;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(nl);
		return NULL;
	}
	set_size(mnl_socket_get_fd(nl), SO_RCVBUFFORCE, SO_RCVBUF, room);
	return nl;
}

static bool connect_socket(struct weir_sock *sock)
{
	int on = 1;

	sock->nl = weir_connect(RECV_ROOM);
	if (!sock->nl)
		return false;
	set_size(mnl_socket_get_fd(sock->nl), SO_SNDBUFFORCE, SO_SNDBUF, SEND_ROOM);
	mnl_socket_setsockopt(sock->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(sock->nl, NETLINK_CAP_ACK, &on, sizeof(on));
	return true;
}

/* The family has one group. */
static void take_group(struct weir_sock *sock, const struct nlattr *groups)
{
	const struct nlattr *group, *attr;

	mnl_attr_for_each_nested(group, groups)
		mnl_attr_for_each_nested(attr, group)
			if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
				sock->group = weir_attr_u32(attr);
}

static void take_family(void *data, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[CTRL_ATTR_MCAST_GROUPS + 1];
	struct weir_sock *sock = data;

	weir_decode_attrs(nlh, attrs, CTRL_ATTR_MCAST_GROUPS);
	if (attrs[CTRL_ATTR_FAMILY_ID])
		sock->family = mnl_attr_get_u16(attrs[CTRL_ATTR_FAMILY_ID]);
	if (attrs[CTRL_ATTR_MCAST_GROUPS])
		take_group(sock, attrs[CTRL_ATTR_MCAST_GROUPS]);
}

/* Asks which numbers family and group have; false with @reply. */
static bool resolve(struct weir_sock *sock, struct weir_reply *reply)
{
	struct weir_request request;

	sock->family = GENL_ID_CTRL;
	weir_request_init(sock, &request, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(&request.nlh, CTRL_ATTR_FAMILY_NAME, WEIR_FAMILY_NAME);
	weir_ask(sock, &request, take_family, sock, reply);
	return !reply->code;
}

struct weir_sock *weir_open(struct weir_errors *errors)
{
	struct weir_sock *sock = weir_alloc(sizeof(*sock));
	struct weir_reply reply;
	bool known;

	if (!connect_socket(sock)) {
		weir_error_add(errors, NULL, errno, "a netlink socket cannot be opened: %s",
			       strerror(errno));
		goto err_close;
	}
	sock->buf = weir_alloc(WEIR_RECV_SIZE);
	known = resolve(sock, &reply);
	if (reply.code == ENOENT) {
		if (!weir_module_load(errors))
			goto err_close;
		known = resolve(sock, &reply);
	}
	if (known)
		return sock;
	weir_error_add(errors, NULL, ENOENT,
		       "the kernel's netlink family weir cannot be reached: %s",
		       *reply.text ? reply.text : strerror(reply.code));

err_close:
	weir_close(sock);
	return NULL;
}

void weir_close(struct weir_sock *sock)
{
	if (!sock)
		return;
	if (sock->nl)
		mnl_socket_close(sock->nl);
	free(sock->buf);
	free(sock);
}

void weir_set_dump(struct weir_sock *sock, FILE *to)
{
	sock->dump = to;
}

void weir_request_init(struct weir_sock *sock, struct weir_request *request, uint8_t cmd,
		       uint16_t flags)
{
	struct genlmsghdr *genl;

	mnl_nlmsg_put_header(request->buf);
	request->nlh.nlmsg_type = sock->family;
	request->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	request->nlh.nlmsg_seq = ++sock->seq;
	genl = mnl_nlmsg_put_extra_header(&request->nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = WEIR_FAMILY_VERSION;
}

/* The kernel's words stand behind the error code and what it quotes of our message. */
static void read_words(const struct nlmsghdr *nlh, size_t offset, struct weir_reply *reply)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || mnl_nlmsg_get_payload_len(nlh) < offset)
		return;
	mnl_attr_for_each(attr, nlh, offset) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			weir_attr_copy(attr, reply->text, sizeof(reply->text));
			break;
		case NLMSGERR_ATTR_OFFS:
		case NLMSGERR_ATTR_MISS_NEST:
			reply->at = true;
			reply->offset = weir_attr_u32(attr);
			break;
		}
	}
}

static void read_error(const struct nlmsghdr *nlh, struct weir_reply *reply)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*err);

	*reply = (struct weir_reply){ .code = EPROTO, .seq = nlh->nlmsg_seq };
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
		return;
	reply->code = -err->error;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(err->msg.nlmsg_len) - sizeof(err->msg);
	read_words(nlh, offset, reply);
}

static void read_done(const struct nlmsghdr *nlh, struct weir_reply *reply)
{
	int code = 0;

	*reply = (struct weir_reply){ .seq = nlh->nlmsg_seq };
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(code))
		return;
	memcpy(&code, mnl_nlmsg_get_payload(nlh), sizeof(code));
	reply->code = code < 0 ? -code : 0;
	read_words(nlh, sizeof(code), reply);
}

/* Returns whether the conversation is over. */
static bool take_message(const struct nlmsghdr *nlh, uint32_t last, const struct weir_talk *talk,
			 enum weir_talk_result *result)
{
	struct weir_reply reply;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		*result = WEIR_TALK_CHANGED;
	if (nlh->nlmsg_type >= NLMSG_MIN_TYPE) {
		if (talk->message)
			talk->message(talk->data, nlh);
		return false;
	}
	if (nlh->nlmsg_type == NLMSG_ERROR)
		read_error(nlh, &reply);
	else if (nlh->nlmsg_type == NLMSG_DONE)
		read_done(nlh, &reply);
	else
		return false;
	if (reply.code)
		talk->refused(talk->data, &reply);
	return reply.seq == last;
}

static void show(struct weir_sock *sock, const char *what, const void *buf, size_t len)
{
	if (!sock->dump)
		return;
	fprintf(sock->dump, "%s %zu bytes\n", what, len);
	mnl_nlmsg_fprintf(sock->dump, buf, len, sizeof(struct genlmsghdr));
}

enum weir_talk_result weir_talk(struct weir_sock *sock, const void *buf, size_t len,
				uint32_t last, const struct weir_talk *talk)
{
	int fd = mnl_socket_get_fd(sock->nl), lost = 0;
	enum weir_talk_result result = WEIR_TALK_OK;
	const struct nlmsghdr *nlh;
	ssize_t n;
	int left;

	show(sock, "sent", buf, len);
	if (mnl_socket_sendto(sock->nl, buf, len) < 0)
		return WEIR_TALK_BROKEN;
	for (;;) {
		/* Once answers are lost, take those that are there and do not wait. */
		n = recv(fd, sock->buf, WEIR_RECV_SIZE, MSG_TRUNC | (lost ? MSG_DONTWAIT : 0));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			lost = ENOBUFS;
			continue;
		}
		if (n < 0 || n > WEIR_RECV_SIZE) {
			errno = lost ? lost : n < 0 ? errno : EMSGSIZE;
			return WEIR_TALK_BROKEN;
		}
		show(sock, "received", sock->buf, n);
		left = n;
		for (nlh = (const void *)sock->buf; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left))
			if (take_message(nlh, last, talk, &result))
				return result;
	}
}

enum weir_talk_result weir_talk_batch(struct weir_sock *sock, struct weir_batch *batch,
				      const struct weir_talk *talk)
{
	struct nlmsghdr *last = (void *)(batch->buf + batch->last);

	last->nlmsg_flags |= NLM_F_ACK;
	return weir_talk(sock, batch->buf, batch->len, last->nlmsg_seq, talk);
}

struct asking {
	void (*message)(void *data, const struct nlmsghdr *nlh);
	void *data;
	struct weir_reply *reply;
};

static void ask_message(void *data, const struct nlmsghdr *nlh)
{
	struct asking *asking = data;

	if (asking->message)
		asking->message(asking->data, nlh);
}

static void ask_refused(void *data, const struct weir_reply *reply)
{
	struct asking *asking = data;

	*asking->reply = *reply;
}

enum weir_talk_result weir_ask(struct weir_sock *sock, struct weir_request *request,
			       void (*message)(void *data, const struct nlmsghdr *nlh),
			       void *data, struct weir_reply *reply)
{
	struct asking asking = { message, data, reply };
	struct weir_talk talk = { ask_message, ask_refused, &asking };
	enum weir_talk_result result;

	*reply = (struct weir_reply){ 0 };
	result = weir_talk(sock, request->buf, request->nlh.nlmsg_len, request->nlh.nlmsg_seq,
			   &talk);
	if (result == WEIR_TALK_BROKEN && !reply->code) {
		reply->code = errno;
		snprintf(reply->text, sizeof(reply->text),
			 "the kernel's answer could not be read: %s", strerror(errno));
	}
	return result;
}

struct weir_error *weir_refusal(struct weir_errors *errors, const struct weir_loc *loc,
				const struct weir_reply *reply)
{
	struct weir_error *error;

	error = weir_error_add(errors, loc, reply->code, "%s",
			       *reply->text ? reply->text : strerror(reply->code));
	if (reply->code == EPERM && !*reply->text)
		weir_error_hint(error, "this needs root (CAP_NET_ADMIN in the initial user namespace)");
	return error;
}

static void take_status(void *data, const struct nlmsghdr *nlh)
{
	const struct nlattr *attrs[WEIR_A_TXN_MAX + 1];
	struct weir_status *status = data;

	weir_decode_attrs(nlh, attrs, WEIR_A_TXN_MAX);
	status->gen = weir_attr_u64(attrs[WEIR_A_TXN_GEN]);
	status->open_pid = weir_attr_u32(attrs[WEIR_A_TXN_OPEN_PID]);
	weir_attr_copy(attrs[WEIR_A_TXN_VERSION], status->version, sizeof(status->version));
	weir_attr_copy(attrs[WEIR_A_TXN_OPEN_COMM], status->open_comm,
		       sizeof(status->open_comm));
	if (attrs[WEIR_A_TXN_JIT] && mnl_attr_get_payload_len(attrs[WEIR_A_TXN_JIT]))
		status->jit = mnl_attr_get_u8(attrs[WEIR_A_TXN_JIT]);
}

int weir_get_status(struct weir_sock *sock, struct weir_status *status,
		    struct weir_errors *errors)
{
	struct weir_request request;
	struct weir_reply reply;

	*status = (struct weir_status){ 0 };
	weir_request_init(sock, &request, WEIR_CMD_GEN_GET, 0);
	weir_ask(sock, &request, take_status, status, &reply);
	if (!reply.code)
		return 0;
	weir_refusal(errors, NULL, &reply);
	return -1;
}
