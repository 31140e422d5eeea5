#!/bin/bash
# Sets that rules ask: what packets meet while the elements change, the jump graph
# through verdict maps, and sets that move to another set module.
# once: the core's own bookkeeping, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
s = Sock()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
# Somebody listens, or ICMP would answer to 127.0.0.1.
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(('', 9))

def part(what):
    return nest(WEIR_A_LOOKUP_PART, what)
daddr = payload(WEIR_HEADER_IP, 128, 32, at=WEIR_A_PART_KEY)
dport = payload(WEIR_HEADER_UDP, 16, 16, at=WEIR_A_PART_KEY)
def lookup(what, name, kind=WEIR_ITEM_TYPE_LOOKUP):
    rel = [u32(WEIR_A_ITEM_REL, WEIR_REL_IN)] if kind == WEIR_ITEM_TYPE_LOOKUP else []
    return item(kind, *rel, nest(WEIR_A_ITEM_LOOKUP, part(what), string(WEIR_A_LOOKUP_SET, name)))
def vmap(what, name):
    return lookup(what, name, WEIR_ITEM_TYPE_VMAP)
def ip(*last):
    return [n32(0x7f000000 + n) for n in last]
def change(*calls):
    with s.txn():
        for call in calls:
            call()
def refuse(name, error, said, *calls):
    return refused(name, error, said, change, *calls)
def hits():
    """How many of two packets to each of 127.0.0.1 to 127.0.0.8 the rule counts."""
    before = counters(s.rules(*in_rule('o')))[0][0]
    for last in range(1, 9):
        for _ in range(2):
            udp.sendto(b'', (f'127.0.0.{last}', 9))
    return counters(s.rules(*in_rule('o')))[0][0] - before

def drop_set(name):
    s.ask(WEIR_CMD_SET_DEL, *in_set(name))

change(s.table, lambda: s.chain('o', base(WEIR_HOOK_OUTPUT)), s.set,
       lambda: s.add(*ip(1, 2, 3)))
rule = None
with s.txn():
    rule = s.rule(lookup(daddr, 's'), counter(), chain='o')
equal('three addresses', 6, hits())
equal('it has a user', 1, s.sets()['s'].get(WEIR_A_SET_USERS))
refuse('a set in use', errno.EBUSY, f'set s is used by rule handle {rule} in chain o', lambda: drop_set('s'))
change(lambda: s.add(*ip(4)), lambda: s.remove(*ip(1, 2)))
equal('two', 4, hits())
s.begin()
s.add(*ip(5, 6, 7))
equal('not before the commit', 4, hits())
s.abort()
equal('nor after an abort', 4, hits())
change(s.remove, lambda: s.add(*ip(1, 2, 3, 4, 5)))
equal('replaced', 10, hits())
change(lambda: s.add(elem(ip(6)[0], string(WEIR_A_ELEM_COMMENT, 'six'))))
equal('an element with a comment', 12, hits())
change(s.remove, lambda: s.add(*ip(1)))
equal('and keys again', 2, hits())
change(lambda: s.add(catchall()))
equal('the catch-all element', 16, hits())
change(lambda: s.remove(catchall()))
change(lambda: s.set('n'), lambda: s.add(*ip(1, 2, 3, 4), name='n'),
       lambda: s.ask(WEIR_CMD_SET_SWAP, *in_set('s'), string(WEIR_A_SET_NEW_NAME, 'n')),
       lambda: drop_set('n'))
equal('exchanged', 8, hits())
change(lambda: s.ask(WEIR_CMD_SET_NEW, *in_set('s'), string(WEIR_A_SET_NEW_NAME, 'r')))
equal('renamed', (8, 4), (hits(), len(s.keys('r'))))
s.begin()
s.remove(name='r')
s.ask(WEIR_CMD_RULE_DEL, *in_rule('o'))
drop_set('r')
s.abort()
equal('its end aborted', 8, hits())
change(lambda: s.ask(WEIR_CMD_RULE_DEL, *in_rule('o')), lambda: drop_set('r'))
equal('with its rule it goes', {}, s.sets())

# Another set module, as it grows
change(lambda: s.set('p', lens=(16,)), lambda: s.add(Key(b'\0\x09'), name='p'))
with s.txn():
    s.rule(lookup(dport, 'p'), counter(), chain='o')
first = s.sets()['p'].get(WEIR_A_SET_BACKEND, text)
equal('one port', 16, hits())
change(lambda: s.add(*[Key(struct.pack('>H', i)) for i in range(0, 60000, 3)], name='p'))
second = s.sets()['p'].get(WEIR_A_SET_BACKEND, text)
ok('many ports are held by another module', first != second, first, second)
equal('it still counts', 16, hits())
s.begin()
s.remove(name='p')
s.add(Key(b'\1\1'), name='p')
s.commit(check=True)
equal('a check moves nothing', (16, second), (hits(), s.sets()['p'].get(WEIR_A_SET_BACKEND, text)))
change(lambda: s.remove(Key(b'\0\x09'), name='p'))
equal('one port less', 0, hits())
change(lambda: s.ask(WEIR_CMD_TABLE_DEL, *in_table()))

