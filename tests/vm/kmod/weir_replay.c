// SPDX-License-Identifier: GPL-2.0
/*
 * Test module: sends a trace of packets through nf_hook() in the network
 * namespace of the caller and records what became of each, or measures how
 * long all of them take. It knows nothing of weir: iptables, nftables and weir
 * meet the same packets.
 *
 * /dev/weir_replay: a file opened belongs to the namespace of the task that
 * opened it. write() a trace, in any pieces; read() the results: the first
 * read sends the packets. ioctl(WEIR_REPLAY_BENCH) takes a number of rounds and
 * gives back the time of all of them in nanoseconds, which are instructions in
 * a VM started with --icount. tests/vm/replay does this for people; trace.py
 * reads and writes the records.
 *
 * A packet's bytes start with the network header. An Ethernet header is put in
 * front where the hook has an input device. Packets have neither socket nor
 * route, and dropped ones are freed as usual.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/nsproxy.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include <net/sock.h>

/* Most bytes of a trace, and of a packet: what is not linear fits into a page. */
#define REPLAY_TRACE_MAX	(64U << 20)
#define REPLAY_PACKET_MAX	PAGE_SIZE

/* The whole packet is linear. */
#define REPLAY_LINEAR		0xffff

/* Rounds in, nanoseconds out. */
#define WEIR_REPLAY_BENCH	_IOWR('w', 1, u64)

/**
 * struct replay_record - One packet of a trace, followed by its bytes.
 * @len: Number of bytes that follow.
 * @linear: How many of them lie in the linear part, or REPLAY_LINEAR.
 * @hook: enum nf_inet_hooks.
 * @pkttype: PACKET_*.
 * @mark: Of the skb.
 * @priority: Of the skb.
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6.
 * @iif: Name of the input device, empty for none.
 * @oif: Name of the output device, empty for none.
 */
struct replay_record {
	__le32 len;
	__le16 linear;
	u8 hook;
	u8 pkttype;
	__le32 mark;
	__le32 priority;
	__le32 nfproto;
	char iif[IFNAMSIZ];
	char oif[IFNAMSIZ];
} __packed;

/**
 * struct replay_result - What became of one packet.
 * @verdict: 0 dropped, 1 accepted, 2 taken by somebody else.
 * @mark: Of the skb; this and the others are 0 unless it was accepted.
 * @priority: Of the skb.
 * @pkttype: Of the skb.
 * @len: Of the skb.
 * @hash: jhash of its bytes from the network header on.
 */
struct replay_result {
	__le32 verdict;
	__le32 mark;
	__le32 priority;
	__le32 pkttype;
	__le32 len;
	__le32 hash;
} __packed;

/**
 * struct replay_packet - A packet of the trace, ready to be sent.
 * @record: In the trace.
 * @data: Its bytes, in the trace.
 * @in: Input device with a reference, or NULL.
 * @out: Output device with a reference, or NULL.
 * @skb: For measuring.
 */
struct replay_packet {
	const struct replay_record *record;
	const u8 *data;
	struct net_device *in;
	struct net_device *out;
	struct sk_buff *skb;
};

/**
 * struct replay - One open file.
 * @net: Where packets are sent.
 * @lock: Serialises the callers of one file.
 * @trace: What was written; @len bytes of @size.
 * @len: See @trace.
 * @size: See @trace.
 * @packets: The trace taken apart, @n_packets of them; NULL before.
 * @n_packets: See @packets.
 * @results: One per packet, after the first read.
 */
struct replay {
	struct net *net;
	struct mutex lock; /* one run at a time, and the trace */
	u8 *trace;
	size_t len;
	size_t size;
	struct replay_packet *packets;
	u32 n_packets;
	struct replay_result *results;
};

/* A hook that queues a packet hands it back to this function. */
static int replay_okfn(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	kfree_skb(skb);
	return 0;
}

