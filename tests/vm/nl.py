# SPDX-License-Identifier: GPL-2.0
"""A raw generic netlink client for weir, for messages that libweir never sends.

Numbers come from uapi/linux/weir.h. Attributes are bytes, made by the functions
named after the types, so that a test can put them together wrongly.

Used by the cases netlink_*.sh: `from nl import *`, then `ok(NAME, CONDITION)` and
`refused(NAME, ERRNO, TEXT, FUNCTION, ...)` for each check.
"""
import contextlib
import errno
import os
import re
import socket
import struct
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def _constants(path):
    """The enums and numbers of a UAPI header."""
    text = re.sub(r'/\*.*?\*/', '', open(path).read(), flags=re.S)
    names = {}
    for name, value in re.findall(r'^#define (WEIR_\w+)\s+(\d+)$', text, flags=re.M):
        names[name] = int(value)
    for body in re.findall(r'enum \w+ \{(.*?)\}', text, flags=re.S):
        value = -1
        for entry in filter(None, map(str.strip, body.split(','))):
            name, _, given = map(str.strip, entry.partition('='))
            # pylint: disable-next=eval-used
            value = eval(given, {}, names) if given else value + 1
            names[name] = value
    return names


globals().update(_constants(os.path.join(TOP, 'uapi', 'linux', 'weir.h')))

NETLINK_GENERIC, SOL_NETLINK = 16, 270
NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 1, 10, 11
REQUEST, MULTI, ACK, ECHO, DUMP_INTR = 1, 2, 4, 8, 0x10
DUMP, EXCL, CREATE = 0x300, 0x200, 0x400
NESTED = 0x8000
ERESTART = 85
IP, IP6, INET = 2, 10, 1


# Attributes

def raw(kind, data=b''):
    data = struct.pack('HH', len(data) + 4, kind) + data
    return data + bytes(-len(data) % 4)


flag = raw


def u8(kind, value):
    return raw(kind, struct.pack('B', value))


def u16(kind, value):
    return raw(kind, struct.pack('H', value))


def u32(kind, value):
    return raw(kind, struct.pack('I', value))


def s32(kind, value):
    return raw(kind, struct.pack('i', value))


def u64(kind, value):
    return raw(kind, struct.pack('Q', value))


def string(kind, value):
    return raw(kind, value.encode() + b'\0')


def nest(kind, *attrs):
    return raw(kind | NESTED, b''.join(attrs))


def parse(data):
    """A list of (kind, payload)."""
    attrs = []
    while len(data) >= 4:
        size, kind = struct.unpack_from('HH', data)
        attrs.append((kind & 0x3fff, data[4:size]))
        data = data[size + 3 & ~3:]
    return attrs


def number(data):
    return int.from_bytes(data, sys.byteorder)


def text(data):
    return data.rstrip(b'\0').decode(errors='replace')


class Refused(Exception):
    """The kernel said no."""
    def __init__(self, error, said, offset):
        super().__init__(f'{errno.errorcode.get(error, error)}: {said}')
        self.errno, self.text, self.offset = error, said, offset


class Message:
    """What came from the kernel: a command and its attributes."""
    def __init__(self, cmd, attrs, flags):
        self.cmd, self.attrs, self.flags = cmd, parse(attrs), flags

    def get(self, kind, read=number, default=None):
        for key, data in self.attrs:
            if key == kind:
                return read(data)
        return default

    def all(self, kind):
        return [data for key, data in self.attrs if key == kind]


