#!/bin/bash
# Randomised differential test: the same random rules and the same random packets
# through machine code and interpreter. Packets are valid, truncated, fragmented, with
# options and extension headers, in several pieces, and with broken network headers.
# `make check-vm CASES=jit_differential SEED=7 ROUNDS=20` tries others and more; the
# seed and the round of a failure are in the name of the check.
# host: tests/vm/generate
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

compare_namespaces interp jit
"$top/tests/vm/generate" jit
for ((round = 0; round < 3 * WEIR_ROUNDS; round++)); do
	compare_filters "seed $WEIR_SEED, round $round" "$generated/jit-$round.rules" \
		"$generated/jit-$round.trace" interp jit
done
