#!/bin/bash
# Writers that meet: one waits for the other, none sees half of a change.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
w add table ip kept
# hold [OPTION]: an open transaction of another process, until release [SIGNAL].
hold() {
	: > /tmp/hold.out
	start python3 "$(dirname "$0")/../hold.py" "$@" > /tmp/hold.out 2>&1
	holder=$started
	wait_for grep -q held /tmp/hold.out
}
release() {
	kill "$@" "$holder"
	wait "$holder" || :
}

hold --delete-tables
expect_status "a busy writer, not waited for" 4 w -w 0 add table ip x
expect_match "... is named" 'process [0-9]+ \(python3' "$(said w -w 0 add table ip x)"
expect_match "... in -V, too" 'process [0-9]+ \(python3.*is changing the ruleset' "$(w -V)"
expect_status "a busy writer, waited for in vain" 4 w -w 0.3 add table ip x
expect_eq "readers see nothing of it" "table ip kept" "$(w list tables)"
w -w 20 add table ip later &
waiter=$!
sleep 0.3
release
status=0
wait $waiter || status=$?
expect_eq "a writer that waits gets its turn" 0 "$status"
expect_eq "what was not committed is undone" "table ip kept
table ip later" "$(w list tables)"

hold --delete-tables
release -9
expect_status "a killed writer holds nobody up" 0 w -w 5 add table ip after
expect_eq "... and has changed nothing" 3 "$(w list tables | wc -l)"

# Two writers at once, all or nothing each.
w flush ruleset
w 'add table ip t; add chain ip t c'
many() { # NUMBER
	local i
	for ((i = 0; i < 15; i++)); do
		w "add rule ip t c meta mark $1; add rule ip t c meta mark $1"
	done
}
many 1 &
first=$!
many 2 &
second=$!
wait $first
wait $second
expect_eq "both have written all" "30 30" \
	"$(w list ruleset | grep -c 'mark 0x0*1$') $(w list ruleset | grep -c 'mark 0x0*2$')"
expect_eq "pairs stand together" 30 "$(w list ruleset | grep mark | uniq -c | awk '$1 % 2 == 0 { n += $1 / 2 } END { print n }')"

# kill -9 while a large ruleset is being sent.
{
	echo 'flush ruleset'
	echo 'add table ip big'
	echo 'add chain ip big c'
	for ((i = 0; i < 30000; i++)); do echo "add rule ip big c tcp dport $i accept"; done
} > /tmp/big.weir
for pause in 0.1 0.2 0.4 0.8; do
	start weir -f /tmp/big.weir
	victim=$started
	sleep $pause
	kill -9 $victim 2> /dev/null || :
	wait $victim || :
	case $(w list tables) in
	"table ip t") expect_eq "killed after $pause s: the old ruleset" 60 "$(w list ruleset | grep -c mark)" ;;
	*) expect_eq "killed after $pause s: the new ruleset" 30000 "$(w list ruleset | grep -c dport)"
	   w 'flush ruleset; add table ip t; add chain ip t c'
	   many 1; many 2 ;;
	esac
done
