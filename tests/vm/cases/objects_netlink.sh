#!/bin/bash
# Named objects over netlink: what no program should send, transactions that are
# undone, lists and events.
# once: netlink_objects asks the same of each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

modprobe -a weir_match_ct weir_match_limit weir_match_quota
from_python here <<'END'
s = Sock()

def stmt(kind, *more):
    return nest(WEIR_A_OBJECT_STMT, u32(WEIR_A_STMT_TYPE, kind), *more)

def counting(packets=0, octets=0):
    return stmt(WEIR_STMT_TYPE_COUNTER, u64(WEIR_A_STMT_PACKETS, packets),
                u64(WEIR_A_STMT_BYTES, octets))

def match(name, *data):
    return stmt(WEIR_STMT_TYPE_MATCH, string(WEIR_A_STMT_NAME, name),
                nest(WEIR_A_STMT_DATA, *data))

def quota(octets, *more):
    return match('quota', u64(WEIR_A_QUOTA_BYTES, octets), *more)

def named(name='o', kind='counter', table='t'):
    return [u8(WEIR_A_OBJECT_FAMILY, INET), string(WEIR_A_OBJECT_TABLE, table),
            string(WEIR_A_OBJECT_NAME, name), string(WEIR_A_OBJECT_TYPE, kind)]

def make(*attrs, flags=0):
    s.ask(WEIR_CMD_OBJECT_NEW, *attrs, flags=ACK | flags)

def delete(*attrs):
    s.ask(WEIR_CMD_OBJECT_DEL, *attrs)

def once(function, *args, **kwargs):
    with s.txn():
        function(*args, **kwargs)

def use(name='o', kind='counter'):
    return item(WEIR_ITEM_TYPE_OBJECT, string(WEIR_A_ITEM_OBJECT, name),
                string(WEIR_A_ITEM_OBJECT_TYPE, kind))

def objects(*attrs, cmd=WEIR_CMD_OBJECT_GET):
    """(type, name, users) of each."""
    return [(m.get(WEIR_A_OBJECT_TYPE, text), m.get(WEIR_A_OBJECT_NAME, text),
             m.get(WEIR_A_OBJECT_USERS)) for m in s.dump(cmd, *attrs)]

def state(message):
    attrs = dict(parse(message.get(WEIR_A_OBJECT_STMT, bytes)))
    return number(attrs[WEIR_A_STMT_PACKETS]), number(attrs[WEIR_A_STMT_BYTES])

with s.txn():
    s.table()
    s.chain('c', base(WEIR_HOOK_INPUT))
    make(*named(), counting(1, 2))
    make(*named('o', 'quota'), quota(5))
    s.rule(use(), use('o', 'quota'))
equal('made', [('counter', 'o', 1), ('quota', 'o', 1)], objects())
equal('a counter begins where it is told', (1, 2), state(s.dump(WEIR_CMD_OBJECT_GET)[0]))

# Refusals
for name, error, said, attrs in (
        ('no table', errno.EINVAL, 'table is missing', [u8(WEIR_A_OBJECT_FAMILY, INET)]),
        ('no such table', errno.ENOENT, 'no table inet u', [*named(table='u'), counting()]),
        ('no type', errno.EINVAL, 'type of the object is missing',
         [*named()[:3], counting()]),
        ('no name', errno.EINVAL, 'name of the object is missing',
         [*named()[:2], named()[3], counting()]),
        ('an empty name', errno.EINVAL, 'empty', [*named(''), counting()]),
        ('a name with a newline', errno.EINVAL, 'control', [*named('a\nb'), counting()]),
        ('no statement', errno.EINVAL, 'is missing', named('n')),
        ('an empty statement', errno.EINVAL, 'no type', [*named('n'), nest(WEIR_A_OBJECT_STMT)]),
        ('a type that is none', errno.ERANGE, '', [*named('n'), stmt(9)]),
        ('another type', errno.EINVAL, 'is a counter and no quota',
         [*named('n', 'quota'), counting()]),
        ('and the other way round', errno.EINVAL, 'is a quota and no counter',
         [*named('n'), quota(5)]),
        ('no plug-in', errno.EINVAL, 'does not name',
         [*named('n', 'quota'), stmt(WEIR_STMT_TYPE_MATCH)]),
        ('a plug-in that is not there', errno.ENOENT, 'no plug-in nosuch',
         [*named('n', 'nosuch'), match('nosuch')]),
        ('a key', errno.EOPNOTSUPP, 'ct cannot be a statement',
         [*named('n', 'ct'), match('ct', u32(WEIR_A_CT_KEY, WEIR_CT_KEY_STATE))]),
        ('no bytes', errno.EINVAL, 'number of bytes', [*named('n', 'quota'), match('quota')]),
        ('too many bytes', errno.ERANGE, 'at most', [*named('n', 'quota'), quota(1 << 63)]),
        ('more used than there is', errno.ERANGE, 'more than all',
         [*named('n', 'quota'), quota(5, u64(WEIR_A_QUOTA_USED, 6))]),
        ('a counter with a name', errno.EINVAL, 'no meaning',
         [*named('n'), stmt(WEIR_STMT_TYPE_COUNTER, string(WEIR_A_STMT_NAME, 'x'))]),
        ('a match that counts', errno.EINVAL, 'no meaning',
         [*named('n', 'quota'), stmt(WEIR_STMT_TYPE_MATCH, u64(WEIR_A_STMT_PACKETS, 1))]),
        ('twice', errno.EINVAL, 'twice', [*named('n'), counting(), counting()])):
    refused(f'new: {name}', error, said, once, make, *attrs)
