#!/bin/bash
# Elements by command: add, create, delete, get, test, reset, flush; what is refused.
# once: the program and the core do it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
with_chain ip 'set s { type ipv4_addr; }
set n { type ipv4_addr; flags interval; }
set c { type ipv4_addr; counter; }
map m { type ipv4_addr : mark; }
set used { type ipv4_addr; }
--
ip saddr @s drop
ip saddr @c drop
ip saddr @used accept'

check "add" w add element ip t s '{ 10.0.0.1, 10.0.0.2 }'
expect_verdicts "takes effect" "drop drop accept" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 10.0.0.3)"
check "add of what is there" w add element ip t s '{ 10.0.0.1 }'
check_fails "create of what is there" w create element ip t s '{ 10.0.0.1 }'
check_fails "create of several, one of them there" w create element ip t s '{ 10.0.0.8, 10.0.0.1 }'
expect_verdicts "adds none" "accept" "$(from 10.0.0.8)"
check "create" w create element ip t s '{ 10.0.0.3 }'
check "test" w test element ip t s '{ 10.0.0.3 }'
expect_status "test of what is missing" 1 w test element ip t s '{ 10.0.0.4 }'
expect_match "get" '10\.0\.0\.3' "$(w get element ip t s '{ 10.0.0.3 }')"
check_fails "get of what is missing" w get element ip t s '{ 10.0.0.4 }'
# from_stdin VERB LINE...: into the set $into, or s.
from_stdin() { printf '%s\n' "${@:2}" | w "$1" element ip t "${into:-s}"; }
check "test of lines of standard input" from_stdin test 10.0.0.3 '# a comment' 10.0.0.3
expect_status "one of which is missing" 1 from_stdin test 10.0.0.3 10.0.0.4
expect_match "get of lines" '10\.0\.0\.3' "$(from_stdin get 10.0.0.3)"
expect_match "tells the line that is missing" '<stdin>:2:.*10\.0\.0\.4' "$(from_stdin get 10.0.0.3 10.0.0.4 2>&1 | tr '\n' ' ')"
check "delete" w delete element ip t s '{ 10.0.0.3 }'
expect_verdicts "takes effect too" "accept" "$(from 10.0.0.3)"
check_fails "delete of what is missing" w delete element ip t s '{ 10.0.0.3 }'
check_fails "delete of several, one of them missing" w delete element ip t s '{ 10.0.0.1, 10.0.0.3 }'
expect_verdicts "deletes none" "drop" "$(from 10.0.0.1)"
check "destroy of what is missing" w destroy element ip t s '{ 10.0.0.3 }'
check "replace" w replace element ip t s '{ 10.1.0.1, 10.1.0.2 }'
expect_eq "leaves the new ones" '"10.1.0.1" "10.1.0.2"' "$(elements_of s | paste -sd ' ')"
check "flush set" w flush set ip t s
expect_eq "leaves none" "" "$(elements_of s)"

# A map's elements are deleted and asked for by their keys.
map_from_stdin() { into=m from_stdin "$@"; }
w add element ip t m '{ 10.3.0.1 : 1, 10.3.0.2 : 2 }'
expect_match "get of lines of a map" '10\.3\.0\.2 : 0x0*2' "$(map_from_stdin get 10.3.0.2)"
check "delete of lines of a map" map_from_stdin delete 10.3.0.1 '# and' 10.3.0.2
expect_eq "deletes them" "" "$(elements_of m)"
check_fails "add of a line of a map without its value" map_from_stdin add 10.3.0.1
check_fails "two commands for one list" w 'test element ip t n; test element ip t s' < /dev/null

# Ranges.
check "networks within one another" w add element ip t n '{ 10.0.0.0/8, 10.0.0.0/16, 10.0.0.0/8, 10.0.0.1-10.0.0.9 }'
expect_match "get of an address tells the network" '10\.0\.0\.1-10\.0\.0\.9' "$(w get element ip t n '{ 10.0.0.4 }')"
check_fails "a part of a network is no element" w delete element ip t n '{ 10.0.0.0/24 }'
check "delete the inner one" w delete element ip t n '{ 10.0.0.0/16 }'
expect_match "the outer one stays" '10\.0\.0\.0/8' "$(w get element ip t n '{ 10.0.9.9 }')"

