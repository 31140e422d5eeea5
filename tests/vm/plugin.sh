# shellcheck shell=bash
# Sourced by the cases about plug-ins, behind lib.sh: modules that come and go with
# the rules that use them, and what rules have counted.

loaded() { grep -q "^$1 " /proc/modules; } # MODULE
not_loaded() { ! loaded "$1"; }

# counted NS COMMENT...: packets that the rules with these comments have counted.
counted() {
	local comment each all=()
	ns "$1" weir list ruleset > /run/listing
	for comment in "${@:2}"; do
		each=$(counters_of /run/listing "$comment")
		all+=("${each% *}")
	done
	echo "${all[*]}"
}
# counted_together NS COMMENT COMMENT SUM
counted_together() {
	local one other
	read -r one other <<< "$(counted "$1" "$2" "$3")"
	[ $((one + other)) = "$4" ]
}
counted_some() { [ "$(counted "$1" "$2")" -gt 0 ]; }

# flush NS: no rules.
flush() { ns "$1" weir flush ruleset; }

# fixed_point NS NAME: what is listed loads again and lists the same, as text and
# as JSON. Counters may run on between, so they are left out.
fixed_point() {
	local before
	before=$(ns "$1" weir -s list ruleset)
	ns "$1" weir list ruleset > /run/listed
	{ echo "flush ruleset"; cat /run/listed; } | ns "$1" weir -f -
	expect_eq "$2: the listing loads again" "$before" "$(ns "$1" weir -s list ruleset)"
	ns "$1" weir -j list ruleset > /run/listed
	flush "$1"
	ns "$1" weir -j -f - < /run/listed
	expect_eq "$2: the JSON listing loads again" "$before" "$(ns "$1" weir -s list ruleset)"
}

# refuses NS PATTERN TEXT: the rule is refused with such an error.
refuses() {
	local said status=0
	said=$(ns "$1" weir add rule "$3" 2>&1) || status=$?
	if [ "$status" = 0 ] || [ "$status" -ge 126 ]; then
		result "not ok" "refused: $3"
		note "exit status $status: $said"
	else
		expect_match "refused: $3" "$2" "$said"
	fi
}

# lives_with_its_rules MODULE RULE: loaded by its name, held by a rule, free without.
# The rule goes into a chain of the table ip life in the namespace router.
lives_with_its_rules() {
	local module=$1 rule=$2
	ns router weir add table ip life
	ns router weir add chain ip life c
	check "$module is not loaded before it is needed" not_loaded "$module"
	check_fails "a rule in a table that is not there is refused" \
		ns router weir add rule ip none c "$rule"
	check "a rule loads $module" ns router weir add rule ip life c "$rule"
	check "$module is loaded" loaded "$module"
	expect_match "rmmod $module is refused while a rule uses it" "in use|busy" \
		"$(rmmod "$module" 2>&1 || :)"
	check "the rule is still there" grep -q . <(ns router weir list chain ip life c)
	check_fails "a transaction that is not valid changes nothing" \
		ns router weir -f - <<< "add rule ip life c $rule
add rule ip life missing accept"
	ns router weir flush chain ip life c
	wait_for unloads "$module"
	check "rmmod $module works without rules" not_loaded "$module"
	ns router weir delete table ip life
}
unloads() { rmmod "$1"; }

# burst PROTOCOL NS ADDRESS PORT N: N datagrams as fast as they go.
burst() {
	ns "$2" bash -c '
		exec 3> "/dev/$1/$2/$3"
		for ((i = 0; i < $4; i++)); do echo weir >&3; done' \
		bash "${1:0:3}" "$3" "$4" "$5"
}
