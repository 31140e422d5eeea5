# shellcheck shell=bash disable=SC2154 # sourced by guest
# Kernel memory that rules take, as the kernel's free memory tells it.

table="bytes of kernel memory per rule"
count=5000

free_bytes() { # waits for deferred frees; caches are dropped
	sync
	sleep 0.2
	echo 3 > /proc/sys/vm/drop_caches
	awk '/^MemFree:/ { print $2 * 1024 }' /proc/meminfo
}

for counter in "" "counter "; do
	/usr/bin/python3 "$gen/gen_rules.py" linear $count |
		sed "s/ drop\$/ ${counter}drop/" > $work/linear.nft
	/usr/bin/python3 "$here/to_iptables.py" filter FORWARD < $work/linear.nft > $work/linear.ipt
	for filter in $filters; do
		usable $filter || continue
		load $filter $work/linear
		flush $filter # caches of the allocator are warm after
		empty=$(free_bytes)
		load $filter $work/linear
		full=$(free_bytes)
		row "$table" "ip daddr A ${counter}drop" "${titles[$filter]}" $(((empty - full) / count))
		flush $filter
	done
done
