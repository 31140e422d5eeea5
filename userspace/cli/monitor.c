// SPDX-License-Identifier: GPL-2.0
/* monitor: changes as they happen. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli.h"
#include "libweir/alloc.h"

/**
 * struct watch - What to show.
 */
struct watch {
	struct cli *cli;
	bool json;
	bool new;
	bool destroy;
	bool tables;
	bool chains;
	bool rules;
	bool sets;
	bool elements;
	bool objects;
};

static bool is_wanted(const struct watch *watch, const struct weir_notice *notice)
{
	if (notice->event == WEIR_EVENT_DEL ? !watch->destroy : !watch->new)
		return false;
	if (notice->set)
		return notice->elements ? watch->elements : watch->sets;
	return (notice->table && watch->tables) || (notice->chain && watch->chains) ||
	       (notice->rule && watch->rules) || (notice->named && watch->objects);
}

static void show_json(const struct watch *watch, const struct cli_change *change)
{
	json_t *json = cli_change_json(watch->cli, change);

	json_dumpf(json, stdout, 0);
	putchar('\n');
	json_decref(json);
}

static int show(void *data, const struct weir_notice *notice)
{
	struct watch *watch = data;
	struct cli_change change;

	if (notice->lost) {
		if (watch->json)
			puts("{\"lost\": true}");
		else
			puts("# events were lost; list the ruleset to see what it is now");
	} else if (cli_change_of(notice, &change)) {
		if (!is_wanted(watch, notice))
			return 0;
		if (watch->json)
			show_json(watch, &change);
		else
			cli_change_print(watch->cli, &change);
		return 0;
	} else if (!watch->json) {
		printf("# new generation %llu by process %u (%s)\n",
		       (unsigned long long)notice->gen, notice->pid, notice->comm);
	}
	fflush(stdout);
	return ferror(stdout);
}

/* Tells who waits for it, as a script does, that changes are seen from now on. */
static void ready(void *data)
{
	struct watch *watch = data;

	if (!watch->json)
		puts("# watching");
	fflush(stdout);
}

static void watch_all(struct watch *watch)
{
	watch->tables = true;
	watch->chains = true;
	watch->rules = true;
	watch->sets = true;
	watch->elements = true;
	watch->objects = true;
}

static bool take_word(struct watch *watch, const char *word)
{
	if (!strcmp(word, "new"))
		watch->new = true;
	else if (!strcmp(word, "destroy"))
		watch->destroy = true;
	else if (!strcmp(word, "tables"))
		watch->tables = true;
	else if (!strcmp(word, "chains"))
		watch->chains = true;
	else if (!strcmp(word, "rules"))
		watch->rules = true;
	else if (!strcmp(word, "sets"))
		watch->sets = true;
	else if (!strcmp(word, "elements"))
		watch->elements = true;
	else if (!strcmp(word, "objects"))
		watch->objects = true;
	else if (!strcmp(word, "ruleset"))
		watch_all(watch);
	else if (!strcmp(word, "json"))
		watch->json = true;
	else
		return false;
	return true;
}

static bool take_words(struct watch *watch, const struct weir_command *command,
		       struct weir_errors *errors)
{
	static const char *const known[] = { "new", "destroy", "tables", "chains", "rules",
					     "sets", "elements", "objects", "ruleset",
					     "json", NULL };
	char *words = weir_strdup(command->word ? command->word : ""), *rest, *word;
	struct weir_error *error;
	const char *nearest;
	bool fine = true;

	for (word = strtok_r(words, " \t", &rest); word && fine;
	     word = strtok_r(NULL, " \t", &rest)) {
		fine = take_word(watch, word);
		if (fine)
			continue;
		error = weir_error_add(errors, &command->loc, 0,
				       "monitor shows tables, chains, rules, sets, elements, objects and ruleset, not \"%s\"",
				       word);
		nearest = weir_nearest(word, known);
		if (nearest)
			weir_error_hint(error, "did you mean \"%s\"?", nearest);
	}
	free(words);
	return fine;
}

enum cli_status cli_monitor(struct cli *cli, const struct weir_command *command)
{
	struct watch watch = { .cli = cli, .json = cli->json };
	struct weir_errors errors = { 0 };

	if (!take_words(&watch, command, &errors))
		return cli_fail(&errors);
	if (!watch.new && !watch.destroy) {
		watch.new = true;
		watch.destroy = true;
	}
	if (!watch.tables && !watch.chains && !watch.rules && !watch.sets && !watch.elements &&
	    !watch.objects)
		watch_all(&watch);
	if (!cli_connect(cli, &errors)) {
		cli_fail(&errors);
		return CLI_NO_KERNEL;
	}
	if (weir_monitor(cli->sock, show, ready, &watch, &errors) < 0)
		return cli_fail(&errors);
	weir_errors_free(&errors);
	return CLI_OK;
}
