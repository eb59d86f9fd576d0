import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type Filter,
  type JSONEventData,
  type Position,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { collect, events, idsOf, newStream, rejectionOf, useStore } from './harness.js';

const store = useStore();
const FINISH = 'Finish';

function finish(): JSONEventData {
  return jsonEvent({ type: FINISH, data: {} });
}

/** Takes events until the one that finishes the test, which is taken too. */
async function untilFinish<E extends Pick<ResolvedEvent, 'event'>>(
  source: AsyncIterable<E>,
): Promise<E[]> {
  const taken: E[] = [];
  for await (const item of source) {
    taken.push(item);
    if (item.event?.type === FINISH) break;
  }
  return taken;
}

describe('a subscription to a stream', () => {
  it('gets what is there, is told that it has caught up, and gets what comes', async () => {
    const stream = newStream();
    const before = events(5);
    const after = [...events(3), finish()];
    await store.client.appendToStream(stream, before);
    let taken = 0;
    let takenWhenCaughtUp: number | undefined;
    const subscription = store.client
      .subscribeToStream(stream)
      .on('data', () => (taken += 1))
      .on('caughtUp', () => {
        takenWhenCaughtUp = taken;
        void store.client.appendToStream(stream, after);
      });
    const seen = await untilFinish(subscription);
    expect(idsOf(seen)).toEqual([...before, ...after].map(({ id }) => id));
    expect(takenWhenCaughtUp).toBe(5);
  });

  it('begins behind its revision', async () => {
    const stream = newStream();
    const batch = [...events(5), finish()];
    await store.client.appendToStream(stream, batch);
    const seen = await untilFinish(store.client.subscribeToStream(stream, { fromRevision: 2n }));
    expect(idsOf(seen)).toEqual(batch.slice(3).map(({ id }) => id));
  });

  it('from the end gets only what comes', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(5));
    const last = finish();
    const subscription = store.client
      .subscribeToStream(stream, { fromRevision: END })
      .on('caughtUp', () => void store.client.appendToStream(stream, last));
    expect(idsOf(await untilFinish(subscription))).toEqual([last.id]);
  });

  it('may wait for a stream that does not exist yet', async () => {
    const stream = newStream();
    const batch = [...events(2), finish()];
    const subscription = store.client
      .subscribeToStream(stream)
      .on('caughtUp', () => void store.client.appendToStream(stream, batch));
    expect(idsOf(await untilFinish(subscription))).toEqual(batch.map(({ id }) => id));
  });

  it('goes on through a soft deletion', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, events(2));
    const after = [...events(1), finish()];
    const seen = await untilFinish(
      store.client.subscribeToStream(stream, { fromRevision: END }).on('caughtUp', () => {
        void store.client
          .deleteStream(stream)
          .then(() => store.client.appendToStream(stream, after));
      }),
    );
    expect(idsOf(seen)).toEqual(after.map(({ id }) => id));
  });

  it('is confirmed, and ends when it is unsubscribed', async () => {
    const subscription = store.client.subscribeToStream(newStream());
    await once(subscription, 'confirmation');
    expect(subscription.id).toMatch(/^[0-9a-f-]{36}$/);
    const ended = collect(subscription);
    await subscription.unsubscribe();
    expect(await ended).toEqual([]);
  });
});

describe('a subscription to $all', () => {
  it('has no gap and no double between history and live', async () => {
    const stream = newStream();
    const writing = (async () => {
      for (let round = 0; round < 60; round += 1) {
        await store.client.appendToStream(stream, events(5));
      }
      await store.client.appendToStream(stream, finish());
    })();
    const seen = await untilFinish(
      store.client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) }),
    );
    await writing;
    expect(seen.map(({ event }) => Number(event!.revision))).toEqual(
      Array.from({ length: 301 }, (_, index) => index),
    );
  });

  it('begins behind its position', async () => {
    const stream = newStream();
    const { position } = await store.client.appendToStream(stream, events(2));
    const batch = [...events(2), finish()];
    await store.client.appendToStream(stream, batch);
    const seen = await untilFinish(store.client.subscribeToAll({ fromPosition: position! }));
    const own = seen.filter(({ event }) => event?.streamId === stream);
    expect(idsOf(own)).toEqual(batch.map(({ id }) => id));
  });

  it('from the end gets only what comes', async () => {
    const stream = newStream();
    const batch = [...events(1), finish()];
    const subscription = store.client
      .subscribeToAll({ fromPosition: END })
      .on('caughtUp', () => void store.client.appendToStream(stream, batch));
    const own = (await untilFinish(subscription)).filter(({ event }) => event?.streamId === stream);
    expect(idsOf(own)).toEqual(batch.map(({ id }) => id));
  });

  it('catches up once, system events and all', async () => {
    const stream = newStream();
    const last = finish();
    let caughtUp = 0;
    let systemEvents = 0;
    const subscription = store.client.subscribeToAll({ fromPosition: START }).on('caughtUp', () => {
      caughtUp += 1;
      void store.client.appendToStream(stream, last);
    });
    for await (const { event } of subscription) {
      if (event!.type.startsWith('$')) systemEvents += 1;
      if (event!.id === last.id) break;
    }
    expect(caughtUp).toBe(1);
    expect(systemEvents).toBeGreaterThan(0);
  });
});

