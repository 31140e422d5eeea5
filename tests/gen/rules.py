# SPDX-License-Identifier: GPL-2.0
"""Reads just enough of a rule set to draw packets from it: conditions on fields.

What it does not know it passes over; a packet drawn without it is only less
likely to match.
"""
import re
import socket

from fields import (DCCP, EXT, HEADERS, IP_OPTIONS, L4, SYMBOLS, TCP_OPTIONS)

TOKEN = re.compile(r'"[^"]*"|\{[^}]*\}|\([^)]*\)|[^\s,]+')
RELATIONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
META = {"iifname", "oifname", "iif", "oif", "iifgroup", "oifgroup", "mark", "length",
        "l4proto", "nfproto", "protocol", "pkttype", "priority", "iiftype", "oiftype"}


class Condition:
    """header, offset, bits: where; mask: int or None; relation; low..high values."""

    def __init__(self, header, offset, bits, name):
        self.header, self.offset, self.bits, self.name = header, offset, bits, name
        self.mask, self.relation, self.ranges = None, "eq", []


class Rule:
    def __init__(self, family, hooks):
        self.family, self.hooks, self.conditions = family, hooks, []


def value_of(word, name, bits):
    """One value or None."""
    symbols = SYMBOLS.get(name, {})
    word = word.strip().strip('"')
    if word in symbols:
        return symbols[word]
    if word in L4 and ("proto" in name or "nexthdr" in name):
        return L4[word]
    if "|" in word:
        parts = [value_of(part, name, bits) for part in word.strip("()").split("|")]
        return None if None in parts else sum(set(parts))
    try:
        if bits == 48 and word.count(":") == 5:
            return int(word.replace(":", ""), 16)
        if word.count(".") == 3:
            return int.from_bytes(socket.inet_aton(word), "big")
        if bits == 128 and ":" in word:
            return int.from_bytes(socket.inet_pton(socket.AF_INET6, word), "big")
        return int(word, 0)
    except (ValueError, OSError):
        return None


def ranges_of(text, name, bits):
    """[(low, high)] of a value, prefix, range or set."""
    text = text.strip()
    if text.startswith("{"):
        out = []
        for part in text.strip("{}").split(","):
            out += ranges_of(part, name, bits)
        return out
    one = value_of(text, name, bits)
    if one is not None:
        return [(one, one)]
    if "/" in text:
        base, length = text.rsplit("/", 1)
        base = value_of(base, name, bits)
        if base is None or not length.isdigit():
            return []
        span = bits - int(length)
        return [(base, base | (1 << span) - 1)]
    if "-" in text:
        low, high = (value_of(part, name, bits) for part in text.split("-", 1))
        if low is not None and high is not None:
            return [(low, high)]
    return []


def field_at(tokens, i):
    """(Condition, index behind it) where a field begins at tokens[i], else None."""
    word = tokens[i]
    ahead = tokens[i + 1] if i + 1 < len(tokens) else ""
    third = tokens[i + 2] if i + 2 < len(tokens) else ""
    fourth = tokens[i + 3] if i + 3 < len(tokens) else ""
    if word in ("tcp", "ip") and ahead == "option":
        table = TCP_OPTIONS if word == "tcp" else IP_OPTIONS
        header = "%s option %s" % (word, third)
        if third in table:
            if fourth in table[third][1]:
                offset, bits = table[third][1][fourth]
                return Condition(header, offset, bits, header + " " + fourth), i + 4
            condition = Condition(header, 0, 0, header)
            condition.relation = fourth
            return condition, i + 4
    if word == "exthdr" and ahead in EXT:
        condition = Condition(ahead, 0, 0, word)
        condition.relation = third
        return condition, i + 3
    raw = re.match(r"@(nh|th),(\d+),(\d+)$", word)
    if raw:
        return Condition(raw[1], int(raw[2]), int(raw[3]), word), i + 1
    if re.match(r"@(nh|th)$", word):
        return None
    if word == "meta" and ahead in META:
        return Condition("meta", 0, 32, "meta " + ahead), i + 2
    if word in META and word not in ("mark", "priority", "length", "protocol"):
        return Condition("meta", 0, 32, "meta " + word), i + 1
    if word in HEADERS and ahead in HEADERS[word]:
        offset, bits = HEADERS[word][ahead]
        return Condition(word, offset, bits, "%s %s" % (word, ahead)), i + 2
    return None


def conditions_of(line):
    # A raw key is one word though it has commas.
    line = re.sub(r"@(\w+),\s*(\d+),\s*(\d+)", r"@\1;\2;\3", line)
    tokens = [t.replace(";", ",") if t[0] == "@" else t for t in TOKEN.findall(line)]
    out, i = [], 0
    while i < len(tokens):
        found = field_at(tokens, i)
        if not found:
            i += 1
            continue
        condition, i = found
        if condition.relation in ("exists", "missing"):
            out.append(condition)
            continue
        if i < len(tokens) and tokens[i] == "set":
            i += 1
            continue
        if i + 1 < len(tokens) and tokens[i] == "&":
            condition.mask = value_of(tokens[i + 1].strip("()"), condition.name,
                                      condition.bits)
            i += 2
        if i < len(tokens) and tokens[i] in RELATIONS:
            condition.relation = RELATIONS[tokens[i]]
            i += 1
        if i < len(tokens):
            if condition.name in ("meta iifname", "meta oifname", "meta iif", "meta oif"):
                condition.ranges = [w.strip().strip('"')
                                    for w in tokens[i].strip("{}").split(",")]
            else:
                condition.ranges = ranges_of(tokens[i], condition.name, condition.bits)
            i += 1
        out.append(condition)
    return out


def read(text):
    """All rules of the file, in order."""
    rules, family, hooks, pending = [], "ip", [], []
    in_chain = False
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        start = re.match(r"table (?:(ip6?|inet) )?(\S+) \{", line)
        if start:
            family, hooks, pending = start[1] or "ip", [], []
        elif re.match(r"chain \S+ \{", line):
            in_chain = True
        elif line.startswith("type "):
            hook = re.search(r"hook (\w+)", line)[1]
            if hook not in hooks:
                hooks.append(hook)
        elif line == "}":
            if not in_chain:
                for rule in pending:  # a table ends: its hooks are known
                    rule.hooks = list(hooks)
                rules += [rule for rule in pending if rule.hooks]
            in_chain = False
        elif in_chain:
            rule = Rule(family, hooks)
            rule.conditions = conditions_of(line)
            pending.append(rule)
    return rules
