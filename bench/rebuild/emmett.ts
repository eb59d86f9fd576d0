import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { type EventStore } from '#libs/event-store';
import { launched } from '../../apps/cli/launch/launched.js';
import { EmmettPeer, type EmmettRates } from '../peers/emmett/rebuild.js';

/** Emmett with its histories copied, on the same kind of Postgres as ours. */
export interface FilledEmmett {
  readonly events: number;
  rebuild(): Promise<EmmettRates>;
  stop(): Promise<void>;
}

/** Copies the beginning of our log, so that Emmett can be measured once our stack has stopped. */
export async function fillEmmett(
  log: EventStore,
  count: number,
  onProgress: (done: number) => void,
): Promise<FilledEmmett> {
  const folder = await mkdtemp(join(tmpdir(), 'leadledger-bench-emmett-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    port: 0,
    durable: true,
    log: () => undefined,
  });
  const stop = launched.add(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    const peer = await EmmettPeer.create(postgres.url);
    const filled = await peer.fill(log, count, onProgress);
    return { events: filled.events, rebuild: () => peer.rebuild(filled), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
