#!/bin/bash
# Exit statuses, and what is said when the kernel's side is not to be had.
# once: it tries the program
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../cli.sh"

netns box

# A world without modules: neither the kernel nor the program finds one.
modprobe=$(cat /proc/sys/kernel/modprobe)
echo /bin/false > /proc/sys/kernel/modprobe
without_modules() {
	ns box unshare --mount sh -c 'mount -t tmpfs none "/lib/modules/$(uname -r)" && exec "$@"' sh "$@"
}
expect_status "no module" 3 without_modules weir list ruleset
expect_match "... and says for which kernel" "not built for kernel $(uname -r | tr + .)" \
	"$(said without_modules weir list ruleset)"
expect_match "... and what to do" 'dkms' "$(said without_modules weir list ruleset)"
unprivileged() { ns box setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"; }
expect_status "not loaded, and not root" 3 unprivileged weir list ruleset
expect_match "... and says so" 'only root can load it' "$(said unprivileged weir list ruleset)"
expect_status "the program loads the module by itself" 0 w list ruleset
echo "$modprobe" > /proc/sys/kernel/modprobe

expect_status "a change" 0 w add table ip t
expect_status "a mistake" 1 w add tabel ip t
expect_status "a refusal" 1 w create table ip t
expect_status "a listing of what is not there" 1 w list table ip x
expect_status "anyone may list" 0 unprivileged weir list ruleset
expect_status "only root may change" 3 unprivileged weir add table ip x
expect_match "... and says so" 'root|permi' "$(said unprivileged weir add table ip x)"
expect_status "only root may reset" 3 unprivileged weir reset rules
expect_eq "nothing has changed" "table ip t" "$(w list tables)"
full() { w list ruleset > /dev/full; }
expect_status "a full disk is noticed" 1 full
