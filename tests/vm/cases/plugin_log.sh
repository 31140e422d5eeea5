#!/bin/bash
# Target log: to the kernel's log, to a group of nfnetlink_log, to audit.
#
#   client -- router (log) -- server
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../plugin.sh"

# The kernel's log takes lines of the initial namespace only, unless it is told so.
sysctl -q net.netfilter.nf_log_all_netns=1

# The lines with this prefix, with their level as <N>.
logged() { dmesg --raw | grep -F -- "$1"; }

# rule RULE [HOOK]: the only one, at a hook of the router.
rule() {
	ruleset router <<< "flush ruleset; table inet t { chain c { type filter hook ${2:-forward} priority 0; $1; }; }"
}

topology_router
for protocol in tcp4 tcp6; do
	serve $protocol server 7
done
check "client reaches server over IPv4" reaches icmp4 client 10.0.2.2
check "client reaches server over IPv6" reaches icmp6 client fd00:2::2
lives_with_its_rules weir_target_log "log prefix \"x\" counter"

rule 'icmp type echo-request log prefix "weir-plain: "'
check "the logger is loaded" loaded nf_log_syslog
check_fails "and held" rmmod nf_log_syslog
check "a packet that is logged passes" reaches icmp4 client 10.0.2.2
expect_eq "one line for one packet" 1 "$(logged weir-plain: | wc -l)"
expect_match "it says what the packet is" \
	"^<4>.*weir-plain: IN=eth1 OUT=eth2 .*SRC=10.0.1.2 DST=10.0.2.2 .*PROTO=ICMP" "$(logged weir-plain:)"

rule 'icmpv6 type echo-request log prefix "weir-six: " level debug'
check "an IPv6 packet passes" reaches icmp6 client fd00:2::2
expect_match "IPv6, and the level" \
	"^<7>.*weir-six: IN=eth1 OUT=eth2 .*SRC=fd00:0001.*PROTO=ICMPv6" "$(logged weir-six:)"

rule 'tcp flags syn / syn,ack log prefix "weir-flags: " level info flags tcp sequence,options flags ip options flags ether'
check "a TCP connection passes" reaches tcp4 client 10.0.2.2 7
expect_match "TCP sequence numbers" "^<6>.*weir-flags: .* SEQ=[0-9]+ ACK=" "$(logged weir-flags:)"
expect_match "TCP options" "weir-flags: .* OPT \([0-9A-F]+\)" "$(logged weir-flags:)"
expect_match "MAC addresses" "weir-flags: .* MACSRC=" "$(logged weir-flags:)"

rule 'icmp type echo-request log prefix "weir-uid: " flags skuid' output
check "the router pings" reaches icmp4 router 10.0.2.2
expect_match "the user of the socket" "weir-uid: .* UID=0" "$(logged weir-uid:)"

# A program that listens to a group gets the packet with its prefix.
cat > /run/nflog.py <<- 'END'
	import socket, struct, sys
	def attr(kind, data):
	    return (struct.pack("=HH", 4 + len(data), kind) + data).ljust((len(data) + 7) & ~3, b"\0")
	s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)  # NETLINK_NETFILTER
	s.bind((0, 0))
	group = int(sys.argv[1])
	def config(*attrs):
	    body = struct.pack("!BBH", 0, 0, group) + b"".join(attrs)
	    s.send(struct.pack("=IHHII", 16 + len(body), 4 << 8 | 1, 1 | 4, 1, 0) + body)
	    assert struct.unpack_from("=i", s.recv(65536), 16)[0] == 0
	config(attr(1, b"\1"))                      # bind to the group
	config(attr(2, struct.pack("!IBx", 0xffff, 2)))  # copy packets
	print("listening", flush=True)
	data = s.recv(65536)
	pos, seen = 20, {}
	while pos + 4 <= struct.unpack_from("=I", data)[0]:
	    size, kind = struct.unpack_from("=HH", data, pos)
	    seen[kind & 0x7fff] = data[pos + 4:pos + size]
	    pos += (size + 3) & ~3
	prefix = seen.get(10, b"none").rstrip(b"\0").decode()
	print("prefix", prefix, "bytes", len(seen[9]))
END
listen() { # GROUP
	ns router timeout 60 /usr/bin/python3 /run/nflog.py "$1" > /run/nflog 2>&1 {ktap}>&- &
	wait_for grep -q listening /run/nflog
}
heard() { grep -q prefix /run/nflog; }
rule 'icmp type echo-request log prefix "group five" group 5 snaplen 20'
check "the other logger is loaded" loaded nfnetlink_log
listen 5
check "a packet that goes to a group passes" reaches icmp4 client 10.0.2.2
wait_for heard
expect_eq "the group's listener got it" "prefix group five bytes 20" "$(tail -n 1 /run/nflog)"
rule 'icmpv6 type echo-request log group 0'
listen 0
check "an IPv6 packet that goes to group 0 passes" reaches icmp6 client fd00:2::2
wait_for heard
expect_match "group 0, no prefix, the whole packet" "^prefix (none)? ?bytes 104\$" \
	"$(tail -n 1 /run/nflog)"

# Audit is off until somebody turns it on.
rule 'icmp type echo-request log level audit'
/usr/bin/python3 - <<- 'END'
	import socket, struct
	s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)  # NETLINK_AUDIT
	s.bind((0, 0))
	body = struct.pack("=10I", 1, 1, *[0] * 8)  # enabled
	s.send(struct.pack("=IHHII", 16 + len(body), 1001, 1 | 4, 1, 0) + body)
	assert struct.unpack_from("=i", s.recv(8192), 16)[0] == 0
END
check "a packet that is audited passes" reaches icmp4 client 10.0.2.2
audited() { dmesg | grep -q 'type=1324.*saddr=10.0.1.2 daddr=10.0.2.2 proto=1'; }
check "audit has a record of it" wait_for audited

for each in 'log' 'log prefix "a \"b\" c"' 'log prefix "x" level emerg flags all' \
	'log level debug flags skuid' 'log flags tcp options flags ip options flags ether' \
	'log prefix "x" group 5 snaplen 100 queue-threshold 3' 'log group 0' 'log level audit'; do
	rule "$each"
	expect_match "listed as it was written: $each" "^[[:space:]]*${each//\\/\\\\}\$" \
		"$(ns router weir list chain inet t c)"
done
rule 'log prefix "x" level warn flags tcp sequence,options flags skuid; log group 3 snaplen 0; log level audit'
fixed_point router "log"
expect_match "as JSON" '"flags": \["tcp sequence", "tcp options", "skuid"\]' \
	"$(ns router weir -j list ruleset)"

refuses router "exclude" "inet t c log group 1 level warn"
refuses router "exclude" "inet t c log flags all group 1"
refuses router "need a group" "inet t c log snaplen 20"
refuses router "audit takes no further option" 'inet t c log prefix "x" level audit'
refuses router "level" "inet t c log level loud"
refuses router "sequence|options" "inet t c log flags tcp flags"
refuses router "127|long" "inet t c log prefix \"$(printf 'x%.0s' {1..128})\""
refuses router "65535|group" "inet t c log group 65536"
flush router
wait_for unloads weir_target_log
check "the loggers are let go with the last rule" rmmod nf_log_syslog
