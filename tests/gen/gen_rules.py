#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write a rule set in the nftables language, the same one for the same arguments.

Every rule has a counter, and a verdict that alternates without a pattern, so
that a wrong first match shows. The shapes imitate rule sets people have:

  acl fw ipc   seeds in the way of ClassBench: pairs of prefix lengths, classes of
               ports and protocols, prefixes nested in each other
  host         a hand-made firewall: chains a protocol, sets, flags, ICMP types
  kube         a tree of chains as kube-proxy writes it: jump, goto, return, marks
  blocklist    addresses and networks to drop
  linear       N rules `ip daddr A drop` (IPv6: ip6 daddr) that no packet of
               10.1.0.0/16 matches; without counters
  mixed        every key and statement, in several families, hooks and priorities
  conditions   rules of one condition and a counter, which shows what a key means
"""
import argparse
import random

from fields import (DEVICES, EXT, HEADERS, HOOKS, IP_OPTIONS, L4, SYMBOLS,
                    TCP_OPTIONS)

R = random.Random()


# ---------------------------------------------------------------- values

def ip4(value):
    return ".".join(str(value >> s & 255) for s in (24, 16, 8, 0))


def ip6(value):
    return ":".join("%x" % (value >> s & 0xffff) for s in range(112, -1, -16))


def prefix(pool, bits, length, show):
    """A prefix near those of the pool, so that prefixes nest."""
    if not length:
        return None
    if pool and R.random() < 0.7:
        base = R.choice(pool)
        keep = R.choice((bits // 4, bits // 2, bits * 3 // 4, length))
        keep = min(keep, length)
    else:
        base, keep = 0, 0
    value = (base >> bits - keep << bits - keep) | R.getrandbits(bits - keep)
    value = value >> bits - length << bits - length
    pool.append(value)
    return show(value) if length == bits else "%s/%d" % (show(value), length)


def port_class(high_share=0.2):
    """Wildcard, low, high, a range or one port, as ClassBench classes ports."""
    kind = R.choices(("any", "high", "low", "range", "one"),
                     (30, 100 * high_share, 3, 10, 60))[0]
    if kind == "any":
        return None
    if kind == "high":
        return "1024-65535"
    if kind == "low":
        return "0-1023"
    if kind == "range":
        first = R.randrange(1, 60000)
        return "%d-%d" % (first, first + R.randrange(1, 2000))
    return str(R.choice((22, 25, 53, 80, 110, 123, 161, 443, 1521, 3306, 8080,
                         R.randrange(1, 65536))))


def verdict():
    return R.choice(("accept", "drop"))


# ---------------------------------------------------------------- ClassBench shapes

# shape -> source lengths, destination lengths, share of wildcard protocol and ports
SEEDS = {
    "acl": (((0, 20), (16, 5), (24, 15), (27, 10), (32, 50)),
            ((8, 2), (16, 5), (24, 20), (28, 10), (32, 63)), 0.05),
    "fw": (((0, 45), (16, 10), (24, 15), (28, 10), (32, 20)),
           ((0, 30), (16, 10), (24, 25), (29, 15), (32, 20)), 0.15),
    "ipc": (((0, 10), (8, 5), (16, 10), (24, 25), (31, 10), (32, 40)),
            ((0, 10), (8, 5), (16, 10), (24, 25), (31, 10), (32, 40)), 0.3),
}


def lengths(table):
    return R.choices([length for length, _ in table], [w for _, w in table])[0]


def classbench(shape, count, family):
    source, destination, wild = SEEDS[shape]
    bits, word, show = (32, "ip", ip4) if family == "ip" else (128, "ip6", ip6)
    scale = bits // 32
    pools = ([], [])
    rules = []
    for _ in range(count):
        rule, width = [], 0
        for pool, table, name in ((pools[0], source, "saddr"),
                                  (pools[1], destination, "daddr")):
            length = lengths(table) * scale
            text = prefix(pool, bits, length, show)
            width += length
            if text:
                rule.append("%s %s %s" % (word, name, text))
        if R.random() >= wild:
            proto = R.choices(("tcp", "udp", "icmp" if family == "ip" else "icmpv6",
                               "esp"), (60, 30, 8, 2))[0]
            ports = []
            if proto in ("tcp", "udp"):
                sport = port_class() if R.random() < 0.3 else None
                dport = port_class() if shape != "acl" or R.random() < 0.9 else None
                ports = ["%s %s %s" % (proto, name, text) for name, text in
                         (("sport", sport), ("dport", dport)) if text]
            rule += ports or ["meta l4proto %d" % L4[proto]]
        rule.append("counter " + verdict())
        # Narrow rules first, more or less: else wide ones hide the others.
        rules.append((R.uniform(-16, 16) - width / scale, " ".join(rule)))
    return [rule for _, rule in sorted(rules)]


# ---------------------------------------------------------------- shapes with chains

class Tables:
    """Tables in order of their first mention, chains likewise, rules appended."""

    def __init__(self):
        self.tables = {}

    def chain(self, table, name, base=None):
        chains = self.tables.setdefault(table, {})
        assert name not in chains
        chains[name] = (base, [])
        return chains[name][1]

    def text(self):
        out = []
        for table, chains in self.tables.items():
            out.append("table %s {" % table)
            # What is jumped to comes first in the file.
            for name, (base, rules) in sorted(chains.items(),
                                              key=lambda c: c[1][0] is not None):
                out.append("\tchain %s {" % name)
                if base:
                    out.append("\t\t" + base)
                out += ["\t\t" + rule for rule in rules]
                out.append("\t}")
            out.append("}")
        return "\n".join(out) + "\n"


def base(hook, priority=0, policy="accept"):
    return "type filter hook %s priority %s; policy %s;" % (hook, priority, policy)


def host(count):
    t = Tables()
    tcp, udp = t.chain("inet fw", "tcp_in"), t.chain("inet fw", "udp_in")
    flags, logged = t.chain("inet fw", "bad_flags"), t.chain("inet fw", "admin")
    main = t.chain("inet fw", "input", base("input", policy="drop"))
    for bad in ("& (fin|syn) == fin|syn", "& (syn|rst) == syn|rst", "== 0x0",
                "& (fin|syn|rst|psh|ack|urg) == fin|psh|urg"):
        flags.append("tcp flags %s counter drop" % bad)
    flags.append("counter return")
    main += ['iifname "lo" counter accept',
             "ip saddr 127.0.0.0/8 counter drop",
             "meta l4proto tcp counter jump bad_flags",
             "icmp type { echo-request, destination-unreachable, time-exceeded } "
             "counter accept",
             "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, "
             "nd-router-advert, packet-too-big } counter accept",
             'iifname "dmy*" ip saddr 192.168.0.0/16 counter goto admin',
             "meta l4proto tcp counter jump tcp_in",
             "meta l4proto udp counter jump udp_in",
             "ip frag-off & 0x1fff != 0 counter",
             "meta pkttype { broadcast, multicast } counter drop"]
    logged += ["tcp dport { 22, 80, 443 } counter accept",
               "th dport 53 counter accept", "counter return"]
    pool = []
    for i in range(count - len(main) - 8):
        chain, proto = ((tcp, "tcp"), (udp, "udp"))[i % 2]
        source = prefix(pool, 32, R.choice((16, 24, 32)), ip4)
        ports = ", ".join(sorted({str(R.randrange(1, 1024))
                                  for _ in range(R.randrange(1, 6))}))
        chain.append(R.choice((
            "%s dport %s counter accept" % (proto, ports.split(",")[0]),
            "%s dport { %s } counter %s" % (proto, ports, verdict()),
            "ip saddr %s %s dport %d-%d counter %s" % (
                source, proto, i, i + R.randrange(1, 4000), verdict()),
            "ip saddr != %s %s sport < 1024 counter" % (source, proto))))
    main.append("counter")
    return t.text()


def kube(count):
    """About COUNT rules: each service has six."""
    t = Tables()
    mark = t.chain("ip proxy", "mark_masq")
    services = t.chain("ip proxy", "services")
    main = t.chain("ip proxy", "prerouting", base("prerouting", "-100"))
    post = t.chain("ip proxy", "forward", base("forward", "10"))
    mark += ["counter meta mark set meta mark | 0x4000", "counter return"]
    main += ["counter jump services", "meta mark & 0x4000 == 0x4000 counter"]
    post += ["meta mark & 0x4000 != 0x4000 counter return",
             "counter meta mark set meta mark & 0xffffbfff", "meta mark 0x5 counter drop"]
    for i in range(max(1, count // 9)):
        vip, port = ip4(10 << 24 | 96 << 16 | i + 1), R.choice((80, 443, 53, 8080))
        svc = t.chain("ip proxy", "svc_%d" % i)
        services.append("ip daddr %s tcp dport %d counter jump svc_%d" % (vip, port, i))
        svc.append("ip saddr != 10.244.0.0/16 counter jump mark_masq")
        for k in range(2):
            sep = t.chain("ip proxy", "sep_%d_%d" % (i, k))
            pod = ip4(10 << 24 | 244 << 16 | (i * 2 + k) & 0xffff)
            svc.append("%scounter goto sep_%d_%d" % (
                "tcp sport & 1 == 1 " if k == 0 else "", i, k))
            sep += ["ip saddr %s counter jump mark_masq" % pod,
                    "counter meta mark set %s" % R.choice(("meta mark | 0x1",
                                                            "0x5", "meta mark ^ 0x80"))]
    services.append("tcp dport 30000-32767 counter accept")
    return t.text()


def blocklist(count):
    t = Tables()
    main = t.chain("ip block", "prerouting", base("prerouting", "raw"))
    pool = []
    for _ in range(count):
        main.append("ip saddr %s counter drop" % prefix(
            pool, 32, R.choice((16, 22, 24, 32, 32, 32, 32)), ip4))
    return t.text()


def linear(count, family):
    t = Tables()
    main = t.chain("%s linear" % family, "forward", base("forward"))
    for i in range(count):
        main.append("ip daddr %s drop" % ip4((172 << 24 | 16 << 16) + i)
                    if family == "ip" else "ip6 daddr 2001:db8:ffff::%x drop" % i)
    return t.text()


# ---------------------------------------------------------------- every key

ADDRESSES = ("ip saddr", "ip daddr")  # nft reads other IPv4 addresses as numbers


def number(bits):
    """Edges are as likely as the middle."""
    top = (1 << bits) - 1
    return R.choice((0, 1, top, top >> 1, R.getrandbits(bits), R.getrandbits(bits),
                     R.getrandbits(min(bits, 4))))


def literal(name, bits):
    symbols = SYMBOLS.get(name)
    if symbols and R.random() < 0.5:
        return R.choice(list(symbols))
    if name in ADDRESSES:
        return ip4(R.choice((10 << 24 | R.getrandbits(6), R.getrandbits(32))))
    if bits == 128:
        return ip6(0x20010db8 << 96 | R.getrandbits(R.choice((6, 96))))
    if bits == 48:
        return ":".join("%02x" % R.getrandbits(8) for _ in range(6))
    return str(number(bits))


def compare(name, bits):
    """A condition on a field of so many bits."""
    value = literal(name, bits)
    kinds = ["eq"] * 3 + ["ne", "set", "not_set"]
    mask_ok = bits in (8, 16, 32) and name != "tcp flags"
    if name not in ("tcp flags",) and bits <= 32:
        kinds += ["range", "not_range", "lt", "gt", "le", "ge"]
    if mask_ok and "addr" not in name:
        kinds += ["mask", "mask_ne"]
    kind = R.choice(kinds)
    if bits in (32, 128) and name.split()[-1] in ("saddr", "daddr") and R.random() < 0.4:
        length = R.randrange(8, bits)
        pool = []
        text = prefix(pool, bits, length, ip4 if bits == 32 else ip6)
        return "%s %s%s" % (name, R.choice(("", "", "!= ")), text)
    if kind == "eq":
        return "%s %s" % (name, value)
    if kind == "ne":
        return "%s != %s" % (name, value)
    if kind in ("set", "not_set"):
        values = dedup(name, bits, [value] + [literal(name, bits)
                                              for _ in range(R.randrange(1, 6))])
        return "%s %s{ %s }" % (name, "!= " if kind == "not_set" else "",
                                ", ".join(values))
    low, high = sorted((number(bits), number(bits)))
    if kind in ("range", "not_range"):
        if low == high:
            return "%s %d" % (name, low)
        show = ip4 if name in ADDRESSES else str
        return "%s %s%s-%s" % (name, "!= " if kind == "not_range" else "",
                               show(low), show(high))
    if kind in ("lt", "gt", "le", "ge"):
        top = (1 << bits) - 1
        low = min(max(low, 1), top - 1)
        show = ip4 if name in ADDRESSES else str
        return "%s %s %s" % (name, {"lt": "<", "gt": ">", "le": "<=", "ge": ">="}[kind],
                             show(low))
    mask = number(bits) or 1
    return "%s & 0x%x %s 0x%x" % (name, mask, "==" if kind == "mask" else "!=",
                                  mask & R.getrandbits(bits))


def dedup(name, bits, values):
    symbols, seen, out = SYMBOLS.get(name, {}), set(), []
    for value in values:
        key = symbols.get(value, value)
        if str(key) not in seen:
            seen.add(str(key))
            out.append(value)
    return out


def payload_condition(header):
    fields = dict(HEADERS[header])
    if header in ("icmp", "icmpv6"):  # the others depend on the type
        fields = {k: fields[k] for k in ("type", "code", "checksum", "id", "sequence")}
    field = R.choice(list(fields))
    if header == "ip" and field in ("version", "hdrlength"):
        return "ip %s %d" % (field, R.choice((4, 5, 6)))
    if header == "ip6" and field == "version":
        return "ip6 version 6"
    if header == "ip" and field == "protocol" or header == "ip6" and field == "nexthdr":
        return "%s %s %s{ %s }" % (header, field, R.choice(("", "!= ")), R.choice(
            ("6, 17", "1, 58, 6", "0, 43, 44, 60", "132", "51, 50")))
    if header == "ip" and field == "frag-off":
        return "ip frag-off & 0x%x %s 0" % (R.choice((0x1fff, 0x3fff, 0x4000)),
                                            R.choice(("==", "!=")))
    if header == "tcp" and field == "flags":
        return R.choice(("tcp flags syn", "tcp flags & (fin|syn|rst|ack) == syn",
                         "tcp flags & (syn|ack) == syn|ack", "tcp flags != ack",
                         "tcp flags & (fin|rst) != 0",
                         "tcp flags { syn, ack, syn|ack, fin|ack }"))
    if header == "dccp":
        if field == "type":
            return "dccp type { request, data }"
    return compare("%s %s" % (header, field), fields[field][1])


def option_condition(table, word):
    name = R.choice(list(table))
    fields = table[name][1]
    if not fields or R.random() < 0.3:
        return "%s %s %s" % (word, name, R.choice(("exists", "missing")))
    field = R.choice(list(fields))
    return compare("%s %s %s" % (word, name, field), fields[field][1])


def exthdr_condition():
    name = R.choice(list(EXT))
    if R.random() < 0.3:
        return "exthdr %s %s" % (name, R.choice(("exists", "missing")))
    field = R.choice([f for f in HEADERS[name] if f != "nexthdr"])
    if field == "more-fragments":
        return "frag more-fragments %d" % R.getrandbits(1)
    return compare("%s %s" % (name, field), HEADERS[name][field][1])


def raw_condition(family, proto):
    where = R.choice(("nh", "nh", "th") if proto else ("nh",))
    bits = R.choice((8, 16, 32, 4, 24))
    if where == "nh":
        offset = 8 * R.randrange(0, 36 if family == "ip6" else 16)
    else:
        offset = 8 * R.randrange(0, 12)
    if bits == 4:
        offset += R.choice((0, 4))
    return compare("@%s,%d,%d" % (where, offset, bits), bits)


def meta_condition(has_input):
    if has_input and R.random() < 0.06:  # elsewhere nft takes skb->dev for it
        return "meta iiftype %s" % R.choice(("ether", "!= ether"))
    return R.choice((
        lambda: "meta l4proto %s" % R.choice(("tcp", "udp", "!= tcp", "{ 1, 6, 58 }")),
        lambda: "meta length %s" % R.choice(("< 60", "> 100", "40-80", "!= 60")),
        lambda: compare("meta mark", 32),
        lambda: "meta mark & 0x%x == 0x%x" % (R.choice((1, 3, 0xff)), R.getrandbits(1)),
        lambda: "meta priority %s" % R.choice(("0", "1:2", "!= 0")),
        lambda: 'iifname %s"%s"' % (R.choice(("", "!= ")),
                                    R.choice(DEVICES + ("dmy*", "dmyx*", "nosuch"))),
        lambda: 'oifname %s"%s"' % (R.choice(("", "!= ")),
                                    R.choice(DEVICES + ("dm*", "lo"))),
        lambda: 'iif %s"%s"' % (R.choice(("", "!= ")), R.choice(DEVICES)),
        lambda: 'oif "%s"' % R.choice(DEVICES),
        lambda: 'iifname { "%s", "%s" }' % R.choice((DEVICES[:2], ("lo", "dmy1"))),
        lambda: "meta oiftype ether",
        lambda: "iifgroup %s" % R.choice(("0", "7", "!= 7")),
        lambda: "oifgroup %s" % R.choice(("default", "7")),
        lambda: "meta pkttype %s" % R.choice(("host", "broadcast", "{ host, multicast }",
                                              "!= host")),
        lambda: "meta cpu < 64",
        lambda: 'meta time > "2001-02-03 04:05:06"',
        lambda: 'meta time < "2001-02-03 04:05:06"',
        lambda: 'meta day != { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",'
                ' "Saturday", "Sunday" }',
    ))()


def inet_condition():
    return R.choice(("meta nfproto ipv4", "meta nfproto ipv6", "meta nfproto != ipv4",
                     "meta protocol ip", "meta protocol ip6"))


WRITES = {
    "ip": ("ip dscp set cs1", "ip ttl set 33", "ip id set 4242", "ip ecn set ce",
           "ip saddr set 10.9.8.7", "ip daddr set 10.9.8.6"),
    "ip6": ("ip6 dscp set cs2", "ip6 hoplimit set 44", "ip6 flowlabel set 0x12345",
            "ip6 daddr set 2001:db8::77"),
    "tcp": ("tcp dport set 8080", "tcp window set 1000", "tcp urgptr set 7"),
    "udp": ("udp sport set 5353", "udp dport set 53"),
}


def statements(family, proto, targets, write, hook, narrow):
    """What a rule does; only a narrow one keeps packets from the rules behind it."""
    out = []
    for _ in range(R.choice((0, 0, 1, 2)) if write else 0):
        choice = R.random()
        if choice < 0.5:
            out.append("meta mark set %s" % R.choice((
                "0x%x" % R.getrandbits(8), "meta mark | 0x%x" % R.getrandbits(8),
                "meta mark & 0xff", "meta mark ^ 0x3")))
        elif choice < 0.6:
            out.append("meta priority set %s" % R.choice(("1:2", "0:7", "0")))
        elif choice < 0.7 and hook == "prerouting":  # nft refuses it elsewhere
            out.append("meta pkttype set %s" % R.choice(("host", "broadcast")))
        else:
            out.append(R.choice(WRITES.get(R.choice((family, proto)),
                                           ("meta mark set 0x77",))))
    out.insert(R.randrange(len(out) + 1), "counter")
    end = R.choices(("", "accept", "drop", "continue", "return", "jump", "goto"),
                    (40, 6 * narrow, 6 * narrow, 8, 3 * narrow, 20 if targets else 0,
                     3 * narrow if targets else 0))[0]
    if end in ("jump", "goto"):
        end += " " + R.choice(targets)
    return out + ([end] if end else [])


def random_rule(table_family, targets, write, hook, single=False):
    family = R.choice(("ip", "ip6")) if table_family == "inet" else table_family
    rule, proto = [], None
    has_input = hook in ("prerouting", "input", "forward")
    if R.random() < 0.7:
        proto = R.choice(["tcp", "tcp", "tcp", "udp", "udp", "th", "sctp", "dccp",
                          "ah", "esp", "comp", "udplite",
                          "icmp" if family == "ip" else "icmpv6"] +
                         (["igmp"] if family == "ip" else []))
    if table_family == "inet" and R.random() < 0.1:
        rule.append(inet_condition())
        family = None  # the rule is bound to it now; nothing more of one family
        if proto in ("icmp", "icmpv6", "igmp"):
            proto = None
    for _ in range(R.choice((0, 1, 1, 2, 2, 3)) if not single else 1):
        kind = R.choices(("net", "l4", "ext", "raw", "meta", "ether"),
                         (20, 25 if proto else 0, 12, 10, 25, 2))[0]
        if kind == "net" and family:
            condition = payload_condition(family)
            if not (proto and condition.split()[1] in ("protocol", "nexthdr")):
                rule.append(condition)  # nft sees that two protocols contradict
        elif kind == "l4":
            if proto == "tcp" and R.random() < 0.3:
                rule.append(option_condition(TCP_OPTIONS, "tcp option"))
            else:
                rule.append(payload_condition(proto))
        elif kind == "ext" and family == "ip":
            rule.append(option_condition(IP_OPTIONS, "ip option"))
        elif kind == "ext" and family == "ip6":
            rule.append(exthdr_condition())
        elif kind == "raw" and family:
            # Alone: nft takes a raw key for the header field that lies there.
            rule.append(raw_condition(family, proto))
        elif kind == "meta":
            rule.append(meta_condition(has_input))
        elif kind == "ether" and has_input:
            rule.append("ether saddr != 02:00:00:00:00:01")
    # nft refuses what contradicts itself.
    if proto:
        rule = [c for c in rule if "l4proto" not in c]
    if any(c.startswith("ether") for c in rule):
        rule = [c for c in rule if "iiftype" not in c]
    return " ".join(rule + statements(family, proto, targets, write, hook,
                                      len(rule) > 1))


def mixed(count, write):
    t = Tables()
    bases = [(family, hook, R.choice((-300, -150, 0, 0, 10, 100)))
             for family in ("inet", "ip", "ip6") for hook in HOOKS]
    R.shuffle(bases)
    lists = []
    for family in ("inet", "ip", "ip6"):
        subs = ["sub%d" % i for i in range(4)]
        for i, name in enumerate(subs):  # only later ones can be reached: no loops
            lists.append((t.chain("%s mixed" % family, name), family, subs[i + 1:],
                          None))
        for n, (_, hook, priority) in enumerate(
                [b for b in bases if b[0] == family][:3]):
            lists.append((t.chain("%s mixed" % family, "base%d" % n, base(
                hook, priority, R.choice(("accept", "accept", "drop")))), family, subs,
                          hook))
    for _ in range(count):
        rules, family, targets, hook = R.choice(lists)
        rules.append(random_rule(family, targets, write, hook))
    return t.text()


def conditions(count):
    t = Tables()
    chains = [(t.chain("%s one" % family, "c_" + hook, base(hook)), family, hook)
              for family in ("inet", "ip", "ip6") for hook in HOOKS[::2]]
    while count:
        chain, family, hook = R.choice(chains)
        rule = random_rule(family, [], False, hook, single=True).split(" counter")[0]
        if not rule.startswith("counter"):
            chain.append(rule + " counter")
            count -= 1
    return t.text()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=("acl", "fw", "ipc", "host", "kube",
                                          "blocklist", "linear", "mixed", "conditions"))
    parser.add_argument("count", type=int, help="how many rules, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=("ip", "ip6"), default="ip",
                        help="of the shapes acl, fw, ipc and linear")
    parser.add_argument("--hook", choices=HOOKS, default="prerouting",
                        help="of the shapes acl, fw and ipc")
    parser.add_argument("--read-only", action="store_true",
                        help="mixed without statements that write to the packet")
    args = parser.parse_args()
    R.seed("%s %d %d" % (args.shape, args.count, args.seed))
    if args.shape in SEEDS:
        t = Tables()
        t.chain("%s classbench" % args.family, "c", base(args.hook))[:] = \
            classbench(args.shape, args.count, args.family)
        text = t.text()
    elif args.shape == "mixed":
        text = mixed(args.count, not args.read_only)
    elif args.shape == "linear":
        text = linear(args.count, args.family)
    elif args.shape == "conditions":
        text = conditions(args.count)
    else:
        text = {"host": host, "kube": kube, "blocklist": blocklist}[args.shape](args.count)
    print(text, end="")


if __name__ == "__main__":
    main()
