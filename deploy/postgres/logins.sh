#!/usr/bin/env bash
# Runs once, when the database is made: a login for each service with the rights of its role, and one for replicas.
# The migrations give the roles (todo_api…) their rights; here they are only made.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set api="$API_DATABASE_PASSWORD" --set scheduler="$SCHEDULER_DATABASE_PASSWORD" \
    --set mailer="$MAILER_DATABASE_PASSWORD" --set replication="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE todo_api NOLOGIN;
CREATE ROLE todo_scheduler NOLOGIN;
CREATE ROLE todo_mailer NOLOGIN;
CREATE ROLE todo_api_login LOGIN PASSWORD :'api' IN ROLE todo_api;
CREATE ROLE todo_scheduler_login LOGIN PASSWORD :'scheduler' IN ROLE todo_scheduler;
CREATE ROLE todo_mailer_login LOGIN PASSWORD :'mailer' IN ROLE todo_mailer;
CREATE ROLE todo_replication LOGIN REPLICATION PASSWORD :'replication';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
echo 'host replication todo_replication samenet scram-sha-256' >>"$PGDATA/pg_hba.conf"
