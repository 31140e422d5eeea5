#!/bin/bash
# Sets without rules: declarations, elements by record and by nest, transactions over
# them, lists, events, and what is refused.
# once: set_dynamic has the same structures on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
import time
s = Sock()
INTERVAL, TIMEOUT, DYNAMIC = WEIR_SET_FLAGS_INTERVAL, WEIR_SET_FLAGS_TIMEOUT, WEIR_SET_FLAGS_DYNAMIC
TO = WEIR_ELEM_COLUMNS_TO

def change(*calls):
    with s.txn():
        for call in calls:
            call()

def refuse(name, error, said, *calls):
    return refused(name, error, said, change, *calls)

# Declarations
change(s.table, lambda: s.set('s', string(WEIR_A_SET_KEY_TEXT, 'type ipv4_addr'),
                              string(WEIR_A_SET_COMMENT, 'one'), u32(WEIR_A_SET_SIZE, 100)))
shown = s.sets()['s']
equal('declared as listed', (bytes([32]), 'type ipv4_addr', 'one', 100, 0, 0),
      (shown.get(WEIR_A_SET_KEY_LENS, bytes), shown.get(WEIR_A_SET_KEY_TEXT, text),
       shown.get(WEIR_A_SET_COMMENT, text), shown.get(WEIR_A_SET_SIZE),
       shown.get(WEIR_A_SET_COUNT), shown.get(WEIR_A_SET_USERS)))
ok('it names what holds it', shown.get(WEIR_A_SET_BACKEND, text))
refuse('create what is there', errno.EEXIST, 'set s exists', lambda: s.set('s', flags=EXCL))
refuse('another type', errno.EEXIST, 'other types', lambda: s.set('s', lens=(16,)))
refuse('other flags', errno.EEXIST, 'other flags', lambda: s.set('s', kind=INTERVAL))
change(lambda: s.set('s'))
change(lambda: s.set('s', u32(WEIR_A_SET_SIZE, 50), string(WEIR_A_SET_COMMENT, 'two')))
shown = s.sets()['s']
equal('settings change', (50, 'two'), (shown.get(WEIR_A_SET_SIZE),
                                       shown.get(WEIR_A_SET_COMMENT, text)))
s.begin()
s.set('s', u32(WEIR_A_SET_SIZE, 7))
s.abort()
equal('an abort takes that back', 50, s.sets()['s'].get(WEIR_A_SET_SIZE))
for name, error, said, call in (
        ('no key', errno.EINVAL, 'fields of the key', lambda: s.set('x', lens=())),
        ('a field of no bits', errno.ERANGE, '1 to 128', lambda: s.set('x', lens=(32, 0))),
        ('a field of too many', errno.ERANGE, '1 to 128', lambda: s.set('x', lens=(129,))),
        ('a value without length', errno.EINVAL, 'length of the values',
         lambda: s.set('x', u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VALUE))),
        ('a length without value', errno.EINVAL, 'only values', lambda: s.set('x', u32(WEIR_A_SET_DATA_LEN, 8))),
        ('a value of no bits', errno.ERANGE, '1 to 128',
         lambda: s.set('x', u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VALUE), u32(WEIR_A_SET_DATA_LEN, 0))),
        ('objects without type', errno.EINVAL, 'type of the objects',
         lambda: s.set('x', u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_OBJECT))),
        ('evict without size', errno.EINVAL, 'size', lambda: s.set('x', kind=WEIR_SET_FLAGS_EVICT)),
        ('dynamic and constant', errno.EINVAL, 'constant',
         lambda: s.set('x', kind=DYNAMIC | WEIR_SET_FLAGS_CONSTANT)),
        ('dynamic ranges', errno.EOPNOTSUPP, 'no ranges', lambda: s.set('x', kind=DYNAMIC | INTERVAL)),
        ('too long a timeout', errno.ERANGE, 'at most', lambda: s.set('x', u64(WEIR_A_SET_TIMEOUT, 1 << 63))),
        ('unknown flags', errno.EINVAL, '', lambda: s.set('x', kind=0x80)),
        ('a set in no table', errno.ENOENT, 'no table', lambda: s.set('x', table='none')),
        ('two counters', errno.EINVAL, 'one counter', lambda: s.set('x', *2 * [
            nest(WEIR_A_SET_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER))])),
        ('a name twice', errno.EINVAL, 'twice', lambda: s.set('x', string(WEIR_A_SET_NAME, 'y'))),
        ('a control character', errno.EINVAL, 'control', lambda: s.set('a\nb'))):
    refuse(name, error, said, call)
equal('nothing of it is there', ['s'], list(s.sets()))

