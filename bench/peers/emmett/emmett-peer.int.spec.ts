import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type FreshDatabase,
  freshDatabase,
  generatedHistory,
  generateLog,
  startTestEventStore,
  type TestEventStore,
} from '#libs/testing';
import { Client } from 'pg';
import { EmmettPeer } from './rebuild.js';

let log: TestEventStore;
let fresh: FreshDatabase;
let peer: EmmettPeer;

beforeAll(async () => {
  [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  await generateLog(log.store, { leads: 150 });
  peer = await EmmettPeer.create(fresh.url, `emmett_${fresh.name}`);
});

afterAll(async () => {
  await peer.drop();
  await log.close();
  await fresh.drop();
});

async function duplicatesByLead(query: string): Promise<Map<string, number>> {
  const client = new Client({ connectionString: peer.url });
  await client.connect();
  const { rows } = await client.query<{ lead: string; duplicates: number }>(query);
  await client.end();
  return new Map(rows.map(({ lead, duplicates }) => [lead, duplicates]));
}

describe('the Emmett peer', () => {
  it('rebuilds a lead list from the same histories, both ways, with nothing missing', async () => {
    const history = await generatedHistory({ leads: 150 });
    const leadHistory = history.filter(({ stream }) => stream.startsWith('lead-'));
    const filled = await peer.fill(log.store, 1_000_000, () => undefined);
    expect(filled).toEqual({ events: leadHistory.length, leads: 150 });

    const rates = await peer.rebuild(filled);
    expect(rates.sql).toBeGreaterThan(0);
    expect(rates.documents).toBeGreaterThan(0);

    const expected = new Map<string, number>();
    for (const event of leadHistory) {
      const { leadId } = event.data as { leadId: string };
      const one = event.type === 'LeadDeduplicated' ? 1 : 0;
      expected.set(leadId, (expected.get(leadId) ?? 0) + one);
    }
    expect(
      await duplicatesByLead(
        'select lead_id as lead, duplicate_count as duplicates from lead_list',
      ),
    ).toEqual(expected);
    expect(
      await duplicatesByLead(
        `select data ->> 'leadId' as lead, (data -> 'duplicateCount')::int as duplicates
           from lead_documents`,
      ),
    ).toEqual(expected);
  });
});
