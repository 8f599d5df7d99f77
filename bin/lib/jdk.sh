# shellcheck shell=bash
# Finds JDKs. Needs common.sh.
#
# A JDK is a folder with bin/javac. Looked at, in this order: MANAGEDKEYS_JDK, JAVA_HOME, the javac
# on PATH, then the folders in JDK_SEARCH (where systems and version managers put JDKs).

JDK_SEARCH=${JDK_SEARCH:-/usr/lib/jvm/* /opt/java/* ${HOME:-/nonexistent}/.jdks/* ${HOME:-/nonexistent}/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home}

# jdk_feature DIR: prints its feature version (17, 25), or fails when DIR is no JDK.
jdk_feature() {
  local dir=$1 version
  [ -x "$dir/bin/javac" ] && [ -x "$dir/bin/java" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$dir/release" 2>/dev/null | head -n 1)
  if [ -z "$version" ]; then
    version=$("$dir/bin/javac" -version 2>&1 | sed -n 's/^javac //p' | head -n 1)
  fi
  version=${version#1.}
  version=${version%%[!0-9]*}
  [ -n "$version" ] || return 1
  printf '%s\n' "$version"
}

# jdk_list: prints "feature dir" for each JDK found, in the order above, each real folder once.
jdk_list() {
  local dir real feature javac seen=:
  javac=$(command -v javac 2>/dev/null || true)
  if [ -n "$javac" ]; then
    javac=$(readlink -f "$javac")
    javac=${javac%/bin/javac}
  fi
  # shellcheck disable=SC2086 # JDK_SEARCH is a list of patterns
  for dir in "${MANAGEDKEYS_JDK:-}" "${JAVA_HOME:-}" "$javac" $JDK_SEARCH; do
    [ -n "$dir" ] && [ -d "$dir" ] || continue
    feature=$(jdk_feature "$dir") || continue
    real=$(readlink -f "$dir")
    case $seen in *":$real:"*) continue ;; esac
    seen=$seen$real:
    printf '%s %s\n' "$feature" "$real"
  done
}

# jdk_exact FEATURE: prints the first JDK of exactly that feature version, or fails.
jdk_exact() {
  jdk_list | awk -v want="$1" '$1 == want { sub(/^[0-9]+ /, ""); print; found = 1; exit } END { exit !found }'
}

# jdk_for_build: prints the JDK to build with, or fails when none is 17 or newer.
# MANAGEDKEYS_JDK decides alone. Else JAVA_HOME if it is 22 or newer, since those build every module;
# else the newest found; at least 17.
jdk_for_build() {
  local feature
  if [ -n "${MANAGEDKEYS_JDK:-}" ]; then
    feature=$(jdk_feature "$MANAGEDKEYS_JDK") || die "MANAGEDKEYS_JDK=$MANAGEDKEYS_JDK is not a JDK (no bin/javac)"
    [ "$feature" -ge 17 ] || die "MANAGEDKEYS_JDK is JDK $feature; managedkeys needs 17 or newer"
    readlink -f "$MANAGEDKEYS_JDK"
    return
  fi
  if [ -n "${JAVA_HOME:-}" ] && feature=$(jdk_feature "$JAVA_HOME") && [ "$feature" -ge 22 ]; then
    readlink -f "$JAVA_HOME"
    return
  fi
  jdk_list | awk '$1 >= 17 && $1 > best { best = $1; sub(/^[0-9]+ /, ""); dir = $0 }
    END { if (!best) exit 1; print dir }'
}
