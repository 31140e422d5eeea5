#!/bin/bash
# The example rulesets load, and what is listed of them loads again.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
for file in "$(dirname "$0")"/../../../userspace/examples/*.weir; do
	name=${file##*/}
	expect_status "$name is right" 0 w -c -f "$file"
	expect_status "$name loads" 0 w -f "$file"
	expect_fixed "$name"
done
# As the boot unit does it.
expect_status "a ruleset takes the place of another" 0 w "flush ruleset; include \"$(realpath "$file")\""
