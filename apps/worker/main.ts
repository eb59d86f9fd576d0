import 'reflect-metadata';
import { once } from 'node:events';
import { DomainError, shiftSystemClock } from '#libs/kernel';
import { processLogger } from '#libs/logging';
import { MasterKey } from '#libs/privacy';
import { processSettings, type Settings, SettingsError } from '#libs/settings';
import { NestFactory } from '@nestjs/core';
import { type Logger } from 'pino';
import { prepareDatabase } from './prepare-database.js';
import { WorkerModule, type WorkerParts } from './worker.module.js';

/** Nest says nothing of its own, and a failure to start is told by the lines below. */
const quiet = { logger: false, abortOnError: false } as const;

/** Follows the log until SIGTERM; then it finishes its batch and ends. */
async function main(): Promise<void> {
  const settings = processSettings();
  const logger = processLogger('worker', settings.logLevel);
  shiftSystemClock(settings.clockOffsetMinutes * 60_000);
  const servers = serversOf(settings);
  const stop = stopSignal();
  await prepareDatabase(servers.databaseUrl, logger, stop);
  if (!stop.aborted) await host({ ...servers, settings }, logger, stop);
  process.exit(0);
}

async function host(parts: WorkerParts, logger: Logger, stop: AbortSignal): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's type is a class, its use a literal
  const app = await NestFactory.createApplicationContext(WorkerModule.on(parts, logger), quiet);
  logger.info('the worker runs');
  if (!stop.aborted) await once(stop, 'abort');
  logger.info('the worker stops');
  await app.close();
}

/** Aborts when the process is asked to end. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

function serversOf({ eventStoreUrl, databaseUrl, masterKey }: Settings) {
  if (eventStoreUrl !== null && databaseUrl !== null && masterKey !== null) {
    return {
      eventStoreUrl: eventStoreUrl.reveal(),
      databaseUrl: databaseUrl.reveal(),
      masterKey: MasterKey.fromBase64(masterKey.reveal()),
    };
  }
  throw new DomainError(
    'validation',
    'servers_missing',
    'Set EVENTSTORE_URL, DATABASE_URL and MASTER_KEY, or let npm start run the whole stack.',
  );
}

main().catch((error: unknown) => {
  const known = error instanceof DomainError || error instanceof SettingsError;
  const said = error instanceof Error ? (known ? error.message : error.stack) : undefined;
  process.stderr.write(`The worker stops: ${said ?? String(error)}\n`);
  process.exit(1);
});
