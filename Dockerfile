# The api, the worker and the command line for servers: everything that compose.yaml runs.
# The embedded database and event store are not in it; npm start is for those.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Not npm ci: it wants every platform's binaries in the lock file, and that holds those for Linux.
# The versions are those of the lock file all the same.
RUN npm install
COPY . .
RUN npm run -s build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are the binaries of the embedded parts.
RUN npm install --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# As in npm start: room for what requests leave behind.
ENV NODE_OPTIONS=--max-semi-space-size=64
WORKDIR /app
COPY package.json openapi.json ./
COPY docs/quickstart.md ./docs/
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
CMD ["node", "dist/apps/api/main.js"]
