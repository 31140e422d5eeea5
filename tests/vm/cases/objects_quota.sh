#!/bin/bash
# Match quota, in rules and by name, and limits by name.
#
#   client -- router (quota) -- server
# once: counting is the same on each kernel; objects_netlink loads a quota there
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

topology_router
for protocol in udp4 udp6; do
	serve $protocol server 7
done
check "client reaches server over IPv4" reaches udp4 client 10.0.2.2 7
check "client reaches server over IPv6" reaches udp6 client fd00:2::2 7
lives_with_its_rules weir_match_quota "quota over 5 mbytes counter"

# All packets of a burst to port 9 end in this chain: those that the rule matches are
# counted first, the others behind. A datagram has 20 + 8 + 5 bytes.
setup() { # RULE OBJECT
	ruleset router <<- END
		flush ruleset
		table inet t {
			${2:-}
			chain c {
				type filter hook forward priority filter
				udp dport 9 $1 counter drop comment "match"
				udp dport 9 counter drop comment "rest"
			}
		}
	END
}
all_counted() { counted_together router match rest "$1"; }
sent=0
shoot() { # N
	burst udp4 client 10.0.2.2 9 "$1"
	sent=$((sent + $1))
	wait_for all_counted "$sent"
}
matched() { # RULE PACKETS [OBJECT]
	setup "$1" "${3:-}"
	sent=0
	shoot "$2"
	counted router match rest
}

expect_eq "until: what is within matches" "3 7" "$(matched "quota until 100 bytes" 10)"
expect_eq "to the last byte" "3 7" "$(matched "quota 99 bytes" 10)"
expect_eq "and not one less" "2 8" "$(matched "quota 98 bytes" 10)"
expect_eq "over: what exceeds it" "7 3" "$(matched "quota over 99 bytes" 10)"
expect_eq "what was used counts" "1 9" "$(matched "quota 100 bytes used 66 bytes" 10)"
expect_eq "a quota of nothing" "0 10" "$(matched "quota 0 bytes" 10)"
expect_eq "over nothing" "10 0" "$(matched "quota over 0 bytes" 10)"
expect_eq "a large one" "10 0" "$(matched "quota 1 gbytes" 10)"
matched "quota over 100 bytes" 10 > /dev/null
expect_match "no more than all of it is used" 'quota over 100 bytes used 100 bytes counter' \
	"$(ns router weir list ruleset)"
ns router weir reset rules > /dev/null
expect_match "reset of rules" 'quota over 100 bytes counter packets 0' "$(ns router weir list ruleset)"
sent=0
shoot 10
expect_eq "and it begins anew" "7 3" "$(counted router match rest)"
ns router weir 'add rule inet t c quota over 100 bytes drop; delete rule inet t c quota over 100 bytes used 7 bytes drop'
expect_eq "what was used is not part of a rule's text" 1 "$(ns router weir list ruleset | grep -c quota)"

# One quota for both families, of two rules, on all processors.
setup 'quota name "q"' 'quota q { 3300 bytes; }'
burst udp4 client 10.0.2.2 9 100
wait_for all_counted 100
expect_eq "a named quota" "100 0" "$(counted router match rest)"
burst udp4 client 10.0.2.2 9 1
wait_for all_counted 101
expect_eq "is used up" "100 1" "$(counted router match rest)"
expect_match "and says so" '3300 bytes used 3300 bytes' "$(ns router weir list quota inet t q)"
expect_match "reset shows it" '3300 bytes used 3300 bytes' "$(ns router weir reset quotas)"
expect_match "and gives all of it back" '3300 bytes$' "$(ns router weir list quota inet t q)"
sent=101
shoot 10
expect_match "less than all is given back, too" '3300 bytes used 330 bytes' "$(ns router weir reset quota inet t q)"
setup 'quota name "q"' 'quota q { over 100 bytes; }'
ns router weir 'insert rule inet t c udp dport 10 drop; insert rule inet t c udp dport 10 quota name "q" counter drop comment "other"'
burst udp4 client 10.0.2.2 10 4
check "the other rule has used it up" wait_for counted_some router other
burst udp4 client 10.0.2.2 9 1
wait_for all_counted 1
expect_eq "for this one" "1 0" "$(counted router match rest)"

# New settings, while rules use it.
setup 'quota name "q"' 'quota q { 99 bytes; }'
sent=0
shoot 10
expect_eq "a quota that is used up" "3 7" "$(counted router match rest)"
ns router weir 'add quota inet t q { 330 bytes; }'
expect_match "gets more" "330 bytes used 99 bytes" "$(ns router weir list quota inet t q)"
shoot 10
expect_eq "which passes" "10 10" "$(counted router match rest)"
ns router weir 'add quota inet t q { 330 bytes used 0 bytes; }'
shoot 1
expect_match "used is what is given" '330 bytes used 33 bytes' "$(ns router weir list quota inet t q)"
ns router weir 'add quota inet t q { over 66 bytes; }'
shoot 3
expect_eq "and over" "13 11" "$(counted router match rest)"
check_fails "create is refused" ns router weir 'create quota inet t q { 5 bytes; }'
expect_match "and changes nothing" 'over 66 bytes used 66 bytes' "$(ns router weir list quota inet t q)"
setup 'limit name "l"' 'limit l { rate 1/week burst 3 packets; }'
sent=0
shoot 10
ns router weir 'add limit inet t l { rate 1/week burst 5 packets; }'
shoot 10
expect_eq "a limit begins anew with new settings" "8 12" "$(counted router match rest)"
ns router weir 'add limit inet t l { rate over 1/hour burst 2 packets; }'
shoot 10
expect_eq "in another unit, and over" "16 14" "$(counted router match rest)"
setup 'quota name "q"' 'quota q { over 100 bytes; }'
ns router weir 'insert rule inet t c udp dport 10 drop; insert rule inet t c udp dport 10 quota name "q" counter drop comment "other"'
burst udp4 client 10.0.2.2 10 4
wait_for counted_some router other
ns router weir flush chain inet t c
expect_match "it stays without rules" 'used 100 bytes' "$(ns router weir list quota inet t q)"
expect_match "rmmod is refused while there is one" "in use|busy" "$(rmmod weir_match_quota 2>&1 || :)"
check "deleted, it frees its module" ns router weir delete quota inet t q
wait_for unloads weir_match_quota
check "which is gone" not_loaded weir_match_quota

# A limit that two rules share.
expect_eq "a named limit" "3 7" "$(matched 'limit name "l"' 10 'limit l { rate 1/week burst 3 packets; }')"
ns router weir 'insert rule inet t c udp dport 10 drop; insert rule inet t c udp dport 10 limit name "l" counter drop comment "other"'
burst udp4 client 10.0.2.2 10 4
expect_eq "is empty for another rule, too" 0 "$(counted router other)"
fixed_point router "quotas and limits"

refuses router "a number of bytes" "inet t c quota over"
refuses router "a unit of bytes" "inet t c quota over 5 packets"
refuses router "at most 10" "inet t c quota 10 bytes used 11 bytes"
refuses router "too big" "inet t c quota 99999999999999999999 bytes"
refuses router "there is no quota none" 'inet t c quota name "none"'
expect_eq "as JSON" '{"quota": {"val": 25, "val_unit": "mbytes", "used": 3, "used_unit": "kbytes", "inv": true}}' \
	"$(ns router weir 'add rule inet t c quota over 25 mbytes used 3 kbytes'; ns router weir -j list chain inet t c | grep -o '{"quota": {[^}]*}}' | tail -n 1)"
