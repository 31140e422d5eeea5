#!/bin/bash
# Refusals of the kernel, shown at the words that caused them.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
w 'add table ip filter; add chain ip filter input; add chain ip filter base { type filter hook input priority 0; }'

# marked WORD COMMAND...: the mark of the error stands below this word, and only this.
marked() {
	local word=$1 text line mark start
	shift
	text=$(said "$@")
	echo "$text"
	line=$(grep -B 1 -m 1 -E '^[[:space:]]*\^[~^]*[[:space:]]*$' <<< "$text" | head -n 1)
	mark=$(grep -m 1 -E '^[[:space:]]*\^[~^]*[[:space:]]*$' <<< "$text")
	start=${mark%%^*}
	mark=${mark#"$start"}
	[ "${line:${#start}:${#mark}}" = "$word" ]
}

check "a table that is not there" marked filtr w add chain ip filtr x
expect_match "... and the one meant" 'did you mean "filter"' "$(said w add chain ip filtr x)"
check "a chain that is not there" marked inptu w add rule ip filter inptu accept
expect_match "... and the one meant" 'did you mean "input"' "$(said w add rule ip filter inptu accept)"
check "a jump to a chain that is not there" marked nowhere w add rule ip filter input tcp dport 22 jump nowhere
check "a jump to a base chain" marked base w add rule ip filter input jump base
check "a table that exists" marked filter w create table ip filter
check "a chain that exists" marked input w create chain ip filter input
check "a rule's handle that is not there" marked 4711 w delete rule ip filter input handle 4711
check "a table to delete that is not there" marked nat w delete table ip nat
w add rule ip filter base jump input
check "a chain to delete that is in use" marked input w delete chain ip filter input

# What only the whole ruleset shows to be wrong.
check "a loop of chains" marked "jump two" w 'add chain ip filter one; add chain ip filter two; add rule ip filter two jump one; add rule ip filter one tcp dport 22 jump two'
check "a chain that jumps to itself" marked "jump one" w 'add chain ip filter one; add rule ip filter one jump one'

# In a file, behind thousands of commands that are right.
{
	for ((i = 0; i < 3000; i++)); do echo "add rule ip filter input tcp dport $i accept"; done
	echo "add rule ip filter input tcp dport 22 jump missing"
	for ((i = 0; i < 3000; i++)); do echo "add rule ip filter input tcp dport $i accept"; done
} > /tmp/many.weir
expect_match "the line of a large file" 'many.weir:3001:[0-9]+' "$(said w -f /tmp/many.weir)"
check "... with the word" marked missing w -f /tmp/many.weir
expect_eq "... and nothing has changed" 0 "$(w list ruleset | grep -c dport)"
