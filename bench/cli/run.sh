#!/usr/bin/env bash
# Measures the command line beside what people use instead, all in one run: curl of the same URL, Taskwarrior and todo.txt
# with as many tasks in their local files.
#   bench/cli/run.sh [TASKS]     10000 where nothing is said
# Needs: make build; hyperfine, taskwarrior, todotxt-cli and curl from Debian. Keeps everything in .bench/ (BENCH_DIR).
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dir=${BENCH_DIR:-$root/.bench}/cli
bin=${TODO_BIN_DIR:-$root/.build/release}
count=${1:-10000}
port=8106
for program in hyperfine task todo-txt curl; do
    command -v "$program" >/dev/null || { echo "bench: $program is missing: apt-get install hyperfine taskwarrior todotxt-cli curl" >&2; exit 1; }
done
[ -x "$bin/todo" ] || { echo 'bench: nothing is built yet: make build' >&2; exit 1; }

rm -rf "$dir"
mkdir -p "$dir/home" "$dir/txt"
export HOME=$dir/home TASKRC=$dir/taskrc TASKDATA=$dir/task TODO_URL=http://127.0.0.1:$port
export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.local/state
unset TODO_TOKEN NO_COLOR CLICOLOR_FORCE

LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off LOG_LEVEL=error "$bin/todo-backend" dev --data "$dir/data" --port "$port" >"$dir/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait 2>/dev/null || true' EXIT
until curl -fs -o /dev/null "$TODO_URL/readyz"; do kill -0 "$server" && sleep 0.1; done

# The same tasks for all three: words, some due, some tagged, some with a priority.
python3 - "$count" "$dir" <<'PYTHON'
import json, sys, uuid
count, folder = int(sys.argv[1]), sys.argv[2]
tasks, lines = [], []
for n in range(count):
    task = {"uuid": str(uuid.UUID(int=n, version=4)), "status": "pending", "entry": "20261101T080000Z",
            "description": f"Call the bank about number {n} and write down what they say"}
    line = task["description"]
    if n % 3 == 0:
        task["due"] = f"202612{n % 28 + 1:02}T080000Z"
        line += f" due:2026-12-{n % 28 + 1:02}"
    if n % 4 == 0:
        task["tags"] = ["home"]
        line += " @home"
    if n % 5 == 0:
        task["priority"] = "H"
        line = "(A) " + line
    tasks.append(task)
    lines.append(line)
json.dump(tasks, open(f"{folder}/tasks.json", "w"))
open(f"{folder}/txt/todo.txt", "w").write("".join(line + "\n" for line in lines))
PYTHON
printf 'data.location=%s\nconfirmation=off\nverbose=nothing\nhooks=off\n' "$TASKDATA" >"$TASKRC"
task import "$dir/tasks.json" >/dev/null 2>&1
cat >"$dir/txt/config" <<CONFIG
export TODO_DIR=$dir/txt TODO_FILE=$dir/txt/todo.txt DONE_FILE=$dir/txt/done.txt REPORT_FILE=$dir/txt/report.txt
CONFIG

echo 'password-for-the-bench' | "$bin/todo" register full@example.org --password-stdin >/dev/null
from=$EPOCHREALTIME
"$bin/todo" import "$dir/tasks.json" >"$dir/import" 2>&1 || { cat "$dir/import" >&2; exit 1; }
to=$EPOCHREALTIME
[ "$("$bin/todo" ls --quiet | wc -l)" = "$count" ] || { echo 'bench: not all tasks were imported' >&2; exit 1; }
# Autovacuum looks every 10 s; until then PostgreSQL knows nothing of the new table and sorts what it could read in order.
database=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["database_url"])' "$dir/data/dev.json")
analyzed="SELECT 1 FROM pg_stat_user_tables WHERE relname = 'tasks' AND last_autoanalyze IS NOT NULL"
until [ -n "$(psql -XAtq -d "$database" -c "$analyzed")" ]; do sleep 0.2; done
imported=$(awk -v n="$count" -v s="${from/./}" -v e="${to/./}" 'BEGIN { printf "%d", n * 1000000 / (e - s) }')
token=$(python3 -c 'import json, pathlib, sys; print(next(v for v in (__import__("re").findall(r"eyJ[\w.-]+", p.read_text()) for p in pathlib.Path(sys.argv[1]).rglob("*") if p.is_file()) if v)[0])' "$XDG_STATE_HOME")

# Medians in ms, in the order of the commands.
medians() { # runs, commands…
    local runs=$1
    shift
    hyperfine -N --warmup 3 --runs "$runs" --export-json "$dir/result.json" --output null "$@" >/dev/null 2>"$dir/hyperfine" || { cat "$dir/hyperfine" >&2; exit 1; }
    python3 -c 'import json, sys; print(*(round(r["median"] * 1000, 1) for r in json.load(open(sys.argv[1]))["results"]))' "$dir/result.json"
}

echo "bench: $count tasks; medians in ms" >&2
read -r help < <(medians 50 "$bin/todo --help")
list="$TODO_URL/api/v1/tasks?limit=50"
read -r page_curl page_todo < <(medians 50 "curl -s -H 'Authorization: Bearer $token' $list" "$bin/todo ls --limit 50")
read -r json_todo ls_todo export_task list_task list_txt < <(medians 15 "$bin/todo ls --json" "$bin/todo ls" 'task export' 'task list' \
    "todo-txt -d $dir/txt/config ls")
read -r add_todo add_task add_txt < <(medians 30 "$bin/todo add Buy milk" 'task add Buy milk' "todo-txt -d $dir/txt/config add Buy milk")

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
cat <<TABLE

| command | ms | beside it | ms | ratio |
|---|--:|---|--:|--:|
| \`todo --help\` | $help | | | |
| \`todo ls --limit 50\` | $page_todo | \`curl\` of the same page | $page_curl | $(ratio "$page_todo" "$page_curl") |
| \`todo ls --json\`, $count tasks | $json_todo | \`task export\` | $export_task | $(ratio "$json_todo" "$export_task") |
| | | \`task list\` | $list_task | $(ratio "$json_todo" "$list_task") |
| \`todo ls\`, $count tasks | $ls_todo | \`todo-txt ls\` | $list_txt | $(ratio "$ls_todo" "$list_txt") |
| \`todo add\` | $add_todo | \`task add\` | $add_task | $(ratio "$add_todo" "$add_task") |
| | | \`todo-txt add\` | $add_txt | $(ratio "$add_todo" "$add_txt") |

\`todo import\` of $count tasks: $imported a second.
TABLE
