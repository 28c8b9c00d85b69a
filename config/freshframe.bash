# shellcheck shell=bash
# bash completion for freshframe. The flags are the program's own list, so that it is never older.
_freshframe() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words
  case $previous in
    --config)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --log-level) words="trace debug info warning error off" ;;
    --log-format) words="auto text json journald" ;;
    --camera) words="libcamera pattern" ;;
    *) words=$("${COMP_WORDS[0]}" --help 2>/dev/null | grep -o -- '^ *\(-., *\)\?--[a-z-]*' | grep -o -- '--.*') ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _freshframe freshframe
