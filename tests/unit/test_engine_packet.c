// SPDX-License-Identifier: GPL-2.0
/*
 * The view of a packet, option by option and cut off at every byte; and what is
 * written to a packet, whose checksums must then be right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/tcp.h>
#include "engine_make.h"

/* IPv4 with a router alert and a record route, TCP with MSS and window scale. */
static const u8 ip_tcp[] = {
	0x48, 0x10, 0x00, 0x40, 0x12, 0x34, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00,
	10, 0, 0, 1, 192, 168, 0, 2,
	148, 4, 0, 0, 7, 7, 4, 1, 2, 3, 4, 0,
	0x30, 0x39, 0x00, 0x16, 0, 0, 0, 1, 0, 0, 0, 2, 0x70, 0x12, 0x20, 0x00, 0, 0, 0, 0,
	2, 4, 0x05, 0xb4, 1, 3, 3, 7, 'd', 'a', 't', 'a',
};

/* IPv6 with hop-by-hop options, a first fragment, and UDP. */
static const u8 ip6_udp[] = {
	0x60, 0x01, 0x23, 0x45, 0x00, 0x1c, 0x00, 0x40,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	44, 0, 1, 4, 0, 0, 0, 0,
	17, 0, 0, 1, 0, 0, 0, 9,
	0, 53, 0x30, 0x39, 0, 12, 0xab, 0xcd, 'd', 'a', 't', 'a',
};

static struct net_device eth = { .name = "eth0", .ifindex = 2, .type = ARPHRD_ETHER };
static struct nf_hook_state hook = { .hook = NF_INET_LOCAL_IN, .in = &eth };

static struct sk_buff *view(struct weir_pkt *pkt, u8 family, const u8 *data, u32 len, u32 linear)
{
	static const u8 mac[14] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0 };
	struct sk_buff *skb = shim_skb(mac, sizeof(mac), data, len, linear);

	hook.pf = family;
	weir_pkt_init(pkt, skb, &hook);
	return skb;
}

static void test_ip(void **state)
{
	const u8 known = WEIR_PKT_L4 | WEIR_PKT_TH;
	u32 linear, offset, len;
	struct sk_buff *skb;
	struct weir_pkt pkt;

	for (linear = 0; linear <= sizeof(ip_tcp); linear++) {
		skb = view(&pkt, NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear);
		assert_int_equal(pkt.flags & known, known);
		assert_int_equal(!!(pkt.flags & WEIR_PKT_FAST), linear >= 20);
		assert_int_equal(pkt.th_proto, IPPROTO_TCP);
		assert_int_equal(pkt.thoff, 32);
		assert_int_equal(pkt.len, sizeof(ip_tcp));
		assert_memory_equal(pkt.th, ip_tcp + 32, 8);
		assert_true(weir_pkt_find_ip_opt(&pkt, 148, &offset, &len));
		assert_int_equal(offset, 20);
		assert_int_equal(len, 4);
		assert_true(weir_pkt_find_ip_opt(&pkt, 7, &offset, &len));
		assert_int_equal(offset, 24);
		assert_false(weir_pkt_find_ip_opt(&pkt, 131, &offset, &len));
		assert_true(weir_pkt_find_tcp_opt(&pkt, 2, &offset, &len));
		assert_int_equal(offset, 20);
		assert_true(weir_pkt_find_tcp_opt(&pkt, 3, &offset, &len));
		assert_int_equal(offset, 25);
		assert_int_equal(len, 3);
		assert_false(weir_pkt_find_tcp_opt(&pkt, 5, &offset, &len));
		shim_skb_free(skb);
	}
}

static void test_ip_bad(void **state)
{
	u8 data[sizeof(ip_tcp)];
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u32 len, offset, n;

	/* Shorter than it says: nothing behind the network header is known. */
	for (len = 0; len < sizeof(ip_tcp); len++) {
		skb = view(&pkt, NFPROTO_IPV4, ip_tcp, len, len);
		assert_int_equal(pkt.flags & (WEIR_PKT_L4 | WEIR_PKT_TH), 0);
		assert_int_equal(pkt.th_proto, WEIR_PKT_TH_NONE);
		assert_false(weir_pkt_find_tcp_opt(&pkt, 2, &offset, &n));
		shim_skb_free(skb);
	}

	memcpy(data, ip_tcp, sizeof(data));
	data[0] = 0x44;
	skb = view(&pkt, NFPROTO_IPV4, data, sizeof(data), sizeof(data));
	assert_false(pkt.flags & WEIR_PKT_L4);
	shim_skb_free(skb);

	/* A later fragment has a protocol but no header. */
	memcpy(data, ip_tcp, sizeof(data));
	data[6] = 0x20;
	data[7] = 5;
	skb = view(&pkt, NFPROTO_IPV4, data, sizeof(data), sizeof(data));
	assert_int_equal(pkt.flags, WEIR_PKT_L4 | WEIR_PKT_FAST);
	assert_int_equal(pkt.fragoff, 5);
	assert_int_equal(pkt.l4proto, IPPROTO_TCP);
	shim_skb_free(skb);

	/* Options that lie about their length. */
	for (len = 0; len < 256; len++) {
		memcpy(data, ip_tcp, sizeof(data));
		data[21] = len;
		data[53] = len;
		skb = view(&pkt, NFPROTO_IPV4, data, sizeof(data), sizeof(data));
		if (weir_pkt_find_ip_opt(&pkt, 148, &offset, &n))
			assert_in_range(n, 2, 12);
		if (weir_pkt_find_tcp_opt(&pkt, 2, &offset, &n))
			assert_in_range(n, 1, 8);
		shim_skb_free(skb);
	}
}

