# shellcheck shell=bash
provides="opencryptoki, a PKCS#11 token in software that re-uses handles and locks its PIN"

present() {
  local library
  have pkcsslotd || [ -x /usr/sbin/pkcsslotd ] || return 1
  for library in /usr/lib/*/pkcs11/libopencryptoki.so /usr/lib/*/opencryptoki/libopencryptoki.so \
    /usr/lib64/opencryptoki/libopencryptoki.so; do
    [ -f "$library" ] && return 0
  done
  return 1
}

install() { apt_install opencryptoki; }
