import { EventCatalog, type EventStore, type RecordedEvent } from '#libs/event-store';
import { startTestEventStore, type TestEventStore, until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Heart, type HeartOptions } from './heart.js';
import { heartbeatEvents, heartbeatStream } from './heartbeat.events.js';

const everyMs = 20;
let log: TestEventStore;
let hearts: Heart[] = [];

beforeEach(async () => {
  log = await startTestEventStore();
});
afterEach(async () => {
  await Promise.all(hearts.map((heart) => heart.stop()));
  hearts = [];
  await log.close();
});

function heartOn(store: HeartOptions['store'], onMissed?: (error: unknown) => void): Heart {
  const heart = new Heart({ store, everyMs, ...(onMissed === undefined ? {} : { onMissed }) });
  hearts.push(heart);
  return heart;
}

/** The store with another way to append. */
function storeWith(append: EventStore['append']): Pick<EventStore, 'append' | 'readStream'> {
  return { append, readStream: (...call) => log.store.readStream(...call) };
}

async function stream(name: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of log.store.readStream(name)) events.push(event);
  return events;
}

const catalog = new EventCatalog(heartbeatEvents);
const epochs = async () =>
  (await stream(heartbeatStream)).map((beat) => (beat.data as { leaseEpoch: string }).leaseEpoch);
const limits = () => stream(`$$${heartbeatStream}`);
const untilBeats = (count: number) =>
  until(`${count} beats`, async () => (await epochs()).length >= count);

describe('a heart', () => {
  it('beats until it is stopped, in events that decode, and may begin again', async () => {
    const heart = heartOn(log.store);
    heart.start(7n);
    await untilBeats(3);
    await heart.stop();
    const beats = await stream(heartbeatStream);
    expect(beats.map((beat) => catalog.decode(beat)?.data)).toEqual(
      beats.map(() => ({ leaseEpoch: '7' })),
    );
    heart.start(9n);
    await untilBeats(beats.length + 2);
    expect((await epochs()).slice(beats.length, beats.length + 2)).toEqual(['9', '9']);
    heart.start(10n);
    await until('a beat of the lease taken anew', async () => (await epochs()).includes('10'));
  });

  it('lets its stream keep a limited number of beats, once for all', async () => {
    for (const epoch of [1n, 2n]) {
      const heart = heartOn(log.store);
      heart.start(epoch);
      await until(`a beat of ${epoch}`, async () => (await epochs()).includes(String(epoch)));
      await heart.stop();
    }
    const found = await limits();
    expect(found.map(({ type, data, revision }) => ({ type, data, revision }))).toEqual([
      { type: '$metadata', data: { $maxCount: 1_000 }, revision: 0n },
    ]);
  });

  it('that was paused while another began writes nothing, until that one has stopped', async () => {
    let wake = (): void => undefined;
    const paused = new Promise<void>((resolve) => (wake = resolve));
    let about = false;
    const refused: boolean[] = [];
    const slow = storeWith(async (...call) => {
      if (call[0] === heartbeatStream) {
        about = true;
        await paused;
      }
      const appended = log.store.append(...call);
      await appended.then(
        () => refused.push(false),
        () => refused.push(true),
      );
      return appended;
    });
    heartOn(slow).start(1n);
    await until('the first to be about to beat', () => about);
    const second = heartOn(log.store);
    second.start(2n);
    await untilBeats(1);
    wake();
    await until('the first to have met the second', () => refused.includes(true));
    expect(await epochs()).not.toContain('1');
    await second.stop();
    await until('the first to go on', async () => (await epochs()).includes('1'));
  });

  it('tells of a beat that could not be written, and tries the next', async () => {
    const failures = [new Error('out of reach')];
    const store = storeWith((...call) => {
      const failure = failures.pop();
      return failure === undefined ? log.store.append(...call) : Promise.reject(failure);
    });
    const missed: unknown[] = [];
    heartOn(store, (error) => missed.push(error)).start(1n);
    await untilBeats(1);
    expect(missed).toEqual([new Error('out of reach')]);
  });
});