# Elements that are keys
change(lambda: s.add(*map(n32, (3, 1, 2))), lambda: s.add(n32(2)))
equal('keys', [n32(1), n32(2), n32(3)], s.keys())
equal('the count', 3, s.sets()['s'].get(WEIR_A_SET_COUNT))
refuse('create one that is there', errno.EEXIST, 'in set s already', lambda: s.add(n32(1), flags=EXCL))
change(lambda: s.add(elem(n32(4))), lambda: s.remove(n32(1)))
equal('by nest, and one deleted', [2, 3, 4], [number(k[::-1]) for k in s.keys()])
refuse('delete one that is not there', errno.ENOENT, 'no such element', lambda: s.remove(n32(1)))
change(lambda: s.ask(WEIR_CMD_ELEM_DEL, *in_elems(), *records(n32(1)), flag(WEIR_A_ELEMS_DESTROY)))
refuse('records that do not end', errno.EINVAL, 'records of 4 bytes', lambda: s.add(records(bytes(7))))
refuse('no records', errno.EINVAL, 'records of 4 bytes', lambda: s.add(records()))
refuse('no elements', errno.EINVAL, 'missing', lambda: s.add())
refuse('columns without records', errno.EINVAL, 'without records',
       lambda: s.add(elem(n32(1)), u32(WEIR_A_ELEMS_COLUMNS, TO)))
refuse('a short key', errno.EINVAL, '3 bytes where 4', lambda: s.add(elem(bytes(3))))
refuse('an element without key', errno.EINVAL, 'no key', lambda: s.add(elem()))
refuse('a set that is not there', errno.ENOENT, 'no set x in table t', lambda: s.add(n32(1), name='x'))
refuse('no set', errno.EINVAL, 'set is missing', lambda: s.ask(
    WEIR_CMD_ELEM_NEW, *in_elems()[:2], *records(n32(1))))
for name, said, columns in (('ranges', 'no ranges', TO), ('timeouts', 'no timeouts', WEIR_ELEM_COLUMNS_TIMEOUT),
                            ('counters', 'do not count', WEIR_ELEM_COLUMNS_COUNTER),
                            ('values', 'lead to values', WEIR_ELEM_COLUMNS_DATA)):
    refuse(f'{name} where there are none', errno.EINVAL, said,
           lambda: s.add(records(bytes(4 + 8), columns=columns)))
refuse('two attributes with records', errno.EINVAL, 'twice', lambda: s.add(records(n32(1)) + records(n32(5))))
refuse('a comment twice', errno.EINVAL, 'twice', lambda: s.add(elem(
    n32(9), string(WEIR_A_ELEM_COMMENT, 'x'), string(WEIR_A_ELEM_COMMENT, 'y'))))
refuse('an exception among keys', errno.EINVAL, 'exceptions', lambda: s.add(elem(
    n32(9), u32(WEIR_A_ELEM_FLAGS, WEIR_ELEM_FLAGS_NOMATCH))))
refuse('a set among elements', errno.EINVAL, 'no sets', lambda: s.add(elem(n32(9), string(WEIR_A_ELEM_SET, 'x'))))
equal('after all of that', 3, len(s.elems()))
equal('test', [{'key': n32(3)}], s.test(n32(3)))
equal('test two', 2, len(s.test(n32(3), n32(4))))
refused('test one that is not there', errno.ENOENT, 'no element', s.test, n32(3), n32(1))
refused('test without keys', errno.EINVAL, 'keys are missing', s.test)
refused('test in no set', errno.ENOENT, 'no set', lambda: s.test(n32(1), name='x'))
refused('a list of no set', errno.ENOENT, 'no such set', s.elems, 'x')
refused('a list without a set', errno.EINVAL, 'set is missing', s.dump, WEIR_CMD_ELEM_GET)

# A comment turns keys into elements
change(lambda: s.add(elem(n32(5), string(WEIR_A_ELEM_COMMENT, 'five'))))
equal('a comment', ['five'], [e['comment'] for e in s.elems() if 'comment' in e])
equal('and the others', 4, len(s.elems()))
change(lambda: s.add(n32(6)), lambda: s.remove(n32(2)), lambda: s.add(
    elem(n32(5), string(WEIR_A_ELEM_COMMENT, 'FIVE'))))
equal('a new comment', (4, 'FIVE'), (len(s.elems()), s.test(n32(5))[0]['comment']))
s.begin()
s.add(elem(n32(5), string(WEIR_A_ELEM_COMMENT, 'V')), elem(n32(7), string(WEIR_A_ELEM_COMMENT, 'VII')))
s.remove(n32(6))
s.abort()
equal('an abort', ([3, 4, 5, 6], 'FIVE'), ([number(k[::-1]) for k in s.keys()], s.test(n32(5))[0]['comment']))
s.begin()
s.add(n32(8))
s.remove(n32(8))
s.add(n32(8))
s.remove(n32(3))
s.add(n32(3))
s.commit()
equal('to and fro', [3, 4, 5, 6, 8], [number(k[::-1]) for k in s.keys()])

# The size
full = refuse('more than the size', errno.ENFILE, 'set s is full: it holds 50 elements',
              lambda: s.add(*map(n32, range(100, 200))))
