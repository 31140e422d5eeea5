#!/bin/bash
# Match ct: states, status, direction and mark of real connections; conntrack runs in
# a namespace only while a rule there needs it.
#
#   client -- router (ct) -- server
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

# How many connections the router tracks, of a family.
tracked() { ns router conntrack -L -f "$1" 2> /dev/null | wc -l; }
# What the router tracks when client pings server once over both families.
tracked_now() {
	ns router conntrack -F > /dev/null 2>&1
	reaches icmp4 client 10.0.2.2 > /dev/null
	reaches icmp6 client fd00:2::2 > /dev/null
	echo "$(tracked ipv4) $(tracked ipv6)"
}

topology_router
for protocol in tcp4 tcp6 udp4 udp6; do
	serve $protocol server 7
	serve $protocol client 7
done
lives_with_its_rules weir_match_ct "ct state new counter"

# Conntrack itself stays loaded, but looks at nothing.
modprobe -a nf_conntrack nf_conntrack_netlink
expect_eq "without a rule nothing is tracked" "0 0" "$(tracked_now)"
ns router weir add table ip t
ns router weir add chain ip t c
ns router weir add rule ip t c ct state new
expect_eq "a rule in a table of family ip tracks IPv4" "1 0" "$(tracked_now)"
ns router weir add table inet t
ns router weir add chain inet t c
ns router weir add rule inet t c ct state new
expect_eq "a rule in a table of family inet tracks both" "1 1" "$(tracked_now)"
ns router weir delete table inet t
expect_eq "IPv6 is let go with the last rule that needs it" "1 0" "$(tracked_now)"
ns router weir delete table ip t
expect_eq "IPv4 is let go with the last rule" "0 0" "$(tracked_now)"
check_fails "a check-only run takes nothing for good" ns router weir -c -f - <<< "
table inet t { chain c { ct state new; ct bogus 1; }; }"
check "a check-only run that is valid" ns router weir -c -f - <<< "
table inet t { chain c { ct state new; }; }"
expect_eq "nothing is tracked after it" "0 0" "$(tracked_now)"
flush router

# A stateful firewall.
ruleset router <<- 'END'
	table inet fw {
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related counter accept comment "established"
			ct state invalid counter drop comment "invalid"
			iifname "eth1" ct state new counter accept comment "new"
		}
	}
END
for version in 4 6; do
	inside=10.0.1.2 outside=10.0.2.2
	[ $version = 4 ] || inside=fd00:1::2 outside=fd00:2::2
	check "ping goes out over IPv$version" reaches icmp$version client $outside
	check "TCP goes out over IPv$version" reaches tcp$version client $outside 7
	check "UDP goes out over IPv$version" reaches udp$version client $outside 7
	check "ping does not come in over IPv$version" blocked icmp$version server $inside
	check "TCP does not come in over IPv$version" blocked tcp$version server $inside 7
	check "UDP does not come in over IPv$version" blocked udp$version server $inside 7
	check "an ICMP error is related over IPv$version" refused udp$version client $outside 9
done
check "rules counted established packets" counted_some router established
check "rules counted new packets" counted_some router new
expect_eq "no packet was invalid" 0 "$(counted router invalid)"
# An answer to a ping that nobody sent.
ns client /usr/bin/python3 - <<- 'END'
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	s.sendto(bytes.fromhex("0000fffe00000001"), ("10.0.2.2", 0))
END
wait_for counted_some router invalid
expect_eq "an unasked answer is invalid" 1 "$(counted router invalid)"
fixed_point router "a stateful firewall"
flush router

