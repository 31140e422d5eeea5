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
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	if [ $status = 0 ]; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "+ $* (exit status $status)"
		[ -z "$output" ] || note "$output"
	fi
}

# check_fails NAME COMMAND...: the command must fail, by itself and not by a signal.
check_fails() {
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	if [ $status -gt 0 ] && [ $status -lt 126 ]; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "+ $* (exit status $status, should have failed)"
		[ -z "$output" ] || note "$output"
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

# expect_match NAME REGEX GOT: an extended regular expression finds something in it.
expect_match() {
	if grep -qE -e "$2" <<< "$3"; then
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
	nsenter --net="/run/netns/$name" -- "$@"
}

# netns NAME...: new namespaces that use addresses at once, without asking for duplicates.
netns() {
	local name
	for name; do
		ip netns add "$name"
		ns "$name" sysctl -q net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.router_solicitations=0
		ip -n "$name" link set lo up
	done
}

# link NS DEVICE NS DEVICE: a veth pair between two namespaces, up.
link() {
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# address NS DEVICE ADDRESS/LENGTH...
address() {
	local name=$1 device=$2 each
	shift 2
	for each; do
		ip -n "$name" address add "$each" dev "$device" nodad 2> /dev/null ||
			ip -n "$name" address add "$each" dev "$device"
	done
}

# forwarding NS: it is a router.
forwarding() {
	ns "$1" sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# All topologies number their networks alike: 10.0.N.0/24 and fd00:N::/64.
#
#   client                server
#   eth0 ---------------- eth0
#   10.0.1.1              10.0.1.2
#   fd00:1::1             fd00:1::2
topology_pair() {
	netns client server
	link client eth0 server eth0
	address client eth0 10.0.1.1/24 fd00:1::1/64
	address server eth0 10.0.1.2/24 fd00:1::2/64
}

#   client                router                server
#   eth0 ---------------- eth1   eth2 --------- eth0
#   10.0.1.2       10.0.1.1      10.0.2.1       10.0.2.2
#   fd00:1::2      fd00:1::1     fd00:2::1      fd00:2::2
topology_router() {
	netns client router server
	link client eth0 router eth1
	link router eth2 server eth0
	address client eth0 10.0.1.2/24 fd00:1::2/64
	address router eth1 10.0.1.1/24 fd00:1::1/64
	address router eth2 10.0.2.1/24 fd00:2::1/64
	address server eth0 10.0.2.2/24 fd00:2::2/64
	ip -n client route add default via 10.0.1.1
	ip -n client route add default via fd00:1::1
	ip -n server route add default via 10.0.2.1
	ip -n server route add default via fd00:2::1
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
serve() {
	local address
	case $1 in
	tcp4) address="TCP4-LISTEN:$3,fork,reuseaddr,backlog=64" ;;
	tcp6) address="TCP6-LISTEN:$3,fork,reuseaddr,backlog=64,ipv6only=1" ;;
	udp4) address="UDP4-RECVFROM:$3,fork,reuseaddr" ;;
	udp6) address="UDP6-RECVFROM:$3,fork,reuseaddr,ipv6only=1" ;;
	*) echo "serve: unknown protocol $1" >&2; return 2 ;;
	esac
	ns "$2" socat "$address" PIPE > /dev/null 2>&1 {ktap}>&- &
	wait_for listening "$@"
}

listening() { # PROTOCOL NS PORT
	[ -n "$(ns "$2" ss -Hln "-${1:3}" "--${1:0:3}" "sport = :$3")" ]
}

# outcome PROTOCOL NS ADDRESS [PORT] [SECONDS]: tries to reach a service that serve
# has started, or pings (icmp4, icmp6), and prints what came of it: reply, timeout,
# refused (a TCP reset or port unreachable), no-route, unreachable or denied (other
# ICMP errors), else what the system said. SECONDS is how long to wait (1).
outcome() {
	local protocol=$1 name=$2 address=$3 port=${4:-0} seconds=${5:-1} said status=0
	case $protocol in
	icmp?)
		said=$(LC_ALL=C ns "$name" ping "-${protocol:4}" -n -c 1 -W "$seconds" "$address" 2>&1) || status=$?
		;;
	tcp? | udp?)
		said=$(LC_ALL=C ns "$name" timeout "$((seconds + 1))" bash -c '
			exec 3<> "/dev/$1/$2/$3" || exit 1
			echo weir >&3
			answer=$(timeout "$4" head -n 1 <&3) || exit
			[ "$answer" = weir ]' \
			bash "${protocol:0:3}" "$address" "$port" "$seconds" 2>&1) || status=$?
		;;
	*) echo "outcome: unknown protocol $protocol" >&2; return 2 ;;
	esac
	case $status:$said in
	0:*) echo reply ;;
	*"onnection refused"* | *"onnection reset"* | *"Port Unreachable"* | *"Port unreachable"*) echo refused ;;
	*"No route to host"* | *"Host Unreachable"* | *"Host unreachable"* | *"No route"*) echo no-route ;;
	*"Network is unreachable"* | *"Net Unreachable"*) echo unreachable ;;
	*"Permission denied"* | *"Operation not permitted"* | *[Pp]rohibited* | *"Packet filtered"*) echo denied ;;
	124:* | 1:*"0 received"*) echo timeout ;;
	*) echo "status $status: $said" ;;
	esac
}

# The arguments of these are those of outcome without the time.
reaches() { is_outcome reply 10 "$@"; }
blocked() { is_outcome timeout 1 "$@"; }
refused() { is_outcome refused 5 "$@"; }
is_outcome() { # WANTED SECONDS PROTOCOL NS ADDRESS [PORT]
	local got
	got=$(outcome "$3" "$4" "$5" "${6:-0}" "$2")
	echo "$got"
	[ "$got" = "$1" ]
}
