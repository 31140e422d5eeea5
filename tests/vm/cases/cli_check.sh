#!/bin/bash
# -c: everything is checked, the kernel too, and nothing changes.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
w add table ip t
generation() { w -V | sed -n 's/.*generation \([0-9]*\),.*/\1/p'; }
before=$(generation)
expect_status "a right change" 0 w -c 'add chain ip t c; add rule ip t c accept'
expect_status "a wrong text" 1 w -c add chin ip t c
expect_status "a refusal of the kernel" 1 w -c create table ip t
expect_status "a loop of chains" 1 w -c 'add chain ip t a; add chain ip t b; add rule ip t a jump b; add rule ip t b jump a'
expect_status "a table deleted" 0 w -c flush ruleset
expect_eq "nothing is echoed" "" "$(w -c -e add table ip x)"
expect_eq "nothing has changed" "table ip t" "$(w list tables)"
expect_eq "the generation is the same" "$before" "$(generation)"
load <<- 'END'
	table ip t { chain c { counter packets 5 bytes 6; }; }
END
w -c reset rules
expect_match "counters are not reset" 'packets 5 bytes 6' "$(w list ruleset)"
