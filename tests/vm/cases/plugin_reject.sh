#!/bin/bash
# Target reject: what the sender of a rejected packet gets, at each hook.
#
#   client -- router (reject) -- server (reject)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

# The kernel holds ICMP errors back when there are many.
unlimited() {
	ns "$1" sysctl -q net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# rule RULE [HOOK [FAMILY [NS]]]: the only one.
rule() {
	ruleset "${4:-router}" <<- END
		flush ruleset
		table ${3:-inet} t {
			chain c {
				type filter hook ${2:-forward} priority filter
				meta l4proto ipv6-icmp icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
				$1
			}
		}
	END
}

topology_router
for name in client router server; do
	unlimited $name
done
sysctl -q net.ipv4.icmp_msgs_per_sec=100000
for protocol in tcp4 tcp6 udp4 udp6; do
	serve $protocol server 7
	check "client reaches server by $protocol" reaches $protocol client \
		"$([ "${protocol:3}" = 4 ] && echo 10.0.2.2 || echo fd00:2::2)" 7
done
lives_with_its_rules weir_target_reject "counter reject"

# Each way to say it, to pings, which show the code.
says() { # ADDRESS
	{ ns client ping -n -c 1 -W 5 "$1" || :; } | grep -iE 'from .*(unreach|prohib|filter|failed|reject)' |
		sed 's/.*icmp_seq=[0-9]* //; s/^Destination unreachable: //; s/^Destination //'
}
while IFS='|' read -r with four six; do
	rule "meta l4proto { icmp, ipv6-icmp } counter reject $with comment \"it\""
	[ "$four" = - ] || expect_eq "reject $with over IPv4" "$four" "$(says 10.0.2.2)"
	[ "$six" = - ] || expect_eq "reject $with over IPv6" "$six" "$(says fd00:2::2)"
	[ "$four" != - ] || check "reject $with leaves IPv4 alone" reaches icmp4 client 10.0.2.2
	[ "$six" != - ] || check "reject $with leaves IPv6 alone" reaches icmp6 client fd00:2::2
done <<- 'END'
	|Port Unreachable|Port unreachable
	with icmpx no-route|Net Unreachable|No route
	with icmpx port-unreachable|Port Unreachable|Port unreachable
	with icmpx type host-unreachable|Host Unreachable|Address unreachable
	with icmpx admin-prohibited|Packet filtered|Administratively prohibited
	with icmp net-unreachable|Net Unreachable|-
	with icmp type host-unreachable|Host Unreachable|-
	with icmp prot-unreachable|Protocol Unreachable|-
	with icmp net-prohibited|Net Prohibited|-
	with icmp host-prohibited|Host Prohibited|-
	with icmp admin-prohibited|Packet filtered|-
	with icmpv6 no-route|-|No route
	with icmpv6 type admin-prohibited|-|Administratively prohibited
	with icmpv6 addr-unreachable|-|Address unreachable
END

# To programs, at each hook where it may stand.
for version in 4 6; do
	address=10.0.2.2 at_router=10.0.2.1
	[ $version = 4 ] || address=fd00:2::2 at_router=fd00:2::1
	serve tcp$version router 7
	for hook in prerouting forward; do
		rule "tcp dport 7 reject with tcp reset" $hook
		check "TCP reset at $hook over IPv$version" refused tcp$version client $address 7
		check "it leaves UDP alone at $hook over IPv$version" reaches udp$version client $address 7
		rule "udp dport 7 reject" $hook
		check "UDP is refused at $hook over IPv$version" refused udp$version client $address 7
		check "it leaves TCP alone at $hook over IPv$version" reaches tcp$version client $address 7
	done
	rule "tcp dport 7 reject with tcp reset" input
	check "TCP reset at input over IPv$version" refused tcp$version client $at_router 7
	check "input is not forward, IPv$version" reaches tcp$version client $address 7
	rule "tcp dport 7 reject with tcp reset" output
	check "TCP reset at output over IPv$version" refused tcp$version router $address 7
	rule "tcp dport 7 reject with icmpx port-unreachable" output
	check "port unreachable at output over IPv$version" refused tcp$version router $address 7
	rule "tcp dport 7 reject with icmpx admin-prohibited" forward
	check "TCP to what is prohibited over IPv$version" is_outcome \
		"$([ $version = 4 ] && echo no-route || echo denied)" 5000 tcp$version client $address 7
done

# What is no TCP does not match a reset, and counters in front do not count it.
rule 'ip daddr 10.0.2.2 counter reject with tcp reset comment "reset"'
check "UDP passes a reset for all" reaches udp4 client 10.0.2.2 7
check "ping passes a reset for all" reaches icmp4 client 10.0.2.2
expect_eq "it counted neither" 0 "$(counted router reset)"
check "TCP does not" refused tcp4 client 10.0.2.2 7
check "it counted TCP" counted_some router reset
flush router

# Rules for one family, and default answers in each.
ns router weir add table ip t4
ns router weir add chain ip t4 c
ns router weir add table ip6 t6
ns router weir add chain ip6 t6 c
ns router weir add table inet t
ns router weir add chain inet t c
for each in "ip t4 c reject" "ip6 t6 c reject" "inet t c reject" \
	"ip t4 c reject with icmp host-unreachable" "ip6 t6 c reject with icmpv6 policy-fail" \
	"inet t c reject with icmpx admin-prohibited" "ip t4 c reject with tcp reset" \
	"ip t4 c reject with icmp 15"; do
	chain=${each%% reject*}
	# shellcheck disable=SC2086 # words
	ns router weir flush chain $chain
	ns router weir add rule "$each"
	# shellcheck disable=SC2086 # words
	expect_match "listed as it was written: $each" "${each#"$chain "}\$" \
		"$(ns router weir list chain $chain)"
done
fixed_point router "reject"
ns router weir flush chain ip t4 c
ns router weir add rule ip t4 c reject with icmp port-unreachable
check "equal rules are deleted by either text" ns router weir delete rule ip t4 c reject

refuses router "for other packets" "ip6 t6 c reject with icmp host-unreachable"
refuses router "for other packets" "ip t4 c reject with icmpv6 no-route"
refuses router "15|code" "ip t4 c reject with icmp 16"
refuses router "code" "inet t c reject with icmpx 4"
refuses router "an ICMP code, not nowhere" "inet t c reject with icmp nowhere"
refuses router "for other packets" "inet t c udp dport 7 reject with tcp reset"
refuses router "reset" "inet t c reject with tcp rest"
refuses router "." "inet t c reject counter"
ns router weir flush ruleset
check_fails "reject is not for postrouting" ruleset router <<- 'END'
	table inet t { chain c { type filter hook postrouting priority 0; reject; }; }
END
check_fails "not in a chain that postrouting jumps to either" ruleset router <<- 'END'
	table inet t {
		chain r { reject; }
		chain c { type filter hook postrouting priority 0; jump r; }
	}
END
