#!/bin/bash
# Rules change while packets flow: none is lost, and what is in use cannot be
# removed.
#
#   client -- router -- server, rules in router
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
ruleset router <<-'END'
	table inet base {
		chain other { counter; }
		chain c {
			type filter hook forward priority 0; policy accept;
			ct state established,related counter
			icmp type { echo-request, echo-reply } counter
			icmpv6 type { echo-request, echo-reply } counter
			counter jump other
		}
	}
END
background_traffic client 10.0.2.2 fd00:2::2
for round in 1 2 3 4; do
	ns router weir "add rule inet base c udp dport $round counter drop; insert rule inet base c tcp dport $round drop"
	handle=$(ns router weir -a list chain inet base c | sed -n "s/.*tcp dport $round drop # handle //p")
	ns router weir replace rule inet base c handle "$handle" tcp dport 9999 counter drop
	ns router weir delete rule inet base c handle "$handle"
	ns router weir "flush chain inet base other; add rule inet base other counter; add rule inet base other return"
	ruleset router <<-END
		flush ruleset
		table inet base {
			chain other { counter; }
			chain c {
				type filter hook forward priority $round; policy accept;
				udp dport $round drop
				ct state invalid drop
				counter jump other
			}
		}
	END
	ns router sysctl -q net.weir.jit=$((round % 2))
done
ns router sysctl -q net.weir.jit=1
read -r sent lost <<< "$(stop_traffic)"
note "$sent pings while rules changed"
expect_eq "no packet is lost while rules change" 0 "$lost"

# A long chain, whose classifier changes in place: the rule that lets packets pass goes
# and comes again in one transaction, among others that come and go.
{
	echo "flush ruleset; table inet long { chain c { type filter hook forward priority 0; policy drop;"
	for ((i = 1; i <= 300; i++)); do
		echo "ip saddr 192.0.2.$((i % 256)) udp dport $i drop"
	done
	echo "meta l4proto { icmp, icmpv6 } counter accept"
	echo "}; }"
} | ruleset router
passing() { # prints the handle of the rule
	ns router weir -a list chain inet long c | sed -n 's/.*counter packets.* accept # handle //p'
}
background_traffic client 10.0.2.2 fd00:2::2
handle=$(passing)
for round in 1 2 3 4 5 6; do
	ns router weir "insert rule inet long c index $((round * 50)) meta l4proto { icmp, icmpv6 } counter accept; delete rule inet long c handle $handle"
	ns router weir "add rule inet long c tcp dport $round drop; insert rule inet long c position $((round + 20)) ip daddr 198.51.100.$round drop"
	ns router weir "delete rule inet long c handle $((round + 40)); add rule inet long c udp sport $round accept"
	handle=$(passing)
done
read -r sent lost <<< "$(stop_traffic)"
note "$sent pings while a long chain changed"
expect_eq "no packet is lost while a long chain changes" 0 "$lost"
expect_eq "it has the rules that it should" 313 "$(ns router weir -n list chain inet long c | grep -cE ' (drop|accept)$')"

# A policy of drop never shows between two generations that accept the same packet.
background_traffic client 10.0.2.2 fd00:2::2
for round in 1 2 3 4; do
	ruleset router <<-END
		flush ruleset
		table inet strict$((round % 2)) {
			chain c {
				type filter hook forward priority 0; policy drop;
				meta l4proto { icmp, icmpv6 } accept
			}
		}
	END
done
read -r sent lost <<< "$(stop_traffic)"
expect_eq "no packet falls between two generations" 0 "$lost"

check_fails "weir cannot be removed while rules exist" rmmod weir
check "rules still there" ns router weir list table inet strict0
modules() { sed -n '/^weir_replay/d; s/^\(weir[^ ]*\) .*/\1/p' /proc/modules; }
ruleset router <<-'END'
	flush ruleset
	table inet t { chain c { type filter hook forward priority 0; ct state new,established,related accept; }; }
END
if grep -q '^weir_match_ct ' /proc/modules; then
	check_fails "a plug-in in use cannot be removed" rmmod weir_match_ct
fi

background_traffic client 10.0.2.2 fd00:2::2
for name in client router server; do
	ns $name weir flush ruleset
done
for module in $(modules | sed '/^weir$/d') weir; do
	check "after flush $module is removed while packets flow" rmmod "$module"
done
expect_eq "no module of weir is left" "" "$(modules)"
read -r sent lost <<< "$(stop_traffic)"
expect_eq "no packet is lost by that" 0 "$lost"

check "weir comes back" ns router weir add table inet back
expect_match "and works" 'table inet back' "$(ns router weir list ruleset)"

# A namespace goes away with its rules.
netns gone
ruleset gone <<-'END'
	table inet t { chain c { type filter hook input priority 0; ct state new counter; jump d; }
		chain d { counter; }; }
END
ip netns del gone
ns router weir flush ruleset
removable() { rmmod weir_match_ct 2> /dev/null || ! grep -q '^weir_match_ct ' /proc/modules; }
check "a namespace that goes takes its rules along" wait_for removable
