import { describe, expect, it } from '@jest/globals';
import { type EventStore, type LogMessage, type RecordedEvent } from '#libs/event-store';
import { MemoryLog } from '#libs/testing';
import { projectionLog } from './projection-log.js';

const recordedAt = new Date('2026-06-01T00:00:00Z');

/** An event of which nobody may ask what it says. */
class Unopened implements RecordedEvent {
  readonly id = '5b1f3c1e-0000-4000-8000-000000000001';
  readonly stream = 'lead-1';
  readonly revision = 0n;
  readonly recordedAt = recordedAt;

  constructor(
    readonly type: string,
    readonly position: bigint,
  ) {}

  get data(): unknown {
    throw new Error(`${this.type} was opened.`);
  }

  get metadata(): unknown {
    throw new Error(`${this.type} was opened.`);
  }
}

/** A store whose log holds just these. */
function storeOf(events: readonly Unopened[]): EventStore {
  return Object.assign(new MemoryLog(), {
    subscribeToAll: async function* (): AsyncGenerator<LogMessage> {
      await Promise.resolve();
      for (const event of events) yield { kind: 'event', event };
      yield { kind: 'caught_up' };
    },
  });
}

describe('the log of projections', () => {
  it('passes over what is not wanted without opening it, and counts it', async () => {
    const store = storeOf([new Unopened('LeadDeduplicated', 7n), new Unopened('Unheard', 9n)]);
    const stop = new AbortController();
    const messages = [];
    for await (const message of projectionLog({
      ...{ store, after: null, signal: stop.signal, isWanted: () => false },
      ...{ onDisconnected: () => undefined, onUnknown: () => undefined },
    })) {
      messages.push(message);
      if (message.kind === 'caught_up') break;
    }
    stop.abort();
    expect(messages).toEqual([
      { kind: 'passed_over', position: 7n, recordedAt },
      { kind: 'passed_over', position: 9n, recordedAt },
      { kind: 'caught_up' },
    ]);
  });
});
