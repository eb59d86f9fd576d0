import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DataKeyId, type TenantId } from '#libs/kernel';
import { until } from '#libs/testing';
import {
  type AnswerBody,
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

/** What the list showed right after something had happened. */
interface Snapshot {
  readonly position: string;
  readonly instant: string;
  readonly leads: readonly AnswerBody[];
}

let servers: Servers;
let api: RunningApi;
let worker: ReturnType<typeof startWorker>;
let key: string;
let snapshots: Snapshot[];

beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  worker = startWorker(servers);
  key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  snapshots = await live(history());
});
afterAll(async () => {
  await api.close();
  await worker.stop();
  await servers.close();
});

type Happening = readonly ['lead' | 'duplicate' | 'consent', number];

/**
 * Something new every run, which fast-check's seed in a failure does not tell: it is in the log.
 */
function history(): Happening[] {
  const happening = fc.tuple(fc.constantFrom('lead', 'duplicate', 'consent'), fc.nat({ max: 7 }));
  const [sampled = []] = fc.sample(
    fc.array(happening, { minLength: 24, maxLength: 24, size: 'max' }),
    1,
  );
  return [...['lead', 'consent', 'duplicate'].map((kind) => [kind, 0] as Happening), ...sampled];
}

/** Lets it all happen, and notes what the list shows after each. */
async function live(happenings: readonly Happening[]): Promise<Snapshot[]> {
  const phones = Array.from({ length: 8 }, freshPhone);
  const ids = new Map<number, string>();
  const noted: Snapshot[] = [];
  for (const [kind, number] of happenings) {
    const leadId = ids.get(number);
    const consent = { ...firstLead.consent, consent_timestamp: new Date().toISOString() };
    const { headers, body } =
      kind === 'consent' && leadId !== undefined
        ? await api.post(`/v1/leads/${leadId}/consent`, consent, { key })
        : await api.post('/v1/leads', { phone: phones[number], source: `s${number % 2}` }, { key });
    ids.set(number, body.lead_id);
    noted.push(await snapshot(headers.get('x-leadledger-position')!));
  }
  return noted;
}

async function snapshot(position: string): Promise<Snapshot> {
  const { body } = await list(`limit=200&waitFor=${position}`);
  const leads = body.leads as unknown as readonly (AnswerBody & { updated_at: string })[];
  const instant = leads
    .map((lead) => lead.updated_at)
    .sort()
    .at(-1)!;
  // What happens next is recorded at another instant.
  await until('the next millisecond', () => Date.now() > Date.parse(instant));
  return { position, instant, leads };
}

const list = (query: string, by = key) => api.request(`/v1/leads?${query}`, { key: by });

async function everyPage(query: string, limit: number): Promise<AnswerBody[]> {
  const leads: AnswerBody[] = [];
  let cursor = '';
  do {
    const { status, body } = await list(`${query}&limit=${limit}${cursor}`);
    expect(status).toBe(200);
    leads.push(...body.leads);
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
  } while (cursor !== '');
  return leads;
}

describe('the list of leads, asked as of a moment', () => {
  it('is what it was then, page for page and filter for filter', async () => {
    for (const [index, { position, instant, leads }] of snapshots.entries()) {
      for (const asOf of [position, `position:${position}`, instant]) {
        expect(await everyPage(`asOf=${asOf}`, 1 + (index % 4))).toEqual(leads);
      }
      for (const status of ['new', 'ineligible']) {
        expect(await everyPage(`asOf=${instant}&status=${status}`, 3)).toEqual(
          leads.filter((lead) => lead.status === status),
        );
      }
    }
  });

  it('agrees with each lead, asked as of the same moment', async () => {
    for (const { position, instant, leads } of snapshots.slice(0, 6)) {
      for (const asOf of [`position:${position}`, instant]) {
        for (const lead of leads) {
          const { body } = await api.request(`/v1/leads/${lead.lead_id}?asOf=${asOf}`, { key });
          const facts = { ...lead, person: expect.anything() };
          expect(body).toMatchObject(facts);
        }
      }
    }
  });

  it('says which moment it shows, and how far it follows the log when asked for none', async () => {
    const { position, instant } = snapshots.at(-1)!;
    expect((await list(`asOf=${position}`)).body.as_of).toEqual({ position, timestamp: null });
    expect((await list(`asOf=${instant}`)).body.as_of).toMatchObject({ timestamp: instant });
    const now = (await list(`waitFor=${position}`)).body.as_of;
    expect(BigInt(now.position)).toBeGreaterThanOrEqual(BigInt(position));
    expect(now.timestamp! >= instant).toBe(true);
  });

  it('is empty before the first lead, and of another tenant', async () => {
    expect((await list('asOf=2020-01-01T00:00:00Z')).body.leads).toEqual([]);
    expect((await list('asOf=0')).body.leads).toEqual([]);
    const other = await api.createKey('other');
    const { position } = snapshots.at(-1)!;
    expect((await list(`asOf=${position}`, other)).body.leads).toEqual([]);
  });

  it('keeps to itself who was erased since', async () => {
    const { position, leads } = snapshots.at(-1)!;
    const [lead] = leads;
    const past = await api.request(`/v1/leads/${lead!.lead_id}/history`, { key });
    const { keyId } = past.body.events[0]!.data as { keyId: DataKeyId };
    await api.parts.keys.destroy('demo' as TenantId, [keyId]);
    const [then] = (await list(`asOf=${position}&limit=1`)).body.leads;
    expect(then).toEqual({ ...lead, erased: true, person: null });
  });
});

describe('a moment that cannot be asked for', () => {
  it.each([
    ['a list', () => '/v1/leads?'],
    ['a lead', () => `/v1/leads/${snapshots[0]!.leads[0]!.lead_id}?`],
    ['a history', () => `/v1/leads/${snapshots[0]!.leads[0]!.lead_id}/history?`],
  ])('is refused for %s', async (_, path) => {
    const ask = async (asOf: string) => {
      const { status, body } = await api.request(`${path()}asOf=${asOf}`, { key });
      return [status, body.error.code];
    };
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    for (const future of [tomorrow, 'position:9223372036854775807', '9223372036854775807']) {
      expect(await ask(future)).toEqual([422, 'as_of_in_future']);
    }
    for (const unreadable of ['', 'yesterday', '2026-02-30', 'position:', '-1', '1.5']) {
      expect(await ask(unreadable)).toEqual([422, 'validation_failed']);
    }
  });

  it('is one the list does not show yet: better no list than half of one', async () => {
    await worker.stop();
    const { headers } = await api.post('/v1/leads', { phone: freshPhone() }, { key });
    const path = `/v1/leads?asOf=${headers.get('x-leadledger-position')}`;
    const behind = await api.requestOnce(path, { key });
    worker = startWorker(servers);
    expect([behind.status, behind.body.error.code]).toEqual([503, 'read_model_behind']);
  });
});
