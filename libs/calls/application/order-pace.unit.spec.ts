import { type TenantId } from '#libs/kernel';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderPace, type PaceClock } from './order-pace.js';

const [acme, beta] = ['acme', 'beta'] as [TenantId, TenantId];

/** A clock that stands until it is told to go on; its timers are early by up to a millisecond. */
class ToldClock implements PaceClock {
  #nowMs = 0;
  #timers: { readonly atMs: number; readonly then: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, then: () => void): void {
    this.#timers.push({ atMs: this.#nowMs + milliseconds - 0.5, then });
  }

  /** Goes on by so many milliseconds, one timer after the other. */
  async pass(milliseconds: number): Promise<void> {
    const untilMs = this.#nowMs + milliseconds;
    for (let next = this.#due(untilMs); next !== undefined; next = this.#due(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.then();
      await settled();
    }
    this.#nowMs = untilMs;
  }

  #due(untilMs: number) {
    const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined || next.atMs > untilMs) return undefined;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    return next;
  }
}

/** Whoever was let in has noted it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

interface Given {
  readonly name: string;
  readonly atMs: number;
}

let clock: ToldClock;
let given: Given[];
beforeEach(() => {
  [clock, given] = [new ToldClock(), []];
});

const note = (name: string) => () => {
  given.push({ name, atMs: clock.nowMs() });
};
const names = () => given.map(({ name }) => name);
const consumer = (pace: OrderPace, name: string) => void pace.consumerTurn(name).then(note(name));
const destination = (pace: OrderPace, name: string) => void pace.destinationTurn().then(note(name));

describe('orders at a pace', () => {
  it('go out one after the other, the first at once', async () => {
    const pace = new OrderPace(2, clock);
    for (const name of ['a', 'b', 'c']) consumer(pace, name);
    await settled();
    expect(names()).toEqual(['a']);
    await clock.pass(499);
    expect(names()).toEqual(['a']);
    await clock.pass(1);
    expect(names()).toEqual(['a', 'b']);
    await clock.pass(500);
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('to destinations go before those to consumers that came before them', async () => {
    const pace = new OrderPace(1, clock);
    for (const name of ['a', 'b']) consumer(pace, name);
    destination(pace, 'buyer');
    await clock.pass(2_000);
    expect(names()).toEqual(['a', 'buyer', 'b']);
  });

  it('wait for nothing where none is set', async () => {
    const pace = new OrderPace(null, clock);
    for (let order = 0; order < 100; order += 1) consumer(pace, `${order}`);
    await settled();
    expect(given).toHaveLength(100);
    expect(pace.room(acme)).toBe(Infinity);
  });
});

describe('the room before an order', () => {
  it('is for two seconds of orders, and free again with every turn and whoever needs none', async () => {
    const pace = new OrderPace(1, clock);
    expect(pace.room(acme)).toBe(2);
    expect([pace.admit('a'), pace.admit('b'), pace.admit('c')]).toEqual([true, true, false]);
    expect(pace.room(acme)).toBe(0);
    consumer(pace, 'a');
    await settled();
    expect(pace.room(acme)).toBe(1);
    pace.release('b');
    expect(pace.room(acme)).toBe(2);
  });

  it('is kept for a tenant that found none, and that one with many leads would keep out', () => {
    const pace = new OrderPace(1, clock);
    pace.admit('a');
    pace.admit('b');
    expect(pace.room(beta)).toBe(0);
    pace.wants(beta, true);
    pace.release('a');
    expect([pace.room(acme), pace.room(beta)]).toEqual([0, 1]);
    pace.admit('beta-1');
    pace.release('b');
    expect(pace.room(acme)).toBe(1);
  });

  it('is kept for no tenant that has nobody to call, or no longer has', () => {
    const pace = new OrderPace(1, clock);
    pace.admit('a');
    pace.admit('b');
    expect([pace.room(beta), pace.room(acme)]).toEqual([0, 0]);
    pace.wants(beta, false);
    pace.release('a');
    expect(pace.room(acme)).toBe(1);
    pace.wants(beta, true);
    expect(pace.room(acme)).toBe(0);
    pace.wants(beta, false);
    expect(pace.room(acme)).toBe(1);
  });

  it('is taken to be wanted for half a second, without asking again', async () => {
    const pace = new OrderPace(1, clock);
    expect(pace.hasJustAsked(acme)).toBe(false);
    pace.wants(acme, true);
    await clock.pass(499);
    expect([pace.hasJustAsked(acme), pace.hasJustAsked(beta)]).toEqual([true, false]);
    await clock.pass(1);
    expect(pace.hasJustAsked(acme)).toBe(false);
  });

  it('is kept for nobody who does not ask again', async () => {
    const pace = new OrderPace(1, clock);
    pace.admit('a');
    pace.admit('b');
    expect(pace.room(beta)).toBe(0);
    pace.wants(beta, true);
    pace.release('a');
    await clock.pass(2_001);
    expect(pace.room(acme)).toBe(1);
  });
});

/** Orders that come in some order, with pauses between. */
const someOrders = fc.array(
  fc.record({
    kind: fc.constantFrom('consumer', 'destination'),
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
  }),
  { maxLength: 30 },
);

describe('at whatever pace, whatever comes when', () => {
  it('no second holds more orders than it may, destinations go first, and everybody has a turn', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), someOrders, async (perSecond, orders) => {
        [clock, given] = [new ToldClock(), []];
        const pace = new OrderPace(perSecond, clock);
        const came: (Given & { readonly kind: string })[] = [];
        for (const [number, { kind, waitMs }] of orders.entries()) {
          await clock.pass(waitMs);
          const name = `${number}`;
          came.push({ name, kind, atMs: clock.nowMs() });
          if (kind === 'consumer') consumer(pace, name);
          else destination(pace, name);
          await settled();
        }
        // As many turns as there are orders: nobody waits longer than for all others.
        await clock.pass(Math.ceil(((orders.length + 1) * 1_000) / perSecond) + orders.length);
        expect(names().toSorted()).toEqual(came.map(({ name }) => name).toSorted());
        for (const { atMs } of given) {
          const second = given.filter((one) => one.atMs >= atMs && one.atMs < atMs + 1_000);
          expect(second.length).toBeLessThanOrEqual(perSecond);
        }
        expect(overtaken(came)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

/** Consumers who went while a destination waited, and whoever overtook another of the same kind. */
function overtaken(came: readonly (Given & { readonly kind: string })[]): string[] {
  const turnOf = (name: string) => given.findIndex((one) => one.name === name);
  return came.flatMap((early, index) =>
    came.flatMap((other, place) => {
      const isBefore = turnOf(early.name) < turnOf(other.name);
      const wentMs = given[turnOf(early.name)]?.atMs ?? Infinity;
      const isSameKind = early.kind === other.kind;
      const jumps = isSameKind && place < index && isBefore;
      const isUrgent = early.kind === 'consumer' && other.kind === 'destination';
      const passes = isUrgent && isBefore && other.atMs < wentMs;
      return jumps || passes ? [`${early.name} before ${other.name}`] : [];
    }),
  );
}
