/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects as netlink messages, inside libweir. Messages to the kernel are
 * collected in a batch, which remembers for each attribute the words of the
 * user that it stands for; messages of the kernel become objects again.
 */
#ifndef WEIR_WIRE_H
#define WEIR_WIRE_H

#include <libmnl/libmnl.h>
#include "error.h"
#include "model.h"

/**
 * struct weir_mark - The words that a stretch of a message stands for.
 * @seq: The message.
 * @from: First byte, from the start of the message.
 * @to: Behind the last byte.
 * @loc: The words.
 * @run: The records that they are instead, which know where they stand.
 * @first: The first of them in @run.
 */
struct weir_mark {
	uint32_t seq;
	uint32_t from;
	uint32_t to;
	struct weir_loc loc;
	const struct weir_elems *run;
	size_t first;
};

/**
 * struct weir_batch - Messages for one datagram.
 * @buf: The messages.
 * @len: Bytes of complete messages.
 * @last: Where the last complete message begins.
 * @nlh: The message being written, NULL between messages.
 * @family: Netlink family id.
 * @seq: Sequence number of the last message.
 * @marks: What the messages stand for.
 * @n_marks: How many.
 * @max_marks: How many there is room for.
 * @failed: Nothing more is to be sent.
 * @errors: Takes what cannot be sent.
 * @n_elems: Elements of sets that were put so far.
 * @flush: Sends the datagram; called when it is full. Returns false to stop.
 * @more: Sets @elems to the next elements of a command whose elements are read
 *   while they are sent, to be used until the next call; leaves NULL at the end.
 *   Returns false to stop.
 * @data: For @flush and @more.
 */
struct weir_batch {
	uint8_t *buf;
	size_t len;
	size_t last;
	struct nlmsghdr *nlh;
	uint16_t family;
	uint32_t seq;
	struct weir_mark *marks;
	size_t n_marks;
	size_t max_marks;
	bool failed;
	struct weir_errors *errors;
	size_t n_elems;
	bool (*flush)(struct weir_batch *batch, void *data);
	bool (*more)(struct weir_batch *batch, const struct weir_command *command,
		     const struct weir_elems **elems);
	void *data;
};

/**
 * Sizes in bytes. A message is ended, and the rule goes on in another, when it
 * is longer than WEIR_MESSAGE_FULL; a datagram is sent when it is longer than
 * WEIR_DATAGRAM_FULL. One item is never longer than WEIR_ITEM_ROOM, because
 * strings and the number of operations are checked and ranges go on in another
 * item behind WEIR_RANGES_FULL. A message of elements has about WEIR_ELEMS_FULL
 * of them. Together they stay below the default size of a socket's send buffer
 * (212,992 bytes), above which the kernel takes nothing.
 */
#define WEIR_DATAGRAM_FULL	(64u << 10)
#define WEIR_MESSAGE_FULL	(32u << 10)
#define WEIR_ITEM_ROOM		(32u << 10)
#define WEIR_RANGES_FULL	(16u << 10)
#define WEIR_ELEMS_FULL		(48u << 10)

void weir_batch_init(struct weir_batch *batch, uint16_t family, struct weir_errors *errors);
void weir_batch_free(struct weir_batch *batch);

/** weir_batch_begin() - Start a message; @loc is what all of it stands for, or NULL. */
void weir_batch_begin(struct weir_batch *batch, uint8_t cmd, uint16_t flags,
		      const struct weir_loc *loc);
/** weir_batch_mark() - Note what the message stands for from byte @from to where it is now. */
void weir_batch_mark(struct weir_batch *batch, uint32_t from, const struct weir_loc *loc);
/** weir_batch_mark_records() - The same for records of @run from @first on. */
void weir_batch_mark_records(struct weir_batch *batch, uint32_t from,
			     const struct weir_elems *run, size_t first);
/** weir_batch_end() - Complete the message. */
void weir_batch_end(struct weir_batch *batch);
/** weir_batch_flush() - Send what is there; false if that or anything before failed. */
bool weir_batch_flush(struct weir_batch *batch);
/**
 * weir_batch_find() - The words that a byte of a message stands for: those of
 * the shortest stretch around it. NULL if there are none.
 */
const struct weir_loc *weir_batch_find(const struct weir_batch *batch, uint32_t seq,
				       uint32_t offset);

/**
 * weir_encode_command() - Add the messages of a command that changes something.
 *
 * Return: False if it cannot be sent, with an error, or if sending failed.
 */
bool weir_encode_command(struct weir_batch *batch, const struct weir_command *command);

/** weir_command_changes() - Whether a command changes anything in the kernel. */
bool weir_command_changes(const struct weir_command *command);

/**
 * weir_decode_table() - Make a table of a message.
 * @nlh: The message.
 * @event: Set to enum weir_event if the message has one; NULL if not of interest.
 * @why: Set to what is wrong, static text.
 *
 * Return: The table, or NULL.
 */
struct weir_table *weir_decode_table(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why);
struct weir_chain *weir_decode_chain(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why);
/**
 * weir_decode_rule() - Make a rule of a message.
 * @more: Set if the rule goes on in the next message.
 */
struct weir_rule *weir_decode_rule(const struct nlmsghdr *nlh, uint32_t *event, bool *more,
				   const char **why);
/** weir_decode_part() - Add the items of the next message of a rule. */
bool weir_decode_part(const struct nlmsghdr *nlh, struct weir_rule *rule, bool *more,
		      const char **why);

struct weir_named *weir_decode_named(const struct nlmsghdr *nlh, uint32_t *event,
				     const char **why);
struct weir_set *weir_decode_set(const struct nlmsghdr *nlh, uint32_t *event, const char **why);
/**
 * weir_decode_elems() - Add the elements of a message.
 * @set: Whose they are; its types say what they look like.
 */
bool weir_decode_elems(const struct nlmsghdr *nlh, const struct weir_set *set,
		       struct weir_elems **elems, const char **why);

/** weir_decode_attrs() - Attributes of a generic netlink message by type. */
void weir_decode_attrs(const struct nlmsghdr *nlh, const struct nlattr **attrs,
		       unsigned int max);
/** weir_attr_u64() - The value of an attribute that may be absent. */
uint64_t weir_attr_u64(const struct nlattr *attr);
uint32_t weir_attr_u32(const struct nlattr *attr);
/** weir_attr_copy() - Copy a string that may be absent; always ends with NUL. */
void weir_attr_copy(const struct nlattr *attr, char *to, size_t size);

/**
 * struct weir_elem_attrs - The attributes that take elements, which are the same
 * in messages and in rules but for their numbers.
 */
struct weir_elem_attrs {
	uint16_t columns;
	uint16_t packed;
	uint16_t elem;
};

/** weir_elem_attrs - Those of messages. */
extern const struct weir_elem_attrs weir_elem_attrs;
/** weir_lookup_elem_attrs - Those of anonymous sets in rules. */
extern const struct weir_elem_attrs weir_lookup_elem_attrs;
/** weir_lookup_as_set() - A set whose elements are like those of a lookup; owns nothing. */
void weir_lookup_as_set(const struct weir_lookup *lookup, struct weir_set *set);

/** weir_value_size() - Bytes of a value of @bits bits. */
static inline unsigned int weir_value_size(unsigned int bits)
{
	return (bits + 7) / 8;
}

#endif /* WEIR_WIRE_H */
