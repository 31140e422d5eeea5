// SPDX-License-Identifier: GPL-2.0
/* The shim's packets and checksums. */
#include "shim.h"

/* Memory for the linear part; devices align the network header to 4 bytes. */
static void shim_alloc_head(struct sk_buff *skb, u32 mac_len, u32 linear)
{
	u32 pad = -mac_len % 4;

	skb->memory = malloc(pad + mac_len + linear + 1 - !!(pad + mac_len + linear));
	skb->head = skb->memory + pad;
	skb->data = skb->head + mac_len;
}

struct sk_buff *shim_skb(const u8 *mac, u32 mac_len, const u8 *data, u32 len, u32 linear)
{
	struct sk_buff *skb = calloc(1, sizeof(*skb));

	shim_alloc_head(skb, mac_len, linear);
	skb->frag = malloc(len - linear + (len == linear));
	skb->len = len;
	skb->data_len = len - linear;
	skb->mac_len = mac ? mac_len : U16_MAX;
	if (mac)
		memcpy(skb->head, mac, mac_len);
	memcpy(skb->data, data, linear);
	memcpy(skb->frag, data + linear, len - linear);
	return skb;
}

void shim_skb_free(struct sk_buff *skb)
{
	free(skb->memory);
	free(skb->frag);
	free(skb);
}

/* Where a byte of the packet is, or NULL. */
static u8 *shim_byte(const struct sk_buff *skb, int offset)
{
	int headlen = skb_headlen(skb);

	if (offset < 0)
		return skb->mac_len != U16_MAX && -offset <= skb->mac_len ?
		       skb->data + offset : NULL;
	if (offset < headlen)
		return skb->data + offset;
	return offset < (int)skb->len ? skb->frag + offset - headlen : NULL;
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	int i;

	if (offset > (int)skb->len - len)
		return -EFAULT;
	for (i = 0; i < len; i++) {
		u8 *byte = shim_byte(skb, offset + i);

		if (!byte)
			return -EFAULT;
		((u8 *)to)[i] = *byte;
	}
	return 0;
}

int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len)
{
	int i;

	for (i = 0; i < len; i++) {
		u8 *byte = shim_byte(skb, offset + i);

		if (!byte)
			return -EFAULT;
		*byte = ((const u8 *)from)[i];
	}
	return 0;
}

void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buf)
{
	if (offset + len <= (int)skb_headlen(skb))
		return skb->data + offset;
	return skb_copy_bits(skb, offset, buf, len) ? NULL : buf;
}

int skb_ensure_writable(struct sk_buff *skb, unsigned int len)
{
	u32 mac_len = skb->mac_len == U16_MAX ? 0 : skb->mac_len;
	u32 linear = max(len, skb_headlen(skb));
	struct sk_buff old = *skb;

	if (len > skb->len)
		return -ENOMEM;
	shim_alloc_head(skb, mac_len, linear);
	skb->frag = malloc(skb->len - linear + (skb->len == linear));
	memcpy(skb->head, old.head, mac_len);
	assert(!skb_copy_bits(&old, 0, skb->data, linear));
	assert(!skb_copy_bits(&old, linear, skb->frag, skb->len - linear));
	free(old.memory);
	free(old.frag);
	skb->data_len = skb->len - linear;
	return 0;
}

static u16 shim_fold(u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

void csum_replace2(__sum16 *sum, __be16 from, __be16 to)
{
	*sum = ~shim_fold((u16)~*sum + (u16)~from + to);
}

void inet_proto_csum_replace2(__sum16 *sum, struct sk_buff *skb, __be16 from, __be16 to,
			      bool pseudohdr)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace2(sum, from, to);
	else if (pseudohdr)
		*sum = shim_fold((u16)*sum + (u16)~from + to);
}

__le32 sctp_compute_cksum(const struct sk_buff *skb, unsigned int offset)
{
	u32 crc = ~0U;
	int bit;
	u8 byte;
	u32 i;

	for (i = offset; i < skb->len; i++) {
		assert(!skb_copy_bits(skb, i, &byte, 1));
		if (i - offset >= 8 && i - offset < 12)
			byte = 0;
		crc ^= byte;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return htole32(~crc);
}
