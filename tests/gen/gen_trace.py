#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draw a trace of packets from a rule set, the same one for the same arguments.

Most packets are drawn from a rule, so that they satisfy it or miss it by one
condition; the others are random. With --hostile, packets are also truncated
anywhere behind the network header, fragmented, given options, extension headers
and wrong lengths. With --broken even the network header may be cut off or wrong,
which nothing but weir's own engine is asked to bear. With --nft, packets are left
out that nftables in stock kernels reads otherwise: later fragments, where it takes
payload for a transport header; IPv4 options that the kernel calls malformed; and,
where rules write to packets, those whose checksum it does not repair. With --drawn
every packet is an ordinary one and satisfies the rule it is drawn from: what papers
on classifiers measure.

The output is a trace for the test module weir_replay; --list shows it as text.
"""
import argparse
import os
import random
import sys

from fields import (DEVICES, EXT, HOOKS, ICMP, ICMP6, IGMP, IP_OPTIONS, L4, SCTP, TCP,
                    TCP_OPTIONS, UDP, UDPLITE)
from packet import NAMES, Packet, odd_options, transport
from rules import read

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm"))
import trace  # noqa: E402

PROTOS = (TCP,) * 8 + (UDP,) * 6 + (ICMP,) * 2 + (SCTP, 33, 51, 50, 108, IGMP, UDPLITE, 0,
                                                  59, 200)


class Draw:
    def __init__(self, rules, seed, hostile, broken, plain=False, nft=False, writes=False,
                 drawn=False):
        self.rng = random.Random(seed)
        self.rules, self.hostile, self.broken = rules, hostile, broken
        self.plain, self.nft, self.writes, self.drawn = plain, nft, writes, drawn
        self.hooks = sorted({h for rule in rules for h in rule.hooks}) or ["prerouting"]

    # ---- values

    def value(self, condition, miss):
        """A value that satisfies the condition, or one that does not."""
        rng, bits = self.rng, condition.bits
        top = (1 << bits) - 1
        if not condition.ranges:
            return rng.getrandbits(bits) if bits else 0
        low, high = rng.choice(condition.ranges)
        relation = condition.relation
        if miss:
            relation = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "le": "gt",
                        "gt": "le"}[relation]
        if relation == "eq":
            got = rng.choice((low, high, rng.randint(low, max(low, high))))
        elif relation == "ne":
            got = rng.choice((low - 1, high + 1, rng.getrandbits(bits)))
        elif relation in ("lt", "le"):
            got = rng.choice((0, low - 1, low if relation == "le" else low - 1))
        else:
            got = rng.choice((top, low + 1, low if relation == "ge" else low + 1))
        got &= top
        if condition.mask is not None and relation == "eq":
            got |= rng.getrandbits(bits) & ~condition.mask & top
        return got

    # ---- one packet

    def packet(self):
        rng = self.rng
        rule = rng.choice(self.rules) if self.rules and (
            self.drawn or rng.random() < 0.85) else None
        conditions = rule.conditions if rule else []
        family = self.family(rule)
        p = Packet(rng, family, self.proto(conditions, family),
                   rng.choice((0, 8, 20, 20, 60, 200)))
        meta = self.meta(rule)
        self.dress(p, conditions)
        p.lay_out()
        misses = not self.drawn and rng.random() < 0.3 and rng.choice(conditions or [None])
        for condition in conditions:
            if condition.header == "meta":
                self.poke_meta(meta, condition, condition is misses)
            elif condition.bits:
                p.poke(condition.header, condition.offset, condition.bits,
                       self.value(condition, condition is misses))
        # What is poked may be the very number of the next header.
        p.finish()
        data, linear = self.damage(p)
        if self.nft and self.nft_errs(data):
            return self.packet()
        return trace.Packet(data=bytes(data), linear=linear,
                            nfproto=2 if family == 4 else 10, **meta)

    def nft_errs(self, data):
        """See --nft above. Where rules write, it does not repair checksums of DCCP,
        gives up on cut-off headers, and writes a checksum where UDP has none."""
        proto, at, there = transport(data)
        if not there or odd_options(data):
            return True
        return self.writes and (proto == 33 or proto in (6, 17, 58, 136) and
                                (len(data) < at + 20 or proto == 17 and
                                 data[at + 6:at + 8] == bytes(2)))

    def family(self, rule):
        names = {c.header for c in rule.conditions} if rule else set()
        if names & {"ip6", "hbh", "dst", "rt", "frag", "icmpv6"}:
            return 6
        if names & {"ip", "icmp", "igmp"} or any(n.startswith("ip option") for n in names):
            return 4
        families = {rule.family} if rule else {r.family for r in self.rules[:1] +
                                               self.rules[-1:]}
        pick = self.rng.choice(sorted(families or {"ip"}))
        if pick == "inet" or not self.plain and not self.drawn and self.rng.random() < 0.03:
            return self.rng.choice((4, 6))
        return 6 if pick == "ip6" else 4

    def proto(self, conditions, family):
        rng, found = self.rng, None
        for condition in conditions:
            if condition.header in NAMES:
                found = NAMES[condition.header]
            elif condition.header.startswith("tcp option"):
                found = TCP
            elif condition.header == "th" and found is None:
                found = rng.choice((TCP, UDP, SCTP))
            elif condition.name in ("meta l4proto", "ip protocol", "ip6 nexthdr") and \
                    condition.relation == "eq" and condition.ranges:
                found = rng.choice(condition.ranges)[0]
        if self.plain:
            return UDP
        if self.drawn and found is None:
            return rng.choice((TCP, UDP))
        if found is None or not self.drawn and rng.random() < 0.05:
            found = rng.choice(PROTOS)
            if family == 6:
                found = ICMP6 if found == ICMP else 59 if found == 0 else found
        return found

    def dress(self, p, conditions):
        """Options, extension headers and fragments."""
        rng = self.rng
        for condition in conditions:
            if condition.relation == "missing" or rng.random() < 0.1:
                continue
            if condition.header in EXT:
                p.ext.append(condition.header)
            elif condition.header.startswith("tcp option"):
                p.tcp_options.append(condition.header.split()[2])
            elif condition.header.startswith("ip option"):
                p.options.append(condition.header.split()[2])
        if self.hostile:
            if rng.random() < 0.15:
                p.ext += rng.sample(list(EXT), rng.randrange(1, 3))
            if rng.random() < 0.15:
                p.options += rng.sample(list(IP_OPTIONS), rng.randrange(1, 3))
            if rng.random() < 0.25:
                p.tcp_options += rng.sample(list(TCP_OPTIONS), rng.randrange(1, 4))
            if rng.random() < 0.1:
                p.fragment = (rng.choice((0, 0, 1, 185, 4000)), rng.random() < 0.7)
        p.ext = sorted(set(p.ext), key=list(EXT).index)
        p.options = list(dict.fromkeys(p.options))
        p.tcp_options = list(dict.fromkeys(p.tcp_options))
        if p.family == 4 and p.proto in (1, 2) and not self.drawn and rng.random() < 0.02:
            p.proto = 58

    def damage(self, p):
        rng, data = self.rng, p.data
        linear = None if self.plain or self.drawn or rng.random() < 0.7 else rng.choice((
            len(data), p.th, p.th + 1, p.th + 4, p.th + 8, p.th + 20))
        header = p.th if p.family == 4 else 40
        if self.hostile and rng.random() < 0.15 and len(data) > header:
            del data[rng.choice((rng.randrange(header, len(data)),
                                 min(len(data), p.th + rng.randrange(0, 24)))):]
            self.lengths(p)
        elif self.hostile and rng.random() < 0.05:
            for _ in range(rng.randrange(1, 5)):  # bits behind the network header
                if len(data) > header:
                    data[rng.randrange(header, len(data))] = rng.getrandbits(8)
        if self.broken and rng.random() < 0.1:
            if rng.random() < 0.5:
                del data[rng.randrange(0, len(data)):]
            elif data:
                data[rng.randrange(0, min(len(data), 44))] = rng.getrandbits(8)
        if linear is not None:
            linear = max(header if not self.broken else 0, min(linear, len(data)))
        return data, linear

    @staticmethod
    def lengths(p):
        """IP's own length is right, as the kernel makes sure before any hook."""
        from packet import checksum
        if p.family == 4:
            p.data[2:4] = len(p.data).to_bytes(2, "big")
            p.data[10:12] = bytes(2)
            p.data[10:12] = checksum(bytes(p.data[:(p.data[0] & 15) * 4])).to_bytes(2, "big")
        else:
            p.data[4:6] = (len(p.data) - 40).to_bytes(2, "big")

    # ---- what is not in the packet

    def meta(self, rule):
        rng = self.rng
        own = rule and rule.hooks and (self.drawn or rng.random() < 0.95)
        hook = rng.choice(rule.hooks if own else self.hooks)
        return {"hook": HOOKS.index(hook),
                "mark": rng.choice((0, 0, 1, 0x4000, rng.getrandbits(8))),
                "priority": rng.choice((0, 0, 0x10002)),
                "pkttype": rng.choice((0, 0, 0, 1, 2)),
                "iif": "" if hook in ("output", "postrouting") else rng.choice(DEVICES),
                "oif": "" if hook in ("prerouting", "input") else rng.choice(DEVICES)}

    def poke_meta(self, meta, condition, miss):
        name = condition.name.split()[1]
        if name in ("iifname", "oifname", "iif", "oif"):
            key = name[:3]
            if meta[key]:
                wanted = self.rng.choice(condition.ranges or [""])
                near = [d for d in DEVICES if d == wanted or
                        wanted.endswith("*") and d.startswith(wanted[:-1])]
                if near and not miss:
                    meta[key] = self.rng.choice(near)
        elif name in ("mark", "priority", "pkttype") and condition.ranges:
            bits = 32 if name != "pkttype" else 2
            meta[name] = self.value(condition, miss) & (1 << bits) - 1


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", help="the rule set, in the nftables language")
    parser.add_argument("output")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--broken", action="store_true")
    parser.add_argument("--nft", action="store_true",
                        help="without what nftables is known to read otherwise")
    parser.add_argument("--plain", action="store_true",
                        help="nothing but UDP packets of 10.1.0.0/16 that match no shape")
    parser.add_argument("--drawn", action="store_true",
                        help="ordinary packets, each of which satisfies a rule")
    parser.add_argument("--list", action="store_true", help="write it as text")
    args = parser.parse_args()
    with open(args.rules, encoding="utf-8") as file:
        text = file.read()
    rules = read(text)
    if args.plain:
        rules = [rule for rule in rules if not rule.conditions.clear()]
    draw = Draw(rules, args.seed, args.hostile or args.broken, args.broken,
                args.plain, args.nft, " set " in text, args.drawn)
    packets = [draw.packet() for _ in range(args.count)]
    if args.list:
        with open(args.output, "w", encoding="ascii") as out:
            for number, p in enumerate(packets):
                print(number, p, file=out)
    else:
        trace.write(args.output, packets)


if __name__ == "__main__":
    main()
