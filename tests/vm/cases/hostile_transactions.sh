#!/bin/bash
# Transactions that are cut off or collide: all or nothing, and nobody waits for the dead.
# once: netlink_transaction takes writers away on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"
hold=$(cd "$(dirname "$0")/.." && pwd)/hold.py

topology_pair
work=$(mktemp -d)
/usr/bin/python3 "$(dirname "$0")/../../gen/gen_rules.py" linear 3000 > "$work/big"
rules_of() { ns server weir list ruleset | grep -c ' drop$' || :; }

# Killed at any moment of loading 3,000 rules: none of them or all.
ns server weir 'add table ip keep; add chain ip keep c; add rule ip keep c counter packets 7 bytes 700'
before=$(ns server weir list ruleset)
background_traffic client 10.0.1.2 fd00:1::2
none=0 all=0
for delay in 0.02 0.1 0.15 0.2 0.25 0.3 0.5; do
	nsenter --net=/run/netns/server weir -f "$work/big" 2> /dev/null &
	pid=$!
	sleep $delay
	kill -9 $pid 2> /dev/null || :
	wait $pid 2> /dev/null || :
	got=$(rules_of)
	case $got in
	0) none=$((none + 1)) ;;
	3000) all=$((all + 1)) ;;
	*) result "not ok" "killed after $delay s: $got of 3000 rules are there" ;;
	esac
	ns server weir 'destroy table ip linear'
done
note "killed $((none + all)) times: $none times nothing had changed, $all times all was there"
expect_eq "killed in the middle, a transaction is done or undone" 7 $((none + all))
expect_eq "what was there before is untouched" "$before" "$(ns server weir list ruleset)"
read -r sent lost <<< "$(stop_traffic)"
expect_eq "no packet was lost ($sent pings)" 0 "$lost"

# The module cannot be removed while a transaction is open, even an empty one.
nsenter --net=/run/netns/server /usr/bin/python3 "$hold" > "$work/held" &
holder=$!
wait_for test -s "$work/held"
ns server weir list ruleset > /dev/null
check_fails "rmmod while a transaction is open" rmmod weir
kill -9 $holder
wait $holder 2> /dev/null || :
check "a writer comes through once the holder is dead" ns server weir add rule ip keep c accept

# Two writers at once, each with many transactions of its own.
writer() { # NAME
	local i
	for ((i = 0; i < 15; i++)); do
		ns server weir "add table ip w$1; add chain ip w$1 c$i; add rule ip w$1 c$i ip daddr 10.9.$1.$i counter" ||
			return 1
	done
}
writer 1 > "$work/one" 2>&1 &
one=$!
writer 2 > "$work/two" 2>&1 &
two=$!
wait $one && status=0 || status=$?
expect_eq "the first of two writers at once" 0 "$status"
wait $two && status=0 || status=$?
expect_eq "the second of two writers at once" 0 "$status"
expect_eq "all that both wrote is there" 30 "$(ns server weir list ruleset | grep -c '10\.9\.')"
cat "$work/one" "$work/two" | note

# Removal of the module while packets and writers are at work.
background_traffic client 10.0.1.2 fd00:1::2
for _ in 1 2 3; do
	ns server weir "table ip t { chain c { type filter hook input priority 0; ct state new,established,related counter accept; }; }"
	check_fails "rmmod with rules, under traffic" rmmod weir
	ns server weir flush ruleset
	for module in weir_match_ct weir; do
		gone() { ! grep -q "^$module " /proc/modules || rmmod "$module" 2> /dev/null; }
		check "rmmod $module without rules, under traffic" wait_for gone
	done
done
read -r sent lost <<< "$(stop_traffic)"
expect_eq "no packet was lost ($sent pings)" 0 "$lost"
rm -rf "$work"
