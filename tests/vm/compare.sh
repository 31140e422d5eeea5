# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of lib.sh and of the case
# Sourced by cases, after lib.sh: the same rules and the same packets through two
# packet filters, each in a namespace of its own, and what must be equal after.
#
#   namespace nft:    nftables        the same devices in each: dmy0, dmy1 (group 7),
#   namespace jit:    weir, machine code              dmyx2, with the same indexes
#   namespace interp: weir, interpreter
#   namespace class:  weir, a classifier for each chain
#   namespace harden: the same, with constants in machine code blinded
#   namespace nojit:  the same, where the kernel makes no machine code

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
: "${WEIR_SEED:=1}" "${WEIR_ROUNDS:=1}"
generated=$top/build/generated/$WEIR_SEED-$WEIR_ROUNDS

compare_namespaces() { # NAME...
	local name
	modprobe weir_replay || skip_all "no module weir_replay: make modules"
	modprobe weir || skip_all "no module weir: make modules"
	modprobe dummy numdummies=0
	for name; do
		netns "$name"
		ip -n "$name" -batch - <<- 'END'
			link add dmy0 up type dummy
			link add dmy1 up type dummy
			link set dmy1 group 7
			link add dmyx2 up type dummy
		END
	done
}

# load_filter NAME FILE: empties the namespace and loads the file with its filter.
load_filter() {
	case $1 in
	nft) ns nft nft flush ruleset && ns nft nft -f "$2" ;;
	interp) "$inside_tool" interp set net.weir.jit=0 net.weir.classify=0 && load_weir "$@" ;;
	class) load_classified "$@" ;;
	harden) with_bpf_jit harden 2 load_classified "$@" ;;
	nojit) with_bpf_jit enable 0 load_classified "$@" ;;
	*) "$inside_tool" "$1" set net.weir.jit=1 && load_weir "$@" ;;
	esac
}

load_weir() { ns "$1" weir flush ruleset && ns "$1" weir -f "$2"; }

load_classified() { # NAME FILE
	"$inside_tool" "$1" set net.weir.jit=1 net.weir.classify=1 && load_weir "$@"
}

# with_bpf_jit SETTING VALUE COMMAND...: with another setting of net.core.bpf_jit_*.
with_bpf_jit() {
	local file=/proc/sys/net/core/bpf_jit_$1 value=$2 before status=0
	shift 2
	before=$(cat "$file")
	echo "$value" > "$file" || return
	"$@" || status=$?
	echo "$before" > "$file"
	return $status
}

list_filter() { # NAME
	if [ "$1" = nft ]; then
		ns nft nft -j list ruleset
	else
		ns "$1" weir -j list ruleset
	fi > "$work/listing.$1"
}

# compare_filters LABEL RULES TRACE NAME-A NAME-B...: load, replay, and check that
# every verdict, mark, byte and counter agrees with those of NAME-A.
compare_filters() {
	local label=$1 rules=$2 trace=$3 name first=$4
	shift 3
	for name; do
		if ! load_filter "$name" "$rules" > "$work/said" 2>&1; then
			result "not ok" "$label: $name loads the rules"
			head -n 20 "$work/said" | note
			[ "$name" != "$first" ] || return 0
			continue
		fi
		if [ "$name" = "$first" ]; then
			ns "$name" "$top/tests/vm/replay" "$trace" "$work/result.$name"
			list_filter "$name"
			continue
		fi
		check "$label: verdicts and packets of $name are those of $first" \
			ns "$name" "$top/tests/vm/replay" "$trace" "$work/result.$name" "$work/result.$first"
		note "$label: $(tail -n 1 "$said_by_check")"
		list_filter "$name"
		check "$label: counters of $name are those of $first" \
			"$top/tests/vm/counters" "$work/listing.$first" "$work/listing.$name"
	done
}

# compare_generated LABEL NAME: rules and packets that tests/vm/generate has made.
# Filters are taken from $filters.
compare_generated() {
	# shellcheck disable=SC2086 # a list of the case
	compare_filters "$1" "$generated/$2.rules" "$generated/$2.trace" $filters
}
