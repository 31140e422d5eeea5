# SPDX-License-Identifier: GPL-2.0
# Completion of weir(8) for bash. The program knows its options and its language
# better than a script could; it is asked for the words that may come next.

_weir() {
	local line="${COMP_LINE:0:COMP_POINT}" word
	word="${COMP_WORDS[COMP_CWORD]}"
	line="${line#"${line%%[![:space:]]*}"}"
	line="${line#"${COMP_WORDS[0]}"}"
	case "${COMP_WORDS[COMP_CWORD - 1]}" in
	-f | --file | -I | --includepath)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" --complete "$line" 2> /dev/null)" -- "$word")
}

complete -F _weir weir
