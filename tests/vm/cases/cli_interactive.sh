#!/bin/bash
# -i: a prompt on a terminal, with history, completion, and commands of many lines.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
export HOME=/tmp/home TERM=vt100
mkdir -p $HOME
# type_in: standard input typed at a terminal, slowly enough for a prompt to be there.
type_in() {
	while IFS= read -r line; do
		sleep 0.5
		printf %b "$line"
	done | ns box timeout 60 script -qec 'weir -i' /dev/null | tr -d '\r'
}
output=$(type_in <<- 'END'
	add table ip t\n
	add chain ip t c {\n
	type filter hook input priority 0;\n
	policy accept;\n
	}\n
	add tabel ip x\n
	list tables\n
	help\n
	quit\n
END
)
note "$output"
expect_match "a listing" '^table ip t' "$output"
expect_match "a mistake is underlined" '\^' "$output"
expect_match "help" 'describe tcp dport' "$output"
expect_match "a command of many lines" 'hook input' "$(w list ruleset)"
expect_match "the history is kept" 'list.*tables' "$(cat $HOME/.local/state/weir/history)"
export XDG_STATE_HOME=/tmp/state
type_in <<< 'list tables\nexit\n' > /dev/null
expect_match "the history is where XDG_STATE_HOME says" 'list.*tables' "$(cat /tmp/state/weir/history)"
output=$(type_in <<- 'END'
	add table ip comp\n
	list rulese\t\n
	quit\n
END
)
expect_match "the tab key completes" '^table ip comp' "$output"
expect_match "... and the command runs" 'table ip comp' "$output"
expect_eq "input that is no terminal" "table ip comp
table ip t" "$(printf 'list tables\n' | w -i 2> /dev/null | grep '^table' | sort)"
