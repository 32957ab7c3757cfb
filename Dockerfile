# Two images: `backend` (every role of todo-backend) and `frontend` (nginx with the page, the gateway).
#   docker build --target backend -t todo-backend .
#   docker build --target frontend -t todo-frontend .

FROM swift:6.3-bookworm AS build
# The distribution's security updates are wanted, so no version is pinned.
# hadolint ignore=DL3008
RUN apt-get update -q \
    && apt-get install -qy --no-install-recommends \
        libcurl4-openssl-dev libncurses-dev libpq-dev librdkafka-dev libsodium-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src

# What others wrote is fetched in a layer of its own, which changes only with Package.swift.
COPY Package.swift ./
RUN swift package resolve && mv .build /fetched
COPY Sources Sources
# They aren't built, but the package names them.
COPY Tests Tests
# What was built before is kept in a cache, apart from the sources. How much of it is used again depends on the builder: Swift
# takes a file for changed whose device or inode is another, and that goes for the system's headers too.
ARG SWIFT_BUILD="swift build --configuration release --static-swift-stdlib --product todo-backend"
RUN --mount=type=cache,id=todo-swift-build,target=/src/.build,sharing=locked \
    cp -a --update /fetched/. .build/ && $SWIFT_BUILD \
    && mkdir /out && strip -o /out/todo-backend .build/release/todo-backend


FROM debian:bookworm-slim AS backend
# hadolint ignore=DL3008
RUN apt-get update -q \
    && apt-get install -qy --no-install-recommends ca-certificates libcurl4 libpq5 librdkafka1 libsodium23 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin todo
COPY --from=build /out/todo-backend /usr/local/bin/
USER 10001:10001
# Nothing is written but to volumes and sockets, and no shell is needed: the root may be read-only.
WORKDIR /
ENV HTTP_PORT=8080 LOG_FORMAT=json
EXPOSE 8080
# Asks the role that runs here, over HTTP_PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["todo-backend", "health"]
ENTRYPOINT ["todo-backend"]
CMD ["api"]


FROM debian:bookworm-slim AS page
COPY scripts/page.sh /page.sh
COPY frontend /page
RUN ["/page.sh", "/page", "/made"]


FROM debian:bookworm-slim AS frontend
# hadolint ignore=DL3008
RUN apt-get update -q \
    && apt-get install -qy --no-install-recommends ca-certificates curl gettext-base nginx-light \
    && rm -rf /var/lib/apt/lists/* /var/www /etc/nginx/sites-enabled /etc/nginx/modules-enabled \
    && useradd --system --uid 10002 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gateway
COPY deploy/nginx /etc/nginx/todo
COPY --from=page /made /usr/share/todo/frontend
USER 10002:10002
# Its configuration is made at the start, in /run/todo, which has to be a tmpfs or a folder of this user's.
ENV API_SERVERS=api:8080
EXPOSE 8080 8443
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["curl", "--silent", "--fail", "--output", "/dev/null", "http://127.0.0.1:8081/healthz"]
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/etc/nginx/todo/start.sh"]