equal('counted', 1, s.sets()['s'].get(WEIR_A_SET_REFUSED))
equal('nothing was added', 5, len(s.elems()))
refuse('less than there are', errno.ENFILE, 'holds 5', lambda: s.set('s', u32(WEIR_A_SET_SIZE, 4)))
change(lambda: s.set('s', u32(WEIR_A_SET_SIZE, 5)), lambda: s.add(n32(8)))
change(lambda: s.set('e', u32(WEIR_A_SET_SIZE, 10), kind=WEIR_SET_FLAGS_EVICT),
       lambda: s.add(*map(n32, range(100)), name='e'))
equal('evicting', 10, len(s.keys('e')))

# All at once
change(lambda: s.set('s', u32(WEIR_A_SET_SIZE, 0)), s.remove, lambda: s.add(n32(1)))
equal('replaced', [n32(1)], s.keys())
s.begin()
s.remove()
s.add(n32(2))
equal('not before the commit', [n32(1)], s.keys())
s.abort()
equal('an abort brings it back', [n32(1)], s.keys())
s.begin()
s.add(n32(9))
s.remove()
s.add(n32(2))
s.remove(n32(2))
s.commit()
equal('empty', [], s.keys())
many = [n32(i * 2654435761 % 2**32) for i in range(100000)]
change(*[lambda i=i: s.add(records(*many[i:i + 15000]), u32(WEIR_A_ELEMS_EXPECTED, 100000))
         for i in range(0, 100000, 15000)])
equal('100,000 elements come back', sorted(many), s.keys())
messages = s.dump(WEIR_CMD_ELEM_GET, *in_elems())
ok('in few messages', len(messages) < 150, len(messages))
ok('memory is told', s.sets()['s'].get(WEIR_A_SET_MEMORY) > 400000)
s.begin()
s.add(*map(n32, (5, 7)))
s.commit(check=True)
equal('a check changes nothing', 100000, len(s.keys()))
change(lambda: s.remove(*many[:14000]), lambda: s.remove(*many[14000:28000]))
equal('72,000 left', 72000, len(s.keys()))
other = Sock()
def list_meanwhile(call):
    other.send(other.message(WEIR_CMD_ELEM_GET, *in_elems(), flags=DUMP))
    answers = other.receive()
    call()
    while not answers[-1] or answers[-1].cmd != 'done':
        answers += other.receive()
    return any(a.flags & DUMP_INTR for a in answers), len(elements(answers[:-1], 4))
equal('a list that nobody disturbs', (False, 72000), list_meanwhile(lambda: None))
equal('one during which others commit ends early', True, list_meanwhile(
    lambda: change(lambda: s.add(n32(1)), lambda: s.remove(n32(1))))[0])
equal('an open transaction does not disturb it', (False, 72000), list_meanwhile(
    lambda: [s.begin(), s.remove(), s.abort()]))
other.close()

# Names
change(lambda: s.set('n'), lambda: s.add(n32(1), name='n'))
change(lambda: s.ask(WEIR_CMD_SET_NEW, *in_set('n'), string(WEIR_A_SET_NEW_NAME, 'm')))
equal('renamed', [n32(1)], s.keys('m'))
refuse('rename to what is there', errno.EEXIST, 'set s exists', lambda: s.ask(
    WEIR_CMD_SET_NEW, *in_set('m'), string(WEIR_A_SET_NEW_NAME, 's')))
refuse('rename what is not there', errno.ENOENT, 'no set x', lambda: s.ask(
    WEIR_CMD_SET_NEW, *in_set('x'), string(WEIR_A_SET_NEW_NAME, 'y')))
def swap(a, b):
    s.ask(WEIR_CMD_SET_SWAP, *in_set(a), string(WEIR_A_SET_NEW_NAME, b))
change(lambda: swap('m', 's'))
equal('swapped', (72000, 1), (len(s.keys('m')), len(s.keys('s'))))
s.begin()
swap('m', 's')
s.add(n32(77))
s.abort()
equal('an abort swaps back', (72000, 1), (len(s.keys('m')), len(s.keys('s'))))
change(lambda: s.set('new'), lambda: s.add(*map(n32, (1, 2)), name='new'), lambda: swap('new', 'm'),
       lambda: s.add(n32(3), name='m'), lambda: s.ask(WEIR_CMD_SET_DEL, *in_set('new')))
equal('by a new one that goes at once', (['e', 'm', 's'], [1, 2, 3]),
      (sorted(s.sets()), [number(k[::-1]) for k in s.keys('m')]))