class Sock:
    """A socket: a writer."""
    def __init__(self, group=False, rcvbuf=None):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.settimeout(20)
        if rcvbuf:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.seq = 0
        self.family = 16
        # nlctrl: getfamily by name
        info = self.ask(3, string(2, 'weir'))[0]
        self.family = info.get(1)
        if group:
            first = parse(parse(info.get(7, bytes))[0][1])
            ident = next(number(data) for kind, data in first if kind == 2)
            self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, ident)

    def close(self):
        self.sock.close()

    def message(self, cmd, *attrs, flags=ACK, reserved=0):
        self.seq += 1
        body = struct.pack('BBH', cmd, 1, reserved) + b''.join(attrs)
        return struct.pack('IHHII', 16 + len(body), self.family, REQUEST | flags, self.seq,
                           0) + body

    def send(self, *messages):
        self.sock.send(b''.join(m + bytes(-len(m) % 4) for m in messages))

    def receive(self):
        """One datagram: a list of Message, Refused or None for an acknowledgement."""
        data, found = self.sock.recv(1 << 20), []
        while len(data) >= 16:
            size, kind, flags, _, _ = struct.unpack_from('IHHII', data)
            body = data[16:size]
            data = data[size + 3 & ~3:]
            if kind == 2:
                found.append(self._error(body, flags))
            elif kind == 3:
                code, = struct.unpack_from('i', body)
                said = dict(parse(body[4:])).get(1, b'') if flags & 0x200 else b''
                found.append(Refused(-code, text(said), 0) if code else
                             Message('done', b'', flags))
            else:
                found.append(Message(body[0], body[4:], flags))
        return found

    @staticmethod
    def _error(body, flags):
        code, size = struct.unpack_from('iI', body)
        said, offset = '', 0
        if flags & 0x200:
            skip = 20 if flags & 0x100 else 4 + (size + 3 & ~3)
            for kind, data in parse(body[skip:]):
                if kind == 1:
                    said = text(data)
                elif kind == 2:
                    offset = number(data)
        return Refused(-code, said, offset) if code else None

    def ask(self, cmd, *attrs, flags=ACK, reserved=0):
        """Send a request and wait for its end; the answers, or Refused is raised."""
        self.send(self.message(cmd, *attrs, flags=flags, reserved=reserved))
        answers = []
        while True:
            for item in self.receive():
                if isinstance(item, Refused):
                    raise item
                if item is None:
                    return answers
                if item.cmd == 'done':
                    self.interrupted = bool(item.flags & DUMP_INTR) or any(
                        a.flags & DUMP_INTR for a in answers)
                    return answers
                answers.append(item)

    def dump(self, cmd, *attrs):
        return self.ask(cmd, *attrs, flags=DUMP)

    def tell(self, cmd, *attrs, flags=0):
        """Send without asking for an answer."""
        self.send(self.message(cmd, *attrs, flags=flags))

    def silent(self, seconds=0.3):
        """Whether nothing is waiting to be read."""
        self.sock.settimeout(seconds)
        try:
            self.sock.recv(1 << 20, socket.MSG_PEEK)
            return False
        except (TimeoutError, BlockingIOError):
            return True
        finally:
            self.sock.settimeout(20)

    # What most tests need

    def begin(self, gen=None):
        return self.ask(WEIR_CMD_TXN_BEGIN, *([u64(WEIR_A_TXN_GEN, gen)] if gen else []))

    def commit(self, check=False):
        attrs = [flag(WEIR_A_TXN_CHECK)] if check else []
        return self.ask(WEIR_CMD_TXN_COMMIT, *attrs)[0].get(WEIR_A_TXN_GEN)

    def abort(self):
        self.ask(WEIR_CMD_TXN_ABORT)

    def status(self):
        return self.ask(WEIR_CMD_GEN_GET)[0]

    def gen(self):
        return self.status().get(WEIR_A_TXN_GEN)

    @contextlib.contextmanager
    def txn(self):
        self.begin()
        try:
            yield
            self.commit()
        except BaseException:
            self.abort()
            raise

    def table(self, name='t', family=INET, *more, flags=0):
        self.ask(WEIR_CMD_TABLE_NEW, *in_table(name, family), *more, flags=ACK | flags)

    def chain(self, name='c', *more, table='t', family=INET, flags=0):
        self.ask(WEIR_CMD_CHAIN_NEW, *in_chain(table, family), string(WEIR_A_CHAIN_NAME, name),
                 *more, flags=ACK | flags)

    def rule(self, *more, chain='c', table='t', family=INET):
        """Add a rule and return its handle."""
        answer = self.ask(WEIR_CMD_RULE_NEW, *in_rule(chain, table, family), *more,
                          flags=ACK | ECHO)
        return answer[0].get(WEIR_A_RULE_HANDLE) if answer else None

    def set(self, name='s', *more, lens=(32,), kind=0, table='t', family=INET, flags=0):
        """Declare a set whose flags are @kind."""
        self.ask(WEIR_CMD_SET_NEW, *in_set(name, table, family), u32(WEIR_A_SET_FLAGS, kind),
                 raw(WEIR_A_SET_KEY_LENS, bytes(lens)), *more, flags=ACK | flags)

    def add(self, *attrs, name='s', table='t', family=INET, flags=0):
        """Add elements: attributes, or keys that become one attribute with records."""
        self.ask(WEIR_CMD_ELEM_NEW, *in_elems(name, table, family), *packed(attrs),
                 flags=ACK | flags)

    def remove(self, *attrs, name='s', table='t', family=INET):
        """Delete elements, or all."""
        self.ask(WEIR_CMD_ELEM_DEL, *in_elems(name, table, family), *packed(attrs))

    def test(self, *attrs, name='s', table='t', family=INET, key=4, data=0):
        """The elements that decide about keys."""
        return elements(self.ask(WEIR_CMD_ELEM_TEST, *in_elems(name, table, family),
                                 *packed(attrs)), key, data)

    def elems(self, name='s', table='t', family=INET, key=4, data=0, cmd=None):
        """All elements, sorted by key."""
        found = elements(self.dump(cmd or WEIR_CMD_ELEM_GET, *in_elems(name, table, family)),
                         key, data)
        return sorted(found, key=lambda e: (e.get('key', b''), e.get('to', b'')))

    def keys(self, name='s', **where):
        return [e.get('key') for e in self.elems(name, **where)]

    def sets(self, *attrs):
        return {m.get(WEIR_A_SET_NAME, text): m for m in self.dump(WEIR_CMD_SET_GET, *attrs)}

    def flush(self):
        with self.txn():
            self.ask(WEIR_CMD_TABLE_DEL)

    def tables(self):
        return [m.get(WEIR_A_TABLE_NAME, text) for m in self.dump(WEIR_CMD_TABLE_GET)]

    def chains(self):
        return [m.get(WEIR_A_CHAIN_NAME, text) for m in self.dump(WEIR_CMD_CHAIN_GET)]

    def rules(self, *attrs, cmd=None):
        """All rules, parts put together, as Message."""
        rules = []
        for part in self.dump(cmd or WEIR_CMD_RULE_GET, *attrs):
            if part.cmd == WEIR_CMD_RULE_PART:
                rules[-1].attrs += part.attrs
            else:
                rules.append(part)
        return rules

    def handles(self, *attrs):
        return [m.get(WEIR_A_RULE_HANDLE) for m in self.rules(*attrs)]