static int replay_add_frag(struct sk_buff *skb, const u8 *data, u32 len)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	memcpy(page_address(page), data, len);
	skb_add_rx_frag(skb, 0, page, 0, len, PAGE_SIZE);
	return 0;
}

static void replay_add_ether(struct sk_buff *skb, u16 protocol)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	eth_broadcast_addr(eth->h_dest);
	memcpy(eth->h_source, "\x02\x00\x00\x00\x00\x02", ETH_ALEN);
	eth->h_proto = htons(protocol);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
}

static struct sk_buff *replay_skb(const struct replay_packet *packet)
{
	const struct replay_record *record = packet->record;
	bool ip6 = le32_to_cpu(record->nfproto) == NFPROTO_IPV6;
	u16 protocol = ip6 ? ETH_P_IPV6 : ETH_P_IP;
	u32 len = le32_to_cpu(record->len);
	u32 linear = min_t(u32, le16_to_cpu(record->linear), len);
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + len, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_put_data(skb, packet->data, linear);
	if (linear < len && replay_add_frag(skb, packet->data + linear, len - linear)) {
		kfree_skb(skb);
		return NULL;
	}
	if (packet->in)
		replay_add_ether(skb, protocol);
	skb_reset_network_header(skb);
	if (ip6)
		skb_set_transport_header(skb, sizeof(struct ipv6hdr));
	else
		skb_set_transport_header(skb, linear ? (packet->data[0] & 15) * 4 : 0);
	skb->protocol = htons(protocol);
	skb->dev = packet->in ?: packet->out;
	skb->mark = le32_to_cpu(record->mark);
	skb->priority = le32_to_cpu(record->priority);
	skb->pkt_type = record->pkttype;
	return skb;
}

static __always_inline int replay_hook(struct replay *replay, struct replay_packet *packet,
				       struct sk_buff *skb)
{
	const struct replay_record *record = packet->record;

	if (record->nfproto == cpu_to_le32(NFPROTO_IPV4))
		return nf_hook(NFPROTO_IPV4, record->hook, replay->net, NULL, skb, packet->in,
			       packet->out, replay_okfn);
	return nf_hook(NFPROTO_IPV6, record->hook, replay->net, NULL, skb, packet->in,
		       packet->out, replay_okfn);
}

static u32 replay_hash(struct sk_buff *skb, u8 *buf)
{
	u32 len = min_t(u32, skb->len, REPLAY_PACKET_MAX);

	if (skb_copy_bits(skb, 0, buf, len))
		return 0;
	return jhash(buf, len, 0);
}

static int replay_send(struct replay *replay, struct replay_packet *packet,
		       struct replay_result *result, u8 *buf)
{
	struct sk_buff *skb = replay_skb(packet);
	int ret;

	if (!skb)
		return -ENOMEM;
	local_bh_disable();
	ret = replay_hook(replay, packet, skb);
	local_bh_enable();
	if (ret != 1) {
		result->verdict = cpu_to_le32(ret < 0 ? 0 : 2);
		return 0;
	}
	result->verdict = cpu_to_le32(1);
	result->mark = cpu_to_le32(skb->mark);
	result->priority = cpu_to_le32(skb->priority);
	result->pkttype = cpu_to_le32(skb->pkt_type);
	result->len = cpu_to_le32(skb->len);
	result->hash = cpu_to_le32(replay_hash(skb, buf));
	consume_skb(skb);
	return 0;
}

static int replay_run(struct replay *replay)
{
	struct replay_result *results;
	int err = 0;
	u8 *buf;
	u32 i;

	results = vzalloc(array_size(replay->n_packets, sizeof(*results)));
	if (!results)
		return -ENOMEM;
	buf = kmalloc(REPLAY_PACKET_MAX, GFP_KERNEL);
	if (!buf) {
		err = -ENOMEM;
		goto err_free_results;
	}
	for (i = 0; i < replay->n_packets && !err; i++) {
		err = replay_send(replay, &replay->packets[i], &results[i], buf);
		cond_resched();
	}
	kfree(buf);
	if (err)
		goto err_free_results;
	replay->results = results;
	return 0;

err_free_results:
	vfree(results);
	return err;
}

