# shellcheck shell=bash
# shellcheck disable=SC2034
provides="moto 5.2.1, a second server of the AWS KMS tests"

moto_program() {
  if have moto_server; then
    command -v moto_server
  elif [ -x "$MANAGEDKEYS_TOOLS/moto/bin/moto_server" ]; then
    printf '%s\n' "$MANAGEDKEYS_TOOLS/moto/bin/moto_server"
  else
    return 1
  fi
}

present() { moto_program >/dev/null; }

install() { pip_install moto 'moto[server]==5.2.1'; }

settings() { printf 'MANAGEDKEYS_MOTO_SERVER=%s\n' "$(moto_program)"; }
