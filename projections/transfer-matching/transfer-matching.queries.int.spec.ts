import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant, runInTenant } from '#libs/read-db';
import {
  applyEvents,
  callBridged,
  type FreshDatabase,
  freshDatabase,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import {
  findTransfer,
  transferMatchingProjection,
  type TransferOfCaller,
  transfersInPeriod,
  transfersOfConsumers,
  transfersNamed,
  transfersOfCall,
  transfersOfCaller,
  wereCut,
} from './index.js';

const acme = 'acme' as TenantId;
const ourNumber = '+15125550100';

let fresh: FreshDatabase;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [transferMatchingProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [transferMatchingProjection], events());
});

afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

/** A minute apart: transfers 0 to 5 of two consumers; those from 3 on are shown our number. */
function events() {
  const ours = Array.from({ length: 6 }, (_, number) =>
    transferRequested({
      ...{ transferId: `t-${number}`, callId: `call-${number % 2}` },
      ...{ consumerHash: `phone-${number % 2}`, requestedAt: `2026-01-06T16:0${number}:00.000Z` },
      presentedCallerId: number < 3 ? null : ourNumber,
    }),
  ).map((event, index) => storedEvent(event, BigInt(index + 1)));
  const theirs = transferRequested({ transferId: 't-x', consumerHash: 'phone-0' });
  return [...ours, storedEvent(theirs, 100n, { tenantId: 'zenith' })];
}

const late = '2026-01-07T00:00:00.000Z';

async function found(
  consumerHash: string,
  number: string | null = null,
  { at = late, tenantId = acme, to = null as string | null } = {},
): Promise<string[]> {
  const asked = [consumerHash, number, at, to];
  const rows = await runInTenant<TransferOfCaller>(worker, tenantId, transfersOfCaller, asked);
  return rows.map(({ transferId, leadId, by }) => {
    expect(leadId).toBe('lead-1');
    return `${transferId} ${by}`;
  });
}

describe('the transfers a buyer can mean', () => {
  it('are those of the consumer, the nearest before first, and of no other tenant', async () => {
    expect(await found('phone-0')).toEqual(['t-4 consumer', 't-2 consumer', 't-0 consumer']);
    const zenith = { tenantId: 'zenith' as TenantId };
    expect(await found('phone-0', null, zenith)).toEqual(['t-x consumer']);
    expect(await found('nobody', '+15125559999')).toEqual([]);
  });

  it('are those that were shown the number, whoever the consumer was', async () => {
    const shown = ['t-5 our_number', 't-4 our_number', 't-3 our_number'];
    expect(await found('nobody', ourNumber)).toEqual(shown);
  });

  it('are those of the destination, though others were shown the number in between', async () => {
    const many = [...Array(27).keys()]
      .map((number) =>
        transferRequested({
          ...{ transferId: `o-${number}`, callId: 'others', consumerHash: 'others' },
          ...{ presentedCallerId: '+15125550777', destinationId: number === 0 ? 'rare' : 'often' },
          requestedAt: `2026-01-06T18:00:${10 + number}.000Z`,
        }),
      )
      .map((event, index) => storedEvent(event, BigInt(index + 110)));
    await applyEvents(worker, [transferMatchingProjection], many);
    expect(await found('x', '+15125550777')).not.toContain('o-0 our_number');
    expect(await found('x', '+15125550777', { to: 'rare' })).toContain('o-0 our_number');
  });

  it('are those before and after the time, and no more of each than can matter', async () => {
    const at = '2026-01-06T16:02:00.000Z';
    expect(await found('phone-0', null, { at })).toEqual([
      ...['t-4 consumer', 't-2 consumer', 't-0 consumer'],
    ]);
    const many = Array.from({ length: 30 }, (_, number) =>
      transferRequested({
        ...{ transferId: `m-${number}`, callId: 'many', consumerHash: 'many' },
        requestedAt: `2026-01-06T15:00:${10 + number}.000Z`,
      }),
    ).map((event, index) => storedEvent(event, BigInt(index + 200)));
    await applyEvents(worker, [transferMatchingProjection], many);
    const nearest = await found('many', null, { at: '2026-01-06T15:00:38.000Z' });
    expect(nearest).toHaveLength(30);
    const earlier = await found('many', null, { at: '2026-01-06T19:00:12.000Z' });
    expect([earlier.length, earlier.at(-1)]).toEqual([30, 'm-0 consumer']);
    const far = await found('many', null, { at: '2026-01-07T00:00:00.000Z' });
    expect([far.length, far[0]]).toEqual([25, 'm-29 consumer']);
  });

  it('are those that were connected, though many attempts failed in between', async () => {
    const shown = { consumerHash: 'busy', callId: 'busy', presentedCallerId: '+15125550888' };
    const attempts = [...Array(27).keys()].map((number) =>
      transferRequested({
        ...{ ...shown, transferId: `b-${number}` },
        requestedAt: `2026-01-06T18:00:${10 + number}.000Z`,
      }),
    );
    const talked = { transferId: 'b-0', presentedCallerId: '+15125550888' };
    const bridged = callBridged({ ...talked, bridgedAt: '2026-01-06T18:00:10.500Z' });
    const events = [...attempts, bridged].map((event, index) =>
      storedEvent(event, BigInt(index + 300)),
    );
    await applyEvents(worker, [transferMatchingProjection], events);
    expect(await found('x', '+15125550888', { at: '2026-01-06T20:00:00.000Z' })).toContain(
      'b-0 our_number',
    );
    expect(await found('x', '+15125550888')).not.toContain('b-0 our_number');
  });

  it('are told to be cut where more were connected than are looked at', () => {
    const lane = 'connected_before' as const;
    const rows = Array.from({ length: 25 }, (_, number) => ({
      ...{ transferId: `t-${number}`, leadId: 'lead-1', by: 'our_number' as const, lane },
    }));
    expect([wereCut(rows, null), wereCut(rows.slice(1), null)]).toEqual([true, false]);
    const there = { ...rows[0]!, lane: 'connected_there_before' as const };
    expect([wereCut(rows, 'buyer-1'), wereCut([...rows, there], 'buyer-1')]).toEqual([true, false]);
  });
});