static void test_ip6(void **state)
{
	u32 linear, offset, len;
	struct sk_buff *skb;
	struct weir_pkt pkt;

	for (linear = 0; linear <= sizeof(ip6_udp); linear++) {
		skb = view(&pkt, NFPROTO_IPV6, ip6_udp, sizeof(ip6_udp), linear);
		assert_int_equal(pkt.th_proto, IPPROTO_UDP);
		assert_int_equal(pkt.thoff, 56);
		assert_memory_equal(pkt.th, ip6_udp + 56, 8);
		assert_true(weir_pkt_find_ip6_ext(&pkt, 0, &offset));
		assert_int_equal(offset, 40);
		assert_true(weir_pkt_find_ip6_ext(&pkt, 44, &offset));
		assert_int_equal(offset, 48);
		assert_false(weir_pkt_find_ip6_ext(&pkt, 43, &offset));
		shim_skb_free(skb);
	}
	for (len = 0; len < sizeof(ip6_udp); len++) {
		skb = view(&pkt, NFPROTO_IPV6, ip6_udp, len, len);
		assert_int_equal(pkt.flags & (WEIR_PKT_L4 | WEIR_PKT_TH), 0);
		weir_pkt_find_ip6_ext(&pkt, 44, &offset);
		shim_skb_free(skb);
	}
}

/* The short way through weir_pkt_init() sees what the careful one sees. */
static void test_short(void **state)
{
	static struct make_packet packet;
	struct weir_pkt a, b;
	u32 i, fast = 0;

	make_seed(5);
	for (i = 0; i < 50000; i++) {
		struct sk_buff *skb;

		make_packet(&packet, make_random(2) ? NFPROTO_IPV4 : NFPROTO_IPV6);
		skb = make_skb(&packet);
		hook.pf = packet.family;
		memset(&a, 0, sizeof(a));
		weir_pkt_init(&a, skb, &hook);
		b = a;
		weir_pkt_refresh(&b);
		if (a.th == a.th_buf)
			b.th = a.th;
		assert_memory_equal(&a, &b, sizeof(a));
		fast += !!(a.flags & WEIR_PKT_FAST);
		shim_skb_free(skb);
	}
	assert_in_range(fast, 25000, 48000);
}

/* More extension headers than anybody needs end the walk, not the machine. */
static void test_ip6_chain(void **state)
{
	u8 data[40 + 100 * 8] = { 0x60, 0, 0, 0, 100 * 8 >> 8, 100 * 8 & 0xff, 60 };
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u32 i, n;

	for (n = 0; n < 100; n += 3) {
		for (i = 0; i < 100; i++)
			data[40 + i * 8] = i == n ? 17 : 60;
		skb = view(&pkt, NFPROTO_IPV6, data, sizeof(data), sizeof(data));
		assert_int_equal(pkt.th_proto == IPPROTO_UDP, n < 31);
		shim_skb_free(skb);
	}
}

