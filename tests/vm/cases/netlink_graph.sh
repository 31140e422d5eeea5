#!/bin/bash
# Where jumps lead: loops, depth, and graphs on which a naive walk would take years.
# once: the core's own bookkeeping, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
s = Sock()

def graph(edges, goto=(), hook=True, depth=None):
    """Load a table: base chain 0, or none, and rules from one chain to another."""
    names = sorted({str(n) for edge in edges for n in edge})
    with s.txn():
        s.ask(WEIR_CMD_TABLE_DEL)
        s.table()
        for name in names:
            s.chain(name, *([base(WEIR_HOOK_INPUT)] if hook and name == '0' else []))
        for edge in edges:
            what = WEIR_VERDICT_GOTO if edge in goto else WEIR_VERDICT_JUMP
            s.rule(verdict(what, str(edge[1])), chain=str(edge[0]))

refused('a chain that jumps to itself', errno.ELOOP, '^chain 1 jumps to itself$', graph,
        [(0, 1), (1, 1)])
refused('two that jump to each other', errno.ELOOP, 'chain 1 jumps to itself through 2', graph,
        [(0, 1), (1, 2), (2, 1)])
refused('goto is no way out', errno.ELOOP, 'through', graph, [(0, 1), (1, 2), (2, 1)],
        goto=[(1, 2), (2, 1)])
refused('a loop that no hook leads to', errno.ELOOP, 'through', graph,
        [(1, 2), (2, 3), (3, 1)], hook=False)
equal('nothing of it is there', [], s.tables())

line = [(i, i + 1) for i in range(100)]
graph(line[:16])
ok('16 jumps deep', True)
refused('17 jumps deep', errno.EMLINK, 'below chain 0 jumps are 17 deep, where 16', graph, line[:17])
refused('100 jumps deep', errno.EMLINK, '100 deep', graph, line)
graph(line, hook=False)
ok('100 chains deep where no hook leads', True)

def attach():
    with s.txn():
        s.chain('b', base(WEIR_HOOK_INPUT))
        s.rule(jump('0'), chain='b')
refused('until one does', errno.EMLINK, '101 deep', attach)
graph(line, goto=line)
ok('100 gotos deep', True)
graph([(i, i + 1) for i in range(16) for _ in range(8)])
ok('8^16 ways through 16 chains', True)

s.begin()
s.rule(jump('0'.replace('0', '1')), chain='16')
refused('a loop that is added later', errno.ELOOP, 'through 16', s.commit)
with s.txn():
    s.ask(WEIR_CMD_RULE_DEL, *in_rule('1'))
    s.rule(jump('1'), chain='16')
ok('the other way round, once the first is gone', True)
s.flush()

# 20,000 chains in a row, which a recursive walk would not survive
s.begin()
s.table()
names = [f'c{i}' for i in range(20000)]
for first in range(0, 20000, 200):
    s.send(*[s.message(WEIR_CMD_CHAIN_NEW, *in_chain(), string(WEIR_A_CHAIN_NAME, name), flags=0)
             for name in names[first:first + 200]])
for first in range(0, 19999, 200):
    s.send(*[s.message(WEIR_CMD_RULE_NEW, *in_rule(names[i]), jump(names[i + 1]), flags=0)
             for i in range(first, min(first + 200, 19999))])
s.commit()
equal('a chain of 20,000 chains', 20000, len(s.chains()))
s.begin()
s.rule(jump('c0'), chain='c19999')
refused('closed to a ring', errno.ELOOP, 'jumps to itself through', s.commit)
s.flush()
END

check "nothing is left that holds the module" rmmod weir
