#!/bin/sh
# What TestReports accepts and refuses, on reports written here.
set -eu
lib=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java=java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
failed=0
passed=0

# Compiled once: the source launcher would compile it for each case.
"${java}c" -d "$work/classes" "$lib/TestReports.java"

report() { # RUN XML
  mkdir -p "$work/root/module/target/$1"
  printf '<?xml version="1.0"?><testsuite name="T">%s</testsuite>' "$2" \
    >"$work/root/module/target/$1/TEST-T.xml"
}
good='<testcase classname="T" name="works"/>'
bad='<testcase classname="T" name="breaks"><failure type="E" message="no"/></testcase>'
error='<testcase classname="T" name="throws"><error type="E" message="no"/></testcase>'
skip='<testcase classname="T" name="later"><skipped message="no such server"/></testcase>'
declared='<testcase classname="T" name="later"><skipped message="[big-hsm] not here"/></testcase>'
whole='<testcase classname="T" name=""><skipped message="Disabled on JRE 17"/></testcase>'

expect() { # NAME MODE EXIT TEXT
  code=0
  "$java" -cp "$work/classes" TestReports "$2" "$work/root" "$work/declared.properties" \
    >"$work/out" 2>&1 || code=$?
  if [ "$code" = "$3" ] && grep -qF "$4" "$work/out"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'reports-test: %s: exit %s, wanted %s with "%s":\n' "$1" "$code" "$3" "$4" >&2
    cat "$work/out" >&2
  fi
  rm -rf "$work/root"
  mkdir -p "$work/root"
}

mkdir -p "$work/root"
printf 'big-hsm = nobody lends one\n' >"$work/declared.properties"

expect 'no report at all' lenient 1 'no test passed'
report surefire-reports "$good"
expect 'one test' strict 0 '1 passed, 0 failed, 0 skipped'
report surefire-reports "$good$bad$error"
expect 'a failure and an error' lenient 1 '1 passed, 2 failed, 0 skipped'
report surefire-reports "$good$skip"
expect 'an undeclared skip, lenient' lenient 0 'skipped: module T#later'
report surefire-reports "$good$skip"
expect 'an undeclared skip, strict' strict 1 'undeclared skip: module T#later'
report surefire-reports "$good$declared"
expect 'a declared skip' strict 0 'not here: big-hsm: nobody lends one'
report surefire-reports "$good<testcase classname=\"T\" name=\"later\"/>"
report surefire-reports-jdk17 "$good$skip"
expect 'a skip that passed in the other run' strict 0 '3 passed, 0 failed, 1 skipped'
report surefire-reports "$good"
report surefire-reports-jdk17 "$whole"
expect 'a class skipped whole that passed in the other run' strict 0 '1 passed, 0 failed, 1 skipped'
report surefire-reports "$skip"
expect 'nothing but skips' lenient 1 'no test passed'

printf 'reports-test: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
