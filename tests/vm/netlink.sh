# shellcheck shell=bash
# Sourced by the cases netlink_*.sh, behind lib.sh: checks written in Python with
# nl.py, because they send what no program should.

# from_python NS [ARGUMENT...] < SCRIPT: its lines "ok NAME" and "not ok NAME" are
# checks of this case, with "# remark" behind those that fail.
from_python() {
	local line name=$1
	shift
	while IFS= read -r line; do
		case $line in
		"ok "*) result ok "${line#ok }" ;;
		"not ok "*) result "not ok" "${line#not ok }" ;;
		"# "*) note "${line#\# }" ;;
		*) note "$line" ;;
		esac
	done < <(
		{ echo 'from nl import *'; cat; } |
			PYTHONPATH="$(dirname "${BASH_SOURCE[0]}")" ns "$name" python3 -B - "$@" 2>&1 ||
			echo "not ok the script runs to its end"
	)
}

modprobe weir
netns here