describe('a filter', () => {
  const prefix = newStream('filter');
  const type = `FilterOf${prefix}`;

  it.each<[string, Filter]>([
    ['stream prefixes', streamNameFilter({ prefixes: ['nothing', `${prefix}-a`] })],
    ['a pattern of streams', streamNameFilter({ regex: `^${prefix}-[aA]` })],
    ['type prefixes', eventTypeFilter({ prefixes: [`${type}-a`, 'nothing'] })],
    ['a pattern of types', eventTypeFilter({ regex: `^${type}-a.*$` })],
  ])('on %s lets only those through', async (_name, filter) => {
    const { position } = await store.client.appendToStream(newStream(), events(1));
    const wanted = [...events(3, `${type}-a1`), ...events(2, `${type}-a2`)];
    await store.client.appendToStream(`${prefix}-a-${newStream()}`, wanted);
    await store.client.appendToStream(`${prefix}-b-${newStream()}`, events(5, `${type}-b`));
    const last = jsonEvent({ type: `${type}-a3`, data: {} });
    await store.client.appendToStream(`${prefix}-a-${newStream()}`, last);
    const seen: AllStreamResolvedEvent[] = [];
    for await (const item of store.client.subscribeToAll({ fromPosition: position!, filter })) {
      seen.push(item);
      if (item.event?.id === last.id) break;
    }
    expect(idsOf(seen)).toEqual([...wanted, last].map(({ id }) => id));
  });

  it('keeps system events out', async () => {
    const stream = newStream();
    await store.client.setStreamMetadata(stream, { maxCount: 100 });
    await store.client.appendToStream(stream, finish());
    const seen = await untilFinish(store.client.subscribeToAll({ filter: excludeSystemEvents() }));
    expect(seen.filter(({ event }) => event!.type.startsWith('$'))).toEqual([]);
  });

  it('reports how far it has looked, in order, never beyond what was delivered later', async () => {
    const wanted = newStream('wanted');
    const { position } = await store.client.appendToStream(newStream(), events(1));
    await store.client.appendToStream(newStream(), events(100));
    await store.client.appendToStream(wanted, events(1));
    await store.client.appendToStream(newStream(), events(100));
    await store.client.appendToStream(wanted, finish());
    const steps: bigint[] = [];
    let checkpoints = 0;
    const filter = streamNameFilter({
      prefixes: [wanted],
      maxSearchWindow: 10,
      checkpointInterval: 2,
      checkpointReached: (_subscription, at: Position) => {
        checkpoints += 1;
        steps.push(at.commit);
      },
    });
    for await (const { event } of store.client.subscribeToAll({
      fromPosition: position!,
      filter,
    })) {
      steps.push(event!.position.commit);
      if (event!.type === FINISH) break;
    }
    expect(steps).toEqual([...steps].sort((a, b) => Number(a - b)));
    expect(checkpoints).toBeGreaterThanOrEqual(9);
    expect(checkpoints).toBeLessThanOrEqual(11);
  });

  it('lets a subscriber go on from any checkpoint without loss', async () => {
    const wanted = newStream('wanted');
    const { position } = await store.client.appendToStream(newStream(), events(1));
    const batch = [...events(6), finish()];
    for (const event of batch) {
      await store.client.appendToStream(newStream(), events(7));
      await store.client.appendToStream(wanted, event);
    }
    let from = position!;
    const seen: string[] = [];
    while (seen.length < batch.length) {
      const options = { prefixes: [wanted], maxSearchWindow: 3, checkpointInterval: 1 };
      const filter = streamNameFilter({
        ...options,
        checkpointReached: (_subscription, at: Position) => {
          from = at;
        },
      });
      for await (const { event } of store.client.subscribeToAll({ fromPosition: from, filter })) {
        seen.push(event!.id);
        from = event!.position;
        break;
      }
    }
    expect(seen).toEqual(batch.map(({ id }) => id));
  });

  it('with a pattern that is none is refused', async () => {
    const filter = streamNameFilter({ regex: '(' });
    const error = await rejectionOf(collect(store.client.subscribeToAll({ filter })));
    expect((error as Error).message).toContain('INVALID_ARGUMENT');
  });
});

describe('subscribers', () => {
  it('many of them all get everything', async () => {
    const stream = newStream();
    const subscriptions = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0
        ? store.client.subscribeToStream(stream)
        : store.client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) }),
    );
    const all = subscriptions.map((subscription) =>
      untilFinish(subscription as AsyncIterable<ResolvedEvent>),
    );
    const batch = [...events(200), finish()];
    for (const event of batch) void store.client.appendToStream(stream, event);
    for (const seen of await Promise.all(all)) {
      expect(new Set(idsOf(seen))).toEqual(new Set(batch.map(({ id }) => id)));
      expect(seen).toHaveLength(batch.length);
    }
  });

  it('that are slow lose nothing', async () => {
    const stream = newStream();
    const subscription = store.client.subscribeToStream(stream, {}, { highWaterMark: 1 });
    await once(subscription, 'caughtUp');
    subscription.pause();
    const value = 'x'.repeat(2_000);
    const rounds = Array.from({ length: 40 }, () =>
      Array.from({ length: 100 }, () => jsonEvent({ type: 'Slow', data: { value } })),
    );
    for (const batch of rounds) await store.client.appendToStream(stream, batch);
    await store.client.appendToStream(stream, finish());
    const seen = await untilFinish(subscription);
    expect(seen.map(({ event }) => Number(event!.revision))).toEqual(
      Array.from({ length: 4_001 }, (_, index) => index),
    );
  });
});
