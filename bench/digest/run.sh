#!/usr/bin/env bash
# Measures the digest, all in one run on one PostgreSQL with its default settings and brokers in processes of their own:
# the time that the scheduler takes to ask for the digests of all users, beside its limit: psql running the scheduler's own
# statements to /dev/null, and kcat producing the same bytes; then mails a second from the mailer into a sink, beside Python's
# smtplib sending the same mails over one connection. Each three times, in turn.
#   bench/digest/run.sh [USERS [MAILS]]     100000 and 20000 where nothing is said; each user has 20 tasks
# An embedded broker keeps 5 MB a partition and publishers wait for its readers: PARTITIONS (512) are so many that it holds
# all of a day and nobody waits.
# MAILER_CONCURRENCY (8): mails side by side. DELAY (10): ms that a second sink takes for each mail.
# Needs: make build; kcat, a C compiler and PostgreSQL from Debian. Keeps everything in .bench/ (BENCH_DIR).
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
dir=${BENCH_DIR:-$root/.bench}/digest
backend=${TODO_BACKEND:-$root/.build/release/todo-backend}
users=${1:-100000}
mails=${2:-20000}
partitions=${PARTITIONS:-512}
delay=${DELAY:-10}
slow_mails=$((mails / 10))
port=54331
mkdir -p "$dir"
command -v kcat >/dev/null || { echo 'bench: kcat is missing: apt-get install kcat' >&2; exit 1; }
[ -x "$backend" ] || { echo 'bench: nothing is built yet: make build' >&2; exit 1; }

cluster=$dir/pg
# shellcheck source=bench/postgres.sh
. "$root/bench/postgres.sh"
sql() { in_postgres -At -d todo "$@"; }

start_postgres new
sql -d postgres -c 'CREATE DATABASE todo'
url="postgresql://bench@/todo?host=$cluster&port=$port"

# What a process reads as long as it shall live.
rm -f "$dir/alive"
mkfifo "$dir/alive"
exec {alive}<>"$dir/alive"

new_broker() { # sets KAFKA_BOOTSTRAP_SERVERS
    exec {answer}< <(exec python3 "$root/Tests/e2e/broker_process.py" --partitions "$partitions" events events.dlq limit \
        <&"$alive" 2>"$dir/broker")
    pids+=("$!")
    read -r KAFKA_BOOTSTRAP_SERVERS <&"$answer"
    export KAFKA_BOOTSTRAP_SERVERS
}

export KAFKA_FETCH_WAIT_MAX_MS=50 LOG_LEVEL=error MAIL_FROM=todo@example.org PUBLIC_URL=https://todo.example.org
export UNSUBSCRIBE_SECRET=bench-secret-bench-secret-bench-secret DATABASE_URL=$url
"$backend" migrate >/dev/null 2>&1
echo "bench: $users users with 20 tasks each" >&2
sql -v users="$users" -v tasks=20 -v day=2030-01-01 -f "$here/load.sql"

