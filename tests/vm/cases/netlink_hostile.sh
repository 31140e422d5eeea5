#!/bin/bash
# Messages that no program should send: attributes missing, doubled, truncated,
# nested wrongly, of the wrong size or meaning, and bits that flip. Each is refused
# with words, and the kernel lives.
# once: they are refused by code of weir that is the same on each kernel
# timeout: 600
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

modprobe -a nf_conntrack weir_match_ct weir_match_limit weir_target_log weir_target_reject
from_python here <<'END'
import random
s = Sock()
with s.txn():
    s.table()
    s.table('t', IP)
    s.table('t', IP6)
    s.chain()
    s.chain('r')
    s.chain(family=IP)
    s.chain(family=IP6)
    rule = s.rule(udp_dport(9), counter(), accept())

def plugin(kind, name, *data):
    return item(kind, string(WEIR_A_ITEM_NAME, name),
                *([nest(WEIR_A_ITEM_DATA, *data)] if data else []))

def plugin_key(name, *data):
    return key(WEIR_KEY_TYPE_PLUGIN, string(WEIR_A_KEY_NAME, name), nest(WEIR_A_KEY_DATA, *data))

limit = plugin(WEIR_ITEM_TYPE_MATCH, 'limit', u64(WEIR_A_LIMIT_RATE, 5),
               u64(WEIR_A_LIMIT_UNIT, 60), u32(WEIR_A_LIMIT_BURST, 5),
               u32(WEIR_A_LIMIT_TYPE, WEIR_LIMIT_TYPE_PACKETS))
log = plugin(WEIR_ITEM_TYPE_TARGET, 'log', string(WEIR_A_LOG_PREFIX, 'x '))
ct_state = plugin_key('ct', u32(WEIR_A_CT_KEY, WEIR_CT_KEY_STATE))
set_mark = item(WEIR_ITEM_TYPE_SET, meta(WEIR_META_MARK), raw(WEIR_A_ITEM_VALUE, bytes(4)))
op = nest(WEIR_A_ITEM_OP, u32(WEIR_A_OP_TYPE, WEIR_OP_AND), raw(WEIR_A_OP_VALUE, b'\xff\xff'))
full = [udp_dport(9),
        item(WEIR_ITEM_TYPE_COND, payload(WEIR_HEADER_TCP, 16, 16), op,
             u32(WEIR_A_ITEM_REL, WEIR_REL_NE), raw(WEIR_A_ITEM_VALUE, b'\0\x50')),
        ranges(meta(WEIR_META_LENGTH), struct.pack('>6I', 1, 2, 9, 9, 5, 7)),
        cond(ct_state, struct.pack('>I', WEIR_CT_STATE_NEW), WEIR_REL_ANY), limit,
        set_mark, counter(1, 2), log, jump('r')]

# What is right is accepted, or the refusals below would prove nothing.
with s.txn():
    s.rule(*full, string(WEIR_A_RULE_COMMENT, 'full'))
ok('a rule with everything in it', True)
equal('lists with all its items', len(full), len(s.rules()[-1].all(WEIR_A_RULE_ITEM)))

def attempt(cmd, *attrs, flags=ACK):
    """Send one change in a transaction of its own that is never committed."""
    s.begin()
    try:
        s.ask(cmd, *attrs, flags=flags)
    finally:
        s.abort()

