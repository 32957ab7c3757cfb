#!/usr/bin/env bash
# The part of scripts/compose-test.sh that runs in namespaces of its own: the stack goes up, is used, is hurt, goes down.
set -euo pipefail
: "${work:?}"
patience=180
port=8080
# Netavark forwards no port that is bound to 0.0.0.0 by name.
export HTTP_BIND=127.0.0.1 HTTPS_BIND=127.0.0.1 HTTP_PORT=$port

umount /sys/fs/cgroup/unified 2>/dev/null || true
mount -t tmpfs t /run/containers
mkdir -p /run/netns && mount -t tmpfs t /run/netns
mkdir -p /run/containers/networks
ip link set lo up
# Names of no container are asked for outside, where nobody answers here: that shall not take long.
{ cat /etc/resolv.conf && echo 'options timeout:1 attempts:2'; } >"$work/resolv.conf"
mount --bind "$work/resolv.conf" /etc/resolv.conf
export DOCKER_HOST=unix://$work/podman.sock
rm -f "$work/podman.sock"
podman system service --time 0 "$DOCKER_HOST" 2>"$work/service.log" &
service=$!

compose() {
    docker-compose --progress quiet --project-name todo-test --env-file "$work/env" --file docker-compose.yml \
        --file deploy/test/compose.test.yml "$@"
}

# The health checks don't run by themselves without systemd.
health() {
    local name
    while kill -0 $service 2>/dev/null; do
        for name in $(podman ps --format '{{.Names}}' 2>/dev/null); do podman healthcheck run "$name" >/dev/null 2>&1 || true; done
        read -rt 4 <> <(:) || true
    done
}

ends() {
    local code=$?
    if ((code != 0)); then
        for name in $(podman ps --all --format '{{.Names}}'); do
            echo "--- $name: $(podman inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$name")"
            podman inspect --format '{{json .State.Health}}' "$name" | tail -c 600
            podman logs --tail 15 "$name" 2>&1 | cut -c 1-400
        done >&2
    fi
    compose down --volumes --timeout 5 >/dev/null 2>&1 || true
    kill $service 2>/dev/null || true
    [[ ! -e /run/containers/networks/aardvark-dns/aardvark.pid ]] || kill "$(</run/containers/networks/aardvark-dns/aardvark.pid)"
    if ((code == 0)); then echo 'compose-test: all is well'; else echo 'compose-test: failed' >&2; fi
}
trap ends EXIT

# Tries until it works. usage: soon WHAT COMMAND…
soon() {
    local what=$1 end=$((SECONDS + patience)) start=$SECONDS
    shift
    until "$@" >"$work/last.log" 2>&1; do
        if ((SECONDS > end)); then
            echo "compose-test: $what: not within $patience s; the last try said:" >&2
                tail -n 15 "$work/last.log" >&2
            exit 1
        fi
        read -rt 0.5 <> <(:) || true
    done
    echo "compose-test: $what (after $((SECONDS - start)) s)"
}

url=http://127.0.0.1:$port
get() { curl --silent --show-error --fail --max-time 5 "$@"; }
todo() {
    env -i PATH="$PATH" HOME="$work/home" LANG=C.UTF-8 TODO_URL=$url "${TODO_BIN_DIR:-.build/release}/todo" "$@"
}
number=0
add_and_see() {
    number=$((number + 1))
    todo add "Number $number" && todo ls --json | grep -q "Number $number"
}
mails() { podman exec todo-test-mail-1 sh -c 'ls /mail/box/new 2>/dev/null | wc -l'; }
has_mails() { (($(mails) >= $1)); }
# Asks for the digests of a day; gives how many there are.
digests() {
    podman exec todo-test-scheduler-1 todo-backend scheduler --once --at "$1T00:00:00Z" | sed -n 's/^Requested \([0-9]*\) .*/\1/p'
}

# The process is killed as if it had crashed: nobody has told the engine, which has to start it again.
crash() {
    local name=$1 pid
    pid=$(podman inspect --format '{{.State.Pid}}' "$name")
    kill -KILL "$pid"
    soon "$name was killed and runs again" runs_anew "$name" "$pid"
    soon "  and tasks are made and listed" add_and_see
}
runs_anew() {
    local state
    state=$(podman inspect --format '{{.State.Status}} {{.State.Pid}}' "$1")
    [[ $state == running* && $state != "running $2" ]] && podman healthcheck run "$1"
}

soon 'the engine answers' podman --url "$DOCKER_HOST" info
health &
compose up --detach --no-build --pull never
soon 'the gateway lets us in' get $url/readyz

rm -rf "${work:?}/home" && mkdir -p "$work/home"
echo 'correct horse battery' | todo register ann@example.org --password-stdin
add_and_see
echo 'compose-test: the CLI works through the gateway'
get $url/ | grep -q '<title>todo</title>'
get --head $url/ | grep -qi "^content-security-policy: default-src 'none'"
[[ $(curl --silent --output /dev/null --write-out '%{http_code}' $url/metrics) == 404 ]]
if [[ -x .venv/bin/python ]]; then .venv/bin/python deploy/test/page.py $url; fi
echo 'compose-test: the page works through the gateway'

for role in api scheduler mailer; do
    soon "check finds nothing wrong in $role" podman exec "todo-test-$role-1" todo-backend check --role $role
done

day=$(date --utc --date tomorrow +%F)
people=$(digests "$day")
((people > 0))
soon "the digests of $people people were mailed" has_mails "$people"

for name in gateway-1 api-1 api-2 scheduler-1 mailer-1 mail-1 postgres-1 kafka-1; do crash "todo-test-$name"; done

# The broker lost all that it had, and the mail catcher too; who had a digest of this day gets no second one.
[[ $(digests "$day") == 0 ]]
next=$(date --utc --date '2 days' +%F)
[[ $(digests "$next") == "$people" ]]
soon 'the next digests were mailed by way of the new broker' has_mails "$people"
[[ $(mails) == "$people" ]] || { echo "compose-test: $(mails) mails instead of $people" >&2; exit 1; }