# Direction, status and mark, one ping and its answer.
ruleset router <<- 'END'
	table inet t {
		chain early {
			type filter hook prerouting priority -350
			icmp type echo-request ct state invalid counter comment "early"
			icmp type echo-request ct mark 0 counter comment "early mark"
			icmp type echo-request ct mark != 0 counter comment "early no mark"
		}
		chain forward {
			type filter hook forward priority filter
			icmp type echo-request ct direction original counter comment "original"
			icmp type echo-reply ct direction reply counter comment "reply"
			icmp type echo-request ct direction reply counter comment "wrong"
			icmp type echo-request ct status seen-reply counter comment "not seen"
			icmp type echo-reply ct status seen-reply counter comment "seen"
			icmp type echo-request ct mark set 0x10
			icmp type echo-reply ct mark 0x10 counter comment "mark"
			icmp type echo-reply meta mark set ct mark
			icmp type echo-reply meta mark 0x10 counter comment "packet mark"
			icmp type echo-reply meta mark set 0x20 ct mark set meta mark
			icmp type echo-reply ct mark { 0x20, 0x30 } counter comment "copied"
			icmp type echo-reply ct mark & 0xf0 != 0x20 counter comment "masked"
		}
	}
END
check "ping passes" reaches icmp4 client 10.0.2.2
expect_eq "these rules counted one packet each" "1 1 1 1 1 1 1" \
	"$(counted router early original reply seen mark "packet mark" copied)"
expect_eq "these counted none" "0 0 0 0 0" \
	"$(counted router "early mark" "early no mark" wrong "not seen" masked)"
expect_match "conntrack shows the mark" "mark=32" "$(ns router conntrack -L -f ipv4 2> /dev/null)"
fixed_point router "keys"
flush router

# NAT status and exemption from tracking, with the kernel's other tools.
ruleset router <<- 'END'
	table ip t {
		chain forward {
			type filter hook forward priority filter
			ct status snat counter comment "snat"
			ct state untracked counter comment "untracked"
			ct state { new, established } counter comment "tracked"
		}
	}
END
ns router nft -f - <<- 'END'
	table ip n {
		chain pre { type filter hook prerouting priority raw; ip daddr 10.0.2.2 udp dport 7 notrack; ip saddr 10.0.2.2 udp sport 7 notrack; }
		chain post { type nat hook postrouting priority srcnat; oifname "eth2" masquerade; }
	}
END
check "TCP passes with NAT" reaches tcp4 client 10.0.2.2 7
check "ct status snat" counted_some router snat
expect_eq "no packet is untracked" 0 "$(counted router untracked)"
before=$(counted router tracked)
check "UDP passes without tracking" reaches udp4 client 10.0.2.2 7
expect_eq "both packets are untracked" 2 "$(counted router untracked)"
expect_eq "and neither is anything else" "$before" "$(counted router tracked)"
ns router nft flush ruleset
flush router

# Conntrack brings defragmentation, before any of weir's hooks behind priority -400.
fragments="ip frag-off & 0x1fff != 0 counter comment \"fragments\""
ruleset router <<< "table ip t { chain c { type filter hook forward priority 0; $fragments; }; }"
check "a large ping passes" ns client ping -n -c 1 -W 10 -s 3000 10.0.2.2
check "fragments are seen without conntrack" counted_some router fragments
flush router
ruleset router <<< "table ip t { chain c { type filter hook forward priority 0; $fragments; ct state new; }; }"
check "a large ping passes with conntrack" ns client ping -n -c 1 -W 10 -s 3000 10.0.2.2
expect_eq "no fragment is seen with conntrack" 0 "$(counted router fragments)"
flush router

# What is refused.
ns router weir add table inet t
ns router weir add chain inet t c
for key in "helper \"ftp\"" "zone 1" "label 1" "count over 5" "original saddr 10.0.0.1" \
	"id 1" "expiration 1s" "bytes > 1"; do
	refuses router "ct ${key%% *} is not in weir yet" "inet t c ct $key"
done
refuses router "state" "inet t c ct stat new"
refuses router "established" "inet t c ct state establisched"
refuses router "." "inet t c ct state set new"

# The namespace goes with its rules: the runner sees whether anything is left.
check "a rule that stays to the end" ns router weir add rule inet t c ct state new
