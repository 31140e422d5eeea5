/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as the engine needs to run in user space. Every header
 * of the kernel that the engine includes leads here. A packet is two pieces of
 * memory, each allocated as long as it is, so that the sanitizers see a read
 * beyond either; and what may move a packet always moves it.
 */
#ifndef WEIR_UNIT_SHIM_H
#define WEIR_UNIT_SHIM_H

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <shim_types.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>

#define noinline		__attribute__((noinline))
#define fallthrough		__attribute__((fallthrough))
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define __uninitialized
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define U8_MAX			UINT8_MAX
#define U16_MAX			UINT16_MAX
#define S16_MAX			INT16_MAX
#define U32_MAX			UINT32_MAX
#define S32_MAX			INT32_MAX
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (63 - (h))))
#define GENMASK_ULL(h, l)	GENMASK(h, l)
#define __ffs64(n)		((u32)__builtin_ctzll(n))
#define fls64(n)		((n) ? 64 - __builtin_clzll(n) : 0)
#define order_base_2(n)		((n) > 1 ? 64 - __builtin_clzll((u64)(n) - 1) : 0)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP(n, d)
#define round_down(n, m)	((n) / (m) * (m))
#define round_up(n, m)		(DIV_ROUND_UP(n, m) * (m))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define swap(a, b)	do { typeof(a) __swap = (a); (a) = (b); (b) = __swap; } while (0)
#define max(a, b)		((a) > (b) ? (a) : (b))
#define max_t(t, a, b)		max((t)(a), (t)(b))
#define min_t(t, a, b)		min((t)(a), (t)(b))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define array_size(n, size)	((size_t)(n) * (size))
#define struct_size(p, member, n) \
	(offsetof(typeof(*(p)), member) + (size_t)(n) * sizeof((p)->member[0]))
