#!/usr/bin/env bash
# Runs the Swift tests under a sanitizer, one after the other: scripts/sanitize.sh thread|address [ARGUMENTS OF swift test]
# Builds into .build-thread or .build-address. The first report ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."
sanitizer=${1:?thread or address}
shift
build=.build-$sanitizer
options=(--sanitize="$sanitizer" --scratch-path "$build")

swift build --build-tests "${options[@]}"
case $sanitizer in
thread)
    clang -O1 -shared -fPIC -Wall -Wextra -Werror -o "$build/sanitizer.so" Tests/sanitizers/thread.c
    export LD_PRELOAD=$PWD/$build/sanitizer.so TSAN_OPTIONS=halt_on_error=1
    ;;
address)
    # librdkafka and libpq keep what they made once until the end.
    export ASAN_OPTIONS=detect_leaks=0
    ;;
esac
exec swift test --skip-build --disable-xctest --no-parallel "${options[@]}" "$@"
