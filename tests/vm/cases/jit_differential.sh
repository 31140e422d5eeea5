#!/bin/bash
# Randomised differential test: the same random rules and the same random packets
# through machine code and interpreter. Packets are valid, truncated, fragmented, with
# options and extension headers, in several pieces, and with broken network headers.
# `make check-vm CASES=jit_differential SEED=7 ROUNDS=20` tries others and more; the
# seed of a failure is in the name of the check.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../compare.sh"

compare_namespaces interp jit
first=$WEIR_SEED
for ((round = 0; round < 3 * WEIR_ROUNDS; round++)); do
	seed=$((first * 1000 + round))
	/usr/bin/python3 "$gen/gen_rules.py" mixed $((20 << (2 * (round % 3)))) --seed $seed > "$work/rules"
	/usr/bin/python3 "$gen/gen_trace.py" "$work/rules" "$work/trace" --broken --count 2000 --seed $seed
	compare_filters "seed $seed" "$work/rules" "$work/trace" interp jit
done
