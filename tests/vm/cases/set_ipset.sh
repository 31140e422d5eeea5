#!/bin/bash
# Real lists beside ipset in the same guest: each loads, lists back as given, and
# answers for 100,000 random addresses and as many of its own exactly as ipset does.
# Real lists are taken from ../shared where that exists beside the checkout; else
# smaller ones are generated, and a tenth of the packets, times ROUNDS.
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
data=$top/../shared/data/addresses
modprobe ip_set || skip_all "no ipset here"

generated=$top/build/generated/$WEIR_SEED-$WEIR_ROUNDS
# Of a real list the packets are made here.
compare_lists() { # LABEL KIND < LIST
	local iptables=iptables-legacy hits trace
	[ "$2" != net6 ] || iptables=ip6tables-legacy
	cat > /tmp/list
	/usr/bin/python3 "$gen" convert nft "$2" < /dev/null > /tmp/set.nft
	/usr/bin/python3 "$gen" convert ipset "$2" < /tmp/list > /tmp/set.ipset
	w flush ruleset
	check "$1: weir makes the set" w -f /tmp/set.nft
	family=ip
	[ "$2" != net6 ] || family=ip6
	check "$1: weir loads the list" sh -c "nsenter --net=/run/netns/box weir add element $family t s < /tmp/list"
	ns peer ipset -exist restore < /tmp/set.ipset
	ns peer $iptables -A FORWARD -m set --match-set s src -j DROP
	w list set $family t s | tr -d ',{}' | tr -s '[:blank:]' '\n' | grep -E '^[0-9a-f]*[.:][0-9a-f.:/]+$' | sed '/:/!s/\/32$//' | sort > /tmp/listed
	sort -u /tmp/list > /tmp/wanted
	expect_eq "$1: it lists back as given" "$(md5sum < /tmp/wanted)" "$(md5sum < /tmp/listed)"
	for hits in 100 0; do
		trace=$generated/ipset-$2.$hits.trace
		[ -z "$real" ] || {
			trace=/tmp/trace
			/usr/bin/python3 "$gen" trace $trace 100000 --hits $hits < /tmp/list
		}
		ns peer "$top/tests/vm/replay" "$trace" /tmp/result.ipset
		check "$1: weir answers as ipset does, $hits % hits" \
			ns box "$top/tests/vm/replay" "$trace" /tmp/result.weir /tmp/result.ipset
		note "$(tail -n 1 "$said_by_check")"
	done
	ns peer $iptables -F
	ns peer ipset destroy
}

real=''
if [ -e "$data/ipsum_level1_120k_ips.txt" ]; then
	real=yes
	compare_lists "addresses" ip < <(cut -f1 "$data/ipsum_level1_120k_ips.txt" | sort -u)
	compare_lists "IPv4 networks" net < <(awk '{ print $1 }' "$data/country_v4_herrbischoff.txt" | sort -u | sed 's/\/32$//')
	compare_lists "IPv6 networks" net6 < <(awk '{ print $1 }' "$data/country_v6_ipverse.txt" | sort -u)
else
	note "no ../shared beside the checkout: generated lists"
	"$top/tests/vm/generate" ipset
	compare_lists "addresses" ip < "$generated/ipset-ip.list"
	compare_lists "IPv4 networks" net < "$generated/ipset-net.list"
	compare_lists "IPv6 networks" net6 < "$generated/ipset-net6.list"
fi
