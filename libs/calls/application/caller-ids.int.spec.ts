import { randomUUID } from 'node:crypto';
import { CommandRunner, EventCatalog } from '#libs/event-store';
import { fixedClock, type TenantId } from '#libs/kernel';
import { onceAvailable, startTestEventStore, type TestEventStore } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerIdEvents, type CallerIdMode } from '../domain/caller-id.events.js';
import { dialingEvents } from '../domain/dialing.events.js';
import { aDialingWish } from '../domain/dialing.fixtures.js';
import { CallerIds } from './caller-ids.js';
import { CallsClock } from './calls-clock.js';
import { ChangeDialingCommand, ChangeDialingHandler } from './dialing.handlers.js';
import { callerIdStream } from './dialing-streams.js';

const clock = fixedClock('2026-11-30T17:00:00.000Z');
let log: TestEventStore;
let made = 0;

beforeAll(async () => {
  log = await startTestEventStore();
});
afterAll(() => log.close());

const aTenant = () => `tenant-${(made += 1)}` as TenantId;
const aNumber = () => `+1646555${String((made += 1)).padStart(4, '0')}`;
const aRunner = () =>
  new CommandRunner(log.store, new EventCatalog([...dialingEvents, ...callerIdEvents]));

/** As an api of its own does it. */
function configure(
  tenantId: TenantId,
  wish: Readonly<Record<string, unknown>>,
  mode: CallerIdMode = 'live',
) {
  const runner = aRunner();
  const handler = new ChangeDialingHandler(runner, new CallsClock(clock), new CallerIds(runner));
  const actor = { kind: 'api_key', id: 'key000000001' } as const;
  const caller = { actor, commandId: randomUUID(), causationId: 'request' };
  const change = { type: 'ConfigureDialing', wish: aDialingWish(wish), reason: null } as const;
  const command = new ChangeDialingCommand(tenantId, caller, change, mode);
  return onceAvailable(() => handler.execute(command));
}

const refusal = (number: string) => ({
  ...{ code: 'caller_id_taken', kind: 'validation' },
  details: [{ field: 'calling_numbers', code: 'taken', received: number }],
});

describe('the numbers a tenant calls from', () => {
  it('are refused where another tenant calls from one of them', async () => {
    const [number, other] = [aNumber(), aNumber()];
    await configure(aTenant(), { calling_numbers: [number] });
    const tenantId = aTenant();
    await expect(configure(tenantId, { calling_numbers: [other, number] })).rejects.toMatchObject(
      refusal(number),
    );
    const { dialing } = await configure(tenantId, { calling_numbers: [other] });
    expect(dialing.settings?.callingNumbers).toEqual([other]);
  });

  it('are judged anew for a request that comes again, after they went to somebody else', async () => {
    const [tenantId, number] = [aTenant(), aNumber()];
    const actor = { kind: 'api_key', id: 'key000000001' } as const;
    const caller = { actor, commandId: randomUUID(), causationId: 'request' };
    const wish = { tenantId, mode: 'live', numbers: [number] } as const;
    const take = (at: string) =>
      onceAvailable(async () => {
        await new CallerIds(aRunner()).take({ ...wish, at }, caller);
        return 'taken';
      });
    // It dies before its settings are written.
    await take('2026-11-30T14:00:00.000Z');
    await configure(aTenant(), { calling_numbers: [number] });
    await expect(take('2026-11-30T17:00:00.000Z')).rejects.toMatchObject(refusal(number));
  });

  it('may be named again and again by the tenant, who takes them once', async () => {
    const [tenantId, number] = [aTenant(), aNumber()];
    await configure(tenantId, { calling_numbers: [number] });
    await configure(tenantId, { calling_numbers: [number], ring_seconds: 40 });
    expect(await aRunner().history(callerIdStream(number))).toHaveLength(1);
  });

  it('are not taken by settings that are refused', async () => {
    const number = aNumber();
    const wish = { calling_numbers: [number], seller: '' };
    await expect(configure(aTenant(), wish)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(await aRunner().history(callerIdStream(number))).toEqual([]);
  });

  it('become free an hour after no settings name them', async () => {
    const [before, after, number] = [aTenant(), aTenant(), aNumber()];
    await configure(before, { calling_numbers: [number] });
    await configure(before, { calling_numbers: [aNumber()] });
    await expect(configure(after, { calling_numbers: [number] })).rejects.toMatchObject({
      code: 'caller_id_taken',
    });
    clock.set('2026-11-30T18:00:00.000Z');
    await configure(after, { calling_numbers: [number] });
    await expect(configure(before, { calling_numbers: [number] })).rejects.toMatchObject({
      code: 'caller_id_taken',
    });
  });

  it('stay a tenant’s own for as long as its settings name them', async () => {
    const number = aNumber();
    await configure(aTenant(), { calling_numbers: [number] });
    clock.set('2027-11-30T18:00:00.000Z');
    await expect(configure(aTenant(), { calling_numbers: [number] })).rejects.toMatchObject({
      code: 'caller_id_taken',
    });
  });

  it('go to one of many tenants who take them at once', async () => {
    for (let race = 0; race < 10; race += 1) {
      const number = aNumber();
      const tenants = Array.from({ length: 6 }, aTenant);
      const outcomes = await Promise.allSettled(
        tenants.map((tenantId) => configure(tenantId, { calling_numbers: [number] })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('may be those of a sandbox, too', async () => {
    const number = aNumber();
    await configure(aTenant(), { calling_numbers: [number] }, 'sandbox');
    await configure(aTenant(), { calling_numbers: [number] }, 'live');
  });
});
