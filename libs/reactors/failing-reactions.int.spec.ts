import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, fixedClock } from '#libs/kernel';
import { until } from '#libs/testing';
import { aRing, checkpointOf, eventsOf, House, keptOf } from './bells.fixtures.js';

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

describe('an event that fails', () => {
  const clock = fixedClock('2026-01-05T12:00:00.000Z');
  let broken = true;
  const porter = {
    run: (answer: () => Promise<unknown>, { bell, count }: { bell: string; count: number }) =>
      broken && bell === 'broken' && count === 1
        ? Promise.reject(new DomainError('illegal_state', 'wire_cut', 'Mend the wire.'))
        : answer(),
  };
  beforeEach(() => {
    broken = true;
    clock.set('2026-01-05T12:00:00.000Z');
  });

  it('is parked with those of its stream, named, while other streams go on', async () => {
    const host = start({ porter, clock });
    await ringAt('broken', 4);
    await untilPassed(host, await ringAt('front', 2));
    await untilAnswered('front', 0, 1);
    expect(await answers('broken')).toEqual([0]);
    const [, failed] = await eventsOf(house.store, 'bell-broken');
    const { parked, failure } = (await checkpointOf(host.database))!;
    expect([parked, failure]).toEqual([3, expect.stringContaining(failed!.id)]);
    expect(failure).toContain('Mend the wire.');
    expect(host.told('parked')).toBe(1);
  });

  it('is tried again by itself, and then everything behind it, in order, also after a restart', async () => {
    const host = start({ porter, clock });
    await untilPassed(host, await ringAt('broken', 4));
    await house.stopAll();
    broken = false;
    clock.set('2026-01-05T12:00:02.000Z');
    const again = start({ porter, clock });
    await ringAt('broken', 2);
    await untilAnswered('broken', ...upTo(6));
    await until('nothing to be kept', async () => (await keptOf(again.database)).length === 0);
    expect(await checkpointOf(again.database)).toMatchObject({ parked: 0, failure: null });
  });

  it('is tried every other second where somebody waits for it', async () => {
    const host = start({ porter: { ...porter, retryMsMax: 2_000 }, clock });
    await ringAt('broken', 2);
    for (const attempts of [1, 2, 3, 4]) {
      await until(`attempt ${attempts}`, () => host.told('parked') === attempts);
      const [kept] = await keptOf(host.database);
      expect(Date.parse(kept!.dueAt) - clock.now().getTime()).toBeLessThanOrEqual(2_000);
      clock.set(kept!.dueAt);
    }
  });

  it('is tried less and less often', async () => {
    const host = start({ porter, clock });
    await ringAt('broken', 2);
    const dueIn: number[] = [];
    for (let attempts = 1; attempts <= 4; attempts += 1) {
      await until(`attempt ${attempts}`, () => host.told('parked') === attempts);
      const [kept] = await keptOf(host.database);
      dueIn.push(Date.parse(kept!.dueAt) - clock.now().getTime());
      clock.set(kept!.dueAt);
    }
    expect(dueIn).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('is parked too when it does not decode', async () => {
    const host = start({ clock });
    await house.store.append('bell-odd', 'no_stream', [aRing({ bell: 7 })]);
    await untilPassed(host, await ringAt('front'));
    expect((await checkpointOf(host.database))?.failure).toContain('bell-odd');
  });

  it('and is one of too many stops what is new, until they are fewer', async () => {
    const host = start({ porter, clock, limits: { parked: 2 } });
    await ringAt('broken', 3);
    await until('two to be parked', async () => (await keptOf(host.database)).length >= 2);
    await ringAt('front');
    await until('it to stand still', () => host.told('standing_still') === 1);
    expect(await answers('front')).toEqual([]);
    broken = false;
    clock.set('2026-01-05T12:00:02.000Z');
    await untilAnswered('broken', 0, 1, 2);
    await untilAnswered('front', 0);
  });
});

describe('a command that takes its time', () => {
  it('does not hold up other streams, and is given up in the end', async () => {
    const never = () => new Promise<never>(() => undefined);
    const host = start({
      porter: { run: (answer, { bell }) => (bell === 'stuck' ? never() : answer()) },
      limits: { timeoutMs: 3_000, concurrency: 2 },
    });
    await ringAt('stuck');
    await ringAt('front', 5);
    await untilAnswered('front', ...upTo(5));
    await until('it to be parked', () => host.told('parked') === 1);
    expect((await keptOf(host.database)).map(({ stream }) => stream)).toEqual(['bell-stuck']);
  });

  it.each([
    ['streams at work', { concurrency: 3 }],
    ['events begun', { unfinished: 3 }],
    ['events remembered', { remembered: 3 }],
  ])('shares the host with as many others as may be: %s', async (_, limits) => {
    let atOnce = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    start({
      limits,
      porter: {
        run: async (answer) => {
          most = Math.max(most, (atOnce += 1));
          if (atOnce < 3) await new Promise<void>((resolve) => waiting.push(resolve));
          else for (const wake of waiting.splice(0)) wake();
          await answer();
          atOnce -= 1;
        },
      },
    });
    const bells = upTo(6).map((index) => `bell${index}`);
    await Promise.all(bells.map((bell) => ringAt(bell)));
    await Promise.all(bells.map((bell) => untilAnswered(bell, 0)));
    expect(most).toBe(3);
  });
});

describe('a server out of reach', () => {
  it('is waited for, and nothing is parked for it', async () => {
    let failures = 3;
    const host = start({
      porter: {
        run: (answer) =>
          (failures -= 1) >= 0
            ? Promise.reject(new DomainError('unavailable', 'door_locked', 'Try again.'))
            : answer(),
      },
    });
    await ringAt('front', 2);
    await untilAnswered('front', 0, 1);
    expect(host.told('parked')).toBe(0);
  });

  it('loses nothing and repeats nothing when it is the database', async () => {
    const host = start();
    await ringAt('front', 2);
    await untilAnswered('front', 0, 1);
    await house.cutDatabase();
    await ringAt('front', 2);
    await untilAnswered('front', ...upTo(4));
    await until('it to have noticed', () => host.told('interrupted') > 0);
  });
});
