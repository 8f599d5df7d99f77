# shellcheck shell=bash
# What every script here shares. Source it after `set -euo pipefail`.

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# Tools that no system package brings are installed here, never into the system or the clone.
MANAGEDKEYS_TOOLS=${MANAGEDKEYS_TOOLS:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/managedkeys}
export MANAGEDKEYS_TOOLS
case ":$PATH:" in
  *":$MANAGEDKEYS_TOOLS/bin:"*) ;;
  *) PATH=$MANAGEDKEYS_TOOLS/bin:$PATH ;;
esac
export PATH
