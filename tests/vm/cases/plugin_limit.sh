#!/bin/bash
# Match limit: a bucket of packets or bytes. Units of a week make the counts exact,
# however slow this machine is: nothing is refilled while the test runs.
#
#   client -- router (limit) -- server
# once: counting is the same on each kernel; objects_netlink loads a limit there
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

topology_router
for protocol in udp4 udp6; do
	serve $protocol server 7
done
check "client reaches server over IPv4" reaches udp4 client 10.0.2.2 7
check "client reaches server over IPv6" reaches udp6 client fd00:2::2 7
lives_with_its_rules weir_match_limit "limit rate 1/second counter"

# All packets of a burst to port 9 end in this chain: those within the limit are
# counted first, the others behind.
limited() { # RULE PACKETS
	ruleset router <<- END
		flush ruleset
		table inet t {
			chain c {
				type filter hook forward priority filter
				udp dport 9 $1 counter drop comment "match"
				udp dport 9 counter drop comment "rest"
			}
		}
	END
	burst udp4 client 10.0.2.2 9 "$2"
	wait_for all_counted "$2"
	counted router match rest
}
all_counted() { counted_together router match rest "$1"; }

expect_eq "packets up to the burst match" "3 7" "$(limited "limit rate 1/week burst 3 packets" 10)"
expect_eq "the burst is 5 where none is given" "5 5" "$(limited "limit rate 1/week" 10)"
expect_eq "over matches the others" "7 3" "$(limited "limit rate over 1/week burst 3 packets" 10)"
expect_eq "a huge rate limits nothing" "10 0" "$(limited "limit rate 4000000000/second" 10)"
# A datagram has 20 + 8 + 5 bytes.
expect_eq "bytes: the rate may pass at once" "3 7" "$(limited "limit rate 100 bytes/week" 10)"
expect_eq "bytes: and the burst above it" "4 6" \
	"$(limited "limit rate 100 bytes/week burst 32 bytes" 10)"
expect_eq "bytes: not one byte less" "3 7" "$(limited "limit rate 100 bytes/week burst 31 bytes" 10)"
expect_eq "bytes: over" "6 4" "$(limited "limit rate over 100 bytes/week burst 32 bytes" 10)"
expect_eq "bytes: a large unit" "10 0" "$(limited "limit rate 10 mbytes/second" 10)"

# One bucket for both families and all processors.
flush router
ruleset router <<- 'END'
	table inet t {
		chain c {
			type filter hook forward priority filter
			udp dport 9 limit rate 1/week burst 150 packets counter drop comment "match"
			udp dport 9 counter drop comment "rest"
		}
	}
END
burst udp4 client 10.0.2.2 9 200 &
other=$!
burst udp6 client fd00:2::2 9 200
wait $other
wait_for all_counted 400
expect_eq "one bucket for all senders" "150 250" "$(counted router match rest)"

# It fills again.
flush router
ruleset router <<- 'END'
	table inet t {
		chain c {
			type filter hook forward priority filter
			icmp type echo-request limit rate over 5/second burst 1 packets counter drop comment "over"
		}
	}
END
again() { ns client ping -n -c 1 -W 1 10.0.2.2; }
wait_for again
check "packets pass again once the bucket has filled" wait_for again
fixed_point router "a limit"

# A rule that comes or goes leaves the bucket of another as it is.
expect_eq "three of ten" "3 7" "$(limited "limit rate 1/week burst 3 packets" 10)"
ns router weir add rule inet t c counter comment '"more"'
burst udp4 client 10.0.2.2 9 5
wait_for all_counted 15
expect_eq "an empty bucket stays empty when a rule is added" 3 "$(counted router match)"
ns router weir 'insert rule inet t c limit rate 1/week burst 3 packets continue'
check "two rules may have equal limits of their own" ns router weir list ruleset
ns router weir delete rule inet t c limit rate 1/week burst 3 packets continue
expect_eq "and one is deleted by its text" 1 "$(ns router weir list ruleset | grep -c limit)"
flush router

ns router weir add table inet t
ns router weir add chain inet t c
for rule in "limit rate 10/second" "limit rate over 10/minute burst 7 packets" \
	"limit rate 1 mbytes/second" "limit rate 1000 bytes/hour burst 3 mbytes" \
	"limit rate over 1025 kbytes/day burst 1500 bytes"; do
	ns router weir flush chain inet t c
	ns router weir add rule inet t c "$rule"
	expect_match "listed as it was written: $rule" "$rule\$" "$(ns router weir list chain inet t c)"
done
expect_eq "as JSON" '{"limit": {"rate": 1025, "burst": 1500, "per": "day", "rate_unit": "kbytes", "burst_unit": "bytes", "inv": true}}' \
	"$(ns router weir -j list chain inet t c | grep -o '{"limit": {[^}]*}}')"

refuses router "must not be 0|0" "inet t c limit rate 0/second"
refuses router "must not be 0" "inet t c limit rate 5/second burst 0 packets"
refuses router "second" "inet t c limit rate 5/seconds"
refuses router "packets" "inet t c limit rate 5/second burst 5 bytes"
refuses router "bytes" "inet t c limit rate 5 mbytes/second burst 5 packets"
refuses router "below 18446744074" "inet t c limit rate 18000 mbytes/week burst 4000 mbytes"
refuses router "there is no limit x in table t" 'inet t c limit name "x"'
