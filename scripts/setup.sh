#!/usr/bin/env bash
# Installs what is missing on this machine, asks nothing, and does nothing twice.
# usage: scripts/setup.sh run|lint|test …     (what for; all of them when none is named)
set -euo pipefail
cd "$(dirname "$0")/.."

swift_needed=6.2
run_packages=(libpq-dev librdkafka-dev libcurl4-openssl-dev libncurses-dev libsodium-dev pkg-config postgresql)
lint_packages=(python3-venv shellcheck yamllint)
test_packages=(python3-venv kcat tmux chromium openssl taskwarrior mandoc gettext-base curl)
# The tests start them themselves, with settings of their own.
mail_server=exim4-daemon-light
web_server=nginx-light
# Commands for the end, whatever it is.
undo=()
clean_up() {
    local command
    for command in "${undo[@]}"; do eval "$command"; done
}
trap clean_up EXIT

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# Swift doesn't come from the distribution, so it is the one thing that we only look for.
check_swift() {
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1) || true
    if [[ -z $version ]]; then
        fail "Swift is not installed: see https://www.swift.org/install/linux/ ($swift_needed or newer)"
    fi
    if [[ $(printf '%s\n' "$swift_needed" "$version" | sort -V | head -n 1) != "$swift_needed" ]]; then
        fail "Swift $version is too old, $swift_needed or newer is needed: see https://www.swift.org/install/linux/"
    fi
}

# Prints those of the named packages that aren't installed.
missing_packages() {
    local installed package
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        grep -qx "installed $package" <<<"$installed" || printf '%s\n' "$package"
    done
}

# A machine has one mail server: the package of another would remove it.
has_other_mail_server() {
    [[ -n $(missing_packages "$mail_server") ]] || return 1
    dpkg-query --show --showformat='${db:Status-Status} ${Provides}\n' 2>/dev/null | grep '^installed .*mail-transport-agent' >/dev/null
}

install_packages() {
    local missing as_root=() cluster_settings=/etc/postgresql-common/createcluster.conf policy=/usr/sbin/policy-rc.d
    command -v dpkg-query >/dev/null || fail "this is no Debian or Ubuntu: install what these packages have by yourself:" "$*"
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "only root can install packages, and there is no sudo. As root:" \
            "apt-get update && apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    echo "setup: installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    if [[ " ${missing[*]} " == *" postgresql "* ]]; then
        # Only the programs are needed: without this the package would make and run a server of its own.
        "${as_root[@]}" apt-get install -qy --no-install-recommends postgresql-common
        "${as_root[@]}" cp -p "$cluster_settings" "$cluster_settings.before-todo"
        undo+=("${as_root[*]} mv -f $cluster_settings.before-todo $cluster_settings")
        "${as_root[@]}" sed -i 's/^#\? *create_main_cluster *=.*/create_main_cluster = false/' "$cluster_settings"
    fi
    local daemon daemons=()
    for daemon in "$mail_server" "$web_server"; do
        [[ " ${missing[*]} " != *" $daemon "* ]] || daemons+=("$daemon")
    done
    if ((${#daemons[@]} > 0)) && [[ ! -e $policy ]]; then
        # Only the programs are needed: this keeps packages from starting services.
        undo+=("${as_root[*]} rm -f $policy")
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
    fi
    "${as_root[@]}" apt-get install -qy --no-install-recommends --no-remove "${missing[@]}"
    # Nor shall they run after the next start of the machine.
    for daemon in "${daemons[@]}"; do "${as_root[@]}" update-rc.d "${daemon%%-*}" disable 2>/dev/null; done
}

# The Python packages, in a folder of the repository.
install_python() {
    local wanted=Tests/e2e/requirements.txt stamp=.venv/requirements.txt
    if cmp -s "$wanted" "$stamp" && .venv/bin/python -c '' 2>/dev/null; then return; fi
    echo "setup: installing the Python packages of $wanted into .venv"
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$stamp"
}

packages=() python=no
for purpose in "${@:-run lint test}"; do
    for word in $purpose; do
        case $word in
            run) packages+=("${run_packages[@]}") ;;
            lint) packages+=("${lint_packages[@]}") python=yes ;;
            test)
                packages+=("${test_packages[@]}") python=yes
                if has_other_mail_server; then
                    echo "setup: another mail server is installed; the tests that need $mail_server are left out"
                else
                    packages+=("$mail_server")
                fi
                # Whoever has another nginx keeps it.
                command -v nginx >/dev/null || packages+=("$web_server")
                ;;
            *) fail "$word is none of run, lint, test" ;;
        esac
    done
done
check_swift
install_packages "${packages[@]}"
[[ $python == no ]] || install_python
