#!/bin/bash
# Lists: of rules that fit into no message, while others commit, and of counters
# that are reset while packets pass.
# once: the dumps are weir's own, over one kernel interface
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
import threading
import time
s = Sock()

def send_rule(*chunks):
    cmd, head = WEIR_CMD_RULE_NEW, in_rule()
    for i, chunk in enumerate(chunks):
        more = [flag(WEIR_A_RULE_MORE)] if i + 1 < len(chunks) else []
        s.ask(cmd, *head, *chunk, *more)
        cmd, head = WEIR_CMD_RULE_PART, []

def content(rules):
    """Items with ranges of split conditions put together."""
    lists = []
    for rule in rules:
        items = []
        for data in rule.all(WEIR_A_RULE_ITEM):
            attrs = dict(parse(data))
            if number(attrs[WEIR_A_ITEM_TYPE]) == WEIR_ITEM_TYPE_ELEMS:
                items[-1][WEIR_A_ITEM_RANGES] += attrs[WEIR_A_ITEM_RANGES]
            else:
                items.append(attrs)
        lists.append(items)
    return lists

# Rules that are longer than a message
s.begin()
s.table()
s.chain('c', base(WEIR_HOOK_OUTPUT))
wide = [struct.pack('>2I', i, i + 1) for i in range(0, 100000, 2)]
send_rule([cond(meta(WEIR_META_MARK), bytes(4)), ranges(meta(WEIR_META_LENGTH), b''.join(wide[:7000]))],
          *[[elems(b''.join(wide[i:i + 7000]))] for i in range(7000, 50000, 7000)],
          [counter(1, 2)])
conds = [cond(meta(WEIR_META_MARK), struct.pack('>I', i), WEIR_REL_NE) for i in range(1, 1001)]
send_rule(*[conds[i:i + 100] for i in range(0, 1000, 100)], [counter(3, 4), accept()])
s.rule(udp_dport(9), counter())
s.commit()
rules = s.rules()
equal('three rules', 3, len(rules))
first, second, third = content(rules)
equal('50,000 ranges come back', b''.join(wide), first[1][WEIR_A_ITEM_RANGES])
equal('with the items around them', (3, (1, 2)), (len(first), counters(rules)[0]))
equal('1,000 conditions come back', [struct.pack('>I', i) for i in range(1, 1001)],
      [item[WEIR_A_ITEM_VALUE] for item in second[:1000]])
equal('with the items behind them', 1002, len(second))
messages = s.dump(WEIR_CMD_RULE_GET)
equal('each message tells whether a part follows',
      [m.cmd == WEIR_CMD_RULE_PART for m in messages[1:]] + [False],
      [m.get(WEIR_A_RULE_MORE, bool) is not None for m in messages])
equal('each rule tells the one before it',
      [None] + [m.get(WEIR_A_RULE_HANDLE) for m in rules[:2]],
      [m.get(WEIR_A_RULE_POSITION) for m in rules])
equal('a reset of long rules resets each counter once', [(1, 2), (3, 4), (0, 0)],
      counters(s.rules(cmd=WEIR_CMD_RULE_RESET)))
equal('to zero', [(0, 0)] * 3, counters(s.rules()))

# Lists while others commit
s.begin()
s.ask(WEIR_CMD_RULE_DEL, *in_rule())
for first in range(0, 3000, 100):
    s.send(*[s.message(WEIR_CMD_RULE_NEW, *in_rule(), udp_dport(i), counter(), flags=0)
             for i in range(first, first + 100)])
s.commit()
equal('3,000 rules', 3000, len(s.rules()))
ok('undisturbed, the list is whole', not s.interrupted)
other = Sock()

def pieces(reader, disturb):
    """List in pieces, with something between the first and the second."""
    reader.send(reader.message(WEIR_CMD_RULE_GET, flags=DUMP))
    found, done = reader.receive(), False
    disturb()
    while not done:
        for item in found:
            if item.cmd == 'done':
                done = True
        yield from found
        found = [] if done else reader.receive()

def commit():
    with other.txn():
        other.ask(WEIR_CMD_RULE_DEL, *in_rule())
        other.rule(accept())
seen = list(pieces(s, lambda: [other.begin(), other.ask(WEIR_CMD_RULE_DEL, *in_rule()),
                               other.chain('x'), other.rule(accept(), chain='x')]))
equal('an open transaction does not disturb a list', (3001, False),
      (len(seen), any(m.flags & DUMP_INTR for m in seen)))
other.abort()
seen = list(pieces(s, commit))
ok('a commit ends it as interrupted', len(seen) < 3001 and seen[-1].flags & DUMP_INTR,
   len(seen), hex(seen[-1].flags))
equal('and it can be started again', 1, len(s.rules()))

# Many writers and readers at once
stop = time.time() + 15
wrong = []
def write(name):
    w = Sock()
    while time.time() < stop:
        try:
            w.begin()
            for _ in range(5):
                w.rule(counter())
            w.ask(WEIR_CMD_RULE_DEL, *in_rule(), u32(WEIR_A_RULE_INDEX, 0))
            w.commit()
        except Refused as no:
            if no.errno != errno.EBUSY:
                wrong.append(str(no))
            w.abort()
            time.sleep(.002)
def read():
    r = Sock()
    while time.time() < stop:
        handles = r.handles()
        if len(set(handles)) != len(handles):
            wrong.append('a rule was listed twice')
        if not r.interrupted and (len(handles) - 1) % 4:
            wrong.append(f'half a transaction: {len(handles)} rules')
threads = [threading.Thread(target=f, args=a)
           for f, a in ((write, 'a'), (write, 'b'), (read, ()), (read, ()))]
for t in threads:
    t.start()
for t in threads:
    t.join()
equal('two writers and two readers for 15 s', [], wrong[:3])

# Counters that are reset while packets pass
with s.txn():
    s.ask(WEIR_CMD_RULE_DEL, *in_rule())
    s.rule(udp_dport(9), counter())
sent = [0, 0]
stop = time.time() + 5
def traffic(i):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while time.time() < stop:
        udp.sendto(b'12', ('127.0.0.1', 9))
        sent[i] += 1
threads = [threading.Thread(target=traffic, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
total = [0, 0]
resets = 0
while any(t.is_alive() for t in threads):
    packets, octets = counters(s.rules(cmd=WEIR_CMD_RULE_RESET))[0]
    total = [total[0] + packets, total[1] + octets]
    resets += 1
for t in threads:
    t.join()
packets, octets = counters(s.rules(cmd=WEIR_CMD_RULE_RESET))[0]
total = [total[0] + packets, total[1] + octets]
equal(f'resets lose no packet', [sum(sent), sum(sent) * 30], total)
ok('and there were many of both', resets > 10 and sum(sent) > 100, resets, sent)

# A counter survives the change of other rules
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(3):
    udp.sendto(b'12', ('127.0.0.1', 9))
with s.txn():
    s.rule(counter(), flag(WEIR_A_RULE_BEFORE))
    s.rule(counter())
    s.chain('c', base(policy=WEIR_VERDICT_DROP))
udp2 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    udp2.sendto(b'12', ('127.0.0.1', 9))
except PermissionError:
    ok('the new policy counts', True)
equal('a counter survives', [(1, 30), (4, 120), (1, 30)], counters(s.rules()))
s.flush()
END
check "nothing is left that holds the module" rmmod weir
