// SPDX-License-Identifier: GPL-2.0
/*
 * Data types: numbers that files of the system name: protocols, services, users,
 * groups and groups of devices. Files are read once, when the first name is
 * needed, because a listing may have thousands of them.
 */
#include <ctype.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../libweir/alloc.h"
#include "datatype.h"

#define GROUP_FILE "/etc/iproute2/group"

/*
 * Names in the order they were found. The first name of a number and the first
 * number of a name count; a name that means another number is never printed.
 */
struct names {
	struct weir_symbol *symbols;
	size_t n;
	size_t size;
};

static void names_add(struct names *names, const char *name, uint64_t value)
{
	if (names->n + 1 >= names->size) {
		names->size = names->size ? 2 * names->size : 64;
		names->symbols = weir_realloc(names->symbols, names->size,
					      sizeof(*names->symbols));
	}
	names->symbols[names->n++] = (struct weir_symbol){ weir_strdup(name), value };
	names->symbols[names->n] = (struct weir_symbol){};
}

/* Whether a name reads back as one word without quotes. */
static bool name_is_word(const char *name)
{
	size_t len = strlen(name);

	return isalpha((unsigned char)name[0]) && isalnum((unsigned char)name[len - 1]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
	       len;
}

static const char *names_of(const struct names *names, uint64_t value)
{
	uint64_t back;
	size_t i;

	for (i = 0; i < names->n; i++)
		if (names->symbols[i].value == value && name_is_word(names->symbols[i].name) &&
		    weir_symbol_find(names->symbols, names->symbols[i].name, &back) &&
		    back == value)
			return names->symbols[i].name;
	return NULL;
}

static const struct weir_symbol protocols[] = {
	{ "ip", 0 },
	{ "icmp", IPPROTO_ICMP },
	{ "igmp", IPPROTO_IGMP },
	{ "ipencap", IPPROTO_IPIP },
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "dccp", IPPROTO_DCCP },
	{ "ipv6", IPPROTO_IPV6 },
	{ "ipv6-route", IPPROTO_ROUTING },
	{ "ipv6-frag", IPPROTO_FRAGMENT },
	{ "gre", IPPROTO_GRE },
	{ "esp", IPPROTO_ESP },
	{ "ah", IPPROTO_AH },
	{ "ipv6-icmp", IPPROTO_ICMPV6 },
	{ "icmpv6", IPPROTO_ICMPV6 },
	{ "ipv6-nonxt", IPPROTO_NONE },
	{ "ipv6-opts", IPPROTO_DSTOPTS },
	{ "ospf", 89 },
	{ "pim", IPPROTO_PIM },
	{ "ipcomp", IPPROTO_COMP },
	{ "comp", IPPROTO_COMP },
	{ "vrrp", 112 },
	{ "l2tp", 115 },
	{ "sctp", IPPROTO_SCTP },
	{ "mobility-header", IPPROTO_MH },
	{ "udplite", IPPROTO_UDPLITE },
	{}
};

/* The system's names come first; the rest fills up what a small system lacks. */
static const struct names *protocol_names(void)
{
	const struct weir_symbol *symbol;
	static struct names names;
	struct protoent *proto;
	char **alias;

	if (names.n)
		return &names;
	setprotoent(1);
	while ((proto = getprotoent())) {
		names_add(&names, proto->p_name, proto->p_proto);
		for (alias = proto->p_aliases; *alias; alias++)
			names_add(&names, *alias, proto->p_proto);
	}
	endprotoent();
	for (symbol = protocols; symbol->name; symbol++)
		names_add(&names, symbol->name, symbol->value);
	return &names;
}

static bool protocol_load(const char *name, uint64_t *value)
{
	return weir_symbol_find(protocol_names()->symbols, name, value) && *value <= UINT8_MAX;
}

static const char *protocol_name_of(uint64_t value)
{
	return names_of(protocol_names(), value);
}

static void protocol_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			   const struct weir_print_opts *opts)
{
	const char *name = NULL;

	if (!opts->numeric && !opts->numeric_protocol)
		name = protocol_name_of(num.lo);
	if (name)
		weir_buf_str(buf, name);
	else
		weir_buf_number(buf, num.lo);
}

