# SPDX-License-Identifier: GPL-2.0
"""Builds IPv4 and IPv6 packets, right ones and wrong ones, from a description."""
import struct

from fields import (AH, COMP, DCCP, ESP, EXT, ICMP, ICMP6, IGMP, IP_OPTIONS, SCTP,
                    TCP, TCP_OPTIONS, UDP, UDPLITE)

SIZES = {TCP: 20, UDP: 8, UDPLITE: 8, ICMP: 8, ICMP6: 8, IGMP: 8, SCTP: 12, DCCP: 16,
         AH: 24, ESP: 8, COMP: 4}
OPTION_SIZES = {"maxseg": 4, "window": 3, "sack-perm": 2, "sack": 10, "timestamp": 10,
                "rr": 11, "lsrr": 11, "ssrr": 11, "ra": 4}


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def transport(data):
    """(protocol, its offset, whether it is there): not in a later fragment, nor
    behind extension headers that are cut off."""
    if data[0] >> 4 == 4:
        return data[9], (data[0] & 15) * 4, not int.from_bytes(data[6:8], "big") & 0x1fff
    proto, at = data[6], 40
    while proto in (0, 43, 44, 51, 60):
        if len(data) < at + 8 or \
                proto == 44 and int.from_bytes(data[at + 2:at + 4], "big") & 0xfff8:
            return proto, at, False
        size = 8 if proto == 44 else (data[at + 1] + 2) * 4 if proto == 51 else \
            (data[at + 1] + 1) * 8
        proto, at = data[at], at + size
    return proto, at, at <= len(data)


def odd_options(data):
    """Whether an IPv4 packet has options that the kernel's own parser refuses."""
    if data[0] >> 4 != 4:
        return False
    options, seen = data[20:(data[0] & 15) * 4], set()
    while options and options[0] != 0:
        kind = options[0]
        size = 1 if kind == 1 else options[1] if len(options) > 1 else 0
        if size < 1 or size > len(options) or kind in seen:
            return True
        if kind in (131, 137):
            if seen & {131, 137} or size < 7 or (size - 3) % 4 or options[2] != 4:
                return True
        elif kind == 7 and (size < 7 or options[2] != 4) or \
                kind == 148 and (size != 4 or options[2] or options[3]) or \
                kind not in (1, 7, 148):
            return True
        if kind != 1:
            seen.add(kind)
        options = options[size:]
    return False


