// SPDX-License-Identifier: GPL-2.0
/* Events of the kernel: who changed what. */

#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "alloc.h"
#include "decode.h"
#include "sock.h"

/* So many events may wait to be read, in bytes of the kernel's accounting. */
#define MONITOR_ROOM (64 << 20)

/**
 * struct weir_listener - Receives events.
 * @sock: To ask for sets that it has not seen.
 * @nl: A socket that has joined the group.
 * @buf: Takes a datagram, %WEIR_RECV_SIZE bytes.
 * @errors: Takes what makes no sense.
 * @notice: Called for each event.
 * @data: Passed to it.
 * @rule: A rule that goes on in the next message, or NULL.
 * @event: What happened to it.
 * @sets: Sets whose elements changed; without them, elements are only bytes.
 * @result: What @notice returned.
 */
struct weir_listener {
	struct weir_sock *sock;
	struct mnl_socket *nl;
	uint8_t *buf;
	struct weir_errors *errors;
	int (*notice)(void *data, const struct weir_notice *notice);
	void *data;
	struct weir_rule *rule;
	uint32_t event;
	struct weir_set_node *sets;
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

static void take_named(struct weir_listener *listener, const struct nlmsghdr *nlh,
		       const char **why)
{
	struct weir_notice notice = { 0 };
	struct weir_named *named;
	uint32_t event;

	named = weir_decode_named(nlh, &event, why);
	if (!named)
		return;
	notice.event = event;
	notice.named = named;
	tell(listener, &notice);
	weir_named_free(named);
}

/* Where the set of this name is in the list of known ones, or its end. */
static struct weir_set_node **find_set(struct weir_listener *listener, uint8_t family,
				       const char *table, const char *name)
{
	struct weir_set_node **node;

	for (node = &listener->sets; *node; node = &(*node)->next) {
		const struct weir_set *set = (*node)->set;

		if (set->family == family && !strcmp(set->table, table) &&
		    !strcmp(set->name, name))
			break;
	}
	return node;
}

static void forget_set(struct weir_set_node **node)
{
	struct weir_set_node *gone = *node;

	if (!gone)
		return;
	*node = gone->next;
	weir_set_free(gone->set);
	free(gone);
}

static void take_set(struct weir_listener *listener, const struct nlmsghdr *nlh,
		     const char **why)
{
	struct weir_notice notice = { 0 };
	struct weir_set *set;
	uint32_t event;

	set = weir_decode_set(nlh, &event, why);
	if (!set)
		return;
	/* What is known of it is old now; if it matters, it is asked for again. */
	forget_set(find_set(listener, set->family, set->table, set->name));
	notice.event = event;
	notice.set = set;
	tell(listener, &notice);
	weir_set_free(set);
}

/* The set that elements belong to, asked for the first time; NULL if it is gone. */
static const struct weir_set *known_set(struct weir_listener *listener, uint8_t family,
					const char *table, const char *name)
{
	struct weir_filter filter = { .family = family, .table = table, .set = name };
	struct weir_set_node **node = find_set(listener, family, table, name);
	struct weir_errors none = { 0 };
	struct weir_ruleset *ruleset;

	if (*node)
		return (*node)->set;
	ruleset = weir_fetch(listener->sock, WEIR_FETCH_SETS, &filter, &none);
	weir_errors_free(&none);
	if (!ruleset)
		return NULL;
	*node = ruleset->tables->sets;
	ruleset->tables->sets = NULL;
	weir_ruleset_free(ruleset);
	return (*node)->set;
}

static void take_elems(struct weir_listener *listener, const struct nlmsghdr *nlh,
		       const char **why)
{
	const struct nlattr *attrs[WEIR_A_ELEMS_MAX + 1];
	struct weir_notice notice = { .elements = true };
	char table[WEIR_NAME_MAX + 1], name[WEIR_NAME_MAX + 1];
	const struct weir_set *known;
	struct weir_set set;

	weir_decode_attrs(nlh, attrs, WEIR_A_ELEMS_MAX);
	weir_attr_copy(attrs[WEIR_A_ELEMS_TABLE], table, sizeof(table));
	weir_attr_copy(attrs[WEIR_A_ELEMS_SET], name, sizeof(name));
	known = known_set(listener, weir_attr_u8(attrs[WEIR_A_ELEMS_FAMILY]), table, name);
	if (!known)
		return;
	set = *known;
	set.elems = NULL;
	notice.event = weir_attr_u32(attrs[WEIR_A_ELEMS_EVENT]);
	notice.set = &set;
	if (weir_decode_elems(nlh, known, &set.elems, why))
		tell(listener, &notice);
	weir_elems_free(set.elems);
}

static void take_event(struct weir_listener *listener, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct weir_notice end = { 0 };
	const char *why = NULL;

	if (nlh->nlmsg_type != listener->sock->family ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl))
		return;
	switch (genl->cmd) {
	case WEIR_CMD_TABLE_NTF:
		take_table(listener, nlh, &why);
		break;
	case WEIR_CMD_CHAIN_NTF:
		take_chain(listener, nlh, &why);
		break;
	case WEIR_CMD_OBJECT_NTF:
		take_named(listener, nlh, &why);
		break;
	case WEIR_CMD_RULE_NTF:
	case WEIR_CMD_RULE_PART:
		take_rule(listener, nlh, genl->cmd == WEIR_CMD_RULE_PART, &why);
		break;
	case WEIR_CMD_SET_NTF:
		take_set(listener, nlh, &why);
		break;
	case WEIR_CMD_ELEM_NTF:
		take_elems(listener, nlh, &why);
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
}

/* Forgets what is half received, and what may not be so any more. */
static void forget(struct weir_listener *listener)
{
	weir_rule_free(listener->rule);
	listener->rule = NULL;
	while (listener->sets)
		forget_set(&listener->sets);
}

static void tell_lost(struct weir_listener *listener)
{
	struct weir_notice lost = { .lost = true };

	forget(listener);
	tell(listener, &lost);
}

struct weir_listener *weir_listen(struct weir_sock *sock, int room,
				  int (*notice)(void *data, const struct weir_notice *),
				  void *data, struct weir_errors *errors)
{
	struct weir_listener *listener = weir_alloc(sizeof(*listener));

	listener->sock = sock;
	listener->errors = errors;
	listener->notice = notice;
	listener->data = data;
	listener->buf = weir_alloc(WEIR_RECV_SIZE);
	listener->nl = weir_connect(room);
	if (listener->nl && !mnl_socket_setsockopt(listener->nl, NETLINK_ADD_MEMBERSHIP,
						   &sock->group, sizeof(sock->group)))
		return listener;
	weir_error_add(errors, NULL, EPERM, "the kernel's events cannot be received: %s",
		       strerror(errno));
	weir_listen_close(listener);
	return NULL;
}

static void take_datagram(struct weir_listener *listener, int len)
{
	const struct nlmsghdr *nlh;

	for (nlh = (const void *)listener->buf; !listener->result && mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		take_event(listener, nlh);
}

int weir_listen_read(struct weir_listener *listener)
{
	int fd = weir_listen_fd(listener);

	while (!listener->result) {
		ssize_t n = recv(fd, listener->buf, WEIR_RECV_SIZE, MSG_TRUNC | MSG_DONTWAIT);

		if (n >= 0 && n <= WEIR_RECV_SIZE) {
			take_datagram(listener, n);
		} else if (n >= 0 || errno == ENOBUFS) {
			tell_lost(listener);
		} else if (errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			weir_error_add(listener->errors, NULL, EIO,
				       "the kernel's events cannot be read: %s",
				       strerror(errno));
			listener->result = -1;
		}
	}
	return listener->result;
}

int weir_listen_fd(const struct weir_listener *listener)
{
	return mnl_socket_get_fd(listener->nl);
}

void weir_listen_close(struct weir_listener *listener)
{
	forget(listener);
	if (listener->nl)
		mnl_socket_close(listener->nl);
	free(listener->buf);
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
