#!/bin/bash
# The plug-in of docs/plugin-tutorial.md: built outside of weir's tree, it loads and
# does what the page says; and the page shows the files as they are.
#
# host: docs/tutorial/build
#
#   client -- server (every)
# once: it tries the documentation
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

top=$(cd "$(dirname "$0")/../../.." && pwd)
module=$top/build/$(uname -r)/tutorial/weir_match_every.ko
program=$top/build/tutorial/build
if [ ! -e "$module" ] || [ ! -e "$program/weir" ]; then
	skip_all "docs/tutorial/build was not run"
fi
PATH=$program:$PATH

# shown FENCE: the page's blocks of that language, one behind the other.
shown() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/!p}" "$top/docs/plugin-tutorial.md"; }
cd "$top/docs/tutorial"
check "the page shows the two C files as they are" \
	cmp <(shown c) <(cat weir_match_every.c every.c)
check "the page shows the Kbuild as it is" cmp <(shown make) Kbuild

topology_pair
modprobe weir
expect_match "its alias is the one the core asks for" "weir-match-every" "$(modinfo -F alias "$module")"
insmod "$module"
ruleset server <<- 'END'
	table inet t {
		chain c {
			type filter hook input priority filter
			udp dport 9 every 3 counter comment "third"
			udp dport 9 counter drop comment "all"
		}
	}
END
check "the server answers" reaches icmp4 client 10.0.1.2
check "the server answers over IPv6" reaches icmp6 client fd00:1::2
burst udp4 client 10.0.1.2 9 10
burst udp6 client fd00:1::2 9 11
all_counted() { [ "$(counted server all)" = 21 ]; }
wait_for all_counted
expect_eq "each third of 21 packets matches" 7 "$(counted server third)"
fixed_point server "every"
expect_match "rmmod is refused while a rule uses it" "in use|busy" \
	"$(rmmod weir_match_every 2>&1 || :)"
ns server weir add table ip u
ns server weir add chain ip u c
refuses server "never come" "ip u c every 0"
refuses server "a number of packets" "ip u c every now"
ns server weir add rule ip u c every 4
check "a rule is deleted by its text" ns server weir delete rule ip u c every 4
flush server
wait_for unloads weir_match_every
check "rmmod works without rules" not_loaded weir_match_every
