# shellcheck shell=bash
# A PostgreSQL with its default settings for these measurements, kept in BENCH_DIR; it ends with the script that sources this.
# Sets dir, bin, port and pids (what else shall end), as_postgres and sql; takes root.
dir=${BENCH_DIR:-$root/.bench}
port=54329
mkdir -p "$dir"
command -v wrk >/dev/null || { echo 'bench: wrk is missing: apt-get install wrk' >&2; exit 1; }

cluster=$dir/pg
# shellcheck source=bench/postgres.sh
. "$root/bench/postgres.sh"
sql() { in_postgres "$@"; }
start_postgres kept listen_addresses=127.0.0.1
