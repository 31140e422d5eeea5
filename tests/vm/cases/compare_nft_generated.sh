#!/bin/bash
# The same generated rules and the same packets through nftables, weir's machine code
# and weir's interpreter: every verdict, mark, packet and counter must agree.
# Left out is what nftables is known to read otherwise; see tests/gen/gen_trace.py.
# `make check-vm CASES=compare_nft_generated SEED=7 ROUNDS=4` chooses other rules, and
# more packets.
# host: tests/vm/generate
# once: jit_differential holds the same rules together on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

filters='nft jit interp'
# shellcheck disable=SC2086 # a list
compare_namespaces $filters
note "seed $WEIR_SEED"
"$top/tests/vm/generate" generated
compare_generated "host" host
compare_generated "kube" kube
compare_generated "blocklist" blocklist
compare_generated "conditions" conditions
compare_generated "mixed" mixed
compare_generated "acl, IPv6" acl6
compare_generated "fw, output" fw-output
compare_generated "ipc, input" ipc-input
