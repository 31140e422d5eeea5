// SPDX-License-Identifier: GPL-2.0
/* Names of hosts in rules, looked up once, when the rule is read. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include "reader.h"

static struct weir_num get_address(const struct addrinfo *info)
{
	if (info->ai_family == AF_INET)
		return weir_num_get((const uint8_t *)
				    &((const struct sockaddr_in *)info->ai_addr)->sin_addr, 4);
	return weir_num_get((const uint8_t *)
			    &((const struct sockaddr_in6 *)info->ai_addr)->sin6_addr, 16);
}

bool weir_resolve(const char *name, unsigned int len, struct weir_num *num, const char **why)
{
	struct addrinfo hints = {
		.ai_family = len == 32 ? AF_INET : AF_INET6,
		.ai_socktype = SOCK_RAW,
	};
	struct addrinfo *found, *info;
	int err = getaddrinfo(name, NULL, &hints, &found);
	bool ok = true;

	if (err) {
		*why = gai_strerror(err);
		return false;
	}
	*num = get_address(found);
	for (info = found->ai_next; info; info = info->ai_next)
		ok &= weir_num_eq(get_address(info), *num);
	freeaddrinfo(found);
	if (!ok)
		*why = "it has several addresses";
	return ok;
}
