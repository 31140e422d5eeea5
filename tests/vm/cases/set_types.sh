#!/bin/bash
# What the types of ipset hold, as sets of weir: each with packets that are in it and
# packets that are not.
# once: the same structures as those of set_dynamic and netlink_sets
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"
. "$(dirname "$0")/../sets.sh"

set_box

# bitmap:ip and hash:ip
with_chain ip 'set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.255, 0.0.0.0, 255.255.255.255 }; }
--
ip saddr @s drop'
expect_verdicts "addresses" "drop accept drop accept drop drop accept" "$(from 10.0.0.1)" "$(from 10.0.0.2)" \
	"$(from 10.0.0.255)" "$(from 10.0.1.1)" "$(from 0.0.0.0)" "$(from 255.255.255.255)" "$(from fd00::1)"
with_chain ip6 'set s { type ipv6_addr; elements = { fd00::1, ::, fd00:1::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff }; }
--
ip6 saddr @s drop'
expect_verdicts "IPv6 addresses" "drop accept drop drop accept drop" "$(from fd00::1)" "$(from fd00::2)" "$(from ::)" \
	"$(from fd00:1::)" "$(from fd00:1::1)" "$(from ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff)"

# bitmap:port
with_chain inet 'set s { type inet_service; elements = { 22, 80, 65535, 0 }; }
--
udp sport @s drop'
expect_verdicts "ports" "drop drop drop drop accept drop" "$(from 10.0.0.1 22)" "$(from 10.0.0.1 80)" \
	"$(from 10.0.0.1 65535)" "$(from 10.0.0.1 0)" "$(from 10.0.0.1 23)" "$(from fd00::1 22)"

# bitmap:ip,mac and hash:ip,mac, hash:mac; the test module sends from 02:00:00:00:00:02.
with_chain ip 'set s { type ipv4_addr . ether_addr; elements = { 10.0.0.1 . 02:00:00:00:00:02, 10.0.0.2 . 02:00:00:00:00:03 }; }
set m { type ether_addr; elements = { 02:00:00:00:00:02 }; }
set n { type ether_addr; elements = { 02:00:00:00:00:03 }; }
--
ip saddr . ether saddr @s drop
ip saddr 10.0.0.4 ether saddr @m drop
ip saddr 10.0.0.5 ether saddr @n drop'
expect_verdicts "address and MAC" "drop accept accept drop accept" "$(from 10.0.0.1)" "$(from 10.0.0.2)" \
	"$(from 10.0.0.3)" "$(from 10.0.0.4)" "$(from 10.0.0.5)"

# hash:net
with_chain ip 'set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.0/24, 1.2.3.4, 172.16.0.5-172.16.0.77 }; }
--
ip saddr @s drop'
expect_verdicts "networks" "drop accept drop accept drop accept accept drop drop accept" \
	"$(from 10.255.255.255)" "$(from 11.0.0.0)" "$(from 192.168.1.200)" "$(from 192.168.2.0)" "$(from 1.2.3.4)" \
	"$(from 1.2.3.5)" "$(from 172.16.0.4)" "$(from 172.16.0.5)" "$(from 172.16.0.77)" "$(from 172.16.0.78)"
with_chain ip 'set s { type ipv4_addr; flags interval; elements = { 0.0.0.0/0 nomatch, 10.0.0.0/8, 10.1.0.0/16 nomatch, 10.1.1.0/24 }; }
--
ip saddr @s drop'
expect_verdicts "networks with exceptions" "accept drop accept drop accept" "$(from 9.9.9.9)" "$(from 10.0.0.1)" \
	"$(from 10.1.0.1)" "$(from 10.1.1.1)" "$(from 10.1.2.1)"

# hash:net,net
with_chain ip 'set s { type ipv4_addr . ipv4_addr; flags interval; elements = { 10.0.0.0/8 . 192.168.0.0/16, 10.1.0.0/16 . 0.0.0.0/0 }; }
--
ip saddr . ip daddr @s drop'
expect_verdicts "two networks" "drop accept drop accept" "$(from 10.0.0.1 1 ip.daddr=192.168.3.4)" \
	"$(from 10.0.0.1 1 ip.daddr=1.1.1.1)" "$(from 10.1.0.1 1 ip.daddr=1.1.1.1)" "$(from 11.0.0.1 1 ip.daddr=192.168.3.4)"

