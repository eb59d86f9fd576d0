import 'reflect-metadata';
import { DomainError } from '#libs/kernel';
import { migrate } from '#libs/read-db';
import { processSettings, type Settings, SettingsError } from '#libs/settings';
import { NestFactory } from '@nestjs/core';
import { createLogger } from './logger.js';
import { liveProjections } from './live-projections.js';
import { WorkerModule, type WorkerServers } from './worker.module.js';

/** Nest says nothing of its own, and a failure to start is told by the lines below. */
const quiet = { logger: false, abortOnError: false } as const;

/** Follows the log until SIGTERM; then it finishes its batch and ends. */
async function main(): Promise<void> {
  const settings = processSettings();
  const logger = createLogger(settings);
  const servers = serversOf(settings);
  // The tables of the read models are the worker's to make: it is the one that fills them.
  await migrate(servers.databaseUrl, liveProjections);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's type is a class, its use a literal
  const app = await NestFactory.createApplicationContext(WorkerModule.on(servers, logger), quiet);
  logger.info('the worker runs');
  await new Promise((stop) => {
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
  logger.info('the worker stops');
  await app.close();
  process.exit(0);
}

function serversOf({ eventStoreUrl, databaseUrl }: Settings): WorkerServers {
  if (eventStoreUrl !== null && databaseUrl !== null) {
    return { eventStoreUrl: eventStoreUrl.reveal(), databaseUrl: databaseUrl.reveal() };
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
