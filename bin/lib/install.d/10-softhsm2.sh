# shellcheck shell=bash
# shellcheck disable=SC2034
provides="SoftHSM 2, a PKCS#11 token in software"

present() {
  local library
  have softhsm2-util || return 1
  for library in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so \
    /usr/lib64/pkcs11/libsofthsm2.so /usr/lib64/softhsm/libsofthsm2.so \
    /usr/local/lib/softhsm/libsofthsm2.so /opt/homebrew/lib/softhsm/libsofthsm2.so; do
    [ -f "$library" ] && return 0
  done
  return 1
}

install() { apt_install softhsm2; }
