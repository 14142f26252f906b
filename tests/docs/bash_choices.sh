#!/usr/bin/env bash
# Usage: bash_choices.sh COMPLETION_FOLDER LINE...
# Prints what bash offers with the cursor at the end of LINE, one choice a line, and a line `--`
# behind the choices for each LINE.
# Without `set -e`, which no interactive bash has.
set -u

# complete_line LINE: calls the program's completion function as bash would.
complete_line() {
  local line=$1
  local program=${line%% *} function
  # `=` is a word of its own; a blank at the end begins another word.
  read -ra COMP_WORDS <<<"${line//=/ = }"
  [ "${line: -1}" != " " ] || COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMP_LINE=$line
  COMP_POINT=${#line}
  COMPREPLY=()
  # complete -F FUNCTION PROGRAM
  function=$(complete -p "$program" | sed -E 's/.* -F ([^ ]+) .*/\1/')
  "$function" "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
}

folder=$1
shift
for file in "$folder"/*; do
  # shellcheck disable=SC1090
  . "$file" || exit 1
done
for line in "$@"; do
  complete_line "$line"
  [ "${#COMPREPLY[@]}" -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
  echo --
done
