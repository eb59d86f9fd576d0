import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandRunner } from './command-runner.js';
import { eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import {
  aStage,
  codeOf,
  release,
  reserve,
  seatsIn,
  someCommand,
  STREAM,
} from './theatre-stage.fixtures.js';
import { type EventStore } from './port.js';
import {
  aContext,
  anEvent,
  aRun,
  type SeatCommand,
  SEATS_MAX,
  theatre,
  theatreCatalog,
} from './theatre.fixtures.js';

const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
/** What becomes of seats when the commands are obeyed one after the other. */
function obeyed(commands: readonly SeatCommand[]): number[] {
  const taken = new Set<number>();
  for (const { do: what, seat } of commands) {
    if (what === 'release') taken.delete(seat);
    else if (taken.size < SEATS_MAX) taken.add(seat);
  }
  return [...taken].sort();
}

const someBreaks = fc.array(fc.constantFrom('before_append', 'after_append', null), {
  maxLength: 60,
});

describe('a command', () => {
  it('that is run until it is answered happens once, wherever the line breaks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(someCommand, { maxLength: 20 }),
        someBreaks,
        async (all, breaks) => {
          const { store, runner } = aStage();
          const due = [...breaks];
          store.breakAt = () => due.shift() ?? null;
          for (const command of all) {
            const run = aRun(STREAM, command);
            const again = async (): Promise<unknown> =>
              runner.run(run).catch((error: unknown) => {
                if (codeOf(error) === 'event_store_unavailable') return again();
                expect(codeOf(error)).toBe('sold_out');
              });
            await again();
          }
          expect(seatsIn(store)).toEqual(obeyed(all));
        },
      ),
    ));

  it('that is run again, in this process or another, says what it said, and appends nothing', async () => {
    const { store, runner } = aStage();
    const run = aRun(STREAM, reserve(3));
    await runner.run(aRun(STREAM, reserve(1)));
    const first = await runner.run(run);
    await runner.run(aRun(STREAM, release(3)));
    for (const again of [runner, aStage(store).runner]) {
      expect(await again.run(run)).toMatchObject({ ...first, replayed: true });
    }
    expect(seatsIn(store)).toEqual([1]);
  });

  it('that would be decided otherwise now says what it said, though nobody here remembers it', async () => {
    const { store, runner } = aStage();
    const context = aContext();
    const first = { ...aRun(STREAM, reserve(1)), expectNew: true, context };
    const said = await runner.run(first);
    const elsewhere = aStage(store).runner;
    const again = await elsewhere.run({ ...first, command: reserve(2) });
    expect(again).toMatchObject({ replayed: true, events: said.events });
    expect(seatsIn(store)).toEqual([1]);
  });

  it('that is satisfied already appends nothing', async () => {
    const { store, runner } = aStage();
    await runner.run(aRun(STREAM, reserve(3)));
    const { events, revision } = await runner.run(aRun(STREAM, reserve(3)));
    expect({ events, revision }).toEqual({ events: [], revision: 0n });
    expect(store.log).toHaveLength(1);
  });

  it('gives back the state after it, and where its events are', async () => {
    const { store, runner } = aStage();
    const { state, revision, position } = await runner.run(aRun(STREAM, reserve(3)));
    expect([...state]).toEqual([3]);
    expect({ revision, position }).toEqual({ revision: 0n, position: store.log[0]?.position });
  });

  it('writes who, when and why beside each event', async () => {
    const { store, runner } = aStage();
    const context = { ...aContext(), origin: 'v1.sealed' };
    await runner.run(aRun(STREAM, reserve(3), context));
    const { correlationId, causationId, ...rest } = context;
    expect(store.log[0]?.metadata).toEqual({
      ...rest,
      schemaVersion: 1,
      $correlationId: correlationId,
      $causationId: causationId,
    });
  });

  it('whose event has a wrong shape is refused before it is stored', async () => {
    const { store, runner } = aStage();
    for (const data of [{}, { seat: 'three' }, { seat: 3, phone: '+15551234567' }]) {
      const decider = { ...theatre, decide: () => [{ type: 'SeatReserved', data } as never] };
      const run = { ...aRun(STREAM, reserve(3)), decider };
      await expect(runner.run(run)).rejects.toThrow('would be stored with a wrong shape');
    }
    expect(store.appends).toBe(0);
  });

  it('is decided in spite of events of unknown types, after the last of them', async () => {
    const { store, runner } = aStage();
    await store.append(STREAM, 'no_stream', [anEvent(1), anEvent(2, { type: 'FromTheFuture' })]);
    const { state, revision } = await runner.run(aRun(STREAM, reserve(3)));
    expect([...state]).toEqual([1, 3]);
    expect(revision).toBe(2n);
  });
});