s.begin()
s.set('new')
s.add(n32(9), name='new')
swap('new', 'm')
s.ask(WEIR_CMD_SET_DEL, *in_set('new'))
s.abort()
equal('the same aborted', [1, 2, 3], [number(k[::-1]) for k in s.keys('m')])
change(lambda: s.set('r', kind=INTERVAL))
refuse('unlike sets', errno.EINVAL, 'declared differently', lambda: swap('m', 'r'))
change(lambda: swap('m', 's'), lambda: swap('m', 's'), lambda: s.ask(WEIR_CMD_SET_DEL, *in_set('m')))
equal('there and back, and one deleted', (1, ['e', 'r', 's']), (len(s.keys('s')), sorted(s.sets())))
handle = s.sets()['s'].get(WEIR_A_SET_HANDLE)
change(lambda: s.ask(WEIR_CMD_SET_DEL, *in_set()[:2], u64(WEIR_A_SET_HANDLE, handle)))
equal('by handle', ['e', 'r'], sorted(s.sets()))
refuse('delete what is not there', errno.ENOENT, 'no set s', lambda: s.ask(WEIR_CMD_SET_DEL, *in_set()))
change(lambda: s.ask(WEIR_CMD_SET_DEL, *in_set(), flag(WEIR_A_SET_DESTROY)))

# Ranges
def rng(a, b):
    return n32(a) + n32(b)
change(lambda: s.add(records(rng(10, 20), rng(0, 2**32 - 1), rng(12, 12), columns=TO), name='r'))
equal('ranges', [(n32(0), n32(2**32 - 1)), (n32(10), n32(20)), (n32(12), n32(12))],
      [(e['key'], e['to']) for e in s.elems('r')])
refuse('a range reversed', errno.EINVAL, 'ends before', lambda: s.add(records(rng(2, 1), columns=TO), name='r'))
refuse('one in a nest', errno.EINVAL, 'ends before', lambda: s.add(elem(n32(2), raw(WEIR_A_ELEM_TO, n32(1))), name='r'))
equal('the narrowest range of a key', [(n32(10), n32(20))],
      [(e['key'], e['to']) for e in s.test(n32(11), name='r')])
change(lambda: s.add(elem(n32(14), raw(WEIR_A_ELEM_TO, n32(16)),
                          u32(WEIR_A_ELEM_FLAGS, WEIR_ELEM_FLAGS_NOMATCH)), name='r'))
equal('an exception', [(n32(14), n32(16), 1)],
      [(e['key'], e['to'], e['flags']) for e in s.test(n32(15), name='r')])
equal('among the others', 4, len(s.elems('r')))
change(lambda: s.remove(records(rng(10, 20), columns=TO), name='r'))
refuse('delete part of a range', errno.ENOENT, 'no such', lambda: s.remove(records(rng(5, 6), columns=TO), name='r'))
equal('three left', 3, len(s.elems('r')))
change(lambda: s.set('odd', lens=(12, 9)))
refuse('bits that no field has', errno.ERANGE, 'more bits', lambda: s.add(Key(bytes([0x10, 0, 0, 0])), name='odd'))
refuse('in the second field', errno.ERANGE, 'more bits', lambda: s.add(Key(bytes([0, 0, 2, 0])), name='odd'))
change(lambda: s.add(Key(bytes([0x0f, 255, 1, 255])), name='odd'))
equal('two odd fields', [bytes([0x0f, 255, 1, 255])], s.keys('odd'))

# Catch-all
change(lambda: s.add(catchall(), name='odd'))
equal('the catch-all element', [{'flags': 2}], s.test(Key(bytes(4)), name='odd'))
equal('counts', 2, s.sets()['odd'].get(WEIR_A_SET_COUNT))
refuse('it has no key', errno.EINVAL, 'no key', lambda: s.add(elem(
    bytes(4), u32(WEIR_A_ELEM_FLAGS, WEIR_ELEM_FLAGS_CATCHALL)), name='odd'))
refuse('nor a record', errno.EINVAL, 'no key', lambda: s.add(records(
    bytes(4) + b'\2', columns=WEIR_ELEM_COLUMNS_FLAGS), name='odd'))
s.begin()
s.remove(catchall(), name='odd')
s.abort()
equal('an abort leaves it', 2, len(s.elems('odd')))
s.begin()
s.remove(catchall(), name='odd')
s.add(catchall(string(WEIR_A_ELEM_COMMENT, 'rest')), name='odd')
s.commit()
equal('another one', 'rest', s.test(Key(bytes(4)), name='odd')[0]['comment'])
change(lambda: s.remove(catchall(), name='odd'))
refuse('delete it twice', errno.ENOENT, 'no such', lambda: s.remove(catchall(), name='odd'))
change(lambda: s.add(catchall(), name='odd'), lambda: s.remove(name='odd'))
equal('a flush takes it along', [], s.elems('odd'))

# Maps
value = [u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VALUE), u32(WEIR_A_SET_DATA_LEN, 12)]
change(lambda: s.set('v', *value), lambda: s.add(records(
    n32(1) + b'\0\7', n32(2) + b'\x0f\xff', columns=WEIR_ELEM_COLUMNS_DATA), name='v'))
