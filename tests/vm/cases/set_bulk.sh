#!/bin/bash
# Plain lists: loading them, replacing with them, deleting by them; what is wrong in
# them; large listings.
# once: the program and the core do it, the same on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box
gen=$(dirname "$0")/../../gen/gen_elements.py
with_chain ip 'set s { type ipv4_addr; }
set n { type ipv4_addr; flags interval; }
set p { type ipv4_addr . inet_service; }
--
ip saddr @s drop'
listed() { w list set ip t "$1" | tr ',' '\n' | grep -cE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+'; }

# with WORDS < LIST
printf '# a list\n\n10.0.0.1\n  10.0.0.2  # two\n10.0.0.3\r\n10.0.0.3\n' > /tmp/list
with() { ns box weir "$@" < /tmp/list; }
check "a list with comments and blanks" with add element ip t s
expect_eq "is loaded" 3 "$(listed s)"
/usr/bin/python3 "$gen" list ip 100000 > /tmp/list
check "100,000 addresses" with add element ip t s
expect_eq "are there" 100003 "$(listed s)"
check "again" with add element ip t s
expect_eq "are no more" 100003 "$(listed s)"
check "the listing loads" w list table ip t
w list ruleset > /tmp/listing
check "again from the listing" ns box weir flush ruleset
check "all of it" ns box weir -f /tmp/listing
expect_eq "is the same" 100003 "$(listed s)"
check "replace by the list" with replace element ip t s
expect_eq "leaves the list" 100000 "$(listed s)"
w list set ip t s | tr -s ', ' '\n' | grep -E '^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$' | sort > /tmp/listed
expect_eq "exactly" "$(sort /tmp/list | md5sum)" "$(md5sum < /tmp/listed)"
check "delete by the list" with delete element ip t s
expect_eq "leaves none" 0 "$(listed s)"
/usr/bin/python3 "$gen" list net 20000 > /tmp/list
check "20,000 networks" with add element ip t n
expect_eq "each stays" 20000 "$(listed n)"
/usr/bin/python3 "$gen" list ip-port 20000 > /tmp/list
check "20,000 addresses with ports" with add element ip t p

# A listing that another writer interrupts: begun anew as long as nothing was shown.
/usr/bin/python3 "$gen" list ip 300000 > /tmp/list
with replace element ip t s
mkfifo /tmp/pipe
ns box weir list set ip t s > /tmp/pipe 2> /tmp/said &
exec 9< /tmp/pipe
head -c 1000 <&9 > /dev/null # It waits for us now, in the middle.
w add element ip t s '{ 203.0.113.1 }'
cat <&9 > /dev/null
exec 9<&-
status=0
wait $! || status=$?
expect_eq "a listing in the middle of which the set changes fails" 1 "$status"
expect_match "and says what it was" 'changed while it was listed' "$(cat /tmp/said)"
expect_match "and what to do" 'not all of it; list it again' "$(cat /tmp/said)"
touch /tmp/go
while [ -e /tmp/go ]; do w add element ip t p '{ 203.0.113.1 . 1 }; delete element ip t p { 203.0.113.1 . 1 }'; done &
for _ in 1 2 3; do w list set ip t n > /tmp/listed || break; done
expect_eq "one that nobody has seen begins anew" 20000 "$(tr ',' '\n' < /tmp/listed | grep -cE '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+')"
rm /tmp/go
wait
w flush set ip t s

# Mistakes name their line, and nothing has changed.
{
	/usr/bin/python3 "$gen" list ip 50000
	echo "10.0.0.300"
} > /tmp/list
said=$(with add element ip t s 2>&1) && said="no error"
expect_match "a mistake in line 50,001" 'stdin>:50001:1' "$said"
expect_match "with the line" '10\.0\.0\.300' "$said"
expect_eq "nothing has changed" 0 "$(listed s)"
printf '10.0.0.1\n10.0.0.0/24\n' > /tmp/list
said=$(with add element ip t s 2>&1) && said="no error"
expect_match "a network in a set of addresses" 'stdin>:2' "$said"
printf '10.0.0.1 . 80\n' > /tmp/list
check_fails "two fields in a set of one" with add element ip t s
printf '10.0.0.9\n' > /tmp/list
check_fails "delete of what is not there" with delete element ip t s
head -c 3000000 /dev/zero | tr '\0' '1' > /tmp/list
check_fails "a line of 3 MB" with add element ip t s
: > /tmp/list
check "an empty list" with add element ip t s