def in_table(name='t', family=INET):
    return [u8(WEIR_A_TABLE_FAMILY, family), string(WEIR_A_TABLE_NAME, name)]


def in_chain(table='t', family=INET):
    return [u8(WEIR_A_CHAIN_FAMILY, family), string(WEIR_A_CHAIN_TABLE, table)]


def in_rule(chain='c', table='t', family=INET):
    return [u8(WEIR_A_RULE_FAMILY, family), string(WEIR_A_RULE_TABLE, table),
            string(WEIR_A_RULE_CHAIN, chain)]


def in_set(name='s', table='t', family=INET):
    return [u8(WEIR_A_SET_FAMILY, family), string(WEIR_A_SET_TABLE, table),
            string(WEIR_A_SET_NAME, name)]


def in_elems(name='s', table='t', family=INET):
    return [u8(WEIR_A_ELEMS_FAMILY, family), string(WEIR_A_ELEMS_TABLE, table),
            string(WEIR_A_ELEMS_SET, name)]


# Elements

def records(*data, columns=0):
    """Records that have @columns behind the key."""
    return ([u32(WEIR_A_ELEMS_COLUMNS, columns)] if columns else []) + [
        raw(WEIR_A_ELEMS_PACKED, b''.join(data))]


def packed(attrs):
    """Attributes as they are; plain keys as one attribute."""
    if attrs and all(isinstance(a, Key) for a in attrs):
        return records(*attrs)
    return [a for attr in attrs for a in (attr if isinstance(attr, list) else [attr])]


