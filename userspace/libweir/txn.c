// SPDX-License-Identifier: GPL-2.0
/*
 * A transaction: begin, changes, commit. Changes are streamed, so that a large
 * ruleset needs no large buffer: a datagram goes out as soon as it is full, and
 * its answers are read before the next one is written. A refusal is shown at
 * the words that the refused attribute stands for.
 */

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <time.h>
#include "sock.h"
#include "wire.h"

/* Room for the events of one's own commit, which are read only after it. */
#define ECHO_ROOM (256 << 20)

#define MAX_REFUSALS 20

struct txn {
	struct weir_sock *sock;
	const struct weir_command *commands;
	const struct weir_txn_opts *opts;
	struct weir_errors *errors;
	struct weir_batch batch;
	unsigned int refused;
	bool object_refused;
	size_t done;
	size_t total;
};

/* The command of a message in the datagram on its way. */
static uint8_t message_cmd(const struct weir_batch *batch, uint32_t seq)
{
	const struct nlmsghdr *nlh = (const void *)batch->buf;
	int left = batch->len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_seq == seq)
			return ((struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->cmd;
	return 0;
}

/* Notes a refusal, unless it only follows from one that was noted before. */
static void txn_refused(void *data, const struct weir_reply *reply)
{
	struct txn *txn = data;
	uint8_t cmd = message_cmd(&txn->batch, reply->seq);
	struct weir_loc loc;
	bool at;

	if (txn->refused++) {
		if (txn->refused > MAX_REFUSALS || cmd == WEIR_CMD_RULE_PART ||
		    reply->code == ECANCELED)
			return;
		if (txn->object_refused && reply->code == ENOENT)
			return;
	}
	if (cmd == WEIR_CMD_TABLE_NEW || cmd == WEIR_CMD_CHAIN_NEW || cmd == WEIR_CMD_SET_NEW)
		txn->object_refused = true;
	at = weir_batch_refused(&txn->batch, reply, &loc);
	weir_refusal(txn->errors, at ? &loc : NULL, reply);
}

static bool txn_flush(struct weir_batch *batch, void *data)
{
	struct txn *txn = data;
	struct weir_talk talk = { NULL, txn_refused, txn };

	if (weir_talk_batch(txn->sock, batch, &talk) == WEIR_TALK_BROKEN && !txn->refused) {
		weir_error_add(txn->errors, NULL, errno, "the kernel cannot be talked to: %s",
			       strerror(errno));
		return false;
	}
	if (txn->opts->progress)
		txn->opts->progress(txn->opts->data, txn->done, txn->total, batch->n_elems);
	return !txn->refused;
}

static bool txn_more(struct weir_batch *batch, const struct weir_command *command,
		     const struct weir_elems **elems)
{
	struct txn *txn = batch->data;

	return txn->opts->read && txn->opts->read(txn->opts->data, command, elems, txn->errors);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000l };

	nanosleep(&pause, NULL);
}

static void explain_busy(struct txn *txn, const struct weir_reply *reply)
{
	struct weir_status status;
	struct weir_errors none = { 0 };
	struct weir_error *error;

	if (!weir_get_status(txn->sock, &status, &none) && status.open_pid)
		error = weir_error_add(txn->errors, NULL, ETIMEDOUT,
				       "process %u (%s) is changing the ruleset",
				       status.open_pid, status.open_comm);
	else
		error = weir_error_add(txn->errors, NULL, ETIMEDOUT,
				       "another process is changing the ruleset%s%s",
				       *reply->text ? ": " : "", reply->text);
	weir_errors_free(&none);
	weir_error_hint(error, "waited for %u.%03u s; --wait sets how long",
			txn->opts->wait_ms / 1000, txn->opts->wait_ms % 1000);
}

/* Opens the transaction; waits while another one is open, but not for ever. */
static bool txn_begin(struct txn *txn)
{
	uint64_t end = now_ms() + txn->opts->wait_ms;
	unsigned int pause = 2;
	struct weir_request request;
	struct weir_reply reply;

	for (;;) {
		uint64_t now;

		weir_request_init(txn->sock, &request, WEIR_CMD_TXN_BEGIN, 0);
		if (txn->opts->gen)
			mnl_attr_put_u64(&request.nlh, WEIR_A_TXN_GEN, txn->opts->gen);
		weir_ask(txn->sock, &request, NULL, NULL, &reply);
		now = now_ms();
		if (reply.code != EBUSY || now >= end)
			break;
		if (pause > end - now)
			pause = end - now;
		sleep_ms(pause);
		pause = pause < 100 ? 2 * pause : 100;
	}
	if (reply.code == EBUSY)
		explain_busy(txn, &reply);
	else if (reply.code)
		weir_refusal(txn->errors, NULL, &reply);
	return !reply.code;
}

static bool txn_commit(struct txn *txn)
{
	struct weir_request request;
	struct weir_reply reply;

	weir_request_init(txn->sock, &request, WEIR_CMD_TXN_COMMIT, 0);
	if (txn->opts->check)
		mnl_attr_put(&request.nlh, WEIR_A_TXN_CHECK, 0, NULL);
	weir_ask(txn->sock, &request, NULL, NULL, &reply);
	if (reply.code)
		weir_refusal(txn->errors, weir_blame(txn->commands, reply.text), &reply);
	return !reply.code;
}

/* Whatever is wrong with the abort, closing the socket has the same effect. */
static void txn_abort(struct txn *txn)
{
	struct weir_request request;
	struct weir_reply reply;

	weir_request_init(txn->sock, &request, WEIR_CMD_TXN_ABORT, 0);
	weir_ask(txn->sock, &request, NULL, NULL, &reply);
}

static bool txn_send(struct txn *txn)
{
	const struct weir_command *command;
	bool sent = true;

	weir_batch_init(&txn->batch, txn->sock->family, txn->errors);
	txn->batch.seq = txn->sock->seq;
	txn->batch.flush = txn_flush;
	txn->batch.more = txn_more;
	txn->batch.data = txn;
	for (command = txn->commands; command && sent; command = command->next) {
		if (!weir_command_changes(command))
			continue;
		sent = weir_encode_command(&txn->batch, command);
		txn->done++;
	}
	if (sent)
		sent = weir_batch_flush(&txn->batch);
	txn->sock->seq = txn->batch.seq;
	weir_batch_free(&txn->batch);
	return sent;
}

static size_t count_changes(const struct weir_command *commands)
{
	size_t n = 0;

	for (; commands; commands = commands->next)
		n += weir_command_changes(commands);
	return n;
}

int weir_apply(struct weir_sock *sock, const struct weir_command *commands,
	       const struct weir_txn_opts *opts, struct weir_errors *errors)
{
	struct txn txn = {
		.sock = sock,
		.commands = commands,
		.opts = opts,
		.errors = errors,
		.total = count_changes(commands),
	};
	struct weir_listener *listener = NULL;
	int result = -1;

	if (!txn.total)
		return 0;
	if (!txn_begin(&txn))
		return -1;
	/* While the transaction is open nobody else's events can come between. */
	if (opts->echo && !opts->check) {
		listener = weir_listen(sock, ECHO_ROOM, opts->echo, opts->data, errors);
		if (!listener)
			goto out_abort;
	}
	if (txn_send(&txn) && txn_commit(&txn)) {
		result = 0;
		if (listener)
			weir_listen_read(listener);
		goto out_close;
	}

out_abort:
	txn_abort(&txn);
	weir_suggest(sock, commands, errors);
out_close:
	if (listener)
		weir_listen_close(listener);
	return result;
}