# Verdict maps
def to(last, verdict, chain=None):
    return elem(ip(last)[0], u32(WEIR_A_ELEM_VERDICT, verdict),
                *([string(WEIR_A_ELEM_CHAIN, chain)] if chain else []))
def chain_packets(name):
    return counters(s.rules(*in_rule(name)))[0][0]
change(s.table, lambda: s.chain('o', base(WEIR_HOOK_OUTPUT)), lambda: s.chain('a'), lambda: s.chain('b'),
       lambda: s.rule(counter(), chain='a'), lambda: s.rule(counter(), chain='b'),
       lambda: s.set('m', u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VERDICT)),
       lambda: s.add(to(1, WEIR_VERDICT_JUMP, 'a'), to(2, WEIR_VERDICT_GOTO, 'b'), name='m'),
       lambda: s.rule(counter(), vmap(daddr, 'm'), chain='o'))
hits()
equal('jumps by map', (2, 2), (chain_packets('a'), chain_packets('b')))
change(lambda: s.add(to(3, WEIR_VERDICT_JUMP, 'b'), name='m'), lambda: s.remove(ip(1)[0], name='m'))
hits()
equal('others', (2, 6), (chain_packets('a'), chain_packets('b')))
shown = s.ask(WEIR_CMD_CHAIN_GET, *in_chain(), string(WEIR_A_CHAIN_NAME, 'b'))[0]
equal('users of the chain', 2, shown.get(WEIR_A_CHAIN_USERS))
refuse('a loop through the map', errno.ELOOP, 'chain b jumps to itself',
       lambda: s.rule(vmap(daddr, 'm'), chain='b'))
refuse('a loop by an element', errno.ELOOP, 'jumps to itself through',
       lambda: s.chain('c'), lambda: s.rule(vmap(daddr, 'm'), chain='c'),
       lambda: s.rule(jump('c'), chain='a'), lambda: s.add(to(4, WEIR_VERDICT_JUMP, 'a'), name='m'))
change(*[lambda i=i: s.chain(f'd{i}') for i in range(17)],
       *[lambda i=i: s.rule(jump(f'd{i + 1}'), chain=f'd{i}') for i in range(16)])
refuse('too deep by an element', errno.EMLINK, '17 deep',
       lambda: s.add(to(5, WEIR_VERDICT_JUMP, 'd0'), name='m'))
change(lambda: s.add(to(5, WEIR_VERDICT_JUMP, 'd1'), name='m'))
change(lambda: s.set('loose', u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VERDICT)),
       lambda: s.add(to(5, WEIR_VERDICT_JUMP, 'd0'), name='loose'))
refuse('one that it gets by an exchange', errno.EMLINK, '17 deep', lambda: s.ask(
    WEIR_CMD_SET_SWAP, *in_set('m'), string(WEIR_A_SET_NEW_NAME, 'loose')))
hits()
equal('after all of that', (2, 10), (chain_packets('a'), chain_packets('b')))

# Packets that change a set
def update(name, op):
    return item(WEIR_ITEM_TYPE_UPDATE, u32(WEIR_A_ITEM_DYN_OP, op),
                nest(WEIR_A_ITEM_LOOKUP, part(daddr), string(WEIR_A_LOOKUP_SET, name)))
change(lambda: s.ask(WEIR_CMD_TABLE_DEL, *in_table()))
change(s.table, lambda: s.chain('o', base(WEIR_HOOK_OUTPUT)),
       lambda: s.set('d', u32(WEIR_A_SET_SIZE, 6), u64(WEIR_A_SET_TIMEOUT, 5000),
                     u32(WEIR_A_SET_GC_INTERVAL, 100), kind=WEIR_SET_FLAGS_DYNAMIC | WEIR_SET_FLAGS_TIMEOUT),
       lambda: s.rule(update('d', WEIR_DYN_OP_ADD), counter(), chain='o'))
equal('six of eight fit', 12, hits())
equal('they are there', ip(1, 2, 3, 4, 5, 6), s.keys('d'))
equal('the others were refused', 4, s.sets()['d'].get(WEIR_A_SET_REFUSED))
s.begin()
s.remove(ip(1)[0], name='d')
s.abort()
s.begin()
s.remove(ip(1)[0], name='d')
s.commit()
equal('one is deleted', ip(2, 3, 4, 5, 6), s.keys('d'))
import time
for _ in range(100):
    if s.sets()['d'].get(WEIR_A_SET_COUNT) == 0:
        break
    time.sleep(0.1)
equal('all expire', 0, s.sets()['d'].get(WEIR_A_SET_COUNT))
s.begin()
s.add(*ip(1, 2), name='d')
equal('what is added is not there yet', [], s.keys('d'))
hits()
s.commit()
equal('nor lost by packets', ip(1, 2), s.keys('d')[:2])
s.begin()
s.remove(name='d')
hits()
s.abort()
s.flush()
END
check "nothing is left that holds the module" rmmod weir_set_hash
