// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of up to 128 bits in attributes: network byte order, as many bytes as
 * hold the bits, unused bits at the left and zero.
 */

#include "core.h"

struct weir_val weir_val_get(const u8 *from, unsigned int bytes)
{
	struct weir_val val = {};

	while (bytes--) {
		val.hi = val.hi << 8 | val.lo >> 56;
		val.lo = val.lo << 8 | *from++;
	}
	return val;
}

void weir_val_put(struct weir_val val, u8 *to, unsigned int bytes)
{
	while (bytes--) {
		to[bytes] = val.lo;
		val.lo = val.lo >> 8 | val.hi << 56;
		val.hi >>= 8;
	}
}

int weir_val_cmp(const struct weir_val *a, const struct weir_val *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return 0;
}

/* Whether a number has no more than so many bits, 1 to 128. */
bool weir_val_fits(const struct weir_val *val, unsigned int bits)
{
	if (bits >= 128)
		return true;
	if (bits > 64)
		return !(val->hi >> (bits - 64));
	return !val->hi && (bits == 64 || !(val->lo >> bits));
}

int weir_val_parse(const struct weir_req *req, const struct nlattr *attr, unsigned int bits,
		   struct weir_val *val)
{
	unsigned int bytes = DIV_ROUND_UP(bits, 8);

	if (nla_len(attr) != bytes)
		return weir_refuse(req, attr, -EINVAL,
				   "the value has %u bytes where the key has %u bits",
				   nla_len(attr), bits);
	*val = weir_val_get(nla_data(attr), bytes);
	if (!weir_val_fits(val, bits))
		return weir_refuse(req, attr, -ERANGE,
				   "the value has more than the %u bits of the key", bits);
	return 0;
}

int weir_val_fill(struct sk_buff *skb, int type, const struct weir_val *val,
		  unsigned int bits)
{
	u8 bytes[WEIR_VALUE_MAX];
	unsigned int len = DIV_ROUND_UP(bits, 8);

	weir_val_put(*val, bytes, len);
	return nla_put(skb, type, len, bytes);
}
