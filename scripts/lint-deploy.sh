#!/usr/bin/env bash
# Checks what deploys the system: each combination of Compose files, the workflows, nginx, the alerts and the dashboard. What
# can't be checked here, since its tool is missing, is named.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH:/usr/sbin
failed=0 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# usage: check NAME TOOL COMMAND…
check() {
    local name=$1 tool=$2
    shift 2
    if ! command -v "$tool" >/dev/null; then
        echo "lint-deploy: $name: skipped, there is no $tool"
    elif "$@" >"$work/log" 2>&1; then
        echo "lint-deploy: $name"
    else
        echo "lint-deploy: $name: see below" >&2
        cat "$work/log" >&2
        failed=1
    fi
}

scripts/make-env.sh "$work/env" >/dev/null
compose() { docker-compose --env-file "$work/env" --file docker-compose.yml "$@" config --quiet; }
without_secrets() { ! docker-compose --env-file /dev/null --file docker-compose.yml config --quiet; }
cluster=(--file deploy/compose.cluster.yml) observe=(--file deploy/compose.observe.yml) stand_ins=(--file deploy/test/compose.test.yml)
check 'docker-compose.yml' docker-compose compose
check 'with cluster' docker-compose compose "${cluster[@]}"
check 'with observe' docker-compose compose "${observe[@]}"
check 'with cluster and observe' docker-compose compose "${cluster[@]}" "${observe[@]}"
check 'with stand-ins' docker-compose compose "${stand_ins[@]}"
check 'no start without secrets' docker-compose without_secrets
check 'workflows' check-jsonschema check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
check 'alerts' promtool promtool check rules deploy/prometheus/alerts.yml
check 'alerts fire when they should' promtool promtool test rules deploy/prometheus/alerts.test.yml
check 'Prometheus' promtool promtool check config deploy/prometheus/prometheus.yml
check 'dashboard' python3 python3 -m json.tool deploy/grafana/dashboards/todo.json "$work/json"

gateway=(env RUN_DIR="$work" FRONTEND_DIR="$PWD/frontend" HTTP_LISTEN=127.0.0.1:18080 STATUS_LISTEN=127.0.0.1:18081)
check 'nginx, one name' nginx "${gateway[@]}" API_SERVERS=api:8080 deploy/nginx/start.sh -t
check 'nginx, two servers' nginx "${gateway[@]}" API_SERVERS='127.0.0.1:1 127.0.0.1:2' deploy/nginx/start.sh -t
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout "$work/key.pem" \
    -out "$work/certificate.pem" 2>/dev/null
check 'nginx, HTTPS' nginx "${gateway[@]}" HTTPS_LISTEN=127.0.0.1:18443 API_SERVERS=api:8080 \
    TLS_CERTIFICATE="$work/certificate.pem" TLS_KEY="$work/key.pem" deploy/nginx/start.sh -t
((failed == 0)) || exit 1
