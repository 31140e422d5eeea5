#!/bin/bash
# Transactions: all or nothing, one writer at a time, and what becomes of a writer
# that is refused, falls asleep or is killed.
# once: transactions are weir's own
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

from_python here <<'END'
import subprocess
import time
a, b = Sock(), Sock()

# Begin, commit, abort
equal('generations are counted from 1', 1, a.gen())
refused('a change without a transaction', errno.ENOTCONN, 'begin one', a.table)
refused('a commit without a transaction', errno.ENOTCONN, 'begin one', a.commit)
a.abort()
ok('an abort without a transaction is none', True)
a.begin()
a.table()
equal('what is not committed is not listed', [], b.tables())
equal('the writer lists what is committed, too', [], a.tables())
equal('the open transaction has a holder', os.getpid(), b.status().get(WEIR_A_TXN_OPEN_PID))
refused('begin twice', errno.EALREADY, 'already', a.begin)
refused('a refused begin fails the transaction', errno.ECANCELED, 'earlier', a.table, 'u')
a.abort()
equal('after the abort there is no holder', None, b.status().get(WEIR_A_TXN_OPEN_PID))
with a.txn():
    a.table()
equal('a commit makes a generation', 2, a.gen())
equal('and is listed', ['t'], b.tables())
a.begin()
equal('a commit of nothing keeps the generation', 2, a.commit())
a.begin()
a.table('checked')
equal('a commit that checks answers', 2, a.commit(check=True))
equal('and changes nothing', ['t'], a.tables())
refused('and ends the transaction', errno.ENOTCONN, '', a.table)

# Two writers
a.begin()
refused('the second writer is told who is the first', errno.EBUSY,
        rf'^pid {os.getpid()} \(python3\) is changing the ruleset', b.begin)
a.abort()
refused('begin with a generation that is gone', errno.ERESTART if hasattr(errno, 'ERESTART')
        else ERESTART, 'generation 2, not 1', a.begin, 1)
a.begin(2)
ok('begin with the current generation', True)
refused('commit with a generation that is gone', ERESTART, 'generation 2, not 7', a.ask,
        WEIR_CMD_TXN_COMMIT, u64(WEIR_A_TXN_GEN, 7))
b.begin()
ok('a refused commit makes room for others', True)
b.abort()

# After a refusal
a.begin()
a.table('x')
refused('a chain in no table', errno.ENOENT, 'no table inet nowhere', a.chain, table='nowhere')
a.tell(WEIR_CMD_TABLE_NEW, *in_table('y'))
ok('later changes are passed over in silence', a.silent())
refused('unless an answer is asked for', errno.ECANCELED, 'earlier change was refused', a.table, 'y')
refused('and the commit is refused', errno.ECANCELED, 'earlier change was refused', a.commit)
equal('nothing has changed', ['t'], a.tables())
b.begin()
b.abort()

# A datagram with a mistake in the middle that generic netlink itself would refuse
a.begin()
a.send(a.message(WEIR_CMD_TABLE_NEW, *in_table('first'), flags=0),
       a.message(WEIR_CMD_TABLE_NEW, u16(WEIR_A_TABLE_FAMILY, INET), flags=0),
       a.message(WEIR_CMD_TABLE_NEW, *in_table('last'), flags=0),
       a.message(WEIR_CMD_TXN_COMMIT, flags=ACK))
answers = a.receive() + a.receive()
equal('a mistake and the commit behind it are refused, nothing else',
      [errno.EINVAL, errno.ECANCELED],
      [x.errno for x in answers if isinstance(x, Refused)])
equal('all or nothing', ['t'], a.tables())

# Sockets that close
a.begin()
a.table('gone')
a.close()
wait = Sock()
wait.begin()
ok('a socket that closes lets its transaction go', True)
wait.abort()
equal('and its changes', ['t'], b.tables())

writer = subprocess.Popen([sys.executable, '-c', '''
from nl import *
s = Sock()
s.begin()
s.table('killed')
s.chain('c', base(WEIR_HOOK_INPUT, 0, WEIR_VERDICT_DROP), table='killed')
for i in range(100):
    s.rule(counter(), drop(), table='killed')
print('ready', flush=True)
s.sock.recv(1)
'''], stdout=subprocess.PIPE)
writer.stdout.readline()
refused('a writer in another process', errno.EBUSY, rf'pid {writer.pid} \(python3\)', b.begin)
equal('is seen', 'python3', b.status().get(WEIR_A_TXN_OPEN_COMM, text))
writer.kill()
writer.wait()
b.begin()
equal('kill -9 in the middle undoes everything', ['t'], b.tables())

# The module cannot go
ok('the module is in use', subprocess.run(['rmmod', 'weir'], capture_output=True).returncode)
b.ask(WEIR_CMD_TABLE_DEL)
b.commit()
b.begin()
ok('rmmod while a transaction is open fails',
   subprocess.run(['rmmod', 'weir'], capture_output=True).returncode)
b.table()
b.abort()
equal('nothing is left', [], b.tables())

# A writer that falls asleep
a = Sock()
a.begin()
a.table('sleepy')
time.sleep(8)
refused('a writer may be idle for a while', errno.EBUSY, 'is changing', b.begin)
a.table('sleepy2')
time.sleep(4)
refused('a message starts the time again', errno.EBUSY, 'is changing', b.begin)
time.sleep(8)
b.begin()
ok('a writer that is idle for longer loses its place', True)
refused('it is told so', ERESTART, 'idle and another writer took over', a.table, 'z')
a.tell(WEIR_CMD_TABLE_NEW, *in_table('z'))
ok('once', a.silent())
refused('and cannot commit', errno.ECANCELED, '', a.commit)
b.table('b')
b.commit()
equal('what it had changed is undone', ['b'], a.tables())
a.begin()
a.table('a')
a.commit()
equal('it may begin again', ['b', 'a'], a.tables())
a.flush()
END

check "the module can go when nothing is left" rmmod weir