refused('create of what is there', errno.EEXIST, 'counter o exists', once, make, *named(),
        counting(), flags=EXCL)
refused('create of another quota', errno.EEXIST, 'quota o exists', once, make, *named('o', 'quota'),
        quota(6), flags=EXCL)
refused('new settings that are wrong', errno.ERANGE, 'more than all', once, make, *named('o', 'quota'),
        quota(5, u64(WEIR_A_QUOTA_USED, 6)))
refused('in use', errno.EBUSY, 'used by rule handle', once, delete, *named())
refused('delete: no type', errno.EINVAL, 'type', once, delete, *named()[:3])
refused('delete: no name', errno.EINVAL, 'by name or by handle', once, delete, *named()[:2])
refused('delete: handle of another type', errno.ENOENT, 'no limit with handle', once, delete,
        *named()[:2], u64(WEIR_A_OBJECT_HANDLE, 2), string(WEIR_A_OBJECT_TYPE, 'limit'))
refused('a rule: no such object', errno.ENOENT, 'no counter p in table t', once, s.rule, use('p'))
refused('a rule: no name', errno.EINVAL, 'a name or a map', once, s.rule,
        item(WEIR_ITEM_TYPE_OBJECT, string(WEIR_A_ITEM_OBJECT_TYPE, 'counter')))
refused('a list of no table', errno.EINVAL, 'missing', objects, string(WEIR_A_OBJECT_NAME, 'o'))
refused('a list of nothing', errno.ENOENT, 'no such object', objects, *named('p'))
equal('nothing has changed', [('counter', 'o', 1), ('quota', 'o', 1)], objects())

# Transactions
handle = s.handles()[0]
s.begin()
s.ask(WEIR_CMD_RULE_DEL, *in_rule(), u64(WEIR_A_RULE_HANDLE, handle))
delete(*named())
make(*named(), counting(7, 8))
s.rule(use(), use())
equal('others see what is committed', (1, 2), state(s.dump(WEIR_CMD_OBJECT_GET)[0]))
s.abort()
equal('an abort brings all back', [('counter', 'o', 1), ('quota', 'o', 1)], objects())
refused('and its users', errno.EBUSY, 'used by rule', once, delete, *named())
s.begin()
make(*named('n'), counting())
delete(*named('n'))
make(*named('n'), counting())
s.rule(use('n'))
s.ask(WEIR_CMD_RULE_DEL, *in_rule())
delete(*named('n'))
s.commit()
equal('what comes and goes leaves no trace', [('counter', 'o', 0), ('quota', 'o', 0)], objects())
with s.txn():
    handle = s.rule(use(), use(), accept())
    s.ask(WEIR_CMD_RULE_NEW, *in_rule(), u64(WEIR_A_RULE_HANDLE, handle), use('o', 'quota'))
equal('a rule that is replaced uses nothing', [('counter', 'o', 0), ('quota', 'o', 1)], objects())
with s.txn():
    s.ask(WEIR_CMD_RULE_DEL, *in_rule(), flag(WEIR_A_RULE_BY_ITEMS), use('o', 'quota'))
equal('deleted by its items', [('counter', 'o', 0), ('quota', 'o', 0)], objects())
refused('a rule by its items must name what there is', errno.ENOENT, 'no counter p', once,
        s.ask, WEIR_CMD_RULE_DEL, *in_rule(), flag(WEIR_A_RULE_BY_ITEMS), use('p'))
once(delete, *named()[:2], u64(WEIR_A_OBJECT_HANDLE, s.dump(WEIR_CMD_OBJECT_GET)[1].get(
    WEIR_A_OBJECT_HANDLE)))
equal('deleted by handle', [('counter', 'o', 0)], objects())
once(delete, *named('p'), flag(WEIR_A_OBJECT_DESTROY))
ok('destroy what is not there', True)

# New settings
def settings(name, kind='quota'):
    for m in s.dump(WEIR_CMD_OBJECT_GET, *named(name, kind)):
        data = dict(parse(dict(parse(m.get(WEIR_A_OBJECT_STMT, bytes)))[WEIR_A_STMT_DATA]))
        return data
def shown(name='q'):
    data = settings(name)
    return number(data[WEIR_A_QUOTA_BYTES]), number(data[WEIR_A_QUOTA_USED]), WEIR_A_QUOTA_OVER in data
def used(octets):
    return u64(WEIR_A_QUOTA_USED, octets)
