#!/bin/bash
# Counters are exact, can be reset, start where the file says, and survive changes of
# other rules.
# once: counting is the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_pair
handle_of() { # COMMENT
	ns server weir -a list ruleset | sed -n "s/.*comment \"$1\".*# handle \([0-9]*\).*/\1/p"
}

ruleset server <<-'END'
	table inet t {
		chain c {
			type filter hook input priority 0; policy accept;
			icmp type echo-request counter comment "four"
			icmpv6 type echo-request counter comment "six"
			icmp type echo-request counter packets 100 bytes 1000 comment "start"
			meta l4proto udp counter comment "udp"
		}
	}
END
ping_times 20 4 client 10.0.1.2
ping_times 10 6 client fd00:1::2
expect_count "IPv4 pings are counted" server four 20 1680
expect_count "IPv6 pings are counted" server six 10 1040
expect_count "a counter starts where the ruleset said" server start 120 2680
expect_count "nothing else is counted" server udp 0 0

four=$(handle_of four)
ns server weir insert rule inet t c counter comment '"new-first"'
ns server weir add rule inet t c counter comment '"new-last"'
ns server weir add rule inet t c handle "$four" icmp type echo-request counter comment '"new-middle"'
ns server weir delete rule inet t c handle "$(handle_of udp)"
expect_count "a counter survives rules added and deleted around it" server four 20 1680
expect_eq "a handle never changes" "$four" "$(handle_of four)"
ns server weir add table ip other
ns server weir 'add chain ip other c { type filter hook input priority 5; policy accept; }'
ns server weir add rule ip other c counter
ns server weir flush chain ip other c
ns server weir delete table ip other
expect_count "a counter survives changes of another table" server six 10 1040
ping_times 5 4 client 10.0.1.2
expect_count "and goes on counting" server four 25 2100
expect_count "a new rule counts from its commit on" server new-middle 5 420

ns server weir replace rule inet t c handle "$(handle_of start)" icmp type echo-request counter comment '"replaced"'
expect_count "a replaced rule has a counter of its own" server replaced 0 0
expect_count "its neighbour keeps its count" server four 25 2100

expect_match "reset lists what it sets to zero" 'counter packets 25 bytes 2100 .*four' \
	"$(ns server weir reset rules inet t)"
expect_count "reset set it to zero" server four 0 0
ping_times 3 4 client 10.0.1.2
expect_count "after reset it counts on" server four 3 252
ns server weir reset rule inet t c handle "$four" > /dev/null
expect_count "reset of one rule" server four 0 0
expect_count "leaves the others" server replaced 3 252

# Memory of counters is used again: what was counted in it is gone.
packets_of_all() { ns server weir list ruleset | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' | sort | uniq -c | xargs; }
many() { # COUNT
	echo "flush ruleset; table inet t { chain c { type filter hook input priority 0; policy accept;"
	for ((i = 0; i < $1; i++)); do
		echo "icmp type echo-request counter"
	done
	echo "} }"
}
for count in 200 70 130; do
	many $count | ruleset server
	expect_eq "$count new rules count from 0" "$count 0" "$(packets_of_all)"
	ping_times 2 4 client 10.0.1.2
	expect_eq "and each by itself" "$count 2" "$(packets_of_all)"
	ns server weir delete table inet t
	sleep 0.2
done

# Both processors count at once; nothing is lost, nothing twice, while rules change.
ruleset server <<-'END'
	flush ruleset
	table ip t {
		chain c {
			type filter hook input priority 0; policy accept;
			udp dport 9 counter comment "flood"
		}
	}
END
flood() { # PACKETS
	ns client taskset -c "$1" bash -c 'exec 3> /dev/udp/10.0.1.2/9
		for ((i = 0; i < $1; i++)); do echo x >&3 2> /dev/null || :; done' bash "$2"
}
before=$(ns client awk '/^Udp: [0-9]/ { print $5 }' /proc/net/snmp)
flood 0 2000 &
one=$!
flood $(($(nproc) - 1)) 2000 &
two=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
	ns server weir "insert rule ip t c udp dport $i counter; insert rule ip t c meta mark $i counter"
	ns server weir list ruleset > /dev/null
done
wait $one $two
sent=$(($(ns client awk '/^Udp: [0-9]/ { print $5 }' /proc/net/snmp) - before))
# "udp dport 9" of the loop is counted before, and does not end the packet.
expect_eq "a flood from two processors is counted to the packet" "$sent" \
	"$(counted server flood | cut -d' ' -f1)"
note "$sent packets"

# Reset under load: what the resets listed and what is left make up all.
ns client bash -c 'exec 3> /dev/udp/10.0.1.2/9
	for ((i = 0; i < 3000; i++)); do echo x >&3 2> /dev/null || :; done' &
flood=$!
sum=0
got() { sed -n 's/.*counter packets \([0-9]*\) .*comment "flood".*/\1/p'; }
ns server weir reset rules ip t > /dev/null
while kill -0 $flood 2> /dev/null; do
	sum=$((sum + $(ns server weir reset rules ip t | got)))
done
wait $flood
sum=$((sum + $(ns server weir reset rules ip t | got)))
after=$(ns client awk '/^Udp: [0-9]/ { print $5 }' /proc/net/snmp)
note "resets listed $sum of at most $((after - before - sent)) packets"
if [ $sum -le $((after - before - sent)) ] && [ $sum -gt 0 ]; then
	result ok "resets under load never count a packet twice"
else
	result "not ok" "resets under load never count a packet twice"
fi
