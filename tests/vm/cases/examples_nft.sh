#!/bin/bash
# The example rulesets of Debian's package nftables: each loads, with a listing that
# loads again to the same, or is refused by the name of something that weir has not
# got, and then nothing has changed.
#
# once: it tries the language
# host: tests/vm/nft-examples
. "$(dirname "$0")/../lib.sh"

top=$(cd "$(dirname "$0")/../../.." && pwd)
[ -e "$top/build/nft-examples/workstation.nft" ] || skip_all "tests/vm/nft-examples was not run"
# The examples include one another by names that begin with ./
cd "$top/build/nft-examples"

# What stands in the way of each; nothing does where nothing is written.
declare -A missing=(
	[all-in-one]="chain type nat" [arp-filter]="family arp" [bridge-filter]="family bridge"
	[ct_helpers]="ct helper" [inet-nat]="chain type nat" [ipv4-mangle]="chain type route"
	[ipv4-nat]="chain type nat" [ipv6-mangle]="chain type route" [ipv6-nat]="chain type nat"
	[load_balancing]="chain type nat" [nat]="chain type nat" [netdev-ingress]="family netdev"
	[secmark]="meta secmark"
)

netns box
# Devices that the examples name by their index.
for device in eth0 eth1 eth2 eth3 bond0 bond1; do
	ip -n box link add $device type dummy
done
w() { ns box weir "$@"; }

loads() { # NAME
	# It deletes the table first, which must be there then.
	! grep -q '^delete table filter' "$1.nft" || w add table filter
	w -f "$1.nft" || return
	w list ruleset > /tmp/listed
	[ -s /tmp/listed ] || return
	w flush ruleset
	w -f /tmp/listed || return
	w list ruleset | diff /tmp/listed -
}

for file in *.nft; do
	name=${file%.nft}
	modprobe weir
	w flush ruleset
	if [ -z "${missing[$name]:-}" ]; then
		check "$name loads, and its listing to the same" loads "$name"
		continue
	fi
	said=$(w -f "$file" 2>&1) && status=0 || status=$?
	expect_eq "$name is refused" 1 "$status"
	expect_match "$name is refused by name" "${missing[$name]} is not in weir yet" "$said"
	expect_eq "$name changed nothing" "" "$(w list ruleset)"
done
w flush ruleset
