# SPDX-License-Identifier: GPL-2.0
"""Header fields as the generators know them: name -> where the bits lie.

One table for both sides: gen_rules.py writes conditions on these fields,
gen_trace.py reads conditions and pokes the bits into packets.
"""

TCP, UDP, ICMP, ICMP6, IGMP, SCTP, DCCP, AH, ESP, COMP, UDPLITE = (
    6, 17, 1, 58, 2, 132, 33, 51, 50, 108, 136)

L4 = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMP6, "ipv6-icmp": ICMP6,
      "igmp": IGMP, "sctp": SCTP, "dccp": DCCP, "ah": AH, "esp": ESP,
      "comp": COMP, "udplite": UDPLITE}

# header -> field -> (bits from the start of the header, bits)
HEADERS = {
    "ip": {"version": (0, 4), "hdrlength": (4, 4), "dscp": (8, 6), "ecn": (14, 2),
           "length": (16, 16), "id": (32, 16), "frag-off": (48, 16), "ttl": (64, 8),
           "protocol": (72, 8), "checksum": (80, 16), "saddr": (96, 32),
           "daddr": (128, 32)},
    "ip6": {"version": (0, 4), "dscp": (4, 6), "ecn": (10, 2), "flowlabel": (12, 20),
            "length": (32, 16), "nexthdr": (48, 8), "hoplimit": (56, 8),
            "saddr": (64, 128), "daddr": (192, 128)},
    "tcp": {"sport": (0, 16), "dport": (16, 16), "sequence": (32, 32),
            "ackseq": (64, 32), "doff": (96, 4), "reserved": (100, 4),
            "flags": (104, 8), "window": (112, 16), "checksum": (128, 16),
            "urgptr": (144, 16)},
    "udp": {"sport": (0, 16), "dport": (16, 16), "length": (32, 16),
            "checksum": (48, 16)},
    "udplite": {"sport": (0, 16), "dport": (16, 16), "csumcov": (32, 16),
                "checksum": (48, 16)},
    "icmp": {"type": (0, 8), "code": (8, 8), "checksum": (16, 16), "id": (32, 16),
             "sequence": (48, 16), "gateway": (32, 32), "mtu": (48, 16)},
    "icmpv6": {"type": (0, 8), "code": (8, 8), "checksum": (16, 16), "id": (32, 16),
               "sequence": (48, 16), "mtu": (32, 32), "parameter-problem": (32, 32)},
    "igmp": {"type": (0, 8), "mrt": (8, 8), "checksum": (16, 16), "group": (32, 32)},
    "sctp": {"sport": (0, 16), "dport": (16, 16), "vtag": (32, 32),
             "checksum": (64, 32)},
    "dccp": {"sport": (0, 16), "dport": (16, 16), "type": (67, 4)},
    "ah": {"hdrlength": (8, 8), "reserved": (16, 16), "spi": (32, 32),
           "sequence": (64, 32)},
    "esp": {"spi": (0, 32), "sequence": (32, 32)},
    "comp": {"flags": (8, 8), "cpi": (16, 16)},
    "th": {"sport": (0, 16), "dport": (16, 16)},
    "ether": {"daddr": (0, 48), "saddr": (48, 48), "type": (96, 16)},
    # IPv6 extension headers
    "hbh": {"nexthdr": (0, 8), "hdrlength": (8, 8)},
    "dst": {"nexthdr": (0, 8), "hdrlength": (8, 8)},
    "rt": {"nexthdr": (0, 8), "hdrlength": (8, 8), "type": (16, 8), "seg-left": (24, 8)},
    "frag": {"nexthdr": (0, 8), "reserved": (8, 8), "frag-off": (16, 13),
             "more-fragments": (31, 1), "id": (32, 32)},
}

EXT = {"hbh": 0, "rt": 43, "frag": 44, "dst": 60}

TCP_OPTIONS = {"maxseg": (2, {"size": (16, 16)}), "window": (3, {"count": (16, 8)}),
               "sack-perm": (4, {}), "sack": (5, {"left": (16, 32), "right": (48, 32)}),
               "timestamp": (8, {"tsval": (16, 32), "tsecr": (48, 32)})}
IP_OPTIONS = {"rr": (7, {"length": (8, 8), "ptr": (16, 8), "addr": (24, 32)}),
              "lsrr": (131, {"ptr": (16, 8), "addr": (24, 32)}),
              "ssrr": (137, {"ptr": (16, 8), "addr": (24, 32)}),
              "ra": (148, {"length": (8, 8), "value": (16, 16)})}

SYMBOLS = {
    "tcp flags": {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32,
                  "ecn": 64, "cwr": 128},
    "icmp type": {"echo-reply": 0, "destination-unreachable": 3, "redirect": 5,
                  "echo-request": 8, "time-exceeded": 11, "parameter-problem": 12,
                  "timestamp-request": 13},
    "icmpv6 type": {"destination-unreachable": 1, "packet-too-big": 2,
                    "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128,
                    "echo-reply": 129, "nd-router-solicit": 133,
                    "nd-router-advert": 134, "nd-neighbor-solicit": 135,
                    "nd-neighbor-advert": 136},
    "ip dscp": {"cs0": 0, "cs1": 8, "af11": 10, "cs2": 16, "af21": 18, "cs3": 24,
                "cs4": 32, "cs5": 40, "ef": 46, "cs6": 48},
    "dccp type": {"request": 0, "response": 1, "data": 2, "ack": 3, "reset": 7},
    "meta pkttype": {"host": 0, "broadcast": 1, "multicast": 2},
}
SYMBOLS["ip6 dscp"] = SYMBOLS["ip dscp"]

HOOKS = ("prerouting", "input", "forward", "output", "postrouting")
DEVICES = ("dmy0", "dmy1", "dmyx2")
