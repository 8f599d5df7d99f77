# shellcheck shell=bash
# shellcheck disable=SC2034
provides="OpenSC: pkcs11-tool, and pkcs11-spy, which counts the Cryptoki calls"

present() {
  local spy
  have pkcs11-tool || return 1
  for spy in /usr/lib/*/pkcs11-spy.so /usr/lib/pkcs11-spy.so /usr/lib64/pkcs11-spy.so \
    /usr/lib64/pkcs11/pkcs11-spy.so /usr/lib/*/pkcs11/pkcs11-spy.so /usr/local/lib/pkcs11-spy.so; do
    [ -f "$spy" ] && return 0
  done
  return 1
}

# The module lies in a package of its own that pkcs11-tool's only recommends.
install() { apt_install opensc opensc-pkcs11; }