equal('values', [b'\0\7', b'\x0f\xff'], [e['data'] for e in s.elems('v', data=2)])
refuse('a value that is too big', errno.ERANGE, '12 bits', lambda: s.add(records(
    n32(3) + b'\x10\0', columns=WEIR_ELEM_COLUMNS_DATA), name='v'))
refuse('no value', errno.EINVAL, 'missing', lambda: s.add(n32(3), name='v'))
refuse('another value', errno.EEXIST, 'other data', lambda: s.add(elem(n32(1), raw(WEIR_A_ELEM_DATA, b'\0\1')), name='v'))
change(lambda: s.add(elem(n32(1), raw(WEIR_A_ELEM_DATA, b'\0\7')), name='v'))
refuse('a verdict in it', errno.EINVAL, 'no meaning', lambda: s.add(elem(
    n32(3), u32(WEIR_A_ELEM_VERDICT, WEIR_VERDICT_DROP)), name='v'))
refuse('a value of the wrong length', errno.EINVAL, '1 bytes', lambda: s.add(elem(
    n32(3), raw(WEIR_A_ELEM_DATA, b'\7')), name='v'))
change(lambda: s.remove(n32(1), name='v'), lambda: s.add(elem(n32(1), raw(WEIR_A_ELEM_DATA, b'\0\1')), name='v'))
equal('replaced', b'\0\1', s.test(n32(1), name='v', data=2)[0]['data'])

def to(n, verdict, chain=None):
    return elem(n32(n), u32(WEIR_A_ELEM_VERDICT, verdict),
                *([string(WEIR_A_ELEM_CHAIN, chain)] if chain else []))
verdicts = u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_VERDICT)
change(lambda: s.chain('b', base(WEIR_HOOK_INPUT)), lambda: s.chain('a'), lambda: s.chain('z'),
       lambda: s.set('vm', verdicts),
       lambda: s.add(to(1, WEIR_VERDICT_JUMP, 'a'), to(2, WEIR_VERDICT_DROP),
                     to(3, WEIR_VERDICT_GOTO, 'a'), name='vm'))
equal('verdicts', [(WEIR_VERDICT_JUMP, 'a'), (WEIR_VERDICT_DROP, None), (WEIR_VERDICT_GOTO, 'a')],
      [(e['verdict'], e.get('chain')) for e in s.elems('vm')])
for name, error, said, what in (
        ('to no chain', errno.ENOENT, 'no chain none', to(4, WEIR_VERDICT_JUMP, 'none')),
        ('a base chain', errno.EOPNOTSUPP, 'base chain', to(4, WEIR_VERDICT_JUMP, 'b')),
        ('a jump to nowhere', errno.EINVAL, 'missing', to(4, WEIR_VERDICT_JUMP)),
        ('a drop to a chain', errno.EINVAL, 'leads to no chain', to(4, WEIR_VERDICT_DROP, 'a')),
        ('a chain alone', errno.EINVAL, 'verdict is missing', elem(n32(4), string(WEIR_A_ELEM_CHAIN, 'a')))):
    refuse(name, error, said, lambda: s.add(what, name='vm'))
def del_chain(name):
    s.ask(WEIR_CMD_CHAIN_DEL, *in_chain(), string(WEIR_A_CHAIN_NAME, name))
refuse('a chain that elements lead to', errno.EBUSY, 'used by elements of map vm', lambda: del_chain('a'))
s.begin()
s.remove(name='vm')
del_chain('a')
s.abort()
equal('an abort brings both back', (3, True), (len(s.elems('vm')), 'a' in s.chains()))
s.begin()
s.chain('y')
s.add(to(7, WEIR_VERDICT_JUMP, 'y'), name='vm')
s.abort()
equal('a new chain and its element aborted', 3, len(s.elems('vm')))
change(lambda: s.remove(n32(1), name='vm'))
refuse('one element still does', errno.EBUSY, 'used by elements', lambda: del_chain('a'))
change(lambda: s.remove(n32(3), name='vm'), lambda: del_chain('a'))
equal('with the last one it goes', ['b', 'z'], s.chains())
change(lambda: s.add(to(1, WEIR_VERDICT_JUMP, 'z'), name='vm'))
change(lambda: s.ask(WEIR_CMD_SET_DEL, *in_set('vm')), lambda: del_chain('z'))
equal('or with the map', ['b'], s.chains())

# Objects
objects = [u32(WEIR_A_SET_DATA_TYPE, WEIR_DATA_TYPE_OBJECT), string(WEIR_A_SET_OBJECT_TYPE, 'counter')]
in_object = [u8(WEIR_A_OBJECT_FAMILY, INET), string(WEIR_A_OBJECT_TABLE, 't'),
             string(WEIR_A_OBJECT_NAME, 'c1'), string(WEIR_A_OBJECT_TYPE, 'counter')]
change(lambda: s.ask(WEIR_CMD_OBJECT_NEW, *in_object, nest(
           WEIR_A_OBJECT_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER))),
       lambda: s.set('om', *objects), lambda: s.add(elem(n32(1), string(WEIR_A_ELEM_OBJECT, 'c1')), name='om'))
