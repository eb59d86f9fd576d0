import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from '#libs/testing';
import { withDeadline } from './deadline.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { type EventStore, type RecordedEvent } from './port.js';
import { scripted } from './scripted-store.fixtures.js';
import { conflict, event, streamOf, success, unexplained } from './scripted-server.fixtures.js';
import { StoreProcess } from './store-process.fixtures.js';
import { anEvent } from './theatre.fixtures.js';

const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
/** The api answers 503 within five seconds, so the port has to be done by then. */
const PROMISED_MS = 5_000;

describe('a store behind a bad line', () => {
  let process: StoreProcess;
  let line: TcpProxy;
  let store: EventStore;

  beforeEach(async () => {
    process = await StoreProcess.start();
    line = await TcpProxy.to(process.port);
    store = connectEventStore(line.url);
    await store.append('theatre-before', 'no_stream', [anEvent()]);
  });
  afterEach(async () => {
    await store.close();
    await line.close();
    await process.remove();
  });

  async function read(stream: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const recorded of store.readStream(stream)) events.push(recorded);
    return events;
  }

  /** Loses the next chunk that comes back, and does `then` instead. */
  function loseNextAnswer(then: () => void): void {
    line.onAnswer = () => {
      line.onAnswer = () => true;
      then();
      return false;
    };
  }

  describe('that loses the answer to an append', () => {
    it.each([
      [
        'and is cut',
        () => {
          line.cut();
        },
      ],
      [
        'and falls silent',
        () => {
          line.mute();
        },
      ],
    ])('%s: it is sent again with the same ids, and stored once', async (_, then) => {
      const events = [anEvent(1), anEvent(2)];
      loseNextAnswer(then);
      const { revision } = await store.append('theatre-1', 'no_stream', events);
      expect(revision).toBe(1n);
      expect((await read('theatre-1')).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    });

    it('and somebody else appends meanwhile: it is found where it landed', async () => {
      const mine = anEvent(1);
      const other = connectEventStore(process.url);
      loseNextAnswer(() => {
        void other.append('theatre-1', 0n, [anEvent(2)]).then(() => {
          line.cut();
        });
      });
      expect(await store.append('theatre-1', 'no_stream', [mine])).toMatchObject({ revision: 0n });
      expect(await read('theatre-1')).toHaveLength(2);
      await other.close();
    });
  });

  it('that is cut again and again under load stores every append exactly once', async () => {
    const written: string[] = [];
    const cutEvery = 40;
    const writer = async (name: number): Promise<void> => {
      for (let n = 0; written.length < 400; n += 1) {
        const stream = `theatre-${name}-${n}`;
        await store.append(stream, 'no_stream', [anEvent(n), anEvent(n)]);
        written.push(stream);
        if (written.length % cutEvery === 0) line.cut();
      }
    };
    await Promise.all(Array.from({ length: 30 }, (_, name) => writer(name)));
    for (const stream of written) expect(await read(stream)).toHaveLength(2);
    expect(line.connections).toBeGreaterThan(5);
  });

  it('that stops answers "unavailable" in time, and is used again when it goes on', async () => {
    process.pause();
    const attempts = [
      store.append('theatre-1', 'no_stream', [anEvent()]),
      read('theatre-before'),
      store.headPosition(),
    ];
    await Promise.all(
      attempts.map((attempt) =>
        expect(withDeadline(attempt as Promise<unknown>, PROMISED_MS)).rejects.toMatchObject(
          unavailable,
        ),
      ),
    );
    process.resume();
    await store.append('theatre-2', 'no_stream', [anEvent()]);
  });

  it('that is silent on this connection is reached through another, by appends and by reads', async () => {
    line.mute();
    await store.append('theatre-1', 'no_stream', [anEvent()]);
    line.mute();
    expect(await read('theatre-1')).toHaveLength(1);
    expect(line.connections).toBe(3);
  });

  it('that is killed answers "unavailable" in time, and is used again at once after its start', async () => {
    await process.kill();
    const attempts = Array.from({ length: 50 }, (_, n) =>
      store.append(`theatre-${n}`, 'no_stream', [anEvent()]),
    );
    await Promise.all(
      attempts.map((attempt) =>
        expect(withDeadline(attempt, PROMISED_MS)).rejects.toMatchObject(unavailable),
      ),
    );
    await process.restart();
    await store.append('theatre-after', 'no_stream', [anEvent()]);
  });

  it('that comes back while an append is under way answers it', async () => {
    await process.kill();
    const append = store.append('theatre-1', 'no_stream', [anEvent()]);
    await process.restart();
    expect(await append).toMatchObject({ revision: 0n });
  });

  it('that breaks in the middle of a history never passes a part of it for the whole', async () => {
    const many = Array.from({ length: 3_000 }, () => anEvent());
    await store.append('theatre-1', 'no_stream', many);
    let seen = 0;
    const reading = (async () => {
      for await (const recorded of store.readStream('theatre-1')) {
        seen += 1;
        if (recorded.revision === 20n) line.cut();
        if (recorded.revision % 20n === 0n) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await expect(reading).rejects.toMatchObject(unavailable);
    expect(seen).toBeGreaterThan(20);
    expect(seen).toBeLessThan(3_000);
  });

  it('is not used after it was closed', async () => {
    await store.close();
    await expect(store.append('theatre-1', 'no_stream', [anEvent()])).rejects.toMatchObject(
      unavailable,
    );
    await expect(read('theatre-1')).rejects.toMatchObject(unavailable);
  });
});

describe('a store that misbehaves', () => {
  it('and ends the call of the appends in good order gets them on a new one, at once', async () => {
    const asked: string[] = [];
    const { store } = await scripted({
      append: (request, call) => {
        asked.push(request.getProposedMessagesList()[0]?.getId()?.getString() ?? '');
        // More often than there is time to wait for an answer in vain.
        if (asked.length <= 3) call.end();
        else call.write(success(request, 0n));
      },
    });
    const { id, ...rest } = anEvent();
    const append = store.append('theatre-1', 'no_stream', [{ id, ...rest }]);
    expect(await append).toMatchObject({ revision: 0n });
    expect(asked).toEqual([id, id, id, id]);
  });

  it('and is given up for being mute fails the reads under way, which would seem complete', async () => {
    const { store } = await scripted({ read: (call) => call.write(event(1n)) });
    const reading = store.readStream('theatre-1')[Symbol.asyncIterator]();
    expect(await reading.next()).toMatchObject({ done: false });
    await expect(store.append('theatre-1', 'no_stream', [anEvent()])).rejects.toMatchObject(
      unavailable,
    );
    await expect(reading.next()).rejects.toMatchObject(unavailable);
  });

  it('and forgot what it stored is asked for our own events before a conflict is believed', async () => {
    const mine = anEvent();
    const other = anEvent();
    const asked = new Set<string>();
    const { store } = await scripted({
      append: (request, call) => {
        const stream = streamOf(request);
        if (asked.has(stream)) call.write(conflict(request, 0n));
        else call.end();
        asked.add(stream);
      },
      read: (call) => {
        const stream = streamOf(call.request);
        const { id } = stream === 'theatre-mine' ? mine : other;
        call.write(event(7n, { id, stream }));
        call.end();
      },
    });
    expect(await store.append('theatre-mine', 'no_stream', [mine])).toEqual({
      revision: 0n,
      position: 7n,
    });
    await expect(store.append('theatre-taken', 'no_stream', [mine])).rejects.toMatchObject({
      name: 'WrongExpectedRevision',
      actualRevision: 0n,
    });
  });

  it('and does not explain an error leaves the outcome unknown, and is asked again', async () => {
    let asked = 0;
    const { store } = await scripted({
      append: (request, call) => {
        asked += 1;
        call.write(asked === 1 ? unexplained(request) : success(request, 0n));
      },
    });
    expect(await store.append('theatre-1', 'no_stream', [anEvent()])).toMatchObject({
      revision: 0n,
    });
    expect(asked).toBe(2);
  });

  it('and answers long after it was given up does no harm', async () => {
    const late: (() => void)[] = [];
    const { store } = await scripted({
      append: (request, call) => {
        late.push(() => call.write(success(request, 0n)));
        if (late.length === 2) for (const answer of late) answer();
      },
    });
    expect(await store.append('theatre-1', 'no_stream', [anEvent()])).toMatchObject({
      revision: 0n,
    });
    expect(late).toHaveLength(2);
  });

  it('and falls silent in the middle of a read, on a connection given up for it, fails the read', async () => {
    const { store } = await scripted({ read: (call) => call.write(event(1n)) });
    const reading = store.readStream('theatre-1')[Symbol.asyncIterator]();
    expect(await reading.next()).toMatchObject({ done: false });
    await expect(reading.next()).rejects.toMatchObject(unavailable);
  });
});

describe('an append', () => {
  it('above 1 MiB is refused before it is sent', async () => {
    let sent = 0;
    const { store } = await scripted({ append: () => (sent += 1) });
    const big = anEvent(0, { data: { filler: 'x'.repeat(1024 * 1024) } });
    await expect(store.append('theatre-1', 'no_stream', [big])).rejects.toMatchObject({
      code: 'event_too_large',
    });
    expect(sent).toBe(0);
  });

  it('that is no JSON, or holds nothing, is the fault of the program and is not retried', async () => {
    const { store } = await scripted({});
    const wrong = anEvent(0, { data: { seat: 1n } });
    await expect(store.append('theatre-1', 'no_stream', [wrong])).rejects.toThrow(TypeError);
    await expect(store.append('theatre-1', 'no_stream', [])).rejects.toThrow('holds no event');
  });
});
