# The bot's image. Node runs the TypeScript sources; there is no build step.
# `npm run image -- FOLDER` lays out the same files without a container engine, by these lines.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages hold resvg's native module. No install script is needed: native modules come prebuilt.
RUN npm ci --workspaces=false --omit=dev --omit=peer --ignore-scripts
COPY src ./src
COPY jobs ./jobs
COPY manifests ./manifests
COPY setup/image/unpack-helm.ts setup/image/prune.ts ./setup/image/
RUN node setup/image/unpack-helm.ts bin && node setup/image/prune.ts node_modules src

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HELM_BIN=/app/bin/helm \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache
WORKDIR /app
COPY --from=build /app/bin ./bin
COPY --from=build /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY jobs ./jobs
COPY manifests ./manifests
USER node
EXPOSE 3000 9090
# Node is process 1: it receives SIGTERM itself and drains.
CMD ["node", "src/main.ts"]
