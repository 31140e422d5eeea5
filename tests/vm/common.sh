# shellcheck shell=sh
# Sourced by the scripts of tests/vm: where things lie, messages, locks, progress.
# Expects $0 to be a script of this folder, or $top to be set already.

: "${top:=$(cd "$(dirname "$0")/../.." && pwd)}"
cache=${WEIR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weir}
me=${0##*/}
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

say() { printf '%s\n' "$me: $*" >&2; }
die() { say "$*"; exit 1; }

need_root() {
	[ "$(id -u)" = 0 ] || die "this step mounts and chroots: run it as root"
}

# lock NAME: one process at a time, until the calling shell ends.
lock() {
	mkdir -p "$cache/lock"
	exec 9> "$cache/lock/$1"
	flock -n 9 || { say "waiting for another process that prepares $1"; flock 9; }
}

# step LABEL COMMAND...: run it with its output in a log file. On a terminal one
# line shows the time taken and the last line of the log; elsewhere it is quiet.
step() {
	step_label=$1
	shift
	mkdir -p "$cache/log"
	step_log="$cache/log/$me-$$.log"
	"$@" > "$step_log" 2>&1 9>&- < /dev/null &
	step_pid=$!
	if [ -t 2 ]; then
		step_start=$(date +%s)
		step_width=$(($(stty size < /dev/tty 2> /dev/null | cut -d' ' -f2) + 0))
		[ "$step_width" -gt 20 ] || step_width=80
		while kill -0 $step_pid 2> /dev/null; do
			printf '\r%-*.*s\r' "$((step_width - 1))" "$((step_width - 1))" \
				"$step_label: $(($(date +%s) - step_start)) s  $(tail -n 1 "$step_log" | tr -cd '[:print:]')" >&2
			sleep 1
		done
		printf '\r%*s\r' "$((step_width - 1))" '' >&2
	fi
	if wait $step_pid; then
		rm -f "$step_log"
	else
		tail -n 30 "$step_log" >&2
		die "$step_label failed; the whole output is in $step_log"
	fi
}

# in_root ROOT COMMAND...: run it inside a Debian root with the kernel's file
# systems and the checkout mounted in a mount namespace of its own.
in_root() {
	in_root_dir=$1
	shift
	mkdir -p "$in_root_dir$top"
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -m sh -euc '
		root=$1 top=$2
		shift 2
		mount -t proc proc "$root/proc"
		mount -t sysfs -o ro sysfs "$root/sys" 2> /dev/null || :
		mount --bind /dev "$root/dev"
		mount --bind "$top" "$root$top"
		exec chroot "$root" env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
			${http_proxy:+http_proxy="$http_proxy"} \
			${https_proxy:+https_proxy="$https_proxy"} \
			"$@"' sh "$in_root_dir" "$top" "$@"
}
