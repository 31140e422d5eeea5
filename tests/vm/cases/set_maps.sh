#!/bin/bash
# Maps: to verdicts, to values, to objects; concatenations, anonymous ones, catch-all.
# once: the core does it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box

with_chain ip 'chain web { udp dport 80 accept; drop; }
chain other { ip daddr 10.0.0.9 drop; }
map v { type inet_service : verdict; elements = { 22 : accept, 23 : drop, 80 : jump web, 81 : goto web, 90 : jump other, 91 : continue, 92 : return }; }
--
udp sport vmap @v
ip saddr 10.0.0.7 drop'
expect_verdicts "a verdict map" "accept drop drop accept drop accept drop accept drop" "$(from 10.0.0.1 22)" "$(from 10.0.0.1 23)" \
	"$(from 10.0.0.1 80 udp.dport=81)" "$(from 10.0.0.1 80 udp.dport=80)" "$(from 10.0.0.1 81 udp.dport=82)" \
	"$(from 10.0.0.1 90)" "$(from 10.0.0.7 90)" "$(from 10.0.0.1 1)" "$(from 10.0.0.7 91)"
expect_fixed "a verdict map"
check "an element changes" w 'delete element ip t v { 22 : accept }; add element ip t v { 22 : drop }'
expect_verdicts "and decides anew" "drop" "$(from 10.0.0.1 22)"
check_fails "a chain that an element leads to is not deleted" w delete chain ip t web
check_fails "an element may not lead to its own chain's beginning" w 'add chain ip t loop; add rule ip t loop udp sport vmap @v; add element ip t v { 99 : jump loop }'
check_fails "nor to a base chain" w add element ip t v '{ 100 : jump c }'
check_fails "nor to no chain" w add element ip t v '{ 100 : jump nosuch }'
check_fails "another value for the same key" w add element ip t v '{ 23 : accept }'

with_chain inet 'chain tcp_in { tcp dport 80 accept; drop; }
--
meta l4proto vmap { tcp : jump tcp_in, udp : accept, 1 : drop }
drop'
expect_verdicts "an anonymous verdict map" "accept accept drop drop drop" "$(from 10.0.0.1)" "4 tcp tcp.dport=80" "4 tcp tcp.dport=81" \
	"4 icmp" "4 132"
expect_fixed "an anonymous verdict map"

with_chain ip 'chain a { accept; }
chain b { drop; }
map v { type ipv4_addr . inet_service : verdict; flags interval; elements = { 10.0.0.0/8 . 1-1023 : jump a, 10.0.0.0/24 . 1-1023 : jump b, * : drop }; }
--
ip saddr . udp sport vmap @v'
expect_verdicts "ranges, the most specific one, and the rest" "accept drop drop drop" "$(from 10.1.0.1 80)" "$(from 10.0.0.1 80)" \
	"$(from 10.1.0.1 1024)" "$(from 11.0.0.1 80)"
expect_fixed "catch-all"

with_chain ip '--
meta mark set ip saddr map { 10.0.0.1 : 1, 10.0.0.2 : 2, 10.1.0.0/16 : 3, * : 4 }'
expect_verdicts "an anonymous map to marks" "accept:1 accept:2 accept:3 accept:4" "$(from 10.0.0.1) mark=9" "$(from 10.0.0.2) mark=9" \
	"$(from 10.1.2.3) mark=9" "$(from 10.2.0.1) mark=9"
with_chain ip 'map m { typeof ip saddr . udp sport : meta mark; elements = { 10.0.0.1 . 1 : 0x11, 10.0.0.1 . 2 : 0x12 }; }
map p { type ipv4_addr : inet_service; elements = { 10.0.0.1 : 8080 }; }
--
meta mark set ip saddr . udp sport map @m
udp sport 3 udp dport set ip saddr map @p
udp dport 8080 meta mark set 0x80'
expect_verdicts "a map of two fields" "accept:17 accept:18 accept:128 accept:5" "$(from 10.0.0.1 1) mark=5" "$(from 10.0.0.1 2) mark=5" \
	"$(from 10.0.0.1 3 udp.dport=4) mark=5" "$(from 10.0.0.2 3 udp.dport=4) mark=5"
expect_fixed "maps to values"

with_chain ip '--
ip saddr . udp sport { 10.0.0.1 . 1, 10.0.0.0/24 . 5-7, 10.9.0.0/16 . 80 } drop
ip saddr . udp sport != { 10.0.0.1 . 9, 10.2.0.1 . 9 } meta mark set 7'
expect_verdicts "an anonymous concatenation" "drop:0 accept:7 drop:0 accept:0 accept:7" "$(from 10.0.0.1 1) mark=0" "$(from 10.0.0.1 2) mark=0" \
	"$(from 10.0.0.77 6) mark=0" "$(from 10.0.0.1 9) mark=0" "$(from 10.2.0.1 8) mark=0"
expect_fixed "anonymous concatenations"
rule='ip saddr . udp sport { 10.0.0.1 . 1, 10.0.0.0/24 . 5-7, 10.9.0.0/16 . 80 } drop'
check "a rule with an anonymous set is deleted by its text" w delete rule ip t c "$rule"
expect_verdicts "and gone" "accept" "$(from 10.0.0.1 1)"

# Objects.
with_chain ip 'counter a { }
counter b { packets 5 bytes 50 }
quota q { over 100 bytes; }
map m { type ipv4_addr : counter; elements = { 10.0.0.1 : "a", 10.0.0.2 : "b" }; }
--
counter name ip saddr map @m
ip saddr 10.0.0.3 counter name "a"
ip saddr 10.0.0.4 quota name "q" drop'
verdicts "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.2)" "$(from 10.0.0.3)" "$(from 10.0.0.5)" > /dev/null
expect_match "counters by a map" 'packets 2 ' "$(w list counter ip t a)"
expect_match "count on from where they began" 'packets 7 ' "$(w list counter ip t b)"
expect_verdicts "a quota is shared" "accept accept drop" "$(from 10.0.0.4 1 payload=20)" "$(from 10.0.0.4 1 payload=20)" "$(from 10.0.0.4 1 payload=20)"
check_fails "an object in use is not deleted" w delete counter ip t a
expect_match "reset lists" 'packets 2 ' "$(w reset counter ip t a)"
expect_match "and sets to zero" 'packets 0 ' "$(w list counter ip t a)"
expect_fixed "objects"
# What elements led to may go before the transaction that brought both ends.
before=$(w -s list ruleset)
gone='add counter ip t x; add element ip t m { 10.0.0.9 : "x" }; delete element ip t m { 10.0.0.9 }; delete counter ip t x'
check_fails "an object comes and goes with the element that leads to it" w "$gone; delete table ip nosuch"
expect_eq "and leaves all as it was" "$before" "$(w -s list ruleset)"
w add map ip t v '{ type ipv4_addr : verdict; }'
gone='add chain ip t x; add element ip t v { 10.0.0.9 : jump x }; delete element ip t v { 10.0.0.9 }; delete chain ip t x'
check_fails "and so does a chain" w "$gone; delete table ip nosuch"
check "also where the transaction is committed" w "$gone"
