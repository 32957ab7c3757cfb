#!/usr/bin/env bash
# Measures the web page in Chromium: see run.py. Starts a `todo-backend dev` that serves the page as scripts/page.sh makes it
# ready; with AS_IS=1 as it lies in frontend/, which is what a source tree serves: with comments, not compressed.
#   bench/spa/run.sh [run.py's options]
# Needs: make build, make setup. Keeps everything in .bench/ (BENCH_DIR).
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dir=${BENCH_DIR:-$root/.bench}
backend=${TODO_BACKEND:-$root/.build/release/todo-backend}
python=${PYTHON:-$root/.venv/bin/python}
[ -x "$backend" ] || { echo 'bench: nothing is built yet: make build' >&2; exit 1; }
mkdir -p "$dir"
rm -rf "$dir/spa-data"
page=$root/frontend
if [ -z "${AS_IS:-}" ]; then
    page=$dir/spa-page
    "$root/scripts/page.sh" "$root/frontend" "$page"
    # No heads: bodies alone, file by file, of what the page begins with.
    mapfile -t first < <(sed -nE 's/.*(modulepreload|stylesheet|module)" (href|src)="([^"]+)".*/\3/p' "$page/index.html")
    echo "bodies of the first load, gzip: $(for file in /index.html "${first[@]}"; do cat "$page$file"; done | wc -c) bytes as they are," \
        "$(for file in /index.html "${first[@]}"; do cat "$page$file.gz"; done | wc -c) compressed, ${#first[@]} files and index.html"
fi
# shellcheck disable=SC2034 # its pid is what we want
coproc BACKEND { FRONTEND_DIR=$page LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off LOG_LEVEL=error exec "$backend" dev --data "$dir/spa-data" --port 0 2>"$dir/spa-log"; }
# shellcheck disable=SC2153 # bash sets it
pid=$BACKEND_PID
trap 'kill "$pid" 2>/dev/null; wait 2>/dev/null || true' EXIT
# dev.json is there once everything answers.
until [ -f "$dir/spa-data/dev.json" ]; do kill -0 "$pid" 2>/dev/null || { cat "$dir/spa-log" >&2; exit 1; }; sleep 0.1; done
read -r url database < <("$python" -c 'import json, sys; it = json.load(open(sys.argv[1])); print(it["url"], it["database_url"])' "$dir/spa-data/dev.json")
"$python" "$here/run.py" "$url" "$database" "$@"
