#!/bin/bash
# No program, two programs, or a program and -e are status 2.
fail() {
    echo "$*"
    exit 1
}
"$KANON" render 2>err; [ $? = 2 ] || fail "no program: not status 2"
"$KANON" check a.kn b.kn 2>err; [ $? = 2 ] || fail "two programs: not status 2"
"$KANON" check a.kn -e 1 2>err; [ $? = 2 ] || fail "a file and -e: not status 2"
