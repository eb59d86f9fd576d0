import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Caps } from './destination.events.js';
import { A_DESTINATION, NOW, someCaps } from './destination.fixtures.js';
import { capReasons, hasCaps, usageAt } from './destination-usage.js';
import {
  type DestinationUsageCommand,
  destinationUsageDecider,
} from './destination-usage.decider.js';
import { CapsReached } from './destination-usage.errors.js';
import { type CapWindows, type DestinationUsageEvent } from './destination-usage.events.js';
import { capWindowsAt } from './schedule.js';
import { UsageTail } from './usage-tail.js';

const ZONE = 'America/Los_Angeles';
const after = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();
const reserve = (transferId: string, caps: Partial<Caps>, at = NOW): DestinationUsageCommand => ({
  ...{ type: 'ReserveSlot', transferId, destinationId: A_DESTINATION, destinationVersion: 1 },
  ...{ caps: someCaps(caps), windows: capWindowsAt(ZONE, at), at },
});
const release = (transferId: string, used = true, at = NOW): DestinationUsageCommand => ({
  ...{ type: 'ReleaseSlot', transferId, destinationId: A_DESTINATION, used, at },
});

/** What a series of commands came to: its events, and why some were refused. */
function run(commands: readonly DestinationUsageCommand[]) {
  const history: DestinationUsageEvent[] = [];
  const refusals: (readonly string[])[] = [];
  for (const command of commands) {
    try {
      const state = fold(destinationUsageDecider, history);
      history.push(...destinationUsageDecider.decide(command, state));
    } catch (error) {
      if (!(error instanceof CapsReached)) throw error;
      refusals.push(error.reasons);
    }
  }
  return { history, refusals, state: fold(destinationUsageDecider, history) };
}

describe('a slot of a destination', () => {
  it('is counted in every window before the transfer is dialed', () => {
    const { history } = run([reserve('a', {}), reserve('b', {})]);
    expect(history[1]).toEqual({
      type: 'DestinationSlotReserved',
      data: {
        ...{ destinationId: A_DESTINATION, destinationVersion: 1, transferId: 'b' },
        windows: capWindowsAt(ZONE, NOW),
        counts: { hour: 2, day: 2, week: 2, month: 2, total: 2, concurrent: 2 },
        reservedAt: NOW,
      },
    });
  });

  it('is reserved and released once, however often it is asked for', () => {
    expect(run([reserve('a', {}), reserve('a', {})]).history).toHaveLength(1);
    const twice = [reserve('a', {}), release('a'), release('a'), release('unknown')];
    expect(run(twice).history).toHaveLength(2);
  });

  it('is asked for again in vain only if it is another transfer', () => {
    const cap = { concurrent: 1 };
    expect(run([reserve('a', cap), reserve('a', cap)]).refusals).toEqual([]);
    expect(run([reserve('a', cap), reserve('b', cap)]).refusals).toEqual([
      ['concurrency_cap_reached'],
    ]);
  });

  it('counts for ever once it was used, and not at all if nobody was connected', () => {
    const caps = { day: 1, total: 1 };
    const used = run([reserve('a', caps), release('a', true), reserve('b', caps)]);
    expect(used.refusals).toEqual([['daily_cap_reached', 'total_cap_reached']]);
    const unused = run([reserve('a', caps), release('a', false), reserve('b', caps)]);
    expect(unused.refusals).toEqual([]);
  });

  it('that is given back when its hour is over frees nothing of the next hour', () => {
    const caps = { hour: 1 };
    const commands = [reserve('a', caps), reserve('b', caps, after(3_600))];
    const { state } = run([...commands, release('a', false, after(3_601))]);
    const windows = capWindowsAt(ZONE, after(3_601));
    expect(usageAt(state, windows, after(3_601))).toMatchObject({ hour: 1, day: 1, total: 1 });
  });
});

