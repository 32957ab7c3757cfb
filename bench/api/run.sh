#!/usr/bin/env bash
# Measures the API beside a FastAPI service that does the same, and beside pgbench with the API's own SQL, all in one run
# on one PostgreSQL with its default settings.
#   bench/api/run.sh [load.py's arguments]     such as: --scenarios get,post --repeats 1
# Needs: make build; wrk, PostgreSQL and python3-venv from Debian. Keeps everything in .bench/ (BENCH_DIR).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
backend=$root/.build/release/todo-backend
[ -x "$backend" ] || { echo 'bench: nothing is built yet: make build' >&2; exit 1; }
# shellcheck source=bench/api/cluster.sh
source "$here/cluster.sh"
for database in todo peer todo_limit; do
    sql -d postgres -c "DROP DATABASE IF EXISTS $database" -c "CREATE DATABASE $database"
done
sql -d peer -f "$here/peer/schema.sql"

# The peer: one worker, and two with the reads tuned by hand.
if ! cmp -s "$here/peer/requirements.txt" "$dir/venv/.requirements"; then
    python3 -m venv "$dir/venv"
    "$dir/venv/bin/pip" install -q -r "$here/peer/requirements.txt"
    cp "$here/peer/requirements.txt" "$dir/venv/.requirements"
fi
peer() { # port workers
    (
        cd "$here/peer"
        PYTHONDONTWRITEBYTECODE=1 JWT_SECRET=bench-secret-bench-secret-bench-secret \
            DATABASE_URL="postgresql+asyncpg://bench@/peer?host=$dir/pg&port=$port" \
            exec "$dir/venv/bin/python" -m uvicorn app:app --port "$1" --workers "$2" --loop uvloop --http httptools \
            --no-access-log --log-level warning
    ) &
    pids+=("$!")
}
peer 8101 1
one=$!
READ_MODE=tuned POOL_SIZE=10 peer 8102 2
two=$!

# The API, with a broker in a process of its own and somebody who reads what is published.
coproc BROKER { exec python3 "$root/Tests/e2e/broker_process.py" events events.dlq commands commands.dlq 2>"$dir/broker.log"; }
# shellcheck disable=SC2153 # bash sets it
pids+=("$BROKER_PID")
read -r KAFKA_BOOTSTRAP_SERVERS <&"${BROKER[0]}"
cc -O2 -o "$dir/reader" "$root/bench/events/reader.c" -lrdkafka
"$dir/reader" "$KAFKA_BOOTSTRAP_SERVERS" 3 1000000000 200 >"$dir/reader.log" 2>&1 &
pids+=("$!")
export KAFKA_BOOTSTRAP_SERVERS JWT_SECRET=bench-secret-bench-secret-bench-secret LOG_LEVEL=warning
export LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off
url="postgresql://bench@/%s?host=$dir/pg&port=$port"
for database in todo todo_limit; do
    # shellcheck disable=SC2059 # the format is ours
    DATABASE_URL=$(printf "$url" "$database") "$backend" migrate >/dev/null
done
# shellcheck disable=SC2059
DATABASE_URL=$(printf "$url" todo) HTTP_HOST=127.0.0.1 HTTP_PORT=8104 "$backend" api &
pids+=("$!")
api=$!
for target in 8101/tasks 8102/tasks 8104/healthz; do
    until curl -s -o "$dir/answer" "http://127.0.0.1:$target"; do sleep 0.1; done
done

vacuum="psql -X -q -h $dir/pg -p $port -U bench -d"
python3 "$here/load.py" "1w=http://127.0.0.1:8101#$one" "2w-tuned=http://127.0.0.1:8102#$two" \
    "todo=http://127.0.0.1:8104#$api" --pg-pid "$(as_postgres head -1 "$dir/pg/data/postmaster.pid")" \
    --before "$vacuum peer -c 'VACUUM ANALYZE tasks'; $vacuum todo -c 'VACUUM ANALYZE tasks'" \
    --connections 16,64 --scenarios get,post,patch "$@"

# The limit, with nothing else running.
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
wait 2>/dev/null || true
echo
echo '| the SQL alone, by pgbench | 16 clients | 64 clients |'
echo '|---|--:|--:|'
sql -d todo_limit -f "$here/sql/seed.sql"
for scenario in get post patch; do
    printf '| %s |' "$scenario"
    for clients in 16 64; do
        sql -d todo_limit -c 'VACUUM ANALYZE tasks'
        for _ in 1 2 3; do
            "$bin/pgbench" -n -M prepared -c "$clients" -j 2 -T 5 -f "$here/sql/$scenario.sql" -h "$dir/pg" -p "$port" \
                -U bench todo_limit 2>&1 | awk '/^tps/ { printf "%d\n", $3 }'
        done | sort -n | awk 'NR == 2 { printf " %d |", $1 }'
    done
    echo
done