#define DECLARE_FLEX_ARRAY(type, name) \
	struct { struct { } __empty_ ## name; type name[]; }
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define do_div(n, base)		({ u32 __rem = (n) % (base); (n) /= (base); __rem; })
#define WARN_ON_ONCE(x)		({ bool __warn = (x); assert(!__warn); __warn; })

/* 1 for an option that is defined as 1, otherwise 0. */
#define __ARG_PLACEHOLDER_1	0,
#define __take_second(ignored, val, ...) val
#define ____is_enabled(arg)	__take_second(arg 1, 0)
#define ___is_enabled(val)	____is_enabled(__ARG_PLACEHOLDER_##val)
#define __is_enabled(val)	___is_enabled(val)
#define IS_ENABLED(option)	__is_enabled(option)
#define CONFIG_64BIT		1
#define CONFIG_NF_TABLES	1
#ifndef WEIR_SHIM_STRICT
#define CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS 1
#endif

#define ntohs(x)		be16toh(x)
#define htons(x)		htobe16(x)
#define ntohl(x)		be32toh(x)
#define htonl(x)		htobe32(x)
#define cpu_to_be16(x)		htobe16(x)
#define cpu_to_be32(x)		htobe32(x)
#define cpu_to_be64(x)		htobe64(x)

/* Memory. */
#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define PAGE_SIZE		4096UL
#define kmalloc(size, gfp)	malloc(size)
#define kfree(p)		free(p)
#define kvmalloc(size, gfp)	malloc(size)
#define kvmalloc_array(n, size, gfp) calloc(n, size)
#define kvfree(p)		free(p)
#define sort(base, n, size, cmp, swap) qsort(base, n, size, cmp)
#define ERR_PTR(err)		((void *)(long)(err))
#define IS_ERR(p)		((unsigned long)(p) >= (unsigned long)-4095)

typedef struct {
	s64 counter;
} atomic64_t;
#define atomic64_inc_return(v)	(++(v)->counter)
#define atomic64_read(v)	((v)->counter)
#define atomic64_inc(v)		((void)(v)->counter++)
#define atomic64_add(n, v)	((void)((v)->counter += (n)))
#define cmpxchg(p, from, to)	__sync_val_compare_and_swap(p, from, to)
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define data_race(x)		(x)

/* One CPU. */
#define this_cpu_inc(x)		((x)++)
#define this_cpu_add(x, n)	((x) += (n))
#define raw_cpu_ptr(p)		(p)
#define raw_smp_processor_id()	0

/* Lists, modules and netlink, as far as the plug-in API names them. */
struct list_head {
	struct list_head *next, *prev;
};

struct llist_node {
	struct llist_node *next;
};

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

struct module;
struct nla_policy;
struct nlattr;
struct netlink_ext_ack {
	const char *msg;
};
#define NL_SET_ERR_MSG(extack, text) ((extack)->msg = (text))

/* Devices and hooks. */
#define IFNAMSIZ		16
#define ARPHRD_ETHER		1

struct user_namespace;
struct net {
	struct user_namespace *user_ns;
};

struct net_device {
	char name[IFNAMSIZ];
	int ifindex;
	u16 type;
	unsigned int group;
};

struct sk_buff;
struct nf_hook_state {
	u8 hook;
	u8 pf;
	struct net_device *in;
	struct net_device *out;
	struct net *net;
};

/* Sockets. */
typedef struct {
	u32 val;
} kuid_t, kgid_t;

struct cred {
	kuid_t fsuid;
	kgid_t fsgid;
};

struct file {
	const struct cred *f_cred;
};

struct socket {
	struct file *file;
};

struct sock {
	int sk_callback_lock;
	struct socket *sk_socket;
	struct net *net;
};
#define sk_fullsock(sk)		true
#define sock_net(sk)		((sk)->net)
#define net_eq(a, b)		((a) == (b))
#define read_lock_bh(lock)	((void)(lock))
#define read_unlock_bh(lock)	((void)(lock))
#define from_kuid_munged(ns, uid) ((void)(ns), (uid).val)
#define from_kgid_munged(ns, gid) ((void)(ns), (gid).val)

/* Time and chance stand still. */
#define ktime_get_real_seconds() 1700000000LL
#define ktime_get_real_ns()	1700000000123456789ULL
#define get_random_u32()	0x12345678U
#define get_jiffies_64()	1000000ULL
#define time_before64(a, b)	((s64)((a) - (b)) < 0)

/* Packets. */
#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3
#define CSUM_MANGLED_0		0xffff
#define PACKET_HOST		0
#define PACKET_BROADCAST	1
#define PACKET_MULTICAST	2
#define PACKET_OTHERHOST	3
#define PACKET_LOOPBACK		5
#define VLAN_HLEN		4
#define TCPOPT_MSS		2
#define IP_OFFSET		0x1fff

struct frag_hdr {
	u8 nexthdr;
	u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

struct sctphdr {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__le32 checksum;
};

/*
 * From @head, @mac_len bytes before @data; then @data; then @frag. Before @head
 * lie the bytes of @memory that align @data.
 */
struct sk_buff {
	u8 *memory;
	u8 *head;
	u8 *data;
	u8 *frag;
	u32 len;
	u32 data_len;
	u32 mark;
	u32 priority;
	u16 mac_len;
	u16 network;
	__be16 protocol;
	__be16 vlan_proto;
	u16 vlan_tci;
	bool vlan_present;
	u8 pkt_type;
	u8 ip_summed;
	u8 nf_trace;
	__wsum csum;
	struct sock *sk;
};

#define skb_to_full_sk(skb)	((skb)->sk)
#define skb_is_gso(skb)		false
#define skb_headlen(skb)	((skb)->len - (skb)->data_len)
#define skb_network_offset(skb)	((int)(skb)->network)
#define skb_network_header(skb)	((skb)->data + (skb)->network)
#define skb_mac_header_was_set(skb) ((skb)->mac_len != U16_MAX)
#define skb_mac_header_len(skb)	((u32)(skb)->mac_len + (skb)->network)
#define skb_mac_header(skb)	((skb)->data - (skb)->mac_len)
#define skb_vlan_tag_present(skb) ((skb)->vlan_present)
#define skb_vlan_tag_get(skb)	((skb)->vlan_tci)
#define ipv4_is_multicast(a)	(((a) & htonl(0xf0000000)) == htonl(0xe0000000))

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len);
void *skb_header_pointer(const struct sk_buff *skb, int offset, int len, void *buf);
int skb_ensure_writable(struct sk_buff *skb, unsigned int len);
void csum_replace2(__sum16 *sum, __be16 from, __be16 to);
void inet_proto_csum_replace2(__sum16 *sum, struct sk_buff *skb, __be16 from, __be16 to,
			      bool pseudohdr);
__le32 sctp_compute_cksum(const struct sk_buff *skb, unsigned int offset);

/* eBPF. */
struct bpf_prog {
	u32 len;
	unsigned int (*bpf_func)(const void *ctx, const struct bpf_insn *insns);
	struct bpf_insn insnsi[];
};
u64 __bpf_call_base(u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
unsigned int shim_bpf_run(const void *ctx, const struct bpf_insn *insns);

static inline unsigned int bpf_dispatcher_nop_func(const void *ctx, const struct bpf_insn *insns,
						   unsigned int (*bpf_func)(const void *ctx,
									    const struct bpf_insn *insns))
{
	return bpf_func(ctx, insns);
}

#define offsetofend(type, member)	(offsetof(type, member) + sizeof(((type *)0)->member))

/* Packets come as they do from the network: bottom halves are disabled. */
#define rcu_dereference(pointer)	(pointer)
#define softirq_count()		1
static inline void local_bh_disable(void) {}
static inline void local_bh_enable(void) {}

/* What tests look at and set. */
extern bool shim_jit;
extern u64 shim_bpf_runs;

struct sk_buff *shim_skb(const u8 *mac, u32 mac_len, const u8 *data, u32 len, u32 linear);
void shim_skb_free(struct sk_buff *skb);

#endif /* WEIR_UNIT_SHIM_H */
