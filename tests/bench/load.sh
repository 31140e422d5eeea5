# shellcheck shell=bash disable=SC2154,SC2034 # sourced by guest
# What changes cost, the command's own start included.

table="million instructions per command"

/usr/bin/python3 "$gen/gen_rules.py" linear 1000 > "$work/linear.nft"
/usr/bin/python3 "$here/to_iptables.py" filter FORWARD < "$work/linear.nft" > "$work/linear.ipt"
for filter in $filters; do
	usable "$filter" || continue
	load "$filter" "$work/linear"
	before="flush $filter"
	row "$table" "load 1000 rules" "${titles[$filter]}" "$(cost load "$filter" "$work/linear")"
	before=""
	row "$table" "add a rule to 1000" "${titles[$filter]}" "$(cost add_rule "$filter")"
	case $filter in
	iptables) listing=(iptables-legacy-save -c) ;;
	nftables) listing=(nft list ruleset) ;;
	*) listing=(weir list ruleset) ;;
	esac
	row "$table" "list 1000 rules" "${titles[$filter]}" "$(cost ns "$filter" "${listing[@]}")"
	flush "$filter"
done
