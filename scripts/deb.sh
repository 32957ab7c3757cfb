#!/usr/bin/env bash
# Makes a Debian package of the programs that were built: todo_VERSION_ARCH.deb.
# usage: scripts/deb.sh [FOLDER]           (where to; default .build/deb. BIN: as scripts/install.sh)
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.build/release}
target=${1:-.build/deb}
for tool in dpkg-deb dpkg-shlibdeps file strip; do
    command -v "$tool" >/dev/null || { echo "deb: $tool is missing: apt-get install dpkg-dev binutils file" >&2 && exit 1; }
done
[[ -x $bin/todo-backend ]] || { echo 'deb: nothing is built yet: make build' >&2 && exit 1; }
version=$("$bin/todo-backend" --version)
architecture=$(dpkg --print-architecture)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022

root=$stage/root
BIN=$bin scripts/install.sh /usr "$root" >/dev/null
find "$root/usr/share/man" -type f -exec gzip -9n {} +
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
install -d "$root/lib/systemd/system" "$root/etc/todo" "$root/usr/share/doc/todo" "$root/DEBIAN"
install --mode=644 deploy/systemd/*.service "$root/lib/systemd/system/"
install --mode=640 deploy/systemd/todo.env "$root/etc/todo/todo.env"
install --mode=644 LICENSE "$root/usr/share/doc/todo/copyright"
gzip -9nc CHANGELOG.md >"$root/usr/share/doc/todo/changelog.gz"

# What the programs need of others, by the packages' own records.
mkdir "$stage/debian" && printf 'Source: todo\n\nPackage: todo\nArchitecture: any\n' >"$stage/debian/control"
mapfile -t files < <(find "$root/usr/bin" "$root/usr/lib" -type f -exec sh -c 'file -b "$1" | grep -q ^ELF && echo "$1"' _ {} \;)
depends=$(cd "$stage" && dpkg-shlibdeps -O --ignore-missing-info -l"$root/usr/lib/todo" "${files[@]/#/-e}" 2>/dev/null \
    | sed -n 's/^shlibs:Depends=//p')
cat >"$root/DEBIAN/control" <<END
Package: todo
Version: $version
Architecture: $architecture
Maintainer: The todo contributors <maintainers@localhost.localdomain>
Installed-Size: $(du -sk "$root" | cut -f 1)
Depends: $depends, ca-certificates, tzdata
Recommends: postgresql (>= 15)
Section: utils
Priority: optional
Description: multi-user task list for the terminal and the web
 The command todo, the screen todo-tui and the services todo-backend: a REST
 API on PostgreSQL with a web page, domain events through Kafka, and a daily
 mail of what is due. "todo-backend dev" runs all of it on one machine.
END
echo /etc/todo/todo.env >"$root/DEBIAN/conffiles"
install --mode=755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$root/DEBIAN/"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
mkdir -p "$target"
dpkg-deb --root-owner-group --build "$root" "$target/todo_${version}_$architecture.deb"
