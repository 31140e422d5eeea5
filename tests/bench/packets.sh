# shellcheck shell=bash disable=SC2154,SC2086,SC2034 # sourced by guest; no value has blanks
# Instructions a packet takes in the hook, with rules that do not match and with
# rules of ClassBench's kind. The verdicts must agree before anything is measured.

table="instructions per packet"
note "$table" "hook forward; the clock counts instructions, which leaves out what cache misses cost"

# Lists of one address a rule, how many rules; and lists of ClassBench's kind,
# SEED:COUNT, with :ip6 for IPv6, or :ttl for one more condition, which no index knows.
: "${WEIR_BENCH_LISTS:=1 10 100 1000 10000 100000}"
: "${WEIR_BENCH_SHAPES:=acl:1000 fw:1000 ipc:1000 acl:10000 fw:10000 ipc:10000 \
	acl:100000 fw:100000 ipc:100000 \
	acl:1000:ttl acl:10000:ttl \
	acl:1000:ip6 fw:1000:ip6 ipc:1000:ip6 acl:10000:ip6 fw:10000:ip6 ipc:10000:ip6}"

# measure ROW RULES TRACE ROUNDS [ip6]
measure() {
	local filter time first=''
	for filter in $filters; do
		usable $filter || continue
		load $filter "$2" ${5-}
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
	to_iptables $work/linear
}

linear 1
/usr/bin/python3 "$gen/gen_trace.py" $work/linear.nft $work/plain --plain --count 100
time=$(ns none "$top/tests/vm/replay" --bench 10 $work/plain)
for filter in $filters; do
	! usable $filter || row "$table" "no hook" "${titles[$filter]}" "${time% *}"
done
for count in $WEIR_BENCH_LISTS; do
	linear $count
	label="$count rules ip daddr A drop"
	[ $count != 1 ] || label="1 rule ip daddr A drop"
	measure "$label" $work/linear $work/plain $((count > 1000 ? 1 : 10))
done

# Packets drawn from the rules, each of which satisfies one: what papers measure. A
# packet takes nftables millions of instructions where there are most rules.
shapes() { # LABEL COUNT [ip6], rules in $work/shape
	/usr/bin/python3 "$gen/gen_trace.py" $work/shape.nft $work/trace \
		--count $(($2 > 10000 ? 200 : 1000)) --drawn
	measure "$1" $work/shape $work/trace 1 ${3-}
}

# What data/classbench has of a seed and a size, if it is there.
classbench() { # SEED COUNT
	local shared=$top/../shared real
	real=$shared/data/classbench/${1}1_${2%000}k
	[ -e "$real" ] || return 0
	/usr/bin/python3 "$shared/tools/cb2rules.py" "$real" nft |
		sed 's/hook prerouting priority raw/hook forward priority 0/' > $work/shape.nft
	/usr/bin/python3 "$shared/tools/cb2rules.py" "$real" iptables > $work/shape.ipt
	shapes "ClassBench ${1}1_${2%000}k" $2
}

for shape in $WEIR_BENCH_SHAPES; do
	IFS=: read -r seed count kind <<< "$shape"
	family=$([ "$kind" = ip6 ] && echo ip6 || echo ip)
	/usr/bin/python3 "$gen/gen_rules.py" $seed $count --family $family --hook forward > $work/shape.nft
	[ "$kind" != ttl ] || sed -i 's/ counter / ip ttl > 1 counter /' $work/shape.nft
	to_iptables $work/shape
	case $kind in
	ip6) shapes "like $seed, $count rules, IPv6" $count ip6 ;;
	ttl) shapes "like $seed, $count rules, and ip ttl > 1" $count ;;
	*)
		shapes "like $seed, $count rules" $count
		classbench $seed $count
		;;
	esac
done