describe('a cap', () => {
  it.each([
    ['hour', 'hourly_cap_reached'],
    ['day', 'daily_cap_reached'],
    ['week', 'weekly_cap_reached'],
    ['month', 'monthly_cap_reached'],
    ['total', 'total_cap_reached'],
    ['concurrent', 'concurrency_cap_reached'],
  ])('per %s refuses with %s', (name, reason) => {
    const caps = { [name]: 2 };
    const commands = ['a', 'b', 'c'].map((id) => reserve(id, caps));
    expect(run(commands).refusals).toEqual([[reason]]);
  });

  it('of zero takes nothing, and none at all takes everything', () => {
    expect(run([reserve('a', { day: 0 })]).refusals).toEqual([['daily_cap_reached']]);
    const many = Array.from({ length: 50 }, (_, n) => reserve(String(n), {}));
    expect(run(many).history).toHaveLength(50);
    expect([hasCaps(someCaps()), hasCaps(someCaps({ day: 0 }))]).toEqual([false, true]);
  });

  it('per day begins anew at local midnight', () => {
    const caps = { day: 2 };
    const commands = [
      reserve('a', caps, '2026-07-01T06:58:00.000Z'),
      reserve('b', caps, '2026-07-01T06:59:00.000Z'),
      reserve('c', caps, '2026-07-01T06:59:59.999Z'),
      reserve('d', caps, '2026-07-01T07:00:00.000Z'),
    ];
    expect(run(commands).refusals).toEqual([['daily_cap_reached']]);
  });

  it('per day holds for all 25 hours of the day clocks go back', () => {
    const caps = { day: 1 };
    const commands = [
      reserve('a', caps, '2026-11-01T07:00:00.000Z'),
      reserve('b', caps, '2026-11-02T07:59:59.000Z'),
      reserve('c', caps, '2026-11-02T08:00:00.000Z'),
    ];
    expect(run(commands).refusals).toEqual([['daily_cap_reached']]);
  });

  it('per hour tells the two hours of that night apart', () => {
    const caps = { hour: 1 };
    const commands = [
      reserve('a', caps, '2026-11-01T08:30:00.000Z'),
      reserve('b', caps, '2026-11-01T09:30:00.000Z'),
    ];
    expect(run(commands).refusals).toEqual([]);
  });

  it('per week begins anew on Monday', () => {
    const caps = { week: 1 };
    const commands = [
      reserve('a', caps, '2026-11-23T12:00:00.000Z'),
      reserve('b', caps, '2026-11-30T07:59:59.000Z'),
      reserve('c', caps, '2026-11-30T08:00:00.000Z'),
    ];
    expect(run(commands).refusals).toEqual([['weekly_cap_reached']]);
  });

  it('keeps transfers apart by its spacing', () => {
    const caps = { spacingSeconds: 30 };
    const commands = [
      reserve('a', caps),
      reserve('b', caps, after(29.999)),
      reserve('c', caps, after(30)),
    ];
    expect(run(commands).refusals).toEqual([['spacing']]);
    expect(run([reserve('a', {}), reserve('b', { spacingSeconds: 0 })]).refusals).toEqual([]);
  });

  it('holds when the clock of another process is behind', () => {
    const caps = { hour: 1 };
    const at = '2026-11-30T15:00:00.000Z';
    const before = '2026-11-30T14:59:59.900Z';
    const { refusals } = run([
      reserve('a', caps, at),
      reserve('b', caps, before),
      reserve('c', caps, at),
    ]);
    expect(refusals).toEqual([['hourly_cap_reached'], ['hourly_cap_reached']]);
  });
});

