import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { end, firstObject, launch } from '../../apps/cli/launch/launch-program.js';
import { launched } from '../../apps/cli/launch/launched.js';
import { createApiKey } from '../peers/crud/api-keys.js';
import { createSchema } from '../peers/crud/schema.js';
import {
  type Contestant,
  keyCount,
  requestsPerMinuteOfKey,
  type StartOptions,
} from './contestant.js';

const program = fileURLToPath(new URL('../peers/crud/main.js', import.meta.url));

/** The peer with a Postgres of its own, started as ours is. */
export async function startPeer({ submissions, profile }: StartOptions): Promise<Contestant> {
  const folder = await mkdtemp(join(tmpdir(), 'leadledger-bench-peer-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    port: 0,
    durable: true,
    log: () => undefined,
  });
  const stopPostgres = launched.add(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const apiKeys = await prepare(postgres.url);
  const child = launch(program, [], { PEER_DATABASE_URL: postgres.url }, profile);
  const { port } = await firstObject<{ port: number }>(child);
  return {
    target: { name: 'peer', port, apiKeys, submissions },
    processes: [
      { name: 'peer', pid: child.pid ?? 0 },
      { name: 'postgres', pid: postgres.pid },
    ],
    profiled: profile !== null,
    stop: async () => {
      await end(child);
      await stopPostgres();
    },
  };
}

async function prepare(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await createSchema(client);
  const apiKeys: string[] = [];
  while (apiKeys.length < keyCount) {
    const limitPerMinute = requestsPerMinuteOfKey;
    apiKeys.push(await createApiKey(client, { tenantId: 'bench', limitPerMinute }));
  }
  await client.end();
  return apiKeys;
}