static const struct names *service_names(void)
{
	static struct names names;
	struct servent *service;
	static bool loaded;
	char **alias;

	if (loaded)
		return &names;
	loaded = true;
	setservent(1);
	while ((service = getservent())) {
		names_add(&names, service->s_name, ntohs(service->s_port));
		for (alias = service->s_aliases; *alias; alias++)
			names_add(&names, *alias, ntohs(service->s_port));
	}
	endservent();
	return &names;
}

static bool service_load(const char *name, uint64_t *value)
{
	return weir_symbol_find(service_names()->symbols, name, value);
}

static const char *service_name_of(uint64_t value)
{
	return names_of(service_names(), value);
}

static void service_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			  const struct weir_print_opts *opts)
{
	const char *name = NULL;

	if (!opts->numeric && opts->service_names)
		name = service_name_of(num.lo);
	if (name)
		weir_buf_str(buf, name);
	else
		weir_buf_number(buf, num.lo);
}

static bool user_load(const char *name, uint64_t *value)
{
	struct passwd *user = getpwnam(name);

	if (user)
		*value = user->pw_uid;
	return user;
}

static const char *user_name_of(uint64_t value)
{
	struct passwd *user = getpwuid(value);

	return user ? user->pw_name : NULL;
}

static bool group_load(const char *name, uint64_t *value)
{
	struct group *group = getgrnam(name);

	if (group)
		*value = group->gr_gid;
	return group;
}

static const char *group_name_of(uint64_t value)
{
	struct group *group = getgrgid(value);

	return group ? group->gr_name : NULL;
}

static void owner_print(struct weir_buf *buf, struct weir_num num,
			const struct weir_print_opts *opts,
			const char *(*name_of)(uint64_t value))
{
	const char *name = NULL;

	if (!opts->numeric && opts->user_names)
		name = name_of(num.lo);
	if (name)
		weir_buf_str(buf, name);
	else
		weir_buf_number(buf, num.lo);
}

static void user_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
		       const struct weir_print_opts *opts)
{
	owner_print(buf, num, opts, user_name_of);
}

static void group_print(struct weir_buf *buf, struct weir_num num, unsigned int len,
			const struct weir_print_opts *opts)
{
	owner_print(buf, num, opts, group_name_of);
}

/* Lines of a number, blanks and a name; # starts a comment. */
static void devgroups_read(struct names *names, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512], name[256], number[64], *end;
	uint64_t value;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "#")] = '\0';
		if (sscanf(line, "%63s %255s", number, name) != 2)
			continue;
		value = strtoull(number, &end, 0);
		if (!*end && value <= UINT32_MAX && !isdigit((unsigned char)name[0]))
			names_add(names, name, value);
	}
	fclose(file);
}

static const struct names *devgroup_names(void)
{
	static struct names names;

	if (!names.n) {
		devgroups_read(&names, GROUP_FILE);
		names_add(&names, "default", 0);
	}
	return &names;
}

static bool devgroup_load(const char *name, uint64_t *value)
{
	return weir_symbol_find(devgroup_names()->symbols, name, value);
}

static const char *devgroup_name_of(uint64_t value)
{
	return names_of(devgroup_names(), value);
}

const struct weir_datatype weir_datatype_inet_proto = {
	.name = "inet_proto",
	.text = "an Internet protocol",
	.len = 8,
	.load = protocol_load,
	.name_of = protocol_name_of,
	.print = protocol_print,
};

const struct weir_datatype weir_datatype_inet_service = {
	.name = "inet_service",
	.text = "a port or the name of a service",
	.len = 16,
	.load = service_load,
	.name_of = service_name_of,
	.print = service_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_uid = {
	.name = "uid",
	.text = "a user",
	.len = 32,
	.load = user_load,
	.name_of = user_name_of,
	.print = user_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_gid = {
	.name = "gid",
	.text = "a group of users",
	.len = 32,
	.load = group_load,
	.name_of = group_name_of,
	.print = group_print,
	.quote = true,
};

const struct weir_datatype weir_datatype_devgroup = {
	.name = "devgroup",
	.text = "a group of network devices",
	.len = 32,
	.load = devgroup_load,
	.name_of = devgroup_name_of,
	.quote = true,
};
