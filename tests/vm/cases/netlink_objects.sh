#!/bin/bash
# Tables, chains and rules: names, handles, places, and changes within and across
# transactions.
# once: the objects are weir's own
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
s = Sock()

def delete(cmd, *attrs):
    with s.txn():
        s.ask(cmd, *attrs)

# Tables
with s.txn():
    s.table('t', INET, string(WEIR_A_TABLE_COMMENT, 'one'))
    s.table('t', IP)
    s.table('t', INET)
refused('create what is there', errno.EEXIST, 'table inet t exists', lambda: [
    s.begin(), s.table('t', flags=EXCL)])
s.abort()
shown = s.ask(WEIR_CMD_TABLE_GET, *in_table())[0]
equal('a comment', 'one', shown.get(WEIR_A_TABLE_COMMENT, text))
first = shown.get(WEIR_A_TABLE_HANDLE)
equal('two families have tables of one name', 2, len(s.tables()))
equal('a list of one family', 1, len(s.dump(WEIR_CMD_TABLE_GET, u8(WEIR_A_TABLE_FAMILY, IP))))
with s.txn():
    s.ask(WEIR_CMD_TABLE_DEL, *in_table())
    s.table('t')
    s.ask(WEIR_CMD_TABLE_DEL, *in_table())
    s.table('t')
second = s.ask(WEIR_CMD_TABLE_GET, *in_table())[0].get(WEIR_A_TABLE_HANDLE)
ok('a new table of that name has another handle', second > first)
refused('delete what is not there', errno.ENOENT, 'no table inet u', delete,
        WEIR_CMD_TABLE_DEL, *in_table('u'))
delete(WEIR_CMD_TABLE_DEL, *in_table('u'), flag(WEIR_A_TABLE_DESTROY))
ok('destroy what is not there', True)
delete(WEIR_CMD_TABLE_DEL, u64(WEIR_A_TABLE_HANDLE, second))
equal('delete by handle', 1, len(s.tables()))
s.flush()
equal('delete all', [], s.tables())
refused('a family that is none', errno.EAFNOSUPPORT, 'no such family', lambda: [
    s.begin(), s.table('t', 7)])
s.abort()
refused('an empty name', errno.EINVAL, 'empty', lambda: [s.begin(), s.table('')])
s.abort()
refused('a name that clears the screen', errno.EINVAL, 'control character',
        lambda: [s.begin(), s.table('\x1bc')])
s.abort()
for size, fits in (255, True), (256, False), (10000, False):
    try:
        with s.txn():
            s.table('n' * size)
            s.chain('n' * size, table='n' * size)
        equal(f'a name of {size} bytes', fits, s.tables() == ['n' * size] and
              s.chains() == ['n' * size])
    except Refused as no:
        ok(f'a name of {size} bytes is refused', not fits, no)
s.flush()

# Chains
with s.txn():
    s.table()
    s.chain('b', base(WEIR_HOOK_FORWARD, -300))
    s.chain('r')
chains = s.dump(WEIR_CMD_CHAIN_GET)
attach = dict(parse(chains[0].get(WEIR_A_CHAIN_BASE, bytes)))
equal('hook, priority, policy', (WEIR_HOOK_FORWARD, -300, WEIR_VERDICT_ACCEPT),
      (number(attach[WEIR_A_BASE_HOOK]), struct.unpack('i', attach[WEIR_A_BASE_PRIORITY])[0],
       number(attach[WEIR_A_BASE_POLICY])))
equal('a regular chain has none', None, chains[1].get(WEIR_A_CHAIN_BASE, bytes))

def policy(name, what):
    with s.txn():
        s.chain(name, base(policy=what))
policy('b', WEIR_VERDICT_DROP)
shown = s.ask(WEIR_CMD_CHAIN_GET, *in_chain(), string(WEIR_A_CHAIN_NAME, 'b'))[0]
equal('the policy changes', WEIR_VERDICT_DROP,
      number(dict(parse(shown.get(WEIR_A_CHAIN_BASE, bytes)))[WEIR_A_BASE_POLICY]))
refused('a policy that is none', errno.EINVAL, 'accept or drop', policy, 'b', WEIR_VERDICT_JUMP)
refused('a regular chain has no policy', errno.EEXIST, 'no base chain', policy, 'r',
        WEIR_VERDICT_DROP)
refused('a base chain without a hook', errno.EINVAL, 'a hook and a priority', policy, 'new',
        WEIR_VERDICT_DROP)

def another_hook():
    with s.txn():
        s.chain('b', base(WEIR_HOOK_INPUT, -300))
refused('the hook does not change', errno.EEXIST, 'another hook', another_hook)

def rename(old, new):
    s.chain(old, string(WEIR_A_CHAIN_NEW_NAME, new))
