#!/bin/bash
# monitor: every change of others, in order, with who made it.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
w list ruleset
# watch FILE WORD...: a monitor in the background that is ready.
watch() {
	local file=$1
	shift
	: > "$file"
	start weir "$@" > "$file" 2>&1
	wait_for has "$file" watching
}
has() { grep -q -e "$2" "$1"; }
unwatch() {
	kill "$started"
	wait "$started" 2> /dev/null || :
}

watch /tmp/events monitor
w 'add table ip t; add chain ip t c { type filter hook input priority 0; policy accept; }; add rule ip t c tcp dport 22 counter accept'
w insert rule ip t c udp dport 53 drop
handle=$(w -a list ruleset | sed -n 's/.*drop # handle //p')
w replace rule ip t c handle "$handle" udp dport 54 drop
w delete rule ip t c handle "$handle"
w add chain ip t c '{ policy drop; }'
w add chain ip t d
w rename chain ip t d e
w 'add set ip t s { type mark; }'
w rename set ip t s u
w delete table ip t
wait_for has /tmp/events 'delete table ip t'
wait_for grep -qz '# new generation.*# new generation.*# new generation.*# new generation.*# new generation.*# new generation' /tmp/events
unwatch
events=$(cat /tmp/events)
note "$events"
expect_match "a table" '^add table ip t' "$events"
expect_match "a chain" '^add chain ip t c .*hook input priority' "$events"
expect_match "a rule" '^add rule ip t c tcp dport 22 counter' "$events"
expect_match "a replaced rule" "^replace rule ip t c handle $handle udp dport 54 drop" "$events"
expect_match "a deleted rule" "^delete rule ip t c handle $handle" "$events"
expect_match "a policy" 'policy drop' "$events"
expect_match "a chain's new name" '^rename chain ip t d e$' "$events"
expect_match "a set's new name" '^rename set ip t s u$' "$events"
expect_match "who it was" '^# new generation [0-9]+ by process [0-9]+ \(weir\)' "$events"

watch /tmp/events monitor new rules
w 'add table ip t; add chain ip t c; add rule ip t c accept; delete rule ip t c accept'
w 'add rule ip t c drop'
wait_for has /tmp/events 'add rule ip t c drop'
unwatch
expect_eq "only what was asked for" 0 "$(grep -c -e '^add table' -e '^add chain' -e '^delete' /tmp/events)"
expect_status "what it cannot show" 1 w monitor trace

: > /tmp/events
start weir -j monitor > /tmp/events
# It does not say when it is ready: change something until it shows.
seen() {
	w 'add table ip json'
	w 'delete table ip json'
	has /tmp/events '"add": {"table"' && has /tmp/events '"delete": {"table"'
}
wait_for seen
unwatch
expect_match "JSON" '^\{"add": \{"table": \{' "$(cat /tmp/events)"

# More than a rule that fits into a message.
watch /tmp/events monitor
{
	printf 'add rule ip t c ip saddr { 10.0.0.1'
	for ((i = 0; i < 30000; i++)); do printf ', 10.%d.%d.%d' $((i / 10000 + 1)) $((i / 100 % 100)) $((i % 100 * 2)); done
	echo ' } drop'
} | w -f -
wait_for has /tmp/events '# new generation'
unwatch
expect_eq "a rule of many messages" 1 "$(grep -c '^add rule ip t c ip saddr {.* 10.3.99.198.*drop' /tmp/events)"
