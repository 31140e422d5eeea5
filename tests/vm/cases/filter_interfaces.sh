#!/bin/bash
# Interfaces by name, by wildcard, by index and by group; rules that are older than
# the interface they name.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
ruleset router <<-'END'
	table inet t {
		chain c {
			type filter hook forward priority 0; policy accept;
			meta l4proto != { icmp, icmpv6 } return
			iifname "eth1" counter comment "name"
			iifname "eth*" counter comment "wild"
			iifname != "eth*" counter comment "not-wild"
			iifname "wan*" counter comment "late-wild"
			iifname "wan0" counter comment "late"
			oifname { "eth2", "wan0" } icmp type echo-request counter comment "set"
			iif "eth1" counter comment "index"
			oif "eth2" icmp type echo-request counter comment "out-index"
			iiftype ether counter comment "ether"
			iifgroup 7 counter comment "group"
		}
	}
END
ping_times 3 4 client 10.0.2.2
expect_count "iifname by name" router name 3
expect_count "iifname by wildcard, both ways" router wild 6
expect_count "iifname not of the wildcard" router not-wild 0
expect_count "oifname in a set" router set 3
expect_count "iif by index" router index 3
expect_count "oif by index" router out-index 3
expect_count "iiftype" router ether 6
expect_count "an interface that is not there matches nothing" router late 0

# The interface gets its name, and its group, after the rule.
ip -n router link set eth1 down
ip -n router link set eth1 name wan0
ip -n router link set wan0 group 7 up
ip -n router address replace 10.0.1.1/24 dev wan0
wait_for ns client ping -n -c 1 -W 1 10.0.2.2
ns router weir reset rules > /dev/null
ping_times 3 4 client 10.0.2.2
expect_count "iifname binds to an interface named later" router late 3
expect_count "a wildcard binds to an interface named later" router late-wild 3
expect_count "the old name matches no more" router name 0
expect_count "the wildcard of the old name matches the other one" router wild 3
expect_count "iif follows the interface, not the name" router index 3
expect_count "iifgroup is read from the interface" router group 3

# A new pair, made after the rule.
link client eth9 router wan9
address client eth9 10.0.9.2/24
address router wan9 10.0.9.1/24
ip -n server route replace 10.0.9.0/24 via 10.0.2.1
before=$(counted router late-wild)
ns client ping -n -q -c 2 -i 0.02 -W 2 -I 10.0.9.2 10.0.2.2 > /dev/null 2>&1 || :
ip -n client route add 10.0.2.2 via 10.0.9.1
ping_times 4 4 client 10.0.2.2
after=$(counted router late-wild)
if [ $((${after% *} - ${before% *})) -ge 4 ]; then
	result ok "a wildcard binds to an interface made later"
else
	result "not ok" "a wildcard binds to an interface made later"
	note "before: $before, after: $after"
fi
check_fails "iif of an interface that is not there is refused" \
	ns router weir add rule inet t c iif nosuch counter
check "iifname of 15 bytes" ns router weir add rule inet t c iifname abcdefghijklmno counter
check_fails "iifname of 16 bytes" ns router weir add rule inet t c iifname abcdefghijklmnop counter