s.begin()
rename('r', 'q')
equal('a rename is not listed before the commit', ['b', 'r'], s.chains())
s.chain('r')
rename('q', 'p')
rename('r', 'q')
s.commit()
equal('names move within a transaction', ['b', 'p', 'q'], s.chains())
s.begin()
rename('p', 'o')
s.abort()
equal('an abort takes a rename back', ['b', 'p', 'q'], s.chains())
s.begin()
rename('p', 'o')
rename('o', 'p')
s.commit()
equal('there and back', ['b', 'p', 'q'], s.chains())
refused('rename to what is there', errno.EEXIST, 'chain q exists', lambda: [
    s.begin(), rename('p', 'q')])
s.abort()
refused('rename what is not there', errno.ENOENT, 'no chain x', lambda: [
    s.begin(), rename('x', 'y')])
s.abort()

# Chains in use
with s.txn():
    user = s.rule(jump('p'), chain='b')
drop_p = (WEIR_CMD_CHAIN_DEL, *in_chain(), string(WEIR_A_CHAIN_NAME, 'p'))
refused('a chain in use cannot go', errno.EBUSY,
        f'chain p is used by rule handle {user} in chain b', delete, *drop_p)
refused('a jump to a base chain', errno.EOPNOTSUPP, 'base chain', lambda: [
    s.begin(), s.rule(jump('b'), chain='q')])
s.abort()
refused('a jump to nowhere', errno.ENOENT, 'no chain nowhere in table t', lambda: [
    s.begin(), s.rule(jump('nowhere'), chain='q')])
s.abort()
with s.txn():
    s.ask(WEIR_CMD_RULE_DEL, *in_rule('b'), u64(WEIR_A_RULE_HANDLE, user))
    s.ask(*drop_p)
equal('with its user it goes', ['b', 'q'], s.chains())
s.flush()

# Rules: places
with s.txn():
    s.table()
    s.chain()
    s.chain('d')
    h = [s.rule(udp_dport(i)) for i in range(3)]
def add(*attrs):
    s.begin()
    handle = s.rule(accept(), *attrs)
    places = handle
    s.commit()
    return handle
def place(name, wanted, *attrs):
    handle = add(*attrs)
    equal(name, wanted(handle), s.handles())
    delete(WEIR_CMD_RULE_DEL, *in_rule(), u64(WEIR_A_RULE_HANDLE, handle))
before = flag(WEIR_A_RULE_BEFORE)
place('at the end', lambda n: h + [n])
place('at the head', lambda n: [n] + h, before)
place('behind a rule', lambda n: [h[0], n, h[1], h[2]], u64(WEIR_A_RULE_POSITION, h[0]))
place('before a rule', lambda n: [h[0], n, h[1], h[2]], u64(WEIR_A_RULE_POSITION, h[1]), before)
place('behind an index', lambda n: [h[0], h[1], n, h[2]], u32(WEIR_A_RULE_INDEX, 1))
place('before an index', lambda n: [h[0], n, h[1], h[2]], u32(WEIR_A_RULE_INDEX, 1), before)
equal('a rule of one chain by its handle', [h[1]],
      s.handles(*in_rule(), u64(WEIR_A_RULE_HANDLE, h[1])))
equal('and the rule before it', h[0],
      s.rules(*in_rule(), u64(WEIR_A_RULE_HANDLE, h[1]))[0].get(WEIR_A_RULE_POSITION))
for name, attrs in (('an index that is not there', [u32(WEIR_A_RULE_INDEX, 3)]),
                    ('a position that is not there', [u64(WEIR_A_RULE_POSITION, 999)])):
    refused(name, errno.ENOENT, 'no rule', add, *attrs)
    s.abort()
refused('two places', errno.EINVAL, 'more than once', add, u32(WEIR_A_RULE_INDEX, 0),
        u64(WEIR_A_RULE_POSITION, h[0]))
s.abort()

# Rules: replace
with s.txn():
    same = s.rule(udp_dport(77), counter(3, 4), u64(WEIR_A_RULE_HANDLE, h[1]))
equal('a rule that is replaced keeps its handle', (h[1], h), (same, s.handles()))
with s.txn():
    s.rule(udp_dport(78), u64(WEIR_A_RULE_HANDLE, h[1]))
    s.rule(udp_dport(79), counter(8, 9), u64(WEIR_A_RULE_HANDLE, h[1]))
equal('twice in a transaction', ([(8, 9)], h), (counters(s.rules()), s.handles()))
s.begin()
s.rule(udp_dport(80), u64(WEIR_A_RULE_HANDLE, h[1]))
s.ask(WEIR_CMD_RULE_DEL, *in_rule(), u64(WEIR_A_RULE_HANDLE, h[1]))
refused('replaced and deleted, it is gone', errno.ENOENT, 'no rule with handle', s.rule,
        udp_dport(81), u64(WEIR_A_RULE_HANDLE, h[1]))
s.abort()
equal('an abort brings it back', ([(8, 9)], h), (counters(s.rules()), s.handles()))
s.begin()
s.rule(udp_dport(80), u64(WEIR_A_RULE_HANDLE, h[1]))
equal('the old one is listed meanwhile', [(8, 9)],
      counters(s.rules(*in_rule(), u64(WEIR_A_RULE_HANDLE, h[1]))))
