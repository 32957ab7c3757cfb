#!/usr/bin/env bash
# Measures two builds of todo-backend in turn, in one run: each with a database and a broker of its own.
#   bench/api/compare.sh BEFORE AFTER [load.py's arguments]     such as: --scenarios post --connections 16 --repeats 5
# Needs what run.sh needs, and keeps everything in the same folder (BENCH_DIR).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if (($# < 2)); then
    sed -n '2,4s/^# *//p' "$0" >&2
    exit 64
fi
programs=("$1" "$2")
shift 2
# shellcheck source=bench/api/cluster.sh
source "$here/cluster.sh"

cc -O2 -o "$dir/reader" "$root/bench/events/reader.c" -lrdkafka
export JWT_SECRET=bench-secret-bench-secret-bench-secret LOG_LEVEL=error LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off
targets=() names=(before after)
for index in 0 1; do
    program=${programs[index]} name=${names[index]} http=$((8111 + index))
    sql -d postgres -c "DROP DATABASE IF EXISTS $name" -c "CREATE DATABASE $name"
    # The broker ends when its input does.
    mkfifo "$dir/$name.orders"
    python3 "$root/Tests/e2e/broker_process.py" events events.dlq commands commands.dlq \
        <"$dir/$name.orders" >"$dir/$name.brokers" 2>"$dir/broker.log" &
    pids+=("$!")
    exec {orders}>"$dir/$name.orders"
    : "$orders"
    rm "$dir/$name.orders"
    until [ -s "$dir/$name.brokers" ]; do sleep 0.1; done
    KAFKA_BOOTSTRAP_SERVERS=$(head -1 "$dir/$name.brokers")
    DATABASE_URL="postgresql://bench@/$name?host=$dir/pg&port=$port"
    export KAFKA_BOOTSTRAP_SERVERS DATABASE_URL
    "$dir/reader" "$KAFKA_BOOTSTRAP_SERVERS" 3 1000000000 200 >"$dir/reader.log" 2>&1 &
    pids+=("$!")
    "$program" migrate >/dev/null
    HTTP_HOST=127.0.0.1 HTTP_PORT=$http "$program" api &
    pids+=("$!")
    targets+=("$name=http://127.0.0.1:$http#$!")
    until curl -s -o "$dir/answer" "http://127.0.0.1:$http/healthz"; do sleep 0.1; done
done

vacuum="psql -X -q -h $dir/pg -p $port -U bench -c 'VACUUM ANALYZE tasks' -d"
python3 "$here/load.py" "${targets[@]}" --pg-pid "$(as_postgres head -1 "$dir/pg/data/postmaster.pid")" \
    --before "$vacuum before; $vacuum after" --connections 16,64 --scenarios get,post,patch "$@"