/* One skb per packet is sent over and over: what is measured is the hook, not the
 * making of packets. A drop gives back one of the references taken beforehand.
 */
static void replay_round(struct replay *replay)
{
	struct replay_packet *packet = replay->packets, *end = packet + replay->n_packets;

	for (; packet < end; packet++)
		replay_hook(replay, packet, packet->skb);
}

static void replay_hold(struct replay *replay)
{
	u32 i;

	for (i = 0; i < replay->n_packets; i++)
		refcount_set(&replay->packets[i].skb->users, 2);
}

static int replay_bench(struct replay *replay, u64 rounds, u64 *time)
{
	int err = 0;
	u64 start;
	u32 i;

	for (i = 0; i < replay->n_packets; i++) {
		replay->packets[i].skb = replay_skb(&replay->packets[i]);
		if (!replay->packets[i].skb) {
			err = -ENOMEM;
			goto out_free_skbs;
		}
	}
	*time = 0;
	while (rounds--) {
		replay_hold(replay);
		local_bh_disable();
		start = ktime_get_ns();
		replay_round(replay);
		*time += ktime_get_ns() - start;
		local_bh_enable();
		cond_resched();
		if (signal_pending(current)) {
			err = -EINTR;
			break;
		}
	}

out_free_skbs:
	for (i = 0; i < replay->n_packets; i++) {
		if (replay->packets[i].skb)
			refcount_set(&replay->packets[i].skb->users, 1);
		kfree_skb(replay->packets[i].skb);
		replay->packets[i].skb = NULL;
	}
	return err;
}

static int replay_device(struct replay *replay, const char *name, struct net_device **dev)
{
	if (strnlen(name, IFNAMSIZ) == IFNAMSIZ)
		return -EINVAL;
	*dev = name[0] ? dev_get_by_name(replay->net, name) : NULL;
	if (name[0] && !*dev) {
		pr_err("no device %s in this namespace\n", name);
		return -ENODEV;
	}
	return 0;
}

/* Returns the record at @pos if all of it was written and makes sense. */
static const struct replay_record *replay_record(const struct replay *replay, size_t pos)
{
	const struct replay_record *record = (const void *)(replay->trace + pos);
	u32 nfproto;

	if (replay->len - pos < sizeof(*record) ||
	    le32_to_cpu(record->len) > REPLAY_PACKET_MAX ||
	    le32_to_cpu(record->len) > replay->len - pos - sizeof(*record))
		return NULL;
	nfproto = le32_to_cpu(record->nfproto);
	if (nfproto != NFPROTO_IPV4 && nfproto != NFPROTO_IPV6)
		return NULL;
	return record->hook < NF_INET_NUMHOOKS ? record : NULL;
}

static int replay_count(const struct replay *replay, u32 *count)
{
	const struct replay_record *record;
	size_t pos;

	*count = 0;
	for (pos = 0; pos < replay->len; pos += sizeof(*record) + le32_to_cpu(record->len)) {
		record = replay_record(replay, pos);
		if (!record) {
			pr_err("record %u of the trace makes no sense\n", *count);
			return -EINVAL;
		}
		(*count)++;
	}
	return 0;
}

static void replay_free_packets(struct replay *replay)
{
	u32 i;

	for (i = 0; i < replay->n_packets; i++) {
		dev_put(replay->packets[i].in);
		dev_put(replay->packets[i].out);
	}
	vfree(replay->packets);
	replay->packets = NULL;
	replay->n_packets = 0;
}

