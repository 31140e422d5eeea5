#!/bin/bash
# Rules and chains at and beyond the limits: each works, with the meaning it has, or
# is refused with an error that says why, and nothing changes.
# once: limits of the program and the core, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_pair
work=$(mktemp -d)
# refused NAME REGEX FILE: it is, with such words, and the ruleset is as before.
refused() {
	local before said status=0
	before=$(ns server weir -s list ruleset)
	said=$(ns server weir -f "$3" 2>&1) || status=$?
	expect_eq "$1 is refused" 1 $((status > 0 && status < 126))
	expect_match "$1: the error says why" "$2" "$said"
	expect_eq "$1: nothing changed" "$before" "$(ns server weir -s list ruleset)"
}
pings_counted() { # NAME COMMENT PACKETS
	ping_times 2 4 client 10.0.1.2
	expect_count "$1" server "$2" "$3"
}
base='type filter hook input priority 0; policy accept;'

# A rule with a thousand conditions, the last of which decides.
many() { # LAST COMMENT
	echo "add rule ip t c icmp type echo-request" \
		"$(for i in $(seq 998); do printf 'meta mark != %d ' "$i"; done)" \
		"meta length $1 counter comment \"$2\""
}
{
	echo "add table ip t; add chain ip t c { $base }"
	many 84 holds
	many 85 fails
} > "$work/many"
check "a rule with 1,000 conditions" ns server weir -f "$work/many"
pings_counted "it matches when all of them hold" holds 2
expect_count "it does not match when the last fails" server fails 0
expect_eq "it is listed in full" 1000 "$(ns server weir list ruleset | grep holds | grep -oE 'meta (mark|length)|icmp type' | wc -l)"
ns server weir list ruleset > "$work/listed"
check "and its listing loads again" ns server weir -c -f "$work/listed"
{ echo "add rule ip t c"; for i in $(seq 5000); do printf 'meta mark != %d ' "$i"; done; echo counter; } |
	tr '\n' ' ' > "$work/toomany"
refused "a rule with 5,000 conditions" 'more than [0-9]+ (parts|items|conditions)' "$work/toomany"

# An inline set of ten thousand values.
{
	echo "flush ruleset; add table ip t; add chain ip t c { $base }"
	printf 'add rule ip t c icmp type echo-request ip saddr { 10.0.1.1'
	for i in $(seq 0 9999); do printf ', 172.%d.%d.%d' $((16 + i / 4096)) $((i / 16 % 256)) $((i % 16 * 16)); done
	echo ' } counter comment "set"'
} > "$work/set"
check "a set of 10,001 addresses in a rule" ns server weir -f "$work/set"
pings_counted "it matches its only right element" set 2

# Names.
long=$(printf '%10000s' '' | tr ' ' a)
name255=${long:0:255}
for what in "table ip $long" "chain ip t $long"; do
	echo "add $what" > "$work/name"
	refused "a ${what%% *} with a name of 10,000 bytes" 'name|long|255' "$work/name"
done
echo "add table ip ${long:0:256}" > "$work/name"
refused "a name of 256 bytes" 'name|long|255' "$work/name"
ns server weir "add table ip $name255; add chain ip $name255 $name255; add rule ip $name255 $name255 counter"
expect_match "a name of 255 bytes works" "table ip $name255 " "$(ns server weir list ruleset)"
echo "add rule ip t c counter comment \"$long\"" > "$work/name"
refused "a comment of 10,000 bytes" 'comment|long' "$work/name"
echo "add rule ip t c iifname \"$long\" counter" > "$work/name"
refused "an interface name of 10,000 bytes" 'name|long|15' "$work/name"

# Loops.
ns server weir flush ruleset
cat > "$work/loop" <<'END'
table ip loop {
	chain a { jump b; }
	chain b { goto c; }
	chain c { jump a; }
}
END
refused "a loop of jump and goto" 'loop' "$work/loop"
echo 'table ip loop { chain a { jump a; }; }' > "$work/loop"
refused "a chain that jumps to itself" 'loop' "$work/loop"
ns server weir 'add table ip l; add chain ip l a; add chain ip l b; add rule ip l a jump b'
echo 'add rule ip l b goto a' > "$work/loop"
refused "a rule that closes a loop later" 'loop' "$work/loop"
echo 'add rule ip l a jump nowhere' > "$work/loop"
refused "a jump to a chain that is not there" 'nowhere|No such|no chain|does not exist' "$work/loop"

# Depth: a hundred chains one below the other.
chains() { # COUNT VERB
	local i
	echo "flush ruleset; table ip deep {"
	for ((i = $1; i > 0; i--)); do
		echo "chain c$i { $([ "$i" = "$1" ] && echo 'counter comment "deepest"' || echo "$2 c$((i + 1))"); }"
	done
	echo "chain top { $base icmp type echo-request jump c1; }"
	echo "}"
}
chains 16 jump > "$work/deep"
check "16 chains below a base chain" ns server weir -f "$work/deep"
pings_counted "the deepest is reached" deepest 2
chains 100 jump > "$work/deep"
refused "100 chains deep" 'deep|depth|nest|jump' "$work/deep"
chains 17 jump > "$work/deep"
refused "17 chains deep" 'deep|depth|nest|jump' "$work/deep"
chains 100 goto > "$work/deep"
check "100 chains one behind the other by goto" ns server weir -f "$work/deep"
pings_counted "the last is reached" deepest 2

# What is in use.
ns server weir 'flush ruleset; add table ip u; add chain ip u used; add chain ip u user; add rule ip u user jump used'
echo 'delete chain ip u used' > "$work/use"
refused "deleting a chain in use" 'use|busy|jump|lead' "$work/use"
check "both are deleted in one go, the user first" ns server weir 'delete chain ip u user; delete chain ip u used'

# A ruleset of many chains and rules, under traffic.
{
	echo "flush ruleset; table ip big {"
	for ((i = 1; i <= 500; i++)); do
		echo "chain c$i { ip saddr 172.16.$((i % 256)).0/24 drop; counter return; }"
	done
	echo "chain top { $base; meta l4proto != icmp return; icmp type != echo-request return"
	for ((i = 1; i <= 500; i++)); do
		echo "jump c$i"
	done
	echo 'counter comment "bottom"'
	echo "}; }"
} > "$work/big"
check "500 chains, each reached by a jump" ns server weir -f "$work/big"
pings_counted "a packet comes through all of them" bottom 2
rm -rf "$work"
