# shellcheck shell=bash
# shellcheck disable=SC2034
provides="local-kms, a third server of the AWS KMS tests"

present() { have local-kms; }

install() { go_install github.com/nsmithuk/local-kms@e4d9425700fe6617ec37062adec06c9a3dc75fb7; }
