#!/bin/bash
# The order of chains, and the ways through them: priorities, policies, jump, goto,
# return, dormant tables, marks from one hook to the next.
# once: chains are walked by the same code on each kernel
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../traffic.sh"

topology_pair
ruleset server <<-'END'
	table ip order {
		chain second {
			type filter hook input priority 10; policy accept;
			icmp type echo-request meta mark 1 counter comment "after"
			icmp type echo-request meta mark 2 counter comment "accepted"
		}
		chain first {
			type filter hook input priority -10; policy accept;
			icmp type echo-request meta mark 0 counter meta mark set 1 comment "fresh"
			icmp type echo-request counter accept comment "still"
			icmp type echo-request counter comment "never"
		}
	}
END
ping_times 3 4 client 10.0.1.2
expect_count "the chain with the lower priority comes first" server fresh 3
expect_count "a rule behind one that matched goes on" server still 3
expect_count "accept ends the chain" server never 0
expect_count "a mark set in the first chain is there in the second" server after 3
expect_count "no other mark is there" server accepted 0

ns server weir add rule ip order second icmp type echo-request drop
check "accept in one chain does not hinder drop in the next" blocked icmp4 client 10.0.1.2

ruleset server <<-'END'
	flush ruleset
	table ip marks {
		chain pre { type filter hook prerouting priority 0; icmp type echo-request meta mark set 0x10; }
		chain here { type filter hook input priority 0; meta mark & 0xf0 == 0x10 counter comment "in"
			meta mark set meta mark | 0x1; }
		chain late { type filter hook input priority 1; meta mark 0x11 counter comment "late"; }
	}
END
ping_times 2 4 client 10.0.1.2
expect_count "a mark set in prerouting is matched in input" server in 2
expect_count "a mark is changed bit by bit" server late 2

ruleset server <<-'END'
	flush ruleset
	table ip way {
		chain leaf { counter comment "leaf"; return; counter comment "behind-return"; }
		chain branch { jump leaf; counter comment "back-in-branch"; goto end; counter comment "behind-goto"; }
		chain end { counter comment "end"; }
		chain c {
			type filter hook input priority 0; policy accept;
			meta l4proto != icmp return
			icmp type != echo-request return
			counter jump branch comment "before"
			counter comment "back"
			goto end
			counter comment "behind-base-goto"
		}
	}
END
ping_times 3 4 client 10.0.1.2
for each in leaf:3 back-in-branch:3 behind-return:0 behind-goto:0 end:6 before:3 back:3 behind-base-goto:0; do
	expect_count "jump, goto, return: ${each%:*}" server ${each%:*} ${each#*:}
done

# A return in a base chain, and the end of a chain entered by goto, apply the policy.
for way in return 'goto nothing'; do
	ruleset server <<-END
		flush ruleset
		table ip p {
			chain nothing { }
			chain c { type filter hook input priority 0; policy drop; icmp type echo-request $way; accept; }
		}
	END
	check "$way in a base chain applies its policy, drop" blocked icmp4 client 10.0.1.2
	ns server weir 'add chain ip p c { policy accept; }'
	check "$way in a base chain applies its policy, accept" reaches icmp4 client 10.0.1.2
done

ruleset server <<-'END'
	flush ruleset
	table ip sleepy { chain c { type filter hook input priority 0; policy drop; }; }
END
check "an awake table drops" blocked icmp4 client 10.0.1.2
ns server weir 'add table ip sleepy { flags dormant; }'
check "a dormant table does nothing" reaches icmp4 client 10.0.1.2
expect_match "a dormant table is listed as such" 'flags dormant' "$(ns server weir list ruleset)"
ns server weir 'add table ip sleepy { flags dormant; }; add rule ip sleepy c counter'
check "changing a dormant table does not wake it" reaches icmp4 client 10.0.1.2
ns server weir 'add table ip sleepy'
check "a table woken up drops again" blocked icmp4 client 10.0.1.2
