#!/bin/sh
# How the things of an install folder are found, installed and reported.
set -eu
lib=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
passed=0

thing() { # FILE PRESENT INSTALL
  printf 'provides="thing %s"\npresent() { %s; }\ninstall() { %s; }\nsettings() { echo THING=%s; }\n' \
    "$1" "$2" "$3" "$1" >"$work/install.d/$1.sh"
}

run() { # FUNCTION ARGUMENT...
  HOME=$work WORK=$work bash -c 'set -euo pipefail; . "$0/common.sh"; . "$0/install.sh"; "$@"' \
    "$lib" "$@" 2>"$work/err"
}

check() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'install-test: %s: expected "%s", got "%s"\n' "$1" "$2" "$3" >&2
    cat "$work/err" >&2
  fi
}

mkdir "$work/install.d"
thing 10-there true 'touch "$WORK/touched"'
thing 20-comes '[ -f "$WORK/comes" ]' 'touch "$WORK/comes"'
thing 30-breaks false false
thing 40-lies false true

check 'names what could not be installed' '30-breaks 40-lies' "$(run install_all "$work/install.d" | xargs)"
check 'what is there is left alone' no "$([ -e "$work/touched" ] && echo yes || echo no)"
check 'what is missing is installed' yes "$([ -e "$work/comes" ] && echo yes || echo no)"
check 'says what it does' 4 "$(grep -cE '^(have|install|failed) ' "$work/err" | awk '{print ($1 >= 4) ? 4 : $1}')"
check 'a second run installs nothing that is there' 2 "$(run install_all "$work/install.d" >/dev/null; grep -c '^have' "$work/err")"
check 'settings of what is there' 'THING=10-there' "$(run settings_of "$work/install.d/10-there.sh")"
check 'no settings of what is missing' '' "$(run settings_of "$work/install.d/30-breaks.sh")"

for file in "$lib"/install.d/*.sh; do
  check "$(basename "$file") keeps the contract" ok "$(run bash -c '
    . "$1"; [ -n "$provides" ] && declare -F present install >/dev/null && echo ok' - "$file")"
done

printf 'install-test: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
