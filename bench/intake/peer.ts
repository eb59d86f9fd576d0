import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { end, firstObject, launch } from '../../apps/cli/launch/launch-program.js';
import { launchPostgres, type LaunchedPostgres } from '../../apps/cli/launch/launch-postgres.js';
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
  const postgres = await launchPostgres({ name: 'bench-peer', durable: true });
  const apiKeys = await prepare(postgres);
  const child = launch(program, [], { PEER_DATABASE_URL: postgres.url }, profile);
  postgres.usedBy(() => end(child));
  const { port } = await firstObject<{ port: number }>(child);
  return {
    target: { name: 'peer', port, apiKeys, submissions },
    processes: [
      { name: 'peer', pid: child.pid ?? 0 },
      { name: 'postgres', pid: postgres.pid },
    ],
    profiled: profile !== null,
    stop: postgres.stop,
  };
}

async function prepare(postgres: LaunchedPostgres): Promise<string[]> {
  const client = new Client({ connectionString: postgres.url });
  // Whoever waits for a query is told of it, too.
  client.on('error', () => undefined);
  postgres.usedBy(() => client.end());
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
