#!/bin/bash
# Sets that packets change: add, update, delete, timeouts, statements of elements,
# sizes, meters.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box

with_chain ip 'set s { type ipv4_addr; flags dynamic; }
--
udp dport 1 add @s { ip saddr }
udp dport 2 delete @s { ip saddr }
ip saddr @s drop'
expect_verdicts "an address adds itself, and deletes itself" "accept drop drop accept accept" "$(from 10.0.0.1 1 udp.dport=9)" \
	"$(from 10.0.0.1 1 udp.dport=1)" "$(from 10.0.0.1 1 udp.dport=9)" "$(from 10.0.0.1 1 udp.dport=2)" "$(from 10.0.0.1 1 udp.dport=9)"
verdicts "$(from 10.0.0.7 1 udp.dport=1)" > /dev/null
expect_eq "it is listed" '"10.0.0.7"' "$(elements_of s)"
check "commands change the set as well" w 'add element ip t s { 10.0.0.8 }; delete element ip t s { 10.0.0.7 }'
expect_verdicts "at once" "drop accept" "$(from 10.0.0.8)" "$(from 10.0.0.7)"
check_fails "but not if the transaction fails" w 'add element ip t s { 10.0.0.9 }; delete element ip t s { 10.0.0.8 }; delete rule ip t c handle 9999'
expect_verdicts "then all is as it was" "drop accept" "$(from 10.0.0.8)" "$(from 10.0.0.9)"

with_chain ip 'set s { type ipv4_addr . inet_service; flags dynamic,timeout; timeout 1h; }
--
udp dport 1 add @s { ip saddr . udp sport timeout 10s }
udp dport 2 update @s { ip saddr . udp sport timeout 30m }
ip saddr . udp sport @s drop'
verdicts "$(from 10.0.0.1 5 udp.dport=1)" "$(from 10.0.0.1 6 udp.dport=2)" > /dev/null
expect_verdicts "two fields" "drop drop accept" "$(from 10.0.0.1 5)" "$(from 10.0.0.1 6)" "$(from 10.0.0.1 7)"
expect_match "with a timeout" '10\.0\.0\.1 \. 6 timeout 30m expires (30m|29m)' "$(w list set ip t s)"
gone() { [ "$(verdicts "$(from 10.0.0.1 5)")" = accept ]; }
check "which ends" wait_for gone
expect_verdicts "for that one only" "drop" "$(from 10.0.0.1 6)"
collected() { ! w list set ip t s | grep -q '10\.0\.0\.1 \. 5'; }
check "and it is not listed any more" wait_for collected

# Every element has a limit of its own.
with_chain ip 'set s { type ipv4_addr; flags dynamic; }
--
add @s { ip saddr limit rate over 2/hour burst 2 packets } drop'
expect_verdicts "a limit for each address" "accept accept drop accept accept drop" "$(from 10.0.0.1)" "$(from 10.0.0.1)" "$(from 10.0.0.1)" \
	"$(from 10.0.0.2)" "$(from 10.0.0.2)" "$(from 10.0.0.2)"
expect_match "is listed with it" '10\.0\.0\.1 limit rate over 2/hour burst 2 packets' "$(w list set ip t s)"
with_chain ip 'set s { type ipv4_addr; flags dynamic; }
--
update @s { ip saddr counter }'
verdicts "$(from 10.0.0.1)" "$(from 10.0.0.1)" "$(from 10.0.0.2)" > /dev/null
expect_match "a counter for each address" '10\.0\.0\.1 counter packets 2 ' "$(w list set ip t s)"
with_chain ip '--
meter m { ip saddr limit rate over 1/hour burst 1 packets } drop'
expect_verdicts "a meter" "accept drop accept drop" "$(from 10.0.0.1)" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.2)"

# Sizes.
with_chain ip 'set s { type ipv4_addr; flags dynamic; size 2; }
--
add @s { ip saddr } drop'
expect_verdicts "a full set takes no more, and its rule fails" "drop drop accept drop" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)" "$(from 10.0.0.1)"
expect_match "what was refused is counted" ' 1 refused' "$(w -a list set ip t s)"
with_chain ip 'set s { type ipv4_addr; flags dynamic,evict; size 2; }
--
add @s { ip saddr } drop'
expect_verdicts "or others go" "drop drop drop" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)"
expect_eq "so that it is no larger" 2 "$(elements_of s | wc -l)"

# Maps.
with_chain ip 'map m { type ipv4_addr : mark; flags dynamic; }
--
udp dport 1 update @m { ip saddr : 7 }
udp dport 2 update @m { ip saddr : meta mark }
udp dport 9 meta mark set ip saddr map @m'
expect_verdicts "packets fill a map" "accept:0 accept:5 accept:7 accept:5" "$(from 10.0.0.1 1 udp.dport=1) mark=0" "$(from 10.0.0.2 1 udp.dport=2) mark=5" \
	"$(from 10.0.0.1 1 udp.dport=9) mark=9" "$(from 10.0.0.2 1 udp.dport=9) mark=9"

check_fails "a set that is not dynamic is not changed by packets" w 'add set ip t plain { type ipv4_addr; }; add rule ip t c add @plain { ip saddr }'
check_fails "nor with a key of another type" w 'add set ip t other { type ipv6_addr; flags dynamic; }; add rule ip t c add @other { ip saddr }'
check "many elements by packets" with_chain ip 'set s { type ipv4_addr . inet_service; flags dynamic; }
--
add @s { ip saddr . udp sport }'
for ((i = 0; i < 4; i++)); do
	for ((j = 0; j < 250; j++)); do
		from 10.0.$i.$j $((j + 1))
	done
done > /tmp/lines
mapfile -t lines < /tmp/lines
verdicts "${lines[@]}" > /dev/null
expect_eq "are all there" 1000 "$(elements_of s | wc -l)"
expect_fixed "and load again"