equal('an object', ['c1'], [e['object'] for e in s.elems('om')])
refuse('no such object', errno.ENOENT, 'no counter c2', lambda: s.add(elem(
    n32(2), string(WEIR_A_ELEM_OBJECT, 'c2')), name='om'))
refuse('an object in use', errno.EBUSY, 'lead to counter c1', lambda: s.ask(WEIR_CMD_OBJECT_DEL, *in_object))
s.begin()
s.remove(name='om')
s.ask(WEIR_CMD_OBJECT_DEL, *in_object)
s.abort()
refuse('still', errno.EBUSY, 'lead to counter c1', lambda: s.ask(WEIR_CMD_OBJECT_DEL, *in_object))
change(lambda: s.remove(n32(1), name='om'), lambda: s.ask(WEIR_CMD_OBJECT_DEL, *in_object))

# Counters, statements, timeouts
counter_stmt = nest(WEIR_A_SET_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER))
limit = [u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_MATCH), string(WEIR_A_STMT_NAME, 'limit'),
         nest(WEIR_A_STMT_DATA, u64(WEIR_A_LIMIT_RATE, 5), u64(WEIR_A_LIMIT_UNIT, 1),
              u32(WEIR_A_LIMIT_BURST, 5), u32(WEIR_A_LIMIT_TYPE, WEIR_LIMIT_TYPE_PACKETS))]
change(lambda: s.set('c', counter_stmt, nest(WEIR_A_SET_STMT, *limit)),
       lambda: s.add(elem(n32(1), nest(WEIR_A_ELEM_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER),
                                       u64(WEIR_A_STMT_PACKETS, 3), u64(WEIR_A_STMT_BYTES, 4))),
                     elem(n32(2), nest(WEIR_A_ELEM_STMT, *limit)), name='c'))
equal('statements', [((3, 4), ['limit']), ((0, 0), ['limit'])],
      [(e['counter'], e['stmts']) for e in s.elems('c')])
refuse('not the statements of the set', errno.EINVAL, 'in order', lambda: s.add(
    elem(n32(3), *2 * [nest(WEIR_A_ELEM_STMT, *limit)]), name='c'))
change(lambda: s.add(elem(n32(1), nest(WEIR_A_ELEM_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER),
                                       u64(WEIR_A_STMT_PACKETS, 8))), name='c'))
equal('a counter set anew', (8, 0), s.test(n32(1), name='c')[0]['counter'])
equal('reset tells them', [(8, 0), (0, 0)], [e['counter'] for e in s.elems('c', cmd=WEIR_CMD_ELEM_RESET)])
equal('and sets them to zero', [(0, 0), (0, 0)], [e['counter'] for e in s.elems('c')])
change(lambda: s.set('cc', counter_stmt), lambda: s.add(records(
    n32(1) + struct.pack('>2Q', 5, 6), columns=WEIR_ELEM_COLUMNS_COUNTER), name='cc'))
equal('a counter by record', [(5, 6)], [e['counter'] for e in s.elems('cc', cmd=WEIR_CMD_ELEM_RESET)])
equal('reset', [(0, 0)], [e['counter'] for e in s.elems('cc')])
change(lambda: s.add(records(n32(1) + struct.pack('>2Q', 7, 8), columns=WEIR_ELEM_COLUMNS_COUNTER), name='cc'),
       lambda: s.add(n32(2), name='cc'))
def reset(*keys):
    answer = s.ask(WEIR_CMD_ELEM_RESET, *in_elems('cc'), *records(*keys))
    return [e['counter'] for e in elements(answer, 4)]
refused('reset one that is not there', errno.ENOENT, 'no element', reset, n32(1), n32(3))
equal('reset one', [(7, 8)], reset(n32(1)))
equal('it is', [(0, 0), (0, 0)], reset(n32(1), n32(2)))
with s.txn():
    s.ask(WEIR_CMD_SET_DEL, *in_set('c'))

change(lambda: s.set('t', u64(WEIR_A_SET_TIMEOUT, 60000), u32(WEIR_A_SET_GC_INTERVAL, 100), kind=TIMEOUT))
def timed(n, timeout, expires=None):
    return elem(n32(n), u64(WEIR_A_ELEM_TIMEOUT, timeout),
                *([u64(WEIR_A_ELEM_EXPIRES, expires)] if expires else []))
