# The bot's image: the production build of `npm run build`, and helm.
# `npm run image -- FOLDER` lays out the same files without a container engine, by these lines.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages hold native modules. No install script is needed: they come prebuilt.
RUN npm ci --workspaces=false --omit=peer --ignore-scripts
COPY LICENSE ./
COPY src ./src
COPY jobs ./jobs
COPY manifests ./manifests
COPY setup/build ./setup/build
COPY setup/image/unpack-helm.ts ./setup/image/
RUN node setup/build/main.ts dist && node setup/image/unpack-helm.ts dist/bin

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HELM_BIN=/app/bin/helm
WORKDIR /app
COPY --from=build /app/dist ./
USER node
EXPOSE 3000 9090
# Node is process 1: it receives SIGTERM itself and drains.
CMD ["node", "--enable-source-maps", "main.mjs"]
