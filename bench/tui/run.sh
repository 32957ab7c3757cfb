#!/bin/sh
# todo-tui with 10,000 tasks, beside what Debian has: tudu, vit (over Taskwarrior), and `task` itself, which lists only.
# Needs the built programs (TODO_BIN_DIR, or .build/release) and python3; what isn't installed is left out.
#   bench/tui/run.sh [TASKS] [SECONDS IDLE]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=${TODO_BIN_DIR:-$here/../../.build/release}
count=${1:-10000}
idle=${2:-30}
folder=$(mktemp -d)
backend=
stop() {
    [ -z "$backend" ] || { kill -INT "$backend"; wait "$backend" || true; }
    rm -rf "$folder"
}
trap stop EXIT INT TERM

export HOME="$folder" XDG_CONFIG_HOME="$folder/config" XDG_STATE_HOME="$folder/state" LANG=C.UTF-8 TERM=xterm-256color
export LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkfifo "$folder/ready"
"$bin/todo-backend" dev --data "$folder/data" --port "$port" >"$folder/ready" 2>"$folder/log" &
backend=$!
exec 3<"$folder/ready"
while read -r line <&3; do case $line in *ready*) break ;; esac; done
cat <&3 >/dev/null &
export TODO_URL="http://127.0.0.1:$port"
echo "correct horse battery" | "$bin/todo" register bench@example.org --password-stdin >/dev/null
token=$(python3 -c 'import json,sys,urllib.request as u
print(json.load(u.urlopen(u.Request(sys.argv[1] + "/api/v1/auth/login", b"{\"email\":\"bench@example.org\",\"password\":\"correct horse battery\"}", {"Content-Type": "application/json"})))["access_token"])' "$TODO_URL")
python3 "$here/seed.py" server "$count" "$TODO_URL" "$token"

python3 -c 'import time
t = time.perf_counter()
for _ in range(200000): pass
print(f"calib {(time.perf_counter() - t) * 1000:.1f} ms, load", open("/proc/loadavg").read().split()[0])'
for size in 80x24 200x60; do
    python3 "$here/measure.py" --name "todo-tui $size" --size "$size" --first "thing number" \
        --filter / --idle "$idle" -- "$bin/todo-tui"
done

if command -v tudu >/dev/null; then
    python3 "$here/seed.py" tudu "$count" >"$folder/tudu.xml"
    python3 "$here/measure.py" --name tudu --first "thing number" --idle "$idle" --page '\x1b[6~' --starts 1 -- tudu -f "$folder/tudu.xml"
fi
if command -v task >/dev/null; then
    mkdir -p "$folder/tasks"
    printf 'data.location=%s/tasks\nconfirmation=off\n' "$folder" >"$folder/.taskrc"
    export TASKRC="$folder/.taskrc" TASKDATA="$folder/tasks"
    python3 "$here/seed.py" taskwarrior "$count" | task rc.verbose=nothing import - >/dev/null 2>&1
    python3 -c 'import subprocess, time
times = []
for _ in range(3):
    t = time.perf_counter()
    subprocess.run(["task", "rc.verbose=nothing", "rc.defaultwidth=80", "limit:page", "next"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append(time.perf_counter() - t)
print(f"{{\"name\": \"task next (one page)\", \"first_screen_ms\": {sorted(times)[1] * 1000:.1f}}}")'
    if command -v vit >/dev/null; then
        mkdir -p "$folder/.vit"
        : >"$folder/.vit/config.ini"
        python3 "$here/measure.py" --name vit --starts 1 --keys 100 --first "thing number" --idle "$idle" -- vit || true
    fi
fi