class Key(bytes):
    """The key of an element, which is no attribute."""


def n32(value):
    """A key of 32 bits."""
    return Key(struct.pack('>I', value))


def elem(key=None, *more, kinds=WEIR_A_ELEMS_ELEM):
    return nest(kinds, *([raw(WEIR_A_ELEM_KEY, key)] if key is not None else []), *more)


def catchall(*more):
    return elem(None, u32(WEIR_A_ELEM_FLAGS, WEIR_ELEM_FLAGS_CATCHALL), *more)


COLUMNS = ((WEIR_ELEM_COLUMNS_TO, 'to'), (WEIR_ELEM_COLUMNS_FLAGS, 'flags'),
           (WEIR_ELEM_COLUMNS_TIMEOUT, 'timeout'), (WEIR_ELEM_COLUMNS_EXPIRES, 'expires'),
           (WEIR_ELEM_COLUMNS_COUNTER, 'counter'), (WEIR_ELEM_COLUMNS_DATA, 'data'))


def _record(data, columns, key, value):
    sizes = {'to': key, 'flags': 1, 'timeout': 8, 'expires': 8, 'counter': 16, 'data': value}
    found, at = {'key': data[:key]}, key
    for bit, name in COLUMNS:
        if columns & bit:
            found[name], at = data[at:at + sizes[name]], at + sizes[name]
    for name in ('flags', 'timeout', 'expires'):
        if name in found:
            found[name] = int.from_bytes(found[name], 'big')
    if 'counter' in found:
        found['counter'] = struct.unpack('>2Q', found['counter'])
    return found, at


def _nest(data):
    reads = {WEIR_A_ELEM_KEY: ('key', bytes), WEIR_A_ELEM_TO: ('to', bytes),
             WEIR_A_ELEM_FLAGS: ('flags', number), WEIR_A_ELEM_TIMEOUT: ('timeout', number),
             WEIR_A_ELEM_EXPIRES: ('expires', number), WEIR_A_ELEM_DATA: ('data', bytes),
             WEIR_A_ELEM_VERDICT: ('verdict', number), WEIR_A_ELEM_CHAIN: ('chain', text),
             WEIR_A_ELEM_OBJECT: ('object', text), WEIR_A_ELEM_COMMENT: ('comment', text)}
    found = {}
    for kind, value in parse(data):
        if kind in reads:
            found[reads[kind][0]] = reads[kind][1](value)
        elif kind == WEIR_A_ELEM_STMT:
            stmt = dict(parse(value))
            if number(stmt[WEIR_A_STMT_TYPE]) == WEIR_STMT_TYPE_COUNTER:
                found['counter'] = (number(stmt[WEIR_A_STMT_PACKETS]),
                                    number(stmt[WEIR_A_STMT_BYTES]))
            else:
                found.setdefault('stmts', []).append(text(stmt[WEIR_A_STMT_NAME]))
    return found


def elements(messages, key, data=0):
    """Dictionaries of what the elements in messages have."""
    found = []
    for message in messages:
        columns = message.get(WEIR_A_ELEMS_COLUMNS, default=0)
        for run in message.all(WEIR_A_ELEMS_PACKED):
            at = 0
            while at < len(run):
                one, size = _record(run[at:], columns, key, data)
                found.append(one)
                at += size
        found += [_nest(one) for one in message.all(WEIR_A_ELEMS_ELEM)]
    return found


