// SPDX-License-Identifier: GPL-2.0
/* Datagrams of many messages, and the words that each byte stands for. */

#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include "alloc.h"
#include "wire.h"

void weir_batch_init(struct weir_batch *batch, uint16_t family, struct weir_errors *errors)
{
	*batch = (struct weir_batch){ .family = family, .errors = errors };
	batch->buf = weir_alloc(WEIR_DATAGRAM_FULL + WEIR_MESSAGE_FULL + WEIR_ITEM_ROOM);
}

void weir_batch_free(struct weir_batch *batch)
{
	free(batch->buf);
	free(batch->marks);
	*batch = (struct weir_batch){ 0 };
}

bool weir_batch_flush(struct weir_batch *batch)
{
	if (batch->len && !batch->failed && !batch->flush(batch, batch->data))
		batch->failed = true;
	batch->len = 0;
	batch->n_marks = 0;
	return !batch->failed;
}

void weir_batch_begin(struct weir_batch *batch, uint8_t cmd, uint16_t flags,
		      const struct weir_loc *loc)
{
	struct genlmsghdr *genl;

	if (batch->len > WEIR_DATAGRAM_FULL)
		weir_batch_flush(batch);
	batch->nlh = mnl_nlmsg_put_header(batch->buf + batch->len);
	batch->nlh->nlmsg_type = batch->family;
	batch->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	batch->nlh->nlmsg_seq = ++batch->seq;
	genl = mnl_nlmsg_put_extra_header(batch->nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = WEIR_FAMILY_VERSION;
	weir_batch_mark(batch, 0, loc);
}

void weir_batch_mark(struct weir_batch *batch, uint32_t from, const struct weir_loc *loc)
{
	struct weir_mark *mark;

	if (!loc || !loc->input)
		return;
	if (batch->n_marks == batch->max_marks) {
		batch->max_marks = batch->max_marks ? 2 * batch->max_marks : 256;
		batch->marks = weir_realloc(batch->marks, batch->max_marks,
					    sizeof(*batch->marks));
	}
	mark = &batch->marks[batch->n_marks++];
	mark->seq = batch->nlh->nlmsg_seq;
	mark->from = from;
	/* The mark made before any attribute is for the whole message. */
	mark->to = from ? batch->nlh->nlmsg_len : UINT32_MAX;
	mark->loc = *loc;
}

void weir_batch_end(struct weir_batch *batch)
{
	batch->last = batch->len;
	batch->len += NLMSG_ALIGN(batch->nlh->nlmsg_len);
	batch->nlh = NULL;
}

const struct weir_loc *weir_batch_find(const struct weir_batch *batch, uint32_t seq,
				       uint32_t offset)
{
	const struct weir_mark *best = NULL;
	size_t i;

	for (i = 0; i < batch->n_marks; i++) {
		const struct weir_mark *mark = &batch->marks[i];

		if (mark->seq != seq || offset < mark->from || offset >= mark->to)
			continue;
		if (!best || mark->to - mark->from < best->to - best->from)
			best = mark;
	}
	return best ? &best->loc : NULL;
}
