# syntax=docker/dockerfile:1

# The production image: Kept without the sandbox, in a Debian that holds nothing but what it needs.
# Debian's release is the same in the last two stages, so that the binary finds the libpq that it was linked with.

FROM node:22-bookworm-slim AS frontend
WORKDIR /src/frontend
# The packages change seldom: they are a layer of their own.
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
COPY --from=frontend /src/frontend/dist frontend/dist
# No features: a production binary does not hold the sandbox. The caches are not part of the layer, so the binary is
# copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bin kept \
    && cp target/dist/kept /usr/local/bin/kept

FROM debian:bookworm-slim
# ca-certificates: the TLS library asks the system which authorities to trust.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libpq5 \
    && rm -rf /var/lib/apt/lists/*
# A fixed number, so that the owner of a mounted volume can be set from outside.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin kept \
    && install --directory --owner=kept --group=kept --mode=0700 /var/lib/kept
COPY --from=build /usr/local/bin/kept /usr/local/bin/kept
WORKDIR /opt/kept
COPY policies/ policies/
COPY atlassian-connect.json LICENSE ./

# The base URL, the master key, the region, the mail server and the databases are for whoever runs the image to set: see
# .env.example.
ENV KEPT_ENV=production \
    KEPT_LISTEN=0.0.0.0:8080 \
    KEPT_DATA_DIR=/var/lib/kept
USER kept
VOLUME /var/lib/kept
EXPOSE 8080
# bash speaks TCP by itself, so the image needs no HTTP client.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 4 status <&3 && [[ $status == *' 200 '* ]]"]
CMD ["kept", "serve"]
