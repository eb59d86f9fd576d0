import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { createTemplate } from './fresh-database.js';
import { keepRunning } from './run-wide.js';

/** Jest's global set-up: one throw-away Postgres for the whole run, with a migrated template. */
export default async function globalSetup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-test-'));
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    port: 0,
    durable: false,
    log: () => undefined,
  });
  keepRunning({ server, dataDir });
  // Jest's workers inherit the environment of this process. What specs start shares compiled code.
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/leadledger');
  process.env.LEADLEDGER_TEST_POSTGRES = server.url;
  await createTemplate(server.url);
}