# Counters of elements.
check "counted elements" w add element ip t c '{ 10.2.0.1 counter packets 3 bytes 84, 10.2.0.2 }'
verdicts "$(from 10.2.0.1)" "$(from 10.2.0.1)" "$(from 10.2.0.2)" > /dev/null
expect_match "count" '10\.2\.0\.1 counter packets 5 ' "$(w list set ip t c)"
expect_match "each its own" '10\.2\.0\.2 counter packets 1 ' "$(w list set ip t c)"
check "other elements come and go" w 'add element ip t c { 10.2.0.3, 10.2.0.4 }; delete element ip t c { 10.2.0.3 }'
expect_match "and the counts stay" '10\.2\.0\.1 counter packets 5 ' "$(w list set ip t c)"
expect_match "reset lists" '10\.2\.0\.1 counter packets 5 ' "$(w reset element ip t c '{ 10.2.0.1 }')"
expect_match "and sets to zero" '10\.2\.0\.1 counter packets 0 bytes 0' "$(w list set ip t c)"
expect_match "one of them only" '10\.2\.0\.2 counter packets 1 ' "$(w list set ip t c)"
expect_match "reset of lines lists" '10\.2\.0\.2 counter packets 1 ' "$(into=c from_stdin reset 10.2.0.2)"
expect_match "and sets to zero as well" '10\.2\.0\.2 counter packets 0 ' "$(w list set ip t c)"
check "reset set" w reset set ip t c
expect_match "sets all to zero" '10\.2\.0\.2 counter packets 0 bytes 0' "$(w list set ip t c)"

# Comments.
check "a comment" w add element ip t s '{ 10.3.0.1 comment "the \"first\" one" }'
expect_fixed "comments"

refused_with() { # NAME STATUS REGEX COMMAND...
	local name=$1 status=$2 regex=$3 said code=0
	shift 3
	said=$("$@" 2>&1) || code=$?
	expect_eq "$name: exit status" "$status" "$code"
	expect_match "$name: words" "$regex" "$said"
}
before=$(w list ruleset)
refused_with "a range reversed" 1 '10\.0\.0\.9-10\.0\.0\.1' w add element ip t n '{ 10.0.0.9-10.0.0.1 }'
refused_with "a range in a set without" 1 'interval' w add element ip t s '{ 10.0.0.1-10.0.0.3 }'
refused_with "a network in a set without" 1 'interval' w add element ip t s '{ 10.0.0.0/24 }'
refused_with "an element of another type" 1 'fd00::1' w add element ip t s '{ 10.0.0.77, fd00::1 }'
refused_with "a prefix that is too long" 1 '33' w add element ip t n '{ 10.0.0.0/33 }'
refused_with "two fields in a set of one" 1 '.' w add element ip t s '{ 10.0.0.1 . 80 }'
refused_with "a map without a value" 1 'mark' w add element ip t m '{ 10.0.0.1 }'
refused_with "a value in a set" 1 '.' w add element ip t s '{ 10.0.0.1 : 5 }'
refused_with "a timeout in a set without" 1 'timeout' w add element ip t s '{ 10.0.0.1 timeout 5s }'
refused_with "a set that is not there" 1 'did you mean .*s' w add element ip t ss '{ 10.0.0.1 }'
refused_with "a set in use is not deleted" 1 'used' w delete set ip t used
refused_with "no type" 1 'type' w add set ip t x '{ flags interval; }'
refused_with "a type that is not known" 1 'ipv4_addr' w add set ip t x '{ type ipv4_adr; }'
expect_eq "nothing has changed by what was refused" "$before" "$(w list ruleset)"

check "the smallest and the largest" w add element ip t n '{ 0.0.0.0/0, 255.255.255.255/32, 0.0.0.0 }'
expect_fixed "ranges"

# Sizes.
w 'add set ip t two { type ipv4_addr; size 2; }; add element ip t two { 1.1.1.1, 1.1.1.2 }'
refused_with "a full set" 1 'full|size|holds' w add element ip t two '{ 1.1.1.3 }'
check "what is there may be added again" w add element ip t two '{ 1.1.1.2 }'
check "and exchanged" w 'delete element ip t two { 1.1.1.1 }; add element ip t two { 1.1.1.3 }'

# Two writers: what the transaction of one adds is not there for others until the end.
check_fails "a transaction that fails at its end" w 'add element ip t s { 10.9.9.9 }; add rule ip t nosuch drop'
expect_status "leaves no element" 1 w test element ip t s '{ 10.9.9.9 }'
check "only a check" w -c add element ip t s '{ 10.9.9.9 }'
expect_status "leaves none either" 1 w test element ip t s '{ 10.9.9.9 }'
