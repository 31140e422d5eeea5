# shellcheck shell=bash
# Sourced by every case of tests/vm/cases: checks that print KTAP, network
# namespaces, topologies, and packets to send through them.
#
# A case is a script that builds a topology and checks things, for example
#
#	. "$(dirname "$0")/../lib.sh"
#	topology_router
#	ruleset router <<-'END'
#		table ip t { chain c { type filter hook forward priority 0; icmp type echo-request drop; }; }
#	END
#	check "ping is dropped" blocked icmp4 client 10.0.2.2
#
# A command outside of a check that fails ends the case as failed. Namespaces,
# processes and modules are removed after the case by the runner.

set -eEuo pipefail

checks=0 failures=0
# What the checks print goes to the case's own output, whatever redirects theirs.
exec {ktap}>&1
# What a command of a check says, for it is seldom read: a file needs no process.
said_by_check=/run/said.$$
inside_tool=$(realpath "${BASH_SOURCE[0]%/*}/../../build/vm/inside")

### Checks

result() { # ok|"not ok" NAME
	checks=$((checks + 1))
	echo "$1 $checks $2" >&"$ktap"
	[ "$1" = ok ] || failures=$((failures + 1))
}

# note TEXT: a remark in the report; of a command's output, `... | note`.
note() {
	if [ $# -gt 0 ]; then
		printf '%s\n' "$*"
	else
		cat
	fi | sed 's/^/# /' >&"$ktap"
}

# check NAME COMMAND...: the command must succeed. Its output is shown if it does not.
check() {
	local name=$1 status=0
	shift
	"$@" > "$said_by_check" 2>&1 || status=$?
	if [ $status = 0 ]; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "+ $* (exit status $status)"
		[ ! -s "$said_by_check" ] || note "$(< "$said_by_check")"
	fi
}

# check_fails NAME COMMAND...: the command must fail, by itself and not by a signal.
check_fails() {
	local name=$1 status=0
	shift
	"$@" > "$said_by_check" 2>&1 || status=$?
	if [ $status -gt 0 ] && [ $status -lt 126 ]; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "+ $* (exit status $status, should have failed)"
		[ ! -s "$said_by_check" ] || note "$(< "$said_by_check")"
	fi
}

# expect_eq NAME WANTED GOT
expect_eq() {
	if [ "$2" = "$3" ]; then
		result ok "$1"
	else
		result "not ok" "$1"
		note "wanted: $2"
		note "got:    $3"
	fi
}

# has_line REGEX TEXT: an extended regular expression finds something in a line of
# it, as grep -E does. In a few lines the shell finds it sooner than grep has started.
has_line() {
	local lines line
	mapfile -t lines <<< "$2"
	if [ ${#lines[@]} -gt 10 ]; then
		grep -qE -e "$1" <<< "$2"
		return
	fi
	for line in "${lines[@]}"; do
		[[ ! $line =~ $1 ]] || return 0
	done
	return 1
}

# expect_match NAME REGEX GOT: an extended regular expression finds something in it.
expect_match() {
	if has_line "$2" "$3"; then
		result ok "$1"
	else
		result "not ok" "$1"
		note "wanted a match for: $2"
		note "got: $3"
	fi
}

# skip NAME REASON: one check cannot be made here.
skip() { result ok "$1 # SKIP $2"; }

# skip_all REASON: nothing of this case can be made here; ends it.
skip_all() {
	skip "all" "$1"
	exit 0
}

# wait_for COMMAND...: until it succeeds, at most 20 seconds.
wait_for() {
	local tries=200
	until "$@" > /dev/null 2>&1; do
		tries=$((tries - 1))
		if [ $tries = 0 ]; then
			echo "waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.1
	done
}

ended() { # STATUS
	trap - ERR
	if [ "$1" != 0 ]; then
		result "not ok" "the case runs to its end"
	fi
	# The runner adds a check of its own, and prints the plan itself.
	[ -n "${WEIR_RUNNER:-}" ] || echo "1..$checks" >&"$ktap"
	[ "$failures" = 0 ] || exit 1
}
trap 'note "line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND"' ERR
trap 'ended $?' EXIT

### Namespaces and links

# ns NAME COMMAND...: in that network namespace.
ns() {
	local name=$1
	shift
	"$inside_tool" "$name" run "$@"
}

# netns NAME...: new namespaces that use addresses at once, without asking for duplicates.
netns() {
	local name
	for name; do
		"$inside_tool" "$name" add
	done
}

# link NS DEVICE NS DEVICE: a veth pair between two namespaces, up.
link() {
	ip -n "$1" link add "$2" up type veth peer name "$4" netns "$3"
	ip -n "$3" link set "$4" up
}

# address NS DEVICE ADDRESS/LENGTH...
address() {
	local name=$1 device=$2
	shift 2
	printf "address add %s dev $device\n" "$@" | ip -n "$name" -batch -
}

# host NS ADDRESS/LENGTH ADDRESS/LENGTH [GATEWAY GATEWAY]: one with a device eth0.
host() {
	local name=$1
	{
		printf 'address add %s dev eth0\n' "${@:2:2}"
		echo "link set eth0 up"
		[ $# = 3 ] || printf 'route add default via %s\n' "${@:4}"
	} | ip -n "$name" -batch -
}

# forwarding NS: it is a router.
forwarding() {
	"$inside_tool" "$1" set net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# All topologies number their networks alike: 10.0.N.0/24 and fd00:N::/64.
#
#   client                server
#   eth0 ---------------- eth0
#   10.0.1.1              10.0.1.2
#   fd00:1::1             fd00:1::2
topology_pair() {
	netns client server
	ip -n client link add eth0 type veth peer name eth0 netns server
	host client 10.0.1.1/24 fd00:1::1/64
	host server 10.0.1.2/24 fd00:1::2/64
}

#   client                router                server
#   eth0 ---------------- eth1   eth2 --------- eth0
#   10.0.1.2       10.0.1.1      10.0.2.1       10.0.2.2
#   fd00:1::2      fd00:1::1     fd00:2::1      fd00:2::2
topology_router() {
	netns client router server
	ip -n router -batch - <<- 'END'
		link add eth1 up type veth peer name eth0 netns client
		link add eth2 up type veth peer name eth0 netns server
		address add 10.0.1.1/24 dev eth1
		address add fd00:1::1/64 dev eth1
		address add 10.0.2.1/24 dev eth2
		address add fd00:2::1/64 dev eth2
	END
	host client 10.0.1.2/24 fd00:1::2/64 10.0.1.1 fd00:1::1
	host server 10.0.2.2/24 fd00:2::2/64 10.0.2.1 fd00:2::1
	forwarding router
}

#   client                switch                server
#   eth0 ------------- port1 [br0] port2 ------ eth0
#   10.0.1.1                                    10.0.1.2
#   fd00:1::1                                   fd00:1::2
topology_bridge() {
	netns client switch server
	ip -n switch link add br0 type bridge
	ip -n switch link set br0 up
	link client eth0 switch port1
	link server eth0 switch port2
	ip -n switch link set port1 master br0
	ip -n switch link set port2 master br0
	address client eth0 10.0.1.1/24 fd00:1::1/64
	address server eth0 10.0.1.2/24 fd00:1::2/64
}

### Packets

# ruleset NS [OPTION...] < FILE: load it with weir.
ruleset() {
	local name=$1
	shift
	ns "$name" weir "$@" -f -
}

# serve PROTOCOL NS PORT: an echo service in the background. Protocols are tcp4,
# tcp6, udp4 and udp6.
serve() { "$inside_tool" "$2" serve "$1" "$3"; }

# outcome PROTOCOL NS ADDRESS [PORT] [SECONDS]: tries to reach a service that serve
# has started, or pings (icmp4, icmp6), and prints what came of it: reply, timeout,
# refused (a TCP reset or port unreachable), no-route, unreachable or denied (other
# ICMP errors), else what the system said. SECONDS is how long to wait (1).
outcome() { "$inside_tool" "$2" try "$1" "$3" "${4:-0}" "${5:-1}000"; }

# The arguments of these are those of outcome without the time. What answers does so
# within some milliseconds, so that nobody waits long for what is blocked.
reaches() { is_outcome reply 10000 "$@"; }
blocked() { is_outcome timeout 700 "$@"; }
refused() { is_outcome refused 5000 "$@"; }
is_outcome() { # WANTED MILLISECONDS PROTOCOL NS ADDRESS [PORT]
	"$inside_tool" "$4" try "$3" "$5" "${6:-0}" "$2" "$1"
}

# packets_in NS send|verdicts LINE...: what tests/vm/packets does with hand-made
# packets, by one process of a namespace that stays until end_packets.
packets_in() {
	local pipe=/run/packets.$$.$1 answer
	if [ ! -p "$pipe.ask" ]; then
		mkfifo "$pipe.ask" "$pipe.answer"
		ns "$1" "${BASH_SOURCE[0]%/*}/packets" answer "$pipe" > /dev/null 2>&1 {ktap}>&- &
	fi
	shift
	printf '%s\n' "$@" > "$pipe.ask"
	mapfile -t answer < "$pipe.answer"
	[ ${#answer[@]} -lt 2 ] || printf '%s\n' "${answer[@]:1}"
	return "${answer[0]}"
}

end_packets() { # NS
	pkill -f "answer /run/packets.$$.$1\$"
	rm -f "/run/packets.$$.$1".*
}

# counters_of LISTING COMMENT: packets and bytes of the rules with this comment, as
# "3 252", a line each. The listing is a file.
counters_of() {
	local line lines regex='counter packets ([0-9]+) bytes ([0-9]+)'
	mapfile -t lines < "$1"
	for line in "${lines[@]}"; do
		[[ $line != *" comment \"$2\""* || ! $line =~ $regex ]] ||
			echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
	done
}