messages = {
    'table-new': (WEIR_CMD_TABLE_NEW, [*in_table('n'), u32(WEIR_A_TABLE_FLAGS, 0),
                                       string(WEIR_A_TABLE_COMMENT, 'c')]),
    'table-del': (WEIR_CMD_TABLE_DEL, [*in_table()]),
    'chain-new': (WEIR_CMD_CHAIN_NEW, [*in_chain(), string(WEIR_A_CHAIN_NAME, 'n'),
                                       base(WEIR_HOOK_INPUT, 0, WEIR_VERDICT_DROP),
                                       string(WEIR_A_CHAIN_COMMENT, 'c')]),
    'chain-del': (WEIR_CMD_CHAIN_DEL, [*in_chain(), string(WEIR_A_CHAIN_NAME, 'c')]),
    'rule-new': (WEIR_CMD_RULE_NEW, [*in_rule(), string(WEIR_A_RULE_COMMENT, 'c'), *full]),
    'rule-del': (WEIR_CMD_RULE_DEL, [*in_rule(), u64(WEIR_A_RULE_HANDLE, rule)]),
}
for name, (cmd, attrs) in messages.items():
    attempt(cmd, *attrs)
    ok(f'{name}: as it should be', True)
    items = name == 'rule-new'
    for each in attrs:
        kind, = struct.unpack_from('H', each, 2)
        if not (items and kind & 0x3fff == WEIR_A_RULE_ITEM):
            refused(f'{name}: attribute {kind & 0x3fff} twice', errno.EINVAL, 'twice',
                         attempt, cmd, *attrs, each)
        size, = struct.unpack_from('H', each)
        if size > 5:
            # The last bytes of a nest may be padding.
            less = 4 if kind & NESTED else 1
            cut = struct.pack('HH', size - less, kind) + each[4:size - less]
            refused(f'{name}: attribute {kind & 0x3fff} cut off', errno.EINVAL, '.', attempt,
                    cmd, *[x for x in attrs if x is not each], cut + bytes(-len(cut) % 4))
        turned = struct.pack('HH', size, kind ^ NESTED) + each[4:]
        refused(f'{name}: attribute {kind & 0x3fff} with the wrong nested flag', errno.EINVAL,
                'NLA_F_NESTED', attempt, cmd, *[x for x in attrs if x is not each], turned)
    refused(f'{name}: an unknown attribute', errno.EINVAL, 'nknown attribute', attempt, cmd,
            *attrs, u32(200, 1))
    refused(f'{name}: an attribute that is for answers', errno.EINVAL, 'nsupported attribute',
            attempt, cmd, *attrs, u32(WEIR_A_RULE_EVENT if 'rule' in name else
                                      WEIR_A_CHAIN_EVENT if 'chain' in name else
                                      WEIR_A_TABLE_EVENT, 0))
    refused(f'{name}: bytes left over', errno.EINVAL, '.', attempt, cmd, *attrs, b'\1\2')
    refused(f'{name}: an attribute longer than the message', errno.EINVAL, '.', attempt, cmd,
            *attrs, struct.pack('HH', 400, 1))
    refused(f'{name}: a reserved field', errno.EINVAL, 'reserved', lambda: [
        s.begin(), s.ask(cmd, *attrs, reserved=1)])
    s.abort()
for name, needed in (('table-new', 2), ('chain-new', 3), ('chain-del', 3), ('rule-new', 3),
                     ('rule-del', 2)):
    cmd, attrs = messages[name]
    for i in range(needed):
        refused(f'{name}: without attribute {i + 1}', errno.EINVAL, 'missing|by name or by handle',
                attempt, cmd, *(attrs[:i] + attrs[i + 1:]))
refused('a command that is none', errno.EOPNOTSUPP, '', attempt, 99)
refused('a command that is an event', errno.EOPNOTSUPP, '', attempt, WEIR_CMD_RULE_NTF)

# Items
def bad(name, error, said, *items, family=INET):
    no = refused(name, error, said, attempt, WEIR_CMD_RULE_NEW, *in_rule(family=family), *items)
    ok(f'{name}: the attribute is named', no and no.offset > 0)

port = payload(WEIR_HEADER_UDP, 16, 16)
refused('no items', errno.EINVAL, 'the rule is empty', attempt, WEIR_CMD_RULE_NEW, *in_rule())
bad('an item without type', errno.EINVAL, 'no type', nest(WEIR_A_RULE_ITEM))
bad('a type of item that is none', errno.ERANGE, '.', item(WEIR_ITEM_TYPE_OBJECT + 1))
bad('an item with what it has no use for', errno.EINVAL, 'no meaning here',
    item(WEIR_ITEM_TYPE_COUNTER, u32(WEIR_A_ITEM_VERDICT, 0)))
