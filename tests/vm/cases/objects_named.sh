#!/bin/bash
# Named counters, and what all named objects have in common: rules share them, they
# outlive other changes, they are listed, reset and deleted by name.
# once: the core does it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
# send ADDRESS N: N packets, in the box itself; each has 20 + 8 + 56 bytes.
send() { ns box ping -q -n -c "$2" -i 0.01 "$1" > /dev/null; }
# state TYPE NAME: what the object is now.
state() { w list "$1" ip t "$2" | sed -n '3s/^\t\t//p'; }

load <<- 'END'
	table ip t {
		counter c { }
		counter d {
			packets 5 bytes 50
		}
		chain out {
			type filter hook output priority filter
			ip daddr 127.0.0.2 counter name "c"
			ip daddr 127.0.0.3 counter name "c"
			ip daddr 127.0.0.4 icmp type echo-request counter name "d" comment "count"
		}
	}
END
send 127.0.0.2 3
send 127.0.0.3 4
send 127.0.0.4 2
expect_eq "a counter counts for two rules" "packets 7 bytes 588" "$(state counter c)"
expect_eq "and from where it was told to begin" "packets 7 bytes 218" "$(state counter d)"

w 'delete rule ip t out ip daddr 127.0.0.3 counter name "c"; add rule ip t out accept; add counter ip t e'
send 127.0.0.2 1
expect_eq "it survives the change of rules" "packets 8 bytes 672" "$(state counter c)"
w -c 'delete rule ip t out ip daddr 127.0.0.2 counter name "c"; delete counter ip t c'
check_fails "a transaction that fails brings it back" \
	w 'delete rule ip t out ip daddr 127.0.0.2 counter name "c"; delete counter ip t c; delete chain ip t none'
send 127.0.0.2 1
expect_eq "and nothing is lost" "packets 9 bytes 756" "$(state counter c)"

expect_match "a counter in use is not deleted" "counter c is used by rule handle [0-9]+ in chain out" \
	"$(said w delete counter ip t c)"
check "once no rule uses it, in the same transaction, it is" \
	w 'delete rule ip t out ip daddr 127.0.0.2 counter name "c"; delete counter ip t c'
expect_match "then it is gone" 'there is no counter "c" in table "t"' "$(said w list counter ip t c)"
check "by its handle" w delete counter ip t handle "$(w -a list counter ip t e | sed -n 's/.*counter e .*handle //p')"
expect_eq "one is left" 1 "$(w list counters | grep -c packets)"

expect_match "reset lists" 'packets 7 bytes 218' "$(w reset counter ip t d)"
expect_eq "and sets to zero" "packets 0 bytes 0" "$(state counter d)"
send 127.0.0.4 1
expect_match "reset of all" 'packets 1 bytes 84' "$(w reset counters)"
expect_eq "sets them to zero" "packets 0 bytes 0" "$(state counter d)"
expect_status "a check resets nothing" 0 w -c reset counters

# Names
w 'add quota ip t x over 5 mbytes; add limit ip t x rate 5/second; add counter ip t x; add counter ip t "a b"'
expect_eq "objects of different types may share a name" 3 "$(w list table ip t | grep -c '^	[a-z]* x {')"
check "deleting one leaves the others" w delete quota ip t x
expect_match "as they are" 'rate 5/second' "$(w list limit ip t x)"
check "a rule takes the type and the name" w add rule ip t out limit name '"x"' counter name '"a b"'
w add counter ip t x '{ comment "first"; }'
expect_match "a comment" 'comment "first"' "$(w list counter ip t x)"
check_fails "create of what is there" w create counter ip t x
check_fails "create with other settings" w create limit ip t x rate 6/second
expect_match "changes nothing" 'rate 5/second' "$(w list limit ip t x)"
check "add with other settings" w add limit ip t x rate 6/second
expect_match "makes it another one" 'rate 6/second' "$(w list limit ip t x)"
check "destroy of what is not there" w destroy counter ip t nosuch
expect_match "delete of what is not there, at its place" '1:21: error: there is no counter nosuch in table t' "$(said w delete counter ip t nosuch)"
expect_match "list suggests" 'did you mean "a b"' "$(said w list counter ip t '"a c"')"
expect_match "a rule needs its object" 'there is no quota x in table t' \
	"$(said w add rule ip t out quota name '"x"' drop)"
expect_match "at its place" '1:30' "$(said w add rule ip t out quota name '"x"' drop)"
check_fails "a key is no object" w add rule ip t out ct name '"x"'

# Listing
w 'add table inet u; add counter inet u only { packets 1 bytes 2; }; add quota inet u q over 1 mbytes used 3 bytes'
expect_eq "all counters, by table" 2 "$(w list counters | grep -c '^table')"
expect_eq "of one family" 1 "$(w list counters inet | grep -c '^table')"
expect_eq "of one table" "only" "$(w list counters table inet u | sed -n 's/.*counter \(.*\) {/\1/p')"
expect_eq "stateless" "" "$(w -s list counters | sed -n '/packets/p')"
expect_match "JSON" '"counter": \{"family": "inet", "table": "u", "name": "only", "handle": [0-9]+, "packets": 1, "bytes": 2\}\}\]\}$' \
	"$(w -j list counters inet)"
expect_match "JSON of a quota" '"bytes": 1048576, "used": 3, "inv": true' "$(w -j list quotas)"
expect_fixed "named objects"

# Events
start weir monitor > /tmp/events
wait_for grep -q watching /tmp/events
w 'add counter ip t seen { packets 3 bytes 4; }'
w 'add counter ip t seen { comment "x"; }'
w delete counter ip t seen
wait_for grep -q "delete counter" /tmp/events
kill "$started"
expect_eq "monitor" 'add counter ip t seen { packets 3 bytes 4; }
add counter ip t seen { comment "x"; packets 3 bytes 4; }
delete counter ip t seen' "$(grep counter /tmp/events)"

check "a table goes with its objects" w delete table ip t
check "also while an owner's rule uses them" w 'flush ruleset; add table ip t; add counter ip t c; add chain ip t o; add rule ip t o counter name "c"; delete table ip t'
expect_eq "all is gone" "" "$(w list ruleset)"
