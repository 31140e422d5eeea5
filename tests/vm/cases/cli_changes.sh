#!/bin/bash
# Commands that change something, one by one.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
# rules: those of chain c, one a line. handle TEXT: of the rule that ends in it.
rules() { w -s list chain ip t c | sed -n 's/^\t\t//p' | grep -v '^type ' || :; }
handle() { w -a list chain ip t c | sed -n "s/.*$1 # handle \\([0-9]*\\)\$/\\1/p"; }

expect_status "add table" 0 w add table ip t
expect_status "add table again" 0 w add table ip t
expect_status "create table again" 1 w create table ip t
expect_match "... is refused" 'exists' "$(said w create table ip t)"
expect_status "add chain" 0 w add chain ip t c
expect_status "add chain again" 0 w add chain ip t c
expect_status "create chain again" 1 w create chain ip t c
expect_status "family ip is the default" 0 w list chain t c

w add rule ip t c tcp dport 2 accept
w add rule ip t c tcp dport 4 accept
w insert rule ip t c tcp dport 1 accept
w add rule ip t c position "$(handle 'dport 2 accept')" tcp dport 3 accept
w insert rule ip t c index 0 tcp dport 0 accept
expect_eq "rules are where they were put" "0 1 2 3 4" "$(rules | grep -oE '[0-9]+' | xargs)"
before=$(handle 'dport 2 accept')
w replace rule ip t c handle "$before" tcp dport 22 drop
expect_eq "a replaced rule keeps its handle" "$before" "$(handle 'dport 22 drop')"
expect_eq "... and its place" "0 1 22 3 4" "$(rules | grep -oE '[0-9]+' | xargs)"
w delete rule ip t c handle "$before"
expect_eq "delete by handle" "0 1 3 4" "$(rules | grep -oE '[0-9]+' | xargs)"
w delete rule ip t c tcp dport 3 accept
expect_eq "delete by text" "0 1 4" "$(rules | grep -oE '[0-9]+' | xargs)"
expect_status "delete by a text that no rule has" 1 w delete rule ip t c tcp dport 3 accept
expect_status "destroy by a text that no rule has" 0 w destroy rule ip t c tcp dport 3 accept
expect_status "delete a rule without saying which" 1 w delete rule ip t c
expect_eq "... deletes none" "0 1 4" "$(rules | grep -oE '[0-9]+' | xargs)"
expect_status "delete by a handle that is not there" 1 w delete rule ip t c handle 99999

w add chain ip t other
w add rule ip t c jump other
expect_status "a chain in use is not deleted" 1 w delete chain ip t other
expect_status "rename chain" 0 w rename chain ip t other another
expect_eq "rules follow the name" "jump another" "$(rules | tail -n 1)"
expect_status "rename to a name that is taken" 1 w rename chain ip t another c
expect_status "flush chain" 0 w flush chain ip t c
expect_eq "... leaves no rule" "" "$(rules)"
expect_status "then the other chain can be deleted" 0 w delete chain ip t another
expect_status "destroy chain that is not there" 0 w destroy chain ip t another
expect_status "delete chain that is not there" 1 w delete chain ip t another

w add chain ip t b '{ type filter hook input priority 0; policy accept; }'
w add chain ip t b '{ policy drop; }'
expect_match "a policy changes" 'policy drop' "$(w list chain ip t b)"
w add rule ip t c accept
w flush table ip t
expect_eq "flush table leaves chains" 2 "$(w list table ip t | grep -c chain)"
w add table ip6 t
w flush ruleset ip6
expect_eq "flush ruleset of a family" "table ip t" "$(w list tables)"
w add table ip t '{ flags dormant; }'
expect_match "flags change" 'flags dormant' "$(w list ruleset)"
expect_status "delete table" 0 w delete table ip t
expect_status "delete table again" 1 w delete table ip t
expect_status "destroy table" 0 w destroy table ip t
expect_eq "nothing is left" "" "$(w list ruleset)"

# All or nothing.
expect_status "the last of many is wrong" 1 w 'add table ip a; add chain ip a b; add rule ip a b accept; delete table ip none'
expect_eq "... then there is none of them" "" "$(w list ruleset)"
expect_eq "what reads comes after what changes" "table ip a" "$(w 'list tables; add table ip a')"