change(lambda: s.add(timed(1, 0), timed(2, 300), timed(3, 100000, 500), timed(4, (1 << 63) - 1), elem(n32(5)), name='t'))
found = {e['key'][3]: e for e in s.elems('t')}
equal('timeouts', {1: 0, 2: 300, 3: 100000, 4: (1 << 63) - 1, 5: 60000}, {k: e['timeout'] for k, e in found.items()})
ok('time left', found[3]['expires'] <= 500 and 50000 < found[5]['expires'] <= 60000, found)
refuse('too long', errno.ERANGE, 'at most', lambda: s.add(timed(6, 1 << 63), name='t'))
change(lambda: s.add(records(n32(6) + b'\xff' * 8, columns=WEIR_ELEM_COLUMNS_TIMEOUT), name='t'))
equal('the own of the set by record', 60000, s.test(n32(6), name='t')[0]['timeout'])
for _ in range(100):
    if s.sets()['t'].get(WEIR_A_SET_COUNT) == 4:
        break
    time.sleep(0.1)
equal('what has expired is freed', (4, [1, 4, 5, 6]), (s.sets()['t'].get(WEIR_A_SET_COUNT), [k[3] for k in s.keys('t')]))
refuse('it is not there to delete', errno.ENOENT, 'no such', lambda: s.remove(n32(2), name='t'))
change(lambda: s.add(timed(2, 50), name='t'), lambda: s.add(timed(1, 90000), name='t'))
equal('a new timeout', 90000, s.test(n32(1), name='t')[0]['timeout'])
time.sleep(0.2)
change(lambda: s.add(timed(2, 80000), name='t'))
equal('one that has expired comes again', 80000, s.test(n32(2), name='t')[0]['timeout'])

# Dynamic sets
change(lambda: s.set('d', u32(WEIR_A_SET_SIZE, 1000), u64(WEIR_A_SET_TIMEOUT, 60000), kind=DYNAMIC | TIMEOUT),
       lambda: s.add(*map(n32, range(100)), name='d'))
equal('a dynamic set', 100, len(s.keys('d')))
s.begin()
s.add(*map(n32, range(100, 200)), name='d')
s.remove(*map(n32, range(50)), name='d')
equal('is as before meanwhile', 100, len(s.keys('d')))
s.abort()
equal('and after an abort', [n32(i) for i in range(100)], s.keys('d'))
s.begin()
s.add(*map(n32, range(100, 200)), name='d')
s.remove(*map(n32, range(150)), name='d')
s.add(*map(n32, range(10)), name='d')
s.add(elem(n32(5), string(WEIR_A_ELEM_COMMENT, 'five')), elem(n32(180), string(WEIR_A_ELEM_COMMENT, 'x')), name='d')
s.remove(*map(n32, range(3)), name='d')
s.commit()
equal('a commit', [n32(i) for i in [*range(3, 10), *range(150, 200)]], s.keys('d'))
equal('new settings', ['five', 'x'], [s.test(n32(i), name='d')[0]['comment'] for i in (5, 180)])
s.begin()
s.remove(name='d')
s.add(n32(5), name='d')
s.commit()
equal('replaced', [{'key': n32(5), 'timeout': 60000}],
      [{k: v for k, v in e.items() if k != 'expires'} for e in s.elems('d')])
s.begin()
s.remove(name='d')
s.add(n32(6), name='d')
s.abort()
equal('an abort of that', [n32(5)], s.keys('d'))
s.begin()
s.add(n32(7), name='d')
s.remove(name='d')
s.ask(WEIR_CMD_SET_DEL, *in_set('d'))
s.abort()
equal('an abort of its end', [n32(5)], s.keys('d'))
with s.txn():
    s.ask(WEIR_CMD_SET_DEL, *in_set('d'))


# Dynamic maps: a key that dies may come again, with one value.
def valued(key, value, *more):
    return elem(n32(key), raw(WEIR_A_ELEM_DATA, value), *more)
change(lambda: s.set('dv', *value, kind=DYNAMIC), lambda: s.add(valued(1, b'\0\1'), name='dv'))
refuse('a new key with two values', errno.EEXIST, 'other data', lambda: s.add(valued(2, b'\0\1'), valued(2, b'\0\2'), name='dv'))
refuse('one that was deleted with two values', errno.EEXIST, 'other data', lambda: s.remove(n32(1), name='dv'),
       lambda: s.add(valued(1, b'\0\2'), name='dv'), lambda: s.add(valued(1, b'\0\3'), name='dv'))
refuse('and after a flush', errno.EEXIST, 'other data', lambda: s.remove(name='dv'),
       lambda: s.add(valued(1, b'\0\2'), valued(1, b'\0\1'), name='dv'))
equal('all of that is undone', [b'\0\1'], [e['data'] for e in s.elems('dv', data=2)])
change(lambda: s.remove(n32(1), name='dv'),
       lambda: s.add(valued(1, b'\0\2', string(WEIR_A_ELEM_COMMENT, 'two')), name='dv'), lambda: s.add(valued(1, b'\0\2'), name='dv'))
equal('the same value twice', [(b'\0\2', 'two')], [(e['data'], e['comment']) for e in s.elems('dv', data=2)])
change(lambda: s.remove(n32(1), name='dv'), lambda: s.add(valued(1, b'\0\3'), name='dv'),
       lambda: s.remove(n32(1), name='dv'), lambda: s.add(valued(1, b'\0\4'), name='dv'))
