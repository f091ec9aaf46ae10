# One image for every process; the command says which:
#   node apps/api/dist/main.js          the HTTP API (default)
#   node apps/worker/dist/main.js       the worker
#   node apps/cli/dist/main.js migrate  brings the database's schema up to date, then ends

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund \
 && npm run build \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf tests/src tests/dist bench/src bench/dist bench/peers \
 && find apps libs vendors extensions migrations -name node_modules -prune -o -type d -name src -prune -exec rm -rf {} + \
 && find apps libs vendors extensions migrations -name '*.tsbuildinfo' -delete

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /var/lib/hostwright
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/hostwright
WORKDIR /app
# Owned by root: what runs here cannot change its own code.
COPY --from=build /app ./
USER node
EXPOSE 3000
# The API answers it. A worker listens on nothing: switch the check off there.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "apps/api/dist/main.js"]
