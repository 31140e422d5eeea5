# shellcheck shell=bash disable=SC2154,SC2086,SC2034 # sourced by guest; no value has blanks
# One rule with a set, beside nftables and iptables with ipset: instructions a packet,
# bytes an element, and what loading, listing and one more element cost.
#
# WEIR_BENCH_SETS is a list of KIND:COUNT; the peers are left out where they would
# take longer than all the rest.

: "${WEIR_BENCH_SETS:=ip:100000 ip:1000000 net:100000 net:1000000 ip-port:1000000 ip6:1000000}"
# The interpreter asks sets the same way.
peers=${filters/ interp/}
elements="$gen/gen_elements.py"
titles[iptables]="iptables + ipset"

# too_long FILTER KIND COUNT: nftables takes minutes for a million ranges.
too_long() { [ $1 = nftables ] && [ $2 = net ] && [ $3 -gt 200000 ]; }

# The filter's rule with an empty set, and its elements from $work/set.*.
set_rule() { # FILTER KIND
	local family=ip table=iptables-legacy match=src
	case $2 in
	*6) family=ip6 table=ip6tables-legacy ;;
	ip-port) match=src,src ;;
	esac
	case $1 in
	iptables) ns iptables $table -A FORWARD -m set --match-set s $match -j DROP ;;
	*) return 0 ;;
	esac
}

set_load() { # FILTER
	case $1 in
	iptables) ns iptables ipset restore < $work/set.ipset ;;
	nftables) ns nftables nft -f $work/set.nft ;;
	*) ns $1 weir -f $work/set.nft ;;
	esac
}

set_list() { # FILTER
	case $1 in
	iptables) ns iptables ipset save ;;
	nftables) ns nftables nft list ruleset ;;
	*) ns $1 weir list ruleset ;;
	esac
}

set_add_one() { # FILTER KIND
	local element family=ip
	case $2 in
	ip) element=225.0.0.1 ;;
	net) element=225.0.0.0/30 ;;
	ip-port) element="225.0.0.1 . 80" ;;
	*6) element=ff02::1 family=ip6 ;;
	esac
	case $1 in
	iptables) ns iptables ipset add s "${element/ . /,udp:}" ;;
	nftables) ns nftables nft add element $family t s "{ $element }" ;;
	*) ns $1 weir add element $family t s "{ $element }" ;;
	esac
}

set_flush() { # FILTER
	case $1 in
	iptables)
		ns iptables iptables-legacy -F
		ns iptables ip6tables-legacy -F
		ns iptables ipset destroy ;;
	*) flush $1 ;;
	esac
}

set_bytes() { # after what is freed late
	sleep 2
	echo 3 > /proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum * 1024 }' /proc/meminfo
}

bench_set() { # LABEL KIND COUNT, elements in $work/list
	local filter empty time hits
	/usr/bin/python3 $elements convert nft $2 < $work/list > $work/set.nft
	/usr/bin/python3 $elements convert ipset $2 < $work/list > $work/set.ipset
	for hits in 100 0; do
		/usr/bin/python3 $elements trace $work/trace.$hits 1000 --hits $hits < $work/list
	done
	for filter in $peers; do
		[ $filter = iptables ] || usable $filter || continue
		! too_long $filter $2 $3 || continue
		[ $filter != iptables ] || modprobe -a ip_set iptable_filter ip6table_filter xt_set
		empty=$(set_bytes)
		row "million instructions per command" "load $1" "${titles[$filter]}" "$(once set_load $filter)"
		set_rule $filter $2
		row "bytes of kernel memory per element" "$1" "${titles[$filter]}" \
			"$(awk "BEGIN { print ($(set_bytes) - $empty) / $3 }")"
		for hits in 100 0; do
			time=$(ns $filter "$top/tests/vm/replay" --bench 3 $work/trace.$hits)
			row "instructions per packet" "$1, $([ $hits = 0 ] && echo miss || echo hit)" \
				"${titles[$filter]}" "${time% *}"
		done
		row "million instructions per command" "list $1" "${titles[$filter]}" "$(once set_list $filter)"
		row "million instructions per command" "add an element to $1" "${titles[$filter]}" \
			"$(once set_add_one $filter $2)"
		set_flush $filter
	done
}

/usr/bin/python3 $elements list ip 1000 > $work/list
bench_set "1000 ip" ip 1000
for each in $WEIR_BENCH_SETS; do
	/usr/bin/python3 $elements list ${each%:*} ${each#*:} > $work/list
	bench_set "${each#*:} ${each%:*}" ${each%:*} ${each#*:}
done
shared=$top/../shared/data/addresses
if [ -e $shared/country_v4_herrbischoff.txt ]; then
	awk '{ print $1 }' $shared/country_v4_herrbischoff.txt | sort -u > $work/list
	bench_set "country networks" net "$(wc -l < $work/list)"
fi
titles[iptables]="iptables-legacy"
