#!/bin/bash
# The command line: options, mistakes in it, versions, help.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
expect_status "--help" 0 w --help
expect_match "help names --check" '-c, --check' "$(w -h)"
expect_status "nothing at all is a mistake" 2 w
expect_match "-v" '^weir [0-9]+\.' "$(w -v)"
expect_match "-V without a module does not load it" 'not loaded' "$(w -V)"
w list ruleset
expect_match "-V" '^kernel module [0-9.]+, generation [0-9]+, rules are (compiled|interpreted)' "$(w -V)"

expect_status "an unknown letter" 2 w -Z list ruleset
expect_status "an unknown word" 2 w --jsom list ruleset
expect_match "... and what was meant" 'did you mean --json' "$(said w --jsom list ruleset)"
expect_status "an argument is missing" 2 w -f
expect_match "... and says of what" '-f needs an argument' "$(said w -f)"
expect_status "a file and a command" 2 w -f /dev/null list ruleset
expect_status "a file and a prompt" 2 w -i -f /dev/null
expect_status "two files" 2 w -f /dev/null -f /dev/null
expect_status "options behind the command" 2 w list ruleset -a
expect_match "... and where they go" 'go before the command' "$(said w list ruleset -a)"
expect_match "-o is refused by name" '--optimize' "$(said w -o list ruleset)"
expect_match "-N is refused by name" '--reversedns' "$(said w -N list ruleset)"
expect_status "-w takes a number" 2 w -w soon list ruleset
expect_status "-w takes a positive number" 2 w -w -3 list ruleset
expect_status "-w takes a fraction" 0 w -w 0.5 list ruleset
expect_status "-D takes a name and a value" 2 w -D x list ruleset
expect_status "-d takes known words" 2 w -d scanner list ruleset
expect_match "-d netlink shows messages" 'sent [0-9]+ bytes' "$(said w -d netlink list ruleset)"

load <<- 'END'
	table inet t {
		chain c {
			type filter hook input priority filter; policy accept
			tcp dport 22 meta skuid 0 counter packets 7 bytes 8 accept
			ip protocol udp drop
		}
	}
END
expect_match "-a shows handles" 'chain c \{ # handle [0-9]+' "$(w -a list ruleset)"
expect_match "-a shows handles of rules" 'accept # handle [0-9]+' "$(w -a list ruleset)"
expect_eq "without -a there are none" 0 "$(w list ruleset | grep -c handle)"
expect_match "-s leaves out counts" 'counter accept' "$(w -s list ruleset)"
expect_match "without -s they are there" 'counter packets 7 bytes 8 accept' "$(w list ruleset)"
expect_match "-y" 'priority 0;' "$(w -y list ruleset)"
expect_match "without -y" 'priority filter;' "$(w list ruleset)"
expect_match "-S" 'dport ("?)ssh' "$(w -S list ruleset)"
expect_match "-u" 'skuid ("?)root' "$(w -u list ruleset)"
expect_match "-p" 'ip protocol 17 drop' "$(w -p list ruleset)"
expect_match "-n" 'ip protocol 17 drop' "$(w -n list ruleset)"
expect_match "long options" 'handle' "$(w --handle --stateless --numeric list ruleset)"
expect_match "letters in one word" 'counter accept # handle' "$(w -as list ruleset)"
expect_match "-j" '^\{"nftables": \[\{"metainfo"' "$(w -j list ruleset)"

expect_match "completion of a command" '^ruleset$' "$(w --complete 'list rul')"
expect_match "completion of an option" '^--handle$' "$(w --complete '--ha')"
expect_match "completion behind options" '^ruleset$' "$(w --complete '-a -I /tmp list rul')"
expect_match "describe needs no kernel" 'dport' "$(w describe tcp dport)"
expect_status "describe of nothing known" 1 w describe tcp dprt
