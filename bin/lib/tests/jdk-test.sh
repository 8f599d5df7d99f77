#!/bin/sh
# Which JDK the finder takes, among folders that only look like JDKs.
set -eu
lib=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
passed=0

fake_jdk() { # NAME VERSION
  mkdir -p "$work/$1/bin"
  printf '#!/bin/sh\n' >"$work/$1/bin/java"
  printf '#!/bin/sh\n' >"$work/$1/bin/javac"
  chmod +x "$work/$1/bin/java" "$work/$1/bin/javac"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\n' "$2" >"$work/$1/release"
}

# find_with 'NAME=VALUE ...' FUNCTION ARGUMENT...: runs it with nothing else to be found.
find_with() {
  settings=$1
  shift
  env -i HOME="$work" PATH=/usr/bin:/bin JDK_SEARCH="$work/jvm/*" $settings \
    bash -c 'set -euo pipefail; . "$0/common.sh"; . "$0/jdk.sh"
      command() { if [ "$*" = "-v javac" ]; then return 1; fi; builtin command "$@"; }
      "$@"' "$lib" "$@" 2>"$work/err" || printf 'none'
}

check() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'jdk-test: %s: expected %s, got %s\n' "$1" "$2" "$3" >&2
  fi
}

mkdir -p "$work/jvm"
check 'nothing there' none "$(find_with A=b jdk_for_build)"

fake_jdk jvm/eight 1.8.0_402
check 'a JDK 8 alone is not enough' none "$(find_with A=b jdk_for_build)"
check 'the old version scheme' 8 "$(find_with A=b jdk_feature "$work/jvm/eight")"

fake_jdk jvm/seventeen 17.0.15
check 'a JDK 17 alone will do' "$work/jvm/seventeen" "$(find_with A=b jdk_for_build)"

fake_jdk jvm/twentyfive 25
check 'a version of one number' 25 "$(find_with A=b jdk_feature "$work/jvm/twentyfive")"
fake_jdk jvm/twentyone 21.0.2
check 'the newest builds' "$work/jvm/twentyfive" "$(find_with A=b jdk_for_build)"

fake_jdk other/twentytwo 22.0.1
check 'JAVA_HOME from 22 on wins' "$work/other/twentytwo" \
  "$(find_with "JAVA_HOME=$work/other/twentytwo" jdk_for_build)"
check 'JAVA_HOME below 22 gives way to one that builds everything' "$work/jvm/twentyfive" \
  "$(find_with "JAVA_HOME=$work/jvm/seventeen" jdk_for_build)"
check 'MANAGEDKEYS_JDK decides alone' "$work/jvm/seventeen" \
  "$(find_with "MANAGEDKEYS_JDK=$work/jvm/seventeen" jdk_for_build)"
check 'MANAGEDKEYS_JDK that is too old is refused' none \
  "$(find_with "MANAGEDKEYS_JDK=$work/jvm/eight" jdk_for_build)"

mkdir -p "$work/jvm/runtime-only/bin"
cp "$work/jvm/seventeen/bin/java" "$work/jvm/runtime-only/bin/java"
printf 'JAVA_VERSION="99"\n' >"$work/jvm/runtime-only/release"
check 'a runtime without javac is no JDK' "$work/jvm/twentyfive" "$(find_with A=b jdk_for_build)"

ln -s "$work/jvm/seventeen" "$work/jvm/default"
check 'a link to a JDK is the same JDK' 1 \
  "$(find_with A=b jdk_list | grep -c seventeen)"
check 'an exact version' "$work/jvm/seventeen" "$(find_with A=b jdk_exact 17)"
check 'an exact version that is absent' none "$(find_with A=b jdk_exact 18)"

printf 'jdk-test: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