equal('another one after a deletion', [b'\0\4'], [e['data'] for e in s.elems('dv', data=2)])

# Constant sets
change(lambda: s.set('k', kind=WEIR_SET_FLAGS_CONSTANT), lambda: s.add(n32(1), name='k'))
refuse('a constant set', errno.EBUSY, 'constant', lambda: s.add(n32(2), name='k'))
refuse('stays', errno.EBUSY, 'constant', lambda: s.remove(name='k'))
s.flush()
equal('all gone with the table', {}, s.sets())
END

from_python here <<'END'
# Events
Sock().flush()
listener = Sock(group=True)
s = Sock()
def events():
    found = []
    while True:
        for m in listener.receive():
            if m.cmd == WEIR_CMD_TXN_NTF:
                return found
            if m.cmd == WEIR_CMD_SET_NTF:
                found.append(('set', m.get(WEIR_A_SET_EVENT), m.get(WEIR_A_SET_NAME, text),
                              *map(text, m.all(WEIR_A_SET_NEW_NAME))))
            elif m.cmd == WEIR_CMD_ELEM_NTF:
                found.append((m.get(WEIR_A_ELEMS_EVENT),
                              [e.get('key', e.get('flags')) for e in elements([m], 4)]))
with s.txn():
    s.table()
    s.set()
    s.add(*map(n32, (1, 2)))
    s.add(n32(3))
equal('a set and what it holds', [('set', WEIR_EVENT_NEW, 's'), (WEIR_EVENT_NEW, [1, 2, 3])],
      [e if e[0] == 'set' else (e[0], sorted(k[3] for k in e[1])) for e in events()])
with s.txn():
    s.add(n32(4))
    s.add(n32(2))
    s.add(n32(5))
    s.remove(n32(1))
equal('what changes', [(WEIR_EVENT_NEW, [n32(4), n32(5)]), (WEIR_EVENT_DEL, [n32(1)])], events())
with s.txn():
    s.add(n32(9))
    s.remove()
    s.add(n32(6))
    s.add(catchall())
equal('all of it', [(WEIR_EVENT_DEL, []), (WEIR_EVENT_NEW, [2, n32(6)])], events())
with s.txn():
    s.set('s', string(WEIR_A_SET_COMMENT, 'x'))
equal('settings', [('set', WEIR_EVENT_CHANGE, 's')], events())
with s.txn():
    s.ask(WEIR_CMD_SET_NEW, *in_set(), string(WEIR_A_SET_NEW_NAME, 'n'))
    s.add(elem(n32(7), string(WEIR_A_ELEM_COMMENT, 'seven')), name='n')
equal('a new name and an element', [('set', WEIR_EVENT_CHANGE, 's', 'n'), (WEIR_EVENT_NEW, [n32(7)])], events())
with s.txn():
    s.add(*map(n32, range(1000, 6000)), name='n')
found = events()
equal('many', [n32(i) for i in range(1000, 6000)], [k for e in found for k in e[1]])
ok('in few messages', len(found) < 12, len(found))
with s.txn():
    s.set('o')
    s.ask(WEIR_CMD_SET_SWAP, *in_set('n'), string(WEIR_A_SET_NEW_NAME, 'o'))
found = events()
equal('an exchange', 1 + 5000 + 3, sum(len(e[1]) if e[0] != 'set' else 1 for e in found))
s.flush()
equal('the end', [('set', WEIR_EVENT_DEL, 'n'), ('set', WEIR_EVENT_DEL, 'o')], sorted(events(), key=str))
END

# Namespaces and modules
from_python here <<'END'
s = Sock()
with s.txn():
    s.table()
    s.set()
    s.add(*map(n32, range(1000)))
    s.set('c', nest(WEIR_A_SET_STMT, u32(WEIR_A_STMT_TYPE, WEIR_STMT_TYPE_COUNTER)))
    s.add(catchall(), elem(n32(1), string(WEIR_A_ELEM_COMMENT, 'x')), name='c')
backend = {m.get(WEIR_A_SET_BACKEND, text) for m in s.sets().values()}
equal('the same module', {'hash'}, backend)
END
check_fails "rmmod of a set module in use" rmmod weir_set_hash
from_python here <<'END'
s = Sock()
s.begin()
s.add(n32(5000))
s.set('x')
s.add(n32(1), name='x')
s.remove(name='c')
s.close()
END
ip netns del here
check "with the namespace it goes" wait_for rmmod weir_set_hash
netns here
from_python here <<'END'
s = Sock()
with s.txn():
    s.table()
    s.set('r', kind=WEIR_SET_FLAGS_INTERVAL)
    s.add(records(n32(1) + n32(2), columns=WEIR_ELEM_COLUMNS_TO), name='r')
s.flush()
END
check "and at once with the last set" rmmod weir_set_range