describe('any interleaving of reservations and releases', () => {
  const cap = fc.option(fc.integer({ min: 0, max: 6 }), { nil: null });
  const caps = fc.record({
    hour: cap,
    day: cap,
    week: cap,
    month: cap,
    total: cap,
    concurrent: cap,
  });
  const step = fc.record({
    transfer: fc.integer({ min: 0, max: 15 }),
    does: fc.constantFrom('reserve' as const, 'reserve' as const, 'use' as const, 'free' as const),
    /** Minutes that have passed; a little less than none for a clock that is behind. */
    minutes: fc.oneof(fc.integer({ min: -2, max: 40 }), fc.integer({ min: 0, max: 30_000 })),
  });

  it('never sells more than any cap allows, and counts what it sold', () => {
    fc.assert(
      fc.property(caps, fc.array(step, { maxLength: 60 }), (limits, steps) => {
        const { history, state } = run(commandsOf(limits, steps));
        for (let end = 0; end <= history.length; end += 1) {
          expectWithin(someCaps(limits), history.slice(0, end));
        }
        expect(state.inFlight.size).toBe(sold(history).filter(({ open }) => open).length);
        expect(state.counts.total).toBe(sold(history).length);
      }),
      { numRuns: 300 },
    );
  });

  interface Step {
    readonly transfer: number;
    readonly does: 'reserve' | 'use' | 'free';
    readonly minutes: number;
  }

  function commandsOf(limits: Partial<Caps>, steps: readonly Step[]): DestinationUsageCommand[] {
    let clock = Date.parse(NOW);
    return steps.map(({ transfer, does, minutes }) => {
      const at = new Date(clock + minutes * 60_000).toISOString();
      clock = Math.max(clock, Date.parse(at));
      const id = `transfer-${transfer}`;
      return does === 'reserve' ? reserve(id, limits, at) : release(id, does === 'use', at);
    });
  }

  /** What was taken and not given back unused, told from the events alone. */
  function sold(history: readonly DestinationUsageEvent[]) {
    const taken: { id: string; windows: CapWindows; open: boolean }[] = [];
    for (const { type, data } of history) {
      if (type === 'DestinationSlotReserved') {
        taken.push({ id: data.transferId, windows: data.windows, open: true });
        continue;
      }
      const index = taken.findIndex(({ id, open }) => open && id === data.transferId);
      if (data.used) taken[index]!.open = false;
      else taken.splice(index, 1);
    }
    return taken;
  }

  function expectWithin(limits: Caps, history: readonly DestinationUsageEvent[]): void {
    const taken = sold(history);
    for (const name of ['hour', 'day', 'week', 'month'] as const) {
      const perWindow = Map.groupBy(taken, ({ windows }) => windows[name]);
      for (const [, transfers] of perWindow) {
        expect(transfers.length).toBeLessThanOrEqual(limits[name] ?? Infinity);
      }
    }
    expect(taken.length).toBeLessThanOrEqual(limits.total ?? Infinity);
    const open = taken.filter((transfer) => transfer.open);
    expect(open.length).toBeLessThanOrEqual(limits.concurrent ?? Infinity);
  }

  it('is known from the end of its history, as far back as it takes', () => {
    fc.assert(
      fc.property(caps, fc.array(step, { maxLength: 60 }), (limits, steps) => {
        const { history, state } = run(commandsOf(limits, steps));
        const tail = new UsageTail();
        let from = history.length;
        while (from > 0 && !tail.isEnough) {
          from -= 1;
          tail.see(history[from]!);
        }
        expect(fold(destinationUsageDecider, history.slice(from))).toEqual(state);
        const concurrent = state.inFlight.size;
        // Whoever never ends has everything after him read; others do not.
        if (concurrent === 0 && history.length > 0) expect(tail.isEnough).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('reserves exactly when no reason speaks against it', () => {
    fc.assert(
      fc.property(caps, fc.array(step, { maxLength: 30 }), (limits, steps) => {
        const commands = steps.map(({ transfer }) => reserve(`transfer-${transfer}`, limits));
        const { state, history } = run(commands);
        const reasons = capReasons(someCaps(limits), state, capWindowsAt(ZONE, NOW), NOW);
        const next = run([...commands, reserve('one more', limits)]);
        const grew = next.history.length > history.length;
        expect(grew).toBe(reasons.length === 0);
        if (!grew) expect(next.refusals.at(-1)).toEqual(reasons);
      }),
    );
  });
});
