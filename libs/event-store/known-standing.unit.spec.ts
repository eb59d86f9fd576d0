import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CommandRunner } from './command-runner.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import { standingOf } from './standing.js';
import {
  anEvent,
  aRun,
  type SeatCommand,
  type SeatEvent,
  SEATS_MAX,
  theatre,
} from './theatre.fixtures.js';
import { aStage, reserve, seatsIn, someCommand, STREAM } from './theatre-stage.fixtures.js';

/** The seats taken when the commands are obeyed one after the other. */
function obeyed(commands: readonly SeatCommand[]): number[] {
  const taken = new Set<number>();
  for (const { do: what, seat } of commands) {
    if (what === 'release') taken.delete(seat);
    else if (taken.size < SEATS_MAX) taken.add(seat);
  }
  return [...taken].sort();
}

describe('where a stream stands as its caller knows', () => {
  /** Where it stands after so many of its events. */
  const standingAfter = async (runner: CommandRunner, count: number) =>
    standingOf(theatre, (await runner.history<SeatEvent>(STREAM)).slice(0, count));

  it('saves the read before a command', async () => {
    const { store, runner } = aStage();
    await store.append(STREAM, 'no_stream', [anEvent(1)]);
    runner.remember(STREAM, theatre, await standingAfter(runner, 1));
    const before = store.reads;
    expect([...(await runner.run(aRun(STREAM, reserve(2)))).state]).toEqual([1, 2]);
    expect(store.reads).toBe(before);
  });

  it('never makes a command wrong, however old it is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(someCommand, fc.nat(30), fc.nat(1)), { maxLength: 30 }),
        async (all) => {
          const store = new MemoryEventStore();
          const runners = [aStage(store).runner, aStage(store).runner];
          for (const [command, count, which] of all) {
            const runner = runners[which]!;
            runner.remember(STREAM, theatre, await standingAfter(runner, count));
            await runner.run(aRun(STREAM, command)).catch((error: unknown) => {
              expect(error).toMatchObject({ code: 'sold_out' });
            });
          }
          const commands = all.map(([command]) => command);
          expect(seatsIn(store)).toEqual(obeyed(commands));
        },
      ),
    ));

  it('does not make a command forgotten that was run before', async () => {
    const { store, runner } = aStage();
    const run = aRun(STREAM, reserve(2));
    await store.append(STREAM, 'no_stream', [anEvent(1)]);
    const first = await runner.run(run);
    const elsewhere = aStage(store).runner;
    elsewhere.remember(STREAM, theatre, await standingAfter(elsewhere, 1));
    expect(await elsewhere.run(run)).toMatchObject({ events: first.events, replayed: true });
    expect([...seatsIn(store)]).toEqual([1, 2]);
  });
});
