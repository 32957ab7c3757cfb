#!/bin/sh
# Makes the gateway's configuration of what the environment says, and becomes nginx.
#   API_SERVERS      where the API is: one name that may stand for many addresses (api:8080), or several host:port with spaces
#   RUN_DIR          a folder to write to (/run/todo)
#   HTTP_LISTEN, HTTPS_LISTEN, STATUS_LISTEN    ports (8080, 8443, 127.0.0.1:8081)
#   TLS_CERTIFICATE, TLS_KEY    PEM files; where they exist all is HTTPS (/tls/fullchain.pem, /tls/privkey.pem)
#   REQUEST_RATE, AUTH_RATE     of one address: requests a second, and logins and registrations a second (50, 5)
#   TRUSTED_PROXIES  addresses in front of this gateway whose X-Forwarded-For names the client (none)
# usage: start.sh [-t]        (-t: only checks)
set -eu

here=$(dirname "$(readlink -f "$0")")
export HERE="$here"
export RUN_DIR="${RUN_DIR:-/run/todo}" FRONTEND_DIR="${FRONTEND_DIR:-/usr/share/todo/frontend}"
export HTTP_LISTEN="${HTTP_LISTEN:-8080}" HTTPS_LISTEN="${HTTPS_LISTEN:-8443}" STATUS_LISTEN="${STATUS_LISTEN:-127.0.0.1:8081}"
export TLS_CERTIFICATE="${TLS_CERTIFICATE:-/tls/fullchain.pem}" TLS_KEY="${TLS_KEY:-/tls/privkey.pem}"
export REQUEST_RATE="${REQUEST_RATE:-50}" AUTH_RATE="${AUTH_RATE:-5}"
export REQUEST_BURST=$((REQUEST_RATE * 4)) AUTH_BURST=$((AUTH_RATE * 4))
servers=${API_SERVERS:?API_SERVERS is not set: say where the API is, such as api:8080}
mkdir -p "$RUN_DIR/tmp"

# A name is looked up again while it runs, since containers come and go; a list is a group that nginx watches.
case $servers in
    *' '*)
        export API_GROUP=api_servers
        {
            printf 'upstream api_servers {\n    zone api_servers 64k;\n    keepalive 32;\n'
            for server in $servers; do printf '    server %s max_fails=1 fail_timeout=2s;\n' "$server"; done
            printf '}\n'
        } >"$RUN_DIR/upstream.conf"
        ;;
    *)
        export API_GROUP="$servers"
        nameservers=$(sed -n 's/^nameserver  *\([0-9.]*\)$/\1/p; s/^nameserver  *\([0-9a-fA-F]*:[0-9a-fA-F:]*\)$/[\1]/p' \
            /etc/resolv.conf | tr '\n' ' ')
        printf 'resolver %s valid=2s;\nresolver_timeout 3s;\n' "${nameservers:-127.0.0.11}" >"$RUN_DIR/upstream.conf"
        ;;
esac

: >"$RUN_DIR/proxies.conf"
for proxy in $(printf %s "${TRUSTED_PROXIES:-}" | tr ',' ' '); do
    printf 'set_real_ip_from %s;\n' "$proxy" >>"$RUN_DIR/proxies.conf"
done

if [ -r "$TLS_CERTIFICATE" ] && [ -r "$TLS_KEY" ]; then servers_file=https; else servers_file=http; fi

# The dollar signs are for envsubst and nginx.
# shellcheck disable=SC2016
names='$HERE $RUN_DIR $FRONTEND_DIR $HTTP_LISTEN $HTTPS_LISTEN $STATUS_LISTEN $TLS_CERTIFICATE $TLS_KEY $REQUEST_RATE
    $AUTH_RATE $REQUEST_BURST $AUTH_BURST $API_GROUP'
for part in nginx site; do envsubst "$names" <"$here/$part.conf" >"$RUN_DIR/$part.conf"; done
envsubst "$names" <"$here/$servers_file.conf" >"$RUN_DIR/servers.conf"

exec nginx -e /dev/stderr -p "$RUN_DIR" -c "$RUN_DIR/nginx.conf" -g 'daemon off;' "$@"
