#!/bin/bash
# Timeouts of elements that commands add: they end for packets at once, and for lists
# soon; 0 and the largest; they survive other changes.
# once: time is read the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
with_chain ip 'set s { type ipv4_addr; flags timeout; timeout 1h; gc-interval 1s; }
set n { type ipv4_addr; flags interval,timeout; gc-interval 1s; }
map m { type ipv4_addr : mark; flags timeout; }
--
ip saddr @s drop
ip saddr @n drop
meta mark set ip saddr map @m'
check "elements with timeouts" w 'add element ip t s { 10.0.0.1 timeout 30s, 10.0.0.2, 10.0.0.3 timeout 0s, 10.0.0.4 timeout 10d expires 30s }
add element ip t n { 10.1.0.0/16 timeout 30s, 10.1.0.0/24, 10.2.0.0/16 timeout 49710d }
add element ip t m { 10.9.0.1 timeout 30s : 5, 10.9.0.2 : 6 }'
expect_verdicts "hold at first" "drop drop drop drop drop drop accept:5" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)" "$(from 10.0.0.4)" \
	"$(from 10.1.1.1)" "$(from 10.2.0.1)" "$(from 10.9.0.1) mark=9"
over() { [ "$(verdicts "$(from 10.0.0.1)" "$(from 10.0.0.4)" "$(from 10.1.1.1)" "$(from 10.9.0.1) mark=9")" = "accept accept accept accept:9" ]; }
check "and end" wait_for over
expect_verdicts "the others stay" "drop drop drop drop accept:6" "$(from 10.0.0.2)" "$(from 10.0.0.3)" "$(from 10.1.0.1)" "$(from 10.2.0.1)" "$(from 10.9.0.2) mark=9"
collected() { ! w list ruleset | grep -qE '10\.0\.0\.1|10\.0\.0\.4|10\.1\.0\.0/16|10\.9\.0\.1'; }
check "they are not listed any more" wait_for collected
expect_match "the set's own timeout" '10\.0\.0\.2 expires (1h|59m)|10\.0\.0\.2 timeout 1h expires' "$(w list set ip t s)"
expect_match "none" '10\.0\.0\.3( timeout 0s)?' "$(w list set ip t s)"
left() { w -j list set ip t s | jq '[.nftables[].set // empty | .elem[] | .elem // empty | select(.val == "10.0.0.2") | .expires | floor][0]'; }
before=$(left)
check "other elements come" w add element ip t s '{ 10.7.0.1, 10.7.0.2 }'
check "and time goes on" test "$(left)" -le "$before"
check "adding again starts anew" w add element ip t s '{ 10.0.0.2 timeout 2h }'
expect_match "with what is given" '10\.0\.0\.2 timeout 2h' "$(w list set ip t s)"
check_fails "more than there is" w add element ip t s '{ 10.0.0.9 timeout 999999999999999d }'
expect_fixed "timeouts"
