import { type TenantId } from '#libs/kernel';
import { dialDeferred } from '#events/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DialObstacle } from '../domain/call.events.js';
import { aLead } from '../domain/calls.fixtures.js';
import { someSettings } from '../domain/destination.fixtures.js';
import { type CallableLead, evolve, initialState } from '../domain/lead-calls.js';
import { PatientLeads } from './patient-leads.js';
import { ToldQueue } from './told-queue.fixtures.js';

const acme = 'acme' as TenantId;
const OPEN = [{ destinationId: 'a', version: 1, paused: false, settings: someSettings() }];
const WISH = { now: '2026-11-30T17:00:00.000Z', limit: 9, held: [], pausedSources: [] };

let queue: ToldQueue;
/** The leads of numbers, by their hashes. */
let numbers: Readonly<Record<string, readonly CallableLead[]>>;
let leads: PatientLeads;

beforeEach(() => {
  [queue, numbers] = [new ToldQueue(), {}];
  leads = new PatientLeads({
    queue,
    destinations: { of: () => OPEN },
    leadsOf: (tenantId, phoneHash) => {
      const known = numbers[phoneHash] ?? [];
      return Promise.resolve(known.map((lead) => ({ tenantId, lead, position: null })));
    },
  });
});

/** Whoever is taken is decided on. */
async function take(unshown: readonly string[] = []): Promise<readonly string[]> {
  const taken = await leads.take(acme, { ...WISH, unshown });
  for (const leadId of taken) leads.settle(leadId);
  return taken;
}

/** A lead that waits for a reason. */
function deferredFor(leadId: string, obstacle: DialObstacle): CallableLead {
  const history = [aLead({ leadId }), dialDeferred({ leadId, obstacles: [obstacle] })];
  const lead = history.reduce(evolve, initialState());
  if (lead.status === 'absent') throw new Error('It was received.');
  return lead;
}

describe('the leads that wait for a destination', () => {
  it('are looked for again once numbers are allowed that begin alike, though not each time', async () => {
    queue.patient = ['one', 'other'];
    expect(await take()).toEqual(['one', 'other']);
    leads.sellerAllowed({ phoneHash: null });
    expect(await take()).toEqual(['one', 'other']);
    leads.sellerAllowed({ phoneHash: null });
    expect(await take()).toEqual([]);
    expect(queue.looks).toBe(2);
  });

  it('are found without the others once their number is allowed, if they wait for that', async () => {
    expect(await take()).toEqual([]);
    queue.patient = ['other'];
    numbers = {
      one: [deferredFor('one', 'suppressed_for_all_sellers')],
      other: [deferredFor('other', 'spacing')],
    };
    for (const phoneHash of ['one', 'other']) leads.sellerAllowed({ phoneHash });
    expect([await take(), await take(), queue.looks]).toEqual([['one'], [], 1]);
  });

  it('are found by their number after whatever is being decided about them', async () => {
    await take();
    numbers = { one: [deferredFor('one', 'no_destination_open')] };
    leads.sellerAllowed({ phoneHash: 'one' });
    expect([await take(['one']), await take()]).toEqual([[], ['one']]);
  });
});
