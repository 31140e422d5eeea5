#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Plain lists of random elements, and packets that ask for them; the same ones for
the same arguments.

usage: gen_elements.py list KIND COUNT [--seed N]
       gen_elements.py convert FORM TYPE < LIST
       gen_elements.py trace FILE PACKETS --hits N%% [--seed N] < LIST

KIND is ip, ip6, net, net6 or ip-port. An address occurs once; networks may lie in
one another. FORM is nft (the declaration of a set s in a table of family ip or ip6,
with chain and rule in hook forward) or ipset (for ipset restore). A trace has plain
UDP packets whose source address is in the list, or a random one.
"""
import argparse
import ipaddress
import os
import random
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm"))
import trace  # noqa: E402


def dotted(number):
    return "%d.%d.%d.%d" % (number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255)


def prefix(rng, bits, low, high):
    length = rng.randint(low, high)
    return rng.getrandbits(length) << (bits - length), length


def element(kind, rng):
    if kind == "ip":
        return dotted(rng.randint(1 << 24, 223 << 24))
    if kind == "ip6":
        return str(ipaddress.IPv6Address(0x2 << 124 | rng.getrandbits(124)))
    if kind == "net":
        return "%s/%d" % (lambda net: (dotted(net[0]), net[1]))(prefix(rng, 32, 24, 32))
    if kind == "net6":
        net, length = prefix(rng, 128, 32, 64)
        return "%s/%d" % (ipaddress.IPv6Address(net), length)
    return "%s . %d" % (dotted(rng.randint(1 << 24, 223 << 24)), rng.randint(1, 65535))


def print_list(args):
    rng, seen = random.Random(args.seed), set()
    while len(seen) < args.count:
        seen.add(element(args.kind, rng))
    lines = sorted(seen)
    rng.shuffle(lines)
    print("\n".join(lines))


NFT = {"ip": ("ip", "ipv4_addr", "", "ip saddr"),
       "ip6": ("ip6", "ipv6_addr", "", "ip6 saddr"),
       "net": ("ip", "ipv4_addr", "flags interval; ", "ip saddr"),
       "net6": ("ip6", "ipv6_addr", "flags interval; ", "ip6 saddr"),
       "ip-port": ("ip", "ipv4_addr . inet_service", "", "ip saddr . udp sport")}
IPSET = {"ip": "hash:ip", "ip6": "hash:ip family inet6", "net": "hash:net",
         "net6": "hash:net family inet6", "ip-port": "hash:ip,port"}


def convert(args):
    lines = [line.split()[0] if args.kind != "ip-port" else line.strip()
             for line in sys.stdin if line.strip() and line[0] != "#"]
    if args.form == "ipset":
        print("create s %s hashsize 1024 maxelem 20000000" % IPSET[args.kind])
        for line in lines:
            print("add s " + line.replace(" . ", ",udp:"))
        return
    family, kind, flags, key = NFT[args.kind]
    print("table %s t {\n\tset s { type %s; %s%s}\n\tchain c {\n\t\ttype filter hook forward"
          " priority 0; policy accept;\n\t\t%s @s drop\n\t}\n}" %
          (family, kind, flags, "auto-merge; " if flags else "", key))
    if lines:
        print("add element %s t s {\n%s }" % (family, ",\n".join(lines)))


def address_of(line, rng):
    """A source address, and a port, that the element has."""
    addr, _, port = line.partition(" . ")
    if "/" not in addr:
        return ipaddress.ip_address(addr).packed, int(port or rng.randint(1, 65535))
    net = ipaddress.ip_network(addr, strict=False)
    size = net.max_prefixlen // 8
    number = int(net.network_address) + rng.getrandbits(net.max_prefixlen - net.prefixlen)
    return number.to_bytes(size, "big"), rng.randint(1, 65535)


def udp(source, port):
    data = struct.pack("!HHHH", port, 53, 8 + 22, 0) + bytes(22)
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28, len(data), 17, 64) + source + source + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0) + source + \
        bytes([10, 0, 0, 1])
    return head + data


def write_trace(args):
    rng = random.Random(args.seed)
    lines = [line.strip() for line in sys.stdin if line.strip() and line[0] != "#"]
    lines = [line.split()[0] if " . " not in line else line for line in lines]
    packets = []
    for _ in range(args.packets):
        source, port = address_of(rng.choice(lines), rng)
        if rng.uniform(0, 100) >= args.hits:
            source = rng.getrandbits(8 * len(source)).to_bytes(len(source), "big")
        packets.append(trace.Packet(udp(source, port), hook=2, iif="dmy0", oif="dmy1",
                                    nfproto=2 if len(source) == 4 else 10))
    trace.write(args.file, packets)


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = args.add_subparsers(required=True)
    verb = verbs.add_parser("list")
    verb.add_argument("kind", choices=NFT)
    verb.add_argument("count", type=int)
    verb.set_defaults(run=print_list)
    verb.add_argument("--seed", type=int, default=1)
    verb = verbs.add_parser("convert")
    verb.add_argument("form", choices=("nft", "ipset"))
    verb.add_argument("kind", choices=NFT)
    verb.set_defaults(run=convert)
    verb = verbs.add_parser("trace")
    verb.add_argument("file")
    verb.add_argument("packets", type=int)
    verb.add_argument("--hits", type=float, default=100)
    verb.add_argument("--seed", type=int, default=1)
    verb.set_defaults(run=write_trace)
    args = args.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