class Packet:
    """One packet; poke() writes bits of named headers after lay_out().

    family: 4 or 6. proto: upper protocol. options: names of IP options (IPv4),
    tcp_options: of TCP options, ext: of extension headers (IPv6), in order.
    fragment: None, or (offset in units of 8 bytes, whether more follow).
    """

    def __init__(self, rng, family, proto, payload=20):
        self.rng, self.family, self.proto = rng, family, proto
        self.payload = payload
        self.options, self.tcp_options, self.ext = [], [], []
        self.fragment = None
        self.data = bytearray()
        self.at = {}     # header name -> byte offset in data
        self.poked = set()

    def lay_out(self):
        rng = self.rng
        self.at, self.poked = {}, set()
        if self.family == 4:
            options = self._options(self.options, IP_OPTIONS, 20, "ip option ")
            self.data = bytearray(20) + options
            self.at["ip"] = 0
            self.data[0] = self.first = 0x40 | len(self.data) // 4
            self.data[4:6] = rng.randbytes(2)
            self.data[8], self.data[9] = 64, self.proto
            self.data[12:16] = bytes((10, 1, rng.randrange(4), rng.randrange(256)))
            self.data[16:20] = bytes((10, 1, rng.randrange(4), rng.randrange(256)))
            if self.fragment:
                self.data[6:8] = struct.pack("!H", self.fragment[0] |
                                             (0x2000 if self.fragment[1] else 0))
            elif rng.random() < 0.5:
                self.data[6] = 0x40
        else:
            self.data = bytearray(40)
            self.at["ip6"] = 0
            self.data[0], self.data[7] = 0x60, 64
            for start in (8, 24):
                self.data[start:start + 16] = bytes.fromhex("20010db8") + \
                    bytes(11) + bytes((rng.randrange(64),))
            self._extensions()
        self.at["nh"] = 0
        self._transport()
        return self

    def _extensions(self):
        names = list(self.ext)
        if self.fragment and "frag" not in names:
            names.append("frag")
        previous = 6  # where the number of the next header goes
        for name in names:
            self.data[previous] = EXT[name]
            previous = start = len(self.data)
            self.at[name] = start
            if name == "frag":
                offset, more = self.fragment or (0, False)
                header = struct.pack("!BBHI", 0, 0, offset << 3 | more,
                                     self.rng.getrandbits(32))
            elif name == "rt":
                header = bytes((0, 2, 4, 1)) + bytes(20)
            else:
                header = bytes((0, 0, 1, 4)) + bytes(4)  # PadN
            self.data += header
        self.data[previous] = self.proto

    def _options(self, names, table, base, prefix):
        out = bytearray()
        for name in names:
            size = OPTION_SIZES[name]
            if len(out) + size > 40:
                continue
            self.at[prefix + name] = base + len(out)
            option = bytearray(self.rng.randbytes(size))
            option[0] = table[name][0]
            if size > 1:
                option[1] = size
            if name in ("rr", "lsrr", "ssrr"):
                option[2] = 4
            if name == "ra" and self.rng.random() < 0.8:
                option[2:4] = bytes(2)
            out += option
        while len(out) % 4:
            out.append(self.rng.choice((0, 1)) if len(out) % 4 == 3 else 1)
        return out

    def _transport(self):
        rng, start = self.rng, len(self.data)
        self.th = start
        if self.fragment and self.fragment[0]:
            self.data += rng.randbytes(max(8, self.payload))
            return
        for name in ("th", *(n for n, p in NAMES.items() if p == self.proto)):
            self.at[name] = start
        header = bytearray(rng.randbytes(SIZES.get(self.proto, 0)))
        if self.proto == TCP:
            options = self._options(self.tcp_options, TCP_OPTIONS, start + 20,
                                    "tcp option ")
            header += options
            header[12] = len(header) // 4 << 4
            header[13] = rng.choice((2, 16, 18, 24, 17, 4))
        elif self.proto in (UDP, UDPLITE):
            header[4:6] = struct.pack("!H", 8 + self.payload)
        elif self.proto == ICMP:
            header[:2] = bytes((rng.choice((0, 3, 8, 11, 8)), 0))
        elif self.proto == ICMP6:
            header[:2] = bytes((rng.choice((1, 2, 128, 129, 135)), 0))
        elif self.proto == DCCP:
            header[4], header[8] = 4, rng.choice((0, 1, 2, 3, 7)) << 1 | 1
        elif self.proto == AH:
            header[0], header[1] = 59, 4
        elif self.proto == COMP:
            header[0] = 59
        self.data += header + rng.randbytes(self.payload)

    def poke(self, header, offset, bits, value):
        """Write bits; what does not lie in the packet is left alone."""
        if header not in self.at:
            return False
        start = self.at[header] * 8 + offset
        if start + bits > len(self.data) * 8:
            return False
        first, last = start // 8, (start + bits + 7) // 8
        window = int.from_bytes(self.data[first:last], "big")
        shift = last * 8 - start - bits
        mask = (1 << bits) - 1 << shift
        window = window & ~mask | value << shift & mask
        self.data[first:last] = window.to_bytes(last - first, "big")
        self.poked.update(range(first, last))
        return True

    def finish(self):
        """Lengths and checksums. Those of TCP and the like unless they were poked;
        IP's always, because the kernel drops others before any hook."""
        data = self.data
        if self.family == 4:
            data[0] = self.first
            data[2:4] = struct.pack("!H", len(data))
        else:
            data[0] = 0x60 | data[0] & 15
            data[4:6] = struct.pack("!H", len(data) - 40)
        self._transport_checksum()
        if self.family == 4:
            data[10:12] = bytes(2)
            data[10:12] = struct.pack("!H", checksum(bytes(data[:(data[0] & 15) * 4])))
        return self

    def _transport_checksum(self):
        where = {TCP: 16, UDP: 6, ICMP: 2, ICMP6: 2, IGMP: 2}.get(self.proto)
        if where is None or self.fragment or "th" not in self.at:
            return
        start, data = self.th, self.data
        if start + where in self.poked or len(data) < start + where + 2:
            return
        data[start + where:start + where + 2] = bytes(2)
        body = bytes(data[start:])
        if self.proto in (TCP, UDP, ICMP6):
            addresses = data[12:20] if self.family == 4 else data[8:40]
            body = bytes(addresses) + struct.pack("!II", self.proto, len(body)) + body
        data[start + where:start + where + 2] = struct.pack(
            "!H", checksum(body) or (0xffff if self.proto == UDP else 0))


NAMES = {"tcp": TCP, "udp": UDP, "udplite": UDPLITE, "icmp": ICMP, "icmpv6": ICMP6,
         "igmp": IGMP, "sctp": SCTP, "dccp": DCCP, "ah": AH, "esp": ESP, "comp": COMP}
