#!/bin/bash
# Changes of whole sets while packets ask: replace, swap, rename, flush in a
# transaction with new elements. No packet may see a set that is empty or half full.
# once: the core does it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"
. "$(dirname "$0")/../traffic.sh"

topology_router
modprobe weir
w() { ns router weir "$@"; }
# The client's address is in every version of the sets; the others change.
many() { # FIRST: a thousand addresses and the client's
	echo "10.0.1.2"
	seq 1 1000 | sed "s/.*/$1.&/" | awk -F. '{ printf "%d.%d.%d.%d\n", $1, $2, $3 / 250, $3 % 250 }'
}
many 20.1 > /tmp/a
many 20.2 > /tmp/b
many 20.3 | sed 's/$/\/32/; 1s/.*/10.0.1.0\/24/' > /tmp/n
braces() { echo "{ $(paste -sd , "$1") }"; }
w -f - <<-END
	table ip t {
		set s { type ipv4_addr; elements = $(braces /tmp/a); }
		set u { type ipv4_addr; elements = $(braces /tmp/b); }
		set n { type ipv4_addr; flags interval; elements = $(braces /tmp/n); }
		chain c {
			type filter hook forward priority 0; policy accept;
			ip protocol icmp ip saddr 10.0.1.2 ip saddr != @s counter drop comment "s"
			ip protocol icmp ip saddr 10.0.1.2 ip saddr != @n counter drop comment "n"
		}
	}
END
background_traffic client 10.0.2.2 fd00:2::2
for _ in 1 2 3 4 5; do
	w replace element ip t s < /tmp/a
	w "flush set ip t s; add element ip t s $(braces /tmp/b)"
	w swap set ip t s u
	w "add set ip t new { type ipv4_addr; elements = $(braces /tmp/a); }; swap set ip t new s; delete set ip t new"
	w "rename set ip t u old; rename set ip t old u"
	w replace element ip t n < /tmp/n
	w "delete element ip t n { 20.3.0.1/32 }; add element ip t n { 10.0.0.0/8 }"
	w "delete element ip t n { 10.0.0.0/8 }"
done
read -r sent lost <<< "$(stop_traffic)"
note "$sent pings while sets changed"
expect_eq "no packet misses its element" 0 "$lost"
expect_eq "the last content is there" 1001 "$(w -j list set ip t s | jq '.nftables[].set // empty | .elem | length')"

check_fails "a transaction with a mistake at its end" w "flush set ip t s; add element ip t s { 1.1.1.1 }; add element ip t nosuch { 1.1.1.1 }"
expect_eq "leaves the content" 1001 "$(w -j list set ip t s | jq '.nftables[].set // empty | .elem | length')"
check_fails "sets of different types are not swapped" w swap set ip t s n
check_fails "a set is not renamed to one that is there" w rename set ip t s u
w add rule ip t c ip saddr @u accept
check "rules follow the name" w rename set ip t u v
expect_match "and list the new one" 'ip saddr @v accept' "$(w list chain ip t c)"
