#!/bin/bash
# -e: what was added, as the kernel has it.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
expect_eq "a table" "add table ip t" "$(w -e add table ip t)"
expect_match "a chain" '^add chain ip t c' "$(w -e add chain ip t c)"
expect_eq "a rule" "add rule ip t c tcp dport 22 accept" "$(w -e add rule ip t c tcp dport 0x16 accept)"
expect_match "a rule with its handle" '^add rule ip t c udp dport 53 drop # handle [0-9]+$' \
	"$(w -e -a insert rule ip t c udp dport 53 drop)"
handle=$(w -e -a add rule ip t c tcp dport 99 accept | sed 's/.*# handle //')
expect_status "the handle is the rule's" 0 w delete rule ip t c handle "$handle"
expect_eq "deletions are not echoed" "" "$(w -e flush chain ip t c)"
expect_match "JSON" '^\{"nftables": \[\{"add": \{"rule": \{.*"handle": [0-9]+' \
	"$(w -e -j -a add rule ip t c tcp dport 22 accept)"
expect_eq "many rules" 3000 "$({ for ((i = 0; i < 3000; i++)); do
	echo "add rule ip t c tcp dport $i accept"
done; } | w -e -f - | grep -c '^add rule')"
expect_eq "a refusal echoes nothing" "" "$(w -e 'add table ip x; create table ip t' 2> /dev/null || :)"
