#!/bin/bash
# Where commands come from: files, standard input, included files, variables; and
# input that nobody would write by hand.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box
mkdir -p /tmp/in/d
cd /tmp/in
echo 'add table ip a' > a.weir
expect_status "a file" 0 w -f a.weir
stdin() { echo 'add table ip b' | w -f -; }
expect_status "standard input" 0 stdin
fifo() { w -f <(echo 'add table ip c'); }
expect_status "a pipe" 0 fifo
expect_eq "all three are there" 3 "$(w list tables | wc -l)"
expect_status "a file that is not there" 1 w -f none.weir
expect_match "... is named" 'none.weir' "$(said w -f none.weir)"
expect_status "a folder" 1 w -f /tmp
: > empty.weir
expect_status "an empty file" 0 w -f empty.weir

echo 'add chain ip a one' > d/1.weir
echo 'add chain ip a two' > d/2.weir
echo 'include "./d/*.weir"' > all.weir
w -f all.weir
expect_eq "include with a pattern" 2 "$(w list table ip a | grep -c chain)"
echo 'include "2.weir"' > path.weir
expect_status "include finds files by -I" 0 w -I /tmp/in/d -f path.weir
expect_status "... and not without" 1 w -f path.weir
echo 'include "self.weir"' > self.weir
expect_status "a file that includes itself" 1 w -I /tmp/in -f self.weir
echo 'add rule ip a one tcp dport $port accept' > var.weir
expect_status "a variable of the command line" 0 w -D port=22 -f var.weir
expect_match "... has its value" 'dport 22' "$(w list table ip a)"
expect_status "a variable that is not defined" 1 w -f var.weir
expect_match "... is underlined" '\^' "$(said w -f var.weir)"
printf 'add chain ip a three\nadd rule ip a three tcp dprt 22 accept\n' > wrong.weir
expect_match "file, line and column" 'wrong.weir:2:[0-9]+' "$(said w -f wrong.weir)"

# Bad input: an error or success, but an answer.
awk 'BEGIN { printf "add rule ip a one ip saddr { 1.1.1.1"; for (i = 0; i < 700000; i++) printf ", 1.%d.%d.%d", i / 65536, i / 256 % 256, i % 256; print " } drop" }' > long.weir
expect_match "a line of many megabytes" '^(0|1)$' "$(w -f long.weir > /tmp/long.out 2>&1; echo $?)"
expect_eq "... whose error is short" 1 "$(($(wc -c < /tmp/long.out) < 2000))"
head -c 10000000 /dev/zero | tr '\0' x > word.weir
expect_status "a word of 10 MB" 1 w -f word.weir
expect_eq "... is not repeated" 1 "$(($(said w -f word.weir | wc -c) < 5000))"
name=$(head -c 10000 /dev/zero | tr '\0' n)
expect_status "a table's name of 10,000 bytes" 1 w add table ip "$name"
expect_status "a chain's name of 10,000 bytes" 1 w add chain ip a "$name"
expect_status "a jump to a name of 10,000 bytes" 1 w add rule ip a one jump "$name"
expect_status "a listing of a name of 10,000 bytes" 1 w list table ip "$name"
expect_status "a name of 255 bytes" 0 w add table ip "${name:0:255}"
expect_status "a name of 256 bytes" 1 w add table ip "${name:0:256}"
{
	printf 'add rule ip a one '
	for ((i = 0; i < 1000; i++)); do printf 'meta mark != %d ' "$i"; done
	echo accept
} > conditions.weir
expect_status "1,000 conditions" 0 w -f conditions.weir
head -c 100000 /dev/urandom > noise.weir
expect_status "noise" 1 w -f noise.weir
printf 'add table ip z\0add table ip zz\n' > nul.weir
expect_match "a NUL byte" '^(0|1)$' "$(w -f nul.weir > /dev/null 2>&1; echo $?)"
printf '{"nftables": [{"add": {"table": {"family": "ip", "name": "js"}}}]}' > js.json
expect_status "JSON" 0 w -j -f js.json
expect_match "... is there" 'table ip js' "$(w list tables)"
printf '{"nftables": [' > half.json
expect_status "half of JSON" 1 w -j -f half.json

# Chains: 100 deep is too deep, a loop is none.
{
	echo 'add table ip deep'
	for ((i = 0; i <= 100; i++)); do echo "add chain ip deep c$i"; done
	for ((i = 0; i < 100; i++)); do echo "add rule ip deep c$i jump c$((i + 1))"; done
	echo 'add chain ip deep base { type filter hook input priority 0; }'
	echo 'add rule ip deep base jump c0'
} > deep.weir
expect_status "chains 100 deep below a hook" 1 w -f deep.weir
expect_status "a loop" 1 w 'add table ip l; add chain ip l a; add chain ip l b; add rule ip l a jump b; add rule ip l b goto a'
expect_status "a chain that jumps to itself" 1 w 'add table ip l; add chain ip l a; add rule ip l a jump a'
expect_eq "none of them is there" 0 "$(w list tables | grep -c -e deep -e 'ip l$')"
