#!/usr/bin/env bash
# Makes .env of .env.example, with a random secret where one is needed. What .env has already stays as it is.
# usage: scripts/make-env.sh [FILE]        (default: .env)
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-.env}
umask 077

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
# 16 bytes in the base64 of URLs, as Kafka writes its ids; it must not begin with a dash.
cluster_id() {
    local id=-
    while [[ $id == -* ]]; do id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'); done
    printf %s "$id"
}
value_for() {
    case $1 in
        KAFKA_CLUSTER_ID) cluster_id ;;
        *_SECRET) random 32 ;;
        *_PASSWORD) random 24 ;;
    esac
}

made=()
[[ -e $target ]] || cp .env.example "$target"
chmod 600 "$target"
while IFS= read -r name; do
    if grep -q "^$name=." "$target"; then continue; fi
    value=$(value_for "$name")
    [[ -n $value ]] || continue
    if grep -q "^$name=" "$target"; then
        sed -i "s|^$name=.*|$name=$value|" "$target"
    else
        printf '%s=%s\n' "$name" "$value" >>"$target"
    fi
    made+=("$name")
done < <(sed -n 's/^\([A-Z_]*\)=.*/\1/p' .env.example)
if ((${#made[@]} > 0)); then echo "$target: made ${made[*]}"; else echo "$target: has all its secrets"; fi
