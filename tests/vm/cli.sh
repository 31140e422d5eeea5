# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of lib.sh and of the case
# Sourced after lib.sh by the cases of the command line program.

# w ARGUMENT...: weir in the namespace "box".
w() { ns box weir "$@"; }

# start COMMAND...: in the box and in the background; its process is $started, so
# that killing it kills the command and not only a shell around it.
start() {
	"$inside_tool" box run "$@" &
	# shellcheck disable=SC2034 # for the case
	started=$!
}

# load: a ruleset for the box from standard input, in place of what is there.
load() {
	{
		echo "flush ruleset"
		cat
	} | w -f -
}

# expect_status NAME STATUS COMMAND...
expect_status() {
	local name=$1 wanted=$2 output status=0
	shift 2
	output=$("$@" 2>&1) || status=$?
	if [ "$status" = "$wanted" ]; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "+ $* (exit status $status, wanted $wanted)"
		[ -z "$output" ] || note "$output"
	fi
}

# said COMMAND...: all it says, whatever its exit status.
said() { "$@" 2>&1 || :; }

# expect_fixed NAME: what is listed loads again to the same listing, as text and as JSON.
expect_fixed() {
	local before after
	before=$(w -s list ruleset)
	after=$({ echo "flush ruleset"; echo "$before"; } | w -f - && w -s list ruleset)
	expect_eq "$1: text loads again to the same" "$before" "$after"
	w -j list ruleset > /tmp/listing.json
	w flush ruleset
	after=$(w -f /tmp/listing.json && w -s list ruleset)
	expect_eq "$1: JSON loads again to the same" "$before" "$after"
}
