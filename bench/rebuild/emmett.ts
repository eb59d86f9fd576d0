import { type EventStore } from '#libs/event-store';
import { launchPostgres } from '../../apps/cli/launch/launch-postgres.js';
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
  const { url, stop } = await launchPostgres({ name: 'bench-emmett', durable: true });
  try {
    const peer = await EmmettPeer.create(url);
    const filled = await peer.fill(log, count, onProgress);
    return { events: filled.events, rebuild: () => peer.rebuild(filled), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
