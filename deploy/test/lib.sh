# shellcheck shell=bash
# Podman where there is neither an engine nor cgroups of one's own: sourced by scripts/compose-test.sh.

# A folder that is kept between runs.
: "${work:?}"

# Settings without which crun fails inside a sandbox.
podman_settings() {
    mkdir -p "$work/storage" "$work/run"
    cat >"$work/storage.conf" <<END
[storage]
driver = "overlay"
runroot = "$work/run"
graphroot = "$work/storage"
END
    cat >"$work/containers.conf" <<END
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
cgroups = "disabled"
log_driver = "k8s-file"
[engine]
runtime = "crun"
events_logger = "file"
cgroup_manager = "cgroupfs"
END
    export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf BUILDAH_ISOLATION=chroot
}

has_image() { podman image exists "$1"; }

# Debian, under the name that the Dockerfile takes it by. Packages come from where this machine takes them.
debian_image() {
    has_image docker.io/library/debian:bookworm-slim && return
    echo 'compose-test: making the image debian:bookworm-slim'
    rm -rf "$work/rootfs"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$work/rootfs" >"$work/debootstrap.log"
    rm -f "$work/rootfs/etc/apt/sources.list"
    cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d /etc/apt/keyrings "$work/rootfs/etc/apt/" 2>/dev/null || true
    cp -a /usr/share/keyrings/. "$work/rootfs/usr/share/keyrings/"
    rm -rf "$work/rootfs"/var/cache/apt/archives/*.deb
    tar -C "$work/rootfs" -c . | podman import --quiet - docker.io/library/debian:bookworm-slim >/dev/null
}

# Swift's image: Debian, this machine's toolchain, and the copies of packages that its git may be told to use.
swift_image() {
    has_image docker.io/library/swift:6.3-bookworm && return
    echo 'compose-test: making the image swift:6.3-bookworm'
    local toolchain mirror
    toolchain=$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")")
    mirror=$(git config --system --get-regexp '^url\..*\.insteadof$' | sed -n 's/^url\.\(\/[^ ]*\)\.insteadof .*/\1/p' | head -n 1)
    podman build --format docker --quiet --network host --tag docker.io/library/swift:6.3-bookworm \
        --volume "$toolchain:/from:ro" --volume "${mirror:-/var/empty}:/mirror:ro" \
        --build-arg mirror="$mirror" deploy/test/swift >/dev/null
}

# Builds a stand-in of an image that comes from a registry. usage: stand_in NAME FOLDER
stand_in() {
    echo "compose-test: making the image $1"
    podman build --format docker --quiet --network host --tag "$1" "$2" >/dev/null
}
