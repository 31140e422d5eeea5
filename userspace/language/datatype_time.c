// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: time. The kernel compares UTC; people write local time. A time
 * that local time does not tell (the hour that comes twice when summer ends,
 * fractions of seconds) prints as a number.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "datatype.h"

#define NSEC_PER_SEC 1000000000ULL
#define SECS_PER_DAY 86400

/* Two digits, at most @max. */
static bool two_digits(const char **at, int max, int *value)
{
	const char *c = *at;

	if (!isdigit((unsigned char)c[0]) || !isdigit((unsigned char)c[1]))
		return false;
	*value = (c[0] - '0') * 10 + c[1] - '0';
	*at += 2;
	return *value <= max;
}

/* "HH:MM" or "HH:MM:SS" to the end. */
static bool clock_parse(const char *at, int *hour, int *min, int *sec)
{
	*sec = 0;
	if (!two_digits(&at, 23, hour) || *at++ != ':' || !two_digits(&at, 59, min))
		return false;
	return !*at || (*at++ == ':' && two_digits(&at, 59, sec) && !*at);
}

static bool time_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why)
{
	struct tm tm = { .tm_isdst = -1 };
	time_t secs;
	char *end;
	int day;

	*why = "a time as \"2026-12-31 23:59:59\"";
	tm.tm_year = strtoul(word, &end, 10) - 1900;
	if (end - word != 4 || *end++ != '-')
		return false;
	word = end;
	if (!two_digits(&word, 12, &tm.tm_mon) || !tm.tm_mon-- || *word++ != '-' ||
	    !two_digits(&word, 31, &tm.tm_mday) || !tm.tm_mday)
		return false;
	if (*word && (*word++ != ' ' ||
		      !clock_parse(word, &tm.tm_hour, &tm.tm_min, &tm.tm_sec)))
		return false;
	day = tm.tm_mday;
	secs = mktime(&tm);
	if (tm.tm_mday != day || secs < 0 || (uint64_t)secs > UINT64_MAX / NSEC_PER_SEC)
		return false;
	*num = weir_num(secs * NSEC_PER_SEC);
	return true;
}

static void time_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	time_t secs = num.lo / NSEC_PER_SEC;
	struct weir_num back;
	const char *why;
	char text[32];
	struct tm tm;

	if (!opts->numeric_time && num.lo % NSEC_PER_SEC == 0 && localtime_r(&secs, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) &&
	    time_parse(text, len, &back, &why) && weir_num_eq(num, back))
		weir_buf_str(buf, text);
	else
		weir_buf_add(buf, "%" PRIu64, num.lo);
}

/* Seconds that local time is ahead of UTC now. */
static long local_offset(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return localtime_r(&now, &tm) ? tm.tm_gmtoff : 0;
}

static bool hour_parse(const char *word, unsigned int len, struct weir_num *num,
		       const char **why)
{
	int hour, min, sec;
	long secs;

	*why = "an hour as \"23:59\" or \"23:59:59\"";
	if (!clock_parse(word, &hour, &min, &sec))
		return false;
	secs = hour * 3600L + min * 60 + sec - local_offset();
	*num = weir_num((secs % SECS_PER_DAY + SECS_PER_DAY) % SECS_PER_DAY);
	return true;
}

static void hour_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	long secs;

	if (opts->numeric_time || num.lo >= SECS_PER_DAY) {
		weir_buf_add(buf, "%" PRIu64, num.lo);
		return;
	}
	secs = ((long)num.lo + local_offset() + SECS_PER_DAY) % SECS_PER_DAY;
	weir_buf_add(buf, "%02ld:%02ld", secs / 3600, secs / 60 % 60);
	if (secs % 60)
		weir_buf_add(buf, ":%02ld", secs % 60);
}

static const struct weir_symbol days[] = {
	{ "Sunday", 0 },
	{ "Monday", 1 },
	{ "Tuesday", 2 },
	{ "Wednesday", 3 },
	{ "Thursday", 4 },
	{ "Friday", 5 },
	{ "Saturday", 6 },
	{}
};

static bool day_parse(const char *word, unsigned int len, struct weir_num *num,
		      const char **why)
{
	const struct weir_symbol *day;

	/* In any case, and short from three letters on. */
	for (day = days; day->name; day++) {
		if (strlen(word) >= 3 && !strncasecmp(day->name, word, strlen(word))) {
			*num = weir_num(day->value);
			return true;
		}
	}
	return false;
}

static void day_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		      const struct weir_print_opts *opts)
{
	const char *name = weir_symbol_name(days, num.lo);

	if (name && !opts->numeric && !opts->numeric_time)
		weir_buf_str(buf, name);
	else
		weir_buf_add(buf, "%" PRIu64, num.lo);
}

const struct weir_datatype weir_datatype_time = {
	.name = "time",
	.text = "a time in local time",
	.len = 64,
	.parse = time_parse,
	.print = time_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_hour = {
	.name = "hour",
	.text = "an hour of the day in local time",
	.len = 32,
	.parse = hour_parse,
	.print = hour_print,
	.quote = true,
	.wrap = SECS_PER_DAY,
};

const struct weir_datatype weir_datatype_day = {
	.name = "day",
	.text = "a day of the week",
	.len = 8,
	.symbols = days,
	.parse = day_parse,
	.print = day_print,
	.quote = true,
	.wrap = 7,
};
