/* SPDX-License-Identifier: GPL-2.0 */
/* The socket inside libweir: requests, and everything that comes back. */
#ifndef WEIR_SOCK_H
#define WEIR_SOCK_H

#include <libmnl/libmnl.h>
#include "weir.h"

/** WEIR_RECV_SIZE - Bytes that one datagram of the kernel may have. */
#define WEIR_RECV_SIZE (256u << 10)

/**
 * struct weir_sock - A connection.
 * @nl: The netlink socket.
 * @family: Id of the generic netlink family.
 * @group: Id of the multicast group for events.
 * @seq: Sequence number of the last message sent.
 * @buf: Takes a datagram, %WEIR_RECV_SIZE bytes.
 * @dump: Shows all messages, or NULL.
 */
struct weir_sock {
	struct mnl_socket *nl;
	uint16_t family;
	int group;
	uint32_t seq;
	uint8_t *buf;
	FILE *dump;
};

/** weir_connect() - A netlink socket with room for so many bytes; NULL with errno. */
struct mnl_socket *weir_connect(int room);

/**
 * struct weir_reply - The kernel's answer to a message.
 * @code: errno, 0 for success.
 * @seq: The message.
 * @text: The kernel's words, empty without.
 * @at: @offset counts.
 * @offset: The attribute that is wrong, or in which one is missing, in bytes
 *   from the start of the message.
 */
struct weir_reply {
	int code;
	uint32_t seq;
	char text[256];
	bool at;
	uint32_t offset;
};

/**
 * struct weir_talk - What to do with what comes back.
 * @message: Called for each message that is not an answer, or NULL.
 * @refused: Called for each refusal.
 * @data: Passed to both.
 */
struct weir_talk {
	void (*message)(void *data, const struct nlmsghdr *nlh);
	void (*refused)(void *data, const struct weir_reply *reply);
	void *data;
};

/**
 * enum weir_talk_result - How a conversation ended.
 * @WEIR_TALK_OK: The last message was answered, though perhaps by a refusal.
 * @WEIR_TALK_CHANGED: The same, but a dump was interrupted by a writer.
 * @WEIR_TALK_BROKEN: Answers are missing; errno says why.
 */
enum weir_talk_result {
	WEIR_TALK_OK,
	WEIR_TALK_CHANGED,
	WEIR_TALK_BROKEN,
};

/**
 * weir_talk() - Send messages and read everything that comes back.
 * @buf: Messages, the last of which asks for an answer or is a dump.
 * @len: Bytes.
 * @last: Sequence number of the last message.
 */
enum weir_talk_result weir_talk(struct weir_sock *sock, const void *buf, size_t len,
				uint32_t last, const struct weir_talk *talk);

struct weir_batch;

/** weir_talk_batch() - Send the messages of a batch; the last one asks for an answer. */
enum weir_talk_result weir_talk_batch(struct weir_sock *sock, struct weir_batch *batch,
				      const struct weir_talk *talk);
/**
 * weir_batch_refused() - The words that a refusal is about: those of an attribute, or
 * of the record in it that the kernel points at.
 * @loc: Set to the place.
 *
 * Return: False if it is not known.
 */
bool weir_batch_refused(const struct weir_batch *batch, const struct weir_reply *reply,
			struct weir_loc *loc);

/**
 * struct weir_request - A short message on its own.
 */
struct weir_request {
	union {
		struct nlmsghdr nlh;
		uint8_t buf[2048];
	};
};

/** weir_request_init() - Start a request that asks for an answer. */
void weir_request_init(struct weir_sock *sock, struct weir_request *request, uint8_t cmd,
		       uint16_t flags);

/**
 * weir_ask() - Send a request and read what comes back.
 * @message: As in &struct weir_talk.
 * @reply: Set; @reply->code is 0 on success.
 */
enum weir_talk_result weir_ask(struct weir_sock *sock, struct weir_request *request,
			       void (*message)(void *data, const struct nlmsghdr *nlh),
			       void *data, struct weir_reply *reply);

/** weir_refusal() - Note what the kernel refused as an error. */
struct weir_error *weir_refusal(struct weir_errors *errors, const struct weir_loc *loc,
				const struct weir_reply *reply);

/** weir_module_load() - Load the module weir; false with an error that says why not. */
bool weir_module_load(struct weir_errors *errors);

/**
 * struct weir_listener - Receives events.
 */
struct weir_listener;

/** weir_listen() - From now on no event is missed, up to @room bytes of them. */
struct weir_listener *weir_listen(struct weir_sock *sock, int room,
				  int (*notice)(void *data, const struct weir_notice *),
				  void *data, struct weir_errors *errors);
/**
 * weir_listen_read() - Pass on the events that are there; does not wait.
 *
 * Return: What the callback returned, as soon as that is not 0; -1 with an
 * error; or 0.
 */
int weir_listen_read(struct weir_listener *listener);
/** weir_listen_fd() - To wait for events. */
int weir_listen_fd(const struct weir_listener *listener);
void weir_listen_close(struct weir_listener *listener);

/**
 * weir_blame() - The words that a refused commit is probably about.
 * @commands: What was to be committed.
 * @text: The kernel's words.
 *
 * Return: A place, or NULL.
 */
const struct weir_loc *weir_blame(const struct weir_command *commands, const char *text);

/** weir_suggest() - Add "did you mean" to errors about names that are not there. */
void weir_suggest(struct weir_sock *sock, const struct weir_command *commands,
		  struct weir_errors *errors);

#endif /* WEIR_SOCK_H */
