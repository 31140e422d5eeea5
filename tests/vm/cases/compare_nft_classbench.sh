#!/bin/bash
# 1,000 rules of each ClassBench seed and 1,000 packets (ROUNDS=4 makes them 4,000)
# through nftables, weir's machine code and weir's interpreter. Real files are taken from ../shared where that
# exists beside the checkout; else rules of the project's own that imitate them.
# host: tests/vm/generate
# once: jit_differential holds the same rules together on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

filters='nft jit interp'
# shellcheck disable=SC2086 # a list
compare_namespaces $filters
shared=$top/../shared
packets=$((1000 * WEIR_ROUNDS))

# A line of their trace is: source, destination, ports, protocol, all decimal.
convert_trace() { # TEXT OUTPUT
	/usr/bin/python3 - "$1" "$2" <<-'END'
		import random, sys
		sys.path[:0] = ["tests/gen", "tests/vm"]
		import trace
		from packet import Packet
		rng, packets = random.Random(1), []
		for line in open(sys.argv[1]):
		    source, target, sport, dport, proto = map(int, line.split()[:5])
		    p = Packet(rng, 4, proto).lay_out()
		    p.poke("ip", 96, 32, source)
		    p.poke("ip", 128, 32, target)
		    if proto in (6, 17):
		        p.poke("th", 0, 16, sport)
		        p.poke("th", 16, 16, dport)
		    packets.append(trace.Packet(bytes(p.finish().data), iif="dmy0"))
		trace.write(sys.argv[2], packets)
	END
}

cd "$top"
"$top/tests/vm/generate" classbench
for seed in acl1 fw1 ipc1; do
	if [ ! -e "$shared/data/classbench/${seed}_1k" ]; then
		compare_generated "like $seed" "like-$seed"
		continue
	fi
	/usr/bin/python3 "$shared/tools/cb2rules.py" "$shared/data/classbench/${seed}_1k" nft > "$work/rules"
	/usr/bin/python3 "$shared/tools/mkclassbenchtrace.py" "$shared/data/classbench/${seed}_1k" \
		"$work/text" $packets
	convert_trace "$work/text" "$work/trace"
	# shellcheck disable=SC2086 # a list
	compare_filters "${seed}_1k" "$work/rules" "$work/trace" $filters
done
[ -e "$shared/data/classbench" ] || note "no ../shared beside the checkout: generated rules instead of ClassBench's files"
