# shellcheck shell=bash disable=SC2154,SC2034 # sourced by guest
# What a list of rules costs, and one change of it: the command's own start included.

table="million instructions per command"

# change FILTER add|insert|delete COUNT: a rule more or less, where the COUNT rules of
# "linear" begin, end or, to insert and delete, in their middle.
change() {
	local middle=$(($3 / 2)) chain="ip linear forward" rule="ip daddr 10.200.0.1 drop"
	case $1 in
	iptables) chain=FORWARD rule="-d 10.200.0.1 -j DROP" ;;
	esac
	# shellcheck disable=SC2086 # words
	case $1-$2 in
	iptables-add) ns iptables iptables-legacy -A $chain $rule ;;
	iptables-insert) ns iptables iptables-legacy -I $chain $middle $rule ;;
	iptables-delete) ns iptables iptables-legacy -D $chain $middle ;;
	*-add) ns $1 $tool add rule $chain $rule ;;
	*-insert) ns $1 $tool insert rule $chain position $middle $rule ;;
	*-delete) ns $1 $tool delete rule $chain handle $((middle + 1)) ;;
	esac
}

# costs COUNT FILTER...
costs() {
	local count=$1 filter tool what
	local -a listing
	shift
	/usr/bin/python3 "$gen/gen_rules.py" linear "$count" |
		sed 's/ drop$/ counter drop/' > "$work/linear.nft"
	to_iptables "$work/linear"
	for filter; do
		usable "$filter" || continue
		tool=''
		case $filter in
		iptables) listing=(iptables-legacy-save -c) ;;
		nftables) tool=nft listing=(nft list ruleset) ;;
		*) tool=weir listing=(weir list ruleset) ;;
		esac
		row "$table" "load $count rules" "${titles[$filter]}" "$(once load "$filter" "$work/linear")"
		row "$table" "add a rule to $count" "${titles[$filter]}" "$(cost change "$filter" add "$count")"
		row "$table" "insert one in the middle of $count" "${titles[$filter]}" \
			"$(once change "$filter" insert "$count")"
		row "$table" "delete one in the middle of $count" "${titles[$filter]}" \
			"$(once change "$filter" delete "$count")"
		if [ "$tool" = weir ]; then
			for what in add insert delete; do
				row "$table" "kernel alone: $what one, of $count" "${titles[$filter]}" \
					"$(ns "$filter" "$here/kernel_change.py" $what "$count")"
			done
		fi
		row "$table" "list $count rules" "${titles[$filter]}" "$(once ns "$filter" "${listing[@]}")"
		flush "$filter"
	done
}

# among_chains COUNT FILTER...: a rule more in a chain of 1,000, beside COUNT chains.
among_chains() {
	local count=$1 filter i tool
	shift
	/usr/bin/python3 "$gen/gen_rules.py" linear 1000 > "$work/linear.nft"
	to_iptables "$work/linear"
	sed -i '$d' "$work/linear.ipt"
	echo "table ip others {" >> "$work/linear.nft"
	for ((i = 0; i < count; i++)); do
		echo "chain c$i { ip saddr 10.0.0.1 drop; }" >> "$work/linear.nft"
		printf ':c%s - [0:0]\n-A c%s -s 10.0.0.1 -j DROP\n' $i $i >> "$work/linear.ipt"
	done
	echo "}" >> "$work/linear.nft"
	echo "COMMIT" >> "$work/linear.ipt"
	for filter; do
		usable "$filter" || continue
		tool=$([ "$filter" = jit ] && echo weir || echo nft)
		load "$filter" "$work/linear"
		row "$table" "add a rule to 1000, beside $count chains" "${titles[$filter]}" \
			"$(cost change "$filter" add 1000)"
		if [ "$filter" = jit ]; then
			row "$table" "kernel alone: add one, beside $count chains" "${titles[$filter]}" \
				"$(ns "$filter" "$here/kernel_change.py" add 1000)"
		fi
		flush "$filter"
	done
}

# What starting the program costs, part of all that follows.
for filter in nftables jit; do
	[[ " $filters " == *" $filter "* ]] || continue
	usable "$filter" || continue
	tool=$([ "$filter" = jit ] && echo weir || echo nft)
	row "$table" "say the version" "${titles[$filter]}" "$(cost ns "$filter" "$tool" --version)"
done
for count in ${WEIR_BENCH_RULES:-1000 100000}; do
	# shellcheck disable=SC2086 # words
	costs "$count" ${filters/ interp/}
done
# shellcheck disable=SC2086 # words
among_chains 10000 ${filters/ interp/}