now() { printf '%s' "${EPOCHREALTIME/./}"; }
median() { sort -n | sed -n 2p; }
seconds() { awk -v us="$1" 'BEGIN { printf "%.1f", us / 1000000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
rate() { echo $(($1 * 1000000 / $2)); }
day=0

ask() { # prints µs and the process's peak of resident kB
    day=$((day + 1))
    python3 - "$backend" scheduler --once --at "2030-01-$(printf %02d "$day")T00:00:00Z" <<'PYTHON'
import resource, subprocess, sys, time
start = time.monotonic()
said = subprocess.run(sys.argv[1:], check=True, stdout=subprocess.PIPE, text=True).stdout
took = time.monotonic() - start
print(int(took * 1e6), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, said.split()[1])
PYTHON
}

# The first time isn't measured: it warms the caches, and gives the statements and the messages for the limits.
new_broker
export DATABASE_URL="$url&options=-c%20log_statement%3Dall"
read -r _ _ digests < <(ask)
export DATABASE_URL=$url
python3 "$here/replay.py" "$cluster/log" >"$dir/statements.sql"
kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -C -t events -e -q -K '|' >"$dir/messages"
[ "$(wc -l <"$dir/messages")" = "$digests" ] || { echo 'bench: the broker has not kept all digests' >&2; exit 1; }
bytes=$(($(wc -c <"$dir/messages") / digests))

asked=() peaks=() replayed=() produced=()
for _ in 1 2 3; do
    new_broker
    read -r took peak _ < <(ask)
    day=$((day + 1))
    from=$(now)
    sql -f "$dir/statements.sql" >/dev/null
    half=$(now)
    kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -P -t limit -K '|' -l "$dir/messages" -X acks=all \
        -H event_type=email.daily_digest.requested -H event_id=01a1feb0-86ab-7f81-a1d6-c29028fc82ac
    to=$(now)
    asked+=("$took") peaks+=("$peak") replayed+=($((half - from))) produced+=($((to - half)))
    echo "bench: scheduler $(seconds "$took") s, ${peak} kB; psql $(seconds $((half - from))) s, kcat $(seconds $((to - half))) s" >&2
    kill "${pids[-1]}"
done
scheduler=$(printf '%s\n' "${asked[@]}" | median)
aggregate=$(printf '%s\n' "${replayed[@]}" | median)
produce=$(printf '%s\n' "${produced[@]}" | median)
peak=$(printf '%s\n' "${peaks[@]}" | sort -n | tail -1)
limit=$((aggregate + produce))

cc -O2 -Wall -o "$dir/sink" "$here/sink.c"
new_sink() { # COUNT DELAY [FILE]; sets sink (to read from) and smtp (its port)
    exec {sink}< <(exec "$dir/sink" "$@" <&"$alive")
    pids+=("$!")
    read -r smtp <&"$sink"
}

mail() { # COUNT; sets took (µs) and cpu (µs a mail)
    local mailer ticks
    sql -c "UPDATE users SET digest_enabled = false WHERE digest_enabled" \
        -c "UPDATE users SET digest_enabled = true WHERE id IN (SELECT id FROM users ORDER BY id LIMIT $1)" -c 'VACUUM ANALYZE users'
    ask >/dev/null
    SMTP_URL="smtp://127.0.0.1:$smtp/bench" "$backend" mailer &
    mailer=$!
    read -r took <&"$sink"
    ticks=$(awk '{ print $14 + $15 }' "/proc/$mailer/stat")
    kill "$mailer"
    wait "$mailer" || true
    cpu=$((ticks * 1000000 / $(getconf CLK_TCK) / $1))
}

peer() { # COUNT; sets took
    python3 "$here/smtplib_peer.py" "$smtp" "$1" "$dir/mails"
    read -r took <&"$sink"
}

new_broker
# Keeps the mails for smtplib, and isn't measured.
new_sink "$mails" 0 "$dir/mails"
mail "$mails"
mail_bytes=$(($(wc -c <"$dir/mails") / mails))
new_sink "$mails" 0
sent=() peers=() cpus=()
for _ in 1 2 3; do
    mail "$mails"
    sent+=("$(rate "$mails" "$took")") cpus+=("$cpu")
    peer "$mails"
    peers+=("$(rate "$mails" "$took")")
    echo "bench: mailer ${sent[-1]}, smtplib ${peers[-1]} mails a second" >&2
done
new_sink "$slow_mails" "$delay"
slow_sent=() slow_peers=()
for _ in 1 2 3; do
    mail "$slow_mails"
    slow_sent+=("$(rate "$slow_mails" "$took")")
    peer "$slow_mails"
    slow_peers+=("$(rate "$slow_mails" "$took")")
    echo "bench: $delay ms each: mailer ${slow_sent[-1]}, smtplib ${slow_peers[-1]} mails a second" >&2
done
fast=$(printf '%s\n' "${sent[@]}" | median)
fast_peer=$(printf '%s\n' "${peers[@]}" | median)
slow=$(printf '%s\n' "${slow_sent[@]}" | median)
slow_peer=$(printf '%s\n' "${slow_peers[@]}" | median)
cpu=$(printf '%s\n' "${cpus[@]}" | median)

cat <<TABLE

$digests digests of 20 tasks, $bytes bytes each with the key; $partitions partitions; mails of $mail_bytes bytes; medians of 3

| | | ratio |
|---|--:|--:|
| scheduler: until the broker has all digests | $(seconds "$scheduler") s | |
| limit: psql, its statements to /dev/null, and kcat, the same bytes | $(seconds "$aggregate") + $(seconds "$produce") s | $(ratio "$scheduler" "$limit") |
| scheduler's memory, the most of three | $((peak / 1024)) MB | |
| mailer, ${MAILER_CONCURRENCY:-8} side by side, into a sink, mails a second | $fast | |
| smtplib, the same mails, one connection, the same sink | $fast_peer | $(ratio "$fast" "$fast_peer") |
| mailer, a sink that takes $delay ms a mail | $slow | |
| smtplib, the same | $slow_peer | $(ratio "$slow" "$slow_peer") |

$cpu µs of the mailer's CPU a mail. Load at the end: $(cut -d' ' -f1 /proc/loadavg).
TABLE
