# shellcheck shell=bash
# A PostgreSQL with its default settings for these measurements, kept in BENCH_DIR; it ends with the script that sources this.
# Sets dir, bin, port and pids (what else shall end), as_postgres and sql; takes root.
dir=${BENCH_DIR:-$root/.bench}
bin=${TODO_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
port=54329
mkdir -p "$dir"
command -v wrk >/dev/null || { echo 'bench: wrk is missing: apt-get install wrk' >&2; exit 1; }

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
sql() { psql -X -q -v ON_ERROR_STOP=1 -h "$dir/pg" -p "$port" -U bench "$@"; }

pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    as_postgres "$bin/pg_ctl" -D "$dir/pg/data" -m fast -w stop >/dev/null || true
}
trap stop EXIT

# The cluster.
if [ ! -f "$dir/pg/data/PG_VERSION" ]; then
    mkdir -p "$dir/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$dir/pg"
    as_postgres "$bin/initdb" -D "$dir/pg/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
fi
as_postgres "$bin/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w \
    -o "-p $port -k $dir/pg -c listen_addresses=127.0.0.1" start >/dev/null
