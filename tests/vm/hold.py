#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A slow writer: opens a transaction, says so, and holds it until it is killed.

usage: hold.py [--delete-tables]   with it, the transaction deletes every table
"""

import signal
import socket
import struct
import sys

NETLINK_GENERIC = 16
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 3, 1, 2
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
TXN_BEGIN, TABLE_DEL = 2, 7     # enum weir_cmd


def pad(data):
    return data + bytes(-len(data) % 4)


def attr(kind, payload):
    return pad(struct.pack("HH", 4 + len(payload), kind) + payload)


def ask(sock, family, cmd, attrs=b""):
    """Sends a request and returns the payload of its answer, if it has one."""
    body = struct.pack("BBH", cmd, 1, 0) + attrs
    sock.send(struct.pack("IHHII", 16 + len(body), family, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body)
    answer = b""
    while True:
        data = sock.recv(65536)
        while data:
            length, kind = struct.unpack("IH", data[:6])
            if kind == NLMSG_ERROR:
                code = -struct.unpack("i", data[16:20])[0]
                if code:
                    sys.exit(f"hold.py: errno {code}")
                return answer
            answer = data[20:length]
            data = data[(length + 3) & ~3:]


def family_id(sock):
    answer = ask(sock, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, attr(CTRL_ATTR_FAMILY_NAME, b"weir\0"))
    while answer:
        length, kind = struct.unpack("HH", answer[:4])
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack("H", answer[4:6])[0]
        answer = answer[(length + 3) & ~3:]
    sys.exit("hold.py: no family id")


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    sock.bind((0, 0))
    family = family_id(sock)
    ask(sock, family, TXN_BEGIN)
    if "--delete-tables" in sys.argv[1:]:
        ask(sock, family, TABLE_DEL)
    print("held", flush=True)
    signal.pause()


main()
