import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { history } from '#events/testing';
import { countDeadLetters, listDeadLetters, showDeadLetter } from '../index.js';
import { PoisonHarness } from './dead-letters.fixtures.js';
import { EngineHarness } from './engine.fixtures.js';
import { accountProjection, type LedgerEvent } from './ledger.fixtures.js';
import { type Poison } from './poison.fixtures.js';

let engines: EngineHarness;
let poisoned: PoisonHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
  poisoned = new PoisonHarness(engines);
});

beforeEach(() => engines.reset());

afterAll(() => engines.close());

const paid = (account: string, amount: number): LedgerEvent => ({
  type: 'Paid',
  data: { account, amount, note: null },
});
const moved = (from: string, to: string): LedgerEvent => ({
  type: 'Moved',
  data: { from, to, amount: 5 },
});

/** At positions 100, 200, 300 … */
const events = history([
  paid('a', 1),
  paid('a', 2),
  paid('b', 4),
  moved('a', 'b'),
  paid('b', 8),
  paid('c', 16),
  paid('a', 32),
]);
/** All of it waits but the first payment to each and what concerns c. */
const first: Poison = new Map([[200n, 'change']]);
const both: Poison = new Map([...first, [800n, 'change']]);
const all = history([...events, paid('b', 64), paid('b', 128)]);

async function parkedPositions(): Promise<bigint[]> {
  const positions = (await poisoned.letters()).map(({ position }) => position);
  return [...new Set(positions)].sort((a, b) => Number(a - b));
}

describe('a retry of dead letters', () => {
  it('applies all that waited once the cause is gone, whichever of its keys is named', async () => {
    await poisoned.runThrough(events, first);
    expect(await parkedPositions()).toEqual([200n, 400n, 500n, 700n]);
    const key = 'acme/b';
    expect(await poisoned.ask({ action: 'retry', details: { key } }, events)).toBe('done');
    expect(await poisoned.letters()).toEqual([]);
    await engines.expectFoldOf(events);
  });

  it('changes nothing while the cause is there, and says what it is', async () => {
    await poisoned.runThrough(events, first);
    const before = await poisoned.letters();
    const outcome = await poisoned.ask({ action: 'retry' }, events, first);
    expect(outcome).toMatch(/^0 of 4 events were applied; .+Paid .+ 200: cannot change it$/);
    expect(await poisoned.letters()).toEqual(before);
    await poisoned.expectAllButLetters(events);
  });

  it('applies what comes before the next cause, and leaves the rest behind that', async () => {
    await poisoned.runThrough(all, both);
    const [since] = (await poisoned.letters()).filter(({ position }) => position === 800n);
    const left: Poison = new Map([[800n, 'change']]);
    const outcome = await poisoned.ask({ action: 'retry' }, all, left);
    expect(outcome).toMatch(/^4 of 6 events were applied; .+ 800: cannot change it$/);
    expect(await parkedPositions()).toEqual([800n, 900n]);
    await poisoned.expectAllButLetters(all);
    const [parked] = await showDeadLetter(engines.worker, {
      ...{ name: 'account', build: 1, key: 'acme/b' },
    });
    expect(parked).toMatchObject({ reason: 'cannot change it', parkedAt: since?.parkedAt });
  });

  it('does not overtake what waits under other keys', async () => {
    const some = history([paid('c', 1), paid('c', 2), paid('c', 4), paid('c', 8)]).map((event) => ({
      ...event,
      stream: `stream-${event.position}`,
    }));
    const left: Poison = new Map([[300n, 'change']]);
    await poisoned.runThrough(some, new Map([...left, [200n, 'handler']]));
    const details = { key: 'stream:stream-200' };
    const outcome = await poisoned.ask({ action: 'retry', details }, some, left);
    expect(outcome).toMatch(/^0 of 1 events were applied; the others wait still/);
    expect(await parkedPositions()).toEqual([200n, 300n, 400n]);
    const skip = { action: 'skip', details: { key: 'acme/c', reason: 'r' } } as const;
    expect(await poisoned.ask(skip, some, left)).toMatch(
      /^The first event under acme\/c only waited/,
    );
    expect(await poisoned.ask({ action: 'retry', details: { key: 'acme/c' } }, some)).toBe('done');
    await engines.expectFoldOf(some);
  });

  it('leaves alone what the event store does not hold any more, and says so', async () => {
    await poisoned.runThrough(events, first);
    const outcome = await poisoned.ask({ action: 'retry' }, events, new Map(), {
      reread: (places) => Promise.resolve(places.map(() => null)),
    });
    expect(outcome).toMatch(/^0 of 4 .+does not hold it any more/);
    expect(await parkedPositions()).toEqual([200n, 400n, 500n, 700n]);
  });

  it('changes nothing when the event store does not answer', async () => {
    await poisoned.runThrough(events, first);
    const outcome = await poisoned.ask({ action: 'retry' }, events, new Map(), {
      reread: () => Promise.reject(new Error('out of reach')),
    });
    expect(outcome).toBe('The event store did not answer. Nothing has changed; ask again.');
    await poisoned.expectAllButLetters(events);
  });

  it('is refused where nothing waits, and for what is not at work', async () => {
    await poisoned.runThrough(events, first);
    const ask = (order: object) => poisoned.ask({ action: 'retry', ...order }, events, first);
    expect(await ask({ details: { key: 'acme/c' } })).toMatch(/^Nothing of account waits there/);
    expect(await ask({ name: 'turnover' })).toMatch(/^Nothing of turnover waits there/);
    expect(await ask({ name: 'unheard_of' })).toMatch(/^No live build of unheard_of/);
    expect(await ask({ build: 9 })).toMatch(/^No live build of account/);
  });
});

