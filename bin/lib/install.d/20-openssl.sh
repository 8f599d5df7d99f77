# shellcheck shell=bash
provides="the openssl program, an independent check of signatures and chains"

present() { have openssl; }

install() { apt_install openssl; }
