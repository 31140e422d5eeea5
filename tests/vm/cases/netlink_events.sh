#!/bin/bash
# Events: one for each object that a commit changed, and one that says who it was.
# once: they are made the same way on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
s, ear = Sock(), Sock(group=True)
KINDS = {WEIR_CMD_TABLE_NTF: ('table', WEIR_A_TABLE_EVENT, WEIR_A_TABLE_NAME),
         WEIR_CMD_CHAIN_NTF: ('chain', WEIR_A_CHAIN_EVENT, WEIR_A_CHAIN_NAME),
         WEIR_CMD_RULE_NTF: ('rule', WEIR_A_RULE_EVENT, WEIR_A_RULE_HANDLE)}
NAMES = {WEIR_EVENT_NEW: 'new', WEIR_EVENT_CHANGE: 'change', WEIR_EVENT_DEL: 'del'}

def heard():
    """Events of one transaction, and the message that ends it."""
    events = []
    while True:
        for m in ear.receive():
            if m.cmd == WEIR_CMD_TXN_NTF:
                return events, m
            if m.cmd == WEIR_CMD_RULE_PART:
                parts.append(m)
                continue
            kind, event, name = KINDS[m.cmd]
            events.append((NAMES[m.get(event)], kind,
                           m.get(name, number if kind == 'rule' else text),
                           *(map(text, m.all(WEIR_A_CHAIN_NEW_NAME)) if kind == 'chain' else ())))
parts = []

with s.txn():
    s.table()
    s.chain('b', base(WEIR_HOOK_INPUT))
    s.chain('r')
    h = [s.rule(counter(), jump('r'), chain='b'), s.rule(accept(), chain='r')]
events, end = heard()
equal('what is made', [('new', 'table', 't'), ('new', 'chain', 'b'), ('new', 'chain', 'r'),
                       ('new', 'rule', h[0]), ('new', 'rule', h[1])], events)
equal('who it was', (os.getpid(), 'python3', 2, 5),
      (end.get(WEIR_A_TXN_PID), end.get(WEIR_A_TXN_COMM, text), end.get(WEIR_A_TXN_GEN),
       end.get(WEIR_A_TXN_CHANGES)))
with s.txn():
    s.table('t', INET, u32(WEIR_A_TABLE_FLAGS, WEIR_TABLE_FLAGS_DORMANT))
    s.chain('b', base(policy=WEIR_VERDICT_DROP))
    s.chain('r', string(WEIR_A_CHAIN_NEW_NAME, 'q'))
    s.rule(drop(), u64(WEIR_A_RULE_HANDLE, h[1]), chain='q')
equal('what changes', [('change', 'table', 't'), ('change', 'chain', 'b'),
                       ('change', 'chain', 'r', 'q'), ('change', 'rule', h[1])], heard()[0])
s.begin()
s.table('u')
s.chain('v')
s.abort()
with s.txn():
    s.chain('x')
    s.rule(accept(), chain='x')
    s.ask(WEIR_CMD_CHAIN_DEL, *in_chain(), string(WEIR_A_CHAIN_NAME, 'x'))
    s.ask(WEIR_CMD_RULE_DEL, *in_rule('b'), u64(WEIR_A_RULE_HANDLE, h[0]))
equal('what comes and goes in one transaction, or is undone, is no event',
      [('del', 'rule', h[0])], heard()[0])
s.flush()
equal('what goes', [('del', 'rule', h[1]), ('del', 'chain', 'b'), ('del', 'chain', 'q'),
                    ('del', 'table', 't')], heard()[0])
with s.txn():
    s.table()
    s.chain()
    s.ask(WEIR_CMD_RULE_NEW, *in_rule(), *[counter()] * 1000)
equal('a rule that is longer than a message', 3, len(heard()[0]))
ok('goes on in parts', len(parts) > 1, len(parts))
s.flush()
heard()

# More than a listener can take
deaf = Sock(group=True, rcvbuf=4096)
s.begin()
s.table()
s.chain()
for _ in range(20):
    s.send(*[s.message(WEIR_CMD_RULE_NEW, *in_rule(), accept(), flags=0) for _ in range(100)])
s.commit()
try:
    for _ in range(100):
        deaf.receive()
    ok('who misses events is told', False)
except OSError as no:
    equal('who misses events is told', errno.ENOBUFS, no.errno)
s.flush()
END
check "nothing is left that holds the module" rmmod weir
