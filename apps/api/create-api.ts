import 'reflect-metadata';
import { type Settings } from '#libs/settings';
import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from 'pino';
import { addDocumentation } from './docs/documentation.js';
import { AccessGate } from './http/access/access-gate.js';
import { KeyAuthenticator } from './http/access/calling-key.js';
import { ErrorFilter } from './http/errors/error.filter.js';
import { createServer } from './http/fastify-server.js';
import { IdempotencyGate } from './http/idempotency-gate.js';
import { RequestRecorder } from './http/request-recorder.js';
import { MissingRoutes } from './http/missing-routes.js';
import { RequestMetrics } from './metrics/request-metrics.js';
import { ApiModule } from './wiring/api.module.js';
import { type ApiParts, connectParts } from './wiring/parts.js';

/** A running api. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly parts: ApiParts;
  /** Answers what is under way, writes what is waiting, and disconnects. */
  close(): Promise<void>;
}

/**
 * Builds the api, connected to the servers that `settings` name. It listens when told to:
 * `app.listen(port, host)`.
 */
export async function createApi(settings: Settings, logger: Logger): Promise<Api> {
  const parts = await connectParts(settings, logger);
  const app = await buildApp(parts);
  return {
    app,
    parts,
    close: async () => {
      const hurry = hurryConnections(app);
      await app.close();
      clearInterval(hurry);
      await parts.close();
    },
  };
}

/** How long a request under way may keep a stopping server. */
const DRAIN_MS = 3_000;
const HURRY_EVERY_MS = 50;

/**
 * A connection that falls idle after its server began to close would be waited for until it times
 * out; it is closed at once, and what is still busy in the end is cut off.
 */
function hurryConnections(app: NestFastifyApplication): NodeJS.Timeout {
  const server = app.getHttpServer();
  const patientUntil = performance.now() + DRAIN_MS;
  return setInterval(() => {
    if (performance.now() < patientUntil) server.closeIdleConnections();
    else server.closeAllConnections();
  }, HURRY_EVERY_MS);
}

async function buildApp(parts: ApiParts): Promise<NestFastifyApplication> {
  const { settings, logger, directory, usage, keyLimiter, addressLimiter } = parts;
  const authenticator = new KeyAuthenticator(directory, usage);
  const routes = new MissingRoutes();
  const errors = new ErrorFilter(logger, routes);
  const server = createServer({
    ...{ settings, errors, addressLimiter },
    access: new AccessGate(authenticator, keyLimiter, addressLimiter, settings.metricsToken),
    idempotency: new IdempotencyGate(parts.idempotency),
    recorder: new RequestRecorder(parts.requestLog, parts.repeated),
    metrics: new RequestMetrics(parts.registry),
  });
  routes.watch(server);
  addDocumentation(server);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.on(parts), server, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(errors);
  await app.init();
  return app;
}
