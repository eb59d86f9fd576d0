import { randomUUID } from 'node:crypto';
import {
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  pause,
  WrongExpectedRevision,
} from '#libs/event-store';
import { noTenant } from '#libs/read-db';
import { HeartbeatRecorded, heartbeatStream } from './heartbeat.events.js';

/** How far heartbeats are apart, and so how far behind a read model looks when nothing happens. */
export const heartbeatEveryMs = 5_000;
/** So many heartbeats are kept; the older ones are for the store to remove. */
const KEPT_MAX = 1_000;

type Store = Pick<EventStore, 'append' | 'readStream'>;

/** Where a heart beats, and whom it tells. */
export interface HeartOptions {
  readonly store: Store;
  /** {@link heartbeatEveryMs} unless told. */
  readonly everyMs?: number;
  /** Called for each beat that could not be written; the next one is tried all the same. */
  readonly onMissed?: (error: unknown) => void;
}

/**
 * Writes a heartbeat every few seconds while this process keeps the read models.
 *
 * Several processes may believe that they do, one of them having been paused. Each append demands
 * the revision of its own last one, and whoever meets another's beat is silent for a period before
 * it tries again: the one that beats goes on, and the others stay silent as long as it does.
 */
export class Heart {
  readonly #options: HeartOptions;
  #leaseEpoch = 0n;
  #stopping: AbortController | null = null;
  #beating: Promise<void> = Promise.resolve();

  constructor(options: HeartOptions) {
    this.#options = options;
  }

  /** Beats as the holder of this lease from now on; begins at once unless it beats already. */
  start(leaseEpoch: bigint): void {
    this.#leaseEpoch = leaseEpoch;
    if (this.#stopping !== null) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#beating = this.#beating.then(() => this.#beat(stopping.signal));
  }

  /** Waits for the beat under way. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    await this.#beating;
  }

  /** Never rejects. */
  async #beat(signal: AbortSignal): Promise<void> {
    const { store, everyMs = heartbeatEveryMs } = this.#options;
    let last: ExpectedRevision | null = null;
    let limited = false;
    while (!signal.aborted) {
      let restMs = everyMs;
      try {
        limited ||= await limitStream(store);
        last ??= await lastRevision(store);
        ({ revision: last } = await store.append(heartbeatStream, last, [beat(this.#leaseEpoch)]));
      } catch (error) {
        // Somebody else's beat, or one of ours that was written and not answered. Where the stream
        // ends is looked up before the rest, so that a beat during it refuses ours again.
        last = await lastRevision(store).catch(() => null);
        if (error instanceof WrongExpectedRevision) restMs = 2 * everyMs;
        else this.#options.onMissed?.(error);
      }
      await pause(restMs, signal);
    }
  }
}

function beat(leaseEpoch: bigint): NewEvent {
  const { type, version } = HeartbeatRecorded;
  return { id: randomUUID(), type, data: { leaseEpoch: String(leaseEpoch) }, ...from(version) };
}

function from(schemaVersion: number): Pick<NewEvent, 'metadata'> {
  const id = randomUUID();
  return {
    metadata: {
      ...{ schemaVersion, tenantId: noTenant, actor: { kind: 'system', id: 'worker' } },
      occurredAt: new Date().toISOString(),
      ...{ commandId: id, $correlationId: id, $causationId: id },
    },
  };
}

/** Tells the store, once in its life, how many heartbeats to keep. */
async function limitStream(store: Store): Promise<true> {
  const data = { $maxCount: KEPT_MAX };
  const limit = { id: randomUUID(), type: '$metadata', data, ...from(1) };
  try {
    await store.append(`$$${heartbeatStream}`, 'no_stream', [limit]);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
  }
  return true;
}

async function lastRevision(store: Store): Promise<ExpectedRevision> {
  const newest = { direction: 'backwards', maxCount: 1 } as const;
  for await (const { revision } of store.readStream(heartbeatStream, newest)) return revision;
  return 'no_stream';
}
