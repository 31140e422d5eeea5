#!/bin/bash
# Keys that are not in the packet: users, time, packet type, length, cgroup, random.
# What the kernel says of its own accord (neighbours, multicast reports) is not counted.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_pair
serve udp4 server 7
ruleset client <<-'END'
	table inet t {
		chain c {
			type filter hook output priority 0; policy accept;
			meta l4proto != udp return
			udp dport != 7 return
			meta skuid 0 counter comment "root"
			meta skuid 1-65533 counter comment "user"
			meta skuid { 65534 } counter comment "nobody"
			meta skgid 65534 counter comment "nogroup"
			meta length 20-200 counter comment "length"
			meta length > 200 counter comment "long"
			meta cpu < 64 counter comment "cpu"
			meta random <= 0xffffffff counter comment "random"
			meta time >= "2020-01-01" counter comment "time"
			meta time < "2020-01-01" counter comment "past"
			meta protocol ip counter comment "protocol"
			meta nfproto ipv6 counter comment "other-family"
			meta priority 0:0 counter comment "priority"
			meta oifname "eth0" counter comment "oif"
		}
	}
END
check "UDP by root" reaches udp4 client 10.0.1.2 7
for each in root:1 user:0 nobody:0 nogroup:0 length:1 long:0 cpu:1 random:1 time:1 past:0 protocol:1 \
	other-family:0 oif:1; do
	expect_count "meta: ${each%:*}" client ${each%:*} ${each#*:}
done
ns client setpriv --reuid 65534 --regid 65534 --clear-groups bash -c 'echo x > /dev/udp/10.0.1.2/7'
expect_count "meta skuid of another user" client nobody 1
expect_count "meta skgid of another group" client nogroup 1
expect_count "root is counted no more" client root 1

# A whole week holds now, and so do 24 hours; the other 6 days do not.
today=$(date -u +%A)
ruleset client <<-END
	flush ruleset
	table inet t {
		chain c {
			type filter hook output priority 0; policy accept;
			meta l4proto != udp return
			udp dport != 7 return
			meta day "$today" counter comment "today"
			meta day != "$today" counter comment "other-day"
			meta hour "00:00"-"23:59:59" counter comment "hour"
		}
	}
END
today_then=$(date -u +%A)
check "UDP again" reaches udp4 client 10.0.1.2 7
if [ "$today_then" = "$today" ] && [ "$(date -u +%A)" = "$today" ]; then
	expect_count "meta day is today, in UTC" client today 1
	expect_count "meta day is not another day" client other-day 0
else
	skip "meta day" "the day changed during the test"
fi
expect_count "meta hour spans a day" client hour 1

# Packet types, seen by the receiver.
ruleset server <<-'END'
	table ip t {
		chain c {
			type filter hook input priority 0; policy accept;
			meta l4proto != udp return
			udp dport != 9 return
			meta pkttype host counter comment "host"
			meta pkttype broadcast counter comment "broadcast"
			meta pkttype multicast counter comment "multicast"
		}
	}
END
ns client bash -c 'echo x > /dev/udp/10.0.1.2/9'
ns client socat -u - UDP4-DATAGRAM:10.0.1.255:9,broadcast <<< x
ns server ip maddress add 01:00:5e:01:01:01 dev eth0
ns client ip route add 224.0.0.0/4 dev eth0
ns client socat -u - UDP4-DATAGRAM:224.0.0.1:9 <<< x
wait_for test "$(counted server host)" = "1 30"
expect_count "meta pkttype host" server host 1
expect_count "meta pkttype broadcast" server broadcast 1
expect_count "meta pkttype multicast" server multicast 1
