# SPDX-License-Identifier: GPL-2.0
"""Traces and results of the test module weir_replay; kmod/weir_replay.c says how
they look. Little endian, one record after the other."""
import struct
from dataclasses import dataclass

RECORD = struct.Struct("<IHBBIII16s16s")
RESULT = struct.Struct("<IIIIII")
ALL_LINEAR = 0xffff
BENCH = 0xC0087701  # _IOWR('w', 1, u64): rounds in, nanoseconds out


@dataclass
class Packet:
    """What one hook call gets.

    data: from the network header on. hook: number, as enum nf_inet_hooks. iif, oif:
    names of devices, "" for none. linear: how many bytes of data lie in the linear
    part of the skb; None for all. nfproto: 2 or 10.
    """
    data: bytes
    hook: int = 0
    mark: int = 0
    priority: int = 0
    pkttype: int = 0
    iif: str = ""
    oif: str = ""
    linear: int = None
    nfproto: int = 2

    def record(self):
        linear = ALL_LINEAR if self.linear is None else self.linear
        return RECORD.pack(len(self.data), linear, self.hook, self.pkttype, self.mark,
                           self.priority, self.nfproto, self.iif.encode(), self.oif.encode()) + \
            self.data


def write(path, packets):
    with open(path, "wb") as out:
        for packet in packets:
            out.write(packet.record())


def results(path):
    """Yields (verdict, mark, priority, pkttype, length, hash of the bytes)."""
    with open(path, "rb") as file:
        data = file.read()
    return list(RESULT.iter_unpack(data))


def traces(path):
    with open(path, "rb") as file:
        data = file.read()
    at, out = 0, []
    while at < len(data):
        length, linear, hook, pkttype, mark, priority, nfproto, iif, oif = \
            RECORD.unpack_from(data, at)
        at += RECORD.size
        out.append(Packet(data[at:at + length], hook, mark, priority, pkttype,
                          iif.rstrip(b"\0").decode(), oif.rstrip(b"\0").decode(),
                          None if linear == ALL_LINEAR else linear, nfproto))
        at += length
    return out
