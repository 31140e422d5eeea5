#!/bin/bash
# Real lists beside ipset in the same guest: each loads, lists back as given, and
# answers for 100,000 random addresses and as many of its own exactly as ipset does.
# tests/vm/generate takes real lists from ../shared where that exists beside the checkout;
# else it makes smaller ones, and a tenth of the packets, times ROUNDS.
# host: tests/vm/generate
# once: the structures are compiled and tested the same everywhere
# timeout: 900
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
netns peer
ip -n peer -batch - <<- 'END'
	link add dmy0 up type dummy
	link add dmy1 up type dummy
END
top=$(cd "$(dirname "$0")/../../.." && pwd)
gen=$top/tests/gen/gen_elements.py
modprobe ip_set || skip_all "no ipset here"

generated=$top/build/generated/$WEIR_SEED-$WEIR_ROUNDS
compare_lists() { # LABEL KIND
	local iptables=iptables-legacy list=$generated/ipset-$2 hits
	[ "$2" != net6 ] || iptables=ip6tables-legacy
	/usr/bin/python3 "$gen" convert nft "$2" < /dev/null > /tmp/set.nft
	w flush ruleset
	check "$1: weir makes the set" w -f /tmp/set.nft
	family=ip
	[ "$2" != net6 ] || family=ip6
	check "$1: weir loads the list" sh -c "nsenter --net=/run/netns/box weir add element $family t s < $list.list"
	ns peer ipset -exist restore < "$list.restore"
	ns peer $iptables -A FORWARD -m set --match-set s src -j DROP
	w list set $family t s | tr -d ',{}' | tr -s '[:blank:]' '\n' | grep -E '^[0-9a-f]*[.:][0-9a-f.:/]+$' | sed '/:/!s/\/32$//' | LC_ALL=C sort > /tmp/listed
	expect_eq "$1: it lists back as given" "$(md5sum < "$list.list")" "$(md5sum < /tmp/listed)"
	for hits in 100 0; do
		ns peer "$top/tests/vm/replay" "$list.$hits.trace" /tmp/result.ipset
		check "$1: weir answers as ipset does, $hits % hits" \
			ns box "$top/tests/vm/replay" "$list.$hits.trace" /tmp/result.weir /tmp/result.ipset
		note "$(tail -n 1 "$said_by_check")"
	done
	ns peer $iptables -F
	ns peer ipset destroy
}

[ -e "$top/../shared/data/addresses" ] || note "no ../shared beside the checkout: generated lists"
"$top/tests/vm/generate" ipset
compare_lists "addresses" ip
compare_lists "IPv4 networks" net
compare_lists "IPv6 networks" net6
