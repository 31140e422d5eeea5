#!/bin/bash
# -d engine: what packets meet of chains, rules and sets, in a listing that still loads.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../netlink.sh"

netns box

# long N: N rules that a table can have, in the middle of a chain of others.
long() {
	local i
	echo "chain long {"
	echo "udp dport 1024-65535 counter accept"
	for ((i = 0; i < $1; i++)); do
		echo "ip saddr 10.0.$((i / 250)).$((i % 250)) tcp dport 22 drop"
	done
	echo "ip protocol icmp accept"
	echo "}"
}

{
	echo "table ip t {"
	echo "set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }"
	echo "chain short { type filter hook input priority 0; policy accept; ip saddr @s accept; }"
	long 100
	echo "}"
	echo "table ip asleep { flags dormant; chain c { accept; }; }"
} | load

expect_eq "nobody hears of it unasked" 0 "$(w list ruleset | grep -c '#' || :)"
shown=$(w -d engine list chain ip t short)
expect_match "a short chain is a block of machine code" '# 1 blocks, 1 of machine code of [1-9][0-9]* bytes, [0-9]+ bytes, no classifier \(fewer rules than net.weir.classify\)' "$shown"
expect_match "a set shows what holds it" '# [a-z]+, 2 elements, [0-9]+ bytes' "$(w -d engine list set ip t s)"
expect_match "what sleeps is not compiled" 'not compiled' "$(w -d engine list chain ip asleep c)"

shown=$(w -d engine -a list chain ip t long)
expect_match "a long chain has a classifier" '# classifier, 2 tables, [0-9]+ bytes, 2 rules not indexed' "$shown"
expect_match "its table with a key" '#   ip: saddr/[0-9]+ \. dport, 100 entries' "$shown"
expect_match "its table without one" '#   ip: no key, 2 entries' "$shown"
expect_match "a rule says why, and its handle behind that" 'accept # not indexed: a range of ports # handle [0-9]+' "$shown"
expect_match "another one" 'icmp accept # not indexed: nothing to index # handle' "$shown"
expect_eq "the others do not" 2 "$(echo "$shown" | grep -c 'not indexed:')"
expect_match "list chains shows it without rules" '# classifier, 2 tables' "$(w -d engine list chains)"
expect_match "JSON has the same" '"engine": \{"type": "classifier".*"entries": 100.*"unindexed": 2' "$(w -j -d engine list table ip t)"
expect_match "... of rules" '"unindexed": "ports"' "$(w -j -d engine list table ip t)"
expect_match "... and of what sleeps" '"engine": null' "$(w -j -d engine list table ip asleep)"

before=$(w -s list ruleset)
w -d engine -s list ruleset > /tmp/engine.weir
w -j -d engine list ruleset > /tmp/engine.json
check "text with it loads" load < /tmp/engine.weir
expect_eq "to the same" "$before" "$(w -s list ruleset)"
w flush ruleset
check "JSON with it loads" w -f /tmp/engine.json
expect_eq "to the same" "$before" "$(w -s list ruleset)"

ns box sysctl -q net.weir.jit=0
expect_match "interpreted, and why" '# 1 blocks, 1 interpreted \(net.weir.jit is 0\)' "$(w -d engine list chain ip t short)"
ns box sysctl -q net.weir.jit=1
ns box sysctl -q net.weir.classify=0
expect_match "no classifier, and why" 'no classifier \(net.weir.classify is 0\)' "$(w -d engine list chain ip t long)"
expect_eq "and no rule that misses one" 0 "$(w -d engine list chain ip t long | grep -c 'not indexed' || :)"

# As many rules without a key as there may be: each says so for itself.
ns box sysctl -q net.weir.classify=1
{
	echo "table ip t {"
	echo "chain many {"
	for ((i = 0; i < 1000; i++)); do
		echo "udp dport $i-65534 drop"
	done
	echo "}"
	echo "}"
} | load
expect_eq "1,000 rules without a key" 1000 "$(w -d engine list chain ip t many | grep -c '# not indexed: a range of ports')"
ns box sysctl -q net.weir.classify=64
shown=$(w -d engine list chain ip t many)
expect_match "such a chain gets no classifier" 'no classifier \(too many rules cannot be indexed\), 1000 rules not indexed' "$shown"

check "one chain by netlink" from_python box <<- 'END'
	s = Sock()
	chain = [*in_chain('t', 2), string(WEIR_A_CHAIN_NAME, 'many')]
	equal('unasked', None, s.ask(WEIR_CMD_CHAIN_GET, *chain)[0].get(WEIR_A_CHAIN_ENGINE, bytes))
	engine = s.ask(WEIR_CMD_CHAIN_GET, *chain, flag(WEIR_A_CHAIN_EXPLAIN))[0].get(WEIR_A_CHAIN_ENGINE, bytes)
	equal('asked', WEIR_LINEAR_UNSUITED, number(dict(parse(engine))[WEIR_A_ENGINE_LINEAR]))
END
expect_status "another word" 2 w -d engin list ruleset
expect_status "two words" 0 w -d netlink,engine list ruleset
expect_status "an empty word" 2 w -d engine, list ruleset
expect_match "completion of the words" '^engine$' "$(w --complete '-d en')"
expect_match "and behind them" '^ruleset$' "$(w --complete '-d engine list rul')"

# Rules that are more than an entry of a table.
{
	echo "table ip more {"
	echo "chain c {"
	for ((i = 0; i < 100; i++)); do
		echo "ip saddr 10.1.0.$i tcp dport 22 ip ttl > $i accept"
	done
	echo "}"
	echo "}"
} | load
expect_match "what a table does not tell is machine code" '# classifier, 1 tables, [0-9]+ bytes, 100 rules with more than a table tells, 100 of them machine code of [1-9][0-9]* bytes$' "$(w -d engine list chain ip more c)"
expect_match "... in JSON" '"residual": 100, "native": 100' "$(w -j -d engine list chains)"
for ((i = 0; i < 60; i++)); do
	echo "add rule ip more c ip saddr 10.1.1.$i ip ttl > $i accept"
done > /tmp/one-by-one
while read -r line; do w "$line"; done < /tmp/one-by-one
shown=$(w -d engine list chain ip more c)
expect_match "rules that come one by one are added to them, while programs are few" '160 rules with more than a table tells, 1[1-5][0-9] of them machine' "$shown"
ns box sysctl -q net.weir.jit=0
expect_match "or none of them are, where it is switched off" '160 rules with more than a table tells$' "$(w -d engine list chain ip more c)"
ns box sysctl -q net.weir.jit=1
expect_match "all of them, when the classifier is made anew" '160 rules with more than a table tells, 160 of them machine' "$(w -d engine list chain ip more c)"
