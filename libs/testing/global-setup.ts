import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  // Jest's workers inherit the environment of this process.
  process.env.LEADLEDGER_TEST_POSTGRES = server.url;
  await createTemplate(server.url);
}
