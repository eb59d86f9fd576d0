import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import {
  type CallerOfTransfer,
  findTransfer,
  transferMatchingProjection,
  transfersOfCall,
  transfersOfCaller,
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

const hour = { from: '2026-01-06T16:00:00.000Z', to: '2026-01-06T17:00:00.000Z' };

async function found(caller: Partial<CallerOfTransfer>, tenantId = acme): Promise<string[]> {
  const nobody = { consumerHash: 'nobody', presentedCallerId: '+15125559999' };
  const rows = await inTenant(worker, tenantId, (transaction) =>
    transfersOfCaller(transaction, { ...nobody, ...hour, ...caller }),
  );
  return rows.map(({ transferId }) => transferId);
}

describe('the transfers a buyer can mean', () => {
  it('are those of the consumer, the latest first, and of no other tenant', async () => {
    expect(await found({ consumerHash: 'phone-0' })).toEqual(['t-4', 't-2', 't-0']);
    expect(await found({ consumerHash: 'phone-0' }, 'zenith' as TenantId)).toEqual(['t-x']);
    expect(await found({})).toEqual([]);
  });

  it('are those that were shown the number, whoever the consumer was', async () => {
    expect(await found({ presentedCallerId: ourNumber })).toEqual(['t-5', 't-4', 't-3']);
    const both = { consumerHash: 'phone-0', presentedCallerId: ourNumber };
    expect(await found(both)).toEqual(['t-5', 't-4', 't-3', 't-2', 't-0']);
  });

  it('are those of the window, both ends included', async () => {
    const window = { from: '2026-01-06T16:00:00.000Z', to: '2026-01-06T16:02:00.000Z' };
    expect(await found({ consumerHash: 'phone-0', ...window })).toEqual(['t-2', 't-0']);
    const later = { ...window, from: '2026-01-06T16:00:00.001Z' };
    expect(await found({ consumerHash: 'phone-0', ...later })).toEqual(['t-2']);
  });
});

describe('transfers', () => {
  it('are found by their call, in the order they were tried, and by their id', async () => {
    const [ofCall, one, none] = await inTenant(worker, acme, async (transaction) => [
      await transfersOfCall(transaction, 'call-1'),
      await findTransfer(transaction, 't-2'),
      await findTransfer(transaction, 't-x'),
    ]);
    expect(ofCall).toMatchObject([1, 3, 5].map((number) => ({ transferId: `t-${number}` })));
    expect(one).toMatchObject({ callId: 'call-0', status: 'requested' });
    expect(none).toBeNull();
  });
});
