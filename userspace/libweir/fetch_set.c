// SPDX-License-Identifier: GPL-2.0
/*
 * Listing of sets, and of their elements, which may be many millions: they are
 * passed on as they come.
 */

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include "alloc.h"
#include "encode.h"
#include "fetch.h"

void weir_fetch_take_set(void *data, const struct nlmsghdr *nlh)
{
	struct weir_fetch *fetch = data;
	struct weir_set_node *node;
	struct weir_set *set;

	set = weir_decode_set(nlh, NULL, &fetch->why);
	if (!set)
		return;
	if (!weir_fetch_wanted(fetch, set->family, set->table, NULL) ||
	    (fetch->filter->set && strcmp(fetch->filter->set, set->name))) {
		weir_set_free(set);
		return;
	}
	if (!weir_fetch_table(fetch, set->family, set->table)) {
		fetch->changed = true;
		weir_set_free(set);
		return;
	}
	node = weir_alloc(sizeof(*node));
	node->set = set;
	*fetch->set_end = node;
	fetch->set_end = &node->next;
}

/**
 * struct stream - Elements on their way from the kernel to a callback.
 */
struct stream {
	const struct weir_set *set;
	int (*take)(void *data, struct weir_elems **elems);
	void *data;
	const char *why;
	int result;
};

static void take_elems(void *data, const struct nlmsghdr *nlh)
{
	struct weir_elems *elems = NULL;
	struct stream *stream = data;

	/* Once it has ended, what still comes is passed over. */
	if (stream->result || stream->why)
		return;
	if (weir_decode_elems(nlh, stream->set, &elems, &stream->why) && elems)
		stream->result = stream->take(stream->data, &elems);
	weir_elems_free(elems);
}

static bool is_generation(struct weir_sock *sock, uint64_t gen, struct weir_errors *errors)
{
	struct weir_status status;

	if (!gen)
		return true;
	if (weir_get_status(sock, &status, errors))
		return false;
	if (status.gen == gen)
		return true;
	weir_error_add(errors, NULL, EAGAIN, "the ruleset was changed while it was listed");
	return false;
}

int weir_fetch_elems(struct weir_sock *sock, const struct weir_set *set, uint64_t gen, bool reset,
		     int (*take)(void *data, struct weir_elems **elems), void *data,
		     struct weir_errors *errors)
{
	struct stream stream = { .set = set, .take = take, .data = data };
	enum weir_talk_result result;
	struct weir_request request;
	struct weir_reply reply;

	if (!is_generation(sock, gen, errors))
		return -1;
	weir_request_init(sock, &request, reset ? WEIR_CMD_ELEM_RESET : WEIR_CMD_ELEM_GET,
			  NLM_F_DUMP);
	mnl_attr_put_u8(&request.nlh, WEIR_A_ELEMS_FAMILY, set->family);
	mnl_attr_put_strz(&request.nlh, WEIR_A_ELEMS_TABLE, set->table);
	mnl_attr_put_strz(&request.nlh, WEIR_A_ELEMS_SET, set->name);
	result = weir_ask(sock, &request, take_elems, &stream, &reply);
	if (stream.result)
		return stream.result;
	if (!weir_fetch_sense(errors, stream.why))
		return -1;
	if (result == WEIR_TALK_CHANGED || reply.code == EINTR)
		reply = (struct weir_reply){ .code = EAGAIN };
	if (reply.code == EAGAIN && !*reply.text)
		snprintf(reply.text, sizeof(reply.text), "%s",
			 "the set was changed while it was listed");
	if (reply.code) {
		weir_refusal(errors, NULL, &reply);
		return -1;
	}
	return is_generation(sock, gen, errors) ? 0 : -1;
}

/**
 * struct test - Keys on their way to the kernel, and what comes back.
 */
struct test {
	struct weir_sock *sock;
	const struct weir_set *set;
	struct weir_elems **found;
	struct weir_batch batch;
	const char *why;
	bool missing;
	bool failed;
};

static void test_message(void *data, const struct nlmsghdr *nlh)
{
	struct test *test = data;

	if (!test->why)
		weir_decode_elems(nlh, test->set, test->found, &test->why);
}

static void test_refused(void *data, const struct weir_reply *reply)
{
	struct test *test = data;
	struct weir_loc loc;
	bool at;

	if (reply->code == ENOENT)
		test->missing = true;
	else
		test->failed = true;
	at = weir_batch_refused(&test->batch, reply, &loc);
	weir_refusal(test->batch.errors, at ? &loc : NULL, reply);
}

static bool test_flush(struct weir_batch *batch, void *data)
{
	struct test *test = data;
	struct weir_talk talk = { test_message, test_refused, test };

	if (weir_talk_batch(test->sock, batch, &talk) != WEIR_TALK_BROKEN)
		return !test->missing && !test->failed;
	weir_error_add(batch->errors, NULL, errno, "the kernel cannot be talked to: %s",
		       strerror(errno));
	test->failed = true;
	return false;
}

int weir_test_elems(struct weir_sock *sock, const struct weir_set *set, bool reset,
		    struct weir_elems **found, struct weir_errors *errors)
{
	struct test test = { .sock = sock, .set = set, .found = found };

	*found = NULL;
	weir_batch_init(&test.batch, sock->family, errors);
	test.batch.seq = sock->seq;
	test.batch.flush = test_flush;
	test.batch.data = &test;
	if (!weir_encode_test(&test.batch, set, reset) || !weir_batch_flush(&test.batch))
		test.failed |= !test.missing;
	sock->seq = test.batch.seq;
	weir_batch_free(&test.batch);
	if (!weir_fetch_sense(errors, test.why) || test.failed)
		return -1;
	return !test.missing;
}
