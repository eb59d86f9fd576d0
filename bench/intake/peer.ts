import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { freePort, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { createApiKey } from '../peers/crud/api-keys.js';
import { createSchema } from '../peers/crud/schema.js';
import { type Contestant, end, launch, untilReady } from './contestant.js';
import type { Submissions } from './submissions.js';

const program = fileURLToPath(new URL('../peers/crud/main.js', import.meta.url));

/** The peer with a Postgres of its own, started as ours is. */
export async function startPeer(
  submissions: Submissions,
  nodeOptions: readonly string[],
): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), 'leadledger-bench-peer-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    port: 0,
    durable: true,
    log: () => undefined,
  });
  const apiKey = await prepare(postgres.url);
  const port = await freePort();
  const child = launch(
    program,
    {
      PEER_DATABASE_URL: postgres.url,
      PEER_PORT: String(port),
      PEER_POOL_SIZE: process.env.POOL ?? '10',
    },
    nodeOptions,
  );
  await untilReady(child, `http://127.0.0.1:${port}/health`);
  return {
    target: { name: 'peer', port, apiKey, submissions },
    processes: [
      { name: 'peer', pid: child.pid ?? 0 },
      { name: 'postgres', pid: postgres.pid },
    ],
    stop: async () => {
      await end(child);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function prepare(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await createSchema(client);
  const key = await createApiKey(client, { tenantId: 'bench', limitPerMinute: 100_000_000 });
  await client.end();
  return key;
}