# hash:ip,port with protocol
with_chain inet 'set s { type ipv4_addr . inet_proto . inet_service; elements = { 10.0.0.1 . udp . 53, 10.0.0.1 . tcp . 80 }; }
--
ip saddr . meta l4proto . th sport @s drop'
expect_verdicts "address, protocol and port" "drop accept accept drop accept" "$(from 10.0.0.1 53)" "$(from 10.0.0.1 80)" \
	"$(from 10.0.0.2 53)" "4 tcp ip.saddr=10.0.0.1 tcp.sport=80" "4 tcp ip.saddr=10.0.0.1 tcp.sport=53"

# hash:net,port and hash:ip,port,net, hash:net,port,net
with_chain ip 'set s { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 80, 10.0.0.0/24 . 1000-2000, 0.0.0.0/0 . 53 }; }
set u { type ipv4_addr . inet_service . ipv4_addr; flags interval; elements = { 1.2.3.4 . 80 . 10.0.0.0/8, 1.2.0.0/16 . 90-99 . 11.0.0.0/8 }; }
--
ip saddr . udp sport @s drop
ip saddr . udp sport . ip daddr @u drop'
expect_verdicts "network and port" "drop accept drop accept drop" "$(from 10.9.9.9 80)" "$(from 10.9.9.9 1500)" \
	"$(from 10.0.0.9 1500)" "$(from 10.0.0.9 2001)" "$(from 8.8.8.8 53)"
expect_verdicts "network, port and network" "drop accept accept drop accept" "$(from 1.2.3.4 80 ip.daddr=10.5.5.5)" \
	"$(from 1.2.3.4 80 ip.daddr=11.5.5.5)" "$(from 1.2.3.5 80 ip.daddr=10.5.5.5)" "$(from 1.2.9.9 95 ip.daddr=11.0.0.1)" \
	"$(from 1.2.9.9 89 ip.daddr=11.0.0.1)"

# hash:ip,port,ip
with_chain ip6 'set s { type ipv6_addr . inet_service . ipv6_addr; elements = { fd00::1 . 80 . fd00::2 }; }
--
ip6 saddr . udp sport . ip6 daddr @s drop'
expect_verdicts "address, port and address" "drop accept accept" "$(from fd00::1 80 ip6.daddr=fd00::2)" \
	"$(from fd00::1 80 ip6.daddr=fd00::3)" "$(from fd00::1 81 ip6.daddr=fd00::2)"

# hash:ip,mark
with_chain ip 'set s { typeof ip saddr . meta mark; elements = { 10.0.0.1 . 0x10 }; }
--
ip saddr . meta mark @s drop'
expect_verdicts "address and mark" "drop:0 accept:17 accept:16" "$(from 10.0.0.1) mark=16" "$(from 10.0.0.1) mark=17" \
	"$(from 10.0.0.2) mark=16"

# hash:net,iface, with a wildcard
with_chain ip 'set s { type ipv4_addr . ifname; flags interval; elements = { 10.0.0.0/8 . "dmy1", 11.0.0.0/8 . "dmyx*" }; }
--
ip saddr . iifname @s drop'
expect_verdicts "network and device" "accept drop drop accept accept" "$(from 10.1.1.1) iif=dmy0" "$(from 10.1.1.1) iif=dmy1" \
	"$(from 11.1.1.1) iif=dmyx2" "$(from 11.1.1.1) iif=dmy1" "$(from 12.1.1.1) iif=dmyx2"

# list:set
with_chain ip 'set a { type ipv4_addr; elements = { 10.0.0.1 }; }
set b { type ipv4_addr; flags interval; elements = { 10.1.0.0/16 }; }
set all { type ipv4_addr; flags list; elements = { @b, @a }; }
--
ip saddr @all drop'
expect_verdicts "a list of sets" "drop drop accept" "$(from 10.0.0.1)" "$(from 10.1.0.1)" "$(from 10.2.0.1)"

# skbinfo: mark and priority by a map
with_chain ip 'map m { type ipv4_addr : mark; flags interval; elements = { 10.0.0.0/8 : 5, 10.1.0.0/16 : 6 }; }
--
meta mark set ip saddr map @m'
expect_verdicts "marks by network" "accept:5 accept:6 accept:9" "$(from 10.0.0.1) mark=9" "$(from 10.1.0.1) mark=9" "$(from 11.1.0.1) mark=9"
expect_fixed "a map"
