import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  callAttempted,
  callEnded,
  type FreshDatabase,
  freshDatabase,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import { type CallListFilter, callListProjection, findCall, listCalls } from './index.js';

const acme = 'acme' as TenantId;

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [callListProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [callListProjection], events());
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** Calls 0 to 7, two per second, to two leads; the even ones are over, 7 is a test. */
function events() {
  const calls = Array.from({ length: 8 }, (_, number) => {
    const callId = `call-${number}`;
    const attempted = callAttempted({
      ...{ callId, leadId: `lead-${number % 2}`, mode: number === 7 ? 'test' : 'live' },
      attemptedAt: `2026-01-06T16:00:0${Math.floor(number / 2)}.000Z`,
    });
    const requested = transferRequested({ callId, destinationId: `buyer-${number % 3}` });
    const disposition = number === 4 ? 'busy' : 'no_answer';
    const ended = number % 2 === 0 ? [callEnded({ callId, disposition })] : [];
    return [attempted, requested, ...ended];
  });
  const ours = calls.flat().map((event, index) => storedEvent(event, BigInt(index + 1)));
  const theirs = storedEvent(callAttempted({ callId: 'call-x' }), 900n, { tenantId: 'zenith' });
  return [...ours, theirs];
}

async function numbersOf(filter: CallListFilter, tenantId = acme) {
  const { items } = await inTenant(api, tenantId, (transaction) => listCalls(transaction, filter));
  return items.map(({ callId }) => callId.slice('call-'.length)).join('');
}

describe("a tenant's calls", () => {
  it('come newest first, and no others', async () => {
    expect(await numbersOf({})).toBe('76543210');
    expect(await numbersOf({}, 'zenith' as TenantId)).toBe('x');
  });

  it('can be narrowed down', async () => {
    expect(await numbersOf({ mode: 'live' })).toBe('6543210');
    expect(await numbersOf({ leadId: 'lead-1' })).toBe('7531');
    expect(await numbersOf({ disposition: 'busy' })).toBe('4');
    expect(await numbersOf({ destinationId: 'buyer-2' })).toBe('52');
    expect(await numbersOf({ status: 'open', mode: 'live' })).toBe('531');
    expect(await numbersOf({ status: 'ended' })).toBe('6420');
    const from = '2026-01-06T16:00:01.000Z';
    expect(await numbersOf({ from, to: '2026-01-06T16:00:03.000Z' })).toBe('5432');
    expect(await numbersOf({ leadId: "' or true --" })).toBe('');
  });

  it('come page by page', async () => {
    const pageOf = (cursor?: string) =>
      inTenant(api, acme, (transaction) =>
        listCalls(transaction, {}, { limit: 5, ...(cursor !== undefined && { cursor }) }),
      );
    const first = await pageOf();
    const second = await pageOf(first.nextCursor!);
    expect([...first.items, ...second.items].map(({ callId }) => callId)).toEqual(
      [7, 6, 5, 4, 3, 2, 1, 0].map((number) => `call-${number}`),
    );
    expect(second.nextCursor).toBeNull();
    await expect(pageOf('nonsense')).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('can be read one by one, by whom they belong to', async () => {
    const find = (tenantId: string, mode: 'live' | 'test') =>
      inTenant(api, tenantId as TenantId, (transaction) => findCall(transaction, 'call-7', mode));
    expect(await find('acme', 'test')).toMatchObject({ callId: 'call-7', position: 20n });
    expect(await find('acme', 'live')).toBeNull();
    expect(await find('zenith', 'test')).toBeNull();
  });
});
