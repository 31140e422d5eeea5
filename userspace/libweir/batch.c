// SPDX-License-Identifier: GPL-2.0
/* Datagrams of many messages, and the words that each byte stands for. */

#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>
#include "alloc.h"
#include "sock.h"
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

static struct weir_mark *add_mark(struct weir_batch *batch, uint32_t from)
{
	struct weir_mark *mark;

	if (batch->n_marks == batch->max_marks) {
		batch->max_marks = batch->max_marks ? 2 * batch->max_marks : 256;
		batch->marks = weir_realloc(batch->marks, batch->max_marks,
					    sizeof(*batch->marks));
	}
	mark = &batch->marks[batch->n_marks++];
	*mark = (struct weir_mark){ .seq = batch->nlh->nlmsg_seq, .from = from };
	/* The mark made before any attribute is for the whole message. */
	mark->to = from ? batch->nlh->nlmsg_len : UINT32_MAX;
	return mark;
}

void weir_batch_mark(struct weir_batch *batch, uint32_t from, const struct weir_loc *loc)
{
	if (loc && loc->input)
		add_mark(batch, from)->loc = *loc;
}

void weir_batch_mark_records(struct weir_batch *batch, uint32_t from,
			     const struct weir_elems *run, size_t first)
{
	struct weir_mark *mark;

	if (!run->offsets)
		return;
	mark = add_mark(batch, from);
	mark->run = run;
	mark->first = first;
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

		if (mark->run || mark->seq != seq || offset < mark->from || offset >= mark->to)
			continue;
		if (!best || mark->to - mark->from < best->to - best->from)
			best = mark;
	}
	return best ? &best->loc : NULL;
}

/* Length of an element's text: words, and what joins them to a tuple or a range. */
static size_t elem_len(const struct weir_input *input, size_t offset)
{
	static const char ends[] = " \t\r\n,;}#";
	const char *text = input->text + offset, *at = text;

	for (;;) {
		at += strcspn(at, ends);
		if (strncmp(at, " . ", 3) && strncmp(at, " - ", 3))
			break;
		at += 3;
	}
	return at > text ? at - text : 1;
}

/* The mark of the records of a message that have this byte, any for 0. */
static const struct weir_mark *find_records(const struct weir_batch *batch, uint32_t seq,
					    uint32_t offset)
{
	const struct weir_mark *mark = batch->marks, *end = mark + batch->n_marks;

	for (; mark < end; mark++)
		if (mark->run && mark->seq == seq &&
		    (!offset || (offset >= mark->from && offset < mark->to)))
			return mark;
	return NULL;
}

static bool record_loc(const struct weir_mark *mark, size_t number, struct weir_loc *loc)
{
	const struct weir_elems *run = mark->run;
	size_t at = mark->first + number;

	if (at >= run->n || run->offsets[at] >= run->input->size)
		return false;
	*loc = (struct weir_loc){ run->input, run->offsets[at], 0 };
	loc->len = elem_len(loc->input, loc->offset);
	return true;
}

/* A byte behind the attribute's header is one of the record that was refused. */
static bool find_record(const struct weir_batch *batch, const struct weir_reply *reply,
			struct weir_loc *loc)
{
	const struct weir_mark *mark;
	uint32_t records;

	if (!reply->at || !reply->offset)
		return false;
	mark = find_records(batch, reply->seq, reply->offset);
	if (!mark)
		return false;
	records = mark->from + MNL_ATTR_HDRLEN;
	return reply->offset >= records &&
	       record_loc(mark, (reply->offset - records) / mark->run->record, loc);
}

bool weir_batch_refused(const struct weir_batch *batch, const struct weir_reply *reply,
			struct weir_loc *loc)
{
	const struct weir_loc *found;

	if (find_record(batch, reply, loc))
		return true;
	found = weir_batch_find(batch, reply->seq, reply->at ? reply->offset : 0);
	if (found)
		*loc = *found;
	return found;
}
