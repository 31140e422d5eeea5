// SPDX-License-Identifier: GPL-2.0
/*
 * Texts: files, standard input, command lines, and the files that they include.
 * A text is read whole, so that an error can show any line of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "reader.h"

static const char *const default_include_dirs[] = { "/etc", NULL };

/* Makes a text the next one to be read; it owns @text from here on. */
static void push(struct weir_parser *parser, struct weir_source *parent, const char *name,
		 char *text, size_t size, const struct stat *st, const struct weir_loc *loc)
{
	struct weir_source *source = weir_alloc(sizeof(*source));
	struct weir_input *input = weir_alloc(sizeof(*input));

	/* The last line ends like any other. */
	if (size && text[size - 1] != '\n') {
		text = weir_realloc(text, size + 3, 1);
		text[size++] = '\n';
		text[size] = '\0';
		text[size + 1] = '\0';
	}
	input->name = weir_strdup(name);
	input->text = text;
	input->size = size;
	if (parent && loc) {
		input->from = parent->input;
		input->from_offset = loc->offset;
	}
	input->next = parser->script->inputs;
	parser->script->inputs = input;

	if (st) {
		source->device = st->st_dev;
		source->inode = st->st_ino;
	}
	source->input = input;
	source->parent = parent;
	source->next = parser->source;
	source->buffer = weir_scan_open(parser->scanner, text, size);
	parser->source = source;
}

/* Reads all of @fd into memory with two NULs behind; NULL with errno. */
static char *read_all(int fd, size_t *size)
{
	size_t room = 0, used = 0;
	char *text = NULL;
	ssize_t got;

	for (;;) {
		if (room - used < 4096) {
			room = room ? room * 2 : 64 << 10;
			text = weir_realloc(text, room + 2, 1);
		}
		got = read(fd, text + used, room - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += got;
		if (used > WEIR_INPUT_MAX) {
			errno = EFBIG;
			got = -1;
			break;
		}
	}
	if (got < 0) {
		free(text);
		return NULL;
	}
	text = weir_realloc(text, used + 2, 1);
	text[used] = '\0';
	text[used + 1] = '\0';
	*size = used;
	return text;
}

static char *open_and_read(const char *path, size_t *size, struct stat *st)
{
	bool in = !strcmp(path, "-");
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *text = NULL;
	int err;

	if (fd < 0)
		return NULL;
	if (fstat(fd, st) < 0)
		goto out;
	if (S_ISDIR(st->st_mode)) {
		errno = EISDIR;
		goto out;
	}
	text = read_all(fd, size);
out:
	err = errno;
	if (!in)
		close(fd);
	errno = err;
	return text;
}

char *weir_input_read(const char *path, size_t *size, struct weir_errors *errors,
		      const struct weir_loc *loc)
{
	struct stat st;
	char *text = open_and_read(path, size, &st);

	if (!text)
		weir_error_add(errors, loc, errno, "can't read %s: %s", path, strerror(errno));
	return text;
}

/* Refuses a file that is being read already, and too many within one another. */
static bool check_depth(struct weir_parser *parser, const struct weir_source *parent,
			const char *path, const struct weir_loc *loc)
{
	const struct weir_source *source;
	unsigned int depth = 0;
	struct stat st;
	bool known = !stat(path, &st) && S_ISREG(st.st_mode);

	for (source = parent; source; source = source->parent) {
		if (depth++ == WEIR_INCLUDE_DEPTH)
			return weir_tok_error_at(parser, loc,
						 "files include each other more than %d deep",
						 WEIR_INCLUDE_DEPTH);
		if (!known || source->device != st.st_dev || source->inode != st.st_ino)
			continue;
		if (source == parent)
			return weir_tok_error_at(parser, loc, "%s includes itself", path);
		return weir_tok_error_at(parser, loc, "%s includes itself through %s", path,
					 parent->input->name);
	}
	return true;
}

bool weir_input_open_file(struct weir_parser *parser, struct weir_source *parent,
			  const char *path, const struct weir_loc *loc)
{
	struct stat st;
	size_t size;
	char *text;

	if (!check_depth(parser, parent, path, loc))
		return false;
	text = open_and_read(path, &size, &st);
	if (!text)
		return weir_tok_error_at(parser, loc, "can't read %s: %s", path,
					 strerror(errno));
	push(parser, parent, strcmp(path, "-") ? path : "<stdin>", text, size, &st, loc);
	return true;
}

void weir_input_open_text(struct weir_parser *parser, const char *name, const char *text)
{
	size_t size = strlen(text);
	char *copy = weir_realloc(NULL, size + 2, 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	copy[size + 1] = '\0';
	push(parser, NULL, name, copy, size, NULL, NULL);
}

bool weir_input_close(struct weir_parser *parser)
{
	struct weir_source *source = parser->source;

	parser->source = source->next;
	weir_scan_close(parser->scanner, source->buffer);
	free(source->pending);
	free(source);
	if (!parser->source)
		return false;
	weir_scan_switch(parser->scanner, parser->source->buffer);
	return true;
}

static bool is_directory(const char *path)
{
	size_t len = strlen(path);

	return len && path[len - 1] == '/';
}

/*
 * Reads the files that a pattern means; 0 if there is none. The last one is
 * opened first, as the text opened last is read first.
 */
static size_t include_pattern(struct weir_parser *parser, const char *pattern, bool wild,
			      const struct weir_loc *loc)
{
	struct weir_source *outer = parser->source;
	glob_t found;
	size_t n = 0;

	if (glob(pattern, GLOB_MARK, NULL, &found))
		return 0;
	for (size_t i = found.gl_pathc; i-- > 0; ) {
		if (wild && is_directory(found.gl_pathv[i]))
			continue;
		weir_input_open_file(parser, outer, found.gl_pathv[i], loc);
		n++;
	}
	globfree(&found);
	return n;
}

static char *join_path(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = weir_alloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}

bool weir_input_include(struct weir_parser *parser, const struct weir_token *name)
{
	const char *const *dirs = default_include_dirs;
	bool wild = !!strpbrk(name->text, "*?[");
	size_t n = 0;

	if (parser->opts && parser->opts->include_dirs)
		dirs = parser->opts->include_dirs;
	if (*name->text == '/' || !strncmp(name->text, "./", 2) ||
	    !strncmp(name->text, "../", 3)) {
		n = include_pattern(parser, name->text, wild, &name->loc);
	} else {
		for (; *dirs && !n; dirs++) {
			char *path = join_path(*dirs, name->text);

			n = include_pattern(parser, path, wild, &name->loc);
			free(path);
		}
	}
	if (n || wild)
		return true;
	return weir_tok_error_at(parser, &name->loc, "there is no file %s", name->text);
}
