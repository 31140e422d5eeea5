# shellcheck shell=bash
# Sourced by cases, after lib.sh: what rules counted, hand-made packets, traffic that
# goes on in the background.

packets_tool=$(dirname "${BASH_SOURCE[0]}")/packets

# counted NS COMMENT: packets and bytes of the rule with that comment, as "3 252".
counted() {
	ns "$1" weir list ruleset > /run/listing
	counters_of /run/listing "$2"
}

# expect_counts NAME NS COMMENT:PACKETS...: many of them in one listing, which is
# set to zero.
expect_counts() {
	local name=$1 each got
	ns "$2" weir reset rules > /run/listing
	shift 2
	for each; do
		got=$(counters_of /run/listing "${each%:*}")
		expect_eq "$name: ${each%:*}" "${each#*:}" "${got% *}"
	done
}

# expect_count NAME NS COMMENT PACKETS [BYTES]
expect_count() {
	local got
	got=$(counted "$2" "$3")
	[ $# -gt 4 ] || got=${got% *}
	expect_eq "$1" "$4${5:+ $5}" "$got"
}

# send NS LINE...: hand-made packets; see tests/vm/packets.
send() {
	local name=$1
	shift
	packets_in "$name" send "$@"
}

# ping_times COUNT VERSION NS ADDRESS: all must come back.
ping_times() {
	ns "$3" ping "-$2" -n -q -i 0.02 -c "$1" -W 2 "$4" > /dev/null
}

# arrivals NS DEVICE COUNT PORT COMMAND...: runs the command and prints what arrived.
arrivals() {
	local name=$1 device=$2 count=$3 port=$4 file pid
	shift 4
	file=$(mktemp)
	ns "$name" "$packets_tool" watch "$device" 60 "$count" "$port" > "$file" 2> "$file.log" &
	pid=$!
	wait_for grep -q watching "$file.log"
	"$@"
	wait $pid
	cat "$file"
	rm -f "$file" "$file.log"
}

# background_traffic NS ADDRESS4 ADDRESS6: pings and UDP both ways until
# stop_traffic, which says whether all pings since then came back.
background_traffic() {
	traffic_log=$(mktemp -d)
	nsenter --net="/run/netns/$1" ping -4 -n -q -i 0.01 "$2" > "$traffic_log/4" 2>&1 &
	traffic_pids=$!
	nsenter --net="/run/netns/$1" ping -6 -n -q -i 0.01 "$3" > "$traffic_log/6" 2>&1 &
	traffic_pids="$traffic_pids $!"
}

# stop_traffic: prints the packets that were sent and those that were lost.
stop_traffic() {
	local pid
	for pid in $traffic_pids; do
		kill -INT "$pid" 2> /dev/null || :
		wait "$pid" 2> /dev/null || :
	done
	cat "$traffic_log"/* | awk '/packets transmitted/ { sent += $1; got += $4 }
		END { print sent + 0, sent - got }'
	rm -rf "$traffic_log"
}
