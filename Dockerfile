# syntax=docker/dockerfile:1
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --include=dev --prefer-offline
COPY . .
ARG SOURCE_COMMIT=""
RUN SOURCE_COMMIT="$SOURCE_COMMIT" npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ARG SOURCE_COMMIT=""
LABEL org.opencontainers.image.title="Greengauge" \
      org.opencontainers.image.description="Real-time industrial IoT telemetry gateway for green, smart factories" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="$SOURCE_COMMIT"
WORKDIR /app
# What threads have freed goes back to the system, instead of staying with each of them.
ENV NODE_ENV=production GREENGAUGE_DATA_DIR=/data \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=1048576
COPY LICENSE docker/healthcheck.mjs ./
COPY docker/bin/greengauge /usr/local/bin/
# What runs belongs to root, so that it cannot change itself.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/devices ./devices
COPY --from=build /app/factors ./factors
# A new volume takes the owner of the folder it is mounted on.
RUN install -d -o node -g node /secrets
RUN install -d -o node -g node -m 0700 /data /backup
USER node
VOLUME /data
# There is no EXPOSE: without accounts (auth.required) the gateway listens on loopback alone.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "healthcheck.mjs"]
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["run"]
