#!/bin/bash
# Lists of sets: packets that are in one of them, and changes of a list and of its sets.
# once: the core does it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
members() { w -j list set ip t "${1:-l}" | jq -r '[.nftables[].set // empty | .elem[]?] | join(" ")'; }

# A key is in a list if one of its sets has it, whatever holds that.
with_chain ip 'set a { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }
set n { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.1.1.0/24 nomatch }; }
set x { type ipv4_addr; flags dynamic,timeout; }
set c { type ipv4_addr; counter; elements = { 10.1.1.1, 10.0.0.2 }; }
set l { type ipv4_addr; flags list; elements = { @a, @n, @x, @c }; }
set none { type ipv4_addr; flags list; }
--
ip saddr @none drop
ip saddr @l drop
udp dport 7 add @x { ip saddr timeout 1h }'
expect_verdicts "a key of any set of the list" "drop drop drop accept accept drop" "$(from 10.0.0.1)" "$(from 10.1.0.1)" \
	"$(from 10.0.0.2)" "$(from 10.1.1.2)" "$(from 10.2.0.1)" "$(from 10.1.1.1)"
expect_verdicts "packets add to a set of the list" "accept drop" "$(from 10.9.9.9 1 udp.dport=7)" "$(from 10.9.9.9)"
counts() { w -j list set ip t c | jq -c '[.nftables[].set // empty | .elem[].elem.counter.packets]'; }
expect_eq "elements count where the list asks their set" '[0,1]' "$(counts)"
w -f - <<< 'flush chain ip t c; add rule ip t c ip saddr != @l drop'
expect_verdicts "a key of no set" "accept accept drop drop" "$(from 10.0.0.1)" "$(from 10.1.0.1)" "$(from 10.1.1.2)" "$(from 10.2.0.1)"
expect_eq "asking whether it is not there counts nothing" '[0,1]' "$(counts)"

# Keys of more than one field, as numbers and not, and of more than 16 bytes.
with_chain inet 'set a { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 80 }; }
set n { type ipv4_addr . inet_service; flags interval; elements = { 10.1.0.0/16 . 1-99 }; }
set l { type ipv4_addr . inet_service; flags list; elements = { @a, @n }; }
set b { type ipv6_addr . inet_service; elements = { fd00::1 . 80 }; }
set m { type ipv6_addr . inet_service; flags interval; elements = { fd00:1::/32 . 1-99 }; }
set k { typeof ip6 saddr . udp sport; flags list; elements = { @m, @b }; }
set v { type ipv6_addr; elements = { fd00::7 }; }
set w { type ipv6_addr; flags list; elements = { @v }; }
--
ip saddr . udp sport @l drop
ip6 saddr . udp sport @k drop
ip6 saddr @w drop'
expect_verdicts "of two fields" "drop accept drop accept" "$(from 10.0.0.1 80)" "$(from 10.0.0.1 81)" "$(from 10.1.0.9 99)" "$(from 10.1.0.9 100)"
expect_verdicts "of many bytes" "drop accept drop accept" "$(from fd00::1 80)" "$(from fd00::1 81)" "$(from fd00:1::9 99)" "$(from fd00:1::9 100)"
expect_verdicts "of 128 bits" "drop accept" "$(from fd00::7 5)" "$(from fd00::8 5)"

# A list of two sets, and a third one
with_chain ip 'set l { type ipv4_addr; flags list; size 3; elements = { @a, @b }; }
set a { type ipv4_addr; elements = { 10.0.0.1 }; }
set b { type ipv4_addr; elements = { 10.0.0.2 }; }
set c { type ipv4_addr; elements = { 10.0.0.3 }; }
--
ip saddr @l drop'
# Changes
check "a set is put before another" w 'add element ip t l { @c before @b }'
expect_eq "and stands there" "@a @c @b" "$(members)"
check "one that is there stays" w 'add element ip t l { @c }'
expect_eq "where it is" "@a @c @b" "$(members)"
check "or moves" w 'add element ip t l { @b before @a }'
expect_eq "where it is told" "@b @a @c" "$(members)"
check "also forwards" w 'add element ip t l { @b before @c }'
expect_eq "in front of that" "@a @b @c" "$(members)"
check "a set is taken out" w 'delete element ip t l { @a }'
expect_eq "and the others stay" "@b @c" "$(members)"
expect_verdicts "packets see it" "accept drop drop" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)"
check "what is not there may be destroyed" w 'destroy element ip t l { @a, @nosuch }'
check "all sets are replaced" w 'replace element ip t l { @a }'
expect_verdicts "in one step" "drop accept accept" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)"
check "a list is emptied" w flush set ip t l
expect_eq "of all" "" "$(members)"
expect_verdicts "and has no key" "accept" "$(from 10.0.0.1)"
w 'add element ip t l { @a, @b }'
check "a set of the list has a new name" w rename set ip t a aa
expect_eq "and its place" "@aa @b" "$(members)"
check "elements of sets change" w 'swap set ip t b c; add element ip t aa { 10.0.0.4 comment "x" }'
expect_verdicts "and the list follows" "drop accept drop drop" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)" "$(from 10.0.0.4)"
w 'add set ip t big { type inet_service; }; add set ip t ports { type inet_service; flags list; elements = { @big }; }'
w 'add chain ip t p { type filter hook forward priority 1; }; add rule ip t p udp sport @ports drop'
expect_match "a set is in one structure" '# hash' "$(w -a -t list set ip t big)"
w -f - <<< "add element ip t big { $(seq -s , 1 3 60000) }"
expect_match "and moves to another one" '# bitmap' "$(w -a -t list set ip t big)"
expect_verdicts "the list finds it there" "drop accept drop" "$(from 10.8.0.1 1000)" "$(from 10.8.0.1 1001)" "$(from 10.8.0.1 4)"
w 'flush set ip t big; delete element ip t ports { @big }'
w 'add set ip t k { type ipv4_addr; flags list; elements = { @c }; }'
check "lists are exchanged" w swap set ip t l k
expect_eq "with what they hold" "@c/@aa @b" "$(members l)/$(members k)"
w swap set ip t l k

# A transaction that fails leaves all as it was.
before=$(w list ruleset)
check_fails "a change with a mistake at its end" w 'delete element ip t l { @aa }; delete set ip t aa; add set ip t z { type ipv4_addr; }; add element ip t l { @z before @b }; add element ip t l { @nosuch }'
expect_eq "changes nothing" "$before" "$(w list ruleset)"
check_fails "nor does one that deletes the table" w 'delete element ip t l { @aa }; add set ip t z { type ipv4_addr; }; add element ip t l { @z }; delete table ip t; delete table ip nosuch'
expect_eq "leave anything" "$before" "$(w list ruleset)"

{
	for i in $(seq 65); do
		echo "add set ip t s$i { type ipv4_addr; }"
	done
	echo 'add element ip t s64 { 10.64.0.1 }'
	echo 'add set ip t y { type ipv4_addr; flags list; }'
	for i in $(seq 64); do
		echo "add element ip t y { @s$i }"
	done
	echo 'add rule ip t c ip saddr @y drop'
} | w -f -
expect_verdicts "of 64 sets the last one is asked, too" "drop accept" "$(from 10.64.0.1)" "$(from 10.65.0.1)"
check_fails "one more is too many" w 'add element ip t y { @s65 }'

# The end
check "a list goes, and then its sets" w 'delete set ip t k; delete set ip t c'
w flush ruleset
w -f - <<< "$before"
end_packets box
check "a namespace goes with its lists" ip netns del box
