# Usage: zsh -f zsh_choices.zsh COMPLETION_FOLDER LINE...
# Prints what an interactive zsh offers with the cursor at the end of LINE, one choice a line, and a
# line `--` behind the choices for each LINE. The zsh runs on a terminal of its own (zsh/zpty), and
# `compadd`, to which every completion function hands its choices, is replaced by one that writes
# them down.
zmodload zsh/zpty || exit 1

# Holds what was offered, and zsh's own cache of completion functions.
scratch=$(mktemp -d) || exit 1

cat >$scratch/rc <<'END'
PS1= RPROMPT= LISTMAX=0
unsetopt beep
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit && compinit -u -d $SCRATCH/zcompdump

compadd() {
  local options=${argv[1,(i)(-|--)]}
  # A call that only fills arrays adds no choice.
  if [[ $options != *-[OAD]* ]]; then
    local -a fitting
    builtin compadd -A fitting "$@"
    (( $#fitting )) && print -rl -- $fitting >>$SCRATCH/choices
  fi
  builtin compadd "$@"
}
offer() {
  _main_complete
  # Nothing is to be shown, nor to be typed.
  compstate[list]= compstate[insert]=
  print -r -- -- >>$SCRATCH/choices
  print -r -- offered
}
zle -C offer list-choices offer
bindkey '^T' offer
print -r -- ready
END

export COMPLETIONS=$1 SCRATCH=$scratch TERM=dumb
shift

ask() {
  local line said
  : >$scratch/choices
  zpty terminal zsh -f -i
  zpty -w terminal "stty -echo; . $scratch/rc"
  zpty -r terminal said '*ready*' || return 1
  for line; do
    # Control-U takes away what was typed before.
    zpty -n -w terminal $'\C-u'$line$'\C-t'
    zpty -r terminal said '*offered*' || return 1
  done
  zpty -d terminal
  print -r -- "$(<$scratch/choices)"
}

# Tidied up by hand: the terminal's process would inherit a trap on EXIT.
ask "$@"
result=$?
rm -rf $scratch
exit $result
