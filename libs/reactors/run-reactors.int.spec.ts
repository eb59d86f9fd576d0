import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HeartbeatRecorded, heartbeatStream } from '#libs/heartbeat';
import { fixedClock } from '#libs/kernel';
import { freshDatabase, until } from '#libs/testing';
import { aRing, checkpointOf, eventsOf, type HostOn, House, keptOf } from './bells.fixtures.js';

const house = new House();
beforeEach(() => house.open());
afterEach(() => house.close());

const start: House['start'] = (on) => house.start(on);
const ringAt: House['ring'] = (bell, times) => house.ring(bell, times);
const answers: House['answers'] = (bell) => house.answers(bell);
const untilAnswered: House['untilAnswered'] = (bell, ...counts) =>
  house.untilAnswered(bell, ...counts);
const untilPassed: House['untilPassed'] = (host, position) => house.untilPassed(host, position);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a new reactor', () => {
  it('that starts now never acts upon history, not even when it is stopped and started', async () => {
    const head = await ringAt('front', 3);
    const host = start({ porter: { startAt: 'now' } });
    await until('it to have begun', () => host.told('started') === 1);
    expect(await checkpointOf(host.database)).toMatchObject({ position: head });
    await house.stopAll();
    await ringAt('front');
    start({ porter: { startAt: 'now' } });
    await untilAnswered('front', 3);
  });

  it('that starts at the beginning acts upon everything, in the order of each stream', async () => {
    await Promise.all([ringAt('front', 40), ringAt('back', 40)]);
    start();
    await Promise.all([untilAnswered('front', ...upTo(40)), untilAnswered('back', ...upTo(40))]);
  });

  it('goes on after a restart where it stopped', async () => {
    const host = start();
    await untilPassed(host, await ringAt('front', 3));
    await house.stopAll();
    await ringAt('front', 2);
    let runs = 0;
    start({
      porter: {
        run: (answer) => {
          runs += 1;
          return answer();
        },
      },
    });
    await untilAnswered('front', ...upTo(5));
    expect(runs).toBe(2);
  });
});

describe('the checkpoint', () => {
  it('moves on with heartbeats where nothing happens that the reactor acts upon', async () => {
    const host = start();
    await untilPassed(host, await ringAt('front'));
    await untilAnswered('front', 0);
    const beat = { ...aRing({ leaseEpoch: '1' }), type: HeartbeatRecorded.type };
    const { position } = await house.store.append(heartbeatStream, 'no_stream', [beat]);
    await untilPassed(host, position);
    expect(await checkpointOf(host.database)).toMatchObject({ position });
  });
});

describe('a command', () => {
  it('says who ran it and which event led to it, under an id that any run derives alike', async () => {
    const orders: unknown[] = [];
    const run = (answer: () => Promise<unknown>, _: unknown, order: unknown) => {
      orders.push(order);
      return answer();
    };
    await ringAt('front');
    start({ porter: { run } });
    await untilAnswered('front', 0);
    await house.stopAll();
    const other = await freshDatabase();
    start({ porter: { run }, databaseUrl: other.url });
    await until('the second run', () => orders.length === 2);
    await house.stopAll();
    await other.drop();
    const [rang] = await eventsOf(house.store, 'bell-front');
    const [answered] = await eventsOf(house.store, 'answer-front');
    expect(answered?.metadata).toMatchObject({
      actor: { kind: 'system', id: 'porter' },
      $causationId: rang?.id,
      $correlationId: rang?.metadata.$correlationId,
    });
    expect(orders[1]).toEqual(orders[0]);
    expect(await answers('front')).toEqual([0]);
  });
});

describe('two hosts at once', () => {
  it('have one effect, and the second takes over when the first is gone', async () => {
    const [first, second] = [start(), start()];
    await until(
      'one to stand by',
      () => first.told('standing_by') + second.told('standing_by') === 1,
    );
    await ringAt('front', 20);
    await untilAnswered('front', ...upTo(20));
    const working = first.told('started') === 1 ? first : second;
    await house.stop(working);
    await ringAt('front');
    await untilAnswered('front', ...upTo(21));
  });

  it('still have one effect when the first was cut off in the middle of a command', async () => {
    let resume = (): void => undefined;
    let cutOff = false;
    const paused = new Promise<void>((resolve) => (resume = resolve));
    const first = start({
      porter: {
        run: async (answer) => {
          cutOff = true;
          await paused;
          return answer();
        },
      },
    });
    const position = await ringAt('front');
    await until('the first to be in a command', () => cutOff);
    const second = start();
    await until('the second to have taken over', async () => {
      // Again and again, since the first may still give a sign of life.
      await second.database.pool.query(
        `update projection_lease set has_lock = false, expires_at = now()
          where name = 'reactors' and epoch = 1`,
      );
      return second.told('started') > 0;
    });
    await untilAnswered('front', 0);
    await untilPassed(second, position);
    resume();
    await until('the first to have noticed', () => first.told('interrupted') > 0);
    expect(await answers('front')).toEqual([0]);
  });
});

describe('an event that is to come again', () => {
  it('comes when its time has come, with the memo and its turn, whatever happened meanwhile', async () => {
    const clock = fixedClock('2026-01-05T12:00:00.000Z');
    const turns: unknown[] = [];
    const porter: HostOn['porter'] = {
      on: (rang, { turn, memo }) => {
        turns.push({ turn, memo });
        const at = new Date('2026-01-05T13:00:00.000Z');
        if (turn === 0) return { again: { at, memo: { knocks: 2 } } };
        return [rang];
      },
    };
    const host = start({ porter, clock });
    await untilPassed(host, await ringAt('front'));
    await house.stopAll();
    clock.set('2026-01-05T12:59:59.999Z');
    const again = start({ porter, clock });
    await untilPassed(again, await ringAt('front'));
    expect(await answers('front')).toEqual([]);
    clock.set('2026-01-05T13:00:00.000Z');
    await until('both answers', async () => (await answers('front')).length === 2);
    const first = { turn: 0, memo: null };
    const second = { turn: 1, memo: { knocks: 2 } };
    expect(turns).toEqual([first, first, second, second]);
    await until('nothing to be kept', async () => (await keptOf(again.database)).length === 0);
  });

  it('runs commands of its own each turn', async () => {
    const clock = fixedClock('2026-01-05T12:00:00.000Z');
    const on: NonNullable<HostOn['porter']>['on'] = (rang, { turn }) => ({
      commands: [rang],
      again: turn < 2 ? { at: clock.now() } : null,
    });
    start({ porter: { on }, clock });
    await ringAt('front');
    await untilAnswered('front', 0, 0, 0);
  });
});
