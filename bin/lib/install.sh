# shellcheck shell=bash
# Installs what the tests need, one file of install.d per thing. Needs common.sh.
#
# A file in install.d, NN-name.sh, is sourced in a subshell of its own and defines
#   provides   variable: what it is and what for, in one line
#   present    function: succeeds when it is usable here (quiet, fast, no network)
#   install    function: installs it; may use the functions below; need not check first
#   settings   function, optional: prints NAME=VALUE lines that the tests get as environment
# It must be safe to run twice, and must not ask anything.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo -n "$@"
  else
    say "  needs root or sudo: $*"
    return 1
  fi
}

# apt_install PACKAGE...: Debian and Ubuntu packages, from the lists once refreshed.
apt_install() {
  have apt-get || {
    say "  no apt-get here: install by hand: $*"
    return 1
  }
  local stamp=$MANAGEDKEYS_TOOLS/apt-updated
  if [ -z "$(find "$stamp" -mmin -120 2>/dev/null)" ]; then
    as_root apt-get -o DPkg::Lock::Timeout=300 -qq update </dev/null >&2 || return 1
    mkdir -p "$MANAGEDKEYS_TOOLS"
    : >"$stamp"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    -qq install -y --no-install-recommends "$@" </dev/null >&2
}

# go_install MODULE/CMD@VERSION...: Go programs, into $MANAGEDKEYS_TOOLS/bin.
go_install() {
  have go || apt_install golang-go || return 1
  mkdir -p "$MANAGEDKEYS_TOOLS/bin"
  local what
  for what in "$@"; do
    GOBIN=$MANAGEDKEYS_TOOLS/bin GOFLAGS=-mod=mod go install "$what" </dev/null >&2 || return 1
  done
}

# pip_install NAME REQUIREMENT...: Python programs, into the virtual environment
# $MANAGEDKEYS_TOOLS/NAME (its bin is not put on PATH).
pip_install() {
  local venv=$MANAGEDKEYS_TOOLS/$1
  shift
  have python3 || apt_install python3 || return 1
  if [ ! -x "$venv/bin/pip" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2 2>/dev/null || {
      rm -rf "$venv"
      apt_install python3-venv && python3 -m venv "$venv" >&2
    } || return 1
  fi
  "$venv/bin/pip" --quiet --disable-pip-version-check --no-input install "$@" </dev/null >&2
}

# npm_install NAME PACKAGE@VERSION...: Node programs, into $MANAGEDKEYS_TOOLS/NAME/node_modules.
npm_install() {
  local prefix=$MANAGEDKEYS_TOOLS/$1
  shift
  have npm || apt_install npm || return 1
  mkdir -p "$prefix"
  npm install --silent --no-audit --no-fund --prefix "$prefix" "$@" </dev/null >&2
}

# install_one FILE: 0 when the thing is there in the end.
install_one() (
  provides=
  settings() { :; }
  # shellcheck source=/dev/null
  . "$1"
  if present; then
    say "have     $provides"
    exit 0
  fi
  say "install  $provides"
  if ! install; then
    say "failed   $provides"
    exit 1
  fi
  hash -r
  present || {
    say "failed   $provides (installed, but still not found)"
    exit 1
  }
)

# settings_of FILE: its NAME=VALUE lines, nothing when the thing is missing.
settings_of() (
  settings() { :; }
  # shellcheck source=/dev/null
  . "$1"
  if present; then settings; fi
)

# install_all DIR: every file in order; prints to stdout the names of those that failed.
install_all() {
  local file
  for file in "$1"/*.sh; do
    install_one "$file" </dev/null || basename "$file" .sh
  done
}