def base(hook=None, priority=0, policy=None):
    attrs = []
    if hook is not None:
        attrs += [u32(WEIR_A_BASE_HOOK, hook), s32(WEIR_A_BASE_PRIORITY, priority)]
    if policy is not None:
        attrs.append(u32(WEIR_A_BASE_POLICY, policy))
    return nest(WEIR_A_CHAIN_BASE, *attrs)


# Items

def item(kind, *attrs):
    return nest(WEIR_A_RULE_ITEM, u32(WEIR_A_ITEM_TYPE, kind), *attrs)


def key(kind, *attrs, at=None):
    return nest(at or WEIR_A_ITEM_KEY, u32(WEIR_A_KEY_TYPE, kind), *attrs)


def payload(header, offset, length, *more, at=None):
    return key(WEIR_KEY_TYPE_PAYLOAD, u32(WEIR_A_KEY_HEADER, header),
               u32(WEIR_A_KEY_OFFSET, offset), u32(WEIR_A_KEY_LEN, length), *more, at=at)


def meta(which, at=None):
    return key(WEIR_KEY_TYPE_META, u32(WEIR_A_KEY_META, which), at=at)


def cond(what, value, rel=None):
    return item(WEIR_ITEM_TYPE_COND, what, u32(WEIR_A_ITEM_REL, rel or WEIR_REL_EQ),
                raw(WEIR_A_ITEM_VALUE, value))


def ranges(what, data, rel=None):
    return item(WEIR_ITEM_TYPE_COND, what,
                u32(WEIR_A_ITEM_REL, WEIR_REL_IN if rel is None else rel),
                raw(WEIR_A_ITEM_RANGES, data))


def elems(data):
    return item(WEIR_ITEM_TYPE_ELEMS, raw(WEIR_A_ITEM_RANGES, data))


def verdict(what, chain=None):
    more = [string(WEIR_A_ITEM_CHAIN, chain)] if chain is not None else []
    return item(WEIR_ITEM_TYPE_VERDICT, u32(WEIR_A_ITEM_VERDICT, what), *more)


def jump(chain):
    return verdict(WEIR_VERDICT_JUMP, chain)


def accept():
    return verdict(WEIR_VERDICT_ACCEPT)


def drop():
    return verdict(WEIR_VERDICT_DROP)


def counter(packets=0, octets=0):
    return item(WEIR_ITEM_TYPE_COUNTER, u64(WEIR_A_ITEM_PACKETS, packets),
                u64(WEIR_A_ITEM_BYTES, octets))


def udp_dport(port):
    return cond(payload(WEIR_HEADER_UDP, 16, 16), struct.pack('>H', port))


def counters(rules):
    """(packets, bytes) of every counter."""
    found = []
    for rule in rules:
        for data in rule.all(WEIR_A_RULE_ITEM):
            attrs = dict(parse(data))
            if number(attrs[WEIR_A_ITEM_TYPE]) == WEIR_ITEM_TYPE_COUNTER:
                found.append((number(attrs[WEIR_A_ITEM_PACKETS]),
                              number(attrs[WEIR_A_ITEM_BYTES])))
    return found


# Checks, one line each, for from_python of netlink.sh

def ok(name, condition, *notes):
    print('ok' if condition else 'not ok', name, flush=True)
    if not condition:
        for remark in notes:
            print('#', remark, flush=True)


def equal(name, wanted, got):
    ok(name, wanted == got, f'wanted: {wanted}', f'got:    {got}')


def refused(name, error, said, function, *args, **kwargs):
    """The call must be refused with this errno and words that match @said."""
    try:
        function(*args, **kwargs)
    except Refused as no:
        ok(name, no.errno == error and re.search(said, no.text),
           f'wanted: {errno.errorcode.get(error, error)}: {said}', f'got:    {no}')
        return no
    ok(name, False, 'it was not refused')
    return None