/* Takes the trace apart once. */
static int replay_parse(struct replay *replay)
{
	struct replay_packet *packet;
	size_t pos = 0;
	u32 count, i;
	int err;

	if (replay->packets)
		return 0;
	err = replay_count(replay, &count);
	if (err || !count)
		return err ?: -ENODATA;
	replay->packets = vzalloc(array_size(count, sizeof(*packet)));
	if (!replay->packets)
		return -ENOMEM;
	replay->n_packets = count;
	for (i = 0; i < count; i++) {
		packet = &replay->packets[i];
		packet->record = (const void *)(replay->trace + pos);
		packet->data = replay->trace + pos + sizeof(*packet->record);
		pos += sizeof(*packet->record) + le32_to_cpu(packet->record->len);
		err = replay_device(replay, packet->record->iif, &packet->in) ?:
		      replay_device(replay, packet->record->oif, &packet->out);
		if (err)
			goto err_free_packets;
	}
	return 0;

err_free_packets:
	replay_free_packets(replay);
	return err;
}

static int replay_open(struct inode *inode, struct file *file)
{
	struct replay *replay = kzalloc(sizeof(*replay), GFP_KERNEL);

	if (!replay)
		return -ENOMEM;
	mutex_init(&replay->lock);
	replay->net = get_net(current->nsproxy->net_ns);
	file->private_data = replay;
	return 0;
}

static int replay_release(struct inode *inode, struct file *file)
{
	struct replay *replay = file->private_data;

	replay_free_packets(replay);
	vfree(replay->results);
	vfree(replay->trace);
	put_net(replay->net);
	kfree(replay);
	return 0;
}

static int replay_grow(struct replay *replay, size_t need)
{
	size_t size = max_t(size_t, replay->size, 1 << 20);
	u8 *trace;

	if (need <= replay->size)
		return 0;
	if (need > REPLAY_TRACE_MAX)
		return -EFBIG;
	while (size < need)
		size *= 2;
	trace = vmalloc(size);
	if (!trace)
		return -ENOMEM;
	if (replay->len)
		memcpy(trace, replay->trace, replay->len);
	vfree(replay->trace);
	replay->trace = trace;
	replay->size = size;
	return 0;
}

static ssize_t replay_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct replay *replay = file->private_data;
	ssize_t ret;

	len = min_t(size_t, len, REPLAY_TRACE_MAX);
	mutex_lock(&replay->lock);
	if (replay->packets) {
		ret = -EBUSY;
		goto out_unlock;
	}
	ret = replay_grow(replay, replay->len + len);
	if (ret)
		goto out_unlock;
	if (copy_from_user(replay->trace + replay->len, buf, len)) {
		ret = -EFAULT;
		goto out_unlock;
	}
	replay->len += len;
	ret = len;

out_unlock:
	mutex_unlock(&replay->lock);
	return ret;
}

static ssize_t replay_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct replay *replay = file->private_data;
	ssize_t ret;

	mutex_lock(&replay->lock);
	ret = replay_parse(replay);
	if (!ret && !replay->results)
		ret = replay_run(replay);
	if (!ret)
		ret = simple_read_from_buffer(buf, len, pos, replay->results,
					      (size_t)replay->n_packets * sizeof(*replay->results));
	mutex_unlock(&replay->lock);
	return ret;
}

static long replay_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct replay *replay = file->private_data;
	u64 value;
	int err;

	if (cmd != WEIR_REPLAY_BENCH)
		return -ENOTTY;
	if (copy_from_user(&value, (void __user *)arg, sizeof(value)))
		return -EFAULT;
	mutex_lock(&replay->lock);
	err = replay_parse(replay);
	if (!err)
		err = replay_bench(replay, value, &value);
	mutex_unlock(&replay->lock);
	if (!err && copy_to_user((void __user *)arg, &value, sizeof(value)))
		err = -EFAULT;
	return err;
}

static const struct file_operations replay_fops = {
	.owner		= THIS_MODULE,
	.open		= replay_open,
	.release	= replay_release,
	.read		= replay_read,
	.write		= replay_write,
	.unlocked_ioctl	= replay_ioctl,
};

static struct miscdevice replay_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "weir_replay",
	.fops	= &replay_fops,
	.mode	= 0600,
};
module_misc_device(replay_misc);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test: replay packets through netfilter hooks");
