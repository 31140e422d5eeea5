// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "set_nets.h"

int set_net_order(const void *a, const void *b)
{
	const struct set_net *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to > y->to ? -1 : x->to < y->to;
}

static int set_net(char *line, unsigned int bits, struct set_net *net)
{
	unsigned __int128 rest = 0, address = 0;
	unsigned char bytes[16];
	unsigned int len = bits;
	char *slash;

	line[strcspn(line, " \t\n")] = 0;
	slash = strchr(line, '/');
	if (slash) {
		*slash = 0;
		len = atoi(slash + 1);
	}
	if (inet_pton(bits == 32 ? AF_INET : AF_INET6, line, bytes) != 1)
		return 0;
	for (unsigned int i = 0; i < bits / 8; i++)
		address = address << 8 | bytes[i];
	if (len < bits)
		rest = ~(unsigned __int128)0 >> (128 - bits) >> len;
	net->from = address & ~rest;
	net->to = address | rest;
	return 1;
}

struct set_net *set_nets(const char *name, unsigned int bits, unsigned int *n)
{
	const char *folder = getenv("WEIR_ADDRESSES") ?: "../shared/data/addresses";
	struct set_net *nets = NULL;
	char line[256], path[256];
	FILE *file;

	*n = 0;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	while (fgets(line, sizeof(line), file)) {
		if (!(*n & (*n - 1)))
			nets = realloc(nets, (2 * *n + 1) * sizeof(*nets));
		*n += set_net(line, bits, &nets[*n]);
	}
	fclose(file);
	return nets;
}