describe('commands to one stream', () => {
  it('that come at once are run one after the other, in their order, and none is lost', () =>
    fc.assert(
      fc.asyncProperty(fc.array(someCommand, { maxLength: 40 }), async (all) => {
        const { store, runner } = aStage();
        await Promise.allSettled(all.map((command) => runner.run(aRun(STREAM, command))));
        expect(seatsIn(store)).toEqual(obeyed(all));
        expect(store.appends).toBe(store.log.length);
      }),
    ));

  it('cost one read, though there are a thousand', async () => {
    const { store, runner } = aStage();
    const run = (n: number) => aRun(STREAM, n % 2 === 0 ? reserve(1) : release(1));
    await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => runner.run({ ...run(n), expectNew: n === 0 })),
    );
    expect({ reads: store.reads, appends: store.appends }).toEqual({ reads: 1, appends: 1_000 });
  });

  it('of several runners never break a rule, and none is lost', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(someCommand, fc.nat(2)), { maxLength: 30 }),
        async (commands) => {
          const store = new MemoryEventStore();
          const runners = [0, 1, 2].map(() => aStage(store).runner);
          const outcomes = await Promise.all(
            commands.map(([command, which]) =>
              runners[which]!.run(aRun(STREAM, command)).then(
                ({ events }) => events.length,
                codeOf,
              ),
            ),
          );
          seatsIn(store);
          let appended = 0;
          for (const outcome of outcomes) {
            if (typeof outcome === 'number') appended += outcome;
            else expect(['sold_out', 'concurrent_change']).toContain(outcome);
          }
          expect(appended).toBe(store.log.length);
        },
      ),
    ));
});

describe('what a runner remembers of a stream', () => {
  it('never makes it wrong about what others did since', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(someCommand, fc.nat(1), fc.boolean()), { maxLength: 30 }),
        async (commands) => {
          const store = new MemoryEventStore();
          const runners = [aStage(store).runner, aStage(store).runner];
          for (const [command, which, expectNew] of commands) {
            const before = seatsIn(store);
            const sold = before.length === SEATS_MAX && !before.includes(command.seat);
            const run = runners[which]!.run({ ...aRun(STREAM, command), expectNew });
            if (command.do === 'reserve' && sold) {
              await expect(run).rejects.toMatchObject({ code: 'sold_out' });
            } else {
              const satisfied = before.includes(command.seat) === (command.do === 'reserve');
              expect((await run).events).toHaveLength(satisfied ? 0 : 1);
            }
          }
        },
      ),
    ));

  it('does not turn a command away for a reason that somebody else has removed', async () => {
    const store = new MemoryEventStore();
    const [here, there] = [aStage(store).runner, aStage(store).runner];
    for (let seat = 0; seat < SEATS_MAX; seat += 1) await here.run(aRun(STREAM, reserve(seat)));
    await there.run(aRun(STREAM, release(0)));
    expect((await here.run(aRun(STREAM, reserve(9)))).events).toHaveLength(1);
  });

  it('saves the append that would be refused, of a stream it made and was told is new', async () => {
    const { store, runner } = aStage();
    const expected = (seat: number) => ({ ...aRun(STREAM, reserve(seat)), expectNew: true });
    await runner.run(expected(1));
    await runner.run(expected(2));
    expect({ reads: store.reads, appends: store.appends }).toEqual({ reads: 1, appends: 2 });
  });

  it('does not stand in the way of a stream somebody else began', async () => {
    const { store, runner } = aStage();
    await store.append(STREAM, 'no_stream', [anEvent(1)]);
    const { state } = await runner.run({ ...aRun(STREAM, reserve(2)), expectNew: true });
    expect([...state]).toEqual([1, 2]);
  });
});

describe('a store', () => {
  it('on which others are always faster ends a command after twenty-five attempts', async () => {
    const store = new MemoryEventStore();
    let attempts = 0;
    store.append = (stream) => {
      attempts += 1;
      return Promise.reject(new WrongExpectedRevision(stream, null));
    };
    const { runner } = aStage(store);
    await expect(runner.run(aRun(STREAM, reserve(1)))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'concurrent_change',
    });
    expect(attempts).toBe(25);
  });

  it('that is unavailable is asked once by a command: the port has tried long enough', async () => {
    const { store, runner } = aStage();
    await runner.run(aRun(STREAM, reserve(1)));
    const { appends, reads } = store;
    store.breakAt = () => 'before_append';
    await expect(runner.run(aRun(STREAM, reserve(2)))).rejects.toMatchObject(unavailable);
    expect({ appends: store.appends - appends, reads: store.reads - reads }).toEqual({
      appends: 1,
      reads: 1,
    });
  });

  it('that does not answer holds no command for longer than was promised, first or waiting', async () => {
    const asked: string[] = [];
    let giveUp: () => void = () => undefined;
    const store: EventStore = Object.assign(new MemoryEventStore(), {
      append: (stream: string) => {
        asked.push(stream);
        return new Promise<never>((_, reject) => {
          giveUp = () => {
            reject(eventStoreUnavailable(new Error('slow')));
          };
        });
      },
    });
    const runner = new CommandRunner(store, theatreCatalog);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, seat) => runner.run(aRun(STREAM, reserve(seat)))),
    );
    giveUp();
    await new Promise((resolve) => setImmediate(resolve));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable });
    }
    expect(asked).toEqual([STREAM]);
  });
});
