#!/bin/bash
# The topologies carry traffic as drawn, and an address nobody has does not answer.
#
#   client -- router -- server        client -- switch -- server
# once: it tries the harness
. "$(dirname "$0")/../lib.sh"

topology_router
for protocol in tcp4 tcp6 udp4 udp6; do
	serve $protocol server 7
done
for version in 4 6; do
	address=10.0.2.2
	[ $version = 4 ] || address=fd00:2::2
	check "router forwards ping over IPv$version" reaches icmp$version client $address
	check "router forwards TCP over IPv$version" reaches tcp$version client $address 7
	check "router forwards UDP over IPv$version" reaches udp$version client $address 7
	check "nothing listens on another TCP port over IPv$version" refused tcp$version client $address 8
	check "nothing listens on another UDP port over IPv$version" refused udp$version client $address 8
done
ip -n server address add 10.0.2.3/32 dev lo
ip -n server route add blackhole 10.0.1.0/24
check "no way back is a timeout of ping" blocked icmp4 client 10.0.2.3
check "no way back is a timeout of TCP" blocked tcp4 client 10.0.2.2 7
check "no way back is a timeout of UDP" blocked udp4 client 10.0.2.2 7
ip netns del client
ip netns del server

topology_bridge
check "switch forwards IPv4" reaches icmp4 client 10.0.1.2
check "switch forwards IPv6" reaches icmp6 client fd00:1::2
