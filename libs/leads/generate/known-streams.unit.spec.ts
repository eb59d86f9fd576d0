import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { MemoryLog } from '#libs/testing';
import { KnownStreams } from './known-streams.js';

const anEvent = (id: string = randomUUID()): NewEvent => ({
  ...{ id, type: 'Happened', data: {} },
  metadata: {
    ...{ schemaVersion: 1, tenantId: 'acme' as TenantId, actor: { kind: 'system', id: 'spec' } },
    ...{ occurredAt: '2026-06-01T00:00:00.000Z', commandId: id },
    ...{ $correlationId: id, $causationId: id },
  },
});

async function all(store: EventStore, stream: string, from?: bigint): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const options = from === undefined ? {} : { from };
  for await (const event of store.readStream(stream, options)) events.push(event);
  return events;
}

/** A log that counts what reaches it. */
class CountedLog extends MemoryLog {
  reads = 0;
  appends = 0;

  override append(...args: Parameters<MemoryLog['append']>) {
    this.appends += 1;
    return super.append(...args);
  }

  override readStream(...args: Parameters<MemoryLog['readStream']>) {
    this.reads += 1;
    return super.readStream(...args);
  }
}

/** A log that has lost the oldest two events of each stream, as a store does that may forget. */
class CutLog extends MemoryLog {
  override async *readStream(...args: Parameters<MemoryLog['readStream']>) {
    for await (const event of super.readStream(...args)) if (event.revision >= 2n) yield event;
  }
}

/** What one of several streams is asked or given. */
interface Deed {
  readonly stream: string;
  /** How many events; 0: it is read. */
  readonly events: number;
  /** The revision that is expected, or read from; -1: no stream, or all of it. */
  readonly revision: number;
}

const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    stream: fc.constantFrom('a', 'b', 'c'),
    events: fc.nat(2),
    revision: fc.integer({ min: -1, max: 4 }),
  }),
  { maxLength: 60 },
);

describe('known streams', () => {
  it('are to their user what the store is, however little is remembered', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, fc.integer({ min: 2, max: 12 }), async (list, eventsMax) => {
        const plain = new MemoryLog();
        const known = new KnownStreams(new MemoryLog(), eventsMax);
        for (const [number, deed] of list.entries()) {
          expect(await done(known, deed, number)).toEqual(await done(plain, deed, number));
        }
      }),
    );
  });

  it('are not read again, whether they were written, read or found empty', async () => {
    const log = new CountedLog();
    await log.append('read', 'no_stream', [anEvent()]);
    const known = new KnownStreams(log, undefined, () => 0);
    await known.append('written', 'no_stream', [anEvent()]);
    expect(await all(known, 'written')).toHaveLength(1);
    expect(log.reads).toBe(0);
    for (const stream of ['read', 'empty', 'read', 'empty']) await all(known, stream);
    expect(log.reads).toBe(2);
  });

  it('refuse by themselves what does not continue them', async () => {
    const log = new CountedLog();
    const known = new KnownStreams(log);
    await known.append('a', 'no_stream', [anEvent(), anEvent()]);
    const refused = known.append('a', 'no_stream', [anEvent()]);
    await expect(refused).rejects.toMatchObject({
      name: 'WrongExpectedRevision',
      actualRevision: 1n,
    });
    expect(log.appends).toBe(1);
  });

  it('are read again once the store says that others changed them', async () => {
    const log = new MemoryLog();
    const known = new KnownStreams(log);
    await known.append('a', 'no_stream', [anEvent()]);
    await log.append('a', 0n, [anEvent()]);
    await expect(known.append('a', 0n, [anEvent()])).rejects.toThrow(WrongExpectedRevision);
    expect(await all(known, 'a')).toHaveLength(2);
  });

  it('show what others append within a second where they are only read', async () => {
    const moments = fc.array(fc.record({ ms: fc.nat(1_500), isChanged: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(moments, async (list) => {
        const log = new MemoryLog();
        let nowMs = 0;
        const known = new KnownStreams(log, undefined, () => nowMs);
        const changedAt: number[] = [];
        for (const { ms, isChanged } of list) {
          nowMs += ms;
          if (isChanged) {
            const last = BigInt(changedAt.length) - 1n;
            await log.append('rules', last < 0n ? 'no_stream' : last, [anEvent()]);
            changedAt.push(nowMs);
          }
          const due = changedAt.filter((at) => at <= nowMs - 1_000);
          expect((await all(known, 'rules')).length).toBeGreaterThanOrEqual(due.length);
        }
      }),
    );
  });

  it('are read from a revision, wherever they begin', async () => {
    const log = new CutLog();
    await log.append('a', 'no_stream', [anEvent(), anEvent(), anEvent(), anEvent()]);
    const known = new KnownStreams(log);
    expect((await all(known, 'a')).map(({ revision }) => revision)).toEqual([2n, 3n]);
    expect((await all(known, 'a', 3n)).map(({ revision }) => revision)).toEqual([3n]);
  });
});

/** What came of it, without what a read of a stream need not tell. */
async function done(store: EventStore, deed: Deed, number: number): Promise<unknown> {
  const { stream, events, revision } = deed;
  const isNone = revision < 0;
  if (events === 0) {
    const read = await all(store, stream, isNone ? undefined : BigInt(revision));
    return read.map((event) => [event.id, event.type, event.stream, event.revision, event.data]);
  }
  const expected: ExpectedRevision = isNone ? 'no_stream' : BigInt(revision);
  const added = Array.from({ length: events }, (_, index) => anEvent(`${number}-${index}`));
  try {
    return await store.append(stream, expected, added);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    return ['refused', error.actualRevision];
  }
}
