#!/bin/bash
# Lists of sets: what is listed, asked, told and refused.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
members() { w -j list set ip t l | jq -r '[.nftables[].set // empty | .elem[]?] | join(" ")'; }

# denied NAME PATTERN WORD...
denied() {
	local name=$1 pattern=$2 text
	shift 2
	text=$(w "$@" 2>&1) && text="no error: $text"
	expect_match "$name" "$pattern" "$text"
}
# Listing, and reading it again
with_chain ip 'set l { type ipv4_addr; flags list; size 3; comment "three"; elements = { @b, @a before @b }; }
set a { type ipv4_addr; elements = { 10.0.0.1 }; }
set b { type ipv4_addr; elements = { 10.0.0.2 }; }
set c { type ipv4_addr; elements = { 10.0.0.3 }; }
--
ip saddr @l drop'
expect_eq "a list may come before its sets, and has an order" "@a @b" "$(members)"
expect_match "it is listed" 'flags list.*elements = \{ @a, @b \}' "$(w list set ip t l | tr -d '\n')"
expect_eq "without its sets, if that is wished" 0 "$(w -t list set ip t l | grep -c @a || :)"
expect_match "what holds it is told" '# list, 2 elements' "$(w -a list set ip t l)"
w list ruleset > /tmp/text
w -j list ruleset > /tmp/json
check "the text is read again" w -f - <<< "flush ruleset; $(< /tmp/text)"
expect_eq "to the same" "$(< /tmp/text)" "$(w list ruleset)"
check "and the JSON" w -j -f - <<< "$(jq -c '.nftables |= [{flush: {ruleset: null}}] + .' /tmp/json)"
expect_eq "to the same" "$(< /tmp/text)" "$(w list ruleset)"

w 'rename set ip t a aa; add element ip t aa { 10.0.0.4 }; swap set ip t b c'
w 'add set ip t big { type inet_service; }; add set ip t k { type ipv4_addr; flags list; elements = { @c }; }'
# Questions
check "a key is in the list" w 'test element ip t l { 10.0.0.1 }'
check "and so is a set" w 'test element ip t l { @aa, 10.0.0.3 }'
check_fails "another key is not" w 'test element ip t l { 10.0.0.9 }'
check_fails "nor is another set" w 'test element ip t l { @c }'
expect_match "which set has the key is told" 'elements = \{ @b, @aa \}' "$(w 'get element ip t l { 10.0.0.3, 10.0.0.1 }')"
expect_eq "also as JSON" '["@b"]' "$(w -j get element ip t l '{ 10.0.0.3 }' | jq -c '.nftables[].set // empty | .elem')"
denied "a list counts nothing" 'list l counts nothing: reset the elements of its sets' 'reset element ip t l { 10.0.0.1 }'

# Refusals
before=$(w list ruleset)
denied "a set of a list is not deleted" 'set aa is in list l' 'delete set ip t aa'
denied "nor of a list that is new" 'set c is in list j' 'add set ip t j { type ipv4_addr; flags list; elements = { @c }; }; delete element ip t k { @c }; delete set ip t c'
denied "a list has no lists" 'set k is a list itself' 'add element ip t l { @k }'
denied "nor itself" 'set l is a list itself' 'add element ip t l { @l }'
denied "keys of a set are of the list's type" 'keys of set big are not of the type of those of list l' 'add element ip t l { @big }'
denied "a set has to be there" 'there is no set nosuch' 'add element ip t l { @nosuch }'
denied "and the one behind it" 'set c is not in list l' 'add element ip t l { @b before @c }'
denied "which is another one" 'set b cannot stand before itself' 'add element ip t l { @b before @b }'
denied "a set is in a list once" 'set b is in list l already' 'create element ip t l { @b }'
denied "what is not in a list is not deleted" 'set c is not in list l' 'delete element ip t l { @c }'
denied "keys are no elements of a list" 'expected @' 'add element ip t l { 10.0.0.1 }'
denied "sets are no elements of others" 'expected|no sets' 'add element ip t b { @c }'
denied "a list has room for its size" 'list l is full: it holds 3 sets' 'add set ip t d { type ipv4_addr; }; add element ip t l { @c, @d }'
denied "packets do not change a list" 'flag dynamic' 'add rule ip t c add @l { ip saddr }'
denied "a list is not dynamic" 'neither dynamic nor of ranges' 'add set ip t y { type ipv4_addr; flags list,dynamic; }'
denied "nor of ranges" 'neither dynamic nor of ranges' 'add set ip t y { type ipv4_addr; flags list,interval; }'
denied "a list is no map" 'no map' 'add map ip t y { type ipv4_addr : mark; flags list; }'
denied "it has no statements" 'has no statements' 'add set ip t y { type ipv4_addr; flags list; counter; }'
denied "its size is small" 'at most 64 sets' 'add set ip t y { type ipv4_addr; flags list; size 65; }'
expect_eq "none of that changed anything" "$before" "$(w list ruleset)"
# Events
: > /tmp/events
start weir monitor > /tmp/events 2>&1
has() { grep -qe "$1" /tmp/events; }
wait_for has watching
w 'add element ip t l { @c before @b }'
w 'delete element ip t l { @c }'
w 'add element ip t l { @b before @aa }'
w 'flush set ip t l'
w 'add set ip t q { type ipv4_addr; flags list; elements = { @b, @c }; }'
w 'rename set ip t b bb; add element ip t l { @bb }'
wait_for has 'add element ip t l { @bb\? }'
kill "$started"
note "$(< /tmp/events)"
events=$(grep -v '^#' /tmp/events)
expect_match "an insertion is told" 'add element ip t l \{ @c before @b \}' "$events"
expect_match "and a deletion" 'delete element ip t l \{ @c \}' "$events"
expect_match "and a move" 'add element ip t l \{ @b before @aa \}' "$events"
expect_match "and a new list's sets" 'add element ip t q \{ @b, @c \}' "$events"
