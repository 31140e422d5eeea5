#!/bin/bash
# Sets at their limits: too little memory, too many fields, killed writers, a
# namespace that goes.
# once: memory and time, not the kernel, are what it takes
# timeout: 900
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
with_chain ip 'set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }
set n { type ipv4_addr; flags interval; elements = { 10.0.0.0/24 }; }
--
ip saddr @s drop'

# Addresses without end, into a cgroup that has no room for them.
echo +memory > /sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/small
echo 12M > /sys/fs/cgroup/small/memory.max
endless() { awk 'BEGIN { for (a = 1; a < 200; a++) for (b = 0; b < 256; b++) for (c = 0; c < 256; c++) print a "." b "." c "." (a * 7 + b * 3 + c) % 256 }'; }
squeezed() { # SET
	endless | (
		echo $BASHPID > /sys/fs/cgroup/small/cgroup.procs
		exec nsenter --net=/run/netns/box -- weir add element ip t "$1"
	)
}
for set in s n; do
	said=$(squeezed $set 2>&1) && said="no error"
	expect_match "10 million elements and no memory, set $set: words for it" 'memory' "$said"
done
expect_verdicts "the old content stays" "drop drop accept" "$(from 10.0.0.1)" "$(from 10.0.0.2)" "$(from 1.0.0.7)"
expect_eq "all of it" '"10.0.0.1" "10.0.0.2"' "$(elements_of s | paste -sd ' ')"
check "and can be changed" w add element ip t s '{ 10.0.0.3 }'

# A writer that is killed in the middle.
endless | nsenter --net=/run/netns/box -- weir add element ip t s &
sleep 1
pkill -KILL -x weir || :
wait || :
expect_eq "kill -9 in the middle of a list: nothing of it" 3 "$(elements_of s | wc -l)"

check_fails "six fields" w add set ip t six '{ type mark . mark . mark . mark . mark . mark; }'
check "five" w 'add set ip t five { type ipv4_addr . inet_service . ipv4_addr . inet_service . mark; }; add element ip t five { 1.1.1.1 . 1 . 2.2.2.2 . 2 . 3 }'
check_fails "a name of 10,000 bytes" w add set ip t "$(printf '%010000d' 0 | tr 0 x)" '{ type mark; }'
check_fails "a set in a table that is not there" w add set ip nosuch s '{ type mark; }'
check "networks nested as deeply as they can be" w add element ip t n "{ $(for i in $(seq 0 32); do echo "0.0.0.0/$i"; done | paste -sd ,) }"
expect_eq "each stays" 34 "$(w -j list set ip t n | jq '[.nftables[].set // empty | .elem[]] | length')"

netns gone
ns gone weir -f - <<-'END'
	table ip t {
		set s { type ipv4_addr; flags dynamic,timeout; timeout 1h; elements = { 1.1.1.1, 1.1.1.2 }; }
		map m { type ipv4_addr : verdict; elements = { 1.1.1.1 : jump d }; }
		chain d { }
		chain c { type filter hook input priority 0; add @s { ip saddr }; ip saddr vmap @m; }
	}
END
check "a namespace goes with its sets" ip netns del gone