once(make, *named('q', 'quota'), quota(10, used(4)))
s.begin()
make(*named('q', 'quota'), quota(20))
make(*named('q', 'quota'), quota(30, used(5)))
make(*named('q', 'quota'), quota(40, flag(WEIR_A_QUOTA_OVER)))
equal('others see the old ones', (10, 4, False), shown())
s.abort()
equal('and those stay after an abort', (10, 4, False), shown())
once(make, *named('q', 'quota'), quota(20))
equal('what was used stays', (20, 4, False), shown())
once(make, *named('q', 'quota'), quota(20, used(0)))
equal('or is what is given', (20, 0, False), shown())
s.begin()
make(*named('q', 'quota'), quota(30, used(5)))
make(*named('q', 'quota'), quota(40, flag(WEIR_A_QUOTA_OVER)), string(WEIR_A_OBJECT_COMMENT, 'c'))
s.commit()
equal('the last ones of a transaction count', (40, 5, True), shown())
once(make, *named('q', 'quota'), quota(3))
equal('a quota below what was used', (3, 3, False), shown())
s.begin()
make(*named('q', 'quota'), quota(50))
delete(*named('q', 'quota'))
make(*named('q', 'quota'), quota(60))
make(*named('q', 'quota'), quota(70, used(7)))
s.commit()
equal('deleted and made again', (70, 7, False), shown())
def limit(rate):
    return match('limit', u64(WEIR_A_LIMIT_RATE, rate), u64(WEIR_A_LIMIT_UNIT, 1), u32(WEIR_A_LIMIT_BURST, 5))
once(make, *named('l', 'limit'), limit(6))
once(make, *named('l', 'limit'), limit(7))
equal('a limit', 7, number(settings('l', 'limit')[WEIR_A_LIMIT_RATE]))
s.begin()
make(*named('l', 'limit'), limit(8))
delete(*named('l', 'limit'))
delete(*named('q', 'quota'))
s.commit()
equal('gone with their new settings', [('counter', 'o', 0)], objects())

# Lists
with s.txn():
    s.table('u')
    for i in range(1000):
        make(*named(f'n{i}', table='u'), counting(i, 2 * i))
        make(*named(f'n{i}', 'quota', 'u'), quota(i))
equal('a list of thousands', 2001, len(objects()))
equal('of one type', 1001, len(objects(string(WEIR_A_OBJECT_TYPE, 'counter'))))
equal('of one name', [('counter', 'n7', 0), ('quota', 'n7', 0)], objects(*named('n7', table='u')[:3]))
equal('of both', [('quota', 'n7', 0)], objects(*named('n7', 'quota', 'u')))
listed = s.dump(WEIR_CMD_OBJECT_RESET, *named(table='u')[:2], string(WEIR_A_OBJECT_TYPE, 'counter'))
equal('a reset lists', [(i, 2 * i) for i in range(1000)], [state(m) for m in listed])
equal('and sets to zero', {(0, 0)}, {state(m) for m in s.dump(
    WEIR_CMD_OBJECT_GET, *named(table='u')[:2], string(WEIR_A_OBJECT_TYPE, 'counter'))})
with s.txn():
    s.ask(WEIR_CMD_TABLE_DEL, *in_table('u'))
equal('they go with their table', [('counter', 'o', 0)], objects())

# Events
ear = Sock(group=True)
with s.txn():
    make(*named('e'), counting(3, 4))
with s.txn():
    make(*named('e'), counting(), string(WEIR_A_OBJECT_COMMENT, 'x'))
with s.txn():
    delete(*named('e'))
heard = []
while len(heard) < 6:
    heard += ear.receive()
heard = [m for m in heard if m.cmd == WEIR_CMD_OBJECT_NTF]
equal('events', [WEIR_EVENT_NEW, WEIR_EVENT_CHANGE, WEIR_EVENT_DEL],
      [m.get(WEIR_A_OBJECT_EVENT) for m in heard])
equal('with what it is', [(3, 4)] * 3, [state(m) for m in heard])
equal('and its comment', [None, 'x', 'x'], [m.get(WEIR_A_OBJECT_COMMENT, text) for m in heard])
with s.txn():
    make(*named('eq', 'quota'), quota(1))
with s.txn():
    make(*named('eq', 'quota'), quota(1))
    make(*named('eq', 'quota'), quota(2))
with s.txn():
    make(*named('eq', 'quota'), quota(2))
with s.txn():
    delete(*named('eq', 'quota'))
heard = []
while not heard or heard[-1].get(WEIR_A_OBJECT_EVENT) != WEIR_EVENT_DEL:
    heard += [m for m in ear.receive() if m.cmd == WEIR_CMD_OBJECT_NTF]
equal('new settings are one event, the same ones none', [WEIR_EVENT_NEW, WEIR_EVENT_CHANGE, WEIR_EVENT_DEL],
      [m.get(WEIR_A_OBJECT_EVENT) for m in heard])
s.begin()
make(*named(), counting(), string(WEIR_A_OBJECT_COMMENT, 'y'))
s.abort()
equal('a comment is undone', None, s.dump(WEIR_CMD_OBJECT_GET)[0].get(WEIR_A_OBJECT_COMMENT, text))
s.flush()
equal('all is gone', [], objects())
END
wait_for rmmod weir_match_quota weir_match_limit weir_match_ct
check "the modules are free" true
