# shellcheck shell=bash
# shellcheck disable=SC2034
provides="the openssl program, an independent check of signatures and chains"

present() { have openssl; }

install() { apt_install openssl; }
