#!/bin/bash
# The same generated rules and the same packets through nftables, weir's machine code
# and weir's interpreter: every verdict, mark, packet and counter must agree.
# Left out is what nftables is known to read otherwise; see tests/gen/gen_trace.py.
# `make check-vm CASES=compare_nft_generated SEED=7 ROUNDS=4` chooses other rules, and
# more packets.
# once: jit_differential holds the same rules together on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

filters='nft jit interp'
# shellcheck disable=SC2086 # a list
compare_namespaces $filters
note "seed $WEIR_SEED"
packets=$((1000 * WEIR_ROUNDS))
compare_generated "host" host 200
compare_generated "kube" kube 300
compare_generated "blocklist" blocklist 300
compare_generated "conditions" conditions 400
compare_generated "mixed" mixed 300
packets=$((500 * WEIR_ROUNDS))
compare_generated "acl, IPv6" acl 200 --family ip6 --hook forward
compare_generated "fw, output" fw 200 --hook output
compare_generated "ipc, input" ipc 200 --hook input
