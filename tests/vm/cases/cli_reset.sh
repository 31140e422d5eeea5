#!/bin/bash
# reset: counters are listed and set to zero, and no packet is lost in between.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
load <<- 'END'
	table ip t {
		chain one { counter packets 1 bytes 10 comment "a"; counter packets 2 bytes 20 comment "b"; }
		chain two { counter packets 3 bytes 30 comment "c"; }
	}
	table ip6 t { chain one { counter packets 4 bytes 40 comment "d"; }; }
END
count() { w list ruleset | sed -n "s/.*packets \\([0-9]*\\) bytes.*\"$1\".*/\\1/p"; }
counts() { echo "$(count a) $(count b) $(count c) $(count d)"; }
handle=$(w -a list ruleset | sed -n 's/.*comment "b" # handle //p')
expect_match "reset of a rule shows it as it was" 'packets 2 bytes 20' "$(w reset rule ip t one handle "$handle")"
expect_eq "... and resets only it" "1 0 3 4" "$(counts)"
w reset rules chain ip t one > /dev/null
expect_eq "reset of a chain" "0 0 3 4" "$(counts)"
w reset rules table ip t > /dev/null
expect_eq "reset of a table" "0 0 0 4" "$(counts)"
expect_match "reset of everything" 'packets 4 bytes 40' "$(w reset rules)"
expect_eq "... sets everything to zero" "0 0 0 0" "$(counts)"
expect_status "a rule that is not there" 1 w reset rule ip t one handle 99999

# Packets, resets and other writers at once: the sum is exact.
load <<- 'END'
	table ip t { chain c { type filter hook output priority 0; ip daddr 127.0.0.9 counter comment "sent"; }; }
END
send() { ns box ping -q -n -c 300 -i 0.01 127.0.0.9 > /dev/null; }
churn() { while kill -0 "$sender" 2> /dev/null; do w 'add table ip x; delete table ip x'; done; }
send &
sender=$!
churn &
churner=$!
sum=0
taken() { w reset rules | sed -n 's/.*packets \([0-9]*\) bytes.*"sent".*/\1/p'; }
while kill -0 $sender 2> /dev/null; do
	sum=$((sum + $(taken)))
done
wait $sender
wait $churner
sum=$((sum + $(taken)))
expect_eq "no packet is lost or counted twice" 300 "$sum"
