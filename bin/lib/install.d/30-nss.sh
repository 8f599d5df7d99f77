# shellcheck shell=bash
provides="NSS softokn, a PKCS#11 token in software, and certutil, which makes its databases"

present() {
  local library
  have certutil || return 1
  for library in /usr/lib/*/libsoftokn3.so /usr/lib/*/nss/libsoftokn3.so /usr/lib64/libsoftokn3.so; do
    [ -f "$library" ] && return 0
  done
  return 1
}

install() { apt_install libnss3 libnss3-tools; }