static u16 sum_of(const struct sk_buff *skb, u32 from, u32 to, u32 sum)
{
	for (; from < to; from += 2) {
		u8 word[2] = {};

		skb_copy_bits(skb, from, word, min(2U, to - from));
		sum += word[0] << 8 | word[1];
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum over header and pseudo header; 0xffff where the checksum is right. */
static u16 th_sum(const struct sk_buff *skb, const struct weir_pkt *pkt)
{
	u32 sum = pkt->len - pkt->thoff + pkt->l4proto;

	sum += pkt->nfproto == NFPROTO_IPV4 ? sum_of(skb, 12, 20, 0) : sum_of(skb, 8, 40, 0);
	return sum_of(skb, pkt->thoff, pkt->len, sum);
}

static void set_sum(struct sk_buff *skb, u32 at, u16 sum)
{
	u8 bytes[2] = { (u16)~sum >> 8, (u8)~sum };

	skb_store_bits(skb, at, bytes, 2);
}

static void check_store(u8 family, const u8 *data, u32 len, u32 linear, u8 header, u32 offset,
			u32 bits)
{
	u32 csum = family == NFPROTO_IPV4 ? offsetof(struct tcphdr, check) : 6;
	struct weir_val val = { .lo = make_random(~0U), .hi = make_random(~0U) }, got;
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u8 base;

	val = weir_val_and(val, weir_val_mask(bits));
	skb = view(&pkt, family, data, len, linear);
	set_sum(skb, pkt.thoff + csum, 0xffff);
	set_sum(skb, pkt.thoff + csum, th_sum(skb, &pkt));
	if (family == NFPROTO_IPV4)
		set_sum(skb, 10, sum_of(skb, 0, 32, 0));
	weir_pkt_refresh(&pkt);
	assert_int_equal(th_sum(skb, &pkt), 0xffff);

	assert_true(weir_payload_store(&pkt, header, offset, bits, val));
	base = header == WEIR_HEADER_IP || header == WEIR_HEADER_IP6 ?
	       WEIR_HEADER_NH : WEIR_HEADER_TH;
	assert_true(weir_payload_load(&pkt, base, offset, bits, &got));
	assert_int_equal(got.lo, val.lo);
	assert_int_equal(got.hi, val.hi);
	assert_int_equal(th_sum(skb, &pkt), 0xffff);
	if (family == NFPROTO_IPV4)
		assert_int_equal(sum_of(skb, 0, 32, 0), 0xffff);
	shim_skb_free(skb);
}

static void test_store(void **state)
{
	u32 i;

	make_seed(3);
	for (i = 0; i < 2000; i++) {
		u32 linear = make_random(sizeof(ip_tcp) + 1);
		u32 bits = 1 + make_random(32), linear6 = make_random(sizeof(ip6_udp) + 1);

		/* Time to live, identification, addresses in whole and in part. */
		check_store(NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear, WEIR_HEADER_IP, 64, 8);
		check_store(NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear, WEIR_HEADER_IP, 8, 6);
		check_store(NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear, WEIR_HEADER_IP,
			    96 + make_random(65 - bits), bits);
		check_store(NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear, WEIR_HEADER_TCP,
			    make_random(97 - bits), bits);
		check_store(NFPROTO_IPV4, ip_tcp, sizeof(ip_tcp), linear, WEIR_HEADER_TCP,
			    160 + make_random(96 - bits), bits);
		check_store(NFPROTO_IPV6, ip6_udp, sizeof(ip6_udp), linear6, WEIR_HEADER_IP6,
			    64 + make_random(257 - bits), bits);
		check_store(NFPROTO_IPV6, ip6_udp, sizeof(ip6_udp), linear6, WEIR_HEADER_IP6,
			    4, 28);
		check_store(NFPROTO_IPV6, ip6_udp, sizeof(ip6_udp), linear6, WEIR_HEADER_UDP,
			    make_random(33 - bits), bits);
	}
}

/* No checksum stays none, and a write beyond the packet is refused. */
static void test_store_edges(void **state)
{
	static const struct weir_val one = { .lo = 1 };
	u8 data[sizeof(ip6_udp)], sum[2];
	struct sk_buff *skb;
	struct weir_pkt pkt;

	memcpy(data, ip6_udp, sizeof(data));
	data[62] = 0;
	data[63] = 0;
	skb = view(&pkt, NFPROTO_IPV6, data, sizeof(data), sizeof(data));
	assert_true(weir_payload_store(&pkt, WEIR_HEADER_UDP, 0, 16, one));
	skb_copy_bits(skb, 62, sum, 2);
	assert_int_equal(sum[0] | sum[1], 0);
	assert_false(weir_payload_store(&pkt, WEIR_HEADER_UDP, 12 * 8, 8, one));
	assert_false(weir_payload_store(&pkt, WEIR_HEADER_NH, sizeof(data) * 8 - 7, 8, one));
	assert_true(weir_payload_store(&pkt, WEIR_HEADER_NH, sizeof(data) * 8 - 8, 8, one));
	/* A raw write repairs nothing. */
	skb_copy_bits(skb, 62, sum, 2);
	assert_int_equal(sum[0] | sum[1], 0);
	shim_skb_free(skb);
}

/* 0 would say that there is no checksum: it is written as 0xffff. */
static void test_store_udp_zero(void **state)
{
	struct sk_buff *skb;
	struct weir_pkt pkt;
	u8 sum[2];
	u32 i, ones = 0;

	skb = view(&pkt, NFPROTO_IPV6, ip6_udp, sizeof(ip6_udp), sizeof(ip6_udp));
	for (i = 0; i <= U16_MAX; i++) {
		assert_true(weir_payload_store(&pkt, WEIR_HEADER_UDP, 0, 16,
					       (struct weir_val){ .lo = i }));
		skb_copy_bits(skb, 62, sum, 2);
		assert_true(sum[0] | sum[1]);
		ones += sum[0] == 0xff && sum[1] == 0xff;
	}
	assert_int_not_equal(ones, 0);
	shim_skb_free(skb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ip),
		cmocka_unit_test(test_ip_bad),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_ip6_chain),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_store_edges),
		cmocka_unit_test(test_store_udp_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
