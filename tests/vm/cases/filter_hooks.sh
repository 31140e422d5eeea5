#!/bin/bash
# Every hook of a router sees the packets it should, and a drop there stops them:
# TCP, UDP and ICMP over IPv4 and IPv6.
#
#   client -- router -- server, rules in router
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
for protocol in tcp4 tcp6 udp4 udp6; do
	serve $protocol server 7
done

ruleset router <<-'END'
	table inet hooks {
		chain pings {
			icmp type { echo-request, echo-reply } counter comment "any4"
			icmpv6 type { echo-request, echo-reply } counter comment "any6"
		}
		chain c_pre {
			type filter hook prerouting priority raw
			icmp type { echo-request, echo-reply } counter comment "pre4"
			icmpv6 type { echo-request, echo-reply } counter comment "pre6"
			jump pings
		}
		chain c_input {
			type filter hook input priority filter
			icmp type { echo-request, echo-reply } counter comment "in4"
			icmpv6 type { echo-request, echo-reply } counter comment "in6"
		}
		chain c_forward {
			type filter hook forward priority filter; policy accept
			iifname "eth1" oifname "eth2" icmp type echo-request counter comment "fwd4"
			iifname "eth2" oifname "eth1" icmpv6 type echo-reply counter comment "fwd6"
			iifname "eth2" oifname "eth1" icmpv6 type echo-request counter comment "wrongway"
		}
		chain c_output {
			type filter hook output priority filter
			icmp type { echo-request, echo-reply } counter comment "out4"
			icmpv6 type { echo-request, echo-reply } counter comment "out6"
		}
		chain c_post {
			type filter hook postrouting priority srcnat
			icmp type { echo-request, echo-reply } counter comment "post4"
			icmpv6 type { echo-request, echo-reply } counter comment "post6"
		}
	}
END
ping_times 3 4 client 10.0.2.2
ping_times 4 6 client fd00:2::2
ping_times 5 4 client 10.0.1.1
ping_times 6 6 client fd00:1::1
expect_count "prerouting sees what is forwarded and what is for the router, IPv4" router pre4 11 924
expect_count "prerouting sees what is forwarded and what is for the router, IPv6" router pre6 14 1456
expect_count "a chain reached by jump counts the same, IPv4" router any4 11
expect_count "a chain reached by jump counts the same, IPv6" router any6 14
expect_count "input sees requests to the router, IPv4" router in4 5 420
expect_count "input sees requests to the router, IPv6" router in6 6 624
expect_count "forward knows both interfaces, IPv4" router fwd4 3 252
expect_count "forward knows both interfaces, IPv6" router fwd6 4 416
expect_count "forward does not mix up the interfaces" router wrongway 0
expect_count "output sees replies of the router, IPv4" router out4 5 420
expect_count "output sees replies of the router, IPv6" router out6 6 624
expect_count "postrouting sees both, IPv4" router post4 11
expect_count "postrouting sees both, IPv6" router post6 14

for hook in prerouting forward postrouting; do
	ruleset router <<-END
		flush ruleset
		table inet drops {
			chain c {
				type filter hook $hook priority 0; policy accept;
				tcp dport 7 counter drop comment "tcp"
				udp dport 7 counter drop comment "udp"
				icmp type echo-request drop
				icmpv6 type echo-request drop
			}
		}
	END
	check "$hook drops TCP over IPv4" blocked tcp4 client 10.0.2.2 7
	check "$hook drops UDP over IPv6" blocked udp6 client fd00:2::2 7
	check "$hook drops ping over IPv4" blocked icmp4 client 10.0.2.2
	check "$hook drops ping over IPv6" blocked icmp6 client fd00:2::2
	expect_count "$hook counted what it dropped" router udp 1
	check "$hook lets another port pass" refused tcp6 client fd00:2::2 8
done

for hook in input output; do
	ruleset router <<-END
		flush ruleset
		table inet drops {
			chain c {
				type filter hook $hook priority 0; policy drop;
				icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
			}
		}
	END
	check "policy drop of $hook holds for the router, IPv4" blocked icmp4 client 10.0.1.1
	check "policy drop of $hook holds for the router, IPv6" blocked icmp6 client fd00:1::1
	check "policy drop of $hook does not concern forwarding by TCP" reaches tcp4 client 10.0.2.2 7
	check "policy drop of $hook does not concern forwarding by UDP" reaches udp6 client fd00:2::2 7
done

ns router weir flush ruleset
for version in 4 6; do
	address=10.0.2.2
	[ $version = 4 ] || address=fd00:2::2
	for protocol in tcp udp icmp; do
		check "after flush $protocol passes over IPv$version" reaches $protocol$version client $address 7
	done
done

# The families ip and ip6 see their own packets only.
for family in ip ip6; do
	ruleset router <<-END
		flush ruleset
		table $family only { chain c { type filter hook forward priority 0; policy drop; }; }
	END
	if [ $family = ip ]; then
		check "a chain of family ip drops IPv4" blocked icmp4 client 10.0.2.2
		check "a chain of family ip leaves IPv6 alone" reaches icmp6 client fd00:2::2
	else
		check "a chain of family ip6 drops IPv6" blocked icmp6 client fd00:2::2
		check "a chain of family ip6 leaves IPv4 alone" reaches icmp4 client 10.0.2.2
	fi
done
