#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the kernel does for one change of the chain `ip linear forward`, which has COUNT
rules: begin, a rule, commit, all sent by one call. Prints the milliseconds of processor
time of that call, which are millions of instructions where the clock counts these; the
least of five, each of which is taken back again.

usage: kernel_change.py add|insert|delete COUNT
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm"))
# pylint: disable=wrong-import-position,wildcard-import,unused-wildcard-import
from nl import *  # noqa: E402,F403

CHAIN = in_rule("forward", "linear", IP)
RULE = [cond(payload(WEIR_HEADER_IP, 128, 32), bytes((10, 200, 0, 1))), drop()]


def change(sock, cmd, *attrs):
    """One transaction: what it took, and the handle of a new rule."""
    data = b"".join((sock.message(WEIR_CMD_TXN_BEGIN),
                     sock.message(cmd, *CHAIN, *attrs, flags=ACK | ECHO),
                     sock.message(WEIR_CMD_TXN_COMMIT)))
    begin = time.thread_time_ns()
    sock.sock.send(data)
    spent = time.thread_time_ns() - begin
    acks, handle = 0, None
    while acks < 3:
        for answer in sock.receive():
            if isinstance(answer, Refused):
                raise answer
            acks += answer is None
            if answer and answer.cmd == WEIR_CMD_RULE_NEW:
                handle = answer.get(WEIR_A_RULE_HANDLE)
    return spent, handle


def attempt(sock, what, count):
    """What a change takes; there and back again."""
    # Rules have their handles in their order; others may have gone from the middle.
    inside = [u64(WEIR_A_RULE_POSITION, count // 4 + 1), flag(WEIR_A_RULE_BEFORE)]
    new, handle = change(sock, WEIR_CMD_RULE_NEW, *([] if what == "add" else inside), *RULE)
    gone, _ = change(sock, WEIR_CMD_RULE_DEL, u64(WEIR_A_RULE_HANDLE, handle))
    return gone if what == "delete" else new


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    sock = Sock()
    print("%.3f" % (min(attempt(sock, what, count) for _ in range(5)) / 1e6))


if __name__ == "__main__":
    main()
