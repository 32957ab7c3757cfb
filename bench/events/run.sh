#!/usr/bin/env bash
# Measures the events' way, all in one run on one PostgreSQL with its default settings and one broker in a process of its own:
# events a second from the COMMIT of many into the outbox until a consumer group has them; two limits, kcat producing the
# same bytes and PostgreSQL inserting the same rows; and how long a change takes from COMMIT to a stream of GET /events.
#   bench/events/run.sh [EVENTS]     200000 where nothing is said
# PARTITIONS=64: so many that what an embedded broker keeps holds all of the events, and the relay never waits for readers.
# Needs: make build; kcat, librdkafka and PostgreSQL from Debian. Keeps everything in .bench/ (BENCH_DIR).
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dir=${BENCH_DIR:-$root/.bench}
backend=${TODO_BACKEND:-$root/.build/release/todo-backend}
count=${1:-200000}
port=54330
partitions=${PARTITIONS:-3}
mkdir -p "$dir"
command -v kcat >/dev/null || { echo 'bench: kcat is missing: apt-get install kcat' >&2; exit 1; }
[ -x "$backend" ] || { echo 'bench: nothing is built yet: make build' >&2; exit 1; }
# For the streams.
ulimit -n 8192 2>/dev/null || true

cluster=$dir/events-pg
# shellcheck source=bench/postgres.sh
. "$root/bench/postgres.sh"
sql() { in_postgres -At -d todo "$@"; }

# A new cluster each time: an outbox that is full of earlier runs would be another one.
start_postgres new
sql -d postgres -c 'CREATE DATABASE todo'

coproc BROKER { exec python3 "$root/Tests/e2e/broker_process.py" --partitions "$partitions" events events.dlq commands commands.dlq limit 2>"$dir/events-broker"; }
# shellcheck disable=SC2153 # bash sets it
pids+=("$BROKER_PID")
read -r broker <&"${BROKER[0]}"

# It answers an empty fetch only when this time is over, so that the time is a latency; real brokers answer at once.
export KAFKA_BOOTSTRAP_SERVERS=$broker KAFKA_FETCH_WAIT_MAX_MS=50 JWT_SECRET=bench-secret-bench-secret-bench-secret
export LOG_LEVEL=error LOGIN_RATE_LIMIT=off REGISTER_RATE_LIMIT=off
export DATABASE_URL="postgresql://bench@/todo?host=$cluster&port=$port" HTTP_HOST=127.0.0.1 HTTP_PORT=8105
api_url=http://127.0.0.1:$HTTP_PORT
"$backend" migrate >/dev/null
"$backend" api &
api=$!
pids+=("$api")
until curl -fs -o /dev/null "$api_url/healthz"; do kill -0 "$api" && sleep 0.1; done

# Rows as the API writes them, of a thousand users.
rows="SELECT gen_random_uuid() AS id, md5((n % 1000)::text)::uuid AS \"user\", n FROM generate_series(1, :count) AS n"
insert() { # table
    printf "%s\n" "INSERT INTO $1 (event_id, type, user_id, payload)
        SELECT id, 'task.created', \"user\", json_build_object('event_id', id, 'type', 'task.created',
            'occurred_at', now(), 'user_id', \"user\", 'task_id', gen_random_uuid(),
            'title', 'Call the bank about number ' || n)
        FROM ($rows) AS rows;"
}
now() { printf '%s' "${EPOCHREALTIME/./}"; }
rate() { echo $((count * 1000000 / ($2 - $1))); } # from, to: events a second
median() { sort -n | sed -n 2p; }
ticks() { awk '{ print $14 + $15 }' "/proc/$api/stat"; }

