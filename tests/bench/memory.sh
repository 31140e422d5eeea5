# shellcheck shell=bash disable=SC2154 # sourced by guest
# Kernel memory that rules take: slabs, vmalloc and per-CPU memory, one CPU.

table="bytes of kernel memory per rule"
count=5000

used_bytes() { # after what is freed late; free memory itself is too noisy
	sleep 2
	echo 3 > /proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|VmallocUsed|Percpu):/ { sum += $2 } END { print sum * 1024 }' /proc/meminfo
}

# memory FILTER: the median of three loads.
memory() {
	local empty
	load "$1" "$work/linear"
	for _ in 1 2 3; do
		flush "$1"
		empty=$(used_bytes)
		load "$1" "$work/linear"
		echo $((($(used_bytes) - empty) / count))
	done | sort -n | sed -n 2p
	flush "$1"
}

for counter in "" "counter "; do
	/usr/bin/python3 "$gen/gen_rules.py" linear $count |
		sed "s/ drop\$/ ${counter}drop/" > "$work/linear.nft"
	to_iptables "$work/linear"
	for filter in $filters; do
		usable "$filter" || continue
		row "$table" "ip daddr A ${counter}drop" "${titles[$filter]}" "$(memory "$filter")"
	done
done