bad('a condition without key', errno.EINVAL, 'a key',
    item(WEIR_ITEM_TYPE_COND, u32(WEIR_A_ITEM_REL, 0), raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('a condition without relation', errno.EINVAL, 'a relation',
    item(WEIR_ITEM_TYPE_COND, port, raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('a condition without value', errno.EINVAL, 'a value and no ranges',
    item(WEIR_ITEM_TYPE_COND, port, u32(WEIR_A_ITEM_REL, 0)))
bad('a relation that is none', errno.ERANGE, '.', cond(port, b'xx', 77))
bad('a value that is too short', errno.EINVAL, '1 bytes where the key has 16', cond(port, b'x'))
bad('a value that is too long', errno.EINVAL, '3 bytes', cond(port, b'xxx'))
bad('a value of 17 bytes', errno.ERANGE, '.', cond(port, bytes(17)))
bad('a value with too many bits', errno.ERANGE, 'more than the 4 bits',
    cond(payload(WEIR_HEADER_IP, 4, 4), b'\x10'))
bad('ranges and a value', errno.EINVAL, 'ranges and no value',
    item(WEIR_ITEM_TYPE_COND, port, u32(WEIR_A_ITEM_REL, WEIR_REL_IN),
         raw(WEIR_A_ITEM_VALUE, b'xx'), raw(WEIR_A_ITEM_RANGES, b'aabb')))
bad('no ranges', errno.EINVAL, 'pairs of 2 bytes', ranges(port, b''))
bad('half a range', errno.EINVAL, 'pairs of 2 bytes', ranges(port, b'aabbcc'))
bad('a range backwards', errno.EINVAL, 'range 1 ends before', ranges(port, b'aaaabbaa'))
bad('a range with too many bits', errno.ERANGE, 'range 0 has more than the 4 bits',
    ranges(payload(WEIR_HEADER_IP, 4, 4), b'\0\x10'))
bad('ranges that follow nothing', errno.EINVAL, 'ranges follow', elems(b'aabb'))
bad('ranges that follow a value', errno.EINVAL, 'ranges follow', udp_dport(1), elems(b'aabb'))
bad('nine operations', errno.E2BIG, 'at most 8', item(
    WEIR_ITEM_TYPE_COND, port, *[op] * 9, u32(WEIR_A_ITEM_REL, 0), raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('a shift by the whole key', errno.ERANGE, 'cannot be shifted so far', item(
    WEIR_ITEM_TYPE_COND, port,
    nest(WEIR_A_ITEM_OP, u32(WEIR_A_OP_TYPE, WEIR_OP_LSHIFT), raw(WEIR_A_OP_VALUE, b'\0\x10')),
    u32(WEIR_A_ITEM_REL, 0), raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('an operation without value', errno.EINVAL, 'a type and a value', item(
    WEIR_ITEM_TYPE_COND, port, nest(WEIR_A_ITEM_OP, u32(WEIR_A_OP_TYPE, 0)),
    u32(WEIR_A_ITEM_REL, 0), raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('a key twice', errno.EINVAL, 'twice', item(
    WEIR_ITEM_TYPE_COND, port, port, u32(WEIR_A_ITEM_REL, 0), raw(WEIR_A_ITEM_VALUE, b'xx')))
bad('a verdict without verdict', errno.EINVAL, 'missing', item(WEIR_ITEM_TYPE_VERDICT))
bad('a jump to nowhere', errno.EINVAL, 'leads to a chain', verdict(WEIR_VERDICT_JUMP))
bad('an accept that leads somewhere', errno.EINVAL, 'leads to no chain',
    verdict(WEIR_VERDICT_ACCEPT, 'r'))
bad('an item behind a verdict', errno.EINVAL, 'nothing can follow', accept(), counter())
bad('ranges behind a verdict', errno.EINVAL, 'nothing can follow', accept(), elems(b'aabb'))
bad('a counter with half a number', errno.EINVAL, '.', item(
    WEIR_ITEM_TYPE_COUNTER, u32(WEIR_A_ITEM_PACKETS, 1)))

# Keys
def bad_key(name, error, said, what, size=2, **kwargs):
    bad(name, error, said, cond(what, bytes(size)), **kwargs)

bad_key('a key without type', errno.EINVAL, 'no type', nest(WEIR_A_ITEM_KEY))
bad_key('a key of no header', errno.EINVAL, 'no header', key(WEIR_KEY_TYPE_PAYLOAD))
bad_key('a key without length', errno.EINVAL, 'no length',
        key(WEIR_KEY_TYPE_PAYLOAD, u32(WEIR_A_KEY_HEADER, WEIR_HEADER_UDP)))
bad_key('a key of 0 bits', errno.ERANGE, 'from 1 to 128', payload(WEIR_HEADER_NH, 0, 0))
bad_key('a key of 129 bits', errno.ERANGE, 'from 1 to 128', payload(WEIR_HEADER_NH, 0, 129))
bad_key('a key of 2^32 - 1 bits', errno.ERANGE, 'from 1 to 128',
        payload(WEIR_HEADER_NH, 0, 0xffffffff))
bad_key('a key behind its header', errno.ERANGE, 'ends behind the 8 bytes that a UDP',
        payload(WEIR_HEADER_UDP, 56, 16))
bad_key('a key at 2^32 - 1', errno.ERANGE, 'ends behind', payload(WEIR_HEADER_TH, 0xffffffff, 16))
bad_key('IPv6 in a table ip', errno.EOPNOTSUPP,
        'an IPv6 header never occurs in a table of family ip', payload(WEIR_HEADER_IP6, 0, 16),
        family=IP)
bad_key('IPv4 in a table ip6', errno.EOPNOTSUPP, 'an IPv4 header never occurs',
        payload(WEIR_HEADER_IP, 0, 16), family=IP6)
bad_key('ARP', errno.EOPNOTSUPP, 'an ARP header never occurs', payload(WEIR_HEADER_ARP, 0, 16))
bad_key('an option that is not named', errno.EINVAL, 'named by its number',
        payload(WEIR_HEADER_TCP_OPT, 0, 16))
bad_key('an option of a header that has none', errno.EINVAL, 'no number',
        payload(WEIR_HEADER_UDP, 0, 16, u8(WEIR_A_KEY_OPTION, 1)))
bad_key('a header that is none', errno.ERANGE, '.', payload(22, 0, 16))
bad_key('a meta key that is not named', errno.EINVAL, 'does not say which', key(WEIR_KEY_TYPE_META))
bad_key('a meta key of another length', errno.EINVAL, 'this key has 32 bits',
        key(WEIR_KEY_TYPE_META, u32(WEIR_A_KEY_META, WEIR_META_MARK), u32(WEIR_A_KEY_LEN, 16)))
bad_key('a meta key that is only written', errno.EOPNOTSUPP, 'only be written',
        meta(WEIR_META_NFTRACE), 1)
bad_key('a meta key with an offset', errno.EINVAL, 'no meaning here',
        key(WEIR_KEY_TYPE_META, u32(WEIR_A_KEY_META, 0), u32(WEIR_A_KEY_OFFSET, 0)))
bad_key('a plug-in that is none', errno.ENOENT, 'no plug-in nonesuch',
        plugin_key('nonesuch', u32(1, 1)))
bad_key('a plug-in that wants to be a path', errno.ENOENT, 'no plug-in', plugin_key('../x'))
bad_key('a plug-in that has no value', errno.EOPNOTSUPP, 'no value to compare',
        key(WEIR_KEY_TYPE_PLUGIN, string(WEIR_A_KEY_NAME, 'limit'),
            nest(WEIR_A_KEY_DATA, *[raw(k, d) for k, d in parse(dict(parse(limit[4:]))[
                WEIR_A_ITEM_DATA])])))
bad('a key that is no match', errno.EOPNOTSUPP, 'needs a value',
    plugin(WEIR_ITEM_TYPE_MATCH, 'ct', u32(WEIR_A_CT_KEY, 0)))
bad('a plug-in without name', errno.EINVAL, 'does not name', item(WEIR_ITEM_TYPE_MATCH))
bad('a plug-in\'s attribute twice', errno.EINVAL, 'twice',
    plugin(WEIR_ITEM_TYPE_TARGET, 'log', string(WEIR_A_LOG_PREFIX, 'x'),
           string(WEIR_A_LOG_PREFIX, 'y')))
bad('a plug-in\'s unknown attribute', errno.EINVAL, '.',
    plugin(WEIR_ITEM_TYPE_TARGET, 'log', u32(99, 1)))

# Sets
bad('a set of nothing', errno.EINVAL, "either a value, a source or a map",
    item(WEIR_ITEM_TYPE_SET, meta(WEIR_META_MARK)))
bad('a set of two things', errno.EINVAL, "either a value, a source or a map",
    item(WEIR_ITEM_TYPE_SET, meta(WEIR_META_MARK), meta(WEIR_META_MARK, at=WEIR_A_ITEM_SOURCE),
         raw(WEIR_A_ITEM_VALUE, bytes(4))))
for name, what in (('the length', meta(WEIR_META_LENGTH)), ('ct state', ct_state),
                   ('an option', payload(WEIR_HEADER_TCP_OPT, 0, 16, u8(WEIR_A_KEY_OPTION, 2))),
                   ('that a header is there', key(WEIR_KEY_TYPE_EXISTS,
                                                  u32(WEIR_A_KEY_HEADER, WEIR_HEADER_TCP)))):
    bad(f'write {name}', errno.EOPNOTSUPP, 'cannot be written',
        item(WEIR_ITEM_TYPE_SET, what, raw(WEIR_A_ITEM_VALUE, bytes(4))))
bad('a source that is too wide', errno.ERANGE, 'the source has 32 bits and the key has 8',
    item(WEIR_ITEM_TYPE_SET, meta(WEIR_META_PKTTYPE), meta(WEIR_META_MARK, at=WEIR_A_ITEM_SOURCE)))
bad('operations on a value', errno.EINVAL, 'for its source',
    item(WEIR_ITEM_TYPE_SET, meta(WEIR_META_MARK), op, raw(WEIR_A_ITEM_VALUE, bytes(4))))

# Too much
def parts(chunks):
    s.begin()
    cmd, head = WEIR_CMD_RULE_NEW, in_rule()
    for i, chunk in enumerate(chunks):
        more = [flag(WEIR_A_RULE_MORE)] if i + 1 < len(chunks) else []
        s.ask(cmd, *head, *chunk, *more)
        cmd, head = WEIR_CMD_RULE_PART, []
count = counter()
parts([[count] * 512] * 8)
s.abort()
ok('4096 items', True)
refused('4097 items', errno.E2BIG, 'at most 4096', parts, [[count] * 512] * 8 + [[count]])
s.abort()
wide = struct.pack('>2I', 1, 2) * 8000
many = [[ranges(meta(WEIR_META_MARK), wide)]] + [[elems(wide)]] * 131
refused('more than 2^20 ranges', errno.E2BIG, 'at most 1048576 ranges', parts, many)
s.abort()
refused('a part of nothing', errno.EINVAL, 'no rule is waiting', attempt, WEIR_CMD_RULE_PART, count)
s.begin()
s.ask(WEIR_CMD_RULE_NEW, *in_rule(), count, flag(WEIR_A_RULE_MORE))
refused('another message in the middle of a rule', errno.EINVAL, 'the rest of the rule', s.rule, count)
s.abort()
s.begin()
s.ask(WEIR_CMD_RULE_NEW, *in_rule(), count, flag(WEIR_A_RULE_MORE))
refused('a commit in the middle of a rule', errno.EINVAL, 'the rest of the rule', s.commit)
equal('nothing of all that is there', 2, len(s.rules()))

# Lists
for cmd in WEIR_CMD_TABLE_GET, WEIR_CMD_CHAIN_GET, WEIR_CMD_RULE_GET, WEIR_CMD_RULE_RESET:
    refused(f'list {cmd}: no such table', errno.ENOENT, 'no such', s.dump, cmd,
            u8(1, INET), string(2, 'nonesuch'))
    refused(f'list {cmd}: a name without family', errno.EINVAL, 'missing', s.dump, cmd, string(2, 't'))
    refused(f'list {cmd}: an attribute twice', errno.EINVAL, 'twice', s.dump, cmd,
            u8(1, INET), u8(1, INET), string(2, 't'))
refused('list the rules of no chain', errno.ENOENT, 'no such', s.dump, WEIR_CMD_RULE_GET,
        *in_rule('nonesuch'))
refused('list no rule', errno.ENOENT, 'no such', s.dump, WEIR_CMD_RULE_GET, *in_rule(),
        u64(WEIR_A_RULE_HANDLE, 999))

# Bits that flip
before = [sorted(m.attrs) for m in s.rules()]
dice = random.Random(2)
crossed = 0
for turn in range(3000):
    name = dice.choice(list(messages))
    cmd, attrs = messages[name]
    if dice.random() < .5 and name == 'rule-new':
        attrs = attrs[:3] + dice.sample(full, 3)
    message = bytearray(s.message(cmd, *attrs))
    for _ in range(dice.choice((1, 1, 2, 8))):
        message[dice.randrange(20, len(message))] ^= 1 << dice.randrange(8)
    if turn % 50 == 0:
        s.begin()
    s.send(bytes(message))
    for answer in s.receive():
        if isinstance(answer, Refused):
            crossed += 1
            s.abort()
            s.begin()
    if turn % 50 == 49:
        s.abort()
ok('3000 messages with bits that flipped', crossed > 1000, crossed)
equal('leave the ruleset as it was', before, [sorted(m.attrs) for m in s.rules()])
s.flush()
END

rmmod weir_match_ct weir_match_limit weir_target_log weir_target_reject
check "nothing is left that holds the module" rmmod weir
