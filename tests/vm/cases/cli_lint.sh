#!/bin/bash
# --lint: rules that no packet matches, in a file and in the kernel.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
cat > /tmp/good.weir <<- 'END'
	flush ruleset
	table inet t {
		chain c {
			tcp dport 22 accept
			udp dport 22 accept
		}
	}
END
cat > /tmp/bad.weir <<- 'END'
	flush ruleset
	table inet t {
		set s { type ipv4_addr; elements = { 10.0.0.1 }; }
		chain other {
			tcp dport 1 return
			tcp dport 1 drop
		}
		chain c {
			ip saddr 10.0.0.0/8 accept
			ip saddr @s counter drop
			jump other
			ip saddr 10.1.2.3 tcp dport 22 drop
			ip saddr @s counter drop
			accept
			udp dport 5 drop
			udp dport 6 drop
		}
	}
END
expect_status "nothing to warn of" 0 w -l -f /tmp/good.weir
expect_eq "says nothing" "" "$(said w --lint -f /tmp/good.weir)"
expect_status "warnings" 5 w -l -f /tmp/bad.weir
shown=$(said w -l -f /tmp/bad.weir)
expect_match "a rule that is covered, where it is" '/tmp/bad.weir:12:1: warning: no packet matches this rule: the rule in line 9' "$shown"
expect_match "underlined" '^\^{35}$' "$shown"
expect_match "a rule that is there twice" '/tmp/bad.weir:13:1: warning: this rule is the same as the rule in line 10' "$shown"
expect_match "rules that are not reached" '/tmp/bad.weir:15:1: warning: no packet comes to this rule or the 1 behind it: the rule in line 14' "$shown"
expect_eq "and no more" 4 "$(echo "$shown" | grep -c warning:)"
expect_eq "no module is needed" "" "$(ls -d /sys/module/weir 2> /dev/null || :)"
expect_eq "JSON" "covered,duplicate,unreached," "$(w -j -l -f /tmp/bad.weir | grep -oE '"kind": "[a-z]+"' | sort -u | cut -d '"' -f 4 | tr '\n' ,)"
expect_match "has the places of both" '"line": 12, "column": 1, "by": \{"rule": 1, "file": "/tmp/bad.weir", "line": 9, "column": 1\}' "$(w -j -l -f /tmp/bad.weir)"
expect_eq "JSON of nothing" '{"lint": []}' "$(w -j -l -f /tmp/good.weir)"
expect_status "a mistake is one" 1 w -l -f /dev/stdin <<< 'add rule ip t c tcp dprt 5'

w -f /tmp/bad.weir
before=$(w list ruleset)
expect_status "commands are not run" 0 w -l flush ruleset
expect_eq "nothing has changed" "$before" "$(w list ruleset)"
expect_status "the kernel is not asked" 0 w -l add rule ip nowhere c accept
expect_status "but with -c" 1 w -c -l add rule ip nowhere c accept
expect_status "which changes nothing" 5 w -c -l -f /tmp/bad.weir
expect_eq "nothing has changed yet" "$before" "$(w list ruleset)"

expect_status "of the kernel" 5 w -l list ruleset
shown=$(said w -l list ruleset)
expect_match "the rule is shown with its handle" 'ip saddr 10.1.2.3 tcp dport 22 drop # handle [0-9]+' "$shown"
expect_eq "as many as of the file" 4 "$(echo "$shown" | grep -c warning:)"
expect_eq "one chain" 1 "$(said w -l list chain inet t other | grep -c warning:)"
handle=$(w -a list chain inet t other | sed -n 's/.*dport 1 drop # handle //p')
expect_match "JSON has the handle" "\"rule\": 2, \"handle\": $handle," "$(w -j -l list chain inet t other)"
w delete rule inet t other handle "$handle"
expect_status "and none is left in that chain" 0 w -l list chain inet t other
expect_match "no such chain" 'no chain' "$(said w -l list chain inet t nowhere)"
w -f /tmp/good.weir
expect_status "of a ruleset that is good" 0 w -l list ruleset
expect_match "completion of the option" '^--lint$' "$(w --complete '--li')"
