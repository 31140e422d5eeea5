// SPDX-License-Identifier: GPL-2.0
/* The words of a statement: copied one behind the other, forgotten at once. */
#include <string.h>
#include "reader.h"

#define CHUNK_SIZE (64 << 10)

struct weir_arena_chunk {
	struct weir_arena_chunk *next;
	size_t size;
	char text[];
};

static void add_chunk(struct weir_arena *arena, size_t need)
{
	size_t size = need > CHUNK_SIZE ? need : CHUNK_SIZE;
	struct weir_arena_chunk *chunk = weir_realloc(NULL, 1, sizeof(*chunk) + size);

	chunk->size = size;
	chunk->next = arena->first;
	arena->first = chunk;
	arena->used = 0;
}

char *weir_arena_copy(struct weir_arena *arena, const char *text, size_t len)
{
	char *copy;

	if (!arena->first || arena->first->size - arena->used < len + 1)
		add_chunk(arena, len + 1);
	copy = arena->first->text + arena->used;
	memcpy(copy, text, len);
	copy[len] = '\0';
	arena->used += len + 1;
	return copy;
}

void weir_arena_release(struct weir_arena *arena, const struct weir_arena *mark)
{
	while (arena->first != mark->first) {
		struct weir_arena_chunk *chunk = arena->first;

		arena->first = chunk->next;
		free(chunk);
	}
	arena->used = mark->used;
}

void weir_arena_reset(struct weir_arena *arena)
{
	struct weir_arena_chunk *chunk = arena->first;

	if (!chunk)
		return;
	if (!chunk->next && chunk->size == CHUNK_SIZE)
		arena->used = 0;
	else
		weir_arena_free(arena);
}

void weir_arena_free(struct weir_arena *arena)
{
	static const struct weir_arena empty;

	weir_arena_release(arena, &empty);
}
