#!/bin/bash
# Writing to packets: checksums are right after, and traffic flows.
#
#   client -- router -- server, rules in router
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
for protocol in tcp4 tcp6 udp4 udp6; do
	serve $protocol server 7
done

# Ports are changed on the way there and back: a stateless redirection.
ruleset router <<-'END'
	table inet ports {
		chain c {
			type filter hook prerouting priority 0; policy accept;
			iifname "eth1" tcp dport 8000 tcp dport set 7
			iifname "eth2" tcp sport 7 tcp sport set 8000
			iifname "eth1" udp dport 8000 udp dport set 7
			iifname "eth2" udp sport 7 udp sport set 8000
		}
	}
END
for protocol in tcp udp; do
	check "$protocol to a port that is rewritten, IPv4" reaches ${protocol}4 client 10.0.2.2 8000
	check "$protocol to a port that is rewritten, IPv6" reaches ${protocol}6 client fd00:2::2 8000
done

# Addresses: nobody has 10.0.2.99.
ruleset router <<-'END'
	flush ruleset
	table ip addresses {
		chain c {
			type filter hook prerouting priority 0; policy accept;
			ip daddr 10.0.2.99 ip daddr set 10.0.2.2
			iifname "eth2" ip saddr 10.0.2.2 ip saddr set 10.0.2.99
		}
	}
	table ip6 addresses {
		chain c {
			type filter hook prerouting priority 0; policy accept;
			ip6 daddr fd00:2::99 ip6 daddr set fd00:2::2
			iifname "eth2" ip6 saddr fd00:2::2 ip6 saddr set fd00:2::99
		}
	}
END
check "TCP to an address that is rewritten" reaches tcp4 client 10.0.2.99 7
check "UDP to an address that is rewritten" reaches udp4 client 10.0.2.99 7
check "ping to an address that is rewritten" reaches icmp4 client 10.0.2.99
check "TCP to an IPv6 address that is rewritten" reaches tcp6 client fd00:2::99 7
check "UDP to an IPv6 address that is rewritten" reaches udp6 client fd00:2::99 7

# Packets with full checksums, as they come from a wire, looked at behind the router.
ruleset router <<-'END'
	flush ruleset
	table inet m {
		chain c {
			type filter hook forward priority 0; policy accept;
			ip dscp set af21
			ip ttl set 99
			ip6 dscp set ef
			ip6 hoplimit set 88
			udp dport 1000 udp dport set 1001
			tcp dport 1000 tcp dport set 1001
			udp dport 1001 udp sport set 4321
			tcp dport 1001 tcp window set 4321
		}
	}
END
from4='ip.saddr=10.0.1.2 ip.daddr=10.0.2.2' from6='ip6.saddr=fd00:1::2 ip6.daddr=fd00:2::2'
got=$(arrivals server eth0 4 1001 send client \
	"4 udp $from4 udp.dport=1000 udp.sport=5 payload=33" "4 tcp $from4 tcp.dport=1000 tcp.flags=16" \
	"6 udp $from6 udp.dport=1000 udp.sport=5 payload=33" "6 tcp $from6 tcp.dport=1000 tcp.flags=16")
for family in 4:17 4:6 6:17 6:6; do
	line=$(grep "family=${family%:*} .*proto=${family#*:} " <<< "$got" || :)
	expect_match "a rewritten packet of IPv${family%:*}, protocol ${family#*:} has good checksums" \
		'dport=1001 .*csum=good' "$line"
done
expect_match "IPv4: dscp and ttl are written" 'family=4 dscp=18 ttl=99' "$got"
expect_match "IPv6: dscp and hop limit are written" 'family=6 dscp=46 ttl=88' "$got"
expect_match "sport is written" 'proto=17 sport=4321' "$got"

# UDP without a checksum stays without.
got=$(arrivals server eth0 1 1001 send client "4 udp $from4 udp.dport=1000 udp.checksum=0 payload=8")
expect_match "UDP without a checksum is passed on" 'proto=17 .*dport=1001' "$got"

check_fails "a field that cannot be written is refused" ns router weir add rule inet m c meta length set 5
check_fails "a value that does not fit is refused" ns router weir add rule inet m c tcp dport set 70000
