#!/usr/bin/env bash
# Puts programs, the page, man pages and completions in place.
# usage: scripts/install.sh PREFIX [DESTDIR]         (BIN: the folder of the programs that were built, default .build/release)
#        scripts/install.sh --remove PREFIX [DESTDIR]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.build/release}
programs=(todo todo-tui todo-backend)
remove=no
[[ ${1:-} != --remove ]] || { remove=yes && shift; }
prefix=${1:?usage: scripts/install.sh PREFIX [DESTDIR]}
root=${2:-}$prefix

# usage: section NAME
section() { if [[ $1 == todo-backend ]]; then echo 8; else echo 1; fi; }

if [[ $remove == yes ]]; then
    for name in "${programs[@]}"; do
        rm -f "$root/bin/$name" "$root/share/man/man$(section "$name")/$name".* "$root/share/bash-completion/completions/$name" \
            "$root/share/zsh/site-functions/_$name" "$root/share/fish/vendor_completions.d/$name.fish"
    done
    rm -f "$root"/share/man/man[1-9]/todo[.-]*.[1-9]
    rm -rf "$root/share/todo" "$root/lib/todo"
    exit 0
fi

for name in "${programs[@]}"; do
    [[ -x $bin/$name ]] || { echo "install: $name is not built yet: make build" >&2 && exit 1; }
done
install -d "$root"/{bin,share/man/man1,share/man/man8,share/bash-completion/completions,share/zsh/site-functions} \
    "$root/share/fish/vendor_completions.d" "$root/share/todo"

# Programs that use Swift's libraries bring them along, beside them, where no other program finds them.
libraries=$(for name in "${programs[@]}"; do
    ldd "$bin/$name" | sed -n 's|.* => \(/[^ ]*/usr/lib/swift/linux/[^ ]*\).*|\1|p'
done | sort -u)
if [[ -n $libraries ]]; then
    install -d "$root/lib/todo"
    for name in "${programs[@]}"; do
        install "$bin/$name" "$root/lib/todo/$name"
        ln -sf "../lib/todo/$name" "$root/bin/$name"
    done
    xargs -d '\n' install --mode=644 --target-directory "$root/lib/todo" <<<"$libraries"
    strip --strip-unneeded "$root"/lib/todo/*
else
    for name in "${programs[@]}"; do install --strip "$bin/$name" "$root/bin/$name"; done
fi

scripts/page.sh frontend "$root/share/todo/frontend"

# Both come from the programs' own descriptions of their options.
manual=$bin/generate-manual
if [[ ! -x $manual ]]; then manual=.build/release/generate-manual; fi
if [[ ! -x $manual ]]; then swift build --configuration release --product generate-manual; fi
date=$(date --utc --date "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%F)
for name in "${programs[@]}"; do
    number=$(section "$name")
    "$manual" "$bin/$name" --multi-page --date "$date" --section "$number" --output-directory "$root/share/man/man$number"
    "$bin/$name" --generate-completion-script bash >"$root/share/bash-completion/completions/$name"
    "$bin/$name" --generate-completion-script zsh >"$root/share/zsh/site-functions/_$name"
    "$bin/$name" --generate-completion-script fish >"$root/share/fish/vendor_completions.d/$name.fish"
done
# Pages that people wrote come in the place of those.
for page in docs/man/*.[1-9]; do
    [[ ! -e $page ]] || install -D --mode=644 --target-directory "$root/share/man/man${page##*.}" "$page"
done
echo "installed into $root: ${programs[*]}"
