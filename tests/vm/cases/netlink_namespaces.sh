#!/bin/bash
# Namespaces do not see each other, take their rules along when they go, and have a
# sysctl each; the module goes when no table needs it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../netlink.sh"

netns there
load() {
	from_python "$1" <<- 'END'
		s = Sock()
		with s.txn():
		    s.table()
		    s.chain('c', base(WEIR_HOOK_INPUT, 0, WEIR_VERDICT_ACCEPT))
		    s.chain('p', base(WEIR_HOOK_PREROUTING, -400))
		    s.chain('r')
		    for i in range(100):
		        s.rule(udp_dport(i), counter(), jump('r'))
		    s.rule(cond(key(WEIR_KEY_TYPE_PLUGIN, string(WEIR_A_KEY_NAME, 'ct'),
		                    nest(WEIR_A_KEY_DATA, u32(WEIR_A_CT_KEY, WEIR_CT_KEY_STATE))),
		                struct.pack('>I', WEIR_CT_STATE_NEW), WEIR_REL_ANY), counter())
		ok('100 rules are loaded', len(s.rules()) == 101)
	END
}
load here
check "ping passes them" ns here ping -c 1 127.0.0.1
check "the other namespace has none" from_python there <<- 'END'
	equal('no table', [], Sock().tables())
END
expect_eq "the JIT is on" 1 "$(ns here sysctl -n net.weir.jit)"
check "it can be switched off" ns here sysctl -w net.weir.jit=0
expect_eq "here" 0 "$(ns here sysctl -n net.weir.jit)"
expect_eq "and not there" 1 "$(ns there sysctl -n net.weir.jit)"
check "the rules still run" ns here ping -c 1 127.0.0.1
check "and on" ns here sysctl -w net.weir.jit=1
check_fails "2 is no value" ns here sysctl -w net.weir.jit=2
check "the rules run again" ns here ping -c 1 127.0.0.1
expect_eq "long chains are classified" 64 "$(ns here sysctl -n net.weir.classify)"
check "and every chain may be" ns here sysctl -w net.weir.classify=1
expect_eq "here" 1 "$(ns here sysctl -n net.weir.classify)"
expect_eq "and not there" 64 "$(ns there sysctl -n net.weir.classify)"
check "the rules still run" ns here ping -c 1 127.0.0.1
check_fails "-1 is no number of rules" ns here sysctl -w net.weir.classify=-1
check "it can be switched off" ns here sysctl -w net.weir.classify=0
check "the rules run as before" ns here ping -c 1 127.0.0.1

load there
check_fails "rmmod of a plug-in in use" rmmod weir_match_ct
check_fails "rmmod of the core in use" rmmod weir
ip netns del there
from_python here <<- 'END'
	s = Sock()
	s.flush()
	equal('flushed', [], s.tables())
END
check "the plug-in goes when the last rule of any namespace is gone" wait_for rmmod weir_match_ct
check "and the core" wait_for rmmod weir

# Rules come and go while packets pass, and the module with them.
"$inside_tool" here run ping -q -i 0.01 127.0.0.1 > /dev/null &
pings=$!
for _ in 1 2 3; do
	modprobe weir
	load here
	from_python here <<- 'END'
		s = Sock()
		for _ in range(30):
		    with s.txn():
		        s.ask(WEIR_CMD_TABLE_DEL)
		        s.table()
		        s.chain('c', base(WEIR_HOOK_INPUT))
		        s.chain('d', base(WEIR_HOOK_OUTPUT))
		        s.chain('r')
		        s.rule(counter(), jump('r'), chain='d')
		        s.rule(counter(), accept(), chain='r')
		s.flush()
		ok('30 generations while packets pass', True)
	END
	check "rmmod while packets pass" rmmod weir_match_ct weir
done
check "they passed all the time" kill -INT $pings
wait