describe('skipping a dead letter', () => {
  const details = { key: 'acme/a', reason: 'a test payment' };

  it('gives it up for good, for the record, and applies what waited behind it', async () => {
    await poisoned.runThrough(events, first);
    expect(await poisoned.ask({ action: 'skip', details }, events, first)).toBe('done');
    await engines.expectReadModel(accountProjection, events, new Set([200n]));
    expect(await countDeadLetters(engines.worker)).toEqual([
      { name: 'account', build: 1, keys: 0, parked: 0, skipped: 1 },
    ]);
    const { items } = await listDeadLetters(engines.worker, { state: 'skipped' });
    expect(items).toMatchObject([
      { position: 200n, handledBy: 'spec', note: 'a test payment', letters: 1 },
    ]);
    expect(items[0]?.handledAt).not.toBeNull();
    expect((await listDeadLetters(engines.worker)).items).toEqual([]);
  });

  it('says what is in the way of the rest', async () => {
    await poisoned.runThrough(all, both);
    const outcome = await poisoned.ask({ action: 'skip', details }, all, both);
    expect(outcome).toMatch(/^The event is skipped\. 3 of 5 events .+ 800: cannot change it$/);
    await engines.expectReadModel(accountProjection, all, new Set([200n, 800n, 900n]));
  });

  it('leaves it out of every other build, which says so', async () => {
    await poisoned.runThrough(events, first);
    await poisoned.ask({ action: 'skip', details }, events, first);
    await engines.owner.pool.query(`
      truncate account_v1_b1;
      update projection_dead_letter set build = 7;
      update projection_build
         set position = null, applied_count = 0, applied_digest = repeat('0', 32)
       where name = 'account'`);
    await poisoned.runThrough(events);
    await engines.expectReadModel(accountProjection, events, new Set([200n]));
    expect(await countDeadLetters(engines.worker)).toMatchObject([
      { build: 1, parked: 0, skipped: 1 },
      { build: 7, parked: 0, skipped: 1 },
    ]);
  });

  it('needs a key and a reason, and takes no event that only waits', async () => {
    await poisoned.runThrough(events, first);
    const skip = (asked: { key?: string; reason?: string }) =>
      poisoned.ask({ action: 'skip', details: asked }, events, first);
    expect(await skip({ key: 'acme/a' })).toMatch(/^Say why/);
    expect(await skip({ key: 'acme/a', reason: ' ' })).toMatch(/^Say why/);
    expect(await skip({ reason: 'r' })).toMatch(/^Say which key/);
    expect(await skip({ key: 'acme/b', reason: 'r' })).toBe(
      'The first event under acme/b only waits for one under acme/a. Skip that.',
    );
    expect(await parkedPositions()).toEqual([200n, 400n, 500n, 700n]);
  });
});
