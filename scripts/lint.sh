#!/usr/bin/env bash
# Checks the form of all files; says where something is wrong and ends with 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
# usage: check NAME COMMAND… <list of files, each ended by a null byte
check() {
    local name=$1 files
    shift
    mapfile -d '' files
    ((${#files[@]} > 0)) || return 0
    printf 'lint: %s (%d)\n' "$name" "${#files[@]}"
    "$@" "${files[@]}" || failed=1
}

# Files of ours: what git knows or would take.
ours() { git ls-files --cached --others --exclude-standard --deduplicate -z -- "$@" | existing; }
# A file that is deleted but not yet committed is still known to git.
existing() {
    local file
    while IFS= read -r -d '' file; do [[ ! -f $file ]] || printf '%s\0' "$file"; done
}

check "swift format" swift format lint --strict --parallel < <(ours '*.swift')
check shellcheck shellcheck --external-sources < <(ours '*.sh' .ci/run)
check yamllint yamllint --strict --config-file .yamllint.yml < <(ours '*.yml' '*.yaml')
check hadolint .venv/bin/hadolint < <(ours '*Dockerfile' '*Dockerfile.*' '*.dockerfile')
((failed == 0)) || { echo "lint: see above" >&2 && exit 1; }
echo "lint: all is well"
