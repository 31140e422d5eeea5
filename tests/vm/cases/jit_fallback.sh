#!/bin/bash
# What net.core.bpf_jit_* of the kernel change of machine code, for blocks and for rules
# of a classifier: constants are blinded, or there is none, and packets see no difference.
# host: tests/vm/generate
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

settings="harden"
# Kernels that have no interpreter for eBPF do not let it be switched off.
! with_bpf_jit enable 0 true 2> /dev/null || settings+=" nojit"
# shellcheck disable=SC2086 # words
compare_namespaces interp jit class $settings
"$top/tests/vm/generate" jit
# shellcheck disable=SC2086 # words
compare_filters "seed $WEIR_SEED" "$generated/jit-0.rules" "$generated/jit-0.trace" \
	interp class $settings

{
	echo "add table ip t; add chain ip t c"
	for ((i = 0; i < 10; i++)); do
		echo "add rule ip t c ip saddr 10.0.0.$i ip ttl > 7 counter accept"
	done
} > "$work/rules"
engine() { ns "$1" weir -d engine list chains; }

for name in class $settings; do
	load_filter "$name" "$work/rules"
done
expect_match "rules of a classifier" ' 10 of them machine code' "$(engine class)"
expect_match "... with blinded constants" ' 10 of them machine code' "$(engine harden)"
with_bpf_jit harden 2 load_filter jit "$work/rules"
expect_match "a block, with blinded constants" ' 1 of machine code' "$(engine jit)"
if [[ $settings = *nojit ]]; then
	expect_match "rules of a classifier without machine code" ' 10 rules with more than a table tells$' "$(engine nojit)"
	with_bpf_jit enable 0 load_filter jit "$work/rules"
	expect_match "a block without it" ' 1 interpreted \(net.core.bpf_jit_enable is 0' "$(engine jit)"
else
	skip "without machine code" "this kernel does not switch it off"
fi
