#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Rules of the shapes linear, acl, fw and ipc as iptables-restore reads them, or
ip6tables-restore if they are of IPv6.

usage: to_iptables.py TABLE CHAIN < RULES.nft
"""
import sys


def convert(words):
    out, i, proto = [], 0, None
    while i < len(words):
        two = " ".join(words[i:i + 2])
        if two in ("ip saddr", "ip daddr", "ip6 saddr", "ip6 daddr"):
            out += ["-s" if words[i + 1] == "saddr" else "-d", words[i + 2]]
            i += 3
        elif words[i] in ("tcp", "udp"):
            if proto != words[i]:
                proto = words[i]
                out += ["-p", proto, "-m", proto]
            out += ["--" + words[i + 1], words[i + 2].replace("-", ":")]
            i += 3
        elif words[i:i + 3] == ["ip", "ttl", ">"]:
            out += ["-m", "ttl", "--ttl-gt", words[i + 3]]
            i += 4
        elif two == "meta l4proto":
            out += ["-p", words[i + 2]]
            i += 3
        elif words[i] == "counter":
            i += 1
        elif words[i] in ("accept", "drop"):
            out += ["-j", words[i].upper()]
            i += 1
        else:
            sys.exit("to_iptables: what is %s?" % " ".join(words[i:]))
    return " ".join(out)


def main():
    table, chain = sys.argv[1:]
    print("*%s\n:%s ACCEPT [0:0]" % (table, chain))
    for line in sys.stdin:
        words = line.split()
        if words and words[0] not in ("table", "chain", "type", "}"):
            print("-A %s %s" % (chain, convert(words)))
    print("COMMIT")


if __name__ == "__main__":
    main()