describe('transfers', () => {
  it('are found by their call, in the order they were tried, and by their id', async () => {
    const named = await inTenant(worker, acme, (each) => transfersNamed(each, ['t-0', 'call-1']));
    expect(named.map(({ transferId }) => transferId).sort()).toEqual(['t-0', 't-1', 't-3', 't-5']);
    const [ofCall, one, none] = await inTenant(worker, acme, async (transaction) => [
      await transfersOfCall(transaction, 'call-1'),
      await findTransfer(transaction, 't-2'),
      await findTransfer(transaction, 't-x'),
    ]);
    expect(ofCall).toMatchObject([1, 3, 5].map((number) => ({ transferId: `t-${number}` })));
    expect(one).toMatchObject({ callId: 'call-0', status: 'requested' });
    expect(none).toBeNull();
  });

  it('are found by the time they took place, and no more than wished', async () => {
    const from = '2026-01-06T16:01:00.000Z';
    const found = async (to: string, limit = 100) => {
      const rows = await inTenant(worker, acme, (each) =>
        transfersInPeriod(each, transferRequested().data.destinationId, { from, to }, limit),
      );
      return rows.map(({ transferId }) => transferId).sort();
    };
    expect(await found('2026-01-06T16:03:00.000Z')).toEqual(['t-1', 't-2']);
    expect(await found('2026-01-06T16:09:00.000Z', 2)).toHaveLength(2);
    expect(await found(from)).toEqual([]);
    const period = { from, to: '2026-01-06T16:09:00.000Z' };
    const [elsewhere, ofConsumer] = await inTenant(worker, acme, async (each) => [
      await transfersInPeriod(each, 'elsewhere', period, 9),
      await transfersOfConsumers(each, ['phone-0', 'x'], period, 9),
    ]);
    expect(elsewhere).toEqual([]);
    expect(ofConsumer.map(({ transferId }) => transferId).sort()).toEqual(['t-2', 't-4']);
  });
});