s.ask(WEIR_CMD_RULE_DEL, *in_rule(), u64(WEIR_A_RULE_HANDLE, h[1]))
s.commit()
equal('replaced and deleted, committed', [h[0], h[2]], s.handles())
refused('the wrong chain', errno.ENOENT, 'is in chain c', lambda: [
    s.begin(), s.rule(accept(), u64(WEIR_A_RULE_HANDLE, h[0]), chain='d')])
s.abort()

# Rules: delete
with s.txn():
    s.rule(udp_dport(0), counter(1, 1))
    twins = [s.rule(udp_dport(5), counter(7, 7), drop(), string(WEIR_A_RULE_COMMENT, 'x'))
             for _ in range(2)]
by_items = [flag(WEIR_A_RULE_BY_ITEMS)]
delete(WEIR_CMD_RULE_DEL, *in_rule(), *by_items, udp_dport(5), counter(), drop())
ok('delete the first that has these items', twins[0] not in s.handles() and
   twins[1] in s.handles())
refused('none has', errno.ENOENT, 'no such rule', delete, WEIR_CMD_RULE_DEL, *in_rule(),
        *by_items, udp_dport(5), drop())
delete(WEIR_CMD_RULE_DEL, *in_rule(), *by_items, udp_dport(5), drop(),
       flag(WEIR_A_RULE_DESTROY))
ok('destroy none', True)
delete(WEIR_CMD_RULE_DEL, *in_rule(), u32(WEIR_A_RULE_INDEX, 0))
ok('delete by index', h[0] not in s.handles())
gone = s.handles()
with s.txn():
    s.ask(WEIR_CMD_RULE_DEL, *in_rule())
    fresh = s.rule(accept())
equal('all rules of a chain, and one anew', [fresh], s.handles())
ok('handles are never used again', fresh > max(gone))
with s.txn():
    s.rule(accept(), chain='d')
delete(WEIR_CMD_RULE_DEL, *in_rule()[:2])
equal('all rules of a table', [], s.handles())
s.begin()
for _ in range(20):
    s.rule(accept(), flag(WEIR_A_RULE_BEFORE))
s.ask(WEIR_CMD_RULE_DEL, *in_rule(), u32(WEIR_A_RULE_INDEX, 19))
refused('an index as the transaction sees it', errno.ENOENT, 'no rule 19', s.ask,
        WEIR_CMD_RULE_DEL, *in_rule(), u32(WEIR_A_RULE_INDEX, 19))
s.abort()
equal('an abort undoes all of it', [], s.handles())

# One transaction that does everything
with s.txn():
    s.chain('e')
    s.rule(jump('e'), chain='d')
    s.rule(accept(), chain='e')
    s.ask(WEIR_CMD_TABLE_DEL, *in_table())
    s.table()
    s.chain('d', base(WEIR_HOOK_INPUT))
    s.chain('e')
    s.rule(jump('e'), chain='d')
equal('a new table in place of the old one', (['d', 'e'], 1), (s.chains(), len(s.handles())))
users = {m.get(WEIR_A_CHAIN_NAME, text): m.get(WEIR_A_CHAIN_USERS)
         for m in s.dump(WEIR_CMD_CHAIN_GET)}
equal('chains count their users', {'d': 0, 'e': 1}, users)
s.flush()

# Owners
o = Sock()
with o.txn():
    o.table('mine', INET, u32(WEIR_A_TABLE_FLAGS, WEIR_TABLE_FLAGS_OWNER))
    o.table('kept', INET, u32(WEIR_A_TABLE_FLAGS,
                              WEIR_TABLE_FLAGS_OWNER | WEIR_TABLE_FLAGS_PERSIST))
    o.chain('c', base(WEIR_HOOK_INPUT), table='mine')
refused('a table of another owner', errno.EPERM, rf'table mine belongs to pid {os.getpid()} \(',
        lambda: [s.begin(), s.chain('d', table='mine')])
s.abort()
s.flush()
equal('a flush passes over it', ['mine', 'kept'], s.tables())
s.begin()
o.close()
equal('while another one writes it stays', ['mine', 'kept'], s.tables())
s.abort()
equal('then it goes with its owner, unless it persists', ['kept'], s.tables())
refused('an orphan is taken over before it is changed', errno.EPERM, 'take it over',
        lambda: [s.begin(), s.chain('d', table='kept')])
s.abort()
with s.txn():
    s.table('kept', INET, u32(WEIR_A_TABLE_FLAGS,
                              WEIR_TABLE_FLAGS_OWNER | WEIR_TABLE_FLAGS_PERSIST))
    s.chain('d', table='kept')
equal('and then it can be', ['d'], s.chains())
s.flush()
equal('nothing is left', [], s.tables())
with s.txn():
    s.table('last', INET, u32(WEIR_A_TABLE_FLAGS, WEIR_TABLE_FLAGS_OWNER))
s.close()
equal('it goes at once if nobody writes', [], Sock().tables())
END

check "nothing is left that holds the module" rmmod weir
