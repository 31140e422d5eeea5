#!/bin/bash
# Packets ask a set without a pause while it grows to thousands of elements and shrinks
# again, element by element and as a whole: one that stays in it is always found, one
# that never was in it never. Each kind of set in turn; counters say how often.
# once: the structures are weir's own
# timeout: 600
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
# WEIR_ROUNDS makes it more.
rounds=$WEIR_ROUNDS
stay=(10.0.0.1 10.0.1.1 10.77.0.1)
never=(10.0.0.2 10.0.1.2 10.77.0.2 11.0.0.1)

from_all() { # ADDRESS...
	local address
	for address; do
		from "$address"
	done
}

# The elements that come and go are in /tmp/many, those that stay in /tmp/stay; packets
# of both kinds are given one a line.
change_and_ask() { # NAME DECLARATION KEY PACKETS-FOUND PACKETS-NOT
	local name=$1 declaration=$2 key=$3 hits misses
	local -a found missed
	mapfile -t found <<< "$4"
	mapfile -t missed <<< "$5"
	with_chain inet "set s { $declaration; }
--
$key @s counter accept
counter"
	w add element inet t s < /tmp/stay
	begin_asking "${found[@]}" "${missed[@]}"
	for _ in $(seq "$rounds"); do
		w add element inet t s < /tmp/many
		w delete element inet t s < /tmp/many
		cat /tmp/stay /tmp/many | w replace element inet t s
		w -f <(echo "flush set inet t s; add element inet t s { $(paste -sd, /tmp/stay) }")
	done
	end_asking
	read -r hits misses <<< "$(w -j list chain inet t c | jq -r '[.nftables[].rule // empty | .expr[].counter // empty | .packets] | join(" ")')"
	expect_eq "$name: what stays is always found" $((asked * ${#found[@]})) "$hits"
	expect_eq "$name: what never was there is never found" $((asked * ${#missed[@]})) "$misses"
	check "$name: packets asked" [ "$asked" -gt 100 ]
	note "$((asked * (${#found[@]} + ${#missed[@]}))) packets asked"
}

stay_lines=$(from_all "${stay[@]}")
never_lines=$(from_all "${never[@]}")

printf '%s\n' "${stay[@]}" > /tmp/stay
seq 3000 | awk '{ printf "20.%d.%d.%d\n", $1 % 7, $1 / 250, $1 % 250 }' > /tmp/many
change_and_ask "addresses" "type ipv4_addr" "ip saddr" "$stay_lines" "$never_lines"
change_and_ask "addresses, changed in place" "type ipv4_addr; flags dynamic" "ip saddr" "$stay_lines" "$never_lines"

printf '%s . 1000\n' "${stay[@]}" > /tmp/stay
awk '{ print $0, ".", 1000 + NR % 3 }' /tmp/many > /tmp/pairs
mv /tmp/many /tmp/plain
mv /tmp/pairs /tmp/many
change_and_ask "address and port" "type ipv4_addr . inet_service" "ip saddr . udp sport" "$stay_lines" "$never_lines"

printf '%s/32\n' "${stay[@]}" > /tmp/stay
# Each in a /26 of its own.
seq 3000 | awk '{ printf "20.%d.%d.%d/%d\n", $1 / 1024, $1 / 4 % 256, $1 % 4 * 64, 26 + $1 % 7 }' > /tmp/many
cp /tmp/many /tmp/networks
change_and_ask "networks" "type ipv4_addr; flags interval" "ip saddr" "$stay_lines" "$never_lines"

printf '%s . 900-1100\n' "${stay[@]}" > /tmp/stay
awk 'NR <= 1000 { print $0, ".", "1000-" 1000 + NR }' /tmp/networks > /tmp/many
change_and_ask "networks and ranges of ports" "type ipv4_addr . inet_service; flags interval" \
	"ip saddr . udp sport" "$stay_lines" "$never_lines"

seq 10 10 50 > /tmp/stay
seq 1000 3999 > /tmp/many
change_and_ask "ports" "type inet_service" "udp sport" \
	"$(for port in 10 20 30 40 50; do from 10.0.0.1 "$port"; done)" "$(from 10.0.0.1 11; from 10.0.0.1 4000)"

printf 'fd00::%d\n' 1 2 3 > /tmp/stay
seq 3000 | sed 's/^/fd01::/' > /tmp/many
change_and_ask "IPv6 addresses" "type ipv6_addr" "ip6 saddr" \
	"$(for i in 1 2 3; do from fd00::$i; done)" "$(from fd00::4; from fd02::1)"

# Packets add and refresh elements of their own, which time out and are collected.
with_chain inet 'set s { type ipv4_addr . inet_service; flags dynamic; timeout 1s; gc-interval 1s; }
--
update @s { ip saddr . udp sport } counter accept
counter'
many=$(for port in $(seq 1000 1200); do from 10.0.0.1 "$port"; done)
mapfile -t many <<< "$many"
begin_asking "${many[@]}"
for _ in $(seq "$rounds"); do
	sed 's/.*/& . 7/' /tmp/plain | w add element inet t s
	w flush set inet t s
	sleep 1.2
done
end_asking
hits=$(w -j list chain inet t c | jq '[.nftables[].rule // empty | .expr[].counter // empty | .packets][0]')
expect_eq "each packet adds or finds its element" $((asked * ${#many[@]})) "$hits"
wait_for sh -c "[ \"\$(nsenter --net=/run/netns/box weir list set inet t s | grep -c expires)\" = 0 ]"
check "all of them time out" true
