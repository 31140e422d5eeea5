#!/bin/bash
# Listing: parts, everything, again and again the same.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
expect_eq "an empty ruleset" "" "$(w list ruleset)"
expect_match "an empty ruleset in JSON" '^\{"nftables": \[\{"metainfo": \{[^}]*\}\}\]\}$' "$(w -j list ruleset)"
load <<- 'END'
	table ip one {
		comment "first"
		chain in {
			type filter hook input priority filter; policy drop
			ip saddr { 10.0.0.0/8, 192.168.1.1 } counter accept comment "inside"
			jump other
		}
		chain other {
			udp dport != 53 return
			meta mark set 0x10
		}
	}
	table ip6 one {
		chain other {
			ip6 saddr fd00::/8 accept
		}
	}
	table inet two {
		chain c {
			ct state established,related accept
			limit rate 10/second log prefix "x" reject with icmpx admin-prohibited
		}
	}
END
expect_eq "list tables" "table ip one
table ip6 one
table inet two" "$(w list tables)"
expect_eq "list tables of a family" "table ip6 one" "$(w list tables ip6)"
expect_eq "list ruleset of a family" 1 "$(w list ruleset inet | grep -c ^table)"
expect_eq "list table" 2 "$(w list table ip one | grep -c chain)"
expect_eq "list chain" 1 "$(w list chain ip one other | grep -c chain)"
expect_eq "list chain shows its rules" 1 "$(w list chain ip one other | grep -c 'udp dport != 53 return')"
expect_eq "list chains" 4 "$(w list chains | grep -c chain)"
expect_eq "list chains shows no rules" 0 "$(w list chains | grep -c -e accept -e return)"
expect_eq "list chains of a family" 1 "$(w list chains ip6 | grep -c chain)"
expect_fixed "a small ruleset"

expect_match "a table that is not there" 'no table' "$(said w list table ip onee)"
expect_match "... and the one meant" 'did you mean "one"' "$(said w list table ip onee)"
expect_match "a chain that is not there" 'no chain' "$(said w list chain ip one othr)"
expect_match "... and the one meant" 'did you mean "other"' "$(said w list chain ip one othr)"

# Many rules and chains, and rules longer than a message.
{
	echo "table ip big {"
	for ((i = 0; i < 300; i++)); do
		echo "chain c$i { "
		for ((j = 0; j < 20; j++)); do
			echo "ip saddr 10.$((i % 250)).$j.1 tcp dport $((i + j)) counter accept"
		done
		echo "}"
	done
	echo "chain long {"
	printf 'ip saddr { 10.0.0.1'
	for ((i = 0; i < 20000; i++)); do
		printf ', 10.%d.%d.%d' $((i / 10000 + 1)) $((i / 100 % 100)) $((i % 100 * 2))
	done
	echo ' } drop'
	for ((i = 0; i < 1000; i++)); do
		printf 'meta mark != %d ' "$i"
	done
	echo 'accept'
	echo "}"
	echo "}"
} > /tmp/big.weir
check "a large ruleset loads" load < /tmp/big.weir
expect_eq "all rules are there" 6002 "$(w list ruleset | grep -c -e accept -e drop)"
expect_fixed "a large ruleset"

w flush ruleset
# One generation, whoever writes meanwhile: both tables or none.
churn() {
	local i
	for ((i = 0; i < 20; i++)); do
		w 'add table ip pair1; add table ip pair2'
		w 'delete table ip pair1; delete table ip pair2'
	done
}
churn &
writer=$!
torn=0
while kill -0 $writer 2> /dev/null; do
	case $(w list tables ip | grep -c pair || :) in
	0 | 2) ;;
	*) torn=$((torn + 1)) ;;
	esac
done
wait $writer
expect_eq "no listing is torn" 0 "$torn"
