# shellcheck shell=bash disable=SC2034 # the cases read what is set here
# Sourced after lib.sh and cli.sh by the cases about sets: one namespace "box", whose
# rules in hook forward meet hand-made packets.

set_box() {
	modprobe weir_replay || skip_all "no module weir_replay: make modules"
	modprobe weir || skip_all "no module weir: make modules"
	modprobe dummy numdummies=0
	netns box
	ip -n box -batch - <<- 'END'
		link add dmy0 up type dummy
		link add dmy1 up type dummy
		link add dmyx2 up type dummy
	END
}

# from ADDRESS [PORT] [WORD...]: the line of a packet from there; see tests/vm/packets.
from() {
	local address=$1 port=${2:-1000} family=4 header=ip
	shift
	[ $# = 0 ] || shift
	case $address in
	*:*) family=6 header=ip6 ;;
	esac
	echo "$family udp $header.saddr=$address udp.sport=$port $*"
}

# verdicts LINE...: "accept drop ..."
verdicts() { packets_in box verdicts "$@"; }

# expect_verdicts NAME "WANTED..." LINE...
expect_verdicts() {
	local name=$1 wanted=$2
	shift 2
	expect_eq "$name" "$wanted" "$(verdicts "$@")"
}

# begin_asking LINE...: sends the packets again and again, until end_asking, which says
# in $asked how many times.
begin_asking() {
	asking=$(mktemp -d)
	nsenter --net=/run/netns/box "${BASH_SOURCE[0]%/*}/packets" repeat "$asking/end" "$@" > "$asking/times" &
	asker=$!
	wait_for grep -q asking "$asking/times"
}
end_asking() {
	touch "$asking/end"
	wait "$asker"
	asked=$(tail -n 1 "$asking/times")
	rm -r "$asking"
}

# with_chain FAMILY TEXT: a table t with what stands in the text before a line "--", and a
# chain c in hook forward with the rules behind it.
with_chain() { # FAMILY
	{
		echo "flush ruleset"
		echo "table $1 t {"
		sed '/^--$/,$d' <<< "$2"
		echo "chain c { type filter hook forward priority 0; policy accept;"
		sed '0,/^--$/d' <<< "$2"
		echo "}; }"
	} | w -f -
}

# elements_of SET [TABLE-FAMILY]: one a line, sorted.
elements_of() {
	w -j list set "${2:-ip}" t "$1" | jq -c '.nftables[] | (.set // .map // empty).elem[]?' | sort
}
