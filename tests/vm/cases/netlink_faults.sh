#!/bin/bash
# Memory that runs out at any point of a transaction: it is refused, everything is
# undone, and nothing is lost. Needs a kernel that can make allocations fail
# (make check-debug).
# timeout: 1200
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

faults=/sys/kernel/debug/failslab
if ! [ -d $faults ] || ! [ -e /proc/self/make-it-fail ]; then
	rmmod weir
	skip_all "this kernel cannot make allocations fail"
fi
modprobe -a weir_match_ct weir_match_limit weir_target_log
for setting in task-filter=Y ignore-gfp-wait=N verbose=0 times=-1 space=0 interval=1; do
	echo "${setting#*=}" > "$faults/${setting%=*}"
done

from_python here <<'END'
s = Sock()

# Open all the time, because opening needs memory as well.
probability = os.open('/sys/kernel/debug/failslab/probability', os.O_WRONLY)
switch = os.open('/proc/thread-self/make-it-fail', os.O_WRONLY)

@contextlib.contextmanager
def failing(percent):
    os.write(probability, b'%d' % percent)
    os.write(switch, b'1')
    try:
        yield
    finally:
        os.write(switch, b'0')

def plugin(kind, name, *data):
    return item(kind, string(WEIR_A_ITEM_NAME, name), nest(WEIR_A_ITEM_DATA, *data))

limit = plugin(WEIR_ITEM_TYPE_MATCH, 'limit', u64(WEIR_A_LIMIT_RATE, 5),
               u64(WEIR_A_LIMIT_UNIT, 60), u32(WEIR_A_LIMIT_BURST, 5),
               u32(WEIR_A_LIMIT_TYPE, WEIR_LIMIT_TYPE_PACKETS))
log = plugin(WEIR_ITEM_TYPE_TARGET, 'log', string(WEIR_A_LOG_PREFIX, 'x '))
state = cond(key(WEIR_KEY_TYPE_PLUGIN, string(WEIR_A_KEY_NAME, 'ct'),
                 nest(WEIR_A_KEY_DATA, u32(WEIR_A_CT_KEY, WEIR_CT_KEY_STATE))),
             struct.pack('>I', WEIR_CT_STATE_NEW), WEIR_REL_ANY)
wide = struct.pack('>4I', 1, 2, 4, 5) * 100

def changes(turn):
    """A transaction of every kind of change, from what was committed before."""
    name = f't{turn}'
    yield WEIR_CMD_TABLE_DEL, []
    yield WEIR_CMD_TABLE_NEW, [*in_table(name), string(WEIR_A_TABLE_COMMENT, 'x')]
    for chain, more in (('c', [base(WEIR_HOOK_INPUT)]), ('d', [base(WEIR_HOOK_OUTPUT, 5)]),
                        ('r', [string(WEIR_A_CHAIN_COMMENT, 'x')])):
        yield WEIR_CMD_CHAIN_NEW, [*in_chain(name), string(WEIR_A_CHAIN_NAME, chain), *more]
    yield WEIR_CMD_RULE_NEW, [*in_rule('c', name), limit, state, counter(), jump('r')]
    yield WEIR_CMD_RULE_NEW, [*in_rule('r', name), ranges(meta(WEIR_META_MARK), wide), log,
                              string(WEIR_A_RULE_COMMENT, 'x'), flag(WEIR_A_RULE_MORE)]
    yield WEIR_CMD_RULE_PART, [*[counter()] * 8, accept()]
    yield WEIR_CMD_RULE_NEW, [*in_rule('d', name), counter(), accept()]
    yield WEIR_CMD_RULE_NEW, [*in_rule('d', name), counter(), u32(WEIR_A_RULE_INDEX, 0)]
    yield WEIR_CMD_CHAIN_NEW, [*in_chain(name), string(WEIR_A_CHAIN_NAME, 'r'),
                               string(WEIR_A_CHAIN_NEW_NAME, 'q')]
    yield WEIR_CMD_CHAIN_NEW, [*in_chain(name), string(WEIR_A_CHAIN_NAME, 'c'),
                               base(policy=WEIR_VERDICT_DROP)]
    yield WEIR_CMD_TXN_COMMIT, []

def seen():
    return [(m.cmd, m.attrs) for cmd in (WEIR_CMD_TABLE_GET, WEIR_CMD_CHAIN_GET,
                                         WEIR_CMD_RULE_GET) for m in s.dump(cmd)]

done = undone = odd = 0
errors = set()
before = seen()
for turn in range(400):
    s.begin()
    last = None
    for cmd, attrs in changes(turn):
        last = cmd
        try:
            with failing((1, 3, 10)[turn % 3]):
                s.send(s.message(cmd, *attrs))
        except OSError as no:
            # The message itself found no memory: send it again.
            errors.add(no.errno)
            s.abort()
            break
        refused_here = None
        committed = False
        try:
            for answer in s.receive():
                if isinstance(answer, Refused):
                    refused_here = answer
        except OSError as no:
            # The answer found no memory: whether it was done is to be seen.
            errors.add(no.errno)
            refused_here = no
        if refused_here is not None:
            errors.add(refused_here.errno)
            s.abort()
            break
    while not s.silent(0):
        with contextlib.suppress(OSError):
            s.receive()
    after = seen()
    if after == before:
        undone += 1
    elif last == WEIR_CMD_TXN_COMMIT and s.tables() == [f't{turn}'] and \
            s.chains() == ['c', 'd', 'q'] and len(s.handles()) == 4:
        done += 1
    else:
        odd += 1
    before = after
equal('each transaction is done or undone', 0, odd)
ok('there were both', done > 5 and undone > 50, done, undone)
ok('errors speak of memory', errors <= {errno.ENOMEM, errno.ENOBUFS, errno.ECANCELED,
                                        errno.EAGAIN}, errors)

# The sysctl, and lists
worked = 0
for turn in range(100):
    try:
        with open('/proc/sys/net/weir/jit', 'w') as f, failing(10):
            os.write(f.fileno(), b'%d' % (turn % 2))
        worked += 1
    except OSError:
        pass
ok('the sysctl works or is refused', worked > 0, worked)
equal('and leaves the rules alone', before, seen())
for turn in range(100):
    with contextlib.suppress(OSError, Refused), failing(20):
        s.send(s.message(WEIR_CMD_RULE_GET, flags=DUMP))
    s.sock.close()
    s = Sock()
ok('lists that find no memory end', True)
s.flush()
equal('nothing is left', [], s.tables())
END
echo 0 > $faults/probability

wait_for rmmod weir_match_ct weir_match_limit weir_target_log
check "nothing is left that holds the module" rmmod weir
