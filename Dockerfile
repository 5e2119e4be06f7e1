# syntax=docker/dockerfile:1
# One image per workload: docker build --build-arg WORKLOAD=ping-service -t observed-rollouts/ping-service:dev .
FROM node:24-slim AS build
ARG WORKLOAD
WORKDIR /app
COPY . .
RUN test -n "$WORKLOAD" || { echo "build argument WORKLOAD is missing, e.g. --build-arg WORKLOAD=ping-service" >&2; exit 1; }
RUN npm ci && npx nx run "$WORKLOAD:build"
# What runs needs neither the other workspaces nor the tools.
RUN rm -rf node_modules \
  && npm ci --workspace "apps/$WORKLOAD" --include-workspace-root=false --omit=dev --omit=optional --ignore-scripts

# Of the same Debian as the last stage: chrt needs nothing but its libc. With it the pinger lets its helper threads wait.
FROM debian:12-slim AS util-linux

FROM gcr.io/distroless/nodejs24-debian12:nonroot
ARG WORKLOAD
WORKDIR /app
# The manifests start `node …`; this base keeps it out of PATH.
ENV PATH=/nodejs/bin:/usr/bin
COPY --from=util-linux /usr/bin/chrt /usr/bin/
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs/contract/package.json ./libs/contract/
COPY --from=build /app/libs/contract/dist ./libs/contract/dist
COPY --from=build /app/libs/telemetry/package.json ./libs/telemetry/
COPY --from=build /app/libs/telemetry/dist ./libs/telemetry/dist
COPY --from=build /app/apps/${WORKLOAD}/package.json ./apps/${WORKLOAD}/
COPY --from=build /app/apps/${WORKLOAD}/dist ./apps/${WORKLOAD}/dist
ENTRYPOINT []