relay() {
    local from to
    # The last thing before the COMMIT says when that is, and wakes the relay.
    from=$({ echo 'BEGIN;' && insert events && echo "SELECT pg_notify('todo_events', '')::text;
        SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint; COMMIT;"; } | sql -v count="$count" | tail -1)
    read -r to <&"$reader"
    rate "$from" "$to"
}

# As the relay sends them: keys, and headers of the same size.
kcat_limit() { # librdkafka's properties
    local from to
    from=$(now)
    kcat -b "$broker" -P -t limit -K '|' -l "$dir/events-messages" -X acks=all "$@" -H event_type=task.created \
        -H event_id=01a1feb0-86ab-7f81-a1d6-c29028fc82ac -H position=1234567-1234567
    to=$(now)
    rate "$from" "$to"
}

insert_limit() {
    local from to
    sql -c 'TRUNCATE limit_events'
    from=$(now)
    insert limit_events | sql -v count="$count"
    to=$(now)
    rate "$from" "$to"
}

one_by_one() { # clients
    sql -c 'TRUNCATE limit_events'
    "$bin/pgbench" -n -M prepared -c "$1" -j 2 -T 5 -D count=1 -f "$dir/events-insert.sql" \
        -h "$dir/events-pg" -p "$port" -U bench todo 2>&1 | awk '/^tps/ { printf "%d\n", $3 }'
}

three() { for _ in 1 2 3; do "$@"; done | tee >(cat >&2) | median; }

cc -O2 -o "$dir/reader" "$here/reader.c" -lrdkafka
exec {reader}< <(exec "$dir/reader" "$broker" "$partitions" "$count")
pids+=("$!")
read -r _ <&"$reader"
echo 'bench: relay, kcat, insert, pgbench; each three times, events a second:' >&2
before=$(ticks)
through=$(three relay)
cpu=$(((($(ticks) - before) * 1000000 / $(getconf CLK_TCK)) / (3 * count)))
sql -c "COPY (SELECT user_id || '|' || payload FROM events LIMIT $count) TO STDOUT" >"$dir/events-messages"
bytes=$(($(wc -c <"$dir/events-messages") / count))
kcat=$(three kcat_limit)
# As the relay must: no repeats, and in order.
idempotent=$(three kcat_limit -X enable.idempotence=true)
ends=()
for ((partition = 0; partition < partitions; partition++)); do ends+=(-t "limit:$partition:-1"); done
delivered=$(kcat -b "$broker" -Q "${ends[@]}" | awk '{ n += $NF } END { print n }')
((delivered == 6 * count)) || { echo "bench: kcat delivered $delivered, not $((6 * count))" >&2; exit 1; }
sql -c 'CREATE TABLE limit_events (LIKE events INCLUDING ALL)'
rows_at_once=$(three insert_limit)
insert limit_events >"$dir/events-insert.sql"
rows_one_by_one=$(three one_by_one 16)

ratio() { awk -v a="$through" -v b="$1" 'BEGIN { printf "%.2f", a / b }'; }
cat <<TABLE

$count events, $bytes bytes each with the key; $partitions partitions; medians of 3

| | a second | the relay is |
|---|--:|--:|
| the relay: COMMIT of all of them until a group has consumed them | $through | |
| limit: kcat -P, acks=all, the same bytes | $kcat | $(ratio "$kcat") × |
| limit: the same, idempotent as the relay | $idempotent | $(ratio "$idempotent") × |
| limit: PostgreSQL, the same rows in one statement | $rows_at_once | $(ratio "$rows_at_once") × |
| limit: pgbench, 16 clients, a transaction a row | $rows_one_by_one | $(ratio "$rows_one_by_one") × |

$cpu µs of CPU an event in the API's process.

TABLE

sql -c 'DROP TABLE limit_events' -c 'VACUUM ANALYZE events'
echo 'COMMIT to stream, 100 changes a second:'
python3 "$here/latency.py" "$api_url" --rate 100 --pid "$api"
echo
echo 'The same beside 2,000 idle streams:'
python3 "$here/latency.py" "$api_url" --rate 100 --idle 2000 --pid "$api"
