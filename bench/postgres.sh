# shellcheck shell=bash
# A PostgreSQL with its default settings, for the measurement that sources this; it ends with that, and so do `pids`.
# Takes cluster (its folder, where its socket is too) and port. `start_postgres new` begins with an empty one, `start_postgres kept`
# with what is there; more words are settings such as listen_addresses=127.0.0.1. Sets bin, pids and in_postgres (psql).
: "${cluster:?the folder}" "${port:?the number}"
bin=${TODO_POSTGRES_BIN:-/usr/lib/postgresql/15/bin}

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
in_postgres() { psql -X -q -v ON_ERROR_STOP=1 -h "$cluster" -p "$port" -U bench "$@"; }

pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    as_postgres "$bin/pg_ctl" -D "$cluster/data" -m fast -w stop >/dev/null || true
}

start_postgres() {
    local setting options="-p $port -k $cluster -c listen_addresses=''"
    for setting in "${@:2}"; do options+=" -c $setting"; done
    trap stop EXIT
    [ "$1" = kept ] || rm -rf "$cluster"
    if [ ! -f "$cluster/data/PG_VERSION" ]; then
        mkdir -p "$cluster"
        [ "$(id -u)" != 0 ] || chown postgres "$cluster"
        as_postgres "$bin/initdb" -D "$cluster/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    fi
    as_postgres "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -o "$options" start >/dev/null
}
