#!/usr/bin/env bash
# Makes the web page ready to be served: a copy of its folder whose scripts and styles have no comments, with each text
# also as .gz and (where the program brotli is at hand) .br beside it, for nginx's gzip_static and brotli_static and for
# todo-backend. The page runs the same without it.
# usage: scripts/page.sh FROM TO     TO is made anew
set -euo pipefail
from=${1:?usage: scripts/page.sh FROM TO}
to=${2:?usage: scripts/page.sh FROM TO}
[[ -f $from/index.html ]] || { echo "page: there is no index.html in $from" >&2; exit 1; }
rm -rf "$to"
mkdir -p "$to"
cp -R "$from/." "$to/"
# Types are for people and tsc.
find "$to" -name '*.d.ts' -delete
# Whole lines only: what looks like a comment behind code may be a text. None of our texts has such a line.
find "$to" \( -name '*.js' -o -name '*.css' \) -exec sed -E -i \
    -e '/^ *\/\*([^*]|\*[^/])*\*\/ *$/d' -e '/^ *\/\*([^*]|\*+[^*/])*\**$/,/\*\/ *$/d' -e '/^ *\/\/ /d' -e '/^ *$/d' {} +
find "$to" -type f \( -name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.webmanifest' \) -print0 |
    while IFS= read -r -d '' file; do
        # No names and times in them: the same page gives the same files.
        gzip -9 --no-name --keep --force "$file"
        if command -v brotli >/dev/null; then brotli --best --keep --force "$file"; fi
    done
