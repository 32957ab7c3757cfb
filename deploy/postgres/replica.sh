#!/usr/bin/env bash
# Becomes a replica of the server `postgres`: copies it the first time, then follows it.
set -euo pipefail

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    mkdir -p "$PGDATA"
    chown postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    # The slot keeps what the replica has not read yet. One of the same name is there when a copy was broken off.
    export PGPASSWORD=$REPLICATION_PASSWORD
    copy=(gosu postgres pg_basebackup --host=postgres --username=todo_replication --pgdata="$PGDATA" --wal-method=stream
        --checkpoint=fast --write-recovery-conf --slot=replica)
    "${copy[@]}" --create-slot || { find "$PGDATA" -mindepth 1 -delete && "${copy[@]}"; }
fi
exec docker-entrypoint.sh "$@"
