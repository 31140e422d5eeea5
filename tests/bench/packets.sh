# shellcheck shell=bash disable=SC2154,SC2086,SC2034 # sourced by guest; no value has blanks
# Instructions a packet takes in the hook, with rules that do not match and with
# rules of ClassBench's kind. The verdicts must agree before anything is measured.

table="instructions per packet"
note "$table" "hook forward; the clock counts instructions, which leaves out what cache misses cost"

# measure ROW RULES TRACE ROUNDS
measure() {
	local filter time first=''
	for filter in $filters; do
		usable $filter || continue
		load $filter "$2"
		ns $filter "$top/tests/vm/replay" "$3" $work/result.$filter
		: "${first:=$filter}"
		"$top/tests/vm/replay" --compare "$3" $work/result.$first $work/result.$filter > $work/said || {
			echo "bench: $1: verdicts of $filter are not those of $first:" >&2
			cat $work/said >&2
			exit 1
		}
		time=$(ns $filter "$top/tests/vm/replay" --bench "$4" "$3")
		row "$table" "$1" "${titles[$filter]}" "${time% *}"
		flush $filter
	done
}

linear() { # COUNT
	/usr/bin/python3 "$gen/gen_rules.py" linear "$1" > $work/linear.nft
	/usr/bin/python3 "$here/to_iptables.py" filter FORWARD < $work/linear.nft > $work/linear.ipt
}

linear 1
/usr/bin/python3 "$gen/gen_trace.py" $work/linear.nft $work/plain --plain --count 100
time=$(ns none "$top/tests/vm/replay" --bench 10 $work/plain)
for filter in $filters; do
	! usable $filter || row "$table" "no hook" "${titles[$filter]}" "${time% *}"
done
for count in 1 10 100 1000; do
	linear $count
	label="$count rules ip daddr A drop"
	[ $count != 1 ] || label="1 rule ip daddr A drop"
	measure "$label" $work/linear $work/plain 10
done

# Packets drawn from the rules, each of which satisfies one: what papers measure.
shapes() { # LABEL, rules in $work/shape
	/usr/bin/python3 "$gen/gen_trace.py" $work/shape.nft $work/trace --count 1000 --drawn
	measure "$1" $work/shape $work/trace 1
}

shared=$top/../shared
for count in 1000 10000; do
	for seed in acl fw ipc; do
		/usr/bin/python3 "$gen/gen_rules.py" $seed $count --hook forward > $work/shape.nft
		/usr/bin/python3 "$here/to_iptables.py" filter FORWARD < $work/shape.nft > $work/shape.ipt
		shapes "like $seed, $count rules"
		real=$shared/data/classbench/${seed}1_${count%000}k
		[ -e "$real" ] || continue
		/usr/bin/python3 "$shared/tools/cb2rules.py" "$real" nft |
			sed 's/hook prerouting priority raw/hook forward priority 0/' > $work/shape.nft
		/usr/bin/python3 "$shared/tools/cb2rules.py" "$real" iptables > $work/shape.ipt
		shapes "ClassBench ${seed}1_${count%000}k"
	done
done
