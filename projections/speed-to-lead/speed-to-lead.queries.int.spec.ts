import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant, type ProjectedEvent } from '#libs/read-db';
import {
  applyEvents,
  aVerdict,
  type FreshDatabase,
  freshDatabase,
  leadFoundEligible,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import { speedBySource, speedToLeadProjection } from './index.js';

const acme = 'acme' as TenantId;
const january = {
  ...{ mode: 'live' as const, receivedFrom: '2026-01-01T00:00:00Z' },
  receivedTo: '2026-02-01T00:00:00Z',
};

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [speedToLeadProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [speedToLeadProjection], events());
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/**
 * Ten leads of the radio, which could be dialed 0, 1, 2 … 8 s after receipt, and the last one not
 * at all; a test lead, one of another month, one of no source and one of another tenant.
 */
function events(): ProjectedEvent[] {
  const assessedMs = Date.parse('2026-01-05T12:00:00.000Z');
  const radio = Array.from({ length: 10 }, (_, index) => {
    const leadId = `radio-${index}`;
    const receivedAt = new Date(assessedMs - index * 1_000).toISOString();
    const verdict = aVerdict('consent_missing');
    const received = leadReceived({ leadId, source: 'radio', receivedAt, verdict });
    return index === 9 ? [received] : [received, leadFoundEligible(leadId)];
  });
  const others = [
    leadReceived({ leadId: 'test', source: 'radio', mode: 'test' }),
    leadReceived({ leadId: 'december', source: 'radio', receivedAt: '2025-12-31T23:59:59.999Z' }),
    leadReceived({ leadId: 'nowhere', source: null }),
  ];
  const ours = [...radio.flat(), ...others].map((event, index) =>
    storedEvent(event, BigInt(index + 1)),
  );
  return [...ours, storedEvent(leadReceived({ source: 'tv' }), 100n, { tenantId: 'zenith' })];
}

const ask = (tenantId: TenantId) =>
  inTenant(api, tenantId, (transaction) => speedBySource(transaction, january));

describe('the speed of sources', () => {
  it('is when half, and when nine in ten, of their dialable leads could be dialed', async () => {
    expect(await ask(acme)).toEqual([
      { source: 'radio', leads: 10, dialable: 9, medianMs: 4_000n, p90Ms: 8_000n },
      { source: null, leads: 1, dialable: 1, medianMs: 0n, p90Ms: 0n },
    ]);
  });

  it('shows no source of another tenant', async () => {
    expect((await ask('zenith' as TenantId)).map(({ source }) => source)).toEqual(['tv']);
    expect(await ask('nobody' as TenantId)).toEqual([]);
  });
});
