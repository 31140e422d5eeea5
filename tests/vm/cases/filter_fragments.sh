#!/bin/bash
# Fragments, options and extension headers: what lies in a packet matches, what does
# not lie there makes a rule not match, negated or not.
#
#   client -- router -- server, rules in router
# once: jit_differential has fragments and headers of all kinds on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
ruleset router <<-'END'
	table inet t {
		chain c {
			type filter hook prerouting priority 0; policy accept;
			iifname != "eth1" return
			meta l4proto != { tcp, udp } return
			udp dport 7 counter comment "port"
			udp dport != 7 counter comment "not-port"
			th dport 7 counter comment "th"
			meta l4proto udp counter comment "udp"
			ip frag-off & 0x1fff != 0 counter comment "later4"
			ip frag-off & 0x2000 != 0 counter comment "more4"
			exthdr frag exists counter comment "frag6"
			frag more-fragments 1 counter comment "more6"
			frag frag-off > 0 counter comment "later6"
			exthdr hbh exists counter comment "hbh"
			exthdr hbh missing counter comment "no-hbh"
			exthdr dst exists counter comment "dst"
			rt type 4 counter comment "rt"
			ip option ra exists counter comment "ra"
			ip option rr exists counter comment "rr"
			tcp option maxseg exists counter comment "maxseg"
			tcp option timestamp exists tcp dport 22 counter comment "ts"
			ip hdrlength > 5 counter comment "options"
			tcp flags & (syn|ack) == syn counter comment "syn"
		}
	}
END
from4='ip.saddr=10.0.1.2 ip.daddr=10.0.2.2' from6='ip6.saddr=fd00:1::2 ip6.daddr=fd00:2::2'
expect() { expect_counts "$1" router "${@:2}"; }

send client "4 udp $from4 udp.dport=7"
expect "a whole UDP packet" port:1 not-port:0 th:1 udp:1 later4:0 more4:0 options:0
send client "4 udp $from4 udp.dport=7 fragment=0,1 payload=24"
expect "the first fragment" port:1 not-port:0 th:1 udp:1 later4:0 more4:1
send client "4 udp $from4 fragment=4,0"
expect "a later fragment has no ports" port:0 not-port:0 th:0 udp:1 later4:1 more4:0
send client "6 udp $from6 udp.dport=7 fragment=0,1 payload=24"
expect "the first fragment, IPv6" port:1 not-port:0 udp:1 frag6:1 more6:1 later6:0 no-hbh:1
send client "6 udp $from6 fragment=4,0"
expect "a later fragment, IPv6" port:0 not-port:0 th:0 frag6:1 more6:0 later6:1
send client "6 udp $from6 udp.dport=7 ext=hbh,dst"
expect "extension headers" port:1 hbh:1 no-hbh:0 dst:1 frag6:0 udp:1
send client "6 udp $from6 udp.dport=8 ext=rt"
expect "a routing header" port:0 not-port:1 rt:1 dst:0
send client "4 tcp $from4 tcp.dport=22 tcp.flags=2 tcp_options=maxseg,timestamp"
expect "TCP options" maxseg:1 ts:1 syn:1 port:0 not-port:0 rr:0 ra:0
send client "4 tcp $from4 tcp.dport=22 tcp.flags=18"
expect "no TCP options" maxseg:0 ts:0 syn:0
send client "4 udp $from4 udp.dport=7 options=rr"
expect "IPv4 options: the ports are found behind them" rr:1 ra:0 options:1 port:1
